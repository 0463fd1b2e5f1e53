#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""docs/api/openapi.yaml against the program: routes, error codes, examples, real answers.

usage: openapi_test.py SAQTA
"""
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

import yaml

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
import tap  # noqa: E402
from http_server import Server  # noqa: E402

SAQTA = sys.argv.pop(1)
TYPES = {"string": str, "integer": int, "boolean": bool, "object": dict, "array": list,
         "null": type(None)}
KNOWN = {"$ref", "type", "enum", "pattern", "required", "properties", "additionalProperties", "items",
         "maxItems", "description", "examples", "default"}
PERSONS = ("880229399105", "920229499101", "760229399100", "960229499109", "040229699106",
           "840229399108", "800229499107", "720229399103")


def read(*parts):
    with open(os.path.join(ROOT, *parts), encoding="utf-8") as f:
        return f.read()


FILE = yaml.safe_load(read("docs", "api", "openapi.yaml"))
SCHEMAS = FILE["components"]["schemas"]


def has_type(value, name):
    return isinstance(value, TYPES[name]) and (name != "integer" or not isinstance(value, bool))


def problems(value, schema, at="$"):
    """What is wrong with the value; a field that the schema does not name is wrong."""
    unknown = set(schema) - KNOWN
    if unknown:
        raise ValueError(f"the test does not know {unknown}")
    if "$ref" in schema:
        yield from problems(value, SCHEMAS[schema["$ref"].rsplit("/", 1)[1]], at)
        return
    names = schema.get("type", [])
    names = names if isinstance(names, list) else [names]
    if names and not any(has_type(value, x) for x in names):
        yield f"{at}: {value!r} is no {names}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is not in the list"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{at}: {value!r} does not match"
    if len(value) > schema.get("maxItems", len(value)) if isinstance(value, list) else False:
        yield f"{at}: too many"
    if isinstance(value, list):
        for i, item in enumerate(value):
            yield from problems(item, schema["items"], f"{at}[{i}]")
    if isinstance(value, dict):
        for name in schema.get("required", []):
            if name not in value:
                yield f"{at}.{name} is missing"
        for name, item in value.items():
            inner = schema.get("properties", {}).get(name, schema.get("additionalProperties", False))
            if inner is False:
                yield f"{at}.{name} is not described"
            else:
                yield from problems(item, inner, f"{at}.{name}")


class Description(unittest.TestCase):
    """What stands in the sources."""

    def test_routes(self):
        rows = re.findall(r'\{HTTP_(\w+), "([^"]+)",.*?(ROUTE_(?:PAGE|FRAME|API|FILE|PLAIN|BANK|STREAM)),',
                          read("src", "routes.c"), re.S)
        self.assertEqual(len(rows), read("src", "routes.c").count("{HTTP_"))
        table = {(method.lower(), path) for method, path, kind in rows
                 if kind in ("ROUTE_API", "ROUTE_PLAIN", "ROUTE_STREAM") or path == "/openapi.yaml"}
        described = {(method, path) for path, item in FILE["paths"].items() for method in item}
        self.assertEqual(described, table)

    def test_errors(self):
        rows = re.findall(r"^ERROR\((\w+), (\d+),", read("src", "errors.def"), re.M)
        # Files, start and command line give their errors to nobody here.
        groups = ((100, 200), (210, 300), (330, 333), (400, 412), (510, 600))
        ours = [name for name, number in rows if any(a <= int(number) < b for a, b in groups)]
        self.assertEqual(SCHEMAS["Problem"]["properties"]["code"]["enum"], ours)

    def test_lists(self):
        kinds = re.findall(r'^PAYER\(\w+, "([^"]+)"\)', read("src", "domain", "kinds.def"), re.M)
        self.assertEqual(SCHEMAS["PayerKind"]["enum"], kinds)

    def test_examples(self):
        count = 0
        for schema in SCHEMAS.values():
            for example in schema.get("examples", []):
                self.assertEqual(list(problems(example, schema)), [])
                count += 1
        self.assertGreaterEqual(count, 4)

    def test_the_validator_refuses(self):
        good = {"income": "1.00", "sums": {"121": "2.00"}}
        schema = SCHEMAS["Calculation"]["properties"]["by_income"]["items"]
        self.assertEqual(list(problems(good, schema)), [])
        for bad in ({**good, "more": 1}, {"income": "1.00"}, {**good, "income": 1},
                    {**good, "income": "1"}, {**good, "sums": {"121": "-2.00"}}, []):
            self.assertNotEqual(list(problems(bad, schema)), [], bad)


class Answers(unittest.TestCase):
    """What the running server says."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        url = os.environ.get("SAQTA_TEST_DB", f"sqlite:{cls.folder.name}/demo.db")
        for command in (("db", "migrate"), ("demo", "--people", "500", "--seed", "1")):
            subprocess.run([SAQTA, *command, "--db", url], check=True, stdout=subprocess.DEVNULL)
        cls.server = Server([SAQTA, "serve", "--db", url, "--listen", "127.0.0.1:0", "--workers", "1"])

    @classmethod
    def tearDownClass(cls):
        code = cls.server.stop()
        cls.folder.cleanup()
        if code:
            raise AssertionError(f"the server ended with {code}")

    def ask(self, method, path, body=None, kind="application/json"):
        """Status and body; the answer is what the file says for that status."""
        link = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=10)
        try:
            raw = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
            link.request(method, path, raw, {"Content-Type": kind} if raw is not None else {})
            answer = link.getresponse()
            text = answer.read()
        finally:
            link.close()
        item = FILE["paths"][path.split("?")[0]][method.lower()]
        self.assertIn(str(answer.status), item["responses"], text)
        response = item["responses"][str(answer.status)]
        if "$ref" in response:
            response = FILE["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
        media = answer.headers["Content-Type"].split(";")[0]
        self.assertIn(media, response["content"])
        schema = response["content"][media].get("schema")
        value = json.loads(text) if schema else text
        if schema:
            self.assertEqual(list(problems(value, schema)), [], text)
        return answer.status, value

    def test_status(self):
        reasons = set()
        for iin in PERSONS:
            for explain in ({}, {"explain": True}, {"explain": False}):
                status, answer = self.ask("POST", "/api/v1/status", {"iin": iin, **explain})
                self.assertEqual(status, 200)
                self.assertEqual(answer["steps"] != [], explain.get("explain", True))
                reasons.add(answer["reason"])
        self.assertGreaterEqual(len(reasons), 5, reasons)

    def test_examples_are_answered(self):
        for path, name in (("/api/v1/status", "StatusQuestion"),
                           ("/api/v1/calculations", "CalculationQuestion")):
            for example in SCHEMAS[name]["examples"]:
                self.assertEqual(self.ask("POST", path, example)[0], 200)

    def test_calculations(self):
        done = set()
        for kind in SCHEMAS["PayerKind"]["enum"]:
            for month in ("2026-11", "2022-05"):
                for more in ({}, {"incomes": ["250000.00"]}, {"place": "city"}):
                    status, answer = self.ask("POST", "/api/v1/calculations",
                                              {"kind": kind, "month": month, "explain": True, **more})
                    if status == 200:
                        self.assertEqual(answer["kind"], kind)
                        done.add(kind)
        self.assertGreaterEqual(len(done), 9, done)

    def test_exempt(self):
        """The state pays for privileged categories, not for who is exempt."""
        for month in ("2025-05", "2026-11"):
            for categories, total in ((["military"], "0.00"), (["law_enforcement", "military"], "0.00")):
                status, answer = self.ask("POST", "/api/v1/calculations",
                                          {"kind": "state", "month": month, "categories": categories})
                self.assertEqual((status, answer["total"], answer["nothing_due"]), (200, total, True))
                self.assertEqual([s["rule"] for s in answer["steps"]], ["exempt"])
        answer = self.ask("POST", "/api/v1/calculations", {"kind": "state", "month": "2025-05",
                                                           "categories": ["military", "pensioner"]})[1]
        self.assertEqual(answer["total"], "7285.90")

    def test_law(self):
        for query in ("", "?month=2026-11", "?month=2018-01", "?month=2024-06"):
            status, answer = self.ask("GET", "/api/v1/law" + query)
            self.assertEqual(status, 200)
            self.assertTrue(answer["payers"])
        self.assertEqual(self.ask("GET", "/api/v1/law?month=2026-13")[1]["code"], "MONTH_FORMAT")

    def test_errors(self):
        rows = (
            ("/api/v1/status", {}, 422, "VALUE_MISSING"),
            ("/api/v1/status", {"iin": "880229399106"}, 422, "IIN_CHECKSUM"),
            ("/api/v1/status", {"iin": "8802"}, 422, "IIN_LENGTH"),
            ("/api/v1/status", {"iin": PERSONS[0], "on": "2026-02-30"}, 422, "DAY_FORMAT"),
            ("/api/v1/status", {"iin": PERSONS[0], "x": 1}, 422, "FIELD_UNKNOWN"),
            ("/api/v1/status", b"{", 400, "JSON_SYNTAX"),
            ("/api/v1/status", b"[]", 422, "JSON_TYPE"),
            ("/api/v1/status", b" " * 5000, 413, "REQUEST_TOO_BIG"),
            ("/api/v1/calculations", {"kind": "king", "month": "2026-11"}, 422, "VALUE_UNKNOWN"),
            ("/api/v1/calculations", {"kind": "employer", "month": "2026-11"}, 422,
             "CALC_INCOME_MISSING"),
            ("/api/v1/calculations", {"kind": "employer", "month": "2026-11", "incomes": ["-1"]}, 422,
             "MONEY_NEGATIVE"),
        )
        for path, body, status, code in rows:
            got, answer = self.ask("POST", path, body)
            self.assertEqual((got, answer["code"]), (status, code))
            self.assertEqual((answer["status"], answer["type"]), (status, f"urn:saqta:error:{code}"))
        status, answer = self.ask("POST", "/api/v1/status", b"iin=1", "text/plain")
        self.assertEqual((status, answer["code"]), (415, "MEDIA_TYPE"))

    def test_events(self):
        found = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=10)
        found.request("GET", "/pay/AAAA-AAAA/events")
        answer = found.getresponse()
        responses = FILE["paths"]["/pay/{invoice}/events"]["get"]["responses"]
        self.assertEqual(answer.status, 404)
        self.assertEqual(list(responses["404"]["content"]), [answer.headers["Content-Type"].split(";")[0]])
        found.close()

    def test_probes(self):
        for path in ("/healthz", "/readyz", "/metrics", "/openapi.yaml"):
            self.assertEqual(self.ask("GET", path)[0], 200)


if __name__ == "__main__":
    tap.main()
