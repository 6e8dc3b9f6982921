#!/usr/bin/env python3
"""Measures conversions beside their peers; see run.sh.

bench.py BUILD WORK [--quick] [--many] [--record]

The rows of a table take turns over the same archive with a hot cache, and each
is the median of five runs; what takes longer than a minute is run once, and
marked. Ratios are to a peer of the same table. "CPU" is user and system time of
all threads, which a busy machine disturbs least. Peak memory is ru_maxrss,
which is never below that of this interpreter (16 MiB).
"""

import datetime
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
RUNS = 5
SLOW = 60  # seconds: not again
MODES = (("-j1", "--no-sync"), ("-j2", "--no-sync"), ("-j1",), ("-j2",))
BEST = "archive-mail -j2 --no-sync"


class Row:
    """One line of a table: a command and what its runs took."""

    def __init__(self, what, command):
        self.what = what
        self.command = command  # of the output path
        self.seconds, self.cpu, self.memory = [], [], []

    def run(self, bench):
        if self.seconds and self.seconds[0] > SLOW:
            return
        seconds, cpu, memory = bench.once(self.command)
        self.seconds.append(seconds)
        self.cpu.append(cpu)
        self.memory.append(memory)

    @property
    def median(self):
        return statistics.median(self.seconds)

    def cells(self, messages):
        once = " (one run)" if len(self.seconds) == 1 else ""
        return [self.what + once, f"{self.median:.3f}", f"{statistics.median(self.cpu):.3f}",
                f"{self.median / messages * 1e6:.1f}", f"{max(self.memory) / 1024:.0f}"]


class Bench:
    def __init__(self, build, work, quick):
        self.build = build
        self.work = work
        self.quick = quick
        self.lines = []
        self.program = self.find("archive-mail")
        self.builder = self.find("pst_builder")
        self.bare = self.find("bare_files")
        self.walk = self.find("libpff_walk")
        for name in ("program", "builder", "bare"):
            if getattr(self, name) is None:
                sys.exit(f"bench.py: the {name} is not built below {build}")

    def find(self, name):
        for path in self.build.rglob(name):
            if path.is_file() and os.access(path, os.X_OK):
                return path
        return None

    def say(self, line=""):
        print(line, flush=True)
        self.lines.append(line)

    def table(self, *heads):
        self.say("| " + " | ".join(heads) + " |")
        self.say("|" + "---|" * len(heads))

    def line(self, *cells):
        self.say("| " + " | ".join(cells) + " |")

    def archive(self, name, messages):
        """The archive of a recipe with so many messages in all; made once. It
        is in the page cache afterwards, and no write is under way."""
        recipe = (HERE / "recipes" / f"{name}.txt").read_text(encoding="utf-8")
        recipe = re.sub(r"messages \d+", f"messages {messages}", recipe)
        path = self.work / f"{name}-{messages}.pst"
        if not path.exists():
            print(f"making {path.name} ...", file=sys.stderr, flush=True)
            part = path.with_suffix(".part")
            subprocess.run([self.builder, "-", part], input=recipe.encode(), check=True)
            part.rename(path)
        os.sync()
        with open(path, "rb", buffering=0) as file:
            while file.read(1 << 20):
                pass
        return path

    def once(self, command):
        """Seconds, CPU seconds and peak KiB of one run; the output goes away."""
        out = self.work / "out"
        remove(out)
        os.sync()
        words = [str(word) for word in command(out)]
        start = time.monotonic()
        child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        remove(out)
        if child.returncode != 0:
            raise RuntimeError(f"{' '.join(words)} ended with {child.returncode}")
        return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss

    def measure(self, rows):
        for turn in range(RUNS):
            for row in rows:
                print(f"  run {turn + 1}: {row.what}    ", end="\r", file=sys.stderr, flush=True)
                row.run(self)
        return {row.what: row.median for row in rows}

    def ours(self, archive, target):
        def command(extra):
            return lambda out: [self.program, "convert", archive, "--to", target, "-o", out, *extra]

        return [Row(f"archive-mail {' '.join(extra)}", command(extra)) for extra in MODES]


def remove(path):
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def readpst(archive):
    def command(out):
        out.mkdir()
        return ["readpst", "-j", "0", "-q", "-o", out, archive]

    return command


def times(peer, seconds):
    return f"{peer / seconds:.1f}" if peer is not None else "-"


