/* SPDX-License-Identifier: Apache-2.0 */
#include "store/bank.h"

#include "base/check.h"
#include "limits.h"
#include "store/people.h"

enum { TXN_ARGS = 14 };

#define TXN_COLUMNS                                                                                \
	" b.txn, b.bank, b.ref, b.digest, b.person, b.amount, b.placed, b.advance, b.lines, "      \
	"b.day,"                                                                                   \
	" b.bank_time, b.taken_at,"                                                                \
	" CASE WHEN c.txn IS NULL THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END, b.posted"
#define TXN_TABLES                                                                                 \
	" FROM bank_txn AS b LEFT JOIN bank_cancel AS c"                                           \
	"  ON c.txn = b.txn AND c.bank = b.bank AND c.ref = b.ref"

#define TXN_ONE(txn, bank, ref)                                                                    \
	"SELECT" TXN_COLUMNS ", b.answer" TXN_TABLES "  WHERE b.txn = $" #txn                      \
	" AND b.bank = $" #bank " AND b.ref = $" #ref

#define TXN_INSERT                                                                                 \
	"INSERT INTO bank_txn (txn, bank, ref, digest, person, amount, placed, advance, lines,"    \
	"  day, bank_time, taken_at, answer, posted) VALUES "

STMT(bank_txn_read, READ, 3, 15, "$1 txn", TXN_ONE(1, 2, 3));
/*
 * The same for many, where each question costs a way to the server and back. Not one WHERE with OR:
 * planned while the table is empty, that reads all of it.
 */
#define TXN_NEXT(txn, bank, ref) " UNION ALL " TXN_ONE(txn, bank, ref)
/* clang-format off */
STMT(bank_txn_read_16, READ, 48, 15, "report",
	TXN_ONE(1, 2, 3) TXN_NEXT(4, 5, 6) TXN_NEXT(7, 8, 9) TXN_NEXT(10, 11, 12)
	TXN_NEXT(13, 14, 15) TXN_NEXT(16, 17, 18) TXN_NEXT(19, 20, 21) TXN_NEXT(22, 23, 24)
	TXN_NEXT(25, 26, 27) TXN_NEXT(28, 29, 30) TXN_NEXT(31, 32, 33) TXN_NEXT(34, 35, 36)
	TXN_NEXT(37, 38, 39) TXN_NEXT(40, 41, 42) TXN_NEXT(43, 44, 45) TXN_NEXT(46, 47, 48));
/* clang-format on */
STMT(bank_txn_insert, WRITE, 14, 0, "$1 txn",
	TXN_INSERT "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
		   "  ON CONFLICT (bank, ref, txn) DO NOTHING");
STMT(bank_txn_insert_16, WRITE, 224, 0, "$1 txn",
	TXN_INSERT
	"($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14),"
	"($15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28),"
	"($29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42),"
	"($43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56),"
	"($57, $58, $59, $60, $61, $62, $63, $64, $65, $66, $67, $68, $69, $70),"
	"($71, $72, $73, $74, $75, $76, $77, $78, $79, $80, $81, $82, $83, $84),"
	"($85, $86, $87, $88, $89, $90, $91, $92, $93, $94, $95, $96, $97, $98),"
	"($99, $100, $101, $102, $103, $104, $105, $106, $107, $108, $109, $110, $111, $112),"
	"($113, $114, $115, $116, $117, $118, $119, $120, $121, $122, $123, $124, $125, $126),"
	"($127, $128, $129, $130, $131, $132, $133, $134, $135, $136, $137, $138, $139, $140),"
	"($141, $142, $143, $144, $145, $146, $147, $148, $149, $150, $151, $152, $153, $154),"
	"($155, $156, $157, $158, $159, $160, $161, $162, $163, $164, $165, $166, $167, $168),"
	"($169, $170, $171, $172, $173, $174, $175, $176, $177, $178, $179, $180, $181, $182),"
	"($183, $184, $185, $186, $187, $188, $189, $190, $191, $192, $193, $194, $195, $196),"
	"($197, $198, $199, $200, $201, $202, $203, $204, $205, $206, $207, $208, $209, $210),"
	"($211, $212, $213, $214, $215, $216, $217, $218, $219, $220, $221, $222, $223, $224)"
	"  ON CONFLICT (bank, ref, txn) DO NOTHING");
