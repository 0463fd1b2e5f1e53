/* SPDX-License-Identifier: Apache-2.0 */
#include "service/import_parts.h"

#include "domain/iban.h"
#include "limits.h"
#include "service/payer_kind.h"

enum { REF_BYTES = 128, BANK_SECTOR = '4', SUMS_MAX = 1000 };

static ST requisites(
	struct import *im, const char *role, struct day on, struct mt102_requisites *out)
{
	const struct law_requisites *r;

	TRY(import_requisites(im, role, on, &r));
	*out = (struct mt102_requisites){r->iban, r->bin, r->bic};
	return OK;
}

/* The bank that sent the message: the first half of its identity. */
static struct str source_of(struct import *im, struct str bic, struct str iban)
{
	struct buf b = buf_new(im->cx.arena, 64);

	buf_z(&b, "mt102:");
	if (bic.n)
		buf_str(&b, bic);
	else if (iban_valid(iban))
		buf_str(&b, iban_bank(iban));
	return buf_view(&b);
}

/* A payment order of a batch has a reference of its own, or only its place there. */
static struct str block_ref(struct import *im, const struct mt102_doc *d)
{
	struct buf b = buf_new(im->cx.arena, REF_BYTES);
	uint64_t place;

	if (!str_to_u64(d->block, UINT32_MAX, &place))
		return d->block;
	buf_str(&b, d->reference);
	buf_char(&b, '/');
	buf_u64(&b, place);
	return buf_view(&b);
}

/*
 * The bank's reference. Customers' programs all write the word REFERENCE; then the payer, the
 * number, the day and the purpose of the order tell it from others.
 */
static struct str ref_of(struct import *im, const struct mt102_doc *d)
{
	struct buf b = buf_new(im->cx.arena, REF_BYTES);

	if (!str_is(d->reference, "REFERENCE"))
		return d->block.n ? block_ref(im, d) : d->reference;
	if (d->payer.has_number)
		buf_str(&b, iin_digits(&d->payer.number));
	buf_char(&b, '/');
	buf_str(&b, d->number);
	buf_char(&b, '/');
	buf_i64(&b, day_number(d->date));
	buf_char(&b, '/');
	buf_str(&b, d->knp_text);
	return buf_view(&b);
}

/* Of what the message says, not of its bytes: the same order in another character set is the same.
 */
static struct sha256 digest_of(const struct mt102_file *file, const struct mt102_doc *d)
{
	struct digest_state s;
	int64_t head[] = {d->type, (int64_t)d->purpose, money_to_tiyn(d->total), d->value.n,
		d->date.n, (int64_t)d->count};

	digest_start(&s);
	digest_add(&s, head, sizeof(head));
	digest_add(&s, d->knp_text.p, d->knp_text.n);
	digest_add(&s, d->payer.iban.p, d->payer.iban.n);
	digest_add(&s, d->receiver.iban.p, d->receiver.iban.n);
	for (size_t i = 0; i < d->count; i++) {
		const struct mt102_person *p = &file->persons[d->first + i];
		const struct {
			int64_t tiyn;
			int32_t month;
			uint32_t given_bytes;
		} line = {money_to_tiyn(p->sum), p->month.n, (uint32_t)p->given.n};

		digest_add(&s, &line, sizeof(line));
		digest_add(&s, p->given.p, p->given.n);
	}
	return digest_end(&s);
}

static void plan(struct import *im, const struct import_doc *doc, struct import_item *items)
{
	for (size_t i = 0; i < doc->count; i++) {
		const struct mt102_person *p = &doc->mt102->persons[doc->message->first + i];
		bool good = p->problem == ERR_NONE;

		items[i] = (struct import_item){good ? import_person_key(im, &p->iin) : 0,
			good ? p->month.n : INT32_MAX, (uint32_t)i};
	}
}

static struct suspense_line suspense_of(const struct mt102_person *p)
{
	return (struct suspense_line){.line = p->line,
		.reason = (enum err)p->problem,
		.field = str_of(mt102_key_name(p->problem_key)),
		.given = p->given,
		.sum = p->sum,
		.source = p->source};
}

