/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A disk that fails at each call of each scene, once and for good: reading, writing, flushing,
 * cutting, opening; broken, full, interrupted, half done. Each time the scene is refused or done,
 * the books agree, and the same again brings it to its end. SAQTA_SCENE runs one scene alone.
 */
#include "scenes.h"
#include "io.h"

#include <errno.h>

#include "ledger/ledger.h"

enum { PEOPLE = 24, COPY_BYTES = 1 << 16 };

struct kind {
	const char *name;
	unsigned calls;
	int error;
	bool for_good, harmless; /* harmless: nobody notices */
};

/* One that is interrupted for ever would be asked for ever. */
static const struct kind kinds[] = {
	{"broken", IO_READ | IO_WRITE | IO_TRUNCATE | IO_OPEN, EIO, false, false},
	{"broken for good", IO_READ | IO_WRITE | IO_TRUNCATE | IO_OPEN, EIO, true, false},
	{"flush", IO_FLUSH, EIO, false, false},
	{"flush for good", IO_FLUSH, EIO, true, false},
	{"flush, full", IO_FLUSH, ENOSPC, true, false},
	{"full", IO_WRITE | IO_TRUNCATE | IO_OPEN, ENOSPC, false, false},
	{"full for good", IO_WRITE | IO_TRUNCATE | IO_OPEN, ENOSPC, true, false},
	{"interrupted", IO_READ | IO_WRITE | IO_TRUNCATE | IO_OPEN, EINTR, false, true},
	{"half for good", IO_READ | IO_WRITE, 0, true, true},
};

struct tries {
	struct stage *s;
	const struct scene *scene;
	char image[PG_URL_BYTES]; /* the database where the scene begins */
	char before[SCENE_TEXT_BYTES], after[SCENE_TEXT_BYTES];
	long points, refused;
};

static void remove_database(const char *path)
{
	static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
	char name[PG_URL_BYTES + 16];

	for (size_t i = 0; i < TEST_COUNT(tails); i++) {
		snprintf(name, sizeof(name), "%s%s", path, tails[i]);
		unlink(name);
	}
}

static void copy_file(const char *from, const char *to)
{
	static char bytes[COPY_BYTES];
	FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
	size_t n;

	assert_non_null(in);
	assert_non_null(out);
	while ((n = fread(bytes, 1, sizeof(bytes), in)) > 0)
		assert_int_equal(fwrite(bytes, 1, n, out), n);
	fclose(in);
	assert_int_equal(fclose(out), 0);
}

static void begin(struct tries *t)
{
	remove_database(t->s->f.path);
	remove_database(t->s->f.other);
	if (!t->scene->bare)
		copy_file(t->image, t->s->f.path);
	arena_reset(t->s->keep);
	arena_reset(t->s->f.cx.arena);
	err_clear(&t->s->f.cx);
}

static void must_run(struct stage *s, ST (*run)(struct stage *s), const char *what)
{
	if (run(s) != OK)
		fail_msg("%s: %s %s", what, err_info(s->f.cx.err.code)->name, s->f.cx.err.detail);
}

static void check_outcome(struct tries *t, enum st st, const char *what)
{
	char state[SCENE_TEXT_BYTES];
	struct stage *s = t->s;

	if (st != OK && err_info(s->f.cx.err.code)->number / 100 != 4 &&
		s->f.cx.err.code != ERR_FILE_WRITE)
		fail_msg("%s: %s %s", what, err_info(s->f.cx.err.code)->name, s->f.cx.err.detail);
	if (io_plan()->flush_failed && io_plan()->error == EIO && st != OK &&
		s->f.cx.err.code != ERR_DB_FLUSH)
		fail_msg("%s: a flush failed, and it says %s", what,
			err_info(s->f.cx.err.code)->name);
	t->refused += st != OK;
	if (t->scene->bare)
		return;
	stage_state(s, s->f.path, state);
	if (st == OK && strcmp(state, t->after) != 0)
		fail_msg("%s: done, but\n%s\n%s", what, state, t->after);
	if (st != OK && t->scene->whole && strcmp(state, t->before) != 0 &&
		strcmp(state, t->after) != 0)
		fail_msg("%s: half done\n%s\n%s\n%s", what, t->before, state, t->after);
	stage_audit(s, s->f.path, what);
}

/* A copy that was refused behind its commit is complete, and says so. */
static void run_again(struct tries *t, const char *what)
{
	struct stage *s = t->s;

	err_clear(&s->f.cx);
	if (t->scene->run(s) == OK)
		return;
	if (!t->scene->copies || s->f.cx.err.code != ERR_DB_NOT_EMPTY)
		fail_msg("%s: repeated: %s %s", what, err_info(s->f.cx.err.code)->name,
			s->f.cx.err.detail);
}

