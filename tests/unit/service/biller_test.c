/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking payments: once, allocated, posted, summed up and answered in one transaction, whatever
 * fails on the way.
 */
#include "support/store_fixture.h"

#include "base/log.h"
#include "ledger/audit.h"
#include "service/biller.h"
#include "service/demo.h"
#include "service/group.h"
#include "service/lawsource.h"
#include "service/recheck.h"
#include "service/status.h"
#include "store/bank.h"

enum { PEOPLE = 120 };

struct world {
	struct fixture f;
	struct lawbook *book;
	struct call call;
	struct arena *keep, *facts; /* cx->arena is emptied by each group */
	struct iin debtor, student;
};

static struct iin cast(size_t i)
{
	struct iin iin;

	memcpy(iin.d, country_cast()[i].iin, IIN_DIGITS);
	return iin;
}

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
	w->debtor = cast(2);
	w->student = cast(4);
}

static void world_end(struct world *w)
{
	fixture_end(&w->f);
	arena_free(w->facts);
	arena_free(w->keep);
}

struct order {
	const char *bank, *txn;
	struct iin iin;
	int64_t tiyn;
	enum biller_command command;
	int days_ago;
};

struct sent {
	struct group_unit unit;
	const struct biller_profile *p;
	struct biller_request rq;
	struct biller_reply reply;
};

static ST run(struct call *call, struct arena *keep, void *arg)
{
	struct sent *s = arg;

	return biller_take(call, s->p, &s->rq, keep, &s->reply);
}

static struct sent sent_of(struct world *w, const struct order *o)
{
	struct day day = day_add(day_in_astana(w->f.clock.at), -o->days_ago);
	struct sent s = {.p = biller_profile_find(str_of(o->bank)),
		.rq = {.command = o->command,
			.txn = str_copy(w->keep, str_of(o->txn)),
			.account = str_copy(w->keep, iin_digits(&o->iin)),
			.has_iin = true,
			.iin = o->iin,
			.has_sum = true,
			.sum = money_tiyn(o->tiyn),
			.has_time = true,
			.time = day_number(day) * 1000000,
			.day = day,
			.field = ""}};

	return s;
}

static struct sent send(struct world *w, const struct order *o)
{
	struct sent s = sent_of(w, o);
	struct group_unit *units[1] = {&s.unit};

	s.unit = (struct group_unit){.run = run, .arg = &s};
	group_run(&w->call, units, 1, w->keep);
	s.unit.arg = NULL;
	return s;
}

#define PAY(bank_, txn_, iin_, tiyn_)                                                              \
	((struct order){.bank = (bank_),                                                           \
		.txn = (txn_),                                                                     \
		.iin = (iin_),                                                                     \
		.tiyn = (tiyn_),                                                                   \
		.command = BILLER_PAY})

static struct sent send_ok(struct world *w, struct order o, enum biller_outcome want)
{
	struct sent s = send(w, &o);

	if (s.unit.st != OK || s.reply.outcome != want)
		fail_msg("%s %s: %s, %s", o.bank, o.txn, biller_outcome_code(s.reply.outcome),
			err_info(s.unit.err.code)->name);
	return s;
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

static struct status_answer status_of(struct world *w, struct iin iin)
{
	struct status_question q = {.iin = iin};
	struct status_answer a;

