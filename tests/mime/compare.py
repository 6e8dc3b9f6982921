#!/usr/bin/env python3
"""Writes pseudo-random messages with our writer and reads them with others.

compare.py MIME_RANDOM [MIME_CHECK]

Python's email package, and GMime through mime_check where that is built, must
see the headers, parameters, structure and contents that went in.
"""
import email
import email.header
import email.policy
import email.utils
import hashlib
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

COUNT = 300


def cleaned(text):
    """What a header may hold of a text (mapi-to-mime 3.3)."""
    text = re.sub(r"\r\n|[\r\n\t]", " ", text)
    return re.sub(r"[\x00-\x1f\x7f]", "", text)


def raw_field(message, name):
    """The unfolded field as it stands."""
    for field, value in message.raw_items():
        if field.lower() == name.lower():
            return re.sub(r"\r?\n", "", value)
    return None


def decoded(value):
    """RFC 2047 by email.header, which works on any field."""
    return str(email.header.make_header(email.header.decode_header(value)))


class Compare:
    def __init__(self, name):
        self.name = name
        self.faults = []

    def same(self, what, want, got):
        if want != got:
            self.faults.append(f"{self.name}: {what}: want {want!r}, got {got!r}")

    # --- addresses ---

    @staticmethod
    def wanted_addresses(listed):
        """(name, address) or (name, None) for a group, as they should read."""
        for entry in listed:
            name = cleaned(entry["name"]).strip(" ")
            address = entry["address"]
            if address == "not an address":
                name, address = name or address, None
            if address is None and not name:
                continue
            if address is not None:
                address = address.replace("bücher", "xn--bcher-kva")
            yield name, address

    @staticmethod
    def gmime_addresses(listed):
        """GMime shows IDNA domains decoded, and local parts as they stand."""
        for one in listed:
            address = one.get("address")
            if address is not None:
                address = address.replace("bücher", "xn--bcher-kva").replace('"a..b"', "a..b")
            yield one["name"] or "", address

    def addresses(self, what, listed, got):
        self.same(what, list(self.wanted_addresses(listed)), got)

    def addresses_but_spaces(self, what, listed, got):
        """Python's parser of structured fields keeps the space between two
        encoded words and makes one of several; GMime is asked for those."""
        want = list(self.wanted_addresses(listed))
        squeeze = [[(re.sub(r"\s", "", name), address) for name, address in some] for some in (want, got)]
        self.same(what, *squeeze)

    # --- Python's email ---

    def python_headers(self, what, want, message):
        subject = cleaned(want["Subject"]).strip(" ")
        self.same(f"{what} Subject", subject, str(message["Subject"]))
        self.same(f"{what} Subject by email.header", subject, decoded(raw_field(message, "Subject")).strip(" "))
        self.same(f"{what} defects of Subject", (), tuple(message["Subject"].defects))
        for field in ("Bcc", "X"):
            self.same(f"{what} {field}", None, message[field])
        for field in ("To", "Cc"):
            got = []
            if message[field] is not None:
                self.same(f"{what} defects of {field}", (), tuple(message[field].defects))
                for group in message[field].groups:
                    if group.display_name is None:
                        got += [(one.display_name, one.addr_spec) for one in group.addresses]
                    else:
                        got.append((group.display_name, None))
            self.addresses_but_spaces(f"{what} {field}", want[field], got)

    def python_leaf(self, what, want, part):
        payload = part.get_payload(decode=True)
        self.same(f"{what} size", want["size"], len(payload))
        self.same(f"{what} SHA-256", want["sha256"], hashlib.sha256(payload).hexdigest())
        for name, value in want.get("params", {}).items():
            self.same(f"{what} {name}", cleaned(value), part["Content-Type"].params.get(name))
        if "disposition" in want:
            got = part["Content-Disposition"].params.get("filename")
            self.same(f"{what} file name", cleaned(want["disposition"]["filename"]), got)

    def python_part(self, what, want, part):
        self.same(f"{what} type", want["type"], part.get_content_type())
        self.same(f"{what} defects", [], part.defects)
        if "children" in want:
            children = part.get_payload()
            self.same(f"{what} children", len(want["children"]), len(children))
            for number, (child, got) in enumerate(zip(want["children"], children), 1):
                self.python_part(f"{what}.{number}", child, got)
        elif "message" in want:
            self.python_message(f"{what}.m", want["message"], part.get_payload(0))
        else:
            self.python_leaf(what, want, part)

    def python_message(self, what, want, message):
        self.python_headers(what, want, message)
        self.python_part(what, want["tree"], message)

    # --- GMime ---

    def gmime_part(self, what, want, got):
        self.same(f"{what} type", want["type"], got["type"])
        if "children" in want:
            self.same(f"{what} children", len(want["children"]), len(got["children"]))
            for number, (child, part) in enumerate(zip(want["children"], got["children"]), 1):
                self.gmime_part(f"{what}.{number}", child, part)
        elif "message" in want:
            self.gmime_message(f"{what}.m", want["message"], got["message"])
        else:
            self.same(f"{what} size", want["size"], got["size"])
            self.same(f"{what} SHA-256", want["sha256"], got["sha256"])
            if "disposition" in want:
                self.same(f"{what} file name", cleaned(want["disposition"]["filename"]), got["filename"])

    def gmime_message(self, what, want, got):
        subject = cleaned(want["Subject"]).strip(" ")
        self.same(f"{what} Subject", subject, got["subject"] or "")
        for field in ("To", "Cc"):
            self.addresses(
                f"{what} {field}",
                want[field],
                list(self.gmime_addresses(got[field.lower()])),
            )
        self.gmime_part(what, want["tree"], got["tree"])


