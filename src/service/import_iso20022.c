/* SPDX-License-Identifier: Apache-2.0 */
#include "service/import_parts.h"

#include <stdlib.h>

#include "limits.h"
#include "service/payer_kind.h"

enum { LINE = 1, SOURCE_BYTES_MAX = 64 };

uint64_t import_iso_doc(struct str key)
{
	return (uint64_t)doc_key(STR_LIT("iso20022:transaction"), key);
}

static struct iso_line *line_at(
	const struct import_doc *doc, const struct import_item *items, size_t i)
{
	return &doc->iso_message->lines[items[i].index];
}

/* Of what the message says, not of its bytes. */
static struct sha256 digest_of(const struct iso_doc *d)
{
	struct digest_state s;
	int64_t head[] = {d->kind, money_to_tiyn(d->total), (int64_t)d->count};

	digest_start(&s);
	digest_add(&s, head, sizeof(head));
	for (size_t i = 0; i < d->count; i++) {
		const struct iso_line *l = &d->lines[i];
		const int64_t line[] = {money_to_tiyn(l->sum), l->month.n, l->day.n,
			l->has_knp ? l->knp : -1, l->problem, (int64_t)l->given.n,
			(int64_t)l->key.n};

		digest_add(&s, line, sizeof(line));
		digest_add(&s, l->iin.d, sizeof(l->iin.d));
		digest_add(&s, l->given.p, l->given.n);
		digest_add(&s, l->key.p, l->key.n);
	}
	return digest_end(&s);
}

static void plan(struct import *im, const struct import_doc *doc, struct import_item *items)
{
	for (size_t i = 0; i < doc->count; i++) {
		const struct iso_line *l = &doc->iso_message->lines[i];
		bool good = l->problem == ERR_NONE;

		items[i] = (struct import_item){good ? import_person_key(im, &l->iin) : 0,
			good ? l->month.n : INT32_MAX, (uint32_t)i};
	}
}

static int key_order(const void *a, const void *b)
{
	const struct iso_line *x = *(struct iso_line *const *)a;
	const struct iso_line *y = *(struct iso_line *const *)b;
	int order = str_cmp(x->key, y->key);

	return order ? order : (x->line > y->line) - (x->line < y->line);
}

void import_iso_twice(
	struct import *im, const struct import_doc *doc, const struct import_item *items, size_t n)
{
	struct iso_line **lines = arena_array(im->work.arena, n, sizeof(struct iso_line *));

	for (size_t i = 0; i < n; i++)
		lines[i] = &doc->iso_message->lines[items[i].index];
	qsort(lines, n, sizeof(struct iso_line *), key_order);
	for (size_t i = 1; i < n; i++)
		if (lines[i]->has_key && str_eq(lines[i]->key, lines[i - 1]->key))
			iso_line_twice(&im->report->issues, doc->iso, doc->iso_message, lines[i]);
}

static struct suspense_line suspense_of(const struct import_doc *doc, const struct iso_line *l)
{
	return (struct suspense_line){.line = l->line,
		.reason = (enum err)l->problem,
		.field = str_of(iso_field(doc->iso, doc->iso_message, l->field)),
		.given = l->given,
		.sum = l->sum,
		.source = l->source};
}

static struct payer_question question(const struct iso_line *l)
{
	return (struct payer_question){.knp = (enum knp)l->knp,
		.month = l->month,
		.person = l->iin,
		.has_payer = l->has_payer,
		.payer = l->payer,
		.payer_is_bank = l->payer_is_bank};
}

static ST load_known(struct import *im, const struct import_doc *doc,
	const struct import_item *items, size_t n, struct import_known *out)
{
	int64_t *keys = arena_array(im->work.arena, n, sizeof(*keys));
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		const struct iso_line *l = line_at(doc, items, i);
		struct payer_question q = question(l);

		if (l->problem == ERR_NONE && payer_kind_needs_facts(&q))
			keys[count++] = items[i].person;
	}
	return import_known_load(im, keys, count, out);
}

static struct payment_line payment_of(
	const struct iso_line *l, int64_t person, const struct import_known *known)
{
	struct payer_question q = question(l);

	return (struct payment_line){
		.iin = l->iin,
		.person = person,
		.fact = {.month = l->month,
			.knp = q.knp,
			.payer_kind = payer_kind_of(&q, import_known_facts(known, person)),
			.has_payer = l->has_payer,
			.payer = l->payer,
			.sum = l->sum,
			.paid_on = l->day,
			.known_since = l->day,
			.doc = import_iso_doc(l->key),
			.line = LINE},
		.at = l->line,
	};
}

static ST fill_payments(struct import *im, const struct import_doc *doc,
	const struct import_item *items, size_t n, struct portion *out)
{
	struct import_known known;

	TRY(load_known(im, doc, items, n, &known));
	for (size_t i = 0; i < n; i++) {
		const struct iso_line *l = line_at(doc, items, i);

		if (l->problem == ERR_NONE) {
			im->payments[out->payment_count++] = payment_of(l, items[i].person, &known);
		} else {
			struct suspense_line held = suspense_of(doc, l);

			import_suspend(im, out, &held);
		}
	}
	out->payments = im->payments;
	return OK;
}

