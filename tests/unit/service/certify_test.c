/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The conformance kit without a network: its tables hold together and have words in all languages,
 * nobody is named in a report, silence and rubbish from the other side are failures and nothing
 * worse, and the stand keeps its limits whatever a bank sends.
 */
#include "support/test.h"

#include <jansson.h>

#include "service/certify_cases.h"
#include "service/certify_watch.h"

enum { ARENA_BYTES = 16 << 20, REPORT_BYTES = 4 << 20 };

static struct clock_fixed fixed;

static struct ctx cx_new(void)
{
	fixed = clock_fixed_at((struct instant){1795330800LL * 1000000});
	return (struct ctx){.arena = arena_new(ARENA_BYTES), .clock = &fixed.clock};
}

/* ---- Tables ---------------------------------------------------------------------------------- */

static void test_cases_hold_together(void **state)
{
	size_t count;
	const struct certify_case *cases = certify_cases(&count);

	(void)state;
	assert_true(count > 60 && count < 1000); /* three digits of a transaction count them */
	for (size_t i = 0; i < count; i++) {
		struct ctx cx = cx_new();

		assert_true(cases[i].steps[0].wire != CERTIFY_END);
		assert_true(str_starts(str_of(cases[i].source), "docs/"));
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(cases[i].name, cases[k].name);
		for (int lang = 0; lang < LANG_COUNT; lang++) {
			struct buf b = buf_new(cx.arena, 1000);

			certify_put_title(&b, (enum lang)lang, &cases[i]);
			assert_true(b.n > 3 && !memchr(b.p, '{', b.n));
		}
		arena_free(cx.arena);
	}
}

/* Each case says something about at least one bank, and each bank gets most of them. */
static void test_cases_apply(void **state)
{
	size_t count, banks;
	const struct certify_case *cases = certify_cases(&count);
	const struct biller_profile *all = biller_profiles(&banks);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		size_t n = 0;

		for (size_t k = 0; k < banks; k++) {
			struct certify_plan plan = {.bank = &all[k],
				.accounts = {STR_LIT("900101300007")},
				.sum = money_tiyn(100)};

			n += certify_case_applies(&cases[i], &plan);
		}
		if (n == 0)
			fail_msg("%s", cases[i].name);
	}
}

static void test_words(void **state)
{
	(void)state;
	for (int lang = 0; lang < LANG_COUNT; lang++) {
		enum lang l = (enum lang)lang;

		for (int p = 0; p < CERTIFY_PROBLEMS; p++)
			assert_true(say_code(l, "certify.problem",
					    certify_problem_code((enum certify_problem)p))
					    .n > 0);
		for (int v = 0; v <= CERTIFY_NOT_SEEN; v++)
			assert_true(say_code(l, "certify.verdict",
					    certify_verdict_code((enum certify_verdict)v))
					    .n > 0);
		for (int r = 0; r < WATCH_RULES; r++)
			assert_true(
				say_code(l, "certify.rule", watch_rule_code((enum watch_rule)r)).n >
				0);
		for (int h = 0; h < WATCH_HOWS; h++)
			assert_true(
				say_code(l, "certify.how", watch_how_code((enum watch_how)h)).n >
				0);
	}
}

static void test_accounts_are_numbers(void **state)
{
	struct iin before = {{0}};

	(void)state;
	for (unsigned n = 0; n < 100; n++) {
		struct iin iin;
		struct day born;

		certify_iin(n, &iin);
		assert_true(iin_valid(iin.d) && iin_kind(&iin) == IIN_PERSON);
		assert_true(iin_birth_day(&iin, &born) && day_cmp(born, day_of(1900, 1, 1)) < 0);
		assert_false(iin_same(&iin, &before));
		before = iin;
	}
}

static void test_mask(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"", ""},
		{"account=900101300007&sum=1.00", "account=••••••••0007&sum=1.00"},
		{"account=%20900101300007%20", "account=%20••••••••0007%20"},
		{"900101300007", "••••••••0007"},
		{"a900101300007b900101300015", "a••••••••0007b••••••••0015"},
		/* A payee and a number of a transaction. */
		{"\"bin\":\"160440007161\"", "\"bin\":\"160440007161\""},
		{"txn_id=9001013000071", "txn_id=9001013000071"},
		{"100%", "100%"},
		{"%9", "%9"},
	};
	struct ctx cx = cx_new();

	(void)state;
	for (size_t i = 0; i < TEST_COUNT(rows); i++)
		assert_text(certify_mask(&cx, str_of(rows[i].text)), rows[i].want);
	arena_free(cx.arena);
}

/* ---- A biller that is none ------------------------------------------------------------------- */

struct other_side {
	struct test_random random;
	bool silent;
	size_t requests;
};

static struct str rubbish(struct other_side *o, struct ctx *cx)
{
	static const char *const pieces[] = {"<response>", "</response>", "<result>0</result>",
		"<osmp_txn_id>1</osmp_txn_id>", "<comment>", "</comment>", "{", "}", "\"result\":0",
		"\"txn_id\":\"1\"", ",", "\xff", "900101300007", "<!DOCTYPE", "&amp;", "[", "]"};
	struct buf b = buf_new(cx->arena, 1000);

	for (uint64_t n = test_below(&o->random, 9); n > 0; n--)
		buf_z(&b, pieces[test_below(&o->random, TEST_COUNT(pieces))]);
	return buf_view(&b);
}

static enum st send_other(void *arg, struct ctx *cx, const struct certify_request *rq, size_t n,
	struct certify_answer *out)
{
	static const int http[] = {200, 400, 500, 302};
	struct other_side *o = arg;

