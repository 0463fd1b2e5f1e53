/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/web/web.h"

#include <inttypes.h>

#include "channels/http/form.h"
#include "channels/http/lookup.h"
#include "channels/http/site.h"
#include "channels/web/page.h"
#include "channels/web/status_view.h"
#include "limits.h"
#include "pages.h"
#include "service/calculate.h"

struct ask {
	struct iin iin;
};

static const struct form_field ask_fields[] = {FORM_NEEDED(struct ask, iin, "iin", FORM_IIN)};
static const struct form_table ask_form = {ask_fields, 1};

struct reply *web_root(struct request *rq)
{
	struct buf path = buf_new(rq->call->cx->arena, 8);

	buf_fmt(&path, "/%s/", lang_code(rq->call->cx->lang));
	return reply_redirect(rq, buf_view(&path));
}

static struct reply *start_page(struct request *rq, const struct err_slot *error)
{
	struct ctx *cx = rq->call->cx;
	struct buf b = page_buf(cx);
	struct view_start v = {.error = error};

	v.page = page_of(rq, say_plain(cx->lang, MSG_st_h1), TAB_STATUS, STR_LIT(""));
	v.page.has_error = error;
	if (error)
		v.typed = form_typed(rq, "iin");
	page_start(&b, cx->lang, &v);
	struct reply *r = reply_page(rq, error ? err_info(error->code)->http : 200, buf_view(&b),
		error ? REPLY_PERSONAL : REPLY_MINUTES);
	reply_set_lang(r, cx->lang);
	return r;
}

struct reply *web_start(struct request *rq)
{
	return start_page(rq, NULL);
}

static struct str seal(struct request *rq, const struct iin *iin)
{
	struct ctx *cx = rq->call->cx;
	struct instant now = cx->clock->now(cx->clock);
	struct token t = {.iin = *iin, .issued = now};
	struct buf b = buf_new(cx->arena, TOKEN_TEXT);

	t.on = t.known = day_in_astana(now);
	token_seal(&b, &rq->site->token_key, &t);
	return buf_view(&b);
}

struct reply *web_status_ask(struct request *rq)
{
	struct ctx *cx = rq->call->cx;
	struct ask ask;
	struct buf path = buf_new(cx->arena, TOKEN_TEXT + 16);

	if (form_read_body(rq, &ask_form, &ask, NULL) != OK)
		return start_page(rq, page_keep_error(cx));
	enum st st = lookup_allow(rq, &ask.iin);
	if (st != OK)
		return reply_error(rq, st);
	buf_fmt(&path, "/%s/s/", lang_code(cx->lang));
	buf_str(&path, seal(rq, &ask.iin));
	return reply_redirect(rq, buf_view(&path));
}

/* The answer that the token of the address asks for. */
static ST find_answer(struct request *rq, struct token *t, struct status_answer *a)
{
	struct call *call = rq->call;

	TRY(token_open(call->cx, &rq->site->token_key, request_param(rq, "token"), t));
	const struct status_question q = {
		.iin = t->iin, .has_on = true, .has_known = true, .on = t->on, .known = t->known};
	enum st st = status_find(call, &q, a);
	lookup_note(rq, &t->iin,
		st != OK ? LOOKUP_FAILED
			 : (a->coverage.insured ? LOOKUP_INSURED : LOOKUP_NOT_INSURED));
	return st;
}

struct reply *web_status(struct request *rq)
{
	struct ctx *cx = rq->call->cx;
	struct buf b = page_buf(cx), rest = buf_new(cx->arena, TOKEN_TEXT + 2);
	struct status_answer a;
	struct view_status v;
	struct token t;

	enum st st = find_answer(rq, &t, &a);
	if (st != OK)
		return reply_error(rq, st);
	status_view_fill(cx, &t.iin, &a, &v);
	v.token = request_param(rq, "token");
	buf_z(&rest, "s/");
	buf_str(&rest, v.token);
	v.page = page_of(rq, say_plain(cx->lang, v.words->headline), TAB_STATUS, buf_view(&rest));
	v.page.personal = true;
	page_status(&b, cx->lang, &v);
	return reply_page(rq, 200, buf_view(&b), REPLY_PERSONAL);
}

