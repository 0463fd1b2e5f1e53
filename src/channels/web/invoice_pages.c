/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An invoice as everybody sees it who knows its number: months, sum, QR code, and what became of
 * it. Neither a name nor a status.
 */
#include "channels/web/web.h"

#include "base/check.h"
#include "channels/http/form.h"
#include "channels/http/later.h"
#include "channels/http/site.h"
#include "channels/http/stream.h"
#include "channels/http/throttle.h"
#include "channels/web/page.h"
#include "formats/biller.h"
#include "limits.h"
#include "pages.h"

enum {
	ORIGIN_MAX = 300,
	BANKS_BYTES = 1024,
	MINUTE = 60,
	SECONDS_TOLD = 600, /* shorter times are told to the second */
	HOUR = 3600,
	DAY_SECONDS = 86400,
	WAIT_SECONDS = 2,  /* between two looks whether the bank has issued its code, */
	LOOK_SECONDS = 15, /* and whether it says that somebody paid by it */
};

/* ---- Finding it ------------------------------------------------------------------------------ */

/*
 * The invoice of the address. Numbers that nobody has are counted against who asks for them, so
 * that they cannot be tried one after the other.
 */
static ST find(struct request *rq, struct invoice_look *out)
{
	struct ctx *cx = rq->call->cx;
	struct invoice_no no;
	enum st st;

	TRY(throttle_invoice(cx, rq->site, &rq->peer));
	st = invoice_no_read(request_param(rq, "invoice"), &no)
		     ? invoice_look(rq->call, no, out)
		     : fail(cx, NOT_FOUND, "%s", "invoice");
	if (st == E_ABSENT)
		TRY(throttle_invoice_count(cx, rq->site, &rq->peer));
	return st;
}

static struct str number_of(struct ctx *cx, struct invoice_no no)
{
	struct buf b = buf_new(cx->arena, INVOICE_NO_CHARS);

	invoice_no_put(&b, no);
	return buf_view(&b);
}

struct reply *page_to_invoice(struct request *rq, struct invoice_no no, const char *below)
{
	struct buf b = buf_new(rq->call->cx->arena, 64);

	buf_fmt(&b, "/%s/pay/", lang_code(rq->call->cx->lang));
	invoice_no_put(&b, no);
	buf_z(&b, below);
	return reply_redirect(rq, buf_view(&b));
}

static struct view_page frame(
	struct request *rq, struct str number, enum msg title, const char *below)
{
	struct ctx *cx = rq->call->cx;
	struct buf rest = buf_new(cx->arena, 64);
	struct view_page page;

	buf_z(&rest, "pay/");
	buf_str(&rest, number);
	buf_z(&rest, below);
	page = page_of(rq, say_plain(cx->lang, title), TAB_NONE, buf_view(&rest));
	page.personal = true;
	return page;
}

/* ---- The QR code ----------------------------------------------------------------------------- */

static bool is_host_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
}

/*
 * Where our pages are: as the operator says, else as the browser asked for them. What a browser
 * says of the host comes back to itself alone: the page is never kept.
 */
static struct str origin_of(struct request *rq)
{
	struct str host = request_header(rq, "host");
	struct buf b = buf_new(rq->call->cx->arena, ORIGIN_MAX);

	if (rq->site->settings.public_url.n)
		return rq->site->settings.public_url;
	for (size_t i = 0; i < host.n; i++)
		if (!is_host_char(host.p[i]))
			return (struct str){0};
	if (host.n == 0)
		return (struct str){0};
	buf_z(&b, rq->tls ? "https://" : "http://");
	buf_str(&b, host);
	return b.over ? (struct str){0} : buf_view(&b);
}

static struct str asked_rail(struct request *rq)
{
	return str_starts(rq->query, "rail=") ? (struct str){rq->query.p + 5, rq->query.n - 5}
					      : (struct str){0};
}

/* The rails that work, and which one is shown: the one asked for, else the first. */
static bool choose_rail(struct request *rq, const struct qr_settings *settings,
	struct view_invoice *v, enum qr_rail_kind *out)
{
	enum qr_rail_kind asked;
	struct money sum = v->look->invoice.total;
	bool has_asked =
		qr_rail_find(asked_rail(rq), &asked) && qr_rail_works(asked, settings, sum);

