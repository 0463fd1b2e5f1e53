/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/http/route.h"

#include "base/check.h"

static bool match_path(const char *pattern, struct str path, struct str *params)
{
	struct str want = str_of(pattern);
	size_t n = 0;

	while (want.p && path.p) {
		struct str w = str_cut(&want, '/'), got = str_cut(&path, '/');
		enum lang lang;

		if (w.n == 0 || w.p[0] != '{') {
			if (!str_eq(w, got))
				return false;
			continue;
		}
		if (got.n == 0 || (str_is(w, "{lang}") && !lang_parse(got, &lang)))
			return false;
		must(n < ROUTE_PARAMS);
		params[n++] = got;
	}
	return !want.p && !path.p;
}

struct route_match route_find(
	const struct route *routes, size_t count, enum http_method method, struct str path)
{
	struct route_match m = {0};
	enum http_method row = method == HTTP_HEAD ? HTTP_GET : method;

	for (size_t i = 0; i < count; i++) {
		struct str params[ROUTE_PARAMS] = {{0}};

		if (!match_path(routes[i].path, path, params))
			continue;
		m.path_known = true;
		m.allowed |= 1U << routes[i].method;
		if (routes[i].method != row)
			continue;
		m.route = &routes[i];
		memcpy(m.params, params, sizeof(params));
		return m;
	}
	return m;
}

int route_param_index(const struct route *r, const char *name)
{
	struct str rest = str_of(r->path);
	size_t len = strlen(name);

	for (int n = 0; rest.p;) {
		struct str w = str_cut(&rest, '/');

		if (w.n == 0 || w.p[0] != '{')
			continue;
		if (w.n == len + 2 && memcmp(w.p + 1, name, len) == 0)
			return n;
		n++;
	}
	return -1;
}
