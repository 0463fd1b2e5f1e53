/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static const char *const names[] = {"debug", "info", "unusual", "broken"};

/* The one setting of the process that is not in a context: what the operator wants to read. */
static enum log_level least = LOG_INFO;

void log_set_level(enum log_level level)
{
	least = level;
}

void log_event(const struct ctx *cx, enum log_level level, const char *event, const char *fmt, ...)
{
	char line[1024];
	struct instant now = cx->clock->now(cx->clock);
	time_t sec = (time_t)(now.us / 1000000);
	struct tm tm;
	va_list ap;

	if (level < least)
		return;
	gmtime_r(&sec, &tm);
	int n = snprintf(line, sizeof(line),
		"%04d-%02d-%02dT%02d:%02d:%02d.%03dZ level=%s trace=%016" PRIx64 " event=%s ",
		tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
		(int)(now.us / 1000 % 1000), names[level], cx->trace, event);
	va_start(ap, fmt);
	int m = vsnprintf(line + n, sizeof(line) - (size_t)n - 1, fmt, ap);
	va_end(ap);
	n += m < (int)sizeof(line) - n - 1 ? m : (int)sizeof(line) - n - 2;
	line[n++] = '\n';
	/* One write, so that lines of several workers do not mix; a full disk must not stop us. */
	if (write(STDERR_FILENO, line, (size_t)n) < 0)
		return;
}
