/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON in: one object with the fields of a table, straight into a struct. Numbers are exact: sums
 * are strings ("4250.00") or whole tenge, other numbers integers; a real number is refused. So are
 * fields that the table does not have, fields that stand twice, and depth beyond LIMIT_JSON_DEPTH.
 */
#ifndef FORMATS_JSON_READ_H
#define FORMATS_JSON_READ_H

#include "domain/day.h"
#include "domain/money.h"

enum json_type {
	JSON_FIELD_STR,    /* struct str, in cx->arena, NFC */
	JSON_FIELD_MONEY,  /* struct money: "4250.00" or 4250 */
	JSON_FIELD_INT,    /* int64_t */
	JSON_FIELD_BOOL,   /* bool */
	JSON_FIELD_DAY,    /* struct day: "2026-01-31" */
	JSON_FIELD_MONTH,  /* struct month: "2026-01" */
	JSON_FIELD_STRS,   /* struct json_list of struct str */
	JSON_FIELD_MONEYS, /* struct json_list of struct money */
};

struct json_list {
	void *items;
	size_t count;
};

enum { JSON_NO_HAS = -1 };

struct json_field {
	const char *name;
	enum json_type type;
	bool required;
	size_t offset; /* of the value in the struct */
	long has;      /* offset of a bool that says whether it was there, or JSON_NO_HAS */
	size_t max;    /* JSON_FIELD_STR, STRS: bytes; INT: greatest value; 0 = the usual limit */
};

/*
 * `null` is the same as absent. Fields that are absent stay as they are in `out`.
 * Errors: JSON_SYNTAX (line, column), JSON_TYPE, FIELD_UNKNOWN, VALUE_TWICE, VALUE_MISSING,
 * VALUE_TOO_LONG, NUMBER_FORMAT, TEXT_ENCODING, and those of money_parse(), day_parse() and
 * month_parse(), all with the name of the field.
 */
ST json_read(
	struct ctx *cx, struct str body, const struct json_field *fields, size_t count, void *out);

#endif
