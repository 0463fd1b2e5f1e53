/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What banks reported as taken: one row for each transaction number of a bank, with the answer that
 * was given. A number that is there already is never written again: its answer is. The payment
 * lines of a transaction are those of the document `txn` (store/payments.h).
 */
#ifndef STORE_BANK_H
#define STORE_BANK_H

#include "store/payments.h"

struct bank_txn {
	int64_t txn;          /* bank_txn_key() */
	struct str bank, ref; /* at most 32 and 64 bytes */
	struct sha256 digest; /* of what was asked */
	int64_t person;
	struct money sum, placed, advance; /* sum = placed + advance */
	size_t lines;
	struct day day; /* the bank's: the accounting day */
	int64_t time;   /* the bank's moment: 20260110120133 */
	struct instant at;
	struct str answer;
	bool cancelled; /* set by reading */
};

/* First 63 bits of SHA-256(bank ‖ 0 ‖ ref). */
int64_t bank_txn_key(struct str bank, struct str ref);

/* Texts and answer in cx->arena. Errors: DB_*. */
ST bank_txn_find(struct ctx *cx, struct db *db, struct str bank, struct str ref,
	struct bank_txn *out, bool *found);
/*
 * Writes the row, and that of the advance where there is one; `*is_new` false when the number is
 * there already: nothing is written then. Inside tx_run(TX_WRITE), as the first write of the
 * transaction.
 */
ST bank_txn_add(struct ctx *cx, struct db *db, const struct bank_txn *t, bool *is_new);

struct bank_cancel {
	struct instant at;
	struct str answer;
};
ST bank_cancel_find(struct ctx *cx, struct db *db, const struct bank_txn *t,
	struct bank_cancel *out, bool *found);
/* Also takes the advance back. */
ST bank_cancel_add(struct ctx *cx, struct db *db, const struct bank_txn *t,
	const struct bank_cancel *c, bool *is_new);

/* The payment lines of a transaction, by month, in cx->arena. */
ST bank_lines(struct ctx *cx, struct db *db, const struct iin *iin, const struct bank_txn *t,
	struct payment_line **out, size_t *count);
/* What has gone back of them. */
ST bank_returned(struct ctx *cx, struct db *db, const struct bank_txn *t, struct money *out);

/* What a person's payments have left over. */
ST bank_advance(struct ctx *cx, struct db *db, int64_t person, struct money *out);

/* What a bank took on one of its days, as far as it is compared with the bank's register. */
struct bank_taken {
	int64_t txn, person;
	struct str ref; /* valid during the call */
	struct money sum;
	bool cancelled;
};
typedef enum st bank_taken_fn(struct ctx *cx, void *arg, const struct bank_taken *t);
/*
 * Calls `fn` for each transaction of the bank's day, ascending by `txn`. Inside tx_run(). A report.
 * Errors: DB_*, those of `fn`.
 */
struct bank_day {
	struct str bank;
	struct day day;
};
ST bank_taken_each(
	struct ctx *cx, struct db *db, struct bank_day day, bank_taken_fn *fn, void *arg);

#endif
