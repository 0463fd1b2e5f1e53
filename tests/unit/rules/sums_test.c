/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Contributions and penalties of the real law book, and of books that differ from it in one row:
 * sums of each kind of row, every step that can be said about them, and what is refused.
 */
#include "law_files.h"

#include "limits.h"
#include "rules/contribution.h"
#include "rules/penalty.h"

#define ROW "article: a, source: s"

/* The book with the first `find` of payers.yaml replaced; NULL = as it is. */
static struct lawbook *book_with(struct state *s, const char *find, const char *with)
{
	struct law_file files[FILES_MAX];
	struct lawbook *book;

	memcpy(files, s->files, sizeof(files));
	for (size_t i = 0; find && i < s->count; i++) {
		if (strcmp(files[i].name, "payers.yaml") != 0)
			continue;
		const char *at = strstr(files[i].text.p, find);
		struct buf b = buf_new(s->cx.arena, FILE_BYTES);

		assert_non_null(at);
		buf_put(&b, files[i].text.p, (size_t)(at - files[i].text.p));
		buf_z(&b, with);
		buf_z(&b, at + strlen(find));
		files[i].text = buf_view(&b);
	}
	assert_int_equal(lawbook_read(&s->cx, s->cx.arena, files, s->count, &book), OK);
	return book;
}

struct sum_case {
	enum payer_kind kind;
	int year, mon;
	bool no_place;
	size_t jobs;
	int64_t tenge[3];
	enum err refused;
	int64_t total_tiyn;
	const char *steps; /* names of the messages of the 122 side and before, see step_name() */
};

/* The messages that tell how a sum came about. */
static const char *step_name(enum msg msg)
{
	static const struct {
		enum msg msg;
		const char *name;
	} names_of[] = {
		{MSG_step_income, "income"},
		{MSG_step_income_together, "together"},
		{MSG_step_limit, "limit"},
		{MSG_step_floor, "floor"},
		{MSG_step_cap, "cap"},
		{MSG_step_rate, "rate"},
		{MSG_step_whole, "whole"},
		{MSG_step_share, "share"},
		{MSG_step_most, "most"},
		{MSG_step_not_due, "none"},
		{MSG_step_unit_base, "unit"},
		{MSG_step_round_tiyn, "tiyn"},
		{MSG_step_due, "due"},
	};

	for (size_t i = 0; i < TEST_COUNT(names_of); i++)
		if (names_of[i].msg == msg)
			return names_of[i].name;
	return "?";
}

static void check_case(struct state *s, const struct lawbook *book, const struct sum_case *c)
{
	struct money incomes[3];
	struct steps steps = {.arena = s->cx.arena};
	struct buf b = buf_new(s->cx.arena, 1000);
	struct contribution with, without;
	struct contribution_question q = {.kind = c->kind,
		.month = month_of(c->year, c->mon),
		.incomes = incomes,
		.income_count = c->jobs,
		.has_place = !c->no_place};

	for (size_t i = 0; i < c->jobs; i++)
		incomes[i] = money_tiyn(c->tenge[i] * 100);
	err_clear(&s->cx);
	enum st st = contribution_compute(&s->cx, book, &q, &steps, &with);

	assert_int_equal(s->cx.err.code, c->refused);
	assert_int_equal(st, err_info(c->refused)->class);
	if (st != OK)
		return;
	assert_int_equal(contribution_compute(&s->cx, book, &q, NULL, &without), OK);
	assert_int_equal(money_to_tiyn(with.total), c->total_tiyn);
	assert_int_equal(money_to_tiyn(without.total), c->total_tiyn);
	for (size_t i = 0; i < steps.count; i++) {
		assert_true(steps.items[i].article.n > 0);
		buf_fmt(&b, "%s ", step_name(steps.items[i].msg));
	}
	assert_text(buf_view(&b), c->steps);
}

