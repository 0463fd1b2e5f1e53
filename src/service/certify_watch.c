/* SPDX-License-Identifier: Apache-2.0 */
#include "service/certify_watch.h"

#include "base/check.h"
#include "formats/json_write.h"

#define GUIDE "docs/certify.md#the-fund-against-a-bank"

enum { ANSWER_BYTES = 4096, PAIRS_BYTES = 64 << 10, FIRST_ACCOUNT = 1, SECOND_US = 1000000 };

/* clang-format off */
static const struct watch_case cases[] = {
	{"requests", MSG_certify_watch_requests, "docs/formats/biller.md#parameters",
		.no_account = true},
	{"plain", MSG_certify_watch_plain, GUIDE, .payments = 1},
	{"drop", MSG_certify_watch_drop, GUIDE, .how = WATCH_DROP, .times = 1, .payments = 1},
	{"drop-three", MSG_certify_watch_drop_three, GUIDE,
		.how = WATCH_DROP, .times = 3, .payments = 1},
	{"slow", MSG_certify_watch_slow, GUIDE, .how = WATCH_SLOW, .times = 1, .payments = 1},
	{"cut", MSG_certify_watch_cut, GUIDE, .how = WATCH_CUT, .times = 1, .payments = 1},
	{"page", MSG_certify_watch_page, GUIDE, .how = WATCH_PAGE, .times = 1, .payments = 1},
	{"http-500", MSG_certify_watch_http_500, GUIDE,
		.how = WATCH_500, .times = 1, .payments = 1},
	{"other-txn", MSG_certify_watch_other_txn, GUIDE,
		.how = WATCH_OTHER_TXN, .times = 1, .payments = 1},
	{"answer-twice", MSG_certify_watch_answer_twice, GUIDE,
		.how = WATCH_TWICE, .times = 1, .payments = 1},
	{"later", MSG_certify_watch_later, GUIDE,
		.pay = BILLER_LATER, .times = 1, .payments = 1},
	{"two", MSG_certify_watch_two, GUIDE, .payments = 2},
	{"not-allowed", MSG_certify_watch_not_allowed, GUIDE, .pay = BILLER_NOT_ALLOWED},
	{"sum-large", MSG_certify_watch_sum_large, GUIDE, .pay = BILLER_SUM_LARGE},
	{"unknown", MSG_certify_watch_unknown, GUIDE, .check = BILLER_ACCOUNT_UNKNOWN},
};
/* clang-format on */

const char *watch_rule_code(enum watch_rule r)
{
	static const char *const codes[WATCH_RULES] = {
		[WATCH_READABLE] = "readable",
		[WATCH_CHECK_FIRST] = "check_first",
		[WATCH_SAME] = "same",
		[WATCH_AGAIN] = "again",
		[WATCH_NO_NEW] = "no_new",
		[WATCH_STOP] = "stop",
		[WATCH_NO_PAY] = "no_pay",
		[WATCH_SECOND] = "second",
		[WATCH_PACED] = "paced",
	};

	return codes[r];
}

const char *watch_how_code(enum watch_how how)
{
	static const char *const codes[WATCH_HOWS] = {
		[WATCH_SEND] = "send",
		[WATCH_DROP] = "drop",
		[WATCH_SLOW] = "slow",
		[WATCH_CUT] = "cut",
		[WATCH_PAGE] = "page",
		[WATCH_500] = "http_500",
		[WATCH_OTHER_TXN] = "other_txn",
		[WATCH_TWICE] = "twice",
	};

	return codes[how];
}

/* Where "not now" and "never" have one number, the bank cannot be blamed for mixing them up. */
static bool is_clear(const struct biller_profile *p, enum biller_outcome what)
{
	if (what == BILLER_OK)
		return true;
	for (int o = 0; o < BILLER_OUTCOMES; o++)
		if (p->codes[o] == p->codes[what] && (o == BILLER_LATER) != (what == BILLER_LATER))
			return false;
	return true;
}

