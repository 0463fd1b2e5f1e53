/* SPDX-License-Identifier: Apache-2.0 */
/* Importing: what is written, what is refused, twice, in two processes, and after a kill. */
#include "support/import_world.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "base/log.h"
#include "ledger/ledger.h"
#include "rules/coverage.h"
#include "service/payer_kind.h"

static const struct import_options plain;

static struct import_report take_golden(struct world *w, const char *name, enum err error)
{
	struct import_report report;
	char path[512];

	err_clear(&w->f.cx);
	snprintf(path, sizeof(path), "%s/%s.mt", GOLDEN_DIR, name);
	assert_int_equal(import_path(&w->call, path, &plain, &report), err_info(error)->class);
	assert_int_equal(w->f.cx.err.code, error);
	return report;
}

static struct facts facts_of(struct world *w, const char *digits)
{
	struct facts facts;
	struct iin iin;

	memcpy(iin.d, digits, IIN_DIGITS);
	assert_int_equal(facts_load(&w->f.cx, w->f.db, people_key(w->f.db, &iin), &facts), OK);
	return facts;
}

/* The published example: both persons' December 2025 is paid. */
static void test_example(void **state)
{
	static const char *const persons[] = {"900101300007", "850515400002"};
	struct world w;

	world_start(&w);
	struct import_report r = take_golden(&w, "example_rk1048", ERR_NONE);
	assert_int_equal(r.encoding, ENCODING_RK1048);
	assert_int_equal(r.lines_new, 2);
	assert_int_equal(money_to_tiyn(r.sum), 815050);
	for (size_t i = 0; i < 2; i++) {
		struct facts facts = facts_of(&w, persons[i]);
		struct coverage_map map;

		assert_int_equal(facts.payment_count, 1);
		assert_int_equal(facts.payments[0].payer_kind, PAYER_EMPLOYER);
		assert_int_equal(facts.payments[0].paid_on.n, day_of(2026, 1, 10).n);
		assert_int_equal(
			coverage_map_build(&w.f.cx, w.book, &facts, day_of(2026, 5, 1), &map), OK);
		assert_true(monthset_has(&map.hot.paid, month_of(2025, 12)));
	}
	/* The same again, and the same in another character set, changes nothing. */
	r = take_golden(&w, "example_rk1048", ERR_NONE);
	assert_int_equal(r.lines_new, 0);
	assert_int_equal(r.documents_done, 1);
	r = take_golden(&w, "example_utf16le", ERR_NONE);
	assert_int_equal(r.lines_new, 0);
	assert_int_equal(facts_of(&w, persons[0]).payment_count, 1);
	/* The same reference with other content is refused before anything is written. */
	take_golden(&w, "same_person_two_periods", ERR_LINE_CONFLICT);
	world_end(&w);
}

static void test_bad_person(void **state)
{
	struct suspense_row *rows;
	struct world w;
	size_t count;

	world_start(&w);
	struct import_report r = take_golden(&w, "one_bad_of_two", ERR_NONE);
	assert_int_equal(r.lines_new, 1);
	assert_int_equal(r.lines_suspense, 1);
	assert_int_equal(money_to_tiyn(r.sum_suspense), 390050);
	assert_int_equal(r.issues.items[0].err.code, ERR_IIN_CHECKSUM);
	assert_int_equal(r.issues.items[0].err.line, 46);
	assert_int_equal(suspense_list(&w.f.cx, w.f.db,
				 doc_key(STR_LIT("mt102:HSBKKZKX"), STR_LIT("OSMS2601100017")), 10,
				 &rows, &count),
		OK);
	assert_int_equal(count, 1);
	assert_int_equal(rows[0].reason, err_info(ERR_IIN_CHECKSUM)->number);
	assert_text(rows[0].field, "/IDN/");
	assert_text(rows[0].given, "850515400003");
	assert_int_equal(money_to_tiyn(rows[0].sum), 390050);
	assert_true(str_starts(rows[0].source, ":21:2\n:32B:KZT3900,50\n"));
	world_end(&w);
}

