#!/usr/bin/env python3
"""test_upload_choices.py PROGRAM PST_BUILDER PARTS PROVIDERS: what upload does
when it is told how, and what it calls folders."""
import email
import json

from servers import Dovecot
from uploads import (DOVECOT_MAILBOXES, PLACE, UploadCase, Wanted, everything,
                     run)


class Choices(UploadCase):
    """By password; each test into folders of its own."""

    @classmethod
    def make(cls):
        return Dovecot(PLACE, "choices")

    def setUp(self):
        super().setUp()
        self.signed_in()
        self.path = self.archive()
        self.before, _ = everything(self.server)

    def there_now(self):
        """What was not there when the test began."""
        found, _ = everything(self.server)
        return {mailbox: {uid: one for uid, one in messages.items()
                          if uid not in self.before.get(mailbox, {})}
                for mailbox, messages in found.items()
                if messages.keys() - self.before.get(mailbox, {}).keys()}

    def test_plan_sends_nothing(self):
        ran = self.upload(self.path, "--plan")
        self.assertEqual(everything(self.server)[0], self.before)
        for folder, mailbox in DOVECOT_MAILBOXES.items():
            self.assertIn(folder, ran.stdout)
            self.assertIn(mailbox, ran.stdout)
        self.assertFalse(list(self.results.glob("*"))
                         if self.results.exists() else [])

    def test_into(self):
        wanted = Wanted(self.program, [self.path])
        self.upload(self.path, "--into", "Old mail/2004")
        now = self.there_now()
        self.assertTrue(now)
        for mailbox in now:
            self.assertTrue(mailbox.startswith("Old mail/2004"), mailbox)
        self.assertEqual(sum(map(len, now.values())), len(wanted.mail))
        self.assertEqual(len(now["Old mail/2004/Posteingang/Reisen"]), 30)
        # roles do not count there
        self.assertEqual(len(now["Old mail/2004/Gesendete Elemente"]), 12)

    def test_map(self):
        """One folder goes elsewhere; the plan is what a map is made from."""
        (self.program.home / "map").write_text(
            self.map_text("Posteingang/Reisen", "Mapped/Journeys"), "utf-8")
        self.upload(self.path, "--map", self.program.home / "map",
                    "--folder", "Posteingang/Reisen")
        now = self.there_now()
        self.assertEqual(list(now), ["Mapped/Journeys"])
        self.assertEqual(len(now["Mapped/Journeys"]), 30)

    def map_text(self, folder, mailbox):
        return json.dumps({folder: mailbox})

    def outcome(self, name):
        return {row["nid"]: row for row in self.rows()
                if row["folder"] == name}

    def test_non_mail_files(self):
        self.upload(self.path, "--into", "Files", "--non-mail", "files")
        names = {str(path.relative_to(self.results / "archive"))
                 for path in (self.results / "archive").rglob("*.*cs")}
        self.assertEqual(names, {"calendar/Kalender.ics"})
        self.assertTrue(
            (self.results / "archive/contacts/Kontakte.vcf").exists())
        self.assertNotIn("Files/Kalender", self.there_now())

    def test_non_mail_skip(self):
        self.upload(self.path, "--into", "Skipped", "--non-mail", "skip")
        for folder in ("Kalender", "Kontakte"):
            for row in self.outcome(folder).values():
                self.assertEqual(row["outcome"], "skipped", row)
                self.assertTrue(row["reason"])
        self.assertFalse((self.results / "archive/calendar").exists())
        self.assertNotIn("Skipped/Kalender", self.there_now())

    def test_non_mail_message(self):
        words = ["--into", "Messages", "--non-mail", "message"]
        ran = self.upload(self.path, *words, "--plan")
        self.assertIn("Messages/Kalender (new): 1 message", ran.stdout)
        self.upload(self.path, *words)
        now = self.there_now()
        for folder, mark in (("Kalender", b"BEGIN:VCALENDAR"),
                             ("Kontakte", b"BEGIN:VCARD")):
            mime, = (one[0] for one in now[f"Messages/{folder}"].values())
            self.assertTrue(self.holds(mime, mark), mime)
            for row in self.outcome(folder).values():
                self.assertEqual(row["outcome"], "written", row)
                self.assertEqual(row["mailbox"], f"Messages/{folder}")
        self.assertFalse((self.results / "archive/calendar").exists())

    def holds(self, mime, mark):
        return any(mark in (part.get_payload(decode=True) or b"")
                   for part in email.message_from_bytes(mime).walk())

    def test_receipts(self):
        self.upload(self.path, "--into", "Quiet", "--folder", "Posteingang")
        for mime, *_ in self.there_now()["Quiet/Posteingang"].values():
            self.assertNotIn(b"Disposition-Notification-To",
                             mime.split(b"\r\n\r\n")[0])

    def test_filters(self):
        self.upload(self.path, "--into", "Some", "--since", "2005-01-01",
                    "--until", "2007-12-31", "--folder", "Posteingang")
        subjects = {row["subject"] for row in self.rows()
                    if row["outcome"] == "written"}
        self.assertEqual(subjects, {
            "Read and forwarded: Äpfel", "Read and answered",
            "Flagged, with categories", "Done", "Asks for receipts",
            "Before the first day"})  # what has no date is not left out
        self.assertEqual(len(self.there_now()["Some/Posteingang"]), 6)

    def test_dedup(self):
        self.upload(self.path, "--into", "Once", "--dedup", "--folder",
                    "Posteingang")
        skipped = [row for row in self.rows()
                   if row["outcome"] == "skipped" and row["duplicate_of"]]
        self.assertEqual(len(skipped), 1)
        self.assertEqual(skipped[0]["subject"], "Twice")

    def test_same_place_other_options(self):
        """Not a mixture: 73, and nothing is touched."""
        self.upload(self.path, "--into", "Same", "--folder", "Entwürfe")
        before = everything(self.server)
        ran = self.program.run(*self.words(
            self.path, "--into", "Other", "--folder", "Entwürfe"))
        self.assertEqual(ran.returncode, 73, ran.stderr)
        self.assertEqual(everything(self.server), before)

    def test_default_place_of_results(self):
        ran = self.program.run("upload", self.path, "--account", "me",
                               "--into", "Default", "--folder", "Entwürfe")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        place = self.program.home / ".local/state/archive-mail/uploads/me"
        self.assertTrue((place / "archive.ledger.jsonl").exists())
        self.assertEqual(place.stat().st_mode & 0o777, 0o700)

    def test_json(self):
        ran = self.upload(self.path, "--into", "Json", "--json")
        summary = json.loads(ran.stdout)
        self.assertEqual(summary["found"], summary["written"] +
                         summary["skipped"] + summary["failed"])
        self.assertEqual(summary["found"], len(self.rows()))

    def test_two_archives(self):
        other = self.archive(
            'folder "Entwürfe" { role drafts; message { subject "Other"; '
            'flags unsent; body "x\\r\\n" } }', "other")
        self.upload(self.path, other, "--into", "Two")
        self.assertEqual(len(self.there_now()["Two/Entwürfe"]), 2)


