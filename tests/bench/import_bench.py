#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Taking in a bank file: MT102 with many persons into durable, validated rows, beside `sqlite3 .import` of the
same rows, unsorted as they come, into a table with the same key; and a new month into a database that
holds many full months, beside the same month into an empty one.

usage: import_bench.py BUILD
environment: SAQTA_BENCH_PERSONS (1000000), SAQTA_BENCH_MONTHS (60), SAQTA_BENCH_PER_MONTH (200000)

Summaries of persons are not rebuilt in the measured runs: that is other work, after the rows.
Times are of the clock; CPU seconds (user and system) go to stderr, for machines with other work.
"""
import itertools
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time

PERSONS = int(os.environ.get("SAQTA_BENCH_PERSONS", "1000000"))
MONTHS = int(os.environ.get("SAQTA_BENCH_MONTHS", "60"))
PER_MONTH = int(os.environ.get("SAQTA_BENCH_PER_MONTH", "200000"))

HEAD = """{1:F01K059000000000001000001}
{2:I102SGROSS000000U3003}
{4:
:20:%s
:50:/D/KZ456010000000000001
/NAME/ТОО СЫНАҚ
/IDN/190140000007
/IRS/1
/SECO/7
:52B:HSBKKZKX
:57B:GCVPKZ2A
:59:KZ92009MEDS368609103
/NAME/НАО Государственная корпорация Правительство для граждан
/IDN/160440007161
/IRS/1
/SECO/1
:70:
/NUM/17
/DATE/260110
/SEND/07
/VO/01
/KNP/122
/PSO/01
/PRT/50
/ASSIGN/Взносы на обязательное социальное медицинское страхование
"""
MONTH = b"/PERIOD/122025"
# As the payment table of the database, with its key.
TABLE = ("CREATE TABLE payment (month INT, person INT, doc INT, line INT, intake INT, knp INT, payer_kind INT,"
         " payer INT, amount INT, paid_on INT, known_since INT, PRIMARY KEY (month, person, doc, line))"
         " STRICT, WITHOUT ROWID;")


def all_numbers():
    for days in range(100 * 12 * 28):
        start = f"{days // 336:02d}{days // 28 % 12 + 1:02d}{days % 28 + 1:02d}1"
        digits = [int(c) for c in start]
        first = sum(d * w for d, w in zip(digits, range(1, 8)))
        second = sum(d * w for d, w in zip(digits, range(3, 10)))
        for serial in range(0, 10000, 130):
            a, b, c, d = serial // 1000, serial // 100 % 10, serial // 10 % 10, serial % 10
            check = (first + 8 * a + 9 * b + 10 * c + 11 * d) % 11
            if check == 10:
                check = (second + 10 * a + 11 * b + c + 2 * d) % 11
            if check < 10:
                yield f"{start}{serial:04d}{check}"


def numbers(count):
    """IINs of people born in the 1800s, who are nobody, in no order."""
    made = list(itertools.islice(all_numbers(), count))
    random.Random(1).shuffle(made)
    if len(made) < count:
        sys.exit(f"only {len(made)} numbers for {count} persons")
    return made


def write_files(people, mt102, csv):
    with open(mt102, "wb") as f:
        f.write((HEAD % "BENCH00001").encode())
        for i, number in enumerate(people, 1):
            f.write(f":21:{i}\n:32B:KZT4250,00\n:70:\n/OPV/M\n/FM/СЫНАҚБАЕВ\n/NM/АЙДАР\n/FT/МАРАТҰЛЫ\n"
                    f"/DT/18900101\n/IDN/{number}\n/PERIOD/122025\n".encode())
        f.write(f":32A:260110KZT{4250 * len(people)},00\n-}}\n".encode())
    if csv:
        with open(csv, "w", encoding="ascii") as f:
            for i, number in enumerate(people, 1):
                f.write(f"24311,{number},4611686018427387904,{i},4611686018427387904,122,0,190140000007,425000,"
                        f"20463,20463\n")


def timed(command, text=None):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    subprocess.run(command, check=True, input=text, text=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def rate(lines, seconds):
    return f"{lines / seconds:,.0f} lines/s"


class Bench:
    def __init__(self, saqta, folder):
        self.saqta, self.folder = saqta, folder

    def path(self, name):
        return os.path.join(self.folder, name)

    def take(self, name, db):
        return timed([self.saqta, "import", "--no-refresh", self.path(name), "--db", self.path(db)])

    def file(self, people):
        write_files(people, self.path("a.mt"), self.path("a.csv"))
        ours = self.take("a.mt", "ours.db")
        theirs = timed(["sqlite3", self.path("theirs.db")],
                       f"PRAGMA journal_mode=WAL;\nPRAGMA synchronous=FULL;\n{TABLE}\n.mode csv\n"
                       f".import {self.path('a.csv')} payment\n")
        print(f"import_bench: CPU ours {ours[1]:.2f} s, sqlite3 {theirs[1]:.2f} s,"
              f" ratio {theirs[1] / ours[1]:.2f}", file=sys.stderr)
        print("\t".join((f"MT102 with {len(people):,} persons into rows", rate(len(people), ours[0]),
                         "sqlite3 .import of the same rows", rate(len(people), theirs[0]),
                         f"{theirs[0] / ours[0]:.2f}", "3")), flush=True)
        for name in ("a.mt", "a.csv", "ours.db", "theirs.db"):
            os.remove(self.path(name))

    def month(self, people):
        write_files(people, self.path("month.mt"), None)
        with open(self.path("month.mt"), "rb") as f:
            last = f.read()
        for i in range(MONTHS):
            # The months before December 2025.
            number = 2025 * 12 + 11 - MONTHS + i
            with open(self.path("old.mt"), "wb") as f:
                f.write(last.replace(MONTH, f"/PERIOD/{number % 12 + 1:02d}{number // 12}".encode())
                        .replace(b":20:BENCH00001", f":20:BENCH{i + 100:05d}".encode()))
            self.take("old.mt", "full.db")
        full = self.take("month.mt", "full.db")
        empty = self.take("month.mt", "empty.db")
        print(f"import_bench: CPU full {full[1]:.2f} s, empty {empty[1]:.2f} s,"
              f" ratio {empty[1] / full[1]:.2f}", file=sys.stderr)
        print("\t".join((f"month of {len(people):,} into {MONTHS} full ones", rate(len(people), full[0]),
                         "into an empty database", rate(len(people), empty[0]),
                         f"{empty[0] / full[0]:.2f}", "0.7")), flush=True)


def main():
    folder = tempfile.mkdtemp(prefix="saqta-bench-", dir=os.environ.get("TMPDIR", "/var/tmp"))
    bench = Bench(os.path.abspath(os.path.join(sys.argv[1], "src", "saqta")), folder)
    try:
        bench.file(numbers(PERSONS))
        bench.month(numbers(PER_MONTH))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
