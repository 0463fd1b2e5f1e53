/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kaspi Pay: `device/register` gives a token to our device, `qr/create` a code. The envelope is
 * {"StatusCode":0,"Message":"…","Data":{…}}; a code is 0 when all is well. docs/formats/qr_banks.md
 * has the sources.
 */
#include "gateway/qr_bank.h"

#include "base/check.h"
#include "formats/json_pick.h"
#include "formats/json_write.h"

enum { STEP_DEVICE, STEP_CODE, STEPS, BODY_MAX = 2000, LIFE_SECONDS = 180 };

/* The code of a screen, and the same as a link for a phone. */
#define SCREEN "https://qr.kaspi.kz/"
#define PHONE "https://pay.kaspi.kz/pay/"

static void put_number(struct json *j, const char *name, struct str text)
{
	uint64_t n;

	json_put_key(j, name);
	if (str_to_u64(text, INT64_MAX, &n))
		json_put_u64(j, n);
	else
		json_put_str(j, text);
}

static void put_owner(struct json *j, const struct qr_bank *bank)
{
	if (bank->settings.owner.n == 0)
		return;
	json_put_key(j, "OrganizationBin");
	json_put_str(j, bank->settings.owner);
}

static void put_device_body(struct json *j, const struct qr_bank *bank)
{
	json_put_key(j, "DeviceId");
	json_put_str(j, bank->settings.user);
	put_number(j, "TradePointId", bank->settings.place);
	put_owner(j, bank);
}

static void put_code_body(struct json *j, const struct qr_bank *bank, const struct qr_wish *w)
{
	struct buf no = buf_new(j->b->arena, INVOICE_NO_CHARS);

	invoice_no_put(&no, w->no);
	json_put_key(j, "DeviceToken");
	json_put_z(j, bank->device);
	json_put_key(j, "Amount");
	json_put_i64(j, money_to_tiyn(w->sum) / 100);
	json_put_key(j, "ExternalId");
	json_put_str(j, buf_view(&no));
	put_owner(j, bank);
}

static ST ask(
	struct ctx *cx, const struct qr_bank *bank, struct qr_wish *w, struct peer_request *out)
{
	struct peer_header *headers = arena_array(cx->arena, 2, sizeof(*headers));
	struct buf b = buf_new(cx->arena, BODY_MAX);
	struct json j = json_start(&b);

	if (w->step == STEP_DEVICE && bank->device[0])
		w->step = STEP_CODE;
	json_open_object(&j);
	if (w->step == STEP_DEVICE)
		put_device_body(&j, bank);
	else
		put_code_body(&j, bank, w);
	json_close_object(&j);
	if (b.over)
		return fail(cx, PEER_ADDRESS, "%s", "body");
	out->url = qr_bank_url(
		cx, bank->settings.url, w->step == STEP_DEVICE ? "/device/register" : "/qr/create");
	out->body = buf_view(&b);
	out->headers = headers;
	headers[out->header_count++] =
		(struct peer_header){STR_LIT("Content-Type"), STR_LIT("application/json")};
	if (bank->settings.secret.n)
		headers[out->header_count++] =
			(struct peer_header){STR_LIT("Api-Key"), bank->settings.secret};
	return OK;
}

struct answer {
	struct str status, device, token, ends, payment;
};

static struct str phone_link(struct ctx *cx, struct str text)
{
	size_t n = sizeof(SCREEN) - 1;
	struct buf b = buf_new(cx->arena, QR_BANK_TEXT_MAX + sizeof(PHONE));

	if (!str_starts(text, SCREEN))
		return qr_bank_link(text);
	buf_z(&b, PHONE);
	buf_put(&b, text.p + n, text.n - n);
	return buf_view(&b);
}

static ST take_device(struct ctx *cx, struct qr_bank *bank, struct qr_wish *w, struct answer *a)
{
	if (a->device.n == 0)
		return fail(cx, QR_ANSWER, "%s", "DeviceToken");
	memcpy(bank->device, a->device.p, a->device.n);
	bank->device[a->device.n] = '\0';
	w->step = STEP_CODE;
	return OK;
}

static ST take(struct ctx *cx, struct qr_bank *bank, struct qr_wish *w, struct str body)
{
	static const struct json_pick picks[] = {
		{"StatusCode", offsetof(struct answer, status), 20},
		{"Data.DeviceToken", offsetof(struct answer, device), QR_BANK_WORD_MAX},
		{"Data.QrToken", offsetof(struct answer, token), QR_BANK_TEXT_MAX},
		{"Data.ExpireDate", offsetof(struct answer, ends), QR_BANK_WORD_MAX},
		{"Data.QrPaymentId", offsetof(struct answer, payment), QR_BANK_WORD_MAX},
	};
	struct answer a;

	if (json_pick(cx, body, picks, sizeof(picks) / sizeof(picks[0]), &a) != OK ||
		a.status.n == 0)
		return fail(cx, QR_ANSWER, "%s", "envelope");
	if (!str_is(a.status, "0")) {
		/* It may be our device that the bank does not know any more. */
		bank->device[0] = '\0';
		return w->step == STEP_DEVICE
			       ? fail(cx, QR_ANSWER, "StatusCode %.*s", STR(a.status))
			       : fail(cx, QR_REFUSED, "StatusCode %.*s", STR(a.status));
	}
	if (w->step == STEP_DEVICE)
		return take_device(cx, bank, w, &a);
	w->issued = (struct qr_issued){
		.text = a.token, .link = phone_link(cx, a.token), .ref = a.payment};
	TRY(qr_bank_check(cx, bank, a.ends, &w->issued));
	w->step = STEPS;
	return OK;
}

static ST ask_state(struct ctx *cx, const struct qr_bank *bank, const struct qr_glance *glance,
	struct peer_request *out)
{
	struct peer_header *key = ARENA_NEW(cx->arena, struct peer_header);
	struct buf path = buf_new(cx->arena, 64);
	uint64_t number;

	if (!str_to_u64(glance->ref, INT64_MAX, &number))
		return fail(cx, QR_ANSWER, "%s", "QrPaymentId");
	buf_z(&path, "/payment/status/");
	buf_u64(&path, number);
	out->url = qr_bank_url(cx, bank->settings.url, str_z(cx->arena, buf_view(&path)));
	*key = (struct peer_header){STR_LIT("Api-Key"), bank->settings.secret};
	out->headers = key;
	out->header_count = bank->settings.secret.n > 0;
	return OK;
}

static ST take_state(struct ctx *cx, struct str body, struct qr_glance *out)
{
	struct said {
		struct str code, status;
	} said;
	static const struct json_pick picks[] = {
		{"StatusCode", offsetof(struct said, code), 20},
		{"Data.Status", offsetof(struct said, status), QR_BANK_WORD_MAX},
	};

	if (json_pick(cx, body, picks, sizeof(picks) / sizeof(picks[0]), &said) != OK ||
		said.code.n == 0)
		return fail(cx, QR_ANSWER, "%s", "envelope");
	if (!str_is(said.code, "0"))
		return fail(cx, QR_REFUSED, "StatusCode %.*s", STR(said.code));
	/* Before: QrTokenCreated, Wait, RemotePaymentCreated. */
	out->taken = str_is(said.status, "Processed");
	out->dead = str_is(said.status, "Error");
	return OK;
}

const struct qr_bank_kind qr_bank_kaspi = {
	"kaspi", STEPS, LIFE_SECONDS, ask, take, ask_state, take_state};
