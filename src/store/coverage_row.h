/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The summary row of a person: the bytes of coverage_map_write() and for which days and which law
 * they hold. Rebuildable at any time from the facts.
 *
 * A bulk import does not touch these rows. It leaves (intake, month) in the list of work instead,
 * and single facts leave the person there; a reader sees from the list that the row is behind and
 * reads the facts. Rows are rebuilt afterwards, sorted by person (docs/adr, coverage behind).
 */
#ifndef STORE_COVERAGE_ROW_H
#define STORE_COVERAGE_ROW_H

#include "store/db.h"

enum coverage_state {
	COVERAGE_UNKNOWN, /* no such person */
	COVERAGE_ABSENT,  /* the person exists, the row was never built: read the facts */
	COVERAGE_BEHIND,  /* something came after it was built: read the facts */
	COVERAGE_FRESH,
};

struct coverage_row {
	int64_t person;
	struct iin iin;
	struct day known;      /* it was built with the facts known on this day … */
	struct day good_until; /* … and holds for later days up to this one: the day before the
				  next fact that is stored already becomes known, or DAY_NEVER */
	int64_t law;           /* first 63 bits of the law book's digest */
	struct str map;        /* in cx->arena */
	bool keeps;            /* set by reading: may have an advance */
};

/* What `law` holds for a law book with this digest. */
static inline int64_t coverage_law(const struct sha256 *digest)
{
	uint64_t v = 0;

	for (int i = 0; i < 8; i++)
		v = v << 8 | digest->bytes[i];
	return (int64_t)(v >> 1);
}

/* Compares the stored IIN. Errors: DB_*, PERSON_CONFLICT. One statement, one shard. */
ST coverage_row_read(struct ctx *cx, struct db *db, const struct iin *iin,
	enum coverage_state *state, struct coverage_row *out);
/* For audits: the row of a person whatever its state. */
ST coverage_row_of(struct ctx *cx, struct db *db, int64_t person, struct coverage_row *out,
	enum coverage_state *state);

/*
 * The rows of persons whom lock_persons() locked, in any order; absent ones are left out. Their
 * IINs are the caller's to compare. BEHIND says nothing of the list of single persons, where
 * whoever is locked is: lock_persons() told who was there before.
 */
enum { COVERAGE_AT_ONCE = 16 };
struct coverage_read {
	struct coverage_row row;
	enum coverage_state state;
};
ST coverage_rows_of_locked(struct ctx *cx, struct db *db, const int64_t *persons, size_t count,
	struct coverage_read *out, size_t *found);

/* Writes rows, none of a person twice, best sorted by person, and takes these persons off the list
 * of single persons. Inside tx_run(TX_WRITE), in the transaction that read the facts. */
ST coverage_rows_write(
	struct ctx *cx, struct db *db, const struct coverage_row *rows, size_t count);

/* The list of work. */
struct coverage_todo {
	int64_t intake;
	struct month month;
};
/* Months of finished documents that are not yet applied, at most `max`; in cx->arena. */
ST coverage_todo_list(
	struct ctx *cx, struct db *db, size_t max, struct coverage_todo **out, size_t *count);
/* Up to `max` persons above `after` with lines in this month of any document of the list,
 * ascending. */
ST coverage_todo_persons(struct ctx *cx, struct db *db, struct month month, int64_t after,
	size_t max, int64_t *out, size_t *count);
/* All its persons are rebuilt. */
ST coverage_todo_done(struct ctx *cx, struct db *db, const struct coverage_todo *todo);
/* Up to `max` single persons above `after` on the list, ascending. */
ST coverage_touched_persons(
	struct ctx *cx, struct db *db, int64_t after, size_t max, int64_t *out, size_t *count);
/* Rows above `after` of another law book, or which hold no longer on `today`. */
struct coverage_age {
	int64_t after;
	int64_t law;
	struct day today;
};
/* Up to `max` persons with such rows, ascending; reads all rows to the end or to `max`. */
ST coverage_outdated_persons(struct ctx *cx, struct db *db, const struct coverage_age *age,
	size_t max, int64_t *out, size_t *count);
/* Notes a person as touched. */
ST coverage_touch(struct ctx *cx, struct db *db, int64_t person);
/* Takes persons off that list again, of whom nothing was written after all. */
ST coverage_untouch(struct ctx *cx, struct db *db, const int64_t *persons, size_t count);

#endif
