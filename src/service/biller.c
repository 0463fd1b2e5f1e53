/* SPDX-License-Identifier: Apache-2.0 */
#include "service/biller.h"

#include "base/check.h"
#include "service/biller_parts.h"
#include "service/pay_group.h"
#include "service/person_map.h"
#include "service/placing.h"

/* Our number of a payment: at most 18 digits, as some banks take no more. */
static const int64_t receipt_range = 1000000000000000000;

static struct serving serving_of(struct call *call, const struct biller_profile *p,
	const struct biller_request *rq, struct biller_reply *out)
{
	struct instant now = call->cx->clock->now(call->cx->clock);

	*out = (struct biller_reply){0};
	return (struct serving){call, p, rq, str_of(p->bank), now, day_in_astana(now), out, NULL};
}

void serving_reply(struct serving *s, const struct biller_answer *a)
{
	s->out->outcome = a->outcome;
	s->out->body = biller_bytes(s->call->cx->arena, s->p, a);
}

ST serving_refuse(struct serving *s, enum biller_outcome outcome)
{
	biller_refuse(s->call, s->p, s->rq, outcome, s->out);
	return OK;
}

void biller_refuse(struct call *call, const struct biller_profile *p,
	const struct biller_request *rq, enum biller_outcome outcome, struct biller_reply *out)
{
	struct biller_answer a = biller_answer_of(call, rq, outcome);

	*out = (struct biller_reply){.outcome = outcome};
	out->body = biller_bytes(call->cx->arena, p, &a);
}

int64_t serving_receipt(const struct bank_txn *t)
{
	return t->txn % receipt_range;
}

struct sha256 serving_digest(const struct biller_request *rq)
{
	int64_t tiyn = money_to_tiyn(rq->sum);
	struct digest_state s;

	digest_start(&s);
	digest_add(&s, rq->account.p, rq->account.n);
	digest_add(&s, "", 1);
	digest_add(&s, &tiyn, sizeof(tiyn));
	return digest_end(&s);
}

/*
 * Puts the person of the invoice in the place of the account. `*found` stays true where the account
 * is a person, who is looked for later.
 */
static ST find_invoice(struct serving *s, bool *found)
{
	struct ctx *cx = s->call->cx;
	struct biller_request *rq;
	struct invoice *invoice;

	*found = true;
	if (!s->rq->has_invoice)
		return OK;
	invoice = ARENA_NEW(cx->arena, struct invoice);
	rq = ARENA_NEW(cx->arena, struct biller_request);
	TRY(invoice_find(cx, s->call->db, s->rq->invoice, invoice, found));
	if (!*found)
		return OK;
	*rq = *s->rq;
	TRY(people_iin(cx, s->call->db, invoice->person, &rq->iin));
	rq->has_iin = true;
	s->rq = rq;
	s->invoice = invoice;
	return OK;
}

/* No such invoice; a transaction of that number that was taken is for another account then. */
static ST invoice_unknown(struct serving *s)
{
	struct bank_txn t;
	bool found = false;

	if (s->rq->command != BILLER_CHECK)
		TRY(bank_txn_find(s->call->cx, s->call->db, s->bank, s->rq->txn, &t, &found));
	return serving_refuse(s, found ? BILLER_CONFLICT : BILLER_ACCOUNT_UNKNOWN);
}

/* ---- check, status --------------------------------------------------------------------------- */

bool serving_outside(const struct lawbook *book, const struct coverage_map *map, struct day on)
{
	struct coverage_day day = coverage_day_of(book, on);

	return coverage_decide(&day, &map->hot).reason == REASON_NOT_IN_SYSTEM;
}

static ST look_at(struct serving *s, const struct person_map *m, struct biller_look *look)
{
	struct ctx *cx = s->call->cx;
	const struct lawbook *book = s->call->book;
	bool named;

	look->rq = s->rq;
	TRY(people_name(cx, s->call->db, m->row.person, s->today, &look->who, &named));
	TRY(coverage_answer(cx, book, &m->map, s->today, s->today, &look->coverage));
	TRY(bank_advance(cx, s->call->db, m->row.person, &look->advance));
	look->has_plan = s->rq->has_sum;
	if (!look->has_plan)
		return OK;
	const struct placing_wish wish = {.day = s->today, .sum = s->rq->sum};
	struct placing placing;

	TRY(placing_plan(s->call, m, &wish, &placing));
	look->plan = placing.plan;
	return OK;
}

