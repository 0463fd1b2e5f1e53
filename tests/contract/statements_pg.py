#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prepares every statement on a PostgreSQL 15 of its own: started here on a Unix socket in a
folder of its own, stopped by its process id. Numbers of arguments and columns must be those of the
table, and their types only bigint, text and bytea.

usage: statements_pg.py DUMP_PROGRAM
"""
import glob
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import tap  # noqa: E402

TYPES = {"bigint", "text", "bytea"}


def server_programs():
    found = sorted(glob.glob("/usr/lib/postgresql/15/bin"))
    if not found:
        raise AssertionError("PostgreSQL 15 is not installed: apt-get install postgresql-15")
    return found[0]


def as_server(command):
    """PostgreSQL refuses to run as root."""
    if os.geteuid() == 0:
        return ["runuser", "-u", "postgres", "--", *command]
    return command


class Server:
    def __init__(self):
        self.bin = server_programs()
        self.folder = tempfile.mkdtemp(prefix="saqta-pg-")
        if os.geteuid() == 0:
            shutil.chown(self.folder, pwd.getpwnam("postgres").pw_uid)
        self.data = os.path.join(self.folder, "data")
        self.process = None

    def start(self):
        subprocess.run(as_server([f"{self.bin}/initdb", "-D", self.data, "-A", "trust", "-U", "postgres",
                                  "--locale=C.UTF-8", "-N"]), check=True, stdout=subprocess.DEVNULL,
                       cwd=self.folder)
        self.process = subprocess.Popen(
            as_server([f"{self.bin}/postgres", "-D", self.data, "-k", self.folder, "-c",
                       "listen_addresses=", "-c", "fsync=off"]),
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            if self.ask("SELECT 1", check=False).returncode == 0:
                return
            time.sleep(0.1)
        raise AssertionError("PostgreSQL does not start")

    def ask(self, text, check=True):
        done = subprocess.run(as_server(["psql", "-h", self.folder, "-U", "postgres", "-d", "postgres", "-XqAt",
                                         "-v", "ON_ERROR_STOP=1"]), input=text, text=True,
                              capture_output=True, cwd=self.folder)
        if check and done.returncode != 0:
            raise AssertionError(done.stderr.strip())
        return done

    def stop(self):
        if self.process:
            with open(os.path.join(self.data, "postmaster.pid"), encoding="ascii") as f:
                os.kill(int(f.readline()), 2)
            self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)


class Statements(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        dumped = subprocess.run([dump_program, "--dump"], check=True, capture_output=True, text=True).stdout
        cls.schema, *cls.records = dumped.split("\n...\n")[:-1]
        cls.server = Server()
        try:
            cls.server.start()
            cls.server.ask(cls.schema)
        except BaseException:
            cls.server.stop()
            raise

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def test_there_are_statements(self):
        self.assertGreater(len(self.records), 50)

    def test_arguments(self):
        for record in self.records:
            head, text = record.split("\n", 1)
            name, args, _ = head.split()
            with self.subTest(statement=name):
                said = self.server.ask(
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
                rows = self.server.ask(f"{text}\n\\gdesc\n").stdout.strip().splitlines()
                self.assertEqual(len(rows), int(columns))
                self.assertLessEqual({r.split("|")[1] for r in rows}, TYPES)

    def test_tables_are_the_same(self):
        made = set(re.findall(r"^CREATE TABLE (\w+)", self.schema, re.M))
        held = set(self.server.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public';").stdout.split())
        self.assertEqual(made, held)


if __name__ == "__main__":
    dump_program = os.path.abspath(sys.argv.pop(1))
    tap.main()
