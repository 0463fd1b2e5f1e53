/* SPDX-License-Identifier: Apache-2.0 */
#include "service/law.h"

#include <stdio.h>

#include "formats/json_write.h"
#include "limits.h"

/* Incomes that are asked about: samples from below a minimum wage to above every cap so far. */
static const int64_t ladder_tenge[] = {50000, 100000, 300000, 1000000, 2000000, 5000000};
enum { LADDER = sizeof(ladder_tenge) / sizeof(ladder_tenge[0]) };

struct comparison {
	struct ctx *cx;
	struct law_diff *diff;
	size_t sum_cap, row_cap, status_cap;
};

/* `*fixed` becomes true when the payer owes a fixed sum, whatever the income. */
static struct law_outcome ask(struct ctx *cx, const struct lawbook *book,
	const struct law_sum_change *q, struct month month, bool *fixed)
{
	struct contribution_question question = {.kind = q->kind,
		.month = month,
		.incomes = &q->income,
		.income_count = 1,
		.has_place = q->has_place,
		.village = q->village};
	struct contribution answer;
	struct law_outcome out = {0};

	err_clear(cx);
	if (contribution_compute(cx, book, &question, NULL, &answer) != OK &&
		cx->err.code == ERR_CALC_INCOME_NOT_USED) {
		*fixed = true;
		question.income_count = 0;
		err_clear(cx);
		if (contribution_compute(cx, book, &question, NULL, &answer) == OK)
			err_clear(cx);
	}
	out.err = cx->err.code;
	if (out.err == ERR_NONE)
		memcpy(out.sums, answer.sums, sizeof(out.sums));
	err_clear(cx);
	return out;
}

static bool same_outcome(const struct law_outcome *a, const struct law_outcome *b)
{
	if (a->err != b->err)
		return false;
	for (int knp = 0; knp < KNP_COUNT; knp++)
		if (money_cmp(a->sums[knp], b->sums[knp]) != 0)
			return false;
	return true;
}

static bool continues(const struct law_sum_change *last, const struct law_sum_change *next)
{
	return last->kind == next->kind && last->village == next->village &&
	       last->has_income == next->has_income && money_cmp(last->income, next->income) == 0 &&
	       last->to.n + 1 == next->from.n && same_outcome(&last->before, &next->before) &&
	       same_outcome(&last->after, &next->after);
}

static void add_sum(struct comparison *c, struct law_sum_change change)
{
	struct law_diff *d = c->diff;

	if (d->sum_count && continues(&d->sums[d->sum_count - 1], &change))
		d->sums[d->sum_count - 1].to = change.to;
	else if (d->sum_count >= LIMIT_LAW_CHANGES)
		d->sums_dropped++;
	else
		*ARENA_PUSH(c->cx->arena, d->sums, d->sum_count, c->sum_cap) = change;
}

static void compare_question(struct comparison *c, struct law_sum_change q, bool first_rung)
{
	struct law_diff *d = c->diff;
	struct month last = lawbook_last(d->before), m = lawbook_first(d->before);

	if (month_cmp(lawbook_last(d->after), last) > 0)
		last = lawbook_last(d->after);
	if (month_cmp(lawbook_first(d->after), m) < 0)
		m = lawbook_first(d->after);
	for (; month_cmp(m, last) <= 0; m = month_add(m, 1)) {
		bool fixed_before = false, fixed_after = false;

		q.before = ask(c->cx, d->before, &q, m, &fixed_before);
		q.after = ask(c->cx, d->after, &q, m, &fixed_after);
		q.has_income = !(fixed_before || fixed_after);
		q.from = q.to = m;
		if (!same_outcome(&q.before, &q.after) && (first_rung || q.has_income))
			add_sum(c, q);
	}
}

static bool same_row(const struct law_rate *a, const struct law_rate *b)
{
	return a->kind == b->kind && a->knp == b->knp && a->from.n == b->from.n &&
	       a->to.n == b->to.n && a->base == b->base && a->rate.ppm == b->rate.ppm &&
	       a->share.ppm == b->share.ppm && a->whole.ppm == b->whole.ppm &&
	       a->multiple == b->multiple && a->has_cap == b->has_cap &&
	       a->has_floor == b->has_floor && a->has_limit == b->has_limit &&
	       a->has_most == b->has_most && a->cap_per_person == b->cap_per_person &&
	       money_cmp(a->unit_value, b->unit_value) == 0 && money_cmp(a->cap, b->cap) == 0 &&
	       money_cmp(a->floor, b->floor) == 0 && money_cmp(a->limit, b->limit) == 0 &&
	       money_cmp(a->most, b->most) == 0;
}

/* Rows of `a` that `b` has not. */
static void compare_rows(
	struct comparison *c, const struct lawbook *a, const struct lawbook *b, bool added)
{
	size_t na, nb;
	const struct law_rate *ra = lawbook_rates(a, &na), *rb = lawbook_rates(b, &nb);