	for (size_t i = 0; i < n; i++) {
		assert_true(str_starts(rq[i].url, "http://127.0.0.1:1/biller/"));
		o->requests++;
		out[i] = (struct certify_answer){.came = !o->silent,
			.http = http[test_below(&o->random, TEST_COUNT(http))],
			.media_type = STR_LIT("text/xml"),
			.trouble = STR_LIT("timeout")};
		if (!o->silent)
			out[i].body = rubbish(o, cx);
	}
	return OK;
}

static void check_report(
	struct ctx *cx, const struct certify_plan *plan, const struct certify_report *r)
{
	struct buf b = buf_new(cx->arena, REPORT_BYTES);
	json_error_t e;
	json_t *top;

	certify_put_json(&b, LANG_KK, plan, r);
	assert_false(b.over);
	assert_null(memmem(b.p, b.n, "900101300007", 12));
	top = json_loadb(b.p, b.n, JSON_REJECT_DUPLICATES, &e);
	if (!top)
		fail_msg("%s at %d: %.*s", e.text, e.position, 200, b.p);
	assert_int_equal(json_array_size(json_object_get(top, "cases")), r->count);
	json_decref(top);
}

static void test_other_side(void **state)
{
	struct other_side o = {.random = test_seeded(), .silent = true};
	size_t banks;
	const struct biller_profile *all = biller_profiles(&banks);

	(void)state;
	for (size_t i = 0; i < 2 * banks; i++, o.silent = !o.silent) {
		struct ctx cx = cx_new();
		struct certify_plan plan = {.bank = &all[i / 2],
			.url = STR_LIT("http://127.0.0.1:1//"),
			.accounts = {STR_LIT("900101300007")},
			.account_count = 1,
			.unknown = STR_LIT("850101101209"),
			.sum = money_tiyn(100),
			.within_ms = 1000,
			.send = send_other,
			.arg = &o};
		struct certify_report r;

		assert_int_equal(certify_run(&cx, &plan, &r), OK);
		assert_int_equal(r.by_verdict[CERTIFY_PASSED], 0);
		assert_true(r.by_verdict[CERTIFY_FAILED] > 60);
		for (size_t k = 0; k < r.count && o.silent; k++)
			if (r.results[k].verdict == CERTIFY_FAILED)
				assert_int_equal(r.results[k].problem, CERTIFY_NO_ANSWER);
		check_report(&cx, &plan, &r);
		arena_free(cx.arena);
	}
	assert_true(o.requests > 1000);
}

/* ---- A bank that sends anything -------------------------------------------------------------- */

static void check_watch(struct ctx *cx, struct watch *w)
{
	struct buf b = buf_new(cx->arena, REPORT_BYTES);
	json_error_t e;
	json_t *top;

	watch_end(w);
	watch_put_json(&b, LANG_EN, w);
	assert_false(b.over);
	top = json_loadb(b.p, b.n, JSON_REJECT_DUPLICATES, &e);
	assert_non_null(top);
	assert_int_equal(json_array_size(json_object_get(top, "cases")), w->count);
	json_decref(top);
	for (size_t i = 0; i < w->count; i++) {
		assert_true(w->cases[i].txn_count <= WATCH_TXNS_MAX);
		for (int r = 0; r < WATCH_RULES; r++)
			assert_true(strlen(w->cases[i].examples[r]) < WATCH_EXAMPLE_BYTES);
	}
}

static struct str any_of(struct test_random *r, const char *const *words, size_t n)
{
	return str_of(words[test_below(r, n)]);
}

#define ANY(r, ...)                                                                                \
	any_of((r), (const char *const[]){__VA_ARGS__},                                            \
		TEST_COUNT(((const char *const[]){__VA_ARGS__})))

static void test_any_bank(void **state)
{
	struct test_random r = test_seeded();
	size_t banks;
	const struct biller_profile *all = biller_profiles(&banks);
	struct watch *w = calloc(1, sizeof(*w));
	uint64_t left = test_cases_part(20000, 1);

	(void)state;
	for (size_t i = 0; i < banks; i++) {
		struct ctx cx = cx_new();
		int64_t now_us = 0;

		assert_int_equal(watch_start(&cx, &all[i], (struct str){0}, w), OK);
		for (uint64_t n = left / banks; n > 0; n--) {
			struct watched *c = &w->cases[test_below(&r, w->count)];
			const struct biller_pair pairs[] = {
				{STR_LIT("command"), ANY(&r, "check", "pay", "pay", "pay", "status",
							     "cancel", "x")},
				{STR_LIT("txn_id"), ANY(&r, "1", "2", "3", "4", "5", "6", "7", "8",
							    "9", "10", "11", "12", "13", "14", "15",
							    "16", "17", "18", "19", "20", "-")},
				{STR_LIT("account"), iin_digits(&c->account)},
				{STR_LIT("sum"), ANY(&r, "1.00", "1.00", "2.00", "x")},
				{STR_LIT("txn_date"), ANY(&r, "20261122115959", "20261122115958",
							      "20271122115959", "\x01")},
			};
			struct watch_reply reply;

			now_us += (int64_t)test_below(&r, 500000);
			watch_request(w, &cx, test_below(&r, 50) ? pairs : NULL, TEST_COUNT(pairs),
				now_us, &reply);
			assert_true(reply.http >= 200 && reply.http <= 500 && reply.body.n > 0);
			if (test_below(&r, 2))
				watch_delivered(&reply);
			(void)watch_over(w, now_us);
			arena_reset(cx.arena);
		}
		check_watch(&cx, w);
		arena_free(cx.arena);
	}
	free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases_hold_together),
		cmocka_unit_test(test_cases_apply),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_accounts_are_numbers),
		cmocka_unit_test(test_mask),
		cmocka_unit_test(test_other_side),
		cmocka_unit_test(test_any_bank),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("service/certify", tests, NULL, NULL);
}
