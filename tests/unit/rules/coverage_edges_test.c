/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The edges of the coverage rules: facts before and after the calendar, laws that end, sums that
 * are not known or too great, and summary rows that no program of ours wrote.
 */
#include "support/test.h"

#include "rules/allocate.h"
#include "rules/coverage.h"
#include "rules/coverage_parts.h"
#include "support/facts_text.h"
#include "support/law_by_hand.h"

#define PREPAID "person citizen; pay independent 2025-12..2026-11 4250 on 2025-11-15"

static struct lawbook book;
static struct ctx cx;

static int make(void **state)
{
	law_by_hand(&book);
	cx = (struct ctx){.arena = arena_new(16 << 20)};
	return 0;
}

static int end(void **state)
{
	arena_free(cx.arena);
	return 0;
}

static struct coverage_map map_of(const char *text)
{
	struct coverage_map map;
	struct facts facts;

	facts_read(&cx, text, &facts);
	assert_int_equal(coverage_map_build(&cx, &book, &facts, day_of(2027, 12, 31), &map), OK);
	return map;
}

static enum st answer(const char *text, struct day on, struct coverage_answer *a)
{
	struct coverage_map map = map_of(text);

	err_clear(&cx);
	return coverage_answer(&cx, &book, &map, on, on, a);
}

static void facts_outside_the_calendar(void **state)
{
	static const struct {
		const char *facts, *reason;
	} cases[] = {
		/* nobody registered the person: the first payment enters him */
		{"pay employer 2016-12..2017-01 9000", "never"},
		{"person citizen; pay employer 2016-12 9000", "never"},
		{"person citizen; spell suspended 2015-01-01..2016-05-31; "
		 "spell entrepreneur 2015-01-01..-",
			"never"},
		{"person citizen; spell exempt:military 2015-01-01..-", "exempt"},
		{"person citizen; spell category:student 2010-01-01..2059-08-31", "category"},
		{"person citizen; spell temporary-status 2025-01-01..-", "temporary"},
		/* twice the same, and two that begin and end together */
		{"person citizen; spell category:student 2025-01-01..-; "
		 "spell category:student 2025-01-01..-",
			"category"},
		{"person citizen; spell category:student 2025-01-01..-; "
		 "spell exempt:military 2025-01-01..-",
			"category"},
		{"person citizen; spell category:student 2025-01-01..2026-12-31; "
		 "spell category:student 2025-01-01..2026-11-30",
			"category"},
	};

	for (size_t i = 0; i < TEST_COUNT(cases); i++) {
		struct coverage_answer a;

		assert_int_equal(answer(cases[i].facts, day_of(2026, 11, 10), &a), OK);
		assert_string_equal(coverage_reason_code(a.reason), cases[i].reason);
	}
}

static void laws_that_end(void **state)
{
	struct coverage_map map;

	book.crisis.to = day_of(2026, 6, 30);
	map = map_of("person citizen; spell category:crisis_level 2026-01-10..-");
	assert_true(monthset_has(&map.hot.state, month_of(2026, 6)));
	assert_false(monthset_has(&map.hot.state, month_of(2026, 7)));
	assert_int_equal(monthset_count(&map.hot.state), 6);
	/* No age: being a child comes from no birth day. */
	book.child.age_years = 0;
	map = map_of("person citizen born 2020-05-05");
	assert_int_equal(monthset_count(&map.hot.state), 0);
	/* Nobody could ever pay in advance. */
	for (int i = 0; i < HAND_STATUS_ROWS; i++)
		book.status[i].prepay = false;
	map = map_of(PREPAID);
	assert_int_equal(monthset_count(&map.hot.prepaid), 0);
}