	for (size_t i = 0; i < na; i++) {
		size_t k = 0;

		while (k < nb && !same_row(&ra[i], &rb[k]))
			k++;
		if (k == nb)
			*ARENA_PUSH(c->cx->arena, c->diff->rows, c->diff->row_count, c->row_cap) =
				(struct law_row_change){&ra[i], added};
	}
}

static bool same_status(const struct law_status *a, const struct law_status *b)
{
	return a->lookback == b->lookback && a->window_shift == b->window_shift &&
	       a->grace == b->grace && a->grace_long == b->grace_long &&
	       a->long_run == b->long_run && a->grace_state == b->grace_state &&
	       a->state_in_run == b->state_in_run && a->transition == b->transition &&
	       a->three_months == b->three_months &&
	       a->three_months_count == b->three_months_count &&
	       a->first_month.n == b->first_month.n && a->prepay == b->prepay &&
	       a->prepay_with_current == b->prepay_with_current &&
	       a->prepay_months == b->prepay_months;
}

static void compare_status(struct comparison *c)
{
	struct law_diff *d = c->diff;
	struct month last = lawbook_last(d->after);
	bool differ = false;

	if (month_cmp(last, lawbook_last(d->before)) < 0)
		last = lawbook_last(d->before);
	for (struct month m = lawbook_first(d->before); month_cmp(m, last) <= 0;
		m = month_add(m, 1)) {
		/* The last day, so that a change inside the month shows in it. */
		bool now = !same_status(lawbook_status(d->before, month_last(m)),
			lawbook_status(d->after, month_last(m)));

		if (now && !differ)
			*ARENA_PUSH(c->cx->arena, d->status, d->status_count, c->status_cap) = m;
		differ = now;
	}
}

static void compare_choices(struct law_diff *d)
{
	for (int n = D1; n < OPEN_COUNT; n++) {
		const struct law_open_question *a = lawbook_open(d->before, (enum law_open)n);
		const struct law_open_question *b = lawbook_open(d->after, (enum law_open)n);

		if (!str_eq(a->choices[a->chosen], b->choices[b->chosen]))
			d->choices[d->choice_count++] = (enum law_open)n;
	}
}

enum st law_diff_rates(struct ctx *cx, const struct lawbook *before, const struct lawbook *after,
	struct law_diff *out)
{
	struct comparison c = {.cx = cx, .diff = out};
	struct sha256 a = lawbook_digest(before), b = lawbook_digest(after);

	*out = (struct law_diff){.before = before, .after = after};
	out->same_text = memcmp(a.bytes, b.bytes, sizeof(a.bytes)) == 0;
	if (out->same_text)
		return OK;
	for (enum payer_kind kind = 0; kind < PAYER_COUNT; kind++)
		for (int place = 0; place < (kind == PAYER_AGGREGATE_PAYMENT ? 2 : 1); place++)
			for (size_t i = 0; i < LADDER; i++)
				compare_question(&c,
					(struct law_sum_change){.kind = kind,
						.has_place = kind == PAYER_AGGREGATE_PAYMENT,
						.village = place == 1,
						.income = money_tiyn(ladder_tenge[i] * 100)},
					i == 0);
	compare_rows(&c, before, after, false);
	compare_rows(&c, after, before, true);
	compare_status(&c);
	compare_choices(out);
	return OK;
}

bool law_diff_empty(const struct law_diff *d)
{
	return d->sum_count + d->row_count + d->status_count + d->choice_count == 0;
}

/* Output --------------------------------------------------------------------------------------- */

static void put_outcome(struct buf *b, enum lang lang, const struct law_outcome *o)
{
	bool any = false;
	struct err_slot err = {.code = o->err};

	if (o->err != ERR_NONE) {
		buf_z(b, err_info(err.code)->name);
		return;
	}
	for (enum knp knp = 0; knp < KNP_COUNT; knp++) {
		if (money_is_zero(o->sums[knp]))
			continue;
		buf_fmt(b, "%s%d: ", any ? ", " : "", knp_number(knp));
		say_money(b, lang, o->sums[knp]);
		any = true;
	}
	if (!any)
		say_money(b, lang, MONEY_ZERO);
}

static void put_sum_text(struct buf *b, enum lang lang, const struct law_sum_change *s)
{
	buf_z(b, "  ");
	buf_str(b, say_code(lang, "payer", payer_code(s->kind)));
	buf_z(b, ", ");
	month_put(b, s->from);
	buf_z(b, "…");
	month_put(b, s->to);
	if (s->has_income) {
		buf_z(b, ", ");
		say_money(b, lang, s->income);
	}
	if (s->has_place) {
		buf_z(b, ", ");
		buf_str(b, say_plain(lang, s->village ? MSG_law_village : MSG_law_city));
	}
	buf_z(b, ": ");
	put_outcome(b, lang, &s->before);
	buf_z(b, " → ");
	put_outcome(b, lang, &s->after);
	buf_char(b, '\n');
}

