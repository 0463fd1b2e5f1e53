/* SPDX-License-Identifier: Apache-2.0 */
#include "service/qr_watch.h"

#include "base/log.h"
#include "limits.h"
#include "store/invoice.h"
#include "store/qr_code.h"

enum {
	LOOK_SECONDS = 5,   /* the bank's own interval */
	LATE_SECONDS = 120, /* who scanned in time may confirm so much later */
	UNCONFIRMED_SECONDS = 600,
};

struct watched {
	struct outbox_row row;
	struct qr_code code;
	struct str lane, rail;
	bool confirmed; /* the invoice is paid, by whatever */
};

static struct instant in_seconds(const struct ctx *cx, int64_t seconds)
{
	struct instant at = cx->clock->now(cx->clock);

	at.us += seconds * 1000000;
	return at;
}

ST qr_watch_begin(
	struct ctx *cx, struct db *db, enum qr_rail_kind rail, const struct outbox_row *row)
{
	const char *lane = qr_rails[rail].watch;

	return lane ? outbox_add(cx, db, str_of(lane), row, LOOK_SECONDS) : OK;
}

static ST read_one(struct call *call, struct watched *w)
{
	struct invoice_no no = {w->row.subject};
	struct bank_txn *paid;
	size_t count;

	TRY(qr_code_find(call->cx, call->db, no, w->rail, &w->code));
	TRY(invoice_payments(call->cx, call->db, no, &paid, &count));
	for (size_t i = 0; i < count; i++)
		w->confirmed = w->confirmed || !paid[i].cancelled;
	return OK;
}

/* Nobody waits for it any more, or it is known how it ended. */
static bool is_over(const struct ctx *cx, const struct watched *w)
{
	if (w->confirmed || !w->code.issued || w->code.attempt != w->row.part)
		return true;
	switch (w->code.seen) {
	case QR_SEEN_TAKEN:
		return w->code.seen_at.us <= in_seconds(cx, -UNCONFIRMED_SECONDS).us;
	case QR_SEEN_DEAD:
		return true;
	case QR_SEEN_NOTHING:
		break;
	}
	return w->code.expires_at.us <= in_seconds(cx, -LATE_SECONDS).us;
}

static ST remove_row(struct ctx *cx, struct db *db, void *arg)
{
	const struct watched *w = arg;
	bool removed;

	return outbox_remove(cx, db, w->lane, &w->row, &removed);
}

static ST note_row(struct ctx *cx, struct db *db, void *arg)
{
	const struct watched *w = arg;

	if (w->code.seen != QR_SEEN_NOTHING)
		TRY(qr_code_see(cx, db, (struct invoice_no){w->row.subject}, w->rail, &w->code));
	return outbox_delay(cx, db, w->lane, &w->row, in_seconds(cx, LOOK_SECONDS));
}

static ST end_one(struct call *call, struct watched *w)
{
	if (w->code.seen == QR_SEEN_TAKEN && !w->confirmed)
		log_event(call->cx, LOG_UNUSUAL, "qr.unconfirmed", "rail=%.*s ref=%.*s",
			STR(w->rail), STR(w->code.ref));
	return tx_run(call->cx, call->db, TX_WRITE, remove_row, w);
}

static ST ask_all(struct call *call, struct qr_bank *bank, struct watched **open, size_t count)
{
	struct qr_glance glances[LIMIT_PEER_CALLS];

	/* Whoever cannot ask leaves the row to who can. */
	if (!bank)
		return OK;
	for (size_t i = 0; i < count; i++)
		glances[i] = (struct qr_glance){.ref = open[i]->code.ref};
	qr_bank_watch(call->cx, bank, glances, count);
	for (size_t i = 0; i < count; i++) {
		if (glances[i].taken)
			open[i]->code.seen = QR_SEEN_TAKEN;
		else if (glances[i].dead)
			open[i]->code.seen = QR_SEEN_DEAD;
		TRY(tx_run(call->cx, call->db, TX_WRITE, note_row, open[i]));
	}
	return OK;
}

ST qr_watch_round(struct call *call, const struct qr_sender *s)
{
	const struct qr_rail *rail = &qr_rails[s->rail];
	struct outbox_row rows[LIMIT_PEER_CALLS];
	struct watched *open[LIMIT_PEER_CALLS];
	size_t count, open_count = 0;

	if (!rail->watch || in_seconds(call->cx, 0).us < s->rests_until.us)
		return OK;
	TRY(outbox_due(call->cx, call->db, str_of(rail->watch), LIMIT_PEER_CALLS, rows, &count));
	for (size_t i = 0; i < count; i++) {
		struct watched *w = ARENA_NEW(call->cx->arena, struct watched);

		*w = (struct watched){
			.row = rows[i], .lane = str_of(rail->watch), .rail = str_of(rail->code)};
		TRY(read_one(call, w));
		if (is_over(call->cx, w))
			TRY(end_one(call, w));
		else
			open[open_count++] = w;
	}
	return ask_all(call, s->bank, open, open_count);
}
