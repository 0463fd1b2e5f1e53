/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Made-up answers for the pages, one per kind of page: for golden files and for the bench.
 */
#ifndef SUPPORT_PAGE_SAMPLES_H
#define SUPPORT_PAGE_SAMPLES_H

#include "channels/http/site.h"
#include "channels/web/page.h"
#include "channels/web/status_view.h"
#include "pages.h"

#define SAMPLE_TOKEN "dG9rZW4tb2YtYS1zYW1wbGU"

/* Serial 99xx: belongs to nobody. */
static const struct iin sample_iin = {"900101399914"};

/* A site with a name and made-up people. */
static const struct request *sample_request(struct ctx *cx)
{
	struct request *rq = ARENA_NEW(cx->arena, struct request);
	struct site *site = ARENA_NEW(cx->arena, struct site);
	struct call *call = ARENA_NEW(cx->arena, struct call);

	site->settings.public_url = STR_LIT("https://saqta.example");
	site->settings.test_data = true;
	call->cx = cx;
	rq->site = site;
	rq->call = call;
	return rq;
}

static struct coverage_month sample_month(struct month m, enum month_class class)
{
	return (struct coverage_month){.month = m,
		.class = class,
		.due = day_of(month_year(month_add(m, 1)), month_number(month_add(m, 1)), 25)};
}

/* 24 months to November 2026: paid by an employer, three months of a student, two missing. */
static void sample_months(struct ctx *cx, struct coverage_answer *a)
{
	a->month_count = 24;
	a->months = arena_array(cx->arena, a->month_count, sizeof(*a->months));
	for (int i = 0; i < 24; i++) {
		struct month at = month_add(month_of(2024, 12), i);
		enum month_class class = i < 6    ? CLASS_STATE
					 : i < 20 ? CLASS_PAID
					 : i < 22 ? CLASS_DEBT
						  : CLASS_OPEN;
		struct coverage_month *m = &a->months[i];
		*m = sample_month(at, class);
		if (class == CLASS_STATE) {
			m->has_category = true;
			m->category = CATEGORY_STUDENT;
		}
		if (class == CLASS_PAID) {
			m->has_payer_kind = true;
			m->payer_kind = i < 16 ? PAYER_EMPLOYER : PAYER_INDEPENDENT;
			m->sums[0] = money_tiyn(i < 16 ? 255000 : 0);
			m->sums[1] = money_tiyn(i < 16 ? 170000 : 425000);
		}
		if (class == CLASS_DEBT || class == CLASS_OPEN)
			m->owed = money_tiyn(425000);
	}
	a->months[21].partly = true;
	a->months[21].sums[1] = money_tiyn(100000);
	a->debt = &a->months[20];
	a->debt_count = 2;
}

static void sample_options(struct ctx *cx, struct coverage_answer *a)
{
	a->options[0] = (struct coverage_option){.kind = OPTION_ARREARS,
		.sum = money_tiyn(850000),
		.month_count = 2,
		.insured_from = day_of(2026, 11, 22)};
	a->options[1] = (struct coverage_option){.kind = OPTION_PREPAY,
		.sum = money_tiyn(5100000),
		.month_count = 12,
		.insured_from = day_of(2026, 12, 1)};
	a->option_count = 2;
	for (size_t o = 0; o < 2; o++) {
		struct coverage_option *option = &a->options[o];
		option->months = arena_array(cx->arena, option->month_count, sizeof(struct month));
		option->sums = arena_array(cx->arena, option->month_count, sizeof(struct money));
		for (size_t i = 0; i < option->month_count; i++) {
			option->months[i] = month_add(month_of(2026, o ? 12 : 8), (int)i);
			option->sums[i] = money_tiyn(425000);
		}
	}
	a->has_cheapest = true;
	a->cheapest = OPTION_ARREARS;
}

static void sample_step(struct steps *steps, enum msg m, struct arg arg, int open)
{
	struct step s = {.rule = "sample",
		.article = STR_LIT("405-V art. 5(2)"),
		.open = open,
		.msg = m,
		.arg_count = 1};

	s.args[0] = arg;
	step_add(steps, s);
}

static struct status_answer *sample_answer(struct ctx *cx, enum coverage_reason reason)
{
	struct status_answer *a = ARENA_NEW(cx->arena, struct status_answer);
	struct coverage_answer *c = &a->coverage;

	c->reason = reason;
	c->insured = reason != REASON_LAPSED && reason != REASON_NOT_IN_SYSTEM;
	c->on = c->known = day_of(2026, 11, 22);
	c->steps.arena = cx->arena;
	a->has_as_of = true;
	a->as_of = (struct instant){1795323000LL * 1000000};
	memcpy(a->answer_no, "01K9QZ7XTR8M4C2V5B6N7P8Q9R", 27);
	if (reason == REASON_NOT_IN_SYSTEM)
		return a;
	sample_months(cx, c);
	sample_step(&c->steps, MSG_st_until, arg_day("date", day_of(2026, 11, 30)), 0);
	sample_step(&c->steps, MSG_m_owed, arg_money("sum", money_tiyn(425000)), 18);
	if (reason == REASON_REGULAR) {
		c->debt_count = 0;
		return a;
	}
	sample_options(cx, c);
	if (c->insured) {
		c->has_until = true;
		c->insured_until = day_of(2026, 11, 30);
	}
	return a;
}

static struct view_status *sample_status(struct ctx *cx, enum coverage_reason reason)
{
	struct view_status *v = ARENA_NEW(cx->arena, struct view_status);

	status_view_fill(cx, &sample_iin, sample_answer(cx, reason), v);
	v->token = STR_LIT(SAMPLE_TOKEN);
	v->more_url = STR_LIT("/kk/s/" SAMPLE_TOKEN);
	v->page = page_of(sample_request(cx), say_plain(cx->lang, v->words->headline), TAB_STATUS,
		STR_LIT("s/" SAMPLE_TOKEN));
	v->page.personal = true;
	return v;
}

#endif
