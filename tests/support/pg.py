#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL 15 for tests: started on a Unix socket in a folder of its own, without passwords, as
an unprivileged user when we are root, and stopped by its process id.

tests/run.py starts one for all tests and names its folder in SAQTA_TEST_PG. A test that runs alone
starts one for itself:

usage: pg.py TEST [ARGUMENT]...   runs a test with SAQTA_TEST_ENGINE=postgres and a server
"""
import glob
import itertools
import os
import pwd
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse

USER = "saqta"
# The months of a table are no tables of their own.
TABLES = ("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
          " AND relnamespace = 'public'::regnamespace ORDER BY 1;")
NUMBERS = itertools.count()


def programs():
    found = sorted(glob.glob("/usr/lib/postgresql/15/bin"))
    if not found:
        raise AssertionError("PostgreSQL 15 is not installed: apt-get install postgresql-15")
    return found[0]


def as_server():
    """PostgreSQL refuses to run as root."""
    return {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}


def url(folder, name, user=USER, **more):
    return f"postgres:///{name}?" + urllib.parse.urlencode({"host": folder, "user": user, **more})


class Server:
    """`durable` is for tests that kill it; the others do without waiting for the disk."""

    def __init__(self, durable=False):
        self.bin = programs()
        self.folder = tempfile.mkdtemp(prefix="saqta-pg-", dir="/tmp")
        os.chmod(self.folder, 0o755)
        if os.geteuid() == 0:
            shutil.chown(self.folder, pwd.getpwnam("postgres").pw_uid)
        self.data = os.path.join(self.folder, "data")
        self.durable = durable
        self.env = {}
        self.process = None

    def make(self):
        subprocess.run([f"{self.bin}/initdb", "-D", self.data, "-A", "trust", "-U", USER, "-E", "UTF8",
                        "--locale=C.UTF-8", "-N"], check=True, stdout=subprocess.DEVNULL,
                       cwd=self.folder, **as_server())

    def start(self):
        settings = {"listen_addresses": "", "max_connections": "200", "shared_buffers": "64MB"}
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
                         "wal_level": "minimal", "max_wal_senders": "0"}
        self.process = subprocess.Popen(
            [f"{self.bin}/postgres", "-D", self.data, "-k", self.folder,
             *[x for k, v in settings.items() for x in ("-c", f"{k}={v}")]],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, **self.env}, start_new_session=True, **as_server())
        for _ in range(600):
            if ask(self.folder, "postgres", "SELECT 1", check=False).returncode == 0:
                return self
            time.sleep(0.05)
        raise AssertionError("PostgreSQL does not start")

    def main_pid(self):
        with open(os.path.join(self.data, "postmaster.pid"), encoding="ascii") as f:
            return int(f.readline())

    def group(self):
        """The main process and its children."""
        main = self.main_pid()
        children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(main)], capture_output=True, text=True)
        return [main, *map(int, children.stdout.split())]

    def kill(self):
        """As a power cut for it: all of its processes at once, and none that is just being made."""
        os.kill(self.main_pid(), signal.SIGSTOP)
        group = self.group()
        for pid in group:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait(30)
        # A child that is still dying holds the memory, and the next start would be refused.
        for _ in range(200):
            if not any(os.path.exists(f"/proc/{pid}") for pid in group):
                return
            time.sleep(0.05)
        raise AssertionError("PostgreSQL does not die")

    def stop(self):
        if self.process and self.process.poll() is None:
            os.kill(self.main_pid(), signal.SIGINT)
            self.process.wait(60)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        self.make()
        return self.start()

    def __exit__(self, *error):
        self.stop()


def ask(folder, name, text, check=True, user=USER):
    done = subprocess.run(["psql", "-h", folder, "-U", user, "-d", name, "-XqAt", "-v", "ON_ERROR_STOP=1"],
                          input=text, text=True, capture_output=True)
    if check and done.returncode != 0:
        raise AssertionError(done.stderr.strip())
    return done


def folder():
    """Of the server that is running for the tests."""
    return os.environ["SAQTA_TEST_PG"]


def new_database(like="template0"):
    """The name of a new database: empty, or the same as one that nobody uses just now."""
    name = f"p{os.getpid()}_{next(NUMBERS)}"
    ask(folder(), "postgres", f"CREATE DATABASE {name} TEMPLATE {like}")
    return name


def drop_database(name):
    ask(folder(), "postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def wanted():
    return os.environ.get("SAQTA_TEST_ENGINE") == "postgres"


def database(path):
    """The URL of a new database of the engine that is tested; `path` is where a file may be."""
    return url(folder(), new_database()) if wanted() else f"sqlite:{path}"


def copy_of(of, path):
    """The URL of a new database with the same in it; nobody uses the old one just now."""
    if of.startswith("postgres:"):
        return url(folder(), new_database(urllib.parse.urlsplit(of).path[1:]))
    shutil.copy(of.removeprefix("sqlite:"), path)
    return f"sqlite:{path}"


def rows(of, text):
    """What a query gives, as tuples; numbers are numbers."""
    if not of.startswith("postgres:"):
        db = sqlite3.connect(of.removeprefix("sqlite:"))
        try:
            with db:
                return db.execute(text).fetchall()
        finally:
            db.close()
    parts = urllib.parse.urlsplit(of)
    done = ask(urllib.parse.parse_qs(parts.query)["host"][0], parts.path[1:], text)
    return [tuple(int(x) if re.fullmatch(r"-?\d+", x) else x for x in line.split("|"))
            for line in done.stdout.splitlines()]


def forget(of):
    if of.startswith("postgres:"):
        drop_database(urllib.parse.urlsplit(of).path[1:])


def run(command):
    """With a database that a test of only one needs, whatever language it is written in."""
    os.environ["SAQTA_TEST_DB"] = database(None)
    code = subprocess.run(command).returncode
    forget(os.environ["SAQTA_TEST_DB"])
    return code


def main():
    os.environ["SAQTA_TEST_ENGINE"] = "postgres"
    if "SAQTA_TEST_PG" in os.environ:
        sys.exit(run(sys.argv[1:]))
    with Server() as server:
        os.environ["SAQTA_TEST_PG"] = server.folder
        code = run(sys.argv[1:])
    sys.exit(code)


if __name__ == "__main__":
    main()
