/* SPDX-License-Identifier: Apache-2.0 */
#include "certify.h"

#include <stdio.h>

#include "channels/certify/stand.h"
#include "channels/cli/certify_print.h"
#include "service/certify_link.h"

enum {
	TIMEOUT_MORE_SECONDS = 2, /* beyond what is granted: how late is worth knowing */
	SECONDS_MAX = 86400,
	WAIT_SECONDS = 60,
	SLOW_MORE_SECONDS = 5, /* beyond the time after which the bank breaks off */
	WARNING_BYTES = 2000,
};

static const char bank_words[] =
	"osmp kaspi halyk bcc jusan eurasian freedom homecredit bereke forte";

const struct option certify_options[] = {
	{"bank", "BANK", MSG_certify_opt_bank, false, bank_words},
	{"account", "IIN", MSG_certify_opt_account, true, NULL},
	{"unknown", "IIN", MSG_certify_opt_unknown, false, NULL},
	{"sum", "TENGE", MSG_certify_opt_sum, false, NULL},
	{"within", "SECONDS", MSG_certify_opt_within, false, NULL},
	{"test-system", NULL, MSG_certify_opt_test_system, false, NULL},
	{"ca", "FILE", MSG_certify_opt_ca, false, NULL},
	{"cert", "FILE", MSG_certify_opt_cert, false, NULL},
	{"key", "FILE", MSG_certify_opt_key, false, NULL},
	{"serve", NULL, MSG_certify_opt_serve, false, NULL},
	{"listen", "ADDR:PORT", MSG_certify_opt_listen, false, NULL},
	{"wait", "SECONDS", MSG_certify_opt_wait, false, NULL},
	{"slow", "SECONDS", MSG_certify_opt_slow, false, NULL},
	{"for", "SECONDS", MSG_certify_opt_for, false, NULL},
	{"only", "CASE", MSG_certify_opt_only, false, NULL},
	{"list", NULL, MSG_certify_opt_list, false, NULL},
	{"json", NULL, MSG_cli_opt_json, false, NULL},
	{0},
};

static ST read_seconds(struct cli *cli, const char *option, uint64_t otherwise, int64_t *out)
{
	struct str text = cli_value(cli, option);
	uint64_t n = otherwise;
	char name[32];

	snprintf(name, sizeof(name), "--%s", option);
	if (text.p && (!str_to_u64(text, SECONDS_MAX, &n) || n == 0))
		return fail_in(&cli->cx, 0, name, NUMBER_FORMAT, "1 … %d", SECONDS_MAX);
	*out = (int64_t)n;
	return OK;
}

static ST find_bank(struct cli *cli, const struct biller_profile **out)
{
	struct str name;

	TRY(cli_need(cli, "bank", &name));
	*out = biller_profile_find(name);
	if (!*out)
		return fail_in(
			&cli->cx, 0, "--bank", VALUE_UNKNOWN, "%.*s", STR(str_harmless(name)));
	return OK;
}

/* A closed standard output is no reason to stop: what was paid must still be taken back. */
static void flush(struct cli *cli)
{
	if (cli_flush(cli) != OK)
		err_clear(&cli->cx);
}

/* ---- As a bank ------------------------------------------------------------------------------- */

static ST read_account(struct cli *cli, struct str text)
{
	struct invoice_no invoice;
	struct iin iin;

	if (invoice_no_read(text, &invoice))
		return OK;
	return cli_name_error(cli, iin_parse(&cli->cx, text, &iin), "--account");
}

static ST read_unknown(struct cli *cli, struct str *out)
{
	struct str text = cli_value(cli, "unknown");
	struct iin iin;

	certify_iin(0, &iin);
	if (text.p)
		TRY(cli_name_error(cli, iin_parse(&cli->cx, text, &iin), "--unknown"));
	*out = str_copy(cli->cx.arena, iin_digits(&iin));
	return OK;
}

