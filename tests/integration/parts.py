#!/usr/bin/env python3
"""parts.py FOLDER: what the servers of the tests consist of and Debian cannot
have installed beside each other, or does not have.

Unpacks Cyrus' imapd and Courier from Debian's packages (their packages and
Dovecot's exclude each other), and has npm install the authorization server.
What is there already stays. A part that cannot be had is a sentence, and the
tests that need it are skipped.
"""
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGES = {
    "cyrus": ["cyrus-imapd"],
    "courier": ["courier-imap", "courier-base", "courier-authlib",
                "libcourier-unicode4", "libgamin0", "libidn12"],
}
SECONDS = 240


def run(command, folder):
    """What a command said when it failed; None when it did not."""
    try:
        done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=SECONDS,
                              check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return done.stdout.decode(errors="replace") if done.returncode else None


def unpack(folder, packages):
    """Debian packages into folder, which appears when all are there."""
    making = folder.with_name(folder.name + ".new")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    wrong = run(["apt-get", "-q", "download", *packages], making)
    for package in sorted(making.glob("*.deb")):
        wrong = wrong or run(["dpkg-deb", "-x", package, making], making)
        package.unlink()
    if wrong is None:
        making.rename(folder)
    return wrong


def npm_install(folder):
    making = folder.with_name(folder.name + ".new")
    shutil.rmtree(making, ignore_errors=True)
    shutil.copytree(HERE / "authserver", making)
    wrong = run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
                making)
    if wrong is None:
        making.rename(folder)
    return wrong


def main():
    folder = Path(sys.argv[1])
    for name, packages in PACKAGES.items():
        if not (folder / name).exists():
            wrong = unpack(folder / name, packages)
            if wrong:
                print(f"There is no {name}: {wrong.strip()[-500:]}")
    # its program is taken from the source each time; only what it needs is
    # kept
    if not (folder / "authserver").exists():
        wrong = npm_install(folder / "authserver")
        if wrong:
            print(f"There is no oidc-provider: {wrong.strip()[-500:]}")


if __name__ == "__main__":
    main()
