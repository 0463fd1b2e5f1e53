/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A law book made by hand, for tests of the rules that must not change when the law does: the
 * parameters of 2017-2027 as the status rules know them, with every switch open. It stands in for
 * rules/lawbook.c; a test links one or the other.
 */
#ifndef SUPPORT_LAW_BY_HAND_H
#define SUPPORT_LAW_BY_HAND_H

#include "rules/lawbook.h"

enum { HAND_STATUS_ROWS = 6 };

struct lawbook {
	size_t choices[OPEN_COUNT];
	struct law_status status[HAND_STATUS_ROWS];
	int due_day; /* 25; of the next month, before it moves to a working day */
	struct law_category child, crisis, others;
	/* When set: for which payers and months a fixed sum is known. */
	bool (*has_sum)(enum payer_kind kind, struct month month);
	struct money sum; /* every fixed sum, when not zero */
};

/* The defaults. Change what a test is about afterwards. */
void law_by_hand(struct lawbook *book);

#endif
