/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/certify/stand.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/heap.h"
#include "channels/biller/pairs.h"
#include "channels/http/chunks.h"
#include "channels/http/head.h"
#include "channels/http/listen.h"
#include "channels/http/reply_parts.h"
#include "limits.h"

enum {
	IN_BYTES = LIMIT_HEADER_BYTES + 2 * STAND_BODY_BYTES,
	OUT_BYTES = 32 << 10,
	ARENA_BYTES = 4 << 20,
	TURN_MS = 200,
	IDLE_US = LIMIT_IDLE_SECONDS * 1000000,
};

struct stand_conn {
	int fd; /* -1 = free */
	struct heap in, out;
	int64_t due_us;            /* `out` goes out then; 0 = at once */
	int64_t since_us;          /* of its last sign of life */
	struct watch_txn *settles; /* when `out` has gone out */
	bool close_after;
};

struct stand {
	const struct stand_setup *setup;
	struct ctx *cx; /* its arena lives as long as one request */
	int listen_fd, signal_fd;
	int64_t start_us, now_us;
	bool stopped;
	struct stand_conn conns[STAND_CONNECTIONS_MAX];
};

static int64_t monotonic_us(const struct stand *s)
{
	return s->cx->clock->monotonic_us(s->cx->clock);
}

static void conn_close(struct stand_conn *c)
{
	close(c->fd);
	heap_free(&c->in);
	heap_free(&c->out);
	*c = (struct stand_conn){.fd = -1};
}

/* ---- Answers --------------------------------------------------------------------------------- */

struct plain_answer {
	int status;
	const char *media_type;
	struct str body;
};

/* False when the connection may keep no more. */
static bool queue(struct stand *s, struct stand_conn *c, const struct plain_answer *a, size_t cut)
{
	struct buf b = buf_new(s->cx->arena, OUT_BYTES);

	buf_fmt(&b, "HTTP/1.1 %d %s\r\n", a->status, reply_phrase(a->status));
	buf_fmt(&b, "Content-Type: %s\r\nContent-Length: %zu\r\n", a->media_type, a->body.n);
	buf_fmt(&b, "Cache-Control: no-store\r\nConnection: %s\r\n\r\n",
		c->close_after ? "close" : "keep-alive");
	buf_put(&b, a->body.p, a->body.n - cut);
	return !b.over && heap_put(&c->out, b.p, b.n, OUT_BYTES);
}

static bool refuse(struct stand *s, struct stand_conn *c, int status)
{
	struct plain_answer a = {status, "text/plain; charset=utf-8", STR_LIT("")};

	c->close_after = true;
	return queue(s, c, &a, 0);
}

/* False when the connection ends here, with no answer. */
static bool answer(struct stand *s, struct stand_conn *c, const struct watch_reply *r)
{
	struct plain_answer a = {r->http, r->media_type, r->body};

	switch (r->how) {
	case WATCH_DROP:
		return false;
	case WATCH_SLOW:
		c->due_us = s->now_us + s->setup->watch->slow_us;
		break;
	case WATCH_CUT:
		c->close_after = true;
		return queue(s, c, &a, a.body.n / 2);
	case WATCH_TWICE:
		c->close_after = true;
		if (!queue(s, c, &a, 0))
			return false;
		break;
	case WATCH_SEND:
	case WATCH_PAGE:
	case WATCH_500:
	case WATCH_OTHER_TXN:
	case WATCH_HOWS:
		break;
	}
	c->settles = r->settles;
	return queue(s, c, &a, 0);
}

/* ---- Requests -------------------------------------------------------------------------------- */

enum taken { TAKEN_NONE, TAKEN_ALL, TAKEN_BAD };

static enum taken take_chunks(struct stand *s, struct str rest, struct str *body, size_t *used)
{
	struct chunks chunks = {.place = CHUNKS_SIZE};
	struct buf b = buf_new(s->cx->arena, STAND_BODY_BYTES);
	struct str in = rest, data;

