/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/qr_rail.h"

#include "formats/emvqr.h"

static bool link_works(const struct qr_settings *settings)
{
	return settings->origin.n > 0;
}

/* Our own page of the invoice, which every camera opens. */
static ST link_text(struct ctx *cx, const struct qr_settings *settings,
	const struct qr_order *order, struct str *out)
{
	struct buf b = buf_new(cx->arena, settings->origin.n + 3 + INVOICE_NO_CHARS);

	buf_str(&b, settings->origin);
	buf_z(&b, "/p/");
	invoice_no_put(&b, order->no);
	*out = buf_view(&b);
	return OK;
}

static bool emv_works(const struct qr_settings *settings)
{
	return settings->emv_scheme.n > 0;
}

/* The account is the invoice: a bank asks our channel about it as about the number of a person. */
static ST emv_text(struct ctx *cx, const struct qr_settings *settings, const struct qr_order *order,
	struct str *out)
{
	struct buf no = buf_new(cx->arena, INVOICE_NO_CHARS), knp = buf_new(cx->arena, 16);
	struct buf b = buf_new(cx->arena, EMVQR_BYTES_MAX);
	struct emvqr e = {.dynamic = true,
		.scheme = settings->emv_scheme,
		.payee = order->payee_bin,
		.category = STR_LIT("6300"), /* insurance */
		.has_amount = true,
		.amount = order->sum,
		.country = STR_LIT("KZ"),
		.name = STR_LIT("FSMS"),
		.city = STR_LIT("ASTANA"),
		.lang = STR_LIT("kk"),
		.lang_name = order->payee_name,
		.lang_city = order->payee_city};

	invoice_no_put(&no, order->no);
	e.account = e.bill = buf_view(&no);
	buf_i64(&knp, order->knp);
	e.reference = buf_view(&knp);
	TRY(emvqr_write(cx, &e, &b));
	/* A code that cannot be read again must not reach anybody. */
	TRY(emvqr_read(cx, buf_view(&b), &e));
	*out = buf_view(&b);
	return OK;
}

static bool kaspi_works(const struct qr_settings *settings)
{
	return settings->kaspi;
}

static bool halyk_works(const struct qr_settings *settings)
{
	return settings->halyk;
}

const struct qr_rail qr_rails[QR_RAILS] = {
	[QR_LINK] = {"link", link_works, link_text, NULL, NULL, false},
	[QR_EMV] = {"emv", emv_works, emv_text, NULL, NULL, false},
	[QR_KASPI] = {"kaspi", kaspi_works, NULL, "qr.kaspi", "seen.kaspi", true},
	[QR_HALYK] = {"halyk", halyk_works, NULL, "qr.halyk", NULL, true},
};

bool qr_rail_works(enum qr_rail_kind rail, const struct qr_settings *settings, struct money sum)
{
	return qr_rails[rail].works(settings) &&
	       !(qr_rails[rail].whole_tenge && money_to_tiyn(sum) % 100);
}

bool qr_rail_find(struct str code, enum qr_rail_kind *out)
{
	for (int i = 0; i < QR_RAILS; i++)
		if (str_is(code, qr_rails[i].code)) {
			*out = (enum qr_rail_kind)i;
			return true;
		}
	return false;
}
