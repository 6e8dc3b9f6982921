#!/usr/bin/env python3
"""doctor names the cause: each test is a set-up that is broken in one way."""
import socket
import ssl
import subprocess
import time
import unittest

from account_servers import RawServer, certificate, jwt
from accounts import AccountTest

OUTLOOK = "https://outlook.office.com"
MICROSOFT = "https://login.microsoftonline.com/x/v2.0"


class DoctorTest(AccountTest):
    def finds(self, step, cause, status, **env):
        """The cause stands at its step, with what to do, and decides the exit
        status; people are told the same."""
        got, steps = self.doctor(**env)
        self.assertEqual(steps[step]["cause"], cause, steps)
        self.assertTrue(steps[step]["advice"], steps)
        self.assertEqual(got, status, steps)
        ran = self.run_am("doctor", "me", **env)
        self.assertEqual(ran.status, status, ran)
        self.assertIn(f"Cause: {cause}\n", ran.out)
        self.assertIn("What to do: ", ran.out)
        self.assertEqual(ran.err, "")
        return steps

    # --- what works

    def test_good(self):
        imap = self.imap()
        self.login_by_command(imap.port)
        status, steps = self.doctor()
        self.assertEqual(status, 0, steps)
        self.assertEqual({step["state"] for step in steps.values()}, {"ok"})
        self.assertIn("LITERAL+", steps["capability"]["text"])
        self.assertIn("1 of 1024 MiB", steps["quota"]["text"])

    def test_good_over_tls(self):
        context, pem = certificate(self.folder)
        imap = self.imap(context=context)
        self.login_by_command(imap.port, "tok", "--host", "localhost",
                              "--ca-file", pem, security="tls")
        status, steps = self.doctor()
        self.assertEqual(status, 0, steps)
        self.assertIn("TLSv1.3", steps["tls"]["text"])

    def test_what_a_token_says_is_shown(self):
        imap = self.imap()
        token = jwt(iss=MICROSOFT, aud=OUTLOOK, scp="IMAP.AccessAsUser.All",
                    upn="ann@example.org", exp=int(time.time()) + 3000)
        self.login_by_command(imap.port, token)
        status, steps = self.doctor()
        self.assertEqual(status, 0, steps)
        self.assertEqual(steps["token"]["state"], "ok")
        for word in (OUTLOOK, "IMAP.AccessAsUser.All", "minutes left"):
            self.assertIn(word, steps["token"]["text"])
        self.assertNotIn(token, str(steps))

    def test_no_quota_is_no_failure(self):
        imap = self.imap(capability="IMAP4rev1 SASL-IR AUTH=XOAUTH2")
        self.login_by_command(imap.port)
        status, steps = self.doctor()
        self.assertEqual(status, 0, steps)
        self.assertIn("does not say", steps["quota"]["text"])

    # --- settings

    def test_no_account(self):
        self.finds("account", "no-account", 66)

    def test_bad_settings(self):
        self.login_by_command(1)
        path = self.home / ".config/archive-mail/accounts/me.json"
        path.write_text('{"flow":"device"}', "ascii")
        self.finds("account", "bad-settings", 65)

    # --- the way to the server

    def test_unknown_host(self):
        self.login_by_command(993, "t", "--host", "no-such-host.invalid")
        _, steps = self.doctor()
        # a machine without a name service cannot tell the two apart
        self.assertIn(steps["dns"]["cause"],
                      ("unknown-host", "no-name-service"))
        self.finds("dns", steps["dns"]["cause"], 69)

    def test_connection_refused(self):
        # held, so that nobody else gets it, and listened to by nobody
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            self.login_by_command(held.getsockname()[1])
            steps = self.finds("tcp", "connection-refused", 69)
        self.assertEqual(steps["token"]["state"], "ok")
        self.assertEqual(steps["sasl"]["state"], "skipped")

    def test_port_without_tls(self):
        imap = self.imap()
        self.login_by_command(imap.port, security="tls")
        self.finds("tls", "not-tls", 76)

    def test_certificate_signed_by_itself(self):
        context, _ = certificate(self.folder)
        imap = self.imap(context=context)
        self.login_by_command(imap.port, "t", "--host", "localhost",
                              security="tls")
        self.finds("tls", "certificate-self-signed", 76)

    def test_certificate_for_another_name(self):
        context, pem = certificate(self.folder, "mail.example.org")
        imap = self.imap(context=context)
        self.login_by_command(imap.port, "t", "--host", "localhost",
                              "--ca-file", pem, security="tls")
        self.finds("tls", "certificate-name", 76)

    def test_certificate_expired(self):
        context, pem = self.expired()
        imap = self.imap(context=context)
        self.login_by_command(imap.port, "t", "--host", "localhost",
                              "--ca-file", pem, security="tls")
        self.finds("tls", "certificate-expired", 76)

    def expired(self):
        """A certificate of yesterday."""
        key, pem = self.folder / "old.key", self.folder / "old.pem"
        config = self.folder / "ca.cnf"
        config.write_text(
            "[ca]\ndefault_ca=d\n[d]\nnew_certs_dir=.\ndatabase=index\n"
            "serial=serial\ndefault_md=sha256\npolicy=p\n"
            "x509_extensions=e\n[p]\ncommonName=supplied\n[e]\n"
            "subjectAltName=DNS:localhost\nbasicConstraints=CA:TRUE\n"
            "[req]\ndistinguished_name=n\n[n]\n", "ascii")
        (self.folder / "index").write_text("", "ascii")
        (self.folder / "serial").write_text("01\n", "ascii")
        for words in (
                ["req", "-new", "-newkey", "ec", "-pkeyopt",
                 "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out",
                 "old.csr", "-subj", "/CN=localhost", "-config", config],
                ["ca", "-batch", "-config", config, "-selfsign", "-keyfile",
                 key, "-in", "old.csr", "-out", pem, "-notext", "-startdate",
                 "20200101000000Z", "-enddate", "20200201000000Z"]):
            subprocess.run(["openssl", *words], cwd=self.folder, check=True,
                           capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem, key)
        return context, pem

    def test_no_starttls(self):
        imap = self.imap()
        self.login_by_command(imap.port, security="starttls")
        self.finds("tls", "no-starttls", 76)

    def test_server_that_is_not_imap(self):
        smtp = self.server(RawServer(b"220 mail ESMTP\r\n"))
        self.login_by_command(smtp.port)
        status, steps = self.doctor()
        self.assertEqual(status, 76)
        self.assertEqual(steps["capability"]["state"], "failed")

    def test_another_greeting(self):
        imap = self.imap(greeting="* FLAGS (x)")
        self.login_by_command(imap.port)
        self.finds("capability", "not-imap", 76)

    def test_connection_lost(self):
        imap = self.server(RawServer(b"* OK hello\r\n"))
        self.login_by_command(imap.port)
        _, steps = self.doctor()
        self.assertEqual(steps["capability"]["cause"], "connection-lost")

    # --- the token

    def test_no_passphrase(self):
        auth = self.auth()
        self.login(auth)
        words = self.run_am("doctor", "me", "--passphrase-file", "/dev/null")
        self.assertIn("empty", words.out)
        self.assertEqual(words.status, 69)  # there is no server either

    def test_wrong_passphrase(self):
        imap = self.imap()
        self.login(self.auth(), port=imap.port)
        self.finds("token", "wrong-passphrase", 77, AM_PASSPHRASE="other")

    def test_not_signed_in(self):
        imap = self.imap()
        self.login(self.auth(), port=imap.port)
        self.sealed().unlink()
        self.finds("token", "not-signed-in", 77)

    def test_token_command_fails(self):
        imap = self.imap()
        self.login_by_command(imap.port, "x'; exit 3; '")
        self.finds("token", "token-command", 77)

    def test_authorization_server_is_not_there(self):
        auth, imap = self.auth(), self.imap()
        auth.life = 1
        self.login(auth, port=imap.port)
        auth.close()
        time.sleep(1)
        self.finds("token", "no-authorization-server", 69)

    def test_authorization_server_redirects(self):
        auth, imap = self.auth(), self.imap()
        auth.life = 60
        self.login(auth, port=imap.port)
        auth.answers["/token"] = [(302, {"Location": "https://x.example"},
                                   "")]
        self.finds("token", "redirected", 76)

    def refresh_refused(self, cause, error, description=""):
        auth, imap = self.auth(), self.imap()
        auth.life = 60
        self.login(auth, port=imap.port)
        auth.answers["/token"] = [(400, {}, {
            "error": error, "error_description": description})]
        _, steps = self.doctor()
        self.assertEqual(steps["token"]["cause"], cause, steps)
        self.assertEqual(steps["token"]["state"], "failed")

    def test_revoked_or_expired_sign_in(self):
        self.refresh_refused("sign-in-gone", "invalid_grant")

    def test_sign_in_not_used_for_too_long(self):
        for number in ("AADSTS700082", "AADSTS70008"):
            self.refresh_refused("sign-in-expired", "invalid_grant",
                                 f"{number}: The refresh token has expired")

    def test_public_client_flows_off(self):
        self.refresh_refused("public-client-flows-off", "invalid_client",
                             "AADSTS7000218: The request body must contain")

    def test_unknown_client(self):
        self.refresh_refused("unknown-client", "unauthorized_client",
                             "AADSTS700016: Application not found")

    def test_secret_of_the_client_is_wrong(self):
        self.refresh_refused("client-refused", "invalid_client")

    def test_domain_wide_delegation_is_missing(self):
        self.refresh_refused("client-refused", "unauthorized_client")

    def test_wrong_scope(self):
        self.refresh_refused("wrong-scope", "invalid_scope")
        self.refresh_refused("wrong-scope", "invalid_request",
                             "AADSTS70011: The provided value for scope")

    def test_consent_is_missing(self):
        self.refresh_refused("consent", "invalid_grant", "AADSTS65001: x")

    def test_administrator_has_to_consent(self):
        self.refresh_refused("admin-consent", "invalid_grant",
                             "AADSTS90094: x")

    def test_conditional_access_forbids_it(self):
        self.refresh_refused("conditional-access", "invalid_grant",
                             "AADSTS53003: Access has been blocked")

    def test_second_factor(self):
        for number in ("AADSTS50076", "AADSTS50079"):
            self.refresh_refused("second-factor", "invalid_grant", number)

    def test_unknown_tenant(self):
        self.refresh_refused("unknown-tenant", "invalid_request",
                             "AADSTS90002: Tenant not found")

    def warns(self, cause, **claims):
        imap = self.imap()
        self.login_by_command(imap.port, jwt(**claims))
        status, steps = self.doctor()
        self.assertEqual(status, 0, steps)
        self.assertEqual(steps["token"]["state"], "warning", steps)
        self.assertEqual(steps["token"]["cause"], cause)

    def test_token_for_another_api(self):
        self.warns("wrong-audience", iss=MICROSOFT, scp="User.Read",
                   aud="https://graph.microsoft.com")

    def test_token_without_the_permission(self):
        self.warns("wrong-scope", iss=MICROSOFT, aud=OUTLOOK,
                   scp="SMTP.Send")

    def test_token_is_too_old(self):
        self.warns("token-expired", exp=1000)

    def test_clock_is_behind(self):
        self.warns("clock", iat=int(time.time()) + 86400)

    def test_token_of_another_user(self):
        self.warns("other-user", email="bob@example.org")

    def test_hostile_token_is_shown_escaped(self):
        imap = self.imap()
        self.login_by_command(imap.port, jwt(scope="\x1b[2J\u202e"))
        ran = self.run_am("doctor", "me")
        self.assertEqual(ran.status, 0, ran)
        self.assertIn("\\x1b[2J\\u202e", ran.out)

    # --- signing in, and after

    def sasl_answers(self, *lines):
        imap = self.imap(replies={"AUTHENTICATE": list(lines)})
        self.login_by_command(imap.port)

    def test_sign_in_refused_at_once(self):
        self.sasl_answers("%t NO AUTHENTICATE failed.")
        self.finds("sasl", "sign-in-refused", 77)

    def test_sign_in_refused_with_a_challenge(self):
        self.sasl_answers("+ eyJzdGF0dXMiOiI0MDEifQ==",
                          "%t NO [AUTHENTICATIONFAILED] Authentication "
                          "failed.")
        steps = self.finds("sasl", "sign-in-refused", 77)
        self.assertIn("401", steps["sasl"]["text"])

    def test_app_password_is_needed(self):
        self.sasl_answers("%t NO [ALERT] Application-specific password "
                          "required: https://support.example (Failure)")
        self.finds("sasl", "app-password-needed", 77)

    def test_imap_is_switched_off(self):
        self.sasl_answers("%t NO [ALERT] Your account is not enabled for "
                          "IMAP use. Please visit your settings")
        self.finds("sasl", "imap-off", 77)

    def test_too_many_connections(self):
        self.sasl_answers("%t NO [ALERT] Too many simultaneous connections. "
                          "(Failure)")
        self.finds("sasl", "too-many-connections", 75)

    def test_throttled(self):
        self.sasl_answers("%t BAD Request is throttled. Suggested Backoff "
                          "Time: 299000 milliseconds")
        self.finds("sasl", "throttled", 75)

    def test_limit_of_the_day(self):
        self.sasl_answers("%t NO [ALERT] Account exceeded command or "
                          "bandwidth limits. (Failure)")
        self.finds("sasl", "daily-limit", 75)

    def test_server_is_busy(self):
        self.sasl_answers("%t NO [UNAVAILABLE] Temporary authentication "
                          "failure.")
        self.finds("sasl", "server-busy", 69)

    def test_cut_at_sign_in(self):
        self.sasl_answers()
        self.finds("sasl", "cut-at-sign-in", 69)

    def test_server_takes_no_tokens(self):
        imap = self.imap(capability="IMAP4rev1 AUTH=PLAIN")
        self.login_by_command(imap.port)
        self.finds("capability", "no-oauth", 76)

    def test_server_takes_no_passwords(self):
        imap = self.imap(capability="IMAP4rev1 AUTH=XOAUTH2 LOGINDISABLED")
        (self.folder / "pw").write_text("p\n", "ascii")
        ran = self.run_am("login", "me", "--provider", "custom", "--flow",
                          "password", "--host", "127.0.0.1", "--port",
                          str(imap.port), "--user", "ann", "--security",
                          "none", "--password-file", "pw")
        self.assertEqual(ran.status, 0, ran)
        self.finds("capability", "no-passwords", 76)

    def test_authenticated_but_not_connected(self):
        imap = self.imap(replies={
            "NAMESPACE": ["%t BAD User is authenticated but not connected."],
            "LIST": ["%t BAD User is authenticated but not connected."]})
        self.login_by_command(imap.port)
        steps = self.finds("namespace", "authenticated-but-not-connected", 69)
        for word in ("licence", "rights", "too many connections"):
            self.assertIn(word, steps["namespace"]["advice"])

    def test_mailbox_is_nearly_full(self):
        imap = self.imap(replies={"GETQUOTAROOT": [
            "* QUOTAROOT INBOX root",
            "* QUOTA root (STORAGE 1048000 1048576)", "%t OK done"]})
        self.login_by_command(imap.port)
        status, steps = self.doctor()
        self.assertEqual(status, 0, steps)
        self.assertEqual(steps["quota"]["cause"], "nearly-full")

    def test_hostile_words_of_a_server_are_escaped(self):
        self.sasl_answers("%t NO AUTHENTICATE failed \x1b[31m\u202e")
        ran = self.run_am("doctor", "me")
        self.assertEqual(ran.status, 77, ran)
        self.assertNotIn("\x1b", ran.out)
        self.assertNotIn("\u202e", ran.out)


if __name__ == "__main__":
    unittest.main()
