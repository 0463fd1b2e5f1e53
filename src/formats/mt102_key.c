/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/mt102_parts.h"

#include "base/check.h"
#include "base/utf8.h"
#include "domain/monthset.h"

static const char *const written[MT102_KEY_COUNT] = {
#define MT102_KEY(name, text, ...) [MT102_##name] = text,
#include "formats/mt102_keys.def"
#undef MT102_KEY
};

const char *mt102_key_name(unsigned key)
{
	must(key < MT102_KEY_COUNT);
	return written[key];
}

#define PACK(a, b, c, d, e, f, g, h)                                                               \
	((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24 |          \
		(uint64_t)(e) << 32 | (uint64_t)(f) << 40 | (uint64_t)(g) << 48 |                  \
		(uint64_t)(h) << 56)

enum mt102_key mt102_find_key(struct str name, bool tag)
{
	uint64_t packed = tag ? ':' : 0;
	unsigned at = tag ? 8 : 0;

	if (name.n == 0 || name.n > (tag ? 7 : 8) || name.p[0] == ':')
		return MT102_NONE;
	for (size_t i = 0; i < name.n; i++, at += 8) {
		char c = name.p[i];

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		packed |= (uint64_t)(unsigned char)c << at;
	}
	switch (packed) {
#define MT102_KEY(name_, text, ...)                                                                \
	case PACK(__VA_ARGS__):                                                                    \
		return MT102_##name_;
#include "formats/mt102_keys.def"
#undef MT102_KEY
	default:
		return MT102_NONE;
	}
}

/* Cyrillic and Greek letters that are drawn like Latin ones (and ze, which is drawn like 3). */
static const struct {
	uint32_t code;
	char ascii;
} lookalikes[] = {
	{0x410, 'A'},
	{0x412, 'B'},
	{0x415, 'E'},
	{0x417, '3'},
	{0x41a, 'K'},
	{0x41c, 'M'},
	{0x41d, 'H'},
	{0x41e, 'O'},
	{0x420, 'P'},
	{0x421, 'C'},
	{0x422, 'T'},
	{0x423, 'Y'},
	{0x425, 'X'},
	{0x405, 'S'},
	{0x406, 'I'},
	{0x408, 'J'},
	{0x430, 'A'},
	{0x432, 'B'},
	{0x435, 'E'},
	{0x43a, 'K'},
	{0x43c, 'M'},
	{0x43d, 'H'},
	{0x43e, 'O'},
	{0x440, 'P'},
	{0x441, 'C'},
	{0x442, 'T'},
	{0x443, 'Y'},
	{0x445, 'X'},
	{0x455, 'S'},
	{0x456, 'I'},
	{0x458, 'J'},
	{0x391, 'A'},
	{0x392, 'B'},
	{0x395, 'E'},
	{0x396, 'Z'},
	{0x397, 'H'},
	{0x399, 'I'},
	{0x39a, 'K'},
	{0x39c, 'M'},
	{0x39d, 'N'},
	{0x39f, 'O'},
	{0x3a1, 'P'},
	{0x3a4, 'T'},
	{0x3a5, 'Y'},
	{0x3a7, 'X'},
};

static char lookalike(uint32_t code)
{
	for (size_t i = 0; i < sizeof(lookalikes) / sizeof(lookalikes[0]); i++)
		if (lookalikes[i].code == code)
			return lookalikes[i].ascii;
	return '\0';
}

bool mt102_unmask(struct str name, char *ascii, size_t size, struct str *letter)
{
	size_t n = 0;

	letter->n = 0;
	while (name.n) {
		uint32_t code;
		size_t bytes = utf8_take(name, &code);
		char c = bytes == 1 ? (char)code : bytes ? lookalike(code) : '\0';

		if (c == '\0' || n + 1 == size)
			return false;
		if (bytes > 1 && letter->n == 0)
			*letter = (struct str){name.p, bytes};
		ascii[n++] = c;
		name.p += bytes;
		name.n -= bytes;
	}
	ascii[n] = '\0';
	return letter->n > 0;
}

bool mt102_report_homoglyph(struct mt102_reader *r, struct str name, bool tag, const char *expected)
{
	char ascii[64];
	struct str letter;

	if (!mt102_unmask(name, ascii, sizeof(ascii), &letter))
		return false;
	if (expected ? strcmp(ascii, expected) != 0
		     : mt102_find_key(str_of(ascii), tag) == MT102_NONE)
		return false;
	const char *mark = expected ? "" : tag ? ":" : "/";
	issue_add(&r->out->issues, ISSUE_FILE, r->line, mt102_show(r, mark, str_of(ascii), mark),
		ERR_TAG_HOMOGLYPH, "%.*s", STR(letter));
	return true;
}

static bool digits(struct str s, size_t n, int *out)
{
	*out = 0;
	if (s.n != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		*out = *out * 10 + (s.p[i] - '0');
	}
	return true;
}

enum err mt102_read_money(struct str s, struct money *out)
{
	int64_t tenge = 0;
	size_t at = 3;

	if (s.n < 3 || memcmp(s.p, "KZT", 3) != 0)
		return ERR_TAG_VALUE;
	if (s.n > 3 && s.p[3] == '-')
		return ERR_MONEY_NEGATIVE;
	for (; at < s.n && s.p[at] >= '0' && s.p[at] <= '9'; at++) {
		tenge = tenge * 10 + (s.p[at] - '0');
		if (tenge > MONEY_MAX_TIYN / 100)
			return ERR_MONEY_RANGE;
	}
	if (at == 3 || at == s.n || s.p[at] != ',')
		return ERR_MONEY_FORMAT;
	for (size_t i = at + 1; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return ERR_MONEY_FORMAT;
	if (s.n - at > 3)
		return ERR_MONEY_FRACTION;
	if (s.n - at < 3)
		return ERR_MONEY_FORMAT;
	tenge = tenge * 100 + (s.p[at + 1] - '0') * 10 + (s.p[at + 2] - '0');
	if (tenge > MONEY_MAX_TIYN)
		return ERR_MONEY_RANGE;
	*out = money_tiyn(tenge);
	return tenge ? ERR_NONE : ERR_MONEY_ZERO;
}

bool mt102_read_yymmdd(struct str s, struct day *out)
{
	int v;

	return digits(s, 6, &v) && day_from_number(20000000 + v, out);
}

bool mt102_read_yyyymmdd(struct str s, struct day *out)
{
	int v;

	return digits(s, 8, &v) && v >= 18000101 && v <= 20991231 && day_from_number(v, out);
}

enum err mt102_read_period(struct str s, struct month *out)
{
	int v;

	if (!digits(s, 6, &v) || v / 10000 < 1 || v / 10000 > 12)
		return ERR_MONTH_FORMAT;
	*out = month_of(v % 10000, v / 10000);
	return monthset_fits(*out) ? ERR_NONE : ERR_MONTH_RANGE;
}

const char *mt102_form(enum err code)
{
	if (code == ERR_MONEY_FORMAT || code == ERR_TAG_VALUE)
		return "KZT4250,00";
	if (code == ERR_MONTH_FORMAT)
		return "MMYYYY";
	return code == ERR_DAY_FORMAT ? "YYMMDD" : "";
}

const char *mt102_show(
	struct mt102_reader *r, const char *before, struct str name, const char *after)
{
	size_t room = sizeof(r->shown) - 1 - strlen(before) - strlen(after);
	struct buf b = {.p = r->shown, .cap = sizeof(r->shown), .max = sizeof(r->shown)};

	buf_z(&b, before);
	buf_put(&b, name.p, name.n < room ? name.n : room);
	buf_z(&b, after);
	buf_char(&b, '\0');
	return r->shown;
}

void mt102_refuse(struct mt102_reader *r, enum mt102_key key, enum err code, const char *detail)
{
	issue_add(&r->out->issues, ISSUE_FILE, r->line, mt102_key_name(key), code, "%s", detail);
}

void mt102_note(struct mt102_reader *r, enum mt102_key key, enum err code, const char *detail)
{
	issue_add(&r->out->issues, ISSUE_NOTE, r->line, mt102_key_name(key), code, "%s", detail);
}

void mt102_note_misread(struct mt102_reader *r, enum mt102_key key, struct str text)
{
	static const char *const letters[] = {
		"Ј", "ј", "Ѕ", "ѕ", "Є", "є", "Ї", "ї", "Ў", "ў", "Ќ", "ќ", "Ґ", "ґ", "Ћ", "ћ"};

	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]) && !r->misread_told; i++) {
		if (text.n && memmem(text.p, text.n, letters[i], strlen(letters[i]))) {
			mt102_note(r, key, ERR_TEXT_ENCODING, letters[i]);
			r->misread_told = true;
		}
	}
}
