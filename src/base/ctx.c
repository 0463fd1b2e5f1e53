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
	va_list ap;

	must(code != ERR_NONE);
	cx->err = (struct err_slot){
		.code = code, .line = line, .file = file, .source_line = source_line};
	snprintf(cx->err.field, sizeof(cx->err.field), "%s", field);
	va_start(ap, fmt);
	vsnprintf(cx->err.detail, sizeof(cx->err.detail), fmt, ap);
	va_end(ap);
	return err_info(code)->class;
}

void err_clear(struct ctx *cx)
{
	cx->err = (struct err_slot){.code = ERR_NONE};
}
