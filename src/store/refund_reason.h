/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why money of a month went back, as whoever sent it says. The words are shown to the person whose
 * month it is and to nobody else: they may hold a name.
 */
#ifndef STORE_REFUND_REASON_H
#define STORE_REFUND_REASON_H

#include "domain/money.h"
#include "store/db.h"

enum { REFUND_REASON_BYTES = 200 };

struct refund_reason {
	int64_t person;
	struct month month;
	int64_t intake; /* the document that brought the return, and its line */
	uint32_t line;
	struct day on; /* on which it went back */
	struct money sum;
	struct str text; /* cut to REFUND_REASON_BYTES */
};

/* The same line again changes nothing. Inside tx_run(TX_WRITE). Errors: DB_*. */
ST refund_reason_add(struct ctx *cx, struct db *db, const struct refund_reason *r);
/* Those of one month, in cx->arena. Errors: DB_*. */
ST refund_reasons(struct ctx *cx, struct db *db, int64_t person, struct month month,
	struct refund_reason **out, size_t *count);

#endif
