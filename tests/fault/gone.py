#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Ten banks pay while their database dies, is frozen or is held by somebody else for ten seconds: each
hears "come again" by its own table within three seconds, people see a page that says so, and when the
database is back everything goes on by itself; nothing acknowledged is lost, nothing is taken twice.

usage: gone.py SAQTA        SAQTA_TEST_ENGINE, SAQTA_SEED, SAQTA_KILLS (20), SAQTA_GONE_SECONDS (10)
"""
import http.client
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import pg, tap  # noqa: E402
from support.biller import Bank, World, stamp  # noqa: E402
from support.load import OK, Load  # noqa: E402

KILLS = int(os.environ.get("SAQTA_KILLS", "20"))
SEED = int(os.environ.get("SAQTA_SEED", "20261122"))
GONE_SECONDS = float(os.environ.get("SAQTA_GONE_SECONDS", "10"))
ANSWER_SECONDS, BACK_SECONDS = 3, 5
WORDS = {"kk": "Қызмет уақытша жұмыс істемейді", "ru": "Сервис временно не работает",
         "en": "The service is temporarily unavailable"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Case(unittest.TestCase):
    """With a server, people and ten banks that pay."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="saqta-gone-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.world = World(saqta, self.folder, 400, now=None)
        self.addCleanup(self.world.end)
        self.person = self.world.iins.pop()  # for whom no bank pays
        self.server = self.world.serve(workers=2, SAQTA_LIMIT_INVOICE="100000/60")
        self.addCleanup(self.server.stop)
        self.load = Load(self.world, self.server.port, SEED, stamp(), pause=0.01)
        self.addCleanup(self.load.done.set)
        print(f"# SAQTA_SEED={SEED}")

    def ask(self, method, path, body=None):
        """Status, fields and text, and how many seconds it took."""
        link, began = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30), time.monotonic()
        try:
            link.request(method, path, body, FORM if body else {})
            answer = link.getresponse()
            text = answer.read().decode()
            return answer.status, answer.headers, text, time.monotonic() - began
        finally:
            link.close()

    def until_it_pays(self):
        """Seconds until a payment is acknowledged again."""
        began, before = time.monotonic(), len(self.load.acknowledged)
        while len(self.load.acknowledged) == before:
            time.sleep(0.01)
            self.assertLess(time.monotonic() - began, 30, "it does not come back")
        return time.monotonic() - began

    def unavailable(self, method, lang, path, body=None):
        status, fields, text, seconds = self.ask(method, f"/{lang}/{path}", body)
        self.assertEqual(status, 503, text)
        self.assertIn(WORDS[lang], text)
        self.assertIn("Retry-After", fields)
        self.assertLess(seconds, ANSWER_SECONDS)

    def through(self, gone, back, readers_too):
        """The database is away for a while: what is said meanwhile, and afterwards."""
        path = self.ask("POST", "/kk/status", f"iin={self.person}")[1]["Location"].split("/", 2)[2]
        month = f"m={time.strftime('%Y-%m', time.gmtime(time.time() + 5 * 3600))}"
        self.assertEqual(self.ask("POST", f"/kk/{path}/pay", f"{month}&do=make")[0], 303)
        self.load.start()
        self.until_it_pays()
        gone()
        until = time.monotonic() + GONE_SECONDS
        time.sleep(0.5)
        seen = 0
        while time.monotonic() < until:
            for lang in WORDS:
                self.unavailable("POST", lang, f"{path}/pay", f"{month}&do=make")
                if readers_too:
                    self.unavailable("GET", lang, path)
            status, _, _, seconds = self.ask("GET", "/readyz")
            self.assertEqual(status, 503 if readers_too else 200)
            self.assertLess(seconds, ANSWER_SECONDS)
            status, _, _, seconds = self.ask("GET", "/kk/calculator")
            self.assertEqual(status, 200)
            self.assertLess(seconds, ANSWER_SECONDS)
            seen += 1
            time.sleep(0.2)
        self.assertGreater(seen, GONE_SECONDS / 5, "the pages are too slow")
        late = dict(self.load.later)
        back()
        seconds = self.until_it_pays()
        print(f"# {seen} rounds of pages while it was away; a payment was taken {seconds:.2f} s after it came back")
        self.assertLess(seconds, BACK_SECONDS)
        time.sleep(0.5)
        self.load.stop()
        self.assertEqual([bank for bank, times in late.items() if times == 0], [], "nobody told these to come later")
        self.assertLess(self.load.slowest, ANSWER_SECONDS)
        self.assertEqual(self.ask("GET", f"/kk/{path}")[0], 200)
        self.assertEqual(self.ask("GET", "/readyz")[0], 200)
        self.assertEqual(self.server.stop(), 0)
        self.load.check(self)


