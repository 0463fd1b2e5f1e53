/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/http/loop_parts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/check.h"
#include "channels/http/route.h"
#include "limits.h"

enum {
	LINGER_BYTES = 1 << 20, /* of a refused body that are read and thrown away */
	ACCESS_BYTES = 256 << 10,
	/* A head, a body, and what a client sends ahead of an answer. */
	IN_BYTES = LIMIT_HEADER_BYTES + LIMIT_BODY_BYTES + SCRATCH_BYTES,
};

static void list_remove(struct loop *l, struct conn *c)
{
	struct conn_list *list = &l->lists[c->clock];

	*(c->prev ? &c->prev->next : &list->first) = c->next;
	*(c->next ? &c->next->prev : &list->last) = c->prev;
	c->prev = c->next = NULL;
}

static void list_append(struct loop *l, struct conn *c, enum conn_clock clock)
{
	struct conn_list *list = &l->lists[clock];

	c->clock = (uint8_t)clock;
	c->since_us = l->now_us;
	c->prev = list->last;
	*(list->last ? &list->last->next : &list->first) = c;
	list->last = c;
}

/* Starts the clock anew; a running request clock goes on (one deadline for the whole request). */
static void set_clock(struct loop *l, struct conn *c, enum conn_clock clock)
{
	bool anew = clock == CLOCK_IDLE || clock == CLOCK_STREAM;

	if (c->clock == clock && (!anew || c->since_us == l->now_us))
		return;
	list_remove(l, c);
	list_append(l, c, clock);
}

static void watch(struct loop *l, struct conn *c, uint32_t events)
{
	struct epoll_event e = {.events = events, .data.ptr = c};

	if (c->events == events)
		return;
	must(epoll_ctl(l->epoll_fd, c->events ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, c->fd, &e) == 0);
	c->events = events;
}

static void count_connections(struct loop *l)
{
	const struct loop_setup *s = l->setup;
	uint64_t all = 0;

	atomic_store(&s->slots[s->slot].connections, l->conns);
	for (unsigned i = 0; i < s->slot_count; i++) {
		uint64_t theirs = atomic_load(&s->slots[i].connections);

		all += theirs == LOOP_SLOT_AWAY ? 0 : theirs;
	}
	metrics_set(l->site->metrics, METRIC_CONNECTIONS, all);
}

void conn_open(struct loop *l, int fd, const struct peer *peer)
{
	struct conn *c = heap_item(sizeof(*c));

	c->fd = fd;
	c->peer = *peer;
	c->state = CONN_HEAD;
	if (l->setup->tls) {
		c->tls = tls_conn_new(l->setup->tls, fd);
		c->state = CONN_HANDSHAKE;
	}
	list_append(l, c, c->tls ? CLOCK_REQUEST : CLOCK_IDLE);
	l->conns++;
	count_connections(l);
	watch(l, c, EPOLLIN);
}

static void drop_out(struct loop *l, struct conn *c)
{
	l->queued -= c->out.n;
	heap_free(&c->out);
}

void conn_close(struct loop *l, struct conn *c)
{
	if (c->tls) {
		tls_goodbye(c->tls);
		tls_conn_free(c->tls);
	}
	close(c->fd);
	heap_free(&c->in);
	heap_free(&c->body);
	drop_out(l, c);
	stream_forget(l, c);
	list_remove(l, c);
	heap_free_item(c);
	l->conns--;
	count_connections(l);
}

/* Input and output ------------------------------------------------------------------------- */

enum io { IO_OK, IO_LATER, IO_GONE };

static enum io from_tls(struct loop *l, struct conn *c, enum tls_result r)
{
	switch (r) {
	case TLS_OK:
		return IO_OK;
	case TLS_WANT_READ:
		watch(l, c, EPOLLIN);
		return IO_LATER;
	case TLS_WANT_WRITE:
		watch(l, c, EPOLLOUT);
		return IO_LATER;
	case TLS_CLOSED:
		break;
	}
	return IO_GONE;
}

static enum io read_some(struct loop *l, struct conn *c, size_t *n)
{
	ssize_t got;

	if (c->tls)
		return from_tls(l, c, tls_read(c->tls, l->scratch, SCRATCH_BYTES, n));
	got = recv(c->fd, l->scratch, SCRATCH_BYTES, 0);
	if (got > 0) {
		*n = (size_t)got;
		return IO_OK;
	}
	return got < 0 && (errno == EAGAIN || errno == EINTR) ? IO_LATER : IO_GONE;
}

