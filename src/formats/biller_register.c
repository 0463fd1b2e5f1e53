/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/biller_register.h"

#include <stdlib.h>

#include "formats/csv.h"
#include "limits.h"

/* Place of each column in the rows of the file; -1 = it has none. */
struct places {
	int at[BILLER_COLUMNS];
	size_t columns;
};

static const bool needed[BILLER_COLUMNS] = {
	[BILLER_C_TXN] = true,
	[BILLER_C_DATE] = true,
	[BILLER_C_ACCOUNT] = true,
	[BILLER_C_SUM] = true,
};

static ST read_header(
	struct ctx *cx, const struct biller_profile *p, const struct csv *csv, struct places *out)
{
	out->columns = csv->count;
	for (int k = 0; k < BILLER_COLUMNS; k++) {
		out->at[k] = -1;
		for (size_t i = 0; i < csv->count; i++) {
			if (!str_is(str_trim(csv->cells[i]), p->columns[k]))
				continue;
			if (out->at[k] >= 0)
				return fail_in(
					cx, csv->line, p->columns[k], COLUMN_TWICE, "%s", "");
			out->at[k] = (int)i;
		}
		if (needed[k] && out->at[k] < 0)
			return fail_in(cx, csv->line, p->columns[k], COLUMN_MISSING, "%s", "");
	}
	return OK;
}

static struct str cell_of(const struct csv *csv, const struct places *at, enum biller_column k)
{
	return at->at[k] < 0 ? (struct str){0} : str_trim(csv->cells[at->at[k]]);
}

/* "2026-01-10 12:01:33", "2026-01-10T12:01:33" or as in the protocol: 20260110120133. */
static bool read_time(struct str s, struct biller_row *row)
{
	char digits[14];
	size_t n = 0;

	if (s.n == sizeof(digits))
		return biller_time_read(s, &row->time, &row->day);
	if (s.n != 19 || s.p[4] != '-' || s.p[7] != '-' || (s.p[10] != ' ' && s.p[10] != 'T') ||
		s.p[13] != ':' || s.p[16] != ':')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (i != 4 && i != 7 && i != 10 && i != 13 && i != 16)
			digits[n++] = s.p[i];
	return biller_time_read((struct str){digits, n}, &row->time, &row->day);
}

static bool is_number(struct str s, size_t most)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0 && s.n <= most;
}

static ST read_values(struct ctx *cx, const struct biller_profile *p, const struct csv *csv,
	const struct places *at, struct biller_row *row)
{
	struct str bank = cell_of(csv, at, BILLER_C_BANK);
	struct str status = cell_of(csv, at, BILLER_C_STATUS);
	enum st st;

	row->txn = cell_of(csv, at, BILLER_C_TXN);
	row->taken = at->at[BILLER_C_STATUS] < 0 || str_is(status, p->register_taken);
	if (at->at[BILLER_C_BANK] >= 0 && !str_is(bank, p->bank))
		return fail_in(cx, 0, p->columns[BILLER_C_BANK], VALUE_UNKNOWN, "%.*s",
			(int)(bank.n < 40 ? bank.n : 40), bank.p);
	if (at->at[BILLER_C_STATUS] >= 0 && !is_number(status, 6))
		return fail_in(cx, 0, p->columns[BILLER_C_STATUS], VALUE_UNKNOWN, "%s", "");
	if (!is_number(row->txn, p->txn_digits))
		return fail_in(cx, 0, p->columns[BILLER_C_TXN], VALUE_UNKNOWN, "%s", "");
	if (!read_time(cell_of(csv, at, BILLER_C_DATE), row))
		return fail_in(cx, 0, p->columns[BILLER_C_DATE], DAY_FORMAT, "%s", "");
	row->account = cell_of(csv, at, BILLER_C_ACCOUNT);
	row->has_invoice = invoice_no_read(row->account, &row->invoice);
	st = row->has_invoice ? OK : iin_parse(cx, row->account, &row->iin);
	if (st != OK) {
		err_set_field(&cx->err, p->columns[BILLER_C_ACCOUNT]);
		return st;
	}
	st = money_parse(cx, cell_of(csv, at, BILLER_C_SUM), &row->sum);
	if (st == OK && money_is_zero(row->sum))
		st = fail(cx, MONEY_ZERO, "%s", "");
	if (st != OK)
		err_set_field(&cx->err, p->columns[BILLER_C_SUM]);
	return st;
}

