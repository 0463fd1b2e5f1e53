/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/contribution.h"

#include "base/check.h"
#include "limits.h"
#include "rules/deadline.h"
#include "rules/kernel.h"

/* The codes that rows of payers.yaml have, in the order in which they are told. */
static const enum knp codes[] = {KNP_DEDUCTION, KNP_CONTRIBUTION};
enum { CODES = sizeof(codes) / sizeof(codes[0]) };

static const char *const rule_names[PAYER_COUNT][KNP_COUNT] = {
#define PAYER(name, code)                                                                          \
	[PAYER_##name] = {                                                                         \
		code ".121", code ".122", code ".123", code ".124", code ".183", code ".191"},
#include "domain/kinds.def"
#undef PAYER
};

/* A person who pays as one of these works, so a category for those who do not work cannot hold. */
static const bool kind_works[PAYER_COUNT] = {
	[PAYER_EMPLOYER] = true,
	[PAYER_CONTRACT] = true,
	[PAYER_ENTREPRENEUR] = true,
	[PAYER_PRACTICE] = true,
	[PAYER_FARM] = true,
	[PAYER_SELF_EMPLOYED] = true,
	[PAYER_SINGLE_PAYMENT] = true,
	[PAYER_AGGREGATE_PAYMENT] = true,
	[PAYER_ASSISTANT] = true,
};

static const enum msg unit_messages[UNIT_COUNT] = {
	[UNIT_MZP] = MSG_step_unit_mzp,
	[UNIT_MRP] = MSG_step_unit_mrp,
	[UNIT_AVERAGE_WAGE] = MSG_step_unit_average_wage,
};

/* One purpose code of the question: its row and the arithmetic made from it. */
struct part {
	const struct law_rate *row;
	struct kernel kernel;
};

struct work {
	struct ctx *cx;
	const struct lawbook *book;
	const struct contribution_question *q;
	struct steps *steps;
	struct contribution *out;
	enum rounding how;
	struct part parts[CODES];
	size_t part_count;
	struct money income; /* of all jobs together */
};

static enum rounding rounding_of(const struct lawbook *book)
{
	return lawbook_choice(book, D10) == D10_TENGE ? ROUND_HALF_UP_TENGE : ROUND_HALF_UP_TIYN;
}

/* A row that is a share of `rate` times income, not of a fixed sum. */
static bool takes_income(const struct law_rate *row)
{
	return row->base == LAW_BASE_INCOME || (row->base == LAW_BASE_SHARE && !row->multiple);
}

static bool takes_fixed_sum(const struct law_rate *row)
{
	return row->base == LAW_BASE_UNIT || (row->base == LAW_BASE_SHARE && row->multiple);
}

/*
 * The aggregate payment is paid whole under a code of its own; its row tells which share of it is
 * ours. Every other sum is paid under the code of its row.
 */
static bool is_paid_whole(const struct law_rate *row)
{
	return row->base == LAW_BASE_SHARE && takes_fixed_sum(row);
}

static enum knp paid_under(const struct law_rate *row)
{
	return is_paid_whole(row) ? KNP_AGGREGATE : row->knp;
}

/* Steps ---------------------------------------------------------------------------------------- */

static void explain(
	const struct work *w, const struct law_rate *row, enum msg msg, struct step step)
{
	step.rule = rule_names[row->kind][paid_under(row)];
	step.article = row->cite.article;
	step.source = row->cite.source;
	step.open = row->cite.open;
	step.msg = msg;
	step_add(w->steps, step);
}

static void explain_multiple(const struct work *w, const struct law_rate *row, enum msg msg,
	int64_t multiple, struct money product)
{
	explain(w, row, msg,
		(struct step){
			.args = {arg_times("times", multiple),
				arg_msg("unit", unit_messages[row->unit]),
				arg_money("value", row->unit_value), arg_money("sum", product)},
			.arg_count = 4,
		});
}

static void explain_sum(const struct work *w, const struct law_rate *row, enum msg msg,
	const char *name, struct money sum)
{
	explain(w, row, msg, (struct step){.args = {arg_money(name, sum)}, .arg_count = 1});
}

static void explain_product(const struct work *w, const struct law_rate *row, struct rate rate,
	struct money base, struct money sum)
{
	enum msg msg = row->base == LAW_BASE_SHARE ? MSG_step_whole : MSG_step_rate;

	explain(w, row, msg,
		(struct step){
			.args = {arg_money("base", base), arg_percent("rate", rate),
				arg_money("sum", sum)},
			.arg_count = 3,
		});
}

