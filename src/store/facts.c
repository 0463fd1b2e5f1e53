/* SPDX-License-Identifier: Apache-2.0 */
#include "store/people.h"

#include "base/check.h"
#include "limits.h"

/*
 * One person: a short look per month that has lines. The loop over months must be the outer one;
 * CROSS JOIN tells SQLite so, and PostgreSQL finds it by itself.
 */
STMT(facts_persons, READ, 1, 5, "$1 person",
	"SELECT person, known_since, born, residence, in_system_from"
	"  FROM person_fact WHERE person = $1 ORDER BY known_since");
STMT(facts_spells, READ, 1, 7, "$1 person",
	"SELECT person, kind, detail, from_day, to_day, payer, known_since"
	"  FROM spell WHERE person = $1");
STMT(facts_payments, READ, 1, 10, "$1 person",
	"SELECT p.person, p.month, p.knp, p.payer_kind, p.payer, p.amount, p.paid_on,"
	"  p.known_since, p.doc, p.line"
	"  FROM month_held AS m CROSS JOIN payment AS p"
	"  WHERE p.month = m.month AND p.person = $1");
STMT(facts_refunds, READ, 1, 7, "$1 person",
	"SELECT person, month, knp, amount, known_since, doc, line FROM refund WHERE person = $1");

/* A range of persons, in the order of the tables. */
STMT(batch_persons, READ, 2, 5, "report",
	"SELECT person, known_since, born, residence, in_system_from"
	"  FROM person_fact WHERE person >= $1 AND person <= $2 ORDER BY person, known_since");
STMT(batch_spells, READ, 2, 7, "report",
	"SELECT person, kind, detail, from_day, to_day, payer, known_since"
	"  FROM spell WHERE person >= $1 AND person <= $2 ORDER BY person");
STMT(batch_payments, READ, 3, 10, "report",
	"SELECT person, month, knp, payer_kind, payer, amount, paid_on, known_since, doc, line"
	"  FROM payment WHERE person >= $1 AND person <= $2 AND month = $3 ORDER BY person");
STMT(batch_refunds, READ, 2, 7, "report",
	"SELECT person, month, knp, amount, known_since, doc, line"
	"  FROM refund WHERE person >= $1 AND person <= $2 ORDER BY person");
STMT(batch_iins, READ, 2, 2, "report",
	"SELECT person, iin FROM person WHERE person >= $1 AND person <= $2 ORDER BY person");
STMT(batch_size, READ, 3, 1, "report",
	"SELECT count(*) FROM (SELECT person FROM person WHERE person >= $1 AND person <= $2"
	"  LIMIT $3) AS few");
STMT(month_list, READ, 0, 1, "", "SELECT month FROM month_held ORDER BY month");

/* Facts with the capacities of their arrays while they are read. */
struct gather {
	struct person_facts *of;
	size_t persons_cap, spells_cap, payments_cap, refunds_cap;
};

typedef enum st row_fn(struct ctx *cx, const struct rows *r, struct gather *g);

static ST not_a(struct ctx *cx, const char *what)
{
	return fail(cx, DB_BROKEN, "not a %s", what);
}

static ST knp_column(struct ctx *cx, const struct rows *r, int column, enum knp *out)
{
	return knp_from_number(rows_int(r, column), out) ? OK : not_a(cx, "purpose code");
}

static ST person_of_row(struct ctx *cx, const struct rows *r, struct gather *g)
{
	struct facts *f = &g->of->facts;
	struct person_fact *p;
	int64_t residence = rows_int(r, 3);

	if (residence < 0 || residence >= RESIDENCE_COUNT)
		return not_a(cx, "residence");
	p = ARENA_PUSH(cx->arena, f->persons, f->person_count, g->persons_cap);
	p->residence = (enum residence)residence;
	TRY(rows_day(cx, r, 1, &p->known_since));
	TRY(rows_day(cx, r, 2, &p->born));
	return rows_day(cx, r, 4, &p->in_system_from);
}

