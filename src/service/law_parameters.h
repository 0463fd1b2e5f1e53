/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parameters in force in one month, for machines.
 */
#ifndef SERVICE_LAW_PARAMETERS_H
#define SERVICE_LAW_PARAMETERS_H

#include "service/call.h"

/*
 * law_digest, month, units and, for each payer kind that is in force, its rates by purpose code
 * with base, cap, floor, dates and article. Errors: LAW_NO_RULE, LAW_NOT_YET.
 */
ST law_parameters_put_json(struct call *call, struct month month, struct buf *out);

#endif
