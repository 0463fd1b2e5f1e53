/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/lawbook_parts.h"

#include "base/check.h"
#include "limits.h"

/* Names in the files. */
static const char *const unit_names[UNIT_COUNT] = {
	[UNIT_MZP] = "MZP",
	[UNIT_MRP] = "MRP",
	[UNIT_AVERAGE_WAGE] = "average_wage",
};

/* A unit that is published for some years only: rules that need it know no sum in the others. */
static const bool may_have_gaps[UNIT_COUNT] = {[UNIT_AVERAGE_WAGE] = true};

bool law_unit_parse(struct str s, enum law_unit *out)
{
	for (enum law_unit u = 0; u < UNIT_COUNT; u++) {
		if (!str_is(s, unit_names[u]))
			continue;
		*out = u;
		return true;
	}
	return false;
}

enum st law_read_years(struct law_reader *r, const struct yaml_node *n)
{
	TRY(law_want_list(r, n));
	for (size_t i = 0; i < n->count; i++) {
		const struct yaml_node *row = n->items[i];
		struct law_head head = {.at = {r->file, row->line}, .has_to = true, .used = true};
		int year;

		TRY(law_want_map(r, row, "year article source open unverified "));
		TRY(law_int(r, row, "year", month_year(MONTHSET_LAST), &year));
		if (year < month_year(MONTHSET_FIRST))
			return law_refuse(r, row->line, LAW_SYNTAX, "year: from 2017 on");
		TRY(law_cite_read(r, row, &head.cite));
		head.from = day_of(year, 1, 1);
		head.to = day_of(year, 12, 31);
		LAW_PUSH(r, r->years) = head;
		law_note_row(r, LAW_SECTION_YEARS, row, &head, "%d", year);
	}
	return OK;
}

/* The book ends with the last year that somebody has checked. */
static enum st finish_years(struct law_reader *r)
{
	size_t n = r->years.count;
	struct law_head **heads = arena_array(r->arena, n + 1, sizeof(*heads));

	if (n == 0)
		return law_refuse(r, 0, LAW_SYNTAX, "no file has the section years");
	for (size_t i = 0; i < n; i++)
		heads[i] = &r->years.items[i];
	TRY(law_chain(r, heads, n, heads[0]->to, false));
	r->book->last = day_month(heads[n - 1]->to);
	return OK;
}

static enum st read_unit_value(
	struct law_reader *r, const struct yaml_node *row, enum law_unit unit)
{
	struct law_head head;
	struct str text;
	int64_t millionths;

	TRY(law_want_map(r, row, LAW_HEAD_KEYS "tenge"));
	TRY(law_head_read(r, row, &head));
	TRY(law_text(r, row, "tenge", &text));
	if (!head.has_to)
		return law_refuse(r, row->line, LAW_SYNTAX, "to is missing: a unit never runs on");
	if (!law_decimal(text, &millionths) || millionths % 10000 != 0 || millionths == 0 ||
		millionths > 1000000000000000)
		return law_refuse(r, row->line, LAW_SYNTAX, "tenge: a sum (85000 or 364295.50)");
	law_note_row(r, LAW_SECTION_UNITS, row, &head, "%s", unit_names[unit]);
	if (!head.used)
		return OK;
	LAW_PUSH(r, r->book->units[unit]) = (struct law_unit_value){
		head.from, head.to, money_tiyn(millionths / 10000), head.cite};
	LAW_PUSH(r, r->unit_places[unit]) = head.at;
	return OK;
}

enum st law_read_units(struct law_reader *r, const struct yaml_node *n)
{
	TRY(law_want_map(r, n, "MZP MRP average_wage"));
	for (size_t i = 0; i < n->count; i++) {
		enum law_unit unit = UNIT_COUNT;

		must(law_unit_parse(n->keys[i], &unit));
		TRY(law_want_list(r, n->items[i]));
		for (size_t k = 0; k < n->items[i]->count; k++)
			TRY(read_unit_value(r, n->items[i]->items[k], unit));
	}
	return OK;
}

static enum st finish_unit(struct law_reader *r, enum law_unit unit)
{
	size_t n = r->book->units[unit].count;
	struct law_unit_value *values = r->book->units[unit].items;
	struct law_head *heads = arena_array(r->arena, n + 1, sizeof(*heads));
	struct law_head **rows = arena_array(r->arena, n + 1, sizeof(*rows));
	struct law_unit_value *sorted = arena_array(r->arena, n + 1, sizeof(*sorted));

