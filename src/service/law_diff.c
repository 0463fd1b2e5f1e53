/* SPDX-License-Identifier: Apache-2.0 */
#include "service/law.h"

#include <stdio.h>

#include "limits.h"
#include "service/law_rows.h"

/* Incomes that are asked about: samples from below a minimum wage to above every cap so far. */
static const int64_t ladder_tenge[] = {50000, 100000, 300000, 1000000, 2000000, 5000000};
enum { LADDER = sizeof(ladder_tenge) / sizeof(ladder_tenge[0]) };

struct comparison {
	struct ctx *cx;
	struct law_diff *diff;
	size_t sum_cap, row_cap;
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

/* Rows ----------------------------------------------------------------------------------------- */

/* What is compared of a citation besides the values, as values. */
enum { CITE_ARTICLE, CITE_SOURCE, CITE_OPEN, CITE_UNVERIFIED, CITE_COUNT };
static const char *const cite_names[CITE_COUNT] = {[CITE_ARTICLE] = "article",
	[CITE_SOURCE] = "source",
	[CITE_OPEN] = "open",
	[CITE_UNVERIFIED] = "unverified"};

static struct str cite_text(const struct law_row *row, int i)
{
	static const char *const numbers[OPEN_COUNT] = {"", "D1", "D2", "D3", "D4", "D5", "D6",
		"D7", "D8", "D9", "D10", "D11", "D12", "D13", "D14", "D15", "D16", "D17", "D18",
		"D19", "D20", "D21", "D22", "D23", "D24", "D25"};

	if (i == CITE_ARTICLE)
		return row->cite.article;
	if (i == CITE_SOURCE)
		return row->cite.source;
	if (i == CITE_OPEN)
		return row->cite.open ? str_of(numbers[row->cite.open]) : (struct str){0};
	return row->cite.unverified ? STR_LIT("true") : STR_LIT("false");
}

/* A word that the two rows of a change do not share. */
struct law_pair {
	struct str name, before, after;
};

/* Difference number `*at` or the first one after it; false when there is none left. */
static bool next_pair(
	const struct law_row *a, const struct law_row *b, size_t *at, struct law_pair *out)
{
	size_t total = a->value_count + b->value_count + CITE_COUNT;

	for (; *at < total; ++*at) {
		size_t i = *at;

		if (i < a->value_count) {
			*out = (struct law_pair){.name = a->values[i].name};
		} else if (i < a->value_count + b->value_count) {
			*out = (struct law_pair){.name = b->values[i - a->value_count].name};
			/* Said already with the words of the first row. */
			if (law_row_value(a, out->name).p)
				continue;
		} else {
			i -= a->value_count + b->value_count;
			*out = (struct law_pair){
				str_of(cite_names[i]), cite_text(a, (int)i), cite_text(b, (int)i)};
			if (str_eq(out->before, out->after))
				continue;
			++*at;
			return true;
		}
		out->before = law_row_value(a, out->name);
		out->after = law_row_value(b, out->name);
		if (!out->before.p != !out->after.p || !str_eq(out->before, out->after)) {
			++*at;
			return true;
		}
	}
	return false;
}

static bool same_row(const struct law_row *a, const struct law_row *b)
{
	struct law_pair pair;
	size_t at = 0;

	if (!a || !b)
		return a == b;
	return !next_pair(a, b, &at, &pair);
}

/* One line of time that both books are asked along: a key, or one of the conditions of a key. */
struct lane {
	enum law_section section;
	struct str key;
	bool any;        /* the rows that hold, whatever their condition */
	struct str when; /* else the rows with this condition */
};

static bool on_lane(const struct lane *lane, const struct law_row *row)
{
	return row->section == lane->section && str_eq(row->key, lane->key) &&
	       (lane->any ? row->used : str_eq(row->when, lane->when));
}

/* The row of the lane on a day: of those that have begun and not ended, the one that began last. */
static const struct law_row *row_on(
	const struct lawbook *book, const struct lane *lane, struct day on)
{
	const struct law_row *best = NULL;
	size_t n;
	const struct law_row *rows = lawbook_rows(book, &n);

	for (size_t i = 0; i < n; i++)
		if (on_lane(lane, &rows[i]) && day_cmp(rows[i].from, on) <= 0 &&
			day_cmp(on, rows[i].to) <= 0 &&
			(!best || day_cmp(rows[i].from, best->from) > 0))
			best = &rows[i];
	return best;
}

/* The first day after `on` on which a row of the lane begins or has ended. */
static struct day next_edge(const struct lawbook *book, const struct lane *lane, struct day on)
{
	struct day next = DAY_NEVER;
	size_t n;
	const struct law_row *rows = lawbook_rows(book, &n);

