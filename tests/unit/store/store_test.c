/* SPDX-License-Identifier: Apache-2.0 */
#include "support/store_fixture.h"

#include "store/coverage_row.h"
#include "store/migrate.h"

/* Runs any statement text: what no function of the store would write. */
static enum st script(struct ctx *cx, struct db *db, void *arg)
{
	return db_script(cx, db, arg);
}

static enum st run_script(struct fixture *f, const char *text)
{
	enum st st =
		tx_run(&f->cx, f->db, TX_WRITE, script, (void *)(uintptr_t)fixture_sql(f, text));

	if (st == E_BROKEN)
		print_error("%s: %s\n", text, f->cx.err.detail);
	return st;
}

struct unit {
	const struct payment_line *lines;
	size_t count;
	const struct refund_line *refunds;
	size_t refund_count;
	struct lines_result result;
};

static enum st add_lines(struct ctx *cx, struct db *db, void *arg)
{
	struct unit *u = arg;

	TRY(payments_add(cx, db, 7, u->lines, u->count, &u->result));
	return u->refund_count ? refunds_add(cx, db, 7, u->refunds, u->refund_count, &u->result)
			       : OK;
}

static void test_open_errors(void **state)
{
	static const struct {
		const char *url;
		enum db_mode mode;
		enum err code;
	} cases[] = {
		{"", DB_MODE_READ, ERR_DB_URL},
		{"sqlite:", DB_MODE_READ, ERR_DB_URL},
		{"mysql://localhost/x", DB_MODE_READ, ERR_DB_URL},
		{"postgres:localhost", DB_MODE_READ, ERR_DB_OPEN},
		{"postgres:///x?host=/nowhere", DB_MODE_READ, ERR_DB_OPEN},
		{"postgres:///x?host=/nowhere", DB_MODE_CREATE, ERR_DB_OPEN},
		{"sqlite:/nowhere/at/all.db", DB_MODE_READ, ERR_DB_OPEN},
		{"sqlite:/nowhere/at/all.db", DB_MODE_CREATE, ERR_DB_OPEN},
		{"sqlite:/tmp", DB_MODE_WRITE, ERR_DB_OPEN},
		{"/tmp", DB_MODE_ANY, ERR_DB_OPEN},
	};
	struct fixture f;

	fixture_start(&f);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct db *db = NULL;
		enum st st = db_open(&f.cx, cases[i].url, cases[i].mode, &db);

		assert_int_equal(st, err_info(cases[i].code)->class);
		assert_int_equal(f.cx.err.code, cases[i].code);
		assert_null(db);
	}
	fixture_end(&f);
}

static void write_file(const char *path, const char *bytes, size_t n)
{
	FILE *out = fopen(path, "wb");

	assert_non_null(out);
	assert_int_equal(fwrite(bytes, 1, n, out), n);
	assert_int_equal(fclose(out), 0);
}

static void test_not_a_database(void **state)
{
	struct fixture f;
	struct db *db;
	char noise[8192];

	fixture_start(&f);
	memset(noise, 'x', sizeof(noise));
	write_file(f.other, noise, sizeof(noise));
	assert_int_equal(db_open(&f.cx, f.other, DB_MODE_WRITE, &db), E_ABSENT);
	assert_int_equal(f.cx.err.code, ERR_DB_NOT_OURS);
	fixture_end(&f);
}

/* A database of somebody else is not touched. */
static void test_not_ours(void **state)
{
	struct fixture f;
	struct db *db;

	fixture_start(&f);
	fixture_make_other(&f);
	assert_int_equal(db_open(&f.cx, f.other, DB_MODE_ANY, &db), OK);
	assert_int_equal(tx_run(&f.cx, db, TX_WRITE, script,
				 (void *)(uintptr_t) "CREATE TABLE other (a TEXT)"),
		OK);
	db_close(db);
	assert_int_equal(db_open(&f.cx, f.other, DB_MODE_CREATE, &db), E_ABSENT);
	assert_int_equal(f.cx.err.code, ERR_DB_NOT_OURS);
	fixture_end(&f);
}

