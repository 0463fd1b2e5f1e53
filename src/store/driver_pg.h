/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of the PostgreSQL driver: the connection and its pipeline. Nobody else includes this.
 *
 * Commands are queued, and their answers read when somebody needs one: a transaction costs as many
 * round trips as it has questions. The connection is always in libpq's pipeline mode, but for
 * scripts and loads.
 */
#ifndef STORE_DRIVER_PG_H
#define STORE_DRIVER_PG_H

#include <libpq-fe.h>

#include "store/driver.h"

enum { QUEUE_MAX = 512, STATE_BYTES = 6, WORDS_BYTES = 120 };

/* What an entry of the queue waits for. */
enum wait_kind { WAIT_SYNC, WAIT_PARSE, WAIT_RUN };

struct waiting {
	enum wait_kind kind;
	struct driver_stmt *owner; /* gets the answer; NULL = nobody asks */
	bool ignored;              /* an error is nobody's */
};

/* The first error since the transaction began. */
struct pg_failure {
	char state[STATE_BYTES]; /* SQLSTATE; "" = none */
	char words[WORDS_BYTES];
};

enum tx_text { TX_BEGIN_READ, TX_BEGIN_WRITE, TX_COMMIT, TX_ROLLBACK, TX_TEXTS };

struct driver_stmt {
	const char *text;
	char name[16];
	unsigned made_in;                 /* generation of the connection that knows it; 0 = none */
	bool patient;                     /* a report may take long */
	int args;                         /* given to bind() */
	PGresult *rows;                   /* of the present run */
	int row;                          /* the present one, from 0 */
	bool started;                     /* step() was called */
	struct driver_stmt *fetch, *shut; /* of a stream */
	bool drained;                     /* of a stream: the last portion is here */
};

struct driver_conn {
	PGconn *pg; /* NULL when lost */
	/* Of a connection whose answers people wait for. */
	bool serving;
	PGconn *coming;    /* an attempt that is on its way, or NULL … */
	int64_t coming_us; /* … since this moment */
	PostgresPollingStatusType wants;
	int64_t until_us; /* the present transaction or question should have its answer */
	struct arena *arena;
	const char *target;
	enum db_mode mode;
	unsigned generation; /* 1, 2 … with each new connection */
	bool in_tx;
	bool loading; /* out of the pipeline, in a COPY */
	struct buf *load;
	bool patient; /* something that may take long is queued */
	bool unsynced;
	size_t queued;
	struct waiting queue[QUEUE_MAX];
	struct pg_failure failure;
	struct driver_stmt tx[TX_TEXTS], session;
};

int64_t pg_now_us(void);

/* Connects anew. Error: DB_OPEN the first time, DB_BUSY later. */
ST pg_connect(struct ctx *cx, struct driver_conn *c);
void pg_disconnect(struct driver_conn *c);
/* What this session needs, on a fresh connection or after `serving` was set. */
ST pg_session(struct ctx *cx, struct driver_conn *c);
/* Forgets the connection and all that was queued. */
void pg_lose(struct driver_conn *c);
/* Before a transaction or a single read: answers of the last one are read, and a connection that
 * the server has closed is made anew. */
ST pg_ready(struct ctx *cx, struct driver_conn *c);

/* Queues a command; its answer goes to `owner`. Errors: DB_BUSY (lost). */
ST pg_queue(struct ctx *cx, struct driver_conn *c, struct driver_stmt *s, const struct db_arg *args,
	struct driver_stmt *owner);
/* Reads all answers. Error: that of the first command that failed. */
ST pg_drain(struct ctx *cx, struct driver_conn *c);
/* Queues the end of a transaction without waiting for it. */
void pg_roll_back(struct driver_conn *c);

/* The failure that was noted, as an error of ours. */
ST pg_failed(struct ctx *cx, struct driver_conn *c);
void pg_note(struct driver_conn *c, const PGresult *r);
void pg_note_words(struct driver_conn *c, const char *state, const char *words);
enum err pg_error_of(const char *state);

/* Out of the pipeline and into it again, with an empty queue. */
ST pg_pipeline_leave(struct ctx *cx, struct driver_conn *c);
ST pg_pipeline_enter(struct ctx *cx, struct driver_conn *c);

/* COPY: rows on their way to a table. */
ST pg_load_begin(struct ctx *cx, struct driver_conn *c, const struct stmt *stmt);
ST pg_load_row(struct ctx *cx, struct driver_conn *c, const struct db_arg *args, size_t n);
ST pg_load_end(struct ctx *cx, struct driver_conn *c);
void pg_load_stop(struct driver_conn *c);

ST pg_script(struct ctx *cx, struct driver_conn *c, const char *text);
ST pg_upkeep(struct ctx *cx, struct driver_conn *c, enum upkeep what, const char *path);
ST pg_info(struct ctx *cx, struct driver_conn *c, struct driver_info *out);

#endif