def mbox_compare(bench, name, messages):
    archive = bench.archive(name, messages)
    rows = [Row("cp", lambda out: ["cp", archive, out])] + bench.ours(archive, "mbox")
    if shutil.which("readpst"):
        rows.append(Row("readpst -j 0", readpst(archive)))
    if bench.walk:
        rows.append(Row("libpff, reading it all", lambda out: [bench.walk, archive]))
    took = bench.measure(rows)
    bench.say(f"\n## {name}: {archive.stat().st_size / 1e6:.0f} MB, {messages:,} messages, to mbox\n")
    bench.table("what", "seconds", "CPU", "µs a message", "peak MiB", "× cp", "faster than readpst", "than libpff")
    for row in rows:
        bench.line(*row.cells(messages), f"{row.median / took['cp']:.1f}", times(took.get("readpst -j 0"), row.median),
                   times(took.get("libpff, reading it all"), row.median))
    bench.say(f"\nDesign: {BEST} ≤ 3 × cp, ≥ {'20 × readpst, ≥ 60 × libpff' if name == 'many' else '2.5 × readpst'}.")


def maildir_compare(bench, name, messages):
    archive = bench.archive(name, messages)
    rows = bench.ours(archive, "maildir")
    model = bench.work / "model"
    remove(model)
    subprocess.run([bench.program, "convert", archive, "--to", "maildir", "-o", model, "--no-sync"],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    bare = []
    for turn in range(RUNS):
        for row in rows:
            print(f"  run {turn + 1}: {row.what}    ", end="\r", file=sys.stderr, flush=True)
            row.run(bench)
        bare.append(bare_run(bench, model / archive.stem))
    remove(model)
    floor = statistics.median(bare)
    bench.say(f"\n## {name}: {messages:,} messages, to Maildir\n")
    bench.table("what", "seconds", "CPU", "µs a message", "peak MiB", "× bare loop")
    bench.line("a bare loop that creates the same files", f"{floor:.3f}", "", f"{floor / messages * 1e6:.1f}", "", "1.0")
    for row in rows:
        bench.line(*row.cells(messages), f"{row.median / floor:.2f}")
    bench.say(f"\nDesign: {BEST} ≤ 1.5 × the bare loop; without --no-sync the price of the syncs is added.")


def bare_run(bench, model):
    """The loop times itself: reading the files is no part of it."""
    copy = bench.work / "out"
    remove(copy)
    os.sync()
    done = subprocess.run([bench.bare, model, copy], capture_output=True, text=True, check=True)
    remove(copy)
    return float(done.stdout.split()[-1])


def growth_compare(bench, few, many):
    """All against the few messages of one folder: a thousand files cost too."""
    lines = []
    base = None
    for folders, messages in ((1, few), (1, many), (1000, many)):
        archive = bench.archive(f"growth-{folders}", messages)
        row = next(row for row in bench.ours(archive, "mbox") if row.what == BEST)
        bench.measure([row])
        if messages == many:
            archive.unlink()  # several GB
        each = row.median / messages
        base = base or each
        lines.append((f"{messages:,}", f"{folders:,}", *row.cells(messages)[1:], f"{each / base:.2f}"))
    bench.say(f"\n## Growth: {BEST}, to mbox, bodies of 500 characters\n")
    bench.table("messages", "folders", "seconds", "CPU", "µs a message", "peak MiB", f"× the time at {few:,}")
    for line in lines:
        bench.line(*line)
    bench.say("\nDesign: ≤ 1.2 × the time, ≤ 64 MiB at any size.")


def first_line(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return "not installed"
    lines = (done.stdout + done.stderr).strip().splitlines()
    return lines[0].strip() if lines else "of unknown version"


def versions(bench):
    cpu = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    commit = first_line(["git", "-C", HERE, "log", "-1", "--format=%h of %cs"])
    bench.say("# Bench results\n")
    bench.say(f"Made by `tests/bench/run.sh{' --quick' if bench.quick else ''}` on {datetime.date.today()}: medians of {RUNS} runs that"
              " take turns, hot cache."
              " No peak below that of the interpreter which measures (16 MiB) can be seen.\n")
    bench.say(f"- {first_line([bench.program, '--version'])}, commit {commit}")
    bench.say(f"- {first_line(['readpst', '-V'])}; libpff {first_line(['pkg-config', '--modversion', 'libpff'])}; "
              f"{first_line(['cp', '--version'])}")
    bench.say(f"- {os.cpu_count()} processors{', ' + cpu[1] if cpu else ''}; Linux {platform.release()}")


def record(bench, mode):
    with (HERE / "RESULTS.md").open(mode, encoding="utf-8") as file:
        file.write(("\n" if mode == "a" else "") + "\n".join(bench.lines) + "\n")
    return 0


def main():
    build, work = (pathlib.Path(word) for word in sys.argv[1:3])
    work.mkdir(parents=True, exist_ok=True)
    bench = Bench(build, work, "--quick" in sys.argv)
    scale = 10 if bench.quick else 1
    versions(bench)
    mbox_compare(bench, "many", 100000 // scale)
    if "--many" in sys.argv:
        return record(bench, "a") if "--record" in sys.argv else 0
    mbox_compare(bench, "large", 20000 // scale)
    maildir_compare(bench, "large", 20000 // scale)
    growth_compare(bench, 10000, 1000000 // scale)
    return record(bench, "w") if "--record" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
