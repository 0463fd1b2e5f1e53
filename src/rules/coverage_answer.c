/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything that a person is told about a day, and the inverse question: what to pay, and from
 * which day that would insure. Each what-if is put to coverage_decide().
 */
#include "rules/coverage.h"

#include "base/check.h"
#include "rules/coverage_parts.h"
#include "rules/deadline.h"

enum {
	MONTHS_SHOWN = 24,
	STEPS_USUAL = 32 /* a year of debts and two ways back fit */
};

struct asker {
	struct ctx *cx;
	const struct lawbook *book;
	const struct coverage_map *map;
	struct coverage_day day;
	struct coverage_day next; /* the first of the next month, where one may pay ahead */
	struct coverage_verdict verdict;
	struct owed_sums sums;
	struct coverage_answer *out;
};

/* ---- Months --------------------------------------------------------------------------------- */

static const struct coverage_detail *detail_of(const struct coverage_map *map, struct month m)
{
	size_t low = 0, high = map->detail_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (map->details[mid].month.n < m.n)
			low = mid + 1;
		else
			high = mid;
	}
	return low < map->detail_count && map->details[low].month.n == m.n ? &map->details[low]
									   : NULL;
}

/* The category or exempt group that holds in a month: the one that began first. */
static void fill_category(const struct coverage_hot *who, struct coverage_month *out)
{
	enum spell_kind kind = out->class == CLASS_STATE ? SPELL_CATEGORY : SPELL_EXEMPT;
	const struct coverage_interval *in =
		coverage_interval_on(who, kind, month_last(out->month), out->month);

	out->has_category = in != NULL;
	if (in)
		out->category = in->detail;
}

static void fill_month(struct asker *a, struct month m, struct coverage_month *out)
{
	const struct coverage_map *map = a->map;
	const struct coverage_detail *detail = detail_of(map, m);
	enum payer_kind kind;

	*out = (struct coverage_month){
		.month = m,
		.class = coverage_class(&map->hot, &a->verdict.debt, m),
		.partly = monthset_has(&map->partly, m),
		.returned = monthset_has(&map->returned, m),
		.prepaid = monthset_has(&map->hot.prepaid, m),
		.due = deadline_due(a->book, PAYER_INDEPENDENT, m),
	};
	if (detail) {
		memcpy(out->sums, detail->sums, sizeof(out->sums));
		out->has_payer_kind = true;
		out->payer_kind = detail->payer_kind;
	}
	if (out->class == CLASS_STATE || out->class == CLASS_EXEMPT)
		fill_category(&map->hot, out);
	if (out->class != CLASS_DEBT && out->class != CLASS_OPEN)
		return;
	kind = owed_kind(map, m);
	out->owed_by = owed_by_of(map, kind, m);
	/* A day for which the book knows no amount can still be asked about. */
	if (owed_sum(&a->sums, kind, m, &out->owed) != OK)
		err_clear(a->cx);
}

static void fill_months(struct asker *a)
{
	struct coverage_answer *out = a->out;
	struct month first = month_add(a->day.month, 1 - MONTHS_SHOWN);
	struct month last = a->day.month;
	int ahead = monthset_last_index(&a->map->hot.paid);

	if (ahead > monthset_index(last))
		last = monthset_month(ahead);
	out->months =
		arena_alloc(a->cx->arena, (size_t)(last.n - first.n + 1) * sizeof(*out->months));
	for (struct month m = first; m.n <= last.n; m = month_add(m, 1))
		fill_month(a, m, &out->months[out->month_count++]);
}

/* The first month of the look-back that debts count in for the day's month. */
static struct month window_first(const struct asker *a)
{
	const struct law_status *law = a->day.law;

	return month_add(a->day.month, 1 - law->lookback - law->window_shift);
}

static void fill_debt(struct asker *a)
{
	struct coverage_answer *out = a->out;
	struct month first = window_first(a);

	out->debt =
		arena_alloc(a->cx->arena, (size_t)(a->day.month.n - first.n) * sizeof(*out->debt));
	for (struct month m = first; m.n < a->day.month.n; m = month_add(m, 1))
		if (monthset_has(&a->verdict.debt, m))
			fill_month(a, m, &out->debt[out->debt_count++]);
}

/* ---- Options -------------------------------------------------------------------------------- */

/* Adds a month to an option at what it costs on the day, and to the what-if `who` as paid. */
static ST add_month(struct asker *a, struct coverage_option *o, struct month m,
	enum payer_kind kind, struct coverage_hot *who)
{
	struct money sum;

	TRY(owed_sum(&a->sums, kind, m, &sum));
	if (!money_add(o->sum, sum, &o->sum))
		return fail(a->cx, MONEY_RANGE, "%s", "option");
	o->months[o->month_count] = m;
	o->sums[o->month_count++] = sum;
	monthset_add(&who->paid, m);
	if (kind == PAYER_INDEPENDENT)
		monthset_add(&who->independent, m);
	return OK;
}

static struct coverage_option new_option(
	struct asker *a, enum coverage_option_kind kind, size_t months)
{
	return (struct coverage_option){
		.kind = kind,
		.months = arena_alloc(a->cx->arena, months * sizeof(struct month)),
		.sums = arena_alloc(a->cx->arena, months * sizeof(struct money)),
	};
}

