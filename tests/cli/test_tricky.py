#!/usr/bin/env python3
"""Rows of the list of what readers get wrong (tests/tricky.txt) that show only
in what a whole conversion leaves. The recipes in tests/recipes say how many
messages must come out; here it counts what is in them."""
import email
import email.header
import email.policy
import email.utils
import fcntl
import hashlib
import json
import mailbox
import re
import subprocess
import unittest

import strace
from cli import TIMEOUT, TOP, CliTest, archive, ledger, result, summary

RECIPES = TOP / "tests/recipes"


class Converted:
    """An archive as files of one message: rows and messages by their order."""

    def __init__(self, test, recipe, *more, status=0):
        out = test.folder / f"out-{len(list(test.folder.iterdir()))}"
        if re.fullmatch(r"[a-z0-9-]+", recipe):
            recipe = RECIPES / f"{recipe}.txt"
        self.ran = test.convert(archive(recipe), out, "--no-sync", *more,
                                to="eml", status=status)
        self.rows = test.check_ledger(out)
        self.summary = summary(out)
        self.bytes = [(out / "archive" / row["path"]).read_bytes()
                      for row in self.rows if row["path"]]
        self.messages = [email.message_from_bytes(
            data, policy=email.policy.default) for data in self.bytes]
        self.subjects = [message["Subject"] for message in self.messages]

    def folders(self):
        return {row["subject"]: row["folder"] for row in self.rows}

    def text(self, number, kind="plain"):
        return self.messages[number].get_body((kind,)).get_content()


# Texts of many blocks, subnodes in subnodes, a table of many rows.
SAME = """
folder "Inbox" {{
	message {{
		subject "Many recipients"; message-id "<1@x>"; from "A" <a@x.org>
		{recipients}
		sent 2010-01-02T03:04:05Z; body prose 20000 1
		attachment "one.bin" {{ data random 70000 1 }}
		attachment "inner" {{ message {{
			subject "Inner"; message-id "<2@x>"; from "B" <b@x.org>
			sent 2010-01-02T03:04:06Z; body prose 9000 2
			attachment "two.bin" {{ data random 9000 2 }}
		}} }}
	}}
	{messages}
}}
""".format(
    recipients="\n".join(f'to "Recipient {i}" <r{i}@x.org>'
                         for i in range(150)),
    messages="\n".join(
        f'message {{ subject "Small {i}"; message-id "<s{i}@x>"; from "A" '
        f'<a@x.org>; sent 2010-01-03; body "{i}\\r\\n" }}'
        for i in range(60)))

SMALL_BLOCKS = "block-fill 700\nblock-entries 20\n"
VARIANTS = {
    "A1 references": "bid-bit0 references\n",
    "A1 entries": "bid-bit0 entries\n",
    "A2": "first-bid 0x100000004\n",
    "A2, A3": "first-bid 0x1FFFFFF04\ncrypt cyclic\n",
    "A3": "crypt cyclic\n",
    "A3 ANSI": "format ansi\ncrypt cyclic\n",
    "A4": "format ost4k\n",
    "A4, A16": "format unicode\nversion 21\nclient-version 12\n",
    "A5": "format ost4k\ncompress\n",
    "A6": "format ost4k\ncompress mixed\n",
    "A7, A8, A24": SMALL_BLOCKS,
    "A10": f"format ansi\n{SMALL_BLOCKS}",
    "A23": "page-entries 3\nbth-entries 2\n",
}


def digests(messages):
    """Without boundaries, which come from the NIDs too."""
    return [hashlib.sha256(re.sub(rb"=_[0-9a-f]{32}_", b"=_", data))
            .hexdigest() for data in messages]


