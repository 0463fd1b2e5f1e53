/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/json_pick.h"

#include <jansson.h>

#include "base/utf8.h"
#include "formats/json_parts.h"

static const json_t *follow(const json_t *at, struct arena *a, const char *path)
{
	struct str rest = str_of(path);

	while (at && rest.p)
		at = json_object_get(at, str_z(a, str_cut(&rest, '.')));
	return at;
}

static ST take(struct ctx *cx, const json_t *v, const struct json_pick *pick, struct str *out)
{
	struct buf digits = buf_new(cx->arena, 24);
	struct str s = {0};

	*out = s;
	if (json_is_integer(v)) {
		buf_i64(&digits, json_integer_value(v));
		s = buf_view(&digits);
	} else if (json_is_string(v)) {
		s = (struct str){json_string_value(v), json_string_length(v)};
	}
	if (s.n > pick->max)
		return fail_in(cx, 0, pick->path, VALUE_TOO_LONG, "%zu", pick->max);
	TRY(utf8_nfc(cx, s, &s));
	*out = str_copy(cx->arena, s);
	return OK;
}

ST json_pick(
	struct ctx *cx, struct str text, const struct json_pick *picks, size_t count, void *out)
{
	json_t *root;
	enum st st = OK;

	if (text.n > JSON_PICK_BYTES_MAX)
		return fail(cx, REQUEST_TOO_BIG, "%zu", text.n);
	TRY(json_load(cx, text, &root));
	if (!json_is_object(root))
		st = fail_in(cx, 1, "", JSON_SYNTAX, "%s", "{…}");
	for (size_t i = 0; st == OK && i < count; i++)
		st = take(cx, follow(root, cx->arena, picks[i].path), &picks[i],
			(struct str *)((char *)out + picks[i].offset));
	json_decref(root);
	return st;
}
