/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/mt102_parts.h"

#include <stdlib.h>

/* What a block may leave to the head of its batch. */
static const enum mt102_key inherited[] = {MT102_52B, MT102_57B};

#define BIT(key) (1ULL << (key))

/* A person of a list is named by one of these; a block without them is a payment of its payer. */
static const uint32_t names_person = 1U << MT102_IDN | 1U << MT102_FM | 1U << MT102_NM |
				     1U << MT102_FT | 1U << MT102_DT | 1U << MT102_OPV;

static bool in_block(const struct mt102_reader *r)
{
	return r->batch.on && r->doc != &r->batch.head;
}

/* The open document is that of a block: what was read of it before is the head's. */
static void start_block(struct mt102_reader *r, size_t line)
{
	*r->doc = (struct mt102_doc){
		.line = line,
		.type = 102,
		.reference = r->batch.head.reference,
		.block = r->ordinal,
		.date = DAY_NEVER,
		.value = DAY_NEVER,
		.period = MONTH_NEVER,
	};
	memset(r->seen, 0, sizeof(r->seen));
	memset(r->key_line, 0, sizeof(r->key_line));
	r->assign = buf_new(r->cx->arena, 1);
	r->assign_lines = 0;
	r->sum = MONEY_ZERO;
	r->sum_unknown = false;
	r->batch.count++;
}

bool mt102_batch_begin(struct mt102_reader *r, enum mt102_key key)
{
	const uint64_t own = BIT(MT102_50) | BIT(MT102_59) | BIT(MT102_70);
	struct mt102_batch *b = &r->batch;
	struct money sum = r->sum;

	if (r->batch.on || key != MT102_50 || r->doc->count != 1 || r->doc->type != 102 ||
		(r->seen[MT102_OUTSIDE] & own))
		return false;
	*b = (struct mt102_batch){.on = true, .head = *r->doc, .seen = r->seen[MT102_OUTSIDE]};
	b->first = r->out->doc_count - 1;
	start_block(r, r->person->line);
	r->doc->first = r->out->person_count - 1;
	r->doc->count = 1;
	r->sum = sum;
	return true;
}

/* Without a person of its own the block says only who paid: like a single payment. */
static void drop_person(struct mt102_reader *r)
{
	if (!(r->person->seen >> MT102_32B & 1))
		mt102_refuse(r, MT102_32B, ERR_TAG_MISSING, "");
	r->out->bad_count -= r->person->problem != ERR_NONE;
	r->out->person_count--;
	r->doc->count--;
	r->doc->type = 100;
	r->person = NULL;
}

static void end_block(struct mt102_reader *r)
{
	struct mt102_batch *b = &r->batch;

	if (r->person && !(r->person->seen & names_person))
		drop_person(r);
	mt102_person_close(r);
	r->doc->total = r->sum;
	b->sum_unknown |= r->sum_unknown || !money_add(b->sum, r->sum, &b->sum);
	for (size_t i = 0; i < sizeof(inherited) / sizeof(inherited[0]); i++) {
		bool own = r->seen[MT102_OUTSIDE] & BIT(inherited[i]);

		if (own || !(b->seen & BIT(inherited[i])))
			continue;
		if (inherited[i] == MT102_52B)
			r->doc->payer.bic = b->head.payer.bic;
		else
			r->doc->receiver.bic = b->head.receiver.bic;
		r->seen[MT102_OUTSIDE] |= BIT(inherited[i]);
	}
	/* These are the batch's: mt102_batch_end() looks at them. */
	r->seen[MT102_OUTSIDE] |= BIT(MT102_20) | BIT(MT102_32A);
	mt102_check_doc(r);
}

/* Between blocks and behind the last one the lines are the head's again. */
static void back_to_head(struct mt102_reader *r)
{
	if (!in_block(r))
		return;
	end_block(r);
	r->doc = &r->batch.head;
	memset(r->seen, 0, sizeof(r->seen));
	r->seen[MT102_OUTSIDE] = r->batch.seen;
	r->section = MT102_OPENING;
}

void mt102_batch_next(struct mt102_reader *r)
{
	back_to_head(r);
	r->batch.seen = r->seen[MT102_OUTSIDE];
	r->doc = ARENA_PUSH(r->cx->arena, r->out->docs, r->out->doc_count, r->doc_cap);
	start_block(r, r->line);
	r->doc->first = r->out->person_count;
}

bool mt102_batch_key(struct mt102_reader *r, enum mt102_key key, struct str value)
{
	bool slash = mt102_key_name(key)[0] == '/';
	bool person = r->section == MT102_DETAILS && slash && key <= MT102_LA &&
		      key != MT102_PERIOD && key != MT102_ASSIGN;

	if (!in_block(r) || key == MT102_32A || key == MT102_20) {
		back_to_head(r);
		return false;
	}
	r->batch.in_person = r->person && key <= MT102_LA &&
			     (person || key == MT102_32B || r->section == MT102_PERSONS);
	if (r->batch.in_person)
		mt102_person_key(r, key, value);
	else
		mt102_head_key(r, key, value);
	return true;
}

bool mt102_batch_more(struct mt102_reader *r)
{
	if (!in_block(r) || r->batch.in_person)
		return false;
	mt102_head_more(r, r->text);
	return true;
}

static int block_order(const void *a, const void *b)
{
	const struct mt102_doc *x = *(struct mt102_doc *const *)a;
	const struct mt102_doc *y = *(struct mt102_doc *const *)b;
	int order = str_cmp(x->block, y->block);

	return order ? order : (x->line > y->line) - (x->line < y->line);
}

/* Their references are what tells the documents of a batch apart. */
static void check_blocks(struct mt102_reader *r)
{
	struct mt102_doc *docs = r->out->docs + r->batch.first, **sorted;
	size_t n = r->out->doc_count - r->batch.first;

	sorted = arena_alloc(r->cx->arena, (n + 1) * sizeof(*sorted));
	for (size_t i = 0; i < n; i++)
		sorted[i] = &docs[i];
	qsort(sorted, n, sizeof(*sorted), block_order);
	for (size_t i = 0; i < n; i++) {
		bool twice = i > 0 && str_eq(sorted[i]->block, sorted[i - 1]->block);

		if (twice || sorted[i]->block.n == 0)
			issue_add(&r->out->issues, ISSUE_FILE, sorted[i]->line,
				":21:", twice ? ERR_VALUE_TWICE : ERR_VALUE_MISSING, "%s", "");
	}
}

void mt102_batch_end(struct mt102_reader *r)
{
	struct mt102_batch *b = &r->batch;

	back_to_head(r);
	b->seen |= r->seen[MT102_OUTSIDE];
	if (!(b->seen & BIT(MT102_20)))
		mt102_refuse(r, MT102_20, ERR_TAG_MISSING, "");
	if (!(b->seen & BIT(MT102_32A)))
		mt102_refuse(r, MT102_32A, ERR_TAG_MISSING, "");
	for (size_t i = b->first; i < r->out->doc_count; i++) {
		r->out->docs[i].value = b->head.value;
		mt102_check_months(r, &r->out->docs[i]);
	}
	check_blocks(r);
	r->sum = b->sum;
	r->sum_unknown = b->sum_unknown;
	mt102_check_total(r);
	b->on = false;
}
