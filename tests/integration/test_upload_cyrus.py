#!/usr/bin/env python3
"""test_upload_cyrus.py PROGRAM PST_BUILDER PARTS PROVIDERS: upload to Cyrus,
the strict one, by PLAIN."""
import imaplib
import os

from resuming import Resume
from servers import PASSWORD, Cyrus
from uploads import PARTS, PLACE, UploadCase, Wanted, everything, run

CORPUS = os.environ.get("AM_CORPUS")
MAILBOXES = {
    "Posteingang": "INBOX",
    "Posteingang/Reisen": "INBOX/Reisen",
    "Posteingang/Reisen/台北 & München": "INBOX/Reisen/台北 & München",
    "Gesendete Elemente": "Sent",
    "Entwürfe": "Drafts",
    "Gelöschte Elemente": "Trash",
    "Junk-E-Mail": "Junk",
    "Projekte 100% * sicher": "Projekte 100_ _ sicher",
    "Notizen": "Notizen",
}


def administrator(server):
    imap = imaplib.IMAP4("127.0.0.1", server.port)
    imap.authenticate("PLAIN", lambda _: f"\0cyradm\0{PASSWORD}".encode())
    return imap


class WithCyrus(UploadCase):
    @classmethod
    def make(cls):
        return Cyrus(PLACE, PARTS)

    def test_archive(self):
        self.signed_in()
        path = self.archive()
        wanted = Wanted(self.program, [path])
        self.upload(path)
        self.check_all(wanted, MAILBOXES)
        self.check_other_files(wanted)
        before = everything(self.server)
        self.upload(path)
        self.assertEqual(everything(self.server), before)


class CorpusToCyrus(UploadCase):
    @classmethod
    def make(cls):
        return Cyrus(PLACE, PARTS, "corpus")

    def test_corpus(self):
        if not CORPUS:
            self.skipTest("AM_CORPUS names no folder of real archives.")
        self.signed_in()
        wanted = Wanted(self.program, [CORPUS])
        self.upload(CORPUS, status=wanted.status)
        self.check_all(wanted)


class TooBig(UploadCase):
    """It parts when a message that did not wait for its go is too large."""
    @classmethod
    def make(cls):
        return Cyrus(PLACE, PARTS, "limits", max_mail=20000)

    def test_too_big(self):
        self.signed_in()
        path = self.archive()
        wanted = Wanted(self.program, [path])
        self.upload(path, status=1)
        failed = [row for row in self.rows() if row["outcome"] == "failed"]
        self.assertEqual([row["subject"] for row in failed], ["Large"])
        row = failed[0]
        self.assertRegex(row["reason"], "larger than the server takes")
        self.assertEqual(row["path"], f"failed/{row['nid']}.eml")
        kept = (self.results / "archive" / row["path"]).read_bytes()
        self.assertEqual(kept, wanted.mail["archive", row["nid"]][0])
        there = sum(map(len, everything(self.server)[0].values()))
        self.assertEqual(there, len(wanted.mail) - 1)


class Full(UploadCase):
    """No room for all: later, with more room, the same command goes on."""
    @classmethod
    def make(cls):
        return Cyrus(PLACE, PARTS, "full", quota_kb=300)

    def test_full(self):
        self.signed_in()
        path = self.archive()
        wanted = Wanted(self.program, [path])
        ran = self.upload(path, status=75)
        self.assertIn("mailbox is full", ran.stderr)
        admin = administrator(self.server)
        self.assertEqual(admin.setquota("user/alice",
                                        "(STORAGE 100000)")[0], "OK")
        admin.shutdown()
        self.upload(path)
        self.check_all(wanted, MAILBOXES)


class ReadOnly(UploadCase):
    @classmethod
    def make(cls):
        return Cyrus(PLACE, PARTS, "readonly")

    def test_read_only(self):
        self.signed_in()
        everything(self.server)  # the first visit makes the mailboxes
        admin = administrator(self.server)
        self.assertEqual(admin.setacl("user/alice/Drafts", "alice",
                                      "lrs")[0], "OK")
        admin.shutdown()
        path = self.archive()
        wanted = Wanted(self.program, [path])
        self.upload(path, status=1)
        failed = [row for row in self.rows() if row["outcome"] == "failed"]
        self.assertEqual({row["folder"] for row in failed}, {"Entwürfe"})
        there = sum(map(len, everything(self.server)[0].values()))
        self.assertEqual(there, len(wanted.mail) - len(failed))


class ResumeToCyrus(Resume):
    moments = (30, 60, 90)

    @classmethod
    def make(cls):
        return Cyrus(PLACE, PARTS, "resume")


if __name__ == "__main__":
    run(WithCyrus, CorpusToCyrus, TooBig, Full, ReadOnly, ResumeToCyrus)
