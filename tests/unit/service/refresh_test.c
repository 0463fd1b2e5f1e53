/* SPDX-License-Identifier: Apache-2.0 */
/* Summary rows after an import: fresh, right, and complete after a kill; and one round of work. */
#include "support/store_fixture.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "base/log.h"
#include "ledger/ledger.h"
#include "limits.h"
#include "rules/coverage.h"
#include "service/import.h"
#include "service/lawsource.h"
#include "service/recheck.h"
#include "service/work.h"
#include "store/coverage_row.h"

struct world {
	struct fixture f;
	struct lawbook *book;
	struct call call;
};

static void world_start(struct world *w)
{
	fixture_start(&w->f);
	assert_int_equal(lawsource_load(&w->f.cx, w->f.cx.arena, NULL, &w->book), OK);
	w->call = (struct call){.cx = &w->f.cx, .db = w->f.db, .book = w->book};
}

static void assert_audit_clean(struct world *w, int64_t rows)
{
	struct recheck recheck = {w->book};
	const struct audit_options options = {recheck_coverage, &recheck};
	struct audit_report report;

	assert_int_equal(audit_run(&w->f.cx, w->f.db, &options, &report), OK);
	for (size_t i = 0; i < report.finding_count; i++)
		print_error("%s %s\n", audit_check_code(report.findings[i].check),
			report.findings[i].where);
	assert_int_equal(report.finding_count, 0);
	assert_int_equal(report.counted[AUDIT_COVERAGE], rows);
}

static void take(struct world *w, struct str bytes)
{
	static const struct import_options plain;
	struct import_report report;

	assert_int_equal(import_bytes(&w->call, bytes, &plain, &report), OK);
	assert_int_equal(report.lines_suspense, 0);
}

static struct refresh_report refresh(struct world *w, bool outdated)
{
	const struct refresh_order order = {.outdated = outdated};
	struct refresh_report report;

	assert_int_equal(refresh_run(&w->call, &order, &report), OK);
	assert_int_equal(report.left, 0);
	assert_false(report.stopped);
	return report;
}

static struct coverage_row row_of(struct world *w, struct iin iin, enum coverage_state want)
{
	enum coverage_state state;
	struct coverage_row row;

	assert_int_equal(coverage_row_read(&w->f.cx, w->f.db, &iin, &state, &row), OK);
	assert_int_equal(state, want);
	return row;
}

static bool paid(struct world *w, struct iin iin, struct month m)
{
	struct coverage_row row = row_of(w, iin, COVERAGE_FRESH);
	struct coverage_map map;

	assert_int_equal(coverage_map_read(&w->f.cx, row.map, &map), OK);
	return monthset_has(&map.hot.paid, m);
}

/* A register of payments of `people` persons for each of `months` months of 2025. */
static struct str payments(struct arena *a, unsigned people, unsigned months)
{
	struct buf b = buf_new(a, (size_t)people * months * 120 + 100);
	unsigned line = 0;

	buf_z(&b, "doc;line;iin;month;knp;sum;payer;payer_kind;paid_on;received_on\n");
	for (unsigned m = 1; m <= months; m++)
		for (unsigned i = 0; i < people; i++)
			buf_fmt(&b,
				"M;%u;%.12s;2025-%02u;122;9000;200140000014;employer;2026-01-15;\n",
				line++, made_iin(i).d, m);
	return buf_view(&b);
}

static void test_fresh(void **state)
{
	struct iin person, other;
	struct world w;

	world_start(&w);
	assert_int_equal(iin_parse(&w.f.cx, STR_LIT("500101100010"), &person), OK);
	assert_int_equal(iin_parse(&w.f.cx, STR_LIT("500101200017"), &other), OK);
	row_of(&w, person, COVERAGE_UNKNOWN);
	take(&w, STR_LIT("iin;surname;name;patronymic;birth_date;residence;in_system_from;known_"
			 "since\n"
			 "500101100010;;;;1850-01-01;citizen;;2020-01-01\n"));
	row_of(&w, person, COVERAGE_ABSENT);
	assert_int_equal(refresh(&w, false).persons, 1);
	assert_false(paid(&w, person, month_of(2025, 12)));
	take(&w, STR_LIT("doc;line;iin;month;knp;sum;payer;payer_kind;paid_on;received_on\n"
			 "P;1;500101100010;2025-12;122;9000;;independent;2025-12-20;\n"
			 "P;2;500101200017;2025-12;122;9000;;independent;2025-12-20;\n"));
	row_of(&w, person, COVERAGE_BEHIND);
	assert_int_equal(refresh(&w, false).persons, 2);
	assert_true(paid(&w, person, month_of(2025, 12)));
	assert_true(paid(&w, other, month_of(2025, 12)));
	take(&w, STR_LIT("doc;line;iin;month;knp;sum;refunded_on\n"
			 "P;1;500101100010;2025-12;122;9000;2026-02-01\n"));
	row_of(&w, person, COVERAGE_BEHIND);
	assert_int_equal(refresh(&w, false).persons, 1);
	assert_false(paid(&w, person, month_of(2025, 12)));
	assert_int_equal(refresh(&w, false).persons, 0);
	assert_audit_clean(&w, 2);
	fixture_end(&w.f);
}

static ST write_row(struct ctx *cx, struct db *db, void *arg)
{
	return coverage_rows_write(cx, db, arg, 1);
}

