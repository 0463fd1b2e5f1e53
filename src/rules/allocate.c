/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/allocate.h"

#include "base/check.h"
#include "rules/coverage_parts.h"

struct plan {
	struct ctx *cx;
	struct allocation *out;
	const struct coverage_map *map;
	size_t cap;
	bool full; /* a month could not be paid whole: nothing after it is paid either */
};

static void take(struct plan *p, struct month m, struct money cost)
{
	struct allocation *out = p->out;

	if (p->full || money_cmp(out->left, cost) < 0) {
		p->full = true;
		return;
	}
	must(money_sub(out->left, cost, &out->left));
	*ARENA_PUSH(p->cx->arena, out->parts, out->part_count, p->cap) =
		(struct allocation_part){m, owed_kind(p->map, m), cost};
}

/* The months of the answer in the given class, oldest first, not after `last`. */
static void take_class(struct plan *p, const struct coverage_answer *answer, enum month_class class,
	struct month last)
{
	for (size_t i = 0; i < answer->month_count; i++) {
		const struct coverage_month *m = &answer->months[i];

		if (m->class == class && month_cmp(m->month, last) <= 0 && !money_is_zero(m->owed))
			take(p, m->month, m->owed);
	}
}

enum st allocate_payment(struct ctx *cx, const struct lawbook *book, const struct coverage_map *map,
	struct day on, struct money sum, int ahead_max, struct allocation *out)
{
	struct plan p = {.cx = cx, .out = out, .map = map};
	struct month now = day_month(on);
	struct owed_sums sums = owed_sums_of(cx, book, on);
	struct coverage_answer answer;

	*out = (struct allocation){.left = sum};
	TRY(coverage_answer(cx, book, map, on, on, &answer));
	if (answer.reason == REASON_NOT_IN_SYSTEM)
		return OK;
	for (size_t i = 0; i < answer.debt_count; i++)
		take(&p, answer.debt[i].month, answer.debt[i].owed);
	take_class(&p, &answer, CLASS_OPEN, now);
	for (int i = 1; i <= ahead_max && !p.full; i++) {
		struct month m = month_add(now, i);
		struct money cost;

		if (!monthset_fits(m))
			break;
		if (monthset_has(&map->hot.paid, m))
			continue;
		TRY(owed_sum(&sums, owed_kind(map, m), m, &cost));
		take(&p, m, cost);
	}
	return OK;
}
