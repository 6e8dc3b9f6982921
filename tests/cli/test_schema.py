#!/usr/bin/env python3
"""The schema checker refuses what it should; the schemas are themselves well
formed, each key with its place in the order."""
import copy
import json
import unittest

import schema

ROW = json.loads("""
{"nid":"0x200024","folder":"Inbox/Travel","class":"IPM.Note",
"outcome":"written","reason":null,"path":"mail/Inbox/cur/1","offset":null,
"size":1234,"sha256":"%s","message_id":"<a@b>","subject":"s",
"date":"2004-01-02T03:04:05Z","attachments":[{"name":"a.txt","size":1,
"sha256":"%s","outcome":"written"}],"duplicate_of":null,"findings":["x: y"]}
""" % ("0" * 64, "a" * 64))


class SchemaTest(unittest.TestCase):
    def refused(self, **changes):
        row = copy.deepcopy(ROW)
        row.update(changes)
        with self.assertRaises(schema.Mismatch, msg=str(changes)):
            schema.check(row, schema.load("ledger"))

    def test_good_row(self):
        schema.check(ROW, schema.load("ledger"))

    def test_bad_rows(self):
        self.refused(nid="200024")
        self.refused(nid=5)
        self.refused(outcome="lost")
        self.refused(size=-1)
        self.refused(size=True)
        self.refused(sha256="A" * 64)
        self.refused(date="2004-01-02")
        self.refused(more=1)
        self.refused(findings=[""])
        self.refused(attachments=[{"name": "a"}])
        self.refused(attachments=[dict(ROW["attachments"][0], sha256=None)])
        self.refused(path=None)
        self.refused(reason="but why")
        self.refused(outcome="failed")

    def test_failed_row_has_a_reason_and_no_place(self):
        row = dict(ROW, outcome="failed", reason="corrupt: x", path=None,
                   size=None, sha256=None)
        row["class"] = None
        schema.check(row, schema.load("ledger"))

    def test_missing_key(self):
        row = dict(ROW)
        del row["findings"]
        with self.assertRaises(schema.Mismatch):
            schema.check(row, schema.load("ledger"))

    def test_order_of_keys(self):
        row = dict(reversed(ROW.items()))
        with self.assertRaises(schema.Mismatch):
            schema.check(row, schema.load("ledger"))

    def test_no_nan(self):
        with self.assertRaises(ZeroDivisionError):
            schema.read('{"seconds":NaN}', "summary")

    def test_required_and_properties_agree(self):
        def walk(part):
            if isinstance(part, dict):
                if "required" in part:
                    self.assertEqual(part["required"],
                                     list(part["properties"]))
                for inner in part.values():
                    walk(inner)
        for name in ("ledger", "summary", "info", "list", "doctor"):
            walk(schema.load(name))


if __name__ == "__main__":
    unittest.main()
