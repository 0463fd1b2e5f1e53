/* SPDX-License-Identifier: Apache-2.0 */
#include "store/people.h"

#include "base/check.h"
#include "limits.h"
#include "store/coverage_row.h"

STMT(person_read, READ, 1, 1, "$1 person", "SELECT iin FROM person WHERE person = $1");
STMT(person_insert, WRITE, 2, 0, "$1 person",
	"INSERT INTO person (person, iin) VALUES ($1, $2) ON CONFLICT (person) DO NOTHING");
/* The same for many: most of the price of a row is starting and ending its statement. */
STMT(person_read_16, READ, 16, 2, "report",
	"SELECT person, iin FROM person WHERE person IN"
	"  ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)");
STMT(person_insert_16, WRITE, 32, 0, "$1 person",
	"INSERT INTO person (person, iin) VALUES ($1, $2), ($3, $4), ($5, $6), ($7, $8),"
	"  ($9, $10), ($11, $12), ($13, $14), ($15, $16), ($17, $18), ($19, $20),"
	"  ($21, $22), ($23, $24), ($25, $26), ($27, $28), ($29, $30), ($31, $32)"
	"  ON CONFLICT (person) DO NOTHING");
STMT(person_fact_insert, WRITE, 8, 0, "$1 person",
	"INSERT INTO person_fact"
	"  (person, known_since, surname, name, patronymic, born, residence, in_system_from)"
	"  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
	"  ON CONFLICT (person, known_since) DO NOTHING");
STMT(person_fact_same, READ, 8, 1, "$1 person",
	"SELECT person FROM person_fact WHERE person = $1 AND known_since = $2 AND surname = $3"
	"  AND name = $4 AND patronymic = $5 AND born = $6 AND residence = $7"
	"  AND in_system_from = $8");
STMT(person_name_read, READ, 2, 7, "$1 person",
	"SELECT surname, name, patronymic, known_since, born, residence, in_system_from"
	"  FROM person_fact WHERE person = $1 AND known_since <= $2"
	"  ORDER BY known_since DESC LIMIT 1");
STMT(spell_insert, WRITE, 7, 0, "$1 person",
	"INSERT INTO spell (person, kind, detail, from_day, to_day, payer, known_since)"
	"  VALUES ($1, $2, $3, $4, $5, $6, $7)"
	"  ON CONFLICT (person, kind, detail, from_day, payer, known_since, to_day) DO NOTHING");
STMT(person_list, READ, 2, 1, "report",
	"SELECT person FROM person WHERE person > $1 ORDER BY person LIMIT $2");
STMT(person_count, READ, 0, 1, "report", "SELECT count(*) FROM person");
STMT(lookup_insert, WRITE, 5, 0, "$1 person",
	"INSERT INTO lookup (person, looked_at, id, channel, role) VALUES ($1, $2, $3, $4, $5)"
	"  ON CONFLICT (person, looked_at, id) DO NOTHING");
STMT_POSTGRES(lookup_months_make, READ, 1, 1, "", "SELECT lookup_months_make($1)");
STMT(lookup_read, READ, 2, 4, "$1 person",
	"SELECT looked_at, id, channel, role FROM lookup WHERE person = $1"
	"  ORDER BY looked_at DESC, id LIMIT $2");

int64_t person_key(const unsigned char secret[16], const struct iin *iin)
{
	return (int64_t)(digest_siphash(secret, iin->d, IIN_DIGITS) >> 1);
}

int64_t people_key(const struct db *db, const struct iin *iin)
{
	return person_key(db_secret(db), iin);
}

ST people_iin(struct ctx *cx, struct db *db, int64_t person, struct iin *out)
{
	struct rows r;
	bool found;
	enum st st;

	TRY(db_query_one(cx, db, &stmt_person_read, ARGS(a_int(person)), &r, &found));
	if (!found)
		return fail(cx, NOT_FOUND, "%s", "");
	st = rows_iin(cx, &r, 0, &found, out);
	rows_end(&r);
	return st;
}

ST people_find(struct ctx *cx, struct db *db, const struct iin *iin, int64_t *person, bool *found)
{
	int64_t wanted = a_iin(iin).i, stored;
	struct rows r;

	*person = people_key(db, iin);
	TRY(db_query_one(cx, db, &stmt_person_read, ARGS(a_int(*person)), &r, found));
	if (!*found)
		return OK;
	stored = rows_int(&r, 0);
	rows_end(&r);
	if (stored != wanted)
		return fail(cx, PERSON_CONFLICT, "%s", "two numbers have one key");
	return OK;
}

