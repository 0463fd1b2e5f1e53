/* SPDX-License-Identifier: Apache-2.0 */
#include "store/payments.h"

#include "base/check.h"
#include "store/coverage_row.h"
#include "store/people.h"

enum { GIVEN_BYTES_MAX = 200, SOURCE_BYTES_MAX = 1000 };

STMT(payment_insert, WRITE, 11, 0, "$2 person",
	"INSERT INTO payment (month, person, doc, line, intake, knp, payer_kind, payer, amount,"
	"  paid_on, known_since) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
	"  ON CONFLICT (month, person, doc, line) DO NOTHING");
/* The same for many lines: most of the price of a row is starting and ending its statement. */
STMT(payment_insert_16, WRITE, 176, 0, "$2 person",
	"INSERT INTO payment (month, person, doc, line, intake, knp, payer_kind, payer, amount,"
	"  paid_on, known_since)"
	"  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11),"
	"  ($12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22),"
	"  ($23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33),"
	"  ($34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44),"
	"  ($45, $46, $47, $48, $49, $50, $51, $52, $53, $54, $55),"
	"  ($56, $57, $58, $59, $60, $61, $62, $63, $64, $65, $66),"
	"  ($67, $68, $69, $70, $71, $72, $73, $74, $75, $76, $77),"
	"  ($78, $79, $80, $81, $82, $83, $84, $85, $86, $87, $88),"
	"  ($89, $90, $91, $92, $93, $94, $95, $96, $97, $98, $99),"
	"  ($100, $101, $102, $103, $104, $105, $106, $107, $108, $109, $110),"
	"  ($111, $112, $113, $114, $115, $116, $117, $118, $119, $120, $121),"
	"  ($122, $123, $124, $125, $126, $127, $128, $129, $130, $131, $132),"
	"  ($133, $134, $135, $136, $137, $138, $139, $140, $141, $142, $143),"
	"  ($144, $145, $146, $147, $148, $149, $150, $151, $152, $153, $154),"
	"  ($155, $156, $157, $158, $159, $160, $161, $162, $163, $164, $165),"
	"  ($166, $167, $168, $169, $170, $171, $172, $173, $174, $175, $176)"
	"  ON CONFLICT (month, person, doc, line) DO NOTHING");
/* And for as many as there are. */
STMT_LOAD(payment_load, 11,
	"payment (month, person, doc, line, intake, knp, payer_kind, payer, amount, paid_on,"
	" known_since)",
	"$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11");
/* The same where lines are already: into a table of this session, and from there what is new. */
STMT_POSTGRES_STAGE(payment_stage, 12, "payment_stage_make()",
	"payment_stage (place, month, person, doc, line, intake, knp, payer_kind, payer, amount,"
	" paid_on, known_since)",
	"$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12");
STMT_POSTGRES(payment_stage_known, READ, 3, 3, "report",
	"SELECT s.place, s.amount, CASE WHEN p.knp = s.knp AND p.payer_kind = s.payer_kind"
	"  AND p.payer = s.payer AND p.amount = s.amount AND p.paid_on = s.paid_on"
	"  AND p.known_since = s.known_since THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END"
	"  FROM payment_stage AS s JOIN payment AS p ON p.month = s.month"
	"  AND p.person = s.person AND p.doc = s.doc AND p.line = s.line"
	"  WHERE p.month = $1 AND p.person >= $2 AND p.person <= $3 ORDER BY s.place");
STMT_POSTGRES(payment_stage_merge, WRITE, 0, 0, "report",
	"INSERT INTO payment (month, person, doc, line, intake, knp, payer_kind, payer, amount,"
	"  paid_on, known_since) SELECT month, person, doc, line, intake, knp, payer_kind, payer,"
	"  amount, paid_on, known_since FROM payment_stage ORDER BY place"
	"  ON CONFLICT (month, person, doc, line) DO NOTHING");
