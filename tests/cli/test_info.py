#!/usr/bin/env python3
"""archive-mail info."""
import json
import unittest

import recipes
import schema
from cli import CliTest, archive


class InfoTest(CliTest):
    def setUp(self):
        super().setUp()
        self.path = archive(recipes.MIXED)

    def info(self, *more):
        ran = self.run_ok("info", "--json", *more)
        return schema.read(ran.out, "info")[0]

    def test_json(self):
        info = self.info(self.path)
        self.assertEqual(info["file"], "archive.pst")
        self.assertEqual(info["format"], "Unicode")
        self.assertEqual(info["client"], "PST")
        self.assertEqual(info["encoding"], "permute")
        self.assertEqual(info["size"], self.path.stat().st_size)
        self.assertEqual((info["missing"], info["trailing"]), (0, 0))
        self.assertEqual(info["display_name"], "Ann\x1b[2Js archive")
        self.assertTrue(info["password"])
        self.assertEqual(info["messages"], 6)
        self.assertEqual(info["unreadable"], 0)
        self.assertEqual(info["classes"], {"IPM.Contact": 1, "IPM.Note": 5})
        self.assertGreaterEqual(info["hidden_folders"], 2)
        self.assertEqual(info["findings"], 0)

    def test_text(self):
        ran = self.run_ok("info", self.path)
        self.assertEqual(ran.err, "")
        self.assertIn("Unicode PST, version 23, encoding permute", ran.out)
        self.assertIn("a password is set; it protects nothing", ran.out)
        self.assertIn("messages   6", ran.out)
        self.assertRegex(ran.out, r"\n +5  IPM\.Note\n")
        self.assertIn(r"Ann\x1b[2Js archive", ran.out)
        self.assertNotIn("\x1b", ran.out)

    def test_what_was_never_downloaded(self):
        path = archive('''folder "Inbox" {
            message { subject "header"; prop PSETID_Common/0x8578:i32 1; remove 0x1000:string; from "A" <a@x> }
            message { subject "whole"; from "A" <a@x>; body "b" }
        }''')
        self.assertEqual(self.info(path)["not_downloaded"], 1)
        self.assertEqual(self.info(self.path)["not_downloaded"], 0)
        self.assertIn("        1  of which only the header was downloaded",
                      self.run_ok("info", path).out)
        ran = self.convert(path, self.folder)
        self.assertIn("of 1 message only the header was ever downloaded",
                      ran.err)

    def test_no_password(self):
        path = archive(recipes.SMALL)
        self.assertFalse(self.info(path)["password"])
        self.assertNotIn("password", self.run_ok("info", path).out)

    def test_variants(self):
        variants = [
            ("format ansi\ncrypt none\n", "ANSI", "PST", "none"),
            ("format ansi\ncrypt cyclic\n", "ANSI", "PST", "cyclic"),
            ("format ost4k\nclient SO\n", "4K", "OST", "none"),
            ("client AB\n", "Unicode", "PAB", "permute"),
        ]
        for text, file_format, client, encoding in variants:
            info = self.info(archive(text + recipes.SMALL))
            self.assertEqual(
                (info["format"], info["client"], info["encoding"]),
                (file_format, client, encoding))
            self.assertEqual(info["messages"], 1)

    def test_cut_short_and_trailing(self):
        data = archive(recipes.SMALL).read_bytes()
        path = self.folder / "short.pst"
        path.write_bytes(data[:-512])
        ran = self.run_ok("info", "--json", path)
        self.assertEqual(schema.read(ran.out, "info")[0]["missing"], 512)
        self.assertIn("the last 512 bytes are missing",
                      self.run_ok("info", path).out)
        path.write_bytes(data + b"x" * 99)
        info = self.info(path)
        self.assertEqual((info["missing"], info["trailing"]), (0, 99))
        self.assertEqual(info["messages"], 1)

    def test_json_is_plain_ascii_where_it_matters(self):
        ran = self.run_ok("info", "--json", self.path)
        self.assertNotIn("\x1b", ran.out)
        self.assertEqual(ran.out.count("\n"), 1)
        json.loads(ran.out)


if __name__ == "__main__":
    unittest.main()
