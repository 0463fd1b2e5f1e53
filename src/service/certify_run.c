/* SPDX-License-Identifier: Apache-2.0 */
#include "service/certify.h"

#include "base/check.h"
#include "base/digest.h"
#include "service/certify_cases.h"

enum {
	PAIRS_MAX = BILLER_PARAMS + 2,
	TXNS_MAX = 4, /* that one case pays under */
	TXN_BASE_DIGITS =
		17, /* so that the shortest limit of a profile has room for a zero before */
	DIGITS_MAX = 256,
	URL_BYTES = 4096,
	SHOWN_BYTES = 1000, /* of an answer, in the report */
	LONG_DIGITS = 201,
	OLD_DAYS = 40,
	SENT_BYTES = 6000,
};

/* A payment that a case has tried to make. */
struct tried {
	struct str txn, account;
	bool taken, given_back;
};

/* One case while it runs. */
struct running {
	struct ctx *cx;
	const struct certify_plan *plan;
	const struct certify_case *c;
	struct str base; /* of its transactions: TXN_BASE_DIGITS digits */
	struct str account, second;
	struct instant now;
	struct str kept[BILLER_COMMANDS]; /* the first answer that took, and that gave back */
	struct str receipt;
	struct tried tried[TXNS_MAX];
	size_t tried_count;
	struct certify_result *result;
};

/* ---- What is sent ---------------------------------------------------------------------------- */

static struct str money_text(struct ctx *cx, struct money m)
{
	struct buf b = buf_new(cx->arena, 32);

	money_put_plain(&b, m);
	return buf_view(&b);
}

static struct money sum_and(struct money a, int64_t tiyn)
{
	struct money sum;

	must(money_add(a, money_tiyn(tiyn), &sum));
	return sum;
}

/* "20260110120133" of a moment in Astana. */
static struct str moment_text(struct ctx *cx, struct instant at)
{
	struct day day = day_in_astana(at);
	uint64_t s = (uint64_t)((at.us - day_start(day).us) / 1000000);
	struct buf b = buf_new(cx->arena, 16);

	buf_i64(&b, day_number(day));
	buf_pad(&b, s / 3600, 2);
	buf_pad(&b, s / 60 % 60, 2);
	buf_pad(&b, s % 60, 2);
	return buf_view(&b);
}

static struct instant days_later(struct instant at, int64_t days)
{
	return (struct instant){at.us + days * 86400 * 1000000};
}

static struct str joined(struct ctx *cx, const char *before, struct str s, const char *after)
{
	struct buf b = buf_new(cx->arena, s.n + 400);

	buf_z(&b, before);
	buf_str(&b, s);
	buf_z(&b, after);
	return buf_view(&b);
}

static struct str digits_before(struct ctx *cx, struct str s, size_t length)
{
	struct buf b = buf_new(cx->arena, DIGITS_MAX);

	for (size_t n = s.n; n < length; n++)
		buf_char(&b, '1');
	buf_str(&b, s);
	return buf_view(&b);
}

static struct str wrong_digit(struct ctx *cx, struct str iin)
{
	char *p = arena_copy(cx->arena, iin.p, iin.n);

	p[iin.n - 1] = (char)('0' + (p[iin.n - 1] - '0' + 1) % 10);
	return (struct str){p, iin.n};
}

static struct str usual_value(const struct running *r, const struct certify_step *s,
	enum biller_param param, struct money sum)
{
	switch (param) {
	case BILLER_P_COMMAND:
		return str_of(biller_command_code(s->command));
	case BILLER_P_TXN:
		return r->base;
	case BILLER_P_ACCOUNT:
		return r->account;
	case BILLER_P_SUM:
		return s->command == BILLER_PAY ? money_text(r->cx, sum) : (struct str){0};
	case BILLER_P_DATE:
		return s->command == BILLER_PAY ? moment_text(r->cx, r->now) : (struct str){0};
	case BILLER_P_CURRENCY:
	case BILLER_PARAMS:
		break;
	}
	return (struct str){0};
}

static struct str next_txn(const struct running *r)
{
	char *p = arena_copy(r->cx->arena, r->base.p, r->base.n);

	p[r->base.n - 1] = '1'; /* that of a base is 0 */
	return (struct str){p, r->base.n};
}

/* A wrong number is made of one that is nobody's: a report may show it nearly whole. */
static struct str number_of_nobody(struct ctx *cx)
{
	struct iin iin;

