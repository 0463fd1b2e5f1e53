/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Damaged databases: each kind of damage is found, by the check that is meant for it.
 */
#include "unit/ledger/document.h"

#include "store/coverage_row.h"

/* A line of the table: what somebody did behind the program's back. */
struct damage {
	enum audit_check check;
	const char *what;
	const char *script; /* behind what lets it, see freely() */
};

/* The words that take the engine's own guards away from tables. */
#define NO_TRIGGER(table) "-" table ";"
#define ZERO "00000000000000000000000000000000"
#define ONE_LINE " WHERE person = (SELECT min(person) FROM payment)"

static const struct damage damages[] = {
	{AUDIT_CHECKS, "a sum changed, its total too",
		NO_TRIGGER("payment") "UPDATE payment SET amount = amount + 100" ONE_LINE},
	{AUDIT_INTAKE, "a sum changed",
		NO_TRIGGER("payment") "UPDATE payment SET amount = amount - 1" ONE_LINE},
	{AUDIT_POSTINGS, "a purpose code changed",
		NO_TRIGGER("payment") "UPDATE payment SET knp = 243 - knp" ONE_LINE},
	{AUDIT_POSTINGS, "a payer kind changed",
		NO_TRIGGER("payment") "UPDATE payment SET payer_kind = 5" ONE_LINE},
	{AUDIT_CHECKS, "a month moved",
		NO_TRIGGER("payment") "UPDATE payment SET month = 202512" ONE_LINE},
	{AUDIT_CHECKS, "a payment moved to another person",
		NO_TRIGGER("payment") "UPDATE payment SET person = "
				      "(SELECT max(person) FROM payment), line = 99" ONE_LINE},
	{AUDIT_CHECKS, "a day of payment changed",
		NO_TRIGGER("payment") "UPDATE payment SET paid_on = 20260101" ONE_LINE},
	{AUDIT_CHECKS, "a payer changed",
		NO_TRIGGER("payment") "UPDATE payment SET payer = 0" ONE_LINE},
	{AUDIT_LINES, "an impossible month",
		NO_TRIGGER("payment") "UPDATE payment SET month = 202613" ONE_LINE},
	{AUDIT_LINES, "a negative sum",
		NO_TRIGGER("payment") "UPDATE payment SET amount = -5" ONE_LINE},
	{AUDIT_LINES, "a line of no document",
		NO_TRIGGER("payment") "UPDATE payment SET intake = 5" ONE_LINE},
	{AUDIT_LINES, "a line of nobody",
		NO_TRIGGER("payment") "UPDATE payment SET person = 5" ONE_LINE},
	{AUDIT_LINES, "the list of months cut", "DELETE FROM month_held"},
	{AUDIT_INTAKE, "a line deleted", NO_TRIGGER("payment") "DELETE FROM payment" ONE_LINE},
	{AUDIT_INTAKE, "a line put in",
		"INSERT INTO payment SELECT 202602, person, doc, line, intake, knp, payer_kind,"
		" payer, amount, paid_on, known_since FROM payment" ONE_LINE},
	{AUDIT_INTAKE, "a document's total changed",
		"UPDATE intake SET amount_new = amount_new + 1"},
	{AUDIT_INTAKE, "a document finished too early",
		"UPDATE intake SET lines = lines + 1, finished = 1"},
	{AUDIT_INTAKE, "a document's reference changed", "UPDATE intake SET ref = 'other'"},
	{AUDIT_INTAKE, "suspense deleted", NO_TRIGGER("suspense") "DELETE FROM suspense"},
	{AUDIT_CHECKS, "a suspended number changed",
		NO_TRIGGER("suspense") "UPDATE suspense SET given = x'31'"},
	{AUDIT_TRANSFERS, "a transfer deleted",
		NO_TRIGGER("transfer") "DELETE FROM transfer WHERE seq = 0 AND place = 0"},
	{AUDIT_TRANSFERS, "a transfer between the wrong accounts",
		NO_TRIGGER("transfer") "UPDATE transfer SET debit = 4000000 WHERE place = 0"},
	{AUDIT_TRANSFERS, "a transfer of less than nothing",
		NO_TRIGGER("transfer") "UPDATE transfer SET amount = -amount WHERE place = 0"},
	{AUDIT_POSTINGS, "a transfer of another sum",
		NO_TRIGGER("transfer") "UPDATE transfer SET amount = amount + 1 WHERE place = 0"},
	{AUDIT_BALANCES, "more went out than came in",
		"INSERT INTO entry SELECT 1, 0, posted_at, 20991231, law, 0, 0, 1 FROM entry LIMIT "
		"1;"
		"INSERT INTO transfer VALUES (1, 0, 0, 4, 3000000, 1000000, 999999999999)"},
	{AUDIT_POSTINGS, "an entry deleted",
		NO_TRIGGER("transfer") NO_TRIGGER("entry") "DELETE FROM transfer WHERE seq = 1;"
							   "DELETE FROM entry WHERE seq = 1"},
	{AUDIT_SEALS, "an entry moved in time",
		NO_TRIGGER("entry") "UPDATE entry SET posted_at = posted_at + 1 WHERE seq = 0"},
	{AUDIT_SEALS, "an entry of another law book",
		NO_TRIGGER("entry") "UPDATE entry SET law = x'00' WHERE seq = 0"},
	{AUDIT_SEALS, "a seal changed",
		NO_TRIGGER("seal") "UPDATE seal SET digest = x'" ZERO ZERO "'"},
	{AUDIT_SEALS, "an entry put into a sealed day",
		"INSERT INTO entry SELECT 1, 0, posted_at, day, law, 0, 0, 0 FROM entry LIMIT 1"},
	{AUDIT_PERSONS, "an IIN changed",
		NO_TRIGGER("person") "UPDATE person SET iin = 990101000004" ONE_LINE},
	{AUDIT_PERSONS, "the secret of the installation changed",
		NO_TRIGGER("installation") "UPDATE installation SET secret = x'" ZERO "'"},
	{AUDIT_REFUNDS, "more back than was paid",
		"INSERT INTO refund SELECT person, month, doc, line, 20260301, knp, intake,"
		" amount + 1 FROM payment" ONE_LINE},
	{AUDIT_COVERAGE, "a summary of nobody",
		"INSERT INTO coverage VALUES (5, 5, 20260101, 99991231, 0, x'00')"},
	{AUDIT_COVERAGE, "a summary changed", "UPDATE coverage SET map = x'00'"},
	{AUDIT_SCHEMA, "a step of the schema changed",
		NO_TRIGGER("migration") "UPDATE migration SET digest = x'00' WHERE number = 2"},
};

