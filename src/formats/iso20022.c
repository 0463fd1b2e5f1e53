/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/iso20022_parts.h"

#include <stdarg.h>

#include "limits.h"

enum {
	/* No transaction is shorter: what a header says of their number is not believed. */
	LINE_BYTES_MIN = 150,
	REASON_BYTES = 500,
};

#define ORDER "CstmrCdtTrfInitn"
#define BATCH ORDER "/PmtInf"
#define ORDERED BATCH "/CdtTrfTxInf"
#define TRANSFER "FIToFICstmrCdtTrf"
#define SENT TRANSFER "/CdtTrfTxInf"
#define RETURN "PmtRtr"
#define BACK RETURN "/TxInf"
#define WAS BACK "/OrgnlTxRef"
#define ORG "/Id/OrgId/Othr/Id"
#define PERSON "/Id/PrvtId/Othr/Id"

static const char *const standard[ISO_KINDS][FACT] = {
	[ISO_ORDER] =
		{
			[GROUP_BATCH] = BATCH,
			[GROUP_LINE] = ORDERED,
			[MESSAGE_ID] = ORDER "/GrpHdr/MsgId",
			[COUNT] = ORDER "/GrpHdr/NbOfTxs",
			[TOTAL] = ORDER "/GrpHdr/CtrlSum",
			[SENDER_BIN] = ORDER "/GrpHdr/InitgPty" ORG,
			[SENDER_IIN] = ORDER "/GrpHdr/InitgPty" PERSON,
			[SENDER_NAME] = ORDER "/GrpHdr/InitgPty/Nm",
			[BATCH_COUNT] = BATCH "/NbOfTxs",
			[BATCH_TOTAL] = BATCH "/CtrlSum",
			[BATCH_DAY] = BATCH "/ReqdExctnDt/Dt",
			[BATCH_MOMENT] = BATCH "/ReqdExctnDt/DtTm",
			[BATCH_ACTUAL_BIN] = BATCH "/UltmtDbtr" ORG,
			[BATCH_ACTUAL_IIN] = BATCH "/UltmtDbtr" PERSON,
			[DEBTOR_BIN] = BATCH "/Dbtr" ORG,
			[DEBTOR_IIN] = BATCH "/Dbtr" PERSON,
			[DEBTOR_IBAN] = BATCH "/DbtrAcct/Id/IBAN",
			[ACTUAL_BIN] = ORDERED "/UltmtDbtr" ORG,
			[ACTUAL_IIN] = ORDERED "/UltmtDbtr" PERSON,
			[END_TO_END] = ORDERED "/PmtId/EndToEndId",
			[UETR] = ORDERED "/PmtId/UETR",
			[INSTRUCTION] = ORDERED "/PmtId/InstrId",
			[AMOUNT] = ORDERED "/Amt/InstdAmt",
			[RECEIVER_IBAN] = ORDERED "/CdtrAcct/Id/IBAN",
		},
	[ISO_TRANSFER] =
		{
			[GROUP_LINE] = SENT,
			[MESSAGE_ID] = TRANSFER "/GrpHdr/MsgId",
			[COUNT] = TRANSFER "/GrpHdr/NbOfTxs",
			[TOTAL] = TRANSFER "/GrpHdr/TtlIntrBkSttlmAmt",
			[SENDER_BIC] = TRANSFER "/GrpHdr/InstgAgt/FinInstnId/BICFI",
			[MESSAGE_DAY] = TRANSFER "/GrpHdr/IntrBkSttlmDt",
			[CREATED] = TRANSFER "/GrpHdr/CreDtTm",
			[DEBTOR_BIN] = SENT "/Dbtr" ORG,
			[DEBTOR_IIN] = SENT "/Dbtr" PERSON,
			[DEBTOR_IBAN] = SENT "/DbtrAcct/Id/IBAN",
			[ACTUAL_BIN] = SENT "/UltmtDbtr" ORG,
			[ACTUAL_IIN] = SENT "/UltmtDbtr" PERSON,
			[END_TO_END] = SENT "/PmtId/EndToEndId",
			[UETR] = SENT "/PmtId/UETR",
			[TX_ID] = SENT "/PmtId/TxId",
			[INSTRUCTION] = SENT "/PmtId/InstrId",
			[AMOUNT] = SENT "/IntrBkSttlmAmt",
			[DAY] = SENT "/IntrBkSttlmDt",
			[RECEIVER_IBAN] = SENT "/CdtrAcct/Id/IBAN",
		},
	[ISO_RETURN] =
		{
			[GROUP_LINE] = BACK,
			[MESSAGE_ID] = RETURN "/GrpHdr/MsgId",
			[COUNT] = RETURN "/GrpHdr/NbOfTxs",
			[TOTAL] = RETURN "/GrpHdr/TtlRtrdIntrBkSttlmAmt",
			[SENDER_BIC] = RETURN "/GrpHdr/InstgAgt/FinInstnId/BICFI",
			[MESSAGE_DAY] = RETURN "/GrpHdr/IntrBkSttlmDt",
			[CREATED] = RETURN "/GrpHdr/CreDtTm",
			[DEBTOR_BIN] = WAS "/Dbtr/Pty" ORG,
			[DEBTOR_IIN] = WAS "/Dbtr/Pty" PERSON,
			[DEBTOR_IBAN] = WAS "/DbtrAcct/Id/IBAN",
			[ACTUAL_BIN] = WAS "/UltmtDbtr/Pty" ORG,
			[ACTUAL_IIN] = WAS "/UltmtDbtr/Pty" PERSON,
			[END_TO_END] = BACK "/OrgnlEndToEndId",
			[UETR] = BACK "/OrgnlUETR",
			[TX_ID] = BACK "/OrgnlTxId",
			[INSTRUCTION] = BACK "/OrgnlInstrId",
			[AMOUNT] = BACK "/RtrdIntrBkSttlmAmt",
			[DAY] = BACK "/IntrBkSttlmDt",
			[RECEIVER_IBAN] = WAS "/CdtrAcct/Id/IBAN",
			[REASON_CODE] = BACK "/RtrRsnInf/Rsn/Cd",
			[REASON_OWN_CODE] = BACK "/RtrRsnInf/Rsn/Prtry",
			[REASON_TEXT] = BACK "/RtrRsnInf/AddtlInf",
		},
};

