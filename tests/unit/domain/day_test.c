/* SPDX-License-Identifier: Apache-2.0 */
/* Days and months: every day of 1850-2099, hostile texts, Astana time. */
#include "support/test.h"
#include "support/dies.h"

#include "domain/day.h"

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

static struct str day_text(struct ctx *cx, struct day d)
{
	struct buf b = buf_new(cx->arena, 20);

	day_put(&b, d);
	return buf_view(&b);
}

static struct str month_text(struct ctx *cx, struct month m)
{
	struct buf b = buf_new(cx->arena, 20);

	month_put(&b, m);
	return buf_view(&b);
}

/* Counts the days by hand, one after the other, and compares. */
static void every_day_goes_round(void **state)
{
	static const int length[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	struct ctx *cx = *state;
	int year = 1850, mon = 1, mday = 1, weekday = 2; /* 1 January 1850 was a Tuesday */

	for (struct day d = DAY_MIN; day_cmp(d, DAY_MAX) <= 0; d = day_add(d, 1)) {
		int y, m, dd;
		struct day again;

		day_split(d, &y, &m, &dd);
		assert_true(y == year && m == mon && dd == mday);
		assert_int_equal(day_of(y, m, dd).n, d.n);
		assert_int_equal(day_weekday(d), weekday);
		assert_int_equal(day_number(d), year * 10000 + mon * 100 + mday);
		assert_true(day_from_number(day_number(d), &again) && again.n == d.n);
		assert_int_equal(day_parse(cx, day_text(cx, d), &again), OK);
		assert_int_equal(again.n, d.n);
		assert_int_equal(day_month(d).n, month_of(year, mon).n);
		assert_int_equal(day_in_astana(day_start(d)).n, d.n);
		assert_int_equal(day_in_astana((struct instant){day_start(d).us - 1}).n, d.n - 1);
		bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
		int days = length[mon - 1] + (mon == 2 && leap);
		assert_int_equal(month_first(month_of(year, mon)).n, d.n - mday + 1);
		assert_int_equal(month_last(month_of(year, mon)).n, d.n - mday + days);
		weekday = weekday % 7 + 1;
		if (++mday > days) {
			mday = 1;
			mon = mon % 12 + 1;
			year += mon == 1;
		}
		arena_reset(cx->arena);
	}
	assert_int_equal(year, 2100);
}

static void every_month_goes_round(void **state)
{
	struct ctx *cx = *state;

	for (struct month m = month_of(1, 1); month_year(m) <= 9999; m = month_add(m, 1)) {
		struct month again;

		assert_true(month_from_number(month_to_number(m), &again) && again.n == m.n);
		assert_int_equal(month_parse(cx, month_text(cx, m), &again), OK);
		assert_int_equal(again.n, m.n);
		assert_int_equal(day_month(month_first(m)).n, m.n);
		assert_int_equal(day_month(month_last(m)).n, m.n);
		arena_reset(cx->arena);
	}
	assert_true(month_cmp(month_of(2025, 12), month_of(2026, 1)) < 0);
	assert_true(month_cmp(month_of(2026, 1), month_of(2025, 12)) > 0);
	assert_true(month_cmp(month_of(2026, 1), month_of(2026, 1)) == 0);
}

static void never_and_always_stay(void **state)
{
	struct day d;

	assert_int_equal(day_add(DAY_NEVER, 1).n, DAY_NEVER.n);
	assert_int_equal(day_add(DAY_ALWAYS, -1).n, DAY_ALWAYS.n);
	assert_int_equal(month_add(MONTH_NEVER, 1).n, MONTH_NEVER.n);
	assert_int_equal(day_month(DAY_NEVER).n, MONTH_NEVER.n);
	assert_int_equal(month_first(MONTH_NEVER).n, DAY_NEVER.n);
	assert_int_equal(month_last(MONTH_NEVER).n, DAY_NEVER.n);
	assert_true(month_cmp(day_month(DAY_ALWAYS), month_of(1, 1)) < 0);
	assert_true(day_cmp(DAY_ALWAYS, DAY_MIN) < 0 && day_cmp(DAY_NEVER, DAY_MAX) > 0);
	assert_int_equal(day_number(DAY_NEVER), 99991231);
	assert_true(day_from_number(99991231, &d) && d.n == DAY_NEVER.n);
}

static void wrong_numbers_are_refused(void **state)
{
	static const int64_t days[] = {0, -20260101, 20260001, 20261301, 20260100, 20260132,
		20260229, 19000229, 10100, 99991232, 100000101, INT64_MAX, INT64_MIN};
	static const int64_t months[] = {
		0, 100, 113, 202600, 202613, 999913, 1000001, -202601, INT64_MAX, INT64_MIN};
	struct day d;
	struct month m;

	for (size_t i = 0; i < TEST_COUNT(days); i++)
		assert_false(day_from_number(days[i], &d));
	for (size_t i = 0; i < TEST_COUNT(months); i++)
		assert_false(month_from_number(months[i], &m));
	assert_false(day_from_number(100000101, &d));
	assert_true(day_from_number(20000229, &d) && day_from_number(10101, &d));
	assert_true(month_from_number(101, &m) && month_from_number(999912, &m));
}

static void wrong_texts_are_refused(void **state)
{
	static const struct {
		const char *text;
		enum err day, month;
	} rows[] = {
		{"", ERR_VALUE_MISSING, ERR_VALUE_MISSING},
		{" \t", ERR_VALUE_MISSING, ERR_VALUE_MISSING},
		{" 2026-01-31 ", ERR_NONE, ERR_MONTH_FORMAT},
		{"2026-01", ERR_DAY_FORMAT, ERR_NONE},
		{"2026-13", ERR_DAY_FORMAT, ERR_MONTH_FORMAT},
		{"2026-00", ERR_DAY_FORMAT, ERR_MONTH_FORMAT},
		{"2026/01", ERR_DAY_FORMAT, ERR_MONTH_FORMAT},
		{"202x-01", ERR_DAY_FORMAT, ERR_MONTH_FORMAT},
		{"2026-0x", ERR_DAY_FORMAT, ERR_MONTH_FORMAT},
		{"2026-1", ERR_DAY_FORMAT, ERR_MONTH_FORMAT},
		{"2026-02-29", ERR_DAY_FORMAT, ERR_MONTH_FORMAT},
		{"2026-13-01", ERR_DAY_FORMAT, ERR_MONTH_FORMAT},
		{"2026-00-01", ERR_DAY_FORMAT, ERR_MONTH_FORMAT},
		{"2026-01-00", ERR_DAY_FORMAT, ERR_MONTH_FORMAT},
		{"2026-01-32", ERR_DAY_FORMAT, ERR_MONTH_FORMAT},
		{"0000-01-01", ERR_DAY_FORMAT, ERR_MONTH_FORMAT},
		{"2026.01-01", ERR_DAY_FORMAT, ERR_MONTH_FORMAT},
		{"2026-01.01", ERR_DAY_FORMAT, ERR_MONTH_FORMAT},
		{"20x6-01-01", ERR_DAY_FORMAT, ERR_MONTH_FORMAT},
		{"2026-x1-01", ERR_DAY_FORMAT, ERR_MONTH_FORMAT},
		{"2026-01-0/", ERR_DAY_FORMAT, ERR_MONTH_FORMAT},
		{"31.01.2026", ERR_DAY_FORMAT, ERR_MONTH_FORMAT},
		{"1849-12-31", ERR_DAY_RANGE, ERR_MONTH_FORMAT},
		{"2100-01-01", ERR_DAY_RANGE, ERR_MONTH_FORMAT},
		{"1850-01-01", ERR_NONE, ERR_MONTH_FORMAT},
		{"2099-12-31", ERR_NONE, ERR_MONTH_FORMAT},
	};

	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct ctx *cx = *state;
		struct day d;
		struct month m;

		err_clear(cx);
		assert_int_equal(
			day_parse(cx, str_of(rows[i].text), &d), err_info(rows[i].day)->class);
		assert_int_equal(cx->err.code, rows[i].day);
		err_clear(cx);
		assert_int_equal(
			month_parse(cx, str_of(rows[i].text), &m), err_info(rows[i].month)->class);
		assert_int_equal(cx->err.code, rows[i].month);
	}
}

