/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/yaml.h"
#include "limits.h"

static struct yaml_node *read_ok(struct ctx *cx, const char *text)
{
	struct yaml_node *root = NULL;

	assert_int_equal(yaml_read(cx, cx->arena, "x.yaml", str_of(text), &root), OK);
	return root;
}

static void test_tree(void **state)
{
	struct ctx cx = {.arena = arena_new(8 << 20)};
	struct yaml_node *root =
		read_ok(&cx, "# note\na: 1\nb:\n  - x\n  - {c: 'q: 2', d: [y, z]}\n"
			     "e: \"tab\\tend\"\nf:\n");

	assert_int_equal(root->kind, YAML_MAP);
	assert_int_equal(root->count, 4);
	assert_text(root->keys[1], "b");
	const struct yaml_node *b = yaml_get(root, "b");

	assert_int_equal(b->kind, YAML_LIST);
	assert_int_equal(b->count, 2);
	assert_text(b->items[0]->text, "x");
	assert_int_equal(b->items[0]->line, 4);
	assert_text(yaml_get(b->items[1], "c")->text, "q: 2");
	assert_text(yaml_get(b->items[1], "d")->items[1]->text, "z");
	assert_int_equal(yaml_get(b->items[1], "d")->items[1]->line, 5);
	assert_text(yaml_get(root, "e")->text, "tab\tend");
	assert_int_equal(yaml_get(root, "e")->line, 6);
	assert_text(yaml_get(root, "f")->text, "");
	assert_null(yaml_get(root, "g"));
	assert_text(read_ok(&cx, "\xEF\xBB\xBFname: жарна\n")->items[0]->text, "жарна");
	assert_text(read_ok(&cx, "one word")->text, "one word");
	arena_free(cx.arena);
}

static void test_refused(void **state)
{
	static const struct {
		const char *text;
		size_t line;
	} rows[] = {
		{"", 1},
		{"# only a note\n", 1},
		{"a: 1\nb: 2\na: 3\n", 3},
		{"a: &x 1\nb: *x\n", 1},
		{"a: *x\n", 1},
		{"- 1\n- !!int 2\n", 2},
		{"- !tag {a: 1}\n", 1},
		{"- &x [1]\n", 1},
		{"a: 1\n---\nb: 2\n", 3},
		{"? [a, b]\n: c\n", 1},
		{"? {a: b}\n: c\n", 1},
		{"a: [1, 2\n", 2},
		{"a: 1\n b: 2\n", 2},
		{"a: \"\\0\"\n", 1},
		{"\ta: 1\n", 1},
		{"a: \x80\n", 1},
		{"a: 'open\n", 2},
	};
	struct ctx cx = {.arena = arena_new(8 << 20)};

	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct yaml_node *root;

		err_clear(&cx);
		enum st st = yaml_read(&cx, cx.arena, "x.yaml", str_of(rows[i].text), &root);

		if (st != E_INPUT || cx.err.line != rows[i].line)
			print_error("row %zu: line %zu: %s\n", i, cx.err.line, cx.err.detail);
		assert_int_equal(st, E_INPUT);
		assert_int_equal(cx.err.code, ERR_YAML_SYNTAX);
		assert_string_equal(cx.err.field, "x.yaml");
		assert_int_equal(cx.err.line, rows[i].line);
	}
	arena_free(cx.arena);
}

/* `n` times `part`; the reader must say no at its own limit, not the machine at its. */
static struct str many(struct arena *a, const char *part, size_t n)
{
	struct buf b = buf_new(a, 4 << 20);

	for (size_t i = 0; i < n; i++)
		buf_z(&b, part);
	return buf_view(&b);
}

static void test_limits(void **state)
{
	struct ctx cx = {.arena = arena_new(64 << 20)};
	struct yaml_node *root;
	struct buf keys = buf_new(cx.arena, 1 << 20);

	assert_int_equal(
		yaml_read(&cx, cx.arena, "x", many(cx.arena, "[", LIMIT_YAML_DEPTH + 1), &root),
		E_INPUT);
	assert_int_equal(
		yaml_read(&cx, cx.arena, "x", many(cx.arena, "[", 500000), &root), E_INPUT);
	assert_int_equal(
		yaml_read(&cx, cx.arena, "x", many(cx.arena, "- 1\n", LIMIT_YAML_NODES + 1), &root),
		E_INPUT);
	assert_int_equal(yaml_read(&cx, cx.arena, "x", many(cx.arena, "- 1\n", 1000), &root), OK);
	for (int i = 0; i <= LIMIT_YAML_KEYS; i++)
		buf_fmt(&keys, "k%d: 1\n", i);
	assert_int_equal(yaml_read(&cx, cx.arena, "x", buf_view(&keys), &root), E_INPUT);
	assert_int_equal(cx.err.line, LIMIT_YAML_KEYS + 1);
	assert_int_equal(
		yaml_read(&cx, cx.arena, "x", many(cx.arena, "#", LIMIT_YAML_BYTES + 1), &root),
		E_INPUT);
	arena_free(cx.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_limits),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
