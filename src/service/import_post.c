/* SPDX-License-Identifier: Apache-2.0 */
#include "service/import_parts.h"

#include <stdlib.h>

#include "base/check.h"
#include "limits.h"

enum { GROUP_DOCS = 500 };

void import_suspend(struct import *im, struct portion *p, const struct suspense_line *line)
{
	must(p->suspense_count < LIMIT_PORTION_LINES);
	im->suspense[p->suspense_count++] = *line;
	p->suspense = im->suspense;
}

static int item_order(const void *a, const void *b)
{
	const struct import_item *x = a, *y = b;

	if (x->month != y->month)
		return x->month < y->month ? -1 : 1;
	if (x->person != y->person)
		return x->person < y->person ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

/* Two lines of one list for the same month are as a rule a slip of the payer: both are taken. */
static void note_twice(
	struct import *im, const struct import_doc *doc, const struct import_item *items)
{
	for (size_t i = 1; i < doc->count; i++)
		if (items[i].month != INT32_MAX && items[i].month == items[i - 1].month &&
			items[i].person == items[i - 1].person)
			issue_add(&im->report->issues, ISSUE_NOTE,
				doc->mt102->persons[doc->message->first + items[i].index].line,
				"/IDN/", ERR_VALUE_TWICE, "%s", "");
}

/* Runs of one person and month. */
static void look_for_twice(
	struct import *im, const struct import_doc *doc, const struct import_item *items)
{
	size_t n;

	for (size_t at = 0; at < doc->count && items[at].month != INT32_MAX; at += n) {
		for (n = 1; at + n < doc->count && items[at + n].month == items[at].month &&
			    items[at + n].person == items[at].person;)
			n++;
		if (n > 1)
			import_iso_twice(im, doc, items + at, n);
	}
}

struct import_item *import_plan(struct import *im, const struct import_doc *doc)
{
	struct import_item *items = arena_alloc(im->cx.arena, (doc->count + 1) * sizeof(*items));

	doc->plan(im, doc, items);
	qsort(items, doc->count, sizeof(*items), item_order);
	if (doc->message)
		note_twice(im, doc, items);
	if (doc->iso_message)
		look_for_twice(im, doc, items);
	return items;
}

static void tick(struct import *im)
{
	if (im->options->tick)
		im->options->tick(
			im->options->tick_arg, IMPORT_WRITING, im->lines_done, im->lines_total);
}

/* Lines that only the database showed to be wrong. */
static ST report_conflicts(struct import *im, const struct portion_result *result)
{
	struct import_report *report = im->report;

	for (size_t i = 0; i < result->lines_conflict; i++) {
		const struct suspense_line *l = &result->conflicts[i];

		issue_add(&report->issues, ISSUE_LINE, l->at ? l->at : l->line,
			str_z(im->work.arena, l->field), l->reason, "%u", l->line);
		if (!money_add(report->sum_suspense, l->sum, &report->sum_suspense))
			return fail(&im->work, MONEY_RANGE, "%s", "");
	}
	return OK;
}

/* One portion from `done` on; `*done` moves on, also when another process was faster. */
static ST post_portion(struct import *im, const struct import_doc *doc,
	const struct import_item *items, int64_t intake, size_t *done)
{
	struct import_report *report = im->report;
	struct portion p = {
		.intake = intake, .lines_before = *done, .law_digest = im->law, .at = im->at};
	struct portion_result result;
	size_t n = doc->count - *done;

	if (n > LIMIT_PORTION_LINES)
		n = LIMIT_PORTION_LINES;
	p.last = *done + n == doc->count;
	TRY(doc->fill(im, doc, items + *done, n, &p));
	TRY(ledger_post_portion(&im->work, im->call->db, &p, &result));
	*done = result.lines_done;
	if (!result.applied)
		return OK;
	TRY(report_conflicts(im, &result));
	report->lines_new += result.lines_new;
	report->lines_repeated += result.lines_repeated;
	report->lines_suspense += p.suspense_count + result.lines_conflict;
	for (size_t i = 0; i < p.suspense_count; i++)
		if (!money_add(report->sum_suspense, p.suspense[i].sum, &report->sum_suspense))
			return fail(&im->work, MONEY_RANGE, "%s", "");
	return OK;
}

/* A whole document, from where an earlier run left it. */
static ST post_doc(struct import *im, const struct import_doc *doc)
{
	const struct import_item *items;
	struct intake intake;
	size_t done;

	TRY(intake_begin(&im->work, im->call->db, &doc->in, &intake));
	if (intake.finished) {
		im->report->documents_done++;
		im->report->lines_repeated += doc->count;
		im->lines_done += doc->count;
		return OK;
	}
	items = import_plan(im, doc);
	done = intake.lines_done;
	im->report->lines_repeated += done;
	im->lines_done += done;
	do {
		size_t before = done;

		TRY(post_portion(im, doc, items, intake.intake, &done));
		im->lines_done += done - before;
		if (doc->count > LIMIT_PORTION_LINES) {
			tick(im);
			arena_reset(im->work.arena);
		}
	} while (done < doc->count);
	return OK;
}

/* Documents that are written in one transaction. */
struct group {
	struct import *im;
	const struct import_doc *docs;
	size_t count;
	struct import_report before;
	size_t lines_before;
};

static ST post_group(struct ctx *cx, struct db *db, void *arg)
{
	struct group *g = arg;

	/* It may run again after a busy database: the counts begin anew. */
	*g->im->report = g->before;
	g->im->lines_done = g->lines_before;
	for (size_t i = 0; i < g->count; i++)
		TRY(post_doc(g->im, &g->docs[i]));
	return OK;
}

/* A file may hold thousands of small messages: as many as make one portion are written together. */
static size_t group_size(const struct import_doc *docs, size_t count)
{
	size_t n = 1, lines = docs[0].count;

	while (n < count && n < GROUP_DOCS && lines + docs[n].count <= LIMIT_PORTION_LINES)
		lines += docs[n++].count;
	return n;
}

static const char *doc_field(const struct import_doc *doc)
{
	return doc->iso_message ? "GrpHdr/MsgId" : ":20:";
}

/* A reference that is there with other content would only be found half-way: look first. */
static ST check_known(struct import *im, const struct import_doc *docs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct intake intake;
		bool found;

		TRY(intake_find(&im->work, im->call->db, doc_key(docs[i].in.source, docs[i].in.ref),
			&intake, &found));
		if (found && memcmp(&intake.digest, &docs[i].in.digest, sizeof(intake.digest)))
			issue_add(&im->report->issues, ISSUE_FILE, docs[i].line,
				doc_field(&docs[i]), ERR_LINE_CONFLICT, "%.*s",
				STR(docs[i].in.ref));
	}
	return issues_first(&im->work, &im->report->issues);
}

enum st import_post(struct import *im, struct import_doc *docs, size_t count)
{
	TRY(check_known(im, docs, count));
	for (size_t i = 0; i < count; i++)
		im->lines_total += docs[i].count;
	im->report->written = true;
	for (size_t at = 0; at < count;) {
		struct group g = {im, docs + at, group_size(docs + at, count - at), *im->report,
			im->lines_done};

		if (docs[at].count > LIMIT_PORTION_LINES)
			TRY(post_doc(im, &docs[at]));
		else
			TRY(tx_run(&im->work, im->call->db, TX_WRITE, post_group, &g));
		at += g.count;
		tick(im);
		arena_reset(im->work.arena);
	}
	return OK;
}
