/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/api/api.h"

#include "channels/http/form.h"
#include "channels/http/lookup.h"
#include "service/status.h"

enum { ANSWER_BYTES = 256 << 10 };

struct ask {
	struct status_question q;
	bool explain; /* the steps; true unless the caller wants a short answer */
};

static const struct form_field fields[] = {
	FORM_NEEDED(struct ask, q.iin, "iin", FORM_IIN),
	FORM_MAYBE(struct ask, q.on, q.has_on, "on", FORM_DAY),
	FORM_MAYBE(struct ask, q.known, q.has_known, "known", FORM_DAY),
	FORM_FREE(struct ask, explain, "explain", FORM_FLAG, 0),
};

struct reply *api_status(struct request *rq)
{
	static const struct form_table table = {fields, sizeof(fields) / sizeof(fields[0])};
	struct call *call = rq->call;
	struct buf b = buf_new(call->cx->arena, ANSWER_BYTES);
	struct status_answer answer;
	struct ask ask = {.explain = true};
	enum st st = form_read_body(rq, &table, &ask, NULL);

	if (st == OK)
		st = lookup_allow(rq, &ask.q.iin);
	if (st != OK)
		return reply_error(rq, st);
	st = status_find(call, &ask.q, &answer);
	if (st != OK) {
		lookup_note(rq, &ask.q.iin, LOOKUP_FAILED);
		return reply_error(rq, st);
	}
	lookup_note(rq, &ask.q.iin, answer.coverage.insured ? LOOKUP_INSURED : LOOKUP_NOT_INSURED);
	status_put_json(&b, call->cx->lang, &answer, ask.explain);
	return reply_json(rq, 200, buf_view(&b), REPLY_PERSONAL);
}
