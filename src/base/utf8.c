/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "base/check.h"

/* The least code point that needs so many bytes: a smaller one is an overlong form. */
static const uint32_t least_code[5] = {0, 0, 0x80, 0x800, 0x10000};

/* Leading ASCII bytes of `s`, eight at a time. */
static size_t ascii_run(struct str s)
{
	size_t i = 0;
	uint64_t word;

	for (; i + 8 <= s.n; i += 8) {
		memcpy(&word, s.p + i, 8);
		if (word & 0x8080808080808080ULL)
			break;
	}
	while (i < s.n && (unsigned char)s.p[i] < 0x80)
		i++;
	return i;
}

size_t utf8_take(struct str s, uint32_t *code)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t n;
	uint32_t c;

	if (s.n == 0)
		return 0;
	if (p[0] < 0x80) {
		*code = p[0];
		return 1;
	}
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	n = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (s.n < n)
		return 0;
	c = p[0] & (0x7fU >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least_code[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*code = c;
	return n;
}

/* A valid two-byte character: every Cyrillic letter is one, so this is the common case. */
static inline bool two_bytes(const char *p, size_t left)
{
	return left >= 2 && (unsigned char)(p[0] - 0xc2) <= 0xdf - 0xc2 && (p[1] & 0xc0) == 0x80;
}

bool utf8_valid(struct str s, size_t *bad_at)
{
	size_t at = 0;
	uint32_t code;

	while (at < s.n) {
		if ((unsigned char)s.p[at] < 0x80) {
			at += ascii_run((struct str){s.p + at, s.n - at});
			continue;
		}
		while (two_bytes(s.p + at, s.n - at))
			at += 2;
		if (at == s.n || (unsigned char)s.p[at] < 0x80)
			continue;
		size_t n = utf8_take((struct str){s.p + at, s.n - at}, &code);
		if (n == 0)
			break;
		at += n;
	}
	if (bad_at)
		*bad_at = at;
	return at == s.n;
}

size_t utf8_put(uint32_t code, char out[4])
{
	must(code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff));
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

size_t utf8_count(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

/*
 * Only characters from U+0300 up can combine or be decomposed away; Cyrillic and Kazakh letters
 * below U+0530 other than the combining block are composed already.
 */
static bool surely_composed(struct str s)
{
	size_t at = 0;
	uint32_t code;

	while ((at += ascii_run((struct str){s.p + at, s.n - at})) < s.n) {
		size_t n = utf8_take((struct str){s.p + at, s.n - at}, &code);

		must(n);
		if (code >= 0x300 && !(code >= 0x370 && code < 0x374) &&
			!(code >= 0x400 && code < 0x483) && !(code >= 0x48a && code < 0x530))
			return false;
		at += n;
	}
	return true;
}

bool utf8_starts_with_letters(struct str s, struct str start)
{
	uint32_t left, right;

	while (start.n) {
		size_t n = utf8_take(s, &left), m = utf8_take(start, &right);

		if (!n || !m ||
			utf8proc_tolower((utf8proc_int32_t)left) !=
				utf8proc_tolower((utf8proc_int32_t)right))
			return false;
		s = (struct str){s.p + n, s.n - n};
		start = (struct str){start.p + m, start.n - m};
	}
	return true;
}

enum st utf8_nfc(struct ctx *cx, struct str in, struct str *out)
{
	utf8proc_uint8_t *composed;
	utf8proc_ssize_t n;
	size_t bad_at;

	if (!utf8_valid(in, &bad_at))
		return fail(cx, TEXT_ENCODING, "%zu", bad_at);
	if (surely_composed(in)) {
		*out = in;
		return OK;
	}
	n = utf8proc_map((const utf8proc_uint8_t *)in.p, (utf8proc_ssize_t)in.n, &composed,
		UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	must(n >= 0);
	*out = str_copy(cx->arena, (struct str){(const char *)composed, (size_t)n});
	free(composed);
	return OK;
}
