/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers that stay open: server-sent events (HTML standard, 9.2) of something that somebody waits
 * for. A stream says at once what state that is in, then the next state, and ends; a client that
 * wants to know more asks again. It ends too after LIMIT_STREAM_SECONDS, with the worker, and for
 * whoever does not read; browsers open it anew by themselves.
 *
 * All streams of a worker are looked at together, once a second, by the hook `watch` of site.h.
 */
#ifndef CHANNELS_HTTP_STREAM_H
#define CHANNELS_HTTP_STREAM_H

#include "channels/http/reply.h"

/* One thing that is waited for. */
struct stream_topic {
	int64_t key;      /* which, as the hook knows it */
	int64_t seen;     /* what the client knows of it; the hook brings it up to date */
	const char *news; /* set by the hook: the state that it is in now; NULL = as before */
};

/* States are short words of ours, in static memory: "open", "paid". */
struct stream_wish {
	int64_t key, seen;
	const char *state;    /* now */
	struct instant until; /* by the clock alone the state is `after` from here */
	const char *after;
};

/* 200 and an open stream; 503 when there are too many. */
struct reply *reply_stream(struct request *rq, const struct stream_wish *wish);
/* The same of what is not waited for any more: says the state and ends. */
struct reply *reply_stream_end(struct request *rq, const char *state);

#endif