/* Stands for the rules: the bytes are the number of payments. */
static enum st build_summary(struct ctx *cx, void *arg, const struct person_facts *facts,
	const struct coverage_row *row, struct buf *out, bool *skip)
{
	buf_u64(out, facts->facts.payment_count);
	return OK;
}

static const struct audit_options options = {build_summary, NULL};

/* "-table;" in front becomes what takes the guards of the table away in this engine. */
static const char *freely(struct fixture *f, const char *script)
{
	struct buf b = buf_new(f->cx.arena, 4096);

	if (f->engine == ENGINE_POSTGRES)
		buf_z(&b, "SET LOCAL session_replication_role = replica;"
			  "ALTER TABLE payment DROP CONSTRAINT payment_amount_check;"
			  "ALTER TABLE transfer DROP CONSTRAINT transfer_amount_check;");
	else
		buf_z(&b, "PRAGMA ignore_check_constraints = ON;");
	while (*script == '-') {
		int n = (int)strcspn(++script, ";");

		if (f->engine == ENGINE_SQLITE)
			buf_fmt(&b, "DROP TRIGGER %.*s_no_update; DROP TRIGGER %.*s_no_delete;", n,
				script, n, script);
		script += n + 1;
	}
	buf_z(&b, fixture_sql(f, script));
	return str_z(f->cx.arena, buf_view(&b));
}

/* Damages, audits inside of the same transaction, and leaves nothing of it behind. */
struct trial {
	const char *script;
	struct audit_report report;
};

static enum st try_damage(struct ctx *cx, struct db *db, void *arg)
{
	struct trial *t = arg;

	TRY(db_script(cx, db, t->script));
	TRY(audit_run(cx, db, &options, &t->report));
	return E_DENIED;
}

static enum st write_summary(struct ctx *cx, struct db *db, void *arg)
{
	const struct payment_line *line = arg;
	struct coverage_row row = {.person = line->person,
		.iin = line->iin,
		.known = day_of(2026, 5, 1),
		.good_until = DAY_NEVER,
		.map = STR_LIT("1")};

	TRY(db_script(cx, db, "DELETE FROM coverage_todo"));
	return coverage_rows_write(cx, db, &row, 1);
}

static void start(struct fixture *f)
{
	struct document d;
	int sealed;

	fixture_start(f);
	d = make_document(f, "a");
	assert_int_equal(import_document(f, &d, 99), OK);
	f->clock.at.us += 86400LL * 1000000;
	assert_int_equal(ledger_seal(&f->cx, f->db, day_in_astana(f->clock.at), &sealed), OK);
	assert_int_equal(sealed, 1);
	assert_int_equal(tx_run(&f->cx, f->db, TX_WRITE, write_summary, &d.lines[2]), OK);
}

static void test_clean_is_silent(void **state)
{
	struct fixture f;
	struct audit_report report;

	start(&f);
	assert_int_equal(audit_run(&f.cx, f.db, &options, &report), OK);
	assert_int_equal(report.finding_count, 0);
	assert_int_equal(report.counted[AUDIT_LINES], LINES + 1);
	assert_int_equal(report.counted[AUDIT_COVERAGE], 1);
	assert_int_equal(report.counted[AUDIT_SEALS], 1);
	assert_int_equal(report.counted[AUDIT_PERSONS], LINES);
	fixture_end(&f);
}

static void test_each_damage_is_found(void **state)
{
	struct fixture f;
	struct trial *t;

	start(&f);
	t = arena_alloc(f.cx.arena, sizeof(*t));
	for (size_t i = 0; i < TEST_COUNT(damages); i++) {
		t->script = freely(&f, damages[i].script);
		if (tx_run(&f.cx, f.db, TX_WRITE, try_damage, t) != E_DENIED)
			print_error("%s: %s\n", damages[i].what, f.cx.err.detail);
		else if (t->report.found[damages[i].check] == 0)
			print_error("%s: not found by %s\n", damages[i].what,
				audit_check_code(damages[i].check));
		else
			continue;
		_fail(__FILE__, __LINE__);
	}
	assert_clean(&f);
	fixture_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean_is_silent),
		cmocka_unit_test(test_each_damage_is_found),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
