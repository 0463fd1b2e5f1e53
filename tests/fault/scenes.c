/* SPDX-License-Identifier: Apache-2.0 */
#include "scenes.h"

#include <sqlite3.h>

#include "base/log.h"
#include "ledger/audit.h"
#include "ledger/ledger.h"
#include "service/biller.h"
#include "service/group.h"
#include "service/import.h"
#include "service/invoice.h"
#include "service/lawsource.h"
#include "service/recheck.h"
#include "service/reconcile.h"
#include "service/status.h"
#include "service/work.h"
#include "store/copy.h"

enum { PRICE = 425000, GROUP = 3, REGISTER = 3, LINES = 12, DAY_SECONDS = 86400 };

/* ---- The stage ------------------------------------------------------------------------------- */

ST stage_open(struct stage *s, enum db_mode mode)
{
	struct ctx *cx = &s->f.cx;
	enum st st;

	TRY(db_open_with(cx, s->driver, s->f.path, mode, &s->call.db));
	st = mode == DB_MODE_ANY ? OK : db_serve(cx, s->call.db);
	return st == OK ? OK : stage_close(s, st);
}

ST stage_close(struct stage *s, enum st st)
{
	struct err_slot err = s->f.cx.err;

	db_close(s->call.db);
	s->call.db = NULL;
	s->f.cx.err = err;
	return st;
}

static struct iin person(const struct stage *s, unsigned i)
{
	return made_iin((s->n * GROUP + i) % s->people);
}

static ST import_text(struct stage *s, struct str text)
{
	static const struct import_options plain;
	struct import_report *report = ARENA_NEW(s->keep, struct import_report);

	return import_bytes(&s->call, text, &plain, report);
}

static struct str people_text(struct stage *s, unsigned first, unsigned count)
{
	struct buf b = buf_new(s->keep, 200 + (size_t)count * 80);

	buf_z(&b, "iin;surname;name;patronymic;birth_date;residence;in_system_from;known_since\n");
	for (unsigned i = 0; i < count; i++) {
		struct iin iin = made_iin(first + i);

		buf_fmt(&b, "%.12s;;;;1885-%.2s-%.2s;citizen;2026-06-01;\n", iin.d, iin.d + 2,
			iin.d + 4);
	}
	return buf_view(&b);
}

static const struct driver *plain_driver(const struct stage *s)
{
	return fixture_driver(&s->f);
}

void stage_start(struct stage *s, unsigned people)
{
	struct instant noon = {1795330800LL * 1000000}; /* 2026-11-22 */

	log_set_level(LOG_BROKEN);
	*s = (struct stage){.n = 0};
	fixture_prepare(&s->f);
	if (s->f.engine == ENGINE_POSTGRES)
		fixture_make_other(&s->f);
	s->f.clock = clock_fixed_at(noon);
	s->f.cx.clock = &s->f.clock.clock;
	s->driver = plain_driver(s);
	s->facts = arena_new(64 << 20);
	s->keep = arena_new(64 << 20);
	s->people = people;
	if (lawsource_load(&s->f.cx, s->facts, NULL, &s->book) != OK)
		fail_msg("the law book");
	s->call = (struct call){.cx = &s->f.cx, .book = s->book};
	if (stage_open(s, DB_MODE_CREATE) != OK || import_text(s, people_text(s, 0, people)) != OK)
		fail_msg("%s %s", err_info(s->f.cx.err.code)->name, s->f.cx.err.detail);
	db_close(s->call.db);
}

void stage_end(struct stage *s)
{
	PQfinish(s->looker);
	s->f.db = NULL;
	fixture_end(&s->f);
	arena_free(s->facts);
	arena_free(s->keep);
}

/* ---- What is there --------------------------------------------------------------------------- */

/* Payments of one commit share an entry: how many there are says nothing. */
static const char state_text[] =
	"SELECT 'txn ' || (SELECT count(*) FROM bank_txn) || ' ' ||"
	" (SELECT coalesce(sum(amount), 0) FROM bank_txn) || ', cancelled ' ||"
	" (SELECT count(*) FROM bank_cancel) || ', advance ' || (SELECT count(*) FROM advance) ||"
	" ' ' || (SELECT coalesce(sum(amount - 2 * returned * amount), 0) FROM advance) ||"
	" ', payment ' || (SELECT count(*) FROM payment) || ' ' ||"
	" (SELECT coalesce(sum(amount), 0) FROM payment) || ', refund ' ||"
	" (SELECT count(*) FROM refund) || ' ' || (SELECT coalesce(sum(amount), 0) FROM refund) ||"
	" ', transfers ' || (SELECT coalesce(sum(amount), 0) FROM transfer) || ', invoice ' ||"
	" (SELECT count(*) FROM invoice) || ' ' || (SELECT count(*) FROM invoice_month) || ' ' ||"
	" (SELECT count(*) FROM invoice_paid) || ', person ' || (SELECT count(*) FROM person) ||"
	" ' ' || (SELECT count(*) FROM person_fact) || ', intake ' ||"
	" (SELECT count(*) FROM intake) || ' ' || (SELECT coalesce(sum(lines), 0) FROM intake) ||"
	" ', suspense ' || (SELECT count(*) FROM suspense) || ', seal ' ||"
	" (SELECT count(*) FROM seal)";

