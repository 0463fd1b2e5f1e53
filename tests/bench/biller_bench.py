#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Payments over HTTP, each on the disk when it is answered, and what a bank asks before. 64 connections; the
server is pinned to core 0, wrk to core 1. With PostgreSQL nothing is pinned: two or more processes work.

How long a flush takes is a row of its own, since the worth of a shared commit hangs on it: where the disk answers
at once, the same is also shown with a flush that takes a millisecond (slow_flush.c).

usage: biller_bench.py BUILD        BENCH_PEOPLE (100000), BENCH_SECONDS (5)
"""
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from support import pg  # noqa: E402
from support.http_server import Server  # noqa: E402

BUILD = os.path.abspath(sys.argv[1])
SAQTA = os.path.join(BUILD, "src", "saqta")
SLOW_FLUSH = os.path.join(BUILD, "tests", "bench", "libslow_flush.so")
PEOPLE = os.environ.get("BENCH_PEOPLE", "100000")
SECONDS = os.environ.get("BENCH_SECONDS", "5")
NINE = "kaspi halyk bcc jusan eurasian freedom homecredit bereke forte"
SLOW = {"LD_PRELOAD": SLOW_FLUSH}


def row(what, ours, beside="", figure="", ratio="", goal=""):
    print("\t".join((what, ours, beside, figure, ratio, goal)), flush=True)


def flush_us(folder):
    """Of 64 KiB into a file that is there: about what a group of payments writes."""
    path, times = os.path.join(folder, "flushed"), []
    file = os.open(path, os.O_CREAT | os.O_RDWR)
    os.pwrite(file, b"x" * (1 << 20), 0)
    os.fsync(file)
    for i in range(200):
        start = time.perf_counter()
        os.pwrite(file, bytes([i]) * 65536, 0)
        os.fdatasync(file)
        times.append(time.perf_counter() - start)
    os.close(file)
    return sorted(times)[len(times) // 2] * 1e6


class Bench:
    """One database, with the people of a demo."""

    pinned = True

    def __init__(self, folder, db):
        self.folder, self.db, self.first, self.iins = folder, db, 1, f"{folder}/iins"
        for command in (("db", "migrate"), ("demo", "--people", PEOPLE, "--seed", "1")):
            subprocess.run([SAQTA, *command, "--db", db], check=True, stdout=sys.stderr)
        with open(self.iins, "w", encoding="utf-8") as f:
            for (iin,) in self.rows("SELECT iin FROM person ORDER BY person"):
                f.write(f"{iin:012d}\n")

    def rows(self, query):
        return pg.rows(self.db, query)

    def on(self, core):
        return ["taskset", "-c", core] if self.pinned else []

    def run(self, script, group="256", slow=False, workers="1", **env):
        """Answers a second; every one of them must be right."""
        server = Server([*self.on("0"), "sh", "-c", 'exec "$@" 2>>"$0"', f"{self.folder}/log", SAQTA, "serve", "--db",
                         self.db, "--listen", "127.0.0.1:0", "--workers", workers], SAQTA_ACCESS_LOG="0",
                        SAQTA_COMMIT_GROUP=group, **(SLOW if slow else {}))
        stamp = time.strftime("%Y%m%d%H%M%S", time.gmtime(time.time() + 5 * 3600))
        try:
            done = subprocess.run([*self.on("1"), "wrk", "-t1", "-c64", "--timeout", "30s", f"-d{SECONDS}s",
                                   "-s", os.path.join(HERE, script), f"http://127.0.0.1:{server.port}/api/v1/status"],
                                  check=True, text=True, stdout=subprocess.PIPE,
                                  env={**os.environ, "IINS": self.iins, "FIRST": str(self.first), "TXN_DATE": stamp,
                                       **env})
        finally:
            server.signal(signal.SIGTERM)
            server.stop()
        if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
            raise RuntimeError(done.stdout)
        self.first += int(re.search(r"(\d+) requests in", done.stdout)[1]) + 100
        return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])

    def taken(self):
        return int(self.rows("SELECT count(*) FROM bank_txn")[0][0])

    def pay(self, **how):
        """Payments a second: an answer alone could be a refusal."""
        before = self.taken()
        rate = self.run("biller_pay.lua", **how)
        if self.taken() - before < 0.9 * rate * float(SECONDS):
            raise RuntimeError("not all were taken")
        return rate


class PostgresBench(Bench):
    pinned = False

    @property
    def name(self):
        return self.db.split("///")[1].split("?")[0]

    def peer(self, server):
        """Commits a second of pgbench that writes the same rows, each payment its own transaction."""
        pg.ask(server.folder, self.name, "CREATE TABLE bench AS SELECT row_number() OVER () AS n, b.person, b.digest,"
               " b.answer, c.map FROM bank_txn AS b JOIN coverage AS c ON c.person = b.person;"
               "CREATE UNIQUE INDEX bench_n ON bench (n); ANALYZE;")
        people = self.rows("SELECT count(*) FROM bench")[0][0]
        done = subprocess.run([f"{server.bin}/pgbench", "-n", "-M", "prepared", "-c", "64", "-j", "1", "-T", SECONDS,
                               "-D", f"people={people}", "-f", os.path.join(HERE, "pgbench_pay.sql"), "-h",
                               server.folder, "-U", pg.USER, self.name], check=True, text=True, stdout=subprocess.PIPE)
        return float(re.search(r"tps = ([\d.]+)", done.stdout)[1])


def sqlite_rows(folder):
    bench = Bench(folder, f"{folder}/demo.db")
    shared, alone = bench.pay(), bench.pay(group="1")
    row("payment over HTTP, on the disk when answered", f"{shared:.0f} /s", "one commit for each", f"{alone:.0f} /s",
        f"{shared / alone:.1f}", "≥ 10; ≥ 10000 /s")
    row("a flush of 64 KiB to the disk of this machine", f"{flush_us(folder):.0f} us")
    slow, slow_alone = bench.pay(slow=True), bench.pay(slow=True, group="1")
    row("payment over HTTP, a flush takes 1 ms longer", f"{slow:.0f} /s", "one commit for each",
        f"{slow_alone:.0f} /s", f"{slow / slow_alone:.1f}", "≥ 10")
    spread = bench.pay(BANKS=NINE)
    row("everybody pays at one bank", f"{shared:.0f} /s", "spread over nine", f"{spread:.0f} /s",
        f"{shared / spread:.2f}", "≥ 0.9")
    asked = bench.run("biller_pay.lua", COMMAND="check")
    status = bench.run("http_status.lua")
    row("check of a bank, with the status", f"{asked:.0f} /s", "status as JSON", f"{status:.0f} /s",
        f"{asked / status:.2f}", "≥ 0.8")


def postgres_rows(folder):
    with pg.Server(durable=True) as server:
        os.environ["SAQTA_TEST_PG"] = server.folder
        bench = PostgresBench(folder, pg.url(server.folder, pg.new_database()))
        ours = bench.pay(workers="2")
        theirs = bench.peer(server)
        row("payment over HTTP, PostgreSQL, on the disk when answered", f"{ours:.0f} /s",
            "pgbench, the same rows, 64 clients", f"{theirs:.0f} /s", f"{ours / theirs:.1f}", "≥ 2")


def main():
    with tempfile.TemporaryDirectory() as folder:
        sqlite_rows(folder)
    with tempfile.TemporaryDirectory() as folder:
        postgres_rows(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
