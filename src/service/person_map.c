/* SPDX-License-Identifier: Apache-2.0 */
#include "service/person_map.h"

#include "store/people.h"

enum { MAP_BYTES = 1 << 17 };

/* The map from the facts, and its bytes. */
static ST of_facts(
	struct call *call, const struct facts *facts, struct day known, struct person_map *out)
{
	struct buf b = buf_new(call->cx->arena, MAP_BYTES);

	TRY(coverage_map_build(call->cx, call->book, facts, known, &out->map));
	coverage_map_write(&out->map, &b);
	if (b.over)
		return fail(call->cx, CALC_TOO_MANY, "%s", "facts of one person");
	out->bytes = buf_view(&b);
	return OK;
}

ST person_map_find(
	struct call *call, const struct iin *iin, struct day known, struct person_map *out)
{
	struct sha256 law = lawbook_digest(call->book);
	enum coverage_state state = COVERAGE_UNKNOWN;
	struct facts facts = {0};

	*out = (struct person_map){.found = false};
	if (call->db)
		TRY(coverage_row_read(call->cx, call->db, iin, &state, &out->row));
	if (state == COVERAGE_UNKNOWN)
		return of_facts(call, &facts, known, out);
	out->found = true;
	out->of_row = state == COVERAGE_FRESH && out->row.law == coverage_law(&law) &&
		      day_cmp(known, out->row.known) >= 0 &&
		      day_cmp(known, out->row.good_until) <= 0;
	if (out->of_row) {
		out->bytes = out->row.map;
		return coverage_map_read(call->cx, out->bytes, &out->map);
	}
	TRY(facts_load(call->cx, call->db, out->row.person, &facts));
	return of_facts(call, &facts, known, out);
}

struct day person_map_good_until(const struct facts *f, struct day known)
{
	struct day first = DAY_NEVER;

#define EARLIEST(items, count)                                                                     \
	for (size_t i = 0; i < (count); i++)                                                       \
		if (day_cmp((items)[i].known_since, known) > 0 &&                                  \
			day_cmp((items)[i].known_since, first) < 0)                                \
	first = (items)[i].known_since
	EARLIEST(f->persons, f->person_count);
	EARLIEST(f->spells, f->spell_count);
	EARLIEST(f->payments, f->payment_count);
	EARLIEST(f->refunds, f->refund_count);
#undef EARLIEST
	return first.n == DAY_NEVER.n ? first : day_add(first, -1);
}

static ST write_row(struct call *call, struct person_map *m, struct day today)
{
	struct sha256 law = lawbook_digest(call->book);
	struct coverage_row *row = &m->row;

	row->known = today;
	row->law = coverage_law(&law);
	row->map = m->bytes;
	return coverage_rows_write(call->cx, call->db, row, 1);
}

static ST rebuild(struct call *call, struct person_map *m, struct day today)
{
	struct facts facts;

	TRY(facts_load(call->cx, call->db, m->row.person, &facts));
	m->row.good_until = person_map_good_until(&facts, today);
	if (of_facts(call, &facts, today, m) == OK)
		return write_row(call, m, today);
	err_clear(call->cx);
	return coverage_touch(call->cx, call->db, m->row.person);
}

ST person_map_write(struct call *call, struct person_map *m, struct day today, bool is_present)
{
	struct buf b = buf_new(call->cx->arena, MAP_BYTES);

	if (!is_present)
		return rebuild(call, m, today);
	coverage_map_write(&m->map, &b);
	if (b.over)
		return rebuild(call, m, today);
	m->bytes = buf_view(&b);
	return write_row(call, m, today);
}
