#!/usr/bin/env python3
"""archive-mail convert --dedup: what is a duplicate, and what is not."""
import random
import shutil
import signal
import unittest

import strace
from cli import CliTest, archive, fast_folder, ledger, result, summary

SEED = 20260101

# each line of a folder is a message; copies differ in what is no content
COPY = '''subject "A copy"; sent 2010-01-02T03:04:05Z; from "A" <a@x>; to "B" <b@x>; body "The body";'''

RECIPE = f'''
folder "Inbox" {{
	role inbox
	message {{ {COPY} message-id "<1@x>" }}
	message {{ {COPY} }}
	message {{ subject "Another subject"; sent 2010-01-02T03:04:05Z; from "A" <a@x>; to "B" <b@x>; body "The body"; message-id "<1@x>" }}
	message {{ subject "With a file"; from "A" <a@x>; body "b"; message-id "<f@x>"; attachment "a.txt" {{ data "one" }} }}
	message {{ subject "With a file"; from "A" <a@x>; body "b"; message-id "<f@x>"; attachment "a.txt" {{ data "two" }} }}
	message {{ subject "With a file"; from "A" <a@x>; body "b"; message-id "<f@x>"; attachment "b.txt" {{ data "one" }} }}
	message {{ subject "Nested"; from "A" <a@x>; body "b"; message-id "<n@x>"; attachment "m" {{ message {{ subject "inside"; body "inner" }} }} }}
}}
folder "Copies" {{
	message {{ {COPY} message-id "<1@x>"; unread; categories "Red"; flagged; received 2015-01-01T00:00:00Z }}
	message {{ {COPY} unread }}
	message {{ {COPY} message-id "<2@x>" }}
	message {{ subject "With a file"; from "A" <a@x>; body "b"; message-id "<f@x>"; attachment "a.txt" {{ data "one" }} }}
	message {{ subject "Nested"; from "A" <a@x>; body "b"; message-id "<n@x>"; attachment "m" {{ message {{ subject "inside"; body "inner" }} }} }}
	message {{ subject "Nested"; from "A" <a@x>; body "b"; message-id "<n@x>"; attachment "m" {{ message {{ subject "inside"; body "other" }} }} }}
}}
'''

FORMS = ("maildir", "maildir++", "mbox", "eml", "thunderbird")


class DedupTest(CliTest):
    def test_what_is_a_duplicate(self):
        path = archive(RECIPE)
        for to in FORMS:
            out = self.folder / to
            self.convert(path, out, "--dedup", to=to)
            rows = self.check_ledger(out)
            nids = [row["nid"] for row in rows]
            of = [nids.index(row["duplicate_of"]) if row["duplicate_of"]
                  else None for row in rows]
            self.assertEqual(of, [None] * 7 + [0, 1, None, 3, 6, None], to)
            for row in rows:
                self.assertEqual(
                    (row["outcome"], row["reason"]),
                    ("skipped", "duplicate") if row["duplicate_of"]
                    else ("written", None))
            self.assertEqual(summary(out)["skipped"], 4)
            self.assertEqual(summary(out)["embedded_found"], 2)

    def test_without_it_all_are_written(self):
        path = archive(RECIPE)
        self.convert(path, self.folder)
        for row in self.check_ledger(self.folder):
            self.assertEqual(row["outcome"], "written")
            self.assertIsNone(row["duplicate_of"])

    def test_what_cannot_be_read_whole_is_no_duplicate(self):
        lost = 'subject "Lost"; from "A" <a@x>; message-id "<l@x>"; attachment "a" { no-node }'
        path = archive(f'folder "Inbox" {{ message {{ {lost} }}; message {{ {lost} }} }}')
        self.convert(path, self.folder, "--dedup", status=1)
        self.assertEqual([row["duplicate_of"] for row in ledger(self.folder)],
                         [None, None])

    def large(self):
        """More than a thread holds: these go to the sink as streams."""
        big = '''subject "Big"; from "A" <a@x>; message-id "<b@x>"; attachment "a" { data random 3000000 7 }'''
        return archive(
            'folder "Inbox" {' + f"message {{ {big} }}\n" * 3 +
            'generate { messages 60 body 500 }' +
            f"message {{ {big} }} }}")

    def test_large_messages_and_threads(self):
        path = self.large()
        results = []
        for jobs in ("1", "3"):
            for to in ("mbox", "maildir"):
                out = self.folder / (to + jobs)
                self.convert(path, out, "--dedup", "-j", jobs, to=to)
                rows = self.check_ledger(out)
                self.assertEqual(
                    [row["duplicate_of"] == rows[0]["nid"] for row in rows
                     if row["subject"] == "Big"], [False, True, True, True])
                results.append(result(out))
        self.assertEqual(results[0], results[2])
        self.assertEqual(results[1], results[3])

    def test_a_run_that_goes_on_knows_what_came_before(self):
        strace.require(self)
        base = fast_folder(self)
        path = self.large()
        arguments = ("convert", path, "--to", "mbox", "--dedup", "-j1", "-o")
        ran, calls = strace.calls_of((*arguments, base / "whole"))
        self.assertEqual(ran.status, 0, ran)
        moments = random.Random(SEED).sample(range(len(calls)), 3)
        for moment in (*sorted(moments), len(calls) - 1):
            with self.subTest(seed=SEED, call=calls[moment]):
                out = base / f"stopped{moment}"
                ran = strace.kill_at(calls[moment], (*arguments, out))
                self.assertEqual(ran.status, -signal.SIGKILL, ran)
                self.convert(path, out, "--dedup", to="mbox")
                self.assertEqual(result(out), result(base / "whole"))
                shutil.rmtree(out)


if __name__ == "__main__":
    unittest.main()