	certify_iin(0, &iin);
	return str_copy(cx->arena, iin_digits(&iin));
}

/* The value of a parameter that a step changes. */
static struct str changed_value(
	const struct running *r, const struct certify_change *change, struct str usual)
{
	const struct biller_profile *p = r->plan->bank;
	struct ctx *cx = r->cx;
	struct str nobody = number_of_nobody(cx);

	switch (change->value) {
	case CERTIFY_USUAL:
	case CERTIFY_TWICE:
		return usual;
	case CERTIFY_MISSING:
		return (struct str){0};
	case CERTIFY_TEXT:
		return str_of(change->text);
	case CERTIFY_SECOND:
		return r->second;
	case CERTIFY_UNKNOWN:
		return r->plan->unknown;
	case CERTIFY_DIGIT:
		return wrong_digit(cx, nobody);
	case CERTIFY_SHORT:
		return (struct str){nobody.p, nobody.n - 1};
	case CERTIFY_SPACES:
		return joined(cx, " ", usual, " ");
	case CERTIFY_LONG:
		return digits_before(cx, nobody, LONG_DIGITS);
	case CERTIFY_SUM_OTHER:
		return money_text(cx, sum_and(r->plan->sum, 100));
	case CERTIFY_SUM_SMALL:
		return money_text(cx, money_tiyn(p->sum_min_tiyn - 1));
	case CERTIFY_SUM_LARGE:
		return money_text(cx, money_tiyn(p->sum_max_tiyn + 1));
	case CERTIFY_SUM_WHOLE:
		return str_cut(&usual, '.');
	case CERTIFY_TXN_NEXT:
		return next_txn(r);
	case CERTIFY_TXN_ZERO:
		return joined(cx, "0", usual, "");
	case CERTIFY_TXN_18:
		return digits_before(cx, usual, 18);
	case CERTIFY_TXN_19:
		return digits_before(cx, usual, 19);
	case CERTIFY_TXN_LONG:
		return digits_before(cx, usual, p->txn_digits + 1);
	case CERTIFY_TOMORROW:
		return moment_text(cx, days_later(r->now, 1));
	case CERTIFY_YESTERDAY:
		return moment_text(
			cx, (struct instant){day_start(day_in_astana(r->now)).us - 1000000});
	case CERTIFY_40_DAYS:
		return moment_text(cx, days_later(r->now, -OLD_DAYS));
	}
	must(!"a value of a case");
}

/* What one step sends, before it becomes bytes. */
struct wanted {
	struct biller_pair pairs[PAIRS_MAX];
	size_t count;
	struct str txn, account;
	struct money sum;
};

static void want(
	const struct running *r, const struct certify_step *s, struct money sum, struct wanted *w)
{
	const struct biller_profile *p = r->plan->bank;

	*w = (struct wanted){.sum = sum};
	for (int i = 0; i < BILLER_PARAMS; i++) {
		bool changed = s->change.value != CERTIFY_USUAL && (int)s->change.param == i;
		struct str value = usual_value(r, s, (enum biller_param)i, sum);
		struct biller_pair pair = {.name = str_of(p->params[i])};

		if (changed)
			value = changed_value(r, &s->change, value);
		pair.value = value;
		if (value.p)
			w->pairs[w->count++] = pair;
		if (value.p && changed && s->change.value == CERTIFY_TWICE)
			w->pairs[w->count++] = pair;
		if (i == BILLER_P_TXN)
			w->txn = value;
		if (i == BILLER_P_ACCOUNT)
			w->account = value;
	}
	if (s->wire == CERTIFY_MORE)
		w->pairs[w->count++] =
			(struct biller_pair){STR_LIT("trm_id"), STR_LIT("certify-bank")};
}

static struct str address(const struct running *r, struct str query)
{
	struct buf b = buf_new(r->cx->arena, URL_BYTES);

	buf_str(&b, r->plan->url);
	buf_z(&b, "/biller/");
	buf_z(&b, r->plan->bank->bank);
	if (query.n)
		buf_char(&b, '?');
	buf_str(&b, query);
	return buf_view(&b);
}

