#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL killed at any moment while documents are taken in (all of its processes with -9, one of
them, or the program itself), and frozen: nothing is lost, nothing is there twice, the books agree,
and nobody waits for ever. The server is one of its own and waits for the disk.

usage: pg_kill.py PORTION_WRITER SAQTA
"""
import os
import random
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import pg, tap  # noqa: E402

DOCUMENTS, LINES = 3, 20000
KILLS = int(os.environ.get("SAQTA_KILLS", "5"))
SEED = int(os.environ.get("SAQTA_SEED", "20261122"))
GOOD, BUSY = 0, 3


class Kill(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = pg.Server(durable=True)
        cls.server.make()
        cls.server.start()
        cls.chance = random.Random(SEED)
        print(f"# SAQTA_SEED={SEED} SAQTA_KILLS={KILLS}")

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def setUp(self):
        self.name = f"k{self.chance.randrange(10**9)}"
        pg.ask(self.server.folder, "postgres", f"CREATE DATABASE {self.name} TEMPLATE template0")
        self.url = pg.url(self.server.folder, self.name)
        subprocess.run([saqta, "db", "migrate", "--db", self.url], check=True, stdout=subprocess.DEVNULL)
        self.command = [writer, self.url, str(DOCUMENTS), str(LINES)]

    def ask(self, text):
        return pg.ask(self.server.folder, self.name, text).stdout.strip()

    def lines(self):
        return int(self.ask("SELECT count(*) FROM payment;"))

    def audit(self):
        done = subprocess.run([saqta, "audit", "--db", self.url, "--lang", "en"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def start_writer(self):
        process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        until = time.monotonic() + 20
        begun = self.lines()
        # It is in the middle once it has written something.
        while process.poll() is None and self.lines() == begun and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(self.chance.uniform(0, 0.1))
        return process

    def complete(self):
        for _ in range(2):
            subprocess.run(self.command, check=True, stdout=subprocess.DEVNULL)
            self.assertEqual(self.lines(), DOCUMENTS * LINES)
            self.audit()

    def test_the_whole_server(self):
        midway = 0
        for _ in range(KILLS):
            process = self.start_writer()
            self.server.kill()
            said = process.communicate()[1]
            self.assertIn(process.returncode, (GOOD, BUSY), said)
            begun = time.monotonic()
            self.server.start()
            self.assertLess(time.monotonic() - begun, 15)
            self.audit()
            midway += 0 < self.lines() < DOCUMENTS * LINES
        self.assertGreater(midway, 0, "no kill came in the middle: change the times")
        self.complete()

    def test_one_server_process(self):
        """The others go down with it and come back; the program goes on by itself or says busy."""
        for _ in range(KILLS):
            process = self.start_writer()
            pid = self.ask("SELECT pid FROM pg_stat_activity WHERE application_name = 'saqta'"
                           f" AND datname = '{self.name}' LIMIT 1;")
            if pid:
                os.kill(int(pid), signal.SIGKILL)
            said = process.communicate()[1]
            self.assertIn(process.returncode, (GOOD, BUSY), said)
            for _ in range(100):
                if pg.ask(self.server.folder, "postgres", "SELECT 1", check=False).returncode == 0:
                    break
                time.sleep(0.1)
            self.audit()
        self.complete()

    def test_a_connection_is_ended(self):
        """Politely: the program connects anew and completes its work."""
        process = self.start_writer()
        for _ in range(3):
            self.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
                     f" application_name = 'saqta' AND datname = '{self.name}';")
            time.sleep(0.2)
        said = process.communicate()[1]
        self.assertEqual(process.returncode, GOOD, said)
        self.assertEqual(self.lines(), DOCUMENTS * LINES)
        self.audit()

    def test_the_program(self):
        for _ in range(KILLS):
            process = self.start_writer()
            process.kill()
            process.communicate()
            self.audit()
        self.complete()

    def test_two_at_the_same_moment(self):
        both = [subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                for _ in range(2)]
        said = [process.communicate()[1] for process in both]
        self.assertLessEqual({process.returncode for process in both}, {GOOD, BUSY}, said)
        self.complete()

    def test_frozen(self):
        """A server that says nothing is as bad as none: an honest answer in time, then all is well."""
        subprocess.run([self.command[0], self.url, "1", "10"], check=True, stdout=subprocess.DEVNULL)
        question = [saqta, "status", "500101100010", "--db", self.url, "--lang", "en"]
        subprocess.run(question, stdout=subprocess.DEVNULL, check=False)
        frozen = self.server.group()
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)
        try:
            begun = time.monotonic()
            done = subprocess.run(question, capture_output=True, text=True, timeout=60)
            self.assertLess(time.monotonic() - begun, 30)
            self.assertRegex(done.stderr, "DB_OPEN|DB_BUSY")
        finally:
            for pid in frozen:
                os.kill(pid, signal.SIGCONT)
        self.audit()

    def test_server_away(self):
        self.server.kill()
        try:
            done = subprocess.run(self.command, capture_output=True, text=True, timeout=60)
            self.assertNotEqual(done.returncode, GOOD)
            self.assertIn("DB_OPEN", done.stderr)
        finally:
            self.server.start()
        self.complete()


if __name__ == "__main__":
    writer, saqta = os.path.abspath(sys.argv.pop(1)), os.path.abspath(sys.argv.pop(1))
    tap.main()
