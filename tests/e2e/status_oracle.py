#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Status from end to end against a second, slow implementation.

Makes random people as the four registers, imports them with the real binary, asks `saqta status --json`
for each on random days, and compares with the rules written down here a second time, in loops over
months, sharing nothing with the C code but the text of the law.

usage: status_oracle.py SAQTA_BINARY [--people N] [--seed S]
Prints TAP.
"""
import argparse
import calendar
import csv
import datetime as dt
import json
import os
import random
import subprocess
import sys
import tempfile

EPOCH = (2020, 1)
HOLIDAYS = {(1, 1), (1, 2), (1, 7), (3, 8), (3, 21), (3, 22), (3, 23), (5, 1), (5, 7), (5, 9), (7, 6), (8, 30), (12, 16)}
INDEPENDENT = {2020: 2125, 2021: 2125, 2022: 3000, 2023: 3500, 2024: 4250, 2025: 4250, 2026: 4250}
ENTREPRENEUR = {2020: 2975, 2021: 2975, 2022: 4200, 2023: 4900, 2024: 5950, 2025: 5950, 2026: 5950}
LEAST = {"independent": INDEPENDENT, "entrepreneur": ENTREPRENEUR, "farm": ENTREPRENEUR, "practice": ENTREPRENEUR}
STATE_CODES = ["student", "pensioner", "disabled", "unemployed"]


def month_of(day):
    return (day.year, day.month)


def add(month, n):
    i = month[0] * 12 + month[1] - 1 + n
    return (i // 12, i % 12 + 1)


def diff(a, b):
    return (a[0] - b[0]) * 12 + a[1] - b[1]


def first(month):
    return dt.date(month[0], month[1], 1)


def last(month):
    return dt.date(month[0], month[1], calendar.monthrange(*month)[1])


def text(month):
    return f"{month[0]:04}-{month[1]:02}"


def holidays(year):
    """The holidays of a year. One on a Saturday or Sunday gives the next working day off, but for 7 January.

    Without moved days and Kurban Ait: the months whose due day they touch are not asked about.
    """
    days = HOLIDAYS | ({(10, 25)} if year >= 2022 else {(12, 1), (12, 17)})
    off = {dt.date(year, *d) for d in days}
    for day in sorted(off):
        if day.weekday() >= 5 and (day.month, day.day) != (1, 7):
            while day in off or day.weekday() >= 5:
                day += dt.timedelta(1)
            off.add(day)
    return off


def is_working(day):
    return day.weekday() < 5 and day not in holidays(day.year)


def due(month):
    day = dt.date(*add(month, 1), 25)
    while not is_working(day):
        day += dt.timedelta(1)
    return day


class Person:
    def __init__(self, iin):
        self.iin, self.residence, self.born = iin, "citizen", dt.date(1980, 1, 1)
        self.entered, self.known_since = None, None
        self.spells, self.payments, self.refunds = [], [], []

    # What was known, month by month.
    def known(self, known):
        paid_back = {}
        for r in self.refunds:
            if r["refunded_on"] <= known:
                paid_back[r["doc"], r["line"]] = paid_back.get((r["doc"], r["line"]), 0) + r["sum"]
        payments = []
        for p in self.payments:
            if (p["received_on"] or p["paid_on"]) <= known:
                left = p["sum"] - paid_back.get((p["doc"], p["line"]), 0)
                if left > 0:
                    payments.append({**p, "sum": left})
        spells = [s for s in self.spells if (s["known_since"] or dt.date.min) <= known]
        return spells, payments

    def state(self, spells):
        out = [(s["kind"].split(":")[0], s["from"], s["to"] or dt.date.max) for s in spells
               if s["kind"].startswith(("category:", "exempt:"))]
        eighteen = last((self.born.year + 18, self.born.month))
        return out + [("category", self.born, eighteen)]


def overlaps(month, a, b):
    return a <= last(month) and b >= first(month)


def months_between(a, b):
    while a <= b:
        yield a
        a = add(a, 1)


class Decision:
    """The rules A1 to A11 in plain loops."""

    def __init__(self, person, on, known):
        self.on, self.m = on, month_of(on)
        self.person = person
        self.spells, self.payments = person.known(known)
        self.intervals = person.state(self.spells)
        self.start = max(EPOCH, month_of(person.born), month_of(person.entered) if person.entered else EPOCH)
        self.classes, self.kinds, self.paid_by = {}, {}, {}
        horizon = max([self.m] + [p["month"] for p in self.payments])
        for month in months_between(EPOCH, add(horizon, 1)):
            self.classes[month] = self.classify(month)
        self.prepaid = self.find_prepaid()

    def classify(self, month):
        if month < self.start:
            return "none"
        kinds = {}
        for p in self.payments:
            if p["month"] == month:
                kinds.setdefault(p["payer_kind"], []).append(p)
        for kind, rows in sorted(kinds.items()):
            done = [d for d in sorted({r["paid_on"] for r in rows}) if self.reaches(kind, rows, d)]
            if done:
                self.kinds.setdefault(month, set()).add(kind)
                self.paid_by[month] = min(self.paid_by.get(month, done[0]), done[0])
        for kind, name in (("category", "state"), ("exempt", "exempt")):
            if any(k == kind and overlaps(month, a, b) for k, a, b in self.intervals):
                return name
        if month in self.kinds:
            return "paid"
        return "debt" if self.on > due(month) and month < self.m else "open"

    def get(self, month):
        return self.classes.get(month, "open" if month >= self.start else "none")

    @staticmethod
    def reaches(kind, rows, day):
        """Is the month paid by what this kind of payer had paid by that day?"""
        least = LEAST[kind][day.year] if kind in LEAST else 0.01
        return sum(r["sum"] for r in rows if r["paid_on"] <= day) >= least

    def find_prepaid(self):
        """A month that the state pays as well does not break a run that was paid before."""
        out = set()
        for begin in self.paid_by:
            run = [add(begin, i) for i in range(12)]
            if all(m in self.paid_by and self.paid_by[m] < first(begin) for m in run):
                out.update(run)
        return out

    def acquired(self, k):
        if self.get(k) in ("state", "exempt") or k in self.prepaid:
            return self.get(k) in ("state", "exempt", "paid")
        return self.get(k) == "paid" and not any(self.get(add(k, -i)) == "debt" for i in range(12))

    def debt(self):
        return [add(self.m, -i) for i in range(11, 0, -1) if self.get(add(self.m, -i)) == "debt"]

    def decide(self):
        on, m = self.on, self.m
        if self.person.residence == "temporary" or m < self.start and m >= EPOCH or m < EPOCH:
            return False, "not_in_system"
        if dt.date(2020, 1, 1) <= on <= dt.date(2020, 6, 30):
            return True, "transition"
        now = {k for k, a, b in self.intervals if overlaps(m, a, b) and a <= on}
        for kind in ("category", "exempt"):
            if kind in now:
                return True, kind
        if any(s["kind"] == "temporary-status" and s["from"] <= on <= s["to"] for s in self.spells):
            return True, "temporary"
        if on <= dt.date(2021, 6, 30) and all("independent" in self.kinds.get(add(m, -i), ()) for i in (1, 2, 3)):
            return True, "three_months"
        if on >= dt.date(2022, 9, 5) and m in self.prepaid:
            return True, "prepaid"
        covered = [x for x in months_between(EPOCH, m) if self.get(x) in ("paid", "state", "exempt")]
        rights = [x for x in covered if self.acquired(x)]
        if not covered:
            return False, "never"
        if not rights:
            return False, "debt"
        k = rights[-1]
        if not any(self.get(x) == "debt" for x in months_between(add(k, 1), add(m, -1))):
            return True, "regular"
        long_run = on >= dt.date(2026, 1, 1) and all(self.get(add(k, -i)) == "paid" for i in range(60))
        return (True, "grace") if diff(m, k) <= (6 if long_run else 3) else (False, "lapsed")


def check_digit(digits):
    c = sum(int(d) * (i + 1) for i, d in enumerate(digits)) % 11
    if c == 10:
        c = sum(int(d) * ((i + 2) % 11 + 1) for i, d in enumerate(digits)) % 11
    return None if c == 10 else c


def make_iin(n):
    """Births of the 1850s: numbers that pass the check digit and belong to nobody."""
    while True:
        head = f"5{n % 10}{n // 10 % 12 + 1:02}{n // 120 % 28 + 1:02}1{n // 3360 % 10000:04}"
        c = check_digit(head)
        if c is not None:
            return head + str(c), n + 1
        n += 1


def random_day(rng, a, b):
    return a + dt.timedelta(rng.randrange((b - a).days + 1))


def pay(person, rng, doc, month, kind, total, paid_on, late=None):
    knp = "122" if kind != "employer" or rng.random() < 0.7 else "121"
    person.payments.append({"doc": doc, "line": len(person.payments) + 1, "month": month, "knp": knp, "sum": total,
                            "payer_kind": kind, "paid_on": paid_on, "received_on": late})


def make_person(iin, rng, doc):
    p = Person(iin)
    p.born = random_day(rng, dt.date(1950, 1, 1), dt.date(2010, 12, 31))
    if rng.random() < 0.1:
        p.residence = rng.choice(["resident", "kandas", "eaeu", "temporary"])
    if rng.random() < 0.2:
        p.entered = random_day(rng, dt.date(2020, 1, 1), dt.date(2026, 6, 30))
    for _ in range(rng.choice([0, 0, 0, 1, 1, 2])):
        a = random_day(rng, dt.date(2019, 6, 1), dt.date(2026, 9, 1))
        b = None if rng.random() < 0.3 else a + dt.timedelta(rng.randrange(900))
        kind = rng.choice(["category:" + c for c in STATE_CODES] + ["exempt:military", "employee", "entrepreneur"])
        known = None if rng.random() < 0.7 else a + dt.timedelta(rng.randrange(200))
        p.spells.append({"kind": kind, "from": a, "to": b, "known_since": known})
    if rng.random() < 0.05:
        a = random_day(rng, dt.date(2024, 1, 1), dt.date(2026, 10, 1))
        p.spells.append({"kind": "temporary-status", "from": a, "to": a + dt.timedelta(29), "known_since": None})
    steady, kind = rng.random() < 0.4, rng.choice(["employer", "employer", "independent", "entrepreneur", "contract"])
    begin = (rng.randrange(2020, 2026), rng.randrange(1, 13))
    for month in months_between(begin, (2026, 10)):
        if rng.random() > (0.99 if steady else 0.8):
            continue
        paid_on = min(first(add(month, 1)) + dt.timedelta(rng.randrange(28)), dt.date(2026, 11, 20))
        base = LEAST[kind][paid_on.year] if kind in LEAST else rng.randrange(500, 17000)
        if rng.random() < 0.03:
            base = base // 2
        late = None if rng.random() < 0.9 else min(paid_on + dt.timedelta(rng.randrange(300)), dt.date(2026, 11, 20))
        pay(p, rng, doc, month, kind, base, paid_on, late)
    if rng.random() < 0.25:
        begin = (rng.randrange(2022, 2026), rng.randrange(1, 13))
        paid_on = first(begin) - dt.timedelta(rng.randrange(0, 12))
        for i in range(rng.choice([11, 12, 12, 13])):
            pay(p, rng, doc, add(begin, i), "independent", INDEPENDENT[paid_on.year], paid_on)
    if p.payments and rng.random() < 0.15:
        row = rng.choice(p.payments)
        p.refunds.append({"doc": doc, "line": row["line"], "month": row["month"], "knp": row["knp"], "sum": row["sum"],
                          "refunded_on": min(row["paid_on"] + dt.timedelta(rng.randrange(20, 200)), dt.date(2026, 11, 21))})
    return p


def write_registers(people, folder):
    files = {"people": ["iin", "surname", "name", "patronymic", "birth_date", "residence", "in_system_from", "known_since"],
             "spells": ["iin", "kind", "payer", "from", "to", "known_since"],
             "payments": ["doc", "line", "iin", "month", "knp", "sum", "payer", "payer_kind", "paid_on", "received_on"],
             "refunds": ["doc", "line", "iin", "month", "knp", "sum", "refunded_on"]}
    paths = []
    for name, columns in files.items():
        paths.append(os.path.join(folder, name + ".csv"))
        with open(paths[-1], "w", newline="", encoding="utf-8") as f:
            w = csv.writer(f, delimiter=";")
            w.writerow(columns)
            for p in people:
                rows = {"people": [{"surname": "СЫНАҚ", "name": "АДАМ", "patronymic": "", "birth_date": p.born,
                                    "residence": p.residence, "in_system_from": p.entered, "known_since": p.known_since}],
                        "spells": p.spells, "payments": p.payments, "refunds": p.refunds}[name]
                for row in rows:
                    row = {**row, "iin": p.iin, "payer": ""}
                    if "month" in row:
                        row["month"], row["sum"] = text(row["month"]), f"{row['sum']:.2f}"
                    w.writerow(["" if row[c] is None else row[c] for c in columns])
    return paths


def run(binary, *args, ok=(0,)):
    r = subprocess.run([binary, *args], capture_output=True, text=True)
    if r.returncode not in ok:
        sys.exit(f"Bail out! {' '.join(args[:2])}: exit {r.returncode}\n{r.stdout}{r.stderr}")
    return r.stdout


def ask(binary, db, person, on, known):
    out = run(binary, "status", person.iin, "--db", db, "--on", str(on), "--known", str(known), "--json", ok=(0, 1))
    return json.loads(out)


def compare(got, want):
    """What differs between the answer and the oracle, as a list of words."""
    insured, reason = want.decide()
    bad = []
    if got["insured"] != insured or got["reason"] != reason:
        bad.append(f"{got['insured']}/{got['reason']} instead of {insured}/{reason}")
    if reason == "not_in_system":
        return bad
    if [d["month"] for d in got["debt"]] != [text(m) for m in want.debt()]:
        bad.append(f"debt {[d['month'] for d in got['debt']]} instead of {[text(m) for m in want.debt()]}")
    for row in got["months"]:
        month = tuple(map(int, row["month"].split("-")))
        if row["class"] != want.get(month):
            bad.append(f"{row['month']} is {row['class']} instead of {want.get(month)}")
    return bad


def unclear(on):
    """Days on which the due day rests on a moved day or on Kurban Ait, which this file does not know."""
    return abs(on.day - 26) <= 5 and on.month in (6, 7)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("binary")
    ap.add_argument("--people", type=int, default=int(os.environ.get("SAQTA_ORACLE_PEOPLE", "150")))
    ap.add_argument("--seed", type=int, default=int(os.environ.get("SAQTA_SEED", "20261122")))
    args = ap.parse_args()
    rng, people, n, days = random.Random(args.seed), [], 0, 4
    print(f"# seed {args.seed}, people {args.people}\n1..{args.people}", flush=True)
    for i in range(args.people):
        iin, n = make_iin(n)
        people.append(make_person(iin, rng, f"ORACLE-{i}"))
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        db = os.environ.get("SAQTA_TEST_DB", "sqlite:" + os.path.join(folder, "oracle.db"))
        run(args.binary, "db", "migrate", "--db", db)
        run(args.binary, "import", "--db", db, *write_registers(people, folder))
        for i, person in enumerate(people, 1):
            bad = []
            for _ in range(days):
                on = random_day(rng, dt.date(2020, 1, 1), dt.date(2026, 11, 22))
                while unclear(on):
                    on += dt.timedelta(1)
                known = rng.choice([dt.date(2026, 11, 22), on, random_day(rng, on, dt.date(2026, 11, 22))])
                bad += [f"on {on} known {known}: {b}" for b in compare(ask(args.binary, db, person, on, known),
                                                                      Decision(person, on, known))]
            failed += bool(bad)
            print(f"{'not ok' if bad else 'ok'} {i} - person {i}")
            for b in bad:
                print("# " + b)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
