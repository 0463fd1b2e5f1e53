/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/rate.h"

#include "base/check.h"

bool money_scale(struct money base, struct rate rate, enum rounding how, struct money *out)
{
	__int128 exact, unit = PPM_ONE, half = 0;

	must(base.tiyn >= 0 && rate.ppm >= 0);
	exact = (__int128)base.tiyn * rate.ppm;
	switch (how) {
	case ROUND_HALF_UP_TIYN:
		half = unit / 2;
		break;
	case ROUND_HALF_UP_TENGE:
		unit *= 100;
		half = unit / 2;
		break;
	case ROUND_DOWN_TIYN:
		break;
	}
	exact = (exact + half) / unit * (unit / PPM_ONE);
	if (exact > INT64_MAX)
		return false;
	out->tiyn = (int64_t)exact;
	return true;
}

bool money_multiple(struct money unit, int64_t millionths, struct money *out)
{
	__int128 exact;

	must(unit.tiyn >= 0 && millionths >= 0);
	exact = ((__int128)unit.tiyn * millionths + PPM_ONE / 2) / PPM_ONE;
	if (exact > INT64_MAX)
		return false;
	out->tiyn = (int64_t)exact;
	return true;
}

enum st rate_parse_percent(struct ctx *cx, struct str text, int max_percent, struct rate *out)
{
	struct str s = str_trim(text);
	int64_t ppm = 0;
	int decimals = -1;

	must(max_percent >= 0 && max_percent <= INT32_MAX / 10000);
	if (s.n == 0)
		return fail(cx, VALUE_MISSING, "%s", "");
	if (s.p[0] == ',' || s.p[0] == '.' || s.p[s.n - 1] == ',' || s.p[s.n - 1] == '.')
		return fail(cx, RATE_FORMAT, "%s", "");
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if ((c == ',' || c == '.') && decimals < 0) {
			decimals = 0;
			continue;
		}
		if (c < '0' || c > '9' || decimals == 4)
			return fail(cx, RATE_FORMAT, "%s", "");
		ppm = ppm * 10 + (c - '0');
		if (decimals >= 0)
			decimals++;
		if (ppm > INT32_MAX)
			return fail(cx, RATE_FORMAT, "%s", "");
	}
	for (int i = decimals < 0 ? 0 : decimals; i < 4; i++)
		ppm *= 10;
	if (ppm > (int64_t)max_percent * 10000)
		return fail(cx, RATE_FORMAT, "%d%%", max_percent);
	out->ppm = (int32_t)ppm;
	return OK;
}

void rate_put_percent(struct buf *b, struct rate r, char decimal)
{
	unsigned rest = (unsigned)(r.ppm % 10000), digits = 4;

	buf_u64(b, (uint64_t)r.ppm / 10000);
	if (!rest)
		return;
	while (rest % 10 == 0) {
		rest /= 10;
		digits--;
	}
	buf_char(b, decimal);
	buf_pad(b, rest, digits);
}
