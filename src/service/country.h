/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A synthetic country: people with work, businesses, categories, gaps, late employers, prepaid
 * years and refunds. A pure function of (seed, number of people, day, law book): the same arguments
 * give the same country on every machine, and person number i can be asked for alone.
 *
 * No number belongs to anybody. Persons have serials 99xx, which are not issued; employers have
 * serials 99xxx. The eight persons of country_cast() were born on 29 February, on which no other
 * person of the country was, and do not depend on the seed.
 */
#ifndef SERVICE_COUNTRY_H
#define SERVICE_COUNTRY_H

#include "domain/facts.h"
#include "rules/coverage.h"
#include "rules/lawbook.h"

enum {
	COUNTRY_PEOPLE_MAX = 3000000, /* what the numbers of all age groups suffice for */
	COUNTRY_SPELLS_MAX = 3,
	COUNTRY_LINES_MAX = 2, /* lines of one person and month: 121 and 122 */
	COUNTRY_AHEAD = 13,    /* months after the present one that may be prepaid */
	COUNTRY_CAST = 8,
};

struct country {
	uint64_t seed;
	size_t people; /* the eight included; at least 8 */
	struct day today;
	struct month first; /* month of place 0 */
	int months;         /* places from `first` to the last prepaid month; at most 64 */
	int present;        /* place of the month of `today` */
	int start;          /* place of the oldest payments of those who are not of the cast */
	size_t employers;
	const struct lawbook *book;
};

/* When the payments of a person are made. */
enum country_tempo {
	TEMPO_ON_TIME, /* in the month after */
	TEMPO_LATE,    /* two months later still, in bulk */
	TEMPO_AHEAD,   /* all on `paid_ahead_on` */
};

struct country_person {
	struct iin iin;
	struct person_fact fact;
	struct spell spells[COUNTRY_SPELLS_MAX];
	size_t spell_count;
	enum payer_kind pays;
	bool has_payer;
	struct iin payer;
	struct money income; /* of one month; zero where the sum is fixed by law */
	uint64_t paid;       /* bit i: month first + i is paid, as soon as its day has come */
	uint64_t refunded;   /* bit i: and was paid back on `refunded_on` */
	enum country_tempo tempo;
	int day_of_month; /* 10 … 20: when this payer pays */
	struct day paid_ahead_on, refunded_on;
};

/* Errors: SETTING_VALUE (too few or too many people). */
ST country_of(struct ctx *cx, const struct lawbook *book, uint64_t seed, size_t people,
	struct day today, struct country *out);

/* Person `i` of 0 … people-1; the first eight are the cast. */
void country_person(const struct country *c, size_t i, struct country_person *out);

/* Static texts: "Айгүл", and of the surname a letter alone, "С.". */
struct country_name {
	struct str given, surname;
};
/* How the person is called: the same in every country. Nobody has such a number. */
struct country_name country_name(const struct iin *iin);

/* One of the eight, who stay the same in every country, and what the answer about this person
 * is on the day of the country. */
struct country_role {
	const char *name; /* "insured", …: the message demo.role.<name> tells the situation */
	const char *iin;
	bool insured;
	enum coverage_reason reason;
};
const struct country_role *country_cast(void);

/*
 * The payments of month `place` that are known on the day of the country, in the order of the
 * store (doc, line); `*count` is 0 … COUNTRY_LINES_MAX. Errors: those of contribution_compute().
 */
ST country_lines(struct ctx *cx, const struct country *c, const struct country_person *p, int place,
	struct payment_fact *lines, size_t *count);
/* What was paid back of these lines. */
void country_refunds(const struct country *c, const struct country_person *p, int place,
	const struct payment_fact *lines, size_t count, struct refund_fact *out, size_t *refunds);

#endif
