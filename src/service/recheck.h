/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the audit cannot know by itself: builds a person's coverage summary again, by the rules.
 */
#ifndef SERVICE_RECHECK_H
#define SERVICE_RECHECK_H

#include "ledger/audit.h"
#include "rules/lawbook.h"

struct recheck {
	const struct lawbook *book;
};

/* An audit_coverage_fn; `arg` is a struct recheck. Skips rows built under another law book. */
ST recheck_coverage(struct ctx *cx, void *arg, const struct person_facts *facts,
	const struct coverage_row *row, struct buf *out, bool *skip);

#endif
