/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/ledger.h"

#include "base/check.h"
#include "store/lock.h"

enum { SEAL_DAYS_MAX = 4000, SEAL_LINE_BYTES = 400 };

STMT(seal_last, READ, 0, 3, "", "SELECT day, entries, digest FROM seal ORDER BY day DESC LIMIT 1");
STMT(seal_days, READ, 3, 1, "report",
	"SELECT DISTINCT day FROM entry WHERE day > $1 AND day < $2 ORDER BY day LIMIT $3");
STMT(seal_entries, STREAM, 1, 12, "report",
	"SELECT e.unit, e.seq, e.posted_at, e.law, e.lines, e.lines_check, e.transfers, t.place,"
	"  t.recipe, t.debit, t.credit, t.amount"
	"  FROM entry AS e LEFT JOIN transfer AS t ON t.unit = e.unit AND t.seq = e.seq"
	"  WHERE e.day = $1 ORDER BY e.unit, e.seq, t.place");
STMT(seal_insert, WRITE, 4, 0, "",
	"INSERT INTO seal (day, entries, digest, sealed_at) VALUES ($1, $2, $3, $4)");

ST ledger_last_seal(struct ctx *cx, struct db *db, struct ledger_seal_row *out, bool *found)
{
	struct rows r;
	struct str digest;
	enum st st;

	*out = (struct ledger_seal_row){0};
	TRY(db_query_one(cx, db, &stmt_seal_last, NO_ARGS, &r, found));
	if (!*found)
		return OK;
	st = rows_day(cx, &r, 0, &out->day);
	out->entries = rows_int(&r, 1);
	digest = rows_bytes(&r, 2);
	if (st == OK && digest.n == 32)
		memcpy(out->digest.bytes, digest.p, 32);
	else if (st == OK)
		st = fail(cx, DB_BROKEN, "%s", "digest of a seal");
	rows_end(&r);
	return st;
}

/* Numbers as decimal text: anybody can recompute the chain with a query and sha256sum. */
static void put_numbers(struct buf *b, const struct rows *r, int from, int to)
{
	for (int i = from; i <= to; i++) {
		buf_i64(b, rows_int(r, i));
		buf_char(b, i == to ? '\n' : ' ');
	}
}

static void put_entry(struct buf *b, const struct rows *r)
{
	struct str law = rows_bytes(r, 3);

	buf_z(b, "entry ");
	put_numbers(b, r, 0, 2);
	digest_hex(b, law.p, law.n);
	buf_char(b, '\n');
	put_numbers(b, r, 4, 6);
}

static ST day_digest(struct ctx *cx, struct db *db, int64_t day, struct ledger_seal_row *seal)
{
	struct digest_state s;
	struct buf line = buf_new(cx->arena, SEAL_LINE_BYTES);
	int64_t unit = -1, seq = -1;
	struct rows r;
	bool row;
	enum st st;

	digest_start(&s);
	digest_add(&s, seal->digest.bytes, sizeof(seal->digest.bytes));
	buf_fmt(&line, "day %lld\n", (long long)day);
	seal->entries = 0;
	TRY(db_query(cx, db, &stmt_seal_entries, ARGS(a_int(day)), &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row) {
		if (rows_int(&r, 0) != unit || rows_int(&r, 1) != seq) {
			unit = rows_int(&r, 0);
			seq = rows_int(&r, 1);
			seal->entries++;
			put_entry(&line, &r);
		}
		buf_z(&line, "transfer ");
		put_numbers(&line, &r, 7, 11);
		must(!line.over);
		digest_add(&s, line.p, line.n);
		line.n = 0;
	}
	rows_end(&r);
	seal->digest = digest_end(&s);
	return st;
}

struct sealing {
	struct day today;
	int sealed;
};

static ST days_open(struct ctx *cx, struct db *db, int64_t after, struct day today, int64_t *days,
	size_t *count)
{
	struct rows r;
	bool row;
	enum st st;

	*count = 0;
	TRY(db_query(cx, db, &stmt_seal_days,
		ARGS(a_int(after), a_day(today), a_int(SEAL_DAYS_MAX)), &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row)
		days[(*count)++] = rows_int(&r, 0);
	rows_end(&r);
	return st;
}

static ST seal_days(struct ctx *cx, struct db *db, void *arg)
{
	struct sealing *w = arg;
	struct ledger_seal_row seal;
	int64_t *days = arena_array(cx->arena, SEAL_DAYS_MAX, sizeof(*days));
	size_t count;
	bool found;

	w->sealed = 0;
	TRY(lock_entries_seal(cx, db));
	TRY(ledger_last_seal(cx, db, &seal, &found));
	TRY(days_open(cx, db, found ? day_number(seal.day) : 0, w->today, days, &count));
	for (size_t i = 0; i < count; i++) {
		TRY(day_digest(cx, db, days[i], &seal));
		TRY(db_run(cx, db, &stmt_seal_insert,
			ARGS(a_int(days[i]), a_int(seal.entries), a_bytes(seal.digest.bytes, 32),
				a_instant(cx->clock->now(cx->clock))),
			NULL));
		w->sealed++;
	}
	return OK;
}

ST ledger_seal(struct ctx *cx, struct db *db, struct day today, int *sealed)
{
	struct sealing w = {.today = today};

	TRY(tx_run(cx, db, TX_WRITE, seal_days, &w));
	*sealed = w.sealed;
	return OK;
}
