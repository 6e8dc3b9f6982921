"""What the tests of login, logout and doctor share: a home of its own, and
servers that end with the test."""
import json
import subprocess

import schema
from account_servers import AuthServer, ImapServer, browse
from cli import CliTest, ENVIRONMENT, TIMEOUT, TOP, Ran, command, run

PASSPHRASE = "correct horse"


class AccountTest(CliTest):
    def setUp(self):
        super().setUp()
        self.home = self.folder / "home"
        self.home.mkdir()
        self.env = {
            "HOME": str(self.home), "AM_PASSPHRASE": PASSPHRASE,
            "AM_PROVIDERS": str(TOP / "tools/share/providers.json"),
            "no_proxy": "*",
        }

    def server(self, made):
        self.addCleanup(made.close)
        return made

    def run_am(self, *arguments, **env):
        return run(*arguments, env={**self.env, **env}, cwd=self.folder)

    def settings(self, name="me"):
        path = self.home / f".config/archive-mail/accounts/{name}.json"
        return json.loads(path.read_text("utf-8"))

    def sealed(self, name="me"):
        return self.home / \
            f".local/state/archive-mail/tokens/{name}.sealed"

    def login_arguments(self, auth, *more, port=993, flow="device"):
        return ["login", "me", "--provider", "custom", "--issuer", auth.url,
                "--client-id", "app", "--user", "ann@example.org", "--host",
                "127.0.0.1", "--port", port, "--security", "none", "--flow",
                flow, *more]

    def login(self, auth, *more, **how):
        """A login that works; the program is told what to do by the server."""
        ran = self.run_am(*map(str, self.login_arguments(auth, *more, **how)))
        self.assertEqual(ran.status, 0, ran)
        return ran

    def login_by_browser(self, auth, *more, visit=browse, **env):
        """A script plays the browser: it opens what is printed."""
        words = command(*map(str, self.login_arguments(auth, *more,
                                                       flow="browser")))
        with subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, cwd=self.folder,
                env={**ENVIRONMENT, **self.env, **env}) as process:
            said = b""
            for line in process.stderr:
                said += line
                if line.strip().startswith(b"http"):
                    visit(line.strip().decode())
                    break
            out, err = process.communicate(timeout=TIMEOUT)
        return Ran(process.returncode, out, said + err)

    def login_by_command(self, port, token="tok", *more, security="none"):
        ran = self.run_am(
            "login", "me", "--provider", "custom", "--host", "127.0.0.1",
            "--port", str(port), "--user", "ann@example.org", "--security",
            security, "--token-command", f"echo '{token}'", *more)
        self.assertEqual(ran.status, 0, ran)

    def doctor(self, **env):
        ran = self.run_am("doctor", "me", "--json", **env)
        report = schema.read(ran.out, "doctor")[0]
        self.assertEqual(len(report["steps"]), 9)
        return ran.status, {step["step"]: step for step in report["steps"]}

    def imap(self, **how):
        return self.server(ImapServer(**how))

    def auth(self):
        return self.server(AuthServer())
