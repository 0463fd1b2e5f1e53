/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The banks' protocols: what each bank's request is read as, by that bank's own numbers, and what
 * each is answered.
 */
#include "support/test.h"

#include "formats/biller.h"
#include "text/say.h"

static struct ctx cx_new(void)
{
	return (struct ctx){.arena = arena_new(1 << 20)};
}

/* "a=1&b=2" without percent signs. */
static struct biller_request read(struct ctx *cx, const char *bank, const char *text)
{
	struct biller_pair pairs[16];
	struct biller_request rq;
	struct str rest = str_of(text);
	size_t n = 0;

	while (rest.p && rest.n) {
		struct str pair = str_cut(&rest, '&');

		pairs[n].name = str_cut(&pair, '=');
		pairs[n++].value = pair;
	}
	biller_read(cx, biller_profile_find(str_of(bank)), pairs, n, &rq);
	return rq;
}

#define WHO "&account=900101300007"
#define WHEN "&txn_date=20260110120133"

static const struct {
	const char *bank, *text;
	enum biller_outcome problem;
	const char *field;
	int code, http;
} cases[] = {
	{"kaspi", "command=check&txn_id=1" WHO, BILLER_OK, "", 0, 200},
	{"kaspi", "command=check&txn_id=1&sum=0.00" WHO, BILLER_OK, "", 0, 200},
	/* The sum of Kaspi's check is a dummy. */
	{"kaspi", "command=check&txn_id=1&sum=x,1" WHO, BILLER_OK, "", 0, 200},
	{"osmp", "command=check&txn_id=1&sum=x,1" WHO, BILLER_SUM_FORMAT, "sum", 300, 200},
	{"osmp", "command=check&txn_id=1&sum=0.00" WHO, BILLER_OK, "", 0, 200},
	{"kaspi", "command=pay&txn_id=1&sum=4250.00" WHO WHEN, BILLER_OK, "", 0, 200},
	{"osmp", "command=pay&txn_id=1&sum=4250.00" WHO WHEN, BILLER_OK, "", 0, 200},
	{"halyk", "command=pay&txn_id=1&sum=4250" WHO WHEN, BILLER_OK, "", 0, 200},
	{"halyk", "command=pay&txn_id=1&sum=4250.5" WHO WHEN, BILLER_OK, "", 0, 200},
	{"halyk", "command=pay&txn_id=1&sum=4250&currency=KZT" WHO WHEN, BILLER_OK, "", 0, 200},
	{"halyk", "command=pay&txn_id=1&sum=4250&currency=USD" WHO WHEN, BILLER_CURRENCY,
		"currency", 300, 200},
	{"halyk", "command=pay&txn_id=1&sum=4250&more=1&more=2" WHO WHEN, BILLER_OK, "", 0, 200},
	/* Commands. */
	{"kaspi", "command=verify&txn_id=1" WHO, BILLER_COMMAND_UNKNOWN, "command", 5, 200},
	{"kaspi", "command=cancel&txn_id=1" WHO, BILLER_COMMAND_UNKNOWN, "command", 5, 200},
	{"osmp", "command=cancel&txn_id=1" WHO, BILLER_OK, "", 0, 200},
	{"osmp", "command=CHECK&txn_id=1" WHO, BILLER_COMMAND_UNKNOWN, "command", 300, 200},
	{"osmp", "command=&txn_id=1" WHO, BILLER_COMMAND_UNKNOWN, "command", 300, 200},
	{"osmp", "txn_id=1" WHO, BILLER_REQUEST, "command", 300, 200},
	{"kaspi", "txn_id=1" WHO, BILLER_REQUEST, "command", 5, 400},
	{"osmp", "command=status&txn_id=1", BILLER_OK, "", 0, 200},
	/* Numbers of transactions. */
	{"kaspi", "command=check&txn_id=0" WHO, BILLER_OK, "", 0, 200},
	{"kaspi", "command=check&txn_id=123456789012345678" WHO, BILLER_OK, "", 0, 200},
	{"kaspi", "command=check&txn_id=1234567890123456789" WHO, BILLER_TXN_FORMAT, "txn_id", 5,
		400},
	{"osmp", "command=check&txn_id=12345678901234567890" WHO, BILLER_OK, "", 0, 200},
	{"osmp", "command=check&txn_id=123456789012345678901" WHO, BILLER_TXN_FORMAT, "txn_id", 300,
		200},
	{"kaspi", "command=check&txn_id=" WHO, BILLER_TXN_FORMAT, "txn_id", 5, 400},
	{"kaspi", "command=check&txn_id=12a" WHO, BILLER_TXN_FORMAT, "txn_id", 5, 400},
	{"kaspi", "command=check&txn_id=-1" WHO, BILLER_TXN_FORMAT, "txn_id", 5, 400},
	{"kaspi", "command=check&txn_id=+1" WHO, BILLER_TXN_FORMAT, "txn_id", 5, 400},
	{"kaspi", "command=check" WHO, BILLER_REQUEST, "txn_id", 5, 400},
	{"kaspi", "command=check&txn_id=1&txn_id=1" WHO, BILLER_REQUEST, "txn_id", 5, 400},
	{"osmp", "command=check&command=pay&txn_id=1" WHO, BILLER_REQUEST, "command", 300, 200},
	/* Accounts. */
	{"kaspi", "command=check&txn_id=1&account=900101300008", BILLER_ACCOUNT_FORMAT, "account",
		1, 200},
	{"osmp", "command=check&txn_id=1&account=900101300008", BILLER_ACCOUNT_FORMAT, "account", 4,
		200},
	{"osmp", "command=check&txn_id=1&account=90010130000", BILLER_ACCOUNT_FORMAT, "account", 4,
		200},
	{"osmp", "command=check&txn_id=1&account=9001 0130 0007", BILLER_ACCOUNT_FORMAT, "account",
		4, 200},
	{"osmp", "command=check&txn_id=1&account=190140000007", BILLER_ACCOUNT_FORMAT, "account", 4,
		200},
	{"osmp", "command=check&txn_id=1&account=", BILLER_ACCOUNT_FORMAT, "account", 4, 200},
	{"osmp", "command=check&txn_id=1&account=\xff", BILLER_ACCOUNT_FORMAT, "account", 4, 200},
	{"osmp", "command=check&txn_id=1", BILLER_REQUEST, "account", 300, 200},
	/* Sums. */
	{"kaspi", "command=pay&txn_id=1&sum=4250,00" WHO WHEN, BILLER_SUM_FORMAT, "sum", 5, 400},
	{"kaspi", "command=pay&txn_id=1&sum=-1.00" WHO WHEN, BILLER_SUM_FORMAT, "sum", 5, 400},
	{"kaspi", "command=pay&txn_id=1&sum=1.000" WHO WHEN, BILLER_SUM_FORMAT, "sum", 5, 400},
	{"kaspi", "command=pay&txn_id=1&sum=1." WHO WHEN, BILLER_SUM_FORMAT, "sum", 5, 400},
	{"kaspi", "command=pay&txn_id=1&sum=.5" WHO WHEN, BILLER_SUM_FORMAT, "sum", 5, 400},
	{"kaspi", "command=pay&txn_id=1&sum=1e3" WHO WHEN, BILLER_SUM_FORMAT, "sum", 5, 400},
	{"kaspi", "command=pay&txn_id=1&sum= 1" WHO WHEN, BILLER_SUM_FORMAT, "sum", 5, 400},
	{"kaspi", "command=pay&txn_id=1&sum=" WHO WHEN, BILLER_SUM_FORMAT, "sum", 5, 400},
	{"kaspi", "command=pay&txn_id=1&sum=1234567890123456789" WHO WHEN, BILLER_SUM_FORMAT, "sum",
		5, 400},
	{"kaspi", "command=pay&txn_id=1" WHO WHEN, BILLER_REQUEST, "sum", 5, 400},
	{"kaspi", "command=pay&txn_id=1&sum=0.00" WHO WHEN, BILLER_SUM_SMALL, "sum", 5, 200},
	{"osmp", "command=pay&txn_id=1&sum=0.99" WHO WHEN, BILLER_SUM_SMALL, "sum", 241, 200},
	{"osmp", "command=pay&txn_id=1&sum=1.00" WHO WHEN, BILLER_OK, "", 0, 200},
	{"osmp", "command=pay&txn_id=1&sum=10000000.00" WHO WHEN, BILLER_OK, "", 0, 200},
	{"osmp", "command=pay&txn_id=1&sum=10000000.01" WHO WHEN, BILLER_SUM_LARGE, "sum", 242,
		200},
	{"kaspi", "command=pay&txn_id=1&sum=99999999999999.99" WHO WHEN, BILLER_SUM_LARGE, "sum", 5,
		200},
	/* Days: that a date is missing is said with the number, not by the status. */
	{"kaspi", "command=pay&txn_id=1&sum=1.00" WHO, BILLER_DATE, "txn_date", 5, 200},
	{"kaspi", "command=pay&txn_id=1&sum=1.00&txn_date=20260230120000" WHO, BILLER_DATE,
		"txn_date", 5, 200},
	{"osmp", "command=pay&txn_id=1&sum=1.00&txn_date=20260110" WHO, BILLER_DATE, "txn_date",
		300, 200},
	{"osmp", "command=pay&txn_id=1&sum=1.00&txn_date=20260110240000" WHO, BILLER_DATE,
		"txn_date", 300, 200},
	{"osmp", "command=pay&txn_id=1&sum=1.00&txn_date=20260110126000" WHO, BILLER_DATE,
		"txn_date", 300, 200},
	{"osmp", "command=pay&txn_id=1&sum=1.00&txn_date=20260110120160" WHO, BILLER_DATE,
		"txn_date", 300, 200},
	{"osmp", "command=pay&txn_id=1&sum=1.00&txn_date=2026011012013x" WHO, BILLER_DATE,
		"txn_date", 300, 200},
};

