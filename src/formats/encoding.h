/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In which character set is this file? Asked in this order: byte order mark, UTF-16 by its zero
 * bytes, strict UTF-8, else RK1048. The answer is told to the user, never hidden.
 */
#ifndef FORMATS_ENCODING_H
#define FORMATS_ENCODING_H

#include "base/ctx.h"

enum encoding {
	ENCODING_UTF8,
	ENCODING_UTF8_BOM,
	ENCODING_UTF16LE,
	ENCODING_UTF16BE,
	ENCODING_RK1048,
};

/* "UTF-8", "UTF-8 BOM", "UTF-16LE", "UTF-16BE", "RK1048". */
const char *encoding_name(enum encoding e);

/*
 * The text as UTF-8 without its mark: a view of `bytes` when that is UTF-8 already, else a copy in
 * cx->arena of at most `max` bytes; `*encoding` is what the bytes are in, ENCODING_UTF8 when
 * nothing tells. Errors: FILE_EMPTY (no bytes, or only a mark), FILE_BINARY (control characters
 * that no text has, or zero bytes that are not UTF-16; detail = offset), FILE_TRUNCATED (UTF-8 that
 * ends in the middle of a letter), TEXT_ENCODING (err.line), FILE_TOO_BIG.
 */
ST encoding_read(
	struct ctx *cx, struct str bytes, size_t max, enum encoding *encoding, struct str *text);

/*
 * For files of any size: is this UTF-8 as it stands, which encoding_read() would only give back? It
 * is looked at piece by piece; `passed` (may be NULL) is told how far, and what was passed may be
 * given back by then. `*text` is the view without the mark.
 */
bool encoding_is_utf8(
	struct str bytes, void (*passed)(void *arg, const char *upto), void *arg, struct str *text);

#endif
