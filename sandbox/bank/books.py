# SPDX-License-Identifier: Apache-2.0
"""The banks' own books: what each took from its customers, what it told the biller, what became of
it. One SQLite file; whatever is written is on disk before the next step, so that a bank that dies goes
on where it was."""
import contextlib
import csv
import io
import os
import sqlite3
import threading
import time
from datetime import datetime, timedelta, timezone

ASTANA = timezone(timedelta(hours=5))

SCHEMA = """
CREATE TABLE IF NOT EXISTS payment (
    bank TEXT NOT NULL,
    number TEXT NOT NULL,           -- the bank's: txn_id
    account TEXT NOT NULL,
    tiyn INTEGER NOT NULL CHECK (tiyn > 0),
    moment TEXT NOT NULL,           -- txn_date: 20260110120133, Astana; its day is the accounting day
    state TEXT NOT NULL CHECK (state IN ('taken', 'done', 'returned', 'cancelled')),
    receipt TEXT NOT NULL DEFAULT '',
    result INTEGER,                 -- of the last answer
    comment TEXT NOT NULL DEFAULT '',
    fault TEXT NOT NULL DEFAULT '', -- the misbehaviour with which it is sent
    tries INTEGER NOT NULL DEFAULT 0,
    lost INTEGER NOT NULL DEFAULT 0, -- tries without a readable answer
    token TEXT NOT NULL DEFAULT '', -- the QR token that it pays
    lang TEXT NOT NULL DEFAULT 'kk',
    PRIMARY KEY (bank, number)
);
CREATE INDEX IF NOT EXISTS payment_open ON payment (state) WHERE state = 'taken';
CREATE TABLE IF NOT EXISTS event (
    at TEXT NOT NULL, bank TEXT NOT NULL, number TEXT NOT NULL, what TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS token (
    token TEXT PRIMARY KEY, bank TEXT NOT NULL, id INTEGER NOT NULL UNIQUE, account TEXT NOT NULL,
    tiyn INTEGER NOT NULL, made REAL NOT NULL, expires REAL NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('created', 'wait', 'paid', 'refused'))
);
"""


def moment():
    return datetime.now(ASTANA).strftime("%Y%m%d%H%M%S")


def tenge(tiyn):
    return f"{tiyn // 100}.{tiyn % 100:02}"


