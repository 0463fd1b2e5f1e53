/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a status to an invoice: which months, is it right, make it. Only months come from the form;
 * what they cost is asked for anew each time.
 */
#include "channels/web/web.h"

#include "base/check.h"
#include "channels/http/form.h"
#include "channels/http/later.h"
#include "channels/http/site.h"
#include "channels/http/throttle.h"
#include "channels/web/page.h"
#include "limits.h"
#include "pages.h"

struct chosen {
	struct form_list texts;
	struct str what; /* of the buttons: "count", "all", "check", "make" */
	struct month *months;
	size_t count;
};

static const struct form_field chosen_fields[] = {
	FORM_FREE(struct chosen, texts, "m", FORM_TEXTS, LIMIT_INVOICE_MONTHS),
	FORM_FREE(struct chosen, what, "do", FORM_TEXT, 8),
};
static const struct form_table chosen_form = {chosen_fields, 2};

static ST read_chosen(struct request *rq, struct chosen *out)
{
	struct ctx *cx = rq->call->cx;
	const struct str *texts;

	*out = (struct chosen){.count = 0};
	TRY(form_read_body(rq, &chosen_form, out, NULL));
	texts = out->texts.items;
	out->months = arena_array(cx->arena, out->texts.count + 1, sizeof(*out->months));
	for (size_t i = 0; i < out->texts.count; i++)
		TRY(month_parse(cx, texts[i], &out->months[out->count++]));
	return OK;
}

static ST open_token(struct request *rq, struct token *t)
{
	return token_open(rq->call->cx, &rq->site->token_key, request_param(rq, "token"), t);
}

static struct view_page frame(struct request *rq, enum msg title)
{
	struct ctx *cx = rq->call->cx;
	struct buf rest = buf_new(cx->arena, TOKEN_TEXT + 16);
	struct view_page page;

	buf_z(&rest, "s/");
	buf_str(&rest, request_param(rq, "token"));
	buf_z(&rest, "/pay");
	page = page_of(rq, say_plain(cx->lang, title), TAB_STATUS, buf_view(&rest));
	page.personal = true;
	return page;
}

static bool is_chosen(const struct chosen *c, struct month m)
{
	for (size_t i = 0; i < c->count; i++)
		if (month_cmp(c->months[i], m) == 0)
			return true;
	return false;
}

static void fill_groups(struct ctx *cx, const struct allocation *offer, const struct chosen *c,
	struct view_choose *v)
{
	static const enum msg titles[] = {
		[TURN_DEBT] = MSG_st_debt,
		[TURN_CURRENT] = MSG_pay_current,
		[TURN_AHEAD] = MSG_pay_ahead,
	};

	for (int turn = 0; turn < 3; turn++) {
		struct view_pay_group *g = &v->groups[turn];

		g->title = titles[turn];
		g->months = arena_array(cx->arena, offer->part_count + 1, sizeof(*g->months));
	}
	for (size_t i = 0; i < offer->part_count; i++) {
		const struct allocation_part *p = &offer->parts[i];
		struct view_pay_group *g = &v->groups[p->turn];
		bool on = is_chosen(c, p->month);

		g->months[g->count++] = (struct view_pay_month){p, (int)i, on};
		if (on)
			must(money_add(v->total, p->sum, &v->total));
	}
}

static struct reply *choose_page(
	struct request *rq, const struct token *t, const struct chosen *c, const enum msg *error)
{
	struct ctx *cx = rq->call->cx;
	struct buf b = page_buf(cx);
	struct view_choose v = {.token = request_param(rq, "token")};
	struct allocation offer;
	enum st st = invoice_offer(rq->call, &t->iin, &offer);

	if (st != OK)
		return reply_error(rq, st);
	fill_groups(cx, &offer, c, &v);
	v.page = frame(rq, MSG_p_which);
	v.has_error = v.page.has_error = error;
	if (error)
		v.error = *error;
	page_pay_choose(&b, cx->lang, &v);
	return reply_page(rq, error ? 422 : 200, buf_view(&b), REPLY_PERSONAL);
}

