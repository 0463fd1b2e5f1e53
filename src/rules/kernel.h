/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arithmetic of one rate on one base: clamp between floor and cap, times the rate, rounded half
 * up once. One person and a whole column of people go through the same kernel_due().
 *
 * The product is base * m + c, shifted right by s: a division by the denominator of the rate that
 * is exact for every base up to the cap. kernel_of() proves that for its row (see kernel.c) and
 * leaves `exact_shift` false where it cannot, so that money_scale() is asked instead.
 */
#ifndef RULES_KERNEL_H
#define RULES_KERNEL_H

#include "rules/lawbook.h"

struct kernel {
	int64_t floor, cap; /* of the base, tiyn; no cap = MONEY_MAX_TIYN */
	struct rate rate;
	enum rounding how;
	bool exact_shift;
	uint32_t m;
	uint32_t unit; /* tiyn of one rounding unit: 1, or 100 for whole tenge */
	uint64_t c;
	unsigned s;
};

/* NULL and LAW_BASE_NONE give a kernel whose sum is always zero. */
struct kernel kernel_of(const struct law_rate *row, enum rounding how);

static inline int64_t kernel_clamp(const struct kernel *k, int64_t income_tiyn)
{
	int64_t base = income_tiyn < k->cap ? income_tiyn : k->cap;

	return base > k->floor ? base : k->floor;
}

/* Only where exact_shift is true; `base_tiyn` is clamped. */
static inline int64_t kernel_shift(const struct kernel *k, int64_t base_tiyn)
{
	/* A product of two 32-bit values: one vector instruction for four people. */
	uint64_t units = ((uint64_t)(uint32_t)base_tiyn * k->m + k->c) >> k->s;

	return (int64_t)((uint64_t)(uint32_t)units * k->unit);
}

/* For any income 0 … MONEY_MAX_TIYN. False when the sum leaves the range of money. */
MUST_READ bool kernel_due(const struct kernel *k, struct money income, struct money *out);

/* Has this machine the vector instructions of the wide form of kernel_column()? */
bool kernel_has_wide(void);
/*
 * Sums of `n` incomes at once, where exact_shift is true; `wide` only where kernel_has_wide(). The
 * two forms give the same. Returns all incomes or-ed together, which shows whether one of them was
 * negative or far out of range without a branch per person.
 */
uint64_t kernel_column(
	const struct kernel *k, bool wide, const int64_t *income_tiyn, size_t n, int64_t *out_tiyn);

#endif