static ST spell_of_row(struct ctx *cx, const struct rows *r, struct gather *g)
{
	struct facts *f = &g->of->facts;
	struct spell *s;
	int64_t kind = rows_int(r, 1), detail = rows_int(r, 2);

	if (kind < 0 || kind >= SPELL_COUNT || detail < 0 || detail > UINT8_MAX)
		return not_a(cx, "spell");
	s = ARENA_PUSH(cx->arena, f->spells, f->spell_count, g->spells_cap);
	s->kind = (enum spell_kind)kind;
	s->detail = (uint8_t)detail;
	TRY(rows_day(cx, r, 3, &s->from));
	TRY(rows_day(cx, r, 4, &s->to));
	TRY(rows_iin(cx, r, 5, &s->has_payer, &s->payer));
	return rows_day(cx, r, 6, &s->known_since);
}

static ST payment_of_row(struct ctx *cx, const struct rows *r, struct gather *g)
{
	struct facts *f = &g->of->facts;
	struct payment_fact *p;
	int64_t kind = rows_int(r, 3), line = rows_int(r, 9);

	if (kind < 0 || kind >= PAYER_COUNT || line < 0 || line > UINT32_MAX)
		return not_a(cx, "payment line");
	p = ARENA_PUSH(cx->arena, f->payments, f->payment_count, g->payments_cap);
	p->payer_kind = (enum payer_kind)kind;
	p->line = (uint32_t)line;
	p->doc = (uint64_t)rows_int(r, 8);
	p->sum = rows_money(r, 5);
	TRY(rows_month(cx, r, 1, &p->month));
	TRY(knp_column(cx, r, 2, &p->knp));
	TRY(rows_iin(cx, r, 4, &p->has_payer, &p->payer));
	TRY(rows_day(cx, r, 6, &p->paid_on));
	return rows_day(cx, r, 7, &p->known_since);
}

static ST refund_of_row(struct ctx *cx, const struct rows *r, struct gather *g)
{
	struct facts *f = &g->of->facts;
	struct refund_fact *p;
	int64_t line = rows_int(r, 6);

	if (line < 0 || line > UINT32_MAX)
		return not_a(cx, "refund line");
	p = ARENA_PUSH(cx->arena, f->refunds, f->refund_count, g->refunds_cap);
	p->line = (uint32_t)line;
	p->doc = (uint64_t)rows_int(r, 5);
	p->sum = rows_money(r, 3);
	TRY(rows_month(cx, r, 1, &p->month));
	TRY(knp_column(cx, r, 2, &p->knp));
	return rows_day(cx, r, 4, &p->known_since);
}

static ST iin_of_row(struct ctx *cx, const struct rows *r, struct gather *g)
{
	bool has;

	g->of->facts.known = true;
	return rows_iin(cx, r, 1, &has, &g->of->iin);
}

/* Which statement gives which facts, for one person and for a range. */
static const struct part {
	const struct stmt *one, *range;
	row_fn *row;
} parts[] = {
	{&stmt_facts_persons, &stmt_batch_persons, person_of_row},
	{&stmt_facts_spells, &stmt_batch_spells, spell_of_row},
	{&stmt_facts_refunds, &stmt_batch_refunds, refund_of_row},
};
enum { PART_COUNT = sizeof(parts) / sizeof(parts[0]) };

/* All rows of a statement into `g`, whose persons are in ascending order as the rows are. */
static ST gather_rows(struct ctx *cx, struct rows *r, row_fn *fn, struct gather *g, size_t count)
{
	size_t at = 0;
	bool row;
	enum st st;

	while ((st = rows_next(cx, r, &row)) == OK && row) {
		int64_t person = rows_int(r, 0);

		while (at < count && g[at].of->person < person)
			at++;
		if (at == count || g[at].of->person != person)
			continue;
		st = fn(cx, r, &g[at]);
		if (st != OK)
			break;
	}
	rows_end(r);
	return st;
}

