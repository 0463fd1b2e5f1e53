/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/camt.h"

#include <libxml/xmlreader.h>

#include "base/check.h"
#include "domain/kinds.h"
#include "limits.h"

enum { PATH_BYTES = LIMIT_XML_DEPTH * (LIMIT_XML_NAME_BYTES + 1), PASSED_BYTES = 4 << 20 };

/* Values that are read; the paths start below Stmt or Ntfctn. */
enum leaf {
	BANK_BIC,
	BANK_IBAN,
	BAL_TYPE,
	BAL_AMT,
	BAL_SIDE,
	AMT,
	SIDE,
	REVERSED,
	STATUS,
	BOOKED_DAY,
	BOOKED_TIME,
	VALUE_DAY,
	VALUE_TIME,
	TX_KEY,
	TX_AMT,
	TX_SIDE,
	TX_ACCEPTED,
	TX_TIME,
	TX_PURPOSE,
	TX_TAXPAYER,
	LEAVES
};

#define TX "Ntry/NtryDtls/TxDtls"
static const char *const paths[LEAVES] = {
	[BANK_BIC] = "Acct/Svcr/FinInstnId/BICFI",
	[BANK_IBAN] = "Acct/Id/IBAN",
	[BAL_TYPE] = "Bal/Tp/CdOrPrtry/Cd",
	[BAL_AMT] = "Bal/Amt",
	[BAL_SIDE] = "Bal/CdtDbtInd",
	[AMT] = "Ntry/Amt",
	[SIDE] = "Ntry/CdtDbtInd",
	[REVERSED] = "Ntry/RvslInd",
	[STATUS] = "Ntry/Sts/Cd",
	[BOOKED_DAY] = "Ntry/BookgDt/Dt",
	[BOOKED_TIME] = "Ntry/BookgDt/DtTm",
	[VALUE_DAY] = "Ntry/ValDt/Dt",
	[VALUE_TIME] = "Ntry/ValDt/DtTm",
	[TX_KEY] = TX "/Refs/EndToEndId",
	[TX_AMT] = TX "/Amt",
	[TX_SIDE] = TX "/CdtDbtInd",
	[TX_ACCEPTED] = TX "/RltdDts/AccptncDtTm",
	[TX_TIME] = TX "/RltdDts/TxDtTm",
	[TX_PURPOSE] = TX "/Purp/Prtry",
	[TX_TAXPAYER] = TX "/RmtInf/Strd/TaxRmt/Dbtr/TaxId",
};

struct value {
	size_t n; /* 0: it is not there */
	uint32_t line;
	char text[LIMIT_XML_VALUE_BYTES];
};

struct reading {
	struct ctx *cx;
	const struct biller_profile *p;
	struct biller_register *out;
	xmlTextReaderPtr xml;
	const struct biller_input *in;
	struct str rest; /* that the library has not asked for yet */
	const char *passed_to;
	char path[PATH_BYTES + 1];
	size_t path_n;
	size_t root_n; /* bytes of "Document/BkToCstmrStmt/Stmt/" */
	size_t lengths[LIMIT_XML_DEPTH];
	unsigned depth;
	uint32_t line;
	bool other_currency;
	char text[LIMIT_XML_VALUE_BYTES];
	size_t text_n;
	struct value values[LEAVES];
	bool many_taxpayers;
	size_t details; /* of this entry */
	struct money detail_sum;
	bool has_opening, has_closing;
	struct money opening, closing, booked;
	bool broken;  /* the library says so */
	bool cut_off; /* the text does not end as a document does */
	uint32_t broken_line;
};

static const char *path_of(struct reading *r)
{
	size_t from = r->path_n > r->root_n ? r->root_n : 0;

	/* The field of an error has room for the end of a path, which says more than its start. */
	while (r->path_n - from >= sizeof(r->cx->err.field))
		from++;
	return r->path + from;
}

bool camt_sniff(struct str text)
{
	struct str s = str_trim(text);

	return s.n > 0 && s.p[0] == '<';
}

