/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/kernel.h"

#include "base/check.h"

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/*
 * Half up over den = 2h or 2h + 1 is floor((base * num + h) / den). With
 *
 *	m = ceil(num * 2^s / den),  m * den = num * 2^s + rm,  0 <= rm < den
 *	c = ceil(h * 2^s / den),    c * den = h * 2^s + rc,    0 <= rc < den
 *
 * base * m + c exceeds (base * num + h) / den * 2^s by (base * rm + rc) / den. The fraction of
 * (base * num + h) / den is at most 1 - 1/den, so the floor is the same as long as that excess is
 * less than 2^s / den, that is base * rm + rc < 2^s. The left side grows with the base: it is
 * enough to ask for the greatest.
 */
static bool shift_is_exact(struct kernel *k, uint64_t num, uint64_t den, unsigned s)
{
	const unsigned __int128 one = (unsigned __int128)1 << s;
	unsigned __int128 m = (num * one + den - 1) / den, c = (den / 2 * one + den - 1) / den;
	unsigned __int128 rm = m * den - num * one, rc = c * den - den / 2 * one;
	unsigned __int128 greatest = (uint64_t)k->cap;
	/* The product fits 64 bits, and what the shift leaves of it 32. */
	unsigned __int128 most = s < 32 ? (one << 32) - 1 : UINT64_MAX;

	if (m > UINT32_MAX || greatest * m + c > most || greatest * rm + rc >= one)
		return false;
	k->m = (uint32_t)m;
	k->c = (uint64_t)c;
	k->s = s;
	return true;
}

static void find_shift(struct kernel *k)
{
	uint64_t num = (uint64_t)k->rate.ppm, den = (uint64_t)PPM_ONE * k->unit;
	uint64_t divisor = common_divisor(num, den);

	if (k->cap > UINT32_MAX)
		return;
	for (unsigned s = 63; s > 0 && !k->exact_shift; s--)
		k->exact_shift = shift_is_exact(k, num / divisor, den / divisor, s);
}

struct kernel kernel_of(const struct law_rate *row, enum rounding how)
{
	struct kernel k = {.how = how, .unit = how == ROUND_HALF_UP_TENGE ? 100 : 1};

	must(how == ROUND_HALF_UP_TIYN || how == ROUND_HALF_UP_TENGE);
	if (!row || row->base == LAW_BASE_NONE) {
		k.exact_shift = true;
		return k;
	}
	k.rate = row->rate;
	k.cap = row->has_cap ? money_to_tiyn(row->cap) : MONEY_MAX_TIYN;
	k.floor = row->has_floor ? money_to_tiyn(row->floor) : 0;
	must(k.floor <= k.cap);
	find_shift(&k);
	return k;
}

bool kernel_due(const struct kernel *k, struct money income, struct money *out)
{
	int64_t base = kernel_clamp(k, money_to_tiyn(income));

	must(money_to_tiyn(income) >= 0);
	if (!k->exact_shift)
		return money_scale(money_tiyn(base), k->rate, k->how, out);
	*out = money_tiyn(kernel_shift(k, base));
	return true;
}

static inline __attribute__((always_inline)) uint64_t fill_column(
	struct kernel k, const int64_t *restrict income, size_t n, int64_t *restrict out)
{
	uint64_t seen = 0;

	for (size_t i = 0; i < n; i++) {
		seen |= (uint64_t)income[i];
		out[i] = kernel_shift(&k, kernel_clamp(&k, income[i]));
	}
	return seen;
}

#ifdef __x86_64__
bool kernel_has_wide(void)
{
	return __builtin_cpu_supports("avx2") != 0;
}

__attribute__((target("avx2"))) static uint64_t fill_wide(
	const struct kernel *k, const int64_t *restrict income, size_t n, int64_t *restrict out)
{
	struct kernel usual = *k;

	/* Without a floor and to the tiyn, as the law mostly is: constants save instructions. */
	usual.floor = 0;
	usual.unit = 1;
	if (k->floor == 0 && k->unit == 1)
		return fill_column(usual, income, n, out);
	return fill_column(*k, income, n, out);
}
#else
bool kernel_has_wide(void)
{
	return false;
}

static uint64_t fill_wide(
	const struct kernel *k, const int64_t *restrict income, size_t n, int64_t *restrict out)
{
	return fill_column(*k, income, n, out);
}
#endif

uint64_t kernel_column(
	const struct kernel *k, bool wide, const int64_t *income_tiyn, size_t n, int64_t *out_tiyn)
{
	if (wide)
		return fill_wide(k, income_tiyn, n, out_tiyn);
	return fill_column(*k, income_tiyn, n, out_tiyn);
}
