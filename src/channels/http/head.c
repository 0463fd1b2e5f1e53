/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/http/head.h"

#include <strings.h>

#include "limits.h"

enum { TARGET_MAX = 4096 };

/* Classes of bytes, as bits. */
enum {
	C_TOKEN = 1, /* tchar of RFC 9110 5.6.2 */
	C_LINE = 2,  /* VCHAR, obs-text, space and tab */
	C_PATH = 4,  /* pchar and '/' of RFC 3986, but for the percent sign */
	C_QUERY = 8, /* the same and '?', and what browsers leave as it is in a query */
	C_HOST = 16, /* letters, digits, '-', '.', '_' */
	C_HEX = 32,
};

enum {
	LETTER = C_TOKEN | C_LINE | C_PATH | C_QUERY | C_HOST,
	EVERY = LETTER | C_HEX,
	MARK = C_TOKEN | C_LINE | C_PATH | C_QUERY, /* tchar and pchar */
	SUB = C_LINE | C_PATH | C_QUERY,            /* pchar, but no tchar */
	RAW = C_LINE | C_QUERY,
	RAW_TOKEN = C_TOKEN | C_LINE | C_QUERY,
};

static const unsigned char classes[256] = {
	['\t'] = C_LINE,
	[' '] = C_LINE,
	['!'] = MARK,
	['"'] = C_LINE,
	['#'] = C_TOKEN | C_LINE,
	['$'] = MARK,
	['%'] = C_TOKEN | C_LINE,
	['&' ... '\''] = MARK,
	['(' ... ')'] = SUB,
	['*' ... '+'] = MARK,
	[','] = SUB,
	['-' ... '.'] = LETTER,
	['/'] = SUB,
	['0' ... '9'] = EVERY,
	[':' ... ';'] = SUB,
	['<'] = C_LINE,
	['='] = SUB,
	['>'] = C_LINE,
	['?'] = RAW,
	['@'] = SUB,
	['A' ... 'F'] = EVERY,
	['G' ... 'Z'] = LETTER,
	['['] = RAW,
	['\\'] = RAW,
	[']'] = RAW,
	['^'] = RAW_TOKEN,
	['_'] = LETTER,
	['`'] = RAW_TOKEN,
	['a' ... 'f'] = EVERY,
	['g' ... 'z'] = LETTER,
	['{'] = RAW,
	['|'] = RAW_TOKEN,
	['}'] = RAW,
	['~'] = MARK,
	[0x80 ... 0xff] = C_LINE,
};

static unsigned byte_class(unsigned char c)
{
	return classes[c];
}

static bool all_of(struct str s, unsigned class)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(byte_class((unsigned char)s.p[i]) & class))
			return false;
	return true;
}

bool head_is_line(struct str line)
{
	return all_of(line, C_LINE);
}

static bool same_word(struct str s, const char *word)
{
	return s.n == strlen(word) && strncasecmp(s.p, word, s.n) == 0;
}

/* Without spaces and tabs at both ends. */
static struct str trim(struct str s)
{
	while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = (struct str){s.p + 1, s.n - 1};
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

/*
 * Looks for the empty line. Stops at the first byte that can stand in no head, so that garbage is
 * answered at once and not after the time-out.
 */
static enum head_result find_end(struct str in, size_t *scanned, size_t *end)
{
	size_t i = *scanned;

