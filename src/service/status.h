/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "Am I insured?": the one place that every channel asks.
 */
#ifndef SERVICE_STATUS_H
#define SERVICE_STATUS_H

#include "rules/coverage.h"
#include "service/call.h"

struct status_question {
	struct iin iin;
	bool has_on, has_known; /* default of both: today in Astana */
	struct day on, known;
};

enum { STATUS_NUMBER_CHARS = 26 }; /* 128 bits in base 32 */

struct status_answer {
	struct coverage_answer coverage;
	struct sha256 law_digest;
	struct instant as_of; /* when the last bank document or register was taken in */
	bool has_as_of;
	struct money advance; /* kept of payments, when asked as known today; a step tells it too */
	char answer_no[STATUS_NUMBER_CHARS + 1]; /* number of this answer: same question, same
			       facts, same number in every channel */
};

/* Fills the days that were not given and checks them. Error: DAY_RANGE. */
ST status_fill_days(struct call *call, struct status_question *q);

/*
 * An unknown number is not an error: the answer is "not insured, not_in_system", like that of
 * a person outside the system. One read of the summary row when both days are today; older `known`
 * reads the facts. Errors: DAY_RANGE, LAW_*, DB_*.
 */
ST status_find(struct call *call, const struct status_question *q, struct status_answer *out);

/* A payment for one month as its person may see it: no names and no numbers of payers. */
struct status_payment {
	struct day paid_on;
	enum payer_kind payer_kind;
	enum knp knp;
	struct money sum; /* > 0: what is left after refunds */
};

/*
 * The payments for the month that were known on the day `known`, oldest first, in cx->arena; none
 * for a number that nobody knows. Errors: DB_*.
 */
ST status_payments(struct call *call, const struct status_question *q, struct month month,
	struct status_payment **out, size_t *count);

/* Money of a month that went back, as its person may see it. */
struct status_return {
	struct day on;
	enum knp knp;
	struct money sum;
	struct str reason; /* as whoever sent it says; empty when nothing was said */
};

/* What had gone back of the month by the day `known`, oldest first, as status_payments(). */
ST status_returns(struct call *call, const struct status_question *q, struct month month,
	struct status_return **out, size_t *count);

/*
 * The number of an answer about these days on a map: keyed with the secret of the installation
 * (zero without a database), so that nobody can find the person from it.
 */
void status_number(struct call *call, const struct status_question *q, const struct sha256 *law,
	struct str map, char out[STATUS_NUMBER_CHARS + 1]);

/* The answer in one sentence. */
void status_say(struct buf *b, enum lang lang, const struct coverage_answer *a);

/* The JSON of the contract (docs/api/openapi.yaml, schema Status), in cx->lang. */
void status_put_json(struct buf *b, enum lang lang, const struct status_answer *a, bool explain);

#endif
