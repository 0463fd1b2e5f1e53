/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole database into another one of whichever engine, and the proof that both hold the same.
 */
#ifndef STORE_COPY_H
#define STORE_COPY_H

#include "store/db.h"

enum { COPY_TABLES = 31 };

struct copy_table {
	const char *name;
	int64_t rows;
	struct sha256 digest; /* of all rows in the order of their keys, the same in each engine */
};
struct copy_report {
	struct copy_table tables[COPY_TABLES];
	int64_t rows; /* of all tables */
};

/*
 * Copies everything, as one moment of `from` shows it, into the new or empty database `url`: all or
 * nothing. Then reads both sides again and compares them. The secret of the installation goes
 * along, so that persons keep their keys. Errors: DB_NOT_EMPTY, DB_BROKEN (the sides differ, the
 * table is in the detail), those of db_open() for `url`, DB_*.
 */
ST db_copy(struct ctx *cx, struct db *from, const char *url, struct copy_report *out);

/*
 * An online copy into a new file of SQLite, from either engine: db_backup() where the engine copies
 * its own pages, else db_copy(), which wants the present schema. Errors: DB_OLDER, DB_NOT_EMPTY
 * (the file exists), FILE_WRITE, DB_*.
 */
ST db_backup_file(struct ctx *cx, struct db *db, const char *path);

#endif
