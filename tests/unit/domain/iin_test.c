/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of persons and organisations. All are synthetic: births of the 1800s, or serial 99xx. */
#include "support/test.h"

#include "domain/iin.h"

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

struct row {
	const char *text;
	enum err iin, bin;
	unsigned warnings; /* on 2026-11-22, for valid numbers of persons */
	int born;          /* 0 = no date */
};

static const struct row rows[] = {
	{"500101100010", ERR_NONE, ERR_BIN_IS_IIN, IIN_WARN_AGE, 18500101},
	{"900315499918", ERR_NONE, ERR_BIN_IS_IIN, 0, 19900315},
	{"000229599919", ERR_NONE, ERR_BIN_IS_IIN, 0, 20000229},
	{"101231699990", ERR_NONE, ERR_BIN_IS_IIN, 0, 20101231},
	{"900315399000", ERR_NONE, ERR_BIN_IS_IIN, 0, 19900315},
	{"900315399012", ERR_NONE, ERR_BIN_IS_IIN, 0, 19900315},
	{"500101199007", ERR_NONE, ERR_BIN_IS_IIN, IIN_WARN_AGE, 18500101},
	{"850701099919", ERR_NONE, ERR_BIN_IS_IIN, 0, 0},
	{"010229599910", ERR_NONE, ERR_BIN_IS_IIN, IIN_WARN_DATE, 0},
	{"991331399918", ERR_NONE, ERR_BIN_IS_IIN, IIN_WARN_DATE, 0},
	{"900315399911", ERR_NONE, ERR_BIN_IS_IIN, 0, 19900315},
	{"900315399921", ERR_NONE, ERR_BIN_IS_IIN, 0, 19900315},
	{"900315399931", ERR_NONE, ERR_BIN_IS_IIN, 0, 19900315},
	{"900315399912", ERR_IIN_CHECKSUM, ERR_BIN_IS_IIN, 0, 0},
	{"123456789011", ERR_IIN_IS_BIN, ERR_BIN_CHECKSUM, 0, 0},
	{"200140000014", ERR_IIN_IS_BIN, ERR_NONE, 0, 0},
	{"200150000019", ERR_IIN_IS_BIN, ERR_NONE, 0, 0},
	{"200160000013", ERR_IIN_IS_BIN, ERR_NONE, 0, 0},
	{"200141000016", ERR_IIN_IS_BIN, ERR_NONE, 0, 0},
	{"200142000015", ERR_IIN_IS_BIN, ERR_NONE, 0, 0},
	{"200140000501", ERR_IIN_IS_BIN, ERR_NONE, 0, 0},
	{"160440007161", ERR_IIN_IS_BIN, ERR_NONE, 0, 0},
	{"123456789021", ERR_IIN_IS_BIN, ERR_BIN_CHECKSUM, 0, 0},
	{"900370000000", ERR_IIN_NEITHER, ERR_IIN_NEITHER, 0, 0},
	{"900390000000", ERR_IIN_NEITHER, ERR_IIN_NEITHER, 0, 0},
	{"", ERR_IIN_EMPTY, ERR_IIN_EMPTY, 0, 0},
	{" \t\n", ERR_IIN_EMPTY, ERR_IIN_EMPTY, 0, 0},
	{" - - ", ERR_IIN_EMPTY, ERR_IIN_EMPTY, 0, 0},
	{"\xc2\xa0", ERR_IIN_EMPTY, ERR_IIN_EMPTY, 0, 0},
	{"90031539991", ERR_IIN_LENGTH, ERR_IIN_LENGTH, 0, 0},
	{"9003153999111", ERR_IIN_LENGTH, ERR_IIN_LENGTH, 0, 0},
	{"90031539991a", ERR_IIN_CHARS, ERR_IIN_CHARS, 0, 0},
	{"\xd9\xa9\xd9\xa0", ERR_IIN_CHARS, ERR_IIN_CHARS, 0, 0},
	{"90031539991\xef\xbc", ERR_IIN_CHARS, ERR_IIN_CHARS, 0, 0},
	{"90031539991\xef\xbc\xa1", ERR_IIN_CHARS, ERR_IIN_CHARS, 0, 0},
	{"90031539991\xef\xbc\x8f", ERR_IIN_CHARS, ERR_IIN_CHARS, 0, 0},
	{"90031539991\xef\xbd\x91", ERR_IIN_CHARS, ERR_IIN_CHARS, 0, 0},
	{" 900315 399911 ", ERR_NONE, ERR_BIN_IS_IIN, 0, 19900315},
	{"900315-39\xc2\xa0"
	 "99\xe2\x80\x93"
	 "11",
		ERR_NONE, ERR_BIN_IS_IIN, 0, 19900315},
	{"90031539991\xef\xbc\x91", ERR_NONE, ERR_BIN_IS_IIN, 0, 19900315},
	/* Digit 7 names no century; a birth that is still to come. */
	{"900315799917", ERR_NONE, ERR_BIN_IS_IIN, IIN_WARN_CENTURY, 0},
	/* Digit 7 is 0: no century, yet a month and a day that no year has are still odd. */
	{"000000000000", ERR_NONE, ERR_BIN_IS_IIN, IIN_WARN_DATE, 0},
	{"000229099917", ERR_NONE, ERR_BIN_IS_IIN, 0, 0},
	{"990101599917", ERR_NONE, ERR_BIN_IS_IIN, IIN_WARN_FUTURE, 20990101},
};

