/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/http/chunks.h"

#include "channels/http/head.h"

enum {
	LINE_MAX_BYTES = 1024,
	OVERHEAD_MAX = 64 << 10,
	SIZE_DIGITS = 15, /* fits 63 bits, so that sums of sizes cannot wrap */
};

static enum chunks_result bad(struct chunks *c, enum err error)
{
	c->error = error;
	return CHUNKS_BAD;
}

/*
 * One line without its CR LF. Refuses as soon as a byte comes that cannot stand in one, and a bare
 * line feed or carriage return.
 */
static enum chunks_result take_line(struct chunks *c, struct str *in, struct str *line)
{
	for (size_t i = 0; i < in->n; i++) {
		char ch = in->p[i];

		if (i > LINE_MAX_BYTES)
			return bad(c, ERR_HEADER_TOO_BIG);
		if (ch == '\n')
			return bad(c, ERR_REQUEST_SYNTAX);
		if (ch != '\r') {
			if (!head_is_line((struct str){&ch, 1}))
				return bad(c, ERR_REQUEST_SYNTAX);
			continue;
		}
		if (i + 1 == in->n)
			return CHUNKS_MORE;
		if (in->p[i + 1] != '\n')
			return bad(c, ERR_REQUEST_SYNTAX);
		*line = (struct str){in->p, i};
		*in = (struct str){in->p + i + 2, in->n - i - 2};
		c->overhead += i + 2;
		return c->overhead > OVERHEAD_MAX ? bad(c, ERR_HEADER_TOO_BIG) : CHUNKS_DATA;
	}
	return CHUNKS_MORE;
}

static bool is_token_byte(char c)
{
	struct http_field f;
	char line[2] = {c, ':'};

	return c != ':' && head_read_field((struct str){line, 2}, &f);
}

/* *( ";" name [ "=" ( token / quoted-string ) ] ), without white space (RFC 9112 7.1.1). */
static bool is_extension(struct str s)
{
	size_t i = 0;

	while (i < s.n) {
		size_t start;

		if (s.p[i++] != ';')
			return false;
		for (start = i; i < s.n && is_token_byte(s.p[i]); i++)
			;
		if (i == start)
			return false;
		if (i == s.n || s.p[i] != '=')
			continue;
		i++;
		if (i < s.n && s.p[i] == '"') {
			for (i++; i < s.n && s.p[i] != '"'; i++)
				if (s.p[i] == '\\')
					i++;
			if (i++ >= s.n)
				return false;
			continue;
		}
		for (start = i; i < s.n && is_token_byte(s.p[i]); i++)
			;
		if (i == start)
			return false;
	}
	return true;
}

static bool read_size(struct chunks *c, struct str line)
{
	size_t i = 0;

	c->left = 0;
	for (; i < line.n && str_hex_digit(line.p[i]) >= 0; i++) {
		if (i >= SIZE_DIGITS)
			return false;
		c->left = c->left * 16 + (uint64_t)str_hex_digit(line.p[i]);
	}
	return i > 0 && is_extension((struct str){line.p + i, line.n - i});
}

/* The CR LF behind the bytes of a chunk. */
static enum chunks_result take_end(struct chunks *c, struct str *in)
{
	if (in->n && in->p[0] != '\r')
		return bad(c, ERR_REQUEST_SYNTAX);
	if (in->n < 2)
		return CHUNKS_MORE;
	if (in->p[1] != '\n')
		return bad(c, ERR_REQUEST_SYNTAX);
	*in = (struct str){in->p + 2, in->n - 2};
	c->overhead += 2;
	c->place = CHUNKS_SIZE;
	return CHUNKS_DATA;
}

static enum chunks_result take_bytes(struct chunks *c, struct str *in, struct str *data)
{
	size_t n = in->n < c->left ? in->n : (size_t)c->left;

	if (n == 0)
		return CHUNKS_MORE;
	*data = (struct str){in->p, n};
	*in = (struct str){in->p + n, in->n - n};
	c->left -= n;
	if (c->left == 0)
		c->place = CHUNKS_BYTES_END;
	return CHUNKS_DATA;
}

enum chunks_result chunks_read(struct chunks *c, struct str *in, struct str *data)
{
	struct http_field field;
	enum chunks_result r;
	struct str line;

	for (;;) {
		switch (c->place) {
		case CHUNKS_SIZE:
			r = take_line(c, in, &line);
			if (r != CHUNKS_DATA)
				return r;
			if (!read_size(c, line))
				return bad(c, ERR_REQUEST_SYNTAX);
			c->place = c->left ? CHUNKS_BYTES : CHUNKS_TRAILER;
			break;
		case CHUNKS_BYTES:
			return take_bytes(c, in, data);
		case CHUNKS_BYTES_END:
			r = take_end(c, in);
			if (r != CHUNKS_DATA)
				return r;
			break;
		case CHUNKS_TRAILER:
			r = take_line(c, in, &line);
			if (r != CHUNKS_DATA)
				return r;
			if (line.n == 0)
				return CHUNKS_DONE;
			if (!head_read_field(line, &field))
				return bad(c, ERR_REQUEST_SYNTAX);
			break;
		}
	}
}
