/* SPDX-License-Identifier: Apache-2.0 */
/* Character sets: UTF-8, RK1048, detection. */
#include "support/test.h"

#include <iconv.h>

#include "base/utf8.h"
#include "formats/encoding.h"
#include "formats/rk1048.h"

static struct arena *arena;
static struct ctx cx;

static int set_up(void **state)
{
	arena = arena_new(4 << 20);
	cx = (struct ctx){.arena = arena, .clock = clock_system()};
	return 0;
}

static int tear_down(void **state)
{
	arena_free(arena);
	return 0;
}

static const struct {
	struct str text;
	size_t bad_at;
} utf8_cases[] = {
	{STR_LIT(""), 0},
	{STR_LIT("plain ASCII, longer than eight bytes"), 36},
	{STR_LIT("ҚАЗАҚСТАН"), 18},
	{STR_LIT("\xf0\x9f\x98\x80"), 4},
	{STR_LIT("\x80"), 0},
	{STR_LIT("ab\xc3"), 2},
	{STR_LIT("\xc0\x80"), 0},         /* overlong */
	{STR_LIT("a\xc1\xbf"), 1},        /* overlong */
	{STR_LIT("\xe0\x9f\xbf"), 0},     /* overlong */
	{STR_LIT("\xed\xa0\x80"), 0},     /* surrogate */
	{STR_LIT("\xed\x9f\xbf"), 3},     /* the last before them */
	{STR_LIT("\xf4\x90\x80\x80"), 0}, /* above U+10FFFF */
	{STR_LIT("\xf4\x8f\xbf\xbf"), 4}, /* the last one */
	{STR_LIT("\xf0\x8f\xbf\xbf"), 0}, /* overlong */
	{STR_LIT("\xe2\x82"), 0},         /* cut */
	{STR_LIT("12345678\xd2\x9b\xff"), 10},
};

static void test_utf8(void **state)
{
	for (size_t i = 0; i < TEST_COUNT(utf8_cases); i++) {
		size_t bad_at;

		assert_int_equal(utf8_valid(utf8_cases[i].text, &bad_at),
			utf8_cases[i].bad_at == utf8_cases[i].text.n);
		assert_int_equal(bad_at, utf8_cases[i].bad_at);
	}
	assert_int_equal(utf8_count(STR_LIT("Әсел A")), 6);
}

/* Every scalar value is written and read back; bytes in between are refused. */
static void test_utf8_all(void **state)
{
	char bytes[4];
	uint32_t back;

	for (uint32_t code = 0; code <= 0x10ffff; code++) {
		if (code == 0xd800)
			code = 0xe000;
		size_t n = utf8_put(code, bytes);

		assert_int_equal(utf8_take((struct str){bytes, n}, &back), n);
		assert_int_equal(back, code);
		assert_int_equal(utf8_take((struct str){bytes, n - 1}, &back), 0);
		assert_true(utf8_valid((struct str){bytes, n}, NULL));
	}
}

static void test_nfc(void **state)
{
	struct str out, whole = STR_LIT("Қ");

	assert_int_equal(utf8_nfc(&cx, STR_LIT("и\xcc\x86од"), &out), OK);
	assert_text(out, "йод");
	assert_int_equal(utf8_nfc(&cx, whole, &out), OK);
	assert_ptr_equal(out.p, whole.p);
	assert_int_equal(utf8_nfc(&cx, STR_LIT("ab\xff"), &out), E_INPUT);
	assert_int_equal(cx.err.code, ERR_TEXT_ENCODING);
}

