/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader of the law book: the real files with one edit each, and what must be said about it.
 */
#include "law_files.h"

#include "limits.h"
#include "rules/contribution.h"
#include "domain/monthset.h"
#include "rules/deadline.h"

/* The files with the first `find` of `file` replaced; *line gets its line. */
static struct law_file *edited(
	struct state *s, const char *file, const char *find, const char *with, size_t *line)
{
	struct law_file *out = arena_array(s->cx.arena, s->count, sizeof(*out));

	memcpy(out, s->files, s->count * sizeof(*out));
	for (size_t i = 0; i < s->count; i++) {
		if (strcmp(out[i].name, file) != 0)
			continue;
		const char *at = strstr(out[i].text.p, find);
		struct buf b = buf_new(s->cx.arena, 2 * FILE_BYTES);

		if (!at)
			print_error("%s: nothing like %s\n", file, find);
		assert_non_null(at);
		buf_put(&b, out[i].text.p, (size_t)(at - out[i].text.p));
		*line = 1;
		for (size_t k = 0; k < b.n; k++)
			*line += b.p[k] == '\n';
		buf_z(&b, with);
		buf_z(&b, at + strlen(find));
		out[i].text = str_copy(s->cx.arena, buf_view(&b));
	}
	return out;
}

static enum st read_book(
	struct state *s, const struct law_file *files, size_t count, struct lawbook **out)
{
	err_clear(&s->cx);
	return lawbook_read(&s->cx, s->cx.arena, files, count, out);
}

#define ROW "article: a, source: s"
#define OTHER ROW ", when: D2=from-2020"
#define NAMES "name: {kk: a, ru: b, en: c}"

