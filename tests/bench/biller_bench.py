#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Payments over HTTP, each on the disk when it is answered, and what a bank asks before. 64 connections;
the server is pinned to core 0, wrk to core 1.

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
from support.http_server import Server  # noqa: E402

SAQTA = os.path.join(os.path.abspath(sys.argv[1]), "src", "saqta")
PEOPLE = os.environ.get("BENCH_PEOPLE", "100000")
SECONDS = os.environ.get("BENCH_SECONDS", "5")


def row(what, ours, beside="", figure="", ratio="", goal=""):
    print("\t".join((what, ours, beside, figure, ratio, goal)), flush=True)


class Bench:
    def __init__(self, folder):
        self.db, self.iins, self.first = f"{folder}/demo.db", f"{folder}/iins", 1
        subprocess.run([SAQTA, "demo", "--db", self.db, "--people", PEOPLE, "--seed", "1"], check=True,
                       stdout=sys.stderr)
        with open(self.iins, "w", encoding="utf-8") as f:
            subprocess.run(["sqlite3", self.db, "SELECT printf('%012d', iin) FROM person ORDER BY person"],
                           check=True, stdout=f)

    def run(self, script, group="256", **env):
        """Answers a second; every one of them must be right."""
        server = Server(["taskset", "-c", "0", "sh", "-c", 'exec "$@" 2>>"$0"', self.db + ".log", SAQTA, "serve",
                         "--db", self.db, "--listen", "127.0.0.1:0", "--workers", "1"], SAQTA_ACCESS_LOG="0",
                        SAQTA_COMMIT_GROUP=group)
        stamp = time.strftime("%Y%m%d%H%M%S", time.gmtime(time.time() + 5 * 3600))
        try:
            done = subprocess.run(["taskset", "-c", "1", "wrk", "-t1", "-c64", "--timeout", "30s", f"-d{SECONDS}s",
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
        return int(subprocess.run(["sqlite3", self.db, "SELECT count(*) FROM bank_txn"], check=True, text=True,
                                  stdout=subprocess.PIPE).stdout)


def main():
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder)
        shared = bench.run("biller_pay.lua")
        together = bench.taken()
        alone = bench.run("biller_pay.lua", group="1")
        if not together or bench.taken() <= together:
            raise RuntimeError("nothing was taken")
        row("payment over HTTP, on the disk when answered", f"{shared:.0f} /s", "one commit for each",
            f"{alone:.0f} /s", f"{shared / alone:.1f}", "≥ 10; ≥ 10000 /s")
        asked = bench.run("biller_pay.lua", COMMAND="check")
        status = bench.run("http_status.lua")
        row("check of a bank, with the status", f"{asked:.0f} /s", "status as JSON", f"{status:.0f} /s",
            f"{asked / status:.2f}", "≥ 0.8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