static void explain_share(const struct work *w, const struct law_rate *row, struct money sum)
{
	explain(w, row, MSG_step_share,
		(struct step){
			.args = {arg_percent("rate", row->share), arg_money("sum", sum)},
			.arg_count = 2,
		});
}

/* Once per answer: how sums are rounded, which the law does not say (D10). */
static void explain_rounding(const struct work *w)
{
	const struct law_open_question *question = lawbook_open(w->book, D10);

	step_add(w->steps, (struct step){
				   .rule = "rounding",
				   .article = question->cite.article,
				   .source = question->cite.source,
				   .open = D10,
				   .msg = w->how == ROUND_HALF_UP_TENGE ? MSG_step_round_tenge
									: MSG_step_round_tiyn,
			   });
}

static void explain_due(const struct work *w)
{
	struct law_cite cite = {.open = 0};

	lawbook_due_day(w->book, w->q->kind, w->q->month, &cite);
	step_add(w->steps, (struct step){
				   .rule = "due",
				   .article = cite.article,
				   .source = cite.source,
				   .open = cite.open,
				   .msg = MSG_step_due,
				   .args = {arg_day("date", w->out->due)},
				   .arg_count = 1,
			   });
}

/* Nothing due ---------------------------------------------------------------------------------- */

/* The names of the categories as messages, so that a step can say one in any language. */
static enum msg category_message(enum category category)
{
	static const enum msg names[CATEGORY_COUNT] = {
		[CATEGORY_CHILD] = MSG_category_child,
		[CATEGORY_UNEMPLOYED] = MSG_category_unemployed,
		[CATEGORY_PREGNANT] = MSG_category_pregnant,
		[CATEGORY_PARENT_UNDER_3] = MSG_category_parent_under_3,
		[CATEGORY_PARENTAL_LEAVE] = MSG_category_parental_leave,
		[CATEGORY_CARER_DISABLED_CHILD] = MSG_category_carer_disabled_child,
		[CATEGORY_PENSIONER] = MSG_category_pensioner,
		[CATEGORY_CONVICT] = MSG_category_convict,
		[CATEGORY_DETAINED] = MSG_category_detained,
		[CATEGORY_KANDAS] = MSG_category_kandas,
		[CATEGORY_MANY_CHILDREN_MOTHER] = MSG_category_many_children_mother,
		[CATEGORY_DISABLED] = MSG_category_disabled,
		[CATEGORY_STUDENT] = MSG_category_student,
		[CATEGORY_CARER_GROUP_1] = MSG_category_carer_group_1,
		[CATEGORY_SOCIAL_ASSISTANCE] = MSG_category_social_assistance,
		[CATEGORY_CRISIS_LEVEL] = MSG_category_crisis_level,
		[CATEGORY_GRADUATE] = MSG_category_graduate,
	};

	must((unsigned)category < CATEGORY_COUNT);
	return names[category];
}

/* The row of a category that frees this kind of payer in the month, or NULL. */
static const struct law_category *category_row(const struct work *w, enum category category)
{
	const struct law_category *row =
		lawbook_category(w->book, category, month_last(w->q->month));

	/* A category of which one day lies in the month covers it (D14). */
	if (!row)
		row = lawbook_category(w->book, category, month_first(w->q->month));
	return row && !(row->non_working && kind_works[w->q->kind]) ? row : NULL;
}

static bool freed_by_category(const struct work *w)
{
	for (size_t i = 0; i < w->q->category_count; i++) {
		const struct law_category *row = category_row(w, w->q->categories[i]);

		if (!row)
			continue;
		step_add(w->steps,
			(struct step){
				.rule = "category",
				.article = row->cite.article,
				.source = row->cite.source,
				.open = row->cite.open,
				.msg = MSG_step_state_pays,
				.args = {arg_msg("category", category_message(row->category))},
				.arg_count = 1,
			});
		return true;
	}
	return false;
}

/* Who is exempt and of no privileged category: the state pays nothing either. */
static bool is_exempt_alone(const struct contribution_question *q)
{
	return q->exempt && q->category_count == 0;
}

static bool nothing_due(const struct work *w)
{
	if (w->q->kind == PAYER_STATE && !is_exempt_alone(w->q))
		return false;
	if (w->q->exempt) {
		const struct law_status *status = lawbook_status(w->book, month_first(w->q->month));

		step_add(w->steps, (struct step){
					   .rule = "exempt",
					   .article = status->cite_exempt.article,
					   .source = status->cite_exempt.source,
					   .open = status->cite_exempt.open,
					   .msg = w->q->kind == PAYER_STATE ? MSG_step_state_exempt
									    : MSG_step_exempt,
				   });
		return true;
	}
	return freed_by_category(w);
}

