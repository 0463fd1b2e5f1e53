/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one table of what the server answers: src/routes.c. Everything that can be decided before a
 * handler runs is a column.
 */
#ifndef CHANNELS_HTTP_ROUTE_H
#define CHANNELS_HTTP_ROUTE_H

#include "channels/http/reply.h"
#include "channels/http/request.h"

enum route_role {
	ROUTE_PUBLIC,  /* everybody */
	ROUTE_MACHINE, /* probes and monitoring: only from an address of metrics_from */
};

/* What one client may do how often; counted before the handler runs. */
enum route_rate {
	RATE_FREE,    /* static things and probes */
	RATE_PAGES,   /* pages and calculations that ask nothing about a person */
	RATE_LOOKUPS, /* look-ups by IIN: the handler asks lookup_allow() once it knows the IIN */
};

/* The form of errors, and the security headers. */
enum route_kind {
	ROUTE_PAGE,   /* HTML; errors as the error page */
	ROUTE_FRAME,  /* HTML inside other sites: frame-ancestors from the allow-list */
	ROUTE_API,    /* JSON; errors as problem+json (RFC 9457) */
	ROUTE_FILE,   /* assets; errors as the error page */
	ROUTE_PLAIN,  /* probes and metrics: text */
	ROUTE_STREAM, /* server-sent events; errors as text */
	ROUTE_BANK,   /* the form of the bank; errors before the bank is known as text */
};

struct route {
	enum http_method method; /* HTTP_GET answers HEAD too */
	const char *path; /* "/{lang}/s/{token}/why/{month}": a name in braces is one segment */
	struct reply *(*handle)(struct request *rq);
	enum route_role role;
	enum route_rate rate;
	enum route_kind kind;
	uint32_t body_max; /* bytes; 0 = no body is taken */
	const char *takes; /* media types of the body, separated by a space; NULL without a body */
};

struct route_match {
	const struct route *route; /* NULL: no row for this method and path */
	struct str params[ROUTE_PARAMS];
	bool path_known;  /* some row has this path, with another method */
	unsigned allowed; /* bits 1 << enum http_method of the rows with this path */
};

/*
 * The first row for the path. {lang} takes only kk, ru and en; other names take any non-empty
 * segment. A trailing slash matters, but HTTP_HEAD finds GET rows.
 */
struct route_match route_find(
	const struct route *routes, size_t count, enum http_method method, struct str path);

/* Number of the parameter {name} in the pattern, or -1. */
int route_param_index(const struct route *r, const char *name);

#endif
