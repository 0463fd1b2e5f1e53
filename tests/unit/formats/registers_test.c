/* SPDX-License-Identifier: Apache-2.0 */
/* CSV and the four registers. */
#include "support/test.h"

#include "formats/csv.h"
#include "formats/registers.h"

static struct arena *arena;
static struct ctx cx;

static int set_up(void **state)
{
	arena = arena_new(16 << 20);
	cx = (struct ctx){.arena = arena, .clock = clock_system()};
	return 0;
}

static int tear_down(void **state)
{
	arena_free(arena);
	return 0;
}

/* Rows as "a|b|c/", an error as "!CODE line:column/"; after an open quote reading ends. */
static const char *read_all(const char *text)
{
	struct buf b = buf_new(arena, 1 << 16);
	struct csv csv = csv_start(str_of(text));
	bool more = true;

	while (more) {
		enum st st = csv_next(&cx, &csv, &more);

		if (st != OK) {
			buf_fmt(&b, "!%s %zu:%zu/", err_info(cx.err.code)->name, cx.err.line,
				cx.err.column);
			err_clear(&cx);
			more = strstr(b.p, "QUOTE") == NULL;
			continue;
		}
		for (size_t i = 0; i < csv.count; i++)
			buf_fmt(&b, "%s%.*s", i ? "|" : "", STR(csv.cells[i]));
		if (more)
			buf_char(&b, '/');
	}
	buf_char(&b, '\0');
	return b.p;
}

static const struct {
	const char *text, *rows;
} csv_cases[] = {
	{"", ""},
	{"\n\r\n", ""},
	{"a;b\n1;2\n", "a|b/1|2/"},
	{"a,b\r\n1,2", "a|b/1|2/"},
	{"a\tb;c\n1\t2\n", "a\tb|c/1\t2/"},
	{"a\tb\n1\t2\n", "a|b/1|2/"},
	{"a;b\n\n\n;\n", "a|b/|/"},
	{"a;b\n\"x;y\";\"say \"\"hi\"\"\"\n", "a|b/x;y|say \"hi\"/"},
	{"a;b\n\"two\nlines\";2\n3;4\n", "a|b/two\nlines|2/3|4/"},
	{"a;b\n\"\";\"\"\r\n", "a|b/|/"},
	{"a;b\n\"x\"y;2\n3;4\n", "a|b/!ROW_COLUMNS 2:4/3|4/"},
	{"a;b\n1;\"open\n3;4\n", "a|b/!QUOTE_OPEN 2:3/"},
	{"a;b\n1;x\"y\n", "a|b/1|x\"y/"},
};

static void test_csv(void **state)
{
	for (size_t i = 0; i < TEST_COUNT(csv_cases); i++)
		assert_string_equal(read_all(csv_cases[i].text), csv_cases[i].rows);
}

static void test_csv_limits(void **state)
{
	struct buf b = buf_new(arena, 1 << 16);

	buf_z(&b, "a;b\n");
	for (int i = 0; i < 2000; i++)
		buf_char(&b, 'x');
	buf_z(&b, ";1\n1");
	for (int i = 0; i < LIMIT_CSV_COLUMNS; i++)
		buf_char(&b, ';');
	buf_z(&b, "\n1;2\n");
	buf_char(&b, '\0');
	assert_string_equal(read_all(b.p), "a|b/!VALUE_TOO_LONG 2:1/!ROW_COLUMNS 3:66/1|2/");
}

/* Whatever is written is read back, whatever the cells hold. */
static void test_csv_round_trip(void **state)
{
	static const char alphabet[] = "a;,\"\n\r\t 9";
	struct test_random r = test_seeded();

	for (uint64_t k = test_cases(20000); k; k--) {
		struct arena *own = arena_new(1 << 20);
		struct ctx c = {.arena = own};
		struct buf b = buf_new(own, 1 << 16);
		char cells[3][8];
		bool more;

		buf_z(&b, "a;b;c\n");
		for (int i = 0; i < 3; i++) {
			size_t n = i == 0 ? 0 : test_below(&r, 7);

			for (size_t at = 0; at < n; at++)
				cells[i][at] = alphabet[test_below(&r, sizeof(alphabet) - 1)];
			cells[i][n] = '\0';
			if (i)
				buf_char(&b, ';');
			/* A quote in the middle of a bare cell is data; at its start it is not. */
			csv_put(&b, str_of(cells[i]), ';');
		}
		buf_z(&b, "\n");
		struct csv csv = csv_start(buf_view(&b));
		assert_int_equal(csv_next(&c, &csv, &more), OK);
		assert_int_equal(csv_next(&c, &csv, &more), OK);
		assert_true(more);
		assert_int_equal(csv.count, 3);
		for (int i = 0; i < 3; i++)
			assert_text(csv.cells[i], cells[i]);
		assert_int_equal(csv_next(&c, &csv, &more), OK);
		assert_false(more);
		arena_free(own);
	}
}

