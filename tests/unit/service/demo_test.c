/* SPDX-License-Identifier: Apache-2.0 */
/* The synthetic country: numbers that are right and nobody's, the same for the same seed, the eight
 * as announced on every day, and a database that agrees with its own facts. */
#include "support/store_fixture.h"

#include "service/demo.h"
#include "service/lawsource.h"
#include "store/coverage_row.h"
#include "store/migrate.h"
#include "store/people.h"

struct scene {
	struct fixture store;
	struct ctx cx;
	struct clock_fixed clock;
	struct arena *book_arena;
	struct lawbook *book;
	const char *path;
};

static struct instant noon(int year, int mon, int mday)
{
	return (struct instant){day_start(day_of(year, mon, mday)).us + 12LL * 3600 * 1000000};
}

static int make(void **state)
{
	static struct scene f;

	f.clock = clock_fixed_at(noon(2026, 11, 22));
	f.cx = (struct ctx){.arena = arena_new(64 << 20), .clock = &f.clock.clock};
	f.book_arena = arena_new(64 << 20);
	fixture_prepare(&f.store);
	f.path = f.store.path;
	*state = &f;
	return lawsource_load(&f.cx, f.book_arena, NULL, &f.book) == OK ? 0 : -1;
}

static int end(void **state)
{
	struct scene *f = *state;

	fixture_end(&f->store);
	arena_free(f->cx.arena);
	arena_free(f->book_arena);
	return 0;
}

/* Numbers ---------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, IIN_DIGITS);
}

static void numbers_are_valid_and_differ(void **state)
{
	enum { PEOPLE = 120000 };
	struct scene *f = *state;
	struct country c;
	struct iin *all = arena_array(f->cx.arena, PEOPLE, sizeof(*all));

	assert_int_equal(country_of(&f->cx, f->book, 7, PEOPLE, day_of(2026, 11, 22), &c), OK);
	for (size_t i = 0; i < PEOPLE; i++) {
		struct country_person p;
		struct day born;

		country_person(&c, i, &p);
		all[i] = p.iin;
		assert_true(iin_valid(p.iin.d));
		assert_int_equal(iin_kind(&p.iin), IIN_PERSON);
		assert_memory_equal(p.iin.d + 7, "99", 2);
		assert_true(iin_birth_day(&p.iin, &born));
		assert_int_equal(born.n, p.fact.born.n);
		assert_true(day_cmp(born, c.today) <= 0);
		if (p.has_payer) {
			assert_true(iin_valid(p.payer.d));
			assert_int_equal(iin_kind(&p.payer), IIN_ORGANISATION);
			assert_memory_equal(p.payer.d + 6, "99", 2);
		}
	}
	qsort(all, PEOPLE, sizeof(*all), compare);
	for (size_t i = 1; i < PEOPLE; i++)
		assert_int_not_equal(compare(&all[i - 1], &all[i]), 0);
}

static void orders_that_cannot_be_met(void **state)
{
	struct scene *f = *state;
	struct country c;
	struct day today = day_of(2026, 11, 22);

	assert_int_equal(country_of(&f->cx, f->book, 1, 7, today, &c), E_INPUT);
	assert_int_equal(f->cx.err.code, ERR_SETTING_VALUE);
	assert_int_equal(
		country_of(&f->cx, f->book, 1, COUNTRY_PEOPLE_MAX + 1, today, &c), E_INPUT);
	assert_int_equal(country_of(&f->cx, f->book, 1, COUNTRY_PEOPLE_MAX, today, &c), OK);
}

/* The cast --------------------------------------------------------------------------------- */

static struct facts facts_of(struct scene *f, const struct country *c, struct country_person *p)
{
	struct facts facts = {.known = true,
		.persons = &p->fact,
		.person_count = 1,
		.spells = p->spells,
		.spell_count = p->spell_count};
	size_t n;

	facts.payments = arena_array(f->cx.arena, 200, sizeof(*facts.payments));
	facts.refunds = arena_array(f->cx.arena, 200, sizeof(*facts.refunds));
	for (int place = 0; place < c->months; place++) {
		struct payment_fact *lines = facts.payments + facts.payment_count;

		assert_int_equal(country_lines(&f->cx, c, p, place, lines, &n), OK);
		facts.payment_count += n;
		country_refunds(c, p, place, lines, n, facts.refunds + facts.refund_count, &n);
		facts.refund_count += n;
	}
	return facts;
}

/* On whatever day the country is made, each of the eight is what is announced. */
static void the_eight_are_as_announced_on_every_day(void **state)
{
	struct scene *f = *state;
	struct day last = day_of(2026, 12, 31);

	for (struct day today = day_of(2026, 1, 1); day_cmp(today, last) <= 0;
		today = day_add(today, 1)) {
		struct coverage_day day = coverage_day_of(f->book, today);
		struct country c;

		assert_int_equal(country_of(&f->cx, f->book, 1, 8, today, &c), OK);
		for (size_t i = 0; i < COUNTRY_CAST; i++) {
			const struct country_role *role = &country_cast()[i];
			struct country_person p;
			struct coverage_map map;

			country_person(&c, i, &p);
			struct facts facts = facts_of(f, &c, &p);
			assert_int_equal(
				coverage_map_build(&f->cx, f->book, &facts, today, &map), OK);
			struct coverage_verdict v = coverage_decide(&day, &map.hot);
			if (v.insured != role->insured || v.reason != role->reason)
				print_error("%s on %d: %s\n", role->name, (int)day_number(today),
					coverage_reason_code(v.reason));
			assert_int_equal(v.insured, role->insured);
			assert_int_equal(v.reason, role->reason);
		}
		arena_reset(f->cx.arena);
	}
}

