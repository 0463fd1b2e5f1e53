/* SPDX-License-Identifier: Apache-2.0 */
/* Money: reading hostile sums, printing, arithmetic at its limits. */
#include "support/test.h"

#include "domain/money.h"

#define NBSP "\xc2\xa0"

static int make(void **state)
{
	static struct ctx cx;

	cx = (struct ctx){.arena = arena_new(16 << 20)};
	*state = &cx;
	return 0;
}

static int end(void **state)
{
	arena_free(((struct ctx *)*state)->arena);
	return 0;
}

static const struct {
	const char *text;
	enum err want;
	int64_t tiyn;
} sums[] = {
	{"0", ERR_NONE, 0},
	{"4250", ERR_NONE, 425000},
	{"4250.5", ERR_NONE, 425050},
	{"4250,50", ERR_NONE, 425050},
	{"4250.05", ERR_NONE, 425005},
	{"4 250", ERR_NONE, 425000},
	{"1" NBSP "234" NBSP "567,89", ERR_NONE, 123456789},
	{"1\xe2\x80\xaf"
	 "234",
		ERR_NONE, 123400},
	{"1\xe2\x80\x89"
	 "234",
		ERR_NONE, 123400},
	{"  42\t\r\n", ERR_NONE, 4200},
	{"000042", ERR_NONE, 4200},
	{"100000000000000", ERR_NONE, MONEY_MAX_TIYN},
	{"100000000000000.00", ERR_NONE, MONEY_MAX_TIYN},
	{"100000000000000.01", ERR_MONEY_RANGE, 0},
	{"100000000000001", ERR_MONEY_RANGE, 0},
	{"99999999999999999999999999999999", ERR_MONEY_RANGE, 0},
	{"", ERR_VALUE_MISSING, 0},
	{"   ", ERR_VALUE_MISSING, 0},
	{"-1", ERR_MONEY_NEGATIVE, 0},
	{"-", ERR_MONEY_NEGATIVE, 0},
	{"\xe2\x88\x92"
	 "1",
		ERR_MONEY_NEGATIVE, 0},
	{"+1", ERR_MONEY_FORMAT, 0},
	{".5", ERR_MONEY_FORMAT, 0},
	{",5", ERR_MONEY_FORMAT, 0},
	{"5.", ERR_MONEY_FORMAT, 0},
	{"5.x", ERR_MONEY_FORMAT, 0},
	{"5.5.5", ERR_MONEY_FORMAT, 0},
	{"1.234,50", ERR_MONEY_FORMAT, 0},
	{"1,234", ERR_MONEY_FRACTION, 0},
	{"0.001", ERR_MONEY_FRACTION, 0},
	{"1  2", ERR_MONEY_FORMAT, 0},
	{"1 .5", ERR_MONEY_FORMAT, 0},
	{NBSP "1", ERR_MONEY_FORMAT, 0},
	{"1" NBSP, ERR_MONEY_FORMAT, 0},
	{"1\xc2", ERR_MONEY_FORMAT, 0},
	{"1\xe2\x80", ERR_MONEY_FORMAT, 0},
	{"1\xe2\x80\x90"
	 "2",
		ERR_MONEY_FORMAT, 0},
	{"1e5", ERR_MONEY_FORMAT, 0},
	{"0x10", ERR_MONEY_FORMAT, 0},
	{"1'000", ERR_MONEY_FORMAT, 0},
	{"nan", ERR_MONEY_FORMAT, 0},
	{"\xef\xbc\x91", ERR_MONEY_FORMAT, 0},
	{"\xd9\xa1", ERR_MONEY_FORMAT, 0},
};

static void sums_are_read(void **state)
{

	for (size_t i = 0; i < TEST_COUNT(sums); i++) {
		struct ctx *cx = *state;
		struct money got = money_tiyn(-7);

		err_clear(cx);
		enum st st = money_parse(cx, str_of(sums[i].text), &got);
		if (cx->err.code != sums[i].want)
			print_error("row %zu: %s\n", i, err_info(cx->err.code)->name);
		assert_int_equal(cx->err.code, sums[i].want);
		assert_int_equal(st, err_info(sums[i].want)->class);
		assert_int_equal(money_to_tiyn(got), st == OK ? sums[i].tiyn : -7);
	}
	/* A zero byte inside is no end of the text. */
	struct money got;
	assert_int_equal(money_parse(*state,
				 (struct str){"1\0"
					      "2",
					 3},
				 &got),
		E_INPUT);
}

