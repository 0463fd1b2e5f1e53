/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/mt950.h"

#include "base/utf8.h"
#include "domain/kinds.h"
#include "limits.h"

enum { PASSED_BYTES = 4 << 20, TAG_CHARS = 4, ACCOUNT_CHARS = 35 };

enum tag {
	TAG_REFERENCE,
	TAG_STATE, /* of MT970: FINAL, or not all of the day yet */
	TAG_ACCOUNT,
	TAG_OPENING,
	TAG_OPENING_PAGE,
	TAG_ENTRY,
	TAG_CLOSING,
	TAG_CLOSING_PAGE,
	TAG_WORDS,
	TAG_NONE /* of those that tell nothing that is needed here */
};

static const char *const names[TAG_NONE] = {
	[TAG_REFERENCE] = ":20:",
	[TAG_STATE] = ":23:",
	[TAG_ACCOUNT] = ":25:",
	[TAG_OPENING] = ":60F:",
	[TAG_OPENING_PAGE] = ":60M:",
	[TAG_ENTRY] = ":61:",
	[TAG_CLOSING] = ":62F:",
	[TAG_CLOSING_PAGE] = ":62M:",
	[TAG_WORDS] = ":86:",
};

enum place { OUTSIDE, STATEMENT, OTHER_MESSAGE };

/* An entry, until the next one begins: what is said about it may follow on more lines. */
struct entry {
	bool open;
	bool credit, reversal;
	struct str reference;
	struct biller_row row;
	bool has_person, many_persons, other_purpose;
};

struct reader {
	struct ctx *cx;
	const struct biller_profile *p;
	const struct biller_input *in;
	struct biller_register *out;
	struct str rest, text; /* what is not read yet; the present line */
	const char *passed_to;
	size_t line;
	enum place place;
	bool blocks; /* the message stands in blocks, so that it has an end of its own */
	enum tag last;
	unsigned seen; /* bits 1 << enum tag, of this message */
	struct entry entry;
	struct money opening, booked;
	size_t statements;
	/* A statement of several pages: the next one must begin with this balance. */
	bool more_pages;
	struct money carried;
	char account[ACCOUNT_CHARS], next_account[ACCOUNT_CHARS];
	size_t account_n, next_account_n;
};

bool mt950_sniff(struct str text)
{
	static const char *const starts[] = {"{1:", "{2:", "{4:", ":20:"};
	struct str s = str_trim((struct str){text.p, text.n < 64 ? text.n : 64});

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (str_starts(s, starts[i]))
			return true;
	return false;
}

/* ---- Values ---------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* `n` digits off the front of `s`. */
static bool take_digits(struct str *s, size_t n, int *out)
{
	int v = 0;

	if (s->n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!is_digit(s->p[i]))
			return false;
		v = v * 10 + (s->p[i] - '0');
	}
	*out = v;
	s->p += n;
	s->n -= n;
	return true;
}

static bool take_letter(struct str *s, const char *letters, char *out)
{
	if (s->n == 0 || !s->p[0] || !strchr(letters, s->p[0]))
		return false;
	*out = s->p[0];
	s->p++;
	s->n--;
	return true;
}

static ST take_day(struct reader *r, enum tag tag, struct str *s, struct day *out)
{
	int v;

	return take_digits(s, 6, &v) && day_from_number(20000000 + v, out)
		       ? OK
		       : fail_in(r->cx, r->line, names[tag], DAY_FORMAT, "%s", "YYMMDD");
}

static ST take_currency(struct reader *r, enum tag tag, struct str *s)
{
	struct str currency = {s->p, s->n < 3 ? s->n : 3};

	if (!str_is(currency, "KZT"))
		return fail_in(r->cx, r->line, names[tag], CURRENCY, "%s", "KZT");
	s->p += 3;
	s->n -= 3;
	return OK;
}

