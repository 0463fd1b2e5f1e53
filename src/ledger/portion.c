/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/ledger.h"

#include "base/check.h"
#include "limits.h"
#include "store/lock.h"

/* What happens inside the transaction of one portion. */
struct posting {
	const struct portion *p;
	struct portion_result *out;
	struct intake intake;
	struct lines_result paid, back;
	struct portion_also also;
	struct line_totals held; /* suspense */
	struct ledger_move moves[LEDGER_MOVES_MAX];
	size_t move_count;
};

static void move_add(
	struct posting *w, enum recipe recipe, enum payer_kind kind, enum knp knp, struct money sum)
{
	if (money_is_zero(sum))
		return;
	must(w->move_count < LEDGER_MOVES_MAX);
	w->moves[w->move_count++] = (struct ledger_move){recipe, kind, knp, sum};
}

static struct suspense_line conflict_line(
	uint64_t doc, uint32_t line, const struct iin *iin, struct money sum, uint32_t at)
{
	return (struct suspense_line){.doc = doc,
		.line = line,
		.reason = ERR_LINE_CONFLICT,
		.field = STR_LIT("line"),
		.given = iin_digits(iin),
		.sum = sum,
		.at = at};
}

/* The portion's own suspense lines and those whose key was there with other content. */
static ST post_suspense(struct ctx *cx, struct db *db, struct posting *w)
{
	const struct portion *p = w->p;
	size_t n = 0, most = p->suspense_count + w->paid.conflict_count + w->back.conflict_count +
			     w->also.held_count;
	struct suspense_line *all = arena_array(cx->arena, most + 1, sizeof(*all));

	for (size_t i = 0; i < p->suspense_count; i++)
		all[n++] = p->suspense[i];
	for (size_t i = 0; i < w->paid.conflict_count; i++) {
		const struct payment_line *l = &p->payments[w->paid.conflicts[i]];

		all[n++] = conflict_line(l->fact.doc, l->fact.line, &l->iin, l->fact.sum, l->at);
	}
	for (size_t i = 0; i < w->back.conflict_count; i++) {
		const struct refund_line *l = &p->refunds[w->back.conflicts[i]];

		all[n++] = conflict_line(l->fact.doc, l->fact.line, &l->iin, l->fact.sum, l->at);
	}
	for (size_t i = 0; i < w->also.held_count; i++)
		all[n++] = w->also.held[i];
	w->out->conflicts = all + p->suspense_count;
	w->out->lines_conflict = n - p->suspense_count;
	return suspense_add(cx, db, p->intake, w->intake.lines_suspense, all, n, &w->held);
}

static ST post_entry(struct ctx *cx, struct db *db, struct posting *w)
{
	struct ledger_entry e = {.unit = w->p->intake,
		.seq = (int64_t)w->intake.portions,
		.at = w->p->at,
		.law_digest = w->p->law_digest,
		.lines = w->paid.added.lines + w->back.added.lines + w->held.lines,
		.lines_check = w->paid.added.check + w->back.added.check + w->held.check,
		.moves = w->moves};

	w->move_count = ledger_moves(RECIPE_RECEIVED, w->paid.added.sum, w->moves, w->move_count);
	w->move_count =
		ledger_moves(RECIPE_REFUND_ORDERED, w->back.added.sum, w->moves, w->move_count);
	move_add(w, RECIPE_REFUND_PAID, PAYER_EMPLOYER, KNP_CONTRIBUTION, w->back.added.total);
	move_add(w, RECIPE_SUSPENSE, PAYER_EMPLOYER, KNP_CONTRIBUTION, w->held.total);
	e.move_count = w->move_count;
	/* Persons and spells leave no entry; a line without a readable sum still has its check. */
	return e.lines ? ledger_post(cx, db, &e, NULL) : OK;
}

static ST post_progress(struct ctx *cx, struct db *db, struct posting *w)
{
	const struct portion *p = w->p;
	size_t other_new = p->other_lines - w->also.repeated - w->also.held_count;
	struct intake_step s = {.intake = p->intake,
		.lines_before = p->lines_before,
		.lines = p->payment_count + p->refund_count + p->suspense_count + p->other_lines,
		.lines_new = w->paid.added.lines + w->back.added.lines + other_new,
		.lines_repeated = w->paid.repeated + w->back.repeated + w->also.repeated,
		.lines_suspense = w->held.lines,
		.sum_suspense = w->held.total,
		.last = p->last,
		.at = p->at};
	bool applied;

	if (!money_add(w->paid.added.total, w->back.added.total, &s.sum_new) ||
		!money_add(w->paid.repeated_sum, w->back.repeated_sum, &s.sum_repeated))
		return fail(cx, MONEY_RANGE, "%s", "");
	TRY(intake_advance(cx, db, &s, &applied));
	/* It was read in this transaction. */
	must(applied);
	w->out->applied = true;
	w->out->lines_done = p->lines_before + s.lines;
	w->out->lines_new = s.lines_new;
	w->out->lines_repeated = s.lines_repeated;
	return OK;
}

static ST post(struct ctx *cx, struct db *db, void *arg)
{
	struct posting *w = arg;
	const struct portion *p = w->p;
	bool found;

	*w->out = (struct portion_result){0};
	w->move_count = 0;
	TRY(lock_intake(cx, db, p->intake));
	TRY(intake_find(cx, db, p->intake, &w->intake, &found));
	if (!found)
		return fail(cx, NOT_FOUND, "%s", "document");
	w->out->lines_done = w->intake.lines_done;
	if (w->intake.finished || w->intake.lines_done != p->lines_before)
		return OK;
	TRY(payments_add(cx, db, p->intake, p->payments, p->payment_count, &w->paid));
	TRY(refunds_add(cx, db, p->intake, p->refunds, p->refund_count, &w->back));
	w->also = (struct portion_also){0};
	if (p->also)
		TRY(p->also(cx, db, p->also_arg));
	if (p->also_found)
		w->also = *p->also_found;
	TRY(post_suspense(cx, db, w));
	TRY(post_entry(cx, db, w));
	return post_progress(cx, db, w);
}

ST ledger_post_portion(
	struct ctx *cx, struct db *db, const struct portion *portion, struct portion_result *out)
{
	struct posting *w = ARENA_NEW(cx->arena, struct posting);

	w->p = portion;
	w->out = out;
	if (portion->payment_count + portion->refund_count + portion->suspense_count +
			portion->other_lines >
		LIMIT_PORTION_LINES)
		return fail(cx, CALC_TOO_MANY, "%d", LIMIT_PORTION_LINES);
	return tx_run(cx, db, TX_WRITE, post, w);
}
