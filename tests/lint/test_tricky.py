#!/usr/bin/env python3
"""Each fault that tricky.py is for is found, and a good index is left alone."""
import tempfile
import unittest
from pathlib import Path

import tricky

FILES = {
    "unit/test_a.c": "static void\ntest_one(void **state)\n{\n}\n\n"
                     "static void\ntest_unlisted(void **state)\n{\n}\n\n"
                     "static void\nhelper(int i)\n{\n}\n\n"
                     "\tconst struct CMUnitTest tests[] = {\n"
                     "\t\tcmocka_unit_test(test_one),\n\t};\n\thelper(1);\n",
    "cli/test_b.py": "class B:\n    def test_two(self):\n        pass\n"
                     "    def helper(self, x):\n        pass\n",
    "golden/seen.txt": "folder x { }\n", "golden/seen.eml": "x\n",
    "golden/unseen.txt": "folder x { }\n",
    "recipes/good-x.txt": "# X.\n# expect: exit=0\n",
    "recipes/good-y.txt": "# Y.\n",
    "dialogues/x.txt": "do: open\nexpect: AM_OK\n",
    "dialogues/y.txt": "do: open\n",
}
GOOD = "unit/test_a.c:test_one"

# What the line of A1 says, and what is wrong with it.
CASES = [
    (GOOD, None),
    ("cli/test_b.py:test_two recipes/good-x.txt golden/seen.txt", None),
    ("open: one day", None),
    (f"{GOOD} open: half of it", None),
    ("", "no test"),
    ("open:", "no test"),
    ("unit/test_c.c:test_one", "there is no tests/unit/test_c.c"),
    ("../tests/unit/test_a.c:test_one", "there is no"),
    ("unit/test_a.c", "which function"),
    ("unit/test_a.c:test_on", "has no test test_on"),
    ("unit/test_a.c:test_unlisted", "has no test test_unlisted"),
    ("unit/test_a.c:helper", "has no test helper"),
    ("cli/test_b.py:test_one", "has no test test_one"),
    ("cli/test_b.py:helper", "has no test helper"),
    ("golden/unseen.txt", "nothing lies beside it"),
    ("recipes/good-y.txt", "no expect: line"),
    ("dialogues/x.txt", None),
    ("dialogues/y.txt", "no expect: line"),
    (f"{GOOD} cli/none.py:test_two", "there is no tests/cli/none.py"),
]


class IndexTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tests = Path(folder.name)
        for name, text in FILES.items():
            (self.tests / name).parent.mkdir(exist_ok=True)
            (self.tests / name).write_text(text)

    def faults(self, lines):
        return [what for _, what in
                tricky.index_faults("\n".join(lines), self.tests)]

    def test_lines(self):
        rest = [f"{row} {GOOD}" for row in tricky.ROWS[1:]]
        for words, want in CASES:
            with self.subTest(words):
                found = self.faults([f"A1 {words}", "", "# D1", *rest])
                self.assertEqual(len(found), 1 if want else 0, found)
                self.assertIn(want or "", "".join(found))

    def test_rows(self):
        good = [f"{row} {GOOD}" for row in tricky.ROWS]
        self.assertEqual(self.faults(good), [])
        self.assertEqual(self.faults(good[1:]), ["A1 is missing"])
        self.assertEqual(self.faults([*good, f"A32 {GOOD}"]),
                         ["the list has no row A32"])
        self.assertEqual(self.faults([good[0], *good]),
                         ["A1 is in line 1 already"])
        self.assertEqual(self.faults([good[1], good[0], *good[2:]]),
                         ["the rows are not in their order"])

    def test_the_list(self):
        spec = "".join(f"| {row} | x | y |\n" for row in tricky.ROWS)
        self.assertEqual(list(tricky.spec_faults(spec)), [])
        self.assertEqual(list(tricky.spec_faults(spec + "| G11 | x |\n")),
                         ["G11 is new"])
        self.assertEqual(
            list(tricky.spec_faults(spec.replace("| D3 |", "D3"))),
            ["D3 is gone"])


if __name__ == "__main__":
    unittest.main()
