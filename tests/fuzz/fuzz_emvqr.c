/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/emvqr.h"
#include "fuzz/fuzz.h"

/* What was read can be written, and is read again as the same. */
FUZZ_TARGET
{
	struct buf b = buf_new(cx->arena, EMVQR_BYTES_MAX);
	struct emvqr e, again;

	if (emvqr_read(cx, input, &e) != OK)
		return;
	if (emvqr_write(cx, &e, &b) != OK)
		return;
	must(emvqr_read(cx, buf_view(&b), &again) == OK);
	must(str_eq(e.scheme, again.scheme) && str_eq(e.bill, again.bill));
	must(e.has_amount == again.has_amount && money_cmp(e.amount, again.amount) == 0);
}