ST watch_start(
	struct ctx *cx, const struct biller_profile *bank, struct str only, struct watch *out)
{
	*out = (struct watch){.bank = bank, .receipts = 1000};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct watched *c;

		if (only.n && !str_is(only, cases[i].name))
			continue;
		must(out->count < WATCH_CASES_MAX);
		c = &out->cases[out->count++];
		c->c = &cases[i];
		c->applies = is_clear(bank, cases[i].pay);
		/* An account belongs to its case whichever others are chosen. */
		certify_iin(FIRST_ACCOUNT + (unsigned)i, &c->account);
	}
	return out->count
		       ? OK
		       : fail_in(cx, 0, "--only", VALUE_UNKNOWN, "%.*s", STR(str_harmless(only)));
}

/* ---- What is kept ---------------------------------------------------------------------------- */

static struct watched *case_of(struct watch *w, const struct iin *account)
{
	for (size_t i = 0; i < w->count; i++)
		if (!w->cases[i].c->no_account && iin_same(&w->cases[i].account, account))
			return &w->cases[i];
	return NULL;
}

static struct watch_txn *txn_of(struct watched *c, struct str txn)
{
	for (size_t i = 0; i < c->txn_count; i++)
		if (str_is(txn, c->txns[i].txn))
			return &c->txns[i];
	return NULL;
}

/* The case under whose account this number came; NULL when it never came. */
static struct watched *case_of_txn(struct watch *w, struct str txn)
{
	for (size_t i = 0; i < w->count; i++)
		if (txn_of(&w->cases[i], txn))
			return &w->cases[i];
	return NULL;
}

static void break_rule(struct watched *c, enum watch_rule rule, const char *example)
{
	if (c->broken & 1U << rule)
		return;
	c->broken |= 1U << rule;
	must(strlen(example) < WATCH_EXAMPLE_BYTES);
	memcpy(c->examples[rule], example, strlen(example) + 1);
}

/* One request while it is looked at. */
struct asking {
	struct watch *w;
	struct ctx *cx;
	struct watched *c;
	const struct biller_request *rq;
	struct watch_reply *out;
	int64_t now_us;
	char text[WATCH_EXAMPLE_BYTES]; /* the request, masked */
};

static void write_down(struct asking *a, const struct biller_pair *pairs, size_t count)
{
	struct buf b = buf_new(a->cx->arena, PAIRS_BYTES);
	struct str text;

	for (size_t i = 0; pairs && i < count; i++) {
		buf_z(&b, i ? "&" : "");
		buf_str(&b, pairs[i].name);
		buf_char(&b, '=');
		buf_str(&b, pairs[i].value);
	}
	text = certify_mask(a->cx, buf_view(&b));
	if (text.n >= sizeof(a->text))
		text.n = sizeof(a->text) - 1;
	if (text.n)
		memcpy(a->text, text.p, text.n);
	/* A request may hold any bytes; the report holds letters. */
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)a->text[i] < ' ')
			a->text[i] = ' ';
}

static void broke(struct asking *a, enum watch_rule rule)
{
	if (a->c)
		break_rule(a->c, rule, a->text);
}

/* ---- Answers --------------------------------------------------------------------------------- */

static void say_outcome(struct asking *a, enum biller_outcome outcome, const struct watch_txn *t)
{
	struct buf b = buf_new(a->cx->arena, ANSWER_BYTES);
	struct biller_answer answer = {.outcome = outcome,
		.command = a->rq->command,
		.txn = a->rq->txn,
		.sum = a->rq->has_sum ? a->rq->sum : MONEY_ZERO,
		/* Always the same words: a repeated answer is the same to the last byte. */
		.comment = say_code(LANG_KK, "biller", biller_outcome_code(outcome))};

	if (outcome == BILLER_OK && a->rq->command == BILLER_CHECK)
		answer.sum = money_tiyn(a->w->bank->sum_min_tiyn);
	if (t) {
		answer.has_receipt = true;
		answer.receipt = t->receipt;
		answer.sum = t->sum;
	}
	if (a->out->how == WATCH_OTHER_TXN)
		answer.txn = STR_LIT("1");
	biller_put(&b, a->w->bank, &answer);
	a->out->outcome = outcome;
	a->out->http = biller_http(a->w->bank, outcome);
	a->out->body = buf_view(&b);
}

