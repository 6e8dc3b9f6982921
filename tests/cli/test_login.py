#!/usr/bin/env python3
"""login and logout against an authorization server of our own. The names of
tests follow the lines of what an OAuth client for mail has to do."""
import os
import pty
import re
import stat
import subprocess
import threading
import time
import unittest
import urllib.parse
import urllib.request

import strace
from account_servers import DEVICE, browse
from accounts import AccountTest, PASSPHRASE
from cli import ENVIRONMENT, TIMEOUT, command


def wait_for(condition, seconds=20):
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.02)


class DeviceTest(AccountTest):
    def test_device_code(self):
        auth = self.auth()
        auth.polls = ["authorization_pending"]
        ran = self.login(auth)
        self.assertIn("ABCD-EFGH", ran.err)
        self.assertIn(auth.url + "/code", ran.err)
        self.assertNotIn("dc-secret", ran.err + ran.out)
        self.assertEqual(len(auth.forms("/token")), 2)
        self.assertEqual(auth.forms("/token")[0]["grant_type"], DEVICE)
        self.assertEqual(auth.forms("/device")[0]["login_hint"],
                         "ann@example.org")

    def test_slow_down_makes_it_slower_for_good(self):
        auth = self.auth()
        auth.polls = ["slow_down", "authorization_pending"]
        begin = time.monotonic()
        self.login(auth)
        self.assertGreaterEqual(time.monotonic() - begin, 1 + 6 + 6)

    def test_interval_is_5_seconds_where_none_is_said(self):
        auth = self.auth()
        auth.discovery["device"] = {"interval": None}
        begin = time.monotonic()
        self.login(auth)
        self.assertGreaterEqual(time.monotonic() - begin, 5)

    def test_access_denied_stops(self):
        for name in ("access_denied", "authorization_declined"):
            auth = self.auth()
            auth.polls = [name]
            ran = self.run_am(*map(str, self.login_arguments(auth)))
            self.assertEqual(ran.status, 77, ran)
            self.assertIn("declined", ran.err)
            self.assertFalse(self.sealed().exists())

    def test_expired_token_stops(self):
        for name in ("expired_token", "bad_verification_code"):
            auth = self.auth()
            # Microsoft announces more than its codes live
            auth.discovery["device"] = {"expires_in": 900}
            auth.polls = [name]
            ran = self.run_am(*map(str, self.login_arguments(auth)))
            self.assertEqual(ran.status, 77, ran)
            self.assertIn("too old", ran.err)

    def test_nobody_types_the_code(self):
        auth = self.auth()
        auth.discovery["device"] = {"expires_in": 1}
        auth.polls = ["authorization_pending"] * 9
        ran = self.run_am(*map(str, self.login_arguments(auth)))
        self.assertEqual(ran.status, 77, ran)
        self.assertIn("nobody typed the code", ran.err)

    def test_message_of_the_provider_is_shown_and_escaped(self):
        auth = self.auth()
        auth.discovery["device"] = {
            "message": "go\x1b[31m there\u202e", "user_code": "A\x07B"}
        ran = self.login(auth)
        self.assertIn("go\\x1b[31m there\\u202e", ran.err)
        self.assertIn("A\\x07B", ran.err)
        self.assertNotIn("\x1b", ran.err)

    def test_network_errors_while_polling_are_waited_for(self):
        auth = self.auth()
        good = auth.token_answer({"grant_type": DEVICE})
        auth.answers["/token"] = [(503, {}, ""), good]
        self.login(auth)

    def test_broken_lines_while_polling_are_waited_for_longer_and_longer(self):
        auth = self.auth()
        good = auth.token_answer({"grant_type": DEVICE})
        auth.answers["/token"] = [None] * 4 + [good]
        self.login(auth)
        asked = [when for (path, _), when in zip(auth.calls, auth.times)
                 if path == "/token"]
        pauses = [later - now for now, later in zip(asked, asked[1:])]
        self.assertEqual(len(pauses), 4)
        self.assertGreaterEqual(max(pauses), 2 * min(pauses))
        self.assertGreaterEqual(pauses[1], pauses[0] + 0.9)

    def test_retry_after_is_kept(self):
        auth = self.auth()
        good = auth.token_answer({"grant_type": DEVICE})
        auth.answers["/token"] = [(429, {"Retry-After": "3"}, ""), good]
        begin = time.monotonic()
        self.login(auth)
        self.assertGreaterEqual(time.monotonic() - begin, 3)

    def test_device_address_that_is_not_https_is_refused(self):
        auth = self.auth()
        auth.discovery["device"] = {"verification_uri": "http://evil.example"}
        ran = self.run_am(*map(str, self.login_arguments(auth)))
        self.assertEqual(ran.status, 76, ran)

    def test_interrupted(self):
        auth = self.auth()
        auth.polls = ["authorization_pending"] * 99
        words = command(*map(str, self.login_arguments(auth)))
        with subprocess.Popen(words, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env={**ENVIRONMENT, **self.env}) as process:
            wait_for(lambda: auth.forms("/token"))
            process.terminate()
            process.communicate(timeout=20)
        self.assertEqual(process.returncode, 130)


