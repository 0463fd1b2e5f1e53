/* SPDX-License-Identifier: Apache-2.0 */
#include "support/facts_text.h"

#include "base/check.h"

struct words {
	struct ctx *cx;
	struct str rest;
	struct facts *facts;
	size_t persons, spells, payments, refunds; /* room */
};

static struct str word(struct words *w)
{
	w->rest = str_trim(w->rest);
	return str_cut(&w->rest, ' ');
}

static struct day read_day(struct words *w, struct str s)
{
	struct day d = DAY_NEVER;

	must(str_is(s, "-") || day_parse(w->cx, s, &d) == OK);
	return d;
}

static struct month read_month(struct words *w, struct str s)
{
	struct month m;

	must(month_parse(w->cx, s, &m) == OK);
	return m;
}

/* "A..B" into A and B; B = A when there is only one. */
static void read_range(struct str s, struct str *a, struct str *b)
{
	*a = *b = s;
	for (size_t i = 0; i + 1 < s.n; i++)
		if (s.p[i] == '.' && s.p[i + 1] == '.') {
			*a = (struct str){s.p, i};
			*b = (struct str){s.p + i + 2, s.n - i - 2};
			return;
		}
}

static void read_person(struct words *w)
{
	struct person_fact p = {
		.born = DAY_ALWAYS, .in_system_from = DAY_ALWAYS, .known_since = DAY_ALWAYS};

	must(residence_parse(word(w), &p.residence));
	for (struct str key = word(w); key.n; key = word(w)) {
		struct day d = read_day(w, word(w));

		if (str_is(key, "born"))
			p.born = d;
		else if (str_is(key, "from"))
			p.in_system_from = d;
		else
			p.known_since = d;
	}
	*ARENA_PUSH(w->cx->arena, w->facts->persons, w->facts->person_count, w->persons) = p;
}

static void read_spell(struct words *w)
{
	struct spell s = {.known_since = DAY_ALWAYS};
	struct str from, to;

	must(spell_parse(word(w), &s.kind, &s.detail));
	read_range(word(w), &from, &to);
	s.from = read_day(w, from);
	s.to = read_day(w, to);
	if (word(w).n)
		s.known_since = read_day(w, word(w));
	*ARENA_PUSH(w->cx->arena, w->facts->spells, w->facts->spell_count, w->spells) = s;
}

static void read_payment(struct words *w)
{
	struct payment_fact p = {.knp = KNP_CONTRIBUTION};
	struct str from, to;
	struct month last;
	bool has_on = false, has_known = false;

	must(payer_parse(word(w), &p.payer_kind));
	read_range(word(w), &from, &to);
	p.month = read_month(w, from);
	last = read_month(w, to);
	must(money_parse(w->cx, word(w), &p.sum) == OK);
	for (struct str key = word(w); key.n; key = word(w)) {
		struct day d = read_day(w, word(w));

		if (str_is(key, "on"))
			p.paid_on = d, has_on = true;
		else
			p.known_since = d, has_known = true;
	}
	for (; p.month.n <= last.n; p.month = month_add(p.month, 1)) {
		if (!has_on)
			p.paid_on = day_add(month_first(month_add(p.month, 1)), 19);
		if (!has_known)
			p.known_since = p.paid_on;
		p.doc = w->facts->payment_count + 1;
		*ARENA_PUSH(
			w->cx->arena, w->facts->payments, w->facts->payment_count, w->payments) = p;
	}
}

static void read_refund(struct words *w)
{
	struct refund_fact r = {.month = read_month(w, word(w)), .knp = KNP_CONTRIBUTION};

	must(money_parse(w->cx, word(w), &r.sum) == OK);
	r.known_since = read_day(w, word(w));
	for (size_t i = 0; i < w->facts->payment_count; i++)
		if (w->facts->payments[i].month.n == r.month.n)
			r.doc = w->facts->payments[i].doc;
	*ARENA_PUSH(w->cx->arena, w->facts->refunds, w->facts->refund_count, w->refunds) = r;
}

void facts_read(struct ctx *cx, const char *text, struct facts *out)
{
	struct str all = str_of(text);

	*out = (struct facts){.known = true};
	for (struct words w = {.cx = cx, .facts = out}; all.n;) {
		struct str what;

		w.rest = str_cut(&all, ';');
		what = word(&w);
		if (str_is(what, "person"))
			read_person(&w);
		else if (str_is(what, "spell"))
			read_spell(&w);
		else if (str_is(what, "pay"))
			read_payment(&w);
		else if (str_is(what, "refund"))
			read_refund(&w);
		else
			must(what.n == 0);
	}
}
