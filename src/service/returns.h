/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Refunds and returns that came before the payment which they take back.
 *
 * They are in suspense with their reason and on a list (store/waiting.h). Once a payment of that
 * person and month is there, the same choice is made again as when they came; those that find
 * their payment now are posted as lines of a document of their own, so that nothing that was
 * written is changed. Each portion is one transaction; a run that was killed is completed by
 * repeating it, and two at the same time do no harm.
 */
#ifndef SERVICE_RETURNS_H
#define SERVICE_RETURNS_H

#include "domain/money.h"
#include "service/call.h"

struct returns_report {
	size_t lines; /* refunds posted */
	struct money sum;
};

/* Errors: DB_*, those of ledger_post_portion(). The report is filled as far as it came. */
ST returns_apply(struct call *call, struct returns_report *report);

#endif