/* A yes ends with its rule in the middle of a month, and on a due day that moved into the next. */
static void days_that_end_a_yes(void **state)
{
	struct coverage_answer a;

	book.status[2].to = day_of(2021, 6, 20);
	book.status[3].from = day_of(2021, 6, 21);
	assert_int_equal(answer("person citizen; pay independent 2021-03..2021-05 2125",
				 day_of(2021, 6, 10), &a),
		OK);
	assert_string_equal(coverage_reason_code(a.reason), "three_months");
	assert_int_equal(a.insured_until.n, day_of(2021, 6, 20).n);
	/* 28 February 2026 is a Saturday: January is due on 2 March. */
	book.due_day = 28;
	book.status[HAND_STATUS_ROWS - 1].grace_state = 0;
	assert_int_equal(answer("person citizen; spell category:student 2020-01-01..2025-12-31",
				 day_of(2026, 3, 1), &a),
		OK);
	assert_string_equal(coverage_reason_code(a.reason), "regular");
	assert_int_equal(a.insured_until.n, day_of(2026, 3, 2).n);
}

/* A refund names the line of a document, not the document. */
static void refunds_of_lines(void **state)
{
	struct payment_fact payments[2];
	struct refund_fact refund = {.doc = 7,
		.line = 1,
		.month = month_of(2025, 5),
		.knp = KNP_CONTRIBUTION,
		.sum = money_tiyn(100000),
		.known_since = day_of(2025, 6, 20)};
	struct facts facts = {.known = true,
		.payments = payments,
		.payment_count = 2,
		.refunds = &refund,
		.refund_count = 1};
	struct coverage_map map;

	for (uint32_t i = 0; i < 2; i++)
		payments[i] = (struct payment_fact){.month = month_of(2025, 5),
			.knp = KNP_CONTRIBUTION,
			.payer_kind = PAYER_INDEPENDENT,
			.sum = money_tiyn(i ? 50000 : 425000),
			.paid_on = day_of(2025, 6, 10),
			.known_since = day_of(2025, 6, 10),
			.doc = 7,
			.line = i};
	assert_int_equal(coverage_map_build(&cx, &book, &facts, day_of(2026, 1, 1), &map), OK);
	assert_true(monthset_has(&map.hot.paid, month_of(2025, 5)));
	assert_int_equal(money_to_tiyn(map.details[0].sums[KNP_CONTRIBUTION]), 425000);
	refund.line = 0;
	assert_int_equal(coverage_map_build(&cx, &book, &facts, day_of(2026, 1, 1), &map), OK);
	assert_false(monthset_has(&map.hot.paid, month_of(2025, 5)));
}

/* The months that were paid while the law let one pay ahead keep what they gave (A7). */
static void prepayment_that_ends(void **state)
{
	struct coverage_answer a;

	book.status[HAND_STATUS_ROWS - 1].prepay = false;
	assert_int_equal(answer("person citizen; spell entrepreneur 2020-01-01..-",
				 day_of(2025, 12, 10), &a),
		OK);
	assert_int_equal(a.option_count, 2);
	assert_int_equal(a.options[1].kind, OPTION_PREPAY);
	assert_int_equal(a.options[1].insured_from.n, day_of(2026, 1, 1).n);
	assert_int_equal(answer(PREPAID, day_of(2026, 5, 10), &a), OK);
	assert_string_equal(coverage_reason_code(a.reason), "regular");
}

static bool not_independent(enum payer_kind kind, struct month month)
{
	return kind != PAYER_INDEPENDENT;
}

static bool not_farm(enum payer_kind kind, struct month month)
{
	return kind != PAYER_FARM;
}

static bool not_october(enum payer_kind kind, struct month month)
{
	return month_cmp(month, month_of(2025, 10)) != 0;
}

static bool not_this_month(enum payer_kind kind, struct month month)
{
	return month_cmp(month, month_of(2026, 11)) != 0;
}

