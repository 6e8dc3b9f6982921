#!/usr/bin/env python3
"""Wrong command lines, help, and the papers that come with the program."""
import os
import re
import subprocess
import unittest

from cli import CliTest, TOP, command, run

COMMANDS = ("info", "list", "convert", "upload", "login", "logout", "doctor")

# arguments, and what the sentence must say
WRONG = [
    ((), "Usage: archive-mail COMMAND"),
    (("frobnicate",), "there is no command 'frobnicate'"),
    (("inf",), "did you mean 'info'?"),
    (("--json", "info"), "there is no option --json before the command"),
    (("info",), "info: which file?"),
    (("list",), "list: which file?"),
    (("convert", "--to", "mbox", "-o", "x"), "convert: which file?"),
    (("info", "a.pst", "b.pst"), "'b.pst' is one too many"),
    (("info", "--jsno", "a.pst"), "did you mean --json?"),
    (("info", "--to", "mbox", "a.pst"), "there is no option --to"),
    (("list", "a.pst", "-x"), "there is no option -x"),
    (("list", "a.pst", "--json=yes"), "--json takes no value"),
    (("convert", "a.pst"), "--to is missing; it is one of: maildir, mbox"),
    (("convert", "a.pst", "--to", "mbox"), "-o (--output) DIR is missing"),
    (("convert", "a.pst", "--to", "tar", "-o", "x"),
     "--to cannot be 'tar'; there are: maildir, mbox, maildir++, eml, "
     "thunderbird"),
    (("convert", "a.pst", "--to", "eml", "--gzip", "-o", "x"),
     "--gzip goes with --to mbox"),
    (("convert", "a.pst", "--to"), "--to needs one of: maildir, mbox"),
    (("convert", "a.pst", "--to", "mbox", "-o"), "needs a value: DIR"),
    (("convert", "a.pst", "--to", "mbox", "-o", "x", "-j", "0"),
     "a number from 1 to 64, not '0'"),
    (("convert", "a.pst", "--to", "mbox", "-o", "x", "-j", "many"),
     "a number from 1 to 64, not 'many'"),
    (("convert", "a.pst", "--to", "mbox", "-o", "x", "--since", "May"),
     "--since needs a date such as"),
    (("convert", "a.pst", "--to", "mbox", "-o", "x", "--charset", "x-y"),
     "--charset needs a code page"),
    (("login",), "login: which account?"),
    (("doctor", "a", "b"), "one account at a time; 'b' is one too many"),
    (("login", "me", "--flow", "magic"), "--flow cannot be 'magic'"),
    (("login", "me", "--port", "65536"), "a number from 1 to 65535"),
    (("login", "../me", "--provider", "gmail"), "an account's name has"),
    (("help", "frobnicate"), "there is no command 'frobnicate'"),
    (("frob\x1b[31m\u202e",), "'frob\\x1b[31m\\u202e'"),
]


def options_of(name):
    """The long options in the help of a command."""
    return set(re.findall(r"^ +(?:-\w, )?(--[a-z-]+)",
                          run(name, "--help").out, re.M))


