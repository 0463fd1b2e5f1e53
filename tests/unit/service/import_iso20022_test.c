/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of ISO 20022: what they post, once, and what returns take back, in any order. */
#include "support/import_world.h"

#include "service/status.h"
#include "store/refund_reason.h"

#define DEC2025 month_of(2025, 12)

static const char first[] = "900101300007", second[] = "850515400002";

static struct str golden(struct world *w, const char *name)
{
	struct buf b = buf_new(w->f.cx.arena, 1 << 16);
	char path[512], bytes[4096];
	FILE *in;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s.xml", GOLDEN_DIR, name);
	in = fopen(path, "rb");
	assert_non_null(in);
	while ((n = fread(bytes, 1, sizeof(bytes), in)) > 0)
		buf_put(&b, bytes, n);
	fclose(in);
	return buf_view(&b);
}

static struct import_report take_golden(struct world *w, const char *name, enum err error)
{
	return take(w, golden(w, name), error);
}

/* The first `from` replaced. */
static struct str changed(struct world *w, struct str text, const char *from, const char *to)
{
	struct buf b = buf_new(w->f.cx.arena, 1 << 16);
	const char *at = memmem(text.p, text.n, from, strlen(from));

	assert_non_null(at);
	buf_put(&b, text.p, (size_t)(at - text.p));
	buf_z(&b, to);
	at += strlen(from);
	buf_put(&b, at, (size_t)(text.p + text.n - at));
	return buf_view(&b);
}

static struct facts facts_of(struct world *w, const char *digits)
{
	struct facts facts;
	struct iin iin;

	memcpy(iin.d, digits, IIN_DIGITS);
	assert_int_equal(facts_load(&w->f.cx, w->f.db, people_key(w->f.db, &iin), &facts), OK);
	return facts;
}

static bool is_paid(struct world *w, const char *digits, struct day known)
{
	struct status_question q = {
		.has_on = true, .on = day_of(2026, 5, 28), .has_known = true, .known = known};
	struct status_answer answer;

	memcpy(q.iin.d, digits, IIN_DIGITS);
	assert_int_equal(status_find(&w->call, &q, &answer), OK);
	for (size_t i = 0; i < answer.coverage.month_count; i++)
		if (answer.coverage.months[i].month.n == DEC2025.n)
			return answer.coverage.months[i].class == CLASS_PAID;
	return false;
}

static bool paid_now(struct world *w, const char *digits)
{
	return is_paid(w, digits, day_of(2026, 5, 28));
}

static void test_transfer(void **state)
{
	struct world w;

	world_start(&w);
	struct import_report r = take_golden(&w, "example", ERR_NONE);
	assert_int_equal(r.format, IMPORT_ISO20022);
	assert_int_equal(r.lines_new, 2);
	assert_int_equal(money_to_tiyn(r.sum), 815050);
	struct facts facts = facts_of(&w, first);
	assert_int_equal(facts.payment_count, 1);
	assert_int_equal(facts.payments[0].knp, KNP_CONTRIBUTION);
	assert_int_equal(facts.payments[0].payer_kind, PAYER_EMPLOYER);
	assert_int_equal(facts.payments[0].paid_on.n, day_of(2026, 1, 10).n);
	assert_true(paid_now(&w, first) && paid_now(&w, second));
	/* The same message again, in whichever encoding. */
	r = take_golden(&w, "example", ERR_NONE);
	assert_int_equal(r.documents_done, 1);
	assert_int_equal(take_golden(&w, "utf16le_bom", ERR_NONE).documents_done, 1);
	/* The same transactions in another message, and the order that they came from. */
	r = take(&w, changed(&w, golden(&w, "example"), "20260110-0001<", "20260110-0009<"),
		ERR_NONE);
	assert_int_equal(r.lines_new, 0);
	assert_int_equal(r.lines_repeated, 2);
	r = take_golden(&w, "order", ERR_NONE);
	assert_int_equal(r.lines_new, 0);
	assert_int_equal(r.lines_repeated, 2);
	/* The same message with other content. */
	take(&w, changed(&w, golden(&w, "no_total"), "MM12", "MM11"), ERR_LINE_CONFLICT);
	assert_int_equal(facts_of(&w, first).payment_count, 1);
	world_end(&w);
}

/* The same transaction with another sum is nobody's money: it waits for somebody who decides. */
static void test_other_sum(void **state)
{
	struct world w;
	struct str other;

	world_start(&w);
	take_golden(&w, "no_total", ERR_NONE);
	other = changed(&w, golden(&w, "no_total"), "20260110-0001<", "20260110-0002<");
	other = changed(&w, other, "4250.00", "4250.01");
	struct import_report r = take(&w, other, ERR_NONE);
	assert_int_equal(r.lines_new, 0);
	assert_int_equal(r.lines_repeated, 1);
	assert_int_equal(r.lines_suspense, 1);
	assert_int_equal(r.issues.items[0].err.code, ERR_LINE_CONFLICT);
	assert_int_equal(money_to_tiyn(facts_of(&w, first).payments[0].sum), 425000);
	world_end(&w);
}

