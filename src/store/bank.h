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
	int64_t posted; /* unit of the ledger entry that stands for it: bank_txns of one commit
			   share one */
	bool cancelled; /* set by reading */
};

/* First 63 bits of SHA-256(bank ‖ 0 ‖ ref). */
int64_t bank_txn_key(struct str bank, struct str ref);

/* Texts and answer in cx->arena. Errors: DB_*. */
ST bank_txn_find(struct ctx *cx, struct db *db, struct str bank, struct str ref,
	struct bank_txn *out, bool *found);
/* The same for many: those that there are, in any order; `out` has room for `count`. */
enum { BANK_AT_ONCE = 16 };
struct bank_ref {
	int64_t txn; /* bank_txn_key() */
	struct str bank, ref;
};
ST bank_txns_find(struct ctx *cx, struct db *db, const struct bank_ref *refs, size_t count,
	struct bank_txn *out, size_t *found);
/*
 * Writes the rows, none of which was there when this transaction looked, and those of their
 * advances. Inside tx_run(TX_WRITE). Errors: DB_BUSY (somebody wrote one meanwhile), DB_*.
 */
ST bank_txns_add(struct ctx *cx, struct db *db, const struct bank_txn *txns, size_t count);

struct bank_cancel {
	struct instant at;
	struct str answer;
};
ST bank_cancel_find(struct ctx *cx, struct db *db, const struct bank_txn *t,
	struct bank_cancel *out, bool *found);
ST bank_cancel_add(struct ctx *cx, struct db *db, const struct bank_txn *t,
	const struct bank_cancel *c, bool *is_new);

/* A line that a transaction brought, or whose money it placed. */
struct bank_line {
	struct placed_line placed; /* its `fact.doc` is the transaction whose money it is */
	struct money left;         /* after refunds */
};
/*
 * The lines of a transaction: those of its money and those that it placed, by month, in cx->arena.
 */
ST bank_lines(struct ctx *cx, struct db *db, const struct iin *iin, int64_t person, int64_t txn,
	struct bank_line **out, size_t *count);
/* What has gone back to the payer of its money, other than by a cancellation. */
ST bank_returned(struct ctx *cx, struct db *db, const struct bank_txn *t, struct money *out);

/* Advances: money of a transaction that is on no month --------------------------------------- */

/* What a person's payments have left over. */
ST bank_advance(struct ctx *cx, struct db *db, int64_t person, struct money *out);

struct advance {
	int64_t txn;       /* whose money it is */
	struct money left; /* > 0 */
};
/* The same by transaction, the first LIMIT_ADVANCES in the order of their keys, in cx->arena. */
ST advance_list(struct ctx *cx, struct db *db, int64_t person, struct advance **out, size_t *count);
/* What is left of the advance of one transaction. */
ST advance_of(struct ctx *cx, struct db *db, int64_t person, int64_t txn, struct money *out);
/* The first number of a line of this transaction that was never used. */
ST advance_next_line(struct ctx *cx, struct db *db, int64_t person, int64_t txn, uint32_t *line);

/* Money that went onto months, or came off them and is an advance again. */
struct advance_move {
	int64_t person;
	int64_t txn;      /* whose money it is */
	int64_t event;    /* what moved it */
	bool released;    /* off the months */
	struct money sum; /* > 0 */
};
ST advance_move_add(struct ctx *cx, struct db *db, const struct advance_move *move);
/* What is left of a transaction's advance goes back to its payer. */
ST advance_return(struct ctx *cx, struct db *db, int64_t person, int64_t txn, struct money sum);
/* Persons above `after` who have an advance, ascending, at most `max`. A report. */
ST advance_persons(
	struct ctx *cx, struct db *db, int64_t after, size_t max, int64_t *out, size_t *count);

/* What a bank took on one of its days, as far as it is compared with the bank's register. */
struct bank_taken {
	int64_t person;
	struct str ref; /* valid during the call */
	struct money sum;
	bool cancelled;
};
typedef enum st bank_taken_fn(struct ctx *cx, void *arg, const struct bank_taken *t);
/*
 * Calls `fn` for each transaction of the bank's day, ascending by `ref`. Inside tx_run(). A report.
 * Errors: DB_*, those of `fn`.
 */
struct bank_day {
	struct str bank;
	struct day day;
};
ST bank_taken_each(
	struct ctx *cx, struct db *db, struct bank_day day, bank_taken_fn *fn, void *arg);

#endif
