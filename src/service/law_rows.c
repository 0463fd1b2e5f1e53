/* SPDX-License-Identifier: Apache-2.0 */
#include "service/law_rows.h"

#include "text/cite.h"

enum { WORD_BYTES = 96 };

void law_put_cite_text(struct buf *b, enum lang lang, const struct law_cite *cite)
{
	buf_z(b, " [");
	say_article(b, lang, cite->article);
	buf_fmt(b, "; %.*s", STR(cite->source));
	if (cite->open)
		buf_fmt(b, "; D%d", cite->open);
	if (cite->unverified) {
		buf_z(b, "; ");
		buf_str(b, say_plain(lang, MSG_law_unverified));
	}
	buf_char(b, ']');
}

void law_put_cite_json(struct json *j, const struct law_cite *cite)
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

struct str law_section_name(enum lang lang, enum law_section section)
{
	return say_code(lang, "law_section", law_section_code(section));
}

/* The words for a code of the book; the code itself where there are none. */
static struct str word(enum lang lang, const char *group, struct str code)
{
	char bytes[WORD_BYTES];
	struct buf key = {.p = bytes, .cap = sizeof(bytes), .max = sizeof(bytes)};
	enum msg m;

	buf_fmt(&key, "%s.%.*s", group, STR(code));
	buf_char(&key, '\0');
	if (key.over)
		return code;
	for (char *p = bytes; *p; p++)
		*p = (char)(*p == '-' ? '_' : *p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
	return say_find(bytes, &m) ? say_plain(lang, m) : code;
}

static struct str value_in(const struct law_row *row, enum lang lang, const char *name)
{
	char bytes[WORD_BYTES];
	struct buf key = {.p = bytes, .cap = sizeof(bytes), .max = sizeof(bytes)};

