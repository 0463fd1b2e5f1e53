/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/lawbook_parts.h"

#include "base/check.h"
#include "limits.h"

/*
 * The sections in the order in which they are read: the choices of the open questions come first,
 * because they decide which rows hold.
 */
static const struct section {
	const char *name;
	enum st (*read)(struct law_reader *r, const struct yaml_node *n);
} sections[] = {
	{"open", law_read_open},
	{"years", law_read_years},
	{"units", law_read_units},
	{"payers", law_read_payers},
	{"special_periods", law_read_specials},
	{"status", law_read_status},
	{"penalty", law_read_penalty},
	{"categories", law_read_categories},
	{"codes", law_read_codes},
	{"requisites", law_read_requisites},
	{"due", law_read_due},
	{"days_off", law_read_days_off},
	{"feasts", law_read_feasts},
	{"moved_days", law_read_moved_days},
};
enum { SECTION_COUNT = sizeof(sections) / sizeof(sections[0]) };

static enum st (*const finishers[])(struct law_reader *r) = {
	law_finish_open,
	law_finish_units,
	law_finish_rates,
	law_finish_status,
	law_finish_lists,
	law_finish_days,
	law_finish_rows,
};

/* The files in the order of their names, so that the digest depends on nothing else. */
static const struct law_file **sorted(
	struct law_reader *r, const struct law_file *files, size_t count)
{
	const struct law_file **out = arena_array(r->arena, count, sizeof(*out));

	for (size_t i = 0; i < count; i++) {
		size_t at = i;

		for (; at > 0 && strcmp(out[at - 1]->name, files[i].name) > 0; at--)
			out[at] = out[at - 1];
		out[at] = &files[i];
	}
	return out;
}

/* Names and lengths go in too: text moved from one file to the next is another book. */
static struct sha256 digest_files(const struct law_file *const *files, size_t count)
{
	struct digest_state s;

	digest_start(&s);
	for (size_t i = 0; i < count; i++) {
		uint64_t n = files[i]->text.n;
		unsigned char length[8];

		for (int k = 0; k < 8; k++)
			length[k] = (unsigned char)(n >> (8 * k));
		digest_add(&s, files[i]->name, strlen(files[i]->name) + 1);
		digest_add(&s, length, sizeof(length));
		digest_add(&s, files[i]->text.p, files[i]->text.n);
	}
	return digest_end(&s);
}

static enum st check_sections(struct law_reader *r, const struct yaml_node *root)
{
	if (root->kind != YAML_MAP)
		return law_refuse(r, root->line, LAW_SYNTAX, "expected sections");
	for (size_t i = 0; i < root->count; i++) {
		size_t s = 0;

		while (s < SECTION_COUNT && !str_is(root->keys[i], sections[s].name))
			s++;
		if (s == SECTION_COUNT)
			return law_refuse(r, root->items[i]->line, LAW_NAME, "section %.40s",
				root->keys[i].p);
	}
	return OK;
}

static enum st read_all(struct law_reader *r, const struct law_file *const *files, size_t count)
{
	struct yaml_node **roots = arena_array(r->arena, count, sizeof(*roots));

	for (size_t i = 0; i < count; i++) {
		r->file = files[i]->name;
		TRY(yaml_read(r->cx, r->arena, r->file, files[i]->text, &roots[i]));
		TRY(check_sections(r, roots[i]));
	}
	for (size_t s = 0; s < SECTION_COUNT; s++)
		for (size_t i = 0; i < count; i++) {
			const struct yaml_node *n = yaml_get(roots[i], sections[s].name);

			r->file = files[i]->name;
			if (n)
				TRY(sections[s].read(r, n));
		}
	r->file = "";
	for (size_t i = 0; i < sizeof(finishers) / sizeof(finishers[0]); i++)
		TRY(finishers[i](r));
	return OK;
}

enum st lawbook_read(struct ctx *cx, struct arena *arena, const struct law_file *files,
	size_t count, struct lawbook **out)
{
	struct law_reader r = {.cx = cx, .arena = arena, .file = ""};

	if (count == 0 || count > LIMIT_LAW_FILES)
		return law_refuse(&r, 0, LAW_SYNTAX, "1 to %d files", LIMIT_LAW_FILES);
	const struct law_file **by_name = sorted(&r, files, count);

	for (size_t i = 1; i < count; i++)
		if (strcmp(by_name[i - 1]->name, by_name[i]->name) == 0)
			return fail_in(
				cx, 0, by_name[i]->name, LAW_OVERLAP, "the file stands twice");
	r.book = ARENA_NEW(arena, struct lawbook);
	r.book->digest = digest_files(by_name, count);
	TRY(read_all(&r, by_name, count));
	*out = r.book;
	return OK;
}
