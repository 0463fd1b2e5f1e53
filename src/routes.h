/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything the server answers, in one table. docs/api/openapi.yaml is compared with it.
 */
#ifndef SAQTA_ROUTES_H
#define SAQTA_ROUTES_H

#include "channels/http/route.h"

extern const struct route routes[];
extern const size_t route_count;

#endif
