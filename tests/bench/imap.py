#!/usr/bin/env python3
"""Measures appending to an IMAP server beside its peers; see imap.sh.

imap.py BUILD [--quick] [--record]

Every row has the same messages and a new mailbox, and the rows take turns; a
rate is the median of its runs. The ratio is to the peer of the same strategy.
What waits for each message gets fewer of them: its rate does not depend on
their number. Peak memory is VmHWM of the process that sends, looked at while it
runs: ru_maxrss would begin with that of the interpreter that starts it.
"""
import datetime
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "integration"), str(HERE / "reference")]

from bench_append import msgs  # noqa: E402
from client import SEEN, Client, Message  # noqa: E402
from processes import Missing, Place  # noqa: E402
from servers import PASSWORD, USER, Delay, Dovecot, Server  # noqa: E402

RTT_MS = 50
MANY, FEW = 5000, 500
RUNS = 3
QUICK_MANY, QUICK_FEW = 1000, 60
MEMORY_MAX_KIB = 64 << 10
RECEIVED = 978350400  # 2001-01-01 12:00:00 UTC, as the reference has it

MBSYNC = """FSync no
IMAPAccount a
Host 127.0.0.1
Port {port}
User {user}
Pass {password}
SSLType None
AuthMechs PLAIN

IMAPStore far
Account a

MaildirStore near
Path {folder}/near/
Inbox {folder}/near/INBOX

Channel c
Far :far:"{mailbox}"
Near :near:INBOX
Create Far
Sync Push New
CopyArrivalDate yes
SyncState *
"""


RECIPE = """store-name "upload"
folder "{mailbox}" {{
	generate {{ messages {count}; folders 1; body 9700; seed 1 }}
}}
"""


def peak_kib(pid):
    """Of the program that runs there now; 0: it has ended."""
    try:
        text = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    except OSError:
        return 0
    found = re.search(r"^VmHWM:\s+(\d+) kB", text, re.M)
    return int(found.group(1)) if found else 0


class Way(Server):
    """A server that is further away."""

    def __init__(self, place, program, server):
        self.ca = server.ca
        self.port = Delay(place, program, server.port, RTT_MS).port
        self.tls_port = Delay(place, program, server.tls_port, RTT_MS).port


class Row:
    def __init__(self, what, run, count, peer=None):
        self.what, self.run, self.count, self.peer = what, run, count, peer
        self.seconds, self.memory = [], []

    @property
    def rate(self):
        return self.count / statistics.median(self.seconds)


