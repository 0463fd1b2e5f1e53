/* SPDX-License-Identifier: Apache-2.0 */
#include "service/reconcile.h"

#include "formats/csv.h"
#include "formats/json_write.h"
#include "text/say.h"

static void put_side(struct json *j, const char *key, bool there, struct money sum, struct day day)
{
	json_put_key(j, key);
	if (!there) {
		json_put_null(j);
		return;
	}
	json_open_object(j);
	json_put_key(j, "sum");
	json_put_money(j, sum);
	json_put_key(j, "day");
	json_put_day(j, day);
	json_close_object(j);
}

static void put_item(struct json *j, enum lang lang, const struct reconcile_item *i)
{
	json_open_object(j);
	json_put_key(j, "kind");
	json_put_z(j, reconcile_kind_code(i->kind));
	json_put_key(j, "txn_id");
	json_put_str(j, i->txn);
	json_put_key(j, "line");
	json_put_u64(j, i->line);
	put_side(j, "bank", i->at_bank, i->bank_sum, i->bank_day);
	put_side(j, "ours", i->here, i->our_sum, i->our_day);
	if (i->kind == RECONCILE_REFUSED) {
		json_put_key(j, "reason");
		json_put_z(j, biller_outcome_code(i->outcome));
		json_put_key(j, "text");
		json_put_str(j, say_code(lang, "biller", biller_outcome_code(i->outcome)));
	}
	json_close_object(j);
}

void reconcile_put_json(struct buf *b, enum lang lang, const struct biller_profile *p,
	const struct reconcile_report *r)
{
	struct json j = json_start(b);

	json_open_object(&j);
	json_put_key(&j, "bank");
	json_put_z(&j, p->bank);
	json_put_key(&j, "agrees");
	json_put_bool(&j, reconcile_agrees(r));
	json_put_key(&j, "checked_only");
	json_put_bool(&j, r->check_only);
	json_put_key(&j, "from");
	json_put_day(&j, r->rows ? r->from : DAY_NEVER);
	json_put_key(&j, "to");
	json_put_day(&j, r->rows ? r->to : DAY_NEVER);
	json_put_key(&j, "rows");
	json_put_u64(&j, r->rows);
	json_put_key(&j, "void_rows");
	json_put_u64(&j, r->void_rows);
	json_put_key(&j, "sum");
	json_put_money(&j, r->register_sum);
	json_put_key(&j, "other_rows");
	json_put_u64(&j, r->other_rows);
	json_put_key(&j, "other_sum");
	json_put_money(&j, r->other_sum);
	for (int k = 0; k < RECONCILE_KINDS; k++) {
		json_put_key(&j, reconcile_kind_code((enum reconcile_kind)k));
		json_open_object(&j);
		json_put_key(&j, "count");
		json_put_u64(&j, r->count[k]);
		json_put_key(&j, "sum");
		json_put_money(&j, r->sum[k]);
		json_close_object(&j);
	}
	json_put_key(&j, "items");
	json_open_array(&j);
	for (size_t i = 0; i < r->item_count; i++)
		put_item(&j, lang, &r->items[i]);
	json_close_array(&j);
	json_put_key(&j, "items_left_out");
	json_put_u64(&j, r->items_left_out);
	json_close_object(&j);
}

/* ---- CSV ------------------------------------------------------------------------------------- */

static const char csv_head[] =
	"bank;kind;txn_id;line;bank_sum;bank_day;our_sum;our_day;reason;text\r\n";

static void put_cell(struct buf *b, struct str cell)
{
	csv_put_text(b, cell, ';');
	buf_char(b, ';');
}

static void put_csv_side(struct buf *b, bool there, struct money sum, struct day day)
{
	if (there)
		money_put_plain(b, sum);
	buf_char(b, ';');
	if (there)
		day_put(b, day);
	buf_char(b, ';');
}

void reconcile_put_csv(struct buf *b, enum lang lang, const struct biller_profile *p,
	const struct reconcile_report *r)
{
	buf_z(b, csv_head);
	for (size_t i = 0; i < r->item_count; i++) {
		const struct reconcile_item *item = &r->items[i];
		const char *kind = reconcile_kind_word(r, item->kind);
		bool refused = item->kind == RECONCILE_REFUSED;
		const char *reason = refused ? biller_outcome_code(item->outcome) : "";

		put_cell(b, str_of(p->bank));
		put_cell(b, str_of(kind));
		put_cell(b, item->txn);
		if (item->line)
			buf_u64(b, item->line);
		buf_char(b, ';');
		put_csv_side(b, item->at_bank, item->bank_sum, item->bank_day);
		put_csv_side(b, item->here, item->our_sum, item->our_day);
		put_cell(b, str_of(reason));
		csv_put_text(b,
			refused ? say_code(lang, "biller", reason)
				: say_code(lang, "reconcile", kind),
			';');
		buf_z(b, "\r\n");
	}
}
