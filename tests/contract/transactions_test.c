/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a transaction touches: the keys of its statements by family, noted by a driver that stands
 * before the engine's. A sharded engine runs one unit of work as one transaction, so a unit that
 * met a second person, or a second document, would not fit into one shard. Each scene has its row
 * with what it may touch and why; a row that allows more than what happens is wrong as well.
 */
#include "fault/scenes.h"

enum family { DOCUMENT, PERSON, INVOICE, FAMILIES };
enum { PEOPLE = 60, TOUCHES_MAX = 2000, STATEMENTS_MAX = STMT_ID_COUNT };

static const struct {
	const char *column;
	enum family family;
} columns[] = {
	/* A document is its transaction, its intake and the entries made of it: one key. */
	{"txn", DOCUMENT},
	{"unit", DOCUMENT},
	{"intake", DOCUMENT},
	{"doc", DOCUMENT},
	{"person", PERSON},
	{"invoice", INVOICE},
};

static const struct allowed {
	const char *scene;
	size_t most[FAMILIES]; /* keys of one transaction: documents, persons, invoices */
	const char *why;
} allowed[] = {
	{"pay", {1, 1, 0},
		"the bank's document and its person: in two shards two transactions, the second "
		"one "
		"harmless to repeat"},
	{"pay_too_much", {1, 1, 0}, "the same: what is left over lies with the person"},
	{"pay_group", {3, 3, 0},
		"a group is three units of one document and one person; engines with shards run "
		"each by itself"},
	{"cancel", {1, 1, 0}, "the document and its person, the other way round"},
	{"invoice", {0, 1, 1}, "it is found by its number alone, and names one person"},
	{"pay_invoice", {1, 1, 1}, "a payment, and the invoice that it was made for"},
	{"register", {2, 2, 0},
		"the two rows that we did not have are a group, as if they came from the bank"},
	{"import", {1, 12, 0},
		"a portion: one document, then its lines sorted by person; lines are units of "
		"their own, harmless to repeat"},
	{"import_refunds", {1, 12, 0}, "the same"},
	{"import_people", {1, 5, 0}, "the same"},
	{"work", {0, 57, 0},
		"a portion of summary rows, all but the three just paid for: each person is a unit "
		"of its own"},
};

/* ---- A driver that takes notes --------------------------------------------------------------- */

struct touch {
	enum family family;
	int64_t key;
};

struct notes {
	const struct driver *inner;
	bool in_tx;
	struct touch touches[TOUCHES_MAX];
	size_t count, transactions;
	size_t most[FAMILIES]; /* of any transaction */
	/* Statements of the connection, by what the engine made of them. */
	struct driver_stmt *prepared[STATEMENTS_MAX];
	const struct stmt *stmts[STATEMENTS_MAX];
	size_t prepared_count;
	char unknown[64]; /* a column that no family has */
};

/* Drivers get their connection alone; this one has one at a time. */
static struct notes *notes(void)
{
	static struct notes n;

	return &n;
}

static void note_transaction(struct notes *n)
{
	size_t keys[FAMILIES] = {0};

	for (size_t i = 0; i < n->count; i++)
		keys[n->touches[i].family]++;
	for (int f = 0; f < FAMILIES; f++)
		if (keys[f] > n->most[f])
			n->most[f] = keys[f];
	n->transactions += n->count > 0;
	n->count = 0;
	n->in_tx = false;
}

static void note_key(struct notes *n, enum family family, int64_t key)
{
	for (size_t i = 0; i < n->count; i++)
		if (n->touches[i].family == family && n->touches[i].key == key)
			return;
	assert_true(n->count < TOUCHES_MAX);
	n->touches[n->count++] = (struct touch){family, key};
}

/* "coverage_upsert_16" writes 16 rows at once, the others one. */
static size_t rows_of(const struct stmt *stmt)
{
	const char *tail = strrchr(stmt->name, '_');
	uint64_t rows;

	return tail && str_to_u64(str_of(tail + 1), 64, &rows) && rows > 0 ? (size_t)rows : 1;
}

