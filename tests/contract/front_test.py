#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The served program as a stranger meets it: fields of answers, caches, languages, hostile questions,
limits, TLS, restart, wrong settings.

usage: front_test.py SAQTA
"""
import http.client
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
import tap  # noqa: E402
from http_server import Server  # noqa: E402

SAQTA = sys.argv.pop(1)
INSURED, DEBTOR, NOBODY = "880229399105", "840229399108", "900101399006"
JSON = {"Content-Type": "application/json", "Accept-Language": "en"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
FRIEND = "https://bank.example"
SAMPLE = re.compile(r'^([a-z_]+)(\{[a-z]+="[^"\\\n]*"(?:,[a-z]+="[^"\\\n]*")*\})? (\d+(?:\.\d+)?|\+Inf)$')


def make(folder, name, people):
    url = f"sqlite:{folder}/{name}.db"
    subprocess.run([SAQTA, "db", "migrate", "--db", url], check=True, stdout=subprocess.DEVNULL)
    if people:
        subprocess.run([SAQTA, "demo", "--people", str(people), "--seed", "1", "--db", url], check=True,
                       stdout=subprocess.DEVNULL)
    return url


def ask(port, method, path, body=None, fields=None, tls=None):
    kind = http.client.HTTPSConnection if tls else http.client.HTTPConnection
    link = kind("127.0.0.1", port, timeout=10, **({"context": tls} if tls else {}))
    try:
        link.request(method, path, body, fields or {})
        answer = link.getresponse()
        answer.text = answer.read().decode("utf-8", "surrogateescape")
        return answer
    finally:
        link.close()


class Front(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="saqta-front-")
        cls.url = make(cls.folder, "demo", 200)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def command(self, *more, url=None):
        listen = [] if "--listen" in more else ["--listen", "127.0.0.1:0"]
        return [SAQTA, "serve", "--db", url or self.url, "--workers", "1", *listen, *more]

    def serve(self, *more, url=None, **env):
        server = Server(self.command(*more, url=url), SAQTA_ACCESS_LOG="0", **env)
        self.addCleanup(self.stop, server)
        return server

    def stop(self, server):
        if not server.process.stdout.closed:
            self.assertEqual(server.stop(), 0, server.errors)

    def wait_for_address(self, server):
        """After a restart: behind what the trial of the new program says."""
        for line in server.process.stdout:
            if "http" in line:
                return
        self.fail("the server is gone")

    def refused(self, code, status, *more, url=None, **env):
        done = subprocess.run([*self.command(*more, url=url), "--lang", "en"], capture_output=True, text=True,
                              timeout=20, env={**os.environ, **env}, check=False)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertIn(f"[{code}]", done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, "one clear sentence")
        return done.stderr


class Answers(Front):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = Server([SAQTA, "serve", "--db", cls.url, "--listen", "127.0.0.1:0", "--workers", "2"],
                            SAQTA_EMBED_HOSTS=FRIEND, SAQTA_ACCESS_LOG="0")

    @classmethod
    def tearDownClass(cls):
        code = cls.server.stop()
        super().tearDownClass()
        if code or "worker.died" in cls.server.errors:
            raise AssertionError(f"exit {code}: {cls.server.errors}")

    def ask(self, *args):
        return ask(self.server.port, *args)

    def problem(self, answer):
        """The answer is a whole problem; nothing in it stands empty or was left unfilled."""
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json", answer.text)
        value = json.loads(answer.text)
        self.assertEqual(set(value), {"type", "title", "status", "code", "number", "detail", "field", "trace"})
        self.assertEqual(value["status"], answer.status)
        self.assertEqual(value["type"], "urn:saqta:error:" + value["code"])
        self.assertEqual(value["trace"], answer.headers["X-Request-Id"])
        self.assertRegex(value["detail"], r"^\S.*[^\s:.]$", "a whole sentence")
        self.assertNotRegex(value["detail"], r"[{]\w+[}]|  ")
        return value

    def test_fields_of_every_kind(self):
        frame = "/embed/v1/frame?lang=en"
        for path, ancestors in (("/kk/", "'none'"), ("/ru/calculator", "'none'"), ("/en/nothing", "'none'"),
                                (frame, FRIEND), ("/embed/v1.js", "'none'"), ("/api/v1/law", "'none'"),
                                ("/healthz", "'none'"), ("/metrics", "'none'"), ("/api/nothing", "'none'")):
            with self.subTest(path=path):
                fields = self.ask("GET", path).headers
                policy = fields["Content-Security-Policy"]
                self.assertIn("default-src 'none'", policy)
                self.assertTrue(policy.endswith("frame-ancestors " + ancestors), policy)
                self.assertNotIn("unsafe", policy)
                self.assertEqual(fields["X-Content-Type-Options"], "nosniff")
                self.assertEqual(fields["Referrer-Policy"], "no-referrer")
                self.assertRegex(fields["X-Request-Id"], "^[0-9a-f]{16}$")
                self.assertNotIn("Server", fields)
                shared = "public" in fields["Cache-Control"]
                self.assertFalse(shared and fields["Set-Cookie"], "a cookie in a shared cache")

    def test_language_of_what_is_kept(self):
        """What a cache may keep for all either has one language or says what it varies by."""
        for path in ("/api/v1/law", "/openapi.yaml", "/embed/v1.js"):
            texts = {self.ask("GET", path, None, {"Accept-Language": x}).text for x in ("kk", "ru", "en")}
            fields = self.ask("GET", path).headers
            varies = "Accept-Language" in (fields["Vary"] or "")
            self.assertEqual(varies, len(texts) > 1, path)
            self.assertEqual(fields["Content-Language"] is not None, len(texts) > 1, path)
        for lang in ("kk", "ru", "en"):
            self.assertEqual(self.ask("GET", f"/{lang}/").headers["Content-Language"], lang)

    def test_kept_files(self):
        page = self.ask("GET", "/kk/").text
        for path in [*re.findall(r'"(/assets/[^"]+)"', page), "/embed/v1.js", "/openapi.yaml"]:
            first = self.ask("GET", path)
            self.assertEqual(first.status, 200, path)
            self.assertEqual("immutable" in first.headers["Cache-Control"], path.startswith("/assets/"))
            for tag in (first.headers["ETag"], "W/" + first.headers["ETag"], '"x", ' + first.headers["ETag"], "*"):
                again = self.ask("GET", path, None, {"If-None-Match": tag})
                self.assertEqual((again.status, again.text), (304, ""), path)
                self.assertEqual(again.headers["ETag"], first.headers["ETag"])
            self.assertEqual(self.ask("GET", path, None, {"If-None-Match": '"other"'}).status, 200)

    def test_result_pages_are_nobody_elses(self):
        answer = self.ask("POST", "/en/status", "iin=" + INSURED, FORM)
        path = answer.headers["Location"]
        self.assertEqual((answer.status, answer.text), (303, ""))
        self.assertNotIn(INSURED, path)
        for method in ("GET", "HEAD"):
            page = self.ask(method, path)
            self.assertEqual((page.status, page.headers["Cache-Control"]), (200, "no-store"))
        text = self.ask("GET", path, None, {"Accept-Encoding": "gzip"})
        self.assertIsNone(text.headers["Content-Encoding"], "a secret is not compressed")
        self.assertNotIn(INSURED, text.text)
        for wrong in (path[:-1], path + "x", path[:6] + path[6:].swapcase(), path[:-3] + "AAA", "/en/s/x"):
            self.assertEqual(self.ask("GET", wrong).status, 410, wrong)
        self.assertNotEqual(path, self.ask("POST", "/en/status", "iin=" + INSURED, FORM).headers["Location"])

    def test_unknown_people_look_alike(self):
        """A number that nobody has is answered as one that the system does not know."""
        answer = json.loads(self.ask("POST", "/api/v1/status", json.dumps({"iin": NOBODY}), JSON).text)
        self.assertEqual((answer["insured"], answer["reason"]), (False, "not_in_system"))

    def test_methods(self):
        for method, path, allow in (("GET", "/api/v1/status", "POST"), ("OPTIONS", "/api/v1/status", "POST"),
                                    ("DELETE", "/kk/", "GET, HEAD"), ("POST", "/kk/calculator", "GET, HEAD"),
                                    ("PUT", "/en/status", "GET, HEAD, POST")):
            answer = self.ask(method, path)
            self.assertEqual((answer.status, answer.headers["Allow"]), (405, allow))

    def test_errors_say_what_is_wrong(self):
        iin = {"iin": INSURED}
        calc = {"kind": "employer", "month": "2026-11", "incomes": ["1000"]}
        rows = (
            ("status", "[]", "JSON_TYPE", "body", None),
            ("status", '{"iin":"1","iin":"1"}', "VALUE_TWICE", "body", None),
            ("status", {**iin, "colour": 1}, "FIELD_UNKNOWN", "colour", "colour"),
            ("status", {**iin, "<b>": 1}, "FIELD_UNKNOWN", "…", None),
            ("status", {**iin, INSURED: 1}, "FIELD_UNKNOWN", "…", None),
            ("calculations", {**calc, "kind": "king"}, "VALUE_UNKNOWN", "kind", "king"),
            ("calculations", {**calc, "kind": "<king>"}, "VALUE_UNKNOWN", "kind", "…"),
            ("calculations", {**calc, "kind": INSURED}, "VALUE_UNKNOWN", "kind", "…"),
            ("calculations", {**calc, "categories": ["child", "tall"]}, "VALUE_UNKNOWN", "categories", "tall"),
            ("calculations", {**calc, "place": "moon"}, "VALUE_UNKNOWN", "place", "village"),
            ("calculations", {**calc, "incomes": []}, "CALC_INCOME_MISSING", "incomes", None),
            ("calculations", {**calc, "incomes": ["-1"]}, "MONEY_NEGATIVE", "incomes", None),
        )
        for path, body, code, field, word in rows:
            with self.subTest(body=body):
                text = body if isinstance(body, str) else json.dumps(body)
                for lang in ("kk", "ru", "en"):
                    answer = self.ask("POST", "/api/v1/" + path, text, {**JSON, "Accept-Language": lang})
                    value = self.problem(answer)
                    self.assertEqual((value["code"], value["field"]), (code, field), value)
                    self.assertIn(word or "", value["detail"])
                    self.assertNotIn(INSURED, answer.text)
        page = self.ask("POST", "/en/status", "iin=" + INSURED + "&colour=1", FORM)
        self.assertIn("Unknown field: colour", page.text)

    def test_hostile_questions(self):
        """Never a failure of ours, always a problem that OpenAPI knows, never the number in it."""
        values = (None, True, -1, 10**30, 0.5, "", " ", "x" * 300, "\u0000", "\ufeff", "😀" * 40, [], [[]], {},
                  [None] * 30, {"a": {"b": {}}}, INSURED + "'--", "' OR 1=1 --", "%s%n", "../../etc/passwd",
                  "２０２６-１１", "2026-02-30", "0000-00-00", "9999-99", "-9223372036854775809")
        raw = (b"", b"\0", b"{", b"}", b'{"iin"', b'"', b"nul", b"\xff\xfe{}", b'{"iin":"\xc0\xaf"}',
               b'{"iin":"\\ud800"}', b'{"iin":"\\u0000"}', b"[" * 3000, b'{"a":' * 600, b"{}{}", b"1e999",
               b'{"iin":1e999}', b" " * 4096, b'{"iin":NaN}', b"{iin:1}", b"{'iin':1}", b"/**/{}")
        questions = [("/api/v1/status", name, v) for name in ("iin", "on", "known", "explain") for v in values]
        questions += [("/api/v1/calculations", name, v) for v in values
                      for name in ("kind", "month", "incomes", "categories", "place", "explain")]
        whole = {"/api/v1/status": {"iin": INSURED},
                 "/api/v1/calculations": {"kind": "employer", "month": "2026-11", "incomes": ["85000"]}}
        bodies = [(path, json.dumps({**whole[path], name: v}).encode()) for path, name, v in questions]
        bodies += [(path, body) for path in whole for body in raw]
        for path, body in bodies:
            answer = self.ask("POST", path, body, JSON)
            self.assertIn(answer.status, (200, 400, 413, 422), (body, answer.text))
            if answer.status != 200:
                self.problem(answer)
                self.assertNotIn(INSURED, answer.text)
        for query in ("month=%00", "month=%ff", "month=", "month=2026-11&month=2026-11", "a=1&" * 900,
                      "month=2016-12", "month=9999-12", "month=-1", "%20=%20"):
            answer = self.ask("GET", "/api/v1/law?" + query)
            self.assertIn(answer.status, (200, 400, 413, 422), query)
            if answer.status != 200:
                self.problem(answer)

    def test_unreadable_requests_are_problems_too(self):
        for request, status in ((b"GET /kk/?%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
                                (b"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
                                (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
                                (b"GET / HTTP/2.7\r\nHost: a\r\n\r\n", 505)):
            with self.server.connect() as s:
                s.sendall(request)
                answer = http.client.HTTPResponse(s)
                answer.begin()
                answer.text = answer.read().decode()
                self.assertEqual(answer.status, status)
                self.problem(answer)

    def test_metrics_are_well_formed(self):
        with self.server.connect() as held:
            held.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            self.assertTrue(held.recv(4096))
            answer = self.ask("GET", "/metrics")
        self.assertEqual(answer.headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
        self.assertTrue(answer.text.endswith("\n") and "\n\n" not in answer.text)
        types, seen, family, values = {}, set(), None, {}
        for line in answer.text.splitlines():
            if line.startswith("# HELP "):
                family = line.split()[2]
                self.assertNotIn(family, seen, "a family stands in one place")
                seen.add(family)
                self.assertGreater(len(line.split(None, 3)), 3, line)
            elif line.startswith("# TYPE "):
                _, _, name, kind = line.split()
                self.assertEqual(name, family)
                self.assertIn(kind, ("counter", "gauge", "histogram"))
                types[name] = kind
            else:
                found = SAMPLE.match(line)
                self.assertTrue(found, line)
                name = re.sub("_(bucket|sum|count)$", "", found[1]) if types[family] == "histogram" else found[1]
                self.assertEqual(name, family, line)
                self.assertEqual(types[family] == "counter", name.endswith("_total"), line)
                self.assertNotIn(line.rsplit(" ", 1)[0], values, "a sample stands once")
                values[line.rsplit(" ", 1)[0]] = float(found[3])
        buckets = [v for k, v in values.items() if "_bucket{" in k]
        self.assertEqual(buckets, sorted(buckets))
        self.assertEqual(buckets[-1], values["saqta_http_answer_seconds_count"])
        self.assertGreaterEqual(values["saqta_http_connections"], 2)


class Limits(Front):
    def test_who_asks_too_often_is_told_how_long(self):
        server = self.serve(SAQTA_LOOPBACK_FREE="0", SAQTA_LIMIT_CLIENT="3/600", SAQTA_LIMIT_PAGES="1000/60")
        for _ in range(3):
            answer = ask(server.port, "POST", "/api/v1/status", json.dumps({"iin": INSURED}), JSON)
            self.assertEqual(answer.status, 200)
        units = {"kk": ("секундтан кейін", "минуттан кейін"), "ru": ("секунд", "минут"), "en": ("second", "minute")}
        for lang, words in units.items():
            answers = (ask(server.port, "POST", "/api/v1/status", json.dumps({"iin": DEBTOR}),
                           {**JSON, "Accept-Language": lang}),
                       ask(server.port, "POST", f"/{lang}/status", "iin=" + DEBTOR, FORM),
                       ask(server.port, "POST", f"/embed/v1/frame?lang={lang}", "iin=" + DEBTOR, FORM))
            for answer in answers:
                wait = int(answer.headers["Retry-After"] or 0)
                self.assertEqual(answer.status, 429)
                self.assertTrue(0 < wait <= 600, wait)
                said = [(int(n), w) for w in words for n in re.findall(rf"(\d+) {w}", answer.text)]
                self.assertEqual(len(said), 1, answer.text)
                number, word = said[0]
                seconds = number if word == words[0] else number * 60
                self.assertTrue(wait - 1 <= seconds <= wait + 60, (said, wait))
                self.assertNotIn(DEBTOR, answer.headers.as_string())


class Data(Front):
    def notice(self, **more):
        server = self.serve(**more)
        return "made up for testing" in ask(server.port, "GET", "/en/").text

    def test_notice_of_made_up_data(self):
        empty = make(self.folder, "empty", 0)
        self.assertTrue(self.notice())
        self.assertFalse(self.notice(url=empty))
        self.assertFalse(self.notice(SAQTA_DATA="real"))
        self.assertTrue(self.notice(url=empty, SAQTA_DATA="synthetic"))
        self.refused("SETTING_VALUE", 2, SAQTA_DATA="some")

    def test_absolute_addresses_need_a_name(self):
        links = r'<link rel="(canonical|alternate)"[^>]* href="([^"]*)"'
        self.assertEqual(re.findall(links, ask(self.serve().port, "GET", "/ru/calculator?m=1").text), [])
        page = ask(self.serve(SAQTA_PUBLIC_URL="https://saqta.example/").port, "GET", "/ru/calculator?m=1").text
        want = [("canonical", "ru"), ("alternate", "kk"), ("alternate", "ru"), ("alternate", "en")]
        self.assertEqual(re.findall(links, page),
                         [(kind, f"https://saqta.example/{lang}/calculator") for kind, lang in want])
        self.refused("SETTING_VALUE", 2, SAQTA_PUBLIC_URL="saqta.example")

    def test_rows_of_who_asked_reach_the_database(self):
        url = make(self.folder, "asked", 20)
        rows = os.path.join(self.folder, "rows")
        os.mkdir(rows)
        server = self.serve(url=url, SAQTA_LOOKUP_DIR=rows)
        for _ in range(5):
            ask(server.port, "POST", "/api/v1/status", json.dumps({"iin": INSURED}), JSON)
        self.assertEqual(server.stop(), 0)
        for _ in range(2):
            subprocess.run([SAQTA, "work", "--once", "--db", url], check=True, stdout=subprocess.DEVNULL,
                           env={**os.environ, "SAQTA_LOOKUP_DIR": rows})
        with sqlite3.connect(url.removeprefix("sqlite:")) as db:
            self.assertEqual(db.execute("SELECT count(*) FROM lookup").fetchone()[0], 5)
        self.assertEqual(os.listdir(rows), [])


class Operation(Front):
    def certificate(self, name):
        path = os.path.join(self.folder, name)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-keyout", path + ".key", "-out", path + ".crt"], check=True, capture_output=True)
        return path + ".crt", path + ".key"

    def test_tls_versions(self):
        cert, key = self.certificate("tls")
        server = self.serve("--tls-cert", cert, "--tls-key", key)
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = ssl.create_default_context(cafile=cert)
            context.minimum_version = context.maximum_version = version
            context.set_alpn_protocols(["h2", "http/1.1"])
            link = http.client.HTTPSConnection("127.0.0.1", server.port, timeout=10, context=context)
            for _ in range(3):
                link.request("POST", "/api/v1/status", json.dumps({"iin": INSURED}), JSON)
                answer = link.getresponse()
                self.assertTrue(json.loads(answer.read())["insured"])
                self.assertIn("max-age", answer.headers["Strict-Transport-Security"])
            self.assertEqual(link.sock.version(), version.name.replace("_", "."))
            self.assertEqual(link.sock.selected_alpn_protocol(), "http/1.1")
            link.close()
            page = ask(server.port, "GET", "/kk/", None, None, context)
            self.assertIn("; Secure", page.headers["Set-Cookie"])
        old = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", "-tls1_1", "-cipher",
                              "DEFAULT@SECLEVEL=0"], input="", capture_output=True, text=True, timeout=10, check=False)
        self.assertNotEqual(old.returncode, 0)

    def test_wrong_certificates(self):
        cert, key = self.certificate("one")
        other = self.certificate("other")[1]
        self.assertIn("tls-key", self.refused("FILE_OPEN", 3, "--tls-cert", cert, "--tls-key", other))
        self.assertIn("tls-cert", self.refused("FILE_OPEN", 3, "--tls-cert", "/nowhere", "--tls-key", key))
        self.assertIn("tls-cert", self.refused("FILE_OPEN", 3, "--tls-cert", key, "--tls-key", key))
        self.refused("VALUE_MISSING", 2, "--tls-cert", cert)

    def test_restart_with_a_broken_certificate_is_refused(self):
        cert, key = self.certificate("kept")
        server = self.serve("--tls-cert", cert, "--tls-key", key)
        context = ssl.create_default_context(cafile=cert)
        with open(key, encoding="ascii") as f:
            good = f.read()
        with open(key, "w", encoding="ascii") as f:
            f.write("no key")
        server.signal(signal.SIGHUP)
        time.sleep(1)
        self.assertIsNone(server.process.poll())
        self.assertEqual(ask(server.port, "GET", "/readyz", None, None, context).status, 200)
        with open(key, "w", encoding="ascii") as f:
            f.write(good)
        server.signal(signal.SIGHUP)
        self.wait_for_address(server)
        self.assertEqual(ask(server.port, "GET", "/readyz", None, None, context).status, 200)

    def test_restart_and_stop_under_load(self):
        server = self.serve(SAQTA_LOOPBACK_FREE="1")
        token = ask(server.port, "POST", "/kk/status", "iin=" + INSURED, FORM).headers["Location"]
        going, wrong, done = [True], [], [0]

        def load(keep):
            link = None
            while going[0]:
                try:
                    link = link or http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
                    link.request("POST", "/api/v1/status", json.dumps({"iin": INSURED}), JSON)
                    answer = link.getresponse()
                    text = answer.read()
                    if answer.status != 200 or not json.loads(text)["insured"]:
                        wrong.append(text)
                    done[0] += 1
                    if not keep or answer.headers["Connection"] == "close":
                        link.close()
                        link = None
                except (OSError, http.client.HTTPException) as e:
                    wrong.append(repr(e))
                    link = None

        threads = [threading.Thread(target=load, args=(i % 2 == 0,)) for i in range(6)]
        for t in threads:
            t.start()
        for _ in range(3):
            server.signal(signal.SIGHUP)
            self.wait_for_address(server)
            time.sleep(0.2)
        going[0] = False
        for t in threads:
            t.join()
        self.assertEqual(wrong, [])
        self.assertGreater(done[0], 50)
        self.assertEqual(ask(server.port, "GET", token).status, 200, "a token outlives a restart")

    def test_stop_in_the_middle_of_a_restart(self):
        for pause in (0, 0.01, 0.02, 0.04, 0.08):
            server = self.serve()
            server.signal(signal.SIGHUP)
            time.sleep(pause)
            self.assertEqual(server.stop(), 0, server.errors)

    def test_port_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            at = f"127.0.0.1:{taken.getsockname()[1]}"
            self.assertIn(at, self.refused("PORT_IN_USE", 3, "--listen", at))
        self.refused("SETTING_VALUE", 2, "--listen", "somewhere")
        self.refused("LISTEN_FAILED", 3, "--listen", "192.0.2.1:80")

    def test_databases_that_cannot_serve(self):
        newer = make(self.folder, "newer", 0)
        with sqlite3.connect(newer.removeprefix("sqlite:")) as db:
            row = db.execute("SELECT * FROM migration ORDER BY 1 DESC LIMIT 1").fetchone()
            db.execute(f"INSERT INTO migration VALUES ({','.join('?' * len(row))})", (999, *row[1:]))
        self.refused("DB_NEWER", 3, url=newer)
        self.refused("DB_OPEN", 3, url=f"sqlite:{self.folder}/none.db")
        text = os.path.join(self.folder, "text.db")
        with open(text, "w", encoding="ascii") as f:
            f.write("no database " * 1000)
        self.refused("DB_NOT_OURS", 3, url="sqlite:" + text)
        self.refused("FILE_OPEN", 3, SAQTA_LOOKUP_DIR="/nowhere")
        self.refused("SETTING_VALUE", 2, SAQTA_EMBED_HOSTS="javascript:alert(1)")
        self.refused("SETTING_VALUE", 2, SAQTA_TOKEN_KEY="short")
        self.refused("SETTING_VALUE", 2, SAQTA_LIMIT_PAGES="many")


if __name__ == "__main__":
    tap.main()
