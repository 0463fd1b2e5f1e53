/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks banks how it goes with the codes that they issued, for those who wait: a bank that says that
 * somebody paid is believed so far that the page tells them not to pay again. It takes no payment:
 * the bank's own call, or its register, does. Where neither has come ten minutes later the log says
 * so, with the bank's number.
 */
#ifndef SERVICE_QR_WATCH_H
#define SERVICE_QR_WATCH_H

#include "service/qr_sender.h"
#include "store/outbox.h"

/* The code that `row` of the outbox asked for was issued. Inside tx_run(TX_WRITE). Errors: DB_*. */
ST qr_watch_begin(
	struct ctx *cx, struct db *db, enum qr_rail_kind rail, const struct outbox_row *row);

/*
 * One round: at most LIMIT_PEER_CALLS codes; nothing for a bank that rests or cannot be asked.
 * Without a bank only what is over goes. Errors: DB_*.
 */
ST qr_watch_round(struct call *call, const struct qr_sender *s);

#endif
