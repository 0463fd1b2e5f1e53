/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Care of the database: migrate, backup, check, copy, schema.
 */
#include "channels/cli/commands.h"

#include "channels/cli/cli_db.h"
#include "ledger/audit.h"
#include "ledger/ledger.h"
#include "store/copy.h"
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
	int version;

	/* Of any schema: the copy is what one goes back to, so it is made before a migration. */
	TRY(cli_open_db(cli, DB_MODE_ANY));
	TRY(db_schema_version(&cli->cx, cli->call.db, &version));
	TRY(db_backup_file(&cli->cx, cli->call.db, str_z(cli->cx.arena, cli->args[1])));
	cli_say(cli, MSG_db_backed_up, args, 1);
	return OK;
}

/* The seals of the copy, computed anew from its entries, and all that is below them. */
static ST prove(struct cli *cli, const char *url, struct ledger_seal_row *seal)
{
	struct audit_report *report = ARENA_NEW(cli->cx.arena, struct audit_report);
	struct db *to;
	bool found;
	enum st st;

	TRY(db_open(&cli->cx, url, DB_MODE_READ, &to));
	st = audit_run(&cli->cx, to, NULL, report);
	if (st == OK && report->finding_count)
		st = fail(&cli->cx, AUDIT_FAILED, "%s: %s",
			audit_check_code(report->findings[0].check), report->findings[0].where);
	if (st == OK)
		st = ledger_last_seal(&cli->cx, to, seal, &found);
	db_close(to);
	return st;
}

static ST db_cmd_copy(struct cli *cli)
{
	const char *from = str_z(cli->cx.arena, cli->args[1]);
	const char *to = str_z(cli->cx.arena, cli->args[2]);
	struct copy_report *report = ARENA_NEW(cli->cx.arena, struct copy_report);
	struct arg args[] = {arg_count("rows", 0)};
	struct ledger_seal_row ours, theirs;
	bool found;

	TRY(db_open(&cli->cx, from, DB_MODE_READ, &cli->call.db));
	TRY(db_copy(&cli->cx, cli->call.db, to, report));
	TRY(prove(cli, to, &theirs));
	TRY(ledger_last_seal(&cli->cx, cli->call.db, &ours, &found));
	if (found && memcmp(&ours.digest, &theirs.digest, sizeof(ours.digest)) != 0)
		return fail(&cli->cx, AUDIT_FAILED, "%s", "the last seal is another one");
	for (size_t i = 0; i < COPY_TABLES; i++) {
		const struct copy_table *t = &report->tables[i];

		buf_fmt(&cli->out, "%-18s %12lld  ", t->name, (long long)t->rows);
		digest_hex(&cli->out, t->digest.bytes, sizeof(t->digest.bytes));
		buf_char(&cli->out, '\n');
	}
	args[0].count = report->rows;
	cli_say(cli, MSG_db_copied, args, 1);
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
	{"copy", " FROM TO", 3, db_cmd_copy},
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
