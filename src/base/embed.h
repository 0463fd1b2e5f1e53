/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that tools/embed.py put into the program, in the order of its command line.
 */
#ifndef BASE_EMBED_H
#define BASE_EMBED_H

#include "base/str.h"

struct embedded {
	const char *name; /* without folder */
	struct str text;  /* followed by a zero byte */
};

#endif
