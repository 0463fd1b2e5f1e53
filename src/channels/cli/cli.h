/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The frame of the command line: one table of commands, one parser of options, one place that says
 * errors and chooses the exit code.
 *
 * To add a command NAME:
 *   1. write src/channels/cli/cmd_NAME.c with its options and its function:
 *          const struct option cmd_NAME_options[] = {{"json", NULL, MSG_cli_opt_json}, {0}};
 *          enum st cmd_NAME(struct cli *cli) { ... }
 *   2. add the file to meson.build, the line COMMAND_PARTS(NAME) to commands.h and one row to the
 *      table in commands.c;
 *   3. add the messages cli.help.NAME (one line) and cli.about.NAME to the three files of po/.
 * Help, completion and manual page follow from the row. A command reads its options with cli_has()
 * and cli_value(), appends what it has to say to cli->out, and returns OK or what fail() returned.
 */
#ifndef CHANNELS_CLI_H
#define CHANNELS_CLI_H

#include "base/settings.h"
#include "service/call.h"
#include "text/say.h"

/* Exit codes: part of the outside contract. */
enum cli_exit {
	EXIT_DONE = 0,
	EXIT_ANSWER_NO = 1, /* the answer is no, or a check failed */
	EXIT_USAGE = 2,     /* bad usage or input */
	EXIT_RESOURCE = 3,  /* a file, port or database is missing or refuses */
	EXIT_INTERNAL = 4,
};

enum {
	CLI_READ_BYTES = 1 << 16,      /* of one read */
	CLI_ARGS_MAX = 4096,           /* arguments and options of one command line */
	CLI_OUT_BYTES = 8 << 20,       /* text kept before cli_flush() */
	CLI_OUT_FLUSH_BYTES = 1 << 16, /* a command that writes many rows flushes from here on */
};

struct option {
	const char *name;  /* without "--"; NULL ends a table */
	const char *value; /* its name in help, "DAY"; NULL = a flag */
	enum msg help;
	bool many;         /* may be given more than once */
	const char *words; /* possible values for completion, separated by spaces; or NULL */
};

/* What must be open before the function is called. */
enum command_need {
	NEEDS_LAW = 1,     /* cli->call.book */
	NEEDS_DB_READ = 2, /* cli->call.db, opened as enum db_mode says */
	NEEDS_DB_WRITE = 4,
	NEEDS_DB_CREATE = 8,
	NEEDS_DB_ANY = 16,
};

struct cli;
struct command {
	const char *name;
	const char *args; /* "KIND", "FILE..."; "" = none */
	size_t args_min, args_max;
	enum st (*run)(struct cli *cli);
	unsigned needs; /* bits of enum command_need */
	const struct option *options;
	enum msg help;     /* one line */
	enum msg about;    /* some lines */
	const char *words; /* possible first arguments for completion, or NULL */
};

struct cli_option_value {
	const struct option *option;
	struct str value;
};

struct cli {
	struct ctx cx;
	struct clock_fixed fixed; /* the clock when SAQTA_NOW stops it */
	struct call call;
	struct settings settings;
	const struct command *command;
	const struct command *more; /* commands of main.c */
	size_t more_count;
	char **argv; /* as main() got it, for a command that runs itself anew */
	struct str *args;
	size_t arg_count;
	struct cli_option_value *values;
	size_t value_count;
	struct buf out; /* written to standard output by cli_flush() and at the end */
	bool answer_no; /* all went well and the answer is no: exit code 1 */
	bool json;      /* --json stands on the command line: an error is an object too */
	bool told;      /* the answer with --json has the error in it already */
	bool colour;    /* standard output is a terminal that wants colour */
};

/*
 * Reads the command line, the settings and the clock. `more` are the commands that main.c adds.
 * Errors: COMMAND_UNKNOWN, OPTION_*, USAGE, those of settings_read() and settings_environment().
 */
ST cli_start(struct cli *cli, int argc, char **argv, const struct command *more, size_t more_count);
/*
 * Writes what is left, says the error if there is one, frees everything. Returns the exit code. The
 * error is a line on standard error, or with --json, for every command, a problem object (RFC 9457)
 * on standard output.
 */
int cli_end(struct cli *cli, enum st st);
/* Exit code of an error. */
enum cli_exit cli_exit_of(enum err code);

bool cli_has(const struct cli *cli, const char *option);
/* Value number `i` (from 0) of an option; .p == NULL when there is none. */
struct str cli_nth(const struct cli *cli, const char *option, size_t i);
static inline struct str cli_value(const struct cli *cli, const char *option)
{
	return cli_nth(cli, option, 0);
}
size_t cli_count(const struct cli *cli, const char *option);
/* The option is there, else VALUE_MISSING with its name. */
ST cli_need(struct cli *cli, const char *option, struct str *out);
/* Puts the name of the option or argument into the error that a parser left; passes `st` on. */
ST cli_name_error(struct cli *cli, enum st st, const char *name);

/* Standard output gets all of cli->out now. Errors: FILE_WRITE. */
ST cli_flush(struct cli *cli);
/* One line of cli->out: a message with its arguments. */
void cli_say(struct cli *cli, enum msg m, const struct arg *args, size_t n);

/*
 * The whole bytes of a file; "-" is standard input. Errors, with the path as field: FILE_OPEN,
 * FILE_READ, FILE_TOO_BIG.
 */
ST cli_read_file(struct cli *cli, const char *path, size_t max_bytes, struct str *out);

/* Options that every command has. */
extern const struct option cli_common_options[];

#endif
