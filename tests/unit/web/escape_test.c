/* SPDX-License-Identifier: Apache-2.0 */
/* What the compiled templates write is never more than text, whatever the text is. */
#include "support/test.h"

#include "channels/web/escape.h"

static struct arena *arena;

static int setup(void **state)
{
	(void)state;
	arena = arena_new(8 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static void test_text(void **state)
{
	static const char *const rows[][2] = {
		{"", ""},
		{"МӘМС", "МӘМС"},
		{"a<b>&\"'", "a&lt;b&gt;&amp;&quot;&#39;"},
		{"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
		{"&amp;", "&amp;amp;"},
	};

	(void)state;
	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct buf b = buf_new(arena, 1000);
		escape_put(&b, str_of(rows[i][0]));
		assert_text(buf_view(&b), rows[i][1]);
	}
}

static void test_from_a_mark(void **state)
{
	struct buf b = buf_new(arena, 1000);

	(void)state;
	buf_z(&b, "<p>");
	size_t mark = b.n;
	escape_from(&b, mark);
	assert_text(buf_view(&b), "<p>");
	buf_z(&b, "1 < 2 & 3");
	escape_from(&b, mark);
	assert_text(buf_view(&b), "<p>1 &lt; 2 &amp; 3");
	mark = b.n;
	buf_z(&b, "plain");
	escape_from(&b, mark);
	assert_text(buf_view(&b), "<p>1 &lt; 2 &amp; 3plain");
}

static void test_urls(void **state)
{
	static const char *const rows[][2] = {
		{"/kk/", "/kk/"},
		{"/kk/s/abc?x=1&y=2", "/kk/s/abc?x=1&amp;y=2"},
		{"https://saqta.example/a", "https://saqta.example/a"},
		{"https://", "#"},
		{"//evil.example/", "#"},
		{"http://evil.example/", "#"},
		{"http://127.0.0.1:8090/kaspi/q/a", "http://127.0.0.1:8090/kaspi/q/a"},
		{"http://127.0.0.1.example/", "#"},
		{"javascript:alert(1)", "#"},
		{" javascript:alert(1)", "#"},
		{"JaVaScRiPt:alert(1)", "#"},
		{"data:text/html,x", "#"},
		{"/\\evil.example", "#"},
		{"/a b", "#"},
		{"/a\nb", "#"},
		{"/a\tb", "#"},
		{"", "#"},
		{"/\"onmouseover=\"x", "/&quot;onmouseover=&quot;x"},
	};

	(void)state;
	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct buf b = buf_new(arena, 1000);
		escape_put_url(&b, str_of(rows[i][0]));
		assert_text(buf_view(&b), rows[i][1]);
	}
}

static void test_url_parts(void **state)
{
	static const char *const rows[][2] = {
		{"abc-._~09", "abc-._~09"},
		{"a/b?c#d", "a%2Fb%3Fc%23d"},
		{"қ", "%D2%9B"},
		{"a b&c=d%", "a%20b%26c%3Dd%25"},
	};

	(void)state;
	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct buf b = buf_new(arena, 1000);
		escape_put_url_part(&b, str_of(rows[i][0]));
		assert_text(buf_view(&b), rows[i][1]);
	}
}

/* Any bytes: nothing that could end a value or begin a tag comes out; the length is bounded. */
static void test_any_bytes(void **state)
{
	struct test_random r = test_seeded();
	uint64_t cases = test_cases(20000);

	(void)state;
	for (uint64_t i = 0; i < cases; i++) {
		char bytes[64];
		size_t n = test_below(&r, sizeof(bytes) + 1);
		for (size_t k = 0; k < n; k++)
			bytes[k] = (char)test_next(&r);
		struct buf out[3] = {
			buf_new(arena, 1000), buf_new(arena, 1000), buf_new(arena, 1000)};
		escape_put(&out[0], (struct str){bytes, n});
		escape_put_url(&out[1], (struct str){bytes, n});
		escape_put_url_part(&out[2], (struct str){bytes, n});
		for (int k = 0; k < 3; k++) {
			assert_false(out[k].over);
			assert_true(out[k].n <= 6 * n + 1);
			for (size_t at = 0; at < out[k].n; at++)
				assert_false(strchr("<>\"'", out[k].p[at]) && out[k].p[at]);
		}
		arena_reset(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_from_a_mark),
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_url_parts),
		cmocka_unit_test(test_any_bytes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
