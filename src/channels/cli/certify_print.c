/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/cli/certify_print.h"

#include "channels/cli/print.h"
#include "service/certify_cases.h"

enum { VERDICT_COLUMN = 15, NAME_COLUMN = 22, TITLE_BYTES = 400, LEFT_BYTES = 8192 };

void certify_print_line(struct cli *cli, enum certify_verdict v, const char *name, struct str title)
{
	struct str verdict = say_code(cli->cx.lang, "certify.verdict", certify_verdict_code(v));

	print_padded(&cli->out, verdict, VERDICT_COLUMN, false);
	print_padded(&cli->out, str_of(name), NAME_COLUMN, false);
	buf_char(&cli->out, ' ');
	buf_str(&cli->out, title);
	buf_char(&cli->out, '\n');
}

static struct str title_of(struct cli *cli, const struct certify_case *c)
{
	struct buf b = buf_new(cli->cx.arena, TITLE_BYTES);

	certify_put_title(&b, cli->cx.lang, c);
	return buf_view(&b);
}

static void put_line(struct cli *cli, enum msg m, struct str text)
{
	const struct arg args[] = {arg_str("text", text)};

	cli_say(cli, m, args, 1);
}

static void put_exchange(struct cli *cli, const struct certify_exchange *x)
{
	const char *outcome = biller_outcome_code(x->due);
	struct buf result = buf_new(cli->cx.arena, 32);
	struct arg got[] = {arg_str("text", x->came ? x->body : x->trouble),
		arg_count("http", x->http), arg_count("ms", (x->us + 500) / 1000),
		arg_str("result", STR_LIT("–"))};
	struct arg due[] = {arg_count("http", x->due_http), arg_count("result", x->due_result),
		arg_str("text", x->due == BILLER_OK ? say_plain(cli->cx.lang, MSG_certify_ok)
						    : say_code(cli->cx.lang, "biller", outcome))};

	if (x->has_result) {
		buf_i64(&result, x->result);
		got[3] = arg_str("result", buf_view(&result));
	}
	put_line(cli, MSG_certify_sent, x->sent);
	cli_say(cli, x->came ? MSG_certify_got : MSG_certify_got_nothing, got, 4);
	if (!x->unread)
		cli_say(cli, x->either ? MSG_certify_due_one : MSG_certify_due, due, 3);
	if (x->problem != CERTIFY_FINE)
		put_line(cli, MSG_certify_why,
			say_code(
				cli->cx.lang, "certify.problem", certify_problem_code(x->problem)));
}

void certify_print_result(struct cli *cli, const struct certify_result *r)
{
	certify_print_line(cli, r->verdict, r->c->name, title_of(cli, r->c));
	if (r->verdict != CERTIFY_FAILED)
		return;
	for (size_t i = 0; i < r->count; i++)
		put_exchange(cli, &r->exchanges[i]);
	put_line(cli, MSG_certify_see, str_of(r->c->source));
}

void certify_print_total(struct cli *cli, const struct certify_report *r)
{
	const struct arg args[] = {
		arg_count("passed", (int64_t)r->by_verdict[CERTIFY_PASSED]),
		arg_count("failed", (int64_t)r->by_verdict[CERTIFY_FAILED]),
		arg_count("other", (int64_t)r->by_verdict[CERTIFY_NOT_APPLICABLE]),
		arg_count("ms", (r->slowest_us + 500) / 1000),
		arg_count("paid", (int64_t)r->paid),
		arg_count("cancelled", (int64_t)r->cancelled),
	};
	struct buf left = buf_new(cli->cx.arena, LEFT_BYTES);

	buf_char(&cli->out, '\n');
	cli_say(cli, MSG_certify_total, args, 6);
	cli_say(cli, MSG_certify_money, args, 6);
	for (size_t i = 0; i < r->left_count; i++) {
		buf_z(&left, i ? ", " : "");
		buf_str(&left, r->left[i]);
	}
	if (r->left_count) {
		const struct arg more[] = {
			arg_money("sum", r->sum), arg_str("text", buf_view(&left))};

		cli_say(cli, MSG_certify_left, more, 2);
	}
}

void certify_print_list(struct cli *cli, const struct certify_plan *plan)
{
	size_t count;
	const struct certify_case *cases = certify_cases(&count);

	for (size_t i = 0; i < count; i++) {
		if (!certify_case_applies(&cases[i], plan))
			continue;
		print_padded(&cli->out, str_of(cases[i].name), NAME_COLUMN, false);
		buf_char(&cli->out, ' ');
		buf_str(&cli->out, title_of(cli, &cases[i]));
		buf_fmt(&cli->out, " (%s)\n", cases[i].source);
	}
}

/* ---- The other side -------------------------------------------------------------------------- */

void certify_print_accounts(struct cli *cli, const struct watch *w, struct str url)
{
	const struct arg args[] = {arg_str("url", url), arg_str("bank", str_of(w->bank->bank))};

	if (url.n)
		cli_say(cli, MSG_certify_watch_head, args, 2);
	for (size_t i = 0; i < w->count; i++) {
		const struct watched *c = &w->cases[i];

		if (!c->applies || c->c->no_account)
			continue;
		buf_fmt(&cli->out, "  %.*s  ", STR(iin_digits(&c->account)));
		print_padded(&cli->out, str_of(c->c->name), VERDICT_COLUMN, false);
		buf_str(&cli->out, say_plain(cli->cx.lang, c->c->title));
		buf_char(&cli->out, '\n');
	}
	buf_char(&cli->out, '\n');
}

void certify_print_heard(struct cli *cli, const struct watch_reply *r)
{
	bool refused = r->how == WATCH_SEND && r->outcome != BILLER_OK;
	struct str text =
		refused ? say_code(cli->cx.lang, "biller", biller_outcome_code(r->outcome))
			: say_code(cli->cx.lang, "certify.how", watch_how_code(r->how));
	const struct arg args[] = {arg_str("name", str_of(r->c ? r->c->name : "–")),
		arg_str("command", str_of(biller_command_code(r->rq.command))),
		arg_str("txn", r->rq.txn), arg_str("text", text)};

	cli_say(cli, MSG_certify_watch_heard, args, 4);
}

void certify_print_watch(struct cli *cli, const struct watch *w)
{
	int64_t n[CERTIFY_NOT_SEEN + 1] = {0};

	buf_char(&cli->out, '\n');
	for (size_t i = 0; i < w->count; i++) {
		const struct watched *c = &w->cases[i];

		n[watch_verdict(c)]++;
		certify_print_line(
			cli, watch_verdict(c), c->c->name, say_plain(cli->cx.lang, c->c->title));
		for (int r = 0; r < WATCH_RULES; r++) {
			if (!(c->broken & 1U << r))
				continue;
			put_line(cli, MSG_certify_watch_broken,
				say_code(cli->cx.lang, "certify.rule",
					watch_rule_code((enum watch_rule)r)));
			put_line(cli, MSG_certify_watch_request, str_of(c->examples[r]));
		}
		if (c->broken)
			put_line(cli, MSG_certify_see, str_of(c->c->source));
	}
	const struct arg args[] = {arg_count("passed", n[CERTIFY_PASSED]),
		arg_count("failed", n[CERTIFY_FAILED]),
		arg_count("other", n[CERTIFY_NOT_APPLICABLE]),
		arg_count("unseen", n[CERTIFY_NOT_SEEN])};

	buf_char(&cli->out, '\n');
	cli_say(cli, MSG_certify_watch_total, args, 4);
}
