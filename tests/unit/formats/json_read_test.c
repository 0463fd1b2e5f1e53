/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "formats/json_read.h"

struct question {
	struct str iin;
	struct day on;
	bool has_on;
	struct month month;
	struct money income;
	int64_t count;
	bool exempt;
	struct json_list kinds, incomes;
};

#define AT(member) offsetof(struct question, member)
static const struct json_field fields[] = {
	{"iin", JSON_FIELD_STR, true, AT(iin), JSON_NO_HAS, 20},
	{"on", JSON_FIELD_DAY, false, AT(on), AT(has_on), 0},
	{"month", JSON_FIELD_MONTH, false, AT(month), JSON_NO_HAS, 0},
	{"income", JSON_FIELD_MONEY, false, AT(income), JSON_NO_HAS, 0},
	{"count", JSON_FIELD_INT, false, AT(count), JSON_NO_HAS, 24},
	{"exempt", JSON_FIELD_BOOL, false, AT(exempt), JSON_NO_HAS, 0},
	{"kinds", JSON_FIELD_STRS, false, AT(kinds), JSON_NO_HAS, 0},
	{"incomes", JSON_FIELD_MONEYS, false, AT(incomes), JSON_NO_HAS, 0},
};

static struct arena *arena;
static struct ctx cx;

static int set_up(void **state)
{
	arena = arena_new(4 << 20);
	cx = (struct ctx){.arena = arena, .clock = clock_system()};
	return 0;
}

static int tear_down(void **state)
{
	arena_free(arena);
	return 0;
}

static void test_good(void **state)
{
	struct question q = {.count = 7};

	assert_int_equal(json_read(&cx,
				 STR_LIT("{\"iin\":\"Әсел\",\"on\":\"2026-01-31\",\"month\":"
					 "\"2025-12\",\"income\":\"4250.05\",\"exempt\":true,"
					 "\"kinds\":[\"a\",\"b\"],\"incomes\":[\"1.50\",2],"
					 "\"count\":null}"),
				 fields, TEST_COUNT(fields), &q),
		OK);
	assert_text(q.iin, "Әсел");
	assert_true(q.has_on);
	assert_int_equal(q.on.n, day_of(2026, 1, 31).n);
	assert_int_equal(money_to_tiyn(q.income), 425005);
	assert_int_equal(q.count, 7);
	assert_true(q.exempt);
	assert_int_equal(q.kinds.count, 2);
	assert_text(((struct str *)q.kinds.items)[1], "b");
	assert_int_equal(money_to_tiyn(((struct money *)q.incomes.items)[1]), 200);
}

static const struct {
	const char *body;
	enum err error;
	const char *field;
} bad[] = {
	{"", ERR_JSON_SYNTAX, ""},
	{"{", ERR_JSON_SYNTAX, ""},
	{"{\"iin\":\"1\"} x", ERR_JSON_SYNTAX, ""},
	{"[]", ERR_JSON_TYPE, "body"},
	{"{\"iin\":\"1\",\"iin\":\"2\"}", ERR_VALUE_TWICE, "body"},
	{"{}", ERR_VALUE_MISSING, "iin"},
	{"{\"iin\":null}", ERR_VALUE_MISSING, "iin"},
	{"{\"iin\":12}", ERR_JSON_TYPE, "iin"},
	{"{\"iin\":\"123456789012345678901\"}", ERR_VALUE_TOO_LONG, "iin"},
	{"{\"iin\":\"1\",\"colour\":1}", ERR_FIELD_UNKNOWN, "colour"},
	{"{\"iin\":\"1\",\"income\":4250.05}", ERR_JSON_TYPE, "income"},
	{"{\"iin\":\"1\",\"income\":1e3}", ERR_JSON_TYPE, "income"},
	{"{\"iin\":\"1\",\"income\":-1}", ERR_MONEY_NEGATIVE, "income"},
	{"{\"iin\":\"1\",\"income\":9223372036854775807}", ERR_MONEY_RANGE, "income"},
	{"{\"iin\":\"1\",\"income\":92233720368547758070}", ERR_JSON_SYNTAX, ""},
	{"{\"iin\":\"1\",\"incomes\":[1,2.5]}", ERR_JSON_TYPE, "incomes"},
	{"{\"iin\":\"1\",\"count\":25}", ERR_NUMBER_FORMAT, "count"},
	{"{\"iin\":\"1\",\"count\":1.0}", ERR_JSON_TYPE, "count"},
	{"{\"iin\":\"1\",\"on\":\"31.01.2026\"}", ERR_DAY_FORMAT, "on"},
	{"{\"iin\":\"1\",\"on\":20260131}", ERR_JSON_TYPE, "on"},
	{"{\"iin\":\"1\",\"exempt\":1}", ERR_JSON_TYPE, "exempt"},
	{"{\"iin\":[[[[[[[[1]]]]]]]]}", ERR_JSON_SYNTAX, ""},
	{"{\"iin\":\"\xff\"}", ERR_TEXT_ENCODING, ""},
};

static void test_bad(void **state)
{
	for (size_t i = 0; i < TEST_COUNT(bad); i++) {
		struct question q = {0};

		err_clear(&cx);
		assert_int_not_equal(
			json_read(&cx, str_of(bad[i].body), fields, TEST_COUNT(fields), &q), OK);
		assert_int_equal(cx.err.code, bad[i].error);
		assert_string_equal(cx.err.field, bad[i].field);
	}
	struct question q;
	assert_int_not_equal(json_read(&cx, STR_LIT("{\n\"iin\":\n}"), fields, 1, &q), OK);
	assert_int_equal(cx.err.line, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