static void test_schema_versions(void **state)
{
	struct fixture f;
	struct db *db;
	int applied;

	fixture_start(&f);
	f.spoiled = true;
	assert_int_equal(db_migrate(&f.cx, f.db, &applied), OK);
	assert_int_equal(applied, 0);
	assert_int_equal(db_schema_check(&f.cx, f.db), OK);

	/* Empty: older than ours. */
	fixture_make_other(&f);
	assert_int_equal(db_open(&f.cx, f.other, DB_MODE_WRITE, &db), E_ABSENT);
	assert_int_equal(f.cx.err.code, ERR_DB_OLDER);

	/* Of a later release. */
	assert_int_equal(run_script(&f, "INSERT INTO migration VALUES (9999, 'x', x'00', 1)"), OK);
	db_close(f.db);
	assert_int_equal(db_open(&f.cx, f.path, DB_MODE_WRITE, &f.db), E_ABSENT);
	assert_int_equal(f.cx.err.code, ERR_DB_NEWER);
	assert_int_equal(db_open(&f.cx, f.path, DB_MODE_CREATE, &f.db), E_ABSENT);
	assert_int_equal(f.cx.err.code, ERR_DB_NEWER);
	fixture_open(&f, DB_MODE_ANY);
	assert_int_equal(db_migrate(&f.cx, f.db, &applied), E_ABSENT);
	fixture_end(&f);
}

static void test_other_step_text(void **state)
{
	struct fixture f;

	fixture_start(&f);
	f.spoiled = true;
	assert_int_equal(
		run_script(&f, f.engine == ENGINE_SQLITE
				       ? "DROP TRIGGER migration_no_update"
				       : "DROP TRIGGER migration_append_only ON migration"),
		OK);
	assert_int_equal(
		run_script(&f, "UPDATE migration SET digest = x'00' WHERE number = 1"), OK);
	assert_int_equal(db_schema_check(&f.cx, f.db), E_BROKEN);
	fixture_end(&f);
}

static void test_append_only(void **state)
{
	static const char *const forbidden[] = {
		"UPDATE payment SET amount = amount + 1",
		"DELETE FROM payment",
		"UPDATE person SET iin = iin + 1",
		"DELETE FROM person",
		"UPDATE installation SET secret = x'00'",
		"DELETE FROM migration",
		"INSERT INTO payment VALUES (202601, 1, 1, 1, 1, 121, 0, 0, 0, 20260101, 20260101)",
		"INSERT INTO payment VALUES (202601, 1, 1, 1, 1, 121, 0, 0, -5, 20260101, "
		"20260101)",
		"INSERT INTO payment VALUES ('x', 1, 1, 1, 1, 121, 0, 0, 5, 20260101, 20260101)",
		"INSERT INTO spell VALUES (42, 0, 0, 20260101, 20260201, 0, 0)",
		"INSERT INTO transfer VALUES (1, 1, 1, 1, 5, 6, 100)",
	};
	struct fixture f;
	struct unit u = {0};

	fixture_start(&f);
	u.lines = made_lines(&f, 3, month_of(2026, 1), 5);
	u.count = 3;
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, add_lines, &u), OK);
	for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++) {
		assert_int_equal(run_script(&f, forbidden[i]), E_CONFLICT);
		assert_int_equal(f.cx.err.code, ERR_DB_CONSTRAINT);
	}
	fixture_end(&f);
}

static void test_lines_once(void **state)
{
	struct fixture f;
	struct unit u = {0};
	struct payment_line *lines;
	struct facts facts;
	uint64_t check = 0;

	fixture_start(&f);
	lines = made_lines(&f, 10, month_of(2026, 1), 5);
	u.lines = lines;
	u.count = 10;
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, add_lines, &u), OK);
	assert_int_equal(u.result.added.lines, 10);
	for (size_t i = 0; i < 10; i++)
		check += payment_line_check(f.db, &lines[i]);
	assert_true(u.result.added.check == check);

	/* Again: nothing new. */
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, add_lines, &u), OK);
	assert_int_equal(u.result.added.lines, 0);
	assert_int_equal(u.result.repeated, 10);
	assert_int_equal(u.result.conflict_count, 0);

	/* The same key with each other field changed is a conflict and is not written. */
	for (int field = 0; field < 5; field++) {
		struct payment_line other = lines[4];

		if (field == 0)
			other.fact.sum = money_tiyn(1);
		else if (field == 1)
			other.fact.paid_on = day_of(2026, 3, 1);
		else if (field == 2)
			other.fact.knp = KNP_SINGLE;
		else if (field == 3)
			other.fact.has_payer = false;
		else
			other.fact.known_since = day_of(2026, 3, 1);
		u.lines = &other;
		u.count = 1;
		assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, add_lines, &u), OK);
		assert_int_equal(u.result.conflict_count, 1);
		assert_int_equal(u.result.added.lines, 0);
	}
	assert_int_equal(facts_load(&f.cx, f.db, lines[4].person, &facts), OK);
	assert_int_equal(facts.payment_count, 1);
	assert_int_equal(money_to_tiyn(facts.payments[0].sum), money_to_tiyn(lines[4].fact.sum));
	fixture_end(&f);
}

