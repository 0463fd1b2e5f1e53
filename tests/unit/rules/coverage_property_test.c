/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decision on random people: against a slow second reading of its words, and its promises.
 */
#include "support/test.h"

#include "rules/allocate.h"
#include "rules/coverage.h"
#include "support/coverage_oracle.h"
#include "support/law_by_hand.h"
#include "support/people_random.h"

struct scene {
	struct ctx cx;
	struct test_random r;
	struct lawbook book;
	struct facts facts;
	struct day known, on;
	struct coverage_map map;
};

static void scene_start(struct scene *s)
{
	*s = (struct scene){.cx = {.arena = arena_new(64 << 20)}, .r = test_seeded()};
	law_by_hand(&s->book);
}

static void turn_switches(struct scene *s)
{
	uint64_t bits;

	law_by_hand(&s->book);
	if (test_below(&s->r, 2))
		return;
	bits = test_next(&s->r);
	for (int i = 0; i < HAND_STATUS_ROWS; i++) {
		struct law_status *law = &s->book.status[i];

		law->window_shift = bits & 1;
		law->state_in_run = bits & 2;
		law->prepay_with_current = bits & 4;
		law->grace_state = (int)(bits >> 3 & 3);
	}
	s->book.choices[D15] = test_below(&s->r, 2);
	s->book.choices[D17] = test_below(&s->r, 2);
	s->book.choices[D19] = test_below(&s->r, 2);
}

static void build(struct scene *s)
{
	assert_int_equal(coverage_map_build(&s->cx, &s->book, &s->facts, s->known, &s->map), OK);
}

static void next_person(struct scene *s)
{
	arena_reset(s->cx.arena);
	people_random(&s->r, s->cx.arena, &s->facts);
	s->known = test_below(&s->r, 3) ? day_of(2027, 12, 31) : people_random_day(&s->r);
	s->on = people_random_day(&s->r);
	build(s);
}

static struct coverage_verdict decide(const struct scene *s, struct day on)
{
	struct coverage_day day = coverage_day_of(&s->book, on);

	return coverage_decide(&day, &s->map.hot);
}

static void print_scene(const struct scene *s, uint64_t i)
{
	print_error("person %" PRIu64 ", on %" PRId64 ", known %" PRId64 "\n", i, day_number(s->on),
		day_number(s->known));
	for (size_t k = 0; k < s->facts.person_count; k++)
		print_error("  person residence %d\n", (int)s->facts.persons[k].residence);
	for (size_t k = 0; k < s->facts.spell_count; k++) {
		const struct spell *p = &s->facts.spells[k];

		print_error("  spell %s:%d %" PRId64 " %" PRId64 "\n", spell_code(p->kind),
			p->detail, day_number(p->from), day_number(p->to));
	}
	for (size_t k = 0; k < s->facts.payment_count; k++) {
		const struct payment_fact *p = &s->facts.payments[k];

		print_error("  pay %s %" PRId64 " %" PRId64 " on %" PRId64 "\n",
			payer_code(p->payer_kind), month_to_number(p->month), money_to_tiyn(p->sum),
			day_number(p->paid_on));
	}
}

static void same_as_the_oracle(struct scene *s, const struct oracle *o, uint64_t i)
{
	struct coverage_verdict v = decide(s, s->on);
	struct oracle_answer want = oracle_decide(o, s->on);
	struct month now = day_month(s->on);

	if (v.insured != want.insured || strcmp(coverage_reason_code(v.reason), want.reason) != 0) {
		print_scene(s, i);
		print_error("got %s, want %s\n", coverage_reason_code(v.reason), want.reason);
		_fail(__FILE__, __LINE__);
	}
	if (want.k.n)
		assert_int_equal(v.k.n, want.k.n);
	for (int back = -13; back < 30; back++) {
		struct month m = month_add(now, -back);
		bool debt = strcmp(oracle_class(o, m, s->on), "debt") == 0;

		if (v.reason != REASON_NOT_IN_SYSTEM && monthset_has(&v.debt, m) != debt) {
			print_scene(s, i);
			print_error("month %" PRId64 "\n", month_to_number(m));
			_fail(__FILE__, __LINE__);
		}
	}
}

/* The fast decision and the slow reading agree on every day asked. */
static void agrees_with_a_second_reading(void **state)
{
	struct scene s;
	uint64_t cases = test_cases(20000);
	static struct oracle o;

	scene_start(&s);
	for (uint64_t i = 0; i < cases; i++) {
		turn_switches(&s);
		next_person(&s);
		oracle_learn(&s.cx, &s.book, &s.facts, s.known, &o);
		for (int day = 0; day < 8; day++) {
			same_as_the_oracle(&s, &o, i);
			s.on = people_random_day(&s.r);
		}
	}
	arena_free(s.cx.arena);
}

