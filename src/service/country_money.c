/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The payments of the synthetic country.
 */
#include "service/country_parts.h"

#include "rules/contribution.h"

/* When the payment of a month is made. */
static struct day paid_on(const struct country *c, const struct country_person *p, int place)
{
	struct month m = country_month(c, place);

	switch (p->tempo) {
	case TEMPO_ON_TIME:
		return day_add(month_first(month_add(m, 1)), p->day_of_month - 1);
	case TEMPO_LATE:
		return day_add(month_first(month_add(m, 3)), p->day_of_month - 1);
	case TEMPO_AHEAD:
		break;
	}
	return p->paid_ahead_on;
}

/* A document of a payer and day: the same for all its people. */
static uint64_t document(const struct country_person *p, struct day on)
{
	const struct iin *payer = p->has_payer ? &p->payer : &p->iin;
	struct country_dice d = {(uint64_t)on.n};

	for (int i = 0; i < IIN_DIGITS; i++)
		d.state = d.state * 10 + (uint64_t)(payer->d[i] - '0');
	return country_draw(&d) >> 1;
}

/* Fixed sums are those of the year in which they are paid; shares of an income those of its month.
 */
static ST sums_of(struct ctx *cx, const struct country *c, const struct country_person *p,
	int place, struct day on, struct money sums[KNP_COUNT])
{
	struct contribution_question q = {.kind = p->pays,
		.month = country_month(c, place),
		.incomes = &p->income,
		.income_count = 1};
	struct contribution result;

	for (int k = 0; k < KNP_COUNT; k++)
		sums[k] = MONEY_ZERO;
	if (money_is_zero(p->income))
		return lawbook_fixed_sum(
			cx, c->book, p->pays, day_month(on), &sums[KNP_CONTRIBUTION]);
	TRY(contribution_compute(cx, c->book, &q, NULL, &result));
	sums[KNP_DEDUCTION] = result.sums[KNP_DEDUCTION];
	sums[KNP_CONTRIBUTION] = result.sums[KNP_CONTRIBUTION];
	return OK;
}

ST country_lines(struct ctx *cx, const struct country *c, const struct country_person *p, int place,
	struct payment_fact *lines, size_t *count)
{
	struct money sums[KNP_COUNT];

	*count = 0;
	if (!(p->paid >> place & 1))
		return OK;
	struct day on = paid_on(c, p, place), known = day_add(on, 1);
	if (day_cmp(known, c->today) > 0)
		return OK;
	TRY(sums_of(cx, c, p, place, on, sums));
	for (int k = KNP_DEDUCTION; k <= KNP_CONTRIBUTION; k++) {
		if (money_is_zero(sums[k]))
			continue;
		lines[*count] = (struct payment_fact){.month = country_month(c, place),
			.knp = (enum knp)k,
			.payer_kind = p->pays,
			.has_payer = true,
			.payer = p->has_payer ? p->payer : p->iin,
			.sum = sums[k],
			.paid_on = on,
			.known_since = known,
			.doc = document(p, on),
			.line = (uint32_t)*count};
		(*count)++;
	}
	return OK;
}

void country_refunds(const struct country *c, const struct country_person *p, int place,
	const struct payment_fact *lines, size_t count, struct refund_fact *out, size_t *refunds)
{
	*refunds = 0;
	if (!(p->refunded >> place & 1))
		return;
	for (size_t i = 0; i < count; i++)
		if (day_cmp(lines[i].known_since, p->refunded_on) <= 0)
			out[(*refunds)++] = (struct refund_fact){.doc = lines[i].doc,
				.line = lines[i].line,
				.month = lines[i].month,
				.knp = lines[i].knp,
				.sum = lines[i].sum,
				.known_since = p->refunded_on};
}
