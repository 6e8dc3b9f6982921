#!/usr/bin/env python3
"""Does every real message whose body is RTF show its text?

bodies.py PROGRAM BODY_DUMP [FILE_SUBSTRING...]

AM_CORPUS names the folder of real archives; without it the test is skipped
(exit 77). Each archive is converted, and what BODY_DUMP finds of RTF is read by
rtf_text.py, which knows nothing of our reader. For each item with RTF:

- where RTF is the only body: the letters of its text are those that Python's
  email finds in the text parts of the message, or, of an item that is no mail,
  in the file that it was written to;
- RTF that was made from HTML, beside plain text: the same of the HTML part;
- the plain body that BODY_DUMP takes from the library has them too.

The items with each combination of bodies are as many as the manifest says.
"""

import collections
import email
import email.policy
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import rtf_text


def run(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, timeout=300, check=False)


def parts_text(data, kinds):
    """The letters of the message's own text parts, not of attached files."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    out = []
    for part in message.walk():
        if part.get_content_type() not in kinds or part.is_attachment():
            continue
        text = part.get_content()
        if not isinstance(text, str):
            return None
        out.append(rtf_text.html_text(text) if part.get_content_type() == "text/html" else text)
    return rtf_text.letters(" ".join(out))


def unfolded(data):
    return data.replace(b"\r\n", b"\n").replace(b"\n ", b"").replace(b"\\n", b"\n").replace(b"\\,", b",")


def same(want, got, rtf):
    """Equal; links and names of objects may stand between."""
    if b"\\fldinst" not in rtf and b"\\objattph" not in rtf:
        return want == got
    rest = iter(got)
    return all(letter in rest for letter in want)


class Archive:
    def __init__(self, entry, corpus, program, dump):
        self.name = entry["file"]
        self.truth = entry["truth"].get("bodies", {})
        self.path = corpus / entry["file"]
        self.program = program
        self.dump = dump
        self.problems = []
        self.counts = collections.Counter()

    def problem(self, nid, text):
        self.problems.append(f"{self.name} {nid}: {text}")

    def check(self, folder):
        dumped = folder / "dump"
        dumped.mkdir()
        done = run(self.dump, self.path, dumped)
        if done.returncode == 3:
            return  # no archive at all
        if done.returncode != 0:
            self.problem("-", f"body_dump: {done.stderr.decode()}")
            return
        out = folder / "out"
        converted = run(self.program, "convert", self.path, "--to", "maildir", "-o", out, "--no-sync")
        if converted.returncode == 65:
            return  # nothing in it is readable; corpus.py knows which
        ledgers = list(out.glob("*.ledger.jsonl"))
        if len(ledgers) != 1:
            self.problem("-", "was not converted")
            return
        base = out / ledgers[0].name.removesuffix(".ledger.jsonl")
        rows = {row["nid"]: row for row in map(json.loads, ledgers[0].read_text(encoding="utf-8").splitlines())}
        for line in done.stdout.decode().splitlines():
            nid, _, kinds = line.partition(" ")
            self.counts["bodies " + kinds] += 1
            rtf = dumped / f"{nid}.rtf"
            if "R" in kinds and rtf.exists():
                plain = (dumped / f"{nid}.txt").read_bytes().decode("utf-8")
                self.item_check(nid, kinds, rtf.read_bytes(), plain, rows[nid], base)
        for kinds, count in self.truth.items():
            if "R" in kinds and self.counts["bodies " + kinds] != count:
                self.problem("-", f"{self.counts['bodies ' + kinds]} items have {kinds}, the manifest has {count}")

    def item_check(self, nid, kinds, rtf, plain, row, base):
        want = rtf_text.words(rtf)
        is_html = b"\\fromhtml" in rtf[:400]
        if not want:
            self.counts["empty"] += 1
            return
        if kinds == "R" and not same(want, rtf_text.letters(plain), rtf) and not is_html:
            self.problem(nid, f"the plain body is {plain[:80]!r}")
        if row["outcome"] != "written":
            self.counts["not written"] += 1
            self.problem(nid, row["reason"])
        elif row["class"] is not None and not row["path"].startswith("mail/"):
            self.counts["no mail"] += 1
            if want not in rtf_text.letters(unfolded((base / row["path"]).read_bytes()).decode("utf-8")):
                self.problem(nid, f"{row['path']} has not its text: {want[:80]}")
        elif kinds == "R" or is_html:
            self.mail_check(nid, want, rtf, is_html, (base / row["path"]).read_bytes())
        else:
            self.counts["beside text"] += 1

    def mail_check(self, nid, want, rtf, is_html, data):
        got = parts_text(data, {"text/html"} if is_html else {"text/plain"})
        self.counts["HTML" if is_html else "text"] += 1
        if got is None or not same(want, got, rtf):
            self.problem(nid, f"the message shows {(got or 'nothing')[:80]!r}, the RTF {want[:80]!r}")
        if "\ufffd" in data.decode("utf-8", "replace"):
            self.problem(nid, "U+FFFD in the message")


def main():
    corpus = os.environ.get("AM_CORPUS")
    if not corpus or not pathlib.Path(corpus, "manifest.json").is_file():
        print("skipped: AM_CORPUS does not name the folder of real archives")
        return 77
    corpus = pathlib.Path(corpus)
    program, dump = sys.argv[1:3]
    manifest = json.loads((corpus / "manifest.json").read_text(encoding="utf-8"))
    counts, problems, archives = collections.Counter(), [], 0
    for entry in manifest:
        if sys.argv[3:] and not any(part in entry["file"] for part in sys.argv[3:]):
            continue
        archive = Archive(entry, corpus, program, dump)
        with tempfile.TemporaryDirectory() as folder:
            archive.check(pathlib.Path(folder))
        counts += archive.counts
        problems += archive.problems
        archives += 1
    for problem in problems:
        print(problem)
    print(f"{archives} archives, {len(problems)} problems: " + ", ".join(f"{k} {v}" for k, v in sorted(counts.items())))
    if not sys.argv[3:] and counts["text"] + counts["HTML"] < 20:
        print("hardly any RTF was looked at")
        return 1
    return 1 if problems or not archives else 0


if __name__ == "__main__":
    sys.exit(main())