/* ---- Values ---------------------------------------------------------------------------------- */

static bool has(const struct reading *r, enum leaf k)
{
	return r->values[k].n > 0;
}

static struct str text_of(const struct reading *r, enum leaf k)
{
	return (struct str){r->values[k].text, r->values[k].n};
}

static ST need(struct reading *r, enum leaf k)
{
	return has(r, k) ? OK : fail_in(r->cx, r->line, paths[k], TAG_MISSING, "%s", "");
}

/* The error that a parser of values left, with its place. */
static ST placed(struct reading *r, enum leaf k, enum st st)
{
	if (st != OK) {
		r->cx->err.line = r->values[k].line;
		err_set_field(&r->cx->err, paths[k]);
	}
	return st;
}

/* A decimal of XML: no comma, no spaces. */
static ST read_money(struct reading *r, enum leaf k, struct money *out)
{
	const struct value *v = &r->values[k];

	TRY(need(r, k));
	for (size_t i = 0; i < v->n; i++)
		if (!strchr("0123456789.-", v->text[i]))
			return fail_in(r->cx, v->line, paths[k], MONEY_FORMAT, "%s", "");
	return placed(r, k, money_parse(r->cx, text_of(r, k), out));
}

static ST read_side(struct reading *r, enum leaf k, bool *credit)
{
	const struct value *v = &r->values[k];

	TRY(need(r, k));
	*credit = str_is(text_of(r, k), "CRDT");
	if (!*credit && !str_is(text_of(r, k), "DBIT"))
		return fail_in(r->cx, v->line, paths[k], TAG_VALUE, "%s", "CRDT, DBIT");
	return OK;
}

static ST read_reversed(struct reading *r, bool *out)
{
	struct str said = text_of(r, REVERSED);

	*out = str_is(said, "true") || str_is(said, "1");
	if (said.n && !*out && !str_is(said, "false") && !str_is(said, "0"))
		return fail_in(r->cx, r->values[REVERSED].line, paths[REVERSED], TAG_VALUE, "%s",
			"true, false");
	return OK;
}

/* A moment with its zone is told in Astana; one without is Astana's already. */
static ST read_moment(struct reading *r, enum leaf k, struct biller_row *row)
{
	struct str s = text_of(r, k);
	bool zoned = s.n > 19 && (s.p[s.n - 1] == 'Z' || memchr(s.p + 19, '+', s.n - 19) ||
					 memchr(s.p + 19, '-', s.n - 19));
	char utc[LIMIT_XML_VALUE_BYTES + 1];
	struct instant at;
	struct day day;
	int64_t second;

	memcpy(utc, s.p, s.n);
	if (!zoned && s.n > 10)
		utc[s.n++] = 'Z';
	TRY(placed(r, k, instant_parse(r->cx, (struct str){utc, s.n}, &at)));
	if (zoned) {
		day = day_in_astana(at);
		second = (at.us - day_start(day).us) / 1000000;
	} else {
		TRY(placed(r, k, day_parse(r->cx, (struct str){utc, 10}, &day)));
		second = s.n > 10 ? at.us / 1000000 - day.n * 86400LL : 0;
	}
	row->time = day_number(day) * 1000000 + second / 3600 * 10000 + second / 60 % 60 * 100 +
		    second % 60;
	return OK;
}

static ST read_day(struct reading *r, struct biller_row *row)
{
	static const enum leaf order[] = {
		TX_ACCEPTED, TX_TIME, BOOKED_TIME, BOOKED_DAY, VALUE_TIME, VALUE_DAY};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (has(r, order[i]))
			return read_moment(r, order[i], row);
	return need(r, BOOKED_DAY);
}

/* ---- Entries --------------------------------------------------------------------------------- */

