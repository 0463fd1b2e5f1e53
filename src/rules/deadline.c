/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/deadline.h"

#include "rules/lawbook_parts.h"

struct day deadline_due(const struct lawbook *book, enum payer_kind kind, struct month month)
{
	struct month m = month;

	if (month_cmp(m, MONTHSET_FIRST) < 0)
		m = MONTHSET_FIRST;
	if (month_cmp(m, MONTHSET_LAST) > 0)
		m = MONTHSET_LAST;
	return book->due[kind][monthset_index(m)];
}

struct month deadline_last_due(const struct lawbook *book, struct day on)
{
	/* Due days lie in the month after: the month before `on`'s is the first that may be due. */
	struct month m = month_add(day_month(on), -1);

	while (monthset_fits(m) && day_cmp(deadline_due(book, PAYER_INDEPENDENT, m), on) >= 0)
		m = month_add(m, -1);
	return m;
}
