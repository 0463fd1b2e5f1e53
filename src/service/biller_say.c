/* SPDX-License-Identifier: Apache-2.0 */
#include "service/biller_say.h"

#include "base/check.h"
#include "limits.h"
#include "service/status.h"
#include "text/say.h"

enum { WORDS_BYTES = 2048, ANSWER_BYTES = 16 << 10 };

struct str biller_bytes(
	struct arena *arena, const struct biller_profile *p, const struct biller_answer *a)
{
	struct buf b = buf_new(arena, ANSWER_BYTES);

	biller_put(&b, p, a);
	must(!b.over);
	return buf_view(&b);
}

struct biller_answer biller_answer_of(
	struct call *call, const struct biller_request *rq, enum biller_outcome outcome)
{
	return (struct biller_answer){
		.outcome = outcome,
		.command = rq->command,
		.txn = rq->txn,
		.sum = rq->has_sum ? rq->sum : MONEY_ZERO,
		.comment = say_code(call->cx->lang, "biller", biller_outcome_code(outcome)),
	};
}

static struct str words(struct call *call, enum msg m, const struct arg *args, size_t n)
{
	struct buf b = buf_new(call->cx->arena, WORDS_BYTES);

	say(&b, call->cx->lang, m, args, n);
	return buf_view(&b);
}

static void add_field(struct call *call, struct biller_answer *a, const char *key, enum msg name,
	struct str value)
{
	must(a->field_count < BILLER_FIELDS_MAX);
	a->fields[a->field_count++] =
		(struct biller_field){key, say_plain(call->cx->lang, name), value};
}

/* The month of the day in question. */
static const struct coverage_month *this_month(const struct coverage_answer *c)
{
	for (size_t i = 0; i < c->month_count; i++)
		if (c->months[i].month.n == day_month(c->on).n)
			return &c->months[i];
	return NULL;
}

/* What should be paid now: what would insure, else the month that runs. */
static struct money due_now(const struct coverage_answer *c)
{
	const struct coverage_month *m = this_month(c);

	if (!money_is_zero(c->to_pay))
		return c->to_pay;
	return m && m->class == CLASS_OPEN ? m->owed : MONEY_ZERO;
}

static void add_owed(struct call *call, const struct biller_look *look, struct biller_answer *a)
{
	const struct coverage_answer *c = &look->coverage;

	if (c->debt_count) {
		struct money sum = MONEY_ZERO;

		for (size_t i = 0; i < c->debt_count; i++)
			must(money_add(sum, c->debt[i].owed, &sum));
		const struct arg args[] = {
			arg_count("n", (int64_t)c->debt_count), arg_money("sum", sum)};
		add_field(call, a, "debt", MSG_biller_field_debt,
			words(call, MSG_biller_debt, args, 2));
	}
	for (size_t i = 0; i < c->option_count; i++) {
		const struct coverage_option *o = &c->options[i];

		if (o->kind != OPTION_PREPAY || o->with_current)
			continue;
		const struct arg args[] = {
			arg_count("n", (int64_t)o->month_count), arg_money("sum", o->sum)};
		add_field(call, a, "prepay", MSG_biller_field_prepay,
			words(call, MSG_biller_prepay, args, 2));
	}
	if (!money_is_zero(look->advance)) {
		const struct arg arg = arg_money("sum", look->advance);

		add_field(call, a, "advance", MSG_biller_field_advance,
			words(call, MSG_biller_sum, &arg, 1));
	}
}

/*
 * A warning before the money moves: the state pays already, the month is paid already, the sum is
 * not what is due, nothing is. Nothing stands in the way of paying all the same.
 */
static struct str warning(struct call *call, const struct biller_look *look, struct money due)
{
	const struct coverage_month *m = this_month(&look->coverage);
	enum lang lang = call->cx->lang;
	bool asks_sum = look->has_plan && !money_is_zero(look->rq->sum);

