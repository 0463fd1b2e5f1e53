/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/encoding.h"

#include "base/utf8.h"
#include "formats/rk1048.h"

enum { SAMPLE_BYTES = 64 << 10, PIECE_BYTES = 4 << 20 };

const char *encoding_name(enum encoding e)
{
	static const char *const names[] = {
		[ENCODING_UTF8] = "UTF-8",
		[ENCODING_UTF8_BOM] = "UTF-8 BOM",
		[ENCODING_UTF16LE] = "UTF-16LE",
		[ENCODING_UTF16BE] = "UTF-16BE",
		[ENCODING_RK1048] = "RK1048",
	};

	return names[e];
}

static bool by_mark(struct str s, enum encoding *out, size_t *mark)
{
	static const struct {
		const char *mark;
		size_t n;
		enum encoding encoding;
	} marks[] = {
		{"\xef\xbb\xbf", 3, ENCODING_UTF8_BOM},
		{"\xff\xfe", 2, ENCODING_UTF16LE},
		{"\xfe\xff", 2, ENCODING_UTF16BE},
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (s.n >= marks[i].n && memcmp(s.p, marks[i].mark, marks[i].n) == 0) {
			*out = marks[i].encoding;
			*mark = marks[i].n;
			return true;
		}
	}
	*mark = 0;
	return false;
}

/*
 * Bank files are mostly ASCII letters, digits and line ends: in UTF-16 their other byte is zero.
 * Names in Cyrillic have 0x04 there, so three quarters of the lines being ASCII is enough.
 */
static void by_zeros(struct str s, enum encoding *out)
{
	size_t n = s.n < SAMPLE_BYTES ? s.n : SAMPLE_BYTES;
	size_t zeros[2] = {0, 0};

	for (size_t i = 0; i < n; i++)
		zeros[i & 1] += s.p[i] == '\0';
	if (n < 4 || zeros[0] + zeros[1] < n / 8)
		return;
	if (zeros[1] && zeros[0] * 16 < zeros[1])
		*out = ENCODING_UTF16LE;
	else if (zeros[0] && zeros[1] * 16 < zeros[0])
		*out = ENCODING_UTF16BE;
}

/* Of no 8-bit text. */
static bool is_binary(unsigned char c)
{
	return c == 0x7f || (c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != 0x1a);
}

/* The same of 16 bytes: all bits where it holds. GCC and clang have a comparison for each machine.
 */
typedef unsigned char bytes16 __attribute__((vector_size(16)));
static bool any_binary(const char *p)
{
	bytes16 c;
	uint64_t found[2];

	memcpy(&c, p, sizeof(c));
	c = (bytes16)((c == 0x7f) |
		      ((c < 0x20) & (c != '\n') & (c != '\r') & (c != '\t') & (c != 0x1a)));
	memcpy(found, &c, sizeof(found));
	return found[0] | found[1];
}

/* Offset of the first byte that no 8-bit text has; s.n when there is none. */
static size_t binary_at(struct str s)
{
	size_t at = 0;

	while (s.n - at >= sizeof(bytes16) && !any_binary(s.p + at))
		at += sizeof(bytes16);
	while (at < s.n && !is_binary((unsigned char)s.p[at]))
		at++;
	return at;
}

/*
 * UTF-8 that ends in the middle of a letter: the rest was cut off. Only its last bytes are wrong,
 * and letters of several bytes came before them, which no 8-bit text gives by chance.
 */
static bool cut_in_letter(struct str s, size_t wrong_at)
{
	bool letters = false;

	for (size_t i = 0; i < wrong_at && !letters; i++)
		letters = (unsigned char)s.p[i] >= 0x80;
	return letters && s.n - wrong_at < 4 && (unsigned char)s.p[wrong_at] >= 0xc2;
}

static size_t line_before(struct str s, size_t at)
{
	size_t line = 1;

	for (size_t i = 0; i < at && i < s.n; i++)
		line += s.p[i] == '\n';
	return line;
}

/* The unit at `at`, in the order of its bytes. */
static uint32_t unit(struct str s, size_t at, bool big)
{
	unsigned char first = (unsigned char)s.p[at], second = (unsigned char)s.p[at + 1];

	return big ? (uint32_t)(first << 8 | second) : (uint32_t)(second << 8 | first);
}

