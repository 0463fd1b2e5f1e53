/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One structured line per event to stderr: time, level, trace, event, then key=value pairs.
 * A personal number never gets here; tools/tidy.py looks for the obvious ways.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/ctx.h"

enum log_level {
	LOG_DEBUG,
	LOG_INFO,
	LOG_UNUSUAL, /* somebody should know in the morning */
	LOG_BROKEN,  /* somebody should know now */
};

/* Lines below `least` are dropped; LOG_INFO at start. Set once, before workers are started. */
void log_set_level(enum log_level least);

/* log_event(cx, LOG_INFO, "import.done", "rows=%zu", n): `fmt` gives the key=value pairs. */
__attribute__((format(printf, 4, 5))) void log_event(
	const struct ctx *cx, enum log_level level, const char *event, const char *fmt, ...);

#endif