class File(Case):
    def test_held(self):
        """By somebody who writes: reading goes on."""
        other = sqlite3.connect(self.world.path, isolation_level=None, timeout=30)
        self.addCleanup(other.close)
        self.through(lambda: other.execute("BEGIN IMMEDIATE"), lambda: other.execute("ROLLBACK"), False)


class Postgres(Case):
    """The server is one of its own and waits for the disk."""

    @classmethod
    def setUpClass(cls):
        cls.database = pg.Server(durable=True)
        cls.database.make()
        cls.database.start()
        os.environ["SAQTA_TEST_PG"] = cls.database.folder

    @classmethod
    def tearDownClass(cls):
        cls.database.stop()

    def test_killed_under_load(self):
        chance, slowest = random.Random(SEED), 0.0
        self.load.start()
        for _ in range(KILLS):
            self.until_it_pays()
            time.sleep(chance.uniform(0.02, 0.3))
            self.database.kill()
            began = time.monotonic()
            self.database.start()
            self.until_it_pays()
            slowest = max(slowest, time.monotonic() - began)
        self.load.stop()
        print(f"# SAQTA_KILLS={KILLS}; ready again after {slowest:.2f} s at most")
        self.assertEqual(self.server.stop(), 0)
        self.load.check(self)
        self.assertLess(slowest, BACK_SECONDS)
        self.assertLess(self.load.slowest, ANSWER_SECONDS)

    def test_stopped(self):
        self.through(self.database.kill, self.database.start, True)

    def test_frozen(self):
        frozen = []

        def freeze():
            frozen.extend(self.database.group())
            for pid in frozen:
                os.kill(pid, signal.SIGSTOP)

        def thaw():
            for pid in frozen:
                try:
                    os.kill(pid, signal.SIGCONT)
                except ProcessLookupError:
                    pass

        self.addCleanup(thaw)
        self.through(freeze, thaw, True)

    def test_new_worker_while_it_is_away(self):
        """A worker that cannot begin is started again until it can."""
        self.load.start()
        self.until_it_pays()
        self.database.kill()
        pid = self.server.process.pid
        with open(f"/proc/{pid}/task/{pid}/children", encoding="utf-8") as f:
            os.kill(int(f.read().split()[0]), signal.SIGKILL)
        time.sleep(2)
        self.database.start()
        self.assertLess(self.until_it_pays(), BACK_SECONDS)
        until = time.monotonic() + BACK_SECONDS
        while time.monotonic() < until:
            with open(f"/proc/{pid}/task/{pid}/children", encoding="utf-8") as f:
                if len(f.read().split()) == 2:
                    break
            time.sleep(0.05)
        else:
            self.fail("the second worker does not come back")
        link = Bank(self.server.port)
        self.assertEqual(link.ask(f"command=check&txn_id=1&account={self.world.iins[1]}")[1], OK)
        link.close()
        self.load.stop()
        self.assertEqual(self.server.stop(), 0)
        self.load.check(self)


if pg.wanted():
    del File
else:
    del Postgres

if __name__ == "__main__":
    saqta = os.path.abspath(sys.argv.pop(1))
    tap.main()
