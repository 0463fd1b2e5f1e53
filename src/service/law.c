/* SPDX-License-Identifier: Apache-2.0 */
#include "service/law.h"

#include <stdio.h>

#include "formats/json_write.h"
#include "rules/deadline.h"
#include "text/cite.h"

static const struct {
	const char *name;
	enum msg msg;
} units[UNIT_COUNT] = {
	[UNIT_MZP] = {"MZP", MSG_step_unit_mzp},
	[UNIT_MRP] = {"MRP", MSG_step_unit_mrp},
	[UNIT_AVERAGE_WAGE] = {"average_wage", MSG_step_unit_average_wage},
};

static void put_digest(struct buf *b, const struct lawbook *book)
{
	struct sha256 digest = lawbook_digest(book);

	digest_hex(b, digest.bytes, sizeof(digest.bytes));
}

static size_t count_unverified(const struct lawbook *book)
{
	size_t rows, n = 0;
	const struct law_rate *rates = lawbook_rates(book, &rows);

	for (size_t i = 0; i < rows; i++)
		n += rates[i].cite.unverified;
	return n;
}

static void put_line(struct buf *b, enum lang lang, enum msg m, struct arg arg)
{
	say(b, lang, m, &arg, 1);
	buf_char(b, '\n');
}

static void put_digest_line(struct buf *b, enum lang lang, const struct lawbook *book)
{
	char bytes[80];
	struct buf hex = {.p = bytes, .cap = sizeof(bytes), .max = sizeof(bytes)};

	put_digest(&hex, book);
	put_line(b, lang, MSG_law_digest, arg_str("digest", buf_view(&hex)));
}

void law_put_check_text(struct buf *b, enum lang lang, const struct lawbook *book)
{
	const struct arg reach[] = {
		arg_month("from", lawbook_first(book)), arg_month("to", lawbook_last(book))};
	size_t rows;

	lawbook_rates(book, &rows);
	say(b, lang, MSG_law_check_ok, reach, 2);
	buf_char(b, '\n');
	put_line(b, lang, MSG_law_check_rows, arg_count("n", (int64_t)rows));
	put_line(
		b, lang, MSG_law_check_unverified, arg_count("n", (int64_t)count_unverified(book)));
	put_digest_line(b, lang, book);
}

static void put_digest_json(struct json *j, const struct lawbook *book)
{
	char bytes[80];
	struct buf hex = {.p = bytes, .cap = sizeof(bytes), .max = sizeof(bytes)};

	put_digest(&hex, book);
	json_put_key(j, "law_digest");
	json_put_str(j, buf_view(&hex));
	json_put_key(j, "first");
	json_put_month(j, lawbook_first(book));
	json_put_key(j, "last");
	json_put_month(j, lawbook_last(book));
}

void law_put_check_json(struct buf *b, const struct lawbook *book)
{
	struct json j = json_start(b);
	size_t rows;

	lawbook_rates(book, &rows);
	json_open_object(&j);
	json_put_key(&j, "ok");
	json_put_bool(&j, true);
	put_digest_json(&j, book);
	json_put_key(&j, "rates");
	json_put_u64(&j, rows);
	json_put_key(&j, "unverified");
	json_put_u64(&j, count_unverified(book));
	json_close_object(&j);
	buf_char(b, '\n');
}

/* Text ----------------------------------------------------------------------------------------- */

/* One part of a row, with a comma before it when something stands there already. */
static void put_part(struct buf *b, enum lang lang, size_t start, enum msg m, struct arg arg)
{
	if (b->n > start)
		buf_z(b, ", ");
	say(b, lang, m, &arg, 1);
}

void law_put_rate_text(struct buf *b, enum lang lang, const struct law_rate *row)
{
	size_t start = b->n;
	struct money base;

	if (row->base == LAW_BASE_NONE) {
		buf_str(b, say_plain(lang, MSG_law_none));
		return;
	}
	put_part(b, lang, start, MSG_law_rate, arg_percent("rate", row->rate));
	if (row->multiple > 0 && money_multiple(row->unit_value, row->multiple, &base))
		put_part(b, lang, start, MSG_law_base, arg_money("sum", base));
	if (row->base == LAW_BASE_SHARE)
		put_part(b, lang, start, MSG_law_share, arg_percent("rate", row->share));
	if (row->has_whole)
		put_part(b, lang, start, MSG_law_whole, arg_percent("rate", row->whole));
	if (row->has_cap)
		put_part(b, lang, start, MSG_law_cap, arg_money("sum", row->cap));
	if (row->has_floor)
		put_part(b, lang, start, MSG_law_floor, arg_money("sum", row->floor));
	if (row->has_limit)
		put_part(b, lang, start, MSG_law_limit, arg_money("sum", row->limit));
	if (row->has_most)
		put_part(b, lang, start, MSG_law_most, arg_money("sum", row->most));
}

