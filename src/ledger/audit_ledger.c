/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/audit_work.h"

#include "base/check.h"

STMT(audit_transfers, STREAM, 0, 8, "report",
	"SELECT t.unit, t.seq, t.recipe, t.debit, t.credit, t.amount,"
	"  coalesce(d.kind, 0), coalesce(c.kind, 0) FROM transfer AS t"
	"  LEFT JOIN account AS d ON d.account = t.debit"
	"  LEFT JOIN account AS c ON c.account = t.credit ORDER BY t.unit, t.seq, t.place");
STMT(audit_entries, STREAM, 0, 6, "report",
	"SELECT e.unit, e.seq, e.lines, e.lines_check, e.transfers, count(t.place)"
	"  FROM entry AS e LEFT JOIN transfer AS t ON t.unit = e.unit AND t.seq = e.seq"
	"  GROUP BY e.unit, e.seq, e.lines, e.lines_check, e.transfers ORDER BY e.unit, e.seq");
STMT(audit_seals, READ, 0, 3, "report", "SELECT day, entries, digest FROM seal ORDER BY day");
STMT(audit_sealed, STREAM, 1, 12, "report",
	"SELECT e.unit, e.seq, e.posted_at, e.law, e.lines, e.lines_check, e.transfers,"
	"  coalesce(t.place, 0), coalesce(t.recipe, 0), coalesce(t.debit, 0),"
	"  coalesce(t.credit, 0), coalesce(t.amount, 0)"
	"  FROM entry AS e LEFT JOIN transfer AS t ON t.unit = e.unit AND t.seq = e.seq"
	"  WHERE e.day = $1 ORDER BY e.unit, e.seq, t.place");
STMT(audit_unsealed, READ, 0, 1, "report",
	"SELECT count(*) FROM (SELECT DISTINCT day FROM entry) AS e"
	"  WHERE e.day < (SELECT coalesce(max(day), 0) FROM seal)"
	"  AND NOT EXISTS (SELECT 1 FROM seal AS s WHERE s.day = e.day)");

/* Kinds of account that each recipe joins, written down a second time on purpose. */
static const struct {
	int recipe, debit, credit;
} allowed[] = {
	{1, 1, 2},
	{2, 1, 3},
	{3, 3, 2},
	{4, 3, 1},
	{5, 2, 4},
	{6, 4, 1},
	{7, 5, 1},
	{8, 6, 7},
	{9, 1, 6},
	{10, 8, 9},
	{11, 1, 8},
	{12, 2, 1},
	{13, 2, 3},
};

/* Kinds whose credits are never less than their debits (+1) or never more (-1). */
static const int never_below[AUDIT_ACCOUNT_KINDS] = {
	[1] = -1, [2] = 1, [3] = 1, [4] = 1, [5] = -1, [7] = 1, [9] = 1};

static bool recipe_allows(int64_t recipe, int64_t debit, int64_t credit)
{
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		if (allowed[i].recipe == recipe)
			return allowed[i].debit == debit && allowed[i].credit == credit;
	return false;
}

/* 2 001 122 = kind 2, payer kind 0, purpose 122. */
static int64_t *cell_of(int64_t cells[AUDIT_KINDS][AUDIT_KNPS], int64_t account)
{
	int64_t payer = account / 1000 % 1000 - 1;
	enum knp knp;

	if (payer < 0 || payer >= AUDIT_KINDS || !knp_from_number(account % 1000, &knp))
		return NULL;
	return &cells[payer][knp];
}

static void subtract_posting(struct audit_doc *d, int64_t recipe, const struct rows *r)
{
	int64_t amount = rows_int(r, 5), *cell = NULL;

	if (recipe == 1)
		cell = cell_of(d->received, rows_int(r, 4));
	else if (recipe == 5)
		cell = cell_of(d->refunded, rows_int(r, 3));
	else if (recipe == 2)
		cell = &d->held;
	if (cell)
		*cell -= amount;
}

/* The sub-account of a reversal is the one that is debited. */
static void bank_posting(
	struct audit_work *w, struct audit_bank *b, int64_t recipe, const struct rows *r)
{
	bool off = recipe == 12 || recipe == 13;
	int64_t account = rows_int(r, off ? 3 : 4), payer = account / 1000 % 1000 - 1;
	struct audit_line l = {.amount = rows_int(r, 5)};
	enum knp knp = KNP_CONTRIBUTION;

	if ((recipe == 1 || recipe == 3 || off) &&
		(payer < 0 || payer >= AUDIT_KINDS || !knp_from_number(account % 1000, &knp))) {
		audit_found(w, AUDIT_BANK, l.amount, "transaction %016llx: account",
			(unsigned long long)b->txn);
		return;
	}
	l.kind = payer;
	l.knp = knp;
	audit_bank_posting(w, b, recipe, &l);
}

static void transfer_row(struct audit_work *w, const struct rows *r)
{
	int64_t recipe = rows_int(r, 2), amount = rows_int(r, 5);
	int64_t debit = rows_int(r, 6), credit = rows_int(r, 7);
	struct audit_doc *d = audit_doc_find(w, rows_int(r, 0));
	struct audit_bank *b = d ? NULL : audit_bank_find(w, rows_int(r, 0));

	w->report->counted[AUDIT_TRANSFERS]++;
	if (amount <= 0 || !recipe_allows(recipe, debit, credit) ||
		rows_int(r, 3) / 1000000 != debit || rows_int(r, 4) / 1000000 != credit) {
		audit_found(w, AUDIT_TRANSFERS, amount, "entry %016llx/%lld",
			(unsigned long long)rows_int(r, 0), (long long)rows_int(r, 1));
		return;
	}
	w->balance[debit] -= amount;
	w->balance[credit] += amount;
	if (d)
		subtract_posting(d, recipe, r);
	else if (b)
		bank_posting(w, b, recipe, r);
}