static ST read_sum(struct cli *cli, const struct biller_profile *bank, struct money *out)
{
	struct str text = cli_value(cli, "sum");

	*out = money_tiyn(bank->sum_min_tiyn);
	if (!text.p)
		return OK;
	TRY(cli_name_error(cli, money_parse(&cli->cx, text, out), "--sum"));
	/* Some cases pay a tenge more. */
	if (money_cmp(*out, money_tiyn(bank->sum_min_tiyn)) < 0 ||
		money_cmp(*out, money_tiyn(bank->sum_max_tiyn - 100)) > 0)
		return fail_in(&cli->cx, 0, "--sum", MONEY_RANGE, "%s", "");
	return OK;
}

static ST read_accounts(struct cli *cli, struct certify_plan *plan)
{
	size_t count = cli_count(cli, "account");
	struct str first;

	TRY(cli_need(cli, "account", &first));
	if (count > CERTIFY_ACCOUNTS_MAX)
		return fail_in(&cli->cx, 0, "--account", CALC_TOO_MANY, "%d", CERTIFY_ACCOUNTS_MAX);
	for (; plan->account_count < count; plan->account_count++) {
		struct str account = cli_nth(cli, "account", plan->account_count);

		TRY(read_account(cli, account));
		plan->accounts[plan->account_count] = account;
	}
	return OK;
}

/* The kit's own hands: the link sends, the command line tells. */
struct hands {
	struct cli *cli;
	struct certify_link *link;
};

static enum st send(void *arg, struct ctx *cx, const struct certify_request *rq, size_t n,
	struct certify_answer *out)
{
	struct hands *h = arg;

	return certify_link_send(h->link, cx, rq, n, out);
}

static void tell(void *arg, const struct certify_result *r)
{
	struct hands *h = arg;

	certify_print_result(h->cli, r);
	flush(h->cli);
}

static const char *file_name(struct cli *cli, const char *option)
{
	struct str s = cli_value(cli, option);

	return s.p ? str_z(cli->cx.arena, s) : NULL;
}

/* On standard error, so that it is read also where the report goes to a file. */
static void warn(struct cli *cli, const struct certify_plan *plan)
{
	struct buf b = buf_new(cli->cx.arena, WARNING_BYTES);
	const struct arg args[] = {arg_str("url", plan->url), arg_money("sum", plan->sum),
		arg_str("bank", str_of(plan->bank->bank))};

	say(&b, cli->cx.lang, MSG_certify_warning, args, 3);
	buf_char(&b, '\n');
	if (!plan->bank->confirmed) {
		say(&b, cli->cx.lang, MSG_certify_unconfirmed, args, 3);
		buf_char(&b, '\n');
	}
	fprintf(stderr, "%.*s", STR(buf_view(&b)));
}

static ST run_as_bank(struct cli *cli, struct certify_plan *plan)
{
	struct certify_link_settings settings = {.ca_file = file_name(cli, "ca"),
		.cert_file = file_name(cli, "cert"),
		.key_file = file_name(cli, "key"),
		.timeout_ms = plan->within_ms + TIMEOUT_MORE_SECONDS * 1000};
	struct hands hands = {cli, certify_link_new(&settings)};
	struct certify_report report;
	enum st st;

	plan->send = send;
	plan->told = cli_has(cli, "json") ? NULL : tell;
	plan->arg = &hands;
	st = certify_run(&cli->cx, plan, &report);
	certify_link_free(hands.link);
	TRY(st);
	cli->answer_no = report.by_verdict[CERTIFY_FAILED] > 0;
	if (cli_has(cli, "json")) {
		certify_put_json(&cli->out, cli->cx.lang, plan, &report);
		buf_char(&cli->out, '\n');
	} else {
		certify_print_total(cli, &report);
	}
	return OK;
}

