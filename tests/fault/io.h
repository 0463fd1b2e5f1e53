/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System calls on the files of one folder that fail when a test says so. They stand before those of
 * the C library, so that whoever is linked from a shared library (SQLite) calls them.
 */
#ifndef FAULT_IO_H
#define FAULT_IO_H

#include <stdbool.h>

enum io_call { IO_READ = 1, IO_WRITE = 2, IO_FLUSH = 4, IO_TRUNCATE = 8, IO_OPEN = 16 };

struct io_plan {
	unsigned calls; /* which ones are counted: bits of enum io_call */
	long fail_at;   /* from 1; 0 = none */
	bool for_good;  /* and all later ones */
	int error;      /* errno; 0 = a read or write of half its bytes */
	long count, failed;
	bool flush_failed;
};

/* The one plan; `folder` is where files count. */
struct io_plan *io_plan(void);
void io_watch(const char *folder);

#endif
