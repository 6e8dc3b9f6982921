"""What every server is asked, and the messages for it."""
import random
import sys
import unittest
from collections import Counter
from pathlib import Path

from client import (CAN_COMPRESS, CAN_LITERAL_PLUS, CAN_MULTIAPPEND, CAN_QUOTA,
                    FLAG_NAMES, NO_MAILBOX, STRATEGIES, TOO_BIG, UNCLEAN,
                    Client, Message, read_back, sign_in)
from processes import Missing, Place, main

PROGRAM, PROXY = Path(sys.argv[1]), Path(sys.argv[2])
PARTS = Path(sys.argv[3])
PLACE = Place()

LARGE = 300 * 1024  # waits for the server's go
Y2K = 946728000     # 2000-01-01 12:00:00 UTC
# what is kept as it is, to the second, and what is left out
FIRST_DATE, LAST_DATE = 86400, 2147471999
HEAD = (b"From: Ann <ann@example.org>\r\nTo: bob@example.org\r\n"
        b"Subject: message %d\r\nMessage-ID: <%d@test>\r\n"
        b"Date: Sat, 01 Jan 2000 12:00:00 +0000\r\n")
BODIES = [
    b"\r\nplain\r\n",
    b"\r\n",  # nothing
    b"\r\nno line end",
    b"\r\nFrom a line as in mbox\r\n.\r\n..\r\n{10+}\r\nA1 LOGOUT\r\n",
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: 8bit\r\n\r\n\xc3\xa9\xe2\x82\xac \xff\r\n",
    b"\r\n" + b"x" * 990 + b"\r\n" + b"y" * 5000 + b"\r\n",
    b"X-Long: " + b" folded\r\n" * 200 + b"\r\n\ttab\x0b\x0c\x7f\r\n\r\n\r\n",
]


