"""An upload that is killed, and goes on: every message is there once."""
import hashlib
import signal
import threading
import time
from collections import Counter
from pathlib import Path

from cutter import Cutter
from uploads import UploadCase, Wanted, everything, ledgers

TAKEN_IN_SECONDS = 60
# of connections, in /proc/net/tcp
TIME_WAIT, LISTEN = "06", "0A"


def taken_in(port):
    """Waits until the server has closed all connections: before, it may still
    take in what reached it before a kill."""
    until = time.monotonic() + TAKEN_IN_SECONDS
    while time.monotonic() < until:
        lines = [line.split() for name in ("tcp", "tcp6")
                 for line in Path("/proc/net", name).read_text()
                 .splitlines()[1:]]
        if not any(int(line[1].rsplit(":", 1)[1], 16) == port and
                   line[3] not in (TIME_WAIT, LISTEN) for line in lines):
            return
        time.sleep(0.05)
    raise RuntimeError(f"the server on port {port} does not come to an end")


class Resume(UploadCase):
    """For every server; each run goes into a folder of its own. moments: of
    all that is sent, in percent; prefix: of the server's mailboxes."""
    moments = (1, 30, 60, 90, 99)
    prefix = ""
    total = None

    def setUp(self):
        super().setUp()
        # Without TLS: there it is not another process of the server's that
        # has the connection, and is done before the one that stores.
        self.cutter = Cutter(self.server.port)
        self.addCleanup(self.cutter.close)
        self.signed_in(self.cutter.port, tls=False)
        self.path = self.archive()
        self.wanted = Wanted(self.program, [self.path])

    def into(self, name):
        self.name = name
        self.results = self.program.home / name
        return self.words(self.path, "--into", name)

    def check_once(self):
        """By the server alone, and by the ledger."""
        found, _ = everything(self.server, self.prefix + self.name +
                              self.separator)
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

    def go_on(self, words, at_once=False):
        """To the end; then there is nothing to do."""
        self.cutter.open()
        if not at_once:
            taken_in(self.server.port)
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
        if self.total is None:
            ran = self.program.run(*self.into("Undisturbed"))
            self.assertEqual(ran.returncode, 0, ran.stderr)
            self.check_once()
            type(self).total = self.cutter.sent
        return self.total * part // 100

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
        for part in self.moments:
            with self.subTest(part=part):
                at = self.percent(part)
                words = self.into(f"Killed {part}")
                self.assertTrue(self.killed(words, up=at))
                self.go_on(words)

    def test_killed_without_replies(self):
        """All that it sends arrives, and it is not told so."""
        for part in self.moments[1:4]:
            with self.subTest(part=part):
                at = self.percent(part)
                words = self.into(f"Mute {part}")
                self.assertTrue(self.killed(words, delay=1, lost=at))
                self.go_on(words)
