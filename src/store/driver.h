/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole difference between the engines: fifteen functions. Seen only by store/ and its tests.
 * Each function maps the engine's errors to DB_BUSY (again later), DB_FULL, DB_READ_ONLY,
 * DB_CONSTRAINT and DB_BROKEN.
 */
#ifndef STORE_DRIVER_H
#define STORE_DRIVER_H

#include "store/db.h"

struct driver_conn;
struct driver_stmt;

/* Arguments of a statement. */
enum { DRIVER_ARGS_MAX = 224 };

enum cell_kind { CELL_NULL, CELL_INT, CELL_TEXT, CELL_BYTES };
struct cell {
	enum cell_kind kind;
	int64_t i;
	struct str s; /* valid until the next step */
};

struct driver_info {
	int tables; /* of anybody */
	bool ours;  /* there is a table `migration` */
};

enum upkeep {
	UPKEEP_BULK_ON,
	UPKEEP_BULK_OFF,
	UPKEEP_SERVE, /* the log is brought back by another process, as a rule */
	UPKEEP_CHECKPOINT,
	UPKEEP_CHECK,  /* error: DB_BROKEN */
	UPKEEP_BACKUP, /* `path` is a new file */
};

struct driver {
	const char *name;
	enum engine engine;
	void *plan; /* of driver_fault() */

	/* `target` is the path, or the whole postgres:// URL. The connection lives in `arena`. A
	 * driver whose connection is lost says DB_BUSY and connects anew with the next begin. */
	ST(*open)
	(struct ctx *cx, const struct driver *self, struct arena *arena, const char *target,
		enum db_mode mode, struct driver_conn **out);
	void (*close)(struct driver_conn *c);
	ST (*begin)(struct ctx *cx, struct driver_conn *c, bool write);
	ST (*commit)(struct ctx *cx, struct driver_conn *c);
	void (*rollback)(struct driver_conn *c);
	ST(*prepare)
	(struct ctx *cx, struct driver_conn *c, const struct stmt *stmt, struct driver_stmt **out);
	void (*finalize)(struct driver_conn *c, struct driver_stmt *s);
	ST(*bind)
	(struct ctx *cx, struct driver_conn *c, struct driver_stmt *s, const struct db_arg *args,
		size_t n);
	/* Sets `*row`; without a row the statement has run to its end. */
	ST (*step)(struct ctx *cx, struct driver_conn *c, struct driver_stmt *s, bool *row);
	struct cell (*column)(struct driver_conn *c, struct driver_stmt *s, int i);
	/* Ends the run, so that the statement can be bound again. */
	void (*done)(struct driver_conn *c, struct driver_stmt *s);
	/*
	 * Runs a bound statement without rows to its end. `changed` = rows written; NULL = nobody
	 * asks: then the engine may put it off, and its error is told by a later call of the same
	 * transaction, at the latest by commit.
	 */
	ST(*run)
	(struct ctx *cx, struct driver_conn *c, struct driver_stmt *s, int64_t *changed);
	/*
	 * Many rows of a STMT_LOAD(); NULL where single inserts are as fast. Until load_end() no
	 * other function is called but rollback.
	 */
	ST (*load_begin)(struct ctx *cx, struct driver_conn *c, const struct stmt *stmt);
	ST(*load_row)
	(struct ctx *cx, struct driver_conn *c, const struct db_arg *args, size_t n);
	ST (*load_end)(struct ctx *cx, struct driver_conn *c);
	/* Several statements without arguments: a migration. */
	ST (*script)(struct ctx *cx, struct driver_conn *c, const char *text);
	ST (*upkeep)(struct ctx *cx, struct driver_conn *c, enum upkeep what, const char *path);
	ST (*info)(struct ctx *cx, struct driver_conn *c, struct driver_info *out);
};

extern const struct driver driver_sqlite, driver_pg;

/*
 * A driver that does what `inner` does, but fails at one call: counts the fallible calls in
 * `plan->calls` and fails the `fail_at`-th one (from 1; 0 = none) with `code`, and all later ones
 * when `for_good`.
 */
struct fault_plan {
	const struct driver *inner;
	long calls;
	long fail_at;
	bool for_good;
	long commits, lose_commit; /* this one is done, but told as DB_BUSY; 0 = none */
	enum err code;
};
struct driver driver_fault(struct fault_plan *plan);

/* db_open() with a given driver, for tests. `driver` must live as long as the database. */
ST db_open_with(struct ctx *cx, const struct driver *driver, const char *target, enum db_mode mode,
	struct db **out);

/* For store/migrate.c. */
ST db_script(struct ctx *cx, struct db *db, const char *text);
ST db_info(struct ctx *cx, struct db *db, struct driver_info *out);
enum engine db_engine(const struct db *db);
struct cell db_cell(const struct rows *r, int column);
/* For store/copy.c: opens what exists, or a new file, whatever is in it. */
bool db_has_secret(const struct db *db);
ST db_open_new(struct ctx *cx, const char *url, struct db **out);
ST db_secret_read(struct ctx *cx, struct db *db, unsigned char out[16]);
/* Before a migration of an empty database: its secret is not made but given. */
void db_set_secret(struct db *db, const unsigned char secret[16]);

/* Counts arguments and columns of a statement as the engine sees them, for tests. */
int driver_sqlite_arg_count(const struct driver_stmt *s);
int driver_sqlite_column_count(const struct driver_stmt *s);
struct driver_stmt *db_prepared(struct ctx *cx, struct db *db, const struct stmt *stmt);

#endif
