#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Puts files into a C source: SYMBOL[] of struct embedded (base/embed.h) and SYMBOL_count.

usage: embed.py OUT.c SYMBOL FILE...
       embed.py OUT.c SYMBOL --depfile OUT.d 'FOLDER/*.ENDING'

The second form takes all files of a folder, sorted by name; the depfile names the folder too, so that
a file that is added there is built in without touching a build file.
"""
import glob
import os
import sys


def main(out, symbol, *files):
    rows, parts = [], ['#include "base/embed.h"', ""]
    parts += [f"extern const struct embedded {symbol}[];", f"extern const size_t {symbol}_count;", ""]
    for i, path in enumerate(files):
        data = open(path, "rb").read()
        parts.append(f"static const char data_{i}[] = {{")
        for at in range(0, len(data), 24):
            parts.append("\t" + ", ".join(str(b if b < 128 else b - 256) for b in data[at:at + 24]) + ",")
        parts += ["\t0};", ""]
        rows.append(f'\t{{"{os.path.basename(path)}", {{data_{i}, {len(data)}}}}},')
    parts += [f"const struct embedded {symbol}[] = {{", *rows, "};", f"const size_t {symbol}_count = {len(rows)};"]
    with open(out, "w", encoding="utf-8") as f:
        f.write("\n".join(parts) + "\n")


def main_folder(out, symbol, depfile, pattern):
    files = sorted(glob.glob(pattern))
    if not files:
        sys.exit(f"{pattern}: no such file")
    main(out, symbol, *files)
    with open(depfile, "w", encoding="utf-8") as f:
        f.write(f"{out}: {os.path.dirname(pattern)} {' '.join(files)}\n")


if len(sys.argv) < 4:
    sys.exit(__doc__)
if sys.argv[3] == "--depfile":
    main_folder(*sys.argv[1:3], *sys.argv[4:])
else:
    main(*sys.argv[1:])
