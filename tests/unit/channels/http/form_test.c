/* SPDX-License-Identifier: Apache-2.0 */
/* One table reads a form and a JSON object into the same struct, with the same errors. */
#include "support/test.h"

#include "channels/http/form.h"

struct ask {
	struct str text;
	struct iin iin;
	struct day day;
	bool has_day;
	struct month month;
	struct money money;
	int64_t number;
	bool flag;
	enum payer_kind kind;
	struct form_list monies, categories;
};

static const struct form_field fields[] = {
	FORM_NEEDED(struct ask, iin, "iin", FORM_IIN),
	FORM_FREE(struct ask, text, "text", FORM_TEXT, 5),
	FORM_MAYBE(struct ask, day, has_day, "day", FORM_DAY),
	FORM_FREE(struct ask, month, "month", FORM_MONTH, 0),
	FORM_FREE(struct ask, money, "money", FORM_MONEY, 0),
	FORM_FREE(struct ask, number, "number", FORM_NUMBER, 9),
	FORM_FREE(struct ask, flag, "flag", FORM_FLAG, 0),
	FORM_FREE(struct ask, kind, "kind", FORM_KIND, 0),
	FORM_FREE(struct ask, monies, "monies", FORM_MONIES, 2),
	FORM_FREE(struct ask, categories, "categories", FORM_CATEGORIES, 2),
};
static const struct form_table table = {fields, TEST_COUNT(fields)};

static struct arena *arena;
static struct ctx cx;

static int setup(void **state)
{
	(void)state;
	arena = arena_new(8 << 20);
	cx = (struct ctx){.arena = arena, .clock = clock_system()};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static enum st read(const char *type, const char *body, struct ask *out, struct form_errors *errors)
{
	struct http_field field = {STR_LIT("Content-Type"), str_of(type)};
	struct call call = {.cx = &cx};
	struct request rq = {.call = &call,
		.method = HTTP_POST,
		.body = str_of(body),
		.fields = &field,
		.field_count = 1};

	err_clear(&cx);
	*out = (struct ask){0};
	*errors = (struct form_errors){0};
	return form_read_body(&rq, &table, out, errors);
}

static const char form[] = "application/x-www-form-urlencoded; charset=utf-8";
static const char json[] = "Application/JSON";

static void test_same_struct(void **state)
{
	static const char *const rows[][2] = {
		{form, "iin=880229399105&text=+%D2%9B%d2%9b+&day=2026-11-22&month=2026-10&"
		       "money=85+000%2C50&number=9&flag=on&kind=employer&monies=1&monies=&"
		       "monies=2,5&categories=pensioner&categories=military"},
		{json, "{\"iin\":\"880229399105\",\"text\":\" \\u049b\\u049b \",\"day\":"
		       "\"2026-11-22\",\"month\":\"2026-10\",\"money\":\"85000.50\",\"number\":9,"
		       "\"flag\":true,\"kind\":\"employer\",\"monies\":[\"1.00\",\"2.50\"],"
		       "\"categories\":[\"pensioner\",\"military\"]}"},
	};

	(void)state;
	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct form_errors errors;
		struct ask a;

		if (read(rows[i][0], rows[i][1], &a, &errors) != OK)
			fail_msg("row %zu: %s %s", i, cx.err.field, err_info(cx.err.code)->name);
		assert_text(iin_digits(&a.iin), "880229399105");
		assert_text(a.text, "ққ");
		assert_true(a.has_day && a.day.n == day_of(2026, 11, 22).n);
		assert_int_equal(month_cmp(a.month, month_of(2026, 10)), 0);
		assert_int_equal(money_to_tiyn(a.money), 8500050);
		assert_int_equal(a.number, 9);
		assert_true(a.flag && a.kind == PAYER_EMPLOYER);
		assert_int_equal(a.monies.count, 2);
		assert_int_equal(money_to_tiyn(((struct money *)a.monies.items)[1]), 250);
		const struct form_category *found = a.categories.items;
		assert_int_equal(a.categories.count, 2);
		assert_true(!found[0].exempt && found[0].category == CATEGORY_PENSIONER);
		assert_true(found[1].exempt);
		assert_int_equal(errors.count, 0);
	}
}

#define IIN_FORM "iin=880229399105&"
#define IIN_JSON "{\"iin\":\"880229399105\","

