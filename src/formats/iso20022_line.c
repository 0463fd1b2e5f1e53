/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/iso20022_parts.h"

#include "domain/iban.h"

enum {
	KEY_CHARS = 36, /* of a UETR; the others have 35 */
	KEY_BYTES = 128,
	SOURCE_BYTES = 400,
	KEPT_BYTES_MAX =
		128 << 20, /* of all sources and reasons: without them a line still counts */
	BANK_SECTOR = '4',
};

void iso_key(struct buf *b, struct str payer, struct str end_to_end)
{
	buf_str(b, payer);
	buf_char(b, '/');
	buf_str(b, end_to_end);
}

static void set_problem(struct iso_reader *r, struct iso_line *l, int leaf, enum err code)
{
	const struct iso_value *v = &r->values[leaf];
	const char *field = r->fields[r->doc->kind][leaf];

	issue_add(&r->out->issues, ISSUE_LINE, v->text.p ? v->line : r->line, field ? field : "",
		code, "%s", "");
	if (l->problem != ERR_NONE)
		return;
	l->problem = (uint16_t)code;
	l->field = (uint8_t)leaf;
}

/* ---- Who, which month, what for -------------------------------------------------------------- */

/* A fact that stands there, once, or the reason why not. */
static bool has_fact(struct iso_reader *r, struct iso_line *l, enum iso_fact fact)
{
	int leaf = FACT + (int)fact;

	if (!iso_has(r, (enum leaf)leaf))
		set_problem(r, l, leaf, ERR_TAG_MISSING);
	else if (r->values[leaf].twice)
		set_problem(r, l, leaf, ERR_TAG_TWICE);
	else
		return true;
	return false;
}

static void read_person(struct iso_reader *r, struct iso_line *l)
{
	struct str given = iso_text(r, FACT + ISO_PERSON);

	if (!has_fact(r, l, ISO_PERSON) || iin_parse(r->cx, given, &l->iin) == OK)
		return;
	set_problem(r, l, FACT + ISO_PERSON, r->cx->err.code);
	err_clear(r->cx);
	l->given = str_copy(r->cx->arena, (struct str){given.p, given.n < 64 ? given.n : 64});
}

static void read_knp(struct iso_reader *r, struct iso_line *l)
{
	struct str text = iso_text(r, FACT + ISO_KNP);
	uint64_t number;
	enum knp knp;

	/* A return takes back whatever the transfer was for. */
	if (r->doc->kind == ISO_RETURN && !text.n)
		return;
	if (!has_fact(r, l, ISO_KNP))
		return;
	l->has_knp = str_to_u64(text, 999, &number) && knp_from_number((int64_t)number, &knp);
	if (l->has_knp)
		l->knp = (uint8_t)knp;
	else
		set_problem(r, l, FACT + ISO_KNP, ERR_KNP_UNKNOWN);
}

/* "122025" */
static bool read_period(struct str s, struct month *out)
{
	uint64_t number;

	return s.n == 6 && str_to_u64(s, 129999, &number) &&
	       month_from_number((int64_t)(number % 10000 * 100 + number / 10000), out);
}

/* "2025-01-01" in the versions that are read here; "2025" is what many write. */
static bool read_year(struct iso_reader *r, struct str s, uint64_t *out)
{
	bool date = s.n == DAY_CHARS && s.p[4] == '-';

	if (s.n == 4 && !r->year_told) {
		iso_note(r, FACT + ISO_YEAR, ERR_DAY_FORMAT, "YYYY-MM-DD");
		r->year_told = true;
	}
	return (date || s.n == 4) && str_to_u64((struct str){s.p, 4}, 9999, out);
}

static void read_month(struct iso_reader *r, struct iso_line *l)
{
	struct str year = iso_text(r, FACT + ISO_YEAR), month = iso_text(r, FACT + ISO_MONTH);
	uint64_t y, m;

	l->month = MONTH_NEVER;
	if (r->options->profile->path[ISO_PERIOD] && iso_has(r, FACT + ISO_PERIOD)) {
		if (has_fact(r, l, ISO_PERIOD) &&
			!read_period(iso_text(r, FACT + ISO_PERIOD), &l->month))
			set_problem(r, l, FACT + ISO_PERIOD, ERR_MONTH_FORMAT);
		return;
	}
	if (!has_fact(r, l, ISO_MONTH) || !has_fact(r, l, ISO_YEAR))
		return;
	if (!read_year(r, year, &y))
		set_problem(r, l, FACT + ISO_YEAR, ERR_MONTH_FORMAT);
	else if (!str_starts(month, "MM") || month.n != 4 ||
		 !str_to_u64((struct str){month.p + 2, 2}, 12, &m) ||
		 !month_from_number((int64_t)(y * 100 + m), &l->month))
		set_problem(r, l, FACT + ISO_MONTH, ERR_MONTH_FORMAT);
}

