/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Money is whole tiyn (1/100 tenge) in a type of its own. Arithmetic that can overflow returns
 * bool, which must be read. Only money.c, money.h, rate.h and the database drivers touch `.tiyn`.
 */
#ifndef DOMAIN_MONEY_H
#define DOMAIN_MONEY_H

#include "base/ctx.h"

struct money {
	int64_t tiyn;
};

#define MONEY_ZERO ((struct money){0})
/* Largest sum that is accepted from outside: 100 trillion tenge. */
#define MONEY_MAX_TIYN 10000000000000000LL

static inline struct money money_tiyn(int64_t tiyn)
{
	return (struct money){tiyn};
}
static inline int64_t money_to_tiyn(struct money m)
{
	return m.tiyn;
}

#define MUST_READ __attribute__((warn_unused_result))

/* false on overflow; `*out` is then untouched. */
MUST_READ bool money_add(struct money a, struct money b, struct money *out);
MUST_READ bool money_sub(struct money a, struct money b, struct money *out);
MUST_READ bool money_times(struct money a, int64_t n, struct money *out);

static inline int money_cmp(struct money a, struct money b)
{
	return (a.tiyn > b.tiyn) - (a.tiyn < b.tiyn);
}
static inline bool money_is_zero(struct money a)
{
	return a.tiyn == 0;
}
static inline bool money_is_negative(struct money a)
{
	return a.tiyn < 0;
}
static inline struct money money_min(struct money a, struct money b)
{
	return a.tiyn < b.tiyn ? a : b;
}
static inline struct money money_max(struct money a, struct money b)
{
	return a.tiyn > b.tiyn ? a : b;
}

/*
 * Reads a sum of tenge as people write it: digits with spaces (ASCII or U+00A0, U+202F, U+2009)
 * between groups, one comma or dot before one or two digits of tiyn.
 * Errors: VALUE_MISSING, MONEY_FORMAT, MONEY_NEGATIVE (a leading minus), MONEY_FRACTION (more than
 * two digits of tiyn), MONEY_RANGE (above MONEY_MAX_TIYN).
 */
ST money_parse(struct ctx *cx, struct str text, struct money *out);

/* "4250.00": for machines (JSON, CSV). */
void money_put_plain(struct buf *b, struct money m);
/* "4 250" or "3 900,50" with U+00A0 between groups: for people; `decimal` is ',' or '.'. */
void money_put_human(struct buf *b, struct money m, char decimal);

#endif
