/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Help, version, manual page and completion: all of them from the table of commands.
 */
#include "channels/cli/commands.h"

#include "channels/cli/print.h"

const struct option cmd_help_options[] = {{0}};
const struct option cmd_version_options[] = {{0}};
const struct option cmd_man_options[] = {{0}};
const struct option cmd_completion_options[] = {{0}};

enum { HELP_COLUMN = 28 };

/* "  left            right": on a line of its own where the left side is too long. */
static void put_row(struct buf *b, struct str left, struct str right)
{
	size_t width = print_width(left) + 2;

	buf_z(b, "  ");
	buf_str(b, left);
	if (width + 2 > HELP_COLUMN) {
		buf_char(b, '\n');
		width = 0;
	}
	for (; width < HELP_COLUMN; width++)
		buf_char(b, ' ');
	buf_str(b, right);
	buf_char(b, '\n');
}

static struct str option_text(struct cli *cli, const struct option *option)
{
	struct buf b = buf_new(cli->cx.arena, 128);

	buf_z(&b, "--");
	buf_z(&b, option->name);
	if (option->value) {
		buf_char(&b, ' ');
		buf_z(&b, option->value);
	}
	if (option->many)
		buf_z(&b, " ...");
	return buf_view(&b);
}

static struct str command_text(struct cli *cli, const struct command *command)
{
	struct buf b = buf_new(cli->cx.arena, 128);

	buf_z(&b, command->name);
	if (command->args[0]) {
		buf_char(&b, ' ');
		buf_z(&b, command->args);
	}
	return buf_view(&b);
}

static void put_options(struct cli *cli, const struct option *options)
{
	for (; options->name; options++)
		put_row(&cli->out, option_text(cli, options),
			say_plain(cli->cx.lang, options->help));
}

static void help_all(struct cli *cli)
{
	const struct command *command;

	cli_say(cli, MSG_cli_intro, NULL, 0);
	buf_char(&cli->out, '\n');
	cli_say(cli, MSG_cli_commands, NULL, 0);
	for (size_t i = 0; (command = commands_nth(cli, i)); i++)
		put_row(&cli->out, command_text(cli, command),
			say_plain(cli->cx.lang, command->help));
	buf_char(&cli->out, '\n');
	cli_say(cli, MSG_cli_common, NULL, 0);
	put_options(cli, cli_common_options);
	buf_char(&cli->out, '\n');
	cli_say(cli, MSG_cli_exits, NULL, 0);
}

static void help_one(struct cli *cli, const struct command *command)
{
	const struct arg args[] = {arg_str("text", command_text(cli, command))};

	cli_say(cli, MSG_cli_usage, args, 1);
	buf_char(&cli->out, '\n');
	cli_say(cli, command->about, NULL, 0);
	if (command->options->name) {
		buf_char(&cli->out, '\n');
		cli_say(cli, MSG_cli_options, NULL, 0);
		put_options(cli, command->options);
	}
}

enum st cmd_help(struct cli *cli)
{
	if (cli->arg_count == 0) {
		help_all(cli);
		return OK;
	}
	const struct command *command = commands_find(cli, cli->args[0]);
	if (!command)
		return fail(&cli->cx, COMMAND_UNKNOWN, "%s", "");
	help_one(cli, command);
	return OK;
}

enum st cmd_version(struct cli *cli)
{
	buf_z(&cli->out, "saqta " SAQTA_VERSION "\n");
	return OK;
}

/* Text inside a manual page: a backslash or a leading dot would be a request. */
static void put_roff(struct buf *b, struct str s)
{
	bool line_start = true;

	for (size_t i = 0; i < s.n; i++) {
		if (line_start && (s.p[i] == '.' || s.p[i] == '\''))
			buf_z(b, "\\&");
		if (s.p[i] == '\\')
			buf_z(b, "\\e");
		else if (s.p[i] == '-')
			buf_z(b, "\\-");
		else
			buf_char(b, s.p[i]);
		line_start = s.p[i] == '\n';
	}
	buf_char(b, '\n');
}