/*
 * Loads into months that hold lines already: those of others, the same again, some of them, with
 * other content, two runs of one month in one unit; the same on each engine and in each size.
 */
static void test_lines_among_others(void **state)
{
	enum { MANY = 300 };
	const struct month month = month_of(2026, 1);
	struct payment_line *lines, *both;
	struct unit u = {0};
	struct fixture f;
	uint64_t check = 0;

	fixture_start(&f);
	u.lines = made_lines(&f, MANY, month, 5);
	u.count = MANY;
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, add_lines, &u), OK);
	/* Another document about the same persons. */
	lines = made_lines(&f, MANY, month, 6);
	u.lines = lines;
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, add_lines, &u), OK);
	assert_int_equal(u.result.added.lines, MANY);
	assert_int_equal(u.result.repeated + u.result.conflict_count, 0);
	for (size_t i = 0; i < MANY; i++)
		check += payment_line_check(f.db, &lines[i]);
	assert_true(u.result.added.check == check);
	/* Some of a third one, then all of it, one line with another sum. */
	lines = made_lines(&f, MANY, month, 7);
	u.lines = lines + 100;
	u.count = 80;
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, add_lines, &u), OK);
	assert_int_equal(u.result.added.lines, 80);
	lines[107].fact.sum = money_tiyn(1);
	u.lines = lines;
	u.count = MANY;
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, add_lines, &u), OK);
	assert_int_equal(u.result.added.lines, MANY - 80);
	assert_int_equal(u.result.repeated, 79);
	assert_int_equal(u.result.conflict_count, 1);
	assert_int_equal(u.result.conflicts[0], 107);
	/* Two documents behind each other: the second run is staged anew. */
	both = arena_array(f.cx.arena, 2 * MANY, sizeof(*both));
	memcpy(both, made_lines(&f, MANY, month, 8), MANY * sizeof(*both));
	memcpy(both + MANY, made_lines(&f, MANY, month, 9), MANY * sizeof(*both));
	memcpy(&both[MANY + 5], &both[5], sizeof(*both));
	u.lines = both;
	u.count = 2 * MANY;
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, add_lines, &u), OK);
	assert_int_equal(u.result.added.lines, 2 * MANY - 1);
	assert_int_equal(u.result.repeated, 1);
	fixture_end(&f);
}

static void test_refunds(void **state)
{
	struct fixture f;
	struct unit u = {0};
	struct refund_line back;
	struct money left;
	bool found;

	fixture_start(&f);
	u.lines = made_lines(&f, 1, month_of(2026, 1), 5);
	u.count = 1;
	back = (struct refund_line){.iin = u.lines[0].iin,
		.person = u.lines[0].person,
		.fact = {.doc = 5,
			.line = 0,
			.month = month_of(2026, 1),
			.knp = KNP_CONTRIBUTION,
			.sum = money_tiyn(25000),
			.known_since = day_of(2026, 3, 3)}};
	u.refunds = &back;
	u.refund_count = 1;
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, add_lines, &u), OK);
	assert_int_equal(
		payment_left(&f.cx, f.db, back.person, month_of(2026, 1), 5, 0, &left, &found), OK);
	assert_true(found);
	assert_int_equal(money_to_tiyn(left), 400000);
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, add_lines, &u), OK);
	assert_int_equal(u.result.repeated, 1);

	/* Of a line that does not exist: nothing of the unit is kept. */
	back.fact.line = 9;
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, add_lines, &u), E_INPUT);
	assert_int_equal(f.cx.err.code, ERR_REFUND_NO_PAYMENT);
	assert_int_equal(
		payment_left(&f.cx, f.db, back.person, month_of(2026, 1), 5, 9, &left, &found), OK);
	assert_false(found);
	fixture_end(&f);
}

static enum st add_person(struct ctx *cx, struct db *db, void *arg)
{
	int64_t person;
	bool is_new;
	struct person_row *row = arg;

	TRY(people_add_fact(cx, db, row, &person, &is_new));
	return OK;
}

static enum st add_spell(struct ctx *cx, struct db *db, void *arg)
{
	struct iin iin = made_iin(1);
	bool is_new;

	return people_add_spell(cx, db, &iin, arg, &is_new);
}