class ContainerTest(CliTest):
    def test_each_way_to_store_it_gives_the_same_messages(self):
        want = Converted(self, "crypt none\n" + SAME)
        self.assertEqual(len(want.bytes), 61)
        self.assertEqual(want.summary["attachments_written"], 2)
        for name, head in VARIANTS.items():
            with self.subTest(name):
                got = Converted(self, head + SAME)
                self.assertEqual(digests(got.bytes), digests(want.bytes))
                self.assertEqual(got.summary["findings"], 0)

    def test_a04_a06_compressed_blocks_of_a_mail_are_there(self):
        """... or the variants above would compare nothing."""
        for more in ("", " mixed"):
            recipe = f"format ost4k\ntight\ncompress{more}\n" + SAME
            plain = archive("format ost4k\ntight\n" + SAME).stat().st_size
            self.assertLess(archive(recipe).stat().st_size, plain, more)

    def test_a09_siblings_alone_are_told_apart(self):
        got = Converted(self, "good-a09-same-nid")
        seen = [part.get_payload(decode=True) for message in got.messages
                for part in message.walk() if part.get_filename()
                and not part.is_multipart()]
        self.assertGreater(len(seen), 1)
        self.assertEqual(len(set(seen)), len(seen))


class TextTest(CliTest):
    def test_b02_odd_bytes_and_half_pairs(self):
        got = Converted(self, "bad-b02-utf16")
        self.assertEqual(got.subjects,
                         ["Odd", "High \ufffd low \ufffd end", "Body"])
        self.assertEqual(got.text(2).strip(), "odd")

    def test_b03_the_slot_lies(self):
        self.assertEqual(
            Converted(self, "good-b03-wrong-string-type").subjects,
            ["Eight-bit text in a Unicode slot", "UTF-16 in a string8 slot"])

    def test_b04_code_pages_that_are_none(self):
        got = Converted(self, "good-b04-code-pages")
        self.assertEqual([got.text(i).strip() for i in range(4)],
                         ["café", "café", "café, 東京", "café"])

    def test_b06_hebrew_and_thai(self):
        got = Converted(self, "good-b06-hebrew-thai")
        self.assertEqual(got.subjects, ["שלום", "שלום", "สวัสดี"])
        self.assertEqual([got.text(i).strip() for i in range(3)],
                         ["מכתב קצר", "מכתב קצר", "จดหมายสั้น"])

    def test_b07_html_of_three_types(self):
        got = Converted(self, "good-b07-html-types")
        for number in range(3):
            self.assertIn("<p>café</p>", got.text(number, "html"))

    def test_b09_nothing_is_cut_at_a_nul(self):
        got = Converted(self, "good-b09-nul-in-body")
        self.assertIn("last line", got.text(0))
        self.assertIn("after", got.text(0, "html"))

    def test_b10_no_marker_in_a_subject(self):
        got = Converted(self, "good-b10-subjects")
        self.assertEqual(got.subjects[:3], [
            "RE: Marked", "Marked without prefix", "RE: Unmarked"])
        for subject in got.subjects:
            self.assertNotRegex(subject or "", r"[\x00-\x1f]")

    def test_b11_the_other_names_stay(self):
        got = Converted(self, "bad-b11-name-map")
        self.assertEqual(got.subjects, ["Names"])

    def test_b12_names_are_those_of_this_file(self):
        """The same property under other tags, of which one is taken."""
        first = Converted(self, "good-b12-named-tags").messages[0]
        self.assertEqual(first["Keywords"], "Green")
        self.assertEqual(first["X-Mailer"], "Example")

    def test_b13_names_are_found_without_the_buckets(self):
        self.assertEqual(
            Converted(self, "good-b13-buckets").messages[0]["Keywords"],
            "Blue")

    def test_b14_times_that_are_none(self):
        got = Converted(self, "good-b14-times")
        for message in got.messages[1:]:
            self.assertEqual(message["Date"].datetime.year, 2004)

    def test_b16_nothing_is_cut(self):
        got = Converted(self, "good-b16-long-fields")
        source = (RECIPES / "good-b16-long-fields.txt").read_text("utf-8")
        for field, word in (("From", "from"), ("To", "to")):
            name, address = re.search(rf'^\t\t{word} "(.*)" <(.*)>$', source,
                                      re.M).groups()
            # the default policy puts blanks between encoded words here
            raw = email.message_from_bytes(got.bytes[0])[field]
            found = email.utils.parseaddr(raw.replace("\n", ""))
            self.assertEqual(found[1], address)
            self.assertEqual(str(email.header.make_header(
                email.header.decode_header(found[0]))), name)
        self.assertIn(f'"{got.subjects[0]}', source)
        self.assertGreater(len(got.subjects[0]), 600)

    def test_b17_only_the_low_byte_of_a_bool_counts(self):
        asks = 'message { subject "x"; from "A" <a@x.org>; body "1"; ' \
            "prop 0x0029:bool hnid %s }\n"
        got = Converted(self, 'folder "Inbox" {\n' + asks % "0xABCDEF00" +
                        asks % "0xABCDEF01" + "}\n")
        asked = [message["Disposition-Notification-To"] is not None
                 for message in got.messages]
        self.assertEqual(asked, [False, True])

    def test_b19_the_first_of_two_counts(self):
        self.assertEqual(Converted(self, "bad-b19-property-twice").subjects,
                         ["First"])

    def test_b20_headers_in_a_code_page(self):
        (message,) = Converted(self, "good-b20-headers-code-page").messages
        self.assertEqual(message["Subject"], "Заголовок")
        self.assertEqual(message["From"].addresses[0].display_name, "Анна")


