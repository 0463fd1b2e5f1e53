/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/lawbook_parts.h"

#include "base/check.h"

enum { WORD_MAX = 40 };

/* Is `word` one of the words of `list`, which are separated by spaces? */
static bool listed(const char *list, struct str word)
{
	struct str rest = str_of(list);

	while (rest.n)
		if (str_eq(str_cut(&rest, ' '), word))
			return true;
	return false;
}

enum st law_want_map(struct law_reader *r, const struct yaml_node *n, const char *keys)
{
	if (n->kind != YAML_MAP)
		return law_refuse(r, n->line, LAW_SYNTAX, "expected keys and values");
	for (size_t i = 0; i < n->count; i++)
		if (!listed(keys, n->keys[i]))
			return law_refuse(r, n->items[i]->line, LAW_NAME, "%.*s",
				(int)(n->keys[i].n < WORD_MAX ? n->keys[i].n : WORD_MAX),
				n->keys[i].p);
	return OK;
}

enum st law_want_list(struct law_reader *r, const struct yaml_node *n)
{
	if (n->kind != YAML_LIST || n->count == 0)
		return law_refuse(r, n->line, LAW_SYNTAX, "expected a list");
	return OK;
}

enum st law_text(
	struct law_reader *r, const struct yaml_node *row, const char *key, struct str *out)
{
	const struct yaml_node *n = yaml_get(row, key);

	if (!n || n->kind != YAML_TEXT || n->text.n == 0)
		return law_refuse(
			r, n ? n->line : row->line, LAW_SYNTAX, "%s: a text is missing", key);
	*out = n->text;
	return OK;
}

enum st law_int(
	struct law_reader *r, const struct yaml_node *row, const char *key, int max, int *out)
{
	struct str text;
	uint64_t value;

	TRY(law_text(r, row, key, &text));
	if (!str_to_u64(text, (uint64_t)max, &value))
		return law_refuse(r, yaml_get(row, key)->line, LAW_SYNTAX,
			"%s: a number from 0 to %d", key, max);
	*out = (int)value;
	return OK;
}

enum st law_bool(struct law_reader *r, const struct yaml_node *row, const char *key, bool *out)
{
	const struct yaml_node *n = yaml_get(row, key);

	*out = n && n->kind == YAML_TEXT && str_is(n->text, "true");
	if (n && !*out && !(n->kind == YAML_TEXT && str_is(n->text, "false")))
		return law_refuse(r, n->line, LAW_SYNTAX, "%s: true or false", key);
	return OK;
}

/* The number in `s` when it is `digits` decimal digits, else -1. */
static int64_t number_of(struct str s, size_t digits)
{
	uint64_t v;

	return s.n == digits && str_to_u64(s, 99999999, &v) ? (int64_t)v : -1;
}

enum st law_day(struct law_reader *r, const struct yaml_node *n, bool last, struct day *out)
{
	struct month month;
	struct str rest = n->text;

	if (n->kind == YAML_TEXT) {
		int64_t y = number_of(str_cut(&rest, '-'), 4);
		int64_t m = number_of(str_cut(&rest, '-'), 2);

		if (rest.p) {
			int64_t d = number_of(rest, 2);

			if (y >= 0 && m >= 0 && d >= 0 &&
				day_from_number(y * 10000 + m * 100 + d, out))
				return OK;
		} else if (y >= 0 && m >= 0 && month_from_number(y * 100 + m, &month)) {
			*out = last ? month_last(month) : month_first(month);
			return OK;
		}
	}
	return law_refuse(r, n->line, LAW_SYNTAX, "a day (2026-01-31) or a month (2026-01)");
}

bool law_decimal(struct str s, int64_t *millionths)
{
	struct str fraction = s, whole = str_cut(&fraction, '.');
	uint64_t a, b = 0;

	if (!str_to_u64(whole, 1000000000000, &a))
		return false;
	if (fraction.p) {
		if (fraction.n > 6 || !str_to_u64(fraction, 999999, &b))
			return false;
		for (size_t i = fraction.n; i < 6; i++)
			b *= 10;
	}
	*millionths = (int64_t)(a * PPM_ONE + b);
	return true;
}

