/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/embed.h"
#include "service/law.h"
#include "service/lawsource.h"

extern const struct embedded law_files[];
extern const size_t law_files_count;

/* The built-in book as it was to 2026, with the first `find` in any file replaced by a text of the
 * same length. */
static const struct lawbook *book_with(struct ctx *cx, const char *find, const char *with)
{
	struct law_file files[32];
	struct lawbook *book;
	size_t n = 0;

	assert_int_equal(strlen(find), strlen(with));
	for (size_t i = 0; i < law_files_count; i++) {
		struct str text = str_copy(cx->arena, law_files[i].text);
		char *at = strstr(text.p, find);

		if (at)
			memcpy(at, with, strlen(with));
		/* A file with the name of a year brings that year. */
		if (law_files[i].name[0] > '9')
			files[n++] = (struct law_file){law_files[i].name, text};
	}
	assert_int_equal(lawbook_read(cx, cx->arena, files, n, &book), OK);
	return book;
}

static void test_diff(void **state)
{
	struct ctx cx = {.arena = arena_new(128 << 20)};
	struct buf b = buf_new(cx.arena, 1 << 20);
	struct law_diff diff;
	const struct lawbook *old = book_with(&cx, "", "");

	assert_int_equal(law_diff_books(&cx, old, old, &diff), OK);
	assert_true(diff.same_text && law_diff_empty(&diff));

	/* Only an income above the old cap pays more, in all months of 2026 as one change. */
	assert_int_equal(
		law_diff_books(&cx, old, book_with(&cx, "cap: 40 MZP", "cap: 50 MZP"), &diff), OK);
	assert_int_equal(diff.sum_count, 1);
	assert_int_equal(diff.row_count, 1);
	assert_string_equal(str_z(cx.arena, diff.rows[0].after->key), "employer 121");
	assert_int_equal(diff.rows[0].from.n, day_of(2026, 1, 1).n);
	assert_int_equal(diff.rows[0].to.n, DAY_NEVER.n);
	assert_int_equal(diff.sums[0].kind, PAYER_EMPLOYER);
	assert_int_equal(month_to_number(diff.sums[0].from), 202601);
	assert_int_equal(month_to_number(diff.sums[0].to), 202612);
	assert_int_equal(money_to_tiyn(diff.sums[0].before.sums[KNP_DEDUCTION]), 10200000);
	assert_int_equal(money_to_tiyn(diff.sums[0].after.sums[KNP_DEDUCTION]), 12750000);
	law_diff_put_text(&b, LANG_EN, &diff);
	assert_non_null(strstr(str_z(cx.arena, buf_view(&b)), "2026-01…2026-12"));

	/* A comment changes the text and the digest, but nothing that is computed. */
	assert_int_equal(
		law_diff_books(&cx, old,
			book_with(&cx, "# Who pays how much", "# Who pays how MUCH"), &diff),
		OK);
	assert_true(!diff.same_text && law_diff_empty(&diff));
	/* A status parameter shows with its day and both values. */
	assert_int_equal(law_diff_books(&cx, old,
				 book_with(&cx, "{from: 2026-01-01, value: 6",
					 "{from: 2026-01-01, value: 5"),
				 &diff),
		OK);
	assert_int_equal(diff.sum_count, 0);
	assert_int_equal(diff.row_count, 1);
	assert_string_equal(str_z(cx.arena, diff.rows[0].before->key), "grace_long");
	assert_int_equal(diff.rows[0].from.n, day_of(2026, 1, 1).n);
	arena_free(cx.arena);
}

static void test_source(void **state)
{
	struct ctx cx = {.arena = arena_new(64 << 20)};
	struct lawbook *inside, *outside;

	assert_int_equal(lawsource_load(&cx, cx.arena, NULL, &inside), OK);
	assert_int_equal(lawsource_load(&cx, cx.arena, LAW_DIR, &outside), OK);
	struct sha256 a = lawbook_digest(inside), b = lawbook_digest(outside);

	assert_memory_equal(a.bytes, b.bytes, sizeof(a.bytes));
	assert_int_equal(lawsource_load(&cx, cx.arena, "/nowhere", &outside), E_ABSENT);
	assert_int_equal(cx.err.code, ERR_LAW_FILE);
	assert_int_equal(lawsource_load(&cx, cx.arena, LAW_DIR "/cases", &outside), E_ABSENT);
	arena_free(cx.arena);
}

static void test_show(void **state)
{
	struct ctx cx = {.arena = arena_new(64 << 20)};
	struct lawbook *book;

	assert_int_equal(lawsource_load(&cx, cx.arena, NULL, &book), OK);
	for (enum lang lang = 0; lang < LANG_COUNT; lang++) {
		struct buf b = buf_new(cx.arena, 1 << 20);

		law_put_text(&b, lang, book, day_of(2025, 1, 1));
		assert_false(b.over);
		assert_non_null(strstr(str_z(cx.arena, buf_view(&b)), "364"));
	}
	struct buf json = buf_new(cx.arena, 1 << 20);

	law_put_json(&json, LANG_KK, book, day_of(2025, 1, 1));
	assert_non_null(strstr(str_z(cx.arena, buf_view(&json)), "\"average_wage\":\"364295.00\""));
	arena_free(cx.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_diff),
		cmocka_unit_test(test_source),
		cmocka_unit_test(test_show),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
