/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds the summary rows that are behind (docs/adr, coverage behind): of the persons of documents
 * that were taken in, and of those touched by single facts. In portions sorted by person, each one
 * transaction that reads the facts and writes the rows. A run that was killed is completed by
 * repeating it; two at the same time do no harm.
 */
#ifndef SERVICE_REFRESH_H
#define SERVICE_REFRESH_H

#include "service/call.h"

enum { REFRESH_WHOLE = 1000 }; /* what `done` of a tick goes up to */

struct refresh_order {
	/* Rows of another law book, and those that hold no longer today, as well: looks at every
	 * row. */
	bool outdated;
	/* Told after each portion; false stops the run, what is left stays on the list. May be
	 * NULL. */
	bool (*tick)(void *arg, int done);
	void *tick_arg;
};

struct refresh_report {
	size_t persons; /* rows written */
	/* Persons whose facts cannot be summed up. They stay on the list and are answered from
	 * their facts. */
	size_t left;
	bool stopped;
};

/* Errors: DB_*. The report is filled as far as it came, also after an error. */
ST refresh_run(struct call *call, const struct refresh_order *order, struct refresh_report *report);

#endif
