#!/usr/bin/env python3
"""Converts every real archive of the corpus and compares with its manifest.

corpus.py PROGRAM MIME_CHECK [FILE_SUBSTRING...]

AM_CORPUS names the folder; without it the test is skipped (exit 77). For each
file: exit status, items by class, attachments and embedded messages against
the manifest's truth; the ledger balances; each row's file is there with the
size and SHA-256 it says, each attachment is in the message with the SHA-256 it
says; every message is parsed by GMime (MIME_CHECK) without a defect; a second
conversion in another time zone and language, with another number of threads,
gives the same bytes; mbox holds the same messages. What is not mail is checked
as such: calendar files, and the objects of meeting messages, by libical
(AM_REREAD) and icalendar. A difference passes only if
differences.json names it with its reason, and each entry there must occur.
"""

import base64
import collections
import concurrent.futures
import email
import email.policy
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
OTHER_ENVIRONMENT = {"TZ": "Asia/Kathmandu", "LANG": "tr_TR.UTF-8", "LC_ALL": "C"}


class Case:
    """One archive: what is found wrong, and what differs from the manifest."""

    def __init__(self, entry, corpus, program, mime_check):
        self.name = entry["file"]
        self.truth = entry["truth"]
        self.path = corpus / entry["file"]
        self.program = program
        self.mime_check = mime_check
        # where tests/vcard has it; None: nowhere
        self.icaljs = os.environ.get("AM_ICALJS")
        if not self.icaljs or not pathlib.Path(self.icaljs, "node_modules/ical.js").is_dir() or not shutil.which("node"):
            self.icaljs = None
        self.problems = []
        self.differences = {}

    def problem(self, text):
        self.problems.append(f"{self.name}: {text}")

    def differ(self, what, want, got):
        if want != got:
            self.differences[what] = (want, got)


def convert(case, out, target, env=None, extra=()):
    command = [case.program, "convert", str(case.path), "--to", target, "-o", str(out), "--json", "--no-sync", *extra]
    done = subprocess.run(
        command,
        capture_output=True,
        timeout=300,
        env={**os.environ, **(env or {})},
        check=False,
    )
    for line in done.stderr.decode("utf-8", "replace").splitlines():
        if "Sanitizer" in line or "runtime error" in line:
            case.problem(f"sanitizer: {line}")
    return done


def stem(name):
    return name.rsplit(".", 1)[0] if name.lower().endswith((".pst", ".ost", ".pab")) else name


def result_name(out):
    summaries = list(out.glob("*.summary.json"))
    return summaries[0].name.removesuffix(".summary.json") if len(summaries) == 1 else None