static void vectors(void **state)
{
	struct day today = day_of(2026, 11, 22);

	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct ctx *cx = *state;
		struct iin iin;
		enum iin_kind kind = IIN_ORGANISATION;

		err_clear(cx);
		enum st st = iin_parse(cx, str_of(rows[i].text), &iin);
		if (cx->err.code != rows[i].iin)
			print_error("row %zu: %s\n", i, err_info(cx->err.code)->name);
		assert_int_equal(cx->err.code, rows[i].iin);
		if (st == OK) {
			struct day born;

			assert_true(iin_valid(iin.d));
			assert_int_equal(iin_kind(&iin), IIN_PERSON);
			assert_int_equal(iin_warnings(&iin, today), rows[i].warnings);
			assert_int_equal(iin_birth_day(&iin, &born), rows[i].born != 0);
			if (rows[i].born)
				assert_int_equal(day_number(born), rows[i].born);
		}
		err_clear(cx);
		st = bin_parse(cx, str_of(rows[i].text), &iin);
		assert_int_equal(cx->err.code, rows[i].bin);
		if (st == OK)
			assert_int_equal(iin_kind(&iin), IIN_ORGANISATION);
		err_clear(cx);
		st = iin_or_bin_parse(cx, str_of(rows[i].text), &iin, &kind);
		bool either = rows[i].iin == ERR_NONE || rows[i].bin == ERR_NONE;
		assert_int_equal(st == OK, either);
		if (either)
			assert_int_equal(kind == IIN_PERSON, rows[i].iin == ERR_NONE);
	}
}

/* Some 11 digits have no check digit at all: every ending is refused, and for that reason. */
static void endings_that_cannot_be(void **state)
{
	static const char *const prefixes[] = {
		"90031539905", "50010119907", "00022959980", "20014000130"};

	for (size_t i = 0; i < TEST_COUNT(prefixes); i++) {
		for (char last = '0'; last <= '9'; last++) {
			struct ctx *cx = *state;
			char text[13];
			struct iin iin;
			enum iin_kind kind;

			snprintf(text, sizeof(text), "%s%c", prefixes[i], last);
			assert_false(iin_valid(text));
			assert_int_equal(iin_or_bin_parse(cx, str_of(text), &iin, &kind), E_INPUT);
			assert_int_equal(cx->err.code, ERR_IIN_IMPOSSIBLE);
		}
		assert_int_equal(iin_check_digit(prefixes[i]), -1);
	}
}

static void the_right_digit_is_named(void **state)
{
	struct ctx *cx = *state;
	struct iin iin;

	assert_int_equal(iin_parse(cx, str_of("900315399912"), &iin), E_INPUT);
	assert_string_equal(cx->err.detail, "1");
	assert_int_equal(bin_parse(cx, str_of("123456789021"), &iin), E_INPUT);
	assert_string_equal(cx->err.detail, "5");
	assert_int_equal(iin_parse(cx, str_of("9003x"), &iin), E_INPUT);
	assert_string_equal(cx->err.detail, "5");
	assert_int_equal(iin_parse(cx, str_of("9003"), &iin), E_INPUT);
	assert_string_equal(cx->err.detail, "4");
}

/* The weights written out, as the decree has them. */
static int check_by_table(const char *d)
{
	static const int first[11] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
	static const int second[11] = {3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2};
	int a = 0, b = 0;

	for (int i = 0; i < 11; i++) {
		a += (d[i] - '0') * first[i];
		b += (d[i] - '0') * second[i];
	}
	return a % 11 < 10 ? a % 11 : b % 11 < 10 ? b % 11 : -1;
}

static void check_digits_are_those_of_the_table(void **state)
{
	struct test_random r = test_seeded();

	for (uint64_t i = 0, n = test_cases(200000); i < n; i++) {
		char d[13] = {0};

		for (int k = 0; k < 12; k++)
			d[k] = (char)('0' + test_below(&r, 10));
		int right = check_by_table(d);
		assert_int_equal(iin_check_digit(d), right);
		assert_int_equal(iin_valid(d), d[11] - '0' == right);
		d[test_below(&r, 12)] = (char)(test_below(&r, 2) ? '/' : ':');
		assert_false(iin_valid(d));
	}
}

static void only_the_end_is_shown(void **state)
{
	struct ctx *cx = *state;
	struct iin a, b;
	struct buf out = buf_new(cx->arena, 100);

	assert_int_equal(iin_parse(cx, str_of("900315399911"), &a), OK);
	assert_int_equal(iin_parse(cx, str_of("900315399921"), &b), OK);
	iin_mask(&out, &a);
	assert_text(buf_view(&out), "••••••••9911");
	assert_true(iin_same(&a, &a));
	assert_false(iin_same(&a, &b));
	assert_text(iin_digits(&b), "900315399921");
}

#define T(f) cmocka_unit_test_setup_teardown(f, make, end)

int main(void)
{
	const struct CMUnitTest tests[] = {T(vectors), T(endings_that_cannot_be),
		T(the_right_digit_is_named), T(check_digits_are_those_of_the_table),
		T(only_the_end_is_shown)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
