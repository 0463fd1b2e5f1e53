#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The server under wrk -c64 beside nginx that returns as many bytes, each pinned to core 0, wrk to core 1.

usage: http_bench.py BUILD        PEOPLE (1000000), BENCH_SECONDS (10), BENCH_DB (a demo database)
"""
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SAQTA = os.path.join(os.path.abspath(sys.argv[1]), "src", "saqta")
PEOPLE = os.environ.get("PEOPLE", "1000000")
SECONDS = os.environ.get("BENCH_SECONDS", "10")
IDLE = 1000
PAGES = 5000  # result pages asked for in turn
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def row(what, ours, beside="", figure="", ratio="", goal=""):
    print("\t".join((what, ours, beside, figure, ratio, goal)), flush=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def get(port, path, body=None, fields=None):
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        link.request("POST" if body else "GET", path, body, fields or (JSON if body else {}))
        answer = link.getresponse()
        return answer.status, answer.read()
    finally:
        link.close()


def result_pages(port, iins, path):
    """The addresses of the result pages of many people, one a line, as their browsers get them."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    sizes = []
    with open(iins, encoding="utf-8") as people, open(path, "w", encoding="utf-8") as out:
        for _, iin in zip(range(PAGES), people):
            link.request("POST", "/kk/status", "iin=" + iin.strip(), FORM)
            answer = link.getresponse()
            answer.read()
            if answer.status != 303:
                raise RuntimeError(f"no result page: {answer.status}")
            out.write(answer.headers["Location"] + "\n")
            if len(sizes) < 200:
                sizes.append(len(get(port, answer.headers["Location"])[1]))
    link.close()
    return sum(sizes) // len(sizes)


def until_right(port, path, body, right):
    """Waits for the first right answer."""
    for _ in range(30000):
        try:
            status, text = get(port, path, body)
            if status == 200 and right(text):
                return text
        except OSError:
            pass
        time.sleep(0.001)
    raise RuntimeError(f"no right answer from {path}")


def wrk(port, path, asked=None):
    """Answers a second; anything but 2xx and 3xx is an error here. `asked` = (what, a file of them)."""
    command = ["taskset", "-c", "1", "wrk", "-t1", "-c64", f"-d{SECONDS}s"]
    env = dict(os.environ)
    if asked:
        command += ["-s", os.path.join(HERE, "http_status.lua")]
        env[asked[0]] = asked[1]
    done = subprocess.run(command + [f"http://127.0.0.1:{port}{path}"], check=True, text=True,
                          stdout=subprocess.PIPE, env=env)
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise RuntimeError(done.stdout)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])


def nginx(folder, size, media):
    """One worker on core 0 that returns `size` bytes; the process and its port."""
    port = free_port()
    # One text of its configuration is at most 4 KiB: the rest by a variable.
    text = "${k}" * (size // 1024) + "x" * (size % 1024)
    conf = os.path.join(folder, f"nginx{port}.conf")
    with open(conf, "w", encoding="utf-8") as f:
        f.write(f"""daemon off; master_process off; pid {folder}/nginx{port}.pid; error_log stderr crit;
events {{ worker_connections 2048; }}
http {{
  access_log off; keepalive_requests 100000000; default_type {media};
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; set $k "{'x' * 1024}"; location / {{ return 200 "{text}"; }} }}
}}
""")
    process = subprocess.Popen(["taskset", "-c", "0", "nginx", "-p", folder, "-c", conf])
    until_right(port, "/", None, lambda text: len(text) == size)
    return process, port


def stop(process):
    process.send_signal(signal.SIGTERM)
    process.wait(30)


def resident(pids):
    """KiB in private pages and, by share, in common ones."""
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as f:
            total += int(re.search(r"^Pss:\s+(\d+)", f.read(), re.M)[1])
    return total


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="utf-8") as f:
        return [int(x) for x in f.read().split()]


def compare(what, folder, port, path, size, asked, goal):
    media = "application/json" if "JSON" in what else "text/html"
    ours = wrk(port, path, asked)
    process, other = nginx(folder, size, media)
    try:
        theirs = wrk(other, "/")
    finally:
        stop(process)
    row(what, f"{ours:.0f} /s", f"nginx return 200, {size} bytes", f"{theirs:.0f} /s",
        f"{ours / theirs:.2f}", goal)


def idle_connections(port, workers):
    before = resident(workers)
    held = [socket.create_connection(("127.0.0.1", port)) for _ in range(IDLE)]
    for s in held:
        s.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
    for s in held:
        if not s.recv(4096).startswith(b"HTTP/1.1 200"):
            raise RuntimeError("an idle connection was refused")
    after = resident(workers)
    for s in held:
        s.close()
    row("HTTP: one idle connection", f"{(after - before) / IDLE:.2f} KiB", goal="≤ 8 KiB")


def numbers(url, path):
    """Many people of the database into a file; returns one whom the demo names, and how many."""
    named = re.findall(r"^\d{12}", subprocess.run([SAQTA, "demo", "--db", url, "--list"], check=True,
                                                  text=True, stdout=subprocess.PIPE).stdout, re.M)
    # The key is a hash: its order is no order of the people.
    query = "SELECT printf('%012d', iin) FROM person ORDER BY person LIMIT 50000"
    rows = subprocess.run(["sqlite3", url.removeprefix("sqlite:"), query], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    with open(path, "w", encoding="utf-8") as f:
        f.write(rows)
    return named[0], rows.count("\n")


def main():
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("BENCH_DB") or f"sqlite:{folder}/demo.db"
        if not os.environ.get("BENCH_DB"):
            for command in (("db", "migrate"), ("demo", "--people", PEOPLE, "--seed", "1")):
                subprocess.run([SAQTA, *command, "--db", url], check=True, stdout=sys.stderr)
        iins = os.path.join(folder, "iins")
        named, count = numbers(url, iins)
        question = json.dumps({"iin": named})
        port = free_port()
        started = time.monotonic()
        server = subprocess.Popen(["taskset", "-c", "0", SAQTA, "serve", "--db", url, "--listen",
                                   f"127.0.0.1:{port}", "--workers", "1"], stdout=subprocess.DEVNULL,
                                  env={**os.environ, "SAQTA_ACCESS_LOG": "0"})
        try:
            text = until_right(port, "/api/v1/status", question,
                               lambda text: json.loads(text)["insured"] is True)
            row(f"HTTP: start to the first right answer, {PEOPLE} people",
                f"{(time.monotonic() - started) * 1000:.0f} ms", goal="≤ 1000 ms")
            page = get(port, "/kk/")[1]
            compare(f"HTTP: status as JSON, {count} people in turn", folder, port, "/api/v1/status",
                    len(text), ("IINS", iins), "≥ 0.35")
            pages = os.path.join(folder, "pages")
            size = result_pages(port, iins, pages)
            compare(f"HTTP: status as an HTML page, {PAGES} people in turn", folder, port, "/", size,
                    ("PAGES", pages), "≥ 0.2")
            compare("HTTP: form of a status answered with its page's address", folder, port, "/kk/status", 0,
                    ("FORMS", iins), "")
            compare("HTTP: start page", folder, port, "/kk/", len(page), None, "≥ 0.2")
            workers = children(server.pid)
            row("HTTP: memory of one worker under load", f"{resident(workers)} KiB", goal="≤ 65536 KiB")
            idle_connections(port, workers)
        finally:
            stop(server)
    return 0


if __name__ == "__main__":
    sys.exit(main())
