/* SPDX-License-Identifier: Apache-2.0 */
/* Memory, texts, errors, digests and the clock. */
#include "support/test.h"
#include "support/dies.h"

#include <errno.h>

#include "base/check.h"
#include "base/digest.h"
#include "base/log.h"

static int make(void **state)
{
	*state = arena_new(1 << 20);
	return 0;
}

static int end(void **state)
{
	arena_free(*state);
	return 0;
}

/* Arena ------------------------------------------------------------------------------------ */

static void arena_gives_aligned_zeroed_memory(void **state)
{
	struct arena *a = *state;

	for (size_t n = 0; n < 200; n++) {
		unsigned char *p = arena_zalloc(a, n);

		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, n);
	}
	size_t used = arena_used(a);
	assert_true(used >= 199 * 200 / 2);
	arena_reset(a);
	assert_int_equal(arena_used(a), 0);
	/* What was handed out before a reset is zeroed again. */
	unsigned char *again = arena_zalloc(a, 4000);
	for (size_t i = 0; i < 4000; i++)
		assert_int_equal(again[i], 0);
	arena_reset(a);
	arena_reset(a);
}

static void arena_holds_more_than_a_block(void **state)
{
	struct arena *a = *state;
	char *pieces[20];

	for (int i = 0; i < 20; i++) {
		pieces[i] = arena_alloc(a, 40000);
		memset(pieces[i], 'a' + i, 40000);
	}
	for (int i = 0; i < 20; i++)
		assert_true(pieces[i][0] == 'a' + i && pieces[i][39999] == 'a' + i);
	arena_reset(a);
	assert_non_null(arena_alloc(a, 1 << 20));
}

static void over_the_cap(void *a)
{
	arena_alloc(a, (1 << 20) + 1);
}

static void over_the_cap_in_pieces(void *a)
{
	for (int i = 0; i < 9; i++)
		arena_alloc(a, 1 << 17);
}

static void product_overflows(void *a)
{
	arena_array(a, SIZE_MAX / 2, 3);
}

static void size_overflows(void *a)
{
	volatile size_t most = SIZE_MAX;

	arena_alloc(a, most);
}

static void cap_of_nothing(void *unused)
{
	(void)unused;
	arena_free(arena_new(0));
}

static void arena_aborts_above_its_cap(void **state)
{
	assert_true(test_dies(over_the_cap, *state));
	assert_true(test_dies(over_the_cap_in_pieces, *state));
	assert_true(test_dies(product_overflows, *state));
	assert_true(test_dies(size_overflows, *state));
	assert_true(test_dies(cap_of_nothing, NULL));
}

static void arena_grows_arrays_and_copies(void **state)
{
	struct arena *a = *state;
	int *items = NULL;
	size_t n = 0, cap = 0;

	for (int i = 0; i < 1000; i++)
		*ARENA_PUSH(a, items, n, cap) = i;
	assert_int_equal(n, 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(items[i], i);
	assert_string_equal(arena_copy(a, "abc", 2), "ab");
	assert_string_equal(arena_copy(a, NULL, 0), "");
	arena_free(NULL);
}

/* Texts ------------------------------------------------------------------------------------ */

static void str_compares(void **state)
{
	static const struct {
		const char *a, *b;
		int want;
	} rows[] = {{"", "", 0}, {"a", "", 1}, {"", "a", -1}, {"ab", "abc", -1}, {"b", "abc", 1},
		{"abc", "abc", 0}};

	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		int got = str_cmp(str_of(rows[i].a), str_of(rows[i].b));

		assert_int_equal((got > 0) - (got < 0), rows[i].want);
		assert_int_equal(str_eq(str_of(rows[i].a), str_of(rows[i].b)), rows[i].want == 0);
	}
	assert_true(str_eq((struct str){NULL, 0}, str_of("")));
	assert_true(str_starts(str_of("abc"), "ab"));
	assert_true(str_starts((struct str){NULL, 0}, ""));
	assert_false(str_starts(str_of("a"), "ab"));
	assert_false(str_starts(str_of("xb"), "ab"));
	assert_true(str_is(str_of(NULL), ""));
}

static void str_trims_and_cuts(void **state)
{
	assert_text(str_trim(str_of(" \t\r\n a b \n")), "a b");
	assert_text(str_trim(str_of("  ")), "");
	assert_text(str_trim((struct str){NULL, 0}), "");

	struct str rest = str_of("a;;b");
	assert_text(str_cut(&rest, ';'), "a");
	assert_text(str_cut(&rest, ';'), "");
	assert_non_null(rest.p);
	assert_text(str_cut(&rest, ';'), "b");
	assert_null(rest.p);
	assert_text(str_cut(&rest, ';'), "");

	struct str copy = str_copy(*state, (struct str){"abcd", 2});
	assert_text(copy, "ab");
	assert_string_equal(copy.p, "ab");
	assert_string_equal(str_z(*state, str_of("z")), "z");
}

