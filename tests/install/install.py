#!/usr/bin/env python3
"""Builds a release, installs it, and checks what a user then has.

install.py --source DIR --work DIR [--cmake CMAKE] CHECK

"build" comes first; the other checks look at what it left in the work
directory. Each prints what is wrong and exits 1, or says nothing.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

SAMPLES = ("folders", "check", "convert")


class Check:
    """The directories, and commands that must succeed."""

    def __init__(self, options):
        self.source = Path(options.source)
        self.work = Path(options.work)
        self.cmake = options.cmake
        self.build = self.work / "build"
        self.prefix = self.work / "prefix"
        self.faults = []

    def fault(self, text):
        self.faults.append(text)

    def run(self, *command, env=None, expect=0):
        done = subprocess.run(
            [str(word) for word in command], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, check=False,
            env={**os.environ, **(env or {})})
        if done.returncode != expect:
            print(done.stdout)
            print(f"exit status {done.returncode}, not {expect}:",
                  *command, sep=" ")
            sys.exit(1)
        return done.stdout

    def library(self, suffix):
        found = sorted(self.prefix.glob(f"lib/**/libarchive-mail.{suffix}"))
        if not found:
            print(f"there is no libarchive-mail.{suffix} below {self.prefix}")
            sys.exit(1)
        return found[0]


def check_build(check):
    """A release build, installed below prefix."""
    shutil.rmtree(check.prefix, ignore_errors=True)
    check.run(check.cmake, "-S", check.source, "-B", check.build, "-G",
              "Ninja", "-DCMAKE_BUILD_TYPE=RelWithDebInfo", "-DAM_TESTS=OFF",
              "-DAM_WERROR=ON", "-DAM_SANITIZE=OFF",
              "-DCMAKE_INSTALL_PREFIX=/nowhere",
              # what a distribution would choose
              "-DCMAKE_INSTALL_LIBDIR=lib/multiarch")
    check.run(check.cmake, "--build", check.build, "--parallel", "2",
              "--target", "all", "samples")
    check.run(check.cmake, "--install", check.build, "--prefix", check.prefix)


def declared(check):
    """The functions that the public headers mark with AM_API."""
    names = set()
    for header in (check.source / "libarchive-mail/include").rglob("*.h"):
        text = re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.S)
        text = re.sub(r"^#.*$", "", text, flags=re.M)
        for match in re.finditer(r"\bAM_API\b[^;]*?\b(am_\w+)\s*\(", text):
            names.add(match.group(1))
    return names


def check_symbols(check):
    """The shared library exports what is declared, and nothing else; all
    names in the static one begin with am_."""
    lines = check.run("nm", "-D", "--defined-only", check.library("so"))
    exported = {line.split()[-1] for line in lines.splitlines()}
    for name in sorted(exported - declared(check)):
        check.fault(f"{name} is exported, and is in no public header")
    for name in sorted(declared(check) - exported):
        check.fault(f"{name} is in a public header, and is not exported")
    lines = check.run("nm", "-g", "--defined-only", check.library("a"))
    names = {line.split()[-1] for line in lines.splitlines()
             if len(line.split()) == 3}
    if not declared(check) <= names:
        check.fault("the static library lacks public functions")
    for name in sorted(names):
        if not name.startswith("am_"):
            check.fault(f"{name} is global in the static library")
    check_state(check)


def check_state(check):
    """The library has no variables but the switches of the torture tests.
    (Tables of pointers are in .data.rel.ro, which is read-only.)"""
    text = check.run("objdump", "--syms", check.library("a"))
    for match in re.finditer(r" O (\.data|\.bss|\*COM\*)\t\S+ +(.*)$", text,
                             re.M):
        if match.group(2) not in ("fail_countdown", "fail_once"):
            check.fault(f"{match.group(2)} is a global variable")


def dynamic(check, path):
    return check.run("readelf", "--wide", "--dynamic", "--program-headers",
                     "--file-header", path)


def check_hardening(check):
    """Program and shared library: PIE, RELRO, bind now, stack protector,
    FORTIFY, no executable stack."""
    program = check.prefix / "bin/archive-mail"
    for path in (program, check.library("so")):
        text = dynamic(check, path)
        symbols = check.run("nm", "-D", "--undefined-only", path)
        wanted = {
            "position independent": r"Type:\s+DYN",
            "RELRO": r"GNU_RELRO",
            "bind now": r"BIND_NOW|FLAGS_1\).*NOW",
        }
        for what, pattern in wanted.items():
            if not re.search(pattern, text):
                check.fault(f"{path.name}: not {what}")
        stack = re.search(r"GNU_STACK.*", text)
        if not stack or "E" in stack.group(0).split()[-2]:
            check.fault(f"{path.name}: executable stack")
        if "__stack_chk_fail" not in symbols:
            check.fault(f"{path.name}: no stack protector")
        if not re.search(r"__\w+_chk\b", symbols.replace("__stack_chk", "")):
            check.fault(f"{path.name}: no FORTIFY")
    if not re.search(r"FLAGS_1\).*PIE", dynamic(check, program)):
        check.fault("archive-mail: no PIE")


def check_tree(check):
    """What is installed, and nothing else."""
    found = {str(path.relative_to(check.prefix))
             for path in check.prefix.rglob("*") if not path.is_dir()}
    headers = {f"include/archive-mail/{path.name}" for path in
               (check.source / "libarchive-mail/include").rglob("*.h")}
    version = check.run(check.prefix / "bin/archive-mail", "version")
    version = version.split()[-1]
    lib = "lib/multiarch"
    wanted = headers | {
        "bin/archive-mail", f"{lib}/libarchive-mail.a",
        f"{lib}/libarchive-mail.so", f"{lib}/libarchive-mail.so.0",
        f"{lib}/libarchive-mail.so.{version}",
        f"{lib}/pkgconfig/archive-mail.pc",
        f"{lib}/cmake/archive-mail/archive-mail-config.cmake",
        f"{lib}/cmake/archive-mail/archive-mail-config-version.cmake",
        f"{lib}/cmake/archive-mail/archive-mail-targets.cmake",
        f"{lib}/cmake/archive-mail/archive-mail-targets-relwithdebinfo.cmake",
        "share/archive-mail/providers.json",
        "share/man/man1/archive-mail.1",
        "share/bash-completion/completions/archive-mail",
        "share/zsh/site-functions/_archive-mail",
    }
    for name in sorted(wanted - found):
        check.fault(f"{name} is not installed")
    for name in sorted(found - wanted):
        check.fault(f"{name} is installed, why?")
    text = (check.prefix / f"{lib}/pkgconfig/archive-mail.pc").read_text()
    if str(check.work) in text or "/nowhere" in text:
        check.fault("archive-mail.pc names a place it was built for")


def check_program(check):
    """The installed program runs, without the build tree's libraries."""
    program = check.prefix / "bin/archive-mail"
    if not check.run(program, "--version").startswith("archive-mail "):
        check.fault("--version says something else")
    check.run(program, "info", check.work / "nothing.pst", expect=66)
    # what is installed with it is found beside it
    explained = check.run(program, "login", "a@b.example", "--provider",
                          "gmail", env={"HOME": "/nowhere"}, expect=64)
    if "console.cloud.google.com" not in explained:
        check.fault(f"login does not find the providers: {explained}")
    if "libarchive-mail" in check.run("ldd", program):
        check.fault("the program needs the shared library")


