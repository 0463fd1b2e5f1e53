/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/http/form.h"

#include <stdio.h>

#include "base/check.h"
#include "base/utf8.h"
#include "channels/http/route.h"
#include "formats/json_read.h"

static ST decode_percent(struct ctx *cx, struct str in, struct str *out)
{
	char *to = arena_alloc(cx->arena, in.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < in.n; i++) {
		char c = in.p[i];

		if (c == '+') {
			c = ' ';
		} else if (c == '%') {
			int high = in.n - i > 2 ? str_hex_digit(in.p[i + 1]) : -1;
			int low = in.n - i > 2 ? str_hex_digit(in.p[i + 2]) : -1;

			if (high < 0 || low < 0)
				return fail(cx, REQUEST_SYNTAX, "%s", "%");
			c = (char)(high * 16 + low);
			i += 2;
		}
		if (c == '\0')
			return fail(cx, REQUEST_SYNTAX, "%s", "NUL");
		to[n++] = c;
	}
	*out = (struct str){to, n};
	return OK;
}

ST form_next(struct ctx *cx, struct str *rest, struct str *name, struct str *value, bool *end)
{
	struct str pair = {0};

	while (rest->p && pair.n == 0)
		pair = str_cut(rest, '&');
	*end = pair.n == 0;
	if (*end)
		return OK;
	TRY(decode_percent(cx, str_cut(&pair, '='), name));
	return decode_percent(cx, pair, value);
}

/* Values that came, by name ---------------------------------------------------------------------
 */

/* One value of a field, as text or, from JSON, already with its type. */
struct value {
	struct str name, text;
};

struct values {
	struct value *items;
	size_t count;
	bool unknown_is_error;
};

/* JSON gives some types as they are; the others are text like that of a form. */
union slot {
	struct str text;
	struct money money;
	int64_t number;
	bool flag;
	struct json_list list;
};

static const struct {
	enum json_type json;
	bool direct; /* the JSON reader gives the final value */
	bool list;
	size_t bytes; /* of the final value, or of one item of a list */
} types[] = {
	[FORM_TEXT] = {JSON_FIELD_STR, false, false, sizeof(struct str)},
	[FORM_IIN] = {JSON_FIELD_STR, false, false, sizeof(struct iin)},
	[FORM_DAY] = {JSON_FIELD_STR, false, false, sizeof(struct day)},
	[FORM_MONTH] = {JSON_FIELD_STR, false, false, sizeof(struct month)},
	[FORM_MONEY] = {JSON_FIELD_MONEY, true, false, sizeof(struct money)},
	[FORM_PERCENT] = {JSON_FIELD_STR, false, false, sizeof(struct rate)},
	[FORM_NUMBER] = {JSON_FIELD_INT, true, false, sizeof(int64_t)},
	[FORM_FLAG] = {JSON_FIELD_BOOL, true, false, sizeof(bool)},
	[FORM_KIND] = {JSON_FIELD_STR, false, false, sizeof(enum payer_kind)},
	[FORM_TEXTS] = {JSON_FIELD_STRS, false, true, sizeof(struct str)},
	[FORM_MONIES] = {JSON_FIELD_MONEYS, true, true, sizeof(struct money)},
	[FORM_CATEGORIES] = {JSON_FIELD_STRS, false, true, sizeof(struct form_category)},
};

/* UTF-8, no control character, NFC, no white space around. */
static ST take_text(struct ctx *cx, struct str in, uint32_t max, struct str *out)
{
	struct str text = str_trim(in);

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if ((c < 0x20 && c != '\t' && c != '\r' && c != '\n') || c == 0x7f)
			return fail(cx, TEXT_ENCODING, "%zu", i);
	}
	/* No letter takes more than four bytes. */
	if (text.n > (size_t)max * 4)
		return fail(cx, VALUE_TOO_LONG, "%u", max);
	TRY(utf8_nfc(cx, text, out));
	if (utf8_count(*out) > max)
		return fail(cx, VALUE_TOO_LONG, "%u", max);
	return OK;
}

static bool take_category(struct str text, struct form_category *out)
{
	enum exempt group;

	out->exempt = exempt_parse(text, &group);
	return out->exempt || category_parse(text, &out->category);
}

static ST take_number(struct ctx *cx, struct str text, uint32_t max, int64_t *out)
{
	uint64_t v;

	if (!str_to_u64(text, max, &v))
		return fail(cx, NUMBER_FORMAT, "%s", "");
	*out = (int64_t)v;
	return OK;
}

static ST unknown(struct ctx *cx, struct str text)
{
	return fail(cx, VALUE_UNKNOWN, "%.*s", STR(str_harmless(text)));
}

