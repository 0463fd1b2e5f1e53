# SPDX-License-Identifier: Apache-2.0
"""tools/tplc.py: what it refuses, with the line, and what it makes of a good template."""
import os
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, "tools"), os.path.join(ROOT, "tests", "support")]
import tap  # noqa: E402
import tplc  # noqa: E402

BOOKS = {
    "kk": {"a": ["Сәлем & <b>"], "b": ["{date} дейін"]},
    "ru": {"a": ["Привет & <b>"], "b": ["до {date}"]},
    "en": {"a": ["Hello & <b>"], "b": ["until {date}"]},
}
ASSETS = {"app.css": "/assets/app-1.css"}


def compiled(body, head="{% page x (const struct v *v) %}"):
    compiler = tplc.Compiler(BOOKS, ASSETS, {})
    compiler.compile_file("t.html", head + "\n" + body)
    compiler.check_names()
    return compiler


def statements(body):
    return "\n".join(compiled(body).templates[-1].statements[0])


# (template behind the page line, part of the refusal)
BAD = [
    ("<p>{{ T(nothing) }}</p>", "no message 'nothing'"),
    ("<p>{{ T(b) }}</p>", "needs the parameters ['date']"),
    ("<p>{{ T(a, date: v->d) }}</p>", "needs the parameters []"),
    ("<p>{{ T(b, dat: v->d) }}</p>", "not ['dat']"),
    ("<p>{{ T(b, date) }}</p>", "expected name: expression"),
    ("<p>{{wrong v->x}}</p>", "unknown formatter"),
    ("<p>{{x}}</p>", "expected a formatter"),
    ("<p class={{text v->x}}>a</p>", "in a quoted attribute value"),
    ("<p class=a>a</p>", "must be quoted"),
    ("<p {{text v->x}}>a</p>", "in text or in a quoted attribute value"),
    ("<{{text v->x}}>a</p>", "in text or in a quoted attribute value"),
    ("<p style=\"color: red\">a</p>", "attribute style"),
    ("<p onclick=\"x()\">a</p>", "attribute onclick"),
    ("<style>p{}</style>", "no <style>"),
    ("<script>x()</script>", "no inline script"),
    ("<script src=\"/a.js\">{{text v->x}}</script>", "no expression inside <script>"),
    ("<a href=\"{{text v->x}}\">a</a>", "a URL begins with a constant"),
    ("<a href=\"x{{text v->x}}\">a</a>", "begins with '/'"),
    ("<a href=\"/a/{{money v->x}}\">a</a>", "cannot stand in a URL"),
    ("<a href=\"/a/{{url v->x}}\">a</a>", "whole value"),
    ("<a href=\"{{ T(a) }}\">a</a>", "a message cannot stand in a URL"),
    ("<p title=\"{{url v->x}}\">a</p>", "whole value"),
    ("<p title=\"{{html v->x}}\">a</p>", "between elements"),
    ("<img src=\"/a.png\">", "needs an alt"),
    ("<input name=\"q\">", "needs an id"),
    ("<input id=\"q\" name=\"q\">", "no <label for=\"q\">"),
    ("<select id=\"q\"></select>", "no <label for=\"q\">"),
    ("<p>a", "<p> is not closed"),
    ("<p>a</div>", "</div> closes <p>"),
    ("a</p>", "</p> closes nothing"),
    ("<p id=\"a\" id=\"b\">a</p>", "id stands twice"),
    ("{% if v->x %}<p>{% end %}a</p>", "another place"),
    ("{% for x in v->x : v->n %}</p>{% end %}", "closes nothing"),
    ("{% if v->x %}a", "has no {% end %}"),
    ("a{% end %}", "end without"),
    ("{% else %}", "else without if"),
    ("{% for x v->x %}{% end %}", "expected: for"),
    ("{% loop %}", "unknown statement"),
    ("{% include nothing(v) %}", "no part nothing"),
    ("<link rel=\"stylesheet\" href=\"{{asset b.css}}\">", "no asset"),
    ("<p>a<!-- b --></p>", "remarks"),
    ("<p>a < b</p>", "write &lt;"),
    ("<p title=\"", "ends inside a tag"),
]

GOOD = [
    ("<p>{{ T(a) }}</p>", "buf_str(b, c0[lang]);"),
    ("<p>{{text v->x}}</p>", "escape_put(b, v->x);"),
    ("<p title=\"{{text v->x}}\">a</p>", "escape_put(b, v->x);"),
    ("<a href=\"{{url v->x}}\">a</a>", "escape_put_url(b, v->x);"),
    ("<a href=\"/a/{{text v->x}}\">a</a>", "escape_put_url_part(b, v->x);"),
    ("<a href=\"/{{lang}}/{{month_iso v->m}}\">a</a>", "month_put(b, v->m);"),
    ("<p>{{ T(b, date: v->d) }}</p>", "say(b, lang, MSG_b, (const struct arg[])"),
    ("<p>{{ T(b, date: v->d) }}</p>", "escape_from(b, mark);"),
    ("<label for=\"q\">a</label><input id=\"q\" name=\"q\">", "buf_put(b, c0"),
    ("<input type=\"checkbox\" aria-label=\"a\"{% if v->x %} checked{% end %}>", "if (v->x) {"),
    ("{% for m in v->m : v->n %}<br>{% end %}", "i1 < (size_t)(v->n)"),
    ("<p>\n\n{{text v->x}}</p>", "#line 4 \"t.html\""),
]


class Refusals(unittest.TestCase):
    def test_each_fault_is_found(self):
        for body, part in BAD:
            with self.subTest(body):
                with self.assertRaises(tplc.Refused) as caught:
                    compiled(body)
                self.assertIn(part, str(caught.exception))

    def test_the_line_is_named(self):
        with self.assertRaises(tplc.Refused) as caught:
            compiled("<p>\na\n{{ T(nothing) }}</p>")
        self.assertTrue(str(caught.exception).startswith("t.html:4: "))

    def test_text_outside_a_page(self):
        with self.assertRaises(tplc.Refused):
            compiled("", head="words")


class Compiled(unittest.TestCase):
    def test_each_form(self):
        for body, part in GOOD:
            with self.subTest(body):
                self.assertIn(part, statements(body))

    def test_messages_are_escaped_once_and_joined_with_the_text(self):
        compiler = compiled("<p>{{ T(a) }}</p>")
        texts = [key for key in compiler.constants if len(key) == 3]
        self.assertEqual(texts, [("\n<p>Сәлем &amp; &lt;b&gt;</p>", "\n<p>Привет &amp; &lt;b&gt;</p>",
                                  "\n<p>Hello &amp; &lt;b&gt;</p>")])

    def test_a_layout_stands_around_its_page(self):
        compiler = compiled("a", head="{% layout l (int n) %}<b>{% content %}</b>"
                            "{% page x (const struct v *v) in l(v->n) %}")
        made = {name: body for name, _, body, _ in tplc.functions(compiler.templates)}
        calls = [s for s in made["page_x"] if not s.startswith("#")]
        self.assertEqual(calls[0], "layout_l_open(b, lang, v->n);")
        self.assertEqual(calls[-1], "layout_l_close(b, lang, v->n);")

    def test_white_space_shrinks_but_not_in_pre(self):
        compiler = compiled("<p>a\n    b</p><pre>a\n    b</pre>")
        self.assertEqual(list(compiler.constants), [("\n<p>a\nb</p><pre>a\n    b</pre>",)])


if __name__ == "__main__":
    tap.main()