class Bench:
    def __init__(self, build, place, quick):
        self.place = place
        self.many, self.few = (QUICK_MANY, QUICK_FEW) if quick else (MANY,
                                                                     FEW)
        self.runs = 1 if quick else RUNS
        self.tests = build / "tests"
        self.server = Dovecot(place, storage="mdbox", quota=None)
        self.way = Way(place, self.tests / "integration/delay_proxy",
                       self.server)
        self.mimes = msgs(self.many)
        self.folder = place.folder("messages")
        for number, mime in enumerate(self.mimes):
            (self.folder / f"{number}.eml").write_bytes(mime)
        self.mailboxes = 0
        self.lines = []

    def say(self, line=""):
        print(line, flush=True)
        self.lines.append(line)

    # -- who sends: each gives seconds and peak KiB ---------------------------

    def ours(self, strategy, count, security):
        self.mailboxes += 1
        mailbox = f"Ours {self.mailboxes}"
        folder = self.place.folder(f"ours-{self.mailboxes}")
        with Client(self.tests / "integration/imap_client", folder, self.way,
                    security) as client:
            client.ask("create", "none", mailbox)
            answer = client.append(
                [Message(mime, mailbox, SEEN, "", RECEIVED)
                 for mime in self.mimes[:count]], strategy)
        stored = sum(row["stored"] for row in answer["rows"].values())
        if stored != count:
            raise RuntimeError(f"{stored} of {count}: {answer['error']}")
        shutil.rmtree(folder)
        return answer["seconds"], answer["peak_kib"]

    def upload(self, _, count, security):
        """The program, out of a PST: from its first APPEND to the last answer,
        as the others are measured; without signing in and CREATE."""
        self.mailboxes += 1
        folder = self.place.folder(f"upload-{self.mailboxes}")
        archive = folder / "a.pst"
        recipe = RECIPE.format(mailbox=f"Upload {self.mailboxes}", count=count)
        subprocess.run([self.tests / "support/pst_builder", "-", archive],
                       input=recipe.encode(), check=True)
        (folder / "password").write_text(PASSWORD + "\n", "ascii")
        env = {"PATH": os.environ["PATH"], "HOME": str(folder),
               "AM_PASSPHRASE": "words", "AM_PROVIDERS":
               str(HERE.parent.parent / "tools/share/providers.json")}
        program = self.tests.parent / "archive-mail"
        where = ["--port", self.way.tls_port, "--ca-file", self.way.ca] \
            if security == "tls" else ["--port", self.way.port, "--security",
                                       "none"]
        code, said, _ = self.measured(
            [program, "login", "me", "--provider", "custom", "--flow",
             "password", "--user", USER, "--host", "localhost", *where,
             "--password-file", folder / "password"], env)
        if code == 0:
            code, said, memory = self.measured(
                [program, "upload", archive, "--account", "me", "-o",
                 folder / "out", "--trace", folder / "trace"], env)
        if code != 0 or f" {count} written" not in said.replace(",", ""):
            raise RuntimeError(said)
        times = [float(line.split()[0]) for line in
                 (folder / "trace").read_text("utf-8").splitlines()
                 if re.search(r" C: (A[0-9]+ APPEND|.*[{][0-9]+[+]?[}]$)|"
                              r"APPENDUID", line)]
        shutil.rmtree(folder)
        return times[-1] - times[0], memory

    def reference(self, mode, count, security):
        port = self.way.tls_port if security == "tls" else self.way.port
        words = ["tls"] if security == "tls" else []
        code, said, memory = self.measured(
            [sys.executable, "-B", HERE / "reference/bench_append.py",
             str(port), mode, str(count), *words])
        answer = json.loads(said.splitlines()[-1]) if code == 0 else {}
        if answer.get("ok") != count:
            raise RuntimeError(said)
        # its "s" is rounded to 10 ms
        return count / answer["msgs_s"], memory

    def mbsync(self, _, count, __):
        self.mailboxes += 1
        folder = self.place.folder(f"mbsync-{self.mailboxes}")
        cur = folder / "near/INBOX/cur"
        for name in ("cur", "new", "tmp"):
            (folder / "near/INBOX" / name).mkdir(parents=True)
        for number, mime in enumerate(self.mimes[:count]):
            (cur / f"{1000000000 + number}.{number}.host:2,S").write_bytes(
                mime.replace(b"\r\n", b"\n"))
        (folder / "rc").write_text(MBSYNC.format(
            port=self.way.port, user=USER, password=PASSWORD, folder=folder,
            mailbox=f"mbsync {self.mailboxes}"), "utf-8")
        start = datetime.datetime.now()
        code, said, memory = self.measured(["mbsync", "-c", folder / "rc",
                                            "c"])
        seconds = (datetime.datetime.now() - start).total_seconds()
        if code != 0:
            raise RuntimeError(said)
        shutil.rmtree(folder)
        return seconds, memory

    def curl(self, _, count, __):
        code, said, _ = self.measured(
            [self.tests / "bench/curl_append",
             f"imap://127.0.0.1:{self.way.port}/INBOX", USER, PASSWORD,
             self.folder, str(count)])
        if code != 0:
            raise RuntimeError(said)
        answer = json.loads(said)
        return answer["seconds"], answer["peak_kib"]

    def measured(self, command, env=None):
        """Exit status, what it said, peak KiB."""
        log = self.place.path / "said"
        with log.open("wb") as file:
            child = subprocess.Popen([str(word) for word in command],
                                     stdin=subprocess.DEVNULL, stdout=file,
                                     stderr=subprocess.STDOUT, env=env,
                                     cwd=self.place.path)
            peak = 0
            while child.poll() is None:
                peak = max(peak, peak_kib(child.pid))
                time.sleep(0.01)
        return (child.returncode, log.read_text("utf-8", "replace"),
                peak)

    # -- the table -------------------------------------------------------------

    def rows(self):
        found = []
        for strategy, mode, count, security in (
                ("multi", "multipipe", self.many, "plain"),
                ("multi", "multipipe", self.many, "tls"),
                ("pipe", "pipe", self.many, "plain"),
                ("pipe", "pipe", self.many, "tls"),
                ("overlap", "overlap", self.few, "plain"),
                ("one", "sync", self.few, "plain")):
            peer = Row(f"bench_append.py {mode}, {security}",
                       lambda m=mode, c=count, s=security:
                       self.reference(m, c, s), count)
            found += [Row(f"**archive-mail {strategy}, {security}**",
                          lambda m=strategy, c=count, s=security:
                          self.ours(m, c, s), count, peer), peer]
            if strategy == "multi":
                found.append(Row(f"**archive-mail upload of a PST, {security}**",
                                 lambda c=count, s=security:
                                 self.upload(None, c, s), count, peer))
        if shutil.which("mbsync"):
            found.append(Row("mbsync, plain", lambda: self.mbsync(
                None, self.many, None), self.many))
        found.append(Row("libcurl, one at a time, plain", lambda: self.curl(
            None, self.few, None), self.few))
        return found

    def measure(self):
        rows = self.rows()
        for _ in range(self.runs):
            for row in rows:
                if row.count == self.few and row.seconds:
                    continue  # seconds of waiting do not vary
                seconds, memory = row.run()
                print(f"{row.what}: {seconds:.2f} s", file=sys.stderr,
                      flush=True)
                row.seconds.append(seconds)
                row.memory.append(memory)
        self.say("| | messages | seconds | messages/s | to its peer | "
                 "peak MiB |")
        self.say("|---|---:|---:|---:|---:|---:|")
        for row in rows:
            ratio = f"{row.rate / row.peer.rate:.2f}" if row.peer else ""
            self.say(f"| {row.what} | {row.count:,} | "
                     f"{statistics.median(row.seconds):.2f} | {row.rate:,.0f} "
                     f"| {ratio} | {max(row.memory) / 1024:.0f} |")
        return rows


