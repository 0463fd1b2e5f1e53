/* SPDX-License-Identifier: Apache-2.0 */
#include "store/driver.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "limits.h"

enum {
	TX_TEXTS = 4,
	HELD_MS = 20, /* a writer that serves looks again for this long, when it waited in vain */
	LOOK_MS = 2,
};

struct driver_conn {
	sqlite3 *h;
	struct arena *arena;
	sqlite3_stmt *tx[TX_TEXTS];
	bool unflushed; /* a flush has failed */
	bool serving;
	bool held;          /* the last write found another writer, for as long as we wait */
	int64_t waiting_us; /* since */
};

struct driver_arg {
	/* Where SQLite put $1 …: it numbers placeholders by first appearance. */
	int place;
	/* The number that is bound there: it stays from run to run. */
	bool is_int;
	int64_t i;
};

struct driver_stmt {
	sqlite3_stmt *s;
	int args;
	struct driver_arg arg[];
};

enum tx_text { TX_BEGIN, TX_BEGIN_WRITE, TX_COMMIT, TX_ROLLBACK };
static const char *const tx_texts[TX_TEXTS] = {"BEGIN", "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"};

static int errno_of(sqlite3_file *file)
{
	int os = 0;

	if (file && file->pMethods)
		file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &os);
	return os;
}

static bool no_room(int os)
{
	return os == ENOSPC || os == EDQUOT || os == EFBIG;
}