static void say_page(struct asking *a, int http)
{
	a->out->http = http;
	a->out->media_type = "text/html; charset=utf-8";
	a->out->body = STR_LIT("<!doctype html><title>502</title><h1>502 Bad Gateway</h1>\n");
}

/* ---- Commands -------------------------------------------------------------------------------- */

static bool is_open(const struct watch_txn *t)
{
	return !t->settled && !t->refused && !t->cancelled;
}

static void keep_pace(struct asking *a, struct watch_txn *t)
{
	size_t n = sizeof(t->came_us) / sizeof(t->came_us[0]);

	t->came_us[t->came++ % n] = a->now_us;
	if (t->came >= n && a->now_us - t->came_us[t->came % n] < SECOND_US)
		broke(a, WATCH_PACED);
}

static struct watch_txn *new_txn(struct asking *a)
{
	struct watched *c = a->c;
	struct watch_txn *t;

	for (size_t i = 0; i < c->txn_count; i++)
		if (is_open(&c->txns[i]) && c->c->payments < 2)
			broke(a, WATCH_NO_NEW);
	if (c->txn_count == WATCH_TXNS_MAX)
		return NULL;
	t = &c->txns[c->txn_count++];
	*t = (struct watch_txn){
		.sum = a->rq->sum, .time = a->rq->time, .receipt = ++a->w->receipts};
	must(a->rq->txn.n < WATCH_TXN_CHARS);
	memcpy(t->txn, a->rq->txn.p, a->rq->txn.n);
	return t;
}

/* The first `times` payments of a case are treated as it says. */
static bool treat(struct asking *a, struct watch_txn *t)
{
	const struct watch_case *c = a->c->c;

	if (c->times == 0 || a->c->treated >= c->times)
		return false;
	a->c->treated++;
	if (c->pay == BILLER_LATER) {
		say_outcome(a, BILLER_LATER, NULL);
		return true;
	}
	a->out->how = c->how;
	if (c->how == WATCH_500) {
		say_page(a, 500);
		return true;
	}
	t->taken = true;
	if (c->how == WATCH_PAGE)
		say_page(a, 200);
	else
		say_outcome(a, BILLER_OK, t);
	if (c->how == WATCH_SLOW || c->how == WATCH_TWICE)
		a->out->settles = t;
	return true;
}

static void take(struct asking *a, struct watch_txn *t)
{
	if (a->c->c->payments == 0) {
		t->refused = true;
		say_outcome(a, a->c->c->pay, NULL);
		return;
	}
	if (treat(a, t))
		return;
	t->taken = true;
	a->out->settles = t;
	say_outcome(a, BILLER_OK, t);
}

static void pay_again(struct asking *a, struct watch_txn *t)
{
	keep_pace(a, t);
	if (t->refused) {
		broke(a, WATCH_STOP);
		say_outcome(a, a->c->c->pay, NULL);
		return;
	}
	if (t->time != a->rq->time || money_cmp(t->sum, a->rq->sum) != 0)
		broke(a, WATCH_SAME);
	if (money_cmp(t->sum, a->rq->sum) != 0)
		say_outcome(a, BILLER_CONFLICT, NULL);
	else if (t->cancelled)
		say_outcome(a, BILLER_CANCELLED, t);
	else
		take(a, t);
}