static struct str name_of(const struct iso_line *l)
{
	return l->has_key ? (struct str){l->key.p + l->key.n - l->name_bytes, l->name_bytes}
			  : (struct str){"", 0};
}

/*
 * A return names the transaction, else the payer's own line of that month is taken. Who the payer
 * was may be left out: then import_refund_find() tries the person's payments.
 */
static struct refund_wish wish_of(const struct iso_line *l)
{
	return (struct refund_wish){
		.month = l->month,
		.has_doc = l->has_key,
		.doc = l->has_key ? import_iso_doc(l->key) : 0,
		.ref = name_of(l),
		.reason = l->reason,
		.has_knp = l->has_knp,
		.knp = (enum knp)l->knp,
		.has_payer = !l->has_key && l->has_payer,
		.payer = l->payer,
		.sum = l->sum,
		.on = l->day,
	};
}

static ST fill_refunds(struct import *im, const struct import_doc *doc,
	const struct import_item *items, size_t n, struct portion *out)
{
	for (size_t i = 0; i < n; i++) {
		const struct iso_line *l = line_at(doc, items, i);
		struct suspense_line held = suspense_of(doc, l);
		struct refund_wish wish = wish_of(l);

		/* No money came in with it. */
		held.sum = MONEY_ZERO;
		if (l->problem != ERR_NONE) {
			import_suspend(im, out, &held);
			continue;
		}
		held.field = STR_LIT("OrgnlEndToEndId");
		held.source = l->reason;
		TRY(import_refund(im, out, &l->iin, &wish, &held));
	}
	return OK;
}

/* A name may be longer than there is room: the letters of its beginning must do. */
static struct str cut(struct str s, size_t max)
{
	if (s.n <= max)
		return s;
	while (max && ((unsigned char)s.p[max] & 0xc0) == 0x80)
		max--;
	return (struct str){s.p, max};
}

static struct import_doc make_doc(
	struct import *im, const struct iso_file *file, const struct iso_doc *d)
{
	struct buf source = buf_new(im->cx.arena, SOURCE_BYTES_MAX);
	bool back = d->kind == ISO_RETURN;

	buf_z(&source, "iso20022:");
	buf_str(&source, cut(d->sender, SOURCE_BYTES_MAX - source.n));
	return (struct import_doc){
		.in = {.kind = back ? INTAKE_RETURNS : INTAKE_ISO20022,
			.source = buf_view(&source),
			.ref = d->id,
			.digest = digest_of(d),
			.lines = d->count,
			.sum = d->total,
			.at = im->at},
		.line = d->line,
		.count = d->count,
		.fill = back ? fill_refunds : fill_payments,
		.plan = plan,
		.iso = file,
		.iso_message = d,
	};
}

static ST add_up(struct import *im, const struct iso_file *file)
{
	struct import_report *report = im->report;

	report->documents = file->doc_count;
	report->lines = file->line_count;
	for (size_t i = 0; i < file->doc_count; i++)
		if (!money_add(report->sum, file->docs[i].total, &report->sum))
			return fail(&im->cx, MONEY_RANGE, "%s", "");
	return OK;
}

static ST read_options(struct import *im, struct iso_options *out)
{
	const struct law_requisites *corporation, *fund;

	*out = (struct iso_options){.today = day_in_astana(im->at),
		.first_month = lawbook_first(im->call->book),
		.months_ahead = LIMIT_MONTHS_AHEAD,
		.profile = im->options->iso_profile ? im->options->iso_profile
						    : &iso_profile_standard};
	TRY(import_requisites(im, "state_corporation", out->today, &corporation));
	TRY(import_requisites(im, "fund", out->today, &fund));
	out->corporation = corporation->iban;
	out->corporation_bin = corporation->bin;
	out->fund = fund->iban;
	return OK;
}

enum st import_read_iso(struct import *im, struct str text, struct import_doc **docs, size_t *count)
{
	struct iso_file *file = ARENA_NEW(im->cx.arena, struct iso_file);
	struct iso_options options;
	enum st st;

	*count = 0;
	im->report->format = IMPORT_ISO20022;
	TRY(read_options(im, &options));
	st = iso_parse(&im->cx, text, im->report->encoding, &options, file);
	im->report->issues = file->issues;
	TRY(st);
	TRY(add_up(im, file));
	TRY(issues_first(&im->cx, &file->issues));
	*docs = arena_array(im->cx.arena, file->doc_count, sizeof(**docs));
	for (size_t i = 0; i < file->doc_count; i++)
		(*docs)[(*count)++] = make_doc(im, file, &file->docs[i]);
	for (size_t i = 0; im->options->check_only && i < file->doc_count; i++)
		import_plan(im, &(*docs)[i]);
	return OK;
}