enum st law_percent(struct law_reader *r, const struct yaml_node *n, struct rate *out)
{
	int64_t millionths;

	if (n->kind != YAML_TEXT || n->text.n < 2 || n->text.p[n->text.n - 1] != '%' ||
		!law_decimal((struct str){n->text.p, n->text.n - 1}, &millionths) ||
		millionths % 100 != 0)
		return law_refuse(r, n->line, LAW_SYNTAX, "a rate (2%% or 1.5%%)");
	if (millionths > 100LL * PPM_ONE)
		return law_refuse(r, n->line, LAW_RATE, "%.20s", n->text.p);
	*out = (struct rate){(int32_t)(millionths / 100)};
	return OK;
}

enum st law_multiple(
	struct law_reader *r, const struct yaml_node *n, int64_t *millionths, enum law_unit *unit)
{
	struct str name = n->text;

	if (n->kind != YAML_TEXT || !law_decimal(str_cut(&name, ' '), millionths) ||
		*millionths <= 0 || !name.p || *millionths > 10000LL * PPM_ONE)
		return law_refuse(r, n->line, LAW_SYNTAX, "a multiple of a unit (1.4 MZP)");
	if (!law_unit_parse(name, unit))
		return law_refuse(r, n->line, LAW_NAME, "%.20s", name.p);
	return OK;
}

enum st law_names(struct law_reader *r, const struct yaml_node *row, const char *key,
	struct str out[LANG_COUNT])
{
	const struct yaml_node *n = yaml_get(row, key);

	if (!n)
		return law_refuse(r, row->line, LAW_SYNTAX, "%s: names in kk, ru, en", key);
	TRY(law_want_map(r, n, "kk ru en"));
	for (enum lang lang = 0; lang < LANG_COUNT; lang++)
		TRY(law_text(r, n, lang_code(lang), &out[lang]));
	return OK;
}

enum st law_cite_read(struct law_reader *r, const struct yaml_node *row, struct law_cite *out)
{
	int open = 0;

	*out = (struct law_cite){0};
	for (int i = 0; i < 2; i++) {
		const char *key = i ? "source" : "article";
		const struct yaml_node *n = yaml_get(row, key);

		if (!n || n->kind != YAML_TEXT || n->text.n == 0)
			return law_refuse(r, row->line, LAW_ARTICLE, "%s", key);
		*(i ? &out->source : &out->article) = n->text;
	}
	if (yaml_get(row, "open"))
		TRY(law_int(r, row, "open", OPEN_COUNT - 1, &open));
	out->open = (uint8_t)open;
	return law_bool(r, row, "unverified", &out->unverified);
}

/* One condition of `when`: is D2 answered so? */
static enum st read_condition(
	struct law_reader *r, const struct yaml_node *n, struct str condition, struct law_head *out)
{
	struct str code = condition, name = str_cut(&code, '=');
	uint64_t number = 0;

	if (name.n < 2 || name.p[0] != 'D' || !code.p ||
		!str_to_u64((struct str){name.p + 1, name.n - 1}, OPEN_COUNT - 1, &number) ||
		number == 0)
		return law_refuse(r, n->line, LAW_SYNTAX, "when: D2=choice");
	const struct law_open_question *q = &r->book->open[number];

	r->rows_of |= 1U << number;
	if (out->cite.open == 0)
		out->cite.open = (uint8_t)number;
	for (size_t i = 0; i < q->choice_count; i++) {
		if (!str_eq(q->choices[i], code))
			continue;
		out->used &= q->chosen == i;
		return OK;
	}
	return law_refuse(r, n->line, LAW_NAME, "%.40s", n->text.p);
}

