"""Checks the structure of a PST file, block by block, against [MS-PST].

A third opinion on what pst_builder writes, in plain Python: checksums and
signatures of the header, of every page and of every block, the order of both
B-trees, that each block has exactly one user, and that the allocation maps
mark what is in use and nothing else.
"""

import struct
import sys
import zlib

sys.setrecursionlimit(100000)  # embedded messages may be 500 deep


class Broken(Exception):
    pass


def need(condition, text, *values):
    if not condition:
        raise Broken(text % values)


def crc(data):
    return zlib.crc32(data, 0xFFFFFFFF) ^ 0xFFFFFFFF


def signature(ib, bid):
    mixed = (ib ^ bid) & 0xFFFFFFFF
    return (mixed >> 16 ^ mixed) & 0xFFFF


class Variant:
    """Sizes as in the table at the head of [MS-PST] digests."""

    def __init__(self, version):
        self.ansi = version <= 15
        self.large = version >= 36
        self.id = 4 if self.ansi else 8
        self.page = 4096 if self.large else 512
        self.trailer = 24 if self.large else 12 if self.ansi else 16
        self.area = 4056 if self.large else 496 if self.ansi else 488
        self.align = 512 if self.large else 64
        self.amap_first = 0x22000 if self.large else 0x4400
        self.amap_at = 4 if self.ansi else 0
        self.amap_len = 4072 if self.large else 496
        self.amap_step = self.amap_len * 8 * self.align

    def counts(self, page):
        if self.large:
            return struct.unpack_from("<HHBB", page, self.area)
        return struct.unpack_from("<BBBB", page, self.area)

    def trailer_of(self, data):
        """type or cb, signature, crc, bid"""
        if self.ansi:
            first, sig, bid, check = struct.unpack_from("<HHII", data)
            return first, sig, check, bid
        return struct.unpack_from("<HHIQ", data)


