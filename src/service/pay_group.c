/* SPDX-License-Identifier: Apache-2.0 */
#include "service/pay_group.h"

#include <stdlib.h>

#include "base/check.h"
#include "ledger/ledger.h"
#include "service/group.h"
#include "store/invoice.h"
#include "store/lock.h"
#include "store/people.h"

enum { MAP_BYTES = 1 << 17 };

/* What became of a person who was locked with the others. */
struct note {
	bool is_read, is_written;
};

/* A person who got a payment. */
struct summary {
	struct coverage_row row;
	struct day today;
	bool is_summed; /* the row is as it must be written */
};

struct pay_group {
	/* What the units will ask. */
	struct bank_ref *refs;
	struct invoice_no *invoices;
	struct locked *persons; /* ascending when ready */
	size_t ref_count, ref_cap, invoice_count, invoice_cap, person_count, person_cap;
	/* What there was. */
	bool is_ready;
	struct note *notes; /* beside `persons` */
	struct bank_txn *known;
	struct coverage_read *rows;
	size_t known_count, row_count;
	/* What is still to be written. */
	struct bank_txn *txns;
	struct placed_line *lines;
	struct advance_move *moves;
	struct summary *summaries;
	size_t txn_count, txn_cap, line_count, line_cap, move_count, move_cap, summary_count,
		summary_cap;
	struct money own[PAYER_COUNT][KNP_COUNT], used[PAYER_COUNT][KNP_COUNT], kept;
};

static ST ready(struct call *call, void *shared);
static ST finish(struct call *call, void *shared);

static const struct group_kind kind = {sizeof(struct pay_group), ready, finish};

/* ---- Asking together ------------------------------------------------------------------------- */

void pay_group_foresee(struct call *call, struct str bank, const struct biller_request *rq)
{
	struct arena *arena = group_arena(call);
	struct pay_group *g;

	if (!lock_is_far(call->db))
		return;
	g = group_shared(call, &kind);
	*ARENA_PUSH(arena, g->refs, g->ref_count, g->ref_cap) =
		(struct bank_ref){bank_txn_key(bank, rq->txn), bank, rq->txn};
	if (rq->has_invoice)
		*ARENA_PUSH(arena, g->invoices, g->invoice_count, g->invoice_cap) = rq->invoice;
	else if (rq->has_iin)
		*ARENA_PUSH(arena, g->persons, g->person_count, g->person_cap) =
			(struct locked){people_key(call->db, &rq->iin), false};
}

static ST persons_of_invoices(struct call *call, struct pay_group *g)
{
	for (size_t i = 0; i < g->invoice_count; i++) {
		struct invoice invoice;
		bool found;

		TRY(invoice_find(call->cx, call->db, g->invoices[i], &invoice, &found));
		if (found)
			*ARENA_PUSH(call->cx->arena, g->persons, g->person_count, g->person_cap) =
				(struct locked){invoice.person, false};
	}
	return OK;
}

