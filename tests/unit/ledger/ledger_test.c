/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/ledger/document.h"

static void test_document(void **state)
{
	struct fixture f;
	struct document d;
	struct suspense_row *odd;
	struct instant latest;
	size_t count;
	bool found;

	fixture_start(&f);
	d = make_document(&f, "a");
	assert_int_equal(intake_latest(&f.cx, f.db, &latest, &found), OK);
	assert_false(found);
	assert_int_equal(import_document(&f, &d, 99), OK);
	assert_whole(&f, &d);
	assert_int_equal(import_document(&f, &d, 99), OK);
	assert_whole(&f, &d);
	assert_int_equal(suspense_list(&f.cx, f.db, doc_key(STR_LIT("test"), STR_LIT("a")), 10,
				 &odd, &count),
		OK);
	assert_int_equal(count, 1);
	assert_int_equal(odd->reason, err_info(ERR_IIN_CHECKSUM)->number);
	assert_text(odd->given, "850101100001");
	assert_int_equal(intake_latest(&f.cx, f.db, &latest, &found), OK);
	assert_true(found && latest.us == f.clock.at.us);
	fixture_end(&f);
}

static void test_resumed(void **state)
{
	struct fixture f;
	struct document d;
	struct audit_report report;

	fixture_start(&f);
	d = make_document(&f, "a");
	assert_int_equal(import_document(&f, &d, 1), OK);
	assert_int_equal(findings(&f, &report), 0);
	assert_int_equal(report.unfinished, 1);
	assert_int_equal(import_document(&f, &d, 99), OK);
	assert_whole(&f, &d);
	fixture_end(&f);
}

static void test_two_importers(void **state)
{
	struct fixture f;
	struct document d;
	struct portion_result result;
	struct portion late = {.payment_count = PORTION};

	fixture_start(&f);
	d = make_document(&f, "a");
	assert_int_equal(import_document(&f, &d, 1), OK);
	late.intake = doc_key(STR_LIT("test"), STR_LIT("a"));
	late.payments = d.lines;
	late.at = f.clock.at;
	assert_int_equal(ledger_post_portion(&f.cx, f.db, &late, &result), OK);
	assert_false(result.applied);
	assert_int_equal(result.lines_done, PORTION);
	assert_clean(&f);
	fixture_end(&f);
}

static void test_other_content(void **state)
{
	struct fixture f;
	struct document d, other;
	struct intake intake;
	struct portion_result result;
	struct portion p = {.payment_count = 1, .last = true};

	fixture_start(&f);
	d = make_document(&f, "a");
	assert_int_equal(import_document(&f, &d, 99), OK);
	d.announced.digest.bytes[0] ^= 1;
	assert_int_equal(intake_begin(&f.cx, f.db, &d.announced, &intake), E_CONFLICT);
	assert_int_equal(f.cx.err.code, ERR_LINE_CONFLICT);

	/* Another document brings a known line with another sum: to suspense, nothing is changed.
	 */
	other = make_document(&f, "b");
	other.announced.lines = 1;
	other.announced.sum = money_tiyn(5);
	assert_int_equal(intake_begin(&f.cx, f.db, &other.announced, &intake), OK);
	d.lines[3].fact.sum = money_tiyn(5);
	p.intake = intake.intake;
	p.payments = &d.lines[3];
	p.at = f.clock.at;
	assert_int_equal(ledger_post_portion(&f.cx, f.db, &p, &result), OK);
	assert_int_equal(result.lines_conflict, 1);
	assert_int_equal(result.lines_new, 0);
	assert_clean(&f);
	fixture_end(&f);
}

static enum st post_entry(struct ctx *cx, struct db *db, void *arg)
{
	return ledger_post(cx, db, arg, NULL);
}

static void test_entries(void **state)
{
	static const struct {
		int64_t tiyn;
		enum st st;
		enum err code;
	} cases[] = {
		{100, OK, ERR_NONE},
		{100, OK, ERR_NONE}, /* the same again */
		{200, E_CONFLICT, ERR_LINE_CONFLICT},
		{0, E_INPUT, ERR_MONEY_ZERO},
		{-1, E_INPUT, ERR_MONEY_NEGATIVE},
	};
	struct fixture f;
	struct money sum;

	fixture_start(&f);
	for (int recipe = 1; recipe < RECIPE_END; recipe++) {
		for (size_t i = 0; i < TEST_COUNT(cases); i++) {
			struct ledger_move m = {(enum recipe)recipe, PAYER_STATE, KNP_CONTRIBUTION,
				money_tiyn(cases[i].tiyn)};
			struct ledger_entry e = {
				.unit = recipe, .at = f.clock.at, .moves = &m, .move_count = 1};

			assert_int_equal(
				tx_run(&f.cx, f.db, TX_WRITE, post_entry, &e), cases[i].st);
			assert_int_equal(f.cx.err.code, cases[i].code);
			err_clear(&f.cx);
		}
	}
	assert_null(recipe_find(0));
	assert_null(recipe_find(RECIPE_END));
	assert_int_equal(ledger_balance(&f.cx, f.db, ACCOUNT_STATE_SHARE, &sum), OK);
	assert_int_equal(money_to_tiyn(sum), 100);
	fixture_end(&f);
}