static void test_requests(void **state)
{
	struct ctx cx = cx_new();

	for (size_t i = 0; i < TEST_COUNT(cases); i++) {
		const struct biller_profile *p = biller_profile_find(str_of(cases[i].bank));
		struct biller_request rq = read(&cx, cases[i].bank, cases[i].text);

		if (rq.problem != cases[i].problem || strcmp(rq.field, cases[i].field) != 0 ||
			p->codes[rq.problem] != cases[i].code ||
			biller_http(p, rq.problem) != cases[i].http)
			fail_msg("%s %s: %s of \"%s\"", cases[i].bank, cases[i].text,
				biller_outcome_code(rq.problem), rq.field);
		assert_int_equal(cx.err.code, ERR_NONE);
	}
	arena_free(cx.arena);
}

static void test_values(void **state)
{
	struct ctx cx = cx_new();
	struct biller_request rq = read(&cx, "osmp", "command=pay&txn_id=0077&sum=4250.5" WHO WHEN);

	assert_int_equal(rq.command, BILLER_PAY);
	assert_text(rq.txn, "0077");
	assert_true(rq.has_sum && money_to_tiyn(rq.sum) == 425050);
	assert_true(rq.has_iin);
	assert_text(iin_digits(&rq.iin), "900101300007");
	assert_true(rq.has_time && rq.time == 20260110120133);
	assert_int_equal(day_number(rq.day), 20260110);
	arena_free(cx.arena);
}

