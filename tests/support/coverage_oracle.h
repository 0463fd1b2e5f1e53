/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The status decision once more, slowly and obviously: loops over months and days, straight from
 * the words of the rules, sharing no code with rules/coverage. Only for comparing.
 */
#ifndef SUPPORT_COVERAGE_ORACLE_H
#define SUPPORT_COVERAGE_ORACLE_H

#include "domain/facts.h"
#include "rules/lawbook.h"

enum {
	ORACLE_FIRST = 2019 * 12, /* months that it looks at */
	ORACLE_MONTHS = 12 * 32,
};

/* What is known of a person, month by month. */
struct oracle {
	struct ctx *cx;
	const struct lawbook *book;
	const struct facts *facts;
	struct day known;
	bool in_system;
	struct month entry;
	struct oracle_month {
		bool none, state, exempt, paid, independent, run;
		struct day paid_on;
	} months[ORACLE_MONTHS];
};

struct oracle_answer {
	bool insured;
	const char *reason;
	struct month k; /* n = 0 when none */
};

void oracle_learn(struct ctx *cx, const struct lawbook *book, const struct facts *facts,
	struct day known, struct oracle *out);
struct oracle_answer oracle_decide(const struct oracle *o, struct day on);
/* "none", "state", "exempt", "paid", "debt", "open" */
const char *oracle_class(const struct oracle *o, struct month m, struct day on);

#endif
