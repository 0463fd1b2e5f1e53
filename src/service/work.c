/* SPDX-License-Identifier: Apache-2.0 */
#include "service/work.h"

#include "base/log.h"
#include "ledger/ledger.h"
#include "service/lookup_log.h"
#include "service/qr_watch.h"
#include "store/people.h"

typedef enum st part_fn(struct work *work, struct work_report *report);

static bool go_on(void *arg, int done)
{
	const struct work *work = arg;

	(void)done;
	return !(work->stop && work->stop(work->stop_arg));
}

static ST load_lookups(struct work *work, struct work_report *report)
{
	if (!work->lookup_dir)
		return OK;
	return lookup_load(work->call->cx, work->call->db, work->lookup_dir, &report->lookups);
}

/* Once a day is enough for the months to come. */
static ST make_months(struct work *work, struct work_report *report)
{
	struct ctx *cx = work->call->cx;
	struct instant now = cx->clock->now(cx->clock);
	struct day today = day_in_astana(now);

	if (today.n == work->months_on.n)
		return OK;
	TRY(people_lookup_months(cx, work->call->db, now, &report->months));
	work->months_on = today;
	return OK;
}

/* Banks' payments come without an import. */
static ST apply_returns(struct work *work, struct work_report *report)
{
	return returns_apply(work->call, &report->returns);
}

static bool is_to_end(void *arg)
{
	return !go_on(arg, 0);
}

/* A month falls due at the turn of a day, at the earliest: once a day is enough. */
static ST apply_advances(struct work *work, struct work_report *report)
{
	struct ctx *cx = work->call->cx;
	struct day today = day_in_astana(cx->clock->now(cx->clock));

	if (today.n == work->advanced_on.n)
		return OK;
	TRY(advances_apply(work->call, is_to_end, work, &report->advances));
	if (go_on(work, 0))
		work->advanced_on = today;
	return OK;
}

/* Rows of yesterday's law or facts are looked for once a day: that reads every row. */
static ST refresh(struct work *work, struct work_report *report)
{
	struct ctx *cx = work->call->cx;
	struct day today = day_in_astana(cx->clock->now(cx->clock));
	const struct refresh_order order = {
		.outdated = today.n != work->outdated_on.n, .tick = go_on, .tick_arg = work};

	TRY(refresh_run(work->call, &order, &report->refreshed));
	if (!report->refreshed.stopped)
		work->outdated_on = today;
	return OK;
}

static ST seal(struct work *work, struct work_report *report)
{
	struct ctx *cx = work->call->cx;

	return ledger_seal(
		cx, work->call->db, day_in_astana(cx->clock->now(cx->clock)), &report->sealed);
}

/* Of banks that are not set up any more, or not here: nobody else would. */
static ST give_up_codes(struct work *work, struct work_report *report)
{
	(void)report;
	for (int i = 0; i < QR_RAILS; i++) {
		struct qr_sender sender = {.rail = (enum qr_rail_kind)i};
		struct qr_sent sent = {.more = qr_rails[i].lane != NULL};

		while (sent.more && go_on(work, 0))
			TRY(qr_sender_round(work->call, &sender, &sent));
		TRY(qr_watch_round(work->call, &sender));
	}
	return OK;
}

static ST bring_back(struct work *work, struct work_report *report)
{
	if (!report->lookups && !report->returns.lines && !report->advances.persons &&
		!report->refreshed.persons && !report->sealed)
		return OK;
	return db_checkpoint(work->call->cx, work->call->db);
}

enum st work_round(struct work *work, struct work_report *report)
{
	static const struct {
		const char *name;
		part_fn *run;
	} parts[] = {{"work.months", make_months}, {"work.lookups", load_lookups},
		{"work.returns", apply_returns}, {"work.advances", apply_advances},
		{"work.refresh", refresh}, {"work.seal", seal}, {"work.codes", give_up_codes},
		{"work.checkpoint", bring_back}};
	struct ctx *cx = work->call->cx;
	struct err_slot first = {.code = ERR_NONE};

	*report = (struct work_report){0};
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (!go_on(work, 0))
			break;
		if (parts[i].run(work, report) == OK)
			continue;
		log_event(cx, LOG_UNUSUAL, parts[i].name, "code=%s", err_info(cx->err.code)->name);
		if (first.code == ERR_NONE)
			first = cx->err;
		err_clear(cx);
	}
	cx->err = first;
	return err_info(first.code)->class;
}
