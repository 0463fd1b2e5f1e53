/* SPDX-License-Identifier: Apache-2.0 */
#include "service/certify.h"

#include "base/check.h"
#include "formats/json_write.h"
#include "service/certify_cases.h"

const char *certify_verdict_code(enum certify_verdict v)
{
	static const char *const codes[] = {
		[CERTIFY_PASSED] = "passed",
		[CERTIFY_FAILED] = "failed",
		[CERTIFY_NOT_APPLICABLE] = "not_applicable",
		[CERTIFY_NOT_SEEN] = "not_seen",
	};

	return codes[v];
}

const char *certify_problem_code(enum certify_problem p)
{
	static const char *const codes[CERTIFY_PROBLEMS] = {
		[CERTIFY_FINE] = "fine",
		[CERTIFY_NO_ANSWER] = "no_answer",
		[CERTIFY_HTTP] = "http",
		[CERTIFY_UNREADABLE] = "unreadable",
		[CERTIFY_OTHER_RESULT] = "other_result",
		[CERTIFY_OTHER_TXN] = "other_txn",
		[CERTIFY_NO_RECEIPT] = "no_receipt",
		[CERTIFY_OTHER_SUM] = "other_sum",
		[CERTIFY_OTHER_BYTES] = "other_bytes",
		[CERTIFY_SAME_RECEIPT] = "same_receipt",
		[CERTIFY_NOT_ONE] = "not_one",
		[CERTIFY_MEDIA_TYPE] = "media_type",
		[CERTIFY_CACHED] = "cached",
		[CERTIFY_NAMES_ACCOUNT] = "names_account",
		[CERTIFY_LATE] = "late",
	};

	return codes[p];
}

void certify_iin(unsigned n, struct iin *out)
{
	/* Of 1885; eleven digits of which some have no check digit: the next one is taken then. */
	for (unsigned serial = 100 + n * 10;; serial++) {
		char text[16] = "85010110000";

		text[7] = (char)('0' + serial / 1000 % 10);
		text[8] = (char)('0' + serial / 100 % 10);
		text[9] = (char)('0' + serial / 10 % 10);
		text[10] = (char)('0' + serial % 10);
		int digit = iin_check_digit(text);

		if (digit < 0)
			continue;
		text[11] = (char)('0' + digit);
		memcpy(out->d, text, IIN_DIGITS);
		return;
	}
}

void certify_put_title(struct buf *b, enum lang lang, const struct certify_case *c)
{
	const struct arg args[] = {arg_str("value", str_of(c->value))};

	say(b, lang, c->title, args, 1);
}

static void put_text(struct json *j, const char *key, struct str s)
{
	json_put_key(j, key);
	json_put_str(j, s);
}

static void put_due(struct json *j, const struct certify_exchange *x)
{
	json_put_key(j, "due");
	json_open_object(j);
	json_put_key(j, "http");
	json_put_i64(j, x->due_http);
	json_put_key(j, "result");
	json_put_i64(j, x->due_result);
	put_text(j, "outcome", str_of(biller_outcome_code(x->due)));
	if (x->either) {
		json_put_key(j, "or_taken");
		json_put_bool(j, true);
	}
	json_close_object(j);
}

static void put_got(struct json *j, const struct certify_exchange *x)
{
	json_put_key(j, "got");
	if (!x->came) {
		json_put_null(j);
		if (x->trouble.n)
			put_text(j, "trouble", x->trouble);
		return;
	}
	json_open_object(j);
	json_put_key(j, "http");
	json_put_i64(j, x->http);
	if (x->has_result) {
		json_put_key(j, "result");
		json_put_i64(j, x->result);
	}
	put_text(j, "body", x->body);
	json_close_object(j);
}

static void put_exchange(struct json *j, enum lang lang, const struct certify_exchange *x)
{
	json_open_object(j);
	put_text(j, "sent", x->sent);
	if (!x->unread)
		put_due(j, x);
	put_got(j, x);
	json_put_key(j, "ms");
	json_put_i64(j, (x->us + 500) / 1000);
	if (x->problem != CERTIFY_FINE) {
		put_text(j, "problem", str_of(certify_problem_code(x->problem)));
		put_text(j, "text",
			say_code(lang, "certify.problem", certify_problem_code(x->problem)));
	}
	json_close_object(j);
}

static void put_result(struct json *j, enum lang lang, const struct certify_result *r)
{
	json_open_object(j);
	put_text(j, "case", str_of(r->c->name));
	put_text(j, "verdict", str_of(certify_verdict_code(r->verdict)));
	json_put_key(j, "title");
	json_open_text(j);
	certify_put_title(j->b, lang, r->c);
	json_close_text(j);
	put_text(j, "reference", str_of(r->c->source));
	json_put_key(j, "exchanges");
	json_open_array(j);
	for (size_t i = 0; i < r->count; i++)
		put_exchange(j, lang, &r->exchanges[i]);
	json_close_array(j);
	json_close_object(j);
}

static void put_payments(struct json *j, const struct certify_report *r)
{
	json_put_key(j, "payments");
	json_open_object(j);
	json_put_key(j, "made");
	json_put_u64(j, r->paid);
	json_put_key(j, "cancelled");
	json_put_u64(j, r->cancelled);
	json_put_key(j, "sum_of_each");
	json_put_money(j, r->sum);
	json_put_key(j, "left");
	json_open_array(j);
	for (size_t i = 0; i < r->left_count; i++)
		json_put_str(j, r->left[i]);
	json_close_array(j);
	json_close_object(j);
}

void certify_put_json(struct buf *b, enum lang lang, const struct certify_plan *plan,
	const struct certify_report *r)
{
	struct json j = json_start(b);

	json_open_object(&j);
	put_text(&j, "bank", str_of(plan->bank->bank));
	json_put_key(&j, "confirmed");
	json_put_bool(&j, plan->bank->confirmed);
	put_text(&j, "url", plan->url);
	for (int v = CERTIFY_PASSED; v <= CERTIFY_NOT_APPLICABLE; v++) {
		json_put_key(&j, certify_verdict_code((enum certify_verdict)v));
		json_put_u64(&j, r->by_verdict[v]);
	}
	json_put_key(&j, "slowest_ms");
	json_put_i64(&j, (r->slowest_us + 500) / 1000);
	put_payments(&j, r);
	json_put_key(&j, "cases");
	json_open_array(&j);
	for (size_t i = 0; i < r->count; i++)
		put_result(&j, lang, &r->results[i]);
	json_close_array(&j);
	json_close_object(&j);
}
