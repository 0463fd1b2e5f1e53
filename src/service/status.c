/* SPDX-License-Identifier: Apache-2.0 */
#include "service/status.h"

#include <stdlib.h>

#include "base/check.h"
#include "service/person_map.h"
#include "store/bank.h"
#include "store/people.h"
#include "store/refund_reason.h"

enum { MAP_BYTES = 1 << 17 };

static void put_base32(const uint64_t bits[2], char out[STATUS_NUMBER_CHARS + 1])
{
	/* Without I, L, O and U: it is read aloud on the phone. */
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	unsigned __int128 v = (unsigned __int128)bits[0] << 64 | bits[1];

	for (int i = STATUS_NUMBER_CHARS - 1; i >= 0; i--) {
		out[i] = digits[(unsigned)v & 31];
		v >>= 5;
	}
	out[STATUS_NUMBER_CHARS] = '\0';
}

void status_number(struct call *call, const struct status_question *q, const struct sha256 *law,
	struct str map, char out[STATUS_NUMBER_CHARS + 1])
{
	static const unsigned char none[16] = {0};
	const unsigned char *key = call->db ? db_secret(call->db) : none;
	struct buf b = buf_new(call->cx->arena, MAP_BYTES + 256);
	uint64_t bits[2];

	/* The first byte parts the two halves, and both from the person keys of the same secret. */
	buf_z(&b, "\001status");
	buf_str(&b, iin_digits(&q->iin));
	buf_i64(&b, day_number(q->on));
	buf_i64(&b, day_number(q->known));
	buf_put(&b, law->bytes, sizeof(law->bytes));
	buf_str(&b, map);
	bits[0] = digest_siphash(key, b.p, b.n);
	b.p[0] = '\002';
	bits[1] = digest_siphash(key, b.p, b.n);
	put_base32(bits, out);
}

enum st status_fill_days(struct call *call, struct status_question *q)
{
	struct day today = day_in_astana(call->cx->clock->now(call->cx->clock));

	if (!q->has_on)
		q->on = today;
	if (!q->has_known)
		q->known = today;
	/* Months are kept from 2017 on; an answer shows two years around the day. */
	if (day_cmp(q->on, month_first(MONTHSET_FIRST)) < 0 ||
		day_cmp(q->on, month_first(month_add(MONTHSET_LAST, -24))) >= 0)
		return fail_in(call->cx, 0, "on", DAY_RANGE, "%s", "");
	if (day_cmp(q->known, DAY_MIN) < 0 || day_cmp(q->known, DAY_MAX) > 0)
		return fail_in(call->cx, 0, "known", DAY_RANGE, "%s", "");
	return OK;
}

/* What is kept is known as it is now, not as it was. */
static ST find_advance(struct call *call, const struct person_map *person, struct day known,
	struct status_answer *out)
{
	struct day today = day_in_astana(call->cx->clock->now(call->cx->clock));

	if (!person->found || !person->row.keeps || known.n != today.n)
		return OK;
	TRY(bank_advance(call->cx, call->db, person->row.person, &out->advance));
	if (!money_is_zero(out->advance))
		step_add(&out->coverage.steps, (struct step){.rule = "advance",
						       .msg = MSG_status_advance,
						       .args = {arg_money("sum", out->advance)},
						       .arg_count = 1});
	return OK;
}

enum st status_find(
	struct call *call, const struct status_question *question, struct status_answer *out)
{
	struct status_question q = *question;
	struct person_map *person = ARENA_NEW(call->cx->arena, struct person_map);

	*out = (struct status_answer){.law_digest = lawbook_digest(call->book)};
	TRY(status_fill_days(call, &q));
	TRY(person_map_find(call, &q.iin, q.known, person));
	TRY(coverage_answer(call->cx, call->book, &person->map, q.on, q.known, &out->coverage));
	TRY(find_advance(call, person, q.known, out));
	if (call->db)
		TRY(intake_latest(call->cx, call->db, &out->as_of, &out->has_as_of));
	status_number(call, &q, &out->law_digest, person->bytes, out->answer_no);
	return OK;
}