static void put_heading(struct buf *b, enum lang lang, enum msg m, size_t n)
{
	const struct arg args[] = {arg_count("n", (int64_t)n)};

	say(b, lang, m, args, 1);
	buf_char(b, '\n');
}

static void put_choice_text(struct buf *b, const struct law_diff *d, enum law_open n)
{
	const struct law_open_question *x = lawbook_open(d->before, n);
	const struct law_open_question *y = lawbook_open(d->after, n);

	buf_fmt(b, "  D%d: %.*s → %.*s\n", (int)n, STR(x->choices[x->chosen]),
		STR(y->choices[y->chosen]));
}

void law_diff_put_text(struct buf *b, enum lang lang, const struct law_diff *d)
{
	if (law_diff_empty(d)) {
		buf_str(b, say_plain(lang, MSG_law_diff_none));
		buf_char(b, '\n');
		return;
	}
	if (d->sum_count)
		put_heading(b, lang, MSG_law_diff_sums, d->sum_count + d->sums_dropped);
	for (size_t i = 0; i < d->sum_count; i++)
		put_sum_text(b, lang, &d->sums[i]);
	if (d->row_count)
		put_heading(b, lang, MSG_law_diff_rows, d->row_count);
	for (size_t i = 0; i < d->row_count; i++) {
		const struct law_rate *row = d->rows[i].row;

		buf_fmt(b, "  %c ", d->rows[i].added ? '+' : '-');
		buf_fmt(b, "%s %d ", payer_code(row->kind), knp_number(row->knp));
		month_put(b, row->from);
		buf_z(b, "…");
		month_put(b, row->to);
		buf_char(b, ' ');
		law_put_rate_text(b, lang, row);
		buf_char(b, '\n');
	}
	if (d->status_count)
		put_heading(b, lang, MSG_law_diff_status, d->status_count);
	for (size_t i = 0; i < d->status_count; i++) {
		buf_z(b, "  ");
		month_put(b, d->status[i]);
		buf_char(b, '\n');
	}
	if (d->choice_count)
		put_heading(b, lang, MSG_law_diff_choices, d->choice_count);
	for (size_t i = 0; i < d->choice_count; i++)
		put_choice_text(b, d, d->choices[i]);
}

static void put_outcome_json(struct json *j, const char *key, const struct law_outcome *o)
{
	char name[8];

	json_put_key(j, key);
	json_open_object(j);
	if (o->err != ERR_NONE) {
		json_put_key(j, "error");
		json_put_z(j, err_info(o->err)->name);
	}
	for (enum knp knp = 0; o->err == ERR_NONE && knp < KNP_COUNT; knp++) {
		if (money_is_zero(o->sums[knp]))
			continue;
		snprintf(name, sizeof(name), "%d", knp_number(knp));
		json_put_key(j, name);
		json_put_money(j, o->sums[knp]);
	}
	json_close_object(j);
}

static void put_sum_json(struct json *j, const struct law_sum_change *s)
{
	json_open_object(j);
	json_put_key(j, "kind");
	json_put_z(j, payer_code(s->kind));
	json_put_key(j, "from");
	json_put_month(j, s->from);
	json_put_key(j, "to");
	json_put_month(j, s->to);
	if (s->has_income) {
		json_put_key(j, "income");
		json_put_money(j, s->income);
	}
	if (s->has_place) {
		json_put_key(j, "place");
		json_put_z(j, s->village ? "village" : "city");
	}
	put_outcome_json(j, "before", &s->before);
	put_outcome_json(j, "after", &s->after);
	json_close_object(j);
}

void law_diff_put_json(struct buf *b, const struct law_diff *d)
{
	struct json j = json_start(b);

	json_open_object(&j);
	json_put_key(&j, "same");
	json_put_bool(&j, law_diff_empty(d));
	json_put_key(&j, "sums");
	json_open_array(&j);
	for (size_t i = 0; i < d->sum_count; i++)
		put_sum_json(&j, &d->sums[i]);
	json_close_array(&j);
	json_put_key(&j, "sums_dropped");
	json_put_u64(&j, d->sums_dropped);
	json_put_key(&j, "rows");
	json_open_array(&j);
	for (size_t i = 0; i < d->row_count; i++) {
		json_open_object(&j);
		json_put_key(&j, "change");
		json_put_z(&j, d->rows[i].added ? "added" : "removed");
		law_put_rate_json(&j, d->rows[i].row);
		json_close_object(&j);
	}
	json_close_array(&j);
	json_put_key(&j, "status_from");
	json_open_array(&j);
	for (size_t i = 0; i < d->status_count; i++)
		json_put_month(&j, d->status[i]);
	json_close_array(&j);
	json_put_key(&j, "choices");
	json_open_array(&j);
	for (size_t i = 0; i < d->choice_count; i++)
		json_put_i64(&j, (int64_t)d->choices[i]);
	json_close_array(&j);
	json_close_object(&j);
	buf_char(b, '\n');
}
