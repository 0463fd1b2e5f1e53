/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every unit test includes first: cmocka in the right order, texts compared by length and
 * bytes, and the seeded generator of property tests (SAQTA_SEED, SAQTA_CASES).
 */
#ifndef SUPPORT_TEST_H
#define SUPPORT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#undef fail /* ours is in base/ctx.h; a test says fail_msg() */
#undef fail_msg
#define fail_msg(...)                                                                              \
	do {                                                                                       \
		print_error(__VA_ARGS__);                                                          \
		print_error("\n");                                                                 \
		_fail(__FILE__, __LINE__);                                                         \
	} while (0)

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/ctx.h"

#define TEST_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Two views hold the same bytes; prints both when not. */
static inline void test_same_text(struct str got, struct str want, const char *file, int line)
{
	if (str_eq(got, want))
		return;
	print_error("got:  %.*s\nwant: %.*s\n", STR(got), STR(want));
	_fail(file, line);
}
#define assert_str(got, want) test_same_text((got), (want), __FILE__, __LINE__)
#define assert_text(got, want) test_same_text((got), str_of(want), __FILE__, __LINE__)

/* SplitMix64: short, seeded, the same on every machine. */
struct test_random {
	uint64_t state;
};

static inline uint64_t test_next(struct test_random *r)
{
	uint64_t z = r->state += 0x9E3779B97F4A7C15ULL;

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
	return z ^ (z >> 31);
}

/* Evenly 0 … below-1. */
static inline uint64_t test_below(struct test_random *r, uint64_t below)
{
	return (uint64_t)((unsigned __int128)test_next(r) * below >> 64);
}

static inline uint64_t test_from_env(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtoull(text, NULL, 0) : otherwise;
}

/* Prints the seed, so that a failure can be run again. */
static inline struct test_random test_seeded(void)
{
	uint64_t seed = test_from_env("SAQTA_SEED", 20261122);

	print_message("# SAQTA_SEED=%" PRIu64 "\n", seed);
	return (struct test_random){seed};
}

/* Number of random cases: SAQTA_CASES, else the test's own number; of dear ones, a part of it.
 * Printed, so that tests/run.py can add them up. */
static inline uint64_t test_cases_part(uint64_t otherwise, uint64_t part)
{
	uint64_t cases = test_from_env("SAQTA_CASES", otherwise) / part;

	print_message("# random cases: %" PRIu64 "\n", cases);
	return cases;
}
static inline uint64_t test_cases(uint64_t otherwise)
{
	return test_cases_part(otherwise, 1);
}

#endif
