/* SPDX-License-Identifier: Apache-2.0 */
/*
 * struct str: a view of bytes (never owns, need not end in zero).
 * struct buf: a growing text in an arena that must be told its maximum.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

struct str {
	const char *p;
	size_t n;
};

/* For printf: printf("%.*s", STR(s)). */
#define STR(s) (int)(s).n, (s).p
#define STR_LIT(s) ((struct str){(s), sizeof(s) - 1})

static inline struct str str_of(const char *z)
{
	return (struct str){z, z ? strlen(z) : 0};
}

static inline bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool str_is(struct str a, const char *z)
{
	return str_eq(a, str_of(z));
}

/* Byte order, shorter first on a tie: <0, 0, >0. */
int str_cmp(struct str a, struct str b);
bool str_starts(struct str s, const char *prefix);
/* Without ASCII white space (space, tab, CR, LF) at both ends. */
struct str str_trim(struct str s);
/*
 * Cuts the part before the first `c` off the front of `*rest` (without `c`) and returns it.
 * Without `c`, returns all and leaves `*rest` empty with p == NULL.
 */
struct str str_cut(struct str *rest, char c);
/*
 * A caller's own word as an error may repeat it: letters, '_', '-' and at most five digits, 40
 * bytes; of anything else, which might hold a number of a person, "…".
 */
struct str str_harmless(struct str word);
/* A copy in the arena with a zero byte behind it. */
struct str str_copy(struct arena *a, struct str s);
/* The same as a C string. */
const char *str_z(struct arena *a, struct str s);
/* Decimal digits only, no sign, at most `max`; false otherwise (also when empty). */
bool str_to_u64(struct str s, uint64_t max, uint64_t *out);
/* 0 … 15 of a hex digit of either case, -1 of anything else. */
int str_hex_digit(char c);

struct buf {
	char *p;
	size_t n;
	size_t cap;
	size_t max; /* appending beyond it sets `over` and drops the rest */
	bool over;
	struct arena *arena;
};

struct buf buf_new(struct arena *a, size_t max);
/* What buf_room() does when the bytes do not fit into what the buf has. */
char *buf_grow(struct buf *b, size_t n);
/* Room for `n` more bytes at p + n; NULL (and over set) when the maximum forbids it. */
static inline char *buf_room(struct buf *b, size_t n)
{
	return n <= b->cap - b->n ? b->p + b->n : buf_grow(b, n);
}
static inline void buf_put(struct buf *b, const void *bytes, size_t n)
{
	char *to = n ? buf_room(b, n) : NULL;

	if (!to)
		return;
	memcpy(to, bytes, n);
	b->n += n;
}
static inline void buf_str(struct buf *b, struct str s)
{
	buf_put(b, s.p, s.n);
}
static inline void buf_z(struct buf *b, const char *z)
{
	buf_put(b, z, strlen(z));
}
static inline void buf_char(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}
void buf_u64(struct buf *b, uint64_t v);
void buf_i64(struct buf *b, int64_t v);
/* `v` with leading zeros to `digits` places. */
void buf_pad(struct buf *b, uint64_t v, unsigned digits);
__attribute__((format(printf, 2, 3))) void buf_fmt(struct buf *b, const char *fmt, ...);
__attribute__((format(printf, 2, 0))) void buf_vfmt(struct buf *b, const char *fmt, va_list ap);
static inline struct str buf_view(const struct buf *b)
{
	return (struct str){b->p, b->n};
}

#endif
