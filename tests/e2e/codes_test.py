#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""QR codes that banks issue, from the button to the receipt: sandbox/bank plays Kaspi and Halyk as a
process of its own, `saqta work` asks it, the pages of `saqta serve` show what came. The bank freezes and
dies, the senders are killed.

usage: codes_test.py SAQTA
"""
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse

import sandbox_test as sandbox
from sandbox_test import Client, hidden, pg, tap
from support.http_server import Server

KEY = "sandbox"
OPEN = '<a class="govuk-button" href="http'    # of the button that opens the bank's app
MONTHS = re.compile(r'name="m" value="([0-9-]+)"')


class Case(sandbox.Case):
    CODE_SECONDS = "0"
    LINKS = {}

    @classmethod
    def setUpClass(cls):
        sandbox.Case.setUpClass.__func__(cls)
        cls.port = cls.serve.port
        cls.restart_serve({"SAQTA_KASPI_URL": cls.url("kaspi"), "SAQTA_HALYK_URL": cls.url("halyk")})
        cls.page = Client(cls.port)
        cls.work = None
        cls.start_work()

    @classmethod
    def start_bank(cls):
        cls.bank = Server([sys.executable, "-B", os.path.join(sandbox.ROOT, "sandbox", "bank"),
                           "--saqta", f"http://127.0.0.1:{cls.serve.port}", "--listen", "127.0.0.1:0",
                           "--data", f"{cls.folder.name}/books", "--code-seconds", cls.CODE_SECONDS])
        cls.client = Client(cls.bank.port)

    @classmethod
    def url(cls, bank):
        return f"http://127.0.0.1:{cls.bank.port}/" + {"kaspi": "kaspi/api/r1/v01", "halyk": "halyk/api/qr"}[bank]

    @classmethod
    def restart_serve(cls, env):
        """The bank knows the server by its port."""
        cls.serve.stop()
        cls.serve = Server([sandbox.SAQTA, "serve", "--db", cls.db, "--listen", f"127.0.0.1:{cls.port}",
                            "--workers", "2"], SAQTA_LANG="en", SAQTA_LOG="broken", SAQTA_ACCESS_LOG="0",
                           SAQTA_LIMIT_INVOICE="0/600", **env)

    @classmethod
    def work_env(cls):
        for name, key in (("kaspi.key", KEY), ("halyk.key", "of-the-demo")):
            with open(f"{cls.folder.name}/{name}", "w", encoding="utf-8") as f:
                f.write(key + "\n")
        return {"SAQTA_KASPI_URL": cls.url("kaspi"), "SAQTA_KASPI_KEY_FILE": f"{cls.folder.name}/kaspi.key",
                "SAQTA_KASPI_DEVICE": "test", "SAQTA_KASPI_POINT": "1",
                "SAQTA_HALYK_URL": cls.url("halyk"), "SAQTA_HALYK_KEY_FILE": f"{cls.folder.name}/halyk.key",
                "SAQTA_HALYK_TOKEN_URL": cls.url("halyk").replace("/qr", "/oauth2/token"),
                "SAQTA_HALYK_CLIENT": "test", "SAQTA_HALYK_TERMINAL": "67e34d63", **cls.LINKS}

    @classmethod
    def start_work(cls):
        cls.log = f"{cls.folder.name}/work.log"
        with open(cls.log, "ab") as log:
            cls.work = subprocess.Popen([sandbox.SAQTA, "work", "--db", cls.db], stderr=log,
                                        env={**os.environ, **cls.work_env()})

    @classmethod
    def tearDownClass(cls):
        cls.work.terminate()
        assert cls.work.wait(20) == 0
        super().tearDownClass()

    def senders(self):
        """Process ids of the processes that ask the banks."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/stat", encoding="utf-8") as f:
                    fields = f.read().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == self.work.pid and fields[0] != "Z":
                found.append(int(pid))
        return found

    def make(self, iin, months):
        """The number of an invoice for so many of the months."""
        status, fields, _ = self.page.ask("POST", "/en/status", {"iin": iin})
        self.assertEqual(status, 303)
        pay = fields["Location"] + "/pay"
        chosen = MONTHS.findall(self.page.page("GET", pay)[1])[:months]
        body = [("m", m) for m in chosen] + [("do", "make")]
        status, fields, text = self.page.ask("POST", pay, body)
        self.assertEqual(status, 303, text)
        return fields["Location"].rsplit("/", 1)[1]

    def press(self, number, rail):
        status, fields, text = self.page.ask("POST", f"/en/pay/{number}/code", {"rail": rail})
        self.assertEqual((status, fields["Location"]), (303, f"/en/pay/{number}?rail={rail}"), text)

    def look(self, number, rail):
        status, fields, text = self.page.ask("GET", f"/en/pay/{number}?rail={rail}")
        self.assertEqual(status, 200)
        return text, fields

    def wait(self, number, rail, wanted, seconds=15):
        """The page once it says so."""
        end = time.monotonic() + seconds
        while True:
            text, _ = self.look(number, rail)
            if wanted in text:
                return text
            self.assertLess(time.monotonic(), end, text)
            time.sleep(0.1)

    def link(self, text):
        return re.search(r'class="govuk-button" href="(https?://[^"]+)"', text)[1]

    def open_rows(self):
        return pg.rows(self.db, "SELECT count(*) FROM outbox WHERE lane IN ('qr.kaspi', 'qr.halyk')")[0][0]


