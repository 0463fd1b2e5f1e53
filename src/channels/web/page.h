/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all page handlers share.
 */
#ifndef WEB_PAGE_H
#define WEB_PAGE_H

#include "channels/http/reply.h"
#include "channels/http/request.h"
#include "channels/web/view.h"

enum { PAGE_BYTES = 512 << 10 }; /* the longest page */

/* Room for a page; most fit without growing. */
struct buf page_buf(struct ctx *cx);
/*
 * The frame of the page at /{lang}/REST; `rest` may hold a query. Search engines are told its
 * absolute addresses, without the query, when the operator has said what the site is called
 * outside: the Host of a request is whatever its sender likes.
 */
struct view_page page_of(
	const struct request *rq, struct str title, enum view_tab tab, struct str rest);
/* 303 to the page of an invoice, or to what lies below it: "/done". */
struct reply *page_to_invoice(struct request *rq, struct invoice_no no, const char *below);
/* A copy of the error in the context that outlives the next one. */
const struct err_slot *page_keep_error(struct ctx *cx);
/* What the purpose code is called. */
enum msg page_code_words(enum knp knp);

#endif
