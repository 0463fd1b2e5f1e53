/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the synthetic country share.
 */
#ifndef SERVICE_COUNTRY_PARTS_H
#define SERVICE_COUNTRY_PARTS_H

#include "service/country.h"

/* SplitMix64: its whole state is the seed, so that every person has dice of its own. */
struct country_dice {
	uint64_t state;
};
uint64_t country_draw(struct country_dice *d);
/* Evenly 0 … n-1. */
unsigned country_below(struct country_dice *d, unsigned n);

/* The numbers of a birth day and sex that are not issued; `n` is 0 … 89. */
enum { COUNTRY_SERIALS = 90, COUNTRY_EMPLOYER_SERIALS = 940 };
struct iin country_iin(struct day born, bool female, unsigned n);
struct iin country_bin(size_t employer);
/* Day number `n` from `start` on, 29 February left out. */
struct day country_common_day(struct day start, int n);
/* How many such days there are from `start` to the day before `end`. */
int country_common_days(struct day start, struct day end);

/* Bits from … to, both included; none when to < from. */
uint64_t country_bits(int from, int to);
struct month country_month(const struct country *c, int place);
void country_add_spell(
	struct country_person *p, enum spell_kind kind, int detail, struct day from, struct day to);
/* An employee's spell, with the employer as payer. */
void country_employ(struct country_person *p, struct iin employer, struct day from, struct day to);

void country_cast_person(const struct country *c, size_t i, struct country_person *p);

#endif
