/* SPDX-License-Identifier: Apache-2.0 */
#include "work.h"

#include <signal.h>
#include <time.h>

#include "base/log.h"
#include "limits.h"
#include "service/work.h"
#include "work_qr.h"

const struct option work_options[] = {
	{"once", NULL, MSG_work_opt_once, false, NULL},
	{0},
};

/* SIGTERM and SIGINT are held back and asked for, so that nothing is broken off. */
struct signals {
	sigset_t ours;
	bool came;
};

static bool wait_for_signal(struct signals *s, int64_t seconds)
{
	const struct timespec time = {.tv_sec = seconds};

	if (!s->came)
		s->came = sigtimedwait(&s->ours, NULL, &time) > 0;
	return s->came;
}

/* What a round asks between two pieces of work: so the sender is missed for moments, not for the
 * whole of a long round. */
struct watch {
	struct signals *signals;
	struct work_qr *qr;
};

static bool stop(void *arg)
{
	struct watch *watch = arg;

	work_qr_keep(watch->qr);
	return wait_for_signal(watch->signals, 0);
}

static void hold_signals(struct signals *s)
{
	sigemptyset(&s->ours);
	sigaddset(&s->ours, SIGTERM);
	sigaddset(&s->ours, SIGINT);
	sigprocmask(SIG_BLOCK, &s->ours, NULL);
}

static void put_report(struct cli *cli, const struct work_report *r)
{
	const struct arg args[] = {arg_count("rows", (int64_t)r->refreshed.persons),
		arg_count("lookups", (int64_t)r->lookups), arg_count("days", r->sealed)};

	cli_say(cli, MSG_work_done, args, 3);
}

static ST run_once(struct cli *cli, struct work *work, struct work_qr *qr)
{
	struct ctx *cx = work->call->cx;
	struct work_report report;
	enum st st = work_round(work, &report);

	if (st == OK)
		st = work_qr_once(qr, work->call);
	cli->cx.err = cx->err;
	put_report(cli, &report);
	return st;
}

/* Error: DB_FLUSH, after which another process must look at the file anew. */
static ST run_rounds(struct cli *cli, struct work *work, struct watch *watch)
{
	int64_t seconds = (int64_t)settings_count(&cli->settings, SETTING_WORK_SECONDS);
	struct ctx *cx = work->call->cx;
	struct work_report report;
	enum st st;

	work->stop = stop;
	work->stop_arg = watch;
	log_event(&cli->cx, LOG_INFO, "work.start", "seconds=%lld", (long long)seconds);
	do {
		work_qr_keep(watch->qr);
		/* What failed is in the log; the next round tries again. */
		st = work_round(work, &report);
		if (st != OK && cx->err.code == ERR_DB_FLUSH)
			break;
		st = OK;
		err_clear(cx);
		arena_reset(cx->arena);
	} while (!wait_for_signal(watch->signals, seconds > 0 ? seconds : 1));
	work_qr_stop(watch->qr);
	log_event(&cli->cx, LOG_INFO, "work.stop", "%s", "");
	cli->cx.err = cx->err;
	return st;
}

enum st work_command(struct cli *cli)
{
	struct str dir = cli->settings.value[SETTING_LOOKUP_DIR];
	struct signals signals = {.came = false};
	struct ctx round = cli->cx; /* its arena is emptied after each */
	struct call call = cli->call;
	struct work work = {.call = &call,
		.lookup_dir = dir.n ? str_z(cli->cx.arena, dir) : NULL,
		.advanced_on = DAY_ALWAYS,
		.outdated_on = DAY_ALWAYS};
	struct work_qr qr;
	struct watch watch = {&signals, &qr};
	enum st st = OK;

	TRY(work_qr_read(cli, &qr));
	call.cx = &round;
	hold_signals(&signals);
	round.arena = arena_new(LIMIT_IMPORT_ARENA_BYTES);
	if (cli_has(cli, "once"))
		st = run_once(cli, &work, &qr);
	else
		st = run_rounds(cli, &work, &watch);
	arena_free(round.arena);
	return st;
}
