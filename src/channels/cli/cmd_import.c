/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes in files. Exit code 1 when lines went to suspense or rows were left out, 2 when a file was
 * refused.
 */
#include "channels/cli/commands.h"

#include <unistd.h>

#include "channels/cli/cli_db.h"
#include "channels/cli/progress.h"
#include "formats/json_write.h"
#include "limits.h"
#include "service/import.h"
#include "service/refresh.h"

enum { SHOWN_ISSUES = 50 };

const struct option cmd_import_options[] = {
	{"check", NULL, MSG_cli_opt_check, false, NULL},
	{"json", NULL, MSG_cli_opt_json, false, NULL},
	{"no-refresh", NULL, MSG_cli_opt_no_refresh, false, NULL},
	{0},
};

static void tick(void *arg, enum import_stage stage, size_t done, size_t total)
{
	if (stage == IMPORT_WRITING && total > 0)
		progress_move(arg, done, total);
}

static bool refresh_tick(void *arg, int done)
{
	progress_move(arg, (size_t)done, REFRESH_WHOLE);
	return true;
}

static void put_issue(struct cli *cli, const struct issue *issue)
{
	struct buf text = buf_new(cli->cx.arena, 2048), line = buf_new(cli->cx.arena, 32);

	say_error(&text, cli->cx.lang, &issue->err);
	buf_z(&text, " [");
	buf_z(&text, err_info(issue->err.code)->name);
	buf_char(&text, ']');
	buf_u64(&line, issue->err.line);
	struct arg args[] = {arg_str("line", buf_view(&line)),
		arg_str("field", str_of(issue->err.field)), arg_str("text", buf_view(&text))};
	if (issue->weight == ISSUE_NOTE) {
		struct buf note = buf_new(cli->cx.arena, 2048);

		say(&note, cli->cx.lang, MSG_imp_note, &args[2], 1);
		args[2] = arg_str("text", buf_view(&note));
	}
	if (issue->err.line == 0) {
		buf_str(&cli->out, buf_view(&text));
		buf_char(&cli->out, '\n');
	} else if (issue->err.field[0]) {
		cli_say(cli, MSG_imp_issue, args, 3);
	} else {
		cli_say(cli, MSG_imp_issue_line, (struct arg[]){args[0], args[2]}, 2);
	}
}

static void put_issues(struct cli *cli, const struct issues *issues)
{
	size_t found = 0, shown = 0;

	for (int w = 0; w < ISSUE_WEIGHTS; w++)
		found += issues->total[w];
	/* What stops the file comes first, then what stops lines, then notes. */
	for (int w = ISSUE_WEIGHTS - 1; w >= 0; w--)
		for (size_t i = 0; i < issues->count && shown < SHOWN_ISSUES; i++)
			if (issues->items[i].weight == (enum issue_weight)w) {
				put_issue(cli, &issues->items[i]);
				shown++;
			}
	struct arg more = arg_count("n", (int64_t)(found - shown));
	if (found > shown)
		cli_say(cli, MSG_imp_more_issues, &more, 1);
}

static void put_count(struct cli *cli, enum msg m, size_t n)
{
	struct arg arg = arg_count("n", (int64_t)n);

	cli_say(cli, m, &arg, 1);
}

static void put_counts(struct cli *cli, const struct import_report *r)
{
	struct arg lines[] = {arg_count("n", (int64_t)r->lines), arg_money("sum", r->sum)};
	struct arg held[] = {
		arg_count("n", (int64_t)r->lines_suspense), arg_money("sum", r->sum_suspense)};

	struct arg waited[] = {arg_count("n", (int64_t)r->waited), arg_money("sum", r->sum_waited)};

	if (r->documents > 1)
		put_count(cli, MSG_imp_documents, r->documents);
	if (money_is_zero(r->sum))
		cli_say(cli, MSG_imp_lines_plain, lines, 1);
	else
		cli_say(cli, MSG_imp_lines, lines, 2);
	if (!r->written)
		return;
	put_count(cli, MSG_imp_new, r->lines_new);
	if (r->lines_repeated)
		put_count(cli, MSG_imp_repeated, r->lines_repeated);
	if (r->lines_suspense && money_is_zero(r->sum_suspense))
		cli_say(cli, MSG_imp_suspense, held, 1);
	else if (r->lines_suspense)
		cli_say(cli, MSG_imp_suspense_sum, held, 2);
	if (r->waited)
		cli_say(cli, MSG_imp_waited, waited, 2);
}

