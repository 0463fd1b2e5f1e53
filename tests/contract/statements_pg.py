#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prepares every statement on PostgreSQL 15. Numbers of arguments and columns must be those of the
table, and their types only bigint, text and bytea.

usage: statements_pg.py DUMP_PROGRAM
"""
import os
import re
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import pg, tap  # noqa: E402

TYPES = {"bigint", "text", "bytea"}


class Statements(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        dumped = subprocess.run([dump_program, "--dump"], check=True, capture_output=True, text=True).stdout
        cls.schema, *cls.records = dumped.split("\n...\n")[:-1]
        cls.database = pg.new_database()
        cls.ask(cls.schema)

    @classmethod
    def tearDownClass(cls):
        pg.drop_database(cls.database)

    @classmethod
    def ask(cls, text):
        return pg.ask(pg.folder(), cls.database, text)

    def test_there_are_statements(self):
        self.assertGreater(len(self.records), 50)

    def test_arguments(self):
        for record in self.records:
            head, text = record.split("\n", 1)
            name, args, _ = head.split()
            with self.subTest(statement=name):
                said = self.ask(
                    f"PREPARE s AS {text};\n"
                    "SELECT coalesce(array_to_string(parameter_types, ','), '')"
                    " FROM pg_prepared_statements WHERE name = 's';").stdout.strip()
                types = said.split(",") if said else []
                self.assertEqual(len(types), int(args))
                self.assertLessEqual(set(types), TYPES)

    def test_columns(self):
        for record in self.records:
            head, text = record.split("\n", 1)
            name, _, columns = head.split()
            if not text.startswith("SELECT"):
                continue
            with self.subTest(statement=name):
                rows = self.ask(f"{text}\n\\gdesc\n").stdout.strip().splitlines()
                self.assertEqual(len(rows), int(columns))
                self.assertLessEqual({r.split("|")[1] for r in rows}, TYPES)

    def test_tables_are_the_same(self):
        made = set(re.findall(r"^CREATE TABLE (\w+)", self.schema, re.M))
        held = set(self.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public';").stdout.split())
        self.assertEqual(made, held)


if __name__ == "__main__":
    dump_program = os.path.abspath(sys.argv.pop(1))
    tap.main()