static struct register_file parse(const char *text)
{
	struct register_file out;

	err_clear(&cx);
	assert_int_equal(register_parse(&cx, str_of(text), &out), OK);
	return out;
}

static void test_people(void **state)
{
	struct register_file f = parse(
		"known_since;surname;iin;name;patronymic;birth_date;residence;in_system_from\n"
		";СЫНАҚОВА;900315499918;ӘСЕЛ;;1990-03-15;kandas;2024-05-01\n");
	const struct register_row *row = f.rows;

	assert_int_equal(f.kind, REGISTER_PEOPLE);
	assert_int_equal(f.count, 1);
	assert_int_equal(row->problem, ERR_NONE);
	assert_int_equal(row->line, 2);
	assert_text(iin_digits(&row->iin), "900315499918");
	assert_text(row->person.surname, "СЫНАҚОВА");
	assert_int_equal(row->person.patronymic.n, 0);
	assert_int_equal(row->person.fact.born.n, day_of(1990, 3, 15).n);
	assert_int_equal(row->person.fact.residence, RESIDENCE_KANDAS);
	assert_int_equal(row->person.fact.in_system_from.n, day_of(2024, 5, 1).n);
	assert_int_equal(row->person.fact.known_since.n, DAY_ALWAYS.n);
}

static void test_spells(void **state)
{
	struct register_file f =
		parse("iin,kind,payer,from,to,known_since\r\n"
		      "500101100010,employee,200140000014,2025-01-01,,2025-02-01\r\n"
		      "500101100010,category:student,,2024-09-01,2025-06-30,\r\n"
		      "500101100010,student,,2024-09-01,,\r\n"
		      "500101100010,employee,,2025-01-02,2025-01-01,\r\n");

	assert_int_equal(f.kind, REGISTER_SPELLS);
	assert_int_equal(f.count, 4);
	assert_int_equal(f.rows[0].spell.kind, SPELL_EMPLOYEE);
	assert_true(f.rows[0].spell.has_payer);
	assert_int_equal(f.rows[0].spell.to.n, DAY_NEVER.n);
	assert_int_equal(f.rows[0].spell.known_since.n, day_of(2025, 2, 1).n);
	assert_int_equal(f.rows[1].spell.kind, SPELL_CATEGORY);
	assert_int_equal(f.rows[1].spell.detail, CATEGORY_STUDENT);
	assert_int_equal(f.rows[2].problem, ERR_VALUE_UNKNOWN);
	assert_string_equal(f.rows[2].field, "kind");
	assert_int_equal(f.rows[3].problem, ERR_SPAN_ORDER);
	assert_int_equal(f.issues.total[ISSUE_LINE], 2);
}

static void test_payments(void **state)
{
	struct register_file f = parse(
		"doc;line;iin;month;knp;sum;payer;payer_kind;paid_on;received_on\n"
		"P-1;1;500101100010;2025-12;122;4250,00;;independent;2025-12-20;2025-12-22\n"
		"P-1;2;500101200017;2025-12;121;\"3 900.5\";200140000014;employer;2026-01-10;\n"
		"P-1;3;500101200018;2025-12;121;100;200140000014;employer;2026-01-10;\n"
		"P-1;4;500101200017;2016-12;121;100;200140000014;employer;2026-01-10;\n"
		"P-1;5;500101200017;2025-12;10;100;200140000014;employer;2026-01-10;\n"
		"P-1;6;500101200017;2025-12;121;0;200140000014;employer;2026-01-10;\n"
		"P-1;7;500101200017;2025-12;121;-5;200140000014;employer;2026-01-10;\n"
		"P-1;8;500101200017;2025-12;121;5\n");
	static const struct {
		enum err problem;
		const char *field;
		int64_t tiyn;
	} want[] = {
		{ERR_NONE, NULL, 425000},
		{ERR_NONE, NULL, 390050},
		{ERR_IIN_CHECKSUM, "iin", 10000},
		{ERR_MONTH_RANGE, "month", 10000},
		{ERR_KNP_UNKNOWN, "knp", 10000},
		{ERR_MONEY_ZERO, "sum", 0},
		{ERR_MONEY_NEGATIVE, "sum", 0},
		{ERR_ROW_COLUMNS, "", 0},
	};

	assert_int_equal(f.kind, REGISTER_PAYMENTS);
	assert_int_equal(f.count, TEST_COUNT(want));
	for (size_t i = 0; i < f.count; i++) {
		assert_int_equal(f.rows[i].problem, want[i].problem);
		assert_int_equal(money_to_tiyn(f.rows[i].payment.sum), want[i].tiyn);
		if (want[i].field)
			assert_string_equal(f.rows[i].field, want[i].field);
	}
	assert_text(f.rows[0].doc, "P-1");
	assert_int_equal(f.rows[1].payment.line, 2);
	assert_int_equal(f.rows[0].payment.known_since.n, day_of(2025, 12, 22).n);
	assert_int_equal(f.rows[1].payment.known_since.n, day_of(2026, 1, 10).n);
	assert_int_equal(f.rows[1].payment.payer_kind, PAYER_EMPLOYER);
	assert_text(f.rows[2].given, "500101200018");
	assert_int_equal(f.issues.items[0].err.line, 4);
	assert_int_equal(f.issues.items[0].err.column, 3);
}

