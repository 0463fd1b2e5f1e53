/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parameters of a bank's request, whether they stand in the address or in a form.
 */
#ifndef CHANNELS_BILLER_PAIRS_H
#define CHANNELS_BILLER_PAIRS_H

#include "channels/http/request.h"
#include "formats/biller.h"

enum { BILLER_PAIRS_MAX = 32 };

struct biller_pairs {
	struct biller_pair items[BILLER_PAIRS_MAX];
	size_t count;
};

/*
 * False when the bank may not ask so: another method or type of body, or what is no list of pairs,
 * or too long a one. Looks at method, query, body and fields of `rq` alone.
 */
bool biller_pairs_read(
	struct request *rq, const struct biller_profile *p, struct biller_pairs *out);

#endif
