#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Bad input on the banks' channel: by each bank's own numbers, logged with a trace, never a 500, nothing kept.

The numbers stand here once more, apart from the program's. usage: biller_bad_test.py SAQTA
"""
import datetime
import http.client
import os
import re
import shutil
import socket
import sys
import tempfile
import unittest
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import tap  # noqa: E402
from support.biller import NOW, STAMP, World, result_of  # noqa: E402
from support.http_server import Reader  # noqa: E402

OTHERS = ("osmp", "halyk", "bcc", "jusan", "eurasian", "freedom", "homecredit", "bereke", "forte")
BANKS = ("kaspi", *OTHERS)
STRANGER = "900101300007"
FORM = "application/x-www-form-urlencoded"
DAY = datetime.datetime.fromisoformat(NOW)


def stamp(days):
    return (DAY + datetime.timedelta(days=days)).strftime("%Y%m%d%H%M%S")


# What is changed in a payment that is right: {name: value}, None = left out, a list = given so often.
# Then what it is in the log, and the number: plain protocol; Kaspi with its HTTP status.
BAD = (
    ({"command": "verify"}, "command_unknown", 300, 5, 200),
    ({"command": "PAY"}, "command_unknown", 300, 5, 200),
    ({"command": ""}, "command_unknown", 300, 5, 200),
    ({"currency": "USD"}, "currency", 300, 5, 200),
    ({"currency": ""}, "currency", 300, 5, 200),
    ({"sum": "4250,00"}, "sum_format", 300, 5, 400),
    ({"sum": "4250.000"}, "sum_format", 300, 5, 400),
    ({"sum": "0"}, "sum_small", 241, 5, 200),
    ({"sum": "0.00"}, "sum_small", 241, 5, 200),
    ({"sum": "0.99"}, "sum_small", 241, 5, 200),
    ({"sum": "-4250.00"}, "sum_format", 300, 5, 400),
    ({"sum": "1234567890123456789"}, "sum_format", 300, 5, 400),
    ({"sum": "9" * 14}, "sum_large", 242, 5, 200),
    ({"sum": "10000000.01"}, "sum_large", 242, 5, 200),
    ({"sum": "٤٢٥٠"}, "sum_format", 300, 5, 400),
    ({"sum": " 4250.00"}, "sum_format", 300, 5, 400),
    ({"sum": "0x10"}, "sum_format", 300, 5, 400),
    ({"sum": "NaN"}, "sum_format", 300, 5, 400),
    ({"sum": ""}, "sum_format", 300, 5, 400),
    ({"txn_id": ""}, "txn_format", 300, 5, 400),
    ({"txn_id": "12a"}, "txn_format", 300, 5, 400),
    ({"txn_id": "-12"}, "txn_format", 300, 5, 400),
    ({"txn_id": "1.5"}, "txn_format", 300, 5, 400),
    ({"txn_id": "1" * 21}, "txn_format", 300, 5, 400),
    ({"txn_id": "1" * 3000}, "txn_format", 300, 5, 400),
    ({"txn_id": "1 OR 1=1"}, "txn_format", 300, 5, 400),
    *(({name: None}, "request", 300, 5, 400) for name in ("command", "txn_id", "account", "sum")),
    ({"txn_date": None}, "date", 300, 5, 200),
    *(({name: 2}, "request", 300, 5, 400) for name in ("command", "txn_id", "account", "sum", "txn_date")),
    ({"txn_date": stamp(1)}, "date", 300, 5, 200),
    ({"txn_date": stamp(400)}, "date", 300, 5, 200),
    ({"txn_date": stamp(-40)}, "date", 300, 5, 200),
    ({"txn_date": "20260230120000"}, "date", 300, 5, 200),
    ({"txn_date": "2026-11-22"}, "date", 300, 5, 200),
    ({"txn_date": ""}, "date", 300, 5, 200),
    ({"account": STRANGER}, "account_unknown", 5, 1, 200),
    ({"account": "900101300008"}, "account_format", 4, 1, 200),
    ({"account": ""}, "account_format", 4, 1, 200),
    ({"account": "٩" * 12}, "account_format", 4, 1, 200),
    ({"account": b"\xff\xfe"}, "account_format", 4, 1, 200),
    ({"account": "1" * 1000}, "account_format", 4, 1, 200),
    ({"account": "<x/>&quot;\"'"}, "account_format", 4, 1, 200),
    ({"account": "0000-0000"}, "account_unknown", 5, 1, 200),
    ({"account": b"\x00"}, "request", 300, 5, 400),
    ({f"more{i}": "1" for i in range(40)}, "request", 300, 5, 400),
)


class Bad(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="saqta-bad-")
        cls.world = World(saqta, cls.folder, 3)

    @classmethod
    def tearDownClass(cls):
        cls.world.end()
        shutil.rmtree(cls.folder)

    def setUp(self):
        if os.path.exists(self.world.log):
            os.remove(self.world.log)
        self.server = None

    def serve(self, **env):
        self.server = self.world.serve(**env)
        self.port = self.server.port

    def stop(self):
        """Nothing was kept, nothing broke, and nobody is named in the log. The lines of the log."""
        self.assertEqual(self.server.stop(), 0)
        self.server = None
        with open(self.world.log, encoding="utf-8") as f:
            lines = f.read().splitlines()
        self.assertEqual([x for x in lines if "level=broken" in x], [])
        for iin in (*self.world.iins, STRANGER):
            self.assertEqual([x for x in lines if iin in x], [])
        self.assertEqual(self.world.rows("SELECT count(*) FROM bank_txn"), [(0,)])
        self.world.run("audit")
        return lines

    def tearDown(self):
        if self.server:
            self.server.stop()

    def ask(self, method, path, body=None, **fields):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            link.request(method, path, body, {k.replace("_", "-"): v for k, v in fields.items()})
            answer = link.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            link.close()

    def payment(self, change):
        pairs = []
        right = {"command": "pay", "txn_id": "1", "account": self.world.iins[0], "sum": "4250.00", "txn_date": STAMP}
        for name, value in {**right, **change}.items():
            times = value if isinstance(value, int) else int(value is not None)
            pairs += [(name, right[name] if isinstance(value, int) else value)] * times
        return urllib.parse.urlencode(pairs)

    def check_form(self, bank, fields, body):
        """The answer is in the form of the bank, whatever came."""
        kind = "application/json" if bank == "kaspi" else "text/xml; charset=utf-8"
        self.assertEqual((fields["Content-Type"], fields["Cache-Control"]), (kind, "no-store"))
        self.assertTrue(body.startswith(b"{" if bank == "kaspi" else b"<?xml"), body)

    def refused(self, bank, got, result, status, note):
        self.assertEqual((got[0], result_of(got[2])), (status, result), f"{bank} {note}: {got[2]}")
        self.check_form(bank, got[1], got[2])
        self.assertNotIn(b"prv_txn", got[2])

    def traces(self, lines):
        return [x for x in lines if "event=biller.refused" in x]

    def test_each_by_the_banks_own_number(self):
        self.serve()
        sent = []
        for bank in BANKS:
            for change, outcome, plain, kaspi, status in BAD:
                query = self.payment(change)
                ways = [self.ask("GET", f"/biller/{bank}?{query}")]
                if bank != "kaspi":
                    ways.append(self.ask("POST", f"/biller/{bank}", query, Content_Type=FORM))
                for got in ways:
                    self.refused(bank, got, *((kaspi, status) if bank == "kaspi" else (plain, 200)), query[:200])
                    sent.append((bank, outcome))
        # 18 and 19 digits: the one may be a number everywhere, the other one not at Kaspi.
        for bank in BANKS:
            for digits, result, status in ((18, 0, 200), (19, 5, 400) if bank == "kaspi" else (19, 0, 200)):
                got = self.ask("GET", f"/biller/{bank}?command=check&txn_id={'7' * digits}&account={self.world.iins[0]}")
                self.assertEqual((got[0], result_of(got[2])), (status, result), got[2])
                if result:
                    sent.append((bank, "txn_format"))
        refused = self.traces(self.stop())
        told = [re.search(r"trace=([0-9a-f]{16}) .* bank=(\w+) .*outcome=(\w+)", x).groups() for x in refused]
        self.assertEqual([(bank, outcome) for _, bank, outcome in told], sent)
        self.assertEqual(len({trace for trace, _, _ in told}), len(told))

    def test_another_body_or_method(self):
        """XML and JSON where a form is due, POST where only GET is, HEAD: no way to ask."""
        self.serve()
        query, n = self.payment({}), 0
        for bank in BANKS:
            for kind, body in (("application/xml", "<pay/>"), ("text/xml", "<?xml version='1.0'?><a/>"),
                               ("application/json", '{"command":"pay"}'), ("text/plain", query), (None, query),
                               ("multipart/form-data; boundary=x", "--x--"), (FORM, "%zz=1"), (FORM, "a%00b=1")):
                got = self.ask("POST", f"/biller/{bank}", body, **({"Content_Type": kind} if kind else {}))
                self.refused(bank, got, *((5, 400) if bank == "kaspi" else (300, 200)), f"{kind} {body}")
                n += 1
            self.assertEqual(self.ask("HEAD", f"/biller/{bank}?{query}")[0], 400 if bank == "kaspi" else 200)
            n += 1
            # Before it is known as whose request it comes, HTTP has its own words.
            self.assertEqual(self.ask("PUT", f"/biller/{bank}?{query}", "x")[0], 405)
            self.assertEqual(self.ask("POST", f"/biller/{bank}", "a=1&" * 2000, Content_Type=FORM)[0], 413)
        self.assertEqual(len(self.traces(self.stop())), n)

    def test_unknown_bank(self):
        self.serve()
        for bank in ("none", "KASPI", "kaspi/", "kaspi%2F", "..", "%00", "x" * 300):
            status, _, body = self.ask("GET", f"/biller/{bank}?{self.payment({})}")
            self.assertIn(status, (400, 404), bank)
            self.assertNotIn(self.world.iins[0].encode(), body)
        self.stop()

    def test_address_that_is_not_allowed(self):
        """Whatever it claims; by the number of each bank, with the bank and the trace in the log."""
        self.serve(SAQTA_BILLER_ALLOW="; ".join(f"{bank}=192.0.2.1" for bank in BANKS))
        query, n = self.payment({}), 0
        for bank in BANKS:
            for fields in ({}, {"X_Forwarded_For": "192.0.2.1"}, {"Forwarded": "for=192.0.2.1"},
                           {"X_Real_IP": "192.0.2.1"}, {"X_Client_Cert_SHA256": "0" * 64}):
                got = self.ask("GET", f"/biller/{bank}?{query}", **fields)
                self.refused(bank, got, 5 if bank == "kaspi" else 8, 403, fields)
                n += 1
            # A request that is wrong tells a stranger no more than a right one.
            self.refused(bank, self.ask("GET", f"/biller/{bank}?x"), 5 if bank == "kaspi" else 8, 403, "wrong")
            n += 1
        lines = self.traces(self.stop())
        self.assertEqual(len(lines), n)
        for line in lines:
            self.assertRegex(line, r"trace=[0-9a-f]{16} .*bank=\w+ .*outcome=address")

    def test_xml_where_json_is_due(self):
        """The programs' interface says so in its own form, with a trace."""
        self.serve()
        for path in ("/api/v1/status", "/api/v1/calculations"):
            for kind, body in (("application/xml", f"<iin>{self.world.iins[0]}</iin>"), ("text/xml", "<a/>"),
                               (FORM, f"iin={self.world.iins[0]}")):
                status, fields, said = self.ask("POST", path, body, Content_Type=kind)
                self.assertEqual((status, fields["Content-Type"]), (415, "application/problem+json"))
                self.assertRegex(said, rb'"code":"MEDIA_TYPE".*"trace":"[0-9a-f]{16}"')
            status, _, said = self.ask("POST", path, f"<iin>{self.world.iins[0]}</iin>", Content_Type="application/json")
            self.assertEqual(status, 400)
            self.assertNotIn(self.world.iins[0].encode(), said)
        self.stop()

    def test_broken_off(self):
        """Requests that never end, or end in the middle: the server serves on."""
        self.serve()
        for piece in (b"GET /biller/kaspi?command=pay", b"POST /biller/osmp HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n"
                      b"Content-Type: application/x-www-form-urlencoded\r\n\r\ncommand=pay", b"\x00" * 50, b"\r\n" * 3):
            with socket.create_connection(("127.0.0.1", self.port)) as link:
                link.sendall(piece)
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as link:
            link.sendall(b"GET /biller/kaspi?command=check&txn_id=1&account=%zz HTTP/1.1\r\nHost: a\r\n\r\n")
            self.assertEqual(Reader(link).answer().status, 400)
        got = self.ask("GET", f"/biller/kaspi?command=check&txn_id=1&account={self.world.iins[0]}")
        self.assertEqual((got[0], result_of(got[2])), (200, 0))
        self.stop()


if __name__ == "__main__":
    saqta = os.path.abspath(sys.argv.pop(1))
    tap.main()
