/* SPDX-License-Identifier: Apache-2.0 */
#include "service/demo.h"

#include <stdlib.h>

#include "base/check.h"
#include "ledger/ledger.h"
#include "limits.h"
#include "store/coverage_row.h"
#include "store/people.h"

enum { PORTION_PEOPLE = 2000, PORTION_ARENA_BYTES = 256 << 20 };

struct resident {
	int64_t key;
	struct country_person person;
};

struct demo {
	struct call *call;
	const struct demo_order *order;
	struct demo_report *report;
	struct country country;
	struct instant at;
	/* Everybody, by person key: the order in which tables are written. */
	struct resident *everybody;
	/* The context of one portion: its arena is emptied after each. */
	struct ctx work;
	int64_t intake;
	size_t lines_done;
	struct digest_state digest;
};

static void tell(const struct demo *d, enum demo_phase phase, size_t done, size_t of)
{
	if (d->order->tell)
		d->order->tell(d->order->tell_arg, phase, done, of);
}

/* People ----------------------------------------------------------------------------------- */

static int by_key(const void *a, const void *b)
{
	int64_t x = ((const struct resident *)a)->key, y = ((const struct resident *)b)->key;

	return (x > y) - (x < y);
}

static void settle(struct demo *d)
{
	for (size_t i = 0; i < d->country.people; i++) {
		struct resident *r = &d->everybody[i];

		country_person(&d->country, i, &r->person);
		r->key = people_key(d->call->db, &r->person.iin);
	}
	qsort(d->everybody, d->country.people, sizeof(*d->everybody), by_key);
}

/* A stretch of `everybody`. */
struct stretch {
	struct demo *demo;
	size_t from, to;
};

static ST write_people(struct ctx *cx, struct db *db, void *arg)
{
	struct stretch *s = arg;

	for (size_t i = s->from; i < s->to; i++) {
		const struct country_person *p = &s->demo->everybody[i].person;
		struct country_name name = country_name(&p->iin);
		struct person_row row = {.iin = p->iin,
			.surname = name.surname,
			.name = name.given,
			.fact = p->fact};
		int64_t key;
		bool is_new;

		TRY(people_add_fact(cx, db, &row, &key, &is_new));
		for (size_t k = 0; k < p->spell_count; k++)
			TRY(people_add_spell(cx, db, &p->iin, &p->spells[k], &is_new));
	}
	return OK;
}

/* Runs `fn` over everybody, a transaction for each portion. */
static ST in_portions(struct demo *d, enum demo_phase phase, tx_fn *fn)
{
	size_t n = d->country.people;

	for (size_t from = 0; from < n; from += PORTION_PEOPLE) {
		struct stretch s = {d, from, from + PORTION_PEOPLE < n ? from + PORTION_PEOPLE : n};

		TRY(tx_run(&d->work, d->call->db, TX_WRITE, fn, &s));
		arena_reset(d->work.arena);
		tell(d, phase, s.to, n);
	}
	return OK;
}

/* Payments --------------------------------------------------------------------------------- */

/* All facts in one order, as plain numbers: what the digest is of. */
static void note(struct demo *d, const struct payment_fact *f)
{
	int64_t v[] = {f->month.n, f->knp, f->payer_kind, money_to_tiyn(f->sum), f->paid_on.n,
		f->known_since.n, (int64_t)f->doc, f->line};

	digest_add(&d->digest, v, sizeof(v));
	digest_add(&d->digest, f->payer.d, IIN_DIGITS);
}

/* What the whole document will hold, which is announced before any of it is written. */
static ST count_person(struct demo *d, const struct country_person *p)
{
	struct payment_fact lines[COUNTRY_LINES_MAX];
	struct refund_fact back[COUNTRY_LINES_MAX];
	size_t n, m;

	digest_add(&d->digest, p->iin.d, IIN_DIGITS);
	for (size_t k = 0; k < p->spell_count; k++) {
		const struct spell *s = &p->spells[k];
		int64_t v[] = {s->kind, s->detail, s->from.n, s->to.n};

		digest_add(&d->digest, v, sizeof(v));
	}
	d->report->spells += p->spell_count;
	for (int place = 0; place < d->country.months; place++) {
		TRY(country_lines(&d->work, &d->country, p, place, lines, &n));
		country_refunds(&d->country, p, place, lines, n, back, &m);
		d->report->payments += n;
		d->report->refunds += m;
		for (size_t k = 0; k < n; k++) {
			note(d, &lines[k]);
			if (!money_add(d->report->paid, lines[k].sum, &d->report->paid))
				return fail(&d->work, MONEY_RANGE, "%s", "");
		}
		/* A refund adds to the sum of the document as its line does. */
		for (size_t k = 0; k < m; k++)
			if (!money_add(d->report->paid, back[k].sum, &d->report->paid))
				return fail(&d->work, MONEY_RANGE, "%s", "");
	}
	return OK;
}

