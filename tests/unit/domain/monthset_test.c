/* SPDX-License-Identifier: Apache-2.0 */
/* Month sets against a naive model: an array of bool. */
#include "support/test.h"

#include "domain/monthset.h"

/* The model: plain loops, nothing shared with the sets. */
struct model {
	bool in[MONTHSET_BITS];
};

static struct monthset set_of(const struct model *m)
{
	struct monthset s = {{0}};

	for (int i = 0; i < MONTHSET_BITS; i++)
		if (m->in[i])
			monthset_add(&s, monthset_month(i));
	return s;
}

static void assert_same(struct monthset s, const struct model *m)
{
	unsigned count = 0;
	int first = -1, last = -1;

	for (int i = 0; i < MONTHSET_BITS; i++) {
		assert_int_equal(monthset_has_index(&s, i), m->in[i]);
		assert_int_equal(monthset_has(&s, monthset_month(i)), m->in[i]);
		if (!m->in[i])
			continue;
		count++;
		last = i;
		if (first < 0)
			first = i;
	}
	assert_int_equal(monthset_count(&s), count);
	assert_int_equal(monthset_empty(&s), count == 0);
	assert_int_equal(monthset_first_index(&s), first);
	assert_int_equal(monthset_last_index(&s), last);
}

/* Dense, sparse and empty sets, with long runs among them. */
static struct model random_model(struct test_random *r)
{
	struct model m = {{false}};
	uint64_t density = test_below(r, 17);

	for (int i = 0; i < MONTHSET_BITS; i++)
		m.in[i] = test_below(r, 16) < density;
	for (uint64_t runs = test_below(r, 4); runs > 0; runs--) {
		uint64_t from = test_below(r, MONTHSET_BITS), n = test_below(r, 80);

		for (uint64_t i = from; i < from + n && i < MONTHSET_BITS; i++)
			m.in[i] = true;
	}
	return m;
}

static void check_unary(struct test_random *r, const struct model *m)
{
	struct monthset s = set_of(m);
	int upto = (int)test_below(r, MONTHSET_BITS + 100) - 50, last = -1;

	assert_same(s, m);
	for (int i = 0; i < MONTHSET_BITS && i <= upto; i++)
		last = m->in[i] ? i : last;
	assert_int_equal(monthset_last_upto(&s, upto), last);
}

static void check_binary(const struct model *a, const struct model *b)
{
	struct model both, either, without;

	for (int i = 0; i < MONTHSET_BITS; i++) {
		both.in[i] = a->in[i] && b->in[i];
		either.in[i] = a->in[i] || b->in[i];
		without.in[i] = a->in[i] && !b->in[i];
	}
	assert_same(monthset_and(set_of(a), set_of(b)), &both);
	assert_same(monthset_or(set_of(a), set_of(b)), &either);
	assert_same(monthset_andnot(set_of(a), set_of(b)), &without);
}

static void check_ranges(struct test_random *r, struct model *m)
{
	struct monthset s = set_of(m);
	int from = (int)test_below(r, MONTHSET_BITS + 100) - 50;
	int to = (int)test_below(r, MONTHSET_BITS + 100) - 50;

	monthset_add_range(&s, monthset_month(from), monthset_month(to));
	for (int i = 0; i < MONTHSET_BITS; i++)
		m->in[i] = m->in[i] || (i >= from && i <= to);
	assert_same(s, m);
	monthset_add(&s, monthset_month(to));
	monthset_remove(&s, monthset_month(from));
	for (int i = 0; i < MONTHSET_BITS; i++)
		m->in[i] = (m->in[i] || i == to) && i != from;
	assert_same(s, m);
	for (int i = 0; i < MONTHSET_BITS; i++)
		m->in[i] = i <= to;
	assert_same(monthset_upto(to), m);
}

static void sets_are_what_the_model_says(void **state)
{
	struct test_random r = test_seeded();

	for (uint64_t i = 0, n = test_cases(3000); i < n; i++) {
		struct model a = random_model(&r), b = random_model(&r);

		check_unary(&r, &a);
		check_binary(&a, &b);
		check_ranges(&r, &a);
	}
}

static void edges(void **state)
{
	struct monthset s = {{0}};

	assert_int_equal(monthset_index(month_of(2017, 1)), 0);
	assert_true(monthset_fits(MONTHSET_FIRST) && monthset_fits(MONTHSET_LAST));
	assert_false(monthset_fits(month_of(2016, 12)));
	assert_false(monthset_fits(MONTH_NEVER));
	monthset_add(&s, month_of(2016, 12));
	monthset_add(&s, MONTH_NEVER);
	monthset_remove(&s, month_of(2016, 12));
	assert_true(monthset_empty(&s));
	assert_false(monthset_has(&s, month_of(2016, 12)));
	assert_false(monthset_has(&s, MONTH_NEVER));
	monthset_add_range(&s, MONTH_NEVER, MONTH_NEVER);
	monthset_add_range(&s, day_month(DAY_ALWAYS), month_of(2016, 12));
	assert_true(monthset_empty(&s));
	monthset_add_range(&s, day_month(DAY_ALWAYS), MONTH_NEVER);
	assert_int_equal(monthset_count(&s), MONTHSET_BITS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_are_what_the_model_says), cmocka_unit_test(edges)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
