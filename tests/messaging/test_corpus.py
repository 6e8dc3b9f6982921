#!/usr/bin/env python3
"""test_corpus.py SURVEY: compares what the messaging layer finds in the
archives of AM_CORPUS with their manifest. Exits 77 without AM_CORPUS."""
import json
import os
import subprocess
import sys
from pathlib import Path


def survey(program, folder, names):
    done = subprocess.run([program, *(str(folder / name) for name in names)],
                          stdout=subprocess.PIPE, check=True)
    return {found["file"]: found for found in
            map(json.loads, done.stdout.decode("utf-8").splitlines())}


def expected(truth):
    classes = dict(truth["classes"])
    return {"items": truth["items"],
            "unreadable": classes.pop("!unreadable", 0),
            "classes": classes, "attachments": truth["attachments"],
            "embedded": truth["embedded"], "other": truth["other_att"]}


def compare(name, found, truth):
    """The differences of one file, as sentences."""
    if found["status"] != "ok":
        if truth["items"] > 0:
            yield f"{name}: {found['status']}: {found['why']}"
        return
    for key, want in expected(truth).items():
        if found[key] != want:
            yield f"{name}: {key}: found {found[key]}, manifest {want}"
    paths = [folder["path"] for folder in found["folders"]]
    if len(set(paths)) != len(paths):
        yield f"{name}: two folders have one path"


def main():
    if "AM_CORPUS" not in os.environ:
        print("skipped: AM_CORPUS names no folder of real archives")
        return 77
    folder = Path(os.environ["AM_CORPUS"])
    manifest = json.loads((folder / "manifest.json").read_text())
    found = survey(sys.argv[1], folder, [file["file"] for file in manifest])
    differences = [line for file in manifest for line in
                   compare(file["file"], found[file["file"]], file["truth"])]
    print("\n".join(differences))
    print(f"{len(manifest)} archives, {len(differences)} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