/* In the order of people, not of keys: those differ from installation to installation. */
static ST count_all(struct demo *d)
{
	digest_start(&d->digest);
	for (size_t i = 0; i < d->country.people; i++) {
		TRY(count_person(d, &d->everybody[i].person));
		if (i % PORTION_PEOPLE == 0)
			arena_reset(d->work.arena);
	}
	d->report->digest = digest_end(&d->digest);
	return OK;
}

static ST announce(struct demo *d)
{
	struct buf ref = buf_new(d->work.arena, 128);
	struct intake intake;

	buf_fmt(&ref, "%zu people, seed %llu, ", d->country.people,
		(unsigned long long)d->order->seed);
	day_put(&ref, d->country.today);
	struct intake_new in = {.kind = INTAKE_DEMO,
		.source = STR_LIT("demo"),
		.ref = buf_view(&ref),
		.digest = d->report->digest,
		.lines = d->report->payments + d->report->refunds,
		.sum = d->report->paid,
		.at = d->at};
	TRY(intake_begin(&d->work, d->call->db, &in, &intake));
	d->intake = intake.intake;
	return OK;
}

static ST post(struct demo *d, struct portion *p)
{
	struct portion_result result;
	size_t lines = d->report->payments + d->report->refunds;

	p->intake = d->intake;
	p->lines_before = d->lines_done;
	p->last = d->lines_done + p->payment_count + p->refund_count == lines;
	p->law_digest = lawbook_digest(d->call->book);
	p->at = d->at;
	TRY(ledger_post_portion(&d->work, d->call->db, p, &result));
	/* Somebody else is filling the same database. */
	if (!result.applied || result.lines_conflict > 0)
		return fail(&d->work, DB_NOT_EMPTY, "%zu", result.lines_done);
	d->lines_done = result.lines_done;
	arena_reset(d->work.arena);
	tell(d, DEMO_PAYMENTS, d->lines_done, lines);
	return OK;
}

static ST pay_month(struct demo *d, int place, bool refunds)
{
	struct payment_line *paid = NULL;
	struct refund_line *back = NULL;
	size_t n = 0, m = 0;

	for (size_t i = 0; i < d->country.people; i++) {
		const struct resident *r = &d->everybody[i];
		struct payment_fact lines[COUNTRY_LINES_MAX];
		struct refund_fact returned[COUNTRY_LINES_MAX];
		size_t got, gone;

		if (!((refunds ? r->person.refunded : r->person.paid) >> place & 1))
			continue;
		if (!paid) {
			paid = arena_array(d->work.arena, LIMIT_PORTION_LINES, sizeof(*paid));
			back = arena_array(d->work.arena, LIMIT_PORTION_LINES, sizeof(*back));
		}
		TRY(country_lines(&d->work, &d->country, &r->person, place, lines, &got));
		country_refunds(&d->country, &r->person, place, lines, got, returned, &gone);
		for (size_t k = 0; !refunds && k < got; k++)
			paid[n++] = (struct payment_line){r->person.iin, r->key, lines[k], 0};
		for (size_t k = 0; refunds && k < gone; k++)
			back[m++] = (struct refund_line){r->person.iin, r->key, returned[k], 0};
		if (n + m > LIMIT_PORTION_LINES - COUNTRY_LINES_MAX) {
			TRY(post(d, &(struct portion){.payments = paid,
					    .payment_count = n,
					    .refunds = back,
					    .refund_count = m}));
			paid = NULL;
			n = m = 0;
		}
	}
	if (n + m == 0)
		return OK;
	return post(d,
		&(struct portion){
			.payments = paid, .payment_count = n, .refunds = back, .refund_count = m});
}

static ST pay_all(struct demo *d)
{
	for (int refunds = 0; refunds < 2; refunds++)
		for (int place = 0; place < d->country.months; place++)
			TRY(pay_month(d, place, refunds));
	return OK;
}

/* Summary rows ----------------------------------------------------------------------------- */

static ST facts_of(struct ctx *cx, struct demo *d, struct country_person *p, struct facts *out)
{
	size_t most = (size_t)d->country.months * COUNTRY_LINES_MAX, n;

	*out = (struct facts){.known = true,
		.persons = &p->fact,
		.person_count = 1,
		.spells = p->spells,
		.spell_count = p->spell_count};
	if (!p->paid)
		return OK;
	out->payments = arena_array(cx->arena, most, sizeof(*out->payments));
	out->refunds = arena_array(cx->arena, most, sizeof(*out->refunds));
	for (int place = 0; place < d->country.months; place++) {
		struct payment_fact *lines = out->payments + out->payment_count;

		TRY(country_lines(cx, &d->country, p, place, lines, &n));
		out->payment_count += n;
		country_refunds(
			&d->country, p, place, lines, n, out->refunds + out->refund_count, &n);
		out->refund_count += n;
	}
	return OK;
}

