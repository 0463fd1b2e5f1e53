/* SPDX-License-Identifier: Apache-2.0 */
#include "service/reconcile.h"

#include <stdlib.h>

#include "base/check.h"
#include "limits.h"
#include "service/biller.h"
#include "service/group.h"
#include "service/pay_group.h"
#include "store/bank.h"
#include "store/invoice.h"
#include "store/people.h"

enum { TAKE_AT_ONCE = 512, AHEAD = 16 };
static const int64_t clock_skew_us = 3600LL * 1000000;

/* What we have. */
struct ours {
	struct str ref;
	int64_t person;
	struct money sum;
	struct day day;
	bool cancelled;
};

struct comparing {
	struct call *call;
	const struct biller_profile *p;
	struct reconcile_report *report;
	const struct biller_register *r;
	const struct biller_place *rows; /* of `r`, by number */
	bool *met;                       /* each of `rows`: it was found with us */
	size_t count, at;
	int32_t *days; /* of the register, ascending, none twice */
	size_t day_count, day_cap;
	struct day day;    /* that is read now */
	int64_t *invoices; /* that the register names, ascending, none twice */
	int64_t *persons;  /* for whom they are; 0 = there is no such invoice */
	size_t invoice_count;
	size_t item_cap;
	struct arena *arena; /* of the report */
};

const char *reconcile_kind_code(enum reconcile_kind k)
{
	static const char *const codes[RECONCILE_KINDS] = {
		[RECONCILE_MATCHED] = "matched",
		[RECONCILE_TAKEN] = "taken",
		[RECONCILE_REFUSED] = "refused",
		[RECONCILE_NOT_AT_BANK] = "not_at_bank",
		[RECONCILE_CANCELLED] = "cancelled",
		[RECONCILE_OTHER_SUM] = "other_sum",
		[RECONCILE_OTHER_DAY] = "other_day",
		[RECONCILE_OTHER_PERSON] = "other_person",
		[RECONCILE_UNNAMED] = "unnamed",
	};

	return codes[k];
}

