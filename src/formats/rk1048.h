/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RK1048 (KZ-1048, STRK1048-2002): the 8-bit character set of Kazakh bank files. It is CP1251 with
 * 16 Kazakh letters in other places; a reader that takes it for CP1251 sees Serbian and Ukrainian
 * letters in their stead.
 */
#ifndef FORMATS_RK1048_H
#define FORMATS_RK1048_H

#include "base/ctx.h"

/* The code point of a byte; 0 for 0x98, the only one without a character. */
uint32_t rk1048_code(unsigned char byte);
/* The byte of a code point; false when the set does not have it. */
bool rk1048_byte(uint32_t code, unsigned char *out);

/*
 * All of `in` as UTF-8, in cx->arena. At most `max` bytes.
 * Errors: TEXT_ENCODING (byte 0x98; err.line is the line), FILE_TOO_BIG.
 */
ST rk1048_decode(struct ctx *cx, struct str in, size_t max, struct str *out);
/*
 * Valid UTF-8 as RK1048, appended to `out`. Errors: TEXT_ENCODING (a character that the set does
 * not have, or no UTF-8; err.line, detail = the character).
 */
ST rk1048_encode(struct ctx *cx, struct str in, struct buf *out);

#endif
