/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/rk1048.h"

#include "base/check.h"
#include "base/utf8.h"

/* The upper half; the lower one is ASCII. */
/* clang-format off */
static const uint16_t upper[128] = {
	0x0402, 0x0403, 0x201a, 0x0453, 0x201e, 0x2026, 0x2020, 0x2021,
	0x20ac, 0x2030, 0x0409, 0x2039, 0x040a, 0x049a, 0x04ba, 0x040f,
	0x0452, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x0000, 0x2122, 0x0459, 0x203a, 0x045a, 0x049b, 0x04bb, 0x045f,
	0x00a0, 0x04b0, 0x04b1, 0x04d8, 0x00a4, 0x04e8, 0x00a6, 0x00a7,
	0x0401, 0x00a9, 0x0492, 0x00ab, 0x00ac, 0x00ad, 0x00ae, 0x04ae,
	0x00b0, 0x00b1, 0x0406, 0x0456, 0x04e9, 0x00b5, 0x00b6, 0x00b7,
	0x0451, 0x2116, 0x0493, 0x00bb, 0x04d9, 0x04a2, 0x04a3, 0x04af,
	0x0410, 0x0411, 0x0412, 0x0413, 0x0414, 0x0415, 0x0416, 0x0417,
	0x0418, 0x0419, 0x041a, 0x041b, 0x041c, 0x041d, 0x041e, 0x041f,
	0x0420, 0x0421, 0x0422, 0x0423, 0x0424, 0x0425, 0x0426, 0x0427,
	0x0428, 0x0429, 0x042a, 0x042b, 0x042c, 0x042d, 0x042e, 0x042f,
	0x0430, 0x0431, 0x0432, 0x0433, 0x0434, 0x0435, 0x0436, 0x0437,
	0x0438, 0x0439, 0x043a, 0x043b, 0x043c, 0x043d, 0x043e, 0x043f,
	0x0440, 0x0441, 0x0442, 0x0443, 0x0444, 0x0445, 0x0446, 0x0447,
	0x0448, 0x0449, 0x044a, 0x044b, 0x044c, 0x044d, 0x044e, 0x044f,
};
/* clang-format on */

uint32_t rk1048_code(unsigned char byte)
{
	return byte < 0x80 ? byte : upper[byte - 0x80];
}

bool rk1048_byte(uint32_t code, unsigned char *out)
{
	if (code < 0x80) {
		*out = (unsigned char)code;
		return true;
	}
	for (unsigned i = 0; i < 128; i++) {
		if (code == upper[i]) {
			*out = (unsigned char)(0x80 + i);
			return true;
		}
	}
	return false;
}

static size_t line_of(struct str s, size_t at)
{
	size_t line = 1;

	for (size_t i = 0; i < at; i++)
		line += s.p[i] == '\n';
	return line;
}

/* Every byte as UTF-8, ready to copy: four bytes and their number. */
struct expansion {
	char bytes[4];
	uint8_t n;
};

static void expansions(struct expansion table[256])
{
	for (unsigned i = 0; i < 256; i++) {
		uint32_t code = rk1048_code((unsigned char)i);

		table[i].n = code || i == 0 ? (uint8_t)utf8_put(code, table[i].bytes) : 0;
	}
}

enum st rk1048_decode(struct ctx *cx, struct str in, size_t max, struct str *out)
{
	struct expansion table[256];
	size_t n = 0;

	expansions(table);
	for (size_t i = 0; i < in.n; i++) {
		const struct expansion *e = &table[(unsigned char)in.p[i]];

		if (e->n == 0)
			return fail_in(cx, line_of(in, i), "", TEXT_ENCODING, "0x98");
		n += e->n;
	}
	if (n > max)
		return fail(cx, FILE_TOO_BIG, "%zu", n);
	/* Each character is copied as four bytes and overwritten by the next: no branch. */
	char *to = arena_alloc(cx->arena, n + 4);
	out->p = to;
	out->n = n;
	for (size_t i = 0; i < in.n; i++) {
		const struct expansion *e = &table[(unsigned char)in.p[i]];

		memcpy(to, e->bytes, 4);
		to += e->n;
	}
	return OK;
}

enum st rk1048_encode(struct ctx *cx, struct str in, struct buf *out)
{
	size_t at = 0;

	while (at < in.n) {
		uint32_t code;
		unsigned char byte;
		size_t n = utf8_take((struct str){in.p + at, in.n - at}, &code);

		if (n == 0 || !rk1048_byte(code, &byte))
			return fail_in(
				cx, line_of(in, at), "", TEXT_ENCODING, "%.*s", (int)n, in.p + at);
		buf_char(out, (char)byte);
		at += n;
	}
	return OK;
}
