#!/usr/bin/env python3
"""Stopped in the middle, whatever the way: the same command goes on, and ends
with what an undisturbed run gives, byte for byte. Nothing is overwritten."""
import os
import shutil
import signal
import subprocess
import time
import unittest

import recipes
from cli import (CliTest, ENVIRONMENT, TIMEOUT, archive, command, result, run,
                 tree)


def mounted(test, size):
    """A small file system of its own, or the test is skipped."""
    folder = test.folder / "small"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder],
        stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        test.skipTest(f"no small file system: {done.stderr.strip()}")
    test.addCleanup(subprocess.run, ["umount", "-l", folder], check=False)
    return folder


class ResumeTest(CliTest):
    def setUp(self):
        super().setUp()
        self.path = archive(recipes.LARGE)

    def arguments(self, out, to):
        return ("convert", self.path, "--to", to, "-o", out, "-j2")

    def undisturbed(self, to):
        out = self.folder / f"undisturbed-{to}"
        begin = time.monotonic()
        self.run_ok(*self.arguments(out, to))
        return result(out), time.monotonic() - begin

    def start(self, out, to):
        return subprocess.Popen(
            command(*self.arguments(out, to)), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT)

    def finish(self, out, to, want, resumed=None):
        ran = self.run_ok(*self.arguments(out, to))
        if resumed is not None:
            self.assertEqual("had stopped" in ran.out, resumed, ran)
        self.assertEqual(result(out), want)
        self.check_ledger(out)
        leftovers = [name for name in tree(out)
                     if name.endswith(".part") or "/tmp/" in name]
        self.assertEqual(leftovers, [])

    def killed_at_moments(self, to):
        want, seconds = self.undisturbed(to)
        stopped = 0
        for tenth in (0, 1, 2, 3, 5, 7, 9):
            out = self.folder / f"killed-{to}-{tenth}"
            process = self.start(out, to)
            try:
                process.communicate(timeout=seconds * tenth / 10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate(timeout=TIMEOUT)
            stopped += process.returncode == -signal.SIGKILL
            # what is published is whole, even when it was killed just then
            if (out / "archive.summary.json").exists():
                self.assertEqual(result(out), want)
            self.finish(out, to, want)
        self.assertGreaterEqual(stopped, 3)

    def test_kill_maildir(self):
        self.killed_at_moments("maildir")

    def test_kill_mbox(self):
        self.killed_at_moments("mbox")

    def test_killed_again_and_again(self):
        want, seconds = self.undisturbed("mbox")
        out = self.folder / "again"
        for turn in range(1, 8):
            process = self.start(out, "mbox")
            try:
                process.communicate(timeout=seconds * turn / 10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate(timeout=TIMEOUT)
        self.finish(out, "mbox", want)

    def interrupted(self, number, to):
        want, seconds = self.undisturbed(to)
        out = self.folder / f"interrupted-{number}"
        process = self.start(out, to)
        # as soon as there is some mail
        deadline = time.monotonic() + TIMEOUT
        while not (out / "archive" / "mail").exists():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.005)
        process.send_signal(number)
        _, err = process.communicate(timeout=TIMEOUT)
        self.assertEqual(process.returncode, 130, err)
        self.assertIn(b"the same command goes on", err)
        self.assertFalse((out / "archive.ledger.jsonl").exists())
        self.finish(out, to, want, resumed=True)

    def test_interrupt(self):
        self.interrupted(signal.SIGINT, "maildir")

    def test_terminate(self):
        self.interrupted(signal.SIGTERM, "mbox")

    def test_second_interrupt_ends_at_once(self):
        want, _ = self.undisturbed("mbox")
        out = self.folder / "twice"
        process = self.start(out, "mbox")
        while not (out / "archive.journal").exists():
            time.sleep(0.005)
        for _ in range(2):
            process.send_signal(signal.SIGINT)
            time.sleep(0.002)
        process.communicate(timeout=TIMEOUT)
        self.assertIn(process.returncode, (130, -signal.SIGINT))
        self.finish(out, "mbox", want)

    def test_interrupt_that_is_ignored_stays_ignored(self):
        out = self.folder / "ignored"
        process = subprocess.Popen(
            command(*self.arguments(out, "mbox")), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=ENVIRONMENT, preexec_fn=lambda:
            signal.signal(signal.SIGHUP, signal.SIG_IGN))
        while not (out / "archive.journal").exists():
            time.sleep(0.005)
        process.send_signal(signal.SIGHUP)
        _, err = process.communicate(timeout=TIMEOUT)
        self.assertEqual(process.returncode, 0, err)

    def test_full_disk(self):
        for to in ("maildir", "mbox"):
            with self.subTest(to):
                want, _ = self.undisturbed(to)
                folder = mounted(self, "2m") if to == "maildir" else \
                    self.folder / "small"
                out = folder / to
                ran = self.run_fails(74, *self.arguments(out, to))
                self.assertIn("disk full", ran.err.lower())
                self.assertFalse((out / "archive.summary.json").exists())
                subprocess.run(["mount", "-o", "remount,size=300m", folder],
                               check=True)
                self.finish(out, to, want)
                shutil.rmtree(out)
                subprocess.run(["mount", "-o", "remount,size=2m", folder],
                               check=True)


class OverwriteTest(CliTest):
    def setUp(self):
        super().setUp()
        self.path = archive(recipes.SMALL)
        self.out = self.folder / "out"

    def refused(self, *more, path=None, word=""):
        before = tree(self.out)
        ran = run("convert", path or self.path, "--to", "mbox", "-o",
                  self.out, *more)
        self.assertEqual(ran.status, 73, ran)
        self.assertEqual(ran.out, "")
        self.assertEqual(ran.err.count("\n"), 1)
        self.assertIn(word, ran.err)
        self.assertEqual(tree(self.out), before)

    def test_second_run_does_nothing(self):
        for to in ("maildir", "mbox"):
            out = self.folder / to
            self.convert(self.path, out, to=to)
            before = tree(out)
            times = {path: path.stat().st_mtime_ns for path in
                     out.rglob("*") if not path.name.startswith("archive.j")}
            ran = self.convert(self.path, out, to=to)
            self.assertIn("nothing was changed", ran.out)
            again = {name: value for name, value in tree(out).items()
                     if not name.startswith("archive.journal")}
            self.assertEqual(again, {
                name: value for name, value in before.items()
                if not name.startswith("archive.journal")})
            for path, mtime in times.items():
                self.assertEqual(path.stat().st_mtime_ns, mtime, path)
            ran = self.convert(self.path, out, "--json", to=to)
            self.assertEqual(ran.out.count("\n"), 1)

    def test_second_run_keeps_the_exit_status(self):
        path = archive(recipes.ONE_BAD)
        for _ in range(2):
            ran = self.convert(path, self.out, status=1)
            self.assertIn("1 item failed", ran.err)

    def test_options_that_change_nothing(self):
        self.convert(self.path, self.out, to="mbox")
        for more in (("-j1",), ("--no-sync",), ("-v",), ("--json",)):
            self.convert(self.path, self.out, *more, to="mbox")

    def test_other_options(self):
        self.convert(self.path, self.out, to="mbox")
        self.refused("--since", "2004-01-01")
        self.refused("--folder", "Inbox")
        self.refused("--exclude-folder", "Inbox")
        self.refused("--class", "IPM.Note")
        self.refused("--charset", "1251")

    def test_other_target(self):
        self.convert(self.path, self.out, to="maildir")
        self.refused()

    def test_other_archive_of_that_name(self):
        self.convert(self.path, self.out, to="mbox")
        self.refused(path=archive(recipes.ONE_BAD))

    def test_archive_that_has_grown(self):
        mine = self.folder / "archive.pst"
        mine.write_bytes(self.path.read_bytes())
        self.convert(mine, self.out, to="mbox")
        with mine.open("ab") as file:
            file.write(b"x" * 512)
        self.refused(path=mine)

    def test_foreign_directory(self):
        (self.out / "archive").mkdir(parents=True)
        (self.out / "archive" / "mine.txt").write_text("keep me")
        self.refused()

    def test_foreign_ledger(self):
        self.out.mkdir()
        (self.out / "archive.ledger.jsonl").write_text("keep me")
        self.refused()

    def test_foreign_summary(self):
        self.out.mkdir()
        (self.out / "archive.summary.json").write_text("keep me")
        self.refused()

    def test_foreign_journal(self):
        self.out.mkdir()
        (self.out / "archive.journal").write_text("this is no journal\n" * 99)
        self.refused()

    def test_link_instead_of_a_directory(self):
        elsewhere = self.folder / "elsewhere"
        elsewhere.mkdir()
        self.out.mkdir()
        (self.out / "archive").symlink_to(elsewhere)
        self.refused()
        self.assertEqual(os.listdir(elsewhere), [])

    def test_output_is_a_file(self):
        self.out.write_text("keep me")
        ran = self.run_fails(73, "convert", self.path, "--to", "mbox", "-o",
                             self.out)
        self.assertEqual(self.out.read_text(), "keep me")
        self.assertIn("directory", ran.err)

    def test_output_below_a_file(self):
        self.out.write_text("keep me")
        self.run_fails(73, "convert", self.path, "--to", "mbox", "-o",
                       self.out / "deeper")

    def test_read_only_output(self):
        folder = mounted(self, "1m")
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        ran = self.run_fails(73, "convert", self.path, "--to", "mbox", "-o",
                             folder / "out")
        self.assertIn("read-only", ran.err.lower())
        self.run_fails(73, "convert", self.path, "--to", "mbox", "-o", folder)

    def test_two_at_a_time(self):
        large = archive(recipes.LARGE)
        arguments = ("convert", large, "--to", "mbox", "-o", self.out, "-j1")
        first = subprocess.Popen(
            command(*arguments), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=ENVIRONMENT)
        while not (self.out / "archive" / "mail").exists():
            time.sleep(0.005)
        second = run(*arguments)
        _, err = first.communicate(timeout=TIMEOUT)
        self.assertEqual(first.returncode, 0, err)
        self.assertEqual(second.status, 73, second)
        self.check_ledger(self.out)

    def test_archive_itself_is_never_touched(self):
        mine = self.folder / "mine.pst"
        mine.write_bytes(self.path.read_bytes())
        mine.chmod(0o400)
        before = (mine.read_bytes(), mine.stat().st_mtime_ns)
        self.convert(mine, self.folder / "out")
        self.assertEqual((mine.read_bytes(), mine.stat().st_mtime_ns), before)
        self.assertEqual(sorted(os.listdir(self.folder)), ["mine.pst", "out"])


if __name__ == "__main__":
    unittest.main()
