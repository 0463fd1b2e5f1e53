/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of statements: numbers of arguments and columns, shard keys, the common tongue of the
 * engines, the generated schema. With --dump it prints the schema and the statements as PostgreSQL
 * gets them, for statements_pg.py.
 */
#include "support/store_fixture.h"

#include "ledger/statements.h"
#include "store/migrate.h"

/* Says what is wrong with a statement and ends the test. */
#define refuse(...)                                                                                \
	do {                                                                                       \
		print_error(__VA_ARGS__);                                                          \
		_fail(__FILE__, __LINE__);                                                         \
	} while (0)

enum { STMT2_MAX = 12, SCHEMA_BYTES = 1 << 20 };

static const char *schema_path;

static const struct stmt *stmt_at(size_t i)
{
	if (i < store_statement_count)
		return store_statements[i];
	i -= store_statement_count;
	return i < ledger_statement_count ? ledger_statements[i] : NULL;
}

/* Statements that read across persons or documents, and why they may. Audits and copies are all of
 * these. */
static const char *const reports[] = {
	"person_list",         /* rebuild and audit, in portions */
	"person_count",        /* figures for operators */
	"batch_persons",       /* rebuild: a range of persons, in the order of the tables */
	"batch_spells",        /* the same */
	"batch_payments",      /* the same */
	"batch_refunds",       /* the same */
	"batch_iins",          /* the same */
	"batch_size",          /* the same */
	"touched_list",        /* list of work */
	"todo_list",           /* list of work */
	"todo_persons",        /* list of work */
	"outdated_list",       /* rows of another law book or day */
	"payment_load",        /* import: the lines of a portion, where a range is empty */
	"payment_any",         /* import: is a range of a month still empty? */
	"payment_stage",       /* import: a table of this session alone */
	"payment_stage_known", /* import: the lines of a portion, where others are */
	"payment_stage_merge", /* the same */
	"person_read_16",      /* import: persons of a portion, many shards at once */
	"invoice_paid_64",     /* who waits for what: many shards at once, once a second */
	"intake_last",         /* freshness, once a turn */
	"balance_read",        /* figures for operators */
	"seal_days",           /* nightly */
	"seal_entries",        /* nightly */
	"bank_taken_day",      /* reconciliation: a bank's day */
	"invoice_persons",     /* reconciliation: invoices that a register names */
	"waiting_read",        /* list of work */
	"outbox_size",         /* no more than the sender can do; rare beside pages */
	"outbox_list",         /* list of work */
	"bank_txn_read_16",    /* payments of one commit, where a question is far */
	"coverage_read_16",    /* the same */
	"touched_delete_16",   /* the same */
	"advance_persons",     /* the turn of the month */
};

/* Tables without persons or documents: each shard has a copy. */
static const char *const references[] = {"migration", "installation", "seal", "month_held",
	"account", "gate", "qr_bank", "pg_roles", "pg_advisory_xact_lock"};

static bool in_list(const char *const *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], name) == 0)
			return true;
	return false;
}

/* The small letters and underscores at `p`: the name of a table or column. */
static struct str name_at(const char *p)
{
	return (struct str){p, strspn(p, "abcdefghijklmnopqrstuvwxyz_")};
}

/* The word behind FROM, INTO, UPDATE or JOIN is a table. */
static bool only_references(struct arena *a, const char *text)
{
	static const char *const before[] = {"FROM ", "INTO ", "UPDATE ", "JOIN "};

	for (size_t i = 0; i < TEST_COUNT(before); i++)
		for (const char *p = text; (p = strstr(p, before[i]));) {
			struct str table = name_at(p += strlen(before[i]));

			if (table.n &&
				!in_list(references, TEST_COUNT(references), str_z(a, table)))
				return false;
		}
	return true;
}

/* "column = $n" somewhere, or the n-th value of an INSERT goes into the column. */
static bool names_shard(const char *text, uint64_t n, struct str column)
{
	char equal[64];
	struct str list = str_of(strchr(text, '('));
	uint64_t at = 0;

	snprintf(equal, sizeof(equal), "%.*s = $%u", STR(column), (unsigned)n);
	if (strstr(text, equal))
		return true;
	if (strncmp(text, "INSERT INTO ", 12) != 0 || !list.p)
		return false;
	list = (struct str){list.p + 1, strcspn(list.p + 1, ")")};
	while (list.n) {
		struct str word = str_trim(str_cut(&list, ','));

		if (++at == n)
			return str_eq(word, column);
	}
	return false;
}

