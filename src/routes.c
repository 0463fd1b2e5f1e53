/* SPDX-License-Identifier: Apache-2.0 */
#include "routes.h"

#include "channels/api/api.h"
#include "channels/biller/biller.h"
#include "channels/http/probes.h"
#include "channels/web/web.h"

#define FORM "application/x-www-form-urlencoded"
#define JSON "application/json"

const struct route routes[] = {
	/* method, path, handler, role, rate, kind, body_max, takes */
	{HTTP_GET, "/", web_root, ROUTE_PUBLIC, RATE_PAGES, ROUTE_PAGE, 0, NULL},
	{HTTP_GET, "/{lang}", web_root, ROUTE_PUBLIC, RATE_PAGES, ROUTE_PAGE, 0, NULL},
	{HTTP_GET, "/{lang}/", web_start, ROUTE_PUBLIC, RATE_PAGES, ROUTE_PAGE, 0, NULL},
	/* Who reloads the address of the form, or was sent it, gets the form. */
	{HTTP_GET, "/{lang}/status", web_start, ROUTE_PUBLIC, RATE_PAGES, ROUTE_PAGE, 0, NULL},
	{HTTP_POST, "/{lang}/status", web_status_ask, ROUTE_PUBLIC, RATE_LOOKUPS, ROUTE_PAGE, 4096,
		FORM},
	{HTTP_GET, "/{lang}/s/{token}", web_status, ROUTE_PUBLIC, RATE_PAGES, ROUTE_PAGE, 0, NULL},
	{HTTP_GET, "/{lang}/s/{token}/why/{month}", web_why, ROUTE_PUBLIC, RATE_PAGES, ROUTE_PAGE,
		0, NULL},
	{HTTP_GET, "/{lang}/s/{token}/pay", web_pay_choose, ROUTE_PUBLIC, RATE_PAGES, ROUTE_PAGE, 0,
		NULL},
	{HTTP_POST, "/{lang}/s/{token}/pay", web_pay_chosen, ROUTE_PUBLIC, RATE_PAGES, ROUTE_PAGE,
		4096, FORM},
	/* An invoice is reached by its number alone: whose it is stands in no address. */
	{HTTP_GET, "/p/{invoice}", web_invoice_short, ROUTE_PUBLIC, RATE_PAGES, ROUTE_PAGE, 0,
		NULL},
	{HTTP_GET, "/{lang}/pay/{invoice}", web_invoice, ROUTE_PUBLIC, RATE_PAGES, ROUTE_PAGE, 0,
		NULL},
	{HTTP_POST, "/{lang}/pay/{invoice}", web_invoice_again, ROUTE_PUBLIC, RATE_PAGES,
		ROUTE_PAGE, 64, FORM},
	{HTTP_POST, "/{lang}/pay/{invoice}/code", web_invoice_code, ROUTE_PUBLIC, RATE_PAGES,
		ROUTE_PAGE, 64, FORM},
	{HTTP_GET, "/{lang}/pay/{invoice}/done", web_receipt, ROUTE_PUBLIC, RATE_PAGES, ROUTE_PAGE,
		0, NULL},
	{HTTP_GET, "/pay/{invoice}/events", web_invoice_events, ROUTE_PUBLIC, RATE_PAGES,
		ROUTE_STREAM, 0, NULL},
	{HTTP_GET, "/{lang}/calculator", web_calculator, ROUTE_PUBLIC, RATE_PAGES, ROUTE_PAGE, 0,
		NULL},
	{HTTP_GET, "/{lang}/penalty", web_penalty, ROUTE_PUBLIC, RATE_PAGES, ROUTE_PAGE, 0, NULL},
	{HTTP_GET, "/{lang}/embed", web_embed, ROUTE_PUBLIC, RATE_PAGES, ROUTE_PAGE, 0, NULL},
	{HTTP_GET, "/embed/v1/frame", web_frame, ROUTE_PUBLIC, RATE_PAGES, ROUTE_FRAME, 0, NULL},
	{HTTP_POST, "/embed/v1/frame", web_frame_ask, ROUTE_PUBLIC, RATE_LOOKUPS, ROUTE_FRAME, 4096,
		FORM},
	{HTTP_GET, "/embed/v1.js", web_embed_script, ROUTE_PUBLIC, RATE_FREE, ROUTE_FILE, 0, NULL},
	{HTTP_GET, "/assets/{name}", web_asset, ROUTE_PUBLIC, RATE_FREE, ROUTE_FILE, 0, NULL},

	{HTTP_POST, "/api/v1/status", api_status, ROUTE_PUBLIC, RATE_LOOKUPS, ROUTE_API, 4096,
		JSON},
	{HTTP_POST, "/api/v1/calculations", api_calculate, ROUTE_PUBLIC, RATE_PAGES, ROUTE_API,
		16384, JSON},
	{HTTP_GET, "/api/v1/law", api_law, ROUTE_PUBLIC, RATE_PAGES, ROUTE_API, 0, NULL},
	{HTTP_GET, "/openapi.yaml", api_description, ROUTE_PUBLIC, RATE_FREE, ROUTE_FILE, 0, NULL},

	/* Banks: whether the address may call is decided when it is known as which bank. */
	{HTTP_GET, "/biller/{bank}", biller_serve, ROUTE_PUBLIC, RATE_FREE, ROUTE_BANK, 0, NULL},
	{HTTP_POST, "/biller/{bank}", biller_serve, ROUTE_PUBLIC, RATE_FREE, ROUTE_BANK, 4096,
		NULL},

	{HTTP_GET, "/healthz", probe_health, ROUTE_PUBLIC, RATE_FREE, ROUTE_PLAIN, 0, NULL},
	{HTTP_GET, "/readyz", probe_ready, ROUTE_PUBLIC, RATE_FREE, ROUTE_PLAIN, 0, NULL},
	{HTTP_GET, "/metrics", probe_metrics, ROUTE_MACHINE, RATE_FREE, ROUTE_PLAIN, 0, NULL},
};

const size_t route_count = sizeof(routes) / sizeof(routes[0]);
