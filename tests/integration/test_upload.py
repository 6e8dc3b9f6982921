#!/usr/bin/env python3
"""test_upload.py PROGRAM PST_BUILDER PARTS PROVIDERS: upload to Dovecot, after
a sign-in by device code and by PKCE; what is there then is what convert writes,
no more and no less."""
import json
import os
import re

from servers import AuthServer, Dovecot
from uploads import (DOVECOT_MAILBOXES, PARTS, PLACE, UploadCase, Wanted,
                     everything, run)

CORPUS = os.environ.get("AM_CORPUS")


class Tokens(UploadCase):
    """An authorization server, and a Dovecot that takes its tokens."""
    oauth, mechanisms, settings = "local", "plain xoauth2 oauthbearer", {}

    @classmethod
    def make(cls):
        name = cls.__name__.lower()
        cls.auth = AuthServer(PLACE, PARTS, name + "-as", **cls.settings)
        return Dovecot(PLACE, name, oauth=cls.oauth, auth_server=cls.auth,
                       mechanisms=cls.mechanisms)

    def login(self, flow):
        status, said = self.program.login(
            self.program.oauth_words(self.auth, self.server, flow), flow)
        self.assertEqual(status, 0, said)

    def check_again(self, *words):
        """There is nothing to do the second time."""
        before = everything(self.server)
        ran = self.upload(*words)
        self.assertEqual(everything(self.server), before)
        return ran


class DeviceCode(Tokens):
    def test_archive(self):
        self.login("device")
        path = self.archive()
        wanted = Wanted(self.program, [path])
        # whatever can be lost is there
        self.assertEqual(frozenset().union(*(
            flags for _, flags, *_ in wanted.mail.values())), {
                "\\seen", "\\answered", "\\flagged", "\\draft", "$forwarded",
                "$completed", "$junk", "rot", "blaue_kategorie"})
        self.upload(path)
        self.check_all(wanted, DOVECOT_MAILBOXES)
        self.check_exactly_once(wanted, DOVECOT_MAILBOXES)
        self.check_other_files(wanted)
        self.check_again(path)


class Pkce(Tokens):
    """Tokens that Dovecot asks the authorization server about."""
    oauth, mechanisms = "introspection", "plain xoauth2"
    settings = {"DEFAULT_RES": "urn:imap:opaque"}

    def test_archive(self):
        self.login("browser")
        path = self.archive()
        wanted = Wanted(self.program, [path], keep_receipts=True)
        self.upload(path, "--keep-receipts")
        self.check_all(wanted, DOVECOT_MAILBOXES)
        self.check_again(path, "--keep-receipts")


class Corpus(Tokens):
    """All real archives, into one account."""

    def test_corpus(self):
        if not CORPUS:
            self.skipTest("AM_CORPUS names no folder of real archives.")
        self.login("device")
        wanted = Wanted(self.program, [CORPUS])
        self.upload(CORPUS, status=wanted.status)
        self.check_all(wanted)
        for rows in self.ledger_rows():
            self.check_names(rows)

    def ledger_rows(self):
        for path in self.results.glob("*.ledger.jsonl"):
            yield [json.loads(line) for line in
                   path.read_text("utf-8").splitlines()]

    def check_names(self, rows):
        """What has neither a role nor an odd name keeps its name."""
        for row in rows:
            if row.get("mailbox") and re.fullmatch(
                    r"(Top of [\w ]+|Journal|Notes|test\w*)", row["folder"]):
                self.assertEqual(row["mailbox"], row["folder"])


if __name__ == "__main__":
    run(DeviceCode, Pkce, Corpus)