	v->rail_asked = has_asked;
	v->rails = arena_array(rq->call->cx->arena, QR_RAILS, sizeof(*v->rails));
	for (int i = 0; i < QR_RAILS; i++) {
		const struct qr_rail *r = &qr_rails[i];

		if (!qr_rail_works((enum qr_rail_kind)i, settings, sum))
			continue;
		if (has_asked ? (int)asked == i : v->rail_count == 0)
			*out = (enum qr_rail_kind)i;
		v->rails[v->rail_count++] = (struct view_rail){r->code,
			say_code(rq->call->cx->lang, "pay.rail", r->code), false, r->lane != NULL};
	}
	for (size_t i = 0; i < v->rail_count; i++)
		v->rails[i].chosen = strcmp(v->rails[i].code, qr_rails[*out].code) == 0;
	return v->rail_count > 0;
}

static void put_part(struct buf *b, enum lang lang, enum msg unit, int64_t n)
{
	const struct arg arg = arg_count("n", n);

	if (b->n)
		buf_char(b, ' ');
	say(b, lang, unit, &arg, 1);
}

static int64_t seconds_to(const struct ctx *cx, struct instant until)
{
	return (until.us - cx->clock->now(cx->clock).us) / 1000000;
}

/* "2 days 5 h", "3 h 20 min", "7 min 5 s": two units are enough to plan by. */
static struct str left_of(struct ctx *cx, struct instant until)
{
	int64_t s = seconds_to(cx, until);
	struct buf b = buf_new(cx->arena, 128);

	if (s >= DAY_SECONDS)
		put_part(&b, cx->lang, MSG_pay_days, s / DAY_SECONDS);
	if (s >= HOUR)
		put_part(&b, cx->lang, MSG_pay_hours, s % DAY_SECONDS / HOUR);
	if (s < DAY_SECONDS && s >= MINUTE)
		put_part(&b, cx->lang, MSG_pay_minutes, s % HOUR / MINUTE);
	if (s < SECONDS_TOLD)
		put_part(&b, cx->lang, MSG_pay_seconds, s % MINUTE);
	return buf_view(&b);
}

static struct str none_of(struct ctx *cx, enum msg unit)
{
	struct buf b = buf_new(cx->arena, 64);

	put_part(&b, cx->lang, unit, 0);
	return buf_view(&b);
}

static struct view_countdown countdown_of(struct ctx *cx, struct instant until)
{
	return (struct view_countdown){
		.left = left_of(cx, until),
		.seconds_left = seconds_to(cx, until),
		.mark = STR_LIT("{t}"),
		.days = none_of(cx, MSG_pay_days),
		.hours = none_of(cx, MSG_pay_hours),
		.minutes = none_of(cx, MSG_pay_minutes),
		.seconds = none_of(cx, MSG_pay_seconds),
	};
}

/* The banks with one way through their apps stand together. */
static void fill_paths(struct ctx *cx, struct view_invoice *v)
{
	size_t count;
	const struct biller_profile *banks = biller_profiles(&count);
	const char **codes = arena_array(cx->arena, count, sizeof(*codes));
	struct buf *names = arena_array(cx->arena, count, sizeof(*names));

	v->paths = arena_array(cx->arena, count, sizeof(*v->paths));
	for (size_t i = 0; i < count; i++) {
		size_t k = 0;

		if (!banks[i].path)
			continue;
		while (k < v->path_count && strcmp(codes[k], banks[i].path) != 0)
			k++;
		if (k == v->path_count) {
			codes[v->path_count++] = banks[i].path;
			names[k] = buf_new(cx->arena, BANKS_BYTES);
			v->paths[k].path = say_code(cx->lang, "bank.path", banks[i].path);
		} else {
			buf_z(&names[k], ", ");
		}
		buf_str(&names[k], say_code(cx->lang, "bank", banks[i].bank));
		v->paths[k].banks = buf_view(&names[k]);
	}
}

/* Both kinds of browsers that say so: by the hint of their maker, and by their name. */
static bool is_phone(const struct request *rq)
{
	struct str hint = request_header(rq, "sec-ch-ua-mobile");
	struct str name = request_header(rq, "user-agent");

	if (hint.n)
		return str_is(hint, "?1");
	return name.n && memmem(name.p, name.n, "Mobi", 4);
}