static const struct {
	const char *file, *find, *with;
	enum err code;
	int line; /* counted from the line of the edit; < 0: not compared */
} refusals[] = {
	/* overlaps and gaps */
	{"payers.yaml", "from: 2018-01, to: 2018-12, rate: 1.5%",
		"from: 2017-12, to: 2018-12, rate: 1.5%", ERR_LAW_OVERLAP, 0},
	{"payers.yaml", "from: 2018-01, to: 2018-12, rate: 1.5%",
		"from: 2018-02, to: 2018-12, rate: 1.5%", ERR_LAW_GAP, 0},
	{"payers.yaml", "{from: 2020-01, rate: 5%, of: 1.4 MZP",
		"{from: 2020-01, to: 2019-01, rate: 5%, of: 1.4 MZP", ERR_LAW_OVERLAP, 0},
	{"units.yaml", "from: 2024-01-01, to: 2024-12-31, tenge: 85000",
		"from: 2024-01-02, to: 2024-12-31, tenge: 85000", ERR_LAW_GAP, 0},
	{"units.yaml", "from: 2024-01-01, to: 2024-12-31, tenge: 85000",
		"from: 2023-12-31, to: 2024-12-31, tenge: 85000", ERR_LAW_OVERLAP, 0},
	{"units.yaml", "  - {year: 2020,", "  - {year: 2019,", ERR_LAW_OVERLAP, 0},
	{"units.yaml", "  - {year: 2020,", "  - {year: 2030,", ERR_LAW_GAP, -1},
	{"status.yaml", "{from: 2020-07-01, value: false",
		"{from: 2020-07-01, to: 2030-01-01, value: false", ERR_LAW_GAP, 0},
	{"status.yaml",
		"{from: 2017-01-01, value: 12, article: 405-V art. 5(3), source: \"public: "
		"zakon",
		"{from: 2017-01-02, value: 12, article: 405-V art. 5(3), source: \"public: "
		"zakon",
		ERR_LAW_GAP, 0},
	{"categories.yaml", "    - from: 2026-01-01\n      paragraph: 2",
		"    - from: 2025-12-31\n      paragraph: 2", ERR_LAW_OVERLAP, 0},
	{"deadlines.yaml", "- payers: [self-employed]", "- payers: [farm]", ERR_LAW_OVERLAP, 0},
	{"deadlines.yaml", "- payers: [state]", "- payers: [self-employed]", ERR_LAW_OVERLAP, 0},
	{"deadlines.yaml", "date: 2018-08-21", "date: 2017-09-01", ERR_LAW_OVERLAP, 0},
	/* names */
	{"payers.yaml", "  employer:", "  emploier:", ERR_LAW_NAME, 1},
	{"payers.yaml", "    121:", "    125:", ERR_LAW_NAME, 1},
	{"payers.yaml", "cap: 15 MZP", "cap: 15 MZB", ERR_LAW_NAME, 0},
	{"payers.yaml", "cap: 15 MZP", "kap: 15 MZP", ERR_LAW_NAME, 0},
	{"payers.yaml", "when: D2=from-2019", "when: D2=from-2018", ERR_LAW_NAME, 0},
	{"payers.yaml", "place: city", "place: town", ERR_LAW_NAME, 0},
	{"units.yaml", "units:", "unitz:", ERR_LAW_NAME, 2},
	{"categories.yaml", "  student:", "  studend:", ERR_LAW_NAME, 1},
	{"codes.yaml", "  122:", "  12x:", ERR_LAW_NAME, 1},
	{"status.yaml", "  lookback:", "  lookbak:", ERR_LAW_NAME, 1},
	{"open.yaml", "chosen: january", "chosen: march", ERR_LAW_NAME, 0},
	{"open.yaml", "code: tiyn", "code: tyin", ERR_LAW_NAME, -1},
	{"open.yaml", "effect: rules", "effect: magic", ERR_LAW_NAME, -1},
	{"penalty.yaml", "payers: [employer,", "payers: [employers,", ERR_LAW_NAME, 0},
	/* rates */
	{"payers.yaml", "rate: 1.5%", "rate: 101%", ERR_LAW_RATE, 0},
	{"payers.yaml", "rate: 1.5%", "rate: 100.0001%", ERR_LAW_RATE, 0},
	{"payers.yaml", "share: 15%", "share: 150%", ERR_LAW_RATE, 0},
	{"payers.yaml", "rate: 1.5%", "rate: -1%", ERR_LAW_SYNTAX, 0},
	{"payers.yaml", "rate: 1.5%", "rate: 1.5", ERR_LAW_SYNTAX, 0},
	{"payers.yaml", "rate: 1.5%", "rate: 1.00001%", ERR_LAW_SYNTAX, 0},
	/* article and source */
	{"payers.yaml", "article: 405-V art. 27, ", "", ERR_LAW_ARTICLE, 0},
	{"payers.yaml", "article: 405-V art. 27, ", "article: '', ", ERR_LAW_ARTICLE, 0},
	{"units.yaml", "source: \"budget law for 2017-2019\", ", "", ERR_LAW_ARTICLE, 0},
	{"categories.yaml", "      article: 405-V art. 26(1)\n", "", ERR_LAW_ARTICLE, -6},
	{"open.yaml", "    article: \"Tax Code art. 775\"\n", "", ERR_LAW_ARTICLE, -6},
	/* form */
	{"payers.yaml", "of: income, cap: 15 MZP", "cap: 15 MZP", ERR_LAW_SYNTAX, 0},
	{"payers.yaml", "of: none,", "of: none, rate: 1%,", ERR_LAW_SYNTAX, 0},
	{"payers.yaml", "from: 2017-07, to: 2017-12, rate: 1%",
		"from: 2017-13, to: 2017-12, rate: 1%", ERR_LAW_SYNTAX, 0},
	{"payers.yaml", "from: 2017-07, to: 2017-12, rate: 1%",
		"from: 2017-07-02, to: 2017-12, rate: 1%", ERR_LAW_SYNTAX, 0},
	{"payers.yaml", "cap: 15 MZP", "cap: fifteen MZP", ERR_LAW_SYNTAX, 0},
	{"payers.yaml", "cap: 15 MZP", "cap: 15", ERR_LAW_SYNTAX, 0},
	{"payers.yaml", "cap: 15 MZP", "cap: 15 MZP, floor: 16 MZP", ERR_LAW_SYNTAX, 0},
	{"payers.yaml", "cap: 15 MZP", "cap: 15 MZP, floor: 1 MRP", ERR_LAW_SYNTAX, 0},
	{"payers.yaml", "place: city, rate", "rate", ERR_LAW_SYNTAX, 1},
	{"units.yaml", ", to: 2026-12-31, tenge: 85000", ", tenge: 85000", ERR_LAW_SYNTAX, 0},
	{"units.yaml", "tenge: 24459", "tenge: 24459.001", ERR_LAW_SYNTAX, 0},
	{"units.yaml", "tenge: 24459", "tenge: -1", ERR_LAW_SYNTAX, 0},
	{"units.yaml", "year: 2017", "year: 2016", ERR_LAW_SYNTAX, 0},
	{"status.yaml", "value: 12,", "value: twelve,", ERR_LAW_SYNTAX, 0},
	{"status.yaml", "value: 12,", "value: 61,", ERR_LAW_SYNTAX, 0},
	{"status.yaml", "value: true", "value: yes", ERR_LAW_SYNTAX, 0},
	{"deadlines.yaml", "day: 25 #", "day: 29 #", ERR_LAW_SYNTAX, 0},
	{"deadlines.yaml", "day: 25 #", "day: 0 #", ERR_LAW_SYNTAX, -2},
	{"deadlines.yaml", "day: 01-01", "day: 02-29", ERR_LAW_SYNTAX, 0},
	{"deadlines.yaml", "works: 2018-03-03", "works: 2018-03-02", ERR_LAW_SYNTAX, 0},
	{"penalty.yaml", "multiplier: 1.25", "multiplier: 11", ERR_LAW_SYNTAX, 0},
	{"penalty.yaml", "year_days: 365", "year_days: 12", ERR_LAW_SYNTAX, 0},
	{"categories.yaml", "        ru: \"Дети\"\n", "", ERR_LAW_SYNTAX, -1},
	{"codes.yaml", "iban: KZ92009MEDS368609103, ", "", ERR_LAW_SYNTAX, 0},
	{"open.yaml", "    decides: fund\n", "", ERR_LAW_SYNTAX, -2},
	/* words and numbers that are nearly right */
	{"payers.yaml", "cap: 15 MZP", "a_key_that_is_longer_than_forty_characters_is_cut: 1 MZP",
		ERR_LAW_NAME, 0},
	{"payers.yaml", "cap: 15 MZP", "cap: 10001 MZP", ERR_LAW_SYNTAX, 0},
	{"payers.yaml", "when: D2=from-2019", "when: D2", ERR_LAW_SYNTAX, 0},
	{"payers.yaml", "when: D2=from-2019", "when: Dx=from-2019", ERR_LAW_SYNTAX, 0},
	{"payers.yaml", "when: D2=from-2019", "when: D0=from-2019", ERR_LAW_SYNTAX, 0},
	{"payers.yaml", "of: none,", "of: none, share: 1%,", ERR_LAW_SYNTAX, 0},
	{"payers.yaml", "of: none,", "of: none, whole: 1%,", ERR_LAW_SYNTAX, 0},
	{"payers.yaml", "of: none,", "of: none, cap: 1 MZP,", ERR_LAW_SYNTAX, 0},
	{"payers.yaml", "of: 1.4 MZP,", "of: 1.4 MZP, cap: 2 MZP,", ERR_LAW_SYNTAX, 0},
	{"payers.yaml", "from: 2017-07, to: 2017-12, rate: 1%",
		"from: 2016-07, to: 2017-12, rate: 1%", ERR_LAW_SYNTAX, 0},
	{"units.yaml", "from: 2024-01-01", "from: 20x4-01-01", ERR_LAW_SYNTAX, 0},
	{"units.yaml", "from: 2024-01-01", "from: 2024-0x-01", ERR_LAW_SYNTAX, 0},
	{"units.yaml", "from: 2024-01-01", "from: 2024-01-0x", ERR_LAW_SYNTAX, 0},
	{"units.yaml", "from: 2024-01-01", "from: 2024-02-30", ERR_LAW_SYNTAX, 0},
	{"units.yaml", "tenge: 24459", "tenge: 24459.0000000", ERR_LAW_SYNTAX, 0},
	{"units.yaml", "tenge: 24459", "tenge: 24459.x", ERR_LAW_SYNTAX, 0},
	{"codes.yaml", "  122:", "  125:", ERR_LAW_NAME, 1},
	{"codes.yaml", "iban: KZ92009MEDS368609103,", "iban: KZ92009MEDS368609103, kbe: '',",
		ERR_LAW_SYNTAX, 0},
	{"status.yaml", "value: true, ", "", ERR_LAW_SYNTAX, 0},
	{"deadlines.yaml", "day: 01-01", "day: 1-01", ERR_LAW_SYNTAX, 0},
	{"deadlines.yaml", "day: 01-01", "day: 01-1", ERR_LAW_SYNTAX, 0},
	{"deadlines.yaml", "day: 01-01", "day: 13-01", ERR_LAW_SYNTAX, 0},
	{"deadlines.yaml", "day: 01-01", "day: 01-32", ERR_LAW_SYNTAX, 0},
	{"deadlines.yaml", "date: 2018-08-21", "date: 2016-08-21", ERR_LAW_SYNTAX, 0},
	{"deadlines.yaml", "date: 2018-08-21", "date: 2061-08-21", ERR_LAW_SYNTAX, 0},
	/* open questions */
	{"open.yaml", "  D1:", "  D:", ERR_LAW_NAME, 1},
	{"open.yaml", "  D1:", "  X1:", ERR_LAW_NAME, 1},
	{"open.yaml", "  D1:", "  D1x:", ERR_LAW_NAME, 1},
	{"open.yaml", "  D1:", "  D0:", ERR_LAW_NAME, 1},
	{"open.yaml", "  D1:", "  D26:", ERR_LAW_NAME, 1},
	{"open.yaml", "effect: rows", "effect: rules", ERR_LAW_NAME, -1},
	{"open.yaml", "effect: rows", "effect: words", ERR_LAW_NAME, -1},
	{"open.yaml", "effect: words", "effect: rows", ERR_LAW_NAME, -1},
	{"open.yaml", "code: tenge", "code: tengee", ERR_LAW_NAME, -1},
	{"open.yaml", "- {code: tenge,", "- {code: tenge, " NAMES "}\n      - {code: third,",
		ERR_LAW_NAME, -1},
	{"open.yaml", "    choices:\n",
		"    choices:\n      - {code: a, " NAMES "}\n      - {code: b, " NAMES
		"}\n      - {code: c, " NAMES "}\n",
		ERR_LAW_SYNTAX, -3},
	{"payers.yaml", "  employer:\n", "  employer: {}\n  employer:\n", ERR_YAML_SYNTAX, 1},
	{"payers.yaml", "payers:", "payers: [", ERR_YAML_SYNTAX, 3},
};

