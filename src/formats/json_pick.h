/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A few values out of somebody else's JSON, by their paths ("Data.QrToken"). What is not asked for
 * is not looked at, so that a field which the other side adds breaks nothing.
 */
#ifndef FORMATS_JSON_PICK_H
#define FORMATS_JSON_PICK_H

#include "base/ctx.h"

enum { JSON_PICK_BYTES_MAX = 64 << 10 };

struct json_pick {
	const char *path; /* names of objects with dots between them */
	size_t offset;    /* of a struct str in the struct: a string, or a whole number as digits */
	size_t max;       /* bytes */
};

/*
 * Texts in cx->arena, NFC. What is absent, null, or neither a string nor a whole number is empty.
 * Errors: JSON_SYNTAX (also when it is no object, or deeper than LIMIT_JSON_DEPTH), VALUE_TWICE,
 * TEXT_ENCODING, VALUE_TOO_LONG (the path as field), REQUEST_TOO_BIG.
 */
ST json_pick(
	struct ctx *cx, struct str text, const struct json_pick *picks, size_t count, void *out);

#endif
