/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/web/web.h"

#include "base/check.h"
#include "channels/http/form.h"
#include "channels/web/page.h"
#include "channels/web/paste.h"
#include "limits.h"
#include "pages.h"
#include "service/calculate.h"

/*
 * All inputs stand in the query, in the order of the form: kind, year, then for each row m=MONTH
 * followed by its salaries s=, one for each job. So a link keeps them, and rows need no numbers.
 * A pasted table comes beside them and takes the place of the rows.
 */
enum action { DO_NOTHING, DO_CALC, DO_ADD, DO_LESS, DO_FILL };

static const struct {
	const char *word;
	enum action action;
} actions[] = {
	{"calc", DO_CALC},
	{"add", DO_ADD},
	{"less", DO_LESS},
	{"fill", DO_FILL},
};

struct typed {
	enum action action;
	enum payer_kind kind;
	int year;  /* 0 = not given */
	int other; /* the year to compare with; 0 = none */
	int jobs;
	struct str category; /* "", a category or "exempt" */
	bool village;
	struct str pasted;
	struct view_calc_row *rows;
	size_t row_count;
};

static void row_add(struct ctx *cx, struct typed *t, int month)
{
	if (t->row_count == LIMIT_CALC_ROWS)
		return;
	t->rows[t->row_count] = (struct view_calc_row){.number = (int)t->row_count,
		.month = month,
		.typed = arena_array(cx->arena, VIEW_JOBS, sizeof(struct str))};
	t->row_count++;
}

static int number_in(struct str text, int low, int high, int otherwise)
{
	uint64_t v;

	if (!str_to_u64(str_trim(text), (uint64_t)high, &v) || (int)v < low)
		return otherwise;
	return (int)v;
}

static void take_pair(struct ctx *cx, struct typed *t, struct str name, struct str value)
{
	if (str_is(name, "kind"))
		(void)payer_parse(value, &t->kind);
	else if (str_is(name, "year"))
		t->year = number_in(value, 2017, 2099, 0);
	else if (str_is(name, "with"))
		t->other = number_in(value, 2017, 2099, 0);
	else if (str_is(name, "paste"))
		t->pasted = value;
	else if (str_is(name, "jobs"))
		t->jobs = number_in(value, 1, VIEW_JOBS, 1);
	else if (str_is(name, "cat"))
		t->category = value;
	else if (str_is(name, "place"))
		t->village = str_is(value, "village");
	else if (str_is(name, "m"))
		row_add(cx, t, number_in(value, 1, 12, 1));
	else if (str_is(name, "s") && t->row_count) {
		struct view_calc_row *row = &t->rows[t->row_count - 1];
		if (row->typed_count < VIEW_JOBS)
			row->typed[row->typed_count++] = value;
	} else if (str_is(name, "do"))
		for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
			if (str_is(value, actions[i].word))
				t->action = actions[i].action;
}

static ST read_query(struct request *rq, struct typed *t)
{
	struct ctx *cx = rq->call->cx;
	struct str rest = rq->query, name, value;
	bool end = false;

	*t = (struct typed){.kind = PAYER_EMPLOYER, .jobs = 1};
	t->rows = arena_array(cx->arena, LIMIT_CALC_ROWS, sizeof(*t->rows));
	for (;;) {
		TRY(form_next(cx, &rest, &name, &value, &end));
		if (end)
			break;
		take_pair(cx, t, name, value);
	}
	if (t->row_count == 0)
		row_add(cx, t, 1);
	return OK;
}

/* What was pasted becomes the rows, unless something in it is not clear. */
static void take_paste(struct ctx *cx, struct typed *t, struct view_calculator *v)
{
	_Static_assert((int)PASTE_CELLS == (int)VIEW_JOBS, "a salary for each job");
	if (str_trim(t->pasted).n == 0)
		return;
	struct paste p = paste_read(cx->arena, t->pasted, LIMIT_CALC_ROWS);
	v->paste_wrong = p.wrong_line;
	v->paste_many = p.too_many;
	if (p.wrong_line || p.too_many || p.count == 0) {
		v->pasted = t->pasted;
		v->page.has_error = p.wrong_line || p.too_many;
		return;
	}
	t->row_count = 0;
	for (size_t i = 0; i < p.count; i++) {
		const struct paste_row *from = &p.rows[i];
		row_add(cx, t, from->month);
		struct view_calc_row *row = &t->rows[i];
		memcpy(row->typed, from->cells, from->cell_count * sizeof(struct str));
		row->typed_count = from->cell_count;
		t->jobs = (int)from->cell_count > t->jobs ? (int)from->cell_count : t->jobs;
	}
}

