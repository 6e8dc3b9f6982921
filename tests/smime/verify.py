#!/usr/bin/env python3
"""Signed and encrypted messages, through an archive and back.

verify.py --builder P --program P --openssl P

openssl makes a key and a certificate, signs (in the clear and opaque) and
encrypts texts that are easily bent: trailing blanks, "From ", "--" and dots at
the start of lines, 8-bit characters, long lines, no line end at the end. The
results are put into an archive as Outlook keeps them, converted to single
files, Maildir and mbox, and given to "openssl cms -verify" and "-decrypt".
"""
import argparse
import base64
import re
import subprocess
import sys
import tempfile
from pathlib import Path

TEXTS = {
    "plain": b"Hello.\r\n",
    "blanks": b"trailing \r\n\t\r\n  both  \r\n\r\n\r\n",
    "from": b"From here\r\n>From there\r\n.\r\n..\r\n--\r\n--- x\r\n-- \r\n",
    "8bit": "Grüße, 日本\r\n".encode(),
    "long": b"x" * 990 + b"\r\n" + b"y " * 400 + b"\r\n",
    "no-end": b"no line end",
}
ENTITY = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"


class Tool:
    def __init__(self, openssl, folder):
        self.openssl = openssl
        self.folder = folder
        self.key = folder / "key.pem"
        self.certificate = folder / "certificate.pem"
        self.run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days",
                 "2", "-subj", "/CN=ann/emailAddress=ann@example.org",
                 "-keyout", self.key, "-out", self.certificate)

    def run(self, *arguments, data=None):
        done = subprocess.run([self.openssl, *map(str, arguments)], input=data,
                              capture_output=True, check=False)
        if done.returncode != 0:
            raise ValueError(done.stderr.decode("utf-8", "replace").strip())
        return done.stdout

    def sign(self, entity, *options):
        return self.run("cms", "-sign", "-binary", "-signer", self.certificate,
                        "-inkey", self.key, *options, data=entity)

    def encrypt(self, entity):
        return self.run("cms", "-encrypt", "-binary", "-aes256", "-outform",
                        "DER", self.certificate, data=entity)

    def verify(self, message):
        return self.run("cms", "-verify", "-CAfile", self.certificate,
                        "-purpose", "any", data=message)

    def decrypt(self, message):
        return self.run("cms", "-decrypt", "-recip", self.certificate,
                        "-inkey", self.key, data=message)


def clear_signed(tool, entity):
    """multipart/signed as it comes over the network, put together here: the
    bytes of the entity are the same whatever openssl does to line ends."""
    signature = base64.encodebytes(tool.sign(entity, "-outform", "DER"))
    return (b"Content-Type: multipart/signed; "
            b"protocol=\"application/pkcs7-signature\";\r\n"
            b"\tmicalg=sha-256; boundary=\"b1_x\"\r\n\r\n"
            b"This is a signed message\r\n\r\n--b1_x\r\n" + entity +
            b"\r\n--b1_x\r\nContent-Type: application/pkcs7-signature; "
            b"name=smime.p7s\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
            signature.replace(b"\n", b"\r\n") + b"--b1_x--\r\n")


def message(class_name, subject, mime, data):
    return (f"message {{ class {class_name}; subject \"{subject}\"; "
            "from \"Ann\" <ann@example.org>; to \"Bob\" <bob@example.org>; "
            "sent 2010-01-02T03:04:05Z; "
            f"message-id \"<{subject}@example.org>\"; "
            f"body \"a preview\\r\\n\"; attachment \"smime.p7m\" {{ mime {mime}; "
            f"data base64 \"{base64.b64encode(data).decode()}\" }} }}")


