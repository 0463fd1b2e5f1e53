/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/mt102_parts.h"

#include "base/check.h"
#include "base/utf8.h"

/* A file that was read in the wrong set shows it in its first names. */
enum { NAME_CHARS = 60, MISREAD_PERSONS = 100 };

_Static_assert(MT102_LA < 32, "keys of a person are bits of a 32-bit word");

void mt102_person_problem(struct mt102_reader *r, struct mt102_person *person, enum mt102_key key,
	enum err code, const char *detail)
{
	bool here = r->person == person && code != ERR_TAG_MISSING;
	size_t line = here ? r->line : person->line;

	issue_add(&r->out->issues, ISSUE_LINE, line, mt102_key_name(key), code, "%s", detail);
	if (person->problem != ERR_NONE)
		return;
	person->problem = (uint16_t)code;
	person->problem_key = (uint8_t)key;
	r->out->bad_count++;
}

struct mt102_person *mt102_person_new(struct mt102_reader *r)
{
	/* count_persons() has counted it. */
	must(r->out->person_count < r->room);
	r->doc->count++;
	return memset(&r->out->persons[r->out->person_count++], 0, sizeof(struct mt102_person));
}

void mt102_person_open(struct mt102_reader *r, struct str value)
{
	mt102_person_close(r);
	r->person = mt102_person_new(r);
	r->person->line = (uint32_t)r->line;
	r->person->born = DAY_ALWAYS;
	r->person->month = MONTH_NEVER;
	r->person->seen = 1U << MT102_21;
	r->person->source.p = r->text.p;
}

static void take_number(struct mt102_reader *r, struct str value)
{
	struct mt102_person *p = r->person;

	p->given = value;
	if (value.n == IIN_DIGITS && iin_valid(value.p) && value.p[4] <= '3') {
		memcpy(p->iin.d, value.p, IIN_DIGITS);
		return;
	}
	if (iin_parse(r->cx, value, &p->iin) == OK)
		return;
	struct err_slot err = r->cx->err;
	err_clear(r->cx);
	mt102_person_problem(r, p, MT102_IDN, err.code, err.detail);
}

static void take_sum(struct mt102_reader *r, struct str value)
{
	enum err code = mt102_read_money(value, &r->person->sum);

	r->sum_unknown |= code != ERR_NONE && code != ERR_MONEY_ZERO;
	if (code == ERR_NONE) {
		if (!money_add(r->sum, r->person->sum, &r->sum))
			mt102_refuse(r, MT102_32B, ERR_MONEY_RANGE, "");
		return;
	}
	struct str currency = {value.p, value.n < 6 ? value.n : 6};
	while (currency.n && currency.p[currency.n - 1] >= '0' && currency.p[currency.n - 1] <= '9')
		currency.n--;
	if (mt102_report_homoglyph(r, currency, true, "KZT"))
		return;
	mt102_refuse(r, MT102_32B, code, mt102_form(code));
}

/* Surname, name or patronymic; "-" means none; of "old/new" the new one. */
static struct str take_name(struct mt102_reader *r, enum mt102_key key, struct str value)
{
	struct str name = value;
	const char *slash = name.n ? memrchr(name.p, '/', name.n) : NULL;

	if (slash) {
		name.n -= (size_t)(slash + 1 - name.p);
		name.p = slash + 1;
	}
	if (str_is(name, "-"))
		name.n = 0;
	if (name.n > NAME_CHARS && utf8_count(name) > NAME_CHARS)
		mt102_person_problem(r, r->person, key, ERR_VALUE_TOO_LONG, "60");
	if (r->doc->count <= MISREAD_PERSONS)
		mt102_note_misread(r, key, name);
	if (name.n == 0 && key != MT102_FT)
		mt102_person_problem(r, r->person, key, ERR_VALUE_MISSING, "");
	return name;
}

static void take_period(struct mt102_reader *r, struct str value)
{
	enum err code = mt102_read_period(value, &r->person->month);

	if (code != ERR_NONE)
		mt102_person_problem(r, r->person, MT102_PERIOD, code, mt102_form(code));
}

void mt102_person_key(struct mt102_reader *r, enum mt102_key key, struct str value)
{
	struct mt102_person *p = r->person;

	if (key != MT102_70 && key != MT102_NONE) {
		if (p->seen >> key & 1)
			mt102_person_problem(r, p, key, ERR_TAG_TWICE, "");
		p->seen |= 1U << key;
	}
	r->last = key;
	if (key == MT102_IDN)
		take_number(r, value);
	else if (key == MT102_32B)
		take_sum(r, value);
	else if (key == MT102_FM)
		p->surname = take_name(r, key, value);
	else if (key == MT102_NM)
		p->name = take_name(r, key, value);
	else if (key == MT102_FT)
		p->patronymic = take_name(r, key, value);
	else if (key == MT102_PERIOD)
		take_period(r, value);
	else if (key == MT102_OPV)
		p->letter = value.n ? value.p[0] : '\0';
	else if (key == MT102_ASSIGN)
		p->reason = value;
	else if (key == MT102_DT && value.n && !mt102_read_yyyymmdd(value, &p->born))
		/* The birth date places no money: it is told and the line is taken. */
		mt102_note(r, MT102_DT, ERR_DAY_FORMAT, "YYYYMMDD");
}

void mt102_person_more(struct mt102_reader *r, struct str text)
{
	if (r->last == MT102_ASSIGN)
		r->person->reason.n = (size_t)(text.p + text.n - r->person->reason.p);
	else
		mt102_person_problem(r, r->person, r->last, ERR_TAG_VALUE, ":…:, /…/");
}

void mt102_person_close(struct mt102_reader *r)
{
	static const enum mt102_key needed[] = {MT102_IDN, MT102_FM, MT102_NM};
	struct mt102_person *p = r->person;

	if (!p)
		return;
	if (!(p->seen >> MT102_32B & 1)) {
		issue_add(&r->out->issues, ISSUE_FILE, p->line, ":32B:", ERR_TAG_MISSING, "%s", "");
		r->sum_unknown = true;
	}
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!(p->seen >> needed[i] & 1))
			mt102_person_problem(r, p, needed[i], ERR_TAG_MISSING, "");
	/* Closed by the line behind its last one. */
	p->source.n = (size_t)(r->text.p - p->source.p);
	r->person = NULL;
}
