/* SPDX-License-Identifier: Apache-2.0 */
#include "support/coverage_oracle.h"

#include "base/check.h"
#include "rules/deadline.h"

static bool known(const struct oracle *o, struct day since)
{
	return since.n <= o->known.n;
}

static struct oracle_month *at(struct oracle *o, int n)
{
	must(n >= ORACLE_FIRST && n < ORACLE_FIRST + ORACLE_MONTHS);
	return &o->months[n - ORACLE_FIRST];
}

static const struct oracle_month *look(const struct oracle *o, int n)
{
	static const struct oracle_month nothing = {.none = true};

	if (n < ORACLE_FIRST || n >= ORACLE_FIRST + ORACLE_MONTHS)
		return &nothing;
	return &o->months[n - ORACLE_FIRST];
}

static const struct person_fact *person_of(const struct oracle *o)
{
	const struct person_fact *p = NULL;

	for (size_t i = 0; i < o->facts->person_count; i++)
		if (known(o, o->facts->persons[i].known_since) &&
			(!p || o->facts->persons[i].known_since.n >= p->known_since.n))
			p = &o->facts->persons[i];
	return p;
}

static void learn_person(struct oracle *o)
{
	const struct person_fact *p = person_of(o);
	int entry = INT32_MAX;

	if (p) {
		entry = 0;
		if (p->born.n != DAY_ALWAYS.n && day_month(p->born).n > entry)
			entry = day_month(p->born).n;
		if (p->in_system_from.n != DAY_ALWAYS.n && day_month(p->in_system_from).n > entry)
			entry = day_month(p->in_system_from).n;
		o->in_system = p->residence != RESIDENCE_TEMPORARY;
		if (p->residence == RESIDENCE_EAEU && lawbook_choice(o->book, D19) != 0)
			o->in_system = false;
	} else {
		for (size_t i = 0; i < o->facts->payment_count; i++)
			if (known(o, o->facts->payments[i].known_since) &&
				o->facts->payments[i].month.n < entry)
				entry = o->facts->payments[i].month.n;
		for (size_t i = 0; i < o->facts->spell_count; i++)
			if (known(o, o->facts->spells[i].known_since) &&
				day_month(o->facts->spells[i].from).n < entry)
				entry = day_month(o->facts->spells[i].from).n;
		o->in_system = entry != INT32_MAX;
	}
	o->entry.n = entry;
}

static bool category_on(const struct oracle *o, const struct spell *s, struct day d)
{
	return s->from.n <= d.n && d.n <= s->to.n &&
	       lawbook_category(o->book, (enum category)s->detail, d);
}

static bool child_on(const struct oracle *o, struct day d)
{
	const struct person_fact *p = person_of(o);
	const struct law_category *row = lawbook_category(o->book, CATEGORY_CHILD, d);

	return p && row && p->born.n != DAY_ALWAYS.n && p->born.n <= d.n &&
	       day_month(d).n <= day_month(p->born).n + 12 * row->age_years;
}

/* Whether the spell touches the month at all, so that its days are worth a look. */
static bool touches(const struct spell *s, struct month m)
{
	return s->from.n <= month_last(m).n && s->to.n >= month_first(m).n;
}

static void learn_spells(struct oracle *o, struct month m)
{
	struct oracle_month *out = at(o, m.n);

	for (struct day d = month_first(m); d.n <= month_last(m).n; d.n++)
		out->state = out->state || child_on(o, d);
	for (size_t i = 0; i < o->facts->spell_count; i++) {
		const struct spell *s = &o->facts->spells[i];

		if (!known(o, s->known_since) || !touches(s, m))
			continue;
		if (s->kind == SPELL_EXEMPT)
			out->exempt = true;
		if (s->kind != SPELL_CATEGORY)
			continue;
		for (struct day d = month_first(m); d.n <= month_last(m).n; d.n++)
			out->state = out->state || category_on(o, s, d);
	}
}

/* What is left of a payment. */
static int64_t left(const struct oracle *o, const struct payment_fact *p)
{
	int64_t sum = money_to_tiyn(p->sum);

	for (size_t i = 0; i < o->facts->refund_count; i++) {
		const struct refund_fact *r = &o->facts->refunds[i];

		if (known(o, r->known_since) && r->doc == p->doc && r->line == p->line &&
			r->month.n == p->month.n)
			sum -= money_to_tiyn(r->sum);
	}
	return sum > 0 ? sum : 0;
}

