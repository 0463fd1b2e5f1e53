/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/penalty.h"

#include "base/check.h"

/* Half up of debt x base rate x multiplier x days / days of the year, from the exact product. */
static bool penalty_sum(const struct law_penalty *law, struct money debt, struct rate base_rate,
	int days, struct money *out)
{
	const __int128 den = (__int128)PPM_ONE * PPM_ONE * law->year_days;
	/* 10^16 tiyn x 10^6 x 10^7 x 4 * 10^4 is far below 2^127. */
	__int128 exact = (__int128)money_to_tiyn(debt) * base_rate.ppm * law->multiplier.ppm * days;

	exact = (exact + den / 2) / den;
	if (exact > MONEY_MAX_TIYN)
		return false;
	*out = money_tiyn((int64_t)exact);
	return true;
}

enum st penalty_compute(struct ctx *cx, const struct lawbook *book, struct day on,
	struct money debt, struct rate base_rate, int days, struct steps *steps,
	struct penalty *out)
{
	const struct law_penalty *law = lawbook_penalty(book, on);

	must(days >= 0 && days <= PENALTY_DAYS_MAX && base_rate.ppm >= 0);
	if (money_is_negative(debt))
		return fail(cx, MONEY_NEGATIVE, "%s", "");
	if (money_to_tiyn(debt) > MONEY_MAX_TIYN)
		return fail(cx, MONEY_RANGE, "%s", "");
	if (!law)
		return fail(cx, LAW_NO_RULE, "%s", "");
	if (!penalty_sum(law, debt, base_rate, 1, &out->per_day) ||
		!penalty_sum(law, debt, base_rate, days, &out->total))
		return fail(cx, MONEY_RANGE, "%s", "");
	step_add(steps,
		(struct step){
			.rule = "penalty",
			.article = law->cite.article,
			.source = law->cite.source,
			.open = law->cite.open,
			.msg = MSG_step_penalty,
			.args = {arg_money("debt", debt), arg_percent("rate", base_rate),
				arg_percent("multiplier", law->multiplier), arg_count("days", days),
				arg_count("year", law->year_days), arg_money("sum", out->total)},
			.arg_count = 6,
		});
	return OK;
}