static struct certify_request request_of(
	const struct running *r, const struct certify_step *s, const struct wanted *w)
{
	static const char xml[] = "<?xml version=\"1.0\"?>\n<request/>\n";
	struct buf query = buf_new(r->cx->arena, URL_BYTES);
	struct certify_request rq = {.lang = LANG_KK, .hang_up = s->wire == CERTIFY_HANG_UP};

	biller_put_pairs(&query, w->pairs, w->count);
	/* In an address it would be no HTTP: it goes into the body. */
	if (s->wire == CERTIFY_PERCENT)
		buf_z(&query, "&x=%zz");
	if (s->wire == CERTIFY_IN_ENGLISH)
		rq.lang = LANG_EN;
	rq.post = s->wire == CERTIFY_POST || s->wire == CERTIFY_JSON_BODY ||
		  s->wire == CERTIFY_XML_BODY || s->wire == CERTIFY_PERCENT ||
		  !(r->plan->bank->methods & BILLER_BY_GET);
	if (rq.post) {
		rq.content_type = "application/x-www-form-urlencoded";
		rq.body = buf_view(&query);
	}
	if (s->wire == CERTIFY_JSON_BODY) {
		rq.content_type = "application/json";
		rq.body = STR_LIT("{\"command\":\"check\"}");
	} else if (s->wire == CERTIFY_XML_BODY) {
		rq.content_type = "application/xml";
		rq.body = str_of(xml);
	}
	rq.url = address(r, rq.post ? (struct str){0} : buf_view(&query));
	return rq;
}

/* ---- What came ------------------------------------------------------------------------------- */

struct heard {
	const struct certify_answer *answer;
	struct biller_heard said;
	bool readable;
};

static struct heard hear(const struct running *r, const struct certify_answer *a)
{
	struct heard h = {.answer = a};

	h.readable = a->came && biller_heard_read(r->cx, r->plan->bank, a->body, &h.said) == OK;
	err_clear(r->cx);
	return h;
}

/* An answer to what could not be read as a request cannot know whose it is. */
static bool says_whose(enum biller_outcome due)
{
	return due != BILLER_REQUEST && due != BILLER_TXN_FORMAT;
}

static bool names_account(const struct running *r, struct str body)
{
	return memmem(body.p, body.n, r->account.p, r->account.n) != NULL;
}

/* "text/xml; charset=utf-8" and "text/xml" are the same type. */
static struct str bare_type(struct str s)
{
	return str_trim(str_cut(&s, ';'));
}

static enum certify_problem look_closer(
	const struct running *r, const struct certify_step *s, const struct heard *h)
{
	const struct certify_answer *a = h->answer;
	struct str type = str_of(biller_media_type(r->plan->bank));
	struct str kept = r->kept[s->command == BILLER_CANCEL ? BILLER_CANCEL : BILLER_PAY];

	if ((s->look & CERTIFY_SAME_BYTES) && kept.p && !str_eq(kept, a->body))
		return CERTIFY_OTHER_BYTES;
	if ((s->look & CERTIFY_OTHER_RECEIPT) && str_eq(r->receipt, h->said.receipt))
		return CERTIFY_SAME_RECEIPT;
	if ((s->look & CERTIFY_LOOK_TYPE) && !str_eq(bare_type(a->media_type), bare_type(type)))
		return CERTIFY_MEDIA_TYPE;
	if ((s->look & CERTIFY_LOOK_CACHE) &&
		!(a->cache.n && memmem(a->cache.p, a->cache.n, "no-store", 8)))
		return CERTIFY_CACHED;
	if ((s->look & CERTIFY_LOOK_MASK) && names_account(r, a->body))
		return CERTIFY_NAMES_ACCOUNT;
	return a->us > r->plan->within_ms * 1000 ? CERTIFY_LATE : CERTIFY_FINE;
}

static enum certify_problem judge(const struct running *r, const struct certify_step *s,
	const struct wanted *w, const struct heard *h, enum biller_outcome due)
{
	const struct biller_profile *p = r->plan->bank;
	bool took = due == BILLER_OK && s->command != BILLER_CHECK;

	if (!h->answer->came)
		return CERTIFY_NO_ANSWER;
	if (h->answer->http != biller_http(p, due))
		return CERTIFY_HTTP;
	if (!h->readable)
		return CERTIFY_UNREADABLE;
	if (h->said.result != p->codes[due])
		return CERTIFY_OTHER_RESULT;
	if (says_whose(due) && !str_eq(h->said.txn, w->txn))
		return CERTIFY_OTHER_TXN;
	if (took && !h->said.receipt.n)
		return CERTIFY_NO_RECEIPT;
	if (took && (!h->said.has_sum || money_cmp(h->said.sum, w->sum) != 0))
		return CERTIFY_OTHER_SUM;
	return look_closer(r, s, h);
}

