/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the worked examples of law/cases/: one line is one case, and its first column its name. The
 * columns are found by the names in the first line. Which table it is follows from them: sums have
 * `kind` and `source`, a penalty has `penalty`, a due day has `due`.
 *
 * usage: cases_test LAW_FOLDER TABLE.tsv...
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "domain/rate.h"
#include "rules/contribution.h"
#include "rules/deadline.h"
#include "rules/penalty.h"
#include "service/lawsource.h"

enum { COLUMNS_MAX = 16, LIST_MAX = 8, TEXT_BYTES = 1 << 20 };

struct table {
	struct ctx *cx;
	const struct lawbook *book;
	struct str names[COLUMNS_MAX];
	size_t name_count;
	struct str cells[COLUMNS_MAX];
	struct buf why; /* what differs in this line; empty = it passes */
};

static bool has(const struct table *t, const char *name)
{
	for (size_t i = 0; i < t->name_count; i++)
		if (str_is(t->names[i], name))
			return true;
	return false;
}

/* The cell of a column; empty for "-". A column that is missing is a mistake of the table. */
static struct str cell(const struct table *t, const char *name)
{
	for (size_t i = 0; i < t->name_count; i++)
		if (str_is(t->names[i], name))
			return str_is(t->cells[i], "-") ? (struct str){"", 0} : t->cells[i];
	fprintf(stderr, "no column %s\n", name);
	exit(1);
}

static void differ(struct table *t, const char *what, struct str got, struct str want)
{
	buf_fmt(&t->why, " %s: got %.*s, want %.*s;", what, STR(got), STR(want));
}

static struct money sum_of(struct table *t, struct str text)
{
	struct money sum = MONEY_ZERO;

	if (money_parse(t->cx, text, &sum) != OK)
		differ(t, "sum", text, STR_LIT("a sum"));
	return sum;
}

static void same_sum(struct table *t, const char *name, struct money got)
{
	struct str want = cell(t, name);
	struct buf b = buf_new(t->cx->arena, 64);

	money_put_plain(&b, got);
	if (money_cmp(got, want.n ? sum_of(t, want) : MONEY_ZERO) != 0)
		differ(t, name, buf_view(&b), want.n ? want : STR_LIT("0"));
}

/* Cells of a question. False when one of them is no such thing. */
static bool read_question(struct table *t, struct contribution_question *q,
	struct money incomes[LIST_MAX], enum category categories[LIST_MAX])
{
	struct str list = cell(t, "incomes"), place = cell(t, "place");

	*q = (struct contribution_question){.incomes = incomes, .categories = categories};
	if (!payer_parse(cell(t, "kind"), &q->kind) ||
		month_parse(t->cx, cell(t, "month"), &q->month) != OK)
		return false;
	while (list.n && q->income_count < LIST_MAX)
		if (money_parse(t->cx, str_cut(&list, ','), &incomes[q->income_count++]) != OK)
			return false;
	for (list = cell(t, "categories"); list.n;) {
		struct str code = str_cut(&list, ',');

		if (str_is(code, "exempt"))
			q->exempt = true;
		else if (q->category_count == LIST_MAX ||
			 !category_parse(code, &categories[q->category_count++]))
			return false;
	}
	q->has_place = place.n > 0;
	q->village = str_is(place, "village");
	return true;
}

static void check_sums(struct table *t)
{
	struct contribution_question q;
	struct money incomes[LIST_MAX];
	enum category categories[LIST_MAX];
	struct contribution out;
	struct str error = cell(t, "error");

	if (!read_question(t, &q, incomes, categories)) {
		differ(t, "question", STR_LIT("not readable"), STR_LIT("a question"));
		return;
	}
	enum st st = contribution_compute(t->cx, t->book, &q, NULL, &out);
	const char *got = st == OK ? "" : err_info(t->cx->err.code)->name;

	if (!str_is(error, got)) {
		differ(t, "error", str_of(got), error);
		return;
	}
	if (st != OK)
		return;
	same_sum(t, "121", out.sums[KNP_DEDUCTION]);
	same_sum(t, "122", out.sums[KNP_CONTRIBUTION]);
	same_sum(t, "183", out.sums[KNP_AGGREGATE]);
	if (cell(t, "whole").n)
		same_sum(t, "whole", out.whole);
}

