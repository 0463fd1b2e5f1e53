/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a read request to an answer: one look into the route table, the checks that its columns
 * name, then the handler.
 */
#ifndef CHANNELS_HTTP_DISPATCH_H
#define CHANNELS_HTTP_DISPATCH_H

#include "channels/http/head.h"
#include "channels/http/reply_parts.h"

struct site;

/* Everything about one request that the connection knows. */
struct dispatch {
	struct site *site;
	struct call *call; /* its arena is empty, its error slot clear, its trace set */
	const struct head *head;
	struct peer peer;
	struct arena *keep; /* of the turn */
	bool tls;
	bool counted;      /* the same request was seen before, with less of its body */
	struct request rq; /* filled by dispatch_start() */
};

/*
 * Looks the route up as soon as the head is there, before the body. Returns the answer when the
 * request is refused already (NOT_FOUND, METHOD, REQUEST_TOO_BIG, DENIED, RATE_LIMIT), else NULL.
 */
struct reply *dispatch_start(struct dispatch *d);
/* Runs the handler with the whole body. */
struct reply *dispatch_run(struct dispatch *d, struct str body);
/* The answer to what is no request at all; `error` with its own HTTP status. */
struct reply *dispatch_refuse(struct dispatch *d, enum err error);

#endif