static bool holds(const struct law_rate *row, struct month m)
{
	return month_cmp(row->from, m) <= 0 && month_cmp(m, row->to) <= 0;
}

static void put_unit_text(struct buf *b, enum lang lang, const struct lawbook *book,
	enum law_unit unit, struct day on)
{
	struct ctx cx = {.lang = lang};
	struct money value;

	if (lawbook_unit(&cx, book, unit, on, &value, NULL) != OK)
		return;
	buf_z(b, "  ");
	buf_str(b, say_plain(lang, units[unit].msg));
	buf_z(b, ": ");
	say_money(b, lang, value);
	buf_char(b, '\n');
}

static void put_rate_line(struct buf *b, enum lang lang, const struct lawbook *book,
	const struct law_rate *row, struct month m)
{
	const struct arg due = arg_day("date", deadline_due(book, row->kind, m));

	buf_z(b, "  ");
	buf_str(b, say_code(lang, "payer", payer_code(row->kind)));
	buf_fmt(b, " (%s), %d: ", payer_code(row->kind), knp_number(row->knp));
	law_put_rate_text(b, lang, row);
	buf_z(b, "; ");
	say(b, lang, MSG_law_due, &due, 1);
	buf_z(b, " [");
	say_article(b, lang, row->cite.article);
	buf_fmt(b, "; %.*s", STR(row->cite.source));
	if (row->cite.open)
		buf_fmt(b, "; D%d", row->cite.open);
	if (row->cite.unverified) {
		buf_z(b, "; ");
		buf_str(b, say_plain(lang, MSG_law_unverified));
	}
	buf_z(b, "]\n");
}

static void put_heading(struct buf *b, enum lang lang, enum msg m)
{
	buf_char(b, '\n');
	buf_str(b, say_plain(lang, m));
	buf_char(b, '\n');
}

static void put_category_text(
	struct buf *b, enum lang lang, const struct lawbook *book, struct day on)
{
	put_heading(b, lang, MSG_law_categories);
	for (enum category c = 0; c < CATEGORY_COUNT; c++) {
		const struct law_category *row = lawbook_category(book, c, on);

		if (row)
			buf_fmt(b, "  %d. %.*s (%s)\n", row->paragraph, STR(row->name[lang]),
				category_code(c));
	}
}

static void put_open_text(struct buf *b, enum lang lang, const struct lawbook *book)
{
	put_heading(b, lang, MSG_law_questions);
	for (int n = D1; n < OPEN_COUNT; n++) {
		const struct law_open_question *q = lawbook_open(book, (enum law_open)n);

		buf_fmt(b, "  D%d. %.*s: %.*s (%.*s)\n", n, STR(q->topic[lang]),
			STR(q->choice_names[lang][q->chosen]), STR(q->choices[q->chosen]));
	}
}

void law_put_text(struct buf *b, enum lang lang, const struct lawbook *book, struct day on)
{
	size_t rows;
	const struct law_rate *rates = lawbook_rates(book, &rows);
	struct month m = day_month(on);
	int year, mon, mday;

	day_split(on, &year, &mon, &mday);
	put_line(b, lang, MSG_law_on, arg_day("date", on));
	put_digest_line(b, lang, book);
	put_heading(b, lang, MSG_law_units);
	for (enum law_unit unit = 0; unit < UNIT_COUNT; unit++)
		put_unit_text(b, lang, book, unit, on);
	put_heading(b, lang, MSG_law_rates);
	for (size_t i = 0; i < rows; i++)
		if (holds(&rates[i], m))
			put_rate_line(b, lang, book, &rates[i], m);
	if (lawbook_calendar_provisional(book, year)) {
		char bytes[8];
		int n = snprintf(bytes, sizeof(bytes), "%d", year);

		put_line(b, lang, MSG_law_provisional,
			arg_str("year", (struct str){bytes, (size_t)n}));
	}
	put_category_text(b, lang, book, on);
	put_open_text(b, lang, book);
}

/* JSON ----------------------------------------------------------------------------------------- */

static void put_rate_key(struct json *j, const char *key, struct rate rate)
{
	char bytes[24];
	struct buf b = {.p = bytes, .cap = sizeof(bytes), .max = sizeof(bytes)};

	rate_put_percent(&b, rate, '.');
	json_put_key(j, key);
	json_put_str(j, buf_view(&b));
}

static void put_money_key(struct json *j, const char *key, bool has, struct money sum)
{
	if (!has)
		return;
	json_put_key(j, key);
	json_put_money(j, sum);
}

