/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counters and one latency histogram in a page that parent and workers share. Adding is one atomic
 * instruction; reading sums nothing, because all workers count into the same words.
 */
#ifndef BASE_METRICS_H
#define BASE_METRICS_H

#include "base/str.h"

enum metric {
#define METRIC(name, text, help) METRIC_##name,
#include "base/metrics.def"
#undef METRIC
	METRIC_COUNT
};

enum { METRIC_BUCKETS = 14 };

struct metrics;

/* Size of the page, which the caller places in shared zeroed memory. */
size_t metrics_bytes(void);
void metrics_add(struct metrics *m, enum metric which, uint64_t n);
/* For a gauge, by the one process that knows it. */
void metrics_set(struct metrics *m, enum metric which, uint64_t n);
uint64_t metrics_get(const struct metrics *m, enum metric which);
/* One answer that took this long. */
void metrics_observe_us(struct metrics *m, uint64_t us);
/* Prometheus text format 0.0.4. */
void metrics_put(const struct metrics *m, struct buf *out);

#endif
