# SPDX-License-Identifier: Apache-2.0
"""The other side of the bank channel: ten small banks for trying and testing. No real bank.

usage: python3 sandbox/bank --saqta URL [--listen ADDRESS:PORT] [--data FOLDER] [--kaspi-key KEY]
       [--code-seconds N] [--own-codes URL] [--timeout SECONDS] [--again]
"""
import argparse
import errno
import http.server
import json
import re
import signal
import subprocess
import sys
import threading
import time
from http import cookies
from urllib.parse import parse_qs, urlsplit

import banks
import books as ledger
import channel
import pages
import payments
import qr
from words import LANGS

BODY_BYTES = 64 << 10
WAIT_SECONDS = 6.0
SUM_MAX_TIYN = 100_000_000
NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
ACCOUNT = re.compile(r"[0-9A-Za-z-]{1,40}", re.ASCII)
FIELDS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-store",
          "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
                                     "base-uri 'none'; frame-ancestors 'none'"}


class Sandbox:
    """Everything that a request needs."""

    def __init__(self, url, folder, kaspi_key, timeout):
        self.books = ledger.Books(folder)
        self.channels = {b.key: channel.Channel(b, url, timeout) for b in banks.ALL.values()}
        self.till = payments.Till(self.books, banks.ALL, self.channels)
        self.halyk_access = qr.HalykAccess(time.monotonic)
        self.kaspi_key = kaspi_key


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "bank-sandbox"
    timeout = 30
    sandbox = None              # set before the server starts

    # ---- reading and answering ----

    def log_message(self, form, *values):
        pass

    def reply(self, body, status=200, kind="text/html; charset=utf-8", **fields):
        data = body.encode()
        self.send_response(status)
        for name, value in {**FIELDS, "Content-Type": kind, "Content-Length": str(len(data)),
                            **{k.replace("_", "-"): v for k, v in fields.items()}}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def reply_json(self, status, data):
        self.reply(json.dumps(data, ensure_ascii=False), status, "application/json")

    def go(self, where, **fields):
        self.reply("", 303, Location=where, **fields)

    def body(self):
        """The form or JSON object of the request as a flat dict; None when it cannot be read."""
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > BODY_BYTES or "Transfer-Encoding" in self.headers:
            self.close_connection = True
            return None
        data = self.rfile.read(int(length))
        try:
            if "json" in self.headers.get("Content-Type", ""):
                found = json.loads(data or b"{}")
                return found if isinstance(found, dict) else None
            return {k: v[-1] for k, v in parse_qs(data.decode(), keep_blank_values=True, max_num_fields=50).items()}
        except (ValueError, RecursionError):
            return None

    def strange(self):
        """A page of another site may not press our buttons, nor reach us under another name."""
        host = self.headers.get("Host", "")
        if urlsplit("//" + host).hostname not in self.server.names:
            return True
        origin = self.headers.get("Origin")
        return self.command == "POST" and origin not in (None, f"http://{host}")

    def read_lang(self):
        try:
            jar = cookies.SimpleCookie(self.headers.get("Cookie", ""))
        except cookies.CookieError:
            return "kk"
        code = jar["lang"].value if "lang" in jar else "kk"
        return code if code in LANGS else "kk"

    def do_GET(self):
        self.serve({})

    def do_HEAD(self):
        self.serve({})

    def do_POST(self):
        form = self.body()
        if form is None:
            self.reply_json(400, {"message": "the request cannot be read"})
        else:
            self.serve(form)

    def serve(self, form):
        if self.strange():
            self.reply_json(403, {"message": "the request comes from another site"})
            return
        url = urlsplit(self.path)
        self.form, self.lang = form, self.read_lang()
        try:
            self.query = {k: v[-1] for k, v in parse_qs(url.query, max_num_fields=50).items()}
        except ValueError:
            self.query = {}
        method = "GET" if self.command == "HEAD" else self.command
        parts = url.path.strip("/").split("/")
        self.bank = banks.ALL.get(parts[0])
        if self.bank and url.path == f"/{parts[0]}":
            self.go(f"/{parts[0]}/")
            return
        self.page = pages.Page(self.lang, url.path if method == "GET" else f"/{parts[0]}/", self.bank)
        rest = "/".join(parts[1:]) if self.bank else url.path
        for wanted, pattern, run in BANK_ROUTES if self.bank else ROUTES:
            found = re.fullmatch(pattern, rest, re.ASCII)
            if found and wanted == method:
                run(self, *found.groups())
                return
        self.reply(self.page.absent(), 404)

    # ---- all banks ----

    def index(self):
        self.reply(self.page.index())

    def style(self):
        self.reply(pages.STYLE, kind="text/css; charset=utf-8")

    def health(self):
        self.reply_json(200, {"status": "ok"})

    def set_lang(self, lang):
        back = self.query.get("back", "/")
        if lang not in LANGS or not re.fullmatch(r"/(?:[A-Za-z0-9][A-Za-z0-9/._-]*)?", back, re.ASCII):
            self.reply(self.page.absent(), 404)
        else:
            self.go(back, Set_Cookie=f"lang={lang}; Path=/; SameSite=Lax; Max-Age=31536000")

    def admin(self):
        self.reply(self.page.admin(self.sandbox.books, self.sandbox.till))

    def acted(self, **data):
        """After a button: the page again; to a program: what was done."""
        if "json" in self.headers.get("Accept", ""):
            self.reply_json(200, data)
        else:
            self.go("/admin")

    def admin_fault(self):
        bank, fault = self.form.get("bank"), self.form.get("fault", "")
        count = str(self.form.get("count", "1"))
        if bank not in banks.ALL or fault not in ("", *payments.FAULTS) or not re.fullmatch(r"[1-9]\d{0,5}", count):
            self.reply_json(400, {"message": "bank, fault or count is none", "faults": payments.FAULTS})
            return
        self.sandbox.till.arm(bank, fault, int(count))
        self.acted(bank=bank, fault=fault)

    def admin_flush(self):
        self.sandbox.till.flush()
        self.acted(open=len(self.sandbox.books.open_payments()))

    def admin_registers(self):
        self.acted(written=self.sandbox.books.write_registers())

    def admin_books(self):
        busy = len(self.sandbox.till.busy)     # before the books are read: then nothing is left out
        rows = self.sandbox.books.payments()
        for p in rows:
            p["events"] = self.sandbox.books.events(p["bank"], p["number"])
        self.reply_json(200, {"busy": busy, "payments": rows})

    # ---- one bank ----

    def colour(self):
        self.reply(f":root {{ --bank: {self.bank.colour}; }}\n", kind="text/css; charset=utf-8")

    def home(self):
        self.reply(self.page.home())

    def services(self):
        self.reply(self.page.choice("state_services", "status", "status"))

    def payment_kinds(self):
        self.reply(self.page.choice("payments", "mams", "payment"))

    def purposes(self):
        self.reply(self.page.choice("payment", "pay", "knp"))

    def status_form(self):
        self.reply(self.page.status_form())

    def pay_form(self):
        self.reply(self.page.pay_form())

    def scan_form(self):
        self.reply(self.page.scan(self.query.get("text", "")[:qr.TEXT_MAX]))

    def account(self):
        """The number that was typed, without the spaces of a copy; '' when it is none."""
        text = re.sub(r"\s", "", str(self.form.get("account", "")))
        return text if ACCOUNT.fullmatch(text) else ""

    def check(self, account, tiyn=0, number=""):
        """(answer, problem): the bank asks before any money moves."""
        try:
            answer = self.sandbox.channels[self.bank.key].send(
                "check", number or self.sandbox.books.number(), self.lang, account=account, sum=ledger.tenge(tiyn))
        except channel.NoAnswer:
            return None, self.page.say("e_no_answer")
        if answer.result == 0:
            return answer, ""
        key = self.bank.protocol.words.get(answer.result, "r_other")
        return None, self.page.say(key) + (f". {pages.escape(answer.comment)}" if answer.comment else "")

    def status(self):
        account = self.account()
        if not account:
            self.reply(self.page.status_form("", self.page.say("e_account")), 422)
            return
        answer, problem = self.check(account)
        if problem:
            self.reply(self.page.status_form(account, problem), 422)
        else:
            self.reply(self.page.status_answer(answer, account))

    def pay(self):
        account = self.account()
        if not account:
            self.reply(self.page.pay_form("", self.page.say("e_account")), 422)
            return
        answer, problem = self.check(account)
        if problem:
            self.reply(self.page.pay_form(account, problem), 422)
        else:
            self.reply(self.page.sum_form(answer, account, answer.sum if qr.tiyn_of(answer.sum) else ""))

    def scan(self):
        text = str(self.form.get("text", ""))
        try:
            order = qr.read(text, self.bank, self.sandbox.books)
        except qr.NotRead as wrong:
            self.reply(self.page.scan(text, self.page.say(str(wrong))), 422)
            return
        if order.tiyn:
            self.confirm_order(order)
            return
        self.form = {"account": order.account}
        self.pay()

    def opened(self, token):
        """A phone that opened the link of a code is where a scan would have led."""
        self.form = {"text": qr.text_of(self.bank, token)}
        self.scan()

    def confirm(self):
        account, text = self.account(), str(self.form.get("sum", ""))
        tiyn = qr.tiyn_of(text)
        if account and 100 <= tiyn <= SUM_MAX_TIYN:
            self.confirm_order(qr.Order(account, tiyn))
            return
        answer, problem = self.check(account) if account else (None, self.page.say("e_account"))
        if problem:
            self.reply(self.page.pay_form(account, problem), 422)
        else:
            self.reply(self.page.sum_form(answer, account, text, self.page.say("e_sum")), 422)

    def confirm_order(self, order):
        number = self.sandbox.books.number()
        answer, problem = self.check(order.account, order.tiyn, number)
        if problem:
            self.reply(self.page.pay_form(order.account, problem), 422)
        else:
            self.reply(self.page.confirm(answer, order.account, order.tiyn, number, order.token))

    def send(self):
        account, number = self.account(), str(self.form.get("number", ""))
        tiyn, token = qr.tiyn_of(str(self.form.get("sum", ""))), str(self.form.get("token", ""))
        if not account or not NUMBER.fullmatch(number) or not 100 <= tiyn <= SUM_MAX_TIYN:
            self.reply(self.page.problem(self.page.say("e_sum")), 422)
            return
        if token:
            try:
                order = qr.read_token(token, self.bank, self.sandbox.books)
            except qr.NotRead as wrong:
                self.reply(self.page.problem(self.page.say(str(wrong))), 422)
                return
            account, tiyn = order.account, order.tiyn
        self.sandbox.till.pay(self.bank.key, number, account, tiyn, token, self.lang)
        if self.query.get("wait") != "0":
            self.sandbox.till.wait(self.bank.key, number, WAIT_SECONDS)
        self.go(f"/{self.bank.key}/payment/{number}")

    def payment(self, number, problem=""):
        p = self.sandbox.books.payment(self.bank.key, number)
        if not p:
            self.reply(self.page.absent(), 404)
            return
        self.reply(self.page.payment(p, self.sandbox.books.events(self.bank.key, number), problem),
                   422 if problem else 200)

    def cancel(self, number):
        problem = self.sandbox.till.cancel(self.bank.key, number)
        if problem:
            self.payment(number, pages.escape(problem))
        else:
            self.go(f"/{self.bank.key}/payment/{number}")

    def history(self):
        self.reply(self.page.history(self.sandbox.books.payments(self.bank.key)))

    def register(self, year, month, day):
        self.reply(self.sandbox.books.register(self.bank.key, year + month + day), kind="text/csv; charset=utf-8")

    # ---- QR tokens, as the banks' own interfaces give them ----

    def kaspi(self, path):
        if self.bank.key != "kaspi" or self.headers.get("Api-Key") != self.sandbox.kaspi_key:
            self.reply_json(401, {"StatusCode": -401, "Message": "Unauthorized", "Data": None})
            return
        self.reply_json(*qr.kaspi(self.sandbox.books, self.command, path, self.query, self.form))

    def halyk(self, path):
        if self.bank.key != "halyk":
            self.reply(self.page.absent(), 404)
            return
        self.reply_json(*qr.halyk(self.sandbox.books, self.sandbox.halyk_access, self.command, path,
                                  self.headers.get("Authorization", ""), self.form))


