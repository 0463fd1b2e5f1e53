#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`saqta certify-bank URL`: our own server passes as every bank; a biller that breaks one rule is caught at it.

usage: certify_test.py SAQTA
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, TESTS)
from support import pg, tap  # noqa: E402
from support.biller import World, made_iins  # noqa: E402
from support.http_server import Server  # noqa: E402

BANKS = ("osmp", "kaspi", "halyk", "bcc", "jusan", "eurasian", "freedom", "homecredit", "bereke", "forte")
BROKEN = os.path.join(TESTS, "support", "broken_biller.py")
ACCOUNTS = made_iins(4)[2:]

# fault, as which bank, the cases that must find it
FAULTS = (
    ("double", "osmp", ("pay-again", "pay-at-once", "pay-late-answer", "pay-other-sum", "pay-by-post")),
    ("double", "kaspi", ("pay-again", "pay-at-once", "pay-late-answer", "pay-other-sum")),
    ("other-bytes", "osmp", ("pay-again", "pay-at-once", "pay-late-answer")),
    ("other-bytes", "kaspi", ("pay-again", "pay-late-answer")),
    ("language", "osmp", ("pay-again-in-english",)),
    ("race", "osmp", ("pay-at-once", "pay-two-sums-at-once")),
    ("race", "kaspi", ("pay-at-once", "pay-two-sums-at-once")),
    ("takes-other-sum", "osmp", ("pay-other-sum", "pay-two-sums-at-once")),
    ("takes-other-sum", "kaspi", ("pay-other-sum", "pay-two-sums-at-once")),
    ("takes-other-account", "osmp", ("pay-other-account",)),
    ("keeps-refusals", "osmp", ("pay-after-refusal",)),
    ("wrong-code", "osmp", ("check-unknown", "pay-unknown")),
    ("wrong-code", "kaspi", ("check-unknown", "pay-unknown")),
    ("cuts-off", "osmp", ("pay", "pay-again", "sum-comma")),
    ("no-receipt", "kaspi", ("pay", "status")),
    ("one-receipt", "osmp", ("pay-two-numbers", "pay-leading-zero")),
    ("number-txn", "osmp", ("pay-leading-zero",)),
    ("other-txn", "kaspi", ("check-known", "pay")),
    ("other-sum", "osmp", ("pay", "pay-again")),
    ("other-form", "osmp", ("check-known", "pay", "answer-type")),
    ("other-form", "kaspi", ("check-known", "pay")),
    ("html", "osmp", ("answer-type",)),
    ("cached", "kaspi", ("answer-no-store",)),
    ("names", "osmp", ("check-masked",)),
    ("check-keeps", "osmp", ("check-keeps-nothing",)),
    ("no-dummy", "kaspi", ("check-dummy-sum",)),
    ("forgets", "osmp", ("status", "pay-late-answer")),
    ("tells-anybody", "kaspi", ("status-other-account",)),
    ("cancels-again", "osmp", ("cancel", "cancel-at-once")),
    ("pays-cancelled", "osmp", ("cancel",)),
    ("cancels", "kaspi", ("cancel-absent",)),
    ("comma", "osmp", ("sum-comma",)),
    ("small", "osmp", ("sum-zero", "sum-small")),
    ("any-sum", "osmp", ("sum-comma", "sum-three-decimals", "sum-negative", "sum-19-digits", "sum-exponent",
                         "sum-plus", "sum-empty", "sum-large")),
    ("any-txn", "osmp", ("txn-empty", "txn-long", "txn-letters", "txn-negative")),
    ("long-txn", "kaspi", ("txn-19-refused", "txn-long")),
    ("always-200", "kaspi", ("txn-empty", "missing-sum", "twice-txn", "type-xml")),
    ("any-account", "osmp", ("check-digit", "check-short", "check-letters", "check-empty", "check-spaces",
                             "check-long", "check-bytes")),
    ("trims", "kaspi", ("check-spaces",)),
    ("any-date", "osmp", ("date-tomorrow", "date-40-days", "date-impossible", "date-day-alone", "missing-date")),
    ("any-currency", "kaspi", ("currency-other",)),
    ("twice", "osmp", ("twice-command", "twice-txn", "twice-account", "twice-sum", "twice-date")),
    ("percent", "osmp", ("percent",)),
    ("any-body", "osmp", ("type-json", "type-xml")),
    ("any-body", "kaspi", ("type-json", "type-xml", "method-other")),
    ("any-case", "osmp", ("command-capitals",)),
    ("strict", "osmp", ("other-parameter", "sum-whole", "currency-tenge")),
    ("guesses", "kaspi", ("missing-command", "missing-txn", "missing-account", "missing-sum")),
    ("short-txn", "osmp", ("txn-18", "txn-19", "pay-leading-zero")),
    ("today", "kaspi", ("date-yesterday",)),
    ("knows-all", "osmp", ("status-unknown", "cancel-unknown", "check-keeps-nothing")),
    ("http-500", "osmp", ("command-unknown", "command-capitals")),
)


