#!/usr/bin/env python3
"""test_courier.py IMAP_CLIENT DELAY_PROXY PARTS: against Courier, which has no
LITERAL+ (it would take a message for commands) and names under INBOX."""
from cases import (PARTS, PLACE, Y2K, RoundTrip, ServerCase, flags_of, mime,
                   run)
from client import (CAN_COMPRESS, CAN_LITERAL_PLUS, CAN_MULTIAPPEND, DRAFT,
                    SEEN, Message, read_back, sign_in)
from servers import Courier


def as_kept(mime_given):
    """A last line gets its end, and a CR that ends none goes."""
    kept = mime_given.replace(b"\r\n", b"\n").replace(b"\r", b"")
    return (kept if kept.endswith(b"\n") else kept + b"\n").replace(
        b"\n", b"\r\n")


class WithCourier(RoundTrip):
    takes_quotes = False
    prefix = "INBOX."
    strategies = ("overlap", "one")
    count = 25

    @classmethod
    def make(cls):
        return Courier(PLACE, PARTS)

    def as_kept(self, mime_given):
        return as_kept(mime_given)

    def test_abilities(self):
        can = self.signed_in().answer["can"]
        for ability in (CAN_LITERAL_PLUS, CAN_MULTIAPPEND, CAN_COMPRESS):
            self.assertFalse(can & ability)
        for strategy in ("multi", "pipe"):
            self.fails(self.signed_in().append([Message(mime(0))], strategy),
                       "unsupported")

    def test_namespace(self):
        listed = self.good(self.signed_in().ask("mailboxes"))
        self.assertEqual((listed["prefix"], listed["separator"]),
                         ("INBOX.", "."))

    def test_no_compress(self):
        client = self.signed_in()
        self.good(client.ask("compress"))
        self.good(client.ask("status", "INBOX"))

    def test_unclean(self):
        """It takes anything, and keeps it."""
        client = self.signed_in()
        mailbox = self.made(client, "Anything")
        given = [Message(mime(0) + b"a\0b\r\n", mailbox),
                 Message(mime(1) + b"a\rb\r\n", mailbox)]
        self.check_there(given, self.good(client.append(given)), mailbox)

    def test_utf8(self):
        """A message with UTF-8 in its header fields switches UTF8=ACCEPT on;
        names are the same before, with and after it."""
        trace = self.folder / "trace"
        client = self.signed_in(trace=trace)
        mailbox = self.made(client, "&AMk-t&AOk- &- &U,BTFw-")
        text = "Subject: h\u00e9ader\r\nFrom: a@b.example\r\n\r\nbody\r\n"
        given = [Message(mime(0), mailbox), Message(text.encode(), mailbox),
                 Message(text.encode(), mailbox, SEEN | DRAFT, "$Forwarded",
                         Y2K), Message(mime(1), mailbox)]
        self.assertNotRegex(trace.read_text("utf-8"), r"C: \w+ ENABLE")
        answer = self.good(client.append(given))
        self.assertRegex(trace.read_text("utf-8"), r"C: \w+ ENABLE")
        self.assertIn('"INBOX.Été & 台北" () UTF8 (~{', trace.read_text("utf-8"))
        later = self.made(client, "&AMk-t&AOk- later")
        for one in (client, self.signed_in()):
            listed = self.good(one.ask("mailboxes"))["mailboxes"]
            found = {one["raw"]: one["name"] for one in listed}
            self.assertEqual(found[mailbox], "INBOX.Été & 台北")
            self.assertEqual(found[later], "INBOX.Été later")
            self.assertEqual(self.good(one.ask("status", mailbox))["messages"],
                             len(given))
        imap = sign_in(self.server)
        self.assertEqual(imap.enable("UTF8=ACCEPT")[0], "OK")
        found = read_back(imap, "INBOX.Été & 台北")
        imap.shutdown()
        for n, one in enumerate(given):
            mime_there, flags, date = found[answer["rows"][n]["uid"]]
            self.assertEqual(mime_there, as_kept(one.mime))
            self.assertEqual(flags, flags_of(one))
            self.assertEqual(date, one.received or date)


class WithQuota(ServerCase):
    @classmethod
    def make(cls):
        return Courier(PLACE, PARTS, "quota", quota="1000000S")

    def test_full(self):
        _, stored = self.check_full(40, 50000)
        self.assertGreater(len(stored), 10)


if __name__ == "__main__":
    run(WithCourier, WithQuota)
