/* SPDX-License-Identifier: Apache-2.0 */
#include "store/lock.h"

#include "base/check.h"
#include "store/coverage_row.h"
#include "store/driver.h"

/* A row that was inserted is nobody's older one. */
#define WAS_THERE                                                                                  \
	"  RETURNING person,"                                                                      \
	"  CASE WHEN xmax = 0 THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END"

STMT_POSTGRES(lock_intake, READ, 1, 1, "$1 intake",
	"SELECT intake FROM intake WHERE intake = $1 FOR UPDATE");
STMT_POSTGRES(lock_entries_post, READ, 0, 1, "", "SELECT gate FROM gate WHERE gate = 1 FOR SHARE");
STMT_POSTGRES(lock_entries_seal, READ, 0, 1, "", "SELECT gate FROM gate WHERE gate = 1 FOR UPDATE");
STMT_POSTGRES(lock_person_1, WRITE, 1, 2, "$1 person",
	"INSERT INTO coverage_touched (person) VALUES ($1)"
	"  ON CONFLICT (person) DO UPDATE SET person = excluded.person" WAS_THERE);
STMT_POSTGRES(lock_person_16, WRITE, 16, 2, "$1 person",
	"INSERT INTO coverage_touched (person) VALUES ($1), ($2), ($3), ($4), ($5), ($6), ($7),"
	"  ($8), ($9), ($10), ($11), ($12), ($13), ($14), ($15), ($16)"
	"  ON CONFLICT (person) DO UPDATE SET person = excluded.person" WAS_THERE);

static ST take(
	struct ctx *cx, struct db *db, const struct stmt *stmt, const struct db_arg *args, size_t n)
{
	struct rows r;
	bool found;

	if (!db_speaks(db, stmt))
		return OK;
	TRY(db_query_one(cx, db, stmt, args, n, &r, &found));
	if (found)
		rows_end(&r);
	return OK;
}

ST lock_intake(struct ctx *cx, struct db *db, int64_t intake)
{
	return take(cx, db, &stmt_lock_intake, ARGS(a_int(intake)));
}

ST lock_entries_post(struct ctx *cx, struct db *db)
{
	return take(cx, db, &stmt_lock_entries_post, NO_ARGS);
}

ST lock_entries_seal(struct ctx *cx, struct db *db)
{
	return take(cx, db, &stmt_lock_entries_seal, NO_ARGS);
}

ST lock_person(struct ctx *cx, struct db *db, int64_t person)
{
	/* Its row in that list: made when absent, taken over when there. */
	return db_engine(db) == ENGINE_SQLITE ? OK : coverage_touch(cx, db, person);
}

bool lock_is_far(const struct db *db)
{
	return db_speaks(db, &stmt_lock_person_1);
}

/* The answers come in the order of the rows. */
static ST lock_some(struct ctx *cx, struct db *db, struct locked *persons, size_t n)
{
	struct db_arg args[LOCK_AT_ONCE];
	size_t at = 0;
	struct rows r;
	bool row;
	enum st st;

	for (size_t i = 0; i < n; i++)
		args[i] = a_int(persons[i].person);
	TRY(db_query(cx, db, n == 1 ? &stmt_lock_person_1 : &stmt_lock_person_16, args, n, &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row) {
		must(at < n && persons[at].person == rows_int(&r, 0));
		persons[at++].touched = rows_int(&r, 1) != 0;
	}
	rows_end(&r);
	must(st != OK || at == n);
	return st;
}

ST lock_persons(struct ctx *cx, struct db *db, struct locked *persons, size_t count)
{
	must(lock_is_far(db));
	for (size_t at = 0, n; at < count; at += n) {
		n = count - at < LOCK_AT_ONCE ? 1 : LOCK_AT_ONCE;
		TRY(lock_some(cx, db, persons + at, n));
	}
	return OK;
}
