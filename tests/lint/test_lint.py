#!/usr/bin/env python3
"""Each check of lint.py finds what it is for, and leaves good code alone."""
import tempfile
import unittest
from pathlib import Path

import lint

GOOD = {
    "libarchive-mail/layers.txt": "base: public\nio: base public\n"
                                  "pst/ndb: io base public\n"
                                  "tools: io base public\n",
    "libarchive-mail/include/archive-mail/status.h":
        "/* The public one. */\n#ifndef ARCHIVE_MAIL_STATUS_H\n"
        "#define ARCHIVE_MAIL_STATUS_H\n#endif\n",
    "libarchive-mail/base/bytes.h":
        "/* Bytes; strcpy( is a word here. */\n#ifndef AM_BASE_BYTES_H\n"
        "#define AM_BASE_BYTES_H\n#include <archive-mail/status.h>\n#endif\n",
    "libarchive-mail/pst/ndb/page.c":
        '/* Pages. */\n#include "base/bytes.h"\n'
        'static const char text[] = "printf( gets(";\n',
    "tools/main.c": '/* The program. */\n#include "options.h"\n',
    "README.md": "# It\n",
}

# what is added to GOOD, the check that must find it, where, and how often
CASES = [
    ("up the layers", "layers", 1, {
        "libarchive-mail/base/bad.c":
            '/* Bad. */\n#include "io/source.h"\n'}),
    ("to the side", "layers", 1, {
        "libarchive-mail/io/bad.c":
            '/* Bad. */\n#include "pst/ndb/page.h"\n'}),
    ("without its folder", "layers", 1, {
        "libarchive-mail/io/bad.c": '/* Bad. */\n#include "source.h"\n'}),
    ("a folder of no layer", "layers", 1, {
        "libarchive-mail/new/bad.c": "/* Bad. */\n"}),
    ("public header includes ours", "layers", 1, {
        "libarchive-mail/include/archive-mail/bad.h":
            '/* Bad. */\n#include "base/bytes.h"\n'}),
    ("tools reach past the grant", "layers", 1, {
        "tools/bad.c": '/* Bad. */\n#include "pst/ndb/page.h"\n'}),
    ("strcpy", "banned", 1, {
        "tools/bad.c": "/* Bad. */\nvoid f(void) { strcpy(a, b); }\n"}),
    ("atoi in a test", "banned", 1, {
        "tests/unit/bad.c": "/* Bad. */\nint i = atoi(text);\n"}),
    ("malloc", "banned", 1, {
        "libarchive-mail/io/bad.c": "/* Bad. */\nvoid *p = malloc(1);\n"}),
    ("free in tools", "banned", 1, {
        "tools/bad.c": "/* Bad. */\nvoid f(void) { free (p); }\n"}),
    ("the library prints", "banned", 2, {
        "libarchive-mail/io/bad.c":
            "/* Bad. */\nvoid f(void) {\nputs(a);\nfprintf(stderr, b);\n}\n"}),
    ("the library exits", "banned", 1, {
        "libarchive-mail/io/bad.c": "/* Bad. */\nvoid f(void){ exit(1); }\n"}),
    ("memcpy of a count", "memcpy", 1, {
        "libarchive-mail/pst/ndb/bad.c":
            "/* Bad. */\nvoid f(void) { memcpy(to, b.data, b.len); }\n"}),
    ("no guard", "shape", 1, {
        "libarchive-mail/io/bad.h": "/* Bad. */\n"}),
    ("guard of another file", "shape", 1, {
        "libarchive-mail/io/bad.h":
            "/* Bad. */\n#ifndef AM_IO_SOURCE_H\n"
            "#define AM_IO_SOURCE_H\n#endif\n"}),
    ("no opening comment", "shape", 1, {"tools/bad.c": "int x;\n"}),
    ("comment of the other kind", "shape", 1, {
        "tools/bad.c": "/* Bad. */\nint x; // y\n"}),
    ("AM_TRY beside out:", "shape", 1, {
        "tools/bad.c": "/* Bad. */\nint\nf(void)\n{\n\tAM_TRY(g());\n"
                       "out:\n\treturn 0;\n}\n"}),
    ("binary", "text", 1, {"samples/bad.pst": "!BDN\0\0\n"}),
    ("not UTF-8", "text", 1, {"samples/bad.txt": b"caf\xe9\n"}),
    ("carriage return", "text", 2, {"samples/bad.txt": "a\r\n"}),
    ("blanks at the end", "text", 1, {"samples/bad.txt": "a \n"}),
    ("no line end", "text", 1, {"samples/bad.txt": "a"}),
    ("unfinished", "text", 1, {"tools/bad.c": "/* TO" "DO: later */\n"}),
    ("path of a machine", "text", 1, {
        "tools/bad.sh": "cat /wo" "rk/shared/x\n"}),
    ("top level", "top", 1, {"docs/bad.md": "# More\n"}),
    ("format", "format", 1, {"tools/bad.c": "/* Bad. */\nint   x ;\n"}),
    ("header that needs another", "headers", 1, {
        "libarchive-mail/io/bad.h":
            "/* Bad. */\n#ifndef AM_IO_BAD_H\n#define AM_IO_BAD_H\n"
            "uint32_t x;\n#endif\n"}),
    ("header without a guard that works", "headers", 1, {
        "libarchive-mail/io/bad.h": "/* Bad. */\nstruct s { int x; };\n"}),
]


def write_tree(root, files):
    for name, content in files.items():
        path = Path(root) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            content = content.encode()
        path.write_bytes(content)


class LintTest(unittest.TestCase):
    def faults(self, files, checks):
        with tempfile.TemporaryDirectory() as root:
            write_tree(root, GOOD)
            write_tree(root, files)
            return lint.run(root, checks)

    def test_good_tree_has_no_fault(self):
        style = (Path(__file__).parents[2] / ".clang-format").read_text()
        self.assertEqual(
            self.faults({".clang-format": style}, list(lint.CHECKS)), [])

    def test_each_fault_is_found(self):
        for what, check, count, files in CASES:
            with self.subTest(what):
                if check == "format" and lint.find_clang_format() is None:
                    continue
                found = self.faults(files, [check])
                self.assertEqual(len(found), count, found)
                self.assertIn(found[0][0].split("/")[0],
                              {name.split("/")[0] for name in files})

    def test_comment_and_string_hide_no_line(self):
        code = lint.strip_code('a /* x\ny */ "b\\"(" c\n')
        self.assertEqual(code.count("\n"), 2)
        self.assertNotIn("(", code)
        self.assertIn(" c", code)


if __name__ == "__main__":
    unittest.main()
