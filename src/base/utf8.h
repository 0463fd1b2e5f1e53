/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UTF-8, checked at the border: valid or refused, and one form (NFC) inside.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/ctx.h"

/*
 * Strict: no overlong forms, no surrogates, nothing above U+10FFFF. `*bad_at` (may be NULL) gets
 * the offset of the first bad byte, or s.n.
 */
bool utf8_valid(struct str s, size_t *bad_at);

/*
 * The first character of `s`: its bytes (1 … 4) and, in `*code`, its code point. 0 when `s` is
 * empty or does not begin with a valid character.
 */
size_t utf8_take(struct str s, uint32_t *code);

/* `code` as UTF-8 into `out`; the number of bytes. It must be a scalar value. */
size_t utf8_put(uint32_t code, char out[4]);

/* Characters, counted as code points; `s` must be valid. */
size_t utf8_count(struct str s);

/* `s` begins with the letters of `start`, capital or small; never when either is not valid there.
 */
bool utf8_starts_with_letters(struct str s, struct str start);

/*
 * The text in NFC: `in` itself when it is ASCII or already composed, else a copy in the arena.
 * Errors: TEXT_ENCODING (detail = offset of the bad byte).
 */
ST utf8_nfc(struct ctx *cx, struct str in, struct str *out);

#endif
