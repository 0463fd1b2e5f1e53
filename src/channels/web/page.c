/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/web/page.h"

#include "channels/http/site.h"

#include "base/check.h"

enum { PAGE_USUAL_BYTES = 48 << 10 };

struct buf page_buf(struct ctx *cx)
{
	struct buf b = buf_new(cx->arena, PAGE_BYTES);

	must(buf_room(&b, PAGE_USUAL_BYTES));
	return b;
}

static struct str address(struct ctx *cx, struct str origin, enum lang lang, struct str rest)
{
	struct buf b = buf_new(cx->arena, origin.n + rest.n + 8);

	buf_str(&b, origin);
	buf_char(&b, '/');
	buf_z(&b, lang_code(lang));
	buf_char(&b, '/');
	buf_str(&b, rest);
	return buf_view(&b);
}

struct view_page page_of(
	const struct request *rq, struct str title, enum view_tab tab, struct str rest)
{
	struct view_page page = {
		.title = title, .tab = tab, .test_data = rq->site->settings.test_data};
	struct str origin = rq->site->settings.public_url, query = rest;
	struct str path = str_cut(&query, '?');
	struct ctx *cx = rq->call->cx;

	for (int lang = 0; lang < LANG_COUNT; lang++) {
		page.here[lang] = address(cx, STR_LIT(""), (enum lang)lang, rest);
		if (origin.n)
			page.outside[lang] = address(cx, origin, (enum lang)lang, path);
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

enum msg page_code_words(enum knp knp)
{
	static const enum msg names[KNP_COUNT] = {
		[KNP_DEDUCTION] = MSG_code_121,
		[KNP_CONTRIBUTION] = MSG_code_122,
		[KNP_DEDUCTION_PENALTY] = MSG_code_123,
		[KNP_CONTRIBUTION_PENALTY] = MSG_code_124,
		[KNP_AGGREGATE] = MSG_code_183,
		[KNP_SINGLE] = MSG_code_191,
	};

	return names[knp];
}
