/* SPDX-License-Identifier: Apache-2.0 */
/* Refunds and returns that come before their payment: whatever the order of the files, the same. */
#include "support/import_world.h"

#include "base/log.h"
#include "ledger/ledger.h"
#include "service/refresh.h"
#include "service/returns.h"
#include "service/status.h"

#define PAYMENTS_HEAD "doc;line;iin;month;knp;sum;payer;payer_kind;paid_on;received_on\n"
#define REFUNDS_HEAD "doc;line;iin;month;knp;sum;refunded_on\n"

static const char *const numbers[] = {
	"500101100010", "500101200017", "900101300007", "850515400002"};

static struct str golden(struct world *w, const char *name)
{
	struct buf b = buf_new(w->f.cx.arena, 1 << 16);
	char path[512], bytes[4096];
	FILE *in;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s.mt", GOLDEN_DIR, name);
	in = fopen(path, "rb");
	assert_non_null(in);
	while ((n = fread(bytes, 1, sizeof(bytes), in)) > 0)
		buf_put(&b, bytes, n);
	fclose(in);
	return buf_view(&b);
}

static struct coverage_answer answer_of(
	struct world *w, const char *digits, struct day on, struct day known)
{
	struct status_question q = {.has_on = true, .on = on, .has_known = true, .known = known};
	struct status_answer answer;

	memcpy(q.iin.d, digits, IIN_DIGITS);
	assert_int_equal(status_find(&w->call, &q, &answer), OK);
	return answer.coverage;
}

static bool is_paid(struct world *w, const char *digits, struct month month, struct day known)
{
	struct coverage_answer a = answer_of(w, digits, day_of(2026, 5, 28), known);

	for (size_t i = 0; i < a.month_count; i++)
		if (a.months[i].month.n == month.n)
			return a.months[i].class == CLASS_PAID;
	return false;
}

/* The order that used to leave the person paid for ever. */
static void test_register_refund_first(void **state)
{
	const struct str refund =
		STR_LIT(REFUNDS_HEAD "P-1;2;500101200017;2025-12;121;1500;2026-02-01\n");
	const struct str payment =
		STR_LIT(PAYMENTS_HEAD "P-1;2;500101200017;2025-12;121;1500;200140000014;employer;"
				      "2026-01-10;\n");
	struct import_report r;
	struct world w;

	world_start(&w);
	r = take(&w, refund, ERR_NONE);
	assert_int_equal(r.lines_suspense, 1);
	assert_int_equal(r.waited, 0);
	assert_clean(&w);
	r = take(&w, payment, ERR_NONE);
	assert_int_equal(r.lines_new, 1);
	assert_int_equal(r.waited, 1);
	assert_int_equal(money_to_tiyn(r.sum_waited), 150000);
	assert_clean(&w);
	assert_false(is_paid(&w, numbers[1], month_of(2025, 12), day_of(2026, 5, 28)));
	/* Nothing of it was known the day before. */
	assert_true(is_paid(&w, numbers[1], month_of(2025, 12), day_of(2026, 1, 31)));
	/* Neither file takes it back a second time. */
	assert_int_equal(take(&w, payment, ERR_NONE).waited, 0);
	assert_int_equal(take(&w, refund, ERR_NONE).waited, 0);
	assert_int_equal(money_to_tiyn(world_audit(&w).refunded), 150000);
	world_end(&w);
}

/* A bank's return is known by the bank's reference, also as a register of refunds. */
static void test_bank_return_first(void **state)
{
	struct world w;

	world_start(&w);
	assert_int_equal(take(&w, golden(&w, "return_one_person"), ERR_NONE).lines_suspense, 1);
	assert_int_equal(take(&w, golden(&w, "example_utf8"), ERR_NONE).waited, 1);
	assert_false(is_paid(&w, numbers[3], month_of(2025, 12), day_of(2026, 5, 28)));
	assert_true(is_paid(&w, numbers[2], month_of(2025, 12), day_of(2026, 5, 28)));
	world_end(&w);

	world_start(&w);
	assert_int_equal(
		take(&w,
			STR_LIT(REFUNDS_HEAD
				"OSMS2601100017;2;850515400002;2025-12;122;3900.50;2026-01-12\n"),
			ERR_NONE)
			.lines_suspense,
		1);
	assert_int_equal(take(&w, golden(&w, "example_utf8"), ERR_NONE).waited, 1);
	assert_false(is_paid(&w, numbers[3], month_of(2025, 12), day_of(2026, 5, 28)));
	world_end(&w);
}

