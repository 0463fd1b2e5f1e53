/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/ledger.h"

#include "base/check.h"
#include "store/lock.h"

STMT(entry_insert, WRITE, 8, 0, "$1 unit",
	"INSERT INTO entry (unit, seq, posted_at, day, law, lines, lines_check, transfers)"
	"  VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (unit, seq) DO NOTHING");
STMT(entry_read, READ, 2, 5, "$1 unit",
	"SELECT law, lines, lines_check, transfers, posted_at FROM entry"
	"  WHERE unit = $1 AND seq = $2");
STMT(transfer_insert, WRITE, 7, 0, "$1 unit",
	"INSERT INTO transfer (unit, seq, place, recipe, debit, credit, amount)"
	"  VALUES ($1, $2, $3, $4, $5, $6, $7)");
STMT(transfer_read, READ, 2, 5, "$1 unit",
	"SELECT place, recipe, debit, credit, amount FROM transfer WHERE unit = $1 AND seq = $2"
	"  ORDER BY place");
STMT(account_insert, WRITE, 4, 0, "",
	"INSERT INTO account (account, kind, payer_kind, knp) VALUES ($1, $2, $3, $4)"
	"  ON CONFLICT (account) DO NOTHING");
STMT(seal_covers, READ, 1, 1, "", "SELECT day FROM seal WHERE day >= $1 LIMIT 1");
STMT(balance_read, READ, 2, 1, "report",
	"SELECT CAST(coalesce(SUM(CASE WHEN credit >= $1 AND credit < $2 THEN amount ELSE 0 END)"
	"  - SUM(CASE WHEN debit >= $1 AND debit < $2 THEN amount ELSE 0 END), 0) AS BIGINT)"
	"  FROM transfer");

size_t ledger_moves(enum recipe recipe, const struct money sums[PAYER_COUNT][KNP_COUNT],
	struct ledger_move moves[LEDGER_MOVES_MAX], size_t count)
{
	for (int kind = 0; kind < PAYER_COUNT; kind++) {
		for (int knp = 0; knp < KNP_COUNT; knp++) {
			if (money_is_zero(sums[kind][knp]))
				continue;
			must(count < LEDGER_MOVES_MAX);
			moves[count++] = (struct ledger_move){
				recipe, (enum payer_kind)kind, (enum knp)knp, sums[kind][knp]};
		}
	}
	return count;
}

/* Both ends of a move. */
struct ends {
	int64_t debit, credit;
};

static struct ends move_ends(const struct ledger_move *m)
{
	const struct recipe_row *r = recipe_find((int)m->recipe);

	must(r);
	return (struct ends){account_number(r->debit, m->payer_kind, m->knp),
		account_number(r->credit, m->payer_kind, m->knp)};
}

static ST account_sure(
	struct ctx *cx, struct db *db, enum account_kind kind, const struct ledger_move *m)
{
	bool by = account_by_kind(kind);

	return db_run(cx, db, &stmt_account_insert,
		ARGS(a_int(account_number(kind, m->payer_kind, m->knp)), a_int(kind),
			a_int(by ? (int64_t)m->payer_kind : 0), a_int(by ? knp_number(m->knp) : 0)),
		NULL);
}

static ST transfer_write(struct ctx *cx, struct db *db, const struct ledger_entry *e, size_t place)
{
	const struct ledger_move *m = &e->moves[place];
	const struct recipe_row *r = recipe_find((int)m->recipe);
	struct ends ends = move_ends(m);

	TRY(account_sure(cx, db, r->debit, m));
	TRY(account_sure(cx, db, r->credit, m));
	return db_run(cx, db, &stmt_transfer_insert,
		ARGS(a_int(e->unit), a_int(e->seq), a_int((int64_t)place), a_int(m->recipe),
			a_int(ends.debit), a_int(ends.credit), a_money(m->sum)),
		NULL);
}

