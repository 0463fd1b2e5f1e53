/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is this person insured: the answer, the months, what is owed and the ways back. On a terminal the
 * months are a coloured grid, in a pipe plain words.
 */
#include "channels/cli/commands.h"

#include "channels/cli/cli_db.h"
#include "service/status.h"
#include "text/cite.h"

const struct option cmd_status_options[] = {
	{"on", "DAY", MSG_cli_opt_on, false, NULL},
	{"known", "DAY", MSG_cli_opt_known, false, NULL},
	{"explain", NULL, MSG_cli_opt_explain, false, NULL},
	{"json", NULL, MSG_cli_opt_json, false, NULL},
	{0},
};

/* How a class of month looks: a sign that is clear without colour, and the colour. */
static const struct look {
	const char *sign, *colour;
	enum msg name;
} looks[CLASS_COUNT] = {
	[CLASS_NONE] = {"\xc2\xb7", "\033[2m", MSG_cli_month_none},
	[CLASS_OPEN] = {"\xe2\x97\x8b", "\033[36m", MSG_cli_month_open},
	[CLASS_DEBT] = {"\xe2\x9c\x97", "\033[1;31m", MSG_cli_month_debt},
	[CLASS_PAID] = {"\xe2\x96\xa0", "\033[32m", MSG_cli_month_paid},
	[CLASS_STATE] = {"\xe2\x96\xa3", "\033[34m", MSG_cli_month_state},
	[CLASS_EXEMPT] = {"\xe2\x97\x86", "\033[35m", MSG_cli_month_exempt},
};

static void put_sign(struct cli *cli, enum month_class class)
{
	buf_z(&cli->out, looks[class].colour);
	buf_z(&cli->out, looks[class].sign);
	buf_z(&cli->out, "\033[0m");
}

/* One line a year: a sign for each month, blank where there is none. */
static void put_grid(struct cli *cli, const struct coverage_answer *a)
{
	bool seen[CLASS_COUNT] = {false};

	for (size_t i = 0; i < a->month_count; i++) {
		const struct coverage_month *m = &a->months[i];
		int number = month_number(m->month);

		seen[m->class] = true;
		if (i == 0 || number == 1) {
			buf_fmt(&cli->out, "%s%d ", i ? "\n" : "", month_year(m->month));
			for (int n = 1; n < number; n++)
				buf_z(&cli->out, "  ");
		}
		buf_char(&cli->out, ' ');
		put_sign(cli, m->class);
	}
	buf_z(&cli->out, "\n ");
	for (int c = 0; c < CLASS_COUNT; c++) {
		if (!seen[c])
			continue;
		buf_char(&cli->out, ' ');
		put_sign(cli, (enum month_class)c);
		buf_char(&cli->out, ' ');
		buf_str(&cli->out, say_plain(cli->cx.lang, looks[c].name));
	}
	buf_char(&cli->out, '\n');
}

/* One line a month, for a pipe: "2026-10  paid  Төленді  9000.00". */
static void put_lines(struct cli *cli, const struct coverage_answer *a)
{
	for (size_t i = 0; i < a->month_count; i++) {
		const struct coverage_month *m = &a->months[i];

		month_put(&cli->out, m->month);
		buf_fmt(&cli->out, "  %-6s  ", month_class_code(m->class));
		buf_str(&cli->out, say_plain(cli->cx.lang, looks[m->class].name));
		for (int knp = 0; knp < KNP_COUNT; knp++) {
			if (money_is_zero(m->sums[knp]))
				continue;
			buf_fmt(&cli->out, "  %d ", knp_number((enum knp)knp));
			money_put_plain(&cli->out, m->sums[knp]);
		}
		buf_char(&cli->out, '\n');
	}
}

static void put_steps(struct cli *cli, const struct steps *steps)
{
	for (size_t i = 0; i < steps->count; i++) {
		const struct step *step = &steps->items[i];

		buf_fmt(&cli->out, "%-8s ", step->rule);
		say(&cli->out, cli->cx.lang, step->msg, step->args, step->arg_count);
		buf_z(&cli->out, "  [");
		say_article(&cli->out, cli->cx.lang, step->article);
		buf_z(&cli->out, "]\n");
	}
}

/* The debts and the ways back are the last steps of every answer. */
static void put_ways(struct cli *cli, const struct steps *steps)
{
	for (size_t i = 0; i < steps->count; i++) {
		const struct step *step = &steps->items[i];

		if (step->msg == MSG_cov_debt || step->msg == MSG_cov_option_arrears ||
			step->msg == MSG_cov_option_prepay)
			cli_say(cli, step->msg, step->args, step->arg_count);
	}
}

static void put_text(struct cli *cli, const struct status_answer *s)
{
	const struct coverage_answer *a = &s->coverage;
	const struct arg number[] = {arg_str("number", str_of(s->answer_no))};

	status_say(&cli->out, cli->cx.lang, a);
	buf_z(&cli->out, "\n\n");
	if (cli->colour)
		put_grid(cli, a);
	else
		put_lines(cli, a);
	buf_char(&cli->out, '\n');
	if (cli_has(cli, "explain"))
		put_steps(cli, &a->steps);
	else
		put_ways(cli, &a->steps);
	cli_say(cli, MSG_cli_status_number, number, 1);
}

/* `option` with its dashes, as errors name it. */
static ST read_day(struct cli *cli, const char *option, bool *has, struct day *out)
{
	*has = cli_has(cli, option + 2);
	if (!*has)
		return OK;
	return cli_name_error(cli, day_parse(&cli->cx, cli_value(cli, option + 2), out), option);
}

enum st cmd_status(struct cli *cli)
{
	struct status_question q = {0};
	struct status_answer answer;

	TRY(iin_parse(&cli->cx, cli->args[0], &q.iin));
	TRY(read_day(cli, "--on", &q.has_on, &q.on));
	TRY(read_day(cli, "--known", &q.has_known, &q.known));
	/* A wrong number is told even where the database is not there. */
	TRY(cli_open_db(cli, DB_MODE_READ));
	TRY(status_find(&cli->call, &q, &answer));
	if (cli_has(cli, "json")) {
		status_put_json(&cli->out, cli->cx.lang, &answer, true);
		buf_char(&cli->out, '\n');
	} else {
		put_text(cli, &answer);
	}
	cli->answer_no = !answer.coverage.insured;
	return OK;
}
