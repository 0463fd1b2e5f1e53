#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A database of an earlier release is brought to the present schema, with all that it holds: on SQLite,
or with SAQTA_TEST_ENGINE=postgres on PostgreSQL, where the same rows stand in the tables of that time.

usage: old_schema_test.py SAQTA
"""
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import pg, tap  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
STEPS = os.path.join(HERE, "..", "..", "db")
VERSION = 4
NOW = "2026-03-05T10:00:00Z"
# What the program of that time answered on 1 March 2026.
ANSWERS = {"500101100010": (False, "debt", {"2025-12": "paid", "2026-01": "paid", "2026-02": "open"}),
           "500101200017": (True, "category", {"2025-12": "state", "2026-02": "state"}),
           "900101300007": (True, "grace", {"2025-11": "none", "2025-12": "paid"}),
           "850515400002": (False, "never", {"2025-11": "none", "2026-02": "open"})}
# The words of the steps on PostgreSQL.
WORDS = {"KEY": "BIGINT PRIMARY KEY", "LABEL": "TEXT", "BYTES": "BYTEA", **dict.fromkeys(
    ("REF", "NUMBER", "MONEY", "DAY", "MONTH", "INSTANT", "FLAG"), "BIGINT")}


def spelled(text):
    text = re.sub(r"^(\t[a-z_]+ )([A-Z]+)\b", lambda m: m[1] + WORDS[m[2]], text, flags=re.M)
    return text.replace(") CLUSTERED;", ");")


def literal(value):
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


class OldSchema(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="saqta-old-")
        self.path = os.path.join(self.folder, "old.db")
        with open(os.path.join(HERE, "old", f"schema_{VERSION}.sql"), encoding="utf-8") as f:
            text = f.read()
        with sqlite3.connect(self.path) as db:
            db.executescript(text)
        self.url, self.name = "sqlite:" + self.path, None
        if os.environ.get("SAQTA_TEST_ENGINE") == "postgres":
            self.name = pg.new_database()
            self.url = pg.url(pg.folder(), self.name)
            pg.ask(pg.folder(), self.name, self.moved())

    def tearDown(self):
        shutil.rmtree(self.folder)
        if self.name:
            pg.drop_database(self.name)

    def moved(self):
        """The steps up to that release, and the rows."""
        text = ""
        for file in sorted(os.listdir(STEPS))[:VERSION + 1]:
            with open(os.path.join(STEPS, file), encoding="utf-8") as f:
                text += spelled(f.read())
        with sqlite3.connect(self.path) as db:
            tables = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            first = ["person", "entry"]
            for table in first + [t for t in tables if t not in first + ["gate"]]:
                read = db.execute(f"SELECT * FROM {table}")
                columns = ", ".join(c[0] for c in read.description)
                for row in read:
                    text += f"INSERT INTO {table} ({columns}) VALUES ({', '.join(map(literal, row))});\n"
        return text

    def rows(self, query):
        if self.name:
            return [line.split("|") for line in pg.ask(pg.folder(), self.name, query).stdout.splitlines()]
        with sqlite3.connect(self.path) as db:
            return [[str(c) for c in row] for row in db.execute(query)]

    def run_it(self, *command, status=0):
        done = subprocess.run([saqta, *command, "--db", self.url, "--lang", "en"], capture_output=True, text=True,
                              env=os.environ | {"SAQTA_NOW": NOW})
        self.assertEqual(done.returncode, status, f"{command}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def counts(self):
        return {t: self.rows(f"SELECT count(*) FROM {t}") for t in
                ("person", "person_fact", "spell", "payment", "refund", "suspense", "entry", "transfer", "seal",
                 "lookup", "intake")}

    def test_it_is_brought_forward(self):
        held = self.counts()
        seal = self.rows("SELECT day, entries FROM seal")
        self.assertNotIn(["0"], [v[0] for v in held.values()])
        self.assertIn("DB_OLDER", self.run_it("audit", status=3))
        self.run_it("db", "migrate")
        self.assertEqual(self.counts(), held)
        self.assertEqual(self.rows("SELECT day, entries FROM seal"), seal)
        self.assertIn("Everything agrees", self.run_it("audit"))
        self.run_it("db", "check")
        if self.name:
            # What was one table is the first of the parts.
            self.assertEqual(self.rows("SELECT count(*) FROM lookup_before"), held["lookup"])
        # Again: nothing is left to do.
        self.run_it("db", "migrate")
        self.assertEqual(self.counts(), held)

    def test_answers_stay(self):
        self.run_it("db", "migrate")
        for refreshed in (False, True):
            for iin, (insured, reason, months) in ANSWERS.items():
                said = self.run_it("status", iin, "--on", "2026-03-01", "--known", "2026-03-01", "--json",
                                   status=0 if insured else 1)
                answer = json.loads(said)
                self.assertEqual((answer["insured"], answer["reason"]), (insured, reason), (iin, refreshed))
                found = {m["month"]: m["class"] for m in answer["months"]}
                self.assertEqual({m: found[m] for m in months}, months, iin)
            self.run_it("work", "--once")
        self.assertIn("Everything agrees", self.run_it("audit"))

    def test_it_works_on(self):
        """The same files again change nothing, new ones are taken."""
        self.run_it("db", "migrate")
        held = self.rows("SELECT count(*) FROM payment")
        mt102 = os.path.join(HERE, "..", "golden", "mt102", "example_utf8.mt")
        self.assertIn("Taken in before", self.run_it("import", mt102))
        self.assertEqual(self.rows("SELECT count(*) FROM payment"), held)
        self.run_it("import", os.path.join(HERE, "..", "golden", "iso20022", "example.xml"))
        self.assertEqual(int(self.rows("SELECT count(*) FROM payment")[0][0]), int(held[0][0]) + 2)
        self.run_it("work", "--once")
        self.assertIn("Everything agrees", self.run_it("audit"))


if __name__ == "__main__":
    saqta = os.path.abspath(sys.argv.pop(1))
    tap.main()
