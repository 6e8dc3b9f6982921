#!/usr/bin/env python3
"""archive-mail convert --to each form: what other readers make of it."""
import email
import email.header
import gzip
import mailbox
import re
import unittest

from cli import CliTest, archive, ledger, run, tree

RECIPE = r"""
folder "Posteingang" {
	role inbox
	message { subject "Read, answered, flagged"; flags read; replied; flagged; categories "Red" "Gr\xc3\xbcn & Co"; sent 2010-01-02T03:04:05Z; received 2010-01-02T03:05:00Z; from "A" <a@x>; to "B" <b@x>; body "From here\r\nto there" }
	message { subject "Unread"; unread; received 2010-01-02T03:04:05Z; from "A" <a@x>; to "B" <b@x>; body "second" }
	folder "Reisen v1.2" {
		message { subject "Forwarded, done: a/b?"; flags read; forwarded; flagged complete; categories "Red"; sent 2011-01-02T03:04:05Z; from "A" <a@x>; to "B" <b@x>; body "third" }
	}
}
folder "Leer" {
	folder "Unten" {
		message { subject "A draft"; flags read unsent; sent 2012-01-02T03:04:05Z; from "A" <a@x>; to "B" <b@x>; body "fourth" }
	}
}
folder "Spam" {
	role junk
	message { subject "Junk"; unread; sent 2012-01-02T03:04:05Z; from "A" <a@x>; to "B" <b@x>; body "fifth" }
}
""".replace("\\xc3\\xbc", "\u00fc")

FORMS = [("maildir",), ("maildir++",), ("mbox",), ("mbox", "--gzip"), ("eml",),
         ("thunderbird",)]


