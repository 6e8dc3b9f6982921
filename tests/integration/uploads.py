"""What an upload should bring to a server, and what is there."""
import base64
import hashlib
import json
import re
import subprocess
import sys
import time
import unittest
from collections import Counter
from pathlib import Path

from client import read_back, sign_in
from processes import Missing, Place, main
from program import Program

PROGRAM, BUILDER = sys.argv[1], sys.argv[2]
PARTS, PROVIDERS = Path(sys.argv[3]), sys.argv[4]
HERE = Path(__file__).resolve().parent
PLACE = Place()

# Of upload.txt, in Dovecot as it is here: its Sent has another name, and it has
# no trash.
DOVECOT_MAILBOXES = {
    "Posteingang": "INBOX",
    "Posteingang/Reisen": "INBOX/Reisen",
    "Posteingang/Reisen/台北 & München": "INBOX/Reisen/台北 & München",
    "Gesendete Elemente": "Sent Things",
    "Entwürfe": "Drafts",
    "Gelöschte Elemente": "Gelöschte Elemente",
    "Junk-E-Mail": "Junk",
    "Projekte 100% * sicher": "Projekte 100_ _ sicher",
    "Notizen": "Notizen",
}

# INTERNALDATEs that servers keep: enum of imap/append_head.c
FIRST_DATE, LAST_DATE = 86400, 2147471999
LETTERS = {"D": "\\draft", "F": "\\flagged", "P": "$forwarded",
           "R": "\\answered", "S": "\\seen"}
RECEIPTS = re.compile(
    rb"^(Disposition-Notification-(To|Options)|Return-Receipt-(To|Requested)|"
    rb"X-Confirm-Reading-To|Read-Receipt-To|Registered-Mail-Reply-Requested-By"
    rb"):.*\r\n([ \t].*\r\n)*", re.M | re.I)


def build(recipe, name="archive"):
    """The archive of a recipe: a path, or its text."""
    folder = PLACE.path / "archives"
    folder.mkdir(exist_ok=True)
    if not isinstance(recipe, Path):
        path = folder / f"{name}.txt"
        path.write_text(recipe, "utf-8")
        recipe = path
    subprocess.run([BUILDER, recipe, folder / f"{name}.pst"], check=True)
    return folder / f"{name}.pst"


def ledgers(folder):
    """{name: rows} of all ledgers in a folder."""
    return {path.name[:-len(".ledger.jsonl")]:
            [json.loads(line) for line in path.read_text("utf-8").splitlines()]
            for path in sorted(Path(folder).glob("*.ledger.jsonl"))}


def utf7(name):
    """A mailbox's name out of modified UTF-7 (RFC 3501 5.1.3)."""
    def run(match):
        text = match.group(1)
        if not text:
            return "&"
        text = text.replace(",", "/")
        return base64.b64decode(text + "=" * (-len(text) % 4)) \
            .decode("utf-16-be")
    return re.sub(r"&([^-]*)-", run, name)


def without_receipts(mime):
    head, mark, body = mime.partition(b"\r\n\r\n")
    return RECEIPTS.sub(b"", head + b"\r\n")[:-2] + mark + body


def date_kept(received):
    """None where the server chooses."""
    return received if FIRST_DATE <= received <= LAST_DATE else None


class Wanted:
    """What convert writes for archives: {(name, nid): (mime with CRLF, flags
    and keywords in small letters, received or None, folder)}, of mail; and
    the folder with the rest."""

    def __init__(self, program, inputs, *options, keep_receipts=False):
        self.out = program.home / f"wanted-{len(list(program.home.iterdir()))}"
        ran = program.run("convert", *inputs, "--to", "maildir", "-o",
                          self.out, "--no-sync", *options)
        if ran.returncode not in (0, 1):
            raise RuntimeError(ran.stderr)
        self.status = ran.returncode
        self.ledgers = ledgers(self.out)
        self.mail = {}
        for name, rows in self.ledgers.items():
            for row in rows:
                if (row["path"] or "").startswith("mail/"):
                    self.mail[name, row["nid"]] = self.message(
                        name, row, keep_receipts)

    def message(self, name, row, keep_receipts):
        path = self.out / name / row["path"]
        mime = path.read_bytes().replace(b"\n", b"\r\n")
        received = int(path.name.split(".")[0])
        letters = path.name.split(":2,")[1]
        flags = {LETTERS[letter] for letter in letters if letter in LETTERS}
        if re.search("[a-z]", letters):
            words = (path.parent.parent / "dovecot-keywords").read_text() \
                .split("\n")
            flags |= {words[ord(letter) - ord("a")].split()[1].lower()
                      for letter in letters if letter.islower()}
        return (mime if keep_receipts else without_receipts(mime),
                frozenset(flags), date_kept(received), row["folder"])


def mailboxes(imap):
    """(name on the wire, messages, UIDVALIDITY) of those that hold any."""
    for line in imap.list()[1]:
        raw = re.search(r'\) (?:"(?:\\.|.)"|NIL) (.*)$',
                        line.decode("ascii")).group(1).strip('"')
        if rb"\Noselect" in line:
            continue
        said = imap.status(f'"{raw}"', "(MESSAGES UIDVALIDITY)")[1][0]
        messages, validity = (
            int(re.search(rb"%s (\d+)" % word, said).group(1))
            for word in (b"MESSAGES", b"UIDVALIDITY"))
        if messages > 0:
            yield raw, messages, validity


