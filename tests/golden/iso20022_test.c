/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every tests/golden/iso20022/NAME.xml is read and its outcome compared with NAME.txt. With
 * SAQTA_GOLDEN=write the outcomes are written anew; look at the difference before committing it.
 */
#include "support/test.h"

#include <dirent.h>

#include "formats/encoding.h"
#include "formats/iso20022.h"

static const struct iso_options options = {
	.first_month = {2018 * 12},
	.months_ahead = 36,
	.corporation = STR_LIT("KZ92009MEDS368609103"),
	.corporation_bin = STR_LIT("160440007161"),
	.fund = STR_LIT("KZ33125KZT1001313313"),
	.profile = &iso_profile_standard,
};

static const char *const kinds[ISO_KINDS] = {
	[ISO_ORDER] = "order", [ISO_TRANSFER] = "transfer", [ISO_RETURN] = "return"};

static const char *const weights[] = {
	[ISSUE_NOTE] = "note",
	[ISSUE_LINE] = "line",
	[ISSUE_FILE] = "file",
};

static struct str read_file(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rb");
	struct buf b = buf_new(a, 64 << 20);
	size_t n;

	if (!f)
		return (struct str){NULL, 0};
	do {
		char *to = buf_room(&b, 1 << 16);

		assert_non_null(to);
		n = fread(to, 1, 1 << 16, f);
		b.n += n;
	} while (n);
	fclose(f);
	return (struct str){b.p ? b.p : "", b.n};
}

static void put_error(struct buf *b, const struct err_slot *e)
{
	buf_fmt(b, "%s line %zu", err_info(e->code)->name, e->line);
	if (e->field[0])
		buf_fmt(b, " %s", e->field);
	if (e->detail[0])
		buf_fmt(b, " (%s)", e->detail);
	buf_char(b, '\n');
}

static void put_line(struct buf *b, const struct iso_file *file, const struct iso_doc *d,
	const struct iso_line *l)
{
	buf_fmt(b, "  line %u ", l->line);
	buf_str(b, l->problem ? l->given : iin_digits(&l->iin));
	buf_char(b, ' ');
	if (l->month.n != MONTH_NEVER.n)
		month_put(b, l->month);
	buf_char(b, ' ');
	if (l->has_knp)
		buf_i64(b, knp_number((enum knp)l->knp));
	buf_char(b, ' ');
	money_put_plain(b, l->sum);
	buf_z(b, " on ");
	if (l->day.n != DAY_NEVER.n)
		day_put(b, l->day);
	buf_fmt(b, " key %.*s payer ", STR(l->key));
	if (l->has_payer)
		buf_str(b, iin_digits(&l->payer));
	buf_z(b, l->payer_is_bank ? " bank" : "");
	if (l->reason.n)
		buf_fmt(b, " reason %.*s", STR(l->reason));
	if (l->problem)
		buf_fmt(b, " - %s %s\n%.*s", err_info((enum err)l->problem)->name,
			iso_field(file, d, l->field), STR(l->source));
	else
		buf_char(b, '\n');
}

static void put_doc(struct buf *b, const struct iso_file *file, const struct iso_doc *d)
{
	buf_fmt(b, "%s line %zu, %.*s from %.*s, ", kinds[d->kind], d->line, STR(d->id),
		STR(d->sender));
	money_put_plain(b, d->total);
	buf_char(b, '\n');
	for (size_t i = 0; i < d->count; i++)
		put_line(b, file, d, &d->lines[i]);
}

static void put_outcome(struct ctx *cx, struct str bytes, struct buf *b)
{
	struct iso_options o = options;
	struct iso_file file = {.issues = issues_new(cx->arena)};
	enum encoding encoding;
	struct str text;
	enum st st;

	o.today = day_of(2026, 11, 22);
	st = encoding_read(cx, bytes, 1 << 26, &encoding, &text);
	if (st == OK)
		st = iso_parse(cx, text, encoding, &o, &file);
	if (st != OK) {
		buf_z(b, "refused: ");
		put_error(b, &cx->err);
	} else {
		buf_fmt(b, "%s, %zu documents, %zu lines, %zu bad\n", encoding_name(encoding),
			file.doc_count, file.line_count, file.bad_count);
		for (size_t i = 0; i < file.doc_count; i++)
			put_doc(b, &file, &file.docs[i]);
	}
	for (size_t i = 0; i < file.issues.count; i++) {
		buf_fmt(b, "%s: ", weights[file.issues.items[i].weight]);
		put_error(b, &file.issues.items[i].err);
	}
	if (st == OK)
		buf_z(b, file.issues.total[ISSUE_FILE] ? "refused\n" : "taken\n");
}

static void write_file(const char *path, struct str s)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(s.p, 1, s.n, f), s.n);
	assert_int_equal(fclose(f), 0);
}

static bool is_as_before(const char *name, bool write)
{
	struct arena *arena = arena_new(256 << 20);
	struct ctx cx = {.arena = arena, .clock = clock_system()};
	struct buf got = buf_new(arena, 1 << 20), in = buf_new(arena, 4096),
		   out = buf_new(arena, 4096);
	struct str want;
	bool same;

	buf_fmt(&in, "%s/%s%c", GOLDEN_DIR, name, 0);
	buf_fmt(&out, "%s/%.*s.txt%c", GOLDEN_DIR, (int)strlen(name) - 4, name, 0);
	put_outcome(&cx, read_file(arena, in.p), &got);
	if (write)
		write_file(out.p, buf_view(&got));
	want = read_file(arena, out.p);
	same = str_eq(buf_view(&got), want);
	if (!same)
		print_error(
			"%s\n--- got\n%.*s--- want\n%.*s", name, STR(buf_view(&got)), STR(want));
	arena_free(arena);
	return same;
}

