/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far a long command is, on standard error: a bar on a terminal, a line for each tenth
 * elsewhere.
 */
#ifndef CHANNELS_CLI_PROGRESS_H
#define CHANNELS_CLI_PROGRESS_H

#include "channels/cli/cli.h"

/* Begins with `cli`, `what`, `lines` and `terminal`; the rest is its own. */
struct progress {
	struct cli *cli;
	enum msg what; /* what is being done */
	bool lines;    /* lines are counted and told a second, else parts of a whole */
	bool terminal;
	bool drawn;
	bool started;
	int64_t started_us, shown_us;
	size_t started_at; /* lines that an earlier run had done */
	size_t shown_tenth;
};

/* `total` > 0. */
void progress_move(struct progress *p, size_t done, size_t total);
/* The end of the bar's line, when there is one. */
void progress_end(const struct progress *p);

#endif