static void test_refusals(void **state)
{
	for (size_t i = 0; i < TEST_COUNT(refusals); i++) {
		size_t line = 0;
		struct lawbook *book;
		struct law_file *files =
			edited(*state, refusals[i].file, refusals[i].find, refusals[i].with, &line);
		struct state *s = *state;
		enum st st = read_book(s, files, s->count, &book);
		size_t want = (size_t)((int)line + refusals[i].line);

		if (st == OK || s->cx.err.code != refusals[i].code ||
			strcmp(s->cx.err.field, refusals[i].file) != 0 ||
			(refusals[i].line >= 0 ? s->cx.err.line != want : false))
			print_error("%zu %s -> %s: got %s %s:%zu (%s), want %s line %zu\n", i,
				refusals[i].find, refusals[i].with,
				st == OK ? "OK" : err_info(s->cx.err.code)->name, s->cx.err.field,
				s->cx.err.line, s->cx.err.detail, err_info(refusals[i].code)->name,
				want);
		assert_int_not_equal(st, OK);
		assert_int_equal(s->cx.err.code, refusals[i].code);
		assert_string_equal(s->cx.err.field, refusals[i].file);
		if (refusals[i].line >= 0)
			assert_int_equal(s->cx.err.line, want);
	}
}

static void test_missing_parts(void **state)
{
	struct state *s = *state;
	struct lawbook *book;
	struct law_file twice[FILES_MAX];

	for (size_t i = 0; i < s->count; i++) {
		struct law_file files[FILES_MAX];
		size_t n = 0;

		for (size_t k = 0; k < s->count; k++)
			if (k != i)
				files[n++] = s->files[k];
		enum st st = read_book(s, files, n, &book);

		/* Without penalty, categories or codes the book has no such rows; more is broken.
		 */
		if (i == 0 || i == 1)
			assert_int_equal(st, OK);
		else
			assert_int_not_equal(st, OK);
	}
	assert_int_not_equal(read_book(s, s->files, 0, &book), OK);
	/* A checked year in which a unit ends is a hole for the rows that need it. */
	size_t line;

	assert_int_equal(read_book(s,
				 edited(s, "units.yaml", "to: 2026-12-31, tenge: 85000",
					 "to: 2026-11-30, tenge: 85000", &line),
				 s->count, &book),
		E_INPUT);
	assert_int_equal(s->cx.err.code, ERR_LAW_GAP);
	assert_string_equal(s->cx.err.field, "payers.yaml");
	memcpy(twice, s->files, sizeof(s->files));
	twice[s->count] = twice[0];
	assert_int_equal(read_book(s, twice, s->count + 1, &book), E_INPUT);
	assert_int_equal(s->cx.err.code, ERR_LAW_OVERLAP);
}

