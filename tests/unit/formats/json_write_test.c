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

static void test_full_buffer_is_told(void **state)
{
	struct buf b = buf_new(arena, 8);
	struct json j = json_start(&b);

	json_open_object(&j);
	json_put_key(&j, "a_long_key");
	json_put_z(&j, "and a long value");
	json_close_object(&j);
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
		cmocka_unit_test(test_full_buffer_is_told),
		cmocka_unit_test(test_depth),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