	for (;;) {
		switch (chunks_read(&chunks, &in, &data)) {
		case CHUNKS_MORE:
			return TAKEN_NONE;
		case CHUNKS_DATA:
			buf_str(&b, data);
			break;
		case CHUNKS_DONE:
			*body = buf_view(&b);
			*used = rest.n - in.n;
			return b.over ? TAKEN_BAD : TAKEN_ALL;
		case CHUNKS_BAD:
			return TAKEN_BAD;
		}
	}
}

static enum taken take_body(
	struct stand *s, const struct head *h, struct str rest, struct str *body, size_t *used)
{
	if (h->chunked)
		return take_chunks(s, rest, body, used);
	if (h->length > STAND_BODY_BYTES)
		return TAKEN_BAD;
	if (rest.n < h->length)
		return TAKEN_NONE;
	*body = (struct str){rest.p, (size_t)h->length};
	*used = (size_t)h->length;
	return TAKEN_ALL;
}

static bool is_ours(const struct stand *s, struct str path)
{
	struct buf b = buf_new(s->cx->arena, 64);

	buf_fmt(&b, "/biller/%s", s->setup->watch->bank->bank);
	return str_eq(path, buf_view(&b));
}

static bool serve(struct stand *s, struct stand_conn *c, const struct head *h, struct str body)
{
	struct biller_pairs *pairs = ARENA_NEW(s->cx->arena, struct biller_pairs);
	struct watch_reply *reply = ARENA_NEW(s->cx->arena, struct watch_reply);
	struct call call = {.cx = s->cx};
	struct request rq = {.call = &call,
		.method = h->method,
		.query = h->query,
		.body = body,
		.fields = h->fields,
		.field_count = h->field_count};
	bool read;

	c->close_after = !h->keep_alive;
	if (!is_ours(s, h->path))
		return refuse(s, c, 404);
	if (h->method_class != HEAD_METHOD_OURS || h->method == HTTP_HEAD)
		return refuse(s, c, 405);
	read = biller_pairs_read(&rq, s->setup->watch->bank, pairs);
	watch_request(
		s->setup->watch, s->cx, read ? pairs->items : NULL, pairs->count, s->now_us, reply);
	if (s->setup->told)
		s->setup->told(s->setup->arg, reply);
	return answer(s, c, reply);
}

/* One request out of what has come. False when the connection ends. */
static bool take_request(struct stand *s, struct stand_conn *c)
{
	struct str in = {c->in.p, c->in.n}, body = {0};
	struct head *h = ARENA_NEW(s->cx->arena, struct head);
	size_t scanned = 0, used = 0;
	enum head_result head = in.n ? head_read(in, &scanned, h) : HEAD_MORE;
	enum taken taken = TAKEN_NONE;
	bool goes_on;

	if (head == HEAD_MORE)
		return true;
	if (head == HEAD_DONE)
		taken = take_body(
			s, h, (struct str){in.p + h->bytes, in.n - h->bytes}, &body, &used);
	else
		taken = TAKEN_BAD;
	if (taken == TAKEN_NONE)
		return true;
	if (taken == TAKEN_BAD) {
		heap_free(&c->in);
		return refuse(s, c, 400);
	}
	goes_on = serve(s, c, h, body);
	heap_drop(&c->in, h->bytes + used);
	return goes_on;
}

/* ---- Connections ----------------------------------------------------------------------------- */

/* False when the other side is gone. */
static bool read_more(struct stand_conn *c)
{
	char bytes[4096];
	ssize_t n = recv(c->fd, bytes, sizeof(bytes), 0);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	return n > 0 && heap_put(&c->in, bytes, (size_t)n, IN_BYTES);
}

static bool write_more(struct stand_conn *c)
{
	ssize_t n = send(c->fd, c->out.p, c->out.n, MSG_NOSIGNAL);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	heap_drop(&c->out, (size_t)n);
	if (c->out.n)
		return true;
	watch_delivered(&(struct watch_reply){.settles = c->settles});
	c->settles = NULL;
	c->due_us = 0;
	return !c->close_after;
}

static bool is_waiting(const struct stand *s, const struct stand_conn *c)
{
	return c->out.n > 0 && c->due_us > s->now_us;
}

