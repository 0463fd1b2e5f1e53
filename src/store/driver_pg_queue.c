/* SPDX-License-Identifier: Apache-2.0 */
#include "store/driver_pg.h"

#include <poll.h>
#include <stdio.h>

#include "base/check.h"
#include "limits.h"

enum {
	PUSH_AT = 64,
	DRAIN_AT = 256,
	SILENCE_MS = 100, /* for a server that is late, but speaks */
};

/* Errors ----------------------------------------------------------------------------------- */

/* The first row whose letters begin the SQLSTATE. */
static const struct {
	const char *state;
	enum err code;
} errors[] = {
	{"40", ERR_DB_BUSY},         /* serialization failure, deadlock */
	{"55P03", ERR_DB_BUSY},      /* lock timeout */
	{"57014", ERR_DB_BUSY},      /* cancelled */
	{"57P", ERR_DB_BUSY},        /* the server stops or starts */
	{"08", ERR_DB_BUSY},         /* the connection */
	{"53100", ERR_DB_FULL},      /* the disk */
	{"53", ERR_DB_BUSY},         /* connections, memory */
	{"25006", ERR_DB_READ_ONLY}, /* a standby, a read-only session */
	{"42501", ERR_DB_READ_ONLY}, /* the role has no right to it */
	{"22", ERR_DB_CONSTRAINT},   /* a value that no column takes */
	{"23", ERR_DB_CONSTRAINT},
	{"P0001", ERR_DB_CONSTRAINT}, /* a trigger of only_postgres.sql */
};

enum err pg_error_of(const char *state)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (strncmp(state, errors[i].state, strlen(errors[i].state)) == 0)
			return errors[i].code;
	return ERR_DB_BROKEN;
}

void pg_note_words(struct driver_conn *c, const char *state, const char *words)
{
	if (c->failure.state[0])
		return;
	snprintf(c->failure.state, sizeof(c->failure.state), "%s", state);
	snprintf(c->failure.words, sizeof(c->failure.words), "%.*s", (int)strcspn(words, "\n"),
		words);
}

/* The primary message only: the detail may hold the values of a row. */
void pg_note(struct driver_conn *c, const PGresult *r)
{
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	const char *words = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);

	pg_note_words(c, state ? state : "08000", words ? words : "");
}

ST pg_failed(struct ctx *cx, struct driver_conn *c)
{
	if (!c->failure.state[0])
		pg_note_words(c, "XX000", "no answer");
	return fail_at(cx, pg_error_of(c->failure.state), __FILE__, __LINE__, 0, "", "%s (%s)",
		c->failure.words, c->failure.state);
}

void pg_lose(struct driver_conn *c)
{
	if (c->pg)
		pg_note_words(c, "08006", PQerrorMessage(c->pg));
	PQfinish(c->pg);
	c->pg = NULL;
	c->queued = 0;
	c->unsynced = c->patient = false;
}

/* Sending ---------------------------------------------------------------------------------- */

static ST lost(struct ctx *cx, struct driver_conn *c)
{
	pg_lose(c);
	return pg_failed(cx, c);
}

static void push(struct driver_conn *c, enum wait_kind kind, struct driver_stmt *owner)
{
	must(c->queued < QUEUE_MAX);
	c->queue[c->queued++] = (struct waiting){.kind = kind, .owner = owner};
	c->unsynced = kind != WAIT_SYNC;
}

/* Arguments as libpq wants them: numbers in network order, texts and bytes as they are. */
struct args {
	const char *values[DRIVER_ARGS_MAX];
	int lengths[DRIVER_ARGS_MAX], formats[DRIVER_ARGS_MAX];
	uint64_t numbers[DRIVER_ARGS_MAX];
};

static void put_arg(struct args *out, int i, const struct db_arg *a)
{
	out->formats[i] = 1;
	out->values[i] = NULL;
	out->lengths[i] = 0;
	switch (a->kind) {
	case A_NULL:
		break;
	case A_INT:
		out->numbers[i] = __builtin_bswap64((uint64_t)a->i);
		out->values[i] = (const char *)&out->numbers[i];
		out->lengths[i] = sizeof(out->numbers[i]);
		break;
	case A_TEXT:
	case A_BYTES:
		must(a->s.n <= INT32_MAX);
		out->values[i] = a->s.n ? a->s.p : "";
		out->lengths[i] = (int)a->s.n;
		break;
	}
}

ST pg_queue(struct ctx *cx, struct driver_conn *c, struct driver_stmt *s, const struct db_arg *args,
	struct driver_stmt *owner)
{
	struct args a;

