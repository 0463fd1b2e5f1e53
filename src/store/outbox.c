/* SPDX-License-Identifier: Apache-2.0 */
#include "store/outbox.h"

STMT(outbox_insert, WRITE, 5, 0, "$1 subject",
	"INSERT INTO outbox (subject, lane, part, made_at, due_at, tries)"
	"  VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT (subject, lane, part) DO NOTHING");
STMT(outbox_size, READ, 2, 1, "report",
	"SELECT count(*) FROM (SELECT 1 FROM outbox WHERE lane = $1 LIMIT $2) AS t");
STMT(outbox_find, READ, 3, 1, "$1 subject",
	"SELECT tries FROM outbox WHERE subject = $1 AND lane = $2 AND part = $3");
STMT(outbox_list, READ, 3, 4, "report",
	"SELECT subject, part, made_at, tries FROM outbox WHERE lane = $1 AND due_at <= $2"
	"  ORDER BY due_at LIMIT $3");
STMT(outbox_claim, WRITE, 5, 0, "$1 subject",
	"UPDATE outbox SET due_at = $5, tries = tries + 1"
	"  WHERE subject = $1 AND lane = $2 AND part = $3 AND tries = $4");
STMT(outbox_postpone, WRITE, 5, 0, "$1 subject",
	"UPDATE outbox SET due_at = $5"
	"  WHERE subject = $1 AND lane = $2 AND part = $3 AND tries = $4");
STMT(outbox_delete, WRITE, 4, 0, "$1 subject",
	"DELETE FROM outbox WHERE subject = $1 AND lane = $2 AND part = $3 AND tries = $4");

static struct instant now_of(const struct ctx *cx)
{
	return cx->clock->now(cx->clock);
}

ST outbox_add(struct ctx *cx, struct db *db, struct str lane, const struct outbox_row *row,
	int64_t seconds)
{
	struct instant now = now_of(cx);

	return db_run(cx, db, &stmt_outbox_insert,
		ARGS(a_int(row->subject), a_text(lane), a_int(row->part), a_instant(now),
			a_instant((struct instant){now.us + seconds * 1000000})),
		NULL);
}

ST outbox_count(struct ctx *cx, struct db *db, struct str lane, size_t max, size_t *out)
{
	struct rows r;
	bool found;

	*out = 0;
	TRY(db_query_one(
		cx, db, &stmt_outbox_size, ARGS(a_text(lane), a_int((int64_t)max)), &r, &found));
	if (!found)
		return OK;
	*out = (size_t)rows_int(&r, 0);
	rows_end(&r);
	return OK;
}

ST outbox_has(
	struct ctx *cx, struct db *db, struct str lane, int64_t subject, int64_t part, bool *out)
{
	struct rows r;

	TRY(db_query_one(cx, db, &stmt_outbox_find, ARGS(a_int(subject), a_text(lane), a_int(part)),
		&r, out));
	if (*out)
		rows_end(&r);
	return OK;
}

ST outbox_due(struct ctx *cx, struct db *db, struct str lane, size_t max, struct outbox_row *out,
	size_t *count)
{
	struct rows r;
	bool row;
	enum st st;

	*count = 0;
	TRY(db_query(cx, db, &stmt_outbox_list,
		ARGS(a_text(lane), a_instant(now_of(cx)), a_int((int64_t)max)), &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row)
		out[(*count)++] = (struct outbox_row){.subject = rows_int(&r, 0),
			.part = rows_int(&r, 1),
			.made_at = rows_instant(&r, 2),
			.tries = (int)rows_int(&r, 3)};
	rows_end(&r);
	return st;
}

ST outbox_take(struct ctx *cx, struct db *db, struct str lane, struct outbox_row *row,
	struct instant back_at, bool *taken)
{
	int64_t changed;

	TRY(db_run(cx, db, &stmt_outbox_claim,
		ARGS(a_int(row->subject), a_text(lane), a_int(row->part), a_int(row->tries),
			a_instant(back_at)),
		&changed));
	*taken = changed > 0;
	row->tries += *taken;
	return OK;
}

ST outbox_delay(struct ctx *cx, struct db *db, struct str lane, const struct outbox_row *row,
	struct instant due_at)
{
	return db_run(cx, db, &stmt_outbox_postpone,
		ARGS(a_int(row->subject), a_text(lane), a_int(row->part), a_int(row->tries),
			a_instant(due_at)),
		NULL);
}

ST outbox_remove(
	struct ctx *cx, struct db *db, struct str lane, const struct outbox_row *row, bool *removed)
{
	int64_t changed;

	TRY(db_run(cx, db, &stmt_outbox_delete,
		ARGS(a_int(row->subject), a_text(lane), a_int(row->part), a_int(row->tries)),
		&changed));
	*removed = changed > 0;
	return OK;
}
