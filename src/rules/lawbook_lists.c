/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/lawbook_parts.h"

#include "base/check.h"
#include "domain/iin.h"

enum { PARAGRAPH_MAX = 40, AGE_MAX = 120 };

static void note(
	struct law_reader *r, enum law_list list, const struct law_head *head, int key, size_t item)
{
	LAW_PUSH(r, r->dated[list]) = (struct law_dated){*head, key, item};
}

enum st law_read_penalty(struct law_reader *r, const struct yaml_node *n)
{
	TRY(law_want_list(r, n));
	for (size_t i = 0; i < n->count; i++) {
		const struct yaml_node *row = n->items[i];
		struct law_penalty out = {0};
		struct law_head head;
		struct str text;
		int64_t millionths;

		TRY(law_want_map(r, row, LAW_HEAD_KEYS "multiplier year_days payers"));
		TRY(law_head_read(r, row, &head));
		TRY(law_text(r, row, "multiplier", &text));
		if (!law_decimal(text, &millionths) || millionths > 10 * PPM_ONE)
			return law_refuse(r, row->line, LAW_SYNTAX, "multiplier: at most 10");
		TRY(law_int(r, row, "year_days", 366, &out.year_days));
		if (out.year_days < 360)
			return law_refuse(r, row->line, LAW_SYNTAX, "year_days: 360 to 366");
		if (!yaml_get(row, "payers"))
			return law_refuse(r, row->line, LAW_SYNTAX, "payers are missing");
		TRY(law_payers(r, yaml_get(row, "payers"), out.payers));
		out.multiplier = (struct rate){(int32_t)millionths};
		out.cite = head.cite;
		law_note_row(r, LAW_SECTION_PENALTY, row, &head, "%s", "penalty");
		if (!head.used)
			continue;
		note(r, LIST_PENALTIES, &head, 0, r->book->penalties.count);
		LAW_PUSH(r, r->book->penalties) = out;
	}
	return OK;
}

static enum st read_category(
	struct law_reader *r, const struct yaml_node *row, enum category category)
{
	struct law_category out = {.category = category};
	struct law_head head;

	TRY(law_want_map(r, row, LAW_HEAD_KEYS "paragraph name non_working age_years"));
	TRY(law_head_read(r, row, &head));
	TRY(law_names(r, row, "name", out.name));
	TRY(law_int(r, row, "paragraph", PARAGRAPH_MAX, &out.paragraph));
	TRY(law_bool(r, row, "non_working", &out.non_working));
	if (yaml_get(row, "age_years"))
		TRY(law_int(r, row, "age_years", AGE_MAX, &out.age_years));
	out.cite = head.cite;
	law_note_row(r, LAW_SECTION_CATEGORIES, row, &head, "%s", category_code(category));
	if (!head.used)
		return OK;
	note(r, LIST_CATEGORIES, &head, (int)category, r->book->categories.count);
	LAW_PUSH(r, r->book->categories) = out;
	return OK;
}

enum st law_read_categories(struct law_reader *r, const struct yaml_node *n)
{
	if (n->kind != YAML_MAP)
		return law_refuse(r, n->line, LAW_SYNTAX, "expected categories");
	for (size_t i = 0; i < n->count; i++) {
		enum category category;

		if (!category_parse(n->keys[i], &category))
			return law_refuse(
				r, n->items[i]->line, LAW_NAME, "category %.30s", n->keys[i].p);
		TRY(law_want_list(r, n->items[i]));
		for (size_t k = 0; k < n->items[i]->count; k++)
			TRY(read_category(r, n->items[i]->items[k], category));
	}
	return OK;
}

static enum st read_code(struct law_reader *r, const struct yaml_node *row, enum knp knp)
{
	struct law_code out = {.knp = knp};
	struct law_head head;