/* The amount that a payer of fixed sums owes on a day. */
static int64_t least(const struct oracle *o, enum payer_kind kind, struct day paid, struct month m)
{
	struct month first = day_month(paid), second = m;
	struct money sum;

	if (lawbook_choice(o->book, D15) != 0)
		return 0;
	if (kind != PAYER_ENTREPRENEUR && kind != PAYER_PRACTICE && kind != PAYER_FARM &&
		kind != PAYER_INDEPENDENT)
		return 0;
	if (lawbook_choice(o->book, D17) != 0)
		first = m, second = day_month(paid);
	if (lawbook_fixed_sum(o->cx, o->book, kind, first, &sum) == OK ||
		lawbook_fixed_sum(o->cx, o->book, kind, second, &sum) == OK)
		return money_to_tiyn(sum);
	return 0;
}

static bool is_of(
	const struct oracle *o, const struct payment_fact *p, enum payer_kind kind, struct month m)
{
	return known(o, p->known_since) && p->payer_kind == kind && p->month.n == m.n &&
	       (knp_number(p->knp) < 123 || knp_number(p->knp) > 124);
}

/* The first payment day on which all payments of the kind until then reach the least sum. */
static void learn_kind(struct oracle *o, struct month m, enum payer_kind kind)
{
	struct oracle_month *out = at(o, m.n);
	const struct facts *f = o->facts;

	for (size_t i = 0; i < f->payment_count; i++) {
		struct day day = f->payments[i].paid_on;
		int64_t sum = 0;

		if (!is_of(o, &f->payments[i], kind, m) || left(o, &f->payments[i]) == 0)
			continue;
		for (size_t j = 0; j < f->payment_count; j++)
			if (is_of(o, &f->payments[j], kind, m) && f->payments[j].paid_on.n <= day.n)
				sum += left(o, &f->payments[j]);
		if (sum < least(o, kind, day, m))
			continue;
		if (kind == PAYER_INDEPENDENT)
			out->independent = true;
		if (!out->paid || day.n < out->paid_on.n)
			out->paid_on = day;
		out->paid = true;
	}
}

/* The switch of D25 is in all rows of the law or in none. */
static void learn_runs(struct oracle *o)
{
	bool in_the_month = lawbook_status(o->book, o->known)->prepay_with_current;

	for (int s = ORACLE_FIRST; s + 12 <= ORACLE_FIRST + ORACLE_MONTHS; s++) {
		struct month before = {in_the_month ? s + 1 : s};
		bool run = true;

		for (int i = s; i < s + 12; i++)
			run = run && at(o, i)->paid && at(o, i)->paid_on.n < month_first(before).n;
		for (int i = s; run && i < s + 12; i++)
			at(o, i)->run = true;
	}
}

void oracle_learn(struct ctx *cx, const struct lawbook *book, const struct facts *facts,
	struct day known_on, struct oracle *out)
{
	*out = (struct oracle){.cx = cx, .book = book, .facts = facts, .known = known_on};
	learn_person(out);
	for (int n = ORACLE_FIRST; n < ORACLE_FIRST + ORACLE_MONTHS; n++) {
		struct month m = {n};
		struct oracle_month *month = at(out, n);
		bool any = false;

		month->none = !out->in_system || n < month_of(2020, 1).n || n < out->entry.n;
		if (month->none)
			continue;
		learn_spells(out, m);
		for (size_t i = 0; i < facts->payment_count; i++)
			any = any || facts->payments[i].month.n == n;
		for (int kind = 0; any && kind < PAYER_COUNT; kind++)
			learn_kind(out, m, (enum payer_kind)kind);
	}
	learn_runs(out);
}

static bool covered(const struct oracle *o, int n)
{
	return look(o, n)->state || look(o, n)->exempt || look(o, n)->paid;
}

static bool debt(const struct oracle *o, int n, struct day on)
{
	return !look(o, n)->none && !covered(o, n) && n >= ORACLE_FIRST &&
	       on.n > deadline_due(o->book, PAYER_INDEPENDENT, (struct month){n}).n;
}