static short wanted_events(const struct stand *s, const struct stand_conn *c)
{
	return c->out.n && !is_waiting(s, c) ? POLLOUT : POLLIN;
}

static void conn_event(struct stand *s, struct stand_conn *c, short events)
{
	bool lives = true;

	arena_reset(s->cx->arena);
	c->since_us = s->now_us;
	if (events & (POLLIN | POLLHUP | POLLERR))
		lives = read_more(c);
	/* One request at a time: the next one is taken when this one is answered. */
	if (lives && c->out.n == 0)
		lives = take_request(s, c);
	if (lives && c->out.n && !is_waiting(s, c))
		lives = write_more(c);
	if (!lives)
		conn_close(c);
}

static void accept_one(struct stand *s)
{
	int fd = accept4(s->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	for (size_t i = 0; fd >= 0 && i < STAND_CONNECTIONS_MAX; i++)
		if (s->conns[i].fd < 0) {
			s->conns[i].fd = fd;
			s->conns[i].since_us = s->now_us;
			return;
		}
	if (fd >= 0)
		close(fd);
}

static void turn(struct stand *s)
{
	struct signalfd_siginfo info;
	struct pollfd fds[STAND_CONNECTIONS_MAX + 2] = {
		{.fd = s->signal_fd, .events = POLLIN}, {.fd = s->listen_fd, .events = POLLIN}};

	for (size_t i = 0; i < STAND_CONNECTIONS_MAX; i++)
		fds[i + 2] = (struct pollfd){
			.fd = s->conns[i].fd, .events = wanted_events(s, &s->conns[i])};
	(void)poll(fds, STAND_CONNECTIONS_MAX + 2, TURN_MS);
	s->now_us = monotonic_us(s);
	/* Taken out, or it would still wait for us where signals are let through again. */
	s->stopped = read(s->signal_fd, &info, sizeof(info)) == sizeof(info);
	for (size_t i = 0; i < STAND_CONNECTIONS_MAX; i++) {
		struct stand_conn *c = &s->conns[i];

		if (c->fd < 0 || c->fd != fds[i + 2].fd)
			continue;
		if (fds[i + 2].revents || (c->due_us && c->due_us <= s->now_us))
			conn_event(s, c, fds[i + 2].revents);
		else if (!is_waiting(s, c) && s->now_us - c->since_us > IDLE_US)
			conn_close(c);
	}
	/* Last, so that whoever has gone has made room. */
	if (fds[1].revents)
		accept_one(s);
}

static bool is_over(const struct stand *s)
{
	const struct stand_setup *setup = s->setup;

	return s->stopped || (setup->for_us && s->now_us - s->start_us >= setup->for_us) ||
	       watch_over(setup->watch, s->now_us);
}

static void take_signals(struct stand *s, sigset_t *before)
{
	sigset_t ours;

	sigemptyset(&ours);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGINT);
	sigprocmask(SIG_BLOCK, &ours, before);
	s->signal_fd = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
	must(s->signal_fd >= 0);
}

ST stand_run(struct ctx *cx, const struct stand_setup *setup)
{
	struct stand *s = heap_item(sizeof(*s));
	struct ctx own = *cx;
	sigset_t before;
	struct str url;
	enum st st;

	*s = (struct stand){.setup = setup, .cx = &own};
	for (size_t i = 0; i < STAND_CONNECTIONS_MAX; i++)
		s->conns[i].fd = -1;
	st = listen_open(cx, setup->listen, false, &s->listen_fd, &url);
	if (st != OK)
		goto out;
	own.arena = arena_new(ARENA_BYTES);
	take_signals(s, &before);
	setup->listening(setup->arg, url);
	s->start_us = s->now_us = monotonic_us(s);
	while (!is_over(s))
		turn(s);
	for (size_t i = 0; i < STAND_CONNECTIONS_MAX; i++)
		if (s->conns[i].fd >= 0)
			conn_close(&s->conns[i]);
	close(s->listen_fd);
	close(s->signal_fd);
	sigprocmask(SIG_SETMASK, &before, NULL);
	arena_free(own.arena);
out:
	heap_free_item(s);
	return st;
}
