/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts known on a day -> struct coverage_map.
 */
#include "rules/coverage.h"

#include <stdlib.h>

#include "base/check.h"
#include "rules/coverage_parts.h"

struct build {
	struct ctx *cx;
	const struct lawbook *book;
	const struct facts *facts;
	struct day known;
	struct coverage_map *map;
	struct coverage_interval *intervals;
	size_t interval_count, interval_cap;
	struct month first_seen; /* first month that any fact speaks of */
	struct monthset self_employed;
	bool any_sum_pays;               /* the other choice of D15 */
	bool sum_of_month;               /* the other choice of D17 */
	int32_t paid_day[MONTHSET_BITS]; /* day on which a PAID month became so */
};

static bool is_known(const struct build *b, struct day since)
{
	return day_cmp(since, b->known) <= 0;
}

static void seen(struct build *b, struct month m)
{
	if (m.n < b->first_seen.n)
		b->first_seen = m;
}

/* ---- Person --------------------------------------------------------------------------------- */

static const struct person_fact *known_person(const struct build *b)
{
	const struct person_fact *best = NULL;

	for (size_t i = 0; i < b->facts->person_count; i++) {
		const struct person_fact *p = &b->facts->persons[i];

		if (is_known(b, p->known_since) &&
			(!best || day_cmp(p->known_since, best->known_since) >= 0))
			best = p;
	}
	return best;
}

static bool eligible(const struct build *b, enum residence residence)
{
	switch (residence) {
	case RESIDENCE_CITIZEN:
	case RESIDENCE_RESIDENT:
	case RESIDENCE_KANDAS:
		return true;
	case RESIDENCE_EAEU:
		return lawbook_choice(b->book, D19) == D19_INSURED_IF_PAID;
	case RESIDENCE_TEMPORARY:
	case RESIDENCE_COUNT:
		return false;
	}
	return false;
}

/* The month of a day, for days that may be before every real one. */
static struct month month_from(struct day d)
{
	return day_cmp(d, month_first(MONTHSET_FIRST)) < 0 ? MONTHSET_FIRST : day_month(d);
}

static void read_person(struct build *b, const struct person_fact *person)
{
	const struct law_status *law = lawbook_status(b->book, DAY_MAX);
	struct coverage_hot *hot = &b->map->hot;
	struct month born = MONTHSET_FIRST, entered = MONTHSET_FIRST, from;

	if (person) {
		born = month_from(person->born);
		entered = month_from(person->in_system_from);
		hot->in_system = eligible(b, person->residence);
	} else if (b->first_seen.n != MONTH_NEVER.n) {
		hot->in_system = true;
		entered = month_cmp(b->first_seen, MONTHSET_FIRST) < 0 ? MONTHSET_FIRST
								       : b->first_seen;
	}
	hot->first = entered.n > born.n ? entered : born;
	from = lawbook_choice(b->book, D24) == D24_NOT_DEBT ? hot->first : born;
	if (from.n < law->first_month.n)
		from = law->first_month;
	if (hot->in_system)
		monthset_add_range(&hot->applicable, from, MONTHSET_LAST);
}

/* ---- Spells --------------------------------------------------------------------------------- */

static void add_months(struct monthset *s, struct day from, struct day to)
{
	monthset_add_range(
		s, month_from(from), to.n == DAY_NEVER.n ? MONTHSET_LAST : month_from(to));
}

/* Only the months that the days fill from the first to the last: a suspension that begins inside a
 * month leaves the month owed. */
static void add_whole_months(struct monthset *s, struct day from, struct day to)
{
	struct month first = month_from(from), last = MONTHSET_LAST;

	if (day_cmp(month_first(first), from) < 0)
		first = month_add(first, 1);
	if (to.n != DAY_NEVER.n) {
		if (day_cmp(to, month_first(MONTHSET_FIRST)) < 0)
			return;
		last = day_month(day_add(to, 1));
		last = month_add(last, -1);
	}
	monthset_add_range(s, first, last);
}

static void add_interval(
	struct build *b, struct day from, struct day to, enum spell_kind kind, uint8_t detail)
{
	struct day earliest = month_first(MONTHSET_FIRST);
	struct coverage_hot *hot = &b->map->hot;

	if (day_cmp(from, earliest) < 0)
		from = earliest;
	if (day_cmp(to, from) < 0)
		return;
	*ARENA_PUSH(b->cx->arena, b->intervals, b->interval_count, b->interval_cap) =
		(struct coverage_interval){from, to, kind, detail};
	if (kind == SPELL_TEMPORARY_STATUS)
		hot->temporary = true;
	else
		add_months(kind == SPELL_CATEGORY ? &hot->state : &hot->exempt, from, to);
}

/*
 * The parts of from … to in which the category is in force. With `born`, only rows that follow from
 * the age count, each to the end of the month of its birthday.
 */
