#!/usr/bin/env python3
"""Every recipe says what a conversion of it must come to:

	# expect: exit=0 found=2 written=2 failed=0 findings=1+ attachments=1

"N+" means at least N. "attachments" and "embedded" are those written. The
names begin with the verdict: good-, bad- or unsupported-.
"""
import concurrent.futures
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from cli import (BUILDER, CliTest, ENVIRONMENT, TIMEOUT, TOP, command, ledger,
                 summary)

FOLDERS = (TOP / "tests/recipes", TOP / "samples/recipes")
KEYS = {
    "found": "found", "written": "written", "skipped": "skipped",
    "failed": "failed", "findings": "findings",
    "attachments": "attachments_written", "embedded": "embedded_written",
}
# what a command that is not there yet will find
LATER = {"recovered"}
MEMORY = 64 << 20  # bytes resident, without sanitizers


def expectation(recipe):
    """The words of the expect: line; None if the recipe has none."""
    match = re.search(r"^# expect: (.*)$", recipe.read_text("utf-8"), re.M)
    if not match:
        return None
    words = dict(word.split("=") for word in match.group(1).split())
    unknown = set(words) - set(KEYS) - LATER - {"exit"}
    if unknown or "exit" not in words:
        raise ValueError(f"{recipe.name}: expect: {match.group(1)}")
    return words


def agrees(want, got):
    if want.endswith("+"):
        return got >= int(want[:-1])
    return got == int(want)


def measured(arguments):
    """Exit status, error output and peak memory in bytes."""
    with tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=err, env=ENVIRONMENT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        err.seek(0)
        return (process.returncode, err.read().decode("utf-8", "replace"),
                usage.ru_maxrss * 1024)


def without_place(rows):
    for row in rows:
        for key in ("path", "offset", "size", "sha256"):
            del row[key]
    return rows


class Recipe(CliTest):
    """One recipe, for the checks of CliTest; no test by itself."""

    def faults(self, recipe, folder):
        want = expectation(recipe)
        if want is None:
            return ["there is no # expect: line"]
        path = folder / "archive.pst"
        subprocess.run([BUILDER, recipe, path], check=True, timeout=TIMEOUT)
        found = []
        rows = {}
        for to in ("maildir", "mbox"):
            status, err, peak = measured(
                ["timeout", str(TIMEOUT), *command(
                    "convert", path, "--to", to, "-o", folder / to,
                    "--no-sync")])
            if "Sanitizer" in err or "runtime error" in err:
                return [err]
            if status != int(want["exit"]):
                found.append(f"{to}: exit {status}, want {want['exit']}: "
                             f"{err.strip()}")
            if "AM_SANITIZED" not in os.environ and peak > MEMORY:
                found.append(f"{to}: {peak} bytes of memory")
            if status in (0, 1):
                found += self.sums(want, folder / to)
                rows[to] = without_place(ledger(folder / to))
        if len(rows) == 2 and rows["maildir"] != rows["mbox"]:
            found.append("Maildir and mbox hold different messages")
        path.unlink()
        return found

    def sums(self, want, out):
        sums = summary(out)
        self.check_ledger(out)
        return [f"{out.name}: {key} is {sums[KEYS[key]]}, want {value}"
                for key, value in want.items() if key in KEYS and
                not agrees(value, sums[KEYS[key]])]


def judge(recipe):
    with tempfile.TemporaryDirectory(prefix="am-recipe-") as folder:
        try:
            return Recipe().faults(recipe, Path(folder))
        except Exception as error:  # pylint: disable=broad-except
            return [f"{type(error).__name__}: {error}"]


class RecipesTest(unittest.TestCase):
    def test_recipes(self):
        chosen = os.environ.get("AM_RECIPES", "")
        recipes = [recipe for folder in FOLDERS
                   for recipe in sorted(folder.glob("*.txt"))
                   if chosen in recipe.name]
        self.assertTrue(recipes)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for recipe, faults in zip(recipes, pool.map(judge, recipes)):
                with self.subTest(recipe.name):
                    self.assertEqual(faults, [])

    def test_names_carry_the_verdict(self):
        for recipe in sorted(FOLDERS[0].glob("*.txt")):
            self.assertRegex(recipe.name,
                             r"^(good|bad|unsupported)-[a-z0-9-]+\.txt$")
            want = expectation(recipe)
            self.assertIsNotNone(want, recipe.name)
            if recipe.name.startswith("good-"):
                self.assertEqual(want["exit"], "0", recipe.name)
            if recipe.name.startswith("unsupported-"):
                self.assertNotEqual(want["exit"], "0", recipe.name)


if __name__ == "__main__":
    unittest.main()
