#!/usr/bin/env python3
"""Counts the instructions of a small conversion, and compares the count with
the one that is committed.

instructions.py --program P --builder B --work DIR [--update] [--runs N]

Times depend on the machine and on who else works there; instructions do not.
valgrind --tool=callgrind counts those of the program's own code, without
libraries: so neither their versions nor the processor matter. The compiler
does: with another than the reference was made with there is nothing to compare,
and the exit status is 77. More than 3 % above the reference fails; more than
3 % below is said, because an old reference hides the next growth.

After a change that is worth its instructions, or saves some, in the same commit:

	cmake --build build/asan --target instructions_update

writes tests/bench/instructions.json anew. --runs N counts N times and shows
the spread (of which there is none).
"""
import argparse
import collections
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
REFERENCE = HERE / "instructions.json"
TOLERANCE = 0.03
NOT_HERE = 77
# archive, and what it is converted to
CONVERSIONS = (("instructions-unicode", "maildir"), ("instructions-ansi", "mbox"))
UPDATE = "cmake --build build/asan --target instructions_update"


def compiler_of(program):
    """The compiler and processor that the count depends on."""
    text = subprocess.run(["readelf", "-p", ".comment", program], check=True,
                          capture_output=True, text=True).stdout
    names = sorted(set(re.findall(r"\]\s+(.*\S)", text)))
    return f"{', '.join(names)} for {platform.machine()}"


class Counts:
    """Reads what callgrind wrote. Its lines: "ob=(1) /path" names the object
    file that follows, fl, fi and fe the source file, "(1)" alone is one named
    before; a line of numbers is a position and a cost; the one after "calls="
    is the cost of a callee, counted there already."""

    def __init__(self, program):
        self.program = os.path.realpath(program)
        self.names = collections.defaultdict(dict)
        self.places = collections.Counter()

    def name(self, kind, text):
        number, name = re.fullmatch(r"\((\d+)\)(?: (.*))?", text).groups()
        if name is not None:
            self.names[kind][number] = name
        return self.names[kind][number]

    def read(self, path):
        ours, folder, callee = False, "", False
        for line in path.read_text().splitlines():
            word, equals, value = line.partition("=")
            if equals and word in ("ob", "cob"):
                name = self.name("ob", value)
                if word == "ob":
                    ours = os.path.realpath(name) == self.program
            elif equals and word in ("fl", "fi", "fe", "cfl", "cfi"):
                name = self.name("fl", value)
                if not word.startswith("c"):
                    folder = folder_of(name)
            elif word == "calls":
                callee = True
            elif line[:1] in "0123456789+-*" and line:
                if ours and not callee:
                    self.places[folder] += int(line.split()[1])
                callee = False


def folder_of(path):
    """"pst/ndb" for the sources of that folder; "other" for code that the
    compiler or a system header brought."""
    found = re.search(r"(?:libarchive-mail|(?=tools/))(?:/include)?/?"
                      r"((?:\w|-)+(?:/(?:\w|-)+)*)/[^/]+$", path)
    return found[1] if found else "other"


def count(options, name, target):
    """Instructions by folder of one conversion."""
    work = options.work / name
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    subprocess.run([options.builder, HERE / "recipes" / f"{name}.txt",
                    work / "a.pst"], check=True)
    # Nothing of the surroundings gets in; no paths that are longer elsewhere.
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=counts", "-q",
         options.program, "convert", "a.pst", "--to", target, "-o", "out",
         "-j1", "--no-sync", "--no-sandbox"], cwd=work, check=False,
        capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"})
    if done.returncode != 0:
        sys.exit(f"the conversion ended with {done.returncode}:\n{done.stderr}")
    counts = Counts(options.program)
    counts.read(work / "counts")
    return counts.places


def count_all(options):
    """{conversion: {folder: instructions}}"""
    return {f"{name} to {target}":
            dict(sorted(count(options, name, target).items()))
            for name, target in CONVERSIONS}


def sums(counts):
    return {name: sum(places.values()) for name, places in counts.items()}


def folders_show(now, before):
    for folder in sorted({*now, *before}):
        is_, was = now.get(folder, 0), before.get(folder, 0)
        if is_ != was:
            print(f"    {folder:16} {was:14,} -> {is_:14,}")


def compare(counts, reference):
    """Prints each; 1 when one has grown too much."""
    status = 0
    for name, total in sums(counts).items():
        before = reference["counts"].get(name, {})
        was = sum(before.values())
        growth = total / was - 1 if was else 1
        print(f"{name}: {total:,} instructions, {growth:+.2%} of {was:,}")
        if abs(growth) <= TOLERANCE:
            continue
        folders_show(counts[name], before)
        if growth > 0:
            status = 1
            print("  That is too much growth: find what costs so much and make "
                  "it cheaper; or, when it is\n  worth that, commit the new "
                  f"reference with the change:\n\t{UPDATE}")
        else:
            print("  That is less: commit the new reference with the change, "
                  f"so that it stays so:\n\t{UPDATE}")
    return status


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, type=Path)
    parser.add_argument("--builder", required=True, type=Path)
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--runs", type=int, default=1)
    options = parser.parse_args()
    if not shutil.which("valgrind"):
        print("skipped: valgrind is not installed")
        return NOT_HERE
    compiler = compiler_of(options.program)
    reference = json.loads(REFERENCE.read_text()) if REFERENCE.exists() else {}
    if not options.update and compiler != reference.get("compiler"):
        print(f"skipped: the reference was made by {reference.get('compiler')},"
              f" and this is {compiler}")
        return NOT_HERE
    counts = count_all(options)
    for run in range(1, options.runs):
        print(f"run {run}: {sums(counts)}")
        counts = count_all(options)
    if not options.update:
        return compare(counts, reference)
    for name, places in counts.items():
        print(f"{name}: {sums(counts)[name]:,} instructions")
        folders_show(places, reference.get("counts", {}).get(name, {}))
    REFERENCE.write_text(json.dumps({"compiler": compiler, "counts": counts},
                                    indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
