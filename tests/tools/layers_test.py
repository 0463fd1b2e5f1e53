# SPDX-License-Identifier: Apache-2.0
"""tools/check_layers.py on small trees."""
import os
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, "tools"), os.path.join(ROOT, "tests", "support")]
import check_layers  # noqa: E402
import tap  # noqa: E402

LAYERS = """# comment
base:
domain: base
rules: base domain
store: base domain
channels/http: base
channels/web: base channels/http
"""


class Layers(unittest.TestCase):
    def findings(self, files, layers=LAYERS):
        with tempfile.TemporaryDirectory() as src:
            for path, text in {"LAYERS": layers, **files}.items():
                os.makedirs(os.path.dirname(os.path.join(src, path)), exist_ok=True)
                with open(os.path.join(src, path), "w", encoding="utf-8") as f:
                    f.write(text)
            return check_layers.check(src)

    def test_downwards_is_allowed(self):
        self.assertEqual(self.findings({
            "rules/x.c": '#include "rules/x.h"\n#include "domain/day.h"\n#include "limits.h"\n',
            "channels/web/pages/x.c": '#include "channels/http/serve.h"\n',
            "store/x.c": "#include <stdio.h>\n#include <sqlite3.h>\n",
            "main.c": '#include "rules/x.h"\n#include "store/x.h"\n',
        }), [])

    def test_upwards_and_sideways_are_not(self):
        for path, target in (("base/x.c", "domain/day.h"), ("rules/x.c", "store/db.h"),
                             ("store/x.h", "rules/x.h"), ("channels/http/x.c", "channels/web/x.h"),
                             ("rules/x.c", "elsewhere/x.h")):
            with self.subTest(path=path, target=target):
                found = self.findings({path: f'\n#include "{target}"\n'})
                self.assertEqual(len(found), 1)
                self.assertTrue(found[0].startswith(f"src/{path}:2: "))

    def test_pure_layers_touch_nothing_outside(self):
        for header in ("stdio.h", "time.h", "unistd.h", "sqlite3.h", "fcntl.h"):
            with self.subTest(header=header):
                self.assertEqual(len(self.findings({"rules/x.c": f"#include <{header}>\n"})), 1)
        self.assertEqual(self.findings({"rules/x.c": "#include <string.h>\n#include <yaml.h>\n"}), [])

    def test_folder_outside_the_layers(self):
        self.assertEqual(len(self.findings({"new/x.c": '#include "base/str.h"\n'})), 1)

    def test_a_broken_table_is_refused(self):
        for text in ("base\n", "base:\nrules: bsae\n"):
            with self.subTest(text=text), self.assertRaises(ValueError):
                self.findings({}, text)


if __name__ == "__main__":
    tap.main()
