/* SPDX-License-Identifier: Apache-2.0 */
#include "store/copy.h"

#include <unistd.h>

#include "base/check.h"
#include "store/driver.h"
#include "store/migrate.h"

enum { COLUMNS_MAX = 18 };

/* All rows of a table in the order of its key, and the way to add one to an empty table. */
#define COPY(table, count, columns, places, key)                                                   \
	STMT(copy_read_##table, STREAM, 0, count, "report",                                        \
		"SELECT " columns " FROM " #table " ORDER BY " key);                               \
	STMT_LOAD(copy_write_##table, count, #table " (" columns ")", places)

COPY(person, 2, "person, iin", "$1, $2", "person");
COPY(person_fact, 8,
	"person, known_since, surname, name, patronymic, born, residence, "
	"in_system_from",
	"$1, $2, $3, $4, $5, $6, $7, $8", "person, known_since");
COPY(spell, 7, "person, kind, detail, from_day, to_day, payer, known_since",
	"$1, $2, $3, $4, $5, $6, $7", "person, kind, detail, from_day, payer, known_since, to_day");
COPY(lookup, 5, "person, looked_at, id, channel, role", "$1, $2, $3, $4, $5",
	"person, looked_at, id");
COPY(intake, 18,
	"intake, source, ref, kind, digest, lines, amount, lines_done, "
	"portions, lines_new, amount_new, lines_repeated, amount_repeated, "
	"lines_suspense, amount_suspense, finished, taken_at, done_at",
	"$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, "
	"$17, $18",
	"intake, source, ref");
COPY(payment, 11,
	"month, person, doc, line, intake, knp, payer_kind, payer, amount, "
	"paid_on, known_since",
	"$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11", "month, person, doc, line");
COPY(refund, 8, "person, month, doc, line, known_since, knp, intake, amount",
	"$1, $2, $3, $4, $5, $6, $7, $8", "person, month, doc, line, known_since, knp");
COPY(suspense, 9, "intake, place, doc, line, reason, field, given, amount, source",
	"$1, $2, $3, $4, $5, $6, $7, $8, $9", "intake, place");
COPY(month_held, 1, "month", "$1", "month");
COPY(coverage, 6, "person, iin, known, good_until, law, map", "$1, $2, $3, $4, $5, $6", "person");
COPY(coverage_todo, 2, "intake, month", "$1, $2", "intake, month");
COPY(coverage_touched, 1, "person", "$1", "person");
COPY(account, 4, "account, kind, payer_kind, knp", "$1, $2, $3, $4", "account");
COPY(entry, 8, "unit, seq, posted_at, day, law, lines, lines_check, transfers",
	"$1, $2, $3, $4, $5, $6, $7, $8", "unit, seq");
COPY(transfer, 7, "unit, seq, place, recipe, debit, credit, amount", "$1, $2, $3, $4, $5, $6, $7",
	"unit, seq, place");
COPY(seal, 4, "day, entries, digest, sealed_at", "$1, $2, $3, $4", "day");
COPY(bank_txn, 14,
	"txn, bank, ref, digest, person, amount, placed, advance, lines, day, bank_time, "
	"taken_at, answer, posted",
	"$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14", "bank, ref, txn");
COPY(bank_cancel, 5, "txn, bank, ref, cancelled_at, answer", "$1, $2, $3, $4, $5",
	"txn, bank, ref");
COPY(advance, 4, "person, txn, returned, amount", "$1, $2, $3, $4", "person, txn, returned");
COPY(advance_used, 5, "person, txn, event, released, amount", "$1, $2, $3, $4, $5",
	"person, txn, event, released");
COPY(refund_wait, 11,
	"person, intake, line, month, doc, ref, doc_line, knp, payer, "
	"amount, refunded_on",
	"$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11", "person, intake, line");
COPY(refund_todo, 3, "person, intake, line", "$1, $2, $3", "person, intake, line");
COPY(refund_reason, 7, "person, month, intake, line, refunded_on, amount, reason",
	"$1, $2, $3, $4, $5, $6, $7", "person, month, intake, line");
COPY(invoice, 6, "invoice, person, amount, months, made_at, expires_at", "$1, $2, $3, $4, $5, $6",
	"invoice");
COPY(invoice_month, 4, "invoice, month, payer_kind, amount", "$1, $2, $3, $4", "invoice, month");
COPY(invoice_paid, 4, "invoice, txn, bank, ref", "$1, $2, $3, $4", "invoice, txn, bank, ref");
COPY(outbox, 6, "subject, lane, part, made_at, due_at, tries", "$1, $2, $3, $4, $5, $6",
	"subject, lane, part");
COPY(qr_ask, 4, "invoice, rail, attempt, asked_at", "$1, $2, $3, $4", "invoice, rail, attempt");
COPY(qr_code, 8, "invoice, rail, attempt, text, link, ref, issued_at, expires_at",
	"$1, $2, $3, $4, $5, $6, $7, $8", "invoice, rail, attempt");
COPY(qr_seen, 5, "invoice, rail, attempt, state, seen_at", "$1, $2, $3, $4, $5",
	"invoice, rail, attempt");
COPY(qr_bank, 3, "rail, orders, rests_until", "$1, $2, $3", "rail");
#undef COPY

/* In an order that references allow. What is not here is made by the schema itself. */
static const struct {
	const char *name;
	const struct stmt *read, *write;
} tables[] = {
#define COPIED(table)                                                                              \
	{                                                                                          \
#table, &stmt_copy_read_##table, &stmt_copy_write_##table                          \
	}
	COPIED(person),
	COPIED(person_fact),
	COPIED(spell),
	COPIED(lookup),
	COPIED(intake),
	COPIED(payment),
	COPIED(refund),
	COPIED(suspense),
	COPIED(month_held),
	COPIED(coverage),
	COPIED(coverage_todo),
	COPIED(coverage_touched),
	COPIED(account),
	COPIED(entry),
	COPIED(transfer),
	COPIED(seal),
	COPIED(bank_txn),
	COPIED(bank_cancel),
	COPIED(advance),
	COPIED(advance_used),
	COPIED(refund_wait),
	COPIED(refund_todo),
	COPIED(refund_reason),
	COPIED(invoice),
	COPIED(invoice_month),
	COPIED(invoice_paid),
	COPIED(outbox),
	COPIED(qr_ask),
	COPIED(qr_code),
	COPIED(qr_bank),
	COPIED(qr_seen),
#undef COPIED
};
_Static_assert(sizeof(tables) / sizeof(tables[0]) == COPY_TABLES, "one row for each table");

STMT(copy_rows, READ, 0, 1, "report",
	"SELECT (SELECT count(*) FROM person) + (SELECT count(*) FROM intake)"
	"  + (SELECT count(*) FROM entry) + (SELECT count(*) FROM lookup)");

static struct db_arg cell_arg(const struct rows *r, int column)
{
	struct cell c = db_cell(r, column);

	switch (c.kind) {
	case CELL_NULL:
		return a_null();
	case CELL_INT:
		return a_int(c.i);
	case CELL_TEXT:
		return a_text(c.s);
	case CELL_BYTES:
		return a_bytes(c.s.p, c.s.n);
	}
	must(false);
	return a_null();
}

/* Kind, length and content of each column, so that no two rows give the same bytes. */
static void digest_row(struct digest_state *s, const struct db_arg *args, int n)
{
	for (int i = 0; i < n; i++) {
		const struct db_arg *a = &args[i];
		int64_t head[2] = {a->kind, a->kind == A_INT ? a->i : (int64_t)a->s.n};

		digest_add(s, head, sizeof(head));
		if (a->kind == A_TEXT || a->kind == A_BYTES)
			digest_add(s, a->s.p, a->s.n);
	}
}

/* Reads a table and, with `load`, adds each row there. */
static ST read_table(
	struct ctx *cx, struct db *from, size_t which, struct bulk *load, struct copy_table *out)
{
	const struct stmt *read = tables[which].read;
	struct db_arg args[COLUMNS_MAX];
	struct digest_state s;
	struct rows r;
	bool row;
	enum st st;

	must(read->columns <= COLUMNS_MAX);
	*out = (struct copy_table){.name = tables[which].name};
	digest_start(&s);
	TRY(db_query(cx, from, read, NO_ARGS, &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row) {
		for (int i = 0; i < read->columns; i++)
			args[i] = cell_arg(&r, i);
		digest_row(&s, args, read->columns);
		out->rows++;
		if (load && (st = bulk_row(cx, load, args, (size_t)read->columns)) != OK)
			break;
	}
	rows_end(&r);
	out->digest = digest_end(&s);
	return st;
}

/* Both sides --------------------------------------------------------------------------------- */

struct copying {
	struct db *from, *to;
	struct copy_report *out;
	struct copy_report seen; /* on the other side */
};

static ST fill(struct ctx *cx, struct db *to, void *arg)
{
	struct copying *c = arg;

	c->out->rows = 0;
	for (size_t i = 0; i < COPY_TABLES; i++) {
		struct bulk load;
		enum st st;

		TRY(bulk_begin(cx, to, tables[i].write, &load));
		st = read_table(cx, c->from, i, &load, &c->out->tables[i]);
		if (st == OK)
			st = bulk_end(cx, &load, NULL);
		TRY(st);
		c->out->rows += c->out->tables[i].rows;
	}
	return OK;
}

static ST from_one_moment(struct ctx *cx, struct db *from, void *arg)
{
	struct copying *c = arg;

	(void)from;
	return tx_run(cx, c->to, TX_WRITE, fill, c);
}

static ST look_again(struct ctx *cx, struct db *to, void *arg)
{
	struct copying *c = arg;

	for (size_t i = 0; i < COPY_TABLES; i++)
		TRY(read_table(cx, to, i, NULL, &c->seen.tables[i]));
	return OK;
}

static ST compare(struct ctx *cx, const struct copying *c)
{
	for (size_t i = 0; i < COPY_TABLES; i++) {
		const struct copy_table *a = &c->out->tables[i], *b = &c->seen.tables[i];

		if (a->rows != b->rows || memcmp(&a->digest, &b->digest, sizeof(a->digest)) != 0)
			return fail(cx, DB_BROKEN, "copy of %s: %lld rows, then %lld", a->name,
				(long long)a->rows, (long long)b->rows);
	}
	return OK;
}

static ST refuse_rows(struct ctx *cx, struct db *to)
{
	struct rows r;
	int64_t n;
	bool found;

	TRY(db_query_one(cx, to, &stmt_copy_rows, NO_ARGS, &r, &found));
	must(found);
	n = rows_int(&r, 0);
	rows_end(&r);
	return n ? fail(cx, DB_NOT_EMPTY, "%lld", (long long)n) : OK;
}

/* A database without tables gets them, with the secret of the other one; so does one where that was
 * broken off. */
static ST prepare(struct ctx *cx, struct copying *c)
{
	unsigned char theirs[16], ours[16];
	int version, applied;

	TRY(db_schema_check(cx, c->from));
	TRY(db_secret_read(cx, c->from, theirs));
	TRY(db_schema_version(cx, c->to, &version));
	if (version >= 0) {
		TRY(db_secret_read(cx, c->to, ours));
		if (memcmp(ours, theirs, sizeof(ours)) != 0)
			return fail(cx, DB_NOT_EMPTY, "%s", "it has a secret of its own");
	}
	db_set_secret(c->to, theirs);
	TRY(db_migrate(cx, c->to, &applied));
	return refuse_rows(cx, c->to);
}

ST db_copy(struct ctx *cx, struct db *from, const char *url, struct copy_report *out)
{
	struct copying *c = ARENA_NEW(cx->arena, struct copying);
	enum st st;

	*out = (struct copy_report){0};
	c->from = from;
	c->out = out;
	TRY(db_open_new(cx, url, &c->to));
	st = prepare(cx, c);
	if (st == OK)
		st = tx_run(cx, from, TX_READ, from_one_moment, c);
	if (st == OK)
		st = db_bulk(cx, c->to, false);
	if (st == OK)
		st = tx_run(cx, c->to, TX_READ, look_again, c);
	if (st == OK)
		st = db_checkpoint(cx, c->to);
	db_close(c->to);
	TRY(st);
	return compare(cx, c);
}

ST db_backup_file(struct ctx *cx, struct db *db, const char *path)
{
	struct copy_report *report;
	enum st st;

	if (db_engine(db) == ENGINE_SQLITE)
		return db_backup(cx, db, path);
	if (access(path, F_OK) == 0)
		return fail(cx, FILE_EXISTS, "%s", path);
	report = ARENA_NEW(cx->arena, struct copy_report);
	st = db_copy(cx, db, path, report);
	if (st != OK)
		unlink(path);
	return st;
}
