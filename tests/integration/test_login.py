#!/usr/bin/env python3
"""test_login.py PROGRAM PARTS PROVIDERS: login, logout and doctor with npm's
oidc-provider, and with Dovecot that takes its tokens. A script plays the
user."""
import shutil
import sys
import threading
import time
import unittest
from pathlib import Path

from oauth_user import authorize, device_approve
from processes import Missing, Place, main
from program import Program
from servers import AuthServer, Dovecot

PROGRAM, PARTS, PROVIDERS = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
PLACE = Place()
POLL_MIN = 7  # the program polls every 5 s


class LoginCase(unittest.TestCase):
    """A home for each test; servers for each class."""
    settings = {}
    dovecot = None

    @classmethod
    def setUpClass(cls):
        name = cls.__name__.lower()
        try:
            cls.auth = AuthServer(PLACE, PARTS, name + "-as", **cls.settings)
            cls.dovecot = Dovecot(PLACE, name, oauth="local",
                                  auth_server=cls.auth,
                                  mechanisms="plain xoauth2 oauthbearer")
        except Missing as missing:
            raise unittest.SkipTest(str(missing)) from missing

    def setUp(self):
        self.program = Program(PROGRAM, PROVIDERS, PLACE)
        self.home = self.program.home
        self.sealed, self.doctor = self.program.sealed, self.program.doctor
        self.run_am = self.program.run

    def words(self, flow, *more):
        return self.program.oauth_words(self.auth, self.dovecot, flow, *more)

    def login(self, flow, *more, user=None):
        return self.program.login(self.words(flow, *more), flow, user)

    def good(self, result):
        self.assertEqual(result[0], 0, result[1])
        return result[1]

    def all_good(self):
        status, steps = self.doctor()
        self.assertEqual(status, 0, steps)
        self.assertEqual({step["state"] for step in steps.values()}, {"ok"},
                         steps)
        return steps


class Flows(LoginCase):
    def test_device_code(self):
        said = self.good(self.login("device"))
        self.assertIn("type this code", said)
        steps = self.all_good()
        self.assertIn("urn:imap:jwt", steps["token"]["text"])
        self.assertIn("imap", steps["token"]["text"])

    def test_pkce(self):
        self.good(self.login("browser"))
        self.all_good()

    def test_client_credentials(self):
        (self.home / "secret").write_text("daemonsecret\n", "ascii")
        words = self.words("client-credentials", "--client-secret-file",
                           str(self.home / "secret"))
        words[words.index("pst-tool")] = "pst-daemon"
        words[words.index("openid offline_access imap")] = \
            "IMAP.AccessAsApp"
        ran = self.run_am(*words)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        _, steps = self.doctor()
        self.assertIn("IMAP.AccessAsApp", steps["token"]["text"])
        # Dovecot wants another scope here
        self.assertEqual(steps["sasl"]["cause"], "sign-in-refused")

    def test_wrong_secret(self):
        (self.home / "secret").write_text("guess\n", "ascii")
        words = self.words("client-credentials", "--client-secret-file",
                           str(self.home / "secret"))
        words[words.index("pst-tool")] = "pst-daemon"
        ran = self.run_am(*words)
        self.assertEqual(ran.returncode, 77, ran.stderr)
        self.assertIn("--client-secret-file", ran.stderr)

    def test_unknown_client(self):
        words = self.words("device")
        words[words.index("pst-tool")] = "nobody"
        ran = self.run_am(*words)
        self.assertEqual(ran.returncode, 77, ran.stderr)
        self.assertIn("--client-id", ran.stderr)

    def test_user_of_another_mailbox(self):
        self.good(self.login("browser", "--user", "bob@example.org",
                             user=lambda url: authorize(
                                 url.replace("bob%40example.org", "alice"))))
        status, steps = self.doctor()
        self.assertEqual(status, 77, steps)
        self.assertEqual(steps["token"]["cause"], "other-user")
        self.assertEqual(steps["sasl"]["cause"], "sign-in-refused")


class Refresh(LoginCase):
    """Tokens that have less than five minutes from the first moment on: they
    are renewed at each use, and each refresh token is good for one."""
    settings = {"AT_TTL": 120}

    def test_rotation(self):
        self.good(self.login("browser"))
        for _ in range(3):
            self.all_good()

    def test_two_processes_at_once(self):
        self.good(self.login("browser"))
        results = []
        threads = [threading.Thread(
            target=lambda: results.append(self.doctor())) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for status, steps in results:
            self.assertEqual(status, 0, steps)
        # the family was not revoked
        self.all_good()

    def test_old_refresh_token_revokes_the_family(self):
        """What the lock is for."""
        self.good(self.login("browser"))
        kept = self.home / "kept"
        shutil.copy(self.sealed(), kept)
        self.all_good()
        shutil.copy(kept, self.sealed())
        status, steps = self.doctor()
        self.assertEqual(status, 77, steps)
        self.assertEqual(steps["token"]["cause"], "sign-in-gone")
        status, steps = self.doctor()
        self.assertEqual(steps["token"]["cause"], "not-signed-in")

    def test_logout_ends_the_sign_in_there(self):
        self.good(self.login("browser"))
        kept = self.home / "kept"
        shutil.copy(self.sealed(), kept)
        ran = self.run_am("logout", "me")
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))
        shutil.copy(kept, self.sealed())
        status, steps = self.doctor()
        self.assertEqual(status, 77, steps)
        self.assertEqual(steps["token"]["cause"], "sign-in-gone")


class Short(LoginCase):
    """Tokens of 6 KB that end soon: on a busy machine doctor takes seconds to
    come from the token to what it says of it."""
    settings = {"AT_TTL": 8, "PAD": 4000}

    def test_6_kb_and_expired(self):
        self.good(self.login("browser"))
        time.sleep(9)
        self.all_good()


class Denied(LoginCase):
    settings = {"DENY": 1}

    def test_access_denied(self):
        status, said = self.login("browser")
        self.assertEqual(status, 77, said)
        self.assertIn("declined", said)
        self.assertFalse(self.sealed().exists())


class Slow(LoginCase):
    settings = {"POLL_MIN": POLL_MIN}

    def test_slow_down(self):
        """The second question comes too early; the third waits longer."""
        begin = time.monotonic()

        def later(url):
            time.sleep(12)
            device_approve(url)
        self.good(self.login("device", user=later))
        self.assertGreaterEqual(time.monotonic() - begin, 5 + 5 + 10)


if __name__ == "__main__":
    main([Flows, Refresh, Short, Denied, Slow], PLACE)
