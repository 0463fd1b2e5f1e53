/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Invoices: the same wish gives the same number, a bank pays exactly its months by it, and what
 * changes meanwhile is told instead of paid.
 */
#include "support/store_fixture.h"

#include "base/log.h"
#include "ledger/audit.h"
#include "service/biller.h"
#include "service/demo.h"
#include "service/group.h"
#include "service/invoice.h"
#include "service/lawsource.h"
#include "service/recheck.h"
#include "service/reconcile.h"

enum { PEOPLE = 60, HOURS = 72, TENGE = 100 };

struct world {
	struct fixture f;
	struct lawbook *book;
	struct call call;
	struct arena *keep, *facts; /* cx->arena is emptied by each group */
	struct iin debtor, student;
	struct allocation offer; /* of the debtor, in keep */
	int txn;
};

static struct iin cast(size_t i)
{
	struct iin iin;

	memcpy(iin.d, country_cast()[i].iin, IIN_DIGITS);
	return iin;
}

static struct allocation offer_of(struct world *w, const struct iin *iin)
{
	struct arena *own = w->f.cx.arena;
	struct allocation offer;

	w->f.cx.arena = w->keep;
	assert_int_equal(invoice_offer(&w->call, iin, &offer), OK);
	w->f.cx.arena = own;
	return offer;
}

