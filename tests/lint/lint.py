#!/usr/bin/env python3
"""Checks of the source that a compiler does not make.

lint.py [--root DIR] CHECK...      CHECK: one of the names below, or "all"

Prints a line "path:line: what" for each fault; exits 1 if there is one.
Only the standard library is used. test_lint.py shows each check failing.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TOP_LEVEL = {
    "tools", "libarchive-mail", "tests", "samples", "CMakeLists.txt",
    "CMakePresets.json", "README.md", "LICENSE",
}

# Functions that write past the end, keep hidden state, or never say no.
BANNED = {
    "strcpy": "am_arena_text or am_buf_add_text", "stpcpy": "am_buf_add_text",
    "strcat": "am_buf_add_text", "strncpy": "am_arena_text",
    "strncat": "am_buf_add", "sprintf": "snprintf or am_buf_printf",
    "vsprintf": "vsnprintf", "strtok": "am_cursor", "gets": "am_stream",
    "atoi": "strtol with its checks", "atol": "strtol", "atof": "strtod",
    "alloca": "an arena",
    "setlocale": "nothing: output does not depend on the locale",
    "localtime": "am_time_civil", "gmtime": "am_time_civil",
    "mktime": "am_time_from_civil", "rand": "a hash of the item",
    "mktemp": "am_outfile_open", "tmpnam": "am_outfile_open",
    "system": "nothing", "popen": "nothing",
}
# A library does not print, does not end the process, asks no clock.
LIBRARY_BANNED = {
    name: "the library never prints" for name in
    ("printf", "vprintf", "puts", "putchar", "fprintf", "vfprintf", "fputs",
     "fputc", "putc", "perror", "dprintf", "syslog", "warn", "warnx")
}
LIBRARY_BANNED.update({
    name: "the library never exits" for name in
    ("exit", "_exit", "abort", "err", "errx", "quick_exit")
})
LIBRARY_BANNED.update({
    name: "no hidden chance" for name in
    ("random", "drand48", "getrandom", "arc4random")
})
ALLOCATORS = {"malloc", "calloc", "realloc", "free", "reallocarray", "strdup",
              "strndup", "asprintf", "vasprintf"}

# Bytes from a file are copied by base/ (am_arena_copy, am_buf_add) and io/
# (sources, streams), or read through a cursor. memcpy elsewhere moves our own
# structs: its length is a sizeof. Exceptions: file, and what is copied to.
MEMCPY_ALLOWED = {
    # what a scan found at the front of the input, into room made before
    "libarchive-mail/mime/lines.c": ("to",),
    "libarchive-mail/mime/quoted.c": ("to",),
    # undecided bytes of a line; the length is bounded in the line before
    "libarchive-mail/sink/mboxrd.c": ("mbox->held", "mbox->held + old"),
    "libarchive-mail/sink/mboxrd_read.c":
        ("run->data + run->out", "front", "front + kept"),
}

MARKS = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")
MACHINE_PATH = re.compile(r"(?:^|[^A-Za-z0-9_.])/(?:work|root|farm|tmp/wt)/")
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<(archive-mail/[^>]+)>)')


def tracked_files(root):
    """What belongs to the repository: committed, or about to be."""
    try:
        listing = subprocess.run(
            ["git", "-c", "safe.directory=*", "-C", str(root), "ls-files",
             "-z", "--cached", "--others", "--exclude-standard"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
        names = listing.stdout.decode("utf-8", "surrogateescape").split("\0")
    except (OSError, subprocess.CalledProcessError):
        names = []
        for folder, folders, files in os.walk(root):
            folders[:] = [name for name in folders if name != ".git" and
                          not name.startswith("build") and
                          name != "__pycache__"]
            names += [os.path.relpath(os.path.join(folder, name), root)
                      for name in files]
    return sorted(name for name in set(names)
                  if name and os.path.isfile(os.path.join(root, name)))


def strip_code(text):
    """C without comments and without the inside of strings; lines stay."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)

    def blank(match):
        piece = match.group(0)
        if piece.startswith("/"):
            return re.sub(r"[^\n]", " ", piece)
        return piece[0] + " " * (len(piece) - 2) + piece[-1]

    return pattern.sub(blank, text)


class Tree:
    """The files of the repository, read once."""

    def __init__(self, root):
        self.root = Path(root)
        self.names = tracked_files(root)
        self.texts = {}
        self.codes = {}

    def data(self, name):
        return (self.root / name).read_bytes()

    def text(self, name):
        if name not in self.texts:
            self.texts[name] = self.data(name).decode("utf-8", "replace")
        return self.texts[name]

    def code(self, name):
        if name not in self.codes:
            self.codes[name] = strip_code(self.text(name))
        return self.codes[name]

    def c_files(self, *folders):
        return [name for name in self.names if name.endswith((".c", ".h")) and
                (not folders or name.split("/")[0] in folders)]


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


# --- layers -----------------------------------------------------------------

def read_layers(tree):
    layers = {"public": {"public"}}
    for line in tree.text("libarchive-mail/layers.txt").splitlines():
        line = line.split("#")[0].strip()
        if line:
            name, below = line.split(":")
            layers[name.strip()] = set(below.split()) | {name.strip()}
    return layers


