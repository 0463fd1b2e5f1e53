/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connections to a server that are cut at a message of ours or of the server. The calls stand
 * before those of the C library, so that libpq calls them.
 */
#ifndef FAULT_CUT_H
#define FAULT_CUT_H

#include <stdbool.h>

enum cut_where {
	CUT_QUESTION, /* before it leaves */
	CUT_HALF,     /* in the middle of it */
	CUT_ANSWER,   /* the server has sent it, and nobody reads it */
};

struct cut_plan {
	enum cut_where where;
	long cut_at;   /* message, from 1; 0 = none */
	bool for_good; /* and all later ones */
	long count, cuts;
};

struct cut_plan *cut_plan(void);

#endif
