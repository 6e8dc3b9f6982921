#!/usr/bin/env python3
"""Stopped in the middle, whatever the way: the same command goes on, and ends
with what an undisturbed run gives, byte for byte. Nothing is overwritten."""
import os
import random
import shutil
import signal
import subprocess
import unittest

import recipes
import strace
from cli import CliTest, archive, fast_folder, result, run, tree

SEED = 20260101


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


def remount(folder, options):
    subprocess.run(["mount", "-o", f"remount,{options}", folder], check=True)


class ResumeTest(CliTest):
    """All moments are counted in system calls, none is measured in time: what
    is stopped here is stopped there everywhere. It is stopped with one thread
    and goes on with two."""

    def setUp(self):
        super().setUp()
        self.folder = fast_folder(self)
        self.path = archive(recipes.LARGE)

    def arguments(self, out, to, jobs=2):
        return ("convert", self.path, "--to", to, "-o", out, f"-j{jobs}")

    def undisturbed(self, to):
        out = self.folder / f"undisturbed-{to}"
        self.run_ok(*self.arguments(out, to))
        return result(out)

    def finish(self, out, to, want, resumed=None):
        ran = self.run_ok(*self.arguments(out, to))
        if resumed is not None:
            self.assertEqual("had stopped" in ran.out, resumed, ran)
        self.assertEqual(result(out), want)
        self.check_ledger(out)
        leftovers = [name for name in tree(out)
                     if name.endswith(".part") or "/tmp/" in name]
        self.assertEqual(leftovers, [])

    def calls(self, to):
        ran, calls = strace.calls_of(
            self.arguments(self.folder / f"counted-{to}", to, jobs=1))
        self.assertEqual(ran.status, 0, ran)
        return calls

    def killed(self, call, out, to):
        ran = strace.kill_at(call, self.arguments(out, to, jobs=1))
        self.assertIn(ran.status, (0, -signal.SIGKILL), ran)
        # what is published is whole, even when it was killed just then
        if (out / "archive.summary.json").exists():
            self.assertEqual(result(out), self.want)
        return ran.status != 0

    def killed_at_moments(self, to):
        strace.require(self)
        self.want = self.undisturbed(to)
        calls = self.calls(to)
        moments = sorted(random.Random(SEED).sample(range(len(calls)), 3))
        for moment in (0, *moments, len(calls) - 1):
            with self.subTest(to=to, seed=SEED, call=calls[moment]):
                out = self.folder / f"killed-{to}-{moment}"
                self.assertTrue(self.killed(calls[moment], out, to))
                self.finish(out, to, self.want)
                shutil.rmtree(out)

    def test_kill_maildir(self):
        self.killed_at_moments("maildir")

    def test_kill_mbox(self):
        self.killed_at_moments("mbox")

    def test_killed_again_and_again(self):
        strace.require(self)
        self.want = self.undisturbed("mbox")
        calls = self.calls("mbox")
        out = self.folder / "again"
        kills = [self.killed(calls[len(calls) * turn // 12], out, "mbox")
                 for turn in range(1, 8)]
        self.assertGreaterEqual(sum(kills), 3)
        self.finish(out, "mbox", self.want)

    # Half of the messages are converted by then, whatever the target.
    MIDDLE = "pread64:signal={}:when=200"

    def interrupted(self, name, to):
        strace.require(self)
        want = self.undisturbed(to)
        out = self.folder / f"interrupted-{name}"
        ran = strace.run_with(self.MIDDLE.format(name),
                              arguments=self.arguments(out, to, jobs=1))
        self.assertEqual(ran.status, 130, ran)
        self.assertIn("the same command goes on", ran.err)
        self.assertFalse((out / "archive.ledger.jsonl").exists())
        self.finish(out, to, want, resumed=True)

    def test_interrupt(self):
        self.interrupted("INT", "maildir")

    def test_terminate(self):
        self.interrupted("TERM", "mbox")

    def test_second_interrupt_ends_at_once(self):
        strace.require(self)
        want = self.undisturbed("mbox")
        out = self.folder / "twice"
        ran = strace.run_with(self.MIDDLE.format("INT") + "+1",
                              arguments=self.arguments(out, "mbox", jobs=1))
        self.assertEqual(ran.status, -signal.SIGINT, ran)
        self.finish(out, "mbox", want)

    def test_interrupt_that_is_ignored_stays_ignored(self):
        strace.require(self)
        out = self.folder / "ignored"
        before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        try:
            ran = strace.run_with(
                self.MIDDLE.format("HUP"),
                arguments=self.arguments(out, "mbox", jobs=1))
        finally:
            signal.signal(signal.SIGHUP, before)
        self.assertEqual(ran.status, 0, ran)

    def test_full_disk(self):
        folder = mounted(self, "2m")
        for to in ("maildir", "mbox"):
            want = self.undisturbed(to)
            for more in ((), ("--no-sync",)):
                for size in ("100k", "2m"):
                    with self.subTest(to=to, more=more, size=size):
                        self.filled(folder, to, size, more, want)

    def filled(self, folder, to, size, more, want):
        """The disk is full, and then larger."""
        remount(folder, f"size={size}")
        out = folder / to
        ran = self.run_fails(74, *self.arguments(out, to), *more)
        self.assertIn("disk full", ran.err.lower())
        self.assertEqual(ran.err.count("\n"), 1)
        self.assertFalse((out / "archive.summary.json").exists())
        self.assertFalse((out / "archive.ledger.jsonl").exists())
        remount(folder, "size=300m")
        self.finish(out, to, want)
        shutil.rmtree(out)

    def test_read_only_in_the_middle(self):
        strace.require(self)
        folder = mounted(self, "300m")
        for to in ("maildir", "mbox"):
            want = self.undisturbed(to)
            for more in ((), ("--no-sync",)):
                with self.subTest(to=to, more=more):
                    out = folder / to
                    ran = strace.run_with(
                        self.MIDDLE.format("KILL"),
                        arguments=(*self.arguments(out, to, jobs=1), *more))
                    self.assertEqual(ran.status, -signal.SIGKILL, ran)
                    remount(folder, "ro")
                    before = tree(out)
                    ran = self.run_fails(73, *self.arguments(out, to), *more)
                    self.assertIn("read-only", ran.err.lower())
                    self.assertEqual(ran.err.count("\n"), 1)
                    self.assertEqual(tree(out), before)
                    remount(folder, "rw")
                    self.finish(out, to, want)
                    shutil.rmtree(out)

class BadSectorTest(CliTest):
    """A read of the archive that fails, and fails again when it is tried
    again, costs what is there, and the ledger says so."""

    def setUp(self):
        super().setUp()
        strace.require(self)
        self.folder = fast_folder(self)
        self.path = archive(recipes.LARGE)

    def convert_with(self, fault):
        out = self.folder / f"out-{fault}"
        ran = strace.run_with(fault, arguments=(
            "convert", self.path, "--to", "mbox", "-o", out, "-j1"))
        return ran, out

    def test_each_costs_a_few_messages(self):
        failed = []
        for n in range(310, 390, 16):
            with self.subTest(n=n):
                ran, out = self.convert_with(
                    f"pread64:error=EIO:when={n}..{n + 1}")
                rows = self.check_ledger(out)
                lost = [row for row in rows if row["outcome"] == "failed"]
                said = [row for row in rows
                        if "failed: Input/output error" in str(row)]
                self.assertEqual(ran.status, 1 if lost else 0, ran)
                self.assertLessEqual(len(lost), len(said))
                self.assertLessEqual(len(said), 20)
                failed += lost
        self.assertGreater(len(failed), 0)
        for row in failed:
            self.assertRegex(
                row["reason"], r"^input/output error: reading \d+ bytes of "
                r"the archive at \d+ failed: Input/output error$")

    def test_archive_that_cannot_be_opened_again(self):
        """By the program, by the run, by its thread, and at the end: always
        the input is at fault, and the same command goes on."""
        want = self.folder / "want"
        self.convert(self.path, want, to="mbox")
        arguments = ("convert", self.path, "--to", "mbox", "-j1", "-o")
        ran, opens = strace.calls_of((*arguments, self.folder / "counted"),
                                     ("openat",), naming=self.path)
        self.assertEqual(ran.status, 0, ran)
        self.assertGreaterEqual(len(opens), 4)
        for n, call in enumerate(opens):
            for error in ("EIO", "EMFILE", "EACCES"):
                with self.subTest(call=call, error=error):
                    out = self.folder / f"out-{n}-{error}"
                    ran = strace.run_with(
                        f"openat:error={error}:when={call.ordinal}",
                        arguments=(*arguments, out))
                    self.assertEqual(ran.status, 66, ran)
                    self.assertEqual(ran.err.count("\n"), 1)
                    self.convert(self.path, out, to="mbox")
                    self.assertEqual(result(out), result(want))
                    shutil.rmtree(out)

    def test_disk_that_is_gone(self):
        ran, out = self.convert_with("pread64:error=EIO:when=300+")
        self.assertEqual(ran.status, 66, ran)
        self.assertIn("can no longer be read", ran.err)
        self.assertEqual(ran.err.count("\n"), 1)
        self.assertFalse((out / "archive.summary.json").exists())
        ran = self.convert(self.path, out, to="mbox")
        self.assertIn("had stopped", ran.out)
        self.convert(self.path, self.folder / "want", to="mbox")
        self.assertEqual(result(out), result(self.folder / "want"))


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
        remount(folder, "ro")
        for to in ("maildir", "mbox"):
            for more in ((), ("--no-sync",)):
                for out in (folder, folder / "out"):
                    ran = self.run_fails(73, "convert", self.path, "--to", to,
                                         "-o", out, *more)
                    self.assertIn("read-only", ran.err.lower())
                    self.assertEqual(ran.err.count("\n"), 1)

    def test_two_at_a_time(self):
        strace.require(self)
        arguments = ("convert", self.path, "--to", "mbox", "-o", self.out,
                     "-j1")
        # the first stands still where it has made the mail folder
        with strace.Stopped("fdatasync", 2, arguments) as first:
            second = run(*arguments)
            self.assertEqual(second.status, 73, second)
            self.assertIn("another", second.err)
            ran = first.go_on()
        self.assertEqual(ran.status, 0, ran)
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
