/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/rate.h"
#include "fuzz/fuzz.h"

FUZZ_TARGET
{
	struct money sum, again;
	struct rate rate;
	struct buf plain = buf_new(cx->arena, 64), human = buf_new(cx->arena, 64);

	if (rate_parse_percent(cx, input, 100, &rate) == OK)
		must(rate.ppm >= 0 && rate.ppm <= PPM_ONE);
	if (money_parse(cx, input, &sum) != OK)
		return;
	must(!money_is_negative(sum) && money_to_tiyn(sum) <= MONEY_MAX_TIYN);
	money_put_plain(&plain, sum);
	must(money_parse(cx, buf_view(&plain), &again) == OK && money_cmp(sum, again) == 0);
	money_put_human(&human, sum, ',');
	must(money_parse(cx, buf_view(&human), &again) == OK && money_cmp(sum, again) == 0);
}