static ST summarise(struct ctx *cx, struct db *db, void *arg)
{
	struct stretch *s = arg;
	struct demo *d = s->demo;
	struct sha256 law = lawbook_digest(d->call->book);
	struct coverage_row *rows = arena_array(cx->arena, s->to - s->from, sizeof(*rows));

	for (size_t i = s->from; i < s->to; i++) {
		struct resident *r = &d->everybody[i];
		struct buf bytes = buf_new(cx->arena, LIMIT_BODY_BYTES);
		struct coverage_map map;
		struct facts facts;

		TRY(facts_of(cx, d, &r->person, &facts));
		TRY(coverage_map_build(cx, d->call->book, &facts, d->country.today, &map));
		coverage_map_write(&map, &bytes);
		rows[i - s->from] = (struct coverage_row){.person = r->key,
			.iin = r->person.iin,
			.known = d->country.today,
			.good_until = DAY_NEVER,
			.law = coverage_law(&law),
			.map = buf_view(&bytes)};
	}
	return coverage_rows_write(cx, db, rows, s->to - s->from);
}

/* The list of work holds the months of the document; their persons all have rows now. */
static ST clear_todo(struct ctx *cx, struct db *db, void *arg)
{
	struct coverage_todo *todo;
	size_t count;

	(void)arg;
	TRY(coverage_todo_list(cx, db, 64 + 1, &todo, &count));
	for (size_t i = 0; i < count; i++)
		TRY(coverage_todo_done(cx, db, &todo[i]));
	return OK;
}

/* The whole -------------------------------------------------------------------------------- */

static ST make_all(struct demo *d)
{
	struct db *db = d->call->db;

	TRY(db_bulk(&d->work, db, true));
	for (size_t i = 0; i < d->country.people; i++)
		country_person(&d->country, i, &d->everybody[i].person);
	TRY(count_all(d));
	settle(d);
	TRY(in_portions(d, DEMO_PEOPLE, write_people));
	if (d->report->payments > 0) {
		TRY(announce(d));
		TRY(pay_all(d));
	}
	TRY(in_portions(d, DEMO_SUMMARIES, summarise));
	TRY(tx_run(&d->work, db, TX_WRITE, clear_todo, NULL));
	TRY(db_bulk(&d->work, db, false));
	return db_checkpoint(&d->work, db);
}

ST demo_make(struct call *call, const struct demo_order *order, struct demo_report *out)
{
	struct ctx *cx = call->cx;
	struct demo d = {.call = call,
		.order = order,
		.report = out,
		.at = cx->clock->now(cx->clock),
		.work = *cx};
	int64_t people;
	enum st st;

	*out = (struct demo_report){.people = order->people};
	TRY(people_count(cx, call->db, &people));
	if (people > 0)
		return fail(cx, DB_NOT_EMPTY, "%lld", (long long)people);
	TRY(country_of(
		cx, call->book, order->seed, order->people, day_in_astana(d.at), &d.country));
	struct arena *all = arena_new(order->people * sizeof(*d.everybody) + (1 << 20));
	d.work.arena = arena_new(PORTION_ARENA_BYTES);
	d.everybody = arena_array(all, order->people, sizeof(*d.everybody));
	st = make_all(&d);
	if (st != OK)
		cx->err = d.work.err;
	arena_free(d.work.arena);
	arena_free(all);
	return st;
}

ST demo_is(struct call *call, bool *out)
{
	struct iin iin;
	int64_t person;

	TRY(iin_parse(call->cx, str_of(country_cast()[0].iin), &iin));
	return people_find(call->cx, call->db, &iin, &person, out);
}

ST demo_list(struct call *call, struct demo_person *out)
{
	struct ctx *cx = call->cx;
	struct day today = day_in_astana(cx->clock->now(cx->clock));
	struct coverage_day day = coverage_day_of(call->book, today);
	const struct country_role *cast = country_cast();

	for (int i = 0; i < COUNTRY_CAST; i++) {
		struct coverage_map map;
		struct facts facts;
		struct iin iin;
		int64_t person;
		bool found;

		TRY(iin_parse(cx, str_of(cast[i].iin), &iin));
		TRY(people_find(cx, call->db, &iin, &person, &found));
		if (!found)
			return fail(cx, NOT_FOUND, "%s", cast[i].name);
		TRY(facts_load(cx, call->db, person, &facts));
		TRY(coverage_map_build(cx, call->book, &facts, today, &map));
		struct coverage_verdict v = coverage_decide(&day, &map.hot);
		out[i] = (struct demo_person){&cast[i], v.insured, v.reason};
	}
	return OK;
}