static ST as_bank(struct cli *cli, const struct biller_profile *bank)
{
	struct certify_plan *plan = ARENA_NEW(cli->cx.arena, struct certify_plan);
	int64_t seconds = 0;

	*plan = (struct certify_plan){.bank = bank, .only = cli_value(cli, "only")};
	TRY(read_sum(cli, bank, &plan->sum));
	if (cli_has(cli, "list")) {
		TRY(read_unknown(cli, &plan->accounts[0]));
		certify_print_list(cli, plan);
		return OK;
	}
	if (cli->arg_count != 1)
		return fail_in(&cli->cx, 0, "URL", VALUE_MISSING, "%s", "");
	plan->url = cli->args[0];
	TRY(read_accounts(cli, plan));
	TRY(read_unknown(cli, &plan->unknown));
	TRY(read_seconds(cli, "within", bank->timeout_seconds, &seconds));
	plan->within_ms = seconds * 1000;
	if (!cli_has(cli, "test-system"))
		return fail(&cli->cx, CERTIFY_PAYS, "%.*s", STR(plan->url));
	warn(cli, plan);
	return run_as_bank(cli, plan);
}

/* ---- As a biller ----------------------------------------------------------------------------- */

struct desk {
	struct cli *cli;
	struct watch *watch;
};

static void tell_address(void *arg, struct str url)
{
	struct desk *d = arg;

	certify_print_accounts(d->cli, d->watch, url);
	flush(d->cli);
}

static void tell_request(void *arg, const struct watch_reply *r)
{
	struct desk *d = arg;

	certify_print_heard(d->cli, r);
	flush(d->cli);
}

/* With --json the object alone goes to standard output. */
static void tell_address_aside(void *arg, struct str url)
{
	(void)arg;
	fprintf(stderr, "%.*s\n", STR(url));
}

static ST read_watch(struct cli *cli, const struct biller_profile *bank, struct watch *watch)
{
	int64_t wait = 0, slow = 0;

	TRY(watch_start(&cli->cx, bank, cli_value(cli, "only"), watch));
	TRY(read_seconds(cli, "wait", WAIT_SECONDS, &wait));
	TRY(read_seconds(cli, "slow", bank->timeout_seconds + SLOW_MORE_SECONDS, &slow));
	watch->wait_us = wait * 1000000;
	watch->slow_us = slow * 1000000;
	return OK;
}

static bool all_passed(const struct watch *w)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->cases[i].applies && watch_verdict(&w->cases[i]) != CERTIFY_PASSED)
			return false;
	return true;
}

static ST as_biller(struct cli *cli, const struct biller_profile *bank)
{
	struct watch *watch = ARENA_NEW(cli->cx.arena, struct watch);
	bool json = cli_has(cli, "json");
	struct desk desk = {cli, watch};
	struct stand_setup setup = {.watch = watch,
		.listen = cli_value(cli, "listen"),
		.listening = json ? tell_address_aside : tell_address,
		.told = json ? NULL : tell_request,
		.arg = &desk};
	int64_t seconds = 0;

	if (cli->arg_count > 0)
		return fail(&cli->cx, USAGE, "%s", "");
	if (!setup.listen.p)
		setup.listen = STR_LIT("127.0.0.1:8070");
	TRY(read_watch(cli, bank, watch));
	if (cli_has(cli, "for"))
		TRY(read_seconds(cli, "for", 0, &seconds));
	setup.for_us = seconds * 1000000;
	if (cli_has(cli, "list")) {
		certify_print_accounts(cli, watch, (struct str){0});
		return OK;
	}
	TRY(stand_run(&cli->cx, &setup));
	watch_end(watch);
	cli->answer_no = !all_passed(watch);
	if (json) {
		watch_put_json(&cli->out, cli->cx.lang, watch);
		buf_char(&cli->out, '\n');
	} else {
		certify_print_watch(cli, watch);
	}
	return OK;
}

enum st certify_command(struct cli *cli)
{
	const struct biller_profile *bank;

	TRY(find_bank(cli, &bank));
	return cli_has(cli, "serve") ? as_biller(cli, bank) : as_bank(cli, bank);
}
