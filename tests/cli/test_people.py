#!/usr/bin/env python3
"""Exchange's names for people become SMTP addresses: by the item, by its
recipient table, by other items, by a map; and what nobody knows is told."""
import json
import os
import re
import unittest
from email import message_from_bytes
from pathlib import Path

import strace
from cli import CliTest, archive, ledger, result, summary

# The sender of the first message is only known from the last.
ARCHIVE = '''
folder "Inbox" {
	role inbox
	message {
		subject "by others"
		from "Ann" ex "/o=Org/ou=Site/cn=Recipients/cn=ann"
		to "Known" ex "/O=ORG/CN=KNOWN"
		cc "Lost" ex "/o=Org/cn=lost"
		sent 2010-01-02T03:04:05Z
		message-id "<others@example.org>"
		body "x"
	}
	message {
		subject "by the item"
		from "Item" ex "/o=Org/cn=item" <item@example.org>
		sender "Item" ex "/o=Org/cn=item"
		to "Also Item" ex "/o=Org/cn=item"
		sent 2010-01-02T03:04:05Z
		message-id "<item@example.org>"
		body "x"
	}
	message {
		subject "by the recipient table"
		from "Row" ex "/o=Org/cn=row"
		to "Row" ex "/o=Org/cn=row" <row@example.org>
		sent 2010-01-02T03:04:05Z
		message-id "<row@example.org>"
		body "x"
	}
	message {
		subject "a resource of old"
		from "Moved" { prop 0x0064:string "X500"; prop 0x0065:string "/o=Org/cn=moved" }
		to "Bob" <bob@example.org>
		sent 2010-01-02T03:04:05Z
		message-id "<moved@example.org>"
		body "x"
	}
	message {
		subject "where it stands"
		from "Carl" <carl@example.org>
		to "Known" ex "/o=Org/cn=known" <known@example.org>
		cc "Ann" ex "/o=Org/ou=site/cn=recipients/cn=ann" <ann@example.org>
		sent 2010-01-02T03:04:05Z
		message-id "<stands@example.org>"
		body "x"
		attachment "inner" {
			message {
				subject "deep"
				from "Moved" ex "/o=Org/cn=moved" <moved@example.org>
				to "Bob" <bob@example.org>
				body "deep"
			}
		}
	}
}
folder "Contacts" {
	role contacts
	class IPF.Contact
	message {
		class IPM.Contact
		subject "Dora"
		prop PSETID_Address/0x8082:string "EX"
		prop PSETID_Address/0x8083:string "/o=Org/cn=dora"
		prop PSETID_Address/0x8084:string "Dora Doe (dora@example.org)"
	}
}
folder "Later" {
	message {
		subject "by a contact"
		from "Dora" ex "/o=Org/cn=dora"
		to "Bob" <bob@example.org>
		sent 2010-01-02T03:04:05Z
		message-id "<contact@example.org>"
		body "x"
	}
}
'''.replace('from "Moved" { prop 0x0064:string "X500"; '
            'prop 0x0065:string "/o=Org/cn=moved" }',
            'prop 0x0042:string "Moved"; prop 0x0064:string "X500"\n'
            'prop 0x0065:string "/o=Org/cn=moved"')

OTHER = '''
folder "Inbox" {
	message {
		subject "of another archive"
		from "Lost" ex "/o=Org/cn=lost" <found@example.org>
		to "Ann" ex "/o=Org/ou=Site/cn=Recipients/cn=ann"
		sent 2010-01-02T03:04:05Z
		message-id "<elsewhere@example.org>"
		body "x"
	}
}
'''

LEARNED = {
    "/o=org/cn=dora": "dora@example.org",
    "/o=org/cn=item": "item@example.org",
    "/o=org/cn=known": "known@example.org",
    "/o=org/cn=moved": "moved@example.org",
    "/o=org/cn=row": "row@example.org",
    "/o=org/ou=site/cn=recipients/cn=ann": "ann@example.org",
}


