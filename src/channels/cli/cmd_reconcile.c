/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compares a bank's register or statement with what was taken. Exit code 1 when something is left
 * that somebody must look at, 2 when the register was refused.
 */
#include "channels/cli/commands.h"

#include "formats/camt.h"
#include "formats/encoding.h"
#include "limits.h"
#include "service/reconcile.h"

static const char bank_words[] =
	"osmp kaspi halyk bcc jusan eurasian freedom homecredit bereke forte";

const struct option cmd_reconcile_options[] = {
	{"bank", "BANK", MSG_cli_opt_bank, false, bank_words},
	{"check", NULL, MSG_cli_opt_reconcile_check, false, NULL},
	{"json", NULL, MSG_cli_opt_json, false, NULL},
	{0},
};

static struct str kind_name(
	struct cli *cli, const struct reconcile_report *r, enum reconcile_kind k)
{
	bool missing = k == RECONCILE_TAKEN && r->check_only;

	return say_code(cli->cx.lang, "reconcile", missing ? "missing" : reconcile_kind_code(k));
}

static void put_item(
	struct cli *cli, const struct reconcile_report *r, const struct reconcile_item *i)
{
	struct arg args[] = {arg_str("txn", i->txn), arg_str("kind", kind_name(cli, r, i->kind)),
		arg_money("bank", i->bank_sum), arg_day("bank_day", i->bank_day),
		arg_money("ours", i->our_sum), arg_day("our_day", i->our_day),
		arg_str("reason",
			i->kind == RECONCILE_REFUSED
				? say_code(cli->cx.lang, "biller", biller_outcome_code(i->outcome))
				: (struct str){0})};
	const size_t n = sizeof(args) / sizeof(args[0]);

	if (i->kind == RECONCILE_REFUSED)
		cli_say(cli, MSG_reconcile_item_refused, args, n);
	else if (i->at_bank && i->here)
		cli_say(cli, MSG_reconcile_item_both, args, n);
	else
		cli_say(cli, i->at_bank ? MSG_reconcile_item_bank : MSG_reconcile_item_ours, args,
			n);
}

static void put_text(
	struct cli *cli, const struct biller_profile *p, const struct reconcile_report *r)
{
	struct arg head[] = {arg_str("bank", str_of(p->bank)), arg_count("n", (int64_t)r->rows),
		arg_money("sum", r->register_sum)};
	struct arg other[] = {
		arg_count("n", (int64_t)r->other_rows), arg_money("sum", r->other_sum)};

	cli_say(cli, MSG_reconcile_head, head, 3);
	if (r->other_rows)
		cli_say(cli, MSG_reconcile_other, other, 2);
	for (int k = 0; k < RECONCILE_KINDS; k++) {
		struct arg args[] = {arg_str("kind", kind_name(cli, r, (enum reconcile_kind)k)),
			arg_count("n", (int64_t)r->count[k]), arg_money("sum", r->sum[k])};

		if (r->count[k] || k == RECONCILE_MATCHED)
			cli_say(cli, MSG_reconcile_row, args, 3);
	}
	for (size_t i = 0; i < r->item_count; i++)
		put_item(cli, r, &r->items[i]);
	cli_say(cli, reconcile_agrees(r) ? MSG_reconcile_agrees : MSG_reconcile_differs, NULL, 0);
}

static ST read_register(
	struct cli *cli, const struct biller_profile *p, struct biller_register *out)
{
	enum encoding encoding;
	struct str bytes, text;

	TRY(cli_read_file(
		cli, str_z(cli->cx.arena, cli->args[0]), LIMIT_IMPORT_FILE_BYTES, &bytes));
	TRY(encoding_read(&cli->cx, bytes, LIMIT_IMPORT_TEXT_BYTES, &encoding, &text));
	if (camt_sniff(text))
		return camt_parse(&cli->cx, p, (struct camt_input){text, encoding}, out);
	return biller_register_parse(&cli->cx, p, text, out);
}

static ST run(struct cli *cli, const struct biller_profile *p)
{
	struct biller_register reg;
	struct reconcile_report report;

	TRY(read_register(cli, p, &reg));
	TRY(reconcile_register(&cli->call, p, &reg, cli_has(cli, "check"), &report));
	cli->answer_no = !reconcile_agrees(&report);
	if (cli_has(cli, "json")) {
		reconcile_put_json(&cli->out, cli->cx.lang, p, &report);
		buf_char(&cli->out, '\n');
	} else {
		put_text(cli, p, &report);
	}
	return OK;
}

enum st cmd_reconcile(struct cli *cli)
{
	struct arena *arena = cli->cx.arena;
	const struct biller_profile *p;
	struct str name;
	enum st st;

	TRY(cli_need(cli, "bank", &name));
	p = biller_profile_find(name);
	if (!p)
		return fail_in(&cli->cx, 0, "bank", OPTION_VALUE, "%.*s", STR(name));
	/* A register of a million rows is more than a command has. */
	cli->cx.arena = arena_new(LIMIT_IMPORT_ARENA_BYTES);
	st = run(cli, p);
	arena_free(cli->cx.arena);
	cli->cx.arena = arena;
	return st;
}
