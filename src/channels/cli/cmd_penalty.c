/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/cli/commands.h"

#include "channels/cli/print.h"
#include "service/calculate.h"

const struct option cmd_penalty_options[] = {
	{"debt", "TENGE", MSG_cli_opt_debt, false, NULL},
	{"base-rate", "PERCENT", MSG_cli_opt_base_rate, false, NULL},
	{"days", "N", MSG_cli_opt_days, false, NULL},
	{"json", NULL, MSG_cli_opt_json, false, NULL},
	{"explain", NULL, MSG_cli_opt_explain, false, NULL},
	{0},
};

enum { BASE_RATE_PERCENT_MAX = 100 };

static void put_text(struct cli *cli, const struct penalty_calculation *c)
{
	print_money_row(cli, say_plain(cli->cx.lang, MSG_calc_penalty_day), c->result.per_day);
	print_money_row(cli, say_plain(cli->cx.lang, MSG_calc_penalty_total), c->result.total);
	if (cli_has(cli, "explain"))
		print_steps(cli, &c->steps);
}

enum st cmd_penalty(struct cli *cli)
{
	struct str debt_text, rate_text, days_text;
	struct penalty_calculation c;
	struct money debt;
	struct rate rate;
	uint64_t days;

	TRY(cli_need(cli, "debt", &debt_text));
	TRY(cli_need(cli, "base-rate", &rate_text));
	TRY(cli_need(cli, "days", &days_text));
	TRY(cli_name_error(cli, money_parse(&cli->cx, debt_text, &debt), "--debt"));
	TRY(cli_name_error(cli,
		rate_parse_percent(&cli->cx, rate_text, BASE_RATE_PERCENT_MAX, &rate),
		"--base-rate"));
	if (!str_to_u64(days_text, PENALTY_DAYS_MAX, &days))
		return fail_in(&cli->cx, 0, "--days", NUMBER_FORMAT, "%d", PENALTY_DAYS_MAX);
	TRY(calculate_penalty(&cli->call, debt, rate, (int)days, &c));
	if (cli_has(cli, "json")) {
		calculate_put_penalty_json(&cli->out, cli->cx.lang, &c);
		buf_char(&cli->out, '\n');
	} else {
		put_text(cli, &c);
	}
	return OK;
}
