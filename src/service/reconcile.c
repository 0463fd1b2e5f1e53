/* SPDX-License-Identifier: Apache-2.0 */
#include "service/reconcile.h"

#include <stdlib.h>

#include "base/check.h"
#include "formats/json_write.h"
#include "limits.h"
#include "service/biller.h"
#include "service/group.h"
#include "store/bank.h"
#include "store/invoice.h"
#include "store/people.h"
#include "text/say.h"

enum { TAKE_AT_ONCE = 256 };

/* A row of the register in the order of the store. */
struct sorted {
	int64_t key;
	const struct biller_row *row;
	bool met; /* it was found with us */
};

struct comparing {
	struct call *call;
	const struct biller_profile *p;
	struct reconcile_report *report;
	struct sorted *rows;
	size_t count, at;
	int32_t *days;       /* of the register, ascending */
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

static ST note(struct comparing *w, const struct reconcile_item *item)
{
	struct reconcile_report *r = w->report;
	struct money *sum = &r->sum[item->kind];

	r->count[item->kind]++;
	if (!money_add(*sum, item->at_bank ? item->bank_sum : item->our_sum, sum))
		return fail(w->call->cx, MONEY_RANGE, "%s", "");
	if (item->kind == RECONCILE_MATCHED || r->item_count == LIMIT_ISSUES)
		return OK;
	r->items[r->item_count] = *item;
	r->items[r->item_count++].txn = str_copy(w->arena, item->txn);
	return OK;
}

static struct reconcile_item item_of(const struct biller_row *row, const struct bank_txn *t)
{
	struct reconcile_item item = {.at_bank = row && row->taken, .here = t && !t->cancelled};

