/* SPDX-License-Identifier: Apache-2.0 */
#include "store/coverage_row.h"

#include "store/people.h"

enum { UPSERT_ARGS = 6 };

/* Is anything stored that the row does not know? The lists are empty but after an import. */
#define BEHIND                                                                                     \
	"  CASE WHEN EXISTS (SELECT 1 FROM coverage_touched AS t WHERE t.person = $1) OR"          \
	"    EXISTS (SELECT 1 FROM coverage_todo AS q CROSS JOIN payment AS p"                     \
	"      WHERE p.month = q.month AND p.person = $1 AND p.intake = q.intake)"                 \
	"    THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END"

#define KEEPS(person)                                                                              \
	"  CASE WHEN EXISTS (SELECT 1 FROM advance AS a WHERE a.person = " person ")"              \
	"    THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END"

STMT(coverage_read, READ, 1, 7, "$1 person",
	"SELECT iin, known, good_until, law, map," BEHIND
	"," KEEPS("$1") "  FROM coverage WHERE person = $1");
/*
 * Persons who are locked are on the list of single persons all the time. Counts within counts,
 * since PostgreSQL may answer an EXISTS of many rows by reading all of the other table, and join
 * the list of work from the wrong end while the tables are small.
 */
STMT(coverage_read_16, READ, 16, 8, "report",
	"SELECT c.iin, c.known, c.good_until, c.law, c.map,"
	"  (SELECT count(*) FROM coverage_todo AS q WHERE (SELECT count(*) FROM"
	"    (SELECT p.line FROM payment AS p WHERE p.month = q.month AND p.person = c.person"
	"      AND p.intake = q.intake LIMIT 1) AS behind) > 0),"
	"  (SELECT count(*) FROM (SELECT a.txn FROM advance AS a WHERE a.person = c.person"
	"    LIMIT 1) AS keeps), c.person"
	"  FROM coverage AS c WHERE c.person IN"
	"  ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)");
STMT(coverage_upsert, WRITE, 6, 0, "$1 person",
	"INSERT INTO coverage (person, iin, known, good_until, law, map)"
	"  VALUES ($1, $2, $3, $4, $5, $6)"
	"  ON CONFLICT (person) DO UPDATE SET known = excluded.known,"
	"  good_until = excluded.good_until, law = excluded.law, map = excluded.map");
STMT(coverage_upsert_16, WRITE, 96, 0, "$1 person",
	"INSERT INTO coverage (person, iin, known, good_until, law, map)"
	"  VALUES ($1, $2, $3, $4, $5, $6), ($7, $8, $9, $10, $11, $12),"
	"  ($13, $14, $15, $16, $17, $18), ($19, $20, $21, $22, $23, $24),"
	"  ($25, $26, $27, $28, $29, $30), ($31, $32, $33, $34, $35, $36),"
	"  ($37, $38, $39, $40, $41, $42), ($43, $44, $45, $46, $47, $48),"
	"  ($49, $50, $51, $52, $53, $54), ($55, $56, $57, $58, $59, $60),"
	"  ($61, $62, $63, $64, $65, $66), ($67, $68, $69, $70, $71, $72),"
	"  ($73, $74, $75, $76, $77, $78), ($79, $80, $81, $82, $83, $84),"
	"  ($85, $86, $87, $88, $89, $90), ($91, $92, $93, $94, $95, $96)"
	"  ON CONFLICT (person) DO UPDATE SET known = excluded.known,"
	"  good_until = excluded.good_until, law = excluded.law, map = excluded.map");
/* Writing the row again locks it where several may write at once. */
STMT(touched_insert, WRITE, 1, 0, "$1 person",
	"INSERT INTO coverage_touched (person) VALUES ($1)"
	"  ON CONFLICT (person) DO UPDATE SET person = excluded.person");
STMT(touched_delete, WRITE, 1, 0, "$1 person", "DELETE FROM coverage_touched WHERE person = $1");
STMT(touched_delete_16, WRITE, 16, 0, "report",
	"DELETE FROM coverage_touched WHERE person IN"
	"  ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)");
STMT(touched_list, READ, 2, 1, "report",
	"SELECT person FROM coverage_touched WHERE person > $1 ORDER BY person LIMIT $2");
STMT(todo_list, READ, 1, 2, "report",
	"SELECT q.intake, q.month FROM coverage_todo AS q"
	"  WHERE EXISTS (SELECT 1 FROM intake AS i WHERE i.intake = q.intake AND i.finished = 1)"
	"  ORDER BY q.intake, q.month LIMIT $1");
