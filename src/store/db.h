/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The database: opened by URL, used through transactions and prepared statements. Everything here
 * belongs to one thread. Which engine is behind it shows only in store/driver_*.c.
 *
 * Errors of every function that touches the database (called DB_* below): DB_BUSY (E_RETRY),
 * DB_FULL, DB_READ_ONLY, DB_BROKEN, DB_CONSTRAINT, DB_FLUSH (the disk did not confirm a flush: this
 * connection writes no more, since what it holds in memory may not be what the disk holds).
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include "base/clock.h"
#include "base/digest.h"
#include "domain/iin.h"
#include "domain/money.h"

struct db;

enum db_mode {
	DB_MODE_READ,   /* must exist and have the present schema; nothing can be written */
	DB_MODE_WRITE,  /* must exist and have the present schema */
	DB_MODE_CREATE, /* created if absent, brought to the present schema if older */
	DB_MODE_ANY,    /* must exist; the schema is not looked at (db migrate, check, backup) */
};

/*
 * "sqlite:PATH" (a bare PATH is the same) or "postgres://…" (a database with UTF8 that exists, and
 * all that libpq takes in a URL). Ended by db_close(). Errors: DB_URL,
 * DB_OPEN (absent, no right, a folder), DB_NEWER, DB_OLDER (run `saqta db migrate`), DB_NOT_OURS,
 * DB_*.
 */
ST db_open(struct ctx *cx, const char *url, enum db_mode mode, struct db **out);
void db_close(struct db *db);

/* For a load of many rows: more page cache and rarer checkpoints on this connection. */
ST db_bulk(struct ctx *cx, struct db *db, bool on);
/*
 * For a connection whose answers people wait for: a database that is silent or held by somebody
 * else is DB_BUSY after LIMIT_DB_SERVE_MS or LIMIT_DB_HELD_MS, and at once while it stays so. The
 * log is left to `work`, and brought back here only when it has grown far beyond what `work`
 * leaves.
 */
ST db_serve(struct ctx *cx, struct db *db);
/* Brings the log back into the main file. Called by `work` and at the end of a load. */
ST db_checkpoint(struct ctx *cx, struct db *db);
/* An online copy into a new file. Errors: FILE_EXISTS, FILE_WRITE, DB_*. */
ST db_backup(struct ctx *cx, struct db *db, const char *path);
/* The engine's own check of its pages and indexes. Error: DB_BROKEN with the first finding. */
ST db_check(struct ctx *cx, struct db *db);

/*
 * Secret of the installation (16 bytes), made when the database was created: key of person keys
 * and of line checks. Valid as long as `db`.
 */
const unsigned char *db_secret(const struct db *db);

/* Transactions ----------------------------------------------------------------------------- */

enum tx_kind { TX_READ, TX_WRITE };

typedef enum st tx_fn(struct ctx *cx, struct db *db, void *arg);

/*
 * Runs `fn` in one transaction: commits when it returns OK, else rolls back and returns its error.
 * E_RETRY is tried again, at most LIMIT_TX_TRIES times with growing pauses, so `fn` may run more
 * than once and touches only the database and its own `arg`, which it sets anew each time. Inside a
 * running transaction of the same or a stronger kind it simply calls `fn` (units join the group).
 */
ST tx_run(struct ctx *cx, struct db *db, enum tx_kind kind, tx_fn *fn, void *arg);

/*
 * One read transaction for all reads of a loop turn, so that each read does not pay the locks. A
 * TX_WRITE inside the turn ends it for as long as it runs. Both are cheap when nothing is read:
 * the transaction starts with the first read.
 */
void db_turn_begin(struct db *db);
void db_turn_end(struct db *db);

/* What every answer of a turn says again: read once, true for the snapshot of the turn. */
struct db_memo {
	bool known;
	bool found;
	struct instant latest; /* intake_latest() */
};
/* Of the open read transaction of the turn, empty when it is new; NULL where there is none. */
struct db_memo *db_turn_memo(struct db *db);

