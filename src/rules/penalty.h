/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Late penalty (өсімпұл): debt x base rate x multiplier x days / days of the year (art. 31).
 */
#ifndef RULES_PENALTY_H
#define RULES_PENALTY_H

#include "rules/lawbook.h"
#include "rules/step.h"

enum { PENALTY_DAYS_MAX = 36500 };

struct penalty {
	struct money per_day; /* rounded half up, for show */
	struct money total;   /* rounded once, from the exact product */
};

/*
 * `base_rate` of the National Bank a year; `days` of delay, the day of payment included, 0 …
 * PENALTY_DAYS_MAX. `on` chooses the row of the law book. Errors: MONEY_NEGATIVE, MONEY_RANGE,
 * LAW_NO_RULE.
 */
ST penalty_compute(struct ctx *cx, const struct lawbook *book, struct day on, struct money debt,
	struct rate base_rate, int days, struct steps *steps, struct penalty *out);

#endif
