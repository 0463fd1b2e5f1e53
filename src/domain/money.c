/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/money.h"

bool money_add(struct money a, struct money b, struct money *out)
{
	int64_t sum;

	if (__builtin_add_overflow(a.tiyn, b.tiyn, &sum))
		return false;
	out->tiyn = sum;
	return true;
}

bool money_sub(struct money a, struct money b, struct money *out)
{
	int64_t difference;

	if (__builtin_sub_overflow(a.tiyn, b.tiyn, &difference))
		return false;
	out->tiyn = difference;
	return true;
}

bool money_times(struct money a, int64_t n, struct money *out)
{
	int64_t product;

	if (__builtin_mul_overflow(a.tiyn, n, &product))
		return false;
	out->tiyn = product;
	return true;
}

/* Bytes of a group separator at `p`: space, U+00A0, U+2009, U+202F; 0 when it is none. `s` is not
 * empty. */
static size_t separator(struct str s)
{
	if (s.p[0] == ' ')
		return 1;
	if (s.n >= 2 && memcmp(s.p, "\xc2\xa0", 2) == 0)
		return 2;
	if (s.n >= 3 &&
		(memcmp(s.p, "\xe2\x80\x89", 3) == 0 || memcmp(s.p, "\xe2\x80\xaf", 3) == 0))
		return 3;
	return 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits and group separators up to a decimal sign; leaves `*s` at the decimal sign or the end. */
static ST parse_whole(struct ctx *cx, struct str *s, int64_t *tenge)
{
	bool digit_before = false;

	*tenge = 0;
	while (s->n && *s->p != ',' && *s->p != '.') {
		size_t skip = separator(*s);

		if (skip && digit_before) {
			s->p += skip;
			s->n -= skip;
			digit_before = false;
			continue;
		}
		if (!is_digit(*s->p))
			return fail(cx, MONEY_FORMAT, "%s", "");
		*tenge = *tenge * 10 + (*s->p - '0');
		if (*tenge > MONEY_MAX_TIYN / 100)
			return fail(cx, MONEY_RANGE, "%s", "");
		digit_before = true;
		s->p++;
		s->n--;
	}
	if (!digit_before)
		return fail(cx, MONEY_FORMAT, "%s", "");
	return OK;
}

enum st money_parse(struct ctx *cx, struct str text, struct money *out)
{
	struct str s = str_trim(text);
	int64_t tenge, tiyn = 0;

	if (s.n == 0)
		return fail(cx, VALUE_MISSING, "%s", "");
	if (*s.p == '-' || str_starts(s, "\xe2\x88\x92"))
		return fail(cx, MONEY_NEGATIVE, "%s", "");
	TRY(parse_whole(cx, &s, &tenge));
	if (s.n) {
		s.p++;
		s.n--;
		for (size_t i = 0; i < s.n; i++)
			if (!is_digit(s.p[i]))
				return fail(cx, MONEY_FORMAT, "%s", "");
		if (s.n == 0)
			return fail(cx, MONEY_FORMAT, "%s", "");
		if (s.n > 2)
			return fail(cx, MONEY_FRACTION, "%s", "");
		tiyn = (s.p[0] - '0') * 10 + (s.n == 2 ? s.p[1] - '0' : 0);
	}
	if (tenge * 100 + tiyn > MONEY_MAX_TIYN)
		return fail(cx, MONEY_RANGE, "%s", "");
	out->tiyn = tenge * 100 + tiyn;
	return OK;
}

static uint64_t magnitude(struct money m)
{
	return m.tiyn < 0 ? 0 - (uint64_t)m.tiyn : (uint64_t)m.tiyn;
}

void money_put_plain(struct buf *b, struct money m)
{
	/* From the last digit to the sign: "-92233720368547758.08" is the longest. */
	char text[24];
	uint64_t rest = magnitude(m);
	size_t at = sizeof(text);

	for (int digits = 0; rest || digits < 3; digits++, rest /= 10) {
		if (digits == 2)
			text[--at] = '.';
		text[--at] = (char)('0' + rest % 10);
	}
	if (m.tiyn < 0)
		text[--at] = '-';
	buf_put(b, text + at, sizeof(text) - at);
}

static void put_groups(struct buf *b, uint64_t v)
{
	if (v < 1000) {
		buf_u64(b, v);
		return;
	}
	put_groups(b, v / 1000); /* depth is at most 7: 64 bits hold 20 digits */
	buf_z(b, "\xc2\xa0");
	buf_pad(b, v % 1000, 3);
}

void money_put_human(struct buf *b, struct money m, char decimal)
{
	uint64_t abs = magnitude(m);

	if (m.tiyn < 0)
		buf_z(b, "\xe2\x88\x92");
	put_groups(b, abs / 100);
	if (abs % 100) {
		buf_char(b, decimal);
		buf_pad(b, abs % 100, 2);
	}
}
