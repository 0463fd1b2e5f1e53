#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reconciling a bank's register: its payments are taken through `saqta reconcile` itself, then the same
register is compared again, and one of which a hundredth is missing with us.

usage: reconcile_bench.py BUILD
environment: SAQTA_BENCH_ROWS (1000000)

The database is SQLite in $TMPDIR. Memory is the largest that the process had. CPU seconds go to stderr, for
machines with other work.
"""
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

import import_bench

ROWS = int(os.environ.get("SAQTA_BENCH_ROWS", "1000000"))
HEAD = "bank;txn_id;txn_date;account;sum;status\n"
PEOPLE = "iin;surname;name;patronymic;birth_date;residence;in_system_from;known_since\n"
NOW = {"SAQTA_NOW": "2026-11-22T23:59:59+05:00"}


def run(*command):
    """Wall and CPU seconds, largest memory in MiB."""
    start = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          env={**os.environ, **NOW}) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command}: {process.returncode}")
    return time.monotonic() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def write_files(folder):
    people = import_bench.numbers(ROWS)
    txns = list(range(10 ** 12, 10 ** 12 + ROWS))
    random.Random(2).shuffle(txns)
    with open(os.path.join(folder, "people.csv"), "w", encoding="utf-8") as f:
        f.write(PEOPLE)
        f.writelines(f"{x};СЫНАҚ;АДАМ;;1885-01-01;citizen;2026-06-01;\n" for x in people)
    with open(os.path.join(folder, "all.csv"), "w", encoding="ascii") as f, \
            open(os.path.join(folder, "most.csv"), "w", encoding="ascii") as g:
        f.write(HEAD)
        g.write(HEAD)
        for i, (txn, iin) in enumerate(zip(txns, people)):
            row = f"halyk;{txn};2026-11-22 {i % 24:02d}:{i // 24 % 60:02d}:{i // 1440 % 60:02d};{iin};4250.00;0\n"
            f.write(row)
            if i % 100:
                g.write(row)


def tell(what, found):
    wall, cpu, memory = found
    print(f"reconcile_bench: {what}: CPU {cpu:.2f} s", file=sys.stderr)
    print("\t".join((what, f"{wall:.1f} s, {memory:.0f} MiB", "", "", "", "≤ 5 s, ≤ 256 MiB")), flush=True)


def main():
    saqta = os.path.abspath(os.path.join(sys.argv[1], "src", "saqta"))
    folder = tempfile.mkdtemp(prefix="saqta-bench-", dir=os.environ.get("TMPDIR", "/var/tmp"))
    try:
        write_files(folder)
        db = f"sqlite:{folder}/a.db"

        def reconcile(name):
            return run(saqta, "reconcile", os.path.join(folder, name), "--bank", "halyk", "--db", db)

        run(saqta, "import", os.path.join(folder, "people.csv"), "--db", db)
        reconcile("most.csv")
        tell(f"reconcile a register of {ROWS:,} lines, 1 % missing with us", reconcile("all.csv"))
        tell(f"reconcile a register of {ROWS:,} lines, all there", reconcile("all.csv"))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