/* What the system never had or nobody pays so far ahead is a slip in the period. */
static void check_month(struct iso_reader *r, struct iso_line *l)
{
	const struct iso_options *o = r->options;
	bool period = o->profile->path[ISO_PERIOD] && iso_has(r, FACT + ISO_PERIOD);

	if (o->months_ahead == 0 || l->problem != ERR_NONE || l->day.n == DAY_NEVER.n)
		return;
	if (month_cmp(l->month, o->first_month) < 0 ||
		month_cmp(l->month, month_add(day_month(l->day), o->months_ahead)) > 0)
		set_problem(r, l, FACT + (period ? ISO_PERIOD : ISO_MONTH), ERR_MONTH_RANGE);
}

/* ---- Who pays whom --------------------------------------------------------------------------- */

/* The first of these that there is; false when there is none. A wrong one refuses the message. */
static bool read_number(
	struct iso_reader *r, const enum leaf *leaves, size_t count, struct iin *out)
{
	enum iin_kind kind;

	for (size_t i = 0; i < count; i++) {
		if (!iso_has(r, leaves[i]))
			continue;
		if (iin_or_bin_parse(r->cx, iso_text(r, leaves[i]), out, &kind) == OK)
			return true;
		iso_refuse_taken(r, leaves[i]);
		return false;
	}
	return false;
}

static void read_payer(struct iso_reader *r, struct iso_line *l)
{
	static const enum leaf actual[] = {
		ACTUAL_BIN, ACTUAL_IIN, BATCH_ACTUAL_BIN, BATCH_ACTUAL_IIN};
	static const enum leaf debtor[] = {DEBTOR_BIN, DEBTOR_IIN};
	const struct iso_options *o = r->options;
	struct str code = r->payer_code;
	bool corporation;
	struct iin number;

	l->has_payer = read_number(r, actual, sizeof(actual) / sizeof(actual[0]), &l->payer);
	if (l->has_payer)
		return;
	if (!read_number(r, debtor, sizeof(debtor) / sizeof(debtor[0]), &number))
		return;
	/* The Corporation passes on what others paid. As an employer it pays to its own account. */
	corporation = str_eq(iin_digits(&number), o->corporation_bin) &&
		      str_eq(iso_text(r, RECEIVER_IBAN), o->fund);
	l->has_payer = !corporation;
	l->payer = number;
	l->payer_is_bank = !corporation && code.n == 2 && code.p[1] == BANK_SECTOR;
}

static void check_receiver(struct iso_reader *r)
{
	struct str iban = iso_text(r, RECEIVER_IBAN);
	const struct iso_options *o = r->options;
	bool to_fund = str_eq(iban, o->fund) && str_eq(iso_text(r, DEBTOR_IBAN), o->corporation);

	/* A return may leave out what it takes back. */
	if (r->doc->kind == ISO_RETURN && !iban.n)
		return;
	if (!iban.n)
		iso_refuse(r, RECEIVER_IBAN, ERR_TAG_MISSING, "%s", "");
	else if (!iban_valid(iban))
		iso_refuse(r, RECEIVER_IBAN, ERR_IBAN_FORMAT, "%s", "");
	else if (!str_eq(iban, o->corporation) && !to_fund)
		iso_refuse(r, RECEIVER_IBAN, ERR_RECEIVER_UNKNOWN, "%s", "");
}

/* ---- Which transaction ----------------------------------------------------------------------- */

/*
 * The EndToEndId goes unchanged from the payer to the receiver. Who has none writes NOTPROVIDED;
 * then the numbers that the first bank gave are the next best.
 */
static struct str name_of(struct iso_reader *r)
{
	static const enum leaf order[] = {END_TO_END, UETR, TX_ID, INSTRUCTION};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		struct str name = iso_text(r, order[i]);

		if (name.n > KEY_CHARS)
			iso_refuse(r, order[i], ERR_VALUE_TOO_LONG, "35");
		else if (name.n && !str_is(name, "NOTPROVIDED"))
			return name;
	}
	return (struct str){0};
}

