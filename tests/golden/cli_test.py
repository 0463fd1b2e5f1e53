#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the commands that stand in tests/golden/cli/*.txt and compares every byte.

A file is a list of cases: a line `$ saqta ARGUMENTS` (with `< TEXT` for standard input, \\n as in C),
then what it prints (standard output, then standard error), then `= EXIT CODE`. SAQTA_GOLDEN=write
makes the outcomes anew. A line before the first case, `% NAME FILE | FIND | WITH`, makes a copy of
the law book with one text replaced; {NAME} in a command is its folder, {law} the book itself and
{demo} a database of 300 synthetic people, of the engine that is tested.
usage: cli_test.py SAQTA FOLDER
"""
import glob
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import pg  # noqa: E402

ENV = {"PATH": os.environ["PATH"], "LC_ALL": "C", "SAQTA_NOW": "2026-11-22"}


def run(saqta, line, places):
    command, _, given = line.partition(" < ")
    words = [re.sub(r"\{(\w+)\}", lambda m: places[m[1]], word) for word in shlex.split(command)[1:]]
    done = subprocess.run([saqta] + words, env=ENV, capture_output=True, timeout=60,
                          input=given.encode().decode("unicode_escape").encode("latin-1"))
    text = (done.stdout + done.stderr).decode()
    text = re.sub(r'("law_digest":")[0-9a-f]{64}"', r'\1…"', text)  # changes with every edit of law/
    text = re.sub(r'("trace":")[0-9a-f]{16}"', r'\1…"', text)  # another one each time
    return text + ("" if text.endswith("\n") or not text else "\n") + f"= {done.returncode}\n"


def cases(path):
    line, want = None, []
    for row in open(path, encoding="utf-8"):
        if row.startswith("$ "):
            line, want = row[2:].rstrip("\n"), []
        elif line is not None:
            want.append(row)
            if row.startswith("= "):
                yield line, "".join(want)
                line = None


class Places(dict):
    """Folders and databases that the commands name, made when one first does."""

    def __init__(self, saqta, folder, path):
        super().__init__()
        self.saqta, self.temp = saqta, tempfile.TemporaryDirectory()
        # A file with the name of a year brings that year: the cases stand before it.
        self["law"] = os.path.join(self.temp.name, "law")
        shutil.copytree(os.path.join(folder, "..", "..", "..", "law"), self["law"],
                        ignore=shutil.ignore_patterns("[0-9]*"))
        self.lines = [row for row in open(path, encoding="utf-8") if row.startswith("% ")]
        for row in self.lines:
            left, find, put = row[2:].rstrip("\n").split(" | ")
            name, file = left.split()
            self[name] = os.path.join(self.temp.name, name)
            shutil.copytree(self["law"], self[name])
            file = os.path.join(self[name], file)
            text = open(file, encoding="utf-8").read()
            assert find in text, row
            open(file, "w", encoding="utf-8").write(text.replace(find, put, 1))

    def __missing__(self, name):
        assert name == "demo", name
        self[name] = pg.database(os.path.join(self.temp.name, "demo.db"))
        subprocess.run([self.saqta, "demo", "--people", "300", "--seed", "1", "--db", self[name]], env=ENV,
                       check=True, capture_output=True)
        return self[name]

    def end(self):
        if "demo" in self:
            pg.forget(self["demo"])


def main():
    saqta, folder = sys.argv[1:3]
    write = os.environ.get("SAQTA_GOLDEN") == "write"
    number, failed = 0, 0
    for path in sorted(glob.glob(os.path.join(folder, "*.txt"))):
        made, places = [], Places(saqta, folder, path)
        for line, want in cases(path):
            number += 1
            got = run(saqta, line, places)
            made.append(f"$ {line}\n{got}")
            ok = write or got == want
            failed += not ok
            print(("ok" if ok else "not ok"), number, "-", line.replace("#", "No "))
            if not ok:
                print("\n".join("# " + x for x in ("want:\n" + want + "got:\n" + got).splitlines()))
        places.end()
        if write:
            open(path, "w", encoding="utf-8").write("".join(places.lines) + "\n".join(made))
    print(f"1..{number}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