static struct payer_question question(const struct mt102_doc *d, const struct mt102_person *p)
{
	/* The Corporation passes on what others paid: the payer is not in its lists. */
	bool has_payer = d->purpose != MT102_TO_FUND && d->payer.has_number;

	return (struct payer_question){
		.knp = d->knp,
		.month = p->month,
		.person = p->iin,
		.has_payer = has_payer,
		.payer = d->payer.number,
		.payer_is_bank = has_payer && d->payer.sector == BANK_SECTOR,
	};
}

/*
 * The person of the i-th of `n` items. They are in another order than the persons: the memory of
 * one further on is asked for already.
 */
static const struct mt102_person *person_at(
	const struct import_doc *doc, const struct import_item *items, size_t i, size_t n)
{
	enum { AHEAD = 8 };
	const struct mt102_person *first = &doc->mt102->persons[doc->message->first];

	if (i + AHEAD < n)
		__builtin_prefetch(&first[items[i + AHEAD].index]);
	return &first[items[i].index];
}

static ST load_known(struct import *im, const struct import_doc *doc,
	const struct import_item *items, size_t n, struct import_known *out)
{
	int64_t *keys = arena_array(im->work.arena, n, sizeof(*keys));
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		const struct mt102_person *p = person_at(doc, items, i, n);
		struct payer_question q = question(doc->message, p);

		if (p->problem == ERR_NONE && payer_kind_needs_facts(&q))
			keys[count++] = items[i].person;
	}
	return import_known_load(im, keys, count, out);
}

static struct payment_line payment_of(const struct mt102_doc *d, const struct mt102_person *p,
	const struct import_item *item, uint64_t doc, const struct import_known *known)
{
	struct payer_question q = question(d, p);

	return (struct payment_line){
		.iin = p->iin,
		.person = item->person,
		.fact = {.month = p->month,
			.knp = d->knp,
			.payer_kind = payer_kind_of(&q, import_known_facts(known, item->person)),
			.has_payer = q.has_payer,
			.payer = q.payer,
			.sum = p->sum,
			.paid_on = d->value,
			.known_since = d->value,
			.doc = doc,
			.line = item->index + 1},
	};
}

static ST fill_payments(struct import *im, const struct import_doc *doc,
	const struct import_item *items, size_t n, struct portion *out)
{
	const struct mt102_doc *d = doc->message;
	uint64_t key = (uint64_t)doc_key(doc->in.source, doc->in.ref);
	struct import_known known;

	TRY(load_known(im, doc, items, n, &known));
	for (size_t i = 0; i < n; i++) {
		const struct mt102_person *p = person_at(doc, items, i, n);

		if (p->problem == ERR_NONE) {
			im->payments[out->payment_count++] =
				payment_of(d, p, &items[i], key, &known);
		} else {
			struct suspense_line held = suspense_of(p);

			import_suspend(im, out, &held);
		}
	}
	out->payments = im->payments;
	return OK;
}

/*
 * A return names the order by its reference, else the payer's own line of that month is taken. A
 * line that finds none is kept without its sum: no money came in with it.
 */
static ST fill_refunds(struct import *im, const struct import_doc *doc,
	const struct import_item *items, size_t n, struct portion *out)
{
	const struct mt102_doc *d = doc->message;
	struct str ref = d->text.reference;
	struct str source = source_of(im, d->receiver.bic, d->receiver.iban);
	uint64_t original = ref.n ? (uint64_t)doc_key(source, ref) : 0;
	bool returned = d->purpose == MT102_RETURN;

	for (size_t i = 0; i < n; i++) {
		const struct mt102_person *p = person_at(doc, items, i, n);
		struct suspense_line held = suspense_of(p);
		struct refund_wish wish = {
			.month = p->month,
			.has_doc = ref.n > 0,
			.doc = original,
			.ref = ref,
			.reason = p->reason,
			.has_knp = d->has_knp,
			.knp = d->knp,
			.has_payer = returned && ref.n == 0 && d->receiver.has_number,
			.payer = d->receiver.number,
			.sum = p->sum,
			.on = d->value,
		};

		held.sum = MONEY_ZERO;
		if (p->problem != ERR_NONE) {
			import_suspend(im, out, &held);
			continue;
		}
		held.field = STR_LIT("/IDN/");
		TRY(import_refund(im, out, &p->iin, &wish, &held));
	}
	return OK;
}