class UsageTest(CliTest):
    def test_wrong_command_lines(self):
        for arguments, sentence in WRONG:
            with self.subTest(arguments):
                ran = self.run_fails(64, *arguments, cwd=self.folder)
                self.assertIn(sentence, ran.err)
                self.assertEqual(ran.out, "")
                self.assertEqual(os.listdir(self.folder), [])

    def test_errors_are_one_line_and_a_hint(self):
        ran = self.run_fails(64, "convert", "--jbs", "2", "x.pst")
        self.assertEqual(
            ran.err,
            "archive-mail: convert: there is no option --jbs; did you mean "
            "--jobs?\nTry 'archive-mail convert --help'.\n")

    def test_help(self):
        overview = self.run_ok("--help").out
        self.assertEqual(self.run_ok("help").out, overview)
        self.assertEqual(self.run_ok("-h").out, overview)
        for name in COMMANDS:
            self.assertIn(f"  {name} ", overview)
            text = self.run_ok(name, "--help").out
            self.assertEqual(self.run_ok("help", name).out, text)
            self.assertEqual(self.run_ok(name, "x", "-h").out, text)
            self.assertTrue(text.startswith(f"Usage: archive-mail {name} "))

    def test_help_fits_a_terminal(self):
        for words in [("--help",)] + [(name, "--help") for name in COMMANDS]:
            for line in self.run_ok(*words).out.splitlines():
                self.assertLessEqual(len(line), 80, line)

    def test_version(self):
        ran = self.run_ok("--version")
        self.assertRegex(ran.out, r"^archive-mail \d+\.\d+\.\d+\n$")
        self.assertEqual(self.run_ok("version").out, ran.out)
        self.assertEqual(self.run_ok("-V").out, ran.out)

    def test_manual_and_completions_know_every_option(self):
        manual = (TOP / "tools/man/archive-mail.1").read_text()
        manual = manual.replace("\\-", "-").replace("\\fI", " ")
        known = {
            "manual": set(re.findall(r"--[a-z]+(?:-[a-z]+)*", manual)),
        }
        for shell in ("bash", "zsh"):
            text = (TOP / "tools/completions" / shell).read_text()
            known[shell] = set(re.findall(r"--[a-z]+(?:-[a-z]+)*", text))
        options = set().union(*[options_of(name) for name in COMMANDS])
        self.assertIn("--exclude-folder", options)
        for where, names in known.items():
            want = options - ({"--help"} if where == "manual" else set())
            self.assertEqual(names - {"--help"}, want - {"--help"}, where)

    def test_manual_names_every_finding(self):
        manual = (TOP / "tools/man/archive-mail.1").read_text()
        manual = manual.replace("\\-", "-")
        manual = manual[manual.index(".SH FINDINGS"):
                        manual.index(".SH INTERRUPTION")]
        heads = set(re.findall(r"[a-z0-9-]+", " ".join(
            line for before, line in zip(manual.split("\n"),
                                         manual.split("\n")[1:])
            if before == ".TP")))
        kinds = set()
        for path in (TOP / "libarchive-mail").rglob("*.c"):
            for call in re.findall(r"am_\w*(?:_note|report_add|_finding|_passed)"
                                   r"\(([^;]*?)\);", path.read_text(), re.S):
                kinds |= set(re.findall(
                    r',\s*"([a-z]+(?:-[a-z]+)*)",\s', call)[:1])
        self.assertGreater(len(kinds), 60)
        self.assertEqual(kinds - heads, set())

    def test_manual_names_every_exit_status(self):
        header = (TOP / "tools/exit.h").read_text()
        readme = (TOP / "README.md").read_text()
        manual = (TOP / "tools/man/archive-mail.1").read_text()
        for value in re.findall(r"AM_EXIT_\w+ = (\d+)", header):
            self.assertIn(f"\n.B {value}\n", manual)
            self.assertRegex(readme, rf"\| {value} \|")

    def test_bash_completion(self):
        script = f"""
            shopt -s extglob
            compopt() {{ :; }}
            source {TOP}/tools/completions/bash
            complete_line() {{
                COMP_WORDS=("$@")
                COMP_CWORD=$(($# - 1))
                _archive_mail
                echo "${{COMPREPLY[*]}}"
            }}
            complete_line archive-mail i
            complete_line archive-mail convert --to ''
            complete_line archive-mail list --m
            complete_line archive-mail convert a
        """
        (self.folder / "a.PST").touch()
        (self.folder / "a.txt").touch()
        (self.folder / "archives").mkdir()
        done = subprocess.run(["bash", "-c", script], text=True, check=True,
                              stdout=subprocess.PIPE, cwd=self.folder)
        self.assertEqual(done.stdout.splitlines(), [
            "info", "maildir maildir++ mbox eml thunderbird", "--messages", "archives a.PST"])

    def test_output_that_fails_is_noticed(self):
        with open("/dev/full", "wb") as full:
            ran = self.run_fails(74, "--help", stdout=full)
        self.assertIn("standard output: No space left on device", ran.err)

    def test_closed_output_is_noticed(self):
        done = subprocess.run(
            ["sh", "-c", '"$@" >&-', "sh", *command("--version")],
            stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 74)
        self.assertIn("standard output", done.stderr)

    def test_closed_pipe_is_noticed(self):
        read, write = os.pipe()
        os.close(read)
        with os.fdopen(write, "wb") as pipe:
            ran = self.run_fails(74, "--help", stdout=pipe)
        self.assertIn("standard output: Broken pipe", ran.err)


if __name__ == "__main__":
    unittest.main()