class TargetsTest(CliTest):
    def setUp(self):
        super().setUp()
        self.path = archive(RECIPE)
        self.mail = self.folder / "archive" / "mail"

    def made(self, to, *more):
        self.convert(self.path, self.folder, *more, to=to)
        rows = self.check_ledger(self.folder)
        self.assertEqual([row["outcome"] for row in rows], ["written"] * 5)
        return {row["subject"]: row for row in rows}

    def test_the_same_again_does_nothing_and_other_options_are_refused(self):
        for to, *more in FORMS:
            with self.subTest(to=to, more=more):
                out = self.folder / "-".join([to, *more])
                self.convert(self.path, out, *more, to=to)
                before = tree(out)
                self.convert(self.path, out, *more, to=to)
                self.convert(self.path, out, *more, "--dedup", to=to,
                             status=73)
                self.convert(self.path, out, *more, "--all", to=to, status=73)
                self.assertEqual(tree(out), before)
        self.convert(self.path, self.folder / "mbox", "--gzip", to="mbox",
                     status=73)
        self.convert(self.path, self.folder / "mbox---gzip", to="mbox",
                     status=73)

    def test_any_number_of_threads(self):
        for to, *more in FORMS:
            trees = []
            for jobs in ("1", "4"):
                out = self.folder / f"{to}{more}{jobs}"
                self.convert(self.path, out, *more, "-j", jobs, to=to)
                trees.append(tree(out / "archive"))
            self.assertEqual(trees[0], trees[1])

    def test_maildir(self):
        rows = self.made("maildir")
        box = mailbox.Maildir(self.mail / "Posteingang", create=False)
        flags = {message["subject"]: message.get_flags() for message in box}
        self.assertEqual(flags, {"Read, answered, flagged": "FRSab",
                                 "Unread": ""})
        self.assertEqual(
            (self.mail / "Posteingang/dovecot-keywords").read_text(),
            "0 Red\n1 Gr&APw-n_&-_Co\n")
        below = "Posteingang/Reisen v1.2"
        self.assertTrue(
            rows["Forwarded, done: a/b?"]["path"].endswith(":2,PSabc"))
        self.assertEqual((self.mail / below / "dovecot-keywords").read_text(),
                         "0 $Forwarded\n1 $Completed\n2 Red\n")
        self.assertEqual((self.mail / "Spam/dovecot-keywords").read_text(),
                         "0 $Junk\n")

    def test_maildirpp(self):
        self.made("maildir++")
        box = mailbox.Maildir(self.mail, create=False)
        self.assertEqual({message["subject"] for message in box},
                         {"Read, answered, flagged", "Unread"})
        self.assertEqual(set(box.list_folders()),
                         {"INBOX.Reisen v1%2E2", "Leer.Unten", "Spam"})
        for name in box.list_folders():
            self.assertEqual(len(box.get_folder(name)), 1)
            self.assertEqual(
                (self.mail / f".{name}" / "maildirfolder").stat().st_size, 0)
        self.assertFalse((self.mail / "maildirfolder").exists())

    def test_mbox_in_gzip(self):
        plain = self.folder / "plain"
        self.convert(self.path, plain, to="mbox")
        self.made("mbox", "--gzip")
        for packed in self.mail.rglob("*.gz"):
            name = packed.relative_to(self.mail).with_suffix("")
            text = gzip.decompress(packed.read_bytes())
            self.assertEqual(text,
                             (plain / "archive/mail" / name).read_bytes())
            unpacked = self.folder / "unpacked"
            unpacked.write_bytes(text)
            self.assertGreater(len(mailbox.mbox(unpacked, create=False)), 0)
        for row in ledger(self.folder):
            stored = (self.folder / "archive" / row["path"]).read_bytes()
            one = gzip.decompress(
                stored[row["offset"]:row["offset"] + row["size"]])
            self.assertTrue(one.startswith(b"From a@x "))
            self.assertTrue(one.endswith(b"\n\n"))

    def test_mbox_flags(self):
        self.made("mbox")
        box = mailbox.mbox(self.mail / "Posteingang.mbox", create=False)
        first, second = list(box)
        self.assertEqual((first.get_flags(), second.get_flags()),
                         ("ROAF", "O"))
        self.assertEqual(first["X-Keywords"], "Red Gr&APw-n_&-_Co")
        self.assertIn("\n>From here", "\n" + first.get_payload())

    def test_eml(self):
        rows = self.made("eml")
        names = sorted(str(path.relative_to(self.mail))
                       for path in self.mail.rglob("*.eml"))
        self.assertEqual(names, sorted(
            row["path"].removeprefix("mail/") for row in rows.values()))
        self.assertRegex(rows["Forwarded, done: a/b?"]["path"],
                         r"^mail/Posteingang/Reisen v1.2/2011-01-02 03\.04\.05 "
                         r"Forwarded, done_ a_b_ 0x[0-9a-f]+\.eml$")
        path = self.folder / "archive" / rows["Forwarded, done: a/b?"]["path"]
        data = path.read_bytes()
        self.assertEqual(data.count(b"\n"), data.count(b"\r\n"))
        message = email.message_from_bytes(data)
        self.assertEqual(message["Status"], "RO")
        self.assertEqual(message["X-Keywords"], "$Forwarded $Completed Red")
        self.assertEqual(message.get_payload().strip(), "third")
        self.assertEqual(path.stat().st_mtime, 1293937445)

    def test_thunderbird(self):
        self.made("thunderbird")
        names = {str(path.relative_to(self.mail))
                 for path in self.mail.rglob("*") if path.is_file()}
        self.assertEqual(names, {
            "archive", "archive.sbd/Posteingang",
            "archive.sbd/Posteingang.sbd/Reisen v1.2", "archive.sbd/Leer",
            "archive.sbd/Leer.sbd/Unten", "archive.sbd/Spam"})
        box = mailbox.mbox(self.mail / "archive.sbd/Posteingang",
                           create=False)
        first, second = list(box)
        self.assertEqual(first["X-Mozilla-Status"], "0007")
        self.assertEqual(first["X-Mozilla-Keys"].split(),
                         ["red", "gr&apw-n_&-_co"])
        self.assertEqual(second["X-Mozilla-Status"], "0000")
        self.assertEqual(second["X-Mozilla-Keys"].strip(), "")
        self.assertTrue(first.get_from().startswith("- Sat Jan"))
        below = mailbox.mbox(
            self.mail / "archive.sbd/Posteingang.sbd/Reisen v1.2",
            create=False)
        self.assertEqual(below[0]["X-Mozilla-Status"], "1001")

    def test_more_than_26_categories_are_told(self):
        names = " ".join(f'"c{i:02}"' for i in range(30))
        path = archive(f'''folder "Inbox" {{
            message {{ subject "many"; categories {names}; from "A" <a@x> }}
        }}''')
        ran = self.convert(path, self.folder, "-v")
        self.assertIn("keywords: Inbox has more than 26", ran.err)
        row = ledger(self.folder)[0]
        self.assertTrue(row["path"].endswith(
            "S" + "abcdefghijklmnopqrstuvwxyz"), row["path"])

    def test_all_writes_what_is_internal(self):
        path = archive('''folder "Inbox" {
            message { class "IPM.Microsoft.ScheduleData.FreeBusy"; subject "LocalFreebusy" }
        }''')
        self.convert(path, self.folder / "usual")
        row = ledger(self.folder / "usual")[0]
        self.assertEqual((row["outcome"], row["reason"]),
                         ("skipped", "internal to Outlook"))
        self.convert(path, self.folder / "all", "--all")
        row = ledger(self.folder / "all")[0]
        self.assertEqual(row["outcome"], "written")


if __name__ == "__main__":
    unittest.main()