static struct money income_due(struct state *s, const struct lawbook *book, enum payer_kind kind,
	struct month month, int64_t tenge)
{
	struct money income = money_tiyn(tenge * 100);
	struct contribution out;
	struct contribution_question q = {
		.kind = kind, .month = month, .incomes = &income, .income_count = tenge > 0};

	assert_int_equal(contribution_compute(&s->cx, book, &q, NULL, &out), OK);
	return out.total;
}

/* A year comes in one new file; what it does not say goes on. */
static void test_next_year_in_one_file(void **state)
{
	static const char text[] =
		"years:\n  - {year: 2027, " ROW "}\n"
		"units:\n"
		"  MZP:\n    - {from: 2027-01-01, to: 2027-12-31, tenge: 90000, " ROW "}\n"
		"  MRP:\n    - {from: 2027-01-01, to: 2027-12-31, tenge: 4580, " ROW "}\n"
		"payers:\n  employer:\n    121:\n"
		"      - {from: 2027-01, rate: 4%, of: income, cap: 40 MZP, " ROW "}\n"
		"moved_days:\n  - {off: 2027-01-04, works: 2027-01-09, " ROW "}\n";
	struct state *s = *state;
	struct lawbook *book, *old;
	struct law_file files[FILES_MAX];
	const struct law_rate *row;
	struct sha256 a, b;
	struct month m = month_of(2027, 5);

	assert_int_equal(read_book(s, s->files, s->count, &old), OK);
	assert_int_equal(
		lawbook_rate(&s->cx, old, PAYER_EMPLOYER, KNP_DEDUCTION, m, false, &row), E_INPUT);
	assert_int_equal(s->cx.err.code, ERR_LAW_NOT_YET);
	memcpy(files, s->files, sizeof(s->files));
	files[s->count] = (struct law_file){"2027.yaml", STR_LIT(text)};
	assert_int_equal(read_book(s, files, s->count + 1, &book), OK);
	assert_int_equal(month_to_number(lawbook_last(book)), 202712);
	/* 4 % and 2 % of 100,000; of the caps 3,600,000 and 1,800,000 */
	assert_int_equal(money_to_tiyn(income_due(s, book, PAYER_EMPLOYER, m, 100000)), 600000);
	assert_int_equal(money_to_tiyn(income_due(s, book, PAYER_EMPLOYER, m, 9000000)), 18000000);
	assert_int_equal(money_to_tiyn(income_due(s, book, PAYER_INDEPENDENT, m, 0)), 450000);
	/* 2026 is as it was, the single payment was not said to go on, 2028 is refused. */
	assert_int_equal(
		money_to_tiyn(income_due(s, book, PAYER_EMPLOYER, month_of(2026, 12), 9000000)),
		13600000);
	assert_int_equal(
		lawbook_rate(&s->cx, book, PAYER_SINGLE_PAYMENT, KNP_DEDUCTION, m, false, &row),
		E_INPUT);
	assert_int_equal(s->cx.err.code, ERR_LAW_KIND_ENDED);
	assert_int_equal(lawbook_rate(&s->cx, book, PAYER_EMPLOYER, KNP_DEDUCTION,
				 month_of(2028, 1), false, &row),
		E_INPUT);
	assert_int_equal(s->cx.err.code, ERR_LAW_NOT_YET);
	assert_true(lawbook_calendar_provisional(old, 2027));
	assert_false(lawbook_calendar_provisional(book, 2027));
	assert_false(lawbook_is_working_day(book, day_of(2027, 1, 4)));
	assert_true(lawbook_is_working_day(book, day_of(2027, 1, 9)));
	a = lawbook_digest(old);
	b = lawbook_digest(book);
	assert_memory_not_equal(a.bytes, b.bytes, sizeof(a.bytes));
}

static void test_digest(void **state)
{
	struct state *s = *state;
	struct lawbook *book;
	struct law_file turned[FILES_MAX];
	struct sha256 first, other;
	size_t line;

	assert_int_equal(read_book(s, s->files, s->count, &book), OK);
	first = lawbook_digest(book);
	for (size_t i = 0; i < s->count; i++)
		turned[i] = s->files[s->count - 1 - i];
	assert_int_equal(read_book(s, turned, s->count, &book), OK);
	other = lawbook_digest(book);
	assert_memory_equal(first.bytes, other.bytes, sizeof(first.bytes));
	assert_int_equal(read_book(s, edited(s, "payers.yaml", "rate: 1.5%", "rate: 1.6%", &line),
				 s->count, &book),
		OK);
	other = lawbook_digest(book);
	assert_memory_not_equal(first.bytes, other.bytes, sizeof(first.bytes));
	assert_int_equal(
		money_to_tiyn(income_due(s, book, PAYER_EMPLOYER, month_of(2018, 5), 100000)),
		160000);
}

/* The files with the text of `file` from `first` to before `next` taken out. */
static struct law_file *without(
	struct state *s, const char *file, const char *first, const char *next)
{
	struct law_file *out = arena_array(s->cx.arena, s->count, sizeof(*out));

	memcpy(out, s->files, s->count * sizeof(*out));
	for (size_t i = 0; i < s->count; i++) {
		if (strcmp(out[i].name, file) != 0)
			continue;
		const char *from = strstr(out[i].text.p, first);
		struct buf b = buf_new(s->cx.arena, FILE_BYTES);

		assert_non_null(from);
		buf_put(&b, out[i].text.p, (size_t)(from - out[i].text.p));
		if (next) {
			assert_non_null(strstr(from, next));
			buf_z(&b, strstr(from, next));
		}
		out[i].text = str_copy(s->cx.arena, buf_view(&b));
	}
	return out;
}

