#!/usr/bin/env python3
"""What is no archive: each gets its exit status and a sentence."""
import os
import unittest
import zipfile

from cli import CliTest, archive, run

# name, bytes, exit status, a word of the sentence
FILES = [
    ("empty.pst", b"", "empty"),
    ("zeros.pst", bytes(4096), "zero"),
    ("text.pst", b"Dear all,\nthis is no archive.\n" * 40, "text"),
    ("mail.pst", b"From ann@example.org Thu Jan  1 00:00:00 1970\n"
                 b"From: Ann\nSubject: x\n\nbody\n" * 20, "mbox"),
    ("message.pst", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2040), ".msg"),
    ("noise.pst", bytes((i * 7919 + 13) % 251 for i in range(4096)), ""),
]

COMMANDS = {
    "info": (),
    "list": (),
    "convert": ("--to", "maildir", "-o", "out"),
}


class InputTest(CliTest):
    def refused(self, path, status, *words):
        for name, more in COMMANDS.items():
            with self.subTest(command=name, path=str(path)):
                ran = self.run_fails(status, name, path, *more,
                                     cwd=self.folder)
                self.assertEqual(ran.out, "")
                self.assertTrue(
                    ran.err.startswith(f"archive-mail: {path}: "), ran.err)
                self.assertEqual(ran.err.count("\n"), 1, ran.err)
                self.assertEqual(ran.err.count(str(path)), 1, ran.err)
                for word in words:
                    self.assertIn(word, ran.err.lower())
                # nothing is left behind for an archive that is none
                self.assertFalse((self.folder / "out").exists())

    def test_files_that_are_something_else(self):
        for name, data, word in FILES:
            path = self.folder / name
            path.write_bytes(data)
            self.refused(path, 65, word)

    def packed(self, name, inner):
        path = self.folder / name
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr(inner, b"x" * 5000)
        return path

    def test_zip(self):
        self.refused(self.packed("old.pst", "inner.pst"), 65, "zip")

    def test_outlook_for_mac(self):
        path = self.packed("old.olm", "Local/com.microsoft.__Messages/a.xml")
        self.refused(path, 65, ".olm", "outlook for mac")

    def test_missing(self):
        self.refused(self.folder / "nothing.pst", 66, "there is no")
        self.refused(self.folder / "no/such/folder.pst", 66, "there is no")

    def test_not_a_regular_file(self):
        pipe = self.folder / "pipe.pst"
        os.mkfifo(pipe)
        self.refused(pipe, 65, "pipe")
        self.refused("/dev/null", 65, "device")

    def test_directory(self):
        for name in ("info", "list"):
            ran = self.run_fails(65, name, self.folder)
            self.assertIn("directory", ran.err)
        ran = self.run_fails(66, "convert", self.folder, "--to", "mbox", "-o",
                             self.folder / "out")
        self.assertIn("there is no *.pst, *.ost or *.pab below it", ran.err)

    def test_not_readable(self):
        path = archive('folder "Inbox" { message { subject "x" } }')
        mine = self.folder / "secret.pst"
        mine.write_bytes(path.read_bytes())
        mine.chmod(0)
        if os.geteuid() != 0:
            self.refused(mine, 66, "permission denied")
            return
        # root may read everything: be nobody for a moment
        self.folder.chmod(0o755)
        nobody = {"user": 65534, "group": 65534, "extra_groups": []}
        try:
            ran = run("info", mine, cwd="/", **nobody)
        except PermissionError as error:
            self.skipTest(f"nobody may not run the program: {error}")
        self.assertEqual(ran.status, 66, ran)
        self.assertIn("secret.pst: it cannot be opened: Permission denied",
                      ran.err)

    def test_header_only(self):
        whole = archive('folder "Inbox" { message { subject "x" } }')
        path = self.folder / "header.pst"
        path.write_bytes(whole.read_bytes()[:600])
        for name, more in COMMANDS.items():
            ran = self.run_fails(65, name, path, *more, cwd=self.folder)
            self.assertEqual(ran.out, "")

    def test_path_is_escaped(self):
        path = self.folder / "a\x1b[31m\u202e.pst"
        ran = self.run_fails(66, "info", path)
        self.assertIn("\\x1b[31m\\u202e.pst", ran.err)
        self.assertNotIn("\x1b", ran.err)

    def test_several_inputs_are_all_tried(self):
        good = archive('folder "Inbox" { message { subject "x" } }')
        out = self.folder / "out"
        missing = self.folder / "missing.pst"
        bad = self.folder / "bad.pst"
        bad.write_bytes(b"no archive " * 100)
        ran = self.run_fails(1, "convert", missing, good, bad, "--to", "mbox",
                             "-o", out)
        self.assertEqual(ran.err.count("archive-mail: "), 2, ran.err)
        self.check_ledger(out)
        self.run_fails(66, "convert", missing, self.folder / "no.pst", "--to",
                       "mbox", "-o", out)
        self.run_fails(1, "convert", missing, bad, "--to", "mbox", "-o", out)

    def test_dash_is_a_file_name(self):
        self.run_fails(66, "info", "-", cwd=self.folder)
        ran = run("info", "--", "--json", cwd=self.folder)
        self.assertEqual(ran.status, 66)
        self.assertIn("--json: ", ran.err)


if __name__ == "__main__":
    unittest.main()
