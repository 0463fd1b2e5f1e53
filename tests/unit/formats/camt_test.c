/* SPDX-License-Identifier: Apache-2.0 */
/* Statements of ISO 20022: what becomes of each entry, and what refuses a statement. */
#include "support/test.h"

#include "formats/camt.h"
#include "limits.h"

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

#define OPEN_053                                                                                   \
	"<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">\n<BkToCstmrStmt>"     \
	"<GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt>\n"
#define CLOSE_053 "</Stmt></BkToCstmrStmt></Document>"
#define NTRY(amt, side, more, tx)                                                                  \
	"<Ntry><Amt Ccy=\"KZT\">" amt "</Amt><CdtDbtInd>" side "</CdtDbtInd>" more                 \
	"<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-22</Dt></BookgDt>\n<NtryDtls>" tx            \
	"</NtryDtls></Ntry>\n"
#define TX(key, more) "<TxDtls><Refs><EndToEndId>" key "</EndToEndId></Refs>" more "</TxDtls>"
#define TAX(iin)                                                                                   \
	"<RmtInf><Strd><TaxRmt><Dbtr><TaxId>" iin "</TaxId></Dbtr></TaxRmt></Strd></RmtInf>"
#define BAL(type, side, amt)                                                                       \
	"<Bal><Tp><CdOrPrtry><Cd>" type "</Cd></CdOrPrtry></Tp><Amt Ccy=\"KZT\">" amt              \
	"</Amt><CdtDbtInd>" side "</CdtDbtInd></Bal>\n"

