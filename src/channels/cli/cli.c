/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/digest.h"
#include "channels/cli/commands.h"
#include "domain/day.h"
#include "formats/problem.h"
#include "limits.h"

/* clang-format off */
const struct option cli_common_options[] = {
	{"lang", "LANG", MSG_cli_opt_lang, false, "kk ru en"},
	{"law", "DIR", MSG_cli_opt_law, false, NULL},
	{"db", "URL", MSG_cli_opt_db, false, NULL},
	{"help", NULL, MSG_cli_opt_help, false, NULL},
	{"version", NULL, MSG_cli_opt_version, false, NULL},
	{0},
};
/* clang-format on */

/* "kk_KZ.UTF-8" -> kk; false for "C", "" and languages that we do not speak. */
static bool lang_of_locale(const char *locale, enum lang *out)
{
	struct str rest = str_of(locale);

	return lang_parse((struct str){rest.p, rest.n < 2 ? rest.n : 2}, out) &&
	       (rest.n == 2 || !((rest.p[2] | 32) >= 'a' && (rest.p[2] | 32) <= 'z'));
}

/* The first of these that is set decides, as for every other program. */
static enum lang lang_of_environment(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	enum lang lang = LANG_KK;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (!value || !*value)
			continue;
		if (!lang_of_locale(value, &lang))
			lang = LANG_KK;
		break;
	}
	return lang;
}

static const struct option *option_find(const struct option *options, struct str name)
{
	for (; options && options->name; options++)
		if (str_is(name, options->name))
			return options;
	return NULL;
}

static ST option_take(
	struct cli *cli, const struct option *option, struct str name, struct str value)
{
	if (!option->many && cli_has(cli, option->name))
		return fail_in(&cli->cx, 0, str_z(cli->cx.arena, name), VALUE_TWICE, "%s", "");
	cli->values[cli->value_count++] = (struct cli_option_value){option, value};
	return OK;
}

static const struct option *option_named(const struct cli *cli, struct str name)
{
	const struct option *option = option_find(cli_common_options, name);

	return !option && cli->command ? option_find(cli->command->options, name) : option;
}

/* Is the next word an option by itself? Then the one before it lacks its value. */
static bool is_option(const struct cli *cli, struct str text)
{
	struct str rest = text;
	struct str word = str_cut(&rest, '=');

	return str_starts(word, "--") &&
	       option_named(cli, (struct str){word.p + 2, word.n - 2}) != NULL;
}

/* argv[*i] begins with "--" or is "-h"; takes its value from the next argument when it needs one.
 */
static ST option_read(struct cli *cli, int argc, char **argv, int *i)
{
	struct str text = str_of(argv[*i]), value = {0};
	struct str name;

	if (str_is(text, "-h"))
		text = STR_LIT("--help");
	value = text;
	text = str_cut(&value, '=');
	name = (struct str){text.p + 2, text.n - 2};
	const struct option *option = option_named(cli, name);
	if (!option)
		return fail_in(&cli->cx, 0, str_z(cli->cx.arena, text), OPTION_UNKNOWN, "%s", "");
	if (!option->value) {
		if (value.p)
			return fail_in(
				&cli->cx, 0, str_z(cli->cx.arena, text), OPTION_VALUE, "%s", "");
		return option_take(cli, option, text, (struct str){0});
	}
	if (!value.p) {
		if (*i + 1 >= argc || is_option(cli, str_of(argv[*i + 1])))
			return fail_in(
				&cli->cx, 0, str_z(cli->cx.arena, text), VALUE_MISSING, "%s", "");
		value = str_of(argv[++*i]);
	}
	return option_take(cli, option, text, value);
}

static ST argument_take(struct cli *cli, struct str text)
{
	if (cli->command) {
		cli->args[cli->arg_count++] = text;
		return OK;
	}
	cli->command = commands_find(cli, text);
	if (!cli->command)
		return fail_in(&cli->cx, 0, str_z(cli->cx.arena, text), COMMAND_UNKNOWN, "%s", "");
	return OK;
}

