#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds, runs the tests and counts their cases.

Every test is a row of a meson.build with a suite; this program chooses suites, lets Meson run them
and counts: each TAP line is a case, a test that speaks no TAP is one. What a failing test said is
printed in full. A build that fails is one failure. The last line is "N passed, N failed" and the
exit code is 0 only when nothing failed and something passed.

Suites: unit property law golden contract fuzz tidy  run always
        slow fault postgres web e2e                  not with --fast
"""
import argparse
import contextlib
import json
import os
import re
import subprocess
import sys
import time

from support import pg

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SLOW = ("slow", "fault", "postgres", "web", "e2e")
# Programs of ours that valgrind may watch; scripts would make it watch Python.
NATIVE = ("unit", "golden", "fuzz")
GOOD = ("OK", "EXPECTEDFAIL")
CASE = re.compile(r"^(not )?ok\b(.*)$")
RANDOM = re.compile(r"^# random cases: (\d+)$", re.MULTILINE)


class Totals:
    def __init__(self):
        self.passed = self.failed = self.skipped = self.random = 0
        self.skips = []


def run(command, **options):
    sys.stdout.flush()
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, **options)


def build(folder):
    """True when everything is built; otherwise what the compiler said is on the screen."""
    if run(["tools/setup.sh", folder]).returncode != 0:
        return False
    done = run(["ninja", "-C", folder], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        print(done.stdout)
    return done.returncode == 0


def count_cases(test, totals):
    """Adds the cases of one test of Meson's log; True when it went well."""
    passed = failed = 0
    totals.random += sum(int(n) for n in RANDOM.findall(test.get("stdout") or ""))
    for line in (test.get("stdout") or "").splitlines():
        case = CASE.match(line)
        if not case:
            continue
        if re.search(r"#\s*(skip|todo)\b", case[2], re.IGNORECASE):
            totals.skipped += 1
            totals.skips.append(f"{test['name']}:{case[2]}")
        elif case[1]:
            failed += 1
        else:
            passed += 1
    if test["result"] == "SKIP" and passed + failed == 0:
        totals.skipped += 1
        totals.skips.append(test["name"])
        return True
    good = test["result"] in GOOD
    if not good and failed == 0:
        failed = 1
    if good and passed + failed == 0:
        passed = 1
    totals.passed += passed
    totals.failed += failed
    return good and failed == 0


def read_log(path):
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8", errors="replace") as f:
        return [json.loads(line) for line in f if line.strip()]


def show_failure(test):
    print(f"\n=== {test['name']}: {test['result']} (exit {test.get('returncode')}, "
          f"{test.get('duration', 0):.1f} s)")
    print("    " + " ".join(test.get("command", [])))
    for stream in ("stdout", "stderr"):
        text = (test.get(stream) or "").strip()
        if text:
            print(text[-20000:])


def choose(args):
    if args.suite:
        return [x for name in args.suite for x in ("--suite", name)]
    if args.valgrind:
        return ["--setup", "valgrind"] + [x for name in NATIVE for x in ("--suite", name)]
    if args.fast:
        return [x for name in SLOW for x in ("--no-suite", name)]
    return []


def database(args):
    """One PostgreSQL for all tests that want it; each of them uses databases of its own."""
    if args.fast or args.valgrind or (args.suite and not set(args.suite) & set(SLOW)):
        return contextlib.nullcontext()
    return pg.Server()


def finish(folder, totals):
    line = f"{totals.passed} passed, {totals.failed} failed"
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "totals"), "w", encoding="utf-8") as f:
        f.write(line + "\n")
    print(line, flush=True)
    return 0 if totals.failed == 0 and totals.passed > 0 else 1


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    ap.add_argument("--build", default="build", help="build folder")
    ap.add_argument("--fast", action="store_true", help="leave the slow suites out")
    ap.add_argument("--suite", action="append", help="only this suite; may be repeated")
    ap.add_argument("--valgrind", action="store_true", help="our programs under valgrind")
    args = ap.parse_args()
    folder = os.path.join(ROOT, args.build)
    totals, start = Totals(), time.monotonic()
    if not build(args.build):
        print("\n=== the build failed")
        totals.failed = 1
        return finish(folder, totals)
    logs = os.path.join(folder, "meson-logs")
    for name in os.listdir(logs):
        if name.startswith("testlog"):
            os.remove(os.path.join(logs, name))
    with database(args) as server:
        if server:
            os.environ["SAQTA_TEST_PG"] = server.folder
        done = run(["meson", "test", "-C", args.build, "--no-rebuild", *choose(args)])
    tests = [test for name in sorted(os.listdir(logs)) if re.match(r"testlog.*\.json$", name)
             for test in read_log(os.path.join(logs, name))]
    for test in tests:
        if not count_cases(test, totals):
            show_failure(test)
    if done.returncode != 0 and totals.failed == 0:
        print(f"\n=== meson test ended with {done.returncode}")
        totals.failed = 1
    for name in totals.skips:
        print(f"skipped: {name}")
    print(f"{len(tests)} tests in {time.monotonic() - start:.0f} s, "
          f"{totals.random} random cases, {totals.skipped} cases skipped")
    return finish(folder, totals)


if __name__ == "__main__":
    sys.exit(main())