	buf_z(&key, name);
	buf_char(&key, '.');
	buf_z(&key, lang_code(lang));
	return key.over ? (struct str){0} : law_row_value(row, buf_view(&key));
}

void law_put_key_text(struct buf *b, enum lang lang, const struct law_row *row)
{
	struct str rest = row->key, first = str_cut(&rest, ' ');
	const char *group = NULL;

	switch (row->section) {
	case LAW_SECTION_PAYERS:
	case LAW_SECTION_DUE:
		buf_str(b, word(lang, "payer", first));
		buf_fmt(b, " (%.*s)", STR(row->key));
		return;
	case LAW_SECTION_CATEGORIES:
		buf_str(b, value_in(row, lang, "name"));
		buf_fmt(b, " (%.*s)", STR(row->key));
		return;
	case LAW_SECTION_SPECIALS:
		buf_str(b, value_in(row, lang, "name"));
		return;
	case LAW_SECTION_OPEN:
		buf_fmt(b, "%.*s. ", STR(row->key));
		buf_str(b, value_in(row, lang, "topic"));
		return;
	case LAW_SECTION_UNITS:
		group = "law_unit";
		break;
	case LAW_SECTION_STATUS:
		group = "law_param";
		break;
	case LAW_SECTION_PENALTY:
		group = "law_section";
		break;
	case LAW_SECTION_REQUISITES:
		group = "law_role";
		break;
	case LAW_SECTION_YEARS:
	case LAW_SECTION_CODES:
	case LAW_SECTION_DAYS_OFF:
	case LAW_SECTION_FEASTS:
	case LAW_SECTION_MOVED_DAYS:
	case LAW_SECTION_COUNT:
		buf_str(b, row->key);
		return;
	}
	buf_str(b, word(lang, group, row->key));
	buf_fmt(b, " (%.*s)", STR(row->key));
}

static void put_payers(struct buf *b, enum lang lang, struct str list)
{
	while (list.p) {
		buf_str(b, word(lang, "payer", str_trim(str_cut(&list, ','))));
		buf_z(b, list.p ? ", " : "");
	}
}

void law_put_value_text(struct buf *b, enum lang lang, struct str name, struct str text)
{
	buf_str(b, word(lang, "law_field", name));
	buf_z(b, ": ");
	law_put_text_value(b, lang, name, text);
}

void law_put_text_value(struct buf *b, enum lang lang, struct str name, struct str text)
{
	if (!text.p)
		buf_z(b, "–");
	else if (str_is(name, "payers"))
		put_payers(b, lang, text);
	else if (str_is(text, "true") || str_is(text, "false"))
		buf_str(b, say_plain(lang,
				   str_is(text, "true") ? MSG_law_field_yes : MSG_law_field_no));
	else
		buf_str(b, text);
}

/* Words for people are told in one language, and not again when the key has them. */
static bool is_words(struct str name)
{
	return str_starts(name, "name.") || str_starts(name, "topic.") ||
	       str_starts(name, "choices.");
}

static bool key_has_name(enum law_section section)
{
	return section == LAW_SECTION_CATEGORIES || section == LAW_SECTION_SPECIALS;
}

static bool is_bare(const struct law_row *row, struct str name)
{
	return row->section == LAW_SECTION_STATUS && str_is(name, "value");
}

/* "D16. The window …: Ends with the month tested (with-tested-month)" */
static void put_choice(struct buf *b, enum lang lang, const struct law_row *row)
{
	struct str chosen = law_row_value(row, STR_LIT("chosen"));
	char bytes[WORD_BYTES];
	struct buf key = {.p = bytes, .cap = sizeof(bytes), .max = sizeof(bytes)};

	buf_fmt(&key, "choices.%.*s.name", STR(chosen));
	buf_char(&key, '\0');
	buf_z(b, ": ");
	if (!key.over)
		buf_str(b, value_in(row, lang, bytes));
	buf_fmt(b, " (%.*s)", STR(chosen));
}

void law_put_row_text(struct buf *b, enum lang lang, const struct law_row *row)
{
	struct str name = value_in(row, lang, "name");
	const char *between = ": ";

	law_put_key_text(b, lang, row);
	if (row->section == LAW_SECTION_OPEN) {
		put_choice(b, lang, row);
		return;
	}
	if (name.p && !key_has_name(row->section)) {
		buf_z(b, between);
		buf_str(b, name);
		between = ", ";
	}
	for (size_t i = 0; i < row->value_count; i++) {
		const struct law_value *v = &row->values[i];

		if (is_words(v->name))
			continue;
		buf_z(b, between);
		between = ", ";
		if (is_bare(row, v->name))
			law_put_text_value(b, lang, v->name, v->text);
		else
			law_put_value_text(b, lang, v->name, v->text);
	}
}

void law_put_days(struct buf *b, struct day from, struct day to)
{
	if (from.n == DAY_ALWAYS.n)
		return;
	day_put(b, from);
	if (from.n == to.n)
		return;
	buf_z(b, "…");
	if (to.n != DAY_NEVER.n)
		day_put(b, to);
}

void law_put_row_json(struct json *j, const struct law_row *row)
{
	json_open_object(j);
	json_put_key(j, "section");
	json_put_z(j, law_section_code(row->section));
	json_put_key(j, "key");
	json_put_str(j, row->key);
	json_put_key(j, "from");
	if (row->from.n == DAY_ALWAYS.n)
		json_put_null(j);
	else
		json_put_day(j, row->from);
	json_put_key(j, "to");
	json_put_day(j, row->to);
	if (row->when.n) {
		json_put_key(j, "when");
		json_put_str(j, row->when);
	}
	json_put_key(j, "values");
	json_open_object(j);
	for (size_t i = 0; i < row->value_count; i++) {
		json_put_key_bytes(j, row->values[i].name.p, row->values[i].name.n);
		json_put_str(j, row->values[i].text);
	}
	json_close_object(j);
	law_put_cite_json(j, &row->cite);
	json_put_key(j, "file");
	json_put_z(j, row->file);
	json_put_key(j, "line");
	json_put_u64(j, row->line);
	json_close_object(j);
}