static void test_bad_lines(void **state)
{
	static const struct {
		const char *name;
		enum err reason;
		const char *field;
	} rows[] = {
		{"iin_wrong_digit", ERR_IIN_CHECKSUM, "RmtInf/Strd/TaxRmt/Dbtr/TaxId"},
		{"iin_missing", ERR_TAG_MISSING, "RmtInf/Strd/TaxRmt/Dbtr/TaxId"},
		{"iin_is_bin", ERR_IIN_IS_BIN, "RmtInf/Strd/TaxRmt/Dbtr/TaxId"},
		{"two_persons", ERR_TAG_TWICE, "RmtInf/Strd/TaxRmt/Dbtr/TaxId"},
		{"two_periods", ERR_TAG_TWICE, "RmtInf/Strd/TaxRmt/Rcrd/Prd/Tp"},
		{"period_quarter", ERR_MONTH_FORMAT, "RmtInf/Strd/TaxRmt/Rcrd/Prd/Tp"},
		{"period_1999", ERR_MONTH_RANGE, "RmtInf/Strd/TaxRmt/Rcrd/Prd/Tp"},
		{"knp_010", ERR_KNP_UNKNOWN, "Purp/Prtry"},
		{"same_transaction_twice", ERR_VALUE_TWICE, "PmtId/EndToEndId"},
	};

	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct suspense_row *held;
		struct world w;
		size_t count;

		world_start(&w);
		struct import_report r = take_golden(&w, rows[i].name, ERR_NONE);
		assert_int_equal(r.lines_new, 1);
		assert_int_equal(r.lines_suspense, 1);
		assert_int_equal(money_to_tiyn(r.sum_suspense), 390050);
		assert_int_equal(suspense_list(&w.f.cx, w.f.db,
					 doc_key(STR_LIT("iso20022:HSBKKZKX"),
						 STR_LIT("HALYK-20260110-0001")),
					 10, &held, &count),
			OK);
		assert_int_equal(count, 1);
		assert_int_equal(held[0].reason, err_info(rows[i].reason)->number);
		assert_text(held[0].field, rows[i].field);
		assert_true(held[0].source.n > 0);
		world_end(&w);
	}
}

static void test_refused(void **state)
{
	static const struct {
		const char *name;
		enum err error;
	} rows[] = {
		{"sum_mismatch", ERR_TOTAL_DIFFERS},
		{"count_differs", ERR_COUNT_DIFFERS},
		{"currency_usd", ERR_CURRENCY},
		{"receiver_other", ERR_RECEIVER_UNKNOWN},
		{"day_in_future", ERR_DAY_RANGE},
		{"version_unknown", ERR_XML_MESSAGE},
		{"billion_laughs", ERR_XML_DTD},
		{"external_entity", ERR_XML_DTD},
		{"truncated", ERR_FILE_TRUNCATED},
		{"deep", ERR_XML_SYNTAX},
		{"bad_utf8", ERR_TEXT_ENCODING},
	};
	struct world w;

	world_start(&w);
	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct import_report r = take_golden(&w, rows[i].name, rows[i].error);

		assert_false(r.written);
		assert_int_equal(facts_of(&w, first).payment_count, 0);
	}
	world_end(&w);
}

/* What the person is told about December. */
static struct str reason_of(struct world *w, const char *digits)
{
	struct refund_reason *reasons;
	size_t count;
	struct iin iin;

	memcpy(iin.d, digits, IIN_DIGITS);
	assert_int_equal(refund_reasons(&w->f.cx, w->f.db, people_key(w->f.db, &iin), DEC2025,
				 &reasons, &count),
		OK);
	assert_int_equal(count, 1);
	return reasons[0].text;
}

/* Only the person who is named, also when the return does not say who had paid or which payment. */
static void test_return(void **state)
{
	static const char *const returns[] = {"return", "return_10", "return_without_payer",
		"return_without_reference", "return_reason_code"};

	for (size_t i = 0; i < TEST_COUNT(returns); i++) {
		for (int before = 0; before < 2; before++) {
			struct import_report r;
			struct world w;

			world_start(&w);
			if (!before)
				take_golden(&w, "example", ERR_NONE);
			r = take_golden(&w, returns[i], ERR_NONE);
			assert_int_equal(r.lines_new, !before);
			assert_int_equal(r.lines_suspense, before);
			if (before)
				assert_int_equal(take_golden(&w, "example", ERR_NONE).waited, 1);
			assert_false(paid_now(&w, second));
			assert_true(paid_now(&w, first));
			assert_true(is_paid(&w, second, day_of(2026, 1, 12)));
			assert_int_equal(take_golden(&w, returns[i], ERR_NONE).documents_done, 1);
			assert_int_equal(facts_of(&w, second).refund_count, 1);
			assert_text(reason_of(&w, second),
				i == 4 ? "AC04" : "[ИИН] не соответствует указанным Ф.И.О.");
			world_end(&w);
		}
	}
}