static void test_refused(void **state)
{
	static const struct {
		const char *name;
		enum err error;
	} files[] = {
		{"empty", ERR_FILE_EMPTY},
		{"only_blank_lines", ERR_FILE_EMPTY},
		{"binary", ERR_FILE_BINARY},
		{"not_mt", ERR_FILE_UNKNOWN},
		{"wrongly_encoded", ERR_TEXT_ENCODING},
		{"truncated_in_person", ERR_FILE_TRUNCATED},
		{"two_messages_second_wrong", ERR_TOTAL_DIFFERS},
		{"homoglyph_52b", ERR_TAG_HOMOGLYPH},
		{"receiver_pension", ERR_RECEIVER_UNKNOWN},
		{"knp_010", ERR_KNP_UNKNOWN},
	};
	struct instant at;
	struct world w;
	int64_t people;
	bool found;

	world_start(&w);
	for (size_t i = 0; i < TEST_COUNT(files); i++)
		assert_false(take_golden(&w, files[i].name, files[i].error).written);
	struct import_report r;
	assert_int_equal(import_path(&w.call, "/nowhere/at/all", &plain, &r), E_ABSENT);
	assert_int_equal(w.f.cx.err.code, ERR_FILE_OPEN);
	assert_int_equal(import_path(&w.call, "/tmp", &plain, &r), E_ABSENT);
	const struct import_options check = {.check_only = true};
	struct call without_db = w.call;
	without_db.db = NULL;
	assert_int_equal(import_path(&without_db, GOLDEN_DIR "/example_utf8.mt", &check, &r), OK);
	assert_false(r.written);
	assert_int_equal(r.lines, 2);
	assert_int_equal(people_count(&w.f.cx, w.f.db, &people), OK);
	assert_int_equal(people, 0);
	assert_int_equal(intake_latest(&w.f.cx, w.f.db, &at, &found), OK);
	assert_false(found);
	world_end(&w);
}

/* A return takes back exactly the named person's line. */
static void test_return(void **state)
{
	struct world w;

	world_start(&w);
	struct import_report r = take_golden(&w, "return_one_person", ERR_NONE);
	assert_int_equal(r.lines_suspense, 1);
	assert_int_equal(r.issues.items[0].err.code, ERR_REFUND_NO_PAYMENT);
	assert_int_equal(money_to_tiyn(r.sum_suspense), 0);
	world_end(&w);

	world_start(&w);
	take_golden(&w, "example_utf8", ERR_NONE);
	r = take_golden(&w, "return_one_person", ERR_NONE);
	assert_int_equal(r.lines_new, 1);
	assert_int_equal(facts_of(&w, "900101300007").refund_count, 0);
	struct facts facts = facts_of(&w, "850515400002");
	assert_int_equal(facts.refund_count, 1);
	assert_int_equal(money_to_tiyn(facts.refunds[0].sum), 390050);
	assert_int_equal(facts.refunds[0].doc, facts.payments[0].doc);
	assert_int_equal(facts.refunds[0].line, facts.payments[0].line);
	r = take_golden(&w, "return_one_person", ERR_NONE);
	assert_int_equal(r.lines_new, 0);
	assert_int_equal(facts_of(&w, "850515400002").refund_count, 1);
	world_end(&w);
}