	if (c->queued >= DRAIN_AT)
		TRY(pg_drain(cx, c));
	if (!c->pg)
		return pg_failed(cx, c);
	must(s->args <= DRIVER_ARGS_MAX);
	if (s->made_in != c->generation) {
		if (!PQsendPrepare(c->pg, s->name, s->text, 0, NULL))
			return lost(cx, c);
		push(c, WAIT_PARSE, s);
		s->made_in = c->generation;
	}
	for (int i = 0; i < s->args; i++)
		put_arg(&a, i, &args[i]);
	if (!PQsendQueryPrepared(c->pg, s->name, s->args, a.values, a.lengths, a.formats, 1))
		return lost(cx, c);
	push(c, WAIT_RUN, owner);
	c->patient |= s->patient;
	/* The server works on the first ones while we make the next. */
	if (c->queued % PUSH_AT == 0 && PQflush(c->pg) < 0)
		return lost(cx, c);
	return OK;
}

/* Reading ---------------------------------------------------------------------------------- */

/* How long the server may be silent. */
static int patience_ms(const struct driver_conn *c)
{
	int64_t left_ms;

	if (c->patient)
		return LIMIT_DB_REPORT_MS;
	if (!c->serving)
		return c->mode == DB_MODE_READ ? LIMIT_DB_READ_MS : LIMIT_DB_WRITE_MS;
	left_ms = (c->until_us - pg_now_us()) / 1000;
	return left_ms > SILENCE_MS ? (int)left_ms : SILENCE_MS;
}

/* Sends what is left and takes what has come; false when nothing moves for too long. */
static bool pump(struct driver_conn *c)
{
	int left = PQflush(c->pg);
	struct pollfd p = {.fd = PQsocket(c->pg), .events = POLLIN};
	int wait_ms = patience_ms(c);

	if (left < 0 || p.fd < 0)
		return false;
	if (left > 0)
		p.events |= POLLOUT;
	if (poll(&p, 1, wait_ms) == 0) {
		pg_note_words(c, "08006", "the database does not answer");
		return false;
	}
	return !(p.revents & (POLLIN | POLLERR | POLLHUP)) || PQconsumeInput(c->pg);
}

/* The next answer; false when the connection is lost. */
static bool next(struct driver_conn *c, PGresult **out)
{
	while (PQisBusy(c->pg))
		if (!pump(c))
			return false;
	*out = PQgetResult(c->pg);
	return true;
}

static void take(struct driver_conn *c, const struct waiting *w, PGresult *r)
{
	ExecStatusType is = PQresultStatus(r);
	bool good = is == PGRES_TUPLES_OK || is == PGRES_COMMAND_OK;

	if (is == PGRES_FATAL_ERROR && !w->ignored)
		pg_note(c, r);
	if (w->kind == WAIT_PARSE && !good)
		w->owner->made_in = 0;
	if (w->kind == WAIT_RUN && good && w->owner) {
		PQclear(w->owner->rows);
		w->owner->rows = r;
		return;
	}
	PQclear(r);
}

/* All answers to one entry of the queue. */
static bool answered(struct driver_conn *c, const struct waiting *w)
{
	PGresult *r;

	for (;;) {
		if (!next(c, &r))
			return false;
		if (!r && w->kind != WAIT_SYNC)
			return true;
		if (PQresultStatus(r) == PGRES_PIPELINE_SYNC) {
			PQclear(r);
			return w->kind == WAIT_SYNC;
		}
		if (r)
			take(c, w, r);
		if (PQstatus(c->pg) == CONNECTION_BAD)
			return false;
	}
}

ST pg_drain(struct ctx *cx, struct driver_conn *c)
{
	size_t i = 0;

	if (!c->pg)
		return pg_failed(cx, c);
	if (c->unsynced) {
		if (!PQpipelineSync(c->pg))
			return lost(cx, c);
		push(c, WAIT_SYNC, NULL);
	}
	while (i < c->queued && answered(c, &c->queue[i]))
		i++;
	if (i < c->queued)
		return lost(cx, c);
	c->queued = 0;
	c->patient = false;
	return c->failure.state[0] ? pg_failed(cx, c) : OK;
}

void pg_roll_back(struct driver_conn *c)
{
	struct driver_stmt *s = &c->tx[TX_ROLLBACK];

	/* Behind a mark, or a command that failed would take this one with it. */
	if (c->unsynced && PQpipelineSync(c->pg))
		push(c, WAIT_SYNC, NULL);
	for (size_t i = 0; i < c->queued; i++)
		c->queue[i].ignored = true;
	if (!PQsendQueryParams(c->pg, s->text, 0, NULL, NULL, NULL, NULL, 1) ||
		!PQpipelineSync(c->pg) || PQflush(c->pg) < 0) {
		pg_lose(c);
		return;
	}
	push(c, WAIT_RUN, NULL);
	push(c, WAIT_SYNC, NULL);
}

ST pg_pipeline_leave(struct ctx *cx, struct driver_conn *c)
{
	TRY(pg_drain(cx, c));
	if (!PQexitPipelineMode(c->pg) || PQsetnonblocking(c->pg, 0) != 0)
		return lost(cx, c);
	return OK;
}

ST pg_pipeline_enter(struct ctx *cx, struct driver_conn *c)
{
	if (!PQenterPipelineMode(c->pg) || PQsetnonblocking(c->pg, 1) != 0)
		return lost(cx, c);
	return OK;
}
