/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <stdio.h>

#include "base/check.h"

static const struct err_info table[ERR_COUNT] = {
#define ERROR(n, num, cls, status) [ERR_##n] = {#n, num, cls, status},
#include "errors.def"
#undef ERROR
};

const struct err_info *err_info(enum err code)
{
	must((unsigned)code < ERR_COUNT);
	return &table[code];
}

void err_set_field(struct err_slot *slot, const char *field)
{
	snprintf(slot->field, sizeof(slot->field), "%s", field);
}

void err_fill(struct err_slot *slot, enum err code, size_t line, const char *field, const char *fmt,
	va_list ap)
{
	*slot = (struct err_slot){.code = code, .line = line};
	err_set_field(slot, field);
	vsnprintf(slot->detail, sizeof(slot->detail), fmt, ap);
}