static void test_counts_on_sqlite(void **state)
{
	struct fixture f;
	const struct stmt *s;

	fixture_start(&f);
	for (size_t i = 0; (s = stmt_at(i)); i++) {
		struct driver_stmt *p;

		if (!db_speaks(f.db, s))
			continue;
		p = db_prepared(&f.cx, f.db, s);

		if (!p)
			refuse("%s: %s", s->name, f.cx.err.detail);
		if (s->args > DRIVER_ARGS_MAX)
			refuse("%s: more arguments than a driver has room for", s->name);
		if (driver_sqlite_arg_count(p) != s->args)
			refuse("%s: arguments", s->name);
		if (driver_sqlite_column_count(p) != s->columns)
			refuse("%s: columns", s->name);
	}
	assert_int_equal(store_statement_count + ledger_statement_count, STMT_ID_COUNT);
	fixture_end(&f);
}

static void check_shard(struct arena *a, const struct stmt *s)
{
	struct str column = str_of(s->shard);
	struct str number = str_cut(&column, ' ');
	uint64_t n;

	if (strcmp(s->shard, "") == 0) {
		if (!only_references(a, s->text[ENGINE_POSTGRES]))
			refuse("%s: no shard key, and not only reference tables", s->name);
	} else if (strcmp(s->shard, "report") == 0) {
		if (strncmp(s->name, "audit_", 6) != 0 && strncmp(s->name, "copy_", 5) != 0 &&
			!in_list(reports, TEST_COUNT(reports), s->name))
			refuse("%s: a report that is not on the list", s->name);
	} else {
		assert_true(number.p[0] == '$' &&
			    str_to_u64((struct str){number.p + 1, number.n - 1}, 24, &n));
		if (!names_shard(s->text[ENGINE_POSTGRES], n, column))
			refuse("%s: does not name %s", s->name, s->shard);
	}
}

static void test_one_shard_key(void **state)
{
	struct arena *a = arena_new(1 << 20);
	const struct stmt *s;

	for (size_t i = 0; (s = stmt_at(i)); i++)
		check_shard(a, s);
	arena_free(a);
}

static void test_common_tongue(void **state)
{
	static const char *const banned[] = {"now()", "random", "CURRENT_", "?", "RECURSIVE",
		"SAVEPOINT", "rowid", "REPLACE", "OR IGNORE", "date(", "LIKE", "GLOB", "AVG(",
		"json", "||"};
	const struct stmt *s;
	int twofold = 0;

	for (size_t i = 0; (s = stmt_at(i)); i++) {
		const char *text = s->text[ENGINE_POSTGRES];

		twofold += !s->text[ENGINE_SQLITE] || strcmp(text, s->text[ENGINE_SQLITE]) != 0;
		for (size_t b = 0; b < TEST_COUNT(banned); b++)
			if (strstr(text, banned[b]))
				refuse("%s: %s", s->name, banned[b]);
		if (strstr(text, "SUM(") && !strstr(text, "AS BIGINT)"))
			refuse("%s: SUM without CAST", s->name);
		if ((s->kind != STMT_WRITE) != (strncmp(text, "SELECT", 6) == 0))
			refuse("%s: kind", s->name);
	}
	assert_true(twofold <= STMT2_MAX);
}

static void test_schema_file(void **state)
{
	struct fixture f;
	struct buf want;
	char *got;
	size_t n;
	FILE *in;

	fixture_start(&f);
	want = buf_new(f.cx.arena, SCHEMA_BYTES);
	assert_int_equal(schema_put(&f.cx, ENGINE_SQLITE, &want), OK);
	in = fopen(schema_path, "rb");
	assert_non_null(in);
	got = arena_alloc(f.cx.arena, SCHEMA_BYTES);
	n = fread(got, 1, SCHEMA_BYTES, in);
	fclose(in);
	if (n != want.n || memcmp(got, want.p, n) != 0)
		refuse("%s is not `saqta db schema`: make it again", schema_path);
	fixture_end(&f);
}

/* Records end with a line of three dots. */
static int dump(void)
{
	struct ctx cx = {.arena = arena_new(SCHEMA_BYTES * 8), .clock = clock_system()};
	struct buf b = buf_new(cx.arena, SCHEMA_BYTES);
	const struct stmt *s;
	enum st st = schema_put(&cx, ENGINE_POSTGRES, &b);

	if (st != OK)
		return 1;
	printf("%.*s\n...\n", STR(buf_view(&b)));
	for (size_t i = 0; (s = stmt_at(i)); i++)
		printf("%s %d %d\n%s\n...\n", s->name, s->args, s->columns,
			s->text[ENGINE_POSTGRES]);
	arena_free(cx.arena);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts_on_sqlite),
		cmocka_unit_test(test_one_shard_key),
		cmocka_unit_test(test_common_tongue),
		cmocka_unit_test(test_schema_file),
	};

	if (argc == 2 && strcmp(argv[1], "--dump") == 0)
		return dump();
	if (argc != 2)
		return 2;
	schema_path = argv[1];
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