/* Checks --------------------------------------------------------------------------------------- */

static ST check_incomes(struct work *w)
{
	const struct contribution_question *q = w->q;

	if (q->income_count > LIMIT_JOBS_PER_MONTH)
		return fail(w->cx, CALC_TOO_MANY, "%d", LIMIT_JOBS_PER_MONTH);
	for (size_t i = 0; i < q->income_count; i++) {
		if (money_is_negative(q->incomes[i]))
			return fail(w->cx, MONEY_NEGATIVE, "%s", "");
		if (money_to_tiyn(q->incomes[i]) > MONEY_MAX_TIYN)
			return fail(w->cx, MONEY_RANGE, "%s", "");
		must(money_add(w->income, q->incomes[i], &w->income));
		if (money_to_tiyn(w->income) > MONEY_MAX_TIYN)
			return fail(w->cx, MONEY_RANGE, "%s", "");
	}
	return OK;
}

static bool is_within(const struct lawbook *book, struct month month)
{
	return month_cmp(month, lawbook_first(book)) >= 0 &&
	       month_cmp(month, lawbook_last(book)) <= 0;
}

static ST find_parts(struct work *w)
{
	const struct contribution_question *q = w->q;
	const struct law_rate *row;

	for (size_t i = 0; i < CODES; i++) {
		TRY(lawbook_rate(w->cx, w->book, q->kind, codes[i], q->month, q->village, &row));
		if (row)
			w->parts[w->part_count++] = (struct part){row, kernel_of(row, w->how)};
	}
	must(w->part_count > 0);
	return OK;
}

static ST check_fit(const struct work *w)
{
	const struct contribution_question *q = w->q;
	bool income = false, fixed = false;

	if (q->kind == PAYER_AGGREGATE_PAYMENT && !q->has_place)
		return fail_in(w->cx, 0, "place", CALC_PLACE_MISSING, "%s", "");
	for (size_t i = 0; i < w->part_count; i++) {
		const struct law_rate *row = w->parts[i].row;

		income |= takes_income(row);
		fixed |= takes_fixed_sum(row);
		if (row->has_limit && money_cmp(w->income, row->limit) > 0) {
			struct buf b = buf_new(w->cx->arena, 64);

			money_put_human(&b, row->limit, ',');
			return fail_in(w->cx, 0, "income", CALC_INCOME_OVER_LIMIT, "%.*s",
				STR(buf_view(&b)));
		}
	}
	if (income && q->income_count == 0)
		return fail_in(w->cx, 0, "income", CALC_INCOME_MISSING, "%s", "");
	if (fixed && !income && q->income_count > 0)
		return fail_in(w->cx, 0, "income", CALC_INCOME_NOT_USED, "%s", "");
	return OK;
}

/* Sums ----------------------------------------------------------------------------------------- */

/*
 * The part's own code or, of a share, the whole payment; no steps. No product leaves the range of
 * money: incomes, units and multiples are bounded where they come in, and no rate is above 100 %.
 */
static struct money product(const struct work *w, const struct part *p, struct money income)
{
	const struct law_rate *row = p->row;
	struct money base = MONEY_ZERO, sum = MONEY_ZERO;

	if (takes_fixed_sum(row)) {
		must(money_multiple(row->unit_value, row->multiple, &base));
		must(money_scale(base, row->rate, w->how, &sum));
	} else {
		must(kernel_due(&p->kernel, income, &sum));
	}
	return sum;
}

/* What is owed under the part's code for an income of one or more jobs. */
static struct money part_sum(const struct work *w, const struct part *p, struct money income)
{
	const struct law_rate *row = p->row;
	struct money sum = product(w, p, income);

	if (row->base == LAW_BASE_SHARE && !is_paid_whole(row))
		must(money_scale(sum, row->share, w->how, &sum));
	return row->has_most ? money_min(sum, row->most) : sum;
}

