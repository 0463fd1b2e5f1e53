/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that lives as long as one call.
 *
 * An arena hands out memory and takes all of it back at once. It never returns NULL: when its cap
 * or the machine's memory is reached the process aborts, because every input is capped before it
 * gets here. Built with SAQTA_ARENA_DEBUG each item is its own malloc, so that valgrind and ASan
 * see every byte over the end.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena;

/* A new arena that may hold at most `max_bytes`. Ended by arena_free(). */
struct arena *arena_new(size_t max_bytes);
void arena_free(struct arena *a);

/* Takes everything back; keeps the first block for the next call. */
void arena_reset(struct arena *a);

/* Memory aligned for any type; arena_zalloc() also zeroes it. */
__attribute__((malloc, returns_nonnull, alloc_size(2))) void *arena_alloc(
	struct arena *a, size_t bytes);
__attribute__((malloc, returns_nonnull, alloc_size(2))) void *arena_zalloc(
	struct arena *a, size_t bytes);

/* `count` items of `bytes` each, zeroed; the product is checked. */
__attribute__((returns_nonnull)) void *arena_array(struct arena *a, size_t count, size_t bytes);

/* A copy of `n` bytes with a zero byte behind them. */
__attribute__((returns_nonnull)) char *arena_copy(struct arena *a, const void *bytes, size_t n);

/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *a);

/*
 * Makes room for one more item in an arena-backed array and returns the (perhaps moved) array.
 * Doubles from 16; the caller keeps `*cap`. Use through ARENA_PUSH.
 */
void *arena_grow(struct arena *a, void *items, size_t n, size_t *cap, size_t bytes);
#define ARENA_PUSH(a, items, n, cap)                                                               \
	((items) = arena_grow((a), (items), (n), &(cap), sizeof(*(items))), &(items)[(n)++])

#define ARENA_NEW(a, type) ((type *)arena_zalloc((a), sizeof(type)))

#endif