static void test_files(void **state)
{
	struct dirent **names;
	int n = scandir(GOLDEN_DIR, &names, NULL, alphasort), files = 0;
	const char *mode = getenv("SAQTA_GOLDEN");
	bool good = true;

	assert_true(n > 0);
	for (int i = 0; i < n; free(names[i++])) {
		size_t length = strlen(names[i]->d_name);

		if (length < 4 || strcmp(names[i]->d_name + length - 4, ".xml") != 0)
			continue;
		good = is_as_before(names[i]->d_name, mode && strcmp(mode, "write") == 0) && good;
		files++;
	}
	free(names);
	assert_true(files >= 80);
	assert_true(good);
}

/* What has more faults than are listed is not read to its end. */
static void test_many_faults(void **state)
{
	struct arena *arena = arena_new(256 << 20);
	struct ctx cx = {.arena = arena, .clock = clock_system()};
	struct buf b = buf_new(arena, 16 << 20);
	struct iso_options o = options;
	struct iso_file file;

	o.today = day_of(2026, 11, 22);
	buf_z(&b, "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pacs.008.001.10\">"
		  "<FIToFICstmrCdtTrf><GrpHdr><MsgId>1</MsgId><NbOfTxs>5000</NbOfTxs></GrpHdr>");
	for (int i = 0; i < 5000; i++)
		buf_z(&b, "<CdtTrfTxInf><IntrBkSttlmAmt Ccy=\"USD\">1.00</IntrBkSttlmAmt>"
			  "<RmtInf><Ustrd>a text that makes it as long as others</Ustrd></RmtInf>"
			  "</CdtTrfTxInf>\n");
	assert_int_equal(iso_parse(&cx, buf_view(&b), ENCODING_UTF8, &o, &file), E_INPUT);
	assert_int_equal(cx.err.code, ERR_CURRENCY);
	assert_true(file.line_count < 1100);
	arena_free(arena);
}

/* Where the facts stand is data. */
static void test_profile(void **state)
{
	static const char text[] =
		"person: UltmtDbtr/Id/PrvtId/Othr/Id\nperiod: RmtInf/Ustrd\nyear:\nmonth:\n";
	static const char message[] =
		"<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pacs.008.001.10\">"
		"<FIToFICstmrCdtTrf><GrpHdr><MsgId>1</MsgId><NbOfTxs>1</NbOfTxs>"
		"<IntrBkSttlmDt>2026-01-10</IntrBkSttlmDt></GrpHdr><CdtTrfTxInf><PmtId>"
		"<EndToEndId>E1</EndToEndId></PmtId>"
		"<IntrBkSttlmAmt Ccy=\"KZT\">4250</IntrBkSttlmAmt><UltmtDbtr><Id><PrvtId><Othr>"
		"<Id>900101300007</Id></Othr></PrvtId></Id></UltmtDbtr><CdtrAcct><Id>"
		"<IBAN>KZ92009MEDS368609103</IBAN></Id></CdtrAcct><Purp><Prtry>122</Prtry></Purp>"
		"<RmtInf><Ustrd>122025</Ustrd></RmtInf></CdtTrfTxInf></FIToFICstmrCdtTrf></"
		"Document>";
	static const struct {
		const char *text;
		enum err code;
		size_t line;
	} bad[] = {
		{"knp: [a]", ERR_VALUE_UNKNOWN, 1},
		{"knp: A\nyear: a/../b", ERR_VALUE_UNKNOWN, 2},
		{"knp: //a", ERR_VALUE_UNKNOWN, 1},
		{"iin: a", ERR_FIELD_UNKNOWN, 1},
		{"- a", ERR_YAML_SYNTAX, 1},
	};
	struct arena *arena = arena_new(256 << 20);
	struct ctx cx = {.arena = arena, .clock = clock_system()};
	struct iso_profile profile;
	struct iso_options o = options;
	struct iso_file file;

	o.today = day_of(2026, 11, 22);
	o.profile = &profile;
	assert_int_equal(iso_profile_read(&cx, "p.yaml", str_of(text), &profile), OK);
	assert_int_equal(iso_parse(&cx, str_of(message), ENCODING_UTF8, &o, &file), OK);
	assert_int_equal(file.issues.count, 0);
	assert_int_equal(file.line_count, 1);
	assert_str(iin_digits(&file.docs[0].lines[0].iin), STR_LIT("900101300007"));
	assert_str(iin_digits(&file.docs[0].lines[0].payer), STR_LIT("900101300007"));
	assert_int_equal(file.docs[0].lines[0].month.n, month_of(2025, 12).n);
	for (size_t i = 0; i < TEST_COUNT(bad); i++) {
		err_clear(&cx);
		assert_int_not_equal(
			iso_profile_read(&cx, "p.yaml", str_of(bad[i].text), &profile), OK);
		assert_int_equal(cx.err.code, bad[i].code);
		assert_int_equal(cx.err.line, bad[i].line);
	}
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_files),
		cmocka_unit_test(test_many_faults), cmocka_unit_test(test_profile)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