/* Faults that no edit of one line makes. */
static void test_refused_books(void **state)
{
	/* One row that no answer chooses, naming all questions that want rows of payers. */
	static const char nobody[] =
		"payers:\n  employer:\n    121:\n      - {from: 2020-01, rate: 1%, of: income, " ROW
		", when: D1=by-month D2=from-2020 D4=none-2017 D5=one-mzp D6=nominal "
		"D7=ended D8=cap}\n";
	struct state *s = *state;
	struct lawbook *book;
	struct law_file files[FILES_MAX], many[LIMIT_LAW_FILES + 1];
	struct buf b = buf_new(s->cx.arena, FILE_BYTES);

	memcpy(files, s->files, sizeof(files));
	files[4].text = STR_LIT(nobody);
	assert_int_equal(read_book(s, files, s->count, &book), E_INPUT);
	assert_int_equal(s->cx.err.code, ERR_LAW_SYNTAX);
	assert_string_equal(s->cx.err.detail, "no file has the section payers");
	assert_int_equal(
		read_book(s, without(s, "open.yaml", "  D3:", "  D4:"), s->count, &book), E_INPUT);
	assert_int_equal(s->cx.err.code, ERR_LAW_SYNTAX);
	assert_string_equal(s->cx.err.detail, "D3 is missing");
	memcpy(files, s->files, sizeof(files));
	files[s->count] = (struct law_file){"z.yaml", STR_LIT("open:\n  D1: {}\n")};
	assert_int_equal(read_book(s, files, s->count + 1, &book), E_INPUT);
	assert_int_equal(s->cx.err.code, ERR_LAW_OVERLAP);
	assert_string_equal(s->cx.err.field, "z.yaml");
	files[s->count].text = STR_LIT("- open\n");
	assert_int_equal(read_book(s, files, s->count + 1, &book), E_INPUT);
	assert_int_equal(s->cx.err.code, ERR_LAW_SYNTAX);
	assert_string_equal(s->cx.err.field, "z.yaml");
	for (size_t i = 0; i < TEST_COUNT(many); i++)
		many[i] = files[0];
	assert_int_equal(read_book(s, many, TEST_COUNT(many), &book), E_INPUT);
	assert_int_equal(s->cx.err.code, ERR_LAW_SYNTAX);
	buf_z(&b, "payers:\n  employer:\n    122:\n");
	for (int i = 0; i <= LIMIT_LAW_ROWS; i++)
		buf_z(&b, "      - {from: 2020-01, of: none, " ROW "}\n");
	files[s->count].text = buf_view(&b);
	assert_int_equal(read_book(s, files, s->count + 1, &book), E_INPUT);
	assert_int_equal(s->cx.err.code, ERR_LAW_SYNTAX);
	assert_string_equal(s->cx.err.field, "z.yaml");
	assert_true(s->cx.err.line > LIMIT_LAW_ROWS / 2);
}

/* Every list may hold rows for the other answer of a question: they change nothing. */
static void test_rows_of_another_answer(void **state)
{
	static const char text[] =
		"units:\n  MZP:\n    - {from: 2026-01-01, to: 2026-12-31, tenge: 1, " OTHER "}\n"
		"special_periods:\n  - {from: 2020-01-01, " NAMES ", " OTHER "}\n"
		"categories:\n  child:\n    - {from: 2017-07-01, paragraph: 9, " NAMES ", " OTHER
		"}\n"
		"codes:\n  122:\n    - {from: 2017-07-01, " NAMES ", " OTHER "}\n"
		"requisites:\n  fund:\n"
		"    - {from: 2017-07-01, name: n, bin: b, iban: i, bic: c, " OTHER "}\n"
		"due:\n  - {payers: all, from: 2017-01-01, day: 1, " OTHER "}\n"
		"days_off:\n  - {day: 02-03, from: 2017-01-01, " NAMES ", " OTHER "}\n"
		"penalty:\n  - {from: 2017-07-01, multiplier: 9, year_days: 360, payers: "
		"all, " OTHER "}\n";
	struct state *s = *state;
	struct law_file files[FILES_MAX];
	struct lawbook *old, *book;
	struct money value;
	size_t before, after;
	struct day on = day_of(2026, 2, 3);

	memcpy(files, s->files, sizeof(files));
	files[s->count] = (struct law_file){"other.yaml", STR_LIT(text)};
	assert_int_equal(read_book(s, s->files, s->count, &old), OK);
	assert_int_equal(read_book(s, files, s->count + 1, &book), OK);
	assert_int_equal(lawbook_unit(&s->cx, book, UNIT_MZP, on, &value, NULL), OK);
	assert_int_equal(money_to_tiyn(value), 8500000);
	lawbook_specials(old, &before);
	lawbook_specials(book, &after);
	assert_int_equal(after, before);
	assert_int_equal(lawbook_category(book, CATEGORY_CHILD, on)->paragraph, 1);
	assert_text(lawbook_requisites(book, "fund", on)->bin, "160940025485");
	assert_true(lawbook_code(book, KNP_CONTRIBUTION, on)->name[0].n > 1);
	assert_int_equal(lawbook_due_day(book, PAYER_FARM, day_month(on), NULL), 25);
	assert_true(lawbook_is_working_day(book, on));
	assert_int_equal(lawbook_penalty(book, on)->multiplier.ppm, 1250000);
}

