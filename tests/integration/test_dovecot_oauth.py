#!/usr/bin/env python3
"""test_dovecot_oauth.py IMAP_CLIENT DELAY_PROXY PARTS: against Dovecot, with
tokens of npm's oidc-provider."""
import time

from cases import PARTS, PLACE, ServerCase, messages, mime, run
from client import Message
from oauth_user import token_get
from processes import stop
from servers import OTHER_USER, PASSWORD, AuthServer, Dovecot

SHORT_SECONDS = 5  # a token's life, where it is to end
JWT, ES256, OPAQUE = "urn:imap:jwt", "urn:imap:jwt:es", "urn:imap:opaque"


class WithTokens(ServerCase):
    """What is the same for every way to check a token."""
    oauth = mechanisms = kind = mechanism = None
    auth_server = None

    @classmethod
    def make(cls):
        name = cls.__name__.lower()
        cls.auth_server = AuthServer(PLACE, PARTS, name + "-as")
        return Dovecot(PLACE, name, oauth=cls.oauth,
                       auth_server=cls.auth_server,
                       mechanisms=cls.mechanisms)

    def token(self, login="alice"):
        return token_get(self.auth_server.issuer, self.kind, login)

    def check_mechanism(self, trace):
        self.assertIn(f"AUTHENTICATE {self.mechanism} <hidden>",
                      trace.read_text())

    def test_token(self):
        for security in ("tls", "starttls"):
            token = self.token()
            trace = self.folder / f"trace-{security}"
            client = self.signed_in(security=security, token=token,
                                    trace=trace)
            self.check_mechanism(trace)
            self.assertNotIn(token, trace.read_text())
            given = messages(12, "INBOX")
            self.assertEqual(
                {row["stored"] for row in
                 self.good(client.append(given))["rows"].values()}, {True})

    def test_refused_token(self):
        """It is renewed once; then it is the user's turn."""
        trace = self.folder / "trace"
        client = self.client(token="nonsense", token_2="nonsense too",
                             trace=trace)
        self.fails(client.answer, "not authenticated")
        self.assertEqual(trace.read_text().count("AUTHENTICATE " +
                                                 self.mechanism), 2)

    def test_renewed_token(self):
        self.signed_in(token="nonsense", token_2=self.token())

    def test_user_of_another(self):
        client = self.client(token=self.token(), token_2=self.token(),
                             user=OTHER_USER)
        self.fails(client.answer, "not authenticated",
                   "AUTHENTICATIONFAILED")


class LocalJwt(WithTokens):
    """OAUTHBEARER; Dovecot checks the signature itself."""
    oauth, mechanisms = "local", "plain xoauth2 oauthbearer"
    kind, mechanism = JWT, "OAUTHBEARER"

    def test_other_signature(self):
        self.signed_in(token=token_get(self.auth_server.issuer, ES256))

    def test_password_too(self):
        self.signed_in(password=PASSWORD)

    def test_error_is_shown(self):
        client = self.client(token="nonsense", token_2="nonsense too")
        self.assertIn("invalid_token", client.answer["error"])

    def test_9_kb_token(self):
        """Larger than the server's login takes: it says nothing, and parts."""
        client = self.client(token="A" * 9000, token_2="A" * 9000)
        self.assertIn(client.answer["status"],
                      ("network error", "not authenticated"))


class Introspection(WithTokens):
    """XOAUTH2; Dovecot asks the authorization server."""
    oauth, mechanisms = "introspection", "plain xoauth2"
    kind, mechanism = OPAQUE, "XOAUTH2"

    def test_token_it_does_not_know(self):
        """oidc-provider keeps no JWTs, and calls them inactive."""
        self.fails(self.client(token=token_get(self.auth_server.issuer, JWT),
                               token_2="nonsense").answer,
                   "not authenticated", "AUTHENTICATIONFAILED")


class Gone(ServerCase):
    """The authorization server is gone when Dovecot asks it."""
    @classmethod
    def make(cls):
        cls.auth_server = AuthServer(PLACE, PARTS, "gone-as")
        return Dovecot(PLACE, "gone", oauth="introspection",
                       auth_server=cls.auth_server,
                       mechanisms="plain xoauth2 oauthbearer")

    def test_passes(self):
        """No reason to sign in anew: it may pass."""
        token = token_get(self.auth_server.issuer, OPAQUE)
        stop(self.auth_server.process)
        trace = self.folder / "trace"
        client = self.client(token=token, token_2=token, trace=trace)
        self.fails(client.answer, "network error", "cannot just now",
                   "UNAVAILABLE")
        self.assertEqual(trace.read_text().count("C: A1 AUTHENTICATE"), 1)
        self.assertNotIn("A2 AUTHENTICATE", trace.read_text())


class Short(ServerCase):
    """Tokens that end soon, and long ones."""
    @classmethod
    def make(cls):
        cls.auth_server = AuthServer(PLACE, PARTS, "short-as",
                                     AT_TTL=SHORT_SECONDS, PAD=4000)
        return Dovecot(PLACE, "short", oauth="local",
                       auth_server=cls.auth_server,
                       mechanisms="plain xoauth2 oauthbearer")

    def test_6_kb_and_expired(self):
        token = token_get(self.auth_server.issuer)
        self.assertGreater(len(token), 5800)
        ends = time.monotonic() + SHORT_SECONDS + 1
        client = self.signed_in(token=token)
        time.sleep(max(0, ends - time.monotonic()))
        # who is in stays in
        self.good(client.append([Message(mime(0))]))
        self.fails(self.client(token=token, token_2=token).answer,
                   "not authenticated", "sign in again")
        self.signed_in(token=token,
                       token_2=token_get(self.auth_server.issuer))


if __name__ == "__main__":
    run(LocalJwt, Introspection, Short, Gone)
