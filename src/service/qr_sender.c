/* SPDX-License-Identifier: Apache-2.0 */
#include "service/qr_sender.h"

#include "base/check.h"
#include "base/log.h"
#include "limits.h"
#include "service/qr_watch.h"
#include "store/invoice.h"
#include "store/outbox.h"
#include "store/qr_code.h"

enum {
	BACK_SECONDS = 20, /* longer than a round of conversations can last */
	DELAY_SECONDS_MAX = 16,
	REFUSALS_MAX = 3,
	FAILURES_ALLOWED = 2, /* one may be a connection that broke */
	REST_SECONDS_FIRST = 2,
	REST_SECONDS_MAX = 60,
};

struct batch {
	struct qr_sender *s;
	struct str lane, rail;
	struct outbox_row rows[LIMIT_PEER_CALLS];
	struct qr_wish wishes[LIMIT_PEER_CALLS];
	size_t count;
	/* What was due, before any of it was taken. */
	const struct outbox_row *due;
	size_t due_count;
};

static struct instant in_seconds(const struct ctx *cx, int64_t seconds)
{
	struct instant at = cx->clock->now(cx->clock);

	at.us += seconds * 1000000;
	return at;
}

static bool is_too_old(const struct ctx *cx, const struct outbox_row *row)
{
	return row->made_at.us <= in_seconds(cx, -LIMIT_QR_WAIT_SECONDS).us;
}

/* ---- Giving up --------------------------------------------------------------------------------
 */

static ST drop_old(struct ctx *cx, struct db *db, void *arg)
{
	struct batch *b = arg;
	bool removed;

	b->count = 0;
	for (size_t i = 0; i < b->due_count; i++) {
		if (!is_too_old(cx, &b->due[i]))
			continue;
		TRY(outbox_remove(cx, db, b->lane, &b->due[i], &removed));
		b->count += removed;
	}
	return OK;
}

/* ---- Taking -----------------------------------------------------------------------------------
 */

/* Whoever asked may have paid otherwise by now. */
static ST read_invoice(struct ctx *cx, struct db *db, const struct outbox_row *row,
	struct qr_wish *out, bool *open)
{
	struct invoice_no no = {row->subject};
	struct bank_txn *paid;
	struct invoice in;
	size_t count;

	TRY(invoice_find(cx, db, no, &in, open));
	if (!*open)
		return OK;
	TRY(invoice_payments(cx, db, no, &paid, &count));
	*open = in.expires_at.us > in_seconds(cx, 0).us;
	for (size_t i = 0; i < count; i++)
		*open = *open && paid[i].cancelled;
	*out = (struct qr_wish){.no = no, .sum = in.total};
	return OK;
}

static ST take(struct ctx *cx, struct db *db, void *arg)
{
	struct batch *b = arg;
	int64_t order;
	bool taken, open;

	b->count = 0;
	TRY(qr_bank_number(cx, db, b->rail, (int64_t)b->due_count, &order));
	for (size_t i = 0; i < b->due_count; i++) {
		struct outbox_row *row = &b->rows[b->count];

		*row = b->due[i];
		if (is_too_old(cx, row))
			continue;
		TRY(outbox_take(cx, db, b->lane, row, in_seconds(cx, BACK_SECONDS), &taken));
		if (!taken)
			continue;
		TRY(read_invoice(cx, db, row, &b->wishes[b->count], &open));
		if (!open) {
			TRY(outbox_remove(cx, db, b->lane, row, &taken));
			continue;
		}
		b->wishes[b->count++].order = order + (int64_t)i;
	}
	return OK;
}

/* ---- Finishing --------------------------------------------------------------------------------
 */

struct finish {
	const struct batch *b;
	const struct outbox_row *row;
	const struct qr_wish *wish;
	bool gave_up;
};

static ST store_issued(struct ctx *cx, struct db *db, const struct finish *f)
{
	const struct qr_issued *got = &f->wish->issued;
	const struct qr_code code = {.attempt = f->row->part,
		.text = got->text,
		.link = got->link,
		.ref = got->ref,
		.issued_at = in_seconds(cx, 0),
		.expires_at = got->expires_at};
	bool removed;

	TRY(outbox_remove(cx, db, f->b->lane, f->row, &removed));
	/* Another one has it: we were slower than BACK_SECONDS. */
	if (!removed)
		return OK;
	TRY(qr_code_add(cx, db, f->wish->no, f->b->rail, &code));
	return qr_watch_begin(cx, db, f->b->s->rail, f->row);
}