/* Statements ------------------------------------------------------------------------------- */

/* A stream is a read of very many rows, inside a transaction: they come in portions. */
enum stmt_kind { STMT_READ, STMT_WRITE, STMT_STREAM };

enum engine { ENGINE_SQLITE, ENGINE_POSTGRES, ENGINE_COUNT };

/* Every statement has its number here; the numbers are places in the cache of a connection. */
enum stmt_id {
#define STORE_STATEMENT(name) STMT_ID_##name,
#define LEDGER_STATEMENT(name) STMT_ID_##name,
#include "store/statements.def"
#undef STORE_STATEMENT
#undef LEDGER_STATEMENT
	STMT_ID_COUNT
};

/*
 * A statement: constant text, `$1` … placeholders, the same for both engines unless made by
 * STMT2(); none for an engine that is not asked. `shard` names the column that holds the shard key
 * as "$n column", or "" for reference tables, or "report" for the few that read across (allow-list
 * in tests/contract).
 */
struct stmt {
	enum stmt_id id;
	enum stmt_kind kind;
	int args, columns;
	const char *name;
	const char *shard;
	const char *text[ENGINE_COUNT];
	const char *load; /* of PostgreSQL, for STMT_LOAD(); else NULL */
};

#define STMT(name_, kind_, args_, columns_, shard_, text_)                                         \
	extern const struct stmt stmt_##name_;                                                     \
	const struct stmt stmt_##name_ = {STMT_ID_##name_, STMT_##kind_, args_, columns_, #name_,  \
		shard_, {text_, text_}, NULL}
/* Two texts, where the engines cannot share one. A test counts these: at most twelve. */
#define STMT2(name_, kind_, args_, columns_, shard_, sqlite_, postgres_)                           \
	extern const struct stmt stmt_##name_;                                                     \
	const struct stmt stmt_##name_ = {STMT_ID_##name_, STMT_##kind_, args_, columns_, #name_,  \
		shard_, {sqlite_, postgres_}, NULL}

/* Adds a row to `columns_` = "table (column, …)" where no such row is; see bulk_begin(). */
#define STMT_LOAD(name_, args_, columns_, places_)                                                 \
	extern const struct stmt stmt_##name_;                                                     \
	const struct stmt stmt_##name_ = {STMT_ID_##name_, STMT_WRITE, args_, 0, #name_, "report", \
		{"INSERT INTO " columns_ " VALUES (" places_ ")",                                  \
			"INSERT INTO " columns_ " VALUES (" places_ ")"},                          \
		"COPY " columns_ " FROM STDIN (FORMAT binary)"}
/* What only PostgreSQL is asked: its locks and roles. */
#define STMT_POSTGRES(name_, kind_, args_, columns_, shard_, text_)                                \
	extern const struct stmt stmt_##name_;                                                     \
	const struct stmt stmt_##name_ = {STMT_ID_##name_, STMT_##kind_, args_, columns_, #name_,  \
		shard_, {NULL, text_}, NULL}
/* STMT_LOAD() into a table of this session that `make_` makes or empties; only on PostgreSQL. */
#define STMT_POSTGRES_STAGE(name_, args_, make_, columns_, places_)                                \
	extern const struct stmt stmt_##name_;                                                     \
	const struct stmt stmt_##name_ = {STMT_ID_##name_, STMT_WRITE, args_, 0, #name_, "report", \
		{NULL, "INSERT INTO " columns_ " VALUES (" places_ ")"},                           \
		"SELECT " make_ "; COPY " columns_ " FROM STDIN (FORMAT binary)"}
/* Is there a text for this engine? */
bool db_speaks(const struct db *db, const struct stmt *stmt);

/* The statements of this layer, in the order of statements.def; ledger/ has its own. */
extern const struct stmt *const store_statements[];
extern const size_t store_statement_count;

enum arg_kind { A_NULL, A_INT, A_TEXT, A_BYTES };

