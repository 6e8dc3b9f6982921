#!/usr/bin/env python3
"""test_upload_courier.py PROGRAM PST_BUILDER PARTS PROVIDERS: upload to
Courier, which has no LITERAL+, and names under INBOX."""
import os
from pathlib import Path

from resuming import Resume
from servers import Courier
from uploads import PARTS, PLACE, UploadCase, Wanted, everything, run

CORPUS = os.environ.get("AM_CORPUS")
# Of the corpus: it takes a message or ten in a second.
ARCHIVES = ("apache__tika__*.pst", "hughbe__PstReader__2003_*.pst")
MAILBOXES = {
    "Posteingang": "INBOX",
    "Posteingang/Reisen": "INBOX.Reisen",
    "Posteingang/Reisen/台北 & München": "INBOX.Reisen.台北 & München",
    "Gesendete Elemente": "INBOX.Gesendete Elemente",
    "Entwürfe": "INBOX.Entwürfe",
    "Junk-E-Mail": "INBOX.Junk-E-Mail",
    "Projekte 100% * sicher": "INBOX.Projekte 100_ _ sicher",
    "Notizen": "INBOX.Notizen",
}


class WithCourier(UploadCase):
    separator = "."

    @classmethod
    def make(cls):
        return Courier(PLACE, PARTS)

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


class CorpusToCourier(UploadCase):
    @classmethod
    def make(cls):
        return Courier(PLACE, PARTS, "corpus")

    def test_corpus(self):
        if not CORPUS:
            self.skipTest("AM_CORPUS names no folder of real archives.")
        self.signed_in()
        inputs = sorted(path for glob in ARCHIVES
                        for path in Path(CORPUS).glob(glob))
        wanted = Wanted(self.program, inputs)
        self.upload(*inputs)
        self.check_all(wanted)


class Full(UploadCase):
    @classmethod
    def make(cls):
        return Courier(PLACE, PARTS, "quota", quota="300000S")

    def test_full(self):
        self.signed_in()
        path = self.archive()
        ran = self.upload(path, status=75)
        self.assertIn("mailbox is full", ran.stderr)


class ResumeToCourier(Resume):
    """A message at a time, and the next one's command behind it."""
    moments = (30, 70)
    prefix, separator = "INBOX.", "."

    @classmethod
    def make(cls):
        return Courier(PLACE, PARTS, "resume")


if __name__ == "__main__":
    run(WithCourier, CorpusToCourier, Full, ResumeToCourier)
