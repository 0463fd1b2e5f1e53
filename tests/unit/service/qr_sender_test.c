/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Codes that a bank issues, from the press of the button to the page: with a bank that answers well
 * or badly (support/peer_server.py, a process of its own), a database that fails at each call, and
 * senders that die or come in twos.
 */
#include "support/store_fixture.h"

#include "base/log.h"
#include "ledger/audit.h"
#include "limits.h"
#include "service/bank_qr.h"
#include "service/demo.h"
#include "service/group.h"
#include "service/invoice.h"
#include "service/lawsource.h"
#include "service/qr_watch.h"
#include "store/outbox.h"

enum { PEOPLE = 60, SECOND = 1000000, HOURS = 72, MONTHS = 5 };

#define LANE STR_LIT("qr.kaspi")

struct world {
	struct fixture f;
	struct lawbook *book;
	struct call call;
	struct arena *keep;
	struct iin debtor;
	struct qr_bank bank;
	struct qr_sender sender;
};

static void set_mode(struct world *w, const char *mode)
{
	struct buf b = buf_new(w->keep, 200);

	assert_non_null(getenv("PEER_HTTP"));
	buf_fmt(&b, "%s/bank/%s", getenv("PEER_HTTP"), mode);
	w->bank.settings.url = buf_view(&b);
}

static uint64_t bank_says(struct world *w, const char *path)
{
	struct buf b = buf_new(w->keep, 200);
	struct peer_answer a;
	uint64_t n;

	buf_fmt(&b, "%s%s", getenv("PEER_HTTP"), path);
	assert_int_equal(peer_call(&w->f.cx, w->bank.peer,
				 &(struct peer_request){.method = "GET", .url = buf_view(&b)}, &a),
		OK);
	assert_true(str_to_u64(a.body, UINT32_MAX, &n));
	return n;
}

static void world_start(struct world *w)
{
	const struct demo_order order = {.people = PEOPLE, .seed = 7};
	struct demo_report report;

	log_set_level(LOG_BROKEN);
	*w = (struct world){.keep = arena_new(64 << 20)};
	fixture_start(&w->f);
	assert_int_equal(lawsource_load(&w->f.cx, w->keep, NULL, &w->book), OK);
	w->call = (struct call){.cx = &w->f.cx, .db = w->f.db, .book = w->book};
	assert_int_equal(demo_make(&w->call, &order, &report), OK);
	memcpy(w->debtor.d, country_cast()[2].iin, IIN_DIGITS);
	w->bank = (struct qr_bank){.kind = &qr_bank_kaspi,
		.settings = {.user = STR_LIT("d"),
			.place = STR_LIT("1"),
			.links = STR_LIT("https://qr.kaspi.kz/")},
		.peer = peer_new(&(struct peer_settings){
			.connect_ms = 500, .total_ms = 500, .body_max = 4000})};
	w->sender = (struct qr_sender){.rail = QR_KASPI, .bank = &w->bank};
	set_mode(w, "good");
}

static void world_end(struct world *w)
{
	const struct audit_options options = {0};
	struct audit_report *r = ARENA_NEW(w->keep, struct audit_report);

	err_clear(&w->f.cx);
	assert_int_equal(audit_run(&w->f.cx, w->f.db, &options, r), OK);
	assert_int_equal(r->finding_count, 0);
	peer_free(w->bank.peer);
	fixture_end(&w->f);
	arena_free(w->keep);
}

static void pass(struct world *w, int64_t seconds)
{
	w->f.clock.at.us += seconds * SECOND;
}

/* ---- Units of a group ------------------------------------------------------------------------ */

struct asking {
	struct invoice_wish wish;
	struct invoice_no no;
	bool is_new;
};

static ST run_making(struct call *call, struct arena *keep, void *arg)
{
	struct asking *a = arg;

	(void)keep;
	return invoice_make(call, &a->wish, &a->no);
}

static ST run_asking(struct call *call, struct arena *keep, void *arg)
{
	struct asking *a = arg;

	(void)keep;
	return bank_qr_ask(call, a->no, QR_KASPI, &a->is_new);
}

static enum err run_unit(
	struct world *w, enum st (*run)(struct call *, struct arena *, void *), struct asking *a)
{
	struct group_unit unit = {.run = run, .arg = a};
	struct group_unit *units[1] = {&unit};

