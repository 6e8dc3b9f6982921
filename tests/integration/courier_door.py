#!/usr/bin/env python3
"""courier_door.py PORT ROOT [QUOTA]: Courier's imapd for each connection.

It is signed in from the first byte (PREAUTH), and has no LITERAL+, no
MULTIAPPEND, no COMPRESS and no SPECIAL-USE. ROOT/tree holds its unpacked
packages, ROOT/Maildir becomes the mailbox. QUOTA as in maildirsize, such as
"1000000S".
"""
import os
import signal
import socket
import sys
from pathlib import Path

from processes import give, start

CAPABILITY = ("IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT "
              "THREAD=REFERENCES SORT QUOTA IDLE")


def environment(root, maildir, quota):
    tree = root / "tree"
    libraries = [tree / "usr/lib", tree / "usr/lib/courier-authlib",
                 *tree.glob("usr/lib/*-linux-gnu*"),
                 *tree.glob("lib/*-linux-gnu*")]
    found = {
        "LD_LIBRARY_PATH": ":".join(map(str, libraries)),
        "PATH": "/usr/bin:/bin", "HOME": str(root), "AUTHENTICATED": "alice",
        "AUTHADDR": "alice@example.org", "PROTOCOL": "IMAP",
        "TCPREMOTEIP": "127.0.0.1", "MAILDIR": str(maildir),
        "IMAP_CAPABILITY": CAPABILITY, "IMAP_KEYWORDS": "1", "IMAP_ACL": "0",
        "IMAP_IDLE_TIMEOUT": "60", "IMAP_UMASK": "022", "IMAP_USELOCKS": "0",
        "IMAP_TRASHFOLDERNAME": "Trash",
    }
    if quota:
        found["MAILDIRQUOTA"] = quota
    return found


def main():
    port, root = int(sys.argv[1]), Path(sys.argv[2])
    quota = sys.argv[3] if len(sys.argv) > 3 else None
    maildir = root / "Maildir"
    for name in ("tmp", "new", "cur"):
        (maildir / name).mkdir(parents=True, exist_ok=True)
    if quota:
        (maildir / "maildirsize").write_text(f"{quota}\n0 0\n", "ascii")
    give(maildir)
    env = environment(root, maildir, quota)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    with socket.create_server(("127.0.0.1", port), backlog=20) as door:
        while True:
            line, _ = door.accept()
            with line:
                start([root / "tree/usr/bin/imapd", maildir],
                      as_unprivileged=True, stdin=line, stdout=line, env=env,
                      cwd=root)


if __name__ == "__main__":
    os.umask(0o022)
    main()
