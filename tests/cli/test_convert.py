#!/usr/bin/env python3
"""archive-mail convert: what is there afterwards, and what is said of it."""
import email
import email.policy
import os
import stat
import unittest

import recipes
import schema
from cli import CliTest, archive, ledger, result, run, summary, tree


# a header field holds no control characters; what reorders text stays
ESCAPE = "Escape ]0;pwned and \u202egpj.exe"

# what has no time is never left out for its time
TIMELESS = {"Hidden but here"}

class ConvertTest(CliTest):
    def test_each_row_is_true(self):
        path = archive(recipes.MIXED)
        for to in ("maildir", "mbox"):
            out = self.folder / to
            self.convert(path, out, to=to)
            rows = self.check_ledger(out)
            self.assertEqual(len(rows), 6)
            contacts = [row for row in rows if row["class"] == "IPM.Contact"]
            self.assertEqual([row["path"] for row in contacts],
                             ["contacts/Contacts.vcf"])
            self.assertEqual({row["outcome"] for row in rows}, {"written"})
            with_attachment = [row for row in rows if row["attachments"]]
            self.assertEqual(
                [row["subject"] for row in with_attachment],
                ["Plain and simple"])
            self.assertEqual(with_attachment[0]["attachments"][0]["name"],
                             "notes.txt")
            sums = summary(out)
            self.assertEqual(sums["attachments_written"], 1)
            self.assertEqual(sums["embedded_written"], 1)

    def test_mbox_messages_begin_with_from(self):
        path = archive(recipes.MIXED)
        self.convert(path, self.folder, to="mbox")
        for row in ledger(self.folder):
            if not row["path"].endswith(".mbox"):
                continue
            data = (self.folder / "archive" / row["path"]).read_bytes()
            stored = data[row["offset"]:row["offset"] + row["size"]]
            self.assertTrue(stored.startswith(b"From "), stored[:40])
            self.assertTrue(stored.endswith(b"\n\n"), stored[-40:])
            self.assertEqual(stored.count(b"\nFrom "), 0)
            if row["subject"] == "Plain and simple":
                self.assertIn(b"\n>From here on it is\n>>From quoted\n",
                              stored)

    def test_both_targets_hold_the_same(self):
        path = archive(recipes.MIXED)
        rows = {}
        for to in ("maildir", "mbox"):
            self.convert(path, self.folder / to, to=to)
            rows[to] = ledger(self.folder / to)
            for row in rows[to]:
                for key in ("path", "offset", "size", "sha256"):
                    del row[key]
        self.assertEqual(rows["maildir"], rows["mbox"])

    def test_modes(self):
        old = os.umask(0)
        try:
            self.convert(archive(recipes.MIXED), self.folder / "out")
        finally:
            os.umask(old)
        for path in [self.folder / "out",
                     *(self.folder / "out").rglob("*")]:
            mode = stat.S_IMODE(path.stat().st_mode)
            self.assertEqual(mode, 0o700 if path.is_dir() else 0o600, path)

    def test_same_bytes_everywhere(self):
        path = archive(recipes.MIXED)
        self.convert(path, self.folder / "0")
        want = result(self.folder / "0")
        surroundings = [
            ({"TZ": "Asia/Kathmandu"}, ()),
            ({"TZ": "America/New_York", "LC_ALL": "de_DE.UTF-8"}, ()),
            ({"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"}, ()),
            ({"LC_ALL": "C"}, ("--no-sync",)),
            ({}, ("-j1",)), ({}, ("-j2",)), ({}, ("-j8",)),
        ]
        for number, (env, more) in enumerate(surroundings, 1):
            out = self.folder / str(number)
            self.convert(path, out, *more, env=env)
            self.assertEqual(result(out), want, (env, more))

    def test_same_bytes_with_any_number_of_threads(self):
        path = archive(recipes.LARGE)
        for to in ("maildir", "mbox"):
            results = []
            for jobs in ("1", "2", "8"):
                out = self.folder / f"{to}-{jobs}"
                self.convert(path, out, "-j", jobs, "--no-sync", to=to)
                results.append(result(out))
            self.assertEqual(len(results[0]["ledger"].splitlines()), 2600)
            self.assertEqual(results[0], results[1])
            self.assertEqual(results[0], results[2])

    def test_summary_json(self):
        path = archive(recipes.MIXED)
        ran = self.convert(path, self.folder / "out", "--json")
        printed = schema.read(ran.out, "summary")
        self.assertEqual(len(printed), 1)
        stored = summary(self.folder / "out")
        for one in (printed[0], stored):
            self.assertGreaterEqual(one.pop("seconds"), 0)
        self.assertEqual(printed[0], stored)
        self.assertEqual(stored["file"], "archive.pst")
        self.assertEqual(stored["bytes_in"], path.stat().st_size)

    def test_failures_are_told_with_what_to_do(self):
        ran = self.convert(archive(recipes.ONE_BAD), self.folder / "out",
                           status=1)
        self.assertIn("10 messages found: 9 written, 0 skipped, 1 failed",
                      ran.out)
        self.assertIn("1 item failed; which and why is in "
                      f"{self.folder}/out/archive.ledger.jsonl", ran.err)
        rows = self.check_ledger(self.folder / "out")
        self.assertTrue([row for row in rows if row["outcome"] == "failed"
                         and row["reason"]])

    def test_text_summary(self):
        ran = self.convert(archive(recipes.SMALL), self.folder / "out")
        self.assertIn("1 message found: 1 written, 0 skipped, 0 failed",
                      ran.out)
        self.assertIn(f"mail:   {self.folder}/out/archive/mail\n", ran.out)
        self.assertEqual(ran.err, "")

    def test_verbose_tells_of_the_file(self):
        data = archive(recipes.SMALL).read_bytes()
        path = self.folder / "short.pst"
        path.write_bytes(data[:-512])
        quiet = self.convert(path, self.folder / "1")
        self.assertEqual(quiet.err, "")
        verbose = self.convert(path, self.folder / "2", "-v")
        self.assertIn(f"archive-mail: {path}: ", verbose.err)
        self.assertEqual(summary(self.folder / "1", "short")["findings"],
                         verbose.err.count("\n"))