/* The index of the day has the rows in this order: nothing is sorted. */
STMT(bank_taken_day, STREAM, 2, 4, "report",
	"SELECT b.ref, b.person, b.amount,"
	"  CASE WHEN c.txn IS NULL THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END" TXN_TABLES
	"  WHERE b.bank = $1 AND b.day = $2 ORDER BY b.ref");
STMT(bank_cancel_read, READ, 3, 2, "$1 txn",
	"SELECT cancelled_at, answer FROM bank_cancel WHERE txn = $1 AND bank = $2 AND ref = $3");
STMT(bank_cancel_insert, WRITE, 5, 0, "$1 txn",
	"INSERT INTO bank_cancel (txn, bank, ref, cancelled_at, answer)"
	"  VALUES ($1, $2, $3, $4, $5) ON CONFLICT (txn, bank, ref) DO NOTHING");
STMT(bank_payments, READ, 2, 11, "$1 person",
	"SELECT p.month, p.line, p.knp, p.payer_kind, p.payer, p.amount, p.paid_on, p.known_since,"
	"  p.doc, p.intake, (SELECT CAST(coalesce(SUM(r.amount), 0) AS BIGINT) FROM refund AS r"
	"    WHERE r.person = p.person AND r.month = p.month AND r.doc = p.doc"
	"    AND r.line = p.line)"
	"  FROM month_held AS m CROSS JOIN payment AS p WHERE p.month = m.month AND p.person = $1"
	"  AND (p.doc = $2 OR p.intake = $2) ORDER BY p.month, p.doc, p.line");
STMT(bank_refunds, READ, 2, 1, "$1 person",
	"SELECT CAST((SELECT coalesce(SUM(amount), 0) FROM refund"
	"    WHERE person = $1 AND doc = $2)"
	"  - (SELECT coalesce(SUM(amount), 0) FROM advance_used"
	"    WHERE person = $1 AND txn = $2 AND released = 1) AS BIGINT)");
STMT(advance_insert, WRITE, 4, 0, "$1 person",
	"INSERT INTO advance (person, txn, returned, amount) VALUES ($1, $2, $3, $4)");
STMT(advance_move_insert, WRITE, 5, 0, "$1 person",
	"INSERT INTO advance_used (person, txn, event, released, amount)"
	"  VALUES ($1, $2, $3, $4, $5)");
#define ADVANCE_MOVES                                                                              \
	"(SELECT txn, CASE WHEN returned = 0 THEN amount ELSE 0 - amount END AS amount"            \
	"  FROM advance WHERE person = $1 UNION ALL"                                               \
	"  SELECT txn, CASE WHEN released = 1 THEN amount ELSE 0 - amount END AS amount"           \
	"  FROM advance_used WHERE person = $1) AS m"
STMT(advance_read, READ, 1, 1, "$1 person",
	"SELECT CAST(coalesce(SUM(m.amount), 0) AS BIGINT) FROM " ADVANCE_MOVES);
STMT(advance_list, READ, 2, 2, "$1 person",
	"SELECT m.txn, CAST(SUM(m.amount) AS BIGINT) FROM " ADVANCE_MOVES
	"  GROUP BY m.txn HAVING SUM(m.amount) > 0 ORDER BY m.txn LIMIT $2");
STMT(advance_of, READ, 2, 1, "$1 person",
	"SELECT CAST(coalesce(SUM(m.amount), 0) AS BIGINT) FROM " ADVANCE_MOVES
	"  WHERE m.txn = $2");
STMT(advance_line, READ, 2, 1, "$1 person",
	"SELECT coalesce(max(p.line), -1) FROM month_held AS m CROSS JOIN payment AS p"
	"  WHERE p.month = m.month AND p.person = $1 AND p.doc = $2");
