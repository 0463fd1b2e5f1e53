/* SPDX-License-Identifier: Apache-2.0 */
#include "service/certify_link.h"

#include "base/check.h"
#include "base/heap.h"
#include "gateway/peer.h"

enum {
	CONNECT_MS = 10000,
	HASTY_MS = 150, /* until a bank that hangs up does so, if no answer came before */
};

struct certify_link {
	struct peer *patient;
	struct peer *hasty; /* takes one byte of an answer and is gone */
	bool reached;       /* somebody has answered */
};

struct certify_link *certify_link_new(const struct certify_link_settings *s)
{
	struct certify_link *l = heap_item(sizeof(*l));
	struct peer_settings p = {.ca_file = s->ca_file,
		.cert_file = s->cert_file,
		.key_file = s->key_file,
		.connect_ms = s->timeout_ms < CONNECT_MS ? s->timeout_ms : CONNECT_MS,
		.total_ms = s->timeout_ms,
		.body_max = BILLER_HEARD_BYTES_MAX};

	l->patient = peer_new(&p);
	p.total_ms = HASTY_MS;
	p.body_max = 1;
	l->hasty = peer_new(&p);
	return l;
}

void certify_link_free(struct certify_link *l)
{
	if (!l)
		return;
	peer_free(l->patient);
	peer_free(l->hasty);
	heap_free_item(l);
}

static struct peer_request request_of(struct ctx *cx, const struct certify_request *rq)
{
	struct peer_header *headers = arena_array(cx->arena, 3, sizeof(*headers));
	struct peer_request out = {.method = rq->post ? "POST" : "GET",
		.url = rq->url,
		.headers = headers,
		.body = rq->body};

	/* A kept connection that dies would make the request be sent twice unseen. */
	headers[out.header_count++] = (struct peer_header){STR_LIT("Connection"), STR_LIT("close")};
	headers[out.header_count++] =
		(struct peer_header){STR_LIT("Accept-Language"), str_of(lang_code(rq->lang))};
	if (rq->content_type)
		headers[out.header_count++] =
			(struct peer_header){STR_LIT("Content-Type"), str_of(rq->content_type)};
	return out;
}

/* "timeout" of PEER_TIMEOUT. */
static struct str trouble_of(struct ctx *cx, enum err code)
{
	struct str name = str_of(err_info(code)->name);
	char *p;

	if (!str_starts(name, "PEER_"))
		return name;
	p = arena_copy(cx->arena, name.p + 5, name.n - 5);
	for (size_t i = 0; p[i]; i++)
		p[i] = (char)(p[i] == '_' ? ' ' : p[i] | 32);
	return str_of(p);
}

static ST take_answer(struct certify_link *l, struct ctx *cx, const struct peer_answer *a,
	struct certify_answer *out)
{
	bool nowhere = a->err.code == ERR_PEER_UNREACHABLE || a->err.code == ERR_PEER_TLS;

	*out = (struct certify_answer){.came = a->st == OK, .us = a->took_us};
	if (a->st != OK) {
		out->trouble = trouble_of(cx, a->err.code);
		if (a->err.code == ERR_PEER_ADDRESS || (nowhere && !l->reached)) {
			cx->err = a->err;
			return a->st;
		}
		return OK;
	}
	l->reached = true;
	out->http = a->status;
	out->body = a->body;
	out->media_type = peer_header_find(a, "content-type");
	out->cache = peer_header_find(a, "cache-control");
	return OK;
}

ST certify_link_send(void *arg, struct ctx *cx, const struct certify_request *rq, size_t n,
	struct certify_answer *out)
{
	struct certify_link *l = arg;
	struct peer_request requests[CERTIFY_AT_ONCE];
	struct peer_answer answers[CERTIFY_AT_ONCE];

	must(n > 0 && n <= CERTIFY_AT_ONCE);
	for (size_t i = 0; i < n; i++)
		requests[i] = request_of(cx, &rq[i]);
	peer_call_all(cx, rq[0].hang_up ? l->hasty : l->patient, requests, n, answers);
	for (size_t i = 0; i < n; i++)
		TRY(take_answer(l, cx, &answers[i], &out[i]));
	return OK;
}