static void unknown_sums(void **state)
{
	static const char self[] = "person citizen; spell entrepreneur 2020-01-01..-; "
				   "pay entrepreneur 2020-01..2026-08 9000";
	struct coverage_answer a;
	struct day on = day_of(2026, 11, 10);

	assert_int_equal(
		answer("person citizen from 2027-01-01", day_of(2027, 1, 10), &a), E_INPUT);
	assert_int_equal(cx.err.code, ERR_LAW_NOT_YET);
	/* An entrepreneur's sum is known, that of prepayment is not. */
	book.has_sum = not_independent;
	assert_int_equal(answer(self, on, &a), E_INPUT);
	assert_int_equal(cx.err.code, ERR_LAW_NOT_YET);
	assert_int_equal(a.option_count, 1);
	/* Of two kinds that owe the same today each has its own row. */
	book.has_sum = not_farm;
	assert_int_equal(answer("person citizen; spell practice 2020-01-01..-", on, &a), OK);
	assert_int_equal(answer("person citizen; spell farm 2020-01-01..-", on, &a), E_INPUT);
	/* By the amounts of the months: the current one is the one without. */
	book.has_sum = not_this_month;
	book.choices[D17] = D17_YEAR_OF_MONTH;
	assert_int_equal(answer("person citizen from 2026-10-01", on, &a), E_INPUT);
	assert_int_equal(cx.err.code, ERR_LAW_NOT_YET);
	/* The arrears and the months ahead have a price, the current month has none. */
	book.has_sum = not_october;
	assert_int_equal(answer("person citizen; pay employer 2020-01..2025-06 9000",
				 day_of(2025, 10, 1), &a),
		E_INPUT);
	assert_int_equal(cx.err.code, ERR_LAW_NOT_YET);
	assert_int_equal(a.option_count, 2);
	law_by_hand(&book);
	book.sum = money_tiyn(INT64_MAX / 2);
	assert_int_equal(answer("person citizen", on, &a), err_info(ERR_MONEY_RANGE)->class);
	assert_int_equal(cx.err.code, ERR_MONEY_RANGE);
}

static void allocations_at_the_edges(void **state)
{
	struct coverage_map map = map_of("person citizen from 2026-11-01");
	struct allocation out;
	struct day on = day_of(2026, 11, 10);
	struct money much = money_tiyn(MONEY_MAX_TIYN);

	assert_int_equal(
		allocate_payment(&cx, &book, &map, day_of(2016, 1, 1), much, 3, &out), E_INPUT);
	assert_int_equal(cx.err.code, ERR_MONTH_RANGE);
	/* To the end of the calendar: the rest stays an advance. */
	assert_int_equal(allocate_payment(&cx, &book, &map, on, much, 1000, &out), OK);
	assert_int_equal(out.part_count, MONTHSET_LAST.n - month_of(2026, 11).n + 1);
	/* Insured by what is paid, so nothing is asked; the next month has no price. */
	map = map_of("person citizen; pay employer 2020-01..2026-12 9000");
	assert_int_equal(
		allocate_payment(&cx, &book, &map, day_of(2027, 1, 5), much, 3, &out), E_INPUT);
	assert_int_equal(cx.err.code, ERR_LAW_NOT_YET);
	/* A gap between months paid ahead is open, but not yet the turn of the class. */
	map = map_of("person citizen from 2026-11-01; pay independent 2027-03 4250 on 2026-11-05");
	assert_int_equal(allocate_payment(&cx, &book, &map, on, money_tiyn(425000), 0, &out), OK);
	assert_int_equal(out.part_count, 1);
	assert_int_equal(month_to_number(out.parts[0].month), 202611);
	/* Nothing is known to be owed for the current month: it is not paid with nothing. */
	book.has_sum = not_independent;
	map = map_of("person citizen; spell category:student 2020-01-01..2026-10-31");
	assert_int_equal(allocate_payment(&cx, &book, &map, on, much, 0, &out), OK);
	assert_int_equal(out.part_count, 0);
}

