/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The coverage map of a person from the summary row where it holds, else from the facts; and the
 * row that goes with a map.
 */
#ifndef SERVICE_PERSON_MAP_H
#define SERVICE_PERSON_MAP_H

#include "rules/coverage.h"
#include "service/call.h"
#include "store/coverage_row.h"

struct person_map {
	bool found;              /* the person exists */
	bool of_row;             /* the map came from the summary row */
	struct coverage_row row; /* its person and IIN are set where `found` */
	struct coverage_map map; /* of nobody's facts when not found */
	struct str bytes;        /* of the map */
};

/* As known on the day `known`. Errors: CALC_TOO_MANY, PERSON_CONFLICT, DB_*. */
ST person_map_find(
	struct call *call, const struct iin *iin, struct day known, struct person_map *out);

/* The day before the next fact that is stored already becomes known. */
struct day person_map_good_until(const struct facts *f, struct day known);

/* The same of a row that was read with its state; COVERAGE_ABSENT = the row has person and IIN. */
ST person_map_of(struct call *call, const struct coverage_row *row, enum coverage_state state,
	struct day known, struct person_map *out);

/* Makes `m->row` the row of `m->bytes`, as known on `today`. */
void person_map_as_row(struct call *call, struct person_map *m, struct day today);
/*
 * Writes the summary row of the person of `m->row`, who got facts in this transaction, from the
 * facts. Facts that cannot be summed up leave the person on the list of work. Inside
 * tx_run(TX_WRITE). Errors: DB_*.
 */
ST person_map_rebuild(struct call *call, struct person_map *m, struct day today);

#endif
