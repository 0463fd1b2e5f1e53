#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills an import again and again in the middle of its portions. After each kill the audit must be
clean; the last run must complete everything, each line once.

usage: kill.py PORTION_WRITER SAQTA
environment: SAQTA_SEED, SAQTA_KILLS
"""
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import tap  # noqa: E402

DOCUMENTS, LINES = 4, 30000
KILLS = int(os.environ.get("SAQTA_KILLS", "15"))
SEED = int(os.environ.get("SAQTA_SEED", "20261122"))


class Kill(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="saqta-kill-")
        self.db = os.path.join(self.folder, "a.db")
        self.command = [writer, self.db, str(DOCUMENTS), str(LINES)]

    def tearDown(self):
        shutil.rmtree(self.folder)

    def lines(self):
        with sqlite3.connect(self.db) as db:
            return db.execute("SELECT count(*) FROM payment").fetchone()[0]

    def audit(self):
        done = subprocess.run([saqta, "audit", "--db", self.db, "--lang", "en"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_killed_in_portions(self):
        chance = random.Random(SEED)
        print(f"# SAQTA_SEED={SEED} SAQTA_KILLS={KILLS}")
        midway, written, longest = 0, 0, 0.12
        for _ in range(KILLS):
            process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)
            time.sleep(chance.uniform(0.01, longest))
            process.kill()
            process.wait()
            # On a busy machine a run comes less far: nothing new by then, so the next may take longer.
            longest *= 1.3
            if not os.path.exists(self.db):
                continue
            made = subprocess.run([saqta, "db", "check", "--db", self.db], capture_output=True, text=True)
            if "DB_OLDER" in made.stderr:
                continue  # killed between two steps of the schema: the next run goes on from there
            self.audit()
            before, written = written, self.lines()
            midway += 0 < written < DOCUMENTS * LINES
            if written > before:
                longest /= 1.3
        self.assertGreater(midway, 0, "no kill came in the middle: change the times")
        for _ in range(2):
            subprocess.run(self.command, check=True, stdout=subprocess.DEVNULL)
            self.assertEqual(self.lines(), DOCUMENTS * LINES)
            self.audit()

    def test_two_at_the_same_moment(self):
        both = [subprocess.Popen(self.command, stdout=subprocess.DEVNULL) for _ in range(2)]
        for process in both:
            self.assertEqual(process.wait(), 0)
        self.assertEqual(self.lines(), DOCUMENTS * LINES)
        self.audit()

    def test_two_make_the_same_new_file(self):
        for i in range(20):
            command = [writer, f"{self.db}.{i}", "1", "5"]
            both = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(2)]
            self.assertEqual([process.wait() for process in both], [0, 0])


if __name__ == "__main__":
    writer, saqta = os.path.abspath(sys.argv.pop(1)), os.path.abspath(sys.argv.pop(1))
    tap.main()
