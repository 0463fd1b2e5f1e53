/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clock. clock_system() is the only caller of the system clock; everything else gets the time
 * through its context, so that tests can stop it.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Microseconds since 1970-01-01T00:00Z. */
struct instant {
	int64_t us;
};

struct clock {
	/* Wall clock. */
	struct instant (*now)(const struct clock *self);
	/* Never goes back; only differences mean anything. */
	int64_t (*monotonic_us)(const struct clock *self);
};

const struct clock *clock_system(void);

/* A clock that stands still, for tests and for reproducible runs (SAQTA_NOW). */
struct clock_fixed {
	struct clock clock;
	struct instant at;
};
struct clock_fixed clock_fixed_at(struct instant at);

#endif