/* Rows that end, that begin after the book, and that stand for everybody. */
static void test_rows_at_the_edges(void **state)
{
	struct state *s = *state;
	struct lawbook *book;
	struct month first, last;
	size_t line;

	assert_int_equal(
		read_book(s,
			edited(s, "deadlines.yaml",
				"- payers: [self-employed]\n    from: 2017-01-01",
				"- {payers: [self-employed], from: 2017-01-01, to: 2019-12-31, "
				"day: 20, " ROW
				"}\n  - payers: [self-employed]\n    from: 2020-01-01",
				&line),
			s->count, &book),
		OK);
	assert_int_equal(lawbook_due_day(book, PAYER_SELF_EMPLOYED, month_of(2019, 12), NULL), 20);
	assert_int_equal(lawbook_due_day(book, PAYER_SELF_EMPLOYED, month_of(2020, 1), NULL), 25);
	assert_int_equal(read_book(s,
				 edited(s, "payers.yaml", "- {from: 2026-01, rate: 3%,",
					 "- {from: 2026-01, to: 2030-12, rate: 3%,", &line),
				 s->count, &book),
		OK);
	assert_int_equal(month_to_number(lawbook_last(book)), 202612);
	lawbook_reach(book, PAYER_EMPLOYER, &first, &last);
	assert_int_equal(month_to_number(last), 202612);
	assert_int_equal(read_book(s,
				 edited(s, "payers.yaml", "  contract:\n    122:\n",
					 "  contract:\n    122:\n"
					 "      - {from: 2030-01, rate: 9%, of: income, " ROW "}\n",
					 &line),
				 s->count, &book),
		OK);
	assert_int_equal(
		money_to_tiyn(income_due(s, book, PAYER_CONTRACT, month_of(2026, 12), 100000)),
		200000);
	assert_int_equal(
		read_book(s,
			edited(s, "penalty.yaml", "payers: [employer, contract, single-payment]",
				"payers: all", &line),
			s->count, &book),
		OK);
	for (int kind = 0; kind < PAYER_COUNT; kind++)
		assert_true(lawbook_penalty(book, day_of(2024, 3, 1))->payers[kind]);
	assert_int_equal(read_book(s,
				 edited(s, "codes.yaml", "  fund:\n",
					 "  fund:\n    - {from: 2015-01-01, to: 2016-12-31, name: "
					 "n, bin: b, "
					 "iban: i, bic: c, kbe: '11', " ROW "}\n",
					 &line),
				 s->count, &book),
		OK);
	assert_text(lawbook_requisites(book, "fund", day_of(2016, 1, 1))->kbe, "11");
	assert_null(lawbook_requisites(book, "fund", day_of(2017, 1, 1)));
	assert_text(lawbook_requisites(book, "fund", day_of(2026, 1, 1))->bin, "160940025485");
}

static void test_books_with_less(void **state)
{
	struct state *s = *state;
	struct lawbook *book;
	struct money value;

	/* A payer with one code alone owes nothing under the other. */
	assert_int_equal(read_book(s, without(s, "payers.yaml", "    122:\n", "  contract:"),
				 s->count, &book),
		OK);
	assert_int_equal(
		lawbook_fixed_sum(&s->cx, book, PAYER_EMPLOYER, month_of(2026, 1), &value), OK);
	assert_true(money_is_zero(value));
	assert_int_equal(
		read_book(s, without(s, "units.yaml", "  average_wage:", NULL), s->count, &book),
		OK);
	assert_int_equal(
		lawbook_unit(&s->cx, book, UNIT_AVERAGE_WAGE, day_of(2026, 1, 1), &value, NULL),
		E_INPUT);
	assert_int_equal(s->cx.err.code, ERR_LAW_NO_RULE);
}

/* Each question that chooses rows really switches a number. */
static void test_switches(void **state)
{
	static const struct {
		const char *from, *to;
		enum payer_kind kind;
		int year, mon;
		bool village;
		int64_t income_tenge;
		int64_t before_tiyn, after_tiyn;
	} rows[] = {
		{"chosen: january", "chosen: by-month", PAYER_AGGREGATE_PAYMENT, 2022, 5, false, 0,
			306300, 318000},
		{"chosen: from-2019", "chosen: from-2020", PAYER_EMPLOYER, 2019, 5, false, 9000000,
			637500, 956250},
		{"chosen: due-2017", "chosen: none-2017", PAYER_PRACTICE, 2017, 9, false, 0, 244590,
			0},
		{"chosen: same", "chosen: one-mzp", PAYER_FARM, 2020, 9, false, 0, 297500, 212500},
		{"chosen: shares", "chosen: nominal", PAYER_SINGLE_PAYMENT, 2026, 9, false, 1000000,
			5009600, 5000000},
		{"chosen: limit", "chosen: minimum", PAYER_SELF_EMPLOYED, 2026, 9, false, 1000,
			1000, 425000},
		{"chosen: limit", "chosen: cap", PAYER_SELF_EMPLOYED, 2026, 9, false, 1000000,
			1000000, 1000000},
		{"chosen: tiyn", "chosen: tenge", PAYER_PRACTICE, 2017, 9, false, 0, 244590,
			244600},
	};
	struct state *s = *state;

	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		for (int changed = 0; changed < 2; changed++) {
			size_t line;
			struct lawbook *book;
			struct money income = money_tiyn(rows[i].income_tenge * 100);
			struct contribution out;
			struct contribution_question q = {.kind = rows[i].kind,
				.month = month_of(rows[i].year, rows[i].mon),
				.incomes = &income,
				.income_count = rows[i].income_tenge > 0,
				.has_place = true,
				.village = rows[i].village};

			assert_int_equal(
				read_book(s,
					edited(s, "open.yaml", rows[i].from,
						changed ? rows[i].to : rows[i].from, &line),
					s->count, &book),
				OK);
			assert_int_equal(contribution_compute(&s->cx, book, &q, NULL, &out), OK);
			assert_int_equal(money_to_tiyn(out.total),
				changed ? rows[i].after_tiyn : rows[i].before_tiyn);
		}
	}
}

static const struct law_status *status_with(
	struct state *s, const char *from, const char *to, struct day on)
{
	size_t line;
	struct lawbook *book;

