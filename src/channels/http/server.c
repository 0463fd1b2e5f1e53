/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/http/server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "base/digest.h"
#include "base/heap.h"
#include "base/log.h"
#include "channels/http/listen.h"
#include "service/lookup_log.h"
#include "channels/http/shared.h"
#include "limits.h"

#define OLD_WORKERS "SAQTA_OLD_WORKERS"

enum {
	FDS_SPARE = 64, /* descriptors of a worker that are no connections */
	STOP_SECONDS = LIMIT_REQUEST_SECONDS + LIMIT_SEND_SECONDS + 5,
	BACK_OFF_FIRST_MS = 100, /* doubled with each death in a row, up to the next */
	BACK_OFF_LAST_MS = 10000,
	HEALTHY_MS = 60000,   /* a worker that lived this long starts the count anew */
	EXIT_NOT_STARTED = 9, /* of a worker whose start hook failed */
	READY_SECONDS = 30,

};

struct worker {
	pid_t pid; /* 0 = not running */
	int64_t started_ms, start_again_ms;
	unsigned deaths; /* in a row */
};

struct server {
	struct ctx *cx;
	const struct server_setup *setup;
	struct shared shared;
	struct site site;
	struct tls *tls;
	int listen_fd, signal_fd;
	char program[4096];
	unsigned count;
	struct worker workers[SERVER_WORKERS_MAX];
	pid_t old[SERVER_WORKERS_MAX]; /* workers of the program before this one */
	size_t old_count;
	sigset_t before; /* signal mask to give back to a program that is run */
	bool stopping;
};

static int64_t now_ms(const struct server *s)
{
	return s->cx->clock->monotonic_us(s->cx->clock) / 1000;
}

/* Workers ---------------------------------------------------------------------------------- */

static size_t connections_max(void)
{
	struct rlimit files = {0, 0};
	rlim_t want = LIMIT_CONNECTIONS + FDS_SPARE;

	(void)getrlimit(RLIMIT_NOFILE, &files);
	if (files.rlim_cur < want) {
		files.rlim_cur = files.rlim_max < want ? files.rlim_max : want;
		(void)setrlimit(RLIMIT_NOFILE, &files);
		(void)getrlimit(RLIMIT_NOFILE, &files);
	}
	if (files.rlim_cur >= want)
		return LIMIT_CONNECTIONS;
	return files.rlim_cur > 2 * FDS_SPARE ? (size_t)files.rlim_cur - FDS_SPARE : FDS_SPARE;
}

__attribute__((noreturn)) static void worker_main(struct server *s, unsigned slot, int ready_fd)
{
	struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
	struct ctx cx = {.arena = arena, .clock = s->cx->clock, .lang = LANG_KK};
	struct call call = {.cx = &cx, .book = s->setup->book};
	const struct site_hooks *hooks = &s->site.hooks;
	enum st st = OK;

	if (hooks->start)
		st = hooks->start(hooks->arg, &cx, &call);
	if (st == OK && s->site.settings.lookup_dir)
		st = lookup_log_open(&cx, s->site.settings.lookup_dir, &s->site.lookups);
	if (st != OK) {
		log_event(&cx, LOG_BROKEN, "worker.start", "code=%s field=%s detail=\"%s\"",
			err_info(cx.err.code)->name, cx.err.field, cx.err.detail);
		_exit(EXIT_NOT_STARTED);
	}
	loop_run(&(struct loop_setup){
		.site = &s->site,
		.call = &call,
		.tls = s->tls,
		.listen_fd = s->listen_fd,
		.ready_fd = ready_fd,
		.slots = s->shared.slots,
		.slot = slot,
		.slot_count = s->count,
		.connections_max = connections_max(),
	});
	if (hooks->stop)
		hooks->stop(hooks->arg);
	arena_free(arena);
	_exit(0);
}

