/* SPDX-License-Identifier: Apache-2.0 */
#include "service/biller_parts.h"

#include "base/check.h"
#include "ledger/ledger.h"
#include "service/group.h"
#include "service/pay_group.h"
#include "store/lock.h"
#include "text/say.h"

/* A transaction that is taken back, and what of it is where. */
struct cancelling {
	struct serving *s;
	const struct bank_txn *t;
	struct iin iin;
	struct refund_line *back; /* all lines that come off their months */
	size_t back_count, back_cap;
	struct bank_line *lines; /* the same, beside them */
	size_t line_count, line_cap;
	struct advance_move *moves; /* what becomes an advance again */
	size_t move_count, move_cap;
	struct money kept; /* of its own advance */
	struct money own[PAYER_COUNT][KNP_COUNT], released[PAYER_COUNT][KNP_COUNT];
};

static bool has_line(const struct cancelling *w, const struct payment_fact *f)
{
	for (size_t i = 0; i < w->back_count; i++)
		if (w->back[i].fact.doc == f->doc && w->back[i].fact.line == f->line &&
			w->back[i].fact.month.n == f->month.n)
			return true;
	return false;
}

static struct advance_move *move_of(struct cancelling *w, int64_t txn)
{
	struct advance_move *m;

	for (size_t i = 0; i < w->move_count; i++)
		if (w->moves[i].txn == txn)
			return &w->moves[i];
	m = ARENA_PUSH(w->s->call->cx->arena, w->moves, w->move_count, w->move_cap);
	*m = (struct advance_move){
		.person = w->t->person, .txn = txn, .event = w->t->txn, .released = true};
	return m;
}

/* Takes what is left of a line off its month: to the bank, or back to the advance it came from. */
static ST take_off(struct cancelling *w, const struct bank_line *l)
{
	struct ctx *cx = w->s->call->cx;
	const struct payment_fact *f = &l->placed.line.fact;
	bool is_own = (int64_t)f->doc == w->t->txn;
	struct money *sum =
		is_own ? &w->own[f->payer_kind][f->knp] : &w->released[f->payer_kind][f->knp];
	struct advance_move *m = NULL;

	if (money_is_zero(l->left) || has_line(w, f))
		return OK;
	*ARENA_PUSH(cx->arena, w->back, w->back_count, w->back_cap) =
		(struct refund_line){.iin = w->iin,
			.person = w->t->person,
			.fact = {.doc = f->doc,
				.line = f->line,
				.month = f->month,
				.knp = f->knp,
				.sum = l->left,
				.known_since = w->s->today}};
	*ARENA_PUSH(cx->arena, w->lines, w->line_count, w->line_cap) = *l;
	if (!is_own)
		m = move_of(w, (int64_t)f->doc);
	return money_add(*sum, l->left, sum) && (!m || money_add(m->sum, l->left, &m->sum))
		       ? OK
		       : fail(cx, MONEY_RANGE, "%s", "");
}

/*
 * Money of this transaction that a later event placed: what the same event put on the same months
 * out of other payments would stay there as a part of the price, so it comes off with it.
 */
static ST take_off_beside(struct cancelling *w, const struct bank_line *own)
{
	struct call *call = w->s->call;
	struct bank_line *lines;
	size_t count;

	TRY(bank_lines(call->cx, call->db, &w->iin, w->t->person, own->placed.by, &lines, &count));
	for (size_t i = 0; i < count; i++)
		if (lines[i].placed.by == own->placed.by &&
			lines[i].placed.line.fact.month.n == own->placed.line.fact.month.n)
			TRY(take_off(w, &lines[i]));
	return OK;
}

static ST find_lines(struct cancelling *w)
{
	struct call *call = w->s->call;
	struct bank_line *lines;
	size_t count;

	TRY(people_iin(call->cx, call->db, w->t->person, &w->iin));
	TRY(bank_lines(call->cx, call->db, &w->iin, w->t->person, w->t->txn, &lines, &count));
	for (size_t i = 0; i < count; i++)
		TRY(take_off(w, &lines[i]));
	for (size_t i = 0; i < count; i++)
		if (lines[i].placed.by != w->t->txn && !money_is_zero(lines[i].left))
			TRY(take_off_beside(w, &lines[i]));
	return OK;
}