static enum io write_some(struct loop *l, struct conn *c, struct iovec *parts, size_t *n)
{
	struct msghdr m = {.msg_iov = parts, .msg_iovlen = parts[1].iov_len ? 2 : 1};
	ssize_t put;

	if (c->tls)
		return from_tls(l, c, tls_write(c->tls, parts[0].iov_base, parts[0].iov_len, n));
	put = sendmsg(c->fd, &m, MSG_NOSIGNAL);
	if (put >= 0) {
		*n = (size_t)put;
		return IO_OK;
	}
	return errno == EAGAIN || errno == EINTR ? IO_LATER : IO_GONE;
}

/* Behind the last answer: the client may still be sending, and must be able to read it. */
static void half_close(struct loop *l, struct conn *c)
{
	if (c->tls)
		tls_goodbye(c->tls);
	shutdown(c->fd, SHUT_WR);
	heap_free(&c->in);
	heap_free(&c->body);
	stream_forget(l, c);
	c->scanned = 0;
	c->state = CONN_LINGER;
	set_clock(l, c, CLOCK_LINGER);
	watch(l, c, EPOLLIN);
}

/*
 * Cuts off those who have not read for longest. Their memory is free at once; they themselves go
 * when epoll says that their socket is shut, because it may have spoken of them in this turn.
 */
static void make_room(struct loop *l, size_t n)
{
	struct conn *slow;

	while (l->queued + n > LIMIT_SEND_WORKER_BYTES && (slow = l->lists[CLOCK_SEND].first)) {
		metrics_add(l->site->metrics, METRIC_REFUSED_SLOW, 1);
		drop_out(l, slow);
		heap_free(&slow->in);
		stream_forget(l, slow);
		shutdown(slow->fd, SHUT_RDWR);
		slow->scanned = 0;
		slow->state = CONN_LINGER;
		set_clock(l, slow, CLOCK_LINGER);
		watch(l, slow, EPOLLIN);
	}
}

/* False when it is more than a connection may keep. */
static bool queue(struct loop *l, struct conn *c, struct str part)
{
	make_room(l, part.n);
	if (!heap_put(&c->out, part.p, part.n, LIMIT_SEND_BYTES))
		return false;
	l->queued += part.n;
	return true;
}

/*
 * Sends head and body; keeps what the socket does not take. The next request is not read before
 * that is out, so one answer waits at most. False when the connection is gone.
 */
static bool send_parts(struct loop *l, struct conn *c, struct str head, struct str body)
{
	struct iovec parts[2] = {
		{(void *)(uintptr_t)head.p, head.n}, {(void *)(uintptr_t)body.p, body.n}};
	size_t sent = 0, first;

	metrics_add(l->site->metrics, METRIC_BYTES_OUT, head.n + body.n);
	if (c->out.n == 0 && !c->tls && write_some(l, c, parts, &sent) == IO_GONE)
		return false;
	first = sent < head.n ? sent : head.n;
	sent -= first;
	return queue(l, c, (struct str){head.p + first, head.n - first}) &&
	       queue(l, c, (struct str){body.p + sent, body.n - sent});
}

/* True when everything is out. */
static bool flush_out(struct loop *l, struct conn *c)
{
	while (c->out.n) {
		struct iovec parts[2] = {{c->out.p, c->out.n}, {NULL, 0}};
		size_t n = 0;
		enum io r = write_some(l, c, parts, &n);

		if (r == IO_GONE) {
			conn_close(l, c);
			return false;
		}
		if (r == IO_LATER) {
			if (!c->tls)
				watch(l, c, EPOLLOUT);
			return false;
		}
		heap_drop(&c->out, n);
		l->queued -= n;
	}
	return true;
}

/* Answers ---------------------------------------------------------------------------------- */

