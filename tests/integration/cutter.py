"""A way to a server that breaks at a certain byte."""
import select
import socket
import threading


class Cutter:
    """A port that leads to another; open says how. sent: bytes that clients
    have sent since then."""

    def __init__(self, port):
        self.to = port
        self.door = socket.create_server(("127.0.0.1", 0), backlog=20)
        self.port = self.door.getsockname()[1]
        self.lock = threading.Lock()
        self.open()
        threading.Thread(target=self.accept, daemon=True).start()

    def open(self, up=None, lost=None, hold=None, on_cut=None):
        """Of what clients send from now on, up bytes go through; then on_cut
        is called, and the connections end. lost: all goes through, but from
        that byte on nothing that the server says comes back. hold: from that
        byte on nothing goes through, and nothing ends."""
        with self.lock:
            self.up, self.lost, self.hold = up, lost, hold
            self.on_cut = on_cut
            self.sent = 0
            self.is_cut = False

    def accept(self):
        while True:
            try:
                near, _ = self.door.accept()
                far = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                return
            threading.Thread(target=self.carry, args=(near, far),
                             daemon=True).start()

    def passes(self, data):
        """How much of it goes through; None: and that was all."""
        with self.lock:
            self.sent += len(data)
            limit = next((one for one in (self.up, self.hold, self.lost)
                          if one is not None), None)
            if limit is None or self.sent < limit:
                return data
            cut, self.is_cut = not self.is_cut, True
            fits = len(data) - (self.sent - limit)
        if cut and self.on_cut:
            self.on_cut()
        return data if self.lost is not None else data[:max(fits, 0)]

    def carry(self, near, far):
        """Both ways, until an end ends or the moment has come."""
        with near, far:
            try:
                while self.step(near, far):
                    pass
            except OSError:
                pass

    def step(self, near, far):
        ready, _, _ = select.select([near, far], [], [], 0.2)
        if near in ready:
            data = near.recv(16384)
            if not data:
                return False
            far.sendall(self.passes(data))
        if far in ready:
            data = far.recv(16384)
            if not data:
                return False
            if not self.is_cut:
                near.sendall(data)
        return not (self.is_cut and self.up is not None)

    def close(self):
        self.door.close()
