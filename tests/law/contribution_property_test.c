/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold for every sum that the law book gives, on random months, incomes and jobs:
 * more income never lowers a due, no due is above its cap, splitting an income over jobs moves 122
 * by nothing and 121 by no more than rounding below its cap, a column of people gives what each of
 * them gets alone, and a penalty grows with its days.
 */
#include "support/test.h"

#include "rules/contribution.h"
#include "rules/penalty.h"
#include "service/lawsource.h"

enum { JOBS_MAX = 6, COLUMN = 1000 };

static struct arena *law_arena;
static struct ctx cx;
static struct lawbook *book;

static int set_up(void **state)
{
	law_arena = arena_new(64 << 20);
	cx = (struct ctx){.arena = law_arena, .clock = clock_system()};
	if (lawsource_load(&cx, law_arena, NULL, &book) != OK)
		return -1;
	cx.arena = arena_new(1 << 20);
	return 0;
}

static int tear_down(void **state)
{
	arena_free(cx.arena);
	arena_free(law_arena);
	return 0;
}

static struct month some_month(struct test_random *r)
{
	struct month first, last;

	lawbook_reach(book, PAYER_EMPLOYER, &first, &last);
	return month_add(first, (int)test_below(r, (uint64_t)(last.n - first.n + 1)));
}

/* Mostly wages, sometimes near a cap, sometimes enormous. */
static struct money some_income(struct test_random *r)
{
	static const uint64_t below[] = {1000, 10000000, 100000000, 500000000, 100000000000000};

	return money_tiyn((int64_t)test_below(r, below[test_below(r, TEST_COUNT(below))]));
}

static struct contribution compute(
	enum payer_kind kind, struct month month, const struct money *incomes, size_t n)
{
	const struct contribution_question q = {
		.kind = kind, .month = month, .incomes = incomes, .income_count = n};
	struct contribution c;

	arena_reset(cx.arena);
	assert_int_equal(contribution_compute(&cx, book, &q, NULL, &c), OK);
	return c;
}

static void test_more_income_never_lowers_a_due(void **state)
{
	struct test_random r = test_seeded();

	for (uint64_t n = test_cases(250000); n; n--) {
		struct month month = some_month(&r);
		struct money a = some_income(&r), b = some_income(&r), most;
		struct money least = money_min(a, b), greatest = money_max(a, b);
		const struct law_rate *row;
		struct contribution low = compute(PAYER_EMPLOYER, month, &least, 1);
		struct contribution high = compute(PAYER_EMPLOYER, month, &greatest, 1);

		for (enum knp knp = KNP_DEDUCTION; knp <= KNP_CONTRIBUTION; knp++) {
			assert_true(money_cmp(low.sums[knp], high.sums[knp]) <= 0);
			assert_int_equal(
				lawbook_rate(&cx, book, PAYER_EMPLOYER, knp, month, false, &row),
				OK);
			if (!row || !row->has_cap)
				continue;
			assert_true(money_scale(row->cap, row->rate, ROUND_HALF_UP_TIYN, &most));
			assert_true(money_cmp(high.sums[knp], most) <= 0);
		}
	}
}

/* A month that the book can compute for this kind. */
static struct month month_for(struct test_random *r, enum payer_kind kind)
{
	struct month first, last;

	lawbook_reach(book, kind, &first, &last);
	return month_add(first, (int)test_below(r, (uint64_t)(last.n - first.n + 1)));
}

/*
 * False when this kind has no sum for these incomes: none was given, they are above the limit of
 * its regime, or it owes a fixed sum, for which no income counts.
 */
static bool can_compute(enum payer_kind kind, struct month month, const struct money *incomes,
	size_t n, struct contribution *out)
{
	const struct contribution_question q = {.kind = kind,
		.month = month,
		.incomes = incomes,
		.income_count = n,
		.has_place = kind == PAYER_AGGREGATE_PAYMENT};

	arena_reset(cx.arena);
	err_clear(&cx);
	if (contribution_compute(&cx, book, &q, NULL, out) == OK)
		return true;
	if (cx.err.code != ERR_CALC_INCOME_MISSING && cx.err.code != ERR_CALC_INCOME_OVER_LIMIT &&
		cx.err.code != ERR_CALC_INCOME_NOT_USED && cx.err.code != ERR_LAW_NO_RULE)
		fail_msg("%s %" PRId64 ": %s", payer_code(kind), month_to_number(month),
			err_info(cx.err.code)->name);
	return false;
}

/* Each of several incomes grows, or stays, or a further one comes: no sum gets less. */
static void test_every_kind_grows_with_incomes(void **state)
{
	struct test_random r = test_seeded();
	uint64_t compared[PAYER_COUNT] = {0}, cases = test_cases(250000);
	bool enough = cases >= 10000;

	for (uint64_t n = cases; n; n--) {
		enum payer_kind kind = (enum payer_kind)test_below(&r, PAYER_COUNT);
		struct month month = month_for(&r, kind);
		struct money less[JOBS_MAX], more[JOBS_MAX];
		size_t jobs = test_below(&r, JOBS_MAX + 1), all = jobs;
		struct contribution low, high;

		if (all < JOBS_MAX)
			all += test_below(&r, 2);
		for (size_t i = 0; i < all; i++) {
			more[i] = less[i] = some_income(&r);
			if (test_below(&r, 2))
				assert_true(money_add(less[i], some_income(&r), &more[i]));
		}
		if (!can_compute(kind, month, less, jobs, &low))
			continue;
		struct money was[KNP_COUNT], total = low.total;

		memcpy(was, low.sums, sizeof(was));
		/* Above the limit there is another regime, and without an income no sum. */
		if (!can_compute(kind, month, more, all, &high))
			continue;
		compared[kind]++;
		for (unsigned k = 0; k < KNP_COUNT; k++)
			if (money_cmp(was[k], high.sums[k]) > 0)
				fail_msg("%s %" PRId64 ", %zu incomes, code %d: less for more",
					payer_code(kind), month_to_number(month), all,
					knp_number((enum knp)k));
		assert_true(money_cmp(total, high.total) <= 0);
	}
	for (unsigned kind = 0; kind < PAYER_COUNT; kind++)
		if (enough && compared[kind] == 0)
			fail_msg("%s was never computed", payer_code((enum payer_kind)kind));
}

