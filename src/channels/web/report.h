/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports as one HTML file each, for people and for paper: the style is in it, nothing else is
 * opened, and its own policy forbids everything but that style.
 */
#ifndef WEB_REPORT_H
#define WEB_REPORT_H

#include "service/reconcile.h"

/* The differences that a page shows; the other forms of the report have them all. */
enum { REPORT_ITEMS = 5000, REPORT_PAGE_BYTES = 16 << 20 };

/* The report of a reconciliation, in cx->lang. */
void report_put_reconcile(struct buf *b, struct ctx *cx, const struct biller_profile *p,
	const struct reconcile_report *r);

#endif
