/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/mt102_parts.h"

#include "domain/iban.h"

/* The text behind `mark`, up to a space; empty when the mark is not there. */
static struct str word_after(struct str s, const char *mark)
{
	const char *at = s.n ? memmem(s.p, s.n, mark, strlen(mark)) : NULL;

	if (!at)
		return (struct str){s.p, 0};
	at += strlen(mark);
	struct str rest = {at, s.n - (size_t)(at - s.p)};
	while (rest.n && *rest.p == ' ') {
		rest.p++;
		rest.n--;
	}
	return str_cut(&rest, ' ');
}

static int64_t count_after(struct str s, const char *mark)
{
	struct str word = word_after(s, mark);
	uint64_t v;

	while (word.n && (word.p[word.n - 1] < '0' || word.p[word.n - 1] > '9'))
		word.n--;
	return str_to_u64(word, 100000000, &v) ? (int64_t)v : -1;
}

static bool sum_after(struct ctx *cx, struct str s, const char *mark, struct money *out)
{
	struct str word = word_after(s, mark);
	bool good;

	/* The full stop of the sentence. */
	while (word.n && (word.p[word.n - 1] < '0' || word.p[word.n - 1] > '9'))
		word.n--;
	good = word.n && money_parse(cx, word, out) == OK;
	err_clear(cx);
	return good;
}

void mt102_read_text(struct ctx *cx, struct str assign, struct mt102_text *out)
{
	static const char errors[] = "Ошибка на";
	const char *at = assign.n ? memmem(assign.p, assign.n, errors, sizeof(errors) - 1) : NULL;
	struct str first = {assign.p, at ? (size_t)(at - assign.p) : assign.n};
	struct str second = at ? (struct str){at, assign.n - first.n} : (struct str){0};

	*out = (struct mt102_text){.bad_count = -1, .persons = -1, .documents = -1};
	out->number = word_after(first, "№");
	out->date = word_after(first, " от ");
	out->reference = word_after(first, "референс");
	out->has_sum = sum_after(cx, first, "на сумму", &out->sum);
	out->bad_count = count_after(second, errors);
	out->has_bad_sum = sum_after(cx, second, "на сумму", &out->bad_sum);
	out->persons = count_after(assign, "Кол-во потребителей =");
	out->documents = count_after(assign, "Кол-во документов =");
}

/* The line of the key is where people look, not the end of the message. */
static void refuse_at(struct mt102_reader *r, enum mt102_key key, enum err code, const char *detail)
{
	size_t line = r->line;

	if (r->key_line[key])
		r->line = r->key_line[key];
	mt102_refuse(r, key, code, detail);
	r->line = line;
}

static bool is_party(const struct mt102_party *party, const struct mt102_requisites *known)
{
	return (known->iban.n && str_eq(party->iban, known->iban)) ||
	       (known->bin.n && party->has_number &&
		       str_eq(iin_digits(&party->number), known->bin));
}

static void check_presence(struct mt102_reader *r)
{
	static const enum mt102_key tags[] = {MT102_20, MT102_50, MT102_57B, MT102_59, MT102_32A};
	static const struct {
		enum mt102_section section;
		enum mt102_key key;
		bool needed; /* else only noted */
	} keys[] = {
		{MT102_PAYER, MT102_D, true},
		{MT102_PAYER, MT102_NAME, true},
		{MT102_PAYER, MT102_IDN, true},
		{MT102_PAYER, MT102_IRS, false},
		{MT102_PAYER, MT102_SECO, false},
		{MT102_RECEIVER, MT102_IDN, true},
		{MT102_DETAILS, MT102_NUM, true},
		{MT102_DETAILS, MT102_DATE, true},
		{MT102_DETAILS, MT102_KNP, true},
		{MT102_DETAILS, MT102_ASSIGN, true},
	};

	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if (!(r->seen[MT102_OUTSIDE] >> tags[i] & 1))
			mt102_refuse(r, tags[i], ERR_TAG_MISSING, "");
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (r->seen[keys[i].section] >> keys[i].key & 1)
			continue;
		if (keys[i].needed)
			mt102_refuse(r, keys[i].key, ERR_TAG_MISSING, "");
		else
			mt102_note(r, keys[i].key, ERR_TAG_MISSING, "");
	}
	if (!(r->seen[MT102_OUTSIDE] >> MT102_52B & 1))
		mt102_note(r, MT102_52B, ERR_TAG_MISSING, "");
}

/* The bank code inside an account must be that of the bank named beside it. */
static void check_banks(struct mt102_reader *r)
{
	const struct mt102_doc *d = r->doc;
	const char *code = bank_code(d->receiver.bic);

	if (code && iban_valid(d->receiver.iban) && !str_is(iban_bank(d->receiver.iban), code))
		refuse_at(r, MT102_57B, ERR_TAG_VALUE, code);
	code = bank_code(d->payer.bic);
	if (code && iban_valid(d->payer.iban) && !str_is(iban_bank(d->payer.iban), code))
		mt102_note(r, MT102_52B, ERR_TAG_VALUE, code);
}