/* The day of a payment against our clock: 2026-01-10 12:00 in Astana. */
static void test_days(void **state)
{
	static const struct {
		const char *time;
		enum biller_outcome want;
	} times[] = {
		{"20260110120000", BILLER_OK},
		{"20260110120500", BILLER_OK},
		{"20260110120501", BILLER_DATE},
		{"20260111000000", BILLER_DATE},
		{"20251231235959", BILLER_OK},
		{"20251210000000", BILLER_OK},
		{"20251209235959", BILLER_DATE},
		{"20251201000000", BILLER_DATE},
	};
	struct ctx cx = cx_new();
	struct instant now = {day_start(day_of(2026, 1, 10)).us + 12 * 3600 * 1000000LL};

	for (size_t i = 0; i < TEST_COUNT(times); i++) {
		struct biller_request rq = {0};

		assert_true(biller_time_read(str_of(times[i].time), &rq.time, &rq.day));
		if (biller_check_day(biller_profile_find(STR_LIT("osmp")), &rq, now) !=
			times[i].want)
			fail_msg("%s", times[i].time);
	}
	arena_free(cx.arena);
}

/* Ten banks; each outcome has a number with each of them, and 0 means taken and nothing else. */
static void test_profiles(void **state)
{
	size_t count, confirmed = 0;
	const struct biller_profile *all = biller_profiles(&count);

	assert_int_equal(count, 10);
	for (size_t i = 0; i < count; i++) {
		const struct biller_profile *p = &all[i];

		assert_ptr_equal(biller_profile_find(str_of(p->bank)), p);
		confirmed += p->confirmed;
		for (int o = 0; o < BILLER_OUTCOMES; o++)
			assert_int_equal(p->codes[o] == 0, o == BILLER_OK);
		for (int k = 0; k < BILLER_PARAMS; k++)
			assert_non_null(p->params[k]);
		for (int k = 0; k < BILLER_COLUMNS; k++)
			assert_non_null(p->columns[k]);
		assert_true((p->commands & 1U << BILLER_CHECK) && (p->commands & 1U << BILLER_PAY));
		assert_true(p->methods && p->days_back && p->timeout_seconds && p->txn_digits);
	}
	assert_int_equal(confirmed, 2);
	assert_null(biller_profile_find(STR_LIT("")));
	assert_null(biller_profile_find(STR_LIT("Kaspi")));
	/* The numbers that two protocols use the other way round. */
	assert_int_equal(biller_profile_find(STR_LIT("osmp"))->codes[BILLER_LATER], 1);
	assert_int_equal(biller_profile_find(STR_LIT("kaspi"))->codes[BILLER_ACCOUNT_UNKNOWN], 1);
	assert_int_equal(biller_profile_find(STR_LIT("osmp"))->codes[BILLER_ACCOUNT_UNKNOWN], 5);
}

