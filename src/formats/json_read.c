/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/json_read.h"

#include <jansson.h>

#include "base/check.h"
#include "base/utf8.h"
#include "formats/json_parts.h"
#include "limits.h"

enum { USUAL_STR_BYTES = 1000 };

/* Deepest nesting, without building anything: the library's own limit is far above ours. */
static ST check_depth(struct ctx *cx, struct str body)
{
	size_t depth = 0, line = 1;
	bool text = false;

	for (size_t i = 0; i < body.n; i++) {
		char c = body.p[i];

		line += c == '\n';
		if (text) {
			if (c == '\\')
				i++;
			else if (c == '"')
				text = false;
			continue;
		}
		if (c == '"')
			text = true;
		else if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && depth)
			depth--;
		if (depth > LIMIT_JSON_DEPTH)
			return fail_in(cx, line, "", JSON_SYNTAX, "%d", LIMIT_JSON_DEPTH);
	}
	return OK;
}

static ST fail_syntax(struct ctx *cx, const json_error_t *e)
{
	size_t line = e->line > 0 ? (size_t)e->line : 1;
	enum st st;

	if (json_error_code(e) == json_error_duplicate_key)
		st = fail_in(cx, line, "body", VALUE_TWICE, "%s", "");
	else if (json_error_code(e) == json_error_invalid_utf8)
		st = fail_in(cx, line, "", TEXT_ENCODING, "%s", "");
	else
		st = fail_in(cx, line, "", JSON_SYNTAX, "%d", e->column);
	cx->err.column = e->column > 0 ? (size_t)e->column : 1;
	return st;
}

ST json_load(struct ctx *cx, struct str text, json_t **out)
{
	json_error_t error;

	TRY(check_depth(cx, text));
	*out = json_loadb(text.n ? text.p : "", text.n, JSON_REJECT_DUPLICATES, &error);
	return *out ? OK : fail_syntax(cx, &error);
}

/* The name of the field on an error that does not know it. */
static enum st named(struct ctx *cx, enum st st, const char *name)
{
	if (st != OK)
		err_set_field(&cx->err, name);
	return st;
}

static struct str text_of(const json_t *v)
{
	return (struct str){json_string_value(v), json_string_length(v)};
}

static ST take_str(struct ctx *cx, const json_t *v, size_t max, struct str *out)
{
	struct str s = text_of(v);

	if (!json_is_string(v))
		return fail(cx, JSON_TYPE, "%s", "string");
	if (s.n > max)
		return fail(cx, VALUE_TOO_LONG, "%zu", max);
	TRY(utf8_nfc(cx, s, &s));
	*out = str_copy(cx->arena, s);
	return OK;
}

static ST take_money(struct ctx *cx, const json_t *v, struct money *out)
{
	json_int_t tenge = json_integer_value(v);

	if (json_is_string(v))
		return money_parse(cx, text_of(v), out);
	if (!json_is_integer(v))
		return fail(cx, JSON_TYPE, "%s", "\"4250.00\"");
	if (tenge < 0)
		return fail(cx, MONEY_NEGATIVE, "%s", "");
	if (tenge > MONEY_MAX_TIYN / 100)
		return fail(cx, MONEY_RANGE, "%s", "");
	*out = money_tiyn(tenge * 100);
	return OK;
}

static ST take_int(struct ctx *cx, const json_t *v, size_t max, int64_t *out)
{
	if (!json_is_integer(v))
		return fail(cx, JSON_TYPE, "%s", "1");
	if (json_integer_value(v) < 0 || (max && (size_t)json_integer_value(v) > max))
		return fail(cx, NUMBER_FORMAT, "%zu", max);
	*out = json_integer_value(v);
	return OK;
}

static ST take_list(
	struct ctx *cx, const json_t *v, const struct json_field *f, struct json_list *out)
{
	size_t max = f->max ? f->max : USUAL_STR_BYTES, n = json_array_size(v);