STMT(advance_persons, READ, 2, 1, "report",
	"SELECT a.person FROM advance AS a WHERE a.person > $1"
	"  GROUP BY a.person HAVING CAST(SUM(CASE WHEN a.returned = 0 THEN a.amount"
	"    ELSE 0 - a.amount END) AS BIGINT)"
	"  + (SELECT CAST(coalesce(SUM(CASE WHEN u.released = 1 THEN u.amount"
	"    ELSE 0 - u.amount END), 0) AS BIGINT) FROM advance_used AS u"
	"    WHERE u.person = a.person) > 0 ORDER BY a.person LIMIT $2");

int64_t bank_txn_key(struct str bank, struct str ref)
{
	return doc_key(bank, ref);
}

static ST txn_columns(struct ctx *cx, const struct rows *r, struct bank_txn *out)
{
	struct str digest = rows_bytes(r, 3);

	if (digest.n != sizeof(out->digest.bytes))
		return fail(cx, DB_BROKEN, "%s", "digest of a transaction");
	memcpy(out->digest.bytes, digest.p, digest.n);
	out->txn = rows_int(r, 0);
	out->bank = rows_text(r, 1);
	out->ref = rows_text(r, 2);
	out->person = rows_int(r, 4);
	out->sum = rows_money(r, 5);
	out->placed = rows_money(r, 6);
	out->advance = rows_money(r, 7);
	out->lines = (size_t)rows_int(r, 8);
	out->time = rows_int(r, 10);
	out->at = rows_instant(r, 11);
	out->cancelled = rows_int(r, 12) != 0;
	out->posted = rows_int(r, 13);
	return rows_day(cx, r, 9, &out->day);
}

/* With the answer, which the streams leave out. */
static ST whole_txn(struct ctx *cx, const struct rows *r, struct bank_txn *out)
{
	TRY(txn_columns(cx, r, out));
	out->bank = str_copy(cx->arena, out->bank);
	out->ref = str_copy(cx->arena, out->ref);
	out->answer = str_copy(cx->arena, rows_bytes(r, 14));
	return OK;
}

ST bank_txn_find(struct ctx *cx, struct db *db, struct str bank, struct str ref,
	struct bank_txn *out, bool *found)
{
	struct rows r;
	enum st st;

	*out = (struct bank_txn){0};
	TRY(db_query_one(cx, db, &stmt_bank_txn_read,
		ARGS(a_int(bank_txn_key(bank, ref)), a_text(bank), a_text(ref)), &r, found));
	if (!*found)
		return OK;
	st = whole_txn(cx, &r, out);
	rows_end(&r);
	return st;
}

/* At most BANK_AT_ONCE numbers; where there are fewer, the last one again and again. */
static ST find_some(struct ctx *cx, struct db *db, const struct bank_ref *refs, size_t n,
	struct bank_txn *out, size_t *count)
{
	struct db_arg args[3 * BANK_AT_ONCE];
	struct rows r;
	bool row;
	enum st st;

