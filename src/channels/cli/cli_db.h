/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The database of a command: opened by the address in the settings, closed by main.c.
 */
#ifndef CHANNELS_CLI_CLI_DB_H
#define CHANNELS_CLI_CLI_DB_H

#include "channels/cli/cli.h"
#include "store/db.h"

/* Opens the database that --db, SAQTA_DB or the default names into cli->call.db. Errors: those of
 * db_open(). */
ST cli_open_db(struct cli *cli, enum db_mode mode);
/* The same as the table of commands says (NEEDS_DB_*); OK when it needs none. */
ST cli_open_needed_db(struct cli *cli);
void cli_close_db(struct cli *cli);

#endif
