#!/usr/bin/env python3
"""torture.py [--full] [--few N] [--kills N] [--faults] [--seed N] [--to TARGET]

Converts a small archive again and again. Each time one system call fails
(--faults), or the program is killed just before one (--kills), and then the
same command goes on undisturbed. What has to be true each time is in Case.

Without --full N calls of each kind are chosen, with it all are taken.
Prints a table, and the seed; exit status 1 when something was wrong.
AM_PROGRAM and AM_BUILDER name the program and pst_builder.
"""
import argparse
import random
import shutil
import signal
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "cli"))
# pylint: disable=wrong-import-position
import strace  # noqa: E402
from cli import CliTest, archive, fast_folder, result, run, tree  # noqa: E402

TARGETS = ("maildir", "mbox")
SEED = 20260101

# Every path through the reader and the sinks, in few system calls.
SMALL = '''
folder "Inbox" {
	generate {
		messages 14
		body 300
		attachment-every 4
		attachment-size 9000
		seed 5
	}
	message {
		subject "large"
		from <a@example.org>
		body "x"
		attachment "large.bin" { data random 400K 7 }
	}
	message {
		subject "outer"
		from <a@example.org>
		body "x"
		attachment "inner" { message { subject "inner"; body "y" } }
	}
	message {
		class IPM.Schedule.Meeting.Request
		subject "lunch"
		from <a@example.org>
		body "x"
		prop PSETID_Appointment/0x820D:time 2011-01-02T10:00:00Z
	}
	folder "Below" {
		message { subject "z"; from <a@example.org>; body "z" }
	}
}
folder "Calendar" {
	class IPF.Appointment
	message {
		class IPM.Appointment
		subject "appointment"
		prop PSETID_Appointment/0x820D:time 2011-01-02T10:00:00Z
		prop PSETID_Appointment/0x820E:time 2011-01-02T11:00:00Z
	}
}
folder "People" {
	class IPF.Contact
	message { class IPM.Contact; subject "contact" }
}
'''

# More than one batch, so that there is a checkpoint in the middle.
BATCHES = '''
folder "Many" {
	generate {
		messages 1300
		folders 3
		body 60
		attachment-every 100
		attachment-size 3000
		seed 7
	}
}
'''

# System call, errors, how many calls in a row fail. What fails is tried again
# where it may be the rest of a window that nobody wants: two reads.
FAULTS = (
    ("pread64", ("EIO",), 2),
    ("pread64", ("EINTR",), 1),
    ("read", ("EIO",), 1),
    ("pwrite64", ("ENOSPC", "EIO", "EINTR"), 1),
    ("write", ("ENOSPC", "EIO"), 1),
    ("fsync", ("EIO",), 1),
    ("fdatasync", ("EIO", "ENOSPC"), 1),
    ("syncfs", ("EIO",), 1),
    ("openat", ("EMFILE", "EACCES", "EIO"), 1),
    ("mkdirat", ("ENOSPC", "EACCES"), 1),
    ("renameat", ("EIO", "ENOSPC"), 1),
    ("ftruncate", ("EIO",), 1),
    ("unlink", ("EIO",), 1),
    ("unlinkat", ("EIO",), 1),
    ("utimensat", ("EIO",), 1),
    ("fstat", ("EIO",), 1),
    ("newfstatat", ("EIO", "EACCES"), 1),
    ("getdents64", ("EIO",), 1),
    ("fcntl", ("EIO", "ENOLCK"), 1),
    ("close", ("EIO",), 1),
)

# Finished; the input cannot be read; the output cannot be made, or written.
# A stop may be any of the last four, but never "internal" or a signal.
FINISHED = (0, 1)
STOPPED = (65, 66, 73, 74)


