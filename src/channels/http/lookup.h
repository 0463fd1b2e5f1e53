/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Look-ups by IIN: limited per address and per IIN with counters that the workers share, and
 * written down behind the answer so that the person can be shown later who asked.
 */
#ifndef CHANNELS_HTTP_LOOKUP_H
#define CHANNELS_HTTP_LOOKUP_H

#include "channels/http/request.h"
#include "domain/iin.h"

enum lookup_result { LOOKUP_INSURED, LOOKUP_NOT_INSURED, LOOKUP_REFUSED, LOOKUP_FAILED };

/*
 * Counts one look-up of `iin` by the request's peer. Error: RATE_LIMIT, with err.line = the seconds
 * after which to ask again (reply_error() turns it into Retry-After).
 */
ST lookup_allow(struct request *rq, const struct iin *iin);
/* Leaves the row. Does not touch the disk. */
void lookup_note(struct request *rq, const struct iin *iin, enum lookup_result result);

#endif
