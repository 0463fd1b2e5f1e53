/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known about one person, each fact with the day since which it is known. A decision is a
 * pure function of (law book, facts known on a day, the day asked about).
 */
#ifndef DOMAIN_FACTS_H
#define DOMAIN_FACTS_H

#include "domain/day.h"
#include "domain/iin.h"
#include "domain/kinds.h"
#include "domain/money.h"

/* DAY_ALWAYS as `known_since` = known from the beginning; as a start = since birth. */
struct person_fact {
	enum residence residence;
	struct day born;           /* DAY_ALWAYS when not known */
	struct day in_system_from; /* DAY_ALWAYS when nothing limits it */
	struct day known_since;
};

struct spell {
	enum spell_kind kind;
	uint8_t detail; /* enum category or enum exempt, see spell_parse() */
	bool has_payer;
	struct iin payer;    /* BIN or IIN of who must pay; valid when has_payer */
	struct day from, to; /* both included; to = DAY_NEVER while it runs */
	struct day known_since;
};

/* One line of a payment for one person, month and purpose code. */
struct payment_fact {
	struct month month;
	enum knp knp;
	enum payer_kind payer_kind;
	bool has_payer;
	struct iin payer;
	struct money sum;       /* > 0 */
	struct day paid_on;     /* when the payer paid */
	struct day known_since; /* received_on, else paid_on */
	uint64_t doc;           /* the document and the line in it: what a refund names */
	uint32_t line;
};

struct refund_fact {
	uint64_t doc;
	uint32_t line;
	struct month month;
	enum knp knp;
	struct money sum;
	struct day known_since; /* refunded_on */
};

/* Arrays in the caller's arena; any order. */
struct facts {
	bool known;                  /* some fact about this person exists */
	struct person_fact *persons; /* later rows correct earlier ones; may be empty */
	size_t person_count;
	struct spell *spells;
	size_t spell_count;
	struct payment_fact *payments;
	size_t payment_count;
	struct refund_fact *refunds;
	size_t refund_count;
};

#endif