static bool transfer_same(const struct rows *r, const struct ledger_move *m, size_t place)
{
	struct ends ends = move_ends(m);

	return rows_int(r, 0) == (int64_t)place && rows_int(r, 1) == (int64_t)m->recipe &&
	       rows_int(r, 2) == ends.debit && rows_int(r, 3) == ends.credit &&
	       money_cmp(rows_money(r, 4), m->sum) == 0;
}

static ST entry_same(struct ctx *cx, struct db *db, const struct ledger_entry *e, bool *same)
{
	size_t place = 0;
	struct rows r;
	bool row;
	enum st st;

	TRY(db_query_one(cx, db, &stmt_entry_read, ARGS(a_int(e->unit), a_int(e->seq)), &r, same));
	if (!*same)
		return OK;
	*same = str_eq(rows_bytes(&r, 0), (struct str){(const char *)e->law_digest.bytes, 32}) &&
		rows_int(&r, 1) == (int64_t)e->lines &&
		(uint64_t)rows_int(&r, 2) == e->lines_check &&
		rows_int(&r, 3) == (int64_t)e->move_count;
	rows_end(&r);
	TRY(db_query(cx, db, &stmt_transfer_read, ARGS(a_int(e->unit), a_int(e->seq)), &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row) {
		*same = *same && place < e->move_count &&
			transfer_same(&r, &e->moves[place], place);
		place++;
	}
	rows_end(&r);
	*same = *same && place == e->move_count;
	return st;
}

static ST entry_allowed(struct ctx *cx, struct db *db, const struct ledger_entry *e)
{
	struct rows r;
	bool sealed;

	must((e->move_count > 0 || e->lines > 0) && e->move_count <= LEDGER_MOVES_MAX &&
		e->seq >= 0);
	for (size_t i = 0; i < e->move_count; i++) {
		if (money_is_negative(e->moves[i].sum))
			return fail(cx, MONEY_NEGATIVE, "%s", "");
		if (money_is_zero(e->moves[i].sum))
			return fail(cx, MONEY_ZERO, "%s", "");
	}
	TRY(db_query_one(
		cx, db, &stmt_seal_covers, ARGS(a_day(day_in_astana(e->at))), &r, &sealed));
	if (!sealed)
		return OK;
	rows_end(&r);
	return fail(cx, DB_CONSTRAINT, "%s", "the day is sealed");
}

ST ledger_post(struct ctx *cx, struct db *db, const struct ledger_entry *e, bool *is_new)
{
	int64_t changed;
	bool same;

	TRY(lock_entries_post(cx, db));
	TRY(entry_allowed(cx, db, e));
	TRY(db_run(cx, db, &stmt_entry_insert,
		ARGS(a_int(e->unit), a_int(e->seq), a_instant(e->at), a_day(day_in_astana(e->at)),
			a_bytes(e->law_digest.bytes, 32), a_int((int64_t)e->lines),
			a_int((int64_t)e->lines_check), a_int((int64_t)e->move_count)),
		&changed));
	if (is_new)
		*is_new = changed > 0;
	for (size_t i = 0; changed > 0 && i < e->move_count; i++)
		TRY(transfer_write(cx, db, e, i));
	TRY(entry_same(cx, db, e, &same));
	if (same)
		return OK;
	return changed > 0 ? fail(cx, DB_BROKEN, "%s", "an entry reads back differently")
			   : fail(cx, LINE_CONFLICT, "%s", "entry");
}

ST ledger_balance(struct ctx *cx, struct db *db, enum account_kind kind, struct money *out)
{
	struct rows r;
	bool found;

	TRY(db_query_one(cx, db, &stmt_balance_read,
		ARGS(a_int((int64_t)kind * 1000000), a_int(((int64_t)kind + 1) * 1000000)), &r,
		&found));
	must(found);
	*out = rows_money(&r, 0);
	rows_end(&r);
	return OK;
}
