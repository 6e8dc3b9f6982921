#!/usr/bin/env python3
"""test_upload_resume.py PROGRAM PST_BUILDER PARTS PROVIDERS: an upload that is
killed, cut off or interrupted, and goes on: every message is there once."""
import hashlib
import os
import signal
import subprocess
import threading
import time
from collections import Counter

from cutter import Cutter
from servers import Dovecot
from uploads import PLACE, UploadCase, Wanted, everything, ledgers, run

# What has reached the server before a kill is taken in by then.
TAKEN_IN_SECONDS = 1
# of all that is sent, in percent
MOMENTS = (1, 30, 60, 90, 99)


class Resume(UploadCase):
    """Each run goes into a folder of its own."""
    total = None

    @classmethod
    def make(cls):
        return Dovecot(PLACE, "resume")

    def setUp(self):
        super().setUp()
        self.cutter = Cutter(self.server.tls_port)
        self.addCleanup(self.cutter.close)
        self.signed_in(self.cutter.port)
        self.path = self.archive()
        self.wanted = Wanted(self.program, [self.path])

    def into(self, name):
        self.name = name
        self.results = self.program.home / name
        return self.words(self.path, "--into", name)

    def check_once(self):
        """By the server alone, and by the ledger."""
        found, _ = everything(self.server, self.name + "/")
        there = Counter(
            (mailbox, hashlib.sha256(one[0]).hexdigest())
            for mailbox, messages in found.items()
            for one in messages.values())
        rows = [row for row in ledgers(self.results)["archive"]
                if row.get("uid") is not None]
        self.assertEqual(len(rows), len(self.wanted.mail))
        want = Counter((row["mailbox"], hashlib.sha256(
            self.wanted.mail["archive", row["nid"]][0]).hexdigest())
                       for row in rows)
        self.assertEqual(there - want, Counter(), "too many")
        self.assertEqual(want - there, Counter(), "missing")
        for row in rows:
            self.assertEqual(
                found[row["mailbox"]][row["uid"]][0],
                self.wanted.mail["archive", row["nid"]][0], row)

    def go_on(self, words):
        """To the end; then there is nothing to do."""
        self.cutter.open()
        time.sleep(TAKEN_IN_SECONDS)
        ran = self.program.run(*words)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.check_once()
        ledger = (self.results / "archive.ledger.jsonl").read_bytes()
        ran = self.program.run(*words)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.check_once()
        self.assertEqual((self.results / "archive.ledger.jsonl")
                         .read_bytes(), ledger)

    def percent(self, part):
        """The byte at which so much of an upload has been sent."""
        if Resume.total is None:
            ran = self.program.run(*self.into("Undisturbed"))
            self.assertEqual(ran.returncode, 0, ran.stderr)
            self.check_once()
            Resume.total = self.cutter.sent
        return Resume.total * part // 100

    def killed(self, words, delay=0, **how):
        """Starts it; it is killed when the cutter says so. True: it was."""
        process = self.program.start(*words)

        def kill():
            if delay:
                time.sleep(delay)
            process.kill()
        self.cutter.open(**how, on_cut=lambda: threading.Thread(
            target=kill).start())
        out, err = process.communicate(timeout=60)
        self.assertIn(process.returncode, (0, -signal.SIGKILL), out + err)
        return process.returncode != 0

    def test_killed(self):
        """What was sent has arrived, up to a byte in the middle."""
        for part in MOMENTS:
            with self.subTest(part=part):
                at = self.percent(part)
                words = self.into(f"Killed {part}")
                self.assertTrue(self.killed(words, up=at))
                self.go_on(words)

    def test_killed_without_replies(self):
        """All that it sends arrives, and it is not told so."""
        for part in MOMENTS[1:4]:
            with self.subTest(part=part):
                at = self.percent(part)
                words = self.into(f"Mute {part}")
                self.assertTrue(self.killed(words, delay=1, lost=at))
                self.go_on(words)

    def test_killed_again_and_again(self):
        at, kills = self.percent(25), 0
        words = self.into("Again")
        for _ in range(6):
            kills += self.killed(words, up=at)
            time.sleep(TAKEN_IN_SECONDS)
        self.assertGreaterEqual(kills, 2)
        self.go_on(words)

    def test_cut(self):
        """The connection ends, and the program does not."""
        for part in MOMENTS[::2]:
            with self.subTest(part=part):
                at = self.percent(part)
                words = self.into(f"Cut {part}")
                self.cutter.open(up=at)
                ran = self.program.run(*words)
                self.assertIn(ran.returncode, (0, 69), ran.stderr)
                self.go_on(words)

    def test_interrupted(self):
        """Ctrl-C: 130, and the same command goes on."""
        at = self.percent(33)
        words = self.into("Interrupted")
        process = self.program.start(*words)
        self.cutter.open(hold=at, on_cut=lambda: process.send_signal(
            signal.SIGINT))
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, out + err)
        self.assertIn("the same command goes on", err)
        self.go_on(words)

    def test_killed_at_journal_writes(self):
        """Between what the server has, and what the journal says."""
        if not self.can_trace():
            self.skipTest("strace cannot trace here.")
        kills = 0
        for call, ordinals in (("pwrite64", (2, 30)), ("fdatasync", (1, 4)),
                               ("write", (40, 90))):
            for ordinal in ordinals:
                with self.subTest(call=call, ordinal=ordinal):
                    words = self.into(f"{call} {ordinal}")
                    kills += self.traced(call, ordinal, words)
                    self.go_on(words)
        self.assertGreaterEqual(kills, 3)

    def can_trace(self):
        try:
            return subprocess.run(
                ["strace", "-f", "-e", "trace=fsync", "-o", os.devnull,
                 "true"], check=False, stderr=subprocess.DEVNULL
            ).returncode == 0
        except FileNotFoundError:
            return False

    def traced(self, call, ordinal, words):
        """Killed just before that call. True: it was."""
        self.cutter.open()
        done = subprocess.run(
            ["strace", "-f", "-o", os.devnull, "-e", f"trace={call}", "-e",
             f"inject={call}:signal=KILL:when={ordinal}", self.program.path,
             *map(os.fspath, words)], stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=100, check=False,
            env={**self.program.env, "ASAN_OPTIONS": "detect_leaks=0"})
        self.assertIn(done.returncode, (0, -signal.SIGKILL), done.stderr)
        return done.returncode != 0


if __name__ == "__main__":
    run(Resume)
