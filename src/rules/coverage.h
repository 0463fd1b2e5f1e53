/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is this person insured on a day, as far as was known on another day? The month classes and the
 * decision A1-A11 (law 405-V art. 5, 26, 26-1, 28, 40), and the inverse: what to pay, and from
 * which day that would insure.
 *
 * Three stages, each pure:
 *   coverage_map_build   facts known on `known`     -> struct coverage_map   (independent of `on`)
 *   coverage_decide      map + day `on`             -> struct coverage_verdict (fast; a whole
 *                                                      population runs on exactly this)
 *   coverage_answer      map + day `on`             -> everything a person is told, with steps;
 *                                                      asks coverage_decide() for each what-if
 */
#ifndef RULES_COVERAGE_H
#define RULES_COVERAGE_H

#include "domain/facts.h"
#include "domain/monthset.h"
#include "rules/lawbook.h"
#include "rules/step.h"

enum month_class {
	CLASS_NONE, /* not applicable: before 2020-01, before birth or entry */
	CLASS_OPEN, /* nothing yet, and the due day has not passed */
	CLASS_DEBT,
	CLASS_PAID,
	CLASS_STATE,
	CLASS_EXEMPT,
	CLASS_COUNT
};
/* "paid", "state", "exempt", "debt", "open", "none". */
const char *month_class_code(enum month_class c);

enum coverage_reason {
	REASON_REGULAR,
	REASON_GRACE,
	REASON_PREPAID,
	REASON_CATEGORY,
	REASON_EXEMPT,
	REASON_TEMPORARY,
	REASON_TRANSITION,
	REASON_THREE_MONTHS,
	REASON_NEVER,
	REASON_DEBT,
	REASON_LAPSED,
	REASON_NOT_IN_SYSTEM,
	REASON_COUNT
};
/* "regular", …, "not_in_system": the stable words of the contract. */
const char *coverage_reason_code(enum coverage_reason r);

enum owed_by { OWED_BY_SELF, OWED_BY_EMPLOYER, OWED_BY_ENTREPRENEUR };
const char *owed_by_code(enum owed_by o);

/* A stretch of days on which A3 or A4 holds. */
struct coverage_interval {
	struct day from, to;
	enum spell_kind kind; /* SPELL_CATEGORY, SPELL_EXEMPT or SPELL_TEMPORARY_STATUS */
	uint8_t detail;
};

/*
 * All that coverage_decide() reads of a person. A population is a dense array of these; one person
 * is the first part of struct coverage_map. All sets are cut to the months from `first` on.
 */
struct coverage_hot {
	struct monthset applicable; /* from entry, birth or the first month of the law on */
	struct monthset paid;
	struct monthset state;
	struct monthset exempt;
	struct monthset prepaid;     /* months inside a prepaid run (A6) */
	struct monthset independent; /* PAID by the person as independent payer (A5) */
	const struct coverage_interval *intervals; /* sorted by from */
	uint32_t interval_count;
	bool in_system;     /* eligible at all (A1, residence) */
	bool temporary;     /* some interval is a temporary status (A4) */
	struct month first; /* of entry or birth; MONTHSET_FIRST when nothing limits it */
};

/* Per month with any payment. */
struct coverage_detail {
	struct month month;
	struct money sums[KNP_COUNT]; /* after refunds; penalties are not counted */
	enum payer_kind payer_kind;   /* of the payments that made it PAID, else of the latest */
	struct day paid_on;           /* of the latest payment */
};

/*
 * What is to be told of a person, as known on `known`: the summary row of the store is this,
 * written by coverage_map_write(). `intervals` and `details` lie in the arena of the call that
 * built or read it.
 */
struct coverage_map {
	struct coverage_hot hot;
	struct monthset employer_owes, entrepreneur_owes, farm_owes,
		practice_owes;           /* a spell runs */
	struct monthset partly;          /* something came, but less than the least sum */
	struct monthset returned;        /* a payment of this month was refunded */
	struct coverage_detail *details; /* sorted by month */
	size_t detail_count;
};

struct coverage_verdict {
	bool insured;
	enum coverage_reason reason;
	struct month k;       /* last covered month that has acquired the right; n = -1 when none */
	int gap;              /* months from k to the month of the day */
	int grace;            /* months of grace that apply */
	struct monthset debt; /* DEBT months as of the day */
};

/* Facts known after `known` are left out here and nowhere else. Errors: none but MONEY_RANGE. */
ST coverage_map_build(struct ctx *cx, const struct lawbook *book, const struct facts *facts,
	struct day known, struct coverage_map *out);

/*
 * Adds one payment to a map of all facts known on the day of the payment's known_since, as if it
 * had been built with it. False, and the map is as it was, where that takes more than the map
 * holds: build it anew from the facts. The map's details move within cx->arena.
 */
bool coverage_map_pay(struct ctx *cx, const struct lawbook *book, struct coverage_map *map,
	const struct payment_fact *payment);

/*
 * Everything about a day that does not depend on the person: law row, last due month, window masks.
 * Made once for a population.
 */
struct coverage_day {
	struct day on;
	struct month month;
	const struct law_status *law;
	struct monthset due; /* months whose due day has passed */
	bool holes_forgiven; /* the other choice of D23 */
};
struct coverage_day coverage_day_of(const struct lawbook *book, struct day on);

/* A1-A11. Pure, no allocation, never fails. */
struct coverage_verdict coverage_decide(
	const struct coverage_day *day, const struct coverage_hot *who);

struct coverage_month {
	struct month month;
	enum month_class class;
	bool partly, returned, prepaid;
	struct money sums[KNP_COUNT]; /* by enum knp; penalties are not counted */
	bool has_payer_kind;
	enum payer_kind payer_kind;
	bool has_category;
	uint8_t category; /* enum category or enum exempt by class */
	struct day due;
	enum owed_by owed_by; /* DEBT and OPEN: who should pay */
	struct money owed;    /* DEBT and OPEN: how much; see coverage_option */
};

enum coverage_option_kind { OPTION_ARREARS, OPTION_PREPAY };
struct coverage_option {
	enum coverage_option_kind kind;
	bool with_current; /* prepay: the current month too */
	struct money sum;
	struct month *months;
	struct money *sums; /* per month; code 122 */
	size_t month_count;
	struct day insured_from; /* each way makes the answer yes, at the latest next month */
};

struct coverage_answer {
	bool insured;
	enum coverage_reason reason;
	struct day on, known;
	bool has_until;
	struct day insured_until; /* last day of a yes if nothing more were paid or changed */
	bool has_k;
	struct month k;
	struct coverage_month
		*months; /* oldest first: 24 months to the current one, then prepaid ones */
	size_t month_count;
	struct coverage_month *debt; /* the DEBT months of M-11 … M-1 */
	size_t debt_count;
	struct money to_pay; /* sum of the arrears option */
	struct coverage_option options[3];
	size_t option_count;
	bool has_cheapest;
	enum coverage_option_kind cheapest;
	struct steps steps;
};

/* `known` is only repeated in the answer. Lives in cx->arena. Errors: LAW_NO_RULE, LAW_NOT_YET,
 * MONTH_RANGE. */
ST coverage_answer(struct ctx *cx, const struct lawbook *book, const struct coverage_map *map,
	struct day on, struct day known, struct coverage_answer *out);

/* The map as bytes for the summary row, and back. Reading hostile bytes: E_BROKEN (DB_BROKEN). */
void coverage_map_write(const struct coverage_map *map, struct buf *out);
ST coverage_map_read(struct ctx *cx, struct str bytes, struct coverage_map *out);

#endif
