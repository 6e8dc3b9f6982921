"""Real servers for the tests, unprivileged, on free ports of 127.0.0.1."""
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from certificates import certificates_make
from processes import (fill_in, free_port, give, greeting_wait, needs,
                       run_unprivileged, unprivileged)

HERE = Path(__file__).resolve().parent
DOVECOT = "/usr/sbin/dovecot"
CYRUS_MASTER = "/usr/sbin/cyrmaster"
USER = "alice@example.org"
OTHER_USER = "bob@example.org"
PASSWORD = "secret"

OAUTH = {
    "local": """introspection_mode = local
local_validation_key_dict = fs:posix:prefix={keys}/
username_attribute = email
username_format = %Lu
issuers = {issuer}
scope = imap
openid_configuration_url = {issuer}/.well-known/openid-configuration
""",
    "introspection": """introspection_mode = post
introspection_url = http://dovecot:dovecotsecret@127.0.0.1:{port}/token/introspection
username_attribute = email
username_format = %Lu
active_attribute = active
active_value = true
openid_configuration_url = {issuer}/.well-known/openid-configuration
timeout_msecs = 5000
""",
}


def certificates(place):
    """The same for all servers of a place."""
    folder = place.path / "tls"
    return folder if folder.exists() else \
        certificates_make(place.folder("tls"))


class Server:
    """host, port, tls_port, ca: where and how it is reached."""
    host = "localhost"
    port = tls_port = None
    user, password = USER, PASSWORD
    signs_in = False  # by itself (PREAUTH)

    def started(self, process, log):
        if not greeting_wait(self.port, process):
            raise RuntimeError(f"{type(self).__name__} does not start:\n" +
                               log())


class Dovecot(Server):
    """oauth: None, or "local" or "introspection" with an AuthServer. acl:
    lines of rights for all users, "MAILBOX owner RIGHTS"."""

    def __init__(self, place, name="dovecot", oauth=None, auth_server=None,
                 mechanisms="plain", storage="maildir", fsync="optimized",
                 quota="1G", max_mail="0", connections=20, acl=None,
                 certificate="server"):
        needs(os.path.exists(DOVECOT), "There is no Dovecot (dovecot-imapd).")
        self.root = place.folder(name)
        self.ca = certificates(place) / "ca.pem"
        self.port, self.tls_port = free_port(), free_port()
        for folder in ("run", "state", "log", "home"):
            (self.root / folder).mkdir()
        (self.root / "users").write_text(
            "".join(f"{user}:{PASSWORD}::::::\n"
                    for user in (USER, OTHER_USER)), "ascii")
        user, group, uid, gid = unprivileged()
        self.values = {
            "ROOT": self.root, "TLS": self.ca.parent, "USER": user,
            "GROUP": group, "UID": uid, "GID": gid, "PORT": self.port,
            "TLS_PORT": self.tls_port, "MECHANISMS": mechanisms,
            "OAUTH": self.oauth_block(oauth, auth_server),
            "LOCATION": f"{storage}:~/{storage}", "FSYNC": fsync,
            "QUOTA": quota or "1G", "MAX_MAIL": max_mail,
            "QUOTA_PLUGIN": "quota" if quota else "",
            "IMAP_QUOTA_PLUGIN": "imap_quota" if quota else "",
            "ACL_PLUGIN": "acl" if acl else "", "ACL": self.acl_line(acl),
            "CONNECTIONS": connections, "CERTIFICATE": certificate}
        self.configure()
        give(self.root)
        self.process = process = place.start(
            [DOVECOT, "-F", "-c", self.root / "dovecot.conf"],
            as_unprivileged=True, stdout=subprocess.DEVNULL,
            stderr=(place.path / "dovecot.err").open("ab"))
        self.started(process, self.log)

    def configure(self):
        (self.root / "dovecot.conf").write_text(
            fill_in(HERE / "dovecot.conf.in", self.values), "utf-8")

    def change(self, **values):
        """For those who sign in from now on."""
        self.values.update(values)
        self.configure()
        self.process.send_signal(signal.SIGHUP)
        if not greeting_wait(self.port, self.process):
            raise RuntimeError("Dovecot does not go on:\n" + self.log())

    def acl_line(self, acl):
        if acl is None:
            return ""
        (self.root / "acl").write_text(acl, "utf-8")
        return f"acl = vfile:{self.root}/acl"

    def oauth_block(self, oauth, auth_server):
        if oauth is None:
            return ""
        path = self.root / "oauth2.conf.ext"
        path.write_text(OAUTH[oauth].format(
            keys=auth_server.keys, port=auth_server.port,
            issuer=auth_server.issuer), "ascii")
        return ("passdb {\n  driver = oauth2\n"
                "  mechanisms = xoauth2 oauthbearer\n"
                f"  args = {path}\n}}\n")

    def log(self):
        return "\n".join(path.read_text("utf-8", "replace")[-4000:]
                         for path in (self.root / "log").glob("*"))


