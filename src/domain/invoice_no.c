/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/invoice_no.h"

enum { LETTERS = 8, GROUP = 4, LETTER_BITS = 5, POLYNOMIAL = 0x25 };

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* Times x in the field of 32 elements, x^5 = x^2 + 1; the powers of x are all different there. */
static unsigned times_x(unsigned v)
{
	v <<= 1;
	return v & 1U << LETTER_BITS ? v ^ POLYNOMIAL : v;
}

/* The letters as a polynomial at x: zero when the check letter is right. */
static unsigned check_of(uint64_t n)
{
	unsigned sum = 0;

	for (int i = LETTERS - 1; i >= 0; i--)
		sum = times_x(sum) ^ (unsigned)(n >> (i * LETTER_BITS) & 31);
	return sum;
}

struct invoice_no invoice_no_of(uint64_t bits)
{
	uint64_t n = (bits & ((1ULL << INVOICE_NO_BITS) - 1)) << LETTER_BITS;

	return (struct invoice_no){(int64_t)(n | check_of(n))};
}

bool invoice_no_valid(int64_t n)
{
	return n >= 0 && n < 1LL << (INVOICE_NO_BITS + LETTER_BITS) && check_of((uint64_t)n) == 0;
}

static int letter_value(char c)
{
	const char *at;

	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'O')
		return 0;
	if (c == 'I' || c == 'L')
		return 1;
	at = c ? strchr(alphabet, c) : NULL;
	return at ? (int)(at - alphabet) : -1;
}

bool invoice_no_read(struct str text, struct invoice_no *out)
{
	uint64_t n = 0;

	if (text.n == INVOICE_NO_CHARS) {
		if (text.p[GROUP] != '-')
			return false;
	} else if (text.n != LETTERS) {
		return false;
	}
	for (size_t i = 0; i < text.n; i++) {
		int v = letter_value(text.p[i]);

		if (text.n == INVOICE_NO_CHARS && i == GROUP)
			continue;
		if (v < 0)
			return false;
		n = n << LETTER_BITS | (unsigned)v;
	}
	out->n = (int64_t)n;
	return check_of(n) == 0;
}

void invoice_no_put(struct buf *b, struct invoice_no no)
{
	for (int i = LETTERS - 1; i >= 0; i--) {
		buf_char(b, alphabet[(uint64_t)no.n >> (i * LETTER_BITS) & 31]);
		if (i == GROUP)
			buf_char(b, '-');
	}
}
