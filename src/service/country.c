/* SPDX-License-Identifier: Apache-2.0 */
#include "service/country.h"

#include "base/check.h"
#include "service/country_parts.h"

enum {
	HISTORY_MONTHS = 30,     /* what a country knows before the present month */
	HISTORY_OF_LARGE = 13,   /* the look-back window, where there are very many people */
	LARGE = 200000,          /* people */
	PEOPLE_OF_EMPLOYER = 40, /* on average */
	LATE_EMPLOYER_ONE_IN = 30,
	SLOTS = 1000, /* the weights of all roles */
};

/* What a person of the country is. */
enum role {
	ROLE_CHILD,
	ROLE_STUDENT,
	ROLE_DISABLED,
	ROLE_PARENT,
	ROLE_UNEMPLOYED,
	ROLE_MOTHER,
	ROLE_PENSIONER,
	ROLE_MILITARY,
	ROLE_EMPLOYEE,
	ROLE_EMPLOYEE_NEW,
	ROLE_EMPLOYEE_LEFT,
	ROLE_EMPLOYEE_HOLE,
	ROLE_EMPLOYEE_REFUND,
	ROLE_CONTRACTOR,
	ROLE_ENTREPRENEUR,
	ROLE_ENTREPRENEUR_ARREARS,
	ROLE_ENTREPRENEUR_SUSPENDED,
	ROLE_FARMER,
	ROLE_INDEPENDENT,
	ROLE_INDEPENDENT_DEBTS,
	ROLE_PREPAID,
	ROLE_SELF_EMPLOYED,
	ROLE_NEVER,
	ROLE_RESIDENT,
	ROLE_EAEU,
	ROLE_FOREIGNER,
};

enum age { AGE_CHILD, AGE_YOUNG, AGE_PRIME, AGE_OLDER, AGE_OLD, AGE_COUNT };

/* From the first birthday counted to the day before the second, in years. */
static const struct {
	int from, to;
} ages[AGE_COUNT] = {{0, 18}, {18, 24}, {24, 45}, {45, 63}, {63, 96}};

/* How many of SLOTS; rows of one age stand together. Weights as the country roughly is. */
static const struct row {
	enum age age;
	enum role role;
	unsigned weight;
} rows[] = {
	{AGE_CHILD, ROLE_CHILD, 310},
	{AGE_YOUNG, ROLE_STUDENT, 45},
	{AGE_YOUNG, ROLE_EMPLOYEE, 12},
	{AGE_YOUNG, ROLE_EMPLOYEE_NEW, 8},
	{AGE_YOUNG, ROLE_NEVER, 8},
	{AGE_YOUNG, ROLE_MILITARY, 4},
	{AGE_YOUNG, ROLE_UNEMPLOYED, 3},
	{AGE_PRIME, ROLE_EMPLOYEE, 130},
	{AGE_PRIME, ROLE_EMPLOYEE_NEW, 12},
	{AGE_PRIME, ROLE_EMPLOYEE_LEFT, 14},
	{AGE_PRIME, ROLE_EMPLOYEE_HOLE, 10},
	{AGE_PRIME, ROLE_EMPLOYEE_REFUND, 2},
	{AGE_PRIME, ROLE_CONTRACTOR, 6},
	{AGE_PRIME, ROLE_ENTREPRENEUR, 20},
	{AGE_PRIME, ROLE_ENTREPRENEUR_ARREARS, 6},
	{AGE_PRIME, ROLE_ENTREPRENEUR_SUSPENDED, 4},
	{AGE_PRIME, ROLE_INDEPENDENT, 10},
	{AGE_PRIME, ROLE_INDEPENDENT_DEBTS, 10},
	{AGE_PRIME, ROLE_PREPAID, 4},
	{AGE_PRIME, ROLE_SELF_EMPLOYED, 14},
	{AGE_PRIME, ROLE_PARENT, 30},
	{AGE_PRIME, ROLE_DISABLED, 8},
	{AGE_PRIME, ROLE_MILITARY, 6},
	{AGE_PRIME, ROLE_NEVER, 12},
	{AGE_PRIME, ROLE_RESIDENT, 3},
	{AGE_PRIME, ROLE_EAEU, 3},
	{AGE_PRIME, ROLE_FOREIGNER, 2},
	{AGE_OLDER, ROLE_EMPLOYEE, 90},
	{AGE_OLDER, ROLE_EMPLOYEE_LEFT, 10},
	{AGE_OLDER, ROLE_EMPLOYEE_HOLE, 6},
	{AGE_OLDER, ROLE_ENTREPRENEUR, 14},
	{AGE_OLDER, ROLE_ENTREPRENEUR_ARREARS, 4},
	{AGE_OLDER, ROLE_FARMER, 8},
	{AGE_OLDER, ROLE_INDEPENDENT, 10},
	{AGE_OLDER, ROLE_INDEPENDENT_DEBTS, 8},
	{AGE_OLDER, ROLE_MOTHER, 10},
	{AGE_OLDER, ROLE_DISABLED, 14},
	{AGE_OLDER, ROLE_UNEMPLOYED, 8},
	{AGE_OLD, ROLE_PENSIONER, 122},
};

