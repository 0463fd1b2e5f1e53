/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of the commands, for the table in commands.c. How to add one: cli.h.
 */
#ifndef CHANNELS_CLI_COMMANDS_H
#define CHANNELS_CLI_COMMANDS_H

#include "channels/cli/cli.h"

#define COMMAND_PARTS(name)                                                                        \
	enum st cmd_##name(struct cli *cli);                                                       \
	extern const struct option cmd_##name##_options[];

COMMAND_PARTS(audit)
COMMAND_PARTS(calc)
COMMAND_PARTS(completion)
COMMAND_PARTS(db)
COMMAND_PARTS(demo)
COMMAND_PARTS(help)
COMMAND_PARTS(iin)
COMMAND_PARTS(import)
COMMAND_PARTS(law)
COMMAND_PARTS(man)
COMMAND_PARTS(penalty)
COMMAND_PARTS(reconcile)
COMMAND_PARTS(settings)
COMMAND_PARTS(status)
COMMAND_PARTS(version)

#undef COMMAND_PARTS

/* The table, and command number `i` of it and of main.c's rows behind it; NULL past the last. */
const struct command *commands_nth(const struct cli *cli, size_t i);
const struct command *commands_find(const struct cli *cli, struct str name);

#endif
