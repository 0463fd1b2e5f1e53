/* SPDX-License-Identifier: Apache-2.0 */
#include "service/payer_kind.h"

#include "base/check.h"

enum who {
	WHO_ANY,
	WHO_NOBODY,       /* the file does not say: lists of the State Corporation to the Fund */
	WHO_BANK,         /* for a citizen, or for its own staff */
	WHO_ORGANISATION, /* a BIN */
	WHO_SELF,         /* the IIN of the person */
	WHO_OTHER_PERSON, /* another IIN */
};

enum verdict {
	SAYS_EMPLOYER,
	SAYS_AGGREGATE,
	SAYS_SINGLE,
	SAYS_OWN_SPELL,  /* entrepreneur, practice or farm when that runs, else independent */
	SAYS_EMPLOYMENT, /* employer when a job with this payer runs, else independent */
	SAYS_ANY_SPELL,  /* the running business, else employer */
};

/* The first row that fits. */
static const struct {
	bool any_knp;
	enum knp knp;
	enum who who;
	enum verdict verdict;
} rows[] = {
	/* Only employers owe deductions (law 405-V art. 27). */
	{false, KNP_DEDUCTION, WHO_ANY, SAYS_EMPLOYER},
	{false, KNP_DEDUCTION_PENALTY, WHO_ANY, SAYS_EMPLOYER},
	/* These codes belong to one regime each. */
	{false, KNP_AGGREGATE, WHO_ANY, SAYS_AGGREGATE},
	{false, KNP_SINGLE, WHO_ANY, SAYS_SINGLE},
	/* A bank pays for its own staff under the same code as for citizens: the job tells. */
	{true, 0, WHO_BANK, SAYS_EMPLOYMENT},
	/* An organisation withholds from wages and from civil-law contracts (art. 28). */
	{true, 0, WHO_ORGANISATION, SAYS_EMPLOYER},
	/* For oneself: the registered business says under which rule, else nothing does. */
	{true, 0, WHO_SELF, SAYS_OWN_SPELL},
	/* A person who pays for another one is an entrepreneur with staff. */
	{true, 0, WHO_OTHER_PERSON, SAYS_EMPLOYER},
	/* Most lines without a payer are wages. */
	{true, 0, WHO_NOBODY, SAYS_ANY_SPELL},
};

static enum who who_pays(const struct payer_question *q)
{
	if (q->payer_is_bank)
		return WHO_BANK;
	if (!q->has_payer)
		return WHO_NOBODY;
	if (iin_kind(&q->payer) == IIN_ORGANISATION)
		return WHO_ORGANISATION;
	return iin_same(&q->payer, &q->person) ? WHO_SELF : WHO_OTHER_PERSON;
}

static enum verdict verdict_of(const struct payer_question *q)
{
	enum who who = who_pays(q);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if ((rows[i].any_knp || rows[i].knp == q->knp) &&
			(rows[i].who == WHO_ANY || rows[i].who == who))
			return rows[i].verdict;
	must(!"a row for every payer");
	return SAYS_EMPLOYER;
}

static bool runs_in(const struct spell *s, struct month month)
{
	return day_cmp(s->from, month_last(month)) <= 0 && day_cmp(s->to, month_first(month)) >= 0;
}

static bool has_job(const struct facts *facts, const struct payer_question *q)
{
	for (size_t i = 0; facts && i < facts->spell_count; i++) {
		const struct spell *s = &facts->spells[i];

		if (s->kind == SPELL_EMPLOYEE && s->has_payer && q->has_payer &&
			iin_same(&s->payer, &q->payer) && runs_in(s, q->month))
			return true;
	}
	return false;
}

static enum payer_kind business(
	const struct facts *facts, struct month month, enum payer_kind otherwise)
{
	static const struct {
		enum spell_kind spell;
		enum payer_kind payer;
	} kinds[] = {
		{SPELL_ENTREPRENEUR, PAYER_ENTREPRENEUR},
		{SPELL_PRACTICE, PAYER_PRACTICE},
		{SPELL_FARM, PAYER_FARM},
	};

	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
		for (size_t i = 0; facts && i < facts->spell_count; i++)
			if (facts->spells[i].kind == kinds[k].spell &&
				runs_in(&facts->spells[i], month))
				return kinds[k].payer;
	return otherwise;
}

bool payer_kind_needs_facts(const struct payer_question *q)
{
	switch (verdict_of(q)) {
	case SAYS_EMPLOYER:
	case SAYS_AGGREGATE:
	case SAYS_SINGLE:
		return false;
	case SAYS_OWN_SPELL:
	case SAYS_EMPLOYMENT:
	case SAYS_ANY_SPELL:
		return true;
	}
	return false;
}

enum payer_kind payer_kind_of(const struct payer_question *q, const struct facts *facts)
{
	switch (verdict_of(q)) {
	case SAYS_EMPLOYER:
		return PAYER_EMPLOYER;
	case SAYS_AGGREGATE:
		return PAYER_AGGREGATE_PAYMENT;
	case SAYS_SINGLE:
		return PAYER_SINGLE_PAYMENT;
	case SAYS_OWN_SPELL:
		return business(facts, q->month, PAYER_INDEPENDENT);
	case SAYS_EMPLOYMENT:
		return has_job(facts, q) ? PAYER_EMPLOYER : PAYER_INDEPENDENT;
	case SAYS_ANY_SPELL:
		return business(facts, q->month, PAYER_EMPLOYER);
	}
	return PAYER_EMPLOYER;
}
