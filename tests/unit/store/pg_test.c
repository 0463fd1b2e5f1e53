/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What only a server can do: go away, come back, answer late. Connections that are lost, errors
 * that are told later, long reads in portions.
 */
#include "support/store_fixture.h"

#include "store/coverage_row.h"
#include "store/migrate.h"

extern const struct stmt stmt_copy_read_person;

/* The server ends the connections of our program to this database. */
static void cut(const struct fixture *f)
{
	char text[200];

	snprintf(text, sizeof(text),
		"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
		" WHERE application_name = 'saqta' AND datname = 't%d'",
		(int)pg_databases()->owner * 10 + f->slot);
	pg_tell(-1, text);
}

struct unit {
	const struct fixture *f;
	const struct payment_line *lines;
	size_t count;
	struct lines_result result;
	int runs, cuts;
	bool cut_behind;
};

static enum st add_lines(struct ctx *cx, struct db *db, void *arg)
{
	struct unit *u = arg;

	u->runs++;
	if (u->cuts > 0 && !u->cut_behind) {
		u->cuts--;
		cut(u->f);
	}
	TRY(payments_add(cx, db, 7, u->lines, u->count, &u->result));
	if (u->cuts > 0) {
		u->cuts--;
		cut(u->f);
	}
	return OK;
}

static struct unit unit_of(struct fixture *f)
{
	return (struct unit){.f = f, .lines = made_lines(f, 20, month_of(2026, 1), 5), .count = 20};
}

static int64_t people(struct fixture *f)
{
	int64_t n = -1;

	assert_int_equal(people_count(&f->cx, f->db, &n), OK);
	return n;
}

static void test_cut_while_idle(void **state)
{
	struct fixture f;
	struct unit u;

	fixture_start(&f);
	u = unit_of(&f);
	assert_int_equal(people(&f), 0);
	cut(&f);
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, add_lines, &u), OK);
	assert_int_equal(u.runs, 1);
	cut(&f);
	assert_int_equal(people(&f), 20);
	fixture_end(&f);
}

/* The same work runs again on a new connection, and is done once. */
static void test_cut_in_a_transaction(void **state)
{
	for (int behind = 0; behind < 2; behind++) {
		struct fixture f;
		struct unit u;

		fixture_start(&f);
		u = unit_of(&f);
		u.cuts = 2;
		u.cut_behind = behind;
		assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, add_lines, &u), OK);
		assert_int_equal(u.runs, 3);
		assert_int_equal(u.result.added.lines, 20);
		assert_int_equal(people(&f), 20);
		fixture_end(&f);
	}
}

static void test_cut_for_good(void **state)
{
	struct fixture f;
	struct unit u;

	fixture_start(&f);
	u = unit_of(&f);
	u.cuts = 1000;
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, add_lines, &u), E_RETRY);
	assert_int_equal(f.cx.err.code, ERR_DB_BUSY);
	err_clear(&f.cx);
	assert_int_equal(people(&f), 0);
	fixture_end(&f);
}

/* One turn is told to try later; the next one has a connection. */
static void test_cut_in_a_turn(void **state)
{
	struct fixture f;
	int64_t n;

	fixture_start(&f);
	db_turn_begin(f.db);
	assert_int_equal(people(&f), 0);
	cut(&f);
	assert_int_equal(people_count(&f.cx, f.db, &n), E_RETRY);
	err_clear(&f.cx);
	db_turn_end(f.db);
	for (int i = 0; i < 2; i++) {
		db_turn_begin(f.db);
		assert_int_equal(people(&f), 0);
		db_turn_end(f.db);
	}
	fixture_end(&f);
}

/* Nobody asks how many rows were written, so the answer is read with the commit. */
static enum st same_place_twice(struct ctx *cx, struct db *db, void *arg)
{
	const struct suspense_line line = {.reason = ERR_IIN_CHECKSUM, .sum = money_tiyn(5)};
	struct line_totals totals;

	TRY(suspense_add(cx, db, 7, 0, &line, 1, &totals));
	return suspense_add(cx, db, 7, 0, &line, 1, &totals);
}

static void test_error_is_told_by_the_commit(void **state)
{
	struct fixture f;
	struct suspense_row *rows;
	size_t count;

	fixture_start(&f);
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, same_place_twice, NULL), E_CONFLICT);
	assert_int_equal(f.cx.err.code, ERR_DB_CONSTRAINT);
	err_clear(&f.cx);
	assert_int_equal(suspense_list(&f.cx, f.db, 7, 10, &rows, &count), OK);
	assert_int_equal(count, 0);
	fixture_end(&f);
}

/* An error that is passed over does not become a commit. */
static enum st pass_over(struct ctx *cx, struct db *db, void *arg)
{
	bool found;
	int64_t person;
	struct iin iin = made_iin(1);

	(void)!same_place_twice(cx, db, NULL);
	(void)!people_find(cx, db, &iin, &person, &found);
	err_clear(cx);
	return OK;
}

static void test_failed_transaction_is_no_commit(void **state)
{
	struct fixture f;

	fixture_start(&f);
	assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, pass_over, NULL), E_CONFLICT);
	fixture_end(&f);
}

/* A stream of several portions, with another question at each row. */
static enum st walk(struct ctx *cx, struct db *db, void *arg)
{
	size_t *count = arg;
	struct rows r;
	bool row;
	enum st st;

	*count = 0;
	TRY(db_query(cx, db, &stmt_copy_read_person, NO_ARGS, &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row) {
		struct iin iin;
		int64_t person = rows_int(&r, 0);

		if (++*count % 97 == 0)
			TRY(people_iin(cx, db, person, &iin));
		assert_int_equal(rows_int(&r, 0), person);
	}
	rows_end(&r);
	return st;
}

static void test_stream(void **state)
{
	static const size_t sizes[] = {0, 1, 999, 1000, 1001, 2500};
	struct fixture f;
	struct unit u;
	size_t count;

	fixture_start(&f);
	for (size_t i = 0; i < TEST_COUNT(sizes); i++) {
		u = (struct unit){.f = &f,
			.lines = made_lines(&f, sizes[i], month_of(2026, 1), 5 + i),
			.count = sizes[i]};
		assert_int_equal(tx_run(&f.cx, f.db, TX_WRITE, add_lines, &u), OK);
		for (int again = 0; again < 2; again++) {
			assert_int_equal(tx_run(&f.cx, f.db, TX_READ, walk, &count), OK);
			assert_int_equal(count, sizes[i]);
		}
	}
	fixture_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut_while_idle),
		cmocka_unit_test(test_cut_in_a_transaction),
		cmocka_unit_test(test_cut_for_good),
		cmocka_unit_test(test_cut_in_a_turn),
		cmocka_unit_test(test_error_is_told_by_the_commit),
		cmocka_unit_test(test_failed_transaction_is_no_commit),
		cmocka_unit_test(test_stream),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