/* ---- The report of an exchange --------------------------------------------------------------- */

struct str certify_mask(struct ctx *cx, struct str text)
{
	struct buf b = buf_new(cx->arena, text.n * 3 + 1);
	size_t i = 0;

	while (i < text.n) {
		/* What stands behind a percent sign is part of no number. */
		size_t n = text.p[i] == '%' ? 3 : 0;
		struct iin iin;

		if (n && i + n <= text.n) {
			buf_put(&b, text.p + i, n);
			i += n;
			continue;
		}
		n = 0;
		while (i + n < text.n && text.p[i + n] >= '0' && text.p[i + n] <= '9')
			n++;
		if (n == IIN_DIGITS) {
			memcpy(iin.d, text.p + i, IIN_DIGITS);
			/* The payee is an organisation: its number is no secret. */
			if (iin_kind(&iin) == IIN_PERSON)
				iin_mask(&b, &iin);
			else
				buf_put(&b, text.p + i, n);
		} else {
			n = n ? n : 1;
			buf_put(&b, text.p + i, n);
		}
		i += n;
	}
	return buf_view(&b);
}

static bool stands_at(struct str text, size_t i, struct str number)
{
	return number.n == IIN_DIGITS && text.n - i >= number.n &&
	       memcmp(text.p + i, number.p, number.n) == 0;
}

static bool is_given_at(const struct certify_plan *plan, struct str text, size_t i)
{
	for (size_t k = 0; k < plan->account_count; k++)
		if (stands_at(text, i, plan->accounts[k]))
			return true;
	return stands_at(text, i, plan->unknown);
}

/* The numbers that we were given, also inside of longer ones; then whatever looks like one. */
static struct str hide(const struct running *r, struct str text)
{
	struct buf b = buf_new(r->cx->arena, text.n * 3 + 1);
	struct iin iin;
	size_t i = 0;

	while (i < text.n) {
		if (!is_given_at(r->plan, text, i)) {
			buf_char(&b, text.p[i++]);
			continue;
		}
		memcpy(iin.d, text.p + i, IIN_DIGITS);
		iin_mask(&b, &iin);
		i += IIN_DIGITS;
	}
	return certify_mask(r->cx, buf_view(&b));
}

static struct str shown(const struct running *r, struct str body)
{
	size_t n = body.n < SHOWN_BYTES ? body.n : SHOWN_BYTES;
	char *line;

	/* Not in the middle of a character. */
	while (n && n < body.n && ((unsigned char)body.p[n] & 0xC0) == 0x80)
		n--;
	line = arena_copy(r->cx->arena, body.p, n);
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)line[i] < ' ')
			line[i] = ' ';
	return hide(r, str_trim((struct str){line, n}));
}

static struct certify_exchange *note(struct running *r, const struct certify_request *rq,
	const struct certify_step *s, const struct heard *h)
{
	struct certify_result *result = r->result;
	struct certify_exchange *x = &result->exchanges[result->count++];
	struct buf b = buf_new(r->cx->arena, SENT_BYTES);
	struct str path = rq->url;

	path.p += r->plan->url.n;
	path.n -= r->plan->url.n;
	buf_z(&b, rq->post ? "POST " : "GET ");
	buf_str(&b, path);
	if (rq->post) {
		buf_fmt(&b, " (%s) ", rq->content_type);
		buf_str(&b, rq->body);
	}
	*x = (struct certify_exchange){.sent = hide(r, buf_view(&b)),
		.body = shown(r, h->answer->body),
		.came = h->answer->came,
		.http = h->answer->http,
		.has_result = h->readable,
		.result = h->said.result,
		.due = s->due,
		.due_http = biller_http(r->plan->bank, s->due),
		.due_result = r->plan->bank->codes[s->due],
		.unread = rq->hang_up,
		.us = h->answer->us,
		.trouble = rq->hang_up ? STR_LIT("hung up") : h->answer->trouble};
	return x;
}

/* ---- One step -------------------------------------------------------------------------------- */

