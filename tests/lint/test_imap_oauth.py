#!/usr/bin/env python3
"""Each fault that imap_oauth.py is for is found, and a good index is left
alone."""
import tempfile
import unittest
from pathlib import Path

import imap_oauth

GOOD = "dialogues/a.txt"
SPEC = """### B.2 Other
text
### B.3 Behaviour
- One thing (RFC 1); `two`
  and three.

### B.4 Forms
Four.
---
## C. Next
### C.3 Strings
| class | strings |
|---|---|
| five | `NO six` |
### C.4 Other
"""
INDEX = f"""# Explained.

## B.3

> - One thing (RFC 1);
{GOOD}

> `two` and three.
{GOOD}
unit/test_a.c:test_one

## B.4

> Four.
{GOOD}

## C.3

> | five | `NO six` |
{GOOD}
"""


class IndexTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tests = Path(folder.name)
        for name, text in {
                "dialogues/a.txt": "do: open\nexpect: AM_OK\n",
                "dialogues/b.txt": "do: open\n",
                "unit/test_a.c": "test_one(void **state)\n"
                                 "struct CMUnitTest test_one\n"}.items():
            (self.tests / name).parent.mkdir(exist_ok=True)
            (self.tests / name).write_text(text)

    def faults(self, index):
        return [what for _, what in
                imap_oauth.index_faults(index, self.tests)]

    def test_good(self):
        self.assertEqual(self.faults(INDEX), [])
        self.assertEqual(list(imap_oauth.spec_faults(INDEX, SPEC)), [])

    def test_lines(self):
        for old, new, want in (
                (f"> Four.\n{GOOD}", "> Four.", "Four.: no test"),
                ("test_one", "test_two", "has no test test_two"),
                (f"Four.\n{GOOD}", "Four.\ndialogues/b.txt",
                 "no expect: line"),
                (f"Four.\n{GOOD}", "Four.\ndialogues/c.txt",
                 "there is no tests/dialogues/c.txt"),
                (":test_one", "", "which function of it"),
                ("## B.4", "## B.5", "no section 'B.5'")):
            with self.subTest(want):
                found = self.faults(INDEX.replace(old, new))
                self.assertIn(want, "".join(found))

    def test_section_without_pieces(self):
        self.assertEqual(self.faults(INDEX.partition("## C.3")[0]),
                         ["C.3 is missing"])

    def test_the_list(self):
        for old, new, want in (
                ("and three", "and threescore", "B.3 says 'score'"),
                ("Four.", "Four. Five.", "B.4 says 'Five'"),
                ("`NO six`", "`NO seven`", "C.3 says 'even'"),
                ("### C.3 Strings", "### C.7 Strings", "C.3 is gone")):
            with self.subTest(want):
                found = list(imap_oauth.spec_faults(INDEX,
                                                    SPEC.replace(old, new)))
                self.assertEqual(len(found), 1, found)
                self.assertIn(want, found[0])


if __name__ == "__main__":
    unittest.main()