/* Is the transaction one of the channel: its key a number of the bank, its KNP one of ours? */
static bool is_ours(const struct reading *r)
{
	struct str key = text_of(r, TX_KEY), purpose = text_of(r, TX_PURPOSE);
	uint64_t knp;
	enum knp known;

	for (size_t i = 0; i < key.n; i++)
		if (key.p[i] < '0' || key.p[i] > '9')
			return false;
	if (key.n == 0 || key.n > r->p->txn_digits)
		return false;
	return !has(r, TX_PURPOSE) ||
	       (str_to_u64(purpose, 999, &knp) && knp_from_number((int64_t)knp, &known));
}

static ST count_other(struct reading *r, struct money sum)
{
	r->out->other_rows++;
	if (!money_add(r->out->other_sum, sum, &r->out->other_sum))
		return fail_in(r->cx, r->line, path_of(r), MONEY_RANGE, "%s", "");
	return OK;
}

static ST read_person(struct reading *r, struct biller_row *row)
{
	row->unnamed = !has(r, TX_TAXPAYER) || r->many_taxpayers;
	if (row->unnamed)
		return OK;
	return placed(r, TX_TAXPAYER, iin_parse(r->cx, text_of(r, TX_TAXPAYER), &row->iin));
}

/* The sum of a detail, or that of the entry which has only one. */
static ST add_detail(struct reading *r, bool entry_credit, bool *credit, struct money *sum)
{
	TRY(read_money(r, has(r, TX_AMT) ? TX_AMT : AMT, sum));
	*credit = entry_credit;
	if (has(r, TX_SIDE))
		TRY(read_side(r, TX_SIDE, credit));
	r->details++;
	if (*credit == entry_credit ? !money_add(r->detail_sum, *sum, &r->detail_sum)
				    : !money_sub(r->detail_sum, *sum, &r->detail_sum))
		return fail_in(r->cx, r->line, path_of(r), MONEY_RANGE, "%s", "");
	return OK;
}

static ST end_detail(struct reading *r)
{
	struct biller_row row = {.line = r->values[TX_KEY].line};
	bool entry_credit, credit, reversed;

	TRY(need(r, STATUS));
	TRY(read_side(r, SIDE, &entry_credit));
	TRY(read_reversed(r, &reversed));
	TRY(add_detail(r, entry_credit, &credit, &row.sum));
	if (!is_ours(r) || credit == reversed)
		return count_other(r, row.sum);
	if (money_is_zero(row.sum))
		return fail_in(r->cx, row.line, paths[TX_AMT], MONEY_ZERO, "%s", "");
	biller_row_set_txn(&row, text_of(r, TX_KEY));
	row.taken = credit && str_is(text_of(r, STATUS), "BOOK");
	row.reversal = !credit && str_is(text_of(r, STATUS), "BOOK");
	TRY(read_person(r, &row));
	TRY(read_day(r, &row));
	return biller_register_add(r->cx, r->out, &row);
}

static ST end_entry(struct reading *r)
{
	struct money sum;
	bool credit;

	TRY(read_money(r, AMT, &sum));
	TRY(read_side(r, SIDE, &credit));
	TRY(need(r, STATUS));
	if (r->details == 0)
		TRY(count_other(r, sum));
	else if (money_cmp(sum, r->detail_sum) != 0)
		return fail_in(r->cx, r->values[AMT].line, paths[AMT], TOTAL_DIFFERS, "%s", "");
	if (!str_is(text_of(r, STATUS), "BOOK"))
		return OK;
	if (credit ? !money_add(r->booked, sum, &r->booked)
		   : !money_sub(r->booked, sum, &r->booked))
		return fail_in(r->cx, r->line, paths[AMT], MONEY_RANGE, "%s", "");
	return OK;
}

