/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <time.h>

static int64_t read_us(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static struct instant system_now(const struct clock *self)
{
	(void)self;
	return (struct instant){read_us(CLOCK_REALTIME)};
}

static int64_t system_monotonic_us(const struct clock *self)
{
	(void)self;
	return read_us(CLOCK_MONOTONIC);
}

const struct clock *clock_system(void)
{
	static const struct clock real = {system_now, system_monotonic_us};

	return &real;
}

static struct instant fixed_now(const struct clock *self)
{
	return ((const struct clock_fixed *)self)->at;
}

static int64_t fixed_monotonic_us(const struct clock *self)
{
	return ((const struct clock_fixed *)self)->at.us;
}

struct clock_fixed clock_fixed_at(struct instant at)
{
	return (struct clock_fixed){{fixed_now, fixed_monotonic_us}, at};
}
