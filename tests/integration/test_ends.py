#!/usr/bin/env python3
"""test_ends.py IMAP_CLIENT DELAY_PROXY PARTS: servers end with what started
them, also when that is killed.

test_ends.py ... start SERVER: starts one, says its process groups, and waits.
"""
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

SECONDS = 15
KINDS = ("Dovecot", "Cyrus", "Courier", "AuthServer")


def groups_left(groups):
    """Processes of these groups, as [(pid, command)]."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue
        name, rest = re.match(r"\d+ \((.*)\) (.*)", text, re.S).groups()
        state, _, group = rest.split()[:3]
        if int(group) in groups and state != "Z":
            found.append((stat.parent.name, name))
    return found


def start_and_wait(kind):
    import servers
    from cases import PARTS, PLACE
    from processes import SKIP, Missing
    try:
        words = [] if kind == "Dovecot" else [PARTS]
        getattr(servers, kind)(PLACE, *words)
    except Missing as missing:
        PLACE.end()
        print(missing)
        sys.exit(SKIP)
    print("groups", PLACE.path,
          *(arguments[0].pid for _, arguments in PLACE.stops), flush=True)
    time.sleep(600)


class Ends(unittest.TestCase):
    def started(self, kind):
        process = subprocess.Popen(
            [sys.executable, "-B", __file__, *sys.argv[1:4], "start", kind],
            stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        words = process.stdout.readline().split()
        if words[:1] != ["groups"]:
            process.wait()
            self.skipTest(" ".join(words))
        self.addCleanup(shutil.rmtree, words[1], ignore_errors=True)
        return process, Path(words[1]), {int(word) for word in words[2:]}

    def check_end(self, how):
        for kind in KINDS:
            with self.subTest(kind=kind, how=how):
                process, place, groups = self.started(kind)
                self.assertTrue(groups_left(groups))
                process.send_signal(how)
                process.wait(SECONDS)
                until = time.monotonic() + SECONDS
                while groups_left(groups) and time.monotonic() < until:
                    time.sleep(0.1)
                self.assertEqual(groups_left(groups), [])
                if how == signal.SIGTERM:
                    self.assertFalse(place.exists())

    def test_killed(self):
        self.check_end(signal.SIGKILL)

    def test_told(self):
        self.check_end(signal.SIGTERM)


if __name__ == "__main__":
    if sys.argv[4:5] == ["start"]:
        start_and_wait(sys.argv[5])
    else:
        unittest.main(argv=sys.argv[:1], verbosity=2)
