/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/http/request.h"

#include <strings.h>

#include "base/check.h"
#include "channels/http/route.h"

static bool same_word(struct str s, const char *word)
{
	return s.n == strlen(word) && strncasecmp(s.p, word, s.n) == 0;
}

struct str request_param(const struct request *rq, const char *name)
{
	int i = route_param_index(rq->route, name);

	must(i >= 0);
	return rq->params[i];
}

struct str request_header(const struct request *rq, const char *name)
{
	for (size_t i = 0; i < rq->field_count; i++)
		if (same_word(rq->fields[i].name, name))
			return rq->fields[i].value;
	return (struct str){0};
}

struct str request_cookie(const struct request *rq, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < rq->field_count; i++) {
		struct str rest = rq->fields[i].value;

		if (!same_word(rq->fields[i].name, "cookie"))
			continue;
		while (rest.p) {
			struct str pair = str_trim(str_cut(&rest, ';'));

			if (pair.n > len && pair.p[len] == '=' && memcmp(pair.p, name, len) == 0)
				return (struct str){pair.p + len + 1, pair.n - len - 1};
		}
	}
	return (struct str){0};
}

struct str request_media_type(const struct request *rq)
{
	struct str value = request_header(rq, "content-type");
	struct str type = str_trim(str_cut(&value, ';'));
	char *small = arena_copy(rq->call->cx->arena, type.p, type.n);

	for (size_t i = 0; i < type.n; i++)
		if (small[i] >= 'A' && small[i] <= 'Z')
			small[i] = (char)(small[i] + 32);
	return (struct str){small, type.n};
}

/*
 * Weight in thousandths of one element of an Accept-like list, 1000 when it says none, 0 when what
 * it says is none. `*name` is the part before the parameters.
 */
static unsigned weight_of(struct str element, struct str *name)
{
	unsigned weight = 1000;

	*name = str_trim(str_cut(&element, ';'));
	while (element.p) {
		struct str p = str_trim(str_cut(&element, ';'));
		unsigned scale = 100;

		if (p.n < 3 || (p.p[0] != 'q' && p.p[0] != 'Q') || p.p[1] != '=')
			continue;
		weight = p.p[2] == '1' ? 1000 : 0;
		for (size_t i = 4; p.p[2] == '0' && i < p.n && i < 7; i++, scale /= 10) {
			if (p.p[i] < '0' || p.p[i] > '9')
				return 0;
			weight += (unsigned)(p.p[i] - '0') * scale;
		}
	}
	return weight;
}

bool request_accepts_coding(const struct request *rq, const char *coding)
{
	struct str rest = request_header(rq, "accept-encoding");
	bool any = false;

	while (rest.p) {
		struct str name;
		unsigned weight = weight_of(str_cut(&rest, ','), &name);

		if (same_word(name, coding))
			return weight > 0;
		if (str_is(name, "*"))
			any = weight > 0;
	}
	return any;
}

/* "kk-KZ" is Kazakh: the first part of a language tag decides. */
static bool lang_of_tag(struct str tag, enum lang *out)
{
	char small[2];
	struct str first = str_cut(&tag, '-');

	if (first.n != 2)
		return false;
	for (int i = 0; i < 2; i++)
		small[i] = (char)(first.p[i] | 0x20);
	return lang_parse((struct str){small, 2}, out);
}

static bool lang_of_list(struct str rest, enum lang *out)
{
	unsigned best = 0;

	while (rest.p) {
		struct str name;
		unsigned weight = weight_of(str_cut(&rest, ','), &name);
		enum lang lang;

		if (weight > best && lang_of_tag(name, &lang)) {
			best = weight;
			*out = lang;
		}
	}
	return best > 0;
}

enum lang request_lang(const struct request *rq)
{
	enum lang lang = LANG_KK;
	int i = rq->route ? route_param_index(rq->route, "lang") : -1;

	if (i >= 0 && lang_parse(rq->params[i], &lang))
		return lang;
	/* An address that no row answers still tells in which language its reader is. */
	if (!rq->route && rq->path.n >= 4 && rq->path.p[3] == '/' &&
		lang_parse((struct str){rq->path.p + 1, 2}, &lang))
		return lang;
	if (lang_parse(request_cookie(rq, "lang"), &lang))
		return lang;
	if (lang_of_list(request_header(rq, "accept-language"), &lang))
		return lang;
	return LANG_KK;
}