static void test_people(void **state)
{
	struct fixture f;
	struct person_row row = {.iin = made_iin(1),
		.surname = STR_LIT("Қайратұлы"),
		.name = STR_LIT("Әлия"),
		.fact = {.residence = RESIDENCE_KANDAS,
			.born = day_of(1985, 1, 1),
			.in_system_from = {INT32_MIN},
			.known_since = {INT32_MIN}}};
	struct spell spell = {.kind = SPELL_CATEGORY,
		.detail = CATEGORY_STUDENT,
		.from = day_of(2024, 9, 1),
		.to = DAY_NEVER,
		.known_since = day_of(2024, 9, 5)};
	struct person_row back;
	struct facts facts;
	int64_t person;
	bool found;

	fixture_start(&f);
	assert_int_equal(people_find(&f.cx, f.db, &row.iin, &person, &found), OK);
	assert_false(found);
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, add_person, &row), OK);
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, add_person, &row), OK);
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, add_spell, &spell), OK);
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, add_spell, &spell), OK);
	assert_int_equal(people_find(&f.cx, f.db, &row.iin, &person, &found), OK);
	assert_true(found && person >= 0);
	assert_int_equal(facts_load(&f.cx, f.db, person, &facts), OK);
	assert_true(facts.known);
	assert_int_equal(facts.person_count, 1);
	assert_int_equal(facts.persons[0].residence, RESIDENCE_KANDAS);
	assert_int_equal(facts.persons[0].known_since.n, INT32_MIN);
	assert_int_equal(facts.persons[0].born.n, day_of(1985, 1, 1).n);
	assert_int_equal(facts.spell_count, 1);
	assert_int_equal(facts.spells[0].to.n, DAY_NEVER.n);
	assert_int_equal(facts.spells[0].detail, CATEGORY_STUDENT);
	assert_false(facts.spells[0].has_payer);
	assert_int_equal(people_name(&f.cx, f.db, person, day_of(2026, 1, 1), &back, &found), OK);
	assert_true(found && str_eq(back.surname, row.surname) && str_eq(back.name, row.name));

	/* Known since the same day with other content; a later row is a correction. */
	row.fact.residence = RESIDENCE_CITIZEN;
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, add_person, &row), E_CONFLICT);
	assert_int_equal(f.cx.err.code, ERR_PERSON_CONFLICT);
	row.fact.known_since = day_of(2026, 2, 1);
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, add_person, &row), OK);
	assert_int_equal(facts_load(&f.cx, f.db, person, &facts), OK);
	assert_int_equal(facts.person_count, 2);
	fixture_end(&f);
}

static void assert_same_facts(const struct facts *a, const struct facts *b)
{
	assert_int_equal(a->payment_count, b->payment_count);
	assert_int_equal(a->spell_count, b->spell_count);
	assert_int_equal(a->person_count, b->person_count);
	assert_int_equal(a->refund_count, b->refund_count);
	for (size_t i = 0; i < a->payment_count; i++) {
		assert_int_equal(a->payments[i].month.n, b->payments[i].month.n);
		assert_true(a->payments[i].doc == b->payments[i].doc);
		assert_int_equal(
			money_to_tiyn(a->payments[i].sum), money_to_tiyn(b->payments[i].sum));
	}
}

/* One by one, dense range and sparse choice give the same facts. */
static void test_facts_many(void **state)
{
	enum { PEOPLE = 300, MONTHS = 5 };
	struct fixture f;
	int64_t all[PEOPLE], some[PEOPLE];
	size_t count, some_count = 0;
	struct person_facts *many;

	fixture_start(&f);
	for (int m = 0; m < MONTHS; m++) {
		struct unit u = {0};

		u.lines = made_lines(
			&f, PEOPLE - (size_t)m * 40, month_of(2025, 1 + m), 100 + (uint64_t)m);
		u.count = PEOPLE - (size_t)m * 40;
		assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, add_lines, &u), OK);
	}
	assert_int_equal(people_list(&f.cx, f.db, -1, PEOPLE, all, &count), OK);
	assert_int_equal(count, PEOPLE);
	for (size_t i = 0; i < count; i += 37)
		some[some_count++] = all[i];
	for (int sparse = 0; sparse < 2; sparse++) {
		const int64_t *keys = sparse ? some : all;
		size_t n = sparse ? some_count : count;

		assert_int_equal(facts_load_many(&f.cx, f.db, keys, n, &many), OK);
		for (size_t i = 0; i < n; i++) {
			struct facts one;
			struct iin iin;

			assert_int_equal(many[i].person, keys[i]);
			assert_int_equal(facts_load(&f.cx, f.db, keys[i], &one), OK);
			assert_same_facts(&many[i].facts, &one);
			assert_int_equal(people_iin(&f.cx, f.db, keys[i], &iin), OK);
			assert_true(iin_same(&iin, &many[i].iin));
		}
	}
	fixture_end(&f);
}

