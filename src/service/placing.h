/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which months money is placed on: a new sum and the advances that earlier payments of the person
 * left are looked at together. The new sum is spent first, so that an advance moves only where it
 * makes a month whole. Each line of a payment names the transaction whose money it is.
 */
#ifndef SERVICE_PLACING_H
#define SERVICE_PLACING_H

#include "rules/allocate.h"
#include "service/person_map.h"
#include "store/bank.h"

struct placing_wish {
	struct day day;             /* at the prices of which day */
	struct money sum;           /* new; may be zero */
	const struct month *months; /* that it is meant for; NULL = in the order of the rules */
	size_t month_count;
	bool is_due_only; /* nothing ahead of the month of the day */
};

struct placing {
	struct allocation plan; /* `left`: what fits no month of the new sum */
	struct money used;      /* of the advances */
	struct advance *advances;
	size_t advance_count;
};

/* A day on which the law book knows no sums places nothing. Errors: DB_*. */
ST placing_plan(struct call *call, const struct person_map *m, const struct placing_wish *wish,
	struct placing *out);

/* Whose money it is and what places it. */
struct placing_by {
	struct iin iin;
	int64_t person, event;
	struct day day, known;
};
struct placing_lines {
	struct placed_line *lines; /* those of the event's own money are numbered from 0 */
	size_t line_count, own_count;
	struct advance_move *moves;
	size_t move_count;
};
/* The lines and moves of the plan, in cx->arena. Errors: DB_*. */
ST placing_write(struct call *call, const struct placing *placing, const struct placing_by *by,
	struct placing_lines *out);

#endif
