/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/cli/commands.h"

#include "base/check.h"

const struct option cmd_settings_options[] = {{0}};

/* postgres://user:password@host/… without what nobody should read over a shoulder. */
static void put_without_password(struct buf *b, struct str url)
{
	const char *from = memmem(url.p, url.n, "://", 3);
	const char *at = from ? memchr(from + 3, '@', (size_t)(url.p + url.n - from - 3)) : NULL;
	const char *colon = at ? memchr(from + 3, ':', (size_t)(at - from - 3)) : NULL;

	if (!colon) {
		buf_str(b, url);
		return;
	}
	buf_put(b, url.p, (size_t)(colon - url.p));
	buf_put(b, at, (size_t)(url.p + url.n - at));
}

/* The sample configuration: every setting with what it means and its present value. */
enum st cmd_settings(struct cli *cli)
{
	struct buf *b = &cli->out;

	for (unsigned i = 0; i < SETTING_COUNT; i++) {
		const struct setting_info *info = setting_info((enum setting)i);

		buf_z(b, i ? "\n# " : "# ");
		buf_str(b, say_code(cli->cx.lang, "cli.setting", info->key));
		buf_char(b, '\n');
		buf_z(b, info->key);
		buf_z(b, ": \"");
		if (i == SETTING_DB)
			put_without_password(b, cli->settings.value[i]);
		else if (info->kind != SETTING_SECRET)
			buf_str(b, cli->settings.value[i]);
		buf_z(b, "\"\n");
	}
	return OK;
}
