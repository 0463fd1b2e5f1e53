/* SPDX-License-Identifier: Apache-2.0 */
#include "service/biller_parts.h"

#include "base/check.h"
#include "service/group.h"
#include "service/pay_group.h"
#include "service/placing.h"

struct paying {
	struct serving *s;
	struct person_map map;
	struct placing placing;
	struct placing_lines lines;
	struct bank_txn t;
};

/* An invoice pays its months first; of what they cost the advances may pay a part. */
static ST plan(struct paying *w)
{
	struct serving *s = w->s;
	const struct invoice *in = s->invoice;
	struct placing_wish wish = {.day = s->rq->day, .sum = s->rq->sum};
	struct month *months;

	if (in) {
		months = arena_array(s->call->cx->arena, in->month_count, sizeof(*months));
		for (size_t i = 0; i < in->month_count; i++)
			months[i] = in->months[i].month;
		wish.months = months;
		wish.month_count = in->month_count;
	}
	return placing_plan(s->call, &w->map, &wish, &w->placing);
}

static void make_txn(struct paying *w)
{
	struct serving *s = w->s;
	const struct biller_request *rq = s->rq;
	struct arena *keep = group_arena(s->call);
	struct biller_answer a = biller_answer_of(s->call, rq, BILLER_OK);
	struct money placed;

	must(money_sub(rq->sum, w->placing.plan.left, &placed));
	w->t = (struct bank_txn){.txn = bank_txn_key(s->bank, rq->txn),
		.bank = s->bank,
		.ref = str_copy(keep, rq->txn),
		.digest = serving_digest(rq),
		.person = w->map.row.person,
		.sum = rq->sum,
		.placed = placed,
		.advance = w->placing.plan.left,
		.day = rq->day,
		.time = rq->time,
		.at = s->now};
	a.has_receipt = true;
	a.receipt = serving_receipt(&w->t);
	a.comment = biller_say_taken(s->call, &w->placing.plan, w->placing.used);
	w->t.answer = str_copy(keep, biller_bytes(s->call->cx->arena, s->p, &a));
}

/* Lines that the map can take without reading all facts again. */
static bool is_summed(struct paying *w)
{
	const struct call *call = w->s->call;
	bool is = w->map.of_row && w->lines.line_count == w->placing.plan.part_count;

	for (size_t i = 0; is && i < w->lines.line_count; i++)
		is = coverage_map_pay(
			call->cx, call->book, &w->map.map, &w->lines.lines[i].line.fact);
	return is;
}

static ST take_new(struct paying *w)
{
	struct serving *s = w->s;
	struct placing_by by = {.iin = s->rq->iin,
		.person = w->map.row.person,
		.day = s->rq->day,
		.known = s->today};
	struct payment_taken taken = {.map = &w->map, .today = s->today};

	TRY(plan(w));
	make_txn(w);
	by.event = w->t.txn;
	TRY(placing_write(s->call, &w->placing, &by, &w->lines));
	w->t.lines = w->lines.own_count;
	if (s->invoice)
		TRY(invoice_add_payment(s->call->cx, s->call->db, s->invoice->no, &w->t));
	taken.txn = w->t;
	taken.lines = w->lines.lines;
	taken.line_count = w->lines.line_count;
	taken.used = w->lines.moves;
	taken.used_count = w->lines.move_count;
	taken.is_summed = is_summed(w);
	TRY(pay_group_add(s->call, &taken));
	s->out->outcome = BILLER_OK;
	s->out->body = w->t.answer;
	return OK;
}

ST serving_pay(struct serving *s)
{
	struct paying *w = ARENA_NEW(s->call->cx->arena, struct paying);
	struct sha256 digest = serving_digest(s->rq);
	bool found;

	w->s = s;
	TRY(pay_group_txn(s->call, s->bank, s->rq->txn, &w->t, &found));
	if (found && memcmp(&w->t.digest, &digest, sizeof(digest)) != 0)
		return serving_refuse(s, BILLER_CONFLICT);
	if (found)
		return serving_stored(s, &w->t);
	if (biller_check_day(s->p, s->rq, s->now) != BILLER_OK)
		return serving_refuse(s, BILLER_DATE);
	/* Two payments of one person must not see the same months as unpaid. */
	TRY(pay_group_person(s->call, &s->rq->iin, s->today, &w->map));
	if (!w->map.found)
		return serving_refuse(s, BILLER_ACCOUNT_UNKNOWN);
	if (serving_outside(s->call->book, &w->map.map, s->rq->day))
		return serving_refuse(s, BILLER_NOT_ALLOWED);
	return take_new(w);
}
