/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes outside any call: what a connection keeps between two turns of the loop. Owns its memory,
 * gives it back as soon as it is empty, and never grows beyond the maximum it is asked for.
 */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

#include <stdbool.h>
#include <stddef.h>

struct heap {
	char *p;
	size_t n, cap;
};

/* Memory of a long-lived thing, zeroed; aborts when there is none. Ended by heap_free_item(). */
__attribute__((returns_nonnull)) void *heap_item(size_t bytes);
void heap_free_item(void *item);

/* Appends; false (and nothing appended) when it would hold more than `max` bytes. */
__attribute__((warn_unused_result)) bool heap_put(
	struct heap *h, const void *bytes, size_t n, size_t max);
/* Takes `n` bytes off the front; frees the memory when nothing is left. */
void heap_drop(struct heap *h, size_t n);
void heap_free(struct heap *h);

#endif