static void explain_clamp(const struct work *w, const struct part *p, struct money income)
{
	const struct law_rate *row = p->row;

	if (w->q->income_count > 1 && row->cap_per_person)
		explain_sum(w, row, MSG_step_income_together, "income", income);
	else
		explain_sum(w, row, MSG_step_income, "income", income);
	if (row->has_limit)
		explain_sum(w, row, MSG_step_limit, "limit", row->limit);
	if (row->has_floor && money_cmp(income, row->floor) < 0)
		explain_sum(w, row, MSG_step_floor, "floor", row->floor);
	if (row->has_cap && money_cmp(income, row->cap) > 0)
		explain_multiple(w, row, MSG_step_cap, row->cap_multiple, row->cap);
}

static void explain_part(
	const struct work *w, const struct part *p, struct money income, struct money sum)
{
	const struct law_rate *row = p->row;
	struct money base = money_tiyn(kernel_clamp(&p->kernel, money_to_tiyn(income)));
	struct money whole;

	if (!w->steps)
		return;
	if (row->base == LAW_BASE_NONE) {
		explain(w, row, MSG_step_not_due, (struct step){.arg_count = 0});
		return;
	}
	if (takes_fixed_sum(row)) {
		must(money_multiple(row->unit_value, row->multiple, &base));
		explain_multiple(w, row, MSG_step_unit_base, row->multiple, base);
	} else {
		explain_clamp(w, p, income);
	}
	whole = product(w, p, income);
	explain_product(w, row, row->rate, base, whole);
	if (row->base == LAW_BASE_SHARE) {
		must(money_scale(whole, row->share, w->how, &whole));
		explain_share(w, row, whole);
	}
	if (row->has_most && money_cmp(whole, row->most) > 0)
		explain_sum(w, row, MSG_step_most, "most", sum);
}

/* The cap of this code counts for each employer by itself. */
static void sum_each(struct work *w, const struct part *p)
{
	const enum knp knp = paid_under(p->row);

	for (size_t i = 0; i < w->out->line_count; i++) {
		struct contribution_line *line = &w->out->lines[i];
		struct money *sum = &line->sums[knp];

		*sum = part_sum(w, p, line->income);
		must(money_add(w->out->sums[knp], *sum, &w->out->sums[knp]));
		w->out->capped[knp] |= p->row->has_cap && money_cmp(line->income, p->row->cap) > 0;
		explain_part(w, p, line->income, *sum);
	}
}

/*
 * One cap over all jobs: a job gets what the incomes up to it owe, less what those before it owe.
 * So the lines add up to the tiyn to the sum that is rounded once for the person.
 */
static void sum_together(struct work *w, const struct part *p)
{
	const enum knp knp = paid_under(p->row);
	struct money income = MONEY_ZERO, before = MONEY_ZERO, sum;

	for (size_t i = 0; i < w->out->line_count; i++) {
		struct contribution_line *line = &w->out->lines[i];

		must(money_add(income, line->income, &income));
		sum = part_sum(w, p, income);
		must(money_sub(sum, before, &line->sums[knp]));
		before = sum;
	}
	w->out->sums[knp] = before;
	w->out->capped[knp] = p->row->has_cap && money_cmp(income, p->row->cap) > 0;
	explain_part(w, p, income, before);
}

/* The payment of which ours is a part, as far as this row tells. */
static void find_whole(struct work *w, const struct part *p)
{
	const struct law_rate *row = p->row;
	struct part whole = *p;
	struct money sum;

	if (w->out->has_whole || (row->base != LAW_BASE_SHARE && !row->has_whole))
		return;
	w->out->has_whole = true;
	if (row->has_whole) {
		struct law_rate all = *row;

		all.rate = row->whole;
		whole.kernel = kernel_of(&all, w->how);
	}
	if (takes_fixed_sum(row))
		w->out->whole = product(w, &whole, MONEY_ZERO);
	for (size_t i = 0; takes_income(row) && i < w->out->line_count; i++) {
		sum = product(w, &whole, w->out->lines[i].income);
		must(money_add(w->out->whole, sum, &w->out->whole));
	}
}

static void sum_part(struct work *w, const struct part *p)
{
	const enum knp knp = paid_under(p->row);

	find_whole(w, p);
	if (!takes_income(p->row)) {
		if (takes_fixed_sum(p->row))
			w->out->sums[knp] = part_sum(w, p, MONEY_ZERO);
		explain_part(w, p, MONEY_ZERO, w->out->sums[knp]);
	} else if (p->row->cap_per_person) {
		sum_together(w, p);
	} else {
		sum_each(w, p);
	}
}

static void sum_all(struct work *w)
{
	struct contribution *out = w->out;

	for (size_t i = 0; i < w->part_count; i++) {
		enum knp knp = paid_under(w->parts[i].row);

		sum_part(w, &w->parts[i]);
		must(money_add(out->total, out->sums[knp], &out->total));
	}
	explain_rounding(w);
}