static ST read_line(struct cli *cli, int argc, char **argv)
{
	bool only_arguments = false;

	if (argc > CLI_ARGS_MAX)
		return fail(&cli->cx, USAGE, "%d", CLI_ARGS_MAX);
	cli->args = arena_array(cli->cx.arena, (size_t)argc, sizeof(*cli->args));
	cli->values = arena_array(cli->cx.arena, (size_t)argc, sizeof(*cli->values));
	for (int i = 1; i < argc; i++) {
		struct str text = str_of(argv[i]);

		if (!only_arguments && str_is(text, "--"))
			only_arguments = true;
		else if (!only_arguments && (str_starts(text, "--") || str_is(text, "-h")))
			TRY(option_read(cli, argc, argv, &i));
		else
			TRY(argument_take(cli, text));
	}
	return OK;
}

/* Help and version are commands too; asking for them needs no arguments. */
static ST choose_command(struct cli *cli)
{
	const char *instead = NULL;

	if (cli_has(cli, "help") || (!cli->command && !cli_has(cli, "version")))
		instead = "help";
	else if (cli_has(cli, "version"))
		instead = "version";
	if (instead) {
		cli->arg_count = cli->command && cli->command->run != cmd_help;
		if (cli->arg_count)
			cli->args[0] = str_of(cli->command->name);
		cli->command = commands_find(cli, str_of(instead));
		must(cli->command);
		if (strcmp(instead, "version") == 0)
			cli->arg_count = 0;
	}
	if (cli->arg_count < cli->command->args_min || cli->arg_count > cli->command->args_max)
		return fail(&cli->cx, USAGE, "%s %s", cli->command->name, cli->command->args);
	return OK;
}

/* The language of the command line and whether a program reads the answer, before anything can go
 * wrong. */
static void look_ahead(struct cli *cli, int argc, char **argv)
{
	static const char option[] = "--lang";
	struct str value;

	cli->cx.lang = lang_of_environment();
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		value = str_of(argv[i]);
		if (str_is(value, "--json") || str_starts(value, "--json="))
			cli->json = true;
		else if (str_is(value, option) && i + 1 < argc)
			lang_parse(str_of(argv[i + 1]), &cli->cx.lang);
		else if (str_starts(value, option) && value.p[sizeof(option) - 1] == '=')
			lang_parse(str_of(value.p + sizeof(option)), &cli->cx.lang);
	}
}

/* SAQTA_CONFIG names the file and must then exist; the usual place may be empty. */
static ST read_settings(struct cli *cli)
{
	static const char usual[] = "/etc/saqta/saqta.yaml";
	const char *path = getenv("SAQTA_CONFIG");
	struct str text;

	settings_start(&cli->settings);
	if (!path || !*path) {
		if (access(usual, F_OK) != 0)
			return OK;
		path = usual;
	}
	TRY(cli_read_file(cli, path, LIMIT_YAML_BYTES, &text));
	return settings_read(&cli->cx, path, text, &cli->settings);
}

static ST apply_settings(struct cli *cli)
{
	static const enum setting given[] = {SETTING_DB, SETTING_LAW, SETTING_LANG};

	TRY(read_settings(cli));
	TRY(settings_environment(&cli->cx, &cli->settings));
	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
		struct str value = cli_value(cli, setting_info(given[i])->key);

		if (value.p)
			TRY(settings_set(&cli->cx, &cli->settings, given[i], value));
	}
	struct str lang = cli->settings.value[SETTING_LANG];
	if (lang.n && !lang_parse(lang, &cli->cx.lang))
		return fail_in(&cli->cx, 0, "--lang", VALUE_UNKNOWN, "%.*s", STR(lang));
	return OK;
}

/* SAQTA_NOW stops the clock, for runs that must give the same every time. */
static ST stop_clock(struct cli *cli)
{
	const char *now = getenv("SAQTA_NOW");
	struct instant at;

	if (!now || !*now)
		return OK;
	TRY(cli_name_error(cli, instant_parse(&cli->cx, str_of(now), &at), "SAQTA_NOW"));
	cli->fixed = clock_fixed_at(at);
	cli->cx.clock = &cli->fixed.clock;
	return OK;
}

static bool wants_colour(void)
{
	const char *none = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(none && *none) && term && strcmp(term, "dumb") != 0;
}

