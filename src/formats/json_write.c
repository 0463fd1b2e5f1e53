/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/json_write.h"

#include "base/check.h"
#include "base/utf8.h"

struct json json_start(struct buf *b)
{
	return (struct json){.b = b};
}

bool json_finished(const struct json *j)
{
	return j->depth == 0 && j->comma && !j->b->over;
}

static inline void before_value(struct json *j)
{
	must(j->keyed == (j->objects & 1));
	must(j->depth > 0 || !j->comma);
	if (j->comma)
		buf_char(j->b, ',');
	j->keyed = false;
	j->comma = true;
}

static void open_level(struct json *j, bool object)
{
	must(j->depth < JSON_DEPTH_MAX);
	before_value(j);
	buf_char(j->b, object ? '{' : '[');
	j->objects = j->objects << 1 | object;
	j->depth++;
	j->comma = false;
}

static void close_level(struct json *j, bool object)
{
	must(j->depth > 0 && (j->objects & 1) == object && !j->keyed);
	buf_char(j->b, object ? '}' : ']');
	j->objects >>= 1;
	j->depth--;
	j->comma = true;
}

void json_open_object(struct json *j)
{
	open_level(j, true);
}

void json_close_object(struct json *j)
{
	close_level(j, true);
}

void json_open_array(struct json *j)
{
	open_level(j, false);
}

void json_close_array(struct json *j)
{
	close_level(j, false);
}

static void put_control(struct buf *b, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	static const char short_form[0x20] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
	char text[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};

	if (c < sizeof(short_form) && short_form[c]) {
		text[1] = short_form[c];
		buf_put(b, text, 2);
	} else if (c == '"' || c == '\\') {
		text[1] = (char)c;
		buf_put(b, text, 2);
	} else {
		buf_put(b, text, sizeof(text));
	}
}

static inline bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

/* First bytes of the characters of two bytes, as nearly all letters of our languages are. */
static inline bool is_lead(unsigned char c)
{
	return c >= 0xC2 && c <= 0xDF;
}

/* Bytes of the character at `p` when it stands in a JSON string as it is, else 0. */
static inline size_t plain_character(const unsigned char *p, size_t n)
{
	uint32_t code;

	if (is_plain(p[0]))
		return 1;
	if (is_lead(p[0]))
		return n > 1 && (p[1] & 0xC0) == 0x80 ? 2 : 0;
	return p[0] < 0x80 ? 0 : utf8_take((struct str){(const char *)p, n}, &code);
}

typedef unsigned char block __attribute__((vector_size(16)));

/* Whether the bytes at `p`, with the one before them, are printable ASCII without '"' and '\' and
 * whole characters of two bytes; the last may go on behind them. */
static inline bool is_plain_block(const unsigned char *p)
{
	block c, before, second, good;
	uint64_t halves[2];

	memcpy(&c, p, sizeof(c));
	memcpy(&before, p - 1, sizeof(before));
	second = (block)((c >= 0x80) & (c <= 0xBF));
	good = (block)((c >= 0x20) & (c <= 0x7E) & (c != '"') & (c != '\\'));
	good |= (block)((c >= 0xC2) & (c <= 0xDF)) | second;
	good &= (block)(second == (block)((before >= 0xC2) & (before <= 0xDF)));
	memcpy(halves, &good, sizeof(halves));
	return (halves[0] & halves[1]) == UINT64_MAX;
}

/* How many bytes at the start stand in a JSON string as they are. */
static size_t plain_length(const unsigned char *p, size_t n)
{
	size_t i = 0;

	while (i < n) {
		size_t end;

		while (i && i + sizeof(block) <= n && is_plain_block(p + i))
			i += sizeof(block);
		if (i && is_lead(p[i - 1]))
			i--;
		for (end = i + sizeof(block); i < n && i < end;) {
			size_t length = plain_character(p + i, n - i);

			if (!length)
				return i;
			i += length;
		}
	}
	return i;
}

static void put_escaped(struct buf *b, struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	for (size_t i = 0; i < s.n; i++) {
		size_t plain = plain_length(p + i, s.n - i);

		buf_put(b, s.p + i, plain);
		i += plain;
		if (i == s.n)
			return;
		if (p[i] < 0x80)
			put_control(b, p[i]);
		else
			buf_z(b, "\xEF\xBF\xBD");
	}
}

void json_put_str(struct json *j, struct str s)
{
	before_value(j);
	buf_char(j->b, '"');
	put_escaped(j->b, s);
	buf_char(j->b, '"');
}

void json_open_text(struct json *j)
{
	before_value(j);
	buf_char(j->b, '"');
	j->text = j->b->n;
}

void json_close_text(struct json *j)
{
	struct buf *b = j->b;
	struct str s = {b->p + j->text, b->n - j->text};

	if (plain_length((const unsigned char *)s.p, s.n) < s.n) {
		s = str_copy(b->arena, s);
		b->n = j->text;
		put_escaped(b, s);
	}
	buf_char(b, '"');
}

void json_put_code(struct json *j, const char *code)
{
	size_t n = strlen(code);
	char *p;

	before_value(j);
	p = buf_room(j->b, n + 2);
	if (!p)
		return;
	p[0] = '"';
	memcpy(p + 1, code, n);
	p[n + 1] = '"';
	j->b->n += n + 2;
}

void json_put_z(struct json *j, const char *z)
{
	json_put_str(j, str_of(z));
}

void json_put_i64(struct json *j, int64_t v)
{
	before_value(j);
	buf_i64(j->b, v);
}

void json_put_u64(struct json *j, uint64_t v)
{
	before_value(j);
	buf_u64(j->b, v);
}

void json_put_bool(struct json *j, bool v)
{
	before_value(j);
	buf_z(j->b, v ? "true" : "false");
}

void json_put_null(struct json *j)
{
	before_value(j);
	buf_z(j->b, "null");
}

void json_put_money(struct json *j, struct money m)
{
	before_value(j);
	buf_char(j->b, '"');
	money_put_plain(j->b, m);
	buf_char(j->b, '"');
}

void json_put_day(struct json *j, struct day d)
{
	char *p;

	if (day_cmp(d, DAY_NEVER) == 0) {
		json_put_null(j);
		return;
	}
	before_value(j);
	p = buf_room(j->b, DAY_CHARS + 2);
	if (!p)
		return;
	p[0] = '"';
	day_write(p + 1, d);
	p[DAY_CHARS + 1] = '"';
	j->b->n += DAY_CHARS + 2;
}

void json_put_month(struct json *j, struct month m)
{
	char *p;

	if (month_cmp(m, MONTH_NEVER) == 0) {
		json_put_null(j);
		return;
	}
	before_value(j);
	p = buf_room(j->b, MONTH_CHARS + 2);
	if (!p)
		return;
	p[0] = '"';
	month_write(p + 1, m);
	p[MONTH_CHARS + 1] = '"';
	j->b->n += MONTH_CHARS + 2;
}