	for (size_t i = 0; i < BANK_AT_ONCE; i++) {
		const struct bank_ref *ref = &refs[i < n ? i : n - 1];

		args[3 * i] = a_int(ref->txn);
		args[3 * i + 1] = a_text(ref->bank);
		args[3 * i + 2] = a_text(ref->ref);
	}
	TRY(db_query(cx, db, &stmt_bank_txn_read_16, args, 3 * BANK_AT_ONCE, &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row)
		if ((st = whole_txn(cx, &r, &out[(*count)++])) != OK)
			break;
	rows_end(&r);
	return st;
}

ST bank_txns_find(struct ctx *cx, struct db *db, const struct bank_ref *refs, size_t count,
	struct bank_txn *out, size_t *found)
{
	*found = 0;
	for (size_t at = 0, n; at < count; at += n) {
		n = count - at < BANK_AT_ONCE ? count - at : BANK_AT_ONCE;
		TRY(find_some(cx, db, refs + at, n, out, found));
	}
	return OK;
}

static void txn_args(const struct bank_txn *t, struct db_arg args[TXN_ARGS])
{
	must(t->bank.n <= 32 && t->ref.n <= 64 && t->answer.n > 0);
	args[0] = a_int(t->txn);
	args[1] = a_text(t->bank);
	args[2] = a_text(t->ref);
	args[3] = a_bytes(t->digest.bytes, sizeof(t->digest.bytes));
	args[4] = a_int(t->person);
	args[5] = a_money(t->sum);
	args[6] = a_money(t->placed);
	args[7] = a_money(t->advance);
	args[8] = a_int((int64_t)t->lines);
	args[9] = a_day(t->day);
	args[10] = a_int(t->time);
	args[11] = a_instant(t->at);
	args[12] = a_bytes(t->answer.p, t->answer.n);
	args[13] = a_int(t->posted);
}

ST bank_txns_add(struct ctx *cx, struct db *db, const struct bank_txn *txns, size_t count)
{
	struct db_arg args[TXN_ARGS * BANK_AT_ONCE];

	for (size_t at = 0, n; at < count; at += n) {
		int64_t changed;

		n = count - at < BANK_AT_ONCE ? 1 : BANK_AT_ONCE;
		for (size_t i = 0; i < n; i++)
			txn_args(&txns[at + i], args + i * TXN_ARGS);
		TRY(db_run(cx, db, n == 1 ? &stmt_bank_txn_insert : &stmt_bank_txn_insert_16, args,
			n * TXN_ARGS, &changed));
		/* Only another writer at the same moment can have put one there. */
		if (changed < (int64_t)n)
			return fail(cx, DB_BUSY, "%s", "");
	}
	for (size_t i = 0; i < count; i++)
		if (!money_is_zero(txns[i].advance))
			TRY(db_run(cx, db, &stmt_advance_insert,
				ARGS(a_int(txns[i].person), a_int(txns[i].txn), a_int(0),
					a_money(txns[i].advance)),
				NULL));
	return OK;
}

ST bank_cancel_find(struct ctx *cx, struct db *db, const struct bank_txn *t,
	struct bank_cancel *out, bool *found)
{
	struct rows r;

	*out = (struct bank_cancel){0};
	TRY(db_query_one(cx, db, &stmt_bank_cancel_read,
		ARGS(a_int(t->txn), a_text(t->bank), a_text(t->ref)), &r, found));
	if (!*found)
		return OK;
	out->at = rows_instant(&r, 0);
	out->answer = str_copy(cx->arena, rows_bytes(&r, 1));
	rows_end(&r);
	return OK;
}

ST bank_cancel_add(struct ctx *cx, struct db *db, const struct bank_txn *t,
	const struct bank_cancel *c, bool *is_new)
{
	int64_t changed;

	TRY(db_run(cx, db, &stmt_bank_cancel_insert,
		ARGS(a_int(t->txn), a_text(t->bank), a_text(t->ref), a_instant(c->at),
			a_bytes(c->answer.p, c->answer.n)),
		&changed));
	*is_new = changed > 0;
	return OK;
}

static ST line_columns(struct ctx *cx, const struct rows *r, struct payment_fact *f)
{
	int64_t kind = rows_int(r, 3);

	if (!knp_from_number(rows_int(r, 2), &f->knp) || kind < 0 || kind >= PAYER_COUNT)
		return fail(cx, DB_BROKEN, "%s", "payment line");
	f->line = (uint32_t)rows_int(r, 1);
	f->payer_kind = (enum payer_kind)kind;
	f->sum = rows_money(r, 5);
	f->doc = (uint64_t)rows_int(r, 8);
	TRY(rows_month(cx, r, 0, &f->month));
	TRY(rows_iin(cx, r, 4, &f->has_payer, &f->payer));
	TRY(rows_day(cx, r, 6, &f->paid_on));
	return rows_day(cx, r, 7, &f->known_since);
}

ST bank_lines(struct ctx *cx, struct db *db, const struct iin *iin, int64_t person, int64_t txn,
	struct bank_line **out, size_t *count)
{
	size_t cap = 0;
	struct rows r;
	bool row;
	enum st st;