	for (size_t i = 0; i < n; i++) {
		heads[i] = (struct law_head){.from = values[i].from,
			.to = values[i].to,
			.has_to = true,
			.at = r->unit_places[unit].items[i]};
		rows[i] = &heads[i];
	}
	TRY(law_chain(r, rows, n, DAY_NEVER, may_have_gaps[unit]));
	for (size_t i = 0; i < n; i++)
		sorted[i] = values[rows[i] - heads];
	r->book->units[unit].items = sorted;
	return OK;
}

enum st law_finish_units(struct law_reader *r)
{
	TRY(finish_years(r));
	for (enum law_unit unit = 0; unit < UNIT_COUNT; unit++)
		TRY(finish_unit(r, unit));
	return OK;
}

const struct law_unit_value *law_unit_at(const struct lawbook *b, enum law_unit unit, struct day on)
{
	for (size_t i = 0; i < b->units[unit].count; i++) {
		const struct law_unit_value *v = &b->units[unit].items[i];

		if (day_cmp(v->from, on) <= 0 && day_cmp(on, v->to) <= 0)
			return v;
	}
	return NULL;
}

/* `of: income`, `of: none`, `of: 1.4 MZP`. */
static enum st read_of(struct law_reader *r, const struct yaml_node *row, struct raw_rate *out)
{
	struct law_rate *rate = &out->rate;
	const struct yaml_node *of = yaml_get(row, "of"), *share = yaml_get(row, "share");
	const struct yaml_node *percent = yaml_get(row, "rate"), *whole = yaml_get(row, "whole");

	if (!of || of->kind != YAML_TEXT)
		return law_refuse(r, row->line, LAW_SYNTAX, "of: income, none or a multiple");
	if (str_is(of->text, "none")) {
		rate->base = LAW_BASE_NONE;
		if (percent || share || whole)
			return law_refuse(r, of->line, LAW_SYNTAX, "of: none has no rate");
		return OK;
	}
	rate->base = LAW_BASE_INCOME;
	if (!str_is(of->text, "income")) {
		rate->base = LAW_BASE_UNIT;
		TRY(law_multiple(r, of, &rate->multiple, &rate->unit));
		out->has_unit = true;
	}
	if (!percent)
		return law_refuse(r, row->line, LAW_SYNTAX, "rate is missing");
	TRY(law_percent(r, percent, &rate->rate));
	if (share) {
		rate->base = LAW_BASE_SHARE;
		TRY(law_percent(r, share, &rate->share));
	}
	rate->has_whole = whole != NULL;
	if (whole)
		TRY(law_percent(r, whole, &rate->whole));
	return OK;
}

/* cap, floor and most share the unit of the row; the limit of income may have another. */
static enum st read_bounds(struct law_reader *r, const struct yaml_node *row, struct raw_rate *out)
{
	static const char *const keys[] = {"cap", "floor", "most", "limit"};
	int64_t *const values[] = {&out->cap, &out->floor, &out->most, &out->limit};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct yaml_node *n = yaml_get(row, keys[i]);
		enum law_unit unit = UNIT_MZP;

		if (!n)
			continue;
		if (out->rate.base == LAW_BASE_NONE || out->rate.base == LAW_BASE_UNIT)
			return law_refuse(
				r, n->line, LAW_SYNTAX, "%s: only for a share of income", keys[i]);
		TRY(law_multiple(r, n, values[i], &unit));
		if (values[i] == &out->limit) {
			out->limit_unit = unit;
			continue;
		}
		if (out->has_unit && unit != out->rate.unit)
			return law_refuse(r, n->line, LAW_SYNTAX, "one unit for one row");
		out->rate.unit = unit;
		out->has_unit = true;
	}
	if (out->cap && out->floor > out->cap)
		return law_refuse(r, row->line, LAW_SYNTAX, "the floor is above the cap");
	return OK;
}

static enum st read_place(struct law_reader *r, const struct yaml_node *row, struct raw_rate *out)
{
	const struct yaml_node *n = yaml_get(row, "place");

	out->city = !n || (n->kind == YAML_TEXT && str_is(n->text, "city"));
	out->village = !n || (n->kind == YAML_TEXT && str_is(n->text, "village"));
	if (!out->city && !out->village)
		return law_refuse(r, n->line, LAW_NAME, "place: city or village");
	return OK;
}

static enum st read_rate(
	struct law_reader *r, const struct yaml_node *row, enum payer_kind kind, enum knp knp)
{
	struct raw_rate raw = {.kind = kind, .knp = knp};

