#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A bank's register with every kind of difference, and registers that are refused.

usage: reconcile_test.py SAQTA FOLDER        SAQTA_GOLDEN=write makes the files of FOLDER anew
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import tap  # noqa: E402
from support.biller import MONTH_PRICE, Bank, World, made_iins, pay  # noqa: E402

HEAD = "bank;txn_id;txn_date;account;sum;status\n"


class Register(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="saqta-register-")
        self.world = World(saqta, self.folder, 12)
        server = self.world.serve()
        link = Bank(server.port, "halyk")
        for n in range(1, 8):
            self.assertEqual(link.ask(pay(n, self.world.iins[n], MONTH_PRICE))[1], 0)
        self.assertEqual(link.ask("command=cancel&txn_id=7")[1], 0)
        link.close()
        self.assertEqual(server.stop(), 0)

    def tearDown(self):
        self.world.end()
        shutil.rmtree(self.folder)

    def row(self, txn, person, sum_="4250.00", date="2026-11-22 11:59:00", status=0, bank="halyk"):
        return f"{bank};{txn};{date};{person};{sum_};{status}\n"

    def reconcile(self, text, *options, lang="en"):
        path = os.path.join(self.folder, "register.csv")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        done = subprocess.run([saqta, "reconcile", path, "--bank", "halyk", "--db", self.world.db, "--lang", lang,
                               *options], env=self.world.env, capture_output=True, text=True)
        return done.returncode, (done.stdout + done.stderr).replace(self.folder, "FOLDER")

    def golden(self, name, text):
        path = os.path.join(FOLDER, name)
        if os.environ.get("SAQTA_GOLDEN") == "write":
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
        with open(path, encoding="utf-8") as f:
            self.assertEqual(text, f.read())

    def everything(self):
        who, stranger = self.world.iins, made_iins(40)[30]
        return HEAD + "".join((
            self.row(1, who[1]),                                        # matched
            self.row(2, who[2], "4250.01"),                             # another sum
            self.row(3, who[4]),                                        # another person
            self.row(4, who[4], date="20261121235959"),                 # another day
            # 5 is missing with the bank
            self.row(6, who[6], status=5),                              # the bank did not take it
            self.row(7, who[7]),                                        # cancelled with us
            self.row(8, who[8], "8600.00", "2026-09-01T10:00:00"),      # missing with us, long ago
            self.row(9, stranger),                                      # cannot be taken
            self.row(10, who[10], status=1),                            # nobody took it
        ))

    def test_every_kind(self):
        before = self.world.rows("SELECT count(*) FROM bank_txn")
        for lang in ("kk", "ru", "en"):
            code, text = self.reconcile(self.everything(), "--check", lang=lang)
            self.assertEqual(code, 1)
            self.golden(f"check.{lang}.txt", text)
        self.assertEqual(self.world.rows("SELECT count(*) FROM bank_txn"), before)
        code, text = self.reconcile(self.everything(), "--json")
        self.assertEqual(code, 1)
        self.golden("first.json", text)
        code, table = self.reconcile(self.everything(), "--csv", "--check", lang="kk")
        self.assertEqual(code, 1)
        self.golden("check.csv", table)
        self.assertEqual(json.loads(text)["taken"], {"count": 1, "sum": "8600.00"})
        self.assertEqual(self.world.paid()[self.world.iins[8]], {202606: MONTH_PRICE, 202607: MONTH_PRICE})
        # The second time it is there, and nothing else has changed.
        again = json.loads(self.reconcile(self.everything(), "--json")[1])
        self.assertEqual((again["taken"]["count"], again["matched"]["count"]), (0, 2))
        self.assertEqual(again["not_at_bank"]["count"], 2)
        self.world.run("audit")

    def test_the_bank_repeats_what_a_register_brought(self):
        """Taken from the register, then sent after all: the same payment."""
        self.assertEqual(self.reconcile(HEAD + self.row(99, self.world.iins[9]))[0], 1)
        server = self.world.serve()
        link = Bank(server.port, "halyk")
        self.assertEqual(link.ask(pay(99, self.world.iins[9], MONTH_PRICE))[1], 0)
        self.assertEqual(link.ask(pay(99, self.world.iins[9], MONTH_PRICE + 1))[1], 300)
        link.close()
        self.assertEqual(server.stop(), 0)
        self.assertEqual(len(self.world.rows("SELECT 1 FROM bank_txn WHERE ref = '99'")), 1)
        self.world.run("audit")

    def test_agreement(self):
        rows = "".join(self.row(n, self.world.iins[n]) for n in range(1, 7))
        for text in (HEAD + rows, (HEAD + rows).replace(";", ","), (HEAD + rows).replace("\n", "\r\n")):
            code, told = self.reconcile(text)
            self.assertEqual(code, 0, told)
        # Missing with us and taken: nobody has to look at it.
        code, told = self.reconcile(HEAD + rows + self.row(8, self.world.iins[8]))
        self.assertEqual(code, 0, told)
        self.assertEqual(self.reconcile(HEAD)[0], 0)

    def statement(self, *entries):
        """camt.053 of (key, sum, day, IIN or None); a minus before the sum: a reversal."""
        text = ""
        for key, sum_, day, iin in entries:
            tax = f"<Strd><TaxRmt><Dbtr><TaxId>{iin}</TaxId></Dbtr></TaxRmt></Strd>" if iin else ""
            side, back = ("DBIT", "true") if sum_.startswith("-") else ("CRDT", "false")
            text += (f"""<Ntry><Amt Ccy="KZT">{sum_.lstrip("-")}</Amt><CdtDbtInd>{side}</CdtDbtInd>"""
                     f"<RvslInd>{back}</RvslInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt>"
                     f"<NtryDtls><TxDtls><Refs><EndToEndId>{key}</EndToEndId></Refs>"
                     f"<RmtInf>{tax}</RmtInf></TxDtls></NtryDtls></Ntry>\n")
        return ("""<?xml version="1.0" encoding="UTF-8"?>\n"""
                """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>"""
                f"<GrpHdr/><Stmt>\n{text}</Stmt></BkToCstmrStmt></Document>\n")

    def test_statement(self):
        who, day = self.world.iins, "2026-11-22"
        text = self.statement(
            (1, "4250.00", day, None),              # matched, though nobody is named
            (2, "4250.01", day, None),              # another sum
            (3, "4250.00", day, who[4]),            # another person
            (4, "4250.00", "2026-11-21", who[4]),   # another day
            # 5 is missing with the bank
            (6, "4250.00", day, None), (6, "-4250.00", day, None),  # taken back
            (8, "4250.00", day, who[8]),            # missing with us
            (9, "4250.00", day, None),              # the same, and nobody knows whose it is
            ("NOTPROVIDED", "100.00", day, None))   # no payment of the channel
        for lang in ("kk", "ru", "en"):
            code, told = self.reconcile(text, "--check", lang=lang)
            self.assertEqual(code, 1)
            self.golden(f"camt.{lang}.txt", told)
        self.golden("camt.json", self.reconcile(text, "--json")[1])
        self.assertEqual(self.world.rows("SELECT ref || '.' FROM bank_txn WHERE ref IN ('8', '9')"), [("8.",)])
        again = json.loads(self.reconcile(text, "--json")[1])
        self.assertEqual((again["taken"]["count"], again["unnamed"]["count"]), (0, 1))
        self.world.run("audit")

    def test_statement_refused(self):
        good = self.statement((50, "4250.00", "2026-11-22", self.world.iins[1]))
        bad = ((good[:-40], "FILE_TRUNCATED"), (good.replace("001.08", "001.02"), "XML_MESSAGE"),
               (good.replace("KZT", "USD"), "CURRENCY"), (good.replace("4250.00", "9" * 19), "MONEY_RANGE"),
               (good.replace("<Document", "<!DOCTYPE a [<!ENTITY b 'b'>]><Document"), "XML_DTD"),
               (good.replace("<GrpHdr/>", "<GrpHdr>"), "XML_SYNTAX"))
        for text, error in bad:
            with self.subTest(error=error):
                code, told = self.reconcile(text)
                self.assertEqual(code, 2, told)
                self.assertIn(error, told)
        self.assertEqual(self.world.rows("SELECT count(*) FROM bank_txn"), [(7,)])

    def mt(self, entries, closing, kind="970"):
        return (f"{{1:F01K059000000000001000001}}\r\n{{2:O{kind}2611221505SCLEAR00000000000000002611221506U}}\r\n"
                "{4:\r\n:20:ST1\r\n:23:FINAL\r\n:25:HSBKKZKX/KZ456010000000000001\r\n:60F:C261122KZT0,00\r\n"
                + "".join(x + "\r\n" for x in entries) + f":62F:C261122KZT{closing}\r\n-}}\r\n")

    def test_mt970(self):
        who = self.world.iins
        entries = [f":61:1159C261122KZT{sum_}S102K05900000{key}" for key, sum_ in (
            (1, "4250,00"),         # matched, though nobody is named
            (2, "4250,01"),         # another sum
            (3, "4250,00"), (4, "4250,00"),
            # 5 and 6 are missing with the bank
            (8, "4250,00"),         # missing with us
            (9, "4250,00"),         # the same, and nobody knows whose it is
            ("GCVP-00000000001", "100,00"))]  # no payment of the channel
        entries.insert(3, f":86:/KNP/122/IDN/{who[4]}/")  # 3: another person
        entries.insert(6, f":86:/IDN/{who[8]}/")
        text = self.mt(entries, "25600,01")
        for lang in ("kk", "ru", "en"):
            code, told = self.reconcile(text, "--check", lang=lang)
            self.assertEqual(code, 1)
            self.golden(f"mt970.{lang}.txt", told)
        self.golden("mt970.json", self.reconcile(text, "--json")[1])
        self.assertEqual(self.world.rows("SELECT ref || '.' FROM bank_txn WHERE ref IN ('8', '9')"), [("8.",)])
        again = json.loads(self.reconcile(text, "--json")[1])
        self.assertEqual((again["taken"]["count"], again["unnamed"]["count"]), (0, 1))
        self.world.run("audit")

    def test_mt970_refused(self):
        good = self.mt([f":61:1159C261122KZT4250,00S102K0590000050", f":86:/IDN/{self.world.iins[1]}/"], "4250,00")
        bad = ((good[:-4], "FILE_TRUNCATED", "-}"), (good.replace("KZT4250,00S", "USD4250,00S"), "CURRENCY", ":61:"),
               (good.replace("4250,00S", "9" * 19 + ",00S"), "MONEY_RANGE", ":61:"),
               (good.replace("KZ456010000000000001", "KZ72722S000000000001"), "VALUE_UNKNOWN", ":25:"),
               (good.replace("4250,00\r\n-", "4250,01\r\n-"), "TOTAL_DIFFERS", ":62F:"),
               (good.replace("FINAL", "INTERIM"), "TAG_VALUE", ":23:"),
               (good.replace(self.world.iins[1], "850102110016"), "IIN_CHECKSUM", ":86:"),
               (good.replace("O970", "O102"), "TAG_VALUE", "{2:}"))
        for text, error, tag in bad:
            for lang in ("kk", "ru", "en"):
                with self.subTest(error=error, lang=lang):
                    code, told = self.reconcile(text, lang=lang)
                    self.assertEqual(code, 2, told)
                    self.assertIn(error, told)
                    self.assertIn(tag, told)
        self.assertEqual(self.world.rows("SELECT count(*) FROM bank_txn"), [(7,)])

    def test_not_what_the_bank_said(self):
        """Another day, number of rows or sum: nothing is taken. What was cut off shows by these."""
        text = HEAD + self.row(50, self.world.iins[8]) + self.row(51, self.world.iins[9])
        bad = ((text, "DAY_OTHER", "--day", "2026-11-21"), (text, "ROWS_DIFFER", "--rows", "3"),
               (text, "TOTAL_DIFFERS", "--sum", "12750"), (text, "DAY_FORMAT", "--day", "22.11"),
               (text, "NUMBER_FORMAT", "--rows", "-1"), (text, "MONEY_FORMAT", "--sum", "x"),
               (text.replace("2026-11-22", "2026-11-23"), "DAY_RANGE"),
               (text.replace("2026-11-22", "2027-01-10", 1), "DAY_RANGE"))
        for words, error, *options in bad:
            with self.subTest(error=error, options=options):
                code, told = self.reconcile(words, *options)
                self.assertEqual(code, 2, told)
                self.assertIn(error, told)
        self.assertEqual(self.world.rows("SELECT count(*) FROM bank_txn"), [(7,)])
        code, told = self.reconcile(text, "--day", "2026-11-22", "--rows", "2", "--sum", "8500", "--json")
        self.assertEqual(json.loads(told)["taken"]["count"], 2)

    def test_cut_in_the_last_row(self):
        """A line that has no end is whole only where a lost letter would show."""
        sum_last = ("txn_id;account;txn_date;sum\n" + f"50;{self.world.iins[8]};20261122115900;4250.00\n")
        for cut in (1, 2, 3, 4, 5):
            code, told = self.reconcile(sum_last[:-cut], "--check", "--json")
            if cut == 1:
                self.assertEqual(json.loads(told)["sum"], "4250.00")
            else:
                self.assertEqual(code, 2, told)
                self.assertIn("MONEY_FORMAT" if cut == 3 else "FILE_TRUNCATED", told)
        txn_last = "account;txn_date;sum;txn_id\n" + f"{self.world.iins[8]};20261122115900;4250.00;50"
        self.assertIn("FILE_TRUNCATED", self.reconcile(txn_last)[1])
        self.assertEqual(self.reconcile(HEAD + self.row(50, self.world.iins[8])[:-1], "--check")[0], 1)
        self.assertEqual(self.world.rows("SELECT count(*) FROM bank_txn"), [(7,)])

    def test_from_a_pipe_and_other_alphabets(self):
        text = HEAD.replace("status", "status;Тегі") + self.row(1, self.world.iins[1]).replace("\n", ";Сынақ\n")
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "kz1048"):
            done = subprocess.run([saqta, "reconcile", "-", "--bank", "halyk", "--db", self.world.db, "--json"],
                                  env=self.world.env, input=text.encode(encoding), capture_output=True)
            self.assertEqual(json.loads(done.stdout)["matched"]["count"], 1, encoding)

    def test_refused_as_a_whole(self):
        good = self.row(50, self.world.iins[1])
        bad = (
            ("", "FILE_EMPTY"),
            ("txn_id;sum\n1;2\n", "COLUMN_MISSING"),
            (HEAD.replace("bank", "sum") + good, "COLUMN_TWICE"),
            (HEAD + good + self.row(51, self.world.iins[1], bank="kaspi"), "VALUE_UNKNOWN"),
            (HEAD + good + self.row(51, self.world.iins[1])[:-20], "ROW_COLUMNS"),
            (HEAD + good + good, "VALUE_TWICE"),
            (HEAD + good + self.row("5x", self.world.iins[1]), "VALUE_UNKNOWN"),
            (HEAD + good + self.row(51, "850102110016"), "IIN_CHECKSUM"),
            (HEAD + good + self.row(51, self.world.iins[1], "-1"), "MONEY_NEGATIVE"),
            (HEAD + good + self.row(51, self.world.iins[1], "1.234"), "MONEY_FRACTION"),
            (HEAD + good + self.row(51, self.world.iins[1], "0"), "MONEY_ZERO"),
            (HEAD + good + self.row(51, self.world.iins[1], date="2026-02-30 10:00:00"), "DAY_FORMAT"),
            (HEAD + good + self.row(51, self.world.iins[1], status="paid"), "VALUE_UNKNOWN"),
            (HEAD + good + 'halyk;"51\n', "QUOTE_OPEN"),
        )
        for text, error in bad:
            with self.subTest(error=error):
                code, told = self.reconcile(text)
                self.assertEqual(code, 2, told)
                self.assertIn(error, told)
        self.assertEqual(self.world.rows("SELECT count(*) FROM bank_txn"), [(7,)])
        done = subprocess.run([saqta, "reconcile", "/nowhere", "--bank", "sber", "--db", self.world.db],
                              env=self.world.env, capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)
        done = subprocess.run([saqta, "reconcile", "/nowhere", "--bank", "halyk", "--db", self.world.db],
                              env=self.world.env, capture_output=True, text=True)
        self.assertEqual(done.returncode, 3)


if __name__ == "__main__":
    saqta, FOLDER = os.path.abspath(sys.argv.pop(1)), sys.argv.pop(1)
    tap.main()