static void test_sums_and_steps(void **state)
{
	/* MZP of 2026 85,000, MRP 4,325: caps 3,400,000 and 1,700,000, limit 1,297,500. */
	static const struct sum_case cases[] = {
		{PAYER_EMPLOYER, 2026, 5, false, 1, {100000}, ERR_NONE, 500000,
			"income rate income rate tiyn due "},
		{PAYER_EMPLOYER, 2026, 5, false, 1, {4000000}, ERR_NONE, 13600000,
			"income cap rate income cap rate tiyn due "},
		{PAYER_EMPLOYER, 2026, 5, false, 2, {1000000, 1000000}, ERR_NONE, 9400000,
			"income rate income rate together cap rate tiyn due "},
		{PAYER_EMPLOYER, 2018, 5, false, 1, {100000}, ERR_NONE, 150000,
			"income rate none tiyn due "},
		{PAYER_CONTRACT, 2017, 9, false, 2, {100000, 200000}, ERR_NONE, 1500000,
			"income rate income rate tiyn due "},
		{PAYER_ENTREPRENEUR, 2026, 5, false, 0, {0}, ERR_NONE, 595000,
			"unit rate tiyn due "},
		{PAYER_INDEPENDENT, 2026, 5, false, 0, {0}, ERR_NONE, 425000,
			"unit rate tiyn due "},
		{PAYER_SELF_EMPLOYED, 2026, 5, false, 1, {100000}, ERR_NONE, 100000,
			"income limit rate tiyn due "},
		{PAYER_SINGLE_PAYMENT, 2023, 5, false, 1, {10000000}, ERR_NONE, 3500000,
			"income whole share most income whole share most tiyn due "},
		{PAYER_SINGLE_PAYMENT, 2023, 5, false, 1, {100000}, ERR_NONE, 500000,
			"income whole share income whole share tiyn due "},
		{PAYER_AGGREGATE_PAYMENT, 2023, 5, false, 0, {0}, ERR_NONE, 345000,
			"unit whole share tiyn due "},
		{PAYER_STATE, 2025, 5, false, 0, {0}, ERR_NONE, 728590, "unit rate tiyn due "},
		{PAYER_AGGREGATE_PAYMENT, 2023, 5, true, 0, {0}, ERR_CALC_PLACE_MISSING, 0, NULL},
		{PAYER_EMPLOYER, 2026, 5, false, 0, {0}, ERR_CALC_INCOME_MISSING, 0, NULL},
		{PAYER_FARM, 2026, 5, false, 1, {1}, ERR_CALC_INCOME_NOT_USED, 0, NULL},
		{PAYER_SELF_EMPLOYED, 2026, 5, false, 1, {1297501}, ERR_CALC_INCOME_OVER_LIMIT, 0,
			NULL},
		{PAYER_EMPLOYER, 2026, 5, false, 1, {-1}, ERR_MONEY_NEGATIVE, 0, NULL},
		{PAYER_EMPLOYER, 2026, 5, false, 1, {MONEY_MAX_TIYN / 100 + 1}, ERR_MONEY_RANGE, 0,
			NULL},
		{PAYER_EMPLOYER, 2026, 5, false, 2, {MONEY_MAX_TIYN / 100, 1}, ERR_MONEY_RANGE, 0,
			NULL},
	};
	struct state *s = *state;
	struct lawbook *book = book_with(s, NULL, NULL);

	for (size_t i = 0; i < TEST_COUNT(cases); i++)
		check_case(s, book, &cases[i]);
}

static void test_rows_that_the_law_may_have_one_day(void **state)
{
	static const struct {
		const char *find, *with;
		struct sum_case c;
	} cases[] = {
		/* a floor below a cap; 1.4 MZP = 119,000 */
		{"to: 2025-12, rate: 2%, of: income, cap: 10 MZP, one_cap_per_person: true",
			"to: 2025-12, rate: 2%, of: income, cap: 10 MZP, floor: 1.4 MZP",
			{PAYER_EMPLOYER, 2025, 5, false, 1, {1000}, ERR_NONE, 241000,
				"income rate income floor rate tiyn due "}},
		{"to: 2025-12, rate: 2%, of: income, cap: 10 MZP, one_cap_per_person: true",
			"to: 2025-12, rate: 2%, of: income, cap: 10 MZP, floor: 1.4 MZP",
			{PAYER_EMPLOYER, 2025, 5, false, 1, {200000}, ERR_NONE, 1000000,
				"income rate income rate tiyn due "}},
		/* one sum for the person without a cap */
		{"to: 2025-12, rate: 2%, of: income, cap: 10 MZP, one_cap_per_person: true",
			"to: 2025-12, rate: 2%, of: income, one_cap_per_person: true",
			{PAYER_EMPLOYER, 2025, 5, false, 1, {1000000}, ERR_NONE, 4550000,
				"income cap rate income rate tiyn due "}},
		/* one code of the income and one of a unit */
		{"  entrepreneur:\n",
			"  entrepreneur:\n    121:\n"
			"      - {from: 2020-01, rate: 1%, of: income, " ROW "}\n",
			{PAYER_ENTREPRENEUR, 2026, 5, false, 1, {100000}, ERR_NONE, 695000,
				"income rate unit rate tiyn due "}},
	};
	struct state *s = *state;

	for (size_t i = 0; i < TEST_COUNT(cases); i++)
		check_case(s, book_with(s, cases[i].find, cases[i].with), &cases[i].c);
}

