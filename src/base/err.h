/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two levels of error: the class a caller may branch on (enum st) and the precise row of
 * errors.def (enum err), recorded once in the context by fail() where it happens.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdarg.h>
#include <stddef.h>

enum st {
	OK,
	E_INPUT,    /* the caller gave something wrong */
	E_ABSENT,   /* what was asked for is not there */
	E_CONFLICT, /* it contradicts what is there */
	E_DENIED,
	E_LIMIT,    /* too much, too long, too often */
	E_RETRY,    /* the same call may succeed in a moment */
	E_UPSTREAM, /* the other side failed */
	E_BROKEN,   /* we or the machine are broken */
};

#define ST __attribute__((warn_unused_result)) enum st

enum err {
#define ERROR(name, number, class, http) ERR_##name,
#include "errors.def"
#undef ERROR
	ERR_COUNT
};

struct err_info {
	const char *name; /* "IIN_CHECKSUM": the stable code of every channel */
	int number;
	enum st class;
	int http;
};

const struct err_info *err_info(enum err code);

/* What went wrong, where in the input, and where in our source. */
struct err_slot {
	enum err code;
	size_t line;      /* 1-based line or row of the input; 0 = none */
	size_t column;    /* 1-based; 0 = none */
	char field[48];   /* name of the field, column, tag or option; "" = none */
	char detail[160]; /* a value or a short fact; never a personal number */
	const char *file;
	int source_line;
};

/* Fills the slot anew; `field` and the detail are cut to their room. */
__attribute__((format(printf, 5, 0))) void err_fill(struct err_slot *slot, enum err code,
	size_t line, const char *field, const char *fmt, va_list ap);
/* Names the field of an error that does not know it. */
void err_set_field(struct err_slot *slot, const char *field);

#endif
