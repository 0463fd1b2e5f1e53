/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of the answers to banks.
 */
#ifndef SERVICE_BILLER_SAY_H
#define SERVICE_BILLER_SAY_H

#include "service/biller.h"
#include "service/invoice.h"
#include "store/people.h"

/* An answer of this outcome with its general words. */
struct biller_answer biller_answer_of(
	struct call *call, const struct biller_request *rq, enum biller_outcome outcome);
/* Bytes in the form of the profile, in `arena`. */
struct str biller_bytes(
	struct arena *arena, const struct biller_profile *p, const struct biller_answer *a);

/* What there is to say about a person before money moves. */
struct biller_look {
	const struct biller_request *rq;
	struct person_row who; /* names may be empty */
	struct coverage_answer coverage;
	struct money advance;
	bool has_plan; /* of the sum of the request */
	struct allocation plan;
};
void biller_say_check(struct call *call, const struct biller_look *look, struct biller_answer *out);
/* Months, sum and masked number: whose invoice it is and how insured stays unsaid. */
void biller_say_invoice(struct call *call, const struct biller_request *rq,
	const struct invoice_look *look, struct biller_answer *out);

/* "Taken: for November 2026; 100 tenge of it out of the advance; 150 tenge are kept" */
struct str biller_say_taken(struct call *call, const struct allocation *plan, struct money used);

#endif
