/* SPDX-License-Identifier: Apache-2.0 */
#include "service/law_parameters.h"

#include "base/check.h"
#include "formats/json_write.h"

static const char *base_name(enum law_base base)
{
	switch (base) {
	case LAW_BASE_NONE:
		return "none";
	case LAW_BASE_INCOME:
		return "income";
	case LAW_BASE_UNIT:
		return "fixed";
	case LAW_BASE_SHARE:
		return "share";
	}
	must(!"a base without a name");
	return "";
}

static void put_percent(struct json *j, const char *key, struct rate rate)
{
	char text[16];
	struct buf b = {.p = text, .cap = sizeof(text), .max = sizeof(text)};

	rate_put_percent(&b, rate, '.');
	json_put_key(j, key);
	json_put_str(j, buf_view(&b));
}

static void put_optional(struct json *j, const char *key, bool has, struct money sum)
{
	json_put_key(j, key);
	if (has)
		json_put_money(j, sum);
	else
		json_put_null(j);
}

static void put_rate(struct json *j, const struct law_rate *r)
{
	json_open_object(j);
	json_put_key(j, "knp");
	json_put_i64(j, knp_number(r->knp));
	json_put_key(j, "base");
	json_put_z(j, base_name(r->base));
	put_percent(j, "rate", r->rate);
	put_percent(j, "share", r->share);
	put_optional(j, "cap", r->has_cap, r->cap);
	put_optional(j, "floor", r->has_floor, r->floor);
	json_put_key(j, "from");
	json_put_month(j, r->from);
	json_put_key(j, "to");
	json_put_month(j, r->to);
	json_put_key(j, "article");
	json_put_str(j, r->cite.article);
	json_close_object(j);
}

/* A rate that the book does not have for the month is left out; a month without any is an error. */
static ST put_payer(struct call *call, struct json *j, enum payer_kind kind, struct month month)
{
	struct ctx *cx = call->cx;
	bool opened = false;

	for (unsigned k = 0; k < KNP_COUNT; k++) {
		const struct law_rate *r = NULL;
		enum st st = lawbook_rate(cx, call->book, kind, (enum knp)k, month, false, &r);

		if (st != OK && st != E_INPUT)
			return st;
		err_clear(cx);
		if (st != OK || !r)
			continue;
		if (!opened) {
			json_open_object(j);
			json_put_key(j, "kind");
			json_put_z(j, payer_code(kind));
			json_put_key(j, "rates");
			json_open_array(j);
			opened = true;
		}
		put_rate(j, r);
	}
	if (opened) {
		json_close_array(j);
		json_close_object(j);
	}
	return OK;
}

ST law_parameters_put_json(struct call *call, struct month month, struct buf *out)
{
	static const char *const units[UNIT_COUNT] = {
		[UNIT_MZP] = "mzp", [UNIT_MRP] = "mrp", [UNIT_AVERAGE_WAGE] = "average_wage"};
	struct ctx *cx = call->cx;
	struct money known;
	struct law_cite any;
	struct json j = json_start(out);
	struct sha256 digest = lawbook_digest(call->book);
	struct buf hex = buf_new(cx->arena, 2 * sizeof(digest));

	/* The minimum wage stands in the book for every month that it knows. */
	TRY(lawbook_unit(cx, call->book, UNIT_MZP, month_first(month), &known, &any));
	digest_hex(&hex, digest.bytes, sizeof(digest.bytes));
	json_open_object(&j);
	json_put_key(&j, "law_digest");
	json_put_str(&j, buf_view(&hex));
	json_put_key(&j, "month");
	json_put_month(&j, month);
	json_put_key(&j, "units");
	json_open_object(&j);
	for (unsigned u = 0; u < UNIT_COUNT; u++) {
		struct law_cite cite;
		struct money value;

		if (lawbook_unit(cx, call->book, (enum law_unit)u, month_first(month), &value,
			    &cite) == OK) {
			json_put_key(&j, units[u]);
			json_put_money(&j, value);
		}
		/* A unit that is not known for the month is left out. */
		err_clear(cx);
	}
	json_close_object(&j);
	json_put_key(&j, "payers");
	json_open_array(&j);
	for (unsigned k = 0; k < PAYER_COUNT; k++)
		TRY(put_payer(call, &j, (enum payer_kind)k, month));
	json_close_array(&j);
	json_close_object(&j);
	must(json_finished(&j));
	return OK;
}