/* Was it the machine's lack of room? SQLite keeps the reason at the file that could not grow. */
static bool out_of_room(sqlite3 *h)
{
	sqlite3_file *file = NULL, *log = NULL;

	sqlite3_file_control(h, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	sqlite3_file_control(h, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
	return no_room(sqlite3_system_errno(h)) || no_room(errno_of(file)) ||
	       no_room(errno_of(log));
}

/* The row of errors.def for a result code of SQLite. */
static enum err error_of(sqlite3 *h, int rc)
{
	int os = h ? sqlite3_system_errno(h) : 0;
	int exact = h ? sqlite3_extended_errcode(h) : rc;

	if (exact == SQLITE_IOERR_FSYNC || exact == SQLITE_IOERR_DIR_FSYNC)
		return ERR_DB_FLUSH;
	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ERR_DB_BUSY;
	case SQLITE_FULL:
		return ERR_DB_FULL;
	case SQLITE_READONLY:
		return ERR_DB_READ_ONLY;
	case SQLITE_CONSTRAINT:
		return ERR_DB_CONSTRAINT;
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return no_room(os) ? ERR_DB_FULL : ERR_DB_OPEN;
	case SQLITE_NOTADB:
		return ERR_DB_NOT_OURS;
	case SQLITE_IOERR:
		if (h && out_of_room(h))
			return ERR_DB_FULL;
		return os == EROFS ? ERR_DB_READ_ONLY : ERR_DB_BROKEN;
	}
	return ERR_DB_BROKEN;
}

static ST failed(struct ctx *cx, sqlite3 *h, int rc)
{
	return fail_at(cx, error_of(h, rc), __FILE__, __LINE__, 0, "", "%s (%d)",
		h ? sqlite3_errmsg(h) : sqlite3_errstr(rc), h ? sqlite3_extended_errcode(h) : rc);
}

/*
 * After a flush that failed the kernel may call pages clean that never reached the disk: a second
 * one would say nothing. Only what reads the file anew may write again.
 */
static ST distrust(struct ctx *cx, struct driver_conn *c, enum st st)
{
	c->unflushed |= st != OK && cx->err.code == ERR_DB_FLUSH;
	return st;
}

static ST exec(struct ctx *cx, sqlite3 *h, const char *text)
{
	int rc = sqlite3_exec(h, text, NULL, NULL, NULL);

	return rc == SQLITE_OK ? OK : failed(cx, h, rc);
}

static const char set_up[] = "PRAGMA foreign_keys = ON;"
			     "PRAGMA synchronous = FULL;"
			     "PRAGMA temp_store = MEMORY;"
			     "PRAGMA trusted_schema = OFF;"
			     "PRAGMA cache_size = -16000;"
			     "PRAGMA journal_size_limit = 67108864;";

static void sqlite_close(struct driver_conn *c)
{
	for (int i = 0; i < TX_TEXTS; i++)
		sqlite3_finalize(c->tx[i]);
	/* A statement that was forgotten would keep the file open. */
	must(sqlite3_close(c->h) == SQLITE_OK);
}

/*
 * Two programs that make the same new file at the same moment: the change to WAL wants the file
 * alone, and SQLite asks no busy handler for it.
 */
static ST change_to_wal(struct ctx *cx, sqlite3 *h)
{
	enum { PAUSE_MS = 20 };

	for (int waited_ms = 0;; waited_ms += PAUSE_MS) {
		enum st st = exec(cx, h, "PRAGMA journal_mode = WAL");

		if (st != E_RETRY || waited_ms >= LIMIT_DB_WAIT_MS)
			return st;
		err_clear(cx);
		sqlite3_sleep(PAUSE_MS);
	}
}

static ST connect(struct ctx *cx, struct driver_conn *c, enum db_mode mode)
{
	TRY(exec(cx, c->h, set_up));
	/* Opening is lazy; this is the first look into the file. */
	TRY(exec(cx, c->h, "SELECT count(*) FROM sqlite_schema"));
	if (mode == DB_MODE_READ)
		TRY(exec(cx, c->h, "PRAGMA query_only = ON"));
	if (mode == DB_MODE_WRITE || mode == DB_MODE_CREATE) {
		if (sqlite3_db_readonly(c->h, "main") == 1)
			return fail(cx, DB_READ_ONLY, "%s", "");
		TRY(change_to_wal(cx, c->h));
	}
	for (int i = 0; i < TX_TEXTS; i++) {
		int rc = sqlite3_prepare_v3(
			c->h, tx_texts[i], -1, SQLITE_PREPARE_PERSISTENT, &c->tx[i], NULL);

		if (rc != SQLITE_OK)
			return failed(cx, c->h, rc);
	}
	return OK;
}

static ST sqlite_open(struct ctx *cx, const struct driver *self, struct arena *arena,
	const char *target, enum db_mode mode, struct driver_conn **out)
{
	struct driver_conn *c = ARENA_NEW(arena, struct driver_conn);
	int flags = mode == DB_MODE_READ     ? SQLITE_OPEN_READONLY
		    : mode == DB_MODE_CREATE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
					     : SQLITE_OPEN_READWRITE;
	struct stat st;
	enum st ret;
	int rc;

	c->arena = arena;
	if (stat(target, &st) == 0 && !S_ISREG(st.st_mode))
		return fail(cx, DB_OPEN, "not a file: %s", target);
	rc = sqlite3_open_v2(
		target, &c->h, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
	if (rc != SQLITE_OK) {
		sqlite3_close(c->h);
		return fail(cx, DB_OPEN, "%s: %s", target, sqlite3_errstr(rc));
	}
	sqlite3_busy_timeout(c->h, LIMIT_DB_WAIT_MS);
	ret = connect(cx, c, mode);
	if (ret != OK) {
		sqlite_close(c);
		return ret;
	}
	*out = c;
	return OK;
}

static ST tx_step(struct ctx *cx, struct driver_conn *c, enum tx_text what)
{
	int rc = sqlite3_step(c->tx[what]);

	if (rc != SQLITE_DONE) {
		enum st st = failed(cx, c->h, rc);

		sqlite3_reset(c->tx[what]);
		return st;
	}
	sqlite3_reset(c->tx[what]);
	return OK;
}

/*
 * SQLite's own pauses grow to 100 ms: beside a busy worker, which is never gone for so long, ours
 * would starve.
 */
static int wait_for_writer(void *arg, int count)
{
	struct driver_conn *c = arg;
	const struct clock *clock = clock_system();
	int64_t now_us = clock->monotonic_us(clock);

	if (count == 0)
		c->waiting_us = now_us;
	if (now_us - c->waiting_us >= (c->held ? HELD_MS : LIMIT_DB_HELD_MS) * 1000)
		return 0;
	sqlite3_sleep(LOOK_MS);
	return 1;
}

static ST sqlite_begin(struct ctx *cx, struct driver_conn *c, bool write)
{
	enum st st;

	if (!write)
		return tx_step(cx, c, TX_BEGIN);
	if (c->unflushed)
		return fail(cx, DB_FLUSH, "%s", "an earlier flush failed");
	st = tx_step(cx, c, TX_BEGIN_WRITE);
	c->held = st == E_RETRY;
	return st;
}

static ST sqlite_commit(struct ctx *cx, struct driver_conn *c)
{
	return distrust(cx, c, tx_step(cx, c, TX_COMMIT));
}

static void sqlite_rollback(struct driver_conn *c)
{
	/* A full disk or an I/O error may have rolled back already. */
	if (sqlite3_get_autocommit(c->h))
		return;
	sqlite3_step(c->tx[TX_ROLLBACK]);
	sqlite3_reset(c->tx[TX_ROLLBACK]);
}

static ST sqlite_prepare(
	struct ctx *cx, struct driver_conn *c, const struct stmt *stmt, struct driver_stmt **out)
{
	struct driver_stmt *s;
	sqlite3_stmt *prepared;
	int rc = sqlite3_prepare_v3(
		c->h, stmt->text[ENGINE_SQLITE], -1, SQLITE_PREPARE_PERSISTENT, &prepared, NULL);

	if (rc != SQLITE_OK)
		return failed(cx, c->h, rc);
	int count = sqlite3_bind_parameter_count(prepared);

	s = arena_zalloc(c->arena, sizeof(*s) + (size_t)count * sizeof(s->arg[0]));
	s->s = prepared;
	s->args = count;
	for (int i = 0; i < count; i++) {
		char name[16];

		snprintf(name, sizeof(name), "$%d", i + 1);
		s->arg[i].place = sqlite3_bind_parameter_index(s->s, name);
		must(s->arg[i].place > 0);
	}
	*out = s;
	return OK;
}

static void sqlite_finalize(struct driver_conn *c, struct driver_stmt *s)
{
	sqlite3_finalize(s->s);
}

static int bind_one(sqlite3_stmt *s, int place, const struct db_arg *a)
{
	switch (a->kind) {
	case A_NULL:
		return sqlite3_bind_null(s, place);
	case A_INT:
		return sqlite3_bind_int64(s, place, a->i);
	case A_TEXT:
		return sqlite3_bind_text64(
			s, place, a->s.n ? a->s.p : "", a->s.n, SQLITE_STATIC, SQLITE_UTF8);
	case A_BYTES:
		return sqlite3_bind_blob64(s, place, a->s.n ? a->s.p : "", a->s.n, SQLITE_STATIC);
	}
	must(false);
	return SQLITE_ERROR;
}

static ST sqlite_bind(struct ctx *cx, struct driver_conn *c, struct driver_stmt *s,
	const struct db_arg *args, size_t n)
{
	must(n == (size_t)s->args);
	for (size_t i = 0; i < n; i++) {
		struct driver_arg *arg = &s->arg[i];
		int rc;

		if (arg->is_int && args[i].kind == A_INT && arg->i == args[i].i)
			continue;
		rc = bind_one(s->s, arg->place, &args[i]);
		arg->is_int = rc == SQLITE_OK && args[i].kind == A_INT;
		arg->i = args[i].i;
		if (rc != SQLITE_OK)
			return failed(cx, c->h, rc);
	}
	return OK;
}

static ST sqlite_step(struct ctx *cx, struct driver_conn *c, struct driver_stmt *s, bool *row)
{
	int rc = sqlite3_step(s->s);

	*row = rc == SQLITE_ROW;
	if (rc == SQLITE_ROW || rc == SQLITE_DONE)
		return OK;
	return failed(cx, c->h, rc);
}

static struct cell sqlite_column(struct driver_conn *c, struct driver_stmt *s, int i)
{
	struct cell cell = {.kind = CELL_NULL};

	switch (sqlite3_column_type(s->s, i)) {
	case SQLITE_INTEGER:
		cell.kind = CELL_INT;
		cell.i = sqlite3_column_int64(s->s, i);
		break;
	case SQLITE_TEXT:
		cell.kind = CELL_TEXT;
		cell.s.p = (const char *)sqlite3_column_text(s->s, i);
		cell.s.n = (size_t)sqlite3_column_bytes(s->s, i);
		break;
	case SQLITE_BLOB:
		cell.kind = CELL_BYTES;
		cell.s.p = sqlite3_column_blob(s->s, i);
		cell.s.n = (size_t)sqlite3_column_bytes(s->s, i);
		break;
	}
	return cell;
}

static void sqlite_done(struct driver_conn *c, struct driver_stmt *s)
{
	sqlite3_reset(s->s);
}

static ST sqlite_run(struct ctx *cx, struct driver_conn *c, struct driver_stmt *s, int64_t *changed)
{
	bool row;

	TRY(sqlite_step(cx, c, s, &row));
	must(!row);
	if (changed)
		*changed = sqlite3_changes64(c->h);
	return OK;
}

static ST sqlite_script(struct ctx *cx, struct driver_conn *c, const char *text)
{
	return exec(cx, c->h, text);
}

/* The first line of the engine's own check; "ok" when all is well. */
static ST check_pages(struct ctx *cx, struct driver_conn *c)
{
	static const char *const checks[] = {
		"PRAGMA integrity_check(1)", "PRAGMA foreign_key_check"};

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		sqlite3_stmt *s = NULL;
		int rc = sqlite3_prepare_v2(c->h, checks[i], -1, &s, NULL);
		enum st st = OK;

		if (rc != SQLITE_OK)
			return failed(cx, c->h, rc);
		rc = sqlite3_step(s);
		if (rc == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(s, 0), "ok") != 0)
			st = fail(cx, DB_BROKEN, "%.120s", (const char *)sqlite3_column_text(s, 0));
		else if (rc != SQLITE_ROW && rc != SQLITE_DONE)
			st = failed(cx, c->h, rc);
		sqlite3_finalize(s);
		TRY(st);
	}
	return OK;
}