const char *reconcile_kind_word(const struct reconcile_report *r, enum reconcile_kind k)
{
	return k == RECONCILE_TAKEN && r->check_only ? "missing" : reconcile_kind_code(k);
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int by_day(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

static const struct biller_row *row_of(const struct comparing *w, size_t i)
{
	return biller_register_at(w->r, w->rows[i].at);
}

/* Whose payment the row says it is: 0 where it names an invoice that there is not. */
static int64_t person_of(const struct comparing *w, const struct biller_row *row)
{
	const int64_t *found;

	if (!row->has_invoice)
		return people_key(w->call->db, &row->iin);
	found = bsearch(
		&row->invoice.n, w->invoices, w->invoice_count, sizeof(*w->invoices), by_number);
	must(found);
	return w->persons[found - w->invoices];
}

/* ---- Findings -------------------------------------------------------------------------------- */

static ST note(struct comparing *w, const struct reconcile_item *item)
{
	struct reconcile_report *r = w->report;
	struct money *sum = &r->sum[item->kind];
	struct reconcile_item *kept;

	r->count[item->kind]++;
	if (!money_add(*sum, item->at_bank ? item->bank_sum : item->our_sum, sum))
		return fail(w->call->cx, MONEY_RANGE, "%s", "");
	if (item->kind == RECONCILE_MATCHED)
		return OK;
	if (r->item_count == LIMIT_RECONCILE_ITEMS) {
		r->items_left_out++;
		return OK;
	}
	kept = ARENA_PUSH(w->arena, r->items, r->item_count, w->item_cap);
	*kept = *item;
	kept->txn = str_copy(w->arena, item->txn);
	return OK;
}

static struct reconcile_item item_of(const struct biller_row *row, const struct ours *t)
{
	struct reconcile_item item = {.at_bank = row && row->taken, .here = t && !t->cancelled};

	if (row) {
		item.txn = biller_row_txn(row);
		item.line = row->line;
		item.bank_sum = row->sum;
		item.bank_day = biller_row_day(row);
	}
	if (t) {
		item.txn = t->ref;
		item.our_sum = t->sum;
		item.our_day = t->day;
	}
	return item;
}

/* Both have it. */
static ST compare(struct comparing *w, const struct biller_row *row, const struct ours *t)
{
	struct reconcile_item item = item_of(row, t);

	if (!row->taken)
		item.kind = t->cancelled ? RECONCILE_MATCHED : RECONCILE_NOT_AT_BANK;
	else if (t->cancelled)
		item.kind = RECONCILE_CANCELLED;
	else if (!row->unnamed && person_of(w, row) != t->person)
		item.kind = RECONCILE_OTHER_PERSON;
	else if (money_cmp(row->sum, t->sum) != 0)
		item.kind = RECONCILE_OTHER_SUM;
	else if (day_cmp(item.bank_day, t->day) != 0)
		item.kind = RECONCILE_OTHER_DAY;
	else
		item.kind = RECONCILE_MATCHED;
	return note(w, &item);
}

/* ---- What we have ---------------------------------------------------------------------------- */

/* Where the rows of the register are not yet behind this number. */
static void move_to(struct comparing *w, const struct biller_place *place)
{
	/* An engine may order texts by the rules of a language. */
	if (w->at && biller_place_cmp(&w->rows[w->at - 1], place) >= 0)
		w->at = 0;
	while (w->at < w->count && biller_place_cmp(&w->rows[w->at], place) < 0)
		w->at++;
	/* The rows lie in the order of the file: without this each is waited for. */
	if (w->at + AHEAD < w->count)
		__builtin_prefetch(row_of(w, w->at + AHEAD));
}

/* Ours of one day, in the order of their numbers; the rows of the register are in the same order.
 */
static ST meet(struct ctx *cx, void *arg, const struct bank_taken *t)
{
	struct comparing *w = arg;
	const struct ours ours = {t->ref, t->person, t->sum, w->day, t->cancelled};
	struct reconcile_item item;
	struct biller_place place;

	(void)cx;
	if (biller_place_of(t->ref, &place)) {
		move_to(w, &place);
		if (w->at < w->count && biller_place_cmp(&w->rows[w->at], &place) == 0) {
			w->met[w->at] = true;
			return compare(w, row_of(w, w->at), &ours);
		}
	}
	item = item_of(NULL, &ours);
	item.kind = RECONCILE_NOT_AT_BANK;
	return t->cancelled ? OK : note(w, &item);
}

/* Nothing has been found yet: the transaction may run again after a busy database. */
static void forget(struct comparing *w)
{
	struct reconcile_report *r = w->report;

	memset(r->count, 0, sizeof(r->count));
	memset(r->sum, 0, sizeof(r->sum));
	r->item_count = r->items_left_out = 0;
	memset(w->met, 0, w->count * sizeof(*w->met));
}

/* Of a day that the register does not speak of it says nothing: only its own days are read. */
static ST read_ours(struct ctx *cx, struct db *db, void *arg)
{
	struct comparing *w = arg;

	forget(w);
	TRY(invoice_persons(cx, db, w->invoices, w->invoice_count, w->persons));
	for (size_t i = 0; i < w->day_count; i++) {
		w->at = 0;
		w->day = (struct day){w->days[i]};
		TRY(bank_taken_each(
			cx, db, (struct bank_day){str_of(w->p->bank), w->day}, meet, w));
	}
	return OK;
}

/* ---- What we do not have --------------------------------------------------------------------- */

struct taking {
	struct group_unit unit;
	const struct biller_profile *p;
	const struct biller_row *row;
	struct biller_request rq;
	struct biller_reply reply;
	struct bank_txn there; /* of another day */
	bool found;
	bool check_only;
};

static struct biller_request request_of(const struct biller_row *row)
{
	return (struct biller_request){.command = BILLER_PAY,
		.txn = biller_row_txn(row),
		.account = biller_row_account(row),
		.has_iin = !row->has_invoice,
		.iin = row->iin,
		.has_invoice = row->has_invoice,
		.invoice = row->invoice,
		.has_sum = true,
		.sum = row->sum,
		.has_time = true,
		.time = row->time,
		.day = biller_row_day(row),
		.late = true,
		.field = ""};
}

static bool may_take(const struct taking *t)
{
	return !t->check_only && t->row->taken && !t->row->unnamed;
}

static void foresee(struct call *call, void *arg)
{
	struct taking *t = arg;

	if (may_take(t))
		biller_foresee(call, t->p, &t->rq);
}

static ST take(struct call *call, struct arena *keep, void *arg)
{
	struct taking *t = arg;

	TRY(pay_group_txn(call, str_of(t->p->bank), t->rq.txn, &t->there, &t->found));
	t->there.ref = t->rq.txn;
	return t->found || !may_take(t) ? OK : biller_take(call, t->p, &t->rq, keep, &t->reply);
}

static ST tell_taken(struct comparing *w, const struct taking *t)
{
	struct reconcile_item item = item_of(t->row, NULL);

	if (t->found) {
		const struct ours there = {t->there.ref, t->there.person, t->there.sum,
			t->there.day, t->there.cancelled};

		return compare(w, t->row, &there);
	}
	if (!t->row->taken) {
		w->report->void_rows++;
		return OK;
	}
	item.outcome = t->reply.outcome;
	item.kind = t->reply.outcome == BILLER_OK ? RECONCILE_TAKEN : RECONCILE_REFUSED;
	if (t->row->unnamed)
		item.kind = RECONCILE_UNNAMED;
	return note(w, &item);
}

static ST take_some(struct comparing *w, const struct biller_row **rows, size_t n)
{
	struct arena *keep = arena_new(LIMIT_ARENA_BYTES);
	struct taking *taking = arena_array(keep, n, sizeof(*taking));
	struct group_unit *units[TAKE_AT_ONCE];
	enum st st = OK;

	for (size_t i = 0; i < n; i++) {
		taking[i] = (struct taking){{.run = take,
						    .foresee = foresee,
						    .arg = &taking[i],
						    .order = person_of(w, rows[i]),
						    .trace = w->call->cx->trace,
						    .lang = w->call->cx->lang},
			w->p, rows[i], .rq = request_of(rows[i]),
			.check_only = w->report->check_only};
		units[i] = &taking[i].unit;
	}
	group_run(w->call, units, n, keep);
	for (size_t i = 0; st == OK && i < n; i++) {
		st = taking[i].unit.st;
		if (st == OK)
			st = tell_taken(w, &taking[i]);
		else
			w->call->cx->err = taking[i].unit.err;
	}
	arena_free(keep);
	return st;
}

/* group_run() empties the arena of its call: each portion has its own. */
static ST take_missing(struct comparing *w)
{
	const struct biller_row *rows[TAKE_AT_ONCE];
	struct ctx *cx = w->call->cx, work = *cx;
	struct call call = *w->call;
	size_t n = 0;
	enum st st = OK;

	work.arena = arena_new(LIMIT_IMPORT_ARENA_BYTES);
	call.cx = &work;
	w->call = &call;
	for (size_t i = 0; st == OK && i < w->count; i++) {
		if (!w->met[i])
			rows[n++] = row_of(w, i);
		if (n == TAKE_AT_ONCE) {
			st = take_some(w, rows, n);
			n = 0;
		}
	}
	if (st == OK && n)
		st = take_some(w, rows, n);
	cx->err = work.err;
	arena_free(work.arena);
	return st;
}

/* ---- The register ---------------------------------------------------------------------------- */

static bool day_is_new(const struct comparing *w, int32_t day)
{
	return w->day_count == 0 || w->days[w->day_count - 1] != day;
}

/* Sorts `n` numbers and drops those that stand there twice. */
static size_t unique_days(int32_t *days, size_t n)
{
	size_t kept = 0;

	if (n)
		qsort(days, n, sizeof(*days), by_day);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || days[kept - 1] != days[i])
			days[kept++] = days[i];
	return kept;
}

static size_t unique_numbers(int64_t *numbers, size_t n)
{
	size_t kept = 0;

	if (n)
		qsort(numbers, n, sizeof(*numbers), by_number);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || numbers[kept - 1] != numbers[i])
			numbers[kept++] = numbers[i];
	return kept;
}

