/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Until when a month must be paid: the due day of the next month, moved to the next working day.
 */
#ifndef RULES_DEADLINE_H
#define RULES_DEADLINE_H

#include "rules/lawbook.h"

/* Last day on which paying `month` is in time. */
struct day deadline_due(const struct lawbook *book, enum payer_kind kind, struct month month);
/* The last month whose due day (of an independent payer) lies before `on`: up to it months can be
 * debt. */
struct month deadline_last_due(const struct lawbook *book, struct day on);

#endif
