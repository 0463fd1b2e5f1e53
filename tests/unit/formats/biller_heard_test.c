/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bank's side of the channel: what the biller writes is read back, whatever the words in it;
 * what is no answer is refused; what a bank sends is read by the biller as it was meant.
 */
#include "support/test.h"

#include "formats/biller_heard.h"

static struct ctx cx_new(void)
{
	return (struct ctx){.arena = arena_new(4 << 20)};
}

static const struct biller_profile *profile(const char *bank)
{
	return biller_profile_find(str_of(bank));
}

#define OSMP_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<response>"
#define OSMP_BODY                                                                                  \
	"<osmp_txn_id>7</osmp_txn_id><prv_txn>2016</prv_txn><sum>4250.00</sum>"                    \
	"<result>0</result><comment>OK</comment>"

static const struct {
	const char *bank, *body;
	enum err code;
	const char *field;
} cases[] = {
	{"osmp", OSMP_HEAD OSMP_BODY "</response>", ERR_NONE, ""},
	{"osmp", OSMP_HEAD "<more>1</more><!-- -->" OSMP_BODY "</response>", ERR_XML_DTD,
		"!DOCTYPE"},
	{"osmp", OSMP_HEAD "<more>1</more>" OSMP_BODY "</response>", ERR_NONE, ""},
	{"osmp", OSMP_HEAD OSMP_BODY, ERR_XML_SYNTAX, "response"},
	{"osmp", "", ERR_XML_SYNTAX, "response"},
	{"osmp", "<answer>" OSMP_BODY "</answer>", ERR_VALUE_MISSING, "response"},
	{"osmp", "<response><osmp_txn_id>7</osmp_txn_id><comment/></response>", ERR_VALUE_MISSING,
		"result"},
	{"osmp", "<response><result>0</result><comment/></response>", ERR_VALUE_MISSING,
		"osmp_txn_id"},
	{"osmp", "<response>" OSMP_BODY "<result>0</result></response>", ERR_VALUE_TWICE, "result"},
	{"osmp", "<response><osmp_txn_id>7</osmp_txn_id><result>x</result><comment/></response>",
		ERR_NUMBER_FORMAT, "result"},
	{"osmp", "<!DOCTYPE r [<!ENTITY a \"b\">]><response>" OSMP_BODY "</response>", ERR_XML_DTD,
		"!DOCTYPE"},
	{"osmp", "{\"txn_id\":\"7\",\"result\":0,\"comment\":\"\"}", ERR_XML_SYNTAX, "response"},
	{"kaspi", "{\"txn_id\":\"7\",\"result\":0,\"comment\":\"\",\"more\":{}}", ERR_NONE, ""},
	{"kaspi", "{\"txn_id\":\"7\",\"result\":0}", ERR_VALUE_MISSING, "comment"},
	{"kaspi", "{\"txn_id\":7,\"result\":0,\"comment\":\"\"}", ERR_JSON_TYPE, "txn_id"},
	{"kaspi", "{\"txn_id\":\"7\",\"result\":\"0\",\"comment\":\"\"}", ERR_JSON_TYPE, "result"},
	{"kaspi", "{\"txn_id\":\"7\",\"result\":0.5,\"comment\":\"\"}", ERR_JSON_TYPE, "result"},
	{"kaspi", "{\"txn_id\":\"7\",\"result\":-1,\"comment\":\"\"}", ERR_NUMBER_FORMAT, "result"},
	{"kaspi", "{\"txn_id\":\"7\",\"result\":0,\"result\":0,\"comment\":\"\"}", ERR_VALUE_TWICE,
		"body"},
	{"kaspi", "{\"txn_id\":\"7\",\"result\":0,\"comment\":\"\",\"sum\":\"1e5\"}",
		ERR_MONEY_FORMAT, "sum"},
	{"kaspi", "[]", ERR_JSON_SYNTAX, "body"},
	{"kaspi", "", ERR_JSON_SYNTAX, "body"},
	{"kaspi", "<response>" OSMP_BODY "</response>", ERR_JSON_SYNTAX, "body"},
};

