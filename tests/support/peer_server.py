#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The other side of tests of gateway/peer: plain and TLS servers that behave well or badly by path.

usage: peer_server.py PROGRAM [ARGUMENT]...

Runs PROGRAM beside itself and ends with its exit code. What it finds in its environment:
PEER_HTTP, PEER_TLS (asks for no certificate), PEER_MTLS (asks for one), PEER_REFUSED (nobody
listens there): addresses; PEER_DIR: a folder with ca.pem, client.pem (with its key) and other.pem,
a certificate of nobody's.

Paths: /echo says in its headers and body what it got; /status/N answers with N; /slow after 10 s;
/drip a byte each 200 ms; /cut breaks off within the body; /close before any answer; /big without an
end; /heads headers without an end; /junk no HTTP; /twice an interim answer before the answer;
/moved leads to /echo;
/bank/MODE/… issues QR codes as Kaspi Pay does, well or as MODE says, see bank(); /codes tells how
many it issued, /asked how often it was asked; /once closes the kept connection with the second request on it; /count tells
how many POST requests there were.
"""
import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

count = codes = asked = 0
lock = threading.Lock()


def answer(status, body, *headers):
    lines = [f"HTTP/1.1 {status} Fine", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def read_request(stream):
    line = stream.readline()
    headers = []
    while line:
        h = stream.readline().rstrip(b"\r\n")
        if not h:
            break
        headers.append(h.decode())
    size = [int(h.split(":")[1]) for h in headers if h.lower().startswith("content-length:")]
    return line.decode().split(), headers, stream.read(size[0]) if size else b""


def forever(sock, bytes_, pause=0.0):
    while True:
        sock.sendall(bytes_)
        time.sleep(pause)


def bank(sock, mode, call, body):
    """good; strange: the code of somebody else; broken: 500; denied: 401; refused: not this one;
    forgets: our device; junk: no JSON; paid, ended: what it says of a code; slow: no answer in time; cut: within the answer."""
    global codes, asked
    with lock:
        asked += 1
        number = codes = codes + (call == "qr/create" and mode in ("good", "cut"))
    data = {"DeviceToken": "device"}
    status = {"refused": -10000, "forgets": -999}.get(mode, 0) if call == "qr/create" else 0
    if call == "qr/create":
        wanted = json.loads(body)
        place = "https://elsewhere.example/" if mode == "strange" else "https://qr.kaspi.kz/"
        data = {"QrToken": f"{place}{number}-{wanted['ExternalId']}", "QrPaymentId": number}
    if call.startswith("payment/status/"):
        data = {"Status": {"paid": "Processed", "ended": "Error"}.get(mode, "Wait")}
        status = {"refused": -1601}.get(mode, 0)
    if mode == "slow":
        time.sleep(10)
    said = json.dumps({"StatusCode": status, "Message": "", "Data": data}).encode()
    if mode == "cut" and call == "qr/create":
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
        return False
    sock.sendall(answer({"broken": 500, "denied": 401}.get(mode, 200),
                        b"<html>" if mode == "junk" else said))
    return True


def behave(sock, path, request):
    """True when the connection is kept."""
    method, headers, body = request
    if path.startswith("/bank/"):
        mode, _, call = path[6:].partition("/")
        return bank(sock, mode, call, body)
    if path == "/echo":
        seen = "\n".join([method, *headers, "", ""]).encode() + body
        sock.sendall(answer(200, b"" if method == "HEAD" else seen, "X-Seen: yes"))
    elif path.startswith("/status/"):
        sock.sendall(answer(path[8:], b"told"))
    elif path == "/moved":
        sock.sendall(answer(302, b"", "Location: /echo"))
    elif path == "/twice":
        sock.sendall(b"HTTP/1.1 103 Early\r\nX-Early: 1\r\n\r\n" + answer(200, b"late"))
    elif path == "/count":
        sock.sendall(answer(200, str(count).encode()))
    elif path in ("/codes", "/asked"):
        sock.sendall(answer(200, str(codes if path == "/codes" else asked).encode()))
    elif path == "/once":
        sock.sendall(answer(200, b"kept"))
        return "dies"
    elif path == "/slow":
        time.sleep(10)
    elif path == "/drip":
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        forever(sock, b".", 0.2)
    elif path == "/cut":
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
        return False
    elif path == "/big":
        sock.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        forever(sock, b"x" * 4096)
    elif path == "/heads":
        sock.sendall(b"HTTP/1.1 200 OK\r\n")
        forever(sock, b"X-More: " + b"y" * 1000 + b"\r\n")
    elif path == "/junk":
        sock.sendall(b"SSH-2.0-hello\r\n\r\n")
        return False
    else:
        return False
    return True


def serve_one(sock, context):
    global count
    try:
        sock.settimeout(20)
        if context:
            sock = context.wrap_socket(sock, server_side=True)
        stream = sock.makefile("rb")
        kept = True
        while kept:
            line, headers, body = read_request(stream)
            if not line:
                break
            with lock:
                count += line[0] == "POST"
            if kept == "dies":
                break
            kept = behave(sock, line[1], (line[0], headers, body))
        stream.close()
        sock.shutdown(socket.SHUT_RDWR)
    except (OSError, ssl.SSLError):
        pass
    sock.close()


def listen(context=None):
    server = socket.create_server(("127.0.0.1", 0), backlog=64)

    def accept():
        while True:
            sock, _ = server.accept()
            threading.Thread(target=serve_one, args=(sock, context), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return server.getsockname()[1]


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def make_certificates(folder):
    new = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    for name in ("ca", "other"):
        openssl(folder, *new, "-x509", "-days", "2", "-subj", f"/CN={name}", "-keyout",
                f"{name}.key", "-out", f"{name}.pem")
    with open(os.path.join(folder, "names"), "w", encoding="utf-8") as f:
        f.write("subjectAltName=IP:127.0.0.1\n")
    for name in ("server", "client"):
        openssl(folder, *new, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out",
                f"{name}.csr")
        openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-days", "2", "-extfile", "names", "-out", f"{name}.crt")
        with open(os.path.join(folder, f"{name}.pem"), "wb") as out:
            for part in ("crt", "key"):
                with open(os.path.join(folder, f"{name}.{part}"), "rb") as f:
                    out.write(f.read())


def main():
    with tempfile.TemporaryDirectory() as folder, socket.socket() as nobody:
        make_certificates(folder)
        nobody.bind(("127.0.0.1", 0))
        contexts = []
        for asks in (ssl.CERT_NONE, ssl.CERT_REQUIRED):
            c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            c.load_cert_chain(os.path.join(folder, "server.pem"))
            c.load_verify_locations(os.path.join(folder, "ca.pem"))
            c.verify_mode = asks
            contexts.append(c)
        env = dict(os.environ, PEER_DIR=folder, PEER_HTTP=f"http://127.0.0.1:{listen()}",
                   PEER_TLS=f"https://127.0.0.1:{listen(contexts[0])}",
                   PEER_MTLS=f"https://127.0.0.1:{listen(contexts[1])}",
                   PEER_REFUSED=f"http://127.0.0.1:{nobody.getsockname()[1]}",
                   http_proxy="http://127.0.0.1:1", https_proxy="http://127.0.0.1:1")
        return subprocess.run(sys.argv[1:], env=env).returncode


if __name__ == "__main__":
    sys.exit(main())
