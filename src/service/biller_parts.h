/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of service/biller.h: one request while it is served.
 */
#ifndef SERVICE_BILLER_PARTS_H
#define SERVICE_BILLER_PARTS_H

#include "service/biller_say.h"
#include "store/bank.h"

struct serving {
	struct call *call;
	const struct biller_profile *p;
	const struct biller_request *rq;
	struct str bank;
	struct instant now;
	struct day today;
	struct biller_reply *out;
	const struct invoice *invoice; /* that is paid; NULL when the account is a person */
};

/* The answer, in cx->arena. */
void serving_reply(struct serving *s, const struct biller_answer *a);
/* Nothing was written. */
ST serving_refuse(struct serving *s, enum biller_outcome outcome);
/* The answer that was given when the payment was taken; since then it may have been cancelled. */
ST serving_stored(struct serving *s, const struct bank_txn *t);
/* Was it the same account and sum, as far as the request names them? */
bool serving_same(struct serving *s, const struct bank_txn *t);
/* Our number of a payment: at most 18 digits, as some banks take no more. */
int64_t serving_receipt(const struct bank_txn *t);
/* What makes a repeated request the same one. */
struct sha256 serving_digest(const struct biller_request *rq);
/* Is the person outside the system on that day? */
bool serving_outside(const struct lawbook *book, const struct coverage_map *map, struct day on);

ST serving_pay(struct serving *s);
ST serving_cancel(struct serving *s);

#endif
