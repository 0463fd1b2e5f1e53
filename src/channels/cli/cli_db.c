/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/cli/cli_db.h"

ST cli_open_db(struct cli *cli, enum db_mode mode)
{
	const char *url = str_z(cli->cx.arena, cli->settings.value[SETTING_DB]);

	return db_open(&cli->cx, url, mode, &cli->call.db);
}

ST cli_open_needed_db(struct cli *cli)
{
	static const struct {
		unsigned need;
		enum db_mode mode;
	} modes[] = {
		{NEEDS_DB_READ, DB_MODE_READ},
		{NEEDS_DB_WRITE, DB_MODE_WRITE},
		{NEEDS_DB_CREATE, DB_MODE_CREATE},
		{NEEDS_DB_ANY, DB_MODE_ANY},
	};

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (cli->command->needs & modes[i].need)
			return cli_open_db(cli, modes[i].mode);
	return OK;
}

void cli_close_db(struct cli *cli)
{
	db_close(cli->call.db);
	cli->call.db = NULL;
}
