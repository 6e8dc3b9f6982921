#!/usr/bin/env python3
"""test_cyrus.py IMAP_CLIENT DELAY_PROXY PARTS: against Cyrus, the strict one,
by PLAIN."""
from cases import PARTS, PLACE, Capable, TooBig, mime, run
from servers import Cyrus


class WithCyrus(Capable):
    takes_quotes = False

    @classmethod
    def make(cls):
        return Cyrus(PLACE, PARTS)

    def test_uses(self):
        """It tells them in lower case, and takes one with CREATE."""
        client = self.signed_in()
        self.made(client, "&AMk-t&AOk-", "archive")
        uses = self.uses(client)
        self.assertEqual(uses["INBOX"], "inbox")
        self.assertEqual(uses["Sent"], "sent")
        self.assertEqual(uses["Drafts"], "drafts")
        self.assertEqual(uses["Été"], "archive")

    def test_unclean(self):
        """One bad message in a batch costs one message."""
        self.check_refused(
            {3: mime(0) + b"a\0b\r\n", 9: mime(0) + b"bare\nlf\r\n",
             14: b"", 15: b"no header at all\r\n\r\nbody\r\n"}, 20)

    def test_permanent(self):
        self.check_permanent(self.signed_in())


class WithLimits(TooBig):
    """Of the account, and of a message."""
    @classmethod
    def make(cls):
        return Cyrus(PLACE, PARTS, "limits", quota_kb=1000, max_mail=20000)

    def test_1_too_big(self):
        """It tells its limit: sent without waiting it would cost the
        connection, and sent at all it would be for nothing."""
        client = self.check_too_big("at most 20000 (APPENDLIMIT)")
        self.assertTrue(client.answer["has_append_limit"])

    def test_2_full(self):
        _, stored = self.check_full(100, 15000, 1000 << 10)
        self.assertGreater(len(stored), 40)


if __name__ == "__main__":
    run(WithCyrus, WithLimits)
