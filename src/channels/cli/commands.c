/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/cli/commands.h"

#define WORD(name, code) code " "
static const char payer_words[] =
#define PAYER WORD
#include "domain/kinds.def"
#undef PAYER
	;

/* clang-format off */
static const struct command commands[] = {
	{"status", "IIN", 1, 1, cmd_status, NEEDS_LAW, cmd_status_options,
		MSG_cli_help_status, MSG_cli_about_status, NULL},
	{"calc", "KIND", 0, 1, cmd_calc, NEEDS_LAW, cmd_calc_options,
		MSG_cli_help_calc, MSG_cli_about_calc, payer_words},
	{"penalty", "", 0, 0, cmd_penalty, NEEDS_LAW, cmd_penalty_options,
		MSG_cli_help_penalty, MSG_cli_about_penalty, NULL},
	{"iin", "NUMBER", 1, CLI_ARGS_MAX, cmd_iin, 0, cmd_iin_options,
		MSG_cli_help_iin, MSG_cli_about_iin, NULL},
	{"audit", "", 0, 0, cmd_audit, NEEDS_LAW | NEEDS_DB_READ, cmd_audit_options,
		MSG_cli_help_audit, MSG_cli_about_audit, NULL},
	{"db", "migrate|backup|check|copy|schema [FILE | FROM TO]", 1, 3, cmd_db, 0, cmd_db_options,
		MSG_cli_help_db, MSG_cli_about_db, "migrate backup check copy schema"},
	{"demo", "", 0, 0, cmd_demo, NEEDS_LAW, cmd_demo_options,
		MSG_cli_help_demo, MSG_cli_about_demo, NULL},
	/* It opens the database itself: a check needs none and makes none. */
	{"import", "FILE...", 1, CLI_ARGS_MAX, cmd_import, NEEDS_LAW, cmd_import_options,
		MSG_cli_help_import, MSG_cli_about_import, NULL},
	{"law", "check|show|diff [OLD NEW]", 1, 3, cmd_law, 0, cmd_law_options,
		MSG_cli_help_law, MSG_cli_about_law, "check show diff"},
	{"reconcile", "FILE", 1, 1, cmd_reconcile, NEEDS_LAW | NEEDS_DB_WRITE,
		cmd_reconcile_options, MSG_cli_help_reconcile, MSG_cli_about_reconcile, NULL},
	{"settings", "", 0, 0, cmd_settings, 0, cmd_settings_options,
		MSG_cli_help_settings, MSG_cli_about_settings, NULL},
	{"help", "[COMMAND]", 0, 1, cmd_help, 0, cmd_help_options,
		MSG_cli_help_help, MSG_cli_about_help, NULL},
	{"man", "", 0, 0, cmd_man, 0, cmd_man_options,
		MSG_cli_help_man, MSG_cli_about_man, NULL},
	{"completion", "bash", 1, 1, cmd_completion, 0, cmd_completion_options,
		MSG_cli_help_completion, MSG_cli_about_completion, "bash"},
	{"version", "", 0, 0, cmd_version, 0, cmd_version_options,
		MSG_cli_help_version, MSG_cli_about_version, NULL},
};
/* clang-format on */

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

const struct command *commands_nth(const struct cli *cli, size_t i)
{
	if (i < COMMANDS)
		return &commands[i];
	return i - COMMANDS < cli->more_count ? &cli->more[i - COMMANDS] : NULL;
}

const struct command *commands_find(const struct cli *cli, struct str name)
{
	const struct command *command;

	for (size_t i = 0; (command = commands_nth(cli, i)); i++)
		if (str_is(name, command->name))
			return command;
	return NULL;
}