static ST take_flag(struct ctx *cx, struct str text, bool *out)
{
	*out = str_is(text, "1") || str_is(text, "on") || str_is(text, "true");
	if (!*out && !str_is(text, "0") && !str_is(text, "false"))
		return unknown(cx, text);
	return OK;
}

/* One text into the place of one value. */
static ST take_value(struct ctx *cx, const struct form_field *f, struct str in, void *to)
{
	struct str text;

	/* A number of a person, a day or a sum is short, whatever the table says about texts. */
	TRY(take_text(cx, in, f->type == FORM_TEXT || f->type == FORM_TEXTS ? f->max : 200, &text));
	switch (f->type) {
	case FORM_TEXT:
	case FORM_TEXTS:
		*(struct str *)to = text;
		return OK;
	case FORM_IIN:
		return iin_parse(cx, text, to);
	case FORM_DAY:
		return day_parse(cx, text, to);
	case FORM_MONTH:
		return month_parse(cx, text, to);
	case FORM_MONEY:
	case FORM_MONIES:
		return money_parse(cx, text, to);
	case FORM_PERCENT:
		return rate_parse_percent(cx, text, 100, to);
	case FORM_NUMBER:
		return take_number(cx, text, f->max, to);
	case FORM_FLAG:
		return take_flag(cx, text, to);
	case FORM_KIND:
		return payer_parse(text, to) ? OK : unknown(cx, text);
	case FORM_CATEGORIES:
		return take_category(text, to) ? OK : unknown(cx, text);
	}
	must(!"a form type without a reader");
	return E_BROKEN;
}

/* A list's own maximum counts items; the letters of a text in a list have the usual one. */
static ST take_list(struct ctx *cx, const struct form_field *f, const struct str *texts,
	size_t count, struct form_list *out)
{
	struct form_field one = *f;
	size_t bytes = types[f->type].bytes;

	if (count > f->max)
		return fail(cx, CALC_TOO_MANY, "%u", f->max);
	one.max = 200;
	out->items = arena_array(cx->arena, count ? count : 1, bytes);
	out->count = count;
	for (size_t i = 0; i < count; i++) {
		enum st st = take_value(cx, &one, texts[i], (char *)out->items + i * bytes);

		if (st != OK) {
			cx->err.line = i + 1;
			return st;
		}
	}
	return OK;
}

/* Puts the name of the field into the error and keeps it; the first one is returned at the end. */
static void note_error(struct ctx *cx, const char *name, struct form_errors *errors)
{
	if (!cx->err.field[0])
		snprintf(cx->err.field, sizeof(cx->err.field), "%s", name);
	if (errors->count < FORM_ERRORS)
		errors->slot[errors->count++] = cx->err;
	err_clear(cx);
}

static ST first_error(struct ctx *cx, const struct form_errors *errors)
{
	if (errors->count == 0)
		return OK;
	cx->err = errors->slot[0];
	return err_info(cx->err.code)->class;
}

static void mark_given(const struct form_field *f, void *out)
{
	if (f->has_at != FORM_NO_HAS)
		*(bool *)((char *)out + f->has_at) = true;
}

static ST take_field(struct ctx *cx, const struct form_field *f, const struct values *v, void *out)
{
	struct str *texts = arena_array(cx->arena, v->count + 1, sizeof(*texts));
	size_t count = 0;
	void *to = (char *)out + f->at;

	for (size_t i = 0; i < v->count; i++)
		if (str_is(v->items[i].name, f->name))
			texts[count++] = v->items[i].text;
	if (types[f->type].list) {
		/* Rows of a form keep their place: an empty one is an empty text. */
		if (f->type != FORM_TEXTS) {
			size_t kept = 0;

			for (size_t i = 0; i < count; i++)
				if (str_trim(texts[i]).n)
					texts[kept++] = texts[i];
			count = kept;
		}
		if (count == 0)
			return f->required ? fail(cx, VALUE_MISSING, "%s", "") : OK;
		mark_given(f, out);
		return take_list(cx, f, texts, count, to);
	}
	if (count > 1)
		return fail(cx, VALUE_TWICE, "%s", "");
	/* The reader of a person's number has a word of its own for an empty one. */
	if (count == 0 || str_trim(texts[0]).n == 0) {
		if (!f->required)
			return OK;
		return f->type == FORM_IIN ? iin_parse(cx, STR_LIT(""), to)
					   : fail(cx, VALUE_MISSING, "%s", "");
	}
	mark_given(f, out);
	return take_value(cx, f, texts[0], to);
}

static bool in_table(const struct form_table *t, struct str name)
{
	for (size_t i = 0; i < t->count; i++)
		if (str_is(name, t->fields[i].name))
			return true;
	return false;
}