static struct str plain(struct ctx *cx, int64_t tiyn)
{
	struct buf b = buf_new(cx->arena, 100);

	money_put_plain(&b, money_tiyn(tiyn));
	return buf_view(&b);
}

static struct str human(struct ctx *cx, int64_t tiyn, char decimal)
{
	struct buf b = buf_new(cx->arena, 100);

	money_put_human(&b, money_tiyn(tiyn), decimal);
	return buf_view(&b);
}

static void sums_are_printed(void **state)
{
	struct ctx *cx = *state;

	assert_text(plain(cx, 0), "0.00");
	assert_text(plain(cx, 5), "0.05");
	assert_text(plain(cx, -5), "-0.05");
	assert_text(plain(cx, 425000), "4250.00");
	assert_text(plain(cx, INT64_MAX), "92233720368547758.07");
	assert_text(plain(cx, INT64_MIN), "-92233720368547758.08");
	assert_text(human(cx, 0, ','), "0");
	assert_text(human(cx, 99900, ','), "999");
	assert_text(human(cx, 100000, ','), "1" NBSP "000");
	assert_text(human(cx, 390050, ','), "3" NBSP "900,50");
	assert_text(human(cx, 390005, '.'), "3" NBSP "900.05");
	assert_text(human(cx, -390050, ','), "\xe2\x88\x92"
					     "3" NBSP "900,50");
	assert_text(human(cx, 100000000000, ','), "1" NBSP "000" NBSP "000" NBSP "000");
}

static void what_is_printed_is_read_again(void **state)
{
	struct test_random r = test_seeded();

	for (uint64_t i = 0, n = test_cases(20000); i < n; i++) {
		struct ctx *cx = *state;
		int64_t tiyn = (int64_t)test_below(&r, MONEY_MAX_TIYN + 1) >> test_below(&r, 50);
		struct money got;

		assert_int_equal(money_parse(cx, plain(cx, tiyn), &got), OK);
		assert_int_equal(money_to_tiyn(got), tiyn);
		assert_int_equal(money_parse(cx, human(cx, tiyn, ','), &got), OK);
		assert_int_equal(money_to_tiyn(got), tiyn);
		arena_reset(cx->arena);
	}
}

static void arithmetic_never_wraps(void **state)
{
	struct money out = money_tiyn(-7), most = money_tiyn(INT64_MAX);
	struct money least = money_tiyn(INT64_MIN), one = money_tiyn(1);

	assert_false(money_add(most, one, &out));
	assert_false(money_sub(least, one, &out));
	assert_false(money_times(most, 2, &out));
	assert_false(money_times(least, -1, &out));
	assert_int_equal(money_to_tiyn(out), -7);
	assert_true(money_add(most, least, &out));
	assert_int_equal(money_to_tiyn(out), -1);
	assert_true(money_sub(one, money_tiyn(3), &out));
	assert_int_equal(money_to_tiyn(out), -2);
	assert_true(money_times(money_tiyn(425000), 12, &out));
	assert_int_equal(money_to_tiyn(out), 5100000);
	assert_int_equal(money_cmp(one, most), -1);
	assert_int_equal(money_cmp(most, one), 1);
	assert_int_equal(money_cmp(one, one), 0);
	assert_true(money_is_zero(MONEY_ZERO) && !money_is_zero(one));
	assert_true(money_is_negative(least) && !money_is_negative(MONEY_ZERO));
	assert_int_equal(money_to_tiyn(money_min(one, most)), 1);
	assert_int_equal(money_to_tiyn(money_min(most, one)), 1);
	assert_int_equal(money_to_tiyn(money_max(one, most)), INT64_MAX);
	assert_int_equal(money_to_tiyn(money_max(most, one)), INT64_MAX);
}

#define T(f) cmocka_unit_test_setup_teardown(f, make, end)

int main(void)
{
	const struct CMUnitTest tests[] = {T(sums_are_read), T(sums_are_printed),
		T(what_is_printed_is_read_again), T(arithmetic_never_wraps)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
