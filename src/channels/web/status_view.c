/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/web/status_view.h"

#include "base/check.h"
#include "channels/web/page.h"

enum look {
	LOOK_PAID,
	LOOK_EMPLOYER,
	LOOK_PARTLY,
	LOOK_DEBT,
	LOOK_STATE,
	LOOK_EXEMPT,
	LOOK_OPEN,
	LOOK_RETURNED,
	LOOK_NONE,
	LOOK_COUNT
};

static const struct view_look looks[LOOK_COUNT] = {
	[LOOK_PAID] = {"is-paid", "check", MSG_m_paid},
	[LOOK_EMPLOYER] = {"is-employer", "work", MSG_m_empl},
	[LOOK_PARTLY] = {"is-partly", "half", MSG_m_part},
	[LOOK_DEBT] = {"is-debt", "alert", MSG_m_due},
	[LOOK_STATE] = {"is-state", "state", MSG_m_state},
	[LOOK_EXEMPT] = {"is-exempt", "dash", MSG_m_exempt},
	[LOOK_OPEN] = {"is-open", "dot", MSG_m_future},
	[LOOK_RETURNED] = {"is-returned", "back", MSG_m_back},
	[LOOK_NONE] = {"is-none", "dash", MSG_m_none},
};

/* A yes, a no: what all rows of the kind have in common. */
#define YES(because_)                                                                              \
	{                                                                                          \
		"answer--yes", "insured", MSG_st_insured, MSG_st_until, because_,                  \
			MSG_st_do_nothing                                                          \
	}
#define NO(because_)                                                                               \
	{                                                                                          \
		"answer--no", "none", MSG_st_no, MSG_st_until, because_, MSG_st_do_pay             \
	}

static const struct view_answer_words words[REASON_COUNT] = {
	[REASON_REGULAR] = {"answer--yes", "insured", MSG_st_insured, MSG_st_until_regular,
		MSG_st_because_regular, MSG_st_do_nothing},
	[REASON_GRACE] = {"answer--grace", "grace", MSG_st_grace, MSG_st_until,
		MSG_st_because_grace, MSG_st_do_arrears},
	[REASON_PREPAID] = YES(MSG_st_because_prepaid),
	[REASON_CATEGORY] = YES(MSG_st_because_category),
	[REASON_EXEMPT] = YES(MSG_st_because_exempt),
	[REASON_TEMPORARY] = YES(MSG_st_because_temporary),
	[REASON_TRANSITION] = YES(MSG_st_because_transition),
	[REASON_THREE_MONTHS] = YES(MSG_st_because_three_months),
	[REASON_NEVER] = NO(MSG_st_because_never),
	[REASON_DEBT] = NO(MSG_st_because_debt),
	[REASON_LAPSED] = NO(MSG_st_because_lapsed),
	[REASON_NOT_IN_SYSTEM] = {"answer--unknown", "unknown", MSG_st_none, MSG_st_until,
		MSG_st_because_not_in_system, MSG_st_do_register},
};

static const enum msg rules_of[CLASS_COUNT] = {
	[CLASS_NONE] = MSG_why_none,
	[CLASS_OPEN] = MSG_why_is_open,
	[CLASS_DEBT] = MSG_why_debt,
	[CLASS_PAID] = MSG_why_paid,
	[CLASS_STATE] = MSG_why_state,
	[CLASS_EXEMPT] = MSG_why_exempt,
};

static const enum msg owed_by_words[] = {
	[OWED_BY_SELF] = MSG_why_by_self,
	[OWED_BY_EMPLOYER] = MSG_why_by_employer,
	[OWED_BY_ENTREPRENEUR] = MSG_why_by_entrepreneur,
};

/* Names the person: "employer" is who pays for an employee. */
static enum msg payer_words(enum payer_kind kind)
{
	static const enum msg words_of[PAYER_COUNT] = {
		[PAYER_EMPLOYER] = MSG_spell_employee,
		[PAYER_CONTRACT] = MSG_payer_contract,
		[PAYER_ENTREPRENEUR] = MSG_payer_entrepreneur,
		[PAYER_PRACTICE] = MSG_payer_practice,
		[PAYER_FARM] = MSG_payer_farm,
		[PAYER_INDEPENDENT] = MSG_payer_independent,
		[PAYER_SELF_EMPLOYED] = MSG_payer_self_employed,
		[PAYER_SINGLE_PAYMENT] = MSG_payer_single_payment,
		[PAYER_AGGREGATE_PAYMENT] = MSG_payer_aggregate_payment,
		[PAYER_ASSISTANT] = MSG_payer_assistant,
		[PAYER_STATE] = MSG_spell_category,
	};

