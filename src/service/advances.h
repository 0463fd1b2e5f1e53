/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The turn of the month: what payments left over pays months that have fallen due since. Nothing is
 * paid ahead: whoever wants that says so with a payment.
 *
 * Each person is one transaction; a run that was stopped is completed by repeating it.
 */
#ifndef SERVICE_ADVANCES_H
#define SERVICE_ADVANCES_H

#include "domain/money.h"
#include "service/call.h"

struct advances_report {
	size_t persons; /* who got a month paid */
	struct money sum;
};

/* `stop` says whether to end before the next person; may be NULL. Errors: DB_*, MONEY_RANGE. */
ST advances_apply(
	struct call *call, bool (*stop)(void *arg), void *stop_arg, struct advances_report *report);

#endif
