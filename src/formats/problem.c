/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/problem.h"

#include <inttypes.h>

#include "text/say.h"

enum { SENTENCE_BYTES = 4096 };

static struct str title_of(const struct ctx *cx, const char *otherwise)
{
	struct buf key = buf_new(cx->arena, 64);
	enum msg m;

	buf_fmt(&key, "http.title.%d", err_info(cx->err.code)->http);
	buf_char(&key, '\0');
	return say_find(key.p, &m) ? say_plain(cx->lang, m) : str_of(otherwise);
}

void problem_put_keys(struct json *j, const struct ctx *cx, const char *otherwise)
{
	const struct err_info *info = err_info(cx->err.code);
	struct buf detail = buf_new(cx->arena, SENTENCE_BYTES), type = buf_new(cx->arena, 96);
	struct buf trace = buf_new(cx->arena, 32);

	buf_fmt(&type, "urn:saqta:error:%s", info->name);
	buf_fmt(&trace, "%016" PRIx64, cx->trace);
	say_error(&detail, cx->lang, &cx->err);
	json_put_key(j, "type");
	json_put_str(j, buf_view(&type));
	json_put_key(j, "title");
	json_put_str(j, title_of(cx, otherwise));
	json_put_key(j, "status");
	json_put_i64(j, info->http);
	json_put_key(j, "code");
	json_put_z(j, info->name);
	json_put_key(j, "number");
	json_put_i64(j, info->number);
	json_put_key(j, "detail");
	json_put_str(j, buf_view(&detail));
	json_put_key(j, "field");
	if (cx->err.field[0])
		json_put_z(j, cx->err.field);
	else
		json_put_null(j);
	json_put_key(j, "trace");
	json_put_str(j, buf_view(&trace));
}
