/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/biller_register.h"

#include <stdlib.h>

#include "base/check.h"
#include "formats/csv.h"
#include "limits.h"

enum { PASSED_ROWS = 4096 }; /* between two words of how far the reading is */

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
static bool read_time(struct str s, int64_t *time)
{
	char digits[14];
	struct day day;
	size_t n = 0;

	if (s.n == sizeof(digits))
		return biller_time_read(s, time, &day);
	if (s.n != 19 || s.p[4] != '-' || s.p[7] != '-' || (s.p[10] != ' ' && s.p[10] != 'T') ||
		s.p[13] != ':' || s.p[16] != ':')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (i != 4 && i != 7 && i != 10 && i != 13 && i != 16)
			digits[n++] = s.p[i];
	return biller_time_read((struct str){digits, n}, time, &day);
}

static bool is_number(struct str s, size_t most)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0 && s.n <= most;
}

static ST read_account(
	struct ctx *cx, const struct biller_profile *p, struct str account, struct biller_row *row)
{
	enum st st;

	row->has_invoice = invoice_no_read(account, &row->invoice);
	if (row->has_invoice) {
		must(account.n <= INVOICE_NO_CHARS);
		memcpy(row->iin.d, account.p, account.n);
		row->account_n = (uint8_t)account.n;
		return OK;
	}
	st = iin_parse(cx, account, &row->iin);
	if (st != OK)
		err_set_field(&cx->err, p->columns[BILLER_C_ACCOUNT]);
	return st;
}

static ST read_sum(
	struct ctx *cx, const struct biller_profile *p, struct str sum, struct biller_row *row)
{
	enum st st = money_parse(cx, sum, &row->sum);

	if (st == OK && money_is_zero(row->sum))
		st = fail(cx, MONEY_ZERO, "%s", "");
	if (st != OK)
		err_set_field(&cx->err, p->columns[BILLER_C_SUM]);
	return st;
}

