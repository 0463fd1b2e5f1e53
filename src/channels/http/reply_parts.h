/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of a reply, for the server alone: handlers see reply.h.
 */
#ifndef CHANNELS_HTTP_REPLY_PARTS_H
#define CHANNELS_HTTP_REPLY_PARTS_H

#include "channels/http/later.h"
#include "channels/http/stream.h"

struct reply {
	int status;
	const char *media_type; /* NULL: no body, no Content-Type */
	struct str body;
	enum reply_cache cache;
	const char *coding; /* "br", "gzip", or NULL */
	const char *etag;
	struct str location;
	unsigned retry_seconds;
	unsigned allowed; /* 405: bits of enum http_method */
	bool vary_coding;
	bool any_origin;
	bool sets_lang;
	enum lang lang;
	struct buf extra;           /* whole header lines */
	struct later *later;        /* not yet an answer: that comes after the commit of the turn */
	struct stream_wish *stream; /* the answer goes on after this one */
};

/* What the connection adds. */
struct reply_frame {
	bool keep_alive;
	const char *date; /* IMF-fixdate */
};

/* Status line and fields, with the empty line. */
void reply_put_head(struct buf *b, const struct request *rq, const struct reply *r,
	const struct reply_frame *frame);

/* "Not Found"; every status that errors.def or this channel uses has its phrase. */
const char *reply_phrase(int status);

/* gzip of `text` into the arena; empty when it is not smaller. */
struct str reply_gzip(struct arena *a, struct str text);

#endif