class BrowserTest(AccountTest):
    def test_pkce(self):
        auth = self.auth()
        ran = self.login_by_browser(auth)
        self.assertEqual(ran.status, 0, ran)
        form = auth.forms("/token")[0]
        self.assertGreaterEqual(len(form["code_verifier"]), 43)
        self.assertRegex(form["redirect_uri"],
                         r"^http://127\.0\.0\.1:\d+/callback$")
        self.assertNotIn("client_secret", form)

    def test_listener_is_for_one_answer(self):
        """On 127.0.0.1, on a port of its own; nobody listens behind it."""
        auth = self.auth()
        ports = []

        def visit(url):
            query = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)
            where = urllib.parse.urlsplit(query["redirect_uri"][0])
            ports.append(where.port)
            browse(url)
            with self.assertRaises(OSError):
                urllib.request.urlopen(
                    f"{query['redirect_uri'][0]}?code=x&state="
                    f"{query['state'][0]}", timeout=10)
        for _ in range(2):
            self.assertEqual(self.login_by_browser(auth, visit=visit).status,
                             0)
        self.assertNotEqual(ports[0], ports[1])
        self.assertEqual(len(auth.forms("/token")), 2)

    def test_client_secret_goes_along(self):
        auth = self.auth()
        (self.folder / "secret").write_text("s3cr&t\n", "ascii")
        ran = self.login_by_browser(auth, "--client-secret-file", "secret")
        self.assertEqual(ran.status, 0, ran)
        # for a server of one's own in the header
        self.assertNotIn("client_secret", auth.forms("/token")[0])

    def come_back(self, auth, change):
        """A browser that brings something else back."""
        def visit(url):
            class Keep(urllib.request.HTTPRedirectHandler):
                def redirect_request(self, *_):
                    return None
            try:
                urllib.request.build_opener(Keep).open(url)
            except urllib.error.HTTPError as error:
                where = error.headers["Location"]
            browse(change(where))
        return self.login_by_browser(auth, visit=visit)

    def test_iss_of_another_server_is_refused(self):
        auth = self.auth()
        ran = self.come_back(auth, lambda where: where.split("&iss=")[0] +
                             "&iss=https%3A%2F%2Fevil.example")
        self.assertEqual(ran.status, 76, ran)
        self.assertIn("another authorization server", ran.err)
        self.assertEqual(auth.forms("/token"), [])

    def test_user_declines(self):
        auth = self.auth()
        ran = self.come_back(auth, lambda where: where.split("?")[0] +
                             "?error=access_denied&error_description=no%1b&"
                             + where.split("&", 1)[1])
        self.assertEqual(ran.status, 77, ran)
        self.assertNotIn("\x1b", ran.err)

    def test_wrong_state_is_not_the_answer(self):
        auth = self.auth()

        def visit(url):
            where = url.split("redirect_uri=http%3A%2F%2F127.0.0.1%3A")[1]
            port = where.split("%2F")[0]
            with self.assertRaises(urllib.error.HTTPError):
                browse(f"http://127.0.0.1:{port}/callback?code=x&state=y")
            browse(url)
        self.assertEqual(self.login_by_browser(auth, visit=visit).status, 0)
        self.assertEqual(len(auth.forms("/token")), 1)


