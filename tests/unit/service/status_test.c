/* SPDX-License-Identifier: Apache-2.0 */
/* Where an answer comes from must not show in it: the row, the facts, an older day. */
#include "support/store_fixture.h"

#include "base/log.h"
#include "service/demo.h"
#include "service/lawsource.h"
#include "service/status.h"
#include "store/coverage_row.h"

enum { PEOPLE = 200 };

struct world {
	struct fixture f;
	struct lawbook *book;
	struct call call;
	struct country country;
};

static void world_start(struct world *w)
{
	const struct demo_order order = {.people = PEOPLE, .seed = 7};
	struct demo_report report;
	struct day today;

	fixture_start(&w->f);
	today = day_in_astana(w->f.clock.at);
	assert_int_equal(lawsource_load(&w->f.cx, w->f.cx.arena, NULL, &w->book), OK);
	w->call = (struct call){.cx = &w->f.cx, .db = w->f.db, .book = w->book};
	assert_int_equal(demo_make(&w->call, &order, &report), OK);
	assert_int_equal(country_of(&w->f.cx, w->book, order.seed, PEOPLE, today, &w->country), OK);
}

struct told {
	struct status_answer answer;
	struct str json;
};

static struct told ask(struct world *w, const struct status_question *q)
{
	struct buf json = buf_new(w->f.cx.arena, 1 << 16);
	struct told t;

	assert_int_equal(status_find(&w->call, q, &t.answer), OK);
	status_put_json(&json, LANG_KK, &t.answer, true);
	t.json = buf_view(&json);
	return t;
}

static void assert_same(const struct told *a, const struct told *b)
{
	assert_string_equal(a->answer.answer_no, b->answer.answer_no);
	assert_int_equal(a->json.n, b->json.n);
	assert_memory_equal(a->json.p, b->json.p, a->json.n);
}

static struct status_question about(struct iin iin)
{
	return (struct status_question){.iin = iin};
}

static ST write_row(struct ctx *cx, struct db *db, void *arg)
{
	return coverage_rows_write(cx, db, arg, 1);
}

static ST touch(struct ctx *cx, struct db *db, void *arg)
{
	return coverage_touch(cx, db, *(const int64_t *)arg);
}

struct news {
	struct iin iin;
	struct spell spell;
};

static ST add_spell(struct ctx *cx, struct db *db, void *arg)
{
	const struct news *news = arg;
	bool is_new;

	return people_add_spell(cx, db, &news->iin, &news->spell, &is_new);
}

static void change(struct world *w, tx_fn *fn, void *arg)
{
	assert_int_equal(tx_run(&w->f.cx, w->f.db, TX_WRITE, fn, arg), OK);
}

/* The row as it stands, the facts behind it (the person was touched), and a row of another law. */
static void test_row_and_facts(void **state)
{
	size_t insured = 0;
	struct world w;

	world_start(&w);
	for (size_t i = 0; i < PEOPLE; i++) {
		struct country_person p;
		struct coverage_row row;
		enum coverage_state of;

		country_person(&w.country, i, &p);
		struct status_question q = about(p.iin);
		struct told fresh = ask(&w, &q);

		assert_int_equal(coverage_row_read(&w.f.cx, w.f.db, &p.iin, &of, &row), OK);
		assert_int_equal(of, COVERAGE_FRESH);
		change(&w, touch, &row.person);
		struct told behind = ask(&w, &q);
		assert_same(&fresh, &behind);
		row.law ^= 1;
		row.map = STR_LIT("not a map: it must not be read");
		change(&w, write_row, &row);
		struct told other_law = ask(&w, &q);
		assert_same(&fresh, &other_law);
		insured += fresh.answer.coverage.insured;
	}
	assert_true(insured > 0 && insured < PEOPLE);
	fixture_end(&w.f);
}

/* The payments told for a month make up its sums, and none of them says who the payer is. */
static void test_payments(void **state)
{
	size_t seen = 0;
	struct world w;

	world_start(&w);
	for (size_t i = 0; i < PEOPLE; i++) {
		struct country_person p;

		country_person(&w.country, i, &p);
		struct status_question q = about(p.iin);
		struct told t = ask(&w, &q);
		for (size_t m = 0; m < t.answer.coverage.month_count; m++) {
			const struct coverage_month *month = &t.answer.coverage.months[m];
			struct money sums[KNP_COUNT] = {0};
			struct status_payment *payments;
			size_t count;

			assert_int_equal(
				status_payments(&w.call, &q, month->month, &payments, &count), OK);
			for (size_t k = 0; k < count; k++) {
				const struct status_payment *one = &payments[k];

				assert_true(money_add(sums[one->knp], one->sum, &sums[one->knp]));
				assert_true(k == 0 ||
					    day_cmp(payments[k - 1].paid_on, one->paid_on) <= 0);
			}
			for (int k = 0; k < KNP_COUNT; k++)
				assert_int_equal(money_cmp(sums[k], month->sums[k]), 0);
			seen += count;
		}
	}
	assert_true(seen > PEOPLE);
	fixture_end(&w.f);
}

