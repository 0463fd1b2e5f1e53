/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Advances: what payments leave over pays months together with what comes later. Random payments
 * and cancellations, alone and several in one commit, beside a model of a few lines that keeps each
 * tenge by the transaction that brought it; and the turn of the month.
 */
#include "support/store_fixture.h"

#include "base/log.h"
#include "ledger/audit.h"
#include "service/advances.h"
#include "service/biller.h"
#include "service/demo.h"
#include "service/group.h"
#include "service/invoice.h"
#include "service/lawsource.h"
#include "service/person_map.h"
#include "service/recheck.h"
#include "store/bank.h"

enum { PEOPLE = 60, TXNS = 30, MONTHS = 64, TOGETHER = 4, PERSONS = 3 };

struct world {
	struct fixture f;
	struct lawbook *book;
	struct call call;
	struct arena *keep, *facts;
};

static void world_start(struct world *w)
{
	const struct demo_order order = {.people = PEOPLE, .seed = 7};
	struct demo_report report;

	log_set_level(LOG_BROKEN);
	fixture_start(&w->f);
	w->facts = arena_new(64 << 20);
	w->keep = arena_new(64 << 20);
	assert_int_equal(lawsource_load(&w->f.cx, w->facts, NULL, &w->book), OK);
	w->call = (struct call){.cx = &w->f.cx, .db = w->f.db, .book = w->book};
	assert_int_equal(demo_make(&w->call, &order, &report), OK);
}

static void world_end(struct world *w)
{
	fixture_end(&w->f);
	arena_free(w->facts);
	arena_free(w->keep);
}

static void assert_clean(struct world *w)
{
	struct recheck recheck = {.book = w->book};
	const struct audit_options options = {recheck_coverage, &recheck};
	struct audit_report *r = ARENA_NEW(w->keep, struct audit_report);

	arena_reset(w->f.cx.arena);
	assert_int_equal(audit_run(&w->f.cx, w->f.db, &options, r), OK);
	for (size_t i = 0; i < r->finding_count; i++)
		print_error(
			"%s: %s\n", audit_check_code(r->findings[i].check), r->findings[i].where);
	assert_int_equal(r->finding_count, 0);
}

/* ---- The model ------------------------------------------------------------------------------- */

/* A month that can be paid, in the order of the rules. */
struct month_model {
	struct month month;
	int64_t cost;
	int event; /* the transaction that paid it; -1 = open */
	int64_t of[TXNS];
};

struct person_model {
	struct iin iin;
	int64_t person;
	int count; /* transactions */
	bool cancelled[TXNS];
	int64_t sum[TXNS], kept[TXNS], key[TXNS];
	struct month_model months[MONTHS];
	size_t month_count;
};

/* The transaction with the smallest key that has something left; -1 = none. */
static int next_kept(const struct person_model *p)
{
	int found = -1;

	for (int i = 0; i < p->count; i++)
		if (p->kept[i] > 0 && (found < 0 || p->key[i] < p->key[found]))
			found = i;
	return found;
}

static int64_t all_kept(const struct person_model *p)
{
	int64_t sum = 0;

	for (int i = 0; i < p->count; i++)
		sum += p->kept[i];
	return sum;
}

static void model_pay(struct person_model *p, int txn)
{
	p->kept[txn] = p->sum[txn];
	for (size_t m = 0; m < p->month_count; m++) {
		struct month_model *month = &p->months[m];
		int64_t rest = month->cost;

		if (month->event >= 0)
			continue;
		if (all_kept(p) < month->cost)
			return;
		month->event = txn;
		while (rest > 0) {
			int from = p->kept[txn] > 0 ? txn : next_kept(p);
			int64_t take = p->kept[from] < rest ? p->kept[from] : rest;

			month->of[from] += take;
			p->kept[from] -= take;
			rest -= take;
		}
	}
}

/* Months that it paid, or that others paid with its money, are open again; the rest of the money
 * is kept. */
static void model_cancel(struct person_model *p, int txn)
{
	for (size_t m = 0; m < p->month_count; m++) {
		struct month_model *month = &p->months[m];

		if (month->event < 0 || (month->event != txn && month->of[txn] == 0))
			continue;
		for (int i = 0; i < p->count; i++) {
			p->kept[i] += month->of[i];
			month->of[i] = 0;
		}
		month->event = -1;
	}
	p->kept[txn] = 0;
	p->cancelled[txn] = true;
}

/* ---- Beside it ------------------------------------------------------------------------------- */

