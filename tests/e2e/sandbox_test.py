#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The banks of sandbox/bank against the real server: a payment by two protocols turns the status, and
whatever a bank does wrong, its books and ours agree in the end and the audit is clean.

usage: sandbox_test.py SAQTA
"""
import concurrent.futures
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests"))
from support import pg, tap  # noqa: E402
from support.http_server import Server  # noqa: E402

DEBTOR, STUDENT, EMPLOYEE, TRADER = "760229399100", "040229699106", "880229399105", "840229399108"
STRANGER = "900101300007"
BANKS = ("halyk", "bcc", "jusan", "kaspi", "eurasian", "freedom", "homecredit", "bereke", "forte", "osmp")
FORM = "application/x-www-form-urlencoded"


class Client:
    """A browser without scripts that keeps the language."""

    def __init__(self, port, lang="en"):
        self.port, self.lang = port, lang

    def ask(self, method, path, data=None, kind=FORM, **fields):
        body = None
        if data is not None:
            body = json.dumps(data) if kind == "application/json" else urllib.parse.urlencode(data)
            fields["Content-Type"] = kind
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            link.request(method, path, body, {"Cookie": f"lang={self.lang}",
                                              **{k.replace("_", "-"): v for k, v in fields.items()}})
            answer = link.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            link.close()

    def page(self, method, path, data=None):
        status, fields, text = self.ask(method, path, data)
        if status == 303:
            return self.page("GET", fields["Location"])
        return status, text

    def json(self, method, path, data=None, **fields):
        status, _, text = self.ask(method, path, data, "application/json", Accept="application/json", **fields)
        return status, json.loads(text)


def hidden(text):
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text))


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.db = pg.database(f"{cls.folder.name}/country.db")
        cls.env = {**os.environ, "SAQTA_LANG": "en"}
        subprocess.run([SAQTA, "demo", "--db", cls.db, "--people", "60", "--seed", "1"], check=True,
                       stdout=subprocess.DEVNULL, env=cls.env)
        cls.serve = Server([SAQTA, "serve", "--db", cls.db, "--listen", "127.0.0.1:0", "--workers", "2"],
                           SAQTA_LANG="en", SAQTA_LOG="broken", SAQTA_ACCESS_LOG="0")
        cls.start_bank()

    @classmethod
    def start_bank(cls):
        cls.bank = Server([sys.executable, "-B", os.path.join(ROOT, "sandbox", "bank"),
                           "--saqta", f"http://127.0.0.1:{cls.serve.port}", "--listen", "127.0.0.1:0",
                           "--data", f"{cls.folder.name}/books"])
        cls.client = Client(cls.bank.port)

    @classmethod
    def tearDownClass(cls):
        cls.bank.stop()
        cls.serve.stop()
        pg.forget(cls.db)
        cls.folder.cleanup()

    def tearDown(self):
        """After each case the two sides hold the same."""
        books = {(p["bank"], p["number"], p["tiyn"]) for p in self.settled() if p["state"] == "done"}
        ours = {(bank, str(ref), amount) for bank, ref, amount in pg.rows(
            self.db, "SELECT t.bank, t.ref, t.amount FROM bank_txn t WHERE NOT EXISTS (SELECT 1 FROM bank_cancel c"
            " WHERE c.txn = t.txn AND c.bank = t.bank AND c.ref = t.ref)")}
        self.assertEqual(books, ours)
        for path in self.registers():
            bank = os.path.basename(path).split("-")[0]
            self.saqta("reconcile", path, "--bank", bank, "--check")
        self.saqta("audit")

    def saqta(self, *arguments, code=(0,)):
        """What is said; the exit code is as `code` has it."""
        done = subprocess.run([SAQTA, *arguments, "--db", self.db], env=self.env, capture_output=True, text=True,
                              timeout=60, check=False)
        self.assertIn(done.returncode, code, done.stdout + done.stderr)
        return done.stdout

    def registers(self):
        return self.client.json("POST", "/admin/registers", {})[1]["written"]

    def books(self):
        return self.client.json("GET", "/admin/books.json")[1]["payments"]

    def settled(self):
        """The books when nothing is open any more."""
        end = time.monotonic() + 40
        while True:
            said = self.client.json("GET", "/admin/books.json")[1]
            if not said["busy"] and all(p["state"] != "taken" for p in said["payments"]):
                return said["payments"]
            self.assertLess(time.monotonic(), end, [p for p in said["payments"] if p["state"] == "taken"])
            time.sleep(0.1)

    def confirm(self, bank, account, tenge):
        status, text = self.client.page("POST", f"/{bank}/confirm", {"account": account, "sum": tenge})
        self.assertEqual(status, 200, text)
        return hidden(text), text

    def pay(self, bank, account, tenge, wait=True):
        """The payment's number."""
        form, _ = self.confirm(bank, account, tenge)
        self.client.ask("POST", f"/{bank}/send" + ("" if wait else "?wait=0"), form)
        return form["number"]

    def arm(self, bank, fault, count=1):
        status, said = self.client.json("POST", "/admin/fault", {"bank": bank, "fault": fault, "count": count})
        self.assertEqual((status, said), (200, {"bank": bank, "fault": fault}))

    def payment(self, number):
        return next(p for p in self.settled() if p["number"] == number)

    def notes(self, number, what):
        return [e["note"] for e in self.payment(number)["events"] if e["what"] == what]

    def insured(self, iin):
        return json.loads(self.saqta("status", iin, "--json", code=(0, 1)))


