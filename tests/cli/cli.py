"""What the tests of the command line share: running the program, making
archives from recipes, comparing what was written.

AM_PROGRAM and AM_BUILDER name the program and pst_builder; CMake sets them.
"""
import atexit
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import schema

PROGRAM = os.environ.get("AM_PROGRAM", "archive-mail")
BUILDER = os.environ.get("AM_BUILDER", "pst_builder")
TOP = Path(__file__).resolve().parents[2]
TIMEOUT = 120  # seconds; nothing here takes a tenth of it

# Everything that depends on the surroundings is named here.
ENVIRONMENT = {
    key: value for key, value in os.environ.items()
    if key in ("PATH", "HOME", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS")
}

_made = Path(tempfile.mkdtemp(prefix="am-cli-"))
atexit.register(shutil.rmtree, _made, ignore_errors=True)


class Ran:
    """What a run of the program gave."""

    def __init__(self, status, out, err):
        self.status = status
        self.out = out.decode("utf-8", "surrogateescape")
        self.err = err.decode("utf-8", "surrogateescape")

    def __repr__(self):
        return f"status {self.status}\n--- out\n{self.out}\n--- err\n{self.err}"


def command(*arguments):
    return [PROGRAM, *[os.fspath(word) for word in arguments]]


def run(*arguments, env=None, cwd=None, **more):
    done = subprocess.run(
        command(*arguments), stdin=subprocess.DEVNULL,
        stdout=more.pop("stdout", subprocess.PIPE),
        stderr=more.pop("stderr", subprocess.PIPE), timeout=TIMEOUT, cwd=cwd,
        env={**ENVIRONMENT, **(env or {})}, check=False, **more)
    return Ran(done.returncode, done.stdout or b"", done.stderr or b"")


def archive(recipe, name="archive"):
    """The archive of a recipe, given as text or as a path; made once."""
    text = recipe.read_bytes() if isinstance(recipe, Path) \
        else recipe.encode()
    folder = _made / hashlib.sha256(text).hexdigest()
    path = folder / f"{name}.pst"
    if not path.exists():
        folder.mkdir(exist_ok=True)
        source = recipe if isinstance(recipe, Path) else folder / "recipe.txt"
        if source != recipe:
            source.write_bytes(text)
        subprocess.run([BUILDER, os.fspath(source), os.fspath(path)],
                       check=True, timeout=TIMEOUT)
    return path


def tree(folder):
    """Every file below folder with its size and digest; every directory."""
    found = {}
    for path in sorted(Path(folder).rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = os.readlink(path)
        elif path.is_dir():
            found[name] = "directory"
        else:
            data = path.read_bytes()
            found[name] = (len(data), hashlib.sha256(data).hexdigest())
    return found


def result(output, name="archive"):
    """What a conversion promises to be the same: mail, ledger, and summary
    without its seconds."""
    output = Path(output)
    summary = json.loads((output / f"{name}.summary.json").read_text())
    del summary["seconds"]
    return {
        "tree": tree(output / name),
        "ledger": (output / f"{name}.ledger.jsonl").read_bytes(),
        "summary": summary,
    }


def ledger(output, name="archive"):
    text = (Path(output) / f"{name}.ledger.jsonl").read_text("utf-8")
    return schema.read(text, "ledger")


def summary(output, name="archive"):
    text = (Path(output) / f"{name}.summary.json").read_text("utf-8")
    return schema.read(text, "summary")[0]


def fast_folder(test):
    """A fresh directory in memory where there is room for it: many runs, and
    the syncs of other programs do not count."""
    memory = Path("/dev/shm")
    try:
        room = os.access(memory, os.W_OK) and \
            shutil.disk_usage(memory).free >= 1 << 30
    except OSError:
        room = False
    folder = Path(tempfile.mkdtemp(prefix="am-cli-",
                                   dir=memory if room else None))
    test.addCleanup(shutil.rmtree, folder, ignore_errors=True)
    return folder


# What a calendar file has beside its items: a frame, and time zones.
ICS_BETWEEN = (rb"\A(BEGIN:VTIMEZONE\r\n(?:(?!END:VTIMEZONE).*\r\n)*"
               rb"END:VTIMEZONE\r\n)*\Z")
ICS_BEFORE = (rb"\ABEGIN:VCALENDAR\r\nVERSION:2.0\r\n.*\r\n"
              rb"CALSCALE:GREGORIAN\r\n" + ICS_BETWEEN[2:])


class CliTest(unittest.TestCase):
    """A fresh directory for each test."""

    maxDiff = None

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="am-cli-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def run_ok(self, *arguments, **more):
        ran = run(*arguments, **more)
        self.assertEqual(ran.status, 0, ran)
        self.assertNotIn("Sanitizer", ran.err)
        return ran

    def run_fails(self, status, *arguments, **more):
        ran = run(*arguments, **more)
        self.assertEqual(ran.status, status, ran)
        self.assertNotIn("Sanitizer", ran.err)
        return ran

    def convert(self, path, output, *more, to="maildir", status=0, **env):
        ran = run("convert", path, "--to", to, "-o", output, *more, **env)
        self.assertEqual(ran.status, status, ran)
        return ran

    def check_ledger(self, output, name="archive"):
        """The sums agree, and each row that says written is true."""
        rows = ledger(output, name)
        sums = summary(output, name)
        outcomes = [row["outcome"] for row in rows]
        self.assertEqual(sums["found"], len(rows))
        for outcome in ("written", "skipped", "failed"):
            self.assertEqual(sums[outcome], outcomes.count(outcome))
        self.assertEqual(len({row["nid"] for row in rows}), len(rows))
        self.assertEqual(sums["bytes_out"],
                         sum(row["size"] or 0 for row in rows))
        self.check_places(Path(output) / name, rows)
        return rows

    @staticmethod
    def is_thunderbird_parent(path):
        return path.stat().st_size == 0 \
            and path.with_name(path.name + ".sbd").is_dir()

    def check_places(self, folder, rows):
        """Each byte of mail belongs to exactly one row."""
        ends = {}
        for row in rows:
            if row["outcome"] != "written":
                continue
            data = (folder / row["path"]).read_bytes()
            start = row["offset"] or 0
            end = ends.get(row["path"], 0)
            if row["path"].endswith(".ics"):
                self.assertRegex(data[end:start],
                                 ICS_BETWEEN if end else ICS_BEFORE, row)
            else:
                self.assertEqual(start, end, row)
            stored = data[start:start + row["size"]]
            self.assertEqual(len(stored), row["size"], row)
            self.assertEqual(hashlib.sha256(stored).hexdigest(),
                             row["sha256"], row)
            ends[row["path"]] = start + row["size"]
            if row["offset"] is None:
                self.assertEqual(len(data), row["size"], row)
        files = {str(path.relative_to(folder))
                 for path in folder.rglob("*") if path.is_file()
                 and path.name not in ("dovecot-keywords", "maildirfolder")
                 and not self.is_thunderbird_parent(path)}
        self.assertEqual(files, set(ends))
        for path, end in ends.items():
            data = (folder / path).read_bytes()
            self.assertEqual(data[end:], b"END:VCALENDAR\r\n"
                             if path.endswith(".ics") else b"", path)