ROUTES = (
    ("GET", r"/", Handler.index),
    ("GET", r"/style\.css", Handler.style),
    ("GET", r"/health", Handler.health),
    ("GET", r"/lang/([a-z]{2})", Handler.set_lang),
    ("GET", r"/admin", Handler.admin),
    ("POST", r"/admin/fault", Handler.admin_fault),
    ("POST", r"/admin/flush", Handler.admin_flush),
    ("POST", r"/admin/registers", Handler.admin_registers),
    ("GET", r"/admin/books\.json", Handler.admin_books),
)
BANK_ROUTES = (
    ("GET", r"", Handler.home),
    ("GET", r"colour\.css", Handler.colour),
    ("GET", r"services", Handler.services),
    ("GET", r"status", Handler.status_form),
    ("POST", r"status", Handler.status),
    ("GET", r"payments", Handler.payment_kinds),
    ("GET", r"mams", Handler.purposes),
    ("GET", r"pay", Handler.pay_form),
    ("POST", r"pay", Handler.pay),
    ("POST", r"confirm", Handler.confirm),
    ("POST", r"send", Handler.send),
    ("GET", r"scan", Handler.scan_form),
    ("POST", r"scan", Handler.scan),
    ("GET", r"q/([0-9a-f]{6,40})", Handler.opened),
    ("GET", r"payment/(\d{1,18})", Handler.payment),
    ("POST", r"payment/(\d{1,18})/cancel", Handler.cancel),
    ("GET", r"history", Handler.history),
    ("GET", r"register/(\d{4})-(\d{2})-(\d{2})\.csv", Handler.register),
    ("GET", r"api/r1/v01/(.+)", Handler.kaspi),
    ("POST", r"api/r1/v01/(.+)", Handler.kaspi),
    ("GET", r"api/(.+)", Handler.halyk),
    ("POST", r"api/(.+)", Handler.halyk),
)