/* One walk over the month for all documents: a short look into the list for each line. */
STMT(todo_persons, READ, 3, 1, "report",
	"SELECT DISTINCT p.person FROM payment AS p"
	"  WHERE p.month = $1 AND p.person > $2 AND EXISTS (SELECT 1 FROM coverage_todo AS q"
	"    WHERE q.intake = p.intake AND q.month = p.month) ORDER BY p.person LIMIT $3");
STMT(outdated_list, READ, 4, 1, "report",
	"SELECT person FROM coverage WHERE person > $1 AND (law <> $2 OR good_until < $3)"
	"  ORDER BY person LIMIT $4");
STMT(todo_delete, WRITE, 2, 0, "$1 intake",
	"DELETE FROM coverage_todo WHERE intake = $1 AND month = $2");

static ST row_columns(
	struct ctx *cx, const struct rows *r, struct coverage_row *out, enum coverage_state *state)
{
	bool has;

	TRY(rows_iin(cx, r, 0, &has, &out->iin));
	TRY(rows_day(cx, r, 1, &out->known));
	TRY(rows_day(cx, r, 2, &out->good_until));
	out->law = rows_int(r, 3);
	out->map = str_copy(cx->arena, rows_bytes(r, 4));
	out->keeps = rows_int(r, 6) != 0;
	*state = rows_int(r, 5) ? COVERAGE_BEHIND : COVERAGE_FRESH;
	return OK;
}

ST coverage_row_of(struct ctx *cx, struct db *db, int64_t person, struct coverage_row *out,
	enum coverage_state *state)
{
	struct rows r;
	bool found;
	enum st st;

	*out = (struct coverage_row){.person = person, .keeps = true};
	*state = COVERAGE_ABSENT;
	TRY(db_query_one(cx, db, &stmt_coverage_read, ARGS(a_int(person)), &r, &found));
	if (!found)
		return OK;
	st = row_columns(cx, &r, out, state);
	rows_end(&r);
	return st;
}

ST coverage_row_read(struct ctx *cx, struct db *db, const struct iin *iin,
	enum coverage_state *state, struct coverage_row *out)
{
	bool found;

	TRY(coverage_row_of(cx, db, people_key(db, iin), out, state));
	if (*state == COVERAGE_ABSENT) {
		TRY(people_find(cx, db, iin, &out->person, &found));
		out->iin = *iin;
		*state = found ? COVERAGE_ABSENT : COVERAGE_UNKNOWN;
		return OK;
	}
	if (!iin_same(&out->iin, iin))
		return fail(cx, PERSON_CONFLICT, "%s", "two numbers have one key");
	return OK;
}

/* At most COVERAGE_AT_ONCE persons; where there are fewer, the last one again and again. */
static void person_args(const int64_t *persons, size_t n, struct db_arg args[COVERAGE_AT_ONCE])
{
	for (size_t i = 0; i < COVERAGE_AT_ONCE; i++)
		args[i] = a_int(persons[i < n ? i : n - 1]);
}

static ST read_some(struct ctx *cx, struct db *db, const int64_t *persons, size_t n,
	struct coverage_read *out, size_t *count)
{
	struct db_arg args[COVERAGE_AT_ONCE];
	struct rows r;
	bool row;
	enum st st;

