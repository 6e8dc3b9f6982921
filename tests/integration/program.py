"""The program with a home of its own, and who signs in with it."""
import json
import os
import subprocess
import tempfile
from pathlib import Path

from oauth_user import authorize, device_approve

SECONDS = 150


class Program:
    """path: of the program; place: what its home is made in. env: what it is
    run with."""

    def __init__(self, path, providers, place):
        self.path = path
        self.home = Path(tempfile.mkdtemp(dir=place.path))
        self.env = {"PATH": os.environ["PATH"], "HOME": str(self.home),
                    "AM_PASSPHRASE": "words", "AM_PROVIDERS": providers,
                    "no_proxy": "*"}

    def run(self, *words, **more):
        return subprocess.run(
            [self.path, *map(os.fspath, words)], check=False, text=True,
            stdin=subprocess.DEVNULL, capture_output=True,
            timeout=SECONDS, env={**self.env, **more.pop("env", {})}, **more)

    def start(self, *words, **more):
        return subprocess.Popen(
            [self.path, *map(os.fspath, words)], env=self.env, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, **more)

    def server_words(self, server, port=None, tls=True):
        """Where an account's server is."""
        words = ["login", "me", "--provider", "custom", "--user", server.user,
                 "--host", server.host]
        if server.tls_port is None or not tls:
            return [*words, "--port", str(port or server.port), "--security",
                    "none"]
        return [*words, "--port", str(port or server.tls_port), "--ca-file",
                str(server.ca)]

    def oauth_words(self, auth, server, flow, *more, port=None):
        return [*self.server_words(server, port), "--issuer", auth.issuer,
                "--client-id", "pst-tool", "--scope",
                "openid offline_access imap", "--flow", flow, *more]

    def login(self, words, flow, user=None):
        """Ends with the status and what was said; user is called with the
        first address that ends a line and fits the flow."""
        user = user or (device_approve if flow == "device" else authorize)
        with subprocess.Popen([self.path, *words], env=self.env,
                              stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            said = ""
            for line in process.stderr:
                said += line.decode()
                address = line.decode().strip()
                if address.startswith("http") and (
                        flow == "browser" or "user_code=" in address):
                    user(address)
                    break
            out, err = process.communicate(timeout=SECONDS)
        return process.returncode, said + err.decode() + out.decode()

    def login_by_password(self, server, port=None, tls=True):
        """PLAIN. The password file lies in the home."""
        secret = self.home / "password"
        secret.write_text(server.password + "\n", "ascii")
        return self.run(*self.server_words(server, port, tls), "--flow",
                        "password", "--password-file", secret)

    def login_by_command(self, server, command, port=None):
        """Tokens that a command prints."""
        return self.run(*self.server_words(server, port), "--flow",
                        "token-command", "--token-command", command)

    def sealed(self):
        return self.home / ".local/state/archive-mail/tokens/me.sealed"

    def doctor(self):
        """Status, and what was found at each step."""
        ran = self.run("doctor", "me", "--json")
        return ran.returncode, {step["step"]: step for step in
                                json.loads(ran.stdout)["steps"]}
