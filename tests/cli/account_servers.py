"""An authorization server and an IMAP server that do what a test wants, on
loopback ports, in threads of the test."""
import base64
import hashlib
import http.server
import json
import secrets
import socket
import ssl
import subprocess
import threading
import time
import urllib.parse
import urllib.request

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


def jwt(**claims):
    """An access token that says something of itself; nobody checks it."""
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()) \
            .rstrip(b"=").decode()
    return f"{part({'alg': 'RS256', 'typ': 'JWT'})}.{part(claims)}.sig"


class AuthServer:
    """Device codes, authorization codes with PKCE, client credentials, and
    refresh tokens that rotate: an old one that comes again revokes all. What
    a test sets in `answers` (path: list of (status, headers, body), or None:
    nothing is said) comes first."""

    def __init__(self):
        self.lock = threading.Lock()
        self.answers = {}
        self.calls = []          # (path, form)
        self.times = []          # of the calls, monotonic
        self.polls = []          # errors for polls of a device code
        self.life = 3600
        self.token = None        # instead of a new one
        self.refresh = None      # the one that is good
        self.refresh_used = set()
        self.revoked = False
        self.codes = {}
        self.discovery = {}
        self.delay = threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.serve(self, {})

            def do_POST(self):
                length = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(length).decode()
                outer.serve(self, dict(urllib.parse.parse_qsl(body)))

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                      Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        # held, so that nobody else is given the port and listens there
        self.held = socket.socket()
        self.held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.held.bind(self.server.server_address)

    def forms(self, path):
        return [form for called, form in self.calls if called == path]

    def serve(self, handler, form):
        path = urllib.parse.urlsplit(handler.path).path
        with self.lock:
            self.calls.append((path, form))
            self.times.append(time.monotonic())
            planned = self.answers.get(path)
            if planned:
                plan = planned.pop(0) if len(planned) > 1 else planned[0]
                if plan is None:  # the line breaks
                    handler.close_connection = True
                    return
                status, headers, body = plan
            else:
                status, headers, body = self.answer(handler, path, form)
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
        body = body.encode() if isinstance(body, str) else body
        try:
            handler.send_response(status)
            for name, value in headers.items():
                handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)
        except OSError:
            pass  # the client has gone

    def answer(self, handler, path, form):
        if path == "/.well-known/openid-configuration":
            return 200, {}, {
                "issuer": self.url,
                "authorization_endpoint": self.url + "/auth",
                "token_endpoint": self.url + "/token",
                "device_authorization_endpoint": self.url + "/device",
                "revocation_endpoint": self.url + "/revoke",
                **self.discovery}
        if path == "/device":
            return 200, {}, {
                "device_code": "dc-secret", "user_code": "ABCD-EFGH",
                "verification_uri": self.url + "/code", "interval": 1,
                "expires_in": 60, **self.discovery.get("device", {})}
        if path == "/auth":
            query = dict(urllib.parse.parse_qsl(
                urllib.parse.urlsplit(handler.path).query))
            code = secrets.token_urlsafe(8)
            self.codes[code] = query
            back = urllib.parse.urlencode({
                "code": code, "state": query["state"], "iss": self.url})
            return 302, {"Location": f"{query['redirect_uri']}?{back}"}, ""
        if path == "/revoke":
            self.revoked = True
            return 200, {}, ""
        if path == "/token":
            return self.token_answer(form)
        return 404, {}, ""

    def token_answer(self, form):
        grant = form.get("grant_type")
        if grant == DEVICE and self.polls:
            return 400, {}, {"error": self.polls.pop(0)}
        if grant == "authorization_code":
            query = self.codes.pop(form.get("code"), None)
            challenge = base64.urlsafe_b64encode(hashlib.sha256(
                form.get("code_verifier", "").encode()).digest()) \
                .rstrip(b"=").decode()
            if query is None or query["code_challenge"] != challenge or \
                    query["redirect_uri"] != form.get("redirect_uri"):
                return 400, {}, {"error": "invalid_grant"}
        if grant == "refresh_token":
            used = form.get("refresh_token")
            if used in self.refresh_used:
                self.revoked = True
            if self.revoked or used != self.refresh:
                return 400, {}, {"error": "invalid_grant"}
            self.refresh_used.add(used)
        self.refresh = "refresh-" + secrets.token_urlsafe(8)
        return 200, {}, {
            "access_token": self.token or
            "access-" + secrets.token_urlsafe(8),
            "refresh_token": self.refresh, "token_type": "Bearer",
            "expires_in": self.life}