	if (!json_is_array(v))
		return fail(cx, JSON_TYPE, "%s", "[…]");
	if (n > LIMIT_JSON_ITEMS)
		return fail(cx, CALC_TOO_MANY, "%d", LIMIT_JSON_ITEMS);
	struct str *texts = arena_array(cx->arena, n, sizeof(*texts));
	struct money *sums = arena_array(cx->arena, n, sizeof(*sums));
	for (size_t i = 0; i < n; i++) {
		const json_t *item = json_array_get(v, i);

		if (f->type == JSON_FIELD_STRS)
			TRY(take_str(cx, item, max, &texts[i]));
		else
			TRY(take_money(cx, item, &sums[i]));
	}
	out->items = f->type == JSON_FIELD_STRS ? (void *)texts : (void *)sums;
	out->count = n;
	return OK;
}

static ST take_field(struct ctx *cx, const json_t *v, const struct json_field *f, void *to)
{
	if (f->type != JSON_FIELD_STR && json_is_real(v))
		return fail(cx, JSON_TYPE, "%s", "\"4250.00\"");
	switch (f->type) {
	case JSON_FIELD_STR:
		return take_str(cx, v, f->max ? f->max : USUAL_STR_BYTES, to);
	case JSON_FIELD_MONEY:
		return take_money(cx, v, to);
	case JSON_FIELD_INT:
		return take_int(cx, v, f->max, to);
	case JSON_FIELD_BOOL:
		if (!json_is_boolean(v))
			return fail(cx, JSON_TYPE, "%s", "true, false");
		*(bool *)to = json_is_true(v);
		return OK;
	case JSON_FIELD_DAY:
		if (!json_is_string(v))
			return fail(cx, JSON_TYPE, "%s", "\"2026-01-31\"");
		return day_parse(cx, text_of(v), to);
	case JSON_FIELD_MONTH:
		if (!json_is_string(v))
			return fail(cx, JSON_TYPE, "%s", "\"2026-01\"");
		return month_parse(cx, text_of(v), to);
	case JSON_FIELD_STRS:
	case JSON_FIELD_MONEYS:
		return take_list(cx, v, f, to);
	}
	return fail(cx, JSON_TYPE, "%s", "");
}

static const struct json_field *find_field(
	const struct json_field *fields, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(fields[i].name, name) == 0)
			return &fields[i];
	return NULL;
}

static ST take_object(struct ctx *cx, json_t *root, const struct json_field *fields, size_t count,
	unsigned char *out)
{
	const char *name;
	json_t *v;

	if (!json_is_object(root))
		return fail_in(cx, 1, "body", JSON_TYPE, "%s", "{…}");
	json_object_foreach(root, name, v)
	{
		struct str shown = str_harmless(str_of(name));

		if (!find_field(fields, count, name))
			return fail_in(
				cx, 0, str_z(cx->arena, shown), FIELD_UNKNOWN, "%.*s", STR(shown));
	}
	for (size_t i = 0; i < count; i++) {
		const struct json_field *f = &fields[i];

		v = json_object_get(root, f->name);
		if (!v || json_is_null(v)) {
			if (f->required)
				return fail_in(cx, 0, f->name, VALUE_MISSING, "%s", "");
			continue;
		}
		TRY(named(cx, take_field(cx, v, f, out + f->offset), f->name));
		if (f->has != JSON_NO_HAS)
			*(bool *)(out + f->has) = true;
	}
	return OK;
}

enum st json_read(
	struct ctx *cx, struct str body, const struct json_field *fields, size_t count, void *out)
{
	json_t *root;
	enum st st;

	if (body.n > LIMIT_BODY_BYTES)
		return fail(cx, REQUEST_TOO_BIG, "%zu", body.n);
	TRY(json_load(cx, body, &root));
	st = take_object(cx, root, fields, count, out);
	json_decref(root);
	return st;
}
