/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Composition, nothing else: settings, then what the command needs, then the command.
 */
#include "channels/cli/cli.h"

int main(int argc, char **argv)
{
	struct cli cli;
	enum st st = cli_start(&cli, argc, argv, NULL, 0);

	if (st == OK)
		st = cli.command->run(&cli);
	return cli_end(&cli, st);
}
