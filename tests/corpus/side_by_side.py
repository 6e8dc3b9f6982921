#!/usr/bin/env python3
"""Do readpst or pffexport export a mail that we do not?

side_by_side.py PROGRAM [FILE...]: converts each archive (default: all of
AM_CORPUS) with archive-mail, `readpst -j 0 -D` and `pffexport`, and compares
the number of mails and the multiset of their subjects. Prints a table; exit 1
if a peer has a mail that we do not have.
"""

import collections
import email
import email.header
import email.policy
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unicodedata


def subject_key(text):
    """Letters and digits only: peers cut, re-encode and re-space subjects."""
    text = unicodedata.normalize("NFKD", text or "")
    return "".join(c for c in text if c.isalnum() and c.isascii()).lower()[:40]


def ours(program, path, out):
    done = subprocess.run([program, "convert", str(path), "--to", "maildir", "-o", str(out), "--no-sync"],
                          capture_output=True, timeout=300, check=False)
    ledgers = list(out.glob("*.ledger.jsonl"))
    if not ledgers:
        return done.returncode, [], []
    rows = [json.loads(line) for line in ledgers[0].read_text(encoding="utf-8").splitlines()]
    written = [subject_key(row["subject"]) for row in rows if row["outcome"] == "written"]
    return done.returncode, written, rows


def readpst(path, out):
    out.mkdir()
    done = subprocess.run(["readpst", "-j", "0", "-D", "-e", "-t", "e", "-o", str(out), str(path)],
                          capture_output=True, timeout=300, check=False)
    subjects = []
    for file in out.rglob("*.eml"):
        header = file.read_bytes().split(b"\n\n", 1)[0]
        message = email.message_from_bytes(header, policy=email.policy.compat32)
        try:
            text = str(email.header.make_header(email.header.decode_header(str(message["Subject"] or ""))))
        except (UnicodeError, LookupError, ValueError):
            text = str(message["Subject"] or "")
        subjects.append(subject_key(text))
    return done.returncode, subjects


def pffexport(path, out):
    out.parent.mkdir()
    done = subprocess.run(["pffexport", "-q", "-m", "items", "-t", str(out), str(path)],
                          capture_output=True, timeout=300, check=False)
    subjects = []
    for folder in out.parent.rglob("Message[0-9]*"):
        headers = folder / "OutlookHeaders.txt"
        if not folder.is_dir() or not headers.is_file() or "Attachments" in folder.parts:
            continue
        text = headers.read_text(encoding="utf-8", errors="replace")
        match = re.search(r"^Subject:\s*(.*)$", text, re.M)
        subjects.append(subject_key(match.group(1) if match else ""))
    return done.returncode, subjects


def missing(peer, rows):
    """Subjects of the peer that no row of ours matches. Peers break encoded
    words and code pages, so what has another subject on our side is not
    missing: only what remains when each of our rows is used once."""
    ours_left = collections.Counter(subject_key(row["subject"]) for row in rows)
    peer_left = collections.Counter(peer)
    both = ours_left & peer_left
    unmatched = sorted((peer_left - both).elements())
    return unmatched[(ours_left - both).total() :]


def main():
    program = sys.argv[1]
    paths = [pathlib.Path(name) for name in sys.argv[2:]]
    if not paths:
        corpus = os.environ.get("AM_CORPUS")
        if not corpus:
            print("skipped: AM_CORPUS does not name the folder of real archives")
            return 77
        paths = sorted(path for path in pathlib.Path(corpus).iterdir() if path.name not in ("manifest.json", "README.md"))
    lost = 0
    print(f"{'archive':58} {'ours':>9} {'readpst':>9} {'pffexport':>9}")
    for path in paths:
        with tempfile.TemporaryDirectory() as folder:
            base = pathlib.Path(folder)
            code, written, rows = ours(program, path, base / "ours")
            code_r, subjects_r = readpst(path, base / "readpst")
            code_p, subjects_p = pffexport(path, base / "pff" / "x")
        print(f"{path.name[:58]:58} {len(written):4}/{code:<4} {len(subjects_r):4}/{code_r:<4} {len(subjects_p):4}/{code_p:<4}")
        for peer, subjects in (("readpst", subjects_r), ("pffexport", subjects_p)):
            for subject in missing(subjects, rows):
                print(f"    {peer} has a mail that we do not: {subject!r}")
                lost += 1
    print(f"{lost} mails that a peer has and we do not (mails/exit status)")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
