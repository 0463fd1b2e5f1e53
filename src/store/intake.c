/* SPDX-License-Identifier: Apache-2.0 */
#include "store/payments.h"

#include "base/check.h"

#define INTAKE_COLUMNS                                                                             \
	" intake, kind, digest, lines, amount, lines_done, portions, lines_new, amount_new,"       \
	" lines_repeated, amount_repeated, lines_suspense, amount_suspense, finished, taken_at,"   \
	" done_at"

STMT(intake_insert, WRITE, 8, 0, "$1 intake",
	"INSERT INTO intake (intake, source, ref, kind, digest, lines, amount, lines_done, "
	"portions,"
	"  lines_new, amount_new, lines_repeated, amount_repeated, lines_suspense,"
	"  amount_suspense, finished, taken_at, done_at)"
	"  VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0, 0, 0, 0, 0, 0, 0, $8, 0)"
	"  ON CONFLICT (intake, source, ref) DO NOTHING");
STMT(intake_read, READ, 1, 16, "$1 intake",
	"SELECT" INTAKE_COLUMNS "  FROM intake WHERE intake = $1");
STMT(intake_update, WRITE, 11, 0, "$1 intake",
	"UPDATE intake SET lines_done = lines_done + $3, portions = portions + 1,"
	"  lines_new = lines_new + $4, amount_new = amount_new + $5,"
	"  lines_repeated = lines_repeated + $6, amount_repeated = amount_repeated + $7,"
	"  lines_suspense = lines_suspense + $8, amount_suspense = amount_suspense + $9,"
	"  finished = $10, done_at = $11"
	"  WHERE intake = $1 AND lines_done = $2 AND finished = 0");
STMT(intake_ref, READ, 1, 1, "$1 intake", "SELECT ref FROM intake WHERE intake = $1");
STMT(intake_last, READ, 0, 1, "report",
	"SELECT done_at FROM intake WHERE done_at > 0 ORDER BY done_at DESC LIMIT 1");

int64_t doc_key(struct str source, struct str ref)
{
	struct digest_state s;
	struct sha256 d;
	uint64_t key = 0;

	digest_start(&s);
	digest_add(&s, source.p, source.n);
	digest_add(&s, "", 1);
	digest_add(&s, ref.p, ref.n);
	d = digest_end(&s);
	for (int i = 0; i < 8; i++)
		key = key << 8 | d.bytes[i];
	return (int64_t)(key >> 1);
}

static ST intake_columns(struct ctx *cx, const struct rows *r, struct intake *out)
{
	struct str digest = rows_bytes(r, 2);

	if (digest.n != sizeof(out->digest.bytes))
		return fail(cx, DB_BROKEN, "%s", "digest of a document");
	memcpy(out->digest.bytes, digest.p, digest.n);
	out->intake = rows_int(r, 0);
	out->kind = (enum intake_kind)rows_int(r, 1);
	out->lines = (size_t)rows_int(r, 3);
	out->sum = rows_money(r, 4);
	out->lines_done = (size_t)rows_int(r, 5);
	out->portions = (size_t)rows_int(r, 6);
	out->lines_new = (size_t)rows_int(r, 7);
	out->sum_new = rows_money(r, 8);
	out->lines_repeated = (size_t)rows_int(r, 9);
	out->sum_repeated = rows_money(r, 10);
	out->lines_suspense = (size_t)rows_int(r, 11);
	out->sum_suspense = rows_money(r, 12);
	out->finished = rows_int(r, 13) != 0;
	out->at = rows_instant(r, 14);
	out->done_at = rows_instant(r, 15);
	return OK;
}

ST intake_find(struct ctx *cx, struct db *db, int64_t intake, struct intake *out, bool *found)
{
	struct rows r;
	enum st st;

	*out = (struct intake){.intake = intake};
	TRY(db_query_one(cx, db, &stmt_intake_read, ARGS(a_int(intake)), &r, found));
	if (!*found)
		return OK;
	st = intake_columns(cx, &r, out);
	rows_end(&r);
	return st;
}

ST intake_ref(struct ctx *cx, struct db *db, int64_t intake, struct str *ref, bool *found)
{
	struct rows r;

	*ref = (struct str){0};
	TRY(db_query_one(cx, db, &stmt_intake_ref, ARGS(a_int(intake)), &r, found));
	if (!*found)
		return OK;
	*ref = str_copy(cx->arena, rows_text(&r, 0));
	rows_end(&r);
	return OK;
}

struct announcing {
	const struct intake_new *in;
	struct intake *out;
};

static ST announce(struct ctx *cx, struct db *db, void *arg)
{
	struct announcing *a = arg;
	const struct intake_new *in = a->in;
	bool found;

	TRY(db_run(cx, db, &stmt_intake_insert,
		ARGS(a_int(doc_key(in->source, in->ref)), a_text(in->source), a_text(in->ref),
			a_int(in->kind), a_bytes(in->digest.bytes, sizeof(in->digest.bytes)),
			a_int((int64_t)in->lines), a_money(in->sum), a_instant(in->at)),
		NULL));
	TRY(intake_find(cx, db, doc_key(in->source, in->ref), a->out, &found));
	must(found);
	if (memcmp(&a->out->digest, &in->digest, sizeof(in->digest)) != 0 ||
		a->out->lines != in->lines || money_cmp(a->out->sum, in->sum) != 0)
		return fail(cx, LINE_CONFLICT, "%.*s", STR(in->ref));
	return OK;
}

ST intake_begin(struct ctx *cx, struct db *db, const struct intake_new *in, struct intake *out)
{
	struct announcing a = {in, out};

	if (in->source.n > 64 || in->ref.n > 128)
		return fail_in(cx, 0, "ref", VALUE_TOO_LONG, "%s", "");
	return tx_run(cx, db, TX_WRITE, announce, &a);
}

ST intake_advance(struct ctx *cx, struct db *db, const struct intake_step *s, bool *applied)
{
	int64_t changed;

	TRY(db_run(cx, db, &stmt_intake_update,
		ARGS(a_int(s->intake), a_int((int64_t)s->lines_before), a_int((int64_t)s->lines),
			a_int((int64_t)s->lines_new), a_money(s->sum_new),
			a_int((int64_t)s->lines_repeated), a_money(s->sum_repeated),
			a_int((int64_t)s->lines_suspense), a_money(s->sum_suspense), a_int(s->last),
			a_instant(s->at)),
		&changed));
	*applied = changed > 0;
	return OK;
}

ST intake_latest(struct ctx *cx, struct db *db, struct instant *out, bool *found)
{
	struct db_memo *memo = db_turn_memo(db);
	struct instant latest = {0};
	struct rows r;

	if (memo && memo->known) {
		*found = memo->found;
		if (*found)
			*out = memo->latest;
		return OK;
	}
	TRY(db_query_one(cx, db, &stmt_intake_last, NO_ARGS, &r, found));
	if (*found) {
		*out = latest = rows_instant(&r, 0);
		rows_end(&r);
	}
	/* The query may have begun the read transaction of the turn. */
	memo = db_turn_memo(db);
	if (memo)
		*memo = (struct db_memo){.known = true, .found = *found, .latest = latest};
	return OK;
}
