/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/web/web.h"

#include "channels/http/form.h"
#include "channels/web/page.h"
#include "limits.h"
#include "pages.h"
#include "service/calculate.h"

enum { DAYS_MAX = 36500 };

static ST parse_days(struct ctx *cx, struct str text, int *out)
{
	uint64_t days;

	if (str_trim(text).n == 0)
		return fail_in(cx, 0, "days", VALUE_MISSING, "%s", "");
	if (!str_to_u64(str_trim(text), DAYS_MAX, &days))
		return fail_in(cx, 0, "days", NUMBER_FORMAT, "%s", "");
	*out = (int)days;
	return OK;
}

/* Each field says for itself what is wrong with it. */
static void compute(struct call *call, struct view_penalty *v)
{
	struct ctx *cx = call->cx;
	struct penalty_calculation done;
	struct money debt;
	struct rate rate;
	int days = 0;

	if (money_parse(cx, v->debt, &debt) != OK)
		v->debt_error = page_keep_error(cx);
	if (rate_parse_percent(cx, v->base_rate, 100, &rate) != OK)
		v->rate_error = page_keep_error(cx);
	if (parse_days(cx, v->days, &days) != OK)
		v->days_error = page_keep_error(cx);
	if (!v->debt_error && !v->rate_error && !v->days_error) {
		if (calculate_penalty(call, debt, rate, days, &done) == OK) {
			v->result = done.result;
			v->steps = done.steps;
			v->done = true;
			return;
		}
		v->debt_error = page_keep_error(cx);
	}
	v->page.has_error = true;
}

struct reply *web_penalty(struct request *rq)
{
	struct ctx *cx = rq->call->cx;
	struct buf b = page_buf(cx), path = buf_new(cx->arena, LIMIT_HEADER_BYTES);
	struct str rest = rq->query, name, value;
	struct view_penalty v = {.done = false};
	bool end = false, asked = false;

	while (!end) {
		enum st st = form_next(cx, &rest, &name, &value, &end);
		if (st != OK)
			return reply_error(rq, st);
		if (end)
			break;
		struct str *field = str_is(name, "debt")   ? &v.debt
				    : str_is(name, "rate") ? &v.base_rate
				    : str_is(name, "days") ? &v.days
							   : NULL;
		if (!field)
			continue;
		*field = value;
		asked = true;
	}
	buf_z(&path, "penalty");
	if (rq->query.n) {
		buf_char(&path, '?');
		buf_str(&path, rq->query);
	}
	v.page = page_of(rq, say_plain(cx->lang, MSG_pen_h1), TAB_PENALTY, buf_view(&path));
	if (asked)
		compute(rq->call, &v);
	page_penalty(&b, cx->lang, &v);
	return reply_page(rq, v.page.has_error ? 422 : 200, buf_view(&b), REPLY_FRESH);
}
