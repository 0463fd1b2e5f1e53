/* SPDX-License-Identifier: Apache-2.0 */
#include "store/bank.h"

#include "base/check.h"
#include "store/people.h"

#define TXN_COLUMNS                                                                                \
	" b.txn, b.bank, b.ref, b.digest, b.person, b.amount, b.placed, b.advance, b.lines, "      \
	"b.day,"                                                                                   \
	" b.bank_time, b.taken_at,"                                                                \
	" CASE WHEN c.txn IS NULL THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END"
#define TXN_TABLES                                                                                 \
	" FROM bank_txn AS b LEFT JOIN bank_cancel AS c"                                           \
	"  ON c.txn = b.txn AND c.bank = b.bank AND c.ref = b.ref"

STMT(bank_txn_read, READ, 3, 14, "$1 txn",
	"SELECT" TXN_COLUMNS ", b.answer" TXN_TABLES
	"  WHERE b.txn = $1 AND b.bank = $2 AND b.ref = $3");
STMT(bank_txn_insert, WRITE, 13, 0, "$1 txn",
	"INSERT INTO bank_txn (txn, bank, ref, digest, person, amount, placed, advance, lines, day,"
	"  bank_time, taken_at, answer)"
	"  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
	"  ON CONFLICT (txn, bank, ref) DO NOTHING");
/* The index of the day has the rows in this order: nothing is sorted. */
STMT(bank_taken_day, STREAM, 2, 5, "report",
	"SELECT b.txn, b.ref, b.person, b.amount,"
	"  CASE WHEN c.txn IS NULL THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END" TXN_TABLES
	"  WHERE b.bank = $1 AND b.day = $2 ORDER BY b.txn");
STMT(bank_cancel_read, READ, 3, 2, "$1 txn",
	"SELECT cancelled_at, answer FROM bank_cancel WHERE txn = $1 AND bank = $2 AND ref = $3");
STMT(bank_cancel_insert, WRITE, 5, 0, "$1 txn",
	"INSERT INTO bank_cancel (txn, bank, ref, cancelled_at, answer)"
	"  VALUES ($1, $2, $3, $4, $5) ON CONFLICT (txn, bank, ref) DO NOTHING");
STMT(bank_payments, READ, 2, 9, "$1 person",
	"SELECT p.month, p.line, p.knp, p.payer_kind, p.payer, p.amount, p.paid_on, p.known_since,"
	"  p.doc FROM month_held AS m CROSS JOIN payment AS p"
	"  WHERE p.month = m.month AND p.person = $1 AND p.doc = $2 ORDER BY p.month, p.line");
STMT(bank_refunds, READ, 2, 1, "$1 person",
	"SELECT CAST(coalesce(SUM(amount), 0) AS BIGINT) FROM refund"
	"  WHERE person = $1 AND doc = $2");
STMT(advance_insert, WRITE, 4, 0, "$1 person",
	"INSERT INTO advance (person, txn, returned, amount) VALUES ($1, $2, $3, $4)");
STMT(advance_read, READ, 1, 1, "$1 person",
	"SELECT CAST(coalesce(SUM(CASE WHEN returned = 0 THEN amount ELSE 0 - amount END), 0)"
	"  AS BIGINT) FROM advance WHERE person = $1");

int64_t bank_txn_key(struct str bank, struct str ref)
{
	return doc_key(bank, ref);
}

static ST txn_columns(struct ctx *cx, const struct rows *r, struct bank_txn *out)
{
	struct str digest = rows_bytes(r, 3);

	if (digest.n != sizeof(out->digest.bytes))
		return fail(cx, DB_BROKEN, "%s", "digest of a transaction");
	memcpy(out->digest.bytes, digest.p, digest.n);
	out->txn = rows_int(r, 0);
	out->bank = rows_text(r, 1);
	out->ref = rows_text(r, 2);
	out->person = rows_int(r, 4);
	out->sum = rows_money(r, 5);
	out->placed = rows_money(r, 6);
	out->advance = rows_money(r, 7);
	out->lines = (size_t)rows_int(r, 8);
	out->time = rows_int(r, 10);
	out->at = rows_instant(r, 11);
	out->cancelled = rows_int(r, 12) != 0;
	return rows_day(cx, r, 9, &out->day);
}

ST bank_txn_find(struct ctx *cx, struct db *db, struct str bank, struct str ref,
	struct bank_txn *out, bool *found)
{
	struct rows r;
	enum st st;

	*out = (struct bank_txn){0};
	TRY(db_query_one(cx, db, &stmt_bank_txn_read,
		ARGS(a_int(bank_txn_key(bank, ref)), a_text(bank), a_text(ref)), &r, found));
	if (!*found)
		return OK;
	st = txn_columns(cx, &r, out);
	out->bank = str_copy(cx->arena, out->bank);
	out->ref = str_copy(cx->arena, out->ref);
	out->answer = str_copy(cx->arena, rows_bytes(&r, 13));
	rows_end(&r);
	return st;
}

