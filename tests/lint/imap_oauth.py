#!/usr/bin/env python3
"""Is there a test for all that imap-oauth.md says of behaviour, SASL and the
strings of servers (its B.3, B.4, C.3)?

imap_oauth.py [--root DIR] [--spec FILE]

tests/imap_oauth.txt has it piece by piece: "> " and the piece, then what
proves it, each a line: a path below tests/ and, behind a colon, a function in
it; a dialogue or recipe needs none. Where FILE is, the pieces of a section must
be all of it, in its order. Prints a line for each fault; exits 1 if there is
one. test_imap_oauth.py shows each of them found.
"""
import argparse
import re
import sys
from pathlib import Path

from tricky import test_fault

SECTIONS = ("B.3", "B.4", "C.3")
SHOWN = 30  # characters of a piece, or where pieces and list part


def rows_of(index):
    """[(line, section, piece, [test…])]"""
    rows = []
    section = ""
    for number, line in enumerate(index.splitlines(), 1):
        if line.startswith("## "):
            section = line[3:]
        elif line.startswith("> "):
            rows.append((number, section, line[2:], []))
        elif line and not line.startswith("# "):
            if rows:
                rows[-1][3].append(line)
    return rows


def index_faults(index, tests):
    """(line, what) of each fault of the index."""
    rows = rows_of(index)
    for number, section, piece, words in rows:
        if section not in SECTIONS:
            yield number, f"there is no section {section!r}"
        if not words:
            yield number, f"{piece[:SHOWN]}: no test"
        for word in words:
            fault = test_fault(tests, word)
            if fault:
                yield number, f"{piece[:SHOWN]}: {fault}"
    for section in SECTIONS:
        if section not in (row[1] for row in rows):
            yield 1, f"{section} is missing"


def letters(text):
    """What is compared: not the spaces, and nothing of how it is set."""
    return re.sub(r"[\W_]", "", text)


def section_of(spec, name):
    """Without its heading, and that of its table."""
    found = re.search(rf"^### {re.escape(name)} [^\n]*\n(.*?)(?=^#|^---|\Z)",
                      spec, re.S | re.M)
    if found is None:
        return None
    return re.sub(r"^\|---.*$|^\| class \| strings \|$", "", found.group(1),
                  flags=re.M)


def spec_faults(index, spec):
    """The list may have changed."""
    for name in SECTIONS:
        text = section_of(spec, name)
        if text is None:
            yield f"{name} is gone"
            continue
        want = letters(text)
        have = letters("".join(piece for _, section, piece, _
                               in rows_of(index) if section == name))
        if have == want:
            continue
        at = next((i for i, (a, b) in enumerate(zip(have, want)) if a != b),
                  min(len(have), len(want)))
        yield (f"{name} says {want[at:at + SHOWN]!r} where the index has "
               f"{have[at:at + SHOWN]!r}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path,
                        default=Path(__file__).resolve().parents[2])
    parser.add_argument("--spec", type=Path)
    options = parser.parse_args()
    spec = options.spec or options.root.parent / "shared/spec/imap-oauth.md"
    index = (options.root / "tests/imap_oauth.txt").read_text("utf-8")
    faults = [f"tests/imap_oauth.txt:{line}: {what}" for line, what in
              index_faults(index, options.root / "tests")]
    if spec.is_file():
        faults += [f"{spec}: {what}" for what in
                   spec_faults(index, spec.read_text("utf-8"))]
    for fault in faults:
        print(fault)
    print(f"imap_oauth: {len(rows_of(index))} pieces, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