/* "4250,00", "4250,5", "4250,": the comma is a must, what is behind it is not. */
static ST take_money(struct reader *r, enum tag tag, struct str *s, struct money *out)
{
	int64_t tiyn = 0;
	size_t at = 0, comma;

	if (s->n && s->p[0] == '-')
		return fail_in(r->cx, r->line, names[tag], MONEY_NEGATIVE, "%s", "");
	for (; at < s->n && is_digit(s->p[at]); at++) {
		tiyn = tiyn * 10 + (s->p[at] - '0');
		if (tiyn > MONEY_MAX_TIYN / 100)
			return fail_in(r->cx, r->line, names[tag], MONEY_RANGE, "%s", "");
	}
	if (at == 0 || at == s->n || s->p[at] != ',')
		return fail_in(r->cx, r->line, names[tag], MONEY_FORMAT, "%s", "4250,00");
	comma = at++;
	for (int places = 0; places < 2; places++) {
		bool digit = at < s->n && is_digit(s->p[at]);

		tiyn = tiyn * 10 + (digit ? s->p[at] - '0' : 0);
		at += digit;
	}
	if (at < s->n && is_digit(s->p[at]) && at == comma + 3)
		return fail_in(r->cx, r->line, names[tag], MONEY_FRACTION, "%s", "");
	if (tiyn > MONEY_MAX_TIYN)
		return fail_in(r->cx, r->line, names[tag], MONEY_RANGE, "%s", "");
	*out = money_tiyn(tiyn);
	s->p += at;
	s->n -= at;
	return OK;
}

static ST wrong_value(struct reader *r, enum tag tag, const char *form)
{
	return fail_in(r->cx, r->line, names[tag], TAG_VALUE, "%s", form);
}

/* ---- Entries --------------------------------------------------------------------------------- */

/* C, D, RC, RD: a credit or a debit, or the reversal of one, which is its opposite. */
static bool take_side(struct str *s, struct entry *e)
{
	char side = 0;

	e->reversal = s->n > 1 && s->p[0] == 'R';
	if (e->reversal) {
		s->p++;
		s->n--;
	}
	if (!take_letter(s, "CD", &side))
		return false;
	e->credit = (side == 'C') != e->reversal;
	return true;
}

/*
 * "1505C260110KZT4250,00S102K05900000123456": hour and minute, side, day, currency and sum, then
 * the kind of message, the bank and the reference.
 */
static ST read_national(struct reader *r, struct str s)
{
	enum { KIND_CHARS = 4, BANK_CHARS = 9 };
	struct entry *e = &r->entry;
	struct day day;
	int at;

	if (!take_digits(&s, 4, &at) || at / 100 > 23 || at % 100 > 59 || !take_side(&s, e))
		return wrong_value(r, TAG_ENTRY, "HHMM, C, D");
	TRY(take_day(r, TAG_ENTRY, &s, &day));
	TRY(take_currency(r, TAG_ENTRY, &s));
	TRY(take_money(r, TAG_ENTRY, &s, &e->row.sum));
	if (s.n <= KIND_CHARS + BANK_CHARS || s.p[0] != 'S')
		return wrong_value(r, TAG_ENTRY, "S102…");
	e->reference = (struct str){s.p + KIND_CHARS + BANK_CHARS, s.n - KIND_CHARS - BANK_CHARS};
	e->row.time = day_number(day) * 1000000 + at * 100LL;
	return OK;
}

/* The day on which it was booked has no year: that which lies nearest to the value day. */
static ST booking_day(struct reader *r, int month_day, struct day value, struct day *out)
{
	int year = (int)(day_number(value) / 10000), nearest = INT32_MAX;

	for (int y = year - 1; y <= year + 1; y++) {
		struct day day;
		int apart;

		if (!day_from_number(y * 10000 + month_day, &day))
			continue;
		apart = day.n > value.n ? day.n - value.n : value.n - day.n;
		if (apart < nearest) {
			nearest = apart;
			*out = day;
		}
	}
	return nearest < INT32_MAX
		       ? OK
		       : fail_in(r->cx, r->line, names[TAG_ENTRY], DAY_FORMAT, "%s", "MMDD");
}

/* The owner's reference, else the bank's behind two slashes. */
static struct str swift_reference(struct str s)
{
	const char *slashes = s.n ? memmem(s.p, s.n, "//", 2) : NULL;
	struct str own = {s.p, slashes ? (size_t)(slashes - s.p) : s.n};

