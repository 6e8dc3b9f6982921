#!/usr/bin/env python3
"""Converts archives made from recipes and compares every byte.

golden.py --builder P --convert P [--mime-check P] [--update] RECIPE...

RECIPE is a .txt here; beside it lie, as they should be, NAME.facts (what is
known of each message) and NAME.eml (the messages, each after a line that
begins with "#### "); what is no mail is in NAME.vcf, contacts in the older
form in NAME.v3.vcf, and NAME.ics. Each message must also be accepted by mime_check and by
Python's email package, and be the same with CR LF as with LF. "# allow: KIND"
in a recipe is a fault of mime_check that is meant, "# flags: ..." are flags of
convert_one. --update writes the files;
what it writes is to be read before it is committed.
"""
import argparse
import difflib
import email
import email.policy
import re
import subprocess
import sys
import tempfile
from pathlib import Path

MARK = "#### "
SUFFIXES = (".eml", ".vcf", ".ics")


def run(*arguments):
    return subprocess.run([str(argument) for argument in arguments],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)


def convert(options, recipe, folder, flags):
    archive = folder / "archive.pst"
    built = run(options.builder, recipe, archive)
    if built.returncode != 0:
        sys.exit(f"{recipe}: {built.stdout.decode()}")
    output = folder / "out"
    output.mkdir()
    done = run(options.convert, *flags, archive, output)
    if done.returncode not in (0, 1) or done.stdout:
        sys.exit(f"{recipe}: {done.returncode}: {done.stdout.decode()}")
    return sorted(output.glob("*.facts"))


def results(options, recipe, flags=()):
    """The facts of all messages, and the messages (and what is none, by its
    suffix), in the order of NIDs."""
    facts = []
    items = {suffix: [] for suffix in SUFFIXES}
    with tempfile.TemporaryDirectory() as name:
        for path in convert(options, recipe, Path(name), flags):
            facts.append(f"{MARK}{path.stem}\n{path.read_text('utf-8')}")
            for suffix, found in items.items():
                item = path.with_suffix(suffix)
                if item.exists():
                    found.append((path.stem, item.read_bytes()))
    return "".join(facts), items


def joined(messages):
    return b"".join(f"{MARK}{name}\n".encode() + data
                    for name, data in messages).decode("utf-8")


def difference(path, actual):
    expected = path.read_text("utf-8") if path.exists() else ""
    return list(difflib.unified_diff(
        expected.splitlines(True), actual.splitlines(True),
        f"{path.name} expected", f"{path.name} actual"))


def check_line_ends(name, data, crlf):
    """CR LF differs in nothing but the line ends."""
    if data.replace(b"\n", b"\r\n") != crlf:
        yield f"{name}: differs with CR LF\n"


def check_email(name, data):
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    for part in message.walk():
        for defect in part.defects:
            yield f"{name}: {defect!r}\n"
    for field in ("Date", "From", "Message-ID", "Subject", "MIME-Version"):
        count = len(message.get_all(field, []))
        if count != 1:
            yield f"{name}: {count} fields {field}\n"
    for line in data.split(b"\n"):
        if len(line) > 998:
            yield f"{name}: a line of {len(line)} bytes\n"


def check_mime(options, allowed, name, data):
    if not options.mime_check:
        return
    with tempfile.NamedTemporaryFile(suffix=".eml") as file:
        file.write(data)
        file.flush()
        flags = [flag for kind in allowed for flag in ("--allow", kind)]
        done = run(options.mime_check, "--quiet", *flags, file.name)
    if done.returncode != 0:
        yield f"{name}: {done.stdout.decode()}"


def check_lines(name, data):
    """Content lines: CR LF, at most 75 octets, whole characters."""
    for line in data.decode("utf-8").split("\r\n"):
        if "\r" in line or "\n" in line:
            yield f"{name}: a bare CR or LF\n"
        if len(line.encode()) > 75:
            yield f"{name}: a line of {len(line.encode())} octets\n"


def compare(options, path, actual):
    """Writes the file, or tells how it differs; no file for no text."""
    if options.update and actual:
        path.write_text(actual, "utf-8")
    elif options.update:
        path.unlink(missing_ok=True)
    else:
        return difference(path, actual)
    return []


def words_after(text, key):
    return [word for line in re.findall(rf"^# {key}: (.*)", text, re.M)
            for word in line.split()]


def check(options, recipe):
    text = recipe.read_text("utf-8")
    allowed = words_after(text, "allow")
    flags = words_after(text, "flags")
    facts, items = results(options, recipe, flags)
    _, crlf = results(options, recipe, [*flags, "--crlf"])
    faults = []
    messages = items.pop(".eml")
    for (name, data), (_, crlf_data) in zip(messages, crlf[".eml"],
                                            strict=True):
        faults += check_line_ends(name, data, crlf_data)
        faults += check_email(name, data)
        faults += check_mime(options, allowed, name, data)
    faults += compare(options, recipe.with_suffix(".facts"), facts)
    faults += compare(options, recipe.with_suffix(".eml"), joined(messages))
    if items[".vcf"]:
        _, old = results(options, recipe, [*flags, "--vcard3"])
        items[".v3.vcf"] = old[".vcf"]
    for suffix, found in items.items():
        for name, data in found:
            faults += check_lines(name, data)
        text = joined(found).replace("\r\n", "\n")
        faults += compare(options, recipe.with_suffix(suffix), text)
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--builder", required=True)
    parser.add_argument("--convert", required=True)
    parser.add_argument("--mime-check")
    parser.add_argument("--update", action="store_true")
    parser.add_argument("recipes", nargs="+", type=Path, metavar="RECIPE")
    options = parser.parse_args()
    count = 0
    for recipe in options.recipes:
        faults = check(options, recipe)
        count += len(faults)
        if faults:
            print(f"{recipe.name}:\n{''.join(faults)}")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