	if (row) {
		item.txn = row->txn;
		item.line = row->line;
		item.bank_sum = row->sum;
		item.bank_day = row->day;
	}
	if (t) {
		item.txn = t->ref;
		item.our_sum = t->sum;
		item.our_day = t->day;
	}
	return item;
}

/* Both have it. */
static ST compare(struct comparing *w, const struct biller_row *row, const struct bank_txn *t)
{
	struct reconcile_item item = item_of(row, t);

	if (!row->taken)
		item.kind = t->cancelled ? RECONCILE_MATCHED : RECONCILE_NOT_AT_BANK;
	else if (t->cancelled)
		item.kind = RECONCILE_CANCELLED;
	else if (!row->unnamed && people_key(w->call->db, &row->iin) != t->person)
		item.kind = RECONCILE_OTHER_PERSON;
	else if (money_cmp(row->sum, t->sum) != 0)
		item.kind = RECONCILE_OTHER_SUM;
	else if (day_cmp(row->day, t->day) != 0)
		item.kind = RECONCILE_OTHER_DAY;
	else
		item.kind = RECONCILE_MATCHED;
	return note(w, &item);
}

static int by_number(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

/* Of a day that the register does not speak of it says nothing. */
static bool speaks_of(const struct comparing *w, struct day d)
{
	return bsearch(&d.n, w->days, w->count, sizeof(*w->days), by_number) != NULL;
}

/* Ours, in the order of the keys; the rows of the register are in the same order. */
static ST meet(struct ctx *cx, void *arg, const struct bank_txn *t)
{
	struct comparing *w = arg;
	struct reconcile_item item;

	(void)cx;
	while (w->at < w->count && w->rows[w->at].key < t->txn)
		w->at++;
	if (w->at < w->count && w->rows[w->at].key == t->txn &&
		str_eq(w->rows[w->at].row->txn, t->ref)) {
		w->rows[w->at].met = true;
		return compare(w, w->rows[w->at].row, t);
	}
	item = item_of(NULL, t);
	item.kind = RECONCILE_NOT_AT_BANK;
	return t->cancelled || !speaks_of(w, t->day) ? OK : note(w, &item);
}

static ST read_ours(struct ctx *cx, struct db *db, void *arg)
{
	struct comparing *w = arg;
	struct bank_days days = {str_of(w->p->bank), w->report->from, w->report->to};

	w->at = 0;
	return bank_txn_each(cx, db, &days, meet, w);
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

static ST take(struct call *call, struct arena *keep, void *arg)
{
	struct taking *t = arg;
	struct iin iin = t->row->iin;

	TRY(bank_txn_find(
		call->cx, call->db, str_of(t->p->bank), t->row->txn, &t->there, &t->found));
	t->there.ref = t->row->txn;
	if (t->found || t->check_only || !t->row->taken || t->row->unnamed)
		return OK;
	t->rq = (struct biller_request){.command = BILLER_PAY,
		.txn = t->row->txn,
		.account = str_copy(keep, t->row->has_invoice ? t->row->account : iin_digits(&iin)),
		.has_iin = !t->row->has_invoice,
		.iin = iin,
		.has_invoice = t->row->has_invoice,
		.invoice = t->row->invoice,
		.has_sum = true,
		.sum = t->row->sum,
		.has_time = true,
		.time = t->row->time,
		.day = t->row->day,
		.late = true,
		.field = ""};
	return biller_take(call, t->p, &t->rq, keep, &t->reply);
}

static ST tell_taken(struct comparing *w, const struct taking *t)
{
	struct reconcile_item item = item_of(t->row, NULL);

	if (t->found)
		return compare(w, t->row, &t->there);
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
						    .arg = &taking[i],
						    .trace = w->call->cx->trace,
						    .lang = w->call->cx->lang},
			w->p, rows[i], .check_only = w->report->check_only};
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
		if (!w->rows[i].met)
			rows[n++] = w->rows[i].row;
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

/* The row with the person whose invoice it names; as it is where there is no such invoice. */
static ST with_person(struct call *call, const struct biller_row **row)
{
	struct biller_row *own;
	struct invoice invoice;
	bool found;

	if (!(*row)->has_invoice)
		return OK;
	TRY(invoice_find(call->cx, call->db, (*row)->invoice, &invoice, &found));
	if (!found)
		return OK;
	own = ARENA_NEW(call->cx->arena, struct biller_row);
	*own = **row;
	TRY(people_iin(call->cx, call->db, invoice.person, &own->iin));
	*row = own;
	return OK;
}

static int by_key(const void *a, const void *b)
{
	const struct sorted *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

ST reconcile_register(struct call *call, const struct biller_profile *p,
	const struct biller_register *r, bool check_only, struct reconcile_report *report)
{
	struct arena *a = call->cx->arena;
	struct comparing w = {
		.call = call, .p = p, .report = report, .arena = a, .count = r->count};

	*report = (struct reconcile_report){.rows = r->count,
		.register_sum = r->sum,
		.other_rows = r->other_rows,
		.other_sum = r->other_sum,
		.from = r->from,
		.to = r->to,
		.items = arena_array(a, LIMIT_ISSUES, sizeof(*report->items)),
		.check_only = check_only};
	w.rows = arena_array(a, r->count + 1, sizeof(*w.rows));
	w.days = arena_array(a, r->count + 1, sizeof(*w.days));
	for (size_t i = 0; i < r->count; i++) {
		const struct biller_row *row = &r->rows[i];

		TRY(with_person(call, &row));
		w.days[i] = row->day.n;
		w.rows[i] = (struct sorted){bank_txn_key(str_of(p->bank), row->txn), row, false};
	}
	if (r->count) {
		qsort(w.rows, r->count, sizeof(*w.rows), by_key);
		qsort(w.days, r->count, sizeof(*w.days), by_number);
		TRY(tx_run(call->cx, call->db, TX_READ, read_ours, &w));
	}
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

/* ---- The report ------------------------------------------------------------------------------ */

static void put_side(struct json *j, const char *key, bool there, struct money sum, struct day day)
{
	json_put_key(j, key);
	if (!there) {
		json_put_null(j);
		return;
	}
	json_open_object(j);
	json_put_key(j, "sum");
	json_put_money(j, sum);
	json_put_key(j, "day");
	json_put_day(j, day);
	json_close_object(j);
}

static void put_item(struct json *j, enum lang lang, const struct reconcile_item *i)
{
	json_open_object(j);
	json_put_key(j, "kind");
	json_put_z(j, reconcile_kind_code(i->kind));
	json_put_key(j, "txn_id");
	json_put_str(j, i->txn);
	json_put_key(j, "line");
	json_put_u64(j, i->line);
	put_side(j, "bank", i->at_bank, i->bank_sum, i->bank_day);
	put_side(j, "ours", i->here, i->our_sum, i->our_day);
	if (i->kind == RECONCILE_REFUSED) {
		json_put_key(j, "reason");
		json_put_z(j, biller_outcome_code(i->outcome));
		json_put_key(j, "text");
		json_put_str(j, say_code(lang, "biller", biller_outcome_code(i->outcome)));
	}
	json_close_object(j);
}

void reconcile_put_json(struct buf *b, enum lang lang, const struct biller_profile *p,
	const struct reconcile_report *r)
{
	struct json j = json_start(b);

	json_open_object(&j);
	json_put_key(&j, "bank");
	json_put_z(&j, p->bank);
	json_put_key(&j, "agrees");
	json_put_bool(&j, reconcile_agrees(r));
	json_put_key(&j, "checked_only");
	json_put_bool(&j, r->check_only);
	json_put_key(&j, "from");
	json_put_day(&j, r->rows ? r->from : DAY_NEVER);
	json_put_key(&j, "to");
	json_put_day(&j, r->rows ? r->to : DAY_NEVER);
	json_put_key(&j, "rows");
	json_put_u64(&j, r->rows);
	json_put_key(&j, "void_rows");
	json_put_u64(&j, r->void_rows);
	json_put_key(&j, "sum");
	json_put_money(&j, r->register_sum);
	json_put_key(&j, "other_rows");
	json_put_u64(&j, r->other_rows);
	json_put_key(&j, "other_sum");
	json_put_money(&j, r->other_sum);
	for (int k = 0; k < RECONCILE_KINDS; k++) {
		json_put_key(&j, reconcile_kind_code((enum reconcile_kind)k));
		json_open_object(&j);
		json_put_key(&j, "count");
		json_put_u64(&j, r->count[k]);
		json_put_key(&j, "sum");
		json_put_money(&j, r->sum[k]);
		json_close_object(&j);
	}
	json_put_key(&j, "items");
	json_open_array(&j);
	for (size_t i = 0; i < r->item_count; i++)
		put_item(&j, lang, &r->items[i]);
	json_close_array(&j);
	json_close_object(&j);
}
