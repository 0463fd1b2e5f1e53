/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/http/probes.h"

#include "channels/http/site.h"

#define TEXT_TYPE "text/plain; charset=utf-8"

struct reply *probe_health(struct request *rq)
{
	return reply_text(rq, 200, TEXT_TYPE, STR_LIT("ok\n"));
}

struct reply *probe_ready(struct request *rq)
{
	const struct site *site = rq->site;
	enum st st = OK;

	if (site->draining)
		return reply_text(rq, 503, TEXT_TYPE, STR_LIT("stopping\n"));
	if (site->hooks.ready)
		st = site->hooks.ready(site->hooks.arg, rq->call->cx);
	if (st != OK)
		return reply_text(rq, 503, TEXT_TYPE, STR_LIT("not ready\n"));
	return reply_text(rq, 200, TEXT_TYPE, STR_LIT("ready\n"));
}

struct reply *probe_metrics(struct request *rq)
{
	struct buf b = buf_new(rq->call->cx->arena, 64 << 10);

	metrics_put(rq->site->metrics, &b);
	return reply_text(rq, 200, "text/plain; version=0.0.4; charset=utf-8", buf_view(&b));
}
