#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs tests/bench/* and prints one table; BENCH_MD=docs/bench.md also writes it there.

A benchmark is a program that prints rows of tab-separated fields to stdout, anything else to stderr:

    what <TAB> ours, with its unit <TAB> what stands beside it <TAB> its figure <TAB> ratio <TAB> goal

The peer is measured in the same run, because only the ratio means something on another machine.
Programs: BUILD/tests/bench/bench_* and tests/bench/*_bench.py (called with BUILD as argument).
Nothing is asserted here: a benchmark that fails is a row that says so.
"""
import argparse
import glob
import os
import platform
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HEAD = ("What", "Saqta", "Beside it", "Its figure", "Ratio", "Goal")


def programs(build):
    native = [x for x in sorted(glob.glob(os.path.join(build, "tests/bench/bench_*")))
              if os.path.isfile(x) and os.access(x, os.X_OK)]
    scripts = sorted(glob.glob(os.path.join(ROOT, "tests/bench/*_bench.py")))
    return [[x] for x in native] + [[sys.executable, x, build] for x in scripts]


def measure(command):
    name = os.path.basename(command[-1] if len(command) == 1 else command[1])
    print(f"bench: {name}", file=sys.stderr, flush=True)
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          text=True)
    rows = [line.split("\t") for line in done.stdout.splitlines() if line.count("\t") == len(HEAD) - 1]
    if done.returncode != 0 or not rows:
        rows.append([name, f"failed with {done.returncode}", "", "", "", ""])
    return rows


def machine():
    model = "unknown processor"
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        for line in f:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return f"{model}, {os.cpu_count()} cores, Linux {platform.release()}"


def table(rows):
    width = [max(len(row[i]) for row in [HEAD, *rows]) for i in range(len(HEAD))]
    lines = [HEAD, tuple("-" * w for w in width), *rows]
    return "\n".join("| " + " | ".join(x.ljust(w) for x, w in zip(line, width)) + " |"
                     for line in lines)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    ap.add_argument("--build", default="build")
    args = ap.parse_args()
    rows = [row for command in programs(os.path.join(ROOT, args.build)) for row in measure(command)]
    text = table(rows)
    print(text)
    if os.environ.get("BENCH_MD"):
        with open(os.path.join(ROOT, os.environ["BENCH_MD"]), "w", encoding="utf-8") as f:
            f.write(f"# Figures\n\nWritten by `make bench`; each peer was measured in the same run.\n"
                    f"Machine: {machine()}.\n\n{text}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