	group_run(&w->call, units, 1, w->keep);
	return unit.st == OK ? ERR_NONE : unit.err.code;
}

/* What the debtor wants to pay: other months for each `nth` of 0 … 30. */
static struct invoice_wish wish_of(struct world *w, size_t nth)
{
	struct month *months = arena_array(w->keep, MONTHS, sizeof(*months));
	struct invoice_wish wish = {w->debtor, months, 0, HOURS};
	struct allocation offer;

	assert_int_equal(invoice_offer(&w->call, &w->debtor, &offer), OK);
	assert_true(offer.part_count >= MONTHS);
	for (size_t i = 0; i < MONTHS; i++)
		if ((nth + 1) >> i & 1)
			months[wish.count++] = offer.parts[i].month;
	return wish;
}

static struct invoice_no make(struct world *w, size_t nth)
{
	struct asking a = {.wish = wish_of(w, nth)};

	assert_int_equal(run_unit(w, run_making, &a), ERR_NONE);
	return a.no;
}

static bool press(struct world *w, struct invoice_no no)
{
	struct asking a = {.no = no};

	assert_int_equal(run_unit(w, run_asking, &a), ERR_NONE);
	return a.is_new;
}

static struct bank_qr look(struct world *w, struct invoice_no no)
{
	struct bank_qr out;

	assert_int_equal(bank_qr_look(&w->call, no, QR_KASPI, &out), OK);
	return out;
}

static struct qr_sent send_once(struct world *w)
{
	struct qr_sent sent;

	assert_int_equal(qr_sender_round(&w->call, &w->sender, &sent), OK);
	return sent;
}

static size_t waiting(struct world *w)
{
	size_t n;

	assert_int_equal(outbox_count(&w->f.cx, w->f.db, LANE, 100000, &n), OK);
	return n;
}

/* ---- All is well ------------------------------------------------------------------------------
 */

static void test_press_wait_show_renew(void **state)
{
	struct world w;
	struct invoice_no no;
	struct bank_qr got;
	struct str first;
	uint64_t codes;

	(void)state;
	world_start(&w);
	no = make(&w, 0);
	codes = bank_says(&w, "/codes");
	assert_int_equal(look(&w, no).state, BANK_QR_NONE);
	assert_int_equal(send_once(&w).issued, 0);
	assert_true(press(&w, no));
	assert_int_equal(look(&w, no).state, BANK_QR_WAITING);
	/* The same press again is the same code. */
	assert_false(press(&w, no));
	assert_int_equal(waiting(&w), 1);
	assert_int_equal(send_once(&w).issued, 1);
	got = look(&w, no);
	assert_int_equal(got.state, BANK_QR_READY);
	assert_true(str_starts(got.code.text, "https://qr.kaspi.kz/"));
	assert_true(str_starts(got.code.link, "https://pay.kaspi.kz/pay/"));
	first = str_copy(w.keep, got.code.text);
	assert_false(press(&w, no));
	assert_int_equal(send_once(&w).issued, 0);
	assert_int_equal(bank_says(&w, "/codes") - codes, 1);

	pass(&w, 179);
	assert_int_equal(look(&w, no).state, BANK_QR_READY);
	pass(&w, 1);
	assert_int_equal(look(&w, no).state, BANK_QR_OVER);
	assert_true(press(&w, no));
	assert_int_equal(send_once(&w).issued, 1);
	got = look(&w, no);
	assert_int_equal(got.code.attempt, 2);
	assert_false(str_eq(got.code.text, first));
	assert_int_equal(waiting(&w), 0);
	world_end(&w);
}

static ST take_numbers(struct ctx *cx, struct db *db, void *arg)
{
	return qr_bank_number(cx, db, STR_LIT("kaspi"), 3, arg);
}

/* More than go at the same time: each is issued once, with numbers of orders of its own. */
static void test_many(void **state)
{
	enum { MANY = LIMIT_PEER_CALLS + 4 };
	struct invoice_no no[MANY];
	struct qr_sent sent;
	struct world w;
	uint64_t codes;
	int64_t order;

	(void)state;
	world_start(&w);
	codes = bank_says(&w, "/codes");
	for (size_t i = 0; i < MANY; i++) {
		no[i] = make(&w, i);
		assert_true(press(&w, no[i]));
	}
	sent = send_once(&w);
	assert_int_equal(sent.issued, LIMIT_PEER_CALLS);
	assert_true(sent.more);
	sent = send_once(&w);
	assert_int_equal(sent.issued, MANY - LIMIT_PEER_CALLS);
	assert_false(sent.more);
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(look(&w, no[i]).state, BANK_QR_READY);
	assert_int_equal(bank_says(&w, "/codes") - codes, MANY);
	assert_int_equal(tx_run(&w.f.cx, w.f.db, TX_WRITE, take_numbers, &order), OK);
	assert_int_equal(order, MANY);
	world_end(&w);
}