	assert_int_equal(
		read_book(s, edited(s, "open.yaml", from, to, &line), s->count, &book), OK);
	return lawbook_status(book, on);
}

static void test_status(void **state)
{
	struct state *s = *state;
	struct lawbook *book;
	struct day now = day_of(2026, 5, 1);

	assert_int_equal(read_book(s, s->files, s->count, &book), OK);
	const struct law_status *row = lawbook_status(book, now);

	assert_int_equal(row->lookback, 12);
	assert_int_equal(row->grace, 3);
	assert_int_equal(row->grace_long, 6);
	assert_int_equal(row->long_run, 60);
	assert_int_equal(row->prepay_months, 12);
	assert_int_equal(month_to_number(row->first_month), 202001);
	assert_true(row->prepay && !row->transition && !row->three_months && !row->state_in_run);
	assert_int_equal(lawbook_status(book, day_of(2025, 12, 31))->grace_long, 3);
	assert_true(lawbook_status(book, day_of(2020, 1, 1))->transition);
	assert_true(lawbook_status(book, day_of(2020, 6, 30))->transition);
	assert_false(lawbook_status(book, day_of(2020, 7, 1))->transition);
	assert_true(lawbook_status(book, day_of(2021, 6, 30))->three_months);
	assert_false(lawbook_status(book, day_of(2021, 7, 1))->three_months);
	assert_false(lawbook_status(book, day_of(2022, 9, 4))->prepay);
	assert_true(lawbook_status(book, day_of(2022, 9, 5))->prepay);
	assert_non_null(lawbook_status(book, day_of(1990, 1, 1)));
	assert_non_null(lawbook_status(book, day_of(2090, 1, 1)));
	assert_int_equal(row->window_shift, 0);
	assert_int_equal(
		status_with(s, "chosen: with-tested-month", "chosen: before-tested-month", now)
			->window_shift,
		1);
	assert_true(status_with(s, "chosen: state-breaks-run", "chosen: state-counts", now)
			    ->state_in_run);
	assert_int_equal(status_with(s, "chosen: grace", "chosen: no-grace", now)->grace_state, 0);
	assert_true(status_with(s, "chosen: thirteen", "chosen: twelve", now)->prepay_with_current);
}

static void test_penalty_rows(void **state)
{
	struct state *s = *state;
	struct lawbook *book;
	size_t line;

	assert_int_equal(read_book(s, s->files, s->count, &book), OK);
	const struct law_penalty *row = lawbook_penalty(book, day_of(2024, 3, 1));

	assert_int_equal(row->multiplier.ppm, 1250000);
	assert_int_equal(row->year_days, 365);
	assert_true(row->payers[PAYER_EMPLOYER] && !row->payers[PAYER_ENTREPRENEUR]);
	assert_null(lawbook_penalty(book, day_of(2017, 6, 30)));
	assert_int_equal(
		read_book(s, edited(s, "open.yaml", "chosen: year-365", "chosen: real-year", &line),
			s->count, &book),
		OK);
	assert_int_equal(lawbook_penalty(book, day_of(2024, 3, 1))->year_days, 366);
	assert_int_equal(lawbook_penalty(book, day_of(2025, 3, 1))->year_days, 365);
	assert_int_equal(read_book(s,
				 edited(s, "open.yaml", "chosen: employers",
					 "chosen: with-entrepreneurs", &line),
				 s->count, &book),
		OK);
	assert_true(lawbook_penalty(book, day_of(2024, 3, 1))->payers[PAYER_ENTREPRENEUR]);
}

