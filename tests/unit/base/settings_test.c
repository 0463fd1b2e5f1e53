/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/settings.h"

static struct ctx cx;

static int set_up(void **state)
{
	cx = (struct ctx){.arena = arena_new(1 << 20), .clock = clock_system()};
	return 0;
}

static int tear_down(void **state)
{
	arena_free(cx.arena);
	return 0;
}

static void test_the_later_wins(void **state)
{
	struct settings s;

	settings_start(&s);
	assert_text(s.value[SETTING_DB], "sqlite:saqta.db");
	assert_int_equal(settings_read(&cx, "saqta.yaml",
				 STR_LIT("# ours\ndb: sqlite:/x.db\nlang: ru\n"), &s),
		OK);
	assert_text(s.value[SETTING_DB], "sqlite:/x.db");
	assert_text(s.value[SETTING_LANG], "ru");
	assert_int_equal(setenv("SAQTA_DB", "sqlite:/y.db", 1), 0);
	assert_int_equal(settings_environment(&cx, &s), OK);
	assert_int_equal(unsetenv("SAQTA_DB"), 0);
	assert_text(s.value[SETTING_DB], "sqlite:/y.db");
	assert_text(s.value[SETTING_LANG], "ru");
	assert_int_equal(settings_set(&cx, &s, SETTING_DB, STR_LIT("z")), OK);
	assert_text(s.value[SETTING_DB], "z");
}

static void test_what_is_no_setting_is_refused(void **state)
{
	static const struct {
		const char *text;
		enum err code;
		size_t line;
	} rows[] = {
		{"db: x\nno-such: 1\n", ERR_VALUE_UNKNOWN, 2},
		{"db: [x]\n", ERR_VALUE_UNKNOWN, 1},
		{"- db\n", ERR_VALUE_UNKNOWN, 1},
		{"db: 'x\n", ERR_YAML_SYNTAX, 0},
		{"db: x\ndb: y\n", ERR_YAML_SYNTAX, 2},
	};

	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct settings s;

		settings_start(&s);
		assert_int_equal(
			settings_read(&cx, "saqta.yaml", str_of(rows[i].text), &s), E_INPUT);
		assert_int_equal(cx.err.code, rows[i].code);
		if (rows[i].line)
			assert_int_equal(cx.err.line, rows[i].line);
	}
}

static void test_every_setting_can_be_found(void **state)
{
	for (unsigned i = 0; i < SETTING_COUNT; i++) {
		enum setting found = SETTING_COUNT;

		assert_true(setting_find(str_of(setting_info((enum setting)i)->key), &found));
		assert_int_equal(found, i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_later_wins),
		cmocka_unit_test(test_what_is_no_setting_is_refused),
		cmocka_unit_test(test_every_setting_can_be_found),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