	assert_int_equal(status_find(&w->call, &q, &a), OK);
	return a;
}

/* The whole debt: paid, insured at once, and the same again gives the same bytes. */
static void test_debt_is_paid(void **state)
{
	struct world w;
	struct status_answer before, after;
	struct sent first, again;

	world_start(&w);
	before = status_of(&w, w.debtor);
	assert_false(before.coverage.insured);
	assert_true(before.coverage.debt_count > 0);
	struct order o = PAY("kaspi", "1", w.debtor, money_to_tiyn(before.coverage.to_pay));

	first = send_ok(&w, o, BILLER_OK);
	assert_false(first.reply.repeated);
	after = status_of(&w, w.debtor);
	assert_true(after.coverage.insured);
	assert_int_equal(after.coverage.debt_count, 0);
	again = send_ok(&w, o, BILLER_OK);
	assert_true(again.reply.repeated);
	assert_str(again.reply.body, first.reply.body);
	/* The same number of another bank is another payment. */
	o.bank = "halyk";
	assert_false(send_ok(&w, o, BILLER_OK).reply.repeated);
	assert_clean(&w);
	world_end(&w);
}

static void test_conflicts_and_refusals(void **state)
{
	struct world w;
	struct iin nobody = made_iin(7);

	world_start(&w);
	send_ok(&w, PAY("osmp", "5", w.debtor, 425000), BILLER_OK);
	send_ok(&w, PAY("osmp", "5", w.debtor, 425001), BILLER_CONFLICT);
	send_ok(&w, PAY("osmp", "5", w.student, 425000), BILLER_CONFLICT);
	send_ok(&w, PAY("osmp", "05", w.debtor, 425000), BILLER_OK);
	send_ok(&w, PAY("osmp", "6", nobody, 425000), BILLER_ACCOUNT_UNKNOWN);
	struct order o = PAY("osmp", "7", w.debtor, 425000);
	o.days_ago = -1;
	send_ok(&w, o, BILLER_DATE);
	o.days_ago = 40;
	send_ok(&w, o, BILLER_DATE);
	/* What was refused left nothing behind: the number is still free. */
	o.days_ago = 31;
	send_ok(&w, o, BILLER_OK);
	send_ok(&w, PAY("osmp", "6", w.debtor, 425000), BILLER_OK);
	assert_clean(&w);
	world_end(&w);
}

/* A sum that fits no month, and a person for whom the state pays: kept, shown, not lost. */
static void test_advance(void **state)
{
	struct world w;
	struct money kept;

	world_start(&w);
	send_ok(&w, PAY("kaspi", "1", w.debtor, 425000 + 5000), BILLER_OK);
	send_ok(&w, PAY("kaspi", "2", w.debtor, 99), BILLER_OK);
	send_ok(&w, PAY("kaspi", "3", w.student, 425000), BILLER_OK);
	assert_int_equal(bank_advance(&w.f.cx, w.f.db, people_key(w.f.db, &w.debtor), &kept), OK);
	assert_int_equal(money_to_tiyn(kept), 5099);
	struct status_answer told = status_of(&w, w.debtor);
	assert_int_equal(money_to_tiyn(told.advance), 5099);
	assert_string_equal(
		told.coverage.steps.items[told.coverage.steps.count - 1].rule, "advance");
	assert_int_equal(bank_advance(&w.f.cx, w.f.db, people_key(w.f.db, &w.student), &kept), OK);
	assert_int_equal(money_to_tiyn(kept), 425000);
	assert_clean(&w);
	world_end(&w);
}

static void test_cancel(void **state)
{
	struct world w;
	struct status_answer before, after;
	struct sent first, again;

	world_start(&w);
	before = status_of(&w, w.debtor);
	struct order o = PAY("osmp", "1", w.debtor, 425000 * 3 + 100);
	struct order back = o;

	send_ok(&w, o, BILLER_OK);
	back.command = BILLER_CANCEL;
	first = send_ok(&w, back, BILLER_OK);
	after = status_of(&w, w.debtor);
	assert_int_equal(before.coverage.debt_count, after.coverage.debt_count);
	again = send_ok(&w, back, BILLER_OK);
	assert_true(again.reply.repeated);
	assert_str(again.reply.body, first.reply.body);
	/* It is not taken a second time by being repeated. */
	send_ok(&w, o, BILLER_CANCELLED);
	back.tiyn++;
	send_ok(&w, back, BILLER_CONFLICT);
	back.txn = "2";
	send_ok(&w, back, BILLER_TXN_UNKNOWN);
	assert_clean(&w);
	/* The next day it is too late. */
	o.txn = "3";
	send_ok(&w, o, BILLER_OK);
	w.f.clock.at.us += 86400 * 1000000LL;
	o.command = BILLER_CANCEL;
	send_ok(&w, o, BILLER_CANCEL_LATE);
	assert_clean(&w);
	world_end(&w);
}

/* The accounting day is the bank's: 31 December paid, 1 January received. */
static void test_day_of_the_bank(void **state)
{
	struct world w;
	struct bank_txn t;
	bool found;

	world_start(&w);
	struct order o = PAY("kaspi", "1", w.debtor, 425000);
	o.days_ago = 3;
	send_ok(&w, o, BILLER_OK);
	assert_int_equal(
		bank_txn_find(&w.f.cx, w.f.db, STR_LIT("kaspi"), STR_LIT("1"), &t, &found), OK);
	assert_true(found);
	assert_int_equal(day_cmp(t.day, day_add(day_in_astana(w.f.clock.at), -3)), 0);
	world_end(&w);
}

/* One unit of a group fails: its neighbours are taken all the same, each once. */
static ST fails(struct call *call, struct arena *keep, void *arg)
{
	(void)keep;
	(void)arg;
	return fail(call->cx, DB_CONSTRAINT, "%s", "on purpose");
}

static void test_one_fails(void **state)
{
	struct world w;
	struct sent s[5];
	struct group_unit *units[5];

	world_start(&w);
	for (int i = 0; i < 5; i++) {
		char txn[8];

		snprintf(txn, sizeof(txn), "%d", i);
		struct order o = PAY("halyk", txn, w.debtor, 425000);

		s[i] = sent_of(&w, &o);
		s[i].unit = (struct group_unit){.run = i == 2 ? fails : run, .arg = &s[i]};
		units[i] = &s[i].unit;
	}
	group_run(&w.call, units, 5, w.keep);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(s[i].unit.st, i == 2 ? E_CONFLICT : OK);
		if (i != 2)
			assert_int_equal(s[i].reply.outcome, BILLER_OK);
	}
	assert_clean(&w);
	world_end(&w);
}