static ST finish(struct ctx *cx, struct db *db, void *arg)
{
	struct finish *f = arg;
	int64_t delay = f->row->tries > 4 ? DELAY_SECONDS_MAX : 1 << (f->row->tries - 1);
	bool refused = f->wish->err.code == ERR_QR_REFUSED && f->row->tries >= REFUSALS_MAX;
	struct instant last = f->row->made_at, again = in_seconds(cx, delay);
	bool removed;

	f->gave_up = false;
	if (f->wish->st == OK)
		return store_issued(cx, db, f);
	last.us += LIMIT_QR_WAIT_SECONDS * 1000000LL;
	if (!refused && again.us < last.us)
		return outbox_delay(cx, db, f->b->lane, f->row, again);
	f->gave_up = true;
	return outbox_remove(cx, db, f->b->lane, f->row, &removed);
}

static ST finish_all(struct call *call, const struct batch *b, struct qr_sent *out)
{
	for (size_t i = 0; i < b->count; i++) {
		struct finish f = {.b = b, .row = &b->rows[i], .wish = &b->wishes[i]};

		if (f.wish->st == OK)
			out->issued++;
		else
			out->failed++;
		TRY(tx_run(call->cx, call->db, TX_WRITE, finish, &f));
		out->given_up += f.gave_up;
	}
	return OK;
}

/* ---- How it goes with the bank ----------------------------------------------------------------
 */

static ST write_rest(struct ctx *cx, struct db *db, void *arg)
{
	const struct batch *b = arg;

	return qr_bank_set_rest(cx, db, b->rail, b->s->rests_until);
}

static ST set_rest(struct call *call, struct batch *b, struct instant until)
{
	b->s->rests_until = until;
	return tx_run(call->cx, call->db, TX_WRITE, write_rest, b);
}

static int64_t rest_seconds(int failures)
{
	int64_t s = REST_SECONDS_FIRST;

	for (int i = FAILURES_ALLOWED; i < failures && s < REST_SECONDS_MAX; i++)
		s *= 2;
	return s < REST_SECONDS_MAX ? s : REST_SECONDS_MAX;
}

static void log_failure(struct call *call, const struct batch *b)
{
	for (size_t i = 0; i < b->count; i++) {
		const struct err_slot *e = &b->wishes[i].err;

		if (b->wishes[i].st == OK)
			continue;
		log_event(call->cx, LOG_UNUSUAL, "qr.failed",
			"rail=%.*s code=%s detail=\"%s\" failures=%d", STR(b->rail),
			err_info(e->code)->name, e->detail, b->s->failures);
		return;
	}
}

static ST note_health(struct call *call, struct batch *b, const struct qr_sent *sent)
{
	b->s->failures = b->s->bank->proven ? 0 : b->s->failures + 1;
	if (sent->failed)
		log_failure(call, b);
	if (b->s->failures >= FAILURES_ALLOWED)
		return set_rest(call, b, in_seconds(call->cx, rest_seconds(b->s->failures)));
	if (b->s->failures == 0 && b->s->rests_until.us != 0)
		return set_rest(call, b, (struct instant){0});
	return OK;
}

/* A rest that was not over when the last sender ended. */
static ST start(struct call *call, struct batch *b)
{
	if (b->s->started)
		return OK;
	TRY(qr_bank_rest(call->cx, call->db, b->rail, &b->s->rests_until));
	b->s->started = true;
	return OK;
}

ST qr_sender_round(struct call *call, struct qr_sender *s, struct qr_sent *out)
{
	struct outbox_row *due =
		arena_array(call->cx->arena, LIMIT_PEER_CALLS, sizeof(struct outbox_row));
	struct batch *b = ARENA_NEW(call->cx->arena, struct batch);

	*out = (struct qr_sent){0};
	*b = (struct batch){.s = s,
		.lane = str_of(qr_rails[s->rail].lane),
		.rail = str_of(qr_rails[s->rail].code),
		.due = due};
	TRY(start(call, b));
	TRY(outbox_due(call->cx, call->db, b->lane, LIMIT_PEER_CALLS, due, &b->due_count));
	out->more = b->due_count == LIMIT_PEER_CALLS;
	for (size_t i = 0; i < b->due_count && !b->count; i++)
		b->count += is_too_old(call->cx, &due[i]);
	if (b->count)
		TRY(tx_run(call->cx, call->db, TX_WRITE, drop_old, b));
	out->given_up = b->count;
	if (!s->bank || b->due_count == out->given_up ||
		in_seconds(call->cx, 0).us < s->rests_until.us) {
		out->more = out->more && out->given_up;
		return OK;
	}
	TRY(tx_run(call->cx, call->db, TX_WRITE, take, b));
	if (b->count == 0)
		return OK;
	qr_bank_issue(call->cx, s->bank, b->wishes, b->count);
	TRY(finish_all(call, b, out));
	return note_health(call, b, out);
}
