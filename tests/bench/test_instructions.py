#!/usr/bin/env python3
"""instructions.py: what it reads out of callgrind's file, and what it makes of
a difference."""
import contextlib
import io
import tempfile
import unittest
from pathlib import Path

import instructions

# The program calls a library, which calls back.
COUNTS = """\
version: 1
positions: line
events: Ir

ob=(1) /opt/program
fl=(1) /src/libarchive-mail/pst/ndb/crypt.c
fn=(1) one
10 5
+2 7
fi=(2) /src/libarchive-mail/base/cursor.h
30 11
fe=(1)
cob=(2) /lib/libz.so
cfi=(3) ???
cfn=(2) inflate
calls=1 0
12 1000

ob=(2)
fl=(3)
fn=(2)
0 900
cob=(1)
cfi=(4) /src/tools/main.c
cfn=(3) callback
calls=2 5
0 100

ob=(1)
fl=(4)
fn=(3)
5 100
* 1
fl=(5) /usr/include/stdio.h
-4 3

summary: 1927
"""


class InstructionsTest(unittest.TestCase):
    def test_only_our_own_and_each_once(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "counts"
            path.write_text(COUNTS)
            counts = instructions.Counts("/opt/program")
            counts.read(path)
        self.assertEqual(counts.places, {
            "pst/ndb": 12, "base": 11, "tools": 101, "other": 3})

    def compared(self, now):
        reference = {"counts": {"a": {"base": 600, "mime": 400}}}
        with contextlib.redirect_stdout(io.StringIO()) as out:
            status = instructions.compare({"a": now}, reference)
        return status, out.getvalue()

    def test_growth_fails(self):
        status, text = self.compared({"base": 600, "mime": 431})
        self.assertEqual(status, 1)
        self.assertIn("+3.10% of 1,000", text)
        self.assertIn("too much growth", text)
        self.assertIn(instructions.UPDATE, text)
        self.assertIn("mime", text)
        self.assertNotIn("base", text)

    def test_little_growth_does_not(self):
        status, text = self.compared({"base": 600, "mime": 429})
        self.assertEqual((status, text.count("\n")), (0, 1))

    def test_less_is_said(self):
        status, text = self.compared({"base": 500, "mime": 400})
        self.assertEqual(status, 0)
        self.assertIn(instructions.UPDATE, text)

    def test_what_is_new_has_no_reference(self):
        with contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(
                instructions.compare({"b": {"base": 1}}, {"counts": {}}), 1)


if __name__ == "__main__":
    unittest.main()
