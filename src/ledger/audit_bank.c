/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What banks reported: each transaction is its payment lines and its advance, posted once, with one
 * answer; what was taken back went back whole.
 */
#include "ledger/audit_work.h"

#include <stdlib.h>

#include "base/check.h"
#include "store/payments.h"

STMT(audit_bank_txns, STREAM, 0, 12, "report",
	"SELECT b.txn, b.bank, b.ref, b.person, b.amount, b.placed, b.advance, b.lines, b.day,"
	"  b.answer, CASE WHEN c.txn IS NULL THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END,"
	"  b.posted FROM bank_txn AS b LEFT JOIN bank_cancel AS c"
	"  ON c.txn = b.txn AND c.bank = b.bank AND c.ref = b.ref ORDER BY b.txn, b.bank, b.ref");
STMT(audit_bank_cancels, READ, 0, 1, "report",
	"SELECT count(*) FROM bank_cancel AS c WHERE NOT EXISTS (SELECT 1 FROM bank_txn AS b"
	"  WHERE b.txn = c.txn AND b.bank = c.bank AND b.ref = c.ref)");
STMT(audit_advances, STREAM, 0, 4, "report",
	"SELECT person, txn, returned, amount FROM advance ORDER BY person, txn, returned");

STMT(audit_advances_used, STREAM, 0, 5, "report",
	"SELECT person, txn, event, released, amount FROM advance_used"
	"  ORDER BY person, txn, event, released");
STMT(audit_events, STREAM, 0, 2, "report",
	"SELECT DISTINCT u.event, u.person FROM advance_used AS u WHERE NOT EXISTS"
	"  (SELECT 1 FROM bank_txn AS b WHERE b.txn = u.event)");

struct audit_bank *audit_bank_find(struct audit_work *w, int64_t txn)
{
	size_t from = 0, to = w->bank_count;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (w->banks[mid].txn < txn)
			from = mid + 1;
		else
			to = mid;
	}
	return from < w->bank_count && w->banks[from].txn == txn ? &w->banks[from] : NULL;
}

static void wrong(struct audit_work *w, int64_t txn, const char *what, int64_t by)
{
	audit_found(w, AUDIT_BANK, by, "transaction %016llx: %s", (unsigned long long)txn, what);
}

static void txn_row(struct audit_work *w, const struct rows *r, struct audit_bank *b)
{
	struct day day;

	b->txn = rows_int(r, 0);
	b->person = rows_int(r, 3);
	b->amount = rows_int(r, 4);
	b->placed = rows_int(r, 5);
	b->advance = rows_int(r, 6);
	b->lines = rows_int(r, 7);
	b->cancelled = rows_int(r, 10) != 0;
	b->posted = rows_int(r, 11);
	w->report->counted[AUDIT_BANK]++;
	if (doc_key(rows_text(r, 1), rows_text(r, 2)) != b->txn)
		wrong(w, b->txn, "key", 0);
	if (b->amount <= 0 || b->placed < 0 || b->advance < 0 ||
		b->placed + b->advance != b->amount)
		wrong(w, b->txn, "sum", b->placed + b->advance - b->amount);
	if (!day_from_number(rows_int(r, 8), &day))
		wrong(w, b->txn, "day", 0);
	if (rows_bytes(r, 9).n == 0)
		wrong(w, b->txn, "no answer", 0);
}

static int by_key(const void *a, const void *b)
{
	const struct audit_bank *x = a, *y = b;

	return (x->txn > y->txn) - (x->txn < y->txn);
}

