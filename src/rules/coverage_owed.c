/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who should pay a month and how much that is.
 */
#include "rules/coverage_parts.h"

const char *month_class_code(enum month_class c)
{
	static const char *const codes[CLASS_COUNT] = {
		[CLASS_NONE] = "none",
		[CLASS_OPEN] = "open",
		[CLASS_DEBT] = "debt",
		[CLASS_PAID] = "paid",
		[CLASS_STATE] = "state",
		[CLASS_EXEMPT] = "exempt",
	};

	return codes[c];
}

const char *coverage_reason_code(enum coverage_reason r)
{
	static const char *const codes[REASON_COUNT] = {
		[REASON_REGULAR] = "regular",
		[REASON_GRACE] = "grace",
		[REASON_PREPAID] = "prepaid",
		[REASON_CATEGORY] = "category",
		[REASON_EXEMPT] = "exempt",
		[REASON_TEMPORARY] = "temporary",
		[REASON_TRANSITION] = "transition",
		[REASON_THREE_MONTHS] = "three_months",
		[REASON_NEVER] = "never",
		[REASON_DEBT] = "debt",
		[REASON_LAPSED] = "lapsed",
		[REASON_NOT_IN_SYSTEM] = "not_in_system",
	};

	return codes[r];
}

const char *owed_by_code(enum owed_by o)
{
	static const char *const codes[] = {
		[OWED_BY_SELF] = "self",
		[OWED_BY_EMPLOYER] = "employer",
		[OWED_BY_ENTREPRENEUR] = "entrepreneur",
	};

	return codes[o];
}

enum payer_kind owed_kind(const struct coverage_map *map, struct month m)
{
	if (monthset_has(&map->entrepreneur_owes, m))
		return PAYER_ENTREPRENEUR;
	if (monthset_has(&map->practice_owes, m))
		return PAYER_PRACTICE;
	if (monthset_has(&map->farm_owes, m))
		return PAYER_FARM;
	return PAYER_INDEPENDENT;
}

enum owed_by owed_by_of(const struct coverage_map *map, enum payer_kind kind, struct month m)
{
	if (kind != PAYER_INDEPENDENT)
		return OWED_BY_ENTREPRENEUR;
	return monthset_has(&map->employer_owes, m) ? OWED_BY_EMPLOYER : OWED_BY_SELF;
}

struct owed_sums owed_sums_of(struct ctx *cx, const struct lawbook *book, struct day on)
{
	return (struct owed_sums){
		.cx = cx,
		.book = book,
		.now = day_month(on),
		.by_month = lawbook_choice(book, D17) == D17_YEAR_OF_MONTH,
	};
}

enum st owed_sum(struct owed_sums *sums, enum payer_kind kind, struct month m, struct money *out)
{
	if (sums->by_month) {
		/* A month after the end of the book costs what is known today. */
		if (lawbook_fixed_sum(sums->cx, sums->book, kind, m, out) == OK)
			return OK;
		err_clear(sums->cx);
	}
	if (!sums->have[kind])
		TRY(lawbook_fixed_sum(sums->cx, sums->book, kind, sums->now, &sums->sums[kind]));
	sums->have[kind] = true;
	*out = sums->sums[kind];
	return OK;
}
