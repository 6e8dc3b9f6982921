#!/usr/bin/env python3
"""Does pst_builder write what its recipes say?

Every recipe must build, twice to the same bytes. Those without damage must
hold together block by block (pst_structure.py), and readpst and pffexport,
two readers by other hands, must find the messages that the recipe announces.
The environment names the tool (PST_BUILDER) and the repository (PST_SOURCE).
"""

import filecmp
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from pst_structure import Broken, Pst

BUILDER = os.environ.get("PST_BUILDER", "pst_builder")
SOURCE = Path(os.environ.get("PST_SOURCE", Path(__file__).parents[2]))
RECIPES = sorted((SOURCE / "tests/recipes").glob("*.txt"))
SAMPLES = sorted((SOURCE / "samples/recipes").glob("*.txt"))
VARIANTS = [f"good-{variant}-{crypt}"
            for variant in ("ansi", "unicode", "ost4k")
            for crypt in ("none", "permute", "cyclic")]

# What the other readers are known not to read, with the reason. Each still
# reads all the other good recipes.
READPST_CANNOT = {
    "good-a01-bid-bit0-entries": "looks for the BID with bit 0 as it is",
    "good-a04-version-37": "knows no version above 36",
    "good-a23-deep-bth": "reads BTHs of one level only",
    "good-a30-pab": "wants an IPM subtree",
    "good-c06-names": "writes to files of these names",
    "good-c13-mail-under-root": "reads the IPM subtree only",
    "good-c13-message-in-root": "reads the IPM subtree only",
    "good-c14-server-ids": "wants an IPM subtree",
    "good-c15-hidden-folders": "skips this class",
    "good-g10-other-node-types": "takes nodes of other types for mail",
    "exchange-cache": "wants an IPM subtree",
}
PFFEXPORT_CANNOT = {
    "good-a01-bid-bit0-entries": "looks for the BID with bit 0 as it is",
    "good-a01-bid-bit0-references": "looks for the BID with bit 0 as it is",
    "good-a09-same-nid": "follows the wrong of two equal NIDs, for ever",
    "good-a30-pab": "opens no file of client AB",
    "good-c02-listed-twice": "exports a message for each row",
    "good-c06-names": "writes to files of these names",
    "good-c08-table-cycle": "loses what the cycle holds",
    "good-c15-hidden-folders": "skips this class",
    "good-c16-deep-folders": "makes paths the system does not take",
    "good-minimal": "wants a name map that is not empty",
}
# Both write what is no mail in files of another kind, which are not counted.
NO_MAIL = re.compile(
    r"class IPM\.(Contact|DistList|Appointment|Task|Activity|StickyNote)")
# Holes make these too large to read whole, or too slow for libpff.
LARGE = {"good-a22-beyond-4g"}


def build(recipe, output, *options):
    return subprocess.run([BUILDER, *options, str(recipe), str(output)],
                          capture_output=True, text=True, timeout=120)


def expected(recipe):
    """The numbers of the "# expect:" line, as text."""
    line = re.search(r"^# expect: (.*)$", recipe.read_text("utf-8"), re.M)
    return dict(item.split("=") for item in line[1].split())


def is_damaged(recipe):
    return re.search(r"^damage", recipe.read_text("utf-8"), re.M) is not None


def readpst_count(pst, folder):
    """Messages readpst writes, deleted items included."""
    subprocess.run(["readpst", "-D", "-b", "-q", "-j0", "-o", str(folder), str(pst)],
                   capture_output=True, timeout=120)
    return sum(data.count(b"\nFrom ") + data.startswith(b"From ")
               for data in (path.read_bytes() for path in folder.rglob("*")
                            if path.is_file()))


def pffexport(pst, folder):
    target = folder / "out"
    subprocess.run(["pffexport", "-q", "-t", str(target), str(pst)],
                   capture_output=True, timeout=120)
    return Path(f"{target}.export")


def pffexport_count(pst, folder):
    """Messages pffexport writes, embedded ones not counted."""
    export = pffexport(pst, folder)
    return sum(path.is_dir() and "Attachments" not in path.parts
               for path in export.rglob("Message[0-9]*"))


