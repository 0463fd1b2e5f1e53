#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Restart and stop under load, dead workers, slow clients, limits.

usage: http_signals_test.py SERVER
"""
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import tap  # noqa: E402
from http_server import Reader, Server  # noqa: E402

PROGRAM = sys.argv.pop()
GET = b"GET /%s HTTP/1.1\r\nHost: a\r\n\r\n"


def get(server, path, fields=b"", tls=False):
    with server.connect(tls=tls) as s:
        s.sendall(b"GET /" + path + b" HTTP/1.1\r\nHost: a\r\n" + fields + b"\r\n")
        return Reader(s).answer()


def resident_kib(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as f:
        return int(f.read().split()[1]) * 4


class Load:
    """Clients that ask without a pause, on kept and on new connections, and count what fails."""

    def __init__(self, server, clients=8):
        self.server, self.going, self.errors, self.done = server, True, [], 0
        self.pids = set()
        self.threads = [threading.Thread(target=self.run, args=(i % 2 == 0,))
                        for i in range(clients)]
        for t in self.threads:
            t.start()

    def run(self, keep):
        s = reader = None
        while self.going:
            try:
                if s is None:
                    s = self.server.connect()
                    reader = Reader(s)
                s.sendall(GET % b"pid")
                answer = reader.answer()
                if answer is None or answer.status != 200:
                    raise AssertionError(f"answer {answer and answer.status}")
                self.pids.add(answer.body)
                self.done += 1
                if not keep or answer.fields["connection"] == "close":
                    s.close()
                    s = None
            except (OSError, AssertionError) as e:
                self.errors.append(repr(e))
                s = None
                time.sleep(0.01)
        if s:
            s.close()

    def end(self):
        self.going = False
        for t in self.threads:
            t.join()


class Signals(unittest.TestCase):
    def serve(self, *more, **env):
        server = Server([PROGRAM, "127.0.0.1:0", *more], **env)
        self.addCleanup(server.stop)
        return server

    def test_restart_refuses_nobody(self):
        server = self.serve(TEST_WORKERS="2")
        load = Load(server)
        time.sleep(0.3)
        for _ in range(5):
            before = set(load.pids)
            server.signal(signal.SIGHUP)
            self.assertIn("http", server.process.stdout.readline())
            time.sleep(0.3)
            load.pids -= before
        load.end()
        self.assertEqual(load.errors, [])
        self.assertGreater(load.done, 100)
        self.assertTrue(load.pids, "no new worker answered")
        self.assertIsNone(server.process.poll(), "the process is the same one")

    def test_stop_finishes_what_runs(self):
        server = self.serve()
        with server.connect() as s:
            s.sendall(GET % b"slow")
            time.sleep(0.1)
            server.signal(signal.SIGTERM)
            reader = Reader(s)
            self.assertEqual(reader.answer().status, 200)
            self.assertTrue(reader.ended())
        self.assertEqual(server.process.wait(5), 0)
        with self.assertRaises(OSError):
            server.connect()

    def test_dead_worker_is_started_again(self):
        server = self.serve()
        first = get(server, b"pid").body
        with server.connect() as s:
            s.sendall(GET % b"crash")
            self.assertIsNone(Reader(s).answer())
        second = get(server, b"pid").body
        self.assertNotEqual(first, second)
        self.assertIn(b"saqta_worker_deaths_total 1", get(server, b"metrics").body)

    def test_nobody_waits_for_a_dead_worker(self):
        """The one that is left takes all new connections, however many it has."""
        server = self.serve(TEST_WORKERS="2")
        for _ in range(5):  # after each death in a row the next start is later
            with server.connect() as s:
                s.sendall(GET % b"crash")
                self.assertIsNone(Reader(s).answer())
        kept = []
        try:
            for _ in range(40):
                began = time.monotonic()
                kept.append(server.connect())
                kept[-1].sendall(GET % b"pid")
                self.assertEqual(Reader(kept[-1]).answer().status, 200)
                self.assertLess(time.monotonic() - began, 1)
        finally:
            for s in kept:
                s.close()

    def test_port_in_use(self):
        server = self.serve()
        again = subprocess.run([PROGRAM, f"127.0.0.1:{server.port}"], capture_output=True,
                               text=True, timeout=10, check=False)
        self.assertEqual(again.returncode, 3)
        self.assertIn("PORT_IN_USE", again.stderr)

    def test_socket_handed_over(self):
        listener = socket.create_server(("127.0.0.1", 0))
        command = ["sh", "-c", f'exec "$0" ignored 3<&{listener.fileno()}', PROGRAM]
        with subprocess.Popen(command, pass_fds=[listener.fileno()], text=True,
                              stdout=subprocess.PIPE,
                              env={**os.environ, "LISTEN_FDS": "1"}) as process:
            self.assertIn(str(listener.getsockname()[1]), process.stdout.readline())
            with socket.create_connection(listener.getsockname()) as s:
                s.sendall(GET % b"")
                self.assertEqual(Reader(s).answer().status, 200)
            process.terminate()
            self.assertEqual(process.wait(10), 0)
        listener.close()

    def slow(self, pieces, pause):
        """Sends without end; the seconds until the server has had enough, and its answer."""
        server = self.serve()
        start = time.monotonic()
        with server.connect(timeout=20) as s:
            try:
                for piece in pieces:
                    s.sendall(piece)
                    s.settimeout(pause)
                    try:
                        first = s.recv(1 << 16)
                        break
                    except TimeoutError:
                        pass
            except (BrokenPipeError, ConnectionResetError):
                first = b""
        return time.monotonic() - start, first

    def test_slow_head(self):
        seconds, answer = self.slow([b"GET / HTTP/1.1\r\n"] + [b"X: y\r\n"] * 200, 0.5)
        self.assertTrue(9 < seconds < 13, seconds)
        self.assertTrue(answer.startswith(b"HTTP/1.1 408 "), answer[:40])

    def test_slow_body(self):
        head = b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"
        seconds, answer = self.slow([head] + [b"x"] * 200, 0.5)
        self.assertTrue(9 < seconds < 13, seconds)
        self.assertTrue(answer.startswith(b"HTTP/1.1 408 "), answer[:40])

    def test_readers_that_never_read(self):
        """Their answers take a bounded memory, what they ask behind is not answered, and they go."""
        server = self.serve()
        worker = get(server, b"pid").body.decode()
        descriptors, before = len(os.listdir(f"/proc/{worker}/fd")), resident_kib(worker)
        start, held = time.monotonic(), []
        for _ in range(40):
            s = server.connect()
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            s.setblocking(False)
            try:
                while True:
                    s.send(GET % b"big" * 100)
            except BlockingIOError:
                held.append(s)
        most = 0
        for _ in range(20):
            most = max(most, resident_kib(worker) - before)
            self.assertEqual(get(server, b"").status, 200)
            time.sleep(0.05)
        self.assertLess(most, 96 << 10, "KiB for 40 answers of 8 MiB")
        while len(os.listdir(f"/proc/{worker}/fd")) > descriptors:
            self.assertLess(time.monotonic() - start, 34)
            time.sleep(0.2)
        self.assertGreater(time.monotonic() - start, 28, "the last ones had their time")
        self.assertIn(b'refused_total{why="slow"} 40', get(server, b"metrics").body)
        for s in held:
            s.close()
        self.assertLess(resident_kib(worker) - before, 32 << 10, "KiB are given back")

    def test_slow_reader_gets_all(self):
        server = self.serve()
        with server.connect(timeout=20) as s:
            s.sendall(GET % b"big" * 3 + GET % b"pid")
            time.sleep(0.3)
            reader = Reader(s)
            for _ in range(3):
                self.assertEqual(len(reader.answer().body), 8 << 20)
            self.assertTrue(reader.answer().body.isdigit())

    def test_limit_of_pages(self):
        server = self.serve(TEST_WORKERS="2")
        codes = [get(server, b"pages") for _ in range(7)]
        self.assertEqual([c.status for c in codes], [200] * 5 + [429] * 2)
        self.assertTrue(0 < int(codes[-1].fields["retry-after"]) <= 3600)

    def test_machine_routes(self):
        server = self.serve()
        self.assertEqual(get(server, b"metrics").status, 200)
        self.assertEqual(get(server, b"metrics", b"X-Forwarded-For: 192.0.2.1\r\n").status, 403)

    def test_many_idle_connections_cost_little(self):
        server = self.serve()
        worker = get(server, b"pid").body.decode()

        before, idle = resident_kib(worker), []
        for _ in range(500):
            s = server.connect()
            s.sendall(GET % b"")
            Reader(s).answer()
            idle.append(s)
        each = (resident_kib(worker) - before) / len(idle)
        for s in idle:
            s.close()
        self.assertLessEqual(each, 8, "KiB an idle connection")

    def test_tls(self):
        pem = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"saqta-test-{os.getpid()}.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj",
                        "/CN=localhost", "-keyout", pem, "-out", pem + ".cert"], check=True,
                       capture_output=True)
        with open(pem, "a", encoding="ascii") as out, open(pem + ".cert", encoding="ascii") as cert:
            out.write(cert.read())
        self.addCleanup(os.unlink, pem)
        self.addCleanup(os.unlink, pem + ".cert")
        server = self.serve(TEST_CERT=pem)
        answer = get(server, b"", tls=True)
        self.assertEqual(answer.status, 200)
        self.assertIn("max-age", answer.fields["strict-transport-security"])
        self.assertEqual(len(get(server, b"big", tls=True).body), 8 << 20)
        with server.connect(tls=True) as s:
            reader = Reader(s)
            for _ in range(3):
                s.sendall(GET % b"")
                self.assertEqual(reader.answer().status, 200)
        with server.connect(tls=True) as s:
            # While it sleeps, more comes than it reads at once; the last record lies across that.
            s.sendall(GET % b"slow")
            time.sleep(0.1)
            many = GET % b"" * 2600
            for at in range(0, len(many), 9001):
                s.sendall(many[at:at + 9001])
            reader = Reader(s)
            for _ in range(2601):
                self.assertEqual(reader.answer().status, 200)
        with server.connect() as s:
            s.sendall(GET % b"")
            reader = Reader(s)
            reader.more()
            self.assertNotIn(b"200 OK", reader.bytes)


if __name__ == "__main__":
    tap.main()