static ST end_balance(struct reading *r)
{
	struct str type = text_of(r, BAL_TYPE);
	struct money sum;
	bool credit;

	TRY(read_money(r, BAL_AMT, &sum));
	TRY(read_side(r, BAL_SIDE, &credit));
	if (!credit && !money_sub(MONEY_ZERO, sum, &sum))
		return fail_in(r->cx, r->line, paths[BAL_AMT], MONEY_RANGE, "%s", "");
	if (str_is(type, "OPBD")) {
		r->has_opening = true;
		r->opening = sum;
	} else if (str_is(type, "CLBD")) {
		r->has_closing = true;
		r->closing = sum;
	}
	return OK;
}

static ST end_statement(struct reading *r)
{
	struct money sum;

	if (!r->has_opening || !r->has_closing)
		return OK;
	if (!money_add(r->opening, r->booked, &sum))
		return fail_in(r->cx, r->line, "Bal/Amt", MONEY_RANGE, "%s", "");
	if (money_cmp(sum, r->closing) != 0)
		return fail_in(r->cx, r->line, "Bal/Amt", TOTAL_DIFFERS, "%s", "OPBD, CLBD");
	return OK;
}

static void forget(struct reading *r, enum leaf from, enum leaf to)
{
	for (int k = (int)from; k < (int)to; k++)
		r->values[k].n = 0;
}

/* ---- Elements -------------------------------------------------------------------------------- */

/* The part of the path below the statement; empty above it. */
static struct str inside(const struct reading *r)
{
	return r->root_n && r->path_n > r->root_n
		       ? (struct str){r->path + r->root_n, r->path_n - r->root_n}
		       : (struct str){0};
}

static void begin_group(struct reading *r)
{
	struct str at = inside(r);

	if (str_is(at, "Acct"))
		forget(r, BANK_BIC, BAL_TYPE);
	if (str_is(at, "Bal"))
		forget(r, BAL_TYPE, AMT);
	if (str_is(at, "Ntry")) {
		forget(r, AMT, LEAVES);
		r->details = 0;
		r->detail_sum = MONEY_ZERO;
	}
	if (str_is(at, TX)) {
		forget(r, TX_KEY, LEAVES);
		r->many_taxpayers = false;
	}
}

static ST end_group(struct reading *r)
{
	struct str at = inside(r);

	if (r->root_n && r->path_n + 1 == r->root_n) {
		r->root_n = 0;
		return end_statement(r);
	}
	if (str_is(at, TX))
		return end_detail(r);
	if (str_is(at, "Ntry"))
		return end_entry(r);
	return str_is(at, "Bal") ? end_balance(r) : OK;
}

static ST keep_value(struct reading *r, enum leaf k)
{
	struct str text = str_trim((struct str){r->text, r->text_n});
	struct value *v = &r->values[k];

	if (r->other_currency)
		return fail_in(r->cx, r->line, paths[k], CURRENCY, "%s", "KZT");
	if (v->n && k == TX_TAXPAYER) {
		r->many_taxpayers = r->many_taxpayers || !str_eq(text_of(r, k), text);
		return OK;
	}
	if (v->n)
		return fail_in(r->cx, r->line, paths[k], TAG_TWICE, "%s", "");
	if (!text.n)
		return fail_in(r->cx, r->line, paths[k], TAG_MISSING, "%s", "");
	memcpy(v->text, text.p, text.n);
	v->n = text.n;
	v->line = r->line;
	if ((k == BANK_BIC || k == BANK_IBAN) && biller_is_other_bank(r->p, text))
		return fail_in(r->cx, r->line, paths[k], VALUE_UNKNOWN, "%.*s", STR(text));
	return OK;
}

static ST end_element(struct reading *r)
{
	struct str at = inside(r);

	for (int k = 0; at.n && k < LEAVES; k++)
		if (str_is(at, paths[k]))
			TRY(keep_value(r, (enum leaf)k));
	TRY(end_group(r));
	r->path_n = r->lengths[--r->depth];
	r->path[r->path_n] = '\0';
	r->text_n = 0;
	return OK;
}

