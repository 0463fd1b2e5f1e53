/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/http/dispatch.h"

#include "base/check.h"
#include "channels/http/route.h"
#include "channels/http/site.h"
#include "channels/http/throttle.h"

/* Behind our own proxy the last address of X-Forwarded-For is the one that the proxy saw. */
static void believe_proxy(struct request *rq)
{
	struct str list = request_header(rq, "x-forwarded-for"), last = {0};
	struct peer named;

	while (list.p)
		last = str_trim(str_cut(&list, ','));
	if (last.n && peer_parse(last, &named))
		rq->peer = named;
	if (str_is(request_header(rq, "x-forwarded-proto"), "https"))
		rq->tls = true;
}

static void fill(struct dispatch *d)
{
	const struct head *h = d->head;

	d->rq = (struct request){
		.call = d->call,
		.site = d->site,
		.keep = d->keep,
		.peer = d->peer,
		.tls = d->tls,
	};
	d->call->cx->lang = LANG_KK;
	if (!h)
		return;
	d->rq.method = h->method;
	d->rq.path = h->path;
	d->rq.query = h->query;
	d->rq.fields = h->fields;
	d->rq.field_count = h->field_count;
	if (d->site->settings.behind_proxy)
		believe_proxy(&d->rq);
	else if (request_header(&d->rq, "x-forwarded-for").p)
		/* A proxy that we were not told of: its clients are not this machine. */
		d->rq.peer.loopback = false;
}

struct reply *dispatch_refuse(struct dispatch *d, enum err error)
{
	struct head none = {0};

	d->head = &none;
	fill(d);
	d->head = NULL;
	return reply_error(
		&d->rq, fail_at(d->call->cx, error, __FILE__, __LINE__, 0, "", "%s", ""));
}

static struct reply *refuse_method(struct dispatch *d, const struct route_match *m)
{
	struct reply *r =
		m->path_known ? reply_fail(&d->rq, METHOD) : reply_fail(&d->rq, NOT_FOUND);

	r->allowed = m->allowed;
	return r;
}

static enum channel channel_of(enum route_kind kind)
{
	switch (kind) {
	case ROUTE_FRAME:
		return CHANNEL_EMBED;
	case ROUTE_API:
		return CHANNEL_API;
	case ROUTE_BANK:
		return CHANNEL_BILLER;
	case ROUTE_PAGE:
	case ROUTE_FILE:
	case ROUTE_PLAIN:
	case ROUTE_STREAM:
		break;
	}
	return CHANNEL_WEB;
}

struct reply *dispatch_start(struct dispatch *d)
{
	const struct head *h = d->head;
	struct site *site = d->site;
	struct route_match m;
	struct request *rq = &d->rq;

	fill(d);
	m = route_find(site->routes, site->route_count, h->method, h->path);
	if (h->method_class != HEAD_METHOD_OURS) {
		/* Such a method has no row of its own; the path decides between 404 and 405. */
		struct route_match post =
			route_find(site->routes, site->route_count, HTTP_POST, h->path);

		if (post.route)
			m.allowed |= 1U << HTTP_POST;
		if (m.route)
			m.allowed |= 1U << HTTP_GET;
		m.path_known = m.path_known || m.route || str_is(h->path, "*");
		if (str_is(h->path, "*"))
			m.allowed = 1U << HTTP_GET | 1U << HTTP_POST;
		m.route = NULL;
	}
	rq->route = m.route;
	memcpy(rq->params, m.params, sizeof(rq->params));
	d->call->cx->lang = request_lang(rq);
	if (!m.route)
		return refuse_method(d, &m);
	d->call->channel = channel_of(m.route->kind);
	d->call->role = ACTOR_PUBLIC;
	if (m.route->role == ROUTE_MACHINE && !rq->peer.loopback)
		return reply_fail(rq, DENIED);
	if (!h->chunked && h->length > m.route->body_max)
		return reply_fail(rq, REQUEST_TOO_BIG);
	if (h->chunked && m.route->body_max == 0)
		return reply_fail(rq, REQUEST_TOO_BIG);
	if (m.route->rate == RATE_PAGES && !d->counted) {
		enum st st = throttle_page(d->call->cx, site, &rq->peer);

		if (st != OK)
			return reply_error(rq, st);
	}
	return NULL;
}

/* Is the body of a type that the row takes? No type at all is refused too, when there is a body. */
static bool takes(const struct route *route, struct str type)
{
	struct str rest = str_of(route->takes);

	while (rest.p)
		if (str_eq(str_cut(&rest, ' '), type))
			return type.n > 0;
	return false;
}

struct reply *dispatch_run(struct dispatch *d, struct str body)
{
	struct request *rq = &d->rq;
	struct reply *r;

	rq->body = body;
	if (rq->route->takes && rq->method == HTTP_POST &&
		!takes(rq->route, request_media_type(rq)))
		return reply_fail(rq, MEDIA_TYPE);
	r = rq->route->handle(rq);
	must(r);
	return r;
}