static void test_lookups(void **state)
{
	struct state *s = *state;
	struct lawbook *book;
	struct month first, last;
	struct money value;
	struct law_cite cite;
	const struct law_rate *row;

	assert_int_equal(read_book(s, s->files, s->count, &book), OK);
	lawbook_reach(book, PAYER_STATE, &first, &last);
	assert_int_equal(month_to_number(first), 202201);
	assert_int_equal(month_to_number(last), 202512);
	lawbook_reach(book, PAYER_EMPLOYER, &first, &last);
	assert_int_equal(month_to_number(first), 201707);
	assert_int_equal(month_to_number(last), 202612);
	assert_int_equal(
		lawbook_unit(&s->cx, book, UNIT_MRP, day_of(2020, 4, 1), &value, &cite), OK);
	assert_int_equal(money_to_tiyn(value), 277800);
	assert_true(cite.article.n > 0 && cite.source.n > 0);
	assert_int_equal(
		lawbook_unit(&s->cx, book, UNIT_MZP, day_of(2027, 1, 1), &value, NULL), E_INPUT);
	assert_int_equal(s->cx.err.code, ERR_LAW_NOT_YET);
	assert_int_equal(
		lawbook_unit(&s->cx, book, UNIT_MZP, day_of(2016, 12, 31), &value, NULL), E_INPUT);
	assert_int_equal(s->cx.err.code, ERR_LAW_NO_RULE);
	assert_int_equal(lawbook_rate(&s->cx, book, PAYER_CONTRACT, KNP_DEDUCTION,
				 month_of(2025, 1), false, &row),
		OK);
	assert_null(row);
	assert_int_equal(
		lawbook_fixed_sum(&s->cx, book, PAYER_FARM, month_of(2018, 3), &value), OK);
	assert_int_equal(money_to_tiyn(value), 0);
	assert_int_equal(
		lawbook_fixed_sum(&s->cx, book, PAYER_FARM, month_of(2026, 3), &value), OK);
	assert_int_equal(money_to_tiyn(value), 595000);
	assert_null(lawbook_category(book, CATEGORY_CRISIS_LEVEL, day_of(2025, 12, 31)));
	assert_non_null(lawbook_category(book, CATEGORY_CRISIS_LEVEL, day_of(2026, 1, 1)));
	assert_int_equal(lawbook_category(book, CATEGORY_CHILD, day_of(2026, 1, 1))->age_years, 18);
	for (enum category c = 0; c < CATEGORY_COUNT; c++)
		assert_non_null(lawbook_category(book, c, day_of(2026, 1, 1)));
	assert_int_equal(
		lawbook_fixed_sum(&s->cx, book, PAYER_FARM, month_of(2027, 1), &value), E_INPUT);
	assert_int_equal(s->cx.err.code, ERR_LAW_NOT_YET);
	assert_int_equal(
		lawbook_fixed_sum(&s->cx, book, PAYER_EMPLOYER, month_of(2026, 3), &value), OK);
	assert_int_equal(money_to_tiyn(value), 0);
	/* The state pays from the wages of two years ago: known for some years only. */
	assert_int_equal(lawbook_rate(&s->cx, book, PAYER_STATE, KNP_CONTRIBUTION,
				 month_of(2026, 5), false, &row),
		E_INPUT);
	assert_int_equal(s->cx.err.code, ERR_LAW_NOT_YET);
	assert_int_equal(lawbook_rate(&s->cx, book, PAYER_STATE, KNP_CONTRIBUTION,
				 month_of(2020, 5), false, &row),
		E_INPUT);
	assert_int_equal(s->cx.err.code, ERR_LAW_NO_RULE);
	assert_int_equal(lawbook_rate(&s->cx, book, PAYER_EMPLOYER, KNP_DEDUCTION,
				 month_of(2017, 1), false, &row),
		E_INPUT);
	assert_int_equal(s->cx.err.code, ERR_LAW_NO_RULE);
	assert_null(lawbook_code(book, KNP_SINGLE, day_of(2022, 12, 31)));
	assert_null(lawbook_requisites(book, "fund", day_of(2017, 6, 30)));
	assert_null(lawbook_code(book, KNP_AGGREGATE, day_of(2024, 1, 1)));
	for (enum knp k = 0; k < KNP_COUNT; k++)
		assert_non_null(lawbook_code(book, k, day_of(2023, 1, 1)));
	assert_text(lawbook_requisites(book, "fund", day_of(2026, 1, 1))->bin, "160940025485");
	assert_null(lawbook_requisites(book, "bank", day_of(2026, 1, 1)));
	for (int d = D1; d < OPEN_COUNT; d++)
		assert_int_equal(lawbook_choice(book, (enum law_open)d), 0);
}

static void test_days(void **state)
{
	struct state *s = *state;
	struct lawbook *book;
	struct law_cite cite;

	assert_int_equal(read_book(s, s->files, s->count, &book), OK);
	assert_false(lawbook_is_working_day(book, day_of(2026, 5, 27))); /* Kurban Ait */
	assert_false(
		lawbook_is_working_day(book, day_of(2025, 10, 27)));    /* for Saturday the 25th */
	assert_true(lawbook_is_working_day(book, day_of(2025, 6, 9)));  /* after a Friday feast */
	assert_true(lawbook_is_working_day(book, day_of(2024, 6, 17))); /* Ait carries nothing */
	assert_false(lawbook_is_working_day(book, day_of(2022, 1, 4)));
	assert_true(lawbook_is_working_day(book, day_of(2022, 1, 5)));
	assert_true(
		lawbook_is_working_day(book, day_of(2023, 1, 9))); /* 7 January carries nothing */
	assert_false(lawbook_is_working_day(book, day_of(2016, 12, 31)));
	assert_true(lawbook_is_working_day(book, day_of(2099, 12, 31)));
	assert_false(lawbook_calendar_provisional(book, 2025));
	assert_true(lawbook_calendar_provisional(book, 2026));
	assert_true(lawbook_calendar_provisional(book, 1999));
	assert_true(lawbook_calendar_provisional(book, 2100));
	assert_int_equal(lawbook_due_day(book, PAYER_EMPLOYER, month_of(2026, 1), &cite), 25);
	assert_int_equal(lawbook_due_day(book, PAYER_EMPLOYER, month_of(2090, 1), NULL), 25);
	/* Outside the calendar the first and the last month stand in; before it nothing is due. */
	assert_int_equal(deadline_due(book, PAYER_FARM, month_of(2016, 5)).n,
		deadline_due(book, PAYER_FARM, MONTHSET_FIRST).n);
	assert_int_equal(deadline_due(book, PAYER_FARM, month_of(2090, 5)).n,
		deadline_due(book, PAYER_FARM, MONTHSET_LAST).n);
	assert_int_equal(month_to_number(deadline_last_due(book, day_of(2017, 1, 15))), 201612);
	assert_int_equal(lawbook_due_day(book, PAYER_STATE, month_of(2016, 1), NULL), 5);
	assert_true(cite.article.n > 0);
	/* On the due day of September (27 October 2026) September is not overdue, the day after it
	 * is. */
	assert_int_equal(month_to_number(deadline_last_due(book, day_of(2026, 10, 27))), 202608);
	assert_int_equal(month_to_number(deadline_last_due(book, day_of(2026, 10, 28))), 202609);
	assert_int_equal(month_to_number(deadline_last_due(book, day_of(2026, 11, 1))), 202609);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
		cmocka_unit_test_setup_teardown(test_missing_parts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_next_year_in_one_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused_books, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rows_of_another_answer, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rows_at_the_edges, setup, teardown),
		cmocka_unit_test_setup_teardown(test_books_with_less, setup, teardown),
		cmocka_unit_test_setup_teardown(test_digest, setup, teardown),
		cmocka_unit_test_setup_teardown(test_switches, setup, teardown),
		cmocka_unit_test_setup_teardown(test_status, setup, teardown),
		cmocka_unit_test_setup_teardown(test_penalty_rows, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lookups, setup, teardown),
		cmocka_unit_test_setup_teardown(test_days, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