def samples_run(check, folder, env=None):
    """Each sample program says what is wrong with a file that is not there."""
    for name in SAMPLES:
        program = folder / name
        check.run(program, env=env, expect=64)
        arguments = [check.work / "nothing.pst"]
        if name == "convert":
            arguments.append(check.work / "out")
        text = check.run(program, *arguments, env=env, expect=1)
        if "nothing.pst" not in text:
            check.fault(f"{name} does not say which file: {text}")
        archive = next(iter(sorted(check.build.glob("samples/*.pst"))), None)
        if archive and name != "convert":
            check.run(program, archive, env=env)


def pkg_config(check, *options):
    path = check.library("so").parent / "pkgconfig"
    return check.run("pkg-config", *options, "archive-mail",
                     env={"PKG_CONFIG_PATH": str(path)}).split()


def samples_compile(check, folder, flags):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in SAMPLES:
        check.run(os.environ.get("CC", "cc"), "-std=c11", "-Wall", "-Wextra",
                  "-Werror", "-pedantic",
                  check.source / f"samples/api/{name}.c", "-o", folder / name,
                  *flags)


def check_pkg_config_shared(check):
    """samples/api by pkg-config, with the shared library."""
    folder = check.work / "pkg-shared"
    samples_compile(check, folder, pkg_config(check, "--cflags", "--libs"))
    library = check.library("so")
    env = {"LD_LIBRARY_PATH": str(library.parent)}
    for name in SAMPLES:
        needed = check.run("readelf", "--dynamic", folder / name)
        if "libarchive-mail.so.0" not in needed:
            check.fault(f"{name} is not linked with the shared library")
    samples_run(check, folder, env)