static void test_table(void **state)
{
	struct ctx cx = cx_new();

	(void)state;
	for (size_t i = 0; i < TEST_COUNT(cases); i++) {
		struct biller_heard heard;

		err_clear(&cx);
		(void)!biller_heard_read(
			&cx, profile(cases[i].bank), str_of(cases[i].body), &heard);
		if (cx.err.code != cases[i].code || strcmp(cx.err.field, cases[i].field) != 0)
			fail_msg("%s: %s (%s)", cases[i].body, err_info(cx.err.code)->name,
				cx.err.field);
		if (cases[i].code == ERR_NONE)
			assert_text(heard.txn, "7");
	}
	arena_free(cx.arena);
}

static void test_nothing_and_too_much(void **state)
{
	struct ctx cx = cx_new();
	char *big = arena_zalloc(cx.arena, BILLER_HEARD_BYTES_MAX + 1);
	struct biller_heard heard;

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_not_equal(biller_heard_read(&cx, profile(i ? "kaspi" : "osmp"),
					     (struct str){0}, &heard),
			OK);
		assert_int_equal(cx.err.code, i ? ERR_JSON_SYNTAX : ERR_XML_SYNTAX);
	}
	memset(big, 'x', BILLER_HEARD_BYTES_MAX + 1);
	assert_int_not_equal(biller_heard_read(&cx, profile("osmp"),
				     (struct str){big, BILLER_HEARD_BYTES_MAX + 1}, &heard),
		OK);
	assert_int_equal(cx.err.code, ERR_FILE_TOO_BIG);
	arena_free(cx.arena);
}

/* Letters that must be written otherwise in one of the forms, Kazakh ones, and plain ones. */
static struct str random_text(struct test_random *r, struct arena *a)
{
	static const char *const pieces[] = {
		"<", ">", "&", "\"", "'", "]]>", "ә", "Қ", "ң", " ", "a", "0", "\\", "/", "{", "%"};
	struct buf b = buf_new(a, 200);

	for (size_t n = test_below(r, 12); n > 0; n--)
		buf_z(&b, pieces[test_below(r, TEST_COUNT(pieces))]);
	buf_char(&b, '.');
	return buf_view(&b);
}

/* Both forms, all outcomes: what biller_put() writes is what the bank reads. */
static void test_round_trip(void **state)
{
	struct test_random r = test_seeded();
	size_t count;
	const struct biller_profile *all = biller_profiles(&count);
	struct ctx cx = cx_new();

	(void)state;
	for (uint64_t n = test_cases_part(2000, 1); n > 0; n--) {
		const struct biller_profile *p = &all[test_below(&r, count)];
		struct biller_answer a = {
			.outcome = (enum biller_outcome)test_below(&r, BILLER_OUTCOMES),
			.txn = STR_LIT("0123456789"),
			.has_receipt = test_below(&r, 2) == 0,
			.receipt = (int64_t)test_below(&r, 1000000000000000000),
			.sum = money_tiyn((int64_t)test_below(&r, 1000000000000)),
			.field_count = 1,
		};
		struct biller_heard heard;
		struct buf b;

		arena_reset(cx.arena);
		b = buf_new(cx.arena, 16 << 10);
		a.comment = random_text(&r, cx.arena);
		a.fields[0] = (struct biller_field){
			"k", random_text(&r, cx.arena), random_text(&r, cx.arena)};
		biller_put(&b, p, &a);
		assert_int_equal(biller_heard_read(&cx, p, buf_view(&b), &heard), OK);
		assert_int_equal(heard.result, p->codes[a.outcome]);
		assert_str(heard.txn, a.txn);
		assert_str(heard.comment, a.comment);
		assert_true(heard.has_sum && money_cmp(heard.sum, a.sum) == 0);
		assert_int_equal(heard.receipt.n > 0, a.has_receipt);
	}
	arena_free(cx.arena);
}

static void test_pairs(void **state)
{
	const struct biller_pair pairs[] = {{STR_LIT("command"), STR_LIT("pay")},
		{STR_LIT("account"), STR_LIT(" 9&0=1+%\xff")}, {STR_LIT("sum"), STR_LIT("1.00")},
		{STR_LIT("x"), STR_LIT("")}};
	struct ctx cx = cx_new();
	struct buf b = buf_new(cx.arena, 1000);

	(void)state;
	biller_put_pairs(&b, pairs, TEST_COUNT(pairs));
	assert_text(buf_view(&b), "command=pay&account=%209%260%3D1%2B%25%FF&sum=1.00&x=");
	arena_free(cx.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_nothing_and_too_much),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_pairs),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("formats/biller_heard", tests, NULL, NULL);
}
