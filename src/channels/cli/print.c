/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/cli/print.h"

#include "text/cite.h"

enum { NAME_COLUMNS = 36, SUM_COLUMNS = 20 };

size_t print_width(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += (s.p[i] & 0xC0) != 0x80;
	return n;
}

void print_padded(struct buf *b, struct str s, size_t width, bool right)
{
	size_t have = print_width(s);

	if (!right)
		buf_str(b, s);
	for (; have < width; have++)
		buf_char(b, ' ');
	if (right)
		buf_str(b, s);
}

void print_money_row(struct cli *cli, struct str name, struct money sum)
{
	struct buf text = buf_new(cli->cx.arena, 64);

	say_money(&text, cli->cx.lang, sum);
	buf_z(&cli->out, "  ");
	print_padded(&cli->out, name, NAME_COLUMNS, false);
	print_padded(&cli->out, buf_view(&text), SUM_COLUMNS, true);
	buf_char(&cli->out, '\n');
}

void print_steps(struct cli *cli, const struct steps *steps)
{
	buf_char(&cli->out, '\n');
	cli_say(cli, MSG_calc_how, NULL, 0);
	for (size_t i = 0; i < steps->count; i++) {
		const struct step *step = &steps->items[i];

		buf_fmt(&cli->out, "%3zu. ", i + 1);
		say(&cli->out, cli->cx.lang, step->msg, step->args, step->arg_count);
		buf_z(&cli->out, "\n     [");
		buf_z(&cli->out, step->rule);
		if (step->article.n) {
			buf_z(&cli->out, "; ");
			say_article(&cli->out, cli->cx.lang, step->article);
		}
		if (step->open)
			buf_fmt(&cli->out, "; D%d", step->open);
		buf_z(&cli->out, "]\n");
	}
}
