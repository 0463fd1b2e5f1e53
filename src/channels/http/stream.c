/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/http/stream.h"

#include <stdatomic.h>

#include "base/check.h"
#include "base/log.h"
#include "channels/http/loop_parts.h"
#include "channels/http/throttle.h"
#include "limits.h"

enum {
	LOOK_US = 1000000,           /* between two looks at all topics */
	LOOK_AGAIN_US = 10000000,    /* after one that failed: the database has other worries */
	AGAIN_MS = 1000,             /* a client comes back after this, */
	AGAIN_SPREAD_MS = 1U << 11U, /* and up to so much more: not all in one moment */
	EVENT_BYTES = 128,
};

static struct str event_of(struct arena *a, const char *state)
{
	struct buf b = buf_new(a, EVENT_BYTES);

	buf_fmt(&b, "event: state\ndata: %s\n\n", state);
	must(!b.over);
	return buf_view(&b);
}

/* ---- Replies --------------------------------------------------------------------------------- */

static struct reply *say_state(struct request *rq, const char *state)
{
	struct ctx *cx = rq->call->cx;
	struct buf b = buf_new(cx->arena, EVENT_BYTES);
	struct reply *r;

	buf_fmt(&b, "retry: %u\n", (unsigned)(AGAIN_MS + cx->trace % (unsigned)AGAIN_SPREAD_MS));
	buf_str(&b, event_of(cx->arena, state));
	r = reply_text(rq, 200, "text/event-stream", buf_view(&b));
	/* A proxy that collects an answer before it passes it on would keep the news to itself. */
	reply_set_header(r, "X-Accel-Buffering", STR_LIT("no"));
	return r;
}

struct reply *reply_stream(struct request *rq, const struct stream_wish *wish)
{
	struct reply *r = say_state(rq, wish->state);

	r->stream = ARENA_NEW(rq->call->cx->arena, struct stream_wish);
	*r->stream = *wish;
	return r;
}

struct reply *reply_stream_end(struct request *rq, const char *state)
{
	return say_state(rq, state);
}

/* ---- Those that are open --------------------------------------------------------------------- */

static void count(struct loop *l)
{
	const struct loop_setup *s = l->setup;
	uint64_t all = 0;

	atomic_store(&s->slots[s->slot].streams, l->stream_count);
	for (unsigned i = 0; i < s->slot_count; i++)
		all += atomic_load(&s->slots[i].streams);
	metrics_set(l->site->metrics, METRIC_STREAMS, all);
}

/* Streams may take half of the connections at most: the rest is for those who ask something. */
static size_t most(const struct loop *l)
{
	size_t half = l->setup->connections_max / 2, set = l->site->settings.streams;

	if (set > LIMIT_STREAMS)
		set = LIMIT_STREAMS;
	return set < half ? set : half;
}

bool stream_admits(const struct loop *l, const struct peer *peer)
{
	unsigned char network[16];
	size_t same = 0;

	if (!l->site->hooks.watch || l->stream_count >= most(l))
		return false;
	if (l->site->settings.loopback_free && peer->loopback)
		return true;
	peer_network(peer, network);
	for (size_t i = 0; i < l->stream_count; i++)
		same += memcmp(l->streams[i]->stream->network, network, sizeof(network)) == 0;
	return same < LIMIT_STREAMS_OF_CLIENT;
}

void stream_add(
	struct loop *l, struct conn *c, const struct stream_wish *wish, const struct peer *peer)
{
	struct stream *s = heap_item(sizeof(*s));

	if (!l->streams)
		l->streams = heap_item(LIMIT_STREAMS * sizeof(struct conn *));
	must(l->stream_count < LIMIT_STREAMS);
	s->topic = (struct stream_topic){wish->key, wish->seen, NULL};
	s->until = wish->until;
	s->after = wish->after;
	s->ends_us = l->now_us + LIMIT_STREAM_SECONDS * 1000000LL;
	s->at = l->stream_count;
	peer_network(peer, s->network);
	c->stream = s;
	l->streams[l->stream_count++] = c;
	metrics_add(l->site->metrics, METRIC_STREAMS_OPENED, 1);
	count(l);
}

void stream_forget(struct loop *l, struct conn *c)
{
	struct conn *last;

	if (!c->stream)
		return;
	last = l->streams[--l->stream_count];
	l->streams[c->stream->at] = last;
	last->stream->at = c->stream->at;
	heap_free_item(c->stream);
	c->stream = NULL;
	count(l);
}

void stream_ping(struct loop *l, struct conn *c)
{
	if (l->now_us >= c->stream->ends_us)
		conn_end(l, c);
	else
		conn_say(l, c, STR_LIT(": \n\n"), false);
}

void stream_end_all(struct loop *l)
{
	while (l->stream_count)
		conn_end(l, l->streams[l->stream_count - 1]);
}

/* ---- The look at all of them ----------------------------------------------------------------- */

/* False when nothing could be learnt. */
static bool ask(struct loop *l)
{
	struct ctx *cx = l->call->cx;
	const struct site_hooks *hooks = &l->site->hooks;
	struct stream_topic *topics;

	arena_reset(cx->arena);
	err_clear(cx);
	conn_begin_turn(l);
	topics = arena_array(cx->arena, l->stream_count, sizeof(*topics));
	for (size_t i = 0; i < l->stream_count; i++)
		topics[i] = l->streams[i]->stream->topic;
	metrics_add(l->site->metrics, METRIC_STREAM_LOOKS, 1);
	if (hooks->watch(hooks->arg, l->call, topics, l->stream_count) != OK) {
		log_event(cx, LOG_BROKEN, "stream.watch", "code=%s", err_info(cx->err.code)->name);
		err_clear(cx);
		return false;
	}
	for (size_t i = 0; i < l->stream_count; i++)
		l->streams[i]->stream->topic = topics[i];
	return true;
}

static const char *news_of(const struct stream *s, struct instant now)
{
	if (s->topic.news)
		return s->topic.news;
	return s->until.us <= now.us ? s->after : NULL;
}

int64_t stream_look(struct loop *l)
{
	const struct clock *clock = l->call->cx->clock;
	bool good;

	if (l->stream_count == 0)
		return INT64_MAX;
	if (l->now_us < l->look_us)
		return l->look_us - l->now_us;
	good = ask(l);
	l->look_us = l->now_us + (good ? LOOK_US : LOOK_AGAIN_US);
	/* Whoever is told goes, and the last one takes the place: so from behind. */
	for (size_t i = l->stream_count; i-- > 0;) {
		struct conn *c = i < l->stream_count ? l->streams[i] : NULL;
		const char *news = c ? news_of(c->stream, clock->now(clock)) : NULL;

		if (!news)
			continue;
		metrics_add(l->site->metrics, METRIC_STREAM_NEWS, 1);
		conn_say(l, c, event_of(l->call->cx->arena, news), true);
	}
	return l->look_us - l->now_us;
}
