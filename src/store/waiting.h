/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Refunds and returns that came before the payment which they take back. Their line is in suspense
 * for ever; beside it stands what was asked, and a list of those that still wait.
 */
#ifndef STORE_WAITING_H
#define STORE_WAITING_H

#include "domain/facts.h"
#include "store/db.h"

/* Which payment a refund takes back. */
struct refund_wish {
	struct month month;
	bool has_doc;
	uint64_t doc;
	struct str ref; /* when `doc` is none of the person's: the document's reference by whichever
			   bank; empty = not said */
	bool has_line;
	uint32_t line;
	bool has_knp;
	enum knp knp;
	bool has_payer;
	struct iin payer;
	struct money sum; /* > 0 */
	struct day on;
	struct str reason; /* as the sender says it; may be empty; store/refund_reason.h keeps it */
};

struct refund_waiting {
	int64_t person;
	int64_t intake; /* the document that brought it */
	uint32_t line;  /* of suspense in that document */
	struct refund_wish wish;
};

/* Inside the transaction that puts the line into suspense. The same line again changes nothing. */
ST waiting_add(struct ctx *cx, struct db *db, const struct refund_waiting *w);
/*
 * Up to `max` of those that still wait and whose person has a payment of that month by now, after
 * the line `after` (NULL = from the beginning) in the order of (person, intake, line); into `out`,
 * texts in cx->arena. A report: reads across persons.
 */
ST waiting_list(struct ctx *cx, struct db *db, const struct refund_waiting *after, size_t max,
	struct refund_waiting *out, size_t *count);
/* Takes one from the list; `*taken` false when another process was faster. */
ST waiting_take(struct ctx *cx, struct db *db, const struct refund_waiting *w, bool *taken);

#endif
