/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/emvqr.h"

#include "base/utf8.h"

enum {
	IDS = 100,
	CRC_FIELD_CHARS = 8, /* "6304" and four digits */
	AMOUNT_CHARS_MAX = 13,
	NAME_MAX = 25,
	CITY_MAX = 15,
	LONG_MAX = 99,
};

enum kind {
	K_ANY,      /* not looked at */
	K_TEXT,     /* any characters */
	K_DIGITS,   /* exactly `max` digits */
	K_TEMPLATE, /* holds fields itself */
};

/* A field at the top, or in the template `parent`. */
struct field {
	int parent, id; /* parent -1: at the top */
	enum kind kind;
	int max; /* characters */
	bool required;
	size_t at; /* of a struct str in struct emvqr; NOWHERE */
};

#define NOWHERE ((size_t)-1)
#define PLACE(member) offsetof(struct emvqr, member)

enum { ACCOUNT = 26, ACCOUNT_LAST = 51, MORE = 62, LANGUAGE = 64, OWN = 80, CRC = 63 };

/* In the order in which they are written. */
static const struct field fields[] = {
	{-1, 0, K_DIGITS, 2, true, NOWHERE},
	{-1, 1, K_DIGITS, 2, false, NOWHERE},
	{-1, ACCOUNT, K_TEMPLATE, LONG_MAX, true, NOWHERE},
	{ACCOUNT, 0, K_TEXT, 32, true, PLACE(scheme)},
	{ACCOUNT, 1, K_TEXT, LONG_MAX, false, PLACE(payee)},
	{ACCOUNT, 2, K_TEXT, LONG_MAX, false, PLACE(account)},
	{-1, 52, K_DIGITS, 4, true, PLACE(category)},
	{-1, 53, K_DIGITS, 3, true, NOWHERE},
	{-1, 54, K_TEXT, AMOUNT_CHARS_MAX, false, NOWHERE},
	{-1, 58, K_TEXT, 2, true, PLACE(country)},
	{-1, 59, K_TEXT, NAME_MAX, true, PLACE(name)},
	{-1, 60, K_TEXT, CITY_MAX, true, PLACE(city)},
	{-1, MORE, K_TEMPLATE, LONG_MAX, false, NOWHERE},
	{MORE, 1, K_TEXT, 25, false, PLACE(bill)},
	{MORE, 5, K_TEXT, 25, false, PLACE(reference)},
	{-1, LANGUAGE, K_TEMPLATE, LONG_MAX, false, NOWHERE},
	{LANGUAGE, 0, K_TEXT, 2, true, PLACE(lang)},
	{LANGUAGE, 1, K_TEXT, NAME_MAX, true, PLACE(lang_name)},
	{LANGUAGE, 2, K_TEXT, CITY_MAX, false, PLACE(lang_city)},
};

enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

uint16_t emvqr_crc(struct str bytes)
{
	unsigned crc = 0xFFFF;

	for (size_t i = 0; i < bytes.n; i++) {
		crc ^= (unsigned)(unsigned char)bytes.p[i] << 8;
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1;
	}
	return (uint16_t)crc;
}

static struct str *place(struct emvqr *e, const struct field *f)
{
	return (struct str *)(void *)((char *)e + f->at);
}

static bool all_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

/* Characters of valid UTF-8. */
static size_t characters(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
	return n;
}

/* The first `count` characters of valid UTF-8; false when there are fewer. */
static bool cut_characters(struct str *rest, size_t count, struct str *out)
{
	size_t i = 0;

	while (count > 0 && i < rest->n) {
		i++;
		while (i < rest->n && ((unsigned char)rest->p[i] & 0xC0) == 0x80)
			i++;
		count--;
	}
	*out = (struct str){rest->p, i};
	*rest = (struct str){rest->p + i, rest->n - i};
	return count == 0;
}

/* What an error names: "54", "6205". */
static const char *name_of(struct ctx *cx, int parent, int id)
{
	struct buf b = buf_new(cx->arena, 8);

	if (parent >= 0)
		buf_pad(&b, (uint64_t)parent, 2);
	buf_pad(&b, (uint64_t)id, 2);
	return str_z(cx->arena, buf_view(&b));
}

#define wrong(cx, parent, id, code) fail_in((cx), 0, name_of((cx), (parent), (id)), code, "%s", "")

/* ---- Reading --------------------------------------------------------------------------------- */

