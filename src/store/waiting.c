/* SPDX-License-Identifier: Apache-2.0 */
#include "store/waiting.h"

#include "base/check.h"

enum { NO_LINE = -1, NO_KNP = 0 };

STMT(waiting_insert, WRITE, 11, 0, "$1 person",
	"INSERT INTO refund_wait (person, intake, line, month, doc, ref, doc_line, knp, payer,"
	"  amount, refunded_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
	"  ON CONFLICT (person, intake, line) DO NOTHING");
STMT(waiting_todo_insert, WRITE, 3, 0, "$1 person",
	"INSERT INTO refund_todo (person, intake, line) VALUES ($1, $2, $3)"
	"  ON CONFLICT (person, intake, line) DO NOTHING");
STMT(waiting_read, READ, 4, 11, "report",
	"SELECT w.person, w.intake, w.line, w.month, w.doc, w.ref, w.doc_line, w.knp, w.payer,"
	"  w.amount, w.refunded_on FROM refund_todo AS t JOIN refund_wait AS w"
	"  ON w.person = t.person AND w.intake = t.intake AND w.line = t.line"
	"  WHERE (t.person, t.intake, t.line) > ($1, $2, $3) AND EXISTS"
	"  (SELECT 1 FROM payment AS p WHERE p.month = w.month AND p.person = w.person)"
	"  ORDER BY t.person, t.intake, t.line LIMIT $4");
STMT(waiting_todo_delete, WRITE, 3, 0, "$1 person",
	"DELETE FROM refund_todo WHERE person = $1 AND intake = $2 AND line = $3");

ST waiting_add(struct ctx *cx, struct db *db, const struct refund_waiting *w)
{
	const struct refund_wish *q = &w->wish;
	const struct db_arg key[] = {a_int(w->person), a_int(w->intake), a_int(w->line)};
	int64_t changed;

	TRY(db_run(cx, db, &stmt_waiting_insert,
		ARGS(key[0], key[1], key[2], a_month(q->month),
			a_int(q->has_doc ? (int64_t)q->doc : 0), a_text(q->ref),
			a_int(q->has_line ? (int64_t)q->line : NO_LINE),
			a_int(q->has_knp ? knp_number(q->knp) : NO_KNP),
			q->has_payer ? a_iin(&q->payer) : a_int(0), a_money(q->sum), a_day(q->on)),
		&changed));
	return changed ? db_run(cx, db, &stmt_waiting_todo_insert, key, 3, NULL) : OK;
}

static ST columns(struct ctx *cx, const struct rows *r, struct refund_waiting *out)
{
	struct refund_wish *q = &out->wish;
	int64_t doc_line = rows_int(r, 6), knp = rows_int(r, 7);

	*out = (struct refund_waiting){.person = rows_int(r, 0),
		.intake = rows_int(r, 1),
		.line = (uint32_t)rows_int(r, 2)};
	TRY(rows_month(cx, r, 3, &q->month));
	q->doc = (uint64_t)rows_int(r, 4);
	q->has_doc = q->doc != 0;
	q->ref = str_copy(cx->arena, rows_text(r, 5));
	q->has_line = doc_line != NO_LINE;
	q->line = q->has_line ? (uint32_t)doc_line : 0;
	q->has_knp = knp != NO_KNP;
	if (q->has_knp && !knp_from_number(knp, &q->knp))
		return fail(cx, DB_BROKEN, "%s", "purpose code of a refund that waits");
	TRY(rows_iin(cx, r, 8, &q->has_payer, &q->payer));
	q->sum = rows_money(r, 9);
	return rows_day(cx, r, 10, &q->on);
}

ST waiting_list(struct ctx *cx, struct db *db, const struct refund_waiting *after, size_t max,
	struct refund_waiting *out, size_t *count)
{
	struct rows r;
	bool row;
	enum st st;

	*count = 0;
	TRY(db_query(cx, db, &stmt_waiting_read,
		ARGS(a_int(after ? after->person : -1), a_int(after ? after->intake : 0),
			a_int(after ? after->line : 0), a_int((int64_t)max)),
		&r));
	while ((st = rows_next(cx, &r, &row)) == OK && row)
		if ((st = columns(cx, &r, &out[(*count)++])) != OK)
			break;
	rows_end(&r);
	return st;
}

ST waiting_take(struct ctx *cx, struct db *db, const struct refund_waiting *w, bool *taken)
{
	int64_t changed;

	TRY(db_run(cx, db, &stmt_waiting_todo_delete,
		ARGS(a_int(w->person), a_int(w->intake), a_int(w->line)), &changed));
	*taken = changed > 0;
	return OK;
}
