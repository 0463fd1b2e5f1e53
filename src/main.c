/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Composition, nothing else: settings, then the law book and the database if the command needs
 * them, then the command.
 */
#include "base/log.h"
#include "certify.h"
#include "channels/cli/cli.h"
#include "channels/cli/cli_db.h"
#include "serve.h"
#include "service/lawsource.h"
#include "work.h"

static ST law_needed(struct cli *cli)
{
	struct str dir = cli->settings.value[SETTING_LAW];
	struct lawbook *book;

	if (!(cli->command->needs & NEEDS_LAW))
		return OK;
	TRY(lawsource_load(
		&cli->cx, cli->cx.arena, dir.n ? str_z(cli->cx.arena, dir) : NULL, &book));
	cli->call.book = book;
	return OK;
}

/* The commands that stay running. They use other channels, so they cannot stand in channels/cli. */
static const struct command running[] = {
	{.name = "serve",
		.args = "",
		.run = serve_command,
		.needs = NEEDS_LAW,
		.options = serve_options,
		.help = MSG_cli_help_serve,
		.about = MSG_cli_about_serve},
	{.name = "work",
		.args = "",
		.run = work_command,
		.needs = NEEDS_LAW | NEEDS_DB_WRITE,
		.options = work_options,
		.help = MSG_cli_help_work,
		.about = MSG_cli_about_work},
	{.name = "certify-bank",
		.args = "URL | --serve",
		.args_max = 1,
		.run = certify_command,
		.options = certify_options,
		.help = MSG_cli_help_certify_bank,
		.about = MSG_cli_about_certify_bank},
};

enum { RUNNING = sizeof(running) / sizeof(running[0]) };

/* A command that ends tells its own report; only what stays running writes down each event. */
static void choose_log_level(const struct command *command)
{
	bool stays = command >= running && command < running + RUNNING;

	log_set_level(stays ? LOG_INFO : LOG_UNUSUAL);
}

int main(int argc, char **argv)
{
	struct cli cli;
	enum st st = cli_start(&cli, argc, argv, running, RUNNING);

	if (st == OK) {
		choose_log_level(cli.command);
		st = law_needed(&cli);
	}
	if (st == OK)
		st = cli_open_needed_db(&cli);
	if (st == OK)
		st = cli.command->run(&cli);
	cli_close_db(&cli);
	return cli_end(&cli, st);
}
