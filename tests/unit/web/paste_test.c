/* SPDX-License-Identifier: Apache-2.0 */
/* What a spreadsheet gives to the clipboard becomes rows of the calculator, or says which line not.
 */
#include "support/test.h"

#include "channels/web/paste.h"

enum { CAP = 24 };

static struct arena *arena;

static int setup(void **state)
{
	(void)state;
	arena = arena_new(8 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

struct row {
	const char *text;
	const char *rows; /* "month:salary,salary month:…" */
	int wrong_line;
};

static const struct row rows[] = {
	{"", "", 0},
	{"\n \r\n\t\n", "", 0},
	{"1\t85000", "1:85000", 0},
	{"қаңтар\t85 000\r\nақпан\t90 000,50\r\n", "1:85 000 2:90 000,50", 0},
	{"Ай\tЖалақы\nЖЕЛТОҚСАН\t1", "12:1", 0},
	{"Январь 2026\t1\nфев.\t2\n1 марта 2026\t3", "1:1 2:2 3:3", 0},
	{"May;5\njune;6", "5:5 6:6", 0},
	{"01.2026\t1\n2026-02\t2\n31.03.2026\t3\n2026-04-01\t4", "1:1 2:2 3:3 4:4", 0},
	{"85000\n90000\n", "1:85000 2:90000", 0},
	{"12 000\n1 000", "1:12 000 2:1 000", 0},
	{"қараша 85 000\n86 000\n87 000", "11:85 000 12:86 000 1:87 000", 0},
	{"1\t10\t20\t\t40", "1:10,20,,40", 0},
	{"1\t1\t2\t3\t4\t5\t6", "1:1,2,3,4,5", 0},
	{"1\t\xc2\xa0"
	 "85\xc2\xa0"
	 "000\xc2\xa0",
		"1:85\xc2\xa0"
		"000",
		0},
	{"1\t10\nx\t20", "1:10", 2},
	{"\n\nИванов\t20", "", 3},
	{"13\t10", "", 1},
	{"0\t10", "", 1},
	{"1.2.3.4\t10", "", 1},
	{"99.99.9999\t10", "", 1},
	{"85000\t90000", "", 1},
	{"қаңтар\t1\nбарлығы", "1:1", 2},
	{"\xff\xfe\t1", "", 1},
	{"<b>\t</b>1", "", 1},
};

static struct str shown(const struct paste *p)
{
	struct buf b = buf_new(arena, 4096);

	for (size_t i = 0; i < p->count; i++) {
		buf_fmt(&b, "%s%d:", i ? " " : "", p->rows[i].month);
		for (size_t c = 0; c < p->rows[i].cell_count; c++) {
			buf_z(&b, c ? "," : "");
			buf_str(&b, p->rows[i].cells[c]);
		}
	}
	buf_char(&b, '\0');
	return buf_view(&b);
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct paste p = paste_read(arena, str_of(rows[i].text), CAP);
		assert_string_equal(shown(&p).p, rows[i].rows);
		assert_int_equal(p.wrong_line, rows[i].wrong_line);
		assert_false(p.too_many);
	}
}

/* Every name of a month, in each form of each language, capital or small. */
static void test_names(void **state)
{
	static const enum msg first[] = {MSG_month_01, MSG_month_of_01, MSG_month_short_01};

	(void)state;
	for (int lang = 0; lang < LANG_COUNT; lang++)
		for (size_t form = 0; form < 3; form++)
			for (int month = 1; month <= 12; month++) {
				struct buf b = buf_new(arena, 64);
				buf_str(&b, say_plain((enum lang)lang,
						    (enum msg)((int)first[form] + month - 1)));
				buf_z(&b, "\t7");
				struct paste p = paste_read(arena, buf_view(&b), CAP);
				assert_int_equal(p.count, 1);
				assert_int_equal(p.rows[0].month, month);
			}
}

static void test_too_many(void **state)
{
	struct buf b = buf_new(arena, 4096);

	(void)state;
	for (int i = 0; i < CAP; i++)
		buf_z(&b, "1\t5\n");
	struct paste p = paste_read(arena, buf_view(&b), CAP);
	assert_int_equal(p.count, CAP);
	assert_false(p.too_many);
	buf_z(&b, "1\t5\n");
	p = paste_read(arena, buf_view(&b), CAP);
	assert_true(p.too_many);
	assert_int_equal(p.count, CAP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_too_many),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