def mime(number, size=0):
    body = BODIES[number % len(BODIES)]
    if size:
        line = random.Random(number).randbytes(32).hex().encode() + b"\r\n"
        body = b"\r\n" + line * (size // len(line) + 1)
    return HEAD % (number, number) + body


def messages(count, mailbox="INBOX", keywords=True):
    """All flags, keywords, the dates at the edges, a few large ones."""
    dates = [Y2K, None, FIRST_DATE, LAST_DATE, Y2K + 1]
    found = []
    for number in range(count):
        found.append(Message(
            mime(number, LARGE if number % 23 == 5 else 0), mailbox,
            number % 16,
            ["", "$Forwarded", "Red $Forwarded"][number % 3]
            if keywords else "",
            dates[number % len(dates)],
            "stream" if number % 11 == 7 else "put"))
    return found


def flags_of(message):
    return {name for flag, name in FLAG_NAMES.items()
            if message.flags & flag} | set(message.keywords.split())


class ServerCase(unittest.TestCase):
    """server is set by make, once."""
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
            raise unittest.SkipTest(str(missing))

    def setUp(self):
        self.folder = PLACE.folder(self.id().rsplit(".", 1)[1] +
                                   f"-{id(self)}")

    def client(self, **options):
        client = Client(PROGRAM, self.folder, self.server, **options)
        self.addCleanup(client.close)
        return client

    def signed_in(self, **options):
        client = self.client(**options)
        self.good(client.answer)
        return client

    def good(self, answer):
        self.assertEqual((answer["status"], answer["error"]), ("ok", ""))
        return answer

    def fails(self, answer, status, *words):
        self.assertEqual(answer["status"], status, answer)
        for word in words:
            self.assertIn(word, answer["error"])

    def there(self, mailbox):
        imap = sign_in(self.server)
        try:
            return read_back(imap, mailbox)
        finally:
            imap.shutdown()

    def check_there(self, given, answer, mailbox, keywords=True):
        """Every message is there once, as it was given, under the UID that
        was told."""
        rows = answer["rows"]
        self.assertEqual(sorted(rows), list(range(len(given))))
        found = self.there(mailbox)
        self.assertEqual(len(found), len(given))
        for number, message in enumerate(given):
            row = rows[number]
            self.assertTrue(row["stored"], row)
            mime_there, flags, date = found[row["uid"]]
            self.assertEqual(mime_there, self.as_kept(message.mime), number)
            self.assertEqual(flags, flags_of(message), number)
            if message.received is not None:
                self.assertEqual(self.date_checked(date, message.received),
                                 message.received, number)

    def date_checked(self, date, given):
        """For servers that know better."""
        return date

    def as_kept(self, mime_given):
        """For servers that change something."""
        return mime_given

    def check_until_full(self, given, answer):
        """Every row that was given is accounted for, and it is there if it was
        said so."""
        self.fails(answer, "come back later", "full")
        stored = [n for n, row in answer["rows"].items() if row["stored"]]
        rows = sorted(stored + answer["in_doubt"] + answer["unsent"])
        self.assertEqual(rows, list(range(len(rows))))
        self.assertLess(len(stored), len(rows))
        there = Counter(entry[0] for entry in self.there("INBOX").values())
        for n, one in enumerate(given):
            if n not in answer["in_doubt"]:
                self.assertEqual(there[self.as_kept(one.mime)],
                                 1 if n in stored else 0, n)
        return stored

    def check_full(self, count, size, limit=None):
        """As many as there is room for, and then the account's fault. limit:
        what it says; None: anything."""
        client = self.signed_in()
        quota = self.good(client.ask("quota", "INBOX"))
        self.assertTrue(quota["is_known"])
        if limit is not None:
            self.assertEqual(quota["limit"], limit)
        given = [Message(mime(n, size)) for n in range(count)]
        answer = client.append(given)
        return answer, self.check_until_full(given, answer)


class RoundTrip(ServerCase):
    """For every server. prefix: of its mailboxes; strategies: that it can."""
    prefix = ""
    strategies = ("multi", "pipe", "overlap", "one")
    keywords = True
    takes_quotes = True  # in names
    missing_verdict = NO_MAILBOX
    count = 60

    def made(self, client, name, use="none"):
        raw = self.prefix + name
        self.good(client.ask("create", use, raw))
        return raw

    def test_append(self):
        for strategy in self.strategies:
            with self.subTest(strategy=strategy):
                client = self.signed_in()
                mailbox = self.made(client, f"With {strategy}")
                given = messages(self.count, mailbox, self.keywords)
                answer = self.good(client.append(given, strategy))
                self.assertEqual(STRATEGIES[answer["strategy"]], strategy)
                self.check_there(given, answer, mailbox)
                status = self.good(client.ask("status", mailbox))
                self.assertEqual(status["messages"], len(given))

    def test_best_strategy(self):
        client = self.signed_in()
        mailbox = self.made(client, "Best")
        answer = self.good(client.append([Message(mime(1), mailbox)]))
        self.assertEqual(STRATEGIES[answer["strategy"]], self.strategies[0])

    def test_dates_that_servers_change(self):
        """They are left out: the server's own is better than 1901."""
        client = self.signed_in()
        mailbox = self.made(client, "Dates")
        dates = [-11644473600, -1, 0, 86399, 2147472000, 79873257600]
        answer = self.good(client.append(
            [Message(mime(n), mailbox, received=date)
             for n, date in enumerate(dates)]))
        now = max(date for _, _, date in self.there(mailbox).values())
        for uid, (_, _, date) in self.there(mailbox).items():
            self.assertGreater(date, Y2K + 20 * 365 * 86400, uid)
            self.assertLess(now - date, 600)
        self.assertEqual(len(answer["rows"]), len(dates))

    def test_names(self):
        """Modified UTF-7, quoting; and as it was, when it is there."""
        client = self.signed_in()
        names = {"&AMk-l&AOk-ments": "Éléments", "a &- b": "a & b",
                 'Gr"un': 'Gr"un',
                 "&U,BTFw-": "台北", "with space": "with space"}
        for raw, name in names.items():
            if '"' in raw and not self.takes_quotes:
                continue
            with self.subTest(raw=raw):
                self.made(client, raw)
                self.made(client, raw)  # there already
                listed = self.good(client.ask("mailboxes"))["mailboxes"]
                found = {one["raw"]: one["name"] for one in listed}
                self.assertEqual(found[self.prefix + raw],
                                 self.prefix + name)
                answer = self.good(client.append(
                    [Message(mime(1), self.prefix + raw)]))
                self.assertTrue(answer["rows"][0]["stored"])

    def test_missing_mailbox(self):
        """One message is refused, and nothing else goes there by itself."""
        client = self.signed_in()
        answer = self.good(client.append(
            [Message(mime(n), self.prefix + "Nowhere") for n in range(3)]))
        self.assertEqual({row["stored"] for row in answer["rows"].values()},
                         {False})
        self.assertEqual({row["verdict"] for row in answer["rows"].values()},
                         {self.missing_verdict})
        mailbox = self.made(client, "Somewhere")
        given = messages(5, mailbox, self.keywords)
        self.check_there(given, self.good(client.append(given)), mailbox)

    def test_missing_mailbox_is_made(self):
        """When that is asked for: TRYCREATE."""
        for strategy in self.strategies:
            client = self.signed_in()
            self.good(client.ask("make-missing"))
            mailbox = f"{self.prefix}Made for {strategy}"
            given = messages(7, mailbox, self.keywords)
            answer = self.good(client.append(given, strategy))
            self.check_there(given, answer, mailbox)

    def test_two_mailboxes(self):
        client = self.signed_in()
        boxes = [self.made(client, f"Turn {n}") for n in range(2)]
        given = [Message(mime(n), boxes[n % 2]) for n in range(20)]
        self.good(client.append(given))
        for n, box in enumerate(boxes):
            self.assertEqual(
                Counter(entry[0] for entry in self.there(box).values()),
                Counter(self.as_kept(one.mime) for one in given[n::2]))


class Capable(RoundTrip):
    """For servers with PLAIN, TLS, compression and quota."""
    abilities = (CAN_LITERAL_PLUS, CAN_MULTIAPPEND, CAN_COMPRESS, CAN_QUOTA)
    wrong_password_words = ()  # what it says then

    def test_abilities(self):
        can = self.signed_in().answer["can"]
        for ability in self.abilities:
            self.assertTrue(can & ability)

    def test_encryption(self):
        for security in ("tls", "starttls"):
            client = self.signed_in(security=security)
            self.assertIn("TLSv1.3", client.answer["encryption"])
            self.good(client.append([Message(mime(0))]))

    def test_wrong_password(self):
        self.fails(self.client(password="wrong").answer, "not authenticated",
                   *self.wrong_password_words)

    def test_compress(self):
        client = self.signed_in()
        mailbox = self.made(client, "Packed")
        self.good(client.ask("compress"))
        given = messages(60, mailbox)
        answer = self.good(client.append(given))
        self.check_there(given, answer, mailbox)
        self.assertLess(answer["sent_bytes"],
                        sum(len(one.mime) for one in given) / 2)

    def check_refused(self, bad, count, words=""):
        """The messages of bad (number: bytes), and no others."""
        client = self.signed_in()
        mailbox = self.made(client, "Strict")
        given = [Message(bad.get(n, mime(n)), mailbox) for n in range(count)]
        for strategy in self.strategies:
            answer = self.good(client.append(given, strategy))
            for n, row in answer["rows"].items():
                self.assertEqual(row["stored"], n not in bad, (n, row))
                if n in bad:
                    self.assertEqual(row["verdict"], UNCLEAN, row)
                    self.assertIn(words, row["text"])
        self.assertEqual(len(self.there(mailbox)),
                         (count - len(bad)) * len(self.strategies))

    def check_permanent(self, client, mailbox="INBOX"):
        found = self.good(client.ask("permanent", mailbox))
        self.assertTrue(found["any_keyword"])
        self.assertFalse(found["read_only"])
        return found

    def uses(self, client):
        """By name; its prefix and separator are as of most servers."""
        listed = self.good(client.ask("mailboxes"))
        self.assertEqual((listed["prefix"], listed["separator"]), ("", "/"))
        return {one["name"]: one["use"] for one in listed["mailboxes"]}


class TooBig(ServerCase):
    """For servers whose messages have a limit of about 20 KB."""

    def check_too_big(self, words):
        """One of a batch costs one; words: in what is said of it."""
        client = self.signed_in()
        self.good(client.ask("create", "none", "Sizes"))
        big = (3, 17, 18)
        for strategy in ("multi", "pipe", "one"):
            given = [Message(mime(n, 40000 if n in big else 1000), "Sizes")
                     for n in range(30)]
            answer = self.good(client.append(given, strategy))
            for n, row in answer["rows"].items():
                self.assertEqual(row["stored"], n not in big, row)
                if n in big:
                    self.assertEqual(row["verdict"], TOO_BIG)
                    self.assertIn(words, row["text"])
        self.assertEqual(len(self.there("Sizes")), 3 * 27)
        return client


def run(*cases):
    main(cases, PLACE)