static struct str short_path(struct ctx *cx, struct str number)
{
	struct buf b = buf_new(cx->arena, 3 + INVOICE_NO_CHARS);

	buf_z(&b, "/p/");
	buf_str(&b, number);
	return buf_view(&b);
}

/* Waits for the bank, or shows what it has issued, until that ends. */
static ST draw_issued(struct request *rq, enum qr_rail_kind rail, struct view_invoice *v)
{
	struct ctx *cx = rq->call->cx;
	struct view_code *code = ARENA_NEW(cx->arena, struct view_code);
	struct bank_qr got;

	TRY(bank_qr_look(rq->call, v->look->invoice.no, rail, &got));
	*code = (struct view_code){
		.rail = qr_rails[rail].code, .state = got.state, .rests = got.rests};
	v->code = code;
	v->code_get = say_plain(cx->lang, MSG_p_new);
	v->has_qr = got.state == BANK_QR_READY;
	if (got.state == BANK_QR_WAITING)
		v->again_seconds = WAIT_SECONDS;
	if (got.state == BANK_QR_TAKEN)
		v->again_seconds = LOOK_SECONDS;
	if (!v->has_qr)
		return OK;
	code->link = got.code.link;
	code->countdown = countdown_of(cx, got.code.expires_at);
	v->again_seconds = code->countdown.seconds_left + 1;
	/* Whoever comes back from the bank's app sees what the bank says of it. */
	if (v->again_seconds > LOOK_SECONDS && qr_rails[rail].watch)
		v->again_seconds = LOOK_SECONDS;
	return qr_draw(cx, got.code.text, &v->qr);
}

static ST draw(struct request *rq, struct view_invoice *v)
{
	const struct site_settings *site = &rq->site->settings;
	struct qr_settings settings = {origin_of(rq), site->emv_scheme, site->kaspi, site->halyk};
	enum qr_rail_kind rail = QR_LINK;
	struct str text;

	if (settings.origin.n)
		TRY(invoice_qr(rq->call, QR_LINK, &settings, &v->look->invoice, &v->link));
	v->app = str_starts(v->link, "https://") ? v->link : short_path(rq->call->cx, v->number);
	v->has_qr = choose_rail(rq, &settings, v, &rail);
	v->no_banks = !site->kaspi && !site->halyk;
	if (!v->has_qr)
		return OK;
	if (qr_rails[rail].lane)
		return draw_issued(rq, rail, v);
	TRY(invoice_qr(rq->call, rail, &settings, &v->look->invoice, &text));
	return qr_draw(rq->call->cx, text, &v->qr);
}

/* ---- The page -------------------------------------------------------------------------------- */

static enum msg problem_of(enum invoice_state state)
{
	switch (state) {
	case INVOICE_EXPIRED:
		return MSG_pay_old;
	case INVOICE_OPEN:
	case INVOICE_PAID:
	case INVOICE_CHANGED:
		break;
	}
	return MSG_pay_changed;
}

/* Scripts ask for the head alone and load the page again when this is another one. */
static struct reply *with_state(struct reply *r, const struct invoice_look *look)
{
	reply_set_header(r, "Payment-State", str_of(invoice_state_code(look->state)));
	return r;
}

/* By a header: with and without scripts. */
static struct reply *loaded_again(struct request *rq, struct reply *r, int64_t seconds)
{
	struct buf b = buf_new(rq->call->cx->arena, 24);

	buf_i64(&b, seconds);
	if (seconds)
		reply_set_header(r, "Refresh", buf_view(&b));
	return r;
}

struct reply *web_invoice(struct request *rq)
{
	struct ctx *cx = rq->call->cx;
	struct invoice_look *look = ARENA_NEW(cx->arena, struct invoice_look);
	struct buf b = page_buf(cx);
	struct view_invoice v = {.look = look};
	enum st st = find(rq, look);

