/* SPDX-License-Identifier: Apache-2.0 */
/*
 * QR codes that banks issue for an invoice: that one was asked for, and which one came. Neither
 * says that anything was paid.
 */
#ifndef STORE_QR_CODE_H
#define STORE_QR_CODE_H

#include "domain/invoice_no.h"
#include "store/db.h"

/* What the bank says of a code; it proves nothing. */
enum qr_seen {
	QR_SEEN_NOTHING,
	QR_SEEN_TAKEN, /* that somebody paid by it */
	QR_SEEN_DEAD,  /* that nobody can pay it any more */
};

/* The latest of an invoice at one bank. Texts in cx->arena. */
struct qr_code {
	int64_t attempt;         /* 0: none was ever asked for */
	struct instant asked_at; /* when there is an attempt */
	bool issued;
	/* When it was issued. */
	struct str text; /* of the QR code */
	struct str link; /* opens the bank's app on a phone; may be empty */
	struct str ref;  /* the bank's own number */
	struct instant issued_at, expires_at;
	enum qr_seen seen;
	struct instant seen_at; /* when it was first said, unless nothing was */
};

/* Errors: DB_*, of all. */
ST qr_code_find(
	struct ctx *cx, struct db *db, struct invoice_no no, struct str rail, struct qr_code *out);
/* The next attempt. Inside tx_run(TX_WRITE). */
ST qr_code_add_ask(
	struct ctx *cx, struct db *db, struct invoice_no no, struct str rail, int64_t attempt);
/* What came for `code->attempt`; does nothing when one came already. Inside tx_run(TX_WRITE). */
ST qr_code_add(struct ctx *cx, struct db *db, struct invoice_no no, struct str rail,
	const struct qr_code *code);

/* What the bank says of it now. Inside tx_run(TX_WRITE). */
ST qr_code_see(struct ctx *cx, struct db *db, struct invoice_no no, struct str rail,
	const struct qr_code *code);

/*
 * `count` numbers of orders that no one else gets, from `*first` on. Inside tx_run(TX_WRITE). The
 * bank's row is made when it is not there.
 */
ST qr_bank_number(struct ctx *cx, struct db *db, struct str rail, int64_t count, int64_t *first);
/* Until when the bank is left alone; 0 when it is asked. */
ST qr_bank_rest(struct ctx *cx, struct db *db, struct str rail, struct instant *until);
/* Inside tx_run(TX_WRITE). */
ST qr_bank_set_rest(struct ctx *cx, struct db *db, struct str rail, struct instant until);

#endif
