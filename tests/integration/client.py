"""The library's client as a Python object, and messages to give to it."""
import datetime
import imaplib
import json
import os
import re
import subprocess
from dataclasses import dataclass

from processes import start

SEEN, ANSWERED, FLAGGED, DRAFT, DELETED = 1, 2, 4, 8, 16
FLAG_NAMES = {SEEN: "\\Seen", ANSWERED: "\\Answered", FLAGGED: "\\Flagged",
              DRAFT: "\\Draft"}
STRATEGIES = {1: "multi", 2: "pipe", 3: "overlap", 4: "one"}
CAN_LITERAL_PLUS, CAN_MULTIAPPEND, CAN_COMPRESS = 1 << 4, 1 << 6, 1 << 8
CAN_QUOTA = 1 << 9
# enum am_imap_verdict
(REFUSED, THROTTLED, DAY_LIMIT, CROWDED, NO_MAILBOX_FOR_USER, TRANSIENT, FULL,
 TOO_BIG, UNCLEAN, NO_MAILBOX, READ_ONLY, BAD_AUTH,
 REFUSED_UNCLEAR) = range(13)
ANSWER_SECONDS = 60


@dataclass
class Message:
    mime: bytes
    mailbox: str = "INBOX"  # as on the wire
    flags: int = 0
    keywords: str = ""
    received: int = None  # seconds since 1970
    how: str = "put"


class Client:
    """answer: of connecting and signing in. Then one method an action."""

    def __init__(self, program, folder, server, security=None, user=None,
                 password=None, token=None, token_2=None, port=None,
                 host=None, ca=None, trace=None):
        security = security or ("tls" if server.tls_port else "plain")
        if port is None:
            port = server.tls_port if security == "tls" else server.port
        env = dict(os.environ)
        ca = ca or server.ca
        if ca:
            env["AM_TEST_CA"] = str(ca)
        if token is None:
            env["AM_TEST_PASSWORD"] = password or server.password
        else:
            env["AM_TEST_TOKEN"] = token
        if token_2 is not None:
            env["AM_TEST_TOKEN_2"] = token_2
        if trace is not None:
            env["AM_TEST_TRACE"] = str(trace)
        self.folder = folder
        self.process = start(
            [program, host or server.host, str(port), security,
             user or server.user], env=env, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.answer = self.read()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("imap_client: " + self.process.stderr.read()
                               .decode(errors="replace"))
        return json.loads(line)

    def ask(self, *words):
        self.process.stdin.write(("\t".join(words) + "\n").encode())
        self.process.stdin.flush()
        return self.read()

    def append(self, messages, strategy="best"):
        """rows: of those that are done, by their number."""
        lines = []
        for number, message in enumerate(messages):
            path = self.folder / f"message-{number}.eml"
            path.write_bytes(message.mime)
            received = "none" if message.received is None else \
                str(message.received)
            lines.append("\t".join([message.mailbox, str(message.flags),
                                    message.keywords, received, message.how,
                                    str(path)]) + "\n")
        listing = self.folder / "append.list"
        listing.write_text("".join(lines), "utf-8")
        answer = self.ask("append", strategy, str(listing))
        answer["rows"] = {row["row"]: row for row in answer.get("rows", [])}
        return answer

    def close(self):
        """What the client's sanitizers say is an error too."""
        _, said = self.process.communicate(timeout=ANSWER_SECONDS)
        if said:
            raise RuntimeError(said.decode(errors="replace"))


def sign_in(server):
    """Python's own client, to read again what was written."""
    imap = imaplib.IMAP4("127.0.0.1", server.port)
    if server.signs_in:
        imap.state = "AUTH"
    if imap.state == "NONAUTH":
        imap.authenticate("PLAIN", lambda _: (
            f"\0{server.user}\0{server.password}".encode()))
    return imap


def read_back(imap, mailbox):
    """By UID: (bytes, set of flags and keywords, INTERNALDATE as seconds)."""
    status, said = imap.select(f'"{mailbox}"', readonly=True)
    if status != "OK":
        raise RuntimeError(f"{mailbox}: {said}")
    found = {}
    _, parts = imap.uid("FETCH", "1:*", "(FLAGS INTERNALDATE BODY.PEEK[])")
    for part in parts:
        if not isinstance(part, tuple):
            continue
        head = part[0].decode("ascii")
        uid = int(re.search(r"UID (\d+)", head).group(1))
        flags = set(re.search(r"FLAGS \(([^)]*)\)", head).group(1).split())
        date = re.search(r'INTERNALDATE "([^"]*)"', head).group(1)
        found[uid] = (part[1], flags - {"\\Recent"}, seconds_of(date))
    imap.unselect() if "UNSELECT" in imap.capabilities else None
    return found


def seconds_of(date):
    """ 1-Jan-2001 12:00:00 +0100"""
    when = datetime.datetime.strptime(date.strip(), "%d-%b-%Y %H:%M:%S %z")
    return int(when.timestamp())
