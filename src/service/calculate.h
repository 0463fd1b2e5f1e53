/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calculations without a database: contributions and penalty.
 */
#ifndef SERVICE_CALCULATE_H
#define SERVICE_CALCULATE_H

#include "rules/contribution.h"
#include "rules/penalty.h"
#include "service/call.h"

struct calculation {
	struct contribution_question q;
	struct contribution result;
	struct steps steps;
	struct sha256 law_digest;
};

/* Errors as contribution_compute(). */
ST calculate_contribution(
	struct call *call, const struct contribution_question *q, struct calculation *out);
/* The JSON of the contract: month, kind, sums, total, by_income, steps, law_digest, due. */
void calculate_put_json(struct buf *b, enum lang lang, const struct calculation *c, bool explain);

struct penalty_calculation {
	struct money debt;
	struct rate base_rate;
	int days;
	struct penalty result;
	struct steps steps;
};
ST calculate_penalty(struct call *call, struct money debt, struct rate base_rate, int days,
	struct penalty_calculation *out);
void calculate_put_penalty_json(struct buf *b, enum lang lang, const struct penalty_calculation *c);

#endif