static void read_key(struct iso_reader *r, struct iso_line *l)
{
	char room[KEY_BYTES];
	struct buf b = {.p = room, .cap = sizeof(room), .max = sizeof(room)};
	struct str name = name_of(r), payer = iso_text(r, DEBTOR_IBAN);

	if (l->has_payer)
		payer = iin_digits(&l->payer);
	l->has_key = name.n > 0;
	if (l->has_key) {
		iso_key(&b, (struct str){payer.p, payer.n < 34 ? payer.n : 34}, name);
	} else if (r->doc->kind == ISO_RETURN) {
		return;
	} else {
		/* Nothing names it: its place in this very message must do. */
		struct str id = iso_text(r, MESSAGE_ID);

		buf_char(&b, '#');
		buf_str(&b, (struct str){id.p, id.n < 64 ? id.n : 64});
		buf_fmt(&b, "/%zu", r->sum.count);
	}
	l->key = str_copy(r->cx->arena, buf_view(&b));
	l->name_bytes = (uint8_t)name.n;
}

void iso_line_twice(struct issues *issues, const struct iso_file *file, const struct iso_doc *doc,
	struct iso_line *line)
{
	line->problem = ERR_VALUE_TWICE;
	line->field = END_TO_END;
	line->source = line->key;
	issue_add(issues, ISSUE_LINE, line->line, iso_field(file, doc, END_TO_END), ERR_VALUE_TWICE,
		"%s", "");
}

/* ---- A line ---------------------------------------------------------------------------------- */

static void read_sum(struct iso_reader *r, struct iso_line *l)
{
	struct iso_sum *sums[] = {&r->sum, &r->batch};
	bool good = iso_read_money(r, AMOUNT, &l->sum);

	if (good && money_is_zero(l->sum))
		iso_refuse(r, AMOUNT, ERR_MONEY_ZERO, "%s", "");
	for (size_t i = 0; i < 2; i++) {
		sums[i]->count++;
		sums[i]->unknown |= !good;
		if (good && !money_add(sums[i]->total, l->sum, &sums[i]->total)) {
			iso_refuse(r, AMOUNT, ERR_MONEY_RANGE, "%s", "");
			sums[i]->unknown = true;
		}
	}
}

static void read_settled(struct iso_reader *r, struct iso_line *l)
{
	static const enum leaf order[] = {DAY, MESSAGE_DAY, BATCH_DAY, BATCH_MOMENT, CREATED};
	enum leaf from = r->doc->kind == ISO_ORDER ? BATCH_DAY : DAY;

	for (size_t i = sizeof(order) / sizeof(order[0]); i-- > 0;)
		if (iso_has(r, order[i]))
			from = order[i];
	iso_read_day(r, from, &l->day);
}

static struct str keep_text(struct iso_reader *r, struct str text)
{
	if (!text.n || r->kept + text.n > KEPT_BYTES_MAX)
		return (struct str){"", 0};
	r->kept += text.n;
	return str_copy(r->cx->arena, text);
}

/* In words where there are some; mostly the same as that of the line before. */
static void read_reason(struct iso_reader *r, struct iso_line *l)
{
	struct str reason = buf_view(&r->reason);

	if (!reason.n)
		reason = iso_text(r, iso_either(r, REASON_CODE, REASON_OWN_CODE));
	if (!r->last_reason.n || !str_eq(reason, r->last_reason))
		r->last_reason = keep_text(r, reason);
	l->reason = r->last_reason;
}

/* The line as an operator can look at it: paths and values. */
static void keep_source(struct iso_reader *r, struct iso_line *l)
{
	char room[SOURCE_BYTES];
	struct buf b = {.p = room, .cap = sizeof(room), .max = sizeof(room)};

	for (int k = END_TO_END; k < LEAVES; k++) {
		const char *field = r->fields[r->doc->kind][k];

		if (!iso_has(r, (enum leaf)k) || r->levels[r->doc->kind][k] != LEVEL_LINE)
			continue;
		if (b.n + strlen(field) + r->values[k].text.n + 2 > sizeof(room))
			break;
		buf_z(&b, field);
		buf_char(&b, '=');
		buf_str(&b, r->values[k].text);
		buf_char(&b, '\n');
	}
	l->source = keep_text(r, buf_view(&b));
}

enum st iso_line_end(struct iso_reader *r)
{
	struct iso_line l = {.line = r->line, .month = MONTH_NEVER, .day = DAY_NEVER};

	read_sum(r, &l);
	read_settled(r, &l);
	check_receiver(r);
	read_payer(r, &l);
	read_key(r, &l);
	read_person(r, &l);
	read_month(r, &l);
	read_knp(r, &l);
	check_month(r, &l);
	if (r->doc->kind == ISO_RETURN)
		read_reason(r, &l);
	if (l.problem != ERR_NONE)
		keep_source(r, &l);
	/* More than the header says: that refuses the message at its end. */
	if (r->doc->count == r->room)
		return OK;
	r->doc->lines[r->doc->count++] = l;
	r->out->line_count++;
	r->out->bad_count += l.problem != ERR_NONE;
	return OK;
}