/* One argument. Texts and bytes are views that must live until the call returns. */
struct db_arg {
	enum arg_kind kind;
	int64_t i;
	struct str s;
};

static inline struct db_arg a_null(void)
{
	return (struct db_arg){.kind = A_NULL};
}
static inline struct db_arg a_int(int64_t v)
{
	return (struct db_arg){.kind = A_INT, .i = v};
}
static inline struct db_arg a_text(struct str v)
{
	return (struct db_arg){.kind = A_TEXT, .s = v};
}
static inline struct db_arg a_bytes(const void *p, size_t n)
{
	return (struct db_arg){.kind = A_BYTES, .s = {p, n}};
}
static inline struct db_arg a_money(struct money v)
{
	return a_int(money_to_tiyn(v));
}
static inline struct db_arg a_month(struct month v)
{
	return a_int(month_to_number(v));
}
static inline struct db_arg a_instant(struct instant v)
{
	return a_int(v.us);
}
/* 20260131; 0 for DAY_ALWAYS, 99991231 for DAY_NEVER. */
struct db_arg a_day(struct day v);
/* The 12 digits as a number; 0 = none. */
struct db_arg a_iin(const struct iin *v);

/* db_run(cx, db, &stmt_x, ARGS(a_int(1), a_text(s)), &changed): arguments as array and count. */
#define ARGS(...)                                                                                  \
	(const struct db_arg[]){__VA_ARGS__},                                                      \
		sizeof((const struct db_arg[]){__VA_ARGS__}) / sizeof(struct db_arg)
#define NO_ARGS NULL, 0

/* Runs to the end without rows. `changed` (rows written) may be NULL. */
ST db_run(struct ctx *cx, struct db *db, const struct stmt *stmt, const struct db_arg *args,
	size_t n, int64_t *changed);

/*
 * Many rows at once, by an insert of STMT_LOAD(), inside tx_run(TX_WRITE): begun, rows, ended; in
 * between this database is asked nothing else. An error ends it too. `rows` (added) may be NULL.
 */
struct bulk {
	struct db *db;
	const struct stmt *stmt;
	int64_t rows;
};
/* Is that faster here than several rows in one statement? */
bool db_loads(const struct db *db);
ST bulk_begin(struct ctx *cx, struct db *db, const struct stmt *insert, struct bulk *out);
ST bulk_row(struct ctx *cx, struct bulk *l, const struct db_arg *args, size_t n);
ST bulk_end(struct ctx *cx, struct bulk *l, int64_t *rows);

/* Rows of a statement; begun by db_query(), ended by rows_end(), also after an error. */
struct rows {
	struct db *db;
	const struct stmt *stmt;
	struct driver_stmt *prepared;
};
ST db_query(struct ctx *cx, struct db *db, const struct stmt *stmt, const struct db_arg *args,
	size_t n, struct rows *out);
ST rows_next(struct ctx *cx, struct rows *r, bool *has_row);
void rows_end(struct rows *r);

/* Columns of the present row, from 0. Views are valid until the next rows_next(). NULL reads as 0
 * or empty. */
int64_t rows_int(const struct rows *r, int column);
struct str rows_text(const struct rows *r, int column);
struct str rows_bytes(const struct rows *r, int column);
bool rows_null(const struct rows *r, int column);
struct money rows_money(const struct rows *r, int column);
struct instant rows_instant(const struct rows *r, int column);
/* What a_day(), a_month(), a_iin() wrote. Error: DB_BROKEN when the column holds no such value. */
ST rows_day(struct ctx *cx, const struct rows *r, int column, struct day *out);
ST rows_month(struct ctx *cx, const struct rows *r, int column, struct month *out);
ST rows_iin(struct ctx *cx, const struct rows *r, int column, bool *has, struct iin *out);

/* The one row of a statement that gives at most one; `r` stays open only when `*found`. */
ST db_query_one(struct ctx *cx, struct db *db, const struct stmt *stmt, const struct db_arg *args,
	size_t n, struct rows *r, bool *found);

#endif