/* Incomes of a month in tenge: parts of a hundred, from … to. */
static const struct {
	unsigned parts, from, to;
} incomes[] = {{20, 90000, 130000}, {36, 130000, 260000}, {28, 260000, 520000},
	{12, 520000, 1100000}, {4, 1100000, 4200000}};

ST country_of(struct ctx *cx, const struct lawbook *book, uint64_t seed, size_t people,
	struct day today, struct country *out)
{
	if (people < COUNTRY_CAST || people > COUNTRY_PEOPLE_MAX)
		return fail_in(cx, 0, "people", SETTING_VALUE, "%zu (%d … %d)", people,
			COUNTRY_CAST, COUNTRY_PEOPLE_MAX);
	*out = (struct country){
		.seed = seed,
		.people = people,
		.today = today,
		.first = month_add(day_month(today), -HISTORY_MONTHS),
		.months = HISTORY_MONTHS + 1 + COUNTRY_AHEAD,
		.present = HISTORY_MONTHS,
		.start = people < LARGE ? 0 : HISTORY_MONTHS - HISTORY_OF_LARGE,
		.employers = people / PEOPLE_OF_EMPLOYER + 1,
		.book = book,
	};
	must(out->months <= 64);
	return OK;
}

uint64_t country_draw(struct country_dice *d)
{
	uint64_t z = d->state += 0x9E3779B97F4A7C15ULL;

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
	return z ^ (z >> 31);
}

unsigned country_below(struct country_dice *d, unsigned n)
{
	return (unsigned)((unsigned __int128)country_draw(d) * n >> 64);
}

uint64_t country_bits(int from, int to)
{
	if (to < from)
		return 0;
	must(from >= 0 && to < 64);
	return UINT64_MAX >> (63 - to) & UINT64_MAX << from;
}

struct month country_month(const struct country *c, int place)
{
	return month_add(c->first, place);
}

void country_add_spell(
	struct country_person *p, enum spell_kind kind, int detail, struct day from, struct day to)
{
	must(p->spell_count < COUNTRY_SPELLS_MAX);
	p->spells[p->spell_count++] = (struct spell){.kind = kind,
		.detail = (uint8_t)detail,
		.from = from,
		.to = to,
		.known_since = from};
}

void country_employ(struct country_person *p, struct iin employer, struct day from, struct day to)
{
	country_add_spell(p, SPELL_EMPLOYEE, 0, from, to);
	p->spells[p->spell_count - 1].has_payer = true;
	p->spells[p->spell_count - 1].payer = employer;
	p->has_payer = true;
	p->payer = employer;
}

