/* SPDX-License-Identifier: Apache-2.0 */
#include "store/driver_pg.h"

#include <stdio.h>

#include "base/check.h"

/* Types of the common tongue, by the numbers that PostgreSQL gives them. */
enum { OID_BYTEA = 17, OID_BIGINT = 20, OID_TEXT = 25 };

/* All reads of one transaction see one state; a write sees what others have finished. */
static const char *const tx_texts[TX_TEXTS] = {
	[TX_BEGIN_READ] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
	[TX_BEGIN_WRITE] = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
	[TX_COMMIT] = "COMMIT",
	[TX_ROLLBACK] = "ROLLBACK",
};

static ST pg_open(struct ctx *cx, const struct driver *self, struct arena *arena,
	const char *target, enum db_mode mode, struct driver_conn **out)
{
	struct driver_conn *c = ARENA_NEW(arena, struct driver_conn);

	c->arena = arena;
	c->target = str_z(arena, str_of(target));
	c->mode = mode;
	for (int i = 0; i < TX_TEXTS; i++) {
		c->tx[i].text = tx_texts[i];
		snprintf(c->tx[i].name, sizeof(c->tx[i].name), "t%d", i);
	}
	TRY(pg_connect(cx, c));
	*out = c;
	return OK;
}

static void pg_close(struct driver_conn *c)
{
	PQclear(c->tx[TX_COMMIT].rows);
	pg_disconnect(c);
}

/* Transactions ----------------------------------------------------------------------------- */

static ST pg_begin(struct ctx *cx, struct driver_conn *c, bool write)
{
	if (write && c->mode == DB_MODE_READ)
		return fail(cx, DB_READ_ONLY, "%s", "");
	TRY(pg_ready(cx, c));
	TRY(pg_queue(cx, c, &c->tx[write ? TX_BEGIN_WRITE : TX_BEGIN_READ], NULL, NULL));
	c->in_tx = true;
	return OK;
}

/*
 * A commit whose answer is lost may have been done or not: that is DB_BUSY, and whoever runs the
 * same work again finds it there or does it.
 */
static ST pg_commit(struct ctx *cx, struct driver_conn *c)
{
	struct driver_stmt *s = &c->tx[TX_COMMIT];
	bool done;

	PQclear(s->rows);
	s->rows = NULL;
	TRY(pg_queue(cx, c, s, NULL, s));
	TRY(pg_drain(cx, c));
	/* After a failed statement the server says ROLLBACK here, and calls it no error. */
	done = s->rows && strcmp(PQcmdStatus(s->rows), "COMMIT") == 0;
	if (!done)
		return pg_failed(cx, c);
	c->in_tx = false;
	return OK;
}

static void pg_rollback(struct driver_conn *c)
{
	if (c->loading)
		pg_load_stop(c);
	if (c->in_tx && c->pg)
		pg_roll_back(c);
	c->in_tx = false;
}

/* Statements ------------------------------------------------------------------------------- */

static struct driver_stmt *part(
	struct driver_conn *c, const char *kind, const struct stmt *stmt, const char *text)
{
	struct driver_stmt *s = ARENA_NEW(c->arena, struct driver_stmt);

	snprintf(s->name, sizeof(s->name), "%s%d", kind, (int)stmt->id);
	s->text = text;
	s->patient = strcmp(stmt->shard, "report") == 0;
	return s;
}

static const char *around(
	struct driver_conn *c, const char *before, const struct stmt *stmt, const char *after)
{
	size_t max = strlen(stmt->text[ENGINE_POSTGRES]) + 100;
	struct buf b = buf_new(c->arena, max);

	buf_fmt(&b, "%s c%d%s", before, (int)stmt->id, after);
	must(!b.over);
	return str_z(c->arena, buf_view(&b));
}

/* A stream is read through a cursor, a portion at a time; other reads give all their rows at once.
 */
static ST pg_prepare(
	struct ctx *cx, struct driver_conn *c, const struct stmt *stmt, struct driver_stmt **out)
{
	const char *text = stmt->text[ENGINE_POSTGRES];

	(void)cx;
	if (stmt->kind != STMT_STREAM) {
		*out = part(c, "s", stmt, text);
	} else {
		struct buf whole = buf_new(c->arena, strlen(text) + 100);

		buf_fmt(&whole, "DECLARE c%d NO SCROLL CURSOR FOR %s", (int)stmt->id, text);
		must(!whole.over);
		*out = part(c, "s", stmt, str_z(c->arena, buf_view(&whole)));
		(*out)->fetch = part(c, "f", stmt, around(c, "FETCH 1000 FROM", stmt, ""));
		(*out)->shut = part(c, "e", stmt, around(c, "CLOSE", stmt, ""));
	}
	(*out)->args = stmt->args;
	return OK;
}