static void test_registers(void **state)
{
	struct world w;
	struct import_report r;

	world_start(&w);
	r = take(&w,
		STR_LIT("iin;surname;name;patronymic;birth_date;residence;in_system_from;known_"
			"since\n"
			"500101100010;СЫНАҚОВ;АЙДАР;;1850-01-01;citizen;;\n"
			"500101200017;СЫНАҚОВА;ӘСЕЛ;;1850-01-01;citizen;;\n"
			"500101200018;ҚАТЕ;ҚАТЕ;;1850-01-01;citizen;;\n"),
		ERR_NONE);
	assert_int_equal(r.format, IMPORT_PEOPLE);
	assert_int_equal(r.lines_new, 2);
	assert_int_equal(r.lines_suspense, 1);
	r = take(&w,
		STR_LIT("iin;kind;payer;from;to;known_since\n"
			"500101100010;entrepreneur;;2025-01-01;;\n"),
		ERR_NONE);
	assert_int_equal(r.lines_new, 1);
	const char *payments =
		"doc;line;iin;month;knp;sum;payer;payer_kind;paid_on;received_on\n"
		"P-1;1;500101100010;2025-12;122;4250;;independent;2025-12-20;\n"
		"P-1;2;500101200017;2025-12;121;1500;200140000014;employer;2026-01-10;\n"
		"P-1;3;500101200018;2025-12;121;700;200140000014;employer;2026-01-10;\n";
	r = take(&w, str_of(payments), ERR_NONE);
	assert_int_equal(r.lines_new, 2);
	assert_int_equal(r.lines_suspense, 1);
	assert_int_equal(money_to_tiyn(r.sum), 645000);
	assert_int_equal(money_to_tiyn(r.sum_suspense), 70000);
	r = take(&w, str_of(payments), ERR_NONE);
	assert_int_equal(r.lines_new, 0);
	assert_int_equal(r.lines_repeated, 3);
	r = take(&w,
		STR_LIT("doc;line;iin;month;knp;sum;refunded_on\n"
			"P-1;2;500101200017;2025-12;121;1000;2026-02-01\n"
			"P-1;2;500101200017;2025-12;121;600;2026-02-02\n"
			"P-1;2;500101200017;2025-12;121;500;2026-02-03\n"
			"P-9;1;500101200017;2025-12;121;5;2026-02-03\n"),
		ERR_NONE);
	assert_int_equal(r.lines_new, 2);
	assert_int_equal(r.lines_suspense, 2);
	struct facts facts = facts_of(&w, "500101200017");
	assert_int_equal(facts.refund_count, 2);
	/* The same refund in another file is known, not one too many. */
	r = take(&w,
		STR_LIT("doc;line;iin;month;knp;sum;refunded_on\n"
			"P-1;2;500101200017;2025-12;121;1000;2026-02-01\n"),
		ERR_NONE);
	assert_int_equal(r.lines_repeated, 1);
	assert_int_equal(facts_of(&w, "500101100010").spell_count, 1);
	take(&w, STR_LIT("iin;kind;payer;from;to\n"), ERR_COLUMN_MISSING);
	world_end(&w);
}

