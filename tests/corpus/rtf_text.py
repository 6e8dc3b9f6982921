"""A second, crude reader of RTF, for the tests: the words that it shows.

Not ours and not shared with it: regular expressions, a stack of groups, and no
more of RTF than real mail has. words(data) gives the letters and digits of the
text, in order, without anything else.
"""

import html
import re
import unicodedata

TOKEN = re.compile(
    rb"\\([a-zA-Z]+)(-?\d+)? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|[\r\n\0]+|([^\\{}\r\n\0]+)", re.S
)
SILENT = {
    b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"header", b"footer", b"mhtmltag", b"generator",
    b"fldinst", b"objdata", b"objclass", b"nonshppict", b"shprslt", b"sp", b"listtable", b"bkmkstart", b"bkmkend",
}
SHOWN = {b"htmltag", b"shppict", b"shptxt", b"fldrslt", b"nesttableprops", b"result"}
BREAKS = {b"par", b"line", b"tab", b"cell", b"row"}
CHARSETS = {128: "cp932", 129: "cp949", 134: "gbk", 136: "cp950", 161: "cp1253", 162: "cp1254", 177: "cp1255",
            178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250"}


class Reader:
    def __init__(self, data):
        page = re.search(rb"\\ansicpg(\d+)", data)
        self.page = f"cp{int(page.group(1))}" if page and int(page.group(1)) else "cp1252"
        self.is_html = b"\\fromhtml" in data[:400]
        self.is_text = b"\\fromtext" in data[:400]
        self.fonts = {int(n): CHARSETS.get(int(c), self.page)
                      for n, c in re.findall(rb"\\f(\d+)(?:\\[a-z]+\d*)*?\\fcharset(\d+)", data)}
        self.out = []
        self.held = b""
        self.held_page = self.page

    def flush(self):
        self.out.append(self.held.decode(self.held_page, "replace"))
        self.held = b""

    def add(self, raw, page):
        if page != self.held_page:
            self.flush()
            self.held_page = page
        self.held += raw

    def read(self, data):
        # what a group keeps: silent, hidden, html, uc, page
        stack, now = [], (False, False, False, 1, self.page)
        star, skip, at = False, 0, 0
        while at < len(data):
            match = TOKEN.match(data, at)
            if match is None:
                break
            at = match.end()
            word, number, byte, symbol, brace, text = match.groups()
            silent, hidden, in_tag, uc, page = now
            shows = not silent and not (hidden and not self.is_text)
            if brace:
                skip, star = 0, False
                if brace == b"{":
                    stack.append(now)
                elif stack:
                    now = stack.pop()
                continue
            if symbol == b"*":
                star = True
                continue
            if word == b"bin":
                at += max(int(number or 0), 0)
                continue
            if skip and word != b"u":
                eaten = min(skip, len(text) if text else 1)
                skip -= eaten
                if not text or eaten == len(text):
                    continue
                text = text[eaten:]
            if word:
                self.word(word, number, shows, page)
                if word == b"u":
                    skip = uc
                elif word in SILENT or (star and word not in SHOWN):
                    silent = True
                elif word == b"htmlrtf" or (word == b"v" and not self.is_html):
                    hidden = number != b"0"
                elif word == b"htmltag":
                    in_tag, page = True, self.page
                    silent = silent or not self.is_html
                elif word == b"uc":
                    uc = int(number or 1)
                elif word == b"f" and not in_tag:
                    page = self.fonts.get(int(number or 0), self.page)
                elif word == b"plain":
                    hidden, page = hidden and self.is_html, self.page
                now = (silent, hidden, in_tag, uc, page)
                star = False
            elif shows and text:
                self.add(text, page)
            elif shows and byte:
                self.add(bytes.fromhex(byte.decode()), page)
            elif shows and symbol in (b"\\", b"{", b"}"):
                self.add(symbol, page)
            elif shows and symbol == b"~":
                self.add(b" ", page)
        self.flush()
        text = "".join(self.out).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return html_text(text) if self.is_html else text

    def word(self, word, number, shows, page):
        if not shows:
            return
        if word == b"u":
            self.flush()
            self.out.append(chr(int(number or 0) % 0x10000))
        elif word in BREAKS:
            self.add(b"\n", page)


def html_text(text):
    text = re.sub(r"<!--.*?-->", " ", text, flags=re.S)
    text = re.sub(r"(?is)<(style|script|title)\b.*?</\1\s*>", " ", text)
    return html.unescape(re.sub(r"<[^>]*>", " ", text))


def letters(text):
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def words(data):
    return letters(Reader(data).read(data))
