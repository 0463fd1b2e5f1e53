/* SPDX-License-Identifier: Apache-2.0 */
#include "service/refresh.h"

#include <stdlib.h>

#include "base/log.h"
#include "limits.h"
#include "service/person_map.h"
#include "store/lock.h"
#include "store/people.h"

enum {
	MAP_BYTES = 1 << 17,
	TODO_MAX = 4096, /* documents and months of one pass */
	SOURCES_MAX = MONTHSET_BITS + 2,
};

/* One pass over the persons who are behind, in the order of their keys. */
struct pass {
	struct call *call;
	const struct refresh_order *order;
	struct refresh_report *report;
	struct ctx work; /* of one portion */
	struct day today;
	int64_t law;
	struct coverage_todo *todo;
	size_t todo_count;
	struct monthset months; /* of the list of work */
	int64_t after;          /* persons up to this key are done */
	int64_t *found;         /* of all sources, LIMIT_FACTS_BATCH each */
	size_t count;           /* persons of this portion: the first ones of `found` */
	size_t written, left;   /* of this portion */
};

/* ---- Who is behind -------------------------------------------------------------------------- */

static int by_key(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Puts the persons of all sources into one order; each source gave its first ones, so the first
 * ones of all are among them. */
static void merge(struct pass *p, size_t n)
{
	size_t kept = 0;

	qsort(p->found, n, sizeof(*p->found), by_key);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || p->found[kept - 1] != p->found[i])
			p->found[kept++] = p->found[i];
	p->count = kept < LIMIT_FACTS_BATCH ? kept : LIMIT_FACTS_BATCH;
}

static ST next_persons(struct pass *p)
{
	struct db *db = p->call->db;
	size_t n = 0, got;

	for (int i = 0; i < MONTHSET_BITS; i++) {
		if (!monthset_has_index(&p->months, i))
			continue;
		TRY(coverage_todo_persons(&p->work, db, monthset_month(i), p->after,
			LIMIT_FACTS_BATCH, p->found + n, &got));
		n += got;
	}
	TRY(coverage_touched_persons(
		&p->work, db, p->after, LIMIT_FACTS_BATCH, p->found + n, &got));
	n += got;
	if (p->order->outdated) {
		TRY(coverage_outdated_persons(&p->work, db,
			&(struct coverage_age){p->after, p->law, p->today}, LIMIT_FACTS_BATCH,
			p->found + n, &got));
		n += got;
	}
	merge(p, n);
	return OK;
}

/* ---- Their rows ----------------------------------------------------------------------------- */

/* False when these facts give no row; the error is cleared. */
static bool build_row(struct ctx *cx, const struct pass *p, const struct person_facts *f,
	struct coverage_row *out)
{
	struct buf bytes = buf_new(cx->arena, MAP_BYTES);
	struct coverage_map map;

	if (coverage_map_build(cx, p->call->book, &f->facts, p->today, &map) != OK) {
		log_event(cx, LOG_UNUSUAL, "refresh.left", "code=%s", err_info(cx->err.code)->name);
		err_clear(cx);
		return false;
	}
	coverage_map_write(&map, &bytes);
	*out = (struct coverage_row){.person = f->person,
		.iin = f->iin,
		.known = p->today,
		.good_until = person_map_good_until(&f->facts, p->today),
		.law = p->law,
		.map = buf_view(&bytes)};
	return !bytes.over;
}

static ST rebuild(struct ctx *cx, struct db *db, void *arg)
{
	struct pass *p = arg;
	struct person_facts *facts;
	struct coverage_row *rows = arena_array(cx->arena, p->count, sizeof(*rows));

	p->written = p->left = 0;
	/* Before their facts are read, or what comes meanwhile would be taken for known. */
	for (size_t i = 0; i < p->count; i++)
		TRY(lock_person(cx, db, p->found[i]));
	TRY(facts_load_many(cx, db, p->found, p->count, &facts));
	for (size_t i = 0; i < p->count; i++) {
		if (build_row(cx, p, &facts[i], &rows[p->written])) {
			p->written++;
			continue;
		}
		/* Their documents go off the list, they themselves must not. */
		TRY(coverage_touch(cx, db, facts[i].person));
		p->left++;
	}
	return coverage_rows_write(cx, db, rows, p->written);
}

/* ---- The whole ------------------------------------------------------------------------------ */

static ST list_done(struct ctx *cx, struct db *db, void *arg)
{
	struct pass *p = arg;

	for (size_t i = 0; i < p->todo_count; i++)
		TRY(coverage_todo_done(cx, db, &p->todo[i]));
	return OK;
}

static ST begin_pass(struct pass *p, struct ctx *cx)
{
	p->after = -1;
	p->months = (struct monthset){0};
	TRY(coverage_todo_list(cx, p->call->db, TODO_MAX, &p->todo, &p->todo_count));
	for (size_t i = 0; i < p->todo_count; i++)
		monthset_add(&p->months, p->todo[i].month);
	return OK;
}

/* Keys are spread evenly over 63 bits: how far the pass is shows in the key. */
static bool go_on(const struct pass *p, bool at_end)
{
	if (!p->order->tick)
		return true;
	return p->order->tick(p->order->tick_arg,
		at_end ? REFRESH_WHOLE : (int)((p->after >> 32) * REFRESH_WHOLE >> 31));
}

static ST run_pass(struct pass *p)
{
	struct db *db = p->call->db;

	for (;;) {
		arena_reset(p->work.arena);
		TRY(next_persons(p));
		if (p->count == 0)
			break;
		TRY(tx_run(&p->work, db, TX_WRITE, rebuild, p));
		p->after = p->found[p->count - 1];
		p->report->persons += p->written;
		p->report->left += p->left;
		p->report->stopped = !go_on(p, false);
		if (p->report->stopped)
			return OK;
	}
	if (p->todo_count)
		TRY(tx_run(&p->work, db, TX_WRITE, list_done, p));
	if (p->report->persons)
		(void)go_on(p, true);
	return OK;
}

enum st refresh_run(
	struct call *call, const struct refresh_order *order, struct refresh_report *report)
{
	struct ctx *cx = call->cx;
	struct sha256 law = lawbook_digest(call->book);
	struct pass p = {.call = call,
		.order = order,
		.report = report,
		.work = *cx,
		.today = day_in_astana(cx->clock->now(cx->clock)),
		.law = coverage_law(&law)};
	enum st st;

	*report = (struct refresh_report){0};
	struct arena *all = arena_new(LIMIT_IMPORT_ARENA_BYTES);
	p.work.arena = arena_new(LIMIT_IMPORT_ARENA_BYTES);
	p.found = arena_alloc(all, sizeof(*p.found) * SOURCES_MAX * LIMIT_FACTS_BATCH);
	struct ctx list = {.arena = all, .clock = cx->clock};
	do {
		st = begin_pass(&p, &list);
		if (st != OK)
			cx->err = list.err;
		else if ((st = run_pass(&p)) != OK)
			cx->err = p.work.err;
	} while (st == OK && p.todo_count == TODO_MAX && !report->stopped);
	arena_free(p.work.arena);
	arena_free(all);
	if (report->persons || st != OK)
		log_event(cx, LOG_INFO, "refresh", "rows=%zu left=%zu code=%s", report->persons,
			report->left, err_info(st == OK ? ERR_NONE : cx->err.code)->name);
	return st;
}