static void prepare(struct comparing *w)
{
	size_t invoice_cap = 0;

	w->rows = w->r->order;
	w->met = arena_array(w->arena, w->count + 1, sizeof(*w->met));
	for (size_t i = 0; i < w->count; i++) {
		const struct biller_row *row = biller_register_at(w->r, i);
		int32_t day = biller_row_day(row).n;

		if (day_is_new(w, day))
			*ARENA_PUSH(w->arena, w->days, w->day_count, w->day_cap) = day;
		if (row->has_invoice)
			*ARENA_PUSH(w->arena, w->invoices, w->invoice_count, invoice_cap) =
				row->invoice.n;
	}
	w->day_count = unique_days(w->days, w->day_count);
	w->invoice_count = unique_numbers(w->invoices, w->invoice_count);
	w->persons = arena_array(w->arena, w->invoice_count + 1, sizeof(*w->persons));
}

static ST check_days(struct ctx *cx, const struct biller_profile *p,
	const struct biller_register *r, const struct reconcile_options *o)
{
	struct instant now = cx->clock->now(cx->clock);
	struct day last = day_in_astana((struct instant){now.us + clock_skew_us});
	struct buf b = buf_new(cx->arena, 16);

	for (size_t i = 0; i < r->count; i++) {
		const struct biller_row *row = biller_register_at(r, i);
		struct day day = biller_row_day(row);

		if (day_cmp(day, last) > 0)
			return fail_in(
				cx, row->line, p->columns[BILLER_C_DATE], DAY_RANGE, "%s", "");
		if (!o->has_day || day_cmp(day, o->day) == 0)
			continue;
		day_put(&b, day);
		return fail_in(cx, row->line, p->columns[BILLER_C_DATE], DAY_OTHER, "%.*s",
			STR(buf_view(&b)));
	}
	return OK;
}

