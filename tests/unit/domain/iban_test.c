/* SPDX-License-Identifier: Apache-2.0 */
/* Account numbers and bank codes: every wrong form of a right one is refused. */
#include "support/test.h"

#include "domain/iban.h"

/* Of the Fund and of the State Corporation, as they stand on payment forms. */
#define FUND "KZ92009MEDS368609103"

static void forms(void **state)
{
	static const struct {
		const char *text;
		bool valid;
	} rows[] = {
		{FUND, true},
		{"", false},
		{"KZ92009MEDS36860910", false},   /* short */
		{"KZ92009MEDS3686091033", false}, /* long */
		{"RZ92009MEDS368609103", false},
		{"KR92009MEDS368609103", false},
		{"KZA2009MEDS368609103", false},
		{"KZ9A009MEDS368609103", false},
		{"KZ92009meds368609103", false},
		{"KZ92009MEDS3686091 3", false},
		{"KZ92009MEDS[68609103", false},
		{"KZ92009MEDS/68609103", false},
		{"KZ92009MEDS368609104", false}, /* check digits */
		{"KZ29009MEDS368609103", false},
	};

	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct ctx cx = {0};
		enum st st = iban_check(&cx, str_of(rows[i].text));

		if (iban_valid(str_of(rows[i].text)) != rows[i].valid)
			print_error("row %zu\n", i);
		assert_int_equal(iban_valid(str_of(rows[i].text)), rows[i].valid);
		assert_int_equal(st, rows[i].valid ? OK : E_INPUT);
		assert_int_equal(cx.err.code, rows[i].valid ? ERR_NONE : ERR_IBAN_FORMAT);
	}
	assert_text(iban_bank(STR_LIT(FUND)), "009");
}

static void long_text_is_cut_in_the_error(void **state)
{
	struct ctx cx = {0};
	struct str text = STR_LIT(FUND FUND FUND);

	assert_int_equal(iban_check(&cx, text), E_INPUT);
	assert_string_equal(cx.err.detail, FUND FUND);
}

static void banks(void **state)
{
	static const struct {
		const char *text;
		bool valid;
	} bics[] = {
		{"GCVPKZ2A", true},
		{"HSBKKZKX", true},
		{"HSBKKZK", false},
		{"HSBKKZKXX", false},
		{"hSBKKZKX", false},
		{"1SBKKZKX", false},
		{"HSBKKZK*", false},
		{"HSBKKZK{", false},
	};

	for (size_t i = 0; i < TEST_COUNT(bics); i++)
		assert_int_equal(bic_valid(str_of(bics[i].text)), bics[i].valid);
	assert_string_equal(bank_bic(STR_LIT("009")), "GCVPKZ2A");
	assert_string_equal(bank_code(STR_LIT("GCVPKZ2A")), "009");
	assert_null(bank_bic(STR_LIT("9")));
	assert_null(bank_code(STR_LIT("GCVPKZ2B")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms),
		cmocka_unit_test(long_text_is_cut_in_the_error),
		cmocka_unit_test(banks),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
