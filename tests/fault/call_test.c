/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A database that fails at each call of each scene, once and for good, whichever engine it is; and
 * a server whose connection is cut at each message. Each time the scene is refused or done, all or
 * nothing, the same again brings it to its end, and a third time changes nothing.
 * SAQTA_SCENE runs one scene alone.
 */
#include "scenes.h"
#include "cut.h"

enum { PEOPLE = 600, AUDIT_EACH = 64 };
static const int64_t DAY_US = 86400LL * 1000000;

struct kind {
	const char *name;
	enum err code; /* of the driver; ERR_NONE = the connection is cut */
	enum cut_where where;
	bool for_good;
	bool file; /* of SQLite alone: a server has the cut connections instead */
};

static const struct kind kinds[] = {
	{"broken", ERR_DB_BROKEN, 0, false, false},
	{"broken for good", ERR_DB_BROKEN, 0, true, true},
	{"busy", ERR_DB_BUSY, 0, false, true},
	{"full for good", ERR_DB_FULL, 0, true, true},
	{"question cut", ERR_NONE, CUT_QUESTION, false, false},
	{"question cut for good", ERR_NONE, CUT_QUESTION, true, false},
	{"half of a question", ERR_NONE, CUT_HALF, false, false},
	{"answer cut", ERR_NONE, CUT_ANSWER, false, false},
};

/* What the server's disk and locks decide is not asked of it at each of its calls again. */
static const char *const names[] = {"pay_group", "cancel", "pay_invoice", "register"};

struct tries {
	struct stage s;
	const struct scene *scene;
	long points, refused;
};

static ST run_faulty(struct tries *t, const struct kind *kind, long k, bool *reached)
{
	struct fault_plan plan = {.inner = fixture_driver(&t->s.f),
		.code = kind->code ? kind->code : ERR_DB_BROKEN,
		.fail_at = kind->code ? k : 0,
		.for_good = kind->for_good};
	const struct driver faulty = driver_fault(&plan);
	enum st st;

	*cut_plan() = (struct cut_plan){
		.where = kind->where, .cut_at = kind->code ? 0 : k, .for_good = kind->for_good};
	t->s.driver = &faulty;
	st = t->scene->run(&t->s);
	t->s.driver = fixture_driver(&t->s.f);
	cut_plan()->cut_at = 0;
	*reached = kind->code ? plan.calls >= k : cut_plan()->cuts > 0;
	return st;
}

static void run_plain(struct tries *t, ST (*run)(struct stage *s), const char *what)
{
	struct ctx *cx = &t->s.f.cx;

	err_clear(cx);
	if (run && run(&t->s) != OK)
		fail_msg("%s: %s %s", what, err_info(cx->err.code)->name, cx->err.detail);
}

/* One fault at one place; false when there is no such place. */
static bool try_point(struct tries *t, const struct kind *kind, long k)
{
	char before[SCENE_TEXT_BYTES], middle[SCENE_TEXT_BYTES], end[SCENE_TEXT_BYTES];
	char again[SCENE_TEXT_BYTES], what[100];
	struct stage *s = &t->s;
	bool reached;
	enum st st;

	snprintf(what, sizeof(what), "%s, %s at call %ld", t->scene->name, kind->name, k);
	arena_reset(s->keep);
	arena_reset(s->f.cx.arena);
	s->n++;
	/* A day of its own: what goes through a day finds its own rows alone. */
	if (!t->scene->whole)
		s->f.clock.at.us += DAY_US;
	run_plain(t, t->scene->prepare, what);
	stage_state(s, s->f.path, before);
	st = run_faulty(t, kind, k, &reached);
	stage_state(s, s->f.path, middle);
	if (st != OK && !reached)
		fail_msg("%s: nothing failed, and yet: %s %s", what,
			err_info(s->f.cx.err.code)->name, s->f.cx.err.detail);
	run_plain(t, t->scene->run, what);
	stage_state(s, s->f.path, end);
	if (st == OK && strcmp(middle, end) != 0)
		fail_msg("%s: done, but\n%s\n%s", what, middle, end);
	if (t->scene->whole && strcmp(middle, before) != 0 && strcmp(middle, end) != 0)
		fail_msg("%s: half done\n%s\n%s\n%s", what, before, middle, end);
	run_plain(t, t->scene->run, what);
	stage_state(s, s->f.path, again);
	if (strcmp(again, end) != 0)
		fail_msg("%s: repeated\n%s\n%s", what, end, again);
	t->points += reached;
	t->refused += st != OK;
	if (!reached || t->points % AUDIT_EACH == 0)
		stage_audit(s, s->f.path, what);
	return reached;
}

static void test_scene(void **state)
{
	struct tries *t = calloc(1, sizeof(*t));
	const char *engine = getenv("SAQTA_TEST_ENGINE");
	bool server = engine && strcmp(engine, "postgres") == 0;

	t->scene = *state;
	for (size_t i = 0; i < TEST_COUNT(kinds); i++) {
		if (server ? kinds[i].file : !kinds[i].code)
			continue;
		stage_start(&t->s, PEOPLE);
		for (long k = 1; try_point(t, &kinds[i], k); k++)
			;
		stage_end(&t->s);
	}
	print_message("# %s: %ld faults, %ld refused\n", t->scene->name, t->points, t->refused);
	assert_true(t->points > 0);
	free(t);
}

int main(void)
{
	const char *only = getenv("SAQTA_SCENE");
	struct CMUnitTest tests[TEST_COUNT(names)];
	size_t n = 0;

	for (size_t i = 0; i < TEST_COUNT(names); i++)
		if (!only || strcmp(only, names[i]) == 0)
			tests[n++] = (struct CMUnitTest){.name = names[i],
				.test_func = test_scene,
				.initial_state = (void *)(uintptr_t)scene_find(names[i])};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("calls", tests, n, NULL, NULL);
}