static void fill_down(struct ctx *cx, struct typed *t)
{
	const struct view_calc_row first = t->rows[0];

	t->row_count = 1;
	for (int month = first.month + 1; month <= 12; month++) {
		row_add(cx, t, month);
		struct view_calc_row *row = &t->rows[t->row_count - 1];
		memcpy(row->typed, first.typed, VIEW_JOBS * sizeof(struct str));
		row->typed_count = first.typed_count;
	}
}

static void act(struct ctx *cx, struct typed *t)
{
	int last = t->rows[t->row_count - 1].month;

	switch (t->action) {
	case DO_ADD:
		row_add(cx, t, last < 12 ? last + 1 : 1);
		return;
	case DO_LESS:
		t->row_count -= t->row_count > 1;
		return;
	case DO_FILL:
		fill_down(cx, t);
		return;
	case DO_CALC:
	case DO_NOTHING:
		return;
	}
	must(!"an action");
}

static struct str year_text(struct ctx *cx, int year)
{
	struct buf b = buf_new(cx->arena, 8);

	buf_i64(&b, year);
	return buf_view(&b);
}

/* The years of the law book, and the one that was asked for; again, to compare with one. */
static void fill_years(struct request *rq, struct typed *t, struct view_calculator *v)
{
	struct ctx *cx = rq->call->cx;
	int first = 9999, last = 0,
	    today = month_year(day_month(day_in_astana(cx->clock->now(cx->clock))));

	for (int k = 0; k < PAYER_COUNT; k++) {
		struct month from, to;
		lawbook_reach(rq->call->book, (enum payer_kind)k, &from, &to);
		first = month_year(from) < first ? month_year(from) : first;
		last = month_year(to) > last ? month_year(to) : last;
	}
	if (!t->year)
		t->year = today < last ? today : last;
	first = t->year < first ? t->year : first;
	last = t->year > last ? t->year : last;
	size_t cap = (size_t)(last - first + 2);
	v->years = arena_array(cx->arena, cap, sizeof(*v->years));
	v->others = arena_array(cx->arena, cap, sizeof(*v->others));
	v->others[v->other_count++] = (struct view_choice){
		.value = STR_LIT(""), .name = say_plain(cx->lang, MSG_k_compare_none)};
	for (int year = last; year >= first; year--) {
		struct str text = year_text(cx, year);
		v->years[v->year_count++] = (struct view_choice){
			.value = text, .name = text, .chosen = year == t->year};
		v->others[v->other_count++] = (struct view_choice){
			.value = text, .name = text, .chosen = year == t->other};
	}
}

/* Months in which the kind does not exist ask for an income; they fail when they are computed. */
static bool takes_income(struct call *call, enum payer_kind kind, struct month month)
{
	bool takes = true;

	if (contribution_takes_income(call->cx, call->book, kind, month, &takes) != OK)
		err_clear(call->cx);
	return takes;
}

static void fill_kinds(struct call *call, const struct typed *t, struct view_calculator *v)
{
	struct ctx *cx = call->cx;

	v->kinds = arena_array(cx->arena, PAYER_COUNT, sizeof(*v->kinds));
	for (int k = 0; k < PAYER_COUNT; k++) {
		enum payer_kind kind = (enum payer_kind)k;
		const char *code = payer_code(kind);
		struct view_kind *of = &v->kinds[v->kind_count++];
		*of = (struct view_kind){.choice = {.value = str_of(code),
						 .name = say_code(cx->lang, "payer", code),
						 .chosen = kind == t->kind},
			.fixed = !takes_income(call, kind, month_of(t->year, t->rows[0].month)),
			.pay = kind == PAYER_EMPLOYER ? MSG_k_salary : MSG_k_income};
		if (kind == t->kind)
			v->kind = of;
	}
	v->employer = t->kind == PAYER_EMPLOYER;
}

