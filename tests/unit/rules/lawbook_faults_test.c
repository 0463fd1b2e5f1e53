/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faulty law books, made by rule: of every kind of key in the files of law/ the first ones lose
 * their value or get one of another shape. Whatever comes of it, the reader must either make a
 * book that answers or name the file and a line that is in it.
 */
#include "law_files.h"

#include "rules/contribution.h"
#include "rules/deadline.h"

enum { KEYS_MAX = 512, KEY_BYTES = 80, EACH = 1 };

/* What takes the place of a value. */
static const char *const shapes[] = {"wrong", "''", "[]", "{}", "[wrong]", "[[]]", "{wrong: 1}",
	"[{wrong: 1}]", "{121: [wrong]}", "{student: [wrong]}", "{122: [{}]}", "0", "99999999999",
	"2017-01-15", "9999"};

/* A key and its value in a text. */
struct place {
	size_t key, value, end;
};

struct seen {
	char name[KEYS_MAX][KEY_BYTES];
	size_t times[KEYS_MAX];
	size_t count;
};

static bool key_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-';
}

/* Steps over a quoted text that begins at `i`. */
static size_t quoted_end(struct str s, size_t i)
{
	char quote = s.p[i];

	for (i++; i < s.n && s.p[i] != quote && s.p[i] != '\n'; i++)
		if (quote == '"' && s.p[i] == '\\')
			i++;
	return i < s.n ? i + 1 : s.n;
}

static size_t line_end(struct str s, size_t i)
{
	while (i < s.n && s.p[i] != '\n')
		i++;
	return i;
}

/* The end of a value that stands on the line of its key. */
static size_t flow_end(struct str s, size_t i)
{
	int depth = 0;

	while (i < s.n) {
		char c = s.p[i];

		if (c == '"' || c == '\'') {
			i = quoted_end(s, i);
			continue;
		}
		if (depth == 0 && (c == ',' || c == '\n' || c == '}' || c == ']'))
			break;
		if (depth == 0 && c == ' ' && i + 1 < s.n && s.p[i + 1] == '#')
			break;
		depth += (c == '{' || c == '[') - (c == '}' || c == ']');
		i++;
	}
	return i;
}

static size_t indent_of(struct str s, size_t line)
{
	size_t i = line;

	while (i < s.n && s.p[i] == ' ')
		i++;
	return i - line;
}

/* The end of a value that stands below its key: the lines that are indented more, or list items. */
static size_t block_end(struct str s, size_t key, size_t i)
{
	size_t line = key, column;

	while (line > 0 && s.p[line - 1] != '\n')
		line--;
	column = key - line;
	while (i < s.n) {
		size_t next = i + 1, inner = next + indent_of(s, next);

		if (inner < s.n && s.p[inner] != '\n' && s.p[inner] != '#' &&
			(inner - next < column || (inner - next == column && s.p[inner] != '-')))
			break;
		i = line_end(s, next);
	}
	return i;
}

/* The next key at or after *at, outside comments and quotes. */
static bool next_key(struct str s, size_t *at, struct place *out)
{
	size_t i = *at;

	while (i < s.n) {
		size_t from = i;

		if (s.p[i] == '"' || s.p[i] == '\'') {
			i = quoted_end(s, i);
			continue;
		}
		if (s.p[i] == '#') {
			i = line_end(s, i);
			continue;
		}
		if (!key_char(s.p[i])) {
			i++;
			continue;
		}
		while (i < s.n && key_char(s.p[i]))
			i++;
		if (i + 1 >= s.n || s.p[i] != ':' || (s.p[i + 1] != ' ' && s.p[i + 1] != '\n'))
			continue;
		*out = (struct place){from, i + 1, 0};
		out->end = s.p[i + 1] == '\n' ? block_end(s, from, i + 1) : flow_end(s, i + 2);
		*at = i + 1;
		return true;
	}
	return false;
}

/* Is this one of the first keys of its name in its section? D1 and D2 are one name. */
static bool is_new(struct seen *seen, struct str text, const struct place *p, struct str *section)
{
	struct str key = {text.p + p->key, p->value - 1 - p->key};
	char name[KEY_BYTES];

	if (p->key == 0 || text.p[p->key - 1] == '\n')
		*section = key;
	if (key.n > 1 && key.p[0] == 'D')
		key.n = 1;
	snprintf(name, sizeof(name), "%.*s/%.*s", STR(*section), STR(key));
	for (size_t i = 0; i < seen->count; i++)
		if (strcmp(seen->name[i], name) == 0)
			return seen->times[i]++ < EACH;
	assert_true(seen->count < KEYS_MAX);
	memcpy(seen->name[seen->count], name, sizeof(name));
	seen->times[seen->count++] = 1;
	return true;
}