enum st cli_start(
	struct cli *cli, int argc, char **argv, const struct command *more, size_t more_count)
{
	*cli = (struct cli){.more = more, .more_count = more_count};
	cli->cx.arena = arena_new(LIMIT_IMPORT_ARENA_BYTES);
	cli->cx.clock = clock_system();
	rng_bytes(&cli->cx.trace, sizeof(cli->cx.trace));
	cli->out = buf_new(cli->cx.arena, CLI_OUT_BYTES);
	cli->colour = wants_colour();
	cli->call = (struct call){.cx = &cli->cx, .role = ACTOR_OPERATOR, .channel = CHANNEL_CLI};
	cli->argv = argv;
	look_ahead(cli, argc, argv);
	TRY(read_line(cli, argc, argv));
	TRY(apply_settings(cli));
	TRY(stop_clock(cli));
	return choose_command(cli);
}

enum cli_exit cli_exit_of(enum err code)
{
	switch (err_info(code)->class) {
	case OK:
		return EXIT_DONE;
	case E_INPUT:
	case E_LIMIT:
		return EXIT_USAGE;
	case E_CONFLICT:
		return EXIT_ANSWER_NO;
	case E_ABSENT:
	case E_DENIED:
	case E_RETRY:
	case E_UPSTREAM:
		return EXIT_RESOURCE;
	case E_BROKEN:
		return code == ERR_INTERNAL ? EXIT_INTERNAL : EXIT_RESOURCE;
	}
	must(!"a class of error");
}