static ST load_one(struct ctx *cx, struct db *db, struct gather *g)
{
	struct facts *f = &g->of->facts;
	struct rows r;

	for (int i = 0; i < PART_COUNT; i++) {
		TRY(db_query(cx, db, parts[i].one, ARGS(a_int(g->of->person)), &r));
		TRY(gather_rows(cx, &r, parts[i].row, g, 1));
	}
	TRY(db_query(cx, db, &stmt_facts_payments, ARGS(a_int(g->of->person)), &r));
	TRY(gather_rows(cx, &r, payment_of_row, g, 1));
	f->known = f->person_count + f->spell_count + f->payment_count + f->refund_count > 0;
	return OK;
}

ST facts_load(struct ctx *cx, struct db *db, int64_t person, struct facts *out)
{
	struct person_facts of = {.person = person};
	struct gather g = {.of = &of};

	TRY(load_one(cx, db, &g));
	*out = of.facts;
	return OK;
}

static ST months_held(struct ctx *cx, struct db *db, int64_t **out, size_t *count)
{
	size_t cap = 0;
	struct rows r;
	bool row;
	enum st st;

	*out = NULL;
	*count = 0;
	TRY(db_query(cx, db, &stmt_month_list, NO_ARGS, &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row)
		*ARENA_PUSH(cx->arena, *out, *count, cap) = rows_int(&r, 0);
	rows_end(&r);
	return st;
}

static ST load_range(struct ctx *cx, struct db *db, struct gather *g, size_t count)
{
	struct db_arg first = a_int(g[0].of->person), last = a_int(g[count - 1].of->person);
	int64_t *months;
	size_t month_count;
	struct rows r;

	for (int i = 0; i < PART_COUNT; i++) {
		TRY(db_query(cx, db, parts[i].range, ARGS(first, last), &r));
		TRY(gather_rows(cx, &r, parts[i].row, g, count));
	}
	TRY(months_held(cx, db, &months, &month_count));
	for (size_t m = 0; m < month_count; m++) {
		TRY(db_query(
			cx, db, &stmt_batch_payments, ARGS(first, last, a_int(months[m])), &r));
		TRY(gather_rows(cx, &r, payment_of_row, g, count));
	}
	TRY(db_query(cx, db, &stmt_batch_iins, ARGS(first, last), &r));
	return gather_rows(cx, &r, iin_of_row, g, count);
}

/* Reading a range pays only when most of its persons are wanted. */
static ST range_is_dense(
	struct ctx *cx, struct db *db, const int64_t *persons, size_t count, bool *dense)
{
	int64_t most = (int64_t)count * 2;
	struct rows r;
	bool found;

	TRY(db_query_one(cx, db, &stmt_batch_size,
		ARGS(a_int(persons[0]), a_int(persons[count - 1]), a_int(most)), &r, &found));
	must(found);
	*dense = rows_int(&r, 0) < most;
	rows_end(&r);
	return OK;
}

ST facts_load_many(struct ctx *cx, struct db *db, const int64_t *persons, size_t count,
	struct person_facts **out)
{
	struct gather *g = arena_array(cx->arena, count, sizeof(*g));
	bool dense;

	must(count <= LIMIT_FACTS_BATCH);
	*out = arena_array(cx->arena, count, sizeof(**out));
	if (count == 0)
		return OK;
	for (size_t i = 0; i < count; i++) {
		must(i == 0 || persons[i - 1] < persons[i]);
		(*out)[i].person = persons[i];
		g[i].of = &(*out)[i];
	}
	TRY(range_is_dense(cx, db, persons, count, &dense));
	if (dense)
		return load_range(cx, db, g, count);
	for (size_t i = 0; i < count; i++) {
		TRY(load_one(cx, db, &g[i]));
		TRY(people_iin(cx, db, persons[i], &(*out)[i].iin));
		(*out)[i].facts.known = true;
	}
	return OK;
}