static ST check_totals(
	struct ctx *cx, const struct biller_register *r, const struct reconcile_options *o)
{
	struct buf b = buf_new(cx->arena, 32);

	if (o->has_rows && o->rows != r->count)
		return fail_in(cx, 0, "--rows", ROWS_DIFFER, "%zu", r->count);
	if (!o->has_sum || money_cmp(o->sum, r->sum) == 0)
		return OK;
	money_put_plain(&b, r->sum);
	return fail_in(cx, 0, "--sum", TOTAL_DIFFERS, "%.*s", STR(buf_view(&b)));
}

ST reconcile_register(struct call *call, const struct biller_profile *p,
	const struct biller_register *r, const struct reconcile_options *o,
	struct reconcile_report *report)
{
	struct comparing w = {.call = call,
		.p = p,
		.report = report,
		.r = r,
		.arena = call->cx->arena,
		.count = r->count};

	*report = (struct reconcile_report){.rows = r->count,
		.register_sum = r->sum,
		.other_rows = r->other_rows,
		.other_sum = r->other_sum,
		.from = r->from,
		.to = r->to,
		.check_only = o->check_only};
	TRY(check_days(call->cx, p, r, o));
	TRY(check_totals(call->cx, r, o));
	prepare(&w);
	if (r->count)
		TRY(tx_run(call->cx, call->db, TX_READ, read_ours, &w));
	return take_missing(&w);
}

bool reconcile_agrees(const struct reconcile_report *r)
{
	size_t wrong = 0;

	for (int k = 0; k < RECONCILE_KINDS; k++)
		if (k != RECONCILE_MATCHED && (k != RECONCILE_TAKEN || r->check_only))
			wrong += r->count[k];
	return wrong == 0;
}