/* Rows as "txn sum time flags/" with T taken, N without a name, R reversal; then what is other. */
static const char *read(const char *text)
{
	const struct biller_profile *p = biller_profile_find(STR_LIT("halyk"));
	struct buf b = buf_new(cx.arena, 1 << 16);
	struct biller_register r;
	enum encoding encoding;
	struct str utf8;
	enum st st = encoding_read(&cx, str_of(text), 8 << 20, &encoding, &utf8);

	if (st == OK)
		st = camt_parse(&cx, p, &(struct biller_input){utf8, encoding, NULL, NULL}, &r);
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

static const struct {
	const char *text, *want;
} cases[] = {
	{OPEN_053 CLOSE_053, ""},
	{OPEN_053 NTRY("4250.00", "CRDT", "", TX("17", "")) CLOSE_053,
		"17 4250.00 20261122000000 TN/"},
	{OPEN_053 NTRY("4250.00", "CRDT", "", TX("17", TAX("900315399911"))) CLOSE_053,
		"17 4250.00 20261122000000 T/"},
	{OPEN_053 NTRY("4250.00", "CRDT", "", TX("17", TAX("900315399911") TAX("190140000007")))
			CLOSE_053,
		"17 4250.00 20261122000000 TN/"},
	/* The moment at which the bank took it, in Astana. */
	{OPEN_053 NTRY("1", "CRDT", "",
		 TX("7", "<RltdDts><AccptncDtTm>2026-11-21T23:59:59</AccptncDtTm></RltdDts>"))
			CLOSE_053,
		"7 1.00 20261121235959 TN/"},
	{OPEN_053 NTRY("1", "CRDT", "",
		 TX("7", "<RltdDts><AccptncDtTm>2026-11-21T19:00:01Z</AccptncDtTm></RltdDts>"))
			CLOSE_053,
		"7 1.00 20261122000001 TN/"},
	/* Several transactions of one entry. */
	{OPEN_053 NTRY("30.00", "CRDT", "",
		 TX("1", "<Amt Ccy=\"KZT\">10</Amt>") TX("2", "<Amt Ccy=\"KZT\">20.00</Amt>"))
			CLOSE_053,
		"1 10.00 20261122000000 TN/2 20.00 20261122000000 TN/"},
	/* What is no payment of the channel. */
	{OPEN_053 NTRY("5", "CRDT", "", TX("NOTPROVIDED", "")) CLOSE_053, "other 1 5.00"},
	{OPEN_053 NTRY("5", "CRDT", "", TX("123456789012345678901", "")) CLOSE_053, "other 1 5.00"},
	{OPEN_053 NTRY("5", "DBIT", "", TX("1", "")) CLOSE_053, "other 1 5.00"},
	{OPEN_053 NTRY("5", "CRDT", "", "") CLOSE_053, "other 1 5.00"},
	{OPEN_053 NTRY("5", "CRDT", "", TX("1", "<Purp><Prtry>010</Prtry></Purp>")) CLOSE_053,
		"other 1 5.00"},
	{OPEN_053 NTRY("5", "CRDT", "", TX("1", "<Purp><Prtry>122</Prtry></Purp>")) CLOSE_053,
		"1 5.00 20261122000000 TN/"},
	/* Taken back: alone, and with its payment in the same statement. */
	{OPEN_053 NTRY("5", "DBIT", "<RvslInd>true</RvslInd>", TX("1", "")) CLOSE_053,
		"1 5.00 20261122000000 NR/"},
	{OPEN_053 NTRY("5", "CRDT", "", TX("1", ""))
			NTRY("5", "DBIT", "<RvslInd>true</RvslInd>", TX("1", "")) CLOSE_053,
		"1 5.00 20261122000000 N/"},
	/* Its own account, and one of the National Bank. */
	{OPEN_053 "<Acct><Id><IBAN>KZ456010000000000001</IBAN></Id><Svcr><FinInstnId>"
		  "<BICFI>NBRKKZKX</BICFI></FinInstnId></Svcr></Acct>" CLOSE_053,
		""},
	/* Balances. */
	{OPEN_053 BAL("OPBD", "DBIT", "2") BAL("CLBD", "CRDT", "3")
			NTRY("5", "CRDT", "", TX("1", "")) CLOSE_053,
		"1 5.00 20261122000000 TN/"},
	{OPEN_053 BAL("OPBD", "CRDT", "2") BAL("CLBD", "CRDT", "3")
			NTRY("5", "CRDT", "", TX("1", "")) CLOSE_053,
		"TOTAL_DIFFERS 7 Bal/Amt"},
	/* Elements of others, such as the header beside a document. */
	{"<Msg><AppHdr><Fr/></AppHdr>" OPEN_053 NTRY("5", "CRDT", "",
		 TX("1", "<x:Amt xmlns:x=\"urn:x\" Ccy=\"USD\">7</x:Amt>")) CLOSE_053 "</Msg>",
		"1 5.00 20261122000000 TN/"},
	/* Comments, CDATA and prefixes are XML, too. */
	{OPEN_053 NTRY("5", "CRDT", "", TX("<!-- 9 -->1<![CDATA[7]]>", "")) CLOSE_053,
		"17 5.00 20261122000000 TN/"},
};

static void test_rows(void **state)
{
	for (size_t i = 0; i < TEST_COUNT(cases); i++)
		assert_string_equal(read(cases[i].text), cases[i].want);
}

#define KEY "Ntry/NtryDtls/TxDtls/Refs/EndToEndId"
#define ONE(amt) OPEN_053 NTRY(amt, "CRDT", "", TX("1", "")) CLOSE_053
static const struct {
	const char *text, *want;
} bad[] = {
	{"", "FILE_EMPTY 0 "},
	{"<Document/>", "XML_MESSAGE 1 Document"},
	{"<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"/>",
		"XML_MESSAGE 1 Document"},
	{"<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\"/>",
		"XML_MESSAGE 1 Document"},
	{"<Doc xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"/>", "XML_MESSAGE 1 "},
	{"<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><X/></Document>",
		"XML_MESSAGE 1 Document/X"},
	{"<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;&b;\">]><a>&c;</a>",
		"XML_DTD 1 !DOCTYPE"},
	{"<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", "XML_DTD 1 !DOCTYPE"},
	{OPEN_053 "&lol;" CLOSE_053, "XML_SYNTAX 3 Document/BkToCstmrStmt/Stmt"},
	{OPEN_053 "<Ntry><Amt Ccy=\"KZT\">1", "FILE_TRUNCATED 3 Ntry/Amt"},
	{OPEN_053, "FILE_TRUNCATED 2 Document/BkToCstmrStmt/Stmt"},
	{OPEN_053 "</Ntry>" CLOSE_053, "XML_SYNTAX 3 Document/BkToCstmrStmt/Stmt"},
	{"<?xml version=\"1.0\"?>\n<Docu", "FILE_TRUNCATED 2 "},
	{OPEN_053 "</Stmt></BkToCstmrStmt>\n<BkToCstmrDbtCdtNtfctn/></Document>",
		"XML_MESSAGE 4 Document/BkToCstmrDbtCdtNtfctn"},
	{OPEN_053 "<Ntry><Amt Ccy=\"\">1</Amt></Ntry>" CLOSE_053, "CURRENCY 3 Ntry/Amt"},
	{OPEN_053 "<Ntry><Amt Ccy=\"KZT\">1</Amt><CdtDbtInd>CRDT</CdtDbtInd>\n</Ntry>" CLOSE_053,
		"TAG_MISSING 4 Ntry/Sts/Cd"},
	{OPEN_053 "<Ntry><Amt Ccy=\"USD\">1</Amt></Ntry>" CLOSE_053, "CURRENCY 3 Ntry/Amt"},
	{ONE("1234567890123456789"), "MONEY_RANGE 3 Ntry/Amt"},
	{ONE("1,00"), "MONEY_FORMAT 3 Ntry/Amt"},
	{OPEN_053 "<Acct><Id><IBAN>KZ72722S000000000001</IBAN></Id></Acct>" CLOSE_053,
		"VALUE_UNKNOWN 3 Acct/Id/IBAN"},
	{OPEN_053 "<Acct><Svcr><FinInstnId><BICFI>CASPKZKAXXX</BICFI></FinInstnId></Svcr></"
		  "Acct>" CLOSE_053,
		"VALUE_UNKNOWN 3 Acct/Svcr/FinInstnId/BICFI"},
	{ONE("1 000"), "MONEY_FORMAT 3 Ntry/Amt"},
	{ONE("1.001"), "MONEY_FRACTION 3 Ntry/Amt"},
	{ONE("-1"), "MONEY_NEGATIVE 3 Ntry/Amt"},
	{ONE("0.00"), "MONEY_ZERO 4 Ntry/NtryDtls/TxDtls/Amt"},
	{ONE(""), "TAG_MISSING 3 Ntry/Amt"},
	{OPEN_053 NTRY("1", "credit", "", TX("1", "")) CLOSE_053, "TAG_VALUE 3 Ntry/CdtDbtInd"},
	{OPEN_053 NTRY("1", "CRDT", "<RvslInd>yes</RvslInd>", TX("1", "")) CLOSE_053,
		"TAG_VALUE 3 Ntry/RvslInd"},
	{OPEN_053 NTRY("1", "CRDT", "<CdtDbtInd>DBIT</CdtDbtInd>", TX("1", "")) CLOSE_053,
		"TAG_TWICE 3 Ntry/CdtDbtInd"},
	{OPEN_053 NTRY("3", "CRDT", "", TX("1", "<Amt Ccy=\"KZT\">1</Amt>")) CLOSE_053,
		"TOTAL_DIFFERS 3 Ntry/Amt"},
	{OPEN_053 NTRY("1", "CRDT", "", TX("1", "")) NTRY("1", "CRDT", "", TX("1", "")) CLOSE_053,
		"VALUE_TWICE 6 " KEY},
	{OPEN_053 NTRY("1", "CRDT", "", TX("1", TAX("900315399912"))) CLOSE_053,
		"IIN_CHECKSUM 4 Ntry/NtryDtls/TxDtls/RmtInf/Strd/TaxRmt/Dbtr/Ta"},
	{"<?xml version=\"1.0\" encoding=\"UTF-8\"?>" OPEN_053
	 "<Nm>\xc0\xf1\xe0\xed</Nm>" CLOSE_053,
		"TEXT_ENCODING 1 ?xml"},
};

static void test_refused(void **state)
{
	for (size_t i = 0; i < TEST_COUNT(bad); i++)
		assert_string_equal(read(bad[i].text), bad[i].want);
}

static void test_encodings(void **state)
{
	const char *legacy =
		"<?xml version=\"1.0\" encoding=\"windows-1251\"?>" OPEN_053
		"<Nm>\xc0\xf1\xe0\xed</Nm>" NTRY("5", "CRDT", "", TX("1", "")) CLOSE_053;
	const char *marked = "\xef\xbb\xbf" OPEN_053 NTRY("5", "CRDT", "", TX("1", "")) CLOSE_053;

	assert_string_equal(read(legacy), "1 5.00 20261122000000 TN/");
	assert_string_equal(read(marked), "1 5.00 20261122000000 TN/");
}

static void test_notice(void **state)
{
	assert_string_equal(
		read("<n:Document xmlns:n=\"urn:iso:std:iso:20022:tech:xsd:camt.054.001.08\">"
		     "<n:BkToCstmrDbtCdtNtfctn><n:Ntfctn><n:Ntry><n:Amt Ccy=\"KZT\">5</n:Amt>"
		     "<n:CdtDbtInd>CRDT</n:CdtDbtInd><n:Sts><n:Cd>PDNG</n:Cd></n:Sts><n:BookgDt>"
		     "<n:Dt>2026-11-22</n:Dt></n:BookgDt><n:NtryDtls><n:TxDtls><n:Refs>"
		     "<n:EndToEndId>8</n:EndToEndId></n:Refs></n:TxDtls></n:NtryDtls></n:Ntry>"
		     "</n:Ntfctn></n:BkToCstmrDbtCdtNtfctn></n:Document>"),
		"8 5.00 20261122000000 N/");
}

static void test_limits(void **state)
{
	struct buf deep = buf_new(cx.arena, 1 << 16), wide = buf_new(cx.arena, 1 << 16);

	buf_z(&deep, OPEN_053);
	for (int i = 0; i < 100; i++)
		buf_z(&deep, "<a>");
	buf_char(&deep, '\0');
	assert_non_null(strstr(read(deep.p), "XML_SYNTAX"));
	buf_z(&wide, OPEN_053 "<Ntry><Amt Ccy=\"KZT\">");
	for (int i = 0; i < 1000; i++)
		buf_char(&wide, '1');
	buf_z(&wide, "</Amt></Ntry>" CLOSE_053);
	buf_char(&wide, '\0');
	assert_string_equal(read(wide.p), "VALUE_TOO_LONG 3 Ntry/Amt");
}

/* The library keeps 16 bits of an element's line. */
static void test_far_line(void **state)
{
	struct buf b = buf_new(cx.arena, 1 << 20);

	buf_z(&b, OPEN_053);
	for (int i = 0; i < 70000; i++)
		buf_char(&b, '\n');
	buf_z(&b, "<Ntry><Amt Ccy=\"KZT\">x</Amt><CdtDbtInd>CRDT</CdtDbtInd>"
		  "<Sts><Cd>BOOK</Cd></Sts></Ntry>" CLOSE_053);
	buf_char(&b, '\0');
	assert_string_equal(read(b.p), "MONEY_FORMAT 70003 Ntry/Amt");
}

static void note_passed(void *arg, const char *upto)
{
	const char **passed = arg;

	assert_true(upto > *passed);
	*passed = upto;
}

/* What was read may be given back, to the end of the text, long before it is reached. */
static void test_passed(void **state)
{
	struct buf b = buf_new(cx.arena, 1 << 20);
	struct biller_input in = {.encoding = ENCODING_UTF8, .passed = note_passed};
	struct biller_register r;
	const char *passed;

	buf_z(&b, OPEN_053);
	for (int i = 0; i < 3000; i++)
		buf_fmt(&b, NTRY("5", "CRDT", "", TX("%d", "")), i + 1);
	buf_z(&b, CLOSE_053);
	in.text = buf_view(&b);
	in.passed_arg = &passed;
	passed = in.text.p;
	assert_int_equal(camt_parse(&cx, biller_profile_find(STR_LIT("halyk")), &in, &r), OK);
	assert_int_equal(r.count, 3000);
	assert_ptr_equal(passed, in.text.p + in.text.n);
	/* Refused at its start: what follows was not asked for. */
	*(char *)memmem(b.p, b.n, "053", 3) = '9';
	passed = in.text.p;
	assert_int_not_equal(camt_parse(&cx, biller_profile_find(STR_LIT("halyk")), &in, &r), OK);
	assert_true(passed < in.text.p + in.text.n);
	err_clear(&cx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_rows, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_encodings, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_notice, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_limits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_far_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_passed, set_up, tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
