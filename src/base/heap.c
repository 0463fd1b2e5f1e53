/* SPDX-License-Identifier: Apache-2.0 */
#include "base/heap.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

enum { FIRST = 512 };

void *heap_item(size_t bytes)
{
	void *p = calloc(1, bytes);

	must(p);
	return p;
}

void heap_free_item(void *item)
{
	free(item);
}

bool heap_put(struct heap *h, const void *bytes, size_t n, size_t max)
{
	if (n == 0)
		return true;
	if (n > max || h->n > max - n)
		return false;
	if (h->n + n > h->cap) {
		size_t cap = h->cap ? 2 * h->cap : FIRST;
		char *p;

		/* Nobody grows behind something big: it gets what it asks for. */
		if (cap < h->n + n)
			cap = h->n + n;
		p = realloc(h->p, cap);
		must(p);
		h->p = p;
		h->cap = cap;
	}
	memcpy(h->p + h->n, bytes, n);
	h->n += n;
	return true;
}

void heap_drop(struct heap *h, size_t n)
{
	must(n <= h->n);
	h->n -= n;
	if (h->n == 0)
		heap_free(h);
	else if (n)
		memmove(h->p, h->p + n, h->n);
}

void heap_free(struct heap *h)
{
	free(h->p);
	*h = (struct heap){0};
}
