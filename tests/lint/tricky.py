#!/usr/bin/env python3
"""Is there a test for each row of the list of what readers get wrong?

tricky.py [--root DIR] [--spec FILE]

tests/tricky.txt names them, a row a line: the row, then what proves it, each
a path below tests/ and, behind a colon, a function in it:

	B9 golden/bodies.txt cli/test_tricky.py:test_b09_nothing_is_cut_at_a_nul

"open:" and a reason stand where no test can show it yet; these rows are
counted. The list itself (FILE) is compared where it is there. Prints a line for each
fault; exits 1 if there is one. test_tricky.py shows each of them found.
"""
import argparse
import re
import sys
from pathlib import Path

# How many rows each part of the list has.
PARTS = {"A": 31, "B": 20, "C": 18, "D": 38, "E": 11, "F": 21, "G": 10}
ROWS = [f"{part}{number}" for part, count in PARTS.items()
        for number in range(1, count + 1)]

# For what no test can show yet; the reason is in the line.
OPEN = "open:"


def defines(path, function):
    """Is it a test there? In C also: is it in main's list?"""
    text = path.read_text("utf-8")
    name = re.escape(function)
    if path.suffix == ".py":
        return re.search(rf"^    def {name}\(self\)", text, re.M)
    return re.search(rf"^{name}\(void \*\*state\)", text, re.M) and \
        re.search(rf"\b{name}\b", text.partition("struct CMUnitTest")[2])


def test_fault(tests, word):
    """What is wrong with the name of a test; None when it is there."""
    path, colon, function = word.partition(":")
    file = tests / path
    if ".." in path or not file.is_file():
        return f"there is no tests/{path}"
    if file.parent.name == "golden":
        if not list(file.parent.glob(f"{file.stem}.[eiv]*")):
            return f"{path}: nothing lies beside it to compare with"
        return None
    if file.parent.name == "recipes":
        if "\n# expect: " not in file.read_text("utf-8"):
            return f"{path}: there is no expect: line"
        return None
    if file.parent.name == "dialogues":
        if "\nexpect: " not in file.read_text("utf-8"):
            return f"{path}: there is no expect: line"
        return None
    if not colon:
        return f"{path}: which function of it?"
    if not defines(file, function):
        return f"{path} has no test {function}"
    return None


def index_faults(index, tests):
    """(line, what) of each fault of the index."""
    seen = {}
    for number, line in enumerate(index.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        row, *words = line.split()
        if row not in ROWS:
            yield number, f"the list has no row {row}"
        elif row in seen:
            yield number, f"{row} is in line {seen[row]} already"
        seen[row] = number
        if not words or words == [OPEN]:
            yield number, f"{row}: no test"
        for word in words:
            if word == OPEN:
                break
            fault = test_fault(tests, word)
            if fault:
                yield number, f"{row}: {fault}"
    order = [row for row in seen if row in ROWS]
    if order != sorted(order, key=ROWS.index):
        yield 1, "the rows are not in their order"
    for row in ROWS:
        if row not in seen:
            yield 1, f"{row} is missing"


def spec_faults(spec):
    """The list may have grown."""
    rows = re.findall(r"^\| ([A-Z]\d+) \|", spec, re.M)
    for row in rows:
        if row not in ROWS:
            yield f"{row} is new"
    for row in ROWS:
        if row not in rows:
            yield f"{row} is gone"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path,
                        default=Path(__file__).resolve().parents[2])
    parser.add_argument("--spec", type=Path)
    options = parser.parse_args()
    spec = options.spec or options.root.parent / "shared/spec/tricky.md"
    index = (options.root / "tests/tricky.txt").read_text("utf-8")
    faults = [f"tests/tricky.txt:{line}: {what}" for line, what in
              index_faults(index, options.root / "tests")]
    if spec.is_file():
        faults += [f"{spec}: {what}"
                   for what in spec_faults(spec.read_text("utf-8"))]
    for fault in faults:
        print(fault)
    count = len(re.findall(rf"^\w+ {OPEN}", index, re.M))
    print(f"tricky: {len(ROWS)} rows, {count} open, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