	person_args(persons, n, args);
	TRY(db_query(cx, db, &stmt_coverage_read_16, args, COVERAGE_AT_ONCE, &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row) {
		struct coverage_read *c = &out[(*count)++];

		*c = (struct coverage_read){.row.person = rows_int(&r, 7)};
		if ((st = row_columns(cx, &r, &c->row, &c->state)) != OK)
			break;
	}
	rows_end(&r);
	return st;
}

ST coverage_rows_of_locked(struct ctx *cx, struct db *db, const int64_t *persons, size_t count,
	struct coverage_read *out, size_t *found)
{
	*found = 0;
	for (size_t at = 0, n; at < count; at += n) {
		n = count - at < COVERAGE_AT_ONCE ? count - at : COVERAGE_AT_ONCE;
		TRY(read_some(cx, db, persons + at, n, out, found));
	}
	return OK;
}

static void upsert_args(const struct coverage_row *c, struct db_arg args[UPSERT_ARGS])
{
	args[0] = a_int(c->person);
	args[1] = a_iin(&c->iin);
	args[2] = a_day(c->known);
	args[3] = a_day(c->good_until);
	args[4] = a_int(c->law);
	args[5] = a_bytes(c->map.p, c->map.n);
}

static ST write_some(struct ctx *cx, struct db *db, const struct coverage_row *rows)
{
	struct db_arg args[UPSERT_ARGS * COVERAGE_AT_ONCE];
	int64_t persons[COVERAGE_AT_ONCE];

	for (size_t i = 0; i < COVERAGE_AT_ONCE; i++) {
		upsert_args(&rows[i], args + i * UPSERT_ARGS);
		persons[i] = rows[i].person;
	}
	TRY(db_run(cx, db, &stmt_coverage_upsert_16, args, UPSERT_ARGS * COVERAGE_AT_ONCE, NULL));
	person_args(persons, COVERAGE_AT_ONCE, args);
	return db_run(cx, db, &stmt_touched_delete_16, args, COVERAGE_AT_ONCE, NULL);
}

ST coverage_rows_write(struct ctx *cx, struct db *db, const struct coverage_row *rows, size_t count)
{
	size_t i = 0;

	for (; count - i >= COVERAGE_AT_ONCE; i += COVERAGE_AT_ONCE)
		TRY(write_some(cx, db, rows + i));
	for (; i < count; i++) {
		struct db_arg args[UPSERT_ARGS];

		upsert_args(&rows[i], args);
		TRY(db_run(cx, db, &stmt_coverage_upsert, args, UPSERT_ARGS, NULL));
		TRY(db_run(cx, db, &stmt_touched_delete, args, 1, NULL));
	}
	return OK;
}

ST coverage_todo_list(
	struct ctx *cx, struct db *db, size_t max, struct coverage_todo **out, size_t *count)
{
	size_t cap = 0;
	struct rows r;
	bool row;
	enum st st;

	*out = NULL;
	*count = 0;
	TRY(db_query(cx, db, &stmt_todo_list, ARGS(a_int((int64_t)max)), &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row) {
		struct coverage_todo *t = ARENA_PUSH(cx->arena, *out, *count, cap);

		t->intake = rows_int(&r, 0);
		st = rows_month(cx, &r, 1, &t->month);
		if (st != OK)
			break;
	}
	rows_end(&r);
	return st;
}

static ST person_keys(struct ctx *cx, struct rows *r, int64_t *out, size_t *count)
{
	bool row;
	enum st st;

	*count = 0;
	while ((st = rows_next(cx, r, &row)) == OK && row)
		out[(*count)++] = rows_int(r, 0);
	rows_end(r);
	return st;
}

ST coverage_todo_persons(struct ctx *cx, struct db *db, struct month month, int64_t after,
	size_t max, int64_t *out, size_t *count)
{
	struct rows r;

	TRY(db_query(cx, db, &stmt_todo_persons,
		ARGS(a_month(month), a_int(after), a_int((int64_t)max)), &r));
	return person_keys(cx, &r, out, count);
}

ST coverage_todo_done(struct ctx *cx, struct db *db, const struct coverage_todo *todo)
{
	return db_run(
		cx, db, &stmt_todo_delete, ARGS(a_int(todo->intake), a_month(todo->month)), NULL);
}

ST coverage_touched_persons(
	struct ctx *cx, struct db *db, int64_t after, size_t max, int64_t *out, size_t *count)
{
	struct rows r;

	TRY(db_query(cx, db, &stmt_touched_list, ARGS(a_int(after), a_int((int64_t)max)), &r));
	return person_keys(cx, &r, out, count);
}

ST coverage_outdated_persons(struct ctx *cx, struct db *db, const struct coverage_age *age,
	size_t max, int64_t *out, size_t *count)
{
	struct rows r;

	TRY(db_query(cx, db, &stmt_outdated_list,
		ARGS(a_int(age->after), a_int(age->law), a_day(age->today), a_int((int64_t)max)),
		&r));
	return person_keys(cx, &r, out, count);
}

ST coverage_touch(struct ctx *cx, struct db *db, int64_t person)
{
	return db_run(cx, db, &stmt_touched_insert, ARGS(a_int(person)), NULL);
}

ST coverage_untouch(struct ctx *cx, struct db *db, const int64_t *persons, size_t count)
{
	for (size_t at = 0, n; at < count; at += n) {
		struct db_arg args[COVERAGE_AT_ONCE];

		n = count - at < COVERAGE_AT_ONCE ? count - at : COVERAGE_AT_ONCE;
		person_args(persons + at, n, args);
		TRY(db_run(cx, db, &stmt_touched_delete_16, args, COVERAGE_AT_ONCE, NULL));
	}
	return OK;
}