	if (!slashes || !str_is(str_trim(own), "NONREF"))
		return own;
	return (struct str){slashes + 2, s.n - own.n - 2};
}

/* "2601100110C4250,00N102123456//7654": value day, perhaps the booking day, side, sum, kind. */
static ST read_swift(struct reader *r, struct str s)
{
	enum { KIND_CHARS = 4 };
	struct entry *e = &r->entry;
	struct day day;
	char letter;
	int month_day;

	TRY(take_day(r, TAG_ENTRY, &s, &day));
	if (take_digits(&s, 4, &month_day))
		TRY(booking_day(r, month_day, day, &day));
	if (!take_side(&s, e))
		return wrong_value(r, TAG_ENTRY, "C, D, RC, RD");
	/* The third letter of the currency, where a bank says it. */
	if (s.n && !is_digit(s.p[0]) && s.p[0] != '-' && !take_letter(&s, "T", &letter))
		return fail_in(r->cx, r->line, names[TAG_ENTRY], CURRENCY, "%s", "KZT");
	TRY(take_money(r, TAG_ENTRY, &s, &e->row.sum));
	if (s.n <= KIND_CHARS || (s.p[0] != 'N' && s.p[0] != 'F' && s.p[0] != 'S'))
		return wrong_value(r, TAG_ENTRY, "N…, F…, S…");
	e->reference = swift_reference((struct str){s.p + KIND_CHARS, s.n - KIND_CHARS});
	e->row.time = day_number(day) * 1000000;
	return OK;
}

/* In the national form a side follows the four digits of the hour, in the other one two more. */
static bool is_national(struct str s)
{
	return s.n > 4 && !is_digit(s.p[4]);
}

static ST open_entry(struct reader *r, struct str value)
{
	r->entry = (struct entry){.open = true, .row = {.line = (uint32_t)r->line}};
	TRY(is_national(value) ? read_national(r, value) : read_swift(r, value));
	r->entry.reference = str_trim(r->entry.reference);
	if (r->entry.credit ? money_add(r->booked, r->entry.row.sum, &r->booked)
			    : money_sub(r->booked, r->entry.row.sum, &r->booked))
		return OK;
	return fail_in(r->cx, r->line, names[TAG_ENTRY], MONEY_RANGE, "%s", "");
}

/* Is it a payment of the channel, or the reversal of one? */
static bool is_ours(const struct reader *r)
{
	const struct entry *e = &r->entry;

	for (size_t i = 0; i < e->reference.n; i++)
		if (!is_digit(e->reference.p[i]))
			return false;
	return e->reference.n > 0 && e->reference.n <= r->p->txn_digits && !e->other_purpose &&
	       e->credit != e->reversal;
}

static ST close_entry(struct reader *r)
{
	struct entry *e = &r->entry;

	if (!e->open)
		return OK;
	e->open = false;
	if (!is_ours(r)) {
		r->out->other_rows++;
		return money_add(r->out->other_sum, e->row.sum, &r->out->other_sum)
			       ? OK
			       : fail_in(r->cx, e->row.line, names[TAG_ENTRY], MONEY_RANGE, "%s",
					 "");
	}
	if (money_is_zero(e->row.sum))
		return fail_in(r->cx, e->row.line, names[TAG_ENTRY], MONEY_ZERO, "%s", "");
	biller_row_set_txn(&e->row, e->reference);
	e->row.taken = !e->reversal;
	e->row.reversal = e->reversal;
	e->row.unnamed = !e->has_person || e->many_persons;
	return biller_register_add(r->cx, r->out, &e->row);
}

/* The value of "/KEY/value/…" in a line of words; .p == NULL where there is none. */
static struct str key_value(struct str text, const char *key)
{
	const char *at = text.n ? memmem(text.p, text.n, key, strlen(key)) : NULL;
	struct str value, rest;

	if (!at)
		return (struct str){0};
	rest = (struct str){at + strlen(key), (size_t)(text.p + text.n - at) - strlen(key)};
	value = str_cut(&rest, '/');
	return str_trim(value);
}

