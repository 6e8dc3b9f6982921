#!/usr/bin/env python3
"""test_folders.py PROGRAM PST_BUILDER SAMPLES: runs folders of samples/api on
an archive made here; each program in SAMPLES includes public headers only."""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

RECIPE = """
store-name "Example"
folder "Inbox" {
	role inbox
	folder "Travel" { folder "2004" { } }
	folder "a/b" { }
	folder "Quick Step Settings" { prop 0x10F4:bool true }
}
folder "Sent" { role sent }
search-folder "Unread" { }
"""
TREE = """Top of Outlook data file
Inbox - inbox
  Travel
    2004
  a/b
Sent - sent
Deleted Items - deleted
"""


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def check(what, got, want):
    if got != want:
        sys.exit(f"{what}: got {got!r}, want {want!r}")


def main():
    program, builder, samples = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        recipe = Path(folder) / "tree.txt"
        archive = Path(folder) / "tree.pst"
        recipe.write_text(RECIPE)
        subprocess.run([builder, recipe, archive], check=True)
        check("tree", run(program, archive), (0, TREE, ""))
        status, out, err = run(program, recipe)
        check("not a PST", (status, out), (1, ""))
        check("reason", err.startswith(str(recipe) + ": "), True)
        check("no file", run(program, recipe.with_name("none"))[0], 1)
        check("usage", run(program)[0], 64)
    for source in sorted(Path(samples).glob("*.c")):
        check(source.name, re.findall(r'#include "', source.read_text()), [])


if __name__ == "__main__":
    main()
