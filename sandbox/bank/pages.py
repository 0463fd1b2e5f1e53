# SPDX-License-Identifier: Apache-2.0
"""The pages: plain HTML without scripts, made for a phone."""
from html import escape
from urllib.parse import quote

import banks
from books import tenge
from payments import FAULTS
from words import LANGS, word

STYLE = """
:root { color-scheme: light; --bank: #1f3a5f; }
* { box-sizing: border-box; }
body { margin: 0; font: 1.0625rem/1.45 system-ui, "DejaVu Sans", sans-serif; color: #16191d; background: #eef0f3; }
.phone { max-width: 27rem; margin: 0 auto; min-height: 100vh; background: #fff; overflow-wrap: anywhere; }
.wide { max-width: 56rem; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 0; padding: .5rem 1rem; background: #fff; color: #16191d; z-index: 1; }
.sandbox { margin: 0 0 1rem; padding: .45rem 1rem; background: #ffdd57; color: #16191d; font-size: .9rem; text-align: center; }
header { padding: .9rem 1rem; background: var(--bank); color: #fff; }
header a { color: #fff; }
header .name { font-size: 1.3rem; font-weight: 700; text-decoration: none; }
nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: .4rem 0 0; padding: 0; list-style: none; }
nav a { display: inline-block; padding: .25rem 0; }
main { padding: 1rem 1rem 2rem; }
h1 { font-size: 1.4rem; line-height: 1.2; margin: .3rem 0 1rem; }
h2 { font-size: 1.1rem; margin: 1.6rem 0 .5rem; }
.menu { margin: 0; padding: 0; list-style: none; }
.menu a { display: block; padding: .95rem 1rem; margin-bottom: .6rem; border: 1px solid #8a94a1; border-radius: .7rem;
	color: #16191d; text-decoration: none; font-weight: 600; }
.menu a::after { content: ""; float: right; width: .55rem; height: .55rem; margin-top: .45rem; transform: rotate(45deg);
	border: solid #4c5663; border-width: .15rem .15rem 0 0; }
.menu a:hover { background: #f3f5f8; }
.bar { border-left: .6rem solid var(--bank) !important; }
label { display: block; font-weight: 600; margin: 1rem 0 .3rem; }
input, select, textarea { width: 100%; padding: .7rem; font: inherit; border: 2px solid #4c5663; border-radius: .5rem;
	background: #fff; color: inherit; }
button, .button { display: block; width: 100%; margin-top: 1rem; padding: .85rem; font: inherit; font-weight: 700; border: 0;
	border-radius: .7rem; background: var(--bank); color: #fff; text-align: center; text-decoration: none; cursor: pointer; }
button.quiet { background: #fff; color: #16191d; border: 2px solid #4c5663; }
:focus-visible { outline: 3px solid #16191d; outline-offset: 2px; box-shadow: 0 0 0 3px #ffdd57; }
dl { margin: 0; }
dt { color: #4c5663; font-size: .9rem; margin-top: .6rem; }
dd { margin: 0; font-weight: 600; }
.note { margin: 1rem 0; padding: .8rem 1rem; border-left: .4rem solid #b35900; background: #fff4e5; }
.bad { border-color: #b00020; background: #fdecee; }
.good { border-color: #00703c; background: #e6f4ec; }
.hint { color: #4c5663; font-size: .9rem; margin: .2rem 0; }
.table { overflow-x: auto; }
table { overflow-wrap: normal; border-collapse: collapse; width: 100%; font-size: .95rem; }
th, td { text-align: left; padding: .4rem .5rem; border-bottom: 1px solid #c5ccd5; vertical-align: top; }
td.sum, th.sum { text-align: right; white-space: nowrap; }
"""


def money(tiyn):
    """"51 000.00" with narrow no-break spaces."""
    whole, rest = tenge(tiyn).split(".")
    return f"{int(whole):,}".replace(",", "\u202f") + (f",{rest}" if rest != "00" else "")


def when(moment):
    return f"{moment[6:8]}.{moment[4:6]}.{moment[:4]} {moment[8:10]}:{moment[10:12]}"