class FolderTest(CliTest):
    def test_c02_the_parent_keeps_what_no_table_lists(self):
        self.assertEqual(Converted(self, "bad-c02-unlisted").folders(),
                         {"Listed": "Inbox", "Unlisted": "Inbox"})
        folders = Converted(self, "bad-c02-orphan").folders()
        self.assertEqual(folders.pop("Listed"), "Inbox")
        self.assertEqual(len(folders), 3)
        for subject, folder in folders.items():
            self.assertRegex(folder, "^Orphans", subject)

    def test_c05_search_folders_hold_nothing(self):
        got = Converted(self, "good-c05-search-folder")
        self.assertEqual([(row["subject"], row["folder"]) for row in got.rows],
                         [("First", "Inbox"), ("Second", "Inbox")])

    def test_c06_no_name_leads_out_of_the_output(self):
        for name in ("good-c06-names", "good-c06-names-unicode"):
            for to in ("maildir", "mbox", "eml", "maildir++", "thunderbird"):
                out = self.folder / f"{name}-{to}"
                self.convert(archive(RECIPES / f"{name}.txt"), out,
                             "--no-sync", to=to)
                self.check_ledger(out) # and nothing beside what it names
                for path in (out / "archive").rglob("*"):
                    self.assertNotRegex(path.name, r"[\x00-\x1f]|[. ]$")
        self.assertEqual(
            sorted(path.name for path in self.folder.iterdir()),
            sorted(f"{name}-{to}"
                   for name in ("good-c06-names", "good-c06-names-unicode")
                   for to in ("maildir", "mbox", "eml", "maildir++",
                              "thunderbird")))

    def test_c07_folders_of_one_name_stay_two(self):
        got = Converted(self, "good-c07-same-names")
        self.assertEqual(len({row["folder"] for row in got.rows}),
                         len(got.rows))
        directories = {row["path"].rsplit("/", 1)[0].lower()
                       for row in got.rows}
        self.assertEqual(len(directories), len(got.rows))

    def test_c13_mail_outside_of_the_subtree(self):
        got = Converted(self, "good-c13-mail-under-root")
        folder = "Moved here by a repair"
        self.assertEqual(got.folders(), {"First": folder, "Second": folder})

    def test_c18_twenty_runs_give_the_same_bytes(self):
        """C17 too: with other threads each time."""
        path = archive(RECIPES / "good-c17-many-folders.txt")
        want = None
        for number in range(20):
            out = self.folder / str(number)
            self.convert(path, out, "--no-sync", "-j", str(1 + number % 4),
                         to="maildir" if number % 2 else "mbox")
            got = result(out)
            if number < 2:
                want = {**(want or {}), number % 2: got}
            self.assertEqual(got, want[number % 2], number)


