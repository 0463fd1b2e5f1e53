/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/mt102.h"

#include "base/check.h"
#include "base/utf8.h"

enum { TERMINAL_CHARS = 12, LINE_CHARS = 70, LINES = 7, FIRST_CHARS = LINE_CHARS - 8 };

static void line(struct buf *b, const char *key, struct str value)
{
	buf_z(b, key);
	buf_str(b, value);
	buf_z(b, "\r\n");
}

static void put_yymmdd(struct buf *b, struct day d)
{
	buf_pad(b, (uint64_t)(day_number(d) % 1000000), 6);
}

static void put_money(struct buf *b, struct money m)
{
	int64_t tiyn = money_to_tiyn(m);

	buf_z(b, "KZT");
	buf_i64(b, tiyn / 100);
	buf_char(b, ',');
	buf_pad(b, (uint64_t)(tiyn % 100), 2);
}

static void put_party(struct buf *b, const struct mt102_party *p, bool payer)
{
	line(b, payer ? ":50:/D/" : ":59:", p->iban);
	line(b, "/NAME/", p->name);
	if (p->has_number)
		line(b, "/IDN/", iin_digits(&p->number));
	if (payer) {
		line(b, "/CHIEF/", p->chief);
		line(b, "/MAINBK/", p->accountant);
	}
	if (p->residency)
		line(b, "/IRS/", (struct str){&p->residency, 1});
	if (p->sector)
		line(b, "/SECO/", (struct str){&p->sector, 1});
}

/* Bytes of the next line: at most `chars` characters, cut at a space where there is one. */
static size_t line_bytes(struct str text, size_t chars)
{
	size_t n = 0, space = 0;
	uint32_t code;

	for (size_t i = 0; i < chars && n < text.n; i++) {
		if (text.p[n] == ' ')
			space = n;
		n += utf8_take((struct str){text.p + n, text.n - n}, &code);
	}
	if (n == text.n || text.p[n] == ' ' || space == 0)
		return n;
	return space;
}

/* Continuation lines may not begin like a tag, a key or the end of the message. */
static ST put_assign(struct ctx *cx, struct buf *b, struct str text)
{
	size_t lines = 0;

	buf_z(b, "/ASSIGN/");
	do {
		size_t n = line_bytes(text, lines ? LINE_CHARS : FIRST_CHARS);

		if (lines++ == LINES)
			return fail_in(
				cx, 0, "/ASSIGN/", VALUE_TOO_LONG, "%d × %d", LINES, LINE_CHARS);
		buf_put(b, text.p, n);
		buf_z(b, "\r\n");
		text.p += n;
		text.n -= n;
		while (text.n && strchr(" :-/{", text.p[0])) {
			text.p++;
			text.n--;
		}
	} while (text.n);
	return OK;
}

static ST put_details(struct ctx *cx, struct buf *b, const struct mt102_doc *d)
{
	buf_z(b, ":70:\r\n");
	line(b, "/NUM/", d->number);
	buf_z(b, "/DATE/");
	put_yymmdd(b, d->date);
	buf_z(b, "\r\n/SEND/07\r\n");
	line(b, "/VO/", d->operation.n ? d->operation : STR_LIT("01"));
	buf_z(b, "/KNP/");
	if (d->has_knp)
		buf_pad(b, (uint64_t)knp_number(d->knp), 3);
	else
		buf_str(b, d->knp_text);
	buf_z(b, "\r\n/PSO/01\r\n/PRT/50\r\n");
	return put_assign(cx, b, d->assign);
}

static void put_person(struct buf *b, const struct mt102_person *p, size_t ordinal)
{
	buf_z(b, ":21:");
	buf_u64(b, ordinal);
	buf_z(b, "\r\n:32B:");
	put_money(b, p->sum);
	buf_z(b, "\r\n:70:\r\n");
	if (p->letter)
		line(b, "/OPV/", (struct str){&p->letter, 1});
	line(b, "/FM/", p->surname);
	line(b, "/NM/", p->name);
	if (p->patronymic.n)
		line(b, "/FT/", p->patronymic);
	if (p->born.n != DAY_ALWAYS.n) {
		buf_z(b, "/DT/");
		buf_pad(b, (uint64_t)day_number(p->born), 8);
		buf_z(b, "\r\n");
	}
	line(b, "/IDN/", iin_digits(&p->iin));
	buf_z(b, "/PERIOD/");
	buf_pad(b, (uint64_t)month_number(p->month), 2);
	buf_pad(b, (uint64_t)month_year(p->month), 4);
	buf_z(b, "\r\n");
	if (p->reason.n)
		line(b, "/ASSIGN/", p->reason);
}

static ST check_texts(struct ctx *cx, const struct mt102_doc *d)
{
	const struct {
		const char *key;
		struct str value;
		size_t max;
	} texts[] = {
		{":20:", d->reference, 16},
		{"/NAME/", d->payer.name, 60},
		{"/CHIEF/", d->payer.chief, 60},
		{"/MAINBK/", d->payer.accountant, 60},
		{"/NAME/", d->receiver.name, 60},
		{"/NUM/", d->number, 9},
		{"/ASSIGN/", d->assign, LINES * LINE_CHARS},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (texts[i].value.n == 0)
			return fail_in(cx, 0, texts[i].key, VALUE_MISSING, "%s", "");
		if (utf8_count(texts[i].value) > texts[i].max)
			return fail_in(cx, 0, texts[i].key, VALUE_TOO_LONG, "%zu", texts[i].max);
	}
	return OK;
}

enum st mt102_write(struct ctx *cx, const struct mt102_message *m, struct buf *out)
{
	must(m->terminal.n == TERMINAL_CHARS);
	TRY(check_texts(cx, m->doc));
	buf_z(out, "{1:F01");
	buf_str(out, m->terminal);
	buf_z(out, "0001000001}\r\n{2:I102SGROSS000000U3003}\r\n{4:\r\n");
	line(out, ":20:", m->doc->reference);
	put_party(out, &m->doc->payer, true);
	line(out, ":52B:", m->doc->payer.bic);
	line(out, ":57B:", m->doc->receiver.bic);
	put_party(out, &m->doc->receiver, false);
	TRY(put_details(cx, out, m->doc));
	for (size_t i = 0; i < m->count; i++)
		put_person(out, &m->persons[i], i + 1);
	buf_z(out, ":32A:");
	put_yymmdd(out, m->doc->value);
	put_money(out, m->doc->total);
	buf_z(out, "\r\n-}\r\n");
	return OK;
}
