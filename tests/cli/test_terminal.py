#!/usr/bin/env python3
"""On a terminal: one progress line, and no tricks of the archive's."""
import fcntl
import os
import pty
import struct
import subprocess
import termios
import unittest

import recipes
from cli import CliTest, ENVIRONMENT, TIMEOUT, archive, command, run


def on_terminal(*arguments, columns=80, term="xterm", also_out=False):
    """Exit status, standard output, and what the terminal behind the error
    output (and behind standard output, with also_out) was sent."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ,
                struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        command(*arguments), stdin=subprocess.DEVNULL,
        stdout=follower if also_out else subprocess.PIPE, stderr=follower,
        env={**ENVIRONMENT, "TERM": term})
    os.close(follower)
    sent = b""
    while True:
        try:
            piece = os.read(leader, 65536)
        except OSError:  # the other end is closed
            piece = b""
        if not piece:
            break
        sent += piece
    os.close(leader)
    out = process.stdout.read() if process.stdout else b""
    process.wait(timeout=TIMEOUT)
    if process.stdout:
        process.stdout.close()
    return process.returncode, out.decode(), sent.decode()


class ProgressTest(CliTest):
    def large(self, **more):
        return on_terminal("convert", archive(recipes.LARGE), "--to", "mbox",
                           "-o", self.folder / "out", **more)

    def test_progress_line(self):
        status, out, sent = self.large()
        self.assertEqual(status, 0)
        self.assertRegex(sent, r"\rarchive\.pst: \d+ of 2600 items, \d+%")
        # it stays on one line, and is gone at the end
        self.assertNotIn("\n", sent)
        self.assertTrue(sent.endswith("\r\x1b[K"), repr(sent[-40:]))
        self.assertIn("2600 written", out)

    def test_narrow_terminal(self):
        _, _, sent = self.large(columns=24)
        for drawn in sent.split("\r")[1:]:
            self.assertLess(len(drawn.replace("\x1b[K", "")), 24)

    def test_dumb_terminal(self):
        _, _, sent = self.large(term="dumb")
        self.assertEqual(sent, "")

    def test_no_terminal(self):
        ran = self.convert(archive(recipes.LARGE), self.folder / "out")
        self.assertEqual(ran.err, "")

    def test_sentences_do_not_mix_with_it(self):
        status, _, sent = on_terminal(
            "convert", archive(recipes.ONE_BAD), "--to", "mbox", "-o",
            self.folder / "out")
        self.assertEqual(status, 1)
        for line in sent.split("\n"):
            last = line.rstrip("\r").split("\r")[-1]
            if "archive-mail: " in last:
                self.assertTrue(
                    last.replace("\x1b[K", "").startswith("archive-mail: "),
                    repr(line))


class EscapeTest(CliTest):
    """Nothing of the archive's reaches the terminal raw."""

    ALLOWED = ("\x1b[K",)  # our own: clear to the end of the line

    def harmless(self, sent):
        for own in self.ALLOWED:
            sent = sent.replace(own, "")
        for char in sent:
            code = ord(char)
            self.assertFalse(
                (code < 32 and char not in "\r\n\t") or 127 <= code < 160 or
                0x202a <= code <= 0x202e or 0x2066 <= code <= 0x2069 or
                code in (0x200e, 0x200f, 0x61c), repr(sent))

    def test_every_command(self):
        path = self.folder / "tricky\x1b[5m\u202e.pst"
        path.write_bytes(archive(recipes.MIXED).read_bytes())
        out = self.folder / "out"
        for arguments in (
                ("info", path), ("info", path, "--json"), ("list", path),
                ("list", path, "--all", "--json"),
                ("list", path, "--messages"),
                ("list", path, "--messages", "--json"),
                ("convert", path, "--to", "mbox", "-o", out),
                ("convert", path, "--to", "mbox", "-o", out, "--json"),
                ("convert", path, "--to", "mbox", "-o", out, "--class", "x"),
                ("info", self.folder / "no\x9b31m.pst")):
            _, _, sent = on_terminal(*arguments, also_out=True)
            self.assertTrue(sent)
            self.harmless(sent)

    def test_ledger_is_harmless_too(self):
        self.convert(archive(recipes.MIXED), self.folder / "out")
        text = (self.folder / "out/archive.ledger.jsonl").read_text("utf-8")
        self.harmless(text)

    def test_file_names_are_harmless(self):
        self.convert(archive(recipes.MIXED), self.folder / "out")
        for path in (self.folder / "out").rglob("*"):
            self.assertFalse(any(ord(char) < 32 for char in path.name))


class TerminalOutputTest(CliTest):
    def test_list_shows_no_progress_between_its_lines(self):
        status, _, sent = on_terminal(
            "list", "--messages", archive(recipes.LARGE), also_out=True)
        self.assertEqual(status, 0)
        self.assertNotIn("items", sent)
        self.assertEqual(sent.count("\n"), 2600)
        self.assertEqual(
            sent.replace("\r\n", "\n"),
            run("list", "--messages", archive(recipes.LARGE)).out)


if __name__ == "__main__":
    unittest.main()