	for (; i < in.n; i++) {
		unsigned char c = (unsigned char)in.p[i];

		if (c >= 0x20 && c != 0x7f)
			continue;
		if (c == '\t' || (c == '\r' && i + 1 == in.n))
			continue;
		if (c == '\r' && in.p[i + 1] == '\n')
			continue;
		if (c != '\n' || i == 0 || in.p[i - 1] != '\r')
			return HEAD_BAD;
		if (i >= 3 && in.p[i - 2] == '\n') {
			*end = i + 1;
			return HEAD_DONE;
		}
	}
	/* A carriage return at the very end is looked at again with the byte behind it. */
	*scanned = in.n && in.p[in.n - 1] == '\r' ? in.n - 1 : in.n;
	return HEAD_MORE;
}

static bool read_method(struct str word, struct head *h)
{
	static const struct {
		const char *name;
		enum http_method method;
		enum head_method class;
	} methods[] = {
		{"GET", HTTP_GET, HEAD_METHOD_OURS},
		{"HEAD", HTTP_HEAD, HEAD_METHOD_OURS},
		{"POST", HTTP_POST, HEAD_METHOD_OURS},
		{"PUT", HTTP_GET, HEAD_METHOD_KNOWN},
		{"DELETE", HTTP_GET, HEAD_METHOD_KNOWN},
		{"PATCH", HTTP_GET, HEAD_METHOD_KNOWN},
		{"OPTIONS", HTTP_GET, HEAD_METHOD_KNOWN},
	};

	if (word.n == 0 || !all_of(word, C_TOKEN)) {
		h->error = ERR_REQUEST_SYNTAX;
		return false;
	}
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		if (str_is(word, methods[i].name)) {
			h->method = methods[i].method;
			h->method_class = methods[i].class;
			return true;
		}
	}
	h->error = ERR_METHOD_UNKNOWN;
	return false;
}

static bool read_version(struct str word, struct head *h)
{
	h->error = ERR_REQUEST_SYNTAX;
	if (word.n != 8 || memcmp(word.p, "HTTP/", 5) != 0 || word.p[6] != '.' || word.p[5] < '0' ||
		word.p[5] > '9' || word.p[7] < '0' || word.p[7] > '9')
		return false;
	if (word.p[5] != '1') {
		h->error = ERR_HTTP_VERSION;
		return false;
	}
	/* A later minor version is answered as the one we speak (RFC 9110 2.5). */
	h->http_1_0 = word.p[7] == '0';
	return true;
}

/* host[:port]; a name, an IPv4 address or an IPv6 address in brackets. */
static bool is_authority(struct str s)
{
	struct str host = s, port = {0};
	bool v6 = s.n && s.p[0] == '[';
	const char *colon;

	if (v6) {
		const char *close = memchr(s.p, ']', s.n);

		if (!close || close - s.p < 3)
			return false;
		host = (struct str){s.p + 1, (size_t)(close - s.p) - 1};
		colon = close + 1 < s.p + s.n ? close + 1 : NULL;
		if (colon && *colon != ':')
			return false;
		for (size_t i = 0; i < host.n; i++)
			if (!(byte_class((unsigned char)host.p[i]) & C_HEX) && host.p[i] != ':' &&
				host.p[i] != '.')
				return false;
	} else {
		colon = memchr(s.p, ':', s.n);
		if (colon)
			host.n = (size_t)(colon - s.p);
		if (!all_of(host, C_HOST))
			return false;
	}
	if (host.n == 0 || host.n > 255)
		return false;
	if (colon) {
		uint64_t number;

		port = (struct str){colon + 1, (size_t)(s.p + s.n - colon) - 1};
		if (port.n > 5 || (port.n && !str_to_u64(port, 65535, &number)))
			return false;
	}
	return true;
}

static bool is_encoded(struct str s, unsigned class)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '%') {
			if (s.n - i < 3 || !all_of((struct str){s.p + i + 1, 2}, C_HEX))
				return false;
			i += 2;
		} else if (!(byte_class(c) & class)) {
			return false;
		}
	}
	return true;
}

static bool strip_scheme(struct str *target, struct head *h)
{
	static const char *const schemes[] = {"http://", "https://"};

	for (size_t i = 0; i < 2; i++) {
		size_t n = strlen(schemes[i]);
		struct str rest;
		size_t end = 0;

		if (target->n < n || strncasecmp(target->p, schemes[i], n) != 0)
			continue;
		rest = (struct str){target->p + n, target->n - n};
		while (end < rest.n && rest.p[end] != '/' && rest.p[end] != '?')
			end++;
		h->host = (struct str){rest.p, end};
		*target = (struct str){rest.p + end, rest.n - end};
		return is_authority(h->host);
	}
	return false;
}

