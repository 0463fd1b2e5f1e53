# SPDX-License-Identifier: Apache-2.0
"""tools/tidy.py on small bad samples: each rule finds its own fault and spares the right form."""
import os
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, "tools"), os.path.join(ROOT, "tests", "support")]
import tap  # noqa: E402
import tidy  # noqa: E402

SPDX = "/* SPDX-License-Identifier: Apache-2.0 */\n"

# (file, text behind the SPDX line, part of the finding)
BAD = [
    ("src/rules/x.c", "int x; \n", "white space"),
    ("src/rules/x.c", "int x;", "no newline"),
    ("src/rules/x.c", "<<<<<<< HEAD\n", "conflict"),
    ("src/rules/x.c", "/* TO" "DO later */\n", "not done"),
    ("src/rules/x.c", "/* " + "x" * 100 + " */\n", "columns"),
    ("src/rules/x.c", "\t" * 12 + "int12345;\n", "columns"),
    ("src/rules/x.c", "int x;\n" * 801, "802 lines"),
    ("src/rules/x.c", "int f(void)\n{\n" + "\tg();\n" * 69 + "}\n", "a function of 71 lines"),
    ("src/rules/x.c", "int f(void)\n{\n\tstatic const int t[] = {\n\t\t1,\n\t};\n" +
     "\tg(t);\n" * 69 + "}\n", "a function of 71 lines"),
    ("src/rules/x.c", "\tstrcpy(a, b);\n", "strcpy"),
    ("src/rules/x.c", "\tn = atoi(s);\n", "atoi"),
    ("src/base/x.c", "\tsystem(cmd);\n", "system"),
    ("src/rules/x.c", "typedef struct x { int y; } x;\n", "typedef"),
    ("src/rules/x.c", "static int f(double x);\n", "double"),
    ("src/rules/x.c", "\tp = malloc(n);\n", "malloc"),
    ("src/service/x.c", "\tnow = time(NULL);\n", "time()"),
    ("src/rules/x.c", "\tm.tiyn = 1;\n", "tiyn"),
    ("src/service/x.c", "\tm->tiyn++;\n", "tiyn"),
    ("src/service/x.c", "static int counter;\n", "global"),
    ("src/service/x.c", "static struct x table[3];\n", "global"),
    ("src/rules/x.c", "\tswitch (k) {\n\tcase PAYER_FARM:\n\t\tbreak;\n\tdefault:\n\t\tbreak;\n\t}\n",
     "default"),
    ("src/service/x.c", '\tlog_event(cx, LOG_INFO, "x", "%.*s",\n\t\tSTR(iin_digits(&iin)));\n',
     "personal number"),
    ("src/service/x.c", '\treturn fail(cx, NOT_FOUND, "%.12s", iin->d);\n', "personal number"),
    ("src/service/x.c", '\tbuf_z(b, "Сақтандырылған");\n', "po/"),
    ("src/rules/x.c", '#include "base/str.h"\n#include "rules/x.h"\n', "come first"),
]

GOOD = [
    ("src/rules/x.c", '#include "rules/x.h"\n\n#include "base/str.h"\n'),
    ("src/rules/x.c", "int f(void)\n{\n" + "\tg();\n" * 68 + "}\n"),
    ("src/rules/x.c", "int f(void)\n{\n\tstatic const int t[] = {\n" + "\t\t1,\n" * 90 +
     "\t};\n\tg(t);\n}\n"),
    ("src/rules/x.c", "/* " + "x" * 94 + " */\n"),
    ("src/rules/x.c", '/* strcpy() and float are words here */\n\tbuf_z(b, "double malloc(");\n'),
    ("src/rules/x.c", "\tx->system(y);\n\tyaml_parser_delete(&p);\n\tsqlite3_free(p);\n"),
    ("src/base/x.c", "\tp = malloc(n);\n"),
    ("src/domain/money.c", "\tm.tiyn = 1;\n"),
    ("src/rules/x.c", "static const int table[3] = {1, 2, 3};\nstatic int f(int x);\n"),
    ("src/channels/cli/x.c", "static volatile sig_atomic_t stop;\n"),
    ("src/rules/x.c", "\tswitch (c) {\n\tcase 'a':\n\t\tbreak;\n\tdefault:\n\t\tbreak;\n\t}\n"),
    ("src/rules/x.c", "\tswitch (t) {\n\tcase YAML_NO_EVENT:\n\t\tbreak;\n\tdefault:\n\t\tbreak;\n\t}\n"),
    ("src/service/x.c", '\tlog_event(cx, LOG_INFO, "x", "rows=%zu", n);\n'),
    ("src/domain/iin.c", '\treturn fail(cx, IIN_NEITHER, "%c", iin.d[4]);\n'),
    ("src/formats/mt102.c", '\tstatic const char tags[] = "АВС";\n'),
    ("src/rules/x.c", "/* Сақтандыру */\n"),
]


class Tidy(unittest.TestCase):
    def test_bad_samples_are_found(self):
        for path, text, want in BAD:
            with self.subTest(want=want, text=text[:40]):
                found = [what for _, what in tidy.check_text(path, SPDX + text)]
                self.assertTrue(any(want in x for x in found), (want, found))

    def test_good_samples_pass(self):
        for path, text in GOOD:
            with self.subTest(text=text[:60]):
                self.assertEqual(tidy.check_text(path, SPDX + text), [])

    def test_a_bad_sample_has_one_fault(self):
        for path, text, want in BAD:
            with self.subTest(want=want, text=text[:40]):
                self.assertEqual(len(tidy.check_text(path, SPDX + text)), 1)

    def test_lines_are_right(self):
        found = tidy.check_text("src/rules/x.c", SPDX + "\n/* a\n b */\n\tstrcpy(a, b);\n")
        self.assertEqual([line for line, _ in found], [5])

    def test_spdx(self):
        self.assertTrue(tidy.check_text("src/rules/x.c", "int x;\n"))
        self.assertTrue(tidy.check_text("tools/x.py", "import os\n"))
        self.assertFalse(tidy.check_text(
            "tools/x.py", "#!/usr/bin/env python3\n# SPDX-License-Identifier: Apache-2.0\n"))

    def test_dead_file(self):
        with tempfile.TemporaryDirectory() as root:
            os.makedirs(os.path.join(root, "src", "rules"))
            with open(os.path.join(root, "src", "rules", "meson.build"), "w", encoding="utf-8") as f:
                f.write("static_library('rules', 'step.c')\n")
            self.assertEqual(tidy.check_built("src/rules/step.c", root), [])
            self.assertTrue(tidy.check_built("src/rules/other.c", root))

    def test_header_that_does_not_stand_alone(self):
        with tempfile.TemporaryDirectory() as root:
            os.makedirs(os.path.join(root, "src", "rules"))
            for name, text in (("good.h", "#include <stddef.h>\nsize_t f(void);\n"),
                               ("bad.h", "size_t g(void);\n")):
                with open(os.path.join(root, "src", "rules", name), "w", encoding="utf-8") as f:
                    f.write(f"{SPDX}#ifndef X_{name[:-2]}\n#define X_{name[:-2]}\n{text}#endif\n")
            found = list(tidy.headers(root, "cc", []))
            self.assertEqual(len(found), 1)
            self.assertIn("bad.h", found[0])


if __name__ == "__main__":
    tap.main()
