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

    def blocks(self, questions):
        """One session answers all of them: what each said, by name."""
        text = "SELECT payment_stage_make();\n"
        text += "".join(f"\\echo ... {name}\n{text}\n" for name, text in questions)
        said = self.ask(text).stdout.split("... ")[1:]
        return {block.split("\n", 1)[0]: block.split("\n", 1)[1].strip().splitlines() for block in said}

    def statements(self):
        for record in self.records:
            head, text = record.split("\n", 1)
            name, args, columns = head.split()
            yield name, int(args), int(columns), text

    def test_arguments(self):
        said = self.blocks((name, f"PREPARE {name} AS {text};\n"
                                  "SELECT coalesce(array_to_string(parameter_types, ','), '')"
                                  f" FROM pg_prepared_statements WHERE name = '{name}';")
                           for name, _, _, text in self.statements())
        for name, args, _, _ in self.statements():
            with self.subTest(statement=name):
                types = "".join(said[name]).split(",") if said[name] and said[name][0] else []
                self.assertEqual(len(types), args)
                self.assertLessEqual(set(types), TYPES)

    def test_columns(self):
        said = self.blocks((name, f"{text}\n\\gdesc") for name, _, _, text in self.statements()
                           if text.startswith("SELECT"))
        for name, _, columns, text in self.statements():
            if not text.startswith("SELECT"):
                continue
            with self.subTest(statement=name):
                self.assertEqual(len(said[name]), columns)
                self.assertLessEqual({r.split("|")[1] for r in said[name]}, TYPES)

    def test_tables_are_the_same(self):
        made = set(re.findall(r"^CREATE TABLE (\w+)", self.schema, re.M))
        held = set(self.ask(pg.TABLES).stdout.split())
        self.assertEqual(made, held)


if __name__ == "__main__":
    dump_program = os.path.abspath(sys.argv.pop(1))
    tap.main()
