/* SPDX-License-Identifier: Apache-2.0 */
#include "service/invoice.h"

#include "base/check.h"
#include "limits.h"
#include "service/pay_group.h"
#include "service/person_map.h"
#include "store/people.h"
#include "text/say.h"

enum {
	TRIES = 64,
	NEWS_AT_ONCE = 64, /* looks at whole invoices share one arena */
};

static struct instant now_of(const struct call *call)
{
	return call->cx->clock->now(call->cx->clock);
}

static ST payable(
	struct call *call, const struct person_map *m, struct day today, struct allocation *out)
{
	*out = (struct allocation){.left = MONEY_ZERO};
	if (!m->found)
		return OK;
	return allocate_payable(call->cx, call->book, &m->map, today,
		allocate_ahead_max(call->book, &m->map, today), out);
}

ST invoice_offer(struct call *call, const struct iin *iin, struct allocation *out)
{
	struct person_map *m = ARENA_NEW(call->cx->arena, struct person_map);
	struct day today = day_in_astana(now_of(call));

	TRY(person_map_find(call, iin, today, m));
	return payable(call, m, today, out);
}

ST invoice_suggest(struct call *call, const struct iin *iin, struct month **months, size_t *count)
{
	struct ctx *cx = call->cx;
	struct person_map *m = ARENA_NEW(cx->arena, struct person_map);
	struct day today = day_in_astana(now_of(call));
	struct coverage_answer a;

	*months = NULL;
	*count = 0;
	TRY(person_map_find(call, iin, today, m));
	if (!m->found)
		return OK;
	TRY(coverage_answer(cx, call->book, &m->map, today, today, &a));
	for (size_t i = 0; i < a.option_count; i++)
		if (a.options[i].kind == OPTION_ARREARS) {
			*months = a.options[i].months;
			*count = a.options[i].month_count;
		}
	return OK;
}

static const struct allocation_part *part_of(const struct allocation *offer, struct month m)
{
	for (size_t i = 0; i < offer->part_count; i++)
		if (month_cmp(offer->parts[i].month, m) == 0)
			return &offer->parts[i];
	return NULL;
}

/* ---- Making ---------------------------------------------------------------------------------- */

/*
 * The number of attempt `n`: keyed, so that nobody can tell from a number whose it is, or which one
 * comes next.
 */
static struct invoice_no number_of(struct call *call, const struct invoice *in, unsigned attempt)
{
	struct buf b = buf_new(call->cx->arena, 64 + LIMIT_INVOICE_MONTHS * 64);

	/* The first byte parts these from the other hashes under the same secret. */
	buf_z(&b, "\003invoice");
	buf_i64(&b, in->person);
	buf_fmt(&b, ",%u,%lld", attempt, (long long)day_number(day_in_astana(in->made_at)));
	for (size_t i = 0; i < in->month_count; i++)
		buf_fmt(&b, ";%lld,%d,%lld", (long long)month_to_number(in->months[i].month),
			(int)in->months[i].kind, (long long)money_to_tiyn(in->months[i].sum));
	must(!b.over);
	return invoice_no_of(digest_siphash(db_secret(call->db), b.p, b.n));
}

static bool same_months(const struct invoice *a, const struct invoice *b)
{
	if (a->person != b->person || a->month_count != b->month_count)
		return false;
	for (size_t i = 0; i < a->month_count; i++)
		if (a->months[i].month.n != b->months[i].month.n ||
			a->months[i].kind != b->months[i].kind ||
			money_cmp(a->months[i].sum, b->months[i].sum) != 0)
			return false;
	return true;
}

static ST payment_of(struct call *call, struct invoice_look *out)
{
	struct bank_txn *paid;
	size_t count;

	TRY(invoice_payments(call->cx, call->db, out->invoice.no, &paid, &count));
	out->seen = count;
	for (size_t i = 0; i < count; i++) {
		if (paid[i].cancelled)
			continue;
		out->paid_twice = out->has_payment;
		if (!out->has_payment)
			out->payment = paid[i];
		out->has_payment = true;
	}
	/* Of what was kept, months that fell due since may have been paid. */
	if (out->has_payment && !money_is_zero(out->payment.advance))
		TRY(advance_of(call->cx, call->db, out->payment.person, out->payment.txn,
			&out->payment.advance));
	return OK;
}

/* Is the invoice that has this number already the one that is asked for, and can it be paid? */
static ST usable(struct call *call, const struct invoice *in, bool *out)
{
	struct invoice_look look = {.has_payment = false};
	bool found;

	TRY(invoice_find(call->cx, call->db, in->no, &look.invoice, &found));
	*out = false;
	if (!found || !same_months(in, &look.invoice) ||
		look.invoice.expires_at.us <= in->made_at.us)
		return OK;
	TRY(payment_of(call, &look));
	*out = !look.has_payment;
	return OK;
}