FROM_LINES = r"""
folder "Inbox" {
	message { subject "Outer"; message-id "<1@x>"; from "A" <a@x>; sent 2010-01-02T03:04:05Z
		body "From the first line\r\nno empty line before\r\nFrom here\r\n\r\nFrom there\r\n>From quoted\r\n>>From twice\r\nFrom\r\n"
		attachment "lines.txt" { mime text/plain; data "From a file\nFrom again\n" }
		attachment "inner" { message { subject "From inside"; message-id "<2@x>"; from "B" <b@x>; sent 2010-01-02T03:04:05Z
			body "From the inner one\r\n\r\nFrom again\r\n"
			headers "From nobody Sat Jan  2 03:04:05 2010\r\nX-Inner: yes\r\n" } }
	}
	message { subject "Next"; message-id "<3@x>"; from "A" <a@x>; sent 2010-01-02T03:04:05Z; body "x\r\n" }
}
"""


class MailboxTest(CliTest):
    def test_d03_from_lines_split_no_message(self):
        for to in ("mbox", "thunderbird"):
            out = self.folder / to
            self.convert(archive(FROM_LINES), out, "--no-sync", to=to)
            (path,) = {row["path"] for row in ledger(out)}
            data = (out / "archive" / path).read_bytes()
            starts = re.findall(rb"^From .*$", data, re.M)
            self.assertEqual(len(starts), 2, starts)
            box = mailbox.mbox(out / "archive" / path, create=False)
            self.addCleanup(box.close)
            self.assertEqual([message["Subject"] for message in box],
                             ["Outer", "Next"])

    def test_d03_what_was_quoted_comes_back(self):
        out = self.folder / "mbox"
        self.convert(archive(FROM_LINES), out, "--no-sync", to="mbox")
        row = ledger(out)[0]
        data = (out / "archive" / row["path"]).read_bytes()
        one = data[:row["size"]].split(b"\n", 1)[1]
        one = re.sub(rb"^>(>*From )", rb"\1", one, flags=re.M)
        marks = rb"^(X-)?(Status|Keywords|Mozilla-[A-Za-z]+): .*\n"
        one = re.sub(marks, b"", one, flags=re.M).rstrip(b"\n")
        plain = Converted(self, FROM_LINES).bytes[0].replace(b"\r\n", b"\n")
        plain = re.sub(marks, b"", plain, flags=re.M).rstrip(b"\n")
        self.assertEqual(one, plain)

    def test_d05_messages_alike_have_names_of_their_own_and_flags(self):
        alike = 'message { subject "Alike"; message-id "<same@x>"; ' \
            'from "A" <a@x>; sent 2010-01-02T03:04:05Z; body "x"; %s }\n'
        recipe = 'folder "Inbox" {\n' + alike % "unread" * 25 + \
            alike % "flags read" * 25 + "}\n"
        out = self.folder / "out"
        self.convert(archive(recipe), out, "--no-sync")
        self.check_ledger(out)
        names = [path.name for path in (out / "archive").rglob("cur/*")]
        self.assertEqual(len(set(names)), 50)
        self.assertEqual(len({name.split(":")[0] for name in names}), 50)
        flags = [name.split(":2,")[1] for name in names]
        self.assertEqual((flags.count(""), flags.count("S")), (25, 25))
        self.assertEqual(list((out / "archive").rglob("new/*")), [])


STALE = """
folder "Inbox" {
	message { subject "Kept"; message-id "<kept@x>"; from "A" <a@x>; body "kept\\r\\n" }
	%s
	message { subject "Kept too"; message-id "<too@x>"; from "A" <a@x>; body "too\\r\\n"; attachment "kept.bin" { data random 9000 5 } }
}
"""
GONE = 'message { deleted entries; subject "Gone"; from "B" <b@x>; body ' \
    'prose 5000 1; attachment "gone.bin" { data random 9000 1 } }'

REPAIRED = """
folder "Inbox" { role inbox; message { subject "in"; from <a@x>; body "1" } }
folder "Inbox" { message { subject "again"; from <a@x>; body "2" } }
folder "Sent Items" { role sent; message { subject "sent"; from <a@x>; body "3" } }
folder "Sent Items" { message { subject "sent again"; from <a@x>; body "4" } }
folder "Lost and Found" {
	message { subject "found"; from <a@x>; body "5" }
	folder "Recovered Folder 8082" { message { subject "deep"; from <a@x>; body "6" } }
}
"""

SMALL = 'folder "Inbox" { message { subject "x"; body "y" } }\n'


