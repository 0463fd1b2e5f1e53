/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/cli/calc_rows.h"

#include "base/check.h"
#include "formats/csv.h"
#include "formats/encoding.h"

enum st calc_take_kind(struct cli *cli, struct calc_row *row, struct str text)
{
	if (!payer_parse(text, &row->q.kind))
		return fail_in(&cli->cx, 0, "KIND", VALUE_UNKNOWN, "%.*s", STR(text));
	return OK;
}

enum st calc_take_income(struct cli *cli, struct calc_row *row, struct str text)
{
	if (row->income_count >= LIMIT_JOBS_PER_MONTH)
		return fail(&cli->cx, CALC_TOO_MANY, "%d", LIMIT_JOBS_PER_MONTH);
	return money_parse(&cli->cx, text, &row->incomes[row->income_count++]);
}

enum st calc_take_category(struct cli *cli, struct calc_row *row, struct str text)
{
	enum category category;
	enum exempt group;

	if (exempt_parse(text, &group)) {
		row->q.exempt = true;
		return OK;
	}
	if (!category_parse(text, &category))
		return fail(&cli->cx, VALUE_UNKNOWN, "%.*s", STR(text));
	for (size_t i = 0; i < row->category_count; i++)
		if (row->categories[i] == category)
			return OK;
	row->categories[row->category_count++] = category;
	return OK;
}

enum st calc_take_place(struct cli *cli, struct calc_row *row, struct str text)
{
	row->q.village = str_is(text, "village");
	row->q.has_place = true;
	if (!row->q.village && !str_is(text, "city"))
		return fail(&cli->cx, VALUE_UNKNOWN, "%.*s", STR(text));
	return OK;
}

const struct contribution_question *calc_question(struct calc_row *row)
{
	row->q.incomes = row->incomes;
	row->q.income_count = row->income_count;
	row->q.categories = row->categories;
	row->q.category_count = row->category_count;
	return &row->q;
}

/* Columns -------------------------------------------------------------------------------------- */

static ST take_month(struct cli *cli, struct calc_row *row, struct str text)
{
	return month_parse(&cli->cx, text, &row->q.month);
}

static const struct column {
	const char *name;
	enum st (*take)(struct cli *cli, struct calc_row *row, struct str text);
	bool required;
	bool many; /* '+' between the values of one cell */
} columns[] = {
	{"kind", calc_take_kind, true, false},
	{"month", take_month, true, false},
	{"income", calc_take_income, false, true},
	{"category", calc_take_category, false, true},
	{"place", calc_take_place, false, false},
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

/* The column of the table behind each column of the file. */
struct header {
	const struct column *of[LIMIT_CSV_COLUMNS];
	size_t count;
};

static const struct column *column_find(struct str name)
{
	for (size_t i = 0; i < COLUMNS; i++)
		if (str_is(name, columns[i].name))
			return &columns[i];
	return NULL;
}

static bool has_column(const struct header *header, const struct column *column)
{
	for (size_t i = 0; i < header->count; i++)
		if (header->of[i] == column)
			return true;
	return false;
}

static ST read_header(struct cli *cli, struct csv *csv, struct header *out)
{
	bool more;

	*out = (struct header){.count = 0};
	TRY(csv_next(&cli->cx, csv, &more));
	for (size_t i = 0; more && i < csv->count; i++) {
		struct str name = str_trim(csv->cells[i]);
		const struct column *column = column_find(name);

		if (!column)
			return fail_in(&cli->cx, csv->line, str_z(cli->cx.arena, name),
				COLUMN_UNKNOWN, "%s", "");
		if (has_column(out, column))
			return fail_in(&cli->cx, csv->line, column->name, COLUMN_TWICE, "%s", "");
		out->of[out->count++] = column;
	}
	for (size_t i = 0; i < COLUMNS; i++)
		if (columns[i].required && !has_column(out, &columns[i]))
			return fail_in(
				&cli->cx, csv->line, columns[i].name, COLUMN_MISSING, "%s", "");
	return OK;
}

static ST take_cell(
	struct cli *cli, const struct column *column, struct str cell, struct calc_row *row)
{
	struct str rest = str_trim(cell);

	if (rest.n == 0 && !column->required)
		return OK;
	if (!column->many)
		return cli_name_error(cli, column->take(cli, row, rest), column->name);
	while (rest.p)
		TRY(cli_name_error(
			cli, column->take(cli, row, str_trim(str_cut(&rest, '+'))), column->name));
	return OK;
}

static ST compute_row(struct cli *cli, const struct csv *csv, const struct header *header,
	struct calculation *out)
{
	struct calc_row row = {.category_count = 0};

	if (csv->count != header->count)
		return fail(&cli->cx, ROW_COLUMNS, "%zu", header->count);
	for (size_t i = 0; i < header->count; i++)
		TRY(take_cell(cli, header->of[i], csv->cells[i], &row));
	return calculate_contribution(&cli->call, calc_question(&row), out);
}

static void put_row(struct cli *cli, const struct csv *csv, const struct calculation *c)
{
	static const enum knp told[] = {KNP_DEDUCTION, KNP_CONTRIBUTION, KNP_AGGREGATE};
	struct buf *b = &cli->out;

	buf_u64(b, csv->line);
	buf_char(b, ';');
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		money_put_plain(b, c->result.sums[told[i]]);
		buf_char(b, ';');
	}
	money_put_plain(b, c->result.total);
	buf_char(b, ';');
	day_put(b, c->result.due);
	buf_z(b, ";;\n");
}

