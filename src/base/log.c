/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"

enum { LINE_BYTES = 1024, EVENT_CHARS = 64 };

static const char *const names[] = {"debug", "info", "unusual", "broken"};

/* The one setting of the process that is not in a context: what the operator wants to read. */
static enum log_level least = LOG_INFO;

void log_set_level(enum log_level level)
{
	least = level;
}

void log_event(const struct ctx *cx, enum log_level level, const char *event, const char *fmt, ...)
{
	char line[LINE_BYTES];
	struct instant now = cx->clock->now(cx->clock);
	time_t sec = (time_t)(now.us / 1000000);
	struct tm tm;
	va_list ap;

	if (level < least)
		return;
	gmtime_r(&sec, &tm);
	int n = snprintf(line, sizeof(line),
		"%04d-%02d-%02dT%02d:%02d:%02d.%03dZ level=%s trace=%016" PRIx64 " event=%.*s ",
		tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
		(int)(now.us / 1000 % 1000), names[level], cx->trace, EVENT_CHARS, event);
	must(n > 0 && n < LINE_BYTES / 2);
	va_start(ap, fmt);
	int m = vsnprintf(line + n, sizeof(line) - (size_t)n - 1, fmt, ap);
	va_end(ap);
	must(m >= 0);
	int end = m < LINE_BYTES - n - 1 ? n + m : LINE_BYTES - 2;
	/* A value from outside must not begin a line of its own. */
	for (int i = n; i < end; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
			line[i] = ' ';
	line[end++] = '\n';
	/* One write, so that lines of several workers do not mix; a full disk must not stop us. */
	if (write(STDERR_FILENO, line, (size_t)end) < 0)
		return;
}
