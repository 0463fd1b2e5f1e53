/* SPDX-License-Identifier: Apache-2.0 */
#include "service/returns.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/log.h"
#include "limits.h"
#include "service/import_parts.h"

enum { PAGE = 1000 };

/* One portion of the list. */
struct page {
	struct import *im;
	const struct refund_waiting *after; /* NULL = from the beginning */
	struct refund_waiting *waiting;
	size_t count;
	size_t met; /* the first ones of `waiting` that found their payment */
	struct money sum;
	struct portion portion;
};

static int line_order(const void *a, const void *b)
{
	const struct refund_line *x = a, *y = b;

	if (x->fact.month.n != y->fact.month.n)
		return x->fact.month.n < y->fact.month.n ? -1 : 1;
	if (x->person != y->person)
		return x->person < y->person ? -1 : 1;
	if (x->fact.doc != y->fact.doc)
		return x->fact.doc < y->fact.doc ? -1 : 1;
	return (x->fact.line > y->fact.line) - (x->fact.line < y->fact.line);
}

/* Two refunds of one line and day cannot be told apart by their key: the second one waits. */
static bool same_key(const struct refund_line *a, const struct refund_line *b)
{
	return line_order(a, b) == 0 && a->fact.knp == b->fact.knp &&
	       a->fact.known_since.n == b->fact.known_since.n;
}

static bool is_in_portion(const struct portion *p, const struct refund_line *l)
{
	for (size_t i = 0; i < p->refund_count; i++)
		if (same_key(&p->refunds[i], l))
			return true;
	return false;
}

static ST meet(struct ctx *cx, struct page *page, const struct refund_waiting *w)
{
	struct import *im = page->im;
	struct portion *p = &page->portion;
	struct refund_found found;
	struct refund_line line;
	struct iin iin;
	bool free;

	TRY(import_refund_find(im, p, w->person, &w->wish, &found));
	if (!found.payment || found.clash)
		return OK;
	TRY(people_iin(cx, im->call->db, w->person, &iin));
	line = import_refund_line(&iin, w->person, found.payment, &w->wish);
	if (is_in_portion(p, &line))
		return OK;
	TRY(waiting_take(cx, im->call->db, w, &free));
	if (!free)
		return OK;
	if (!money_add(page->sum, w->wish.sum, &page->sum))
		return fail(cx, MONEY_RANGE, "%s", "refunds that waited");
	page->waiting[page->met++] = *w;
	im->refunds[p->refund_count++] = line;
	p->refunds = im->refunds;
	return OK;
}

/* A document of its own: named by the lines that it takes from the list, each taken once. */
static ST announce(struct ctx *cx, struct page *page, int64_t *intake)
{
	struct buf name = buf_new(cx->arena, 64);
	struct digest_state s;
	struct intake found;
	struct sha256 digest;

	digest_start(&s);
	for (size_t i = 0; i < page->met; i++) {
		const struct refund_waiting *w = &page->waiting[i];
		const int64_t key[] = {w->person, w->intake, w->line};

		digest_add(&s, key, sizeof(key));
	}
	digest = digest_end(&s);
	digest_hex(&name, digest.bytes, sizeof(digest.bytes));
	const struct intake_new in = {.kind = INTAKE_WAITED,
		.source = STR_LIT("waited"),
		.ref = buf_view(&name),
		.digest = digest,
		.lines = page->met,
		.sum = page->sum,
		.at = page->im->at};
	TRY(intake_begin(cx, page->im->call->db, &in, &found));
	must(!found.finished);
	*intake = found.intake;
	return OK;
}

static ST apply_page(struct ctx *cx, struct db *db, void *arg)
{
	struct page *page = arg;
	struct portion *p = &page->portion;
	struct portion_result result;

	/* It may run again after a busy database. */
	page->met = 0;
	page->sum = MONEY_ZERO;
	*p = (struct portion){.last = true, .law_digest = page->im->law, .at = page->im->at};
	TRY(waiting_list(cx, db, page->after, PAGE, page->waiting, &page->count));
	if (page->count == 0)
		return OK;
	for (size_t i = 0; i < page->count; i++)
		TRY(meet(cx, page, &page->waiting[i]));
	if (page->met == 0)
		return OK;
	TRY(announce(cx, page, &p->intake));
	qsort(page->im->refunds, p->refund_count, sizeof(*page->im->refunds), line_order);
	TRY(ledger_post_portion(cx, db, p, &result));
	must(result.applied);
	/* Somebody wrote another refund of this key meanwhile: all of it again, later. */
	if (result.lines_conflict)
		return fail(cx, LINE_CONFLICT, "%s", "refund");
	return OK;
}

static ST apply_all(struct import *im, struct returns_report *report)
{
	struct page page = {.im = im};
	struct refund_waiting last;

	page.waiting = arena_array(im->cx.arena, PAGE, sizeof(*page.waiting));
	im->refunds = arena_array(im->cx.arena, PAGE, sizeof(*im->refunds));
	do {
		arena_reset(im->work.arena);
		TRY(tx_run(&im->work, im->call->db, TX_WRITE, apply_page, &page));
		report->lines += page.met;
		if (!money_add(report->sum, page.sum, &report->sum))
			return fail(&im->work, MONEY_RANGE, "%s", "refunds that waited");
		if (page.count) {
			last = page.waiting[page.count - 1];
			page.after = &last;
		}
	} while (page.count == PAGE);
	return OK;
}

enum st returns_apply(struct call *call, struct returns_report *report)
{
	struct ctx *cx = call->cx;
	struct import im = {.call = call,
		.cx = *cx,
		.work = *cx,
		.at = cx->clock->now(cx->clock),
		.law = lawbook_digest(call->book)};
	enum st st;

	*report = (struct returns_report){.sum = MONEY_ZERO};
	im.cx.arena = arena_new(LIMIT_IMPORT_ARENA_BYTES);
	im.work.arena = arena_new(LIMIT_IMPORT_ARENA_BYTES);
	st = apply_all(&im, report);
	if (st != OK)
		cx->err = im.work.err;
	arena_free(im.cx.arena);
	arena_free(im.work.arena);
	if (report->lines || st != OK)
		log_event(cx, LOG_INFO, "returns", "lines=%zu code=%s", report->lines,
			err_info(st == OK ? ERR_NONE : cx->err.code)->name);
	return st;
}
