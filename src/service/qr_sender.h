/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes what waits in the outbox for a bank that issues QR codes, asks the bank, stores what came.
 * A row is taken before anything is sent and comes back by itself when nobody finishes it, so that
 * a sender may die at any moment: the code is asked for again. A bank that fails is left alone for
 * longer and longer; what has waited for LIMIT_QR_WAIT_SECONDS is given up, since nobody looks at
 * the page any more.
 */
#ifndef SERVICE_QR_SENDER_H
#define SERVICE_QR_SENDER_H

#include "gateway/qr_bank.h"
#include "gateway/qr_rail.h"
#include "service/call.h"

struct qr_sender {
	enum qr_rail_kind rail;
	struct qr_bank *bank; /* NULL: none is set up; rows are only given up */
	/* Set by qr_sender_round(); zero at the start. */
	bool started;
	int failures; /* rounds in a row */
	struct instant rests_until;
};

struct qr_sent {
	size_t issued, failed, given_up;
	bool more; /* there may be further rows that are due */
};

/*
 * One round: at most LIMIT_PEER_CALLS codes. What a bank does wrong is no error: it is counted and
 * logged. Errors: DB_*.
 */
ST qr_sender_round(struct call *call, struct qr_sender *s, struct qr_sent *out);

#endif