	if (st != OK)
		return reply_error(rq, st);
	if (look->state == INVOICE_PAID)
		return with_state(page_to_invoice(rq, look->invoice.no, "/done"), look);
	v.number = number_of(cx, look->invoice.no);
	v.page = frame(rq, v.number, MSG_p_h1, "");
	v.page.live = look->state == INVOICE_OPEN;
	v.state = invoice_state_code(look->state);
	v.problem = problem_of(look->state);
	v.countdown = countdown_of(cx, look->invoice.expires_at);
	v.phone = is_phone(rq);
	fill_paths(cx, &v);
	if (look->state == INVOICE_OPEN)
		st = draw(rq, &v);
	if (st != OK)
		return reply_error(rq, st);
	page_invoice(&b, cx->lang, &v);
	return with_state(loaded_again(rq, reply_page(rq, 200, buf_view(&b), REPLY_PERSONAL),
				  v.again_seconds),
		look);
}

struct reply *web_invoice_short(struct request *rq)
{
	struct invoice_no no;

	/* Whether it exists its own page says; a number that can be none is not passed on. */
	if (!invoice_no_read(request_param(rq, "invoice"), &no))
		return reply_fail(rq, NOT_FOUND);
	return page_to_invoice(rq, no, "");
}

/* Whoever looks at the page is told when it is another one. */
struct reply *web_invoice_events(struct request *rq)
{
	struct invoice_look *look = ARENA_NEW(rq->call->cx->arena, struct invoice_look);
	enum st st = find(rq, look);

	if (st != OK)
		return reply_error(rq, st);
	if (look->state != INVOICE_OPEN)
		return reply_stream_end(rq, invoice_state_code(look->state));
	return reply_stream(rq, &(struct stream_wish){.key = look->invoice.no.n,
					.seen = (int64_t)look->seen,
					.state = invoice_state_code(INVOICE_OPEN),
					.until = look->invoice.expires_at,
					.after = invoice_state_code(INVOICE_EXPIRED)});
}

/* ---- A new one ------------------------------------------------------------------------------- */

struct job {
	struct later later;
	struct invoice_no old, made;
	unsigned hours;
};

static ST run_job(struct call *call, struct arena *keep, void *arg)
{
	struct job *job = arg;

	(void)keep;
	return invoice_renew(call, job->old, job->hours, &job->made);
}

/* Where nothing is left to pay the old page says so. */
static struct reply *answer_job(struct request *rq, struct later *later)
{
	struct job *job = later->unit.arg;

	if (later->unit.st == OK)
		return page_to_invoice(rq, job->made, "");
	if (rq->call->cx->err.code != ERR_VALUE_MISSING)
		return reply_error(rq, later->unit.st);
	err_clear(rq->call->cx);
	return page_to_invoice(rq, job->old, "");
}

struct reply *web_invoice_again(struct request *rq)
{
	struct invoice_look *look = ARENA_NEW(rq->call->cx->arena, struct invoice_look);
	struct job *job;
	enum st st = find(rq, look);

	if (st != OK)
		return reply_error(rq, st);
	if (look->state == INVOICE_OPEN || (look->state == INVOICE_PAID && look->months_paid))
		return page_to_invoice(rq, look->invoice.no, "");
	st = throttle_invoice_count(rq->call->cx, rq->site, &rq->peer);
	if (st != OK)
		return reply_error(rq, st);
	job = ARENA_NEW(rq->keep, struct job);
	job->old = look->invoice.no;
	job->hours = rq->site->settings.invoice_hours;
	job->later = (struct later){{.run = run_job, .arg = job}, answer_job};
	return reply_later(rq, &job->later);
}

/* ---- A code of a bank ------------------------------------------------------------------------ */

struct code_form {
	struct str rail;
};
static const struct form_field code_fields[] = {
	FORM_FREE(struct code_form, rail, "rail", FORM_TEXT, 16),
};
static const struct form_table code_form = {code_fields, 1};

struct code_job {
	struct later later;
	struct invoice_no no;
	enum qr_rail_kind rail;
};

static ST run_code_job(struct call *call, struct arena *keep, void *arg)
{
	struct code_job *job = arg;
	bool is_new;

	(void)keep;
	return bank_qr_ask(call, job->no, job->rail, &is_new);
}

static struct reply *page_of_rail(struct request *rq, struct invoice_no no, enum qr_rail_kind rail)
{
	struct buf b = buf_new(rq->call->cx->arena, 32);

