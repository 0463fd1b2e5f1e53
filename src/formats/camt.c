/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/camt.h"

#include <libxml/xmlreader.h>
#include <limits.h>

#include "base/check.h"
#include "domain/kinds.h"
#include "limits.h"

enum { PATH_BYTES = LIMIT_XML_DEPTH * (LIMIT_XML_NAME_BYTES + 1) };

/* Values that are read; the paths start below Stmt or Ntfctn. */
enum leaf {
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
	struct str text; /* .p == NULL: it is not there */
	uint32_t line;
};

struct reading {
	struct ctx *cx;
	const struct biller_profile *p;
	struct biller_register *out;
	xmlTextReaderPtr xml;
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
	return r->values[k].text.p != NULL;
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
	for (size_t i = 0; i < v->text.n; i++)
		if (!strchr("0123456789.-", v->text.p[i]))
			return fail_in(r->cx, v->line, paths[k], MONEY_FORMAT, "%s", "");
	return placed(r, k, money_parse(r->cx, v->text, out));
}

static ST read_side(struct reading *r, enum leaf k, bool *credit)
{
	const struct value *v = &r->values[k];

	TRY(need(r, k));
	*credit = str_is(v->text, "CRDT");
	if (!*credit && !str_is(v->text, "DBIT"))
		return fail_in(r->cx, v->line, paths[k], TAG_VALUE, "%s", "CRDT, DBIT");
	return OK;
}

static ST read_reversed(struct reading *r, bool *out)
{
	const struct value *v = &r->values[REVERSED];

	*out = has(r, REVERSED) && (str_is(v->text, "true") || str_is(v->text, "1"));
	if (has(r, REVERSED) && !*out && !str_is(v->text, "false") && !str_is(v->text, "0"))
		return fail_in(r->cx, v->line, paths[REVERSED], TAG_VALUE, "%s", "true, false");
	return OK;
}

/* A moment with its zone is told in Astana; one without is Astana's already. */
static ST read_moment(struct reading *r, enum leaf k, struct biller_row *row)
{
	const struct value *v = &r->values[k];
	struct str s = v->text;
	bool zoned = s.n > 19 && (s.p[s.n - 1] == 'Z' || memchr(s.p + 19, '+', s.n - 19) ||
					 memchr(s.p + 19, '-', s.n - 19));
	struct instant at;
	int64_t second;
	struct buf b = buf_new(r->cx->arena, LIMIT_XML_VALUE_BYTES + 2);

	buf_str(&b, s);
	if (!zoned && s.n > 10)
		buf_char(&b, 'Z');
	TRY(placed(r, k, instant_parse(r->cx, buf_view(&b), &at)));
	if (zoned) {
		row->day = day_in_astana(at);
		second = (at.us - day_start(row->day).us) / 1000000;
	} else {
		TRY(placed(r, k, day_parse(r->cx, (struct str){s.p, 10}, &row->day)));
		second = s.n > 10 ? at.us / 1000000 - row->day.n * 86400LL : 0;
	}
	row->time = day_number(row->day) * 1000000 + second / 3600 * 10000 +
		    second / 60 % 60 * 100 + second % 60;
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
	struct str key = r->values[TX_KEY].text, purpose = r->values[TX_PURPOSE].text;
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
	return placed(r, TX_TAXPAYER, iin_parse(r->cx, r->values[TX_TAXPAYER].text, &row->iin));
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
	row.txn = r->values[TX_KEY].text;
	row.taken = credit && str_is(r->values[STATUS].text, "BOOK");
	row.reversal = !credit && str_is(r->values[STATUS].text, "BOOK");
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
	if (!str_is(r->values[STATUS].text, "BOOK"))
		return OK;
	if (credit ? !money_add(r->booked, sum, &r->booked)
		   : !money_sub(r->booked, sum, &r->booked))
		return fail_in(r->cx, r->line, paths[AMT], MONEY_RANGE, "%s", "");
	return OK;
}

static ST end_balance(struct reading *r)
{
	struct str type = r->values[BAL_TYPE].text;
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
		r->values[k] = (struct value){0};
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
	if (v->text.p && k == TX_TAXPAYER) {
		r->many_taxpayers = r->many_taxpayers || !str_eq(v->text, text);
		return OK;
	}
	if (v->text.p)
		return fail_in(r->cx, r->line, paths[k], TAG_TWICE, "%s", "");
	if (!text.n)
		return fail_in(r->cx, r->line, paths[k], TAG_MISSING, "%s", "");
	*v = (struct value){str_copy(r->cx->arena, text), r->line};
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
static ST check_encoding(struct ctx *cx, struct camt_input in)
{
	struct str head = {in.text.p, in.text.n < 200 ? in.text.n : 200};
	struct str declaration = str_cut(&head, '>');
	static const char *const names[] = {"windows-1251", "WINDOWS-1251", "Windows-1251",
		"cp1251", "CP1251", "RK1048", "KZ-1048"};

	if (in.encoding != ENCODING_RK1048)
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

ST camt_parse(struct ctx *cx, const struct biller_profile *p, struct camt_input in,
	struct biller_register *out)
{
	struct reading *r = ARENA_NEW(cx->arena, struct reading);
	struct str text;
	enum st st;

	*out = BILLER_REGISTER_EMPTY;
	if (in.text.n > LIMIT_CAMT_BYTES)
		return fail(cx, FILE_TOO_BIG, "%d", LIMIT_CAMT_BYTES);
	TRY(check_encoding(cx, in));
	text = str_trim(in.text);
	if (memmem(text.p, text.n, "<!DOCTYPE", 9) || memmem(text.p, text.n, "<!ENTITY", 8))
		return fail_in(cx, 1, "!DOCTYPE", XML_DTD, "%s", "");
	must(text.n <= INT_MAX);
	*r = (struct reading){.cx = cx, .p = p, .out = out, .line = 1};
	r->cut_off = text.n < 9 || memcmp(text.p + text.n - 9, "Document>", 9) != 0;
	/* The text is UTF-8 whatever its declaration says. */
	r->xml = xmlReaderForMemory(
		text.p, (int)text.n, NULL, "UTF-8", XML_PARSE_NONET | XML_PARSE_BIG_LINES);
	if (!r->xml)
		return fail_in(cx, 1, "", XML_SYNTAX, "%s", "");
	xmlTextReaderSetStructuredErrorHandler(r->xml, on_error, r);
	st = read_all(r);
	xmlFreeTextReader(r->xml);
	return st;
}
