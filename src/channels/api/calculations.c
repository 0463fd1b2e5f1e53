/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/api/api.h"

#include <stdio.h>

#include "channels/http/form.h"
#include "limits.h"
#include "service/calculate.h"

enum { ANSWER_BYTES = 256 << 10 };

struct ask {
	enum payer_kind kind;
	struct month month;
	struct form_list incomes, categories;
	struct str place;
	bool explain; /* the steps; true unless the caller wants a short answer */
};

static const struct form_field fields[] = {
	FORM_NEEDED(struct ask, kind, "kind", FORM_KIND),
	FORM_NEEDED(struct ask, month, "month", FORM_MONTH),
	FORM_FREE(struct ask, incomes, "incomes", FORM_MONIES, LIMIT_JOBS_PER_MONTH),
	FORM_FREE(struct ask, categories, "categories", FORM_CATEGORIES,
		CATEGORY_COUNT + EXEMPT_COUNT),
	FORM_FREE(struct ask, place, "place", FORM_TEXT, 7),
	FORM_FREE(struct ask, explain, "explain", FORM_FLAG, 0),
};

static ST take_place(struct ctx *cx, struct str place, struct contribution_question *q)
{
	q->village = str_is(place, "village");
	q->has_place = place.n > 0;
	if (place.n && !q->village && !str_is(place, "city"))
		return fail_in(cx, 0, "place", VALUE_UNKNOWN, "%s", "city village");
	return OK;
}

/* The rule speaks of one income, the question has a list. */
static void name_field(struct ctx *cx)
{
	if (str_is(str_of(cx->err.field), "income"))
		snprintf(cx->err.field, sizeof(cx->err.field), "%s", "incomes");
}

static void take_categories(
	const struct form_list *list, enum category *room, struct contribution_question *q)
{
	const struct form_category *items = list->items;

	q->categories = room;
	for (size_t i = 0; i < list->count; i++) {
		if (items[i].exempt)
			q->exempt = true;
		else
			room[q->category_count++] = items[i].category;
	}
}

struct reply *api_calculate(struct request *rq)
{
	static const struct form_table table = {fields, sizeof(fields) / sizeof(fields[0])};
	struct call *call = rq->call;
	struct buf b = buf_new(call->cx->arena, ANSWER_BYTES);
	enum category categories[CATEGORY_COUNT + EXEMPT_COUNT];
	struct contribution_question q = {0};
	struct calculation result;
	struct ask ask = {.explain = true};
	enum st st = form_read_body(rq, &table, &ask, NULL);

	if (st == OK)
		st = take_place(call->cx, ask.place, &q);
	if (st != OK)
		return reply_error(rq, st);
	q.kind = ask.kind;
	q.month = ask.month;
	q.incomes = ask.incomes.items;
	q.income_count = ask.incomes.count;
	take_categories(&ask.categories, categories, &q);
	st = calculate_contribution(call, &q, &result);
	if (st != OK) {
		name_field(call->cx);
		return reply_error(rq, st);
	}
	calculate_put_json(&b, call->cx->lang, &result, ask.explain);
	return reply_json(rq, 200, buf_view(&b), REPLY_PERSONAL);
}