class Payments(Case):
    def test_a_debt_is_paid_in_two_banks(self):
        before = self.insured(DEBTOR)
        self.assertFalse(before["insured"])
        status, text = self.client.page("POST", "/kaspi/status", {"account": DEBTOR})
        self.assertEqual(status, 200)
        for said in ("Б*** М.", "Not insured", "17 000"):
            self.assertIn(said, text.replace("\u00a0", " ").replace("\u202f", " "))
        status, text = self.client.page("POST", "/kaspi/pay", {"account": DEBTOR})
        owed = re.search(r'id="sum"[^>]*value="([\d.]+)"', text)[1]
        first = self.pay("kaspi", DEBTOR, "8500")
        self.assertEqual(self.payment(first)["state"], "done")
        self.assertFalse(self.insured(DEBTOR)["insured"])
        rest = f"{float(owed) - 8500:.2f}"
        second = self.pay("halyk", DEBTOR, rest)
        self.assertEqual(self.payment(second)["state"], "done")
        self.assertNotEqual(self.payment(first)["receipt"], self.payment(second)["receipt"])
        after = self.insured(DEBTOR)
        self.assertTrue(after["insured"])
        status, text = self.client.page("POST", "/forte/status", {"account": DEBTOR})
        self.assertIn("Insured", text)

    def test_every_bank_brings_a_payment(self):
        for bank in BANKS:
            with self.subTest(bank):
                p = self.payment(self.pay(bank, TRADER, "100"))
                self.assertEqual((p["state"], p["tries"]), ("done", 1))
                self.assertTrue(p["receipt"].isdigit())

    def test_what_is_said_before_the_money_moves(self):
        for bank in ("kaspi", "bcc"):
            text = self.client.page("POST", f"/{bank}/pay", {"account": STUDENT})[1]
            self.assertIn("The state pays for this person", text)
        _, text = self.confirm("halyk", STUDENT, "4250")
        self.assertIn("fits no month and will be kept", text)
        status, text = self.client.page("POST", "/halyk/pay", {"account": STRANGER})
        self.assertEqual(status, 422)
        self.assertIn("No such number", text)
        status, text = self.client.page("POST", "/kaspi/pay", {"account": "760229399101"})
        self.assertEqual(status, 422)
        for wrong in ("0", "-5", "1,234.5", "1e6", "100000000", "4250.005", ""):
            status, _ = self.client.page("POST", "/kaspi/confirm", {"account": DEBTOR, "sum": wrong})
            self.assertEqual(status, 422, wrong)

    def test_the_language_goes_with_the_question(self):
        for lang, word in (("kk", "Кім үшін"), ("ru", "За кого"), ("en", "For whom")):
            text = Client(self.bank.port, lang).page("POST", "/kaspi/status", {"account": EMPLOYEE})[1]
            self.assertIn(word, text)

    def test_a_form_that_is_sent_twice_pays_once(self):
        form, _ = self.confirm("bcc", TRADER, "200")
        for _ in range(3):
            self.client.ask("POST", "/bcc/send", form)
        self.assertEqual([p["tries"] for p in self.settled() if p["number"] == form["number"]], [1])

    def test_a_payment_is_cancelled_where_the_protocol_has_it(self):
        number = self.pay("jusan", TRADER, "300")
        self.client.page("POST", f"/jusan/payment/{number}/cancel")
        self.assertEqual(self.payment(number)["state"], "cancelled")
        self.assertNotIn("/cancel", self.client.page("GET", f"/kaspi/payment/{self.pay('kaspi', TRADER, '300')}")[1])

    def test_a_refusal_gives_the_money_back(self):
        # The check is of another person: the refusal comes only when the money was taken.
        form, _ = self.confirm("homecredit", TRADER, "400")
        self.client.ask("POST", "/homecredit/send", {**form, "account": STRANGER})
        p = self.payment(form["number"])
        self.assertEqual((p["state"], p["receipt"]), ("returned", ""))

    def test_the_registers_hold_what_was_taken(self):
        number = self.pay("bereke", TRADER, "510.25")
        moment = self.payment(number)["moment"]
        day = f"{moment[:4]}-{moment[4:6]}-{moment[6:8]}"
        text = self.client.ask("GET", f"/bereke/register/{day}.csv")[2]
        self.assertEqual(text.splitlines()[0], "bank;txn_id;txn_date;account;sum;status")
        self.assertIn(f"bereke;{number};{moment};{TRADER};510.25;0", text.splitlines())
        written = self.client.json("POST", "/admin/registers", {})[1]["written"]
        path = next(x for x in written if x.endswith(f"bereke-{day}.csv"))
        with open(path, encoding="utf-8") as f:
            self.assertEqual(f.read(), text)


