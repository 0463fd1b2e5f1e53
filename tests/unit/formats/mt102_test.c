/* SPDX-License-Identifier: Apache-2.0 */
/* The writer, and that what it writes is read back; files of traps are in tests/golden/mt102. */
#include "support/test.h"

#include "base/digest.h"
#include "domain/iban.h"
#include "formats/mt102.h"
#include "formats/rk1048.h"

static const struct mt102_options options = {
	.corporation = {STR_LIT("KZ92009MEDS368609103"), STR_LIT("160440007161"),
		STR_LIT("GCVPKZ2A")},
	.fund = {STR_LIT("KZ33125KZT1001313313"), STR_LIT("160940025485"), STR_LIT("NBRKKZKX")},
};

static struct iin number(const char *digits)
{
	struct iin iin;

	memcpy(iin.d, digits, IIN_DIGITS);
	return iin;
}

static struct mt102_doc example(void)
{
	return (struct mt102_doc){
		.type = 102,
		.reference = STR_LIT("OSMS2601100017"),
		.number = STR_LIT("17"),
		.date = day_of(2026, 1, 10),
		.value = day_of(2026, 1, 10),
		.payer = {.iban = STR_LIT("KZ456010000000000001"),
			.name = STR_LIT("ТОО СЫНАҚ"),
			.bic = STR_LIT("HSBKKZKX"),
			.chief = STR_LIT("ҮЛГІЕВ Н.Н."),
			.accountant = STR_LIT("НЕ ПРЕДУСМОТРЕНО"),
			.has_number = true,
			.number = number("190140000007"),
			.residency = '1',
			.sector = '7'},
		.receiver = {.iban = STR_LIT("KZ92009MEDS368609103"),
			.name = STR_LIT("НАО Государственная корпорация Правительство для "
					"граждан"),
			.bic = STR_LIT("GCVPKZ2A"),
			.has_number = true,
			.number = number("160440007161"),
			.residency = '1',
			.sector = '1'},
		.has_knp = true,
		.knp = KNP_CONTRIBUTION,
		.assign = STR_LIT("Взносы на обязательное социальное медицинское страхование за "
				  "декабрь 2025"),
		.total = money_tiyn(815050),
	};
}

/* The published example, byte for byte. */
static void test_example(void **state)
{
	struct arena *arena = arena_new(1 << 20);
	struct ctx cx = {.arena = arena, .clock = clock_system()};
	struct mt102_doc doc = example();
	struct mt102_person persons[] = {
		{.iin = number("900101300007"),
			.sum = money_tiyn(425000),
			.month = month_of(2025, 12),
			.born = day_of(1990, 1, 1),
			.surname = STR_LIT("СЫНАҚБАЕВ"),
			.name = STR_LIT("АЙДАР"),
			.patronymic = STR_LIT("МАРАТҰЛЫ"),
			.letter = 'M'},
		{.iin = number("850515400002"),
			.sum = money_tiyn(390050),
			.month = month_of(2025, 12),
			.born = day_of(1985, 5, 15),
			.surname = STR_LIT("ҮЛГІЕВА"),
			.name = STR_LIT("ӘСЕЛ"),
			.letter = 'M'},
	};
	struct mt102_message m = {&doc, persons, 2, STR_LIT("K05900000000")};
	struct buf text = buf_new(arena, 10000), bytes = buf_new(arena, 10000),
		   hex = buf_new(arena, 100);

	assert_int_equal(mt102_write(&cx, &m, &text), OK);
	assert_int_equal(rk1048_encode(&cx, buf_view(&text), &bytes), OK);
	struct sha256 digest = digest_sha256(bytes.p, bytes.n);
	digest_hex(&hex, digest.bytes, sizeof(digest.bytes));
	assert_int_equal(bytes.n, 790);
	assert_text(
		buf_view(&hex), "820116fb3a61735ae1d2f733f63beefe11c39af7282947eae31fe703f20ecd4d");
	arena_free(arena);
}