def browse(url):
    """What a browser does with the address that it is shown."""
    with urllib.request.urlopen(url, timeout=20) as page:
        return page.read()


class ImapServer:
    """Greets, and answers commands out of `replies` (word: lines, in which %t
    is the tag, or a function of tag and line); else as a good server."""

    GOOD = "IMAP4rev1 SASL-IR AUTH=XOAUTH2 AUTH=OAUTHBEARER AUTH=PLAIN " \
           "NAMESPACE UIDPLUS LITERAL+ QUOTA"

    def __init__(self, capability=GOOD, greeting=None, replies=None,
                 context=None):
        self.capability = capability
        self.greeting = greeting
        self.replies = replies or {}
        self.context = context
        self.lines = []
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def close(self):
        try:
            # a close alone leaves the thread in accept, and the port open
            self.door.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.door.close()

    def run(self):
        while True:
            try:
                line, _ = self.door.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(line,),
                             daemon=True).start()

    def talk(self, line):
        try:
            line.settimeout(20)
            if self.context:
                line = self.context.wrap_socket(line, server_side=True)
            with line, line.makefile("rwb", buffering=0) as both:
                self.converse(both)
        except (OSError, ValueError, ssl.SSLError):
            pass  # the client has gone

    def converse(self, both):
        def say(text):
            both.write(text.encode() + b"\r\n")
        say(self.greeting or f"* OK [CAPABILITY {self.capability}] ready")
        while True:
            line = both.readline().decode().rstrip("\r\n")
            if not line:
                return
            self.lines.append(line)
            tag, _, rest = line.partition(" ")
            word = rest.split(" ")[0].upper()
            reply = self.replies.get(word)
            if callable(reply):
                reply = reply(rest)
            for text in self.good(word) if reply is None else reply:
                say(text.replace("%t", tag))
                if text.startswith("+ "):
                    both.readline()
            if word == "LOGOUT" or reply == []:
                return

    def good(self, word):
        return {
            "CAPABILITY": [f"* CAPABILITY {self.capability}", "%t OK done"],
            "AUTHENTICATE": [f"%t OK [CAPABILITY {self.capability}] in"],
            "NAMESPACE": ['* NAMESPACE (("" "/")) NIL NIL', "%t OK done"],
            "LIST": ['* LIST (\\HasNoChildren) "/" INBOX', "%t OK done"],
            "GETQUOTAROOT": ["* QUOTAROOT INBOX root",
                             "* QUOTA root (STORAGE 1024 1048576)",
                             "%t OK done"],
            "LOGOUT": ["* BYE bye", "%t OK done"],
        }.get(word, ["%t BAD what?"])


class RawServer:
    """Says something and closes, or keeps silent."""

    def __init__(self, text=b""):
        self.text = text
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                line, _ = self.door.accept()
            except OSError:
                return
            with line:
                try:
                    line.settimeout(5)
                    if self.text:
                        line.sendall(self.text)
                    line.recv(1024)
                except OSError:
                    pass

    def close(self):
        try:
            # a close alone leaves the thread in accept, and the port open
            self.door.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.door.close()


def certificate(folder, name="localhost", days=30):
    """A context of a server whose certificate signs itself, and its file."""
    key, pem = folder / f"{name}.key", folder / f"{name}.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", pem,
         "-days", str(days), "-subj", f"/CN={name}", "-addext",
         f"subjectAltName=DNS:{name}"],
        check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    return context, pem