class Faults(Case):
    """What a bank does wrong; the books are compared after each case."""

    def both(self, fault):
        for bank in ("kaspi", "forte"):
            self.arm(bank, fault)
            yield bank, self.pay(bank, TRADER, "150")

    def test_repeat(self):
        for _, number in self.both("repeat"):
            self.assertEqual(self.notes(number, "repeated"), ["same answers"])

    def test_two_at_once(self):
        for _, number in self.both("two"):
            self.assertEqual(self.notes(number, "repeated"), ["same answers"])

    def test_other_sum(self):
        for _, number in self.both("other-sum"):
            self.assertEqual(self.notes(number, "other_sum"), ["refused"])
            self.assertEqual(self.payment(number)["state"], "done")

    def test_dropped_answer(self):
        for _, number in self.both("drop"):
            self.assertTrue(self.notes(number, "no_answer"))
            self.assertEqual(self.payment(number)["state"], "done")

    def test_delay(self):
        for _, number in self.both("delay"):
            self.assertEqual(len(self.notes(number, "delayed")), 1)
            self.assertEqual(self.payment(number)["state"], "done")

    def test_reorder(self):
        self.arm("kaspi", "reorder")
        first = self.pay("kaspi", TRADER, "160", wait=False)
        time.sleep(1.5)
        self.assertIn(first, [p["number"] for p in self.books() if p["state"] == "taken"])
        second = self.pay("kaspi", TRADER, "170")
        self.assertEqual((self.payment(first)["state"], self.payment(second)["state"]), ("done", "done"))
        receipts = pg.rows(self.db, f"SELECT ref FROM bank_txn WHERE ref IN ('{first}', '{second}') ORDER BY taken_at")
        self.assertEqual([str(ref) for ref, in receipts], [second, first])

    def test_reorder_with_nobody_to_overtake(self):
        self.arm("osmp", "reorder")
        number = self.pay("osmp", TRADER, "165", wait=False)
        self.client.json("POST", "/admin/flush", {})
        self.assertEqual(self.payment(number)["state"], "done")

    def test_only_the_register_tells(self):
        for bank, number in self.both("forget"):
            moment = next(p["moment"] for p in self.books() if p["number"] == number)
            time.sleep(1.2)
            self.assertIn(number, [p["number"] for p in self.books() if p["state"] == "taken"])
            path = next(x for x in self.registers() if f"{bank}-{moment[:4]}-{moment[4:6]}-{moment[6:8]}" in x)
            register = ("reconcile", path, "--bank", bank)
            self.saqta(*register, "--check", code=(1,))
            self.saqta(*register)
            self.saqta(*register)
            # Asked later, the bank gets the answer that the register made.
            self.client.json("POST", "/admin/flush", {})
            self.assertEqual(self.payment(number)["state"], "done")

    def test_death(self):
        for point in ("die-before", "die-sent", "die-after"):
            for bank in ("kaspi", "bcc"):
                with self.subTest(f"{bank} {point}"):
                    self.arm(bank, point)
                    form, _ = self.confirm(bank, TRADER, "180")
                    try:
                        self.client.ask("POST", f"/{bank}/send", form)
                    except (OSError, http.client.HTTPException):
                        pass    # it has died
                    self.assertEqual(self.bank.process.wait(20), 3)
                    self.bank.stop()
                    type(self).start_bank()
                    self.assertEqual(self.payment(form["number"])["state"], "done")

    def test_server_away(self):
        form, _ = self.confirm("kaspi", TRADER, "190")
        more, _ = self.confirm("eurasian", TRADER, "195")
        port = self.serve.port
        self.serve.stop()
        for bank, one in (("kaspi", form), ("eurasian", more)):
            self.client.ask("POST", f"/{bank}/send?wait=0", one)
        status, text = self.client.page("POST", "/kaspi/pay", {"account": TRADER})
        self.assertEqual(status, 422)
        self.assertIn("The Fund did not answer", text)
        type(self).serve = Server([SAQTA, "serve", "--db", self.db, "--listen", f"127.0.0.1:{port}", "--workers", "2"],
                                  SAQTA_LANG="en", SAQTA_LOG="broken", SAQTA_ACCESS_LOG="0")
        for one in (form, more):
            self.assertEqual(self.payment(one["number"])["state"], "done")

    def test_everybody_at_once_and_everything_wrong(self):
        faults = ("repeat", "drop", "two", "other-sum", "")
        forms = []
        for i, bank in enumerate(BANKS):
            self.arm(bank, faults[i % len(faults)], 3)
            forms += [(bank, self.confirm(bank, (TRADER, DEBTOR, EMPLOYEE)[j], "110")[0]) for j in range(3)]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda x: self.client.ask("POST", f"/{x[0]}/send", x[1]), forms * 2))
        numbers = {form["number"] for _, form in forms}
        self.assertEqual({p["state"] for p in self.settled() if p["number"] in numbers}, {"done"})
        loud = [e for p in self.books() for e in p["events"] if e["note"] in ("DIFFERENT ANSWERS", "NOT REFUSED")]
        self.assertEqual(loud, [])