	buf_fmt(&b, "?rail=%s", qr_rails[rail].code);
	return page_to_invoice(rq, no, str_z(rq->call->cx->arena, buf_view(&b)));
}

static struct reply *answer_code_job(struct request *rq, struct later *later)
{
	struct code_job *job = later->unit.arg;

	return later->unit.st == OK ? page_of_rail(rq, job->no, job->rail)
				    : reply_error(rq, later->unit.st);
}

/* The rail of the form: one that a bank issues codes for, and that works for this sum. */
static ST read_rail(struct request *rq, struct money sum, enum qr_rail_kind *out)
{
	const struct qr_settings settings = {
		.kaspi = rq->site->settings.kaspi, .halyk = rq->site->settings.halyk};
	struct code_form form = {0};

	TRY(form_read_body(rq, &code_form, &form, NULL));
	if (!qr_rail_find(form.rail, out) || !qr_rails[*out].lane ||
		!qr_rail_works(*out, &settings, sum))
		return fail_in(rq->call->cx, 0, "rail", VALUE_UNKNOWN, "%s", "");
	return OK;
}

struct reply *web_invoice_code(struct request *rq)
{
	struct invoice_look *look = ARENA_NEW(rq->call->cx->arena, struct invoice_look);
	struct code_job *job = ARENA_NEW(rq->keep, struct code_job);
	enum st st = find(rq, look);

	if (st == OK && look->state != INVOICE_OPEN)
		return page_to_invoice(rq, look->invoice.no, "");
	if (st == OK)
		st = read_rail(rq, look->invoice.total, &job->rail);
	if (st != OK)
		return reply_error(rq, st);
	job->no = look->invoice.no;
	job->later = (struct later){{.run = run_code_job, .arg = job}, answer_code_job};
	return reply_later(rq, &job->later);
}

/* ---- The receipt ----------------------------------------------------------------------------- */

/* The bank's own moment, civil time of Astana: 20260110120133. */
static struct instant bank_moment(const struct bank_txn *t)
{
	int64_t s = t->time % 1000000;
	struct instant at = day_start(t->day);

	at.us += (s / 10000 * HOUR + s / 100 % 100 * MINUTE + s % 100) * 1000000;
	return at;
}

/* A bank that left the table meanwhile has no name any more. */
static const char *bank_code(struct ctx *cx, const struct bank_txn *t)
{
	return biller_profile_find(t->bank) ? str_z(cx->arena, t->bank) : "other";
}

static enum view_way way_of(const struct invoice_look *look)
{
	if (look->months_paid)
		return VIEW_ARRIVED;
	return money_is_zero(look->payment.advance) ? VIEW_UNSEEN : VIEW_PART;
}

struct reply *web_receipt(struct request *rq)
{
	struct ctx *cx = rq->call->cx;
	struct invoice_look *look = ARENA_NEW(cx->arena, struct invoice_look);
	struct buf b = page_buf(cx);
	struct view_receipt v = {.look = look};
	const struct law_requisites *payee;
	enum st st = find(rq, look);

	if (st != OK)
		return reply_error(rq, st);
	if (look->state != INVOICE_PAID)
		return page_to_invoice(rq, look->invoice.no, "");
	v.number = number_of(cx, look->invoice.no);
	v.page = frame(rq, v.number, MSG_p_receipt, "/done");
	v.bank = say_code(cx->lang, "bank", bank_code(cx, &look->payment));
	payee = lawbook_requisites(rq->call->book, "state_corporation", look->payment.day);
	if (payee)
		v.payee_bin = payee->bin;
	v.way = way_of(look);
	v.steps[0] = (struct view_step){MSG_pay_step_bank, true, bank_moment(&look->payment)};
	v.steps[1] = (struct view_step){MSG_pay_step_fund, true, look->payment.at};
	v.steps[2] = (struct view_step){
		look->months_paid ? MSG_pay_step_status : MSG_pay_step_status_not,
		look->months_paid, look->payment.at};
	v.has_kept = !money_is_zero(look->payment.advance);
	page_receipt(&b, cx->lang, &v);
	return with_state(reply_page(rq, 200, buf_view(&b), REPLY_PERSONAL), look);
}
