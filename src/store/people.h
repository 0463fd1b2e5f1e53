/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Persons and what is known about them: facts (with corrections as further rows) and spells.
 *
 * A person is found by a key of 63 bits, made of the IIN with the secret of the installation. It
 * needs no look-up table and is the shard key. The stored IIN is compared after each look-up.
 * All writing functions are for use inside tx_run(TX_WRITE); each is idempotent, and each notes the
 * person as touched, so that the coverage row is rebuilt (store/coverage_row.h).
 */
#ifndef STORE_PEOPLE_H
#define STORE_PEOPLE_H

#include "domain/facts.h"
#include "store/db.h"

/* 63 bits, never negative. */
int64_t person_key(const unsigned char secret[16], const struct iin *iin);
int64_t people_key(const struct db *db, const struct iin *iin);

/* Errors: DB_*, PERSON_CONFLICT (another IIN has the same key). */
ST people_find(struct ctx *cx, struct db *db, const struct iin *iin, int64_t *person, bool *found);
/* Makes sure that the person exists; `*is_new` may be NULL. Errors as people_find(). */
ST people_add(struct ctx *cx, struct db *db, const struct iin *iin, int64_t *person, bool *is_new);
struct person_ref {
	struct iin iin;
	int64_t person; /* people_key() of iin */
};
/* Makes sure that all of them exist, many in one statement; the same one twice does no harm. */
ST people_add_many(struct ctx *cx, struct db *db, const struct person_ref *refs, size_t count);
/* The IIN of a person. Error: NOT_FOUND. */
ST people_iin(struct ctx *cx, struct db *db, int64_t person, struct iin *out);

struct person_row {
	struct iin iin;
	struct str surname, name, patronymic; /* may be empty */
	struct person_fact fact;
};
/*
 * Adds the person and one row of facts. The same row again changes nothing (`*is_new` false).
 * Errors: PERSON_CONFLICT (other content known since the same day), DB_*.
 */
ST people_add_fact(
	struct ctx *cx, struct db *db, const struct person_row *row, int64_t *person, bool *is_new);

/* Adds a spell of a person (who is added if absent). The same spell again changes nothing. */
ST people_add_spell(struct ctx *cx, struct db *db, const struct iin *iin, const struct spell *spell,
	bool *is_new);

/* Name parts of the latest row known on `known`; empty texts when there is none. In cx->arena. */
ST people_name(struct ctx *cx, struct db *db, int64_t person, struct day known,
	struct person_row *out, bool *found);

/*
 * Up to `max` person keys above `after` (start with -1) in ascending order, into `out`; `*count`
 * is less than `max` only at the end. A report: reads across persons.
 */
ST people_list(
	struct ctx *cx, struct db *db, int64_t after, size_t max, int64_t *out, size_t *count);
ST people_count(struct ctx *cx, struct db *db, int64_t *out);

/*
 * Everything known about one person, in cx->arena, `known_since` of any day. `out->known` is false
 * (and the rest empty) for a person who is in no table. Errors: DB_*, DB_BROKEN on a value that is
 * none.
 */
ST facts_load(struct ctx *cx, struct db *db, int64_t person, struct facts *out);

struct person_facts {
	int64_t person;
	struct iin iin;
	struct facts facts;
};
/*
 * The same for the persons of `persons` (ascending, at most LIMIT_FACTS_BATCH), read month by month
 * in the order of the tables: for rebuilding a population. `*out` has `count` items, in cx->arena.
 */
ST facts_load_many(struct ctx *cx, struct db *db, const int64_t *persons, size_t count,
	struct person_facts **out);

/* One row of "who looked": kept for the person. */
struct lookup_row {
	int64_t person;
	struct instant at;
	unsigned char id[16]; /* of the answer; the same row twice is one row */
	int channel, role;    /* enum channel, enum actor_role of the service */
};
ST people_add_lookups(struct ctx *cx, struct db *db, const struct lookup_row *rows, size_t count);
/* The latest `max` of a person, newest first, in cx->arena. */
/*
 * On PostgreSQL these rows are kept by months: makes the tables of the month of `now` and of the
 * three after it where they are not yet. `*made` = how many. Nothing is refused where that was
 * forgotten.
 */
ST people_lookup_months(struct ctx *cx, struct db *db, struct instant now, int64_t *made);
ST people_lookups(struct ctx *cx, struct db *db, int64_t person, size_t max,
	struct lookup_row **out, size_t *count);

#endif
