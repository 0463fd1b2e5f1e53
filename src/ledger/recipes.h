/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chart of accounts and the only ways in which money may move between them.
 */
#ifndef LEDGER_RECIPES_H
#define LEDGER_RECIPES_H

#include "base/ctx.h"
#include "domain/kinds.h"

/* The numbers stand in the database and are never reused. */
enum account_kind {
	ACCOUNT_BANK = 1,         /* money at the State Corporation's and the Fund's banks */
	ACCOUNT_CONTRIBUTION = 2, /* received for persons, by payer kind and purpose */
	ACCOUNT_SUSPENSE = 3,     /* received, not yet placed */
	ACCOUNT_REFUND = 4,       /* ordered back, not yet paid out */
	ACCOUNT_FUND = 5,         /* passed on to the Fund */
	ACCOUNT_STATE = 6,        /* what the state budget owes for privileged persons */
	ACCOUNT_STATE_SHARE = 7,  /* the same, as assessed */
	ACCOUNT_PENALTY_DUE = 8,  /* what payers owe for being late */
	ACCOUNT_PENALTY = 9,      /* the same, as assessed */
	ACCOUNT_KIND_END
};

/* The numbers stand in the database and are never reused. */
enum recipe {
	RECIPE_RECEIVED = 1,       /* a contribution came in for a person */
	RECIPE_SUSPENSE = 2,       /* money came in that cannot be placed */
	RECIPE_ALLOCATED = 3,      /* placed after all */
	RECIPE_RETURNED = 4,       /* sent back by the bank or to the sender, out of suspense */
	RECIPE_REFUND_ORDERED = 5, /* a contribution goes back to its payer */
	RECIPE_REFUND_PAID = 6,
	RECIPE_PASSED_ON = 7, /* to the Fund */
	RECIPE_STATE_SHARE = 8,
	RECIPE_STATE_PAID = 9,
	RECIPE_PENALTY_ASSESSED = 10,
	RECIPE_PENALTY_PAID = 11,
	RECIPE_REVERSED = 12, /* of RECIPE_RECEIVED, or of it and RECIPE_ALLOCATED */
	RECIPE_RELEASED = 13, /* off the months again, of RECIPE_ALLOCATED */
	RECIPE_END
};

struct recipe_row {
	const char *name;
	enum account_kind debit, credit;
};

/* NULL for a number that is no recipe. */
const struct recipe_row *recipe_find(int recipe);

/* Does this kind have a sub-account for each payer kind and purpose? */
bool account_by_kind(enum account_kind kind);

/* Number of an account: its kind, and for those by kind the payer kind and purpose code. */
int64_t account_number(enum account_kind kind, enum payer_kind payer, enum knp knp);

#endif