static int by_key(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int locked_order(const void *a, const void *b)
{
	return by_key(((const struct locked *)a)->person, ((const struct locked *)b)->person);
}

static void sort_persons(struct pay_group *g)
{
	size_t kept = 0;

	if (g->person_count == 0)
		return;
	qsort(g->persons, g->person_count, sizeof(*g->persons), locked_order);
	for (size_t i = 0; i < g->person_count; i++)
		if (kept == 0 || g->persons[kept - 1].person != g->persons[i].person)
			g->persons[kept++] = g->persons[i];
	g->person_count = kept;
}

static ST read_rows(struct call *call, struct pay_group *g)
{
	int64_t *keys = arena_array(call->cx->arena, g->person_count, sizeof(*keys));

	for (size_t i = 0; i < g->person_count; i++)
		keys[i] = g->persons[i].person;
	g->rows = arena_array(call->cx->arena, g->person_count, sizeof(*g->rows));
	return coverage_rows_of_locked(
		call->cx, call->db, keys, g->person_count, g->rows, &g->row_count);
}

static ST ask(struct call *call, struct pay_group *g)
{
	TRY(persons_of_invoices(call, g));
	sort_persons(g);
	/* Before anything of them is read, or what comes meanwhile would not be seen. */
	TRY(lock_persons(call->cx, call->db, g->persons, g->person_count));
	g->notes = arena_array(call->cx->arena, g->person_count, sizeof(*g->notes));
	TRY(read_rows(call, g));
	g->known = arena_array(call->cx->arena, g->ref_count, sizeof(*g->known));
	return bank_txns_find(call->cx, call->db, g->refs, g->ref_count, g->known, &g->known_count);
}

static ST ready(struct call *call, void *shared)
{
	struct pay_group *g = shared;
	struct arena *own = call->cx->arena;
	enum st st;

	call->cx->arena = group_arena(call);
	st = ask(call, g);
	call->cx->arena = own;
	g->is_ready = st == OK;
	return st;
}

/* ---- Answering ------------------------------------------------------------------------------- */

static bool was_foreseen(const struct pay_group *g, const struct bank_ref *ref)
{
	for (size_t i = 0; g->is_ready && i < g->ref_count; i++)
		if (g->refs[i].txn == ref->txn && str_eq(g->refs[i].ref, ref->ref) &&
			str_eq(g->refs[i].bank, ref->bank))
			return true;
	return false;
}

static const struct bank_txn *txn_in(
	const struct bank_txn *txns, size_t count, const struct bank_ref *ref)
{
	for (size_t i = 0; i < count; i++)
		if (txns[i].txn == ref->txn && str_eq(txns[i].ref, ref->ref) &&
			str_eq(txns[i].bank, ref->bank))
			return &txns[i];
	return NULL;
}

ST pay_group_txn(
	struct call *call, struct str bank, struct str ref, struct bank_txn *out, bool *found)
{
	const struct pay_group *g = group_shared(call, &kind);
	const struct bank_ref wanted = {bank_txn_key(bank, ref), bank, ref};
	const struct bank_txn *t = txn_in(g->txns, g->txn_count, &wanted);

	if (!t && !was_foreseen(g, &wanted))
		return bank_txn_find(call->cx, call->db, bank, ref, out, found);
	if (!t)
		t = txn_in(g->known, g->known_count, &wanted);
	*found = t != NULL;
	*out = t ? *t : (struct bank_txn){0};
	return OK;
}

static const struct locked *locked_in(const struct pay_group *g, int64_t person)
{
	const struct locked wanted = {.person = person};

	if (!g->is_ready || g->person_count == 0)
		return NULL;
	return bsearch(&wanted, g->persons, g->person_count, sizeof(wanted), locked_order);
}

static bool is_kept_back(const struct pay_group *g, int64_t person)
{
	for (size_t i = 0; i < g->summary_count; i++)
		if (g->summaries[i].row.person == person)
			return true;
	return false;
}

/* A person whom a lock has put on the list without being anybody: off again. */
static ST nobody(struct call *call, int64_t person, struct day known, struct person_map *out)
{
	struct coverage_row row = {.person = person};

	TRY(coverage_untouch(call->cx, call->db, &person, 1));
	return person_map_of(call, &row, COVERAGE_UNKNOWN, known, out);
}

/* The map of a person who is locked, `*row` NULL when there is no row. */
static ST locked_map(struct call *call, const struct iin *iin, const struct coverage_read *read,
	struct day known, struct person_map *out)
{
	struct coverage_row row = {.iin = *iin, .keeps = true};
	bool found;

	if (!read) {
		TRY(people_find(call->cx, call->db, iin, &row.person, &found));
		return found ? person_map_of(call, &row, COVERAGE_ABSENT, known, out)
			     : nobody(call, row.person, known, out);
	}
	if (!iin_same(&read->row.iin, iin))
		return fail(call->cx, PERSON_CONFLICT, "%s", "two numbers have one key");
	return person_map_of(call, &read->row, read->state, known, out);
}

static const struct coverage_read *row_of(
	const struct coverage_read *rows, size_t count, int64_t person)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].row.person == person)
			return &rows[i];
	return NULL;
}

/* Locks one person and reads the row. */
static ST lock_and_read(
	struct call *call, const struct iin *iin, struct day known, struct person_map *out)
{
	struct locked one = {.person = people_key(call->db, iin)};
	struct coverage_read read;
	size_t count;

