#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every table and every column of db/NNNN_*.sql has a comment line above it, and every column one of
the ten schema words."""
import glob
import os
import re
import sys
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(ROOT, "tests"))
from support import tap  # noqa: E402

WORDS = "KEY REF NUMBER MONEY DAY MONTH INSTANT FLAG LABEL BYTES".split()


class Comments(unittest.TestCase):
    def test_each_file(self):
        files = sorted(glob.glob(os.path.join(ROOT, "db", "[0-9]*.sql")))
        self.assertGreaterEqual(len(files), 4)
        for path in files:
            before = ""
            for number, line in enumerate(open(path, encoding="utf-8"), 1):
                where = f"{os.path.basename(path)}:{number}"
                with self.subTest(line=where):
                    if re.match(r"CREATE (TABLE|INDEX)", line):
                        self.assertTrue(before.startswith("-- "), where)
                    column = re.match(r"\t([a-z_]+) (\w+)", line)
                    if column:
                        self.assertIn(column[2], WORDS, where)
                        self.assertTrue(before.startswith("\t-- "), where)
                before = line

    def test_owner_of_each_table_is_told(self):
        for path in sorted(glob.glob(os.path.join(ROOT, "db", "[0-9]*.sql"))):
            text = open(path, encoding="utf-8").read()
            for table in re.finditer(r"((?:^--.*\n)+)CREATE TABLE (\w+)", text, re.M):
                with self.subTest(table=table[2]):
                    self.assertRegex(table[1], r"owned by")
                    self.assertRegex(table[1], r"Enduring|Rebuildable|Work")


if __name__ == "__main__":
    tap.main()
