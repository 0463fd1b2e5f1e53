#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A biller that keeps the protocol of docs/formats/biller.md, written apart from the program, and on order
breaks one rule of it: what a conformance kit must find.

usage: broken_biller.py BANK ACCOUNT[,ACCOUNT]... [FAULT]...      prints its address
"""
import datetime
import http.server
import json
import re
import sys
import threading
import time
import urllib.parse
from xml.sax.saxutils import escape

KASPI = {"ok": 0, "format": 1, "unknown": 1, "small": 5, "large": 5, "conflict": 5, "cancelled": 2, "absent": 1}
OSMP = {"ok": 0, "format": 4, "unknown": 5, "small": 241, "large": 242, "conflict": 300, "cancelled": 7, "absent": 5}
SECONDS_MAX = 300
NAMES = ("command", "txn_id", "account", "sum", "txn_date", "currency")


class Refused(Exception):
    def __init__(self, what, malformed=False):
        super().__init__(what)
        self.what, self.malformed = what, malformed


def check_digit_right(text):
    d = [int(c) for c in text]
    for shift in (1, 3):
        check = sum(x * ((i + shift - 1) % 11 + 1) for i, x in enumerate(d[:11])) % 11
        if check < 10:
            return check == d[11]
    return False


class Biller:
    def __init__(self, bank, accounts, faults):
        self.kaspi, self.accounts, self.faults = bank == "kaspi", accounts, faults
        self.codes = KASPI if self.kaspi else OSMP
        self.days_back = 0 if "today" in faults else 31
        self.taken, self.cancelled, self.refused, self.lock, self.last = {}, {}, {}, threading.Lock(), 1000

    def has(self, fault):
        return fault in self.faults

    # ---- reading ----

    def pairs(self, query):
        try:
            pairs = urllib.parse.parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query),
                                           encoding="utf-8", errors="surrogateescape")
        except ValueError as wrong:
            raise Refused("request", True) from wrong
        if re.search(r"%(?![0-9A-Fa-f]{2})", query) and not self.has("percent"):
            raise Refused("request", True)
        found = {}
        for name, value in pairs:
            if name in found and name in NAMES and not self.has("twice"):
                raise Refused("request", True)
            if self.has("strict") and name not in NAMES[:5]:
                raise Refused("request", True)
            found[name] = value
        if self.has("guesses"):
            found = {"command": "check", "txn_id": "1", "account": self.accounts[0], "sum": "1.00", **found}
        return found

    def txn(self, p):
        txn = p.get("txn_id")
        if txn is None:
            raise Refused("request", True)
        most = 17 if self.has("short-txn") else 18 if self.kaspi and not self.has("long-txn") else 20
        if not self.has("any-txn") and not (re.fullmatch(r"[0-9]+", txn) and len(txn) <= most):
            raise Refused("txn", True)
        return txn.lstrip("0") if self.has("number-txn") else txn

    def account(self, p):
        account = p.get("account")
        if account is None:
            raise Refused("request", True)
        if self.has("trims"):
            account = account.strip()
        if not self.has("any-account") and not (re.fullmatch(r"[0-9]{12}", account) and check_digit_right(account)):
            raise Refused("format")
        if account not in self.accounts:
            raise Refused("unknown")
        return account

    def sum(self, p):
        text = p.get("sum")
        if text is None:
            raise Refused("request", True)
        if self.has("comma"):
            text = text.replace(",", ".")
        if self.has("any-sum"):
            return abs(int(float(text.replace(",", ".") or 1) * 100)) or 100
        if not re.fullmatch(r"[0-9]{1,14}(\.[0-9]{1,2})?", text):
            raise Refused("sum", True)
        if self.has("strict") and "." not in text:
            raise Refused("sum", True)
        tiyn = round(float(text) * 100)
        if tiyn < 100 and not self.has("small"):
            raise Refused("small")
        if tiyn > 1000000000:
            raise Refused("large")
        return tiyn

    def day(self, p):
        if self.has("any-date"):
            return
        try:
            text = p.get("txn_date", "")
            at = datetime.datetime.strptime(text, "%Y%m%d%H%M%S") if len(text) == 14 else None
        except ValueError:
            at = None
        now = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=5))).replace(tzinfo=None)
        if not at or at > now + datetime.timedelta(seconds=SECONDS_MAX) or (now.date() - at.date()).days > self.days_back:
            raise Refused("date")

    # ---- commands ----

    def check(self, p):
        txn, account = self.txn(p), self.account(p)
        if self.has("slow"):
            time.sleep(2.5)
        if self.has("check-keeps"):
            self.taken[txn] = (account, 0, self.answer(txn, "ok", 0, 1), "")
        if not self.kaspi and "sum" in p and not re.fullmatch(r"[0-9]{1,14}(\.[0-9]{1,2})?", p["sum"]):
            raise Refused("sum", True)
        if self.has("no-dummy") and p.get("sum") == "0.00":
            raise Refused("small")
        return self.answer(txn, "ok", 425000, note=account if self.has("names") else "****" + account[-4:])

    def pay(self, p, lang):
        txn, refused = self.txn(p), None
        self.currency(p)
        try:
            account = self.account(p)
        except Refused as wrong:
            # Under a number that was taken already, another account is a contradiction first of all.
            if wrong.what != "unknown" or txn not in self.taken:
                if self.has("keeps-refusals"):
                    self.refused[txn] = wrong
                raise
            refused, account = wrong, p["account"]
        tiyn = self.sum(p)
        self.day(p)
        if txn in self.refused:
            raise self.refused[txn]
        if self.has("race"):
            before = txn in self.taken
            time.sleep(0.2)
            if not before:
                self.taken.pop(txn, None)
        with self.lock:
            if txn in self.taken and not self.has("double"):
                return self.again(txn, account, tiyn, lang)
            if refused:
                raise refused
            return self.take(txn, account, tiyn, lang)

    def take(self, txn, account, tiyn, lang):
        self.last += 0 if self.has("one-receipt") else 1
        note = lang if self.has("language") else ""
        body = self.answer(txn, "ok", tiyn + (100 if self.has("other-sum") else 0),
                           None if self.has("no-receipt") else self.last, note)
        self.taken[txn] = (account, tiyn, body, note)
        return body

    def again(self, txn, account, tiyn, lang):
        before = self.taken[txn]
        if before[0] != account and not self.has("takes-other-account"):
            raise Refused("conflict")
        if before[1] != tiyn and not self.has("takes-other-sum"):
            raise Refused("conflict")
        if txn in self.cancelled and not self.has("pays-cancelled"):
            raise Refused("cancelled")
        if self.has("other-bytes"):
            return before[2].replace(b"OK", b"OK %d" % time.time_ns())
        return self.answer(txn, "ok", tiyn, self.last, lang) if self.has("language") else before[2]

    def status(self, p):
        txn = self.txn(p)
        if txn not in self.taken and self.has("knows-all"):
            return self.answer(txn, "ok", 100, 1)
        if txn not in self.taken or self.has("forgets"):
            raise Refused("absent")
        if p.get("account", self.taken[txn][0]) != self.taken[txn][0] and not self.has("tells-anybody"):
            raise Refused("conflict")
        if txn in self.cancelled:
            raise Refused("cancelled")
        return self.taken[txn][2]

    def cancel(self, p):
        if self.kaspi and not self.has("cancels"):
            raise Refused("command")
        txn = self.txn(p)
        with self.lock:
            if txn not in self.taken and self.has("knows-all"):
                return self.answer(txn, "ok", 100, 1)
            if txn not in self.taken:
                raise Refused("absent")
            if txn not in self.cancelled or self.has("cancels-again"):
                self.last += 1
                self.cancelled[txn] = self.answer(txn, "ok", self.taken[txn][1], self.last)
            return self.cancelled[txn]

    def currency(self, p):
        if p.get("currency", "KZT") not in ("KZT", "398") and not self.has("any-currency"):
            raise Refused("currency")

    # ---- answering ----

    def answer(self, txn, what, tiyn, receipt=None, note=""):
        code = self.codes.get(what, 5 if self.kaspi else 300)
        if self.has("wrong-code") and what == "unknown":
            code = 5 if self.kaspi else 1
        if self.has("other-txn"):
            txn = txn + "1"
        amount = f"{tiyn // 100}.{tiyn % 100:02}"
        comment = f"{what.upper()} {note}".strip()
        if self.kaspi != self.has("other-form"):
            top = {"txn_id": txn, **({"prv_txn_id": str(receipt)} if receipt else {}), "result": code,
                   "sum": amount, "comment": comment}
            return json.dumps(top).encode()
        return (f'<?xml version="1.0" encoding="UTF-8"?>\n<response><osmp_txn_id>{escape(txn)}</osmp_txn_id>'
                + (f"<prv_txn>{receipt}</prv_txn>" if receipt else "")
                + f"<sum>{amount}</sum><result>{code}</result><comment>{escape(comment)}</comment></response>").encode()

    def serve(self, method, kind, query, lang):
        """HTTP status and body."""
        p = {}
        try:
            if method == "POST" and (self.kaspi or kind != "application/x-www-form-urlencoded"):
                if not self.has("any-body"):
                    raise Refused("request", True)
                if kind != "application/x-www-form-urlencoded":
                    return 200, self.answer("1", "ok", 0)
            p = self.pairs(query)
            command = p.get("command")
            if command is None:
                raise Refused("request", True)
            if self.has("any-case"):
                command = command.lower()
            if command == "pay":
                return 200, self.pay(p, lang)
            if command not in ("check", "status", "cancel"):
                if self.has("http-500"):
                    return 500, b"Traceback"
                raise Refused("command")
            self.currency(p)
            return 200, getattr(self, command)(p)
        except Refused as wrong:
            malformed = 400 if self.kaspi and wrong.malformed and not self.has("always-200") else 200
            txn = p.get("txn_id", "")
            return malformed, self.answer(txn if txn.isdigit() else "", wrong.what, 0)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, query):
        biller, kind = self.server.biller, self.headers.get("Content-Type", "").split(";")[0]
        status, body = biller.serve(self.command, kind, query, self.headers.get("Accept-Language", ""))
        cut = biller.has("cuts-off") and b"command=pay" in self.requestline.encode()
        self.send_response(status)
        if not biller.has("cached"):
            self.send_header("Cache-Control", "no-store")
        form = "text/html" if biller.has("html") else "application/json" if biller.kaspi else "text/xml; charset=utf-8"
        self.send_header("Content-Type", form)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body[:len(body) // 2] if cut else body)
        self.close_connection = True

    def do_GET(self):
        self.reply(urllib.parse.urlsplit(self.path).query)

    def do_POST(self):
        self.reply(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode("latin-1"))


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.biller = Biller(sys.argv[1], sys.argv[2].split(","), set(sys.argv[3:]))
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
