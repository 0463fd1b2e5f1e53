/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shift that stands in for a division must give what money_scale() gives, for every base. That
 * is proved for a row when its kernel is made; here the proof is tried on values.
 */
#include "support/test.h"

#include "rules/kernel.h"

/* Rates and caps of law 405-V from 2017 on, and some that the law has not thought of yet. */
static const struct {
	int32_t ppm;
	int64_t cap_tenge;
} rows[] = {
	{10000, 366885},   /* 121 in 2017 */
	{15000, 424260},   /* 121 in 2018 */
	{20000, 425000},   /* 121 in 2020 */
	{30000, 3400000},  /* 121 in 2026 */
	{20000, 1700000},  /* 122 in 2026 */
	{10000, 1700000},  /* 122 in 2020, with a greater cap */
	{248000, 4250000}, /* single payment */
	{50000, 119000},
	{12345, 3400000},
	{999999, 100000},
	{1, 42949672},
	{1000000, 42949672},
	{333333, 42949672},
};

static struct law_rate row_of(size_t i)
{
	return (struct law_rate){
		.base = LAW_BASE_INCOME,
		.rate = {rows[i].ppm},
		.has_cap = true,
		.cap = money_tiyn(rows[i].cap_tenge * 100),
	};
}

static void assert_due(const struct kernel *k, int64_t income)
{
	struct money got, want;

	assert_true(kernel_due(k, money_tiyn(income), &got));
	assert_true(money_scale(money_tiyn(kernel_clamp(k, income)), k->rate, k->how, &want));
	if (money_cmp(got, want) != 0) {
		print_error("ppm %d cap %" PRId64 " income %" PRId64 ": %" PRId64 ", not %" PRId64
			    "\n",
			k->rate.ppm, k->cap, income, money_to_tiyn(got), money_to_tiyn(want));
		_fail(__FILE__, __LINE__);
	}
}

static void test_near_every_kind_of_edge(void **state)
{
	static const enum rounding ways[] = {ROUND_HALF_UP_TIYN, ROUND_HALF_UP_TENGE};

	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		for (size_t w = 0; w < TEST_COUNT(ways); w++) {
			const struct law_rate row = row_of(i);
			const struct kernel k = kernel_of(&row, ways[w]);

			for (int64_t income = 0; income < 20000; income++) {
				assert_due(&k, income);
				assert_due(&k, k.cap - 10000 + income);
			}
			/* Around each half of a rounding unit on the way to the cap. */
			for (int64_t step = 1; step <= 2000; step++) {
				int64_t sum = (int64_t)((__int128)k.cap * k.rate.ppm / PPM_ONE) *
					      step / 2000;
				int64_t edge = (int64_t)(((__int128)sum * 2 + 1) * PPM_ONE *
							 (int)k.unit / (2 * k.rate.ppm));

				for (int64_t d = -2; d <= 2; d++)
					if (edge + d >= 0)
						assert_due(&k, edge + d);
			}
			assert_due(&k, MONEY_MAX_TIYN);
		}
	}
}

static void test_random_incomes(void **state)
{
	struct test_random r = test_seeded();

	for (uint64_t n = test_cases(300000); n; n--) {
		const struct law_rate row = row_of(test_below(&r, TEST_COUNT(rows)));
		const struct kernel k = kernel_of(&row, ROUND_HALF_UP_TIYN);

		assert_due(&k, (int64_t)test_below(&r, (uint64_t)k.cap * 2));
	}
}

static void test_law_rates_take_the_shift(void **state)
{
	for (size_t i = 0; i < 6; i++) {
		const struct law_rate row = row_of(i);

		assert_true(kernel_of(&row, ROUND_HALF_UP_TIYN).exact_shift);
		assert_true(kernel_of(&row, ROUND_HALF_UP_TENGE).exact_shift);
	}
}

/* A rate that no law can have: the sum does not fit what the shift leaves. */
static void test_more_than_everything_is_divided(void **state)
{
	struct law_rate row = row_of(TEST_COUNT(rows) - 1);

	row.rate = (struct rate){2 * PPM_ONE};
	const struct kernel k = kernel_of(&row, ROUND_HALF_UP_TIYN);
	assert_false(k.exact_shift);
	assert_due(&k, k.cap);
	assert_due(&k, 1);
}

/* A column gives what each gets alone, with and without vector instructions. */
static void test_columns_of_both_widths(void **state)
{
	enum { PEOPLE = 1001 };
	static const enum rounding ways[] = {ROUND_HALF_UP_TIYN, ROUND_HALF_UP_TENGE};
	static int64_t income[PEOPLE], out[PEOPLE];
	struct test_random r = test_seeded();

	for (size_t i = 0; i < 2 * TEST_COUNT(rows); i++) {
		struct law_rate row = row_of(i / 2);
		uint64_t seen = 0;

		row.has_floor = i % 2;
		row.floor = money_tiyn(1000000);
		for (size_t w = 0; w < 2 * TEST_COUNT(ways); w++) {
			const struct kernel k = kernel_of(&row, ways[w / 2]);

			if (!k.exact_shift)
				continue;
			seen = 0;
			for (size_t p = 0; p < PEOPLE; p++) {
				income[p] = (int64_t)test_below(&r, (uint64_t)k.cap * 2);
				seen |= (uint64_t)income[p];
			}
			assert_int_equal(
				kernel_column(&k, w % 2 && kernel_has_wide(), income, PEOPLE, out),
				seen);
			for (size_t p = 0; p < PEOPLE; p++) {
				struct money want;

				assert_true(kernel_due(&k, money_tiyn(income[p]), &want));
				assert_int_equal(out[p], money_to_tiyn(want));
			}
		}
	}
}

static void test_what_no_shift_can_do_is_divided(void **state)
{
	struct law_rate row = row_of(3);

	row.has_cap = false;
	const struct kernel k = kernel_of(&row, ROUND_HALF_UP_TIYN);
	assert_false(k.exact_shift);
	assert_due(&k, MONEY_MAX_TIYN);
	assert_due(&k, 1234567890123456);
}

static void test_floor_and_nothing(void **state)
{
	struct law_rate row = row_of(0);
	struct money sum;

	row.has_floor = true;
	row.floor = money_tiyn(2445900);
	const struct kernel k = kernel_of(&row, ROUND_HALF_UP_TIYN);
	assert_due(&k, 0);
	assert_due(&k, 2445899);
	assert_due(&k, 2445901);
	assert_true(kernel_due(&k, MONEY_ZERO, &sum));
	assert_int_equal(money_to_tiyn(sum), 24459);

	const struct kernel none = kernel_of(NULL, ROUND_HALF_UP_TIYN);
	row.base = LAW_BASE_NONE;
	const struct kernel no_due = kernel_of(&row, ROUND_HALF_UP_TENGE);
	assert_true(kernel_due(&none, money_tiyn(MONEY_MAX_TIYN), &sum));
	assert_true(money_is_zero(sum));
	assert_true(kernel_due(&no_due, money_tiyn(100000000), &sum));
	assert_true(money_is_zero(sum));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_near_every_kind_of_edge),
		cmocka_unit_test(test_random_incomes),
		cmocka_unit_test(test_law_rates_take_the_shift),
		cmocka_unit_test(test_more_than_everything_is_divided),
		cmocka_unit_test(test_columns_of_both_widths),
		cmocka_unit_test(test_what_no_shift_can_do_is_divided),
		cmocka_unit_test(test_floor_and_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
