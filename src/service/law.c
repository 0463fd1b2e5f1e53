/* SPDX-License-Identifier: Apache-2.0 */
#include "service/law.h"

#include <stdio.h>

#include "rules/deadline.h"
#include "service/law_rows.h"
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

/* Rows that hold under the answers chosen, and how many of them nobody has compared with the act.
 */
static size_t count_rows(const struct lawbook *book, size_t *unverified)
{
	size_t rows, n = 0;
	const struct law_row *row = lawbook_rows(book, &rows);

	*unverified = 0;
	for (size_t i = 0; i < rows; i++) {
		n += row[i].used;
		*unverified += row[i].used && row[i].cite.unverified;
	}
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

static void put_unverified_rows(struct buf *b, enum lang lang, const struct lawbook *book)
{
	size_t rows;
	const struct law_row *row = lawbook_rows(book, &rows);

	for (size_t i = 0; i < rows; i++) {
		if (!row[i].used || !row[i].cite.unverified)
			continue;
		buf_fmt(b, "  %s:%zu: ", row[i].file, row[i].line);
		law_put_key_text(b, lang, &row[i]);
		buf_char(b, ' ');
		law_put_days(b, row[i].from, row[i].to);
		law_put_cite_text(b, lang, &row[i].cite);
		buf_char(b, '\n');
	}
}

void law_put_check_text(
	struct buf *b, enum lang lang, const struct lawbook *book, bool name_unverified)
{
	const struct arg reach[] = {
		arg_month("from", lawbook_first(book)), arg_month("to", lawbook_last(book))};
	size_t unverified, rows = count_rows(book, &unverified);

	say(b, lang, MSG_law_check_ok, reach, 2);
	buf_char(b, '\n');
	put_line(b, lang, MSG_law_check_rows, arg_count("n", (int64_t)rows));
	put_line(b, lang, MSG_law_check_unverified, arg_count("n", (int64_t)unverified));
	if (name_unverified)
		put_unverified_rows(b, lang, book);
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

void law_put_check_json(struct buf *b, const struct lawbook *book, bool name_unverified)
{
	struct json j = json_start(b);
	size_t count, unverified, rows = count_rows(book, &unverified);
	const struct law_row *row = lawbook_rows(book, &count);

	json_open_object(&j);
	json_put_key(&j, "ok");
	json_put_bool(&j, true);
	put_digest_json(&j, book);
	json_put_key(&j, "rows");
	json_put_u64(&j, rows);
	json_put_key(&j, "unverified");
	json_put_u64(&j, unverified);
	if (name_unverified) {
		json_put_key(&j, "unverified_rows");
		json_open_array(&j);
		for (size_t i = 0; i < count; i++)
			if (row[i].used && row[i].cite.unverified)
				law_put_row_json(&j, &row[i]);
		json_close_array(&j);
	}
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
	struct law_cite cite;

	if (lawbook_unit(&cx, book, unit, on, &value, &cite) != OK)
		return;
	buf_z(b, "  ");
	buf_str(b, say_plain(lang, units[unit].msg));
	buf_z(b, ": ");
	say_money(b, lang, value);
	law_put_cite_text(b, lang, &cite);
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
	law_put_cite_text(b, lang, &row->cite);
	buf_char(b, '\n');
}

static void put_heading(struct buf *b, enum lang lang, enum msg m)
{
	buf_char(b, '\n');
	buf_str(b, say_plain(lang, m));
	buf_char(b, '\n');
}

/* Is the row to be told on this day? Special periods and checked years are told whenever, days of
 * the calendar in their year. */
static bool told_on(const struct law_row *row, struct day on)
{
	int year, row_year, mon, mday;

	switch (row->section) {
	case LAW_SECTION_YEARS:
	case LAW_SECTION_SPECIALS:
		return row->used;
	case LAW_SECTION_FEASTS:
	case LAW_SECTION_MOVED_DAYS:
		day_split(on, &year, &mon, &mday);
		day_split(row->from, &row_year, &mon, &mday);
		return year == row_year;
	case LAW_SECTION_UNITS:
	case LAW_SECTION_PAYERS:
	case LAW_SECTION_STATUS:
	case LAW_SECTION_PENALTY:
	case LAW_SECTION_CATEGORIES:
	case LAW_SECTION_CODES:
	case LAW_SECTION_REQUISITES:
	case LAW_SECTION_DUE:
	case LAW_SECTION_DAYS_OFF:
	case LAW_SECTION_OPEN:
	case LAW_SECTION_COUNT:
		break;
	}
	return row->used && day_cmp(row->from, on) <= 0 && day_cmp(on, row->to) <= 0;
}

/* Units and rates have their own lines, with the sums multiplied out. */
static bool told_apart(enum law_section section)
{
	return section == LAW_SECTION_UNITS || section == LAW_SECTION_PAYERS;
}

static void put_rows_text(struct buf *b, enum lang lang, const struct lawbook *book, struct day on)
{
	enum law_section last = LAW_SECTION_COUNT;
	size_t count;
	const struct law_row *rows = lawbook_rows(book, &count);

	for (size_t i = 0; i < count; i++) {
		const struct law_row *row = &rows[i];

		if (told_apart(row->section) || !told_on(row, on))
			continue;
		if (row->section != last) {
			buf_char(b, '\n');
			buf_str(b, law_section_name(lang, row->section));
			buf_char(b, '\n');
		}
		last = row->section;
		buf_z(b, "  ");
		law_put_row_text(b, lang, row);
		if (row->from.n != row->to.n && row->from.n != DAY_ALWAYS.n) {
			buf_z(b, "; ");
			law_put_days(b, row->from, row->to);
		}
		law_put_cite_text(b, lang, &row->cite);
		buf_char(b, '\n');
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
	put_rows_text(b, lang, book, on);
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
	law_put_cite_json(j, &row->cite);
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
		law_put_cite_json(j, &row->cite);
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

static void put_rows_json(struct json *j, const struct lawbook *book, struct day on)
{
	size_t count;
	const struct law_row *rows = lawbook_rows(book, &count);

	json_put_key(j, "rows");
	json_open_array(j);
	for (size_t i = 0; i < count; i++)
		if (told_on(&rows[i], on))
			law_put_row_json(j, &rows[i]);
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
	put_rows_json(&j, book, on);
	json_close_object(&j);
	buf_char(b, '\n');
}
