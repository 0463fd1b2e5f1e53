/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is to be sent to others. Whoever decides that something is to be sent adds a row in the same
 * transaction; `saqta work` takes it, sends, and removes it when the answer is stored. A row that
 * was taken comes back by itself after a while: a sender that died loses nothing.
 *
 * Errors of all: DB_*.
 */
#ifndef STORE_OUTBOX_H
#define STORE_OUTBOX_H

#include "store/db.h"

struct outbox_row {
	int64_t subject, part;
	struct instant made_at;
	int tries; /* with that of outbox_take() */
};

/* Due in so many seconds; a row that is there already stays as it is. Inside tx_run(TX_WRITE). */
ST outbox_add(struct ctx *cx, struct db *db, struct str lane, const struct outbox_row *row,
	int64_t seconds);
/* How many rows a lane has, counted up to `max`. */
ST outbox_count(struct ctx *cx, struct db *db, struct str lane, size_t max, size_t *out);
ST outbox_has(
	struct ctx *cx, struct db *db, struct str lane, int64_t subject, int64_t part, bool *out);
/* At most `max` rows that are due, those that are due longest first. */
ST outbox_due(struct ctx *cx, struct db *db, struct str lane, size_t max, struct outbox_row *out,
	size_t *count);

/*
 * These three are inside tx_run(TX_WRITE). Each does nothing, and says so, when the row is gone or
 * was taken by another since it was read: what `row->tries` tells.
 */
/* Nobody else gets it before `back_at`; counts the try. */
ST outbox_take(struct ctx *cx, struct db *db, struct str lane, struct outbox_row *row,
	struct instant back_at, bool *taken);
/* It is to be tried again then. */
ST outbox_delay(struct ctx *cx, struct db *db, struct str lane, const struct outbox_row *row,
	struct instant due_at);
/* It is done, or given up. */
ST outbox_remove(struct ctx *cx, struct db *db, struct str lane, const struct outbox_row *row,
	bool *removed);

#endif