static ST write_all(struct cli *cli, int fd, struct str text)
{
	while (text.n) {
		ssize_t n = write(fd, text.p, text.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(&cli->cx, FILE_WRITE, "%s", strerror(errno));
		text.p += n;
		text.n -= (size_t)n;
	}
	return OK;
}

enum st cli_flush(struct cli *cli)
{
	struct str text = buf_view(&cli->out);

	must(!cli->out.over);
	cli->out.n = 0;
	return write_all(cli, STDOUT_FILENO, text);
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Does the sentence have this word? "on" is not in "month". */
static bool has_word(struct str text, struct str word)
{
	for (size_t i = 0; i + word.n <= text.n; i++)
		if (memcmp(text.p + i, word.p, word.n) == 0 &&
			(i == 0 || !is_letter(text.p[i - 1])) &&
			(i + word.n == text.n || !is_letter(text.p[i + word.n])))
			return true;
	return false;
}

/* "saqta calc: --month: sentence [MONTH_FORMAT]" */
static void put_failure_line(struct cli *cli, struct buf *b)
{
	const struct err_slot *err = &cli->cx.err;
	struct buf sentence = buf_new(cli->cx.arena, 2048);

	say_error(&sentence, cli->cx.lang, err);
	buf_z(b, "saqta");
	if (cli->command) {
		buf_char(b, ' ');
		buf_z(b, cli->command->name);
	}
	buf_z(b, ": ");
	/* Some sentences name the field themselves. */
	if (err->field[0] && !has_word(buf_view(&sentence), str_of(err->field))) {
		/* "payers.yaml:12: …", but "12, :20: — …": a tag has colons of its own. */
		char first = err->field[0], last = err->field[strlen(err->field) - 1];
		bool tag = first == last && (first == ':' || first == '/');

		if (err->line && tag) {
			buf_u64(b, err->line);
			buf_z(b, ", ");
		}
		buf_z(b, err->field);
		if (err->line && !tag) {
			buf_char(b, ':');
			buf_u64(b, err->line);
		}
		buf_z(b, tag ? " — " : ": ");
	}
	buf_str(b, buf_view(&sentence));
	buf_z(b, " [");
	buf_z(b, err_info(err->code)->name);
	buf_z(b, "]\n");
}

/* The same as an object, for a program: what the API answers, and the place in the input. */
static void put_failure_json(struct cli *cli, struct buf *b)
{
	const struct err_slot *err = &cli->cx.err;
	struct json j = json_start(b);

	json_open_object(&j);
	problem_put_keys(&j, &cli->cx, err_info(err->code)->name);
	if (err->line) {
		json_put_key(&j, "line");
		json_put_u64(&j, err->line);
	}
	json_put_key(&j, "command");
	if (cli->command)
		json_put_z(&j, cli->command->name);
	else
		json_put_null(&j);
	json_put_key(&j, "exit");
	json_put_i64(&j, cli_exit_of(err->code));
	json_close_object(&j);
	buf_char(b, '\n');
}

/* With --json the object goes where the answer would have stood. */
static void say_failure(struct cli *cli)
{
	struct err_slot err = cli->cx.err;
	struct buf b = buf_new(cli->cx.arena, 16384);

	if (cli->json && cli->told)
		return;
	if (cli->json) {
		put_failure_json(cli, &b);
		if (write_all(cli, STDOUT_FILENO, buf_view(&b)) == OK)
			return;
		cli->cx.err = err;
		b.n = 0;
	}
	put_failure_line(cli, &b);
	/* Where standard error is gone too, the exit code still tells. */
	if (write_all(cli, STDERR_FILENO, buf_view(&b)) != OK)
		return;
}

int cli_end(struct cli *cli, enum st st)
{
	struct err_slot err = cli->cx.err;
	int code = cli->answer_no ? EXIT_ANSWER_NO : EXIT_DONE;
	enum st flushed = cli_flush(cli);

	if (st == OK && flushed != OK) {
		st = flushed;
		err = cli->cx.err;
	}
	if (st != OK) {
		must(err.code != ERR_NONE);
		code = cli_exit_of(err.code);
		cli->cx.err = err;
		say_failure(cli);
	}
	arena_free(cli->cx.arena);
	return code;
}

size_t cli_count(const struct cli *cli, const char *option)
{
	size_t n = 0;

	while (cli_nth(cli, option, n).p)
		n++;
	return n;
}

bool cli_has(const struct cli *cli, const char *option)
{
	for (size_t i = 0; i < cli->value_count; i++)
		if (strcmp(cli->values[i].option->name, option) == 0)
			return true;
	return false;
}

struct str cli_nth(const struct cli *cli, const char *option, size_t i)
{
	for (size_t k = 0; k < cli->value_count; k++)
		if (strcmp(cli->values[k].option->name, option) == 0 && i-- == 0)
			return cli->values[k].value;
	return (struct str){0};
}

enum st cli_need(struct cli *cli, const char *option, struct str *out)
{
	char name[64];

	*out = cli_value(cli, option);
	if (out->p)
		return OK;
	must(snprintf(name, sizeof(name), "--%s", option) < (int)sizeof(name));
	return fail_in(&cli->cx, 0, name, VALUE_MISSING, "%s", "");
}

enum st cli_name_error(struct cli *cli, enum st st, const char *name)
{
	struct err_slot *err = &cli->cx.err;

	if (st != OK && !err->field[0])
		snprintf(err->field, sizeof(err->field), "%s", name);
	return st;
}

void cli_say(struct cli *cli, enum msg m, const struct arg *args, size_t n)
{
	say(&cli->out, cli->cx.lang, m, args, n);
	buf_char(&cli->out, '\n');
}

static ST read_descriptor(
	struct cli *cli, int fd, const char *path, size_t max_bytes, struct str *out)
{
	struct buf b = buf_new(cli->cx.arena, max_bytes + 1);

	for (;;) {
		size_t room =
			max_bytes + 1 - b.n < CLI_READ_BYTES ? max_bytes + 1 - b.n : CLI_READ_BYTES;
		char *to = room ? buf_room(&b, room) : NULL;

		if (!to)
			return fail_in(&cli->cx, 0, path, FILE_TOO_BIG, "%zu", max_bytes);
		ssize_t n = read(fd, to, room);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail_in(&cli->cx, 0, path, FILE_READ, "%s", strerror(errno));
		if (n == 0)
			break;
		b.n += (size_t)n;
	}
	*out = buf_view(&b);
	return OK;
}

enum st cli_read_file(struct cli *cli, const char *path, size_t max_bytes, struct str *out)
{
	int fd = STDIN_FILENO;

	if (strcmp(path, "-") == 0)
		return read_descriptor(cli, fd, path, max_bytes, out);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail_in(&cli->cx, 0, path, FILE_OPEN, "%s", strerror(errno));
	enum st st = read_descriptor(cli, fd, path, max_bytes, out);

	close(fd);
	return st;
}