class TrustTest(AccountTest):
    def fails(self, auth, status, sentence, flow="device"):
        ran = self.run_am(*map(str, self.login_arguments(auth, flow=flow)))
        self.assertEqual(ran.status, status, ran)
        self.assertIn(sentence, ran.err)
        self.assertFalse(self.sealed().exists())

    def test_issuer_that_says_it_is_another(self):
        auth = self.auth()
        auth.discovery["issuer"] = "https://evil.example"
        self.fails(auth, 76, "says it is")

    def test_addresses_that_are_not_https(self):
        for name in ("token_endpoint", "authorization_endpoint",
                     "device_authorization_endpoint"):
            auth = self.auth()
            auth.discovery[name] = "http://192.0.2.1/x"
            self.fails(auth, 76, "must begin with https")

    def test_redirect_to_another_host(self):
        auth, other = self.auth(), self.auth()
        for path in ("/.well-known/openid-configuration", "/device",
                     "/token"):
            auth.answers = {path: [(307, {"Location": other.url + path}, "")]}
            self.fails(auth, 76, "redirect")
        self.assertEqual(other.calls, [])

    def test_hostile_answers(self):
        deep = "[" * 100000
        for body in ("", "<html>", "[]", "{}", '{"access_token":7}', deep,
                     '{"access_token":"a b"}', '{"access_token":"a\\u0000"}',
                     b"\xff\xfe", '{"access_token":"a","token_type":"mac"}'):
            auth = self.auth()
            auth.answers["/token"] = [(200, {}, body)]
            self.fails(auth, 76, "")

    def test_answer_without_end(self):
        auth = self.auth()
        auth.answers["/token"] = [(200, {}, "x" * (2 << 20))]
        self.fails(auth, 76, "longer than")

    def test_nothing_at_the_issuer(self):
        auth = self.auth()
        auth.answers["/.well-known/openid-configuration"] = [(404, {}, "")]
        self.fails(auth, 76, "check --issuer")

    def test_authorization_server_is_not_there(self):
        auth = self.auth()
        auth.close()
        ran = self.run_am(*map(str, self.login_arguments(auth)))
        self.assertEqual(ran.status, 69, ran)