static ST entries(struct ctx *cx, struct db *db, struct audit_work *w)
{
	struct rows r;
	bool row;
	enum st st;

	TRY(db_query(cx, db, &stmt_audit_entries, NO_ARGS, &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row) {
		struct audit_doc *d = audit_doc_find(w, rows_int(&r, 0));
		struct audit_bank *b = d ? NULL : audit_bank_find(w, rows_int(&r, 0));

		if (rows_int(&r, 4) != rows_int(&r, 5))
			audit_found(w, AUDIT_TRANSFERS, 0, "entry %016llx/%lld: transfers missing",
				(unsigned long long)rows_int(&r, 0), (long long)rows_int(&r, 1));
		if (b)
			audit_bank_entry(
				b, rows_int(&r, 1), rows_int(&r, 2), (uint64_t)rows_int(&r, 3));
		if (!d)
			continue;
		d->posted_lines += rows_int(&r, 2);
		d->check -= (uint64_t)rows_int(&r, 3);
	}
	rows_end(&r);
	return st;
}

ST audit_transfers(struct ctx *cx, struct db *db, struct audit_work *w)
{
	struct rows r;
	bool row;
	enum st st;

	TRY(db_query(cx, db, &stmt_audit_transfers, NO_ARGS, &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row)
		transfer_row(w, &r);
	rows_end(&r);
	TRY(st);
	for (int kind = 1; kind < AUDIT_ACCOUNT_KINDS; kind++) {
		w->report->counted[AUDIT_BALANCES]++;
		if (w->balance[kind] * never_below[kind] < 0)
			audit_found(
				w, AUDIT_BALANCES, w->balance[kind], "accounts of kind %d", kind);
	}
	return entries(cx, db, w);
}

/* Seals ------------------------------------------------------------------------------------ */

static void add_text(struct digest_state *s, struct buf *b)
{
	must(!b->over);
	digest_add(s, b->p, b->n);
	b->n = 0;
}

static void add_sealed_row(struct digest_state *s, struct buf *b, const struct rows *r, bool first)
{
	if (first) {
		struct str law = rows_bytes(r, 3);

		buf_fmt(b, "entry %lld %lld %lld\n", (long long)rows_int(r, 0),
			(long long)rows_int(r, 1), (long long)rows_int(r, 2));
		digest_hex(b, law.p, law.n);
		buf_fmt(b, "\n%lld %lld %lld\n", (long long)rows_int(r, 4),
			(long long)rows_int(r, 5), (long long)rows_int(r, 6));
	}
	buf_fmt(b, "transfer %lld %lld %lld %lld %lld\n", (long long)rows_int(r, 7),
		(long long)rows_int(r, 8), (long long)rows_int(r, 9), (long long)rows_int(r, 10),
		(long long)rows_int(r, 11));
	add_text(s, b);
}

static ST sealed_day(
	struct ctx *cx, struct db *db, int64_t day, struct sha256 *chain, int64_t *entry_count)
{
	struct buf b = buf_new(cx->arena, 1024);
	struct digest_state s;
	int64_t unit = 0, seq = -1;
	struct rows r;
	bool row;
	enum st st;

	*entry_count = 0;
	digest_start(&s);
	digest_add(&s, chain->bytes, sizeof(chain->bytes));
	buf_fmt(&b, "day %lld\n", (long long)day);
	TRY(db_query(cx, db, &stmt_audit_sealed, ARGS(a_int(day)), &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row) {
		bool first = rows_int(&r, 0) != unit || rows_int(&r, 1) != seq;

		unit = rows_int(&r, 0);
		seq = rows_int(&r, 1);
		*entry_count += first;
		add_sealed_row(&s, &b, &r, first);
	}
	rows_end(&r);
	*chain = digest_end(&s);
	return st;
}

ST audit_seals(struct ctx *cx, struct db *db, struct audit_work *w)
{
	struct sha256 chain = {0};
	struct rows r, one;
	bool row;
	enum st st;

	TRY(db_query(cx, db, &stmt_audit_seals, NO_ARGS, &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row) {
		int64_t day = rows_int(&r, 0), count;
		struct str digest = rows_bytes(&r, 2);

		st = sealed_day(cx, db, day, &chain, &count);
		if (st != OK)
			break;
		w->report->counted[AUDIT_SEALS]++;
		if (count != rows_int(&r, 1) || digest.n != sizeof(chain.bytes) ||
			memcmp(digest.p, chain.bytes, sizeof(chain.bytes)) != 0)
			audit_found(w, AUDIT_SEALS, 0, "day %lld", (long long)day);
		if (digest.n == sizeof(chain.bytes))
			memcpy(chain.bytes, digest.p, sizeof(chain.bytes));
	}
	rows_end(&r);
	TRY(st);
	TRY(db_query_one(cx, db, &stmt_audit_unsealed, NO_ARGS, &one, &row));
	if (row && rows_int(&one, 0) > 0)
		audit_found(w, AUDIT_SEALS, 0, "%lld days without a seal before the last one",
			(long long)rows_int(&one, 0));
	if (row)
		rows_end(&one);
	return OK;
}