static const struct field *field_find(int parent, int id)
{
	for (int i = 0; i < FIELDS; i++)
		if (fields[i].parent == parent && fields[i].id == id)
			return &fields[i];
	return NULL;
}

static bool is_template(int id)
{
	return (id >= ACCOUNT && id <= ACCOUNT_LAST) || id == MORE || id == LANGUAGE || id >= OWN;
}

static bool two_digits(struct str *rest, int *out)
{
	if (rest->n < 2 || !all_digits((struct str){rest->p, 2}))
		return false;
	*out = (rest->p[0] - '0') * 10 + (rest->p[1] - '0');
	*rest = (struct str){rest->p + 2, rest->n - 2};
	return true;
}

/* Digits, then perhaps a dot and at most two more. */
static ST read_amount(struct ctx *cx, struct str text, struct emvqr *out)
{
	struct str rest = text, whole = str_cut(&rest, '.');
	uint64_t tenge, tiyn = 0;

	if (!str_to_u64(whole, MONEY_MAX_TIYN / 100, &tenge) || rest.n > 2 ||
		(rest.n && !str_to_u64(rest, 99, &tiyn)))
		return wrong(cx, -1, 54, TAG_VALUE);
	out->has_amount = true;
	out->amount = money_tiyn((int64_t)(tenge * 100 + (rest.n == 1 ? tiyn * 10 : tiyn)));
	return OK;
}

static ST take_value(struct ctx *cx, const struct field *f, struct str value, struct emvqr *out)
{
	size_t n = characters(value);

	if (n == 0 || n > (size_t)f->max ||
		(f->kind == K_DIGITS && (n != (size_t)f->max || !all_digits(value))))
		return wrong(cx, f->parent, f->id, TAG_VALUE);
	if (f->at != NOWHERE) {
		*place(out, f) = value;
		return OK;
	}
	switch (f->parent < 0 ? f->id : -1) {
	case 0:
		return str_is(value, "01") ? OK : wrong(cx, -1, 0, TAG_VALUE);
	case 1:
		out->dynamic = str_is(value, "12");
		return out->dynamic || str_is(value, "11") ? OK : wrong(cx, -1, 1, TAG_VALUE);
	case 53:
		return str_is(value, "398") ? OK : wrong(cx, -1, 53, TAG_VALUE);
	case 54:
		return read_amount(cx, value, out);
	default:
		return OK;
	}
}

static ST read_fields(struct ctx *cx, int parent, struct str text, struct emvqr *out);

/*
 * Of the accounts of several schemes the first is taken. A template holds no further one, so this
 * goes one step deep.
 */
static ST take(struct ctx *cx, int parent, int id, struct str value, struct emvqr *out)
{
	const struct field *f = field_find(parent, id);

	if (parent < 0 && is_template(id)) {
		struct emvqr other = {0};
		bool ours = id == MORE || id == LANGUAGE ||
			    (id >= ACCOUNT && id <= ACCOUNT_LAST && !out->scheme.n);

		return read_fields(
			cx, id <= ACCOUNT_LAST ? ACCOUNT : id, value, ours ? out : &other);
	}
	return f ? take_value(cx, f, value, out) : OK;
}

static ST all_required(struct ctx *cx, int parent, const bool *seen)
{
	for (int i = 0; i < FIELDS; i++) {
		const struct field *f = &fields[i];

		if (f->parent == parent && f->required && !seen[f->id] && f->kind != K_TEMPLATE)
			return wrong(cx, parent, f->id, TAG_MISSING);
	}
	return OK;
}

static ST read_fields(struct ctx *cx, int parent, struct str rest, struct emvqr *out)
{
	bool seen[IDS] = {false};

	while (rest.n) {
		struct str value;
		int id, length;

		if (!two_digits(&rest, &id))
			return fail_in(cx, 0, "", FILE_TRUNCATED, "%s", "");
		if (!two_digits(&rest, &length) || !cut_characters(&rest, (size_t)length, &value))
			return wrong(cx, parent, id, FILE_TRUNCATED);
		if (seen[id])
			return wrong(cx, parent, id, TAG_TWICE);
		if (parent < 0 && !seen[0] && id != 0)
			return wrong(cx, parent, 0, TAG_MISSING);
		/* The last one was cut off when it was checked. */
		if (parent < 0 && id == CRC)
			return wrong(cx, parent, CRC, TAG_TWICE);
		seen[id] = true;
		TRY(take(cx, parent, id, value, out));
	}
	return all_required(cx, parent, seen);
}