static enum st write_row(struct ctx *cx, struct db *db, void *arg)
{
	return coverage_rows_write(cx, db, arg, 1);
}

static void test_coverage_row(void **state)
{
	struct fixture f;
	struct unit u = {0};
	struct coverage_row row, back;
	enum coverage_state is;
	struct iin nobody = made_iin(77);

	fixture_start(&f);
	u.lines = made_lines(&f, 2, month_of(2026, 1), 5);
	u.count = 2;
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, add_lines, &u), OK);
	assert_int_equal(coverage_row_read(&f.cx, f.db, &nobody, &is, &back), OK);
	assert_int_equal(is, COVERAGE_UNKNOWN);
	assert_int_equal(coverage_row_read(&f.cx, f.db, &u.lines[0].iin, &is, &back), OK);
	assert_int_equal(is, COVERAGE_ABSENT);

	row = (struct coverage_row){.person = u.lines[0].person,
		.iin = u.lines[0].iin,
		.known = day_of(2026, 5, 1),
		.good_until = DAY_NEVER,
		.law = 99,
		.map = STR_LIT("bytes\0with zero")};
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, write_row, &row), OK);
	assert_int_equal(coverage_row_read(&f.cx, f.db, &row.iin, &is, &back), OK);
	assert_int_equal(is, COVERAGE_BEHIND); /* the document is on the list */
	assert_int_equal(run_script(&f, "DELETE FROM coverage_todo"), OK);
	assert_int_equal(coverage_row_read(&f.cx, f.db, &row.iin, &is, &back), OK);
	assert_int_equal(is, COVERAGE_FRESH);
	assert_true(str_eq(back.map, row.map));
	assert_int_equal(back.good_until.n, DAY_NEVER.n);
	assert_int_equal(back.law, 99);
	fixture_end(&f);
}

static enum st fail_inside(struct ctx *cx, struct db *db, void *arg)
{
	struct unit *u = arg;

	TRY(add_lines(cx, db, u));
	return fail(cx, INTERNAL, "%s", "on purpose");
}

static enum st pass_over(struct ctx *cx, struct db *db, void *arg)
{
	(void)!tx_run(cx, db, TX_WRITE, fail_inside, arg);
	return OK;
}

static void test_group_is_whole(void **state)
{
	struct fixture f;
	struct unit u = {0};
	int64_t n;

	fixture_start(&f);
	u.lines = made_lines(&f, 4, month_of(2026, 1), 5);
	u.count = 4;
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, fail_inside, &u), E_BROKEN);
	/* A unit that failed takes the group with it, also when its error is passed over. */
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, pass_over, &u), E_BROKEN);
	assert_int_equal(people_count(&f.cx, f.db, &n), OK);
	assert_int_equal(n, 0);
	fixture_end(&f);
}

static void test_read_only(void **state)
{
	struct fixture f;
	struct unit u = {0};
	struct db *writable;
	int64_t n;

	fixture_start(&f);
	writable = f.db;
	u.lines = made_lines(&f, 2, month_of(2026, 1), 5);
	u.count = 2;
	fixture_open(&f, DB_MODE_READ);
	assert_int_equal(people_count(&f.cx, f.db, &n), OK);
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, add_lines, &u), E_BROKEN);
	assert_int_equal(f.cx.err.code, ERR_DB_READ_ONLY);
	assert_int_equal(people_count(&f.cx, f.db, &n), OK);
	assert_int_equal(n, 0);
	db_close(writable);
	fixture_end(&f);
}

/* Pages that were written over are found, and reading them is an error, not a crash. */
static void test_broken_pages(void **state)
{
	struct fixture f;
	struct unit u = {0};
	enum st st;
	FILE *file;

	fixture_start(&f);
	u.lines = made_lines(&f, 2000, month_of(2026, 1), 5);
	u.count = 2000;
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, add_lines, &u), OK);
	assert_int_equal(db_check(&f.cx, f.db), OK);
	assert_int_equal(db_checkpoint(&f.cx, f.db), OK);
	db_close(f.db);
	file = fopen(f.path, "r+b");
	assert_non_null(file);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	/* The schema stands in front, the lines behind. */
	long pages = ftell(file) / 4096;
	for (long page = pages * 2 / 3; page < pages; page++) {
		assert_int_equal(fseek(file, page * 4096, SEEK_SET), 0);
		assert_int_equal(fwrite("broken broken broken broken", 1, 27, file), 27);
	}
	assert_int_equal(fclose(file), 0);
	fixture_open(&f, DB_MODE_ANY);
	st = db_check(&f.cx, f.db);
	assert_int_equal(st, E_BROKEN);
	assert_int_equal(f.cx.err.code, ERR_DB_BROKEN);
	fixture_end(&f);
}

