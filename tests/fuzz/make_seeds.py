#!/usr/bin/env python3
"""Makes the seeds of the fuzz targets from text.

make_seeds.py --builder PST_BUILDER --source tests/fuzz --out FOLDER [--more RECIPES]

FOLDER/<target>/ gets, for each target,
- what seeds/<target>/*.hex says (see fuzz_hex.py), past findings among it;
- for the targets of whole files each of seeds/recipes/*.txt, built, and those
  of the folder RECIPES that get small;
- for the others what cuts() takes out of the built files: pages, blocks, and
  the blocks of a node as fuzz.h describes them.
FOLDER/<target>.dict is its dictionary, where there is one in dict/.
Only the standard library is used.
"""
import argparse
import json
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import fuzz_hex

WHOLE = ("file", "btree", "header")
PC_TYPES = {0x01, 0x02, 0x04, 0x05, 0x08}
TC_TYPES = {0x0b, 0x0d, 0x0e, 0x0f, 0x10, 0x11, 0x12}
# One dictionary for more than one target.
SHARED = {"ltp": ("heap", "bth", "pc", "prop", "tc", "named", "file")}
MAX_BLOCKS = 64
MAX_SEED = 64 << 10
MAX_FILE = 100 << 10


class Archive:
    """A built file and its map."""

    def __init__(self, path, recipe, map_path):
        self.data = path.read_bytes()
        self.name = recipe.stem
        text = recipe.read_text(encoding="utf-8")
        self.variant = (0 if "\nformat ansi" in text else
                        2 if "\nformat ost4k" in text else 1)
        rows = [json.loads(line) for line in
                map_path.read_text(encoding="utf-8").splitlines()]
        self.pages = [row for row in rows if row["kind"] == "page"]
        self.nodes = [row for row in rows if row["kind"] == "node"]
        self.blocks = [row for row in rows if row["kind"] == "block"]

    def of_node(self, name):
        """The blocks of a node and of its subnodes."""
        return [row for row in self.blocks if row["node"] == name or
                row["node"].startswith(name + "/")]

    def container(self, bid_data, bid_sub, blocks):
        """Blocks as fuzz.h describes them."""
        out = [struct.pack("<BBII", self.variant, 0, bid_data, bid_sub)]
        for row in blocks[:MAX_BLOCKS]:
            payload = self.data[row["offset"]:row["offset"] + row["cb"]]
            out.append(struct.pack("<IHH", int(row["bid"], 0) & 0xffffffff,
                                   row["inflated"] & 0xffff, len(payload)))
            out.append(payload)
        return b"".join(out)


def targets_of_node(name):
    """The targets that a node is a seed for."""
    nid = int(name.split("/")[-1], 0)
    kind = nid & 0x1f
    if nid == 0x61:
        return ("named", "pc", "prop", "bth")
    if kind in PC_TYPES:
        return ("pc", "prop", "heap", "bth", "data")
    if kind in TC_TYPES:
        return ("tc", "heap", "bth", "data")
    return ("data",)


def cuts(archive):
    """Yields (target, name, bytes)."""
    for i, page in enumerate(archive.pages):
        size = page["size"]
        yield ("page", f"page-{i}", bytes(
            [archive.variant, 1 if page["tree"] == "nbt" else 0]) +
            archive.data[page["offset"]:page["offset"] + size])
    for node in archive.nodes:
        name = node["node"]
        blocks = archive.of_node(name)
        if not blocks:
            continue
        seed = archive.container(int(node["data"], 0), int(node["sub"], 0),
                                 blocks)
        label = "node-" + name.replace("/", "-")
        for target in targets_of_node(name):
            yield target, label, seed
        if int(node["sub"], 0) != 0:
            yield "subnode", label, seed
    for i in range(0, len(archive.blocks), 8):
        part = archive.blocks[i:i + 8]
        yield "block", f"blocks-{i}", archive.container(
            int(part[0]["bid"], 0), 0, part)


def write(folder, name, seed):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(seed)


def build(builder, recipe, work):
    path = work / (recipe.stem + ".pst")
    map_path = work / (recipe.stem + ".map")
    subprocess.run([builder, "--map", map_path, recipe, path], check=True)
    return Archive(path, recipe, map_path)


def add_more(builder, recipes, work, out):
    """Small files for the targets of whole files. What is damaged at a place
    that a small file does not have is no seed."""
    path = work / "more.pst"
    for recipe in sorted(recipes.glob("*.txt")):
        text = "minimal\ntight\n" + recipe.read_text(encoding="utf-8")
        done = subprocess.run([builder, "-", path], input=text.encode(),
                              stderr=subprocess.DEVNULL, check=False)
        if done.returncode == 0 and path.stat().st_size <= MAX_FILE:
            for target in WHOLE:
                write(out / target, recipe.stem, path.read_bytes())


def make(builder, source, out, more):
    work = out / ".work"
    shutil.rmtree(out, ignore_errors=True)
    work.mkdir(parents=True)
    archives = {}
    for recipe in sorted((source / "seeds/recipes").glob("*.txt")):
        archive = build(builder, recipe, work)
        archives[archive.name] = archive
        for target in WHOLE:
            write(out / target, archive.name, archive.data)
        seen = set()
        for target, label, seed in cuts(archive):
            if len(seed) <= MAX_SEED and (target, seed) not in seen:
                seen.add((target, seed))
                write(out / target, f"{archive.name}-{label}", seed)
    if more:
        add_more(builder, more, work, out)
    for path in sorted((source / "seeds").glob("*/*.hex")):
        seed = fuzz_hex.read(path, lambda name: archives[name].data)
        write(out / path.parent.name, path.stem, seed)
    for path in sorted((source / "dict").glob("*.dict")):
        for target in SHARED.get(path.stem, (path.stem,)):
            shutil.copyfile(path, out / f"{target}.dict")
    shutil.rmtree(work)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--builder", required=True)
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--more", type=Path)
    options = parser.parse_args()
    make(options.builder, options.source, options.out, options.more)
    return 0


if __name__ == "__main__":
    sys.exit(main())
