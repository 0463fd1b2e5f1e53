/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compares a bank's register or statement with what was taken. Exit code 1 when something is left
 * that somebody must look at, 2 when the register was refused.
 */
#include "channels/cli/commands.h"

#include "channels/cli/report_file.h"
#include "channels/web/report.h"
#include "base/check.h"
#include "formats/camt.h"
#include "formats/mt950.h"
#include "limits.h"
#include "service/reconcile.h"
#include "service/textfile.h"

static const char bank_words[] =
	"osmp kaspi halyk bcc jusan eurasian freedom homecredit bereke forte";

const struct option cmd_reconcile_options[] = {
	{"bank", "BANK", MSG_cli_opt_bank, false, bank_words},
	{"check", NULL, MSG_cli_opt_reconcile_check, false, NULL},
	{"day", "DAY", MSG_cli_opt_reconcile_day, false, NULL},
	{"rows", "N", MSG_cli_opt_reconcile_rows, false, NULL},
	{"sum", "TENGE", MSG_cli_opt_reconcile_sum, false, NULL},
	{"html", "FILE", MSG_cli_opt_reconcile_html, false, NULL},
	{"csv", NULL, MSG_cli_opt_reconcile_csv, false, NULL},
	{"json", NULL, MSG_cli_opt_json, false, NULL},
	{0},
};

enum { REPORT_BYTES = 64 << 20 };

static struct str kind_name(
	struct cli *cli, const struct reconcile_report *r, enum reconcile_kind k)
{
	return say_code(cli->cx.lang, "reconcile", reconcile_kind_word(r, k));
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

/* The first ones; the other forms of the report have them all. */
static void put_items(struct cli *cli, const struct reconcile_report *r)
{
	size_t all = r->item_count + r->items_left_out;
	size_t shown = r->item_count < LIMIT_ISSUES ? r->item_count : LIMIT_ISSUES;
	struct arg more[] = {arg_count("n", (int64_t)(all - shown))};

	for (size_t i = 0; i < shown; i++)
		put_item(cli, r, &r->items[i]);
	if (all > shown)
		cli_say(cli, MSG_reconcile_more, more, 1);
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
	put_items(cli, r);
	cli_say(cli, reconcile_agrees(r) ? MSG_reconcile_agrees : MSG_reconcile_differs, NULL, 0);
}

static void put_report(
	struct cli *cli, const struct biller_profile *p, const struct reconcile_report *r)
{
	cli->out.max = REPORT_BYTES;
	if (cli_has(cli, "json")) {
		reconcile_put_json(&cli->out, cli->cx.lang, p, r);
		buf_char(&cli->out, '\n');
	} else if (cli_has(cli, "csv")) {
		reconcile_put_csv(&cli->out, cli->cx.lang, p, r);
	} else {
		put_text(cli, p, r);
	}
}

static ST read_options(struct cli *cli, struct reconcile_options *o)
{
	struct str day = cli_value(cli, "day"), rows = cli_value(cli, "rows"),
		   sum = cli_value(cli, "sum");
	uint64_t n;

	*o = (struct reconcile_options){.check_only = cli_has(cli, "check"),
		.has_day = day.p != NULL,
		.has_rows = rows.p != NULL,
		.has_sum = sum.p != NULL};
	if (cli_has(cli, "csv") && cli_has(cli, "json"))
		return fail_in(&cli->cx, 0, "--csv", OPTION_VALUE, "--json");
	if (o->has_day)
		TRY(cli_name_error(cli, day_parse(&cli->cx, day, &o->day), "--day"));
	if (o->has_sum)
		TRY(cli_name_error(cli, money_parse(&cli->cx, sum, &o->sum), "--sum"));
	if (!o->has_rows)
		return OK;
	if (!str_to_u64(rows, LIMIT_IMPORT_LINES, &n))
		return fail_in(&cli->cx, 0, "--rows", NUMBER_FORMAT, "%s", "");
	o->rows = (size_t)n;
	return OK;
}

static ST read_text(struct cli *cli, const struct biller_profile *p, struct textfile *file,
	struct biller_register *out)
{
	struct biller_input in = {file->text, file->encoding, textfile_passed, file};

	if (camt_sniff(in.text))
		return camt_parse(&cli->cx, p, &in, out);
	if (mt950_sniff(in.text))
		return mt950_parse(&cli->cx, p, &in, out);
	return biller_register_parse(&cli->cx, p, &in, out);
}

static ST read_register(
	struct cli *cli, const struct biller_profile *p, struct biller_register *out)
{
	struct textfile file;
	enum st st = textfile_open(&cli->cx, str_z(cli->cx.arena, cli->args[0]), &file);

	if (st == OK)
		st = read_text(cli, p, &file, out);
	textfile_close(&file);
	return st;
}

static ST put_page(struct cli *cli, const struct biller_profile *p,
	const struct reconcile_report *r, struct report_file *page)
{
	struct buf b = buf_new(cli->cx.arena, REPORT_PAGE_BYTES);

	if (page->fd < 0)
		return OK;
	report_put_reconcile(&b, &cli->cx, p, r);
	must(!b.over);
	return report_file_finish(cli, page, buf_view(&b));
}

static ST run(struct cli *cli, const struct biller_profile *p, struct report_file *page)
{
	struct str path = cli_value(cli, "html");
	struct reconcile_options options;
	struct reconcile_report report;
	struct biller_register reg;

	TRY(read_options(cli, &options));
	if (path.p)
		TRY(report_file_open(cli, path, page));
	TRY(read_register(cli, p, &reg));
	TRY(reconcile_register(&cli->call, p, &reg, &options, &report));
	cli->answer_no = !reconcile_agrees(&report);
	put_report(cli, p, &report);
	return put_page(cli, p, &report, page);
}

enum st cmd_reconcile(struct cli *cli)
{
	struct arena *arena = cli->cx.arena;
	const struct biller_profile *p;
	struct report_file page = {.fd = -1};
	struct str name;
	enum st st;

	TRY(cli_need(cli, "bank", &name));
	p = biller_profile_find(name);
	if (!p)
		return fail_in(
			&cli->cx, 0, "--bank", VALUE_UNKNOWN, "%.*s", STR(str_harmless(name)));
	/* A register of a million rows is more than a command has. */
	cli->cx.arena = arena_new(LIMIT_IMPORT_ARENA_BYTES);
	st = run(cli, p, &page);
	report_file_drop(&page);
	arena_free(cli->cx.arena);
	cli->cx.arena = arena;
	return st;
}
