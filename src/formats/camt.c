/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/camt.h"

#include "domain/kinds.h"
#include "formats/xml.h"
#include "limits.h"

/* Values that are read, and what they stand in; the paths start below Stmt or Ntfctn. */
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
	LEAVES,
	STATEMENT = LEAVES,
	ACCOUNT,
	BALANCE,
	ENTRY,
	DETAIL,
	PATHS
};

#define TX "Ntry/NtryDtls/TxDtls"
static const char *const paths[PATHS] = {
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
	[STATEMENT] = "",
	[ACCOUNT] = "Acct",
	[BALANCE] = "Bal",
	[ENTRY] = "Ntry",
	[DETAIL] = TX,
};

/* Both messages, by their namespace and the elements that hold their statements. */
enum { MESSAGES = 2 };
static const struct {
	const char *space, *root;
} messages[MESSAGES] = {
	{"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08", "BkToCstmrStmt/Stmt"},
	{"urn:iso:std:iso:20022:tech:xsd:camt.054.001.08", "BkToCstmrDbtCdtNtfctn/Ntfctn"},
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
	const struct biller_input *in;
	struct xml_paths paths[MESSAGES];
	struct value values[LEAVES];
	bool many_taxpayers;
	size_t details; /* of this entry */
	struct money detail_sum;
	bool has_opening, has_closing;
	struct money opening, closing, booked;
};

bool camt_sniff(struct str text)
{
	return xml_sniff(text);
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

/* Without a line: that where the element ends in which it is missing. */
static ST need(struct reading *r, enum leaf k)
{
	return has(r, k) ? OK : fail_in(r->cx, 0, paths[k], TAG_MISSING, "%s", "");
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
		return fail(r->cx, MONEY_RANGE, "%s", "");
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
		return fail(r->cx, MONEY_RANGE, "%s", "");
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
		return fail_in(r->cx, 0, paths[AMT], MONEY_RANGE, "%s", "");
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
		return fail_in(r->cx, 0, paths[BAL_AMT], MONEY_RANGE, "%s", "");
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
		return fail_in(r->cx, 0, paths[BAL_AMT], MONEY_RANGE, "%s", "");
	if (money_cmp(sum, r->closing) != 0)
		return fail_in(r->cx, 0, paths[BAL_AMT], TOTAL_DIFFERS, "%s", "OPBD, CLBD");
	return OK;
}

static void forget(struct reading *r, enum leaf from, enum leaf to)
{
	for (int k = (int)from; k < (int)to; k++)
		r->values[k].n = 0;
}

/* ---- Elements -------------------------------------------------------------------------------- */

static const struct xml_paths *on_document(void *arg, struct str space, uint32_t line)
{
	struct reading *r = arg;

	for (size_t i = 0; i < MESSAGES; i++)
		if (str_is(space, messages[i].space))
			return &r->paths[i];
	return NULL;
}

static ST on_document_end(void *arg)
{
	return OK;
}

static ST on_open(void *arg, size_t path, uint32_t line)
{
	struct reading *r = arg;

	if (path == STATEMENT) {
		r->has_opening = r->has_closing = false;
		r->booked = MONEY_ZERO;
	} else if (path == ACCOUNT) {
		forget(r, BANK_BIC, BAL_TYPE);
	} else if (path == BALANCE) {
		forget(r, BAL_TYPE, AMT);
	} else if (path == ENTRY) {
		forget(r, AMT, LEAVES);
		r->details = 0;
		r->detail_sum = MONEY_ZERO;
	} else if (path == DETAIL) {
		forget(r, TX_KEY, LEAVES);
		r->many_taxpayers = false;
	}
	return OK;
}

static ST keep_value(struct reading *r, enum leaf k, const struct xml_value *said)
{
	struct str text = said->text;
	struct value *v = &r->values[k];

	if (said->currency.p && !str_is(said->currency, "KZT"))
		return fail_in(r->cx, said->line, paths[k], CURRENCY, "%s", "KZT");
	if (v->n && k == TX_TAXPAYER) {
		r->many_taxpayers = r->many_taxpayers || !str_eq(text_of(r, k), text);
		return OK;
	}
	if (v->n)
		return fail_in(r->cx, said->line, paths[k], TAG_TWICE, "%s", "");
	if (!text.n)
		return fail_in(r->cx, said->line, paths[k], TAG_MISSING, "%s", "");
	memcpy(v->text, text.p, text.n);
	v->n = text.n;
	v->line = said->line;
	if ((k == BANK_BIC || k == BANK_IBAN) && biller_is_other_bank(r->p, text))
		return fail_in(r->cx, said->line, paths[k], VALUE_UNKNOWN, "%.*s", STR(text));
	return OK;
}

static ST on_close(void *arg, size_t path, const struct xml_value *v)
{
	struct reading *r = arg;

	if (path < LEAVES)
		return keep_value(r, (enum leaf)path, v);
	if (path == DETAIL)
		return end_detail(r);
	if (path == ENTRY)
		return end_entry(r);
	if (path == BALANCE)
		return end_balance(r);
	return path == STATEMENT ? end_statement(r) : OK;
}

static void on_passed(void *arg, const char *upto)
{
	const struct biller_input *in = ((struct reading *)arg)->in;

	if (in->passed)
		in->passed(in->passed_arg, upto);
}

/* ---- The whole ------------------------------------------------------------------------------- */

ST camt_parse(struct ctx *cx, const struct biller_profile *p, const struct biller_input *in,
	struct biller_register *out)
{
	struct reading *r = ARENA_NEW(cx->arena, struct reading);
	const struct xml_sink sink = {.arg = r,
		.document = on_document,
		.open = on_open,
		.close = on_close,
		.document_end = on_document_end,
		.passed = on_passed};

	*out = biller_register_new(cx->arena);
	*r = (struct reading){.cx = cx, .p = p, .out = out, .in = in};
	for (size_t i = 0; i < MESSAGES; i++) {
		r->paths[i] = (struct xml_paths){.count = PATHS, .root = messages[i].root};
		memcpy(r->paths[i].path, paths, sizeof(paths));
	}
	TRY(xml_read(cx, in->text, in->encoding, &sink));
	return biller_register_close(cx, out, paths[TX_KEY]);
}