/* The classes of the shown months, and the days from the yes to its end, one by one. */
static void the_last_day_is_exact(void **state)
{
	struct scene s;
	uint64_t cases = test_cases_part(20000, 20);
	static struct oracle o;

	scene_start(&s);
	for (uint64_t i = 0; i < cases; i++) {
		struct coverage_answer a;
		struct day d;

		turn_switches(&s);
		next_person(&s);
		if (month_year(day_month(s.on)) > 2026)
			continue;
		oracle_learn(&s.cx, &s.book, &s.facts, s.known, &o);
		assert_int_equal(coverage_answer(&s.cx, &s.book, &s.map, s.on, s.known, &a), OK);
		for (size_t k = 0; k < a.month_count; k++)
			assert_string_equal(month_class_code(a.months[k].class),
				oracle_class(&o, a.months[k].month, s.on));
		if (!a.insured) {
			assert_false(a.has_until);
			continue;
		}
		for (d = s.on; d.n < day_of(2049, 1, 1).n && oracle_decide(&o, d).insured; d.n++)
			if (a.has_until && d.n > a.insured_until.n)
				break;
		if (a.has_until && d.n != a.insured_until.n + 1)
			print_scene(&s, i);
		if (a.has_until)
			assert_int_equal(d.n, a.insured_until.n + 1);
		else
			assert_int_equal(d.n, day_of(2049, 1, 1).n);
	}
	arena_free(s.cx.arena);
}

/* The facts with the payments that an option asks for, all paid on the day. */
static void pay_option(struct scene *s, const struct coverage_option *o)
{
	size_t n = s->facts.payment_count;
	struct payment_fact *payments =
		arena_array(s->cx.arena, n + o->month_count, sizeof(*payments));

	if (n)
		memcpy(payments, s->facts.payments, n * sizeof(*payments));
	for (size_t i = 0; i < o->month_count; i++) {
		payments[n + i] = (struct payment_fact){
			.month = o->months[i],
			.knp = KNP_CONTRIBUTION,
			.payer_kind = PAYER_INDEPENDENT,
			.sum = o->sums[i],
			.paid_on = s->on,
			.known_since = s->on,
			.doc = 2000000 + i,
		};
	}
	s->facts.payments = payments;
	s->facts.payment_count = n + o->month_count;
}

/* Who pays what the answer says to pay is insured from the day that it says, by the whole way from
 * the facts, and not a day before. */
static void paying_as_told_insures(void **state)
{
	struct scene s;
	uint64_t cases = test_cases(20000), options = 0;

	scene_start(&s);
	for (uint64_t i = 0; i < cases; i++) {
		struct coverage_answer a;

		turn_switches(&s);
		s.book.choices[D17] = 0;
		next_person(&s);
		if (month_year(day_month(s.on)) > 2026)
			continue;
		s.known = s.on;
		build(&s);
		assert_int_equal(coverage_answer(&s.cx, &s.book, &s.map, s.on, s.on, &a), OK);
		for (size_t k = 0; k < a.option_count; k++) {
			struct facts facts = s.facts;
			const struct coverage_option *o = &a.options[k];

			pay_option(&s, o);
			build(&s);
			if (!decide(&s, o->insured_from).insured)
				print_scene(&s, i);
			assert_true(decide(&s, o->insured_from).insured);
			if (!a.insured && o->insured_from.n > s.on.n)
				assert_false(decide(&s, s.on).insured);
			s.facts = facts;
			options++;
		}
	}
	assert_true(cases < 1000 || options > cases / 4);
	arena_free(s.cx.arena);
}

/* One payment more never takes an insurance away. */
static void more_payments_never_hurt(void **state)
{
	struct scene s;
	uint64_t cases = test_cases(20000);

	scene_start(&s);
	for (uint64_t i = 0; i < cases; i++) {
		struct month month;
		struct money sum;
		struct coverage_option one = {.months = &month, .sums = &sum, .month_count = 1};

		next_person(&s);
		s.known = day_of(2027, 12, 31);
		build(&s);
		if (s.facts.person_count == 0 || !decide(&s, s.on).insured)
			continue;
		month = month_add(day_month(s.on), (int)test_below(&s.r, 40) - 25);
		sum = money_tiyn(1 + (int64_t)test_below(&s.r, 600000));
		pay_option(&s, &one);
		build(&s);
		if (!decide(&s, s.on).insured)
			print_scene(&s, i);
		assert_true(decide(&s, s.on).insured);
	}
	arena_free(s.cx.arena);
}