class FilterTest(CliTest):
    def outcomes(self, *more, recipe=recipes.MIXED):
        out = self.folder / "out"
        ran = run("convert", archive(recipe), "--to", "mbox", "-o", out, *more)
        self.assertIn(ran.status, (0, 1), ran)
        rows = self.check_ledger(out)
        for row in rows:
            if row["outcome"] == "skipped":
                self.assertTrue(row["reason"])
        return {row["subject"]: row["outcome"] for row in rows}

    def written(self, *more, **named):
        return {subject for subject, outcome
                in self.outcomes(*more, **named).items()
                if outcome == "written"}

    def test_folder(self):
        self.assertEqual(self.written("--folder", "Inbox"), {
            "Plain and simple", ESCAPE})

    def test_folders(self):
        self.assertEqual(
            self.written("--folder", "Inbox/Travel*", "--folder=Kept*"),
            {"RE: Zug nach Köln", "Hidden but here"})

    def test_exclude_folder(self):
        self.assertEqual(
            self.written("--exclude-folder", "Inbox*"),
            {"Hidden but here", "Carl"})

    def test_since_and_until(self):
        self.assertEqual(
            self.written("--since", "2004-05-06", "--until", "2005-01-01"),
            {"Plain and simple", ESCAPE, "Carl"} | TIMELESS)

    def test_since_the_second(self):
        self.assertEqual(
            self.written("--since", "2006-07-08T09:10:11Z", "--until",
                         "2006-07-08T09:10:11Z"),
            {"RE: Zug nach Köln"} | TIMELESS)

    def test_class(self):
        outcomes = self.outcomes("--class", "IPM.Note*")
        self.assertEqual(outcomes["Carl"], "skipped")
        self.assertEqual(list(outcomes.values()).count("written"), 5)

    def test_charset(self):
        recipe = '''
            format ansi
            codepage 0
            folder "Inbox" {
                message {
                    remove 0x3fde
                    remove 0x3ffd
                    prop 0x0037:string8 hex "cf f0 e8 e2 e5 f2"
                    body "x"
                }
            }'''
        self.assertIn("Привет", self.written("--charset", "windows-1251",
                                             recipe=recipe))

    def test_charset_overrides(self):
        """What the archive says of its bytes is wrong, in every body."""
        says = "codepage 1252; subject"
        page = "<meta charset=iso-8859-1><p>Привет</p>"
        rtf = r"{\\rtf1\\ansicpg1252 \\'cf\\'f0\\'e8}"
        recipe = f"""
            folder "Inbox" {{
                message {{ {says} 1; prop 0x1000:string8 codepage 1251 "Привет" }}
                message {{ {says} 2; prop 0x1013:binary codepage 1251 "{page}" }}
                message {{ {says} 3; rtf "{rtf}" }}
                message {{ {says} 4; html codepage 65001 "<p>Grüße</p>" }}
            }}"""
        out = self.folder / "out"
        self.run_ok("convert", archive(recipe), "--to", "maildir", "-o", out,
                    "--charset", "1251")
        texts = {}
        for path in out.rglob("cur/*"):
            message = email.message_from_bytes(path.read_bytes(),
                                               policy=email.policy.default)
            body = message.get_body(("plain", "html"))
            texts[message["Subject"]] = body.get_content().strip()
        self.assertEqual(texts, {
            "1": "Привет", "3": "При", "4": "<p>Grüße</p>",
            "2": "<meta charset=utf-8><p>Привет</p>"})