/* What fits no payment goes on waiting, and one that is not enough is asked again. */
static void test_what_goes_on_waiting(void **state)
{
	struct world w;

	world_start(&w);
	take(&w,
		STR_LIT(REFUNDS_HEAD "P-1;1;500101100010;2025-12;122;4000;2026-02-01\n"
				     "P-1;1;500101100010;2025-12;122;3000;2026-02-02\n"
				     "P-1;1;500101100010;2025-11;122;100;2026-02-03\n"
				     "P-1;1;500101100010;2025-12;121;100;2026-02-04\n"
				     "P-1;2;500101100010;2025-12;122;100;2026-02-05\n"),
		ERR_NONE);
	assert_int_equal(take(&w,
				 STR_LIT(PAYMENTS_HEAD "P-1;1;500101100010;2025-12;122;4250;;"
						       "independent;2025-12-20;\n"),
				 ERR_NONE)
				 .waited,
		1);
	assert_clean(&w);
	assert_int_equal(take(&w,
				 STR_LIT(PAYMENTS_HEAD "P-1;2;500101100010;2025-12;122;50;;"
						       "independent;2025-12-21;\n"),
				 ERR_NONE)
				 .waited,
		0);
	assert_int_equal(take(&w,
				 STR_LIT(PAYMENTS_HEAD "P-2;1;500101100010;2025-11;122;50;;"
						       "independent;2025-12-21;\n"),
				 ERR_NONE)
				 .waited,
		0);
	assert_int_equal(money_to_tiyn(world_audit(&w).refunded), 400000);
	world_end(&w);
}

/* Two refunds of one line and day have one key: the second stays where it is. */
static void test_two_of_one_day(void **state)
{
	struct world w;

	world_start(&w);
	take(&w,
		STR_LIT(REFUNDS_HEAD "P-1;1;500101100010;2025-12;122;1000;2026-02-01\n"
				     "P-1;1;500101100010;2025-12;122;500;2026-02-01\n"),
		ERR_NONE);
	assert_int_equal(take(&w,
				 STR_LIT(PAYMENTS_HEAD "P-1;1;500101100010;2025-12;122;4250;;"
						       "independent;2025-12-20;\n"),
				 ERR_NONE)
				 .waited,
		1);
	assert_int_equal(take(&w,
				 STR_LIT(PAYMENTS_HEAD "P-2;1;500101100010;2025-12;122;10;;"
						       "independent;2025-12-20;\n"),
				 ERR_NONE)
				 .waited,
		0);
	world_end(&w);
}

/* A run that ended between the payments and the refunds is completed by whoever comes next. */
static void test_completed_later(void **state)
{
	struct returns_report report;
	struct payment_line line = {.person = 0,
		.fact = {.month = month_of(2025, 12),
			.knp = KNP_CONTRIBUTION,
			.payer_kind = PAYER_INDEPENDENT,
			.sum = money_tiyn(425000),
			.paid_on = day_of(2025, 12, 20),
			.known_since = day_of(2025, 12, 20),
			.line = 1}};
	struct portion p = {.payments = &line, .payment_count = 1, .last = true};
	struct portion_result result;
	struct intake intake;
	struct world w;

	world_start(&w);
	take(&w, STR_LIT(REFUNDS_HEAD "P-1;1;500101100010;2025-12;122;4250;2026-02-01\n"),
		ERR_NONE);
	assert_int_equal(returns_apply(&w.call, &report), OK);
	assert_int_equal(report.lines, 0);
	memcpy(line.iin.d, numbers[0], IIN_DIGITS);
	line.person = people_key(w.f.db, &line.iin);
	line.fact.doc = (uint64_t)doc_key(STR_LIT("csv"), STR_LIT("P-1"));
	const struct intake_new in = {.kind = INTAKE_PAYMENTS,
		.source = STR_LIT("csv"),
		.ref = STR_LIT("a"),
		.lines = 1,
		.sum = money_tiyn(425000)};
	assert_int_equal(intake_begin(&w.f.cx, w.f.db, &in, &intake), OK);
	p.intake = intake.intake;
	p.at = w.f.clock.clock.now(&w.f.clock.clock);
	assert_int_equal(ledger_post_portion(&w.f.cx, w.f.db, &p, &result), OK);
	assert_int_equal(returns_apply(&w.call, &report), OK);
	assert_int_equal(report.lines, 1);
	assert_int_equal(money_to_tiyn(report.sum), 425000);
	assert_int_equal(returns_apply(&w.call, &report), OK);
	assert_int_equal(report.lines, 0);
	world_end(&w);
}

