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


# As src/store/driver_pg_connect.c sets them.
SERVING = "SET enable_seqscan = off;\nSET plan_cache_mode = force_generic_plan;\n"
KEYS = """SELECT t.relname, a.attname FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (i.indkey)
  WHERE i.indisprimary AND t.relnamespace = 'public'::regnamespace;"""
# Columns of a key may filter here, and why.
FILTERS = {
    "bank_payments",        # a person's lines by one of two numbers: it reads the person's months
    "outbox_find",          # a work list, bounded, and emptied all the time
    "outbox_claim",         # the same
    "outbox_postpone",      # the same
    "outbox_delete",        # the same
    "payment_stage_known",  # a table of one session, read whole
}


def values(args):
    return f"({', '.join(['NULL'] * args)})" if args else ""


def filtered(plan, keys):
    """Columns of keys that filter what a scan has read already."""
    table, found = "", set()
    for line in plan:
        scan = re.search(r"Scan.* on (\w+)", line)
        table = scan[1] if scan and "Bitmap Index" not in line else table
        said = re.match(r"\s*Filter: (.*\$.*)", line)
        words = set(re.findall(r"\w+", said[1])) if said else set()
        found |= {f"{table}.{column}" for column in words & keys.get(table, set())}
    return found


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
        text = "SELECT payment_stage_make();\nANALYZE;\n" + SERVING
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

    def test_keys_are_found_by_keys(self):
        """Planned as for who serves, on tables that were empty when they were analysed: the plan stays for a while
        when they have grown. A column of the key that only filters means that rows are read in vain."""
        keys = {}
        for line in self.ask(KEYS).stdout.splitlines():
            table, column = line.split("|")
            keys.setdefault(table, set()).add(column)
        said = self.blocks((name, f"PREPARE {name} AS {text};\nEXPLAIN EXECUTE {name}{values(args)};")
                           for name, args, _, text in self.statements() if name not in FILTERS)
        for name, plan in said.items():
            with self.subTest(statement=name):
                self.assertEqual(filtered(plan, keys), set())

    def test_tables_are_the_same(self):
        made = set(re.findall(r"^CREATE TABLE (\w+)", self.schema, re.M))
        held = set(self.ask(pg.TABLES).stdout.split())
        self.assertEqual(made, held)


if __name__ == "__main__":
    dump_program = os.path.abspath(sys.argv.pop(1))
    tap.main()