static ST back_up(struct ctx *cx, struct driver_conn *c, const char *path)
{
	sqlite3 *to = NULL;
	sqlite3_backup *b;
	enum st st = OK;
	int rc;

	if (access(path, F_OK) == 0)
		return fail(cx, FILE_EXISTS, "%s", path);
	rc = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
	if (rc != SQLITE_OK) {
		sqlite3_close(to);
		unlink(path); /* it may have been made and then not opened to the end */
		return fail(cx, FILE_WRITE, "%s", path);
	}
	b = sqlite3_backup_init(to, "main", c->h, "main");
	rc = b ? sqlite3_backup_step(b, -1) : sqlite3_errcode(to);
	sqlite3_backup_finish(b);
	if (rc != SQLITE_DONE) {
		st = failed(cx, to, rc);
		sqlite3_close(to);
		unlink(path);
		return st;
	}
	must(sqlite3_close(to) == SQLITE_OK);
	return OK;
}

static ST sqlite_upkeep(struct ctx *cx, struct driver_conn *c, enum upkeep what, const char *path)
{
	switch (what) {
	case UPKEEP_BULK_ON:
		TRY(exec(cx, c->h, "PRAGMA cache_size = -256000"));
		return exec(cx, c->h, "PRAGMA wal_autocheckpoint = 16000");
	case UPKEEP_BULK_OFF:
		TRY(exec(cx, c->h, "PRAGMA cache_size = -16000"));
		return exec(cx, c->h, "PRAGMA wal_autocheckpoint = 1000");
	case UPKEEP_SERVE:
		c->serving = true;
		sqlite3_busy_handler(c->h, wait_for_writer, c);
		return exec(cx, c->h, "PRAGMA wal_autocheckpoint = 16000");
	case UPKEEP_CHECKPOINT:
		return distrust(cx, c, exec(cx, c->h, "PRAGMA wal_checkpoint(TRUNCATE)"));
	case UPKEEP_CHECK:
		return check_pages(cx, c);
	case UPKEEP_BACKUP:
		return back_up(cx, c, path);
	}
	must(false);
	return E_BROKEN;
}