/* Today is 2026-05-29 in Astana: what has happened cannot lie after it, a spell may begin later. */
static void test_future_days(void **state)
{
	static const struct {
		const char *text;
		const char *field; /* of the second line; NULL = it is taken */
	} files[] = {
		{"iin;surname;name;patronymic;birth_date;residence;in_system_from;known_since\n"
		 "500101100010;;;;2026-05-30;citizen;;\n",
			"birth_date"},
		{"iin;surname;name;patronymic;birth_date;residence;in_system_from;known_since\n"
		 "500101100010;;;;2026-05-29;citizen;2026-07-01;\n",
			NULL},
		{"iin;surname;name;patronymic;birth_date;residence;in_system_from;known_since\n"
		 "500101100010;;;;2026-05-29;citizen;2026-07-01;2027-05-31\n",
			"known_since"},
		{"iin;kind;payer;from;to;known_since\n500101100010;entrepreneur;;2026-09-01;;\n",
			NULL},
		{"iin;kind;payer;from;to;known_since\n"
		 "500101100010;farm;;2026-05-01;;2027-05-31\n",
			"known_since"},
		{"iin;kind;payer;from;to;known_since\n"
		 "500101100010;farm;;2026-05-01;;2027-05-30\n",
			NULL},
		{"doc;line;iin;month;knp;sum;payer;payer_kind;paid_on;received_on\n"
		 "P;1;500101100010;2026-05;122;4250;;independent;2026-05-30;\n",
			"paid_on"},
		{"doc;line;iin;month;knp;sum;payer;payer_kind;paid_on;received_on\n"
		 "P;1;500101100010;2026-05;122;4250;;independent;2026-05-29;2026-05-30\n",
			"received_on"},
		{"doc;line;iin;month;knp;sum;payer;payer_kind;paid_on;received_on\n"
		 "P;1;500101100010;2026-05;122;4250;;independent;2026-05-29;2026-05-29\n",
			NULL},
		{"doc;line;iin;month;knp;sum;refunded_on\n"
		 "P;1;500101100010;2026-05;122;4250;2026-05-30\n",
			"refunded_on"},
		{"doc;line;iin;month;knp;sum;refunded_on\n"
		 "P;1;500101100010;2026-05;122;4250;2026-05-29\n",
			NULL},
	};
	struct world w;

	world_start(&w);
	for (size_t i = 0; i < TEST_COUNT(files); i++) {
		struct import_report r = take(&w, str_of(files[i].text), ERR_NONE);

		assert_int_equal(r.lines_new, files[i].field ? 0 : 1);
		assert_int_equal(r.lines_suspense, files[i].field ? 1 : 0);
		if (!files[i].field)
			continue;
		assert_int_equal(r.issues.items[0].err.code, ERR_DAY_RANGE);
		assert_int_equal(r.issues.items[0].err.line, 2);
		assert_string_equal(r.issues.items[0].err.field, files[i].field);
	}
	world_end(&w);
}

/* People known since the same day with other content: told, and the others are taken. */
static void test_person_conflict(void **state)
{
	static const char head[] =
		"iin;surname;name;patronymic;birth_date;residence;in_system_from;known_since\n";
	struct world w;
	char text[1000];

	world_start(&w);
	snprintf(text, sizeof(text), "%s500101100010;А;Б;;1850-01-01;citizen;;2020-01-01\n", head);
	take(&w, str_of(text), ERR_NONE);
	snprintf(text, sizeof(text),
		"%s500101100010;А;В;;1850-01-01;citizen;;2020-01-01\n"
		"500101200017;Г;Д;;1850-01-01;citizen;;2020-01-01\n",
		head);
	struct import_report r = take(&w, str_of(text), ERR_NONE);
	assert_int_equal(r.issues.total[ISSUE_LINE], 1);
	assert_int_equal(r.issues.items[0].err.code, ERR_PERSON_CONFLICT);
	assert_int_equal(r.issues.items[0].err.line, 2);
	assert_int_equal(facts_of(&w, "500101200017").person_count, 1);
	assert_int_equal(facts_of(&w, "500101100010").person_count, 1);
	world_end(&w);
}

/* A register of payments with `n` rows over a year. */
static struct str many_payments(struct arena *a, unsigned n)
{
	struct buf b = buf_new(a, (size_t)n * 120 + 100);

	buf_z(&b, "doc;line;iin;month;knp;sum;payer;payer_kind;paid_on;received_on\n");
	for (unsigned i = 0; i < n; i++) {
		struct iin iin = made_iin(i % 4000);

		buf_fmt(&b, "M;%u;%.12s;2025-%02u;122;%u.50;200140000014;employer;2026-01-15;\n", i,
			iin.d, 1 + i / 4000 % 12, 100 + i % 7);
	}
	return buf_view(&b);
}

