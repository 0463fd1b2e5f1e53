/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/audit.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/check.h"
#include "ledger/audit_work.h"
#include "limits.h"
#include "store/migrate.h"

STMT(audit_secret, READ, 0, 1, "", "SELECT secret FROM installation");
STMT(audit_persons, STREAM, 0, 2, "report", "SELECT person, iin FROM person ORDER BY person");
STMT(audit_coverage, READ, 2, 6, "report",
	"SELECT person, iin, known, good_until, law, map FROM coverage WHERE person > $1"
	"  ORDER BY person LIMIT $2");
STMT(audit_coverage_orphans, READ, 0, 1, "report",
	"SELECT count(*) FROM coverage AS c WHERE NOT EXISTS"
	"  (SELECT 1 FROM person AS p WHERE p.person = c.person AND p.iin = c.iin)");

static const char *const codes[AUDIT_CHECK_COUNT] = {
	[AUDIT_SCHEMA] = "schema",
	[AUDIT_PAGES] = "pages",
	[AUDIT_PERSONS] = "persons",
	[AUDIT_LINES] = "lines",
	[AUDIT_INTAKE] = "intake",
	[AUDIT_POSTINGS] = "postings",
	[AUDIT_CHECKS] = "checks",
	[AUDIT_TRANSFERS] = "transfers",
	[AUDIT_BALANCES] = "balances",
	[AUDIT_REFUNDS] = "refunds",
	[AUDIT_SEALS] = "seals",
	[AUDIT_BANK] = "bank",
	[AUDIT_INVOICES] = "invoices",
	[AUDIT_COVERAGE] = "coverage",
};

const char *audit_check_code(enum audit_check check)
{
	must((unsigned)check < AUDIT_CHECK_COUNT);
	return codes[check];
}

void audit_found(
	struct audit_work *w, enum audit_check check, int64_t wrong_tiyn, const char *fmt, ...)
{
	struct audit_report *r = w->report;
	struct audit_finding *f;
	va_list ap;

	r->found[check]++;
	if (r->finding_count == AUDIT_FINDINGS_MAX)
		return;
	f = &r->findings[r->finding_count++];
	f->check = check;
	f->wrong = money_tiyn(wrong_tiyn);
	va_start(ap, fmt);
	vsnprintf(f->where, sizeof(f->where), fmt, ap);
	va_end(ap);
}

/* An error of the engine's own check is a finding; the audit goes on as far as it can. */
static void check_as_finding(
	struct ctx *cx, struct audit_work *w, enum audit_check check, enum st st)
{
	w->report->counted[check]++;
	if (st == OK)
		return;
	audit_found(w, check, 0, "%.90s", cx->err.detail);
	err_clear(cx);
}

static void digits_of(int64_t n, char out[IIN_DIGITS])
{
	for (int i = IIN_DIGITS; i-- > 0; n /= 10)
		out[i] = (char)('0' + n % 10);
}

static ST read_secret(struct ctx *cx, struct db *db, struct audit_work *w)
{
	struct rows r;
	struct str secret;
	bool found;

	TRY(db_query_one(cx, db, &stmt_audit_secret, NO_ARGS, &r, &found));
	if (!found)
		return fail(cx, DB_BROKEN, "%s", "no row in installation");
	secret = rows_bytes(&r, 0);
	if (secret.n == sizeof(w->secret))
		memcpy(w->secret, secret.p, secret.n);
	else
		audit_found(w, AUDIT_PERSONS, 0, "secret of the installation");
	rows_end(&r);
	return OK;
}