/* What banks write there is their own; two keys of payment orders are looked for. */
static ST read_words(struct reader *r, struct str text)
{
	struct entry *e = &r->entry;
	struct str number = key_value(text, "/IDN/"), purpose = key_value(text, "/KNP/");
	struct iin iin;
	uint64_t knp;
	enum knp known;
	enum st st;

	if (!e->open)
		return OK;
	if (purpose.p)
		e->other_purpose =
			!str_to_u64(purpose, 999, &knp) || !knp_from_number((int64_t)knp, &known);
	if (!number.p)
		return OK;
	st = iin_parse(r->cx, number, &iin);
	if (st != OK) {
		r->cx->err.line = r->line;
		err_set_field(&r->cx->err, names[TAG_WORDS]);
		return st;
	}
	e->many_persons = e->many_persons || (e->has_person && !iin_same(&e->row.iin, &iin));
	e->has_person = true;
	e->row.iin = iin;
	return OK;
}

/* ---- The statement --------------------------------------------------------------------------- */

/* "C260110KZT1000,00" */
static ST read_balance(struct reader *r, enum tag tag, struct str s, struct money *out)
{
	struct day day;
	char side;

	if (!take_letter(&s, "CD", &side))
		return wrong_value(r, tag, "C, D");
	TRY(take_day(r, tag, &s, &day));
	TRY(take_currency(r, tag, &s));
	TRY(take_money(r, tag, &s, out));
	if (s.n)
		return wrong_value(r, tag, "C260110KZT1000,00");
	if (side == 'D' && !money_sub(MONEY_ZERO, *out, out))
		return fail_in(r->cx, r->line, names[tag], MONEY_RANGE, "%s", "");
	return OK;
}

static ST truncated(struct reader *r, const char *what)
{
	return fail_in(r->cx, r->line, what, FILE_TRUNCATED, "%s", "");
}

static ST open_balance(struct reader *r, enum tag tag, struct str value)
{
	bool same = r->account_n == r->next_account_n &&
		    memcmp(r->account, r->next_account, r->account_n) == 0;

	TRY(read_balance(r, tag, value, &r->opening));
	r->booked = MONEY_ZERO;
	if (tag == TAG_OPENING)
		return r->more_pages ? truncated(r, names[TAG_CLOSING]) : OK;
	/* A page without the one before it. */
	if (!r->more_pages || !same || money_cmp(r->opening, r->carried) != 0)
		return truncated(r, names[TAG_OPENING_PAGE]);
	return OK;
}

static ST close_balance(struct reader *r, enum tag tag, struct str value)
{
	struct money sum;

	TRY(close_entry(r));
	if (!(r->seen & (1U << TAG_OPENING | 1U << TAG_OPENING_PAGE)))
		return fail_in(r->cx, r->line, names[TAG_OPENING], TAG_MISSING, "%s", "");
	TRY(read_balance(r, tag, value, &r->carried));
	if (!money_add(r->opening, r->booked, &sum))
		return fail_in(r->cx, r->line, names[tag], MONEY_RANGE, "%s", "");
	if (money_cmp(sum, r->carried) != 0)
		return fail_in(r->cx, r->line, names[tag], TOTAL_DIFFERS, "%s", ":60F: + :61:");
	r->more_pages = tag == TAG_CLOSING_PAGE;
	memcpy(r->next_account, r->account, r->account_n);
	r->next_account_n = r->account_n;
	return OK;
}

/* "HSBKKZKX/KZ456010000000000001" or one of the two. */
static ST read_account(struct reader *r, struct str value)
{
	if (value.n == 0)
		return wrong_value(r, TAG_ACCOUNT, "KZ…");
	r->account_n = value.n < ACCOUNT_CHARS ? value.n : ACCOUNT_CHARS;
	memcpy(r->account, value.p, r->account_n);
	while (value.n) {
		struct str part = str_trim(str_cut(&value, '/'));

		if (biller_is_other_bank(r->p, part))
			return fail_in(r->cx, r->line, names[TAG_ACCOUNT], VALUE_UNKNOWN, "%.*s",
				STR(part));
	}
	return OK;
}