static void assert_same_map(const struct coverage_map *a, const struct coverage_map *b)
{
	struct coverage_map x = *a, y = *b;

	assert_int_equal(x.hot.interval_count, y.hot.interval_count);
	for (uint32_t i = 0; i < x.hot.interval_count; i++) {
		const struct coverage_interval *p = &x.hot.intervals[i], *q = &y.hot.intervals[i];

		assert_true(p->from.n == q->from.n && p->to.n == q->to.n && p->kind == q->kind &&
			    p->detail == q->detail);
	}
	assert_int_equal(x.detail_count, y.detail_count);
	for (size_t i = 0; i < x.detail_count; i++) {
		const struct coverage_detail *p = &x.details[i], *q = &y.details[i];

		assert_true(p->month.n == q->month.n && p->payer_kind == q->payer_kind &&
			    p->paid_on.n == q->paid_on.n);
		assert_memory_equal(p->sums, q->sums, sizeof(p->sums));
	}
	assert_true(x.hot.in_system == y.hot.in_system && x.hot.temporary == y.hot.temporary &&
		    x.hot.first.n == y.hot.first.n);
	assert_memory_equal(&x.hot, &y.hot, offsetof(struct coverage_hot, intervals));
	assert_memory_equal(&x.employer_owes, &y.employer_owes,
		offsetof(struct coverage_map, details) -
			offsetof(struct coverage_map, employer_owes));
}

/* A copy of `n` items with room for `more`. */
static void *copy_with_room(struct scene *s, const void *items, size_t n, size_t more, size_t bytes)
{
	char *copy = arena_array(s->cx.arena, n + more, bytes);

	if (n)
		memcpy(copy, items, n * bytes);
	return copy;
}

/* The facts with some of each kind that nobody knows yet. */
static void learn_later(struct scene *s)
{
	enum { MONTHS = 24 };
	struct facts *f = &s->facts;
	const struct day later = day_add(s->known, 1);

	f->payments =
		copy_with_room(s, f->payments, f->payment_count, MONTHS, sizeof(*f->payments));
	f->refunds = copy_with_room(s, f->refunds, f->refund_count, 1, sizeof(*f->refunds));
	f->spells = copy_with_room(s, f->spells, f->spell_count, SPELL_COUNT, sizeof(*f->spells));
	f->persons = copy_with_room(s, f->persons, f->person_count, 1, sizeof(*f->persons));
	if (f->payment_count) {
		const struct payment_fact *p = &f->payments[test_below(&s->r, f->payment_count)];

		f->refunds[f->refund_count++] =
			(struct refund_fact){p->doc, p->line, p->month, p->knp, p->sum, later};
	}
	for (int i = 0; i < MONTHS; i++)
		f->payments[f->payment_count++] = (struct payment_fact){
			.month = month_add(day_month(s->on), i - 20),
			.knp = KNP_CONTRIBUTION,
			.payer_kind = PAYER_EMPLOYER,
			.sum = money_tiyn(100),
			.paid_on = test_below(&s->r, 2) ? later : s->known,
			.known_since = later,
			.doc = (uint64_t)(1000000 + i),
		};
	for (int kind = 0; kind < SPELL_COUNT; kind++)
		f->spells[f->spell_count++] = (struct spell){.kind = (enum spell_kind)kind,
			.from = DAY_ALWAYS,
			.to = DAY_NEVER,
			.known_since = later};
	f->persons[f->person_count++] =
		(struct person_fact){RESIDENCE_TEMPORARY, DAY_ALWAYS, DAY_ALWAYS, later};
}

static void nothing_learnt_later_counts(void **state)
{
	struct scene s;
	uint64_t cases = test_cases(20000);

	scene_start(&s);
	for (uint64_t i = 0; i < cases; i++) {
		struct coverage_map before;

		turn_switches(&s);
		next_person(&s);
		before = s.map;
		learn_later(&s);
		build(&s);
		assert_same_map(&before, &s.map);
	}
	arena_free(s.cx.arena);
}

/* What is written is read back the same; every cut is refused, and no change is a crash. */
static void bytes_go_round(void **state)
{
	struct scene s;
	uint64_t cases = test_cases(20000), total = 0;

	scene_start(&s);
	for (uint64_t i = 0; i < cases; i++) {
		struct buf b;
		struct coverage_map back;
		struct str bytes;

		next_person(&s);
		b = buf_new(s.cx.arena, 1 << 16);
		coverage_map_write(&s.map, &b);
		assert_false(b.over);
		total += b.n;
		assert_int_equal(coverage_map_read(&s.cx, buf_view(&b), &back), OK);
		assert_same_map(&s.map, &back);
		bytes = (struct str){b.p, test_below(&s.r, b.n)};
		assert_int_equal(coverage_map_read(&s.cx, bytes, &back), E_BROKEN);
		assert_int_equal(s.cx.err.code, ERR_DB_BROKEN);
		b.p[test_below(&s.r, b.n)] = (char)test_next(&s.r);
		b.p[test_below(&s.r, b.n)] = (char)test_next(&s.r);
		if (coverage_map_read(&s.cx, buf_view(&b), &back) == OK)
			(void)coverage_decide(&(struct coverage_day){.on = s.on,
						      .month = day_month(s.on),
						      .law = lawbook_status(&s.book, s.on)},
				&back.hot);
		err_clear(&s.cx);
	}
	print_message("# %" PRIu64 " bytes a person\n", cases ? total / cases : 0);
	arena_free(s.cx.arena);
}

