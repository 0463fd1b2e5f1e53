/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Databases on the PostgreSQL that SAQTA_TEST_PG names (the folder of its socket): a few for each
 * test program, emptied before each use, since making one takes longer than most tests.
 */
#ifndef SUPPORT_PG_FIXTURE_H
#define SUPPORT_PG_FIXTURE_H

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "support/test.h"

enum { PG_DATABASES = 8, PG_URL_BYTES = 200 };

struct pg_databases {
	int made[PG_DATABASES]; /* 1 = there; 2 = there and in use */
	PGconn *open[PG_DATABASES + 1];
	pid_t owner;
};

static inline struct pg_databases *pg_databases(void)
{
	static struct pg_databases d;

	return &d;
}

static inline void pg_url(int slot, char out[PG_URL_BYTES])
{
	const char *folder = getenv("SAQTA_TEST_PG");

	if (!folder) {
		fail_msg("SAQTA_TEST_PG is not set: run it by tests/support/pg.py");
		return;
	}
	if (slot < 0)
		snprintf(out, PG_URL_BYTES, "postgres:///postgres?host=%s&user=saqta", folder);
	else
		snprintf(out, PG_URL_BYTES, "postgres:///t%d?host=%s&user=saqta",
			(int)pg_databases()->owner * 10 + slot, folder);
}

/* Runs a text on a database (slot -1: the server's own). */
static inline void pg_tell(int slot, const char *text)
{
	PGconn **pg = &pg_databases()->open[slot + 1];
	char url[PG_URL_BYTES];
	PGresult *r;

	pg_url(slot, url);
	if (!*pg)
		*pg = PQconnectdb(url);
	r = PQexec(*pg, text);
	if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", text, PQerrorMessage(*pg));
	PQclear(r);
}

static inline void pg_about(const char *what, int slot, const char *how)
{
	char text[200];

	snprintf(
		text, sizeof(text), "%s t%d %s", what, (int)pg_databases()->owner * 10 + slot, how);
	pg_tell(-1, text);
}

static inline void pg_drop_all(void)
{
	struct pg_databases *d = pg_databases();

	for (int i = 0; i < PG_DATABASES && d->owner == getpid(); i++)
		if (d->made[i])
			pg_about("DROP DATABASE IF EXISTS", i, "WITH (FORCE)");
	for (int i = 0; i <= PG_DATABASES && d->owner == getpid(); i++)
		PQfinish(d->open[i]);
}

/* A free database; `*is_new` when it has no tables yet. */
static inline int pg_take(bool *is_new)
{
	struct pg_databases *d = pg_databases();

	if (!d->owner) {
		d->owner = getpid();
		atexit(pg_drop_all);
	}
	for (int i = 0; i < PG_DATABASES; i++) {
		if (d->made[i] == 2)
			continue;
		*is_new = d->made[i] == 0;
		if (*is_new)
			pg_about("CREATE DATABASE", i, "TEMPLATE template0");
		d->made[i] = 2;
		return i;
	}
	fail_msg("more than %d databases", PG_DATABASES);
	return -1;
}

/* Without the triggers that forbid it. */
static inline void pg_empty(int slot)
{
	pg_tell(slot, "SET session_replication_role = replica;"
		      "DO $$ DECLARE t name; BEGIN FOR t IN SELECT relname FROM pg_class WHERE"
		      " relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = "
		      "'public'::regnamespace"
		      " AND relname NOT IN ('migration', 'installation', 'gate')"
		      " LOOP EXECUTE format('DELETE FROM %I', t); END LOOP; END $$");
}

/* `spoiled`: its tables are not what they were. */
static inline void pg_give_back(int slot, bool spoiled)
{
	struct pg_databases *d = pg_databases();

	d->made[slot] = 1;
	if (!spoiled)
		return;
	PQfinish(d->open[slot + 1]);
	d->open[slot + 1] = NULL;
	pg_about("DROP DATABASE", slot, "WITH (FORCE)");
	d->made[slot] = 0;
}

#endif