/* Turns of the month, in one order with the transactions. */
static ST events(struct ctx *cx, struct db *db, struct audit_work *w, size_t *cap)
{
	struct rows r;
	bool row;
	enum st st;

	TRY(db_query(cx, db, &stmt_audit_events, NO_ARGS, &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row)
		*ARENA_PUSH(w->arena, w->banks, w->bank_count, *cap) =
			(struct audit_bank){.txn = rows_int(&r, 0),
				.person = rows_int(&r, 1),
				.posted = rows_int(&r, 0),
				.is_event = true};
	rows_end(&r);
	if (w->bank_count)
		qsort(w->banks, w->bank_count, sizeof(*w->banks), by_key);
	return st;
}

static ST txns(struct ctx *cx, struct db *db, struct audit_work *w)
{
	size_t cap = 0;
	struct rows r;
	bool row;
	enum st st;

	TRY(db_query(cx, db, &stmt_audit_bank_txns, NO_ARGS, &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row) {
		struct audit_bank *b = ARENA_PUSH(w->arena, w->banks, w->bank_count, cap);

		*b = (struct audit_bank){0};
		txn_row(w, &r, b);
		if (w->bank_count > 1 && b[-1].txn == b->txn)
			wrong(w, b->txn, "two numbers have one key", 0);
	}
	rows_end(&r);
	TRY(st);
	return events(cx, db, w, &cap);
}

static ST advances(struct ctx *cx, struct db *db, struct audit_work *w)
{
	struct rows r;
	bool row;
	enum st st;

	TRY(db_query(cx, db, &stmt_audit_advances, NO_ARGS, &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row) {
		struct audit_bank *b = audit_bank_find(w, rows_int(&r, 1));

		if (!b || b->person != rows_int(&r, 0))
			wrong(w, rows_int(&r, 1), "advance of nobody", rows_int(&r, 3));
		else if (rows_int(&r, 2))
			b->advance_back += rows_int(&r, 3);
		else
			b->advance_kept += rows_int(&r, 3);
	}
	rows_end(&r);
	return st;
}

static ST advances_used(struct ctx *cx, struct db *db, struct audit_work *w)
{
	struct rows r;
	bool row;
	enum st st;

	TRY(db_query(cx, db, &stmt_audit_advances_used, NO_ARGS, &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row) {
		struct audit_bank *whose = audit_bank_find(w, rows_int(&r, 1));
		struct audit_bank *by = audit_bank_find(w, rows_int(&r, 2));
		int64_t amount = rows_int(&r, 4);

		if (!whose || whose->is_event || !by || whose->person != rows_int(&r, 0) ||
			by->person != whose->person) {
			wrong(w, rows_int(&r, 1), "advance used by nobody", amount);
		} else if (rows_int(&r, 3)) {
			whose->freed_rows += amount;
			by->released_rows += amount;
		} else {
			whose->used_rows += amount;
			by->placed_rows += amount;
		}
	}
	rows_end(&r);
	return st;
}

ST audit_banks(struct ctx *cx, struct db *db, struct audit_work *w)
{
	struct rows r;
	bool row;

	TRY(txns(cx, db, w));
	TRY(advances(cx, db, w));
	TRY(advances_used(cx, db, w));
	TRY(db_query_one(cx, db, &stmt_audit_bank_cancels, NO_ARGS, &r, &row));
	if (row && rows_int(&r, 0) > 0)
		audit_found(w, AUDIT_BANK, 0, "%lld cancellations of nothing",
			(long long)rows_int(&r, 0));
	if (row)
		rows_end(&r);
	return OK;
}

/* Adds a line or takes it off again when it is posted; what is left at the end is wrong. */
static void count_kind(struct audit_work *w, int64_t kind, int64_t knp, int64_t amount)
{
	must(kind >= 0 && kind < AUDIT_KINDS && knp >= 0 && knp < AUDIT_KNPS);
	w->bank_kinds[kind][knp] += amount;
}

/* `b` brought the line: its own money, or that of an advance. */
void audit_bank_line(struct audit_work *w, struct audit_bank *b, const struct audit_line *l)
{
	struct audit_bank *whose = l->doc == b->txn ? b : audit_bank_find(w, l->doc);

	if (l->person != b->person || !whose || whose->person != b->person)
		wrong(w, b->txn, "a line of somebody else", l->amount);
	if (whose == b) {
		b->counted_lines++;
		b->counted += l->amount;
	} else {
		b->placed_lines++;
		b->placed_for += l->amount;
		if (whose)
			whose->used += l->amount;
	}
	b->check += l->check;
	count_kind(w, l->kind, l->knp, l->amount);
}

/* `b` was cancelled: its own money goes back to the bank, that of others is theirs again. */
void audit_bank_refund(struct audit_work *w, struct audit_bank *b, const struct audit_line *l)
{
	struct audit_bank *whose = l->doc == b->txn ? b : audit_bank_find(w, l->doc);

	if (whose == b) {
		b->back_lines++;
		b->back += l->amount;
	} else {
		b->released_lines++;
		b->released += l->amount;
		if (whose)
			whose->freed += l->amount;
	}
	b->check_back += l->check;
	count_kind(w, l->kind, l->knp, -l->amount);
}

void audit_bank_entry(struct audit_bank *b, int64_t seq, int64_t lines, uint64_t check)
{
	if (seq == 0) {
		b->posted_lines += lines;
		b->posted_check += check;
	} else {
		b->posted_back_lines += lines;
		b->posted_check_back += check;
	}
}

void audit_bank_posting(
	struct audit_work *w, struct audit_bank *b, int64_t recipe, const struct audit_line *l)
{
	switch (recipe) {
	case 1: /* received */
		b->posted_own += l->amount;
		count_kind(w, l->kind, l->knp, -l->amount);
		break;
	case 3: /* allocated */
		b->posted_used += l->amount;
		count_kind(w, l->kind, l->knp, -l->amount);
		break;
	case 12: /* reversed */
		b->posted_back += l->amount;
		count_kind(w, l->kind, l->knp, l->amount);
		break;
	case 13: /* released */
		b->posted_released += l->amount;
		count_kind(w, l->kind, l->knp, l->amount);
		break;
	case 2: /* suspense */
		b->posted_advance += l->amount;
		break;
	case 4: /* returned */
		b->posted_advance_back += l->amount;
		break;
	default:
		wrong(w, b->txn, "a posting of another kind", l->amount);
	}
}

/* What the entry that a transaction names must stand for. */
static void add_due(struct audit_work *w, const struct audit_bank *b)
{
	struct audit_bank *at = audit_bank_find(w, b->posted);

	if (!at) {
		wrong(w, b->txn, "no entry", b->amount);
		return;
	}
	at->due_own += b->counted;
	at->due_used += b->placed_for;
	at->due_advance += b->advance;
	at->due_lines += b->counted_lines + b->placed_lines;
	at->due_check += b->check;
}

static void compare_rows(struct audit_work *w, const struct audit_bank *b)
{
	int64_t left = b->advance_kept - b->used_rows + b->freed_rows;

	if (b->counted != b->placed || b->counted_lines != b->lines)
		wrong(w, b->txn, "lines", b->counted - b->placed);
	if (b->advance_kept != b->advance || left < 0 ||
		b->advance_back != (b->cancelled ? left : 0))
		wrong(w, b->txn, "advance", b->advance_kept - b->advance);
	if (b->used != b->used_rows || b->placed_for != b->placed_rows ||
		b->freed != b->freed_rows || b->released != b->released_rows)
		wrong(w, b->txn, "advances used", b->used - b->used_rows);
	if (b->cancelled ? b->back + b->freed != b->counted + b->used
			 : b->back || b->released || b->posted_back_lines)
		wrong(w, b->txn, "cancellation", b->back);
	if (b->posted_back != b->back || b->posted_released != b->released ||
		b->posted_advance_back != b->advance_back ||
		b->posted_back_lines != b->back_lines + b->released_lines)
		wrong(w, b->txn, "postings of the cancellation", b->posted_back - b->back);
}

static void compare(struct audit_work *w, const struct audit_bank *b)
{
	int64_t suspended = money_to_tiyn(w->report->suspended);

	compare_rows(w, b);
	if (b->posted_own != b->due_own || b->posted_used != b->due_used ||
		b->posted_advance != b->due_advance)
		wrong(w, b->txn, "postings",
			b->posted_own + b->posted_advance - b->due_own - b->due_advance);
	if (b->posted_lines != b->due_lines)
		wrong(w, b->txn, "number of posted lines", 0);
	suspended += b->advance_kept - b->advance_back - b->used_rows + b->freed_rows;
	w->report->suspended = money_tiyn(suspended);
	w->report->counted[AUDIT_CHECKS]++;
	if (b->posted_check != b->due_check || b->posted_check_back != b->check_back)
		audit_found(w, AUDIT_CHECKS, 0, "transaction %016llx: a line is not what it was",
			(unsigned long long)b->txn);
}

void audit_compare_banks(struct audit_work *w)
{
	for (size_t i = 0; i < w->bank_count; i++)
		add_due(w, &w->banks[i]);
	for (size_t i = 0; i < w->bank_count; i++)
		compare(w, &w->banks[i]);
	for (int kind = 0; kind < AUDIT_KINDS; kind++)
		for (int knp = 0; knp < AUDIT_KNPS; knp++)
			if (w->bank_kinds[kind][knp])
				audit_found(w, AUDIT_BANK, w->bank_kinds[kind][knp],
					"postings of payer kind %d, purpose %d", kind, knp);
}