/* ---- A bank that is not well ------------------------------------------------------------------
 */

static void test_bad_banks_are_given_up(void **state)
{
	static const struct {
		const char *mode;
		bool refuses; /* this code; the bank itself is well */
	} cases[] = {{"strange", false}, {"broken", false}, {"denied", false}, {"refused", true},
		{"forgets", true}, {"junk", false}, {"slow", false}, {"cut", false}};
	struct world w;

	(void)state;
	world_start(&w);
	for (size_t i = 0; i < TEST_COUNT(cases); i++) {
		struct invoice_no no = make(&w, i);
		size_t failed = 0, given_up = 0;

		print_message("# %s\n", cases[i].mode);
		set_mode(&w, cases[i].mode);
		assert_true(press(&w, no));
		for (int s = 0; s < LIMIT_QR_WAIT_SECONDS + 1; s++) {
			struct qr_sent sent = send_once(&w);

			assert_int_equal(sent.issued, 0);
			failed += sent.failed;
			given_up += sent.given_up;
			pass(&w, 1);
		}
		/* Not once and not each second. */
		assert_true(failed >= 3 && failed <= 8);
		assert_int_equal(given_up, 1);
		assert_int_equal(waiting(&w), 0);
		assert_int_equal(look(&w, no).state, BANK_QR_FAILED);
		/* It is well again: one press, one code. */
		set_mode(&w, "good");
		pass(&w, 60);
		assert_true(press(&w, no));
		assert_int_equal(send_once(&w).issued, 1);
		assert_false(look(&w, no).rests);
		assert_int_equal(look(&w, no).state, BANK_QR_READY);
	}
	world_end(&w);
}

static void test_dead_bank_rests(void **state)
{
	struct invoice_no no[4];
	struct world w;
	uint64_t asked;

	(void)state;
	world_start(&w);
	set_mode(&w, "broken");
	asked = bank_says(&w, "/asked");
	for (size_t i = 0; i < TEST_COUNT(no); i++) {
		no[i] = make(&w, i);
		assert_true(press(&w, no[i]));
	}
	/* Four wait, one is asked for: what fails for it fails for all. */
	assert_int_equal(send_once(&w).failed, 4);
	assert_int_equal(bank_says(&w, "/asked") - asked, 1);
	assert_false(look(&w, no[0]).rests);
	pass(&w, 2);
	assert_int_equal(send_once(&w).failed, 4);
	assert_int_equal(bank_says(&w, "/asked") - asked, 2);
	assert_true(look(&w, no[0]).rests);
	/* Nothing new is put into the queue of a bank that rests. */
	struct invoice_no late = make(&w, 5);

	assert_false(press(&w, late));
	assert_int_equal(waiting(&w), 4);
	send_once(&w);
	assert_int_equal(bank_says(&w, "/asked") - asked, 2);
	/* A new sender keeps the rest of the old one. */
	w.sender = (struct qr_sender){.rail = QR_KASPI, .bank = &w.bank};
	send_once(&w);
	assert_int_equal(bank_says(&w, "/asked") - asked, 2);
	/* After it one is asked, then all. */
	set_mode(&w, "good");
	pass(&w, 8);
	assert_int_equal(send_once(&w).issued, 4);
	assert_false(look(&w, no[0]).rests);
	assert_true(press(&w, late));
	world_end(&w);
}

/* ---- What the bank says of a code --------------------------------------------------------------
 */

static size_t watched(struct world *w)
{
	size_t n;

	assert_int_equal(outbox_count(&w->f.cx, w->f.db, STR_LIT("seen.kaspi"), 1000, &n), OK);
	return n;
}

static void watch_once(struct world *w, int64_t after)
{
	pass(w, after);
	assert_int_equal(qr_watch_round(&w->call, &w->sender), OK);
}