ST people_add(struct ctx *cx, struct db *db, const struct iin *iin, int64_t *person, bool *is_new)
{
	bool found;

	TRY(people_find(cx, db, iin, person, &found));
	if (is_new)
		*is_new = !found;
	if (found)
		return OK;
	return db_run(cx, db, &stmt_person_insert, ARGS(a_int(*person), a_iin(iin)), NULL);
}

enum { AT_ONCE = 16 };

/* Which of `n` ≤ AT_ONCE persons there are. */
static ST find_many(
	struct ctx *cx, struct db *db, const struct person_ref *refs, size_t n, bool *found)
{
	struct db_arg args[AT_ONCE];
	struct rows r;
	bool row, strange = false;
	enum st st;

	/* The last one again and again where there are fewer. */
	for (size_t i = 0; i < AT_ONCE; i++)
		args[i] = a_int(refs[i < n ? i : n - 1].person);
	TRY(db_query(cx, db, &stmt_person_read_16, args, AT_ONCE, &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row) {
		int64_t person = rows_int(&r, 0), iin = rows_int(&r, 1);

		for (size_t i = 0; i < n; i++) {
			if (refs[i].person != person)
				continue;
			found[i] = true;
			strange |= a_iin(&refs[i].iin).i != iin;
		}
	}
	rows_end(&r);
	TRY(st);
	return strange ? fail(cx, PERSON_CONFLICT, "%s", "two numbers have one key") : OK;
}

/* Inserts `n` ≤ AT_ONCE persons; `*added` is less when some of them were there. */
static ST insert_many(
	struct ctx *cx, struct db *db, const struct person_ref *refs, size_t n, int64_t *added)
{
	struct db_arg pairs[2 * AT_ONCE];

	for (size_t i = 0; i < n; i++) {
		pairs[2 * i] = a_int(refs[i].person);
		pairs[2 * i + 1] = a_iin(&refs[i].iin);
	}
	if (n == AT_ONCE)
		return db_run(cx, db, &stmt_person_insert_16, pairs, 2 * AT_ONCE, added);
	*added = 0;
	for (size_t i = 0; i < n; i++) {
		int64_t one;

		TRY(db_run(cx, db, &stmt_person_insert, pairs + 2 * i, 2, &one));
		*added += one;
	}
	return OK;
}

ST people_add_many(struct ctx *cx, struct db *db, const struct person_ref *refs, size_t count)
{
	/* Neighbours are mostly alike, all new or all known: what fits the last ones is tried
	 * first. */
	bool new_ones = false;

	for (size_t at = 0, n; at < count; at += n) {
		struct person_ref missing[AT_ONCE];
		bool found[AT_ONCE] = {false};
		size_t missing_count = 0;
		int64_t added;

		n = count - at < AT_ONCE ? count - at : AT_ONCE;
		if (new_ones) {
			TRY(insert_many(cx, db, refs + at, n, &added));
			if (added == (int64_t)n)
				continue;
		}
		TRY(find_many(cx, db, refs + at, n, found));
		for (size_t i = 0; i < n; i++)
			if (!found[i])
				missing[missing_count++] = refs[at + i];
		TRY(insert_many(cx, db, missing, missing_count, &added));
		new_ones = missing_count == n;
	}
	return OK;
}

ST people_add_fact(
	struct ctx *cx, struct db *db, const struct person_row *row, int64_t *person, bool *is_new)
{
	struct db_arg args[8];
	int64_t changed;
	struct rows r;
	bool same;