static void test_seals(void **state)
{
	struct fixture f;
	struct document d;
	struct ledger_seal_row seal;
	int sealed;
	bool found;

	fixture_start(&f);
	d = make_document(&f, "a");
	assert_int_equal(import_document(&f, &d, 99), OK);
	assert_int_equal(ledger_seal(&f.cx, f.db, day_in_astana(f.clock.at), &sealed), OK);
	assert_int_equal(sealed, 0); /* today is not over */
	f.clock.at.us += 86400LL * 1000000;
	assert_int_equal(ledger_seal(&f.cx, f.db, day_in_astana(f.clock.at), &sealed), OK);
	assert_int_equal(sealed, 1);
	assert_int_equal(ledger_seal(&f.cx, f.db, day_in_astana(f.clock.at), &sealed), OK);
	assert_int_equal(sealed, 0);
	assert_int_equal(ledger_last_seal(&f.cx, f.db, &seal, &found), OK);
	assert_true(found && seal.entries == 3);
	assert_clean(&f);

	/* A sealed day takes no more entries; the next one does. */
	d = make_document(&f, "b");
	f.clock.at.us -= 86400LL * 1000000;
	assert_int_equal(import_document(&f, &d, 99), E_CONFLICT);
	assert_int_equal(f.cx.err.code, ERR_DB_CONSTRAINT);
	f.clock.at.us += 86400LL * 1000000;
	fixture_end(&f);
}

/* Every call fails in turn ------------------------------------------------------------------ */

static void run_with_fault(
	struct fixture *f, struct fault_plan *plan, const struct document *d, enum st *st)
{
	struct driver faulty = driver_fault(plan);
	struct db *good = f->db;

	*st = db_open_with(&f->cx, &faulty, f->path, DB_MODE_WRITE, &f->db);
	if (*st == OK) {
		*st = import_document(f, d, 99);
		db_close(f->db);
	}
	f->db = good;
}

static void fail_at_each_call(enum err code, bool for_good)
{
	for (long n = 1;; n++) {
		struct fixture f;
		struct fault_plan plan = {.fail_at = n, .for_good = for_good, .code = code};
		struct document d;
		enum st st;

		fixture_start(&f);
		plan.inner = fixture_driver(&f);
		d = make_document(&f, "a");
		run_with_fault(&f, &plan, &d, &st);
		assert_clean(&f);
		if (st == OK)
			assert_whole(&f, &d);
		/* A repeat completes it, whatever was done before. */
		err_clear(&f.cx);
		assert_int_equal(import_document(&f, &d, 99), OK);
		assert_whole(&f, &d);
		fixture_end(&f);
		if (plan.calls < n)
			break;
		/* A lock held for a moment is nothing that the caller hears of. */
		if (code == ERR_DB_BUSY && !for_good && n > 8)
			assert_int_equal(st, OK);
		/* The whole scenario is some hundreds of calls; each third one will do for lines.
		 */
		if (n > 60)
			n += 2;
	}
}

static void test_fault_once(void **state)
{
	fail_at_each_call(ERR_DB_FULL, false);
}

static void test_fault_for_good(void **state)
{
	fail_at_each_call(ERR_DB_BROKEN, true);
}

/* Done, but nobody says so: the same work again finds it. */
static void test_commit_without_answer(void **state)
{
	for (long n = 1;; n++) {
		struct fixture f;
		struct fault_plan plan = {.lose_commit = n, .code = ERR_DB_BUSY};
		struct document d;
		enum st st;

		fixture_start(&f);
		plan.inner = fixture_driver(&f);
		d = make_document(&f, "a");
		run_with_fault(&f, &plan, &d, &st);
		assert_int_equal(st, OK);
		assert_whole(&f, &d);
		fixture_end(&f);
		if (plan.commits < n)
			break;
	}
}

static void test_fault_busy(void **state)
{
	fail_at_each_call(ERR_DB_BUSY, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_document),
		cmocka_unit_test(test_resumed),
		cmocka_unit_test(test_two_importers),
		cmocka_unit_test(test_other_content),
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_seals),
		cmocka_unit_test(test_fault_once),
		cmocka_unit_test(test_fault_for_good),
		cmocka_unit_test(test_fault_busy),
		cmocka_unit_test(test_commit_without_answer),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
