/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Invoices: which months of whom are to be paid with what sum, under a short number. A number is
 * given once and never changes; what became of it is read from the transactions that paid it.
 */
#ifndef STORE_INVOICE_H
#define STORE_INVOICE_H

#include "domain/invoice_no.h"
#include "store/bank.h"

struct invoice_month {
	struct month month;
	enum payer_kind kind; /* as which the person pays it */
	struct money sum;     /* > 0 */
};

struct invoice {
	struct invoice_no no;
	int64_t person;
	struct money total; /* of all months */
	struct instant made_at, expires_at;
	struct invoice_month *months; /* by month, none twice */
	size_t month_count;           /* 1 … LIMIT_INVOICE_MONTHS */
};

/* In cx->arena. Errors: DB_*. */
ST invoice_find(
	struct ctx *cx, struct db *db, struct invoice_no no, struct invoice *out, bool *found);
/*
 * For whom the invoices `numbers` are; 0 in `persons` where there is no such invoice. A report.
 * Errors: DB_*.
 */
ST invoice_persons(
	struct ctx *cx, struct db *db, const int64_t *numbers, size_t count, int64_t *persons);
/*
 * Writes it. `*is_new` false when the number is taken already: nothing is written then. Inside
 * tx_run(TX_WRITE).
 */
ST invoice_add(struct ctx *cx, struct db *db, const struct invoice *in, bool *is_new);

/* Notes that the transaction paid the invoice. Inside tx_run(TX_WRITE), before bank_txns_add(). */
ST invoice_add_payment(
	struct ctx *cx, struct db *db, struct invoice_no no, const struct bank_txn *t);
/*
 * The transactions that paid it, the cancelled ones too, the earliest first; not more than
 * LIMIT_INVOICE_PAYMENTS.
 */
ST invoice_payments(
	struct ctx *cx, struct db *db, struct invoice_no no, struct bank_txn **out, size_t *count);
/*
 * How many transactions paid each of `n` invoices, the cancelled ones too: one question for 64 of
 * them.
 */
ST invoice_count_payments(
	struct ctx *cx, struct db *db, const struct invoice_no *nos, size_t n, int64_t *counts);

#endif
