#!/usr/bin/env python3
"""test_upload_rare.py PROGRAM PST_BUILDER PARTS PROVIDERS: upload to servers
that do what real ones do rarely."""
import json

from rare_server import Mailbox, RareServer
from uploads import PLACE, UploadCase, run

MESSAGE = """	message {{
		subject "m{0}"; flags read {1}
		from "Ann" <ann@example.org>; to "Bob" <bob@example.org>
		sent 2004-05-06T07:08:{0:02}Z; received 2004-05-06T07:08:{0:02}Z
		body "text {0}\\r\\n"
	}}
"""
COUNT = 20


def recipe(more=lambda number: ""):
    return ('store-name "rare"\nfolder "Posteingang" {\n\trole inbox\n' +
            "".join(MESSAGE.format(number, more(number))
                    for number in range(COUNT)) + "}\n")


class Rare(UploadCase):
    @classmethod
    def make(cls):
        return None

    def setUp(self):
        super().setUp()
        self.server = RareServer()
        self.addCleanup(self.server.close)
        self.signed_in()
        self.path = self.archive(recipe(), "rare")

    def names(self, mailbox="INBOX"):
        return [subject for subject, _ in self.server.subjects(mailbox)]

    def check_once(self):
        self.assertEqual(sorted(self.names()),
                         sorted(f"m{number}" for number in range(COUNT)))


class Breaks(Rare):
    """The server takes a message and the connection ends, or it says that it
    is enough; the same command goes on."""

    def test_without_uidplus(self):
        """No UID is told, so UIDNEXT is asked for."""
        self.server.can = "IMAP4rev1 LITERAL+ UNSELECT"
        self.server.answer = lambda number: "cut" if number == 12 else None
        self.upload(self.path, status=69)
        self.upload(self.path)
        self.check_once()
        # those that were found again have one
        self.assertEqual([row["uid"] for row in self.rows("rare")],
                         [*range(1, 12), *[None] * (COUNT - 11)])

    def test_throttled(self):
        self.server.answer = lambda number: (
            "NO Request is throttled. Suggested Backoff Time: 5000 "
            "milliseconds" if number == 9 else None)
        ran = self.upload(self.path, status=75)
        self.assertIn("same command", ran.stderr)
        self.server.answer = lambda number: None
        self.upload(self.path)
        self.check_once()

    def test_new_mail_meanwhile(self):
        """Somebody else's messages are nobody's rows."""
        self.server.answer = lambda number: "cut" if number == 7 else None
        self.upload(self.path, status=69)
        box = self.server.mailboxes["INBOX"]
        mime = (b"Message-ID: <else@example.org>\r\nSubject: else\r\n\r\n")
        for _ in range(3):
            box.messages[box.next] = (mime, set(),
                                      "06-May-2004 07:08:00 +0000")
            box.next += 1
        self.server.answer = lambda number: (
            "cut" if number == 9 else None)
        self.upload(self.path, status=69)
        self.upload(self.path)
        self.assertEqual(self.names().count("else"), 3)
        for number in range(COUNT):
            self.assertEqual(self.names().count(f"m{number}"), 1)

    def test_mailbox_made_anew(self):
        """Its UIDs mean nothing any more; a finding says so."""
        self.server.answer = lambda number: "cut" if number == 12 else None
        self.upload(self.path, status=69)
        old = self.server.mailboxes["INBOX"]
        new = self.server.mailboxes["INBOX"] = Mailbox(99)
        for message in list(old.messages.values())[:5]:
            new.messages[new.next] = message
            new.next += 1
        ran = self.upload(self.path, "-v")
        self.assertIn("uidvalidity-changed", ran.stderr)
        self.check_once()
        for row in self.rows("rare"):
            self.assertEqual(row["uidvalidity"], 99)

    def test_mailbox_gone(self):
        """Somebody deletes it meanwhile: it is made again, once."""
        def answer(number):
            if number == 3:
                self.server.mailboxes.pop("Old/Posteingang")
            return None
        self.server.answer = answer
        self.upload(self.path, "--into", "Old")
        self.assertEqual(sorted(self.names("Old/Posteingang")),
                         sorted(f"m{number}" for number in range(2, COUNT)))
        self.assertEqual(list((self.results / "rare").rglob("*.eml")), [])
        self.assertTrue(all(row["outcome"] == "written"
                            for row in self.rows("rare")))

    def test_mailbox_that_cannot_be_kept(self):
        """It says that it is not there, whatever is done."""
        self.server.answer = lambda number: "NO [TRYCREATE] no such mailbox"
        self.upload(self.path, status=1)
        for row in self.rows("rare"):
            self.assertIn("no such mailbox", row["reason"])
            self.assertEqual(
                (self.results / "rare" / row["path"]).stat().st_size,
                row["size"])