static struct invoice_no issued(struct world *w, size_t nth)
{
	struct invoice_no no = make(w, nth);

	set_mode(w, "good");
	assert_true(press(w, no));
	assert_int_equal(send_once(w).issued, 1);
	assert_int_equal(watched(w), 1);
	return no;
}

static void test_bank_says_paid(void **state)
{
	struct invoice_no no;
	struct world w;
	uint64_t asked;

	(void)state;
	world_start(&w);
	no = issued(&w, 0);
	asked = bank_says(&w, "/asked");
	watch_once(&w, 4);
	assert_int_equal(bank_says(&w, "/asked") - asked, 0);
	watch_once(&w, 1);
	assert_int_equal(bank_says(&w, "/asked") - asked, 1);
	assert_int_equal(look(&w, no).state, BANK_QR_READY);
	/* It says so, but it has not called: nothing is paid, and nobody is asked to pay again. */
	set_mode(&w, "paid");
	watch_once(&w, 5);
	assert_int_equal(look(&w, no).state, BANK_QR_TAKEN);
	assert_false(press(&w, no));
	pass(&w, 300);
	assert_int_equal(look(&w, no).state, BANK_QR_TAKEN);
	struct invoice_look invoice;

	assert_int_equal(invoice_look(&w.call, no, &invoice), OK);
	assert_int_equal(invoice.state, INVOICE_OPEN);
	/* After ten minutes it is written down and left. */
	watch_once(&w, 0);
	assert_int_equal(watched(&w), 1);
	watch_once(&w, 300);
	assert_int_equal(watched(&w), 0);
	assert_int_equal(look(&w, no).state, BANK_QR_TAKEN);
	world_end(&w);
}

static void test_bank_says_ended(void **state)
{
	struct invoice_no no;
	struct world w;

	(void)state;
	world_start(&w);
	no = issued(&w, 0);
	set_mode(&w, "ended");
	watch_once(&w, 5);
	assert_int_equal(look(&w, no).state, BANK_QR_OVER);
	watch_once(&w, 5);
	assert_int_equal(watched(&w), 0);
	/* At once another one. */
	set_mode(&w, "good");
	assert_true(press(&w, no));
	assert_int_equal(send_once(&w).issued, 1);
	assert_int_equal(look(&w, no).code.attempt, 2);
	world_end(&w);
}

/* A bank that tells nothing of use changes nothing; with the code ends the asking. */
static void test_bank_says_nothing_of_use(void **state)
{
	static const char *const modes[] = {"junk", "broken", "denied", "refused", "cut", "slow"};
	struct world w;

	(void)state;
	world_start(&w);
	for (size_t i = 0; i < TEST_COUNT(modes); i++) {
		struct invoice_no no = issued(&w, i);
		uint64_t asked;

		print_message("# %s\n", modes[i]);
		set_mode(&w, modes[i]);
		watch_once(&w, 5);
		watch_once(&w, 5);
		assert_int_equal(look(&w, no).state, BANK_QR_READY);
		asked = bank_says(&w, "/asked");
		/* Whoever cannot ask leaves the row where it is. */
		w.sender.bank = NULL;
		watch_once(&w, 5);
		w.sender.bank = &w.bank;
		assert_int_equal(bank_says(&w, "/asked"), asked);
		set_mode(&w, "good");
		watch_once(&w, 0);
		assert_int_equal(bank_says(&w, "/asked"), asked + 1);
		watch_once(&w, 180 + 120);
		assert_int_equal(watched(&w), 0);
		assert_int_equal(look(&w, no).state, BANK_QR_OVER);
	}
	world_end(&w);
}

/* ---- A queue that does not grow ---------------------------------------------------------------
 */

static ST fill_queue(struct ctx *cx, struct db *db, void *arg)
{
	(void)arg;
	for (int i = 0; i < LIMIT_QR_QUEUE; i++)
		TRY(outbox_add(
			cx, db, LANE, &(struct outbox_row){.subject = 1000 + i, .part = 1}, 0));
	return OK;
}

