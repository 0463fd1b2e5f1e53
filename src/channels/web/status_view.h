/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An answer of the service as the pages show it: words, the grid of the months, the ways to pay.
 * Tables only; nothing is decided here.
 */
#ifndef WEB_STATUS_VIEW_H
#define WEB_STATUS_VIEW_H

#include "channels/web/view.h"
#include "service/status.h"

/* All but `page`, `token`, `more_url` and `tell`. Lives in cx->arena and points into `a`. */
void status_view_fill(struct ctx *cx, const struct iin *iin, const struct status_answer *a,
	struct view_status *out);

/* The cell of one month. */
struct view_cell status_view_cell(const struct coverage_month *m);

/*
 * The month `m` of the answer with what the law says of such a month; false when the answer does
 * not have it. All but `page`, `token`, `steps`,
 * `payments` and `returns`. Which category a person is in stays out of the open pages.
 */
bool status_view_why(const struct coverage_answer *a, struct month m, struct view_why *out);

/* The payments of the month on the page; `payments` must live as long as `out`. */
void status_view_payments(
	struct ctx *cx, const struct status_payment *payments, size_t count, struct view_why *out);

/* What of them went back; `returns` must live as long as `out`. */
void status_view_returns(
	struct ctx *cx, const struct status_return *returns, size_t count, struct view_why *out);

/* The same steps without the due day: that of another month than the one on the page. */
void status_view_steps(struct ctx *cx, const struct steps *steps, struct steps *out);

/* Who would pay what the month lacks, for the calculation beside it; false when nobody by himself.
 */
bool status_view_payer(const struct coverage_month *m, enum payer_kind *out);

#endif
