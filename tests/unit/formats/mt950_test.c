/* SPDX-License-Identifier: Apache-2.0 */
/* Statements as MT messages: what becomes of each entry, and what refuses a statement. */
#include "support/test.h"

#include "formats/mt950.h"

static struct ctx cx;

static int set_up(void **state)
{
	cx = (struct ctx){.arena = arena_new(64 << 20), .clock = clock_system()};
	return 0;
}

static int tear_down(void **state)
{
	arena_free(cx.arena);
	return 0;
}

#define OPEN(kind)                                                                                 \
	"{1:F01K059000000000001000001}\n{2:O" kind                                                 \
	"2611221505SCLEAR00000000000000002611221506U}\n{4:\n:20:ST1\n"
#define ACCOUNT ":25:HSBKKZKX/KZ456010000000000001\n:28C:326/1\n"
#define HEAD OPEN("950") ACCOUNT ":60F:C261122KZT0,00\n"
#define FOOT(sum) ":62F:C261122KZT" sum "\n-}\n"
#define HEAD_970 OPEN("970") ":23:FINAL\n" ACCOUNT ":60F:C261122KZT0,00\n"

/* Rows as "txn sum time flags/" with T taken, N without a name, R reversal; then what is other. */
static const char *read_bytes(struct str bytes)
{
	const struct biller_profile *p = biller_profile_find(STR_LIT("halyk"));
	struct buf b = buf_new(cx.arena, 1 << 16);
	struct biller_input in = {.text = bytes};
	struct biller_register r;
	enum st st = encoding_read(&cx, bytes, 8 << 20, &in.encoding, &in.text);

	if (st == OK)
		st = mt950_parse(&cx, p, &in, &r);
	if (st != OK) {
		buf_fmt(&b, "%s %zu %s", err_info(cx.err.code)->name, cx.err.line, cx.err.field);
		err_clear(&cx);
	}
	for (size_t i = 0; st == OK && i < r.count; i++) {
		const struct biller_row *row = biller_register_at(&r, i);

		buf_fmt(&b, "%.*s ", STR(biller_row_txn(row)));
		money_put_plain(&b, row->sum);
		buf_fmt(&b, " %lld %s%s%s/", (long long)row->time, row->taken ? "T" : "",
			row->unnamed ? "N" : "", row->reversal ? "R" : "");
	}
	if (st == OK && r.other_rows) {
		buf_fmt(&b, "other %zu ", r.other_rows);
		money_put_plain(&b, r.other_sum);
	}
	buf_char(&b, '\0');
	return b.p;
}

static const char *read(const char *text)
{
	return read_bytes(str_of(text));
}

