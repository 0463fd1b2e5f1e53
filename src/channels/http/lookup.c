/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/http/lookup.h"

#include "service/lookup_log.h"
#include "channels/http/throttle.h"

ST lookup_allow(struct request *rq, const struct iin *iin)
{
	enum st st = throttle_lookup(rq->call->cx, rq->site, &rq->peer, iin);

	if (st != OK)
		lookup_note(rq, iin, LOOKUP_REFUSED);
	return st;
}

static enum lookup_from from_of(const struct peer *peer)
{
	if (peer->loopback)
		return LOOKUP_FROM_LOOPBACK;
	return peer->is_v4 ? LOOKUP_FROM_V4 : LOOKUP_FROM_V6;
}

void lookup_note(struct request *rq, const struct iin *iin, enum lookup_result result)
{
	const struct ctx *cx = rq->call->cx;
	const struct site *site = rq->site;
	unsigned char network[16];
	bool answered = result == LOOKUP_INSURED || result == LOOKUP_NOT_INSURED;

	metrics_add(site->metrics, answered ? METRIC_LOOKUPS : METRIC_LOOKUPS_REFUSED, 1);
	if (!site->lookups)
		return;
	lookup_log_add(site->lookups,
		&(struct lookup_line){
			.channel = (uint8_t)rq->call->channel,
			.result = (uint8_t)result,
			.from = from_of(&rq->peer),
			.role = (uint8_t)rq->call->role,
			.at = cx->clock->now(cx->clock),
			.network = throttle_hash(site->throttle, peer_network(&rq->peer, network)),
			.person = site->hooks.person
					  ? site->hooks.person(site->hooks.arg, iin)
					  : throttle_hash(site->throttle, iin_digits(iin)),
			.trace = cx->trace,
		});
}
