/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Invoices: the sum and number of each are those of its months, and what paid it is a transaction
 * for the same person. What a transaction did for the months is looked at in audit_bank.c.
 */
#include "ledger/audit_work.h"

#include "domain/invoice_no.h"

STMT(audit_invoices, STREAM, 0, 5, "report",
	"SELECT i.invoice, i.amount, i.months,"
	"  (SELECT CAST(coalesce(SUM(m.amount), 0) AS BIGINT) FROM invoice_month AS m"
	"    WHERE m.invoice = i.invoice),"
	"  (SELECT count(*) FROM invoice_month AS m WHERE m.invoice = i.invoice)"
	"  FROM invoice AS i ORDER BY i.invoice");
STMT(audit_invoice_months, READ, 0, 1, "report",
	"SELECT count(*) FROM invoice_month AS m WHERE NOT EXISTS"
	"  (SELECT 1 FROM invoice AS i WHERE i.invoice = m.invoice)");
STMT(audit_invoice_paid, READ, 0, 1, "report",
	"SELECT count(*) FROM invoice_paid AS p WHERE NOT EXISTS"
	"  (SELECT 1 FROM invoice AS i, bank_txn AS b WHERE i.invoice = p.invoice"
	"    AND b.txn = p.txn AND b.bank = p.bank AND b.ref = p.ref"
	"    AND b.person = i.person)");

static void one(struct audit_work *w, const struct rows *r)
{
	int64_t no = rows_int(r, 0), wrong = rows_int(r, 3) - rows_int(r, 1);

	w->report->counted[AUDIT_INVOICES]++;
	if (!invoice_no_valid(no))
		audit_found(
			w, AUDIT_INVOICES, 0, "invoice %010llx: number", (unsigned long long)no);
	if (wrong || rows_int(r, 4) != rows_int(r, 2))
		audit_found(w, AUDIT_INVOICES, wrong, "invoice %010llx: months",
			(unsigned long long)no);
}

/* A statement that counts rows to which something is missing. */
static ST none(struct ctx *cx, struct db *db, struct audit_work *w, const struct stmt *stmt,
	const char *what)
{
	struct rows r;
	bool found;

	TRY(db_query_one(cx, db, stmt, NO_ARGS, &r, &found));
	if (!found)
		return OK;
	if (rows_int(&r, 0) > 0)
		audit_found(w, AUDIT_INVOICES, 0, "%lld %s", (long long)rows_int(&r, 0), what);
	rows_end(&r);
	return OK;
}

ST audit_invoices(struct ctx *cx, struct db *db, struct audit_work *w)
{
	struct rows r;
	bool row;
	enum st st;

	TRY(db_query(cx, db, &stmt_audit_invoices, NO_ARGS, &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row)
		one(w, &r);
	rows_end(&r);
	TRY(st);
	TRY(none(cx, db, w, &stmt_audit_invoice_months, "months of no invoice"));
	return none(cx, db, w, &stmt_audit_invoice_paid, "payments of another person's invoice");
}