	for (size_t i = 0; i < n; i++) {
		struct day edges[] = {rows[i].from, day_add(rows[i].to, 1)};

		for (int k = 0; k < 2 && on_lane(lane, &rows[i]); k++)
			if (day_cmp(edges[k], on) > 0 && day_cmp(edges[k], next) < 0)
				next = edges[k];
	}
	return next;
}

static void add_row_change(struct comparison *c, struct law_row_change change)
{
	struct law_diff *d = c->diff;
	struct law_row_change *last = d->row_count ? &d->rows[d->row_count - 1] : NULL;

	if (last && last->before == change.before && last->after == change.after &&
		day_add(last->to, 1).n == change.from.n)
		last->to = change.to;
	else
		*ARENA_PUSH(c->cx->arena, d->rows, d->row_count, c->row_cap) = change;
}

static void compare_lane(struct comparison *c, const struct lane *lane)
{
	struct day on = DAY_ALWAYS;

	for (;;) {
		const struct law_row *a = row_on(c->diff->before, lane, on);
		const struct law_row *b = row_on(c->diff->after, lane, on);
		struct day ea = next_edge(c->diff->before, lane, on);
		struct day eb = next_edge(c->diff->after, lane, on);
		struct day next = day_cmp(ea, eb) < 0 ? ea : eb;
		/* Rows that hold in both books were compared on the lane of their key. */
		bool twice = !lane->any && (!a || a->used) && (!b || b->used);

		if (!same_row(a, b) && !twice)
			add_row_change(
				c, (struct law_row_change){on,
					   next.n == DAY_NEVER.n ? next : day_add(next, -1), a, b});
		if (next.n == DAY_NEVER.n)
			return;
		on = next;
	}
}

/* Has an earlier row of `book`, before number `end`, the same lane? */
static bool lane_seen(const struct lawbook *book, const struct lane *lane, size_t end)
{
	size_t n;
	const struct law_row *rows = lawbook_rows(book, &n);

	for (size_t i = 0; i < n && i < end; i++)
		if (rows[i].section == lane->section && str_eq(rows[i].key, lane->key) &&
			(lane->any || str_eq(rows[i].when, lane->when)))
			return true;
	return false;
}

/* The lanes of one section that the rows of a book name, but for those of `done`. */
static void compare_lanes(struct comparison *c, const struct lawbook *book,
	const struct lawbook *done, enum law_section section)
{
	size_t n;
	const struct law_row *rows = lawbook_rows(book, &n);

	for (size_t i = 0; i < n; i++)
		for (int any = 1; any >= 0 && rows[i].section == section; any--) {
			const struct lane lane = {section, rows[i].key, any == 1, rows[i].when};

			if ((any || lane.when.n) && !lane_seen(book, &lane, i) &&
				!(done && lane_seen(done, &lane, SIZE_MAX)))
				compare_lane(c, &lane);
		}
}

enum st law_diff_books(struct ctx *cx, const struct lawbook *before, const struct lawbook *after,
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
	for (enum law_section section = 0; section < LAW_SECTION_COUNT; section++) {
		compare_lanes(&c, before, NULL, section);
		compare_lanes(&c, after, before, section);
	}
	return OK;
}

bool law_diff_empty(const struct law_diff *d)
{
	return d->sum_count + d->row_count == 0;
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

/* "    Employer (employer 121) 2026-01-01…: cap: 10 MZP → 40 MZP [article; source]" */
static void put_row_change(struct buf *b, enum lang lang, const struct law_row_change *c)
{
	const struct law_row *row = c->after ? c->after : c->before;
	const char *between = " ";
	struct law_pair pair;

	buf_z(b, "    ");
	if (!c->before || !c->after) {
		buf_z(b, c->after ? "+ " : "- ");
		law_put_row_text(b, lang, row);
	} else {
		law_put_key_text(b, lang, row);
		buf_char(b, ':');
	}
	for (size_t at = 0; c->before && c->after && next_pair(c->before, c->after, &at, &pair);) {
		buf_z(b, between);
		law_put_value_text(b, lang, pair.name, pair.before);
		buf_z(b, " → ");
		law_put_text_value(b, lang, pair.name, pair.after);
		between = ", ";
	}
	if (c->from.n != DAY_ALWAYS.n) {
		buf_z(b, "; ");
		law_put_days(b, c->from, c->to);
	}
	if (!row->used)
		buf_fmt(b, "; %.*s", STR(row->when));
	law_put_cite_text(b, lang, &row->cite);
	buf_char(b, '\n');
}

static void put_rows_text(struct buf *b, enum lang lang, const struct law_diff *d)
{
	enum law_section last = LAW_SECTION_COUNT;

	if (d->row_count)
		put_heading(b, lang, MSG_law_diff_rows, d->row_count);
	for (size_t i = 0; i < d->row_count; i++) {
		const struct law_row_change *c = &d->rows[i];
		enum law_section section = (c->after ? c->after : c->before)->section;

		if (section != last) {
			buf_z(b, "  ");
			buf_str(b, law_section_name(lang, section));
			buf_char(b, '\n');
		}
		last = section;
		put_row_change(b, lang, c);
	}
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
	put_rows_text(b, lang, d);
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

static void put_side_json(struct json *j, const char *key, const struct law_row *row)
{
	json_put_key(j, key);
	if (row)
		law_put_row_json(j, row);
	else
		json_put_null(j);
}

static void put_row_change_json(struct json *j, const struct law_row_change *c)
{
	const struct law_row *row = c->after ? c->after : c->before;
	struct law_pair pair;

	json_open_object(j);
	json_put_key(j, "section");
	json_put_z(j, law_section_code(row->section));
	json_put_key(j, "key");
	json_put_str(j, row->key);
	json_put_key(j, "from");
	if (c->from.n == DAY_ALWAYS.n)
		json_put_null(j);
	else
		json_put_day(j, c->from);
	json_put_key(j, "to");
	json_put_day(j, c->to);
	json_put_key(j, "in_force");
	json_put_bool(j, row->used);
	json_put_key(j, "changes");
	json_open_array(j);
	for (size_t at = 0; c->before && c->after && next_pair(c->before, c->after, &at, &pair);) {
		json_open_object(j);
		json_put_key(j, "name");
		json_put_str(j, pair.name);
		json_put_key(j, "before");
		pair.before.p ? json_put_str(j, pair.before) : json_put_null(j);
		json_put_key(j, "after");
		pair.after.p ? json_put_str(j, pair.after) : json_put_null(j);
		json_close_object(j);
	}
	json_close_array(j);
	put_side_json(j, "before", c->before);
	put_side_json(j, "after", c->after);
	json_close_object(j);
}

void law_diff_put_json(struct json *j, const struct law_diff *d)
{
	json_put_key(j, "same");
	json_put_bool(j, law_diff_empty(d));
	json_put_key(j, "sums");
	json_open_array(j);
	for (size_t i = 0; i < d->sum_count; i++)
		put_sum_json(j, &d->sums[i]);
	json_close_array(j);
	json_put_key(j, "sums_dropped");
	json_put_u64(j, d->sums_dropped);
	json_put_key(j, "rows");
	json_open_array(j);
	for (size_t i = 0; i < d->row_count; i++)
		put_row_change_json(j, &d->rows[i]);
	json_close_array(j);
}
