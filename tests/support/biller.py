# SPDX-License-Identifier: Apache-2.0
"""A bank that calls the biller channel: people made for it, a server, and what came of it."""
import http.client
import os
import re
import subprocess
import time

from support import pg
from support.http_server import Server

NOW, STAMP = "2026-11-22T12:00:00+05:00", "20261122115900"
MONTH_PRICE = 425000
# Debts, the open months, then twelve ahead: for somebody in the system since June.
MONTHS = [202606, 202607, 202608, 202609, 202610, 202611, 202612] + [202700 + i for i in range(1, 12)]


def made_iins(count):
    """Numbers with a right check digit that belong to nobody: born in 1885."""
    found, n = [], 0
    while len(found) < count:
        n += 1
        text = f"85{1 + n // 9000 % 12:02d}{1 + n % 28:02d}1{n % 9000 + 1000:04d}"
        digits = [int(x) for x in text]
        check = sum((i + 1) * d for i, d in enumerate(digits)) % 11
        if check == 10:
            check = sum(((i + 2) % 11 + 1) * d for i, d in enumerate(digits)) % 11
        if check < 10:
            found.append(text + str(check))
    return found


class World:
    """
    A database with `count` people in the system since June 2026, none of whom has paid. The clock stands
    still at `now`; with None it runs, which a server needs that starts workers again.
    """

    def __init__(self, saqta, folder, count, now=NOW):
        self.saqta, self.path = saqta, os.path.join(folder, "a.db")
        self.db, self.log = pg.database(self.path), os.path.join(folder, "log")
        self.iins = made_iins(count)
        self.env = {**os.environ, "SAQTA_BILLER_ALLOW": "*=127.0.0.1", "SAQTA_ACCESS_LOG": "0"}
        if now:
            self.env["SAQTA_NOW"] = now
        path = os.path.join(folder, "people.csv")
        with open(path, "w", encoding="utf-8") as f:
            f.write("iin;surname;name;patronymic;birth_date;residence;in_system_from;known_since\n")
            f.writelines(f"{x};СЫНАҚ;АДАМ;;1885-01-01;citizen;2026-06-01;\n" for x in self.iins)
        self.run("import", path)

    def end(self):
        pg.forget(self.db)

    def run(self, *arguments, code=0):
        done = subprocess.run([self.saqta, *arguments, "--db", self.db, "--lang", "en"], env=self.env,
                              capture_output=True, text=True)
        if done.returncode != code:
            raise AssertionError(f"{arguments}: {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def serve(self, workers=1, port=0, **env):
        """The log goes to a file: a pipe that nobody reads would stop the server."""
        command = [self.saqta, "serve", "--db", self.db, "--listen", f"127.0.0.1:{port}", "--workers", str(workers)]
        command = ["sh", "-c", 'trap "" XFSZ; exec "$@" 2>>"$0"', self.log, *command]
        return Server(command, **{**self.env, **env})

    def rows(self, query):
        return pg.rows(self.db, query)

    def paid(self):
        """{iin: {month: tiyn left}}"""
        found = {}
        for iin, month, amount in self.rows(
                "SELECT p.iin, x.month, sum(x.amount) FROM (SELECT person, month, amount FROM payment UNION ALL"
                " SELECT person, month, -amount FROM refund) AS x JOIN person AS p ON p.person = x.person"
                " GROUP BY p.iin, x.month HAVING sum(x.amount) <> 0"):
            found.setdefault(f"{iin:012d}", {})[month] = amount
        return found

    def advances(self):
        return {f"{iin:012d}": amount for iin, amount in self.rows(
            "SELECT p.iin, sum(a.amount) FROM (SELECT person, amount - 2 * returned * amount AS amount FROM advance"
            " UNION ALL SELECT person, 2 * released * amount - amount FROM advance_used) AS a"
            " JOIN person AS p ON p.person = a.person GROUP BY p.iin HAVING sum(a.amount) <> 0")}


def stamp():
    """This moment in Astana, as banks write it."""
    return time.strftime("%Y%m%d%H%M%S", time.gmtime(time.time() + 5 * 3600))


def pay(txn, iin, tiyn, command="pay", date=STAMP):
    return f"command={command}&txn_id={txn}&account={iin}&sum={tiyn // 100}.{tiyn % 100:02d}&txn_date={date}"


def result_of(body):
    found = re.search(rb'<result>(\d+)</result>|"result":(\d+)', body)
    return int(found[1] or found[2])


class Bank:
    """One connection of a bank."""

    def __init__(self, port, bank="halyk", timeout=20):
        self.bank, self.link = bank, http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def ask(self, query, **fields):
        """Result, body; raises OSError or http.client.HTTPException when there is no answer."""
        try:
            self.link.request("GET", f"/biller/{self.bank}?{query}", headers=fields)
            answer = self.link.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            self.link.close()
            raise
        return answer.status, result_of(body), body

    def close(self):
        self.link.close()
