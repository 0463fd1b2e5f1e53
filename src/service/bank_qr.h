/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The QR code of an invoice that a bank issues: asked for here, issued by qr_sender.h, shown until
 * it ends. It tells how to pay; that somebody paid, only invoice_look() tells.
 */
#ifndef SERVICE_BANK_QR_H
#define SERVICE_BANK_QR_H

#include "gateway/qr_rail.h"
#include "service/call.h"
#include "store/qr_code.h"

enum bank_qr_state {
	BANK_QR_NONE,    /* nobody has asked for one */
	BANK_QR_WAITING, /* the bank is being asked */
	BANK_QR_READY,
	BANK_QR_TAKEN,  /* the bank says that it was paid; its own call is not here yet */
	BANK_QR_OVER,   /* the bank takes it no more */
	BANK_QR_FAILED, /* the bank did not issue it in time, or refused */
};

/* "none", "waiting", "ready", "taken", "over", "failed". */
const char *bank_qr_state_code(enum bank_qr_state s);

struct bank_qr {
	enum bank_qr_state state;
	bool rests;          /* the bank fails just now: no code can be had */
	struct qr_code code; /* when it is ready, taken or over */
};

/* The latest code. `rail` is one that a bank issues. Errors: DB_*. */
ST bank_qr_look(
	struct call *call, struct invoice_no no, enum qr_rail_kind rail, struct bank_qr *out);

/*
 * A unit of group_run(): asks for a code, unless one is ready, taken or waited for, or the bank
 * rests: the same press twice is one code. `*is_new` tells. Errors: OVERLOADED (LIMIT_QR_QUEUE wait
 * already), RATE_LIMIT (LIMIT_QR_ATTEMPTS), DB_*.
 */
ST bank_qr_ask(struct call *call, struct invoice_no no, enum qr_rail_kind rail, bool *is_new);

#endif
