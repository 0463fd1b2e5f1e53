/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

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
