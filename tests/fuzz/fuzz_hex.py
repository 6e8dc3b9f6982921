#!/usr/bin/env python3
"""Inputs of the fuzz targets as text.

fuzz_hex.py dump FILE [FOLDER]    a .hex on standard output; FOLDER: files built
                                  from seeds/recipes, one of them the base
fuzz_hex.py bin FILE.hex [FOLDER] the bytes on standard output

A .hex has lines:
    # a comment: what this input showed
    base NAME     starts as the file built from seeds/recipes/NAME.txt
    size N        the length; what no line says is zero, or of the base
    @OFFSET HEX   bytes from there on (all in hexadecimal)
    HEX           bytes behind those of the line before
    "text"        among or instead of HEX: ASCII with \\n \\r \\t \\\\ \\" and \\xHH
"""
import re
import sys
from pathlib import Path

LINE = 32
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[0-9A-Fa-f]+|\S+')


def line_bytes(line, where):
    """Hexadecimal digits and texts, with blanks between them as one likes."""
    piece = b""
    for token in TOKEN.findall(line):
        if token.startswith('"') and len(token) > 1:
            piece += token[1:-1].encode("ascii").decode(
                "unicode_escape").encode("latin-1")
        else:
            try:
                piece += bytes.fromhex(token)
            except ValueError:
                raise SystemExit(f"{where}: neither hexadecimal nor text: "
                                 f"{token}") from None
    return piece


def put(data, at, piece):
    if at + len(piece) > len(data):
        data.extend(bytes(at + len(piece) - len(data)))
    data[at:at + len(piece)] = piece
    return at + len(piece)


def read(path, base_of=None):
    """The bytes of a .hex; base_of(name) gives those of a base."""
    data = bytearray()
    at = 0
    size = None
    for number, line in enumerate(
            Path(path).read_text(encoding="utf-8").splitlines(), 1):
        where = f"{path}:{number}"
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("base "):
            data = bytearray(base_of(line.split()[1]))
        elif line.startswith("size "):
            size = int(line.split()[1])
        else:
            if line.startswith("@"):
                offset, _, line = line[1:].partition(" ")
                at = int(offset, 16)
            at = put(data, at, line_bytes(line, where))
    if size is not None:
        data = data[:size] + bytes(max(0, size - len(data)))
    return bytes(data)


def dump(data, base=b"", base_name=None):
    """The lines of a .hex; runs that are as in base are left out."""
    lines = ["# "]
    if base_name:
        lines.append(f"base {base_name}")
    lines.append(f"size {len(data)}")
    base = base[:len(data)] + bytes(max(0, len(data) - len(base)))
    step = 8
    at = 0
    following = None
    while at < len(data):
        end = at
        while end < len(data) and end - at < LINE and \
                data[end:end + step] != base[end:end + step]:
            end = min(end + step, len(data))
        if end == at:
            at += step
            continue
        mark = "" if following == at else f"@{at:x} "
        lines.append(mark + data[at:end].hex())
        following = at = end
    return "\n".join(lines) + "\n"


def dump_shortest(data, folder):
    """The shortest .hex, with or without a base out of folder."""
    best = dump(data)
    for path in sorted(Path(folder).iterdir()) if folder else []:
        text = dump(data, path.read_bytes(), path.name)
        if len(text) < len(best):
            best = text
    return best


def main(arguments):
    if len(arguments) < 2 or arguments[0] not in ("dump", "bin"):
        sys.stderr.write(__doc__)
        return 64
    folder = arguments[2] if len(arguments) > 2 else None
    if arguments[0] == "dump":
        sys.stdout.write(dump_shortest(Path(arguments[1]).read_bytes(), folder))
    else:
        sys.stdout.buffer.write(read(
            arguments[1], lambda name: (Path(folder) / name).read_bytes()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