static void model_start(struct world *w, struct person_model *p, size_t role)
{
	struct person_map *m = ARENA_NEW(w->keep, struct person_map);
	struct day today = day_in_astana(w->f.clock.at);
	struct allocation all;

	*p = (struct person_model){0};
	memcpy(p->iin.d, country_cast()[role].iin, IIN_DIGITS);
	assert_int_equal(person_map_find(&w->call, &p->iin, today, m), OK);
	p->person = m->row.person;
	assert_int_equal(allocate_payable(&w->f.cx, w->book, &m->map, today,
				 allocate_ahead_max(w->book, &m->map, today), &all),
		OK);
	for (size_t i = 0; i < all.part_count && i < MONTHS; i++)
		p->months[p->month_count++] = (struct month_model){.month = all.parts[i].month,
			.cost = money_to_tiyn(all.parts[i].sum),
			.event = -1};
}

static void compare_txn(struct world *w, const struct person_model *p, int txn)
{
	struct bank_line *lines;
	struct money kept;
	size_t count;

	assert_int_equal(advance_of(&w->f.cx, w->f.db, p->person, p->key[txn], &kept), OK);
	assert_int_equal(money_to_tiyn(kept), p->kept[txn]);
	assert_int_equal(
		bank_lines(&w->f.cx, w->f.db, &p->iin, p->person, p->key[txn], &lines, &count), OK);
	for (size_t m = 0; m < p->month_count; m++) {
		int64_t sum = 0;

		for (size_t i = 0; i < count; i++)
			if ((int64_t)lines[i].placed.line.fact.doc == p->key[txn] &&
				lines[i].placed.line.fact.month.n == p->months[m].month.n)
				sum += money_to_tiyn(lines[i].left);
		assert_int_equal(sum, p->months[m].of[txn]);
	}
}

struct sent {
	struct group_unit unit;
	struct biller_request rq;
	struct biller_reply reply;
	struct month month; /* of an invoice */
};

static const struct biller_profile *bank(void)
{
	return biller_profile_find(STR_LIT("osmp"));
}

static ST take(struct call *call, struct arena *keep, void *arg)
{
	struct sent *s = arg;

	return biller_take(call, bank(), &s->rq, keep, &s->reply);
}

static void foresee(struct call *call, void *arg)
{
	struct sent *s = arg;

	biller_foresee(call, bank(), &s->rq);
}

static void order(struct world *w, const struct person_model *p, int txn,
	enum biller_command command, struct sent *out)
{
	struct buf ref = buf_new(w->keep, 32);
	struct day day = day_in_astana(w->f.clock.at);

	buf_fmt(&ref, "%lld%02d", (long long)(p->person % 100000), txn);
	*out = (struct sent){.rq = {.command = command,
				     .txn = buf_view(&ref),
				     .account = iin_digits(&p->iin),
				     .has_iin = true,
				     .iin = p->iin,
				     .has_sum = true,
				     .sum = money_tiyn(p->sum[txn]),
				     .has_time = true,
				     .time = day_number(day) * 1000000,
				     .day = day,
				     .field = ""}};
	out->unit = (struct group_unit){.run = take, .foresee = foresee, .arg = out};
}

/* A sum about a month, now and then of some months, or of less than one. */
static int64_t some_sum(struct test_random *r, const struct person_model *p)
{
	int64_t cost = p->month_count ? p->months[0].cost : 425000;

	switch (test_below(r, 4)) {
	case 0:
		return cost;
	case 1:
		return 1 + (int64_t)test_below(r, (uint64_t)cost);
	case 2:
		return cost + (int64_t)test_below(r, (uint64_t)(2 * cost));
	}
	return cost / 2 + (int64_t)test_below(r, 3);
}

/* One request of a random person, and what the model makes of it; false when there is none left. */
static bool some_order(
	struct world *w, struct test_random *r, struct person_model *p, struct sent *out)
{
	if (p->count && test_below(r, 3) == 0) {
		int txn = (int)test_below(r, (uint64_t)p->count);

		order(w, p, txn, BILLER_CANCEL, out);
		if (!p->cancelled[txn])
			model_cancel(p, txn);
		return true;
	}
	if (p->count == TXNS)
		return false;
	p->sum[p->count] = some_sum(r, p);
	order(w, p, p->count, BILLER_PAY, out);
	p->key[p->count] = bank_txn_key(str_of(bank()->bank), out->rq.txn);
	model_pay(p, p->count++);
	return true;
}