static void assert_complete(struct world *w, struct str text, unsigned n)
{
	struct money received;
	struct intake intake;
	struct import_report r = take(w, text, ERR_NONE);
	bool found;
	struct buf hex = buf_new(w->f.cx.arena, 64);
	struct sha256 digest = digest_sha256(text.p, text.n);

	assert_int_equal(r.lines, n);
	digest_hex(&hex, digest.bytes, sizeof(digest.bytes));
	assert_int_equal(intake_find(&w->f.cx, w->f.db, doc_key(STR_LIT("csv"), buf_view(&hex)),
				 &intake, &found),
		OK);
	assert_true(found && intake.finished);
	assert_int_equal(intake.lines_done, n);
	assert_int_equal(intake.lines_new, n);
	assert_int_equal(intake.lines_repeated, 0);
	assert_int_equal(money_cmp(intake.sum_new, r.sum), 0);
	assert_int_equal(ledger_balance(&w->f.cx, w->f.db, ACCOUNT_CONTRIBUTION, &received), OK);
	assert_int_equal(money_cmp(received, r.sum), 0);
}

/* Starts an import of `text` in a process of its own. */
static pid_t import_apart(struct world *w, struct str text)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid)
		return pid;
	/* A database handle does not survive a fork: the child opens its own. */
	struct import_report r;
	struct call call = w->call;
	struct db *db;

	if (db_open(&w->f.cx, w->f.path, DB_MODE_WRITE, &db) != OK)
		_exit(2);
	call.db = db;
	_exit(import_bytes(&call, text, &plain, &r) == OK ? 0 : 1);
}

static void nap_us(uint64_t us)
{
	struct timespec t = {
		.tv_sec = (time_t)(us / 1000000), .tv_nsec = (long)(us % 1000000) * 1000};

	nanosleep(&t, NULL);
}

/* Killed at any moment, again and again; the repeat completes it. */
static void test_kill(void **state)
{
	enum { ROWS = 23000 };
	struct test_random random = test_seeded();
	struct world w;

	for (uint64_t k = test_from_env("SAQTA_KILLS", 6); k; k--) {
		world_start(&w);
		struct str text = many_payments(w.f.cx.arena, ROWS);

		for (int again = 0; again < 3; again++) {
			pid_t pid = import_apart(&w, text);
			int status;

			nap_us(1000 + test_below(&random, 150000));
			kill(pid, SIGKILL);
			assert_int_equal(waitpid(pid, &status, 0), pid);
			/* It may also have ended before. */
			assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
		}
		assert_complete(&w, text, ROWS);
		world_end(&w);
	}
}

static void test_two_at_once(void **state)
{
	enum { ROWS = 23000 };
	struct world w;

	world_start(&w);
	struct str text = many_payments(w.f.cx.arena, ROWS);
	pid_t one = import_apart(&w, text), two = import_apart(&w, text);
	int status;
	assert_int_equal(waitpid(one, &status, 0), one);
	assert_int_equal(status, 0);
	assert_int_equal(waitpid(two, &status, 0), two);
	assert_int_equal(status, 0);
	assert_complete(&w, text, ROWS);
	world_end(&w);
}

#define BIN "200140000014"
#define PERSON "500101100010"
#define OTHER "500101200017"