static ST read_tag(struct reader *r, enum tag tag, struct str value)
{
	r->last = tag;
	if (tag == TAG_NONE)
		return OK;
	if ((r->seen & 1U << tag) && tag != TAG_ENTRY && tag != TAG_WORDS)
		return fail_in(r->cx, r->line, names[tag], TAG_TWICE, "%s", "");
	r->seen |= 1U << tag;
	switch (tag) {
	case TAG_STATE:
		/* One that is not final says nothing about what is missing. */
		return str_is(value, "FINAL") ? OK : wrong_value(r, tag, "FINAL");
	case TAG_ACCOUNT:
		return read_account(r, value);
	case TAG_OPENING:
	case TAG_OPENING_PAGE:
		return open_balance(r, tag, value);
	case TAG_ENTRY:
		TRY(close_entry(r));
		if (!(r->seen & (1U << TAG_OPENING | 1U << TAG_OPENING_PAGE)))
			return fail_in(r->cx, r->line, names[TAG_OPENING], TAG_MISSING, "%s", "");
		return open_entry(r, value);
	case TAG_CLOSING:
	case TAG_CLOSING_PAGE:
		return close_balance(r, tag, value);
	case TAG_WORDS:
		return read_words(r, value);
	case TAG_REFERENCE:
	case TAG_NONE:
		break;
	}
	return OK;
}

/* Letters that are drawn like Latin ones would hide an entry. */
static ST check_letters(struct reader *r, struct str name)
{
	uint32_t code;

	for (struct str s = name; s.n;) {
		size_t n = utf8_take(s, &code);

		if (n != 1)
			return fail_in(r->cx, r->line, ":", TAG_HOMOGLYPH, "%.*s", (int)n, s.p);
		s.p += n;
		s.n -= n;
	}
	return OK;
}

/* ":61:value", or more of what the tag before it began. */
static ST read_line(struct reader *r)
{
	struct str line = r->text, name = line;
	const char *end = line.n > 2 && line.p[0] == ':'
				  ? memchr(line.p + 1, ':', line.n - 1 < 12 ? line.n - 1 : 12)
				  : NULL;

	if (!end)
		return r->last == TAG_WORDS ? read_words(r, line) : OK;
	name.n = (size_t)(end + 1 - line.p);
	TRY(check_letters(r, name));
	line.p += name.n;
	line.n -= name.n;
	for (int k = 0; k < TAG_NONE; k++)
		if (str_is(name, names[k]))
			return read_tag(r, (enum tag)k, str_trim(line));
	return read_tag(r, TAG_NONE, line);
}

/* ---- The stream ------------------------------------------------------------------------------ */

static ST end_message(struct reader *r)
{
	if (r->place == STATEMENT) {
		TRY(close_entry(r));
		if (!(r->seen & (1U << TAG_CLOSING | 1U << TAG_CLOSING_PAGE)))
			return truncated(r, names[TAG_CLOSING]);
		if (!(r->seen & 1U << TAG_ACCOUNT))
			return fail_in(r->cx, r->line, names[TAG_ACCOUNT], TAG_MISSING, "%s", "");
	}
	r->place = OUTSIDE;
	return OK;
}

static void begin_statement(struct reader *r, bool blocks)
{
	r->place = STATEMENT;
	r->blocks = blocks;
	r->statements++;
	r->seen = 0;
	r->last = TAG_NONE;
	r->account_n = 0;
}

/* The block that `s` begins with, to its closing brace; the fourth one only to its mark. */
static struct str block_of(struct str s)
{
	int depth = 0;

	if (str_starts(s, "{4:"))
		return (struct str){s.p, 3};
	for (size_t i = 0; i < s.n; i++) {
		depth += s.p[i] == '{';
		depth -= s.p[i] == '}';
		if (depth == 0)
			return (struct str){s.p, i + 1};
	}
	return (struct str){0};
}

