/* SPDX-License-Identifier: Apache-2.0 */
#include "service/import_parts.h"

#include "base/check.h"
#include "limits.h"

/* Key of a document that registers name; the same name in payments and refunds is the same. */
static uint64_t named_doc(struct str name)
{
	return (uint64_t)doc_key(STR_LIT("csv"), name);
}

static void plan(struct import *im, const struct import_doc *doc, struct import_item *items)
{
	const struct register_file *file = doc->rows;

	for (size_t i = 0; i < doc->count; i++) {
		const struct register_row *row = &file->rows[i];
		struct import_item *item = &items[i];

		*item = (struct import_item){0, INT32_MAX, (uint32_t)i};
		if (row->problem != ERR_NONE)
			continue;
		item->person = people_key(im->call->db, &row->iin);
		item->month = file->kind == REGISTER_PAYMENTS  ? row->payment.month.n
			      : file->kind == REGISTER_REFUNDS ? row->refund.month.n
							       : 0;
	}
}

static struct suspense_line suspense_of(
	const struct import_doc *doc, const struct register_row *row)
{
	return (struct suspense_line){.line = row->line,
		.reason = (enum err)row->problem,
		.field = str_of(row->field ? row->field : ""),
		.given = row->given,
		.sum = doc->rows->kind == REGISTER_PAYMENTS ? row->payment.sum : MONEY_ZERO,
		.source = row->source};
}

static ST fill_payments(struct import *im, const struct import_doc *doc,
	const struct import_item *items, size_t n, struct portion *out)
{
	for (size_t i = 0; i < n; i++) {
		const struct register_row *row = &doc->rows->rows[items[i].index];
		struct suspense_line held = suspense_of(doc, row);

		if (row->problem != ERR_NONE) {
			import_suspend(im, out, &held);
			continue;
		}
		struct payment_line *l = &im->payments[out->payment_count++];
		*l = (struct payment_line){row->iin, items[i].person, row->payment, row->line};
		l->fact.doc = named_doc(row->doc);
	}
	out->payments = im->payments;
	return OK;
}

static ST fill_refunds(struct import *im, const struct import_doc *doc,
	const struct import_item *items, size_t n, struct portion *out)
{
	for (size_t i = 0; i < n; i++) {
		const struct register_row *row = &doc->rows->rows[items[i].index];
		struct suspense_line held = suspense_of(doc, row);
		struct refund_wish wish = {
			.month = row->refund.month,
			.has_doc = true,
			.doc = named_doc(row->doc),
			.ref = row->doc,
			.has_line = true,
			.line = row->refund.line,
			.has_knp = true,
			.knp = row->refund.knp,
			.sum = row->refund.sum,
			.on = row->refund.known_since,
		};

		if (row->problem != ERR_NONE) {
			import_suspend(im, out, &held);
			continue;
		}
		held.field = STR_LIT("doc");
		TRY(import_refund(im, out, &row->iin, &wish, &held));
	}
	return OK;
}

/* Rows of people or spells of one portion, written inside its transaction. */
struct also {
	struct import *im;
	const struct import_doc *doc;
	const struct import_item *items;
	size_t count;
	struct portion_also found;
};

static ST add_person(struct ctx *cx, struct db *db, const struct register_row *row, bool *is_new)
{
	struct person_row person = {
		.iin = row->iin,
		.surname = row->person.surname,
		.name = row->person.name,
		.patronymic = row->person.patronymic,
		.fact = row->person.fact,
	};
	int64_t key;

	return people_add_fact(cx, db, &person, &key, is_new);
}

static ST add_rows(struct ctx *cx, struct db *db, void *arg)
{
	struct also *a = arg;
	bool people = a->doc->rows->kind == REGISTER_PEOPLE;

	/* It may run again after a busy database. */
	a->found.repeated = a->found.held_count = 0;
	for (size_t i = 0; i < a->count; i++) {
		const struct register_row *row = &a->doc->rows->rows[a->items[i].index];
		struct suspense_line held = suspense_of(a->doc, row);
		bool is_new = false;
		enum st st;

		if (row->problem != ERR_NONE)
			continue;
		st = people ? add_person(cx, db, row, &is_new)
			    : people_add_spell(cx, db, &row->iin, &row->spell, &is_new);
		if (st == OK) {
			a->found.repeated += !is_new;
			continue;
		}
		/* What is known of this person since the same day says otherwise: the row waits for
		 * somebody who decides, the others go on. */
		if (cx->err.code != ERR_PERSON_CONFLICT)
			return st;
		err_clear(cx);
		held.reason = ERR_PERSON_CONFLICT;
		held.field = STR_LIT("known_since");
		a->found.held[a->found.held_count++] = held;
	}
	return OK;
}

static ST fill_people(struct import *im, const struct import_doc *doc,
	const struct import_item *items, size_t n, struct portion *out)
{
	struct also *a = ARENA_NEW(im->work.arena, struct also);

	*a = (struct also){.im = im, .doc = doc, .items = items, .count = n};
	a->found.held = arena_array(im->work.arena, n, sizeof(*a->found.held));
	for (size_t i = 0; i < n; i++) {
		const struct register_row *row = &doc->rows->rows[items[i].index];
		struct suspense_line held = suspense_of(doc, row);

		if (row->problem != ERR_NONE)
			import_suspend(im, out, &held);
		else
			out->other_lines++;
	}
	out->also = add_rows;
	out->also_arg = a;
	out->also_found = &a->found;
	return OK;
}