static const struct {
	enum knp knp;
	const char *payer; /* NULL: not said */
	bool bank;
	enum spell_kind spell; /* runs all year; SPELL_COUNT = none */
	const char *spell_payer;
	enum payer_kind want;
} kinds[] = {
	{KNP_DEDUCTION, BIN, false, SPELL_COUNT, NULL, PAYER_EMPLOYER},
	{KNP_DEDUCTION, PERSON, false, SPELL_FARM, NULL, PAYER_EMPLOYER},
	{KNP_DEDUCTION_PENALTY, BIN, true, SPELL_COUNT, NULL, PAYER_EMPLOYER},
	{KNP_CONTRIBUTION, BIN, false, SPELL_COUNT, NULL, PAYER_EMPLOYER},
	{KNP_CONTRIBUTION, BIN, false, SPELL_ENTREPRENEUR, NULL, PAYER_EMPLOYER},
	{KNP_CONTRIBUTION, PERSON, false, SPELL_COUNT, NULL, PAYER_INDEPENDENT},
	{KNP_CONTRIBUTION, PERSON, false, SPELL_ENTREPRENEUR, NULL, PAYER_ENTREPRENEUR},
	{KNP_CONTRIBUTION, PERSON, false, SPELL_PRACTICE, NULL, PAYER_PRACTICE},
	{KNP_CONTRIBUTION, PERSON, false, SPELL_FARM, NULL, PAYER_FARM},
	{KNP_CONTRIBUTION, PERSON, false, SPELL_EMPLOYEE, BIN, PAYER_INDEPENDENT},
	{KNP_CONTRIBUTION, OTHER, false, SPELL_COUNT, NULL, PAYER_EMPLOYER},
	{KNP_CONTRIBUTION, BIN, true, SPELL_COUNT, NULL, PAYER_INDEPENDENT},
	{KNP_CONTRIBUTION, BIN, true, SPELL_EMPLOYEE, BIN, PAYER_EMPLOYER},
	{KNP_CONTRIBUTION, BIN, true, SPELL_EMPLOYEE, "200150000019", PAYER_INDEPENDENT},
	{KNP_CONTRIBUTION, NULL, false, SPELL_COUNT, NULL, PAYER_EMPLOYER},
	{KNP_CONTRIBUTION, NULL, false, SPELL_FARM, NULL, PAYER_FARM},
	{KNP_CONTRIBUTION_PENALTY, PERSON, false, SPELL_FARM, NULL, PAYER_FARM},
	{KNP_AGGREGATE, PERSON, false, SPELL_FARM, NULL, PAYER_AGGREGATE_PAYMENT},
	{KNP_SINGLE, BIN, false, SPELL_COUNT, NULL, PAYER_SINGLE_PAYMENT},
};

static void test_payer_kind(void **state)
{
	for (size_t i = 0; i < TEST_COUNT(kinds); i++) {
		struct payer_question q = {.knp = kinds[i].knp,
			.month = month_of(2025, 12),
			.has_payer = kinds[i].payer != NULL,
			.payer_is_bank = kinds[i].bank};
		struct spell spell = {.kind = kinds[i].spell,
			.from = day_of(2025, 12, 31),
			.to = DAY_NEVER,
			.has_payer = kinds[i].spell_payer != NULL};
		struct facts facts = {.known = true,
			.spells = &spell,
			.spell_count = kinds[i].spell != SPELL_COUNT};

		memcpy(q.person.d, PERSON, IIN_DIGITS);
		if (kinds[i].payer)
			memcpy(q.payer.d, kinds[i].payer, IIN_DIGITS);
		if (kinds[i].spell_payer)
			memcpy(spell.payer.d, kinds[i].spell_payer, IIN_DIGITS);
		assert_int_equal(payer_kind_of(&q, &facts), kinds[i].want);
		if (!payer_kind_needs_facts(&q))
			assert_int_equal(payer_kind_of(&q, NULL), kinds[i].want);
		/* A spell that begins a day later says nothing about this month. */
		spell.from = day_of(2026, 1, 1);
		if (kinds[i].spell != SPELL_COUNT && payer_kind_needs_facts(&q))
			assert_int_equal(payer_kind_of(&q, &facts), payer_kind_of(&q, NULL));
	}
}

static struct str golden_text(struct world *w, const char *name)
{
	struct buf b = buf_new(w->f.cx.arena, 1 << 16);
	char path[512], bytes[4096];
	FILE *in;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s.mt", GOLDEN_DIR, name);
	in = fopen(path, "rb");
	assert_non_null(in);
	while ((n = fread(bytes, 1, sizeof(bytes), in)) > 0)
		buf_put(&b, bytes, n);
	fclose(in);
	return buf_view(&b);
}

/* The first `from` replaced. */
static struct str changed(struct world *w, struct str text, const char *from, const char *to)
{
	struct buf b = buf_new(w->f.cx.arena, 1 << 16);
	const char *at = memmem(text.p, text.n, from, strlen(from));

