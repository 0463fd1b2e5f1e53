/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong with a file, found in one reading: a list that keeps the first so many and counts
 * the rest, so that people repair a file once and not line by line.
 */
#ifndef FORMATS_ISSUE_H
#define FORMATS_ISSUE_H

#include "base/ctx.h"

enum issue_weight {
	ISSUE_NOTE, /* taken all the same */
	ISSUE_LINE, /* this line cannot be placed; the others can */
	ISSUE_FILE, /* nothing of the file may be taken */
	ISSUE_WEIGHTS
};

struct issue {
	enum issue_weight weight;
	struct err_slot err;
};

struct issues {
	struct arena *arena;
	struct issue *items;
	size_t count; /* kept: at most LIMIT_ISSUES of each weight */
	size_t cap;
	size_t total[ISSUE_WEIGHTS]; /* found */
};

struct issues issues_new(struct arena *a);

/* issue_add(list, ISSUE_FILE, line, "/NAME/", ERR_VALUE_TOO_LONG, "%zu", n) */
__attribute__((format(printf, 6, 7))) void issue_add(struct issues *list, enum issue_weight weight,
	size_t line, const char *field, enum err code, const char *fmt, ...);

/* Moves the error of the context into the list; line and field where it has none of its own. */
void issue_take(struct issues *list, enum issue_weight weight, struct ctx *cx, size_t line,
	const char *field);

/* Puts the first ISSUE_FILE into the context and returns its class; OK when there is none. */
ST issues_first(struct ctx *cx, const struct issues *list);

#endif
