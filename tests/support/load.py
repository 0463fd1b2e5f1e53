# SPDX-License-Identifier: Apache-2.0
"""Banks that pay without a pause and keep account of what they were told."""
import http.client
import random
import threading
import time

from support import pg
from support.biller import MONTH_PRICE, Bank, pay

BANKS = ("osmp", "kaspi", "halyk", "bcc", "jusan", "eurasian", "freedom", "homecredit", "bereke", "forte")
OK = 0
# "Come again", by the table of each bank.
LATER = {bank: 5 if bank == "kaspi" else 1 for bank in BANKS}
GONE = (OSError, http.client.HTTPException)


class Load:
    """
    One connection for each of `banks`. What brings no answer is repeated with the same number, or, in
    three cases of ten, given up: then nobody knows. "Later" is always repeated. Anything else is wrong.
    """

    def __init__(self, world, port, seed, date, banks=BANKS, pause=0.0):
        self.world, self.port, self.seed, self.date, self.banks, self.pause = world, port, seed, date, banks, pause
        self.acknowledged, self.unknown, self.wrong = {}, set(), []
        self.later = dict.fromkeys(banks, 0)
        self.errors, self.slowest = 0, 0.0
        self.done = threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(bank,), daemon=True) for bank in banks]

    def start(self):
        for t in self.threads:
            t.start()
        return self

    def stop(self):
        self.done.set()
        for t in self.threads:
            t.join()

    def run(self, bank):
        chance, link, number = random.Random(f"{self.seed} {bank}"), Bank(self.port, bank), 0
        while not self.done.is_set():
            number += 1
            query = pay(number, chance.choice(self.world.iins),
                        chance.choice((MONTH_PRICE, MONTH_PRICE + 77, 3 * MONTH_PRICE)), date=self.date)
            self.until_it_is_known(bank, link, chance, str(number), query)
            time.sleep(self.pause)
        link.close()

    def until_it_is_known(self, bank, link, chance, number, query):
        while True:
            began = time.monotonic()
            try:
                status, result, body = link.ask(query)
            except GONE:
                self.errors += 1
                if chance.random() < 0.3:
                    self.unknown.add((bank, number))
                    return
                time.sleep(0.01)
                continue
            self.slowest = max(self.slowest, time.monotonic() - began)
            if (status, result) == (200, OK):
                self.acknowledged[bank, number] = body
                return
            if (status, result) != (200, LATER[bank]):
                self.wrong.append((bank, number, status, body))
                return
            self.later[bank] += 1
            if self.done.is_set():
                self.unknown.add((bank, number))
                return
            time.sleep(0.02)

    def check(self, case):
        """What was acknowledged is stored with the same answer, and nothing that nobody asked for."""
        stored = answers(self.world)
        lost = [key for key, body in self.acknowledged.items() if stored.get(key) != body.hex()]
        strange = set(stored) - set(self.acknowledged) - self.unknown
        print(f"# {len(self.acknowledged)} acknowledged, {len(lost)} lost, {self.errors} without an answer, "
              f"{sum(self.later.values())} told to come later, {len(self.unknown)} given up, of them "
              f"{len(self.unknown & set(stored))} stored; the slowest answer took {self.slowest:.2f} s")
        case.assertEqual((self.wrong, lost, strange), ([], [], set()))
        books_agree(case, self.world)


def answers(world):
    """{(bank, number): answer in hex}"""
    hexed = "encode(answer, 'hex')" if pg.wanted() else "lower(hex(answer))"
    return {(bank, str(ref)): answer for bank, ref, answer in world.rows(f"SELECT bank, ref, {hexed} FROM bank_txn")}


def books_agree(case, world):
    """The sum of what was taken lies in the months and advances of the people."""
    case.assertEqual(world.rows("SELECT coalesce(sum(amount), 0) FROM bank_txn")[0][0],
                     sum(sum(m.values()) for m in world.paid().values()) + sum(world.advances().values()))
    world.run("audit")
