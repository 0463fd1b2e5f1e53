/* SPDX-License-Identifier: Apache-2.0 */
#include "store/driver_pg.h"

#include "base/check.h"

/* Outside of the pipeline: one text, its last answer. */
static ST ask(struct ctx *cx, struct driver_conn *c, const char *text, PGresult **out)
{
	PGresult *r = PQexec(c->pg, text);
	ExecStatusType is = PQresultStatus(r);

	*out = NULL;
	if (is == PGRES_TUPLES_OK || is == PGRES_COMMAND_OK) {
		*out = r;
		return OK;
	}
	pg_note(c, r);
	PQclear(r);
	if (PQstatus(c->pg) != CONNECTION_OK)
		pg_lose(c);
	return pg_failed(cx, c);
}

static ST ask_alone(struct ctx *cx, struct driver_conn *c, const char *text, PGresult **out)
{
	enum st st;

	if (!c->in_tx)
		TRY(pg_ready(cx, c));
	TRY(pg_pipeline_leave(cx, c));
	st = ask(cx, c, text, out);
	if (c->pg) {
		enum st back = pg_pipeline_enter(cx, c);

		st = st == OK ? back : st;
	}
	if (st != OK) {
		PQclear(*out);
		*out = NULL;
	}
	return st;
}

static ST tell(struct ctx *cx, struct driver_conn *c, const char *text)
{
	PGresult *r;

	TRY(ask_alone(cx, c, text, &r));
	PQclear(r);
	return OK;
}

/* What another process that makes the same tables at this moment does to us. */
static bool made_meanwhile(const char *state)
{
	static const char *const states[] = {"42P07", "42P06", "42710", "42723", "23505"};

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(state, states[i]) == 0)
			return true;
	return false;
}

ST pg_script(struct ctx *cx, struct driver_conn *c, const char *text)
{
	enum st st = tell(cx, c, text);

	if (st != OK && made_meanwhile(c->failure.state) && strstr(text, "CREATE TABLE")) {
		err_clear(cx);
		return fail(cx, DB_BUSY, "%s (%s)", c->failure.words, c->failure.state);
	}
	return st;
}

/*
 * One row for each thing that is wrong. Where the extension amcheck is, every index of ours is
 * compared with its order; that reads all of them.
 */
static const char wrong_indexes[] =
	"SELECT 'index ' || c.relname || ' is not valid' FROM pg_index AS i"
	" JOIN pg_class AS c ON c.oid = i.indexrelid"
	" JOIN pg_namespace AS n ON n.oid = c.relnamespace"
	" WHERE n.nspname = current_schema() AND NOT (i.indisvalid AND i.indisready)"
	" UNION ALL SELECT 'constraint ' || conname || ' was not checked' FROM pg_constraint AS k"
	" JOIN pg_namespace AS n ON n.oid = k.connamespace"
	" WHERE n.nspname = current_schema() AND NOT k.convalidated";
static const char has_amcheck[] =
	"SELECT 1 FROM pg_proc AS p WHERE p.proname = 'bt_index_check' AND p.pronargs = 1"
	" AND has_function_privilege(p.oid, 'EXECUTE')";
static const char check_order[] =
	"SELECT bt_index_check(i.indexrelid) FROM pg_index AS i"
	" JOIN pg_class AS c ON c.oid = i.indexrelid"
	" JOIN pg_namespace AS n ON n.oid = c.relnamespace"
	" JOIN pg_am AS a ON a.oid = c.relam"
	" WHERE n.nspname = current_schema() AND a.amname = 'btree' AND c.relkind = 'i'";

static ST check(struct ctx *cx, struct driver_conn *c)
{
	PGresult *r;
	bool more;
	enum st st = OK;

	TRY(ask_alone(cx, c, wrong_indexes, &r));
	if (PQntuples(r) > 0)
		st = fail(cx, DB_BROKEN, "%.120s", PQgetvalue(r, 0, 0));
	PQclear(r);
	TRY(st);
	TRY(ask_alone(cx, c, has_amcheck, &r));
	more = PQntuples(r) > 0;
	PQclear(r);
	return more ? tell(cx, c, check_order) : OK;
}

ST pg_upkeep(struct ctx *cx, struct driver_conn *c, enum upkeep what, const char *path)
{
	(void)path;
	switch (what) {
	case UPKEEP_BULK_ON:
	case UPKEEP_CHECKPOINT: /* the server keeps its own log */
		return OK;
	case UPKEEP_SERVE:
		c->serving = true;
		return c->pg ? pg_session(cx, c) : OK;
	case UPKEEP_BULK_OFF:
		/* The planner must know what has come; whoever does not own the tables may not. */
		return tell(cx, c, "ANALYZE");
	case UPKEEP_CHECK:
		return check(cx, c);
	case UPKEEP_BACKUP:
		break;
	}
	must(!"a copy is made by store/copy.c");
	return E_BROKEN;
}

ST pg_info(struct ctx *cx, struct driver_conn *c, struct driver_info *out)
{
	PGresult *r;
	uint64_t n = 0;

	TRY(ask_alone(cx, c,
		"SELECT count(*), count(*) FILTER (WHERE tablename = 'migration')"
		" FROM pg_tables WHERE schemaname = current_schema()",
		&r));
	must(str_to_u64(str_of(PQgetvalue(r, 0, 0)), INT32_MAX, &n));
	out->tables = (int)n;
	out->ours = PQgetvalue(r, 0, 1)[0] != '0';
	PQclear(r);
	return OK;
}
