/* SPDX-License-Identifier: Apache-2.0 */
#include "store/db.h"

#include <time.h>

#include "base/check.h"
#include "limits.h"
#include "store/driver.h"
#include "store/migrate.h"

struct db {
	struct arena *arena;
	const struct driver *driver;
	struct driver_conn *conn;
	bool in_tx;
	bool begun; /* the last try came so far */
	enum tx_kind kind;
	bool doomed;    /* a unit of the group failed: nothing of the group may be committed */
	bool serving;   /* people wait for it */
	bool turn;      /* between db_turn_begin() and db_turn_end() */
	bool turn_open; /* … and something was read */
	struct db_memo memo;
	int open_rows;
	unsigned char secret[16];
	bool has_secret;
	struct driver_stmt *prepared[STMT_ID_COUNT];
	bool running[STMT_ID_COUNT];
};

STMT(installation_read, READ, 0, 1, "", "SELECT secret FROM installation");

ST db_secret_read(struct ctx *cx, struct db *db, unsigned char out[16])
{
	struct rows r;
	bool found;
	struct str secret;

	TRY(db_query_one(cx, db, &stmt_installation_read, NO_ARGS, &r, &found));
	if (!found)
		return fail(cx, DB_BROKEN, "%s", "no row in installation");
	secret = rows_bytes(&r, 0);
	if (secret.n == sizeof(db->secret))
		memcpy(out, secret.p, sizeof(db->secret));
	rows_end(&r);
	if (secret.n != sizeof(db->secret))
		return fail(cx, DB_BROKEN, "%s", "secret of the installation");
	return OK;
}

static ST schema_look(struct ctx *cx, struct db *db, enum db_mode mode)
{
	int version, applied;

	if (mode == DB_MODE_ANY)
		return OK;
	TRY(db_schema_version(cx, db, &version));
	if (version > schema_version())
		return fail(cx, DB_NEWER, "%d > %d", version, schema_version());
	if (version < schema_version()) {
		if (mode != DB_MODE_CREATE)
			return fail(cx, DB_OLDER, "%d < %d", version, schema_version());
		TRY(db_migrate(cx, db, &applied));
	}
	return db_secret_read(cx, db, db->secret);
}

static struct db *db_new(const struct driver *driver)
{
	struct arena *arena = arena_new(LIMIT_DB_ARENA_BYTES);
	struct db *db = ARENA_NEW(arena, struct db);

	db->arena = arena;
	db->driver = driver;
	return db;
}

ST db_open_with(struct ctx *cx, const struct driver *driver, const char *target, enum db_mode mode,
	struct db **out)
{
	struct db *db = db_new(driver);
	enum st st = driver->open(cx, driver, db->arena, target, mode, &db->conn);

	if (st != OK) {
		arena_free(db->arena);
		return st;
	}
	st = schema_look(cx, db, mode);
	if (st != OK) {
		db_close(db);
		return st;
	}
	*out = db;
	return OK;
}

/* Which driver, and what it is told. */
static ST choose(struct ctx *cx, const char *url, const struct driver **driver, const char **target)
{
	struct str u = str_of(url);

	*driver = &driver_sqlite;
	if (u.n == 0)
		return fail(cx, DB_URL, "%s", "");
	if (str_starts(u, "sqlite:"))
		u = (struct str){u.p + 7, u.n - 7};
	else if (str_starts(u, "postgres://") || str_starts(u, "postgresql://"))
		*driver = &driver_pg;
	else if (memmem(u.p, u.n, "://", 3))
		return fail(cx, DB_URL, "%.*s", (int)(strstr(u.p, "://") - u.p), u.p);
	if (u.n == 0)
		return fail(cx, DB_URL, "%s", "sqlite:");
	*target = u.p;
	return OK;
}

ST db_open(struct ctx *cx, const char *url, enum db_mode mode, struct db **out)
{
	const struct driver *driver;
	const char *target;

	TRY(choose(cx, url, &driver, &target));
	return db_open_with(cx, driver, target, mode, out);
}

