/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong with a number. People paste it as they have it, so all arguments together are one
 * number.
 */
#include "channels/cli/commands.h"

#include "domain/iin.h"
#include "formats/json_write.h"

const struct option cmd_iin_options[] = {
	{"json", NULL, MSG_cli_opt_json, false, NULL},
	{0},
};

static const struct {
	enum iin_warning bit;
	const char *code;
	enum msg msg;
} warnings[] = {
	{IIN_WARN_DATE, "date", MSG_cli_iin_warn_date},
	{IIN_WARN_FUTURE, "future", MSG_cli_iin_warn_future},
	{IIN_WARN_CENTURY, "century", MSG_cli_iin_warn_century},
	{IIN_WARN_AGE, "age", MSG_cli_iin_warn_age},
};

enum { WARNINGS = sizeof(warnings) / sizeof(warnings[0]) };

static void put_text(struct cli *cli, enum iin_kind kind, unsigned bits)
{
	cli_say(cli, kind == IIN_PERSON ? MSG_cli_iin_person : MSG_cli_iin_organisation, NULL, 0);
	for (size_t i = 0; i < WARNINGS; i++)
		if (bits & warnings[i].bit)
			cli_say(cli, warnings[i].msg, NULL, 0);
}

static void put_json(struct cli *cli, enum iin_kind kind, unsigned bits)
{
	struct json j = json_start(&cli->out);

	json_open_object(&j);
	json_put_key(&j, "valid");
	json_put_bool(&j, true);
	json_put_key(&j, "kind");
	json_put_z(&j, kind == IIN_PERSON ? "iin" : "bin");
	json_put_key(&j, "warnings");
	json_open_array(&j);
	for (size_t i = 0; i < WARNINGS; i++)
		if (bits & warnings[i].bit)
			json_put_z(&j, warnings[i].code);
	json_close_array(&j);
	json_close_object(&j);
	buf_char(&cli->out, '\n');
}

/* What the detail of an error tells beyond its sentence. */
static const struct {
	enum err code;
	enum msg msg;
	const char *key;
} hints[] = {
	{ERR_IIN_CHARS, MSG_cli_iin_bad_place, "place"},
	{ERR_IIN_LENGTH, MSG_cli_iin_digits, "digits"},
	{ERR_IIN_CHECKSUM, MSG_cli_iin_right_digit, "check_digit"},
	{ERR_BIN_CHECKSUM, MSG_cli_iin_right_digit, "check_digit"},
};

enum { HINTS = sizeof(hints) / sizeof(hints[0]) };

static void put_hint(struct cli *cli)
{
	const struct arg args[] = {arg_str("n", str_of(cli->cx.err.detail))};

	for (size_t i = 0; i < HINTS; i++)
		if (hints[i].code == cli->cx.err.code)
			cli_say(cli, hints[i].msg, args, 1);
}

/* The same shape for a wrong number: code, sentence, and what the hint tells. */
static void put_json_wrong(struct cli *cli)
{
	const struct err_slot *err = &cli->cx.err;
	struct buf text = buf_new(cli->cx.arena, 1024);
	struct json j = json_start(&cli->out);

	say_error(&text, cli->cx.lang, err);
	json_open_object(&j);
	json_put_key(&j, "valid");
	json_put_bool(&j, false);
	json_put_key(&j, "code");
	json_put_z(&j, err_info(err->code)->name);
	json_put_key(&j, "message");
	json_put_str(&j, buf_view(&text));
	for (size_t i = 0; i < HINTS; i++) {
		if (hints[i].code != err->code)
			continue;
		json_put_key(&j, hints[i].key);
		json_put_z(&j, err->detail);
	}
	json_close_object(&j);
	buf_char(&cli->out, '\n');
	cli->told = true;
}

enum st cmd_iin(struct cli *cli)
{
	struct buf text = buf_new(cli->cx.arena, 4096);
	enum iin_kind kind;
	struct iin iin;
	enum st st;

	for (size_t i = 0; i < cli->arg_count; i++) {
		buf_str(&text, cli->args[i]);
		buf_char(&text, ' ');
	}
	if (text.over)
		return fail(&cli->cx, VALUE_TOO_LONG, "%s", "NUMBER");
	st = iin_or_bin_parse(&cli->cx, buf_view(&text), &iin, &kind);
	if (st != OK) {
		if (cli_has(cli, "json"))
			put_json_wrong(cli);
		else
			put_hint(cli);
		return st;
	}
	unsigned bits =
		kind == IIN_PERSON
			? iin_warnings(&iin, day_in_astana(cli->cx.clock->now(cli->cx.clock)))
			: 0;
	if (cli_has(cli, "json"))
		put_json(cli, kind, bits);
	else
		put_text(cli, kind, bits);
	return OK;
}
