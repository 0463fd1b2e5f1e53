/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a bank may ask and tell about a person's payments. The answers are bytes in the form of the
 * bank's profile (formats/biller.h), because those of a payment are kept with it and given again to
 * whoever repeats it.
 */
#ifndef SERVICE_BILLER_H
#define SERVICE_BILLER_H

#include "formats/biller.h"
#include "rules/allocate.h"
#include "service/call.h"

struct biller_reply {
	enum biller_outcome outcome;
	bool repeated; /* the answer was given before */
	bool insured;  /* check: what the status said */
	struct str body;
};

/*
 * check and status: reads only. The request has no problem. Errors: CALC_TOO_MANY,
 * PERSON_CONFLICT, DB_*.
 */
ST biller_ask(struct call *call, const struct biller_profile *p, const struct biller_request *rq,
	struct biller_reply *out);

/*
 * pay and cancel: a unit of group_run(). Taking a payment writes, all or nothing: the transaction
 * with its answer, the payment lines by month, what is left as an advance and what was used of
 * older ones, the ledger entry and the summary of the person; all of it at the end of the group.
 * Refusals write nothing and are OK. `out->body` is in `keep`. Errors: DB_*, those of
 * ledger_post().
 */
ST biller_take(struct call *call, const struct biller_profile *p, const struct biller_request *rq,
	struct arena *keep, struct biller_reply *out);

/* For `foresee` of that unit: what biller_take() of the request will ask. */
void biller_foresee(
	struct call *call, const struct biller_profile *p, const struct biller_request *rq);

/* The answer that says nothing but the outcome. In cx->arena. */
void biller_refuse(struct call *call, const struct biller_profile *p,
	const struct biller_request *rq, enum biller_outcome outcome, struct biller_reply *out);

#endif