class SecretsTest(AccountTest):
    def test_nothing_secret_in_settings_and_output(self):
        auth = self.auth()
        ran = self.login(auth)
        access = [form for form in auth.forms("/token")]
        self.assertTrue(access)
        text = (self.home / ".config/archive-mail/accounts/me.json") \
            .read_text("utf-8")
        for place in (text, ran.out, ran.err):
            self.assertNotIn(auth.refresh, place)
            self.assertNotIn("access-", place)
            self.assertNotIn(PASSPHRASE, place)
        self.assertNotIn(auth.refresh.encode(), self.sealed().read_bytes())

    def test_modes(self):
        self.login(self.auth())
        self.assertEqual(stat.S_IMODE(self.sealed().stat().st_mode), 0o600)
        self.assertEqual(
            stat.S_IMODE(self.sealed().parent.stat().st_mode), 0o700)

    def test_directory_that_others_may_read_is_closed(self):
        tokens = self.sealed().parent
        tokens.mkdir(parents=True, mode=0o755)
        self.login(self.auth())
        self.assertEqual(stat.S_IMODE(tokens.stat().st_mode), 0o700)

    def test_passphrase_file_and_key_file(self):
        (self.folder / "words").write_text("x\nrest", "ascii")
        (self.folder / "key").write_bytes(os.urandom(32))
        self.env["AM_PASSPHRASE"] = ""
        imap = self.imap()
        for option in ("--passphrase-file=words", "--key-file=key"):
            self.login(self.auth(), option, port=imap.port)
            self.assertEqual(self.run_am("doctor", "me", option).status, 0)
            ran = self.run_am("logout", "me", "--forget", option)
            self.assertEqual(ran.status, 0, ran)

    def test_key_of_another_length(self):
        (self.folder / "key").write_bytes(b"x" * 31)
        ran = self.run_am(*map(str, self.login_arguments(
            self.auth(), "--key-file", "key")))
        self.assertEqual(ran.status, 77, ran)
        self.assertIn("31 bytes", ran.err)

    def test_no_passphrase_and_no_terminal(self):
        done = subprocess.run(
            command(*map(str, self.login_arguments(self.auth()))),
            env={**ENVIRONMENT, **self.env, "AM_PASSPHRASE": ""},
            stdin=subprocess.DEVNULL, capture_output=True, check=False,
            start_new_session=True)
        self.assertEqual(done.returncode, 77)
        self.assertIn(b"--passphrase-file", done.stderr)

    def at_terminal(self, words, typed):
        """Runs with a terminal; what it showed, and its status."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.environ.clear()
            os.environ.update({**ENVIRONMENT, **self.env})
            del os.environ["AM_PASSPHRASE"]
            os.execvp(words[0], words)
        shown = b""
        try:
            while True:
                piece = os.read(terminal, 4096)
                shown += piece
                if typed and shown.endswith(b": "):
                    os.write(terminal, typed.pop(0))
        except OSError:
            pass
        os.close(terminal)
        return shown, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def test_passphrase_from_the_terminal_is_not_shown(self):
        words = command(*map(str, self.login_arguments(self.auth())))
        shown, status = self.at_terminal(words, [b"hushhush\n",
                                                 b"hushhush\n"])
        self.assertEqual(status, 0, shown)
        self.assertNotIn(b"hushhush", shown)
        self.assertEqual(
            self.run_am("doctor", "me", AM_PASSPHRASE="other").status, 69)
        _, steps = self.doctor(AM_PASSPHRASE="hushhush")
        self.assertEqual(steps["token"]["state"], "ok")

    def test_passphrase_typed_twice_must_be_the_same(self):
        words = command(*map(str, self.login_arguments(self.auth())))
        shown, status = self.at_terminal(words, [b"one\n", b"two\n"])
        self.assertEqual(status, 77)
        self.assertIn(b"not the same", shown)

    def test_core_dumps_are_off(self):
        auth = self.auth()
        auth.polls = ["authorization_pending"] * 99
        words = command(*map(str, self.login_arguments(auth)))
        with subprocess.Popen(words, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL,
                              env={**ENVIRONMENT, **self.env}) as process:
            wait_for(lambda: auth.forms("/token"))
            with open(f"/proc/{process.pid}/limits", "r",
                      encoding="ascii") as limits:
                core = next(line for line in limits if "core" in line)
            with open(f"/proc/{process.pid}/cmdline", "rb") as line:
                arguments = line.read()
            owner = os.stat(f"/proc/{process.pid}/environ").st_uid
            process.terminate()
        self.assertEqual(core.split()[4:6], ["0", "0"])
        self.assertNotIn(PASSPHRASE.encode(), arguments)
        if os.getuid() != 0 and not os.environ.get("AM_SANITIZED"):
            self.assertEqual(owner, 0)  # nobody else may look inside

    def test_token_command_does_not_see_the_passphrase(self):
        imap = self.imap()
        self.login_by_command(imap.port,
                              "x'; env > \"$HOME/env\"; true '")
        self.doctor()
        seen = (self.home / "env").read_text("utf-8")
        self.assertIn("HOME=", seen)
        self.assertNotIn(PASSPHRASE, seen)


class AccountsTest(AccountTest):
    def test_client_id_missing_explains_how_to_register(self):
        for provider, words in (
                ("outlook", ("entra.microsoft.com", "public client flows")),
                ("m365", ("--tenant", "New-ServicePrincipal")),
                ("gmail", ("console.cloud.google.com", "Desktop app")),
                ("custom", ("--issuer",))):
            ran = self.run_am("login", "a@b", "--provider", provider,
                              "--flow", "browser", "--host", "h")
            self.assertEqual(ran.status, 64, ran)
            for word in words:
                self.assertIn(word, ran.err)

    def test_flows_that_do_not_work_there(self):
        for provider, flow in (("gmail", "device"), ("outlook", "password"),
                               ("icloud", "browser"),
                               ("outlook", "client-credentials")):
            ran = self.run_am("login", "a@b", "--provider", provider,
                              "--flow", flow, "--client-id", "x")
            self.assertEqual(ran.status, 64, ran)
            self.assertIn(f"--flow {flow} does not work with", ran.err)

    def test_what_is_missing(self):
        for words, sentence in (
                (["me", "--provider", "gmail"], "--user is missing"),
                (["a@b", "--provider", "custom"], "--host is missing"),
                (["a@b", "--provider", "custom", "--host", "h"],
                 "--issuer is missing"),
                (["a@b", "--provider", "icloud", "--flow",
                  "token-command"], "--token-command is missing"),
                (["me"], "--provider"),
                (["me", "--provider", "nobody"], "no provider \"nobody\""),
                (["a@b", "--provider", "m365", "--tenant", "x/y"],
                 "--tenant is")):
            ran = self.run_am("login", *words)
            self.assertEqual(ran.status, 64, ran)
            self.assertIn(sentence, ran.err)

    def test_login_again_needs_no_options(self):
        auth = self.auth()
        self.login(auth)
        before = self.settings()
        ran = self.run_am("login", "me")
        self.assertEqual(ran.status, 0, ran)
        self.assertEqual(self.settings(), before)
        self.assertEqual(len(auth.forms("/device")), 2)

    def test_login_again_with_another_passphrase(self):
        self.login(self.auth())
        ran = self.run_am("login", "me", AM_PASSPHRASE="other")
        self.assertEqual(ran.status, 77, ran)

    def test_client_credentials(self):
        auth = self.auth()
        (self.folder / "secret").write_text("daemon\n", "ascii")
        self.login(auth, "--client-secret-file", "secret",
                   flow="client-credentials")
        self.assertEqual(auth.forms("/token")[0]["grant_type"],
                         "client_credentials")

    def test_certificate_in_place_of_a_secret(self):
        auth = self.auth()
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
             "-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=x"],
            cwd=self.folder, check=True, capture_output=True)
        (self.folder / "both.pem").write_bytes(
            (self.folder / "cert.pem").read_bytes() +
            (self.folder / "key.pem").read_bytes())
        self.login(auth, "--client-key-file", "both.pem",
                   flow="client-credentials")
        form = auth.forms("/token")[0]
        self.assertIn("jwt-bearer", form["client_assertion_type"])
        self.assertEqual(form["client_assertion"].count("."), 2)

    def test_key_file_that_is_none(self):
        (self.folder / "x.pem").write_text("nothing", "ascii")
        ran = self.run_am(*map(str, self.login_arguments(
            self.auth(), "--client-key-file", "x.pem",
            flow="client-credentials")))
        self.assertEqual(ran.status, 77, ran)
        self.assertIn("no private key", ran.err)

    def test_password(self):
        imap = self.imap()
        (self.folder / "pw").write_text("p\u00e4ss w\"rd\n", "utf-8")
        ran = self.run_am("login", "ann@example.org", "--provider", "custom",
                          "--flow", "password", "--host", "127.0.0.1",
                          "--port", str(imap.port), "--security", "none",
                          "--password-file", "pw")
        self.assertEqual(ran.status, 0, ran)
        ran = self.run_am("doctor", "ann@example.org")
        self.assertEqual(ran.status, 0, ran)
        self.assertIn("AUTHENTICATE PLAIN", imap.lines[0])

    def test_logout_revokes_and_deletes(self):
        auth = self.auth()
        self.login(auth)
        token = auth.refresh
        ran = self.run_am("logout", "me")
        self.assertEqual(ran.status, 0, ran)
        self.assertEqual(auth.forms("/revoke")[0]["token"], token)
        self.assertFalse(self.sealed().exists())
        self.settings()
        self.assertEqual(self.run_am("logout", "me", "--forget").status, 0)
        self.assertEqual(self.run_am("logout", "me").status, 66)

    def test_logout_when_the_server_is_gone(self):
        auth = self.auth()
        self.login(auth)
        auth.close()
        ran = self.run_am("logout", "me")
        self.assertEqual(ran.status, 0, ran)
        self.assertIn("could not be told", ran.err)
        self.assertFalse(self.sealed().exists())

    def test_settings_that_are_damaged(self):
        self.login(self.auth())
        path = self.home / ".config/archive-mail/accounts/me.json"
        path.write_text("{", "ascii")
        ran = self.run_am("logout", "me")
        self.assertEqual(ran.status, 65, ran)


class RefreshTest(AccountTest):
    def test_two_processes_do_not_use_one_refresh_token_twice(self):
        auth, imap = self.auth(), self.imap()
        auth.life = 60  # less than the five minutes: renewed at each use
        self.login(auth, port=imap.port)
        auth.life = 3600
        results = []

        def one():
            results.append(self.run_am("doctor", "me"))
        threads = [threading.Thread(target=one) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for ran in results:
            self.assertEqual(ran.status, 0, ran)
        refreshes = [form for form in auth.forms("/token")
                     if form["grant_type"] == "refresh_token"]
        self.assertEqual(len(refreshes), 1)
        self.assertFalse(auth.revoked)

    def test_rotated_token_is_kept(self):
        auth, imap = self.auth(), self.imap()
        auth.life = 60
        self.login(auth, port=imap.port)
        for _ in range(3):
            self.assertEqual(self.run_am("doctor", "me").status, 0)
        self.assertFalse(auth.revoked)
        self.assertGreaterEqual(len(auth.refresh_used), 3)

    def test_rotated_token_is_durable_before_it_is_used(self):
        """Written, synced and renamed, then the server is told the access
        token that came with it."""
        strace.require(self)
        auth, imap = self.auth(), self.imap()
        auth.life = 60
        self.login(auth, port=imap.port)
        log = self.folder / "log"
        ran = subprocess.run(
            strace.traced_command(("doctor", "me"), log=log,
                                  calls=("fdatasync", "fsync", "renameat",
                                         "sendto")),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env={**strace.TRACED, **self.env},
            timeout=TIMEOUT, check=False)
        self.assertEqual(ran.returncode, 0, ran)
        order = re.findall(
            r"(POST /token|fdatasync|fsync|me\.sealed\.tmp|AUTHENTICATE)",
            log.read_text("utf-8", "replace"))
        # before it is asked: is there room?
        stored = ["fdatasync", "POST /token", "fdatasync", "me.sealed.tmp",
                  "fsync"]
        self.assertEqual(order, [*stored, *stored, "AUTHENTICATE"])

    def test_revoked_refresh_token_is_deleted(self):
        auth, imap = self.auth(), self.imap()
        auth.life = 60
        self.login(auth, port=imap.port)
        auth.revoked = True
        status, steps = self.doctor()
        self.assertEqual(status, 77)
        self.assertEqual(steps["token"]["cause"], "sign-in-gone")
        asked = len(auth.calls)
        status, steps = self.doctor()
        self.assertEqual(status, 77)
        self.assertEqual(steps["token"]["cause"], "not-signed-in")
        self.assertEqual(len(auth.calls), asked)

    def test_refused_access_token_is_renewed_once(self):
        auth = self.auth()
        refused = []

        def authenticate(line):
            refused.append(line)
            return ["%t NO AUTHENTICATE failed."] if len(refused) == 1 \
                else ["%t OK in"]
        imap = self.imap(replies={"AUTHENTICATE": authenticate})
        self.login(auth, port=imap.port)
        self.assertEqual(self.run_am("doctor", "me").status, 0)
        self.assertEqual(len(refused), 2)
        self.assertNotEqual(refused[0], refused[1])

    def test_token_of_6_kilobytes(self):
        auth, imap = self.auth(), self.imap()
        auth.token = "t" * 6144
        self.login(auth, port=imap.port)
        self.assertEqual(self.run_am("doctor", "me").status, 0)
        self.assertGreater(len(imap.lines[0]), 8192)


if __name__ == "__main__":
    unittest.main()
