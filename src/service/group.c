/* SPDX-License-Identifier: Apache-2.0 */
#include "service/group.h"

#include "base/check.h"
#include "store/db.h"

struct group {
	struct call call; /* as the units see it */
	struct group_unit **units;
	size_t count;
	struct arena *keep;
	bool one_of_all; /* what failed is not the unit's own: begin or commit */
	const struct group_kind *kinds[GROUP_KINDS_MAX];
	void *shared[GROUP_KINDS_MAX];
	size_t kind_count;
};

void *group_shared(struct call *call, const struct group_kind *kind)
{
	struct group *g = call->group;

	must(g);
	for (size_t i = 0; i < g->kind_count; i++)
		if (g->kinds[i] == kind)
			return g->shared[i];
	must(g->kind_count < GROUP_KINDS_MAX);
	g->kinds[g->kind_count] = kind;
	return g->shared[g->kind_count++] = arena_zalloc(g->keep, kind->bytes);
}

struct arena *group_arena(struct call *call)
{
	must(call->group);
	return call->group->keep;
}

static void as_asked(struct ctx *cx, const struct group_unit *u)
{
	arena_reset(cx->arena);
	err_clear(cx);
	cx->trace = u->trace;
	cx->lang = u->lang;
}

static ST run_unit(struct group *g, struct group_unit *u)
{
	struct ctx *cx = g->call.cx;

	as_asked(cx, u);
	u->st = u->run(&g->call, g->keep, u->arg);
	u->err = cx->err;
	return u->st;
}

static ST make_ready(struct group *g)
{
	for (size_t i = 0; i < g->count; i++) {
		struct group_unit *u = g->units[i];

		as_asked(g->call.cx, u);
		if (u->foresee)
			u->foresee(&g->call, u->arg);
	}
	for (size_t i = 0; i < g->kind_count; i++)
		if (g->kinds[i]->ready)
			TRY(g->kinds[i]->ready(&g->call, g->shared[i]));
	return OK;
}

static ST finish(struct group *g)
{
	arena_reset(g->call.cx->arena);
	for (size_t i = 0; i < g->kind_count; i++)
		if (g->kinds[i]->finish)
			TRY(g->kinds[i]->finish(&g->call, g->shared[i]));
	return OK;
}

static ST run_all(struct ctx *cx, struct db *db, void *arg)
{
	struct group *g = arg;

	(void)cx;
	(void)db;
	g->kind_count = 0;
	g->one_of_all = false;
	TRY(make_ready(g));
	for (size_t i = 0; i < g->count; i++)
		TRY(run_unit(g, g->units[i]));
	TRY(finish(g));
	g->one_of_all = true;
	return OK;
}

/* What stops one stops them all: to try each alone would only take their time. */
static bool concerns_all(const struct group *g, enum err code)
{
	return g->one_of_all || code == ERR_DB_BUSY || code == ERR_DB_FULL ||
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
	struct group g = {.call = *call, .units = units, .count = count, .keep = keep};
	enum st st;

	if (count == 0)
		return;
	sort(units, count);
	g.call.group = &g;
	g.one_of_all = true;
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