static void test_full_queue(void **state)
{
	struct asking a = {0};
	struct world w;

	(void)state;
	world_start(&w);
	assert_int_equal(tx_run(&w.f.cx, w.f.db, TX_WRITE, fill_queue, NULL), OK);
	a.no = make(&w, 0);
	assert_int_equal(run_unit(&w, run_asking, &a), ERR_OVERLOADED);
	assert_int_equal(look(&w, a.no).state, BANK_QR_NONE);
	/* Without a bank, too, what nobody waits for any more goes. */
	w.sender.bank = NULL;
	pass(&w, LIMIT_QR_WAIT_SECONDS);
	while (send_once(&w).more)
		;
	assert_int_equal(waiting(&w), 0);
	world_end(&w);
}

static ST add_unknown(struct ctx *cx, struct db *db, void *arg)
{
	(void)arg;
	return outbox_add(cx, db, LANE, &(struct outbox_row){.subject = 12345, .part = 1}, 0);
}

static void test_unknown_invoice_is_not_asked_for(void **state)
{
	struct world w;
	uint64_t asked;

	(void)state;
	world_start(&w);
	asked = bank_says(&w, "/asked");
	assert_int_equal(tx_run(&w.f.cx, w.f.db, TX_WRITE, add_unknown, NULL), OK);
	send_once(&w);
	assert_int_equal(waiting(&w), 0);
	assert_int_equal(bank_says(&w, "/asked"), asked);
	world_end(&w);
}

/* ---- Senders in twos, and senders that die ----------------------------------------------------
 */

static ST take_away(struct ctx *cx, struct db *db, void *arg)
{
	struct outbox_row *row = arg;
	bool taken;

	TRY(outbox_take(cx, db, LANE, row, (struct instant){INT64_MAX}, &taken));
	assert_true(taken);
	return OK;
}

static ST finish_twice(struct ctx *cx, struct db *db, void *arg)
{
	struct outbox_row *row = arg, stale = *row;
	bool removed;

	stale.tries--;
	TRY(outbox_remove(cx, db, LANE, &stale, &removed));
	assert_false(removed);
	TRY(outbox_delay(cx, db, LANE, &stale, (struct instant){0}));
	TRY(outbox_take(cx, db, LANE, &stale, (struct instant){0}, &removed));
	assert_false(removed);
	TRY(outbox_remove(cx, db, LANE, row, &removed));
	assert_true(removed);
	TRY(outbox_remove(cx, db, LANE, row, &removed));
	assert_false(removed);
	return OK;
}

static void test_two_senders(void **state)
{
	struct outbox_row row;
	struct invoice_no no;
	struct world w;
	uint64_t asked;
	size_t n;

	(void)state;
	world_start(&w);
	no = make(&w, 0);
	assert_true(press(&w, no));
	asked = bank_says(&w, "/asked");
	assert_int_equal(outbox_due(&w.f.cx, w.f.db, LANE, 1, &row, &n), OK);
	assert_int_equal(n, 1);
	assert_int_equal(tx_run(&w.f.cx, w.f.db, TX_WRITE, take_away, &row), OK);
	/* The other one has it: nothing is asked here. */
	assert_int_equal(send_once(&w).issued, 0);
	assert_int_equal(bank_says(&w, "/asked"), asked);
	assert_int_equal(tx_run(&w.f.cx, w.f.db, TX_WRITE, finish_twice, &row), OK);
	world_end(&w);
}

/*
 * The database fails at the k-th call of a round, for each k, once or for good, and the sender with
 * it: the code comes all the same, is stored once, and the bank is asked again only where its
 * answer was lost.
 */
static void fail_rounds(enum err code, bool for_good, bool lose_commit)
{
	struct fault_plan plan = {.code = code};
	struct driver driver;
	struct db *faulty, *plain;
	struct world w;
	bool reached = true;

	world_start(&w);
	plan.inner = fixture_driver(&w.f);
	driver = driver_fault(&plan);
	plain = w.f.db;
	assert_int_equal(db_open_with(&w.f.cx, &driver, w.f.path, DB_MODE_WRITE, &faulty), OK);
	for (long k = 1; reached; k++) {
		struct invoice_no no = make(&w, (size_t)(k % 20));
		uint64_t codes = bank_says(&w, "/codes");
		struct qr_sent sent;
		enum st st;
		int rounds = 0;

		pass(&w, 4000); /* what the one before got is over */
		assert_true(press(&w, no));
		w.call.db = faulty;
		if (lose_commit)
			plan.lose_commit = plan.commits + k;
		else
			plan.fail_at = plan.calls + k;
		plan.for_good = for_good;
		st = qr_sender_round(&w.call, &w.sender, &sent);
		reached =
			lose_commit ? plan.commits >= plan.lose_commit : plan.calls >= plan.fail_at;
		plan.fail_at = plan.lose_commit = 0;
		w.call.db = plain;
		err_clear(&w.f.cx);
		/* The next sender knows nothing of this one. */
		w.sender = (struct qr_sender){.rail = QR_KASPI, .bank = &w.bank};
		while (look(&w, no).state == BANK_QR_WAITING && rounds++ < LIMIT_QR_WAIT_SECONDS) {
			pass(&w, 1);
			send_once(&w);
		}
		assert_int_equal(look(&w, no).state, BANK_QR_READY);
		assert_int_equal(waiting(&w), 0);
		/* At most one answer was lost. */
		assert_in_range(bank_says(&w, "/codes") - codes, 1, 2);
		if (st == OK && rounds == 0)
			assert_int_equal(bank_says(&w, "/codes") - codes, 1);
		arena_reset(w.f.cx.arena);
	}
	print_message("# rounds that failed at each of their calls\n");
	db_close(faulty);
	world_end(&w);
}