static bool read_target(struct str target, struct head *h)
{
	const char *mark;

	h->error = ERR_REQUEST_SYNTAX;
	if (target.n == 0)
		return false;
	if (str_is(target, "*")) {
		/* Only OPTIONS asks about the server as a whole. */
		h->path = target;
		return h->method_class == HEAD_METHOD_KNOWN;
	}
	if (target.p[0] != '/' && !strip_scheme(&target, h))
		return false;
	mark = target.n ? memchr(target.p, '?', target.n) : NULL;
	h->path = target;
	if (mark) {
		h->path.n = (size_t)(mark - target.p);
		h->query = (struct str){mark + 1, target.n - h->path.n - 1};
	}
	if (h->path.n == 0)
		h->path = STR_LIT("/");
	return is_encoded(h->path, C_PATH) && is_encoded(h->query, C_QUERY);
}

static bool read_request_line(struct str line, struct head *h)
{
	struct str rest = line, method, target;

	h->error = ERR_REQUEST_SYNTAX;
	if (!memchr(line.p, ' ', line.n))
		return false;
	method = str_cut(&rest, ' ');
	if (!read_method(method, h))
		return false;
	h->error = ERR_REQUEST_SYNTAX;
	if (rest.n == 0 || !memchr(rest.p, ' ', rest.n))
		return false;
	target = str_cut(&rest, ' ');
	if (!read_version(rest, h))
		return false;
	return read_target(target, h);
}

bool head_read_field(struct str line, struct http_field *out)
{
	const char *colon = line.n ? memchr(line.p, ':', line.n) : NULL;

	if (!colon || colon == line.p)
		return false;
	out->name = (struct str){line.p, (size_t)(colon - line.p)};
	out->value = trim((struct str){colon + 1, line.n - out->name.n - 1});
	return all_of(out->name, C_TOKEN) && head_is_line(out->value);
}

/* "chunked" and nothing else; what else there is, RFC 9112 6.1 and 6.3 tell apart. */
static bool read_coding(struct str value, struct head *h)
{
	struct str rest = value, last = {0};
	bool others = false;

	if (same_word(value, "chunked")) {
		h->chunked = true;
		return true;
	}
	h->error = ERR_REQUEST_SYNTAX;
	while (rest.p) {
		if (last.p)
			others = true;
		if (same_word(last, "chunked"))
			return false;
		last = trim(str_cut(&rest, ','));
	}
	if (others && same_word(last, "chunked"))
		h->error = ERR_TRANSFER_CODING;
	return false;
}

/* Fields that decide about the message itself. */
enum { SEEN_HOST = 1, SEEN_LENGTH = 2, SEEN_CODING = 4, SEEN_CLOSE = 8, SEEN_KEEP = 16 };

static void read_connection(struct str value, unsigned *seen)
{
	struct str rest = value;

	while (rest.p) {
		struct str word = trim(str_cut(&rest, ','));

		if (same_word(word, "close"))
			*seen |= SEEN_CLOSE;
		else if (same_word(word, "keep-alive"))
			*seen |= SEEN_KEEP;
	}
}

static bool once(unsigned *seen, unsigned bit)
{
	bool first = !(*seen & bit);

	*seen |= bit;
	return first;
}

