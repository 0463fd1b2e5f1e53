/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The steps of an answer: which of A1-A11 decided, under which article, with which numbers.
 */
#include "base/check.h"
#include "rules/coverage_parts.h"

struct telling {
	const struct coverage_map *map;
	const struct coverage_day *day;
	const struct coverage_verdict *verdict;
	struct coverage_answer *answer;
};

static struct step *tell(
	struct telling *t, const char *rule, const struct law_cite *cite, enum msg msg)
{
	struct steps *steps = &t->answer->steps;
	size_t before = steps->count;

	step_add(steps, (struct step){
				.rule = rule,
				.article = cite->article,
				.source = cite->source,
				.open = cite->open,
				.msg = msg,
			});
	must(steps->count == before + 1); /* an answer has fewer than LIMIT_STEPS */
	return &steps->items[before];
}

static void with(struct step *s, struct arg arg)
{
	must(s->arg_count < STEP_ARGS_MAX);
	s->args[s->arg_count++] = arg;
}

/* Never which category: it may tell of an illness, of custody or of an income. */
static void tell_category(struct telling *t, bool exempt)
{
	const struct law_status *law = t->day->law;
	struct step *s = tell(t, "A3", exempt ? &law->cite_exempt : &law->cite_category,
		exempt ? MSG_cov_a3_exempt : MSG_cov_a3_category);

	with(s, arg_month("month", t->day->month));
}

static void tell_transition(struct telling *t)
{
	const struct law_status *law = t->day->law;
	struct step *s = tell(t, "A2", &law->cite_transition, MSG_cov_a2);

	with(s, arg_day("from", law->from));
	with(s, arg_day("to", law->to));
}

static void tell_three_months(struct telling *t)
{
	const struct law_status *law = t->day->law;
	struct step *s = tell(t, "A5", &law->cite_three_months, MSG_cov_a5);

	with(s, arg_month("first", month_add(t->day->month, -law->three_months_count)));
	with(s, arg_month("last", month_add(t->day->month, -1)));
	with(s, arg_count("n", law->three_months_count));
}

/* The stretch of prepaid months around the day's month. */
static void tell_prepaid(struct telling *t)
{
	const struct monthset *prepaid = &t->map->hot.prepaid;
	struct step *s = tell(t, "A6", &t->day->law->cite_prepay, MSG_cov_a6);
	struct month first = t->day->month, last = t->day->month;

	while (monthset_has(prepaid, month_add(first, -1)))
		first = month_add(first, -1);
	while (monthset_has(prepaid, month_add(last, 1)))
		last = month_add(last, 1);
	with(s, arg_month("first", first));
	with(s, arg_month("last", last));
}

/* A7: how month K has acquired the right. */
static void tell_k(struct telling *t)
{
	const struct law_status *law = t->day->law;
	const struct coverage_hot *who = &t->map->hot;
	struct month k = t->verdict->k;
	struct month last = month_add(k, -law->window_shift);
	struct month first = month_add(last, 1 - law->lookback);
	bool clear = true;
	struct step *s;

	if (first.n < law->first_month.n)
		first = law->first_month;
	for (struct month m = first; m.n <= last.n; m = month_add(m, 1))
		clear = clear && !monthset_has(&t->verdict->debt, m);
	if (monthset_has(&who->state, k) || monthset_has(&who->exempt, k)) {
		s = tell(t, "A7", &law->cite_category, MSG_cov_a7_state);
	} else if (clear) {
		s = tell(t, "A7", &law->cite_right, MSG_cov_a7_paid);
		with(s, arg_month("first", first));
		with(s, arg_month("last", last));
	} else if (monthset_has(&who->prepaid, k)) {
		s = tell(t, "A7", &law->cite_prepay, MSG_cov_a7_prepaid);
	} else {
		s = tell(t, "A7", &law->cite_grace, MSG_cov_a7_resumed);
	}
	with(s, arg_month("month", k));
}