ST db_open_new(struct ctx *cx, const char *url, struct db **out)
{
	const struct driver *driver;
	const char *target;
	struct db *db;
	enum st st;

	TRY(choose(cx, url, &driver, &target));
	db = db_new(driver);
	st = driver->open(cx, driver, db->arena, target, DB_MODE_CREATE, &db->conn);
	if (st != OK) {
		arena_free(db->arena);
		return st;
	}
	*out = db;
	return OK;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	must(!db->in_tx && db->open_rows == 0);
	db_turn_end(db);
	for (int i = 0; i < STMT_ID_COUNT; i++)
		if (db->prepared[i])
			db->driver->finalize(db->conn, db->prepared[i]);
	db->driver->close(db->conn);
	arena_free(db->arena);
}

ST db_bulk(struct ctx *cx, struct db *db, bool on)
{
	return db->driver->upkeep(cx, db->conn, on ? UPKEEP_BULK_ON : UPKEEP_BULK_OFF, NULL);
}

ST db_serve(struct ctx *cx, struct db *db)
{
	db->serving = true;
	return db->driver->upkeep(cx, db->conn, UPKEEP_SERVE, NULL);
}

ST db_checkpoint(struct ctx *cx, struct db *db)
{
	must(!db->in_tx);
	return db->driver->upkeep(cx, db->conn, UPKEEP_CHECKPOINT, NULL);
}

ST db_backup(struct ctx *cx, struct db *db, const char *path)
{
	return db->driver->upkeep(cx, db->conn, UPKEEP_BACKUP, path);
}

ST db_check(struct ctx *cx, struct db *db)
{
	return db->driver->upkeep(cx, db->conn, UPKEEP_CHECK, NULL);
}

const unsigned char *db_secret(const struct db *db)
{
	return db->secret;
}

void db_set_secret(struct db *db, const unsigned char secret[16])
{
	memcpy(db->secret, secret, sizeof(db->secret));
	db->has_secret = true;
}

bool db_has_secret(const struct db *db)
{
	return db->has_secret;
}

enum engine db_engine(const struct db *db)
{
	return db->driver->engine;
}

bool db_speaks(const struct db *db, const struct stmt *stmt)
{
	return stmt->text[db->driver->engine] != NULL;
}

ST db_script(struct ctx *cx, struct db *db, const char *text)
{
	must(db->in_tx && db->kind == TX_WRITE);
	return db->driver->script(cx, db->conn, text);
}

ST db_info(struct ctx *cx, struct db *db, struct driver_info *out)
{
	return db->driver->info(cx, db->conn, out);
}

/* Transactions ----------------------------------------------------------------------------- */

void db_turn_begin(struct db *db)
{
	must(!db->in_tx);
	db->turn = true;
}

static void turn_close(struct db *db)
{
	if (!db->turn_open)
		return;
	must(db->open_rows == 0);
	db->driver->rollback(db->conn);
	db->turn_open = false;
	db->memo = (struct db_memo){0};
}

struct db_memo *db_turn_memo(struct db *db)
{
	return db->turn_open && !db->in_tx ? &db->memo : NULL;
}

void db_turn_end(struct db *db)
{
	turn_close(db);
	db->turn = false;
}

static ST turn_open(struct ctx *cx, struct db *db)
{
	if (db->turn_open || !db->turn || db->in_tx)
		return OK;
	TRY(db->driver->begin(cx, db->conn, false));
	db->turn_open = true;
	return OK;
}

static ST tx_once(struct ctx *cx, struct db *db, enum tx_kind kind, tx_fn *fn, void *arg)
{
	enum st st;

	db->begun = false;
	TRY(db->driver->begin(cx, db->conn, kind == TX_WRITE));
	db->in_tx = db->begun = true;
	db->kind = kind;
	db->doomed = false;
	st = fn(cx, db, arg);
	must(db->open_rows == 0);
	if (st == OK && db->doomed)
		st = fail(cx, INTERNAL, "%s", "a failed unit was passed over");
	if (st == OK)
		st = db->driver->commit(cx, db->conn);
	if (st != OK)
		db->driver->rollback(db->conn);
	db->in_tx = false;
	return st;
}