/* What refunds have left of a payment by the day `known`. */
static struct money left_of(
	const struct facts *facts, const struct payment_fact *p, struct day known)
{
	struct money left = p->sum;

	for (size_t i = 0; i < facts->refund_count; i++) {
		const struct refund_fact *r = &facts->refunds[i];

		if (r->doc == p->doc && r->line == p->line && r->knp == p->knp &&
			month_cmp(r->month, p->month) == 0 && day_cmp(r->known_since, known) <= 0)
			must(money_sub(left, r->sum, &left));
	}
	return left;
}

static int by_day(const void *a, const void *b)
{
	const struct status_payment *x = a, *y = b;
	int d = day_cmp(x->paid_on, y->paid_on);

	return d ? d : (int)x->knp - (int)y->knp;
}

/* The facts of whom the question is about; `*found` false for a number that nobody knows. */
static ST load_facts(struct call *call, struct status_question *q, struct facts *facts,
	int64_t *person, bool *found)
{
	enum coverage_state state;
	struct coverage_row row;

	*found = false;
	if (!call->db)
		return OK;
	TRY(status_fill_days(call, q));
	TRY(coverage_row_read(call->cx, call->db, &q->iin, &state, &row));
	*found = state != COVERAGE_UNKNOWN;
	if (!*found)
		return OK;
	*person = row.person;
	return facts_load(call->cx, call->db, row.person, facts);
}

enum st status_payments(struct call *call, const struct status_question *question,
	struct month month, struct status_payment **out, size_t *count)
{
	struct status_question q = *question;
	struct facts facts = {0};
	int64_t person;
	bool found;

	*out = NULL;
	*count = 0;
	TRY(load_facts(call, &q, &facts, &person, &found));
	if (!found)
		return OK;
	*out = arena_array(call->cx->arena, facts.payment_count, sizeof(**out));
	for (size_t i = 0; i < facts.payment_count; i++) {
		const struct payment_fact *p = &facts.payments[i];
		struct money left = left_of(&facts, p, q.known);

		if (month_cmp(p->month, month) == 0 && day_cmp(p->known_since, q.known) <= 0 &&
			money_cmp(left, MONEY_ZERO) > 0)
			(*out)[(*count)++] =
				(struct status_payment){p->paid_on, p->payer_kind, p->knp, left};
	}
	if (*count)
		qsort(*out, *count, sizeof(**out), by_day);
	return OK;
}

static int by_return_day(const void *a, const void *b)
{
	const struct status_return *x = a, *y = b;
	int d = day_cmp(x->on, y->on);

	return d ? d : (int)x->knp - (int)y->knp;
}

/* The words that came with a return of this day and sum; each is used for one of them. */
static struct str take_reason(
	struct refund_reason *reasons, size_t count, const struct refund_fact *r)
{
	struct str text;

	for (size_t i = 0; i < count; i++) {
		if (!reasons[i].text.n || day_cmp(reasons[i].on, r->known_since) != 0 ||
			money_cmp(reasons[i].sum, r->sum) != 0)
			continue;
		text = reasons[i].text;
		reasons[i].text.n = 0;
		return text;
	}
	return (struct str){0};
}

enum st status_returns(struct call *call, const struct status_question *question,
	struct month month, struct status_return **out, size_t *count)
{
	struct status_question q = *question;
	struct refund_reason *reasons;
	struct facts facts = {0};
	size_t reason_count;
	int64_t person;
	bool found;

	*out = NULL;
	*count = 0;
	TRY(load_facts(call, &q, &facts, &person, &found));
	if (!found || facts.refund_count == 0)
		return OK;
	TRY(refund_reasons(call->cx, call->db, person, month, &reasons, &reason_count));
	*out = arena_array(call->cx->arena, facts.refund_count, sizeof(**out));
	for (size_t i = 0; i < facts.refund_count; i++) {
		const struct refund_fact *r = &facts.refunds[i];

		if (month_cmp(r->month, month) != 0 || day_cmp(r->known_since, q.known) > 0)
			continue;
		(*out)[(*count)++] = (struct status_return){
			r->known_since, r->knp, r->sum, take_reason(reasons, reason_count, r)};
	}
	if (*count)
		qsort(*out, *count, sizeof(**out), by_return_day);
	return OK;
}