static struct tried *tried_of(struct running *r, struct str txn)
{
	for (size_t i = 0; i < r->tried_count; i++)
		if (str_eq(r->tried[i].txn, txn))
			return &r->tried[i];
	return NULL;
}

static void remember_try(struct running *r, const struct wanted *w)
{
	bool number = w->txn.n > 0;

	for (size_t i = 0; i < w->txn.n; i++)
		number = number && w->txn.p[i] >= '0' && w->txn.p[i] <= '9';
	if (!number || tried_of(r, w->txn))
		return;
	must(r->tried_count < TXNS_MAX);
	r->tried[r->tried_count++] = (struct tried){.txn = w->txn, .account = w->account};
}

/* The first answer that took it is the one that must come again. */
static void keep(struct running *r, const struct certify_step *s, const struct wanted *w,
	const struct heard *h)
{
	struct tried *t = tried_of(r, w->txn);

	if (!h->readable || h->said.result != r->plan->bank->codes[BILLER_OK])
		return;
	if (t && s->command == BILLER_PAY) {
		t->taken = true;
		t->account = w->account;
	}
	if (t && s->command == BILLER_CANCEL)
		t->given_back = true;
	if (r->kept[s->command].p)
		return;
	r->kept[s->command] = h->answer->body;
	if (s->command == BILLER_PAY)
		r->receipt = h->said.receipt;
}

/* One of them is taken, whichever; the other one is refused as the step says. */
static void judge_two_sums(struct running *r, const struct certify_step *s,
	const struct wanted w[2], struct heard h[2])
{
	struct certify_exchange *x = &r->result->exchanges[r->result->count - 2];
	bool first = h[0].readable && h[0].said.result == r->plan->bank->codes[BILLER_OK];

	for (int i = 0; i < 2; i++) {
		bool taken = first == (i == 0);

		x[i].either = true;
		x[i].problem = judge(r, s, &w[i], &h[i], taken ? BILLER_OK : s->due);
		if (x[i].problem == CERTIFY_OTHER_RESULT)
			x[i].problem = CERTIFY_NOT_ONE;
	}
}

static void judge_all(struct running *r, const struct certify_step *s, const struct wanted *w,
	struct heard *h, size_t n)
{
	struct certify_exchange *x = &r->result->exchanges[r->result->count - n];

	for (size_t i = 0; i < n; i++) {
		keep(r, s, &w[i], &h[i]);
		if (!x[i].unread)
			x[i].problem = judge(r, s, &w[i], &h[i], s->due);
	}
}

static ST run_step(struct running *r, const struct certify_step *s)
{
	bool two_sums = s->wire == CERTIFY_TWO_SUMS;
	size_t n = s->wire == CERTIFY_SAME_TWICE || two_sums ? 2 : 1;
	struct certify_request rq[CERTIFY_AT_ONCE];
	struct certify_answer answers[CERTIFY_AT_ONCE] = {{0}};
	struct wanted *w = arena_array(r->cx->arena, CERTIFY_AT_ONCE, sizeof(*w));
	struct heard h[CERTIFY_AT_ONCE];

	for (size_t i = 0; i < n; i++) {
		want(r, s, two_sums && i ? sum_and(r->plan->sum, 100) : r->plan->sum, &w[i]);
		rq[i] = request_of(r, s, &w[i]);
		if (s->command == BILLER_PAY)
			remember_try(r, &w[i]);
	}
	TRY(r->plan->send(r->plan->arg, r->cx, rq, n, answers));
	for (size_t i = 0; i < n; i++) {
		h[i] = hear(r, &answers[i]);
		note(r, &rq[i], s, &h[i]);
	}
	if (two_sums) {
		for (size_t i = 0; i < n; i++)
			keep(r, s, &w[i], &h[i]);
		judge_two_sums(r, s, w, h);
	} else {
		judge_all(r, s, w, h, n);
	}
	return OK;
}

/* ---- One case -------------------------------------------------------------------------------- */

/* Takes back what the case has paid, or may have. */
static ST give_back(struct running *r, struct tried *t)
{
	const struct certify_step cancel = {.wire = CERTIFY_PLAIN, .command = BILLER_CANCEL};
	struct certify_answer answer = {.came = false};
	struct certify_request rq;
	struct wanted w;
	struct heard h;

	if (t->given_back || !(r->plan->bank->commands & 1U << BILLER_CANCEL))
		return OK;
	r->base = t->txn;
	r->account = t->account;
	want(r, &cancel, r->plan->sum, &w);
	rq = request_of(r, &cancel, &w);
	TRY(r->plan->send(r->plan->arg, r->cx, &rq, 1, &answer));
	h = hear(r, &answer);
	t->given_back = h.readable && h.said.result == r->plan->bank->codes[BILLER_OK];
	return OK;
}