static void astana_changed_its_clocks(void **state)
{
	/* 1 March 2024, 00:00 by the old clock: clocks went back one hour. */
	static const struct {
		int64_t utc_seconds;
		int day;
	} rows[] = {
		{1709229599, 20240229}, /* 23:59:59, UTC+6 */
		{1709229600, 20240229}, /* 23:00:00, UTC+5 */
		{1709233199, 20240229},
		{1709233200, 20240301},
		{1672509599, 20221231}, /* 2022-12-31T17:59:59Z */
		{1672509600, 20230101},
		{0, 19700101},
		{-21601, 19691231},
		{-21600, 19700101},
	};

	for (size_t i = 0; i < TEST_COUNT(rows); i++)
		assert_int_equal(
			day_number(day_in_astana((struct instant){rows[i].utc_seconds * 1000000})),
			rows[i].day);
}

static void instants_are_read(void **state)
{
	enum { DAY = 86400 };
	static const struct {
		const char *text;
		enum err code;
		int64_t us;
	} rows[] = {
		{"1970-01-02", ERR_NONE, (DAY - 6 * 3600) * 1000000LL}, /* 00:00 in Astana */
		{"1970-01-01T00:00:00Z", ERR_NONE, 0},
		{" 1970-01-02T03:04:05Z ", ERR_NONE, (DAY + 3 * 3600 + 4 * 60 + 5) * 1000000LL},
		{"1970-01-01T00:00:01.5Z", ERR_NONE, 1500000},
		{"1970-01-01T00:00:01.123456789Z", ERR_NONE, 1123456},
		{"1970-01-01T06:30:00+06:30", ERR_NONE, 0},
		{"1969-12-31T23:00:00-01:00", ERR_NONE, 0},
		{"1970-01-01T23:59:59.25+00:00", ERR_NONE, (DAY - 1) * 1000000LL + 250000},
		{"", ERR_VALUE_MISSING, 0},
		{"1970-13-01", ERR_DAY_FORMAT, 0},
		{"1970-13-01T00:00:00Z", ERR_DAY_FORMAT, 0},
		{"1970-01-01 00:00:00Z", ERR_DAY_FORMAT, 0},
		{"1970-01-01T00:00Z", ERR_DAY_FORMAT, 0},
		{"1970-01-01T00.00:00Z", ERR_DAY_FORMAT, 0},
		{"1970-01-01T00:00.00Z", ERR_DAY_FORMAT, 0},
		{"1970-01-01T0x:00:00Z", ERR_DAY_FORMAT, 0},
		{"1970-01-01T00:x0:00Z", ERR_DAY_FORMAT, 0},
		{"1970-01-01T00:00:x0Z", ERR_DAY_FORMAT, 0},
		{"1970-01-01T24:00:00Z", ERR_DAY_FORMAT, 0},
		{"1970-01-01T00:60:00Z", ERR_DAY_FORMAT, 0},
		{"1970-01-01T00:00:60Z", ERR_DAY_FORMAT, 0},
		{"1970-01-01T00:00:00z", ERR_DAY_FORMAT, 0},
		{"1970-01-01T00:00:00.5", ERR_DAY_FORMAT, 0},
		{"1970-01-01T00:00:00./Z", ERR_DAY_FORMAT, 0},
		{"1970-01-01T00:00:00.5:Z", ERR_DAY_FORMAT, 0},
		{"1970-01-01T00:00:00ZZ", ERR_DAY_FORMAT, 0},
		{"1970-01-01T00:00:00*05:00", ERR_DAY_FORMAT, 0},
		{"1970-01-01T00:00:00+05.00", ERR_DAY_FORMAT, 0},
		{"1970-01-01T00:00:00+x5:00", ERR_DAY_FORMAT, 0},
		{"1970-01-01T00:00:00+05:x0", ERR_DAY_FORMAT, 0},
		{"1970-01-01T00:00:00+15:00", ERR_DAY_FORMAT, 0},
		{"1970-01-01T00:00:00+05:60", ERR_DAY_FORMAT, 0},
	};

	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct ctx *cx = *state;
		struct instant got = {-1};
		enum st st;

		err_clear(cx);
		st = instant_parse(cx, str_of(rows[i].text), &got);
		if (cx->err.code != rows[i].code)
			print_error("%s\n", rows[i].text);
		assert_int_equal(cx->err.code, rows[i].code);
		assert_int_equal(st, err_info(rows[i].code)->class);
		if (st == OK)
			assert_int_equal(got.us, rows[i].us);
	}
}

