/* SPDX-License-Identifier: Apache-2.0 */
#include "service/certify_cases.h"

#define PARAMETERS "docs/formats/biller.md#parameters"
#define ANSWERS "docs/formats/biller.md#answers"
#define OF_CHECK "docs/formats/biller.md#check"
#define OF_PAY "docs/formats/biller.md#pay"
#define OF_STATUS "docs/formats/biller.md#status-cancel"

#define CASE(name_, title_, value_, source_, needs_, ...)                                          \
	{                                                                                          \
		name_, MSG_certify_case_##title_, value_, source_, needs_,                         \
		{                                                                                  \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}
/* A step: command, what is due, what more. */
#define BY(wire_, command_, due_, ...)                                                             \
	{                                                                                          \
		.wire = CERTIFY_##wire_, .command = BILLER_##command_, .due = BILLER_##due_,       \
		__VA_ARGS__                                                                        \
	}
#define ASK(command_, due_, ...) BY(PLAIN, command_, due_, __VA_ARGS__)
#define LOOK(what_) .look = CERTIFY_##what_
#define WITH(param_, value_) .change = {BILLER_P_##param_, CERTIFY_##value_, NULL}
#define TEXT(param_, text_) .change = {BILLER_P_##param_, CERTIFY_TEXT, text_}

/* clang-format off */
static const struct certify_case cases[] = {
	CASE("check-known", check_known, "", OF_CHECK, 0, ASK(CHECK, OK)),
	CASE("check-unknown", check_unknown, "", ANSWERS, 0,
		ASK(CHECK, ACCOUNT_UNKNOWN, WITH(ACCOUNT, UNKNOWN))),
	CASE("check-digit", check_digit, "", PARAMETERS, 0,
		ASK(CHECK, ACCOUNT_FORMAT, WITH(ACCOUNT, DIGIT))),
	CASE("check-short", check_short, "", PARAMETERS, 0,
		ASK(CHECK, ACCOUNT_FORMAT, WITH(ACCOUNT, SHORT))),
	CASE("check-letters", check_letters, "", PARAMETERS, 0,
		ASK(CHECK, ACCOUNT_FORMAT, TEXT(ACCOUNT, "ABCDEFGHIJKL"))),
	CASE("check-empty", check_empty, "", PARAMETERS, 0,
		ASK(CHECK, ACCOUNT_FORMAT, TEXT(ACCOUNT, ""))),
	CASE("check-spaces", check_spaces, "", PARAMETERS, 0,
		ASK(CHECK, ACCOUNT_FORMAT, WITH(ACCOUNT, SPACES))),
	CASE("check-long", check_long, "", PARAMETERS, 0,
		ASK(CHECK, ACCOUNT_FORMAT, WITH(ACCOUNT, LONG))),
	CASE("check-bytes", check_bytes, "", PARAMETERS, 0,
		ASK(CHECK, ACCOUNT_FORMAT, TEXT(ACCOUNT, "\xff\xfe"))),
	CASE("check-keeps-nothing", check_keeps_nothing, "", OF_CHECK, 0,
		ASK(CHECK, OK), ASK(CHECK, OK), ASK(STATUS, TXN_UNKNOWN)),
	CASE("check-masked", check_masked, "", OF_CHECK, CERTIFY_NEEDS_IIN,
		ASK(CHECK, OK, LOOK(LOOK_MASK))),
	CASE("check-dummy-sum", check_dummy_sum, "", PARAMETERS, CERTIFY_NEEDS_DUMMY_SUM,
		ASK(CHECK, OK, TEXT(SUM, "0.00")), ASK(CHECK, OK, TEXT(SUM, "x"))),

	CASE("pay", pay, "", OF_PAY, 0, ASK(CHECK, OK), ASK(PAY, OK)),
	CASE("pay-again", pay_again, "", OF_PAY, 0,
		ASK(PAY, OK), ASK(PAY, OK, LOOK(SAME_BYTES)), ASK(PAY, OK, LOOK(SAME_BYTES))),
	CASE("pay-again-in-english", pay_again_in_english, "", OF_PAY, 0,
		ASK(PAY, OK), BY(IN_ENGLISH, PAY, OK, LOOK(SAME_BYTES))),
	CASE("pay-at-once", pay_at_once, "", OF_PAY, 0,
		BY(SAME_TWICE, PAY, OK, LOOK(SAME_BYTES)), ASK(PAY, OK, LOOK(SAME_BYTES))),
	CASE("pay-two-sums-at-once", pay_two_sums_at_once, "", OF_PAY, 0,
		BY(TWO_SUMS, PAY, CONFLICT)),
	CASE("pay-other-sum", pay_other_sum, "", OF_PAY, 0,
		ASK(PAY, OK), ASK(PAY, CONFLICT, WITH(SUM, SUM_OTHER)),
		ASK(PAY, OK, LOOK(SAME_BYTES))),
	CASE("pay-other-account", pay_other_account, "", OF_PAY, 0,
		ASK(PAY, OK), ASK(PAY, CONFLICT, WITH(ACCOUNT, SECOND)),
		ASK(PAY, OK, LOOK(SAME_BYTES))),
	CASE("pay-late-answer", pay_late_answer, "", OF_PAY, 0,
		BY(HANG_UP, PAY, OK), ASK(PAY, OK, LOOK(SAME_BYTES)),
		ASK(PAY, OK, LOOK(SAME_BYTES)), ASK(STATUS, OK, LOOK(SAME_BYTES))),
	CASE("pay-two-numbers", pay_two_numbers, "", OF_PAY, 0,
		ASK(PAY, OK), ASK(PAY, OK, LOOK(OTHER_RECEIPT), WITH(TXN, TXN_NEXT))),
	CASE("pay-leading-zero", pay_leading_zero, "", PARAMETERS, 0,
		ASK(PAY, OK), ASK(PAY, OK, LOOK(OTHER_RECEIPT), WITH(TXN, TXN_ZERO))),
	CASE("pay-unknown", pay_unknown, "", ANSWERS, 0,
		ASK(PAY, ACCOUNT_UNKNOWN, WITH(ACCOUNT, UNKNOWN))),
	CASE("pay-after-refusal", pay_after_refusal, "", OF_PAY, 0,
		ASK(PAY, ACCOUNT_UNKNOWN, WITH(ACCOUNT, UNKNOWN)), ASK(STATUS, TXN_UNKNOWN),
		ASK(PAY, OK)),
	CASE("pay-by-post", pay_by_post, "", PARAMETERS, CERTIFY_NEEDS_POST,
		BY(POST, PAY, OK), ASK(PAY, OK, LOOK(SAME_BYTES))),

	CASE("status", status, "", OF_STATUS, 0, ASK(PAY, OK), ASK(STATUS, OK, LOOK(SAME_BYTES))),
	CASE("status-unknown", status_unknown, "", OF_STATUS, 0, ASK(STATUS, TXN_UNKNOWN)),
	CASE("status-other-account", status_other_account, "", OF_STATUS, 0,
		ASK(PAY, OK), ASK(STATUS, CONFLICT, WITH(ACCOUNT, SECOND))),
	CASE("cancel", cancel, "", OF_STATUS, CERTIFY_NEEDS_CANCEL,
		ASK(PAY, OK), ASK(CANCEL, OK), ASK(CANCEL, OK, LOOK(SAME_BYTES)),
		ASK(STATUS, CANCELLED), ASK(PAY, CANCELLED)),
	CASE("cancel-at-once", cancel_at_once, "", OF_STATUS, CERTIFY_NEEDS_CANCEL,
		ASK(PAY, OK), BY(SAME_TWICE, CANCEL, OK, LOOK(SAME_BYTES))),
	CASE("cancel-unknown", cancel_unknown, "", OF_STATUS, CERTIFY_NEEDS_CANCEL,
		ASK(CANCEL, TXN_UNKNOWN)),
	CASE("cancel-absent", cancel_absent, "", PARAMETERS, CERTIFY_NEEDS_NO_CANCEL,
		ASK(PAY, OK), ASK(CANCEL, COMMAND_UNKNOWN), ASK(STATUS, OK, LOOK(SAME_BYTES))),

	CASE("sum-comma", sum_text, "1,00", PARAMETERS, 0,
		ASK(PAY, SUM_FORMAT, TEXT(SUM, "1,00"))),
	CASE("sum-three-decimals", sum_text, "1.000", PARAMETERS, 0,
		ASK(PAY, SUM_FORMAT, TEXT(SUM, "1.000"))),
	CASE("sum-zero", sum_text, "0.00", PARAMETERS, 0,
		ASK(PAY, SUM_SMALL, TEXT(SUM, "0.00"))),
	CASE("sum-negative", sum_text, "-1.00", PARAMETERS, 0,
		ASK(PAY, SUM_FORMAT, TEXT(SUM, "-1.00"))),
	CASE("sum-19-digits", sum_text, "1234567890123456789", PARAMETERS, 0,
		ASK(PAY, SUM_FORMAT, TEXT(SUM, "1234567890123456789"))),
	CASE("sum-exponent", sum_text, "1e2", PARAMETERS, 0,
		ASK(PAY, SUM_FORMAT, TEXT(SUM, "1e2"))),
	CASE("sum-plus", sum_text, "+1.00", PARAMETERS, 0,
		ASK(PAY, SUM_FORMAT, TEXT(SUM, "+1.00"))),
	CASE("sum-empty", sum_empty, "", PARAMETERS, 0, ASK(PAY, SUM_FORMAT, TEXT(SUM, ""))),
	CASE("sum-small", sum_small, "", PARAMETERS, 0, ASK(PAY, SUM_SMALL, WITH(SUM, SUM_SMALL))),
	CASE("sum-large", sum_large, "", PARAMETERS, 0, ASK(PAY, SUM_LARGE, WITH(SUM, SUM_LARGE))),
	CASE("sum-whole", sum_whole, "", PARAMETERS, CERTIFY_NEEDS_WHOLE,
		ASK(PAY, OK, WITH(SUM, SUM_WHOLE)), ASK(PAY, OK, LOOK(SAME_BYTES))),

	CASE("txn-empty", txn_digits, "0", PARAMETERS, 0,
		ASK(PAY, TXN_FORMAT, TEXT(TXN, ""))),
	CASE("txn-18", txn_digits, "18", PARAMETERS, 0,
		ASK(PAY, OK, WITH(TXN, TXN_18)), ASK(PAY, OK, LOOK(SAME_BYTES), WITH(TXN, TXN_18))),
	CASE("txn-19", txn_digits, "19", PARAMETERS, CERTIFY_NEEDS_19,
		ASK(PAY, OK, WITH(TXN, TXN_19)), ASK(PAY, OK, LOOK(SAME_BYTES), WITH(TXN, TXN_19))),
	CASE("txn-19-refused", txn_digits, "19", PARAMETERS, CERTIFY_NEEDS_NO_19,
		ASK(PAY, TXN_FORMAT, WITH(TXN, TXN_19))),
	CASE("txn-long", txn_long, "", PARAMETERS, 0,
		ASK(PAY, TXN_FORMAT, WITH(TXN, TXN_LONG))),
	CASE("txn-letters", txn_text, "12a", PARAMETERS, 0,
		ASK(PAY, TXN_FORMAT, TEXT(TXN, "12a"))),
	CASE("txn-negative", txn_text, "-12", PARAMETERS, 0,
		ASK(PAY, TXN_FORMAT, TEXT(TXN, "-12"))),

	CASE("missing-command", missing, "command", PARAMETERS, 0,
		ASK(PAY, REQUEST, WITH(COMMAND, MISSING))),
	CASE("missing-txn", missing, "txn_id", PARAMETERS, 0,
		ASK(PAY, REQUEST, WITH(TXN, MISSING))),
	CASE("missing-account", missing, "account", PARAMETERS, 0,
		ASK(PAY, REQUEST, WITH(ACCOUNT, MISSING))),
	CASE("missing-sum", missing, "sum", PARAMETERS, 0, ASK(PAY, REQUEST, WITH(SUM, MISSING))),
	CASE("missing-date", missing, "txn_date", PARAMETERS, 0,
		ASK(PAY, DATE, WITH(DATE, MISSING))),
	CASE("twice-command", twice, "command", PARAMETERS, 0,
		ASK(PAY, REQUEST, WITH(COMMAND, TWICE))),
	CASE("twice-txn", twice, "txn_id", PARAMETERS, 0, ASK(PAY, REQUEST, WITH(TXN, TWICE))),
	CASE("twice-account", twice, "account", PARAMETERS, 0,
		ASK(PAY, REQUEST, WITH(ACCOUNT, TWICE))),
	CASE("twice-sum", twice, "sum", PARAMETERS, 0, ASK(PAY, REQUEST, WITH(SUM, TWICE))),
	CASE("twice-date", twice, "txn_date", PARAMETERS, 0, ASK(PAY, REQUEST, WITH(DATE, TWICE))),
	CASE("other-parameter", other_parameter, "", PARAMETERS, 0, BY(MORE, CHECK, OK)),

	CASE("date-tomorrow", date_tomorrow, "", PARAMETERS, 0,
		ASK(PAY, DATE, WITH(DATE, TOMORROW))),
	CASE("date-40-days", date_40_days, "", PARAMETERS, 0, ASK(PAY, DATE, WITH(DATE, 40_DAYS))),
	CASE("date-impossible", date_text, "20260230120000", PARAMETERS, 0,
		ASK(PAY, DATE, TEXT(DATE, "20260230120000"))),
	CASE("date-day-alone", date_text, "20260110", PARAMETERS, 0,
		ASK(PAY, DATE, TEXT(DATE, "20260110"))),
	CASE("date-yesterday", date_yesterday, "", OF_PAY, 0,
		ASK(PAY, OK, WITH(DATE, YESTERDAY))),
	CASE("currency-other", currency, "USD", PARAMETERS, 0,
		ASK(PAY, CURRENCY, TEXT(CURRENCY, "USD"))),
	CASE("currency-tenge", currency, "KZT", PARAMETERS, 0,
		ASK(CHECK, OK, TEXT(CURRENCY, "KZT"))),

	CASE("command-unknown", command, "verify", PARAMETERS, 0,
		ASK(CHECK, COMMAND_UNKNOWN, TEXT(COMMAND, "verify"))),
	CASE("command-capitals", command, "PAY", PARAMETERS, 0,
		ASK(PAY, COMMAND_UNKNOWN, TEXT(COMMAND, "PAY"))),
	CASE("type-json", body_type, "application/json", PARAMETERS, 0,
		BY(JSON_BODY, CHECK, REQUEST)),
	CASE("type-xml", body_type, "application/xml", PARAMETERS, 0,
		BY(XML_BODY, CHECK, REQUEST)),
	CASE("method-other", method_other, "POST", PARAMETERS, CERTIFY_NEEDS_GET_ALONE,
		BY(POST, CHECK, REQUEST)),
	CASE("percent", percent, "%zz", PARAMETERS, CERTIFY_NEEDS_POST,
		BY(PERCENT, CHECK, REQUEST)),
	CASE("answer-type", answer_type, "", ANSWERS, 0, ASK(CHECK, OK, LOOK(LOOK_TYPE)),
		ASK(CHECK, ACCOUNT_FORMAT, LOOK(LOOK_TYPE), TEXT(ACCOUNT, "-"))),
	CASE("answer-no-store", answer_no_store, "", ANSWERS, 0,
		ASK(CHECK, OK, LOOK(LOOK_CACHE)),
		ASK(CHECK, ACCOUNT_FORMAT, LOOK(LOOK_CACHE), TEXT(ACCOUNT, "-"))),
};
/* clang-format on */

const struct certify_case *certify_cases(size_t *count)
{
	*count = sizeof(cases) / sizeof(cases[0]);
	return cases;
}

bool certify_case_applies(const struct certify_case *c, const struct certify_plan *plan)
{
	const struct biller_profile *p = plan->bank;
	const struct str account = plan->accounts[0];
	unsigned has = CERTIFY_NEEDS_NO_CANCEL | CERTIFY_NEEDS_GET_ALONE | CERTIFY_NEEDS_NO_19;

	if (p->commands & 1U << BILLER_CANCEL)
		has ^= CERTIFY_NEEDS_CANCEL | CERTIFY_NEEDS_NO_CANCEL;
	if (p->methods & BILLER_BY_POST)
		has ^= CERTIFY_NEEDS_POST | CERTIFY_NEEDS_GET_ALONE;
	if (p->txn_digits >= 19)
		has ^= CERTIFY_NEEDS_19 | CERTIFY_NEEDS_NO_19;
	if (p->check_sum_is_dummy)
		has |= CERTIFY_NEEDS_DUMMY_SUM;
	if (account.n == IIN_DIGITS && iin_valid(account.p))
		has |= CERTIFY_NEEDS_IIN;
	if (money_to_tiyn(plan->sum) % 100 == 0)
		has |= CERTIFY_NEEDS_WHOLE;
	return (c->needs & ~has) == 0;
}