	TRY(law_want_map(r, row,
		LAW_HEAD_KEYS
		"of rate share whole cap floor most limit one_cap_per_person place value_on"));
	TRY(law_head_read(r, row, &raw.head));
	if (day_month(raw.head.from).n == day_month(day_add(raw.head.from, -1)).n)
		return law_refuse(r, row->line, LAW_SYNTAX, "from: the first day of a month");
	TRY(read_of(r, row, &raw));
	TRY(read_bounds(r, row, &raw));
	TRY(read_place(r, row, &raw));
	TRY(law_bool(r, row, "one_cap_per_person", &raw.rate.cap_per_person));
	const struct yaml_node *value_on = yaml_get(row, "value_on");

	raw.has_value_on = value_on != NULL;
	if (value_on)
		TRY(law_day(r, value_on, false, &raw.value_on));
	if (r->rates.count >= LIMIT_LAW_ROWS)
		return law_refuse(r, row->line, LAW_SYNTAX, "more than %d rows", LIMIT_LAW_ROWS);
	LAW_PUSH(r, r->rates) = raw;
	law_note_row(r, LAW_SECTION_PAYERS, row, &raw.head, "%s %d%s", payer_code(kind),
		knp_number(knp),
		raw.city == raw.village ? ""
		: raw.city              ? " city"
					: " village");
	return OK;
}

static enum st read_payer(struct law_reader *r, const struct yaml_node *n, enum payer_kind kind)
{
	if (n->kind != YAML_MAP)
		return law_refuse(r, n->line, LAW_SYNTAX, "expected purpose codes");
	for (size_t i = 0; i < n->count; i++) {
		const struct yaml_node *rows = n->items[i];
		uint64_t number = 0;
		enum knp knp;

		if (!str_to_u64(n->keys[i], 999, &number) ||
			!knp_from_number((int64_t)number, &knp))
			return law_refuse(
				r, rows->line, LAW_NAME, "purpose code %.20s", n->keys[i].p);
		TRY(law_want_list(r, rows));
		for (size_t k = 0; k < rows->count; k++)
			TRY(read_rate(r, rows->items[k], kind, knp));
	}
	return OK;
}

enum st law_read_payers(struct law_reader *r, const struct yaml_node *n)
{
	if (n->kind != YAML_MAP)
		return law_refuse(r, n->line, LAW_SYNTAX, "expected payer kinds");
	for (size_t i = 0; i < n->count; i++) {
		enum payer_kind kind;

		if (!payer_parse(n->keys[i], &kind))
			return law_refuse(
				r, n->items[i]->line, LAW_NAME, "payer %.20s", n->keys[i].p);
		TRY(read_payer(r, n->items[i], kind));
	}
	return OK;
}

enum st law_read_specials(struct law_reader *r, const struct yaml_node *n)
{
	TRY(law_want_list(r, n));
	for (size_t i = 0; i < n->count; i++) {
		const struct yaml_node *row = n->items[i];
		struct law_special special;
		struct law_head head;

		TRY(law_want_map(r, row, LAW_HEAD_KEYS "name"));
		TRY(law_head_read(r, row, &head));
		TRY(law_names(r, row, "name", special.name));
		special.from = head.from;
		special.to = head.has_to ? head.to : DAY_NEVER;
		special.cite = head.cite;
		law_note_row(
			r, LAW_SECTION_SPECIALS, row, &head, "%.*s", STR(special.name[LANG_EN]));
		if (head.used)
			LAW_PUSH(r, r->book->specials) = special;
	}
	return OK;
}

/* The row with the unit values of one month; false when a value is not known then. */
static bool rate_in_month(
	const struct lawbook *b, const struct raw_rate *raw, struct month m, struct law_rate *out)
{
	struct day on = raw->has_value_on ? raw->value_on : month_first(m);
	const struct law_unit_value *v = NULL;
	bool ok = true;

	*out = raw->rate;
	out->from = out->to = m;
	out->kind = raw->kind;
	out->knp = raw->knp;
	out->cite = raw->head.cite;
	if (raw->has_unit) {
		v = law_unit_at(b, raw->rate.unit, on);
		if (!v)
			return false;
		out->unit_value = v->value;
	}
	out->has_cap = raw->cap > 0;
	out->has_floor = raw->floor > 0;
	out->has_most = raw->most > 0;
	out->has_limit = raw->limit > 0;
	out->cap_multiple = raw->cap;
	if (out->has_cap)
		ok &= money_multiple(v->value, raw->cap, &out->cap);
	if (out->has_floor)
		ok &= money_multiple(v->value, raw->floor, &out->floor);
	if (out->has_most)
		ok &= money_multiple(v->value, raw->most, &out->most);
	if (out->has_limit) {
		const struct law_unit_value *l = law_unit_at(b, raw->limit_unit, on);

		if (!l)
			return false;
		ok &= money_multiple(l->value, raw->limit, &out->limit);
	}
	must(ok); /* units and multiples are bounded when read */
	return true;
}

