/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A database in a folder of its own, and made-up persons and lines to put into it.
 */
#ifndef SUPPORT_STORE_FIXTURE_H
#define SUPPORT_STORE_FIXTURE_H

#include "support/test.h"

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
	char folder[64];
	char path[96];
};

static inline void fixture_open(struct fixture *f, enum db_mode mode)
{
	assert_int_equal(db_open(&f->cx, f->path, mode, &f->db), OK);
}

/* A new, empty database of the present schema. */
static inline void fixture_start(struct fixture *f)
{
	*f = (struct fixture){0};
	f->clock = clock_fixed_at((struct instant){1780000000LL * 1000000}); /* 2026-05-28 */
	f->cx.arena = arena_new((size_t)256 << 20);
	f->cx.clock = &f->clock.clock;
	snprintf(f->folder, sizeof(f->folder), "/tmp/saqta-test-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->path, sizeof(f->path), "%s/a.db", f->folder);
	fixture_open(f, DB_MODE_CREATE);
}

static inline void fixture_end(struct fixture *f)
{
	static const char *const tails[] = {"a.db", "a.db-wal", "a.db-shm", "b.db"};
	char path[128];

	db_close(f->db);
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", f->folder, tails[i]);
		unlink(path);
	}
	assert_int_equal(rmdir(f->folder), 0);
	arena_free(f->cx.arena);
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