class Cyrus(Server):
    """The strict one. parts: the folder of parts.py."""

    def __init__(self, place, parts, name="cyrus", quota_kb=100000,
                 max_mail=0):
        imapd = parts / "cyrus/usr/lib/cyrus/bin/imapd"
        needs(imapd.exists(), "There is no Cyrus imapd (cyrus-imapd).")
        needs(os.path.exists(CYRUS_MASTER), "There is no cyrus-common.")
        needs(shutil.which("saslpasswd2"), "There is no sasl2-bin.")
        self.root = place.folder(name)
        self.ca = certificates(place) / "ca.pem"
        self.port, self.tls_port = free_port(), free_port()
        for folder in ("conf/db", "conf/proc", "conf/socket", "conf/log",
                       "conf/lock", "spool"):
            (self.root / folder).mkdir(parents=True)
        shutil.copy(imapd, self.root / "imapd")
        values = {"ROOT": self.root, "TLS": self.ca.parent,
                  "USER": unprivileged()[0], "PORT": self.port,
                  "TLS_PORT": self.tls_port, "QUOTA_KB": quota_kb,
                  "MAX_MAIL": max_mail}
        for file in ("imapd.conf", "cyrus.conf"):
            (self.root / file).write_text(
                fill_in(HERE / f"{file}.in", values), "utf-8")
        for user in (USER, OTHER_USER, "cyradm"):
            # its domain, the default one, is gone before sasldb is asked
            subprocess.run(["saslpasswd2", "-p", "-c", "-f",
                            self.root / "sasldb2", "-u", "localhost",
                            user.split("@")[0]], input=PASSWORD.encode(),
                           check=True, stderr=subprocess.DEVNULL)
        give(self.root)
        run_unprivileged(["/usr/lib/cyrus/bin/ctl_cyrusdb", "-C",
                          self.root / "imapd.conf", "-r"])
        process = place.start(
            [CYRUS_MASTER, "-D", "-C", self.root / "imapd.conf", "-M",
             self.root / "cyrus.conf", "-p", self.root / "master.pid"],
            as_unprivileged=True, stdout=subprocess.DEVNULL,
            stderr=(place.path / "cyrus.err").open("ab"))
        self.started(process, lambda: (place.path / "cyrus.err").read_text())


class Courier(Server):
    """The one without LITERAL+. Signed in from the first byte, no TLS."""
    signs_in = True

    def __init__(self, place, parts, name="courier", quota=None):
        tree = parts / "courier"
        needs((tree / "usr/bin/imapd").exists(),
              "There is no Courier (courier-imap).")
        self.root = place.folder(name)
        self.ca = None
        self.port = free_port()
        # where others may look
        shutil.copytree(tree, self.root / "tree", symlinks=True)
        give(self.root)
        words = [sys.executable, "-B", HERE / "courier_door.py", str(self.port),
                 self.root]
        if quota:
            words.append(quota)
        # the interpreter may be where nobody may look; the servers are nobody
        process = place.start(words, stdout=subprocess.DEVNULL,
                              stderr=(place.path / "courier.err").open("ab"))
        self.started(process,
                     lambda: (place.path / "courier.err").read_text())


class AuthServer:
    """npm's oidc-provider: issuer, port, and keys, the folder of its public
    keys. settings: the environment that as.mjs knows."""

    def __init__(self, place, parts, name="authserver", **settings):
        needs(shutil.which("node"), "There is no node (nodejs).")
        modules = parts / "authserver/node_modules"
        needs(modules.exists(), "There is no oidc-provider (npm ci).")
        self.root = place.folder(name)
        self.keys = self.root / "keys"
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        shutil.copy(HERE / "authserver/as.mjs", self.root)
        (self.root / "node_modules").symlink_to(modules)
        log = (self.root / "log").open("ab")
        self.process = process = place.start(
            ["node", "--preserve-symlinks", self.root / "as.mjs",
             str(self.port), self.keys], stdout=subprocess.PIPE, stderr=log,
            env={**os.environ, **{key: str(value)
                                  for key, value in settings.items()}})
        if not process.stdout.readline().startswith(b"AS "):
            raise RuntimeError("oidc-provider does not start:\n" +
                               (self.root / "log").read_text())


class Delay(Server):
    """Another way to a port of a server, rtt_ms long."""

    def __init__(self, place, program, port, rtt_ms, bytes_per_second=0):
        self.process = place.start([program, str(port), str(rtt_ms),
                                    str(bytes_per_second)],
                                   stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline())