/* `ready_fd` gets a byte from the worker; -1 = nobody waits. */
static void worker_start(struct server *s, unsigned slot, int ready_fd)
{
	struct worker *w = &s->workers[slot];
	pid_t parent = getpid(), pid;

	atomic_store(&s->shared.slots[slot].connections, LOOP_SLOT_AWAY);
	atomic_store(&s->shared.slots[slot].streams, 0);
	pid = fork();
	if (pid == 0) {
		/* A worker without its parent is nobody's: it finishes and goes. */
		(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != parent)
			_exit(EXIT_NOT_STARTED);
		worker_main(s, slot, ready_fd);
	}
	w->started_ms = now_ms(s);
	if (pid < 0) {
		w->pid = 0;
		w->start_again_ms = w->started_ms + BACK_OFF_LAST_MS;
		log_event(s->cx, LOG_BROKEN, "worker.fork", "errno=%d", errno);
		return;
	}
	w->pid = pid;
	metrics_add(s->shared.metrics, METRIC_WORKER_STARTS, 1);
}

static void worker_died(struct server *s, unsigned slot, int status)
{
	struct worker *w = &s->workers[slot];
	int64_t now = now_ms(s), wait = BACK_OFF_FIRST_MS;

	w->pid = 0;
	atomic_store(&s->shared.slots[slot].connections, LOOP_SLOT_AWAY);
	atomic_store(&s->shared.slots[slot].streams, 0);
	if (s->stopping)
		return;
	w->deaths = now - w->started_ms > HEALTHY_MS ? 1 : w->deaths + 1;
	for (unsigned i = 1; i < w->deaths && wait < BACK_OFF_LAST_MS; i++)
		wait *= 2;
	w->start_again_ms = now + (wait < BACK_OFF_LAST_MS ? wait : BACK_OFF_LAST_MS);
	metrics_add(s->shared.metrics, METRIC_WORKER_DEATHS, 1);
	log_event(s->cx, LOG_BROKEN, "worker.died", "slot=%u signal=%d exit=%d again_ms=%lld", slot,
		WIFSIGNALED(status) ? WTERMSIG(status) : 0,
		WIFEXITED(status) ? WEXITSTATUS(status) : 0, (long long)(w->start_again_ms - now));
}

static void reap(struct server *s)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (unsigned i = 0; i < s->count; i++)
			if (s->workers[i].pid == pid)
				worker_died(s, i, status);
		for (size_t i = 0; i < s->old_count; i++)
			if (s->old[i] == pid)
				s->old[i--] = s->old[--s->old_count];
	}
}

/* Starts what is due; returns milliseconds until the next start, or -1. */
static int start_due(struct server *s)
{
	int64_t now = now_ms(s), next = -1;

	for (unsigned i = 0; i < s->count && !s->stopping; i++) {
		struct worker *w = &s->workers[i];

		if (w->pid)
			continue;
		if (w->start_again_ms <= now)
			worker_start(s, i, -1);
		else if (next < 0 || w->start_again_ms - now < next)
			next = w->start_again_ms - now;
	}
	return (int)next;
}

static void tell_all(const struct server *s, int sig)
{
	for (unsigned i = 0; i < s->count; i++)
		if (s->workers[i].pid)
			kill(s->workers[i].pid, sig);
	for (size_t i = 0; i < s->old_count; i++)
		kill(s->old[i], sig);
}

static bool any_left(const struct server *s)
{
	for (unsigned i = 0; i < s->count; i++)
		if (s->workers[i].pid)
			return true;
	return s->old_count > 0;
}

/* Restart ---------------------------------------------------------------------------------- */