def recipe(tool, kept):
    lines = ["folder \"Inbox\" {"]
    for name, text in TEXTS.items():
        entity = ENTITY + text
        kept[name] = clear_signed(tool, entity)
        lines.append(message("IPM.Note.SMIME.MultipartSigned",
                             f"clear-{name}", "multipart/signed", kept[name]))
        lines.append(message(
            "IPM.Note.SMIME", f"opaque-{name}", "application/pkcs7-mime",
            tool.sign(entity, "-nodetach", "-outform", "DER")))
        lines.append(message("IPM.Note.SMIME", f"encrypted-{name}",
                             "application/pkcs7-mime", tool.encrypt(entity)))
        inner = message("IPM.Note.SMIME.MultipartSigned", f"inner-{name}",
                        "multipart/signed", kept[name])
        lines.append(f"message {{ subject \"nested-{name}\"; from \"Ann\" "
                     "<ann@example.org>; sent 2010-01-02T03:04:05Z; "
                     f"message-id \"<nested-{name}@example.org>\"; "
                     f"attachment \"inner\" {{ {inner} }} }}")
    return "\n".join(lines + ["}", ""])


def from_mbox(data):
    for part in re.split(rb"(?m)^From [^\n]*\n", data)[1:]:
        yield re.sub(rb"(?m)^>(>*From )", rb"\1", part.removesuffix(b"\n"))


def messages(out, target):
    """The messages as they were put into the target, by their subject."""
    files = [path for path in (out / "a/mail").rglob("*") if path.is_file()]
    found = {}
    for path in files:
        data = path.read_bytes()
        for item in from_mbox(data) if target == "mbox" else [data]:
            subject = re.search(rb"(?m)^Subject: (\S+)", item)
            if subject:
                found[subject.group(1).decode()] = item
    return found


def nested(data):
    """The embedded message, cut out with not a byte changed."""
    rest = re.split(rb"Content-Type: message/rfc822.*?\r?\n\r?\n", data, 1,
                    re.S)[1]
    return re.split(rb"\r?\n--=_", rest, 1)[0]


def check_one(tool, name, data, kept, faults):
    kind, text = name.split("-", 1)
    want = ENTITY + TEXTS[text]
    try:
        if kind == "nested":
            data = nested(data)
        got = tool.decrypt(data) if kind == "encrypted" else tool.verify(data)
    except ValueError as error:
        faults.append(f"{name}: {error}")
        return
    # openssl gives text out in its own line ends.
    if got.replace(b"\r\n", b"\n").rstrip(b"\n") != \
            want.replace(b"\r\n", b"\n").rstrip(b"\n"):
        faults.append(f"{name}: it verifies, but it is another text: {got!r}")
    body = kept[text].partition(b"\r\n\r\n")[2]
    if kind in ("clear", "nested") and body.rstrip() not in data and \
            body.replace(b"\r\n", b"\n").rstrip() not in data:
        faults.append(f"{name}: the signed bytes are not the same")
    if kind == "clear":
        try:
            tool.verify(data.replace(b"text/plain", b"text/plane", 1))
            faults.append(f"{name}: verifies whatever it is")
        except ValueError:
            pass


def check(tool, options, folder, target, kept):
    faults = []
    out = folder / target
    subprocess.run([options.program, "convert", folder / "a.pst", "--to",
                    target, "-o", out, "--no-sync"], check=True,
                   capture_output=True)
    found = messages(out, target)
    wanted = [f"{kind}-{text}" for text in TEXTS
              for kind in ("clear", "opaque", "encrypted", "nested")]
    for name in wanted:
        if name in found:
            check_one(tool, name, found[name], kept, faults)
        else:
            faults.append(f"{name}: not found")
    print(f"{target}: {len(wanted)} messages, {len(faults)} faults")
    return [f"{target}: {fault}" for fault in faults]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--builder", required=True)
    parser.add_argument("--program", required=True)
    parser.add_argument("--openssl", required=True)
    options = parser.parse_args()
    faults = []
    kept = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tool = Tool(options.openssl, folder)
        (folder / "a.txt").write_text(recipe(tool, kept))
        subprocess.run([options.builder, folder / "a.txt", folder / "a.pst"],
                       check=True)
        for target in ("eml", "maildir", "mbox"):
            faults += check(tool, options, folder, target, kept)
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
