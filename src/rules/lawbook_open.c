/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/lawbook_parts.h"

#include "base/check.h"

enum { CHOICES_MAX = 4 };

/* What rules/ asks lawbook_choice(), with the names that enum law_choice counts. */
static const struct {
	enum law_open number;
	const char *choices[CHOICES_MAX];
} asked[] = {
	{D9, {[D9_NOT_PAID] = "not-paid", [D9_PAID] = "paid"}},
	{D10, {[D10_TIYN] = "tiyn", [D10_TENGE] = "tenge"}},
	{D15, {[D15_MINIMUM] = "minimum", [D15_ANY_SUM] = "any-sum"}},
	{D17, {[D17_YEAR_OF_PAYMENT] = "year-of-payment", [D17_YEAR_OF_MONTH] = "year-of-month"}},
	{D19, {[D19_INSURED_IF_PAID] = "insured-if-paid", [D19_NOT_INSURED] = "not-insured"}},
	{D23, {[D23_STRICT] = "strict", [D23_LENIENT] = "lenient"}},
	{D24, {[D24_NOT_DEBT] = "not-debt", [D24_DEBT] = "debt"}},
};

static bool is_code(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && !(s.p[i] >= '0' && s.p[i] <= '9') &&
			s.p[i] != '-')
			return false;
	return true;
}

static enum st read_choices(
	struct law_reader *r, const struct yaml_node *list, struct law_open_question *q)
{
	TRY(law_want_list(r, list));
	if (list->count > CHOICES_MAX)
		return law_refuse(
			r, list->line, LAW_SYNTAX, "more than %d choices", (int)CHOICES_MAX);
	q->choice_count = list->count;
	q->choices = arena_array(r->arena, list->count, sizeof(*q->choices));
	for (enum lang lang = 0; lang < LANG_COUNT; lang++)
		q->choice_names[lang] =
			arena_array(r->arena, list->count, sizeof(*q->choice_names[lang]));
	for (size_t i = 0; i < list->count; i++) {
		struct str name[LANG_COUNT];

		TRY(law_want_map(r, list->items[i], "code name"));
		TRY(law_text(r, list->items[i], "code", &q->choices[i]));
		if (!is_code(q->choices[i]))
			return law_refuse(r, list->items[i]->line, LAW_SYNTAX,
				"code: small letters, digits and -");
		TRY(law_names(r, list->items[i], "name", name));
		for (enum lang lang = 0; lang < LANG_COUNT; lang++)
			q->choice_names[lang][i] = name[lang];
	}
	return OK;
}

static enum st read_chosen(
	struct law_reader *r, const struct yaml_node *row, struct law_open_question *q)
{
	struct str chosen;

	TRY(law_text(r, row, "chosen", &chosen));
	for (q->chosen = 0; q->chosen < q->choice_count; q->chosen++)
		if (str_eq(q->choices[q->chosen], chosen))
			return OK;
	return law_refuse(r, yaml_get(row, "chosen")->line, LAW_NAME, "chosen: %.40s", chosen.p);
}

static enum st read_effect(
	struct law_reader *r, const struct yaml_node *row, struct law_open_question *q)
{
	struct str effect;

	TRY(law_text(r, row, "effect", &effect));
	if (str_is(effect, "rows"))
		q->effect = LAW_EFFECT_ROWS;
	else if (str_is(effect, "rules"))
		q->effect = LAW_EFFECT_RULES;
	else if (str_is(effect, "words"))
		q->effect = LAW_EFFECT_WORDS;
	else
		return law_refuse(r, row->line, LAW_NAME, "effect: rows, rules or words");
	return OK;
}

enum st law_read_open(struct law_reader *r, const struct yaml_node *n)
{
	if (n->kind != YAML_MAP)
		return law_refuse(r, n->line, LAW_SYNTAX, "expected D1, D2 and so on");
	for (size_t i = 0; i < n->count; i++) {
		const struct yaml_node *row = n->items[i];
		struct str key = n->keys[i];
		uint64_t number = 0;

		if (key.n < 2 || key.p[0] != 'D' ||
			!str_to_u64((struct str){key.p + 1, key.n - 1}, OPEN_COUNT - 1, &number) ||
			number == 0)
			return law_refuse(r, row->line, LAW_NAME, "%.20s", key.p);
		struct law_open_question *q = &r->book->open[number];

		if (q->number)
			return law_refuse(r, row->line, LAW_OVERLAP, "%.20s", key.p);
		TRY(law_want_map(r, row,
			"topic effect decides choices chosen article source open unverified"));
		q->number = (int)number;
		TRY(law_names(r, row, "topic", q->topic));
		TRY(law_text(r, row, "decides", &q->decides));
		if (!str_is(q->decides, "fund") && !str_is(q->decides, "operator"))
			return law_refuse(r, row->line, LAW_NAME, "decides: fund or operator");
		TRY(read_effect(r, row, q));
		if (!yaml_get(row, "choices"))
			return law_refuse(r, row->line, LAW_SYNTAX, "choices are missing");
		TRY(read_choices(r, yaml_get(row, "choices"), q));
		TRY(read_chosen(r, row, q));
		TRY(law_cite_read(r, row, &q->cite));
		q->cite.open = (uint8_t)number;
		law_note_row(r, LAW_SECTION_OPEN, row,
			&(struct law_head){.from = DAY_ALWAYS,
				.used = true,
				.at = {r->file, row->line},
				.cite = q->cite},
			"D%d", q->number);
	}
	return OK;
}

static bool asked_as(const struct law_open_question *q)
{
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		if ((int)asked[i].number != q->number)
			continue;
		for (size_t k = 0; k < CHOICES_MAX; k++) {
			const char *want = asked[i].choices[k];

			if (!want != (k >= q->choice_count) ||
				(want && !str_is(q->choices[k], want)))
				return false;
		}
		return true;
	}
	return false;
}

/* Every question must be there, and one that claims an effect must have it. */
enum st law_finish_open(struct law_reader *r)
{
	for (int i = 1; i < OPEN_COUNT; i++) {
		const struct law_open_question *q = &r->book->open[i];
		bool has_rows = (r->rows_of >> i & 1) != 0;

		r->file = "open.yaml";
		if (!q->number)
			return law_refuse(r, 0, LAW_SYNTAX, "D%d is missing", i);
		switch (q->effect) {
		case LAW_EFFECT_ROWS:
			if (!has_rows)
				return law_refuse(r, 0, LAW_NAME, "no row says when: D%d", i);
			break;
		case LAW_EFFECT_RULES:
			if (!asked_as(q))
				return law_refuse(r, 0, LAW_NAME, "the choices of D%d", i);
			break;
		case LAW_EFFECT_WORDS:
			break;
		}
		if (has_rows && q->effect != LAW_EFFECT_ROWS)
			return law_refuse(r, 0, LAW_NAME, "D%d has rows", i);
	}
	return OK;
}
