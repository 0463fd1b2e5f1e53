/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/biller/pairs.h"

#include "channels/http/form.h"

static bool read_list(struct ctx *cx, struct str rest, struct biller_pairs *out)
{
	for (;;) {
		struct biller_pair pair;
		bool end;

		if (form_next(cx, &rest, &pair.name, &pair.value, &end) != OK)
			return false;
		if (end)
			return true;
		if (out->count == BILLER_PAIRS_MAX)
			return false;
		out->items[out->count++] = pair;
	}
}

/* A head alone shows nobody what became of a payment: HEAD is no way to ask. */
static bool may_ask_so(const struct request *rq, const struct biller_profile *p)
{
	switch (rq->method) {
	case HTTP_GET:
		return p->methods & BILLER_BY_GET;
	case HTTP_POST:
		return (p->methods & BILLER_BY_POST) &&
		       str_is(request_media_type(rq), "application/x-www-form-urlencoded");
	case HTTP_HEAD:
		break;
	}
	return false;
}

bool biller_pairs_read(struct request *rq, const struct biller_profile *p, struct biller_pairs *out)
{
	struct ctx *cx = rq->call->cx;
	bool read;

	out->count = 0;
	read = may_ask_so(rq, p) && read_list(cx, rq->query, out) && read_list(cx, rq->body, out);
	err_clear(cx);
	return read;
}
