/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Halyk ePay, "QR by API": access for one operation, then the code, which lives for 20 minutes. The
 * first is public; of the second the public page names neither the address nor the fields, so that
 * NAMES is what a contract may change. docs/formats/qr_banks.md has the sources.
 */
#include "gateway/qr_bank.h"

#include "base/check.h"
#include "formats/json_pick.h"
#include "formats/json_write.h"

enum {
	STEP_ACCESS,
	STEP_CODE,
	STEPS,
	BODY_MAX = 3000,
	ACCESS_MAX = 4000,
	LIFE_SECONDS = 1200,
	ORDER_DIGITS = 15,
};

/*
 * 6 … 15 digits of which the last six differ from order to order too: a 1 in front of the running
 * number.
 */
static struct str order_of(struct ctx *cx, const struct qr_wish *w)
{
	struct buf b = buf_new(cx->arena, ORDER_DIGITS);

	buf_char(&b, '1');
	buf_pad(&b, (uint64_t)w->order % 100000000000000, ORDER_DIGITS - 1);
	return buf_view(&b);
}

static void put_escaped(struct buf *b, struct str s)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			memchr("-._~", c, 4)) {
			buf_char(b, (char)c);
			continue;
		}
		buf_char(b, '%');
		buf_char(b, hex[c >> 4]);
		buf_char(b, hex[c & 15]);
	}
}

static void put_access_body(
	struct ctx *cx, struct buf *b, const struct qr_bank *bank, const struct qr_wish *w)
{
	struct buf sum = buf_new(cx->arena, 32);

	buf_i64(&sum, money_to_tiyn(w->sum) / 100);
	const struct peer_header fields[] = {
		{STR_LIT("grant_type"), STR_LIT("client_credentials")},
		{STR_LIT("scope"), STR_LIT("payment")},
		{STR_LIT("client_id"), bank->settings.user},
		{STR_LIT("client_secret"), bank->settings.secret},
		{STR_LIT("invoiceID"), order_of(cx, w)},
		{STR_LIT("amount"), buf_view(&sum)},
		{STR_LIT("currency"), STR_LIT("KZT")},
		{STR_LIT("terminal"), bank->settings.place},
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		buf_z(b, i ? "&" : "");
		buf_str(b, fields[i].name);
		buf_char(b, '=');
		put_escaped(b, fields[i].value);
	}
}

/* Names of the request for a code and of its answer. */
#define NAMES_INVOICE "invoiceId"
#define NAMES_ACCOUNT "accountId"
#define NAMES_AMOUNT "amount"
#define NAMES_TEXT "qrCode"
#define NAMES_ENDS "expireDate"

static void put_code_body(struct ctx *cx, struct buf *b, const struct qr_wish *w)
{
	struct buf no = buf_new(cx->arena, INVOICE_NO_CHARS);
	struct json j = json_start(b);

	invoice_no_put(&no, w->no);
	json_open_object(&j);
	json_put_key(&j, NAMES_INVOICE);
	json_put_str(&j, order_of(cx, w));
	json_put_key(&j, NAMES_ACCOUNT);
	json_put_str(&j, buf_view(&no));
	json_put_key(&j, NAMES_AMOUNT);
	json_put_i64(&j, money_to_tiyn(w->sum) / 100);
	json_close_object(&j);
}

static ST ask(
	struct ctx *cx, const struct qr_bank *bank, struct qr_wish *w, struct peer_request *out)
{
	struct peer_header *headers = arena_array(cx->arena, 2, sizeof(*headers));
	struct buf b = buf_new(cx->arena, BODY_MAX), key = buf_new(cx->arena, ACCESS_MAX + 8);

	headers[0].name = STR_LIT("Content-Type");
	if (w->step == STEP_ACCESS) {
		headers[0].value = STR_LIT("application/x-www-form-urlencoded");
		put_access_body(cx, &b, bank, w);
		out->url = bank->settings.token_url;
	} else {
		headers[0].value = STR_LIT("application/json");
		put_code_body(cx, &b, w);
		buf_z(&key, "Bearer ");
		buf_str(&key, w->access);
		headers[1] = (struct peer_header){STR_LIT("Authorization"), buf_view(&key)};
		out->url = bank->settings.url;
	}
	if (b.over)
		return fail(cx, PEER_ADDRESS, "%s", "body");
	out->header_count = w->step == STEP_ACCESS ? 1 : 2;
	out->headers = headers;
	out->body = buf_view(&b);
	return OK;
}

static ST take_access(struct ctx *cx, struct qr_wish *w, struct str body)
{
	struct answer {
		struct str access;
	} a;
	static const struct json_pick pick = {
		"access_token", offsetof(struct answer, access), ACCESS_MAX};

	if (json_pick(cx, body, &pick, 1, &a) != OK || a.access.n == 0)
		return fail(cx, QR_ANSWER, "%s", "access_token");
	w->access = a.access;
	w->step = STEP_CODE;
	return OK;
}

static ST take(struct ctx *cx, struct qr_bank *bank, struct qr_wish *w, struct str body)
{
	struct answer {
		struct str text, ends;
	} a;
	static const struct json_pick picks[] = {
		{NAMES_TEXT, offsetof(struct answer, text), QR_BANK_TEXT_MAX},
		{NAMES_ENDS, offsetof(struct answer, ends), QR_BANK_WORD_MAX},
	};

	if (w->step == STEP_ACCESS)
		return take_access(cx, w, body);
	if (json_pick(cx, body, picks, sizeof(picks) / sizeof(picks[0]), &a) != OK)
		return fail(cx, QR_ANSWER, "%s", "body");
	w->issued = (struct qr_issued){
		.text = a.text, .link = qr_bank_link(a.text), .ref = order_of(cx, w)};
	TRY(qr_bank_check(cx, bank, a.ends, &w->issued));
	w->step = STEPS;
	return OK;
}

const struct qr_bank_kind qr_bank_halyk = {"halyk", STEPS, LIFE_SECONDS, ask, take, NULL, NULL};
