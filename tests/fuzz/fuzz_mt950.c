/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/mt950.h"
#include "fuzz/fuzz.h"

enum { TEXT_MAX = 8 << 20 };

FUZZ_TARGET
{
	const struct biller_profile *p = biller_profile_find(STR_LIT("halyk"));
	struct biller_input in = {.text = input};
	struct biller_register r;
	struct money sum = MONEY_ZERO;

	if (encoding_read(cx, input, TEXT_MAX, &in.encoding, &in.text) != OK)
		return;
	if (mt950_parse(cx, p, &in, &r) != OK) {
		must(cx->err.code != ERR_NONE);
		return;
	}
	for (size_t i = 0; i < r.count; i++) {
		const struct biller_row *row = biller_register_at(&r, i);

		must(row->txn_n > 0 && row->txn_n <= p->txn_digits && !money_is_zero(row->sum));
		must(!money_is_negative(row->sum) && !(row->taken && row->reversal));
		must(row->unnamed || iin_valid(row->iin.d));
		must(!row->taken || money_add(sum, row->sum, &sum));
	}
	must(money_cmp(sum, r.sum) == 0);
}