static void count_tried(const struct tried *t, struct certify_report *out)
{
	out->paid += t->taken || t->given_back;
	out->cancelled += t->given_back;
	if (t->taken && !t->given_back)
		out->left[out->left_count++] = t->txn;
}

static void conclude(struct running *r, struct certify_report *out)
{
	struct certify_result *result = r->result;

	result->verdict = CERTIFY_PASSED;
	for (size_t i = 0; i < result->count; i++) {
		const struct certify_exchange *x = &result->exchanges[i];

		if (!x->unread && x->us > out->slowest_us)
			out->slowest_us = x->us;
		if (x->problem != CERTIFY_FINE && result->verdict == CERTIFY_PASSED) {
			result->verdict = CERTIFY_FAILED;
			result->problem = x->problem;
		}
	}
}

static ST run_case(struct running *r, struct certify_report *out)
{
	for (int i = 0; i < CERTIFY_STEPS_MAX && r->c->steps[i].wire != CERTIFY_END; i++)
		TRY(run_step(r, &r->c->steps[i]));
	conclude(r, out);
	for (size_t i = 0; i < r->tried_count; i++) {
		TRY(give_back(r, &r->tried[i]));
		count_tried(&r->tried[i], out);
	}
	return OK;
}

/* ---- All ------------------------------------------------------------------------------------- */

/* 13 digits that no other run has, the number of the case, and a 0. */
static struct str base_of(struct ctx *cx, uint64_t run, size_t number)
{
	struct buf b = buf_new(cx->arena, TXN_BASE_DIGITS + 1);

	buf_pad(&b, run, 13);
	buf_pad(&b, number, 3);
	buf_char(&b, '0');
	must(b.n == TXN_BASE_DIGITS);
	return buf_view(&b);
}

static uint64_t run_number(void)
{
	uint64_t n;

	rng_bytes(&n, sizeof(n));
	return 1000000000000 + n % 9000000000000;
}

static ST run_one(struct ctx *cx, const struct certify_plan *plan, const struct certify_case *c,
	struct str base, struct certify_report *out)
{
	struct certify_result *result = &out->results[out->count++];
	struct running *r = ARENA_NEW(cx->arena, struct running);
	size_t who = out->count % plan->account_count;

	*result = (struct certify_result){.c = c, .verdict = CERTIFY_NOT_APPLICABLE};
	*r = (struct running){.cx = cx,
		.plan = plan,
		.c = c,
		.base = base,
		.account = plan->accounts[who],
		.second = plan->account_count > 1 ? plan->accounts[(who + 1) % plan->account_count]
						  : plan->unknown,
		.now = cx->clock->now(cx->clock),
		.result = result};
	if (certify_case_applies(c, plan))
		TRY(run_case(r, out));
	out->by_verdict[result->verdict]++;
	if (plan->told)
		plan->told(plan->arg, result);
	return OK;
}

ST certify_run(struct ctx *cx, const struct certify_plan *given, struct certify_report *out)
{
	struct certify_plan *plan = ARENA_NEW(cx->arena, struct certify_plan);
	size_t count;
	const struct certify_case *cases = certify_cases(&count);
	uint64_t run = run_number();

	*plan = *given;
	while (plan->url.n && plan->url.p[plan->url.n - 1] == '/')
		plan->url.n--;
	must(plan->account_count > 0 && plan->account_count <= CERTIFY_ACCOUNTS_MAX);
	*out = (struct certify_report){.sum = plan->sum,
		.results = arena_array(cx->arena, count, sizeof(*out->results)),
		.left = arena_array(cx->arena, count * TXNS_MAX, sizeof(*out->left))};
	for (size_t i = 0; i < count; i++)
		if (!plan->only.n || str_is(plan->only, cases[i].name))
			TRY(run_one(cx, plan, &cases[i], base_of(cx, run, i), out));
	return out->count ? OK
			  : fail_in(cx, 0, "--only", VALUE_UNKNOWN, "%.*s",
				    STR(str_harmless(plan->only)));
}
