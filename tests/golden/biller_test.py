#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What each bank is answered, byte for byte: one conversation with each, on a day that stands still.

usage: biller_test.py SAQTA FOLDER        SAQTA_GOLDEN=write makes the files of FOLDER anew
"""
import http.client
import os
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import pg, tap  # noqa: E402
from support.http_server import Server  # noqa: E402

NOW = "2026-11-22T12:00:00+05:00"
BANKS = ("osmp", "kaspi", "halyk", "bcc", "jusan", "eurasian", "freedom", "homecredit", "bereke", "forte")
DEBTOR, STUDENT, INSURED, STRANGER = "760229399100", "040229699106", "880229399105", "900101300007"
TODAY, LONG_AGO, TOMORROW = "20261122115959", "20261013115959", "20261123115959"
XML = {"Content-Type": "application/xml"}
# method, query, what else
TALK = (
    ("GET", f"command=check&txn_id=1&account={DEBTOR}&sum=0.00", {}),
    ("GET", f"command=check&txn_id=2&account={DEBTOR}&sum=90000.55", {}),
    ("GET", f"command=check&txn_id=3&account={STUDENT}", {}),
    ("GET", f"command=check&txn_id=4&account={INSURED}&sum=1.00", {"Accept-Language": "en"}),
    ("GET", f"command=check&txn_id=5&account={STRANGER}", {"Accept-Language": "ru"}),
    ("GET", "command=check&txn_id=6&account=760229399101", {}),
    ("GET", f"command=pay&txn_id=10&account={DEBTOR}&sum=4250.00&txn_date={TODAY}", {}),
    ("GET", f"command=pay&txn_id=10&account={DEBTOR}&sum=4250.00&txn_date={TODAY}", {"Accept-Language": "ru"}),
    ("GET", f"command=pay&txn_id=10&account={DEBTOR}&sum=4251.00&txn_date={TODAY}", {}),
    ("GET", f"command=pay&txn_id=10&account={STUDENT}&sum=4250.00&txn_date={TODAY}", {}),
    ("GET", f"command=pay&txn_id=11&account={DEBTOR}&sum=9000.50&txn_date={TODAY}", {"Accept-Language": "ru"}),
    ("GET", f"command=pay&txn_id=12&account={STUDENT}&sum=100.00&txn_date={TODAY}", {"Accept-Language": "en"}),
    ("GET", f"command=pay&txn_id=13&account={STRANGER}&sum=4250.00&txn_date={TODAY}", {}),
    ("GET", f"command=pay&txn_id=14&account={DEBTOR}&sum=4250,00&txn_date={TODAY}", {}),
    ("GET", f"command=pay&txn_id=15&account={DEBTOR}&sum=0.00&txn_date={TODAY}", {}),
    ("GET", f"command=pay&txn_id=16&account={DEBTOR}&sum=99999999.00&txn_date={TODAY}", {}),
    ("GET", f"command=pay&txn_id=17&account={DEBTOR}&sum=4250.00&txn_date={TOMORROW}", {}),
    ("GET", f"command=pay&txn_id=17&account={DEBTOR}&sum=4250.00&txn_date={LONG_AGO}", {}),
    ("GET", f"command=pay&txn_id=17&account={DEBTOR}&sum=4250.00&txn_date=20260230000000", {}),
    ("GET", f"command=pay&txn_id=17&account={DEBTOR}&sum=4250.00&txn_date={TODAY}&currency=USD", {}),
    ("GET", f"command=pay&txn_id=1234567890123456789&account={DEBTOR}&sum=1.00&txn_date={TODAY}", {}),
    ("GET", f"command=pay&txn_id=18x&account={DEBTOR}&sum=4250.00&txn_date={TODAY}", {}),
    ("GET", f"command=verify&txn_id=19&account={DEBTOR}", {}),
    ("GET", f"txn_id=19&txn_id=19&command=check&account={DEBTOR}", {}),
    ("GET", "command=check&txn_id=20&account=%zz", {}),
    ("GET", "command=status&txn_id=11", {}),
    ("GET", "command=status&txn_id=999", {}),
    ("GET", "command=cancel&txn_id=11", {}),
    ("GET", "command=cancel&txn_id=11", {"Accept-Language": "en"}),
    ("GET", "command=cancel&txn_id=999", {}),
    ("GET", f"command=pay&txn_id=11&account={DEBTOR}&sum=9000.50&txn_date={TODAY}", {}),
    ("GET", "command=status&txn_id=11", {}),
    ("HEAD", f"command=pay&txn_id=30&account={DEBTOR}&sum=4250.00&txn_date={TODAY}", {}),
    ("POST", f"command=check&txn_id=31&account={INSURED}", {"Content-Type": "application/x-www-form-urlencoded"}),
    ("POST", "<pay/>", XML),
    ("GET", f"command=check&txn_id=32&account={DEBTOR}", {"X-Forwarded-For": "194.187.247.152"}),
    ("GET", f"command=check&txn_id=33&account={DEBTOR}", {"Accept-Language": "en"}),
)


class Talks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.made = pg.database(f"{cls.folder.name}/demo.db")
        cls.env = {**os.environ, "SAQTA_NOW": NOW}
        subprocess.run([SAQTA, "demo", "--db", cls.made, "--people", "50", "--seed", "1"], check=True,
                       stdout=subprocess.DEVNULL, env=cls.env)

    @classmethod
    def tearDownClass(cls):
        pg.forget(cls.made)
        cls.folder.cleanup()

    def setUp(self):
        """A server of its own for each bank, on the same people."""
        self.db = pg.copy_of(self.made, f"{self.folder.name}/{self.id()}.db")
        self.server = Server([SAQTA, "serve", "--db", self.db, "--listen", "127.0.0.1:0", "--workers", "1"],
                             SAQTA_NOW=NOW, SAQTA_ACCESS_LOG="0", SAQTA_LOG="broken")

    def tearDown(self):
        code = self.server.stop()
        done = subprocess.run([SAQTA, "audit", "--db", self.db, "--lang", "en"], env=self.env, capture_output=True,
                              text=True)
        self.assertEqual((code, done.returncode), (0, 0), done.stdout + self.server.errors)
        pg.forget(self.db)

    def talk(self, bank):
        link = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=10)
        text = []
        for method, query, fields in TALK:
            post = method == "POST"
            link.request(method, f"/biller/{bank}" + ("" if post else "?" + query), query if post else None, fields)
            answer = link.getresponse()
            body = re.sub('"trace":"[0-9a-f]+"', '"trace":"-"', answer.read().decode())
            self.assertEqual(answer.headers["Cache-Control"], "no-store")
            self.assertLess(answer.status, 500)
            text.append("".join(f"{k}: {v}\n" for k, v in fields.items()) +
                        f"{method} {query}\n{answer.status} {answer.headers['Content-Type']}\n{body.rstrip()}\n")
        link.close()
        return "\n".join(text)


def test_of(bank):
    def test(self):
        path = os.path.join(FOLDER, f"{bank}.txt")
        text = self.talk(bank)
        if os.environ.get("SAQTA_GOLDEN") == "write":
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
        with open(path, encoding="utf-8") as f:
            self.assertEqual(text, f.read())
    return test


for name in BANKS:
    setattr(Talks, f"test_{name}", test_of(name))

if __name__ == "__main__":
    SAQTA, FOLDER = os.path.abspath(sys.argv.pop(1)), sys.argv.pop(1)
    tap.main()
