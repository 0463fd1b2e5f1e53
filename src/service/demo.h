/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A demo database: the synthetic country of service/country.h, written through the same doors as
 * real registers and bank documents, with its ledger entries and summary rows.
 */
#ifndef SERVICE_DEMO_H
#define SERVICE_DEMO_H

#include "service/call.h"
#include "service/country.h"

enum demo_phase { DEMO_PEOPLE, DEMO_PAYMENTS, DEMO_SUMMARIES };

struct demo_order {
	size_t people; /* 8 … COUNTRY_PEOPLE_MAX, the eight of the cast included */
	uint64_t seed;
	/* Called now and then with how much of a phase is done; may be NULL. */
	void (*tell)(void *arg, enum demo_phase phase, size_t done, size_t of);
	void *tell_arg;
};

struct demo_report {
	size_t people, spells, payments, refunds;
	struct money paid;
	struct sha256 digest; /* of all facts: the same order on the same day gives the same */
};

/*
 * Fills an empty database. Errors: DB_NOT_EMPTY, those of country_of(), contribution_compute(),
 * DB_*. What an error or a crash leaves is no country: remove the database and begin again.
 */
ST demo_make(struct call *call, const struct demo_order *order, struct demo_report *out);

/*
 * Are the people of this database made up? A database that demo_make() filled has its cast, whose
 * numbers belong to nobody and stand in no real register.
 */
ST demo_is(struct call *call, bool *out);

/* One of the eight as the database has it today. */
struct demo_person {
	const struct country_role *role;
	bool insured;
	enum coverage_reason reason;
};
/* Fills COUNTRY_CAST items. Error: NOT_FOUND when this is no demo database, DB_*. */
ST demo_list(struct call *call, struct demo_person *out);

#endif
