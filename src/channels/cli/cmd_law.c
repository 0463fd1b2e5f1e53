/* SPDX-License-Identifier: Apache-2.0 */
/*
 * saqta law check | show [--on DAY] | diff OLD NEW [--people DB]. The book is read here and not
 * before the command, because a book that is broken is what `check` is for.
 */
#include "channels/cli/commands.h"

#include "channels/cli/law_people_list.h"
#include "limits.h"
#include "service/law.h"
#include "service/lawsource.h"

const struct option cmd_law_options[] = {
	{"on", "DAY", MSG_cli_opt_on, false, NULL},
	{"people", "DB", MSG_cli_opt_law_people, false, NULL},
	{"known", "DAY", MSG_cli_opt_law_known, false, NULL},
	{"limit", "N", MSG_cli_opt_law_limit, false, NULL},
	{"csv", "FILE", MSG_cli_opt_law_csv, false, NULL},
	{"full-iin", NULL, MSG_cli_opt_law_full_iin, false, NULL},
	{"verbose", NULL, MSG_cli_opt_law_verbose, false, NULL},
	{"json", NULL, MSG_cli_opt_json, false, NULL},
	{0},
};

/* The folder of --law, or NULL for the built-in book. */
static const char *law_dir(struct cli *cli)
{
	struct str dir = cli->settings.value[SETTING_LAW];

	return dir.n ? str_z(cli->cx.arena, dir) : NULL;
}

static ST check(struct cli *cli)
{
	struct lawbook *book;

	TRY(lawsource_load(&cli->cx, cli->cx.arena, law_dir(cli), &book));
	if (cli_has(cli, "json"))
		law_put_check_json(&cli->out, book, cli_has(cli, "verbose"));
	else
		law_put_check_text(&cli->out, cli->cx.lang, book, cli_has(cli, "verbose"));
	return OK;
}

static ST show(struct cli *cli)
{
	struct lawbook *book;
	struct day on = day_in_astana(cli->cx.clock->now(cli->cx.clock));

	if (cli_has(cli, "on"))
		TRY(cli_name_error(cli, day_parse(&cli->cx, cli_value(cli, "on"), &on), "--on"));
	TRY(lawsource_load(&cli->cx, cli->cx.arena, law_dir(cli), &book));
	if (cli_has(cli, "json"))
		law_put_json(&cli->out, cli->cx.lang, book, on);
	else
		law_put_text(&cli->out, cli->cx.lang, book, on);
	return OK;
}

/* Options of `diff --people` alone. */
static bool has_people_options(const struct cli *cli)
{
	static const char *const names[] = {"people", "limit", "csv", "full-iin"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (cli_has(cli, names[i]))
			return true;
	return false;
}

/* Exit code 1 when the books differ, as diff(1) does. */
static ST diff(struct cli *cli)
{
	struct lawbook *before, *after;
	struct law_diff found;
	struct law_people_list people = {.cli = cli};
	bool with_people = has_people_options(cli);

	TRY(lawsource_load(&cli->cx, cli->cx.arena, str_z(cli->cx.arena, cli->args[1]), &before));
	TRY(lawsource_load(&cli->cx, cli->cx.arena, str_z(cli->cx.arena, cli->args[2]), &after));
	TRY(law_diff_books(&cli->cx, before, after, &found));
	if (with_people)
		TRY(law_people_run(&people, before, after));
	if (cli_has(cli, "json")) {
		struct json j = json_start(&cli->out);

		json_open_object(&j);
		law_diff_put_json(&j, &found);
		if (with_people)
			law_people_put_json(&people, &j);
		json_close_object(&j);
		buf_char(&cli->out, '\n');
	} else {
		law_diff_put_text(&cli->out, cli->cx.lang, &found);
		if (with_people)
			law_people_put_text(&people);
	}
	cli->answer_no = !law_diff_empty(&found) || people.report.changed > 0;
	return OK;
}

enum st cmd_law(struct cli *cli)
{
	static const struct {
		const char *name;
		enum st (*run)(struct cli *cli);
		size_t args;
	} verbs[] = {{"check", check, 1}, {"show", show, 1}, {"diff", diff, 3}};

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (str_is(cli->args[0], verbs[i].name) && cli->arg_count == verbs[i].args &&
			(verbs[i].run == diff || !has_people_options(cli)))
			return verbs[i].run(cli);
	return fail(&cli->cx, USAGE,
		"law check [--verbose] | show [--on DAY] | diff OLD NEW [--people DB]");
}