static void check_purpose(struct mt102_reader *r)
{
	struct mt102_doc *d = r->doc;
	const struct mt102_requisites *corporation = &r->options->corporation;
	bool to = is_party(&d->receiver, corporation);
	/* As an employer the Corporation pays to its own account like everybody. */
	bool from = is_party(&d->payer, corporation) && !to;

	if (from)
		d->purpose =
			is_party(&d->receiver, &r->options->fund) ? MT102_TO_FUND : MT102_RETURN;
	else if (r->options->fund.iban.n && str_eq(d->payer.iban, r->options->fund.iban))
		d->purpose = MT102_REFUND;
	else
		d->purpose = MT102_PAYMENT;
	if (!from && (!to || !str_eq(d->receiver.iban, corporation->iban) ||
			     (d->receiver.has_number &&
				     !str_eq(iin_digits(&d->receiver.number), corporation->bin))))
		refuse_at(r, MT102_59, ERR_RECEIVER_UNKNOWN, "");
	if ((d->purpose == MT102_PAYMENT || d->purpose == MT102_TO_FUND) && !d->has_knp) {
		char shown[8] = "";

		memcpy(shown, d->knp_text.p ? d->knp_text.p : "",
			d->knp_text.n < sizeof(shown) ? d->knp_text.n : 0);
		refuse_at(r, MT102_KNP, ERR_KNP_UNKNOWN, shown);
	}
}

/* A single payment names no person: it is for the payer, when that is one. */
static void add_payer_as_person(struct mt102_reader *r)
{
	struct mt102_doc *d = r->doc;
	struct mt102_person *p = mt102_person_new(r);

	p->line = (uint32_t)d->line;
	p->sum = d->total;
	p->month = MONTH_NEVER;
	p->born = DAY_ALWAYS;
	p->iin = d->payer.number;
	if (d->payer.has_number)
		p->given = iin_digits(&d->payer.number);
	if (!d->payer.has_number)
		mt102_person_problem(r, p, MT102_IDN, ERR_TAG_MISSING, "");
	else if (d->payer.number_kind == IIN_ORGANISATION)
		mt102_person_problem(r, p, MT102_IDN, ERR_IIN_IS_BIN, "");
}

/* The period of the order holds for everybody who has none of his own. */
static void give_period(struct mt102_reader *r)
{
	for (size_t i = 0; i < r->doc->count; i++) {
		struct mt102_person *p = &r->out->persons[r->doc->first + i];

		if (p->month.n != MONTH_NEVER.n || p->seen >> MT102_PERIOD & 1)
			continue;
		p->month = r->doc->period;
		if (r->doc->has_period)
			continue;
		mt102_person_problem(r, p, MT102_PERIOD, ERR_TAG_MISSING, "");
	}
}

void mt102_check_months(struct mt102_reader *r, const struct mt102_doc *doc)
{
	const struct mt102_options *o = r->options;
	struct month last = month_add(day_month(doc->value), o->months_ahead);

	if (o->months_ahead == 0 || doc->value.n == DAY_NEVER.n)
		return;
	for (size_t i = 0; i < doc->count; i++) {
		struct mt102_person *p = &r->out->persons[doc->first + i];

		if (p->problem == ERR_NONE &&
			(month_cmp(p->month, o->first_month) < 0 || month_cmp(p->month, last) > 0))
			mt102_person_problem(r, p, MT102_PERIOD, ERR_MONTH_RANGE, "");
	}
}

void mt102_check_total(struct mt102_reader *r)
{
	const struct mt102_doc *d = r->doc;
	char shown[64];
	struct buf b = {.p = shown, .cap = sizeof(shown), .max = sizeof(shown)};

	if (d->type != 102 || r->sum_unknown || money_cmp(r->sum, d->total) == 0)
		return;
	money_put_plain(&b, r->sum);
	buf_z(&b, " / ");
	money_put_plain(&b, d->total);
	buf_char(&b, '\0');
	refuse_at(r, MT102_32A, ERR_TOTAL_DIFFERS, shown);
}

static void check_totals(struct mt102_reader *r)
{
	const struct mt102_doc *d = r->doc;
	const struct mt102_text *text = &d->text;

	mt102_check_total(r);
	if (d->purpose != MT102_RETURN && d->purpose != MT102_TO_FUND)
		return;
	if (d->type == 102 && text->bad_count >= 0 && (size_t)text->bad_count != d->count)
		refuse_at(r, MT102_ASSIGN, ERR_COUNT_DIFFERS, "");
	if (text->has_bad_sum && money_cmp(text->bad_sum, d->total) != 0)
		refuse_at(r, MT102_ASSIGN, ERR_TOTAL_DIFFERS, "");
	if (d->type == 102 && text->persons >= 0 && (size_t)text->persons != d->count)
		refuse_at(r, MT102_ASSIGN, ERR_COUNT_DIFFERS, "");
}

void mt102_check_doc(struct mt102_reader *r)
{
	struct mt102_doc *d = r->doc;

	d->assign = str_copy(r->cx->arena, buf_view(&r->assign));
	mt102_read_text(r->cx, d->assign, &d->text);
	check_presence(r);
	check_banks(r);
	check_purpose(r);
	if (d->type == 102 && d->count == 0)
		mt102_refuse(r, MT102_21, ERR_TAG_MISSING, "");
	if (d->type == 100 && d->count == 0 && d->purpose == MT102_PAYMENT)
		add_payer_as_person(r);
	give_period(r);
	mt102_check_months(r, d);
	check_totals(r);
}