/* The whole table against the C library's own. */
static void test_rk1048_against_iconv(void **state)
{
	iconv_t to_utf8 = iconv_open("UTF-8", "RK1048");

	assert_true(to_utf8 != (iconv_t)-1);
	for (unsigned i = 0; i < 256; i++) {
		char in = (char)i, out[8], ours[4], *pin = &in, *pout = out;
		size_t nin = 1, nout = sizeof(out);
		size_t done = iconv(to_utf8, &pin, &nin, &pout, &nout);
		uint32_t code = rk1048_code((unsigned char)i);
		unsigned char back;

		if (done == (size_t)-1) {
			assert_int_equal(i, 0x98);
			assert_int_equal(code, 0);
			iconv(to_utf8, NULL, NULL, NULL, NULL);
			continue;
		}
		size_t n = utf8_put(code, ours);
		assert_int_equal(n, sizeof(out) - nout);
		assert_memory_equal(ours, out, n);
		assert_true(rk1048_byte(code, &back));
		assert_int_equal(back, i);
	}
	iconv_close(to_utf8);
	unsigned char byte;
	assert_false(rk1048_byte(0x20ac + 1, &byte));
}

static void test_rk1048_texts(void **state)
{
	struct str out;
	struct buf b = buf_new(arena, 100);

	assert_int_equal(rk1048_decode(&cx, STR_LIT("\xa3\xf1\xe5\xeb\n\x8d"), 100, &out), OK);
	assert_text(out, "Әсел\nҚ");
	assert_int_equal(rk1048_encode(&cx, out, &b), OK);
	assert_text(buf_view(&b), "\xa3\xf1\xe5\xeb\n\x8d");
	assert_int_equal(rk1048_decode(&cx, STR_LIT("a\nb\x98"), 100, &out), E_INPUT);
	assert_int_equal(cx.err.line, 2);
	assert_int_equal(rk1048_decode(&cx, STR_LIT("\xa3\xa3\xa3"), 5, &out), E_LIMIT);
	assert_int_equal(rk1048_encode(&cx, STR_LIT("a\nb\n漢"), &b), E_INPUT);
	assert_int_equal(cx.err.line, 3);
	assert_string_equal(cx.err.detail, "漢");
}

static const struct {
	struct str bytes;
	enum encoding encoding;
	enum err error;
	const char *text;
} encodings[] = {
	{STR_LIT(""), 0, ERR_FILE_EMPTY, NULL},
	{STR_LIT("\xef\xbb\xbf"), ENCODING_UTF8_BOM, ERR_FILE_EMPTY, NULL},
	{STR_LIT("\xff\xfe"), ENCODING_UTF16LE, ERR_FILE_EMPTY, NULL},
	{STR_LIT("{1:F"), ENCODING_UTF8, ERR_NONE, "{1:F"},
	{STR_LIT("\xef\xbb\xbfiin"), ENCODING_UTF8_BOM, ERR_NONE, "iin"},
	{STR_LIT("\xff\xfe"
		 "a\0\x9a\x04"),
		ENCODING_UTF16LE, ERR_NONE, "aҚ"},
	{STR_LIT("\xfe\xff\0a\x04\x9a"), ENCODING_UTF16BE, ERR_NONE, "aҚ"},
	{STR_LIT("{\0001\0:\0"), ENCODING_UTF16LE, ERR_NONE, "{1:"},
	{STR_LIT("\0{\0001\0:"), ENCODING_UTF16BE, ERR_NONE, "{1:"},
	{STR_LIT("\xff\xfe\x3d\xd8\x00\xde"), ENCODING_UTF16LE, ERR_NONE, "\xf0\x9f\x98\x80"},
	{STR_LIT("\xff\xfe"
		 "a\0\n\0\x3d\xd8"
		 "b\0"),
		ENCODING_UTF16LE, ERR_TEXT_ENCODING, NULL},
	{STR_LIT("\xff\xfe"
		 "abc"),
		ENCODING_UTF16LE, ERR_TEXT_ENCODING, NULL},
	{STR_LIT("\xff\xfe\0\0"), ENCODING_UTF16LE, ERR_FILE_BINARY, NULL},
	{STR_LIT("\x8d\xc0\xc7\xc0\x8d"), ENCODING_RK1048, ERR_NONE, "ҚАЗАҚ"},
	{STR_LIT("\xef\xbb\xbf\xc0\xc0"), ENCODING_UTF8_BOM, ERR_TEXT_ENCODING, NULL},
	{STR_LIT("\x7f"
		 "ELF\x02\x01\x01\0\0"),
		0, ERR_FILE_BINARY, NULL},
	{STR_LIT("PK\x03\x04"), 0, ERR_FILE_BINARY, NULL},
};

