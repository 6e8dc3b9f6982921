#!/usr/bin/env python3
"""Measures conversions beside their peers; see run.sh.

bench.py BUILD WORK [--quick] [--record]

Every row is the median of five runs over the same archive with a hot cache;
ratios are to a peer of the same run. Peak memory is ru_maxrss of the process.
"""

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


class Bench:
    def __init__(self, build, work, quick):
        self.build = build
        self.work = work
        self.quick = quick
        self.lines = []
        self.program = self.find("archive-mail")
        self.builder = self.find("pst_builder")

    def find(self, name):
        for path in self.build.rglob(name):
            if path.is_file() and os.access(path, os.X_OK):
                return path
        return None

    def say(self, line=""):
        print(line, flush=True)
        self.lines.append(line)

    def archive(self, name):
        """The archive of a recipe, made once; a tenth of it with --quick."""
        recipe = (HERE / "recipes" / f"{name}.txt").read_text(encoding="utf-8")
        if self.quick:
            recipe = re.sub(r"messages (\d+)", lambda found: f"messages {max(int(found[1]) // 10, 1000)}", recipe)
        path = self.work / (f"{name}-quick.pst" if self.quick else f"{name}.pst")
        if not path.exists():
            part = path.with_suffix(".part")
            subprocess.run([self.builder, "-", part], input=recipe.encode(), check=True)
            part.rename(path)
        return path, int(re.search(r"messages (\d+)", recipe)[1])

    def once(self, command):
        """Seconds and peak KiB of one run."""
        start = time.monotonic()
        child = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - start
        if child.returncode not in (0, 1):
            raise RuntimeError(f"{command} ended with {child.returncode}")
        return seconds, usage.ru_maxrss

    def median(self, make_command, runs=RUNS):
        seconds, memory = [], []
        for run in range(runs):
            out = self.work / f"out-{run}"
            shutil.rmtree(out, ignore_errors=True)
            took, peak = self.once(make_command(out))
            seconds.append(took)
            memory.append(peak)
            shutil.rmtree(out, ignore_errors=True)
            out.unlink(missing_ok=True)
        return statistics.median(seconds), max(memory)


def ours(bench, archive, target, *extra):
    return lambda out: [bench.program, "convert", archive, "--to", target, "-o", out, *extra]


def readpst(archive):
    def command(out):
        out.mkdir()
        return ["readpst", "-j", "0", "-q", "-o", out, archive]

    return command


def archive_compare(bench, name):
    archive, messages = bench.archive(name)
    size = archive.stat().st_size
    bench.say(f"\n## {name}: {size / 1e6:.0f} MB, {messages:,} messages, to mbox\n")
    bench.say("| what | seconds | µs a message | peak MiB | × cp | times faster than readpst |")
    bench.say("|---|---|---|---|---|---|")
    rows = [("cp", lambda out: ["cp", archive, out])]
    rows += [(f"ours {' '.join(extra)}", ours(bench, archive, "mbox", *extra))
             for extra in (("-j1", "--no-sync"), ("-j2", "--no-sync"), ("-j1",), ("-j2",))]
    if shutil.which("readpst"):
        rows.append(("readpst -j 0", readpst(archive)))
    walk = bench.find("libpff_walk")
    if walk:
        rows.append(("libpff, reading it all", lambda out: [walk, archive]))
    measured = [(what, *bench.median(command, 1 if what.startswith("libpff") else RUNS)) for what, command in rows]
    copy = measured[0][1]
    peer = next((seconds for what, seconds, _ in measured if what.startswith("readpst")), None)
    for what, seconds, memory in measured:
        faster = f"{peer / seconds:.1f}" if peer else "-"
        bench.say(f"| {what} | {seconds:.3f} | {seconds / messages * 1e6:.1f} | {memory / 1024:.0f} | {seconds / copy:.1f} | {faster} |")


def maildir_compare(bench, name):
    archive, messages = bench.archive(name)
    bench.say(f"\n## {name}: to Maildir\n")
    bench.say("| what | seconds | µs a message | peak MiB | × bare loop |")
    bench.say("|---|---|---|---|---|")
    model = bench.work / "model"
    shutil.rmtree(model, ignore_errors=True)
    bench.once(ours(bench, archive, "maildir", "--no-sync")(model))
    bare = []
    for _ in range(RUNS):
        copy = bench.work / "bare"
        shutil.rmtree(copy, ignore_errors=True)
        done = subprocess.run([bench.find("bare_files"), next(p for p in model.iterdir() if p.is_dir()), copy],
                              capture_output=True, text=True, check=True)
        bare.append(float(done.stdout.split()[-1]))
    shutil.rmtree(bench.work / "bare", ignore_errors=True)
    shutil.rmtree(model, ignore_errors=True)
    floor = statistics.median(bare)
    bench.say(f"| a bare loop that creates the same files | {floor:.3f} | {floor / messages * 1e6:.1f} | | 1.0 |")
    for extra in (("-j1", "--no-sync"), ("-j2", "--no-sync"), ("-j2",)):
        seconds, memory = bench.median(ours(bench, archive, "maildir", *extra))
        bench.say(f"| ours {' '.join(extra)} | {seconds:.3f} | {seconds / messages * 1e6:.1f} | {memory / 1024:.0f} | {seconds / floor:.2f} |")


def growth_compare(bench):
    bench.say("\n## Growth: to mbox, -j2 --no-sync\n")
    bench.say("| messages | folders | µs a message | peak MiB | × the small one |")
    bench.say("|---|---|---|---|---|")
    for folders in ("1", "1000"):
        base = None
        for count in ("10000", "1000000"):
            archive, messages = bench.archive(f"growth-{count}-{folders}")
            seconds, memory = bench.median(ours(bench, archive, "mbox", "-j2", "--no-sync"))
            each = seconds / messages * 1e6
            base = base or each
            bench.say(f"| {messages:,} | {folders} | {each:.1f} | {memory / 1024:.0f} | {each / base:.2f} |")


def first_line(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return "not installed"
    return (done.stdout + done.stderr).strip().splitlines()[0]


def versions(bench):
    cpu = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    bench.say("# Bench results\n")
    bench.say(f"Made by `tests/bench/run.sh{' --quick' if bench.quick else ''}`, medians of {RUNS} (libpff: one run), hot cache.\n")
    bench.say(f"- {first_line([bench.program, '--version'])}; {first_line(['readpst', '-V'])}; "
              f"libpff {first_line(['pkg-config', '--modversion', 'libpff'])}")
    bench.say(f"- {os.cpu_count()} processors{', ' + cpu[1] if cpu else ''}; Linux {platform.release()}")


def main():
    build, work = (pathlib.Path(word) for word in sys.argv[1:3])
    work.mkdir(parents=True, exist_ok=True)
    bench = Bench(build, work, "--quick" in sys.argv)
    versions(bench)
    archive_compare(bench, "many")
    archive_compare(bench, "large")
    maildir_compare(bench, "large")
    growth_compare(bench)
    if "--record" in sys.argv:
        (HERE / "RESULTS.md").write_text("\n".join(bench.lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
