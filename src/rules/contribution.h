/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is due for one person and month: (law book, payer kind, month, incomes, categories) -> sums
 * by purpose code in tiyn, with steps.
 *
 * Law 405-V art. 26-29 as rows of law/payers.yaml. Rounding: half up to the tiyn, once per person,
 * month and purpose code (open question D10; the whole-tenge mode is its other choice).
 */
#ifndef RULES_CONTRIBUTION_H
#define RULES_CONTRIBUTION_H

#include "rules/lawbook.h"
#include "rules/step.h"

struct contribution_question {
	enum payer_kind kind;
	struct month month;
	const struct money *incomes; /* one per employer of the person; each >= 0 */
	size_t income_count;
	const enum category *categories; /* privileged categories that hold in the month */
	size_t category_count;
	bool exempt;    /* art. 28(7); the state pays for categories alone */
	bool village;   /* aggregate payment outside cities */
	bool has_place; /* whether `village` was given at all */
};

struct contribution_line {
	struct money income;
	struct money sums[KNP_COUNT]; /* what this employer owes or withholds */
};

struct contribution {
	struct money sums[KNP_COUNT];
	struct money total;
	struct money whole; /* of a payment of which ours is a part (ЕП, ЕСП, self-employed): all of
			       it */
	bool has_whole;
	bool capped[KNP_COUNT];
	bool nothing_due; /* state-paid or exempt: the sums are zero for that reason */
	struct contribution_line *lines; /* one per income */
	size_t line_count;
	struct day due; /* last day to pay in time */
};

/*
 * Errors: LAW_NO_RULE, LAW_NOT_YET, LAW_KIND_ENDED, CALC_INCOME_MISSING, CALC_INCOME_NOT_USED,
 * CALC_INCOME_OVER_LIMIT, CALC_PLACE_MISSING, CALC_TOO_MANY, MONEY_RANGE.
 * `steps` may be NULL.
 */
ST contribution_compute(struct ctx *cx, const struct lawbook *book,
	const struct contribution_question *q, struct steps *steps, struct contribution *out);

/*
 * Whether what `kind` owes for a month follows from an income; else the law fixes the sum. Errors
 * as lawbook_rate().
 */
ST contribution_takes_income(struct ctx *cx, const struct lawbook *book, enum payer_kind kind,
	struct month month, bool *out);

/*
 * Employee columns of one month, many people at once: one income each, no categories. Gives the
 * same sums as contribution_compute() because it calls the same kernel. `deduction` (121) and
 * `contribution` (122) get `n` sums of tiyn each; incomes are tiyn, 0 … MONEY_MAX_TIYN. Errors as
 * above.
 */
ST contribution_columns(struct ctx *cx, const struct lawbook *book, struct month month,
	const int64_t *income_tiyn, size_t n, int64_t *deduction_tiyn, int64_t *contribution_tiyn);

#endif
