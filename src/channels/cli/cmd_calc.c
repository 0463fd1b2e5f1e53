/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/cli/commands.h"

#include "channels/cli/calc_rows.h"
#include "channels/cli/print.h"
#include "limits.h"

#define WORD(name, code) code " "
static const char category_words[] =
#define CATEGORY WORD
#define EXEMPT WORD
#include "domain/kinds.def"
#undef CATEGORY
#undef EXEMPT
	;

const struct option cmd_calc_options[] = {
	{"month", "YYYY-MM", MSG_cli_opt_month, false, NULL},
	{"income", "TENGE", MSG_cli_opt_income, true, NULL},
	{"category", "CODE", MSG_cli_opt_category, true, category_words},
	{"place", "PLACE", MSG_cli_opt_place, false, "city village"},
	{"csv", "FILE", MSG_cli_opt_csv, false, NULL},
	{"json", NULL, MSG_cli_opt_json, false, NULL},
	{"explain", NULL, MSG_cli_opt_explain, false, NULL},
	{0},
};

static ST read_question(struct cli *cli, struct calc_row *row)
{
	struct str month;

	TRY(calc_take_kind(cli, row, cli->args[0]));
	TRY(cli_need(cli, "month", &month));
	TRY(cli_name_error(cli, month_parse(&cli->cx, month, &row->q.month), "--month"));
	for (size_t i = 0; i < cli_count(cli, "income"); i++)
		TRY(cli_name_error(
			cli, calc_take_income(cli, row, cli_nth(cli, "income", i)), "--income"));
	for (size_t i = 0; i < cli_count(cli, "category"); i++)
		TRY(cli_name_error(cli, calc_take_category(cli, row, cli_nth(cli, "category", i)),
			"--category"));
	if (cli_has(cli, "place"))
		TRY(cli_name_error(
			cli, calc_take_place(cli, row, cli_value(cli, "place")), "--place"));
	return OK;
}

static void put_title(struct cli *cli, const struct calculation *c)
{
	const struct arg args[] = {
		arg_str("kind", say_code(cli->cx.lang, "payer", payer_code(c->q.kind))),
		arg_month("month", c->q.month),
	};

	cli_say(cli, MSG_calc_title, args, 2);
}

static void put_sums(struct cli *cli, const struct contribution *r)
{
	static const enum msg names[KNP_COUNT] = {
		[KNP_DEDUCTION] = MSG_calc_knp_121,
		[KNP_CONTRIBUTION] = MSG_calc_knp_122,
		[KNP_DEDUCTION_PENALTY] = MSG_calc_knp_123,
		[KNP_CONTRIBUTION_PENALTY] = MSG_calc_knp_124,
		[KNP_AGGREGATE] = MSG_calc_knp_183,
		[KNP_SINGLE] = MSG_calc_knp_191,
	};
	struct str capped = say_plain(cli->cx.lang, MSG_calc_capped);

	for (unsigned knp = 0; knp < KNP_COUNT; knp++) {
		if (money_is_zero(r->sums[knp]))
			continue;
		print_money_row(cli, say_plain(cli->cx.lang, names[knp]), r->sums[knp]);
		if (r->capped[knp]) {
			buf_z(&cli->out, "      (");
			buf_str(&cli->out, capped);
			buf_z(&cli->out, ")\n");
		}
	}
}

static void put_text(struct cli *cli, const struct calculation *c)
{
	const struct contribution *r = &c->result;
	struct buf due = buf_new(cli->cx.arena, 128);

	put_title(cli, c);
	if (r->nothing_due) {
		buf_z(&cli->out, "  ");
		cli_say(cli, MSG_calc_nothing_due, NULL, 0);
	}
	put_sums(cli, r);
	print_money_row(cli, say_plain(cli->cx.lang, MSG_calc_total), r->total);
	if (r->has_whole)
		print_money_row(cli, say_plain(cli->cx.lang, MSG_calc_whole), r->whole);
	if (!r->nothing_due) {
		say_day(&due, cli->cx.lang, r->due);
		buf_z(&cli->out, "  ");
		buf_str(&cli->out, say_plain(cli->cx.lang, MSG_calc_due));
		buf_z(&cli->out, ": ");
		buf_str(&cli->out, buf_view(&due));
		buf_char(&cli->out, '\n');
	}
	if (cli_has(cli, "explain"))
		print_steps(cli, &c->steps);
}

enum st cmd_calc(struct cli *cli)
{
	struct calc_row row = {.category_count = 0};
	struct calculation c;

	if (cli_has(cli, "csv"))
		return calc_file(cli);
	if (cli->arg_count != 1)
		return fail(&cli->cx, USAGE, "%s %s", cli->command->name, cli->command->args);
	TRY(read_question(cli, &row));
	TRY(calculate_contribution(&cli->call, calc_question(&row), &c));
	if (cli_has(cli, "json")) {
		calculate_put_json(&cli->out, cli->cx.lang, &c, true);
		buf_char(&cli->out, '\n');
	} else {
		put_text(cli, &c);
	}
	return OK;
}