static void state_of_file(const char *path, char out[SCENE_TEXT_BYTES])
{
	sqlite3_stmt *stmt = NULL;
	sqlite3 *h = NULL;

	if (sqlite3_open_v2(path, &h, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
		sqlite3_prepare_v2(h, state_text, -1, &stmt, NULL) == SQLITE_OK &&
		sqlite3_step(stmt) == SQLITE_ROW)
		snprintf(out, SCENE_TEXT_BYTES, "%s", (const char *)sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	sqlite3_close(h);
}

static void state_of_server(struct stage *s, const char *url, char out[SCENE_TEXT_BYTES])
{
	PGresult *r;

	if (!s->looker)
		s->looker = PQconnectdb(url);
	r = PQexec(s->looker, state_text);
	if (PQresultStatus(r) == PGRES_TUPLES_OK)
		snprintf(out, SCENE_TEXT_BYTES, "%s", PQgetvalue(r, 0, 0));
	PQclear(r);
}

void stage_state(struct stage *s, const char *url, char out[SCENE_TEXT_BYTES])
{
	snprintf(out, SCENE_TEXT_BYTES, "none");
	if (strncmp(url, "postgres:", 9) == 0)
		state_of_server(s, url, out);
	else
		state_of_file(url, out);
}

void stage_audit(struct stage *s, const char *url, const char *after)
{
	struct recheck recheck = {.book = s->book};
	const struct audit_options options = {recheck_coverage, &recheck};
	struct ctx *cx = &s->f.cx;
	struct audit_report r;
	struct db *db;

	arena_reset(cx->arena);
	err_clear(cx);
	if (db_open_with(cx, plain_driver(s), url, DB_MODE_WRITE, &db) != OK)
		fail_msg("%s: opening: %s %s", after, err_info(cx->err.code)->name, cx->err.detail);
	if (db_check(cx, db) != OK || audit_run(cx, db, &options, &r) != OK)
		fail_msg("%s: %s %s", after, err_info(cx->err.code)->name, cx->err.detail);
	for (size_t i = 0; i < r.finding_count; i++)
		print_error("%s: %s: %s\n", after, audit_check_code(r.findings[i].check),
			r.findings[i].where);
	if (r.finding_count)
		fail_msg("%s: the audit finds something", after);
	db_close(db);
}

/* ---- Units ----------------------------------------------------------------------------------- */

struct deed {
	struct group_unit unit;
	struct biller_request rq;
	struct biller_reply reply;
	struct invoice_wish wish;
	struct invoice_no no;
};

static ST take(struct call *call, struct arena *keep, void *arg)
{
	struct deed *d = arg;

	return biller_take(call, biller_profile_find(STR_LIT("osmp")), &d->rq, keep, &d->reply);
}

static ST make_invoice(struct call *call, struct arena *keep, void *arg)
{
	struct deed *d = arg;

	(void)keep;
	return invoice_make(call, &d->wish, &d->no);
}

static struct deed deed_of(
	struct stage *s, enum biller_command command, unsigned number, struct iin iin, int64_t tiyn)
{
	struct buf txn = buf_new(s->keep, 16);
	struct day day = day_in_astana(s->f.clock.at);

	buf_fmt(&txn, "%u", s->n * 10 + number);
	return (struct deed){.rq = {.command = command,
				     .txn = buf_view(&txn),
				     .account = str_copy(s->keep, iin_digits(&iin)),
				     .has_iin = true,
				     .iin = iin,
				     .has_sum = true,
				     .sum = money_tiyn(tiyn),
				     .has_time = true,
				     .time = day_number(day) * 1000000,
				     .day = day,
				     .field = ""}};
}

/* All in one group; an answer that is not "done" is an error of the test. */
static ST run_deeds(struct stage *s, struct deed *deeds, size_t count,
	ST (*fn)(struct call *, struct arena *, void *))
{
	struct group_unit *units[GROUP];
	enum st st = OK;

	for (size_t i = 0; i < count; i++) {
		deeds[i].unit = (struct group_unit){.run = fn, .arg = &deeds[i]};
		units[i] = &deeds[i].unit;
	}
	group_run(&s->call, units, count, s->keep);
	for (size_t i = 0; i < count; i++) {
		if (deeds[i].unit.st != OK) {
			st = deeds[i].unit.st;
			s->f.cx.err = deeds[i].unit.err;
		} else if (fn == take && deeds[i].reply.outcome != BILLER_OK) {
			fail_msg("%s", biller_outcome_code(deeds[i].reply.outcome));
		} else {
			s->answered++;
		}
	}
	return st;
}

/* ---- Scenes: inside of an open database ------------------------------------------------------ */

static ST take_one(struct stage *s, enum biller_command command, unsigned number, int64_t tiyn)
{
	struct deed d = deed_of(s, command, number, person(s, 0), tiyn);

	return run_deeds(s, &d, 1, take);
}

ST scene_do_pay(struct stage *s)
{
	return take_one(s, BILLER_PAY, 1, PRICE);
}

static ST do_pay_too_much(struct stage *s)
{
	return take_one(s, BILLER_PAY, 1, 2 * PRICE + 77);
}

static ST do_cancel(struct stage *s)
{
	return take_one(s, BILLER_CANCEL, 1, 2 * PRICE + 77);
}

static ST do_group(struct stage *s)
{
	struct deed d[GROUP];

	for (unsigned i = 0; i < GROUP; i++)
		d[i] = deed_of(s, BILLER_PAY, i, person(s, i), PRICE * (int64_t)(i + 1));
	return run_deeds(s, d, GROUP, take);
}

static ST do_invoice(struct stage *s)
{
	struct month months[] = {month_of(2026, 6), month_of(2026, 8)};
	struct deed d = {.wish = {person(s, 0), months, 2, 72}};

	TRY(run_deeds(s, &d, 1, make_invoice));
	s->no = d.no;
	return OK;
}

static ST do_pay_invoice(struct stage *s)
{
	struct deed d = deed_of(s, BILLER_PAY, 1, person(s, 0), 2 * PRICE);
	struct buf no = buf_new(s->keep, 16);

	invoice_no_put(&no, s->no);
	d.rq.has_iin = false;
	d.rq.has_invoice = true;
	d.rq.invoice = s->no;
	d.rq.account = buf_view(&no);
	return run_deeds(s, &d, 1, take);
}

/* The first row is there already. */
static ST do_register(struct stage *s)
{
	const struct biller_profile *p = biller_profile_find(STR_LIT("osmp"));
	struct buf b = buf_new(s->keep, 100 + REGISTER * 100);
	struct arena *own = s->f.cx.arena;
	struct reconcile_report report;
	struct biller_register r;
	int64_t day;
	enum st st;

	day = day_number(day_in_astana(s->f.clock.at));
	buf_z(&b, "bank;txn_id;txn_date;account;sum;status\n");
	for (unsigned i = 0; i < REGISTER; i++) {
		struct iin iin = person(s, i);

		buf_fmt(&b, "osmp;%u;%lld000000;%.12s;4250.00;0\n", s->n * 10 + i + 1,
			(long long)day, iin.d);
	}
	s->f.cx.arena = s->keep;
	st = biller_register_parse(&s->f.cx, p, &(struct biller_input){.text = buf_view(&b)}, &r);
	if (st == OK)
		st = reconcile_register(
			&s->call, p, &r, &(struct reconcile_options){.day = DAY_ALWAYS}, &report);
	s->f.cx.arena = own;
	return st;
}

static struct str lines_text(struct stage *s, bool refunds)
{
	struct buf b = buf_new(s->keep, 200 + LINES * 120);

	buf_z(&b, refunds ? "doc;line;iin;month;knp;sum;refunded_on\n"
			  : "doc;line;iin;month;knp;sum;payer;payer_kind;paid_on;received_on\n");
	for (unsigned i = 0; i < LINES; i++) {
		struct iin iin = person(s, i);

		buf_fmt(&b, "D-%u;%u;%.12s;2026-%02u;122;4250;%s", s->n, i, iin.d, 6 + i % 4,
			refunds ? "2026-11-20\n" : ";independent;2026-11-19;\n");
	}
	return buf_view(&b);
}

static ST do_import(struct stage *s)
{
	return import_text(s, lines_text(s, false));
}

static ST do_import_refunds(struct stage *s)
{
	return import_text(s, lines_text(s, true));
}

static ST do_import_people(struct stage *s)
{
	return import_text(s, people_text(s, 20000 + s->n * 5, 5));
}

/* Of the next day: summaries, the seal of today, the log of the database. */
static ST do_work(struct stage *s)
{
	struct work work = {.call = &s->call, .outdated_on = DAY_ALWAYS};
	struct work_report *report = ARENA_NEW(s->keep, struct work_report);
	struct instant today = s->f.clock.at;
	enum st st;

	s->f.clock.at.us += DAY_SECONDS * 1000000LL;
	/* Where traces stay, to look through all of them each time would take ever longer. */
	if (s->n > 0)
		work.outdated_on = day_in_astana(s->f.clock.at);
	st = work_round(&work, report);
	s->f.clock.at = today;
	return st;
}

static ST do_ask(struct stage *s)
{
	struct deed d = deed_of(s, BILLER_CHECK, 1, person(s, 0), PRICE);
	struct status_question q = {.iin = person(s, 1)};
	struct status_answer *answer = ARENA_NEW(s->keep, struct status_answer);

	TRY(biller_ask(&s->call, biller_profile_find(STR_LIT("osmp")), &d.rq, &d.reply));
	return status_find(&s->call, &q, answer);
}

static ST do_copy(struct stage *s)
{
	struct copy_report *report = ARENA_NEW(s->keep, struct copy_report);

	return db_copy(&s->f.cx, s->call.db, s->f.other, report);
}

static ST do_backup(struct stage *s)
{
	return db_backup_file(&s->f.cx, s->call.db, s->f.other);
}

static ST do_nothing(struct stage *s)
{
	(void)s;
	return OK;
}

/* ---- Scenes: from opening to closing --------------------------------------------------------- */

static ST in_db(struct stage *s, enum db_mode mode, ST (*what)(struct stage *s))
{
	TRY(stage_open(s, mode));
	return stage_close(s, what(s));
}

#define SCENE(name, mode, what)                                                                    \
	static ST name(struct stage *s)                                                            \
	{                                                                                          \
		return in_db(s, mode, what);                                                       \
	}

SCENE(ask, DB_MODE_READ, do_ask)
SCENE(pay, DB_MODE_WRITE, scene_do_pay)
SCENE(pay_too_much, DB_MODE_WRITE, do_pay_too_much)
SCENE(pay_group, DB_MODE_WRITE, do_group)
SCENE(cancel, DB_MODE_WRITE, do_cancel)
SCENE(invoice, DB_MODE_WRITE, do_invoice)
SCENE(pay_invoice, DB_MODE_WRITE, do_pay_invoice)
SCENE(take_register, DB_MODE_WRITE, do_register)
SCENE(import, DB_MODE_CREATE, do_import)
SCENE(import_refunds, DB_MODE_CREATE, do_import_refunds)
SCENE(import_people, DB_MODE_CREATE, do_import_people)
SCENE(work, DB_MODE_CREATE, do_work)
SCENE(migrate, DB_MODE_CREATE, do_nothing)
SCENE(copy, DB_MODE_READ, do_copy)
SCENE(backup, DB_MODE_ANY, do_backup)

static ST paid_and_imported(struct stage *s)
{
	TRY(pay(s));
	return import(s);
}

const struct scene scenes[] = {
	{.name = "ask", .prepare = pay, .run = ask, .whole = true},
	{.name = "pay", .run = pay, .whole = true},
	{.name = "pay_too_much", .run = pay_too_much, .whole = true},
	{.name = "pay_group", .run = pay_group, .whole = true},
	{.name = "cancel", .prepare = pay_too_much, .run = cancel, .whole = true},
	{.name = "invoice", .run = invoice, .whole = true},
	{.name = "pay_invoice", .prepare = invoice, .run = pay_invoice, .whole = true},
	{.name = "register", .prepare = pay, .run = take_register},
	{.name = "import", .run = import},
	{.name = "import_refunds", .prepare = import, .run = import_refunds},
	{.name = "import_people", .run = import_people},
	{.name = "work", .prepare = pay_group, .run = work},
	{.name = "migrate", .run = migrate, .bare = true},
	{.name = "copy", .prepare = paid_and_imported, .run = copy, .copies = true},
	{.name = "backup", .prepare = paid_and_imported, .run = backup, .copies = true},
};
const size_t scene_count = TEST_COUNT(scenes);

const struct scene *scene_find(const char *name)
{
	for (size_t i = 0; i < scene_count; i++)
		if (strcmp(scenes[i].name, name) == 0)
			return &scenes[i];
	fail_msg("no scene %s", name);
	return NULL;
}
