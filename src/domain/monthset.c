/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/monthset.h"

void monthset_remove(struct monthset *s, struct month m)
{
	if (monthset_fits(m))
		s->w[monthset_index(m) >> 6] &= ~(1ULL << (monthset_index(m) & 63));
}

struct monthset monthset_upto(int last)
{
	struct monthset s = {{0}};

	for (int i = 0; i < MONTHSET_WORDS; i++) {
		int n = last + 1 - i * 64;

		if (n >= 64)
			s.w[i] = UINT64_MAX;
		else if (n > 0)
			s.w[i] = (1ULL << n) - 1;
	}
	return s;
}

void monthset_add_range(struct monthset *s, struct month first, struct month last)
{
	int from = monthset_index(first), to = monthset_index(last);

	if (last.n == MONTH_NEVER.n || to >= MONTHSET_BITS)
		to = MONTHSET_BITS - 1;
	if (from < 0)
		from = 0;
	if (from >= MONTHSET_BITS || to < from)
		return;
	for (int i = from >> 6; i <= to >> 6; i++) {
		uint64_t begin = i == from >> 6 ? UINT64_MAX << (from & 63) : UINT64_MAX;
		uint64_t end = i == to >> 6 ? UINT64_MAX >> (63 - (to & 63)) : UINT64_MAX;

		s->w[i] |= begin & end;
	}
}

unsigned monthset_count(const struct monthset *s)
{
	unsigned n = 0;

	for (int i = 0; i < MONTHSET_WORDS; i++)
		n += (unsigned)__builtin_popcountll(s->w[i]);
	return n;
}
