/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "formats/json_write.h"

static struct arena *arena;

static int set_up(void **state)
{
	arena = arena_new(1 << 20);
	return 0;
}

static int tear_down(void **state)
{
	arena_free(arena);
	return 0;
}

static void test_whole_document(void **state)
{
	struct buf b = buf_new(arena, 4096);
	struct json j = json_start(&b);

	json_open_object(&j);
	json_put_key(&j, "month");
	json_put_month(&j, month_of(2026, 1));
	json_put_key(&j, "on");
	json_put_day(&j, day_of(2026, 11, 5));
	json_put_key(&j, "never");
	json_put_day(&j, DAY_NEVER);
	json_put_key(&j, "no_month");
	json_put_month(&j, MONTH_NEVER);
	json_put_key(&j, "sums");
	json_open_object(&j);
	json_put_key(&j, "121");
	json_put_money(&j, money_tiyn(425000));
	json_close_object(&j);
	json_put_key(&j, "list");
	json_open_array(&j);
	json_put_i64(&j, INT64_MIN);
	json_put_u64(&j, UINT64_MAX);
	json_open_array(&j);
	json_close_array(&j);
	json_open_object(&j);
	json_close_object(&j);
	json_put_bool(&j, true);
	json_put_bool(&j, false);
	json_put_null(&j);
	json_close_array(&j);
	json_put_key(&j, "last");
	json_put_z(&j, "x");
	assert_false(json_finished(&j));
	json_close_object(&j);
	assert_true(json_finished(&j));
	assert_text(buf_view(&b),
		"{\"month\":\"2026-01\",\"on\":\"2026-11-05\",\"never\":null,\"no_month\":null,"
		"\"sums\":{\"121\":\"4250.00\"},\"list\":[-9223372036854775808,"
		"18446744073709551615,[],{},true,false,null],\"last\":\"x\"}");
}

static void test_strings(void **state)
{
#define REPLACED "\xEF\xBF\xBD"
	static const struct {
		const char *in;
		size_t n;
		const char *out;
	} rows[] = {
#define ROW(in, out) {in, sizeof(in) - 1, "\"" out "\""}
		ROW("", ""),
		ROW("a\"b\\c", "a\\\"b\\\\c"),
		ROW("\b\t\n\f\r", "\\b\\t\\n\\f\\r"),
		ROW("\0\x01\x1f\x7f", "\\u0000\\u0001\\u001f\\u007f"),
		ROW("Әлеуметтік", "Әлеуметтік"),
		ROW("\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80"),
		ROW("a\xC0\xAFz", "a" REPLACED REPLACED "z"),                 /* overlong */
		ROW("\xED\xA0\x80", REPLACED REPLACED REPLACED),              /* surrogate */
		ROW("\xF4\x90\x80\x80", REPLACED REPLACED REPLACED REPLACED), /* above U+10FFFF */
		ROW("\xE2\x82", REPLACED REPLACED),                           /* cut off */
		ROW("\xE2\x82(", REPLACED REPLACED "("),
		ROW("\xC3", REPLACED),
		ROW("\x80\xFF", REPLACED REPLACED),
		ROW("\xE0\x9F\xBF", REPLACED REPLACED REPLACED),
		ROW("\xF0\x8F\xBF\xBF", REPLACED REPLACED REPLACED REPLACED),
		ROW("\xF1\x80\x80\x80\xEE\x80\x80", "\xF1\x80\x80\x80\xEE\x80\x80"),
		ROW("\xE0\xA0\x80\xED\x9F\xBF\xF4\x8F\xBF\xBF",
			"\xE0\xA0\x80\xED\x9F\xBF\xF4\x8F\xBF\xBF"),
#undef ROW
	};

	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct buf b = buf_new(arena, 256);
		struct json j = json_start(&b);

		json_put_str(&j, (struct str){rows[i].in, rows[i].n});
		assert_true(json_finished(&j));
		assert_text(buf_view(&b), rows[i].out);
	}
}

