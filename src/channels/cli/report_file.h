/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file that a command writes beside its answer: opened before the work begins, so that a folder
 * which refuses it is told first, and there as a whole or not at all.
 */
#ifndef CHANNELS_CLI_REPORT_FILE_H
#define CHANNELS_CLI_REPORT_FILE_H

#include "channels/cli/cli.h"

struct report_file {
	const char *path, *part; /* the name, and that until all of it is written */
	int fd;                  /* -1 = none */
};

/* Errors, with the path as field: FILE_WRITE. */
ST report_file_open(struct cli *cli, struct str path, struct report_file *out);
/* Writes `text` to the disk and gives the file its name; one of that name is replaced. */
ST report_file_finish(struct cli *cli, struct report_file *f, struct str text);
/* What was not finished goes. */
void report_file_drop(struct report_file *f);

#endif
