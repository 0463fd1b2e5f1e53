/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The real server with a route table of its own and no database: for tests of the protocol.
 *
 * usage: http_server LISTEN [--check]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "channels/http/form.h"
#include "channels/http/probes.h"
#include "channels/http/server.h"
#include "channels/http/stream.h"

static struct reply *hello(struct request *rq)
{
	return reply_page(rq, 200, STR_LIT("hello"), REPLY_FRESH);
}

static struct reply *echo(struct request *rq)
{
	return reply_json(rq, 200, rq->body, REPLY_PERSONAL);
}

static struct reply *big(struct request *rq)
{
	size_t n = 8 << 20;
	char *p = arena_alloc(rq->call->cx->arena, n);

	memset(p, 'x', n);
	return reply_text(rq, 200, "text/plain; charset=utf-8", (struct str){p, n});
}

static struct reply *pid(struct request *rq)
{
	struct buf b = buf_new(rq->call->cx->arena, 32);

	buf_i64(&b, getpid());
	return reply_text(rq, 200, "text/plain; charset=utf-8", buf_view(&b));
}

static struct reply *slow(struct request *rq)
{
	usleep(300000);
	return hello(rq);
}

static struct reply *crash(struct request *rq)
{
	(void)rq;
	abort();
}

/* Waits for the file TEST_NEWS, or for two seconds as /stream/2. */
static struct reply *stream(struct request *rq)
{
	struct str key = request_param(rq, "key");
	int64_t now = rq->call->cx->clock->now(rq->call->cx->clock).us;
	uint64_t seconds;

	if (str_is(key, "over"))
		return reply_stream_end(rq, "over");
	if (!str_to_u64(key, 3600, &seconds))
		return reply_fail(rq, NOT_FOUND);
	return reply_stream(rq, &(struct stream_wish){.key = (int64_t)seconds,
					.state = "open",
					.until = {now + (int64_t)seconds * 1000000},
					.after = "late"});
}

/* A file with something in it is a database that is gone. */
static ST watch(void *arg, struct call *call, struct stream_topic *topics, size_t count)
{
	const char *path = getenv("TEST_NEWS");
	FILE *f = path ? fopen(path, "r") : NULL;
	bool bad = f && fgetc(f) != EOF;

	(void)arg;
	for (size_t i = 0; f && i < count; i++)
		topics[i].news = "done";
	if (f)
		fclose(f);
	return bad ? fail(call->cx, DB_BUSY, "%s", "test") : OK;
}

#define JSON "application/json"
static const struct route routes[] = {
	{HTTP_GET, "/", hello, ROUTE_PUBLIC, RATE_FREE, ROUTE_PAGE, 0, NULL},
	{HTTP_GET, "/{lang}/", hello, ROUTE_PUBLIC, RATE_FREE, ROUTE_PAGE, 0, NULL},
	{HTTP_GET, "/pages", hello, ROUTE_PUBLIC, RATE_PAGES, ROUTE_PAGE, 0, NULL},
	{HTTP_POST, "/echo", echo, ROUTE_PUBLIC, RATE_FREE, ROUTE_API, 1 << 20, JSON},
	{HTTP_POST, "/api/small", echo, ROUTE_PUBLIC, RATE_FREE, ROUTE_API, 64, JSON},
	{HTTP_GET, "/big", big, ROUTE_PUBLIC, RATE_FREE, ROUTE_PLAIN, 0, NULL},
	{HTTP_GET, "/pid", pid, ROUTE_PUBLIC, RATE_FREE, ROUTE_PLAIN, 0, NULL},
	{HTTP_GET, "/slow", slow, ROUTE_PUBLIC, RATE_FREE, ROUTE_PLAIN, 0, NULL},
	{HTTP_GET, "/stream/{key}", stream, ROUTE_PUBLIC, RATE_FREE, ROUTE_STREAM, 0, NULL},
	{HTTP_GET, "/crash", crash, ROUTE_PUBLIC, RATE_FREE, ROUTE_PLAIN, 0, NULL},
	{HTTP_GET, "/healthz", probe_health, ROUTE_PUBLIC, RATE_FREE, ROUTE_PLAIN, 0, NULL},
	{HTTP_GET, "/readyz", probe_ready, ROUTE_PUBLIC, RATE_FREE, ROUTE_PLAIN, 0, NULL},
	{HTTP_GET, "/metrics", probe_metrics, ROUTE_MACHINE, RATE_FREE, ROUTE_PLAIN, 0, NULL},
};

static void listening(void *arg, struct str url)
{
	(void)arg;
	printf("%.*s\n", STR(url));
	fflush(stdout);
}

int main(int argc, char **argv)
{
	const char *workers = getenv("TEST_WORKERS"), *cert = getenv("TEST_CERT");
	struct arena *arena = arena_new(1 << 20);
	struct ctx cx = {.arena = arena, .clock = clock_system()};
	struct server_setup setup = {
		.settings = site_settings_default(),
		.routes = routes,
		.route_count = sizeof(routes) / sizeof(routes[0]),
		.listen = str_of(argc > 1 ? argv[1] : ""),
		.argv = argv,
		.tls_cert = cert,
		.tls_key = cert,
		.listening = listening,
		.hooks = {.watch = watch},
	};
	const char *streams = getenv("TEST_STREAMS");
	uint64_t n = 1;
	int code = 0;

	if (workers && str_to_u64(str_of(workers), 16, &n))
		setup.workers = (unsigned)n;
	setup.workers = (unsigned)n;
	if (streams && str_to_u64(str_of(streams), 10000, &n))
		setup.settings.streams = (size_t)n;
	setup.settings.client_pages = (struct rate_limit){5, 3600};
	setup.settings.loopback_free = false;
	setup.settings.access_log = getenv("TEST_LOG") != NULL;
	if (argc > 2 && strcmp(argv[2], "--check") == 0)
		return 0;
	if (argc < 2 || server_run(&cx, &setup) != OK) {
		fprintf(stderr, "%s: %s\n", err_info(cx.err.code)->name, cx.err.detail);
		code = 3;
	}
	arena_free(arena);
	return code;
}
