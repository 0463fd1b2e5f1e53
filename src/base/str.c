/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/check.h"

int str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int d = n ? memcmp(a.p, b.p, n) : 0;

	if (d)
		return d;
	return (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && (n == 0 || memcmp(s.p, prefix, n) == 0);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
	while (s.n && is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

struct str str_cut(struct str *rest, char c)
{
	const char *at = rest->n ? memchr(rest->p, c, rest->n) : NULL;
	struct str head = *rest;

	if (!at) {
		*rest = (struct str){NULL, 0};
		return head;
	}
	head.n = (size_t)(at - head.p);
	rest->p += head.n + 1;
	rest->n -= head.n + 1;
	return head;
}

struct str str_harmless(struct str word)
{
	int digits = 0;

	for (size_t i = 0; i < word.n; i++) {
		char c = word.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		digits += c >= '0' && c <= '9';
		if (!letter && c != '_' && c != '-' && !(c >= '0' && c <= '9'))
			return STR_LIT("…");
	}
	return word.n > 0 && word.n <= 40 && digits <= 5 ? word : STR_LIT("…");
}

struct str str_copy(struct arena *a, struct str s)
{
	return (struct str){arena_copy(a, s.p, s.n), s.n};
}

const char *str_z(struct arena *a, struct str s)
{
	return arena_copy(a, s.p, s.n);
}

bool str_to_u64(struct str s, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		if (__builtin_mul_overflow(v, 10, &v) ||
			__builtin_add_overflow(v, (uint64_t)(s.p[i] - '0'), &v) || v > max)
			return false;
	}
	*out = v;
	return true;
}

int str_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

struct buf buf_new(struct arena *a, size_t max)
{
	return (struct buf){.arena = a, .max = max};
}

char *buf_grow(struct buf *b, size_t n)
{
	if (n > b->max - b->n) {
		b->over = true;
		return NULL;
	}
	size_t cap = b->cap ? b->cap * 2 : 256;
	if (cap < b->n + n)
		cap = b->n + n;
	if (cap > b->max)
		cap = b->max;
	char *p = arena_alloc(b->arena, cap);
	if (b->n)
		memcpy(p, b->p, b->n);
	b->p = p;
	b->cap = cap;
	return p + b->n;
}

void buf_pad(struct buf *b, uint64_t v, unsigned digits)
{
	char text[20];
	unsigned at = sizeof(text);

	must(digits <= sizeof(text));
	do {
		text[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	while (at > sizeof(text) - digits)
		text[--at] = '0';
	buf_put(b, text + at, sizeof(text) - at);
}

void buf_u64(struct buf *b, uint64_t v)
{
	buf_pad(b, v, 1);
}

void buf_i64(struct buf *b, int64_t v)
{
	if (v < 0)
		buf_char(b, '-');
	buf_u64(b, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

void buf_vfmt(struct buf *b, const char *fmt, va_list ap)
{
	va_list once;
	int n;

	va_copy(once, ap);
	n = vsnprintf(NULL, 0, fmt, once);
	va_end(once);
	must(n >= 0);
	/* vsnprintf() wants a byte for its zero, which need not fit under the maximum. */
	bool aside = (size_t)n == b->max - b->n;
	char *to = aside ? arena_alloc(b->arena, (size_t)n + 1) : buf_room(b, (size_t)n + 1);
	if (!to)
		return;
	vsnprintf(to, (size_t)n + 1, fmt, ap);
	if (aside)
		buf_put(b, to, (size_t)n);
	else
		b->n += (size_t)n;
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(b, fmt, ap);
	va_end(ap);
}
