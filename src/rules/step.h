/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One step of an explained decision: which rule, under which article, with which numbers. Rules
 * give message ids and arguments; each channel says them in the language of the person.
 */
#ifndef RULES_STEP_H
#define RULES_STEP_H

#include "text/say.h"

enum { STEP_ARGS_MAX = 6 };

struct step {
	const char *rule;   /* stable name: "employer.121", "A7", "penalty" */
	struct str article; /* "405-V art. 27", from the row of the law book */
	struct str source;
	int open; /* number of the open question that this rests on (D16 = 16); 0 = none */
	enum msg msg;
	struct arg args[STEP_ARGS_MAX];
	size_t arg_count;
};

/* Grows in an arena; more than LIMIT_STEPS are dropped and counted. */
struct steps {
	struct arena *arena;
	struct step *items;
	size_t count;
	size_t cap;
	size_t dropped;
};

/* `steps` may be NULL: then nothing is recorded (a population run). */
void step_add(struct steps *steps, struct step step);

#endif
