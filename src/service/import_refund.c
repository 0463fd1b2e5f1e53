/* SPDX-License-Identifier: Apache-2.0 */
#include "service/import_parts.h"

#include "formats/biller.h"
#include "store/bank.h"
#include "store/refund_reason.h"

static bool same_line(const struct refund_fact *r, uint64_t doc, uint32_t line, struct month month)
{
	return r->doc == doc && r->line == line && r->month.n == month.n;
}

/* What earlier refunds and those of this portion leave of a payment. */
static bool left_of(const struct portion *p, int64_t person, const struct facts *facts,
	const struct payment_fact *pay, struct money *left)
{
	*left = pay->sum;
	for (size_t i = 0; i < facts->refund_count; i++)
		if (same_line(&facts->refunds[i], pay->doc, pay->line, pay->month) &&
			!money_sub(*left, facts->refunds[i].sum, left))
			return false;
	for (size_t i = 0; i < p->refund_count; i++)
		if (p->refunds[i].person == person &&
			same_line(&p->refunds[i].fact, pay->doc, pay->line, pay->month) &&
			!money_sub(*left, p->refunds[i].fact.sum, left))
			return false;
	return true;
}

static bool fits(const struct payment_fact *pay, const struct refund_wish *w)
{
	return pay->month.n == w->month.n && (!w->has_doc || pay->doc == w->doc) &&
	       (!w->has_line || pay->line == w->line) && (!w->has_knp || pay->knp == w->knp) &&
	       (!w->has_payer || (pay->has_payer && iin_same(&pay->payer, &w->payer)));
}

/* What went back of this payment on the day of the wish: that is the key of a refund. */
static const struct refund_fact *refund_of_day(
	const struct facts *facts, const struct payment_fact *pay, const struct refund_wish *w)
{
	for (size_t i = 0; i < facts->refund_count; i++) {
		const struct refund_fact *r = &facts->refunds[i];

		if (same_line(r, pay->doc, pay->line, pay->month) && r->knp == pay->knp &&
			r->known_since.n == w->on.n)
			return r;
	}
	return NULL;
}

/* This very refund is there: it is written again and counted as repeated. */
static bool is_repeated(
	const struct facts *facts, const struct payment_fact *pay, const struct refund_wish *w)
{
	const struct refund_fact *r = refund_of_day(facts, pay, w);

	return r && money_cmp(r->sum, w->sum) == 0;
}

static bool has_clash(
	const struct facts *facts, const struct payment_fact *pay, const struct refund_wish *w)
{
	return refund_of_day(facts, pay, w) && !is_repeated(facts, pay, w);
}

/*
 * The payment to take from: one of exactly this sum before a larger one, so that of several lines
 * the named one goes back.
 */
static const struct payment_fact *choose(const struct portion *p, int64_t person,
	const struct facts *facts, const struct refund_wish *w, enum err *why)
{
	const struct payment_fact *best = NULL;
	struct money left;

	*why = ERR_REFUND_NO_PAYMENT;
	for (size_t i = 0; i < facts->payment_count; i++) {
		const struct payment_fact *pay = &facts->payments[i];

		if (!fits(pay, w))
			continue;
		if (is_repeated(facts, pay, w))
			return pay;
		*why = ERR_REFUND_TOO_MUCH;
		if (!left_of(p, person, facts, pay, &left) || money_cmp(left, w->sum) < 0)
			continue;
		if (!best || money_cmp(pay->sum, w->sum) == 0)
			best = pay;
	}
	return best;
}

/* Is `doc` the transaction of this number in the channel of some bank? */
static bool is_transaction(uint64_t doc, struct str number)
{
	size_t count;
	const struct biller_profile *banks = biller_profiles(&count);

	for (size_t i = 0; i < count; i++)
		if ((uint64_t)bank_txn_key(str_of(banks[i].bank), number) == doc)
			return true;
	return false;
}

/* Is this the reference of the payment's document, or of the transaction that its payer made? */
static ST is_named(
	struct import *im, const struct payment_fact *pay, const struct refund_wish *w, bool *out)
{
	struct ctx *cx = &im->work;
	struct buf key = buf_new(cx->arena, 256);
	struct str payer = pay->has_payer ? iin_digits(&pay->payer) : (struct str){"", 0};
	bool line_fits = !w->has_line || pay->line == w->line;
	struct str ref;
	bool found;

	iso_key(&key, payer, w->ref);
	*out = import_iso_doc(buf_view(&key)) == pay->doc && line_fits;
	if (*out)
		return OK;
	/* The lines of a bank's transaction are the months on which we placed it: nobody else has
	 * their numbers. */
	*out = is_transaction(pay->doc, w->ref);
	if (*out)
		return OK;
	TRY(intake_ref(cx, im->call->db, (int64_t)pay->doc, &ref, &found));
	*out = found && str_eq(ref, w->ref) && line_fits;
	return OK;
}