class Flags(Rare):
    def test_forgotten(self):
        """\\Flagged that APPEND does not keep is set again."""
        path = self.archive(recipe(
            lambda number: "; flagged" if number % 3 == 0 else ""), "flags")
        self.server.forgets = {r"\Flagged"}
        self.upload(path)
        self.assertEqual(
            [subject for subject, flags in self.server.subjects("INBOX")
             if r"\Flagged" in flags],
            [f"m{number}" for number in range(0, COUNT, 3)])
        self.assertTrue(any(line.startswith("UID STORE")
                            for line in self.server.said))

    def test_kept(self):
        """Then it is asked once, and not again."""
        path = self.archive(recipe(lambda number: "; flagged"), "flags")
        self.upload(path)
        self.assertFalse(any(line.startswith("UID STORE")
                             for line in self.server.said))

    def test_keywords_that_are_not_taken(self):
        path = self.archive(recipe(
            lambda number: '; forwarded; categories "Red" "Blue"'), "flags")
        self.server.permanent = r"(\Seen Blue)"
        self.upload(path)
        for _, flags in self.server.subjects("INBOX"):
            self.assertEqual(flags, {r"\Seen", "Blue"})

    def test_microsoft(self):
        """It says that it keeps $MDNSent, and does something else with it."""
        path = self.archive(recipe(
            lambda number: "; prop 0x0E17:i32 0x4000"), "flags")
        self.upload(path)
        for _, flags in self.server.subjects("INBOX"):
            self.assertIn("$MDNSent", flags)
        self.server.mailboxes = {"INBOX": Mailbox(9)}
        self.server.can += " CLIENTACCESSRULES"
        self.upload(path, "-o", self.results / "again")
        for _, flags in self.server.subjects("INBOX"):
            self.assertEqual(flags, {r"\Seen"})


class Refusals(Rare):
    def test_read_only(self):
        self.server.read_only = True
        ran = self.upload(self.path, status=73)
        self.assertIn("only be read", ran.stderr)
        self.assertEqual(self.server.appends, 0)

    def test_nothing_can_be_made(self):
        self.server.makes = False
        ran = self.upload(self.path, "--into", "Old", status=73)
        self.assertIn("not yours", ran.stderr)
        self.assertIn("--map", ran.stderr)

    def test_some_are_refused(self):
        self.server.answer = lambda number: (
            "NO Message contains NUL characters" if number in (3, 5)
            else None)
        ran = self.upload(self.path, status=1)
        self.assertIn("2 failed", ran.stdout)
        failed = [row for row in self.rows("rare")
                  if row["outcome"] == "failed"]
        self.assertEqual(len(failed), 2)
        for row in failed:
            self.assertIn("NUL characters", row["reason"])
            kept = self.results / "rare" / row["path"]
            self.assertEqual(kept.stat().st_size, row["size"])
            self.assertIsNone(row["mailbox"])
        self.assertEqual(len(self.names()), COUNT - 2)
        self.assertFalse((self.results / "rare/upload.part").exists())


class Maps(Rare):
    def test_a_folder_that_nobody_has(self):
        (self.program.home / "map").write_text('{"Nowhere": "X"}', "ascii")
        ran = self.upload(self.path, "-v", "--map", self.program.home / "map")
        self.assertIn("map-unused", ran.stderr)
        self.assertIn("Nowhere", ran.stderr)

    def test_no_map(self):
        for text, said in (("[", "not JSON"), ("[1]", "no JSON object"),
                           ('{"a": 1}', "no name of a mailbox"),
                           ('{"a": ""}', "no name of a mailbox"),
                           ('{"a": "b", "a": "c"}', "not JSON")):
            (self.program.home / "map").write_text(text, "ascii")
            ran = self.upload(self.path, "--map", self.program.home / "map",
                              status=65)
            self.assertIn(said, ran.stderr)
        self.upload(self.path, "--map", "/nowhere/map", status=66)

    def test_plan_as_map(self):
        plan = json.loads(self.upload(self.path, "--plan", "--json").stdout)
        self.assertEqual(plan["map"], {"Posteingang": "INBOX"})
        self.assertEqual(plan["messages"], COUNT)
        plan["map"]["Posteingang"] = "Neu/Eingang"
        (self.program.home / "map").write_text(json.dumps(plan), "ascii")
        self.upload(self.path, "--map", self.program.home / "map")
        self.assertEqual(len(self.names("Neu/Eingang")), COUNT)

    def test_trace(self):
        trace = self.program.home / "trace"
        self.upload(self.path, "--trace", trace)
        text = trace.read_text("utf-8")
        self.assertEqual(text.count(" APPEND "), COUNT)
        self.assertNotIn("text 3", text)
        self.assertEqual(trace.stat().st_mode & 0o777, 0o600)
        self.upload(self.path, "--trace", trace, status=73)


run(Breaks, Flags, Refusals, Maps)