static void sums_too_great(void **state)
{
	static const enum payer_kind kinds[][2] = {
		{PAYER_EMPLOYER, PAYER_EMPLOYER}, {PAYER_EMPLOYER, PAYER_CONTRACT}};

	for (size_t i = 0; i < TEST_COUNT(kinds); i++) {
		struct payment_fact payments[2];
		struct facts facts = {.known = true, .payments = payments, .payment_count = 2};
		struct coverage_map map;

		for (size_t k = 0; k < 2; k++)
			payments[k] = (struct payment_fact){.month = month_of(2025, 1),
				.knp = KNP_DEDUCTION,
				.payer_kind = kinds[i][k],
				.sum = money_tiyn(INT64_MAX),
				.paid_on = day_of(2025, 2, 1),
				.known_since = day_of(2025, 2, 1)};
		err_clear(&cx);
		assert_int_not_equal(
			coverage_map_build(&cx, &book, &facts, day_of(2026, 1, 1), &map), OK);
		assert_int_equal(cx.err.code, ERR_MONEY_RANGE);
	}
}

static void hostile_rows(void **state)
{
	/* version, flags, first month, twelve empty sets */
#define HEAD 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
	static const struct {
		unsigned char bytes[40];
		size_t n;
		bool good;
	} rows[] = {
		{{HEAD, 0, 0}, 17, true},
		{{1, 1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0}, 14,
			false},
		/* a category from day 17,000 for 30,000 days */
		{{HEAD, 1, 0xc0, 2, 0xe8, 0x84, 1, 0xb0, 0xea, 1, 0}, 25, false},
		/* a month with a flag, a kind, a code and a sum that there is not */
		{{HEAD, 0, 1, 16}, 18, false},
		{{HEAD, 0, 1, 2, PAYER_COUNT}, 19, false},
		{{HEAD, 0, 1, 4, 1 << KNP_COUNT}, 19, false},
		{{HEAD, 0, 1, 4, 1, 0}, 20, false},
		{{HEAD, 0, 1, 4, 1, 1}, 20, true},
		/* paid in 582, in 3452, and the day after the month began */
		{{HEAD, 0, 1, 8, 0xff, 0xff, 0x3f}, 21, false},
		{{HEAD, 0, 1, 8, 0x80, 0x80, 0x40}, 21, false},
		{{HEAD, 0, 1, 8, 2}, 19, true},
		/* payments one month and many after the last month */
		{{HEAD, 0, 1, 1, 0x80, 3}, 20, false},
		{{HEAD, 0, 1, 1, 0x80, 4}, 20, false},
	};
	struct coverage_map map = map_of("person citizen from 2024-01-01");
	struct coverage_answer a;

	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct str bytes = {(const char *)rows[i].bytes, rows[i].n};
		struct coverage_map got;

		err_clear(&cx);
		enum st st = coverage_map_read(&cx, bytes, &got);

		assert_int_equal(st == OK, rows[i].good);
		assert_int_equal(cx.err.code, rows[i].good ? ERR_NONE : ERR_DB_BROKEN);
	}
	/* A month of the state without the spell that says which category: told without it. */
	monthset_add(&map.hot.state, month_of(2026, 5));
	assert_int_equal(
		coverage_answer(&cx, &book, &map, day_of(2026, 6, 10), day_of(2026, 6, 10), &a),
		OK);
	for (size_t i = 0; i < a.month_count; i++)
		if (a.months[i].class == CLASS_STATE)
			assert_false(a.months[i].has_category);
}

static void months_of_a_set(void **state)
{
	struct monthset s = monthset_upto(200);

	assert_true(monthset_has_all(&s, 0, 200));
	assert_true(monthset_has_all(&s, 64, 127));
	assert_true(monthset_has_all(&s, 60, 130));
	assert_false(monthset_has_all(&s, 190, 201));
	assert_false(monthset_has_all(&s, -1, 10));
	assert_false(monthset_has_all(&s, 0, MONTHSET_BITS));
}

#define T(f) cmocka_unit_test_setup_teardown(f, make, end)

int main(void)
{
	const struct CMUnitTest tests[] = {T(facts_outside_the_calendar), T(laws_that_end),
		T(prepayment_that_ends), T(days_that_end_a_yes), T(refunds_of_lines),
		T(unknown_sums), T(allocations_at_the_edges), T(sums_too_great), T(hostile_rows),
		T(months_of_a_set)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