static struct str random_name(struct arena *arena, struct test_random *r)
{
	static const char *const letters[] = {"Ә", "Қ", "Ұ", "А", "Б", "В", "Z", "-", " ", "."};
	struct buf b = buf_new(arena, 1000);

	buf_z(&b, "Ж");
	for (size_t n = test_below(r, 58); n; n--)
		buf_z(&b, letters[test_below(r, TEST_COUNT(letters))]);
	buf_z(&b, "Ж");
	return buf_view(&b);
}

static struct iin random_iin(struct test_random *r)
{
	struct iin iin;
	int check;

	do {
		for (int i = 0; i < 11; i++)
			iin.d[i] = (char)('0' + test_below(r, i == 4 ? 4 : 10));
		check = iin_check_digit(iin.d);
	} while (check < 0);
	iin.d[11] = (char)('0' + check);
	return iin;
}

static void random_person(struct arena *arena, struct test_random *r, struct mt102_person *p)
{
	*p = (struct mt102_person){
		.iin = random_iin(r),
		.sum = money_tiyn(1 + (int64_t)test_below(r, 100000000)),
		.month = month_add(month_of(2017, 1), (int)test_below(r, 240)),
		.born = DAY_ALWAYS,
		.surname = random_name(arena, r),
		.name = random_name(arena, r),
		.letter = (char)('A' + test_below(r, 26)),
	};
	if (test_below(r, 2))
		p->patronymic = random_name(arena, r);
	if (test_below(r, 2))
		p->born = day_add(day_of(1900, 1, 1), (int)test_below(r, 40000));
}

static void test_round_trip(void **state)
{
	struct test_random r = test_seeded();

	for (uint64_t k = test_cases(3000); k; k--) {
		struct arena *arena = arena_new(1 << 22);
		struct ctx cx = {.arena = arena, .clock = clock_system()};
		struct mt102_options o = options;
		struct mt102_doc doc = example();
		struct mt102_person persons[5];
		struct mt102_message m = {
			&doc, persons, 1 + test_below(&r, 5), STR_LIT("K05900000000")};
		struct buf text = buf_new(arena, 100000);
		struct mt102_file file;

		doc.total = MONEY_ZERO;
		doc.assign = random_name(arena, &r);
		for (size_t i = 0; i < m.count; i++) {
			random_person(arena, &r, &persons[i]);
			assert_true(money_add(doc.total, persons[i].sum, &doc.total));
		}
		assert_int_equal(mt102_write(&cx, &m, &text), OK);
		o.today = day_of(2026, 2, 1);
		assert_int_equal(mt102_parse(&cx, buf_view(&text), &o, &file), OK);
		if (issues_first(&cx, &file.issues) != OK)
			print_error("%s line %zu %s\n%.*s", err_info(cx.err.code)->name,
				cx.err.line, cx.err.field, STR(buf_view(&text)));
		assert_int_equal(file.issues.total[ISSUE_FILE], 0);
		assert_int_equal(file.bad_count, 0);
		assert_int_equal(file.person_count, m.count);
		assert_int_equal(file.docs[0].purpose, MT102_PAYMENT);
		assert_int_equal(money_cmp(file.docs[0].total, doc.total), 0);
		for (size_t i = 0; i < m.count; i++) {
			assert_true(iin_same(&file.persons[i].iin, &persons[i].iin));
			assert_int_equal(money_cmp(file.persons[i].sum, persons[i].sum), 0);
			assert_int_equal(file.persons[i].month.n, persons[i].month.n);
			assert_int_equal(file.persons[i].born.n, persons[i].born.n);
			assert_str(file.persons[i].surname, persons[i].surname);
			assert_str(file.persons[i].patronymic, persons[i].patronymic);
		}
		arena_free(arena);
	}
}