/* Both messages, by their namespace and the elements that hold their statements. */
static const struct {
	const char *space, *path;
} messages[] = {
	{"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08", "Document/BkToCstmrStmt/Stmt"},
	{"urn:iso:std:iso:20022:tech:xsd:camt.054.001.08", "Document/BkToCstmrDbtCdtNtfctn/Ntfctn"},
};

static ST check_message(struct reading *r)
{
	struct str space = str_of((const char *)xmlTextReaderConstNamespaceUri(r->xml));

	/* Beside the statements: the header, and what banks may add. */
	if (r->depth > 3)
		return OK;
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		const char *path = messages[i].path;
		bool begins = strncmp(path, r->path, r->path_n) == 0;

		if (!str_is(space, messages[i].space))
			continue;
		if (begins && path[r->path_n] == '/')
			return OK;
		if (begins && path[r->path_n] == '\0') {
			r->root_n = r->path_n + 1;
			r->has_opening = r->has_closing = false;
			r->booked = MONEY_ZERO;
			return OK;
		}
	}
	if (r->depth == 3)
		return OK;
	return fail_in(r->cx, r->line, path_of(r), XML_MESSAGE, "%.*s",
		(int)(space.n < 60 ? space.n : 60), space.n ? space.p : "");
}

static void check_currency(struct reading *r)
{
	xmlChar *currency = xmlTextReaderGetAttribute(r->xml, (const xmlChar *)"Ccy");

	r->other_currency = currency && strcmp((const char *)currency, "KZT") != 0;
	xmlFree(currency);
}

static ST begin_element(struct reading *r)
{
	struct str name = str_of((const char *)xmlTextReaderConstLocalName(r->xml));

	if (r->depth == LIMIT_XML_DEPTH || name.n > LIMIT_XML_NAME_BYTES)
		return fail_in(r->cx, r->line, path_of(r), XML_SYNTAX, "%s", "depth, name");
	r->lengths[r->depth++] = r->path_n;
	if (r->path_n)
		r->path[r->path_n++] = '/';
	memcpy(r->path + r->path_n, name.p, name.n);
	r->path_n += name.n;
	r->path[r->path_n] = '\0';
	r->text_n = 0;
	if (!r->root_n)
		TRY(check_message(r));
	begin_group(r);
	check_currency(r);
	return xmlTextReaderIsEmptyElement(r->xml) ? end_element(r) : OK;
}

/* Only what may be a value; text between elements is forgotten when the next one begins. */
static ST add_text(struct reading *r)
{
	struct str more = str_of((const char *)xmlTextReaderConstValue(r->xml)), at = inside(r);

	for (int k = 0; at.n && k < LEAVES; k++) {
		if (!str_is(at, paths[k]))
			continue;
		if (more.n > sizeof(r->text) - r->text_n)
			return fail_in(r->cx, r->line, paths[k], VALUE_TOO_LONG, "%s", "");
		memcpy(r->text + r->text_n, more.p, more.n);
		r->text_n += more.n;
	}
	return OK;
}

static ST take_node(struct reading *r)
{
	xmlNodePtr node = xmlTextReaderCurrentNode(r->xml);
	long line = node ? xmlGetLineNo(node) : 0;

	if (line > (long)r->line)
		r->line = (uint32_t)line;
	switch (xmlTextReaderNodeType(r->xml)) {
	case XML_READER_TYPE_ELEMENT:
		return begin_element(r);
	case XML_READER_TYPE_END_ELEMENT:
		return end_element(r);
	case XML_READER_TYPE_TEXT:
	case XML_READER_TYPE_CDATA:
		return add_text(r);
	case XML_READER_TYPE_DOCUMENT_TYPE:
	case XML_READER_TYPE_ENTITY_REFERENCE:
		return fail_in(r->cx, r->line, path_of(r), XML_DTD, "%s", "");
	default:
		return OK;
	}
}

/* ---- The whole ------------------------------------------------------------------------------- */

/* The first complaint. Its words may hold text of the file: they are not told. */
static void on_error(void *arg, xmlErrorPtr e)
{
	struct reading *r = arg;

	if (r->broken)
		return;
	r->broken = true;
	r->broken_line = e->line > 0 ? (uint32_t)e->line : 0;
}