static void test_turn(void **state)
{
	struct fixture f;
	struct unit u = {0};
	struct db *other;
	int64_t before, after;

	fixture_start(&f);
	other = f.db;
	assert_int_equal(db_open(&f.cx, f.path, DB_MODE_WRITE, &f.db), OK);
	db_turn_begin(f.db);
	assert_int_equal(people_count(&f.cx, f.db, &before), OK);
	u.lines = made_lines(&f, 4, month_of(2026, 1), 5);
	u.count = 4;
	assert_int_equal(tx_run(&f.cx, other, TX_WRITE, add_lines, &u), OK);
	/* One view for the whole turn … */
	assert_int_equal(people_count(&f.cx, f.db, &after), OK);
	assert_int_equal(after, before);
	/* … which a write of one's own ends. */
	u.count = 0;
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, add_lines, &u), OK);
	assert_int_equal(people_count(&f.cx, f.db, &after), OK);
	assert_int_equal(after, before + 4);
	db_turn_end(f.db);
	db_close(other);
	fixture_end(&f);
}

static ST finish_document(struct ctx *cx, struct db *db, void *arg)
{
	const struct intake_step step = {
		.intake = *(const int64_t *)arg, .last = true, .at = {1000000}};
	bool applied;

	TRY(intake_advance(cx, db, &step, &applied));
	assert_true(applied);
	return OK;
}

/* The latest document is read once a turn; the next turn sees what came meanwhile. */
static void test_turn_remembers(void **state)
{
	struct fixture f;
	const struct intake_new document = {.kind = INTAKE_PEOPLE,
		.source = STR_LIT("csv"),
		.ref = STR_LIT("a"),
		.at = {1000000}};
	struct intake made;
	struct instant latest = {0};
	struct db *other;
	bool found;

	fixture_start(&f);
	assert_int_equal(db_open(&f.cx, f.path, DB_MODE_WRITE, &other), OK);
	db_turn_begin(f.db);
	assert_int_equal(intake_latest(&f.cx, f.db, &latest, &found), OK);
	assert_false(found);
	assert_int_equal(intake_begin(&f.cx, other, &document, &made), OK);
	assert_int_equal(tx_run(&f.cx, other, TX_WRITE, finish_document, &made.intake), OK);
	assert_int_equal(intake_latest(&f.cx, f.db, &latest, &found), OK);
	assert_false(found);
	db_turn_end(f.db);
	for (int again = 0; again < 2; again++) {
		db_turn_begin(f.db);
		for (int i = 0; i < 2; i++) {
			assert_int_equal(intake_latest(&f.cx, f.db, &latest, &found), OK);
			assert_true(found);
			assert_int_equal(latest.us, 1000000);
		}
		db_turn_end(f.db);
	}
	db_close(other);
	fixture_end(&f);
}

enum { OF_FILES = 2 };

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open_errors),
		cmocka_unit_test(test_not_ours),
		cmocka_unit_test(test_schema_versions),
		cmocka_unit_test(test_other_step_text),
		cmocka_unit_test(test_append_only),
		cmocka_unit_test(test_lines_once),
		cmocka_unit_test(test_lines_among_others),
		cmocka_unit_test(test_refunds),
		cmocka_unit_test(test_people),
		cmocka_unit_test(test_facts_many),
		cmocka_unit_test(test_coverage_row),
		cmocka_unit_test(test_group_is_whole),
		cmocka_unit_test(test_turn),
		cmocka_unit_test(test_turn_remembers),
		cmocka_unit_test(test_read_only),
		/* What can only happen to a file. */
		cmocka_unit_test(test_not_a_database),
		cmocka_unit_test(test_broken_pages),
	};

	const char *engine = getenv("SAQTA_TEST_ENGINE");
	size_t n = TEST_COUNT(tests);

	if (engine && strcmp(engine, "postgres") == 0)
		n -= OF_FILES;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("store", tests, n, NULL, NULL);
}