static void test_splitting_over_jobs(void **state)
{
	struct test_random r = test_seeded();

	for (uint64_t n = test_cases(250000); n; n--) {
		struct month month = some_month(&r);
		size_t jobs = 1 + test_below(&r, JOBS_MAX);
		struct money incomes[JOBS_MAX], all = MONEY_ZERO, lines[KNP_COUNT] = {0};

		for (size_t i = 0; i < jobs; i++) {
			incomes[i] = some_income(&r);
			assert_true(money_add(all, incomes[i], &all));
		}
		struct contribution one = compute(PAYER_EMPLOYER, month, &all, 1);
		struct contribution split = compute(PAYER_EMPLOYER, month, incomes, jobs);

		for (size_t i = 0; i < jobs; i++) {
			for (unsigned k = 0; k < KNP_COUNT; k++) {
				assert_false(money_is_negative(split.lines[i].sums[k]));
				assert_true(money_add(lines[k], split.lines[i].sums[k], &lines[k]));
			}
		}
		for (unsigned k = 0; k < KNP_COUNT; k++)
			assert_int_equal(money_cmp(lines[k], split.sums[k]), 0);
		assert_int_equal(
			money_cmp(one.sums[KNP_CONTRIBUTION], split.sums[KNP_CONTRIBUTION]), 0);
		/* One cap an employer: together the jobs owe no less, but for half a tiyn a job. */
		assert_true(money_to_tiyn(split.sums[KNP_DEDUCTION]) + JOBS_MAX >=
			    money_to_tiyn(one.sums[KNP_DEDUCTION]));
	}
}

static void test_columns_give_what_each_gets_alone(void **state)
{
	struct test_random r = test_seeded();
	static int64_t income[COLUMN], deduction[COLUMN], contribution[COLUMN];

	for (uint64_t n = test_cases(300000) / COLUMN + 1; n; n--) {
		struct month month = some_month(&r);
		size_t people = 1 + test_below(&r, COLUMN);

		for (size_t i = 0; i < people; i++)
			income[i] = money_to_tiyn(some_income(&r));
		assert_int_equal(contribution_columns(
					 &cx, book, month, income, people, deduction, contribution),
			OK);
		for (size_t i = 0; i < people; i++) {
			struct money one = money_tiyn(income[i]);
			struct contribution c = compute(PAYER_EMPLOYER, month, &one, 1);

			assert_int_equal(money_to_tiyn(c.sums[KNP_DEDUCTION]), deduction[i]);
			assert_int_equal(money_to_tiyn(c.sums[KNP_CONTRIBUTION]), contribution[i]);
		}
	}
}

static void test_columns_refuse_what_is_no_income(void **state)
{
	static const int64_t wrong[] = {-1, INT64_MIN, INT64_MAX, (int64_t)1 << 54};
	int64_t income[3] = {100, 200, 0}, deduction[3], contribution[3];

	for (size_t i = 0; i < TEST_COUNT(wrong); i++) {
		income[2] = wrong[i];
		assert_int_equal(contribution_columns(&cx, book, month_of(2026, 1), income, 3,
					 deduction, contribution),
			E_INPUT);
		assert_int_equal(cx.err.code, ERR_MONEY_RANGE);
	}
	assert_int_equal(contribution_columns(
				 &cx, book, month_of(2099, 1), income, 3, deduction, contribution),
		E_INPUT);
	assert_int_equal(cx.err.code, ERR_LAW_NOT_YET);
}

static void test_penalty_is_linear(void **state)
{
	struct test_random r = test_seeded();

	for (uint64_t n = test_cases(250000); n; n--) {
		struct money debt = some_income(&r);
		struct rate rate = {(int32_t)test_below(&r, 300000)};
		int a = (int)test_below(&r, 1000), b = (int)test_below(&r, 1000);
		struct penalty first, second, both;

		assert_int_equal(
			penalty_compute(&cx, book, day_of(2026, 6, 1), debt, rate, a, NULL, &first),
			OK);
		assert_int_equal(penalty_compute(&cx, book, day_of(2026, 6, 1), debt, rate, b, NULL,
					 &second),
			OK);
		assert_int_equal(penalty_compute(&cx, book, day_of(2026, 6, 1), debt, rate, a + b,
					 NULL, &both),
			OK);
		int64_t apart = money_to_tiyn(first.total) + money_to_tiyn(second.total) -
				money_to_tiyn(both.total);
		assert_in_range(apart + 1, 0, 2);
		assert_int_equal(money_to_tiyn(first.per_day), money_to_tiyn(second.per_day));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_more_income_never_lowers_a_due),
		cmocka_unit_test(test_every_kind_grows_with_incomes),
		cmocka_unit_test(test_splitting_over_jobs),
		cmocka_unit_test(test_columns_give_what_each_gets_alone),
		cmocka_unit_test(test_columns_refuse_what_is_no_income),
		cmocka_unit_test(test_penalty_is_linear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
