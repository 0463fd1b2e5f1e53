#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Payments while workers are killed, the disk is full and the database is held by somebody else: what
was acknowledged is there, once; what was not is taken when it is repeated.

usage: biller.py SAQTA        SAQTA_SEED, SAQTA_KILLS (200)
"""
import os
import random
import resource
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import pg, tap  # noqa: E402
from support.biller import MONTH_PRICE, Bank, World, pay, stamp  # noqa: E402
from support.load import Load, answers, books_agree  # noqa: E402

KILLS = int(os.environ.get("SAQTA_KILLS", "200"))
SEED = int(os.environ.get("SAQTA_SEED", "20261122"))
OK, LATER = 0, 1


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

    def test_killed_under_load(self):
        chance = random.Random(SEED)
        print(f"# SAQTA_SEED={SEED} SAQTA_KILLS={KILLS}")
        server, times = self.world.serve(workers=2), []
        load = Load(self.world, server.port, SEED, self.date).start()
        self.addCleanup(load.done.set)
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.01, 0.12))
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
            times.append(time.monotonic() - began)
        load.stop()
        self.assertEqual(server.stop(), 0)
        times.sort()
        print(f"# ready again after {times[len(times) // 2]:.2f} s, after {times[-1]:.2f} s at most")
        self.assertGreater(len(load.acknowledged), KILLS)
        load.check(self)
        # A machine that builds something else beside may stop us for a while, but not as a rule.
        self.assertLess(times[len(times) * 95 // 100], 1)

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
        self.assertEqual(len(answers(self.world)), len(taken))
        server = self.world.serve()
        link = Bank(server.port, "osmp")
        for n in range(1, 400):
            self.assertEqual(link.ask(self.pay(n, self.world.iins[n % 400], MONTH_PRICE))[1], OK)
        link.close()
        self.assertEqual(server.stop(), 0)
        self.assertEqual(len(answers(self.world)), 399)
        books_agree(self, self.world)

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
        self.assertEqual(len(answers(self.world)), 2)
        books_agree(self, self.world)


if pg.wanted():
    # What a file of SQLite does.
    del Faults.test_full_disk, Faults.test_database_held

if __name__ == "__main__":
    saqta = os.path.abspath(sys.argv.pop(1))
    tap.main()
