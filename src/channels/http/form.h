/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Field tables: name, type, limits and place in a struct. The same table decodes a form, a query
 * and a JSON object into the same struct with the same errors.
 *
 *	struct ask { struct iin iin; struct day on; bool has_on; };
 *	static const struct form_field fields[] = {
 *		FORM_NEEDED(struct ask, iin, "iin", FORM_IIN),
 *		FORM_MAYBE(struct ask, on, has_on, "on", FORM_DAY),
 *	};
 */
#ifndef CHANNELS_HTTP_FORM_H
#define CHANNELS_HTTP_FORM_H

#include "channels/http/request.h"
#include "domain/iin.h"
#include "domain/kinds.h"
#include "domain/rate.h"

enum form_type {
	FORM_TEXT,       /* struct str: valid UTF-8 without control characters, trimmed */
	FORM_IIN,        /* struct iin, of a person */
	FORM_DAY,        /* struct day */
	FORM_MONTH,      /* struct month */
	FORM_MONEY,      /* struct money */
	FORM_PERCENT,    /* struct rate, at most 100 % */
	FORM_NUMBER,     /* int64_t, 0 … max */
	FORM_FLAG,       /* bool: "1", "on", "true"; JSON true and false */
	FORM_KIND,       /* enum payer_kind */
	FORM_TEXTS,      /* struct form_list of struct str: the field may come again */
	FORM_MONIES,     /* struct form_list of struct money */
	FORM_CATEGORIES, /* struct form_list of struct form_category */
};

/* A privileged category, or any exempt group. */
struct form_category {
	bool exempt; /* then `category` says nothing */
	enum category category;
};

struct form_list {
	void *items;
	size_t count;
};

struct form_field {
	const char *name;
	enum form_type type;
	bool required;
	uint32_t max;  /* letters of a text, greatest number, most items of a list */
	size_t at;     /* offset of the value */
	size_t has_at; /* offset of a bool that says whether it came; FORM_NO_HAS */
};

#define FORM_NO_HAS ((size_t)-1)
#define FORM_NEEDED(type_, member_, name_, kind_)                                                  \
	{                                                                                          \
		.name = (name_), .type = (kind_), .required = true, .max = 200,                    \
		.at = offsetof(type_, member_), .has_at = FORM_NO_HAS                              \
	}
#define FORM_MAYBE(type_, member_, has_, name_, kind_)                                             \
	{                                                                                          \
		.name = (name_), .type = (kind_), .max = 200, .at = offsetof(type_, member_),      \
		.has_at = offsetof(type_, has_)                                                    \
	}
/* Without a "has" member: it keeps the value it had when it does not come. */
#define FORM_FREE(type_, member_, name_, kind_, max_)                                              \
	{                                                                                          \
		.name = (name_), .type = (kind_), .max = (max_), .at = offsetof(type_, member_),   \
		.has_at = FORM_NO_HAS                                                              \
	}

struct form_table {
	const struct form_field *fields;
	size_t count;
};

/* All errors of one form, in the order of the table. */
enum { FORM_ERRORS = 12, FORM_VALUES = 400 };
struct form_errors {
	struct err_slot slot[FORM_ERRORS];
	size_t count;
};

/*
 * Decodes the body of the request: application/x-www-form-urlencoded or application/json, as its
 * media type says. Unknown names are errors (FIELD_UNKNOWN). An empty value of a form counts as not
 * given. Errors: REQUEST_SYNTAX, JSON_SYNTAX, JSON_TYPE, MEDIA_TYPE, VALUE_MISSING, VALUE_TWICE,
 * VALUE_TOO_LONG, VALUE_UNKNOWN, TEXT_ENCODING and those of the types. The first error is in
 * cx->err with err.field set; `errors` (may be NULL) gets all.
 */
ST form_read_body(
	struct request *rq, const struct form_table *t, void *out, struct form_errors *errors);
/* The same for the query of a GET; unknown names are ignored there, so that shared links live. */
ST form_read_query(
	struct request *rq, const struct form_table *t, void *out, struct form_errors *errors);

/* The raw value of a form field as it was typed (first one), to show it again; empty if none. */
struct str form_typed(struct request *rq, const char *name);

/*
 * One pair of application/x-www-form-urlencoded text, decoded into the arena: '+' is a space, %XX a
 * byte. *rest moves on; false at the end. Errors: REQUEST_SYNTAX for a broken %XX or a NUL.
 */
ST form_next(struct ctx *cx, struct str *rest, struct str *name, struct str *value, bool *end);

#endif
