#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Cuts Inter (OFL-1.1) to the letters of our three languages: one variable file, weights 400-700.

Ready-made web fonts split Kazakh over four files; one file keeps kerning between all letters.

usage: cut.py InterVariable.woff2 OUT.woff2
"""
import io
import sys

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

LETTERS = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "\u00a0«»§°·×–—−…‘’“”„•′″№₸€$±≤≥≈→←↑↓✓"
    + "".join(map(chr, range(0x0410, 0x0450))) + "ЁёІі"
    + "ӘәҒғҚқҢңӨөҰұҮүҺһ"
)
FEATURES = ["kern", "liga", "calt", "tnum", "case", "ccmp", "locl", "mark", "mkmk"]


def main():
    source, target = sys.argv[1:]
    font = TTFont(source, recalcTimestamp=False)
    instance = io.BytesIO()
    instantiateVariableFont(font, {"opsz": 14, "wght": (400, 700)}).save(instance)
    # Read again: the subsetter of fonttools 4.38 trips over glyphs that the instance left out.
    font = TTFont(instance, recalcTimestamp=False)
    options = Options(layout_features=FEATURES, hinting=False, flavor="woff2", notdef_outline=True)
    options.name_IDs = [0, 1, 2, 4, 6, 13, 14]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=map(ord, LETTERS))
    subsetter.subset(font)
    missing = [c for c in LETTERS if ord(c) not in font.getBestCmap()]
    if missing:
        sys.exit(f"the font has no {missing}")
    font.flavor = "woff2"
    font.save(target)


if __name__ == "__main__":
    main()