def layer_of_file(name, layers):
    if name.startswith("libarchive-mail/include/"):
        return "public"
    if name.startswith("tools/"):
        return "tools"
    folder = os.path.dirname(name[len("libarchive-mail/"):])
    return folder if folder in layers else None


def layer_of_include(path, public, name):
    if public:
        return "public"
    if "/" not in path:
        return "own folder" if name.startswith("tools/") else None
    return os.path.dirname(path)


def check_layers(tree):
    """Arrows point down only, as granted in layers.txt."""
    layers = read_layers(tree)
    for name, below in layers.items():
        for other in below - set(layers):
            yield ("libarchive-mail/layers.txt", 1,
                   f"{name} may include {other}, which is no folder here")
    for name in tree.c_files("libarchive-mail", "tools"):
        own = layer_of_file(name, layers)
        if own is None:
            yield name, 1, "its folder is not in libarchive-mail/layers.txt"
            continue
        for number, line in enumerate(tree.text(name).splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            path = match.group(1) or match.group(2)
            layer = layer_of_include(path, match.group(2), name)
            if layer == "own folder":
                continue
            if layer is None:
                yield (name, number,
                       f'write "{path}" with its folder in front')
            elif layer not in layers[own]:
                yield name, number, f"{own} may not include {path}"
            elif own == "public" and not match.group(2):
                yield name, number, "a public header includes only public ones"


# --- banned functions -------------------------------------------------------

def calls(code, names):
    pattern = r"(?<![\w.>])(" + "|".join(sorted(names)) + r")\s*\("
    for match in re.finditer(pattern, code):
        # "enum am_status err(" would be a declaration; we have none of these
        yield match.group(1), line_of(code, match.start())


def check_banned(tree):
    """Functions that are not used here, each with what is."""
    for name in tree.c_files():
        code = tree.code(name)
        for call, line in calls(code, BANNED):
            yield name, line, f"{call}: use {BANNED[call]}"
        if not name.startswith(("libarchive-mail/", "tools/")):
            continue
        if not name.startswith("libarchive-mail/base/alloc."):
            for call, line in calls(code, ALLOCATORS):
                yield (name, line, f"{call}: use an arena, am_buf, or am_alloc"
                       " of base/alloc.h")
        if name.startswith("libarchive-mail/"):
            for call, line in calls(code, LIBRARY_BANNED):
                yield name, line, f"{call}: {LIBRARY_BANNED[call]}"


def call_arguments(code, start):
    """The text between the parentheses of the call that opens at start."""
    depth = 0
    for i in range(start, len(code)):
        if code[i] == "(":
            depth += 1
        elif code[i] == ")":
            depth -= 1
            if depth == 0:
                return code[start + 1:i]
    return code[start + 1:]


def check_memcpy(tree):
    """Outside bytes are copied in base/ and io/ only."""
    for name in tree.c_files("libarchive-mail"):
        if name.startswith(("libarchive-mail/base/", "libarchive-mail/io/")):
            continue
        code = tree.code(name)
        for match in re.finditer(r"(?<!\w)mem(?:cpy|move)\s*(\()", code):
            arguments = call_arguments(code, match.start(1))
            if re.search(r"\bsizeof\b|\b[A-Z][A-Z0-9_]+\s*$", arguments):
                continue
            if arguments.split(",")[0].strip() in MEMCPY_ALLOWED.get(name, ()):
                continue
            yield (name, line_of(code, match.start()),
                   "memcpy of a length that is no sizeof: use am_arena_copy, "
                   "am_buf_add or a cursor, or name it in MEMCPY_ALLOWED")


# --- shape of files ---------------------------------------------------------

def guard_of(name):
    if name.startswith("libarchive-mail/include/archive-mail/"):
        path = "archive-mail/" + name.rsplit("/", 1)[1]
    elif name.startswith("libarchive-mail/"):
        path = "am/" + name[len("libarchive-mail/"):]
    else:
        return None
    return re.sub(r"[^A-Z0-9]", "_", path.upper())


def check_shape(tree):
    """Headers have guards; every C file says at the top what it is."""
    for name in tree.c_files():
        text = tree.text(name)
        # pst_builder's sources are told about in its headers and README
        if not text.startswith("/*") and \
                not name.startswith("tests/support/pst_builder/"):
            yield name, 1, "open with a comment that says what belongs here"
        if name.endswith(".h"):
            match = re.search(r"^#ifndef (\w+)\n#define (\w+)$", text, re.M)
            if not match or match.group(1) != match.group(2):
                yield name, 1, "no include guard"
            elif guard_of(name) not in (None, match.group(1)):
                yield name, 1, f"the include guard is called {guard_of(name)}"
        for match in re.finditer(r"^\s*//|[;{}]\s*//", text, re.M):
            yield name, line_of(text, match.start()), "comments are /* */"
        for match in re.finditer(r"^\{\n(.*?)^\}", text, re.M | re.S):
            body = match.group(1)
            if "AM_TRY(" in body and re.search(r"^out:", body, re.M):
                yield (name, line_of(text, match.start()),
                       "AM_TRY and an out: label in one function")


FOLDED = (".vcf", ".ics")


def check_text(tree):
    """Nothing binary, nothing unfinished, nothing of one machine."""
    for name in tree.names:
        data = tree.data(name)
        if b"\0" in data:
            yield name, 1, "binary: samples are text recipes"
            continue
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            yield name, 1, f"not UTF-8 at byte {error.start}"
            continue
        if "\r" in text:
            yield name, line_of(text, text.index("\r")), "carriage return"
        if text and not text.endswith("\n"):
            yield name, text.count("\n") + 1, "no line end at the end"
        for number, line in enumerate(text.split("\n"), 1):
            # where a content line is folded, a blank may come last
            if line != line.rstrip() and not name.endswith(FOLDED):
                yield name, number, "blanks at the end of the line"
            if MARKS.search(line):
                yield name, number, "a mark of something unfinished"
            if MACHINE_PATH.search(line):
                yield name, number, "a path of one machine"


def check_top(tree):
    """The top level is fixed."""
    for first in sorted({name.split("/")[0] for name in tree.names}):
        if first not in TOP_LEVEL and not first.startswith("."):
            yield first, 1, "does not belong at the top level"


# --- with other programs ----------------------------------------------------

def find_clang_format():
    for name in ("clang-format-14", "clang-format"):
        path = shutil.which(name)
        if not path:
            continue
        version = subprocess.run([path, "--version"], text=True,
                                 stdout=subprocess.PIPE, check=True).stdout
        if re.search(r"version 14\.", version):
            return path
    return None


def check_format(tree):
    """clang-format 14 changes nothing."""
    path = find_clang_format()
    if path is None:
        print("format: skipped, there is no clang-format 14 here")
        return
    names = tree.c_files()
    done = subprocess.run(
        [path, "--dry-run", "--style=file", *names], cwd=tree.root,
        stderr=subprocess.PIPE, text=True, check=False)
    seen = set()
    for match in re.finditer(r"^([^:\n]+):(\d+):\d+: warning", done.stderr,
                             re.M):
        if match.group(1) not in seen:
            seen.add(match.group(1))
            yield match.group(1), int(match.group(2)), "run clang-format -i"
    if done.returncode != 0:
        yield ".clang-format", 1, done.stderr.strip().splitlines()[0]


def compile_header(tree, header, compiler, language, folder):
    source = Path(folder) / f"header.{language}"
    relative = re.sub(r"^(tools|libarchive-mail(/include)?)/", "", header)
    # twice: the guard must hold
    source.write_text(f'#include "{relative}"\n' * 2 + "typedef int lint;\n")
    standard = "-std=c11" if language == "c" else "-std=c++11"
    flags = ["-D_GNU_SOURCE"] if "/include/" not in header else []
    done = subprocess.run(
        [compiler, standard, "-fsyntax-only", "-Wall", "-Wextra", "-Werror",
         "-pedantic" if "/include/" in header else "-Wno-pedantic", *flags,
         f"-I{tree.root}/libarchive-mail/include",
         *([] if "/include/" in header else
           [f"-I{tree.root}/libarchive-mail", f"-I{tree.root}/tools"]),
         str(source)],
        stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode == 0:
        return None
    lines = done.stderr.strip().splitlines()
    return next((line for line in lines if "error:" in line), lines[0])


def check_headers(tree):
    """Each header compiles alone: ours as C, the public ones as C++ too."""
    cc = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc")
    cxx = os.environ.get("CXX") or shutil.which("c++") or shutil.which("g++")
    with tempfile.TemporaryDirectory() as folder:
        for name in tree.c_files("libarchive-mail", "tools"):
            if not name.endswith(".h"):
                continue
            compilers = [(cc, "c")]
            if "/include/" in name and cxx:
                compilers.append((cxx, "cc"))
            for compiler, language in compilers:
                fault = compile_header(tree, name, compiler, language, folder)
                if fault:
                    yield name, 1, f"as {language}: {fault}"
    if not cxx:
        print("headers: as C only, there is no C++ compiler here")


CHECKS = {
    "layers": check_layers, "banned": check_banned, "memcpy": check_memcpy,
    "shape": check_shape, "text": check_text, "top": check_top,
    "format": check_format, "headers": check_headers,
}


def run(root, names):
    tree = Tree(root)
    faults = []
    for name in names:
        faults += [(path, line, f"{name}: {what}")
                   for path, line, what in CHECKS[name](tree)]
    return sorted(faults)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", default=Path(__file__).parents[2])
    parser.add_argument("checks", nargs="+", choices=[*CHECKS, "all"],
                        metavar="CHECK", help=", ".join([*CHECKS, "all"]))
    options = parser.parse_args()
    names = list(CHECKS) if "all" in options.checks else options.checks
    faults = run(options.root, names)
    for path, line, what in faults:
        print(f"{path}:{line}: {what}")
    print(f"{', '.join(names)}: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
