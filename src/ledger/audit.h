/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit: recomputes everything from the enduring tables with statements of its own and shares
 * no code with the functions that write.
 */
#ifndef LEDGER_AUDIT_H
#define LEDGER_AUDIT_H

#include "store/coverage_row.h"
#include "store/people.h"

enum audit_check {
	AUDIT_SCHEMA,    /* recorded steps are those of this program */
	AUDIT_PAGES,     /* the engine's own check */
	AUDIT_PERSONS,   /* keys of persons follow from their IIN; check digits right */
	AUDIT_LINES,     /* every line belongs to a person and a document; values are possible */
	AUDIT_INTAKE,    /* totals of each document = its lines + repeated + suspense */
	AUDIT_POSTINGS,  /* lines of each document = its postings, by payer kind and purpose */
	AUDIT_CHECKS,    /* no field of a line was changed since it was posted */
	AUDIT_TRANSFERS, /* positive, between the accounts that the recipe names */
	AUDIT_BALANCES,  /* debits = credits over all accounts; none that may not be is negative */
	AUDIT_REFUNDS,   /* no line is refunded beyond its sum; what waits is in suspense */
	AUDIT_SEALS,     /* the chain of seals recomputed */
	AUDIT_BANK,      /* each transaction of a bank = its lines + advance, with one answer */
	AUDIT_INVOICES,  /* each is its months, and was paid for its person */
	AUDIT_COVERAGE,  /* summary rows rebuilt and compared */
	AUDIT_CHECK_COUNT
};
/* "schema", "pages", …: the stable words; names for people are the messages audit.WORD. */
const char *audit_check_code(enum audit_check check);

enum { AUDIT_FINDINGS_MAX = 100 };

struct audit_finding {
	enum audit_check check;
	char where[96];     /* document, day or table; never a personal number */
	struct money wrong; /* by how much; zero where it is no sum */
};

struct audit_report {
	int64_t counted[AUDIT_CHECK_COUNT]; /* rows or units looked at */
	int64_t found[AUDIT_CHECK_COUNT];
	struct audit_finding findings[AUDIT_FINDINGS_MAX]; /* the first ones */
	size_t finding_count;
	int64_t unfinished; /* documents whose import stopped half-way: no damage, repeat it */
	struct money received, suspended, refunded; /* totals, from the lines */
};

/*
 * Given by the service, because this layer does not know the rules: builds the coverage bytes of a
 * person's facts as known on row->known under the law of row->law and appends them to `out`; sets
 * `*skip` when that law book is not at hand.
 */
typedef enum st audit_coverage_fn(struct ctx *cx, void *arg, const struct person_facts *facts,
	const struct coverage_row *row, struct buf *out, bool *skip);

struct audit_options {
	audit_coverage_fn *coverage; /* NULL: AUDIT_COVERAGE counts 0 */
	void *coverage_arg;
};

/* OK also when something was found (report->finding_count > 0). Errors: DB_*. */
ST audit_run(struct ctx *cx, struct db *db, const struct audit_options *options,
	struct audit_report *report);

#endif