/* `when: D2=from-2019 D7=kept`: the row holds only while all are answered so. */
static enum st read_when(struct law_reader *r, const struct yaml_node *row, struct law_head *out)
{
	const struct yaml_node *n = yaml_get(row, "when");

	out->used = true;
	if (!n)
		return OK;
	if (n->kind != YAML_TEXT || n->text.n == 0)
		return law_refuse(r, n->line, LAW_SYNTAX, "when: D2=choice");
	for (struct str rest = n->text; rest.p;)
		TRY(read_condition(r, n, str_cut(&rest, ' '), out));
	return OK;
}

enum st law_head_read(struct law_reader *r, const struct yaml_node *row, struct law_head *out)
{
	const struct yaml_node *from = yaml_get(row, "from"), *to = yaml_get(row, "to");

	*out = (struct law_head){.at = {r->file, row->line}, .has_to = to != NULL};
	if (!from)
		return law_refuse(r, row->line, LAW_SYNTAX, "from is missing");
	TRY(law_day(r, from, false, &out->from));
	if (to) {
		TRY(law_day(r, to, true, &out->to));
		if (day_cmp(out->to, out->from) < 0)
			return law_refuse(r, to->line, LAW_OVERLAP, "to lies before from");
	}
	TRY(law_cite_read(r, row, &out->cite));
	return read_when(r, row, out);
}

static void sort_heads(struct law_head **rows, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct law_head *row = rows[i];
		size_t j = i;

		for (; j > 0 && day_cmp(rows[j - 1]->from, row->from) > 0; j--)
			rows[j] = rows[j - 1];
		rows[j] = row;
	}
}

enum st law_chain(
	struct law_reader *r, struct law_head **rows, size_t count, struct day end, bool gaps)
{
	sort_heads(rows, count);
	for (size_t i = 0; i < count; i++) {
		struct law_head *row = rows[i], *next = i + 1 < count ? rows[i + 1] : NULL;

		if (!row->has_to)
			row->to = next ? day_add(next->from, -1) : end;
		if (day_cmp(row->to, row->from) < 0) {
			/* A rule that begins after the end of the book waits for its year. */
			if (next)
				return law_refuse_at(
					r, next->at, LAW_OVERLAP, "line %zu", row->at.line);
			row->used = false;
		}
		if (next && day_cmp(next->from, row->to) <= 0)
			return law_refuse_at(r, next->at, LAW_OVERLAP, "line %zu", row->at.line);
		if (next && !gaps && day_cmp(next->from, day_add(row->to, 1)) != 0)
			return law_refuse_at(r, next->at, LAW_GAP, "line %zu", row->at.line);
	}
	return OK;
}

enum st law_chain_dated(struct law_reader *r, struct law_dated *rows, size_t count, bool gaps)
{
	struct law_head **group = arena_array(r->arena, count + 1, sizeof(*group));

	for (size_t i = 0; i < count; i++) {
		size_t n = 0;
		bool first = true;

		for (size_t k = 0; k < count; k++) {
			if (rows[k].key != rows[i].key)
				continue;
			first &= k >= i;
			group[n++] = &rows[k].head;
		}
		if (first)
			TRY(law_chain(r, group, n, DAY_NEVER, gaps));
	}
	return OK;
}

enum st law_payers(struct law_reader *r, const struct yaml_node *n, bool out[PAYER_COUNT])
{
	bool all = n->kind == YAML_TEXT && str_is(n->text, "all");

	for (int i = 0; i < PAYER_COUNT; i++)
		out[i] = all;
	if (all)
		return OK;
	TRY(law_want_list(r, n));
	for (size_t i = 0; i < n->count; i++) {
		const struct yaml_node *item = n->items[i];
		enum payer_kind kind;

		if (item->kind != YAML_TEXT || !payer_parse(item->text, &kind))
			return law_refuse(r, item->line, LAW_NAME, "payer %.20s",
				item->kind == YAML_TEXT ? item->text.p : "");
		out[kind] = true;
	}
	return OK;
}