class Pst:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = file.read()
        self.v = Variant(self.number(10, 2))
        self.nodes = {}
        self.blocks = {}
        self.used = []
        self.users = {}

    def number(self, at, size):
        return int.from_bytes(self.data[at:at + size], "little")

    def check(self):
        self.header()
        root = 184 if self.v.ansi else 216
        size = self.v.id
        nbt = self.number(root, size), self.number(root + size, size)
        bbt = (self.number(root + 2 * size, size),
               self.number(root + 3 * size, size))
        self.tree(*nbt, 0x81, None)
        self.tree(*bbt, 0x80, None)
        for bid, (ib, stored, inflated) in self.blocks.items():
            self.block(bid, ib, stored, inflated)
        for data, sub in self.nodes.values():
            self.data_tree(data)
            self.subnodes(sub)
        need(len(self.users) == len(self.blocks), "%d of %d blocks in use",
             len(self.users), len(self.blocks))
        self.maps()
        return self

    def header(self):
        need(self.data[:4] == b"!BDN", "no magic")
        need(self.number(4, 4) == crc(self.data[8:8 + 471]), "dwCRCPartial")
        if not self.v.ansi:
            need(self.number(524, 4) == crc(self.data[8:8 + 516]), "dwCRCFull")
        need(self.number(168 if self.v.ansi else 184, self.v.id)
             == len(self.data), "ibFileEof")

    def page_at(self, bid, ib, kind):
        page = self.data[ib:ib + self.v.page]
        body = page[:self.v.page - self.v.trailer]
        ptype, sig, check, own = self.v.trailer_of(page[len(body):])
        need(ptype == kind * 0x101, "page %#x: ptype %#x", ib, ptype)
        need(check == crc(body), "page %#x: dwCRC", ib)
        need(own == bid, "page %#x: bid %#x", ib, own)
        maps = 0x82 <= kind <= 0x85
        need(sig == (0 if maps else signature(ib, bid)), "page %#x: wSig", ib)
        need(ib % self.v.page == 0 or not self.v.large, "page %#x: place", ib)
        return page

    def tree(self, bid, ib, kind, level):
        page = self.page_at(bid, ib, kind)
        self.used.append((ib, self.v.page))
        count, capacity, size, own = self.v.counts(page)
        need(level is None or own == level, "page %#x: cLevel %d", ib, own)
        need(count <= capacity and capacity * size <= self.v.area,
             "page %#x: cEnt %d of %d", ib, count, capacity)
        first = last = None
        for i in range(count):
            entry = page[i * size:(i + 1) * size]
            key = int.from_bytes(entry[:self.v.id], "little")
            need(last is None or key > last, "page %#x: order", ib)
            last = key
            first = key if first is None else first
            if own > 0:
                child = self.ids(entry[self.v.id:], 2)
                need(self.tree(*child, kind, own - 1) == key,
                     "page %#x: btkey %#x", ib, key)
            else:
                self.leaf(kind, key, entry)
        return first

    def ids(self, data, count):
        return struct.unpack_from("<%d%s" % (count, "I" if self.v.ansi
                                             else "Q"), data)

    def leaf(self, kind, key, entry):
        if kind == 0x81:
            self.nodes[key] = self.ids(entry[self.v.id:], 2)
            return
        ib = self.ids(entry[self.v.id:], 1)[0]
        stored, inflated = struct.unpack_from("<HH", entry, 2 * self.v.id)
        self.blocks[key & ~1] = ib, stored, inflated if self.v.large else stored

    def block(self, bid, ib, stored, inflated):
        size = -(-(stored + self.v.trailer) // self.v.align) * self.v.align
        data = self.data[ib:ib + size]
        cb, sig, check, own = self.v.trailer_of(data[size - self.v.trailer:])
        need(ib % self.v.align == 0, "block %#x: ib %#x", bid, ib)
        need(cb == stored, "block %#x: cb", bid)
        need(own & ~1 == bid, "block %#x: bid %#x", bid, own)
        need(sig == signature(ib, own), "block %#x: wSig", bid)
        need(check == crc(data[:stored]), "block %#x: dwCRC", bid)
        self.used.append((ib, size))
        if inflated != stored:
            need(len(zlib.decompress(data[:stored])) == inflated,
                 "block %#x: cbInflated", bid)

    def payload(self, bid):
        """Of an internal block: those are not encoded."""
        need(bid & ~1 in self.blocks, "no block %#x", bid)
        ib, stored, inflated = self.blocks[bid & ~1]
        data = self.data[ib:ib + stored]
        return data if inflated == stored else zlib.decompress(data)

    def use(self, bid):
        bid &= ~1
        need(bid in self.blocks, "no block %#x", bid)
        self.users[bid] = self.users.get(bid, 0) + 1
        need(self.users[bid] == 1, "block %#x has two users", bid)

    def data_tree(self, bid):
        """Bytes below it."""
        if bid == 0:
            return 0
        self.use(bid)
        if bid & 2 == 0:
            return self.blocks[bid & ~1][2]
        data = self.payload(bid)
        btype, level, count, total = struct.unpack_from("<BBHI", data)
        need(btype == 1 and level in (1, 2), "block %#x: no XBLOCK", bid)
        need(len(data) == 8 + count * self.v.id, "block %#x: cEnt", bid)
        below = sum(self.data_tree(child)
                    for child in self.ids(data[8:], count))
        need(below == total, "block %#x: lcbTotal %d, not %d", bid, total,
             below)
        return total

    def subnodes(self, bid):
        if bid == 0:
            return
        self.use(bid)
        data = self.payload(bid)
        btype, level, count = struct.unpack_from("<BBH", data)
        start = 4 if self.v.ansi else 8
        width = 2 if level else 3
        need(btype == 2 and level in (0, 1), "block %#x: no SLBLOCK", bid)
        need(len(data) == start + count * width * self.v.id,
             "block %#x: cEnt", bid)
        last = -1
        for i in range(count):
            entry = self.ids(data[start + i * width * self.v.id:], width)
            need(entry[0] > last, "block %#x: order", bid)
            last = entry[0]
            if level:
                self.subnodes(entry[1])
            else:
                self.data_tree(entry[1])
                self.subnodes(entry[2])

    def map_pages(self, at):
        n = (at - self.v.amap_first) // self.v.amap_step
        kinds = []
        if not self.v.large:
            kinds += [0x83] if n % 8 == 0 else []
            kinds += [0x82] if n >= 128 and (n - 128) % 496 == 0 else []
            kinds += [0x85] if n >= 8192 and (n - 8192) % 31744 == 0 else []
        for i, kind in enumerate(kinds):
            ib = at + (i + 1) * self.v.page
            self.page_at(ib, ib, kind)
            self.used.append((ib, self.v.page))

    def maps(self):
        places = range(self.v.amap_first, len(self.data), self.v.amap_step)
        marked = set()
        for at in places:
            page = self.page_at(at, at, 0x84)
            self.used.append((at, self.v.page))
            self.map_pages(at)
            bits = page[self.v.amap_at:self.v.amap_at + self.v.amap_len]
            for i, byte in enumerate(bits):
                for bit in range(8):
                    if byte & 0x80 >> bit:
                        marked.add(at + (8 * i + bit) * self.v.align)
        for ib, size in self.used:
            for at in range(ib, ib + size, self.v.align):
                need(at in marked, "%#x is in use but marked free", at)
                marked.remove(at)
        need(not marked, "%#x is marked but free", min(marked, default=0))