/* Bytes of the character at `p` by the definition of UTF-8: the number, then what it may be. */
static size_t character(const unsigned char *p, size_t n)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t length = p[0] < 0x80 ? 1 : p[0] >> 5 == 6 ? 2 : p[0] >> 4 == 14 ? 3 : 4;
	uint32_t c = length == 1 ? p[0] : p[0] & (0x7FU >> length);

	if (length > n || (length == 4 && p[0] >> 3 != 30))
		return 0;
	for (size_t i = 1; i < length; i++) {
		if (p[i] >> 6 != 2)
			return 0;
		c = c << 6 | (p[i] & 0x3F);
	}
	return c >= least[length] && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF) ? length : 0;
}

static void escape_slowly(struct buf *b, struct str s)
{
	buf_char(b, '"');
	for (size_t i = 0; i < s.n;) {
		unsigned char c = (unsigned char)s.p[i];
		size_t length = character((const unsigned char *)s.p + i, s.n - i);

		if (c == '"' || c == '\\')
			buf_fmt(b, "\\%c", c);
		else if (c < 0x20 || c == 0x7F)
			buf_fmt(b, c == '\n' ? "\\n" : "\\u%04x", c);
		else if (length)
			buf_put(b, s.p + i, length);
		else
			buf_z(b, REPLACED);
		i += length ? length : 1;
	}
	buf_char(b, '"');
}

/* Long texts of pieces in every place of a block, as one string and as a text that others write. */
static void test_texts(void **state)
{
	static const char *const pieces[] = {"a", "month 12", "Қазақстан Республикасының ",
		"әлеуметтік", "жылғы", "₸", "№", "\xC2\xA0", "—", "\"", "\\", "\n", "\x01", "\xD3",
		"\x99", "\xC1", "\xE2\x82", "\xF0\x9F\x98\x80", "\xF5", "\x7F"};
	struct test_random r = test_seeded();

	for (uint64_t n = test_cases(20000); n; n--) {
		struct buf in = buf_new(arena, 2048), want = buf_new(arena, 16384);
		struct buf got[2] = {buf_new(arena, 16384), buf_new(arena, 16384)};
		struct json j[2] = {json_start(&got[0]), json_start(&got[1])};
		uint64_t most = test_below(&r, 2) ? 9 : TEST_COUNT(pieces);

		for (uint64_t k = test_below(&r, 30); k; k--)
			buf_z(&in, pieces[test_below(&r, most)]);
		escape_slowly(&want, buf_view(&in));
		json_put_str(&j[0], buf_view(&in));
		json_open_text(&j[1]);
		buf_str(&got[1], buf_view(&in));
		json_close_text(&j[1]);
		assert_true(json_finished(&j[0]) && json_finished(&j[1]));
		assert_str(buf_view(&got[0]), buf_view(&want));
		assert_str(buf_view(&got[1]), buf_view(&want));
		arena_reset(arena);
	}
}

static void test_full_buffer_is_told(void **state)
{
	struct buf b = buf_new(arena, 8);
	struct json j = json_start(&b);

	json_open_object(&j);
	json_put_key(&j, "a_long_key");
	json_put_z(&j, "and a long value");
	json_close_object(&j);
	assert_false(json_finished(&j));
	b = buf_new(arena, 8);
	j = json_start(&b);
	json_open_array(&j);
	json_put_code(&j, "employer");
	json_put_day(&j, day_of(2026, 1, 31));
	json_put_month(&j, month_of(2026, 1));
	json_open_text(&j);
	buf_z(&b, "a long text");
	json_close_text(&j);
	json_close_array(&j);
	assert_false(json_finished(&j));
	assert_true(b.over);
}

static void test_depth(void **state)
{
	struct buf b = buf_new(arena, 4096);
	struct json j = json_start(&b);

	for (int i = 0; i < JSON_DEPTH_MAX; i++) {
		if (i % 2) {
			json_put_key(&j, "k");
			json_open_array(&j);
		} else {
			json_open_object(&j);
		}
	}
	for (int i = JSON_DEPTH_MAX - 1; i >= 0; i--) {
		if (i % 2)
			json_close_array(&j);
		else
			json_close_object(&j);
	}
	assert_true(json_finished(&j));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_document),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_full_buffer_is_told),
		cmocka_unit_test(test_depth),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
