/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/biller.h"

#include "base/utf8.h"
#include "formats/json_write.h"

/* Text as XML may hold it; a control character cannot be said at all and becomes a space. */
static void put_xml(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '&')
			buf_z(b, "&amp;");
		else if (c == '<')
			buf_z(b, "&lt;");
		else if (c == '>')
			buf_z(b, "&gt;");
		else if (c == '"')
			buf_z(b, "&quot;");
		else
			buf_char(b, c < 0x20 || c == 0x7f ? ' ' : (char)c);
	}
}

static void put_element(struct buf *b, const char *name, struct str value)
{
	buf_char(b, '<');
	buf_z(b, name);
	buf_char(b, '>');
	put_xml(b, value);
	buf_z(b, "</");
	buf_z(b, name);
	buf_z(b, ">\n");
}

static struct str number_text(char room[32], int64_t v)
{
	struct buf b = {.p = room, .cap = 32, .max = 32};

	buf_i64(&b, v);
	return buf_view(&b);
}

static struct str sum_text(char room[32], struct money sum)
{
	struct buf b = {.p = room, .cap = 32, .max = 32};

	money_put_plain(&b, sum);
	return buf_view(&b);
}

static void put_fields_xml(struct buf *b, const struct biller_answer *a)
{
	if (a->field_count == 0)
		return;
	buf_z(b, "<fields>\n");
	for (size_t i = 0; i < a->field_count; i++) {
		const struct biller_field *f = &a->fields[i];

		buf_z(b, "<field");
		buf_u64(b, i + 1);
		buf_z(b, " name=\"");
		put_xml(b, f->name);
		buf_z(b, "\">");
		put_xml(b, f->value);
		buf_z(b, "</field");
		buf_u64(b, i + 1);
		buf_z(b, ">\n");
	}
	buf_z(b, "</fields>\n");
}

static void put_xml_answer(struct buf *b, const struct biller_profile *p,
	const struct biller_answer *a, const char *txn_name)
{
	char room[32];

	buf_z(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<response>\n");
	put_element(b, txn_name, a->txn);
	if (a->has_receipt)
		put_element(b, "prv_txn", number_text(room, a->receipt));
	put_element(b, "sum", sum_text(room, a->sum));
	if (p->form == BILLER_XML_KASPI && a->payee_bin.n)
		put_element(b, "bin", a->payee_bin);
	put_element(b, "result", number_text(room, p->codes[a->outcome]));
	put_element(b, "comment", a->comment);
	put_fields_xml(b, a);
	buf_z(b, "</response>\n");
}

static void put_field_json(struct json *j, size_t number, const struct biller_field *f)
{
	char key[8] = "field0";

	key[5] = (char)('0' + number);
	json_put_key(j, key);
	json_open_object(j);
	/* The names of Kaspi's description; "@" and "#" are plain letters to JSON. */
	json_put_key(j, "@name");
	json_put_str(j, f->name);
	json_put_key(j, "#text");
	json_put_str(j, f->value);
	json_close_object(j);
}

static void put_json_answer(
	struct buf *b, const struct biller_profile *p, const struct biller_answer *a)
{
	struct json j = json_start(b);
	char room[32];

	json_open_object(&j);
	json_put_key(&j, "txn_id");
	json_put_str(&j, a->txn);
	if (a->has_receipt) {
		json_put_key(&j, "prv_txn_id");
		json_put_str(&j, number_text(room, a->receipt));
	}
	json_put_key(&j, "result");
	json_put_i64(&j, p->codes[a->outcome]);
	json_put_key(&j, "sum");
	json_put_str(&j, sum_text(room, a->sum));
	if (a->payee_bin.n) {
		json_put_key(&j, "bin");
		json_put_str(&j, a->payee_bin);
	}
	json_put_key(&j, "comment");
	json_put_str(&j, a->comment);
	if (a->field_count) {
		json_put_key(&j, "fields");
		json_open_object(&j);
		for (size_t i = 0; i < a->field_count; i++)
			put_field_json(&j, i + 1, &a->fields[i]);
		json_close_object(&j);
	}
	json_close_object(&j);
}

void biller_put(struct buf *b, const struct biller_profile *p, const struct biller_answer *a)
{
	switch (p->form) {
	case BILLER_XML_OSMP:
		put_xml_answer(b, p, a, "osmp_txn_id");
		break;
	case BILLER_XML_KASPI:
		put_xml_answer(b, p, a, "txn_id");
		break;
	case BILLER_JSON_KASPI:
		put_json_answer(b, p, a);
		break;
	}
}

const char *biller_media_type(const struct biller_profile *p)
{
	return p->form == BILLER_JSON_KASPI ? "application/json" : "text/xml; charset=utf-8";
}

int biller_http(const struct biller_profile *p, enum biller_outcome o)
{
	switch (o) {
	case BILLER_ADDRESS:
		return 403;
	case BILLER_SUM_FORMAT:
	case BILLER_TXN_FORMAT:
	case BILLER_REQUEST:
		return p->malformed_http;
	case BILLER_INVOICE_PAID:
	case BILLER_INVOICE_OVER:
	case BILLER_OK:
	case BILLER_LATER:
	case BILLER_ACCOUNT_FORMAT:
	case BILLER_ACCOUNT_UNKNOWN:
	case BILLER_NOT_ALLOWED:
	case BILLER_SUM_SMALL:
	case BILLER_SUM_LARGE:
	case BILLER_DATE:
	case BILLER_CURRENCY:
	case BILLER_COMMAND_UNKNOWN:
	case BILLER_CONFLICT:
	case BILLER_CANCELLED:
	case BILLER_TXN_UNKNOWN:
	case BILLER_CANCEL_LATE:
	case BILLER_CANCEL_IMPOSSIBLE:
	case BILLER_OUTCOMES:
		break;
	}
	return 200;
}

static struct str first_letter(struct str s)
{
	uint32_t code;

	return (struct str){s.p, utf8_take(s, &code)};
}

struct str biller_mask_name(struct ctx *cx, struct str surname, struct str name)
{
	struct buf b = buf_new(cx->arena, 64);

	if (surname.n) {
		buf_str(&b, first_letter(surname));
		buf_z(&b, "***");
	}
	if (name.n) {
		if (b.n)
			buf_char(&b, ' ');
		buf_str(&b, first_letter(name));
		buf_char(&b, '.');
	}
	return buf_view(&b);
}