	must((unsigned)kind < PAYER_COUNT);
	return words_of[kind];
}

/* Under which codes such a person's money comes. */
static enum msg kind_words(enum payer_kind kind)
{
	switch (kind) {
	case PAYER_EMPLOYER:
		return MSG_st_kind_employer;
	case PAYER_SINGLE_PAYMENT:
		return MSG_code_191;
	case PAYER_AGGREGATE_PAYMENT:
		return MSG_code_183;
	case PAYER_STATE:
		return MSG_st_kind_state;
	case PAYER_CONTRACT:
	case PAYER_ENTREPRENEUR:
	case PAYER_PRACTICE:
	case PAYER_FARM:
	case PAYER_INDEPENDENT:
	case PAYER_SELF_EMPLOYED:
	case PAYER_ASSISTANT:
	case PAYER_COUNT:
		return MSG_code_122;
	}
	must(!"a kind of payer");
}

static enum look look_of(const struct coverage_month *m)
{
	switch (m->class) {
	case CLASS_PAID:
		return m->has_payer_kind && m->payer_kind == PAYER_EMPLOYER ? LOOK_EMPLOYER
									    : LOOK_PAID;
	case CLASS_DEBT:
		return m->partly ? LOOK_PARTLY : LOOK_DEBT;
	case CLASS_STATE:
		return LOOK_STATE;
	case CLASS_EXEMPT:
		return LOOK_EXEMPT;
	case CLASS_OPEN:
		if (m->partly)
			return LOOK_PARTLY;
		return m->returned ? LOOK_RETURNED : LOOK_OPEN;
	case CLASS_NONE:
	case CLASS_COUNT:
		return LOOK_NONE;
	}
	must(!"a class of months");
}

struct view_cell status_view_cell(const struct coverage_month *m)
{
	struct view_cell cell = {.m = m, .look = &looks[look_of(m)]};

	must(money_add(m->sums[0], m->sums[1], &cell.paid));
	cell.has_paid = !money_is_zero(cell.paid);
	/* What an employer will owe depends on a salary that nobody tells us. */
	cell.has_owed = !money_is_zero(m->owed) &&
			(m->class == CLASS_DEBT || m->owed_by != OWED_BY_EMPLOYER);
	cell.to_do = m->class == CLASS_DEBT;
	return cell;
}

static void fill_years(struct ctx *cx, struct view_status *out)
{
	const struct coverage_answer *a = out->a;
	size_t cap = 0;

	for (size_t i = 0; i < a->month_count; i++) {
		const struct coverage_month *m = &a->months[i];
		bool starts =
			i == 0 || month_year(m->month) != out->years[out->year_count - 1].year;
		if (starts) {
			struct view_year *year =
				ARENA_PUSH(cx->arena, out->years, out->year_count, cap);
			*year = (struct view_year){.year = month_year(m->month)};
			year->cells = arena_array(cx->arena, 12, sizeof(*year->cells));
		}
		struct view_year *year = &out->years[out->year_count - 1];
		must(year->count < 12);
		year->cells[year->count] = status_view_cell(m);
		if (starts)
			year->cells[year->count].first_at = month_number(m->month);
		year->count++;
	}
}

/* Only what stands in the grid, in the order of the table. */
static void fill_legend(struct ctx *cx, struct view_status *out)
{
	const struct view_look **legend = arena_array(cx->arena, LOOK_COUNT, sizeof(*legend));
	bool seen[LOOK_COUNT] = {false};

	for (size_t i = 0; i < out->a->month_count; i++)
		seen[look_of(&out->a->months[i])] = true;
	for (int i = 0; i < LOOK_COUNT; i++)
		if (seen[i])
			legend[out->legend_count++] = &looks[i];
	out->legend = legend;
}

static enum msg option_title(const struct coverage_option *o)
{
	if (o->kind == OPTION_ARREARS)
		return o->with_current ? MSG_opt_arrears_now : MSG_opt_arrears;
	return o->with_current ? MSG_opt_prepay_now : MSG_opt_prepay;
}