/* Below which the paths of a profile begin. */
static const char *const fact_roots[ISO_KINDS] = {
	[ISO_ORDER] = ORDERED, [ISO_TRANSFER] = SENT, [ISO_RETURN] = WAS};

#define SPACE "urn:iso:std:iso:20022:tech:xsd:"
static const struct {
	const char *space;
	enum iso_kind kind;
} messages[] = {
	{SPACE "pain.001.001.09", ISO_ORDER},
	{SPACE "pain.001.001.10", ISO_ORDER},
	{SPACE "pacs.008.001.08", ISO_TRANSFER},
	{SPACE "pacs.008.001.09", ISO_TRANSFER},
	{SPACE "pacs.008.001.10", ISO_TRANSFER},
	{SPACE "pacs.004.001.10", ISO_RETURN},
	{SPACE "pacs.004.001.11", ISO_RETURN},
};

/* ---- Which elements -------------------------------------------------------------------------- */

static bool is_below(const char *path, const char *group)
{
	size_t n = group ? strlen(group) : 0;

	return n && strncmp(path, group, n) == 0 && path[n] == '/';
}

static void add_path(struct iso_reader *r, enum iso_kind kind, int leaf, const char *path)
{
	const char *line = standard[kind][GROUP_LINE], *batch = standard[kind][GROUP_BATCH];
	enum iso_level level = is_below(path, line)    ? LEVEL_LINE
			       : is_below(path, batch) ? LEVEL_BATCH
						       : LEVEL_MESSAGE;
	const char *from = level == LEVEL_LINE ? path + strlen(line) : strchr(path, '/');

	r->paths[kind].path[leaf] = path;
	r->levels[kind][leaf] = level;
	r->fields[kind][leaf] = from ? from + 1 : path;
}

static void set_up_paths(struct iso_reader *r, enum iso_kind kind)
{
	const struct iso_profile *profile = r->options->profile;

	r->paths[kind].count = LEAVES;
	for (int k = 0; k < FACT; k++)
		if (standard[kind][k])
			add_path(r, kind, k, standard[kind][k]);
	for (int f = 0; f < ISO_FACTS; f++) {
		struct buf b = buf_new(r->cx->arena, 1024);

		if (!profile->path[f])
			continue;
		buf_fmt(&b, "%s/%s", fact_roots[kind], profile->path[f]);
		add_path(r, kind, FACT + f, str_z(r->cx->arena, buf_view(&b)));
	}
	r->out->fields[kind] = r->fields[kind];
}

