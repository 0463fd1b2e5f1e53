/* SPDX-License-Identifier: Apache-2.0 */
#include "support/people_random.h"

enum { MAX_PAYMENTS = 400, MAX_SPELLS = 12, MAX_REFUNDS = 8 };

struct making {
	struct test_random *r;
	struct facts *f;
};

static int below(struct test_random *r, int n)
{
	return (int)test_below(r, (uint64_t)n);
}

static bool one_in(struct test_random *r, int n)
{
	return below(r, n) == 0;
}

static struct month some_month(struct test_random *r)
{
	return month_add(month_of(2019, 11), below(r, 92));
}

static struct day some_day_of(struct test_random *r, struct month m)
{
	struct day first = month_first(m);

	return day_add(first, below(r, month_last(m).n - first.n + 1));
}

struct day people_random_day(struct test_random *r)
{
	static const int changes[][3] = {
		{2020, 1, 1}, {2020, 7, 1}, {2021, 7, 1}, {2022, 9, 5}, {2026, 1, 1}};
	struct month m = month_add(month_of(2019, 12), below(r, 94));

	switch (below(r, 6)) {
	case 0:
		return day_add(month_first(m), below(r, 2) - 1);
	case 1:
		return day_add(month_first(m), 23 + below(r, 5));
	case 2: {
		const int *c = changes[below(r, 5)];

		return day_add(day_of(c[0], c[1], c[2]), below(r, 3) - 1);
	}
	default:
		return some_day_of(r, m);
	}
}

static struct payment_fact *new_payment(struct making *w)
{
	struct payment_fact *p = &w->f->payments[w->f->payment_count];

	*p = (struct payment_fact){.knp = KNP_CONTRIBUTION, .doc = w->f->payment_count / 3 + 1};
	p->line = (uint32_t)(w->f->payment_count % 3);
	w->f->payment_count++;
	return p;
}

static bool room(const struct making *w, size_t n)
{
	return w->f->payment_count + n < MAX_PAYMENTS;
}

static int64_t fixed_tiyn(struct day on, bool independent)
{
	static const int wages[] = {42500, 42500, 42500, 60000, 70000, 85000, 85000, 85000, 85000};
	int year = month_year(day_month(on));

	year = year < 2019 ? 2019 : year > 2027 ? 2027 : year;
	return (int64_t)wages[year - 2019] * (independent ? 5 : 7);
}

/* A stretch of months that one payer pays, in time or all at once much later. */
static void pay_stretch(struct making *w)
{
	static const enum payer_kind kinds[] = {PAYER_EMPLOYER, PAYER_EMPLOYER, PAYER_INDEPENDENT,
		PAYER_INDEPENDENT, PAYER_ENTREPRENEUR, PAYER_CONTRACT, PAYER_FARM,
		PAYER_SINGLE_PAYMENT};
	struct test_random *r = w->r;
	enum payer_kind kind = kinds[below(r, (int)TEST_COUNT(kinds))];
	struct month m = some_month(r);
	int n = 1 + below(r, one_in(r, 3) ? 75 : 14);
	bool bulk = one_in(r, 6);
	struct day at = some_day_of(r, month_add(m, n + below(r, 4)));

	for (int i = 0; i < n && m.n < month_of(2027, 6).n && room(w, 2); i++, m.n++) {
		struct payment_fact *p;

		if (one_in(r, 25))
			continue;
		p = new_payment(w);
		p->month = m;
		p->payer_kind = kind;
		p->knp = kind == PAYER_EMPLOYER && one_in(r, 2) ? KNP_DEDUCTION : KNP_CONTRIBUTION;
		if (one_in(r, 40))
			p->knp = KNP_CONTRIBUTION_PENALTY;
		p->paid_on = bulk ? at : day_add(month_first(month_add(m, 1)), below(r, 30));
		p->known_since = one_in(r, 10) ? day_add(p->paid_on, below(r, 200)) : p->paid_on;
		p->sum = money_tiyn(fixed_tiyn(p->paid_on, kind == PAYER_INDEPENDENT));
		if (one_in(r, 20))
			p->sum = money_tiyn(1 + below(r, 400000));
	}
}

