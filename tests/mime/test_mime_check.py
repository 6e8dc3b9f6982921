#!/usr/bin/env python3
"""mime_check itself: it finds each fault, and none in what is sound.

test_mime_check.py MIME_CHECK
"""
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

MIME_CHECK = sys.argv.pop(1)

HEAD = "From: a@example.org\nDate: Thu, 01 Jan 1970 00:00:00 +0000\n"
PLAIN = HEAD + "Subject: s\n\nbody\n"


def multipart(body, more=""):
    return HEAD + more + 'Content-Type: multipart/mixed; boundary="b"\n\n' + body


GOOD = {
    "plain": PLAIN,
    "CRLF": PLAIN.replace("\n", "\r\n"),
    "no body": HEAD + "\n",
    "encoded words": HEAD + "Subject: =?UTF-8?Q?caf=C3=A9?= =?UTF-8?B?w6k=?=\n\nx\n",
    "group": HEAD + "To: undisclosed-recipients:;\n\nx\n",
    "multipart": multipart("--b\n\nx\n--b\nContent-Type: text/html\n\n<p>\n--b--\n"),
    "empty part": multipart("--b\nContent-Type: text/plain\n\n\n--b--\n"),
    "message": multipart("--b\nContent-Type: message/rfc822\n\n" + PLAIN + "\n--b--\n"),
    "signed keeps its lines": HEAD
    + 'Content-Type: multipart/signed; boundary="b"\n\n--b\n\n'
    + "x" * 2000
    + "\r\n--b\nContent-Type: application/pkcs7-signature\n\nx\n--b--\n",
}

BAD = {
    "mixed-lines": PLAIN.replace("body\n", "body\r\n"),
    "bare-cr": PLAIN.replace("body", "bo\rdy"),
    "no-line-end": PLAIN + "x",
    "long-line": PLAIN + "x" * 999 + "\n",
    "nul": PLAIN + "\0\n",
    "from-line": "From a@example.org Thu Jan  1 00:00:00 1970\n" + PLAIN,
    "8bit-header": HEAD + "Subject: caf\u00e9\n\nx\n",
    "control-header": HEAD + "Subject: a\x01b\n\nx\n",
    "encoded-word": HEAD + "Subject: =?UTF-8?B?!!?=\n\nx\n",
    "encoded-word 2": HEAD + "Subject: =?UTF-8?Q?" + "x" * 70 + "?=\n\nx\n",
    "encoded-word 3": HEAD + "Subject: =?no-such-charset?Q?x?=\n\nx\n",
    "encoded-word 4": HEAD + "Subject: =?UTF-8?Q?=FF?=\n\nx\n",
    "encoded-word 5": HEAD + "Subject: =?UTF-8?X?x?=\n\nx\n",
    "duplicate-field": HEAD + "Subject: a\nSubject: b\n\nx\n",
    "missing-field": "Subject: a\n\nx\n",
    "boundary": HEAD + "Content-Type: multipart/mixed\n\nx\n",
    "boundary 2": multipart('--b\nContent-Type: multipart/mixed; boundary="b1"\n\n--b1\n\nx\n--b1--\n--b--\n'),
    "truncated": multipart("--b\n\nx\n"),
    "empty-multipart": multipart("--b--\n"),
    "encoding": multipart("--b\n\nx\n--b--\n", "Content-Transfer-Encoding: base64\n"),
    "encoding 2": multipart(
        "--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\n" + PLAIN + "\n--b--\n"
    ),
    "8bit-body": HEAD + "\ncaf\u00e9\n",
    "8bit-body 2": multipart("--b\nContent-Transfer-Encoding: 8bit\n\ncaf\u00e9\n--b--\n"),
    "charset": HEAD + "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n=FF\n",
    "charset 2": HEAD + "Content-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: base64\n\nw6k=\n",
    "base64": HEAD + "Content-Transfer-Encoding: base64\n\nw6k=x\n",
    "base64 2": HEAD + "Content-Transfer-Encoding: base64\n\nw6k\n",
    "base64 3": HEAD + "Content-Transfer-Encoding: base64\n\n" + "A" * 80 + "\n",
    "base64 4": HEAD + "Content-Transfer-Encoding: base64\n\nw6k*\n",
    "quoted-printable": HEAD + "Content-Transfer-Encoding: quoted-printable\n\na=xyz\n",
    "quoted-printable 2": HEAD + "Content-Transfer-Encoding: quoted-printable\n\na \n",
    "quoted-printable 3": HEAD + "Content-Transfer-Encoding: quoted-printable\n\n" + "a" * 77 + "\n",
    "missing-field inside": multipart("--b\nContent-Type: message/rfc822\n\nSubject: x\n\nx\n\n--b--\n"),
}