static ST read_row(struct ctx *cx, const struct biller_profile *p, const struct csv *csv,
	const struct places *at, struct biller_row *row)
{
	enum st st;

	if (csv->count != at->columns)
		return fail_in(cx, csv->line, "", ROW_COLUMNS, "%zu, %zu", csv->count, at->columns);
	*row = (struct biller_row){.line = (uint32_t)csv->line};
	st = read_values(cx, p, csv, at, row);
	if (st != OK)
		cx->err.line = csv->line;
	return st;
}

ST biller_register_add(struct ctx *cx, struct biller_register *out, const struct biller_row *row)
{
	if (out->count == LIMIT_IMPORT_LINES)
		return fail_in(cx, row->line, "", FILE_TOO_BIG, "%d", LIMIT_IMPORT_LINES);
	*ARENA_PUSH(cx->arena, out->rows, out->count, out->cap) = *row;
	if (out->count == 1 || day_cmp(row->day, out->from) < 0)
		out->from = row->day;
	if (out->count == 1 || day_cmp(row->day, out->to) > 0)
		out->to = row->day;
	if (row->taken && !money_add(out->sum, row->sum, &out->sum))
		return fail_in(cx, row->line, "", MONEY_RANGE, "%s", "");
	return OK;
}

static int by_txn(const void *a, const void *b)
{
	const struct biller_row *const *x = a, *const *y = b;
	int c = str_cmp((*x)->txn, (*y)->txn);

	return c ? c : ((*x)->line > (*y)->line) - ((*x)->line < (*y)->line);
}

/* Taken and taken back by the same file: what is left is a payment that was not taken. */
static bool undo(struct biller_register *r, struct biller_row *x, struct biller_row *y)
{
	struct biller_row *payment = x->reversal ? y : x, *back = x->reversal ? x : y;

	if (!back->reversal || !payment->taken || money_cmp(payment->sum, back->sum) != 0 ||
		!money_sub(r->sum, payment->sum, &r->sum))
		return false;
	payment->taken = false;
	back->txn.n = 0;
	return true;
}

ST biller_register_close(struct ctx *cx, struct biller_register *r, const char *field)
{
	struct biller_row **sorted = arena_array(cx->arena, r->count + 1, sizeof(*sorted));
	size_t kept = 0;

	for (size_t i = 0; i < r->count; i++)
		sorted[i] = &r->rows[i];
	if (r->count)
		qsort(sorted, r->count, sizeof(*sorted), by_txn);
	for (size_t i = 1; i < r->count; i++) {
		struct biller_row *before = sorted[i - 1], *row = sorted[i];

		if (!str_eq(row->txn, before->txn))
			continue;
		if (!undo(r, before, row))
			return fail_in(cx, row->line, field, VALUE_TWICE, "%.*s", STR(row->txn));
		if (!row->txn.n)
			sorted[i] = before;
	}
	for (size_t i = 0; i < r->count; i++)
		if (r->rows[i].txn.n)
			r->rows[kept++] = r->rows[i];
	r->count = kept;
	return OK;
}

ST biller_register_parse(struct ctx *cx, const struct biller_profile *p, struct str text,
	struct biller_register *out)
{
	struct csv csv = csv_start(text);
	struct places at;
	bool more;

	*out = BILLER_REGISTER_EMPTY;
	TRY(csv_next(cx, &csv, &more));
	if (!more)
		return fail(cx, FILE_EMPTY, "%s", "");
	TRY(read_header(cx, p, &csv, &at));
	for (;;) {
		struct biller_row row;

		TRY(csv_next(cx, &csv, &more));
		if (!more)
			break;
		TRY(read_row(cx, p, &csv, &at, &row));
		TRY(biller_register_add(cx, out, &row));
	}
	return biller_register_close(cx, out, p->columns[BILLER_C_TXN]);
}