STMT(payment_any, READ, 3, 1, "report",
	"SELECT person FROM payment WHERE month = $1 AND person >= $2 AND person <= $3 LIMIT 1");
STMT(payment_same, READ, 10, 1, "$2 person",
	"SELECT person FROM payment WHERE month = $1 AND person = $2 AND doc = $3 AND line = $4"
	"  AND knp = $5 AND payer_kind = $6 AND payer = $7 AND amount = $8 AND paid_on = $9"
	"  AND known_since = $10");
STMT(payment_amount, READ, 4, 1, "$2 person",
	"SELECT amount FROM payment WHERE month = $1 AND person = $2 AND doc = $3 AND line = $4");
STMT(refund_insert, WRITE, 8, 0, "$2 person",
	"INSERT INTO refund (month, person, doc, line, known_since, knp, intake, amount)"
	"  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
	"  ON CONFLICT (person, month, doc, line, known_since, knp) DO NOTHING");
STMT(refund_same, READ, 7, 1, "$2 person",
	"SELECT person FROM refund WHERE month = $1 AND person = $2 AND doc = $3 AND line = $4"
	"  AND known_since = $5 AND knp = $6 AND amount = $7");
STMT(refund_sum, READ, 4, 1, "$2 person",
	"SELECT CAST(coalesce(SUM(amount), 0) AS BIGINT) FROM refund"
	"  WHERE month = $1 AND person = $2 AND doc = $3 AND line = $4");
