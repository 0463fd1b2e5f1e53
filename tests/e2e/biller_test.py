#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Banks that repeat, reorder and contradict themselves, against a model written apart from the program.

usage: biller_test.py SAQTA        SAQTA_SEED, SAQTA_CALLBACKS (20000)
"""
import os
import random
import shutil
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import tap  # noqa: E402
from support.biller import MONTH_PRICE, MONTHS, Bank, World, pay  # noqa: E402

SEED = int(os.environ.get("SAQTA_SEED", "20261122"))
CALLBACKS = int(os.environ.get("SAQTA_CALLBACKS", "20000"))
OK, CONFLICT, CANCELLED, UNKNOWN = 0, 300, 7, 5


class Model:
    """What should become of it: the plainest books that keep the rules."""

    def __init__(self):
        self.taken, self.gone, self.paid, self.advance = {}, {}, {}, {}

    def pay(self, bank, txn, iin, tiyn):
        before = self.taken.get((bank, txn))
        if before:
            if before[:2] != (iin, tiyn):
                return CONFLICT
            return CANCELLED if (bank, txn) in self.gone else OK
        months, left = [], tiyn
        for month in MONTHS:
            if month in self.paid.setdefault(iin, set()):
                continue
            if left < MONTH_PRICE:
                break
            months.append(month)
            left -= MONTH_PRICE
        self.paid[iin].update(months)
        self.advance[iin] = self.advance.get(iin, 0) + left
        self.taken[bank, txn] = (iin, tiyn, months, left)
        return OK

    def cancel(self, bank, txn, iin, tiyn):
        before = self.taken.get((bank, txn))
        if not before:
            return UNKNOWN
        if before[:2] != (iin, tiyn):
            return CONFLICT
        if (bank, txn) not in self.gone:
            self.gone[bank, txn] = True
            self.paid[iin].difference_update(before[2])
            self.advance[iin] -= before[3]
        return OK


class Callbacks(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="saqta-biller-")
        self.world = World(saqta, self.folder, 300)

    def tearDown(self):
        self.world.end()
        shutil.rmtree(self.folder)

    def same_books(self, model):
        self.assertEqual({iin: {m: MONTH_PRICE for m in months} for iin, months in model.paid.items() if months},
                         self.world.paid())
        self.assertEqual({iin: left for iin, left in model.advance.items() if left}, self.world.advances())
        self.assertEqual(len(model.taken), self.world.rows("SELECT count(*) FROM bank_txn")[0][0])
        self.world.run("audit")

    def test_against_the_model(self):
        chance, model, answers, past = random.Random(SEED), Model(), {}, []
        print(f"# SAQTA_SEED={SEED} SAQTA_CALLBACKS={CALLBACKS}")
        server = self.world.serve()
        banks = {name: Bank(server.port, name) for name in ("halyk", "bcc", "osmp", "forte")}
        try:
            for number in range(CALLBACKS):
                if past and chance.random() < 0.3:
                    bank, txn, iin, tiyn = chance.choice(past[-2000:])
                    change = chance.random()
                    iin = chance.choice(self.world.iins) if change < 0.1 else iin
                    tiyn += chance.randrange(1, 1000) if 0.1 <= change < 0.2 else 0
                else:
                    bank, txn = chance.choice(list(banks)), chance.randrange(1, 10 ** 12)
                    iin = chance.choice(self.world.iins)
                    tiyn = chance.choice((MONTH_PRICE, MONTH_PRICE, 2 * MONTH_PRICE, chance.randrange(100, 3000000)))
                    past.append((bank, txn, iin, tiyn))
                command = "cancel" if chance.random() < 0.05 else "pay"
                want = getattr(model, command)(bank, txn, iin, tiyn)
                status, got, body = banks[bank].ask(pay(txn, iin, tiyn, command))
                self.assertEqual((status, got), (200, want), f"request {number}: {command} {bank} {txn}")
                if got == OK:
                    self.assertEqual(answers.setdefault((command, bank, txn), body), body)
        finally:
            for bank in banks.values():
                bank.close()
            code = server.stop()
        self.assertEqual(code, 0)
        self.assertGreater(len(model.gone), 0)
        self.same_books(model)

    def test_at_the_same_moment(self):
        """Ten at once, over two workers: one payment, one number, the same bytes to all."""
        server = self.world.serve(workers=2)
        rounds, people = 30, 10
        bodies = [[] for _ in range(rounds)]
        gate = threading.Barrier(people)

        def bank_of():
            link = Bank(server.port)
            for i in range(rounds):
                gate.wait()
                bodies[i].append(link.ask(pay(i + 1, self.world.iins[i % 7], MONTH_PRICE)))
            link.close()

        threads = [threading.Thread(target=bank_of, daemon=True) for _ in range(people)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual(server.stop(), 0)
        for got in bodies:
            self.assertEqual(len(got), people)
            self.assertEqual(len(set(got)), 1, got)
            self.assertEqual(got[0][:2], (200, OK))
        self.assertEqual(len({b[0][2] for b in bodies}), rounds)
        self.assertEqual(self.world.rows("SELECT count(*), sum(amount) FROM bank_txn"),
                         [(rounds, rounds * MONTH_PRICE)])
        self.assertEqual(sum(sum(m.values()) for m in self.world.paid().values()), rounds * MONTH_PRICE)
        self.world.run("audit")

    def test_contradictions_at_the_same_moment(self):
        """One number, ten sums: one is taken, nine are refused, and repeated the same."""
        server = self.world.serve(workers=2)
        rounds, people, taken = 20, 10, []
        gate = threading.Barrier(people)

        def bank_of(place):
            link = Bank(server.port)
            for i in range(rounds):
                gate.wait()
                query = pay(i + 1, self.world.iins[i], MONTH_PRICE + place)
                first, second = link.ask(query), link.ask(query)
                self.assertEqual(first, second)
                if first[1] == OK:
                    taken.append(i)
            link.close()

        threads = [threading.Thread(target=bank_of, args=(p,), daemon=True) for p in range(people)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual(server.stop(), 0)
        self.assertEqual(sorted(taken), list(range(rounds)))
        self.world.run("audit")

    def test_pipelined(self):
        """Requests behind each other on one connection are answered in their order."""
        server = self.world.serve()
        link = server.connect()
        count = 60
        link.sendall(b"".join(
            f"GET /biller/kaspi?{pay(1 + n // 2, self.world.iins[n // 2], MONTH_PRICE)} HTTP/1.1\r\nHost: a\r\n\r\n"
            .encode() if n % 3 else b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n" for n in range(count)))
        from support.http_server import Reader
        reader = Reader(link)
        for n in range(count):
            body = reader.answer().body
            self.assertEqual(b'"txn_id":"%d"' % (1 + n // 2) in body, n % 3 != 0, body)
        link.close()
        self.assertEqual(server.stop(), 0)
        self.world.run("audit")

    def test_strangers(self):
        """Only the addresses of the bank, and nobody can write another one into a field."""
        server = self.world.serve(SAQTA_BILLER_ALLOW="kaspi=192.0.2.1; halyk=127.0.0.1")
        query = pay(1, self.world.iins[0], MONTH_PRICE)
        for bank, fields, want in (("kaspi", {}, 403), ("kaspi", {"X-Forwarded-For": "192.0.2.1"}, 403),
                                   ("kaspi", {"Forwarded": "for=192.0.2.1"}, 403), ("osmp", {}, 403),
                                   ("halyk", {}, 200), ("halyk", {"X-Forwarded-For": "192.0.2.9"}, 200)):
            link = Bank(server.port, bank)
            self.assertEqual(link.ask(query, **fields)[0], want, (bank, fields))
            link.close()
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.world.rows("SELECT bank FROM bank_txn"), [("halyk",)])


if __name__ == "__main__":
    saqta = os.path.abspath(sys.argv.pop(1))
    tap.main()