class Codes(Case):
    """QR texts: what the banks issue, and what they take."""

    KEY = {"Api_Key": "sandbox"}

    def kaspi(self, method, path, data=None, key="sandbox"):
        return self.client.json(method, f"/kaspi/api/r1/v01/{path}", data, Api_Key=key)

    def test_kaspi_token(self):
        self.assertEqual(self.kaspi("GET", "partner/tradepoints", key="x")[0], 401)
        device = self.kaspi("POST", "device/register", {"DeviceId": "1", "TradePointId": 1})[1]["Data"]["DeviceToken"]
        made = self.kaspi("POST", "qr/create", {"DeviceToken": device, "Amount": 4250.99, "ExternalId": TRADER})[1]
        self.assertEqual(made["StatusCode"], 0)
        token, ident = made["Data"]["QrToken"], made["Data"]["QrPaymentId"]
        self.assertTrue(token.startswith("https://qr.kaspi.kz/"))

        def state():
            return self.kaspi("GET", f"payment/status/{ident}")[1]["Data"]["Status"]

        self.assertEqual(state(), "QrTokenCreated")
        status, _ = self.client.page("POST", "/halyk/scan", {"text": token})
        self.assertEqual(status, 422)
        status, text = self.client.page("POST", "/kaspi/scan", {"text": token.replace("qr.kaspi.kz", "pay.kaspi.kz/pay")})
        self.assertEqual((status, state()), (200, "Wait"))
        form = hidden(text)
        self.assertEqual(form["sum"], "4250.00")    # kopecks are cut off
        # The code says what is paid, whatever the form says.
        self.client.page("POST", "/kaspi/send", {**form, "sum": "1.00", "account": DEBTOR})
        p = self.payment(form["number"])
        self.assertEqual((p["state"], p["account"], p["tiyn"], state()), ("done", TRADER, 425000, "Processed"))
        self.assertEqual(self.client.page("POST", "/kaspi/scan", {"text": token})[0], 422)

    def test_halyk_code(self):
        def access(invoice):
            return self.client.ask("POST", "/halyk/api/oauth2/token", {
                "grant_type": "client_credentials", "scope": "payment", "client_id": "c", "client_secret": "s",
                "invoiceID": invoice, "amount": "500", "currency": "KZT", "terminal": "t"})

        self.assertEqual(access("12")[0], 400)
        bearer = {"Authorization": "Bearer " + json.loads(access("000000001234567")[2])["access_token"]}
        order = {"invoiceId": "000000001234567", "amount": 500, "accountId": TRADER}
        status, made = self.client.json("POST", "/halyk/api/qr", order, **bearer)
        self.assertEqual((status, made["status"]), (200, "NEW"))
        self.assertEqual(self.client.json("POST", "/halyk/api/qr", order, **bearer)[0], 401)
        again = {"Authorization": "Bearer " + json.loads(access("000000009234567")[2])["access_token"]}
        status, said = self.client.json("POST", "/halyk/api/qr", {**order, "invoiceId": "000000009234567"}, **again)
        self.assertEqual(status, 400, said)
        form = hidden(self.client.page("POST", "/halyk/scan", {"text": made["deepLink"]})[1])
        self.client.page("POST", "/halyk/send", form)
        self.assertEqual(self.payment(form["number"])["tiyn"], 50000)
        status, said = self.client.json("GET", "/halyk/api/operation/000000001234567")
        self.assertEqual((status, said["status"], said["code"]), (200, "PAID", "CHARGE"))

    def test_emv_text(self):
        body = ("00020101021226510015KZ.EXAMPLE.OSMS0112160440007161021290010130000752046300530339854074250.00"
                f"5802KZ5904FSMS6006ASTANA62160112{TRADER}6304")
        status, text = self.client.page("POST", "/bcc/scan", {"text": body + self.crc(body)})
        self.assertEqual((status, hidden(text)["sum"]), (200, "4250.00"), text)
        self.assertEqual(hidden(text)["account"], TRADER)
        for wrong in (body, body + "0000", body[:-4], (body + self.crc(body)).replace("4250", "4251")):
            self.assertEqual(self.client.page("POST", "/bcc/scan", {"text": wrong})[0], 422)

    @staticmethod
    def crc(text):
        """CRC-16/CCITT-FALSE bit by bit from its polynomial; "123456789" gives 29B1."""
        bits = int.from_bytes(text.encode(), "big") << 16 ^ 0xFFFF << 8 * len(text.encode())
        for i in range(8 * len(text.encode()) + 15, 15, -1):
            if bits >> i & 1:
                bits ^= 0x11021 << i - 16
        return f"{bits:04X}"

    def test_the_sum_of_check(self):
        self.assertEqual(self.crc("123456789"), "29B1")

    def test_texts_that_ask_for_nothing(self):
        for text in ("", " ", "https://example.kz/", "https://qr.kaspi.kz/none", "homebank://epay?orderNumber=1",
                     "0002", "000201", "javascript:alert(1)",
                     "https://example.kz/p/", "https://example.kz/p/a b", "https://example.kz/p/1/2", "http://[/p/7K3F-92QD", "<script>", "x" * 5000, "00020163046304"):
            for bank in ("kaspi", "halyk", "forte"):
                self.assertEqual(self.client.page("POST", f"/{bank}/scan", {"text": text})[0], 422, text)