STMT(suspense_insert, WRITE, 9, 0, "$1 intake",
	"INSERT INTO suspense (intake, place, doc, line, reason, field, given, amount, source)"
	"  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
STMT(suspense_read, READ, 2, 7, "$1 intake",
	"SELECT line, reason, field, given, amount, source, doc FROM suspense WHERE intake = $1"
	"  ORDER BY place LIMIT $2");
STMT(month_held_insert, WRITE, 1, 0, "",
	"INSERT INTO month_held (month) VALUES ($1) ON CONFLICT (month) DO NOTHING");
STMT(todo_insert, WRITE, 2, 0, "$1 intake",
	"INSERT INTO coverage_todo (intake, month) VALUES ($1, $2)"
	"  ON CONFLICT (intake, month) DO NOTHING");
STMT(payment_payer, READ, 4, 1, "$2 person",
	"SELECT payer_kind FROM payment"
	"  WHERE month = $1 AND person = $2 AND doc = $3 AND line = $4");

/* The columns of a payment line as numbers, without the document that brought it. */
enum {
	PAYMENT_NUMBERS = 10,
	REFUND_NUMBERS = 7,
	PAYMENT_ARGS = PAYMENT_NUMBERS + 1,
	GROUP = 16,
	LOAD_AT = 64
};

static void payment_numbers(const struct payment_line *l, int64_t out[PAYMENT_NUMBERS])
{
	const struct payment_fact *f = &l->fact;

	out[0] = month_to_number(f->month);
	out[1] = l->person;
	out[2] = (int64_t)f->doc;
	out[3] = f->line;
	out[4] = knp_number(f->knp);
	out[5] = f->payer_kind;
	out[6] = f->has_payer ? a_iin(&f->payer).i : 0;
	out[7] = money_to_tiyn(f->sum);
	out[8] = a_day(f->paid_on).i;
	out[9] = a_day(f->known_since).i;
}

static void refund_numbers(const struct refund_line *l, int64_t out[REFUND_NUMBERS])
{
	const struct refund_fact *f = &l->fact;

	out[0] = month_to_number(f->month);
	out[1] = l->person;
	out[2] = (int64_t)f->doc;
	out[3] = f->line;
	out[4] = a_day(f->known_since).i;
	out[5] = knp_number(f->knp);
	out[6] = money_to_tiyn(f->sum);
}

static uint64_t numbers_check(const struct db *db, const int64_t *v, size_t n)
{
	return digest_siphash(db_secret(db), v, n * sizeof(*v));
}

uint64_t payment_line_check(const struct db *db, const struct payment_line *line)
{
	int64_t v[PAYMENT_NUMBERS];

	payment_numbers(line, v);
	return numbers_check(db, v, PAYMENT_NUMBERS);
}

uint64_t refund_line_check(const struct db *db, const struct refund_line *line)
{
	int64_t v[REFUND_NUMBERS];

	refund_numbers(line, v);
	return numbers_check(db, v, REFUND_NUMBERS);
}

/* What is the same for all lines of one call. */
struct adding {
	struct ctx *cx;
	struct db *db;
	int64_t intake;
	struct lines_result *out;
	int64_t last_person; /* known to exist */
	struct month last_month;
	bool now; /* the summaries are written in this transaction */
};

static ST person_sure(struct adding *a, const struct iin *iin, int64_t person)
{
	int64_t key;

	if (person == a->last_person)
		return OK;
	TRY(people_add(a->cx, a->db, iin, &key, NULL));
	must(key == person);
	a->last_person = person;
	return OK;
}

static ST month_sure(struct adding *a, struct month month)
{
	if (month.n == a->last_month.n)
		return OK;
	TRY(db_run(a->cx, a->db, &stmt_month_held_insert, ARGS(a_month(month)), NULL));
	if (!a->now)
		TRY(db_run(a->cx, a->db, &stmt_todo_insert, ARGS(a_int(a->intake), a_month(month)),
			NULL));
	a->last_month = month;
	return OK;
}

static ST totals_add(
	struct ctx *cx, struct line_totals *t, enum payer_kind kind, enum knp knp, struct money sum)
{
	t->lines++;
	if (!money_add(t->sum[kind][knp], sum, &t->sum[kind][knp]) ||
		!money_add(t->total, sum, &t->total))
		return fail(cx, MONEY_RANGE, "%s", "");
	return OK;
}

/* A line whose key was there: the same content, or a conflict. */
static ST there_already(
	struct adding *a, const struct stmt *same, const int64_t *v, size_t n, size_t index)
{
	struct db_arg args[PAYMENT_NUMBERS];
	struct lines_result *out = a->out;
	struct money sum = money_tiyn(v[same->id == STMT_ID_payment_same ? 7 : 6]);
	struct rows r;
	bool found;

	for (size_t i = 0; i < n; i++)
		args[i] = a_int(v[i]);
	TRY(db_query_one(a->cx, a->db, same, args, n, &r, &found));
	if (!found) {
		out->conflicts[out->conflict_count++] = index;
		return OK;
	}
	rows_end(&r);
	out->repeated++;
	if (!money_add(out->repeated_sum, sum, &out->repeated_sum))
		return fail(a->cx, MONEY_RANGE, "%s", "");
	return OK;
}

/* The arguments of one row of payment_insert. */
static void payment_args(const int64_t *v, int64_t intake, struct db_arg *args)
{
	for (size_t i = 0; i < PAYMENT_NUMBERS; i++)
		args[i < 4 ? i : i + 1] = a_int(v[i]);
	args[4] = a_int(intake);
}

static ST payment_before(struct adding *a, const struct payment_line *l)
{
	must(l->fact.doc <= INT64_MAX && l->person >= 0);
	return month_sure(a, l->fact.month);
}

static ST payment_counted(struct adding *a, const struct payment_line *l, const int64_t *v)
{
	a->out->added.check += numbers_check(a->db, v, PAYMENT_NUMBERS);
	return totals_add(a->cx, &a->out->added, l->fact.payer_kind, l->fact.knp, l->fact.sum);
}

static ST payment_add(struct adding *a, const struct payment_line *l, size_t index)
{
	struct db_arg args[PAYMENT_ARGS];
	int64_t v[PAYMENT_NUMBERS], changed;

	TRY(payment_before(a, l));
	payment_numbers(l, v);
	payment_args(v, a->intake, args);
	TRY(db_run(a->cx, a->db, &stmt_payment_insert, args, PAYMENT_ARGS, &changed));
	if (changed == 0)
		return there_already(a, &stmt_payment_same, v, PAYMENT_NUMBERS, index);
	return payment_counted(a, l, v);
}

/* GROUP lines, none of which is in the table. */
static ST group_add(struct adding *a, const struct payment_line *lines)
{
	struct db_arg args[GROUP * PAYMENT_ARGS];
	int64_t v[PAYMENT_NUMBERS], changed;

	for (size_t i = 0; i < GROUP; i++) {
		TRY(payment_before(a, &lines[i]));
		payment_numbers(&lines[i], v);
		payment_args(v, a->intake, args + i * PAYMENT_ARGS);
		TRY(payment_counted(a, &lines[i], v));
	}
	TRY(db_run(a->cx, a->db, &stmt_payment_insert_16, args, GROUP * PAYMENT_ARGS, &changed));
	/* Only another writer at the same moment can have put one there. */
	return changed == GROUP ? OK : fail(a->cx, DB_BUSY, "%s", "");
}

/* All lines of a month at once, none of which is in the table. */
static ST range_load(struct adding *a, const struct payment_line *lines, size_t count)
{
	struct db_arg args[PAYMENT_ARGS];
	int64_t v[PAYMENT_NUMBERS];
	struct bulk bulk;
	enum st st;

	TRY(payment_before(a, &lines[0]));
	TRY(bulk_begin(a->cx, a->db, &stmt_payment_load, &bulk));
	for (size_t i = 0; i < count; i++) {
		payment_numbers(&lines[i], v);
		payment_args(v, a->intake, args);
		TRY(payment_counted(a, &lines[i], v));
		TRY(bulk_row(a->cx, &bulk, args, PAYMENT_ARGS));
	}
	st = bulk_end(a->cx, &bulk, NULL);
	if (st != E_CONFLICT)
		return st;
	/* Only another writer at the same moment can have put one there. */
	err_clear(a->cx);
	return fail(a->cx, DB_BUSY, "%s", "");
}

static ST stage_lines(struct adding *a, const struct payment_line *lines, size_t count)
{
	struct db_arg args[PAYMENT_ARGS + 1];
	int64_t v[PAYMENT_NUMBERS];
	struct bulk bulk;

	TRY(bulk_begin(a->cx, a->db, &stmt_payment_stage, &bulk));
	for (size_t i = 0; i < count; i++) {
		payment_numbers(&lines[i], v);
		args[0] = a_int((int64_t)i);
		payment_args(v, a->intake, args + 1);
		TRY(bulk_row(a->cx, &bulk, args, PAYMENT_ARGS + 1));
	}
	return bulk_end(a->cx, &bulk, NULL);
}

/* Marks the staged lines whose keys are there: the same again, or conflicts. */
static ST find_known(struct adding *a, const struct payment_line *lines, size_t count, size_t from,
	bool *known, size_t *known_count)
{
	struct lines_result *out = a->out;
	struct rows r;
	bool row;
	enum st st;

	*known_count = 0;
	TRY(db_query(a->cx, a->db, &stmt_payment_stage_known,
		ARGS(a_month(lines[0].fact.month), a_int(lines[0].person),
			a_int(lines[count - 1].person)),
		&r));
	while ((st = rows_next(a->cx, &r, &row)) == OK && row) {
		int64_t place = rows_int(&r, 0);

		must(place >= 0 && (size_t)place < count);
		known[place] = true;
		(*known_count)++;
		if (!rows_int(&r, 2))
			out->conflicts[out->conflict_count++] = from + (size_t)place;
		else if (money_add(out->repeated_sum, rows_money(&r, 1), &out->repeated_sum))
			out->repeated++;
		else
			st = fail(a->cx, MONEY_RANGE, "%s", "");
		if (st != OK)
			break;
	}
	rows_end(&r);
	return st;
}

/* All lines of a month at once, into a range that holds other lines, or these; `from` is the place
 * of the first one among all. */
static ST range_merge(struct adding *a, const struct payment_line *lines, size_t count, size_t from)
{
	bool *known = arena_array(a->cx->arena, count, sizeof(*known));
	int64_t v[PAYMENT_NUMBERS], changed;
	size_t known_count;

	TRY(payment_before(a, &lines[0]));
	TRY(stage_lines(a, lines, count));
	TRY(find_known(a, lines, count, from, known, &known_count));
	TRY(db_run(a->cx, a->db, &stmt_payment_stage_merge, NO_ARGS, &changed));
	/* Only another writer at the same moment can have put one there. */
	if (changed != (int64_t)(count - known_count))
		return fail(a->cx, DB_BUSY, "%s", "");
	for (size_t i = 0; i < count; i++) {
		if (known[i])
			continue;
		payment_numbers(&lines[i], v);
		TRY(payment_counted(a, &lines[i], v));
	}
	return OK;
}

/* How many lines from the first on are of one month and strictly ascending. */
static size_t run_length(const struct payment_line *l, size_t count)
{
	size_t n = 1;

	while (n < count && l[n].fact.month.n == l[0].fact.month.n &&
		(l[n].person > l[n - 1].person ||
			(l[n].person == l[n - 1].person && l[n].fact.doc == l[n - 1].fact.doc &&
				l[n].fact.line > l[n - 1].fact.line)))
		n++;
	return n;
}

static ST range_is_empty(struct adding *a, const struct payment_line *l, size_t n, bool *empty)
{
	struct rows r;
	bool found;

	TRY(db_query_one(a->cx, a->db, &stmt_payment_any,
		ARGS(a_month(l[0].fact.month), a_int(l[0].person), a_int(l[n - 1].person)), &r,
		&found));
	if (found)
		rows_end(&r);
	*empty = !found;
	return OK;
}

static struct adding adding_new(
	struct ctx *cx, struct db *db, int64_t intake, size_t count, struct lines_result *out)
{
	*out = (struct lines_result){0};
	out->conflicts = arena_array(cx->arena, count, sizeof(*out->conflicts));
	return (struct adding){.cx = cx,
		.db = db,
		.intake = intake,
		.out = out,
		.last_person = -1,
		.last_month = {-1}};
}

static ST persons_sure(struct adding *a, const struct payment_line *lines, size_t count)
{
	struct person_ref *refs = arena_alloc(a->cx->arena, (count + 1) * sizeof(*refs));
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		if (n == 0 || refs[n - 1].person != lines[i].person)
			refs[n++] = (struct person_ref){lines[i].iin, lines[i].person};
		else if (!iin_same(&refs[n - 1].iin, &lines[i].iin))
			return fail(a->cx, PERSON_CONFLICT, "%s", "two numbers have one key");
	}
	return people_add_many(a->cx, a->db, refs, n);
}