static ST check_crc(struct ctx *cx, struct str text)
{
	static const char hex[] = "0123456789ABCDEF";
	struct str end;
	uint16_t crc;

	if (text.n < CRC_FIELD_CHARS)
		return wrong(cx, -1, CRC, TAG_MISSING);
	end = (struct str){text.p + text.n - CRC_FIELD_CHARS, CRC_FIELD_CHARS};
	if (!str_starts(end, "6304"))
		return wrong(cx, -1, CRC, TAG_MISSING);
	crc = emvqr_crc((struct str){text.p, text.n - 4});
	for (int i = 0; i < 4; i++)
		if (end.p[4 + i] != hex[crc >> (12 - 4 * i) & 15])
			return wrong(cx, -1, CRC, TOTAL_DIFFERS);
	return OK;
}

ST emvqr_read(struct ctx *cx, struct str text, struct emvqr *out)
{
	*out = (struct emvqr){0};
	if (text.n > EMVQR_BYTES_MAX)
		return fail(cx, VALUE_TOO_LONG, "%d", EMVQR_BYTES_MAX);
	if (!utf8_valid(text, NULL))
		return fail(cx, TEXT_ENCODING, "%s", "");
	TRY(check_crc(cx, text));
	TRY(read_fields(cx, -1, (struct str){text.p, text.n - CRC_FIELD_CHARS}, out));
	if (!out->scheme.n)
		return wrong(cx, -1, ACCOUNT, TAG_MISSING);
	return OK;
}

/* ---- Writing --------------------------------------------------------------------------------- */

static void put(struct buf *b, int id, struct str value)
{
	buf_pad(b, (uint64_t)id, 2);
	buf_pad(b, characters(value), 2);
	buf_str(b, value);
}

/* The values that are not texts of the struct. */
static struct str value_of(struct ctx *cx, const struct emvqr *in, const struct field *f)
{
	struct buf b = buf_new(cx->arena, 32);

	if (f->at != NOWHERE)
		return *place((struct emvqr *)(uintptr_t)in, f);
	switch (f->id) {
	case 0:
		return STR_LIT("01");
	case 1:
		return in->dynamic ? STR_LIT("12") : STR_LIT("11");
	case 53:
		return STR_LIT("398");
	case 54:
		if (in->has_amount)
			money_put_plain(&b, in->amount);
		return buf_view(&b);
	default:
		return (struct str){0};
	}
}

static ST write_fields(struct ctx *cx, const struct emvqr *in, int parent, struct buf *out)
{
	for (int i = 0; i < FIELDS; i++) {
		const struct field *f = &fields[i];
		struct emvqr unused = {0};
		struct str value;

		if (f->parent != parent)
			continue;
		if (f->kind == K_TEMPLATE) {
			struct buf inner = buf_new(cx->arena, EMVQR_BYTES_MAX);

			if (f->id == LANGUAGE && !in->lang.n)
				continue;
			TRY(write_fields(cx, in, f->id, &inner));
			value = buf_view(&inner);
		} else {
			value = value_of(cx, in, f);
		}
		if (!value.n && f->required)
			return wrong(cx, parent, f->id, TAG_MISSING);
		if (!value.n)
			continue;
		if (!utf8_valid(value, NULL))
			return wrong(cx, parent, f->id, TEXT_ENCODING);
		if (f->kind == K_TEMPLATE && characters(value) > LONG_MAX)
			return wrong(cx, parent, f->id, VALUE_TOO_LONG);
		if (f->kind != K_TEMPLATE)
			TRY(take_value(cx, f, value, &unused));
		put(out, f->id, value);
	}
	return OK;
}

ST emvqr_write(struct ctx *cx, const struct emvqr *in, struct buf *out)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t from = out->n;
	uint16_t crc;

	TRY(write_fields(cx, in, -1, out));
	buf_z(out, "6304");
	if (out->over)
		return fail(cx, VALUE_TOO_LONG, "%s", "");
	crc = emvqr_crc((struct str){out->p + from, out->n - from});
	for (int shift = 12; shift >= 0; shift -= 4)
		buf_char(out, hex[crc >> shift & 15]);
	return out->over ? fail(cx, VALUE_TOO_LONG, "%s", "") : OK;
}
