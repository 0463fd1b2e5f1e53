/* SPDX-License-Identifier: Apache-2.0 */
#include "service/bank_qr.h"

#include "base/check.h"
#include "limits.h"
#include "store/outbox.h"

enum { SECOND_US = 1000000, HOUR_SECONDS = 3600 };

const char *bank_qr_state_code(enum bank_qr_state s)
{
	switch (s) {
	case BANK_QR_NONE:
		return "none";
	case BANK_QR_WAITING:
		return "waiting";
	case BANK_QR_READY:
		return "ready";
	case BANK_QR_TAKEN:
		return "taken";
	case BANK_QR_OVER:
		return "over";
	case BANK_QR_FAILED:
		return "failed";
	}
	must(!"a state of a code");
}

/* Without its row in the outbox nobody asks the bank any more. */
static ST wait_of(struct call *call, struct invoice_no no, enum qr_rail_kind rail,
	const struct qr_code *code, enum bank_qr_state *out)
{
	struct instant now = call->cx->clock->now(call->cx->clock);
	bool waits = false;

	if (now.us < code->asked_at.us + (int64_t)LIMIT_QR_WAIT_SECONDS * SECOND_US)
		TRY(outbox_has(call->cx, call->db, str_of(qr_rails[rail].lane), no.n, code->attempt,
			&waits));
	*out = waits ? BANK_QR_WAITING : BANK_QR_FAILED;
	return OK;
}

static enum bank_qr_state state_of(const struct qr_code *code, struct instant now)
{
	switch (code->seen) {
	case QR_SEEN_TAKEN:
		return BANK_QR_TAKEN;
	case QR_SEEN_DEAD:
		return BANK_QR_OVER;
	case QR_SEEN_NOTHING:
		break;
	}
	return now.us < code->expires_at.us ? BANK_QR_READY : BANK_QR_OVER;
}

ST bank_qr_look(
	struct call *call, struct invoice_no no, enum qr_rail_kind rail, struct bank_qr *out)
{
	struct instant now = call->cx->clock->now(call->cx->clock), until;
	struct str code = str_of(qr_rails[rail].code);

	must(qr_rails[rail].lane);
	*out = (struct bank_qr){.state = BANK_QR_NONE};
	TRY(qr_bank_rest(call->cx, call->db, code, &until));
	out->rests = now.us < until.us;
	TRY(qr_code_find(call->cx, call->db, no, code, &out->code));
	if (out->code.attempt == 0)
		return OK;
	if (!out->code.issued)
		return wait_of(call, no, rail, &out->code, &out->state);
	out->state = state_of(&out->code, now);
	return OK;
}

ST bank_qr_ask(struct call *call, struct invoice_no no, enum qr_rail_kind rail, bool *is_new)
{
	const struct qr_rail *r = &qr_rails[rail];
	struct bank_qr have;
	int64_t attempt;
	size_t waiting;

	*is_new = false;
	TRY(bank_qr_look(call, no, rail, &have));
	if (have.rests || have.state == BANK_QR_WAITING || have.state == BANK_QR_READY ||
		have.state == BANK_QR_TAKEN)
		return OK;
	attempt = have.code.attempt + 1;
	if (attempt > LIMIT_QR_ATTEMPTS)
		return fail_in(call->cx, HOUR_SECONDS, "", RATE_LIMIT, "%s", "codes of an invoice");
	TRY(outbox_count(call->cx, call->db, str_of(r->lane), LIMIT_QR_QUEUE, &waiting));
	if (waiting >= LIMIT_QR_QUEUE)
		return fail(call->cx, OVERLOADED, "%s", r->lane);
	TRY(qr_code_add_ask(call->cx, call->db, no, str_of(r->code), attempt));
	TRY(outbox_add(call->cx, call->db, str_of(r->lane),
		&(struct outbox_row){.subject = no.n, .part = attempt}, 0));
	*is_new = true;
	return OK;
}
