#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who may include whom: checks every #include of src/ against src/LAYERS.

A file belongs to the longest folder of LAYERS that holds it. It may include files of its own layer,
of the layers on its line, and the tables directly in src/ (errors.def, settings.def, limits.h).
main.c composes and may include all. The layers of PURE never touch the outside: of the system's
headers they may include only those of PURE_HEADERS, and the libraries of PURE_LIBRARIES, which
work on memory alone. <stdio.h> is not among them: text is built with buf_fmt().

usage: check_layers.py [SRC]
"""
import os
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
PURE = ("domain", "text", "rules", "formats")
PURE_HEADERS = {
    "ctype.h", "inttypes.h", "limits.h", "stdalign.h", "stdarg.h", "stdbool.h", "stddef.h",
    "stdint.h", "stdlib.h", "string.h", "immintrin.h",
}
PURE_LIBRARIES = {"jansson.h", "libxml/parser.h", "libxml/xmlreader.h", "qrencode.h", "utf8proc.h", "yaml.h"}


def read_layers(path):
    """{layer: set of layers it may include}"""
    layers = {}
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            line = line.split("#")[0].strip()
            if not line:
                continue
            name, colon, below = line.partition(":")
            if not colon:
                raise ValueError(f"{path}:{number}: expected 'layer: layers below'")
            layers[name.strip()] = set(below.split())
    for name, below in layers.items():
        for other in below - set(layers):
            raise ValueError(f"{path}: {name} names the unknown layer {other}")
    return layers


def layer_of(path, layers):
    """Layer of a path relative to src/, or None for files directly in src/."""
    folder = os.path.dirname(path)
    while folder:
        if folder in layers:
            return folder
        folder = os.path.dirname(folder)
    return None


def sources(src):
    for folder, _, names in os.walk(src):
        for name in sorted(names):
            if name.endswith((".c", ".h", ".def")):
                yield os.path.relpath(os.path.join(folder, name), src)


def check_include(path, quote, target, layers):
    """What is wrong with one #include, or None."""
    own = layer_of(path, layers)
    if own is None:
        if os.path.dirname(path):
            return "this folder is no layer of src/LAYERS"
        return None
    if quote == "<":
        if own in PURE and target not in PURE_HEADERS | PURE_LIBRARIES:
            return f"{own} is pure and may not include <{target}>"
        return None
    if "/" not in target:
        return None
    other = layer_of(target, layers)
    if other is None:
        return f"{target} is in no layer"
    if other != own and other not in layers[own]:
        return f"{own} may not include {other} ({target})"
    return None


def check(src):
    layers = read_layers(os.path.join(src, "LAYERS"))
    findings = []
    for path in sources(src):
        with open(os.path.join(src, path), encoding="utf-8") as f:
            for number, line in enumerate(f, 1):
                include = INCLUDE.match(line)
                wrong = include and check_include(path, include[1], include[2], layers)
                if wrong:
                    findings.append(f"src/{path}:{number}: {wrong}")
    return findings


def main():
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    findings = check(sys.argv[1] if len(sys.argv) > 1 else os.path.join(root, "src"))
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