static void add_category(
	struct build *b, uint8_t category, struct day from, struct day to, const struct day *born)
{
	struct day at = from, earliest = month_first(MONTHSET_FIRST),
		   end = month_last(MONTHSET_LAST);

	if (day_cmp(at, earliest) < 0)
		at = earliest;
	while (day_cmp(at, to) <= 0 && day_cmp(at, end) <= 0) {
		const struct law_category *row =
			lawbook_category(b->book, (enum category)category, at);
		struct day last = to;

		if (!row) {
			at = month_first(month_add(day_month(at), 1));
			continue;
		}
		if (born)
			last = row->age_years ? month_last(month_add(
							day_month(*born), 12 * row->age_years))
					      : day_add(at, -1);
		if (day_cmp(row->to, last) < 0)
			last = row->to;
		add_interval(b, at, last, SPELL_CATEGORY, category);
		if (row->to.n == DAY_NEVER.n)
			return;
		at = day_add(row->to, 1);
	}
}

static void read_spell(struct build *b, const struct spell *s, struct monthset *suspended)
{
	struct coverage_map *map = b->map;

	switch (s->kind) {
	case SPELL_EMPLOYEE:
	case SPELL_CONTRACT:
	case SPELL_ASSISTANT:
		add_months(&map->employer_owes, s->from, s->to);
		break;
	case SPELL_ENTREPRENEUR:
		add_months(&map->entrepreneur_owes, s->from, s->to);
		break;
	case SPELL_FARM:
		add_months(&map->farm_owes, s->from, s->to);
		break;
	case SPELL_PRACTICE:
		add_months(&map->practice_owes, s->from, s->to);
		break;
	case SPELL_SUSPENDED:
		add_whole_months(suspended, s->from, s->to);
		break;
	case SPELL_CATEGORY:
		add_category(b, s->detail, s->from, s->to, NULL);
		break;
	case SPELL_EXEMPT:
	case SPELL_TEMPORARY_STATUS:
		add_interval(b, s->from, s->to, s->kind, s->detail);
		break;
	case SPELL_SELF_EMPLOYED:
		add_months(&b->self_employed, s->from, s->to);
		break;
	case SPELL_COUNT:
		must(!"a kind of spell");
	}
}

static int by_from(const void *x, const void *y)
{
	const struct coverage_interval *a = x, *b = y;
	int c = day_cmp(a->from, b->from);

	if (c == 0)
		c = day_cmp(a->to, b->to);
	if (c == 0)
		c = (int)a->kind - (int)b->kind;
	return c ? c : a->detail - b->detail;
}

static void read_spells(struct build *b, const struct person_fact *person)
{
	struct monthset suspended = {{0}};
	struct coverage_map *map = b->map;

	for (size_t i = 0; i < b->facts->spell_count; i++) {
		const struct spell *s = &b->facts->spells[i];

		if (!is_known(b, s->known_since))
			continue;
		if (!person)
			seen(b, month_from(s->from));
		read_spell(b, s, &suspended);
	}
	if (person && person->born.n != DAY_ALWAYS.n)
		add_category(b, CATEGORY_CHILD, person->born, DAY_NEVER, &person->born);
	map->entrepreneur_owes = monthset_andnot(map->entrepreneur_owes, suspended);
	map->farm_owes = monthset_andnot(map->farm_owes, suspended);
	map->practice_owes = monthset_andnot(map->practice_owes, suspended);
	if (b->interval_count > 1)
		qsort(b->intervals, b->interval_count, sizeof(*b->intervals), by_from);
	map->hot.intervals = b->intervals;
	map->hot.interval_count = (uint32_t)b->interval_count;
}

/* ---- Payments ------------------------------------------------------------------------------- */

/* A known payment and what is left of it after refunds. */
struct line {
	struct month month;
	enum payer_kind kind;
	enum knp knp;
	struct day paid_on;
	struct money left;
	uint64_t doc;
	uint32_t number;
};

static int by_month_kind_day(const void *x, const void *y)
{
	const struct line *a = x, *b = y;
	int c = month_cmp(a->month, b->month);

	if (c == 0)
		c = (int)a->kind - (int)b->kind;
	return c ? c : day_cmp(a->paid_on, b->paid_on);
}

static bool counts(enum knp knp)
{
	switch (knp) {
	case KNP_DEDUCTION:
	case KNP_CONTRIBUTION:
	case KNP_AGGREGATE:
	case KNP_SINGLE:
		return true;
	case KNP_DEDUCTION_PENALTY:
	case KNP_CONTRIBUTION_PENALTY:
	case KNP_COUNT:
		return false;
	}
	return false;
}