static struct biller_answer answer_with_everything(void)
{
	return (struct biller_answer){.outcome = BILLER_OK,
		.command = BILLER_CHECK,
		.txn = STR_LIT("1234567"),
		.has_receipt = true,
		.receipt = 2016,
		.sum = money_tiyn(425000),
		.payee_bin = STR_LIT("160440007161"),
		.comment = STR_LIT("A & B <\"c\">\x01"),
		.fields = {{"name", STR_LIT("Сақтандырылған"), STR_LIT("С*** А.")},
			{"debt", STR_LIT("\"<&>"), STR_LIT("0")}},
		.field_count = 2};
}

static void test_answers(void **state)
{
	struct ctx cx = cx_new();
	struct biller_answer a = answer_with_everything();
	struct buf xml = buf_new(cx.arena, 4096), json = buf_new(cx.arena, 4096);
	struct buf twin = buf_new(cx.arena, 4096);
	struct biller_profile kaspi_xml = *biller_profile_find(STR_LIT("kaspi"));

	biller_put(&xml, biller_profile_find(STR_LIT("osmp")), &a);
	assert_text(buf_view(&xml),
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<response>\n"
		"<osmp_txn_id>1234567</osmp_txn_id>\n<prv_txn>2016</prv_txn>\n<sum>4250.00</sum>\n"
		"<result>0</result>\n<comment>A &amp; B &lt;&quot;c&quot;&gt; </comment>\n"
		"<fields>\n<field1 name=\"Сақтандырылған\">С*** А.</field1>\n"
		"<field2 name=\"&quot;&lt;&amp;&gt;\">0</field2>\n</fields>\n</response>\n");
	biller_put(&json, biller_profile_find(STR_LIT("kaspi")), &a);
	assert_text(buf_view(&json),
		"{\"txn_id\":\"1234567\",\"prv_txn_id\":\"2016\",\"result\":0,\"sum\":\"4250.00\","
		"\"bin\":\"160440007161\",\"comment\":\"A & B <\\\"c\\\">\\u0001\","
		"\"fields\":{\"field1\":{\"@name\":\"Сақтандырылған\",\"#text\":\"С*** А.\"},"
		"\"field2\":{\"@name\":\"\\\"<&>\",\"#text\":\"0\"}}}");
	kaspi_xml.form = BILLER_XML_KASPI;
	a.outcome = BILLER_ACCOUNT_UNKNOWN;
	a.has_receipt = false;
	a.field_count = 0;
	a.comment = STR_LIT("-");
	biller_put(&twin, &kaspi_xml, &a);
	assert_text(buf_view(&twin),
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<response>\n<txn_id>1234567</txn_id>\n"
		"<sum>4250.00</sum>\n<bin>160440007161</bin>\n<result>1</result>\n"
		"<comment>-</comment>\n</response>\n");
	arena_free(cx.arena);
}

static void test_names(void **state)
{
	struct ctx cx = cx_new();

	assert_text(biller_mask_name(&cx, STR_LIT("СЫНАҚБАЕВ"), STR_LIT("АСАН")), "С*** А.");
	assert_text(biller_mask_name(&cx, STR_LIT("Әбен"), STR_LIT("")), "Ә***");
	assert_text(biller_mask_name(&cx, STR_LIT(""), STR_LIT("Қыз")), "Қ.");
	assert_text(biller_mask_name(&cx, STR_LIT(""), STR_LIT("")), "");
	arena_free(cx.arena);
}

/* The nine banks in the order of the Fund, each with a name and a way through its app. */
static void test_ways_through_apps(void **state)
{
	static const char *const nine[] = {"halyk", "bcc", "jusan", "kaspi", "eurasian", "freedom",
		"homecredit", "bereke", "forte"};
	static const char *const steps[LANG_COUNT] = {
		[LANG_KK] = "Төлем – МӘМС төлемі – 122 (КНП) – ЖСН – сома",
		[LANG_RU] = "Платежи – Платёж ОСМС – 122 (КНП) – ИИН – сумма",
		[LANG_EN] = "Payments – MSHI payment – 122 (KNP) – IIN – sum",
	};
	size_t count, n = 0;
	const struct biller_profile *all = biller_profiles(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		for (int lang = 0; lang < LANG_COUNT; lang++)
			assert_true(say_code((enum lang)lang, "bank", all[i].bank).n > 0);
		if (!all[i].path)
			continue;
		assert_true(n < TEST_COUNT(nine));
		assert_string_equal(all[i].bank, nine[n++]);
		for (int lang = 0; lang < LANG_COUNT; lang++)
			assert_str(say_code((enum lang)lang, "bank.path", all[i].path),
				str_of(steps[lang]));
	}
	assert_int_equal(n, TEST_COUNT(nine));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_profiles),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_ways_through_apps),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
