/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of all sections as they stand in the files. A row is flattened to pairs of words and
 * texts, so that a new word in a section needs nothing here to be told and compared.
 */
#include "rules/lawbook_parts.h"

#include <stdlib.h>

#include "base/check.h"
#include "limits.h"

enum { DEPTH_MAX = 4 };

static const struct {
	const char *name;
	const char *keys; /* words that make the key of a row and are no values */
} sections[LAW_SECTION_COUNT] = {
	[LAW_SECTION_YEARS] = {"years", "year"},
	[LAW_SECTION_UNITS] = {"units", ""},
	[LAW_SECTION_PAYERS] = {"payers", "place"},
	[LAW_SECTION_SPECIALS] = {"special_periods", ""},
	[LAW_SECTION_STATUS] = {"status", ""},
	[LAW_SECTION_PENALTY] = {"penalty", ""},
	[LAW_SECTION_CATEGORIES] = {"categories", ""},
	[LAW_SECTION_CODES] = {"codes", ""},
	[LAW_SECTION_REQUISITES] = {"requisites", ""},
	[LAW_SECTION_DUE] = {"due", "payers"},
	[LAW_SECTION_DAYS_OFF] = {"days_off", "day"},
	[LAW_SECTION_FEASTS] = {"feasts", "date"},
	[LAW_SECTION_MOVED_DAYS] = {"moved_days", "off"},
	[LAW_SECTION_OPEN] = {"open", ""},
};

const char *law_section_code(enum law_section section)
{
	return sections[section].name;
}

struct flat {
	struct law_reader *r;
	LAW_LIST(struct law_value) values;
};

static void put_value(struct flat *f, struct str name, struct str text)
{
	LAW_PUSH(f->r, f->values) = (struct law_value){name, text};
}

static struct str joined(struct flat *f, struct str before, const char *between, struct str after)
{
	struct buf b = buf_new(f->r->arena, LIMIT_YAML_BYTES);

	buf_str(&b, before);
	buf_z(&b, before.n ? between : "");
	buf_str(&b, after);
	return buf_view(&b);
}

/* A list of plain words is one value; any other node gives a value for each leaf. */
static void flatten(struct flat *f, struct str name, const struct yaml_node *n, int depth)
{
	struct str list = {0};

	/* The reader of the section has accepted the row, so it is no deeper than its words. */
	must(depth < DEPTH_MAX);
	if (n->kind == YAML_TEXT)
		put_value(f, name, n->text);
	for (size_t i = 0; n->kind == YAML_MAP && i < n->count; i++)
		flatten(f, joined(f, name, ".", n->keys[i]), n->items[i], depth + 1);
	if (n->kind != YAML_LIST)
		return;
	for (size_t i = 0; i < n->count; i++) {
		const struct yaml_node *item = n->items[i], *code = NULL;

		if (item->kind == YAML_MAP)
			code = yaml_get(item, "code");
		if (item->kind == YAML_TEXT)
			list = joined(f, list, ", ", item->text);
		else
			flatten(f, joined(f, name, ".", code ? code->text : STR_LIT("")), item,
				depth + 1);
	}
	if (list.n)
		put_value(f, name, list);
}

static bool is_word_of(const char *words, struct str word)
{
	struct str rest = str_of(words);

	while (rest.n)
		if (str_eq(str_cut(&rest, ' '), word))
			return true;
	return false;
}

void law_note_row(struct law_reader *r, enum law_section section, const struct yaml_node *row,
	const struct law_head *head, const char *key, ...)
{
	struct buf b = buf_new(r->arena, LIMIT_YAML_BYTES);
	struct flat f = {.r = r};
	const struct yaml_node *when = yaml_get(row, "when");
	struct law_row out = {.section = section,
		.from = DAY_ALWAYS,
		.to = DAY_NEVER,
		.used = true,
		.file = r->file,
		.line = row->line};
	va_list ap;

	va_start(ap, key);
	buf_vfmt(&b, key, ap);
	va_end(ap);
	out.key = buf_view(&b);
	for (size_t i = 0; i < row->count; i++)
		if (!is_word_of(LAW_HEAD_KEYS, row->keys[i]) &&
			!is_word_of(sections[section].keys, row->keys[i]))
			flatten(&f, row->keys[i], row->items[i], 0);
	out.values = f.values.items;
	out.value_count = f.values.count;
	if (when)
		out.when = when->text;
	if (head) {
		out.from = head->from;
		out.to = head->has_to ? head->to : DAY_NEVER;
		out.used = head->used;
		out.cite = head->cite;
	}
	LAW_PUSH(r, r->book->rows) = out;
}

/* In the order of the sections; inside one as they were read. */
static int by_section(const void *x, const void *y)
{
	const struct law_row *a = *(const struct law_row *const *)x;
	const struct law_row *b = *(const struct law_row *const *)y;
	int c = (int)a->section - (int)b->section;

	return c ? c : (a > b) - (a < b);
}

/* `first` is the first row of the section, which `end` follows. */
static void end_before_next(
	struct law_row *row, const struct law_row *first, const struct law_row *end)
{
	for (const struct law_row *next = first; next < end && next->section == row->section;
		next++)
		if (day_cmp(next->from, row->from) > 0 && day_cmp(next->from, row->to) <= 0 &&
			next->used && str_eq(next->key, row->key))
			row->to = day_add(next->from, -1);
}

enum st law_finish_rows(struct law_reader *r)
{
	struct lawbook *b = r->book;
	size_t n = b->rows.count;
	struct law_row **order = arena_array(r->arena, n + 1, sizeof(*order));
	struct law_row *sorted = arena_array(r->arena, n + 1, sizeof(*sorted));

	for (size_t i = 0; i < n; i++)
		order[i] = &b->rows.items[i];
	qsort(order, n, sizeof(*order), by_section);
	for (size_t i = 0; i < n; i++)
		sorted[i] = *order[i];
	b->rows.items = sorted;
	for (size_t i = 0, first = 0; i < n; i++) {
		if (sorted[i].section != sorted[first].section)
			first = i;
		if (sorted[i].used && sorted[i].to.n == DAY_NEVER.n)
			end_before_next(&sorted[i], &sorted[first], sorted + n);
	}
	return OK;
}

const struct law_row *lawbook_rows(const struct lawbook *book, size_t *count)
{
	*count = book->rows.count;
	return book->rows.items;
}

struct str law_row_value(const struct law_row *row, struct str name)
{
	for (size_t i = 0; i < row->value_count; i++)
		if (str_eq(row->values[i].name, name))
			return row->values[i].text;
	return (struct str){0};
}
