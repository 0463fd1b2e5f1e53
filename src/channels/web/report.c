/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/web/report.h"

#include "base/check.h"
#include "base/digest.h"
#include "base/embed.h"
#include "channels/web/view.h"
#include "pages.h"

extern const struct embedded report_files[];
extern const size_t report_files_count;

/* As Content-Security-Policy writes a hash: base64, 32 bytes in 44 letters. */
static void put_base64(struct buf *b, const struct sha256 *d)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < sizeof(d->bytes); i += 3) {
		size_t n = sizeof(d->bytes) - i < 3 ? sizeof(d->bytes) - i : 3;
		uint32_t v = (uint32_t)d->bytes[i] << 16;

		v |= n > 1 ? (uint32_t)d->bytes[i + 1] << 8 : 0;
		v |= n > 2 ? (uint32_t)d->bytes[i + 2] : 0;
		for (size_t k = 0; k < 4; k++)
			buf_char(b, k <= n ? letters[v >> (18 - 6 * k) & 63] : '=');
	}
}

/* The style and the policy that allows it alone. */
static struct html style_of(struct ctx *cx)
{
	struct str css = report_files[0].text;
	struct buf b = buf_new(cx->arena, css.n + 512);
	struct sha256 digest = digest_sha256(css.p, css.n);

	must(report_files_count == 1);
	buf_z(&b, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		  "style-src 'sha256-");
	put_base64(&b, &digest);
	buf_z(&b, "'; base-uri 'none'; form-action 'none'\">\n<style>");
	buf_str(&b, css);
	buf_z(&b, "</style>");
	return (struct html){buf_view(&b)};
}

static struct str title_of(struct ctx *cx, const struct biller_profile *p)
{
	struct buf b = buf_new(cx->arena, 256);
	const struct arg args[] = {arg_str("bank", str_of(p->bank))};

	say(&b, cx->lang, MSG_rec_title, args, 1);
	return buf_view(&b);
}

static void fill_kinds(struct ctx *cx, const struct reconcile_report *r, struct view_reconcile *v)
{
	v->kinds = arena_array(cx->arena, RECONCILE_KINDS, sizeof(*v->kinds));
	for (int k = 0; k < RECONCILE_KINDS; k++)
		if (r->count[k] || k == RECONCILE_MATCHED)
			v->kinds[v->kind_count++] = (struct view_finding){
				say_code(cx->lang, "reconcile",
					reconcile_kind_word(r, (enum reconcile_kind)k)),
				(int64_t)r->count[k], r->sum[k]};
}

static void fill_items(struct ctx *cx, const struct reconcile_report *r, struct view_reconcile *v)
{
	v->item_count = r->item_count < REPORT_ITEMS ? r->item_count : REPORT_ITEMS;
	v->left_out = r->item_count - v->item_count + r->items_left_out;
	v->items = arena_array(cx->arena, v->item_count + 1, sizeof(*v->items));
	for (size_t i = 0; i < v->item_count; i++) {
		const struct reconcile_item *of = &r->items[i];

		v->items[i] = (struct view_difference){.of = of,
			.name = say_code(cx->lang, "reconcile", reconcile_kind_word(r, of->kind))};
		if (of->kind == RECONCILE_REFUSED)
			v->items[i].reason =
				say_code(cx->lang, "biller", biller_outcome_code(of->outcome));
	}
}

void report_put_reconcile(struct buf *b, struct ctx *cx, const struct biller_profile *p,
	const struct reconcile_report *r)
{
	struct view_reconcile v = {.report = {title_of(cx, p), style_of(cx)},
		.r = r,
		.agrees = reconcile_agrees(r),
		.made_at = cx->clock->now(cx->clock)};

	fill_kinds(cx, r, &v);
	fill_items(cx, r, &v);
	page_reconcile(b, cx->lang, &v);
}