class OperationTest(CliTest):
    def test_g01_stale_entries_do_not_mix_with_live_mail(self):
        live = Converted(self, STALE % "")
        mixed = Converted(self, STALE % GONE)
        self.assertEqual(mixed.subjects, ["Kept", "Kept too"])
        self.assertEqual(digests(mixed.bytes), digests(live.bytes))
        self.assertEqual(mixed.summary["found"], 2)

    def test_g04_what_scanpst_made_are_ordinary_folders(self):
        got = Converted(self, REPAIRED)
        folders = got.folders()
        self.assertEqual(folders["in"], "Inbox")
        self.assertRegex(folders["again"], "^Inbox~0x[0-9a-f]+$")
        self.assertEqual(folders["sent"], "Sent Items")
        self.assertRegex(folders["sent again"], "^Sent Items~0x[0-9a-f]+$")
        self.assertEqual(folders["found"], "Lost and Found")
        self.assertEqual(folders["deep"],
                         "Lost and Found/Recovered Folder 8082")
        listed = self.run_ok("list", "--json", archive(REPAIRED)).out
        roles = {line["folder"]: line["role"]
                 for line in map(json.loads, listed.splitlines())
                 if line["role"]}
        self.assertEqual(roles.pop("Deleted Items"), "deleted")
        self.assertEqual(roles, {"Inbox": "inbox", "Sent Items": "sent"})

    def test_g05_a_lock_of_another_program_is_left_alone(self):
        mine = self.folder / "mine.pst"
        mine.write_bytes(archive(SMALL).read_bytes())
        mine.chmod(0o400)
        with open(mine, "rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            before = mine.stat()
            self.convert(mine, self.folder / "out", "--no-sync")
            self.assertEqual(mine.stat().st_mtime_ns, before.st_mtime_ns)
            # and it still is
            with open(mine, "rb") as other:
                with self.assertRaises(BlockingIOError):
                    fcntl.flock(other, fcntl.LOCK_SH | fcntl.LOCK_NB)

    def test_g05_what_is_in_use_says_so(self):
        strace.require(self)
        mine = self.folder / "mine.pst"
        mine.write_bytes(archive(SMALL).read_bytes())
        out = self.folder / "out"
        for words in (("info", mine), ("convert", mine, "--to", "mbox", "-o",
                                       out)):
            line = strace.traced_command(words, calls=["openat"],
                                         inject=["openat:error=EBUSY"])
            line[1:1] = ["-P", str(mine)]
            done = subprocess.run(line, capture_output=True, text=True,
                                  env=strace.TRACED, timeout=TIMEOUT,
                                  check=False)
            self.assertEqual(done.returncode, 66, done)
            self.assertIn("another program has it open", done.stderr)
            self.assertIn("run the same command again", done.stderr)

    def test_g08_no_total_hides_a_loss(self):
        recipe = 'folder "Inbox" {\n\tgenerate { messages 10; body 200 }\n}\n' \
            "damage { noise block 0x2000A4 data +0 100 1 sealed }\n"
        got = Converted(self, recipe, status=1)
        self.assertEqual((got.summary["found"], got.summary["written"],
                          got.summary["failed"]), (10, 9, 1))
        (lost,) = [row for row in got.rows if row["outcome"] == "failed"]
        self.assertEqual(lost["nid"], "0x2000a4")
        self.assertTrue(lost["reason"])
        self.assertIn("failed", got.ran.out + got.ran.err)

    def test_g09_depths_end_soon(self):
        nested = 'folder "Inbox" { message { subject "x"; attachment "i" ' \
            "{ nested 500 } } }\n"
        got = Converted(self, nested, status=1)
        self.assertEqual(got.summary["found"], 1)
        self.assertTrue(any("deep" in text or "level" in text or "nest" in text
                            for row in got.rows
                            for text in row["findings"] + [row["reason"] or ""]
                            ), got.rows)

    def test_g10_nodes_of_other_types_are_left_alone(self):
        got = Converted(self, "good-g10-other-node-types")
        self.assertEqual(got.subjects, ["First", "Second"])


if __name__ == "__main__":
    unittest.main()