static void fill_categories(struct ctx *cx, const struct typed *t, struct view_calculator *v)
{
	v->categories =
		arena_array(cx->arena, CATEGORY_COUNT + EXEMPT_COUNT + 1, sizeof(*v->categories));
	v->categories[v->category_count++] = (struct view_choice){
		.value = STR_LIT(""), .name = say_plain(cx->lang, MSG_k_no_category)};
	for (int c = 0; c < CATEGORY_COUNT; c++) {
		const char *code = category_code((enum category)c);
		v->categories[v->category_count++] = (struct view_choice){.value = str_of(code),
			.name = say_code(cx->lang, "category", code),
			.chosen = str_is(t->category, code)};
	}
	for (int e = 0; e < EXEMPT_COUNT; e++) {
		const char *code = exempt_code((enum exempt)e);
		v->categories[v->category_count++] = (struct view_choice){.value = str_of(code),
			.name = say_code(cx->lang, "exempt", code),
			.chosen = str_is(t->category, code)};
	}
}

/* Every row has one field for each job. */
static void fit_jobs(struct typed *t)
{
	for (size_t i = 0; i < t->row_count; i++) {
		struct view_calc_row *row = &t->rows[i];
		for (size_t j = row->typed_count; j < (size_t)t->jobs; j++)
			row->typed[j] = STR_LIT("");
		row->typed_count = (size_t)t->jobs;
	}
}

static ST compute_row(struct call *call, const struct typed *t, struct view_calc_row *row)
{
	struct money incomes[VIEW_JOBS];
	struct contribution_question q = {
		.kind = t->kind, .month = row->at, .incomes = incomes, .has_place = true};
	struct calculation done;
	enum category category;
	enum exempt exempt;
	size_t typed_count = takes_income(call, t->kind, row->at) ? row->typed_count : 0;

	for (size_t i = 0; i < typed_count; i++)
		if (str_trim(row->typed[i]).n)
			TRY(money_parse(call->cx, row->typed[i], &incomes[q.income_count++]));
	if (category_parse(t->category, &category)) {
		q.categories = &category;
		q.category_count = 1;
	}
	q.exempt = exempt_parse(t->category, &exempt);
	q.village = t->village;
	TRY(calculate_contribution(call, &q, &done));
	row->result = done.result;
	row->steps = done.steps;
	row->done = true;
	return OK;
}

static bool stands_earlier(const struct typed *t, size_t row)
{
	for (size_t i = 0; i < row; i++)
		if (t->rows[i].month == t->rows[row].month)
			return true;
	return false;
}

static void compute(struct call *call, struct typed *t, struct view_calculator *v)
{
	for (size_t i = 0; i < t->row_count; i++) {
		struct view_calc_row *row = &t->rows[i];
		row->at = month_of(t->year, row->month);
		row->twice = stands_earlier(t, i);
		if (!row->twice && compute_row(call, t, row) != OK)
			row->error = page_keep_error(call->cx);
		v->page.has_error |= row->twice || row->error;
	}
}

/* Totals over the rows, when every row could be computed. */
static ST total(struct ctx *cx, struct view_calculator *v)
{
	v->codes = arena_array(cx->arena, KNP_COUNT, sizeof(*v->codes));
	for (int k = 0; k < KNP_COUNT; k++) {
		struct view_calc_code code = {
			.knp = (enum knp)k, .name = page_code_words((enum knp)k)};
		bool fits = true;
		for (size_t i = 0; i < v->row_count; i++) {
			fits &= money_add(code.total, v->rows[i].result.sums[k], &code.total);
			v->capped |= v->rows[i].result.capped[k];
		}
		if (!fits || !money_add(v->total, code.total, &v->total))
			return fail(cx, MONEY_RANGE, "%s", "");
		if (!money_is_zero(code.total))
			v->codes[v->code_count++] = code;
	}
	for (size_t i = 0; i < v->row_count; i++)
		v->nothing_due |= v->rows[i].result.nothing_due;
	v->calculated = true;
	return OK;
}

static struct view_pair pair_of(struct money here, struct money there)
{
	struct view_pair p = {.here = here, .there = there, .sign = money_cmp(there, here)};

	must(money_sub(money_max(here, there), money_min(here, there), &p.more));
	return p;
}

