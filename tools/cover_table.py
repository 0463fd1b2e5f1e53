#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints an lcov trace as a table, with the places of branches that were never taken.

A branch into check_failed() cannot be taken by a test that goes on, so branches on lines whose only
purpose is must() are left out; so are files that no test links.
usage: cover_table.py TRACE
"""
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def read_trace(path):
    """{file: {"lines": {line: hits}, "branches": {(line, block, branch): hits}}}"""
    result, current = {}, None
    with open(path, encoding="utf-8") as f:
        for row in f:
            word, _, rest = row.strip().partition(":")
            if word == "SF":
                current = result.setdefault(rest, {"lines": {}, "branches": {}})
            elif word == "DA":
                line, hits = rest.split(",")[:2]
                current["lines"][int(line)] = int(hits)
            elif word == "BRDA":
                line, block, branch, hits = rest.split(",")
                current["branches"][int(line), block, branch] = 0 if hits == "-" else int(hits)
    return result


def assertion_lines(path):
    with open(path, encoding="utf-8") as f:
        return {n for n, line in enumerate(f, 1) if re.search(r"\bmust\(|CODE_OF\(", line)}


def share(hit, all_of):
    return "   –  " if not all_of else f"{100 * hit / all_of:5.1f} %"


def main():
    total = [0, 0, 0, 0]
    missed = []
    print(f"{'file':<32} {'lines':>12} {'':>8} {'branches':>12}")
    for path, data in sorted(read_trace(sys.argv[1]).items()):
        skip = assertion_lines(path)
        branches = {k: v for k, v in data["branches"].items() if k[0] not in skip}
        row = [sum(1 for v in data["lines"].values() if v), len(data["lines"]),
               sum(1 for v in branches.values() if v), len(branches)]
        total = [a + b for a, b in zip(total, row)]
        name = os.path.relpath(path, os.path.join(ROOT, "src"))
        print(f"{name:<32} {row[0]:>5}/{row[1]:<6} {share(*row[:2])} {row[2]:>5}/{row[3]:<6} "
              f"{share(*row[2:])}")
        lines = sorted({k[0] for k, v in branches.items() if not v})
        if lines:
            missed.append(f"src/{name}: " + " ".join(map(str, lines)))
    print(f"{'all':<32} {total[0]:>5}/{total[1]:<6} {share(*total[:2])} {total[2]:>5}/{total[3]:<6} "
          f"{share(*total[2:])}")
    if missed:
        print("\nbranches never taken, by line:\n  " + "\n  ".join(missed))


if __name__ == "__main__":
    main()