class People(CliTest):
    def mails(self, output, name="archive"):
        """By Message-ID."""
        folder = Path(output) / name
        mails = {}
        for row in ledger(output, name):
            if row["path"] and row["class"] == "IPM.Note":
                mail = message_from_bytes((folder / row["path"]).read_bytes())
                mails[row["message_id"]] = (mail, row)
        return mails

    def converted(self, *more, path=None, output=None, **options):
        output = output or self.folder / "out"
        path = path or archive(ARCHIVE)
        self.convert(path, output, "--class", "IPM.Note*", *more, **options)
        return self.mails(output, path.stem)

    def test_resolved_by_item(self):
        mail, row = self.converted()["<item@example.org>"]
        self.assertEqual(mail["From"], "Item <item@example.org>")
        self.assertEqual(mail["To"], "Also Item <item@example.org>")
        self.assertIsNone(mail["Sender"])  # the same person
        self.assertEqual(row["findings"], [])

    def test_resolved_by_recipient_table(self):
        mail, row = self.converted()["<row@example.org>"]
        self.assertEqual(mail["From"], "Row <row@example.org>")
        self.assertEqual(row["findings"], [])

    def test_resolved_by_other_items(self):
        mails = self.converted()
        mail, row = mails["<others@example.org>"]
        self.assertEqual(mail["From"], "Ann <ann@example.org>")
        self.assertEqual(mail["To"], "Known <known@example.org>")
        self.assertEqual(mail["Cc"], "Lost:;")
        self.assertEqual(mail["X-PST-Unresolved"], "EX:/o=Org/cn=lost")
        self.assertEqual(row["findings"],
                         ['unresolved-address: "Lost" EX:/o=Org/cn=lost'])
        mail, _ = mails["<contact@example.org>"]
        self.assertEqual(mail["From"], "Dora <dora@example.org>")

    def test_resolved_x500_by_embedded(self):
        mail, _ = self.converted()["<moved@example.org>"]
        self.assertEqual(mail["From"], "Moved <moved@example.org>")

    def test_unresolved_is_counted(self):
        self.converted()
        self.assertEqual(summary(self.folder / "out")["findings"], 1)

    def test_no_leftovers(self):
        self.converted()
        self.assertEqual(
            sorted(path.name for path in (self.folder / "out").iterdir()),
            ["archive", "archive.journal", "archive.ledger.jsonl",
             "archive.summary.json"])

    def test_map_file(self):
        known = self.folder / "map.json"
        known.write_text(json.dumps({"/O=Org/CN=Lost": "lost@example.org",
                                     "/o=org/cn=known": "mine@example.org",
                                     "/o=org/cn=item": "no@example.org"}))
        mails = self.converted("--ex-map", known)
        mail, row = mails["<others@example.org>"]
        self.assertEqual(mail["Cc"], "Lost <lost@example.org>")
        self.assertEqual(mail["To"], "Known <mine@example.org>")
        self.assertEqual(row["findings"], [])
        # what an item tells of its own people comes first
        mail, _ = mails["<item@example.org>"]
        self.assertEqual(mail["To"], "Also Item <item@example.org>")

    def test_jobs_and_targets_agree(self):
        for to in ("maildir", "mbox"):
            results = []
            for jobs in ("1", "8"):
                output = self.folder / f"{to}{jobs}"
                self.convert(archive(ARCHIVE), output, "-j", jobs, "--class",
                             "IPM.Note*", to=to)
                results.append(result(output))
            self.assertEqual(results[0], results[1])

    def test_learned_map(self):
        learned = self.folder / "learned.json"
        self.converted("--learn-ex-map", learned)
        self.assertEqual(json.loads(learned.read_text()), LEARNED)
        self.assertEqual(os.stat(learned).st_mode & 0o777, 0o600)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()),
                         ["learned.json", "out"])
        # the same again is fine, and it is what --ex-map reads
        self.converted("--learn-ex-map", learned)
        mail, _ = self.converted(
            "--ex-map", learned, path=archive(OTHER, "other"),
            output=self.folder / "again")["<elsewhere@example.org>"]
        self.assertEqual(mail["To"], "Ann <ann@example.org>")

    def test_learned_of_several(self):
        learned = self.folder / "learned.json"
        first, second = archive(ARCHIVE), archive(OTHER, "other")
        output = self.folder / "out"
        ran = self.run_ok("convert", first, second, "--to", "maildir", "-o",
                          output, "--class", "IPM.Note*", "--learn-ex-map",
                          learned)
        self.assertEqual(ran.err, "")
        self.assertEqual(json.loads(learned.read_text()),
                         {**LEARNED, "/o=org/cn=lost": "found@example.org"})
        # each archive has its own: what one tells is not told to the other
        mail, _ = self.mails(output)["<others@example.org>"]
        self.assertEqual(mail["Cc"], "Lost:;")
        mail, _ = self.mails(output, "other")["<elsewhere@example.org>"]
        self.assertEqual(mail["To"], "Ann:;")

    def test_learned_map_is_not_overwritten(self):
        learned = self.folder / "learned.json"
        learned.write_text("{}\n")
        ran = self.run_fails(1, "convert", archive(ARCHIVE), "--to", "maildir",
                             "-o", self.folder / "out", "--class", "IPM.Note*",
                             "--learn-ex-map", learned)
        self.assertIn("learned.json", ran.err)
        self.assertEqual(learned.read_text(), "{}\n")
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()),
                         ["learned.json", "out"])

    def test_other_map_other_output(self):
        """The map decides over the output: its content is in the journal."""
        known = self.folder / "map.json"
        known.write_text('{"/o=org/cn=lost": "lost@example.org"}')
        output = self.folder / "out"
        self.converted("--ex-map", known, output=output)
        self.converted("--ex-map", known, output=output)  # the same again
        before = result(output)
        self.convert(archive(ARCHIVE), output, "--class", "IPM.Note*",
                     status=73)
        known.write_text('{"/o=org/cn=lost": "other@example.org"}')
        ran = self.convert(archive(ARCHIVE), output, "--class", "IPM.Note*",
                           "--ex-map", known, status=73)
        self.assertIn("ex-map=", ran.err)
        self.convert(archive(ARCHIVE), output, "--class", "IPM.Note*",
                     "--learn-ex-map", self.folder / "new.json", status=73)
        self.assertEqual(result(output), before)

    def test_bad_maps(self):
        known = self.folder / "map.json"
        cases = (
            (b"", 65, "no JSON"),
            (b"[]", 65, "no JSON object"),
            (b'{"/o=a": 1}', 65, "is no SMTP address"),
            (b'{"/o=a": "nobody"}', 65, "is no SMTP address"),
            (b'{"/o=a": "a@b\\r\\nBcc: c@d"}', 65, "is no SMTP address"),
            (b'{"/o=a": "a@example.org", "/o=a": "b@example.org"}', 65,
             "duplicate"),
            (b'{"/o=a": "a@example.org", "/O=A": "b@example.org"}', 65,
             "twice"),
            (b'{"/o=a": "a@example.org\\u0000"}', 65, "map.json"),
            (b"[" * 100000, 65, "depth"),
            (b"\xff\xfe{", 65, "no JSON"),
            (b" " * ((16 << 20) + 1), 65, "larger than"),
        )
        for text, status, words in cases:
            known.write_bytes(text)
            ran = self.run_fails(status, "convert", archive(ARCHIVE), "--to",
                                 "mbox", "-o", self.folder / "out", "--ex-map",
                                 known)
            self.assertIn(words, ran.err)
            self.assertFalse((self.folder / "out").exists(), text[:20])
        self.run_fails(66, "convert", archive(ARCHIVE), "--to", "mbox", "-o",
                       self.folder / "out", "--ex-map", self.folder / "none")
        self.run_fails(65, "convert", archive(ARCHIVE), "--to", "mbox", "-o",
                       self.folder / "out", "--ex-map", self.folder)
        self.run_fails(73, "convert", archive(ARCHIVE), "--to", "mbox", "-o",
                       self.folder / "out", "--learn-ex-map",
                       self.folder / "none" / "map.json")

    def test_many_recipients(self):
        """Looking for what the item tells takes no memory from it."""
        for group in ("Exchange Administrative Group", "Group" * 30):
            to = "".join(f'to "Person {n}" ex "/o=Org/ou={group}/cn=Recipients'
                         f'/cn=person{n}"\n' for n in range(9000))
            path = archive(f'folder "A" {{ message {{ subject "all"; '
                           f'from "X" ex "/o=Org/cn=x"\n{to} body "x" }} }}')
            out = self.folder / group
            self.convert(path, out)
            (row,) = ledger(out)
            self.assertEqual(row["outcome"], "written", group)

    def test_killed_and_resumed(self):
        """Where it goes on, it learns again: of the whole archive."""
        strace.require(self)
        first = "".join(f'''message {{
                subject "{n}"; from "P{n}" ex "/o=Org/cn=p{n}"
                to <a@example.org>; body "x" }}''' for n in range(1100))
        last = "".join(f'''message {{
                subject "{n}"; from <a@example.org>; body "x"
                to "P{n}" ex "/o=Org/cn=p{n}" <p{n}@example.org> }}'''
                       for n in range(1100))
        path = archive(f'folder "A" {{ {first} {last} }}')
        want = self.folder / "want"
        self.convert(path, want, to="mbox")
        self.assertEqual(summary(want)["findings"], 0)
        arguments = ("convert", path, "--to", "mbox", "-o",
                     self.folder / "out", "-j1")
        _, calls = strace.calls_of((*arguments[:5], self.folder / "counted",
                                    "-j1"))
        kills = 0
        for moment in (2, 5, 8):
            ran = strace.kill_at(calls[len(calls) * moment // 10], arguments)
            kills += ran.status != 0
        self.assertGreater(kills, 0)
        self.run_ok(*arguments)
        self.assertEqual(result(self.folder / "out"), result(want))
        self.assertEqual(len(list((self.folder / "out").iterdir())), 4)

    def test_nothing_is_read_twice_for_nothing(self):
        """Without a name to look up, the archive is not read for it: the
        file that would hold the map is not even made."""
        watched = self.folder / "out"
        watched.mkdir()
        (watched / "archive.people").mkdir()  # it would fail there
        smtp = re.sub(r' ex "[^"]*"(?! <)', " <a@example.org>", ARCHIVE)
        smtp = smtp.replace('"X500"', '"SMTP"').replace(
            '"/o=Org/cn=moved"\n', '"m@example.org"\n')
        self.converted(path=archive(smtp), output=watched)
        self.convert(archive(ARCHIVE), self.folder / "out2", "--class",
                     "IPM.Note*")
        other = self.folder / "out3"
        other.mkdir()
        (other / "archive.people").mkdir()
        self.convert(archive(ARCHIVE), other, status=73)


if __name__ == "__main__":
    unittest.main()