static const struct {
	const char *text, *want;
} cases[] = {
	{HEAD FOOT("0,"), ""},
	{HEAD ":61:261122C4250,00NTRF17\n" FOOT("4250,00"), "17 4250.00 20261122000000 TN/"},
	/* Sums with less than two decimals; the day of booking before that of value. */
	{HEAD ":61:2611221121C4250,NTRF17//99\n:61:261122C0,5NMSC18\n" FOOT("4250,5"),
		"17 4250.00 20261121000000 TN/18 0.50 20261122000000 TN/"},
	/* Booked in the old year, for the new one, and the other way round. */
	{OPEN("950") ACCOUNT ":60F:C260101KZT0,00\n:61:2601011231C1,NTRF1\n:61:2512310101C2,NTRF2\n"
			     ":62F:C260101KZT3,\n-}\n",
		"1 1.00 20251231000000 TN/2 2.00 20260101000000 TN/"},
	{HEAD ":61:261122CT1,NTRFNONREF//55\n" FOOT("1,"), "55 1.00 20261122000000 TN/"},
	/* The form of the interbank systems: hour, side, day. */
	{HEAD_970 ":61:1505C261122KZT4250,00S102K0590000017\n" FOOT("4250,00"),
		"17 4250.00 20261122150500 TN/"},
	{HEAD_970 ":61:2359C261122KZT1,00S100K05900000GCVP-00000000001\n" FOOT("1,00"),
		"other 1 1.00"},
	/* Who it was paid for, where the bank says it. */
	{HEAD ":61:261122C5,NTRF17\n:86:/KNP/122/IDN/900315399911\n" FOOT("5,"),
		"17 5.00 20261122000000 T/"},
	{HEAD ":61:261122C5,NTRF17\n:86:FOR\n/IDN/900315399911\n/IDN/900101300007/\n" FOOT("5,"),
		"17 5.00 20261122000000 TN/"},
	{HEAD ":61:261122C5,NTRF17\n:86:/KNP/010/\n" FOOT("5,"), "other 1 5.00"},
	/* No payments of the channel. */
	{HEAD ":61:261122C5,NTRFABC\n:61:261122D3,NTRF7\n:61:261122RD1,NTRF8\n" FOOT("3,"),
		"other 3 9.00"},
	{HEAD ":61:261122C5,NTRF123456789012345678901\n" FOOT("5,"), "other 1 5.00"},
	/* Taken back: alone, and with its payment in the same statement. */
	{OPEN("950") ACCOUNT ":60F:C261122KZT9,\n:61:261122RC5,NTRF17\n" FOOT("4,"),
		"17 5.00 20261122000000 NR/"},
	{HEAD ":61:261122C5,NTRF17\n:61:261122RC5,NTRF17\n" FOOT("0,"),
		"17 5.00 20261122000000 N/"},
	/* Below zero; more lines of an entry; tags that tell nothing. */
	{OPEN("940") ACCOUNT ":60F:D261122KZT10,\n:61:261122C4,NTRF17\nSOME WORDS\n"
			     ":62F:D261122KZT6,\n:64:D261122KZT6,\n:86:/IDN/1\n-}\n",
		"17 4.00 20261122000000 TN/"},
	/* Two pages, two statements, and a request among them. */
	{OPEN("950") ACCOUNT ":60F:C261122KZT0,\n:61:261122C1,NTRF1\n:62M:C261122KZT1,\n-}\n" OPEN(
		 "950") ACCOUNT ":60M:C261122KZT1,\n:61:261122C2,NTRF2\n:62F:C261122KZT3,\n-}"
				"{1:F01K0}{2:I920SCLEAR000000U3003}{4:\n:20:A\n:12:950\n-}\n" HEAD
				":61:261122C3,NTRF3\n" FOOT("3,"),
		"1 1.00 20261122000000 TN/2 2.00 20261122000000 TN/3 3.00 20261122000000 TN/"},
	/* Without blocks; with CRLF; with CR alone; blocks on one line and a trailer. */
	{":20:A\n" ACCOUNT ":60F:C261122KZT0,\n:61:261122C1,NTRF1\n:62F:C261122KZT1,\n",
		"1 1.00 20261122000000 TN/"},
	{":20:A\r\n"
	 ":25:X\r\n:60F:C261122KZT0,\r\n:61:261122C1,NTRF1  \r\n:62F:C261122KZT1,\r\n-\r\n",
		"1 1.00 20261122000000 TN/"},
	{"{1:F01K0}{2:O950X}{4:\r:20:A\r:25:X\r:60F:C261122KZT0,\r:61:261122C1,NTRF1\r"
	 ":62F:C261122KZT1,\r-}{5:{CHK:0}{TNG:}}\r\x1a",
		"1 1.00 20261122000000 TN/"},
};

static void test_rows(void **state)
{
	for (size_t i = 0; i < TEST_COUNT(cases); i++)
		assert_string_equal(read(cases[i].text), cases[i].want);
}

