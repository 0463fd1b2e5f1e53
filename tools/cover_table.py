#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints an lcov trace as a table, with the places of branches that were never taken.

A switch over an enum names every value and has no default (the compiler sees to both), so the way
past its last case is for a value that is none: of a switch, one branch that was never taken is not
counted, and another when the case of the enum's count has nothing but a must(). A further one is. Exits with 1 when a branch was never taken or a file never ran.
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


def switch_lines(path):
    """{line of a switch: how many of its branches no test can take}"""
    result, current = {}, 0
    with open(path, encoding="utf-8") as f:
        lines = f.read().split("\n")
    for n, line in enumerate(lines, 1):
        if re.match(r"\s*switch \(", line):
            result[n], current = 1, n
        elif re.match(r"\s*case \w+_COUNT:$", line) and re.match(r"\s*must\(", lines[n]):
            result[current] += not re.match(r"\s*case ", lines[n - 2])
    return result


def counted(path, branches):
    """The branches without the one past the last case of each switch."""
    result = dict(branches)
    for line, most in switch_lines(path).items():
        missed = [k for k, v in branches.items() if k[0] == line and not v]
        if len(missed) <= most:
            for key in missed:
                del result[key]
    return result


def share(hit, all_of):
    return "   –  " if not all_of else f"{100 * hit / all_of:5.1f} %"


def main():
    total = [0, 0, 0, 0]
    missed = []
    print(f"{'file':<32} {'lines':>12} {'':>8} {'branches':>12}")
    for path, data in sorted(read_trace(sys.argv[1]).items()):
        branches = counted(path, data["branches"])
        row = [sum(1 for v in data["lines"].values() if v), len(data["lines"]),
               sum(1 for v in branches.values() if v), len(branches)]
        total = [a + b for a, b in zip(total, row)]
        name = os.path.relpath(path, os.path.join(ROOT, "src"))
        print(f"{name:<32} {row[0]:>5}/{row[1]:<6} {share(*row[:2])} {row[2]:>5}/{row[3]:<6} "
              f"{share(*row[2:])}")
        if row[1] and not row[0]:
            missed.append(f"src/{name}: never ran")
        lines = sorted({k[0] for k, v in branches.items() if not v})
        if lines:
            missed.append(f"src/{name}: " + " ".join(map(str, lines)))
    print(f"{'all':<32} {total[0]:>5}/{total[1]:<6} {share(*total[:2])} {total[2]:>5}/{total[3]:<6} "
          f"{share(*total[2:])}")
    if missed:
        print("\nbranches never taken, by line:\n  " + "\n  ".join(missed))
        sys.exit(1)


if __name__ == "__main__":
    main()
