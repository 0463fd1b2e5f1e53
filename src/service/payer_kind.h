/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who pays this line? A bank file names a purpose code, a payer and a person, never the kind of
 * payer that the law distinguishes. The table that tells it is in payer_kind.c, with its reasons.
 */
#ifndef SERVICE_PAYER_KIND_H
#define SERVICE_PAYER_KIND_H

#include "domain/facts.h"

/* What a line of a bank file says about its payer. */
struct payer_question {
	enum knp knp;
	struct month month;
	struct iin person;
	bool has_payer;
	struct iin payer;
	bool payer_is_bank; /* it passes on what a citizen paid at its counter or in its app */
};

/* Do the person's spells decide? Then payer_kind_of() wants the facts, else they may be NULL. */
bool payer_kind_needs_facts(const struct payer_question *q);
enum payer_kind payer_kind_of(const struct payer_question *q, const struct facts *facts);

#endif
