/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A set of contribution months, one bit each, from MONTHSET_FIRST (2017-01) on. All rules about
 * "the last so many months" are shifts and masks on it, so that a whole population is decided by
 * the same code as one person.
 */
#ifndef DOMAIN_MONTHSET_H
#define DOMAIN_MONTHSET_H

#include "domain/day.h"

enum {
	MONTHSET_WORDS = 6,
	MONTHSET_BITS =
		MONTHSET_WORDS * 64, /* 2017-01 … 2048-12: a child born today turns 18 inside */
	MONTHSET_FIRST_N = 2017 * 12,
};
#define MONTHSET_FIRST ((struct month){MONTHSET_FIRST_N})
#define MONTHSET_LAST ((struct month){MONTHSET_FIRST_N + MONTHSET_BITS - 1})

struct monthset {
	uint64_t w[MONTHSET_WORDS];
};

/* Place of the month in the set: 0 … MONTHSET_BITS-1, or outside that range when it has none. */
static inline int monthset_index(struct month m)
{
	return m.n - MONTHSET_FIRST_N;
}
static inline struct month monthset_month(int index)
{
	return (struct month){MONTHSET_FIRST_N + index};
}
static inline bool monthset_fits(struct month m)
{
	return m.n >= MONTHSET_FIRST_N && m.n < MONTHSET_FIRST_N + MONTHSET_BITS;
}

static inline bool monthset_has_index(const struct monthset *s, int i)
{
	return i >= 0 && i < MONTHSET_BITS && (s->w[i >> 6] >> (i & 63) & 1);
}
static inline bool monthset_has(const struct monthset *s, struct month m)
{
	return monthset_has_index(s, monthset_index(m));
}
/* Months outside the range are ignored. */
static inline void monthset_add(struct monthset *s, struct month m)
{
	if (monthset_fits(m))
		s->w[(m.n - MONTHSET_FIRST_N) >> 6] |= 1ULL << ((m.n - MONTHSET_FIRST_N) & 63);
}
void monthset_remove(struct monthset *s, struct month m);
/* From `first` to `last`, both included; the part outside the range is ignored. */
void monthset_add_range(struct monthset *s, struct month first, struct month last);
unsigned monthset_count(const struct monthset *s);

static inline struct monthset monthset_and(struct monthset a, struct monthset b)
{
	for (int i = 0; i < MONTHSET_WORDS; i++)
		a.w[i] &= b.w[i];
	return a;
}
static inline struct monthset monthset_or(struct monthset a, struct monthset b)
{
	for (int i = 0; i < MONTHSET_WORDS; i++)
		a.w[i] |= b.w[i];
	return a;
}
static inline struct monthset monthset_andnot(struct monthset a, struct monthset b)
{
	for (int i = 0; i < MONTHSET_WORDS; i++)
		a.w[i] &= ~b.w[i];
	return a;
}
static inline bool monthset_empty(const struct monthset *s)
{
	uint64_t any = 0;

	for (int i = 0; i < MONTHSET_WORDS; i++)
		any |= s->w[i];
	return !any;
}
/* All months with an index <= `last`; empty when last < 0. */
struct monthset monthset_upto(int last);
/* Index of the last month of the set, or -1; and of the first. */
static inline int monthset_last_index(const struct monthset *s)
{
	for (int i = MONTHSET_WORDS - 1; i >= 0; i--)
		if (s->w[i])
			return i * 64 + 63 - __builtin_clzll(s->w[i]);
	return -1;
}
static inline int monthset_first_index(const struct monthset *s)
{
	for (int i = 0; i < MONTHSET_WORDS; i++)
		if (s->w[i])
			return i * 64 + __builtin_ctzll(s->w[i]);
	return -1;
}
/* Index of the last month of the set that is not after index `upto`, or -1. */
static inline int monthset_last_upto(const struct monthset *s, int upto)
{
	int last = upto < MONTHSET_BITS ? upto : MONTHSET_BITS - 1;
	uint64_t mask = UINT64_MAX >> (63 - (last & 63));

	if (last < 0)
		return -1;
	for (int i = last >> 6; i >= 0; i--, mask = UINT64_MAX)
		if (s->w[i] & mask)
			return i * 64 + 63 - __builtin_clzll(s->w[i] & mask);
	return -1;
}

#endif
