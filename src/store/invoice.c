/* SPDX-License-Identifier: Apache-2.0 */
#include "store/invoice.h"

#include <stdlib.h>

#include "base/check.h"
#include "limits.h"

enum { INVOICES_AT_ONCE = 64 };

STMT(invoice_read, READ, 1, 5, "$1 invoice",
	"SELECT person, amount, months, made_at, expires_at FROM invoice WHERE invoice = $1");
/* Many at once: most of the price of a row is starting and ending its statement. */
STMT(invoice_persons, READ, 64, 2, "report",
	"SELECT invoice, person FROM invoice WHERE invoice IN"
	"  ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,"
	"  $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32,"
	"  $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47,"
	"  $48, $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62,"
	"  $63, $64)");
STMT(invoice_month_read, READ, 1, 3, "$1 invoice",
	"SELECT month, payer_kind, amount FROM invoice_month WHERE invoice = $1 ORDER BY month");
STMT(invoice_insert, WRITE, 6, 0, "$1 invoice",
	"INSERT INTO invoice (invoice, person, amount, months, made_at, expires_at)"
	"  VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (invoice) DO NOTHING");
STMT(invoice_month_insert, WRITE, 4, 0, "$1 invoice",
	"INSERT INTO invoice_month (invoice, month, payer_kind, amount) VALUES ($1, $2, $3, $4)");
STMT(invoice_paid_insert, WRITE, 4, 0, "$1 invoice",
	"INSERT INTO invoice_paid (invoice, txn, bank, ref) VALUES ($1, $2, $3, $4)");
STMT(invoice_paid_read, READ, 2, 2, "$1 invoice",
	"SELECT bank, ref FROM invoice_paid WHERE invoice = $1 ORDER BY txn, bank, ref LIMIT $2");

/* Somebody waits for each of these: asked together once a second, the last one again to the end. */
STMT(invoice_paid_64, READ, 64, 2, "report",
	"SELECT invoice, count(*) FROM invoice_paid WHERE invoice IN"
	"  ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, "
	"   $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, "
	"   $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, "
	"   $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64)"
	"  GROUP BY invoice");

static ST read_month(struct ctx *cx, const struct rows *r, struct invoice_month *out)
{
	int64_t kind = rows_int(r, 1);

	if (kind < 0 || kind >= PAYER_COUNT)
		return fail(cx, DB_BROKEN, "%s", "kind of payer of an invoice");
	out->kind = (enum payer_kind)kind;
	out->sum = rows_money(r, 2);
	return rows_month(cx, r, 0, &out->month);
}

