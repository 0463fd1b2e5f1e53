/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/audit_work.h"

#include "base/check.h"
#include "store/payments.h"

STMT(audit_intakes, STREAM, 0, 14, "report",
	"SELECT intake, kind, lines, lines_done, lines_new, lines_repeated, lines_suspense, amount,"
	"  amount_new, amount_repeated, amount_suspense, finished, source, ref"
	"  FROM intake ORDER BY intake, source, ref");
STMT(audit_payments, STREAM, 0, 11, "report",
	"SELECT month, person, doc, line, knp, payer_kind, payer, amount, paid_on, known_since,"
	"  intake FROM payment ORDER BY month, person, doc, line");
STMT(audit_refunds, STREAM, 0, 9, "report",
	"SELECT r.month, r.person, r.doc, r.line, r.known_since, r.knp, r.amount, r.intake,"
	"  coalesce(p.payer_kind, -1) FROM refund AS r LEFT JOIN payment AS p ON"
	"  p.month = r.month AND p.person = r.person AND p.doc = r.doc AND p.line = r.line");
STMT(audit_suspense, STREAM, 0, 9, "report",
	"SELECT intake, place, doc, line, reason, field, given, amount, source FROM suspense"
	"  ORDER BY intake, place");
STMT(audit_strangers, READ, 0, 2, "report",
	"SELECT p.intake, count(*) FROM payment AS p WHERE NOT EXISTS"
	"  (SELECT 1 FROM person AS q WHERE q.person = p.person) GROUP BY p.intake");
STMT(audit_months, READ, 0, 1, "report",
	"SELECT count(*) FROM (SELECT DISTINCT month FROM payment) AS p WHERE NOT EXISTS"
	"  (SELECT 1 FROM month_held AS m WHERE m.month = p.month)");
STMT(audit_over_refunded, STREAM, 0, 3, "report",
	"SELECT r.doc, r.line, CAST(SUM(r.amount) AS BIGINT) - coalesce(max(p.amount), 0)"
	"  FROM refund AS r LEFT JOIN payment AS p ON p.month = r.month"
	"  AND p.person = r.person AND p.doc = r.doc AND p.line = r.line"
	"  GROUP BY r.person, r.month, r.doc, r.line"
	"  HAVING CAST(SUM(r.amount) AS BIGINT) > coalesce(max(p.amount), 0)");

struct audit_doc *audit_doc_find(struct audit_work *w, int64_t intake)
{
	size_t from = 0, to = w->doc_count;

	if (w->last_doc < w->doc_count && w->docs[w->last_doc].intake == intake)
		return &w->docs[w->last_doc];
	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (w->docs[mid].intake < intake)
			from = mid + 1;
		else
			to = mid;
	}
	if (from == w->doc_count || w->docs[from].intake != intake)
		return NULL;
	w->last_doc = from;
	return &w->docs[from];
}

static void doc_columns(const struct rows *r, struct audit_doc *d)
{
	d->intake = rows_int(r, 0);
	d->kind = rows_int(r, 1);
	d->lines = rows_int(r, 2);
	d->lines_done = rows_int(r, 3);
	d->lines_new = rows_int(r, 4);
	d->lines_repeated = rows_int(r, 5);
	d->lines_suspense = rows_int(r, 6);
	d->amount = rows_int(r, 7);
	d->amount_new = rows_int(r, 8);
	d->amount_repeated = rows_int(r, 9);
	d->amount_suspense = rows_int(r, 10);
	d->finished = rows_int(r, 11) != 0;
}