	*out = NULL;
	*count = 0;
	TRY(db_query(cx, db, &stmt_bank_payments, ARGS(a_int(person), a_int(txn)), &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row) {
		struct bank_line *l = ARENA_PUSH(cx->arena, *out, *count, cap);

		*l = (struct bank_line){
			.placed = {.line = {.iin = *iin, .person = person}, .by = rows_int(&r, 9)}};
		st = line_columns(cx, &r, &l->placed.line.fact);
		if (st == OK && !money_sub(l->placed.line.fact.sum, rows_money(&r, 10), &l->left))
			st = fail(cx, MONEY_RANGE, "%s", "");
		if (st != OK)
			break;
	}
	rows_end(&r);
	return st;
}

static ST one_sum(struct ctx *cx, struct db *db, const struct stmt *stmt, const struct db_arg *args,
	struct money *out)
{
	struct rows r;
	bool found;

	TRY(db_query_one(cx, db, stmt, args, (size_t)stmt->args, &r, &found));
	must(found);
	*out = rows_money(&r, 0);
	rows_end(&r);
	return OK;
}

ST bank_returned(struct ctx *cx, struct db *db, const struct bank_txn *t, struct money *out)
{
	const struct db_arg args[] = {a_int(t->person), a_int(t->txn)};

	return one_sum(cx, db, &stmt_bank_refunds, args, out);
}

ST bank_advance(struct ctx *cx, struct db *db, int64_t person, struct money *out)
{
	const struct db_arg args[] = {a_int(person)};

	return one_sum(cx, db, &stmt_advance_read, args, out);
}

ST advance_list(struct ctx *cx, struct db *db, int64_t person, struct advance **out, size_t *count)
{
	size_t cap = 0;
	struct rows r;
	bool row;
	enum st st;

	*out = NULL;
	*count = 0;
	TRY(db_query(cx, db, &stmt_advance_list, ARGS(a_int(person), a_int(LIMIT_ADVANCES)), &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row)
		*ARENA_PUSH(cx->arena, *out, *count, cap) =
			(struct advance){rows_int(&r, 0), rows_money(&r, 1)};
	rows_end(&r);
	return st;
}

ST advance_next_line(struct ctx *cx, struct db *db, int64_t person, int64_t txn, uint32_t *line)
{
	struct rows r;
	bool found;

	TRY(db_query_one(cx, db, &stmt_advance_line, ARGS(a_int(person), a_int(txn)), &r, &found));
	must(found);
	*line = (uint32_t)(rows_int(&r, 0) + 1);
	rows_end(&r);
	return OK;
}

ST advance_move_add(struct ctx *cx, struct db *db, const struct advance_move *m)
{
	return db_run(cx, db, &stmt_advance_move_insert,
		ARGS(a_int(m->person), a_int(m->txn), a_int(m->event), a_int(m->released),
			a_money(m->sum)),
		NULL);
}

ST advance_return(struct ctx *cx, struct db *db, int64_t person, int64_t txn, struct money sum)
{
	return db_run(cx, db, &stmt_advance_insert,
		ARGS(a_int(person), a_int(txn), a_int(1), a_money(sum)), NULL);
}

ST advance_persons(
	struct ctx *cx, struct db *db, int64_t after, size_t max, int64_t *out, size_t *count)
{
	struct rows r;
	bool row;
	enum st st;

	*count = 0;
	TRY(db_query(cx, db, &stmt_advance_persons, ARGS(a_int(after), a_int((int64_t)max)), &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row)
		out[(*count)++] = rows_int(&r, 0);
	rows_end(&r);
	return st;
}

ST advance_of(struct ctx *cx, struct db *db, int64_t person, int64_t txn, struct money *out)
{
	const struct db_arg args[] = {a_int(person), a_int(txn)};

	return one_sum(cx, db, &stmt_advance_of, args, out);
}

ST bank_taken_each(struct ctx *cx, struct db *db, struct bank_day day, bank_taken_fn *fn, void *arg)
{
	struct rows r;
	bool row;
	enum st st;

	TRY(db_query(cx, db, &stmt_bank_taken_day, ARGS(a_text(day.bank), a_day(day.day)), &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row) {
		const struct bank_taken t = {.ref = rows_text(&r, 0),
			.person = rows_int(&r, 1),
			.sum = rows_money(&r, 2),
			.cancelled = rows_int(&r, 3) != 0};

		st = fn(cx, arg, &t);
		if (st != OK)
			break;
	}
	rows_end(&r);
	return st;
}
