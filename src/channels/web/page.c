/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/web/page.h"

#include "base/check.h"

enum { PAGE_USUAL_BYTES = 48 << 10 };

struct buf page_buf(struct ctx *cx)
{
	struct buf b = buf_new(cx->arena, PAGE_BYTES);

	must(buf_room(&b, PAGE_USUAL_BYTES));
	return b;
}

struct view_page page_of(struct ctx *cx, struct str title, enum view_tab tab, struct str rest)
{
	struct view_page page = {.title = title, .tab = tab};

	for (int lang = 0; lang < LANG_COUNT; lang++) {
		struct buf b = buf_new(cx->arena, rest.n + 8);
		buf_char(&b, '/');
		buf_z(&b, lang_code((enum lang)lang));
		buf_char(&b, '/');
		buf_str(&b, rest);
		page.here[lang] = buf_view(&b);
	}
	return page;
}

const struct err_slot *page_keep_error(struct ctx *cx)
{
	struct err_slot *kept = ARENA_NEW(cx->arena, struct err_slot);

	*kept = cx->err;
	err_clear(cx);
	return kept;
}
