# SPDX-License-Identifier: Apache-2.0
"""Starts a server on a free port and stops it; reads answers from raw sockets."""
import os
import re
import signal
import socket
import ssl
import subprocess


class Server:
    """`command` prints the line with its address once it serves."""

    def __init__(self, command, **env):
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env={**os.environ, **env}, text=True)
        line = self.process.stdout.readline()
        found = re.search(r"https?://\S+:(\d+)", line)
        if not found:
            raise RuntimeError(f"no address: {line!r} {self.process.stderr.read()}")
        self.port = int(found[1])

    def connect(self, timeout=5.0, tls=False):
        s = socket.create_connection(("127.0.0.1", self.port), timeout=timeout)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            s = context.wrap_socket(s, server_hostname="localhost")
        return s

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        """Exit code after SIGTERM. Again: the same."""
        if self.process.stdout.closed:
            return self.process.returncode
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        try:
            code = self.process.wait(30)
        finally:
            self.process.kill()
            self.process.stdout.close()
            self.errors = self.process.stderr.read()
            self.process.stderr.close()
        return code


class Answer:
    def __init__(self, status, fields, body):
        self.status, self.fields, self.body = status, fields, body


class Reader:
    """Answers from a socket, one after the other."""

    def __init__(self, sock):
        self.sock, self.bytes = sock, b""

    def more(self):
        try:
            got = self.sock.recv(1 << 16)
        except ConnectionResetError:
            got = b""
        self.bytes += got
        return bool(got)

    def answer(self, head=False):
        """The next answer, or None at the end of the connection."""
        while b"\r\n\r\n" not in self.bytes:
            if not self.more():
                if self.bytes:
                    raise AssertionError(f"half an answer: {self.bytes[:80]!r}")
                return None
        top, self.bytes = self.bytes.split(b"\r\n\r\n", 1)
        lines = top.decode("latin-1").split("\r\n")
        status = int(re.fullmatch(r"HTTP/1\.1 (\d{3}) [A-Za-z ]+", lines[0])[1])
        fields = {}
        for line in lines[1:]:
            name, value = line.split(": ", 1)
            if name.lower() in fields:
                raise AssertionError(f"{name} stands twice")
            fields[name.lower()] = value
        length = 0 if head or status in (100, 304) else int(fields["content-length"])
        while len(self.bytes) < length:
            if not self.more():
                raise AssertionError("half a body")
        body, self.bytes = self.bytes[:length], self.bytes[length:]
        return Answer(status, fields, body)

    def ended(self):
        """Reads on: True when the server closes without another byte."""
        while self.more():
            pass
        return not self.bytes