static ST check_persons(struct ctx *cx, struct db *db, struct audit_work *w)
{
	struct rows r;
	bool row;
	enum st st;

	TRY(db_query(cx, db, &stmt_audit_persons, NO_ARGS, &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row) {
		int64_t person = rows_int(&r, 0);
		char digits[IIN_DIGITS];

		digits_of(rows_int(&r, 1), digits);
		w->report->counted[AUDIT_PERSONS]++;
		if (!iin_valid(digits))
			audit_found(w, AUDIT_PERSONS, 0, "person %016llx: check digit",
				(unsigned long long)person);
		else if ((int64_t)(digest_siphash(w->secret, digits, IIN_DIGITS) >> 1) != person)
			audit_found(w, AUDIT_PERSONS, 0, "person %016llx: key",
				(unsigned long long)person);
	}
	rows_end(&r);
	return st;
}

/* Summary rows ----------------------------------------------------------------------------- */

static ST row_columns(struct ctx *cx, const struct rows *r, struct coverage_row *out)
{
	bool has;

	out->person = rows_int(r, 0);
	TRY(rows_iin(cx, r, 1, &has, &out->iin));
	TRY(rows_day(cx, r, 2, &out->known));
	TRY(rows_day(cx, r, 3, &out->good_until));
	out->law = rows_int(r, 4);
	out->map = str_copy(cx->arena, rows_bytes(r, 5));
	return OK;
}

static ST coverage_portion(
	struct ctx *cx, struct db *db, int64_t after, struct coverage_row *rows, size_t *count)
{
	struct rows r;
	bool row;
	enum st st;

	*count = 0;
	TRY(db_query(
		cx, db, &stmt_audit_coverage, ARGS(a_int(after), a_int(LIMIT_FACTS_BATCH)), &r));
	while ((st = rows_next(cx, &r, &row)) == OK && row)
		if ((st = row_columns(cx, &r, &rows[(*count)++])) != OK)
			break;
	rows_end(&r);
	return st;
}

static ST coverage_compare(struct ctx *cx, struct db *db, struct audit_work *w,
	const struct coverage_row *row, const struct person_facts *facts)
{
	struct buf built = buf_new(cx->arena, 1 << 16);
	struct coverage_row present;
	enum coverage_state state;
	bool skip = false;

	/* A row that is known to be behind is not read by anybody. */
	TRY(coverage_row_of(cx, db, row->person, &present, &state));
	if (state != COVERAGE_FRESH)
		return OK;
	TRY(w->options->coverage(cx, w->options->coverage_arg, facts, row, &built, &skip));
	if (skip)
		return OK;
	w->report->counted[AUDIT_COVERAGE]++;
	if (!str_eq(buf_view(&built), row->map))
		audit_found(w, AUDIT_COVERAGE, 0, "person %016llx: summary",
			(unsigned long long)row->person);
	return OK;
}

static ST coverage_batch(
	struct ctx *cx, struct db *db, struct audit_work *w, int64_t *after, size_t *count)
{
	struct coverage_row *rows = arena_array(cx->arena, LIMIT_FACTS_BATCH, sizeof(*rows));
	int64_t *persons = arena_array(cx->arena, LIMIT_FACTS_BATCH, sizeof(*persons));
	struct person_facts *facts;

	TRY(coverage_portion(cx, db, *after, rows, count));
	for (size_t i = 0; i < *count; i++)
		persons[i] = rows[i].person;
	TRY(facts_load_many(cx, db, persons, *count, &facts));
	for (size_t i = 0; i < *count; i++)
		TRY(coverage_compare(cx, db, w, &rows[i], &facts[i]));
	if (*count > 0)
		*after = persons[*count - 1];
	return OK;
}

static ST check_coverage(struct ctx *cx, struct db *db, struct audit_work *w)
{
	struct arena *whole = cx->arena, *part;
	int64_t after = -1;
	size_t count = 1;
	struct rows r;
	bool found;
	enum st st = OK;

	TRY(db_query_one(cx, db, &stmt_audit_coverage_orphans, NO_ARGS, &r, &found));
	if (found && rows_int(&r, 0) > 0)
		audit_found(w, AUDIT_COVERAGE, 0, "%lld summaries without a person",
			(long long)rows_int(&r, 0));
	if (found)
		rows_end(&r);
	if (!w->options || !w->options->coverage)
		return OK;
	part = arena_new(LIMIT_IMPORT_ARENA_BYTES);
	cx->arena = part;
	while (st == OK && count > 0) {
		arena_reset(part);
		st = coverage_batch(cx, db, w, &after, &count);
	}
	cx->arena = whole;
	arena_free(part);
	return st;
}

static ST audit_all(struct ctx *cx, struct db *db, void *arg)
{
	struct audit_work *w = arg;

	check_as_finding(cx, w, AUDIT_SCHEMA, db_schema_check(cx, db));
	check_as_finding(cx, w, AUDIT_PAGES, db_check(cx, db));
	TRY(read_secret(cx, db, w));
	TRY(check_persons(cx, db, w));
	TRY(audit_docs(cx, db, w));
	TRY(audit_banks(cx, db, w));
	TRY(audit_lines(cx, db, w));
	TRY(audit_invoices(cx, db, w));
	TRY(audit_refund_limits(cx, db, w));
	TRY(audit_waits(cx, db, w));
	TRY(audit_transfers(cx, db, w));
	audit_compare_docs(w);
	audit_compare_banks(w);
	TRY(audit_seals(cx, db, w));
	return check_coverage(cx, db, w);
}

ST audit_run(struct ctx *cx, struct db *db, const struct audit_options *options,
	struct audit_report *report)
{
	struct audit_work w = {.report = report, .options = options};
	enum st st;

	*report = (struct audit_report){0};
	w.arena = arena_new(LIMIT_IMPORT_ARENA_BYTES);
	st = tx_run(cx, db, TX_READ, audit_all, &w);
	arena_free(w.arena);
	return st;
}