static ST add_arrears(struct asker *a)
{
	struct coverage_answer *out = a->out;
	struct month now = a->day.month;
	struct coverage_hot who = a->map->hot;
	struct coverage_option o = new_option(a, OPTION_ARREARS, out->debt_count + 1);

	for (size_t i = 0; i < out->debt_count; i++)
		TRY(add_month(
			a, &o, out->debt[i].month, owed_kind(a->map, out->debt[i].month), &who));
	/* Without debts only the month itself can be missing. */
	if (!coverage_decide(&a->day, &who).insured) {
		o.with_current = true;
		TRY(add_month(a, &o, now, owed_kind(a->map, now), &who));
	}
	must(coverage_decide(&a->day, &who).insured);
	o.insured_from = a->day.on;
	out->to_pay = o.sum;
	out->options[out->option_count++] = o;
	return OK;
}

/* The day from which `who`, who has paid ahead, is insured by that: this one or that of the next
 * month. */
static struct day prepaid_from(const struct asker *a, const struct coverage_hot *who)
{
	if (!a->verdict.insured && coverage_decide(&a->day, who).insured)
		return a->day.on;
	must(coverage_decide(&a->next, who).insured);
	return a->next.on;
}

/* Whether a month was paid before the next one of the day began: it need not be paid ahead again.
 */
static bool is_paid_ahead(const struct asker *a, struct month m)
{
	const struct coverage_detail *detail = detail_of(a->map, m);

	return monthset_has(&a->map->hot.paid, m) && detail &&
	       day_cmp(detail->paid_on, a->next.on) < 0;
}

/* The twelve months after the day's, with that month before them. By the other choice of D25 it is
 * the first of the twelve, and needs no payment when it has one. */
static ST add_prepay(struct asker *a, bool with_current)
{
	struct coverage_answer *out = a->out;
	const struct law_status *law = a->day.law;
	struct month now = a->day.month, next = month_add(now, 1);
	bool from_now = law->prepay_with_current && (with_current || is_paid_ahead(a, now));
	struct month run = from_now ? now : next;
	struct month last = month_add(run, law->prepay_months - 1);
	struct coverage_hot who = a->map->hot;
	struct coverage_option o = new_option(a, OPTION_PREPAY, (size_t)law->prepay_months + 1);

	o.with_current = with_current;
	for (struct month m = with_current ? now : next; m.n <= last.n; m = month_add(m, 1))
		if (!is_paid_ahead(a, m))
			TRY(add_month(a, &o, m, PAYER_INDEPENDENT, &who));
	monthset_add_range(&who.prepaid, run, last);
	o.insured_from = prepaid_from(a, &who);
	/* The dearer way is worth saying only when it insures at once. */
	if (o.month_count && (!with_current || day_cmp(o.insured_from, a->day.on) == 0))
		out->options[out->option_count++] = o;
	return OK;
}

static void choose_cheapest(struct coverage_answer *out)
{
	const struct coverage_option *best = &out->options[0];

	for (size_t i = 1; i < out->option_count; i++)
		if (money_cmp(out->options[i].sum, best->sum) < 0)
			best = &out->options[i];
	out->has_cheapest = true;
	out->cheapest = best->kind;
}

static ST find_options(struct asker *a)
{
	const struct coverage_hot *who = &a->map->hot;
	bool insured = a->verdict.insured;

	if (a->verdict.reason == REASON_NOT_IN_SYSTEM)
		return OK;
	if (insured && a->out->debt_count == 0)
		return OK;
	/* Before contributions gave a right there was nothing to pay for it. */
	if (!monthset_has(&who->applicable, a->day.month))
		return OK;
	TRY(add_arrears(a));
	if (a->day.law->prepay) {
		a->next = coverage_day_of(a->book, month_first(month_add(a->day.month, 1)));
		TRY(add_prepay(a, false));
		if (!insured && coverage_class(who, &a->verdict.debt, a->day.month) == CLASS_OPEN)
			TRY(add_prepay(a, true));
	}
	choose_cheapest(a->out);
	return OK;
}

enum st coverage_answer(struct ctx *cx, const struct lawbook *book, const struct coverage_map *map,
	struct day on, struct day known, struct coverage_answer *out)
{
	struct asker a = {.cx = cx, .book = book, .map = map, .out = out};
	struct month now = day_month(on);

	*out = (struct coverage_answer){.on = on, .known = known, .steps = {.arena = cx->arena}};
	out->steps.items = arena_alloc(cx->arena, STEPS_USUAL * sizeof(*out->steps.items));
	out->steps.cap = STEPS_USUAL;
	if (month_cmp(now, MONTHSET_FIRST) < 0 ||
		month_cmp(month_add(now, MONTHS_SHOWN), MONTHSET_LAST) > 0)
		return fail(cx, MONTH_RANGE, "%s", "on");
	a.day = coverage_day_of(book, on);
	a.verdict = coverage_decide(&a.day, &map->hot);
	a.sums = owed_sums_of(cx, book, on);
	out->insured = a.verdict.insured;
	out->reason = a.verdict.reason;
	out->has_k = a.verdict.k.n >= 0;
	out->k = a.verdict.k;
	if (out->insured)
		out->has_until =
			coverage_until(book, &a.day, &map->hot, out->reason, &out->insured_until);
	fill_months(&a);
	fill_debt(&a);
	TRY(find_options(&a));
	coverage_explain(map, &a.day, &a.verdict, out);
	return OK;
}