const char *oracle_class(const struct oracle *o, struct month m, struct day on)
{
	if (look(o, m.n)->none)
		return "none";
	if (look(o, m.n)->state)
		return "state";
	if (look(o, m.n)->exempt)
		return "exempt";
	if (look(o, m.n)->paid)
		return "paid";
	return debt(o, m.n, on) ? "debt" : "open";
}

/* A3: such an interval overlaps the month of the day and has begun. */
static bool insured_by(const struct oracle *o, struct day on, enum spell_kind kind)
{
	struct month m = day_month(on);

	if (look(o, m.n)->none)
		return false;
	for (size_t i = 0; i < o->facts->spell_count; i++) {
		const struct spell *s = &o->facts->spells[i];

		if (s->kind != kind || !known(o, s->known_since))
			continue;
		for (struct day d = month_first(m); d.n <= on.n; d.n++)
			if (kind == SPELL_CATEGORY ? category_on(o, s, d)
						   : s->from.n <= d.n && d.n <= s->to.n)
				return true;
	}
	if (kind == SPELL_CATEGORY)
		for (struct day d = month_first(m); d.n <= on.n; d.n++)
			if (child_on(o, d))
				return true;
	return false;
}

static bool temporary(const struct oracle *o, struct day on)
{
	for (size_t i = 0; i < o->facts->spell_count; i++) {
		const struct spell *s = &o->facts->spells[i];

		if (s->kind == SPELL_TEMPORARY_STATUS && known(o, s->known_since) &&
			s->from.n <= on.n && on.n <= s->to.n)
			return true;
	}
	return false;
}

static bool has_right(const struct oracle *o, int k, struct day on)
{
	const struct law_status *law = lawbook_status(o->book, on);
	int shift = law->window_shift;

	if (!covered(o, k))
		return false;
	if (look(o, k)->state || look(o, k)->exempt || look(o, k)->run)
		return true;
	for (int i = k - 11 - shift; i <= k - shift; i++)
		if (debt(o, i, on))
			return false;
	return true;
}

static bool long_run(const struct oracle *o, int k, const struct law_status *law)
{
	for (int i = k - law->long_run + 1; i <= k; i++) {
		const struct oracle_month *m = look(o, i);

		if (!(m->paid && !m->state) && !(law->state_in_run && (m->paid || m->state)))
			return false;
	}
	return true;
}

/* A7-A11 from the last month with the right. */
static struct oracle_answer after_k(const struct oracle *o, struct day on, int k)
{
	const struct law_status *law = lawbook_status(o->book, on);
	int m = day_month(on).n, grace = law->grace;
	bool any = false;

	for (int i = k + 1; i < m; i++)
		any = any || debt(o, i, on);
	if (!any)
		return (struct oracle_answer){true, "regular", {k}};
	if (!look(o, k)->paid)
		grace = law->grace_state;
	else if (long_run(o, k, law))
		grace = law->grace_long;
	if (m - k <= grace)
		return (struct oracle_answer){true, "grace", {k}};
	return (struct oracle_answer){false, "lapsed", {k}};
}

struct oracle_answer oracle_decide(const struct oracle *o, struct day on)
{
	const struct law_status *law = lawbook_status(o->book, on);
	int m = day_month(on).n, k = m;
	bool some = false;

	if (!o->in_system || m < o->entry.n)
		return (struct oracle_answer){false, "not_in_system", {0}};
	if (law->transition)
		return (struct oracle_answer){true, "transition", {0}};
	if (insured_by(o, on, SPELL_CATEGORY))
		return (struct oracle_answer){true, "category", {0}};
	if (insured_by(o, on, SPELL_EXEMPT))
		return (struct oracle_answer){true, "exempt", {0}};
	if (temporary(o, on))
		return (struct oracle_answer){true, "temporary", {0}};
	if (law->three_months && look(o, m - 1)->independent && look(o, m - 2)->independent &&
		look(o, m - 3)->independent)
		return (struct oracle_answer){true, "three_months", {0}};
	if (law->prepay && look(o, m)->run)
		return (struct oracle_answer){true, "prepaid", {0}};
	while (k >= ORACLE_FIRST && !has_right(o, k, on)) {
		some = some || covered(o, k);
		k--;
	}
	if (k < ORACLE_FIRST)
		return (struct oracle_answer){false, some ? "debt" : "never", {0}};
	return after_k(o, on, k);
}