static ST count_one(struct ctx *cx, void *arg, const struct bank_taken *t)
{
	(void)cx;
	(void)t;
	++*(size_t *)arg;
	return OK;
}

static ST count_all(struct ctx *cx, struct db *db, void *arg)
{
	struct bank_day day = {STR_LIT("halyk"), day_in_astana(cx->clock->now(cx->clock))};

	*(size_t *)arg = 0;
	return bank_taken_each(cx, db, day, count_one, arg);
}

static size_t txn_count(struct world *w)
{
	size_t n;

	assert_int_equal(tx_run(&w->f.cx, w->f.db, TX_READ, count_all, &n), OK);
	return n;
}

/*
 * The database fails at its k-th call, for each k: what was answered is there, what was not is not;
 * the same requests again take what was left, once.
 */
static void fail_at_each_call(enum err code, bool for_good)
{
	struct world w;
	struct fault_plan plan = {.code = code};
	struct driver driver;
	struct db *plain;
	bool reached = true;

	world_start(&w);
	plan.inner = fixture_driver(&w.f);
	driver = driver_fault(&plan);
	plain = w.f.db;
	struct db *faulty;
	assert_int_equal(db_open_with(&w.f.cx, &driver, w.f.path, DB_MODE_WRITE, &faulty), OK);
	for (long k = 1; reached; k++) {
		struct sent s[2];
		struct group_unit *units[2];
		size_t before = txn_count(&w), stored = 0;

		for (int i = 0; i < 2; i++) {
			char txn[32];

			snprintf(txn, sizeof(txn), "%ld%d", k, i);
			struct order o = PAY("halyk", txn, i ? w.debtor : w.student, 425000 + k);

			s[i] = sent_of(&w, &o);
			s[i].unit = (struct group_unit){.run = run, .arg = &s[i]};
			units[i] = &s[i].unit;
		}
		w.call.db = faulty;
		plan.fail_at = plan.calls + k;
		plan.for_good = for_good;
		group_run(&w.call, units, 2, w.keep);
		reached = plan.calls >= plan.fail_at;
		plan.fail_at = 0;
		w.call.db = plain;
		for (int i = 0; i < 2; i++)
			stored += s[i].unit.st == OK && s[i].reply.outcome == BILLER_OK;
		assert_int_equal(txn_count(&w) - before, stored);
		group_run(&w.call, units, 2, w.keep);
		for (int i = 0; i < 2; i++)
			assert_true(s[i].unit.st == OK && s[i].reply.outcome == BILLER_OK);
		assert_int_equal(txn_count(&w) - before, 2);
		if (k % 16 == 0)
			assert_clean(&w);
		err_clear(&w.f.cx);
	}
	print_message("# %zu payments, failing at each call of two\n", txn_count(&w));
	assert_clean(&w);
	db_close(faulty);
	world_end(&w);
}

static void test_failing_once(void **state)
{
	fail_at_each_call(ERR_DB_BROKEN, false);
}

static void test_failing_for_good(void **state)
{
	fail_at_each_call(ERR_DB_BROKEN, true);
}

static void test_full_for_good(void **state)
{
	fail_at_each_call(ERR_DB_FULL, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_debt_is_paid),
		cmocka_unit_test(test_conflicts_and_refusals),
		cmocka_unit_test(test_advance),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_day_of_the_bank),
		cmocka_unit_test(test_one_fails),
		cmocka_unit_test(test_failing_once),
		cmocka_unit_test(test_failing_for_good),
		cmocka_unit_test(test_full_for_good),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