static void put_cite_json(struct json *j, const struct law_cite *cite)
{
	json_put_key(j, "article");
	json_put_str(j, cite->article);
	json_put_key(j, "source");
	json_put_str(j, cite->source);
	if (cite->open) {
		json_put_key(j, "open");
		json_put_i64(j, cite->open);
	}
	if (cite->unverified) {
		json_put_key(j, "unverified");
		json_put_bool(j, true);
	}
}

void law_put_rate_json(struct json *j, const struct law_rate *row)
{
	static const char *const bases[] = {[LAW_BASE_NONE] = "none",
		[LAW_BASE_INCOME] = "income",
		[LAW_BASE_UNIT] = "unit",
		[LAW_BASE_SHARE] = "share"};
	struct money base = MONEY_ZERO;
	bool fixed = row->multiple > 0 && money_multiple(row->unit_value, row->multiple, &base);

	json_put_key(j, "kind");
	json_put_z(j, payer_code(row->kind));
	json_put_key(j, "knp");
	json_put_i64(j, knp_number(row->knp));
	json_put_key(j, "from");
	json_put_month(j, row->from);
	json_put_key(j, "to");
	json_put_month(j, row->to);
	json_put_key(j, "base");
	json_put_z(j, bases[row->base]);
	if (row->base != LAW_BASE_NONE)
		put_rate_key(j, "rate_percent", row->rate);
	if (row->base == LAW_BASE_SHARE)
		put_rate_key(j, "share_percent", row->share);
	if (row->has_whole)
		put_rate_key(j, "whole_percent", row->whole);
	put_money_key(j, "base_sum", fixed, base);
	put_money_key(j, "cap", row->has_cap, row->cap);
	put_money_key(j, "floor", row->has_floor, row->floor);
	put_money_key(j, "limit", row->has_limit, row->limit);
	put_money_key(j, "most", row->has_most, row->most);
	put_cite_json(j, &row->cite);
}

static void put_units_json(struct json *j, const struct lawbook *book, struct day on)
{
	json_put_key(j, "units");
	json_open_object(j);
	for (enum law_unit unit = 0; unit < UNIT_COUNT; unit++) {
		struct ctx cx = {.lang = LANG_EN};
		struct money value;

		if (lawbook_unit(&cx, book, unit, on, &value, NULL) != OK)
			continue;
		json_put_key(j, units[unit].name);
		json_put_money(j, value);
	}
	json_close_object(j);
}

static void put_categories_json(
	struct json *j, enum lang lang, const struct lawbook *book, struct day on)
{
	json_put_key(j, "categories");
	json_open_array(j);
	for (enum category c = 0; c < CATEGORY_COUNT; c++) {
		const struct law_category *row = lawbook_category(book, c, on);

		if (!row)
			continue;
		json_open_object(j);
		json_put_key(j, "code");
		json_put_z(j, category_code(c));
		json_put_key(j, "name");
		json_put_str(j, row->name[lang]);
		json_put_key(j, "non_working");
		json_put_bool(j, row->non_working);
		put_cite_json(j, &row->cite);
		json_close_object(j);
	}
	json_close_array(j);
}

static void put_open_json(struct json *j, enum lang lang, const struct lawbook *book)
{
	json_put_key(j, "open");
	json_open_array(j);
	for (int n = D1; n < OPEN_COUNT; n++) {
		const struct law_open_question *q = lawbook_open(book, (enum law_open)n);

		json_open_object(j);
		json_put_key(j, "number");
		json_put_i64(j, n);
		json_put_key(j, "topic");
		json_put_str(j, q->topic[lang]);
		json_put_key(j, "chosen");
		json_put_str(j, q->choices[q->chosen]);
		json_put_key(j, "choices");
		json_open_array(j);
		for (size_t i = 0; i < q->choice_count; i++)
			json_put_str(j, q->choices[i]);
		json_close_array(j);
		json_close_object(j);
	}
	json_close_array(j);
}

void law_put_json(struct buf *b, enum lang lang, const struct lawbook *book, struct day on)
{
	struct json j = json_start(b);
	size_t rows;
	const struct law_rate *rates = lawbook_rates(book, &rows);

	json_open_object(&j);
	json_put_key(&j, "on");
	json_put_day(&j, on);
	put_digest_json(&j, book);
	put_units_json(&j, book, on);
	json_put_key(&j, "rates");
	json_open_array(&j);
	for (size_t i = 0; i < rows; i++) {
		if (!holds(&rates[i], day_month(on)))
			continue;
		json_open_object(&j);
		law_put_rate_json(&j, &rates[i]);
		json_put_key(&j, "due");
		json_put_day(&j, deadline_due(book, rates[i].kind, day_month(on)));
		json_close_object(&j);
	}
	json_close_array(&j);
	put_categories_json(&j, lang, book, on);
	put_open_json(&j, lang, book);
	json_close_object(&j);
	buf_char(b, '\n');
}
