#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is only true of PostgreSQL, or of both engines together: the rights of the role that serves,
two programs that make the same tables, the copy of a database there and back.

usage: postgres_test.py SAQTA
"""
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

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
PAYMENTS = ("doc;line;iin;month;knp;sum;payer;payer_kind;paid_on;received_on\n"
            "P;1;500101100010;2025-12;122;9000;;independent;2025-12-20;\n")


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="saqta-pg-case-")
        self.names = []
        self.name = self.database()
        self.url = pg.url(pg.folder(), self.name)

    def tearDown(self):
        shutil.rmtree(self.folder)
        for name in self.names:
            pg.drop_database(name)

    def database(self):
        self.names.append(pg.new_database())
        return self.names[-1]

    def path(self, name):
        return os.path.join(self.folder, name)

    def run_it(self, *command, status=0, **env):
        done = subprocess.run([saqta, *command, "--lang", "en"], capture_output=True, text=True,
                              env=os.environ | env)
        self.assertEqual(done.returncode, status, f"{command}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def ask(self, text, name=None, **more):
        return pg.ask(pg.folder(), name or self.name, text, **more)

    def register(self):
        with open(self.path("payments.csv"), "w", encoding="utf-8") as f:
            f.write(PAYMENTS)
        return self.path("payments.csv")


class RightsCase(Case):
    """With a role that serves."""

    def setUp(self):
        super().setUp()
        self.role = f"serves_{self.name}"
        pg.ask(pg.folder(), "postgres", f"CREATE ROLE {self.role} LOGIN;")
        self.run_it("db", "migrate", "--db", self.url, SAQTA_DB_ROLE=self.role)
        self.served = pg.url(pg.folder(), self.name, user=self.role)

    def tearDown(self):
        super().tearDown()
        pg.ask(pg.folder(), "postgres", f"DROP ROLE {self.role};")


class Rights(RightsCase):
    """The role that serves reads and adds."""

    def tables(self):
        return self.ask(pg.TABLES).stdout.split()

    def test_it_can_do_its_work(self):
        self.run_it("import", self.register(), "--db", self.served)
        self.run_it("work", "--once", "--db", self.served, SAQTA_NOW="2030-01-01T00:00:00Z")
        self.assertEqual(self.ask("SELECT count(*) FROM seal;").stdout.strip(), "1")
        self.run_it("audit", "--db", self.served)
        self.run_it("status", "500101100010", "--db", self.served, "--on", "2026-01-10", status=0)
        self.run_it("db", "check", "--db", self.served)

    def test_it_cannot_change_what_endures(self):
        self.run_it("import", self.register(), "--db", self.served)
        with open(os.path.join(ROOT, "db", "README.md"), encoding="utf-8") as f:
            told = f.read()
        enduring = set()
        for line in told.splitlines():
            cells = [c.strip() for c in line.strip("|").split("|")]
            if len(cells) == 3 and cells[2].startswith("enduring"):
                enduring |= set(re.findall(r"`(\w+)`", cells[0]))
        self.assertGreater(len(enduring), 10)
        self.assertLessEqual(enduring, set(self.tables()))
        for table in sorted(enduring):
            column = self.ask("SELECT attname FROM pg_attribute WHERE attnum = 1 AND attrelid ="
                              f" '{table}'::regclass;").stdout.strip()
            texts = [f"DELETE FROM {table};", f"TRUNCATE {table};"]
            if table != "intake":
                texts.append(f"UPDATE {table} SET {column} = {column};")
            for text in texts:
                with self.subTest(text=text):
                    done = self.ask(text, user=self.role, check=False)
                    self.assertIn("permission denied", done.stderr)
                    # The owner may, and is held by a trigger.
                    done = self.ask(text, check=False)
                    self.assertRegex(done.stderr, "append-only|cannot truncate")

    def test_it_cannot_make_tables_or_give_itself_rights(self):
        for text in ("CREATE TABLE mine (a INT);", "ALTER TABLE payment DISABLE TRIGGER ALL;",
                     f"GRANT ALL ON payment TO {self.role};", "DROP TABLE payment;"):
            done = self.ask(text, user=self.role, check=False)
            self.assertRegex(done.stderr, "permission denied|must be owner|no privileges were granted", text)

    def test_each_table_is_named(self):
        with open(os.path.join(ROOT, "db", "rights_postgres.sql"), encoding="utf-8") as f:
            named = set(re.findall(r"^\t\t\('(\w+)', '[A-Z, ]+'\)", f.read(), re.M))
        held = set(self.tables())
        self.assertEqual(named, held)

    def test_no_such_role(self):
        said = self.run_it("db", "migrate", "--db", self.url, status=2, SAQTA_DB_ROLE="nobody'; DROP")
        self.assertIn("VALUE_UNKNOWN", said)


class Months(RightsCase):
    """Rows of who looked are kept by months, made ahead; what fits none is kept all the same."""

    def parts(self):
        return self.ask("SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'lookup'::regclass"
                        " ORDER BY 1;").stdout.split()

    def add(self, day, **more):
        return self.ask("INSERT INTO lookup SELECT 1, extract(epoch FROM timestamptz"
                        f" '{day}T12:00:00Z')::bigint * 1000000, '\\x00', 1, 1 RETURNING tableoid::regclass;",
                        **more).stdout.split("\n")[0]

    def test_months_ahead(self):
        made = self.parts()
        self.assertEqual(len(made), 5)
        self.assertIn("lookup_rest", made)
        self.run_it("work", "--once", "--db", self.served, SAQTA_NOW="2031-11-30T23:30:00Z")
        self.assertEqual(set(self.parts()) - set(made),
                         {"lookup_203111", "lookup_203112", "lookup_203201", "lookup_203202"})
        self.run_it("work", "--once", "--db", self.served, SAQTA_NOW="2031-12-02T00:00:00Z")
        self.assertIn("lookup_203203", self.parts())
        self.assertEqual(len(self.parts()), 10)

    def test_nothing_is_refused(self):
        self.run_it("work", "--once", "--db", self.served, SAQTA_NOW="2031-11-30T00:00:00Z")
        self.assertEqual(self.add("2031-12-01", user=self.role), "lookup_203112")
        self.assertEqual(self.add("1999-01-01", user=self.role), "lookup_rest")
        self.assertEqual(self.add("2033-05-31", user=self.role), "lookup_rest")
        # That month is in lookup_rest already: it stays there.
        self.run_it("work", "--once", "--db", self.served, SAQTA_NOW="2033-05-02T00:00:00Z")
        self.assertNotIn("lookup_203305", self.parts())
        self.assertIn("lookup_203306", self.parts())
        self.assertEqual(self.add("2033-05-30", user=self.role), "lookup_rest")

    def test_an_old_month_is_dropped(self):
        self.run_it("work", "--once", "--db", self.served, SAQTA_NOW="2031-11-30T00:00:00Z")
        self.add("2031-11-01")
        self.add("2031-12-01")
        for text in ("DELETE FROM lookup_203111;", "TRUNCATE lookup_203111;", "DELETE FROM lookup;"):
            self.assertIn("append-only", self.ask(text, check=False).stderr)
            self.assertIn("permission denied", self.ask(text, user=self.role, check=False).stderr)
        self.assertRegex(self.ask("DROP TABLE lookup_203111;", user=self.role, check=False).stderr, "must be owner")
        self.ask("DROP TABLE lookup_203111;")
        self.assertEqual(self.ask("SELECT count(*) FROM lookup;").stdout.strip(), "1")
        self.run_it("db", "check", "--db", self.url)
        self.run_it("audit", "--db", self.url)

    def test_copies(self):
        self.add("2020-02-29")
        self.add("2031-12-01")
        self.run_it("db", "copy", self.url, self.path("copy.db"))
        other = self.database()
        self.run_it("db", "copy", self.path("copy.db"), pg.url(pg.folder(), other))
        self.assertEqual(self.ask("SELECT count(*) FROM lookup;", name=other).stdout.strip(), "2")


class Secrets(Case):
    def test_a_password_is_never_shown(self):
        for address in ("postgres://saqta:Secret-1@127.0.0.1:1/saqta", "postgres://:Secret-1@127.0.0.1:1/saqta"):
            self.assertNotIn("Secret-1", self.run_it("settings", SAQTA_DB=address))
            self.assertNotIn("Secret-1", self.run_it("db", "check", "--db", address, status=3))


class Schema(Case):
    def test_two_make_the_same_tables(self):
        for _ in range(5):
            url = pg.url(pg.folder(), self.database())
            both = [subprocess.Popen([saqta, "db", "migrate", "--db", url], stdout=subprocess.PIPE,
                                     stderr=subprocess.STDOUT, text=True) for _ in range(3)]
            said = [p.communicate()[0] for p in both]
            self.assertEqual([p.returncode for p in both], [0, 0, 0], said)
            self.run_it("db", "check", "--db", url)

    def test_newer_schema_is_refused(self):
        self.run_it("db", "migrate", "--db", self.url)
        self.ask("INSERT INTO migration VALUES (9999, 'x', '', 1);")
        for command in (("db", "migrate"), ("status", "500101100010"), ("work", "--once")):
            self.assertIn("DB_NEWER", self.run_it(*command, "--db", self.url, status=3))

    def test_somebody_elses_database_is_refused(self):
        self.ask("CREATE TABLE other (a INT);")
        self.assertIn("DB_NOT_OURS", self.run_it("db", "migrate", "--db", self.url, status=3))

    def test_damaged_index_is_found(self):
        self.run_it("db", "migrate", "--db", self.url)
        self.run_it("db", "check", "--db", self.url)
        self.ask("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'intake_by_done_at'::regclass;")
        self.assertIn("intake_by_done_at", self.run_it("db", "check", "--db", self.url, status=3))

    def test_other_encoding_is_refused(self):
        name = self.name + "_latin"
        pg.ask(pg.folder(), "postgres",
               f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C';")
        self.names.append(name)
        said = self.run_it("db", "migrate", "--db", pg.url(pg.folder(), name), status=3)
        self.assertIn("UTF8", said)


class Copy(Case):
    def setUp(self):
        super().setUp()
        self.first = f"sqlite:{self.path('first.db')}"
        self.run_it("demo", "--people", "1500", "--db", self.first)
        self.run_it("import", self.register(), "--db", self.first)
        self.run_it("work", "--once", "--db", self.first, SAQTA_NOW="2030-01-01T00:00:00Z")

    def digests(self, said):
        return re.findall(r"^(\w+) +(\d+)  ([0-9a-f]{64})$", said, re.M)

    def test_there_and_back(self):
        there = self.digests(self.run_it("db", "copy", self.first, self.url))
        back = self.digests(self.run_it("db", "copy", self.url, self.path("back.db")))
        self.assertEqual(there, back)
        held = set(self.ask(pg.TABLES).stdout.split())
        self.assertEqual({name for name, _, _ in there}, held - {"migration", "installation", "gate"})
        self.assertIn("seal", [name for name, rows, _ in there if int(rows)])
        for url in (self.url, self.path("back.db")):
            self.run_it("audit", "--db", url)
        # The people keep their keys and their answers.
        number = self.run_it("demo", "--list", "--db", self.first).split("\n")[1].split()[0]
        answers = {self.run_it("status", number, "--db", url, "--on", "2026-03-01", "--json").split('"answer_no"')[0]
                   for url in (self.first, self.url)}
        self.assertEqual(len(answers), 1)

    def test_backup_is_one_verified_file(self):
        self.run_it("db", "copy", self.first, self.url)
        self.run_it("db", "backup", self.path("backup.db"), "--db", self.url)
        self.run_it("audit", "--db", self.path("backup.db"))
        said = self.run_it("db", "backup", self.path("backup.db"), "--db", self.url, status=1)
        self.assertIn("FILE_EXISTS", said)
        self.assertEqual(len(self.digests(said)), 0)

    def test_only_into_an_empty_one(self):
        self.run_it("db", "copy", self.first, self.url)
        self.assertIn("DB_NOT_EMPTY", self.run_it("db", "copy", self.first, self.url, status=1))
        # Tables that were made with a secret of their own would give the people other keys.
        other = pg.url(pg.folder(), self.database())
        self.run_it("db", "migrate", "--db", other)
        self.assertIn("DB_NOT_EMPTY", self.run_it("db", "copy", self.first, other, status=1))

    def test_broken_off_and_repeated(self):
        process = subprocess.Popen([saqta, "db", "copy", self.first, self.url], stdout=subprocess.DEVNULL)
        try:
            process.wait(0.15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        held = self.ask("SELECT count(*) FROM pg_tables WHERE tablename = 'payment';").stdout.strip()
        if held == "1":
            self.assertIn(self.ask("SELECT count(*) FROM payment;").stdout.strip(), ("0", self.lines()))
        if process.returncode != 0:
            self.run_it("db", "copy", self.first, self.url)
        self.assertEqual(self.ask("SELECT count(*) FROM payment;").stdout.strip(), self.lines())

    def lines(self):
        with sqlite3.connect(self.path("first.db")) as db:
            return str(db.execute("SELECT count(*) FROM payment").fetchone()[0])

    def test_a_false_copy_is_found(self):
        """A target that changes what it is given: a trigger that takes a tenge away."""
        self.run_it("db", "copy", self.first, self.url)
        self.ask("SET session_replication_role = replica; DO $$ DECLARE t name; BEGIN FOR t IN SELECT relname"
                 " FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname"
                 " NOT IN ('migration', 'installation', 'gate') LOOP EXECUTE format('DELETE FROM %I', t);"
                 " END LOOP; END $$;")
        self.ask("CREATE FUNCTION less() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                 " NEW.paid_on := 20260101; RETURN NEW; END $$;"
                 " CREATE TRIGGER less BEFORE INSERT ON payment FOR EACH ROW EXECUTE FUNCTION less();")
        self.assertIn("copy of payment", self.run_it("db", "copy", self.first, self.url, status=3))


if __name__ == "__main__":
    saqta = os.path.abspath(sys.argv.pop(1))
    tap.main()
