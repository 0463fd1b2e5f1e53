#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`saqta certify-bank --serve`: the banks of sandbox/bank keep the rules; a bank that breaks one is named for it.

usage: certify_serve_test.py SAQTA
"""
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests"))
from support import tap  # noqa: E402
from support.biller import stamp  # noqa: E402
from support.http_server import Server  # noqa: E402

FORM = "application/x-www-form-urlencoded"
WAIT = 3
LATER = ("later", "sum-large")      # say nothing about a bank whose numbers do not tell "later" from "never"


class Stand:
    """The kit, waiting for a bank."""

    def __init__(self, bank, *more, wait=WAIT, text=False):
        self.bank = bank
        command = [saqta, "certify-bank", "--serve", "--bank", bank, "--lang", "en", "--listen", "127.0.0.1:0",
                   "--wait", str(wait), *([] if text else ["--json"]), *more]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = (self.process.stdout if text else self.process.stderr).readline()
        self.port = int(re.search(r"http://127\.0\.0\.1:(\d+)", line)[1])
        listed = subprocess.run(command + ["--list"], capture_output=True, text=True, check=True).stdout
        self.accounts = {name: iin for iin, name in re.findall(r"^  (\d{12})  (\S+)", listed, re.MULTILINE)}
        self.number = time.time_ns() // 1_000_000 * 1000

    def ask(self, command, account, txn=None, amount="1.00", date=None, method="GET", **more):
        """HTTP status and body; None when no answer came."""
        if txn is None:
            self.number += 1
            txn = self.number
        pairs = {"command": command, "txn_id": txn, "account": self.accounts.get(account, account), **more}
        if command == "pay":
            pairs |= {"sum": amount, "txn_date": date or stamp()}
        query = urllib.parse.urlencode(pairs)
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            if method == "POST":
                link.request("POST", f"/biller/{self.bank}", query, {"Content-Type": FORM})
            else:
                link.request("GET", f"/biller/{self.bank}?{query}")
            answer = link.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            link.close()

    def end(self, sig=None):
        """Exit code and report; without a signal the kit ends by itself."""
        if sig:
            self.process.send_signal(sig)
        out, err = self.process.communicate(timeout=90)
        self.said = out
        return self.process.returncode, json.loads(out) if out.startswith("{") else out + err


def broken(said, case):
    return {r["rule"] for c in said["cases"] if c["case"] == case for r in c["broken"]}


class Good(unittest.TestCase):
    """Real banks of the sandbox, in a process of their own."""

    def start(self, stand, timeout):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        bank = Server([sys.executable, "-B", os.path.join(ROOT, "sandbox", "bank"), "--saqta",
                       f"http://127.0.0.1:{stand.port}", "--listen", "127.0.0.1:0", "--data", folder.name,
                       "--timeout", str(timeout)])
        self.addCleanup(bank.stop)
        return bank

    def press(self, bank, path, data, accept="text/html"):
        link = http.client.HTTPConnection("127.0.0.1", bank.port, timeout=30)
        try:
            link.request("POST", path, urllib.parse.urlencode(data), {"Content-Type": FORM, "Accept": accept})
            answer = link.getresponse()
            return answer.status, answer.read().decode()
        finally:
            link.close()

    def pay(self, bank, name, account):
        """As a customer does: the sum, the confirmation, the payment. False where the bank says no."""
        status, text = self.press(bank, f"/{name}/confirm", {"account": account, "sum": "1.00"})
        if status == 200:
            self.press(bank, f"/{name}/send?wait=0",
                       dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text)))
        return status == 200

    def run_bank(self, name):
        stand = Stand(name, "--slow", "2")
        bank = self.start(stand, 1.2)
        for case, account in stand.accounts.items():
            self.assertEqual(self.pay(bank, name, account), case != "unknown")
            if case == "two":
                self.pay(bank, name, account)
        code, said = stand.end()
        self.assertEqual(code, 0, [c for c in said["cases"] if c["verdict"] not in ("passed", "not_applicable")])
        left_out = {c["case"] for c in said["cases"] if c["verdict"] == "not_applicable"}
        self.assertEqual(left_out, set(LATER) if name == "kaspi" else set())
        self.assertEqual(said["passed"] + said["not_applicable"], len(said["cases"]))

    def test_kaspi(self):
        self.run_bank("kaspi")

    def test_halyk(self):
        self.run_bank("halyk")

    def test_bcc_by_post(self):
        self.run_bank("bcc")

    def test_told_to_misbehave(self):
        """The sandbox sends another sum under the same number, and keeps a payment to itself."""
        stand = Stand("halyk")
        bank = self.start(stand, 5)
        for case, fault in (("plain", "other-sum"), ("drop", "repeat"), ("cut", "two"), ("two", "forget")):
            self.press(bank, "/admin/fault", {"bank": "halyk", "fault": fault, "count": "1"}, "application/json")
            self.pay(bank, "halyk", stand.accounts[case])
        # A payment without a check before it, which the page does not allow.
        self.press(bank, "/halyk/send?wait=0",
                   {"account": stand.accounts["page"], "sum": "1.00", "number": "77"})
        time.sleep(4)
        code, said = stand.end(signal.SIGTERM)
        self.assertEqual(code, 1)
        self.assertEqual(broken(said, "plain"), {"same"})
        self.assertEqual(broken(said, "page"), {"check_first"})
        verdicts = {c["case"]: c["verdict"] for c in said["cases"]}
        self.assertEqual((verdicts["drop"], verdicts["cut"], verdicts["two"], verdicts["slow"]),
                         ("passed", "passed", "not_seen", "not_seen"))


class Bad(unittest.TestCase):
    """One rule is broken, and that one is named."""

    def finish(self, stand, case, *rules):
        code, said = stand.end(signal.SIGINT)
        self.assertEqual(code, 1)
        self.assertEqual(broken(said, case), set(rules), said)
        verdict = {c["case"]: c["verdict"] for c in said["cases"]}
        self.assertEqual(verdict[case], "failed")
        self.assertNotIn("failed", {v for c, v in verdict.items() if c != case}, said)
        return said

    def test_not_readable(self):
        stand = Stand("osmp")
        self.assertIn(b"<result>300</result>", stand.ask("pay", "plain", amount="1,00")[1])
        said = self.finish(stand, "requests", "readable")
        self.assertIn("sum=1,00", said["cases"][0]["broken"][0]["request"])
        self.assertNotIn(stand.accounts["plain"], said["cases"][0]["broken"][0]["request"])

    def test_by_the_wrong_method(self):
        stand = Stand("kaspi")
        self.assertEqual(stand.ask("check", "plain", method="POST")[0], 400)
        self.finish(stand, "requests", "readable")

    def test_no_check(self):
        stand = Stand("osmp")
        self.assertIn(b"<result>0</result>", stand.ask("pay", "plain")[1])
        self.finish(stand, "plain", "check_first")

    def test_another_sum(self):
        stand = Stand("osmp")
        stand.ask("check", "drop")
        self.assertIsNone(stand.ask("pay", "drop", 1))
        self.assertIn(b"<result>300</result>", stand.ask("pay", "drop", 1, "2.00")[1])
        self.assertIn(b"<result>0</result>", stand.ask("pay", "drop", 1)[1])
        self.finish(stand, "drop", "same")

    def test_another_moment(self):
        stand = Stand("kaspi")
        stand.ask("check", "drop")
        self.assertIsNone(stand.ask("pay", "drop", 1, date=stamp()))
        time.sleep(1.1)
        self.assertIn(b'"result":0', stand.ask("pay", "drop", 1)[1])
        self.finish(stand, "drop", "same")

    def test_another_account(self):
        stand = Stand("kaspi")
        for case in ("plain", "http-500"):
            stand.ask("check", case)
        self.assertIn(b'"result":0', stand.ask("pay", "plain", 1)[1])
        self.assertIn(b'"result":5', stand.ask("pay", "http-500", 1)[1])
        self.finish(stand, "http-500", "same", "again")

    def test_gives_up(self):
        for case in ("drop", "cut", "page", "http-500", "other-txn", "later"):
            with self.subTest(case=case):
                stand = Stand("osmp")
                stand.ask("check", case)
                stand.ask("pay", case)
                self.finish(stand, case, "again")

    def test_hangs_up_before_a_slow_answer(self):
        stand = Stand("osmp", "--slow", "2")
        stand.ask("check", "slow")
        with socket.create_connection(("127.0.0.1", stand.port)) as link:
            link.sendall(f"GET /biller/osmp?command=pay&txn_id=1&account={stand.accounts['slow']}&sum=1.00"
                         f"&txn_date={stamp()} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            time.sleep(0.5)
        time.sleep(2)
        self.finish(stand, "slow", "again")

    def test_takes_a_new_number(self):
        stand = Stand("kaspi")
        stand.ask("check", "drop")
        self.assertIsNone(stand.ask("pay", "drop", 1))
        self.assertIn(b'"result":0', stand.ask("pay", "drop", 2)[1])
        self.finish(stand, "drop", "no_new")

    def test_insists(self):
        for bank, case, code in (("osmp", "not-allowed", 7), ("osmp", "sum-large", 242), ("kaspi", "not-allowed", 2)):
            with self.subTest(bank=bank, case=case):
                stand = Stand(bank)
                stand.ask("check", case)
                for _ in range(2):
                    self.assertIn(str(code).encode(), stand.ask("pay", case, 1)[1])
                self.finish(stand, case, "stop")

    def test_pays_what_is_unknown(self):
        stand = Stand("osmp")
        self.assertIn(b"<result>5</result>", stand.ask("check", "unknown")[1])
        stand.ask("pay", "unknown")
        self.finish(stand, "unknown", "no_pay")

    def test_one_number_for_two(self):
        stand = Stand("osmp")
        stand.ask("check", "two")
        first, second = stand.ask("pay", "two", 1), stand.ask("pay", "two", 1)
        self.assertEqual(first, second)
        self.finish(stand, "two", "second")

    def test_hurries(self):
        stand = Stand("osmp")
        stand.ask("check", "plain")
        date = stamp()
        for _ in range(8):
            stand.ask("pay", "plain", 1, date=date)
        self.finish(stand, "plain", "paced")


class Stands(unittest.TestCase):
    def test_status_ends_a_lost_payment(self):
        """A bank that asks what became of it has done its duty, whether it was taken or not."""
        stand = Stand("osmp", "--only", "drop", wait=1)
        stand.ask("check", "drop")
        self.assertIsNone(stand.ask("pay", "drop", 1))
        self.assertIn(b"<prv_txn>", stand.ask("status", "drop", 1)[1])
        self.assertEqual(stand.end()[0], 0)
        stand = Stand("osmp", "--only", "http-500", wait=1)
        stand.ask("check", "http-500")
        self.assertEqual(stand.ask("pay", "http-500", 1)[0], 500)
        self.assertIn(b"<result>5</result>", stand.ask("status", "http-500", 1)[1])
        self.assertEqual(stand.end()[0], 0)

    def test_ends_in_time(self):
        """Nobody came: the time is over, and the report says so."""
        started = time.monotonic()
        code, said = Stand("forte", "--for", "1").end()
        self.assertEqual((code, said["not_seen"]), (1, len(said["cases"])))
        self.assertLess(time.monotonic() - started, 20)

    def test_text_in_three_languages(self):
        texts = set()
        for lang in ("kk", "ru", "en"):
            stand = Stand("osmp", "--only", "drop", "--for", "2", text=True)
            stand.process.kill()
            stand.process.communicate()
            done = subprocess.run([saqta, "certify-bank", "--serve", "--bank", "osmp", "--lang", lang, "--listen",
                                   "127.0.0.1:0", "--for", "1"], capture_output=True, text=True, timeout=30)
            self.assertEqual(done.returncode, 1)
            self.assertNotIn("{", done.stdout)
            texts.add(done.stdout.split("\n", 1)[1])
        self.assertEqual(len(texts), 3)

    def test_strange_requests(self):
        """Broken, chunked, kept, many: the stand answers or closes, and goes on."""
        stand = Stand("osmp", "--only", "plain", wait=1)
        account = stand.accounts["plain"]
        with socket.create_connection(("127.0.0.1", stand.port), timeout=5) as link:
            link.sendall(b"\x16\x03\x01\x02\x00 no HTTP\r\n\r\n")
            self.assertTrue(link.recv(1000).startswith(b"HTTP/1.1 400"))
        with socket.create_connection(("127.0.0.1", stand.port), timeout=5) as link:
            link.sendall(b"GET /other HTTP/1.1\r\nHost: a\r\n\r\n")
            self.assertTrue(link.recv(1000).startswith(b"HTTP/1.1 404"))
        idle = [socket.create_connection(("127.0.0.1", stand.port), timeout=5) for _ in range(80)]
        for link in idle:
            link.close()
        with socket.create_connection(("127.0.0.1", stand.port), timeout=5) as link:
            body = f"command=check&txn_id=1&account={account}".encode()
            for _ in range(2):      # on one connection
                link.sendall(b"POST /biller/osmp HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                             b"Content-Type: " + FORM.encode() + b"\r\n\r\n%x\r\n%s\r\n" % (len(body) - 5, body[:-5]))
                time.sleep(0.2)
                link.sendall(b"5\r\n%s\r\n0\r\n\r\n" % body[-5:])
                self.assertIn(b"<result>0</result>", link.recv(4000))
        self.assertIn(b"<result>0</result>", stand.ask("pay", "plain", method="POST")[1])
        self.assertEqual(stand.end()[0], 0)

    def test_bad_usage(self):
        for more, code in ((("--only", "nosuch"), "VALUE_UNKNOWN"), (("--wait", "x"), "NUMBER_FORMAT"),
                           (("--listen", "nowhere"), "SETTING_VALUE"), (("http://127.0.0.1:1",), "USAGE")):
            done = subprocess.run([saqta, "certify-bank", "--serve", "--bank", "osmp", "--lang", "en", *more],
                                  capture_output=True, text=True, timeout=30)
            self.assertEqual((done.returncode, f"[{code}]" in done.stderr), (2, True), done.stderr)


if __name__ == "__main__":
    saqta = os.path.abspath(sys.argv.pop(1))
    tap.main()
