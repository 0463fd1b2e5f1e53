/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/mt102_parts.h"

#include "base/utf8.h"
#include "domain/iban.h"

enum {
	NAME_CHARS = 60,
	REFERENCE_CHARS = 16,
	NUMBER_CHARS = 9,
	ASSIGN_LINES = 7,
	ASSIGN_CHARS = 70,
	ASSIGN_FIRST_CHARS = ASSIGN_CHARS - 8, /* behind "/ASSIGN/" */
	ASSIGN_BYTES = 4 * ASSIGN_LINES * ASSIGN_CHARS,
};

static void limit(struct mt102_reader *r, enum mt102_key key, struct str value, size_t chars)
{
	if (value.n == 0)
		mt102_refuse(r, key, ERR_VALUE_MISSING, "");
	if (value.n <= chars || utf8_count(value) <= chars)
		return;
	issue_add(&r->out->issues, ISSUE_FILE, r->line, mt102_key_name(key), ERR_VALUE_TOO_LONG,
		"%zu", chars);
}

static void take_iban(struct mt102_reader *r, enum mt102_key key, struct str value, struct str *out)
{
	char ascii[64];
	struct str letter;

	if (value.n && value.p[0] == '/') {
		value.p++;
		value.n--;
	}
	*out = value;
	if (iban_valid(value))
		return;
	if (mt102_unmask(value, ascii, sizeof(ascii), &letter) && iban_valid(str_of(ascii)))
		issue_add(&r->out->issues, ISSUE_FILE, r->line, mt102_key_name(key),
			ERR_TAG_HOMOGLYPH, "%.*s", STR(letter));
	else
		mt102_refuse(r, key, ERR_IBAN_FORMAT, "");
}

static void take_bic(struct mt102_reader *r, enum mt102_key key, struct str value, struct str *out)
{
	*out = value;
	if (!bic_valid(value))
		mt102_refuse(r, key, ERR_TAG_VALUE, "BIC");
}

static void take_number(struct mt102_reader *r, struct mt102_party *party, struct str value)
{
	if (iin_or_bin_parse(r->cx, value, &party->number, &party->number_kind) == OK) {
		party->has_number = true;
		return;
	}
	issue_take(&r->out->issues, ISSUE_FILE, r->cx, r->line, "/IDN/");
}

static void take_digit(struct mt102_reader *r, enum mt102_key key, struct str value, char least,
	char most, char *out)
{
	if (value.n == 1 && value.p[0] >= least && value.p[0] <= most)
		*out = value.p[0];
	else
		mt102_refuse(r, key, ERR_TAG_VALUE, key == MT102_IRS ? "1, 2" : "1…9");
}

/* Keys of a side; false when it is none of them. */
static bool party_key(struct mt102_reader *r, enum mt102_key key, struct str value)
{
	struct mt102_party *party = r->section == MT102_PAYER ? &r->doc->payer : &r->doc->receiver;

	if (key == MT102_D) {
		take_iban(r, MT102_50, value, &party->iban);
	} else if (key == MT102_NAME) {
		party->name = value;
		mt102_note_misread(r, key, value);
		limit(r, key, value, NAME_CHARS);
	} else if (key == MT102_IDN) {
		take_number(r, party, value);
	} else if (key == MT102_CHIEF) {
		party->chief = value;
		limit(r, key, value, NAME_CHARS);
	} else if (key == MT102_MAINBK || key == MT102_MAINBNK) {
		party->accountant = value;
		limit(r, key, value, NAME_CHARS);
	} else if (key == MT102_IRS) {
		take_digit(r, key, value, '1', '2', &party->residency);
	} else if (key == MT102_SECO) {
		take_digit(r, key, value, '1', '9', &party->sector);
	} else {
		/* The tax number before 2013; the IIN stands beside it or is missing. */
		return key == MT102_RNN;
	}
	return true;
}

static void take_assign(struct mt102_reader *r, struct str value)
{
	size_t most = r->assign_lines ? ASSIGN_CHARS : ASSIGN_FIRST_CHARS;

	if (r->assign_lines == ASSIGN_LINES)
		mt102_refuse(r, MT102_ASSIGN, ERR_VALUE_TOO_LONG, "7 × 70");
	else if (r->assign_lines < ASSIGN_LINES && utf8_count(value) > most)
		mt102_refuse(r, MT102_ASSIGN, ERR_VALUE_TOO_LONG, r->assign_lines ? "70" : "62");
	if (r->assign_lines++)
		buf_char(&r->assign, ' ');
	buf_str(&r->assign, str_trim(value));
}

static void take_period(struct mt102_reader *r, struct str value)
{
	enum err code = mt102_read_period(value, &r->doc->period);

	r->doc->has_period = code == ERR_NONE;
	if (code != ERR_NONE)
		mt102_refuse(r, MT102_PERIOD, code, mt102_form(code));
}