static size_t known_lines(struct build *b, struct line *lines)
{
	bool sorted = true;
	size_t n = 0;

	for (size_t i = 0; i < b->facts->payment_count; i++) {
		const struct payment_fact *p = &b->facts->payments[i];

		if (!is_known(b, p->known_since))
			continue;
		seen(b, p->month);
		if (!counts(p->knp) || !monthset_fits(p->month))
			continue;
		lines[n] = (struct line){
			p->month, p->payer_kind, p->knp, p->paid_on, p->sum, p->doc, p->line};
		sorted = sorted && (n == 0 || by_month_kind_day(&lines[n - 1], &lines[n]) <= 0);
		n++;
	}
	if (!sorted)
		qsort(lines, n, sizeof(*lines), by_month_kind_day);
	return n;
}

/* First line of a month that is not before `m`. */
static size_t first_line(const struct line *lines, size_t n, struct month m)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (lines[mid].month.n < m.n)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void take_refunds(struct build *b, struct line *lines, size_t n)
{
	for (size_t i = 0; i < b->facts->refund_count; i++) {
		const struct refund_fact *r = &b->facts->refunds[i];

		if (!is_known(b, r->known_since))
			continue;
		for (size_t j = first_line(lines, n, r->month);
			j < n && lines[j].month.n == r->month.n; j++) {
			struct line *l = &lines[j];

			if (l->doc != r->doc || l->number != r->line)
				continue;
			must(money_sub(l->left, money_min(r->sum, l->left), &l->left));
			monthset_add(&b->map->returned, r->month);
			break;
		}
	}
}

static bool is_fixed(enum payer_kind kind)
{
	switch (kind) {
	case PAYER_ENTREPRENEUR:
	case PAYER_PRACTICE:
	case PAYER_FARM:
	case PAYER_INDEPENDENT:
		return true;
	case PAYER_EMPLOYER:
	case PAYER_CONTRACT:
	case PAYER_SELF_EMPLOYED:
	case PAYER_SINGLE_PAYMENT:
	case PAYER_AGGREGATE_PAYMENT:
	case PAYER_ASSISTANT:
	case PAYER_STATE:
	case PAYER_COUNT:
		return false;
	}
	return false;
}

/*
 * The least sum that makes the month of `l` PAID by its kind. A book that does not know the amount
 * of the one month (2027 asked of a book to 2026) is asked for the other; where there was none at
 * all, any sum will do.
 */
static struct money least_sum(struct build *b, const struct line *l)
{
	struct month paid = month_from(l->paid_on);
	struct month try[2] = {
		b->sum_of_month ? l->month : paid, b->sum_of_month ? paid : l->month};
	struct money sum;

	if (!is_fixed(l->kind) || b->any_sum_pays)
		return MONEY_ZERO;
	for (int i = 0; i < 2; i++) {
		if (lawbook_fixed_sum(b->cx, b->book, l->kind, try[i], &sum) == OK)
			return sum;
		err_clear(b->cx);
	}
	return MONEY_ZERO;
}

struct kind_sum {
	bool any, paid;
	struct day paid_on; /* became PAID */
};

/*
 * Adds up the lines of one month and kind, oldest first: the month is PAID from the line on with
 * which the sum reaches the least one of that day. A later line never takes that away.
 */
static ST add_kind(struct build *b, const struct line *lines, size_t n,
	struct coverage_detail *detail, struct kind_sum *out)
{
	struct money sum = MONEY_ZERO;

	*out = (struct kind_sum){0};
	for (size_t i = 0; i < n; i++) {
		const struct line *l = &lines[i];

		if (money_cmp(l->left, MONEY_ZERO) <= 0)
			continue;
		if (!money_add(sum, l->left, &sum) ||
			!money_add(detail->sums[l->knp], l->left, &detail->sums[l->knp]))
			return fail(b->cx, MONEY_RANGE, "%s", "payments of a month");
		out->any = true;
		if (day_cmp(l->paid_on, detail->paid_on) >= 0) {
			detail->paid_on = l->paid_on;
			if (!monthset_has(&b->map->hot.paid, l->month))
				detail->payer_kind = l->kind;
		}
		if (!out->paid && money_cmp(sum, least_sum(b, l)) >= 0) {
			out->paid = true;
			out->paid_on = l->paid_on;
		}
	}
	return OK;
}

/* One month: lines[0 … n) of it, sorted by kind. */
static ST read_month(struct build *b, const struct line *lines, size_t n)
{
	struct coverage_map *map = b->map;
	struct month m = lines[0].month;
	struct coverage_detail detail = {.month = m, .paid_on = DAY_ALWAYS};
	int32_t *paid_day = &b->paid_day[monthset_index(m)];
	bool any = false;

	for (size_t i = 0, end; i < n; i = end) {
		struct kind_sum sum;

		for (end = i + 1; end < n && lines[end].kind == lines[i].kind;)
			end++;
		TRY(add_kind(b, lines + i, end - i, &detail, &sum));
		any = any || sum.any;
		if (!sum.paid)
			continue;
		if (lines[i].kind == PAYER_INDEPENDENT)
			monthset_add(&map->hot.independent, m);
		if (!monthset_has(&map->hot.paid, m) || sum.paid_on.n < *paid_day) {
			*paid_day = sum.paid_on.n;
			detail.payer_kind = lines[i].kind;
		}
		monthset_add(&map->hot.paid, m);
	}
	if (!any)
		return OK;
	if (!monthset_has(&map->hot.paid, m))
		monthset_add(&map->partly, m);
	map->details[map->detail_count++] = detail;
	return OK;
}