static void test_write_refuses(void **state)
{
	struct arena *arena = arena_new(1 << 20);
	struct ctx cx = {.arena = arena, .clock = clock_system()};
	struct mt102_doc doc = example();
	struct mt102_message m = {&doc, NULL, 0, STR_LIT("K05900000000")};
	struct buf text = buf_new(arena, 10000);

	doc.number = STR_LIT("1234567890");
	assert_int_equal(mt102_write(&cx, &m, &text), E_INPUT);
	assert_int_equal(cx.err.code, ERR_VALUE_TOO_LONG);
	doc = example();
	doc.payer.chief = (struct str){NULL, 0};
	assert_int_equal(mt102_write(&cx, &m, &text), E_INPUT);
	assert_int_equal(cx.err.code, ERR_VALUE_MISSING);
	assert_string_equal(cx.err.field, "/CHIEF/");
	arena_free(arena);
}

static const char *const ibans[] = {"KZ456010000000000001", "KZ96601000000000000A",
	"KZ72722S000000000001", "KZ758560000000000001", "KZ869980000000000001",
	"KZ639480000000000001", "KZ225510000000000001", "KZ508860000000000001",
	"KZ599140000000000001", "KZ659650000000000001", "KZ510700000000000001",
	"KZ85125KZT0000000001", "KZ92009MEDS368609103", "KZ12009NPS0413609816",
	"KZ33125KZT1001313313", "KZ24070105KSN0000000"};

/* Right ones; no digit or letter changed into another is still right. */
static void test_iban(void **state)
{
	for (size_t i = 0; i < TEST_COUNT(ibans); i++) {
		char text[IBAN_CHARS + 1];

		assert_true(iban_valid(str_of(ibans[i])));
		for (size_t at = 0; at < IBAN_CHARS; at++) {
			const char *alike = ibans[i][at] <= '9' ? "0123456789" : "ABKMSZ";

			for (const char *c = alike; *c; c++) {
				memcpy(text, ibans[i], sizeof(text));
				text[at] = *c;
				assert_int_equal(iban_valid(str_of(text)), *c == ibans[i][at]);
			}
		}
	}
	assert_false(iban_valid(STR_LIT("KZ45601000000000000")));
	assert_false(iban_valid(STR_LIT("kz456010000000000001")));
	assert_string_equal(bank_bic(STR_LIT("009")), "GCVPKZ2A");
	assert_string_equal(bank_code(STR_LIT("NBRKKZKX")), "125");
	assert_null(bank_bic(STR_LIT("9")));
	assert_null(bank_code(STR_LIT("XXXXKZKA")));
	assert_true(bic_valid(STR_LIT("GCVPKZ2A")));
	assert_false(bic_valid(STR_LIT("GCV1KZ2A")));
	assert_false(bic_valid(STR_LIT("GCVPKZ2AX")));
}

/* The room for the persons is taken by counting first: whatever opens one must have been counted.
 */
static void test_persons_have_room(void **state)
{
	static const char *const pieces[] = {"\n:21:1\n:32B:KZT1,00\n", "\n/:21/1\n:32B:KZT1,00\n",
		"\n//:21/1\n:32B:KZT1,00\n", "\n-}{4::21:1\n:32B:KZT1,00", "-}{4::21:1",
		"{4:/:21/1\n-}", "\n-}{1:}{2:I100}{4::20:1"};

	for (size_t i = 0; i < TEST_COUNT(pieces); i++) {
		struct arena *arena = arena_new(8 << 20);
		struct ctx cx = {.arena = arena, .clock = clock_system()};
		struct buf b = buf_new(arena, 10000);
		struct mt102_file file;

		buf_z(&b, "{4:");
		for (size_t n = 0; n < 50; n++)
			buf_z(&b, pieces[i]);
		/* The check is that of the memory tools. */
		assert_int_equal(mt102_parse(&cx, buf_view(&b), &options, &file), OK);
		assert_in_range(file.person_count, 0, 51);
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_example),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_write_refuses),
		cmocka_unit_test(test_iban),
		cmocka_unit_test(test_persons_have_room),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