class BuilderTest(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="pst_builder."))
        self.addCleanup(shutil.rmtree, self.folder)

    def built(self, recipe, *options):
        output = self.folder / f"{recipe.stem}.pst"
        done = build(recipe, output, *options)
        self.assertEqual((done.returncode, done.stderr), (0, ""), recipe.name)
        return output

    def written(self, text):
        recipe = self.folder / "recipe.txt"
        recipe.write_text(text, "utf-8")
        return recipe


class Recipes(BuilderTest):
    def test_there_are_recipes(self):
        self.assertGreater(len(RECIPES), 100)
        self.assertGreater(len(SAMPLES), 2)

    def test_each_builds_the_same_twice(self):
        for recipe in RECIPES + SAMPLES:
            with self.subTest(recipe=recipe.stem):
                first = self.built(recipe)
                second = self.folder / "second.pst"
                build(recipe, second)
                self.assertTrue(recipe.stem in LARGE or filecmp.cmp(
                    first, second, shallow=False))
                first.unlink()

    def test_undamaged_ones_hold_together(self):
        for recipe in RECIPES + SAMPLES:
            if is_damaged(recipe) or recipe.stem in LARGE:
                continue
            with self.subTest(recipe=recipe.stem):
                pst = Pst(self.built(recipe)).check()
                messages = sum(nid & 31 == 4 for nid in pst.nodes)
                self.assertEqual(str(messages),
                                 expected(recipe).get("found", str(messages)))

    def test_each_says_what_to_expect(self):
        for recipe in RECIPES + SAMPLES:
            with self.subTest(recipe=recipe.stem):
                self.assertIn("exit", expected(recipe))
                verdict = recipe.stem.split("-")[0]
                wanted = expected(recipe)
                if verdict == "good":
                    self.assertEqual(wanted["exit"], "0")
                    self.assertIn(wanted.get("findings", "0"), ("0", "0+"))
                if verdict in ("bad", "unsupported"):
                    self.assertTrue(wanted["exit"] != "0" or
                                    wanted["findings"] == "1+")


class Peers(BuilderTest):
    """What readers by other hands find."""

    def agree(self, tool, count, cannot):
        if shutil.which(tool) is None:
            self.skipTest(f"{tool} is not installed")
        for recipe in RECIPES + SAMPLES:
            if recipe.stem.split("-")[0] in ("bad", "unsupported"):
                continue
            if recipe.stem in cannot or recipe.stem in LARGE:
                continue
            if NO_MAIL.search(recipe.read_text("utf-8")):
                continue
            with self.subTest(recipe=recipe.stem):
                work = self.folder / "work"
                work.mkdir()
                found = count(self.built(recipe), work)
                shutil.rmtree(work)
                self.assertEqual(str(found), expected(recipe)["found"])

    def test_readpst(self):
        self.agree("readpst", readpst_count, READPST_CANNOT)

    def test_pffexport(self):
        self.agree("pffexport", pffexport_count, PFFEXPORT_CANNOT)

    def test_attachments_are_the_same_in_every_variant(self):
        if shutil.which("pffexport") is None:
            self.skipTest("pffexport is not installed")
        contents = set()
        for name in VARIANTS:
            work = self.folder / name
            work.mkdir()
            export = pffexport(
                self.built(SOURCE / f"tests/recipes/{name}.txt"), work)
            found = sorted(path.read_bytes() for path in export.rglob(
                "Attachments/*") if path.is_file())
            self.assertIn(b"short", found)
            self.assertIn(40000, map(len, found))
            contents.add(tuple(found))
        self.assertEqual(len(contents), 1)


