/* SPDX-License-Identifier: Apache-2.0 */
#include "base/url.h"

static bool is_here(struct str url)
{
	static const char *const here[] = {"http://127.0.0.1", "http://localhost", "http://[::1]"};

	for (size_t i = 0; i < sizeof(here) / sizeof(here[0]); i++) {
		size_t n = strlen(here[i]);

		/* "http://127.0.0.1.example" is somebody else. */
		if (str_starts(url, here[i]) && (url.n == n || url.p[n] == ':' || url.p[n] == '/'))
			return true;
	}
	return false;
}

bool url_is_sealed(struct str url)
{
	struct str rest = url, host;

	for (size_t i = 0; i < url.n; i++)
		if ((unsigned char)url.p[i] <= ' ' || url.p[i] == '\\' || url.p[i] == 0x7f)
			return false;
	if (!is_here(url) && !str_starts(url, "https://"))
		return false;
	str_cut(&rest, '/');
	str_cut(&rest, '/');
	host = str_cut(&rest, '/');
	return host.n > 0 && !memchr(host.p, '@', host.n);
}
