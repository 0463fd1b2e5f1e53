/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The work behind the answers, done by `saqta work` beside the server: rows of who asked are
 * loaded, refunds that waited for a payment applied, advances put on months that have fallen due,
 * summary rows rebuilt, finished days sealed, QR codes that no bank issued in time given up and the
 * log brought back into the database. Each part is harmless to repeat and to interrupt.
 */
#ifndef SERVICE_WORK_H
#define SERVICE_WORK_H

#include "service/advances.h"
#include "service/refresh.h"
#include "service/returns.h"

struct work {
	struct call *call;
	const char *lookup_dir; /* NULL: no rows of who asked are written */
	/* True as soon as the work is to end; may be NULL. */
	bool (*stop)(void *arg);
	void *stop_arg;
	/* Set by work_round(). */
	struct day advanced_on; /* advances were looked through on this day; starts as DAY_ALWAYS */
	struct day months_on;   /* the tables of months to come were made; starts as zero */
	struct day outdated_on; /* all rows were looked through on this day; starts as DAY_ALWAYS */
};

struct work_report {
	int64_t months; /* tables made for months to come */
	size_t lookups; /* rows loaded */
	struct returns_report returns;
	struct advances_report advances;
	struct refresh_report refreshed;
	int sealed; /* days */
};

/*
 * One round. A part that fails does not stop the others; the first error is returned. Errors: those
 * of lookup_load(), returns_apply(), advances_apply(), refresh_run() and ledger_seal().
 */
ST work_round(struct work *work, struct work_report *report);

#endif