enum st contribution_compute(struct ctx *cx, const struct lawbook *book,
	const struct contribution_question *q, struct steps *steps, struct contribution *out)
{
	struct work w = {.cx = cx,
		.book = book,
		.q = q,
		.steps = steps,
		.out = out,
		.how = rounding_of(book)};

	*out = (struct contribution){.line_count = q->income_count};
	TRY(check_incomes(&w));
	/* Nothing is due whatever the average wage may be, which no book knows in time. */
	if (q->kind != PAYER_STATE || !is_exempt_alone(q) || !is_within(book, q->month))
		TRY(find_parts(&w));
	out->lines = arena_array(cx->arena, q->income_count, sizeof(*out->lines));
	for (size_t i = 0; i < q->income_count; i++)
		out->lines[i].income = q->incomes[i];
	out->due = deadline_due(book, q->kind, q->month);
	out->nothing_due = nothing_due(&w);
	if (out->nothing_due)
		return OK;
	TRY(check_fit(&w));
	sum_all(&w);
	explain_due(&w);
	return OK;
}

/* Columns -------------------------------------------------------------------------------------- */

/* Incomes of a block are still in the first cache when the second sum reads them. */
enum { COLUMN_BLOCK = 1024 };

struct columns {
	const int64_t *income;
	size_t n;
	int64_t *deduction;
	int64_t *contribution;
};

/* Returns all incomes or-ed together. */
static uint64_t fill_both(
	const struct kernel *deduction, const struct kernel *contribution, const struct columns *c)
{
	const bool wide = kernel_has_wide();
	uint64_t seen = 0;

	for (size_t at = 0; at < c->n; at += COLUMN_BLOCK) {
		size_t n = c->n - at < COLUMN_BLOCK ? c->n - at : COLUMN_BLOCK;

		seen |= kernel_column(deduction, wide, c->income + at, n, c->deduction + at);
		seen |= kernel_column(contribution, wide, c->income + at, n, c->contribution + at);
	}
	return seen;
}

/* Rows whose division no shift replaces exactly: one by one. */
static ST fill_slowly(struct ctx *cx, const struct kernel *deduction,
	const struct kernel *contribution, const struct columns *c)
{
	struct money sum;

	for (size_t i = 0; i < c->n; i++) {
		if (c->income[i] < 0 || c->income[i] > MONEY_MAX_TIYN)
			return fail_in(cx, i + 1, "income", MONEY_RANGE, "%s", "");
		must(kernel_due(deduction, money_tiyn(c->income[i]), &sum));
		c->deduction[i] = money_to_tiyn(sum);
		must(kernel_due(contribution, money_tiyn(c->income[i]), &sum));
		c->contribution[i] = money_to_tiyn(sum);
	}
	return OK;
}

enum st contribution_takes_income(struct ctx *cx, const struct lawbook *book, enum payer_kind kind,
	struct month month, bool *out)
{
	bool income = false, fixed = false;
	const struct law_rate *row;

	for (size_t i = 0; i < CODES; i++) {
		TRY(lawbook_rate(cx, book, kind, codes[i], month, false, &row));
		income |= row && takes_income(row);
		fixed |= row && takes_fixed_sum(row);
	}
	*out = income || !fixed;
	return OK;
}

enum st contribution_columns(struct ctx *cx, const struct lawbook *book, struct month month,
	const int64_t *income_tiyn, size_t n, int64_t *deduction_tiyn, int64_t *contribution_tiyn)
{
	const struct columns columns = {income_tiyn, n, deduction_tiyn, contribution_tiyn};
	const enum rounding how = rounding_of(book);
	const struct law_rate *deduction, *contribution;

	TRY(lawbook_rate(cx, book, PAYER_EMPLOYER, KNP_DEDUCTION, month, false, &deduction));
	TRY(lawbook_rate(cx, book, PAYER_EMPLOYER, KNP_CONTRIBUTION, month, false, &contribution));
	const struct kernel d = kernel_of(deduction, how), v = kernel_of(contribution, how);

	if (!d.exact_shift || !v.exact_shift)
		return fill_slowly(cx, &d, &v, &columns);
	if (fill_both(&d, &v, &columns) >> 54) /* 2^54 is the first power above MONEY_MAX_TIYN */
		return fail_in(cx, 0, "income", MONEY_RANGE, "%s", "");
	return OK;
}
