/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON API, version 1. docs/api/openapi.yaml is its description; errors are problem+json with
 * the codes of errors.def.
 */
#ifndef CHANNELS_API_H
#define CHANNELS_API_H

#include "channels/http/route.h"

/* POST /api/v1/status {"iin", "on"?, "known"?, "explain"?} */
struct reply *api_status(struct request *rq);
/* POST /api/v1/calculations {"kind", "month", "incomes"?, "categories"?, "place"?, "explain"?} */
struct reply *api_calculate(struct request *rq);
/* GET /api/v1/law?month=YYYY-MM; this month without it */
struct reply *api_law(struct request *rq);
/* GET /openapi.yaml */
struct reply *api_description(struct request *rq);

#endif
