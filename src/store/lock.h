/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Locks, for engines where several may write at once. Each is a row, held to the end of the
 * transaction; what is read after it was taken stays true until then. SQLite has one writer at a
 * time: there they cost nothing. In this order, or two may wait for each other: the document, the
 * entries, persons.
 *
 * Errors: DB_BUSY (held for too long, or two that wait for each other), DB_*.
 */
#ifndef STORE_LOCK_H
#define STORE_LOCK_H

#include "store/db.h"

/* The document: its progress is ours alone. */
ST lock_intake(struct ctx *cx, struct db *db, int64_t intake);
/* The entries of the ledger: many may post, or one may seal. */
ST lock_entries_post(struct ctx *cx, struct db *db);
ST lock_entries_seal(struct ctx *cx, struct db *db);
/*
 * A person: the summary row, and sums that are read before they are written. A person who was
 * locked counts as touched until coverage_rows_write() takes them off that list.
 */
ST lock_person(struct ctx *cx, struct db *db, int64_t person);
/*
 * Several may write at once here, and each question costs a way to a server and back: whoever has
 * many of them asks together. Where it is false a lock is nothing.
 */
bool lock_is_far(const struct db *db);
/*
 * The same for many, ascending and none twice, so that two who lock many do not wait for each
 * other; and who of them was on the list of touched persons before. Only where lock_is_far().
 */
enum { LOCK_AT_ONCE = 16 };
struct locked {
	int64_t person;
	bool touched; /* set: the summary row is behind */
};
ST lock_persons(struct ctx *cx, struct db *db, struct locked *persons, size_t count);

#endif