class Codes(Case):
    def test_a_debt_is_paid_by_a_code_of_each_bank(self):
        for rail, iin, begins in (("kaspi", sandbox.DEBTOR, "https://pay.kaspi.kz/pay/"),
                                  ("halyk", sandbox.TRADER, "https://developer.homebank.kz/")):
            with self.subTest(rail):
                number = self.make(iin, 3)
                text, fields = self.look(number, rail)
                self.assertNotIn(OPEN, text)
                self.assertIsNone(fields["Refresh"])
                self.press(number, rail)
                self.assertIn("Refresh", self.look(number, rail)[1])
                text = self.wait(number, rail, OPEN)
                self.assertIn('<svg class="qr"', text)
                link = self.link(text)
                self.assertTrue(link.startswith(begins), link)
                # Neither the bank's code nor its link tells whose it is.
                self.assertNotIn(iin, text)
                other = "halyk" if rail == "kaspi" else "kaspi"
                self.assertEqual(self.client.page("POST", f"/{other}/scan", {"text": link})[0], 422)
                status, scanned = self.client.page("POST", f"/{rail}/scan", {"text": link})
                self.assertEqual(status, 200, scanned)
                form = hidden(scanned)
                self.assertEqual(form["account"], number)
                self.client.ask("POST", f"/{rail}/send", form)
                self.assertEqual(self.payment(form["number"])["state"], "done")
                status, fields, _ = self.page.ask("GET", f"/en/pay/{number}?rail={rail}")
                self.assertEqual((status, fields["Location"]), (303, f"/en/pay/{number}/done"))
                # Paid: no code any more.
                status, fields, _ = self.page.ask("POST", f"/en/pay/{number}/code", {"rail": rail})
                self.assertEqual((status, fields["Location"]), (303, f"/en/pay/{number}"))

    def test_one_press_or_ten_is_one_code(self):
        number = self.make(sandbox.DEBTOR, 1)
        for _ in range(5):
            self.press(number, "kaspi")
        first = self.link(self.wait(number, "kaspi", OPEN))
        for _ in range(5):
            self.press(number, "kaspi")
        self.assertEqual(self.link(self.look(number, "kaspi")[0]), first)
        asked = pg.rows(self.db, "SELECT count(*) FROM qr_ask WHERE rail = 'kaspi' AND invoice ="
                                 " (SELECT invoice FROM qr_code WHERE link = '" + first + "')")
        self.assertEqual(asked[0][0], 1)

    def test_nothing_is_asked_by_looking(self):
        number = self.make(sandbox.DEBTOR, 2)
        before = pg.rows(self.db, "SELECT count(*) FROM qr_ask")
        for _ in range(3):
            self.look(number, "halyk")
        self.assertEqual(pg.rows(self.db, "SELECT count(*) FROM qr_ask"), before)

    def test_bad_presses(self):
        number = self.make(sandbox.DEBTOR, 1)
        for data, wanted in (({"rail": "link"}, 422), ({"rail": "emv"}, 422), ({"rail": "bcc"}, 422), ({}, 422),
                             ({"rail": "kaspi", "x": "1"}, 422), ({"rail": "k" * 60}, 413)):
            with self.subTest(data):
                self.assertEqual(self.page.ask("POST", f"/en/pay/{number}/code", data)[0], wanted)
        self.assertEqual(self.page.ask("POST", "/en/pay/0000-0001/code", {"rail": "kaspi"})[0], 404)

    def test_nothing_secret_is_written_down(self):
        number = self.make(sandbox.TRADER, 1)
        self.press(number, "halyk")
        link = self.link(self.wait(number, "halyk", OPEN))
        with open(self.log, encoding="utf-8") as f:
            log = f.read()
        self.assertIn("qr.issued", log)
        for secret in ("of-the-demo", link, number, "Bearer", sandbox.TRADER):
            self.assertNotIn(secret, log)
        said = subprocess.run([sandbox.SAQTA, "settings"], env={**os.environ, **self.work_env()},
                              capture_output=True, text=True, check=True).stdout
        self.assertIn("halyk.key", said)
        self.assertNotIn("of-the-demo", said)

    def test_settings_that_are_wrong_are_named(self):
        for change, key in (({"SAQTA_KASPI_URL": "http://bank.example/r1"}, "kaspi-url"),
                            ({"SAQTA_KASPI_DEVICE": ""}, "kaspi-device"),
                            ({"SAQTA_KASPI_KEY_FILE": "/nonexistent/key"}, "/nonexistent/key"),
                            ({"SAQTA_HALYK_KEY_FILE": ""}, "halyk-key-file"),
                            ({"SAQTA_HALYK_TOKEN_URL": "ftp://x"}, "halyk-token-url")):
            with self.subTest(change):
                done = subprocess.run([sandbox.SAQTA, "work", "--once", "--db", self.db],
                                      env={**os.environ, "SAQTA_LANG": "en", **self.work_env(), **change},
                                      capture_output=True, text=True, timeout=30, check=False)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(key, done.stderr)


