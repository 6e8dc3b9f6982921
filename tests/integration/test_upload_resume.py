#!/usr/bin/env python3
"""test_upload_resume.py PROGRAM PST_BUILDER PARTS PROVIDERS: an upload that is
killed, cut off or interrupted, and goes on: every message is there once."""
import os
import signal
import subprocess

from resuming import Resume, taken_in
from servers import Dovecot
from uploads import PLACE, run


class WithDovecot(Resume):
    @classmethod
    def make(cls):
        return Dovecot(PLACE, "resume")

    def test_killed_again_and_again(self):
        at, kills = self.percent(25), 0
        words = self.into("Again")
        for _ in range(6):
            kills += self.killed(words, up=at)
            taken_in(self.server.port)
        self.assertGreaterEqual(kills, 2)
        self.go_on(words)

    def test_resumed_at_once(self):
        """The server still stores what has reached it; the program waits."""
        for part in (50, 80):
            with self.subTest(part=part):
                at = self.percent(part)
                words = self.into(f"At once {part}")
                self.assertTrue(self.killed(words, up=at))
                self.go_on(words, at_once=True)

    def test_killed_with_four_connections(self):
        for part in (40, 80):
            with self.subTest(part=part):
                at = self.percent(part)
                words = [*self.into(f"Four {part}"), "--connections", "4"]
                self.assertTrue(self.killed(words, up=at))
                self.go_on(words)

    def test_cut(self):
        """The connection ends, and the program does not."""
        for part in self.moments[::2]:
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


# Only their size tells them apart: when it is not known which of them the
# server has.
ALIKE = "folder \"Inbox\" {\n" + "".join(
    'message { subject "Alike"; flags read; message-id "<same@example.org>"; '
    "sent 2008-05-06T07:08:09Z; received 2008-05-06T07:08:12Z; "
    f"body prose {2000 + 37 * n} {n} }}\n" for n in range(150)) + "}\n"


class Alike(Resume):
    recipe = ALIKE
    moments = (20, 50, 70)

    @classmethod
    def make(cls):
        return Dovecot(PLACE, "alike")


if __name__ == "__main__":
    run(WithDovecot, Alike)