static bool same_values(const struct law_rate *a, const struct law_rate *b)
{
	return money_cmp(a->unit_value, b->unit_value) == 0 && money_cmp(a->limit, b->limit) == 0;
}

/* Multiplies one raw row out over its months and notes where each month's values are. */
static enum st index_rate(struct law_reader *r, const struct raw_rate *raw)
{
	struct lawbook *b = r->book;
	struct month last = day_month(raw->head.to);
	bool open = false;

	if (month_cmp(last, b->last) > 0)
		last = b->last;
	for (struct month m = day_month(raw->head.from); month_cmp(m, last) <= 0;
		m = month_add(m, 1)) {
		struct law_rate rate;
		size_t at = LAW_NO_VALUE;

		if (!monthset_fits(m))
			return law_refuse_at(
				r, raw->head.at, LAW_SYNTAX, "from: a month of 2017 or later");
		if (rate_in_month(b, raw, m, &rate)) {
			if (!open || !same_values(&b->rates.items[b->rates.count - 1], &rate))
				LAW_PUSH(r, b->rates) = rate;
			at = b->rates.count - 1;
			b->rates.items[at].to = m;
			open = true;
		} else if (!may_have_gaps[raw->rate.unit]) {
			return law_refuse_at(r, raw->head.at, LAW_GAP, "no %s for %d-%02d",
				unit_names[raw->rate.unit], month_year(m), month_number(m));
		} else {
			open = false;
		}
		must(b->rates.count < LAW_NO_VALUE);
		for (int place = 0; place < LAW_PLACES; place++)
			if (place ? raw->village : raw->city)
				b->rate_at[raw->kind][raw->knp][place][monthset_index(m)] =
					(uint16_t)at;
		if (month_cmp(m, b->first) < 0)
			b->first = m;
	}
	return OK;
}

/* Rows of one payer and code either all name a place or none does. */
static enum st check_places(struct law_reader *r, enum payer_kind kind, enum knp knp)
{
	const struct raw_rate *one = NULL;

	for (size_t i = 0; i < r->rates.count; i++) {
		const struct raw_rate *raw = &r->rates.items[i];

		if (raw->kind != kind || raw->knp != knp)
			continue;
		if (one && (one->city && one->village) != (raw->city && raw->village))
			return law_refuse_at(
				r, raw->head.at, LAW_SYNTAX, "place in all rows or in none");
		one = raw;
	}
	return OK;
}

/* All rows of one payer, code and place: chained, then (for the first place of each row) indexed.
 */
static enum st finish_rate_list(struct law_reader *r, enum payer_kind kind, enum knp knp, int place)
{
	struct law_head **rows = arena_array(r->arena, r->rates.count + 1, sizeof(*rows));
	size_t n = 0;

	for (size_t i = 0; i < r->rates.count; i++) {
		struct raw_rate *raw = &r->rates.items[i];

		if (raw->kind == kind && raw->knp == knp && raw->head.used &&
			(place ? raw->village : raw->city))
			rows[n++] = &raw->head;
	}
	TRY(law_chain(r, rows, n, month_last(r->book->last), false));
	for (size_t i = 0; i < n; i++) {
		const struct raw_rate *raw = (const struct raw_rate *)(const void *)rows[i];

		r->book->has_code[kind][knp] = true;
		if (place == 0 || !raw->city)
			TRY(index_rate(r, raw));
	}
	return OK;
}

enum st law_finish_rates(struct law_reader *r)
{
	struct lawbook *b = r->book;

	memset(b->rate_at, 0xff, sizeof(b->rate_at));
	b->first = MONTH_NEVER;
	for (enum payer_kind kind = 0; kind < PAYER_COUNT; kind++)
		for (enum knp knp = 0; knp < KNP_COUNT; knp++) {
			TRY(check_places(r, kind, knp));
			for (int place = 0; place < LAW_PLACES; place++)
				TRY(finish_rate_list(r, kind, knp, place));
		}
	if (b->rates.count == 0)
		return law_refuse(r, 0, LAW_SYNTAX, "no file has the section payers");
	return OK;
}
