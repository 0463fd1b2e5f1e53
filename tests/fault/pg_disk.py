#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Ten banks pay while the disk of their PostgreSQL is full for some seconds, under the tables (it refuses
what is written), under its log (it dies, and so does its recovery) or under both: each bank hears "come again" by
its own table within three seconds, people see a page or one that says so, and with room again everything
goes on; nothing acknowledged is lost, nothing is taken twice.

usage: pg_disk.py FULL_DISK SAQTA        SAQTA_SEED, SAQTA_FULL_SECONDS (3)
"""
import http.client
import os
import shutil
import sys
import tempfile
import time
import unittest
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import pg, tap  # noqa: E402
from support.biller import World, stamp  # noqa: E402
from support.load import Load  # noqa: E402

SEED = int(os.environ.get("SAQTA_SEED", "20261122"))
FULL_SECONDS = float(os.environ.get("SAQTA_FULL_SECONDS", "3"))
ANSWER_SECONDS, BACK_SECONDS = 3, 5
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class FullDisk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.database = pg.Server(durable=True)
        cls.flag = os.path.join(cls.database.folder, "full")
        # PostgreSQL runs as somebody who may not read the folder of the build.
        cls.database.env = {"LD_PRELOAD": shutil.copy(full_disk, cls.database.folder), "FULL_DISK": cls.flag}
        cls.database.make()
        cls.database.start()
        os.environ["SAQTA_TEST_PG"] = cls.database.folder

    @classmethod
    def tearDownClass(cls):
        cls.database.stop()

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="saqta-disk-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.world = World(saqta, self.folder, 400, now=None)
        self.addCleanup(self.world.end)
        self.person = self.world.iins.pop()  # for whom no bank pays
        self.server = self.world.serve(workers=2, SAQTA_LIMIT_INVOICE="100000/60")
        self.addCleanup(self.server.stop)
        self.load = Load(self.world, self.server.port, SEED, stamp(), pause=0.01)
        self.addCleanup(self.load.done.set)
        self.addCleanup(self.make_room)
        print(f"# SAQTA_SEED={SEED}")

    def fill(self, below):
        os.symlink(os.path.join(self.database.data, below).rstrip("/"), self.flag)

    def make_room(self):
        """And start the database if it is dead, as an operator does."""
        if os.path.lexists(self.flag):
            os.unlink(self.flag)
        if not self.lives():
            # Its main process may wait for ever for a recovery that has died.
            if self.database.process.poll() is None:
                self.database.kill()
            self.database.start()

    def lives(self):
        return pg.ask(self.database.folder, "postgres", "SELECT 1", check=False).returncode == 0

    def ask(self, method, path, body=None):
        """The answer's status and place; it comes in time."""
        link, began = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30), time.monotonic()
        try:
            link.request(method, path, body, FORM if body else {})
            answer = link.getresponse()
            answer.read()
            self.assertLess(time.monotonic() - began, ANSWER_SECONDS)
            if answer.status == 503 and path != "/readyz":
                self.assertIn("Retry-After", answer.headers)
            return answer.status, answer.headers.get("Location")
        finally:
            link.close()

    def until_it_pays(self):
        """Seconds until a payment is acknowledged again."""
        began, before = time.monotonic(), len(self.load.acknowledged)
        while len(self.load.acknowledged) == before:
            time.sleep(0.01)
            self.assertLess(time.monotonic() - began, 30, "it does not come back")
        return time.monotonic() - began

    def through(self, below, dies):
        place = self.ask("POST", "/kk/status", f"iin={self.person}")[1]
        month = f"m={time.strftime('%Y-%m', time.gmtime(time.time() + 5 * 3600))}&do=make"
        self.assertEqual(self.ask("POST", f"{place}/pay", month)[0], 303)
        self.load.start()
        self.until_it_pays()
        self.fill(below)
        until, said = time.monotonic() + FULL_SECONDS, []
        while time.monotonic() < until:
            said.append((self.ask("GET", place)[0], self.ask("POST", f"{place}/pay", month)[0],
                         self.ask("GET", "/kk/calculator")[0], self.ask("GET", "/readyz")[0]))
            time.sleep(0.1)
        print(f"# pages while it is full: {sorted(set(said))}")
        for read, written, apart, ready in said:
            self.assertIn(read, (200, 503) if dies else (200,))
            # The form may find room in a page that its table already has.
            self.assertIn(written, (303, 503))
            self.assertEqual(apart, 200)
            self.assertIn(ready, (200, 503) if dies else (200,))
        if dies:
            self.assertEqual(said[-1], (503, 503, 200, 503))
        self.assert_full(dies)
        late, taken = dict(self.load.later), len(self.load.acknowledged)
        self.make_room()
        seconds = self.until_it_pays()
        print(f"# a payment was taken {seconds:.2f} s after it was back")
        time.sleep(0.5)
        self.load.stop()
        self.assertLess(seconds, BACK_SECONDS)
        self.assertGreater(len(self.load.acknowledged), taken)
        self.assertEqual([bank for bank, times in late.items() if times == 0], [], "nobody told these to come later")
        self.assertEqual(self.load.errors, 0)
        self.assertLess(self.load.slowest, ANSWER_SECONDS)
        self.assertEqual((self.ask("GET", place)[0], self.ask("GET", "/readyz")[0]), (200, 200))
        self.assertEqual(self.server.stop(), 0)
        self.load.check(self)

    def assert_full(self, dies):
        """PostgreSQL itself suffers as it should: otherwise nothing would be shown."""
        if dies:
            self.assertFalse(self.lives())
        else:
            name = urllib.parse.urlsplit(self.world.db).path[1:]
            done = pg.ask(self.database.folder, name, "CREATE TABLE no_room (x int)", check=False)
            self.assertIn("No space left on device", done.stderr)

    def test_tables(self):
        self.through("base", False)

    def test_log(self):
        self.through("pg_wal", True)

    def test_everything(self):
        self.through("", True)


if __name__ == "__main__":
    full_disk, saqta = os.path.abspath(sys.argv.pop(1)), os.path.abspath(sys.argv.pop(1))
    tap.main()
