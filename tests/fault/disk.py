#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A disk that is full (no file may grow beyond a limit): one clear refusal, nothing lost, and a repeat
with room completes the import.

usage: disk.py PORTION_WRITER SAQTA
"""
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import tap  # noqa: E402

LINES = 20000


def small_files(most):
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    return limit


class FullDisk(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="saqta-disk-")
        self.db = os.path.join(self.folder, "a.db")
        self.command = [writer, self.db, "1", str(LINES)]

    def tearDown(self):
        shutil.rmtree(self.folder)

    def test_full_at_each_size(self):
        for most in (100_000, 300_000, 600_000, 1_200_000):
            with self.subTest(bytes=most):
                done = subprocess.run(self.command, capture_output=True, text=True,
                                      preexec_fn=small_files(most))
                self.assertEqual(done.returncode, 1)
                self.assertIn("DB_FULL", done.stderr)
                checked = subprocess.run([saqta, "db", "check", "--db", self.db], capture_output=True, text=True)
                self.assertNotIn("DB_BROKEN", checked.stderr)
        subprocess.run(self.command, check=True, stdout=subprocess.DEVNULL)
        with sqlite3.connect(self.db) as db:
            self.assertEqual(db.execute("SELECT count(*) FROM payment").fetchone()[0], LINES)
        done = subprocess.run([saqta, "audit", "--db", self.db, "--lang", "en"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_backup_into_a_full_disk(self):
        subprocess.run(self.command, check=True, stdout=subprocess.DEVNULL)
        copy = os.path.join(self.folder, "copy.db")
        done = subprocess.run([saqta, "db", "backup", copy, "--db", self.db], capture_output=True, text=True,
                              preexec_fn=small_files(200_000))
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("DB_FULL", done.stderr)
        self.assertFalse(os.path.exists(copy))
        subprocess.run([saqta, "db", "backup", copy, "--db", self.db], check=True, stdout=subprocess.DEVNULL)
        done = subprocess.run([saqta, "audit", "--db", copy, "--lang", "en"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    writer, saqta = os.path.abspath(sys.argv.pop(1)), os.path.abspath(sys.argv.pop(1))
    tap.main()
