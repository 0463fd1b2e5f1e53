/* SPDX-License-Identifier: Apache-2.0 */
#include "routes.h"

#include "channels/api/api.h"
#include "channels/http/probes.h"

#define JSON "application/json"

const struct route routes[] = {
	/* method, path, handler, role, rate, kind, body_max, takes */
	{HTTP_POST, "/api/v1/status", api_status, ROUTE_PUBLIC, RATE_LOOKUPS, ROUTE_API, 4096,
		JSON},
	{HTTP_GET, "/api/v1/law", api_law, ROUTE_PUBLIC, RATE_PAGES, ROUTE_API, 0, NULL},
	{HTTP_GET, "/openapi.yaml", api_description, ROUTE_PUBLIC, RATE_FREE, ROUTE_FILE, 0, NULL},

	{HTTP_GET, "/healthz", probe_health, ROUTE_PUBLIC, RATE_FREE, ROUTE_PLAIN, 0, NULL},
	{HTTP_GET, "/readyz", probe_ready, ROUTE_PUBLIC, RATE_FREE, ROUTE_PLAIN, 0, NULL},
	{HTTP_GET, "/metrics", probe_metrics, ROUTE_MACHINE, RATE_FREE, ROUTE_PLAIN, 0, NULL},
};

const size_t route_count = sizeof(routes) / sizeof(routes[0]);