/* One character off the front; 0 bytes when it is none. */
static size_t take_utf16(struct str s, bool big, uint32_t *code)
{
	uint32_t low;

	if (s.n < 2)
		return 0;
	*code = unit(s, 0, big);
	if (*code < 0xd800 || *code > 0xdfff)
		return 2;
	if (*code > 0xdbff || s.n < 4)
		return 0;
	low = unit(s, 2, big);
	if (low < 0xdc00 || low > 0xdfff)
		return 0;
	*code = 0x10000 + ((*code - 0xd800) << 10) + (low - 0xdc00);
	return 4;
}

static ST decode_utf16(struct ctx *cx, struct str in, bool big, size_t max, struct str *out)
{
	struct str rest = in;
	char *start, *to;

	if (in.n / 2 > max / 3)
		return fail(cx, FILE_TOO_BIG, "%zu", in.n);
	to = start = arena_alloc(cx->arena, in.n / 2 * 3 + 4);
	while (rest.n) {
		uint32_t code;
		size_t n = take_utf16(rest, big, &code);

		if (n == 0) {
			struct str done = {start, (size_t)(to - start)};
			return fail_in(cx, line_before(done, done.n), "", TEXT_ENCODING, "%s",
				big ? "UTF-16BE" : "UTF-16LE");
		}
		if (code == 0)
			return fail(cx, FILE_BINARY, "%zu", in.n - rest.n);
		to += utf8_put(code, to);
		rest.p += n;
		rest.n -= n;
	}
	*out = (struct str){start, (size_t)(to - start)};
	return OK;
}

/* Text of bytes: UTF-8 with or without its mark, else an 8-bit set. */
static ST read_bytes(
	struct ctx *cx, struct str body, size_t max, enum encoding *encoding, struct str *text)
{
	size_t at;

	*text = body;
	if (utf8_valid(body, &at))
		return OK;
	if (*encoding == ENCODING_UTF8_BOM)
		return fail_in(cx, line_before(body, at), "", TEXT_ENCODING, "UTF-8");
	*encoding = ENCODING_RK1048;
	if (cut_in_letter(body, at))
		return fail_in(cx, 0, "UTF-8", FILE_TRUNCATED, "%s", "");
	return rk1048_decode(cx, body, max, text);
}

enum st encoding_read(
	struct ctx *cx, struct str bytes, size_t max, enum encoding *encoding, struct str *text)
{
	struct str body = bytes;
	size_t mark, at;

	*encoding = ENCODING_UTF8;
	if (!by_mark(bytes, encoding, &mark))
		by_zeros(bytes, encoding);
	if (bytes.n == mark)
		return fail(cx, FILE_EMPTY, "%s", "");
	body.p += mark;
	body.n -= mark;
	switch (*encoding) {
	case ENCODING_UTF16LE:
		return decode_utf16(cx, body, false, max, text);
	case ENCODING_UTF16BE:
		return decode_utf16(cx, body, true, max, text);
	case ENCODING_UTF8:
	case ENCODING_UTF8_BOM:
	case ENCODING_RK1048:
		break;
	}
	at = binary_at(bytes);
	if (at < bytes.n)
		return fail(cx, FILE_BINARY, "%zu", at);
	return read_bytes(cx, body, max, encoding, text);
}

bool encoding_is_utf8(
	struct str bytes, void (*passed)(void *arg, const char *upto), void *arg, struct str *text)
{
	enum encoding encoding = ENCODING_UTF8;
	size_t mark;

	if (!by_mark(bytes, &encoding, &mark))
		by_zeros(bytes, &encoding);
	*text = (struct str){bytes.p + mark, bytes.n - mark};
	if (text->n == 0 || (encoding != ENCODING_UTF8 && encoding != ENCODING_UTF8_BOM))
		return false;
	for (size_t from = 0, n, valid; from < text->n; from += valid) {
		n = text->n - from < PIECE_BYTES ? text->n - from : PIECE_BYTES;
		struct str piece = {text->p + from, n};

		if (binary_at(piece) < n)
			return false;
		/* The end of a piece may lie in the middle of a letter. */
		if (!utf8_valid(piece, &valid) && (n - valid > 3 || from + n == text->n))
			return false;
		if (passed)
			passed(arg, piece.p + valid);
	}
	return true;
}