/* Runs the program with --check and no inherited socket; true when it ends with 0. */
static bool new_program_works(struct server *s)
{
	size_t n = 0;
	char **argv;
	int status = -1;
	pid_t pid;

	while (s->setup->argv[n])
		n++;
	argv = heap_item((n + 2) * sizeof(*argv));
	memcpy(argv, s->setup->argv, n * sizeof(*argv));
	argv[n] = (char *)(uintptr_t) "--check";
	pid = fork();
	if (pid == 0) {
		sigprocmask(SIG_SETMASK, &s->before, NULL);
		execv(s->program, argv);
		_exit(127);
	}
	heap_free_item(argv);
	if (pid < 0)
		return false;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void name_old_workers(const struct server *s)
{
	char text[SERVER_WORKERS_MAX * 2 * 12] = "";
	size_t n = 0;

	for (unsigned i = 0; i < s->count; i++)
		if (s->workers[i].pid)
			n += (size_t)snprintf(
				text + n, sizeof(text) - n, "%d,", (int)s->workers[i].pid);
	for (size_t i = 0; i < s->old_count; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%d,", (int)s->old[i]);
	setenv(OLD_WORKERS, text, 1);
}

/*
 * The same process runs the program anew, so that a service manager sees one and the same. The old
 * workers stay its children and serve on until the new ones do.
 */
static void restart(struct server *s)
{
	if (!new_program_works(s)) {
		log_event(s->cx, LOG_BROKEN, "server.restart", "refused=%s", s->program);
		return;
	}
	log_event(s->cx, LOG_INFO, "server.restart", "program=%s", s->program);
	name_old_workers(s);
	shared_hand_on(&s->shared);
	if (dup2(s->listen_fd, LISTEN_FDS_START) == LISTEN_FDS_START) {
		setenv("LISTEN_FDS", "1", 1);
		/* Signals stay blocked: one that comes now waits for the new program. */
		execv(s->program, s->setup->argv);
	}
	/* Still the old program: it serves on as if nothing had been asked. */
	log_event(s->cx, LOG_BROKEN, "server.restart", "errno=%d", errno);
	unsetenv("LISTEN_FDS");
	unsetenv(OLD_WORKERS);
}

static void adopt_old_workers(struct server *s)
{
	const char *text = getenv(OLD_WORKERS);
	struct str rest = str_of(text ? text : "");
	uint64_t pid;

	while (rest.p && s->old_count < SERVER_WORKERS_MAX) {
		if (str_to_u64(str_cut(&rest, ','), INT32_MAX, &pid) && pid > 1)
			s->old[s->old_count++] = (pid_t)pid;
	}
	unsetenv(OLD_WORKERS);
}

/* Start and run ---------------------------------------------------------------------------- */

/* Made here, unless several machines share one. */
static ST take_token_key(struct server *s)
{
	struct str hex = s->setup->token_key;

	if (hex.n == 0) {
		if (s->shared.token_key)
			s->site.token_key = *s->shared.token_key;
		return OK;
	}
	if (!digest_unhex(hex, s->site.token_key.bytes, TOKEN_KEY_BYTES))
		return fail_in(s->cx, 0, "token-key", SETTING_VALUE, "%s", "64 hex");
	return OK;
}

/* Each worker opens it for itself; a wrong one is told here and not in their log. */
static ST try_lookup_dir(struct ctx *cx, const char *dir)
{
	struct lookup_log *log;

	if (!dir)
		return OK;
	TRY(lookup_log_open(cx, dir, &log));
	lookup_log_close(log);
	return OK;
}

static ST read_setup(struct server *s)
{
	const struct server_setup *setup = s->setup;

	TRY(try_lookup_dir(s->cx, setup->settings.lookup_dir));
	s->site.settings = setup->settings;
	s->site.hooks = setup->hooks;
	s->site.routes = setup->routes;
	s->site.route_count = setup->route_count;
	TRY(take_token_key(s));
	TRY(site_set_embed_hosts(s->cx, &s->site, setup->settings.embed_hosts));
	TRY(site_set_public_url(s->cx, &s->site, setup->settings.public_url));
	if (setup->tls_cert)
		TRY(tls_new(s->cx, setup->tls_cert, setup->tls_key, &s->tls));
	return OK;
}

ST server_check(struct ctx *cx, const struct server_setup *setup)
{
	struct server *s = heap_item(sizeof(*s));
	enum st st;

	s->cx = cx;
	s->setup = setup;
	st = read_setup(s);
	if (s->tls)
		tls_free(s->tls);
	heap_free_item(s);
	return st;
}

static ST prepare(struct server *s)
{
	const struct server_setup *setup = s->setup;
	ssize_t n = readlink("/proc/self/exe", s->program, sizeof(s->program) - 1);

	/* The name is kept from the start: after an upgrade the link points at a deleted file. */
	must(n > 0 && n < (ssize_t)sizeof(s->program));
	TRY(shared_open(s->cx, &s->shared));
	s->site.metrics = s->shared.metrics;
	s->site.throttle = s->shared.throttle;
	TRY(read_setup(s));
	s->count = setup->workers ? setup->workers : (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	if (s->count > SERVER_WORKERS_MAX)
		s->count = SERVER_WORKERS_MAX;
	return OK;
}

static void take_signals(struct server *s)
{
	sigset_t ours;

	sigemptyset(&ours);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGHUP);
	sigaddset(&ours, SIGCHLD);
	sigprocmask(SIG_BLOCK, &ours, &s->before);
	/* Blocked already by the program that ran us anew: not for those that we run. */
	sigdelset(&s->before, SIGTERM);
	sigdelset(&s->before, SIGINT);
	sigdelset(&s->before, SIGHUP);
	sigdelset(&s->before, SIGCHLD);
	sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
	s->signal_fd = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
	must(s->signal_fd >= 0);
}

/* Starts all workers and waits until each has said that it serves, or is dead. */
static bool start_workers(struct server *s)
{
	int64_t deadline = now_ms(s) + READY_SECONDS * 1000;
	unsigned ready = 0;
	int pipe_fd[2];
	char byte;

	must(pipe2(pipe_fd, O_CLOEXEC) == 0);
	for (unsigned i = 0; i < s->count; i++)
		worker_start(s, i, pipe_fd[1]);
	close(pipe_fd[1]);
	/* The pipe ends when the last worker has closed it, by saying so or by dying. */
	while (ready < s->count) {
		struct pollfd p = {.fd = pipe_fd[0], .events = POLLIN};
		int64_t left = deadline - now_ms(s);

		if (left <= 0 || poll(&p, 1, (int)left) < 0 || read(pipe_fd[0], &byte, 1) != 1)
			break;
		ready++;
	}
	close(pipe_fd[0]);
	return ready > 0;
}

static void on_signal(struct server *s, int sig)
{
	if (sig == SIGCHLD) {
		reap(s);
	} else if (sig == SIGHUP) {
		if (!s->stopping)
			restart(s);
	} else if (!s->stopping) {
		log_event(s->cx, LOG_INFO, "server.stop", "signal=%d", sig);
		s->stopping = true;
		close(s->listen_fd);
		tell_all(s, SIGTERM);
	}
}

static void run(struct server *s)
{
	int64_t give_up_ms = 0;

	for (;;) {
		struct pollfd p = {.fd = s->signal_fd, .events = POLLIN};
		struct signalfd_siginfo info;
		int wait_ms = start_due(s);

		if (s->stopping) {
			int64_t now = now_ms(s);

			if (!any_left(s))
				return;
			if (give_up_ms == 0)
				give_up_ms = now + STOP_SECONDS * 1000;
			if (now >= give_up_ms)
				tell_all(s, SIGKILL);
			wait_ms = 1000;
		}
		(void)poll(&p, 1, wait_ms);
		while (read(s->signal_fd, &info, sizeof(info)) == sizeof(info))
			on_signal(s, (int)info.ssi_signo);
	}
}

ST server_run(struct ctx *cx, const struct server_setup *setup)
{
	struct server *s = heap_item(sizeof(*s));
	struct str url;
	enum st st;

	s->cx = cx;
	s->setup = setup;
	s->listen_fd = -1;
	adopt_old_workers(s);
	st = prepare(s);
	if (st == OK)
		st = listen_open(cx, setup->listen, s->tls != NULL, &s->listen_fd, &url);
	if (st != OK)
		goto out;
	take_signals(s);
	if (!start_workers(s)) {
		/* The cause is in the worker's log line. */
		s->stopping = true;
		tell_all(s, SIGKILL);
		st = fail(cx, INTERNAL, "%s", "no worker started");
		goto out;
	}
	for (size_t i = 0; i < s->old_count; i++)
		kill(s->old[i], SIGTERM);
	if (setup->listening)
		setup->listening(setup->hooks.arg, url);
	run(s);
	sigprocmask(SIG_SETMASK, &s->before, NULL);
out:
	if (s->tls)
		tls_free(s->tls);
	heap_free_item(s);
	return st;
}
