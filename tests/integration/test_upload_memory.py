#!/usr/bin/env python3
"""test_upload_memory.py PROGRAM PST_BUILDER PARTS PROVIDERS: what the program
(a release build) keeps in memory does not grow with the archive, nor with a
message."""
import os
import subprocess

from servers import Dovecot
from uploads import PLACE, UploadCase, counts, run

LIMIT_KIB = 64 << 10
MESSAGES = 20000
LARGE = '''folder "Inbox" {{ role inbox
generate {{ messages {messages}; body 3000; attachment-every 20; \\
attachment-size 20000 }} }}
folder "Large" {{
message {{ subject "Large"; body "x\\r\\n"
attachment "a.bin" {{ data random 90M 1 }} }}
generate {{ messages 20; body 300; attachment-every 1; \\
attachment-size 1000000 }} }}
'''


class Memory(UploadCase):
    @classmethod
    def make(cls):
        return Dovecot(PLACE, "memory", storage="mdbox", fsync="never")

    def peak_kib(self, words):
        """Of one run."""
        process = subprocess.Popen(
            [self.program.path, *map(os.fspath, words)],
            env=self.program.env, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        said = process.stderr.read()
        _, how, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(how)
        process.stderr.close()
        self.assertEqual(process.returncode, 0, said)
        return usage.ru_maxrss

    def test_large_archive(self):
        self.signed_in()
        path = self.archive(LARGE.format(messages=MESSAGES), "large")
        self.assertLess(self.peak_kib(self.words(path)), LIMIT_KIB)
        self.assertEqual(counts(self.server),
                         {"INBOX": MESSAGES, "Large": 21})


if __name__ == "__main__":
    run(Memory)