static ST choose_debts(struct request *rq, const struct token *t, struct chosen *c)
{
	struct allocation offer;

	TRY(invoice_offer(rq->call, &t->iin, &offer));
	*c = (struct chosen){.count = 0};
	c->months = arena_array(rq->call->cx->arena, offer.part_count + 1, sizeof(*c->months));
	for (size_t i = 0; i < offer.part_count; i++)
		if (offer.parts[i].turn == TURN_DEBT)
			c->months[c->count++] = offer.parts[i].month;
	return OK;
}

struct reply *web_pay_choose(struct request *rq)
{
	struct chosen c = {.count = 0};
	struct token t;
	enum st st = open_token(rq, &t);

	/* What the status tells to pay is what most people come for. */
	if (st == OK)
		st = invoice_suggest(rq->call, &t.iin, &c.months, &c.count);
	return st == OK ? choose_page(rq, &t, &c, NULL) : reply_error(rq, st);
}

/* What is wrong with the choice is said on the page of the months. */
static struct reply *wrong_choice(
	struct request *rq, const struct token *t, const struct chosen *c, enum st st)
{
	static const enum msg none = MSG_pay_none, gone = MSG_pay_gone;
	enum err code = rq->call->cx->err.code;

	if (code != ERR_VALUE_MISSING && code != ERR_MONTH_RANGE)
		return reply_error(rq, st);
	err_clear(rq->call->cx);
	return choose_page(rq, t, c, code == ERR_VALUE_MISSING ? &none : &gone);
}

static struct invoice_wish wish_of(
	struct request *rq, const struct token *t, const struct chosen *c)
{
	return (struct invoice_wish){.iin = t->iin,
		.months = c->months,
		.count = c->count,
		.hours = rq->site->settings.invoice_hours};
}

static struct reply *check_page(struct request *rq, const struct token *t, const struct chosen *c)
{
	struct ctx *cx = rq->call->cx;
	struct buf b = page_buf(cx);
	struct view_draft v = {.token = request_param(rq, "token"), .iin = t->iin};
	struct invoice_wish wish = wish_of(rq, t, c);
	enum st st = invoice_draft(rq->call, &wish, &v.draft);

	if (st != OK)
		return wrong_choice(rq, t, c, st);
	v.page = frame(rq, MSG_a_check);
	page_pay_check(&b, cx->lang, &v);
	return reply_page(rq, 200, buf_view(&b), REPLY_PERSONAL);
}

/* ---- Making it ------------------------------------------------------------------------------- */

struct job {
	struct later later;
	struct invoice_wish wish;
	struct invoice_no no;
};

static ST run_job(struct call *call, struct arena *keep, void *arg)
{
	struct job *job = arg;

	(void)keep;
	return invoice_make(call, &job->wish, &job->no);
}

static struct reply *answer_job(struct request *rq, struct later *later)
{
	struct job *job = later->unit.arg;

	if (later->unit.st != OK)
		return reply_error(rq, later->unit.st);
	return page_to_invoice(rq, job->no, "");
}

static struct reply *make(struct request *rq, const struct token *t, const struct chosen *c)
{
	struct job *job;
	struct invoice_wish wish = wish_of(rq, t, c);
	struct invoice_draft draft;
	struct month *months;
	enum st st = invoice_draft(rq->call, &wish, &draft);

	if (st != OK)
		return wrong_choice(rq, t, c, st);
	st = throttle_invoice_count(rq->call->cx, rq->site, &rq->peer);
	if (st != OK)
		return reply_error(rq, st);
	job = ARENA_NEW(rq->keep, struct job);
	months = arena_array(rq->keep, c->count, sizeof(*months));
	memcpy(months, c->months, c->count * sizeof(*months));
	job->wish = wish;
	job->wish.months = months;
	job->later = (struct later){{.run = run_job, .arg = job}, answer_job};
	return reply_later(rq, &job->later);
}

struct reply *web_pay_chosen(struct request *rq)
{
	struct chosen c;
	struct token t;
	enum st st = open_token(rq, &t);

	if (st == OK)
		st = read_chosen(rq, &c);
	if (st == OK && str_is(c.what, "all")) {
		st = choose_debts(rq, &t, &c);
		c.what = STR_LIT("check");
	}
	if (st != OK)
		return reply_error(rq, st);
	if (str_is(c.what, "check"))
		return check_page(rq, &t, &c);
	if (str_is(c.what, "make"))
		return make(rq, &t, &c);
	/* A form that was sent by the enter key, or whose sum is asked for again. */
	return choose_page(rq, &t, &c, NULL);
}