/* Bytes that are no UTF-8 must say what they are: then they are RK1048 or its Russian sister. */
static ST check_encoding(struct ctx *cx, const struct biller_input *in)
{
	struct str head = {in->text.p, in->text.n < 200 ? in->text.n : 200};
	struct str declaration = str_cut(&head, '>');
	static const char *const names[] = {"windows-1251", "WINDOWS-1251", "Windows-1251",
		"cp1251", "CP1251", "RK1048", "KZ-1048"};

	if (in->encoding != ENCODING_RK1048)
		return OK;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (memmem(declaration.p, declaration.n, names[i], strlen(names[i])))
			return OK;
	return fail_in(cx, 1, "?xml", TEXT_ENCODING, "%s", "");
}

static ST read_all(struct reading *r)
{
	int more;

	while ((more = xmlTextReaderRead(r->xml)) == 1)
		TRY(take_node(r));
	if (r->broken && r->cut_off)
		return fail_in(r->cx, r->broken_line, path_of(r), FILE_TRUNCATED, "%s", "");
	if (more < 0 || r->broken)
		return fail_in(r->cx, r->broken_line, path_of(r), XML_SYNTAX, "%s", "");
	return biller_register_close(r->cx, r->out, paths[TX_KEY]);
}

/* The library asks for the text piece by piece; what it has had, nobody needs again. */
static int give_text(void *arg, char *to, int room)
{
	struct reading *r = arg;
	size_t n = r->rest.n < (size_t)room ? r->rest.n : (size_t)room;

	memcpy(to, r->rest.p, n);
	r->rest.p += n;
	r->rest.n -= n;
	if (r->in->passed && (size_t)(r->rest.p - r->passed_to) >= PASSED_BYTES) {
		r->in->passed(r->in->passed_arg, r->rest.p);
		r->passed_to = r->rest.p;
	}
	return (int)n;
}

/* Is one of these words anywhere in the text? Looked for piece by piece, for the same reason. */
static bool has_document_type(const struct biller_input *in, struct str text)
{
	static const char *const words[] = {"<!DOCTYPE", "<!ENTITY"};
	const size_t over = strlen(words[0]);

	for (size_t at = 0; at < text.n; at += PASSED_BYTES) {
		size_t left = text.n - at;
		size_t n = left < PASSED_BYTES + over ? left : PASSED_BYTES + over;

		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (memmem(text.p + at, n, words[i], strlen(words[i])))
				return true;
		if (in->passed)
			in->passed(in->passed_arg, text.p + at);
	}
	return false;
}

ST camt_parse(struct ctx *cx, const struct biller_profile *p, const struct biller_input *in,
	struct biller_register *out)
{
	struct reading *r = ARENA_NEW(cx->arena, struct reading);
	struct str text = str_trim(in->text);
	enum st st;

	*out = biller_register_new(cx->arena);
	TRY(check_encoding(cx, in));
	if (has_document_type(in, text))
		return fail_in(cx, 1, "!DOCTYPE", XML_DTD, "%s", "");
	*r = (struct reading){.cx = cx,
		.p = p,
		.out = out,
		.in = in,
		.rest = text,
		.passed_to = text.p,
		.line = 1};
	r->cut_off = text.n < 9 || memcmp(text.p + text.n - 9, "Document>", 9) != 0;
	/* The text is UTF-8 whatever its declaration says. */
	r->xml = xmlReaderForIO(
		give_text, NULL, r, NULL, "UTF-8", XML_PARSE_NONET | XML_PARSE_BIG_LINES);
	if (!r->xml)
		return fail_in(cx, 1, "", XML_SYNTAX, "%s", "");
	xmlTextReaderSetStructuredErrorHandler(r->xml, on_error, r);
	st = read_all(r);
	xmlFreeTextReader(r->xml);
	return st;
}