static void str_reads_numbers(void **state)
{
	static const struct {
		const char *text;
		uint64_t max;
		bool ok;
		uint64_t want;
	} rows[] = {
		{"", 9, false, 0},
		{"0", 0, true, 0},
		{"007", 9, true, 7},
		{"9", 9, true, 9},
		{"10", 9, false, 0},
		{"-1", 9, false, 0},
		{"+1", 9, false, 0},
		{"1 ", 9, false, 0},
		{"1e1", 99, false, 0},
		{"18446744073709551615", UINT64_MAX, true, UINT64_MAX},
		{"18446744073709551616", UINT64_MAX, false, 0},
		{"99999999999999999999999", UINT64_MAX, false, 0},
		{"\xd9\xa1", 9, false, 0},
	};

	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		uint64_t got = 0;

		assert_int_equal(str_to_u64(str_of(rows[i].text), rows[i].max, &got), rows[i].ok);
		assert_int_equal(got, rows[i].want);
	}
}

static void buf_appends_within_its_maximum(void **state)
{
	struct buf b = buf_new(*state, 1000);

	buf_z(&b, "x");
	buf_char(&b, '=');
	buf_i64(&b, INT64_MIN);
	buf_char(&b, ' ');
	buf_i64(&b, 7);
	buf_char(&b, ' ');
	buf_u64(&b, UINT64_MAX);
	buf_char(&b, ' ');
	buf_pad(&b, 7, 3);
	buf_pad(&b, 1234, 3);
	buf_str(&b, str_of(""));
	buf_fmt(&b, " %s-%d", "f", 5);
	assert_text(buf_view(&b), "x=-9223372036854775808 7 18446744073709551615 0071234 f-5");
	assert_false(b.over);
	for (int i = 0; i < 900; i++)
		buf_char(&b, 'y');
	assert_int_equal(b.n, 957);
	assert_false(b.over);
}

static void buf_stops_at_its_maximum(void **state)
{
	struct buf b = buf_new(*state, 4);

	buf_z(&b, "abcd");
	assert_false(b.over);
	buf_char(&b, 'e');
	assert_true(b.over);
	assert_text(buf_view(&b), "abcd");

	/* A formatted text may fill the maximum to the last byte, and no more. */
	struct buf exact = buf_new(*state, 4);
	buf_fmt(&exact, "%d", 1234);
	assert_text(buf_view(&exact), "1234");
	assert_false(exact.over);
	struct buf more = buf_new(*state, 4);
	buf_fmt(&more, "%d", 12345);
	assert_text(buf_view(&more), "");
	assert_true(more.over);
	assert_null(buf_room(&more, SIZE_MAX));
}

/* Errors, languages ------------------------------------------------------------------------ */

static void errors_are_a_table(void **state)
{
	static bool seen[1000];

	for (unsigned i = 0; i < ERR_COUNT; i++) {
		const struct err_info *info = err_info((enum err)i);

		assert_true(info->number >= 0 && info->number < 1000);
		assert_false(seen[info->number]);
		seen[info->number] = true;
		assert_true(i == 0 ? info->class == OK : info->class != OK);
		assert_true(info->http == 200 ? i == 0 : info->http >= 400 && info->http < 600);
		assert_true(strlen(info->name) >= 4);
	}
}

static void fail_records_where_and_what(void **state)
{
	struct ctx cx = {.arena = *state};

	assert_int_equal(fail_in(&cx, 12, "iin", IIN_CHECKSUM, "%d", 7), E_INPUT);
	assert_int_equal(cx.err.code, ERR_IIN_CHECKSUM);
	assert_int_equal(cx.err.line, 12);
	assert_string_equal(cx.err.field, "iin");
	assert_string_equal(cx.err.detail, "7");
	assert_non_null(strstr(cx.err.file, "base_test.c"));
	/* The old detail may be part of the new one. */
	assert_int_equal(
		fail_in(&cx, 3, cx.err.field, DB_BROKEN, "was %s", cx.err.detail), E_BROKEN);
	assert_string_equal(cx.err.detail, "was 7");
	assert_string_equal(cx.err.field, "iin");
	/* Long texts are cut, not overrun. */
	char longer[400];
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(fail_in(&cx, 0, longer, USAGE, "%s", longer), E_INPUT);
	assert_int_equal(strlen(cx.err.field), sizeof(cx.err.field) - 1);
	assert_int_equal(strlen(cx.err.detail), sizeof(cx.err.detail) - 1);
	err_clear(&cx);
	assert_int_equal(cx.err.code, ERR_NONE);
}

static void unknown_error(void *unused)
{
	(void)unused;
	err_info(ERR_COUNT);
}

static void broken_promise(void *unused)
{
	(void)unused;
	must(1 + 1 == 3);
}

static void unknown_language(void *unused)
{
	(void)unused;
	lang_code(LANG_COUNT);
}

static void what_cannot_be_aborts(void **state)
{
	assert_true(test_dies(unknown_error, NULL));
	assert_true(test_dies(broken_promise, NULL));
	assert_true(test_dies(unknown_language, NULL));
}

static void languages(void **state)
{
	enum lang lang = LANG_COUNT;

	for (unsigned i = 0; i < LANG_COUNT; i++) {
		assert_true(lang_parse(str_of(lang_code((enum lang)i)), &lang));
		assert_int_equal(lang, i);
	}
	assert_false(lang_parse(str_of("kz"), &lang));
	assert_false(lang_parse(str_of(""), &lang));
}