static void tell_grace(struct telling *t, bool lapsed)
{
	const struct law_status *law = t->day->law;
	const struct coverage_verdict *v = t->verdict;
	bool is_long = v->grace == law->grace_long && v->grace > law->grace;
	struct step *s;

	if (is_long) {
		s = tell(t, "A10", &law->cite_grace_long, MSG_cov_a10_long);
		with(s, arg_count("run", law->long_run));
	}
	s = tell(t, lapsed ? "A11" : "A10", is_long ? &law->cite_grace_long : &law->cite_grace,
		lapsed ? MSG_cov_a11 : MSG_cov_a10);
	with(s, arg_count("gap", v->gap));
	with(s, arg_count("grace", v->grace));
}

static void tell_blocked(struct telling *t)
{
	const struct coverage_answer *answer = t->answer;
	const struct law_status *law = t->day->law;
	struct step *s = tell(t, "A8", &law->cite_debt, MSG_cov_a8);

	with(s, arg_month(
			"first", month_add(t->day->month, 1 - law->lookback - law->window_shift)));
	with(s, arg_month("last", month_add(t->day->month, -1)));
	with(s, arg_count("n", (int64_t)answer->debt_count));
}

static void tell_reason(struct telling *t)
{
	const struct law_status *law = t->day->law;

	switch (t->verdict->reason) {
	case REASON_NOT_IN_SYSTEM:
		with(tell(t, "A1", &law->cite_eligible, MSG_cov_a1), arg_day("on", t->day->on));
		break;
	case REASON_TRANSITION:
		tell_transition(t);
		break;
	case REASON_CATEGORY:
		tell_category(t, false);
		break;
	case REASON_EXEMPT:
		tell_category(t, true);
		break;
	case REASON_TEMPORARY:
		tell(t, "A4", &law->cite_temporary, MSG_cov_a4);
		break;
	case REASON_THREE_MONTHS:
		tell_three_months(t);
		break;
	case REASON_PREPAID:
		tell_prepaid(t);
		break;
	case REASON_NEVER:
		tell(t, "A7", &law->cite_right, MSG_cov_a7_never);
		break;
	case REASON_DEBT:
		tell_blocked(t);
		break;
	case REASON_REGULAR:
		tell_k(t);
		tell(t, "A9", &law->cite_right, MSG_cov_a9);
		break;
	case REASON_GRACE:
	case REASON_LAPSED:
		tell_k(t);
		tell_grace(t, t->verdict->reason == REASON_LAPSED);
		break;
	case REASON_COUNT:
		must(!"a reason");
	}
}

static void tell_options(struct telling *t)
{
	const struct law_status *law = t->day->law;

	for (size_t i = 0; i < t->answer->option_count; i++) {
		const struct coverage_option *o = &t->answer->options[i];
		bool arrears = o->kind == OPTION_ARREARS;
		struct step *s;

		s = tell(t, arrears ? "arrears" : "prepay",
			arrears ? &law->cite_debt : &law->cite_prepay,
			arrears ? MSG_cov_option_arrears : MSG_cov_option_prepay);
		with(s, arg_count("n", (int64_t)o->month_count));
		with(s, arg_money("sum", o->sum));
		with(s, arg_day("day", o->insured_from));
	}
}

void coverage_explain(const struct coverage_map *map, const struct coverage_day *day,
	const struct coverage_verdict *verdict, struct coverage_answer *answer)
{
	struct telling t = {map, day, verdict, answer};
	struct step *s = tell(&t, "clock", &day->law->cite_right, MSG_cov_clock);

	with(s, arg_day("on", answer->on));
	with(s, arg_day("known", answer->known));
	tell_reason(&t);
	for (size_t i = 0; i < answer->debt_count; i++) {
		const struct coverage_month *m = &answer->debt[i];

		s = tell(&t, "debt", &day->law->cite_debt, MSG_cov_debt);
		with(s, arg_month("month", m->month));
		with(s, arg_day("due", m->due));
		with(s, arg_money("sum", m->owed));
	}
	if (answer->has_until) {
		s = tell(&t, "until", &day->law->cite_grace, MSG_cov_until);
		with(s, arg_day("day", answer->insured_until));
	}
	tell_options(&t);
}
