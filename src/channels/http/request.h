/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request as a handler sees it: checked, complete, with its body. All views live as long as the
 * call; nothing here is trusted as a value until a field table (form.h) has decoded it.
 */
#ifndef CHANNELS_HTTP_REQUEST_H
#define CHANNELS_HTTP_REQUEST_H

#include "service/call.h"

struct route;
struct site;

/* HEAD is answered by the GET row of the route table, without the body. */
enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST };

enum { ROUTE_PARAMS = 4, HEADERS_MAX = 100 };

struct http_field {
	struct str name, value; /* value without white space at both ends */
};

/* Where the request comes from. Behind a trusted proxy: the address that it names. */
struct peer {
	unsigned char addr[16]; /* IPv4 as ::ffff:a.b.c.d */
	bool is_v4;
	bool loopback;
};

struct request {
	struct call *call;       /* call->cx: arena, language, trace; call->db, call->book */
	const struct site *site; /* what all requests of the server share: site.h */
	const struct route *route;
	struct arena *keep; /* lives until the requests of this turn are answered: later.h */
	enum http_method method;
	struct str path;  /* as it came, percent signs and all; starts with '/' */
	struct str query; /* behind the '?', or empty */
	struct str params[ROUTE_PARAMS];
	struct str body;
	const struct http_field *fields;
	size_t field_count;
	struct peer peer;
	bool tls;
};

/* The part of the path that stands for {name} in the route's pattern; must exist there. */
struct str request_param(const struct request *rq, const char *name);
/* First header field of this name (any case), or empty with p == NULL. */
struct str request_header(const struct request *rq, const char *name);
/* The cookie of this name, or empty with p == NULL. */
struct str request_cookie(const struct request *rq, const char *name);
/* "application/json": the media type of the body in small letters, without parameters. */
struct str request_media_type(const struct request *rq);
/*
 * Does the client take this content coding ("br", "gzip")? As RFC 9110 12.5.3: q=0 refuses, "*"
 * counts.
 */
bool request_accepts_coding(const struct request *rq, const char *coding);
/*
 * The language of the answer: that of {lang} in the path, else the cookie "lang", else
 * Accept-Language, else Kazakh. Already in cx->lang when a handler runs.
 */
enum lang request_lang(const struct request *rq);

#endif
