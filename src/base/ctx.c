/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ctx.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/check.h"

static const char *const lang_codes[LANG_COUNT] = {"kk", "ru", "en"};

const char *lang_code(enum lang lang)
{
	must((unsigned)lang < LANG_COUNT);
	return lang_codes[lang];
}

bool lang_parse(struct str s, enum lang *out)
{
	for (unsigned i = 0; i < LANG_COUNT; i++) {
		if (str_is(s, lang_codes[i])) {
			*out = (enum lang)i;
			return true;
		}
	}
	return false;
}

enum st fail_at(struct ctx *cx, enum err code, const char *file, int source_line, size_t line,
	const char *field, const char *fmt, ...)
{
	/* Built aside, because the arguments may lie in the slot that it replaces. */
	struct err_slot slot = {
		.code = code, .line = line, .file = file, .source_line = source_line};
	va_list ap;

	must(code != ERR_NONE);
	snprintf(slot.field, sizeof(slot.field), "%s", field);
	va_start(ap, fmt);
	vsnprintf(slot.detail, sizeof(slot.detail), fmt, ap);
	va_end(ap);
	cx->err = slot;
	return err_info(code)->class;
}

void err_clear(struct ctx *cx)
{
	cx->err = (struct err_slot){.code = ERR_NONE};
}
