/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long the page of a status takes to render, beside copying its bytes once. The row is for
 * tests/bench/run.py.
 */
#include <inttypes.h>
#include <stdio.h>

#include "support/page_samples.h"

enum { ROUNDS = 20000 };

static uint64_t tenths_us(int64_t us)
{
	return (uint64_t)us * 10 / ROUNDS;
}

int main(void)
{
	struct ctx cx = {.arena = arena_new(8 << 20), .lang = LANG_KK};
	struct arena *pages = arena_new(8 << 20);
	struct ctx each = {.arena = pages, .lang = LANG_KK};
	const struct clock *clock = clock_system();
	const struct view_status *v = sample_status(&cx, REASON_GRACE);
	struct buf once = page_buf(&cx);

	page_status(&once, LANG_KK, v);
	int64_t start = clock->monotonic_us(clock);
	for (int i = 0; i < ROUNDS; i++) {
		arena_reset(pages);
		struct buf b = page_buf(&each);
		page_status(&b, LANG_KK, v);
	}
	uint64_t page = tenths_us(clock->monotonic_us(clock) - start);
	start = clock->monotonic_us(clock);
	for (int i = 0; i < ROUNDS; i++) {
		arena_reset(pages);
		struct buf b = page_buf(&each);
		buf_put(&b, once.p, once.n);
	}
	uint64_t copy = tenths_us(clock->monotonic_us(clock) - start);
	printf("page of a status, %zu bytes\t%" PRIu64 ".%" PRIu64
	       " us\tits bytes copied once\t%" PRIu64 ".%" PRIu64 " us\t%" PRIu64 "\t<= 25 us\n",
		once.n, page / 10, page % 10, copy / 10, copy % 10, copy ? page / copy : 0);
	arena_free(pages);
	arena_free(cx.arena);
	return 0;
}
