/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/cli/law_people_list.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "channels/cli/cli_db.h"
#include "channels/cli/progress.h"
#include "formats/csv.h"
#include "service/status.h"

enum {
	SHOWN_DEFAULT = 20,
	SHOWN_MAX = 10000,
	ROWS_BYTES = 1 << 20,
	IIN_BYTES = 64,
	PROGRESS_FROM = 100000
};

/* Options -------------------------------------------------------------------------------------- */

static ST take_day(struct cli *cli, const char *option, const char *name, struct day *out)
{
	*out = day_in_astana(cli->cx.clock->now(cli->cx.clock));
	if (!cli_has(cli, option))
		return OK;
	return cli_name_error(cli, day_parse(&cli->cx, cli_value(cli, option), out), name);
}

static ST take_options(struct law_people_list *list)
{
	struct cli *cli = list->cli;
	struct str url;
	uint64_t max = SHOWN_DEFAULT;

	TRY(cli_need(cli, "people", &url));
	TRY(settings_set(&cli->cx, &cli->settings, SETTING_DB, url));
	TRY(take_day(cli, "on", "--on", &list->order.on));
	TRY(take_day(cli, "known", "--known", &list->order.known));
	if (cli_has(cli, "limit") && !str_to_u64(cli_value(cli, "limit"), SHOWN_MAX, &max))
		return fail_in(&cli->cx, 0, "--limit", NUMBER_FORMAT, "%d", SHOWN_MAX);
	if (cli_has(cli, "full-iin") && !cli_has(cli, "csv"))
		return fail_in(&cli->cx, 0, "--csv", VALUE_MISSING, "%s", "");
	list->shown_max = (size_t)max;
	list->shown = arena_array(cli->cx.arena, list->shown_max + 1, sizeof(*list->shown));
	return OK;
}

/* The file ------------------------------------------------------------------------------------- */

