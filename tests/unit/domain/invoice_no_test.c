/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of invoices: what people type is read, every slip of a letter or two is caught. */
#include "support/test.h"

#include "domain/invoice_no.h"

static struct arena *arena;

static struct str text_of(struct invoice_no no)
{
	struct buf b = buf_new(arena, 16);

	invoice_no_put(&b, no);
	return buf_view(&b);
}

static void test_forms(void **state)
{
	static const struct {
		const char *text;
		bool valid;
	} rows[] = {
		{"0000-0000", true}, /* no bits, no check */
		{"00000000", true},
		{"oOoO-OOOO", true},
		{"0000-0001", false},
		{"0000-0013", false},
		{"", false},
		{"0000000", false},
		{"000000000", false},
		{"0000_0000", false},
		{"000-00000", false},
		{"0000-000U", false},
		{"0000-000\xd0", false},
		{"0000 0000", false},
	};
	struct invoice_no no;

	for (size_t i = 0; i < TEST_COUNT(rows); i++)
		if (invoice_no_read(str_of(rows[i].text), &no) != rows[i].valid)
			fail_msg("row %zu: %s", i, rows[i].text);
	assert_false(invoice_no_read((struct str){"0000-000\0", 9}, &no));
	assert_false(invoice_no_valid(-1));
	assert_false(invoice_no_valid(1LL << 40));
	assert_true(invoice_no_valid(0));
}

static void test_written_and_read(void **state)
{
	struct test_random r = test_seeded();

	for (uint64_t i = test_cases(20000); i > 0; i--) {
		struct invoice_no no = invoice_no_of(test_next(&r)), again;
		struct str text;
		char other[9];

		arena_reset(arena);
		text = text_of(no);
		assert_int_equal(text.n, INVOICE_NO_CHARS);
		assert_true(invoice_no_valid(no.n));
		assert_true(invoice_no_read(text, &again));
		assert_int_equal(again.n, no.n);
		for (int k = 0; k < 9; k++)
			other[k] = (char)(text.p[k] >= 'A' ? text.p[k] | 32 : text.p[k]);
		assert_true(invoice_no_read((struct str){other, 9}, &again));
		assert_int_equal(again.n, no.n);
	}
}

/* Every wrong letter at every place, and every two letters that changed places. */
static void test_slips(void **state)
{
	static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	struct test_random r = test_seeded();
	struct invoice_no no;

	for (uint64_t i = test_cases(300); i > 0; i--) {
		char text[9];

		arena_reset(arena);
		memcpy(text, text_of(invoice_no_of(test_next(&r))).p, 9);
		for (int k = 0; k < 9; k++) {
			char right = text[k];

			for (int l = 0; k != 4 && l < 32; l++) {
				text[k] = letters[l];
				assert_int_equal(invoice_no_read((struct str){text, 9}, &no),
					letters[l] == right);
			}
			text[k] = right;
		}
		for (int k = 0; k < 9; k++)
			for (int l = k + 1; l < 9; l++) {
				char a = text[k], b = text[l];

				if (k == 4 || l == 4 || a == b)
					continue;
				text[k] = b;
				text[l] = a;
				assert_false(invoice_no_read((struct str){text, 9}, &no));
				text[k] = a;
				text[l] = b;
			}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_written_and_read),
		cmocka_unit_test(test_slips),
	};
	int failed;

	arena = arena_new(1 << 20);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