static void take_date(struct mt102_reader *r, enum mt102_key key, struct str value, struct day *out)
{
	if (!mt102_read_yymmdd(value, out))
		mt102_refuse(r, key, ERR_DAY_FORMAT, mt102_form(ERR_DAY_FORMAT));
	else if (day_cmp(*out, r->options->today) > 0)
		mt102_refuse(r, key, ERR_DAY_RANGE, "");
}

static void take_knp(struct mt102_reader *r, struct str value)
{
	uint64_t number;

	r->doc->knp_text = value;
	r->doc->has_knp =
		str_to_u64(value, 999, &number) && knp_from_number((int64_t)number, &r->doc->knp);
}

static bool details_key(struct mt102_reader *r, enum mt102_key key, struct str value)
{
	if (key == MT102_NUM) {
		r->doc->number = value;
		limit(r, key, value, NUMBER_CHARS);
	} else if (key == MT102_DATE) {
		take_date(r, key, value, &r->doc->date);
	} else if (key == MT102_VO) {
		r->doc->operation = value;
		limit(r, key, value, 2);
	} else if (key == MT102_KNP) {
		take_knp(r, value);
	} else if (key == MT102_SEND || key == MT102_PSO || key == MT102_PRT) {
		limit(r, key, value, 2);
	} else if (key == MT102_PERIOD) {
		take_period(r, value);
	} else if (key == MT102_ASSIGN) {
		r->assign = buf_new(r->cx->arena, ASSIGN_BYTES);
		r->assign_lines = 0;
		take_assign(r, value);
	} else {
		return key == MT102_BCLASS;
	}
	return true;
}

static void take_total(struct mt102_reader *r, struct str value)
{
	struct str date = {value.p, value.n < 6 ? value.n : 6};
	struct str sum = {value.p + date.n, value.n - date.n};
	enum err code;

	take_date(r, MT102_32A, date, &r->doc->value);
	code = mt102_read_money(sum, &r->doc->total);
	if (code == ERR_NONE)
		return;
	struct str currency = {sum.p, sum.n < 6 ? sum.n : 6};
	while (currency.n && currency.p[currency.n - 1] >= '0' && currency.p[currency.n - 1] <= '9')
		currency.n--;
	if (!mt102_report_homoglyph(r, currency, true, "KZT"))
		mt102_refuse(r, MT102_32A, code, mt102_form(code));
}

/* Tags, in colons: they change the section. False for a key in slashes. */
static bool tag(struct mt102_reader *r, enum mt102_key key, struct str value)
{
	if (key == MT102_20) {
		r->doc->reference = value;
		limit(r, key, value, REFERENCE_CHARS);
	} else if (key == MT102_50) {
		r->section = MT102_PAYER;
	} else if (key == MT102_52B) {
		take_bic(r, key, value, &r->doc->payer.bic);
	} else if (key == MT102_57B) {
		take_bic(r, key, value, &r->doc->receiver.bic);
	} else if (key == MT102_59) {
		r->section = MT102_RECEIVER;
		take_iban(r, key, value, &r->doc->receiver.iban);
	} else if (key == MT102_70) {
		r->section = MT102_DETAILS;
	} else if (key == MT102_32A) {
		take_total(r, value);
	} else if (key == MT102_54C) {
		mt102_refuse(r, key, ERR_TAG_UNKNOWN, "");
	} else {
		return key == MT102_53C || key == MT102_54B;
	}
	return true;
}

void mt102_head_key(struct mt102_reader *r, enum mt102_key key, struct str value)
{
	bool known;

	r->last = key;
	r->key_line[key] = (uint32_t)r->line;
	if (mt102_key_name(key)[0] == ':') {
		if (r->seen[MT102_OUTSIDE] >> key & 1)
			mt102_refuse(r, key, ERR_TAG_TWICE, "");
		r->seen[MT102_OUTSIDE] |= 1ULL << key;
		if (!tag(r, key, value))
			mt102_refuse(r, key, ERR_TAG_UNKNOWN, "");
		return;
	}
	if (r->seen[r->section] >> key & 1)
		mt102_refuse(r, key, ERR_TAG_TWICE, "");
	r->seen[r->section] |= 1ULL << key;
	known = r->section == MT102_PAYER || r->section == MT102_RECEIVER
			? party_key(r, key, value)
			: r->section == MT102_DETAILS && details_key(r, key, value);
	if (!known)
		mt102_note(r, key, ERR_TAG_UNKNOWN, "");
}

void mt102_head_more(struct mt102_reader *r, struct str text)
{
	if (r->last == MT102_ASSIGN)
		take_assign(r, text);
	else
		mt102_refuse(r, r->last, ERR_TAG_VALUE, ":…:, /…/");
}