/* "$2 person" and the arguments. */
static void note_statement(struct notes *n, const struct stmt *stmt, const struct db_arg *args)
{
	struct str column = str_of(stmt->shard), number;
	uint64_t at;

	if (column.n == 0 || str_is(column, "report"))
		return;
	number = str_cut(&column, ' ');
	assert_true(str_to_u64((struct str){number.p + 1, number.n - 1}, 24, &at) && at > 0);
	for (size_t i = 0; i < TEST_COUNT(columns); i++)
		if (str_is(column, columns[i].column)) {
			size_t rows = rows_of(stmt), stride = (size_t)stmt->args / rows;

			for (size_t row = 0; row < rows; row++)
				note_key(n, columns[i].family, args[at - 1 + row * stride].i);
			return;
		}
	snprintf(n->unknown, sizeof(n->unknown), "%.*s of %s", STR(column), stmt->name);
}

static ST noting_open(struct ctx *cx, const struct driver *self, struct arena *arena,
	const char *target, enum db_mode mode, struct driver_conn **out)
{
	notes()->prepared_count = 0;
	(void)self;
	return notes()->inner->open(cx, notes()->inner, arena, target, mode, out);
}

static ST noting_begin(struct ctx *cx, struct driver_conn *c, bool write)
{
	TRY(notes()->inner->begin(cx, c, write));
	notes()->in_tx = write;
	return OK;
}

static ST noting_commit(struct ctx *cx, struct driver_conn *c)
{
	TRY(notes()->inner->commit(cx, c));
	note_transaction(notes());
	return OK;
}

static void noting_rollback(struct driver_conn *c)
{
	notes()->inner->rollback(c);
	note_transaction(notes());
}

static ST noting_prepare(
	struct ctx *cx, struct driver_conn *c, const struct stmt *stmt, struct driver_stmt **out)
{
	struct notes *n = notes();

	TRY(n->inner->prepare(cx, c, stmt, out));
	assert_true(n->prepared_count < STATEMENTS_MAX);
	n->prepared[n->prepared_count] = *out;
	n->stmts[n->prepared_count++] = stmt;
	return OK;
}

static ST noting_bind(struct ctx *cx, struct driver_conn *c, struct driver_stmt *s,
	const struct db_arg *args, size_t count)
{
	struct notes *n = notes();

	for (size_t i = 0; n->in_tx && i < n->prepared_count; i++)
		if (n->prepared[i] == s)
			note_statement(n, n->stmts[i], args);
	return n->inner->bind(cx, c, s, args, count);
}

static struct driver noting_driver(const struct driver *inner)
{
	struct driver d = *inner;

	*notes() = (struct notes){.inner = inner};
	d.name = "noting";
	d.open = noting_open;
	d.begin = noting_begin;
	d.commit = noting_commit;
	d.rollback = noting_rollback;
	d.prepare = noting_prepare;
	d.bind = noting_bind;
	return d;
}

/* ---- The test -------------------------------------------------------------------------------- */

static void run_plain(struct stage *s, ST (*run)(struct stage *s), const char *what)
{
	if (run && run(s) != OK)
		fail_msg("%s: %s %s", what, err_info(s->f.cx.err.code)->name, s->f.cx.err.detail);
}

static void test_scene(void **state)
{
	static const char *const names[FAMILIES] = {"documents", "persons", "invoices"};
	const struct allowed *a = *state;
	const struct scene *scene = scene_find(a->scene);
	struct stage *s = calloc(1, sizeof(*s));
	struct driver driver;

	stage_start(s, PEOPLE);
	run_plain(s, scene->prepare, "prepare");
	driver = noting_driver(fixture_driver(&s->f));
	s->driver = &driver;
	run_plain(s, scene->run, a->scene);
	s->driver = fixture_driver(&s->f);
	assert_true(notes()->transactions > 0);
	if (notes()->unknown[0])
		fail_msg("a shard key that no family has: %s", notes()->unknown);
	for (int f = 0; f < FAMILIES; f++)
		if (notes()->most[f] != a->most[f])
			fail_msg("%s: a transaction touches %zu %s, %zu are allowed (%s)", a->scene,
				notes()->most[f], names[f], a->most[f], a->why);
	stage_end(s);
	free(s);
}

int main(void)
{
	struct CMUnitTest tests[TEST_COUNT(allowed)];

	for (size_t i = 0; i < TEST_COUNT(allowed); i++)
		tests[i] = (struct CMUnitTest){.name = allowed[i].scene,
			.test_func = test_scene,
			.initial_state = (void *)(uintptr_t)&allowed[i]};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("transactions", tests, TEST_COUNT(allowed), NULL, NULL);
}
