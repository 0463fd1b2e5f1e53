/* SPDX-License-Identifier: Apache-2.0 */
#include "service/law_people.h"

#include <stdlib.h>

#include "base/check.h"
#include "limits.h"
#include "service/status.h"
#include "store/people.h"

struct pass {
	struct call *call;
	const struct law_people_order *order;
	struct law_people_report *report;
	size_t move_cap;
	struct coverage_day day_before, day_after;
	int64_t total; /* persons, for the progress */
	/* One portion. */
	int64_t after;
	int64_t keys[LIMIT_FACTS_BATCH];
	struct person_facts *people;
	size_t count;
};

static ST load_portion(struct ctx *cx, struct db *db, void *arg)
{
	struct pass *p = arg;

	p->people = NULL;
	TRY(people_list(cx, db, p->after, LIMIT_FACTS_BATCH, p->keys, &p->count));
	return p->count ? facts_load_many(cx, db, p->keys, p->count, &p->people) : OK;
}

static ST count_people(struct ctx *cx, struct db *db, void *arg)
{
	return people_count(cx, db, &((struct pass *)arg)->total);
}

/* Nothing can be owed and nothing asked: the full answer would say no more than the verdict. */
static bool is_plain(const struct coverage_verdict *v)
{
	return v->insured && monthset_empty(&v->debt);
}

static ST full_side(struct ctx *cx, const struct law_people_order *o, const struct lawbook *book,
	const struct coverage_map *map, struct law_side *out)
{
	struct coverage_answer answer;

	TRY(coverage_answer(cx, book, map, o->on, o->known, &answer));
	*out = (struct law_side){.insured = answer.insured,
		.reason = answer.reason,
		.debt_months = answer.debt_count,
		.debt = MONEY_ZERO,
		.to_pay = answer.to_pay};
	for (size_t i = 0; i < answer.debt_count; i++)
		if (!money_add(out->debt, answer.debt[i].owed, &out->debt))
			return fail(cx, MONEY_RANGE, "%s", "debt");
	return OK;
}

/* An error of the law or of the sums is what this book says; the context is clean afterwards. */
static void take_error(struct ctx *cx, enum st st, struct law_side *out)
{
	if (st == OK)
		return;
	*out = (struct law_side){.err = cx->err.code};
	err_clear(cx);
}

static void decide(struct ctx *cx, const struct pass *p, const struct person_facts *f,
	struct law_person_change *out)
{
	const struct law_people_order *o = p->order;
	struct coverage_map before, after;
	enum st a = coverage_map_build(cx, o->before, &f->facts, o->known, &before);

	*out = (struct law_person_change){.iin = f->iin};
	take_error(cx, a, &out->before);
	enum st b = coverage_map_build(cx, o->after, &f->facts, o->known, &after);
	take_error(cx, b, &out->after);
	if (a == OK && b == OK) {
		struct coverage_verdict va = coverage_decide(&p->day_before, &before.hot);
		struct coverage_verdict vb = coverage_decide(&p->day_after, &after.hot);

		if (is_plain(&va) && is_plain(&vb) && va.reason == vb.reason)
			return;
	}
	if (a == OK)
		take_error(cx, full_side(cx, o, o->before, &before, &out->before), &out->before);
	if (b == OK)
		take_error(cx, full_side(cx, o, o->after, &after, &out->after), &out->after);
}

bool law_side_same(const struct law_side *a, const struct law_side *b)
{
	return a->err == b->err && a->insured == b->insured && a->reason == b->reason &&
	       a->debt_months == b->debt_months && money_cmp(a->debt, b->debt) == 0 &&
	       money_cmp(a->to_pay, b->to_pay) == 0;
}

const char *law_side_code(enum err err, enum coverage_reason reason)
{
	return err == ERR_NONE ? coverage_reason_code(reason) : err_info(err)->name;
}

static struct law_move *move_of(struct pass *p, const struct law_person_change *c)
{
	struct law_people_report *r = p->report;
	struct law_move *m;

