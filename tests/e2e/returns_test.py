#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Payments of the banks' channel that go back by name: from the State Corporation and by a register.

usage: returns_test.py SAQTA
"""
import os
import re
import shutil
import sys
import tempfile
import unittest
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import tap  # noqa: E402
from support.biller import MONTH_PRICE, Bank, World, pay  # noqa: E402

REASON = "[ИИН] не соответствует указанным Ф.И.О."
HEAD = "doc;line;iin;month;knp;sum;refunded_on\n"


def returned(ref, people, knp=122):
    """The State Corporation sends elements of the order `ref` back: [(IIN, month MMYYYY, reason)]."""
    total, each = f"{len(people) * 4250},00", "4250,00"
    text = (f"Возврат ошибочных элементов платежа № 17 от 10.01.2026\nреференс {ref} на сумму {total}. "
            f"Ошибка на {len(people)} чел. на сумму\n{total}")
    head = f"""{{1:F01K059700000000001000001}}
{{2:O1022601121505SCLEAR00000000000000002601121506U}}
{{4:
:20:GCVP-{sum(map(ord, str(people))) % 10 ** 11:011d}
:50:/D/KZ92009MEDS368609103
/NAME/НАО Государственная корпорация Правительство для граждан
/IDN/160440007161
/CHIEF/НЕ ПРЕДУСМОТРЕНО
/MAINBK/НЕ ПРЕДУСМОТРЕНО
/IRS/1
/SECO/1
:52B:GCVPKZ2A
:57B:HSBKKZKX
:59:KZ456010000000000001
/NAME/ТОО СЫНАҚ
/IDN/190140000007
/IRS/1
/SECO/7
:70:
/NUM/5
/DATE/261122
/SEND/07
/VO/01
/KNP/{knp}
/PSO/01
/PRT/01
/ASSIGN/{text}
"""
    for n, (iin, month, reason) in enumerate(people, 1):
        head += f":21:{n}\n:32B:KZT{each}\n:70:\n/OPV/M\n/FM/СЫНАҚ\n/NM/АДАМ\n/DT/18850101\n/IDN/{iin}\n/PERIOD/{month}\n"
        head += f"/ASSIGN/{reason}\n" if reason else ""
    return head + f":32A:261122KZT{total}\n-}}\n"


class Returns(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="saqta-returns-")
        self.world = World(saqta, self.folder, 8)
        self.iins = self.world.iins
        self.server = self.world.serve()
        link = Bank(self.server.port, "halyk")
        for txn, iin, months in ((101, 0, 1), (102, 1, 2), (103, 2, 1), (104, 3, 1)):
            self.assertEqual(link.ask(pay(txn, self.iins[iin], months * MONTH_PRICE))[1], 0)
        link.close()

    def tearDown(self):
        self.server.stop()
        self.world.end()
        shutil.rmtree(self.folder)

    def take(self, text, code=0):
        path = os.path.join(self.folder, "a.txt")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return self.world.run("import", path, code=code)

    def page(self, iin, month):
        """What the person reads about one month."""
        base = f"http://127.0.0.1:{self.server.port}"
        body = urllib.parse.urlencode({"iin": iin}).encode()
        with urllib.request.urlopen(base + "/ru/status", body, timeout=20) as answer:
            url = answer.geturl()
        with urllib.request.urlopen(f"{url}/why/{month}", timeout=20) as answer:
            return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.read().decode()))

    def test_the_named_person_and_the_reason(self):
        self.take(returned("102", [(self.iins[1], "072026", REASON)]))
        paid = self.world.paid()
        self.assertEqual(paid[self.iins[1]], {202606: MONTH_PRICE})
        for n in (0, 2, 3):
            self.assertEqual(paid[self.iins[n]], {202606: MONTH_PRICE})
        text = self.page(self.iins[1], "2026-07")
        self.assertIn("Возвращённые платежи", text)
        self.assertIn("не соответствует указанным Ф.И.О.", text)
        self.assertNotIn("Возвращённые платежи", self.page(self.iins[1], "2026-06"))
        self.assertEqual(self.world.rows("SELECT month, amount FROM refund_reason"), [(202607, MONTH_PRICE)])
        # The same message again, and a register that says the same: nothing more goes back.
        self.take(returned("102", [(self.iins[1], "072026", REASON)]))
        self.take(HEAD + f"102;1;{self.iins[1]};2026-07;122;4250;2026-11-22\n")
        self.assertEqual(self.world.paid(), paid)
        self.world.run("audit")

    def test_register_names_the_transaction(self):
        self.take(HEAD + f"101;1;{self.iins[0]};2026-06;122;4250;2026-11-22\n"
                  f"103;77;{self.iins[2]};2026-06;122;4250;2026-11-22\n")
        paid = self.world.paid()
        self.assertNotIn(self.iins[0], paid)
        self.assertNotIn(self.iins[2], paid)
        self.assertEqual(paid[self.iins[3]], {202606: MONTH_PRICE})
        self.assertIn("не указана", self.page(self.iins[0], "2026-06"))
        # What went back cannot be cancelled by the bank again.
        link = Bank(self.server.port, "halyk")
        self.assertEqual(link.ask("command=cancel&txn_id=101")[1], 251)
        link.close()
        self.world.run("audit")

    def test_what_does_not_fit_waits(self):
        """Another transaction, another person, another month, more than was paid: nothing goes back."""
        before = self.world.paid()
        self.take(returned("102", [(self.iins[0], "062026", REASON)]), code=1)
        self.take(HEAD + f"999;1;{self.iins[0]};2026-06;122;4250;2026-11-22\n"
                  f"101;1;{self.iins[0]};2026-07;122;4250;2026-11-22\n"
                  f"101;1;{self.iins[0]};2026-06;122;4250.01;2026-11-22\n"
                  f"101;1;{self.iins[0]};2026-06;121;4250;2026-11-22\n", code=1)
        self.assertEqual(self.world.paid(), before)
        self.assertEqual(self.world.rows("SELECT count(*) FROM refund_todo"), [(5,)])
        self.world.run("audit")

    def test_return_before_its_payment(self):
        self.take(returned("105", [(self.iins[4], "062026", REASON)]), code=1)
        link = Bank(self.server.port, "halyk")
        self.assertEqual(link.ask(pay(105, self.iins[4], MONTH_PRICE))[1], 0)
        link.close()
        self.assertEqual(self.world.paid()[self.iins[4]], {202606: MONTH_PRICE})
        # The next import or run of the worker applies it.
        self.take("doc;line;iin;month;knp;sum;payer;payer_kind;paid_on;received_on\n"
                  f"P;1;{self.iins[5]};2026-06;122;4250;;independent;2026-11-20;2026-11-20\n")
        self.assertNotIn(self.iins[4], self.world.paid())
        self.assertIn("не соответствует указанным Ф.И.О.", self.page(self.iins[4], "2026-06"))
        self.world.run("audit")


if __name__ == "__main__":
    saqta = os.path.abspath(sys.argv.pop(1))
    tap.main()