def certify(port, bank, accounts, *more, lang="en", code=None, flag=True):
    done = subprocess.run(
        [saqta, "certify-bank", f"http://127.0.0.1:{port}/", "--bank", bank, "--lang", lang,
         *[x for a in accounts for x in ("--account", a)], *(["--test-system"] if flag else []), *more],
        capture_output=True, text=True, timeout=120)
    if code is not None and done.returncode != code:
        raise AssertionError(f"{bank} {more}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def report(port, bank, accounts, *more, code=None):
    return json.loads(certify(port, bank, accounts, "--json", *more, code=code).stdout)


def failed(said):
    return {c["case"] for c in said["cases"] if c["verdict"] == "failed"}


class OurServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="saqta-certify-")
        cls.world = World(saqta, cls.folder, 6, now=None)
        cls.server = cls.world.serve(workers=2)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.world.end()
        shutil.rmtree(cls.folder)

    def test_every_bank(self):
        """All that applies is passed; what was paid is given back where the protocol can."""
        for bank in BANKS:
            with self.subTest(bank=bank):
                said = report(self.server.port, bank, self.world.iins[:3])
                self.assertEqual(failed(said), set(), [c for c in said["cases"] if c["verdict"] == "failed"])
                self.assertEqual((said["failed"], said["bank"]), (0, bank))
                self.assertGreater(said["passed"], 65)
                paid, gone, left = (said["payments"][x] for x in ("made", "cancelled", "left"))
                self.assertGreater(paid, 15)
                self.assertEqual((gone, len(left)), (0, paid) if bank == "kaspi" else (paid, 0))
                rows = self.world.rows(f"SELECT count(*), sum(amount) FROM bank_txn WHERE bank = '{bank}'")
                back = self.world.rows(f"SELECT count(*) FROM bank_cancel WHERE bank = '{bank}'")
                self.assertEqual(rows[0][0] - back[0][0], len(left))
        self.world.run("audit")

    def test_nobody_is_named(self):
        """In text and in JSON, where a case passes and where it fails."""
        iin = self.world.iins[4]
        for bank in ("osmp", "kaspi"):
            for more in ((), ("--json",), ("--within", "1", "--only", "check-masked")):
                done = certify(self.server.port, bank, [iin], *more)
                self.assertNotIn(iin, done.stdout + done.stderr)
                self.assertNotIn("850101100", done.stdout.replace(f"http://127.0.0.1:{self.server.port}", ""))

    def test_languages(self):
        texts = {certify(self.server.port, "forte", self.world.iins[:1], "--only", "pay-again", lang=lang, code=0).stdout
                 for lang in ("kk", "ru", "en")}
        self.assertEqual(len(texts), 3)
        for text in texts:
            self.assertIn("pay-again ", text)
            self.assertNotIn("{", text)

    def test_nothing_is_paid_by_accident(self):
        """Without the word that it is a test system, nothing is sent at all."""
        before = self.world.rows("SELECT count(*) FROM bank_txn")
        done = certify(self.server.port, "osmp", self.world.iins[:1], flag=False, code=2)
        self.assertIn("[CERTIFY_PAYS]", done.stderr)
        done = certify(self.server.port, "osmp", self.world.iins[:1], "--list", flag=False, code=0)
        self.assertIn("pay-late-answer", done.stdout)
        self.assertNotIn("method-other", done.stdout)
        self.assertEqual(self.world.rows("SELECT count(*) FROM bank_txn"), before)
        done = certify(self.server.port, "osmp", self.world.iins[:1], "--only", "check-known", code=0)
        self.assertIn("1 ₸", done.stderr.replace("\u00a0", " "))

    def test_bad_usage(self):
        port, iins = self.server.port, self.world.iins[:1]
        for code, more in (("VALUE_UNKNOWN", ("--only", "nosuch")), ("MONEY_RANGE", ("--sum", "0.5")),
                           ("MONEY_RANGE", ("--sum", "10000000")), ("NUMBER_FORMAT", ("--within", "0")),
                           ("IIN_CHECKSUM", ("--unknown", "900101300008"))):
            self.assertIn(f"[{code}]", certify(port, "osmp", iins, *more, code=2).stderr)
        self.assertIn("[VALUE_UNKNOWN]", certify(port, "nosuch", iins, code=2).stderr)
        self.assertIn("[VALUE_MISSING]", certify(port, "osmp", [], code=2).stderr)
        self.assertIn("[IIN_LENGTH]", certify(port, "osmp", ["12"], code=2).stderr)
        self.assertIn("[PEER_UNREACHABLE]", certify(1, "osmp", iins, code=3).stderr)


