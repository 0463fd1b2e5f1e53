/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The other side: requests over HTTP to a bank or another system, by libcurl. Only http and https;
 * the certificate of the other side is always checked; redirects are never followed (a 3xx is an
 * answer like any other); a proxy is used only when it is set here, never from the environment.
 * Every call ends by its deadline, and nothing that comes back can be bigger than the maximum.
 *
 * What fails here (called PEER_* below), all E_UPSTREAM but the first:
 *	PEER_ADDRESS      the URL, the method or a header is none (E_INPUT); nothing was sent
 *	PEER_UNREACHABLE  no such host, or nobody takes the connection; nothing was sent
 *	PEER_TLS          no secure connection: its certificate, or ours; nothing was sent
 *	PEER_TIMEOUT      the deadline passed; `sent` tells whether the request may have arrived
 *	PEER_CUT          the connection broke off, or the answer is not HTTP; as above
 *	PEER_TOO_BIG      the answer is bigger than allowed; as above
 * The details never hold a URL, a header or a body: they may be secret.
 */
#ifndef GATEWAY_PEER_H
#define GATEWAY_PEER_H

#include "base/ctx.h"

struct peer;

struct peer_settings {
	const char *ca_file;   /* whom to trust, PEM; NULL: whom the machine trusts */
	const char *cert_file; /* our client certificate, PEM; NULL: none */
	const char *key_file;  /* its key, PEM; NULL: in cert_file */
	const char *proxy;     /* "http://10.0.0.1:3128"; NULL: none */
	int64_t connect_ms;    /* > 0: until the connection stands, TLS included */
	int64_t total_ms;      /* > 0: until the answer is here */
	size_t body_max;       /* > 0: bytes of the body of an answer */
};

/*
 * Keeps connections open between calls; the strings of `settings` live as long. Belongs to one
 * process: made after fork(). Ended by peer_free().
 */
struct peer *peer_new(const struct peer_settings *settings);
void peer_free(struct peer *p); /* NULL does nothing */

struct peer_header {
	struct str name, value;
};

struct peer_request {
	const char *method; /* "GET", "POST", … */
	struct str url;     /* http://… or https://…, without a user */
	const struct peer_header *headers;
	size_t header_count;
	struct str body; /* of a POST or PUT; may be empty */
};

/* In cx->arena. */
struct peer_answer {
	enum st st;          /* OK when an answer came, whatever its status */
	struct err_slot err; /* else what failed */
	bool sent;           /* the request, or a part of it, left */
	int64_t took_us;
	int status; /* 100 … 999 */
	struct peer_header *headers;
	size_t header_count;
	struct str body;
};

/*
 * One request. `out->sent` and `out->took_us` are set also when it fails. What changes something
 * (all but GET and HEAD) goes over a fresh connection and exactly once: it is never repeated here.
 * Errors: PEER_*.
 */
ST peer_call(struct ctx *cx, struct peer *p, const struct peer_request *request,
	struct peer_answer *out);

/* At the same time, at most LIMIT_PEER_CALLS; returns when all have ended, each with its own st. */
void peer_call_all(struct ctx *cx, struct peer *p, const struct peer_request *requests,
	size_t count, struct peer_answer *out);

/* The first header of that name, in small letters ("content-type"); empty when there is none. */
struct str peer_header_find(const struct peer_answer *answer, const char *name);

#endif