/* 2, 4, 8, 16 ms and as much again by chance, so that two losers do not meet again. */
static void pause_before(int attempt)
{
	uint32_t chance;
	struct timespec t = {0};
	long us = 1000L << attempt;

	rng_bytes(&chance, sizeof(chance));
	t.tv_nsec = (us + (long)(chance % (uint32_t)us)) * 1000L;
	nanosleep(&t, NULL);
}

/* Not that of the call, which may stand still. */
static int64_t now_us(void)
{
	const struct clock *clock = clock_system();

	return clock->monotonic_us(clock);
}

ST tx_run(struct ctx *cx, struct db *db, enum tx_kind kind, tx_fn *fn, void *arg)
{
	int64_t begun_us;
	enum st st;

	if (db->in_tx) {
		must(kind == TX_READ || db->kind == TX_WRITE);
		st = fn(cx, db, arg);
		if (st != OK)
			db->doomed = true;
		return st;
	}
	if (kind == TX_READ && db->turn)
		return fn(cx, db, arg);
	turn_close(db);
	begun_us = now_us();
	for (int attempt = 1;; attempt++) {
		st = tx_once(cx, db, kind, fn, arg);
		if (st != E_RETRY || attempt == LIMIT_TX_TRIES)
			return st;
		/* Whoever waits shall hear "later" in time: begin has waited as long as is good,
		 * and what was long once is so again. */
		if (db->serving && (!db->begun || now_us() - begun_us > LIMIT_DB_SERVE_MS * 250))
			return st;
		err_clear(cx);
		pause_before(attempt);
	}
}

/* Statements ------------------------------------------------------------------------------- */

struct db_arg a_day(struct day v)
{
	return a_int(v.n == INT32_MIN ? 0 : day_number(v));
}

struct db_arg a_iin(const struct iin *v)
{
	int64_t n = 0;

	for (int i = 0; i < IIN_DIGITS; i++)
		n = n * 10 + (v->d[i] - '0');
	return a_int(n);
}

static ST prepared(struct ctx *cx, struct db *db, const struct stmt *stmt, struct driver_stmt **out)
{
	if (!db->prepared[stmt->id])
		TRY(db->driver->prepare(cx, db->conn, stmt, &db->prepared[stmt->id]));
	*out = db->prepared[stmt->id];
	return OK;
}

struct driver_stmt *db_prepared(struct ctx *cx, struct db *db, const struct stmt *stmt)
{
	struct driver_stmt *s;

	return prepared(cx, db, stmt, &s) == OK ? s : NULL;
}

static ST start(struct ctx *cx, struct db *db, const struct stmt *stmt, const struct db_arg *args,
	size_t n, struct driver_stmt **out)
{
	/* What fails here is a mistake in the program, not in the data. */
	must(n == (size_t)stmt->args && !db->running[stmt->id] && db_speaks(db, stmt));
	must(stmt->kind != STMT_WRITE || (db->in_tx && db->kind == TX_WRITE));
	TRY(turn_open(cx, db));
	TRY(prepared(cx, db, stmt, out));
	return db->driver->bind(cx, db->conn, *out, args, n);
}

ST db_run(struct ctx *cx, struct db *db, const struct stmt *stmt, const struct db_arg *args,
	size_t n, int64_t *changed)
{
	struct driver_stmt *s;
	enum st st;

	TRY(start(cx, db, stmt, args, n, &s));
	st = db->driver->run(cx, db->conn, s, changed);
	db->driver->done(db->conn, s);
	return st;
}

bool db_loads(const struct db *db)
{
	return db->driver->load_begin != NULL;
}