def start_server(listen):
    host, _, port = listen.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    try:
        server = http.server.ThreadingHTTPServer((host, int(port)), Handler)
    except (OSError, ValueError, OverflowError) as error:
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            sys.exit(f"sandbox: {listen} is in use by another program; "
                     "choose another with --listen (make run: BANKS=address:port)")
        sys.exit(f"sandbox: cannot listen on {listen}: {error}")
    server.daemon_threads = True
    server.names = {host, "127.0.0.1", "localhost", "::1"}
    return server


def keep_alive(command):
    """A bank that dies as it was told is started again; any other end is ours too."""
    asked = []
    child = None

    def stop(number, _):
        asked.append(number)
        if child:
            child.send_signal(signal.SIGTERM)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    while True:
        # A session of its own: Ctrl-C of the terminal comes by us, once.
        child = subprocess.Popen(command, start_new_session=True)
        if asked:
            child.send_signal(signal.SIGTERM)
        code = child.wait()
        if asked or code != payments.DEAD:
            return code
        time.sleep(1)


def main():
    ap = argparse.ArgumentParser(prog="sandbox/bank", description=__doc__,
                                 formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--saqta", required=True, metavar="URL", help="where the biller listens")
    ap.add_argument("--listen", default="127.0.0.1:8090", metavar="ADDRESS:PORT")
    ap.add_argument("--data", default="sandbox-books", metavar="FOLDER", help="of the books and registers")
    ap.add_argument("--kaspi-key", default="sandbox", metavar="KEY", help="key of the Kaspi-like interface")
    ap.add_argument("--code-seconds", type=int, metavar="N", help="life of the QR codes that the banks issue")
    ap.add_argument("--own-codes", default="", metavar="URL",
                    help="QR codes lead to the banks there, not to the addresses of the real ones")
    ap.add_argument("--timeout", type=float, metavar="SECONDS", help="that the banks wait for an answer; else as each "
                                                                     "protocol has it")
    ap.add_argument("--again", action="store_true", help="start again after a death that was ordered")
    args = ap.parse_args()
    if args.again:
        sys.exit(keep_alive([sys.executable, "-B", *(x for x in sys.argv if x != "--again")]))
    if urlsplit(args.saqta).scheme not in ("http", "https") or not urlsplit(args.saqta).hostname:
        sys.exit("sandbox: --saqta must be http://… or https://…")
    if args.code_seconds:
        qr.KASPI_SECONDS = qr.HALYK_SECONDS = args.code_seconds
    server = start_server(args.listen)
    Handler.sandbox = sandbox = Sandbox(args.saqta, args.data, args.kaspi_key, args.timeout)
    sandbox.till.start()
    qr.OWN = args.own_codes
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown, daemon=True).start())
    host, port = server.server_address[:2]
    print(f"sandbox: banks at http://{host}:{port}/ for {args.saqta}, books in {args.data}/", flush=True)
    server.serve_forever(poll_interval=0.2)
    server.server_close()
    sandbox.till.stop()
    sandbox.books.write_registers()
    sandbox.books.close()


if __name__ == "__main__":
    main()
