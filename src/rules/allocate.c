/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/allocate.h"

#include "base/check.h"
#include "rules/coverage_parts.h"

struct list {
	struct ctx *cx;
	const struct coverage_map *map;
	struct allocation *out;
	size_t cap;
};

static void add(struct list *l, struct month m, struct money cost, enum allocation_turn turn)
{
	*ARENA_PUSH(l->cx->arena, l->out->parts, l->out->part_count, l->cap) =
		(struct allocation_part){m, owed_kind(l->map, m), cost, turn};
}

int allocate_ahead_max(const struct lawbook *book, const struct coverage_map *map, struct day on)
{
	struct month m = day_month(on);

	if (monthset_fits(m) &&
		(monthset_has(&map->hot.state, m) || monthset_has(&map->hot.exempt, m)))
		return 0;
	return lawbook_status(book, on)->prepay_months;
}

/* The open months of the answer, oldest first, not after `last`. */
static void add_open(struct list *l, const struct coverage_answer *answer, struct month last)
{
	for (size_t i = 0; i < answer->month_count; i++) {
		const struct coverage_month *m = &answer->months[i];

		if (m->class == CLASS_OPEN && month_cmp(m->month, last) <= 0 &&
			!money_is_zero(m->owed))
			add(l, m->month, m->owed, TURN_CURRENT);
	}
}

enum st allocate_payable(struct ctx *cx, const struct lawbook *book, const struct coverage_map *map,
	struct day on, int ahead_max, struct allocation *out)
{
	struct list l = {.cx = cx, .out = out, .map = map};
	struct month now = day_month(on);
	struct owed_sums sums = owed_sums_of(cx, book, on);
	struct coverage_answer answer;

	*out = (struct allocation){.left = MONEY_ZERO};
	TRY(coverage_answer(cx, book, map, on, on, &answer));
	if (answer.reason == REASON_NOT_IN_SYSTEM)
		return OK;
	for (size_t i = 0; i < answer.debt_count; i++)
		add(&l, answer.debt[i].month, answer.debt[i].owed, TURN_DEBT);
	add_open(&l, &answer, now);
	for (int i = 1; i <= ahead_max; i++) {
		struct month m = month_add(now, i);
		struct money cost;

		if (!monthset_fits(m))
			break;
		if (monthset_has(&map->hot.paid, m))
			continue;
		TRY(owed_sum(&sums, owed_kind(map, m), m, &cost));
		add(&l, m, cost, TURN_AHEAD);
	}
	return OK;
}

enum st allocate_payment(struct ctx *cx, const struct lawbook *book, const struct coverage_map *map,
	struct day on, struct money sum, int ahead_max, struct allocation *out)
{
	size_t n = 0;

	TRY(allocate_payable(cx, book, map, on, ahead_max, out));
	out->left = sum;
	/* A month that cannot be paid whole ends it: nothing after it is paid either. */
	while (n < out->part_count && money_cmp(out->left, out->parts[n].sum) >= 0)
		must(money_sub(out->left, out->parts[n++].sum, &out->left));
	out->part_count = n;
	return OK;
}

static bool wished(const struct allocation_wish *wish, struct month m)
{
	for (size_t i = 0; i < wish->count; i++)
		if (month_cmp(wish->months[i], m) == 0)
			return true;
	return false;
}

enum st allocate_months(struct ctx *cx, const struct lawbook *book, const struct coverage_map *map,
	struct day on, const struct allocation_wish *wish, struct allocation *out)
{
	size_t n = 0;

	/* Months were ahead when they were named: how many one may be does not matter any more. */
	TRY(allocate_payable(cx, book, map, on, lawbook_status(book, on)->prepay_months, out));
	out->left = wish->sum;
	for (size_t i = 0; i < out->part_count; i++) {
		const struct allocation_part *p = &out->parts[i];

		if (!wished(wish, p->month) || money_cmp(out->left, p->sum) < 0)
			continue;
		must(money_sub(out->left, p->sum, &out->left));
		out->parts[n++] = *p;
	}
	out->part_count = n;
	return OK;
}
