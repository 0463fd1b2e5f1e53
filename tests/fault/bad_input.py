#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Bad input through the real program: each case gets one clear sentence in three languages and its exit
code, within time and memory; nothing is lost, and a repeat completes what was cut short.

usage: bad_input.py SAQTA
"""
import ctypes
import gc
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import pg, tap  # noqa: E402

LANGS = ("kk", "ru", "en")
MOST_SECONDS = 20       # of a loaded machine; a file is refused in far less
MOST_KB = 700 << 10     # resident, for a file of 200 MB
BIG = 200 << 20
LINES = 12000           # several portions; more than a disk of 1 MiB holds
REMOUNT = 32            # MS_REMOUNT of mount(2)

HEAD = """{1:F01K059000000000001000001}
{2:I102SGROSS000000U3003}
{4:
:20:%(ref)s
:50:/D/KZ456010000000000001
/NAME/ТОО СЫНАҚ
/IDN/190140000007
/IRS/1
/SECO/7
:52B:HSBKKZKX
:57B:GCVPKZ2A
:59:KZ92009MEDS368609103
/NAME/НАО Государственная корпорация Правительство для граждан
/IDN/160440007161
/IRS/1
/SECO/1
:70:
/NUM/17
/DATE/260110
/SEND/07
/VO/01
/KNP/122
/PSO/01
/PRT/50
/ASSIGN/Взносы на обязательное социальное медицинское страхование
"""


def iin(serial):
    """Born in the 1800s: belongs to nobody."""
    for more in range(serial * 3, serial * 3 + 3):
        digits = [int(c) for c in f"{80 + more // 10000 % 20:02d}01011{more % 10000:04d}"]
        for shift in (1, 3):
            check = sum(d * ((i + shift - 1) % 11 + 1) for i, d in enumerate(digits)) % 11
            if check < 10:
                return "".join(map(str, digits)) + str(check)
    raise ValueError(serial)


def mt102(people, ref="BAD0000001", persons_of=None):
    """People: (number, period MMYYYY)."""
    lines = [HEAD % {"ref": ref}]
    for i, (number, period) in enumerate(people, 1):
        lines.append(f":21:{i}\n:32B:KZT4250,00\n:70:\n/OPV/M\n/FM/ҮЛГІЕВ\n/NM/АСАН\n"
                     f"/IDN/{number}\n/PERIOD/{period}\n")
    lines.append(f":32A:260110KZT{4250 * len(people)},00\n-}}\n")
    return "".join(lines).encode()


def people(count):
    return [(iin(i), "122025") for i in range(count)]


class Bad(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="saqta-bad-")
        self.db = self.new_database()

    def tearDown(self):
        pg.forget(self.db)
        shutil.rmtree(self.folder)

    def new_database(self):
        return pg.database(self.path("a.db"))

    def path(self, name):
        return os.path.join(self.folder, name)

    def file(self, name, content):
        with open(self.path(name), "wb") as f:
            f.write(content)
        return self.path(name)

    def run_it(self, *args, lang="en", program=None, **more):
        return subprocess.run([program or saqta, *args, "--lang", lang], capture_output=True,
                              text=True, timeout=MOST_SECONDS, **more)

    def refused_nobody(self, code, status, *args):
        """As somebody who may do nothing; the program is where he can reach it, not in /root."""
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            program = shutil.copy(saqta, folder)
            self.refused(code, status, *args, program=program, preexec_fn=nobody)

    def refused(self, code, status, *args, **more):
        """One sentence, another one in each language, without a place that was left unfilled."""
        texts = set()
        for lang in LANGS:
            done = self.run_it(*args, lang=lang, **more)
            self.assertEqual(done.returncode, status, f"{args}: {done.stdout}{done.stderr}")
            said = [x for x in done.stderr.splitlines() if f"[{code}]" in x]
            self.assertEqual(len(said), 1, f"{args}: {done.stdout}{done.stderr}")
            self.assertNotIn("{", said[0])
            texts.add(said[0])
        self.assertEqual(len(texts), len(LANGS), texts)

    def sql(self, text):
        return pg.rows(self.db, text)

    def count(self, table):
        return self.sql(f"SELECT count(*) FROM {table}")[0][0]

    def audit(self):
        done = self.run_it("audit", "--db", self.db)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def taken(self, path, status=0, **more):
        done = self.run_it("import", path, "--db", self.db, **more)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def check_refused(self, code, status, content):
        """With and without a database; it stays empty."""
        path = content if isinstance(content, str) else self.file("bad.txt", content)
        self.refused(code, status, "import", "--check", path)
        self.refused(code, status, "import", path, "--db", self.db)
        for table in ("intake", "payment", "suspense", "person"):
            self.assertEqual(self.count(table), 0, table)


class Files(Bad):
    def test_empty(self):
        self.check_refused("FILE_EMPTY", 2, b"")
        self.check_refused("FILE_EMPTY", 2, b" \r\n\r\n")

    def test_truncated(self):
        whole = mt102(people(20))
        for keep in (len(whole) - 3, len(whole) // 2, 700):
            with self.subTest(bytes=keep):
                self.check_refused("FILE_TRUNCATED", 2, whole[:keep])

    def test_binary(self):
        self.check_refused("FILE_BINARY", 2, bytes(range(256)) * 50)
        self.check_refused("FILE_BINARY", 2, b"\x7fELF" + bytes(3000))

    def test_wrongly_encoded(self):
        # 0x98 is a byte that RK1048 does not have; the rest is no UTF-8.
        self.check_refused("TEXT_ENCODING", 2, mt102(people(2)).decode().replace("ҮЛГІЕВ", "\x98")
                           .encode("latin-1", "replace").replace(b"?", b"\xd2\x98"))

    def test_unknown(self):
        self.check_refused("FILE_UNKNOWN", 2, "Құрметті әріптестер, тізім кейін.\n".encode())

    def test_not_a_file(self):
        self.check_refused("FILE_OPEN", 3, self.folder)
        self.check_refused("FILE_OPEN", 3, self.path("absent.txt"))
        os.mkfifo(self.path("pipe"))
        start = time.monotonic()
        self.check_refused("FILE_OPEN", 3, self.path("pipe"))
        self.assertLess(time.monotonic() - start, MOST_SECONDS)

    def test_unreadable(self):
        path = self.file("secret.txt", mt102(people(1)))
        os.chmod(path, 0)
        os.chmod(self.folder, 0o777)
        self.refused_nobody("FILE_OPEN", 3, "import", "--check", path)

    def test_one_bad_file_does_not_stop_the_other(self):
        good = self.file("good.txt", mt102(people(3)))
        done = self.run_it("import", self.folder, good, "--db", self.db)
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertEqual(self.count("payment"), 3)

    def big(self, code, status, make):
        path = self.path("big.txt")
        make(path)
        start = time.monotonic()
        process = subprocess.Popen([saqta, "import", path, "--db", self.db, "--lang", "en"],
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said = process.stdout.read()
        process.stdout.close()
        _, done, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(done)
        print(f"# {code}: {time.monotonic() - start:.2f} s, CPU {used.ru_utime + used.ru_stime:.2f} s,"
              f" {used.ru_maxrss >> 10} MiB")
        self.assertEqual(process.returncode, status, said)
        self.assertIn(f"[{code}]", said)
        self.assertLess(used.ru_utime + used.ru_stime, MOST_SECONDS)
        self.assertLess(used.ru_maxrss, MOST_KB)
        self.assertEqual(self.count("intake"), 0)

    def test_200_mb_of_nothing(self):
        def sparse(path):
            with open(path, "wb") as f:
                f.truncate(BIG)
        self.big("FILE_BINARY", 2, sparse)

    def test_200_mb_of_one_line(self):
        def one_line(path):
            with open(path, "wb") as f:
                for _ in range(BIG >> 20):
                    f.write(b"a" * (1 << 20))
        self.big("FILE_UNKNOWN", 2, one_line)

    def test_200_mb_of_broken_tags(self):
        def tags(path):
            part = b":99:x\n" * 100000
            with open(path, "wb") as f:
                f.write((HEAD % {"ref": "BIG"}).encode())
                for _ in range(BIG // len(part)):
                    f.write(part)
        self.big("TAG_UNKNOWN", 2, tags)

    def test_200_mb_of_broken_rows(self):
        def rows(path):
            part = b"1;2;3\n" * 100000
            with open(path, "wb") as f:
                f.write(b"iin;kind;payer;from;to;known_since\n")
                for _ in range(BIG // len(part)):
                    f.write(part)
        self.big("FILE_TOO_BIG", 2, rows)

    def test_larger_than_any_file(self):
        path = self.path("huge.txt")
        with open(path, "wb") as f:
            f.truncate(5 << 30)
        self.check_refused("FILE_TOO_BIG", 2, path)


def nobody():
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)


def small_files(most):
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    return limit


class Databases(Bad):
    """What happens to files."""

    def new_database(self):
        return self.path("a.db")

    def setUp(self):
        super().setUp()
        self.list = self.file("list.txt", mt102(people(LINES)))

    def test_read_only_file(self):
        self.taken(self.file("one.txt", mt102(people(1), "FIRST")))
        for name in os.listdir(self.folder):
            os.chmod(self.path(name), 0o444)
        os.chmod(self.folder, 0o555)
        self.refused_nobody("DB_READ_ONLY", 3, "import", self.list, "--db", self.db)
        os.chmod(self.folder, 0o755)
        for name in os.listdir(self.folder):
            os.chmod(self.path(name), 0o644)
        self.assertEqual(self.count("payment"), 1)
        self.taken(self.list)
        self.assertEqual(self.count("payment"), LINES + 1)
        self.audit()

    def test_read_only_folder(self):
        os.chmod(self.folder, 0o555)
        self.refused_nobody("DB_OPEN", 3, "import", self.list, "--db", self.db)
        os.chmod(self.folder, 0o755)
        self.taken(self.list)

    def small_disk(self, path, options):
        return ctypes.CDLL(None).mount(b"tmpfs", path.encode(), b"tmpfs", *options)

    def test_full_disk(self):
        """A disk of 1 MiB that fills up during the import; then there is room."""
        mount = self.path("disk")
        os.mkdir(mount)
        if os.geteuid() != 0 or self.small_disk(mount, (0, b"size=1m")):
            self.skipTest("a small disk may not be mounted here")
        try:
            self.db = os.path.join(mount, "a.db")
            for _ in range(2):
                self.refused("DB_FULL", 3, "import", self.list, "--db", self.db)
            self.assertEqual(self.small_disk(mount, (REMOUNT, b"size=64m")), 0)
            self.taken(self.list)
            self.assertEqual(self.count("payment"), LINES)
            self.audit()
        finally:
            gc.collect()  # connections that a failed assertion still holds
            subprocess.run(["umount", mount], check=True)

    def test_file_that_may_not_grow(self):
        for most in (200_000, 400_000, 700_000):
            with self.subTest(bytes=most):
                self.refused("DB_FULL", 3, "import", self.list, "--db", self.db,
                             preexec_fn=small_files(most))
        self.taken(self.list)
        self.assertEqual(self.count("payment"), LINES)
        self.audit()

    def test_newer_schema(self):
        self.taken(self.file("one.txt", mt102(people(1))))
        self.sql("INSERT INTO migration SELECT number + 1000, 'later', digest, run_at"
                 " FROM migration ORDER BY number DESC LIMIT 1")
        self.refused("DB_NEWER", 3, "import", self.list, "--db", self.db)
        self.assertEqual(self.count("payment"), 1)

    def test_a_copy_before_the_migration(self):
        """An older database is copied as it is; what is not ours is not."""
        self.taken(self.file("one.txt", mt102(people(1))))
        for name, in self.sql("SELECT name FROM sqlite_master"
                              " WHERE type = 'trigger' AND tbl_name = 'migration'"):
            self.sql(f"DROP TRIGGER {name}")
        self.sql("DELETE FROM migration WHERE number = (SELECT max(number) FROM migration)")
        self.refused("DB_OLDER", 3, "audit", "--db", self.db)
        copy = self.path("copy.db")
        done = self.run_it("db", "backup", copy, "--db", self.db)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.refused("FILE_EXISTS", 1, "db", "backup", copy, "--db", self.db)
        self.db = copy
        self.assertEqual(self.count("payment"), 1)
        self.refused("DB_NOT_OURS", 3, "db", "backup", self.path("other.db"),
                     "--db", self.file("text.db", b"no database at all\n" * 100))
        self.assertFalse(os.path.exists(self.path("other.db")))

    def test_not_ours(self):
        with sqlite3.connect(self.db) as db:
            db.execute("CREATE TABLE customer (name)")
        self.refused("DB_NOT_OURS", 3, "import", self.list, "--db", self.db)
        self.assertEqual(self.count("customer"), 0)
        self.db = self.file("text.db", b"no database at all\n" * 100)
        self.refused("DB_NOT_OURS", 3, "import", self.list, "--db", self.db)

    def test_two_at_the_same_moment(self):
        self.taken(self.file("one.txt", mt102(people(1), "FIRST")))
        command = [saqta, "import", self.list, "--db", self.db, "--lang", "en"]
        both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                for _ in range(2)]
        for process in both:
            said = process.communicate(timeout=60)[0]
            self.assertEqual(process.returncode, 0, said)
        self.assertEqual(self.count("payment"), LINES + 1)
        self.audit()


class Words(Bad):
    """What is said helps: the form that the file needs, the place, and no place where there is none."""

    def test_forms_of_the_file(self):
        whole = mt102(people(1)).decode()
        for old, new, wanted in (("KZT4250,00\n:70:", "KZT4250.00\n:70:", "KZT4250,00"),
                                 ("/DATE/260110", "/DATE/2026-01-10", "YYMMDD"),
                                 ("/PERIOD/122025", "/PERIOD/202512", "MMYYYY")):
            with self.subTest(new=new):
                path = self.file("form.txt", whole.replace(old, new, 1).encode())
                self.assertIn("Expected: " + wanted, self.run_it("import", "--check", path).stdout)

    def test_places(self):
        self.taken(self.file("one.txt", mt102(people(1))))
        other = self.file("two.txt", mt102(people(2)))
        self.assertIn("saqta import: 1, :20: — ",
                      self.run_it("import", other, "--db", self.db).stderr)
        done = self.run_it("import", self.path("absent.txt"), other, "--db", self.db)
        self.assertNotIn("Line 0", done.stdout)
        self.assertIn("[FILE_OPEN]", done.stdout)


class Numbers(Bad):
    def test_iin(self):
        for code, number in (("IIN_EMPTY", ""), ("IIN_LENGTH", "90010130000"),
                             ("IIN_LENGTH", "9001013000071"), ("IIN_CHARS", "90010130000O"),
                             ("IIN_CHARS", "90010130000О"), ("IIN_CHECKSUM", "900101300008"),
                             ("IIN_IMPOSSIBLE", "900101300800")):
            with self.subTest(number=number):
                self.refused(code, 2, "iin", number)
                self.refused(code, 2, "status", number, "--db", self.db)
        self.assertIn(": 7", self.run_it("iin", "900101300008").stdout)
        self.assertIn(": 12", self.run_it("iin", "90010130000O").stdout)

    def test_full_width_and_spaces_are_read(self):
        for number in ("９００１０１３００００７", "900 101 300 007", " 900101300007 "):
            self.assertEqual(self.run_it("iin", number).returncode, 0, number)

    def test_bin_where_an_iin_is_due(self):
        self.refused("IIN_IS_BIN", 2, "status", "190140000007", "--db", self.db)

    def test_money(self):
        for code, given in (("VALUE_MISSING", ""), ("MONEY_FORMAT", "1,000.50"),
                            ("MONEY_FORMAT", "1e5"), ("MONEY_FORMAT", "ten"),
                            ("MONEY_NEGATIVE", "-5"), ("MONEY_FRACTION", "0.001"),
                            ("MONEY_RANGE", "9" * 20), ("MONEY_RANGE", "9" * 400)):
            with self.subTest(given=given):
                self.refused(code, 2, "calc", "employer", "--month", "2026-01", f"--income={given}")
        want = self.run_it("calc", "employer", "--month", "2026-01", "--income", "100000.50").stdout
        for given in ("100 000,50", "100000,5", "100 000.5"):
            done = self.run_it("calc", "employer", "--month", "2026-01", "--income", given)
            self.assertEqual(done.stdout, want, given)

    def test_months(self):
        for code, month in (("MONTH_FORMAT", "2026-13"), ("MONTH_FORMAT", "2026"),
                            ("LAW_NO_RULE", "2016-12"), ("LAW_NOT_YET", "2027-01"),
                            ("LAW_NOT_YET", "2099-12")):
            with self.subTest(month=month):
                self.refused(code, 2, "calc", "employer", "--month", month, "--income", "100000")


class Lines(Bad):
    """One bad person does not lose the others."""

    def reasons(self):
        return sorted(x[0] for x in self.sql("SELECT reason FROM suspense"))

    def test_months_that_cannot_be(self):
        periods = ("062017", "072017", "122025", "012030", "122016", "122099")
        path = self.file("a.txt", mt102([(iin(i), m) for i, m in enumerate(periods)]))
        done = self.taken(path, 1)
        self.assertEqual(done.stdout.count("[MONTH_RANGE]"), 4, done.stdout)
        self.assertEqual(self.count("payment"), 2)
        self.assertEqual(self.reasons(), [132] * 4)
        self.audit()

    def test_the_same_line_with_other_content(self):
        """Told with the place in the file, the number of the line and the sum."""
        head = "doc;line;iin;month;knp;sum;payer;payer_kind;paid_on;received_on\n"
        row = "d;7;%s;2025-12;122;%s;;independent;2026-01-10;\n"
        self.taken(self.file("a.csv", (head + row % (iin(1), "4250")).encode()))
        other = head + row.replace("7", "8", 1) % (iin(2), "4250") + row % (iin(1), "4300")
        done = self.taken(self.file("b.csv", other.encode()), 1)
        self.assertIn("Line 3, line — ", done.stdout)
        self.assertIn(": 7 [LINE_CONFLICT]", done.stdout)
        self.assertIn("Lines in suspense: 1, sum 4 300 ₸", done.stdout.replace("\u00a0", " "))
        self.assertEqual(self.count("payment"), 2)
        self.audit()

    def test_months_of_a_register(self):
        rows = "".join(f"d;{i};{iin(i)};{m};122;4250;;independent;2026-01-10;\n"
                       for i, m in enumerate(("2017-06", "2025-12", "2099-01"), 1))
        path = self.file("a.csv", ("doc;line;iin;month;knp;sum;payer;payer_kind;paid_on;received_on\n"
                                   + rows).encode())
        done = self.taken(path, 1)
        self.assertEqual(done.stdout.count("[MONTH_RANGE]"), 2, done.stdout)
        self.assertEqual(self.count("payment"), 1)
        self.audit()

    def test_same_person_and_month_twice(self):
        path = self.file("a.txt", mt102([(iin(1), "122025"), (iin(1), "122025"), (iin(2), "122025")]))
        done = self.taken(path)
        self.assertIn("[VALUE_TWICE]", done.stdout)
        self.assertEqual(self.count("payment"), 3)
        self.assertEqual(self.count("suspense"), 0)
        self.audit()

    def test_refund_names_a_bank_document(self):
        self.taken(self.file("a.txt", mt102(people(2), "BANKREF1")))
        head = "doc;line;iin;month;knp;sum;refunded_on\n"
        path = self.file("r.csv", (head + f"BANKREF1;1;{iin(0)};2025-12;122;4250;2026-02-01\n"
                                   f"BANKREF2;2;{iin(1)};2025-12;122;4250;2026-02-01\n").encode())
        done = self.taken(path, 1)
        self.assertEqual(done.stdout.count("[REFUND_NO_PAYMENT]"), 1, done.stdout)
        self.assertEqual(self.sql("SELECT r.amount FROM refund r JOIN payment p USING (month, person,"
                                  " doc, line)"), [(425000,)])
        self.audit()

    def test_person_conflict(self):
        head = "iin;surname;name;patronymic;birth_date;residence;in_system_from;known_since\n"
        row = "{};{};АСАН;;1890-01-01;citizen;2017-07-01;{}\n"
        first = row.format(iin(1), "ҮЛГІЕВ", "2026-01-01")
        self.taken(self.file("a.csv", (head + first).encode()))
        path = self.file("b.csv", (head + first + row.format(iin(1), "БАСҚА", "2026-01-01")
                                   + row.format(iin(2), "ЖАҢА", "2026-01-01")).encode())
        done = self.taken(path, 1)
        self.assertIn("[PERSON_CONFLICT]", done.stdout)
        self.assertEqual(self.reasons(), [340])
        self.assertEqual(self.sql("SELECT lines_new, lines_repeated, lines_suspense FROM intake"
                                  " WHERE lines = 3"), [(1, 1, 1)])
        self.assertEqual(self.count("person_fact"), 2)
        self.audit()
        done = self.taken(path)
        self.assertEqual(self.count("suspense"), 1)


if pg.wanted():
    del Databases

if __name__ == "__main__":
    saqta = os.path.abspath(sys.argv.pop(1))
    tap.main()
