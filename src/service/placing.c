/* SPDX-License-Identifier: Apache-2.0 */
#include "service/placing.h"

#include "base/check.h"

static ST sum_of(struct ctx *cx, const struct placing *p, struct money *out)
{
	*out = MONEY_ZERO;
	for (size_t i = 0; i < p->advance_count; i++)
		if (!money_add(*out, p->advances[i].left, out))
			return fail(cx, MONEY_RANGE, "%s", "advances");
	return OK;
}

static ST allocate(struct call *call, const struct coverage_map *map,
	const struct placing_wish *wish, struct money sum, struct allocation *out)
{
	const struct allocation_wish named = {wish->months, wish->month_count, sum};

	if (wish->months)
		return allocate_months(call->cx, call->book, map, wish->day, &named, out);
	return allocate_payment(call->cx, call->book, map, wish->day, sum,
		wish->is_due_only ? 0 : allocate_ahead_max(call->book, map, wish->day), out);
}

ST placing_plan(struct call *call, const struct person_map *m, const struct placing_wish *wish,
	struct placing *out)
{
	struct money kept, all, placed;

	*out = (struct placing){0};
	if (m->row.keeps)
		TRY(advance_list(
			call->cx, call->db, m->row.person, &out->advances, &out->advance_count));
	TRY(sum_of(call->cx, out, &kept));
	if (!money_add(wish->sum, kept, &all))
		return fail(call->cx, MONEY_RANGE, "%s", "advances");
	if (allocate(call, &m->map, wish, all, &out->plan) != OK) {
		err_clear(call->cx);
		out->plan = (struct allocation){.left = all};
	}
	must(money_sub(all, out->plan.left, &placed));
	out->plan.left = MONEY_ZERO;
	if (money_cmp(placed, wish->sum) > 0)
		must(money_sub(placed, wish->sum, &out->used));
	else
		must(money_sub(wish->sum, placed, &out->plan.left));
	return OK;
}

/* ---- Lines ----------------------------------------------------------------------------------- */

/* Money on its way to the months: first what is new, then one advance after the other. */
struct source {
	int64_t txn;
	struct money left;
	uint32_t next_line;
	bool is_used;
};

struct laying {
	struct call *call;
	const struct placing *p;
	const struct placing_by *by;
	struct placing_lines *out;
	struct source now;
	size_t next; /* advance */
};

static void lay_line(struct laying *w, const struct allocation_part *part, struct money sum)
{
	const struct placing_by *by = w->by;

	w->out->lines[w->out->line_count++] =
		(struct placed_line){.line = {.iin = by->iin,
					     .person = by->person,
					     .fact = {.month = part->month,
						     .knp = KNP_CONTRIBUTION,
						     .payer_kind = part->kind,
						     .sum = sum,
						     .paid_on = by->day,
						     .known_since = by->known,
						     .doc = (uint64_t)w->now.txn,
						     .line = w->now.next_line++}},
			.by = by->event};
	must(money_sub(w->now.left, sum, &w->now.left));
	if (w->now.txn == by->event) {
		w->out->own_count++;
		return;
	}
	if (!w->now.is_used)
		w->out->moves[w->out->move_count++] = (struct advance_move){
			.person = by->person, .txn = w->now.txn, .event = by->event};
	w->now.is_used = true;
	must(money_add(w->out->moves[w->out->move_count - 1].sum, sum,
		&w->out->moves[w->out->move_count - 1].sum));
}

static ST next_source(struct laying *w)
{
	struct call *call = w->call;
	const struct advance *a = &w->p->advances[w->next++];

	must(w->next <= w->p->advance_count);
	w->now = (struct source){.txn = a->txn, .left = a->left};
	return advance_next_line(call->cx, call->db, w->by->person, a->txn, &w->now.next_line);
}

static ST lay_part(struct laying *w, const struct allocation_part *part)
{
	struct money rest = part->sum;

	while (!money_is_zero(rest)) {
		struct money take;

		if (money_is_zero(w->now.left)) {
			TRY(next_source(w));
			continue;
		}
		take = money_cmp(w->now.left, rest) < 0 ? w->now.left : rest;
		lay_line(w, part, take);
		must(money_sub(rest, take, &rest));
	}
	return OK;
}

ST placing_write(struct call *call, const struct placing *p, const struct placing_by *by,
	struct placing_lines *out)
{
	struct laying w = {call, p, by, out, {.txn = by->event}, 0};
	size_t most = p->plan.part_count + p->advance_count + 1;
	struct money placed = MONEY_ZERO;

	*out = (struct placing_lines){
		.lines = arena_array(call->cx->arena, most, sizeof(*out->lines)),
		.moves = arena_array(call->cx->arena, p->advance_count + 1, sizeof(*out->moves))};
	for (size_t i = 0; i < p->plan.part_count; i++)
		must(money_add(placed, p->plan.parts[i].sum, &placed));
	/* Of the new sum what is placed, the rest out of the advances. */
	must(money_sub(placed, p->used, &w.now.left));
	for (size_t i = 0; i < p->plan.part_count; i++)
		TRY(lay_part(&w, &p->plan.parts[i]));
	must(out->line_count < most + 1);
	return OK;
}