ST payments_add(struct ctx *cx, struct db *db, int64_t intake, const struct payment_line *lines,
	size_t count, struct lines_result *out)
{
	struct adding a = adding_new(cx, db, intake, count, out);
	size_t i = 0;

	TRY(persons_sure(&a, lines, count));
	while (i < count) {
		size_t end = i + run_length(lines + i, count - i);
		bool empty = false;

		if (end - i >= GROUP)
			TRY(range_is_empty(&a, lines + i, end - i, &empty));
		if (end - i >= LOAD_AT && db_loads(db)) {
			TRY(empty ? range_load(&a, lines + i, end - i)
				  : range_merge(&a, lines + i, end - i, i));
			i = end;
		}
		for (; empty && end - i >= GROUP; i += GROUP)
			TRY(group_add(&a, lines + i));
		for (; i < end; i++)
			TRY(payment_add(&a, &lines[i], i));
	}
	return OK;
}

/* GROUP lines of any persons, none of which was in the table when the caller looked. */
static ST placed_group(struct adding *a, const struct placed_line *lines)
{
	struct db_arg args[GROUP * PAYMENT_ARGS];
	int64_t v[PAYMENT_NUMBERS], changed;

	for (size_t i = 0; i < GROUP; i++) {
		TRY(payment_before(a, &lines[i].line));
		payment_numbers(&lines[i].line, v);
		payment_args(v, lines[i].by, args + i * PAYMENT_ARGS);
		TRY(payment_counted(a, &lines[i].line, v));
	}
	TRY(db_run(a->cx, a->db, &stmt_payment_insert_16, args, GROUP * PAYMENT_ARGS, &changed));
	return changed == GROUP ? OK : fail(a->cx, LINE_CONFLICT, "%s", "line of a payment");
}