/* One fault at one place; false when there is no such place. */
static bool try_point(struct tries *t, const struct kind *kind, long k)
{
	struct io_plan *plan = io_plan();
	char state[SCENE_TEXT_BYTES], what[100];
	enum st st;

	snprintf(what, sizeof(what), "%s, %s at call %ld", t->scene->name, kind->name, k);
	begin(t);
	*plan = (struct io_plan){.calls = kind->calls,
		.fail_at = k,
		.for_good = kind->for_good,
		.error = kind->error};
	st = t->scene->run(t->s);
	plan->fail_at = 0;
	if (plan->failed == 0) {
		if (st != OK)
			fail_msg("%s: nothing failed, and yet: %s", what, t->s->f.cx.err.detail);
		return false;
	}
	t->points++;
	if (kind->harmless && st != OK)
		fail_msg("%s: %s", what, err_info(t->s->f.cx.err.code)->name);
	check_outcome(t, st, what);
	if (t->scene->copies && st != OK && access(t->s->f.other, F_OK) == 0 &&
		strcmp(t->scene->name, "backup") == 0)
		fail_msg("%s: leaves half a file", what);
	if (t->scene->copies && st == OK)
		remove_database(t->s->f.other);
	run_again(t, what);
	stage_state(t->s, t->s->f.path, state);
	if (strcmp(state, t->after) != 0)
		fail_msg("%s: repeated\n%s\n%s", what, state, t->after);
	if (t->scene->copies) {
		stage_audit(t->s, t->s->f.other, what);
		stage_state(t->s, t->s->f.other, state);
		if (strcmp(state, t->after) != 0)
			fail_msg("%s: the copy\n%s\n%s", what, state, t->after);
	}
	return true;
}

static void rehearse(struct tries *t)
{
	struct stage *s = t->s;

	remove_database(s->f.path);
	copy_file(t->image, s->f.path);
	if (t->scene->prepare)
		must_run(s, t->scene->prepare, "prepare");
	/* Closing has brought the log back: the file is whole. */
	copy_file(s->f.path, t->image);
	begin(t);
	stage_state(s, s->f.path, t->before);
	must_run(s, t->scene->run, t->scene->name);
	stage_state(s, s->f.path, t->after);
	stage_audit(s, s->f.path, t->scene->name);
}

static long run_scene(const struct scene *scene)
{
	struct stage *s = malloc(sizeof(*s));
	struct tries t = {.s = s, .scene = scene};
	long k;

	stage_start(s, PEOPLE);
	io_watch(s->f.folder);
	snprintf(t.image, sizeof(t.image), "%s/image", s->f.folder);
	copy_file(s->f.path, t.image);
	rehearse(&t);
	for (size_t i = 0; i < TEST_COUNT(kinds); i++)
		for (k = 1; try_point(&t, &kinds[i], k); k++)
			;
	print_message("# %s: %ld faults, %ld refused\n", scene->name, t.points, t.refused);
	unlink(t.image);
	remove_database(s->f.other);
	stage_end(s);
	free(s);
	return t.points;
}

static void test_scene(void **state)
{
	assert_true(run_scene(*state) > 0);
}

/* After a flush that failed this connection writes no more; a new one does. */
static void test_a_flush_is_the_end(void **state)
{
	struct stage *s = malloc(sizeof(*s));

	stage_start(s, PEOPLE);
	io_watch(s->f.folder);
	assert_int_equal(stage_open(s, DB_MODE_WRITE), OK);
	for (int i = 0; i < 3; i++) {
		struct err_slot *err = &s->f.cx.err;

		*io_plan() = (struct io_plan){.calls = IO_FLUSH, .fail_at = i == 0, .error = EIO};
		assert_int_not_equal(scene_do_pay(s), OK);
		assert_int_equal(err->code, ERR_DB_FLUSH);
		err_clear(&s->f.cx);
	}
	db_close(s->call.db);
	must_run(s, scene_find("pay")->run, "on a new connection");
	stage_audit(s, s->f.path, "a failed flush");
	stage_end(s);
	free(s);
}

int main(void)
{
	const char *only = getenv("SAQTA_SCENE");

	/* Memory: what a flush does is not looked at here, and each takes its time. */
	if (access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 0);
	struct CMUnitTest tests[64] = {cmocka_unit_test(test_a_flush_is_the_end)};
	size_t n = 1;

	for (size_t i = 0; i < scene_count; i++)
		if (!only || strcmp(only, scenes[i].name) == 0)
			tests[n++] = (struct CMUnitTest){.name = scenes[i].name,
				.test_func = test_scene,
				.initial_state = (void *)(uintptr_t)&scenes[i]};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("io", tests, n, NULL, NULL);
}
