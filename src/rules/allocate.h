/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which months a payment pays: debts first, oldest first, then the current month, then ahead.
 * Months cannot be paid in part by this rule: what is left is an advance.
 */
#ifndef RULES_ALLOCATE_H
#define RULES_ALLOCATE_H

#include "rules/coverage.h"

struct allocation_part {
	struct month month;
	enum payer_kind kind; /* as which the person pays it */
	struct money sum;
};
struct allocation {
	struct allocation_part *parts;
	size_t part_count;
	struct money left; /* fits no month exactly */
};

/*
 * `ahead_max` future months may be filled at most. Each month costs what coverage_answer() says is
 * owed for it on `on`. Errors as coverage_answer().
 */
ST allocate_payment(struct ctx *cx, const struct lawbook *book, const struct coverage_map *map,
	struct day on, struct money sum, int ahead_max, struct allocation *out);

#endif