const char *iso_field(const struct iso_file *file, const struct iso_doc *doc, unsigned field)
{
	const char *path = file->fields[doc->kind][field];

	return path ? path : "";
}

/* ---- What is wrong --------------------------------------------------------------------------- */

static const char *field_of(const struct iso_reader *r, enum leaf k)
{
	const char *path = r->fields[r->doc->kind][k];

	/* Of two ways to say it, the one that this message has. */
	return path ? path : "";
}

static size_t line_of(const struct iso_reader *r, enum leaf k)
{
	return iso_has(r, k) ? r->values[k].line : r->line;
}

void iso_refuse(struct iso_reader *r, enum leaf k, enum err code, const char *fmt, ...)
{
	char room[sizeof(r->cx->err.detail)];
	struct buf detail = {.p = room, .cap = sizeof(room), .max = sizeof(room)};
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(&detail, fmt, ap);
	va_end(ap);
	issue_add(&r->out->issues, ISSUE_FILE, line_of(r, k), field_of(r, k), code, "%.*s",
		STR(buf_view(&detail)));
}

void iso_refuse_taken(struct iso_reader *r, enum leaf k)
{
	issue_take(&r->out->issues, ISSUE_FILE, r->cx, line_of(r, k), field_of(r, k));
}

void iso_note(struct iso_reader *r, enum leaf k, enum err code, const char *detail)
{
	issue_add(&r->out->issues, ISSUE_NOTE, line_of(r, k), field_of(r, k), code, "%s", detail);
}

/* ---- Values ---------------------------------------------------------------------------------- */

static void forget(struct iso_reader *r, enum iso_level level)
{
	for (int k = 0; k < LEAVES; k++)
		if (r->levels[r->doc->kind][k] == level)
			r->values[k] = (struct iso_value){0};
	r->texts[level].n = 0;
}

bool iso_read_money(struct iso_reader *r, enum leaf k, struct money *out)
{
	const struct iso_value *v = &r->values[k];

	*out = MONEY_ZERO;
	if (!iso_has(r, k)) {
		iso_refuse(r, k, ERR_TAG_MISSING, "%s", "");
		return false;
	}
	if (v->other_currency || (k == AMOUNT && !v->tenge)) {
		iso_refuse(r, k, ERR_CURRENCY, "%s", "KZT");
		return false;
	}
	for (size_t i = 0; i < v->text.n; i++) {
		if (!strchr("0123456789.-", v->text.p[i])) {
			iso_refuse(r, k, ERR_MONEY_FORMAT, "%s", "");
			return false;
		}
	}
	if (money_parse(r->cx, v->text, out) == OK)
		return true;
	iso_refuse_taken(r, k);
	return false;
}

/* A moment with its zone is told in Astana; one without is Astana's already. */
static ST parse_day(struct ctx *cx, struct str s, struct day *out)
{
	struct str date = {s.p, s.n < DAY_CHARS ? s.n : DAY_CHARS};
	bool zoned = s.n > 19 && s.p[10] == 'T' &&
		     (s.p[s.n - 1] == 'Z' || memchr(s.p + 19, '+', s.n - 19) ||
			     memchr(s.p + 19, '-', s.n - 19));
	struct instant at;

	if (!zoned)
		return day_parse(cx, date, out);
	TRY(instant_parse(cx, s, &at));
	*out = day_in_astana(at);
	return OK;
}

bool iso_read_day(struct iso_reader *r, enum leaf k, struct day *out)
{
	*out = DAY_NEVER;
	if (!iso_has(r, k)) {
		iso_refuse(r, k, ERR_TAG_MISSING, "%s", "");
		return false;
	}
	if (parse_day(r->cx, r->values[k].text, out) != OK) {
		iso_refuse_taken(r, k);
		return false;
	}
	if (day_cmp(*out, r->options->today) <= 0)
		return true;
	iso_refuse(r, k, ERR_DAY_RANGE, "%s", "");
	return false;
}

/* Of several numbers of a party the one that is a BIN or an IIN. */
static bool is_number(enum leaf k)
{
	return k == SENDER_BIN || k == SENDER_IIN || k == DEBTOR_BIN || k == DEBTOR_IIN ||
	       k == ACTUAL_BIN || k == ACTUAL_IIN || k == BATCH_ACTUAL_BIN || k == BATCH_ACTUAL_IIN;
}

