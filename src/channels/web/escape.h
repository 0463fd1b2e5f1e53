/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the compiled templates call to write text from outside into HTML. tools/tplc.py chooses the
 * function by the place in the page; nobody else writes HTML.
 */
#ifndef WEB_ESCAPE_H
#define WEB_ESCAPE_H

#include "base/str.h"

/* Text or a quoted attribute value: & < > " ' become entities. */
void escape_put(struct buf *b, struct str text);
/* The same for what already stands in the buffer from `mark` on. */
void escape_from(struct buf *b, size_t mark);
/*
 * A whole URL as an attribute value: a path of this site ("/x", not "//x") or one of
 * base/url.h; anything else, a control character or a backslash becomes "#".
 */
void escape_put_url(struct buf *b, struct str url);
/* One part of a path or a query value: all but A-Z a-z 0-9 - . _ ~ is percent-encoded. */
void escape_put_url_part(struct buf *b, struct str text);

/* HTML that was made here and needs no escaping, for example an SVG drawn by us. */
struct html {
	struct str text;
};
static inline struct str escape_trusted(struct html h)
{
	return h.text;
}

#endif
