/* SPDX-License-Identifier: Apache-2.0 */
#include "store/lock.h"

#include "store/coverage_row.h"
#include "store/driver.h"

STMT_POSTGRES(lock_intake, READ, 1, 1, "$1 intake",
	"SELECT intake FROM intake WHERE intake = $1 FOR UPDATE");
STMT_POSTGRES(lock_entries_post, READ, 0, 1, "", "SELECT gate FROM gate WHERE gate = 1 FOR SHARE");
STMT_POSTGRES(lock_entries_seal, READ, 0, 1, "", "SELECT gate FROM gate WHERE gate = 1 FOR UPDATE");
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
