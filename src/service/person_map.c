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

ST person_map_of(struct call *call, const struct coverage_row *row, enum coverage_state state,
	struct day known, struct person_map *out)
{
	struct sha256 law = lawbook_digest(call->book);
	struct facts facts = {0};

	*out = (struct person_map){.found = state != COVERAGE_UNKNOWN, .row = *row};
	if (!out->found)
		return of_facts(call, &facts, known, out);
	out->of_row = state == COVERAGE_FRESH && row->law == coverage_law(&law) &&
		      day_cmp(known, row->known) >= 0 && day_cmp(known, row->good_until) <= 0;
	if (out->of_row) {
		out->bytes = out->row.map;
		return coverage_map_read(call->cx, out->bytes, &out->map);
	}
	TRY(facts_load(call->cx, call->db, row->person, &facts));
	return of_facts(call, &facts, known, out);
}

ST person_map_find(
	struct call *call, const struct iin *iin, struct day known, struct person_map *out)
{
	enum coverage_state state = COVERAGE_UNKNOWN;
	struct coverage_row row = {0};

	if (call->db)
		TRY(coverage_row_read(call->cx, call->db, iin, &state, &row));
	return person_map_of(call, &row, state, known, out);
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

void person_map_as_row(struct call *call, struct person_map *m, struct day today)
{
	struct sha256 law = lawbook_digest(call->book);
	struct coverage_row *row = &m->row;

	row->known = today;
	row->law = coverage_law(&law);
	row->map = m->bytes;
}

ST person_map_rebuild(struct call *call, struct person_map *m, struct day today)
{
	struct facts facts;

	TRY(facts_load(call->cx, call->db, m->row.person, &facts));
	m->row.good_until = person_map_good_until(&facts, today);
	if (of_facts(call, &facts, today, m) != OK) {
		err_clear(call->cx);
		return coverage_touch(call->cx, call->db, m->row.person);
	}
	person_map_as_row(call, m, today);
	return coverage_rows_write(call->cx, call->db, &m->row, 1);
}