static bool looks_like_number(struct str s)
{
	uint64_t n;

	return s.n == IIN_DIGITS && str_to_u64(s, UINT64_MAX, &n);
}

static void add_reason(struct iso_reader *r, struct str more)
{
	if (r->reason.n && more.n)
		buf_char(&r->reason, ' ');
	buf_str(&r->reason, more);
}

/* Only what stands once may stand once; what a person is named by makes the line doubtful. */
static void keep_again(struct iso_reader *r, enum leaf k, const struct xml_value *v)
{
	struct iso_value *old = &r->values[k];

	if (k >= FACT || is_number(k))
		old->twice = old->twice || !str_eq(old->text, v->text);
	else if (k != REASON_CODE && k != REASON_OWN_CODE)
		iso_refuse(r, k, ERR_TAG_TWICE, "%s", "");
}

static void keep_code(struct iso_reader *r, const struct xml_value *v)
{
	struct buf *texts = &r->texts[LEVEL_LINE];
	struct str type = iso_text(r, FACT + ISO_CODE_TYPE);

	r->values[FACT + ISO_CODE_TYPE] = (struct iso_value){0};
	if (!str_is(type, "KOD") || r->payer_code.p || v->text.n > 2)
		return;
	buf_str(texts, v->text);
	r->payer_code = (struct str){texts->p + texts->n - v->text.n, v->text.n};
}

static ST keep(struct iso_reader *r, enum leaf k, const struct xml_value *v)
{
	struct buf *texts = &r->texts[r->levels[r->doc->kind][k]];
	struct iso_value *to = &r->values[k];

	if (k == FACT + ISO_CODE) {
		keep_code(r, v);
		return OK;
	}
	if (k == REASON_TEXT)
		add_reason(r, v->text);
	if (v->text.n == 0 || k == REASON_TEXT || (is_number(k) && !looks_like_number(v->text)))
		return OK;
	if (iso_has(r, k) && k != FACT + ISO_CODE_TYPE) {
		keep_again(r, k, v);
		return OK;
	}
	buf_str(texts, v->text);
	if (texts->over)
		return fail_in(r->cx, v->line, field_of(r, k), VALUE_TOO_LONG, "%s", "");
	*to = (struct iso_value){.text = {texts->p + texts->n - v->text.n, v->text.n},
		.line = v->line,
		.tenge = str_is(v->currency, "KZT"),
		.other_currency = v->currency.n && !str_is(v->currency, "KZT")};
	return OK;
}

/* ---- Messages -------------------------------------------------------------------------------- */

static const struct xml_paths *on_document(void *arg, struct str space, uint32_t line)
{
	struct iso_reader *r = arg;
	struct iso_file *out = r->out;

	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		if (!str_is(space, messages[i].space))
			continue;
		r->doc = ARENA_PUSH(r->cx->arena, out->docs, out->doc_count, r->doc_cap);
		*r->doc = (struct iso_doc){
			.kind = messages[i].kind, .line = line, .space = str_of(messages[i].space)};
		r->line = line;
		r->sum = (struct iso_sum){.total = MONEY_ZERO};
		r->room = 0;
		r->year_told = false;
		for (int level = 0; level < LEVELS; level++)
			forget(r, (enum iso_level)level);
		return &r->paths[r->doc->kind];
	}
	return NULL;
}

static ST on_open(void *arg, size_t path, uint32_t line)
{
	struct iso_reader *r = arg;

	if (path == GROUP_BATCH) {
		forget(r, LEVEL_BATCH);
		r->batch = (struct iso_sum){.total = MONEY_ZERO};
		r->line = line;
	} else if (path == GROUP_LINE) {
		forget(r, LEVEL_LINE);
		r->reason.n = 0;
		r->payer_code = (struct str){0};
		r->line = line;
	}
	return OK;
}

/* What a header says and what was counted. */
static void check_sum(
	struct iso_reader *r, const struct iso_sum *sum, enum leaf count_of, enum leaf total_of)
{
	uint64_t count;
	struct money total;

	if (iso_has(r, count_of) &&
		(!str_to_u64(iso_text(r, count_of), UINT32_MAX, &count) || count != sum->count))
		iso_refuse(r, count_of, ERR_COUNT_DIFFERS, "%zu", sum->count);
	if (!iso_has(r, total_of) || !iso_read_money(r, total_of, &total) || sum->unknown)
		return;
	if (money_cmp(total, sum->total) != 0) {
		char room[64];
		struct buf shown = {.p = room, .cap = sizeof(room), .max = sizeof(room)};

		money_put_plain(&shown, sum->total);
		buf_z(&shown, " / ");
		money_put_plain(&shown, total);
		iso_refuse(r, total_of, ERR_TOTAL_DIFFERS, "%.*s", STR(buf_view(&shown)));
	}
}