/* Digests ---------------------------------------------------------------------------------- */

static void digests_match_published_vectors(void **state)
{
	/* FIPS 180-4 examples, and SipHash-2-4 of the reference paper, appendix A. */
	static const struct {
		const char *text, *hex;
	} rows[] = {
		{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
			"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	};

	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct sha256 d = digest_sha256(rows[i].text, strlen(rows[i].text));
		struct digest_state s;
		struct buf hex = buf_new(*state, 64);

		digest_hex(&hex, d.bytes, sizeof(d.bytes));
		assert_text(buf_view(&hex), rows[i].hex);
		digest_start(&s);
		for (const char *p = rows[i].text; *p; p++)
			digest_add(&s, p, 1);
		assert_memory_equal(digest_end(&s).bytes, d.bytes, sizeof(d.bytes));
	}
	unsigned char key[16], bytes[15];
	for (unsigned i = 0; i < 16; i++)
		key[i] = (unsigned char)i;
	memcpy(bytes, key, sizeof(bytes));
	assert_int_equal(digest_siphash(key, bytes, sizeof(bytes)), 0xa129ca6149be45e5ULL);
}

static void hex_is_read_and_refused(void **state)
{
	unsigned char out[2] = {0};

	assert_true(digest_unhex(str_of("0aFf"), out, 2));
	assert_int_equal(out[0] << 8 | out[1], 0x0aff);
	static const char *const bad[] = {
		"", "0", "0a", "0aFf0", "0g00", "g000", "00 0", "0\xc3\xa9"};
	for (size_t i = 0; i < TEST_COUNT(bad); i++)
		assert_false(digest_unhex(str_of(bad[i]), out, 2));
}

static void random_bytes_differ(void **state)
{
	unsigned char a[32], b[32];

	rng_bytes(a, sizeof(a));
	rng_bytes(b, sizeof(b));
	assert_memory_not_equal(a, b, sizeof(a));
}

/* Clock and log ---------------------------------------------------------------------------- */

static void clocks(void **state)
{
	const struct clock *real = clock_system();
	struct clock_fixed fixed = clock_fixed_at((struct instant){1234567});
	int64_t before = real->monotonic_us(real);

	assert_true(real->monotonic_us(real) >= before);
	assert_true(real->now(real).us > 1600000000000000);
	assert_int_equal(fixed.clock.now(&fixed.clock).us, 1234567);
	assert_int_equal(fixed.clock.monotonic_us(&fixed.clock), 1234567);
}

/* What log_event() writes, through a pipe. */
static size_t logged(const char *value, char *out, size_t max)
{
	struct clock_fixed clock = clock_fixed_at((struct instant){1767225600123456});
	struct ctx cx = {.clock = &clock.clock, .trace = 0xabc};
	int pipes[2], kept = dup(STDERR_FILENO);

	assert_int_equal(pipe(pipes), 0);
	dup2(pipes[1], STDERR_FILENO);
	log_event(&cx, LOG_INFO, "test.event", "value=%s", value);
	log_event(&cx, LOG_DEBUG, "test.event", "dropped=1");
	dup2(kept, STDERR_FILENO);
	close(kept);
	close(pipes[1]);
	ssize_t n = read(pipes[0], out, max);
	close(pipes[0]);
	assert_true(n >= 0);
	return (size_t)n;
}

static void log_lines_stay_one_line(void **state)
{
	char out[4096], longer[3000];
	size_t n = logged("1\nlevel=broken", out, sizeof(out));

	assert_str(((struct str){out, n}), str_of("2026-01-01T00:00:00.123Z level=info "
						  "trace=0000000000000abc event=test.event "
						  "value=1 level=broken\n"));
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	n = logged(longer, out, sizeof(out));
	assert_int_equal(n, 1023);
	assert_int_equal(out[n - 1], '\n');
	log_set_level(LOG_BROKEN);
	assert_int_equal(logged("1", out, sizeof(out)), 0);
	log_set_level(LOG_INFO);
}

#define T(f) cmocka_unit_test_setup_teardown(f, make, end)

static void test_hex_digit(void **state)
{
	static const char digits[] = "0123456789abcdef";

	(void)state;
	for (int c = -128; c < 128; c++) {
		const char *low = c > 0 ? strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c) : NULL;

		assert_int_equal(str_hex_digit((char)c), low ? (int)(low - digits) : -1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {T(arena_gives_aligned_zeroed_memory), T(test_hex_digit),
		T(arena_holds_more_than_a_block), T(arena_aborts_above_its_cap),
		T(arena_grows_arrays_and_copies), T(str_compares), T(str_trims_and_cuts),
		T(str_reads_numbers), T(buf_appends_within_its_maximum),
		T(buf_stops_at_its_maximum), T(errors_are_a_table), T(fail_records_where_and_what),
		T(what_cannot_be_aborts), T(languages), T(digests_match_published_vectors),
		T(hex_is_read_and_refused), T(random_bytes_differ), T(clocks),
		T(log_lines_stay_one_line)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