class OwnCodes(Case):
    """As `make run` has it: the button of the page opens the made-up app."""

    @classmethod
    def start_bank(cls):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        own = f"http://127.0.0.1:{port}"
        cls.LINKS = {"SAQTA_KASPI_LINKS": f"{own}/kaspi/q/", "SAQTA_HALYK_LINKS": f"{own}/halyk/q/"}
        cls.bank = Server([sys.executable, "-B", os.path.join(sandbox.ROOT, "sandbox", "bank"),
                           "--saqta", f"http://127.0.0.1:{cls.serve.port}", "--listen", f"127.0.0.1:{port}",
                           "--data", f"{cls.folder.name}/books", "--own-codes", own])
        cls.client = Client(cls.bank.port)

    def test_the_button_leads_into_the_app(self):
        for rail in ("kaspi", "halyk"):
            number = self.make(sandbox.TRADER, 1 if rail == "kaspi" else 2)
            self.press(number, rail)
            path = urllib.parse.urlsplit(self.link(self.wait(number, rail, OPEN))).path
            self.assertTrue(path.startswith(f"/{rail}/q/"), path)
            status, text = self.client.page("GET", path)
            self.assertEqual(status, 200, text)
            form = hidden(text)
            self.assertEqual(form["account"], number)
            if rail == "halyk":
                continue
            self.client.ask("POST", f"/{rail}/send", form)
            self.assertEqual(self.payment(form["number"])["state"], "done")
            self.assertEqual(self.client.page("GET", path)[0], 422)
        self.assertEqual(self.client.page("GET", "/kaspi/q/000000")[0], 422)