def ledger_read(out, name):
    with open(out / f"{name}.ledger.jsonl", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def stored_bytes(out, name, row):
    data = (out / name / row["path"]).read_bytes()
    if row["offset"] is not None:
        data = data[row["offset"] : row["offset"] + row["size"]]
    return data


def leaf_digests(message):
    """SHA-256 of the decoded content of every leaf, nested messages too."""
    digests = collections.Counter()
    for part in message.walk():
        # The fields of a report: Python takes them for messages.
        if part.get_content_type() in ("message/delivery-status", "message/disposition-notification"):
            fields = part.as_bytes().partition(b"\n\n")[2].replace(b"\n", b"\r\n")
            for end in (b"", b"\r\n", b"\r\n\r\n"):
                digests[hashlib.sha256(fields.rstrip(b"\r\n") + b"\r\n" + end).hexdigest()] += 1
        if part.is_multipart():
            continue
        payload = part.get_payload(decode=True)
        if payload is not None:
            digests[hashlib.sha256(payload).hexdigest()] += 1
            if part.get_content_type() == "text/calendar":  # what its exceptions hold
                digests += attach_digests(payload.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    return digests


def row_check(case, out, name, row):
    data = stored_bytes(out, name, row)
    if len(data) != row["size"]:
        case.problem(f"{row['nid']}: size {len(data)}, ledger says {row['size']}")
    if hashlib.sha256(data).hexdigest() != row["sha256"]:
        case.problem(f"{row['nid']}: the SHA-256 is not the ledger's")
    return data


# ---- contacts ----


def is_mail(row):
    return row["outcome"] == "written" and row["path"].startswith("mail/")


def is_card(row):
    return row["outcome"] == "written" and row["path"].startswith("contacts/")


def card_lines(data):
    """Content lines, unfolded; RFC 6350 3.2."""
    return data.decode("utf-8").replace("\r\n ", "").split("\r\n")


def card_digests(lines):
    """SHA-256 of what stands in the card as base64, messages with all that is
    in them."""
    digests = collections.Counter()
    for line in lines:
        match = re.match(r"(PHOTO|X-ATTACH)[^:]*:data:([^;]+);base64,(.*)", line)
        if match is None:
            if line.startswith("X-ATTACH"):  # a reference
                digests[hashlib.sha256(line.encode()).hexdigest()] += 1
            continue
        content = base64.b64decode(match.group(3), validate=True)
        digests[hashlib.sha256(content).hexdigest()] += 1
        if match.group(2) == "message/rfc822":
            digests += leaf_digests(email.message_from_bytes(content, policy=email.policy.compat32))
    return digests


def card_check(case, row, data):
    """One whole card, no line too long, with what a card must have."""
    lines = card_lines(data)
    names = collections.Counter(re.split("[;:]", line)[0] for line in lines)
    for name in ("BEGIN", "END", "VERSION", "UID", "FN"):
        if names[name] != 1:
            case.problem(f"{row['nid']}: {names[name]} {name} in the card")
    if lines[0] != "BEGIN:VCARD" or lines[-2:] != ["END:VCARD", ""]:
        case.problem(f"{row['nid']}: not one card")
    if any(len(line) > 75 for line in data.split(b"\r\n")):
        case.problem(f"{row['nid']}: a line of the card is too long")
    if any(c in data.decode().replace("\r\n", "") for c in "\r\n\0"):
        case.problem(f"{row['nid']}: a control in the card")
    have = card_digests(lines)
    for attachment in row["attachments"]:
        if attachment["outcome"] == "written" and attachment["sha256"] not in have:
            case.problem(f"{row['nid']}: attachment {attachment['name']!r} is not in the card")


def cards_check(case, out, name, rows):
    """The whole files are read by a program of others, if there is one."""
    paths = sorted({row["path"] for row in rows if is_card(row)})
    uids = collections.Counter()
    for path in paths:
        for line in card_lines((out / name / path).read_bytes()):
            if line.startswith("UID:"):
                uids[line] += 1
    for uid, count in uids.items():
        if count != 1:
            case.problem(f"{count} cards with {uid}")
    if not paths or not case.icaljs:
        return
    reader = HERE.parent / "vcard/read.mjs"
    command = ["node", reader, case.icaljs, *(out / name / path for path in paths)]
    done = subprocess.run(command, capture_output=True, timeout=300, check=False)
    if done.returncode != 0:
        case.problem(f"ical.js: {done.stderr.decode('utf-8', 'replace')[-300:]}")
        return
    count = sum(len(json.loads(line)) for line in done.stdout.splitlines())
    if count != sum(is_card(row) for row in rows):
        case.problem(f"ical.js finds {count} cards")


def attach_digests(data):
    """The same of the ATTACH properties of a component, and of mail in them."""
    digests = collections.Counter()
    for line in data.replace(b"\r\n ", b"").split(b"\r\n"):
        head, binary, value = line.partition(b";ENCODING=BASE64;VALUE=BINARY:")
        if head.startswith(b"ATTACH") and binary:
            content = base64.b64decode(value)
            digests[hashlib.sha256(content).hexdigest()] += 1
            if b"message/rfc822" in head:
                digests += leaf_digests(email.message_from_bytes(content, policy=email.policy.compat32))
    return digests


# icalendar may not belong to this Python, but to the system's.
ICALENDAR = """
import sys, icalendar
for path in sys.argv[1:]:
    calendar = icalendar.Calendar.from_ical(open(path, "rb").read())
    for component in calendar.walk():
        if component.errors:
            sys.exit(f"{path}: {component.name}: {component.errors}")
"""


# Classes of meeting messages whose properties are all there, in every archive.
MEETING = re.compile(r"ipm\.schedule\.meeting\.(request|canceled|resp\.(pos|tent|neg))(\.|$)", re.IGNORECASE)


def meetings_unpack(case, out, name, rows, folder):
    """The calendar objects of meeting messages, each as a file."""
    folder.mkdir()
    for row in rows:
        if not is_mail(row) or not MEETING.match(row["class"] or ""):
            continue
        message = email.message_from_bytes(stored_bytes(out, name, row), policy=email.policy.compat32)
        parts = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
        data = parts[0].get_payload(decode=True) if parts else b""
        method = parts[0].get_param("method") if parts else None
        if f"METHOD:{method}".encode() not in data.splitlines():
            case.problem(f"{row['nid']}: {row['class']} without a calendar object of its method")
        (folder / f"{row['nid']}.ics").write_bytes(data)


ITEM = re.compile(rb"^BEGIN:(VEVENT|VTODO|VJOURNAL)\r\n(.*?)^END:\1\r\n", re.MULTILINE | re.DOTALL)


def uids_check(case, out):
    """No two items of a file have one UID; instances have that of their series."""
    for path in out.rglob("*.ics"):
        counts = collections.Counter()
        for _, text in ITEM.findall(path.read_bytes()):
            lines = re.sub(rb"\r\n[ \t]", b"", text).split(b"\r\n")
            if not any(line.startswith(b"RECURRENCE-ID") for line in lines):
                counts[next(line for line in lines if line.startswith(b"UID:"))] += 1
        for uid, count in counts.items():
            if count > 1:
                case.problem(f"{path}: {count} items with {uid.decode('utf-8', 'replace')}")


def calendars_check(case, out):
    uids_check(case, out)
    paths = [str(path) for path in sorted(out.rglob("*.ics"))]
    for tool in ([os.environ.get("AM_REREAD")], ["/usr/bin/python3", "-c", ICALENDAR]):
        for path in paths if tool[0] else ():
            done = subprocess.run([*tool, path], capture_output=True, timeout=300, check=False)
            if done.returncode != 0:
                case.problem(f"{path}: {(done.stdout + done.stderr).decode('utf-8', 'replace')[-300:]}")


def attachments_check(case, row, data):
    if is_card(row):
        return
    have = (
        attach_digests(data)
        if row["path"].endswith(".ics")
        else leaf_digests(email.message_from_bytes(data, policy=email.policy.compat32))
    )
    for attachment in row["attachments"]:
        digest = attachment["sha256"]
        if attachment["outcome"] != "written":
            continue
        if have[digest] < 1:
            case.problem(f"{row['nid']}: attachment {attachment['name']!r} is not in the message")
        have[digest] -= 1


# Transport headers are kept as they came, also with encoded words that are too
# long or say a wrong charset. Ours all say "UTF-8", in capitals.
FOREIGN_WORD = re.compile(r": encoded-word: .*=\?(?!UTF-8\?)[^?]*\?[bBqQ]\?")


def gmime_run(case, arguments):
    """GMime parses what was written; its words about defects are ours."""
    done = subprocess.run([case.mime_check, "--quiet", *arguments], capture_output=True, timeout=300, check=False)
    lines = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if not FOREIGN_WORD.search(line)]
    if done.returncode not in (0, 1) or any(lines):
        case.problem(f"GMime, exit {done.returncode}: " + "; ".join(lines)[:600])


def gmime_check(case, out, name, rows):
    paths = [str(out / name / row["path"]) for row in rows if is_mail(row)]
    for start in range(0, len(paths), 500):
        gmime_run(case, paths[start : start + 500])


def summary_check(case, summary, rows):
    outcomes = collections.Counter(row["outcome"] for row in rows)
    for outcome in ("written", "skipped", "failed"):
        if summary[outcome] != outcomes[outcome]:
            case.problem(f"summary says {summary[outcome]} {outcome}, the ledger {outcomes[outcome]}")
    if summary["found"] != len(rows):
        case.problem(f"found {summary['found']}, but {len(rows)} rows")
    if len({row["nid"] for row in rows}) != len(rows):
        case.problem("a node has two rows")
    for row in rows:
        if (row["outcome"] == "written") != (row["reason"] is None):
            case.problem(f"{row['nid']}: {row['outcome']} with reason {row['reason']!r}")


def exit_check(case, code, summary, rows):
    """0 only when every item and every attachment that was asked for is there."""
    complete = not summary["failed"] and all(
        summary[f"{what}_found"] == summary[f"{what}_written"] for what in ("attachments", "embedded")
    )
    if code == 0 and not complete:
        case.problem("exit 0, but something failed")
    damaged = any(finding.startswith("body") for row in rows for finding in row["findings"])
    if code == 1 and complete and not damaged:
        case.problem("exit 1, but nothing failed")


def truth_compare(case, summary, rows):
    truth = case.truth
    classes = collections.Counter(row["class"] if row["class"] is not None else "!unreadable" for row in rows)
    case.differ("items", truth["items"], summary["found"])
    for name in sorted(set(truth["classes"]) | set(classes)):
        case.differ(f"class {name}", truth["classes"].get(name, 0), classes[name])
    case.differ("attachments", truth["attachments"] + truth["other_att"], summary["attachments_found"])
    case.differ("embedded", truth["embedded"], summary["embedded_found"])
    for row in rows:
        if row["outcome"] == "failed":
            case.differ(f"failed {row['nid']}", None, row["reason"])
        for attachment in row["attachments"]:
            if row["outcome"] == "written" and attachment["outcome"] != "written":
                case.differ(f"attachment of {row['nid']}", "written", attachment["name"])


def tree_digest(out, name):
    """Every file with its bytes, the ledger, the summary without seconds."""
    digest = hashlib.sha256()
    root = out / name
    for path in sorted(root.rglob("*")):
        digest.update(str(path.relative_to(root)).encode("utf-8", "surrogateescape") + b"\0")
        if path.is_file():
            digest.update(path.read_bytes())
            digest.update(str(int(path.stat().st_mtime)).encode() if "cur" in path.parts else b"")
    digest.update((out / f"{name}.ledger.jsonl").read_bytes())
    summary = json.loads((out / f"{name}.summary.json").read_text(encoding="utf-8"))
    summary.pop("seconds")
    digest.update(json.dumps(summary).encode())
    return digest.hexdigest()


def mbox_compare(case, out, maildir_rows):
    done = convert(case, out, "mbox")
    name = result_name(out)
    if done.returncode not in (0, 1) or name is None:
        case.problem(f"mbox: exit {done.returncode}")
        return
    rows = ledger_read(out, name)
    for key in ("nid", "folder", "class", "outcome", "reason", "message_id", "subject", "date", "attachments"):
        if [row[key] for row in rows] != [row[key] for row in maildir_rows]:
            case.problem(f"mbox: {key} differs from Maildir")
    for row in rows:
        if row["outcome"] == "written":
            data = row_check(case, out, name, row)
        if is_mail(row) and not data.startswith(b"From "):
            case.problem(f"mbox: {row['nid']} does not start with From_")
    for path in sorted((out / name).rglob("*.mbox")):
        gmime_run(case, ["--mbox", str(path)])


def case_run(case):
    with tempfile.TemporaryDirectory() as folder:
        first, second, third = (pathlib.Path(folder) / part for part in ("a", "b", "c"))
        done = convert(case, first, "maildir", extra=("-j1",))
        name = result_name(first) if first.is_dir() else None
        if name is None:
            case.differ("exit", 0, done.returncode)
            return case
        if done.returncode not in (0, 1):
            case.problem(f"exit {done.returncode}: {done.stderr.decode('utf-8', 'replace')[:300]}")
            return case
        summary = json.loads((first / f"{name}.summary.json").read_text(encoding="utf-8"))
        rows = ledger_read(first, name)
        exit_check(case, done.returncode, summary, rows)
        summary_check(case, summary, rows)
        truth_compare(case, summary, rows)
        for row in rows:
            if row["outcome"] == "written":
                data = row_check(case, first, name, row)
                attachments_check(case, row, data)
                if is_card(row):
                    card_check(case, row, data)
        cards_check(case, first, name, rows)
        gmime_check(case, first, name, rows)
        calendars_check(case, first / name)
        meetings_unpack(case, first, name, rows, pathlib.Path(folder) / "meetings")
        calendars_check(case, pathlib.Path(folder) / "meetings")
        convert(case, second, "maildir", env=OTHER_ENVIRONMENT, extra=("-j3",))
        if result_name(second) != name or tree_digest(first, name) != tree_digest(second, name):
            case.problem("another time zone, language and -j give other bytes")
        mbox_compare(case, third, rows)
    return case


def differences_settle(cases, allowed, complete):
    """What is not in the checked list, and what is in it without cause."""
    problems = []
    seen = set()
    for case in cases:
        for what, (want, got) in case.differences.items():
            entry = allowed.get((case.name, what))
            seen.add((case.name, what))
            if entry is None:
                problems.append(f"{case.name}: {what}: the manifest has {want!r}, we {got!r}")
            elif entry["ours"] != got:
                problems.append(f"{case.name}: {what}: the checked list has {entry['ours']!r}, we {got!r}")
    for key in allowed if complete else ():
        if key not in seen:
            problems.append(f"{key[0]}: {key[1]}: in the checked list, but there is no difference")
    return problems


def main():
    corpus = os.environ.get("AM_CORPUS")
    if not corpus or not pathlib.Path(corpus, "manifest.json").is_file():
        print("skipped: AM_CORPUS does not name the folder of real archives")
        return 77
    corpus = pathlib.Path(corpus)
    program, mime_check = sys.argv[1:3]
    manifest = json.loads((corpus / "manifest.json").read_text(encoding="utf-8"))
    wanted = [entry for entry in manifest if not sys.argv[3:] or any(part in entry["file"] for part in sys.argv[3:])]
    listed = json.loads((HERE / "differences.json").read_text(encoding="utf-8"))
    allowed = {(entry["file"], entry["what"]): entry for entry in listed}
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        cases = list(pool.map(lambda entry: case_run(Case(entry, corpus, program, mime_check)), wanted))
    problems = [problem for case in cases for problem in case.problems]
    problems += differences_settle(cases, allowed, not sys.argv[3:])
    for problem in problems:
        print(problem)
    print(f"{len(cases)} archives, {len(problems)} problems, {len(listed)} differences in the checked list")
    return 1 if problems or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
