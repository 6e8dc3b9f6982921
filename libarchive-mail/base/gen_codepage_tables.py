#!/usr/bin/env python3
"""Writes codepage_tables.c: what the bytes of single-byte code pages mean.

The tables come from Python's codecs (which have them from the Unicode
Consortium), corrected where Windows differs, and from the lists below where
Python has none. Run it in this folder after a change; --check compares.
"""
import os
import sys
import unicodedata

GAP = 0xFFFD
HERE = os.path.dirname(os.path.abspath(__file__))
TARGET = os.path.join(HERE, "codepage_tables.c")

# Windows number: Python's codec
CODECS = {
    37: "cp037", 437: "cp437", 500: "cp500", 720: "cp720", 737: "cp737",
    775: "cp775", 850: "cp850", 852: "cp852", 855: "cp855", 857: "cp857",
    858: "cp858", 860: "cp860", 861: "cp861", 862: "cp862", 863: "cp863",
    864: "cp864", 865: "cp865", 866: "cp866", 869: "cp869", 874: "cp874",
    875: "cp875", 1026: "cp1026", 1140: "cp1140",
    1250: "cp1250", 1251: "cp1251", 1252: "cp1252", 1253: "cp1253",
    1254: "cp1254", 1255: "cp1255", 1256: "cp1256", 1257: "cp1257",
    1258: "cp1258",
    10000: "mac_roman", 10004: "mac_arabic", 10006: "mac_greek",
    10007: "mac_cyrillic", 10010: "mac_romanian", 10029: "mac_latin2",
    10079: "mac_iceland", 10081: "mac_turkish", 10082: "mac_croatian",
    20273: "cp273", 20424: "cp424", 20866: "koi8_r", 21866: "koi8_u",
    28591: "iso8859_1", 28592: "iso8859_2", 28593: "iso8859_3",
    28594: "iso8859_4", 28595: "iso8859_5", 28596: "iso8859_6",
    28597: "iso8859_7", 28598: "iso8859_8", 28599: "iso8859_9",
    28600: "iso8859_10", 28603: "iso8859_13", 28604: "iso8859_14",
    28605: "iso8859_15", 28606: "iso8859_16",
}

# x-mac-hebrew, 0xA0 to 0xDF; 0xE0 to 0xFA are the letters. Its mirrored
# punctuation is written as the plain one: the text is in logical order.
MAC_HEBREW = (
    [ord(c) for c in " !\"#$%\u20aa')(*+,-./0123456789:;<=>?"] +
    [GAP, 0x201E, GAP, GAP, GAP, GAP, 0x05BC, 0xFB4B,
     GAP, 0x2026, 0x00A0, 0x05B8, 0x05B7, 0x05B5, 0x05B6, 0x05B4,
     0x2013, 0x2014, 0x201C, 0x201D, 0x2018, 0x2019, 0xFB2A, 0xFB2B,
     0x05BF, 0x05B0, 0x05B2, 0x05B1, 0x05BB, 0x05B9, 0x05B8, 0x05B3])

# ISCII-91 as offsets in the Devanagari block, from 0xA1 on; 0: none.
ISCII = [
    0x01, 0x02, 0x03, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x0B, 0x0E, 0x0F,
    0x10, 0x0D, 0x12, 0x13, 0x14, 0x11, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1A,
    0x1B, 0x1C, 0x1D, 0x1E, 0x1F, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26,
    0x27, 0x28, 0x29, 0x2A, 0x2B, 0x2C, 0x2D, 0x2E, 0x2F, 0x5F, 0x30, 0x31,
    0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0, 0x3E, 0x3F, 0x40,
    0x41, 0x42, 0x43, 0x46, 0x47, 0x48, 0x45, 0x4A, 0x4B, 0x4C, 0x49, 0x4D,
    0x3C, 0x64, 0, 0, 0, 0, 0, 0, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6C,
    0x6D, 0x6E, 0x6F,
]
ISCII_BLOCKS = {
    57002: 0x0900, 57003: 0x0980, 57004: 0x0B80, 57005: 0x0C00,
    57006: 0x0980, 57007: 0x0B00, 57008: 0x0C80, 57009: 0x0D00,
    57010: 0x0A80, 57011: 0x0A00,
}