static void end_document(struct iso_reader *r)
{
	struct iso_doc *d = r->doc;
	enum leaf sender = iso_either(
		r, SENDER_BIC, iso_either(r, SENDER_BIN, iso_either(r, SENDER_IIN, SENDER_NAME)));

	r->line = (uint32_t)d->line;
	d->sender = str_copy(r->cx->arena, iso_text(r, sender));
	d->id = str_copy(r->cx->arena, iso_text(r, MESSAGE_ID));
	d->total = r->sum.total;
	if (!iso_has(r, MESSAGE_ID))
		iso_refuse(r, MESSAGE_ID, ERR_TAG_MISSING, "%s", "");
	else if (d->id.n > 64)
		iso_refuse(r, MESSAGE_ID, ERR_VALUE_TOO_LONG, "35");
	if (!iso_has(r, COUNT))
		iso_refuse(r, COUNT, ERR_TAG_MISSING, "%s", "");
	check_sum(r, &r->sum, COUNT, TOTAL);
}

/* The header stands before the transactions and tells how many they are. */
static ST take_room(struct iso_reader *r)
{
	uint64_t count;
	size_t used = arena_used(r->cx->arena), most = LIMIT_IMPORT_ARENA_BYTES / 4 * 3;

	if (!iso_has(r, COUNT) || !str_to_u64(iso_text(r, COUNT), UINT64_MAX, &count))
		return OK; /* end_document() tells it */
	if (count > LIMIT_IMPORT_LINES)
		return fail_in(r->cx, r->values[COUNT].line, field_of(r, COUNT), FILE_TOO_BIG, "%d",
			LIMIT_IMPORT_LINES);
	r->room = count < r->lines_most ? (size_t)count : r->lines_most;
	if (used > most || r->room * sizeof(*r->doc->lines) > most - used)
		return fail(r->cx, FILE_TOO_BIG, "%d", LIMIT_IMPORT_LINES);
	r->doc->lines = arena_alloc(r->cx->arena, (r->room + 1) * sizeof(*r->doc->lines));
	return OK;
}

static ST on_close(void *arg, size_t path, const struct xml_value *v)
{
	struct iso_reader *r = arg;

	if (path == GROUP_LINE) {
		if (!r->doc->lines)
			TRY(take_room(r));
		TRY(iso_line_end(r));
	} else if (path == GROUP_BATCH) {
		check_sum(r, &r->batch, BATCH_COUNT, BATCH_TOTAL);
	} else {
		TRY(keep(r, (enum leaf)path, v));
	}
	/* What has so many faults is no list any more: the rest of it is not read. */
	return r->out->issues.total[ISSUE_FILE] < LIMIT_ISSUES
		       ? OK
		       : issues_first(r->cx, &r->out->issues);
}

static ST on_document_end(void *arg)
{
	end_document(arg);
	return OK;
}

static struct buf fixed(struct ctx *cx, size_t bytes)
{
	return (struct buf){.p = arena_alloc(cx->arena, bytes), .cap = bytes, .max = bytes};
}

enum st iso_parse(struct ctx *cx, struct str text, enum encoding encoding,
	const struct iso_options *options, struct iso_file *out)
{
	struct iso_reader *r = ARENA_NEW(cx->arena, struct iso_reader);
	const struct xml_sink sink = {.arg = r,
		.document = on_document,
		.open = on_open,
		.close = on_close,
		.document_end = on_document_end};

	*out = (struct iso_file){.issues = issues_new(cx->arena)};
	*r = (struct iso_reader){.cx = cx, .options = options, .out = out};
	r->lines_most = text.n / LINE_BYTES_MIN + 1;
	r->reason = fixed(cx, REASON_BYTES);
	for (int level = 0; level < LEVELS; level++)
		r->texts[level] = fixed(cx, LEAVES * LIMIT_XML_VALUE_BYTES);
	for (int kind = 0; kind < ISO_KINDS; kind++)
		set_up_paths(r, (enum iso_kind)kind);
	return xml_read(cx, text, encoding, &sink);
}
