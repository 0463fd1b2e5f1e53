/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The schema: numbered steps of db/NNNN_*.sql, forward only, each in one transaction and recorded
 * with its digest.
 */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "store/db.h"

struct migration {
	int number;
	const char *name; /* "0001_people.sql" */
	struct str text;  /* in schema words */
};
extern const struct migration migrations[];
extern const size_t migration_count;
/* Text that only one engine can say, run after the last step. */
struct str schema_only(enum engine engine);

/* Number of the newest step of this program. */
int schema_version(void);
/* Number of the newest step in the database; 0 = none. Errors: DB_NOT_OURS, DB_*. */
ST db_schema_version(struct ctx *cx, struct db *db, int *out);

/*
 * Brings an older or empty database to the present schema; `*applied` = number of steps. Errors:
 * DB_NEWER, DB_NOT_OURS, DB_BROKEN (a recorded step has another digest), DB_*.
 */
ST db_migrate(struct ctx *cx, struct db *db, int *applied);

/* The whole schema as `engine` spells it: what db/schema.sql holds for SQLite. */
void schema_put(struct buf *b, enum engine engine);

#endif
