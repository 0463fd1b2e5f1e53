/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers. A handler returns a struct reply *, and only these functions make one: no answer is
 * forgotten, none is sent twice. Replies live in the arena of the call. Security headers, language,
 * trace and length are added by the server from the route's kind.
 */
#ifndef CHANNELS_HTTP_REPLY_H
#define CHANNELS_HTTP_REPLY_H

#include "channels/http/request.h"

struct reply;

enum reply_cache {
	REPLY_PERSONAL, /* no-store, never compressed together with a secret */
	REPLY_FRESH,    /* may be kept, must be asked about again */
	REPLY_MINUTES,  /* public, five minutes */
	REPLY_FOREVER,  /* public, a year, immutable: the address holds a content hash */
};

/* `html` must outlive the call's handler: arena or static memory. */
struct reply *reply_page(struct request *rq, int status, struct str html, enum reply_cache cache);
struct reply *reply_json(struct request *rq, int status, struct str json, enum reply_cache cache);
/* 303 See Other to a path of our own ("/kk/s/…"). */
struct reply *reply_redirect(struct request *rq, struct str location);

/* A file that is part of the program. br and gzip may be empty. */
struct reply_file {
	struct str name;        /* for the ETag and messages */
	const char *media_type; /* "text/css; charset=utf-8" */
	struct str plain, br, gzip;
	const char *etag; /* quoted content hash: "\"3f…\"" */
	enum reply_cache cache;
	bool any_origin; /* may be loaded as a module or font by other sites */
};
/* 200, or 304 when the client has it already; the best coding that it takes. */
struct reply *reply_file(struct request *rq, const struct reply_file *file);

/* Plain text, for probes and metrics. */
struct reply *reply_text(struct request *rq, int status, const char *media_type, struct str text);

/*
 * The error in cx->err with its HTTP status, in the form of the route's kind: page, problem+json or
 * one line of text. `st` is what the service returned; it must not be OK.
 */
struct reply *reply_error(struct request *rq, enum st st);
/* fail() and reply_error() in one: return reply_fail(rq, NOT_FOUND); */
#define reply_fail(rq, code) reply_error((rq), fail((rq)->call->cx, code, "%s", ""))

/* Remembers the language in the cookie "lang" for a year. */
void reply_set_lang(struct reply *r, enum lang lang);
/* Retry-After, in seconds. */
void reply_set_retry(struct reply *r, unsigned seconds);
/* One more header field; name and value are checked against line breaks. */
void reply_set_header(struct reply *r, const char *name, struct str value);

int reply_status(const struct reply *r);
struct str reply_body(const struct reply *r);

/* application/problem+json of an error: type, title, status, code, detail, field, trace. */
void reply_put_problem(struct buf *b, const struct ctx *cx);

#endif
