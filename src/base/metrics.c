/* SPDX-License-Identifier: Apache-2.0 */
#include "base/metrics.h"

#include <inttypes.h>
#include <stdatomic.h>

struct metrics {
	_Atomic uint64_t value[METRIC_COUNT];
	_Atomic uint64_t bucket[METRIC_BUCKETS + 1]; /* the last one: longer than all */
	_Atomic uint64_t total_us;
};

/* Upper edges. */
static const uint64_t edge_us[METRIC_BUCKETS] = {
	50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, 200000, 500000, 1000000};

static const struct {
	const char *text, *help;
} rows[METRIC_COUNT] = {
#define METRIC(name, text, help) [METRIC_##name] = {text, help},
#include "base/metrics.def"
#undef METRIC
};

size_t metrics_bytes(void)
{
	return sizeof(struct metrics);
}

void metrics_add(struct metrics *m, enum metric which, uint64_t n)
{
	atomic_fetch_add_explicit(&m->value[which], n, memory_order_relaxed);
}

void metrics_set(struct metrics *m, enum metric which, uint64_t n)
{
	atomic_store_explicit(&m->value[which], n, memory_order_relaxed);
}

uint64_t metrics_get(const struct metrics *m, enum metric which)
{
	return atomic_load_explicit(&m->value[which], memory_order_relaxed);
}

void metrics_observe_us(struct metrics *m, uint64_t us)
{
	unsigned i = 0;

	while (i < METRIC_BUCKETS && us > edge_us[i])
		i++;
	atomic_fetch_add_explicit(&m->bucket[i], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&m->total_us, us, memory_order_relaxed);
}

static void put_seconds(struct buf *out, uint64_t us)
{
	buf_fmt(out, "%" PRIu64 ".%06" PRIu64, us / 1000000, us % 1000000);
}

static void put_histogram(const struct metrics *m, struct buf *out)
{
	static const char name[] = "saqta_http_answer_seconds";
	uint64_t sum = 0;

	buf_fmt(out, "# HELP %s Time from a whole request to its answer.\n# TYPE %s histogram\n",
		name, name);
	for (unsigned i = 0; i <= METRIC_BUCKETS; i++) {
		sum += atomic_load_explicit(&m->bucket[i], memory_order_relaxed);
		buf_fmt(out, "%s_bucket{le=\"", name);
		if (i < METRIC_BUCKETS)
			put_seconds(out, edge_us[i]);
		else
			buf_z(out, "+Inf");
		buf_fmt(out, "\"} %" PRIu64 "\n", sum);
	}
	buf_fmt(out, "%s_sum ", name);
	put_seconds(out, atomic_load_explicit(&m->total_us, memory_order_relaxed));
	buf_fmt(out, "\n%s_count %" PRIu64 "\n", name, sum);
}

void metrics_put(const struct metrics *m, struct buf *out)
{
	for (unsigned i = 0; i < METRIC_COUNT; i++) {
		struct str rest = str_of(rows[i].text);
		struct str family = str_cut(&rest, '{');

		/* The first row of a family carries its help. */
		if (rows[i].help[0]) {
			bool grows =
				family.n > 6 && memcmp(family.p + family.n - 6, "_total", 6) == 0;

			buf_fmt(out, "# HELP %.*s %s\n# TYPE %.*s %s\n", STR(family), rows[i].help,
				STR(family), grows ? "counter" : "gauge");
		}
		buf_fmt(out, "%s %" PRIu64 "\n", rows[i].text, metrics_get(m, (enum metric)i));
	}
	put_histogram(m, out);
}