static void test_too_many_jobs(void **state)
{
	static struct money incomes[LIMIT_JOBS_PER_MONTH + 1];
	struct state *s = *state;
	struct contribution out;
	struct contribution_question q = {.kind = PAYER_EMPLOYER,
		.month = month_of(2026, 5),
		.incomes = incomes,
		.income_count = LIMIT_JOBS_PER_MONTH};
	struct lawbook *book = book_with(s, NULL, NULL);

	assert_int_equal(contribution_compute(&s->cx, book, &q, NULL, &out), OK);
	q.income_count++;
	assert_int_not_equal(contribution_compute(&s->cx, book, &q, NULL, &out), OK);
	assert_int_equal(s->cx.err.code, ERR_CALC_TOO_MANY);
}

/* Rows that no shift can compute are divided one by one, with the row of a wrong income told. */
static void test_columns_without_a_shift(void **state)
{
	static const struct {
		const char *find, *with;
	} edits[] = {
		{"- {from: 2026-01, rate: 3%, of: income, cap: 40 MZP,",
			"- {from: 2026-01, rate: 3%, of: income,"},
		{"- {from: 2026-01, rate: 2%, of: income, cap: 20 MZP, one_cap_per_person: true,",
			"- {from: 2026-01, rate: 2%, of: income,"},
	};
	static const int64_t wrong[] = {-1, MONEY_MAX_TIYN + 1};
	struct state *s = *state;
	struct month m = month_of(2026, 5);

	for (size_t i = 0; i < TEST_COUNT(edits); i++) {
		struct lawbook *book = book_with(s, edits[i].find, edits[i].with);
		int64_t income[] = {0, 10000000, 900000000}, d[3], v[3];

		assert_int_equal(contribution_columns(&s->cx, book, m, income, 3, d, v), OK);
		for (size_t p = 0; p < 3; p++) {
			struct money one = money_tiyn(income[p]);
			struct contribution out;
			struct contribution_question q = {.kind = PAYER_EMPLOYER,
				.month = m,
				.incomes = &one,
				.income_count = 1};

			assert_int_equal(contribution_compute(&s->cx, book, &q, NULL, &out), OK);
			assert_int_equal(d[p], money_to_tiyn(out.sums[KNP_DEDUCTION]));
			assert_int_equal(v[p], money_to_tiyn(out.sums[KNP_CONTRIBUTION]));
		}
		for (size_t w = 0; w < TEST_COUNT(wrong); w++) {
			income[1] = wrong[w];
			assert_int_not_equal(
				contribution_columns(&s->cx, book, m, income, 3, d, v), OK);
			assert_int_equal(s->cx.err.code, ERR_MONEY_RANGE);
			assert_int_equal(s->cx.err.line, 2);
		}
	}
}

static void test_columns_refuse_what_the_book_lacks(void **state)
{
	struct state *s = *state;
	int64_t income = 10000000, d, v;
	struct lawbook *book = book_with(s, NULL, NULL);

	assert_int_not_equal(
		contribution_columns(&s->cx, book, month_of(2027, 1), &income, 1, &d, &v), OK);
	assert_int_equal(s->cx.err.code, ERR_LAW_NOT_YET);
	/* A wage that nobody has published yet is the cap of 122. */
	book = book_with(s, "- {from: 2026-01, rate: 2%, of: income, cap: 20 MZP",
		"- {from: 2026-01, rate: 2%, of: income, cap: 20 average_wage");
	assert_int_not_equal(
		contribution_columns(&s->cx, book, month_of(2026, 5), &income, 1, &d, &v), OK);
	assert_int_equal(err_info(s->cx.err.code)->class, E_INPUT);
}