	TRY(lock_persons(call->cx, call->db, &one, 1));
	TRY(coverage_rows_of_locked(call->cx, call->db, &one.person, 1, &read, &count));
	if (count && one.touched)
		read.state = COVERAGE_BEHIND;
	return locked_map(call, iin, count ? &read : NULL, known, out);
}

ST pay_group_person(
	struct call *call, const struct iin *iin, struct day known, struct person_map *out)
{
	struct pay_group *g = group_shared(call, &kind);
	int64_t person = people_key(call->db, iin);
	const struct coverage_read *row;
	const struct locked *locked;
	struct coverage_read read;
	struct note *note;

	if (is_kept_back(g, person))
		TRY(pay_group_flush(call));
	if (!lock_is_far(call->db))
		return person_map_find(call, iin, known, out);
	locked = locked_in(g, person);
	note = locked ? &g->notes[locked - g->persons] : NULL;
	/* What was read together holds for the first who asks: then it may be written. */
	if (!note || note->is_read)
		return lock_and_read(call, iin, known, out);
	note->is_read = true;
	row = row_of(g->rows, g->row_count, person);
	if (row) {
		read = *row;
		if (locked->touched)
			read.state = COVERAGE_BEHIND;
	}
	return locked_map(call, iin, row ? &read : NULL, known, out);
}

void pay_group_forget(struct call *call, int64_t person)
{
	const struct pay_group *g = group_shared(call, &kind);
	const struct locked *locked = locked_in(g, person);

	if (locked)
		g->notes[locked - g->persons] = (struct note){.is_read = true, .is_written = true};
}

/* ---- Writing together ------------------------------------------------------------------------ */

static ST count_line(struct call *call, struct pay_group *g, const struct placed_line *l)
{
	const struct payment_fact *f = &l->line.fact;
	struct money *sum = f->doc == (uint64_t)l->by ? &g->own[f->payer_kind][f->knp]
						      : &g->used[f->payer_kind][f->knp];

	return money_add(*sum, f->sum, sum) ? OK : fail(call->cx, MONEY_RANGE, "%s", "");
}

ST pay_group_add(struct call *call, const struct payment_taken *p)
{
	struct pay_group *g = group_shared(call, &kind);
	struct arena *arena = group_arena(call);
	const struct locked *locked = locked_in(g, p->txn.person);
	struct buf b = buf_new(call->cx->arena, MAP_BYTES);
	struct summary *s;

	if (locked)
		g->notes[locked - g->persons].is_written = true;
	if (!money_add(g->kept, p->txn.advance, &g->kept))
		return fail(call->cx, MONEY_RANGE, "%s", "");
	*ARENA_PUSH(arena, g->txns, g->txn_count, g->txn_cap) = p->txn;
	for (size_t i = 0; i < p->line_count; i++) {
		TRY(count_line(call, g, &p->lines[i]));
		*ARENA_PUSH(arena, g->lines, g->line_count, g->line_cap) = p->lines[i];
	}
	for (size_t i = 0; i < p->used_count; i++)
		*ARENA_PUSH(arena, g->moves, g->move_count, g->move_cap) = p->used[i];
	s = ARENA_PUSH(arena, g->summaries, g->summary_count, g->summary_cap);
	*s = (struct summary){.row = p->map->row, .today = p->today, .is_summed = p->is_summed};
	if (!p->is_summed)
		return OK;
	coverage_map_write(&p->map->map, &b);
	s->is_summed = !b.over;
	p->map->bytes = str_copy(arena, buf_view(&b));
	person_map_as_row(call, p->map, p->today);
	s->row = p->map->row;
	return OK;
}

static int txn_order(const void *a, const void *b)
{
	const struct bank_txn *x = a, *y = b;
	int order = str_cmp(x->bank, y->bank);

	return order ? order : str_cmp(x->ref, y->ref);
}

static int line_order(const void *a, const void *b)
{
	const struct payment_line *x = &((const struct placed_line *)a)->line;
	const struct payment_line *y = &((const struct placed_line *)b)->line;

	return x->fact.month.n != y->fact.month.n ? by_key(x->fact.month.n, y->fact.month.n)
						  : by_key(x->person, y->person);
}

