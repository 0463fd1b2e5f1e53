/* SPDX-License-Identifier: Apache-2.0 */
#include "store/driver_pg.h"

#include "base/check.h"

/* A row must fit: the longest texts and bytes of ours have some kilobytes. */
enum { LOAD_BYTES = 1 << 18, SEND_AT = 1 << 16 };

/* Header of the format: signature of 11 bytes, flags, length of the extension. */
static const char head[19] = "PGCOPY\n\377\r\n";

static ST stopped(struct ctx *cx, struct driver_conn *c, PGresult *r)
{
	pg_note(c, r);
	PQclear(r);
	pg_load_stop(c);
	return pg_failed(cx, c);
}

ST pg_load_begin(struct ctx *cx, struct driver_conn *c, const struct stmt *stmt)
{
	PGresult *r;

	must(c->in_tx && !c->loading);
	TRY(pg_pipeline_leave(cx, c));
	c->loading = true;
	r = PQexec(c->pg, stmt->load);
	if (PQresultStatus(r) != PGRES_COPY_IN)
		return stopped(cx, c, r);
	PQclear(r);
	if (!c->load) {
		c->load = ARENA_NEW(c->arena, struct buf);
		*c->load = buf_new(c->arena, LOAD_BYTES);
	}
	c->load->n = 0;
	buf_put(c->load, head, sizeof(head));
	return OK;
}

static void put_u16(struct buf *b, uint16_t v)
{
	v = __builtin_bswap16(v);
	buf_put(b, &v, sizeof(v));
}

static void put_u32(struct buf *b, uint32_t v)
{
	v = __builtin_bswap32(v);
	buf_put(b, &v, sizeof(v));
}

static void put_u64(struct buf *b, uint64_t v)
{
	v = __builtin_bswap64(v);
	buf_put(b, &v, sizeof(v));
}

static ST send(struct ctx *cx, struct driver_conn *c)
{
	must(!c->load->over);
	if (PQputCopyData(c->pg, c->load->p, (int)c->load->n) != 1)
		return stopped(cx, c, NULL);
	c->load->n = 0;
	return OK;
}

ST pg_load_row(struct ctx *cx, struct driver_conn *c, const struct db_arg *args, size_t n)
{
	put_u16(c->load, (uint16_t)n);
	for (size_t i = 0; i < n; i++) {
		const struct db_arg *a = &args[i];

		switch (a->kind) {
		case A_NULL:
			put_u32(c->load, UINT32_MAX);
			break;
		case A_INT:
			put_u32(c->load, sizeof(a->i));
			put_u64(c->load, (uint64_t)a->i);
			break;
		case A_TEXT:
		case A_BYTES:
			put_u32(c->load, (uint32_t)a->s.n);
			buf_str(c->load, a->s);
			break;
		}
	}
	return c->load->n >= SEND_AT ? send(cx, c) : OK;
}

ST pg_load_end(struct ctx *cx, struct driver_conn *c)
{
	PGresult *r;
	bool good;

	put_u16(c->load, UINT16_MAX);
	TRY(send(cx, c));
	if (PQputCopyEnd(c->pg, NULL) != 1)
		return stopped(cx, c, NULL);
	r = PQgetResult(c->pg);
	good = PQresultStatus(r) == PGRES_COMMAND_OK;
	if (!good)
		return stopped(cx, c, r);
	PQclear(r);
	PQclear(PQgetResult(c->pg));
	c->loading = false;
	return pg_pipeline_enter(cx, c);
}

/* Gives up: the transaction is broken, the connection is as it was if it lives. */
void pg_load_stop(struct driver_conn *c)
{
	struct ctx none = {0};
	PGresult *r;

	c->loading = false;
	PQputCopyEnd(c->pg, "given up");
	while ((r = PQgetResult(c->pg))) {
		if (PQresultStatus(r) == PGRES_FATAL_ERROR)
			pg_note(c, r);
		PQclear(r);
		if (PQstatus(c->pg) == CONNECTION_BAD)
			break;
	}
	if (PQstatus(c->pg) == CONNECTION_BAD || pg_pipeline_enter(&none, c) != OK)
		pg_lose(c);
}
