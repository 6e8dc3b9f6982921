#!/usr/bin/env python3
"""test_dovecot.py IMAP_CLIENT DELAY_PROXY PARTS: against Dovecot, by PLAIN."""
import threading
import time
from collections import Counter

from cases import (LARGE, PLACE, PROXY, Capable, ServerCase, TooBig, messages,
                   mime, run)
from client import ANSWERED, DELETED, DRAFT, FLAGGED, SEEN, Message
from processes import stop
from servers import Delay, Dovecot

def date_checked(date, given):
    """It takes what is in the future for now."""
    now = time.time()
    return given if given > now and now - 600 < date <= now else date


LINE_SECONDS = 4  # until the client says something of its line
SLOW_LINE = 500000  # bytes per second
ALL_FLAGS = SEEN | ANSWERED | FLAGGED | DRAFT | DELETED


class WithDovecot(Capable):
    wrong_password_words = ("AUTHENTICATIONFAILED",)

    @classmethod
    def make(cls):
        return Dovecot(PLACE)

    def date_checked(self, date, given):
        return date_checked(date, given)

    def test_wrong_authority(self):
        """Its certificate is good, for others; the password stays here."""
        for security in ("tls", "starttls"):
            trace = self.folder / f"trace-{security}"
            client = self.client(security=security, trace=trace,
                                 ca="/etc/ssl/certs/ca-certificates.crt")
            self.fails(client.answer, "protocol error")
            self.assertNotIn("AUTHENTICATE", trace.read_text())

    def test_nobody_listens(self):
        client = self.client(port=1)
        self.fails(client.answer, "network error", "check host and port")
        self.assertEqual(client.answer["stage"], "connect")

    def test_uses(self):
        client = self.signed_in()
        uses = self.uses(client)
        self.assertEqual(uses["INBOX"], "inbox")
        self.assertEqual(uses["Sent Things"], "sent")
        self.assertEqual(uses["Drafts"], "drafts")
        # it has no CREATE-SPECIAL-USE; the mailbox is made without
        self.made(client, "My archive", "archive")

    def test_permanent(self):
        client = self.signed_in()
        self.assertEqual(self.check_permanent(client)["flags"], ALL_FLAGS)
        mailbox = self.made(client, "Keywords")
        self.good(client.append([Message(mime(0), mailbox,
                                         keywords="Green Blue")]))
        found = self.check_permanent(client, mailbox)
        self.assertEqual(set(found["keywords"]), {"Green", "Blue"})

    def test_empty_message(self):
        """"Can't save a zero byte message": that one, and no other."""
        self.check_refused({3: b""}, 8, "zero byte")

    def test_status_of_nothing(self):
        self.fails(self.signed_in().ask("status", "Nowhere"), "refused")

    def test_round_trips(self):
        """What goes without waiting does not wait."""
        delay = Delay(PLACE, PROXY, self.server.tls_port, 100)
        given = messages(100, "Far")
        given = [one for one in given if len(one.mime) < LARGE and
                 one.how == "put"]
        with self.subTest("multi"):
            client = self.signed_in(port=delay.port, security="tls")
            self.made(client, "Far")
            before = time.monotonic()
            self.check_there(given, self.good(client.append(given)), "Far")
            self.assertLess(time.monotonic() - before, len(given) * 0.1 / 2)

    def measured(self, client, given, strategy="best"):
        """What the client has found out of its line after some seconds."""
        mailbox = self.made(client, "Line")
        for one in given:
            one.mailbox = mailbox
        until = time.monotonic() + LINE_SECONDS
        while time.monotonic() < until:
            self.good(client.append(given, strategy))
        return self.good(client.ask("uplink"))

    def test_slow_line(self):
        """Seen, and compression helps; then there is nothing more to do."""
        slow = Delay(PLACE, PROXY, self.server.tls_port, 50, SLOW_LINE)
        given = [Message(mime(n, 10000)) for n in range(100)]
        for name, port in (("paced", self.server.tls_port),
                           ("proxy", slow.port)):
            with self.subTest(name):
                client = self.signed_in(port=port, security="tls")
                if name == "paced":
                    self.good(client.ask("pace", str(SLOW_LINE)))
                line = self.measured(client, given)
                self.assertTrue(line["is_limit"], line)
                self.good(client.ask("compress"))
                before = time.monotonic()
                self.good(client.append(given))
                self.assertLess(time.monotonic() - before,
                                sum(len(one.mime) for one in given) /
                                SLOW_LINE)
                self.assertFalse(
                    self.good(client.ask("uplink"))["is_limit"])

    def test_fast_line(self):
        """What takes time are the answers: not seen."""
        far = Delay(PLACE, PROXY, self.server.tls_port, 50)
        given = [Message(mime(n, 90000)) for n in range(30)]
        for name, port, strategy in (("near", self.server.tls_port, "one"),
                                     ("far", far.port, "one"),
                                     ("far", far.port, "pipe")):
            with self.subTest(name, strategy=strategy):
                client = self.signed_in(port=port, security="tls")
                line = self.measured(client, given, strategy)
                self.assertGreater(line["sent"], 1 << 20)
                self.assertFalse(line["is_limit"], line)

    def test_cut(self):
        """The connection breaks: what was said to be stored is, what was not
        sent is not, and the rest is in doubt."""
        for strategy in ("multi", "pipe", "overlap"):
            with self.subTest(strategy=strategy):
                mailbox = self.made(self.signed_in(), f"Cut {strategy}")
                delay = Delay(PLACE, PROXY, self.server.tls_port, 20, 400000)
                client = self.signed_in(port=delay.port, security="tls")
                given = [Message(mime(n, 20000), mailbox) for n in range(100)]
                cut = threading.Timer(2, stop, [delay.process])
                cut.start()
                answer = client.append(given, strategy)
                cut.join()
                self.fails(answer, "network error")
                self.check_cut(given, answer, mailbox)

    def check_cut(self, given, answer, mailbox):
        time.sleep(1)  # the server takes in what has reached it
        self.assertTrue(all(row["stored"]
                            for row in answer["rows"].values()))
        rows = [*answer["rows"], *answer["in_doubt"], *answer["unsent"]]
        self.assertEqual(sorted(rows), list(range(len(rows))))
        self.assertTrue(answer["in_doubt"])
        there = Counter(entry[0] for entry in self.there(mailbox).values())
        for n, one in enumerate(given):
            if n in answer["rows"]:
                self.assertEqual(there[one.mime], 1, n)
            elif n in answer["in_doubt"]:
                self.assertIn(there[one.mime], (0, 1), n)
            else:
                self.assertEqual(there[one.mime], 0, n)


class WithQuota(ServerCase):
    @classmethod
    def make(cls):
        return Dovecot(PLACE, "quota", quota="1M")

    def test_full(self):
        answer, stored = self.check_full(40, 50000, 1 << 20)
        self.assertIn("OVERQUOTA", answer["error"])
        self.assertGreater(len(stored), 15)
        after = self.good(self.signed_in().ask("quota", "INBOX"))
        self.assertGreater(after["used"], (1 << 20) - 100000)


class WithLimits(TooBig):
    """Of a message's size, and of connections."""
    @classmethod
    def make(cls):
        return Dovecot(PLACE, "limits", max_mail="20k", connections=3)

    def test_too_big(self):
        self.check_too_big("Mail size is larger")

    def test_too_many_connections(self):
        clients = [self.client() for _ in range(4)]
        for client in clients[:3]:
            self.good(client.answer)
        self.fails(clients[3].answer, "come back later",
                   "too many connections")


if __name__ == "__main__":
    run(WithDovecot, WithQuota, WithLimits)
