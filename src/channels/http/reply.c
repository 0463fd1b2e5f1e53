/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/http/reply.h"

#include <inttypes.h>
#include <stdio.h>
#include <strings.h>
#include <zlib.h>

#include "base/check.h"
#include "base/log.h"
#include "channels/http/reply_parts.h"
#include "channels/http/route.h"
#include "channels/http/site.h"
#include "formats/problem.h"
#include "limits.h"
#include "text/say.h"

enum {
	HEAD_BYTES_MAX = 8 << 10,
	GZIP_FROM = 1024, /* below it a page fits one packet anyway */
	LANG_COOKIE_SECONDS = 365 * 86400,
};

static struct reply *reply_new(struct request *rq, int status, enum reply_cache cache)
{
	struct arena *a = rq->call->cx->arena;
	struct reply *r = ARENA_NEW(a, struct reply);

	must(status >= 200 && status <= 599);
	r->status = status;
	r->cache = cache;
	r->extra = buf_new(a, HEAD_BYTES_MAX / 2);
	return r;
}

struct str reply_gzip(struct arena *a, struct str text)
{
	z_stream z = {0};
	struct str out = {0};
	size_t room = text.n;
	char *p = arena_alloc(a, room);

	/* 15 + 16: a gzip header. Level 3: 0.1 ms for a page of 12 KiB, a third of its size. */
	if (deflateInit2(&z, 3, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return out;
	z.next_in = (Bytef *)(uintptr_t)text.p;
	z.avail_in = (uInt)text.n;
	z.next_out = (Bytef *)p;
	z.avail_out = (uInt)room;
	if (deflate(&z, Z_FINISH) == Z_STREAM_END)
		out = (struct str){p, room - z.avail_out};
	deflateEnd(&z);
	return out;
}

struct reply *reply_page(struct request *rq, int status, struct str html, enum reply_cache cache)
{
	struct reply *r = reply_new(rq, status, cache);

	r->media_type = "text/html; charset=utf-8";
	r->body = html;
	/*
	 * A page with a person's data is never compressed: its size would tell about a secret that
	 * stands beside text which somebody else chose.
	 */
	if (cache == REPLY_PERSONAL || html.n < GZIP_FROM)
		return r;
	r->vary_coding = true;
	if (request_accepts_coding(rq, "gzip")) {
		struct str small = reply_gzip(rq->call->cx->arena, html);

		if (small.n) {
			r->body = small;
			r->coding = "gzip";
		}
	}
	return r;
}

struct reply *reply_json(struct request *rq, int status, struct str json, enum reply_cache cache)
{
	struct reply *r = reply_new(rq, status, cache);

	r->media_type = "application/json";
	r->body = json;
	return r;
}

struct reply *reply_redirect(struct request *rq, struct str location)
{
	struct reply *r = reply_new(rq, 303, REPLY_PERSONAL);

	must(location.n > 0 && location.p[0] == '/' && !(location.n > 1 && location.p[1] == '/'));
	for (size_t i = 0; i < location.n; i++)
		must(location.p[i] > ' ' && location.p[i] < 0x7f);
	r->location = location;
	return r;
}

struct reply *reply_text(struct request *rq, int status, const char *media_type, struct str text)
{
	struct reply *r = reply_new(rq, status, REPLY_PERSONAL);

	r->media_type = media_type;
	r->body = text;
	return r;
}

/* Is `etag` in the list of If-None-Match? Weak comparison, as RFC 9110 13.1.2 asks. */
static bool client_has(const struct request *rq, const char *etag)
{
	struct str rest = request_header(rq, "if-none-match");

	while (rest.p) {
		struct str one = str_trim(str_cut(&rest, ','));

		if (str_is(one, "*"))
			return true;
		if (str_starts(one, "W/"))
			one = (struct str){one.p + 2, one.n - 2};
		if (str_is(one, etag))
			return true;
	}
	return false;
}

struct reply *reply_file(struct request *rq, const struct reply_file *file)
{
	struct reply *r = reply_new(rq, 200, file->cache);

	r->etag = file->etag;
	r->any_origin = file->any_origin;
	r->vary_coding = file->br.n || file->gzip.n;
	if (client_has(rq, file->etag)) {
		r->status = 304;
		return r;
	}
	r->media_type = file->media_type;
	if (file->br.n && request_accepts_coding(rq, "br")) {
		r->coding = "br";
		r->body = file->br;
	} else if (file->gzip.n && request_accepts_coding(rq, "gzip")) {
		r->coding = "gzip";
		r->body = file->gzip;
	} else {
		r->body = file->plain;
	}
	return r;
}

void reply_put_problem(struct buf *b, const struct ctx *cx)
{
	struct json j = json_start(b);

	json_open_object(&j);
	problem_put_keys(&j, cx, reply_phrase(err_info(cx->err.code)->http));
	json_close_object(&j);
}

static struct reply *problem(struct request *rq, int status)
{
	struct buf b = buf_new(rq->call->cx->arena, 8192);
	struct reply *r;

	reply_put_problem(&b, rq->call->cx);
	r = reply_json(rq, status, buf_view(&b), REPLY_PERSONAL);
	r->media_type = "application/problem+json";
	return r;
}

static struct reply *line_of_text(struct request *rq, int status)
{
	struct buf b = buf_new(rq->call->cx->arena, 4096);

	say_error(&b, rq->call->cx->lang, &rq->call->cx->err);
	buf_char(&b, '\n');
	return reply_text(rq, status, "text/plain; charset=utf-8", buf_view(&b));
}

static struct reply *error_page(struct request *rq, int status)
{
	struct buf b;

	if (!rq->site->hooks.error_page)
		return line_of_text(rq, status);
	b = buf_new(rq->call->cx->arena, 256 << 10);
	rq->site->hooks.error_page(rq, status, &b);
	return reply_page(rq, status, buf_view(&b), REPLY_PERSONAL);
}

/* What no row of the table answers is told apart by the path alone. */
static enum route_kind kind_of(const struct request *rq)
{
	if (rq->route)
		return rq->route->kind;
	if (str_starts(rq->path, "/api/"))
		return ROUTE_API;
	/* What cannot be read as a request comes from a program. */
	return rq->path.n ? ROUTE_PAGE : ROUTE_API;
}

struct reply *reply_error(struct request *rq, enum st st)
{
	struct ctx *cx = rq->call->cx;
	struct reply *r = NULL;
	int status;

	must(st != OK && cx->err.code != ERR_NONE);
	status = err_info(cx->err.code)->http;
	if (status >= 500 && st != E_RETRY)
		log_event(cx, LOG_BROKEN, "http.error", "code=%s at=%s:%d detail=\"%s\"",
			err_info(cx->err.code)->name, cx->err.file, cx->err.source_line,
			cx->err.detail);
	switch (kind_of(rq)) {
	case ROUTE_PAGE:
	case ROUTE_FRAME:
	case ROUTE_FILE:
		r = error_page(rq, status);
		break;
	case ROUTE_API:
		r = problem(rq, status);
		break;
	case ROUTE_PLAIN:
	case ROUTE_STREAM:
	case ROUTE_BANK:
		r = line_of_text(rq, status);
		break;
	}
	must(r);
	if (cx->err.code == ERR_RATE_LIMIT)
		r->retry_seconds = cx->err.line ? (unsigned)cx->err.line : 60;
	else if (status == 503)
		r->retry_seconds = 2;
	return r;
}

void reply_set_lang(struct reply *r, enum lang lang)
{
	r->sets_lang = true;
	r->lang = lang;
}

void reply_set_retry(struct reply *r, unsigned seconds)
{
	r->retry_seconds = seconds;
}

void reply_set_header(struct reply *r, const char *name, struct str value)
{
	for (size_t i = 0; i < value.n; i++)
		must((unsigned char)value.p[i] >= 0x20 && value.p[i] != 0x7f);
	buf_fmt(&r->extra, "%s: %.*s\r\n", name, STR(value));
}

struct reply *reply_later(struct request *rq, struct later *later)
{
	struct reply *r = reply_new(rq, 200, REPLY_PERSONAL);

	later->unit.trace = rq->call->cx->trace;
	later->unit.lang = rq->call->cx->lang;
	r->later = later;
	return r;
}

int reply_status(const struct reply *r)
{
	return r->status;
}

struct str reply_body(const struct reply *r)
{
	return r->body;
}

const char *reply_phrase(int status)
{
	static const struct {
		int status;
		const char *phrase;
	} phrases[] = {
		{200, "OK"},
		{303, "See Other"},
		{304, "Not Modified"},
		{400, "Bad Request"},
		{403, "Forbidden"},
		{404, "Not Found"},
		{405, "Method Not Allowed"},
		{408, "Request Timeout"},
		{409, "Conflict"},
		{410, "Gone"},
		{413, "Content Too Large"},
		{414, "URI Too Long"},
		{415, "Unsupported Media Type"},
		{417, "Expectation Failed"},
		{422, "Unprocessable Content"},
		{429, "Too Many Requests"},
		{431, "Request Header Fields Too Large"},
		{500, "Internal Server Error"},
		{501, "Not Implemented"},
		{503, "Service Unavailable"},
		{505, "HTTP Version Not Supported"},
	};

	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (phrases[i].status == status)
			return phrases[i].phrase;
	return "Unknown";
}

/* Policies by kind of answer; the frame alone may be shown inside other sites. */
#define PAGE_POLICY                                                                                \
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "          \
	"font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "            \
	"frame-src 'self'; form-action 'self'; base-uri 'none'; "                                  \
	"require-trusted-types-for 'script'; frame-ancestors "
#define DATA_POLICY "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors "

static void put_policy(struct buf *b, const struct request *rq)
{
	const char *policy = DATA_POLICY;
	const char *ancestors = "'none'";

	switch (kind_of(rq)) {
	case ROUTE_FRAME:
		ancestors = rq->site->frame_ancestors;
		policy = PAGE_POLICY;
		break;
	case ROUTE_PAGE:
		policy = PAGE_POLICY;
		break;
	case ROUTE_API:
	case ROUTE_FILE:
	case ROUTE_PLAIN:
	case ROUTE_STREAM:
	case ROUTE_BANK:
		break;
	}
	buf_z(b, "Content-Security-Policy: ");
	buf_z(b, policy);
	buf_z(b, ancestors);
	buf_z(b, "\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n");
	if (kind_of(rq) == ROUTE_PAGE)
		buf_z(b, "Cross-Origin-Opener-Policy: same-origin\r\n"
			 "Permissions-Policy: camera=(), microphone=(), geolocation=()\r\n");
	if (rq->tls)
		buf_z(b, "Strict-Transport-Security: max-age=31536000\r\n");
}

static void put_cache(struct buf *b, const struct reply *r)
{
	switch (r->cache) {
	case REPLY_PERSONAL:
		buf_z(b, "Cache-Control: no-store\r\n");
		break;
	case REPLY_FRESH:
		buf_z(b, "Cache-Control: no-cache\r\n");
		break;
	case REPLY_MINUTES:
		/* A cookie is for one person: no cache between us may keep it. */
		buf_z(b, r->sets_lang ? "Cache-Control: private, max-age=300\r\n"
				      : "Cache-Control: public, max-age=300\r\n");
		break;
	case REPLY_FOREVER:
		buf_z(b, "Cache-Control: public, max-age=31536000, immutable\r\n");
		break;
	}
	if (r->etag)
		buf_fmt(b, "ETag: %s\r\n", r->etag);
	if (r->vary_coding)
		buf_z(b, "Vary: Accept-Encoding\r\n");
}

static void put_rare(struct buf *b, const struct request *rq, const struct reply *r)
{
	if (r->location.n)
		buf_fmt(b, "Location: %.*s\r\n", STR(r->location));
	if (r->coding)
		buf_fmt(b, "Content-Encoding: %s\r\n", r->coding);
	if (r->retry_seconds)
		buf_fmt(b, "Retry-After: %u\r\n", r->retry_seconds);
	if (r->any_origin)
		buf_z(b, "Access-Control-Allow-Origin: *\r\n"
			 "Cross-Origin-Resource-Policy: cross-origin\r\n");
	if (r->sets_lang)
		buf_fmt(b, "Set-Cookie: lang=%s; Path=/; Max-Age=%d; SameSite=Lax; HttpOnly%s\r\n",
			lang_code(r->lang), LANG_COOKIE_SECONDS, rq->tls ? "; Secure" : "");
	if (r->status == 405)
		buf_fmt(b, "Allow: %s%s\r\n", r->allowed & 1U << HTTP_GET ? "GET, HEAD" : "",
			r->allowed & 1U << HTTP_POST
				? (r->allowed & 1U << HTTP_GET ? ", POST" : "POST")
				: "");
	buf_str(b, buf_view(&r->extra));
}

/* Files, probes and what anybody may keep of the API say the same in each language. */
static bool has_language(const struct request *rq, const struct reply *r)
{
	switch (kind_of(rq)) {
	case ROUTE_PAGE:
	case ROUTE_FRAME:
		return true;
	case ROUTE_API:
		return r->cache == REPLY_PERSONAL;
	case ROUTE_FILE:
		return r->status >= 400;
	case ROUTE_PLAIN:
	case ROUTE_STREAM:
	case ROUTE_BANK:
		break;
	}
	return false;
}

void reply_put_head(struct buf *b, const struct request *rq, const struct reply *r,
	const struct reply_frame *frame)
{
	char trace[17];

	buf_z(b, "HTTP/1.1 ");
	buf_u64(b, (uint64_t)r->status);
	buf_char(b, ' ');
	buf_z(b, reply_phrase(r->status));
	buf_z(b, "\r\nDate: ");
	buf_z(b, frame->date);
	if (r->media_type) {
		buf_z(b, "\r\nContent-Type: ");
		buf_z(b, r->media_type);
		if (has_language(rq, r)) {
			buf_z(b, "\r\nContent-Language: ");
			buf_z(b, lang_code(rq->call->cx->lang));
		}
	}
	/*
	 * A 304 has no body and says nothing about the length of the one it stands for; a stream
	 * ends with its connection.
	 */
	if (r->status != 304 && !r->stream) {
		buf_z(b, "\r\nContent-Length: ");
		buf_u64(b, r->body.n);
	}
	snprintf(trace, sizeof(trace), "%016" PRIx64, rq->call->cx->trace);
	buf_z(b, frame->keep_alive ? "\r\nConnection: keep-alive\r\nX-Request-Id: "
				   : "\r\nConnection: close\r\nX-Request-Id: ");
	buf_put(b, trace, 16);
	buf_z(b, "\r\n");
	put_cache(b, r);
	put_policy(b, rq);
	put_rare(b, rq, r);
	buf_z(b, "\r\n");
	must(!b->over);
}
