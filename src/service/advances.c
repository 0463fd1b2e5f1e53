/* SPDX-License-Identifier: Apache-2.0 */
#include "service/advances.h"

#include "base/log.h"
#include "ledger/ledger.h"
#include "limits.h"
#include "service/placing.h"
#include "store/lock.h"
#include "store/people.h"

enum { PAGE = 1000 };

/* One person. */
struct turn {
	struct call *call;
	int64_t person;
	struct instant now;
	struct money placed; /* set */
};

/* Named by the person and the moment: two runs never make the same one. */
static int64_t event_of(struct call *call, const struct turn *t)
{
	struct buf name = buf_new(call->cx->arena, 64);

	buf_i64(&name, t->person);
	buf_char(&name, '@');
	buf_i64(&name, t->now.us);
	return doc_key(STR_LIT("advance"), buf_view(&name));
}

static ST post(struct turn *t, int64_t event, const struct line_totals *written)
{
	struct call *call = t->call;
	struct ledger_move moves[LEDGER_MOVES_MAX];
	struct ledger_entry e = {.unit = event,
		.at = t->now,
		.law_digest = lawbook_digest(call->book),
		.lines = written->lines,
		.lines_check = written->check,
		.moves = moves};

	e.move_count = ledger_moves(RECIPE_ALLOCATED, written->sum, moves, 0);
	return ledger_post(call->cx, call->db, &e, NULL);
}

static ST write(struct turn *t, const struct placing *placing, const struct placing_by *by)
{
	struct call *call = t->call;
	struct person_map *m = ARENA_NEW(call->cx->arena, struct person_map);
	struct placing_lines lines;
	struct lines_result written;

	TRY(placing_write(call, placing, by, &lines));
	TRY(payments_add_placed(call->cx, call->db, lines.lines, lines.line_count, &written));
	for (size_t i = 0; i < lines.move_count; i++)
		TRY(advance_move_add(call->cx, call->db, &lines.moves[i]));
	TRY(post(t, by->event, &written.added));
	t->placed = written.added.total;
	m->row.person = by->person;
	m->row.iin = by->iin;
	return person_map_rebuild(call, m, by->known);
}

static ST place(struct ctx *cx, struct db *db, void *arg)
{
	struct turn *t = arg;
	struct call *call = t->call;
	struct day today = day_in_astana(t->now);
	const struct placing_wish wish = {.day = today, .sum = MONEY_ZERO, .is_due_only = true};
	struct placing_by by = {.person = t->person, .day = today, .known = today};
	struct person_map *m = ARENA_NEW(cx->arena, struct person_map);
	struct placing placing;

	t->placed = MONEY_ZERO;
	TRY(people_iin(cx, db, t->person, &by.iin));
	/* Before anything is read: a payment may come at the same moment. */
	TRY(lock_person(cx, db, t->person));
	TRY(person_map_find(call, &by.iin, today, m));
	TRY(placing_plan(call, m, &wish, &placing));
	by.event = event_of(call, t);
	if (placing.plan.part_count)
		return write(t, &placing, &by);
	/* Of those whom a lock put on the list of work, nothing changed. */
	return m->of_row ? OK : person_map_rebuild(call, m, today);
}

static ST page(struct call *call, int64_t *persons, size_t count, struct advances_report *report)
{
	struct ctx *cx = call->cx;

	for (size_t i = 0; i < count; i++) {
		struct turn t = {
			.call = call, .person = persons[i], .now = cx->clock->now(cx->clock)};

		arena_reset(cx->arena);
		TRY(tx_run(cx, call->db, TX_WRITE, place, &t));
		if (money_is_zero(t.placed))
			continue;
		report->persons++;
		if (!money_add(report->sum, t.placed, &report->sum))
			return fail(cx, MONEY_RANGE, "%s", "advances");
	}
	return OK;
}

enum st advances_apply(
	struct call *call, bool (*stop)(void *arg), void *stop_arg, struct advances_report *report)
{
	struct ctx own = *call->cx;
	struct call each = *call;
	struct arena *all = arena_new(LIMIT_ARENA_BYTES);
	int64_t *persons = arena_alloc(all, PAGE * sizeof(*persons)), after = -1;
	size_t count = PAGE;
	enum st st = OK;

	*report = (struct advances_report){.sum = MONEY_ZERO};
	each.cx = &own;
	own.arena = arena_new(LIMIT_ARENA_BYTES);
	while (st == OK && count == PAGE && !(stop && stop(stop_arg))) {
		st = advance_persons(&own, call->db, after, PAGE, persons, &count);
		if (st == OK && count) {
			after = persons[count - 1];
			st = page(&each, persons, count, report);
		}
	}
	if (st != OK)
		call->cx->err = own.err;
	arena_free(own.arena);
	arena_free(all);
	if (report->persons || st != OK)
		log_event(call->cx, LOG_INFO, "advances", "persons=%zu code=%s", report->persons,
			err_info(st == OK ? ERR_NONE : call->cx->err.code)->name);
	return st;
}