	assert_non_null(at);
	buf_put(&b, text.p, (size_t)(at - text.p));
	buf_z(&b, to);
	at += strlen(from);
	buf_put(&b, at, (size_t)(text.p + text.n - at));
	return buf_view(&b);
}

/* Banks send each other payment orders of several payers in one message. */
static void test_batch(void **state)
{
	static const char *const persons[] = {"900101300007", "850515400002"};
	static const enum payer_kind paid_by[] = {PAYER_EMPLOYER, PAYER_INDEPENDENT};
	struct str back;
	struct world w;

	world_start(&w);
	struct import_report r = take_golden(&w, "batch_several_payers", ERR_NONE);
	assert_int_equal(r.documents, 2);
	assert_int_equal(r.lines_new, 2);
	assert_int_equal(money_to_tiyn(r.sum), 815050);
	for (size_t i = 0; i < 2; i++) {
		struct facts facts = facts_of(&w, persons[i]);

		assert_int_equal(facts.payment_count, 1);
		assert_int_equal(facts.payments[0].payer_kind, paid_by[i]);
		assert_int_equal(facts.payments[0].paid_on.n, day_of(2026, 1, 10).n);
		assert_int_equal(facts.payments[0].month.n, month_of(2025, 12).n);
	}
	r = take_golden(&w, "batch_several_payers", ERR_NONE);
	assert_int_equal(r.documents_done, 2);
	take_golden(&w, "batch_total_differs", ERR_TOTAL_DIFFERS);
	take_golden(&w, "batch_same_reference_twice", ERR_VALUE_TWICE);
	/* The return of one order names it by its own reference. */
	back = golden_text(&w, "return_one_person");
	back = changed(&w, back, "OSMS2601100017", "HALYK0000000018");
	back = changed(&w, back, "HSBKKZKX", "CASPKZKA");
	back = changed(&w, back, "KZ456010000000000001", "KZ72722S000000000001");
	r = take(&w, back, ERR_NONE);
	assert_int_equal(r.lines_new, 1);
	assert_int_equal(facts_of(&w, persons[1]).refund_count, 1);
	assert_int_equal(facts_of(&w, persons[0]).refund_count, 0);
	world_end(&w);
}

/* What the Corporation sends to the Fund in one sum, and the list that says for whom it is. */
static void test_sum_to_the_fund(void **state)
{
	static const struct {
		const char *sum, *persons;
		enum err error;
	} rows[] = {{"3900,50", "863", ERR_COUNT_DIFFERS}, {"3900,51", "1", ERR_TOTAL_DIFFERS},
		{"3900,50", "1", ERR_NONE}};
	struct world w;

	world_start(&w);
	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct str sum = golden_text(&w, "to_fund_summary_mt100");

		sum = changed(&w, sum, "GCVP-00000000017", "GCVP-00000000016");
		sum = changed(&w, sum, "3900,50", rows[i].sum);
		sum = changed(&w, sum, "863", rows[i].persons);
		struct buf b = buf_new(w.f.cx.arena, 1 << 16);
		buf_str(&b, sum);
		buf_str(&b, golden_text(&w, "to_fund_list"));
		struct import_report r = take(&w, buf_view(&b), rows[i].error);
		assert_int_equal(r.lines_new, rows[i].error == ERR_NONE);
	}
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_example),
		cmocka_unit_test(test_bad_person),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_return),
		cmocka_unit_test(test_batch),
		cmocka_unit_test(test_sum_to_the_fund),
		cmocka_unit_test(test_registers),
		cmocka_unit_test(test_future_days),
		cmocka_unit_test(test_person_conflict),
		cmocka_unit_test(test_kill),
		cmocka_unit_test(test_two_at_once),
		cmocka_unit_test(test_payer_kind),
	};

	log_set_level(LOG_BROKEN);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
