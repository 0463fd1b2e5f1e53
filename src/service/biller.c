/* SPDX-License-Identifier: Apache-2.0 */
#include "service/biller.h"

#include "base/check.h"
#include "ledger/ledger.h"
#include "service/biller_say.h"
#include "service/invoice.h"
#include "service/person_map.h"
#include "store/bank.h"
#include "store/lock.h"

/* Our number of a payment: at most 18 digits, as some banks take no more. */
static const int64_t receipt_range = 1000000000000000000;

/* One request while it is served. */
struct serving {
	struct call *call;
	const struct biller_profile *p;
	const struct biller_request *rq;
	struct str bank;
	struct instant now;
	struct day today;
	struct biller_reply *out;
	const struct invoice *invoice; /* that is paid; NULL when the account is a person */
};

static struct serving serving_of(struct call *call, const struct biller_profile *p,
	const struct biller_request *rq, struct biller_reply *out)
{
	struct instant now = call->cx->clock->now(call->cx->clock);

	*out = (struct biller_reply){0};
	return (struct serving){call, p, rq, str_of(p->bank), now, day_in_astana(now), out, NULL};
}

static void reply(struct serving *s, const struct biller_answer *a)
{
	s->out->outcome = a->outcome;
	s->out->body = biller_bytes(s->call->cx->arena, s->p, a);
}

static ST refused(struct serving *s, enum biller_outcome outcome)
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

static int64_t receipt_of(const struct bank_txn *t)
{
	return t->txn % receipt_range;
}

/* What makes a repeated request the same one. */
static struct sha256 digest_of(const struct biller_request *rq)
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
	return refused(s, found ? BILLER_CONFLICT : BILLER_ACCOUNT_UNKNOWN);
}

/* ---- check, status --------------------------------------------------------------------------- */

static bool outside(const struct lawbook *book, const struct coverage_map *map, struct day on)
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
	return allocate_payment(cx, book, &m->map, s->today, s->rq->sum,
		allocate_ahead_max(book, &m->map, s->today), &look->plan);
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
		reply(s, &a);
		return OK;
	case INVOICE_PAID:
		return refused(s, BILLER_INVOICE_PAID);
	case INVOICE_EXPIRED:
	case INVOICE_CHANGED:
		return refused(s, BILLER_INVOICE_OVER);
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
		return refused(s, BILLER_ACCOUNT_UNKNOWN);
	if (outside(call->book, &m->map, s->today))
		return refused(s, BILLER_NOT_ALLOWED);
	TRY(look_at(s, m, look));
	biller_say_check(call, look, &a);
	put_payee(s, &a);
	reply(s, &a);
	s->out->insured = look->coverage.insured;
	return OK;
}

/* Was it the same account and sum, as far as the request names them? */
static bool same_as_taken(struct serving *s, const struct bank_txn *t)
{
	if (s->rq->has_iin && people_key(s->call->db, &s->rq->iin) != t->person)
		return false;
	return !s->rq->has_sum || money_cmp(s->rq->sum, t->sum) == 0;
}