static void put_payee(struct serving *s, struct biller_answer *a)
{
	const struct law_requisites *payee =
		lawbook_requisites(s->call->book, "state_corporation", s->today);

	if (payee)
		a->payee_bin = payee->bin;
}

/* Whose invoice it is stays hidden: the months and the sum only. */
static ST check_invoice(struct serving *s)
{
	struct invoice_look *look = ARENA_NEW(s->call->cx->arena, struct invoice_look);
	struct biller_answer a;

	TRY(invoice_look(s->call, s->invoice->no, look));
	switch (look->state) {
	case INVOICE_OPEN:
		biller_say_invoice(s->call, s->rq, look, &a);
		put_payee(s, &a);
		serving_reply(s, &a);
		return OK;
	case INVOICE_PAID:
		return serving_refuse(s, BILLER_INVOICE_PAID);
	case INVOICE_EXPIRED:
	case INVOICE_CHANGED:
		return serving_refuse(s, BILLER_INVOICE_OVER);
	}
	must(!"a state of an invoice");
}

static ST check(struct serving *s)
{
	struct call *call = s->call;
	struct person_map *m = ARENA_NEW(call->cx->arena, struct person_map);
	struct biller_look *look = ARENA_NEW(call->cx->arena, struct biller_look);
	struct biller_answer a;

	if (s->invoice)
		return check_invoice(s);
	TRY(person_map_find(call, &s->rq->iin, s->today, m));
	if (!m->found)
		return serving_refuse(s, BILLER_ACCOUNT_UNKNOWN);
	if (serving_outside(call->book, &m->map, s->today))
		return serving_refuse(s, BILLER_NOT_ALLOWED);
	TRY(look_at(s, m, look));
	biller_say_check(call, look, &a);
	put_payee(s, &a);
	serving_reply(s, &a);
	s->out->insured = look->coverage.insured;
	return OK;
}

bool serving_same(struct serving *s, const struct bank_txn *t)
{
	if (s->rq->has_iin && people_key(s->call->db, &s->rq->iin) != t->person)
		return false;
	return !s->rq->has_sum || money_cmp(s->rq->sum, t->sum) == 0;
}

ST serving_stored(struct serving *s, const struct bank_txn *t)
{
	struct biller_answer a;

	if (t->cancelled) {
		a = biller_answer_of(s->call, s->rq, BILLER_CANCELLED);
		a.has_receipt = true;
		a.receipt = serving_receipt(t);
		a.sum = t->sum;
		serving_reply(s, &a);
		return OK;
	}
	*s->out = (struct biller_reply){.outcome = BILLER_OK, .repeated = true, .body = t->answer};
	return OK;
}

static ST status(struct serving *s)
{
	struct bank_txn t;
	bool found;

	TRY(bank_txn_find(s->call->cx, s->call->db, s->bank, s->rq->txn, &t, &found));
	if (!found)
		return serving_refuse(s, BILLER_TXN_UNKNOWN);
	if (!serving_same(s, &t))
		return serving_refuse(s, BILLER_CONFLICT);
	return serving_stored(s, &t);
}

ST biller_ask(struct call *call, const struct biller_profile *p, const struct biller_request *rq,
	struct biller_reply *out)
{
	struct serving s = serving_of(call, p, rq, out);
	bool found;

	must(rq->problem == BILLER_OK);
	TRY(find_invoice(&s, &found));
	if (!found)
		return invoice_unknown(&s);
	return rq->command == BILLER_STATUS ? status(&s) : check(&s);
}

/* ---- pay, cancel ------------------------------------------------------------------------------
 */

void biller_foresee(
	struct call *call, const struct biller_profile *p, const struct biller_request *rq)
{
	pay_group_foresee(call, str_of(p->bank), rq);
}

ST biller_take(struct call *call, const struct biller_profile *p, const struct biller_request *rq,
	struct arena *keep, struct biller_reply *out)
{
	struct serving s = serving_of(call, p, rq, out);
	bool found;

	must(rq->problem == BILLER_OK);
	TRY(find_invoice(&s, &found));
	if (!found)
		TRY(invoice_unknown(&s));
	else
		TRY(rq->command == BILLER_CANCEL ? serving_cancel(&s) : serving_pay(&s));
	out->body = str_copy(keep, out->body);
	return OK;
}
