#!/usr/bin/env python3
"""test_upload_faults.py PROGRAM PST_BUILDER PARTS PROVIDERS: what a server
refuses, and sign-ins that do not hold: each has a clear message and an exit
status of its own."""
import shlex
import shutil
import time

from certificates import certificate_dated, certificates_make
from oauth_user import token_get
from processes import free_port
from servers import AuthServer, Dovecot, certificates
from uploads import PARTS, PLACE, UploadCase, Wanted, everything, run

DAY = 86400
SMALL = '''folder "Inbox" { role inbox
generate { messages 10; body 300 } }
'''


class Refused(UploadCase):
    """Of one message: it is kept, in the server's words, and the others are
    there."""
    @classmethod
    def make(cls):
        return Dovecot(PLACE, "refused", max_mail="100k")

    def test_too_big(self):
        self.signed_in()
        path = self.archive()
        wanted = Wanted(self.program, [path])
        ran = self.upload(path, status=1)
        failed = [row for row in self.rows() if row["outcome"] == "failed"]
        self.assertEqual([row["subject"] for row in failed], ["Large"])
        row = failed[0]
        self.assertIn("Mail size is larger than the maximum size allowed",
                      row["reason"])
        self.assertEqual(row["path"], f"failed/{row['nid']}.eml")
        self.assertEqual((row["uid"], row["uidvalidity"]), (None, None))
        kept = self.results / "archive" / row["path"]
        self.assertEqual(kept.read_bytes().replace(b"\r\n", b"\n"),
                         wanted.mail["archive", row["nid"]][0]
                         .replace(b"\r\n", b"\n"))
        self.assertIn("1 failed", ran.stdout)
        there = sum(map(len, everything(self.server)[0].values()))
        self.assertEqual(there, len(wanted.mail) - 1)
        # it stays failed, and nothing is sent again
        before = everything(self.server)
        self.upload(path, status=1)
        self.assertEqual(everything(self.server), before)


class Full(UploadCase):
    """The mailbox is: later, with more room, the same command goes on."""
    @classmethod
    def make(cls):
        return Dovecot(PLACE, "full", quota="400k")

    def test_full(self):
        self.signed_in()
        path = self.archive()
        wanted = Wanted(self.program, [path])
        ran = self.upload(path, status=75)
        self.assertIn("the mailbox is full", ran.stderr)
        self.assertTrue(everything(self.server)[0])
        # and again, while nothing has changed
        before = everything(self.server)
        self.upload(path, status=75)
        self.assertEqual(everything(self.server), before)
        self.server.change(QUOTA="100M")
        self.upload(path)
        self.check_all(wanted)

    def test_plan_says_so(self):
        self.signed_in()
        self.server.change(QUOTA="200k")
        ran = self.program.run(*self.words(self.archive(), "--plan"))
        self.assertIn("of 204.8 kB are used; this archive does not fit",
                      ran.stdout)


class NoRight(UploadCase):
    """To put anything into one of the mailboxes, which looks writable: its
    messages are refused, the others are there."""
    @classmethod
    def make(cls):
        return Dovecot(PLACE, "noright", acl="Drafts owner lrs\n")

    def test_no_right(self):
        self.signed_in()
        path = self.archive()
        wanted = Wanted(self.program, [path])
        self.upload(path, status=1)
        failed = [row for row in self.rows() if row["outcome"] == "failed"]
        self.assertEqual({row["folder"] for row in failed}, {"Entwürfe"})
        for row in failed:
            self.assertIn("may not write", row["reason"])
        there = sum(map(len, everything(self.server)[0].values()))
        self.assertEqual(there, len(wanted.mail) - len(failed))


class ReadOnly(UploadCase):
    """It says so when it is opened: nothing goes there, and it is the user's
    turn; with another place for it all goes on."""
    @classmethod
    def make(cls):
        return Dovecot(PLACE, "readonly", acl="Drafts owner lr\n")

    def test_read_only(self):
        self.signed_in()
        path = self.archive()
        ran = self.upload(path, "--folder", "Entwürfe", status=73)
        self.assertIn("Drafts takes no mail", ran.stderr)
        self.assertIn("--map", ran.stderr)
        self.assertEqual(everything(self.server)[0], {})
        (self.program.home / "map").write_text(
            '{"Entwürfe": "My drafts"}', "utf-8")
        self.results = self.program.home / "other results"
        self.upload(path, "--folder", "Entwürfe", "--map",
                    self.program.home / "map")
        self.assertEqual(list(everything(self.server)[0]), ["My drafts"])


