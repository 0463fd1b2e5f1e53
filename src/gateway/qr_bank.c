/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/qr_bank.h"

#include "base/check.h"
#include "base/url.h"
#include "domain/day.h"
#include "limits.h"

enum { LIFE_SECONDS_MAX = 86400 };

struct str qr_bank_link(struct str text)
{
	return url_is_sealed(text) ? text : (struct str){0};
}

struct str qr_bank_url(struct ctx *cx, struct str url, const char *path)
{
	struct buf b = buf_new(cx->arena, url.n + strlen(path));

	buf_str(&b, url);
	buf_z(&b, path);
	return buf_view(&b);
}

/* ---- What came --------------------------------------------------------------------------------
 */

static bool is_visible(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return s.n > 0;
}

static bool begins_with_one(struct str text, struct str list)
{
	while (list.p) {
		struct str one = str_cut(&list, ' ');

		if (one.n && text.n > one.n && memcmp(text.p, one.p, one.n) == 0)
			return true;
	}
	return false;
}

/* A moment without its zone is one of Astana. */
static bool read_moment(struct ctx *cx, struct str text, struct instant *out)
{
	struct buf b = buf_new(cx->arena, QR_BANK_WORD_MAX + 8);
	struct err_slot before = cx->err;
	bool good;

	if (text.n < 19)
		return false;
	buf_str(&b, text);
	if (text.p[text.n - 1] != 'Z' && !memchr(text.p + 19, '+', text.n - 19) &&
		!memchr(text.p + 19, '-', text.n - 19))
		buf_z(&b, "+05:00");
	good = instant_parse(cx, buf_view(&b), out) == OK;
	cx->err = before;
	return good;
}

ST qr_bank_check(struct ctx *cx, const struct qr_bank *bank, struct str ends, struct qr_issued *io)
{
	struct instant now = cx->clock->now(cx->clock);

	if (!is_visible(io->text) || !begins_with_one(io->text, bank->settings.links))
		return fail(cx, QR_ANSWER, "%s", "text of the code");
	/* Clocks differ: a fresh code that has ended, or never ends, lives as long as all do. */
	if (!read_moment(cx, ends, &io->expires_at) || io->expires_at.us <= now.us ||
		io->expires_at.us > now.us + LIFE_SECONDS_MAX * 1000000LL)
		io->expires_at.us = now.us + bank->kind->life_seconds * 1000000LL;
	return OK;
}

/* ---- The conversations ------------------------------------------------------------------------
 */

static void settle(struct ctx *cx, struct qr_wish *w, enum st st)
{
	w->st = st;
	w->err = cx->err;
	err_clear(cx);
}

/* Of what was asked, not of who asks or of the bank itself. */
static bool is_refusal(int status)
{
	return status == 400 || status == 409 || status == 422;
}

static ST good_answer(struct ctx *cx, const struct peer_answer *a)
{
	if (a->st != OK) {
		cx->err = a->err;
		return a->st;
	}
	if (a->status < 200 || a->status > 299)
		return fail(cx, PEER_STATUS, "%d", a->status);
	return OK;
}

static ST take_answer(
	struct ctx *cx, struct qr_bank *bank, struct qr_wish *w, const struct peer_answer *a)
{
	if (a->st == OK && is_refusal(a->status) && w->step == bank->kind->steps - 1)
		return fail(cx, QR_REFUSED, "%d", a->status);
	TRY(good_answer(cx, a));
	return bank->kind->take(cx, bank, w, a->body);
}

static bool is_open(const struct qr_bank *bank, const struct qr_wish *w)
{
	return w->st == OK && w->step < bank->kind->steps;
}

/* One request of each that goes on; false when none does. */
static bool run_step(struct ctx *cx, struct qr_bank *bank, struct qr_wish *wishes, size_t count)
{
	struct peer_request requests[LIMIT_PEER_CALLS];
	struct peer_answer answers[LIMIT_PEER_CALLS];
	struct qr_wish *whose[LIMIT_PEER_CALLS];
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		struct qr_wish *w = &wishes[i];

		if (!is_open(bank, w))
			continue;
		requests[n] = (struct peer_request){.method = "POST"};
		settle(cx, w, bank->kind->ask(cx, bank, w, &requests[n]));
		if (w->st == OK)
			whose[n++] = w;
	}
	if (n == 0)
		return false;
	peer_call_all(cx, bank->peer, requests, n, answers);
	for (size_t i = 0; i < n; i++)
		settle(cx, whose[i], take_answer(cx, bank, whose[i], &answers[i]));
	return true;
}

static void run_all(struct ctx *cx, struct qr_bank *bank, struct qr_wish *wishes, size_t count)
{
	while (run_step(cx, bank, wishes, count))
		;
	/* What it refuses it has understood: the bank itself is well. */
	bank->proven = bank->proven && count == 0;
	for (size_t i = 0; i < count; i++)
		bank->proven =
			bank->proven || wishes[i].st == OK || wishes[i].err.code == ERR_QR_REFUSED;
}

void qr_bank_issue(struct ctx *cx, struct qr_bank *bank, struct qr_wish *wishes, size_t count)
{
	size_t from = 0;

	must(count <= LIMIT_PEER_CALLS);
	for (size_t i = 0; i < count; i++) {
		wishes[i].st = OK;
		wishes[i].step = 0;
	}
	for (; from < count && !bank->proven; from++) {
		run_all(cx, bank, wishes + from, 1);
		if (bank->proven)
			continue;
		/* The others hear what the first heard; nobody was asked about them. */
		for (size_t i = from + 1; i < count; i++) {
			wishes[i].st = wishes[from].st;
			wishes[i].err = wishes[from].err;
		}
		return;
	}
	run_all(cx, bank, wishes + from, count - from);
}

/* ---- How it goes with codes -------------------------------------------------------------------
 */

void qr_bank_watch(struct ctx *cx, struct qr_bank *bank, struct qr_glance *glances, size_t count)
{
	struct peer_request requests[LIMIT_PEER_CALLS];
	struct peer_answer answers[LIMIT_PEER_CALLS];
	struct qr_glance *whose[LIMIT_PEER_CALLS];
	size_t n = 0;

	must(count <= LIMIT_PEER_CALLS && bank->kind->ask_state);
	for (size_t i = 0; i < count; i++) {
		struct qr_glance *g = &glances[i];

		requests[n] = (struct peer_request){.method = "GET"};
		g->taken = g->dead = false;
		g->st = bank->kind->ask_state(cx, bank, g, &requests[n]);
		if (g->st == OK)
			whose[n++] = g;
	}
	if (n == 0)
		return;
	peer_call_all(cx, bank->peer, requests, n, answers);
	for (size_t i = 0; i < n; i++) {
		whose[i]->st = good_answer(cx, &answers[i]);
		if (whose[i]->st == OK)
			whose[i]->st = bank->kind->take_state(cx, answers[i].body, whose[i]);
	}
	err_clear(cx);
}