/* The row of slot `slot`, and how many slots of the same age stand before it and in all. */
static const struct row *row_of(unsigned slot, unsigned *before, unsigned *in_age)
{
	unsigned at = 0, age_at = 0;

	for (const struct row *r = rows;; r++) {
		must(r < rows + sizeof(rows) / sizeof(rows[0]));
		if (r > rows && r->age != r[-1].age)
			age_at = at;
		at += r->weight;
		if (slot >= at)
			continue;
		*before = slot - age_at;
		*in_age = 0;
		for (const struct row *q = rows; q < rows + sizeof(rows) / sizeof(rows[0]); q++)
			*in_age += q->age == r->age ? q->weight : 0;
		return r;
	}
}

/* The birthday of that many years ago; 29 February becomes 1 March. */
static struct day years_ago(struct day d, int years)
{
	int year, mon, mday;
	struct day day;

	day_split(d, &year, &mon, &mday);
	if (day_from_number((year - years) * 10000 + mon * 100 + mday, &day))
		return day;
	return day_of(year - years, 3, 1);
}

/*
 * Number `j` of an age gets a birth day, sex and serial that no other number of that age gets: the
 * multiplier is prime, so j * multiplier runs through all places before it comes back.
 */
static void be_born(const struct country *c, enum age age, uint64_t j, struct country_person *p)
{
	struct day start = day_add(years_ago(c->today, ages[age].to), 1);
	struct day end = day_add(years_ago(c->today, ages[age].from), 1);
	uint64_t days = (uint64_t)country_common_days(start, end);
	uint64_t places = days * 2 * COUNTRY_SERIALS;
	struct country_dice dice = {c->seed + age};
	uint64_t at = (j * 2654435761u + country_draw(&dice) % places) % places;

	must(j < places);
	p->fact.born = country_common_day(start, (int)(at % days));
	p->iin = country_iin(p->fact.born, at / days % 2, (unsigned)(at / days / 2));
}

static struct money draw_income(struct country_dice *d)
{
	unsigned part = country_below(d, 100), i = 0;

	for (; part >= incomes[i].parts; i++)
		part -= incomes[i].parts;
	unsigned tenge = incomes[i].from + country_below(d, incomes[i].to - incomes[i].from);
	return money_tiyn((int64_t)tenge / 100 * 100 * 100);
}

/* An employer's habits are the same for all its people. */
static void employ(
	const struct country *c, struct country_dice *d, struct country_person *p, int from, int to)
{
	/* Small numbers come more often: some employers are large. */
	unsigned e = country_below(d, country_below(d, (unsigned)c->employers) + 1);
	struct country_dice habits = {c->seed ^ (0xE3ULL << 32) ^ e};
	struct day since = month_first(country_month(c, from));

	p->pays = PAYER_EMPLOYER;
	p->income = draw_income(d);
	p->paid = country_bits(from, to);
	p->tempo = country_below(&habits, LATE_EMPLOYER_ONE_IN) ? TEMPO_ON_TIME : TEMPO_LATE;
	p->day_of_month = 10 + (int)country_below(&habits, 11);
	/* Most were there before the country begins. */
	if (from == c->start)
		since = day_add(since, -(int)country_below(d, 2000));
	country_employ(p, country_bin(e), since,
		to >= c->present ? DAY_NEVER : month_last(country_month(c, to)));
}

/* A business or the person alone pays a fixed sum; each month with one chance in `skip` not. */
static void pay_self(const struct country *c, struct country_dice *d, struct country_person *p,
	enum payer_kind kind, unsigned skip)
{
	p->pays = kind;
	p->day_of_month = 10 + (int)country_below(d, 11);
	p->paid = country_bits(c->start, c->present);
	for (int i = c->start; skip && i <= c->present; i++)
		if (country_below(d, skip) == 0)
			p->paid &= ~country_bits(i, i);
}

static void run_business(const struct country *c, struct country_dice *d, struct country_person *p,
	enum spell_kind kind)
{
	struct day from = month_first(country_month(c, c->start));

	country_add_spell(p, kind, 0, day_add(from, -(int)country_below(d, 2500)), DAY_NEVER);
}

