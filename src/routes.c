/* SPDX-License-Identifier: Apache-2.0 */
#include "routes.h"

#include "channels/http/probes.h"

#define FORM "application/x-www-form-urlencoded"
#define JSON "application/json"

const struct route routes[] = {
	/* method, path, handler, role, rate, kind, body_max, takes */
	{HTTP_GET, "/healthz", probe_health, ROUTE_PUBLIC, RATE_FREE, ROUTE_PLAIN, 0, NULL},
	{HTTP_GET, "/readyz", probe_ready, ROUTE_PUBLIC, RATE_FREE, ROUTE_PLAIN, 0, NULL},
	{HTTP_GET, "/metrics", probe_metrics, ROUTE_MACHINE, RATE_FREE, ROUTE_PLAIN, 0, NULL},
};

const size_t route_count = sizeof(routes) / sizeof(routes[0]);
