"""Processes that end with the test that started them, whatever ends it."""
import ctypes
import os
import pwd
import grp
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1
START_SECONDS = 30
END_SECONDS = 5
SKIP = 77  # SKIP_RETURN_CODE of the tests

LIBC = ctypes.CDLL(None, use_errno=True)


class Missing(Exception):
    """A part is not on this machine; the text is a sentence about it."""


def needs(condition, sentence):
    if not condition:
        raise Missing(sentence)


def unprivileged():
    """Name, group and ids that servers run with: root's become nobody's."""
    if os.getuid() != 0:
        user = pwd.getpwuid(os.getuid())
        return (user.pw_name, grp.getgrgid(user.pw_gid).gr_name, user.pw_uid,
                user.pw_gid)
    user = pwd.getpwnam("nobody")
    return ("nobody", grp.getgrgid(user.pw_gid).gr_name, user.pw_uid,
            user.pw_gid)


def free_port():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def _die_with_parent():
    """A signal when the parent is gone. It is lost when the user changes, so
    subprocess does that first."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def start(command, as_unprivileged=False, **options):
    """A process in a group of its own."""
    who = {}
    if as_unprivileged and os.getuid() == 0:
        _, _, uid, gid = unprivileged()
        who = {"user": uid, "group": gid, "extra_groups": []}
    return subprocess.Popen(command, start_new_session=True,
                            preexec_fn=_die_with_parent,
                            stdin=options.pop("stdin", subprocess.DEVNULL),
                            **who, **options)


def run_unprivileged(command):
    """To its end; raises with what it said when it fails."""
    process = start(command, as_unprivileged=True, stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT)
    said, _ = process.communicate(timeout=START_SECONDS)
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]}: {said.decode(errors='replace')}")


def stop(process):
    """The process, then what is left of its group."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            pass
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


class Place:
    """A folder for servers, which may be another user's; short, because of
    the sockets in it. What was started in it ends with it."""

    def __init__(self):
        self.path = Path(tempfile.mkdtemp(prefix="am-it-", dir="/tmp"))
        self.path.chmod(0o755)
        self.stops = []
        signal.signal(signal.SIGTERM, self.told_to_end)

    def told_to_end(self, *_):
        """Not by an exception: unittest would go on with the next test."""
        self.end()
        os._exit(1)

    def folder(self, name):
        path = self.path / name
        path.mkdir(mode=0o755)
        return path

    def on_end(self, action, *arguments):
        self.stops.append((action, arguments))

    def start(self, command, **options):
        process = start(command, **options)
        self.on_end(stop, process)
        return process

    def end(self):
        while self.stops:
            action, arguments = self.stops.pop()
            action(*arguments)
        shutil.rmtree(self.path, ignore_errors=True)


def give(path):
    """Path, and what is in it, to the unprivileged user."""
    _, _, uid, gid = unprivileged()
    if os.getuid() != 0:
        return
    os.chown(path, uid, gid)
    for folder, folders, files in os.walk(path):
        for name in folders + files:
            os.chown(os.path.join(folder, name), uid, gid)


def fill_in(template, values):
    text = template.read_text("utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    return text


def greeting_wait(port, process, prefix=b"* "):
    """Until a server says hello; it may take seconds for its first."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process is not None and process.poll() is not None:
            return False
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as line:
                line.settimeout(until - time.monotonic())
                if line.recv(64).startswith(prefix):
                    return True
        except OSError:
            pass
        time.sleep(0.1)
    return False


def main(cases, place, words=3):
    """Runs unittest's cases on what is in place, or those tests of them that
    are named behind the first words; exits as a test does."""
    import unittest
    chosen = set(sys.argv[1 + words:])
    try:
        suite = unittest.TestSuite(
            case(name) for case in cases
            for name in unittest.defaultTestLoader.getTestCaseNames(case)
            if not chosen or name in chosen)
        result = unittest.TextTestRunner(verbosity=2).run(suite)
    finally:
        place.end()
    if result.testsRun and len(result.skipped) == result.testsRun:
        sys.exit(SKIP)
    sys.exit(0 if result.wasSuccessful() else 1)
