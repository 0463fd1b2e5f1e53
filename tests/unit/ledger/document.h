/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A document that is taken in as an importer does it, and what must hold afterwards.
 */
#ifndef UNIT_LEDGER_DOCUMENT_H
#define UNIT_LEDGER_DOCUMENT_H

#include "support/store_fixture.h"

#include "ledger/audit.h"
#include "ledger/ledger.h"

enum { LINES = 24, PORTION = 10 };

/* A document of LINES payment lines and one line in suspense, posted in portions. */
struct document {
	struct payment_line *lines;
	struct suspense_line odd;
	struct intake_new announced;
};

static inline struct document make_document(struct fixture *f, const char *ref)
{
	struct document d = {0};
	struct money sum = MONEY_ZERO;
	int64_t key = doc_key(STR_LIT("test"), str_of(ref));

	d.lines = made_lines(f, LINES, month_of(2026, 1), (uint64_t)key);
	d.odd = (struct suspense_line){.line = LINES,
		.reason = ERR_IIN_CHECKSUM,
		.field = STR_LIT("iin"),
		.given = STR_LIT("850101100001"),
		.sum = money_tiyn(777),
		.source = STR_LIT(":21:850101100001")};
	for (size_t i = 0; i < LINES; i++)
		assert_true(money_add(sum, d.lines[i].fact.sum, &sum));
	assert_true(money_add(sum, d.odd.sum, &sum));
	d.announced = (struct intake_new){.kind = INTAKE_MT102,
		.source = STR_LIT("test"),
		.ref = str_of(ref),
		.digest = digest_sha256(ref, strlen(ref)),
		.lines = LINES + 1,
		.sum = sum,
		.at = f->clock.at};
	return d;
}

/* As an importer does it: announces, goes on from where it stopped. */
static inline enum st import_document(
	struct fixture *f, const struct document *d, size_t portions_max)
{
	struct portion_result result;
	struct intake intake;

	TRY(intake_begin(&f->cx, f->db, &d->announced, &intake));
	while (!intake.finished && portions_max-- > 0) {
		size_t at = intake.lines_done, n = LINES - at < PORTION ? LINES - at : PORTION;
		bool last = at + n == LINES;
		struct portion p = {.intake = intake.intake,
			.lines_before = at,
			.payments = d->lines + at,
			.payment_count = n,
			.suspense = last ? &d->odd : NULL,
			.suspense_count = last,
			.last = last,
			.at = f->clock.at};

		TRY(ledger_post_portion(&f->cx, f->db, &p, &result));
		intake.lines_done = result.lines_done;
		intake.finished = last;
	}
	return OK;
}

static inline int64_t findings(struct fixture *f, struct audit_report *report)
{
	int64_t n = 0;

	assert_int_equal(audit_run(&f->cx, f->db, NULL, report), OK);
	for (int i = 0; i < AUDIT_CHECK_COUNT; i++)
		n += report->found[i];
	return n;
}

static inline void assert_clean(struct fixture *f)
{
	struct audit_report report;

	if (findings(f, &report) == 0)
		return;
	for (size_t i = 0; i < report.finding_count; i++)
		print_error("%s: %s\n", audit_check_code(report.findings[i].check),
			report.findings[i].where);
	_fail(__FILE__, __LINE__);
}

static inline void assert_whole(struct fixture *f, const struct document *d)
{
	struct intake intake;
	struct money held, received, bank;
	bool found;

	assert_int_equal(intake_find(&f->cx, f->db, doc_key(d->announced.source, d->announced.ref),
				 &intake, &found),
		OK);
	assert_true(found && intake.finished);
	assert_int_equal(intake.lines_new, LINES);
	assert_int_equal(intake.lines_suspense, 1);
	assert_int_equal(ledger_balance(&f->cx, f->db, ACCOUNT_SUSPENSE, &held), OK);
	assert_int_equal(money_to_tiyn(held), 777);
	assert_int_equal(ledger_balance(&f->cx, f->db, ACCOUNT_CONTRIBUTION, &received), OK);
	assert_int_equal(ledger_balance(&f->cx, f->db, ACCOUNT_BANK, &bank), OK);
	assert_int_equal(money_to_tiyn(bank), -money_to_tiyn(d->announced.sum));
	assert_int_equal(money_to_tiyn(received) + 777, money_to_tiyn(d->announced.sum));
	assert_clean(f);
}

#endif