	TRY(law_want_map(r, row, LAW_HEAD_KEYS "name"));
	TRY(law_head_read(r, row, &head));
	TRY(law_names(r, row, "name", out.name));
	out.cite = head.cite;
	law_note_row(r, LAW_SECTION_CODES, row, &head, "%d", knp_number(knp));
	if (!head.used)
		return OK;
	note(r, LIST_CODES, &head, (int)knp, r->book->codes.count);
	LAW_PUSH(r, r->book->codes) = out;
	return OK;
}

enum st law_read_codes(struct law_reader *r, const struct yaml_node *n)
{
	if (n->kind != YAML_MAP)
		return law_refuse(r, n->line, LAW_SYNTAX, "expected purpose codes");
	for (size_t i = 0; i < n->count; i++) {
		uint64_t number;
		enum knp knp;

		if (!str_to_u64(n->keys[i], 999, &number) ||
			!knp_from_number((int64_t)number, &knp))
			return law_refuse(
				r, n->items[i]->line, LAW_NAME, "purpose code %.20s", n->keys[i].p);
		TRY(law_want_list(r, n->items[i]));
		for (size_t k = 0; k < n->items[i]->count; k++)
			TRY(read_code(r, n->items[i]->items[k], knp));
	}
	return OK;
}

/* Place of a role among the rows read so far, as a key: the first row with the same role. */
static int role_key(const struct lawbook *b, struct str role)
{
	size_t i = 0;

	while (i < b->requisites.count && !str_eq(b->requisites.items[i].role, role))
		i++;
	return (int)i;
}

static enum st read_requisites(struct law_reader *r, const struct yaml_node *row, struct str role)
{
	struct law_requisites out = {.role = role};
	struct law_head head;

	TRY(law_want_map(r, row, LAW_HEAD_KEYS "name bin iban bic kbe"));
	TRY(law_head_read(r, row, &head));
	TRY(law_text(r, row, "name", &out.name));
	TRY(law_text(r, row, "bin", &out.bin));
	TRY(law_text(r, row, "iban", &out.iban));
	TRY(law_text(r, row, "bic", &out.bic));
	if (yaml_get(row, "kbe"))
		TRY(law_text(r, row, "kbe", &out.kbe));
	out.cite = head.cite;
	law_note_row(r, LAW_SECTION_REQUISITES, row, &head, "%.*s", STR(role));
	if (!head.used)
		return OK;
	note(r, LIST_REQUISITES, &head, role_key(r->book, role), r->book->requisites.count);
	LAW_PUSH(r, r->book->requisites) = out;
	return OK;
}

enum st law_read_requisites(struct law_reader *r, const struct yaml_node *n)
{
	TRY(law_want_map(r, n, "state_corporation fund"));
	for (size_t i = 0; i < n->count; i++) {
		TRY(law_want_list(r, n->items[i]));
		for (size_t k = 0; k < n->items[i]->count; k++)
			TRY(read_requisites(r, n->items[i]->items[k], n->keys[i]));
	}
	return OK;
}

/* Gives the rows of a list the days that chaining found for them. */
#define PUT_DAYS(dated, rows)                                                                      \
	for (size_t i = 0; i < (dated).count; i++) {                                               \
		const struct law_dated *row = &(dated).items[i];                                   \
		(rows).items[row->item].from = row->head.from;                                     \
		(rows).items[row->item].to = row->head.to;                                         \
	}

enum st law_finish_lists(struct law_reader *r)
{
	struct lawbook *b = r->book;

	for (enum law_list list = 0; list < LIST_COUNT; list++)
		TRY(law_chain_dated(
			r, r->dated[list].items, r->dated[list].count, list == LIST_REQUISITES));
	PUT_DAYS(r->dated[LIST_PENALTIES], b->penalties)
	PUT_DAYS(r->dated[LIST_CATEGORIES], b->categories)
	PUT_DAYS(r->dated[LIST_CODES], b->codes)
	PUT_DAYS(r->dated[LIST_REQUISITES], b->requisites)
	return OK;
}
