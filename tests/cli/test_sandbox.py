#!/usr/bin/env python3
"""The program locks itself in: what is planted in it is refused, and what it
has to do works."""
import os
import subprocess
import unittest

import cli
from cli import CliTest, ENVIRONMENT, TIMEOUT, Ran, archive

PLANTED = os.environ.get("AM_PLANTED", "planted")
DENY_SYSCALL = os.environ.get("AM_DENY_SYSCALL", "deny_syscall")

LANDLOCK_CREATE_RULESET = 444
PRCTL = {"x86_64": 157, "aarch64": 167}.get(os.uname().machine)

RECIPE = """
folder "Inbox" {
    message { subject "one"; codepage 932; body "text" }
    generate { messages 200 }
}
"""

COMMANDS = {
    "info": (),
    "list": ("--messages",),
    "convert": ("--to", "maildir", "-o", "out", "-j2"),
}


class SandboxTest(CliTest):
    def setUp(self):
        super().setUp()
        self.archive = archive(RECIPE)
        self.mine = self.folder / "mine.pst"
        self.mine.write_bytes(self.archive.read_bytes())
        self.escaped = self.folder / "escaped"

    def run_words(self, *words):
        done = subprocess.run(
            [os.fspath(word) for word in words], cwd=self.folder, check=False,
            stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT,
            env={**ENVIRONMENT, "AM_PLANTED_WRITE": str(self.escaped)})
        return Ran(done.returncode, done.stdout, done.stderr)

    def whole_here(self):
        """Does this system have all that the sandbox needs?"""
        ran = self.run_words(cli.PROGRAM, "convert", "-v", self.mine, "--to",
                             "mbox", "-o", self.folder / "probe")
        self.assertEqual(ran.status, 0, ran)
        return "sandbox" not in ran.err

    def planted(self, name, *more):
        """What came of the planted calls, each with all its outcomes."""
        ran = self.run_words(PLANTED, name, self.mine, *COMMANDS[name], *more)
        self.assertEqual(ran.status, 0, ran)
        outcomes = {}
        for line in ran.err.splitlines():
            mark, call, outcome = line.split(": ")
            self.assertEqual(mark, "planted", ran)
            outcomes.setdefault(call, set()).add(outcome)
        return outcomes

    def test_what_is_planted_is_refused(self):
        if not self.whole_here():
            self.skipTest("this kernel lacks Landlock or seccomp")
        for name in COMMANDS:
            with self.subTest(name):
                self.assertEqual(self.planted(name), {
                    'open("/etc/passwd")': {"Permission denied"},
                    "write to the archive": {"Permission denied"},
                    "socket": {"Operation not permitted"},
                    "make a file": {"Permission denied"},
                })
                self.assertFalse(self.escaped.exists())
        self.check_ledger(self.folder / "out", "mine")

    def test_what_is_planted_works_without(self):
        for name in COMMANDS:
            with self.subTest(name):
                self.assertEqual(self.planted(name, "--no-sandbox"), {
                    'open("/etc/passwd")': {"done"},
                    "write to the archive": {"done"},
                    "socket": {"done"},
                    "make a file": {"done"},
                })
                self.assertTrue(self.escaped.exists())
                self.escaped.unlink()

    def test_same_results_without(self):
        self.convert(self.archive, self.folder / "with")
        self.convert(self.archive, self.folder / "without", "--no-sandbox")
        self.assertEqual(cli.result(self.folder / "with"),
                         cli.result(self.folder / "without"))

    def goes_on(self, syscall, sentence):
        """One line with -v, none without, and the work is done."""
        for name, more in COMMANDS.items():
            with self.subTest(name):
                words = (DENY_SYSCALL, str(syscall), cli.PROGRAM, name,
                         self.mine, *more)
                ran = self.run_words(*words)
                if ran.status == 77:
                    self.skipTest("no seccomp filter can be set up here")
                self.assertEqual((ran.status, ran.err), (0, ""), ran)
                ran = self.run_words(*words, "-v")
                self.assertEqual(ran.status, 0, ran)
                self.assertEqual(ran.err.count("\n"), 1, ran.err)
                self.assertIn(sentence, ran.err)
                ran = self.run_words(*words, "-v", "--no-sandbox")
                self.assertEqual((ran.status, ran.err), (0, ""), ran)
        self.check_ledger(self.folder / "out", "mine")

    def test_kernel_without_landlock(self):
        self.goes_on(LANDLOCK_CREATE_RULESET, "archive-mail: the sandbox is "
                     "not whole here: this kernel has no Landlock")

    def test_kernel_without_both(self):
        if PRCTL is None:
            self.skipTest("the number of prctl is not known here")
        self.goes_on(PRCTL, "archive-mail: there is no sandbox here: ")

    def test_output_directories_are_made(self):
        for name in ("new", "new2/deep/er", "new2/deep/../other"):
            self.convert(self.archive, self.folder / name)
            self.check_ledger(self.folder / name)
        link = self.folder / "link"
        link.symlink_to(self.folder / "new3")
        (self.folder / "new3").mkdir()
        self.convert(self.archive, link)
        self.check_ledger(self.folder / "new3")

    def test_archives_behind_links(self):
        inputs = self.folder / "inputs"
        inputs.mkdir()
        (inputs / "link.pst").symlink_to(self.archive)
        (inputs / "circle.pst").symlink_to("circle.pst")
        ran = self.run_fails(1, "convert", inputs, "--to", "mbox", "-o",
                             self.folder / "out")
        self.assertIn("circle.pst: it cannot be opened: Too many levels",
                      ran.err)
        self.check_ledger(self.folder / "out", "link")
        self.run_ok("info", inputs / "link.pst")

    def test_output_that_cannot_be_made(self):
        (self.folder / "file").write_text("keep me")
        ran = self.run_fails(73, "convert", self.archive, "--to", "mbox",
                             "-o", self.folder / "file/below")
        self.assertEqual(ran.err.count("\n"), 1, ran.err)
        self.assertIn("file/below", ran.err)


if __name__ == "__main__":
    unittest.main()