def main():
    build = Path(sys.argv[1])
    quick, record = "--quick" in sys.argv, "--record" in sys.argv
    place = Place()
    try:
        bench = Bench(build, place, quick)
        commit = subprocess.run(
            ["git", "-C", HERE, "log", "-1", "--format=%h"],
            stdout=subprocess.PIPE, check=False, text=True).stdout.strip()
        bench.say(f"## {datetime.date.today()}, at {commit}" +
                  (" (--quick)" if quick else ""))
        bench.say()
        bench.say(f"{bench.many:,} messages of 10 KB, {RTT_MS} ms there and "
                  f"back, Dovecot mdbox; {os.cpu_count()} cores, load "
                  f"{os.getloadavg()[0]:.1f}, Linux {platform.release()}; "
                  f"{'one run' if quick else f'median of {RUNS} runs'}.")
        bench.say()
        rows = bench.measure()
    except Missing as missing:
        sys.exit(f"imap.py: {missing}")
    finally:
        place.end()
    bench.say()
    ours = [row for row in rows if row.peer]
    slower = [row.what for row in ours if row.rate < row.peer.rate]
    larger = [row.what for row in ours if max(row.memory) > MEMORY_MAX_KIB]
    bench.say("Slower than the peer: " + (", ".join(slower) or "none") +
              ". More than 64 MiB: " + (", ".join(larger) or "none") + ".")
    if record:
        path = HERE / "RESULTS-imap.md"
        before = path.read_text("utf-8") if path.exists() else \
            "# Appending to a server\n"
        path.write_text(before.rstrip("\n") + "\n\n" +
                        "\n".join(bench.lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
