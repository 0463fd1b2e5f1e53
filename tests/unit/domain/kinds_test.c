/* SPDX-License-Identifier: Apache-2.0 */
/* Codes of the closed lists: every one goes round, nothing else is taken. */
#include "support/test.h"
#include "support/dies.h"

#include "domain/kinds.h"

#define ROUND_TRIP(type, count, code, parse)                                                       \
	for (int i = 0; i < (count); i++) {                                                        \
		enum type got = (enum type)(count);                                                \
                                                                                                   \
		assert_true(parse(str_of(code((enum type)i)), &got));                              \
		assert_int_equal(got, i);                                                          \
	}

static void codes_go_round(void **state)
{
	ROUND_TRIP(payer_kind, PAYER_COUNT, payer_code, payer_parse);
	ROUND_TRIP(category, CATEGORY_COUNT, category_code, category_parse);
	ROUND_TRIP(exempt, EXEMPT_COUNT, exempt_code, exempt_parse);
	ROUND_TRIP(residence, RESIDENCE_COUNT, residence_code, residence_parse);
	for (int i = 0; i < KNP_COUNT; i++) {
		enum knp knp = KNP_COUNT;

		assert_true(knp_from_number(knp_number((enum knp)i), &knp));
		assert_int_equal(knp, i);
	}
}

static void spells_go_round(void **state)
{
	struct arena *a = arena_new(1 << 20);

	for (int kind = 0; kind < SPELL_COUNT; kind++) {
		int details = kind == SPELL_CATEGORY ? CATEGORY_COUNT
			      : kind == SPELL_EXEMPT ? EXEMPT_COUNT
						     : 1;

		for (int detail = 0; detail < details; detail++) {
			struct buf b = buf_new(a, 100);
			enum spell_kind got = SPELL_COUNT;
			uint8_t got_detail = 255;

			spell_put(&b, (enum spell_kind)kind, (uint8_t)detail);
			assert_true(spell_parse(buf_view(&b), &got, &got_detail));
			assert_int_equal(got, kind);
			assert_int_equal(got_detail, detail);
			assert_true(str_starts(buf_view(&b), spell_code((enum spell_kind)kind)));
		}
	}
	arena_free(a);
}

static void other_codes_are_refused(void **state)
{
	static const char *const bad[] = {"", " ", "Employer", "employer ",
		"employee:", "employee:x", "category", "category:", "category:x",
		"category:student ", "category:student:x", "exempt", "exempt:", "exempt:x",
		":student", "x", "EMPLOYEE"};
	enum payer_kind payer = PAYER_COUNT;
	enum category category = CATEGORY_COUNT;
	enum exempt exempt = EXEMPT_COUNT;
	enum residence residence = RESIDENCE_COUNT;
	enum spell_kind spell = SPELL_COUNT;
	enum knp knp = KNP_COUNT;
	uint8_t detail;

	for (size_t i = 0; i < TEST_COUNT(bad); i++) {
		assert_false(payer_parse(str_of(bad[i]), &payer));
		assert_false(category_parse(str_of(bad[i]), &category));
		assert_false(exempt_parse(str_of(bad[i]), &exempt));
		assert_false(residence_parse(str_of(bad[i]), &residence));
		assert_false(spell_parse(str_of(bad[i]), &spell, &detail));
	}
	assert_true(payer == PAYER_COUNT && category == CATEGORY_COUNT && exempt == EXEMPT_COUNT);
	assert_true(residence == RESIDENCE_COUNT && spell == SPELL_COUNT);
	assert_false(knp_from_number(120, &knp) || knp_from_number(0, &knp));
	assert_false(knp_from_number(INT64_MIN, &knp));
}

static void value_outside(void *unused)
{
	(void)unused;
	payer_code(PAYER_COUNT);
}

static void values_outside_abort(void **state)
{
	assert_true(test_dies(value_outside, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(codes_go_round),
		cmocka_unit_test(spells_go_round), cmocka_unit_test(other_codes_are_refused),
		cmocka_unit_test(values_outside_abort)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
