/* SPDX-License-Identifier: Apache-2.0 */
/* Words, numbers and dates in three languages. Forms: CLDR 48 plural rules and number formats,
 * with the dates of official Kazakh texts ("2026 жылғы 5 қараша"). */
#include "text/say.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "domain/kinds.h"
#include "text/msg_table.h"

#define N "\xc2\xa0"
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct fixture {
	struct arena *arena;
	struct buf b;
};

static int setup(void **state)
{
	static struct fixture f;

	f.arena = arena_new(1 << 20);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	arena_free(((struct fixture *)*state)->arena);
	return 0;
}

static struct buf *fresh(void **state)
{
	struct fixture *f = *state;

	f->b = buf_new(f->arena, 4096);
	return &f->b;
}

static void same(struct buf *b, const char *want)
{
	buf_char(b, '\0');
	assert_string_equal(b->p, want);
}

static void test_money(void **state)
{
	static const struct {
		int64_t tiyn;
		const char *text[LANG_COUNT];
	} rows[] = {
		{425000, {"4" N "250" N "₸", "4" N "250" N "₸", "4" N "250" N "₸"}},
		{0, {"0" N "₸", "0" N "₸", "0" N "₸"}},
		{5, {"0,05" N "₸", "0,05" N "₸", "0.05" N "₸"}},
		{390050, {"3" N "900,50" N "₸", "3" N "900,50" N "₸", "3" N "900.50" N "₸"}},
		{123456700, {"1" N "234" N "567" N "₸", "1" N "234" N "567" N "₸",
				    "1" N "234" N "567" N "₸"}},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		for (int lang = 0; lang < LANG_COUNT; lang++) {
			struct buf *b = fresh(state);
			say_money(b, (enum lang)lang, money_tiyn(rows[i].tiyn));
			same(b, rows[i].text[lang]);
		}
}

static void test_count(void **state)
{
	static const struct {
		int64_t n;
		const char *text;
	} rows[] = {
		{0, "0"},
		{7, "7"},
		{999, "999"},
		{1000, "1" N "000"},
		{1002003, "1" N "002" N "003"},
		{-1234, "\xe2\x88\x92"
			"1" N "234"},
		{INT64_MAX, "9" N "223" N "372" N "036" N "854" N "775" N "807"},
		{INT64_MIN, "\xe2\x88\x92"
			    "9" N "223" N "372" N "036" N "854" N "775" N "808"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf *b = fresh(state);
		say_count(b, LANG_KK, rows[i].n);
		same(b, rows[i].text);
	}
}

static void test_percent(void **state)
{
	static const struct {
		int32_t ppm;
		const char *text[LANG_COUNT];
	} rows[] = {
		{30000, {"3%", "3" N "%", "3%"}},
		{165000, {"16,5%", "16,5" N "%", "16.5%"}},
		{100, {"0,01%", "0,01" N "%", "0.01%"}},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		for (int lang = 0; lang < LANG_COUNT; lang++) {
			struct buf *b = fresh(state);
			say_percent(b, (enum lang)lang, (struct rate){rows[i].ppm});
			same(b, rows[i].text[lang]);
		}
}

/* The multiples of the law in the words of a step. */
static void test_times(void **state)
{
	static const struct {
		int64_t millionths;
		const char *text[LANG_COUNT];
	} rows[] = {
		{0, {"0", "0", "0"}},
		{1000000, {"1", "1", "1"}},
		{1400000, {"1,4", "1,4", "1.4"}},
		{20000000, {"20", "20", "20"}},
		{10050001, {"10,050001", "10,050001", "10.050001"}},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		for (int lang = 0; lang < LANG_COUNT; lang++) {
			const struct arg args[] = {arg_times("times", rows[i].millionths),
				arg_msg("unit", MSG_step_unit_mzp),
				arg_money("value", money_tiyn(100)),
				arg_money("sum", money_tiyn(100))};
			struct buf *b = fresh(state);
			say(b, (enum lang)lang, MSG_step_unit_base, args, 4);
			const char *at = strstr(str_z(b->arena, buf_view(b)), ": ");
			assert_non_null(at);
			assert_memory_equal(at + 2, rows[i].text[lang], strlen(rows[i].text[lang]));
			assert_memory_equal(at + 2 + strlen(rows[i].text[lang]), " ×", 3);
		}
}

static void test_days(void **state)
{
	static const struct {
		int year, mon, mday;
		const char *longs[LANG_COUNT], *shorts[LANG_COUNT], *month[LANG_COUNT];
	} rows[] = {
		{2026, 11, 5, {"2026 жылғы 5 қараша", "5 ноября 2026 года", "5 November 2026"},
			{"05.11.2026", "05.11.2026", "5 Nov 2026"},
			{"2026 жылғы қараша", "ноябрь 2026", "November 2026"}},
		{2025, 1, 31, {"2025 жылғы 31 қаңтар", "31 января 2025 года", "31 January 2025"},
			{"31.01.2025", "31.01.2025", "31 Jan 2025"},
			{"2025 жылғы қаңтар", "январь 2025", "January 2025"}},
		{2024, 5, 9, {"2024 жылғы 9 мамыр", "9 мая 2024 года", "9 May 2024"},
			{"09.05.2024", "09.05.2024", "9 May 2024"},
			{"2024 жылғы мамыр", "май 2024", "May 2024"}},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		for (int l = 0; l < LANG_COUNT; l++) {
			struct day d = day_of(rows[i].year, rows[i].mon, rows[i].mday);
			struct buf *b = fresh(state);
			say_day(b, (enum lang)l, d);
			same(b, rows[i].longs[l]);
			b = fresh(state);
			say_day_short(b, (enum lang)l, d);
			same(b, rows[i].shorts[l]);
			b = fresh(state);
			say_month(b, (enum lang)l, day_month(d));
			same(b, rows[i].month[l]);
		}
}

static void test_instants(void **state)
{
	static const struct {
		int64_t unix_seconds;
		const char *text;
	} rows[] = {
		{1793871000, "05.11.2026 14:30"}, /* 2026-11-05T09:30Z, UTC+5 */
		{1704045600, "01.01.2024 00:00"}, /* 2023-12-31T18:00Z, UTC+6 */
		{1709229599, "29.02.2024 23:59"}, /* the last second of UTC+6 */
		{1709229600, "29.02.2024 23:00"}, /* the hour that came twice */
		{1709233200, "01.03.2024 00:00"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf *b = fresh(state);
		say_instant(b, LANG_KK, (struct instant){rows[i].unix_seconds * 1000000});
		same(b, rows[i].text);
	}
}

static void test_months_by_name(void **state)
{
	(void)state;
	assert_true(str_is(say_month_name(LANG_KK, 9), "қыркүйек"));
	assert_true(str_is(say_month_name(LANG_RU, 12), "декабрь"));
	assert_true(str_is(say_month_short(LANG_KK, 1), "қаң."));
	assert_true(str_is(say_month_short(LANG_EN, 5), "May"));
}

static void test_parameters(void **state)
{
	const struct arg day[] = {arg_day("date", day_of(2026, 2, 28))};
	struct buf *b = fresh(state);

	say(b, LANG_KK, MSG_st_grace_x, day, 1);
	same(b, "Мәртебе 2026 жылғы 28 ақпан күніне дейін сақталады. Осы күнге дейін берешекті "
		"төлеңіз");

	const struct arg month[] = {arg_month("m", month_of(2027, 3))};
	b = fresh(state);
	say(b, LANG_EN, MSG_e_dup, month, 1);
	same(b, "This month is entered twice: March 2027");
}

static void test_plurals(void **state)
{
	static const struct {
		int64_t n;
		const char *text[LANG_COUNT];
	} rows[] = {
		{0, {"0 ай", "0 месяцев", "0 months"}},
		{1, {"1 ай", "1 месяц", "1 month"}},
		{2, {"2 ай", "2 месяца", "2 months"}},
		{4, {"4 ай", "4 месяца", "4 months"}},
		{5, {"5 ай", "5 месяцев", "5 months"}},
		{11, {"11 ай", "11 месяцев", "11 months"}},
		{12, {"12 ай", "12 месяцев", "12 months"}},
		{14, {"14 ай", "14 месяцев", "14 months"}},
		{21, {"21 ай", "21 месяц", "21 months"}},
		{22, {"22 ай", "22 месяца", "22 months"}},
		{111, {"111 ай", "111 месяцев", "111 months"}},
		{101, {"101 ай", "101 месяц", "101 months"}},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		for (int l = 0; l < LANG_COUNT; l++) {
			const struct arg n[] = {arg_count("n", rows[i].n)};
			struct buf *b = fresh(state);
			say(b, (enum lang)l, MSG_count_months, n, 1);
			same(b, rows[i].text[l]);
		}
}

static void test_find(void **state)
{
	enum msg m;

	(void)state;
	for (int i = 0; i < MSG_COUNT; i++) {
		if (i)
			assert_true(strcmp(msg_keys[i - 1], msg_keys[i]) < 0);
		assert_true(say_find(msg_keys[i], &m));
		assert_int_equal((int)m, i);
	}
	assert_false(say_find("", &m));
	assert_false(say_find("st", &m));
	assert_false(say_find("zzz.zzz", &m));
}

/* Every code of the domain has a name: say_code() must find it. */
static void test_codes(void **state)
{
	(void)state;
	for (int l = 0; l < LANG_COUNT; l++) {
		enum lang lang = (enum lang)l;
		for (int i = 0; i < PAYER_COUNT; i++)
			assert_true(say_code(lang, "payer", payer_code((enum payer_kind)i)).n);
		for (int i = 0; i < SPELL_COUNT; i++)
			assert_true(say_code(lang, "spell", spell_code((enum spell_kind)i)).n);
		for (int i = 0; i < CATEGORY_COUNT; i++)
			assert_true(say_code(lang, "category", category_code((enum category)i)).n);
		for (int i = 0; i < EXEMPT_COUNT; i++)
			assert_true(say_code(lang, "exempt", exempt_code((enum exempt)i)).n);
		for (int i = 0; i < RESIDENCE_COUNT; i++)
			assert_true(
				say_code(lang, "residence", residence_code((enum residence)i)).n);
	}
	assert_true(str_is(say_code(LANG_EN, "payer", "self-employed"), "Self-employed person"));
}

static void test_errors(void **state)
{
	struct err_slot err = {.code = ERR_VALUE_MISSING, .line = 7, .field = "iin"};
	struct buf *b = fresh(state);

	say_error(b, LANG_EN, &err);
	same(b, "A value is missing: iin");
	err.code = ERR_IIN_CHECKSUM;
	b = fresh(state);
	say_error(b, LANG_KK, &err);
	same(b, "ЖСН қате. Нөмірді жеке куәлікпен салыстырыңыз");
}

static void test_waits(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text[LANG_COUNT];
	} rows[] = {
		{0, {"Кейінірек қайталаңыз", "Повторите позже", "Try again later"}},
		{1, {"1 секундтан кейін қайталай аласыз", "Повторить можно через 1 секунду",
			    "You can try again in 1 second"}},
		{59, {"59 секундтан кейін қайталай аласыз", "Повторить можно через 59 секунд",
			     "You can try again in 59 seconds"}},
		{60, {"1 минуттан кейін қайталай аласыз", "Повторить можно через 1 минуту",
			     "You can try again in 1 minute"}},
		{61, {"2 минуттан кейін қайталай аласыз", "Повторить можно через 2 минуты",
			     "You can try again in 2 minutes"}},
		{600, {"10 минуттан кейін қайталай аласыз", "Повторить можно через 10 минут",
			      "You can try again in 10 minutes"}},
		{5399, {"90 минуттан кейін қайталай аласыз", "Повторить можно через 90 минут",
			       "You can try again in 90 minutes"}},
		{5400, {"2 сағаттан кейін қайталай аласыз", "Повторить можно через 2 часа",
			       "You can try again in 2 hours"}},
		{86400, {"24 сағаттан кейін қайталай аласыз", "Повторить можно через 24 часа",
				"You can try again in 24 hours"}},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (int l = 0; l < LANG_COUNT; l++) {
			struct buf *b = fresh(state);
			say_wait(b, (enum lang)l, rows[i].seconds);
			same(b, rows[i].text[l]);
		}
	struct err_slot err = {.code = ERR_RATE_LIMIT, .line = 90};
	struct buf *b = fresh(state);
	say_error(b, LANG_EN, &err);
	same(b, "Too many requests. You can try again in 2 minutes");
}

static void test_every_error_can_be_said(void **state)
{
	for (int code = 0; code < ERR_COUNT; code++)
		for (int l = 0; l < LANG_COUNT; l++) {
			struct err_slot err = {.code = (enum err)code, .line = 3};
			struct buf *b = fresh(state);
			say_error(b, (enum lang)l, &err);
			assert_true(b->n > 0);
			assert_false(b->over);
		}
}

/* All rows of errors.def are under err.*; those that are not are listed. */
static void test_every_error_has_its_texts(void **state)
{
	int missing = 0;

	(void)state;
	for (int code = 0; code < ERR_COUNT; code++) {
		char key[96] = "err.";
		const char *name = err_info((enum err)code)->name;
		size_t n = strlen(name);
		enum msg m;

		assert_true(n + 5 <= sizeof(key));
		for (size_t i = 0; i <= n; i++)
			key[4 + i] =
				(char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32 : name[i]);
		if (!say_find(key, &m)) {
			print_error("no message %s\n", key);
			missing++;
		}
	}
	assert_int_equal(missing, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_money),
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_percent),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_instants),
		cmocka_unit_test(test_months_by_name),
		cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_plurals),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_codes),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_waits),
		cmocka_unit_test(test_every_error_can_be_said),
		cmocka_unit_test(test_every_error_has_its_texts),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