static ST read_payments(struct build *b)
{
	struct arena *arena = b->cx->arena;
	struct line *lines;
	size_t n, months = 0;

	if (b->facts->payment_count == 0)
		return OK;
	lines = arena_array(arena, b->facts->payment_count, sizeof(*lines));
	n = known_lines(b, lines);
	take_refunds(b, lines, n);
	for (size_t i = 0; i < n; i++)
		months += i == 0 || lines[i].month.n != lines[i - 1].month.n;
	b->map->details = arena_array(arena, months, sizeof(*b->map->details));
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && lines[end].month.n == lines[i].month.n;)
			end++;
		TRY(read_month(b, lines + i, end - i));
	}
	return OK;
}

/* The law of a prepaid run that begins with `m`: the row in force then, else the first one after it
 * that knows prepayment; NULL when none does. */
static const struct law_status *law_of_run(const struct lawbook *book, struct month m)
{
	for (struct day d = month_first(m);;) {
		const struct law_status *law = lawbook_status(book, d);

		if (law->prepay)
			return law;
		if (law->to.n == DAY_NEVER.n)
			return NULL;
		d = day_add(law->to, 1);
	}
}

/* Whether a prepaid run begins with index `i`: all of it PAID before its first month began, or,
 * by the other choice of D25, before that month ended. */
static bool is_run(const struct build *b, int i, const struct law_status *law)
{
	int32_t begin = month_first(monthset_month(law->prepay_with_current ? i + 1 : i)).n;

	if (!monthset_has_all(&b->map->hot.paid, i, i + law->prepay_months - 1))
		return false;
	for (int n = 0; n < law->prepay_months; n++)
		if (b->paid_day[i + n] >= begin)
			return false;
	return true;
}

static void find_prepaid(struct build *b)
{
	struct coverage_hot *hot = &b->map->hot;
	struct monthset left = hot->paid;

	for (int i = monthset_first_index(&left); i >= 0; i = monthset_first_index(&left)) {
		struct month first = monthset_month(i);
		const struct law_status *law = law_of_run(b->book, first);

		monthset_remove(&left, first);
		if (law && is_run(b, i, law))
			monthset_add_range(
				&hot->prepaid, first, month_add(first, law->prepay_months - 1));
	}
}

/* The other choice of D9: a self-employed month in which nothing was earned is PAID. */
static void pay_self_employed(struct build *b)
{
	struct monthset past = monthset_upto(monthset_index(day_month(b->known)) - 1);
	struct monthset months = monthset_and(b->self_employed, past);

	if (lawbook_choice(b->book, D9) != D9_PAID)
		return;
	months = monthset_andnot(months, b->map->hot.paid);
	for (int i = 0; i < MONTHSET_BITS; i++)
		if (monthset_has_index(&months, i))
			b->paid_day[i] = b->known.n;
	b->map->hot.paid = monthset_or(b->map->hot.paid, months);
	b->map->partly = monthset_andnot(b->map->partly, months);
}

static void cut(struct coverage_map *map)
{
	struct coverage_hot *hot = &map->hot;
	struct monthset *sets[] = {&hot->paid, &hot->state, &hot->exempt, &hot->independent,
		&map->employer_owes, &map->entrepreneur_owes, &map->farm_owes, &map->practice_owes,
		&map->partly, &map->returned};

	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
		*sets[i] = monthset_and(*sets[i], hot->applicable);
}

enum st coverage_map_build(struct ctx *cx, const struct lawbook *book, const struct facts *facts,
	struct day known, struct coverage_map *out)
{
	struct build b = {
		.cx = cx,
		.book = book,
		.facts = facts,
		.known = known,
		.map = out,
		.first_seen = MONTH_NEVER,
		.any_sum_pays = lawbook_choice(book, D15) == D15_ANY_SUM,
		.sum_of_month = lawbook_choice(book, D17) == D17_YEAR_OF_MONTH,
	};
	const struct person_fact *person = known_person(&b);

	*out = (struct coverage_map){0};
	read_spells(&b, person);
	TRY(read_payments(&b));
	pay_self_employed(&b);
	read_person(&b, person);
	cut(out);
	find_prepaid(&b);
	return OK;
}
