/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/api/api.h"

#include "channels/http/form.h"
#include "service/law_parameters.h"

enum { ANSWER_BYTES = 256 << 10 };

struct ask {
	struct month month;
	bool has_month;
};

static const struct form_field fields[] = {
	FORM_MAYBE(struct ask, month, has_month, "month", FORM_MONTH),
};

struct reply *api_law(struct request *rq)
{
	static const struct form_table table = {fields, sizeof(fields) / sizeof(fields[0])};
	struct ctx *cx = rq->call->cx;
	struct buf b = buf_new(cx->arena, ANSWER_BYTES);
	struct ask ask = {0};
	enum st st = form_read_query(rq, &table, &ask, NULL);

	if (st == OK && !ask.has_month)
		ask.month = day_month(day_in_astana(cx->clock->now(cx->clock)));
	if (st == OK)
		st = law_parameters_put_json(rq->call, ask.month, &b);
	if (st != OK)
		return reply_error(rq, st);
	return reply_json(rq, 200, buf_view(&b), REPLY_MINUTES);
}