class Books:
    def __init__(self, folder):
        os.makedirs(folder, exist_ok=True)
        self.folder = folder
        self.path = os.path.join(folder, "books.db")
        self.lock = threading.Lock()
        self.last = 0
        self.db = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None)
        self.db.row_factory = sqlite3.Row
        self.db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;" + SCHEMA)

    def close(self):
        with self.lock:
            self.db.close()

    def ask(self, sql, *values):
        with self.lock:
            return [dict(row) for row in self.db.execute(sql, values)]

    def one(self, sql, *values):
        rows = self.ask(sql, *values)
        return rows[0] if rows else None

    @contextlib.contextmanager
    def unit(self):
        """All of it or nothing."""
        with self.lock:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield self.db
            except BaseException:
                self.db.execute("ROLLBACK")
                raise
            self.db.execute("COMMIT")

    def number(self):
        """A fresh number of 16 digits: the millisecond and a running part, also after a restart."""
        with self.lock:
            self.last = max(self.last + 1, time.time_ns() // 1_000_000 * 1000)
            return str(self.last)

    def note(self, db, bank, number, what, note=""):
        db.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?)", (moment(), bank, number, what, note))

    def event(self, bank, number, what, note=""):
        with self.unit() as db:
            self.note(db, bank, number, what, note)

    def take(self, bank, number, account, tiyn, fault="", token="", lang="kk"):
        """The customer's money, once for each number. False when this number was there."""
        with self.unit() as db:
            done = db.execute("INSERT OR IGNORE INTO payment (bank, number, account, tiyn, moment, state,"
                              " fault, token, lang) VALUES (?, ?, ?, ?, ?, 'taken', ?, ?, ?)",
                              (bank, number, account, tiyn, moment(), fault, token, lang))
            if done.rowcount:
                self.note(db, bank, number, "taken", tenge(tiyn))
            return bool(done.rowcount)

    def payment(self, bank, number):
        return self.one("SELECT * FROM payment WHERE bank = ? AND number = ?", bank, number)

    def payments(self, bank=""):
        where, values = ("WHERE bank = ?", [bank]) if bank else ("", [])
        return self.ask(f"SELECT * FROM payment {where} ORDER BY moment DESC, number DESC", *values)

    def open_payments(self):
        return self.ask("SELECT * FROM payment WHERE state = 'taken' ORDER BY moment, number")

    def tried(self, p, lost, note=""):
        with self.unit() as db:
            db.execute("UPDATE payment SET tries = tries + 1, lost = lost + ? WHERE bank = ? AND number = ?",
                       (int(lost), p["bank"], p["number"]))
            self.note(db, p["bank"], p["number"], "no_answer" if lost else "answer", note)

    def finish(self, p, state, answer):
        """taken -> done or returned, done -> cancelled; never the other way round."""
        before = "done" if state == "cancelled" else "taken"
        with self.unit() as db:
            done = db.execute("UPDATE payment SET state = ?, receipt = ?, result = ?, comment = ?"
                              " WHERE bank = ? AND number = ? AND state = ?",
                              (state, answer.receipt or p["receipt"], answer.result, answer.comment,
                               p["bank"], p["number"], before))
            if not done.rowcount:
                return
            self.note(db, p["bank"], p["number"], state, f"{answer.result} {answer.comment}")
            if p["token"]:
                db.execute("UPDATE token SET state = ? WHERE token = ?",
                           ("paid" if state == "done" else "refused", p["token"]))

    def events(self, bank, number):
        return self.ask("SELECT * FROM event WHERE bank = ? AND number = ? ORDER BY rowid", bank, number)

    def totals(self):
        return self.ask("SELECT bank, state, count(*) AS n, sum(tiyn) AS tiyn FROM payment"
                        " GROUP BY bank, state ORDER BY bank, state")

    # ---- registers ----

    def days(self, bank):
        return [row["day"] for row in self.ask(
            "SELECT DISTINCT substr(moment, 1, 8) AS day FROM payment WHERE bank = ? ORDER BY day", bank)]

    def register(self, bank, day):
        """What the bank says of its day (YYYYMMDD): every payment that the biller has acknowledged, and
        those of which the bank does not know yet whether it has."""
        text = io.StringIO()
        rows = csv.writer(text, delimiter=";", lineterminator="\n")
        rows.writerow(("bank", "txn_id", "txn_date", "account", "sum", "status"))
        for p in self.ask("SELECT * FROM payment WHERE bank = ? AND substr(moment, 1, 8) = ?"
                          " AND state IN ('done', 'taken') ORDER BY moment, number", bank, day):
            rows.writerow((bank, p["number"], p["moment"], p["account"], tenge(p["tiyn"]), "0"))
        return text.getvalue()

    def write_registers(self):
        """A file for each bank and day; the names of those written."""
        folder = os.path.join(self.folder, "registers")
        os.makedirs(folder, exist_ok=True)
        written = []
        for bank in {row["bank"] for row in self.totals()}:
            for day in self.days(bank):
                path = os.path.join(folder, f"{bank}-{day[:4]}-{day[4:6]}-{day[6:]}.csv")
                with open(path + ".part", "w", encoding="utf-8") as f:
                    f.write(self.register(bank, day))
                os.replace(path + ".part", path)
                written.append(path)
        return sorted(written)

    # ---- QR tokens ----

    def issue(self, bank, token, account, tiyn, seconds):
        now = time.time()
        with self.unit() as db:
            db.execute("INSERT INTO token SELECT ?, ?, coalesce(max(id), 1000) + 1, ?, ?, ?, ?, 'created'"
                       " FROM token", (token, bank, account, tiyn, now, now + seconds))
        return self.one("SELECT * FROM token WHERE token = ?", token)

    def scan(self, token):
        with self.unit() as db:
            db.execute("UPDATE token SET state = 'wait' WHERE token = ? AND state = 'created'", (token,))

    def refuse_token(self, token):
        with self.unit() as db:
            db.execute("UPDATE token SET state = 'refused' WHERE token = ? AND state IN ('created', 'wait')",
                       (token,))

    def token(self, column, value):
        """By token, id or account: the newest."""
        column = {"token": "token", "id": "id", "account": "account"}[column]
        t = self.one(f"SELECT * FROM token WHERE {column} = ? ORDER BY id DESC", value)
        if t and t["state"] in ("created", "wait") and t["expires"] <= time.time():
            t["state"] = "refused"
        return t
