#!/usr/bin/env python3
"""Contacts and distribution lists, read again by programs of others.

readers.py vobject|icaljs PROGRAM BUILDER FOLDER

Converts the recipes of the golden tests, and has each .vcf read by
python3-vobject (vCard 3) or by ical.js (vCard 4; npm installs it in FOLDER).
Exits 77 when the reader is not there.
"""
import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
ICAL_JS = "2.2.1"
TIMEOUT = 120

PHOTO = "5de1508fed2079f68d4b6cac0e4737839efe9edc3616def292812198788c5763"
LEASE = b"a lease"
NOTE = "Notes; with, all \\ signs.\nA second line.\nBEGIN:VCARD\nEND:VCARD"


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


class Cards(unittest.TestCase):
    """What is the same in both versions; a subclass reads the cards as lists
    of (name, parameters, value)."""

    program = builder = folder = None
    version = None

    def converted(self, recipe):
        """The cards of a golden recipe, each a list of properties."""
        place = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, place, ignore_errors=True)
        path = place / "archive.pst"
        subprocess.run([self.builder, GOLDEN / recipe, path], check=True,
                       timeout=TIMEOUT)
        done = subprocess.run(
            [self.program, "convert", path, "--to", "maildir", "-o",
             place / "out", "--vcard", self.version],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
            timeout=TIMEOUT)
        self.assertEqual(done.returncode, 0, done.stdout)
        files = sorted((place / "out/archive/contacts").rglob("*.vcf"))
        self.assertEqual([file.name for file in files], ["People.vcf"])
        return self.cards(files[0])

    def values(self, card, name):
        return [value for found, _, value in card if found == name]

    def value(self, card, name):
        values = self.values(card, name)
        self.assertEqual(len(values), 1, (name, values))
        return values[0]

    def check_contacts(self, cards):
        self.assertEqual(len(cards), 3)
        for card in cards:
            self.value(card, "uid")
            self.value(card, "rev")
            self.value(card, "fn")
        ann = cards[0]
        self.assertEqual(self.value(ann, "fn"), "Dr. Ann Beth Example Jr.")
        self.assertEqual(self.value(ann, "note"), NOTE)
        self.assertEqual(self.value(ann, "title"), "Head of things")
        self.assertEqual(self.value(ann, "nickname"), 'Annie, the "Ex"')
        self.assertEqual(self.values(ann, "email"),
                         ["ann@example.org", "ann.work@example.org"])
        self.assertEqual(len(self.values(ann, "adr")), 3)
        self.assertIn("Emil Ümläut",
                      self.values(ann, "related") +
                      self.values(ann, "x-ms-child"))
        self.assertEqual(self.values(cards[2], "email"), [])
        # nothing of one card became another
        self.assertEqual(
            [self.value(card, "fn")[:4] for card in cards],
            ["Dr. ", "Just", "A co"])

    def test_lists(self):
        cards = self.converted("distribution-lists.txt")
        self.assertEqual(len(cards), 6)
        by_name = {self.value(card, "fn"): card for card in cards}
        small = by_name["Small; list"]
        self.assertEqual(self.value(small, self.kind), "group")
        uid = {name: self.value(by_name[name], "uid") for name in by_name}
        self.assertEqual(self.values(small, self.member), [
            "mailto:bob@example.org", uid["Ann Example"], uid["Ann Example"],
            uid["Far Away"], "mailto:gone@example.org"])
        self.assertEqual(
            self.values(by_name["Large"], self.member),
            [uid["Small; list"], uid["Ann Example"],
             "mailto:dora@example.org"])
        self.assertEqual(self.values(by_name["Empty"], self.member), [])


class Vobject(Cards):
    version = "3"
    kind = "x-addressbookserver-kind"
    member = "x-addressbookserver-member"

    def cards(self, path):
        import vobject
        text = path.read_text("utf-8")
        found = []
        for card in vobject.readComponents(text, validate=True):
            card.validate(raiseException=True)
            found.append([(line.name.lower(), line.params, line.value)
                          for line in card.getChildren()])
        return found

    def test_contacts(self):
        cards = self.converted("contacts.txt")
        self.check_contacts(cards)
        ann = cards[0]
        self.assertEqual(self.value(ann, "version"), "3.0")
        name = self.value(ann, "n")
        self.assertEqual((name.family, name.given, name.additional,
                          name.prefix, name.suffix),
                         ("Example", "Ann", "Beth", "Dr.", "Jr."))
        self.assertEqual(self.value(ann, "org"),
                         ["Example; Sons, Ltd.", "Research", "Room 5"])
        self.assertEqual(self.value(ann, "categories"),
                         ["Friends, old", "Work"])
        self.assertEqual(self.value(ann, "bday"), "1969-07-20")
        self.assertEqual(
            hashlib.sha256(self.value(ann, "photo")).hexdigest(), PHOTO)
        self.assertEqual(self.values(ann, "label")[1],
                         'Workstreet 1\n12345 "Worktown"')
        home, work, _ = self.values(ann, "adr")
        self.assertEqual((home.city, home.country), ("Hometown", "France"))
        self.assertEqual((work.box, work.street, work.code),
                         ("PO 7", "Workstreet 1\nBack door", "12345"))


