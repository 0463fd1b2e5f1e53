/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests of imports: an empty database with the law book, and its end, at which the audit finds
 * nothing, whatever was taken in.
 */
#ifndef TESTS_IMPORT_WORLD_H
#define TESTS_IMPORT_WORLD_H

#include "support/store_fixture.h"

#include "ledger/audit.h"
#include "service/import.h"
#include "service/lawsource.h"

struct world {
	struct fixture f;
	struct lawbook *book;
	struct call call;
};

static inline void world_start(struct world *w)
{
	fixture_start(&w->f);
	assert_int_equal(lawsource_load(&w->f.cx, w->f.cx.arena, NULL, &w->book), OK);
	w->call = (struct call){.cx = &w->f.cx, .db = w->f.db, .book = w->book};
}

static inline struct audit_report world_audit(struct world *w)
{
	const struct audit_options options = {0};
	struct audit_report report;

	assert_int_equal(audit_run(&w->f.cx, w->f.db, &options, &report), OK);
	return report;
}

static inline void assert_clean(struct world *w)
{
	struct audit_report report = world_audit(w);

	for (size_t i = 0; i < report.finding_count; i++)
		print_error("%s %s\n", audit_check_code(report.findings[i].check),
			report.findings[i].where);
	assert_int_equal(report.finding_count, 0);
	assert_int_equal(report.unfinished, 0);
}

static inline void world_end(struct world *w)
{
	assert_clean(w);
	fixture_end(&w->f);
}

/* Imports; ERR_NONE: it must go well. */
static inline struct import_report take(struct world *w, struct str bytes, enum err error)
{
	static const struct import_options plain;
	struct import_report report;
	enum st st;

	err_clear(&w->f.cx);
	st = import_bytes(&w->call, bytes, &plain, &report);
	if (w->f.cx.err.code != error)
		print_error("%s %s %s\n", err_info(w->f.cx.err.code)->name, w->f.cx.err.field,
			w->f.cx.err.detail);
	assert_int_equal(w->f.cx.err.code, error);
	assert_int_equal(st, err_info(error)->class);
	return report;
}

#endif
