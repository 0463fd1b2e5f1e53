/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/biller_heard.h"

#include <jansson.h>
#include <libxml/xmlreader.h>

enum heard_part { HEARD_TXN, HEARD_RECEIPT, HEARD_RESULT, HEARD_SUM, HEARD_COMMENT, HEARD_PARTS };

static const char *const names[][HEARD_PARTS] = {
	[BILLER_XML_OSMP] = {"osmp_txn_id", "prv_txn", "result", "sum", "comment"},
	[BILLER_XML_KASPI] = {"txn_id", "prv_txn", "result", "sum", "comment"},
	[BILLER_JSON_KASPI] = {"txn_id", "prv_txn_id", "result", "sum", "comment"},
};

struct parts {
	const char *const *names;
	struct str values[HEARD_PARTS]; /* p == NULL: not there */
};

void biller_put_pairs(struct buf *b, const struct biller_pair *pairs, size_t count)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < count; i++) {
		const struct str both[2] = {pairs[i].name, pairs[i].value};

		if (i)
			buf_char(b, '&');
		for (int k = 0; k < 2; k++) {
			if (k)
				buf_char(b, '=');
			for (size_t at = 0; at < both[k].n; at++) {
				unsigned char c = (unsigned char)both[k].p[at];

				if ((c >= '0' && c <= '9') ||
					((c | 32) >= 'a' && (c | 32) <= 'z') || c == '-' ||
					c == '.' || c == '_') {
					buf_char(b, (char)c);
				} else {
					buf_char(b, '%');
					buf_char(b, hex[c >> 4]);
					buf_char(b, hex[c & 15]);
				}
			}
		}
	}
}

/* ---- XML ------------------------------------------------------------------------------------- */

static ST take(struct ctx *cx, struct parts *parts, struct str name, struct str value)
{
	for (int i = 0; i < HEARD_PARTS; i++) {
		if (!str_is(name, parts->names[i]))
			continue;
		if (parts->values[i].p)
			return fail_in(cx, 0, parts->names[i], VALUE_TWICE, "%s", "");
		parts->values[i] = str_copy(cx->arena, value);
	}
	return OK;
}

static ST take_element(struct ctx *cx, xmlTextReaderPtr xml, struct parts *parts)
{
	struct str name = str_of((const char *)xmlTextReaderConstLocalName(xml));
	xmlChar *text;
	enum st st;

	if (xmlTextReaderDepth(xml) == 0 && !str_is(name, "response"))
		return fail_in(cx, 0, "response", VALUE_MISSING, "%s", "");
	if (xmlTextReaderDepth(xml) != 1)
		return OK;
	text = xmlTextReaderReadString(xml);
	st = take(cx, parts, name, text ? str_of((char *)text) : STR_LIT(""));
	xmlFree(text);
	return st;
}

static ST take_nodes(struct ctx *cx, xmlTextReaderPtr xml, struct parts *parts)
{
	int more;

	while ((more = xmlTextReaderRead(xml)) == 1)
		if (xmlTextReaderNodeType(xml) == XML_READER_TYPE_ELEMENT)
			TRY(take_element(cx, xml, parts));
	return more == 0 ? OK : fail_in(cx, 1, "response", XML_SYNTAX, "%s", "");
}

static ST read_xml(struct ctx *cx, struct str body, struct parts *parts)
{
	xmlTextReaderPtr xml;
	enum st st;

	if (memmem(body.p, body.n, "<!", 2))
		return fail_in(cx, 1, "!DOCTYPE", XML_DTD, "%s", "");
	xml = xmlReaderForMemory(body.p, (int)body.n, NULL, NULL,
		XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	if (!xml)
		return fail_in(cx, 1, "response", XML_SYNTAX, "%s", "");
	st = take_nodes(cx, xml, parts);
	xmlFreeTextReader(xml);
	return st;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static ST take_members(struct ctx *cx, const json_t *top, struct parts *parts)
{
	for (int i = 0; i < HEARD_PARTS; i++) {
		const json_t *v = json_object_get(top, parts->names[i]);
		struct buf number = buf_new(cx->arena, 32);

		if (!v)
			continue;
		if (json_is_integer(v) && i == HEARD_RESULT) {
			buf_i64(&number, json_integer_value(v));
			parts->values[i] = buf_view(&number);
		} else if (json_is_string(v) && i != HEARD_RESULT) {
			parts->values[i] = str_copy(cx->arena,
				(struct str){json_string_value(v), json_string_length(v)});
		} else {
			return fail_in(cx, 0, parts->names[i], JSON_TYPE, "%s", "");
		}
	}
	return OK;
}

static ST read_json(struct ctx *cx, struct str body, struct parts *parts)
{
	json_error_t e;
	json_t *top = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, &e);
	enum st st;

	if (!json_is_object(top))
		st = json_error_code(&e) == json_error_duplicate_key && !top
			     ? fail_in(cx, 0, "body", VALUE_TWICE, "%s", "")
			     : fail_in(cx, 1, "body", JSON_SYNTAX, "%d", top ? 1 : e.column);
	else
		st = take_members(cx, top, parts);
	json_decref(top);
	return st;
}

/* ---- Both ------------------------------------------------------------------------------------ */

static ST read_parts(struct ctx *cx, struct parts *parts, struct biller_heard *out)
{
	struct str digits = parts->values[HEARD_RESULT];
	uint64_t result;

	for (int i = 0; i < HEARD_PARTS; i++)
		if (!parts->values[i].p && i != HEARD_RECEIPT && i != HEARD_SUM)
			return fail_in(cx, 0, parts->names[i], VALUE_MISSING, "%s", "");
	if (!str_to_u64(digits, 99999, &result))
		return fail_in(cx, 0, parts->names[HEARD_RESULT], NUMBER_FORMAT, "%s", "");
	out->result = (int64_t)result;
	out->txn = parts->values[HEARD_TXN];
	out->receipt = parts->values[HEARD_RECEIPT];
	out->comment = parts->values[HEARD_COMMENT];
	out->has_sum = parts->values[HEARD_SUM].p != NULL;
	if (out->has_sum && money_parse(cx, parts->values[HEARD_SUM], &out->sum) != OK) {
		err_set_field(&cx->err, parts->names[HEARD_SUM]);
		return err_info(cx->err.code)->class;
	}
	return OK;
}

ST biller_heard_read(
	struct ctx *cx, const struct biller_profile *p, struct str body, struct biller_heard *out)
{
	struct parts parts = {.names = names[p->form]};

	*out = (struct biller_heard){.result = 0};
	if (!body.p)
		body = STR_LIT("");
	if (body.n > BILLER_HEARD_BYTES_MAX)
		return fail_in(cx, 0, "body", FILE_TOO_BIG, "%d", BILLER_HEARD_BYTES_MAX);
	if (p->form == BILLER_JSON_KASPI)
		TRY(read_json(cx, body, &parts));
	else
		TRY(read_xml(cx, body, &parts));
	return read_parts(cx, &parts, out);
}