class Broken(unittest.TestCase):
    def biller(self, bank, *faults):
        server = Server([sys.executable, "-B", BROKEN, bank, ",".join(ACCOUNTS), *faults])
        self.addCleanup(server.stop)
        return server.port

    def test_without_a_fault(self):
        """Two programs that were written apart read the protocol in the same way."""
        for bank in ("osmp", "kaspi"):
            said = report(self.biller(bank), bank, ACCOUNTS)
            self.assertEqual(failed(said), set(), [c for c in said["cases"] if c["verdict"] == "failed"])
            self.assertGreater(said["passed"], 65)

    def test_every_fault(self):
        for fault, bank, cases in FAULTS:
            with self.subTest(fault=fault, bank=bank):
                said = report(self.biller(bank, fault), bank, ACCOUNTS, code=1)
                self.assertEqual(set(cases) - failed(said), set(), sorted(failed(said)))
                for c in said["cases"]:
                    if c["verdict"] == "failed":
                        self.assertTrue([x for x in c["exchanges"] if "problem" in x], c)

    def test_every_case_bites(self):
        """There is a fault for each case, or the case proves nothing."""
        named = {case for _, _, cases in FAULTS for case in cases} | {"check-known"}
        both = set()
        for bank in ("osmp", "kaspi"):
            listed = certify(1, bank, ACCOUNTS, "--list", flag=False, code=0).stdout
            both |= {line.split()[0] for line in listed.splitlines()}
        self.assertEqual(both - named, set())

    def test_slow(self):
        said = report(self.biller("osmp", "slow"), "osmp", ACCOUNTS, "--only", "check-known", "--within", "1", code=1)
        problem = said["cases"][0]["exchanges"][0]
        self.assertEqual((problem["problem"], problem["got"]["result"]), ("late", 0))
        self.assertGreater(said["slowest_ms"], 1000)

    def test_what_is_told(self):
        """Of a case that fails: what was sent, what came, what was due, why, and where it is written."""
        done = certify(self.biller("osmp", "wrong-code"), "osmp", ACCOUNTS, "--only", "check-unknown", code=1)
        for text in ("FAILED", "sent: GET /biller/osmp?command=check&txn_id=", "came: HTTP 200, result 1",
                     "due: HTTP 200, result 5", "problem: another result code", "see: docs/formats/biller.md#answers"):
            self.assertIn(text, done.stdout)


if pg.wanted():
    del Broken

if __name__ == "__main__":
    saqta = os.path.abspath(sys.argv.pop(1))
    tap.main()
