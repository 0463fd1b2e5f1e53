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
	struct reconcile_item
		*items; /* all but the matched, at most LIMIT_RECONCILE_ITEMS; in cx->arena */
	size_t item_count;
	size_t items_left_out; /* differences beyond those */
	bool check_only;
};

/* What whoever has the register knows about it otherwise. */
struct reconcile_options {
	bool check_only;
	bool has_day, has_rows, has_sum;
	struct day day;   /* of every row */
	size_t rows;      /* of the register */
	struct money sum; /* of those that the bank took */
};

/*
 * Compares and, unless it is only checked, takes what is missing, in portions that are each all or
 * nothing: a run that was killed is completed by repeating it, and the same register again changes
 * nothing. A register that is not what `o` says, or with a day that has not come yet, is refused
 * before anything is read of the database. The report is filled as far as it came.
 * Errors: DAY_OTHER, DAY_RANGE, ROWS_DIFFER, TOTAL_DIFFERS, DB_*, MONEY_RANGE.
 */
ST reconcile_register(struct call *call, const struct biller_profile *p,
	const struct biller_register *r, const struct reconcile_options *o,
	struct reconcile_report *report);

/* Is there anything that somebody must look at? */
bool reconcile_agrees(const struct reconcile_report *report);

/* "taken", or "missing" when it was only checked: the messages reconcile.<code>. */
const char *reconcile_kind_word(const struct reconcile_report *report, enum reconcile_kind k);

/* The forms of the report: service/reconcile_report.c, docs/formats/reconcile.md. */
void reconcile_put_json(struct buf *b, enum lang lang, const struct biller_profile *p,
	const struct reconcile_report *report);
void reconcile_put_csv(struct buf *b, enum lang lang, const struct biller_profile *p,
	const struct reconcile_report *report);

#endif
