/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Invoices: a person's months with their sums under a short number that any bank takes in place of
 * the number of the person. Who pays by it learns the months and the sum, no more.
 *
 * A number follows from the secret of the installation, the person, the day, the months and the
 * sums: whoever asks for the same again on the same day gets the same invoice.
 */
#ifndef SERVICE_INVOICE_H
#define SERVICE_INVOICE_H

#include "gateway/qr_rail.h"
#include "rules/allocate.h"
#include "service/call.h"
#include "store/invoice.h"

/*
 * The months that the person may pay today with their sums: debts, the current months, those ahead;
 * none for an unknown person. In cx->arena. Errors: CALC_TOO_MANY, PERSON_CONFLICT, LAW_*, DB_*.
 */
ST invoice_offer(struct call *call, const struct iin *iin, struct allocation *out);

/*
 * The months that make the person insured, as the status tells to pay them: debts, and the current
 * month where they do not suffice; none when nothing is owed. In cx->arena. Errors: as
 * invoice_offer().
 */
ST invoice_suggest(struct call *call, const struct iin *iin, struct month **months, size_t *count);

/* What is asked for: months of the offer. The sums are always ours. */
struct invoice_wish {
	struct iin iin;
	const struct month *months;
	size_t count;
	unsigned hours; /* that it may be paid */
};

/* What an invoice of the wish would hold, and what paying it today would do. */
struct invoice_draft {
	struct invoice_month *months; /* in the order of the offer */
	size_t count;
	struct money total;
	bool has_from; /* not insured now, but then: from this day */
	struct day from;
};
/*
 * In cx->arena. Errors: VALUE_MISSING (no month), MONTH_RANGE (one that cannot be paid today),
 * CALC_TOO_MANY, those of invoice_offer().
 */
ST invoice_draft(struct call *call, const struct invoice_wish *wish, struct invoice_draft *out);

/*
 * A unit of group_run(): the invoice of the wish, made or found. Errors: those of
 * invoice_draft().
 */
ST invoice_make(struct call *call, const struct invoice_wish *wish, struct invoice_no *out);

/* The same as a fresh one for those months of an old one that still need payment. */
ST invoice_renew(struct call *call, struct invoice_no old, unsigned hours, struct invoice_no *out);

enum invoice_state {
	INVOICE_OPEN,
	INVOICE_PAID,
	INVOICE_EXPIRED,
	INVOICE_CHANGED, /* the law or the facts are others now: its months or sums are no more so
			  */
};
/* "open", "paid", "expired", "changed". */
const char *invoice_state_code(enum invoice_state s);

struct invoice_look {
	struct invoice invoice;
	struct iin iin;
	enum invoice_state state;
	bool renewable;   /* some of its months still need payment */
	size_t seen;      /* transactions that paid it, the cancelled ones too */
	bool has_payment; /* of the first transaction that was not cancelled */
	struct bank_txn payment;
	bool paid_twice;  /* another one came too: it is kept as an advance */
	bool months_paid; /* the status has all its months as paid */
	bool *month_paid; /* and each of them, in the order of invoice.months; in cx->arena */
};

/* As of now. Errors: NOT_FOUND, CALC_TOO_MANY, LAW_*, DB_*. */
ST invoice_look(struct call *call, struct invoice_no no, struct invoice_look *out);

/* An invoice that somebody waits for. */
struct invoice_watch {
	struct invoice_no no;
	int64_t seen; /* transactions that paid it: as was known, then as is */
	bool has_news;
	enum invoice_state state; /* if so: never INVOICE_OPEN */
};

/*
 * Which of them were paid since. One question for many, then one for each that moved, of which at
 * most some are answered now; the next call finds the others. Errors: those of invoice_look().
 */
ST invoice_watch(struct call *call, struct invoice_watch *all, size_t count);

/* The text of its QR code on a rail. The rail works. Errors: those of the rail. */
ST invoice_qr(struct call *call, enum qr_rail_kind rail, const struct qr_settings *settings,
	const struct invoice *invoice, struct str *out);

#endif