static void world_start(struct world *w)
{
	const struct demo_order order = {.people = PEOPLE, .seed = 7};
	struct demo_report report;

	log_set_level(LOG_BROKEN);
	*w = (struct world){.txn = 100};
	fixture_start(&w->f);
	w->facts = arena_new(64 << 20);
	w->keep = arena_new(64 << 20);
	assert_int_equal(lawsource_load(&w->f.cx, w->facts, NULL, &w->book), OK);
	w->call = (struct call){.cx = &w->f.cx, .db = w->f.db, .book = w->book};
	assert_int_equal(demo_make(&w->call, &order, &report), OK);
	w->debtor = cast(2);
	w->student = cast(4);
	w->offer = offer_of(w, &w->debtor);
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

static void world_end(struct world *w)
{
	assert_clean(w);
	fixture_end(&w->f);
	arena_free(w->facts);
	arena_free(w->keep);
}

/* ---- Units of a group ------------------------------------------------------------------------ */

struct making {
	struct invoice_wish wish;
	struct invoice_no old, no;
	bool renew;
};

static ST run_making(struct call *call, struct arena *keep, void *arg)
{
	struct making *m = arg;

	(void)keep;
	return m->renew ? invoice_renew(call, m->old, HOURS, &m->no)
			: invoice_make(call, &m->wish, &m->no);
}

static void run_unit(struct world *w, struct group_unit *unit)
{
	struct group_unit *units[1] = {unit};

	group_run(&w->call, units, 1, w->keep);
}

static enum err make(struct world *w, struct making *m)
{
	struct group_unit unit = {.run = run_making, .arg = m};

	run_unit(w, &unit);
	return unit.st == OK ? ERR_NONE : unit.err.code;
}

/* An invoice of the months `from` … `to` - 1 of the offer. */
static struct invoice_no make_ok(struct world *w, size_t from, size_t to)
{
	struct month months[64];
	struct making m = {.wish = {w->debtor, months, to - from, HOURS}};

	for (size_t i = from; i < to; i++)
		months[i - from] = w->offer.parts[i].month;
	assert_int_equal(make(w, &m), ERR_NONE);
	return m.no;
}

struct paying {
	struct biller_request rq;
	struct biller_reply reply;
};

static ST run_paying(struct call *call, struct arena *keep, void *arg)
{
	struct paying *p = arg;

	return biller_take(call, biller_profile_find(STR_LIT("osmp")), &p->rq, keep, &p->reply);
}

static struct biller_request request(struct world *w, enum biller_command command, int txn)
{
	struct buf b = buf_new(w->keep, 16);
	struct day day = day_in_astana(w->f.clock.at);

	buf_i64(&b, txn);
	return (struct biller_request){.command = command,
		.txn = buf_view(&b),
		.has_time = true,
		.time = day_number(day) * 1000000,
		.day = day,
		.field = ""};
}

static struct biller_request by_invoice(
	struct world *w, enum biller_command command, struct invoice_no no, int64_t tiyn)
{
	struct biller_request rq = request(w, command, ++w->txn);
	struct buf b = buf_new(w->keep, 16);

	invoice_no_put(&b, no);
	rq.account = buf_view(&b);
	rq.has_invoice = true;
	rq.invoice = no;
	rq.has_sum = true;
	rq.sum = money_tiyn(tiyn);
	return rq;
}

static enum biller_outcome take(struct world *w, const struct biller_request *rq)
{
	struct paying p = {.rq = *rq};
	struct group_unit unit = {.run = run_paying, .arg = &p};

	run_unit(w, &unit);
	assert_int_equal(unit.st, OK);
	return p.reply.outcome;
}

static enum biller_outcome pay(struct world *w, struct invoice_no no, int64_t tiyn)
{
	struct biller_request rq = by_invoice(w, BILLER_PAY, no, tiyn);

	return take(w, &rq);
}

static struct invoice_look look_at(struct world *w, struct invoice_no no)
{
	struct arena *own = w->f.cx.arena;
	struct invoice_look look;

	w->f.cx.arena = w->keep;
	assert_int_equal(invoice_look(&w->call, no, &look), OK);
	w->f.cx.arena = own;
	return look;
}

static bool is_paid(struct world *w, struct month m)
{
	struct allocation now = offer_of(w, &w->debtor);

	for (size_t i = 0; i < now.part_count; i++)
		if (month_cmp(now.parts[i].month, m) == 0)
			return false;
	return true;
}

/* ---- Tests ----------------------------------------------------------------------------------- */

static void test_offer(void **state)
{
	struct iin nobody = made_iin(7);
	struct allocation student;
	struct world w;

	world_start(&w);
	assert_true(w.offer.part_count > 12);
	assert_int_equal(w.offer.parts[0].turn, TURN_DEBT);
	assert_int_equal(w.offer.parts[w.offer.part_count - 1].turn, TURN_AHEAD);
	for (size_t i = 1; i < w.offer.part_count; i++) {
		assert_true(w.offer.parts[i].turn >= w.offer.parts[i - 1].turn);
		assert_true(month_cmp(w.offer.parts[i].month, w.offer.parts[i - 1].month) > 0);
	}
	assert_int_equal(offer_of(&w, &nobody).part_count, 0);
	/* The state pays for a student: there is nothing to pay ahead. */
	student = offer_of(&w, &w.student);
	for (size_t i = 0; i < student.part_count; i++)
		assert_int_not_equal(student.parts[i].turn, TURN_AHEAD);
	world_end(&w);
}

static void test_same_wish_same_number(void **state)
{
	struct invoice_no first, other;
	struct invoice_look look;
	struct world w;

	world_start(&w);
	first = make_ok(&w, 0, 2);
	assert_int_equal(make_ok(&w, 0, 2).n, first.n);
	w.f.clock.at.us += 3600LL * 1000000;
	assert_int_equal(make_ok(&w, 0, 2).n, first.n);
	other = make_ok(&w, 0, 3);
	assert_int_not_equal(other.n, first.n);
	look = look_at(&w, first);
	assert_int_equal(look.state, INVOICE_OPEN);
	assert_int_equal(look.invoice.month_count, 2);
	assert_true(iin_same(&look.iin, &w.debtor));
	assert_int_equal(money_to_tiyn(look.invoice.total), 2 * 4250 * TENGE);
	assert_int_equal(
		look.invoice.expires_at.us - look.invoice.made_at.us, HOURS * 3600LL * 1000000);
	world_end(&w);
}

static void test_bad_wishes(void **state)
{
	struct month months[] = {month_of(2020, 3), month_of(2040, 1)};
	struct making m = {.wish = {.hours = HOURS}};
	struct invoice_look look;
	struct world w;

	world_start(&w);
	m.wish.iin = w.debtor;
	m.wish.months = months;
	assert_int_equal(make(&w, &m), ERR_VALUE_MISSING);
	m.wish.count = 2;
	assert_int_equal(make(&w, &m), ERR_MONTH_RANGE);
	m.wish.months = months + 1;
	m.wish.count = 1;
	assert_int_equal(make(&w, &m), ERR_MONTH_RANGE);
	months[0] = w.offer.parts[0].month;
	m.wish.months = months;
	m.wish.iin = made_iin(7);
	assert_int_equal(make(&w, &m), ERR_MONTH_RANGE);
	assert_int_equal(invoice_look(&w.call, invoice_no_of(5), &look), E_ABSENT);
	m.renew = true;
	m.old = invoice_no_of(5);
	assert_int_equal(make(&w, &m), ERR_NOT_FOUND);
	world_end(&w);
}

/* A month named twice is one month. */
static void test_month_twice(void **state)
{
	struct month months[2];
	struct making m = {.wish = {.months = months, .count = 2, .hours = HOURS}};
	struct world w;

	world_start(&w);
	m.wish.iin = w.debtor;
	months[0] = months[1] = w.offer.parts[1].month;
	assert_int_equal(make(&w, &m), ERR_NONE);
	assert_int_equal(m.no.n, make_ok(&w, 1, 2).n);
	assert_int_equal(look_at(&w, m.no).invoice.month_count, 1);
	world_end(&w);
}

/* Not the oldest debt, as a payment by the person's number would, but the months it names. */
static void test_pays_its_months(void **state)
{
	struct invoice_look look;
	struct invoice_no no;
	struct world w;

	world_start(&w);
	no = make_ok(&w, 1, 3);
	assert_int_equal(pay(&w, no, 8500 * TENGE), BILLER_OK);
	look = look_at(&w, no);
	assert_int_equal(look.state, INVOICE_PAID);
	assert_true(look.months_paid);
	assert_false(look.paid_twice);
	assert_true(money_is_zero(look.payment.advance));
	assert_false(is_paid(&w, w.offer.parts[0].month));
	assert_true(is_paid(&w, w.offer.parts[1].month));
	assert_true(is_paid(&w, w.offer.parts[2].month));
	assert_false(is_paid(&w, w.offer.parts[3].month));
	world_end(&w);
}

static void test_other_sums(void **state)
{
	struct invoice_look look;
	struct invoice_no no;
	struct world w;

	world_start(&w);
	no = make_ok(&w, 0, 3);
	/* Too little for all: as many as it pays, the rest is kept. */
	assert_int_equal(pay(&w, no, 9000 * TENGE), BILLER_OK);
	look = look_at(&w, no);
	assert_int_equal(look.state, INVOICE_PAID);
	assert_false(look.months_paid);
	assert_int_equal(money_to_tiyn(look.payment.advance), 500 * TENGE);
	assert_true(is_paid(&w, w.offer.parts[1].month));
	assert_false(is_paid(&w, w.offer.parts[2].month));
	/* Too much: no other month is touched. */
	no = make_ok(&w, 2, 3);
	assert_int_equal(pay(&w, no, 90000 * TENGE), BILLER_OK);
	look = look_at(&w, no);
	assert_true(look.months_paid);
	assert_int_equal(money_to_tiyn(look.payment.advance), (90000 - 4250) * TENGE);
	assert_false(is_paid(&w, w.offer.parts[3].month));
	world_end(&w);
}

static void test_paid_twice_and_cancelled(void **state)
{
	struct biller_request first, cancel;
	struct invoice_look look;
	struct invoice_no no;
	struct world w;

	world_start(&w);
	no = make_ok(&w, 0, 1);
	first = by_invoice(&w, BILLER_PAY, no, 4250 * TENGE);
	assert_int_equal(take(&w, &first), BILLER_OK);
	/* The same transaction again is no second payment. */
	assert_int_equal(take(&w, &first), BILLER_OK);
	assert_false(look_at(&w, no).paid_twice);
	w.f.clock.at.us += 1000000;
	assert_int_equal(pay(&w, no, 4250 * TENGE), BILLER_OK);
	look = look_at(&w, no);
	assert_true(look.paid_twice);
	assert_str(look.payment.ref, first.txn);
	cancel = first;
	cancel.command = BILLER_CANCEL;
	assert_int_equal(take(&w, &cancel), BILLER_OK);
	look = look_at(&w, no);
	assert_int_equal(look.state, INVOICE_PAID);
	assert_false(look.paid_twice);
	assert_false(look.months_paid);
	assert_int_equal(money_to_tiyn(look.payment.advance), 4250 * TENGE);
	cancel.txn = look.payment.ref;
	assert_int_equal(take(&w, &cancel), BILLER_OK);
	/* Nothing of it is paid any more: it is open again, and the number is the same. */
	assert_int_equal(look_at(&w, no).state, INVOICE_OPEN);
	assert_int_equal(make_ok(&w, 0, 1).n, no.n);
	world_end(&w);
}

static void look_again(struct world *w, struct invoice_watch *all, size_t n)
{
	arena_reset(w->f.cx.arena);
	assert_int_equal(invoice_watch(&w->call, all, n), OK);
}

/* Many wait at once: two of them are paid, one of these is taken back. */
static void test_watch(void **state)
{
	enum { WAITING = 150, FIRST = 3, SECOND = 130 };
	struct invoice_watch all[WAITING] = {0};
	struct biller_request first, cancel;
	struct world w;

	world_start(&w);
	for (size_t i = 0; i < WAITING; i++)
		all[i].no = invoice_no_of(i);
	all[FIRST].no = make_ok(&w, 0, 1);
	all[SECOND].no = make_ok(&w, 1, 3);
	look_again(&w, all, WAITING);
	for (size_t i = 0; i < WAITING; i++)
		assert_false(all[i].has_news);
	first = by_invoice(&w, BILLER_PAY, all[FIRST].no, 4250 * TENGE);
	assert_int_equal(take(&w, &first), BILLER_OK);
	assert_int_equal(pay(&w, all[SECOND].no, 8500 * TENGE), BILLER_OK);
	look_again(&w, all, WAITING);
	for (size_t i = 0; i < WAITING; i++) {
		assert_int_equal(all[i].has_news, i == FIRST || i == SECOND);
		assert_int_equal(all[i].seen, i == FIRST || i == SECOND);
	}
	assert_int_equal(all[FIRST].state, INVOICE_PAID);
	look_again(&w, all, WAITING);
	assert_false(all[FIRST].has_news);
	/* Whoever comes after the cancel waits for the next payment, and is told of that alone. */
	cancel = first;
	cancel.command = BILLER_CANCEL;
	assert_int_equal(take(&w, &cancel), BILLER_OK);
	all[FIRST].seen = (int64_t)look_at(&w, all[FIRST].no).seen;
	look_again(&w, all, WAITING);
	assert_false(all[FIRST].has_news);
	assert_int_equal(pay(&w, all[FIRST].no, 4250 * TENGE), BILLER_OK);
	look_again(&w, all, WAITING);
	assert_true(all[FIRST].has_news);
	look_again(&w, all, 0);
	world_end(&w);
}

static void test_expired_and_renewed(void **state)
{
	struct making again = {.renew = true};
	struct invoice_no no;
	struct world w;

	world_start(&w);
	again.old = no = make_ok(&w, 0, 2);
	w.f.clock.at.us += HOURS * 3600LL * 1000000 - 1;
	assert_int_equal(look_at(&w, no).state, INVOICE_OPEN);
	w.f.clock.at.us += 1;
	assert_int_equal(look_at(&w, no).state, INVOICE_EXPIRED);
	assert_true(look_at(&w, no).renewable);
	assert_int_equal(make(&w, &again), ERR_NONE);
	assert_int_not_equal(again.no.n, no.n);
	assert_int_equal(look_at(&w, again.no).state, INVOICE_OPEN);
	assert_int_equal(look_at(&w, again.no).invoice.month_count, 2);
	/* The bank has the money already: it is taken. */
	assert_int_equal(pay(&w, no, 8500 * TENGE), BILLER_OK);
	assert_int_equal(look_at(&w, no).state, INVOICE_PAID);
	assert_int_equal(look_at(&w, again.no).state, INVOICE_CHANGED);
	world_end(&w);
}

static void test_facts_change(void **state)
{
	struct making again = {.renew = true};
	struct invoice_look look;
	struct invoice_no two, one;
	struct world w;

	world_start(&w);
	again.old = two = make_ok(&w, 0, 2);
	one = make_ok(&w, 0, 1);
	assert_int_equal(pay(&w, one, 4250 * TENGE), BILLER_OK);
	look = look_at(&w, two);
	assert_int_equal(look.state, INVOICE_CHANGED);
	assert_true(look.renewable);
	assert_int_equal(make(&w, &again), ERR_NONE);
	look = look_at(&w, again.no);
	assert_int_equal(look.state, INVOICE_OPEN);
	assert_int_equal(look.invoice.month_count, 1);
	assert_int_equal(pay(&w, again.no, 4250 * TENGE), BILLER_OK);
	look = look_at(&w, two);
	assert_int_equal(look.state, INVOICE_CHANGED);
	assert_false(look.renewable);
	assert_int_equal(make(&w, &again), ERR_VALUE_MISSING);
	world_end(&w);
}

static struct biller_reply check(struct world *w, struct invoice_no no)
{
	struct biller_request rq = by_invoice(w, BILLER_CHECK, no, 0);
	struct biller_reply reply;

	assert_int_equal(
		biller_ask(&w->call, biller_profile_find(STR_LIT("osmp")), &rq, &reply), OK);
	return reply;
}

static void test_check(void **state)
{
	struct biller_reply reply;
	struct invoice_no no, late;
	const char *body;
	struct world w;

	world_start(&w);
	no = make_ok(&w, 0, 1);
	late = make_ok(&w, 1, 2);
	reply = check(&w, no);
	body = str_z(w.keep, reply.body);
	assert_int_equal(reply.outcome, BILLER_OK);
	assert_non_null(strstr(body, "<sum>4250.00</sum>"));
	/* Neither the name, nor the status, nor the number of the person. */
	assert_null(strstr(body, "name=\"name\""));
	assert_null(strstr(body, "name=\"status\""));
	assert_null(strstr(body, str_z(w.keep, iin_digits(&w.debtor))));
	assert_int_equal(check(&w, invoice_no_of(9)).outcome, BILLER_ACCOUNT_UNKNOWN);
	assert_int_equal(pay(&w, invoice_no_of(9), 4250 * TENGE), BILLER_ACCOUNT_UNKNOWN);
	assert_int_equal(pay(&w, no, 4250 * TENGE), BILLER_OK);
	assert_int_equal(check(&w, no).outcome, BILLER_INVOICE_PAID);
	w.f.clock.at.us += HOURS * 3600LL * 1000000;
	assert_int_equal(check(&w, late).outcome, BILLER_INVOICE_OVER);
	world_end(&w);
}

/* A number of a transaction belongs to one account, whichever way that is named. */
static void test_conflict(void **state)
{
	struct biller_request rq, other;
	struct invoice_no no;
	struct world w;

	world_start(&w);
	no = make_ok(&w, 0, 1);
	rq = by_invoice(&w, BILLER_PAY, no, 4250 * TENGE);
	assert_int_equal(take(&w, &rq), BILLER_OK);
	other = by_invoice(&w, BILLER_PAY, invoice_no_of(9), 4250 * TENGE);
	other.txn = rq.txn;
	assert_int_equal(take(&w, &other), BILLER_CONFLICT);
	other = by_invoice(&w, BILLER_PAY, make_ok(&w, 1, 2), 4250 * TENGE);
	other.txn = rq.txn;
	assert_int_equal(take(&w, &other), BILLER_CONFLICT);
	world_end(&w);
}

static struct reconcile_report reconcile(struct world *w, struct str text)
{
	const struct biller_profile *p = biller_profile_find(STR_LIT("osmp"));
	struct arena *own = w->f.cx.arena;
	struct reconcile_report report;
	struct biller_register r;

	w->f.cx.arena = w->keep;
	assert_int_equal(
		biller_register_parse(&w->f.cx, p, &(struct biller_input){.text = text}, &r), OK);
	assert_int_equal(
		reconcile_register(&w->call, p, &r, &(struct reconcile_options){0}, &report), OK);
	w->f.cx.arena = own;
	return report;
}

/* A payment of an invoice that only the bank's register brings. */
static void test_register(void **state)
{
	struct reconcile_report report;
	struct invoice_no no;
	struct world w;

	world_start(&w);
	no = make_ok(&w, 1, 2);
	struct buf text = buf_new(w.keep, 400);
	long long day = day_number(day_in_astana(w.f.clock.at));
	buf_fmt(&text, "bank;txn_id;txn_date;account;sum;status\nosmp;555;%lld000000;", day);
	invoice_no_put(&text, no);
	buf_fmt(&text, ";4250.00;0\nosmp;556;%lld000000;", day);
	invoice_no_put(&text, invoice_no_of(9));
	buf_z(&text, ";4250.00;0\n");
	report = reconcile(&w, buf_view(&text));
	assert_int_equal(report.count[RECONCILE_TAKEN], 1);
	assert_int_equal(report.count[RECONCILE_REFUSED], 1);
	assert_int_equal(look_at(&w, no).state, INVOICE_PAID);
	assert_true(is_paid(&w, w.offer.parts[1].month));
	report = reconcile(&w, buf_view(&text));
	assert_int_equal(report.count[RECONCILE_MATCHED], 1);
	assert_int_equal(report.count[RECONCILE_TAKEN], 0);
	world_end(&w);
}

static void test_draft(void **state)
{
	struct month months[64];
	struct invoice_draft draft;
	struct world w;
	size_t debts = 0;

	world_start(&w);
	for (size_t i = 0; i < w.offer.part_count; i++) {
		months[i] = w.offer.parts[i].month;
		debts += w.offer.parts[i].turn == TURN_DEBT;
	}
	struct invoice_wish wish = {w.debtor, months, debts, HOURS};
	assert_int_equal(invoice_draft(&w.call, &wish, &draft), OK);
	assert_int_equal(draft.count, debts);
	/* The whole debt insures on the very day, a part of it does not. */
	assert_true(draft.has_from);
	assert_int_equal(draft.from.n, day_in_astana(w.f.clock.at).n);
	wish.count = 1;
	assert_int_equal(invoice_draft(&w.call, &wish, &draft), OK);
	assert_false(draft.has_from);
	world_end(&w);
}

/* What is suggested insures on the very day, for an entrepreneur only with the current month. */
static void test_suggestion_insures(void **state)
{
	static const size_t cast_index[] = {
		2, 5}; /* six months unpaid, an entrepreneur in arrears */
	struct world w;

	world_start(&w);
	for (size_t i = 0; i < 2; i++) {
		struct iin iin = cast(cast_index[i]);
		struct invoice_wish wish = {.iin = iin, .hours = HOURS};
		struct invoice_draft draft;
		struct month *months;

		assert_int_equal(invoice_suggest(&w.call, &iin, &months, &wish.count), OK);
		assert_true(wish.count > 0);
		wish.months = months;
		assert_int_equal(invoice_draft(&w.call, &wish, &draft), OK);
		assert_int_equal(draft.count, wish.count);
		assert_true(draft.has_from);
		assert_int_equal(draft.from.n, day_in_astana(w.f.clock.at).n);
	}
	struct iin nobody = made_iin(7);
	struct month *months;
	size_t count;
	assert_int_equal(invoice_suggest(&w.call, &nobody, &months, &count), OK);
	assert_int_equal(count, 0);
	assert_int_equal(invoice_suggest(&w.call, &w.student, &months, &count), OK);
	assert_int_equal(count, 0);
	world_end(&w);
}

static void test_rails(void **state)
{
	struct qr_settings none = {0};
	struct qr_settings all = {
		STR_LIT("https://saqta.example"), STR_LIT("KZ.EXAMPLE.OSMS"), true, true};
	struct invoice_look look;
	enum qr_rail_kind kind;
	struct str text;
	struct world w;

	world_start(&w);
	look = look_at(&w, make_ok(&w, 0, 1));
	for (int i = 0; i < QR_RAILS; i++) {
		assert_true(qr_rail_find(str_of(qr_rails[i].code), &kind));
		assert_int_equal(kind, i);
		assert_false(qr_rails[i].works(&none));
		assert_true(qr_rails[i].works(&all));
		/* Only what needs no bank has a text of ours. */
		assert_int_equal(qr_rails[i].text == NULL, qr_rails[i].lane != NULL);
		if (qr_rails[i].lane)
			continue;
		assert_int_equal(
			invoice_qr(&w.call, (enum qr_rail_kind)i, &all, &look.invoice, &text), OK);
		assert_null(strstr(str_z(w.keep, text), str_z(w.keep, iin_digits(&w.debtor))));
	}
	assert_false(qr_rail_find(STR_LIT("LINK"), &kind));
	assert_false(qr_rail_find(STR_LIT(""), &kind));
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offer),
		cmocka_unit_test(test_same_wish_same_number),
		cmocka_unit_test(test_bad_wishes),
		cmocka_unit_test(test_month_twice),
		cmocka_unit_test(test_pays_its_months),
		cmocka_unit_test(test_other_sums),
		cmocka_unit_test(test_paid_twice_and_cancelled),
		cmocka_unit_test(test_watch),
		cmocka_unit_test(test_expired_and_renewed),
		cmocka_unit_test(test_facts_change),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_conflict),
		cmocka_unit_test(test_register),
		cmocka_unit_test(test_draft),
		cmocka_unit_test(test_suggestion_insures),
		cmocka_unit_test(test_rails),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