def counts(server):
    """{mailbox: messages}"""
    imap = sign_in(server)
    try:
        return {utf7(raw): messages
                for raw, messages, _ in mailboxes(imap)}
    finally:
        imap.shutdown()


def everything(server, below=""):
    """{mailbox: {uid: (mime, flags, date)}} of all mailboxes that hold
    anything, and whose name begins with below; and their UIDVALIDITY."""
    imap = sign_in(server)
    found, validity = {}, {}
    try:
        for raw, _, number in mailboxes(imap):
            if not utf7(raw).startswith(below):
                continue
            validity[utf7(raw)] = number
            found[utf7(raw)] = {
                uid: (mime, frozenset(flag.lower() for flag in flags), date)
                for uid, (mime, flags, date) in read_back(imap,
                                                          raw).items()}
    finally:
        imap.shutdown()
    return found, validity


class UploadCase(unittest.TestCase):
    """A home, and an archive, for each test; servers for each class."""
    maxDiff = 4000
    recipe = HERE / "upload.txt"
    separator = "/"
    server = None

    @classmethod
    def make(cls):
        """A server; raises Missing."""
        raise NotImplementedError

    @classmethod
    def setUpClass(cls):
        try:
            cls.server = cls.make()
        except Missing as missing:
            raise unittest.SkipTest(str(missing)) from missing

    def setUp(self):
        self.program = Program(PROGRAM, PROVIDERS, PLACE)
        self.results = self.program.home / "results"
        self.begin = int(time.time())

    # --- doing it ------------------------------------------------------------

    def archive(self, recipe=None, name="archive"):
        return build(recipe or self.recipe, name)

    def words(self, *words):
        return ["upload", *words, "--account", "me", "-o", self.results]

    def upload(self, *words, status=0):
        ran = self.program.run(*self.words(*words))
        self.assertEqual(ran.returncode, status, (ran.stdout, ran.stderr))
        self.assertNotIn("Sanitizer", ran.stderr)
        return ran

    def signed_in(self, port=None, tls=True):
        ran = self.program.login_by_password(self.server, port, tls)
        self.assertEqual(ran.returncode, 0, ran.stderr)

    def rows(self, name="archive"):
        return ledgers(self.results)[name]

    # --- comparing -----------------------------------------------------------

    def as_kept(self, mime):
        """For servers that change something."""
        return mime

    def date_seen(self, date, wanted):
        """None for what the server chose, which it was asked to."""
        return None if wanted is None and \
            self.begin - 5 <= date <= time.time() + 5 else date

    def check_row(self, row, wanted, found, validity):
        """It says where the message is, and what is there is what convert
        writes."""
        mime, flags, date, folder = wanted
        self.assertEqual((row["outcome"], row["path"], row["folder"]),
                         ("written", None, folder), row)
        self.assertEqual(row["uidvalidity"], validity[row["mailbox"]], row)
        there = found[row["mailbox"]][row["uid"]]
        self.assertEqual(there[0], self.as_kept(mime), row)
        self.assertEqual(there[1], flags, row)
        self.assertEqual(self.date_seen(there[2], date), date, row)
        self.assertEqual((row["size"], row["sha256"]),
                         (len(mime), hashlib.sha256(mime).hexdigest()), row)

    def check_all(self, wanted, mailbox_of=None, before=()):
        """Every message is there once, and nothing else. before: (mailbox,
        uid) that were there. mailbox_of: of folders, where it is known."""
        found, validity = everything(self.server)
        places = Counter()
        got = ledgers(self.results)
        self.assertEqual(sorted(got), sorted(wanted.ledgers))
        for name, rows in got.items():
            self.assertEqual([row["nid"] for row in rows],
                             [row["nid"] for row in wanted.ledgers[name]])
            for row in rows:
                one = wanted.mail.get((name, row["nid"]))
                if one is None:
                    self.assertNotIn("uid", {key for key, value in row.items()
                                             if value is not None}, row)
                    continue
                self.check_row(row, one, found, validity)
                places[row["mailbox"], row["uid"]] += 1
                if mailbox_of and row["folder"] in mailbox_of:
                    self.assertEqual(row["mailbox"],
                                     mailbox_of[row["folder"]])
        there = Counter((mailbox, uid) for mailbox, messages in found.items()
                        for uid in messages)
        self.assertEqual(places + Counter(before), there)

    def check_exactly_once(self, wanted, mailbox_of):
        """As multisets, without the ledger's help."""
        found, _ = everything(self.server)
        there = Counter(
            (mailbox, hashlib.sha256(mime).hexdigest(), tuple(sorted(flags)))
            for mailbox, messages in found.items()
            for mime, flags, _ in messages.values())
        want = Counter(
            (mailbox_of[folder],
             hashlib.sha256(self.as_kept(mime)).hexdigest(),
             tuple(sorted(flags)))
            for mime, flags, _, folder in wanted.mail.values())
        self.assertEqual(there - want, Counter(), "too many")
        self.assertEqual(want - there, Counter(), "missing")

    def check_other_files(self, wanted, name="archive"):
        """Calendars, contacts ... are the files that convert writes."""
        def tree(folder):
            return {str(path.relative_to(folder)): path.read_bytes()
                    for path in folder.rglob("*") if path.is_file() and
                    path.relative_to(folder).parts[0] != "mail"}
        self.assertEqual(tree(self.results / name), tree(wanted.out / name))


def run(*cases):
    main(cases, PLACE, words=4)