def check_pkg_config_static(check):
    """samples/api by pkg-config with our static library. (Debian's libcurl
    cannot be linked statically: some of what it needs has no .a there.)"""
    folder = check.work / "pkg-static"
    flags = pkg_config(check, "--static", "--cflags", "--libs")
    samples_compile(check, folder, [
        "-l:libarchive-mail.a" if flag == "-larchive-mail" else flag
        for flag in flags])
    for name in SAMPLES:
        if "libarchive-mail" in check.run("readelf", "--dynamic",
                                          folder / name):
            check.fault(f"{name} needs the shared library")
    samples_run(check, folder)


PROJECT = """\
cmake_minimum_required(VERSION 3.25)
project(user LANGUAGES C)
find_package(archive-mail 0.1 REQUIRED)
foreach(name IN ITEMS folders check convert)
	foreach(kind IN ITEMS static shared)
		add_executable(${kind}-${name} ${SAMPLES}/${name}.c)
		target_link_libraries(${kind}-${name} PRIVATE
			archive-mail::${kind})
		set_target_properties(${kind}-${name} PROPERTIES
			RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/${kind}
			OUTPUT_NAME ${name})
	endforeach()
endforeach()
"""


def cmake_user_build(check, prefix, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "CMakeLists.txt").write_text(PROJECT)
    check.run(check.cmake, "-S", folder, "-B", folder / "build", "-G", "Ninja",
              f"-DCMAKE_PREFIX_PATH={prefix}",
              "-DCMAKE_LIBRARY_ARCHITECTURE=multiarch",
              f"-DSAMPLES={check.source}/samples/api",
              f"-Darchive-mail_DIR={prefix}/lib/multiarch/cmake/archive-mail")
    check.run(check.cmake, "--build", folder / "build", "--parallel", "2")


def check_find_package(check):
    """samples/api by find_package, with both libraries."""
    folder = check.work / "find-package"
    cmake_user_build(check, check.prefix, folder)
    for kind in ("static", "shared"):
        samples_run(check, folder / "build" / kind)


def check_moved(check):
    """The installed tree works in another place."""
    moved = check.work / "moved to" / "another place"
    shutil.rmtree(moved.parent, ignore_errors=True)
    shutil.copytree(check.prefix, moved, symlinks=True)
    flags = check.run(
        "pkg-config", "--cflags", "archive-mail",
        env={"PKG_CONFIG_PATH": f"{moved}/lib/multiarch/pkgconfig"})
    if "another" not in flags:
        check.fault(f"pkg-config says {flags}")
    cmake_user_build(check, moved, check.work / "moved-user")
    samples_run(check, check.work / "moved-user/build/static")


CHECKS = {name[len("check_"):]: function
          for name, function in sorted(globals().items())
          if name.startswith("check_") and name != "check_state"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--cmake", default="cmake")
    parser.add_argument("check", choices=CHECKS)
    options = parser.parse_args()
    check = Check(options)
    CHECKS[options.check](check)
    for fault in check.faults:
        print(fault)
    return 1 if check.faults else 0


if __name__ == "__main__":
    sys.exit(main())
