/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/web/escape.h"

#include "base/check.h"
#include "base/url.h"

static const struct str entities[256] = {
	['&'] = {"&amp;", 5},
	['<'] = {"&lt;", 4},
	['>'] = {"&gt;", 4},
	['"'] = {"&quot;", 6},
	['\''] = {"&#39;", 5},
};

static size_t plain_length(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && !entities[(unsigned char)p[i]].n)
		i++;
	return i;
}

void escape_put(struct buf *b, struct str text)
{
	while (text.n) {
		size_t plain = plain_length(text.p, text.n);
		buf_put(b, text.p, plain);
		text.p += plain;
		text.n -= plain;
		if (!text.n)
			return;
		buf_str(b, entities[(unsigned char)*text.p]);
		text.p++;
		text.n--;
	}
}

void escape_from(struct buf *b, size_t mark)
{
	must(mark <= b->n);
	size_t n = b->n - mark;
	size_t plain = plain_length(b->p + mark, n);
	if (plain == n)
		return;
	struct str rest = str_copy(b->arena, (struct str){b->p + mark + plain, n - plain});
	b->n = mark + plain;
	escape_put(b, rest);
}

static bool url_is_safe(struct str url)
{
	for (size_t i = 0; i < url.n; i++)
		if ((unsigned char)url.p[i] <= ' ' || url.p[i] == '\\' || url.p[i] == 0x7f)
			return false;
	return url_is_sealed(url) || (str_starts(url, "/") && !str_starts(url, "//"));
}

void escape_put_url(struct buf *b, struct str url)
{
	escape_put(b, url_is_safe(url) ? url : STR_LIT("#"));
}

static bool is_unreserved(unsigned char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

void escape_put_url_part(struct buf *b, struct str text)
{
	static const char hex[] = "0123456789ABCDEF";

	size_t from = 0;

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		if (is_unreserved(c))
			continue;
		const char encoded[3] = {'%', hex[c >> 4], hex[c & 15]};
		buf_put(b, text.p + from, i - from);
		buf_put(b, encoded, sizeof(encoded));
		from = i + 1;
	}
	buf_put(b, text.p + from, text.n - from);
}