static struct import_doc make_doc(
	struct import *im, const struct mt102_file *file, const struct mt102_doc *d)
{
	bool back = d->purpose == MT102_RETURN || d->purpose == MT102_REFUND;

	return (struct import_doc){
		.in = {.kind = back ? INTAKE_RETURNS : INTAKE_MT102,
			.source = source_of(im, d->payer.bic, d->payer.iban),
			.ref = ref_of(im, d),
			.digest = digest_of(file, d),
			.lines = d->count,
			.sum = d->count ? d->total : MONEY_ZERO,
			.at = im->at},
		.line = d->line,
		.count = d->count,
		.fill = back ? fill_refunds : fill_payments,
		.plan = plan,
		.mt102 = file,
		.message = d,
	};
}

static bool is_for_the_fund(const struct mt102_doc *d, int type)
{
	return d->type == type && d->purpose == MT102_TO_FUND;
}

/*
 * What the Corporation passes on goes to the Fund in one sum for a day and purpose code, which says
 * for how many persons; lists beside it name them.
 */
static ST check_sums_of_lists(struct import *im, struct mt102_file *file)
{
	size_t sums = 0;

	for (size_t i = 0; i < file->doc_count; i++) {
		const struct mt102_doc *d = &file->docs[i];
		struct money sum = MONEY_ZERO;
		size_t lists = 0, persons = 0;

		if (!is_for_the_fund(d, 100))
			continue;
		if (++sums > SUMS_MAX)
			return fail(&im->cx, FILE_TOO_BIG, "%d × MT100", SUMS_MAX);
		for (size_t k = 0; k < file->doc_count; k++) {
			const struct mt102_doc *list = &file->docs[k];

			if (!is_for_the_fund(list, 102) || list->value.n != d->value.n ||
				list->knp != d->knp)
				continue;
			lists++;
			persons += list->count;
			if (!money_add(sum, list->total, &sum))
				return fail(&im->cx, MONEY_RANGE, "%s", "");
		}
		if (!lists)
			continue;
		if (money_cmp(sum, d->total) != 0)
			issue_add(&file->issues, ISSUE_FILE, d->line, ":32A:", ERR_TOTAL_DIFFERS,
				"%s", "");
		if (d->text.persons >= 0 && (size_t)d->text.persons != persons)
			issue_add(&file->issues, ISSUE_FILE, d->line, "/ASSIGN/", ERR_COUNT_DIFFERS,
				"%zu", persons);
	}
	return OK;
}

static ST add_up(struct import *im, const struct mt102_file *file)
{
	struct import_report *report = im->report;

	report->documents = file->doc_count;
	report->lines = file->person_count;
	report->lines_suspense = 0;
	for (size_t i = 0; i < file->doc_count; i++)
		if (!money_add(report->sum, file->docs[i].total, &report->sum))
			return fail(&im->cx, MONEY_RANGE, "%s", "");
	return OK;
}

enum st import_read_mt102(
	struct import *im, struct str text, struct import_doc **docs, size_t *count)
{
	struct mt102_options options = {.today = day_in_astana(im->at),
		.first_month = lawbook_first(im->call->book),
		.months_ahead = LIMIT_MONTHS_AHEAD};
	struct mt102_file *file = ARENA_NEW(im->cx.arena, struct mt102_file);

	*count = 0;
	im->report->format = IMPORT_MT102;
	TRY(requisites(im, "state_corporation", options.today, &options.corporation));
	TRY(requisites(im, "fund", options.today, &options.fund));
	TRY(mt102_parse(&im->cx, text, &options, file));
	TRY(check_sums_of_lists(im, file));
	im->report->issues = file->issues;
	TRY(add_up(im, file));
	TRY(issues_first(&im->cx, &file->issues));
	*docs = arena_array(im->cx.arena, file->doc_count, sizeof(**docs));
	for (size_t i = 0; i < file->doc_count; i++)
		(*docs)[(*count)++] = make_doc(im, file, &file->docs[i]);
	for (size_t i = 0; im->options->check_only && i < file->doc_count; i++)
		import_plan(im, &(*docs)[i]);
	return OK;
}