ST audit_docs(struct ctx *cx, struct db *db, struct audit_work *w)
{
	size_t cap = 0;
	struct rows r;
	bool row;
	enum st st;

	TRY(db_query(cx, db, &stmt_audit_intakes, NO_ARGS, &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row) {
		struct audit_doc *d = ARENA_PUSH(w->arena, w->docs, w->doc_count, cap);

		doc_columns(&r, d);
		if (doc_key(rows_text(&r, 12), rows_text(&r, 13)) != d->intake)
			audit_found(w, AUDIT_INTAKE, 0, "document %016llx: key",
				(unsigned long long)d->intake);
	}
	rows_end(&r);
	return st;
}

static bool kind_and_knp(int64_t kind, int64_t number, enum knp *knp)
{
	return kind >= 0 && kind < AUDIT_KINDS && knp_from_number(number, knp);
}

/* All numbers of a line but the document that brought it, as they were hashed at writing. */
static uint64_t row_check(const struct audit_work *w, const struct rows *r, int columns)
{
	int64_t v[16];

	must(columns <= 16);
	for (int i = 0; i < columns; i++)
		v[i] = rows_int(r, i);
	return digest_siphash(w->secret, v, (size_t)columns * sizeof(v[0]));
}

static bool possible(const struct rows *r, int month, int first_day, int last_day)
{
	struct month m;
	struct day d;

	if (!month_from_number(rows_int(r, month), &m))
		return false;
	for (int i = first_day; i <= last_day; i++)
		if (rows_int(r, i) != 0 && !day_from_number(rows_int(r, i), &d))
			return false;
	return true;
}

static void payment_row(struct audit_work *w, const struct rows *r)
{
	struct audit_doc *d = audit_doc_find(w, rows_int(r, 10));
	int64_t amount = rows_int(r, 7), kind = rows_int(r, 5);
	struct audit_bank *b = d ? NULL : audit_bank_find(w, rows_int(r, 10));
	unsigned long long doc = (unsigned long long)rows_int(r, 2);
	enum knp knp;

	w->report->counted[AUDIT_LINES]++;
	if (!kind_and_knp(kind, rows_int(r, 4), &knp) || amount <= 0 || !possible(r, 0, 8, 9)) {
		audit_found(w, AUDIT_LINES, amount, "line %lld of %016llx: impossible value",
			(long long)rows_int(r, 3), doc);
		return;
	}
	if (!d && !b) {
		audit_found(w, AUDIT_LINES, amount, "line %lld of %016llx: no document",
			(long long)rows_int(r, 3), doc);
		return;
	}
	if (b) {
		audit_bank_line(w, b,
			&(struct audit_line){rows_int(r, 1), rows_int(r, 2), kind, knp, amount,
				row_check(w, r, 10)});
	} else {
		d->counted_lines++;
		d->counted_amount += amount;
		d->received[kind][knp] += amount;
		d->check += row_check(w, r, 10);
	}
	w->report->received = money_tiyn(money_to_tiyn(w->report->received) + amount);
}

static void refund_row(struct audit_work *w, const struct rows *r)
{
	struct audit_doc *d = audit_doc_find(w, rows_int(r, 7));
	struct audit_bank *b = d ? NULL : audit_bank_find(w, rows_int(r, 7));
	int64_t amount = rows_int(r, 6), kind = rows_int(r, 8);
	enum knp knp;

	w->report->counted[AUDIT_REFUNDS]++;
	if ((!d && !b) || !kind_and_knp(kind, rows_int(r, 5), &knp) || !possible(r, 0, 4, 4)) {
		audit_found(w, AUDIT_REFUNDS, amount, "refund of %016llx: impossible value",
			(unsigned long long)rows_int(r, 2));
		return;
	}
	if (b) {
		audit_bank_refund(w, b,
			&(struct audit_line){rows_int(r, 1), rows_int(r, 2), kind, knp, amount,
				row_check(w, r, 7)});
	} else {
		d->counted_lines++;
		d->counted_amount += amount;
		d->refunded[kind][knp] += amount;
		d->check += row_check(w, r, 7);
	}
	w->report->refunded = money_tiyn(money_to_tiyn(w->report->refunded) + amount);
}

static uint64_t suspense_row_check(struct ctx *cx, const struct audit_work *w, const struct rows *r)
{
	struct str field = rows_text(r, 5), given = rows_bytes(r, 6), source = rows_bytes(r, 8);
	int64_t v[] = {rows_int(r, 0), rows_int(r, 2), rows_int(r, 3), rows_int(r, 4),
		rows_int(r, 7), (int64_t)field.n, (int64_t)given.n, (int64_t)source.n};
	struct buf b = buf_new(cx->arena, sizeof(v) + field.n + given.n + source.n + 1);

	buf_put(&b, v, sizeof(v));
	buf_str(&b, field);
	buf_str(&b, given);
	buf_str(&b, source);
	return digest_siphash(w->secret, b.p, b.n);
}

static void suspense_row(struct ctx *cx, struct audit_work *w, const struct rows *r)
{
	struct audit_doc *d = audit_doc_find(w, rows_int(r, 0));
	int64_t amount = rows_int(r, 7);

	w->report->counted[AUDIT_LINES]++;
	if (!d || amount < 0) {
		audit_found(w, AUDIT_LINES, amount, "suspense %lld of %016llx",
			(long long)rows_int(r, 1), (unsigned long long)rows_int(r, 0));
		return;
	}
	d->counted_suspense++;
	d->counted_suspense_amount += amount;
	d->held += amount;
	d->check += suspense_row_check(cx, w, r);
	w->report->suspended = money_tiyn(money_to_tiyn(w->report->suspended) + amount);
}

static ST all_payments(struct ctx *cx, struct db *db, struct audit_work *w)
{
	struct rows r;
	bool row;
	enum st st;

	TRY(db_query(cx, db, &stmt_audit_payments, NO_ARGS, &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row)
		payment_row(w, &r);
	rows_end(&r);
	return st;
}

static ST all_refunds(struct ctx *cx, struct db *db, struct audit_work *w)
{
	struct rows r;
	bool row;
	enum st st;

	TRY(db_query(cx, db, &stmt_audit_refunds, NO_ARGS, &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row)
		refund_row(w, &r);
	rows_end(&r);
	return st;
}

static ST all_suspense(struct ctx *cx, struct db *db, struct audit_work *w)
{
	struct arena *whole = cx->arena;
	struct rows r;
	bool row;
	enum st st;

	cx->arena = w->arena;
	st = db_query(cx, db, &stmt_audit_suspense, NO_ARGS, &r);
	if (st == OK) {
		while ((st = rows_next(cx, &r, &row)) == OK && row)
			suspense_row(cx, w, &r);
		rows_end(&r);
	}
	cx->arena = whole;
	return st;
}

ST audit_lines(struct ctx *cx, struct db *db, struct audit_work *w)
{
	struct rows r;
	bool row;
	enum st st;

	TRY(all_payments(cx, db, w));
	TRY(all_refunds(cx, db, w));
	TRY(all_suspense(cx, db, w));
	TRY(db_query_one(cx, db, &stmt_audit_months, NO_ARGS, &r, &row));
	if (row && rows_int(&r, 0) > 0)
		audit_found(w, AUDIT_LINES, 0, "%lld months not in the list of months",
			(long long)rows_int(&r, 0));
	if (row)
		rows_end(&r);
	TRY(db_query(cx, db, &stmt_audit_strangers, NO_ARGS, &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row)
		audit_found(w, AUDIT_LINES, 0, "document %016llx: %lld lines of nobody",
			(unsigned long long)rows_int(&r, 0), (long long)rows_int(&r, 1));
	rows_end(&r);
	return st;
}

ST audit_refund_limits(struct ctx *cx, struct db *db, struct audit_work *w)
{
	struct rows r;
	bool row;
	enum st st;

	TRY(db_query(cx, db, &stmt_audit_over_refunded, NO_ARGS, &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row)
		audit_found(w, AUDIT_REFUNDS, rows_int(&r, 2),
			"line %lld of %016llx: too much back", (long long)rows_int(&r, 1),
			(unsigned long long)rows_int(&r, 0));
	rows_end(&r);
	return st;
}

/* Comparison of each document -------------------------------------------------------------- */

static void doc_wrong(struct audit_work *w, enum audit_check check, const struct audit_doc *d,
	const char *what, int64_t wrong)
{
	audit_found(w, check, wrong, "document %016llx: %s", (unsigned long long)d->intake, what);
}

static void compare_intake(struct audit_work *w, const struct audit_doc *d)
{
	/* Persons and spells are lines without money: they are counted in the row alone. */
	bool takes_back =
		d->kind == INTAKE_REFUNDS || d->kind == INTAKE_RETURNS || d->kind == INTAKE_WAITED;
	bool money_only = d->kind == INTAKE_MT102 || d->kind == INTAKE_PAYMENTS ||
			  d->kind == INTAKE_ISO20022 || takes_back;
	int64_t sum = d->amount_new + d->amount_repeated + d->amount_suspense;

	w->report->counted[AUDIT_INTAKE]++;
	if (!d->finished)
		w->report->unfinished++;
	if (d->amount_new != d->counted_amount)
		doc_wrong(w, AUDIT_INTAKE, d, "sum of lines", d->counted_amount - d->amount_new);
	if (d->amount_suspense != d->counted_suspense_amount)
		doc_wrong(w, AUDIT_INTAKE, d, "sum in suspense",
			d->counted_suspense_amount - d->amount_suspense);
	if (money_only ? d->lines_new != d->counted_lines : d->lines_new < d->counted_lines)
		doc_wrong(w, AUDIT_INTAKE, d, "number of lines", 0);
	if (d->lines_suspense != d->counted_suspense)
		doc_wrong(w, AUDIT_INTAKE, d, "lines in suspense", 0);
	if (d->lines_done != d->lines_new + d->lines_repeated + d->lines_suspense)
		doc_wrong(w, AUDIT_INTAKE, d, "progress", 0);
	/* A refund that finds no payment is in suspense without its sum: no money came in. */
	if (d->finished &&
		(d->lines != d->lines_done || (takes_back ? d->amount < sum : d->amount != sum)))
		doc_wrong(w, AUDIT_INTAKE, d, "finished too early", d->amount - sum);
}

static void compare_postings(struct audit_work *w, const struct audit_doc *d)
{
	w->report->counted[AUDIT_POSTINGS]++;
	for (int kind = 0; kind < AUDIT_KINDS; kind++) {
		for (int knp = 0; knp < AUDIT_KNPS; knp++) {
			if (d->received[kind][knp])
				doc_wrong(w, AUDIT_POSTINGS, d, "lines differ from postings",
					d->received[kind][knp]);
			if (d->refunded[kind][knp])
				doc_wrong(w, AUDIT_POSTINGS, d, "refunds differ from postings",
					d->refunded[kind][knp]);
		}
	}
	if (d->held)
		doc_wrong(w, AUDIT_POSTINGS, d, "suspense differs from postings", d->held);
	if (d->posted_lines != d->counted_lines + d->counted_suspense)
		doc_wrong(w, AUDIT_POSTINGS, d, "number of posted lines", 0);
	w->report->counted[AUDIT_CHECKS]++;
	if (d->check)
		doc_wrong(w, AUDIT_CHECKS, d, "a line is not what it was", 0);
}

void audit_compare_docs(struct audit_work *w)
{
	for (size_t i = 0; i < w->doc_count; i++) {
		compare_intake(w, &w->docs[i]);
		compare_postings(w, &w->docs[i]);
	}
}