static void fill_options(struct ctx *cx, struct view_status *out)
{
	const struct coverage_answer *a = out->a;
	struct view_option *least = NULL;

	out->keeping = a->reason == REASON_GRACE;
	if (a->insured && !out->keeping)
		return;
	out->options = arena_array(cx->arena, a->option_count, sizeof(*out->options));
	for (size_t i = 0; i < a->option_count; i++) {
		struct view_option *o = &out->options[out->option_count++];
		*o = (struct view_option){
			.o = &a->options[i], .title = option_title(&a->options[i])};
		bool counts = a->has_cheapest && o->o->kind == a->cheapest;
		if (counts && (!least || money_cmp(o->o->sum, least->o->sum) < 0))
			least = o;
	}
	if (least)
		least->cheapest = true;
}

void status_view_fill(struct ctx *cx, const struct iin *iin, const struct status_answer *a,
	struct view_status *out)
{
	const struct coverage_answer *c = &a->coverage;

	must((unsigned)c->reason < REASON_COUNT);
	*out = (struct view_status){
		.iin = *iin,
		.a = c,
		.words = &words[c->reason],
		.has_as_of = a->has_as_of,
		.as_of = a->as_of,
		.answer_no = {a->answer_no, strnlen(a->answer_no, sizeof(a->answer_no))},
	};
	for (size_t i = 0; i < c->debt_count; i++)
		must(money_add(out->owed, c->debt[i].owed, &out->owed));
	out->known = c->reason != REASON_NOT_IN_SYSTEM;
	out->owes = c->debt_count > 0;
	out->debt_apart = out->owes && c->reason == REASON_PREPAID;
	for (size_t i = 0; i < c->month_count; i++)
		if (c->months[i].has_payer_kind) {
			out->has_kind = true;
			out->who_pays = payer_words(c->months[i].payer_kind);
			out->pay_kind = kind_words(c->months[i].payer_kind);
		}
	fill_years(cx, out);
	fill_legend(cx, out);
	fill_options(cx, out);
}

bool status_view_why(const struct coverage_answer *a, struct month m, struct view_why *out)
{
	const struct coverage_month *found = NULL;

	for (size_t i = 0; i < a->month_count && !found; i++)
		if (month_cmp(a->months[i].month, m) == 0)
			found = &a->months[i];
	if (!found)
		return false;
	*out = (struct view_why){
		.cell = status_view_cell(found), .rule = rules_of[found->class], .on = a->on};
	out->has_deduction = !money_is_zero(found->sums[KNP_DEDUCTION]);
	out->has_contribution = !money_is_zero(found->sums[KNP_CONTRIBUTION]);
	if (found->class == CLASS_DEBT || found->class == CLASS_OPEN) {
		out->has_owed_by = true;
		out->owed_by = owed_by_words[found->owed_by];
	}
	return true;
}

void status_view_payments(
	struct ctx *cx, const struct status_payment *payments, size_t count, struct view_why *out)
{
	out->payments = arena_array(cx->arena, count, sizeof(*out->payments));
	out->payment_count = count;
	for (size_t i = 0; i < count; i++)
		out->payments[i] =
			(struct view_payment){&payments[i], page_code_words(payments[i].knp)};
}

void status_view_returns(
	struct ctx *cx, const struct status_return *returns, size_t count, struct view_why *out)
{
	out->returns = arena_array(cx->arena, count, sizeof(*out->returns));
	out->return_count = count;
	for (size_t i = 0; i < count; i++)
		out->returns[i] =
			(struct view_return){&returns[i], page_code_words(returns[i].knp)};
}

void status_view_steps(struct ctx *cx, const struct steps *steps, struct steps *out)
{
	*out = (struct steps){.arena = cx->arena};
	for (size_t i = 0; i < steps->count; i++)
		if (steps->items[i].msg != MSG_step_due)
			step_add(out, steps->items[i]);
}

bool status_view_payer(const struct coverage_month *m, enum payer_kind *out)
{
	if (m->class != CLASS_DEBT && m->class != CLASS_OPEN)
		return false;
	switch (m->owed_by) {
	case OWED_BY_SELF:
		*out = PAYER_INDEPENDENT;
		return true;
	case OWED_BY_ENTREPRENEUR:
		*out = PAYER_ENTREPRENEUR;
		return true;
	case OWED_BY_EMPLOYER:
		return false; /* the sum depends on a salary that nobody tells us */
	}
	must(!"who owes");
}