static ST write(struct call *call, struct invoice *in)
{
	bool is_new, can_use;

	for (unsigned i = 0; i < TRIES; i++) {
		in->no = number_of(call, in, i);
		TRY(invoice_add(call->cx, call->db, in, &is_new));
		if (is_new)
			return OK;
		TRY(usable(call, in, &can_use));
		if (can_use)
			return OK;
	}
	return fail(call->cx, CALC_TOO_MANY, "%s", "invoices of one day");
}

static bool named(const struct invoice_wish *wish, struct month m)
{
	for (size_t i = 0; i < wish->count; i++)
		if (month_cmp(wish->months[i], m) == 0)
			return true;
	return false;
}

/* In the order of the offer, which is that of the months. */
static ST fill_months(struct ctx *cx, const struct allocation *offer,
	const struct invoice_wish *wish, struct invoice_draft *out)
{
	if (wish->count == 0)
		return fail_in(cx, 0, "m", VALUE_MISSING, "%s", "");
	for (size_t i = 0; i < wish->count; i++)
		if (!part_of(offer, wish->months[i]))
			return fail_in(cx, 0, "m", MONTH_RANGE, "%s", "");
	out->months = arena_array(cx->arena, offer->part_count, sizeof(*out->months));
	for (size_t i = 0; i < offer->part_count; i++) {
		const struct allocation_part *p = &offer->parts[i];

		if (!named(wish, p->month))
			continue;
		if (out->count == LIMIT_INVOICE_MONTHS ||
			!money_add(out->total, p->sum, &out->total))
			return fail_in(cx, 0, "m", CALC_TOO_MANY, "%zu", wish->count);
		out->months[out->count++] = (struct invoice_month){p->month, p->kind, p->sum};
	}
	return OK;
}

/* The first day from which these months make the answer yes: today, or that of the next month. */
static void find_effect(struct call *call, const struct coverage_map *map, struct day today,
	struct invoice_draft *out)
{
	struct coverage_hot who = map->hot;
	struct day next = month_first(month_add(day_month(today), 1));
	const struct day days[] = {today, next};

	for (int i = 0; i < 2; i++) {
		struct coverage_day day = coverage_day_of(call->book, days[i]);

		if (coverage_decide(&day, &who).insured)
			return;
	}
	for (size_t i = 0; i < out->count; i++) {
		monthset_add(&who.paid, out->months[i].month);
		if (out->months[i].kind == PAYER_INDEPENDENT)
			monthset_add(&who.independent, out->months[i].month);
	}
	for (int i = 0; i < 2 && !out->has_from; i++) {
		struct coverage_day day = coverage_day_of(call->book, days[i]);

		out->has_from = coverage_decide(&day, &who).insured;
		out->from = days[i];
	}
}

/* The draft, and whose it is. */
static ST draft_of(struct call *call, const struct invoice_wish *wish, struct invoice_draft *out,
	int64_t *person)
{
	struct day today = day_in_astana(now_of(call));
	struct person_map *m = ARENA_NEW(call->cx->arena, struct person_map);
	struct allocation offer;

	*out = (struct invoice_draft){.total = MONEY_ZERO};
	TRY(person_map_find(call, &wish->iin, today, m));
	TRY(payable(call, m, today, &offer));
	TRY(fill_months(call->cx, &offer, wish, out));
	find_effect(call, &m->map, today, out);
	*person = m->row.person;
	return OK;
}

ST invoice_draft(struct call *call, const struct invoice_wish *wish, struct invoice_draft *out)
{
	int64_t person;

	return draft_of(call, wish, out, &person);
}

ST invoice_make(struct call *call, const struct invoice_wish *wish, struct invoice_no *out)
{
	struct instant now = now_of(call);
	struct invoice in = {
		.made_at = now, .expires_at = {now.us + (int64_t)wish->hours * 3600 * 1000000}};
	struct invoice_draft draft;

	/* A payment of the same moment may have paid these months. */
	TRY(pay_group_flush(call));
	TRY(draft_of(call, wish, &draft, &in.person));
	in.months = draft.months;
	in.month_count = draft.count;
	in.total = draft.total;
	TRY(write(call, &in));
	*out = in.no;
	return OK;
}

