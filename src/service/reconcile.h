/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bank's register against what was taken through its channel. What the bank took and we do not
 * have is taken now, once; what we have and the bank does not name is told and never erased.
 */
#ifndef SERVICE_RECONCILE_H
#define SERVICE_RECONCILE_H

#include "formats/biller_register.h"
#include "service/call.h"

enum reconcile_kind {
	RECONCILE_MATCHED,
	RECONCILE_TAKEN,       /* we did not have it: taken now (or would be, in a check) */
	RECONCILE_REFUSED,     /* we do not have it and cannot take it */
	RECONCILE_NOT_AT_BANK, /* we have it, the register of its day does not, or says: not taken
				*/
	RECONCILE_CANCELLED,   /* it was cancelled with us, the register says that it was taken */
	RECONCILE_OTHER_SUM,
	RECONCILE_OTHER_DAY,
	RECONCILE_OTHER_PERSON,
	RECONCILE_UNNAMED, /* we do not have it, and the statement does not say whose it is */
	RECONCILE_KINDS
};
/* "matched", "taken", … */
const char *reconcile_kind_code(enum reconcile_kind k);

/* One difference. */
struct reconcile_item {
	enum reconcile_kind kind;
	struct str txn;
	uint32_t line; /* of the register; 0 = it is not there */
	bool at_bank, here;
	struct money bank_sum, our_sum;
	struct day bank_day, our_day;
	enum biller_outcome outcome; /* RECONCILE_REFUSED: why */
};

struct reconcile_report {
	size_t count[RECONCILE_KINDS];
	struct money sum[RECONCILE_KINDS]; /* the register's; ours where it has none */
	size_t rows, void_rows;            /* of the register; not taken by the bank */
	struct money register_sum;
	size_t other_rows; /* of a statement: no payments of the channel */
	struct money other_sum;
	struct day from, to;
	struct reconcile_item *items; /* all but the matched, at most LIMIT_ISSUES; in cx->arena */
	size_t item_count;
	bool check_only;
};

/*
 * Compares and, unless `check_only`, takes what is missing. The same register again changes
 * nothing. The report is filled as far as it came. Errors: DB_*, MONEY_RANGE.
 */
ST reconcile_register(struct call *call, const struct biller_profile *p,
	const struct biller_register *r, bool check_only, struct reconcile_report *report);

/* Is there anything that somebody must look at? */
bool reconcile_agrees(const struct reconcile_report *report);

void reconcile_put_json(struct buf *b, enum lang lang, const struct biller_profile *p,
	const struct reconcile_report *report);

#endif
