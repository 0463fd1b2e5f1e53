/* SPDX-License-Identifier: Apache-2.0 */
#include "service/group.h"

#include "store/db.h"

struct group {
	struct call *call;
	struct group_unit **units;
	size_t count;
	struct arena *keep;
	size_t failed; /* the unit that failed; `count` when it was begin or commit */
};

static ST run_unit(struct group *g, struct group_unit *u)
{
	struct ctx *cx = g->call->cx;

	arena_reset(cx->arena);
	err_clear(cx);
	cx->trace = u->trace;
	cx->lang = u->lang;
	u->st = u->run(g->call, g->keep, u->arg);
	u->err = cx->err;
	return u->st;
}

static ST run_all(struct ctx *cx, struct db *db, void *arg)
{
	struct group *g = arg;

	(void)cx;
	(void)db;
	for (g->failed = 0; g->failed < g->count; g->failed++)
		TRY(run_unit(g, g->units[g->failed]));
	return OK;
}

/* What stops one stops them all: to try each alone would only take their time. */
static bool concerns_all(const struct group *g, enum err code)
{
	return g->failed == g->count || code == ERR_DB_BUSY || code == ERR_DB_FULL ||
	       code == ERR_DB_READ_ONLY;
}

/* Stable, and nothing to do where they came in order. */
static void sort(struct group_unit **units, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct group_unit *u = units[i];
		size_t k = i;

		for (; k > 0 && units[k - 1]->order > u->order; k--)
			units[k] = units[k - 1];
		units[k] = u;
	}
}

void group_run(struct call *call, struct group_unit **units, size_t count, struct arena *keep)
{
	struct group g = {.call = call, .units = units, .count = count, .keep = keep};
	enum st st;

	if (count == 0)
		return;
	sort(units, count);
	g.failed = count; /* until the first unit runs */
	st = tx_run(call->cx, call->db, TX_WRITE, run_all, &g);
	if (st == OK)
		return;
	if (count == 1 || concerns_all(&g, call->cx->err.code)) {
		for (size_t i = 0; i < count; i++) {
			units[i]->st = st;
			units[i]->err = call->cx->err;
		}
		return;
	}
	for (size_t i = 0; i < count; i++)
		group_run(call, &units[i], 1, keep);
}