class Hostile(Case):
    def test_another_site_presses_no_button(self):
        for fields in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
            status, _, _ = self.client.ask("POST", "/admin/flush", {}, **fields)
            self.assertEqual(status, 403)

    def test_strange_requests(self):
        for path in ("/lang/xx", "/lang/en?back=//evil.example", "/lang/en?back=https://evil.example", "/none",
                     "/kaspi/payment/1", "/kaspi/payment/x", "/kaspi/register/2026-1-1.csv", "/%00", "/kaspi/%2e%2e/admin"):
            self.assertEqual(self.client.ask("GET", path)[0], 404, path)
        for form in ({}, {"account": TRADER}, {"account": TRADER, "number": "1"},
                     {"account": TRADER, "number": "x", "sum": "5"}, {"account": "<b>", "number": "1", "sum": "5"}):
            self.assertEqual(self.client.ask("POST", "/kaspi/send", form)[0], 422, form)
        for data in ({"bank": "none", "fault": "drop"}, {"bank": "kaspi", "fault": "x"},
                     {"bank": "kaspi", "fault": "drop", "count": "-1"}):
            self.assertEqual(self.client.json("POST", "/admin/fault", data)[0], 400, data)

    def test_a_port_in_use_is_said(self):
        done = subprocess.run([sys.executable, "-B", os.path.join(ROOT, "sandbox", "bank"), "--saqta", "http://127.0.0.1:1",
                               "--listen", f"127.0.0.1:{self.bank.port}", "--data", f"{self.folder.name}/other"],
                              capture_output=True, text=True, timeout=20, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"127.0.0.1:{self.bank.port} is in use", done.stderr)


if __name__ == "__main__":
    SAQTA = os.path.abspath(sys.argv[1])
    tap.main()
