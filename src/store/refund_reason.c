/* SPDX-License-Identifier: Apache-2.0 */
#include "store/refund_reason.h"

STMT(refund_reason_insert, WRITE, 7, 0, "$1 person",
	"INSERT INTO refund_reason (person, month, intake, line, refunded_on, amount, reason)"
	"  VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (person, month, intake, line) DO "
	"NOTHING");
STMT(refund_reason_read, READ, 2, 5, "$1 person",
	"SELECT intake, line, refunded_on, amount, reason FROM refund_reason"
	"  WHERE person = $1 AND month = $2 ORDER BY refunded_on, intake, line");

/* Not in the middle of a letter. */
static struct str cut(struct str s)
{
	if (s.n <= REFUND_REASON_BYTES)
		return s;
	s.n = REFUND_REASON_BYTES;
	while (s.n && ((unsigned char)s.p[s.n] & 0xc0) == 0x80)
		s.n--;
	return s;
}

ST refund_reason_add(struct ctx *cx, struct db *db, const struct refund_reason *r)
{
	return db_run(cx, db, &stmt_refund_reason_insert,
		ARGS(a_int(r->person), a_month(r->month), a_int(r->intake), a_int(r->line),
			a_day(r->on), a_money(r->sum), a_text(cut(r->text))),
		NULL);
}

ST refund_reasons(struct ctx *cx, struct db *db, int64_t person, struct month month,
	struct refund_reason **out, size_t *count)
{
	size_t cap = 0;
	struct rows r;
	bool row;
	enum st st;

	*out = NULL;
	*count = 0;
	TRY(db_query(cx, db, &stmt_refund_reason_read, ARGS(a_int(person), a_month(month)), &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row) {
		struct refund_reason *reason = ARENA_PUSH(cx->arena, *out, *count, cap);

		*reason = (struct refund_reason){.person = person,
			.month = month,
			.intake = rows_int(&r, 0),
			.line = (uint32_t)rows_int(&r, 1),
			.sum = rows_money(&r, 3),
			.text = str_copy(cx->arena, rows_text(&r, 4))};
		st = rows_day(cx, &r, 2, &reason->on);
		if (st != OK)
			break;
	}
	rows_end(&r);
	return st;
}
