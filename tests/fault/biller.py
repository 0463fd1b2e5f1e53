#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Payments while workers are killed, the disk is full and the database is held by somebody else: what
was acknowledged is there, once; what was not is taken when it is repeated.

usage: biller.py SAQTA        SAQTA_SEED, SAQTA_KILLS (40)
"""
import http.client
import os
import random
import resource
import shutil
import signal
import sqlite3
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import pg, tap  # noqa: E402
from support.biller import MONTH_PRICE, Bank, World, pay, stamp  # noqa: E402

KILLS = int(os.environ.get("SAQTA_KILLS", "40"))
SEED = int(os.environ.get("SAQTA_SEED", "20261122"))
OK, LATER = 0, 1
GONE = (OSError, http.client.HTTPException)


def workers_of(server):
    """The workers are children of the server, which may be a child of the shell."""
    pid = server.process.pid
    with open(f"/proc/{pid}/task/{pid}/children", encoding="utf-8") as f:
        return [int(x) for x in f.read().split()]


def state_of(pid):
    """The letter of proc(5)."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as f:
            return f.read().rsplit(")", 1)[1].split()[0]
    except OSError:
        return "X"


def alive(pid):
    """Not yet gone with its sockets; one that nobody has waited for is."""
    return state_of(pid) not in "ZX"


class Faults(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="saqta-biller-")
        self.world = World(saqta, self.folder, 400, now=None)
        self.date = stamp()

    def pay(self, txn, iin, tiyn):
        return pay(txn, iin, tiyn, date=self.date)

    def tearDown(self):
        self.world.end()
        shutil.rmtree(self.folder)

    def stored(self):
        """{number: answer in hex}"""
        hexed = "encode(answer, 'hex')" if pg.wanted() else "lower(hex(answer))"
        return {str(ref): answer for ref, answer in self.world.rows(f"SELECT ref, {hexed} FROM bank_txn")}

    def books_agree(self):
        self.assertEqual(self.world.rows("SELECT sum(amount) FROM bank_txn")[0][0],
                         sum(sum(m.values()) for m in self.world.paid().values()) +
                         sum(self.world.advances().values()))
        self.world.run("audit")

    def test_killed_under_load(self):
        chance = random.Random(SEED)
        print(f"# SAQTA_SEED={SEED} SAQTA_KILLS={KILLS}")
        server = self.world.serve(workers=2)
        acknowledged, unknown, done, slowest = {}, set(), threading.Event(), 0.0

        def bank(place):
            mine, link, number = random.Random(SEED + place), Bank(server.port), 0
            while not done.is_set():
                number += 1
                txn, iin = str(place * 10 ** 6 + number), mine.choice(self.world.iins)
                query = self.pay(txn, iin, mine.choice((MONTH_PRICE, MONTH_PRICE + 77, 3 * MONTH_PRICE)))
                while True:
                    try:
                        status, result, body = link.ask(query)
                    except GONE:
                        if mine.random() < 0.3:
                            unknown.add(txn)
                            break
                        time.sleep(0.01)
                        continue
                    if result == OK:
                        acknowledged[txn] = body
                        break
            link.close()

        threads = [threading.Thread(target=bank, args=(p,), daemon=True) for p in range(1, 9)]
        self.addCleanup(done.set)
        for t in threads:
            t.start()
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.05, 0.25))
            # One worker alone, which its server starts again, or all of it at one moment.
            if chance.random() < 0.1:
                for pid in workers_of(server)[:1]:
                    os.kill(pid, signal.SIGKILL)
                continue
            # Stopped first, so that it starts no worker between our look and its end.
            server.signal(signal.SIGSTOP)
            while state_of(server.process.pid) != "T":
                time.sleep(0.001)
            victims = workers_of(server)
            for pid in (*victims, server.process.pid):
                os.kill(pid, signal.SIGKILL)
            server.stop()
            while any(alive(pid) for pid in victims):
                time.sleep(0.001)
            began = time.monotonic()
            server = self.world.serve(workers=2, port=server.port)
            probe = Bank(server.port)
            probe.ask("command=status&txn_id=0")
            probe.close()
            slowest = max(slowest, time.monotonic() - began)
        done.set()
        for t in threads:
            t.join()
        self.assertEqual(server.stop(), 0)
        stored = self.stored()
        lost = [t for t, body in acknowledged.items() if stored.get(t) != body.hex()]
        strange = set(stored) - set(acknowledged) - unknown
        print(f"# {len(acknowledged)} acknowledged, {len(lost)} lost, {len(unknown)} given up, of them "
              f"{len(unknown & set(stored))} stored; ready again after {slowest:.2f} s at most")
        self.assertGreater(len(acknowledged), KILLS)
        self.assertEqual((lost, strange), ([], set()))
        self.assertLess(slowest, 5)  # 1 s on a machine of its own
        self.books_agree()

    def test_full_disk(self):
        """No file may grow: an honest "later", the reader's half goes on; with room all is taken."""
        size = os.path.getsize(self.world.path)
        server = self.world.serve()
        for pid in workers_of(server):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size + 100_000, size + 100_000))
        link, later, taken = Bank(server.port, "osmp"), [], []
        for n in range(1, 400):
            status, result, _ = link.ask(self.pay(n, self.world.iins[n % 400], MONTH_PRICE))
            self.assertEqual(status, 200)
            self.assertIn(result, (OK, LATER))
            (taken if result == OK else later).append(n)
        self.assertTrue(later)
        self.assertEqual(link.ask(f"command=check&txn_id=1&account={self.world.iins[5]}")[1], OK)
        link.close()
        server.stop()
        self.assertEqual(len(self.stored()), len(taken))
        server = self.world.serve()
        link = Bank(server.port, "osmp")
        for n in range(1, 400):
            self.assertEqual(link.ask(self.pay(n, self.world.iins[n % 400], MONTH_PRICE))[1], OK)
        link.close()
        self.assertEqual(server.stop(), 0)
        self.assertEqual(len(self.stored()), 399)
        self.books_agree()

    def test_database_held(self):
        """Somebody else writes for longer than we wait."""
        server = self.world.serve()
        link = Bank(server.port, "osmp", timeout=60)
        self.assertEqual(link.ask(self.pay(1, self.world.iins[0], MONTH_PRICE))[1], OK)
        other = sqlite3.connect(self.world.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        self.assertEqual(link.ask(self.pay(2, self.world.iins[1], MONTH_PRICE))[:2], (200, LATER))
        self.assertEqual(link.ask(f"command=check&txn_id=1&account={self.world.iins[1]}")[1], OK)
        other.execute("ROLLBACK")
        other.close()
        self.assertEqual(link.ask(self.pay(2, self.world.iins[1], MONTH_PRICE))[1], OK)
        link.close()
        self.assertEqual(server.stop(), 0)
        self.assertEqual(len(self.stored()), 2)
        self.books_agree()


if pg.wanted():
    # What a file of SQLite does.
    del Faults.test_full_disk, Faults.test_database_held

if __name__ == "__main__":
    saqta = os.path.abspath(sys.argv.pop(1))
    tap.main()
