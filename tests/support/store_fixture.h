/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A database, SQLite in a folder of its own or PostgreSQL (SAQTA_TEST_ENGINE), and made-up persons
 * and lines to put into it.
 */
#ifndef SUPPORT_STORE_FIXTURE_H
#define SUPPORT_STORE_FIXTURE_H

#include "support/test.h"
#include "support/pg_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/driver.h"
#include "store/payments.h"
#include "store/people.h"

struct fixture {
	struct ctx cx;
	struct clock_fixed clock;
	struct db *db;
	enum engine engine;
	bool spoiled; /* the test changes the schema */
	int slot, other_slot;
	char folder[64];
	char path[PG_URL_BYTES], other[PG_URL_BYTES];
};

static inline void fixture_open(struct fixture *f, enum db_mode mode)
{
	enum st st = db_open(&f->cx, f->path, mode, &f->db);

	if (st != OK)
		fail_msg("%s: %s", f->path, f->cx.err.detail);
}

static inline const struct driver *fixture_driver(const struct fixture *f)
{
	return f->engine == ENGINE_POSTGRES ? &driver_pg : &driver_sqlite;
}

/* All but the database. */
static inline void fixture_prepare(struct fixture *f)
{
	const char *engine = getenv("SAQTA_TEST_ENGINE"), *folder = getenv("TMPDIR");
	bool is_new = true;

	*f = (struct fixture){.slot = -1, .other_slot = -1};
	f->engine = engine && strcmp(engine, "postgres") == 0 ? ENGINE_POSTGRES : ENGINE_SQLITE;
	f->clock = clock_fixed_at((struct instant){1780000000LL * 1000000}); /* 2026-05-28 */
	f->cx.arena = arena_new((size_t)256 << 20);
	f->cx.clock = &f->clock.clock;
	snprintf(f->folder, sizeof(f->folder), "%.40s/saqta-test-XXXXXX", folder ? folder : "/tmp");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->path, sizeof(f->path), "%s/a.db", f->folder);
	snprintf(f->other, sizeof(f->other), "%s/b.db", f->folder);
	if (f->engine == ENGINE_SQLITE)
		return;
	f->slot = pg_take(&is_new);
	pg_url(f->slot, f->path);
	if (!is_new)
		pg_empty(f->slot);
}

/* A new, empty database of the present schema. */
static inline void fixture_start(struct fixture *f)
{
	fixture_prepare(f);
	fixture_open(f, DB_MODE_CREATE);
}

/* `other` is a second database, without tables. */
static inline void fixture_make_other(struct fixture *f)
{
	bool is_new;
	FILE *out;

	if (f->engine == ENGINE_SQLITE) {
		out = fopen(f->other, "wb");
		assert_non_null(out);
		assert_int_equal(fclose(out), 0);
		return;
	}
	f->other_slot = pg_take(&is_new);
	if (!is_new) {
		pg_give_back(f->other_slot, true);
		f->other_slot = pg_take(&is_new);
	}
	pg_url(f->other_slot, f->other);
}

static inline void fixture_end(struct fixture *f)
{
	static const char *const tails[] = {
		"a.db", "a.db-wal", "a.db-shm", "b.db", "b.db-wal", "b.db-shm"};
	char path[128];

	db_close(f->db);
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", f->folder, tails[i]);
		unlink(path);
	}
	assert_int_equal(rmdir(f->folder), 0);
	arena_free(f->cx.arena);
	if (f->slot >= 0)
		pg_give_back(f->slot, f->spoiled);
	if (f->other_slot >= 0)
		pg_give_back(f->other_slot, true);
}

/* A text as this engine spells it: bytes are x'00' in SQLite and '\x00' in PostgreSQL. */
static inline const char *fixture_sql(struct fixture *f, const char *text)
{
	struct buf b = buf_new(f->cx.arena, strlen(text) * 2 + 16);

	for (const char *p = text; *p; p++) {
		bool bytes = p[0] == 'x' && p[1] == '\'' && p > text && p[-1] != '\'' &&
			     f->engine == ENGINE_POSTGRES;

		buf_z(&b, bytes ? "'\\x" : "");
		p += bytes;
		if (!bytes)
			buf_char(&b, *p);
	}
	return str_z(f->cx.arena, buf_view(&b));
}

/* Number `n` of persons born in 1885 (0 … 80 000): valid and belonging to nobody. */
static inline struct iin made_iin(unsigned n)
{
	for (unsigned skip = 0;; skip++) {
		char text[16];
		struct iin iin;
		int digit;

		snprintf(text, sizeof(text), "85%02u%02u1%04u", 1 + n / 8000 % 12, 1 + skip % 28,
			n % 8000 + 1000);
		digit = iin_check_digit(text);
		if (digit < 0)
			continue;
		memcpy(iin.d, text, 11);
		iin.d[11] = (char)('0' + digit);
		return iin;
	}
}

static inline struct payment_line made_line(
	const struct db *db, unsigned person, struct month month, uint64_t doc, uint32_t line)
{
	struct payment_line l = {.iin = made_iin(person)};

	l.person = people_key(db, &l.iin);
	l.fact = (struct payment_fact){.month = month,
		.knp = line % 2 ? KNP_DEDUCTION : KNP_CONTRIBUTION,
		.payer_kind = PAYER_EMPLOYER,
		.has_payer = true,
		.payer = {"240740000002"},
		.sum = money_tiyn(425000 + person),
		.paid_on = day_of(2026, 2, 10),
		.known_since = day_of(2026, 2, 11),
		.doc = doc,
		.line = line};
	return l;
}

static inline int line_order(const void *a, const void *b)
{
	const struct payment_line *x = a, *y = b;

	if (x->fact.month.n != y->fact.month.n)
		return x->fact.month.n < y->fact.month.n ? -1 : 1;
	if (x->person != y->person)
		return x->person < y->person ? -1 : 1;
	return (x->fact.line > y->fact.line) - (x->fact.line < y->fact.line);
}

/* One line for each of `count` persons, sorted as payments_add() wants them. */
static inline struct payment_line *made_lines(
	struct fixture *f, size_t count, struct month month, uint64_t doc)
{
	struct payment_line *lines = arena_array(f->cx.arena, count + 1, sizeof(*lines));

	for (size_t i = 0; i < count; i++)
		lines[i] = made_line(f->db, (unsigned)i, month, doc, (uint32_t)i);
	qsort(lines, count, sizeof(*lines), line_order);
	return lines;
}

#endif
