/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/json_write.h"

#include "base/check.h"

struct json json_start(struct buf *b)
{
	return (struct json){.b = b};
}

bool json_finished(const struct json *j)
{
	return j->depth == 0 && j->comma && !j->b->over;
}

static bool in_object(const struct json *j)
{
	return j->depth > 0 && (j->objects >> (j->depth - 1) & 1);
}

static inline void before_value(struct json *j)
{
	must(j->keyed == in_object(j));
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
	j->objects = (j->objects & ~(1U << j->depth)) | (uint32_t)object << j->depth;
	j->depth++;
	j->comma = false;
}

static void close_level(struct json *j, bool object)
{
	must(j->depth > 0 && in_object(j) == object && !j->keyed);
	buf_char(j->b, object ? '}' : ']');
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

void json_put_key_bytes(struct json *j, const char *key, size_t n)
{
	char *p;

	must(in_object(j) && !j->keyed);
	p = buf_room(j->b, n + 4);
	if (p) {
		if (j->comma)
			*p++ = ',';
		*p++ = '"';
		memcpy(p, key, n);
		memcpy(p + n, "\":", 2);
		j->b->n += n + 3 + j->comma;
	}
	j->comma = false;
	j->keyed = true;
}

/* Bytes of the UTF-8 character at `p`, of which `n` bytes are there; 0 when it is none. */
static size_t utf8_length(const unsigned char *p, size_t n)
{
	/* First byte -> length and the range of the second byte (RFC 3629, section 4). */
	static const struct {
		unsigned char first, last, length, low, high;
	} rows[] = {
		{0xC2, 0xDF, 2, 0x80, 0xBF},
		{0xE0, 0xE0, 3, 0xA0, 0xBF},
		{0xE1, 0xEC, 3, 0x80, 0xBF},
		{0xED, 0xED, 3, 0x80, 0x9F},
		{0xEE, 0xEF, 3, 0x80, 0xBF},
		{0xF0, 0xF0, 4, 0x90, 0xBF},
		{0xF1, 0xF3, 4, 0x80, 0xBF},
		{0xF4, 0xF4, 4, 0x80, 0x8F},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (p[0] < rows[i].first || p[0] > rows[i].last)
			continue;
		if (n < rows[i].length || p[1] < rows[i].low || p[1] > rows[i].high)
			return 0;
		for (size_t k = 2; k < rows[i].length; k++)
			if ((p[k] & 0xC0) != 0x80)
				return 0;
		return rows[i].length;
	}
	return 0;
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

void json_put_str(struct json *j, struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i = 0, copied = 0;

	before_value(j);
	buf_char(j->b, '"');
	while (i < s.n) {
		if (is_plain(p[i])) {
			i++;
			continue;
		}
		/* Two bytes: nearly all letters of our languages. */
		if (p[i] >= 0xC2 && p[i] <= 0xDF && i + 1 < s.n && (p[i + 1] & 0xC0) == 0x80) {
			i += 2;
			continue;
		}
		size_t length = p[i] < 0x80 ? 0 : utf8_length(p + i, s.n - i);
		if (length) {
			i += length;
			continue;
		}
		buf_put(j->b, s.p + copied, i - copied);
		if (p[i] < 0x80)
			put_control(j->b, p[i]);
		else
			buf_z(j->b, "\xEF\xBF\xBD");
		copied = ++i;
	}
	if (i > copied)
		buf_put(j->b, s.p + copied, i - copied);
	buf_char(j->b, '"');
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
	if (day_cmp(d, DAY_NEVER) == 0) {
		json_put_null(j);
		return;
	}
	before_value(j);
	buf_char(j->b, '"');
	day_put(j->b, d);
	buf_char(j->b, '"');
}

void json_put_month(struct json *j, struct month m)
{
	if (month_cmp(m, MONTH_NEVER) == 0) {
		json_put_null(j);
		return;
	}
	before_value(j);
	buf_char(j->b, '"');
	month_put(j->b, m);
	buf_char(j->b, '"');
}
