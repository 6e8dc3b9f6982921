"""A small IMAP server that does what real ones do rarely. It knows APPEND and
what an upload asks for besides, and keeps what it was given."""
import re
import socket
import threading

PERMANENT = r"(\Answered \Flagged \Deleted \Seen \Draft \*)"


class Mailbox:
    def __init__(self, validity):
        self.validity, self.next, self.messages = validity, 1, {}


class RareServer:
    """host, port, user and password: as those of servers.py. What it does is
    set before a client comes:

    can             what it says it can
    permanent       PERMANENTFLAGS, and with them the flags that APPEND keeps
    forgets         flags that APPEND drops all the same
    tells_uids      UIDPLUS
    read_only       SELECT says READ-ONLY
    makes           CREATE works
    answer          of the n-th APPEND (1, 2, ...), when it is no OK; None: OK
    """
    host, user, password, tls_port = "localhost", "ann@example.org", "x", None

    def __init__(self):
        self.can = "IMAP4rev1 LITERAL+ UIDPLUS UNSELECT"
        self.permanent, self.forgets = PERMANENT, set()
        self.read_only, self.makes = False, True
        self.answer = lambda number: None
        self.mailboxes = {"INBOX": Mailbox(7)}
        self.appends, self.said = 0, []
        self.lock = threading.Lock()
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self.open, daemon=True).start()

    def close(self):
        self.door.close()

    def open(self):
        while True:
            try:
                connection = self.door.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,),
                             daemon=True).start()

    def serve(self, connection):
        try:
            with connection, connection.makefile("rwb") as stream:
                Session(self, stream).serve()
        except (OSError, EOFError):
            pass  # the client has gone, or is to find that we have

    @property
    def tells_uids(self):
        return "UIDPLUS" in self.can.split()

    def subjects(self, mailbox):
        """(subject, flags) in the order of the UIDs."""
        return [(re.search(rb"^Subject: (.*)\r$", mime, re.M).group(1)
                 .decode(), flags)
                for _, (mime, flags, _) in sorted(
                    self.mailboxes[mailbox].messages.items())]


class Session:
    def __init__(self, server, stream):
        self.server, self.stream, self.selected = server, stream, None

    def say(self, text):
        self.stream.write(text.encode() + b"\r\n")
        self.stream.flush()

    def line(self):
        line = self.stream.readline()
        if not line.endswith(b"\r\n"):
            raise EOFError
        return line[:-2].decode()

    def serve(self):
        self.say(f"* PREAUTH [CAPABILITY {self.server.can}] ready")
        while True:
            tag, _, rest = self.line().partition(" ")
            verb, _, arguments = rest.partition(" ")
            with self.server.lock:
                self.server.said.append(rest)
            if verb == "APPEND":
                self.append(tag, arguments)
                continue
            answer = getattr(self, "do_" + verb.lower(), self.unknown)(
                arguments)
            self.say(f"{tag} {answer or 'OK done'}")

    def unknown(self, _):
        return "BAD what is that"

    def mailbox(self, arguments):
        name = re.match(r'"([^"]*)"', arguments).group(1)
        return self.server.mailboxes.get(name)

    def do_logout(self, _):
        self.say("* BYE bye")

    def do_noop(self, _):
        pass

    def do_id(self, _):
        self.say('* ID NIL')

    def do_capability(self, _):
        self.say(f"* CAPABILITY {self.server.can}")

    def do_list(self, _):
        for name in self.server.mailboxes:
            self.say(f'* LIST () "/" "{name}"')

    def do_create(self, arguments):
        if not self.server.makes:
            return "NO [NOPERM] not yours"
        name = re.match(r'"([^"]*)"', arguments).group(1)
        self.server.mailboxes.setdefault(name, Mailbox(8))
        return None

    def do_subscribe(self, _):
        pass

    def do_status(self, arguments):
        box = self.mailbox(arguments)
        if box is None:
            return "NO [NONEXISTENT] no such mailbox"
        name = re.match(r'"[^"]*"', arguments).group(0)
        self.say(f"* STATUS {name} (MESSAGES {len(box.messages)} UIDNEXT "
                 f"{box.next} UIDVALIDITY {box.validity})")
        return None

    def do_select(self, arguments):
        self.selected = self.mailbox(arguments)
        if self.selected is None:
            return "NO [NONEXISTENT] no such mailbox"
        self.say(f"* {len(self.selected.messages)} EXISTS")
        self.say(f"* OK [PERMANENTFLAGS {self.server.permanent}] kept")
        return ("OK [READ-ONLY] look" if self.server.read_only
                else "OK [READ-WRITE] go on")

    do_examine = do_select

    def do_unselect(self, _):
        self.selected = None

    def do_uid(self, arguments):
        verb, uids, what = arguments.split(" ", 2)
        if verb == "STORE":
            for uid in map(int, uids.split(",")):
                self.selected.messages[uid][1].add(r"\Flagged")
            return None
        for number, (uid, (mime, flags, date)) in enumerate(
                sorted(self.selected.messages.items()), 1):
            if ":" in uids:
                first, last = map(int, uids.split(":"))
                if not first <= uid <= last:
                    continue
            elif uid not in map(int, uids.split(",")):
                continue
            if "FLAGS)" in what:
                self.say(f"* {number} FETCH (UID {uid} FLAGS "
                         f"({' '.join(sorted(flags))}))")
                continue
            field = re.search(rb"^Message-ID:.*\r\n", mime, re.M).group(0)
            field += b"\r\n"
            self.say(f"* {number} FETCH (UID {uid} RFC822.SIZE {len(mime)} "
                     f'INTERNALDATE "{date}" BODY[HEADER.FIELDS (MESSAGE-ID)]'
                     f" {{{len(field)}}}")
            self.stream.write(field + b")\r\n")
        return None

    def append(self, tag, arguments):
        name, flags, date, size, plus = re.fullmatch(
            r'"([^"]*)"(?: \(([^)]*)\))?(?: "([^"]*)")? \{(\d+)(\+?)\}',
            arguments).groups()
        if not plus:
            self.say("+ go on")
        mime = self.stream.read(int(size))
        if len(mime) < int(size) or self.line():
            raise EOFError
        with self.server.lock:
            self.server.appends += 1
            answer = self.server.answer(self.server.appends)
            if answer is None:
                answer = self.stored(name, mime, (flags or "").split(), date)
        if answer == "cut":
            raise EOFError
        self.say(f"{tag} {answer}")

    def stored(self, name, mime, flags, date):
        box = self.server.mailboxes.get(name)
        if box is None:
            return "NO [TRYCREATE] no such mailbox"
        uid, box.next = box.next, box.next + 1
        box.messages[uid] = (mime, set(flags) - self.server.forgets, date)
        if self.server.tells_uids:
            return f"OK [APPENDUID {box.validity} {uid}] done"
        return "OK done"
