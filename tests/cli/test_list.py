#!/usr/bin/env python3
"""archive-mail list."""
import os
import unittest

import recipes
import schema
from cli import CliTest, archive, ledger


class ListTest(CliTest):
    def setUp(self):
        super().setUp()
        self.path = archive(recipes.MIXED)

    def rows(self, *more, status=0):
        ran = self.run_fails(status, "list", "--json", *more)
        return schema.read(ran.out, "list")

    def test_folders(self):
        rows = {row["folder"]: row for row in self.rows(self.path)}
        self.assertEqual(rows["Inbox"]["role"], "inbox")
        self.assertEqual(rows["Inbox"]["class"], "IPF.Note")
        self.assertEqual(rows["Inbox"]["messages"], 2)
        self.assertEqual(rows["Inbox/Travel \U0001f682"]["messages"], 1)
        self.assertEqual(rows["Inbox/evil%1B[1m%2Fname"]["messages"], 1)
        self.assertTrue(rows["Kept from view"]["hidden"])
        self.assertEqual(rows["Kept from view"]["messages"], 1)
        self.assertNotIn("Empty and hidden", rows)
        self.assertEqual(sum(row["messages"] for row in rows.values()), 6)

    def test_all_adds_hidden_folders_without_messages(self):
        some = [row["folder"] for row in self.rows(self.path)]
        every = [row["folder"] for row in self.rows(self.path, "--all")]
        self.assertIn("Empty and hidden", every)
        self.assertEqual([name for name in every if name in some], some)
        note = self.run_ok("list", self.path).out.splitlines()[-1]
        self.assertRegex(note, r"^\(\d+ hidden folders without messages are "
                               r"not shown; --all shows them\)$")
        self.assertNotIn("not shown", self.run_ok("list", "--all",
                                                  self.path).out)

    def test_all_adds_search_folders(self):
        path = archive('''
folder "Inbox" { message { subject "x"; listed-in @found; body "y" } }
search-folder "Every/thing \\x1b" { label found }
''')
        self.assertFalse(any(row["search"] for row in self.rows(path)))
        rows = self.rows(path, "--all")
        searches = {row["folder"]: row for row in rows if row["search"]}
        (found,) = (row for name, row in searches.items()
                    if name.endswith("Every%2Fthing %1B"))
        self.assertEqual((found["role"], found["hidden"], found["messages"]),
                         (None, True, 0))
        self.assertEqual(sum(row["messages"] for row in rows), 1)
        # each comes after the folder where it lies
        above, found = found["folder"].rsplit("/", 1)
        names = [row["folder"] for row in rows]
        self.assertEqual(names[names.index(f"{above}/{found}") - 1], above)
        out = self.run_ok("list", "--all", path).out
        self.assertRegex(out, r"(?m)^ +-  +Every/thing \\x1b  "
                              r"\(search folder\)$")
        self.convert(path, self.folder)
        self.assertEqual(len(ledger(self.folder)), 1)

    def test_tree_is_escaped(self):
        ran = self.run_ok("list", self.path)
        self.assertRegex(ran.out, r"(?m)^ +2  .*Inbox  \[inbox\]$")
        self.assertRegex(ran.out, r"(?m)^ +1  +Kept from view  \(hidden\)$")
        self.assertIn("evil\\x1b[1m/name", ran.out)
        self.assertNotIn("\x1b", ran.out)

    def test_messages(self):
        rows = self.rows(self.path, "--messages")
        self.assertEqual(len(rows), 6)
        by_subject = {row["subject"]: row for row in rows}
        plain = by_subject["Plain and simple"]
        self.assertEqual(plain["folder"], "Inbox")
        self.assertEqual(plain["date"], "2004-05-06T07:08:09Z")
        self.assertEqual(plain["from"], "ann@example.org")
        self.assertEqual(plain["class"], "IPM.Note")
        self.assertIsNone(plain["error"])
        self.assertEqual(by_subject["Hidden but here"]["folder"],
                         "Kept from view")

    def test_messages_are_those_of_the_ledger(self):
        listed = [(row["nid"], row["folder"], row["subject"], row["date"],
                   row["class"]) for row in self.rows(self.path, "--messages")]
        self.convert(self.path, self.folder)
        self.assertEqual(listed, [
            (row["nid"], row["folder"], row["subject"], row["date"],
             row["class"]) for row in ledger(self.folder)])

    def test_message_lines(self):
        ran = self.run_ok("list", "--messages", self.path)
        lines = ran.out.splitlines()
        self.assertEqual(len(lines), 6)
        for line in lines:
            self.assertEqual(len(line.split("\t")), 6, line)
        self.assertNotIn("\x1b", ran.out)
        self.assertNotIn("\u202e", ran.out)
        self.assertIn("\\u202egpj.exe", ran.out)

    def test_orphans_are_counted(self):
        path = archive(recipes.SMALL + '''
            folder "Gone" {
                message { subject "lost"; parent 0x9992; unlisted }
            }''')
        rows = {row["folder"]: row for row in self.rows(path)}
        self.assertEqual(rows["Orphans"]["messages"], 1)
        self.assertIsNone(rows["Orphans"]["nid"])
        self.assertRegex(self.run_ok("list", path).out,
                         r"(?m)^ +1  Orphans  \(their folder is not there\)$")

    def test_unreadable_message(self):
        path = archive(recipes.ONE_BAD)
        rows = self.rows(path, "--messages", status=1)
        bad = [row for row in rows if row["error"] is not None]
        self.assertEqual(len(rows), 10)
        self.assertEqual([row["nid"] for row in bad], ["0x2000a4"])
        self.assertIsNone(bad[0]["class"])
        ran = self.run_fails(1, "list", "--messages", path)
        self.assertIn(bad[0]["error"], ran.out)
        info = self.run_fails(1, "info", path)
        self.assertRegex(info.out, r"(?m)^ +1  not readable; 'archive-mail "
                                   r"list --messages' says why$")

    def test_closed_pipe_ends_it(self):
        read, write = os.pipe()
        os.close(read)
        with os.fdopen(write, "wb") as pipe:
            ran = self.run_fails(74, "list", "--messages",
                                 archive(recipes.LARGE), stdout=pipe)
        self.assertEqual(ran.err,
                         "archive-mail: standard output: Broken pipe\n")


if __name__ == "__main__":
    unittest.main()
