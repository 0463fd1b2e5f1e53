#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Raw bytes against the real server: each row of http_raw.tsv is a case.

usage: http_raw_test.py SERVER
"""
import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from http_server import Reader, Server  # noqa: E402

PROBE = b"GET /pid HTTP/1.1\r\nHost: probe\r\n\r\n"
ESCAPES = {"r": b"\r", "n": b"\n", "t": b"\t", "0": b"\0"}


def unescape(text):
    """The bytes of a cell, as pieces that are sent with a pause between them."""
    text = text.replace("{H}", "Host: a\\r\\n")
    text = text.replace("{C}", "Host: a\\r\\nContent-Type: application/json\\r\\n"
                               "Transfer-Encoding: chunked\\r\\n\\r\\n")
    text = re.sub(r"\{([^{}]+?)\*(\d+)\}", lambda m: m[1] * int(m[2]), text)
    pieces = []
    for piece in text.split("|"):
        out = bytearray()
        for m in re.finditer(r"\\x([0-9a-f]{2})|\\([rnt0])|([^\\])", piece):
            out += bytes([int(m[1], 16)]) if m[1] else ESCAPES[m[2]] if m[2] else m[3].encode()
        pieces.append(bytes(out))
    return pieces


def expected(text):
    many = re.fullmatch(r"(\d+)\*(\d+)", text)
    return [int(many[1])] * int(many[2]) if many else [int(x) for x in text.split(",")]


def run(server, answers, end, pieces):
    """None, or what was different."""
    whole = b"".join(pieces)
    heads = [m == b"HEAD" for m in re.findall(rb"(?:^|\r\n\r\n)(?:\r\n)*([A-Z]+) ", whole)]
    with server.connect() as s:
        reader = Reader(s)
        try:
            for i, piece in enumerate(pieces):
                if i:
                    time.sleep(0.005)
                s.sendall(piece)
        except (ConnectionResetError, BrokenPipeError):
            pass
        for i, want in enumerate(answers):
            got = reader.answer(head=i < len(heads) and heads[i])
            if got is None:
                return f"answer {i + 1}: wanted {want}, the connection ended"
            if got.status != want:
                return f"answer {i + 1}: wanted {want}, got {got.status} {got.body[:80]!r}"
            if want != 100 and "date" not in got.fields:
                return f"answer {i + 1} has no date"
        if end == "keep":
            s.sendall(PROBE)
            got = reader.answer()
            if got is None or got.status != 200 or not got.body.isdigit():
                return "the connection did not go on, or out of step"
        elif not reader.ended():
            return f"the connection went on: {reader.bytes[:60]!r}"
    return None


def main():
    rows = []
    with open(os.path.join(os.path.dirname(__file__), "http_raw.tsv"), encoding="utf-8") as f:
        for line in f:
            if not line.startswith("#"):
                name, answers, end, text = line.rstrip("\n").split("\t", 3)
                rows.append((name, expected(answers), end, unescape(text)))
    server = Server([sys.argv[1], "127.0.0.1:0"])
    failed = 0
    for number, (name, answers, end, pieces) in enumerate(rows, 1):
        try:
            wrong = run(server, answers, end, pieces)
        except (AssertionError, OSError, TypeError) as e:
            wrong = repr(e)
        failed += bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}", flush=True)
        if wrong:
            print(f"# {wrong}")
    code = server.stop()
    print(f"{'not ok' if code else 'ok'} {len(rows) + 1} - the server stops clean")
    if code or "worker.died" in server.errors:
        print(f"# exit {code}: {server.errors[-2000:]}")
        failed += 1
    print(f"1..{len(rows) + 1}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