static ST sqlite_info(struct ctx *cx, struct driver_conn *c, struct driver_info *out)
{
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(c->h,
		"SELECT count(*), coalesce(sum(name = 'migration'), 0)"
		"  FROM sqlite_schema WHERE type = 'table'",
		-1, &s, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(s);
	if (rc != SQLITE_ROW) {
		enum st st = failed(cx, c->h, rc);

		sqlite3_finalize(s);
		return st;
	}
	out->tables = sqlite3_column_int(s, 0);
	out->ours = sqlite3_column_int(s, 1) > 0;
	sqlite3_finalize(s);
	return OK;
}

int driver_sqlite_arg_count(const struct driver_stmt *s)
{
	return s->args;
}

int driver_sqlite_column_count(const struct driver_stmt *s)
{
	return sqlite3_column_count(s->s);
}

const struct driver driver_sqlite = {
	.name = "sqlite",
	.engine = ENGINE_SQLITE,
	.open = sqlite_open,
	.close = sqlite_close,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.prepare = sqlite_prepare,
	.finalize = sqlite_finalize,
	.bind = sqlite_bind,
	.step = sqlite_step,
	.column = sqlite_column,
	.done = sqlite_done,
	.run = sqlite_run,
	.script = sqlite_script,
	.upkeep = sqlite_upkeep,
	.info = sqlite_info,
};
