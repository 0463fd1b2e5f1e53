/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last day of a yes. Only few days can end one: the first of a month, the day after a due day,
 * the end of a temporary status and a new row of the law; each is asked, the days between are not.
 */
#include "rules/coverage_parts.h"
#include "rules/deadline.h"

static void earlier(struct day *best, struct day candidate, struct day after)
{
	if (day_cmp(candidate, after) > 0 && day_cmp(candidate, *best) < 0)
		*best = candidate;
}

/* The day after the last month that an interval which insures on `on` reaches; DAY_NEVER when none
 * ends. */
static struct day interval_end(const struct coverage_hot *who, enum spell_kind kind, struct day on)
{
	struct day last = on;

	for (uint32_t i = 0; i < who->interval_count; i++) {
		const struct coverage_interval *in = &who->intervals[i];

		if (in->kind == kind && day_cmp(in->from, on) <= 0 && day_cmp(in->to, last) > 0)
			last = in->to;
	}
	if (last.n == DAY_NEVER.n)
		return last;
	return month_first(month_add(day_month(last), 1));
}

/* The first day after the prepaid months that follow each other from the day's on. */
static struct day run_end(const struct coverage_day *day, const struct coverage_hot *who)
{
	int i = monthset_index(day->month) + 1;

	while (monthset_has_index(&who->prepaid, i))
		i++;
	return month_first(monthset_month(i));
}

static struct day next_change(const struct lawbook *book, const struct coverage_day *day,
	const struct coverage_hot *who, enum coverage_reason why)
{
	struct day next = DAY_NEVER;

	if (why == REASON_CATEGORY)
		return interval_end(who, SPELL_CATEGORY, day->on);
	if (why == REASON_EXEMPT)
		return interval_end(who, SPELL_EXEMPT, day->on);
	if (day->law->to.n != DAY_NEVER.n)
		next = day_add(day->law->to, 1);
	if (why == REASON_PREPAID) {
		earlier(&next, run_end(day, who), day->on);
		return next;
	}
	earlier(&next, month_first(month_add(day->month, 1)), day->on);
	for (int back = 1; back <= 2; back++) {
		struct month m = month_add(day->month, -back);

		earlier(&next, day_add(deadline_due(book, PAYER_INDEPENDENT, m), 1), day->on);
	}
	for (uint32_t i = 0; who->temporary && i < who->interval_count; i++)
		if (who->intervals[i].kind == SPELL_TEMPORARY_STATUS &&
			who->intervals[i].to.n != DAY_NEVER.n)
			earlier(&next, day_add(who->intervals[i].to, 1), day->on);
	return next;
}

bool coverage_until(const struct lawbook *book, const struct coverage_day *from,
	const struct coverage_hot *who, enum coverage_reason why, struct day *last)
{
	struct coverage_day day = *from;

	for (;;) {
		struct day next = next_change(book, &day, who, why);
		struct coverage_verdict v;

		if (next.n == DAY_NEVER.n || !monthset_fits(day_month(next)))
			return false;
		day = coverage_day_of(book, next);
		v = coverage_decide(&day, who);
		if (!v.insured) {
			*last = day_add(next, -1);
			return true;
		}
		why = v.reason;
	}
}
