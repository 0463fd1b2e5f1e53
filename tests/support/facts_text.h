/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts about a person as one line of text, so that a table of cases can be read:
 *
 *	person RESIDENCE [born DAY] [from DAY] [known DAY]
 *	spell KIND DAY..DAY [known DAY]             the last day may be "-": still runs
 *	pay PAYER MONTH[..MONTH] TENGE [on DAY] [known DAY]
 *	refund MONTH TENGE DAY                      of the last payment so far for that month
 *
 * parted by ';'. A payment without `on` was paid on the 20th of the month after each month.
 */
#ifndef SUPPORT_FACTS_TEXT_H
#define SUPPORT_FACTS_TEXT_H

#include "domain/facts.h"

/* Aborts on a text that is none. */
void facts_read(struct ctx *cx, const char *text, struct facts *out);

#endif