static void test_refunds(void **state)
{
	struct register_file f = parse("doc;line;iin;month;knp;sum;refunded_on\n"
				       "P-1;2;500101200017;2025-12;121;3900.50;2026-02-01\n");

	assert_int_equal(f.kind, REGISTER_REFUNDS);
	assert_int_equal(f.rows[0].refund.line, 2);
	assert_int_equal(f.rows[0].refund.known_since.n, day_of(2026, 2, 1).n);
}

static const struct {
	const char *header;
	enum err error;
	const char *field;
} headers[] = {
	{"hello world", ERR_FILE_UNKNOWN, ""},
	{"", ERR_FILE_EMPTY, ""},
	{"iin;kind;payer;from;to", ERR_COLUMN_MISSING, "known_since"},
	{"iin;kind;payer;from;to;known_since;colour", ERR_COLUMN_UNKNOWN, "colour"},
	{"iin;kind;payer;from;to;known_since;from", ERR_COLUMN_TWICE, "from"},
	{"iin;kind;payer;from;to;known_since\n1;\"x", ERR_QUOTE_OPEN, ""},
};

static void test_headers(void **state)
{
	for (size_t i = 0; i < TEST_COUNT(headers); i++) {
		struct register_file f;

		err_clear(&cx);
		assert_int_not_equal(register_parse(&cx, str_of(headers[i].header), &f), OK);
		assert_int_equal(cx.err.code, headers[i].error);
		assert_string_equal(cx.err.field, headers[i].field);
	}
	assert_true(register_sniff(STR_LIT("line;doc;iin;x\n1")));
	assert_false(register_sniff(STR_LIT("hello\niin")));
	for (int kind = 0; kind < REGISTER_KINDS; kind++) {
		struct buf b = buf_new(arena, 1000);

		register_put_header(&b, (enum register_kind)kind);
		buf_char(&b, '\0');
		assert_int_equal(parse(b.p).kind, kind);
	}
}

/* A spreadsheet must not take a cell for a formula. */
static void test_no_formulas(void **state)
{
	static const struct {
		const char *cell, *want;
	} cells[] = {
		{"", ""},
		{"4250.00", "4250.00"},
		{"а-б", "а-б"},
		{"=1+1", "\"'=1+1\""},
		{"+7", "\"'+7\""},
		{"-1", "\"'-1\""},
		{"@SUM(A1)", "\"'@SUM(A1)\""},
		{"\t=1", "\"'\t=1\""},
		{"\r=1", "\"'\r=1\""},
		{"=\"a\";b", "\"'=\"\"a\"\";b\""},
		{"a;b", "\"a;b\""},
	};

	for (size_t i = 0; i < TEST_COUNT(cells); i++) {
		struct buf b = buf_new(cx.arena, 100);

		csv_put_text(&b, str_of(cells[i].cell), ';');
		buf_char(&b, '\0');
		assert_string_equal(b.p, cells[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_csv_limits),
		cmocka_unit_test(test_csv_round_trip),
		cmocka_unit_test(test_people),
		cmocka_unit_test(test_spells),
		cmocka_unit_test(test_payments),
		cmocka_unit_test(test_refunds),
		cmocka_unit_test(test_no_formulas),
		cmocka_unit_test(test_headers),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