/* About twelve months paid ahead, a little too few or too late at times. */
static void pay_ahead(struct making *w)
{
	struct test_random *r = w->r;
	struct month m = some_month(r);
	int n = one_in(r, 4) ? 11 : 12 + below(r, 3);
	struct day on = day_add(month_first(m), 1 - below(r, 20));

	for (int i = 0; i < n && room(w, 2); i++) {
		struct payment_fact *p = new_payment(w);

		p->month = month_add(m, i);
		p->payer_kind = PAYER_INDEPENDENT;
		p->paid_on = day_add(on, one_in(r, 60) ? 20 : 0);
		p->known_since = p->paid_on;
		p->sum = money_tiyn(fixed_tiyn(p->paid_on, true));
	}
}

static void add_spell(struct making *w)
{
	static const enum category categories[] = {CATEGORY_STUDENT, CATEGORY_UNEMPLOYED,
		CATEGORY_PREGNANT, CATEGORY_CRISIS_LEVEL, CATEGORY_DISABLED};
	struct test_random *r = w->r;
	struct spell *s = &w->f->spells[w->f->spell_count++];
	struct month m = some_month(r);

	*s = (struct spell){
		.kind = (enum spell_kind)below(r, SPELL_COUNT), .known_since = DAY_ALWAYS};
	if (s->kind == SPELL_CATEGORY)
		s->detail = (uint8_t)categories[below(r, (int)TEST_COUNT(categories))];
	if (s->kind == SPELL_EXEMPT)
		s->detail = (uint8_t)below(r, EXEMPT_COUNT);
	s->from = one_in(r, 3) ? month_first(m) : some_day_of(r, m);
	s->to = one_in(r, 5) ? DAY_NEVER : day_add(s->from, below(r, one_in(r, 3) ? 900 : 70));
	if (s->kind == SPELL_TEMPORARY_STATUS && s->to.n == DAY_NEVER.n)
		s->to = day_add(s->from, 30);
	if (one_in(r, 4))
		s->known_since = day_add(s->from, below(r, 100));
}

static void add_person(struct making *w)
{
	struct test_random *r = w->r;
	struct person_fact *p = &w->f->persons[w->f->person_count++];

	*p = (struct person_fact){RESIDENCE_CITIZEN, DAY_ALWAYS, DAY_ALWAYS, DAY_ALWAYS};
	if (one_in(r, 8))
		p->residence = (enum residence)below(r, RESIDENCE_COUNT);
	if (one_in(r, 2))
		p->born = day_add(day_of(1990, 1, 1), below(r, 13500));
	if (one_in(r, 3))
		p->in_system_from = some_day_of(r, some_month(r));
	if (one_in(r, 12))
		p->known_since = some_day_of(r, some_month(r));
}

static void refund_some(struct making *w)
{
	struct test_random *r = w->r;

	for (int n = below(r, MAX_REFUNDS); n > 0 && w->f->payment_count; n--) {
		const struct payment_fact *p = &w->f->payments[test_below(r, w->f->payment_count)];
		int64_t sum = money_to_tiyn(p->sum);

		w->f->refunds[w->f->refund_count++] = (struct refund_fact){
			.doc = p->doc,
			.line = p->line,
			.month = p->month,
			.knp = p->knp,
			.sum = money_tiyn(
				one_in(r, 3) ? 1 + (int64_t)test_below(r, (uint64_t)sum) : sum),
			.known_since = day_add(p->paid_on, below(r, 300)),
		};
	}
}

void people_random(struct test_random *r, struct arena *arena, struct facts *out)
{
	struct making w = {r, out};

	*out = (struct facts){
		.known = true,
		.persons = arena_array(arena, 2, sizeof(*out->persons)),
		.spells = arena_array(arena, MAX_SPELLS, sizeof(*out->spells)),
		.payments = arena_array(arena, MAX_PAYMENTS, sizeof(*out->payments)),
		.refunds = arena_array(arena, MAX_REFUNDS, sizeof(*out->refunds)),
	};
	if (!one_in(r, 10))
		add_person(&w);
	if (one_in(r, 20))
		add_person(&w);
	for (int n = below(r, 4); n > 0; n--)
		pay_stretch(&w);
	if (one_in(r, 3))
		pay_ahead(&w);
	for (int n = one_in(r, 2) ? below(r, 6) : 0; n > 0; n--)
		add_spell(&w);
	if (one_in(r, 4))
		refund_some(&w);
}