static void no_such_day(void *unused)
{
	(void)unused;
	day_of(2026, 2, 29);
}

static void no_such_month(void *unused)
{
	(void)unused;
	month_of(2026, 13);
}

static void parts_of_never(void *unused)
{
	int y, m, d;

	(void)unused;
	day_split(DAY_NEVER, &y, &m, &d);
}

static void start_of_always(void *unused)
{
	(void)unused;
	day_start(DAY_ALWAYS);
}

static void first_of_a_negative_month(void *unused)
{
	(void)unused;
	month_first((struct month){-1});
}

static void days_that_cannot_be_abort(void **state)
{
	assert_true(test_dies(no_such_day, NULL));
	assert_true(test_dies(no_such_month, NULL));
	assert_true(test_dies(parts_of_never, NULL));
	assert_true(test_dies(start_of_always, NULL));
	assert_true(test_dies(first_of_a_negative_month, NULL));
}

#define T(f) cmocka_unit_test_setup_teardown(f, make, end)

int main(void)
{
	const struct CMUnitTest tests[] = {T(every_day_goes_round), T(every_month_goes_round),
		T(never_and_always_stay), T(wrong_numbers_are_refused), T(wrong_texts_are_refused),
		T(astana_changed_its_clocks), T(instants_are_read), T(days_that_cannot_be_abort)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
