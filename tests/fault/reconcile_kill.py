#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""kill -9 of `saqta reconcile` while it takes what a register has: repeated until it is done, the books are those of
a run that nobody stopped; a register that is refused leaves nothing at any size.

usage: reconcile_kill.py SAQTA        SAQTA_SEED, SAQTA_KILLS (12)
"""
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import tap  # noqa: E402
from support.biller import MONTH_PRICE, World  # noqa: E402

SEED = int(os.environ.get("SAQTA_SEED", "20261123"))
KILLS = int(os.environ.get("SAQTA_KILLS", "12"))
PEOPLE, ROWS = 1500, 6000
HEAD = "bank;txn_id;txn_date;account;sum;status\n"


class Kill(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="saqta-reconcile-")
        self.world = World(saqta, self.folder, PEOPLE)

    def tearDown(self):
        self.world.end()
        shutil.rmtree(self.folder)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="ascii") as f:
            f.write(text)
        return path

    def register(self):
        """Each person pays four times: one month, two, nothing whole, three."""
        sums = (MONTH_PRICE, 2 * MONTH_PRICE, 100000, 3 * MONTH_PRICE)
        return HEAD + "".join(
            f"bcc;{5000 + n * 7919 % ROWS};2026-11-22 10:{n % 60:02d}:00;{self.world.iins[n // 4]};"
            f"{sums[n % 4] // 100}.00;0\n" for n in range(ROWS))

    def command(self, path):
        return [saqta, "reconcile", path, "--bank", "bcc", "--db", self.world.db, "--json"]

    def books(self):
        rows = self.world.rows
        return (rows("SELECT txn, bank, ref, person, amount, placed, advance, lines, day, bank_time FROM bank_txn"
                     " ORDER BY bank, ref"), self.world.paid(), self.world.advances())

    def test_killed_again_and_again(self):
        rng, path = random.Random(SEED), self.write("register.csv", self.register())
        killed = taken = 0
        for _ in range(KILLS):
            before = self.world.rows("SELECT count(*) FROM bank_txn")[0][0]
            with subprocess.Popen(self.command(path), env=self.world.env, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL) as process:
                time.sleep(rng.uniform(0.02, 0.12))
                killed += process.poll() is None
                process.kill()
            after = self.world.rows("SELECT count(*) FROM bank_txn")[0][0]
            self.assertGreaterEqual(after, before)
            taken += 0 < after < ROWS
        self.assertGreater(killed, 0)
        print(f"# seed {SEED}: {killed} of {KILLS} killed, {taken} times in the middle")
        done = subprocess.run(self.command(path), env=self.world.env, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        end = self.books()
        self.assertEqual(len(end[0]), ROWS)
        self.assertEqual(sum(row[4] for row in end[0]), PEOPLE * (6 * MONTH_PRICE + 100000))
        self.world.run("audit")
        # Once more: nothing changes.
        again = json.loads(subprocess.run(self.command(path), env=self.world.env, capture_output=True,
                                          text=True).stdout)
        self.assertEqual((again["matched"]["count"], again["taken"]["count"]), (ROWS, 0))
        self.assertEqual(self.books(), end)

    def test_refused_leaves_nothing(self):
        good = self.register()
        for name, text in (("cut", good[:-30]), ("bank", good.replace("bcc;5001;", "forte;5001;")),
                           ("day", good.replace("2026-11-22 10:59", "2026-11-24 10:59")),
                           ("sum", good.replace("12750.00", "1275000000000000000", 1)),
                           ("twice", good + good[len(HEAD):len(HEAD) + 60].split("\n")[0] + "\n")):
            with self.subTest(name=name):
                done = subprocess.run(self.command(self.write("bad.csv", text)), env=self.world.env,
                                      capture_output=True, text=True)
                self.assertEqual(done.returncode, 2, done.stdout)
                self.assertEqual(self.world.rows("SELECT count(*) FROM bank_txn"), [(0,)])
        self.world.run("audit")


if __name__ == "__main__":
    saqta = os.path.abspath(sys.argv.pop(1))
    tap.main()