DOTS = '''folder "Version 2.0" {
message { subject "a"; flags read; body "a\\r\\n" }
folder "v2.1 final." { message { subject "b"; flags read; body "b\\r\\n" } }
}
folder "Version 2_0" { message { subject "c"; flags read; body "c\\r\\n" } }
'''


class Dots(UploadCase):
    """In names: Dovecot's Maildir takes none."""

    @classmethod
    def make(cls):
        return Dovecot(PLACE, "dots")

    def uploaded(self, server):
        self.program.login_by_password(server)
        path = self.archive(DOTS, "dots")
        plan = self.upload(path, "--plan").stdout
        self.upload(path)
        found = {mailbox: [mime.split(b"Subject: ")[1][:1].decode()
                           for mime, *_ in messages.values()]
                 for mailbox, messages in everything(server)[0].items()}
        for mailbox in found:
            self.assertIn(f" -> {mailbox} (new)", plan)
        self.upload(path)
        return found

    def test_not_taken(self):
        found = self.uploaded(self.server)
        other, = (name for name in found if "~" in name)
        self.assertTrue(other.startswith("Version 2_0~"), other)
        self.assertEqual(found, {"Version 2_0": ["a"], other: ["c"],
                                 "Version 2_0/v2_1 final_": ["b"]})

    def test_taken(self):
        found = self.uploaded(Dovecot(PLACE, "taken", storage="mdbox"))
        self.assertEqual(found, {"Version 2.0": ["a"], "Version 2_0": ["c"],
                                 "Version 2.0/v2.1 final.": ["b"]})


if __name__ == "__main__":
    run(Choices, Dots)