#define ONE(line) HEAD line "\n" FOOT("5,")
static const struct {
	const char *text, *want;
} bad[] = {
	{"", "FILE_EMPTY 0 "},
	{"hello", "TAG_VALUE 1 {"},
	{"{1:F01K0}{2:I102SGROSS000000U3003}{4:\n:20:A\n-}\n", "TAG_VALUE 1 {2:}"},
	{"{1:F01K0}{2:O95ОX}{4:\n", "TAG_VALUE 1 {2:}"},
	/* Another bank's, by its account and by its BIC, also with a branch. */
	{OPEN("950") ":25:KZ72722S000000000001\n" FOOT("0,"), "VALUE_UNKNOWN 5 :25:"},
	{OPEN("950") ":25:CASPKZKAXXX/1\n" FOOT("0,"), "VALUE_UNKNOWN 5 :25:"},
	{OPEN("950") ":25:\n" FOOT("0,"), "TAG_VALUE 5 :25:"},
	{OPEN("950") ":60F:C261122KZT0,\n" FOOT("0,"), "TAG_MISSING 7 :25:"},
	{OPEN("950") ACCOUNT FOOT("0,"), "TAG_MISSING 7 :60F:"},
	{OPEN("950") ACCOUNT ":61:261122C5,NTRF17\n" FOOT("5,"), "TAG_MISSING 7 :60F:"},
	{HEAD ACCOUNT FOOT("0,"), "TAG_TWICE 8 :25:"},
	{OPEN("970") ":23:INTERIM\n", "TAG_VALUE 5 :23:"},
	/* Cut off: in the middle, before the balance, before the end, before the last page. */
	{HEAD ":61:261122C5,NTRF17\n", "FILE_TRUNCATED 8 -}"},
	{HEAD ":61:261122C5,NTRF17\n-}\n", "FILE_TRUNCATED 9 :62F:"},
	{HEAD ":62F:C261122KZT0,\n", "FILE_TRUNCATED 8 -}"},
	{HEAD ":62F:C261122KZT0,\n{1:F01K0}", "FILE_TRUNCATED 9 -}"},
	{HEAD ":62M:C261122KZT0,\n-}\n", "FILE_TRUNCATED 9 :62F:"},
	{HEAD ":62M:C261122KZT0,\n-}\n" HEAD, "FILE_TRUNCATED 16 :62F:"},
	{OPEN("950") ACCOUNT ":60M:C261122KZT0,\n", "FILE_TRUNCATED 7 :60M:"},
	{":20:A\n:25:X\n:60F:C261122KZT0,\n:61:261122C1,NTRF1\n", "FILE_TRUNCATED 4 :62F:"},
	/* Values. */
	{ONE(":61:261122C5,NTRF17\n:61:261122C1,NTRF18"), "TOTAL_DIFFERS 10 :62F:"},
	{ONE(":61:261122C5,NTRF17\n:61:261122C0,NTRF18"), "MONEY_ZERO 9 :61:"},
	{ONE(":61:261122C3,NTRF17\n:61:261122C2,NTRF17"), "VALUE_TWICE 9 :61:"},
	{ONE(":61:261122C9999999999999999999,00NTRF17"), "MONEY_RANGE 8 :61:"},
	{ONE(":61:261122C5.00NTRF17"), "MONEY_FORMAT 8 :61:"},
	{ONE(":61:261122C5NTRF17"), "MONEY_FORMAT 8 :61:"},
	{ONE(":61:261122C5,001NTRF17"), "MONEY_FRACTION 8 :61:"},
	{ONE(":61:261122C-5,NTRF17"), "MONEY_NEGATIVE 8 :61:"},
	{ONE(":61:261122CR5,NTRF17"), "CURRENCY 8 :61:"},
	{ONE(":61:261122X5,NTRF17"), "TAG_VALUE 8 :61:"},
	{ONE(":61:261322C5,NTRF17"), "DAY_FORMAT 8 :61:"},
	{ONE(":61:2611221332C5,NTRF17"), "DAY_FORMAT 8 :61:"},
	{ONE(":61:261122C5,XTRF17"), "TAG_VALUE 8 :61:"},
	{ONE(":61:261122C5,"), "TAG_VALUE 8 :61:"},
	{ONE(":61:"), "DAY_FORMAT 8 :61:"},
	{ONE(":61:2505C261122KZT5,00S102K0590000017"), "TAG_VALUE 8 :61:"},
	{ONE(":61:1505C261122USD5,00S102K0590000017"), "CURRENCY 8 :61:"},
	{ONE(":61:1505C261122KZT5,00S102K05900000"), "TAG_VALUE 8 :61:"},
	{ONE(":61:1505C261122KZT5,00T102K0590000017"), "TAG_VALUE 8 :61:"},
	{ONE(":61:1505C261322KZT5,00S102K0590000017"), "DAY_FORMAT 8 :61:"},
	{ONE(":61:261122C5,NTRF17\n:86:/IDN/900315399912/"), "IIN_CHECKSUM 9 :86:"},
	{ONE(":6\xd0\x86:261122C5,NTRF17"), "TAG_HOMOGLYPH 8 :"},
	{OPEN("950") ACCOUNT ":60F:C261122USD0,\n", "CURRENCY 7 :60F:"},
	{OPEN("950") ACCOUNT ":60F:X261122KZT0,\n", "TAG_VALUE 7 :60F:"},
	{OPEN("950") ACCOUNT ":60F:C261122KZT0,00X\n", "TAG_VALUE 7 :60F:"},
	{OPEN("950") ACCOUNT ":60F:C261122KZT\n", "MONEY_FORMAT 7 :60F:"},
};

static void test_refused(void **state)
{
	for (size_t i = 0; i < TEST_COUNT(bad); i++)
		assert_string_equal(read(bad[i].text), bad[i].want);
}

/* Cut off anywhere, a statement is refused, or it is whole but for what follows its last balance.
 */
static void test_cut_anywhere(void **state)
{
	static const char whole[] =
		HEAD ":61:261122C4250,00NTRF17//778\n:86:/IDN/900315399911/KNP/122/\n"
		     ":61:2611221122RC1,5NTRF18\n" FOOT("4248,50");

	for (size_t n = 1; n < sizeof(whole) - 2; n++) {
		const char *got = read_bytes((struct str){whole, n});
		bool refused = got[0] >= 'A' && got[0] <= 'Z';

		if (!refused)
			fail_msg("cut at %zu of %zu: %s", n, sizeof(whole) - 1, got);
	}
}

/* A statement in the character set of the banks, and in UTF-16. */
static void test_encodings(void **state)
{
	static const char text[] =
		HEAD ":61:261122C5,NTRF17\n:86:\xcd\xb8\xd2\xbc\xb2\n" FOOT("5,");
	struct buf wide = buf_new(cx.arena, 4096);

	assert_string_equal(read(text), "17 5.00 20261122000000 TN/");
	for (const char *c = HEAD ":61:261122C5,NTRF17\n" FOOT("5,"); *c; c++) {
		buf_char(&wide, *c);
		buf_char(&wide, '\0');
	}
	assert_string_equal(read_bytes(buf_view(&wide)), "17 5.00 20261122000000 TN/");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_rows, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cut_anywhere, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_encodings, set_up, tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