static int summary_order(const void *a, const void *b)
{
	const struct summary *x = a, *y = b;

	return by_key(x->row.person, y->row.person);
}

/* Rows beside each other in their tables are written one after the other. */
static void sort_rows(struct pay_group *g)
{
	qsort(g->txns, g->txn_count, sizeof(*g->txns), txn_order);
	if (g->line_count)
		qsort(g->lines, g->line_count, sizeof(*g->lines), line_order);
	qsort(g->summaries, g->summary_count, sizeof(*g->summaries), summary_order);
}

static ST post(struct call *call, struct pay_group *g, const struct line_totals *written)
{
	struct ledger_move moves[LEDGER_MOVES_MAX];
	struct ledger_entry e = {.unit = g->txns[0].posted,
		.at = g->txns[0].at,
		.law_digest = lawbook_digest(call->book),
		.lines = written->lines,
		.lines_check = written->check,
		.moves = moves};

	for (size_t i = 1; i < g->txn_count; i++)
		if (g->txns[i].at.us > e.at.us)
			e.at = g->txns[i].at;
	e.move_count = ledger_moves(RECIPE_RECEIVED, g->own, moves, e.move_count);
	e.move_count = ledger_moves(RECIPE_ALLOCATED, g->used, moves, e.move_count);
	if (!money_is_zero(g->kept))
		moves[e.move_count++] = (struct ledger_move){
			RECIPE_SUSPENSE, PAYER_INDEPENDENT, KNP_CONTRIBUTION, g->kept};
	return ledger_post(call->cx, call->db, &e, NULL);
}

static ST write_summaries(struct call *call, struct pay_group *g)
{
	struct coverage_row *rows = arena_array(call->cx->arena, g->summary_count, sizeof(*rows));
	size_t n = 0;

	for (size_t i = 0; i < g->summary_count; i++)
		if (g->summaries[i].is_summed)
			rows[n++] = g->summaries[i].row;
	TRY(coverage_rows_write(call->cx, call->db, rows, n));
	for (size_t i = 0; i < g->summary_count; i++) {
		struct person_map *m;

		if (g->summaries[i].is_summed)
			continue;
		m = ARENA_NEW(call->cx->arena, struct person_map);
		m->row = g->summaries[i].row;
		TRY(person_map_rebuild(call, m, g->summaries[i].today));
	}
	return OK;
}

static ST write_rows(struct call *call, struct pay_group *g)
{
	struct lines_result written;

	/* The first one names the entry of all. */
	for (size_t i = g->txn_count; i-- > 0;)
		g->txns[i].posted = g->txns[0].txn;
	sort_rows(g);
	TRY(bank_txns_add(call->cx, call->db, g->txns, g->txn_count));
	TRY(payments_add_placed(call->cx, call->db, g->lines, g->line_count, &written));
	for (size_t i = 0; i < g->move_count; i++)
		TRY(advance_move_add(call->cx, call->db, &g->moves[i]));
	TRY(post(call, g, &written.added));
	return write_summaries(call, g);
}

ST pay_group_flush(struct call *call)
{
	struct pay_group *g;

	if (!call->group)
		return OK;
	g = group_shared(call, &kind);
	if (g->txn_count == 0)
		return OK;
	TRY(write_rows(call, g));
	g->txn_count = g->line_count = g->move_count = g->summary_count = 0;
	memset(g->own, 0, sizeof(g->own));
	memset(g->used, 0, sizeof(g->used));
	g->kept = MONEY_ZERO;
	/* What was not there before may be there now. */
	g->ref_count = 0;
	return OK;
}

/* Who was locked for nothing is not behind. */
static ST untouch(struct call *call, const struct pay_group *g)
{
	int64_t *keys = arena_array(call->cx->arena, g->person_count + 1, sizeof(*keys));
	size_t n = 0;

	for (size_t i = 0; g->is_ready && i < g->person_count; i++)
		if (!g->persons[i].touched && !g->notes[i].is_written)
			keys[n++] = g->persons[i].person;
	return coverage_untouch(call->cx, call->db, keys, n);
}

static ST finish(struct call *call, void *shared)
{
	TRY(pay_group_flush(call));
	return untouch(call, shared);
}
