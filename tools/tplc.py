#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles HTML templates to C functions that append to a struct buf.

    {% page status (const struct status_view *v) in base(&v->page) %}   one function page_status()
    {% part months (const struct month_view *m) %}                      used by {% include %}
    {% layout base (const struct page_view *p) %} … {% content %} …     what stands around a page
    {% if e %} {% elif e %} {% else %} {% end %}   {% for m in items : count %} … {% end %}
    {% include months(v->months) %}   {# a remark #}
    {{ T(key, name: e, …) }}   a message with its parameters, typed by _Generic
    {{money e}} {{day e}} {{day_short e}} {{month e}} {{count e}} {{percent e}} {{instant e}}
    {{num e}} {{month_iso e}} {{day_iso e}} {{month_name e}} {{month_short e}} {{iin_masked e}}
    {{text e}} {{msg e}} {{said msg, args, n}} {{error e}} {{html e}} {{url e}}
    {{article e}} {{asset app.css}} {{lang}}

`e` is a C expression. The compiler follows the HTML and chooses the escaping: text, attribute value,
a whole URL, or a part of a URL. Text without parameters becomes one constant per language. It refuses
what cannot be made safe (style, event handlers, unquoted values, script and style elements), messages
that do not exist or miss a parameter, fields without a label, pictures without alt, elements that are
not closed, and branches that end in another place of the HTML than they began.

usage: tplc.py --header OUT.h --source OUT.c --include view.h [--assets manifest.json]
               --po kk.po ru.po en.po -- TEMPLATE.html…
"""
import argparse
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import po2c  # noqa: E402

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source",
        "track", "wbr"}
URL_ATTRIBUTES = {"href", "src", "action", "formaction", "cite", "poster", "data"}
REFUSED_ATTRIBUTES = {"style", "srcdoc", "srcset", "ping"}
FIELDS = {"input", "select", "textarea"}
NO_LABEL_TYPES = {"hidden", "submit", "button", "reset", "image"}

# Formatters whose output holds only digits, letters and spaces: nothing to escape.
PLAIN = {
    "money": "say_money(b, lang, {e});",
    "day": "say_day(b, lang, {e});",
    "day_short": "say_day_short(b, lang, {e});",
    "month": "say_month(b, lang, {e});",
    "count": "say_count(b, lang, {e});",
    "percent": "say_percent(b, lang, {e});",
    "instant": "say_instant(b, lang, {e});",
    "month_name": "buf_str(b, say_month_name(lang, {e}));",
    "month_short": "buf_str(b, say_month_short(lang, {e}));",
    "iin_masked": "iin_mask(b, {e});",
    "num": "buf_i64(b, {e});",
    "month_iso": "month_put(b, {e});",
    "day_iso": "day_put(b, {e});",
}
# Formatters that may also stand inside a URL.
IN_URL = {"num", "month_iso", "day_iso"}
# Formatters whose output is escaped.
ESCAPED = {
    "text": "escape_put(b, {e});",
    "msg": "escape_put(b, say_plain(lang, {e}));",
    "said": "mark = b->n;\nsay(b, lang, {e});\nescape_from(b, mark);",
    "article": "mark = b->n;\nsay_article(b, lang, {e});\nescape_from(b, mark);",
    "error": "mark = b->n;\nsay_error(b, lang, {e});\nescape_from(b, mark);",
}


class Refused(Exception):
    def __init__(self, where, what):
        super().__init__(f"{where[0]}:{where[1]}: {what}")


def escape(text):
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"),
                         ("'", "&#39;")):
        text = text.replace(char, entity)
    return text


def split_arguments(text):
    """Splits at commas outside brackets and quotes."""
    parts, depth, quote, start = [], 0, None, 0
    for i, c in enumerate(text):
        if quote:
            quote = None if c == quote and text[i - 1] != "\\" else quote
        elif c in "\"'":
            quote = c
        elif c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        elif c == "," and depth == 0:
            parts.append(text[start:i].strip())
            start = i + 1
    last = text[start:].strip()
    return parts + [last] if last or parts else []


class Html:
    """Follows the HTML of one template far enough to know where an expression stands."""

    def __init__(self):
        self.state = "text"  # text, tag_name, tag, attr_name, attr_eq, value, comment, doctype
        self.open = []
        self.tag = self.attr = self.quote = ""
        self.value = ""        # of the attribute, with expressions as {{…}}
        self.value_start = ""  # its constant beginning, up to the first expression
        self.attrs = {}
        self.closing = self.self_closed = False
        self.labels, self.fields = set(), []
        self.where = ("", 0)

    def snapshot(self):
        inside = {"text": (), "tag": (self.tag,), "value": (self.tag, self.attr, self.quote)}
        return (self.state, tuple(self.open), *inside.get(self.state, (self.tag, self.attr)))

    def refuse(self, what):
        raise Refused(self.where, what)

    def settle(self):
        """A name, of a tag or of an attribute without a value, may end where a statement begins."""
        if self.state == "tag_name" and self.tag:
            self.state = "tag"
        if self.state == "attr_name":
            self.check_attribute()
            self.attrs[self.attr] = ""
            self.state = "tag"

    def feed(self, char):
        getattr(self, "in_" + self.state)(char)

    def in_text(self, c):
        if c == "<":
            self.state, self.tag, self.closing, self.self_closed = "tag_name", "", False, False
            self.attrs = {}

    def in_tag_name(self, c):
        if c == "/" and not self.tag and not self.closing:
            self.closing = True
        elif c.isalnum() or c == "-":
            self.tag += c.lower()
        elif c == "!" and not self.tag:
            self.state = "doctype"
        elif not self.tag:
            self.refuse("'<' without a tag; write &lt;")
        else:
            self.state = "tag"
            self.in_tag(c)

    def in_doctype(self, c):
        if c == "-":
            self.refuse("use {# … #} for remarks")
        if c == ">":
            self.state = "text"

    def in_tag(self, c):
        if c == ">":
            self.end_tag()
        elif c == "/":
            self.self_closed = True
        elif not c.isspace():
            if not (c.isalpha() or c == "-"):
                self.refuse(f"{c!r} inside <{self.tag}>")
            self.state, self.attr = "attr_name", c.lower()

    def in_attr_name(self, c):
        if c.isalnum() or c in "-_:":
            self.attr += c.lower()
            return
        if c == "=":
            self.check_attribute()
            self.state = "attr_eq"
        else:
            self.settle()
            self.in_tag(c)

    def in_attr_eq(self, c):
        if c not in "\"'":
            self.refuse(f"the value of {self.attr} must be quoted")
        self.state, self.quote, self.value, self.value_start = "value", c, "", None

    def in_value(self, c):
        if c == self.quote:
            if self.attr in self.attrs:
                self.refuse(f"{self.attr} stands twice")
            self.attrs[self.attr] = self.value
            self.state = "tag"
        else:
            self.value += c

    def check_attribute(self):
        if self.attr in REFUSED_ATTRIBUTES or self.attr.startswith("on"):
            self.refuse(f"attribute {self.attr} is not allowed")

    def end_tag(self):
        self.state = "text"
        if self.closing:
            if not self.open or self.open[-1] != self.tag:
                inside = f"<{self.open[-1]}>" if self.open else "nothing"
                self.refuse(f"</{self.tag}> closes {inside}")
            self.open.pop()
            return
        self.check_element()
        if self.tag not in VOID and not (self.self_closed and "svg" in self.open):
            self.open.append(self.tag)

    def check_element(self):
        if self.tag == "style":
            self.refuse("no <style> element: the style sheet is a file")
        if self.tag == "script" and "src" not in self.attrs:
            self.refuse("no inline script")
        if "http-equiv" in self.attrs:
            said = self.attrs["http-equiv"] == "refresh" and self.attrs.get("content", "").isdigit()
            if self.tag != "meta" or not said:
                self.refuse("http-equiv only says after how many seconds a page is asked for again")
        if self.tag == "img" and "alt" not in self.attrs:
            self.refuse("<img> needs an alt")
        if self.tag == "label" and "for" in self.attrs:
            self.labels.add(self.attrs["for"])
        if self.tag in FIELDS and self.attrs.get("type") not in NO_LABEL_TYPES:
            named = "aria-label" in self.attrs or "aria-labelledby" in self.attrs
            if not named:
                if "id" not in self.attrs:
                    self.refuse(f"<{self.tag}> needs an id and a <label for>")
                self.fields.append((self.attrs["id"], self.where))

    def expression(self, source):
        """Where an expression stands: "text", "attribute", "url" or "url_part"."""
        if self.open and self.open[-1] in ("script", "style") and self.state == "text":
            self.refuse(f"no expression inside <{self.open[-1]}>")
        if self.state == "text":
            return "text"
        if self.state != "value":
            self.refuse("an expression stands in text or in a quoted attribute value")
        before = self.value
        self.value += "{{" + source + "}}"
        if self.attr not in URL_ATTRIBUTES:
            return "attribute"
        return "url_part" if before else "url"

    def finish(self):
        if self.state != "text":
            self.refuse("the template ends inside a tag")
        if self.open:
            self.refuse(f"<{self.open[-1]}> is not closed")
        for name, where in self.fields:
            if name not in self.labels:
                raise Refused(where, f"no <label for=\"{name}\"> for this field")


TOKEN = re.compile(r"\{#.*?#\}|\{%(.*?)%\}|\{\{(.*?)\}\}", re.S)


class Template:
    """One page, part or layout: a header line and C statements."""

    def __init__(self, kind, name, signature, outer, where):
        self.kind, self.name, self.signature, self.outer = kind, name, signature, outer
        self.where = where
        self.statements = [[]]  # two lists for a layout: before and after its content
        self.includes = set()


class Compiler:
    def __init__(self, books, assets, constants):
        self.books, self.assets, self.constants = books, assets, constants
        self.templates = []
        self.loops = 0

    # -- reading ------------------------------------------------------------------------------

    def compile_file(self, path, text):
        self.path, self.line, self.depth = path, 1, []
        self.template = self.html = None
        self.pending = []
        at = 0
        for token in TOKEN.finditer(text):
            self.static(text[at:token.start()])
            start_line = self.line
            if token[1] is not None:
                self.statement(token[1].strip())
            elif token[2] is not None:
                self.output(token[2].strip())
            self.line = start_line + token[0].count("\n")
            at = token.end()
        self.static(text[at:])
        self.finish_template()

    def where(self):
        return (self.path, self.line)

    def refuse(self, what):
        raise Refused(self.where(), what)

    def static(self, text):
        if self.template is None:
            if text.strip():
                self.refuse("text outside a page, part or layout")
            self.line += text.count("\n")
            return
        out = []
        for c in text:
            self.html.where = self.where()
            outside = self.html.state in ("text", "tag", "doctype") and "pre" not in self.html.open
            self.html.feed(c)
            if c == "\n":
                self.line += 1
            # Indentation is for the reader of the template: runs of white space become one.
            if outside and c.isspace() and "textarea" not in self.html.open:
                if out and out[-1] in " \n":
                    out[-1] = "\n" if c == "\n" else out[-1]
                elif not (not out and self.ends_in_space()):
                    out.append("\n" if c == "\n" else " ")
            else:
                out.append(c)
        if out:
            self.pending.append("".join(out))

    def ends_in_space(self):
        last = self.pending[-1] if self.pending else None
        return isinstance(last, str) and last[-1:] in (" ", "\n")

    # -- statements ---------------------------------------------------------------------------

    def statement(self, text):
        word, _, rest = text.partition(" ")
        rest = rest.strip()
        if word in ("page", "part", "layout"):
            self.begin_template(word, rest)
            return
        if self.template is None:
            self.refuse(f"{word} outside a page, part or layout")
        handler = getattr(self, "do_" + word, None)
        if not handler:
            self.refuse(f"unknown statement {word!r}")
        self.html.where = self.where()
        self.html.settle()
        handler(rest)

    def begin_template(self, kind, rest):
        self.finish_template()
        m = re.fullmatch(r"([a-z][a-z0-9_]*)\s*\((.*?)\)(?:\s+in\s+([a-z0-9_]+)\((.*)\))?", rest,
                         re.S)
        if not m or (m[3] and kind != "page"):
            self.refuse(f"expected: {kind} name (parameters)" + (" in layout(arguments)"
                                                              if kind == "page" else ""))
        if any(t.name == m[1] and t.kind == kind for t in self.templates):
            self.refuse(f"{kind} {m[1]} stands twice")
        outer = (m[3], m[4]) if m[3] else None
        self.template = Template(kind, m[1], " ".join(m[2].split()), outer, self.where())
        self.html = Html()
        self.pending, self.depth = [], []

    def finish_template(self):
        if self.template is None:
            return
        self.flush()
        if self.depth:
            raise Refused(self.depth[-1][1], f"{{% {self.depth[-1][0]} %}} has no {{% end %}}")
        self.html.where = self.where()
        self.html.finish()
        if self.template.kind == "layout" and len(self.template.statements) != 2:
            self.refuse("a layout has {% content %} once")
        self.templates.append(self.template)
        self.template = None

    def emit(self, code, line=True):
        self.flush()
        if line:
            self.template.statements[-1].append(f'#line {self.line} "{self.path}"')
        self.template.statements[-1].extend(code.split("\n"))

    def do_if(self, condition):
        self.emit(f"if ({condition}) {{")
        self.depth.append(["if", self.where(), self.html.snapshot(), False, self.html.attrs, {}])
        self.html.attrs = dict(self.html.attrs)

    def do_elif(self, condition):
        self.branch("elif")
        self.emit(f"}} else if ({condition}) {{", line=False)

    def do_else(self, rest):
        self.branch("else")
        self.depth[-1][3] = True
        self.emit("} else {", line=False)

    def branch(self, word):
        if not self.depth or self.depth[-1][0] != "if" or self.depth[-1][3]:
            self.refuse(f"{word} without if")
        self.same_place()
        self.merge_branch()

    def merge_branch(self):
        """Each branch may set the same attribute; after them all have been set."""
        before, seen = self.depth[-1][4:]
        seen.update(self.html.attrs)
        self.html.attrs = dict(before)

    def same_place(self):
        if self.html.snapshot() != self.depth[-1][2]:
            self.refuse(f"this branch of {{% {self.depth[-1][0]} %}} ends in another place of the"
                        " HTML than it began")

    def do_for(self, rest):
        m = re.fullmatch(r"([a-z][a-z0-9_]*)\s+in\s+(.*\S)\s+:\s+(.*)", rest, re.S)
        if not m:
            self.refuse("expected: for name in items : count")
        self.loops += 1
        i = f"i{self.loops}"
        self.emit(f"for (size_t {i} = 0; {i} < (size_t)({m[3]}); {i}++) {{\n"
                  f"__typeof__(&({m[2]})[0]) {m[1]} = &({m[2]})[{i}];")
        self.depth.append(["for", self.where(), self.html.snapshot(), True])

    def do_end(self, rest):
        if not self.depth:
            self.refuse("end without if or for")
        self.same_place()
        if self.depth[-1][0] == "if":
            self.merge_branch()
            self.html.attrs.update(self.depth[-1][5])
        self.depth.pop()
        self.emit("}", line=False)

    def do_include(self, rest):
        m = re.fullmatch(r"([a-z][a-z0-9_]*)\s*\((.*)\)", rest, re.S)
        if not m:
            self.refuse("expected: include part(arguments)")
        if self.html.state != "text":
            self.refuse("include stands between elements")
        self.template.includes.add((m[1], self.where()))
        more = f", {m[2]}" if m[2].strip() else ""
        self.emit(f"part_{m[1]}(b, lang{more});")

    def do_content(self, rest):
        if self.template.kind != "layout" or self.depth or self.html.state != "text":
            self.refuse("content stands in a layout, outside if and for")
        self.flush()
        self.template.statements.append([])

    # -- expressions --------------------------------------------------------------------------

    def output(self, source):
        if self.template is None:
            self.refuse("an expression outside a page, part or layout")
        self.html.where = self.where()
        word, _, rest = source.partition(" ")
        rest = rest.strip()
        if m := re.fullmatch(r"T\((.*)\)", source, re.S):
            self.message(m[1], self.html.expression(source))
        elif word == "lang":
            self.html.expression(source)
            self.pending.append(po2c.LANGS)
        elif word == "asset":
            self.asset(rest, self.html.expression(source))
        elif not rest:
            self.refuse(f"expected a formatter and an expression, not {source!r}")
        else:
            self.formatter(word, rest, self.html.expression(source))

    def formatter(self, word, e, context):
        if word == "url":
            if context != "url":
                self.refuse("{{url}} is the whole value of a URL attribute")
            self.emit(f"escape_put_url(b, {e});")
        elif context == "url":
            self.refuse("a URL begins with a constant or is {{url}}")
        elif context == "url_part" and word not in IN_URL and word != "text":
            self.refuse(f"{{{{{word}}}}} cannot stand in a URL")
        elif context == "url_part" and word == "text":
            self.url_start()
            self.emit(f"escape_put_url_part(b, {e});")
        elif word == "html":
            if context != "text":
                self.refuse("{{html}} stands between elements")
            self.emit(f"buf_str(b, escape_trusted({e}));")
        elif word in PLAIN:
            self.emit(PLAIN[word].format(e=e))
        elif word in ESCAPED:
            code = ESCAPED[word].format(e=e)
            self.emit(code)
        else:
            self.refuse(f"unknown formatter {word!r}")

    def url_start(self):
        start = self.html.value.split("{{")[0]
        if not start.startswith(("/", "?", "#", "https://")) and "{{" not in self.html.value[:2]:
            self.refuse("a URL with an expression begins with '/', '?', '#' or https://")

    def message(self, source, context):
        key, *pairs = split_arguments(source)
        if context == "url" or context == "url_part":
            self.refuse("a message cannot stand in a URL")
        if key not in self.books["kk"]:
            self.refuse(f"no message {key!r} in po/")
        given = []
        for pair in pairs:
            name, colon, e = pair.partition(":")
            if not colon or not e.strip():
                self.refuse(f"expected name: expression, not {pair!r}")
            given.append((name.strip(), e.strip()))
        needed = sorted(set().union(*(po2c.parameters(f) for f in self.books["kk"][key])))
        if sorted(n for n, _ in given) != needed:
            self.refuse(f"{key} needs the parameters {needed}, not {sorted(n for n, _ in given)}")
        if not given:
            self.pending.append(tuple(escape(self.books[lang][key][0]) for lang in po2c.LANGS))
            return
        args = ", ".join(f'tpl_arg("{n}", {e})' for n, e in given)
        self.emit(f"mark = b->n;\nsay(b, lang, MSG_{key.replace('.', '_')}, (const struct arg[])"
                  f"{{{args}}}, {len(given)});\nescape_from(b, mark);")

    def asset(self, name, context):
        if context != "url":
            self.refuse("{{asset}} is the whole value of a URL attribute")
        if name not in self.assets:
            self.refuse(f"no asset {name!r} in the manifest")
        self.pending.append(escape(self.assets[name]))

    # -- writing ------------------------------------------------------------------------------

    def flush(self):
        if not self.pending:
            return
        texts = ["".join(p if isinstance(p, str) else p[i] for p in self.pending)
                 for i in range(len(po2c.LANGS))]
        self.pending = []
        if not any(texts):
            return
        if len(set(texts)) == 1:
            name = self.constant((texts[0],))
            self.template.statements[-1].append(f"buf_put(b, {name}, sizeof({name}) - 1);")
        else:
            name = self.constant(tuple(texts))
            self.template.statements[-1].append(f"buf_str(b, {name}[lang]);")

    def constant(self, texts):
        return self.constants.setdefault(texts, f"c{len(self.constants)}")

    def check_names(self):
        parts = {t.name for t in self.templates if t.kind == "part"}
        layouts = {t.name for t in self.templates if t.kind == "layout"}
        for t in self.templates:
            for name, where in t.includes:
                if name not in parts:
                    raise Refused(where, f"no part {name}")
            if t.outer and t.outer[0] not in layouts:
                raise Refused(t.where, f"no layout {t.outer[0]}")


def write_constants(constants, out):
    for texts, name in constants.items():
        if len(texts) == 1:
            out.append(f"static const char {name}[] = {long_string(texts[0])};")
            continue
        for lang, text in zip(po2c.LANGS, texts):
            out.append(f"static const char {name}_{lang}[] = {long_string(text)};")
        rows = ", ".join(f"{{{name}_{lang}, sizeof({name}_{lang}) - 1}}" for lang in po2c.LANGS)
        out.append(f"static const struct str {name}[LANG_COUNT] = {{{rows}}};")


def long_string(text):
    lines = [po2c.c_string(line).replace("\\012", "\\n") for line in text.splitlines(True)]
    return "\n\t".join(lines) if len(lines) > 1 else lines[0]


def function(name, signature, statements, static):
    parameters = "struct buf *b, enum lang lang" + (f", {signature}" if signature else "")
    head = ("static " if static else "") + f"void {name}({parameters})"
    body, depth = [], 1
    if any(s.startswith("mark = ") for s in statements):
        body.append("\tsize_t mark;")
    if not any("lang" in s for s in statements):
        body.append("\t(void)lang;")
    for s in statements:
        if s.startswith("#"):
            body.append(s)
            continue
        depth -= s.startswith("}")
        body.append("\t" * depth + s)
        depth += s.endswith("{")
    return head, "\n".join(body)


PROLOGUE = """\
static inline struct arg tpl_arg_size(const char *name, size_t v)
{
	return arg_count(name, (int64_t)v);
}
#define tpl_arg(name, e)                                                       \\
	_Generic((e), struct str: arg_str, struct money: arg_money,            \\
		struct day: arg_day, struct month: arg_month,                  \\
		struct rate: arg_percent, enum msg: arg_msg, int: arg_count,   \\
		long: arg_count, unsigned long: tpl_arg_size)(name, e)
"""


def functions(templates):
    """(name, signature, statements, is static) in an order in which each is declared before use."""
    order = {"part": 0, "layout": 1, "page": 2}
    for t in sorted(templates, key=lambda t: order[t.kind]):
        if t.kind == "part":
            yield f"part_{t.name}", t.signature, t.statements[0], True
        elif t.kind == "layout":
            yield f"layout_{t.name}_open", t.signature, t.statements[0], True
            yield f"layout_{t.name}_close", t.signature, t.statements[1], True
        else:
            body = list(t.statements[0])
            if t.outer:
                where = f'#line {t.where[1]} "{t.where[0]}"'
                call = f"layout_{t.outer[0]}_%s(b, lang, {t.outer[1]});"
                body = [where, call % "open", *body, where, call % "close"]
            yield f"page_{t.name}", t.signature, body, False


def write(templates, constants, args):
    made = "/* Generated by tools/tplc.py. */"
    guard = "WEB_" + re.sub(r"\W", "_", os.path.basename(args.header)).upper()
    header = [made, f"#ifndef {guard}", f"#define {guard}", "", f'#include "{args.include}"', ""]
    source = [made, f'#include "{os.path.basename(args.header)}"', "",
              '#include "channels/web/escape.h"', "", PROLOGUE]
    write_constants(constants, source)
    made_functions = [(*function(n, s, body, static), static)
                      for n, s, body, static in functions(templates)]
    for head, _, static in made_functions:
        (source if static else header).append(f"{head};")
    own = os.path.basename(args.source)
    for head, body, _ in made_functions:
        line = sum(s.count("\n") + 1 for s in source) + 1
        source.append(f'#line {line + 1} "{own}"\n{head}\n{{\n{body}\n}}\n')
    header += ["", "#endif"]
    for path, lines in ((args.header, header), (args.source, source)):
        with open(path, "w", encoding="utf-8") as f:
            f.write("\n".join(lines) + "\n")


def main():
    ap = argparse.ArgumentParser(description="compile HTML templates to C")
    ap.add_argument("--header", required=True)
    ap.add_argument("--source", required=True)
    ap.add_argument("--include", required=True)
    ap.add_argument("--assets")
    ap.add_argument("--po", nargs=3, required=True)
    ap.add_argument("templates", nargs="+")
    args = ap.parse_args()
    books = {lang: po2c.read_po(path) for lang, path in zip(po2c.LANGS, args.po)}
    assets = {}
    if args.assets:
        with open(args.assets, encoding="utf-8") as f:
            assets = {name: "/assets/" + made for name, made in json.load(f).items()}
    constants = {}
    compiler = Compiler(books, assets, constants)
    try:
        for path in args.templates:
            with open(path, encoding="utf-8") as f:
                compiler.compile_file(path, f.read())
        compiler.check_names()
    except Refused as refusal:
        sys.exit(str(refusal))
    write(compiler.templates, constants, args)


if __name__ == "__main__":
    main()