static ST write_rows(struct law_people_list *list)
{
	struct str rest = buf_view(&list->rows);

	while (rest.n) {
		ssize_t n = write(list->file, rest.p, rest.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail_in(
				&list->cli->cx, 0, "--csv", FILE_WRITE, "%s", strerror(errno));
		rest.p += n;
		rest.n -= (size_t)n;
	}
	list->rows.n = 0;
	return OK;
}

/* Nobody but the owner may read a list of people. */
static ST open_file(struct law_people_list *list)
{
	struct cli *cli = list->cli;
	const char *path = str_z(cli->cx.arena, cli_value(cli, "csv"));

	list->file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (list->file < 0)
		return fail_in(&cli->cx, 0, "--csv", FILE_OPEN, "%s", strerror(errno));
	list->rows = buf_new(cli->cx.arena, ROWS_BYTES);
	buf_z(&list->rows, "iin;insured_before;reason_before;debt_months_before;debt_before;"
			   "to_pay_before;insured_after;reason_after;debt_months_after;"
			   "debt_after;to_pay_after\n");
	return OK;
}

static void put_row_side(struct buf *b, const struct law_side *s)
{
	buf_fmt(b, ";%s;%s;%zu;",
		s->err != ERR_NONE ? ""
		: s->insured       ? "true"
				   : "false",
		law_side_code(s->err, s->reason), s->debt_months);
	money_put_plain(b, s->debt);
	buf_char(b, ';');
	money_put_plain(b, s->to_pay);
}

static ST put_row(struct law_people_list *list, const struct law_person_change *c)
{
	if (cli_has(list->cli, "full-iin"))
		buf_str(&list->rows, iin_digits(&c->iin));
	else
		iin_mask(&list->rows, &c->iin);
	put_row_side(&list->rows, &c->before);
	put_row_side(&list->rows, &c->after);
	buf_char(&list->rows, '\n');
	return list->rows.n > CLI_OUT_FLUSH_BYTES ? write_rows(list) : OK;
}

/* The pass ------------------------------------------------------------------------------------- */

static enum st take(void *arg, const struct law_person_change *change)
{
	struct law_people_list *list = arg;

	if (list->shown_count < list->shown_max)
		list->shown[list->shown_count++] = *change;
	return list->file >= 0 ? put_row(list, change) : OK;
}

/* Of few people the answer is there before a bar could be read. */
static void tick(void *arg, size_t done, size_t total)
{
	struct progress *p = arg;

	if (p->terminal && total > PROGRESS_FROM)
		progress_move(p, done, total);
}

static ST run(struct law_people_list *list)
{
	struct progress p = {.cli = list->cli,
		.what = MSG_law_people_progress,
		.terminal = isatty(STDERR_FILENO)};
	enum st st;

	if (cli_has(list->cli, "csv"))
		TRY(open_file(list));
	list->order.tick = tick;
	list->order.tick_arg = &p;
	st = law_people_compare(&list->cli->call, &list->order, &list->report);
	progress_end(&p);
	TRY(st);
	return list->file >= 0 ? write_rows(list) : OK;
}

enum st law_people_run(
	struct law_people_list *list, const struct lawbook *before, const struct lawbook *after)
{
	struct cli *cli = list->cli;
	enum st st;

	list->file = -1;
	TRY(take_options(list));
	list->order.before = before;
	list->order.after = after;
	list->order.tell = take;
	list->order.tell_arg = list;
	TRY(cli_open_db(cli, DB_MODE_READ));
	st = run(list);
	if (list->file >= 0 && close(list->file) != 0 && st == OK)
		st = fail_in(&cli->cx, 0, "--csv", FILE_WRITE, "%s", strerror(errno));
	return st;
}

/* Text ----------------------------------------------------------------------------------------- */

static void put_status(struct buf *b, enum lang lang, enum err err, enum coverage_reason reason)
{
	if (err == ERR_NONE)
		buf_str(b, say_code(lang, "law_reason", coverage_reason_code(reason)));
	else
		buf_z(b, err_info(err)->name);
}

/* "0 ₸ → 4 250 ₸" */
static struct str money_change(struct cli *cli, struct money before, struct money after)
{
	struct buf b = buf_new(cli->cx.arena, 256);

	say_money(&b, cli->cx.lang, before);
	buf_z(&b, " → ");
	say_money(&b, cli->cx.lang, after);
	return buf_view(&b);
}

static void put_move(struct cli *cli, const struct law_move *m)
{
	const struct arg args[] = {arg_count("n", m->persons),
		arg_str("debt", money_change(cli, m->debt_before, m->debt_after))};

	buf_z(&cli->out, "  ");
	put_status(&cli->out, cli->cx.lang, m->err_before, m->before);
	buf_z(&cli->out, " → ");
	put_status(&cli->out, cli->cx.lang, m->err_after, m->after);
	buf_z(&cli->out, ": ");
	cli_say(cli, MSG_law_people_move, args, 2);
}

static void put_person(struct cli *cli, const struct law_person_change *c)
{
	const struct arg args[] = {
		arg_str("debt", money_change(cli, c->before.debt, c->after.debt)),
		arg_str("sum", money_change(cli, c->before.to_pay, c->after.to_pay))};

	buf_z(&cli->out, "  ");
	iin_mask(&cli->out, &c->iin);
	buf_z(&cli->out, "  ");
	put_status(&cli->out, cli->cx.lang, c->before.err, c->before.reason);
	buf_z(&cli->out, " → ");
	put_status(&cli->out, cli->cx.lang, c->after.err, c->after.reason);
	buf_z(&cli->out, "; ");
	cli_say(cli, MSG_law_people_person, args, 2);
}

static int64_t debt_change(struct money before, struct money after)
{
	return money_to_tiyn(after) - money_to_tiyn(before);
}

void law_people_put_text(const struct law_people_list *list)
{
	struct cli *cli = list->cli;
	const struct law_people_report *r = &list->report;
	const struct arg counts[] = {arg_day("on", list->order.on), arg_count("all", r->persons),
		arg_count("n", r->changed)};
	const struct arg debt[] = {
		arg_str("debt", money_change(cli, r->debt_before, r->debt_after)),
		arg_count("tiyn", debt_change(r->debt_before, r->debt_after))};
	const struct arg more = arg_count("n", r->changed - (int64_t)list->shown_count);

	buf_char(&cli->out, '\n');
	cli_say(cli, MSG_law_people_count, counts, 3);
	if (r->changed == 0)
		return;
	cli_say(cli, MSG_law_people_debt, debt, 2);
	for (size_t i = 0; i < r->move_count; i++)
		put_move(cli, &r->moves[i]);
	if (list->shown_count)
		buf_char(&cli->out, '\n');
	for (size_t i = 0; i < list->shown_count; i++)
		put_person(cli, &list->shown[i]);
	if (r->changed > (int64_t)list->shown_count)
		cli_say(cli, MSG_law_people_more, &more, 1);
}

/* JSON ----------------------------------------------------------------------------------------- */

static void put_side(struct json *j, const char *key, const struct law_side *s)
{
	json_put_key(j, key);
	json_open_object(j);
	if (s->err != ERR_NONE) {
		json_put_key(j, "error");
		json_put_z(j, err_info(s->err)->name);
		json_close_object(j);
		return;
	}
	json_put_key(j, "insured");
	json_put_bool(j, s->insured);
	json_put_key(j, "reason");
	json_put_z(j, coverage_reason_code(s->reason));
	json_put_key(j, "debt_months");
	json_put_u64(j, s->debt_months);
	json_put_key(j, "debt");
	json_put_money(j, s->debt);
	json_put_key(j, "to_pay");
	json_put_money(j, s->to_pay);
	json_close_object(j);
}

static void put_debt(struct json *j, struct money before, struct money after)
{
	json_put_key(j, "debt_before");
	json_put_money(j, before);
	json_put_key(j, "debt_after");
	json_put_money(j, after);
	json_put_key(j, "debt_change_tiyn");
	json_put_i64(j, debt_change(before, after));
}

static void put_moves(struct json *j, const struct law_people_report *r)
{
	json_put_key(j, "moves");
	json_open_array(j);
	for (size_t i = 0; i < r->move_count; i++) {
		const struct law_move *m = &r->moves[i];

		json_open_object(j);
		json_put_key(j, "from");
		json_put_z(j, law_side_code(m->err_before, m->before));
		json_put_key(j, "to");
		json_put_z(j, law_side_code(m->err_after, m->after));
		json_put_key(j, "persons");
		json_put_i64(j, m->persons);
		put_debt(j, m->debt_before, m->debt_after);
		json_close_object(j);
	}
	json_close_array(j);
}

void law_people_put_json(const struct law_people_list *list, struct json *j)
{
	const struct law_people_report *r = &list->report;

	json_put_key(j, "people");
	json_open_object(j);
	json_put_key(j, "on");
	json_put_day(j, list->order.on);
	json_put_key(j, "known");
	json_put_day(j, list->order.known);
	json_put_key(j, "persons");
	json_put_i64(j, r->persons);
	json_put_key(j, "changed");
	json_put_i64(j, r->changed);
	put_debt(j, r->debt_before, r->debt_after);
	put_moves(j, r);
	json_put_key(j, "list");
	json_open_array(j);
	for (size_t i = 0; i < list->shown_count; i++) {
		char bytes[IIN_BYTES];
		struct buf mask = {.p = bytes, .cap = sizeof(bytes), .max = sizeof(bytes)};

		iin_mask(&mask, &list->shown[i].iin);
		json_open_object(j);
		json_put_key(j, "iin");
		json_put_str(j, buf_view(&mask));
		put_side(j, "before", &list->shown[i].before);
		put_side(j, "after", &list->shown[i].after);
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
}