/* Entry 1 of the transaction. */
static ST post(struct cancelling *w, const struct line_totals *written)
{
	struct serving *s = w->s;
	struct ledger_move moves[LEDGER_MOVES_MAX];
	struct ledger_entry e = {.unit = w->t->txn,
		.seq = 1,
		.at = s->now,
		.law_digest = lawbook_digest(s->call->book),
		.lines = written->lines,
		.lines_check = written->check,
		.moves = moves};

	e.move_count = ledger_moves(RECIPE_REVERSED, w->own, moves, e.move_count);
	e.move_count = ledger_moves(RECIPE_RELEASED, w->released, moves, e.move_count);
	if (!money_is_zero(w->kept))
		moves[e.move_count++] = (struct ledger_move){
			RECIPE_RETURNED, PAYER_INDEPENDENT, KNP_CONTRIBUTION, w->kept};
	return ledger_post(s->call->cx, s->call->db, &e, NULL);
}

/* Everything that the payment wrote, the other way round. */
static ST give_back(struct cancelling *w)
{
	struct call *call = w->s->call;
	struct ctx *cx = call->cx;
	struct person_map *m = ARENA_NEW(cx->arena, struct person_map);
	struct lines_result written;

	TRY(find_lines(w));
	TRY(advance_of(cx, call->db, w->t->person, w->t->txn, &w->kept));
	TRY(refunds_add(cx, call->db, w->t->txn, w->back, w->back_count, &written));
	if (written.added.lines != w->back_count)
		return fail(cx, LINE_CONFLICT, "%s", "line of a bank transaction");
	for (size_t i = 0; i < w->move_count; i++)
		TRY(advance_move_add(cx, call->db, &w->moves[i]));
	if (!money_is_zero(w->kept))
		TRY(advance_return(cx, call->db, w->t->person, w->t->txn, w->kept));
	TRY(post(w, &written.added));
	m->row.person = w->t->person;
	m->row.iin = w->iin;
	return person_map_rebuild(call, m, w->s->today);
}

static ST cancel_new(struct serving *s, const struct bank_txn *t)
{
	struct ctx *cx = s->call->cx;
	struct cancelling *w = ARENA_NEW(cx->arena, struct cancelling);
	struct biller_answer a = biller_answer_of(s->call, s->rq, BILLER_OK);
	struct bank_cancel c = {.at = s->now};
	struct money returned;
	bool is_new;

	if (day_cmp(s->today, day_add(day_in_astana(t->at), (int)s->p->cancel_days)) > 0)
		return serving_refuse(s, BILLER_CANCEL_LATE);
	TRY(bank_returned(cx, s->call->db, t, &returned));
	if (!money_is_zero(returned))
		return serving_refuse(s, BILLER_CANCEL_IMPOSSIBLE);
	a.has_receipt = true;
	a.receipt = serving_receipt(t);
	a.sum = t->sum;
	a.comment = say_code(cx->lang, "biller", "given_back");
	c.answer = biller_bytes(cx->arena, s->p, &a);
	pay_group_forget(s->call, t->person);
	TRY(bank_cancel_add(cx, s->call->db, t, &c, &is_new));
	must(is_new);
	w->s = s;
	w->t = t;
	TRY(give_back(w));
	s->out->outcome = BILLER_OK;
	s->out->body = c.answer;
	return OK;
}

ST serving_cancel(struct serving *s)
{
	struct ctx *cx = s->call->cx;
	struct bank_cancel before;
	struct bank_txn t;
	bool found;

	/* What it takes back may have come in the same moment. */
	TRY(pay_group_flush(s->call));
	TRY(bank_txn_find(cx, s->call->db, s->bank, s->rq->txn, &t, &found));
	if (!found)
		return serving_refuse(s, BILLER_TXN_UNKNOWN);
	if (!serving_same(s, &t))
		return serving_refuse(s, BILLER_CONFLICT);
	TRY(lock_person(cx, s->call->db, t.person));
	TRY(bank_cancel_find(cx, s->call->db, &t, &before, &found));
	if (!found)
		return cancel_new(s, &t);
	*s->out = (struct biller_reply){
		.outcome = BILLER_OK, .repeated = true, .body = before.answer};
	return OK;
}
