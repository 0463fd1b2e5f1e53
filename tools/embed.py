#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Puts files into a C source: SYMBOL[] of struct embedded (base/embed.h) and SYMBOL_count.

usage: embed.py OUT.c SYMBOL FILE...
"""
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


if len(sys.argv) < 4:
    sys.exit(__doc__)
main(*sys.argv[1:])