static ST read_values(struct ctx *cx, const struct biller_profile *p, const struct csv *csv,
	const struct places *at, struct biller_row *row)
{
	struct str bank = cell_of(csv, at, BILLER_C_BANK);
	struct str status = cell_of(csv, at, BILLER_C_STATUS);
	struct str txn = cell_of(csv, at, BILLER_C_TXN);

	row->taken = at->at[BILLER_C_STATUS] < 0 || str_is(status, p->register_taken);
	if (at->at[BILLER_C_BANK] >= 0 && !str_is(bank, p->bank))
		return fail_in(cx, 0, p->columns[BILLER_C_BANK], VALUE_UNKNOWN, "%.*s",
			(int)(bank.n < 40 ? bank.n : 40), bank.p);
	if (at->at[BILLER_C_STATUS] >= 0 && !is_number(status, 6))
		return fail_in(cx, 0, p->columns[BILLER_C_STATUS], VALUE_UNKNOWN, "%s", "");
	if (!is_number(txn, p->txn_digits))
		return fail_in(cx, 0, p->columns[BILLER_C_TXN], VALUE_UNKNOWN, "%s", "");
	biller_row_set_txn(row, txn);
	if (!read_time(cell_of(csv, at, BILLER_C_DATE), &row->time))
		return fail_in(cx, 0, p->columns[BILLER_C_DATE], DAY_FORMAT, "%s", "");
	TRY(read_account(cx, p, cell_of(csv, at, BILLER_C_ACCOUNT), row));
	return read_sum(cx, p, cell_of(csv, at, BILLER_C_SUM), row);
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

/* ---- The rows -------------------------------------------------------------------------------- */

void biller_row_set_txn(struct biller_row *row, struct str txn)
{
	must(txn.n > 0 && txn.n <= BILLER_TXN_CHARS);
	memcpy(row->txn, txn.p, txn.n);
	row->txn_n = (uint8_t)txn.n;
}

struct day biller_row_day(const struct biller_row *row)
{
	struct day day;

	must(day_from_number(row->time / 1000000, &day));
	return day;
}

bool biller_is_other_bank(const struct biller_profile *p, struct str named)
{
	size_t count;
	const struct biller_profile *all = biller_profiles(&count);
	/* "KZ456010000000000001": the bank is 601. */
	bool iban = named.n == 20 && str_starts(named, "KZ");
	struct str code = iban ? (struct str){named.p + 4, 3} : named;

	/* Of a BIC of eleven letters the last three are a branch. */
	if (!iban && (named.n == 11 || named.n == 12))
		code.n = 8;
	for (size_t i = 0; i < count; i++)
		if (&all[i] != p && str_is(code, iban ? all[i].iban_code : all[i].bic))
			return true;
	return false;
}

ST biller_register_add(struct ctx *cx, struct biller_register *out, const struct biller_row *row)
{
	struct day day = biller_row_day(row);

	if (out->count == LIMIT_IMPORT_LINES)
		return fail_in(cx, row->line, "", FILE_TOO_BIG, "%d", LIMIT_IMPORT_LINES);
	if (out->count == out->block_count * BILLER_BLOCK_ROWS)
		*ARENA_PUSH(out->arena, out->blocks, out->block_count, out->block_cap) =
			arena_alloc(out->arena, BILLER_BLOCK_ROWS * sizeof(**out->blocks));
	*biller_register_at(out, out->count++) = *row;
	if (out->count == 1 || day_cmp(day, out->from) < 0)
		out->from = day;
	if (out->count == 1 || day_cmp(day, out->to) > 0)
		out->to = day;
	if (row->taken && !money_add(out->sum, row->sum, &out->sum))
		return fail_in(cx, row->line, "", MONEY_RANGE, "%s", "");
	return OK;
}

bool biller_place_of(struct str txn, struct biller_place *out)
{
	uint64_t high = 0;
	uint16_t low = 0;

	if (txn.n > BILLER_TXN_CHARS)
		return false;
	for (size_t i = 0; i < BILLER_TXN_CHARS; i++) {
		unsigned digit = 0;

		if (i < txn.n && (txn.p[i] < '0' || txn.p[i] > '9'))
			return false;
		if (i < txn.n)
			digit = (unsigned)(txn.p[i] - '0') + 1;
		if (i < 16)
			high = high << 4 | digit;
		else
			low = (uint16_t)((unsigned)low << 4 | digit);
	}
	*out = (struct biller_place){.high = high, .low = low};
	return true;
}

static int by_place(const void *a, const void *b)
{
	const struct biller_place *x = a, *y = b;
	int c = biller_place_cmp(x, y);

	return c ? c : (x->at > y->at) - (x->at < y->at);
}

/* Sets the order of the rows as they are now. */
static void sort(struct biller_register *r)
{
	bool ascending = true;

	for (size_t i = 0; i < r->count; i++) {
		must(biller_place_of(biller_row_txn(biller_register_at(r, i)), &r->order[i]));
		r->order[i].at = (uint32_t)i;
		ascending = ascending &&
			    (i == 0 || biller_place_cmp(&r->order[i - 1], &r->order[i]) < 0);
	}
	if (!ascending)
		qsort(r->order, r->count, sizeof(*r->order), by_place);
}

/* Taken and taken back by the same file: what is left is a payment that was not taken. */
static bool undo(struct biller_register *r, struct biller_row *x, struct biller_row *y)
{
	struct biller_row *payment = x->reversal ? y : x, *back = x->reversal ? x : y;

	if (!back->reversal || !payment->taken || money_cmp(payment->sum, back->sum) != 0 ||
		!money_sub(r->sum, payment->sum, &r->sum))
		return false;
	payment->taken = false;
	back->txn_n = 0;
	return true;
}

/* Those of one number lie beside each other. */
static ST undo_twins(struct ctx *cx, struct biller_register *r, const char *field, bool *undone)
{
	for (size_t i = 1; i < r->count; i++) {
		struct biller_place *twin = &r->order[i];
		struct biller_row *before = biller_register_at(r, twin[-1].at);
		struct biller_row *row = biller_register_at(r, twin->at);

		if (biller_place_cmp(&twin[-1], twin) != 0)
			continue;
		if (!undo(r, before, row))
			return fail_in(cx, row->line, field, VALUE_TWICE, "%.*s",
				STR(biller_row_txn(row)));
		if (!row->txn_n)
			twin->at = twin[-1].at;
		*undone = true;
	}
	return OK;
}

ST biller_register_close(struct ctx *cx, struct biller_register *r, const char *field)
{
	bool undone = false;
	size_t kept = 0;

	r->order = arena_alloc(r->arena, (r->count + 1) * sizeof(*r->order));
	sort(r);
	TRY(undo_twins(cx, r, field, &undone));
	if (!undone)
		return OK;
	for (size_t i = 0; i < r->count; i++)
		if (biller_register_at(r, i)->txn_n)
			*biller_register_at(r, kept++) = *biller_register_at(r, i);
	r->count = kept;
	sort(r);
	return OK;
}

/* ---- The whole ------------------------------------------------------------------------------- */

/* A sum with both its tiyn, a status and other words are whole; "42" may have been "4250.00". */
static bool may_be_cut(const struct places *at, struct str last)
{
	int place = (int)at->columns - 1;

	if (place == at->at[BILLER_C_SUM])
		return last.n < 3 || (last.p[last.n - 3] != '.' && last.p[last.n - 3] != ',');
	return place == at->at[BILLER_C_TXN];
}

static ST check_end(
	struct ctx *cx, const struct biller_profile *p, struct csv *csv, const struct places *at)
{
	if (csv->rest.n == 0 && csv->rest.p[-1] != '\n' && csv->rest.p[-1] != '\r' &&
		may_be_cut(at, str_trim(csv->cells[csv->count - 1])))
		return fail_in(cx, csv->line,
			p->columns[at->columns - 1 == (size_t)at->at[BILLER_C_SUM] ? BILLER_C_SUM
										   : BILLER_C_TXN],
			FILE_TRUNCATED, "%s", "");
	return OK;
}

/* What a row needs while it is read, a cell with quotes in it, is given back with each. */
static ST read_rows(struct ctx *cx, const struct biller_profile *p, const struct biller_input *in,
	struct biller_register *out)
{
	struct csv csv = csv_start(in->text);
	struct places at;
	bool more;

	TRY(csv_next(cx, &csv, &more));
	if (!more)
		return fail(cx, FILE_EMPTY, "%s", "");
	TRY(read_header(cx, p, &csv, &at));
	for (;;) {
		struct biller_row row;

		arena_reset(cx->arena);
		TRY(csv_next(cx, &csv, &more));
		if (!more)
			return OK;
		TRY(read_row(cx, p, &csv, &at, &row));
		TRY(check_end(cx, p, &csv, &at));
		TRY(biller_register_add(cx, out, &row));
		if (in->passed && out->count % PASSED_ROWS == 0)
			in->passed(in->passed_arg, csv.rest.p);
	}
}

ST biller_register_parse(struct ctx *cx, const struct biller_profile *p,
	const struct biller_input *in, struct biller_register *out)
{
	struct ctx reading = *cx;
	enum st st;

	*out = biller_register_new(cx->arena);
	reading.arena = arena_new(LIMIT_ARENA_BYTES);
	st = read_rows(&reading, p, in, out);
	arena_free(reading.arena);
	cx->err = reading.err;
	TRY(st);
	return biller_register_close(cx, out, p->columns[BILLER_C_TXN]);
}
