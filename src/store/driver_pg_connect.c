/* SPDX-License-Identifier: Apache-2.0 */
#include "store/driver_pg.h"

#include <poll.h>
#include <stdio.h>

#include "base/check.h"
#include "limits.h"

enum {
	COME_FIRST_MS = 250, /* the question that starts an attempt waits this long for it */
	COME_NEXT_MS = 5,    /* the next ones */
	COME_LIFE_MS = 2000, /* an attempt; libpq counts its own in whole seconds */
};

int64_t pg_now_us(void)
{
	const struct clock *clock = clock_system();

	return clock->monotonic_us(clock);
}

static void say_nothing(void *arg, const char *message)
{
	(void)arg;
	(void)message;
}

/* What stands before the URL is its to change. */
static const char *const keys[] = {
	"application_name", "connect_timeout", "dbname", "client_encoding", NULL};
enum { KEY_TARGET = 2, KEYS = 5 };

static void fill_values(const struct driver_conn *c, const char *values[KEYS])
{
	static const char *const defaults[KEYS] = {"saqta", "2", NULL, "UTF8", NULL};

	memcpy(values, defaults, sizeof(defaults));
	values[KEY_TARGET] = c->target;
}

/* One question sets what this session needs. */
ST pg_session(struct ctx *cx, struct driver_conn *c)
{
	char wait[16];
	struct db_arg args[] = {
		{.kind = A_TEXT}, {.kind = A_TEXT}, {.kind = A_TEXT}, {.kind = A_TEXT}};

	snprintf(wait, sizeof(wait), "%d", LIMIT_DB_WAIT_MS);
	args[0].s = str_of(wait);
	args[1].s = str_of(c->mode == DB_MODE_READ ? "on" : "off");
	/*
	 * Who serves names every row by its key: a plan that was made while a table was small must
	 * not read all of it when it has grown, nor one that was made for the values of one call.
	 */
	args[2].s = str_of(c->serving ? "off" : "on");
	args[3].s = str_of(c->serving ? "force_generic_plan" : "auto");
	c->session.text = "SELECT set_config('lock_timeout', $1, false),"
			  " set_config('jit', 'off', false),"
			  " set_config('cursor_tuple_fraction', '1', false),"
			  " set_config('client_min_messages', 'warning', false),"
			  " set_config('default_transaction_read_only', $2, false),"
			  " set_config('enable_seqscan', $3, false),"
			  " set_config('plan_cache_mode', $4, false)";
	c->session.args = 4;
	snprintf(c->session.name, sizeof(c->session.name), "session");
	TRY(pg_queue(cx, c, &c->session, args, NULL));
	return pg_drain(cx, c);
}

static bool fits_us(struct driver_conn *c)
{
	const char *encoding = PQparameterStatus(c->pg, "server_encoding");

	if (PQserverVersion(c->pg) < 150000)
		pg_note_words(c, "XX000", "PostgreSQL 15 or later is needed");
	else if (!encoding || strcmp(encoding, "UTF8") != 0)
		pg_note_words(c, "XX000", "the encoding of the database must be UTF8");
	return c->failure.state[0] == '\0';
}

/* Makes a fresh connection ours; false when it does not live or does not fit. */
static bool take_over(struct ctx *cx, struct driver_conn *c)
{
	if (!c->pg || PQstatus(c->pg) != CONNECTION_OK)
		return false;
	PQsetNoticeProcessor(c->pg, say_nothing, NULL);
	if (!fits_us(c) || !PQenterPipelineMode(c->pg) || PQsetnonblocking(c->pg, 1) != 0)
		return false;
	c->generation++;
	if (pg_session(cx, c) == OK)
		return true;
	err_clear(cx);
	return false;
}

static void stop_coming(struct driver_conn *c)
{
	PQfinish(c->coming);
	c->coming = NULL;
}

/* With several hosts only libpq's own way goes on from one that is silent to the next. */
static bool several_hosts(const struct driver_conn *c)
{
	PQconninfoOption *options = PQconninfoParse(c->target, NULL);
	bool several = false;

	for (PQconninfoOption *o = options; o && o->keyword; o++)
		several |= strncmp(o->keyword, "host", 4) == 0 && o->val && strchr(o->val, ',');
	PQconninfoFree(options);
	return several;
}