/* A return of more than was paid, and one of another transaction, take nothing. */
static void test_return_of_others(void **state)
{
	struct str more, other;
	struct import_report r;
	struct world w;

	world_start(&w);
	take_golden(&w, "example", ERR_NONE);
	more = changed(&w, golden(&w, "return"), ">3900.50</TtlRtrd", ">3900.51</TtlRtrd");
	more = changed(&w, more, ">3900.50</RtrdIntr", ">3900.51</RtrdIntr");
	r = take(&w, more, ERR_NONE);
	assert_int_equal(r.lines_suspense, 1);
	assert_int_equal(r.issues.items[0].err.code, ERR_REFUND_TOO_MUCH);
	other = changed(&w, golden(&w, "return"), "PAY-2026-0002", "PAY-2026-0777");
	other = changed(&w, other, "GCVP-00012345678", "GCVP-00012345679");
	r = take(&w, other, ERR_NONE);
	assert_int_equal(r.lines_suspense, 1);
	assert_int_equal(r.issues.items[0].err.code, ERR_REFUND_NO_PAYMENT);
	assert_true(paid_now(&w, second));
	world_end(&w);
}

/* A register of refunds may name a transaction by its EndToEndId. */
static void test_register_names_transaction(void **state)
{
	struct world w;

	world_start(&w);
	take_golden(&w, "example", ERR_NONE);
	struct import_report r = take(&w,
		STR_LIT("doc;line;iin;month;knp;sum;refunded_on\n"
			"PAY-2026-0002;1;850515400002;2025-12;122;3900.50;2026-02-01\n"),
		ERR_NONE);
	assert_int_equal(r.lines_new, 1);
	assert_false(paid_now(&w, second));
	world_end(&w);
}

static void test_who_pays(void **state)
{
	static const struct {
		const char *name;
		bool has_payer;
		enum payer_kind kind;
	} rows[] = {
		{"actual_payer", true, PAYER_EMPLOYER},
		{"citizen_at_bank", true, PAYER_INDEPENDENT},
		{"citizen_pays", true, PAYER_INDEPENDENT},
		{"to_fund", false, PAYER_EMPLOYER},
	};

	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct world w;

		world_start(&w);
		take_golden(&w, rows[i].name, ERR_NONE);
		struct facts facts = facts_of(&w, first);
		assert_int_equal(facts.payment_count, 1);
		assert_int_equal(facts.payments[0].has_payer, rows[i].has_payer);
		assert_int_equal(facts.payments[0].payer_kind, rows[i].kind);
		world_end(&w);
	}
}

/* More than one portion, one transaction of one person among them many times. */
static void test_many(void **state)
{
	enum { LINES = 12000 };
	struct world w;

	world_start(&w);
	struct buf b = buf_new(w.f.cx.arena, 16 << 20);
	buf_fmt(&b,
		"<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pacs.008.001.10\">"
		"<FIToFICstmrCdtTrf><GrpHdr><MsgId>M</MsgId><NbOfTxs>%d</NbOfTxs>"
		"<IntrBkSttlmDt>2026-01-10</IntrBkSttlmDt></GrpHdr>\n",
		LINES);
	for (int i = 0; i < LINES; i++) {
		struct iin iin = made_iin(i % 10 ? (unsigned)i : 0);

		buf_fmt(&b,
			"<CdtTrfTxInf><PmtId><EndToEndId>E%d</EndToEndId></PmtId>"
			"<IntrBkSttlmAmt Ccy=\"KZT\">10.00</IntrBkSttlmAmt><CdtrAcct><Id>"
			"<IBAN>KZ92009MEDS368609103</IBAN></Id></CdtrAcct><Purp>"
			"<Prtry>122</Prtry></Purp><RmtInf><Strd><TaxRmt><Dbtr><TaxId>%.*s</TaxId>"
			"</Dbtr><Rcrd><Prd><Yr>2025-01-01</Yr><Tp>MM12</Tp></Prd></Rcrd></TaxRmt>"
			"</Strd></RmtInf></CdtTrfTxInf>\n",
			i == 20 ? 0 : i, STR(iin_digits(&iin)));
	}
	buf_z(&b, "</FIToFICstmrCdtTrf></Document>");
	struct import_report r = take(&w, buf_view(&b), ERR_NONE);
	assert_int_equal(r.lines_new, LINES - 1);
	assert_int_equal(r.lines_suspense, 1);
	r = take(&w, buf_view(&b), ERR_NONE);
	assert_int_equal(r.documents_done, 1);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_transfer),
		cmocka_unit_test(test_other_sum),
		cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_return),
		cmocka_unit_test(test_return_of_others),
		cmocka_unit_test(test_register_names_transaction),
		cmocka_unit_test(test_who_pays),
		cmocka_unit_test(test_many),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
