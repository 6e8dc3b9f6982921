#!/usr/bin/env python3
"""test_cyrus.py IMAP_CLIENT DELAY_PROXY PARTS: against Cyrus, the strict one,
by PLAIN."""
from cases import PARTS, PLACE, RoundTrip, ServerCase, messages, mime, run
from client import (CAN_COMPRESS, CAN_LITERAL_PLUS, CAN_MULTIAPPEND, CAN_QUOTA,
                    TOO_BIG, UNCLEAN, Message)
from servers import Cyrus


class WithCyrus(RoundTrip):
    takes_quotes = False

    @classmethod
    def make(cls):
        return Cyrus(PLACE, PARTS)

    def test_abilities(self):
        can = self.signed_in().answer["can"]
        for ability in (CAN_LITERAL_PLUS, CAN_MULTIAPPEND, CAN_COMPRESS,
                        CAN_QUOTA):
            self.assertTrue(can & ability)

    def test_encryption(self):
        for security in ("tls", "starttls"):
            client = self.signed_in(security=security)
            self.assertIn("TLSv1.3", client.answer["encryption"])
            self.good(client.append([Message(mime(0))]))

    def test_wrong_password(self):
        self.fails(self.client(password="wrong").answer, "not authenticated")

    def test_compress(self):
        client = self.signed_in()
        mailbox = self.made(client, "Packed")
        self.good(client.ask("compress"))
        given = messages(60, mailbox)
        answer = self.good(client.append(given))
        self.check_there(given, answer, mailbox)
        self.assertLess(answer["sent_bytes"],
                        sum(len(one.mime) for one in given) / 2)

    def test_uses(self):
        """It tells them in lower case, and takes one with CREATE."""
        client = self.signed_in()
        self.made(client, "&AMk-t&AOk-", "archive")
        listed = self.good(client.ask("mailboxes"))
        uses = {one["name"]: one["use"] for one in listed["mailboxes"]}
        self.assertEqual(uses["INBOX"], "inbox")
        self.assertEqual(uses["Sent"], "sent")
        self.assertEqual(uses["Drafts"], "drafts")
        self.assertEqual(uses["Été"], "archive")
        self.assertEqual((listed["prefix"], listed["separator"]), ("", "/"))

    def test_unclean(self):
        """One bad message in a batch costs one message."""
        client = self.signed_in()
        mailbox = self.made(client, "Strict")
        bad = {3: mime(0) + b"a\0b\r\n", 9: mime(0) + b"bare\nlf\r\n",
               14: b"", 15: b"no header at all\r\n\r\nbody\r\n"}
        given = [Message(bad.get(n, mime(n)), mailbox) for n in range(20)]
        for strategy in self.strategies:
            answer = self.good(client.append(given, strategy))
            for n, row in answer["rows"].items():
                self.assertEqual(row["stored"], n not in bad, (n, row))
                if n in bad:
                    self.assertEqual(row["verdict"], UNCLEAN, row)
        self.assertEqual(len(self.there(mailbox)), 16 * len(self.strategies))

    def test_permanent(self):
        client = self.signed_in()
        found = self.good(client.ask("permanent", "INBOX"))
        self.assertTrue(found["any_keyword"])
        self.assertFalse(found["read_only"])


class WithLimits(ServerCase):
    """Of the account, and of a message."""
    @classmethod
    def make(cls):
        return Cyrus(PLACE, PARTS, "limits", quota_kb=1000, max_mail=20000)

    def test_1_too_big(self):
        """It tells its limit: sent without waiting it would cost the
        connection, and sent at all it would be for nothing."""
        client = self.signed_in()
        self.assertTrue(client.answer["has_append_limit"])
        self.good(client.ask("create", "none", "Sizes"))
        for strategy in ("multi", "pipe", "one"):
            given = [Message(mime(n, 40000 if n in (3, 17, 18) else 1000),
                             "Sizes") for n in range(30)]
            answer = self.good(client.append(given, strategy))
            for n, row in answer["rows"].items():
                self.assertEqual(row["stored"], n not in (3, 17, 18), row)
                if not row["stored"]:
                    self.assertEqual(row["verdict"], TOO_BIG)
                    self.assertIn("at most 20000 (APPENDLIMIT)", row["text"])
        self.assertEqual(len(self.there("Sizes")), 3 * 27)

    def test_2_full(self):
        client = self.signed_in()
        before = self.good(client.ask("quota", "INBOX"))
        self.assertEqual((before["is_known"], before["limit"]),
                         (True, 1000 << 10))
        given = [Message(mime(n, 15000)) for n in range(100)]
        stored = self.check_until_full(given, client.append(given))
        self.assertGreater(len(stored), 40)


if __name__ == "__main__":
    run(WithCyrus, WithLimits)