static ST read_months(struct ctx *cx, struct db *db, size_t want, struct invoice *out)
{
	struct rows r;
	bool row;
	enum st st;

	if (want == 0 || want > LIMIT_INVOICE_MONTHS)
		return fail(cx, DB_BROKEN, "%s", "months of an invoice");
	out->months = arena_array(cx->arena, want, sizeof(*out->months));
	TRY(db_query(cx, db, &stmt_invoice_month_read, ARGS(a_int(out->no.n)), &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row && out->month_count < want)
		if ((st = read_month(cx, &r, &out->months[out->month_count++])) != OK)
			break;
	rows_end(&r);
	TRY(st);
	return out->month_count == want && !row
		       ? OK
		       : fail(cx, DB_BROKEN, "%s", "number of months of an invoice");
}

ST invoice_find(
	struct ctx *cx, struct db *db, struct invoice_no no, struct invoice *out, bool *found)
{
	struct rows r;
	size_t months;

	*out = (struct invoice){.no = no};
	TRY(db_query_one(cx, db, &stmt_invoice_read, ARGS(a_int(no.n)), &r, found));
	if (!*found)
		return OK;
	out->person = rows_int(&r, 0);
	out->total = rows_money(&r, 1);
	months = (size_t)rows_int(&r, 2);
	out->made_at = rows_instant(&r, 3);
	out->expires_at = rows_instant(&r, 4);
	rows_end(&r);
	return read_months(cx, db, months, out);
}

static ST some_persons(
	struct ctx *cx, struct db *db, const int64_t *numbers, size_t n, int64_t *persons)
{
	struct db_arg args[INVOICES_AT_ONCE];
	struct rows r;
	bool row;
	enum st st;

	/* The last one again and again where there are fewer. */
	for (size_t i = 0; i < INVOICES_AT_ONCE; i++)
		args[i] = a_int(numbers[i < n ? i : n - 1]);
	TRY(db_query(cx, db, &stmt_invoice_persons, args, INVOICES_AT_ONCE, &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row)
		for (size_t i = 0; i < n; i++)
			if (numbers[i] == rows_int(&r, 0))
				persons[i] = rows_int(&r, 1);
	rows_end(&r);
	return st;
}

ST invoice_persons(
	struct ctx *cx, struct db *db, const int64_t *numbers, size_t count, int64_t *persons)
{
	for (size_t at = 0; at < count; at += INVOICES_AT_ONCE) {
		size_t n = count - at < INVOICES_AT_ONCE ? count - at : INVOICES_AT_ONCE;

		memset(persons + at, 0, n * sizeof(*persons));
		TRY(some_persons(cx, db, numbers + at, n, persons + at));
	}
	return OK;
}

ST invoice_add(struct ctx *cx, struct db *db, const struct invoice *in, bool *is_new)
{
	int64_t changed;

	must(in->month_count > 0 && in->month_count <= LIMIT_INVOICE_MONTHS);
	TRY(db_run(cx, db, &stmt_invoice_insert,
		ARGS(a_int(in->no.n), a_int(in->person), a_money(in->total),
			a_int((int64_t)in->month_count), a_instant(in->made_at),
			a_instant(in->expires_at)),
		&changed));
	*is_new = changed > 0;
	for (size_t i = 0; *is_new && i < in->month_count; i++) {
		const struct invoice_month *m = &in->months[i];

		TRY(db_run(cx, db, &stmt_invoice_month_insert,
			ARGS(a_int(in->no.n), a_month(m->month), a_int(m->kind), a_money(m->sum)),
			NULL));
	}
	return OK;
}

ST invoice_add_payment(
	struct ctx *cx, struct db *db, struct invoice_no no, const struct bank_txn *t)
{
	return db_run(cx, db, &stmt_invoice_paid_insert,
		ARGS(a_int(no.n), a_int(t->txn), a_text(t->bank), a_text(t->ref)), NULL);
}

static int by_time(const void *a, const void *b)
{
	const struct bank_txn *x = a, *y = b;

	return (x->at.us > y->at.us) - (x->at.us < y->at.us);
}

struct paid_ref {
	struct str bank, ref;
};

static ST read_refs(
	struct ctx *cx, struct db *db, struct invoice_no no, struct paid_ref *out, size_t *count)
{
	struct rows r;
	bool row;
	enum st st;

	*count = 0;
	TRY(db_query(cx, db, &stmt_invoice_paid_read,
		ARGS(a_int(no.n), a_int(LIMIT_INVOICE_PAYMENTS)), &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row) {
		out[*count].bank = str_copy(cx->arena, rows_text(&r, 0));
		out[(*count)++].ref = str_copy(cx->arena, rows_text(&r, 1));
	}
	rows_end(&r);
	return st;
}

static ST count_some(
	struct ctx *cx, struct db *db, const struct invoice_no *nos, size_t n, int64_t *counts)
{
	struct db_arg args[INVOICES_AT_ONCE];
	struct rows r;
	bool row;
	enum st st;

	for (size_t i = 0; i < INVOICES_AT_ONCE; i++)
		args[i] = a_int(nos[i < n ? i : n - 1].n);
	TRY(db_query(cx, db, &stmt_invoice_paid_64, args, INVOICES_AT_ONCE, &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row)
		for (size_t i = 0; i < n; i++)
			if (nos[i].n == rows_int(&r, 0))
				counts[i] = rows_int(&r, 1);
	rows_end(&r);
	return st;
}

ST invoice_count_payments(
	struct ctx *cx, struct db *db, const struct invoice_no *nos, size_t n, int64_t *counts)
{
	memset(counts, 0, n * sizeof(*counts));
	for (size_t i = 0; i < n; i += INVOICES_AT_ONCE)
		TRY(count_some(cx, db, nos + i, n - i < INVOICES_AT_ONCE ? n - i : INVOICES_AT_ONCE,
			counts + i));
	return OK;
}

ST invoice_payments(
	struct ctx *cx, struct db *db, struct invoice_no no, struct bank_txn **out, size_t *count)
{
	struct paid_ref refs[LIMIT_INVOICE_PAYMENTS];
	bool found;

	TRY(read_refs(cx, db, no, refs, count));
	*out = arena_array(cx->arena, *count + 1, sizeof(**out));
	for (size_t i = 0; i < *count; i++) {
		TRY(bank_txn_find(cx, db, refs[i].bank, refs[i].ref, &(*out)[i], &found));
		if (!found)
			return fail(cx, DB_BROKEN, "%s", "payment of an invoice");
	}
	if (*count > 1)
		qsort(*out, *count, sizeof(**out), by_time);
	return OK;
}