class Trust(UploadCase):
    """Certificates, and what is behind a port."""
    @classmethod
    def make(cls):
        now = time.time()
        folder = certificates(PLACE)
        for name, begin, end in (("tomorrow", now + DAY, now + 9 * DAY),
                                 ("yesterday", now - 9 * DAY, now - DAY)):
            certificate_dated(folder, name, begin, end)
        cls.others = {name: Dovecot(PLACE, name, certificate=name)
                      for name in ("tomorrow", "yesterday")}
        return Dovecot(PLACE, "trust")

    def fails(self, status, *sentences):
        ran = self.upload(self.archive(SMALL, "small"), status=status)
        for sentence in sentences:
            self.assertIn(sentence, ran.stderr)
        self.assertEqual(set(everything(self.server)[0]) - {"Both/Inbox"},
                         set())

    def test_unknown_authority(self):
        other = certificates_make(PLACE.folder("other-tls"))
        self.server.ca, mine = other / "ca.pem", self.server.ca
        try:
            self.signed_in()
        finally:
            self.server.ca = mine
        self.fails(76, "certificate")

    def test_clock_a_day_behind(self):
        """The certificate is valid from tomorrow on."""
        self.program.login_by_password(self.others["tomorrow"])
        self.fails(76, "not valid yet")

    def test_clock_a_day_ahead(self):
        self.program.login_by_password(self.others["yesterday"])
        self.fails(76, "expired")

    def test_wrong_password(self):
        (self.program.home / "wrong").write_text("guess\n", "ascii")
        self.program.run(*self.program.server_words(self.server), "--flow",
                         "password", "--password-file",
                         self.program.home / "wrong")
        self.fails(77, "does not accept")

    def test_no_account(self):
        self.fails(66, "there is no account")

    def test_signed_out(self):
        self.signed_in()
        self.program.run("logout", "me")
        self.fails(77, "archive-mail login me")

    def test_wrong_passphrase(self):
        self.signed_in()
        self.program.env["AM_PASSPHRASE"] = "other words"
        self.fails(77, "passphrase")

    def test_nobody_there(self):
        self.signed_in(free_port())
        self.fails(69)

    def test_not_a_pst(self):
        self.signed_in()
        other = self.program.home / "no.pst"
        other.write_bytes(b"x" * 1000)
        ran = self.program.run(*self.words(other))
        self.assertEqual(ran.returncode, 65, ran.stderr)

    def test_both(self):
        """All are tried."""
        self.signed_in()
        ran = self.program.run(*self.words(
            self.program.home / "none.pst", self.archive(SMALL, "small"),
            "--into", "Both"))
        self.assertEqual(ran.returncode, 1, ran.stderr)
        self.assertEqual(len(everything(self.server)[0]["Both/Inbox"]), 10)


class Tokens(UploadCase):
    settings = {}

    @classmethod
    def make(cls):
        name = cls.__name__.lower()
        cls.auth = AuthServer(PLACE, PARTS, name + "-as", **cls.settings)
        return Dovecot(PLACE, name, oauth="local", auth_server=cls.auth,
                       mechanisms="plain xoauth2 oauthbearer")

    def login(self):
        status, said = self.program.login(self.program.oauth_words(
            self.auth, self.server, "browser"), "browser")
        self.assertEqual(status, 0, said)


class Expired(Tokens):
    """Tokens of 6 KB that end after seconds."""
    settings = {"AT_TTL": 2, "PAD": 4000}

    def test_renewed(self):
        self.login()
        time.sleep(3)
        self.upload(self.archive(SMALL, "small"), "--into", "Renewed")
        self.assertEqual(
            len(everything(self.server)[0]["Renewed/Inbox"]), 10)

    def test_nothing_to_renew_it_with(self):
        token = token_get(self.auth.issuer)
        self.assertGreater(len(token), 5800)
        (self.program.home / "token").write_text(token, "ascii")
        self.program.login_by_command(
            self.server, "cat " + shlex.quote(str(self.program.home / "token")))
        time.sleep(3)
        ran = self.upload(self.archive(SMALL, "small"), "--into", "Never",
                          status=77)
        self.assertIn("sign in again", ran.stderr)
        self.assertNotIn(token, ran.stderr)


class Revoked(Tokens):
    settings = {"AT_TTL": 120}

    def test_revoked(self):
        """Somebody else has used the refresh token, which ends the family."""
        self.login()
        kept = self.program.home / "kept"
        shutil.copy(self.program.sealed(), kept)
        self.upload(self.archive(SMALL, "small"), "--into", "Good")
        shutil.copy(kept, self.program.sealed())
        ran = self.upload(self.archive(SMALL, "other"), "--into", "Good",
                          status=77)
        self.assertIn("run login again", ran.stderr)
        self.login()
        self.upload(self.archive(SMALL, "other"), "--into", "Good")
        self.assertEqual(len(everything(self.server)[0]["Good/Inbox"]), 20)


if __name__ == "__main__":
    run(Refused, Full, NoRight, ReadOnly, Trust, Expired, Revoked)