static void test_same_errors(void **state)
{
	static const struct {
		const char *form, *json;
		enum err error;
		const char *field;
	} rows[] = {
		{"iin=880229399106", "{\"iin\":\"880229399106\"}", ERR_IIN_CHECKSUM, "iin"},
		{"iin=8802", "{\"iin\":\"8802\"}", ERR_IIN_LENGTH, "iin"},
		{IIN_FORM "text=abcdef", IIN_JSON "\"text\":\"abcdef\"}", ERR_VALUE_TOO_LONG,
			"text"},
		{IIN_FORM "text=a%01", IIN_JSON "\"text\":\"a\\u0001\"}", ERR_TEXT_ENCODING,
			"text"},
		{IIN_FORM "day=2026-02-30", IIN_JSON "\"day\":\"2026-02-30\"}", ERR_DAY_FORMAT,
			"day"},
		{IIN_FORM "month=2026-13", IIN_JSON "\"month\":\"2026-13\"}", ERR_MONTH_FORMAT,
			"month"},
		{IIN_FORM "money=-1", IIN_JSON "\"money\":\"-1\"}", ERR_MONEY_NEGATIVE, "money"},
		{IIN_FORM "kind=king", IIN_JSON "\"kind\":\"king\"}", ERR_VALUE_UNKNOWN, "kind"},
		{IIN_FORM "monies=1&monies=2&monies=3", IIN_JSON "\"monies\":[1,2,3]}",
			ERR_CALC_TOO_MANY, "monies"},
		{IIN_FORM "categories=none-such", IIN_JSON "\"categories\":[\"none-such\"]}",
			ERR_VALUE_UNKNOWN, "categories"},
	};

	(void)state;
	for (size_t i = 0; i < 2 * TEST_COUNT(rows); i++) {
		bool is_form = i % 2 == 0;
		struct form_errors errors;
		struct ask a;
		enum st st = read(is_form ? form : json,
			is_form ? rows[i / 2].form : rows[i / 2].json, &a, &errors);

		if (st == OK || cx.err.code != rows[i / 2].error ||
			strcmp(cx.err.field, rows[i / 2].field) != 0 || errors.count != 1)
			fail_msg("row %zu %s: %s in '%s'", i / 2, is_form ? "form" : "json",
				err_info(cx.err.code)->name, cx.err.field);
	}
}

static void test_all_errors(void **state)
{
	struct form_errors errors;
	struct ask a;

	(void)state;
	/* In the order of the table, whatever the order of the fields. */
	assert_int_equal(read(form, "number=10&day=x&surprise=1", &a, &errors), E_INPUT);
	assert_int_equal(errors.count, 4);
	assert_int_equal(errors.slot[0].code, ERR_IIN_EMPTY);
	assert_int_equal(errors.slot[1].code, ERR_DAY_FORMAT);
	assert_int_equal(errors.slot[2].code, ERR_NUMBER_FORMAT);
	assert_int_equal(errors.slot[3].code, ERR_FIELD_UNKNOWN);
	assert_int_equal(cx.err.code, ERR_IIN_EMPTY);
}

static void test_broken_bodies(void **state)
{
	static const struct {
		const char *type, *body;
		enum err error;
	} rows[] = {
		{form, "iin=%8", ERR_REQUEST_SYNTAX},
		{form, "iin=%zz", ERR_REQUEST_SYNTAX},
		{form, "iin=%00", ERR_REQUEST_SYNTAX},
		{form, "iin=880229399105&iin=880229399105", ERR_VALUE_TWICE},
		{json, "{\"iin\":", ERR_JSON_SYNTAX},
		{json, "[]", ERR_JSON_TYPE},
		{json, "{\"iin\":1}", ERR_JSON_TYPE},
		{json, "{\"iin\":\"880229399105\",\"x\":1}", ERR_FIELD_UNKNOWN},
		{json, "{}", ERR_VALUE_MISSING},
		{"text/plain", "iin=880229399105", ERR_MEDIA_TYPE},
		{"", "iin=880229399105", ERR_MEDIA_TYPE},
	};

	(void)state;
	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct form_errors errors;
		struct ask a;

		if (read(rows[i].type, rows[i].body, &a, &errors) == OK ||
			cx.err.code != rows[i].error || errors.count == 0)
			fail_msg("row %zu: %s", i, err_info(cx.err.code)->name);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_same_struct, setup, teardown),
		cmocka_unit_test_setup_teardown(test_same_errors, setup, teardown),
		cmocka_unit_test_setup_teardown(test_all_errors, setup, teardown),
		cmocka_unit_test_setup_teardown(test_broken_bodies, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