ST payments_add_placed(struct ctx *cx, struct db *db, const struct placed_line *lines, size_t count,
	struct lines_result *out)
{
	struct adding a = adding_new(cx, db, 0, count, out);
	size_t i = 0;

	a.now = true;
	for (; count - i >= GROUP; i += GROUP)
		TRY(placed_group(&a, lines + i));
	for (; i < count; i++) {
		a.intake = lines[i].by;
		TRY(payment_add(&a, &lines[i].line, i));
	}
	return out->added.lines == count ? OK : fail(cx, LINE_CONFLICT, "%s", "line of a payment");
}

/* A refund moves money out of the account that the payment came into. */
static ST refund_payer_kind(struct adding *a, const int64_t *v, enum payer_kind *out)
{
	struct rows r;
	bool found;
	int64_t kind = PAYER_EMPLOYER;

	TRY(db_query_one(a->cx, a->db, &stmt_payment_payer,
		ARGS(a_int(v[0]), a_int(v[1]), a_int(v[2]), a_int(v[3])), &r, &found));
	if (!found)
		return fail(a->cx, REFUND_NO_PAYMENT, "%s", "");
	kind = rows_int(&r, 0);
	rows_end(&r);
	if (kind < 0 || kind >= PAYER_COUNT)
		return fail(a->cx, DB_BROKEN, "%s", "payer kind");
	*out = (enum payer_kind)kind;
	return OK;
}