static uint64_t next_trace(struct loop *l)
{
	/* splitmix64: every number once, none of them guessed from the one before. */
	uint64_t z = l->trace_seed + ++l->trace_count * 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

static struct dispatch new_dispatch(struct loop *l, struct conn *c, const struct head *h)
{
	struct ctx *cx = l->call->cx;

	arena_reset(cx->arena);
	err_clear(cx);
	cx->trace = next_trace(l);
	return (struct dispatch){
		.site = l->site,
		.call = l->call,
		.head = h,
		.peer = c->peer,
		.keep = l->keep,
		.tls = c->tls != NULL,
	};
}

static void count_answer(struct loop *l, int status)
{
	enum metric class = status < 300   ? METRIC_REQUESTS_2XX
			    : status < 400 ? METRIC_REQUESTS_3XX
			    : status < 500 ? METRIC_REQUESTS_4XX
					   : METRIC_REQUESTS_5XX;

	metrics_add(l->site->metrics, class, 1);
	if (status == 429)
		metrics_add(l->site->metrics, METRIC_REFUSED_RATE, 1);
}

/* The pattern of the route, never the path: that may hold a token. */
static void log_access(struct loop *l, const struct dispatch *d, const struct reply *r, int64_t us)
{
	static const char *const methods[] = {"GET", "HEAD", "POST"};
	char line[256];
	int n;

	if (!l->site->settings.access_log)
		return;
	n = snprintf(line, sizeof(line),
		"%s level=info trace=%016" PRIx64
		" event=http.answer method=%s route=%s status=%d bytes=%zu us=%" PRId64 "\n",
		l->stamp, d->call->cx->trace, d->head ? methods[d->rq.method] : "-",
		d->rq.route ? d->rq.route->path : "-", r->status, r->body.n, us);
	if (n > 0 && n < (int)sizeof(line) && !heap_put(&l->access, line, (size_t)n, ACCESS_BYTES))
		return;
}

/* False when the connection is gone. */
static bool answer(struct loop *l, struct conn *c, struct dispatch *d, const struct reply *r)
{
	struct reply_frame frame = {.date = l->date};
	struct buf head = buf_new(l->call->cx->arena, 16 << 10);
	bool no_body = d->rq.method == HTTP_HEAD || r->status == 304;
	const struct clock *clock = l->call->cx->clock;
	int64_t us = clock->monotonic_us(clock) - l->now_us;

	if (!d->head || !d->head->keep_alive || l->drain_us)
		c->close_after = true;
	frame.keep_alive = !c->close_after;
	reply_put_head(&head, &d->rq, r, &frame);
	count_answer(l, r->status);
	metrics_observe_us(l->site->metrics, us > 0 ? (uint64_t)us : 0);
	log_access(l, d, r, us);
	if (!send_parts(l, c, buf_view(&head), no_body ? (struct str){0} : r->body)) {
		conn_close(l, c);
		return false;
	}
	return true;
}

void conn_begin_turn(struct loop *l)
{
	if (l->in_turn || !l->site->hooks.turn_begin)
		return;
	/* A failure shows again, with its cause, when the handler reads. */
	if (l->site->hooks.turn_begin(l->site->hooks.arg, l->call->cx) == OK)
		l->in_turn = true;
	else
		err_clear(l->call->cx);
}

/* Requests --------------------------------------------------------------------------------- */

enum step {
	STEP_MORE, /* more bytes are needed */
	STEP_KEPT, /* the same, and c->in holds already what must be kept */
	STEP_NEXT, /* answered: perhaps the next request is there already */
	STEP_SEND, /* the client must read first, or this was the last answer */
	STEP_WAIT, /* parked until the commit of the turn, or a stream: maybe gone */
	STEP_OPEN, /* a stream now: what was sent behind its request is thrown away */
	STEP_GONE, /* the connection is closed and freed */
};

static enum step finish(struct loop *l, struct conn *c, struct dispatch *d, const struct reply *r)
{
	if (!answer(l, c, d, r))
		return STEP_GONE;
	c->scanned = 0;
	c->need = 0;
	c->head_done = false;
	c->state = CONN_HEAD;
	heap_free(&c->body);
	if (c->out.n || c->close_after) {
		c->state = CONN_SEND;
		set_clock(l, c, CLOCK_SEND);
		return STEP_SEND;
	}
	set_clock(l, c, CLOCK_IDLE);
	return STEP_NEXT;
}

/* Answers what cannot be read as a request; the connection ends with it. */
static enum step refuse(struct loop *l, struct conn *c, enum err error, enum metric why)
{
	struct dispatch d = new_dispatch(l, c, NULL);

	metrics_add(l->site->metrics, why, 1);
	c->close_after = true;
	return finish(l, c, &d, dispatch_refuse(&d, error));
}

/* What it read lies in memory that the next request of the turn uses: only this much is kept. */
static enum step park(struct loop *l, struct conn *c, const struct dispatch *d, struct later *later)
{
	static const struct head stays = {.keep_alive = true}, goes = {.keep_alive = false};
	struct parked *p = ARENA_NEW(l->keep, struct parked);

	must(l->parked_count < TURN_EVENTS);
	*p = (struct parked){c, *d, later};
	p->d.head = d->head->keep_alive ? &stays : &goes;
	p->d.rq = (struct request){.call = d->rq.call,
		.site = d->rq.site,
		.route = d->rq.route,
		.keep = d->rq.keep,
		.method = d->rq.method,
		.peer = d->rq.peer,
		.tls = d->rq.tls};
	l->parked[l->parked_count++] = p;
	c->state = CONN_WAIT;
	return STEP_WAIT;
}

/* The client may not expect anything behind a stream: it ends with the connection. */
static enum step start_stream(
	struct loop *l, struct conn *c, struct dispatch *d, const struct reply *r)
{
	if (l->drain_us || !stream_admits(l, &d->rq.peer)) {
		metrics_add(l->site->metrics, METRIC_STREAMS_REFUSED, 1);
		return finish(l, c, d, reply_fail(&d->rq, OVERLOADED));
	}
	c->close_after = true;
	if (!answer(l, c, d, r))
		return STEP_GONE;
	c->close_after = false;
	c->scanned = 0;
	c->need = 0;
	c->head_done = false;
	c->state = CONN_STREAM;
	stream_add(l, c, r->stream, &d->rq.peer);
	return STEP_OPEN;
}

static enum step run(struct loop *l, struct conn *c, struct dispatch *d, struct str body)
{
	const struct reply *r;

	conn_begin_turn(l);
	r = dispatch_run(d, body);
	if (r->stream && d->rq.method != HTTP_HEAD)
		return start_stream(l, c, d, r);
	return r->later ? park(l, c, d, r->later) : finish(l, c, d, r);
}

static enum step too_big(struct loop *l, struct conn *c, struct dispatch *d)
{
	metrics_add(l->site->metrics, METRIC_REFUSED_SIZE, 1);
	c->close_after = true;
	return finish(l, c, d, reply_fail(&d->rq, REQUEST_TOO_BIG));
}

static enum step bad_chunks(struct loop *l, struct conn *c, struct dispatch *d)
{
	enum st st = fail_at(d->call->cx, c->chunks.error, __FILE__, __LINE__, 0, "", "%s", "");

	metrics_add(l->site->metrics, METRIC_REFUSED_SYNTAX, 1);
	c->close_after = true;
	return finish(l, c, d, reply_error(&d->rq, st));
}

/* The decoded body grows in c->body; `*in` loses what was taken. */
static enum step read_chunks(struct loop *l, struct conn *c, struct dispatch *d, struct str *in)
{
	size_t max = d->rq.route->body_max;

	for (;;) {
		struct str data = {0};
		enum chunks_result r = chunks_read(&c->chunks, in, &data);

		if (r == CHUNKS_MORE && c->chunks.left <= max)
			return STEP_MORE;
		if (r == CHUNKS_DONE)
			return run(l, c, d, (struct str){c->body.p, c->body.n});
		if (r == CHUNKS_BAD)
			return bad_chunks(l, c, d);
		/* A chunk that is too much is refused before its bytes come. */
		if (c->chunks.left > max || !heap_put(&c->body, data.p, data.n, max))
			return too_big(l, c, d);
	}
}

/* Keeps the head in front of what is left of a chunked body. */
static enum step keep_around_body(struct conn *c, struct str head, struct str rest)
{
	struct heap kept = {0};

	must(heap_put(&kept, head.p, head.n, IN_BYTES));
	if (!heap_put(&kept, rest.p, rest.n, IN_BYTES))
		must(!"a line of a chunk is longer than its maximum");
	heap_free(&c->in);
	c->in = kept;
	return STEP_KEPT;
}

/* "100 Continue" is for a client that waits with its body. */
static enum step wait_for_body(struct loop *l, struct conn *c, const struct head *h, bool waits)
{
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";

	if (!c->head_done && h->expects_continue && waits &&
		!send_parts(l, c, STR_LIT(go_on), (struct str){0})) {
		conn_close(l, c);
		return STEP_GONE;
	}
	c->head_done = true;
	c->state = CONN_BODY;
	return STEP_MORE;
}

static enum step take_body(struct loop *l, struct conn *c, struct dispatch *d, struct str *in)
{
	const struct head *h = d->head;
	struct str head = {in->p, h->bytes}, rest = {in->p + h->bytes, in->n - h->bytes};
	bool waits = rest.n == 0;
	enum step step;

	if (!h->chunked) {
		if (rest.n >= h->length) {
			*in = (struct str){rest.p + h->length, rest.n - h->length};
			return run(l, c, d, (struct str){rest.p, h->length});
		}
		c->need = h->bytes + h->length;
		return wait_for_body(l, c, h, waits);
	}
	if (!c->head_done)
		c->chunks = (struct chunks){0};
	step = read_chunks(l, c, d, &rest);
	if (step != STEP_MORE) {
		*in = rest;
		return step;
	}
	step = keep_around_body(c, head, rest);
	return wait_for_body(l, c, h, waits) == STEP_GONE ? STEP_GONE : step;
}

/*
 * One request at the front of `*in`, which loses what was used up. While a body is coming the head
 * stays in front and is read again with each part: bodies are rare and heads are short.
 */
static enum step take_request(struct loop *l, struct conn *c, struct str *in)
{
	struct head *h = &l->head;
	struct dispatch d;
	struct reply *early;

	if (in->n < c->need)
		return STEP_MORE;
	switch (head_read(*in, &c->scanned, h)) {
	case HEAD_MORE:
		return STEP_MORE;
	case HEAD_BAD:
		return refuse(l, c, h->error,
			h->error == ERR_HEADER_TOO_BIG || h->error == ERR_TARGET_TOO_LONG
				? METRIC_REFUSED_SIZE
				: METRIC_REFUSED_SYNTAX);
	case HEAD_DONE:
		break;
	}
	c->scanned = 0;
	d = new_dispatch(l, c, h);
	d.counted = c->head_done;
	early = dispatch_start(&d);
	if (!early)
		return take_body(l, c, &d, in);
	/* A body that follows is read by nobody. */
	if (h->chunked || h->length > 0)
		c->close_after = true;
	*in = (struct str){in->p + h->bytes, in->n - h->bytes};
	return finish(l, c, &d, early);
}

/* Events ----------------------------------------------------------------------------------- */

/* The connection may be gone afterwards. */
static void flush_stream(struct loop *l, struct conn *c)
{
	if (c->out.n)
		set_clock(l, c, CLOCK_SEND);
	if (!flush_out(l, c))
		return;
	if (c->close_after) {
		half_close(l, c);
		return;
	}
	watch(l, c, EPOLLIN);
	set_clock(l, c, CLOCK_STREAM);
}

void conn_say(struct loop *l, struct conn *c, struct str part, bool last)
{
	bool slow = c->out.n > 0;

	c->close_after = last;
	if (slow)
		metrics_add(l->site->metrics, METRIC_REFUSED_SLOW, 1);
	if (slow || !send_parts(l, c, part, (struct str){0}))
		conn_close(l, c);
	else
		flush_stream(l, c);
}

void conn_end(struct loop *l, struct conn *c)
{
	drop_out(l, c);
	half_close(l, c);
}

/* Reads requests from what was kept and from `fresh`, which is in the scratch memory. */
static enum step feed(struct loop *l, struct conn *c, struct str fresh)
{
	struct str view = fresh;
	bool kept = c->in.n > 0;
	enum step step = STEP_NEXT;

	if (kept) {
		if (!heap_put(&c->in, fresh.p, fresh.n, IN_BYTES))
			return refuse(l, c, ERR_REQUEST_TOO_BIG, METRIC_REFUSED_SIZE);
		view = (struct str){c->in.p, c->in.n};
	}
	while (step == STEP_NEXT && view.n > 0)
		step = take_request(l, c, &view);
	if (step == STEP_GONE)
		return step;
	if (step == STEP_OPEN) {
		heap_free(&c->in);
		flush_stream(l, c);
		return STEP_WAIT;
	}
	if (step != STEP_KEPT) {
		if (kept)
			heap_drop(&c->in, c->in.n - view.n);
		else
			must(heap_put(&c->in, view.p, view.n, IN_BYTES));
	}
	if (step == STEP_MORE || step == STEP_KEPT)
		set_clock(l, c, CLOCK_REQUEST);
	return step;
}

/* Sends what waits; goes on with requests that came meanwhile. */
static void pump(struct loop *l, struct conn *c)
{
	while (flush_out(l, c)) {
		if (c->close_after) {
			half_close(l, c);
			return;
		}
		if (c->state == CONN_SEND)
			c->state = CONN_HEAD;
		watch(l, c, EPOLLIN);
		set_clock(l, c, c->in.n ? CLOCK_REQUEST : CLOCK_IDLE);
		if (c->in.n == 0 || c->state != CONN_HEAD ||
			feed(l, c, (struct str){0}) != STEP_SEND)
			return;
	}
}

static void receive(struct loop *l, struct conn *c)
{
	enum step step;
	size_t n = 0;

	switch (read_some(l, c, &n)) {
	case IO_OK:
		break;
	case IO_LATER:
		return;
	case IO_GONE:
		conn_close(l, c);
		return;
	}
	step = feed(l, c, (struct str){l->scratch, n});
	if (step != STEP_GONE && step != STEP_WAIT && (step == STEP_SEND || c->out.n))
		pump(l, c);
}

/* The answer to what was parked; then the connection goes on with what it had sent behind it. */
static void resume(struct loop *l, struct parked *p)
{
	struct ctx *cx = l->call->cx;
	struct conn *c = p->conn;
	enum step step;

	arena_reset(cx->arena);
	cx->trace = p->later->unit.trace;
	cx->lang = p->later->unit.lang;
	cx->err = p->later->unit.err;
	step = finish(l, c, &p->d, p->later->answer(&p->d.rq, p->later));
	if (step == STEP_NEXT && c->in.n)
		step = feed(l, c, (struct str){0});
	if (step == STEP_SEND)
		pump(l, c);
}

void conn_answer_parked(struct loop *l)
{
	const struct site_hooks *hooks = &l->site->hooks;

	while (l->parked_count) {
		struct group_unit *units[TURN_EVENTS];
		struct parked *parked[TURN_EVENTS];
		size_t n = l->parked_count;
		struct arena *keep = l->keep;

		memcpy(parked, l->parked, n * sizeof(*parked));
		for (size_t i = 0; i < n; i++)
			units[i] = &parked[i]->later->unit;
		/* What is parked by what follows belongs to the next round. */
		l->parked_count = 0;
		l->keep = l->keeps[keep == l->keeps[0]];
		hooks->write(hooks->arg, l->call, units, n, keep);
		for (size_t i = 0; i < n; i++)
			resume(l, parked[i]);
		arena_reset(keep);
	}
}

static void throw_away(struct loop *l, struct conn *c)
{
	size_t n = 0;
	enum io r = read_some(l, c, &n);

	c->scanned += n;
	if (r == IO_GONE || c->scanned > LINGER_BYTES)
		conn_close(l, c);
}

void conn_event(struct loop *l, struct conn *c, uint32_t events)
{
	switch ((enum conn_state)c->state) {
	case CONN_HANDSHAKE:
		switch (from_tls(l, c, tls_handshake(c->tls))) {
		case IO_OK:
			c->state = CONN_HEAD;
			watch(l, c, EPOLLIN);
			set_clock(l, c, CLOCK_IDLE);
			receive(l, c);
			break;
		case IO_LATER:
			break;
		case IO_GONE:
			conn_close(l, c);
			break;
		}
		break;
	case CONN_HEAD:
	case CONN_BODY:
		if (c->out.n && (events & EPOLLOUT))
			pump(l, c);
		else
			receive(l, c);
		break;
	case CONN_WAIT:
		must(!"a parked connection gets no events");
		break;
	case CONN_SEND:
		pump(l, c);
		break;
	case CONN_STREAM:
		if (c->out.n)
			flush_stream(l, c);
		else
			throw_away(l, c);
		break;
	case CONN_LINGER:
		throw_away(l, c);
		break;
	}
}

void conn_late(struct loop *l, struct conn *c)
{
	if (c->clock == CLOCK_STREAM) {
		stream_ping(l, c);
		return;
	}
	if (c->clock != CLOCK_REQUEST || c->state == CONN_HANDSHAKE) {
		if (c->clock == CLOCK_SEND)
			metrics_add(l->site->metrics, METRIC_REFUSED_SLOW, 1);
		conn_close(l, c);
		return;
	}
	if (refuse(l, c, ERR_REQUEST_TIMEOUT, METRIC_REFUSED_TIME) == STEP_SEND)
		pump(l, c);
}