def of_codec(name):
    table = []
    for byte in range(256):
        try:
            table.append(ord(bytes([byte]).decode(name)))
        except UnicodeDecodeError:
            table.append(GAP)
    return table


def mac_hebrew():
    table = of_codec("mac_roman")
    table[0x81] = 0xFB1F
    table[0xA0:0xE0] = MAC_HEBREW
    table[0xE0:0xFB] = range(0x05D0, 0x05EB)
    table[0xFB:] = [ord(c) for c in "}]{[|"]
    return table


def iscii(number):
    block = ISCII_BLOCKS[number]
    table = list(range(128)) + [GAP] * 128
    for i, offset in enumerate(ISCII):
        code = block + offset
        if offset == 0x64:
            code = 0x0964  # one danda for all
        # A fixed version of Unicode: the same tables with any Python.
        known = unicodedata.ucd_3_2_0.name(chr(code), None) is not None
        if offset != 0 and known:
            table[0xA1 + i] = code
    table[0xD9] = 0x200D  # INV
    if number == 57006:  # Assamese has letters of its own
        table[0xCF] = 0x09F0
        table[0xD4] = 0x09F1
    return table


def ebcdic_open_systems(latin9):
    """1047, and with euro 20924: 37 with six characters moved."""
    table = of_codec("cp037")
    for byte, char in ((0x5F, "^"), (0xB0, "\u00ac"), (0xAD, "["),
                       (0xBD, "]"), (0xBA, "\u00dd"), (0xBB, "\u00a8")):
        table[byte] = ord(char)
    if latin9:
        changed = {latin: ord(bytes([latin]).decode("iso8859_15"))
                   for latin in range(0xA0, 0x100)}
        table = [changed.get(code, code) for code in table]
    return table


def corrected(number, table):
    """Where Windows, or mail as it is, differs from the standard's table."""
    if number == 864:
        table[0x25] = 0x25  # the percent sign of ASCII, not the Arabic one
    if number == 875:
        for byte in range(0x80, 0x100):
            if table[byte] == 0x1A:  # SUB stands for "none"
                table[byte] = GAP
    if number == 1255:
        table[0xCA] = 0x05BA
    if number == 28591:
        # What is labelled ISO-8859-1 is Windows-1252 with its curly quotes.
        windows = of_codec("cp1252")
        for byte in range(0x80, 0xA0):
            if windows[byte] != GAP:
                table[byte] = windows[byte]
    return table


def tables():
    found = {number: corrected(number, of_codec(codec))
             for number, codec in CODECS.items()}
    found[1047] = ebcdic_open_systems(False)
    found[20924] = ebcdic_open_systems(True)
    found[10005] = mac_hebrew()
    # Plain ASCII: each byte above it is a fault.
    found[20127] = list(range(128)) + [GAP] * 128
    for number in ISCII_BLOCKS:
        found[number] = iscii(number)
    return found


def rows(codes):
    for i in range(0, len(codes), 8):
        yield "\t" + ", ".join("0x%04x" % c for c in codes[i:i + 8]) + ","


def text():
    lines = [
        "/* Generated by gen_codepage_tables.py. Do not edit. */",
        "/* clang-format off */",
        '#include "base/codepage.h"',
        "",
    ]
    index = []
    for number, table in sorted(tables().items()):
        is_high = table[:128] == list(range(128))
        codes = table[128:] if is_high else table
        lines.append("static const uint16_t cp%d[%d] = {"
                     % (number, len(codes)))
        lines.extend(rows(codes))
        lines.extend(["};", ""])
        index.append("\t{ %d, %s, cp%d }," %
                     (number, "true" if is_high else "false", number))
    lines.append("const struct am_codepage_table am_codepage_tables[] = {")
    lines.extend(index)
    lines.extend([
        "};",
        "",
        "const size_t am_codepage_table_count =",
        "\tsizeof(am_codepage_tables) / sizeof(am_codepage_tables[0]);",
        "",
    ])
    return "\n".join(lines)


def main():
    if sys.argv[1:] == ["--check"]:
        with open(TARGET, encoding="ascii") as file:
            if file.read() == text():
                return 0
        print("codepage_tables.c is not what its script writes",
              file=sys.stderr)
        return 1
    with open(TARGET, "w", encoding="ascii") as file:
        file.write(text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
