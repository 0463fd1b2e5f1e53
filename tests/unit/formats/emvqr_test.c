/* SPDX-License-Identifier: Apache-2.0 */
/* EMVCo texts: known ones byte for byte, wrong ones by the field that is wrong. */
#include "support/test.h"

#include "formats/emvqr.h"

#define HEAD                                                                                       \
	"00020101021226510015KZ.EXAMPLE.OSMS01121604400071610212900101300007520463005303398"       \
	"54074250.005802KZ5904FSMS6006ASTANA"
#define VECTOR_A HEAD "62230106OSMS1705091220251226304C288"
#define VECTOR_B HEAD "62260109OSMS0076805091220251226304004F"
#define VECTOR_C HEAD "62230106OSMS17050912202512264340002kk0114Әлеуметтік қор0206Астана63046B2C"

static struct arena *arena;

static struct ctx context(void)
{
	arena_reset(arena);
	return (struct ctx){.arena = arena, .lang = LANG_EN};
}

static struct emvqr sample(void)
{
	return (struct emvqr){.dynamic = true,
		.scheme = STR_LIT("KZ.EXAMPLE.OSMS"),
		.payee = STR_LIT("160440007161"),
		.account = STR_LIT("900101300007"),
		.category = STR_LIT("6300"),
		.has_amount = true,
		.amount = money_tiyn(425000),
		.country = STR_LIT("KZ"),
		.name = STR_LIT("FSMS"),
		.city = STR_LIT("ASTANA"),
		.bill = STR_LIT("OSMS17"),
		.reference = STR_LIT("122025122")};
}

static void assert_written(const struct emvqr *e, const char *want)
{
	struct ctx cx = context();
	struct buf b = buf_new(arena, EMVQR_BYTES_MAX);

	assert_int_equal(emvqr_write(&cx, e, &b), OK);
	assert_text(buf_view(&b), want);
}

static void assert_same(const struct emvqr *a, const struct emvqr *b)
{
	assert_int_equal(a->dynamic, b->dynamic);
	assert_int_equal(a->has_amount, b->has_amount);
	assert_int_equal(money_cmp(a->amount, b->amount), 0);
	assert_str(a->scheme, b->scheme);
	assert_str(a->payee, b->payee);
	assert_str(a->account, b->account);
	assert_str(a->category, b->category);
	assert_str(a->country, b->country);
	assert_str(a->name, b->name);
	assert_str(a->city, b->city);
	assert_str(a->bill, b->bill);
	assert_str(a->reference, b->reference);
	assert_str(a->lang, b->lang);
	assert_str(a->lang_name, b->lang_name);
	assert_str(a->lang_city, b->lang_city);
}

/* The catalogue value of this CRC, and EMVCo's own example: length in characters, CRC in bytes. */
static void test_crc(void **state)
{
	assert_int_equal(emvqr_crc(STR_LIT("123456789")), 0x29B1);
	assert_int_equal(emvqr_crc(STR_LIT("")), 0xFFFF);
}

static void test_vectors(void **state)
{
	struct emvqr e = sample(), back;
	struct ctx cx;

	assert_written(&e, VECTOR_A);
	e.bill = STR_LIT("OSMS00768");
	assert_written(&e, VECTOR_B);
	e.bill = STR_LIT("OSMS17");
	e.lang = STR_LIT("kk");
	e.lang_name = STR_LIT("Әлеуметтік қор");
	e.lang_city = STR_LIT("Астана");
	assert_written(&e, VECTOR_C);
	cx = context();
	assert_int_equal(emvqr_read(&cx, STR_LIT(VECTOR_C), &back), OK);
	assert_same(&back, &e);
}

/* Every single bit that changes is seen. */
static void test_one_bit(void **state)
{
	char text[] = VECTOR_C;
	struct emvqr e;

	for (size_t i = 0; i < (sizeof(text) - 1) * 8; i++) {
		struct ctx cx = context();

		text[i / 8] ^= (char)(1 << i % 8);
		assert_int_not_equal(emvqr_read(&cx, (struct str){text, sizeof(text) - 1}, &e), OK);
		text[i / 8] ^= (char)(1 << i % 8);
	}
}

/* The text with a right CRC behind it. */
static struct str closed(const char *fields)
{
	struct buf b = buf_new(arena, 4096);

	buf_z(&b, fields);
	buf_z(&b, "6304");
	buf_fmt(&b, "%04X", emvqr_crc(buf_view(&b)));
	return buf_view(&b);
}