class NamesTest(CliTest):
    def test_two_inputs_of_one_name(self):
        small = archive(recipes.SMALL)
        bad = archive(recipes.ONE_BAD)
        out = self.folder / "out"
        ran = self.run_fails(1, "convert", small, bad, "--to", "mbox", "-o",
                             out)
        self.assertEqual(summary(out)["found"], 1)
        self.assertEqual(summary(out, "archive-2")["found"], 10)
        self.check_ledger(out)
        self.check_ledger(out, "archive-2")
        self.assertEqual(ran.out.count(" found: "), 2)
        # the same command does nothing more
        before = tree(out)
        self.run_fails(1, "convert", small, bad, "--to", "mbox", "-o", out)
        self.assertEqual(tree(out), before)

    def test_directory(self):
        folder = self.folder / "in"
        (folder / "sub").mkdir(parents=True)
        data = archive(recipes.SMALL).read_bytes()
        for name in ("b.pst", "a.PST", "sub/b.ost", "sub/c.pab", "no.txt"):
            (folder / name).write_bytes(data)
        out = self.folder / "out"
        ran = self.run_ok("convert", folder, "--to", "mbox", "-o", out,
                          "--json")
        files = [one["file"] for one in schema.read(ran.out, "summary")]
        self.assertEqual(files, ["a.PST", "b.pst", "b.ost", "c.pab"])
        self.assertEqual(
            sorted(path.name for path in out.iterdir() if path.is_dir()),
            ["a", "b", "b-2", "c"])

    def test_odd_names(self):
        data = archive(recipes.SMALL).read_bytes()
        out = self.folder / "out"
        names = {"with blank.pst": "with blank", "..pst": "_.",
                 "ümlaut.pst": "ümlaut", "-dash.pst": "-dash"}
        for file, name in names.items():
            path = self.folder / file
            path.write_bytes(data)
            self.run_ok("convert", "--to", "mbox", "-o", out, "--", file,
                        cwd=self.folder)
            self.assertTrue((out / name / "mail").is_dir(), name)
            self.check_ledger(out, name)


if __name__ == "__main__":
    unittest.main()
