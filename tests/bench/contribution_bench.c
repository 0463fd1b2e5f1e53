/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 121 and 122 of a whole population, exact to the tiyn, on one core, beside a plain sum over the
 * same three columns. Prints one row for tests/bench/run.py.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "rules/contribution.h"
#include "service/lawsource.h"

/* A block of outputs stays in the second cache, so that a consumer finds them there. */
enum { PEOPLE = 1 << 23, BLOCK = 1 << 12, ROUNDS = 5 };

struct population {
	int64_t *income, *deduction, *contribution;
};

static int64_t sum_of(const int64_t *column, size_t n)
{
	int64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += column[i];
	return sum;
}

static int64_t compute_all(struct ctx *cx, const struct lawbook *book, const struct population *p)
{
	static int64_t deduction[BLOCK], contribution[BLOCK];
	int64_t sum = 0;

	for (size_t i = 0; i < PEOPLE; i += BLOCK) {
		must(contribution_columns(cx, book, month_of(2026, 1), p->income + i, BLOCK,
			     deduction, contribution) == OK);
		sum += deduction[i % BLOCK] + contribution[BLOCK - 1];
	}
	return sum;
}

static int64_t sum_all(struct ctx *cx, const struct lawbook *book, const struct population *p)
{
	return sum_of(p->income, PEOPLE) + sum_of(p->deduction, PEOPLE) +
	       sum_of(p->contribution, PEOPLE);
}

/* Millions of people a second, the best of some rounds; `check` keeps the work from vanishing. */
static int64_t best(struct ctx *cx, const struct lawbook *book, const struct population *p,
	int64_t (*run)(struct ctx *, const struct lawbook *, const struct population *))
{
	int64_t least = INT64_MAX;
	volatile int64_t check = 0;

	for (int i = 0; i < ROUNDS; i++) {
		int64_t start = cx->clock->monotonic_us(cx->clock);

		check = check + run(cx, book, p);
		int64_t us = cx->clock->monotonic_us(cx->clock) - start;
		least = us < least ? us : least;
	}
	return PEOPLE / (least ? least : 1);
}

int main(void)
{
	struct arena *arena = arena_new((size_t)1 << 30);
	struct ctx cx = {.arena = arena, .clock = clock_system()};
	struct population p = {
		arena_array(arena, PEOPLE, sizeof(int64_t)),
		arena_array(arena, PEOPLE, sizeof(int64_t)),
		arena_array(arena, PEOPLE, sizeof(int64_t)),
	};
	struct lawbook *book;

	must(lawsource_load(&cx, arena, NULL, &book) == OK);
	for (size_t i = 0; i < PEOPLE; i++)
		p.income[i] = (int64_t)(i * 2654435761U % 500000000U);
	must(contribution_columns(&cx, book, month_of(2026, 1), p.income, PEOPLE, p.deduction,
		     p.contribution) == OK);
	int64_t ours = best(&cx, book, &p, compute_all), plain = best(&cx, book, &p, sum_all);

	printf("contributions of a population, one core\t%lld M person-months/s\t"
	       "sum of the same columns\t%lld M person-months/s\t%lld.%02lld\t>= 0.25\n",
		(long long)ours, (long long)plain, (long long)(ours / plain),
		(long long)(ours * 100 / plain % 100));
	arena_free(arena);
	return 0;
}