class Case(CliTest):
    """What has to be true of one conversion that was disturbed."""

    def runTest(self):
        """Used for its assertions only."""

    def prepare(self, recipe, to):
        self.path = archive(recipe)
        self.to = to
        self.base = fast_folder(self)
        out = self.base / "want"
        self.assertEqual(run(*self.arguments(out)).status, 0)
        self.want = result(out)
        self.out = self.base / "out"

    def arguments(self, out):
        return ("convert", self.path, "--to", self.to, "-o", out, "-j1")

    def calls(self, names):
        """What an undisturbed run asks of the system, from the moment when it
        looks at the archive."""
        out = self.base / "counted"
        ran, calls = strace.calls_of(self.arguments(out), names,
                                     since=self.path)
        self.assertEqual(ran.status, 0, ran)
        shutil.rmtree(out)
        return calls

    def check_mail(self):
        """A message that a reader can see is whole."""
        if self.to != "maildir":
            return
        want = self.want["tree"]
        for name, what in tree(self.out / "archive").items() \
                if (self.out / "archive").exists() else ():
            if "/cur/" in name and not self.damaged:
                self.assertEqual(what, want.get(name), name)

    def check_published(self):
        """What is published is the whole result."""
        if (self.out / "archive.summary.json").exists():
            self.check_result()
        elif (self.out / "archive.ledger.jsonl").exists() and \
                not self.damaged:
            self.assertEqual(
                (self.out / "archive.ledger.jsonl").read_bytes(),
                self.want["ledger"])

    def check_result(self):
        if not self.damaged:
            self.assertEqual(result(self.out), self.want)
        rows = self.check_ledger(self.out)
        wanted = self.want["ledger"].count(b"\n")
        self.assertEqual(len(rows), wanted)
        for row in rows:
            if row["outcome"] != "written":
                self.assertIn("Input/output error", row["reason"])
        leftovers = [name for name in tree(self.out)
                     if name.endswith(".part") or "/tmp/" in name]
        self.assertEqual(leftovers, [])

    def check_sentence(self, ran):
        self.assertNotIn("Sanitizer", ran.err)
        self.assertNotIn("runtime error", ran.err)
        if ran.status not in FINISHED:
            self.assertEqual(ran.err.count("\n"), 1, ran)
            self.assertRegex(ran.err, r"^archive-mail: ")

    def go_on(self):
        """The same command again, undisturbed."""
        ran = run(*self.arguments(self.out))
        self.assertIn(ran.status, FINISHED if self.damaged else (0,), ran)
        self.check_result()

    def fault(self, call, error, times):
        """One call fails; the status."""
        # what could not be read may be missing, and is said to be
        self.damaged = call.name in ("pread64", "read") and error == "EIO"
        last = call.ordinal + times - 1
        ran = strace.run_with(
            f"{call.name}:error={error}:when={call.ordinal}..{last}",
            arguments=self.arguments(self.out))
        allowed = (0, *STOPPED, *((1,) if self.damaged else ()))
        self.assertIn(ran.status, allowed, ran)
        self.check_sentence(ran)
        self.check_mail()
        self.check_published()
        if ran.status == 0 and call.name != "write":
            self.assertTrue((self.out / "archive.summary.json").exists())
        self.go_on()
        return ran.status

    def kill(self, call):
        self.damaged = False
        ran = strace.kill_at(call, self.arguments(self.out))
        self.assertEqual(ran.status, -signal.SIGKILL, ran)
        self.check_mail()
        self.check_published()
        self.go_on()
        return ran.status


def cases_of_faults(case, chosen):
    """(what, call, error, times) for each fault."""
    calls = case.calls({name for name, _, _ in FAULTS})
    for name, errors, times in FAULTS:
        own = [call for call in calls if call.name == name]
        for error in errors:
            for call in chosen(own):
                yield f"{name} {error}", call, (call, error, times)


def cases_of_kills(case, count, seed):
    calls = case.calls(strace.CALLS)
    for moment in sorted(random.Random(seed).sample(range(len(calls)),
                                                    min(count, len(calls)))):
        yield "SIGKILL", calls[moment], (calls[moment],)


class Tally:
    """How the runs of a kind ended."""

    def __init__(self):
        self.ends = {}
        self.wrong = []

    def count(self, to, what, status):
        self.ends.setdefault((to, what), Counter())[status] += 1

    def table(self):
        lines = ["| target | fault | runs | exit statuses (times) |",
                 "|---|---|---|---|"]
        for (to, what), ends in self.ends.items():
            shown = ", ".join(f"{status} ({times})"
                              for status, times in sorted(ends.items()))
            lines.append(f"| {to} | {what} | {sum(ends.values())} | "
                         f"{shown} |")
        return "\n".join(lines)


def torment(tally, recipe, to, cases, method):
    """Runs the cases of one target; what was wrong is told and counted."""
    case = Case()
    case.setUp()
    try:
        case.prepare(recipe, to)
        for what, call, arguments in cases(case):
            try:
                status = getattr(case, method)(*arguments)
                tally.count(to, what, status)
            except AssertionError as wrong:
                tally.wrong.append(f"{to}: {what} at {call}: {wrong}")
                tally.count(to, what, "wrong")
                print(tally.wrong[-1], flush=True)
            shutil.rmtree(case.out, ignore_errors=True)
    finally:
        case.doCleanups()


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--few", type=int, default=3)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--to", action="append", choices=TARGETS)
    return parser.parse_args()


def main():
    asked = options()
    why = strace.unavailable()
    if why is not None:
        print(f"skipped: {why}")
        return 77
    tally = Tally()
    chance = random.Random(asked.seed)

    def chosen(calls):
        if asked.full or len(calls) <= asked.few:
            return calls
        return sorted(chance.sample(calls, asked.few),
                      key=lambda call: call.ordinal)

    print(f"seed {asked.seed}")
    for to in asked.to or TARGETS:
        if asked.faults:
            torment(tally, SMALL, to,
                    lambda case: cases_of_faults(case, chosen), "fault")
        if asked.kills > 0:
            torment(tally, BATCHES, to,
                    lambda case: cases_of_kills(case, asked.kills,
                                                asked.seed), "kill")
    print(tally.table())
    print(f"{sum(sum(ends.values()) for ends in tally.ends.values())} runs, "
          f"{len(tally.wrong)} wrong")
    return 1 if tally.wrong or not tally.ends else 0


if __name__ == "__main__":
    sys.exit(main())