/* "{2:O950…" or "{2:I950…": is it a statement? */
static ST read_kind(struct reader *r, struct str block, bool *statement)
{
	static const char *const kinds[] = {"940", "950", "970"};
	struct str kind = {block.p + 4, 3}, rest = kind;
	int number;

	if (block.n < 8 || (block.p[3] != 'I' && block.p[3] != 'O') ||
		!take_digits(&rest, 3, &number))
		return fail_in(r->cx, r->line, "{2:}", TAG_VALUE, "%s", "{2:O950…}");
	*statement = false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		*statement = *statement || str_is(kind, kinds[i]);
	return OK;
}

/* Between messages: blocks, also several on one line. */
static ST read_blocks(struct reader *r, bool *statement)
{
	for (r->text = str_trim(r->text); r->text.n; r->text = str_trim(r->text)) {
		struct str block;

		if (str_starts(r->text, ":20:")) {
			begin_statement(r, false);
			return read_line(r);
		}
		/* The end mark of old files. */
		if (r->text.p[0] == 0x1a && r->text.n == 1)
			return OK;
		block = r->text.p[0] == '{' && r->text.n > 2 && r->text.p[2] == ':'
				? block_of(r->text)
				: (struct str){0};
		if (!block.n)
			return fail_in(r->cx, r->line, "{", TAG_VALUE, "%s", "{1:, {2:, {4:");
		r->text.p += block.n;
		r->text.n -= block.n;
		if (block.p[1] == '1')
			*statement = true;
		if (block.p[1] == '2')
			TRY(read_kind(r, block, statement));
		if (block.p[1] != '4')
			continue;
		if (*statement)
			begin_statement(r, true);
		else
			r->place = OTHER_MESSAGE;
		*statement = true;
		r->text = str_trim(r->text);
		return r->text.n && r->place == STATEMENT ? read_line(r) : OK;
	}
	return OK;
}

/* Ends of lines of all kinds: CRLF, LF and, of old machines, CR alone. */
static bool next_line(struct reader *r)
{
	size_t n = 0;

	if (r->rest.n == 0)
		return false;
	while (n < r->rest.n && r->rest.p[n] != '\n' && r->rest.p[n] != '\r')
		n++;
	r->text = (struct str){r->rest.p, n};
	if (n + 1 < r->rest.n && r->rest.p[n] == '\r' && r->rest.p[n + 1] == '\n')
		n++;
	n += n < r->rest.n;
	r->rest.p += n;
	r->rest.n -= n;
	r->line++;
	while (r->text.n && r->text.p[r->text.n - 1] == ' ')
		r->text.n--;
	if (r->in->passed && (size_t)(r->rest.p - r->passed_to) >= PASSED_BYTES) {
		r->in->passed(r->in->passed_arg, r->text.p);
		r->passed_to = r->rest.p;
	}
	return true;
}

static ST read_all(struct reader *r)
{
	/* Without block 2 it is taken for what is asked for. */
	bool statement = true;

	while (next_line(r)) {
		bool end = r->place != OUTSIDE && str_starts(r->text, "-}");

		if (end || (r->place != OUTSIDE && !r->blocks && str_is(r->text, "-"))) {
			TRY(end_message(r));
			r->text.p += end ? 2 : 1;
			r->text.n -= end ? 2 : 1;
		}
		if (r->place != OUTSIDE && str_starts(r->text, "{1:"))
			return truncated(r, "-}");
		if (r->place == OUTSIDE)
			TRY(read_blocks(r, &statement));
		else if (r->place == STATEMENT)
			TRY(read_line(r));
	}
	if (r->place != OUTSIDE && r->blocks)
		return truncated(r, "-}");
	TRY(end_message(r));
	if (r->more_pages)
		return truncated(r, names[TAG_CLOSING]);
	if (r->statements == 0)
		return fail_in(r->cx, 1, "{2:}", TAG_VALUE, "%s", "940, 950, 970");
	return biller_register_close(r->cx, r->out, names[TAG_ENTRY]);
}

ST mt950_parse(struct ctx *cx, const struct biller_profile *p, const struct biller_input *in,
	struct biller_register *out)
{
	struct reader *r = ARENA_NEW(cx->arena, struct reader);

	*out = biller_register_new(cx->arena);
	*r = (struct reader){
		.cx = cx, .p = p, .in = in, .out = out, .rest = in->text, .passed_to = in->text.p};
	return read_all(r);
}
