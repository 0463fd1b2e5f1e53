/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/cli/commands.h"

#include "base/check.h"

const struct option cmd_settings_options[] = {{0}};

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
		if (info->kind != SETTING_SECRET)
			buf_str(b, cli->settings.value[i]);
		buf_z(b, "\"\n");
	}
	return OK;
}
