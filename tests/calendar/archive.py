"""Archives of calendars from recipes, converted and read again."""
import json
import os
import subprocess
import tempfile
from pathlib import Path

import icalendar

BUILDER = os.environ["AM_BUILDER"]
PROGRAM = os.environ["AM_PROGRAM"]
REREAD = os.environ["AM_REREAD"]
APPT, MEETING, COMMON = "PSETID_Appointment", "PSETID_Meeting", "PSETID_Common"
TASK, LOG = "PSETID_Task", "PSETID_Log"


def escaped(character):
    if character in '\\"':
        return "\\" + character
    return f"\\x{ord(character):02x}" if character < " " else character


def quoted(value):
    if isinstance(value, bytes):
        return f'hex "{value.hex()}"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return str(value)
    if hasattr(value, "isoformat"):
        return value.isoformat() + ("" if "T" in value.isoformat()
                                    else "T00:00:00") + "Z"
    return '"' + "".join(escaped(one) for one in value) + '"'


def prop(tag, value):
    return f"\tprop {tag} {quoted(value)}"


def named(group, lid, kind, value):
    return prop(f"{group}/{lid:#06x}:{kind}", value)


def event(subject, start, end, *more, klass="IPM.Appointment"):
    """A message; start and end are UTC, None for none."""
    lines = [f'class "{klass}"', f"subject {quoted(subject)}",
             "created 2020-01-02T03:04:05Z", "modified 2020-02-03T04:05:06Z",
             f"search-key hex \"{subject.encode().hex()}\""]
    if start:
        lines.append(named(APPT, 0x820D, "time", start))
    if end:
        lines.append(named(APPT, 0x820E, "time", end))
    return "message {\n" + "\n".join([*lines, *more]) + "\n}\n"


def series(blob, zone=None):
    lines = [named(APPT, 0x8216, "binary", blob),
             named(APPT, 0x8223, "bool", True)]
    if zone:
        lines.append(named(APPT, 0x8260, "binary", zone))
    return "\n".join(lines)


class Converted:
    """What came of a recipe."""

    def __init__(self, messages, folder="Calendar", jobs=1, to="mbox"):
        with tempfile.TemporaryDirectory(prefix="am-calendar-") as name:
            top = Path(name)
            archive = top / "a.pst"
            recipe = f'folder "{folder}" {{\n{"".join(messages)}}}\n'
            subprocess.run([BUILDER, "-", archive], check=True,
                           input=recipe.encode())
            done = subprocess.run(
                [PROGRAM, "convert", archive, "--to", to, "-o", top / "out",
                 "--no-sync", "-j", str(jobs)], stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, check=False, timeout=120)
            self.status = done.returncode
            self.errors = done.stderr.decode()
            assert "Sanitizer" not in self.errors, self.errors
            rows = (top / "out/a.ledger.jsonl").read_text("utf-8")
            self.rows = [json.loads(row) for row in rows.splitlines()]
            self.files = {}
            for path in sorted((top / "out/a").rglob("*.ics")):
                where = str(path.relative_to(top / "out/a"))
                self.files[where] = path.read_bytes()
                self.check_place(where)
            self.mails = [path.read_bytes() for path in
                          sorted((top / "out/a/mail").rglob("*.eml"))]
            self.reread = {where: reread(path) for where, path in
                           ((str(path.relative_to(top / "out/a")), path)
                            for path in (top / "out/a").rglob("*.ics"))}

    def check_place(self, where):
        """Offsets and sizes of the ledger cut whole components out."""
        for row in self.rows:
            if row["path"] == where:
                end = row["offset"] + row["size"]
                text = self.files[where][row["offset"]:end]
                assert text.startswith(b"BEGIN:V"), text[:40]
                assert text.endswith((b"END:VEVENT\r\n", b"END:VTODO\r\n",
                                      b"END:VJOURNAL\r\n")), text[-40:]

    @property
    def findings(self):
        return [text for row in self.rows for text in row["findings"]]

    def text(self):
        """The only file, unfolded."""
        (data,) = self.files.values()
        return data.decode("utf-8").replace("\r\n ", "")

    def calendar(self):
        (data,) = self.files.values()
        calendar = icalendar.Calendar.from_ical(data)
        for component in calendar.walk():
            assert not component.errors, component.errors
        return calendar

    def components(self, name="VEVENT"):
        return self.calendar().walk(name)


def reread(path):
    """What libical makes of it: lines of UID and instances."""
    done = subprocess.run([REREAD, path], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, timeout=60)
    assert done.returncode == 0, done.stdout.decode()
    return [line.split("\t") for line in done.stdout.decode().splitlines()]