class IcalJs(Cards):
    version = "4"
    kind = "kind"
    member = "member"

    def cards(self, path):
        done = subprocess.run(
            ["node", Path(__file__).with_name("read.mjs"), self.folder, path],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
            timeout=TIMEOUT)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        found = []
        for kind, properties, below in json.loads(done.stdout):
            self.assertEqual((kind, below), ("vcard", []))
            # [name, parameters, type, value...]
            found.append([(line[0], line[1],
                           line[3] if len(line) == 4 else line[3:])
                          for line in properties])
        return found

    def test_contacts(self):
        cards = self.converted("contacts.txt")
        self.check_contacts(cards)
        ann = cards[0]
        self.assertEqual(ann[0][0::2], ("version", "4.0"))  # where it must be
        self.assertEqual(self.value(ann, "kind"), "individual")
        self.assertEqual(self.value(ann, "n"),
                         ["Example", "Ann", "Beth", "Dr.", "Jr."])
        self.assertEqual(self.value(ann, "org"),
                         ["Example; Sons, Ltd.", "Research", "Room 5"])
        self.assertEqual(self.value(ann, "categories"),
                         ["Friends, old", "Work"])
        self.assertEqual(self.value(ann, "bday"), "1969-07-20")
        self.assertEqual(self.value(cards[1], "bday"), "--03-04")
        self.assertEqual(self.value(ann, "gender"), "F")
        self.assertEqual(self.data(self.value(ann, "photo"), "image/jpeg"),
                         PHOTO)
        attached = self.values(ann, "x-attach")
        self.assertEqual(self.data(attached[0], "text/plain"),
                         hashlib.sha256(LEASE).hexdigest())
        labels = [parameters["label"] for name, parameters, _ in ann
                  if name == "adr" and "label" in parameters]
        self.assertEqual(labels[1], 'Workstreet 1\n12345 "Worktown"')
        custom = [(parameters["x-name"], value)
                  for name, parameters, value in ann if name == "x-custom"]
        self.assertEqual(custom,
                         [("Favourite colour", "blue\\nBEGIN:VCARD")])

    def data(self, uri, media_type):
        match = re.fullmatch(r"data:([^;]+);base64,(.*)", uri)
        self.assertEqual(match.group(1), media_type)
        content = base64.b64decode(match.group(2), validate=True)
        return hashlib.sha256(content).hexdigest()


def vobject_ready():
    """Debian's package is for Debian's Python, which need not be this one."""
    debian = "/usr/bin/python3"
    try:
        import vobject  # noqa: F401
    except ImportError:
        if os.path.realpath(sys.executable) == os.path.realpath(debian) or \
                not os.path.exists(debian):
            skip("there is no python3-vobject")
        os.execv(debian, [debian, "-B", *sys.argv])


def icaljs_ready(folder):
    if not shutil.which("npm") or not shutil.which("node"):
        skip("there are no nodejs and npm")
    package = folder / "node_modules/ical.js/package.json"
    if package.exists() and \
            json.loads(package.read_text())["version"] == ICAL_JS:
        return
    done = subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts",
         "--no-package-lock", "--prefix", folder, f"ical.js@{ICAL_JS}"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        timeout=TIMEOUT)
    if done.returncode != 0 or not package.exists():
        skip(f"npm cannot install ical.js {ICAL_JS}: "
             f"{done.stdout.decode('utf-8', 'replace')[-300:]}")


def main():
    reader, Cards.program, Cards.builder, folder = sys.argv[1:5]
    Cards.folder = Path(folder)
    case = {"vobject": Vobject, "icaljs": IcalJs}[reader]
    if reader == "vobject":
        vobject_ready()
    else:
        icaljs_ready(Cards.folder)
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(case)
    result = unittest.TextTestRunner().run(suite)
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
