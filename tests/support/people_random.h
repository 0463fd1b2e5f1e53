/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Invented people for property tests and benches: employment with gaps and late payers,
 * entrepreneurs, independent payers with short sums, prepaid runs, categories, children who turn
 * 18, refunds, and facts that become known late. The same seed gives the same people.
 */
#ifndef SUPPORT_PEOPLE_RANDOM_H
#define SUPPORT_PEOPLE_RANDOM_H

#include "domain/facts.h"
#include "support/test.h"

/* Months that anything happens in: 2019-11 … 2027-06. */
void people_random(struct test_random *r, struct arena *arena, struct facts *out);
/* A day of 2019-12 … 2027-09, half of the time around a 25th, a first or a change of the law. */
struct day people_random_day(struct test_random *r);

#endif
