/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which months a payment pays: those that it names, else debts first, oldest first, then the
 * current month, then ahead. Months cannot be paid in part by this rule: what is left is an
 * advance.
 */
#ifndef RULES_ALLOCATE_H
#define RULES_ALLOCATE_H

#include "rules/coverage.h"

enum allocation_turn { TURN_DEBT, TURN_CURRENT, TURN_AHEAD };

struct allocation_part {
	struct month month;
	enum payer_kind kind; /* as which the person pays it */
	struct money sum;
	enum allocation_turn turn; /* current: not after the month of the day, and no debt yet */
};
struct allocation {
	struct allocation_part *parts;
	size_t part_count;
	struct money left; /* fits no month exactly */
};

/*
 * How many months ahead a person may pay: none for whom the state pays or who is exempt in the
 * month of the day.
 */
int allocate_ahead_max(const struct lawbook *book, const struct coverage_map *map, struct day on);

/*
 * All months that can be paid on a day, in the order in which a payment takes them, none twice;
 * none for a person outside the system. Each month costs what coverage_answer() says is owed for it
 * on `on`. `left` is zero. Errors as coverage_answer().
 */
ST allocate_payable(struct ctx *cx, const struct lawbook *book, const struct coverage_map *map,
	struct day on, int ahead_max, struct allocation *out);

/* The first of them that the sum pays whole. Errors as coverage_answer(). */
ST allocate_payment(struct ctx *cx, const struct lawbook *book, const struct coverage_map *map,
	struct day on, struct money sum, int ahead_max, struct allocation *out);

/*
 * Those of the named months that can be paid on the day, as far as the sum goes; months that need
 * no payment any more leave their part over. Errors as coverage_answer().
 */
struct allocation_wish {
	const struct month *months;
	size_t count;
	struct money sum;
};
ST allocate_months(struct ctx *cx, const struct lawbook *book, const struct coverage_map *map,
	struct day on, const struct allocation_wish *wish, struct allocation *out);

#endif