	TRY(people_add(cx, db, &row->iin, person, NULL));
	args[0] = a_int(*person);
	args[1] = a_day(row->fact.known_since);
	args[2] = a_text(row->surname);
	args[3] = a_text(row->name);
	args[4] = a_text(row->patronymic);
	args[5] = a_day(row->fact.born);
	args[6] = a_int(row->fact.residence);
	args[7] = a_day(row->fact.in_system_from);
	TRY(db_run(cx, db, &stmt_person_fact_insert, args, 8, &changed));
	*is_new = changed > 0;
	if (*is_new)
		return coverage_touch(cx, db, *person);
	TRY(db_query_one(cx, db, &stmt_person_fact_same, args, 8, &r, &same));
	if (!same)
		return fail(cx, PERSON_CONFLICT, "%s", "");
	rows_end(&r);
	return OK;
}

ST people_add_spell(struct ctx *cx, struct db *db, const struct iin *iin, const struct spell *spell,
	bool *is_new)
{
	int64_t person, changed;

	TRY(people_add(cx, db, iin, &person, NULL));
	TRY(db_run(cx, db, &stmt_spell_insert,
		ARGS(a_int(person), a_int(spell->kind), a_int(spell->detail), a_day(spell->from),
			a_day(spell->to), spell->has_payer ? a_iin(&spell->payer) : a_int(0),
			a_day(spell->known_since)),
		&changed));
	*is_new = changed > 0;
	return *is_new ? coverage_touch(cx, db, person) : OK;
}

static ST name_columns(struct ctx *cx, const struct rows *r, struct person_row *out)
{
	int64_t residence = rows_int(r, 5);

	if (residence < 0 || residence >= RESIDENCE_COUNT)
		return fail(cx, DB_BROKEN, "%s", "residence");
	out->surname = str_copy(cx->arena, rows_text(r, 0));
	out->name = str_copy(cx->arena, rows_text(r, 1));
	out->patronymic = str_copy(cx->arena, rows_text(r, 2));
	TRY(rows_day(cx, r, 3, &out->fact.known_since));
	TRY(rows_day(cx, r, 4, &out->fact.born));
	out->fact.residence = (enum residence)residence;
	return rows_day(cx, r, 6, &out->fact.in_system_from);
}

ST people_name(struct ctx *cx, struct db *db, int64_t person, struct day known,
	struct person_row *out, bool *found)
{
	struct rows r;
	enum st st;

	*out = (struct person_row){0};
	TRY(people_iin(cx, db, person, &out->iin));
	TRY(db_query_one(
		cx, db, &stmt_person_name_read, ARGS(a_int(person), a_day(known)), &r, found));
	if (!*found)
		return OK;
	st = name_columns(cx, &r, out);
	rows_end(&r);
	return st;
}

ST people_list(
	struct ctx *cx, struct db *db, int64_t after, size_t max, int64_t *out, size_t *count)
{
	struct rows r;
	bool row = true;
	enum st st;

	*count = 0;
	TRY(db_query(cx, db, &stmt_person_list, ARGS(a_int(after), a_int((int64_t)max)), &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row)
		out[(*count)++] = rows_int(&r, 0);
	rows_end(&r);
	return st;
}

ST people_count(struct ctx *cx, struct db *db, int64_t *out)
{
	struct rows r;
	bool found;

	TRY(db_query_one(cx, db, &stmt_person_count, NO_ARGS, &r, &found));
	must(found);
	*out = rows_int(&r, 0);
	rows_end(&r);
	return OK;
}

ST people_add_lookups(struct ctx *cx, struct db *db, const struct lookup_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		TRY(db_run(cx, db, &stmt_lookup_insert,
			ARGS(a_int(rows[i].person), a_instant(rows[i].at),
				a_bytes(rows[i].id, sizeof(rows[i].id)), a_int(rows[i].channel),
				a_int(rows[i].role)),
			NULL));
	return OK;
}

struct months_making {
	struct instant now;
	int64_t made;
};

static ST make_months(struct ctx *cx, struct db *db, void *arg)
{
	struct months_making *m = arg;
	struct rows r;
	bool found;

	TRY(db_query_one(cx, db, &stmt_lookup_months_make, ARGS(a_instant(m->now)), &r, &found));
	must(found);
	m->made = rows_int(&r, 0);
	rows_end(&r);
	return OK;
}

ST people_lookup_months(struct ctx *cx, struct db *db, struct instant now, int64_t *made)
{
	struct months_making m = {.now = now};

	*made = 0;
	if (!db_speaks(db, &stmt_lookup_months_make))
		return OK;
	TRY(tx_run(cx, db, TX_WRITE, make_months, &m));
	*made = m.made;
	return OK;
}

ST people_lookups(struct ctx *cx, struct db *db, int64_t person, size_t max,
	struct lookup_row **out, size_t *count)
{
	struct rows r;
	bool row;
	enum st st;

	*count = 0;
	*out = arena_array(cx->arena, max, sizeof(**out));
	TRY(db_query(cx, db, &stmt_lookup_read, ARGS(a_int(person), a_int((int64_t)max)), &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row) {
		struct lookup_row *l = &(*out)[(*count)++];
		struct str id = rows_bytes(&r, 1);

		l->person = person;
		l->at = rows_instant(&r, 0);
		memcpy(l->id, id.p, id.n < sizeof(l->id) ? id.n : sizeof(l->id));
		l->channel = (int)rows_int(&r, 2);
		l->role = (int)rows_int(&r, 3);
	}
	rows_end(&r);
	return st;
}