static void put_text(struct cli *cli, struct str name, const struct import_report *r, enum st st)
{
	struct arg args[] = {arg_str("name", name),
		arg_str("format", str_of(import_format_code(r->format))),
		arg_str("encoding", str_of(encoding_name(r->encoding)))};

	if (r->lines || st == OK) {
		cli_say(cli, MSG_imp_file, args, 3);
		put_counts(cli, r);
	}
	put_issues(cli, &r->issues);
	/* One file alone: its error ends the command and is said there. */
	if (st != OK && cli->arg_count > 1 && r->issues.total[ISSUE_FILE] == 0) {
		const struct issue issue = {ISSUE_FILE, r->error};

		cli_say(cli, MSG_imp_name, args, 1);
		put_issue(cli, &issue);
	}
	if (st != OK && !r->written)
		cli_say(cli, MSG_imp_refused, NULL, 0);
	else if (cli_has(cli, "check"))
		cli_say(cli, MSG_imp_checked, NULL, 0);
}

/* NULL: the standard one. */
static ST read_profile(struct cli *cli, const struct iso_profile **out)
{
	struct str path = cli->settings.value[SETTING_ISO_PROFILE], text;
	struct iso_profile *profile;

	*out = NULL;
	if (!path.n)
		return OK;
	profile = ARENA_NEW(cli->cx.arena, struct iso_profile);
	TRY(cli_read_file(cli, str_z(cli->cx.arena, path), LIMIT_YAML_BYTES, &text));
	*out = profile;
	return iso_profile_read(&cli->cx, "iso-profile", text, profile);
}

static ST import_one(struct cli *cli, struct str name, const struct iso_profile *profile)
{
	struct progress p = {.cli = cli,
		.what = MSG_imp_writing,
		.lines = true,
		.terminal = isatty(STDERR_FILENO)};
	const struct import_options options = {.check_only = cli_has(cli, "check"),
		.tick = tick,
		.tick_arg = &p,
		.iso_profile = profile};
	struct import_report report;
	enum st st = import_path(&cli->call, str_z(cli->cx.arena, name), &options, &report);

	progress_end(&p);
	if (report.issues.total[ISSUE_LINE] || report.lines_suspense)
		cli->answer_no = true;
	if (cli_has(cli, "json")) {
		import_put_json(&cli->out, cli->cx.lang, name, &report);
		cli->told = cli->told || st != OK;
		buf_char(&cli->out, '\n');
	} else {
		put_text(cli, name, &report, st);
	}
	return st;
}

/* The next question about these persons is then one read. What is left when this fails or is
 * killed is rebuilt by the next import or by `saqta work`. */
static ST refresh(struct cli *cli)
{
	struct progress p = {
		.cli = cli, .what = MSG_imp_refreshing, .terminal = isatty(STDERR_FILENO)};
	const struct refresh_order order = {.tick = refresh_tick, .tick_arg = &p};
	struct refresh_report report;
	enum st st;

	TRY(db_bulk(&cli->cx, cli->call.db, true));
	st = refresh_run(&cli->call, &order, &report);
	progress_end(&p);
	TRY(st);
	TRY(db_bulk(&cli->cx, cli->call.db, false));
	return db_checkpoint(&cli->cx, cli->call.db);
}

/* Each file stands for itself: one that is refused does not stop the others. */
enum st cmd_import(struct cli *cli)
{
	struct err_slot first = {.code = ERR_NONE};
	const struct iso_profile *profile;

	TRY(read_profile(cli, &profile));
	if (!cli_has(cli, "check"))
		TRY(cli_open_db(cli, DB_MODE_CREATE));
	for (size_t i = 0; i < cli->arg_count; i++) {
		if (import_one(cli, cli->args[i], profile) != OK && first.code == ERR_NONE)
			first = cli->cx.err;
		err_clear(&cli->cx);
		TRY(cli_flush(cli));
	}
	if (!cli_has(cli, "check") && !cli_has(cli, "no-refresh") && refresh(cli) != OK) {
		if (first.code == ERR_NONE)
			first = cli->cx.err;
		cli->told = false;
	}
	cli->cx.err = first;
	return err_info(first.code)->class;
}