/* The day before the money went back, the person of "refund" was insured. */
static void the_refund_took_the_status_away(void **state)
{
	struct scene *f = *state;
	struct country_person p;
	struct coverage_map map;
	struct country c;

	assert_int_equal(country_of(&f->cx, f->book, 1, 8, day_of(2026, 11, 22), &c), OK);
	country_person(&c, 7, &p);
	struct facts facts = facts_of(f, &c, &p);
	assert_true(facts.refund_count > 0);
	struct day before = day_add(p.refunded_on, -1);
	struct coverage_day day = coverage_day_of(f->book, before);
	assert_int_equal(coverage_map_build(&f->cx, f->book, &facts, before, &map), OK);
	assert_int_equal(coverage_decide(&day, &map.hot).reason, REASON_REGULAR);
}

/* The database ----------------------------------------------------------------------------- */

static enum st make_country(
	struct scene *f, const char *path, size_t people, uint64_t seed, struct demo_report *out)
{
	struct demo_order order = {.people = people, .seed = seed};
	struct call call = {.cx = &f->cx, .book = f->book, .role = ACTOR_OPERATOR};
	enum st st;

	assert_int_equal(db_open(&f->cx, path, DB_MODE_CREATE, &call.db), OK);
	st = demo_make(&call, &order, out);
	db_close(call.db);
	return st;
}

static void the_same_seed_gives_the_same_country(void **state)
{
	struct scene *f = *state;
	struct demo_report one, same, other;

	assert_int_equal(make_country(f, f->path, 1500, 42, &one), OK);
	end(state);
	make(state);
	assert_int_equal(make_country(f, f->path, 1500, 42, &same), OK);
	end(state);
	make(state);
	assert_int_equal(make_country(f, f->path, 1500, 43, &other), OK);
	assert_memory_equal(&one.digest, &same.digest, sizeof(one.digest));
	assert_memory_not_equal(&one.digest, &other.digest, sizeof(one.digest));
	assert_int_equal(one.payments, same.payments);
	assert_true(one.payments > 1500 && one.refunds > 0 && one.spells > 500);
}

static void a_database_with_people_is_refused(void **state)
{
	struct scene *f = *state;
	struct demo_report report;

	assert_int_equal(make_country(f, f->path, 8, 1, &report), OK);
	assert_int_equal(make_country(f, f->path, 8, 1, &report), E_CONFLICT);
	assert_int_equal(f->cx.err.code, ERR_DB_NOT_EMPTY);
}

/* Every summary row is what the facts in the tables give. */
static void assert_rows_are_fresh(struct scene *f, struct call *call, size_t people)
{
	struct day today = day_of(2026, 11, 22);
	struct sha256 law = lawbook_digest(f->book);
	int64_t *keys = arena_array(f->cx.arena, people + 1, sizeof(*keys));
	size_t count;

	assert_int_equal(people_list(&f->cx, call->db, -1, people + 1, keys, &count), OK);
	assert_int_equal(count, people);
	for (size_t i = 0; i < count; i++) {
		struct coverage_row row;
		enum coverage_state how;
		struct facts facts;
		struct coverage_map map;
		struct buf bytes = buf_new(f->cx.arena, 1 << 20);

		assert_int_equal(coverage_row_of(&f->cx, call->db, keys[i], &row, &how), OK);
		assert_int_equal(how, COVERAGE_FRESH);
		assert_int_equal(row.law, coverage_law(&law));
		assert_int_equal(facts_load(&f->cx, call->db, keys[i], &facts), OK);
		assert_int_equal(coverage_map_build(&f->cx, f->book, &facts, today, &map), OK);
		coverage_map_write(&map, &bytes);
		assert_str(row.map, buf_view(&bytes));
	}
}

static void the_database_agrees_with_its_facts(void **state)
{
	enum { PEOPLE = 3000 };
	struct scene *f = *state;
	struct call call = {.cx = &f->cx, .book = f->book, .role = ACTOR_OPERATOR};
	struct demo_person eight[COUNTRY_CAST];
	struct coverage_todo *todo;
	struct demo_report report;
	size_t left;

	assert_int_equal(make_country(f, f->path, PEOPLE, 5, &report), OK);
	assert_int_equal(db_open(&f->cx, f->path, DB_MODE_READ, &call.db), OK);
	assert_int_equal(coverage_todo_list(&f->cx, call.db, 9, &todo, &left), OK);
	assert_int_equal(left, 0);
	assert_rows_are_fresh(f, &call, PEOPLE);
	assert_int_equal(demo_list(&call, eight), OK);
	for (int i = 0; i < COUNTRY_CAST; i++) {
		assert_int_equal(eight[i].insured, eight[i].role->insured);
		assert_int_equal(eight[i].reason, eight[i].role->reason);
	}
	db_close(call.db);
}

#define T(f) cmocka_unit_test_setup_teardown(f, make, end)

int main(void)
{
	const struct CMUnitTest tests[] = {T(numbers_are_valid_and_differ),
		T(orders_that_cannot_be_met), T(the_eight_are_as_announced_on_every_day),
		T(the_refund_took_the_status_away), T(the_same_seed_gives_the_same_country),
		T(a_database_with_people_is_refused), T(the_database_agrees_with_its_facts)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