	if (asks_sum && !money_is_zero(look->plan.left)) {
		const struct arg args[] = {
			arg_money("left", look->plan.left), arg_money("due", due)};

		return words(call, MSG_biller_warn_left, args, 2);
	}
	if (m && (m->class == CLASS_STATE || m->class == CLASS_EXEMPT) && money_is_zero(due))
		return say_plain(lang, MSG_biller_warn_state);
	if (m && m->class == CLASS_PAID && money_is_zero(due))
		return say_plain(lang, MSG_biller_warn_paid);
	if (asks_sum && money_cmp(look->rq->sum, due) != 0) {
		const struct arg arg = arg_money("due", due);

		return words(call, MSG_biller_warn_sum, &arg, 1);
	}
	if (money_is_zero(due))
		return say_plain(lang, MSG_biller_warn_nothing);
	return (struct str){0};
}

void biller_say_check(struct call *call, const struct biller_look *look, struct biller_answer *out)
{
	struct ctx *cx = call->cx;
	struct money due = due_now(&look->coverage);
	struct str name = biller_mask_name(cx, look->who.surname, look->who.name);
	struct buf status = buf_new(cx->arena, WORDS_BYTES);
	struct str warn = warning(call, look, due);

	*out = biller_answer_of(call, look->rq, BILLER_OK);
	out->sum = due;
	if (warn.n)
		out->comment = warn;
	if (name.n == 0) {
		struct buf masked = buf_new(cx->arena, 64);

		iin_mask(&masked, &look->rq->iin);
		name = buf_view(&masked);
	}
	add_field(call, out, "name", MSG_biller_field_name, name);
	status_say(&status, cx->lang, &look->coverage);
	add_field(call, out, "status", MSG_biller_field_status, buf_view(&status));
	add_owed(call, look, out);
}

void biller_say_invoice(struct call *call, const struct biller_request *rq,
	const struct invoice_look *look, struct biller_answer *out)
{
	struct ctx *cx = call->cx;
	struct buf number = buf_new(cx->arena, INVOICE_NO_CHARS), iin = buf_new(cx->arena, 64);
	struct buf months = buf_new(cx->arena, LIMIT_INVOICE_MONTHS * 64);

	*out = biller_answer_of(call, rq, BILLER_OK);
	out->sum = look->invoice.total;
	invoice_no_put(&number, look->invoice.no);
	add_field(call, out, "invoice", MSG_pay_number, buf_view(&number));
	iin_mask(&iin, &look->iin);
	add_field(call, out, "iin", MSG_st_iin_short, buf_view(&iin));
	for (size_t i = 0; i < look->invoice.month_count; i++) {
		if (i)
			buf_z(&months, ", ");
		say_month(&months, cx->lang, look->invoice.months[i].month);
	}
	add_field(call, out, "months", MSG_p_period, buf_view(&months));
}

struct str biller_say_taken(struct call *call, const struct allocation *plan, struct money used)
{
	struct buf b = buf_new(call->cx->arena, WORDS_BYTES);
	enum lang lang = call->cx->lang;

	if (plan->part_count == 1) {
		const struct arg arg = arg_month("month", plan->parts[0].month);

		say(&b, lang, MSG_biller_taken_month, &arg, 1);
	} else if (plan->part_count > 1) {
		const struct arg args[] = {arg_count("n", (int64_t)plan->part_count),
			arg_month("first", plan->parts[0].month),
			arg_month("last", plan->parts[plan->part_count - 1].month)};

		say(&b, lang, MSG_biller_taken_months, args, 3);
	}
	if (!money_is_zero(used)) {
		const struct arg arg = arg_money("sum", used);

		if (b.n)
			buf_char(&b, ' ');
		say(&b, lang, MSG_biller_taken_used, &arg, 1);
	}
	if (!money_is_zero(plan->left)) {
		const struct arg arg = arg_money("sum", plan->left);

		if (b.n)
			buf_char(&b, ' ');
		say(&b, lang, MSG_biller_taken_left, &arg, 1);
	}
	return buf_view(&b);
}