static void man_section(struct cli *cli, enum msg title)
{
	buf_z(&cli->out, ".SH ");
	put_roff(&cli->out, say_plain(cli->cx.lang, title));
}

static void man_options(struct cli *cli, const struct option *options)
{
	for (; options->name; options++) {
		buf_z(&cli->out, ".TP\n.B ");
		put_roff(&cli->out, option_text(cli, options));
		put_roff(&cli->out, say_plain(cli->cx.lang, options->help));
	}
}

enum st cmd_man(struct cli *cli)
{
	const struct command *command;

	buf_z(&cli->out, ".TH SAQTA 1 \"\" \"saqta " SAQTA_VERSION "\"\n");
	man_section(cli, MSG_cli_man_name);
	buf_z(&cli->out, "saqta \\- ");
	put_roff(&cli->out, say_plain(cli->cx.lang, MSG_cli_tagline));
	man_section(cli, MSG_cli_man_synopsis);
	buf_z(&cli->out, ".B saqta\n");
	put_roff(&cli->out, say_plain(cli->cx.lang, MSG_cli_synopsis));
	man_section(cli, MSG_cli_man_commands);
	for (size_t i = 0; (command = commands_nth(cli, i)); i++) {
		buf_z(&cli->out, ".SS ");
		put_roff(&cli->out, command_text(cli, command));
		put_roff(&cli->out, say_plain(cli->cx.lang, command->about));
		man_options(cli, command->options);
	}
	man_section(cli, MSG_cli_man_options);
	man_options(cli, cli_common_options);
	man_section(cli, MSG_cli_man_exits);
	buf_z(&cli->out, ".nf\n");
	put_roff(&cli->out, say_plain(cli->cx.lang, MSG_cli_exits));
	buf_z(&cli->out, ".fi\n");
	return OK;
}

static void completion_options(struct buf *b, const struct option *options)
{
	for (; options->name; options++) {
		buf_z(b, " --");
		buf_z(b, options->name);
	}
}

/* One line of a case over the option before the cursor: the words that it may have. */
static void completion_words(struct buf *b, const struct option *options)
{
	for (; options->name; options++) {
		if (!options->words)
			continue;
		buf_fmt(b, "\t\t%s) COMPREPLY=($(compgen -W \"%s\" -- \"$word\")); return ;;\n",
			options->name, options->words);
	}
}

enum st cmd_completion(struct cli *cli)
{
	struct buf *b = &cli->out;
	const struct command *command;

	if (!str_is(cli->args[0], "bash"))
		return fail(&cli->cx, VALUE_UNKNOWN, "%.*s", STR(cli->args[0]));
	buf_z(b, "# saqta completion bash\n_saqta()\n{\n"
		 "\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
		 "\tcase ${before#--} in\n");
	completion_words(b, cli_common_options);
	buf_z(b, "\tesac\n\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n\t\tCOMPREPLY=($(compgen -W \"");
	for (size_t i = 0; (command = commands_nth(cli, i)); i++) {
		buf_z(b, command->name);
		buf_char(b, ' ');
	}
	completion_options(b, cli_common_options);
	buf_z(b, "\" -- \"$word\"))\n\t\treturn\n\tfi\n\tcase ${COMP_WORDS[1]} in\n");
	for (size_t i = 0; (command = commands_nth(cli, i)); i++) {
		buf_fmt(b, "\t%s)\n\t\tcase ${before#--} in\n", command->name);
		completion_words(b, command->options);
		buf_z(b, "\t\tesac\n\t\tCOMPREPLY=($(compgen -W \"");
		if (command->words)
			buf_z(b, command->words);
		completion_options(b, command->options);
		completion_options(b, cli_common_options);
		buf_z(b, "\" -- \"$word\")) ;;\n");
	}
	buf_z(b, "\tesac\n}\ncomplete -o default -F _saqta saqta\n");
	return OK;
}