/* The rows of the other year, computed alike; no comparison when the law has no rule for one. */
static ST compute_other(struct call *call, const struct typed *t, struct view_calc_row *rows)
{
	for (size_t i = 0; i < t->row_count; i++) {
		rows[i] = t->rows[i];
		rows[i].at = month_of(t->other, t->rows[i].month);
		TRY(compute_row(call, t, &rows[i]));
	}
	return OK;
}

/* Both totals were checked to fit, so every part of them does. */
static void compare_codes(struct ctx *cx, const struct view_calculator *v,
	const struct view_calc_row *rows, struct view_compare *c)
{
	struct money all = MONEY_ZERO;

	c->codes = arena_array(cx->arena, KNP_COUNT, sizeof(*c->codes));
	for (int k = 0; k < KNP_COUNT; k++) {
		struct money here = MONEY_ZERO, there = MONEY_ZERO;
		for (size_t i = 0; i < v->row_count; i++) {
			must(money_add(here, v->rows[i].result.sums[k], &here));
			must(money_add(there, rows[i].result.sums[k], &there));
		}
		must(money_add(all, there, &all));
		if (money_is_zero(here) && money_is_zero(there))
			continue;
		c->codes[c->code_count] = pair_of(here, there);
		c->codes[c->code_count++].name = page_code_words((enum knp)k);
	}
	c->total = pair_of(v->total, all);
}

static void compare(struct call *call, const struct typed *t, struct view_calculator *v)
{
	struct ctx *cx = call->cx;
	struct view_calc_row *rows = arena_array(cx->arena, t->row_count, sizeof(*rows));
	struct view_compare *c = ARENA_NEW(cx->arena, struct view_compare);

	if (!t->other || t->other == t->year)
		return;
	if (compute_other(call, t, rows) != OK) {
		err_clear(cx);
		v->compare_failed = year_text(cx, t->other);
		return;
	}
	*c = (struct view_compare){.year = t->year,
		.other = t->other,
		.year_name = year_text(cx, t->year),
		.other_name = year_text(cx, t->other)};
	c->months = arena_array(cx->arena, t->row_count, sizeof(*c->months));
	for (size_t i = 0; i < t->row_count; i++) {
		c->months[i] = pair_of(t->rows[i].result.total, rows[i].result.total);
		c->months[i].at = t->rows[i].at;
	}
	c->month_count = t->row_count;
	compare_codes(cx, v, rows, c);
	v->compare = c;
}

static void calculate(struct call *call, struct typed *t, struct view_calculator *v)
{
	compute(call, t, v);
	if (v->page.has_error)
		return;
	if (total(call->cx, v) != OK) {
		v->error = page_keep_error(call->cx);
		v->page.has_error = true;
		return;
	}
	compare(call, t, v);
}

static struct view_page calculator_frame(struct request *rq)
{
	struct ctx *cx = rq->call->cx;
	struct buf rest = buf_new(cx->arena, LIMIT_HEADER_BYTES);

	buf_z(&rest, "calculator");
	if (rq->query.n) {
		buf_char(&rest, '?');
		buf_str(&rest, rq->query);
	}
	return page_of(rq, say_plain(cx->lang, MSG_k_h1), TAB_CALCULATOR, buf_view(&rest));
}

struct reply *web_calculator(struct request *rq)
{
	struct ctx *cx = rq->call->cx;
	struct buf b = page_buf(cx);
	struct view_calculator v = {.row_max = LIMIT_CALC_ROWS};
	struct typed t;

	enum st st = read_query(rq, &t);
	if (st != OK)
		return reply_error(rq, st);
	v.page = calculator_frame(rq);
	take_paste(cx, &t, &v);
	act(cx, &t);
	fit_jobs(&t);
	fill_years(rq, &t, &v);
	fill_kinds(rq->call, &t, &v);
	fill_categories(cx, &t, &v);
	v.village = t.village;
	v.jobs = t.jobs;
	v.more_open = t.village || t.jobs > 1 || t.category.n || t.other;
	v.rows = t.rows;
	v.row_count = t.row_count;
	if (t.action == DO_CALC && !v.page.has_error)
		calculate(rq->call, &t, &v);
	page_calculator(&b, cx->lang, &v);
	return reply_page(rq, v.page.has_error ? 422 : 200, buf_view(&b), REPLY_FRESH);
}