class Page:
    """One page in one language; `bank` is None on the pages of all."""

    def __init__(self, lang, path, bank=None):
        self.lang, self.path, self.bank = lang, path, bank

    def say(self, key, **values):
        return escape(word(self.lang, key, **values))

    def link(self, tail):
        return f"/{self.bank.key}/{tail}"

    def make(self, title, body, wide=False):
        bank = self.bank
        name = escape(bank.name) if bank else self.say("banks")
        langs = "".join(
            f'<li><a href="/lang/{code}?back={quote(self.path, safe="")}" lang="{code}"'
            f'{" aria-current=true" if code == self.lang else ""}>{text}</a></li>' for code, text in LANGS.items())
        colour = f"<link rel=stylesheet href=/{bank.key}/colour.css>" if bank else ""
        home = f"/{bank.key}/" if bank else "/"
        return (f'<!doctype html>\n<html lang="{self.lang}"><head><meta charset="utf-8">'
                '<meta name="viewport" content="width=device-width, initial-scale=1">'
                f'<title>{title} – {name}</title><link rel=stylesheet href="/style.css">{colour}</head><body>'
                f'<div class="phone{" wide" if wide else ""}">'
                f'<a class="skip" href="#main">{self.say("skip")}</a>'
                f'<header><a class="name" href="{home}">{name}</a>'
                f'<nav aria-label="{self.say("languages")}"><ul>{langs}'
                f'<li><a href="/">{self.say("banks")}</a></li><li><a href="/admin">{self.say("admin")}</a></li>'
                f'</ul></nav></header><main id="main"><p class="sandbox">{self.say("sandbox")}</p>'
                f'<h1>{title}</h1>{body}</main></div></body></html>\n')

    # ---- parts ----

    def form(self, action, body, button, quiet=False):
        return (f'<form method="post" action="{action}">{body}'
                f'<button{" class=quiet" if quiet else ""}>{button}</button></form>')

    def field(self, name, label, value="", more=""):
        return (f'<label for="{name}">{label}</label>'
                f'<input id="{name}" name="{name}" type="text" value="{escape(value)}" autocomplete="off" {more}>')

    @staticmethod
    def hidden(**values):
        return "".join(f'<input type="hidden" name="{k}" value="{escape(v)}">' for k, v in values.items() if v)

    def note(self, text, kind=""):
        return f'<p class="note {kind}" role="{"alert" if kind == "bad" else "status"}">{text}</p>' if text else ""

    def menu(self, items):
        return '<ul class="menu">' + "".join(
            f'<li><a href="{href}"{more}>{text}</a></li>' for href, text, more in items) + "</ul>"

    @staticmethod
    def facts(rows):
        return "<dl>" + "".join(f"<dt>{escape(a)}</dt><dd>{escape(b)}</dd>" for a, b in rows) + "</dl>"

    @staticmethod
    def table(heads, rows, caption):
        top = "".join(f"<th scope=col{' class=sum' if s else ''}>{h}</th>" for h, s in heads)
        body = "".join("<tr>" + "".join(f"<td{' class=sum' if heads[i][1] else ''}>{cell}</td>"
                                        for i, cell in enumerate(row)) + "</tr>" for row in rows)
        return (f'<div class="table" tabindex="0" role="region" aria-label="{caption}"><table>'
                f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>")

    # ---- pages of all banks ----

    def index(self):
        items = [(f"/{b.key}/", escape(b.name), "") for b in banks.ALL.values()]
        return self.make(self.say("banks"), f'<p>{self.say("banks_lead")}</p>' + self.menu(items))

    def admin(self, books, till):
        choices = "".join(f'<option value="{b.key}">{escape(b.name)}</option>' for b in banks.ALL.values())
        faults = "".join(f'<option value="{f}">{self.say("f_" + f)}</option>' for f in ("", *FAULTS))
        arm = self.form("/admin/fault", f'<label for="bank">{self.say("bank")}</label><select id="bank" name="bank">'
                        f'{choices}</select><label for="fault">{self.say("fault")}</label>'
                        f'<select id="fault" name="fault">{faults}</select>', self.say("arm"))
        armed = [(banks.ALL[b].name, word(self.lang, "f_" + fault)) for b, (fault, _) in sorted(till.armed.items())]
        body = f'<p>{self.say("admin_lead")}</p>' + arm
        if armed:
            body += f'<h2>{self.say("armed")}</h2>' + self.facts(armed)
        body += self.form("/admin/flush", "", self.say("flush"), quiet=True)
        body += f'<h2>{self.say("books")}</h2>' + self.books(books)
        body += f'<h2>{self.say("registers")}</h2>' + self.registers(books)
        body += self.form("/admin/registers", "", self.say("write"), quiet=True)
        return self.make(self.say("admin"), body, wide=True)

    def books(self, books):
        rows = [(escape(banks.ALL[t["bank"]].name), self.say("k_" + t["state"]), t["n"], money(t["tiyn"]) + " ₸")
                for t in books.totals()]
        if not rows:
            return f'<p>{self.say("nothing")}</p>'
        heads = ((self.say("bank"), 0), (self.say("state"), 0), (self.say("count"), 1), (self.say("sum"), 1))
        return self.table(heads, rows, self.say("books"))

    def registers(self, books):
        items = [(f"/{b.key}/register/{d[:4]}-{d[4:6]}-{d[6:]}.csv", f"{escape(b.name)} {d[6:]}.{d[4:6]}.{d[:4]}", "")
                 for b in banks.ALL.values() for d in books.days(b.key)]
        return self.menu(items) if items else f'<p>{self.say("nothing")}</p>'

    def absent(self):
        return self.make(self.say("e_page"), f'<p><a href="/">{self.say("home")}</a></p>')

    # ---- pages of one bank ----

    def home(self):
        note = "" if self.bank.key in ("kaspi", "osmp") else f'<p class="hint">{self.say("unconfirmed")}</p>'
        return self.make(escape(self.bank.name), self.menu((
            (self.link("services"), self.say("state_services"), ' class="bar"'),
            (self.link("payments"), self.say("payments"), ' class="bar"'),
            (self.link("scan"), self.say("scan"), ' class="bar"'),
            (self.link("history"), self.say("history"), ' class="bar"'))) + note)

    def choice(self, title, href, text):
        return self.make(self.say(title), self.menu(((self.link(href), self.say(text), ""),)))

    def status_form(self, account="", problem=""):
        more = 'inputmode="numeric" maxlength="40" required'
        return self.make(self.say("status"), self.note(problem, "bad") + self.form(
            self.link("status"), self.field("account", self.say("iin"), account, more), self.say("find")))

    def status_answer(self, answer, account):
        return self.make(self.say("status"), self.facts(answer.fields) + self.comment(answer) + self.form(
            self.link("pay"), self.hidden(account=account), self.say("payment")) +
            f'<p><a href="{self.link("status")}">{self.say("back")}</a></p>')

    def comment(self, answer):
        """The biller's words; its "OK" says nothing to a person."""
        return self.note(escape(answer.comment)) if answer.comment and answer.comment != "OK" else ""

    def pay_form(self, account="", problem=""):
        return self.make(f'{self.say("payment")} – {self.say("knp")}', self.note(problem, "bad") + self.form(
            self.link("pay"), self.field("account", self.say("account"), account, 'maxlength="40" required'),
            self.say("go_on")))

    def sum_form(self, answer, account, value, problem=""):
        more = 'inputmode="decimal" maxlength="16" required'
        return self.make(self.say("payment"), self.note(problem, "bad") + self.facts(answer.fields) +
                         self.comment(answer) + self.form(
                             self.link("confirm"), self.hidden(account=account) +
                             self.field("sum", self.say("sum"), value, more), self.say("go_on")))

    def confirm(self, answer, account, tiyn, number, token):
        rows = [(word(self.lang, "account"), account), *answer.fields, (word(self.lang, "knp"), word(self.lang, "payment")),
                (word(self.lang, "sum"), money(tiyn) + " ₸")]
        return self.make(self.say("confirm"), self.facts(rows) + self.comment(answer) + self.form(
            self.link("send"), self.hidden(account=account, sum=tenge(tiyn), number=number, token=token),
            self.say("pay_sum", sum=money(tiyn))) + f'<p><a href="{self.link("")}">{self.say("back")}</a></p>')

    def scan(self, text="", problem=""):
        return self.make(self.say("scan"), self.note(problem, "bad") + self.form(
            self.link("scan"), f'<label for="text">{self.say("scan_label")}</label>'
            f'<p class="hint" id="hint">{self.say("scan_hint")}</p>'
            f'<textarea id="text" name="text" rows="4" aria-describedby="hint" required>{escape(text)}</textarea>',
            self.say("open")))

    def problem(self, text):
        return self.make(self.say("problem"), self.note(text, "bad") +
                         f'<p><a href="{self.link("")}">{self.say("home")}</a></p>')

    def payment(self, p, events, problem=""):
        kind = {"done": "good", "taken": "", "returned": "bad", "cancelled": ""}[p["state"]]
        words = self.say("s_" + p["state"])
        if p["comment"]:
            words += "<br>" + escape(p["comment"])
        rows = [(word(self.lang, "number"), p["number"]), (word(self.lang, "account"), p["account"]),
                (word(self.lang, "sum"), money(p["tiyn"]) + " ₸"), (word(self.lang, "moment"), when(p["moment"]))]
        if p["receipt"]:
            rows.append((word(self.lang, "receipt"), p["receipt"]))
        body = self.note(problem, "bad") + self.note(words, kind) + self.facts(rows)
        if p["state"] == "taken":
            body += f'<p>{self.say("taken_lead")}</p><a class="button" href="">{self.say("refresh")}</a>'
        if p["state"] == "done" and self.bank.protocol.may_cancel:
            body += self.form(self.link(f'payment/{p["number"]}/cancel'), "", self.say("cancel"), quiet=True)
        body += f'<h2>{self.say("steps")}</h2><ol>' + "".join(
            f'<li>{when(e["at"])} – {self.say("h_" + e["what"])}{": " if e["note"] else ""}{escape(e["note"])}</li>'
            for e in events) + "</ol>"
        return self.make(self.say("payment"), body)

    def history(self, payments):
        items = [(self.link("payment/" + p["number"]),
                  f'{money(p["tiyn"])} ₸, {when(p["moment"])}<br>{self.say("s_" + p["state"])}', "") for p in payments]
        return self.make(self.say("history"), self.menu(items) if items else f'<p>{self.say("nothing")}</p>')