	for (size_t i = 0; i < r->move_count; i++) {
		m = &r->moves[i];
		if (m->err_before == c->before.err && m->err_after == c->after.err &&
			m->before == c->before.reason && m->after == c->after.reason)
			return m;
	}
	m = ARENA_PUSH(p->call->cx->arena, r->moves, r->move_count, p->move_cap);
	*m = (struct law_move){.err_before = c->before.err,
		.err_after = c->after.err,
		.before = c->before.reason,
		.after = c->after.reason};
	return m;
}

static ST add_sums(struct ctx *cx, const struct law_person_change *c, struct money *before,
	struct money *after)
{
	if (!money_add(*before, c->before.debt, before) || !money_add(*after, c->after.debt, after))
		return fail(cx, MONEY_RANGE, "%s", "debt of all");
	return OK;
}

static ST take_person(struct pass *p, const struct law_person_change *c)
{
	struct law_people_report *r = p->report;
	struct ctx *cx = p->call->cx;
	struct law_move *m;

	r->persons++;
	if (law_side_same(&c->before, &c->after))
		return OK;
	r->changed++;
	m = move_of(p, c);
	m->persons++;
	TRY(add_sums(cx, c, &m->debt_before, &m->debt_after));
	TRY(add_sums(cx, c, &r->debt_before, &r->debt_after));
	return p->order->tell ? p->order->tell(p->order->tell_arg, c) : OK;
}

/* Some may have come since they were counted. */
static void tick(const struct pass *p)
{
	const struct law_people_order *o = p->order;
	int64_t done = p->report->persons;

	if (o->tick && p->total > 0)
		o->tick(o->tick_arg, (size_t)(done < p->total ? done : p->total), (size_t)p->total);
}

/* Facts and answers of a portion live in `work`; one person's answers in `one`. */
static ST run(struct pass *p, struct ctx *work, struct ctx *one)
{
	do {
		arena_reset(work->arena);
		TRY(tx_run(work, p->call->db, TX_READ, load_portion, p));
		for (size_t i = 0; i < p->count; i++) {
			struct law_person_change change;

			arena_reset(one->arena);
			decide(one, p, &p->people[i], &change);
			TRY(take_person(p, &change));
		}
		if (p->count)
			p->after = p->keys[p->count - 1];
		tick(p);
	} while (p->count == LIMIT_FACTS_BATCH);
	return OK;
}

static int by_persons(const void *x, const void *y)
{
	const struct law_move *a = x, *b = y;
	int c = (a->persons < b->persons) - (a->persons > b->persons);

	if (c == 0)
		c = (int)a->before - (int)b->before;
	return c ? c : (int)a->after - (int)b->after;
}

enum st law_people_compare(
	struct call *call, const struct law_people_order *order, struct law_people_report *out)
{
	struct ctx *cx = call->cx, work = *cx, one = *cx;
	struct status_question days = {
		.has_on = true, .on = order->on, .has_known = true, .known = order->known};
	struct pass *p = ARENA_NEW(cx->arena, struct pass);
	enum st st;

	*out = (struct law_people_report){0};
	TRY(status_fill_days(call, &days));
	*p = (struct pass){.call = call,
		.order = order,
		.report = out,
		.day_before = coverage_day_of(order->before, order->on),
		.day_after = coverage_day_of(order->after, order->on),
		.after = -1};
	work.arena = arena_new(LIMIT_IMPORT_ARENA_BYTES);
	one.arena = arena_new(LIMIT_ARENA_BYTES);
	st = order->tick ? tx_run(&work, call->db, TX_READ, count_people, p) : OK;
	if (st == OK)
		st = run(p, &work, &one);
	if (st != OK && cx->err.code == ERR_NONE)
		cx->err = work.err;
	arena_free(one.arena);
	arena_free(work.arena);
	if (out->move_count > 1)
		qsort(out->moves, out->move_count, sizeof(*out->moves), by_persons);
	return st;
}