static struct view_page why_frame(struct request *rq, struct month m)
{
	struct ctx *cx = rq->call->cx;
	struct buf title = buf_new(cx->arena, 256), rest = buf_new(cx->arena, TOKEN_TEXT + 32);
	const struct arg args[] = {arg_month("month", m)};

	say(&title, cx->lang, MSG_why_h1, args, 1);
	buf_z(&rest, "s/");
	buf_str(&rest, request_param(rq, "token"));
	buf_z(&rest, "/why/");
	month_put(&rest, m);
	struct view_page page = page_of(rq, buf_view(&title), TAB_STATUS, buf_view(&rest));
	page.personal = true;
	return page;
}

static ST why_payments(struct request *rq, const struct token *t, struct view_why *v)
{
	const struct status_question q = {
		.iin = t->iin, .has_on = true, .has_known = true, .on = t->on, .known = t->known};
	struct status_payment *payments;
	struct status_return *returns;
	size_t count;

	if (v->cell.has_paid) {
		TRY(status_payments(rq->call, &q, v->cell.m->month, &payments, &count));
		status_view_payments(rq->call->cx, payments, count, v);
	}
	if (!v->cell.m->returned)
		return OK;
	TRY(status_returns(rq->call, &q, v->cell.m->month, &returns, &count));
	status_view_returns(rq->call->cx, returns, count, v);
	return OK;
}

/* What is owed is reckoned at the sum of the day of the answer. */
static void why_sum(struct request *rq, struct view_why *v)
{
	struct ctx *cx = rq->call->cx;
	struct calculation calc;
	struct steps *steps;
	enum payer_kind kind;

	if (!status_view_payer(v->cell.m, &kind))
		return;
	const struct contribution_question q = {.kind = kind, .month = day_month(v->on)};
	if (calculate_contribution(rq->call, &q, &calc) != OK) {
		err_clear(cx);
		return;
	}
	steps = ARENA_NEW(cx->arena, struct steps);
	status_view_steps(cx, &calc.steps, steps);
	v->steps = steps;
}

struct reply *web_why(struct request *rq)
{
	struct ctx *cx = rq->call->cx;
	struct buf b = page_buf(cx);
	struct status_answer a;
	struct view_why v;
	struct month month;
	struct token t;

	enum st st = month_parse(cx, request_param(rq, "month"), &month);
	if (st != OK)
		return reply_error(rq, st);
	st = find_answer(rq, &t, &a);
	if (st != OK)
		return reply_error(rq, st);
	if (!status_view_why(&a.coverage, month, &v))
		return reply_fail(rq, NOT_FOUND);
	st = why_payments(rq, &t, &v);
	if (st != OK)
		return reply_error(rq, st);
	v.page = why_frame(rq, month);
	v.token = request_param(rq, "token");
	why_sum(rq, &v);
	page_why(&b, cx->lang, &v);
	return reply_page(rq, 200, buf_view(&b), REPLY_PERSONAL);
}

struct frame_ask {
	struct iin iin;
	bool tell;
};

static const struct form_field frame_fields[] = {
	FORM_NEEDED(struct frame_ask, iin, "iin", FORM_IIN),
	FORM_FREE(struct frame_ask, tell, "tell", FORM_FLAG, 1),
};
static const struct form_table frame_form = {frame_fields, 2};

/* The frame has no language in its path: it is in the query. */
static void frame_lang(struct request *rq)
{
	struct str rest = rq->query, name, value;
	bool end = false;

	while (form_next(rq->call->cx, &rest, &name, &value, &end) == OK && !end)
		if (str_is(name, "lang") && lang_parse(value, &rq->call->cx->lang))
			return;
	err_clear(rq->call->cx);
}

static struct reply *frame_page(struct request *rq, struct view_frame *v, int status)
{
	struct ctx *cx = rq->call->cx;
	struct buf b = page_buf(cx);

	v->page = page_of(rq, say_plain(cx->lang, MSG_svc_name), TAB_NONE, STR_LIT(""));
	page_frame(&b, cx->lang, v);
	return reply_page(rq, status, buf_view(&b), REPLY_PERSONAL);
}

