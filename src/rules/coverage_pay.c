/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One more payment on a map that is there, so that a payment that comes in does not cost the
 * reading of all facts of its person.
 */
#include "rules/coverage.h"

#include "rules/coverage_parts.h"

static bool is_fixed(enum payer_kind kind)
{
	return kind == PAYER_INDEPENDENT || kind == PAYER_ENTREPRENEUR || kind == PAYER_FARM ||
	       kind == PAYER_PRACTICE;
}

/* Is the sum the whole price of the month, by the amount that the map would ask for? */
static bool pays_whole(struct ctx *cx, const struct lawbook *book, const struct payment_fact *p)
{
	bool of_month = lawbook_choice(book, D17) == D17_YEAR_OF_MONTH;
	struct month asked = of_month ? p->month : day_month(p->paid_on);
	struct money least;

	if (lawbook_fixed_sum(cx, book, p->payer_kind, asked, &least) != OK) {
		err_clear(cx);
		return false;
	}
	return money_cmp(p->sum, least) >= 0;
}

/* The place of the month among the details; `*there` when it has one. */
static size_t place_of(const struct coverage_map *map, struct month m, bool *there)
{
	size_t i = map->detail_count;

	while (i > 0 && month_cmp(map->details[i - 1].month, m) >= 0)
		i--;
	*there = i < map->detail_count && map->details[i].month.n == m.n;
	return i;
}

/*
 * A payment for a month that begins after it was made may complete a prepaid year, which hangs on
 * the days of the other payments: those are not in the map.
 */
static bool is_simple(const struct coverage_map *map, const struct payment_fact *p)
{
	const struct coverage_hot *hot = &map->hot;

	return p->knp == KNP_CONTRIBUTION && is_fixed(p->payer_kind) && hot->in_system &&
	       monthset_fits(p->month) && monthset_has(&hot->applicable, p->month) &&
	       month_cmp(p->month, hot->first) >= 0 &&
	       month_cmp(p->month, day_month(p->paid_on)) <= 0 &&
	       !monthset_has(&hot->paid, p->month);
}

bool coverage_map_pay(struct ctx *cx, const struct lawbook *book, struct coverage_map *map,
	const struct payment_fact *p)
{
	bool there;
	size_t at = place_of(map, p->month, &there), n = map->detail_count;
	struct coverage_detail *details;

	if (there || !is_simple(map, p) || lawbook_choice(book, D9) == D9_PAID ||
		!pays_whole(cx, book, p))
		return false;
	details = arena_array(cx->arena, n + 1, sizeof(*details));
	if (at)
		memcpy(details, map->details, at * sizeof(*details));
	if (n > at)
		memcpy(details + at + 1, map->details + at, (n - at) * sizeof(*details));
	details[at].month = p->month;
	details[at].sums[p->knp] = p->sum;
	details[at].payer_kind = p->payer_kind;
	details[at].paid_on = p->paid_on;
	map->details = details;
	map->detail_count = n + 1;
	monthset_add(&map->hot.paid, p->month);
	if (p->payer_kind == PAYER_INDEPENDENT)
		monthset_add(&map->hot.independent, p->month);
	return true;
}