/* Steps nearer to a connection, for at most `wait_ms`. */
static PostgresPollingStatusType come(struct driver_conn *c, int wait_ms)
{
	int64_t until_us = pg_now_us() + (int64_t)wait_ms * 1000;

	while (c->wants == PGRES_POLLING_READING || c->wants == PGRES_POLLING_WRITING) {
		struct pollfd p = {.fd = PQsocket(c->coming),
			.events = c->wants == PGRES_POLLING_READING ? POLLIN : POLLOUT};
		int64_t left_us = until_us - pg_now_us();

		if (p.fd < 0)
			return c->wants = PGRES_POLLING_FAILED;
		if (poll(&p, 1, left_us > 0 ? (int)(left_us / 1000) : 0) <= 0)
			break;
		c->wants = PQconnectPoll(c->coming);
	}
	return c->wants;
}

static void start_coming(struct driver_conn *c)
{
	const char *values[KEYS];

	fill_values(c, values);
	c->coming = PQconnectStartParams(keys, values, 1);
	c->coming_us = pg_now_us();
	c->wants = PGRES_POLLING_WRITING;
}

/*
 * For a connection that people wait for: a server that is silent while it is connected to costs
 * them a moment now and then, and next to nothing in between. The attempt goes on between the
 * questions; one that has failed meanwhile says nothing about the server as it is now.
 */
static void connect_soon(struct driver_conn *c)
{
	if (c->coming && pg_now_us() - c->coming_us > COME_LIFE_MS * 1000)
		stop_coming(c);
	if (c->coming && come(c, COME_NEXT_MS) == PGRES_POLLING_FAILED)
		stop_coming(c);
	if (!c->coming) {
		start_coming(c);
		come(c, COME_FIRST_MS);
	}
	switch (c->wants) {
	case PGRES_POLLING_OK:
	case PGRES_POLLING_FAILED:
		c->pg = c->coming;
		c->coming = NULL;
		break;
	case PGRES_POLLING_READING:
	case PGRES_POLLING_WRITING:
	case PGRES_POLLING_ACTIVE:
		pg_note_words(c, "08006", "the database does not let us in");
		break;
	}
}

ST pg_connect(struct ctx *cx, struct driver_conn *c)
{
	bool first = c->generation == 0;
	const char *values[KEYS];

	c->failure = (struct pg_failure){0};
	c->until_us = pg_now_us() + LIMIT_DB_SERVE_MS * 1000;
	if (c->serving && !several_hosts(c)) {
		connect_soon(c);
	} else {
		fill_values(c, values);
		c->pg = PQconnectdbParams(keys, values, 1);
	}
	if (take_over(cx, c))
		return OK;
	pg_lose(c);
	if (!first)
		return fail(cx, DB_BUSY, "%s (%s)", c->failure.words, c->failure.state);
	return fail(cx, DB_OPEN, "%s", c->failure.words);
}

void pg_disconnect(struct driver_conn *c)
{
	stop_coming(c);
	PQfinish(c->pg);
}

/* Nobody asked anything: what can be read is the server's good-bye. */
static bool is_closed(struct driver_conn *c)
{
	struct pollfd p = {.fd = PQsocket(c->pg), .events = POLLIN};

	if (poll(&p, 1, 0) <= 0)
		return false;
	return !PQconsumeInput(c->pg) || PQstatus(c->pg) != CONNECTION_OK || poll(&p, 1, 0) > 0;
}

ST pg_ready(struct ctx *cx, struct driver_conn *c)
{
	c->failure = (struct pg_failure){0};
	c->until_us = pg_now_us() + LIMIT_DB_SERVE_MS * 1000;
	if (c->pg && c->queued && pg_drain(cx, c) != OK) {
		err_clear(cx);
		c->failure = (struct pg_failure){0};
	}
	if (c->pg && is_closed(c))
		pg_lose(c);
	return c->pg ? OK : pg_connect(cx, c);
}
