/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The eight persons that every synthetic country has, each showing one situation on the day of the
 * country.
 */
#include "service/country_parts.h"

#include "base/check.h"

/* Everybody here was born on 29 February. */
static const struct country_role cast[COUNTRY_CAST] = {
	{"insured", "880229399105", true, REASON_REGULAR},
	{"grace", "920229499101", true, REASON_GRACE},
	{"lapsed", "760229399100", false, REASON_LAPSED},
	{"never", "960229499109", false, REASON_NEVER},
	{"student", "040229699106", true, REASON_CATEGORY},
	{"arrears", "840229399108", false, REASON_DEBT},
	{"prepaid", "800229499107", true, REASON_PREPAID},
	{"refund", "720229399103", false, REASON_LAPSED},
};

enum { PAY_DAY = 15 };

const struct country_role *country_cast(void)
{
	return cast;
}

static struct day first_of(const struct country *c, int place)
{
	return month_first(country_month(c, place));
}

static struct day last_of(const struct country *c, int place)
{
	return month_last(country_month(c, place));
}

static void employee(const struct country *c, struct country_person *p, int last)
{
	bool works = last >= c->present;

	p->pays = PAYER_EMPLOYER;
	p->income = money_tiyn(32500000);
	p->paid = country_bits(0, last);
	country_employ(p, country_bin(0), first_of(c, 0), works ? DAY_NEVER : last_of(c, last));
}

static void insured(const struct country *c, struct country_person *p)
{
	employee(c, p, c->present);
}

static void grace(const struct country *c, struct country_person *p)
{
	employee(c, p, c->present - 3);
}

static void lapsed(const struct country *c, struct country_person *p)
{
	employee(c, p, c->present - 6);
}

static void never(const struct country *c, struct country_person *p)
{
	(void)c;
	(void)p;
}

static void student(const struct country *c, struct country_person *p)
{
	country_add_spell(p, SPELL_CATEGORY, CATEGORY_STUDENT, first_of(c, c->present - 14),
		last_of(c, c->present + 8));
}

/* Two holes among nine months, and nothing before them. */
static void arrears(const struct country *c, struct country_person *p)
{
	p->pays = PAYER_ENTREPRENEUR;
	p->paid = country_bits(c->present - 8, c->present) &
		  ~country_bits(c->present - 4, c->present - 3);
	country_add_spell(p, SPELL_ENTREPRENEUR, 0, first_of(c, c->present - 20), DAY_NEVER);
}

static void prepaid(const struct country *c, struct country_person *p)
{
	p->pays = PAYER_INDEPENDENT;
	p->paid = country_bits(c->present - 3, c->present + 8);
	p->tempo = TEMPO_AHEAD;
	p->paid_ahead_on = day_add(first_of(c, c->present - 4), PAY_DAY - 1);
}

static void refund(const struct country *c, struct country_person *p)
{
	employee(c, p, c->present);
	p->refunded = country_bits(c->present - 7, c->present - 5);
	p->refunded_on = day_add(c->today, -1);
}

void country_cast_person(const struct country *c, size_t i, struct country_person *p)
{
	static void (*const roles[COUNTRY_CAST])(
		const struct country *, struct country_person *) = {
		insured, grace, lapsed, never, student, arrears, prepaid, refund};

	must(i < COUNTRY_CAST);
	*p = (struct country_person){.tempo = TEMPO_ON_TIME, .day_of_month = PAY_DAY};
	memcpy(p->iin.d, cast[i].iin, IIN_DIGITS);
	must(iin_valid(p->iin.d));
	p->fact = (struct person_fact){.residence = RESIDENCE_CITIZEN,
		.in_system_from = DAY_ALWAYS,
		.known_since = DAY_ALWAYS};
	must(iin_birth_day(&p->iin, &p->fact.born));
	roles[i](c, p);
}
