/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The schema: numbered steps of db/NNNN_*.sql, forward only, each in one transaction and recorded
 * with its digest.
 */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "store/db.h"

/* Number of the newest step of this program. */
int schema_version(void);
/* Number of the newest step in the database; -1 = empty. Errors: DB_NOT_OURS, DB_*. */
ST db_schema_version(struct ctx *cx, struct db *db, int *out);

/*
 * Brings an older or empty database to the present schema; `*applied` = number of steps. Errors:
 * DB_NEWER, DB_NOT_OURS, DB_BROKEN (a recorded step has another digest), DB_*.
 */
ST db_migrate(struct ctx *cx, struct db *db, int *applied);
/* Compares the recorded digests with those of this program. Error: DB_BROKEN. */
ST db_schema_check(struct ctx *cx, struct db *db);

/*
 * Gives the role that serves its rights: to read and add, and to change only what is no enduring
 * row. SQLite has no roles: nothing is done. Errors: VALUE_UNKNOWN (no such role), DB_*.
 */
ST db_give_rights(struct ctx *cx, struct db *db, struct str role);

/* The whole schema as `engine` spells it: what db/schema.sql holds for SQLite. */
ST schema_put(struct ctx *cx, enum engine engine, struct buf *out);

#endif
