/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast a population is decided, and one person is answered. Beside the decision stands the
 * least that a database could do: GROUP BY person over the same months in SQLite, in memory.
 */
#include "support/people_random.h"

#include <sqlite3.h>

#include "base/check.h"
#include "service/lawsource.h"
#include "service/status.h"

enum { PEOPLE = 100000, ROUNDS = 10, ANSWERS = 20000 };

struct bench {
	struct ctx cx;
	struct lawbook *book;
	struct coverage_hot *people;
	struct coverage_map *maps;
};

static int64_t now_us(struct bench *b)
{
	return b->cx.clock->monotonic_us(b->cx.clock);
}

/* Picoseconds for each of `n` things since `start`. */
static int64_t each_ps(struct bench *b, int64_t start, int64_t n)
{
	return (now_us(b) - start) * 1000000 / n;
}

static void invent(struct bench *b)
{
	struct test_random r = {20261122};
	struct arena *scratch = arena_new(64 << 20);
	struct arena *keep = b->cx.arena;

	b->people = arena_array(keep, PEOPLE, sizeof(*b->people));
	b->maps = arena_array(keep, PEOPLE, sizeof(*b->maps));
	for (size_t i = 0; i < PEOPLE; i++) {
		struct facts facts;

		arena_reset(scratch);
		people_random(&r, scratch, &facts);
		must(coverage_map_build(
			     &b->cx, b->book, &facts, day_of(2026, 11, 22), &b->maps[i]) == OK);
		b->people[i] = b->maps[i].hot;
	}
	arena_free(scratch);
}

static int64_t decision_ps(struct bench *b, size_t *insured)
{
	struct coverage_day day = coverage_day_of(b->book, day_of(2026, 11, 22));
	int64_t start = now_us(b);

	*insured = 0;
	for (int round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < PEOPLE; i++)
			*insured += coverage_decide(&day, &b->people[i]).insured;
	return each_ps(b, start, (int64_t)PEOPLE * ROUNDS);
}

static void run(sqlite3 *db, const char *sql)
{
	must(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
}

/* One row a covered month of each person, in the order of the key. */
static void fill_table(struct bench *b, sqlite3 *db)
{
	sqlite3_stmt *insert;

	run(db, "CREATE TABLE m (person INTEGER, month INTEGER, class INTEGER,"
		" PRIMARY KEY (person, month)) WITHOUT ROWID");
	run(db, "BEGIN");
	must(sqlite3_prepare_v2(db, "INSERT INTO m VALUES (?, ?, ?)", -1, &insert, NULL) ==
		SQLITE_OK);
	for (int i = 0; i < PEOPLE; i++)
		for (int m = 0; m < MONTHSET_BITS; m++) {
			const struct coverage_hot *who = &b->people[i];
			bool paid = monthset_has_index(&who->paid, m);

			if (!paid && !monthset_has_index(&who->state, m))
				continue;
			sqlite3_bind_int(insert, 1, i);
			sqlite3_bind_int(insert, 2, m);
			sqlite3_bind_int(insert, 3, paid);
			must(sqlite3_step(insert) == SQLITE_DONE);
			sqlite3_reset(insert);
		}
	sqlite3_finalize(insert);
	run(db, "COMMIT");
}

static int64_t group_ps(struct bench *b)
{
	sqlite3 *db;
	sqlite3_stmt *query;
	int64_t start, people = 0, ps;

	must(sqlite3_open(":memory:", &db) == SQLITE_OK);
	fill_table(b, db);
	must(sqlite3_prepare_v2(db,
		     "SELECT person, max(month), count(*), sum(month > 105) FROM m GROUP BY person",
		     -1, &query, NULL) == SQLITE_OK);
	start = now_us(b);
	while (sqlite3_step(query) == SQLITE_ROW)
		people++;
	ps = each_ps(b, start, people);
	sqlite3_finalize(query);
	sqlite3_close(db);
	return ps;
}

/* The work of a status request behind its one read: bytes to map, answer, JSON. */
static int64_t answer_ps(struct bench *b, size_t *json_bytes, size_t *row_bytes)
{
	struct arena *arena = arena_new(64 << 20), *keep = arena_new((size_t)256 << 20);
	struct ctx cx = {.arena = arena, .clock = b->cx.clock};
	struct str *rows = arena_array(keep, ANSWERS, sizeof(*rows));
	struct day on = day_of(2026, 11, 22);
	int64_t start, ps;

	*json_bytes = *row_bytes = 0;
	for (size_t i = 0; i < ANSWERS; i++) {
		struct buf bytes = buf_new(keep, 1 << 16);

		coverage_map_write(&b->maps[i], &bytes);
		rows[i] = buf_view(&bytes);
		*row_bytes += bytes.n;
	}
	start = now_us(b);
	for (size_t i = 0; i < ANSWERS; i++) {
		struct status_answer answer = {0};
		struct coverage_map map;
		struct buf json;

		arena_reset(arena);
		json = buf_new(arena, 1 << 16);
		must(coverage_map_read(&cx, rows[i], &map) == OK);
		must(coverage_answer(&cx, b->book, &map, on, on, &answer.coverage) == OK);
		status_put_json(&json, LANG_KK, &answer, false);
		*json_bytes += json.n;
	}
	ps = each_ps(b, start, ANSWERS);
	arena_free(arena);
	arena_free(keep);
	return ps;
}

/* "12.34" of `n` hundredths. */
static void put_hundredths(int64_t n)
{
	printf("%" PRId64 ".%02" PRId64, n / 100, n % 100);
}

static void put_row(const char *what, int64_t ours, const char *beside, int64_t theirs,
	const char *unit, int64_t ratio, const char *goal)
{
	printf("%s\t", what);
	put_hundredths(ours);
	printf(" %s\t%s\t", unit, beside);
	put_hundredths(theirs);
	printf(" %s\t", unit);
	put_hundredths(ratio);
	printf("\t%s\n", goal);
}

int main(void)
{
	/* Hundredths of a million a second, from picoseconds each. */
	const int64_t rate = 100000000;
	struct arena *law = arena_new(64 << 20);
	struct bench b = {.cx = {.arena = arena_new((size_t)2 << 30), .clock = clock_system()}};
	size_t insured, json_bytes, row_bytes;
	int64_t decision, group, answer;

	must(lawsource_load(&b.cx, law, NULL, &b.book) == OK);
	invent(&b);
	decision = decision_ps(&b, &insured);
	group = group_ps(&b);
	answer = answer_ps(&b, &json_bytes, &row_bytes);
	put_row("decision A1-A11, one core", rate / decision,
		"GROUP BY of the same months, SQLite in memory", rate / group, "M people/s",
		group * 100 / decision, ">= 5 M people/s");
	put_row("status from row bytes to JSON", answer / 10000, "the decision alone",
		decision / 10000, "us", answer * 100 / decision, "<= 5 us");
	fprintf(stderr, "%zu of %d insured, row %zu bytes, JSON %zu bytes\n", insured / ROUNDS,
		PEOPLE, row_bytes / ANSWERS, json_bytes / ANSWERS);
	arena_free(b.cx.arena);
	arena_free(law);
	return 0;
}