static void pay(struct asking *a)
{
	struct watched *other = case_of_txn(a->w, a->rq->txn);
	struct watch_txn *t;

	a->c->pays++;
	if (other && other != a->c) {
		broke(a, WATCH_SAME);
		say_outcome(a, BILLER_CONFLICT, NULL);
		return;
	}
	if (a->c->c->check != BILLER_OK) {
		broke(a, WATCH_NO_PAY);
		say_outcome(a, a->c->c->check, NULL);
		return;
	}
	if (a->c->checks == 0)
		broke(a, WATCH_CHECK_FIRST);
	t = txn_of(a->c, a->rq->txn);
	if (t) {
		pay_again(a, t);
		return;
	}
	t = new_txn(a);
	if (!t) {
		say_outcome(a, BILLER_LATER, NULL);
		return;
	}
	keep_pace(a, t);
	take(a, t);
}

/* status and cancel: of a number that may be nobody's. */
static void look_back(struct asking *a)
{
	struct watch_txn *t = a->c ? txn_of(a->c, a->rq->txn) : NULL;

	if (!t || t->refused || !t->taken) {
		/* Now the bank knows that nothing was taken. */
		a->out->settles = t && !t->refused ? t : NULL;
		say_outcome(a, BILLER_TXN_UNKNOWN, NULL);
		return;
	}
	if (a->rq->command == BILLER_CANCEL)
		t->cancelled = true;
	a->out->settles = t;
	say_outcome(a,
		a->rq->command == BILLER_STATUS && t->cancelled ? BILLER_CANCELLED : BILLER_OK, t);
}

static void serve(struct asking *a)
{
	switch (a->rq->command) {
	case BILLER_CHECK:
		if (a->c)
			a->c->checks++;
		say_outcome(a, a->c ? a->c->c->check : BILLER_ACCOUNT_UNKNOWN, NULL);
		return;
	case BILLER_PAY:
		if (a->c)
			pay(a);
		else
			say_outcome(a, BILLER_ACCOUNT_UNKNOWN, NULL);
		return;
	case BILLER_STATUS:
	case BILLER_CANCEL:
		look_back(a);
		return;
	case BILLER_NO_COMMAND:
		break;
	}
	must(!"a command that was read");
}

static void not_readable(struct asking *a)
{
	for (size_t i = 0; i < a->w->count; i++)
		if (a->w->cases[i].c->no_account)
			break_rule(&a->w->cases[i], WATCH_READABLE, a->text);
	say_outcome(a, a->rq->problem, NULL);
}

static void count_request(struct watch *w, int64_t now_us)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->cases[i].c->no_account) {
			w->cases[i].pays++;
			w->cases[i].last_us = now_us;
		}
}

void watch_request(struct watch *w, struct ctx *cx, const struct biller_pair *pairs, size_t count,
	int64_t now_us, struct watch_reply *out)
{
	struct asking *a = ARENA_NEW(cx->arena, struct asking);

	*out = (struct watch_reply){.media_type = biller_media_type(w->bank)};
	*a = (struct asking){.w = w, .cx = cx, .rq = &out->rq, .out = out, .now_us = now_us};
	biller_read(cx, w->bank, pairs, pairs ? count : 0, &out->rq);
	if (!pairs)
		out->rq.problem = BILLER_REQUEST;
	write_down(a, pairs, count);
	count_request(w, now_us);
	if (out->rq.problem == BILLER_OK && out->rq.command == BILLER_PAY)
		out->rq.problem = biller_check_day(w->bank, &out->rq, cx->clock->now(cx->clock));
	if (out->rq.problem != BILLER_OK) {
		not_readable(a);
		return;
	}
	a->c = out->rq.has_iin ? case_of(w, &out->rq.iin) : case_of_txn(w, out->rq.txn);
	if (a->c) {
		out->c = a->c->c;
		a->c->last_us = now_us;
	}
	serve(a);
}

void watch_delivered(const struct watch_reply *reply)
{
	if (reply->settles)
		reply->settles->settled = true;
}

/* ---- What it comes to ------------------------------------------------------------------------ */