/* A spell that becomes known in June: the row holds to the end of May and is then built anew. */
static void test_outdated(void **state)
{
	struct iin person;
	struct world w;

	world_start(&w);
	assert_int_equal(iin_parse(&w.f.cx, STR_LIT("500101100010"), &person), OK);
	take(&w, STR_LIT("iin;kind;payer;from;to;known_since\n"
			 "500101100010;category:child;;1850-01-01;;2020-01-01\n"
			 "500101100010;entrepreneur;;2026-03-01;;2026-06-01\n"));
	assert_int_equal(refresh(&w, false).persons, 1);
	assert_int_equal(row_of(&w, person, COVERAGE_FRESH).good_until.n, day_of(2026, 5, 31).n);
	assert_int_equal(refresh(&w, true).persons, 0);
	w.f.clock.at.us += 4 * 86400LL * 1000000;
	assert_int_equal(refresh(&w, false).persons, 0);
	assert_int_equal(refresh(&w, true).persons, 1);
	struct coverage_row row = row_of(&w, person, COVERAGE_FRESH);
	assert_int_equal(row.known.n, day_of(2026, 6, 2).n);
	assert_int_equal(row.good_until.n, DAY_NEVER.n);
	/* Under another law book every row is of yesterday. */
	row.law ^= 1;
	assert_int_equal(tx_run(&w.f.cx, w.f.db, TX_WRITE, write_row, &row), OK);
	assert_int_equal(refresh(&w, true).persons, 1);
	assert_audit_clean(&w, 1);
	fixture_end(&w.f);
}

struct watch {
	int ticks, last, stop_at;
};

static bool watch(void *arg, int done)
{
	struct watch *watch = arg;

	assert_true(done >= watch->last && done <= REFRESH_WHOLE);
	watch->last = done;
	return ++watch->ticks != watch->stop_at;
}

enum { PEOPLE = 3 * LIMIT_FACTS_BATCH + 1, MONTHS = 3 };

static void test_stop(void **state)
{
	struct watch first = {.stop_at = 2}, second = {0};
	struct refresh_order order = {.tick = watch, .tick_arg = &first};
	struct refresh_report report;
	struct world w;

	world_start(&w);
	take(&w, payments(w.f.cx.arena, PEOPLE, MONTHS));
	assert_int_equal(refresh_run(&w.call, &order, &report), OK);
	assert_true(report.stopped);
	assert_int_equal(report.persons, 2 * LIMIT_FACTS_BATCH);
	order.tick_arg = &second;
	assert_int_equal(refresh_run(&w.call, &order, &report), OK);
	assert_false(report.stopped);
	assert_int_equal(second.last, REFRESH_WHOLE);
	assert_int_equal(report.persons, PEOPLE);
	assert_int_equal(refresh(&w, false).persons, 0);
	fixture_end(&w.f);
}

static pid_t refresh_apart(struct world *w)
{
	static const struct refresh_order order;
	struct refresh_report report;
	struct call call = w->call;
	pid_t pid = fork();
	struct db *db;

	assert_true(pid >= 0);
	if (pid)
		return pid;
	if (db_open(&w->f.cx, w->f.path, DB_MODE_WRITE, &db) != OK)
		_exit(2);
	call.db = db;
	_exit(refresh_run(&call, &order, &report) == OK ? 0 : 1);
}

/* Killed at any moment, then two at once: every row is there and right. */
static void test_kill(void **state)
{
	struct test_random random = test_seeded();
	struct world w;
	int status;

	world_start(&w);
	take(&w, payments(w.f.cx.arena, PEOPLE, MONTHS));
	for (uint64_t k = test_from_env("SAQTA_KILLS", 6); k; k--) {
		pid_t pid = refresh_apart(&w);
		const struct timespec nap = {
			.tv_nsec = (long)(1000000 + test_below(&random, 60000000))};

		nanosleep(&nap, NULL);
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
	}
	pid_t pids[] = {refresh_apart(&w), refresh_apart(&w)};
	for (size_t i = 0; i < TEST_COUNT(pids); i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(refresh(&w, false).persons, 0);
	for (unsigned i = 0; i < PEOPLE; i += 97)
		assert_true(paid(&w, made_iin(i), month_of(2025, MONTHS)));
	assert_audit_clean(&w, PEOPLE);
	fixture_end(&w.f);
}

static bool at_once(void *arg)
{
	return true;
}

static void test_round(void **state)
{
	struct ledger_seal_row seal;
	struct work_report report;
	struct world w;
	bool found;

	world_start(&w);
	take(&w, payments(w.f.cx.arena, 10, 1));
	struct work work = {.call = &w.call, .stop = at_once, .outdated_on = DAY_ALWAYS};
	assert_int_equal(work_round(&work, &report), OK);
	assert_int_equal(report.refreshed.persons, 0);
	work.stop = NULL;
	assert_int_equal(work_round(&work, &report), OK);
	assert_int_equal(report.refreshed.persons, 10);
	/* Today is not over yet. */
	assert_int_equal(report.sealed, 0);
	w.f.clock.at.us += 86400LL * 1000000;
	/* A folder that is missing stops nothing but its own part. */
	work.lookup_dir = "/nonexistent/lookups";
	assert_int_equal(work_round(&work, &report), err_info(ERR_FILE_OPEN)->class);
	assert_int_equal(w.f.cx.err.code, ERR_FILE_OPEN);
	assert_int_equal(report.sealed, 1);
	assert_int_equal(ledger_last_seal(&w.f.cx, w.f.db, &seal, &found), OK);
	assert_true(found);
	assert_audit_clean(&w, 10);
	fixture_end(&w.f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fresh),
		cmocka_unit_test(test_outdated),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_kill),
		cmocka_unit_test(test_round),
	};

	log_set_level(LOG_BROKEN);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