def run(*arguments, data=b""):
    return subprocess.run([MIME_CHECK, *arguments], input=data, capture_output=True, check=False)


class MimeCheck(unittest.TestCase):
    def test_good(self):
        for name, text in GOOD.items():
            with self.subTest(name):
                done = run("-", data=text.encode())
                self.assertEqual(done.stderr, b"")
                self.assertEqual(done.returncode, 0)
                self.assertTrue(json.loads(done.stdout)["ok"])

    def test_bad(self):
        for name, text in BAD.items():
            with self.subTest(name):
                done = run("-", data=text.encode())
                found = json.loads(done.stdout)
                kinds = {defect.split(":")[0] for defect in found["defects"]}
                self.assertIn(name.split(" ")[0], kinds)
                self.assertEqual(done.returncode, 1)
                self.assertFalse(found["ok"])
                self.assertNotEqual(done.stderr, b"")

    def test_allow(self):
        data = BAD["long-line"].encode()
        self.assertEqual(run("--allow", "long-line", "-", data=data).returncode, 0)
        self.assertEqual(run("--allow", "nul", "-", data=data).returncode, 1)

    def test_what_it_says(self):
        text = (
            'From: "A B" <a@example.org>\nTo: c@example.org, Team:;\nDate: Thu, 01 Jan 1970 01:00:00 +0100\n'
            "Subject: =?UTF-8?Q?caf=C3=A9?=\nMessage-ID: <1@x>\nContent-Type: multipart/mixed; boundary=b\n\n"
            "--b\nContent-Type: text/plain; charset=utf-8\n\nx\n--b\nContent-Type: image/png\n"
            "Content-Disposition: attachment; filename*=UTF-8''%C3%A9.png\nContent-ID: <i@x>\n"
            "Content-Transfer-Encoding: base64\n\nYWJj\n--b\nContent-Type: message/rfc822\n\n" + PLAIN + "\n--b--\n"
        )
        found = json.loads(run("-", data=text.encode()).stdout)
        self.assertEqual(found["defects"], [])
        message = found["message"]
        self.assertEqual(message["from"], [{"name": "A B", "address": "a@example.org"}])
        self.assertEqual(message["to"][0]["address"], "c@example.org")
        self.assertEqual(message["to"][1], {"name": "Team", "members": []})
        self.assertEqual(message["subject"], "caf\u00e9")
        self.assertEqual(message["date"], "1970-01-01T01:00:00+0100")
        self.assertEqual(message["message_id"], "1@x")
        one, two, three = message["tree"]["children"]
        self.assertEqual((one["type"], one["charset"], one["size"]), ("text/plain", "utf-8", 1))
        self.assertEqual(two["filename"], "\u00e9.png")
        self.assertEqual(two["disposition"], "attachment")
        self.assertEqual(two["content_id"], "i@x")
        self.assertEqual(two["encoding"], "base64")
        self.assertEqual(two["sha256"], "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        self.assertEqual(three["message"]["subject"], "s")
        self.assertEqual(three["message"]["tree"]["defects"], [])

    def test_many(self):
        with tempfile.TemporaryDirectory() as folder:
            good, bad = Path(folder, "good"), Path(folder, "bad")
            good.write_text(PLAIN)
            bad.write_text(BAD["long-line"])
            done = run("--quiet", str(good), str(bad), str(good))
            self.assertEqual((done.returncode, done.stdout), (1, b""))
            self.assertEqual(len(done.stderr.splitlines()), 1)
            self.assertIn(str(bad).encode(), done.stderr)
            self.assertEqual(run("--quiet", str(good)).returncode, 0)
            listed = run("--list", data=f"{good}\n{bad}\n".encode())
            self.assertEqual([json.loads(line)["ok"] for line in listed.stdout.splitlines()], [True, False])
            self.assertEqual(run(str(Path(folder, "none"))).returncode, 2)
        self.assertEqual(run().returncode, 2)

    def test_mbox(self):
        first = PLAIN.replace("body\n", ">From a\n>>From b\nFromage\n> From\n")
        mbox = "From x Thu Jan  1 00:00:00 1970\n" + first + "\nFrom y Thu Jan  1 00:00:00 1970\n" + PLAIN + "\n"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "mbox")
            path.write_text(mbox)
            done = run("--mbox", str(path))
            self.assertEqual(done.returncode, 0)
            one, two = [json.loads(line) for line in done.stdout.splitlines()]
            size = len("From a\n>From b\nFromage\n> From\n")
            self.assertEqual(one["message"]["tree"]["size"], size)
            self.assertEqual(two["message"]["tree"]["size"], len("body\n"))
            path.write_text(mbox.replace("body", "x" * 999))
            done = run("--quiet", "--mbox", str(path))
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"message 2", done.stderr)


if __name__ == "__main__":
    unittest.main()
