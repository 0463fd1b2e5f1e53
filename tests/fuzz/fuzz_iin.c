/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/iin.h"
#include "fuzz/fuzz.h"

FUZZ_TARGET
{
	struct iin iin, again;
	enum iin_kind kind;
	struct buf masked = buf_new(cx->arena, 64);
	bool person = iin_parse(cx, input, &iin) == OK;
	bool organisation = bin_parse(cx, input, &again) == OK;
	bool either = iin_or_bin_parse(cx, input, &iin, &kind) == OK;

	must(!(person && organisation));
	must(either == (person || organisation));
	if (!either)
		return;
	must(iin_valid(iin.d) && kind == (person ? IIN_PERSON : IIN_ORGANISATION));
	must(iin_or_bin_parse(cx, iin_digits(&iin), &again, &kind) == OK && iin_same(&iin, &again));
	iin_mask(&masked, &iin);
	must(!masked.over && memcmp(masked.p + masked.n - 4, iin.d + 8, 4) == 0);
	(void)iin_warnings(&iin, day_of(2026, 11, 22));
}