/* Anybody may ask about a number: that the state pays is told, why it does is not. */
static void test_no_category(void **state)
{
	size_t state_pays = 0;
	struct world w;

	world_start(&w);
	for (size_t i = 0; i < PEOPLE; i++) {
		struct country_person p;

		country_person(&w.country, i, &p);
		struct status_question q = about(p.iin);
		struct told t = ask(&w, &q);
		state_pays += t.answer.coverage.reason == REASON_CATEGORY;
		assert_null(memmem(t.json.p, t.json.n, "\"category\":", 11));
		for (int c = 0; c < CATEGORY_COUNT; c++) {
			struct str name =
				say_code(LANG_KK, "category", category_code((enum category)c));

			assert_null(memmem(t.json.p, t.json.n, name.p, name.n));
		}
		for (int e = 0; e < EXEMPT_COUNT; e++) {
			struct str name = say_code(LANG_KK, "exempt", exempt_code((enum exempt)e));

			assert_null(memmem(t.json.p, t.json.n, name.p, name.n));
		}
	}
	assert_true(state_pays > 0);
	fixture_end(&w.f);
}

/* A row that is behind hides nothing: the payment shows at once, and the number changes. */
static void test_behind(void **state)
{
	struct country_person p;
	struct coverage_row row;
	enum coverage_state of;
	struct world w;

	world_start(&w);
	country_person(&w.country, 0, &p);
	struct status_question q = about(p.iin);
	struct told before = ask(&w, &q);
	struct spell spell = {.kind = SPELL_CATEGORY,
		.detail = CATEGORY_CHILD,
		.from = day_of(2026, 1, 1),
		.to = DAY_NEVER,
		.known_since = day_of(2026, 5, 1)};
	struct news news = {p.iin, spell};
	change(&w, add_spell, &news);
	assert_int_equal(coverage_row_read(&w.f.cx, w.f.db, &p.iin, &of, &row), OK);
	assert_int_equal(of, COVERAGE_BEHIND);
	struct told after = ask(&w, &q);
	assert_int_equal(after.answer.coverage.reason, REASON_CATEGORY);
	assert_string_not_equal(before.answer.answer_no, after.answer.answer_no);
	/* What was known before the spell was is told as it was. */
	q.has_known = true;
	q.known = day_of(2026, 4, 30);
	struct told older = ask(&w, &q);
	assert_int_not_equal(older.answer.coverage.reason, REASON_CATEGORY);
	assert_int_equal(older.answer.coverage.known.n, q.known.n);
	fixture_end(&w.f);
}

/* An older `known` and, for a row that holds only up to a day, a later one read the facts. */
static void test_days(void **state)
{
	struct country_person p;
	struct coverage_row row;
	enum coverage_state of;
	struct world w;

	world_start(&w);
	country_person(&w.country, 0, &p);
	struct status_question q = about(p.iin);
	assert_int_equal(coverage_row_read(&w.f.cx, w.f.db, &p.iin, &of, &row), OK);
	row.good_until = row.known;
	row.map = STR_LIT("not a map: it must not be read");
	change(&w, write_row, &row);
	assert_int_equal(status_find(&w.call, &q, &(struct status_answer){0}), E_BROKEN);
	err_clear(&w.f.cx);
	q.has_known = true;
	q.known = day_add(row.known, 1);
	ask(&w, &q);
	q.known = day_add(row.known, -1);
	ask(&w, &q);
	q.has_on = true;
	q.on = day_of(2016, 12, 31);
	assert_int_equal(status_find(&w.call, &q, &(struct status_answer){0}), E_INPUT);
	assert_int_equal(w.f.cx.err.code, ERR_DAY_RANGE);
	assert_string_equal(w.f.cx.err.field, "on");
	fixture_end(&w.f);
}

/* Nobody knows this number; with and without a database that is an answer, not an error. */
static void test_unknown(void **state)
{
	struct world w;

	world_start(&w);
	struct status_question q = about(made_iin(1));
	struct told t = ask(&w, &q);
	assert_false(t.answer.coverage.insured);
	assert_int_equal(t.answer.coverage.reason, REASON_NOT_IN_SYSTEM);
	assert_true(t.answer.has_as_of);
	q.iin = made_iin(2);
	struct told other = ask(&w, &q);
	assert_string_not_equal(t.answer.answer_no, other.answer.answer_no);
	w.call.db = NULL;
	struct told bare = ask(&w, &q);
	assert_int_equal(bare.answer.coverage.reason, REASON_NOT_IN_SYSTEM);
	assert_false(bare.answer.has_as_of);
	/* Without the secret of the installation the number is another. */
	assert_string_not_equal(bare.answer.answer_no, other.answer.answer_no);
	fixture_end(&w.f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_row_and_facts),
		cmocka_unit_test(test_payments),
		cmocka_unit_test(test_no_category),
		cmocka_unit_test(test_behind),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_unknown),
	};

	log_set_level(LOG_BROKEN);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