def lines_check(name, data):
    """One kind of line end, none too long, no NUL; headers in ASCII."""
    faults = []
    head = re.split(rb"\r?\n\r?\n", data, maxsplit=1)[0]
    if re.search(rb"[^\t\r\n -~]", head):
        faults.append(f"{name}: the header is not ASCII")
    if b"\0" in data or re.search(rb"\r(?!\n)", data):
        faults.append(f"{name}: NUL or bare CR")
    if b"\r\n" in data and re.search(rb"(?<!\r)\n", data):
        faults.append(f"{name}: mixed line ends")
    longest = max(len(line) for line in re.split(rb"\r?\n", data))
    if longest > 998:
        faults.append(f"{name}: a line of {longest} bytes")
    for line in re.split(rb"\r?\n", head):
        if len(line) > 78 and b" " in line.split(b": ", 1)[-1].strip():
            faults.append(f"{name}: {line!r} could be folded")
    return faults


def gmime_read(mime_check, paths):
    names = "\n".join(str(path) for path in paths)
    done = subprocess.run([mime_check, "--list"], input=names.encode(), capture_output=True, check=False)
    sys.stderr.write(done.stderr.decode("utf-8", "replace"))
    if done.returncode not in (0, 1):
        sys.exit(f"mime_check: exit {done.returncode}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def main():
    mime_random, *mime_check = sys.argv[1:]
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([mime_random, folder, str(COUNT)], check=True)
        paths = sorted(Path(folder).glob("*.eml"))
        wanted = [json.loads(path.with_suffix(".json").read_text("utf-8")) for path in paths]
        for path, want in zip(paths, wanted):
            data = path.read_bytes()
            compare = Compare(path.name)
            compare.python_message("", want, email.message_from_bytes(data, policy=email.policy.default))
            faults += compare.faults + lines_check(path.name, data)
        for path, want, got in zip(paths, wanted, gmime_read(mime_check[0], paths) if mime_check else []):
            compare = Compare(path.name + " by GMime")
            compare.same("defects", [], got["defects"])
            compare.gmime_message("", want, got["message"])
            faults += compare.faults
    for fault in faults[:40]:
        print(fault)
    print(f"{len(paths)} messages, {len(faults)} faults")
    return 1 if faults or len(paths) != COUNT else 0


if __name__ == "__main__":
    sys.exit(main())
