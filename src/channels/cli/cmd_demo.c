/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A demo database, and the eight persons in it that show one situation each.
 */
#include "channels/cli/commands.h"

#include <stdio.h>
#include <unistd.h>

#include "base/check.h"
#include "channels/cli/cli_db.h"
#include "service/demo.h"

enum { PEOPLE = 20000, SEED = 1 };

const struct option cmd_demo_options[] = {
	{"people", "N", MSG_demo_opt_people, false, NULL},
	{"seed", "S", MSG_demo_opt_seed, false, NULL},
	{"list", NULL, MSG_demo_opt_list, false, NULL},
	{0},
};

static ST read_count(struct cli *cli, const char *option, uint64_t otherwise, uint64_t *out)
{
	struct str text = cli_value(cli, option);

	*out = otherwise;
	if (text.p && !str_to_u64(text, INT64_MAX, out))
		return cli_name_error(cli, fail(&cli->cx, NUMBER_FORMAT, "%s", ""), option);
	return OK;
}

/* One line that is written over, on a terminal; nothing where a log would fill with it. */
static void tell(void *arg, enum demo_phase phase, size_t done, size_t of)
{
	static const enum msg phases[] = {MSG_demo_people, MSG_demo_payments, MSG_demo_summaries};
	const struct cli *cli = arg;
	struct str name = say_plain(cli->cx.lang, phases[phase]);
	char line[200];

	if (!isatty(STDERR_FILENO))
		return;
	int n = snprintf(line, sizeof(line), "\r\x1b[K%.*s %zu %%%s", STR(name),
		of ? done * 100 / of : 100, done == of ? "\r\x1b[K" : "");
	if (n > 0 && write(STDERR_FILENO, line, (size_t)n) < 0)
		return;
}

static ST make(struct cli *cli)
{
	struct demo_order order = {.tell = tell, .tell_arg = cli};
	struct demo_report report;
	uint64_t people;

	TRY(read_count(cli, "people", PEOPLE, &people));
	TRY(read_count(cli, "seed", SEED, &order.seed));
	order.people = people;
	TRY(demo_make(&cli->call, &order, &report));
	const struct arg args[] = {arg_count("people", (int64_t)report.people),
		arg_count("payments", (int64_t)report.payments),
		arg_count("refunds", (int64_t)report.refunds)};
	cli_say(cli, MSG_demo_made, args, 3);
	return OK;
}

static void put_person(struct cli *cli, const struct demo_person *p)
{
	struct buf key = buf_new(cli->cx.arena, 64);
	enum msg msg;

	buf_z(&key, "demo.role.");
	buf_z(&key, p->role->name);
	buf_char(&key, '\0');
	must(say_find(key.p, &msg));
	buf_z(&cli->out, p->role->iin);
	buf_z(&cli->out, "  ");
	buf_str(&cli->out, say_plain(cli->cx.lang, msg));
	/* The days go by: what was made in spring is another situation in autumn. */
	if (p->insured != p->role->insured || p->reason != p->role->reason) {
		const struct arg args[] = {
			arg_msg("now", p->insured ? MSG_cov_answer_yes : MSG_cov_answer_no)};

		buf_char(&cli->out, ' ');
		say(&cli->out, cli->cx.lang, MSG_demo_changed, args, 1);
	}
	buf_char(&cli->out, '\n');
}

enum st cmd_demo(struct cli *cli)
{
	struct demo_person eight[COUNTRY_CAST];

	/* A look at a file that is not there must not leave an empty one. */
	TRY(cli_open_db(cli, cli_has(cli, "list") ? DB_MODE_READ : DB_MODE_CREATE));
	if (!cli_has(cli, "list"))
		TRY(make(cli));
	TRY(demo_list(&cli->call, eight));
	cli_say(cli, MSG_demo_eight, NULL, 0);
	for (int i = 0; i < COUNTRY_CAST; i++)
		put_person(cli, &eight[i]);
	return OK;
}