static ST take_all(struct ctx *cx, const struct form_table *t, const struct values *v, void *out,
	struct form_errors *errors)
{
	for (size_t i = 0; i < t->count; i++)
		if (take_field(cx, &t->fields[i], v, out) != OK)
			note_error(cx, t->fields[i].name, errors);
	for (size_t i = 0; i < v->count && v->unknown_is_error; i++) {
		struct str name = str_harmless(v->items[i].name);

		if (in_table(t, v->items[i].name))
			continue;
		if (fail(cx, FIELD_UNKNOWN, "%.*s", STR(name)) != OK)
			note_error(cx, str_z(cx->arena, name), errors);
		break;
	}
	return first_error(cx, errors);
}

static ST read_pairs(struct ctx *cx, struct str text, struct values *out)
{
	size_t cap = 0;
	bool end = false;

	for (;;) {
		struct value v;

		TRY(form_next(cx, &text, &v.name, &v.text, &end));
		if (end)
			return OK;
		if (out->count == FORM_VALUES)
			return fail(cx, REQUEST_TOO_BIG, "%d", FORM_VALUES);
		*ARENA_PUSH(cx->arena, out->items, out->count, cap) = v;
	}
}

/* JSON ------------------------------------------------------------------------------------------
 */

static ST take_slot(struct ctx *cx, const struct form_field *f, const union slot *s, void *out)
{
	void *to = (char *)out + f->at;

	if (types[f->type].direct && !types[f->type].list) {
		memcpy(to, s, types[f->type].bytes);
	} else if (types[f->type].direct) {
		struct form_list *list = to;

		if (s->list.count > f->max)
			return fail(cx, CALC_TOO_MANY, "%u", f->max);
		*list = (struct form_list){s->list.items, s->list.count};
	} else if (types[f->type].list) {
		TRY(take_list(cx, f, s->list.items, s->list.count, to));
	} else {
		TRY(take_value(cx, f, s->text, to));
	}
	mark_given(f, out);
	return OK;
}

static ST read_json(
	struct request *rq, const struct form_table *t, void *out, struct form_errors *errors)
{
	struct ctx *cx = rq->call->cx;
	struct arena *a = cx->arena;
	struct json_field *fields = arena_array(a, t->count, sizeof(*fields));
	union slot *slots = arena_array(a, t->count, sizeof(*slots));
	bool *has = arena_array(a, t->count, sizeof(*has));

	for (size_t i = 0; i < t->count; i++) {
		const struct form_field *f = &t->fields[i];

		fields[i] = (struct json_field){
			.name = f->name,
			.type = types[f->type].json,
			.required = f->required,
			.offset = i * sizeof(*slots),
			.has = (char *)&has[i] - (char *)slots,
			.max = f->type == FORM_NUMBER ? f->max : 0,
		};
	}
	TRY(json_read(cx, rq->body, fields, t->count, slots));
	for (size_t i = 0; i < t->count; i++)
		if (has[i] && take_slot(cx, &t->fields[i], &slots[i], out) != OK)
			note_error(cx, t->fields[i].name, errors);
	return first_error(cx, errors);
}

/* The outside -----------------------------------------------------------------------------------
 */

ST form_read_body(
	struct request *rq, const struct form_table *t, void *out, struct form_errors *errors)
{
	struct form_errors own = {0};
	struct values v = {.unknown_is_error = true};
	struct str type = request_media_type(rq);
	enum st st;

	if (str_is(type, "application/json")) {
		st = read_json(rq, t, out, errors ? errors : &own);
	} else if (str_is(type, "application/x-www-form-urlencoded")) {
		st = read_pairs(rq->call->cx, rq->body, &v);
		if (st == OK)
			st = take_all(rq->call->cx, t, &v, out, errors ? errors : &own);
	} else {
		st = fail(rq->call->cx, MEDIA_TYPE, "%s", "");
	}
	if (st != OK && errors && errors->count == 0)
		errors->slot[errors->count++] = rq->call->cx->err;
	return st;
}

ST form_read_query(
	struct request *rq, const struct form_table *t, void *out, struct form_errors *errors)
{
	struct form_errors own = {0};
	struct values v = {0};

	TRY(read_pairs(rq->call->cx, rq->query, &v));
	return take_all(rq->call->cx, t, &v, out, errors ? errors : &own);
}

struct str form_typed(struct request *rq, const char *name)
{
	struct ctx *cx = rq->call->cx;
	struct err_slot before = cx->err;
	struct str rest = rq->method == HTTP_POST ? rq->body : rq->query;
	struct str found = {0};
	bool end = false;

	while (!end && !found.p) {
		struct str key, value;

		if (form_next(cx, &rest, &key, &value, &end) != OK)
			break;
		if (!end && str_is(key, name))
			found = value;
	}
	/* Only valid text may be shown again. */
	if (found.p && take_text(cx, found, 2000, &found) != OK)
		found = (struct str){0};
	cx->err = before;
	return found;
}