/* The parts and the rest are the sum; each part is a month that was not covered, once. */
static void allocation_adds_up(void **state)
{
	struct scene s;
	uint64_t cases = test_cases_part(20000, 4);

	scene_start(&s);
	for (uint64_t i = 0; i < cases; i++) {
		struct money sum = money_tiyn((int64_t)test_below(&s.r, 9000000)), back;
		struct monthset seen = {{0}};
		struct allocation a;

		next_person(&s);
		if (month_year(day_month(s.on)) > 2026 || month_year(day_month(s.on)) < 2020)
			continue;
		assert_int_equal(allocate_payment(&s.cx, &s.book, &s.map, s.on, sum, 12, &a), OK);
		back = a.left;
		for (size_t k = 0; k < a.part_count; k++) {
			assert_false(monthset_has(&seen, a.parts[k].month));
			assert_false(monthset_has(&s.map.hot.paid, a.parts[k].month));
			monthset_add(&seen, a.parts[k].month);
			assert_true(money_add(back, a.parts[k].sum, &back));
			assert_true(k == 0 || a.parts[k].month.n > a.parts[k - 1].month.n);
		}
		assert_int_equal(money_cmp(back, sum), 0);
		assert_false(money_is_negative(a.left));
	}
	arena_free(s.cx.arena);
}

static struct payment_fact one_more_payment(struct scene *s)
{
	static const enum payer_kind kinds[] = {PAYER_INDEPENDENT, PAYER_INDEPENDENT,
		PAYER_ENTREPRENEUR, PAYER_PRACTICE, PAYER_FARM, PAYER_EMPLOYER};
	struct payment_fact p = {.month = month_add(month_of(2019, 10), (int)test_below(&s->r, 92)),
		.knp = test_below(&s->r, 20) ? KNP_CONTRIBUTION : KNP_CONTRIBUTION_PENALTY,
		.payer_kind = kinds[test_below(&s->r, TEST_COUNT(kinds))],
		.sum = money_tiyn((int64_t)test_below(&s->r, 4) * 425000 + 1),
		.known_since = s->known,
		.doc = 1ULL << 62};
	struct money price;

	p.paid_on = day_add(s->known, -(int)test_below(&s->r, 40));
	if (test_below(&s->r, 4) && lawbook_fixed_sum(&s->cx, &s->book, p.payer_kind,
					    day_month(p.paid_on), &price) == OK)
		p.sum = price;
	err_clear(&s->cx);
	return p;
}

/* A payment put on the map is the map built with it. */
static void paying_is_building(void **state)
{
	struct scene s;
	uint64_t cases = test_cases(20000), done = 0;

	scene_start(&s);
	for (uint64_t i = 0; i < cases; i++) {
		struct payment_fact p, *all;
		struct buf paid, built;

		if (i % 100 == 0)
			turn_switches(&s);
		next_person(&s);
		p = one_more_payment(&s);
		if (!coverage_map_pay(&s.cx, &s.book, &s.map, &p))
			continue;
		done++;
		all = arena_array(s.cx.arena, s.facts.payment_count + 1, sizeof(*all));
		for (size_t k = 0; k < s.facts.payment_count; k++)
			all[k] = s.facts.payments[k];
		all[s.facts.payment_count++] = p;
		s.facts.payments = all;
		paid = buf_new(s.cx.arena, 1 << 16);
		built = buf_new(s.cx.arena, 1 << 16);
		coverage_map_write(&s.map, &paid);
		build(&s);
		coverage_map_write(&s.map, &built);
		if (!str_eq(buf_view(&paid), buf_view(&built))) {
			print_scene(&s, i);
			_fail(__FILE__, __LINE__);
		}
	}
	print_message("# %" PRIu64 " of %" PRIu64 " put on the map\n", done, cases);
	assert_true(done > cases / 50);
	arena_free(s.cx.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_a_second_reading),
		cmocka_unit_test(the_last_day_is_exact),
		cmocka_unit_test(nothing_learnt_later_counts),
		cmocka_unit_test(paying_as_told_insures),
		cmocka_unit_test(more_payments_never_hurt),
		cmocka_unit_test(bytes_go_round),
		cmocka_unit_test(allocation_adds_up),
		cmocka_unit_test(paying_is_building),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
