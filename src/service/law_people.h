/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose status, debt or sum to pay another law book changes: every person of a database, decided
 * under both books on the same day with the same facts, in one pass.
 */
#ifndef SERVICE_LAW_PEOPLE_H
#define SERVICE_LAW_PEOPLE_H

#include "rules/coverage.h"
#include "service/call.h"

/* What one book says of a person. */
struct law_side {
	enum err err; /* ERR_NONE, else the book has no answer for this day and the rest is empty */
	bool insured;
	enum coverage_reason reason;
	size_t debt_months;
	struct money debt;   /* of the months that `debt` of the answer lists */
	struct money to_pay; /* the arrears option */
};

struct law_person_change {
	struct iin iin;
	struct law_side before, after;
};

/* All persons who go from one reason (or missing answer) to another, or stay and owe otherwise. */
struct law_move {
	enum err err_before, err_after;
	enum coverage_reason before, after;
	int64_t persons;
	struct money debt_before, debt_after; /* of these persons together */
};

struct law_people_order {
	const struct lawbook *before, *after;
	struct day on, known;
	/* Each person who changes, in the order of the keys; an error ends the pass. May be NULL.
	 */
	enum st (*tell)(void *arg, const struct law_person_change *change);
	void *tell_arg;
	/* Told after each portion. May be NULL. */
	void (*tick)(void *arg, size_t done, size_t total);
	void *tick_arg;
};

struct law_people_report {
	int64_t persons, changed;
	struct money debt_before, debt_after; /* of those who change */
	struct law_move *moves;               /* most persons first; in cx->arena */
	size_t move_count;
};

/*
 * Errors: DAY_RANGE, DB_*, what `tell` returned. A person whose sums leave the range of money, and
 * a day that a book does not know, are sides with an error and end nothing. Reads portions of
 * persons, each in a transaction of its own.
 */
ST law_people_compare(
	struct call *call, const struct law_people_order *order, struct law_people_report *out);

bool law_side_same(const struct law_side *a, const struct law_side *b);
/* "regular", or the code of the error. */
const char *law_side_code(enum err err, enum coverage_reason reason);

#endif