class Damage(BuilderTest):
    """Each verb and place changes these bytes and no others."""

    RECIPE = """
        crypt cyclic
        folder "Inbox" {
            message { label m; subject "One"; body "one"
                attachment "a.bin" { data random 20000 1 } }
            message { label n; subject "Two"; body "two" }
        }
        damage { DAMAGE }
    """

    def bytes_of(self, damage):
        recipe = self.written(self.RECIPE.replace("DAMAGE", damage))
        return self.built(recipe, "--map", self.folder / "map").read_bytes()

    def changed(self, damage):
        """Offsets of the bytes that damage changes."""
        before = self.bytes_of("")
        after = self.bytes_of(damage)
        self.assertEqual(len(before), len(after))
        return [i for i, (a, b) in enumerate(zip(before, after)) if a != b]

    def entries(self, **wanted):
        lines = (self.folder / "map").read_text().splitlines()
        return [entry for entry in map(json.loads, lines)
                if all(entry.get(key) == value
                       for key, value in wanted.items())]

    def block(self, node, role, index=0):
        found = self.entries(kind="block", node=node, role=role, index=index)
        self.assertEqual(len(found), 1)
        return found[0]

    def test_raw_bytes(self):
        self.assertEqual(self.changed("flip file 1000 3"), [1000, 1001, 1002])

    def test_header_field(self):
        self.assertEqual(self.changed("set header crypt 7"), [513])

    def test_sealed_header(self):
        changed = self.changed("set header ver 36 sealed")
        self.assertEqual(changed[4], 10)
        self.assertTrue(set(changed) <= {4, 5, 6, 7, 10, *range(524, 528)})

    def test_block_payload_stays_encoded(self):
        """A cyclic block is edited by its plain bytes: one byte changes."""
        changed = self.changed("set block @n data +3 u8 0xAC")
        at = self.block("0x200044", "data")
        self.assertEqual(changed, [at["offset"] + 3])

    def test_sealed_block(self):
        changed = self.changed("set block @n data +3 u8 0xAC sealed")
        at = self.block("0x200044", "data")
        trailer = at["offset"] + at["size"] - 16
        self.assertEqual(changed[0], at["offset"] + 3)
        self.assertTrue(set(changed[1:]) <= set(range(trailer + 4,
                                                      trailer + 8)))

    def test_block_of_a_data_tree(self):
        changed = self.changed("flip block @m/0x8025/0x83f data 1 +10")
        at = self.block("0x200024/0x8025/0x83f", "data", 1)
        self.assertEqual(changed, [at["offset"] + 10])

    def test_block_trailer(self):
        changed = self.changed("flip block @n data crc 4")
        at = self.block("0x200044", "data")
        end = at["offset"] + at["size"] - 16
        self.assertEqual(changed, list(range(end + 4, end + 8)))

    def test_node_entry(self):
        changed = self.changed("set node @n parent 0x12345678")
        page = [entry for entry in self.entries(kind="page", tree="nbt",
                                                level=0)
                if int(entry["key"], 16) <= 0x200044][-1]
        self.assertTrue(all(0 <= i - page["offset"] < 488 for i in changed))
        self.assertEqual(len(changed), 4)

    def test_subnode_entry(self):
        changed = self.changed("set node @m/0x8025 nid 0xFFFFFFFFFFFFFFFF")
        at = self.block("0x200024", "sub")
        self.assertTrue(all(0 <= i - at["offset"] < at["cb"]
                            for i in changed))

    def test_bbt_entry(self):
        changed = self.changed("set bbt @n data ib 0x1122334455667788")
        self.assertEqual(len(changed), 8)

    def test_page_counters(self):
        changed = self.changed("set page nbt root count 200")
        root = max(self.entries(kind="page", tree="nbt"),
                   key=lambda entry: entry["level"])
        self.assertEqual(changed, [root["offset"] + 488])

    def test_reference_to_a_page(self):
        after = self.bytes_of(
            "set page nbt root entry 0 ib page-ib nbt root")
        root = max(self.entries(kind="page", tree="nbt"),
                   key=lambda entry: entry["level"])
        at = root["offset"] + 16
        self.assertEqual(int.from_bytes(after[at:at + 8], "little"),
                         root["offset"])

    def test_swapped_entries(self):
        before = self.bytes_of("")
        after = self.bytes_of("swap page nbt leaf 0 0 2")
        at = self.entries(kind="page", tree="nbt", level=0)[0]["offset"]
        self.assertEqual(before[at:at + 32], after[at + 64:at + 96])
        self.assertEqual(before[at + 64:at + 96], after[at:at + 32])

    def test_file_size(self):
        whole = len(self.bytes_of(""))
        self.assertEqual(len(self.bytes_of("truncate 1000")), 1000)
        self.assertEqual(len(self.bytes_of("truncate 50%")),
                         whole // 100 * 50)
        self.assertTrue(self.bytes_of('append "tail"').endswith(b"tail"))

    def test_the_checker_sees_damage(self):
        for damage in ("flip header amap-last", "flip page bbt root +8",
                       "flip block @n data", "set node @n sub 0x99996 sealed",
                       "flip file 0x4400", "swap page nbt leaf 0 0 1 sealed",
                       "set block @m/0x8025/0x83f data +4 u32 1 sealed"):
            with self.subTest(damage=damage):
                self.bytes_of(damage)
                with self.assertRaises(Broken):
                    Pst(self.folder / "recipe.pst").check()


class Faults(BuilderTest):
    """A recipe that cannot be built says where and why."""

    CASES = {
        "unknown statement": ("\nfoldr X { }", "recipe.txt:2: foldr"),
        "unknown in a message": ('folder X { message { subjekt "a" } }',
                                 "subjekt"),
        "no end of a text": ('store-name "abc', "no end"),
        "no end of a block": ("folder X {", "has no }"),
        "no begin of a block": ("}", "has no {"),
        "no end of lines": ("folder X { message { body <<END\nabc\n} }",
                            "no end"),
        "bad number": ("first-bid twelve", "not a number"),
        "bad time": ("folder X { message { sent yesterday } }", "not a time"),
        "bad type": ("store { prop 0x1:colour 1 }", "unknown type"),
        "bad set": ("store { prop PSETID_No/1:i32 1 }", "no property set"),
        "bad UTF-8": ('folder "\\xff" { }', "not UTF-8"),
        "unknown label": ("damage { set node @x sub 0 }", 'no label "x"'),
        "unknown folder": ("folder X { message { listed-in Y } }",
                           'no folder "Y"'),
        "code page lacks it": ('format ansi; store-name "日本"',
                               "cannot hold"),
        "large BID in ANSI": ("format ansi; first-bid 0x100000000", "2^32"),
        "deflated Unicode file": ("compress", "ost4k only"),
    }

    def test_messages(self):
        for name, (text, wanted) in self.CASES.items():
            with self.subTest(name=name):
                done = build(self.written(text), self.folder / "x.pst")
                self.assertEqual(done.returncode, 1)
                self.assertIn(wanted, done.stderr)

    def test_usage(self):
        done = subprocess.run([BUILDER], capture_output=True, text=True)
        self.assertEqual(done.returncode, 64)
        self.assertIn("usage:", done.stderr)


class Language(BuilderTest):
    def payload(self, text):
        """Bytes of the file, blocks not encoded."""
        return self.built(self.written("crypt none\n" + text)).read_bytes()

    def test_text_forms(self):
        data = self.payload("""
            folder X { message {
                prop 0x7001:binary "a\\x01\\t\\u{e9}\\0z"
                prop 0x7002:binary hex "DE AD be ef"
                prop 0x7003:binary base64 "aGVsbG8="
                prop 0x7004:unicode "\\u{1F600}\\u{D800}"
                prop 0x7005:string8 "caf\\u{e9}"
                prop 0x7006:binary codepage 932 "日"
                prop 0x7007:guid 00020329-0000-0000-C000-000000000046
                body <<END
                  indented
                no more
                END
            } }
        """)
        for wanted in (b"a\x01\t\xc3\xa9\0z", b"\xde\xad\xbe\xef", b"hello",
                       b"\x3d\xd8\x00\xde\x00\xd8", b"caf\xe9", b"\x93\xfa",
                       b"\x29\x03\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46",
                       "  indented\r\nno more\r\n".encode("utf-16-le")):
            self.assertIn(wanted, data)

    def test_times(self):
        """Both are 2004-05-06 05:08:09 UTC."""
        for text in ("2004-05-06T07:08:09+02:00", "2004-05-06T05:08:09Z"):
            data = self.payload(f"folder X {{ message {{ sent {text} }} }}")
            filetime = (1083820089 + 11644473600) * 10000000
            self.assertIn(filetime.to_bytes(8, "little"), data)

    def test_file_beside_the_recipe(self):
        (self.folder / "picture").write_bytes(b"PICTURE" * 9)
        data = self.payload('folder X { message { attachment "p" '
                            '{ data file "picture" } } }')
        self.assertIn(b"PICTURE" * 9, data)

    def test_standard_input(self):
        output = self.folder / "stdin.pst"
        done = subprocess.run([BUILDER, "-", str(output)], text=True,
                              input='folder "X" { }', capture_output=True)
        self.assertEqual(done.returncode, 0)
        Pst(output).check()


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    unittest.main()