static void test_round_fails_once(void **state)
{
	(void)state;
	fail_rounds(ERR_DB_BROKEN, false, false);
}

static void test_round_fails_for_good(void **state)
{
	(void)state;
	fail_rounds(ERR_DB_FULL, true, false);
}

static void test_round_is_busy(void **state)
{
	(void)state;
	fail_rounds(ERR_DB_BUSY, false, false);
}

static void test_commit_is_lost(void **state)
{
	(void)state;
	fail_rounds(ERR_DB_BUSY, false, true);
}

/*
 * The same while an invoice is made and its code asked for: what failed is not there by half, and
 * the same presses again make one invoice and one wish.
 */
static void test_making_fails_at_each_call(void **state)
{
	struct fault_plan plan = {.code = ERR_DB_BROKEN};
	struct driver driver;
	struct db *faulty, *plain;
	struct world w;
	bool reached = true;
	long k = 1;

	(void)state;
	world_start(&w);
	plan.inner = fixture_driver(&w.f);
	driver = driver_fault(&plan);
	plain = w.f.db;
	assert_int_equal(db_open_with(&w.f.cx, &driver, w.f.path, DB_MODE_WRITE, &faulty), OK);
	for (; reached; k++) {
		struct asking a = {.wish = wish_of(&w, (size_t)(k % 30))}, again;
		enum err made, pressed = ERR_DB_BROKEN;

		pass(&w, 86400); /* another day, another number */
		w.call.db = faulty;
		plan.fail_at = plan.calls + k;
		plan.for_good = k % 2;
		made = run_unit(&w, run_making, &a);
		if (made == ERR_NONE)
			pressed = run_unit(&w, run_asking, &a);
		reached = plan.calls >= plan.fail_at;
		plan.fail_at = 0;
		w.call.db = plain;
		again = a;
		assert_int_equal(run_unit(&w, run_making, &again), ERR_NONE);
		if (made == ERR_NONE)
			assert_int_equal(again.no.n, a.no.n);
		assert_int_equal(look(&w, again.no).state,
			pressed == ERR_NONE ? BANK_QR_WAITING : BANK_QR_NONE);
		assert_int_equal(press(&w, again.no), pressed != ERR_NONE);
		assert_int_equal(waiting(&w), 1);
		assert_int_equal(send_once(&w).issued, 1);
		assert_int_equal(waiting(&w), 0);
		err_clear(&w.f.cx);
	}
	print_message("# %ld invoices, failing at each call\n", k - 1);
	db_close(faulty);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_press_wait_show_renew),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_bad_banks_are_given_up),
		cmocka_unit_test(test_dead_bank_rests),
		cmocka_unit_test(test_bank_says_paid),
		cmocka_unit_test(test_bank_says_ended),
		cmocka_unit_test(test_bank_says_nothing_of_use),
		cmocka_unit_test(test_full_queue),
		cmocka_unit_test(test_unknown_invoice_is_not_asked_for),
		cmocka_unit_test(test_two_senders),
		cmocka_unit_test(test_round_fails_once),
		cmocka_unit_test(test_round_fails_for_good),
		cmocka_unit_test(test_round_is_busy),
		cmocka_unit_test(test_commit_is_lost),
		cmocka_unit_test(test_making_fails_at_each_call),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
