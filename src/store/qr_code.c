/* SPDX-License-Identifier: Apache-2.0 */
#include "store/qr_code.h"

#include "base/check.h"

STMT(qr_code_read, READ, 2, 9, "$1 invoice",
	"SELECT a.attempt, a.asked_at, c.text, c.link, c.ref, c.issued_at, c.expires_at, s.state,"
	"  s.seen_at FROM qr_ask AS a LEFT JOIN qr_code AS c"
	"  ON c.invoice = a.invoice AND c.rail = a.rail AND c.attempt = a.attempt"
	"  LEFT JOIN qr_seen AS s"
	"  ON s.invoice = a.invoice AND s.rail = a.rail AND s.attempt = a.attempt"
	"  WHERE a.invoice = $1 AND a.rail = $2 ORDER BY a.attempt DESC LIMIT 1");
STMT(qr_ask_insert, WRITE, 4, 0, "$1 invoice",
	"INSERT INTO qr_ask (invoice, rail, attempt, asked_at) VALUES ($1, $2, $3, $4)"
	"  ON CONFLICT (invoice, rail, attempt) DO NOTHING");
STMT(qr_code_insert, WRITE, 8, 0, "$1 invoice",
	"INSERT INTO qr_code (invoice, rail, attempt, text, link, ref, issued_at, expires_at)"
	"  VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (invoice, rail, attempt) DO "
	"NOTHING");
STMT(qr_seen_write, WRITE, 5, 0, "$1 invoice",
	"INSERT INTO qr_seen (invoice, rail, attempt, state, seen_at) VALUES ($1, $2, $3, $4, $5)"
	"  ON CONFLICT (invoice, rail, attempt)"
	"  DO UPDATE SET state = excluded.state, seen_at = excluded.seen_at"
	"  WHERE qr_seen.state <> excluded.state");
STMT(qr_bank_count, WRITE, 2, 0, "",
	"INSERT INTO qr_bank (rail, orders, rests_until) VALUES ($1, $2, 0)"
	"  ON CONFLICT (rail) DO UPDATE SET orders = qr_bank.orders + excluded.orders");
STMT(qr_bank_read, READ, 1, 2, "", "SELECT orders, rests_until FROM qr_bank WHERE rail = $1");
STMT(qr_bank_write, WRITE, 2, 0, "",
	"INSERT INTO qr_bank (rail, orders, rests_until) VALUES ($1, 0, $2)"
	"  ON CONFLICT (rail) DO UPDATE SET rests_until = excluded.rests_until");

ST qr_code_find(
	struct ctx *cx, struct db *db, struct invoice_no no, struct str rail, struct qr_code *out)
{
	struct rows r;
	bool found;

	*out = (struct qr_code){.attempt = 0};
	TRY(db_query_one(cx, db, &stmt_qr_code_read, ARGS(a_int(no.n), a_text(rail)), &r, &found));
	if (!found)
		return OK;
	out->attempt = rows_int(&r, 0);
	out->asked_at = rows_instant(&r, 1);
	out->issued = !rows_null(&r, 2);
	if (out->issued) {
		out->text = str_copy(cx->arena, rows_text(&r, 2));
		out->link = str_copy(cx->arena, rows_text(&r, 3));
		out->ref = str_copy(cx->arena, rows_text(&r, 4));
		out->issued_at = rows_instant(&r, 5);
		out->expires_at = rows_instant(&r, 6);
		out->seen = (enum qr_seen)rows_int(&r, 7);
		out->seen_at = rows_instant(&r, 8);
	}
	rows_end(&r);
	return OK;
}

ST qr_code_add_ask(
	struct ctx *cx, struct db *db, struct invoice_no no, struct str rail, int64_t attempt)
{
	return db_run(cx, db, &stmt_qr_ask_insert,
		ARGS(a_int(no.n), a_text(rail), a_int(attempt),
			a_instant(cx->clock->now(cx->clock))),
		NULL);
}

ST qr_code_add(struct ctx *cx, struct db *db, struct invoice_no no, struct str rail,
	const struct qr_code *code)
{
	return db_run(cx, db, &stmt_qr_code_insert,
		ARGS(a_int(no.n), a_text(rail), a_int(code->attempt), a_text(code->text),
			a_text(code->link), a_text(code->ref), a_instant(code->issued_at),
			a_instant(code->expires_at)),
		NULL);
}

ST qr_code_see(struct ctx *cx, struct db *db, struct invoice_no no, struct str rail,
	const struct qr_code *code)
{
	must(code->seen != QR_SEEN_NOTHING);
	return db_run(cx, db, &stmt_qr_seen_write,
		ARGS(a_int(no.n), a_text(rail), a_int(code->attempt), a_int(code->seen),
			a_instant(cx->clock->now(cx->clock))),
		NULL);
}

ST qr_bank_number(struct ctx *cx, struct db *db, struct str rail, int64_t count, int64_t *first)
{
	struct rows r;
	bool found;

	TRY(db_run(cx, db, &stmt_qr_bank_count, ARGS(a_text(rail), a_int(count)), NULL));
	TRY(db_query_one(cx, db, &stmt_qr_bank_read, ARGS(a_text(rail)), &r, &found));
	must(found);
	*first = rows_int(&r, 0) - count;
	rows_end(&r);
	return OK;
}

ST qr_bank_rest(struct ctx *cx, struct db *db, struct str rail, struct instant *until)
{
	struct rows r;
	bool found;

	*until = (struct instant){0};
	TRY(db_query_one(cx, db, &stmt_qr_bank_read, ARGS(a_text(rail)), &r, &found));
	if (!found)
		return OK;
	*until = rows_instant(&r, 1);
	rows_end(&r);
	return OK;
}

ST qr_bank_set_rest(struct ctx *cx, struct db *db, struct str rail, struct instant until)
{
	return db_run(cx, db, &stmt_qr_bank_write, ARGS(a_text(rail), a_instant(until)), NULL);
}