struct reply *web_frame(struct request *rq)
{
	struct view_frame v = {.error = NULL};

	frame_lang(rq);
	return frame_page(rq, &v, 200);
}

static struct reply *frame_error(struct request *rq)
{
	struct view_frame v = {.error = page_keep_error(rq->call->cx)};

	v.typed = form_typed(rq, "iin");
	struct reply *r = frame_page(rq, &v, err_info(v.error->code)->http);
	if (v.error->code == ERR_RATE_LIMIT)
		reply_set_retry(r, (unsigned)v.error->line);
	return r;
}

struct reply *web_frame_ask(struct request *rq)
{
	struct ctx *cx = rq->call->cx;
	struct frame_ask ask = {.tell = false};
	struct status_answer a;
	struct view_status status;
	struct buf more = buf_new(cx->arena, TOKEN_TEXT + 16);

	frame_lang(rq);
	if (form_read_body(rq, &frame_form, &ask, NULL) != OK)
		return frame_error(rq);
	if (lookup_allow(rq, &ask.iin) != OK)
		return frame_error(rq);
	const struct status_question q = {.iin = ask.iin};
	if (status_find(rq->call, &q, &a) != OK) {
		lookup_note(rq, &ask.iin, LOOKUP_FAILED);
		return frame_error(rq);
	}
	lookup_note(rq, &ask.iin, a.coverage.insured ? LOOKUP_INSURED : LOOKUP_NOT_INSURED);
	status_view_fill(cx, &ask.iin, &a, &status);
	buf_fmt(&more, "/%s/s/", lang_code(cx->lang));
	buf_str(&more, seal(rq, &ask.iin));
	status.more_url = buf_view(&more);
	status.tell = ask.tell;
	struct view_frame v = {.status = &status};
	return frame_page(rq, &v, 200);
}

struct reply *web_embed(struct request *rq)
{
	struct ctx *cx = rq->call->cx;
	struct buf b = page_buf(cx);
	struct view_embed v = {.origin = rq->site->settings.public_url};

	v.page = page_of(rq, say_plain(cx->lang, MSG_emb_h1), TAB_EMBED, STR_LIT("embed"));
	page_embed(&b, cx->lang, &v);
	return reply_page(rq, 200, buf_view(&b), REPLY_MINUTES);
}

struct error_words {
	int status;
	enum msg headline, advice;
};

/* The last row is for all other statuses. */
static const struct error_words error_words[] = {
	{400, MSG_g_400, MSG_g_400_x},
	{403, MSG_g_403, MSG_g_405_x},
	{404, MSG_g_404, MSG_g_404_x},
	{405, MSG_g_405, MSG_g_405_x},
	{410, MSG_g_410, MSG_g_410_x},
	{413, MSG_g_413, MSG_g_400_x},
	{415, MSG_g_400, MSG_g_405_x},
	{422, MSG_g_400, MSG_g_400_x},
	{429, MSG_g_429, MSG_wait_later},
	{431, MSG_g_413, MSG_g_400_x},
	{503, MSG_g_503, MSG_wait_later},
	{0, MSG_g_500_h, MSG_g_500_x},
};

/* Who asked too often is told how long to wait, as Retry-After says it. */
static struct str advice(struct ctx *cx, const struct error_words *w)
{
	struct buf wait;

	if (cx->err.code != ERR_RATE_LIMIT)
		return say_plain(cx->lang, w->advice);
	wait = buf_new(cx->arena, 256);
	say_wait(&wait, cx->lang, (int64_t)cx->err.line);
	return buf_view(&wait);
}

void web_error_page(struct request *rq, int status, struct buf *out)
{
	struct ctx *cx = rq->call->cx;
	const struct error_words *w = error_words;
	struct buf reference = buf_new(cx->arena, 17);
	struct view_error v = {.status = status};

	while (w->status && w->status != status)
		w++;
	v.headline = w->headline;
	v.advice = advice(cx, w);
	buf_fmt(&reference, "%016" PRIx64, cx->trace);
	v.reference = buf_view(&reference);
	v.page = page_of(rq, say_plain(cx->lang, w->headline), TAB_NONE, STR_LIT(""));
	v.page.personal = true;
	page_error(out, cx->lang, &v);
}
