/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/http/loop.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/digest.h"
#include "base/log.h"
#include "service/lookup_log.h"
#include "channels/http/loop_parts.h"
#include "channels/http/throttle.h"
#include "limits.h"

enum {
	ACCEPTS = 4,      /* a turn, so that the workers share what comes in one burst */
	LEAD = 8,         /* connections that a worker may have more than the one with least */
	TURN_US = 500000, /* the longest: rows of look-ups wait for the end of one */
	DRAIN_IDLE_US = 2000000, /* silent connections live this long after the stop was asked */
};

static const int64_t clock_us[CLOCK_COUNT] = {
	[CLOCK_IDLE] = LIMIT_IDLE_SECONDS * 1000000LL,
	[CLOCK_REQUEST] = LIMIT_REQUEST_SECONDS * 1000000LL,
	[CLOCK_SEND] = LIMIT_SEND_SECONDS * 1000000LL,
	[CLOCK_LINGER] = 2000000,
	[CLOCK_STREAM] = LIMIT_STREAM_SILENT_SECONDS * 1000000LL,
};

static const char busy_answer[] = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n"
				  "Retry-After: 2\r\nConnection: close\r\n\r\n";

static int64_t now_us(const struct loop *l)
{
	const struct clock *clock = l->call->cx->clock;

	return clock->monotonic_us(clock);
}

/* IMF-fixdate (RFC 9110 5.6.7), made once a second. Not strftime(): that follows the locale. */
static void update_date(struct loop *l)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const struct clock *clock = l->call->cx->clock;
	time_t second = (time_t)(clock->now(clock).us / 1000000);
	struct tm tm;

	if (second == l->date_second)
		return;
	l->date_second = second;
	gmtime_r(&second, &tm);
	snprintf(l->date, sizeof(l->date), "%.3s, %02u %.3s %04u %02u:%02u:%02u GMT",
		days + tm.tm_wday * 3, (unsigned)tm.tm_mday % 100U, months + tm.tm_mon * 3,
		(unsigned)(tm.tm_year + 1900) % 10000U, (unsigned)tm.tm_hour % 100U,
		(unsigned)tm.tm_min % 100U, (unsigned)tm.tm_sec % 100U);
	snprintf(l->stamp, sizeof(l->stamp), "%04u-%02u-%02uT%02u:%02u:%02uZ",
		(unsigned)(tm.tm_year + 1900) % 10000U, (unsigned)(tm.tm_mon + 1) % 100U,
		(unsigned)tm.tm_mday % 100U, (unsigned)tm.tm_hour % 100U,
		(unsigned)tm.tm_min % 100U, (unsigned)tm.tm_sec % 100U);
}

static void listen_to(struct loop *l, bool on)
{
	struct epoll_event e = {.events = EPOLLIN | EPOLLEXCLUSIVE, .data.ptr = NULL};

	if (on == l->listening)
		return;
	must(epoll_ctl(l->epoll_fd, on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, l->setup->listen_fd, &e) ==
		0);
	l->listening = on;
}

static void peer_of(const struct sockaddr_storage *from, struct peer *out)
{
	*out = (struct peer){0};
	if (from->ss_family == AF_INET) {
		const struct sockaddr_in *v4 = (const struct sockaddr_in *)from;

		out->addr[10] = out->addr[11] = 0xff;
		memcpy(out->addr + 12, &v4->sin_addr, 4);
	} else if (from->ss_family == AF_INET6) {
		memcpy(out->addr, &((const struct sockaddr_in6 *)from)->sin6_addr, 16);
	} else {
		/* A Unix socket: whoever may open its file is on this machine. */
		out->addr[15] = 1;
	}
	peer_classify(out);
}

static bool accept_one(struct loop *l)
{
	struct sockaddr_storage from = {0};
	socklen_t size = sizeof(from);
	int one = 1;
	struct peer peer;
	int fd = accept4(
		l->setup->listen_fd, (struct sockaddr *)&from, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0)
		return errno == EINTR || errno == ECONNABORTED;
	metrics_add(l->site->metrics, METRIC_CONNECTIONS_TAKEN, 1);
	if (l->conns >= l->setup->connections_max) {
		metrics_add(l->site->metrics, METRIC_CONNECTIONS_FULL, 1);
		(void)!send(fd, busy_answer, sizeof(busy_answer) - 1, MSG_NOSIGNAL);
		close(fd);
		return true;
	}
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	peer_of(&from, &peer);
	conn_open(l, fd, &peer);
	return true;
}

/*
 * Does another worker that serves have far fewer connections? Then it should take the next ones.
 */
static bool leads(const struct loop *l)
{
	const struct loop_setup *s = l->setup;
	uint64_t mine = atomic_load(&s->slots[s->slot].connections), least = mine;

	for (unsigned i = 0; i < s->slot_count; i++) {
		uint64_t theirs = atomic_load(&s->slots[i].connections);

		if (theirs < least)
			least = theirs;
	}
	return mine > least + LEAD + least / 4;
}

