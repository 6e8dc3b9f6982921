"""Signals and errors at chosen system calls, with strace: the n-th call of a
kind is the same moment on every machine, however fast or busy it is. With -j1
the program is one thread, and does the same calls in the same order each time.
"""
import itertools
import os
import re
import signal
import subprocess
import tempfile
import time
from collections import namedtuple
from pathlib import Path

from cli import ENVIRONMENT, TIMEOUT, Ran, command

# LeakSanitizer cannot run in a process that is traced already.
TRACED = {**ENVIRONMENT, "ASAN_OPTIONS": ":".join(filter(None, (
    ENVIRONMENT.get("ASAN_OPTIONS"), "detect_leaks=0")))}

# What changes the disk, or asks it: between two of these nothing changes.
CALLS = ("openat", "pread64", "read", "pwrite64", "write", "mkdirat",
         "renameat", "unlink", "unlinkat", "ftruncate", "utimensat", "fsync",
         "fdatasync", "syncfs")

# The ordinal-th call of that name, from 1.
Call = namedtuple("Call", "name ordinal")


def unavailable():
    """Why nothing can be traced here; None when it can."""
    try:
        done = subprocess.run(
            ["strace", "-f", "-e", "trace=fsync", "-o",
             os.devnull, "true"], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
            timeout=TIMEOUT)
    except FileNotFoundError:
        return "strace is not installed"
    if done.returncode == 0:
        return None
    text = done.stdout.decode(errors="replace").strip()
    return f"strace cannot trace here: {text}"


def require(test):
    """Skips the test where nothing can be traced."""
    why = unavailable()
    if why is not None:
        test.skipTest(why)


def traced_command(arguments, log=os.devnull, calls=CALLS, inject=()):
    """The command line of the program under strace."""
    words = ["strace", "-f", "-o", os.fspath(log), "-e",
             "trace=" + ",".join(f"?{name}" for name in calls)]
    for fault in inject:
        words += ["-e", f"inject={fault}"]
    return [*words, *command(*arguments)]


def run_with(*inject, arguments, calls=None):
    """Runs the program with these faults, such as "fsync:error=EIO:when=3".
    Its exit status is its own; a signal gives the negative number."""
    if calls is None:
        calls = [fault.split(":")[0] for fault in inject]
    done = subprocess.run(
        traced_command(arguments, calls=calls, inject=inject),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=TRACED, timeout=TIMEOUT, check=False)
    return Ran(done.returncode, done.stdout, done.stderr)


def calls_of(arguments, calls=CALLS, since=None, naming=""):
    """Runs the program undisturbed: how it ran, and the calls it did, in
    order; those from the first on that names the path since, and of them only
    those that name the path naming. One thread only, or the ordinals mean
    nothing; a child that it waits for, as the sandbox has one, counts for
    itself."""
    counts = dict.fromkeys(calls, 0)
    order = []
    with tempfile.TemporaryDirectory(prefix="am-strace-") as folder:
        log = Path(folder) / "log"
        done = subprocess.run(
            traced_command(arguments, log=log, calls=calls),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=TRACED, timeout=TIMEOUT, check=False)
        text = log.read_text(errors="replace")
    ran = Ran(done.returncode, done.stdout, done.stderr)
    lines = re.findall(r"^(\d+) +(\w+)\((.*)", text, re.M)
    turns = [pid for pid, _ in itertools.groupby(pid for pid, *_ in lines)]
    if turns[2:] not in ([], turns[:1]):
        raise AssertionError(f"more than one thread:\n{text[-2000:]}")
    begun = since is None
    for pid, name, rest in lines:
        if pid != turns[-1]:
            continue
        counts[name] += 1
        begun = begun or f'"{since}"' in rest
        if begun and (not naming or f'"{naming}"' in rest):
            order.append(Call(name, counts[name]))
    return ran, order


def kill_at(call, arguments):
    """Runs the program until just before the call, where it is killed."""
    return run_with(f"{call.name}:signal=KILL:when={call.ordinal}",
                    arguments=arguments)


class Stopped:
    """The program, standing still just before the n-th call of that name until
    it is told to go on."""

    def __init__(self, name, ordinal, arguments):
        self.folder = tempfile.TemporaryDirectory(prefix="am-strace-")
        self.log = Path(self.folder.name) / "log"
        self.pid = None
        self.process = subprocess.Popen(
            traced_command(
                arguments, log=self.log, calls=(name,),
                inject=(f"{name}:signal=STOP:when={ordinal}",)),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=TRACED)

    def __enter__(self):
        deadline = time.monotonic() + TIMEOUT
        while self.pid is None:
            stopped = re.search(r"^(\d+) +--- stopped by SIGSTOP",
                                self.log.read_text() if self.log.exists()
                                else "", re.M)
            if stopped:
                self.pid = int(stopped.group(1))
            elif self.process.poll() is not None or \
                    time.monotonic() > deadline:
                self.__exit__()
                raise AssertionError("it did not stop")
            else:
                time.sleep(0.01)
        return self

    def go_on(self):
        os.kill(self.pid, signal.SIGCONT)
        out, err = self.process.communicate(timeout=TIMEOUT)
        return Ran(self.process.returncode, out, err)

    def __exit__(self, *_):
        if self.process.poll() is None:
            if self.pid is not None:
                os.kill(self.pid, signal.SIGKILL)
            self.process.kill()
            self.process.communicate(timeout=TIMEOUT)
        self.folder.cleanup()
