/* SPDX-License-Identifier: Apache-2.0 */
#include "service/calculate.h"

#include "base/check.h"
#include "formats/json_write.h"

enum st calculate_contribution(
	struct call *call, const struct contribution_question *q, struct calculation *out)
{
	*out = (struct calculation){.q = *q, .steps = {.arena = call->cx->arena}};
	TRY(contribution_compute(call->cx, call->book, q, &out->steps, &out->result));
	out->law_digest = lawbook_digest(call->book);
	return OK;
}

enum st calculate_penalty(struct call *call, struct money debt, struct rate base_rate, int days,
	struct penalty_calculation *out)
{
	struct day today = day_in_astana(call->cx->clock->now(call->cx->clock));

	*out = (struct penalty_calculation){.debt = debt,
		.base_rate = base_rate,
		.days = days,
		.steps = {.arena = call->cx->arena}};
	if (days < 0 || days > PENALTY_DAYS_MAX)
		return fail_in(call->cx, 0, "days", NUMBER_FORMAT, "%d", PENALTY_DAYS_MAX);
	return penalty_compute(
		call->cx, call->book, today, debt, base_rate, days, &out->steps, &out->result);
}

/* A code that this kind of payer has is told even when nothing is due under it. */
static bool is_told(enum payer_kind kind, enum knp knp, struct money sum)
{
	if (!money_is_zero(sum))
		return true;
	switch (knp) {
	case KNP_DEDUCTION:
		return kind == PAYER_EMPLOYER || kind == PAYER_SINGLE_PAYMENT;
	case KNP_CONTRIBUTION:
		return kind != PAYER_AGGREGATE_PAYMENT;
	case KNP_AGGREGATE:
		return kind == PAYER_AGGREGATE_PAYMENT;
	case KNP_DEDUCTION_PENALTY:
	case KNP_CONTRIBUTION_PENALTY:
	case KNP_SINGLE:
	case KNP_COUNT:
		return false;
	}
	must(!"a purpose code");
}

static void put_sums(struct json *j, enum payer_kind kind, const struct money sums[KNP_COUNT])
{
	json_put_key(j, "sums");
	json_open_object(j);
	for (unsigned knp = 0; knp < KNP_COUNT; knp++) {
		char key[4] = {0};
		int number = knp_number((enum knp)knp);

		if (!is_told(kind, (enum knp)knp, sums[knp]))
			continue;
		for (int i = 2; i >= 0; i--, number /= 10)
			key[i] = (char)('0' + number % 10);
		json_put_key(j, key);
		json_put_money(j, sums[knp]);
	}
	json_close_object(j);
}

static void put_steps(
	struct json *j, struct arena *arena, enum lang lang, const struct steps *steps)
{
	json_put_key(j, "steps");
	json_open_array(j);
	for (size_t i = 0; i < steps->count; i++) {
		const struct step *step = &steps->items[i];
		struct buf text = buf_new(arena, CALCULATE_STEP_BYTES);

		say(&text, lang, step->msg, step->args, step->arg_count);
		json_open_object(j);
		json_put_key(j, "rule");
		json_put_z(j, step->rule);
		json_put_key(j, "article");
		json_put_str(j, step->article);
		json_put_key(j, "text");
		json_put_str(j, buf_view(&text));
		if (step->open) {
			json_put_key(j, "open_question");
			json_put_i64(j, step->open);
		}
		json_close_object(j);
	}
	json_close_array(j);
}

static void put_result(struct json *j, const struct calculation *c)
{
	const struct contribution *r = &c->result;

	put_sums(j, c->q.kind, r->sums);
	json_put_key(j, "total");
	json_put_money(j, r->total);
	if (r->has_whole) {
		json_put_key(j, "whole");
		json_put_money(j, r->whole);
	}
	json_put_key(j, "nothing_due");
	json_put_bool(j, r->nothing_due);
	json_put_key(j, "by_income");
	json_open_array(j);
	for (size_t i = 0; i < r->line_count; i++) {
		json_open_object(j);
		json_put_key(j, "income");
		json_put_money(j, r->lines[i].income);
		put_sums(j, c->q.kind, r->lines[i].sums);
		json_close_object(j);
	}
	json_close_array(j);
	json_put_key(j, "due");
	json_put_day(j, r->due);
}

void calculate_put_json(struct buf *b, enum lang lang, const struct calculation *c, bool explain)
{
	struct json j = json_start(b);
	struct buf digest = buf_new(b->arena, 64);

	json_open_object(&j);
	json_put_key(&j, "month");
	json_put_month(&j, c->q.month);
	json_put_key(&j, "kind");
	json_put_z(&j, payer_code(c->q.kind));
	put_result(&j, c);
	if (explain)
		put_steps(&j, b->arena, lang, &c->steps);
	digest_hex(&digest, c->law_digest.bytes, sizeof(c->law_digest.bytes));
	json_put_key(&j, "law_digest");
	json_put_str(&j, buf_view(&digest));
	json_close_object(&j);
}

void calculate_put_penalty_json(struct buf *b, enum lang lang, const struct penalty_calculation *c)
{
	struct json j = json_start(b);
	struct buf percent = buf_new(b->arena, 32);

	rate_put_percent(&percent, c->base_rate, '.');
	json_open_object(&j);
	json_put_key(&j, "debt");
	json_put_money(&j, c->debt);
	json_put_key(&j, "base_rate");
	json_put_str(&j, buf_view(&percent));
	json_put_key(&j, "days");
	json_put_i64(&j, c->days);
	json_put_key(&j, "per_day");
	json_put_money(&j, c->result.per_day);
	json_put_key(&j, "total");
	json_put_money(&j, c->result.total);
	put_steps(&j, b->arena, lang, &c->steps);
	json_close_object(&j);
}