static bool weigh_field(const struct http_field *f, struct head *h, unsigned *seen)
{
	if (same_word(f->name, "host")) {
		if (!once(seen, SEEN_HOST) || !is_authority(f->value))
			return false;
		/* The authority of an absolute target stands above the field (RFC 9112 3.2.2). */
		if (!h->host.p)
			h->host = f->value;
	} else if (same_word(f->name, "content-length")) {
		if (!once(seen, SEEN_LENGTH) || f->value.n > 18 ||
			!str_to_u64(f->value, UINT64_MAX, &h->length))
			return false;
	} else if (same_word(f->name, "transfer-encoding")) {
		if (!once(seen, SEEN_CODING) || h->http_1_0)
			return false;
		return read_coding(f->value, h);
	} else if (same_word(f->name, "connection")) {
		read_connection(f->value, seen);
	} else if (same_word(f->name, "expect")) {
		if (!same_word(f->value, "100-continue")) {
			h->error = ERR_EXPECTATION;
			return false;
		}
		h->expects_continue = !h->http_1_0;
	}
	return true;
}

static bool read_fields(struct str rest, struct head *h, unsigned *seen)
{
	while (rest.n > 2) {
		const char *cr = memchr(rest.p, '\r', rest.n);
		struct str line = {rest.p, (size_t)(cr - rest.p)};
		struct http_field *f = &h->fields[h->field_count];

		if (h->field_count == HEADERS_MAX) {
			h->error = ERR_HEADER_TOO_BIG;
			return false;
		}
		h->error = ERR_REQUEST_SYNTAX;
		if (!head_read_field(line, f) || !weigh_field(f, h, seen))
			return false;
		h->field_count++;
		rest = (struct str){cr + 2, rest.n - line.n - 2};
	}
	return true;
}

static enum head_result bad(struct head *h, enum err error)
{
	h->error = error;
	return HEAD_BAD;
}

static enum head_result too_long(struct str in, struct head *h)
{
	bool in_fields = in.n > 2 && memchr(in.p + 2, '\n', in.n - 2);

	return bad(h, in_fields ? ERR_HEADER_TOO_BIG : ERR_TARGET_TOO_LONG);
}

enum head_result head_read(struct str in, size_t *scanned, struct head *out)
{
	struct head *h = out;
	struct str line;
	unsigned seen = 0;
	size_t end = 0, first = 0;
	enum head_result r;

	h->error = ERR_NONE;
	/* One empty line before a request is forgiven (RFC 9112 2.2). */
	if (in.n >= 2 && in.p[0] == '\r' && in.p[1] == '\n')
		first = 2;
	if (*scanned < first)
		*scanned = first;
	r = find_end(in, scanned, &end);
	if (r == HEAD_MORE)
		return in.n >= LIMIT_HEADER_BYTES ? too_long(in, h) : HEAD_MORE;
	if (r == HEAD_BAD)
		return bad(h, ERR_REQUEST_SYNTAX);
	if (end > LIMIT_HEADER_BYTES)
		return too_long((struct str){in.p, LIMIT_HEADER_BYTES}, h);
	memset(h, 0, offsetof(struct head, fields));
	h->field_count = 0;
	h->bytes = end;
	line = (struct str){in.p + first, 0};
	line.n = (size_t)((const char *)memchr(line.p, '\r', in.n - first) - line.p);
	if (line.n > TARGET_MAX)
		return bad(h, ERR_TARGET_TOO_LONG);
	if (line.n == 0)
		return bad(h, ERR_REQUEST_SYNTAX);
	if (!read_request_line(line, h))
		return HEAD_BAD;
	if (!read_fields((struct str){line.p + line.n + 2, end - first - line.n - 2}, h, &seen))
		return HEAD_BAD;
	if ((seen & SEEN_LENGTH) && (seen & SEEN_CODING))
		return bad(h, ERR_REQUEST_SYNTAX);
	if (!(seen & SEEN_HOST) && !h->http_1_0)
		return bad(h, ERR_REQUEST_SYNTAX);
	h->keep_alive =
		h->http_1_0 ? (seen & SEEN_KEEP) && !(seen & SEEN_CLOSE) : !(seen & SEEN_CLOSE);
	h->error = ERR_NONE;
	return HEAD_DONE;
}