static void test_penalties(void **state)
{
	static const struct {
		int year;
		int64_t debt;
		int32_t ppm;
		int days;
		enum err refused;
		int64_t total;
	} cases[] = {
		/* 100,000 tenge x 18 % x 1.25 x 10 / 365 */
		{2026, 10000000, 180000, 10, ERR_NONE, 61644},
		{2026, 10000000, 180000, 0, ERR_NONE, 0},
		{2026, -1, 180000, 10, ERR_MONEY_NEGATIVE, 0},
		{2026, MONEY_MAX_TIYN + 1, 180000, 10, ERR_MONEY_RANGE, 0},
		{2017, 10000000, 180000, 10, ERR_LAW_NO_RULE, 0},
		{2026, MONEY_MAX_TIYN, 1000000, PENALTY_DAYS_MAX, ERR_MONEY_RANGE, 0},
		{2026, MONEY_MAX_TIYN, 2000000000, 1, ERR_MONEY_RANGE, 0},
	};
	struct state *s = *state;
	struct lawbook *book = book_with(s, NULL, NULL);

	for (size_t i = 0; i < TEST_COUNT(cases); i++) {
		struct steps steps = {.arena = s->cx.arena};
		struct penalty out;

		err_clear(&s->cx);
		enum st st = penalty_compute(&s->cx, book, day_of(cases[i].year, 5, 1),
			money_tiyn(cases[i].debt), (struct rate){cases[i].ppm}, cases[i].days,
			&steps, &out);

		assert_int_equal(s->cx.err.code, cases[i].refused);
		assert_int_equal(st, err_info(cases[i].refused)->class);
		if (st == OK)
			assert_int_equal(money_to_tiyn(out.total), cases[i].total);
		assert_int_equal(steps.count, st == OK);
	}
}

/* An income is asked for where a rate is of an income, not where the law fixes the sum. */
static void test_takes_income(void **state)
{
	static const struct {
		enum payer_kind kind;
		int year;
		bool takes;
		enum err refused;
	} cases[] = {
		{PAYER_EMPLOYER, 2025, true, ERR_NONE},
		{PAYER_CONTRACT, 2025, true, ERR_NONE},
		{PAYER_SINGLE_PAYMENT, 2025, true, ERR_NONE},
		{PAYER_INDEPENDENT, 2025, false, ERR_NONE},
		{PAYER_ENTREPRENEUR, 2026, false, ERR_NONE},
		{PAYER_AGGREGATE_PAYMENT, 2022, false, ERR_NONE},
		{PAYER_EMPLOYER, 2099, false, ERR_LAW_NOT_YET},
		{PAYER_SELF_EMPLOYED, 2019, false, ERR_LAW_KIND_ENDED},
	};
	struct state *s = *state;
	struct lawbook *book = book_with(s, NULL, NULL);

	for (size_t i = 0; i < TEST_COUNT(cases); i++) {
		bool takes = false;

		err_clear(&s->cx);
		enum st st = contribution_takes_income(
			&s->cx, book, cases[i].kind, month_of(cases[i].year, 1), &takes);
		assert_int_equal(s->cx.err.code, cases[i].refused);
		assert_int_equal(st == OK, cases[i].refused == ERR_NONE);
		assert_int_equal(takes, cases[i].takes);
	}
}

static void test_steps_end(void **state)
{
	struct state *s = *state;
	struct steps steps = {.arena = s->cx.arena};

	for (int i = 0; i < LIMIT_STEPS + 3; i++)
		step_add(&steps, (struct step){.rule = "r"});
	assert_int_equal(steps.count, LIMIT_STEPS);
	assert_int_equal(steps.dropped, 3);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {T(test_sums_and_steps),
		T(test_rows_that_the_law_may_have_one_day), T(test_too_many_jobs),
		T(test_columns_without_a_shift), T(test_columns_refuse_what_the_book_lacks),
		T(test_penalties), T(test_takes_income), T(test_steps_end)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