static void check_penalty(struct table *t)
{
	struct rate base_rate = {0};
	struct penalty out = {.total = MONEY_ZERO};
	struct day day = {0};
	uint64_t days = 0;

	if (day_parse(t->cx, cell(t, "day"), &day) != OK ||
		rate_parse_percent(t->cx, cell(t, "base_rate"), 100, &base_rate) != OK ||
		!str_to_u64(cell(t, "days"), 36500, &days) ||
		penalty_compute(t->cx, t->book, day, sum_of(t, cell(t, "debt")), base_rate,
			(int)days, NULL, &out) != OK) {
		differ(t, "question", STR_LIT("refused"), STR_LIT("an answer"));
		return;
	}
	same_sum(t, "penalty", out.total);
}

static void check_due(struct table *t)
{
	enum payer_kind kind;
	struct month month;
	struct buf b = buf_new(t->cx->arena, 32);

	if (!payer_parse(cell(t, "kind"), &kind) ||
		month_parse(t->cx, cell(t, "month"), &month) != OK) {
		differ(t, "question", STR_LIT("not readable"), STR_LIT("a question"));
		return;
	}
	day_put(&b, deadline_due(t->book, kind, month));
	if (!str_eq(buf_view(&b), cell(t, "due")))
		differ(t, "due", buf_view(&b), cell(t, "due"));
}

static size_t split(struct str line, struct str cells[COLUMNS_MAX])
{
	size_t n = 0;

	while (line.p && n < COLUMNS_MAX)
		cells[n++] = str_cut(&line, '\t');
	return line.p ? 0 : n;
}

/* One table; returns the number of lines that fail. `*count` goes on counting cases. */
static int run_table(struct table *t, struct str text, const char *name, int *count)
{
	int failed = 0;

	t->name_count = 0;
	while (text.p) {
		struct str line = str_cut(&text, '\n');

		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (t->name_count == 0) {
			t->name_count = split(line, t->names);
			continue;
		}
		t->why = buf_new(t->cx->arena, 4096);
		err_clear(t->cx);
		if (split(line, t->cells) != t->name_count)
			differ(t, "columns", STR_LIT("other"), STR_LIT("as in the first line"));
		else if (cell(t, "source").n == 0)
			differ(t, "source", STR_LIT("none"), STR_LIT("where it is from"));
		else if (has(t, "penalty"))
			check_penalty(t);
		else if (has(t, "due"))
			check_due(t);
		else
			check_sums(t);
		printf("%sok %d - %s %.*s%.*s\n", t->why.n ? "not " : "", ++*count, name,
			STR(t->cells[0]), STR(buf_view(&t->why)));
		failed += t->why.n > 0;
	}
	return failed;
}

static struct str read_file(struct arena *arena, const char *path)
{
	char *bytes = arena_alloc(arena, TEXT_BYTES);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, bytes, TEXT_BYTES);

	if (n <= 0 || n == TEXT_BYTES) {
		perror(path);
		exit(1);
	}
	close(fd);
	return (struct str){bytes, (size_t)n};
}

int main(int argc, char **argv)
{
	struct arena *arena = arena_new(64 << 20);
	struct ctx cx = {.arena = arena};
	struct lawbook *book;
	int count = 0, failed = 0;

	if (argc < 3 || lawsource_load(&cx, arena, argv[1], &book) != OK) {
		fprintf(stderr, "%s:%zu: %s\n", cx.err.field, cx.err.line, cx.err.detail);
		return 1;
	}
	struct table table = {.cx = &cx, .book = book};

	for (int i = 2; i < argc; i++) {
		const char *slash = strrchr(argv[i], '/');

		failed += run_table(
			&table, read_file(arena, argv[i]), slash ? slash + 1 : argv[i], &count);
	}
	printf("1..%d\n", count);
	arena_free(arena);
	return failed > 0;
}
