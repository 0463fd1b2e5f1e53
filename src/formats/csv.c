/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/csv.h"

static char sniff_separator(struct str text)
{
	struct str line = str_cut(&text, '\n');
	static const char candidates[] = {';', '\t', ','};

	for (size_t i = 0; i < sizeof(candidates); i++)
		if (line.n && memchr(line.p, candidates[i], line.n))
			return candidates[i];
	return ';';
}

struct csv csv_start(struct str text)
{
	return (struct csv){.rest = text, .separator = sniff_separator(text), .next_line = 1};
}

static void skip(struct csv *csv, size_t n)
{
	csv->rest.p += n;
	csv->rest.n -= n;
}

/* To the start of the next line, so that reading can go on after an error. */
static void skip_line(struct csv *csv)
{
	str_cut(&csv->rest, '\n');
	csv->next_line++;
}

static ST fail_cell(struct ctx *cx, struct csv *csv, const char *start, enum err code)
{
	size_t column = (size_t)(csv->rest.p - start) + 1;
	enum st st;

	skip_line(csv);
	if (code == ERR_QUOTE_OPEN)
		st = fail_in(cx, csv->line, "", QUOTE_OPEN, "%zu", column);
	else if (code == ERR_VALUE_TOO_LONG)
		st = fail_in(cx, csv->line, "", VALUE_TOO_LONG, "%d", LIMIT_CSV_CELL_BYTES);
	else
		st = fail_in(cx, csv->line, "", ROW_COLUMNS, "%zu", column);
	cx->err.column = column;
	return st;
}

/* A cell in quotes; `csv->rest` begins with the opening one. */
static ST quoted(struct ctx *cx, struct csv *csv, const char *start, struct str *out)
{
	struct str body = {csv->rest.p + 1, csv->rest.n - 1}, scan = body;
	size_t n = 0, doubled = 0;

	for (;;) {
		const char *quote = scan.n ? memchr(scan.p, '"', scan.n) : NULL;

		if (!quote)
			return fail_cell(cx, csv, start, ERR_QUOTE_OPEN);
		n = (size_t)(quote - body.p);
		if (n + 1 == body.n || quote[1] != '"')
			break;
		doubled++;
		scan = (struct str){quote + 2, body.n - n - 2};
	}
	if (n > LIMIT_CSV_CELL_BYTES)
		return fail_cell(cx, csv, start, ERR_VALUE_TOO_LONG);
	for (size_t i = 0; i < n; i++)
		csv->next_line += body.p[i] == '\n';
	*out = (struct str){body.p, n};
	if (doubled) {
		char *to = arena_alloc(cx->arena, n - doubled + 1);
		size_t at = 0;

		out->p = to;
		for (size_t i = 0; i < n; i++) {
			to[at++] = body.p[i];
			i += body.p[i] == '"';
		}
		out->n = at;
	}
	skip(csv, n + 2);
	return OK;
}

/* A cell without quotes: up to the separator or the end of the line. */
static ST bare(struct ctx *cx, struct csv *csv, const char *start, struct str *out)
{
	size_t n = 0;

	while (n < csv->rest.n && csv->rest.p[n] != csv->separator && csv->rest.p[n] != '\n')
		n++;
	*out = (struct str){csv->rest.p, n};
	if ((n == csv->rest.n || csv->rest.p[n] == '\n') && n && out->p[n - 1] == '\r')
		out->n--;
	if (out->n > LIMIT_CSV_CELL_BYTES)
		return fail_cell(cx, csv, start, ERR_VALUE_TOO_LONG);
	skip(csv, n);
	return OK;
}

static void skip_blank_lines(struct csv *csv)
{
	while (csv->rest.n && (csv->rest.p[0] == '\n' || csv->rest.p[0] == '\r')) {
		csv->next_line += csv->rest.p[0] == '\n';
		skip(csv, 1);
	}
}

/* Behind a cell: the separator, the end of the line or of the text. */
static bool at_end_of_row(struct csv *csv, bool *bad)
{
	*bad = false;
	if (csv->rest.n && csv->rest.p[0] == '\r')
		skip(csv, 1);
	if (csv->rest.n == 0)
		return true;
	if (csv->rest.p[0] == '\n') {
		skip(csv, 1);
		csv->next_line++;
		return true;
	}
	*bad = csv->rest.p[0] != csv->separator;
	return false;
}

enum st csv_next(struct ctx *cx, struct csv *csv, bool *more)
{
	const char *start;
	bool bad;

	skip_blank_lines(csv);
	csv->count = 0;
	csv->line = csv->next_line;
	*more = csv->rest.n > 0;
	if (!*more)
		return OK;
	start = csv->rest.p;
	for (;;) {
		if (csv->count == LIMIT_CSV_COLUMNS)
			return fail_cell(cx, csv, start, ERR_ROW_COLUMNS);
		struct str *cell = &csv->cells[csv->count++];

		if (csv->rest.n && csv->rest.p[0] == '"')
			TRY(quoted(cx, csv, start, cell));
		else
			TRY(bare(cx, csv, start, cell));
		csv->row = (struct str){start, (size_t)(csv->rest.p - start)};
		if (at_end_of_row(csv, &bad))
			return OK;
		if (bad)
			return fail_cell(cx, csv, start, ERR_ROW_COLUMNS);
		skip(csv, 1);
	}
}

static bool is_plain(struct str cell, char separator)
{
	for (size_t i = 0; i < cell.n; i++)
		if (cell.p[i] == separator || cell.p[i] == '"' || cell.p[i] == '\n' ||
			cell.p[i] == '\r')
			return false;
	return true;
}

/* In quotes, with `first` before it. */
static void put_quoted(struct buf *b, const char *first, struct str cell)
{
	buf_char(b, '"');
	buf_z(b, first);
	for (size_t i = 0; i < cell.n; i++) {
		if (cell.p[i] == '"')
			buf_char(b, '"');
		buf_char(b, cell.p[i]);
	}
	buf_char(b, '"');
}

void csv_put(struct buf *b, struct str cell, char separator)
{
	if (is_plain(cell, separator))
		buf_str(b, cell);
	else
		put_quoted(b, "", cell);
}

void csv_put_text(struct buf *b, struct str cell, char separator)
{
	if (cell.n == 0 || !memchr("=+-@\t\r\n", cell.p[0], 7))
		csv_put(b, cell, separator);
	else
		put_quoted(b, "'", cell);
}