/* Damages and audits inside of one transaction; nothing of it stays. */
struct trial {
	const char *script;
	struct audit_report report;
};

static enum st try_damage(struct ctx *cx, struct db *db, void *arg)
{
	const struct audit_options options = {0};
	struct trial *t = arg;

	TRY(db_script(cx, db, t->script));
	TRY(audit_run(cx, db, &options, &t->report));
	return E_DENIED;
}

static void test_audit_finds(void **state)
{
	static const char *const scripts[] = {
		"DELETE FROM refund_todo",
		"INSERT INTO refund_todo (person, intake, line) VALUES (1, 2, 3)",
		"INSERT INTO refund_wait (person, intake, line, month, doc, ref, doc_line, knp,"
		" payer, amount, refunded_on) VALUES (1, 2, 3, 202512, 0, '', -1, 0, 0, 5,"
		" 20260101)",
		"UPDATE intake SET kind = 8 WHERE kind = 3",
	};
	struct world w;

	world_start(&w);
	take(&w, STR_LIT(REFUNDS_HEAD "P-1;1;500101100010;2025-12;122;4250;2026-02-01\n"),
		ERR_NONE);
	take(&w,
		STR_LIT(PAYMENTS_HEAD "P-2;1;500101100010;2025-12;122;4250;;independent;"
				      "2025-12-20;\n"),
		ERR_NONE);
	take(&w, STR_LIT(REFUNDS_HEAD "P-2;1;500101100010;2025-12;122;50;2026-02-02\n"), ERR_NONE);
	assert_clean(&w);
	for (size_t i = 0; i < TEST_COUNT(scripts); i++) {
		struct trial t = {.script = scripts[i]};

		assert_int_equal(tx_run(&w.f.cx, w.f.db, TX_WRITE, try_damage, &t), E_DENIED);
		if (t.report.found[AUDIT_REFUNDS] == 0)
			fail_msg("not found: %s", scripts[i]);
		err_clear(&w.f.cx);
	}
	world_end(&w);
}

/* Random orders ---------------------------------------------------------------------------- */

enum { FILES = 8, LINES = 5, DOCS = 4, SAYS_BYTES = 1 << 20 };

static struct buf file_start(struct world *w, const char *head)
{
	struct buf b = buf_new(w->f.cx.arena, 1 << 16);

	buf_z(&b, head);
	return b;
}

/*
 * Documents of payments, half of the lines go back in one to three parts, each on a day of its own,
 * in any of the files of refunds; two of which also name what was never paid.
 */