static void test_random_orders(void **state)
{
	static const size_t roles[PERSONS] = {2, 3, 5};
	struct person_model *people = calloc(PERSONS, sizeof(*people));
	struct test_random r = test_seeded();
	uint64_t cases = test_cases(60);
	struct world w;

	assert_non_null(people);
	world_start(&w);
	for (int i = 0; i < PERSONS; i++)
		model_start(&w, &people[i], roles[i]);
	for (uint64_t n = 0; n < cases; n++) {
		struct sent sent[TOGETHER];
		struct group_unit *units[TOGETHER];
		size_t count = 0, most = 1 + test_below(&r, TOGETHER);

		for (size_t i = 0; i < most; i++)
			if (some_order(&w, &r, &people[test_below(&r, PERSONS)], &sent[count])) {
				units[count] = &sent[count].unit;
				count++;
			}
		group_run(&w.call, units, count, w.keep);
		for (size_t i = 0; i < count; i++)
			if (units[i]->st != OK || sent[i].reply.outcome != BILLER_OK)
				fail_msg("%s: %s", err_info(units[i]->err.code)->name,
					biller_outcome_code(sent[i].reply.outcome));
		for (int i = 0; i < PERSONS; i++)
			for (int txn = 0; txn < people[i].count; txn++)
				compare_txn(&w, &people[i], txn);
		arena_reset(w.f.cx.arena);
		if (n % 10 == 0)
			assert_clean(&w);
	}
	assert_clean(&w);
	world_end(&w);
	free(people);
}

/* ---- The turn of the month ------------------------------------------------------------------- */

static struct money kept_of(struct world *w, const struct person_model *p)
{
	struct money kept;

	assert_int_equal(bank_advance(&w->f.cx, w->f.db, p->person, &kept), OK);
	return kept;
}

static void send_one(struct world *w, struct sent *s, enum biller_outcome want)
{
	struct group_unit *units[] = {&s->unit};

	group_run(&w->call, units, 1, w->keep);
	assert_int_equal(s->unit.st, OK);
	assert_int_equal(s->reply.outcome, want);
}

static ST make_invoice(struct ctx *cx, struct db *db, void *arg)
{
	struct sent *s = arg;
	struct world *w = s->unit.arg;
	const struct invoice_wish wish = {
		.iin = s->rq.iin, .months = &s->month, .count = 1, .hours = 24};

	(void)db;
	return invoice_make(
		&(struct call){.cx = cx, .db = w->f.db, .book = w->book}, &wish, &s->rq.invoice);
}

/* An invoice of one month, paid with the price of three and a bit: it pays its month, the rest is
 * kept for those that are due. */
static void test_invoice_then_turn(void **state)
{
	struct person_model *p = calloc(1, sizeof(*p));
	struct advances_report report;
	struct sent s;
	struct world w;
	int64_t cost;

	assert_non_null(p);
	world_start(&w);
	model_start(&w, p, 5);
	assert_true(p->month_count > 3);
	cost = p->months[0].cost;
	p->sum[0] = 3 * cost + 5;
	order(&w, p, 0, BILLER_PAY, &s);
	s.month = p->months[1].month;
	s.unit.arg = &w;
	assert_int_equal(tx_run(&w.f.cx, w.f.db, TX_WRITE, make_invoice, &s), OK);
	s.unit.arg = &s;
	s.rq.has_invoice = true;
	s.rq.has_iin = false;
	send_one(&w, &s, BILLER_OK);
	assert_int_equal(money_to_tiyn(kept_of(&w, p)), 2 * cost + 5);
	assert_int_equal(advances_apply(&w.call, NULL, NULL, &report), OK);
	assert_int_equal(report.persons, 1);
	assert_int_equal(money_to_tiyn(report.sum), 2 * cost);
	assert_int_equal(money_to_tiyn(kept_of(&w, p)), 5);
	assert_clean(&w);
	/* What was done is not done again. */
	w.f.clock.at.us++;
	assert_int_equal(advances_apply(&w.call, NULL, NULL, &report), OK);
	assert_int_equal(report.persons, 0);
	/* All of it goes back, also what came onto its months later. */
	s.rq.command = BILLER_CANCEL;
	send_one(&w, &s, BILLER_OK);
	assert_int_equal(money_to_tiyn(kept_of(&w, p)), 0);
	assert_clean(&w);
	world_end(&w);
	free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_orders),
		cmocka_unit_test(test_invoice_then_turn),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
