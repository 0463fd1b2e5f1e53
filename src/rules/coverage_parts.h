/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the stages of the coverage rules and the allocation of payments share.
 */
#ifndef RULES_COVERAGE_PARTS_H
#define RULES_COVERAGE_PARTS_H

#include "rules/coverage.h"

/* The sums that a person would pay on a day, looked up when first asked for. */
struct owed_sums {
	struct ctx *cx;
	const struct lawbook *book;
	struct month now; /* of the day */
	bool by_month;    /* the other choice of D17: the amount of the month that is paid */
	bool have[PAYER_COUNT];
	struct money sums[PAYER_COUNT];
};
struct owed_sums owed_sums_of(struct ctx *cx, const struct lawbook *book, struct day on);

/* The kind of payer that the person is in a month: entrepreneur, farm, practice or independent. */
enum payer_kind owed_kind(const struct coverage_map *map, struct month m);
/* Who should pay a month in which the person is of the kind `kind`. */
enum owed_by owed_by_of(const struct coverage_map *map, enum payer_kind kind, struct month m);
/* What it costs to pay a month on the day of `sums`. Errors: LAW_NO_RULE, LAW_NOT_YET. */
ST owed_sum(struct owed_sums *sums, enum payer_kind kind, struct month m, struct money *out);

/* The class of a month as of the day of a verdict. */
enum month_class coverage_class(
	const struct coverage_hot *who, const struct monthset *debt, struct month m);

/* Whether a category, exemption or temporary status makes the answer yes on the day, and which
 * interval of `who` it is. `kind` is one of the three spell kinds. */
const struct coverage_interval *coverage_interval_on(
	const struct coverage_hot *who, enum spell_kind kind, struct day on, struct month m);

/*
 * The last day on which a yes of the day `from`, given for the reason `why`, would still be one if
 * nothing more were paid or changed; false when nothing known ends it.
 */
bool coverage_until(const struct lawbook *book, const struct coverage_day *from,
	const struct coverage_hot *who, enum coverage_reason why, struct day *last);

/* Writes the steps of the finished answer. */
void coverage_explain(const struct coverage_map *map, const struct coverage_day *day,
	const struct coverage_verdict *verdict, struct coverage_answer *answer);

/* Months first … last are all in the set. */
bool monthset_has_all(const struct monthset *s, int first, int last);

#endif
