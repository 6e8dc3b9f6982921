#!/usr/bin/env python3
"""--keyring: the key of a sign-in in a keyring. A session bus of its own, and
GNOME's keyring on it; without the desktop's prompts."""
import json
import os
import shutil
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

from accounts import AccountTest
from cli import ENVIRONMENT, archive, command
from recipes import SMALL

OPTIONAL = "built without the keyring"
ID = "0123456789ABCDEF0123456789ABCDEF"


def unprivileged():
    """How a process becomes nobody."""
    return {"user": 65534, "group": 65534, "extra_groups": []}


class KeyringTest(AccountTest):
    def setUp(self):
        super().setUp()
        self.env.pop("AM_PASSPHRASE")
        self.auth_server, self.imap_server = self.auth(), self.imap()

    def words(self, *more):
        return [str(word) for word in self.login_arguments(
            self.auth_server, *more, port=self.imap_server.port)]

    def needs_keyring(self):
        """The bus and the keyring, or a skipped test."""
        self.env["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nonexistent"
        ran = self.run_am(*self.words("--keyring"))
        if OPTIONAL in ran.err:
            self.skipTest("This archive-mail was built without libsecret.")
        for program, package in (("dbus-daemon", "dbus-daemon"),
                                 ("gnome-keyring-daemon", "gnome-keyring")):
            if shutil.which(program) is None:
                self.skipTest(f"There is no {program} ({package}).")
        self.assertEqual(ran.status, 77, ran)
        self.assertIn("session bus cannot be reached", ran.err)

    def process(self, *words, **more):
        process = subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            stdin=more.pop("stdin", subprocess.DEVNULL),
            env={**ENVIRONMENT, **self.env}, cwd="/", **more)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        self.addCleanup(process.stdout.close)
        return process

    def bus(self, **who):
        """A session bus that nobody else starts anything on."""
        folder = Path(tempfile.mkdtemp(dir="/tmp"))  # for others too
        self.addCleanup(shutil.rmtree, folder)
        folder.chmod(0o755)
        if "user" in who:
            os.chown(folder, who["user"], who["group"])
        config = folder / "bus.conf"
        config.write_text(
            '<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus '
            'Configuration 1.0//EN" "http://www.freedesktop.org/standards/'
            'dbus/1.0/busconfig.dtd"><busconfig><type>session</type>'
            f'<listen>unix:path={folder}/bus</listen>'
            '<policy context="default">'
            '<allow send_destination="*" eavesdrop="true"/>'
            '<allow eavesdrop="true"/><allow own="*"/><allow user="*"/>'
            '</policy></busconfig>', "ascii")
        process = self.process("dbus-daemon", f"--config-file={config}",
                               "--nofork", "--print-address", **who)
        return process.stdout.readline().decode().strip()

    def keyring(self, password):
        """GNOME's; without a password it stays locked."""
        self.env["DBUS_SESSION_BUS_ADDRESS"] = self.bus()
        runtime = self.folder / "runtime"
        runtime.mkdir(mode=0o700)
        self.env["XDG_RUNTIME_DIR"] = str(runtime)
        self.daemon(password)

    def daemon(self, password):
        words = ["gnome-keyring-daemon", "--foreground",
                 "--components=secrets"]
        if password is not None:
            words.append("--unlock")
        process = self.process(*words, stdin=subprocess.PIPE)
        if password is not None:
            process.stdin.write(password)
        process.stdin.close()
        process.stdout.readline()  # it is there
        return process

    def good(self, *words):
        ran = self.run_am(*words)
        self.assertEqual(ran.status, 0, ran)
        return ran

    def fails(self, sentence, *words, status=77):
        ran = self.run_am(*words)
        self.assertEqual(ran.status, status, ran)
        self.assertIn(sentence, ran.err)
        return ran

    # --- without a keyring ---------------------------------------------------

    def test_options_that_exclude_each_other(self):
        (self.folder / "words").write_text("x\n", "ascii")
        self.fails("--keyring goes without", *self.words(
            "--keyring", "--passphrase-file", "words"), status=64)

    def test_account_of_a_keyring_that_is_not_there(self):
        """Whether it was built with it or not: a sentence, and no prompt."""
        folder = self.home / ".config/archive-mail/accounts"
        folder.mkdir(parents=True)
        (folder / "me.json").write_text(json.dumps(
            {"flow": "password", "user": "a@b.example", "host": "127.0.0.1",
             "port": self.imap_server.port, "security": "none",
             "keyring": ID}), "ascii")
        status, steps = self.doctor()
        self.assertEqual(status, 77)
        self.assertEqual(steps["token"]["cause"], "keyring")
        self.assertIn("keyring", steps["token"]["text"])

    def test_no_session(self):
        self.needs_keyring()
        self.env["DBUS_SESSION_BUS_ADDRESS"] = ""
        self.fails("there is no desktop session here",
                   *self.words("--keyring"))
        self.assertFalse(self.sealed().exists())
        self.assertEqual(self.auth_server.forms("/device"), [])

    def test_bus_over_the_network(self):
        self.needs_keyring()
        for address in ("tcp:host=127.0.0.1,port=9", "autolaunch:",
                        "unixexec:path=/bin/false",
                        "unix:path=/nonexistent;tcp:host=127.0.0.1,port=9"):
            self.env["DBUS_SESSION_BUS_ADDRESS"] = address
            self.fails("no socket of this machine", *self.words("--keyring"))

    def test_bus_of_somebody_else(self):
        self.needs_keyring()
        if os.getuid() != 0:
            self.skipTest("Only root can start a bus as somebody else.")
        self.env["DBUS_SESSION_BUS_ADDRESS"] = self.bus(**unprivileged())
        self.fails("the session bus is another user's",
                   *self.words("--keyring"))

    def test_bus_without_a_keyring(self):
        self.needs_keyring()
        self.env["DBUS_SESSION_BUS_ADDRESS"] = self.bus()
        self.fails("nobody keeps one in this session",
                   *self.words("--keyring"))

    # --- with one ------------------------------------------------------------

    def test_login_doctor_logout(self):
        self.needs_keyring()
        self.keyring(b"words")
        self.good(*self.words("--keyring"))
        number = self.settings()["keyring"]
        self.assertRegex(number, "^[0-9A-F]{32}$")
        for words in (("doctor", "me"), ("doctor", "me", "--keyring")):
            self.good(*words)
        # signed in again: with the same key, and without saying so
        self.good("login", "me")
        self.assertEqual(self.settings()["keyring"], number)
        self.good("logout", "me")
        self.assertFalse(self.sealed().exists())
        # the key is gone with it; the next login makes another
        self.good("login", "me")
        self.good("doctor", "me")

    def test_nothing_but_the_key_opens_it(self):
        self.needs_keyring()
        self.keyring(b"words")
        self.good(*self.words("--keyring"))
        (self.folder / "key").write_bytes(os.urandom(32))
        self.assertEqual(self.run_am("doctor", "me", "--key-file",
                                     "key").status, 77)
        # the key of another account does not
        path = self.home / ".config/archive-mail/accounts/me.json"
        settings = json.loads(path.read_text("utf-8"))
        path.write_text(json.dumps({**settings, "keyring": ID}), "utf-8")
        status, steps = self.doctor()
        self.assertEqual(status, 77)
        self.assertEqual(steps["token"]["cause"], "keyring")
        self.assertIn("is not there", steps["token"]["text"])

    def test_made_anew(self):
        """With the keyring again it is the same key; without, the key goes."""
        self.needs_keyring()
        self.keyring(b"words")
        self.good(*self.words("--keyring"))
        number = self.settings()["keyring"]
        self.good(*self.words("--keyring"))
        self.assertEqual(self.settings()["keyring"], number)
        (self.folder / "words").write_text("x\n", "ascii")
        self.good(*self.words("--passphrase-file", "words"))
        self.assertNotIn("keyring", self.settings())
        self.good("doctor", "me", "--passphrase-file", "words")
        ran = self.run_am("doctor", "me", "--keyring")
        self.assertEqual(ran.status, 77, ran)
        self.assertIn("log in again with", ran.out)

    def test_the_key_outlives_the_session(self):
        self.needs_keyring()
        self.env["DBUS_SESSION_BUS_ADDRESS"] = self.bus()
        first = self.daemon(b"words")
        self.good(*self.words("--keyring"))
        first.terminate()
        first.wait()
        locked = self.daemon(None)
        status, steps = self.doctor()
        self.assertEqual(status, 77)
        self.assertEqual(steps["token"]["cause"], "keyring")
        upload = ("upload", archive(SMALL), "--account", "me", "-o", "up")
        self.fails("the keyring", *upload)
        locked.terminate()
        locked.wait()
        self.daemon(b"words")
        self.good("doctor", "me")
        # the server that plays here has no mailboxes; the sign-in is behind it
        lines = len(self.imap_server.lines)
        self.run_am(*upload)
        self.assertGreater(len(self.imap_server.lines), lines)

    def test_keyring_that_says_nothing(self):
        """Such as one whose question nobody sees: the user can give up."""
        self.needs_keyring()
        with socket.socket(socket.AF_UNIX) as bus:
            bus.bind(str(self.folder / "bus"))
            bus.listen()
            self.env["DBUS_SESSION_BUS_ADDRESS"] = \
                f"unix:path={self.folder}/bus"
            with subprocess.Popen(
                    command(*self.words("--keyring")),
                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env={**ENVIRONMENT, **self.env}) as process:
                with bus.accept()[0]:
                    process.terminate()
                    process.communicate(timeout=20)
        self.assertEqual(process.returncode, 130)


if __name__ == "__main__":
    unittest.main()
