/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

enum { FIRST_BLOCK = 64 << 10, ALIGN = alignof(max_align_t) };

struct block {
	struct block *next;
	size_t bytes;
	alignas(max_align_t) unsigned char data[];
};

struct arena {
	struct block *blocks; /* newest first; the last one in the list is the first block */
	size_t at;            /* next free byte of the newest block */
	size_t used;
	size_t max;
};

static struct block *block_new(size_t bytes, struct block *next)
{
	struct block *b = malloc(sizeof(*b) + bytes);

	must(b);
	b->next = next;
	b->bytes = bytes;
	return b;
}

struct arena *arena_new(size_t max_bytes)
{
	struct arena *a = malloc(sizeof(*a));

	must(a && max_bytes > 0);
	*a = (struct arena){.max = max_bytes};
	return a;
}

static void blocks_free(struct block *b)
{
	while (b) {
		struct block *next = b->next;

		free(b);
		b = next;
	}
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	blocks_free(a->blocks);
	free(a);
}

void arena_reset(struct arena *a)
{
	struct block *first = a->blocks;

	if (!first)
		return;
	while (first->next) {
		struct block *next = first->next;

		free(first);
		first = next;
	}
#ifdef SAQTA_ARENA_DEBUG
	free(first);
	first = NULL;
#endif
	a->blocks = first;
	a->at = 0;
	a->used = 0;
}

void *arena_alloc(struct arena *a, size_t bytes)
{
	size_t want = (bytes + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	void *p;

	must(want >= bytes && want <= a->max - a->used);
#ifdef SAQTA_ARENA_DEBUG
	a->blocks = block_new(bytes, a->blocks);
	a->used += want;
	return a->blocks->data;
#endif
	if (!a->blocks || a->blocks->bytes - a->at < want) {
		size_t size = a->blocks ? a->blocks->bytes * 2 : FIRST_BLOCK;

		if (size > (size_t)16 << 20)
			size = (size_t)16 << 20;
		a->blocks = block_new(want > size ? want : size, a->blocks);
		a->at = 0;
	}
	p = a->blocks->data + a->at;
	a->at += want;
	a->used += want;
	return p;
}

void *arena_zalloc(struct arena *a, size_t bytes)
{
	return memset(arena_alloc(a, bytes), 0, bytes);
}

void *arena_array(struct arena *a, size_t count, size_t bytes)
{
	size_t total;

	must(!__builtin_mul_overflow(count, bytes, &total));
	return arena_zalloc(a, total);
}

char *arena_copy(struct arena *a, const void *bytes, size_t n)
{
	char *p;

	must(n < SIZE_MAX);
	p = arena_alloc(a, n + 1);
	if (n)
		memcpy(p, bytes, n);
	p[n] = '\0';
	return p;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}

void *arena_grow(struct arena *a, void *items, size_t n, size_t *cap, size_t bytes)
{
	void *more;

	if (n < *cap)
		return items;
	*cap = *cap ? *cap * 2 : 16;
	more = arena_array(a, *cap, bytes);
	if (n)
		memcpy(more, items, n * bytes);
	return more;
}