/* Whoever chose the payment may have read it before another refund of it was written. */
static ST refund_fits(struct adding *a, const struct refund_fact *f, int64_t person)
{
	struct money left;
	bool found;

	TRY(payment_left(a->cx, a->db, person, f->month, f->doc, f->line, &left, &found));
	if (found && money_is_negative(left))
		return fail(a->cx, REFUND_TOO_MUCH, "%s", "");
	return OK;
}

static ST refund_add(struct adding *a, const struct refund_line *l, size_t index)
{
	int64_t v[REFUND_NUMBERS], changed;
	enum payer_kind kind = PAYER_EMPLOYER;

	TRY(person_sure(a, &l->iin, l->person));
	/* First, since it locks the person: two refunds of one payment come one after the other. */
	TRY(coverage_touch(a->cx, a->db, l->person));
	refund_numbers(l, v);
	TRY(refund_payer_kind(a, v, &kind));
	TRY(db_run(a->cx, a->db, &stmt_refund_insert,
		ARGS(a_int(v[0]), a_int(v[1]), a_int(v[2]), a_int(v[3]), a_int(v[4]), a_int(v[5]),
			a_int(a->intake), a_int(v[6])),
		&changed));
	if (changed == 0)
		return there_already(a, &stmt_refund_same, v, REFUND_NUMBERS, index);
	TRY(refund_fits(a, &l->fact, l->person));
	a->out->added.check += numbers_check(a->db, v, REFUND_NUMBERS);
	return totals_add(a->cx, &a->out->added, kind, l->fact.knp, l->fact.sum);
}

ST refunds_add(struct ctx *cx, struct db *db, int64_t intake, const struct refund_line *lines,
	size_t count, struct lines_result *out)
{
	struct adding a = adding_new(cx, db, intake, count, out);

	for (size_t i = 0; i < count; i++)
		TRY(refund_add(&a, &lines[i], i));
	return OK;
}

