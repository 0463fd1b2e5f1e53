/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/recipes.h"

#include "base/check.h"

static const struct recipe_row recipes[RECIPE_END] = {
	[RECIPE_RECEIVED] = {"received", ACCOUNT_BANK, ACCOUNT_CONTRIBUTION},
	[RECIPE_SUSPENSE] = {"suspense", ACCOUNT_BANK, ACCOUNT_SUSPENSE},
	[RECIPE_ALLOCATED] = {"allocated", ACCOUNT_SUSPENSE, ACCOUNT_CONTRIBUTION},
	[RECIPE_RETURNED] = {"returned", ACCOUNT_SUSPENSE, ACCOUNT_BANK},
	[RECIPE_REFUND_ORDERED] = {"refund_ordered", ACCOUNT_CONTRIBUTION, ACCOUNT_REFUND},
	[RECIPE_REFUND_PAID] = {"refund_paid", ACCOUNT_REFUND, ACCOUNT_BANK},
	[RECIPE_PASSED_ON] = {"passed_on", ACCOUNT_FUND, ACCOUNT_BANK},
	[RECIPE_STATE_SHARE] = {"state_share", ACCOUNT_STATE, ACCOUNT_STATE_SHARE},
	[RECIPE_STATE_PAID] = {"state_paid", ACCOUNT_BANK, ACCOUNT_STATE},
	[RECIPE_PENALTY_ASSESSED] = {"penalty_assessed", ACCOUNT_PENALTY_DUE, ACCOUNT_PENALTY},
	[RECIPE_PENALTY_PAID] = {"penalty_paid", ACCOUNT_BANK, ACCOUNT_PENALTY_DUE},
	[RECIPE_REVERSED] = {"reversed", ACCOUNT_CONTRIBUTION, ACCOUNT_BANK},
	[RECIPE_RELEASED] = {"released", ACCOUNT_CONTRIBUTION, ACCOUNT_SUSPENSE},
};

/* Kinds with a sub-account for each payer kind and purpose. */
static const bool by_kind[ACCOUNT_KIND_END] = {
	[ACCOUNT_CONTRIBUTION] = true,
	[ACCOUNT_STATE_SHARE] = true,
	[ACCOUNT_PENALTY] = true,
};

const struct recipe_row *recipe_find(int recipe)
{
	return recipe > 0 && recipe < RECIPE_END ? &recipes[recipe] : NULL;
}

bool account_by_kind(enum account_kind kind)
{
	must(kind > 0 && kind < ACCOUNT_KIND_END);
	return by_kind[kind];
}

int64_t account_number(enum account_kind kind, enum payer_kind payer, enum knp knp)
{
	int64_t n = (int64_t)kind * 1000000;

	return account_by_kind(kind) ? n + ((int64_t)payer + 1) * 1000 + knp_number(knp) : n;
}
