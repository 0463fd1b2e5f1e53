/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rates and multiples, exact: parts per million, never a floating number.
 */
#ifndef DOMAIN_RATE_H
#define DOMAIN_RATE_H

#include "domain/money.h"

enum { PPM_ONE = 1000000 };

struct rate {
	int32_t ppm; /* 3 % = 30 000 */
};

/* Rounding is always named. */
enum rounding {
	ROUND_HALF_UP_TIYN,
	ROUND_HALF_UP_TENGE,
	ROUND_DOWN_TIYN,
};

/*
 * base * rate, rounded once. `base` must not be negative. false on overflow.
 */
MUST_READ bool money_scale(
	struct money base, struct rate rate, enum rounding how, struct money *out);
/* unit * multiple, for example 1.4 minimum wages; the multiple is in millionths. */
MUST_READ bool money_multiple(struct money unit, int64_t millionths, struct money *out);

/* "16.5" or "16,5" percent, up to four decimals, at most `max_percent`. Error: RATE_FORMAT. */
ST rate_parse_percent(struct ctx *cx, struct str text, int max_percent, struct rate *out);
/* "3", "1.5": percent without the sign. */
void rate_put_percent(struct buf *b, struct rate r, char decimal);

#endif
