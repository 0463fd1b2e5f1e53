/* SPDX-License-Identifier: Apache-2.0 */
#include "work.h"

#include <signal.h>
#include <time.h>

#include "base/log.h"
#include "limits.h"
#include "service/work.h"

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

static bool stop(void *arg)
{
	return wait_for_signal(arg, 0);
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

enum st work_command(struct cli *cli)
{
	struct str dir = cli->settings.value[SETTING_LOOKUP_DIR];
	int64_t seconds = (int64_t)settings_count(&cli->settings, SETTING_WORK_SECONDS);
	struct signals signals = {.came = false};
	struct ctx round = cli->cx; /* its arena is emptied after each */
	struct call call = cli->call;
	struct work_report report;
	enum st st;

	call.cx = &round;
	struct work work = {.call = &call,
		.lookup_dir = dir.n ? str_z(cli->cx.arena, dir) : NULL,
		.stop = stop,
		.stop_arg = &signals,
		.outdated_on = DAY_ALWAYS};
	hold_signals(&signals);
	round.arena = arena_new(LIMIT_IMPORT_ARENA_BYTES);
	if (cli_has(cli, "once")) {
		st = work_round(&work, &report);
		cli->cx.err = round.err;
		put_report(cli, &report);
		arena_free(round.arena);
		return st;
	}
	log_event(&cli->cx, LOG_INFO, "work.start", "seconds=%lld", (long long)seconds);
	do {
		/* What failed is in the log; the next round tries again. */
		if (work_round(&work, &report) != OK)
			err_clear(&round);
		arena_reset(round.arena);
	} while (!wait_for_signal(&signals, seconds > 0 ? seconds : 1));
	log_event(&cli->cx, LOG_INFO, "work.stop", "%s", "");
	arena_free(round.arena);
	return OK;
}
