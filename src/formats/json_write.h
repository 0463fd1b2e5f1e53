/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON out: appends one value to a buf, in one pass, without a tree. What comes out is always valid
 * UTF-8 and, when every open has its close, valid JSON: strings are escaped, a byte that is not
 * UTF-8 becomes U+FFFD, commas are set by the writer. Whoever writes only checks `b->over` at the
 * end.
 *
 *	struct json j = json_start(&b);
 *	json_open_object(&j);
 *	json_put_key(&j, "month");
 *	json_put_month(&j, month);
 *	json_close_object(&j);
 */
#ifndef FORMATS_JSON_WRITE_H
#define FORMATS_JSON_WRITE_H

#include "base/check.h"
#include "base/str.h"
#include "domain/day.h"
#include "domain/money.h"

enum { JSON_DEPTH_MAX = 32 };

struct json {
	struct buf *b;
	uint32_t objects; /* bit 0: the innermost level is an object; bit 1: the one around it */
	int depth;
	bool comma;  /* a comma stands before the next value or key */
	bool keyed;  /* a key was written and waits for its value */
	size_t text; /* where the text that is open begins */
};

struct json json_start(struct buf *b);
/* Everything opened is closed and the buf held it all. */
bool json_finished(const struct json *j);

/*
 * Misuse is a bug and aborts: more than JSON_DEPTH_MAX levels, a close without its open, a value
 * without a key in an object, a key outside one.
 */
void json_open_object(struct json *j);
void json_close_object(struct json *j);
void json_open_array(struct json *j);
void json_close_array(struct json *j);

/* `key` is a name of ours: printable ASCII without '"' and '\'. */
static inline void json_put_key_bytes(struct json *j, const char *key, size_t n)
{
	char *p = buf_room(j->b, n + 4);

	must((j->objects & 1) && !j->keyed);
	if (p) {
		if (j->comma)
			*p++ = ',';
		*p++ = '"';
		memcpy(p, key, n);
		memcpy(p + n, "\":", 2);
		j->b->n += n + 3 + j->comma;
	}
	j->comma = false;
	j->keyed = true;
}
static inline void json_put_key(struct json *j, const char *key)
{
	json_put_key_bytes(j, key, strlen(key));
}

/*
 * A string that others write: between the two calls they append to `j->b`, and what they wrote is
 * escaped where it must be.
 */
void json_open_text(struct json *j);
void json_close_text(struct json *j);
void json_put_str(struct json *j, struct str s);
void json_put_z(struct json *j, const char *z);
/* A code of ours, of the characters of a key: "employer". */
void json_put_code(struct json *j, const char *code);
void json_put_i64(struct json *j, int64_t v);
void json_put_u64(struct json *j, uint64_t v);
void json_put_bool(struct json *j, bool v);
void json_put_null(struct json *j);
/* "4250.00" */
void json_put_money(struct json *j, struct money m);
/* "2026-01-31"; DAY_NEVER is null. */
void json_put_day(struct json *j, struct day d);
/* "2026-01"; MONTH_NEVER is null. */
void json_put_month(struct json *j, struct month m);

#endif