static size_t count_settled(const struct watched *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->txn_count; i++)
		n += c->txns[i].settled || c->txns[i].cancelled;
	return n;
}

static bool is_seen(const struct watched *c)
{
	return c->pays > 0 || (c->c->check != BILLER_OK && c->checks > 0);
}

enum certify_verdict watch_verdict(const struct watched *c)
{
	if (!c->applies)
		return CERTIFY_NOT_APPLICABLE;
	if (!is_seen(c))
		return CERTIFY_NOT_SEEN;
	if (c->broken)
		return CERTIFY_FAILED;
	return count_settled(c) >= c->c->payments ? CERTIFY_PASSED : CERTIFY_NOT_SEEN;
}

bool watch_over(const struct watch *w, int64_t now_us)
{
	for (size_t i = 0; i < w->count; i++) {
		const struct watched *c = &w->cases[i];

		if (c->applies && (!is_seen(c) || now_us - c->last_us < w->wait_us))
			return false;
	}
	return true;
}

void watch_end(struct watch *w)
{
	for (size_t i = 0; i < w->count; i++) {
		struct watched *c = &w->cases[i];

		if (!c->applies || !is_seen(c) || count_settled(c) >= c->c->payments)
			continue;
		break_rule(c, c->txn_count && c->c->payments > 1 ? WATCH_SECOND : WATCH_AGAIN,
			c->txn_count ? c->txns[c->txn_count - 1].txn : "");
	}
}

static void put_rules(struct json *j, enum lang lang, const struct watched *c)
{
	json_put_key(j, "broken");
	json_open_array(j);
	for (int r = 0; r < WATCH_RULES; r++) {
		const char *code = watch_rule_code((enum watch_rule)r);

		if (!(c->broken & 1U << r))
			continue;
		json_open_object(j);
		json_put_key(j, "rule");
		json_put_code(j, code);
		json_put_key(j, "text");
		json_put_str(j, say_code(lang, "certify.rule", code));
		json_put_key(j, "request");
		json_put_z(j, c->examples[r]);
		json_close_object(j);
	}
	json_close_array(j);
}

static void put_case(struct json *j, enum lang lang, const struct watched *c)
{
	json_open_object(j);
	json_put_key(j, "case");
	json_put_z(j, c->c->name);
	json_put_key(j, "verdict");
	json_put_code(j, certify_verdict_code(watch_verdict(c)));
	json_put_key(j, "title");
	json_put_str(j, say_plain(lang, c->c->title));
	json_put_key(j, "reference");
	json_put_z(j, c->c->source);
	if (!c->c->no_account) {
		json_put_key(j, "account");
		json_put_str(j, iin_digits(&c->account));
		json_put_key(j, "checks");
		json_put_u64(j, c->checks);
	}
	json_put_key(j, c->c->no_account ? "requests" : "payments");
	json_put_u64(j, c->pays);
	put_rules(j, lang, c);
	json_close_object(j);
}

void watch_put_json(struct buf *b, enum lang lang, const struct watch *w)
{
	struct json j = json_start(b);
	uint64_t by_verdict[CERTIFY_NOT_SEEN + 1] = {0};

	for (size_t i = 0; i < w->count; i++)
		by_verdict[watch_verdict(&w->cases[i])]++;
	json_open_object(&j);
	json_put_key(&j, "bank");
	json_put_z(&j, w->bank->bank);
	json_put_key(&j, "confirmed");
	json_put_bool(&j, w->bank->confirmed);
	for (int v = 0; v <= CERTIFY_NOT_SEEN; v++) {
		json_put_key(&j, certify_verdict_code((enum certify_verdict)v));
		json_put_u64(&j, by_verdict[v]);
	}
	json_put_key(&j, "cases");
	json_open_array(&j);
	for (size_t i = 0; i < w->count; i++)
		put_case(&j, lang, &w->cases[i]);
	json_close_array(&j);
	json_close_object(&j);
}
