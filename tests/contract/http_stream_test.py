#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Answers that stay open: news, limits, bad clients, a database that is gone, stop and restart.

usage: http_stream_test.py SERVER
"""
import os
import re
import signal
import socket
import struct
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import tap  # noqa: E402
from http_server import Reader, Server  # noqa: E402

PROGRAM = sys.argv.pop()
HEAD = re.compile(rb"^HTTP/1\.1 200 OK\r\n(.*?)\r\n\r\nretry: \d+\nevent: state\ndata: open\n\n$", re.S)


class Stream:
    """One client of a stream."""

    def __init__(self, server, key="3600", method="GET", more=b""):
        self.sock = server.connect(timeout=10)
        self.sock.sendall(f"{method} /stream/{key} HTTP/1.1\r\nHost: a\r\n\r\n".encode() + more)
        self.bytes = b""

    def until(self, what, seconds=5.0):
        """Reads on until `what` has come; False when the stream ended or was silent for long."""
        end = time.monotonic() + seconds
        while what not in self.bytes:
            self.sock.settimeout(max(end - time.monotonic(), 0.01))
            try:
                got = self.sock.recv(1 << 16)
            except (TimeoutError, ConnectionResetError):
                return False
            if not got:
                return False
            self.bytes += got
        return True

    def ended(self, seconds=5.0):
        """Does the server end it? What came meanwhile is in self.bytes."""
        self.sock.settimeout(seconds)
        try:
            while got := self.sock.recv(1 << 16):
                self.bytes += got
        except TimeoutError:
            return False
        return True

    def close(self):
        self.sock.close()


class Streams(unittest.TestCase):
    def serve(self, **env):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.news = os.path.join(folder.name, "news")
        server = Server([PROGRAM, "127.0.0.1:0"], TEST_NEWS=self.news, **env)
        self.addCleanup(server.stop)
        return server

    def open(self, server, **how):
        stream = Stream(server, **how)
        self.addCleanup(stream.close)
        return stream

    def tell(self, text=""):
        with open(self.news, "w", encoding="ascii") as f:
            f.write(text)

    def get(self, server, path):
        with server.connect() as s:
            s.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
            return Reader(s).answer()

    def metric(self, server, name):
        found = re.search(rf"^{re.escape(name)} (\d+)$", self.get(server, "/metrics").body.decode(), re.M)
        return int(found[1])

    def test_news_come_within_two_seconds_and_end_it(self):
        server = self.serve()
        streams = [self.open(server) for _ in range(20)]
        for s in streams:
            self.assertTrue(s.until(b"data: open\n\n"))
            fields = HEAD.match(s.bytes)[1].decode().lower().split("\r\n")
            self.assertIn("content-type: text/event-stream", fields)
            self.assertIn("cache-control: no-store", fields)
            self.assertIn("connection: close", fields)
            self.assertIn("x-accel-buffering: no", fields)
            self.assertFalse([f for f in fields if f.startswith(("content-length", "transfer-enc"))])
        self.assertEqual(self.metric(server, "saqta_http_streams"), 20)
        start = time.monotonic()
        self.tell()
        for s in streams:
            self.assertTrue(s.until(b"event: state\ndata: done\n\n", 2))
        self.assertLess(time.monotonic() - start, 2)
        for s in streams:
            self.assertTrue(s.ended())
            self.assertTrue(s.bytes.endswith(b"data: done\n\n"))
            s.close()
        self.assertEqual(self.metric(server, "saqta_http_stream_news_total"), 20)

    def test_all_are_looked_at_together(self):
        server = self.serve()
        streams = [self.open(server) for _ in range(50)]
        for s in streams:
            self.assertTrue(s.until(b"data: open"))
        before = self.metric(server, "saqta_http_stream_looks_total")
        time.sleep(3)
        looks = self.metric(server, "saqta_http_stream_looks_total") - before
        self.assertTrue(2 <= looks <= 4, looks)

    def test_the_clock_alone_may_bring_news(self):
        server = self.serve()
        s = self.open(server, key="2")
        self.assertTrue(s.until(b"data: late\n\n", 4))
        self.assertTrue(s.ended())

    def test_what_is_over_is_said_at_once(self):
        server = self.serve()
        answer = self.get(server, "/stream/over")
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.fields["content-type"], "text/event-stream")
        self.assertTrue(answer.body.endswith(b"event: state\ndata: over\n\n"))
        self.assertEqual(self.get(server, "/stream/x").status, 404)
        self.assertEqual(self.metric(server, "saqta_http_streams"), 0)

    def test_the_head_alone(self):
        server = self.serve()
        s = self.open(server, method="HEAD")
        self.assertTrue(s.until(b"\r\n\r\n"))
        self.assertNotIn(b"data:", s.bytes)
        self.assertEqual(self.metric(server, "saqta_http_streams"), 0)

    def test_a_limit_of_streams(self):
        server = self.serve(TEST_STREAMS="3")
        streams = [self.open(server) for _ in range(3)]
        for s in streams:
            self.assertTrue(s.until(b"data: open"))
        refused = self.get(server, "/stream/3600")
        self.assertEqual(refused.status, 503)
        self.assertIn("retry-after", refused.fields)
        self.assertEqual(self.metric(server, 'saqta_http_streams_total{result="refused"}'), 1)
        streams[0].close()
        time.sleep(0.2)
        self.assertTrue(self.open(server).until(b"data: open"))
        none = self.serve(TEST_STREAMS="0")
        self.assertEqual(self.get(none, "/stream/3600").status, 503)

    def test_a_limit_of_one_client(self):
        server = self.serve()
        for _ in range(64):
            self.assertTrue(self.open(server).until(b"data: open"))
        self.assertEqual(self.get(server, "/stream/3600").status, 503)
        self.assertEqual(self.get(server, "/").status, 200)

    def test_bad_clients(self):
        server = self.serve()
        gone = [Stream(server) for _ in range(10)]
        for s in gone:
            s.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            s.close()  # a reset, perhaps before the answer
        behind = self.open(server, more=b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 20)
        self.assertTrue(behind.until(b"data: open"))
        talks = self.open(server)
        self.assertTrue(talks.until(b"data: open"))
        with self.assertRaises(OSError):
            for _ in range(200):
                talks.sock.sendall(b"x" * (1 << 16))
                time.sleep(0.002)
        closed = self.open(server)
        self.assertTrue(closed.until(b"data: open"))
        closed.sock.shutdown(socket.SHUT_WR)
        self.assertTrue(closed.ended())
        time.sleep(0.2)
        self.assertEqual(self.metric(server, "saqta_http_streams"), 1)
        self.tell()
        self.assertTrue(behind.until(b"data: done"))
        self.assertTrue(behind.ended())
        self.assertNotIn(b"hello", behind.bytes)
        self.assertEqual(behind.bytes.count(b"HTTP/1.1"), 1)

    def test_a_look_that_fails_ends_nothing(self):
        server = self.serve()
        s = self.open(server)
        self.assertTrue(s.until(b"data: open"))
        self.tell("gone")
        time.sleep(3)
        before = self.metric(server, "saqta_http_stream_looks_total")
        time.sleep(2)
        self.assertEqual(self.metric(server, "saqta_http_stream_looks_total"), before)
        self.assertEqual(self.get(server, "/").status, 200)
        self.tell()
        self.assertTrue(s.until(b"data: done", 12))

    def test_a_stop_ends_them(self):
        server = self.serve()
        streams = [self.open(server) for _ in range(30)]
        for s in streams:
            self.assertTrue(s.until(b"data: open"))
        start = time.monotonic()
        server.signal(signal.SIGTERM)
        for s in streams:
            self.assertTrue(s.ended(2))
            s.close()
        self.assertEqual(server.process.wait(10), 0)
        self.assertLess(time.monotonic() - start, 4)

    def test_a_restart_moves_them(self):
        server = self.serve()
        old = self.open(server)
        self.assertTrue(old.until(b"data: open"))
        server.signal(signal.SIGHUP)
        self.assertTrue(old.ended(10))
        new = self.open(server)
        self.assertTrue(new.until(b"data: open"))
        self.tell()
        self.assertTrue(new.until(b"data: done", 2))

    def test_one_lives_a_minute_and_says_so(self):
        server = self.serve()
        s = self.open(server)
        start = time.monotonic()
        self.assertTrue(s.ended(75))
        self.assertTrue(55 < time.monotonic() - start < 70)
        self.assertEqual(s.bytes.split(b"data: open\n\n")[1], b": \n\n" * 3)


if __name__ == "__main__":
    tap.main()
