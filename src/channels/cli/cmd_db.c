/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Care of the database: migrate, backup, check, schema.
 */
#include "channels/cli/commands.h"

#include "channels/cli/cli_db.h"
#include "store/migrate.h"

const struct option cmd_db_options[] = {
	{0},
};

enum { SCHEMA_BYTES_MAX = 1 << 20 };

static ST db_cmd_migrate(struct cli *cli)
{
	int version;
	struct arg args[] = {arg_count("n", 0), arg_count("version", schema_version())};

	/* Opening for creation migrates; what is told is how far it was behind. */
	if (cli_open_db(cli, DB_MODE_ANY) == OK) {
		TRY(db_schema_version(&cli->cx, cli->call.db, &version));
		cli_close_db(cli);
	} else {
		if (cli->cx.err.code != ERR_DB_OPEN)
			return err_info(cli->cx.err.code)->class;
		err_clear(&cli->cx);
		version = -1;
	}
	TRY(cli_open_db(cli, DB_MODE_CREATE));
	args[0].count = version < schema_version() ? schema_version() - version : 0;
	if (cli->settings.value[SETTING_DB_ROLE].n)
		TRY(db_give_rights(&cli->cx, cli->call.db, cli->settings.value[SETTING_DB_ROLE]));
	cli_say(cli, MSG_db_migrated, args, 2);
	return OK;
}

static ST db_cmd_backup(struct cli *cli)
{
	const struct arg args[] = {arg_str("file", cli->args[1])};

	TRY(cli_open_db(cli, DB_MODE_READ));
	TRY(db_backup(&cli->cx, cli->call.db, str_z(cli->cx.arena, cli->args[1])));
	cli_say(cli, MSG_db_backed_up, args, 1);
	return OK;
}

static ST db_cmd_check(struct cli *cli)
{
	TRY(cli_open_db(cli, DB_MODE_ANY));
	TRY(db_schema_check(&cli->cx, cli->call.db));
	TRY(db_check(&cli->cx, cli->call.db));
	cli_say(cli, MSG_db_checked, NULL, 0);
	return OK;
}

static ST db_cmd_schema(struct cli *cli)
{
	struct buf b = buf_new(cli->cx.arena, SCHEMA_BYTES_MAX);

	TRY(schema_put(&cli->cx, ENGINE_SQLITE, &b));
	buf_str(&cli->out, buf_view(&b));
	return OK;
}

static const struct {
	const char *word;
	const char *rest; /* how it is called: "db WORD" and this */
	size_t args;
	enum st (*run)(struct cli *cli);
} actions[] = {
	{"migrate", "", 1, db_cmd_migrate},
	{"backup", " FILE", 2, db_cmd_backup},
	{"check", "", 1, db_cmd_check},
	{"schema", "", 1, db_cmd_schema},
};

ST cmd_db(struct cli *cli)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (!str_is(cli->args[0], actions[i].word))
			continue;
		if (cli->arg_count != actions[i].args)
			return fail(&cli->cx, USAGE, "db %s%s", actions[i].word, actions[i].rest);
		return actions[i].run(cli);
	}
	return fail_in(&cli->cx, 0, "db", VALUE_UNKNOWN, "%.*s", STR(cli->args[0]));
}
