/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Refunds that came before their payment: each is in suspense, and either still on the list or a
 * refund of the same sum, month and day.
 */
#include "ledger/audit_work.h"

#include "store/payments.h"

STMT(audit_waits, READ, 2, 1, "report",
	"SELECT count(*) FROM refund_wait AS w LEFT JOIN suspense AS s ON s.intake = w.intake"
	"  AND s.line = w.line AND s.reason IN ($1, $2) WHERE s.intake IS NULL");
STMT(audit_waits_listed, READ, 0, 1, "report",
	"SELECT count(*) FROM refund_todo AS t WHERE NOT EXISTS (SELECT 1 FROM refund_wait AS w"
	"  WHERE w.person = t.person AND w.intake = t.intake AND w.line = t.line)");
STMT(audit_waits_met, STREAM, 0, 3, "report",
	"SELECT w.intake, w.line, w.amount FROM refund_wait AS w LEFT JOIN refund_todo AS t"
	"  ON t.person = w.person AND t.intake = w.intake AND t.line = w.line"
	"  WHERE t.person IS NULL AND NOT EXISTS (SELECT 1 FROM refund AS r"
	"    WHERE r.person = w.person AND r.month = w.month AND r.amount = w.amount"
	"    AND r.known_since = w.refunded_on AND (w.doc_line = -1 OR r.line = w.doc_line)"
	"    AND (w.knp = 0 OR r.knp = w.knp)) ORDER BY w.intake, w.line");
STMT(audit_waits_asked, STREAM, 1, 3, "report",
	"SELECT r.doc, r.line, r.amount FROM refund AS r JOIN intake AS i ON i.intake = r.intake"
	"  WHERE i.kind = $1 AND NOT EXISTS (SELECT 1 FROM refund_wait AS w"
	"    WHERE w.person = r.person AND w.month = r.month AND w.amount = r.amount"
	"    AND w.refunded_on = r.known_since) ORDER BY r.doc, r.line");

/* The one number of a count; none may be there. */
static ST none_of(
	struct ctx *cx, struct rows *r, bool found, struct audit_work *w, const char *what)
{
	if (!found)
		return fail(cx, DB_BROKEN, "%s", what);
	if (rows_int(r, 0) > 0)
		audit_found(w, AUDIT_REFUNDS, 0, "%lld %s", (long long)rows_int(r, 0), what);
	rows_end(r);
	return OK;
}

/* Rows of document, line and sum; none may be there. */
static ST none_in(struct ctx *cx, struct rows *r, struct audit_work *w, const char *what)
{
	bool row;
	enum st st;

	while ((st = rows_next(cx, r, &row)) == OK && row)
		audit_found(w, AUDIT_REFUNDS, rows_int(r, 2), "line %lld of %016llx: %s",
			(long long)rows_int(r, 1), (unsigned long long)rows_int(r, 0), what);
	rows_end(r);
	return st;
}

ST audit_waits(struct ctx *cx, struct db *db, struct audit_work *w)
{
	struct rows r;
	bool found;

	TRY(db_query_one(cx, db, &stmt_audit_waits,
		ARGS(a_int(err_info(ERR_REFUND_NO_PAYMENT)->number),
			a_int(err_info(ERR_REFUND_TOO_MUCH)->number)),
		&r, &found));
	TRY(none_of(cx, &r, found, w, "refunds that wait and are not in suspense"));
	TRY(db_query_one(cx, db, &stmt_audit_waits_listed, NO_ARGS, &r, &found));
	TRY(none_of(cx, &r, found, w, "refunds on the list that nobody asked for"));
	TRY(db_query(cx, db, &stmt_audit_waits_met, NO_ARGS, &r));
	TRY(none_in(cx, &r, w, "neither waits nor was taken back"));
	TRY(db_query(cx, db, &stmt_audit_waits_asked, ARGS(a_int(INTAKE_WAITED)), &r));
	return none_in(cx, &r, w, "taken back and not asked for");
}