/*
 * A register may name a bank's document or a transaction of its channel by the bank's reference,
 * and a return a transaction without its payer. The reference is unique only within its bank, so
 * the person's own payments are looked through: one document must fit.
 */
static ST find_doc(struct import *im, const struct facts *facts, struct refund_wish *w)
{
	const struct payment_fact *found = NULL;
	size_t count = 0;
	struct refund_wish any = *w;

	any.has_doc = any.has_line = false;
	for (size_t i = 0; i < facts->payment_count; i++)
		if (facts->payments[i].doc == w->doc)
			return OK;
	for (size_t i = 0; i < facts->payment_count; i++) {
		const struct payment_fact *pay = &facts->payments[i];
		bool named;

		if (!fits(pay, &any) || (found && pay->doc == found->doc))
			continue;
		TRY(is_named(im, pay, w, &named));
		if (!named)
			continue;
		found = pay;
		count++;
	}
	if (count != 1)
		return OK;
	w->doc = found->doc;
	w->line = found->line;
	return OK;
}

enum st import_refund_find(struct import *im, const struct portion *p, int64_t person,
	const struct refund_wish *wish, struct refund_found *out)
{
	struct refund_wish named = *wish;
	struct facts facts;

	TRY(facts_load(&im->work, im->call->db, person, &facts));
	if (wish->ref.n)
		TRY(find_doc(im, &facts, &named));
	out->payment = choose(p, person, &facts, &named, &out->why);
	out->clash = out->payment && has_clash(&facts, out->payment, &named);
	return OK;
}

struct refund_line import_refund_line(const struct iin *iin, int64_t person,
	const struct payment_fact *pay, const struct refund_wish *wish)
{
	return (struct refund_line){
		.iin = *iin,
		.person = person,
		.fact = {.doc = pay->doc,
			.line = pay->line,
			.month = pay->month,
			.knp = pay->knp,
			.sum = wish->sum,
			.known_since = wish->on},
	};
}

/* Beside the lines of one portion, written inside its transaction. */
struct beside {
	struct refund_waiting *waiting;
	size_t waiting_count, waiting_cap;
	struct refund_reason *reasons;
	size_t reason_count, reason_cap;
};

static ST add_beside(struct ctx *cx, struct db *db, void *arg)
{
	const struct beside *b = arg;

	for (size_t i = 0; i < b->waiting_count; i++)
		TRY(waiting_add(cx, db, &b->waiting[i]));
	for (size_t i = 0; i < b->reason_count; i++)
		TRY(refund_reason_add(cx, db, &b->reasons[i]));
	return OK;
}

static struct beside *beside_of(struct import *im, struct portion *p)
{
	if (!p->also) {
		struct beside *b = ARENA_NEW(im->work.arena, struct beside);

		*b = (struct beside){0};
		p->also = add_beside;
		p->also_arg = b;
	}
	return p->also_arg;
}

/* Kept when it comes: the person may ask before the payment is found that went back. */
static void keep_reason(struct import *im, struct portion *p, int64_t person,
	const struct refund_wish *wish, uint32_t line)
{
	struct beside *b;

	if (!wish->reason.n)
		return;
	b = beside_of(im, p);
	*ARENA_PUSH(im->work.arena, b->reasons, b->reason_count, b->reason_cap) =
		(struct refund_reason){.person = person,
			.month = wish->month,
			.intake = p->intake,
			.line = line,
			.on = wish->on,
			.sum = wish->sum,
			.text = wish->reason};
}

static void wait_for_payment(struct import *im, struct portion *p, int64_t person,
	const struct refund_wish *wish, uint32_t line)
{
	struct beside *b = beside_of(im, p);

	*ARENA_PUSH(im->work.arena, b->waiting, b->waiting_count, b->waiting_cap) =
		(struct refund_waiting){
			.person = person, .intake = p->intake, .line = line, .wish = *wish};
}

enum st import_refund(struct import *im, struct portion *p, const struct iin *iin,
	const struct refund_wish *wish, const struct suspense_line *held)
{
	int64_t person = people_key(im->call->db, iin);
	struct suspense_line line = *held;
	struct refund_found found;

	TRY(import_refund_find(im, p, person, wish, &found));
	keep_reason(im, p, person, wish, line.line);
	if (!found.payment) {
		line.reason = found.why;
		import_suspend(im, p, &line);
		wait_for_payment(im, p, person, wish, line.line);
		issue_add(&im->report->issues, ISSUE_LINE, line.line,
			str_z(im->cx.arena, line.field), line.reason, "%s", "");
		return OK;
	}
	im->refunds[p->refund_count] = import_refund_line(iin, person, found.payment, wish);
	im->refunds[p->refund_count++].at = held->line;
	p->refunds = im->refunds;
	return OK;
}