static const struct {
	enum import_format format;
	enum intake_kind intake;
	import_fill *fill;
} kinds[REGISTER_KINDS] = {
	[REGISTER_PEOPLE] = {IMPORT_PEOPLE, INTAKE_PEOPLE, fill_people},
	[REGISTER_SPELLS] = {IMPORT_SPELLS, INTAKE_SPELLS, fill_people},
	[REGISTER_PAYMENTS] = {IMPORT_PAYMENTS, INTAKE_PAYMENTS, fill_payments},
	[REGISTER_REFUNDS] = {IMPORT_REFUNDS, INTAKE_REFUNDS, fill_refunds},
};

static void set_problem(
	struct register_file *file, struct register_row *row, enum err problem, const char *field)
{
	row->problem = problem;
	row->field = field;
	issue_add(&file->issues, ISSUE_LINE, row->line, field, problem, "%s", "");
}

/* The column of a day that has not come yet though it tells what has happened; NULL = none. A spell
 * may begin later. */
static const char *future_day(
	enum register_kind kind, const struct register_row *row, struct day today)
{
	switch (kind) {
	case REGISTER_PEOPLE:
		return day_cmp(row->person.fact.born, today) > 0 ? "birth_date" : NULL;
	case REGISTER_SPELLS:
		return NULL;
	case REGISTER_PAYMENTS:
		if (day_cmp(row->payment.paid_on, today) > 0)
			return "paid_on";
		return day_cmp(row->payment.known_since, today) > 0 ? "received_on" : NULL;
	case REGISTER_REFUNDS:
		return day_cmp(row->refund.known_since, today) > 0 ? "refunded_on" : NULL;
	case REGISTER_KINDS:
		break;
	}
	must(!"a kind of register");
}

/*
 * What becomes known on a day to come, such as an order that is signed already, is taken: answers
 * change on that day by themselves. Further ahead it is a slip that would hide the row for years.
 */
static void check_known(struct register_file *file, struct register_row *row, struct day today)
{
	struct day known = file->kind == REGISTER_PEOPLE ? row->person.fact.known_since
							 : row->spell.known_since;

	if (row->problem != ERR_NONE || day_cmp(known, today) <= 0)
		return;
	if (day_cmp(known, day_add(today, LIMIT_KNOWN_AHEAD_DAYS)) > 0)
		set_problem(file, row, ERR_DAY_RANGE, "known_since");
	else
		issue_add(&file->issues, ISSUE_NOTE, row->line, "known_since", ERR_DAY_RANGE, "%s",
			"");
}

static void check_days(struct import *im, struct register_file *file)
{
	struct day today = day_in_astana(im->at);

	for (size_t i = 0; i < file->count; i++) {
		struct register_row *row = &file->rows[i];
		const char *field = NULL;

		if (row->problem == ERR_NONE)
			field = future_day(file->kind, row, today);
		if (field)
			set_problem(file, row, ERR_DAY_RANGE, field);
		if (file->kind == REGISTER_PEOPLE || file->kind == REGISTER_SPELLS)
			check_known(file, row, today);
	}
}

/* A payment or refund for a month outside the system or far ahead of its day. */
static void check_months(struct import *im, struct register_file *file)
{
	struct month first = lawbook_first(im->call->book);

	if (file->kind != REGISTER_PAYMENTS && file->kind != REGISTER_REFUNDS)
		return;
	for (size_t i = 0; i < file->count; i++) {
		struct register_row *row = &file->rows[i];
		bool paid = file->kind == REGISTER_PAYMENTS;
		struct month month = paid ? row->payment.month : row->refund.month;
		struct day on = paid ? row->payment.paid_on : row->refund.known_since;

		if (row->problem != ERR_NONE ||
			(month_cmp(month, first) >= 0 &&
				month_cmp(month, month_add(day_month(on), LIMIT_MONTHS_AHEAD)) <=
					0))
			continue;
		set_problem(file, row, ERR_MONTH_RANGE, "month");
	}
}

/* Sum of all rows that say one, as the report tells it. */
static ST add_up(struct import *im, const struct register_file *file, struct money *sum)
{
	*sum = MONEY_ZERO;
	for (size_t i = 0; i < file->count; i++) {
		const struct register_row *row = &file->rows[i];
		struct money m = file->kind == REGISTER_PAYMENTS  ? row->payment.sum
				 : file->kind == REGISTER_REFUNDS ? row->refund.sum
								  : MONEY_ZERO;

		if (!money_add(*sum, m, sum))
			return fail(&im->cx, MONEY_RANGE, "%s", "");
	}
	return OK;
}

/* The content as the name of a file: a register has no reference of its own. */
static struct str hex_name(struct import *im, const struct sha256 *digest)
{
	struct buf b = buf_new(im->cx.arena, 64);

	digest_hex(&b, digest->bytes, sizeof(digest->bytes));
	return buf_view(&b);
}

enum st import_read_register(
	struct import *im, struct str text, struct import_doc **docs, size_t *count)
{
	struct register_file *file = ARENA_NEW(im->cx.arena, struct register_file);
	struct sha256 digest = digest_sha256(text.p, text.n);
	struct money sum;

	*count = 0;
	TRY(register_parse(&im->cx, text, file));
	check_days(im, file);
	check_months(im, file);
	im->report->format = kinds[file->kind].format;
	im->report->issues = file->issues;
	im->report->documents = 1;
	im->report->lines = file->count;
	TRY(add_up(im, file, &sum));
	im->report->sum = sum;
	if (im->options->check_only)
		return OK;
	*docs = arena_array(im->cx.arena, 1, sizeof(**docs));
	**docs = (struct import_doc){
		.in = {.kind = kinds[file->kind].intake,
			.source = STR_LIT("csv"),
			.ref = hex_name(im, &digest),
			.digest = digest,
			.lines = file->count,
			.sum = sum,
			.at = im->at},
		.line = 1,
		.count = file->count,
		.fill = kinds[file->kind].fill,
		.plan = plan,
		.rows = file,
	};
	*count = 1;
	return OK;
}