static void make_files(struct world *w, struct test_random *r, struct str out[FILES])
{
	struct buf refunds[2] = {file_start(w, REFUNDS_HEAD), file_start(w, REFUNDS_HEAD)};
	int day = 1;

	for (unsigned doc = 0; doc < DOCS; doc++) {
		struct buf b = file_start(w, PAYMENTS_HEAD);

		for (unsigned line = 1; line <= LINES; line++) {
			const char *iin = numbers[test_below(r, 2)];
			unsigned month = 1 + (unsigned)test_below(r, 4);
			unsigned sum = 4250 + (unsigned)test_below(r, 3) * 1000;
			unsigned parts = (unsigned)test_below(r, 4), left = sum;

			buf_fmt(&b, "D-%u;%u;%s;2026-0%u;122;%u;;independent;2026-0%u-20;\n", doc,
				line, iin, month, sum, month);
			for (unsigned i = 0; i < parts; i++, day++) {
				unsigned back = i == 2 ? left : left / 2;

				left -= back;
				buf_fmt(&refunds[test_below(r, 2)],
					"D-%u;%u;%s;2026-0%u;122;%u;2026-05-%02d\n", doc, line, iin,
					month, back, day % 28 + 1);
			}
		}
		out[doc] = buf_view(&b);
	}
	for (unsigned i = 0; i < 2; i++) {
		buf_fmt(&refunds[i], "D-9;%u;%s;2026-01;122;5;2026-05-01\n", i, numbers[i]);
		out[DOCS + i] = buf_view(&refunds[i]);
	}
	out[DOCS + 2] = golden(w, "example_utf8");
	out[DOCS + 3] = golden(w, "return_one_person");
}

/* All that anybody can ask: statuses on several days, balances, what went back. */
static struct str all_says(struct world *w)
{
	const struct refresh_order order = {0};
	struct buf b = buf_new(w->f.cx.arena, SAYS_BYTES);
	struct refresh_report refreshed;
	struct audit_report report = world_audit(w);

	assert_int_equal(refresh_run(&w->call, &order, &refreshed), OK);
	for (size_t i = 0; i < TEST_COUNT(numbers); i++) {
		for (int known = 1; known <= 28; known += 9) {
			struct status_question q = {.has_on = true,
				.on = day_of(2026, 5, 28),
				.has_known = true,
				.known = day_of(2026, 5, known)};
			struct status_answer answer;

			memcpy(q.iin.d, numbers[i], IIN_DIGITS);
			assert_int_equal(status_find(&w->call, &q, &answer), OK);
			/* Keyed with the secret of the installation. */
			answer.answer_no[0] = 0;
			status_put_json(&b, LANG_EN, &answer, false);
			buf_char(&b, '\n');
		}
	}
	for (int kind = ACCOUNT_BANK; kind < ACCOUNT_KIND_END; kind++) {
		struct money balance;

		assert_int_equal(
			ledger_balance(&w->f.cx, w->f.db, (enum account_kind)kind, &balance), OK);
		buf_fmt(&b, "account %d %" PRId64 "\n", kind, money_to_tiyn(balance));
	}
	buf_fmt(&b, "received %" PRId64 " back %" PRId64 "\n", money_to_tiyn(report.received),
		money_to_tiyn(report.refunded));
	return buf_view(&b);
}

static struct str in_order(struct world *w, const struct str files[FILES], const size_t at[FILES])
{
	for (size_t i = 0; i < FILES; i++)
		take(w, files[at[i]], ERR_NONE);
	assert_clean(w);
	return all_says(w);
}

static void test_any_order(void **state)
{
	struct test_random r = test_seeded();

	for (uint64_t n = test_cases(12); n; n--) {
		size_t at[FILES] = {0, 1, 2, 3, 6, 4, 5, 7};
		struct str files[FILES];
		struct world first, second;

		world_start(&first);
		world_start(&second);
		make_files(&first, &r, files);
		struct str want = in_order(&first, files, at);
		for (size_t i = FILES - 1; i > 0; i--) {
			size_t j = test_below(&r, i + 1), kept = at[i];

			at[i] = at[j];
			at[j] = kept;
		}
		assert_str(in_order(&second, files, at), want);
		world_end(&first);
		world_end(&second);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_register_refund_first),
		cmocka_unit_test(test_bank_return_first),
		cmocka_unit_test(test_what_goes_on_waiting),
		cmocka_unit_test(test_two_of_one_day),
		cmocka_unit_test(test_completed_later),
		cmocka_unit_test(test_audit_finds),
		cmocka_unit_test(test_any_order),
	};

	log_set_level(LOG_BROKEN);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
