/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recomputes everything and tells what does not agree. Exit code 1 when something was found.
 */
#include "channels/cli/commands.h"

#include "channels/cli/cli_db.h"
#include "formats/json_write.h"
#include "ledger/audit.h"
#include "service/recheck.h"

const struct option cmd_audit_options[] = {
	{"json", NULL, MSG_cli_opt_json, false, NULL},
	{0},
};

static bool is_clean(const struct audit_report *r)
{
	return r->finding_count == 0;
}

static void put_text(struct cli *cli, const struct audit_report *r)
{
	struct arg totals[] = {arg_money("received", r->received),
		arg_money("suspended", r->suspended), arg_money("refunded", r->refunded)};
	struct arg unfinished = arg_count("n", r->unfinished);

	for (int i = 0; i < AUDIT_CHECK_COUNT; i++) {
		struct arg args[] = {
			arg_str("check", say_code(cli->cx.lang, "audit",
						 audit_check_code((enum audit_check)i))),
			arg_count("n", r->counted[i]), arg_count("found", r->found[i])};

		cli_say(cli, r->found[i] ? MSG_audit_row_wrong : MSG_audit_row_right, args, 3);
	}
	for (size_t i = 0; i < r->finding_count; i++) {
		const struct audit_finding *f = &r->findings[i];
		struct arg args[] = {
			arg_str("where", str_of(f->where)), arg_money("sum", f->wrong)};

		cli_say(cli, money_is_zero(f->wrong) ? MSG_audit_finding : MSG_audit_finding_sum,
			args, 2);
	}
	cli_say(cli, MSG_audit_totals, totals, 3);
	if (r->unfinished)
		cli_say(cli, MSG_audit_unfinished, &unfinished, 1);
	cli_say(cli, is_clean(r) ? MSG_audit_clean : MSG_audit_damaged, NULL, 0);
}

static void put_finding(struct cli *cli, struct json *j, const struct audit_finding *f)
{
	struct buf sum = buf_new(cli->cx.arena, 64);

	money_put_plain(&sum, f->wrong);
	json_open_object(j);
	json_put_key(j, "check");
	json_put_z(j, audit_check_code(f->check));
	json_put_key(j, "where");
	json_put_z(j, f->where);
	json_put_key(j, "wrong");
	json_put_str(j, buf_view(&sum));
	json_close_object(j);
}

static void put_json(struct cli *cli, const struct audit_report *r)
{
	struct json j = json_start(&cli->out);

	json_open_object(&j);
	json_put_key(&j, "clean");
	json_put_bool(&j, is_clean(r));
	json_put_key(&j, "checks");
	json_open_object(&j);
	for (int i = 0; i < AUDIT_CHECK_COUNT; i++) {
		json_put_key(&j, audit_check_code((enum audit_check)i));
		json_open_object(&j);
		json_put_key(&j, "counted");
		json_put_i64(&j, r->counted[i]);
		json_put_key(&j, "found");
		json_put_i64(&j, r->found[i]);
		json_close_object(&j);
	}
	json_close_object(&j);
	json_put_key(&j, "unfinished");
	json_put_i64(&j, r->unfinished);
	json_put_key(&j, "findings");
	json_open_array(&j);
	for (size_t i = 0; i < r->finding_count; i++)
		put_finding(cli, &j, &r->findings[i]);
	json_close_array(&j);
	json_close_object(&j);
	buf_char(&cli->out, '\n');
}

ST cmd_audit(struct cli *cli)
{
	struct audit_report *report = ARENA_NEW(cli->cx.arena, struct audit_report);
	struct recheck recheck = {.book = cli->call.book};
	const struct audit_options options = {recheck_coverage, &recheck};

	TRY(audit_run(&cli->cx, cli->call.db, &options, report));
	if (cli_has(cli, "json"))
		put_json(cli, report);
	else
		put_text(cli, report);
	cli->answer_no = !is_clean(report);
	return OK;
}
