/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calculations without a database: contributions and penalty.
 */
#ifndef SERVICE_CALCULATE_H
#define SERVICE_CALCULATE_H

#include "rules/contribution.h"
#include "rules/penalty.h"
#include "service/call.h"

enum { CALCULATE_STEP_BYTES = 2048 }; /* words of one step */

struct calculation {
	struct contribution_question q;
	struct contribution result;
	struct steps steps;
	struct sha256 law_digest;
};

/* Errors as contribution_compute(). */
ST calculate_contribution(
	struct call *call, const struct contribution_question *q, struct calculation *out);
/*
 * The JSON of the contract: month, kind, sums, total, by_income, steps (when `explain`),
 * law_digest; and nothing_due, due, whole (of a payment of which ours is a part).
 */
void calculate_put_json(struct buf *b, enum lang lang, const struct calculation *c, bool explain);

struct penalty_calculation {
	struct money debt;
	struct rate base_rate;
	int days;
	struct penalty result;
	struct steps steps;
};
/* By the rules of today. Errors as penalty_compute(), and NUMBER_FORMAT for the days. */
ST calculate_penalty(struct call *call, struct money debt, struct rate base_rate, int days,
	struct penalty_calculation *out);
/* debt, base_rate, days, per_day, total, steps. */
void calculate_put_penalty_json(struct buf *b, enum lang lang, const struct penalty_calculation *c);

#endif