/* The answer that was given when the payment was taken; since then it may have been cancelled. */
static ST stored(struct serving *s, const struct bank_txn *t)
{
	struct biller_answer a;

	if (t->cancelled) {
		a = biller_answer_of(s->call, s->rq, BILLER_CANCELLED);
		a.has_receipt = true;
		a.receipt = receipt_of(t);
		a.sum = t->sum;
		reply(s, &a);
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
		return refused(s, BILLER_TXN_UNKNOWN);
	if (!same_as_taken(s, &t))
		return refused(s, BILLER_CONFLICT);
	return stored(s, &t);
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

/* ---- pay ------------------------------------------------------------------------------------- */

struct paying {
	struct serving *s;
	struct person_map map;
	struct allocation plan;
	struct payment_line *lines;
	struct lines_result written;
	struct bank_txn t;
};

static void keep_all(struct paying *w)
{
	err_clear(w->s->call->cx);
	w->plan = (struct allocation){.left = w->s->rq->sum};
}

/* Those of its months that still need payment, at what they cost on the day of the bank. */
static void plan_invoice(struct paying *w)
{
	struct serving *s = w->s;
	const struct invoice *in = s->invoice;
	struct month *months = arena_array(s->call->cx->arena, in->month_count, sizeof(*months));
	const struct allocation_wish wish = {months, in->month_count, s->rq->sum};

	for (size_t i = 0; i < in->month_count; i++)
		months[i] = in->months[i].month;
	if (allocate_months(s->call->cx, s->call->book, &w->map.map, s->rq->day, &wish, &w->plan) !=
		OK)
		keep_all(w);
}

/* A day on which the law book knows no sums must not lose the money: it is kept as an advance. */
static void plan(struct paying *w)
{
	struct serving *s = w->s;
	const struct lawbook *book = s->call->book;

	if (s->invoice) {
		plan_invoice(w);
		return;
	}
	if (allocate_payment(s->call->cx, book, &w->map.map, s->rq->day, s->rq->sum,
		    allocate_ahead_max(book, &w->map.map, s->rq->day), &w->plan) == OK)
		return;
	keep_all(w);
}

static void make_lines(struct paying *w)
{
	struct serving *s = w->s;
	const struct allocation *plan = &w->plan;

	w->lines = arena_array(s->call->cx->arena, plan->part_count + 1, sizeof(*w->lines));
	for (size_t i = 0; i < plan->part_count; i++)
		w->lines[i] = (struct payment_line){.iin = s->rq->iin,
			.person = w->t.person,
			.fact = {.month = plan->parts[i].month,
				.knp = KNP_CONTRIBUTION,
				.payer_kind = plan->parts[i].kind,
				.sum = plan->parts[i].sum,
				.paid_on = s->rq->day,
				.known_since = s->today,
				.doc = (uint64_t)w->t.txn,
				.line = (uint32_t)i}};
}

static void make_txn(struct paying *w)
{
	struct serving *s = w->s;
	const struct biller_request *rq = s->rq;
	struct biller_answer a = biller_answer_of(s->call, rq, BILLER_OK);
	struct money placed;

	must(money_sub(rq->sum, w->plan.left, &placed));
	w->t = (struct bank_txn){.txn = bank_txn_key(s->bank, rq->txn),
		.bank = s->bank,
		.ref = rq->txn,
		.digest = digest_of(rq),
		.person = w->map.row.person,
		.sum = rq->sum,
		.placed = placed,
		.advance = w->plan.left,
		.lines = w->plan.part_count,
		.day = rq->day,
		.time = rq->time,
		.at = s->now};
	a.has_receipt = true;
	a.receipt = receipt_of(&w->t);
	a.comment = biller_say_taken(s->call, &w->plan);
	w->t.answer = biller_bytes(s->call->cx->arena, s->p, &a);
}

static void add_moves(struct ledger_entry *e, struct ledger_move *moves, enum recipe recipe,
	const struct line_totals *t)
{
	for (int kind = 0; kind < PAYER_COUNT; kind++)
		for (int knp = 0; knp < KNP_COUNT; knp++)
			if (!money_is_zero(t->sum[kind][knp]))
				moves[e->move_count++] = (struct ledger_move){recipe,
					(enum payer_kind)kind, (enum knp)knp, t->sum[kind][knp]};
}

/* Entry `seq` of the transaction: 0 takes, 1 gives back. */
static ST post(
	struct serving *s, const struct bank_txn *t, const struct line_totals *lines, int64_t seq)
{
	struct ledger_move moves[LEDGER_MOVES_MAX];
	struct ledger_entry e = {.unit = t->txn,
		.seq = seq,
		.at = s->now,
		.law_digest = lawbook_digest(s->call->book),
		.lines = lines->lines,
		.lines_check = lines->check,
		.moves = moves};

	add_moves(&e, moves, seq == 0 ? RECIPE_RECEIVED : RECIPE_REVERSED, lines);
	if (!money_is_zero(t->advance))
		moves[e.move_count++] =
			(struct ledger_move){seq == 0 ? RECIPE_SUSPENSE : RECIPE_RETURNED,
				PAYER_INDEPENDENT, KNP_CONTRIBUTION, t->advance};
	return ledger_post(s->call->cx, s->call->db, &e, NULL);
}

static ST update_summary(struct paying *w)
{
	struct call *call = w->s->call;
	bool present = w->map.of_row;

	for (size_t i = 0; present && i < w->plan.part_count; i++)
		present = coverage_map_pay(call->cx, call->book, &w->map.map, &w->lines[i].fact);
	return person_map_write(call, &w->map, w->s->today, present);
}

static ST take_new(struct paying *w)
{
	struct serving *s = w->s;
	struct ctx *cx = s->call->cx;
	struct db *db = s->call->db;
	bool is_new, found;

	plan(w);
	make_txn(w);
	make_lines(w);
	TRY(bank_txn_add(cx, db, &w->t, &is_new));
	if (!is_new) {
		/* The same request came another way at the same moment and was first. */
		TRY(bank_txn_find(cx, db, s->bank, s->rq->txn, &w->t, &found));
		must(found);
		return same_as_taken(s, &w->t) ? stored(s, &w->t) : refused(s, BILLER_CONFLICT);
	}
	if (s->invoice)
		TRY(invoice_add_payment(cx, db, s->invoice->no, &w->t));
	TRY(payments_add_now(cx, db, w->t.txn, w->lines, w->plan.part_count, &w->written));
	if (w->written.added.lines != w->plan.part_count)
		return fail(cx, LINE_CONFLICT, "%s", "line of a bank transaction");
	TRY(post(s, &w->t, &w->written.added, 0));
	TRY(update_summary(w));
	s->out->outcome = BILLER_OK;
	s->out->body = w->t.answer;
	return OK;
}

static ST pay(struct serving *s)
{
	struct ctx *cx = s->call->cx;
	struct paying *w = ARENA_NEW(cx->arena, struct paying);
	struct sha256 digest = digest_of(s->rq);
	int64_t person;
	bool found;

	w->s = s;
	TRY(bank_txn_find(cx, s->call->db, s->bank, s->rq->txn, &w->t, &found));
	if (found && memcmp(&w->t.digest, &digest, sizeof(digest)) != 0)
		return refused(s, BILLER_CONFLICT);
	if (found)
		return stored(s, &w->t);
	if (biller_check_day(s->p, s->rq, s->now) != BILLER_OK)
		return refused(s, BILLER_DATE);
	TRY(people_find(cx, s->call->db, &s->rq->iin, &person, &found));
	if (!found)
		return refused(s, BILLER_ACCOUNT_UNKNOWN);
	/* Two payments of one person must not see the same months as unpaid. */
	TRY(lock_person(cx, s->call->db, person));
	TRY(person_map_find(s->call, &s->rq->iin, s->today, &w->map));
	if (outside(s->call->book, &w->map.map, s->rq->day))
		return refused(s, BILLER_NOT_ALLOWED);
	return take_new(w);
}

/* ---- cancel ---------------------------------------------------------------------------------- */

static struct refund_line *back_of(
	struct serving *s, const struct payment_line *lines, size_t count)
{
	struct refund_line *back = arena_array(s->call->cx->arena, count + 1, sizeof(*back));

	for (size_t i = 0; i < count; i++) {
		const struct payment_fact *f = &lines[i].fact;

		back[i] = (struct refund_line){.iin = lines[i].iin,
			.person = lines[i].person,
			.fact = {.doc = f->doc,
				.line = f->line,
				.month = f->month,
				.knp = f->knp,
				.sum = f->sum,
				.known_since = s->today}};
	}
	return back;
}

/* Everything that the payment wrote, the other way round. */
static ST give_back(struct serving *s, const struct bank_txn *t)
{
	struct ctx *cx = s->call->cx;
	struct db *db = s->call->db;
	struct person_map *m = ARENA_NEW(cx->arena, struct person_map);
	struct payment_line *lines;
	struct lines_result written;
	struct iin iin;
	size_t count;

	TRY(people_iin(cx, db, t->person, &iin));
	TRY(bank_lines(cx, db, &iin, t, &lines, &count));
	must(count == t->lines);
	TRY(refunds_add(cx, db, t->txn, back_of(s, lines, count), count, &written));
	if (written.added.lines != count)
		return fail(cx, LINE_CONFLICT, "%s", "line of a bank transaction");
	TRY(post(s, t, &written.added, 1));
	TRY(person_map_find(s->call, &iin, s->today, m));
	return person_map_write(s->call, m, s->today, false);
}

static ST cancel_new(struct serving *s, const struct bank_txn *t)
{
	struct ctx *cx = s->call->cx;
	struct biller_answer a = biller_answer_of(s->call, s->rq, BILLER_OK);
	struct bank_cancel c = {.at = s->now};
	struct money returned;
	bool is_new;

	if (day_cmp(s->today, day_add(day_in_astana(t->at), (int)s->p->cancel_days)) > 0)
		return refused(s, BILLER_CANCEL_LATE);
	TRY(bank_returned(cx, s->call->db, t, &returned));
	if (!money_is_zero(returned))
		return refused(s, BILLER_CANCEL_IMPOSSIBLE);
	a.has_receipt = true;
	a.receipt = receipt_of(t);
	a.sum = t->sum;
	a.comment = say_code(cx->lang, "biller", "given_back");
	c.answer = biller_bytes(cx->arena, s->p, &a);
	TRY(bank_cancel_add(cx, s->call->db, t, &c, &is_new));
	must(is_new);
	TRY(give_back(s, t));
	s->out->outcome = BILLER_OK;
	s->out->body = c.answer;
	return OK;
}

static ST cancel(struct serving *s)
{
	struct ctx *cx = s->call->cx;
	struct bank_cancel before;
	struct bank_txn t;
	bool found;

	TRY(bank_txn_find(cx, s->call->db, s->bank, s->rq->txn, &t, &found));
	if (!found)
		return refused(s, BILLER_TXN_UNKNOWN);
	if (!same_as_taken(s, &t))
		return refused(s, BILLER_CONFLICT);
	TRY(lock_person(cx, s->call->db, t.person));
	TRY(bank_cancel_find(cx, s->call->db, &t, &before, &found));
	if (!found)
		return cancel_new(s, &t);
	*s->out = (struct biller_reply){
		.outcome = BILLER_OK, .repeated = true, .body = before.answer};
	return OK;
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
		TRY(rq->command == BILLER_CANCEL ? cancel(&s) : pay(&s));
	out->body = str_copy(keep, out->body);
	return OK;
}
