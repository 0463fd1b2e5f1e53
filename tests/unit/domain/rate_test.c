/* SPDX-License-Identifier: Apache-2.0 */
/* Rates and multiples: exact, rounded once and by name. */
#include "support/test.h"
#include "support/dies.h"

#include "domain/rate.h"

static int make(void **state)
{
	static struct ctx cx;

	cx = (struct ctx){.arena = arena_new(1 << 20)};
	*state = &cx;
	return 0;
}

static int end(void **state)
{
	arena_free(((struct ctx *)*state)->arena);
	return 0;
}

static void scales_and_rounds(void **state)
{
	/* The sums of a wage are those of law 405-V art. 27-28: 3 % and 2 %. */
	static const struct {
		int64_t base;
		int32_t ppm;
		enum rounding how;
		int64_t want;
	} rows[] = {
		{85000000, 30000, ROUND_HALF_UP_TIYN, 2550000},
		{85000000, 20000, ROUND_HALF_UP_TIYN, 1700000},
		{36429500, 20000, ROUND_HALF_UP_TIYN, 728590},
		{49, 10000, ROUND_HALF_UP_TIYN, 0},
		{50, 10000, ROUND_HALF_UP_TIYN, 1},
		{99, 10000, ROUND_DOWN_TIYN, 0},
		{100, 10000, ROUND_DOWN_TIYN, 1},
		{499999, 10000, ROUND_HALF_UP_TENGE, 5000},
		{504999, 10000, ROUND_HALF_UP_TENGE, 5000},
		{505000, 10000, ROUND_HALF_UP_TENGE, 5100},
		{0, PPM_ONE, ROUND_HALF_UP_TIYN, 0},
		{INT64_MAX, PPM_ONE, ROUND_HALF_UP_TIYN, INT64_MAX},
	};

	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct money got;

		assert_true(money_scale(
			money_tiyn(rows[i].base), (struct rate){rows[i].ppm}, rows[i].how, &got));
		assert_int_equal(money_to_tiyn(got), rows[i].want);
	}
	struct money out = money_tiyn(-7);
	assert_false(money_scale(
		money_tiyn(INT64_MAX), (struct rate){PPM_ONE + 1}, ROUND_HALF_UP_TIYN, &out));
	assert_false(money_multiple(money_tiyn(INT64_MAX), PPM_ONE + 1, &out));
	assert_false(money_multiple(money_tiyn(INT64_MAX), INT64_MAX, &out));
	assert_int_equal(money_to_tiyn(out), -7);
	assert_true(money_multiple(money_tiyn(8500000), 1400000, &out));
	assert_int_equal(money_to_tiyn(out), 11900000);
	assert_true(money_multiple(money_tiyn(1), 500000, &out));
	assert_int_equal(money_to_tiyn(out), 1);
}

static void a_larger_base_never_gives_less(void **state)
{
	struct test_random r = test_seeded();

	for (uint64_t i = 0, n = test_cases(50000); i < n; i++) {
		int64_t base = (int64_t)test_below(&r, 1ULL << 50);
		struct rate rate = {(int32_t)test_below(&r, PPM_ONE + 1)};

		for (int how = ROUND_HALF_UP_TIYN; how <= ROUND_DOWN_TIYN; how++) {
			struct money less, more;

			assert_true(money_scale(money_tiyn(base), rate, (enum rounding)how, &less));
			assert_true(money_scale(money_tiyn(base + (int64_t)test_below(&r, 1000)),
				rate, (enum rounding)how, &more));
			assert_true(money_cmp(less, more) <= 0);
		}
	}
}

static void percents_are_read(void **state)
{
	static const struct {
		const char *text;
		int max;
		enum err want;
		int32_t ppm;
	} rows[] = {
		{"3", 100, ERR_NONE, 30000},
		{"16.5", 100, ERR_NONE, 165000},
		{"16,5", 100, ERR_NONE, 165000},
		{" 0.0001 ", 100, ERR_NONE, 1},
		{"100", 100, ERR_NONE, PPM_ONE},
		{"100.0001", 100, ERR_RATE_FORMAT, 0},
		{"101", 100, ERR_RATE_FORMAT, 0},
		{"0.00001", 100, ERR_RATE_FORMAT, 0},
		{"99999999999", 100, ERR_RATE_FORMAT, 0},
		{"", 100, ERR_VALUE_MISSING, 0},
		{"  ", 100, ERR_VALUE_MISSING, 0},
		{".", 100, ERR_RATE_FORMAT, 0},
		{".5", 100, ERR_RATE_FORMAT, 0},
		{",5", 100, ERR_RATE_FORMAT, 0},
		{"5.", 100, ERR_RATE_FORMAT, 0},
		{"5,", 100, ERR_RATE_FORMAT, 0},
		{"1.2.3", 100, ERR_RATE_FORMAT, 0},
		{"-1", 100, ERR_RATE_FORMAT, 0},
		{"3%", 100, ERR_RATE_FORMAT, 0},
		{"3 5", 100, ERR_RATE_FORMAT, 0},
		{"x", 100, ERR_RATE_FORMAT, 0},
	};

	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct ctx *cx = *state;
		struct rate got = {-7};

		err_clear(cx);
		enum st st = rate_parse_percent(cx, str_of(rows[i].text), rows[i].max, &got);
		assert_int_equal(cx->err.code, rows[i].want);
		assert_int_equal(got.ppm, st == OK ? rows[i].ppm : -7);
	}
}

static void percents_are_printed(void **state)
{
	static const struct {
		int32_t ppm;
		const char *want;
	} rows[] = {{30000, "3"}, {165000, "16,5"}, {1, "0,0001"}, {0, "0"}, {12500, "1,25"}};

	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct buf b = buf_new(((struct ctx *)*state)->arena, 30);

		rate_put_percent(&b, (struct rate){rows[i].ppm}, ',');
		assert_text(buf_view(&b), rows[i].want);
	}
}

static void negative_base(void *unused)
{
	struct money out;

	(void)unused;
	assert_false(money_scale(money_tiyn(-1), (struct rate){1}, ROUND_DOWN_TIYN, &out));
}

static void negative_multiple(void *unused)
{
	struct money out;

	(void)unused;
	assert_false(money_multiple(money_tiyn(1), -1, &out));
}

static void negatives_are_a_bug(void **state)
{
	assert_true(test_dies(negative_base, NULL));
	assert_true(test_dies(negative_multiple, NULL));
}

#define T(f) cmocka_unit_test_setup_teardown(f, make, end)

int main(void)
{
	const struct CMUnitTest tests[] = {T(scales_and_rounds), T(a_larger_base_never_gives_less),
		T(percents_are_read), T(percents_are_printed), T(negatives_are_a_bug)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