static void test_refused(void **state)
{
	static const struct {
		const char *fields;
		enum err error;
		const char *field;
	} rows[] = {
		{"", ERR_TAG_MISSING, "00"},
		{"010212000201", ERR_TAG_MISSING, "00"},
		{"000202", ERR_TAG_VALUE, "00"},
		{"0002010002"
		 "01",
			ERR_TAG_TWICE, "00"},
		{"000201010213", ERR_TAG_VALUE, "01"},
		{"0002016304ABCD", ERR_TAG_TWICE, "63"},
		{"000201265100", ERR_FILE_TRUNCATED, "26"},
		{"0002012", ERR_FILE_TRUNCATED, ""},
		{"00020126x1", ERR_FILE_TRUNCATED, "26"},
		{"0002012604"
		 "0100",
			ERR_TAG_VALUE, "2601"},
		{"0002012605"
		 "01011",
			ERR_TAG_MISSING, "2600"},
		{"0002015303840", ERR_TAG_VALUE, "53"},
		{"00020153033980", ERR_FILE_TRUNCATED, ""},
		{"00020152036300", ERR_TAG_VALUE, "52"},
		{"0002015404"
		 "4,50",
			ERR_TAG_VALUE, "54"},
		{"0002015405"
		 "4.505",
			ERR_TAG_VALUE, "54"},
		{"0002015402"
		 "-1",
			ERR_TAG_VALUE, "54"},
		{"00020154141234567890.123", ERR_TAG_VALUE, "54"},
		{"0002015926ABCDEFGHIJKLMNOPQRSTUVWXYZ", ERR_TAG_VALUE, "59"},
		/* 02 to 25 are no templates: whatever stands there is only text. */
		{"0002010203abc", ERR_TAG_MISSING, "52"},
		{"0002018003abc", ERR_FILE_TRUNCATED, ""},
		{"0002015204630053033985802KZ5901A6001B", ERR_TAG_MISSING, "26"},
	};

	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct ctx cx = context();
		struct emvqr e;

		assert_int_equal(emvqr_read(&cx, closed(rows[i].fields), &e), E_INPUT);
		if (cx.err.code != rows[i].error || strcmp(cx.err.field, rows[i].field) != 0)
			fail_msg("%s: %s of \"%s\"", rows[i].fields, err_info(cx.err.code)->name,
				cx.err.field);
	}
}

static void test_refused_whole(void **state)
{
	static const struct {
		const char *text;
		enum err error;
	} rows[] = {
		{"", ERR_TAG_MISSING},
		{"6304", ERR_TAG_MISSING},
		{HEAD, ERR_TAG_MISSING},
		{"00020163041D3D", ERR_TOTAL_DIFFERS},
		{HEAD "62230106OSMS1705091220251226304c288", ERR_TOTAL_DIFFERS}, /* small letters */
		{HEAD "6226\xff", ERR_TEXT_ENCODING},
	};

	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct ctx cx = context();
		struct emvqr e;

		assert_int_equal(emvqr_read(&cx, str_of(rows[i].text), &e), E_INPUT);
		if (cx.err.code != rows[i].error)
			fail_msg("row %zu: %s", i, err_info(cx.err.code)->name);
	}
}

/* What cannot be written is refused, never cut. */
static void test_unwritable(void **state)
{
	struct ctx cx = context();
	struct buf b = buf_new(arena, EMVQR_BYTES_MAX), tiny = buf_new(arena, 40);
	struct emvqr e = sample();

	assert_int_equal(emvqr_write(&cx, &e, &tiny), E_INPUT);
	e.name = STR_LIT("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	assert_int_equal(emvqr_write(&cx, &e, &b), E_INPUT);
	assert_string_equal(cx.err.field, "59");
	e = sample();
	e.city = (struct str){0};
	assert_int_equal(emvqr_write(&cx, &e, &b), E_INPUT);
	assert_string_equal(cx.err.field, "60");
	e = sample();
	e.amount = money_tiyn(MONEY_MAX_TIYN);
	assert_int_equal(emvqr_write(&cx, &e, &b), E_INPUT);
	assert_string_equal(cx.err.field, "54");
}

/* Random texts: what is written is read again as it was. */
static void test_round_trip(void **state)
{
	static const char *const words[] = {"", "A", "ӘҒҚ ÑÖ", "12345", "Қор", "ASTANA-7 №"};
	struct test_random r = test_seeded();

	for (uint64_t i = test_cases(5000); i > 0; i--) {
		struct ctx cx = context();
		struct buf b = buf_new(arena, EMVQR_BYTES_MAX);
		struct emvqr e = sample(), back;

		e.dynamic = test_below(&r, 2);
		e.has_amount = test_below(&r, 2);
		e.amount = e.has_amount ? money_tiyn((int64_t)test_below(&r, 100000000000))
					: MONEY_ZERO;
		e.bill = str_of(words[test_below(&r, 6)]);
		e.reference = str_of(words[test_below(&r, 6)]);
		e.account = str_of(words[test_below(&r, 6)]);
		if (test_below(&r, 2)) {
			e.lang = STR_LIT("kk");
			e.lang_name = STR_LIT("Қор");
			e.lang_city = str_of(words[test_below(&r, 6)]);
		}
		assert_int_equal(emvqr_write(&cx, &e, &b), OK);
		if (emvqr_read(&cx, buf_view(&b), &back) != OK)
			fail_msg("%.*s: field %s", STR(buf_view(&b)), cx.err.field);
		assert_same(&back, &e);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_crc),
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_one_bit),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_refused_whole),
		cmocka_unit_test(test_unwritable),
		cmocka_unit_test(test_round_trip),
	};
	int failed;

	arena = arena_new(8 << 20);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