static struct str cut(struct str s, size_t max)
{
	return (struct str){s.p, s.n < max ? s.n : max};
}

/* Texts go into the check with their length, so that no two lines give the same bytes. */
static uint64_t suspense_check(
	struct ctx *cx, const struct db *db, int64_t intake, const struct suspense_line *l)
{
	int64_t v[] = {intake, (int64_t)l->doc, l->line, err_info(l->reason)->number,
		money_to_tiyn(l->sum), (int64_t)l->field.n, (int64_t)l->given.n,
		(int64_t)l->source.n};
	struct buf b = buf_new(cx->arena, sizeof(v) + l->field.n + l->given.n + l->source.n + 1);

	buf_put(&b, v, sizeof(v));
	buf_str(&b, l->field);
	buf_str(&b, l->given);
	buf_str(&b, l->source);
	return digest_siphash(db_secret(db), b.p, b.n);
}

ST suspense_add(struct ctx *cx, struct db *db, int64_t intake, size_t first,
	const struct suspense_line *lines, size_t count, struct line_totals *out)
{
	*out = (struct line_totals){0};
	for (size_t i = 0; i < count; i++) {
		struct suspense_line l = lines[i];

		l.given = cut(l.given, GIVEN_BYTES_MAX);
		l.source = cut(l.source, SOURCE_BYTES_MAX);
		l.field = cut(l.field, GIVEN_BYTES_MAX);
		TRY(db_run(cx, db, &stmt_suspense_insert,
			ARGS(a_int(intake), a_int((int64_t)(first + i)), a_int((int64_t)l.doc),
				a_int(l.line), a_int(err_info(l.reason)->number), a_text(l.field),
				a_bytes(l.given.p, l.given.n), a_money(l.sum),
				a_bytes(l.source.p, l.source.n)),
			NULL));
		out->check += suspense_check(cx, db, intake, &l);
		TRY(totals_add(cx, out, PAYER_EMPLOYER, KNP_CONTRIBUTION, l.sum));
	}
	return OK;
}

ST suspense_list(struct ctx *cx, struct db *db, int64_t intake, size_t max,
	struct suspense_row **out, size_t *count)
{
	size_t cap = 0;
	struct rows r;
	bool row;
	enum st st;

	*out = NULL;
	*count = 0;
	TRY(db_query(cx, db, &stmt_suspense_read, ARGS(a_int(intake), a_int((int64_t)max)), &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row) {
		struct suspense_row *s = ARENA_PUSH(cx->arena, *out, *count, cap);

		s->intake = intake;
		s->line = (uint32_t)rows_int(&r, 0);
		s->reason = (int)rows_int(&r, 1);
		s->field = str_copy(cx->arena, rows_text(&r, 2));
		s->given = str_copy(cx->arena, rows_bytes(&r, 3));
		s->sum = rows_money(&r, 4);
		s->source = str_copy(cx->arena, rows_bytes(&r, 5));
		s->doc = (uint64_t)rows_int(&r, 6);
	}
	rows_end(&r);
	return st;
}

ST payment_left(struct ctx *cx, struct db *db, int64_t person, struct month month, uint64_t doc,
	uint32_t line, struct money *left, bool *found)
{
	const struct db_arg args[] = {
		a_month(month), a_int(person), a_int((int64_t)doc), a_int(line)};
	struct money paid, back;
	struct rows r;
	bool any;

	*left = MONEY_ZERO;
	TRY(db_query_one(cx, db, &stmt_payment_amount, args, 4, &r, found));
	if (!*found)
		return OK;
	paid = rows_money(&r, 0);
	rows_end(&r);
	TRY(db_query_one(cx, db, &stmt_refund_sum, args, 4, &r, &any));
	must(any);
	back = rows_money(&r, 0);
	rows_end(&r);
	return money_sub(paid, back, left) ? OK : fail(cx, MONEY_RANGE, "%s", "");
}