ST bank_txn_add(struct ctx *cx, struct db *db, const struct bank_txn *t, bool *is_new)
{
	int64_t changed;

	must(t->bank.n <= 32 && t->ref.n <= 64 && t->answer.n > 0);
	TRY(db_run(cx, db, &stmt_bank_txn_insert,
		ARGS(a_int(t->txn), a_text(t->bank), a_text(t->ref),
			a_bytes(t->digest.bytes, sizeof(t->digest.bytes)), a_int(t->person),
			a_money(t->sum), a_money(t->placed), a_money(t->advance),
			a_int((int64_t)t->lines), a_day(t->day), a_int(t->time), a_instant(t->at),
			a_bytes(t->answer.p, t->answer.n)),
		&changed));
	*is_new = changed > 0;
	if (!*is_new || money_is_zero(t->advance))
		return OK;
	return db_run(cx, db, &stmt_advance_insert,
		ARGS(a_int(t->person), a_int(t->txn), a_int(0), a_money(t->advance)), NULL);
}

ST bank_cancel_find(struct ctx *cx, struct db *db, const struct bank_txn *t,
	struct bank_cancel *out, bool *found)
{
	struct rows r;

	*out = (struct bank_cancel){0};
	TRY(db_query_one(cx, db, &stmt_bank_cancel_read,
		ARGS(a_int(t->txn), a_text(t->bank), a_text(t->ref)), &r, found));
	if (!*found)
		return OK;
	out->at = rows_instant(&r, 0);
	out->answer = str_copy(cx->arena, rows_bytes(&r, 1));
	rows_end(&r);
	return OK;
}

ST bank_cancel_add(struct ctx *cx, struct db *db, const struct bank_txn *t,
	const struct bank_cancel *c, bool *is_new)
{
	int64_t changed;

	TRY(db_run(cx, db, &stmt_bank_cancel_insert,
		ARGS(a_int(t->txn), a_text(t->bank), a_text(t->ref), a_instant(c->at),
			a_bytes(c->answer.p, c->answer.n)),
		&changed));
	*is_new = changed > 0;
	if (!*is_new || money_is_zero(t->advance))
		return OK;
	return db_run(cx, db, &stmt_advance_insert,
		ARGS(a_int(t->person), a_int(t->txn), a_int(1), a_money(t->advance)), NULL);
}

static ST line_columns(struct ctx *cx, const struct rows *r, struct payment_fact *f)
{
	int64_t kind = rows_int(r, 3);

	if (!knp_from_number(rows_int(r, 2), &f->knp) || kind < 0 || kind >= PAYER_COUNT)
		return fail(cx, DB_BROKEN, "%s", "payment line");
	f->line = (uint32_t)rows_int(r, 1);
	f->payer_kind = (enum payer_kind)kind;
	f->sum = rows_money(r, 5);
	f->doc = (uint64_t)rows_int(r, 8);
	TRY(rows_month(cx, r, 0, &f->month));
	TRY(rows_iin(cx, r, 4, &f->has_payer, &f->payer));
	TRY(rows_day(cx, r, 6, &f->paid_on));
	return rows_day(cx, r, 7, &f->known_since);
}

ST bank_lines(struct ctx *cx, struct db *db, const struct iin *iin, const struct bank_txn *t,
	struct payment_line **out, size_t *count)
{
	size_t cap = 0;
	struct rows r;
	bool row;
	enum st st;

	*out = NULL;
	*count = 0;
	TRY(db_query(cx, db, &stmt_bank_payments, ARGS(a_int(t->person), a_int(t->txn)), &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row) {
		struct payment_line *l = ARENA_PUSH(cx->arena, *out, *count, cap);

		*l = (struct payment_line){.iin = *iin, .person = t->person};
		st = line_columns(cx, &r, &l->fact);
		if (st != OK)
			break;
	}
	rows_end(&r);
	return st;
}

static ST one_sum(struct ctx *cx, struct db *db, const struct stmt *stmt, const struct db_arg *args,
	struct money *out)
{
	struct rows r;
	bool found;

	TRY(db_query_one(cx, db, stmt, args, (size_t)stmt->args, &r, &found));
	must(found);
	*out = rows_money(&r, 0);
	rows_end(&r);
	return OK;
}

ST bank_returned(struct ctx *cx, struct db *db, const struct bank_txn *t, struct money *out)
{
	const struct db_arg args[] = {a_int(t->person), a_int(t->txn)};

	return one_sum(cx, db, &stmt_bank_refunds, args, out);
}

ST bank_advance(struct ctx *cx, struct db *db, int64_t person, struct money *out)
{
	const struct db_arg args[] = {a_int(person)};

	return one_sum(cx, db, &stmt_advance_read, args, out);
}

ST bank_taken_each(struct ctx *cx, struct db *db, struct bank_day day, bank_taken_fn *fn, void *arg)
{
	struct rows r;
	bool row;
	enum st st;

	TRY(db_query(cx, db, &stmt_bank_taken_day, ARGS(a_text(day.bank), a_day(day.day)), &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row) {
		const struct bank_taken t = {.txn = rows_int(&r, 0),
			.ref = rows_text(&r, 1),
			.person = rows_int(&r, 2),
			.sum = rows_money(&r, 3),
			.cancelled = rows_int(&r, 4) != 0};

		st = fn(cx, arg, &t);
		if (st != OK)
			break;
	}
	rows_end(&r);
	return st;
}