static void test_encodings(void **state)
{
	for (size_t i = 0; i < TEST_COUNT(encodings); i++) {
		enum encoding encoding;
		struct str text;
		enum st st;

		err_clear(&cx);
		st = encoding_read(&cx, encodings[i].bytes, 1000, &encoding, &text);
		assert_int_equal(cx.err.code, encodings[i].error);
		assert_int_equal(encoding, encodings[i].encoding);
		assert_int_equal(st, err_info(encodings[i].error)->class);
		if (st == OK)
			assert_text(text, encodings[i].text);
	}
}

/* Wherever it stands, also across the blocks that are looked at together. */
static void test_binary(void **state)
{
	char room[300];

	for (size_t n = 1; n <= sizeof(room); n += 13) {
		for (size_t at = 0; at < n; at++) {
			struct str bytes = {room, n}, text;
			enum encoding encoding;
			char offset[24];

			memset(room, 'a', sizeof(room));
			room[at] = at % 2 ? '\x7f' : '\x1f';
			err_clear(&cx);
			assert_int_equal(
				encoding_read(&cx, bytes, 1000, &encoding, &text), E_INPUT);
			assert_int_equal(cx.err.code, ERR_FILE_BINARY);
			snprintf(offset, sizeof(offset), "%zu", at);
			assert_string_equal(cx.err.detail, offset);
			room[at] = "\n\r\t\x1a"[at % 4];
			assert_int_equal(encoding_read(&cx, bytes, 1000, &encoding, &text), OK);
		}
	}
}

static void note_passed(void *arg, const char *upto)
{
	const char **last = arg;

	assert_true(upto >= *last);
	*last = upto;
}

/* A letter in two bytes over every place where a large file is cut into pieces. */
static void test_large_utf8(void **state)
{
	enum { PIECE = 4 << 20, BYTES = 2 * PIECE + 100 };
	char *bytes = malloc(BYTES);
	struct str text;

	for (int from = -3; from <= 1; from++) {
		const char *last = bytes;

		memset(bytes, 'a', BYTES);
		memcpy(bytes + PIECE + from, "\xd2\x9b", 2);
		memcpy(bytes + 2 * PIECE + from, "\xf0\x9f\x98\x80", 4);
		assert_true(
			encoding_is_utf8((struct str){bytes, BYTES}, note_passed, &last, &text));
		assert_int_equal(text.n, BYTES);
		assert_ptr_equal(last, bytes + BYTES);
		/* Half a letter, in the middle and at the end; a byte of no text. */
		bytes[PIECE + from + 1] = 'a';
		assert_false(encoding_is_utf8((struct str){bytes, BYTES}, NULL, NULL, &text));
		bytes[PIECE + from] = '\x01';
		assert_false(encoding_is_utf8((struct str){bytes, BYTES}, NULL, NULL, &text));
		bytes[PIECE + from] = 'a';
		assert_true(encoding_is_utf8((struct str){bytes, BYTES}, NULL, NULL, &text));
		bytes[BYTES - 1] = '\xd2';
		assert_false(encoding_is_utf8((struct str){bytes, BYTES}, NULL, NULL, &text));
	}
	free(bytes);
	assert_true(encoding_is_utf8(STR_LIT("\xef\xbb\xbf"
					     "a"),
		NULL, NULL, &text));
	assert_int_equal(text.n, 1);
	assert_false(encoding_is_utf8(STR_LIT("\xef\xbb\xbf"), NULL, NULL, &text));
	assert_false(encoding_is_utf8(STR_LIT(""), NULL, NULL, &text));
	assert_false(encoding_is_utf8(STR_LIT("\xff\xfe"
					      "a\0"),
		NULL, NULL, &text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_utf8_all),
		cmocka_unit_test(test_nfc),
		cmocka_unit_test(test_rk1048_against_iconv),
		cmocka_unit_test(test_rk1048_texts),
		cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_large_utf8),
		cmocka_unit_test(test_binary),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