static void pg_done(struct driver_conn *c, struct driver_stmt *s)
{
	PQclear(s->rows);
	s->rows = NULL;
	/* An answer that is still on its way is not for this run. */
	for (size_t i = 0; i < c->queued; i++)
		if (c->queue[i].kind == WAIT_RUN && c->queue[i].owner == s)
			c->queue[i].owner = NULL;
}

static void pg_finalize(struct driver_conn *c, struct driver_stmt *s)
{
	pg_done(c, s);
}

static ST pg_bind(struct ctx *cx, struct driver_conn *c, struct driver_stmt *s,
	const struct db_arg *args, size_t n)
{
	must(n == (size_t)s->args && !s->rows);
	must(!s->fetch || c->in_tx);
	if (!c->in_tx)
		TRY(pg_ready(cx, c));
	s->row = -1;
	s->drained = false;
	return pg_queue(cx, c, s, args, s->fetch ? NULL : s);
}

/* The next portion of a stream takes the place of the one that was read. */
static ST fetch(struct ctx *cx, struct driver_conn *c, struct driver_stmt *s)
{
	PQclear(s->rows);
	s->rows = NULL;
	s->row = -1;
	TRY(pg_queue(cx, c, s->fetch, NULL, s));
	TRY(pg_drain(cx, c));
	s->drained = s->rows && PQntuples(s->rows) == 0;
	return s->rows ? OK : pg_failed(cx, c);
}

static ST pg_step(struct ctx *cx, struct driver_conn *c, struct driver_stmt *s, bool *row)
{
	*row = false;
	if (s->fetch && !s->drained && (!s->rows || s->row + 1 == PQntuples(s->rows)))
		TRY(fetch(cx, c, s));
	if (!s->rows)
		TRY(pg_drain(cx, c));
	if (!s->rows)
		return pg_failed(cx, c);
	*row = s->row + 1 < PQntuples(s->rows);
	s->row += *row;
	return OK;
}

static ST pg_run(struct ctx *cx, struct driver_conn *c, struct driver_stmt *s, int64_t *changed)
{
	uint64_t n;

	if (!changed)
		return OK;
	TRY(pg_drain(cx, c));
	if (!s->rows || !str_to_u64(str_of(PQcmdTuples(s->rows)), INT64_MAX, &n))
		return pg_failed(cx, c);
	*changed = (int64_t)n;
	return OK;
}

static struct cell pg_column(struct driver_conn *c, struct driver_stmt *s, int i)
{
	struct cell cell = {.kind = CELL_NULL};
	uint64_t n;

	(void)c;
	if (PQgetisnull(s->rows, s->row, i))
		return cell;
	cell.s.p = PQgetvalue(s->rows, s->row, i);
	cell.s.n = (size_t)PQgetlength(s->rows, s->row, i);
	switch (PQftype(s->rows, i)) {
	case OID_BIGINT:
		must(cell.s.n == sizeof(n));
		memcpy(&n, cell.s.p, sizeof(n));
		return (struct cell){.kind = CELL_INT, .i = (int64_t)__builtin_bswap64(n)};
	case OID_TEXT:
		cell.kind = CELL_TEXT;
		return cell;
	case OID_BYTEA:
		cell.kind = CELL_BYTES;
		return cell;
	}
	must(!"another type than the common tongue has");
	return cell;
}

/* A cursor that was not closed would stay open until the transaction ends. */
static void pg_done_any(struct driver_conn *c, struct driver_stmt *s)
{
	struct ctx none = {0};

	pg_done(c, s);
	if (!s->shut || !c->in_tx || !c->pg || c->failure.state[0] || c->queued > QUEUE_MAX / 2)
		return;
	if (pg_queue(&none, c, s->shut, NULL, NULL) == OK)
		c->queue[c->queued - 1].ignored = true;
}

const struct driver driver_pg = {
	.name = "postgres",
	.engine = ENGINE_POSTGRES,
	.open = pg_open,
	.close = pg_close,
	.begin = pg_begin,
	.commit = pg_commit,
	.rollback = pg_rollback,
	.prepare = pg_prepare,
	.finalize = pg_finalize,
	.bind = pg_bind,
	.step = pg_step,
	.run = pg_run,
	.column = pg_column,
	.done = pg_done_any,
	.load_begin = pg_load_begin,
	.load_row = pg_load_row,
	.load_end = pg_load_end,
	.script = pg_script,
	.upkeep = pg_upkeep,
	.info = pg_info,
};