/* Those for whom the state pays, or who are exempt: for some months, or for good (0). */
static const struct held {
	enum role role;
	enum spell_kind kind;
	int detail, months;
} held[] = {
	{ROLE_STUDENT, SPELL_CATEGORY, CATEGORY_STUDENT, 24},
	{ROLE_PARENT, SPELL_CATEGORY, CATEGORY_PARENTAL_LEAVE, 18},
	{ROLE_UNEMPLOYED, SPELL_CATEGORY, CATEGORY_UNEMPLOYED, 4},
	{ROLE_DISABLED, SPELL_CATEGORY, CATEGORY_DISABLED, 0},
	{ROLE_MOTHER, SPELL_CATEGORY, CATEGORY_MANY_CHILDREN_MOTHER, 0},
	{ROLE_PENSIONER, SPELL_CATEGORY, CATEGORY_PENSIONER, 0},
	{ROLE_MILITARY, SPELL_EXEMPT, EXEMPT_MILITARY, 0},
};

static void hold(
	const struct country *c, struct country_dice *d, struct country_person *p, enum role role)
{
	const struct held *h = held;
	struct day from = day_add(c->today, -(int)country_below(d, 4000)), to = DAY_NEVER;

	for (; h->role != role; h++)
		must(h < held + sizeof(held) / sizeof(held[0]) - 1);
	if (h->months) {
		int since = (int)country_below(d, (unsigned)h->months) + 1;
		int until = (int)country_below(d, (unsigned)h->months);

		from = month_first(country_month(c, c->present - since));
		to = month_last(country_month(c, c->present + until));
	}
	country_add_spell(p, h->kind, h->detail, from, to);
}

static void suspend(const struct country *c, struct country_dice *d, struct country_person *p)
{
	int at = c->present - 1 - (int)country_below(d, 10);

	run_business(c, d, p, SPELL_ENTREPRENEUR);
	pay_self(c, d, p, PAYER_ENTREPRENEUR, 0);
	p->paid &= country_bits(0, at - 1);
	country_add_spell(p, SPELL_SUSPENDED, 0, month_first(country_month(c, at)), DAY_NEVER);
}

static void prepay(const struct country *c, struct country_dice *d, struct country_person *p)
{
	int first = c->present - (int)country_below(d, 11);

	p->pays = PAYER_INDEPENDENT;
	p->tempo = TEMPO_AHEAD;
	p->paid = country_bits(first, first + 11);
	p->paid_ahead_on =
		day_add(month_first(country_month(c, first - 1)), (int)country_below(d, 27));
}

/* The regime began with a law: nothing was paid in it before. */
static void be_self_employed(
	const struct country *c, struct country_dice *d, struct country_person *p)
{
	struct month from, to;

	lawbook_reach(c->book, PAYER_SELF_EMPLOYED, &from, &to);
	pay_self(c, d, p, PAYER_SELF_EMPLOYED, 8);
	p->income = money_tiyn((int64_t)(40000 + country_below(d, 600000)) * 100);
	if (month_cmp(from, c->first) > 0)
		p->paid &= ~country_bits(
			0, from.n - c->first.n - 1 < 63 ? from.n - c->first.n - 1 : 63);
	country_add_spell(p, SPELL_SELF_EMPLOYED, 0,
		month_first(month_cmp(from, c->first) > 0 ? from : c->first), DAY_NEVER);
}

static void come_from_abroad(
	const struct country *c, struct country_dice *d, struct country_person *p, enum role role)
{
	enum residence residence = role == ROLE_RESIDENT ? RESIDENCE_RESIDENT
				   : role == ROLE_EAEU   ? RESIDENCE_EAEU
							 : RESIDENCE_TEMPORARY;
	int from = c->present - 1 - (int)country_below(d, 12);

	p->fact.residence = residence;
	p->fact.in_system_from = month_first(country_month(c, from));
	p->fact.known_since = p->fact.in_system_from;
	if (residence != RESIDENCE_TEMPORARY)
		employ(c, d, p, from, c->present);
}