class Ends(Case):
    CODE_SECONDS = "3"

    def test_a_code_ends_and_one_press_gives_another(self):
        for rail in ("kaspi", "halyk"):
            number = self.make(sandbox.DEBTOR, 1)
            self.press(number, rail)
            text = self.wait(number, rail, OPEN)
            first = self.link(text)
            # Any browser loads the page anew when the code ends.
            self.assertLessEqual(int(self.look(number, rail)[1]["Refresh"]), 4)
            text = self.wait(number, rail, "The QR code has expired")
            self.assertNotIn('<svg class="qr"', text)
            self.assertIn("Get a new QR code", text)
            self.press(number, rail)
            self.assertNotEqual(self.link(self.wait(number, rail, OPEN)), first)


class Dead(Case):
    def test_a_frozen_bank_holds_up_nobody(self):
        number, second = self.make(sandbox.DEBTOR, 1), self.make(sandbox.DEBTOR, 2)
        self.bank.signal(signal.SIGSTOP)
        try:
            self.press(number, "kaspi")
            self.press(second, "kaspi")
            begun = time.monotonic()
            self.wait(number, "kaspi", "does not answer now", 25)
            for _ in range(20):
                one = time.monotonic()
                text, _ = self.look(number, "link")
                self.assertLess(time.monotonic() - one, 3)
                self.assertIn('<svg class="qr"', text)
            self.assertGreater(time.monotonic() - begun, 1)
            # No new wish for a bank that rests; the page says why.
            third = self.make(sandbox.DEBTOR, 3)
            self.press(third, "kaspi")
            self.assertIn("does not answer now", self.look(third, "kaspi")[0])
            self.assertEqual(self.open_rows(), 2)
        finally:
            self.bank.signal(signal.SIGCONT)
        for one in (number, second):
            self.wait(one, "kaspi", OPEN, 60)
        self.assertEqual(self.open_rows(), 0)


class Killed(Case):
    def test_killed_senders_lose_nothing(self):
        seed = int(os.environ.get("SAQTA_SEED", "20261123"))
        print(f"# SAQTA_SEED={seed}")
        chance = random.Random(seed)
        numbers = []
        for i in range(6):
            number = self.make(sandbox.DEBTOR, i + 1)
            numbers.append(number)
            self.press(number, ("kaspi", "halyk")[i % 2])
            time.sleep(chance.uniform(0, 0.4))
            for pid in self.senders():
                os.kill(pid, signal.SIGKILL)
            if i == 3:
                # Their parent too: they go with it, and come with the next.
                left = self.senders()
                self.work.kill()
                self.work.wait(10)
                end = time.monotonic() + 10
                while any(os.path.exists(f"/proc/{pid}") for pid in left) and time.monotonic() < end:
                    time.sleep(0.05)
                type(self).start_work()
        for i, number in enumerate(numbers):
            self.wait(number, ("kaspi", "halyk")[i % 2], OPEN, 60)
        self.assertEqual(self.open_rows(), 0)
        self.assertEqual(pg.rows(self.db, "SELECT count(*) FROM qr_code"), pg.rows(self.db, "SELECT count(*) FROM qr_ask"))


class NotSetUp(Case):
    def test_without_a_contract_the_page_says_so(self):
        number = self.make(sandbox.DEBTOR, 1)
        self.assertIn("Kaspi QR", self.look(number, "link")[0])
        self.restart_serve({"SAQTA_HALYK_URL": self.url("halyk")})
        text, _ = self.look(number, "kaspi")
        self.assertNotIn('value="kaspi"', text)
        self.assertIn('value="halyk"', text)
        self.assertIn('<svg class="qr"', text)
        self.assertEqual(self.page.ask("POST", f"/en/pay/{number}/code", {"rail": "kaspi"})[0], 422)
        self.restart_serve({})
        self.assertIn("come with a contract", self.look(number, "link")[0])


if __name__ == "__main__":
    sandbox.SAQTA = os.path.abspath(sys.argv[1])
    tap.main()