static size_t count_lines(struct str s)
{
	size_t n = 1;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

/* A book that was read answers: with a sum and a day, or with an error of the law. */
static void assert_answers(struct ctx *cx, const struct lawbook *book)
{
	struct money income = money_tiyn(10000000);
	struct contribution_question q = {.kind = PAYER_EMPLOYER,
		.month = month_of(2026, 5),
		.incomes = &income,
		.income_count = 1};
	struct contribution out;
	enum st st = contribution_compute(cx, book, &q, NULL, &out);

	assert_true(st == OK || st == E_INPUT);
	assert_true(month_cmp(day_month(deadline_due(book, PAYER_FARM, q.month)), q.month) > 0);
	assert_non_null(lawbook_status(book, day_of(2026, 5, 5)));
}

static void assert_refused_by_name(
	const struct ctx *cx, const struct law_file *files, size_t count, const char *what)
{
	static const enum err codes[] = {ERR_YAML_SYNTAX, ERR_LAW_SYNTAX, ERR_LAW_OVERLAP,
		ERR_LAW_GAP, ERR_LAW_NAME, ERR_LAW_RATE, ERR_LAW_ARTICLE};
	bool known_code = false, known_file = cx->err.field[0] == 0;

	for (size_t i = 0; i < TEST_COUNT(codes); i++)
		known_code |= cx->err.code == codes[i];
	for (size_t i = 0; i < count; i++)
		if (strcmp(files[i].name, cx->err.field) == 0)
			known_file = cx->err.line <= count_lines(files[i].text);
	if (!known_code || !known_file)
		print_error("%s: %s %s:%zu %s\n", what, err_info(cx->err.code)->name, cx->err.field,
			cx->err.line, cx->err.detail);
	assert_true(known_code);
	assert_true(known_file);
	assert_true(cx->err.detail[0] != 0);
}

/* Reads the book with [from, to) of one file replaced; true when it is a book. */
static bool try_edit(
	struct state *s, struct arena *arena, size_t file, struct place p, const char *with)
{
	struct ctx cx = {.arena = arena};
	struct law_file files[FILES_MAX];
	struct str text = s->files[file].text;
	struct buf b = buf_new(arena, text.n + 64);
	struct lawbook *book;
	char what[160];

	memcpy(files, s->files, sizeof(files));
	buf_put(&b, text.p, with ? p.value : p.key);
	if (with) {
		buf_char(&b, ' ');
		buf_z(&b, with);
	}
	/* A key that goes takes the comma behind it along. */
	size_t rest = p.end + (!with && p.end + 1 < text.n && text.p[p.end] == ',' ? 2 : 0);

	buf_put(&b, text.p + rest, text.n - rest);
	files[file].text = buf_view(&b);
	snprintf(what, sizeof(what), "%s: %.*s -> %s", files[file].name, (int)(p.value - p.key),
		text.p + p.key, with ? with : "(nothing)");
	if (lawbook_read(&cx, arena, files, s->count, &book) == OK) {
		assert_answers(&cx, book);
		return true;
	}
	assert_refused_by_name(&cx, files, s->count, what);
	return false;
}

static void test_every_key(void **state)
{
	static struct seen seen;
	struct state *s = *state;
	struct arena *arena = arena_new(64 << 20);
	size_t books = 0, refused = 0;

	for (size_t file = 0; file < s->count; file++) {
		struct str text = s->files[file].text, section = {0};
		struct place p;

		seen.count = 0;
		for (size_t at = 0; next_key(text, &at, &p);) {
			if (!is_new(&seen, text, &p, &section))
				continue;
			for (size_t i = 0; i <= TEST_COUNT(shapes); i++) {
				const char *with = i < TEST_COUNT(shapes) ? shapes[i] : NULL;
				bool ok = try_edit(s, arena, file, p, with);

				books += ok;
				refused += !ok;
				arena_reset(arena);
			}
		}
	}
	print_message("# %zu refused, %zu still a book\n", refused, books);
	assert_true(refused > 1000 && books > 0 && books < refused);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_every_key, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
