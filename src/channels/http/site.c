/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/http/site.h"

#include <stdio.h>

struct site_settings site_settings_default(void)
{
	return (struct site_settings){
		.client_short = {5, 600},
		.client_day = {50, 86400},
		.person_day = {20, 86400},
		.client_pages = {600, 60},
		.client_invoices = {20, 600},
		.invoice_hours = 72,
		.streams = 2000,
		.loopback_free = true,
	};
}

/* An origin as CSP writes it: scheme, host, port; '*' for a whole label in front. */
static bool is_origin(struct str s)
{
	if (!str_starts(s, "https://") && !str_starts(s, "http://"))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			    (c && strchr(":/.-*[]", c))))
			return false;
	}
	return s.p[s.n - 1] != '/';
}

/* "https://host:port": one scheme, then no slash more. */
static bool has_one_host(struct str origin)
{
	struct str rest = origin;
	struct str scheme = str_cut(&rest, '/');

	str_cut(&rest, '/');
	return scheme.n && rest.n && !memchr(rest.p, '/', rest.n);
}

ST site_set_embed_hosts(struct ctx *cx, struct site *site, struct str hosts)
{
	size_t n = 0;
	struct str rest = hosts;

	site->settings.embed_hosts = hosts;
	while (rest.p) {
		struct str one = str_cut(&rest, ' ');

		if (one.n == 0)
			continue;
		if (!is_origin(one) || n + one.n + 2 > sizeof(site->frame_ancestors))
			return fail_in(cx, 0, "embed-hosts", SETTING_VALUE, "%.*s", STR(one));
		if (n)
			site->frame_ancestors[n++] = ' ';
		memcpy(site->frame_ancestors + n, one.p, one.n);
		n += one.n;
	}
	if (n == 0)
		n = (size_t)snprintf(
			site->frame_ancestors, sizeof(site->frame_ancestors), "'none'");
	site->frame_ancestors[n] = '\0';
	return OK;
}

ST site_set_public_url(struct ctx *cx, struct site *site, struct str url)
{
	struct str origin = url;

	if (origin.n && origin.p[origin.n - 1] == '/')
		origin.n--;
	if (url.n &&
		(!is_origin(origin) || memchr(origin.p, '*', origin.n) || !has_one_host(origin)))
		return fail_in(cx, 0, "public-url", SETTING_VALUE, "%.*s", STR(url));
	site->settings.public_url = origin;
	return OK;
}
