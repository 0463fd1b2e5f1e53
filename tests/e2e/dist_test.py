# SPDX-License-Identifier: Apache-2.0
"""web/dist is what web/src makes: built again and compared, where Node, its modules and the font
tools are there; and small enough."""
import json
import os
import re
import shutil
import subprocess
import sys
import unittest
import zlib

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
import tap  # noqa: E402

WEB = os.path.join(ROOT, "web")
FONT_PYTHON = os.environ.get("FONT_PYTHON", "/usr/bin/python3")
# Bytes after deflate, which is a little more than brotli: the budgets of a public page.
BUDGET = {"app.css": 12 << 10, "app.js": 10 << 10, "frame.js": 1 << 10, "embed-v1.js": 3 << 10,
          "icon.svg": 1 << 10}
FONT_BUDGET = 30 << 10


def manifest():
    with open(os.path.join(WEB, "dist", "manifest.json"), encoding="utf-8") as f:
        return json.load(f)


def missing():
    if not shutil.which("node"):
        return "node"
    if not os.path.isdir(os.path.join(WEB, "node_modules", "govuk-frontend")):
        return "web/node_modules (npm ci --ignore-scripts)"
    if subprocess.run([FONT_PYTHON, "-c", "import fontTools, brotli"], stderr=subprocess.DEVNULL,
                      check=False).returncode:
        return "python3-fonttools, python3-brotli"
    return None


class Dist(unittest.TestCase):
    def test_every_file_of_the_manifest_is_there(self):
        names = set(manifest().values()) | {"manifest.json"}
        self.assertEqual(names, set(os.listdir(os.path.join(WEB, "dist"))))

    def test_budgets(self):
        for name, made in manifest().items():
            with open(os.path.join(WEB, "dist", made), "rb") as f:
                content = f.read()
            if name.endswith(".woff2"):
                self.assertLessEqual(len(content), FONT_BUDGET, name)
            else:
                self.assertLessEqual(len(zlib.compress(content, 9)), BUDGET[name], name)

    def test_no_other_host_is_named(self):
        for name, made in manifest().items():
            if name.endswith((".css", ".js")):
                with open(os.path.join(WEB, "dist", made), encoding="utf-8") as f:
                    named = re.findall(r"""(?:url\(|@import|import|fetch\()\s*["']?https?:[^"')]*""",
                                       f.read())
                self.assertEqual(named, [], name)

    def test_the_build_makes_it_again(self):
        absent = missing()
        if absent:
            self.fail(f"not here: {absent}")
        done = subprocess.run(["node", "build.mjs", "--check"], cwd=WEB, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    tap.main()