static void take_back(const struct country *c, struct country_dice *d, struct country_person *p)
{
	int at = c->present - 8 + (int)country_below(d, 5);

	employ(c, d, p, c->start, c->present);
	p->refunded = country_bits(at, at + (int)country_below(d, 3));
	p->refunded_on = day_add(c->today, -(int)country_below(d, 20));
}

static void leave_a_hole(const struct country *c, struct country_dice *d, struct country_person *p)
{
	int at = c->present - 2 - (int)country_below(d, 10);

	employ(c, d, p, c->start, c->present);
	p->paid &= ~country_bits(at, at + (int)country_below(d, 2));
}

static void play(
	const struct country *c, enum role role, struct country_dice *d, struct country_person *p)
{
	switch (role) {
	case ROLE_CHILD:
	case ROLE_NEVER:
		break;
	case ROLE_STUDENT:
	case ROLE_DISABLED:
	case ROLE_PARENT:
	case ROLE_UNEMPLOYED:
	case ROLE_MOTHER:
	case ROLE_PENSIONER:
	case ROLE_MILITARY:
		hold(c, d, p, role);
		break;
	case ROLE_EMPLOYEE:
		employ(c, d, p, c->start, c->present);
		break;
	case ROLE_EMPLOYEE_NEW:
		employ(c, d, p, c->present - (int)country_below(d, 10), c->present);
		break;
	case ROLE_EMPLOYEE_LEFT:
		employ(c, d, p, c->start, c->present - 1 - (int)country_below(d, 9));
		break;
	case ROLE_EMPLOYEE_HOLE:
		leave_a_hole(c, d, p);
		break;
	case ROLE_EMPLOYEE_REFUND:
		take_back(c, d, p);
		break;
	case ROLE_CONTRACTOR:
		employ(c, d, p, c->start, c->present);
		p->pays = PAYER_CONTRACT;
		p->spells[0].kind = SPELL_CONTRACT;
		break;
	case ROLE_ENTREPRENEUR:
		run_business(c, d, p, SPELL_ENTREPRENEUR);
		pay_self(c, d, p, PAYER_ENTREPRENEUR, 0);
		break;
	case ROLE_ENTREPRENEUR_ARREARS:
		run_business(c, d, p, SPELL_ENTREPRENEUR);
		pay_self(c, d, p, PAYER_ENTREPRENEUR, 4);
		break;
	case ROLE_ENTREPRENEUR_SUSPENDED:
		suspend(c, d, p);
		break;
	case ROLE_FARMER:
		run_business(c, d, p, SPELL_FARM);
		pay_self(c, d, p, PAYER_FARM, 20);
		break;
	case ROLE_INDEPENDENT:
		pay_self(c, d, p, PAYER_INDEPENDENT, 0);
		break;
	case ROLE_INDEPENDENT_DEBTS:
		pay_self(c, d, p, PAYER_INDEPENDENT, 3);
		break;
	case ROLE_PREPAID:
		prepay(c, d, p);
		break;
	case ROLE_SELF_EMPLOYED:
		be_self_employed(c, d, p);
		break;
	case ROLE_RESIDENT:
	case ROLE_EAEU:
	case ROLE_FOREIGNER:
		come_from_abroad(c, d, p, role);
		break;
	}
}

void country_person(const struct country *c, size_t i, struct country_person *p)
{
	unsigned before, in_age;
	struct country_dice dice = {c->seed * 0xD1B54A32D192ED03ULL + i};

	if (i < COUNTRY_CAST) {
		country_cast_person(c, i, p);
		return;
	}
	/* 617 and SLOTS have no common divisor, so every thousand people fill all slots. */
	const struct row *row = row_of((unsigned)(i % SLOTS * 617 % SLOTS), &before, &in_age);
	*p = (struct country_person){.tempo = TEMPO_ON_TIME};
	p->fact = (struct person_fact){.residence = RESIDENCE_CITIZEN,
		.in_system_from = DAY_ALWAYS,
		.known_since = DAY_ALWAYS};
	be_born(c, row->age, i / SLOTS * in_age + before, p);
	play(c, row->role, &dice, p);
}