/* Code and sentence instead of sums. */
static void put_wrong_row(struct cli *cli, size_t line)
{
	struct buf sentence = buf_new(cli->cx.arena, CALCULATE_STEP_BYTES);

	say_error(&sentence, cli->cx.lang, &cli->cx.err);
	buf_u64(&cli->out, line);
	buf_z(&cli->out, ";;;;;;");
	buf_z(&cli->out, err_info(cli->cx.err.code)->name);
	buf_char(&cli->out, ';');
	csv_put(&cli->out, buf_view(&sentence), ';');
	buf_char(&cli->out, '\n');
	cli->answer_no = true;
	err_clear(&cli->cx);
}

/* One row; `*more` is false at the end of the file. */
static ST next_row(struct cli *cli, struct csv *csv, const struct header *header, bool *more)
{
	struct calculation c;
	enum st st = csv_next(&cli->cx, csv, more);

	if (st != OK && cli->cx.err.code == ERR_QUOTE_OPEN)
		return st;
	if (st == OK && !*more)
		return OK;
	*more = true;
	if (st == OK)
		st = compute_row(cli, csv, header, &c);
	if (st == OK)
		put_row(cli, csv, &c);
	else
		put_wrong_row(cli, csv->line);
	return cli->out.n > CLI_OUT_FLUSH_BYTES ? cli_flush(cli) : OK;
}

/* Each row has the memory of `rows` for itself. */
static ST compute_file(struct cli *cli, struct str text, struct arena *rows)
{
	struct arena *whole = cli->cx.arena;
	struct csv csv = csv_start(text);
	struct header header;
	bool more = true;
	enum st st;

	TRY(read_header(cli, &csv, &header));
	buf_z(&cli->out, "line;121;122;183;total;due;error;message\n");
	cli->cx.arena = rows;
	do {
		arena_reset(rows);
		st = next_row(cli, &csv, &header, &more);
	} while (st == OK && more);
	cli->cx.arena = whole;
	return st;
}

enum st calc_file(struct cli *cli)
{
	const char *path = str_z(cli->cx.arena, cli_value(cli, "csv"));
	struct str bytes, text;
	enum encoding encoding;
	enum st st;

	TRY(cli_read_file(cli, path, LIMIT_FILE_BYTES, &bytes));
	TRY(cli_name_error(
		cli, encoding_read(&cli->cx, bytes, LIMIT_FILE_BYTES, &encoding, &text), path));
	struct arena *rows = arena_new(LIMIT_ARENA_BYTES);

	st = compute_file(cli, text, rows);
	arena_free(rows);
	return cli_name_error(cli, st, path);
}