static void start_drain(struct loop *l)
{
	struct signalfd_siginfo info;

	(void)!read(l->signal_fd, &info, sizeof(info));
	if (l->drain_us)
		return;
	listen_to(l, false);
	l->drain_us = l->now_us;
	stream_end_all(l);
	l->site->draining = true;
}

/*
 * Clocks. A list is in the order of its starting times, so only its front is looked at. Returns
 * milliseconds until the next one can run out, or something else is due in `next_us`.
 */
static int run_clocks(struct loop *l, int64_t next_us)
{
	int64_t next = next_us < TURN_US ? next_us : TURN_US;

	for (unsigned k = 0; k < CLOCK_COUNT; k++) {
		int64_t life = clock_us[k];

		if (k == CLOCK_IDLE && l->drain_us)
			life = 0;
		while (l->lists[k].first) {
			struct conn *c = l->lists[k].first;
			int64_t left = c->since_us + life - l->now_us;

			/* In a drain the silent ones get one common moment. */
			if (life == 0)
				left = l->drain_us + DRAIN_IDLE_US - l->now_us;
			if (left > 0) {
				next = left < next ? left : next;
				break;
			}
			conn_late(l, c);
		}
	}
	return (int)(next / 1000) + 1;
}

static void end_turn(struct loop *l)
{
	if (l->in_turn && l->site->hooks.turn_end)
		l->site->hooks.turn_end(l->site->hooks.arg, l->call->cx);
	l->in_turn = false;
	if (l->access.n) {
		/* A full disk or a closed pipe must not stop the answers. */
		(void)!write(STDERR_FILENO, l->access.p, l->access.n);
		heap_drop(&l->access, l->access.n);
	}
	if (l->site->lookups) {
		size_t lost = lookup_log_flush(l->site->lookups, l->now_us, false);

		if (lost) {
			metrics_add(l->site->metrics, METRIC_LOOKUP_ROWS_LOST, lost);
			log_event(l->call->cx, LOG_BROKEN, "lookup.lost", "rows=%zu", lost);
		}
	}
}

static void set_up(struct loop *l, const struct loop_setup *setup)
{
	struct epoll_event e = {.events = EPOLLIN};
	sigset_t stop;
	char ready = 'r';

	l->setup = setup;
	l->site = setup->site;
	l->call = setup->call;
	l->now_us = now_us(l);
	for (int i = 0; i < 2; i++)
		l->keeps[i] = arena_new(LIMIT_ARENA_BYTES);
	l->keep = l->keeps[0];
	rng_bytes(&l->trace_seed, sizeof(l->trace_seed));
	l->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	l->signal_fd = signalfd(-1, &stop, SFD_NONBLOCK | SFD_CLOEXEC);
	must(l->epoll_fd >= 0 && l->signal_fd >= 0);
	e.data.ptr = &l->signal_fd;
	must(epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, l->signal_fd, &e) == 0);
	listen_to(l, true);
	atomic_store(&setup->slots[setup->slot].connections, 0);
	if (setup->ready_fd >= 0) {
		(void)!write(setup->ready_fd, &ready, 1);
		close(setup->ready_fd);
	}
}

static void turn(struct loop *l, const struct epoll_event *events, int n)
{
	update_date(l);
	for (int i = 0; i < n; i++) {
		void *what = events[i].data.ptr;

		if (what == NULL)
			for (int k = 0; k < ACCEPTS && accept_one(l); k++)
				;
		else if (what == &l->signal_fd)
			start_drain(l);
		else
			conn_event(l, what, events[i].events);
	}
	if (!l->drain_us)
		listen_to(l, !leads(l));
}

void loop_run(const struct loop_setup *setup)
{
	struct epoll_event events[TURN_EVENTS];
	struct loop *l = heap_item(sizeof(*l));
	int wait_ms = TURN_US / 1000;

	set_up(l, setup);
	while (!l->drain_us || l->conns > 0) {
		/* A worker that has stepped back looks again soon. */
		int patience = l->listening || l->drain_us || wait_ms < 20 ? wait_ms : 20;
		int n = epoll_wait(l->epoll_fd, events, TURN_EVENTS, patience);

		l->now_us = now_us(l);
		if (n > 0)
			turn(l, events, n);
		conn_answer_parked(l);
		wait_ms = run_clocks(l, stream_look(l));
		end_turn(l);
	}
	lookup_log_close(l->site->lookups);
	l->site->lookups = NULL;
	heap_free(&l->access);
	if (l->streams)
		heap_free_item(l->streams);
	arena_free(l->keeps[0]);
	arena_free(l->keeps[1]);
	close(l->signal_fd);
	close(l->epoll_fd);
	heap_free_item(l);
}
