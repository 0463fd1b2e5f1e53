/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decision A1-A11 as arithmetic on sets of months. A whole country runs on exactly this.
 */
#include "rules/coverage.h"

#include "rules/coverage_parts.h"
#include "rules/deadline.h"

struct coverage_day coverage_day_of(const struct lawbook *book, struct day on)
{
	struct month last_due = deadline_last_due(book, on);

	return (struct coverage_day){
		.on = on,
		.month = day_month(on),
		.law = lawbook_status(book, on),
		.due = monthset_upto(monthset_index(last_due)),
		.holes_forgiven = lawbook_choice(book, D23) == D23_LENIENT,
	};
}

const struct coverage_interval *coverage_interval_on(
	const struct coverage_hot *who, enum spell_kind kind, struct day on, struct month m)
{
	/* A category or exemption that overlaps the month and has begun insures to the end of the
	 * month; a temporary status to its last day. */
	struct day reach = kind == SPELL_TEMPORARY_STATUS ? on : month_first(m);

	for (uint32_t i = 0; i < who->interval_count; i++) {
		const struct coverage_interval *in = &who->intervals[i];

		if (day_cmp(in->from, on) > 0)
			break;
		if (in->kind == kind && day_cmp(in->to, reach) >= 0)
			return in;
	}
	return NULL;
}

bool monthset_has_all(const struct monthset *s, int first, int last)
{
	if (first < 0 || last >= MONTHSET_BITS)
		return false;
	for (int i = first; i <= last;) {
		int bit = i & 63, n = last - i + 1 < 64 - bit ? last - i + 1 : 64 - bit;
		uint64_t mask = n == 64 ? UINT64_MAX : ((1ULL << n) - 1) << bit;

		if ((s->w[i >> 6] & mask) != mask)
			return false;
		i += n;
	}
	return true;
}

enum month_class coverage_class(
	const struct coverage_hot *who, const struct monthset *debt, struct month m)
{
	if (!monthset_has(&who->applicable, m))
		return CLASS_NONE;
	if (monthset_has(&who->state, m))
		return CLASS_STATE;
	if (monthset_has(&who->exempt, m))
		return CLASS_EXEMPT;
	if (monthset_has(&who->paid, m))
		return CLASS_PAID;
	return monthset_has(debt, m) ? CLASS_DEBT : CLASS_OPEN;
}

/* A2-A6: what insures whatever the past was. */
static bool insured_outright(
	const struct coverage_day *day, const struct coverage_hot *who, enum coverage_reason *why)
{
	const struct law_status *law = day->law;
	int m = monthset_index(day->month);

	if (law->transition)
		*why = REASON_TRANSITION;
	else if (monthset_has_index(&who->state, m) &&
		 coverage_interval_on(who, SPELL_CATEGORY, day->on, day->month))
		*why = REASON_CATEGORY;
	else if (monthset_has_index(&who->exempt, m) &&
		 coverage_interval_on(who, SPELL_EXEMPT, day->on, day->month))
		*why = REASON_EXEMPT;
	else if (who->temporary &&
		 coverage_interval_on(who, SPELL_TEMPORARY_STATUS, day->on, day->month))
		*why = REASON_TEMPORARY;
	else if (law->three_months &&
		 monthset_has_all(&who->independent, m - law->three_months_count, m - 1))
		*why = REASON_THREE_MONTHS;
	else if (law->prepay && monthset_has_index(&who->prepaid, m))
		*why = REASON_PREPAID;
	else
		return false;
	return true;
}

/* A7: the last month up to `m` in which the right is acquired by payments that no debt stands
 * before; -1 when there is none. Only what comes after `least` is of use. */
static int last_without_debt(const struct law_status *law, const struct monthset *paid,
	const struct monthset *debt, int m, int least)
{
	int k = monthset_last_upto(paid, m);

	while (k > least) {
		int last = k - law->window_shift;
		int d = monthset_last_upto(debt, last);

		if (d < 0 || d <= last - law->lookback)
			return k;
		/* The debt stands before every paid month from there to k as well. */
		k = monthset_last_upto(paid, d + law->window_shift - 1);
	}
	return -1;
}

/* A7: month K as an index, or -1. */
static int last_acquired(const struct coverage_day *day, const struct coverage_hot *who,
	const struct monthset *debt, const struct monthset *covered)
{
	struct monthset always = monthset_or(who->prepaid, monthset_or(who->state, who->exempt));
	int m = monthset_index(day->month), least = monthset_last_upto(&always, m);
	int k = last_without_debt(day->law, &who->paid, debt, m, least);

	k = k > least ? k : least;
	/* A covered month within the grace after an acquired one carries the right on. */
	while (day->holes_forgiven && k >= 0) {
		int reach = k + day->law->grace < m ? k + day->law->grace : m;
		int next = monthset_last_upto(covered, reach);

		if (next <= k)
			break;
		k = next;
	}
	return k;
}

static int grace_after(const struct law_status *law, const struct coverage_hot *who, int k)
{
	struct monthset run;

	if (!monthset_has_index(&who->paid, k))
		return law->grace_state;
	if (law->grace_long <= law->grace)
		return law->grace;
	run = law->state_in_run ? monthset_or(who->paid, who->state)
				: monthset_andnot(who->paid, who->state);
	return monthset_has_all(&run, k - law->long_run + 1, k) ? law->grace_long : law->grace;
}

struct coverage_verdict coverage_decide(
	const struct coverage_day *day, const struct coverage_hot *who)
{
	struct coverage_verdict v = {.reason = REASON_NOT_IN_SYSTEM, .k = {-1}};
	struct monthset covered = monthset_or(who->paid, monthset_or(who->state, who->exempt));
	int m = monthset_index(day->month), k;

	if (!who->in_system || day->month.n < who->first.n)
		return v;
	v.debt = monthset_andnot(monthset_and(day->due, who->applicable), covered);
	v.insured = insured_outright(day, who, &v.reason);
	if (v.insured)
		return v;

	k = last_acquired(day, who, &v.debt, &covered);
	if (k < 0) {
		v.reason = monthset_last_upto(&covered, m) < 0 ? REASON_NEVER : REASON_DEBT;
		return v;
	}
	v.k = monthset_month(k);
	v.gap = m - k;
	v.grace = grace_after(day->law, who, k);
	/* No month is due before the next begins: the debts all lie before the day's month. */
	if (monthset_last_index(&v.debt) < k)
		v.reason = REASON_REGULAR;
	else
		v.reason = v.gap <= v.grace ? REASON_GRACE : REASON_LAPSED;
	v.insured = v.reason != REASON_LAPSED;
	return v;
}