ST bulk_begin(struct ctx *cx, struct db *db, const struct stmt *insert, struct bulk *out)
{
	must(insert->load && db->in_tx && db->kind == TX_WRITE);
	*out = (struct bulk){.db = db, .stmt = insert};
	return db->driver->load_begin ? db->driver->load_begin(cx, db->conn, insert) : OK;
}

ST bulk_row(struct ctx *cx, struct bulk *l, const struct db_arg *args, size_t n)
{
	l->rows++;
	if (l->db->driver->load_begin)
		return l->db->driver->load_row(cx, l->db->conn, args, n);
	return db_run(cx, l->db, l->stmt, args, n, NULL);
}

ST bulk_end(struct ctx *cx, struct bulk *l, int64_t *rows)
{
	if (rows)
		*rows = l->rows;
	return l->db->driver->load_begin ? l->db->driver->load_end(cx, l->db->conn) : OK;
}

ST db_query(struct ctx *cx, struct db *db, const struct stmt *stmt, const struct db_arg *args,
	size_t n, struct rows *out)
{
	struct driver_stmt *s;

	TRY(start(cx, db, stmt, args, n, &s));
	*out = (struct rows){.db = db, .stmt = stmt, .prepared = s};
	db->running[stmt->id] = true;
	db->open_rows++;
	return OK;
}

ST rows_next(struct ctx *cx, struct rows *r, bool *has_row)
{
	return r->db->driver->step(cx, r->db->conn, r->prepared, has_row);
}

void rows_end(struct rows *r)
{
	if (!r->prepared)
		return;
	r->db->driver->done(r->db->conn, r->prepared);
	r->db->running[r->stmt->id] = false;
	r->db->open_rows--;
	r->prepared = NULL;
}

ST db_query_one(struct ctx *cx, struct db *db, const struct stmt *stmt, const struct db_arg *args,
	size_t n, struct rows *r, bool *found)
{
	enum st st;

	*found = false;
	TRY(db_query(cx, db, stmt, args, n, r));
	st = rows_next(cx, r, found);
	if (st != OK || !*found)
		rows_end(r);
	return st;
}

struct cell db_cell(const struct rows *r, int column)
{
	must(column >= 0 && column < r->stmt->columns);
	return r->db->driver->column(r->db->conn, r->prepared, column);
}

int64_t rows_int(const struct rows *r, int column)
{
	struct cell c = db_cell(r, column);

	return c.kind == CELL_INT ? c.i : 0;
}

struct str rows_text(const struct rows *r, int column)
{
	return db_cell(r, column).s;
}

struct str rows_bytes(const struct rows *r, int column)
{
	return db_cell(r, column).s;
}

bool rows_null(const struct rows *r, int column)
{
	return db_cell(r, column).kind == CELL_NULL;
}

struct money rows_money(const struct rows *r, int column)
{
	return money_tiyn(rows_int(r, column));
}

struct instant rows_instant(const struct rows *r, int column)
{
	return (struct instant){rows_int(r, column)};
}

static ST bad_column(struct ctx *cx, const struct rows *r, int column)
{
	return fail(cx, DB_BROKEN, "%s, column %d", r->stmt->name, column);
}

ST rows_day(struct ctx *cx, const struct rows *r, int column, struct day *out)
{
	int64_t n = rows_int(r, column);

	if (n == 0)
		*out = (struct day){INT32_MIN};
	else if (!day_from_number(n, out))
		return bad_column(cx, r, column);
	return OK;
}

ST rows_month(struct ctx *cx, const struct rows *r, int column, struct month *out)
{
	return month_from_number(rows_int(r, column), out) ? OK : bad_column(cx, r, column);
}

ST rows_iin(struct ctx *cx, const struct rows *r, int column, bool *has, struct iin *out)
{
	int64_t n = rows_int(r, column);

	*has = n != 0;
	if (n < 0 || n > 999999999999)
		return bad_column(cx, r, column);
	for (int i = IIN_DIGITS; i-- > 0; n /= 10)
		out->d[i] = (char)('0' + n % 10);
	return OK;
}