ST invoice_renew(struct call *call, struct invoice_no old, unsigned hours, struct invoice_no *out)
{
	struct invoice_wish wish = {.hours = hours};
	struct allocation offer;
	struct month *months;
	struct invoice in;
	bool found;

	TRY(invoice_find(call->cx, call->db, old, &in, &found));
	if (!found)
		return fail(call->cx, NOT_FOUND, "%s", "invoice");
	TRY(people_iin(call->cx, call->db, in.person, &wish.iin));
	TRY(invoice_offer(call, &wish.iin, &offer));
	wish.months = months = arena_array(call->cx->arena, in.month_count, sizeof(*months));
	for (size_t i = 0; i < in.month_count; i++)
		if (part_of(&offer, in.months[i].month))
			months[wish.count++] = in.months[i].month;
	return invoice_make(call, &wish, out);
}

/* ---- Looking --------------------------------------------------------------------------------- */

const char *invoice_state_code(enum invoice_state s)
{
	switch (s) {
	case INVOICE_OPEN:
		return "open";
	case INVOICE_PAID:
		return "paid";
	case INVOICE_EXPIRED:
		return "expired";
	case INVOICE_CHANGED:
		return "changed";
	}
	must(!"a state of an invoice");
}

/* Does each month still cost what the invoice says? */
static bool still_so(
	const struct invoice *in, const struct allocation *offer, struct invoice_look *out)
{
	bool same = true;

	for (size_t i = 0; i < in->month_count; i++) {
		const struct allocation_part *p = part_of(offer, in->months[i].month);

		out->renewable = out->renewable || p;
		same = same && p && p->kind == in->months[i].kind &&
		       money_cmp(p->sum, in->months[i].sum) == 0;
	}
	return same;
}

static void fill_paid(struct ctx *cx, const struct coverage_map *map, struct invoice_look *out)
{
	out->months_paid = true;
	out->month_paid =
		arena_array(cx->arena, out->invoice.month_count, sizeof(*out->month_paid));
	for (size_t i = 0; i < out->invoice.month_count; i++) {
		out->month_paid[i] = monthset_has(&map->hot.paid, out->invoice.months[i].month);
		out->months_paid = out->months_paid && out->month_paid[i];
	}
}

ST invoice_look(struct call *call, struct invoice_no no, struct invoice_look *out)
{
	struct person_map *m = ARENA_NEW(call->cx->arena, struct person_map);
	struct day today = day_in_astana(now_of(call));
	struct allocation offer;
	bool found, same;

	*out = (struct invoice_look){.state = INVOICE_OPEN};
	TRY(invoice_find(call->cx, call->db, no, &out->invoice, &found));
	if (!found)
		return fail(call->cx, NOT_FOUND, "%s", "invoice");
	TRY(people_iin(call->cx, call->db, out->invoice.person, &out->iin));
	TRY(payment_of(call, out));
	TRY(person_map_find(call, &out->iin, today, m));
	TRY(payable(call, m, today, &offer));
	same = still_so(&out->invoice, &offer, out);
	fill_paid(call->cx, &m->map, out);
	if (out->has_payment)
		out->state = INVOICE_PAID;
	else if (out->invoice.expires_at.us <= now_of(call).us)
		out->state = INVOICE_EXPIRED;
	else if (!same)
		out->state = INVOICE_CHANGED;
	return OK;
}

ST invoice_watch(struct call *call, struct invoice_watch *all, size_t count)
{
	struct arena *arena = call->cx->arena;
	struct invoice_no *nos = arena_array(arena, count + 1, sizeof(*nos));
	int64_t *counts = arena_array(arena, count + 1, sizeof(*counts));
	size_t looks = 0;

	for (size_t i = 0; i < count; i++) {
		nos[i] = all[i].no;
		all[i].has_news = false;
	}
	TRY(invoice_count_payments(call->cx, call->db, nos, count, counts));
	for (size_t i = 0; i < count && looks < NEWS_AT_ONCE; i++) {
		struct invoice_look look;

		if (counts[i] == all[i].seen)
			continue;
		TRY(invoice_look(call, all[i].no, &look));
		looks++;
		all[i].seen = counts[i];
		all[i].state = look.state;
		all[i].has_news = look.state != INVOICE_OPEN;
	}
	return OK;
}

ST invoice_qr(struct call *call, enum qr_rail_kind rail, const struct qr_settings *settings,
	const struct invoice *invoice, struct str *out)
{
	const struct law_requisites *payee =
		lawbook_requisites(call->book, "state_corporation", day_in_astana(now_of(call)));
	struct qr_order order = {.no = invoice->no,
		.sum = invoice->total,
		.payee_bin = payee ? payee->bin : (struct str){0},
		.payee_name = say_plain(LANG_KK, MSG_pay_payee_name),
		.payee_city = say_plain(LANG_KK, MSG_pay_payee_city),
		.knp = knp_number(KNP_CONTRIBUTION)};

	must(qr_rails[rail].works(settings));
	return qr_rails[rail].text(call->cx, settings, &order, out);
}
